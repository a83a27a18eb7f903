/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network as an objective: sums over chunks of samples.  */
#include "objective/network.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct classifier
{
  objective base;
  network network;
  objective_set samples, tests;
  double l2;
} classifier;

/* The chunk that begins with sample FIRST of END.  */
static objective_chunk
chunk_at (const classifier *self, const objective_set *set, size_t first,
          size_t end, const uint32_t *drawn, double *block)
{
  const size_t count =
      end - first < NETWORK_CHUNK ? end - first : NETWORK_CHUNK;
  return objective_chunk_of (set, first, count, drawn ? drawn + first : NULL,
                             block + self->network.panel);
}

static support_status
gradient_classifier (const objective *object, const double *model,
                     gsl_rng *stream, objective_workspace *workspace,
                     double *gradient)
{
  const classifier *self = (const classifier *) object;
  const network *net = &self->network;
  const bool exact = objective_is_exact (object, stream);
  const size_t count = exact ? object->samples : object->batch;
  double *block = workspace->scratch;

  for (size_t i = 0; i < object->dimension; i++)
    gradient[i] = self->l2 * model[i];
  if (! exact)
    objective_draw (object, stream, workspace);
  for (size_t first = 0; first < count; first += NETWORK_CHUNK)
    {
      const objective_chunk chunk =
          chunk_at (self, &self->samples, first, count,
                    exact ? NULL : workspace->drawn, block);
      network_forward (net, model, &chunk, block);
      network_finish (net, &chunk, block);
      network_backward (net, model, &chunk, 1.0 / (double) count, block,
                        gradient);
    }
  return SUPPORT_OK;
}

static support_status
loss_classifier (const objective *object, const double *model,
                 objective_workspace *workspace, double *loss)
{
  const classifier *self = (const classifier *) object;
  double *block = workspace->scratch, sum = 0.0;
  for (size_t first = 0; first < object->samples; first += NETWORK_CHUNK)
    {
      const objective_chunk chunk =
          chunk_at (self, &self->samples, first, object->samples, NULL, block);
      network_forward (&self->network, model, &chunk, block);
      sum += network_finish (&self->network, &chunk, block);
    }
  *loss = sum / (double) object->samples;
  if (self->l2 > 0.0)
    *loss += 0.5 * self->l2 * objective_dot (model, model, object->dimension);
  return SUPPORT_OK;
}

static support_status
hessian_classifier (const objective *object, const double *model,
                    const double *vector, objective_workspace *workspace,
                    double *product)
{
  const classifier *self = (const classifier *) object;
  const network *net = &self->network;
  const double share = 1.0 / (double) object->samples;
  double *block = workspace->scratch;
  for (size_t i = 0; i < object->dimension; i++)
    product[i] = self->l2 * vector[i];
  for (size_t first = 0; first < object->samples; first += NETWORK_CHUNK)
    {
      const objective_chunk chunk =
          chunk_at (self, &self->samples, first, object->samples, NULL, block);
      network_forward (net, model, &chunk, block);
      network_finish (net, &chunk, block);
      network_forward_r (net, model, vector, &chunk, block, NULL);
      network_backward_r (net, model, vector, &chunk, share, block, product);
    }
  return SUPPORT_OK;
}

static support_status
squares_classifier (const objective *object, const double *model,
                    objective_workspace *workspace, double *means,
                    double *squares)
{
  const classifier *self = (const classifier *) object;
  const network *net = &self->network;
  double *block = workspace->scratch;
  memset (means, 0, object->dimension * sizeof *means);
  memset (squares, 0, object->dimension * sizeof *squares);
  for (size_t first = 0; first < object->samples; first += NETWORK_CHUNK)
    {
      const objective_chunk chunk =
          chunk_at (self, &self->samples, first, object->samples, NULL, block);
      network_forward (net, model, &chunk, block);
      network_finish (net, &chunk, block);
      network_backward_squares (net, model, &chunk,
                                1.0 / (double) object->samples, block, means,
                                squares);
    }
  return SUPPORT_OK;
}

static support_status
slopes_classifier (const objective *object, const double *model,
                   const double *vector, objective_workspace *workspace,
                   double *slopes)
{
  const classifier *self = (const classifier *) object;
  const network *net = &self->network;
  double *block = workspace->scratch;
  for (size_t first = 0; first < object->samples; first += NETWORK_CHUNK)
    {
      const objective_chunk chunk =
          chunk_at (self, &self->samples, first, object->samples, NULL, block);
      network_forward (net, model, &chunk, block);
      network_finish (net, &chunk, block);
      network_forward_r (net, model, vector, &chunk, block, slopes + first);
    }
  return SUPPORT_OK;
}

