/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a curve of the loss is at a target, on a coarse grid that is as long as
   it takes.  */
#include "plan/plan_private.h"

#include <math.h>
#include <stdlib.h>

/* The undelayed loss at T, every mode driven by its additive noise.  */
static double
undelayed_loss (const equation_system *system, const equation_loss *loss,
                double t)
{
  double sum = loss->minimum;
  for (size_t i = 0; i < system->modes; i++)
    {
      const double a = system->damping[i];
      const double left = exp (-2.0 * a * t);
      double second = loss->start[i] * loss->start[i] * left;
      if (a > 0.0)
        second += system->intensity[i] / (2.0 * a) * (1.0 - left);
      if (loss->curvature[i] > 0.0)
        sum += 0.5 * loss->curvature[i] * second;
    }
  return sum;
}

/* About how long it takes to TARGET, or to where little more is gained.  */
static double
guess_time (const equation_system *system, const equation_loss *loss,
            double target)
{
  double slowest = INFINITY, high;
  for (size_t i = 0; i < system->modes; i++)
    if (system->damping[i] > 0.0
        && (loss->start[i] != 0.0 || system->intensity[i] > 0.0))
      slowest = fmin (slowest, system->damping[i]);
  if (isinf (slowest))
    return INFINITY;
  high = 20.0 / slowest;
  const double limit = undelayed_loss (system, loss, high);
  const double start = undelayed_loss (system, loss, 0.0);
  const double level = fmax (target, limit + 1e-2 * (start - limit));
  double low = 0.0;
  if (undelayed_loss (system, loss, high) > level)
    return high;
  for (int k = 0; k < 40; k++)
    {
      const double middle = 0.5 * (low + high);
      if (undelayed_loss (system, loss, middle) > level)
        low = middle;
      else
        high = middle;
    }
  return high;
}

/* Losses on a grid of STEPS steps.  */
typedef struct race
{
  const equation_system *system;
  const equation_loss *loss;
  size_t steps;
  double *numbers, *mean, *variance, *value, *sent;
} race;

static bool
race_prepare (race *of)
{
  const size_t points = of->steps + 1, n = of->system->modes;
  of->numbers = support_doubles ((2 * n + 2) * points);
  if (! of->numbers)
    return false;
  of->mean = of->numbers;
  of->variance = of->mean + n * points;
  of->value = of->variance + n * points;
  of->sent = of->value + points;
  return true;
}

static support_status
race_run (race *of, double end, support_failure *failure)
{
  const size_t points = of->steps + 1;
  const double step = end / (double) of->steps;
  const support_status status =
      of->system->trigger.level > 0.0
          ? equation_triggered_moments (of->system, of->loss->start, step,
                                        of->steps, of->mean, of->variance,
                                        of->sent, NULL, failure)
          : equation_moments (of->system, of->loss->start, step, of->steps,
                              of->mean, of->variance, NULL, failure);
  for (size_t k = 0; status == SUPPORT_OK && k < points; k++)
    {
      of->value[k] = of->loss->minimum;
      for (size_t i = 0; i < of->system->modes; i++)
        {
          const double m = of->mean[i * points + k];
          of->value[k] += 0.5 * of->loss->curvature[i]
                          * (m * m + of->variance[i * points + k]);
        }
    }
  return status;
}

/* The place of the first crossing in steps, the loss between two points taken
   for exponential; INFINITY.  */
static double
crossing (const race *of, double target)
{
  const double least = of->loss->minimum;
  for (size_t k = 1; k <= of->steps; k++)
    if (of->value[k] <= target)
      {
        const double before = of->value[k - 1], after = of->value[k];
        double part = (before - target) / (before - after);
        if (after > least && target > least)
          part = log ((before - least) / (target - least))
                 / log ((before - least) / (after - least));
        return (double) (k - 1) + fmin (fmax (part, 0.0), 1.0);
      }
  return INFINITY;
}

static double
sent_at (const race *of, double place)
{
  const size_t k = (size_t) fmin (place, (double) of->steps - 1.0);
  const double part = place - (double) k;
  return (1.0 - part) * of->sent[k] + part * of->sent[k + 1];
}

/* ---- order 3 --------------------------------------------------------- */

/* The loss and its derivative at a time.  */
typedef struct moment
{
  double t, value, slope;
} moment;

static moment
loss_of_walk (const pairs_walk *walk, const equation_loss *loss, size_t modes)
{
  moment now = { .t = pairs_walk_time (walk), .value = loss->minimum };
  for (size_t i = 0; i < modes; i++)
    if (loss->curvature[i] > 0.0)
      {
        double value, slope;
        pairs_walk_second (walk, i, &value, &slope);
        now.value += 0.5 * loss->curvature[i] * value;
        now.slope += 0.5 * loss->curvature[i] * slope;
      }
  return now;
}

