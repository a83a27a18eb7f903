/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A function of the user as an objective.  */
#include "objective/objective_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

typedef struct callback
{
  objective base;
  objective_function function;
  void *data;
  void (*release) (void *data);
  uint32_t *all; /* the samples, in their order */
} callback;

static support_status
gradient_callback (const objective *object, const double *model,
                   gsl_rng *stream, objective_workspace *workspace,
                   double *gradient)
{
  const callback *self = (const callback *) object;
  double loss;
  if (objective_is_exact (object, stream))
    return self->function (self->data, model, self->all, object->samples, &loss,
                           gradient);
  objective_draw (object, stream, workspace);
  return self->function (self->data, model, workspace->drawn, object->batch,
                         &loss, gradient);
}

static support_status
loss_callback (const objective *object, const double *model,
               objective_workspace *workspace, double *loss)
{
  const callback *self = (const callback *) object;
  (void) workspace;
  return self->function (self->data, model, self->all, object->samples, loss,
                         NULL);
}

/* Central differences; the step balances rounding, eps |w| / step, with the
   third derivative, step^2.  */
static support_status
hessian_callback (const objective *object, const double *model,
                  const double *vector, objective_workspace *workspace,
                  double *product)
{
  const size_t n = object->dimension;
  double *moved = workspace->scratch, *before = workspace->scratch + n;
  const double size = sqrt (objective_dot (model, model, n) / (double) n);
  const double length = sqrt (objective_dot (vector, vector, n) / (double) n);
  const double step =
      length > 0.0 ? cbrt (DBL_EPSILON) * fmax (size, 1.0) / length : 1.0;
  support_status status;

  for (size_t i = 0; i < n; i++)
    moved[i] = model[i] - step * vector[i];
  status = gradient_callback (object, moved, NULL, workspace, before);
  for (size_t i = 0; i < n; i++)
    moved[i] = model[i] + step * vector[i];
  if (status == SUPPORT_OK)
    status = gradient_callback (object, moved, NULL, workspace, product);
  for (size_t i = 0; i < n; i++)
    product[i] = (product[i] - before[i]) / (2.0 * step);
  return status;
}

static void
free_callback (objective *object)
{
  callback *self = (callback *) object;
  free (self->all);
  if (self->release)
    self->release (self->data);
}

static const objective_kind kind = { .gradient = gradient_callback,
                                     .loss = loss_callback,
                                     .hessian = hessian_callback,
                                     .free = free_callback };

support_status
objective_callback_create (const objective_callback *description,
                           const objective_noise *noise, objective **created,
                           support_failure *failure)
{
  /* What a call costs is not known: enough for the hooks to be asked before
     each.  */
  const double cost = 2e6;
  const size_t samples = description->samples;
  callback *self;
  support_status status;

  *created = NULL;
  if (samples > UINT32_MAX || (samples > 0 && description->batch == 0)
      || description->batch > samples)
    return support_fail (failure, SUPPORT_INVALID,
                         "the batch must be a whole number between 1 and the "
                         "number of samples, %zu",
                         samples);
  self = calloc (1, sizeof *self);
  if (! self)
    return support_fail_memory (failure);
  self->base.kind = &kind;
  self->base.dimension = description->dimension;
  self->base.scratch = 2 * description->dimension;
  self->base.samples = samples;
  self->base.batch = description->batch;
  self->base.callback = true;
  self->base.gradient_cost = cost;
  self->base.loss_cost =
      samples > 0 ? cost * (double) samples / (double) description->batch
                  : cost;
  self->function = description->function;
  self->data = description->data;
  self->all = calloc (samples + 1, sizeof *self->all);
  status = self->all ? objective_prepare (&self->base, &kind, noise, failure)
                     : support_fail_memory (failure);
  if (status != SUPPORT_OK)
    {
      objective_free (&self->base);
      return status;
    }
  for (size_t k = 0; k < samples; k++)
    self->all[k] = (uint32_t) k;
  self->release = description->release;
  *created = &self->base;
  return SUPPORT_OK;
}
