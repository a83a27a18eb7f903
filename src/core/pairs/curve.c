/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed moments in time, by the eighth-order method of Prince and Dormand
   with the step control of the GNU Scientific Library: the fastest phases set
   its steps, which is no hardship for the few phases of a cycle.  */
#include "pairs/pairs_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>

typedef struct curve
{
  const pairs_model *model;
  const pairs_mode *mode;
  const double *start, *time;
  size_t count;
  double tolerance;
  double *mean, *second;
} curve;

/* One mode on its way.  */
typedef struct motion
{
  const pairs_model *model;
  const pairs_mode *mode;
  double *work;
} motion;

static int
flow (double t, const double *state, double *derivative, void *context)
{
  const motion *of = context;
  (void) t;
  const size_t first = pairs_first_size (of->model);
  pairs_first_flow (of->model, of->mode->alpha, state, derivative, of->work);
  pairs_second_flow (of->model, of->mode, state + first, derivative + first,
                     of->work);
  return GSL_SUCCESS;
}

/* The second moments at the last two of the times 1, 2, 4, ...  */
typedef struct past
{
  size_t size, known;
  double *last, *older;
  double next; /* time to look again */
} past;

static double
largest_change (const double *x, const double *y, size_t size)
{
  double largest = 0.0;
  for (size_t i = 0; i < size; i++)
    largest = fmax (largest, fabs (x[i] - y[i]));
  return largest;
}

/* Whether the moments have come to rest at the time T: while it doubled they
   changed by nothing that is meant, and by less than while it doubled before.
   (What is slow changes by more each time, so it is not taken for rest.)  */
static bool
at_rest (past *of, double t, const double *second, double tolerance,
         double least)
{
  double largest = 0.0;
  bool rest = false;
  if (t < of->next)
    return false;
  for (size_t i = 0; i < of->size; i++)
    largest = fmax (largest, fabs (second[i]));
  if (of->known >= 2)
    {
      const double now = largest_change (second, of->last, of->size);
      rest = now <= tolerance * largest + least
             && 2.0 * now <= largest_change (of->last, of->older, of->size);
    }
  double *spare = of->older;
  of->older = of->last;
  of->last = spare;
  memcpy (of->last, second, of->size * sizeof *second);
  of->known++;
  of->next = 2.0 * t;
  return rest;
}

static support_status
follow (void *context, size_t i, support_team *team)
{
  const curve *all = context;
  const pairs_model *model = all->model;
  const size_t first = pairs_first_size (model);
  const size_t size = first + pairs_second_size (model), count = all->count;
  const double start = all->start[i], last = all->time[count - 1];
  motion of = { .model = model,
                .mode = &all->mode[i],
                .work = support_doubles (pairs_work_size (model)) };
  double *state = support_doubles (size);
  past before = { .size = size - first,
                  .last = support_doubles (size),
                  .older = support_doubles (size),
                  .next = 1.0 / model->fastest };
  const gsl_odeiv2_system system = { .function = flow,
                                     .dimension = size,
                                     .params = &of };
  gsl_odeiv2_step *method = gsl_odeiv2_step_alloc (gsl_odeiv2_step_rk8pd, size);
  gsl_odeiv2_evolve *evolve = gsl_odeiv2_evolve_alloc (size);
  /* Below 1e-24 of what moves the mode nothing is meant.  */
  const double scale = fmax (start * start, of.mode->noise);
  const double least = 1e-24 * fmin (scale, sqrt (scale)) + DBL_MIN;
  gsl_odeiv2_control *control =
      gsl_odeiv2_control_y_new (least, all->tolerance);
  support_status status = SUPPORT_MEMORY;
  if (of.work && state && before.last && before.older && method && evolve
      && control)
    {
      double t = 0.0, step = 0.1 / model->fastest;
      size_t taken = 0;
      bool resting = false;
      status = SUPPORT_OK;
      pairs_fill (model, PAIRS_FIRST_KINDS, start, state);
      pairs_fill (model, PAIRS_SECOND_KINDS, start * start, state + first);
      for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
        {
          while (status == SUPPORT_OK && ! resting && t < all->time[k])
            {
              if (taken++ % 64 == 0 && ! support_team_continue (team, t / last))
                status = SUPPORT_INTERRUPTED;
              else if (gsl_odeiv2_evolve_apply (evolve, control, method,
                                                &system, &t, all->time[k],
                                                &step, state)
                       != GSL_SUCCESS)
                status = SUPPORT_NUMERICAL;
              else if (at_rest (&before, t, state + first, all->tolerance,
                                least))
                resting = true;
              /* Grown out of all bounds: the rest is what it grows to.  */
              else if (! (fabs (pairs_total (model, state + first)) < 1e280))
                t = INFINITY;
            }
          if (status != SUPPORT_OK)
            break;
          if (all->mean)
            all->mean[i * count + k] =
                isinf (t) ? NAN : pairs_total (model, state);
          if (all->second)
            all->second[i * count + k] =
                isinf (t) ? INFINITY : pairs_total (model, state + first);
        }
    }
  if (control)
    gsl_odeiv2_control_free (control);
  if (evolve)
    gsl_odeiv2_evolve_free (evolve);
  if (method)
    gsl_odeiv2_step_free (method);
  free (state);
  free (before.last);
  free (before.older);
  free (of.work);
  return status;
}

support_status
pairs_moments (const pairs_model *model, const pairs_mode *mode,
               const double *start, size_t modes, const double *time,
               size_t count, double tolerance, double *mean, double *second,
               const support_hooks *hooks, support_failure *failure)
{
  curve of = { .model = model,
               .mode = mode,
               .start = start,
               .time = time,
               .count = count,
               .tolerance = tolerance,
               .mean = mean,
               .second = second };
  for (size_t k = 0; k < count; k++)
    if (! (time[k] >= (k ? time[k - 1] : 0.0) && isfinite (time[k])))
      return support_fail (failure, SUPPORT_INVALID,
                           "times must be finite, >= 0 and not decreasing");
  if (count == 0)
    return SUPPORT_OK;
  const support_status status =
      support_team_run (follow, &of, modes, 0, hooks, NULL);
  if (status == SUPPORT_MEMORY)
    return support_fail_memory (failure);
  if (status == SUPPORT_NUMERICAL)
    return support_fail (failure, status,
                         "the moments could not be followed in time");
  return status;
}
