/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "objective/objective_private.h"
#include "support/normal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- making and freeing ---------------------------------------------- */

support_status
objective_check_finite (const double *values, size_t count, const char *what,
                        support_failure *failure)
{
  for (size_t i = 0; i < count; i++)
    if (! isfinite (values[i]))
      return support_fail (failure, SUPPORT_INVALID,
                           "%s must hold finite numbers; number %zu is %g",
                           what, i + 1, values[i]);
  return SUPPORT_OK;
}

static support_status
copy_noise (objective *object, const objective_noise *noise,
            support_failure *failure)
{
  const size_t dimension = object->dimension;
  support_status status;

  if (! (noise->multiplicative >= 0.0 && isfinite (noise->multiplicative)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the multiplicative noise must be finite and >= 0");
  object->multiplicative = noise->multiplicative;
  if (noise->deviation)
    {
      status = objective_check_finite (noise->deviation, dimension, "the noise",
                                       failure);
      for (size_t i = 0; status == SUPPORT_OK && i < dimension; i++)
        if (noise->deviation[i] < 0.0)
          status = support_fail (failure, SUPPORT_INVALID,
                                 "the noise must be >= 0: it is a standard "
                                 "deviation");
      if (status != SUPPORT_OK)
        return status;
      object->deviation = support_doubles (dimension);
      if (! object->deviation)
        return support_fail_memory (failure);
      memcpy (object->deviation, noise->deviation, dimension * sizeof (double));
    }
  if (noise->factor)
    {
      /* A factor of this size lies in the caller's memory: no overflow.  */
      const size_t count = dimension * dimension;
      status = objective_check_finite (noise->factor, count,
                                       "the covariance of the noise", failure);
      if (status != SUPPORT_OK)
        return status;
      object->factor = support_doubles (count);
      if (! object->factor)
        return support_fail_memory (failure);
      memcpy (object->factor, noise->factor, count * sizeof (double));
    }
  return SUPPORT_OK;
}

support_status
objective_prepare (objective *object, const objective_kind *kind,
                   const objective_noise *noise, support_failure *failure)
{
  object->kind = kind;
  if (object->dimension == 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "the model has no parameter; at least one is needed");
  return copy_noise (object, noise, failure);
}

void
objective_free (objective *object)
{
  if (! object)
    return;
  if (object->kind && object->kind->free)
    object->kind->free (object);
  free (object->deviation);
  free (object->factor);
  free (object);
}

/* ---- workspaces ------------------------------------------------------ */

support_status
objective_workspace_create (const objective *object,
                            objective_workspace **created,
                            support_failure *failure)
{
  objective_workspace *workspace = calloc (1, sizeof *workspace);
  const size_t draws = object->batch < object->samples ? object->samples : 0;
  *created = NULL;
  if (! workspace)
    return support_fail_memory (failure);
  workspace->scratch = support_doubles (object->scratch);
  workspace->normals = support_doubles (object->factor ? object->dimension : 0);
  workspace->order = calloc (draws + 1, sizeof *workspace->order);
  workspace->swaps = calloc (object->batch + 1, sizeof *workspace->swaps);
  workspace->drawn = calloc (object->batch + 1, sizeof *workspace->drawn);
  if (! workspace->scratch || ! workspace->normals || ! workspace->order
      || ! workspace->swaps || ! workspace->drawn)
    {
      objective_workspace_free (workspace);
      return support_fail_memory (failure);
    }
  for (size_t i = 0; i < draws; i++)
    workspace->order[i] = (uint32_t) i;
  *created = workspace;
  return SUPPORT_OK;
}

void
objective_workspace_free (objective_workspace *workspace)
{
  if (! workspace)
    return;
  free (workspace->scratch);
  free (workspace->normals);
  free (workspace->order);
  free (workspace->swaps);
  free (workspace->drawn);
  free (workspace);
}

/* ---- minibatches ------------------------------------------------------ */

bool
objective_is_exact (const objective *object, const gsl_rng *stream)
{
  return ! stream || object->batch == object->samples;
}

/* The first steps of a Fisher-Yates shuffle, undone afterwards, so that the
   samples drawn depend on the stream alone and a draw costs the batch, not the
   samples.  */
void
objective_draw (const objective *object, gsl_rng *stream,
                objective_workspace *workspace)
{
  uint32_t *order = workspace->order, *swaps = workspace->swaps;
  for (size_t k = 0; k < object->batch; k++)
    {
      const size_t left = object->samples - k;
      const size_t other =
          k + (size_t) gsl_rng_uniform_int (stream, (unsigned long) left);
      const uint32_t drawn = order[other];
      order[other] = order[k];
      order[k] = drawn;
      swaps[k] = (uint32_t) other;
      workspace->drawn[k] = drawn;
    }
  for (size_t k = object->batch; k-- > 0;)
    {
      const uint32_t drawn = order[k];
      order[k] = order[swaps[k]];
      order[swaps[k]] = drawn;
    }
}

/* ---- calls ----------------------------------------------------------- */

/* The part of the noise that is independent from parameter to parameter, drawn
   in pieces that fit in the fastest memory.  */
static void
add_separate_noise (const objective *object, const double *model,
                    gsl_rng *stream, double *gradient)
{
  enum
  {
    PIECE = 256
  };
  double normal[PIECE];
  const double *deviation = object->deviation;
  const double rho = object->multiplicative;

  for (size_t first = 0; first < object->dimension; first += PIECE)
    {
      size_t end = first + PIECE;
      if (end > object->dimension)
        end = object->dimension;
      support_stream_normals (stream, normal, end - first);
      if (rho == 0.0)
        {
          SUPPORT_IN_LANES
          for (size_t i = first; i < end; i++)
            gradient[i] += deviation[i] * normal[i - first];
        }
      else
        for (size_t i = first; i < end; i++)
          {
            const double fixed = deviation ? deviation[i] : 0.0;
            const double varied = rho * model[i];
            gradient[i] +=
                sqrt (fixed * fixed + varied * varied) * normal[i - first];
          }
    }
}

static void
add_noise (const objective *object, const double *model, gsl_rng *stream,
           objective_workspace *workspace, double *gradient)
{
  const size_t dimension = object->dimension;
  if (object->deviation || object->multiplicative > 0.0)
    add_separate_noise (object, model, stream, gradient);
  if (object->factor)
    {
      support_stream_normals (stream, workspace->normals, dimension);
      for (size_t j = 0; j < dimension; j++)
        objective_axpy (workspace->normals[j], object->factor + j * dimension,
                        gradient, dimension);
    }
}

support_status
objective_gradient (const objective *object, const double *model,
                    gsl_rng *stream, objective_workspace *workspace,
                    double *gradient)
{
  const support_status status =
      object->kind->gradient (object, model, stream, workspace, gradient);
  if (status == SUPPORT_OK && stream)
    add_noise (object, model, stream, workspace, gradient);
  return status;
}

support_status
objective_loss (const objective *object, const double *model,
                objective_workspace *workspace, double *loss)
{
  return object->kind->loss (object, model, workspace, loss);
}

size_t
objective_dimension (const objective *object)
{
  return object->dimension;
}

support_status
objective_hessian (const objective *object, const double *model,
                   const double *vector, objective_workspace *workspace,
                   double *product)
{
  return object->kind->hessian (object, model, vector, workspace, product);
}

double
objective_accuracy (const objective *object, const double *model,
                    objective_workspace *workspace)
{
  return object->tests > 0 ? object->kind->accuracy (object, model, workspace)
                           : NAN;
}

size_t
objective_tests (const objective *object)
{
  return object->tests;
}

bool
objective_calls_back (const objective *object)
{
  return object->callback;
}

double
objective_accuracy_cost (const objective *object)
{
  return object->accuracy_cost;
}

double
objective_gradient_cost (const objective *object)
{
  return object->gradient_cost;
}

double
objective_loss_cost (const objective *object)
{
  return object->loss_cost;
}

/* ---- sums of products ------------------------------------------------ */

double
objective_dot (const double *a, const double *b, size_t count)
{
  double sum = 0.0;
  SUPPORT_SUM_IN_LANES (sum)
  for (size_t i = 0; i < count; i++)
    sum += a[i] * b[i];
  return sum;
}

void
objective_axpy (double factor, const double *x, double *y, size_t count)
{
#ifdef _OPENMP
#pragma omp simd
#endif
  for (size_t i = 0; i < count; i++)
    y[i] += factor * x[i];
}
