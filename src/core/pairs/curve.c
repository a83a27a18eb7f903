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
  size_t modes, count;
  double tolerance;
  pairs_push_at *push; /* NULL: none */
  void *context;
  double *mean, *second, *counted;
} curve;

/* One mode on its way, or all of them.  */
typedef struct motion
{
  const curve *all;
  const pairs_mode *mode;
  size_t width; /* numbers of a mode */
  pairs_push *push;
  double *copies; /* means, then mean squares */
  double rate;    /* of what is counted, at last */
  double *work;
} motion;

static int
flow (double t, const double *state, double *derivative, void *context)
{
  const motion *of = context;
  const pairs_model *model = of->all->model;
  (void) t;
  const size_t first = pairs_first_size (model);
  pairs_first_flow (model, of->mode->alpha, state, derivative, of->work);
  pairs_second_flow (model, of->mode, state + first, derivative + first,
                     of->work);
  return GSL_SUCCESS;
}

static int
pushed_flow (double t, const double *state, double *derivative, void *context)
{
  motion *of = context;
  const size_t n = of->all->modes;
  (void) t;
  for (size_t i = 0; i < n; i++)
    pairs_copies (of->all->model, state + i * of->width, &of->copies[i],
                  &of->copies[n + i]);
  of->all->push (of->all->context, of->copies, of->copies + n, of->push,
                 &of->rate);
  for (size_t i = 0; i < n; i++)
    pairs_pushed_flow (of->all->model, of->mode[i].alpha, &of->push[i],
                       state + i * of->width, derivative + i * of->width,
                       of->work);
  derivative[n * of->width] = of->rate;
  return GSL_SUCCESS;
}

/* The second moments at the last two of the times 1, 2, 4, ...  */
typedef struct past
{
  size_t modes, width,
      first; /* of a state: numbers of a mode, and first ones */
  size_t known;
  double *last, *older;
  double next; /* time to look again */
} past;

/* Of the second moments.  */
static double
largest_change (const past *of, const double *x, const double *y)
{
  double largest = 0.0;
  for (size_t m = 0; m < of->modes; m++)
    for (size_t i = of->first; i < of->width; i++)
      largest = fmax (largest, fabs (x[i + m * of->width]
                                     - (y ? y[i + m * of->width] : 0.0)));
  return largest;
}

/* Whether the moments have come to rest at the time T: while it doubled they
   changed by nothing that is meant, and by less than while it doubled before.
   (What is slow changes by more each time, so it is not taken for rest.)  */
static bool
at_rest (past *of, double t, const double *state, double tolerance,
         double least)
{
  bool rest = false;
  if (t < of->next)
    return false;
  const double largest = largest_change (of, state, NULL);
  if (of->known >= 2)
    {
      const double now = largest_change (of, state, of->last);
      rest = now <= tolerance * largest + least
             && 2.0 * now <= largest_change (of, of->last, of->older);
    }
  double *spare = of->older;
  of->older = of->last;
  of->last = spare;
  memcpy (of->last, state, of->modes * of->width * sizeof *state);
  of->known++;
  of->next = 2.0 * t;
  return rest;
}

/* Modes that do not know of each other go on their own, as tasks; where they
   are pushed, all of them are one.  */
