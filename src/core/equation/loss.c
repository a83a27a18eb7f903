/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The expected loss of a quadratic, in time and in the limit, and the time it
   takes to a target.  */
#include "equation/equation_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_sort.h>

/* ---- the limit ------------------------------------------------------- */

/* Modes that are always at rest, or whose loss is 0 wherever they are.  */
static bool
matters (const equation_system *system, const equation_loss *loss, size_t i)
{
  bool moved = loss->start[i] != 0.0 || system->intensity[i] > 0.0;
  if (system->coupled)
    for (size_t j = 0; ! moved && j < system->modes; j++)
      moved = system->coupling[i + j * system->modes] > 0.0;
  return moved && loss->curvature[i] > 0.0;
}

double
equation_floor_at (const equation_system *system, const equation_loss *loss,
                   const double *variance, const double *energy)
{
  double sum = loss->minimum;
  for (size_t i = 0; i < system->modes; i++)
    if (matters (system, loss, i))
      sum +=
          isinf (energy[i]) ? INFINITY : 0.5 * loss->curvature[i] * variance[i];
  return sum;
}

support_status
equation_loss_floor (const equation_system *system, const equation_loss *loss,
                     double *floor, support_failure *failure)
{
  const size_t n = system->modes;
  double *variance = support_doubles (n), *energy = support_doubles (n);
  support_status status = variance && energy ? SUPPORT_OK : SUPPORT_MEMORY;

  if (status == SUPPORT_OK)
    status = equation_stationary (system, variance, energy, NULL, failure);
  else
    support_fail_memory (failure);
  if (status == SUPPORT_OK)
    *floor = equation_floor_at (system, loss, variance, energy);
  free (variance);
  free (energy);
  return status;
}

/* ---- curves ---------------------------------------------------------- */

/* Moments and loss on a grid of STEPS steps to the time END.  */
typedef struct grid
{
  size_t steps;
  double step;
  double *mean, *variance, *loss;
  double *sent; /* under a trigger */
} grid;

static void
grid_free (grid *of)
{
  free (of->mean);
  free (of->variance);
  free (of->loss);
  free (of->sent);
  *of = (grid){ .mean = NULL };
}

static support_status
grid_create (const equation_system *system, const equation_loss *loss,
             double end, size_t steps, grid *of, const support_hooks *hooks,
             support_failure *failure)
{
  const size_t n = system->modes, points = steps + 1;
  support_status status = SUPPORT_MEMORY;
  *of = (grid){ .steps = steps, .step = end / (double) steps };
  if (n <= SIZE_MAX / sizeof (double) / points)
    {
      of->mean = support_doubles (n * points);
      of->variance = support_doubles (n * points);
      of->loss = support_doubles (points);
      of->sent = support_doubles (points);
    }
  if (! of->mean || ! of->variance || ! of->loss || ! of->sent)
    support_fail_memory (failure);
  else if (system->trigger.level > 0.0)
    status = equation_triggered_moments (system, loss->start, of->step, steps,
                                         of->mean, of->variance, of->sent,
                                         hooks, failure);
  else
    status = equation_moments (system, loss->start, of->step, steps, of->mean,
                               of->variance, hooks, failure);
  for (size_t k = 0; status == SUPPORT_OK && k < points; k++)
    {
      of->loss[k] = loss->minimum;
      for (size_t i = 0; i < n; i++)
        {
          const double m = of->mean[i * points + k];
          of->loss[k] +=
              0.5 * loss->curvature[i] * (m * m + of->variance[i * points + k]);
        }
    }
  if (status != SUPPORT_OK)
    grid_free (of);
  return status;
}

/* Linear between the grid points.  */
static double
read (const grid *of, const double *values, double t)
{
  const double place = fmin (t / of->step, (double) of->steps);
  const size_t k = place < (double) of->steps ? (size_t) place : of->steps - 1;
  const double part = place - (double) k;
  return (1.0 - part) * values[k] + part * values[k + 1];
}