/* The first time between two moments at which the cubic through them (Hermite)
   is at TARGET; INFINITY.  */
static double
crossing_between (const moment *from, const moment *to, double target)
{
  enum
  {
    PARTS = 8
  };
  const double h = to->t - from->t;
  double before = from->value;
  for (int k = 1; k <= PARTS; k++)
    {
      const double x = (double) k / PARTS, y = 1.0 - x;
      const double value =
          k == PARTS
              ? to->value
              : y * y * ((1.0 + 2.0 * x) * from->value + x * h * from->slope)
                    + x * x * ((1.0 + 2.0 * y) * to->value - y * h * to->slope);
      if (value <= target)
        return from->t
               + h
                     * ((double) (k - 1)
                        + fmin (
                            fmax ((before - target) / (before - value), 0.0),
                            1.0))
                     / PARTS;
      before = value;
    }
  return INFINITY;
}

/* The same for the curve itself: a step to there, and what is left of it.  */
static support_status
refine_crossing (pairs_walk *walk, const equation_loss *loss, size_t modes,
                 double target, double *time, support_failure *failure)
{
  const support_status status = pairs_walk_within (walk, *time, failure);
  const moment there = loss_of_walk (walk, loss, modes);
  if (status == SUPPORT_OK && there.slope < 0.0)
    {
      const double more = (target - there.value) / there.slope;
      if (fabs (more) < 0.1 * *time)
        *time += more;
    }
  return status;
}

/* plan_race by the pair closure, which is followed no farther than it takes. */
static support_status
race_pairs (const equation_system *system, const equation_loss *loss,
            double target, double safe, double longest, plan_finish *at,
            support_failure *failure)
{
  enum
  {
    MOST_STEPS = 20000
  };
  const double accuracy = 1e-6, far = 3.0 * longest;
  const size_t modes = system->modes;
  const double least = loss->minimum;
  const double mean = delay_mean (system->delay);
  double curvature = 0.0, reached = INFINITY, beyond = INFINITY;
  for (size_t i = 0; i < modes; i++)
    curvature += loss->curvature[i];
  pairs_walk *walk;
  support_status status = pairs_walk_create (
      system->pairs, system->pair, loss->start, modes,
      accuracy * (target - least) / curvature, &walk, failure);
  if (status != SUPPORT_OK)
    return status;
  moment last = loss_of_walk (walk, loss, modes);
  /* Where it was when half of the time had passed.  */
  moment half = last;
  double look = 8.0 * mean;
  const double start = last.value;
  for (int step = 0; step < MOST_STEPS && isinf (beyond); step++)
    {
      status = pairs_walk_step (walk, INFINITY, failure);
      if (status != SUPPORT_OK)
        break;
      const moment now = loss_of_walk (walk, loss, modes);
      if (isinf (reached))
        reached = crossing_between (&last, &now, target);
      beyond = crossing_between (&last, &now, safe);
      const bool first = isfinite (reached) && reached >= last.t;
      last = now;
      if (first || isfinite (beyond))
        {
          /* The places in this step, and on from its end.  */
          if (first)
            status =
                refine_crossing (walk, loss, modes, target, &reached, failure);
          if (status == SUPPORT_OK && isfinite (beyond))
            status =
                refine_crossing (walk, loss, modes, safe, &beyond, failure);
          if (status == SUPPORT_OK && isinf (beyond))
            status = pairs_walk_within (walk, now.t, failure);
          if (status != SUPPORT_OK)
            break;
        }
      /* Grown, settled, or too late: it will not do.  */
      if (! (now.value < 2.0 * start) || now.t > far)
        break;
      if (now.t > look)
        {
          if (now.value > half.value - 0.02 * (now.value - safe))
            break;
          half = now;
          look = 1.5 * now.t;
        }
    }
  at->reached = isfinite (reached);
  at->time = at->reached ? reached : 0.0;
  /* SAFE may be far below the target: what is between counts by half.  */
  at->merit = 0.5 * (reached + beyond);
  if (isinf (beyond))
    {
      const double way = isfinite (last.value) && last.value > safe
                             ? log ((last.value - least) / (safe - least))
                             : 700.0;
      at->merit = last.t * (1.0 + fmin (fmax (way, 0.0), 700.0));
    }
  pairs_walk_free (walk);
  return status;
}