static support_status
follow (void *context, size_t task, support_team *team)
{
  const curve *all = context;
  const pairs_model *model = all->model;
  const size_t first = pairs_first_size (model), count = all->count;
  const size_t width = first + pairs_second_size (model);
  const size_t modes = all->push ? all->modes : 1;
  const size_t size = modes * width + (all->push ? 1 : 0);
  const double last = all->time[count - 1];
  motion of = { .all = all,
                .mode = &all->mode[task],
                .width = width,
                .push = calloc (modes, sizeof *of.push),
                .copies = support_doubles (2 * modes),
                .work = support_doubles (pairs_work_size (model)) };
  double *state = support_doubles (size);
  past before = { .modes = modes,
                  .width = width,
                  .first = first,
                  .last = support_doubles (size),
                  .older = support_doubles (size),
                  .next = 1.0 / model->fastest };
  const gsl_odeiv2_system system = { .function = all->push ? pushed_flow : flow,
                                     .dimension = size,
                                     .params = &of };
  gsl_odeiv2_step *method = gsl_odeiv2_step_alloc (gsl_odeiv2_step_rk8pd, size);
  gsl_odeiv2_evolve *evolve = gsl_odeiv2_evolve_alloc (size);
  /* Below 1e-24 of what moves the mode nothing is meant.  */
  double scale = 0.0;
  for (size_t i = task; i < task + modes; i++)
    scale =
        fmax (scale, fmax (all->start[i] * all->start[i], all->mode[i].noise));
  const double least = 1e-24 * fmin (scale, sqrt (scale)) + DBL_MIN;
  gsl_odeiv2_control *control =
      gsl_odeiv2_control_y_new (least, all->tolerance);
  support_status status = SUPPORT_MEMORY;
  if (of.work && of.push && of.copies && state && before.last && before.older
      && method && evolve && control)
    {
      double t = 0.0, step = 0.1 / model->fastest;
      size_t taken = 0;
      bool resting = false;
      double rested = 0.0;
      status = SUPPORT_OK;
      for (size_t i = 0; i < modes; i++)
        {
          const double start = all->start[task + i];
          pairs_fill (model, PAIRS_FIRST_KINDS, start, state + i * width);
          pairs_fill (model, PAIRS_SECOND_KINDS, start * start,
                      state + i * width + first);
        }
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
              else if (at_rest (&before, t, state, all->tolerance, least))
                {
                  resting = true;
                  rested = t;
                }
              /* Grown out of all bounds: the rest is what it grows to.  */
              else
                for (size_t i = 0; i < modes; i++)
                  if (! (fabs (pairs_total (model, state + i * width + first))
                         < 1e280))
                    t = INFINITY;
            }
          if (status != SUPPORT_OK)
            break;
          for (size_t i = 0; i < modes; i++)
            {
              const double *own = state + i * width;
              const size_t place = (task + i) * count + k;
              if (all->mean)
                all->mean[place] = isinf (t) ? NAN : pairs_total (model, own);
              if (all->second)
                all->second[place] =
                    isinf (t) ? INFINITY : pairs_total (model, own + first);
            }
          if (all->counted)
            all->counted[k] =
                isinf (t)
                    ? NAN
                    : state[size - 1]
                          + (resting ? of.rate * (all->time[k] - rested) : 0.0);
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
  free (of.push);
  free (of.copies);
  return status;
}

support_status
pairs_pushed_moments (const pairs_model *model, const pairs_mode *mode,
                      const double *start, size_t modes, const double *time,
                      size_t count, double tolerance, pairs_push_at *push,
                      void *context, double *mean, double *second,
                      double *counted, const support_hooks *hooks,
                      support_failure *failure)
{
  curve of = { .model = model,
               .mode = mode,
               .start = start,
               .modes = modes,
               .time = time,
               .count = count,
               .tolerance = tolerance,
               .push = push,
               .context = context,
               .mean = mean,
               .second = second,
               .counted = counted };
  for (size_t k = 0; k < count; k++)
    if (! (time[k] >= (k ? time[k - 1] : 0.0) && isfinite (time[k])))
      return support_fail (failure, SUPPORT_INVALID,
                           "times must be finite, >= 0 and not decreasing");
  if (count == 0)
    return SUPPORT_OK;
  const support_status status =
      support_team_run (follow, &of, push ? 1 : modes, 0, hooks, NULL);
  if (status == SUPPORT_MEMORY)
    return support_fail_memory (failure);
  if (status == SUPPORT_NUMERICAL)
    return support_fail (failure, status,
                         "the moments could not be followed in time");
  return status;
}

support_status
pairs_moments (const pairs_model *model, const pairs_mode *mode,
               const double *start, size_t modes, const double *time,
               size_t count, double tolerance, double *mean, double *second,
               const support_hooks *hooks, support_failure *failure)
{
  return pairs_pushed_moments (model, mode, start, modes, time, count,
                               tolerance, NULL, NULL, mean, second, NULL, hooks,
                               failure);
}