/* The loss of the pair closure at COUNT times that do not decrease, with the
   moments it is made of (times first).  */
static support_status
pairs_loss (const equation_system *system, const equation_loss *loss,
            const double *time, size_t count, double tolerance, double *first,
            double *second, double *sent, double *value,
            const support_hooks *hooks, support_failure *failure)
{
  const support_status status =
      equation_pairs_course (system, loss->start, time, count, tolerance, first,
                             second, sent, hooks, failure);
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      value[k] = loss->minimum;
      for (size_t i = 0; i < system->modes; i++)
        if (loss->curvature[i] > 0.0)
          value[k] += 0.5 * loss->curvature[i] * second[i * count + k];
    }
  return status;
}

/* Its curve, at the times themselves.  */
static support_status
pairs_curve (const equation_system *system, const equation_loss *loss,
             const double *time, size_t count, double *value, double *mean,
             double *variance, double *sent, double *error,
             const support_hooks *hooks, support_failure *failure)
{
  const size_t n = system->modes, size = n * count;
  double *sorted = support_doubles (count), *fine = support_doubles (count);
  double *coarse = support_doubles (count), *gone = support_doubles (count);
  double *first = support_doubles (size), *second = support_doubles (size);
  size_t *order = calloc (count + 1, sizeof *order);
  double scale = DBL_MIN;
  support_status status = SUPPORT_OK;

  if (! sorted || ! fine || ! coarse || ! gone || ! first || ! second
      || ! order)
    status = support_fail_memory (failure);
  else
    gsl_sort_index (order, time, 1, count);
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    sorted[k] = time[order[k]];
  for (size_t i = 0; i < n; i++)
    scale += 0.5e-4 * loss->curvature[i] * loss->start[i] * loss->start[i];
  /* Once with steps of less care, to see what they change.  */
  if (status == SUPPORT_OK)
    status = pairs_loss (system, loss, sorted, count,
                         100.0 * EQUATION_PAIRS_TOLERANCE, first, second, gone,
                         coarse, hooks, failure);
  if (status == SUPPORT_OK)
    status = pairs_loss (system, loss, sorted, count, EQUATION_PAIRS_TOLERANCE,
                         first, second, gone, fine, hooks, failure);
  *error = EQUATION_PAIRS_TOLERANCE;
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      value[order[k]] = fine[k];
      if (sent)
        sent[order[k]] = gone[k];
      if (isfinite (fine[k]))
        *error = fmax (*error, fabs (fine[k] - coarse[k])
                                   / (fine[k] - loss->minimum + scale));
      for (size_t i = 0; i < n; i++)
        {
          const double m = first[i * count + k];
          if (mean)
            mean[i + order[k] * n] = m;
          if (variance)
            variance[i + order[k] * n] =
                equation_variance (second[i * count + k], m);
        }
    }
  free (sorted);
  free (fine);
  free (gone);
  free (coarse);
  free (first);
  free (second);
  free (order);
  return status;
}

