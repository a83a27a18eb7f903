/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The continuous variables: the best of a few places, and from there Brent's
   method along one, or the simplex of Nelder and Mead among several.  */
#include "plan/plan_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_multimin.h>

typedef struct tuning
{
  plan_search *search;
  bool sketch;
  size_t count;
  int variable[PLAN_VARIABLES]; /* those that are continuous */
  double at[PLAN_VARIABLES];
  double best[PLAN_VARIABLES];
  plan_glance least; /* at BEST */
  support_status status;
  support_failure failure;
} tuning;

bool
plan_has_continuous (const plan_task *task)
{
  for (int v = PLAN_WHOLE; v < PLAN_VARIABLES; v++)
    if (task->over[v])
      return true;
  return false;
}

/* Coordinates in which the bounds are 0 and 1; rates by their logarithm.  */
static double
place_of (const plan_task *task, int v, double value)
{
  const double low = task->least[v], high = task->most[v];
  if (low == high)
    return 0.0;
  return v == PLAN_RATE ? log (value / low) / log (high / low)
                        : (value - low) / (high - low);
}

static double
value_at (const plan_task *task, int v, double x)
{
  const double low = task->least[v], high = task->most[v];
  x = fmin (fmax (x, 0.0), 1.0);
  return v == PLAN_RATE ? low * pow (high / low, x) : low + (high - low) * x;
}

/* The merit at X; outside of the bounds that on them, and more.  */
static double
merit_at (tuning *of, const double *x)
{
  const plan_task *task = of->search->task;
  plan_glance glance;
  double outside = 0.0;
  if (of->status != SUPPORT_OK)
    return PLAN_HOPELESS;
  for (size_t k = 0; k < of->count; k++)
    {
      of->at[of->variable[k]] = value_at (task, of->variable[k], x[k]);
      outside += fmax (-x[k], 0.0) + fmax (x[k] - 1.0, 0.0);
    }
  of->status =
      plan_look (of->search, of->at, of->sketch, &glance, &of->failure);
  if (of->status != SUPPORT_OK)
    return PLAN_HOPELESS;
  if (glance.merit < of->least.merit)
    {
      of->least = glance;
      memcpy (of->best, of->at, sizeof of->best);
    }
  return fmin (glance.merit + 10.0 * outside * fabs (glance.merit),
               PLAN_HOPELESS);
}

static double
merit_along (double x, void *data)
{
  return merit_at (data, &x);
}

static double
merit_of_point (const gsl_vector *x, void *data)
{
  double place[PLAN_VARIABLES] = { 0.0 };
  for (size_t k = 0; k < x->size; k++)
    place[k] = gsl_vector_get (x, k);
  return merit_at (data, place);
}

/* ---- one variable -------------------------------------------------------- */

static void
minimise_along (tuning *of, double low, double middle, double high,
                double at_low, double at_middle, double at_high)
{
  enum
  {
    MOST_STEPS = 14
  };
  const double enough = of->sketch ? 4e-3 : 2e-3;
  gsl_function function = { merit_along, of };
  gsl_min_fminimizer *minimiser =
      gsl_min_fminimizer_alloc (gsl_min_fminimizer_brent);
  if (! minimiser)
    {
      of->status = support_fail_memory (&of->failure);
      return;
    }
  int failed = gsl_min_fminimizer_set_with_values (
      minimiser, &function, middle, at_middle, low, at_low, high, at_high);
  for (int step = 0; step < MOST_STEPS && ! failed; step++)
    {
      failed = gsl_min_fminimizer_iterate (minimiser);
      if (gsl_min_fminimizer_x_upper (minimiser)
              - gsl_min_fminimizer_x_lower (minimiser)
          < enough)
        break;
    }
  gsl_min_fminimizer_free (minimiser);
}

/* Over POINTS places from LOW to HIGH, and between the neighbours of the
   best.  */
static void
scan_along (tuning *of, double low, double high, int points)
{
  double merit[32];
  const double step = (high - low) / (points - 1);
  int best = 0;
  for (int k = 0; k < points; k++)
    {
      merit[k] = merit_along (low + step * k, of);
      if (merit[k] < merit[best])
        best = k;
    }
  if (of->status != SUPPORT_OK || merit[best] >= PLAN_HOPELESS)
    return;
  double left = low + step * (best - 1), right = low + step * (best + 1);
  double middle = low + step * best, at_middle = merit[best];
  double at_left = best > 0 ? merit[best - 1] : 0.0;
  double at_right = best + 1 < points ? merit[best + 1] : 0.0;
  /* At an end: a place inside that is better than both, if there is one.  */
  if (best == 0 || best + 1 == points)
    {
      const double end = middle, inwards = best == 0 ? 1.0 : -1.0;
      const double at_end = at_middle;
      double reach = step;
      for (int k = 0; k < 6 && at_middle >= at_end; k++)
        {
          reach *= 0.3;
          middle = end + inwards * reach;
          at_middle = merit_along (middle, of);
        }
      if (at_middle >= at_end)
        return;
      if (best == 0)
        {
          left = end;
          at_left = at_end;
        }
      else
        {
          right = end;
          at_right = at_end;
        }
    }
  if (at_middle < at_left && at_middle < at_right)
    minimise_along (of, left, middle, right, at_left, at_middle, at_right);
}

/* Downhill from X in steps of REACH until there is a better place between two
   worse ones, or a bound.  */