static double
accuracy_classifier (const objective *object, const double *model,
                     objective_workspace *workspace)
{
  const classifier *self = (const classifier *) object;
  double *block = workspace->scratch;
  size_t right = 0;
  for (size_t first = 0; first < object->tests; first += NETWORK_CHUNK)
    {
      const objective_chunk chunk =
          chunk_at (self, &self->tests, first, object->tests, NULL, block);
      network_forward (&self->network, model, &chunk, block);
      right += network_count_right (&self->network, &chunk, block);
    }
  return (double) right / (double) object->tests;
}

static void
free_classifier (objective *object)
{
  classifier *self = (classifier *) object;
  network_free (&self->network);
  objective_set_free (&self->samples);
  objective_set_free (&self->tests);
}

static const objective_kind kind = { .gradient = gradient_classifier,
                                     .loss = loss_classifier,
                                     .hessian = hessian_classifier,
                                     .squares = squares_classifier,
                                     .slopes = slopes_classifier,
                                     .accuracy = accuracy_classifier,
                                     .free = free_classifier };

/* ---- making ---------------------------------------------------------- */

static support_status
check (const objective_network *description, const objective_noise *noise,
       support_failure *failure)
{
  const size_t rows = description->samples.rows;
  if (description->classes < 2
      || (description->logistic && description->classes != 2))
    return support_fail (failure, SUPPORT_INVALID, "there must be %s classes",
                         description->logistic ? "two" : "at least two");
  if (description->batch == 0 || description->batch > rows)
    return support_fail (failure, SUPPORT_INVALID,
                         "the batch must be a whole number between 1 and the "
                         "number of samples, %zu",
                         rows);
  if (! (description->l2 >= 0.0 && isfinite (description->l2)))
    return support_fail (failure, SUPPORT_INVALID,
                         "l2 must be finite and >= 0");
  if (noise->multiplicative != 0.0)
    return support_fail (failure, SUPPORT_INVALID,
                         "classifiers take no multiplicative noise");
  if (description->tests.rows > 0
      && description->tests.columns != description->samples.columns)
    return support_fail (failure, SUPPORT_INVALID,
                         "the test samples have %zu features, the others %zu",
                         description->tests.columns,
                         description->samples.columns);
  return SUPPORT_OK;
}

/* The multiplications of one sample's forward pass.  */
static double
pass_cost (const network *net, const objective_set *set)
{
  const double inputs =
      set->start ? (double) set->start[set->count] / (double) set->count
                 : (double) set->features;
  const double first = (double) net->layer[0].out;
  return (double) net->dimension - (double) set->features * first
         + inputs * first;
}

support_status
objective_network_create (const objective_network *description,
                          const objective_noise *noise, objective **created,
                          support_failure *failure)
{
  classifier *self;
  support_status status = check (description, noise, failure);

  *created = NULL;
  if (status != SUPPORT_OK)
    return status;
  self = calloc (1, sizeof *self);
  if (! self)
    return support_fail_memory (failure);
  self->base.kind = &kind;
  self->l2 = description->l2;
  status = network_layout (&self->network, description, failure);
  if (status == SUPPORT_OK)
    status = objective_set_make (&self->samples, &description->samples,
                                 description->classes, "the samples", failure);
  if (status == SUPPORT_OK && description->tests.rows > 0)
    status =
        objective_set_make (&self->tests, &description->tests,
                            description->classes, "the test samples", failure);
  if (status == SUPPORT_OK)
    {
      const double one = pass_cost (&self->network, &self->samples);
      self->base.dimension = self->network.dimension;
      self->base.scratch = self->network.block;
      self->base.samples = self->samples.count;
      self->base.batch = description->batch;
      self->base.tests = self->tests.count;
      self->base.loss_cost = one * (double) self->samples.count;
      self->base.accuracy_cost = one * (double) self->tests.count;
      self->base.gradient_cost = 3.0 * one * (double) description->batch
                                 + (double) self->base.dimension;
      status = objective_prepare (&self->base, &kind, noise, failure);
    }
  if (status == SUPPORT_OK)
    *created = &self->base;
  else
    objective_free (&self->base);
  return status;
}