support_status
equation_expected_loss (const equation_system *system,
                        const equation_loss *loss, const double *time,
                        size_t count, double *value, double *mean,
                        double *variance, double *sent, double *error,
                        const support_hooks *hooks, support_failure *failure)
{
  enum
  {
    COARSEST = 256,
    FINEST = 8192
  };
  const size_t n = system->modes;
  const double tolerance = 5e-4;
  /* Work grows with the square of the steps, or with their cube: no more than
     some seconds.  */
  const double most_work = 3e9;
  double end = 0.0, scale = 0.0;
  double *coarse = support_doubles (count);
  grid of = { .mean = NULL };
  support_status status = coarse ? SUPPORT_OK : support_fail_memory (failure);

  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      if (! (time[k] >= 0.0 && isfinite (time[k])))
        status = support_fail (failure, SUPPORT_INVALID,
                               "times must be finite and >= 0");
      end = fmax (end, time[k]);
    }
  for (size_t i = 0; i < n; i++)
    scale += 0.5 * loss->curvature[i] * loss->start[i] * loss->start[i];
  if (end == 0.0)
    end = 1.0;
  if (status == SUPPORT_OK && system->pairs)
    {
      free (coarse);
      return pairs_curve (system, loss, time, count, value, mean, variance,
                          sent, error, hooks, failure);
    }

  *error = INFINITY;
  for (size_t steps = COARSEST;
       status == SUPPORT_OK && steps <= FINEST && ! (*error <= tolerance);
       steps *= 2)
    {
      double change = 0.0;
      if (steps > COARSEST && equation_moments_work (system, steps) > most_work)
        break;
      grid_free (&of);
      status = grid_create (system, loss, end, steps, &of, hooks, failure);
      for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
        {
          value[k] = read (&of, of.loss, time[k]);
          const double excess =
              value[k] - loss->minimum + 1e-4 * scale + DBL_MIN;
          change = fmax (change, fabs (value[k] - coarse[k]) / excess);
          coarse[k] = value[k];
        }
      /* An error of second order: a third of the change is left.  */
      if (status == SUPPORT_OK && steps > COARSEST)
        *error = change / 3.0;
      if (status == SUPPORT_OK && isnan (*error))
        break; /* overflow: the curve is Inf or NaN as it is */
    }
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    for (size_t k = 0; k < count; k++)
      {
        const size_t first = i * (of.steps + 1);
        if (mean)
          mean[i + k * n] = read (&of, of.mean + first, time[k]);
        if (variance)
          variance[i + k * n] = read (&of, of.variance + first, time[k]);
      }
  for (size_t k = 0; status == SUPPORT_OK && sent && k < count; k++)
    sent[k] = read (&of, of.sent, time[k]);
  grid_free (&of);
  free (coarse);
  return status;
}

/* ---- time to a target ------------------------------------------------ */

/* The first crossing on the grid; INFINITY where there is none.  */
static double
crossing (const grid *of, double target)
{
  for (size_t k = 1; k <= of->steps; k++)
    if (of->loss[k] <= target)
      {
        const double fall = of->loss[k - 1] - of->loss[k];
        const double part =
            fall > 0.0 ? (of->loss[k - 1] - target) / fall : 1.0;
        return of->step * ((double) (k - 1) + fmin (part, 1.0));
      }
  return INFINITY;
}

/* A crossing that is known to a STEP, of the pair closure, on a finer grid.  */
static support_status
pairs_crossing (const equation_system *system, const equation_loss *loss,
                double target, double found, double step, double *time,
                const support_hooks *hooks, support_failure *failure)
{
  enum
  {
    PARTS = 16
  };
  const double low = step * floor (found / step * (1.0 - 1e-12));
  const size_t size = system->modes * (PARTS + 1);
  double at[PARTS + 1], value[PARTS + 1];
  double *first = support_doubles (size), *second = support_doubles (size);
  support_status status = SUPPORT_OK;
  if (! first || ! second)
    status = support_fail_memory (failure);
  for (int k = 0; k <= PARTS; k++)
    at[k] = low + step * k / PARTS;
  if (status == SUPPORT_OK)
    status = pairs_loss (system, loss, at, PARTS + 1, EQUATION_PAIRS_TOLERANCE,
                         first, second, NULL, value, hooks, failure);
  if (status == SUPPORT_OK)
    {
      int k = 1;
      while (k < PARTS && value[k] > target)
        k++;
      const double fall = value[k - 1] - value[k];
      const double part = fall > 0.0 ? (value[k - 1] - target) / fall : 1.0;
      *time = at[k - 1] + step / PARTS * fmin (fmax (part, 0.0), 1.0);
    }
  free (first);
  free (second);
  return status;
}

/* The speed of the slowest mode that matters, 0 where one does not
   converge.  */