support_status
plan_race (const equation_system *system, const equation_loss *loss,
           size_t steps, double target, double safe, double hint,
           double longest, plan_finish *at, support_failure *failure)
{
  enum
  {
    MOST_RUNS = 6
  };
  race of = { .system = system, .loss = loss, .steps = steps };
  const double least = of.loss->minimum;
  const double start = undelayed_loss (of.system, of.loss, 0.0);
  const double mean = delay_mean (of.system->delay);
  double end = 1.2 * hint;
  support_status status = SUPPORT_OK;
  *at = (plan_finish){ .reached = start <= target,
                       .merit = start <= target ? 0.0 : PLAN_HOPELESS };
  at->sent_to_merit = at->merit;
  if (at->reached || ! (target > least))
    return SUPPORT_OK;
  if (system->pairs)
    return race_pairs (system, loss, target, safe, longest, at, failure);
  if (hint == 0.0)
    end = 1.25 * guess_time (of.system, of.loss, target) + 3.0 * mean;
  if (! isfinite (end))
    return SUPPORT_OK;
  /* Slow candidates, which take longest to solve, are not followed far.  */
  end = fmin (end, 3.0 * longest);
  if (! race_prepare (&of))
    return support_fail_memory (failure);
  for (int run = 0; run < MOST_RUNS; run++)
    {
      status = race_run (&of, end, failure);
      if (status != SUPPORT_OK)
        break;
      const double step = end / (double) of.steps;
      const double place = crossing (&of, target);
      const double beyond = crossing (&of, safe);
      at->reached = isfinite (place);
      if (at->reached)
        {
          at->time = place * step;
          at->sent = sent_at (&of, place);
        }
      if (isfinite (beyond))
        {
          at->merit = beyond * step;
          at->sent_to_merit = sent_at (&of, beyond);
          if (beyond > 0.25 * (double) of.steps)
            break;
          end = 1.2 * at->merit + step;
          continue;
        }
      const double last = of.value[of.steps];
      const double earlier = of.value[of.steps - of.steps / 4];
      const double far = isfinite (last) && last > safe
                             ? log ((last - least) / (safe - least))
                             : 700.0;
      const double longer = 1.0 + fmin (fmax (far, 0.0), 700.0);
      at->merit = end * longer;
      at->sent_to_merit = of.sent[of.steps] * longer;
      /* Grown, settled, or too late: it will not do.  */
      if (! (last < 2.0 * start) || last > earlier - 0.02 * (last - safe)
          || end > longest)
        break;
      end *= 2.0;
    }
  free (of.numbers);
  return status;
}

support_status
plan_settle (const equation_system *system, const equation_loss *loss,
             size_t steps, double target, double hint, double longest,
             plan_finish *at, support_failure *failure)
{
  enum
  {
    MOST_RUNS = 12,
    MOST_STEPS = 6000
  };
  const double delays = 6.0, finest = 0.15; /* in mean delays */
  race of = { .system = system, .loss = loss, .steps = steps };
  const double least = of.loss->minimum;
  const double start = undelayed_loss (of.system, of.loss, 0.0);
  const double mean = delay_mean (of.system->delay);
  double end = 2.2 * hint + delays * mean;
  support_status status = SUPPORT_OK;
  *at = (plan_finish){ .merit = PLAN_HOPELESS };
  if (! (target > least))
    return SUPPORT_OK;
  if (hint == 0.0)
    end += 2.2 * guess_time (of.system, of.loss, target);
  if (! isfinite (end))
    return SUPPORT_OK;
  for (int run = 0; run < MOST_RUNS; run++)
    {
      /* The mean may swing as long as it likes: every swing is to be seen.  */
      of.steps = (size_t) fmax ((double) steps,
                                fmin (end / (finest * mean), MOST_STEPS));
      if (end > MOST_STEPS * finest * mean * 1.01)
        break;
      if (! race_prepare (&of))
        return support_fail_memory (failure);
      const size_t points = of.steps + 1;
      const double step = end / (double) of.steps;
      size_t last = points;
      double highest = 0.0;
      status = race_run (&of, end, failure);
      if (status != SUPPORT_OK)
        break;
      for (size_t k = points; k-- > 0;)
        {
          of.value[k] = least;
          for (size_t i = 0; i < of.system->modes; i++)
            {
              const double m = of.mean[i * points + k];
              of.value[k] += 0.5 * of.loss->curvature[i] * m * m;
            }
          if (last == points && ! (of.value[k] <= target))
            last = k;
          if (k > of.steps - of.steps / 4)
            highest = fmax (highest, of.value[k]);
        }
      if (last == points)
        last = 0;
      at->time = at->merit = step * (double) last;
      if (last < of.steps)
        {
          const double before = of.value[last], after = of.value[last + 1];
          if (before > target && after > least)
            at->time = at->merit =
                step
                * ((double) last
                   + log ((before - least) / (target - least))
                         / log ((before - least) / (after - least)));
        }
      at->reached = 2 * last < of.steps && end - at->time > delays * mean;
      if (at->reached)
        break;
      const double far = isfinite (highest) && highest > target
                             ? log ((highest - least) / (target - least))
                             : 0.0;
      at->merit = end * (1.0 + far);
      if (! (highest < 2.0 * start) || at->time > longest)
        break;
      end *= 1.7;
      free (of.numbers);
      of.numbers = NULL;
    }
  free (of.numbers);
  return status;
}