static void
descend_along (tuning *of, double x, double reach)
{
  enum
  {
    MOST_STEPS = 12
  };
  double place[3] = { fmax (x - reach, 0.0), x, fmin (x + reach, 1.0) };
  double merit[3];
  for (int k = 0; k < 3; k++)
    merit[k] = merit_along (place[k], of);
  for (int step = 0; step < MOST_STEPS; step++)
    {
      const bool left = merit[0] < merit[1] && merit[0] <= merit[2];
      const bool right = ! left && merit[2] < merit[1];
      if (! left && ! right)
        break;
      const double next = left ? place[0] - reach : place[2] + reach;
      if (next <= 0.0 || next >= 1.0)
        break;
      const double at_next = merit_along (next, of);
      place[left ? 2 : 0] = place[1];
      merit[left ? 2 : 0] = merit[1];
      place[1] = place[left ? 0 : 2];
      merit[1] = merit[left ? 0 : 2];
      place[left ? 0 : 2] = next;
      merit[left ? 0 : 2] = at_next;
    }
  if (merit[1] < merit[0] && merit[1] < merit[2] && place[0] < place[1]
      && place[1] < place[2])
    minimise_along (of, place[0], place[1], place[2], merit[0], merit[1],
                    merit[2]);
}

static void
tune_one (tuning *of, bool near)
{
  const plan_task *task = of->search->task;
  const int v = of->variable[0];
  const double span =
      v == PLAN_RATE ? log (task->most[v] / task->least[v]) : 1.0;
  if (task->least[v] == task->most[v])
    merit_along (0.0, of);
  else if (near)
    /* A factor of 1.3 in the rate.  */
    descend_along (of, fmin (fmax (place_of (task, v, of->at[v]), 0.0), 1.0),
                   v == PLAN_RATE ? fmin (log (1.3) / span, 0.5) : 0.05);
  else
    scan_along (of, 0.0, 1.0,
                v == PLAN_RATE ? (int) fmin (fmax (span / 0.7, 5.0), 30.0) : 9);
}

/* ---- several --------------------------------------------------------------
 */

static void
simplex (tuning *of, const double *from, double size, int most)
{
  const double enough = of->sketch ? 3e-3 : 2e-3;
  gsl_multimin_function function = { merit_of_point, of->count, of };
  gsl_vector *start = gsl_vector_alloc (of->count);
  gsl_vector *step = gsl_vector_alloc (of->count);
  gsl_multimin_fminimizer *minimiser = gsl_multimin_fminimizer_alloc (
      gsl_multimin_fminimizer_nmsimplex2, of->count);
  if (start && step && minimiser)
    {
      for (size_t k = 0; k < of->count; k++)
        {
          gsl_vector_set (start, k, from[k]);
          /* Away from the nearer bound.  */
          gsl_vector_set (step, k, from[k] > 0.5 ? -size : size);
        }
      int failed =
          gsl_multimin_fminimizer_set (minimiser, &function, start, step);
      for (int turn = 0; turn < most && ! failed; turn++)
        {
          failed = gsl_multimin_fminimizer_iterate (minimiser);
          if (gsl_multimin_fminimizer_size (minimiser) < enough)
            break;
        }
    }
  else
    of->status = support_fail_memory (&of->failure);
  gsl_multimin_fminimizer_free (minimiser);
  gsl_vector_free (start);
  gsl_vector_free (step);
}

/* The best place of a lattice that is fine in the learning rate.  */
static void
scan_lattice (tuning *of, double *best)
{
  double x[PLAN_VARIABLES] = { 0.0 }, least = INFINITY;
  int points[PLAN_VARIABLES], at[PLAN_VARIABLES] = { 0 };
  for (size_t k = 0; k < of->count; k++)
    points[k] = of->variable[k] == PLAN_RATE ? 9 : 4;
  for (bool more = true; more;)
    {
      for (size_t k = 0; k < of->count; k++)
        x[k] = (double) at[k] / (points[k] - 1);
      const double merit = merit_at (of, x);
      if (merit < least)
        {
          least = merit;
          memcpy (best, x, of->count * sizeof *best);
        }
      more = false;
      for (size_t k = 0; ! more && k < of->count; k++)
        {
          at[k] = (at[k] + 1) % points[k];
          more = at[k] != 0;
        }
    }
}

static void
tune_several (tuning *of, bool near)
{
  double x[PLAN_VARIABLES] = { 0.0 };
  for (size_t k = 0; k < of->count; k++)
    x[k] =
        place_of (of->search->task, of->variable[k], of->at[of->variable[k]]);
  if (! near)
    scan_lattice (of, x);
  simplex (of, x, near ? 0.05 : 0.12, near ? 30 : 60);
}

support_status
plan_tune (plan_search *search, bool sketch, bool near,
           double at[PLAN_VARIABLES], plan_glance *glance,
           support_failure *failure)
{
  tuning of = { .search = search,
                .sketch = sketch,
                .least = { PLAN_HOPELESS, NAN, NAN } };
  memcpy (of.at, at, sizeof of.at);
  memcpy (of.best, at, sizeof of.best);
  for (int v = PLAN_WHOLE; v < PLAN_VARIABLES; v++)
    if (search->task->over[v])
      of.variable[of.count++] = v;
  if (of.count == 0)
    of.status = plan_look (search, at, sketch, &of.least, &of.failure);
  else if (of.count == 1)
    tune_one (&of, near);
  else
    tune_several (&of, near);
  if (of.status != SUPPORT_OK && failure)
    *failure = of.failure;
  memcpy (at, of.best, sizeof of.best);
  *glance = of.least;
  return of.status;
}