static support_status
slowest (const equation_system *system, const equation_loss *loss, double *rate,
         support_failure *failure)
{
  support_status status = SUPPORT_OK;
  *rate = INFINITY;
  for (size_t i = 0; status == SUPPORT_OK && i < system->modes; i++)
    if (matters (system, loss, i) && loss->start[i] != 0.0)
      {
        roots_root root;
        bool subexponential;
        status =
            equation_rightmost (system, i, &root, &subexponential, failure);
        /* No root that can be certified (heavy tails): the undelayed speed
           serves as a scale.  */
        if (status == SUPPORT_OK)
          *rate = fmin (*rate, root.multiplicity > 0
                                   ? fmax (-creal (root.s), 0.0)
                                   : system->damping[i] + system->decay[i]);
      }
  return status;
}

support_status
equation_time_to_target (const equation_system *system,
                         const equation_loss *loss, double target, double *time,
                         const support_hooks *hooks, support_failure *failure)
{
  enum
  {
    STEPS = 512,
    STEPS_OF_PAIRS = 128, /* whose values are as good on any grid */
    MOST_DOUBLINGS = 40
  };
  const double mean = delay_mean (system->delay);
  const double most_work = 3e9;
  const size_t first_steps = system->pairs ? STEPS_OF_PAIRS : STEPS;
  double floor, rate, start = loss->minimum, end, step = 0.0;
  double found = INFINITY;
  support_status status = equation_loss_floor (system, loss, &floor, failure);

  *time = NAN;
  if (status == SUPPORT_OK)
    status = slowest (system, loss, &rate, failure);
  if (status != SUPPORT_OK)
    return status;
  for (size_t i = 0; i < system->modes; i++)
    start += 0.5 * loss->curvature[i] * loss->start[i] * loss->start[i];
  if (start <= target)
    {
      *time = 0.0;
      return SUPPORT_OK;
    }
  if (! isfinite (rate))
    {
      *time = INFINITY; /* nothing moves towards the minimum */
      return SUPPORT_OK;
    }

  /* Reached for certain only above the floor; below it (or without one) the
     loss may still dip under the target early on, so a few time constants are
     looked at.  */
  const bool certain = target > floor;
  const double excess = start - floor, left = target - floor;
  end = 10.0 * mean;
  /* The pair closure costs as much as END is long, so that it may begin where
     no early swing through the target is between two points.  */
  if (certain && rate > 0.0 && ! system->pairs)
    end = fmax (end, 0.6 * log (excess / left) / rate);
  const int doublings = certain ? MOST_DOUBLINGS : 8;
  const double settled = rate > 0.0 ? 12.0 / rate : INFINITY;
  for (int k = 0; k < doublings && isinf (found); k++, end *= 2.0)
    {
      grid of;
      status =
          grid_create (system, loss, end, first_steps, &of, hooks, failure);
      if (status != SUPPORT_OK)
        return status;
      step = of.step;
      found = crossing (&of, target);
      const bool diverged = ! (of.loss[first_steps] < 1e6 * start);
      grid_free (&of);
      if (isinf (found) && (diverged || (! certain && end > settled)))
        break;
    }
  if (system->pairs && isfinite (found))
    return pairs_crossing (system, loss, target, found, step, time, hooks,
                           failure);
  /* Once more with all steps before the crossing, halved until it stays.  */
  for (size_t steps = STEPS;
       isfinite (found) && steps <= 8 * STEPS
       && (steps == STEPS
           || equation_moments_work (system, steps) <= most_work);
       steps *= 2)
    {
      const double last = found;
      grid of;
      status =
          grid_create (system, loss, 1.05 * last, steps, &of, hooks, failure);
      if (status != SUPPORT_OK)
        return status;
      const double next = crossing (&of, target);
      grid_free (&of);
      if (isinf (next))
        break;
      found = next;
      if (fabs (found - last) < 1e-4 * found)
        break;
    }
  *time = isinf (found) && certain ? NAN : found;
  return SUPPORT_OK;
}
