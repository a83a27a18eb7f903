/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed second moments of all modes together, in steps as long as the
   tolerance allows, for those who look for the first time at which something
   happens: the eighth-order method of Prince and Dormand, as in curve.c.  */
#include "pairs/pairs_private.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>

struct pairs_walk
{
  const pairs_model *model;
  const pairs_mode *mode;
  size_t modes, each; /* numbers of one mode */
  double t, step;
  double *state, *slope, *before, *work;
  double before_t;
  gsl_odeiv2_system system;
  gsl_odeiv2_step *method;
  gsl_odeiv2_control *control;
  gsl_odeiv2_evolve *evolve;
};

static int
flow (double t, const double *state, double *derivative, void *context)
{
  const pairs_walk *of = context;
  (void) t;
  for (size_t i = 0; i < of->modes; i++)
    pairs_second_flow (of->model, &of->mode[i], state + i * of->each,
                       derivative + i * of->each, of->work);
  return GSL_SUCCESS;
}

support_status
pairs_walk_create (const pairs_model *model, const pairs_mode *mode,
                   const double *start, size_t modes, double tolerance,
                   pairs_walk **made, support_failure *failure)
{
  pairs_walk *of = calloc (1, sizeof *of);
  *made = NULL;
  if (! of)
    return support_fail_memory (failure);
  of->model = model;
  of->mode = mode;
  of->modes = modes;
  of->each = pairs_second_size (model);
  of->step = 0.1 / model->fastest;
  const size_t size = modes * of->each;
  of->state = support_doubles (size);
  of->slope = support_doubles (size);
  of->before = support_doubles (size);
  of->work = support_doubles (pairs_work_size (model));
  of->system =
      (gsl_odeiv2_system){ .function = flow, .dimension = size, .params = of };
  of->method = gsl_odeiv2_step_alloc (gsl_odeiv2_step_rk8pd, size);
  of->evolve = gsl_odeiv2_evolve_alloc (size);
  of->control = gsl_odeiv2_control_y_new (tolerance + DBL_MIN, 0.0);
  if (! of->state || ! of->slope || ! of->before || ! of->work || ! of->method
      || ! of->evolve || ! of->control)
    {
      pairs_walk_free (of);
      return support_fail_memory (failure);
    }
  for (size_t i = 0; i < modes; i++)
    pairs_fill (model, PAIRS_SECOND_KINDS, start[i] * start[i],
                of->state + i * of->each);
  flow (0.0, of->state, of->slope, of);
  *made = of;
  return SUPPORT_OK;
}

void
pairs_walk_free (pairs_walk *of)
{
  if (! of)
    return;
  if (of->control)
    gsl_odeiv2_control_free (of->control);
  if (of->evolve)
    gsl_odeiv2_evolve_free (of->evolve);
  if (of->method)
    gsl_odeiv2_step_free (of->method);
  free (of->state);
  free (of->slope);
  free (of->before);
  free (of->work);
  free (of);
}

support_status
pairs_walk_step (pairs_walk *of, double furthest, support_failure *failure)
{
  memcpy (of->before, of->state, of->modes * of->each * sizeof *of->state);
  of->before_t = of->t;
  if (gsl_odeiv2_evolve_apply (of->evolve, of->control, of->method, &of->system,
                               &of->t, furthest, &of->step, of->state)
      != GSL_SUCCESS)
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the moments could not be followed in time");
  flow (of->t, of->state, of->slope, of);
  return SUPPORT_OK;
}

support_status
pairs_walk_within (pairs_walk *of, double t, support_failure *failure)
{
  const double step = of->step;
  support_status status = SUPPORT_OK;
  memcpy (of->state, of->before, of->modes * of->each * sizeof *of->state);
  of->t = of->before_t;
  gsl_odeiv2_evolve_reset (of->evolve);
  gsl_odeiv2_step_reset (of->method);
  of->step = t - of->t;
  while (status == SUPPORT_OK && of->t < t)
    if (gsl_odeiv2_evolve_apply (of->evolve, of->control, of->method,
                                 &of->system, &of->t, t, &of->step, of->state)
        != GSL_SUCCESS)
      status = support_fail (failure, SUPPORT_NUMERICAL,
                             "the moments could not be followed in time");
  flow (of->t, of->state, of->slope, of);
  of->step = step;
  return status;
}

double
pairs_walk_time (const pairs_walk *of)
{
  return of->t;
}

void
pairs_walk_second (const pairs_walk *of, size_t i, double *value, double *slope)
{
  const size_t from = i * of->each;
  *value = pairs_total (of->model, of->state + from);
  *slope = pairs_total (of->model, of->slope + from);
}
