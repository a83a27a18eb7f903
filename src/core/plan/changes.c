/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of the best when one thing changes and the plan stays.  */
#include "plan/plan_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A tenth more.  */
static const double FACTOR = 1.1;

/* One change: of a variable, or of the problem.  */
typedef struct trial
{
  plan_change change;
  double at[PLAN_VARIABLES];
  const plan_task *task;
  double value;
} trial;

typedef struct trials
{
  bool sketch;
  size_t count;
  trial each[1 + PLAN_MOST_CHANGES]; /* the first is no change */
} trials;

/* All looked at in the same way, so that they have the same error.  */
static support_status
look (plan_search *search, void *context, size_t k, support_failure *failure)
{
  trials *all = context;
  trial *one = &all->each[k];
  plan_glance glance;
  search->task = one->task;
  search->best = INFINITY;
  search->last = 0.0;
  const support_status status =
      plan_look (search, one->at, all->sketch, &glance, failure);
  one->value =
      one->task->objective == PLAN_SPEED ? -glance.value : glance.value;
  return status;
}

/* Whole numbers change by one at least.  */
static double
changed (int v, double value, bool more)
{
  const double new = more ? value *FACTOR : value / FACTOR;
  if (v >= PLAN_WHOLE)
    return new;
  return more ? fmax (round (new), value + 1.0)
              : fmin (round (new), value - 1.0);
}

static trial *
add_trial (trials *all, const plan_task *task, const plan_row *best,
           const char *what, double from, double to)
{
  trial *one = &all->each[all->count++];
  *one = (trial){ .change = { .what = what, .from = from, .to = to },
                  .task = task };
  memcpy (one->at, best->at, sizeof one->at);
  return one;
}

static void
add_variables (trials *all, const plan_task *task, const plan_row *best)
{
  static const double least[] = { 1.0, 0.0, 1.0, 0.0, 0.0, 0.0 };
  for (int v = 0; v < PLAN_VARIABLES; v++)
    for (int more = 0; more < 2; more++)
      {
        const double from = best->at[v], to = changed (v, from, more);
        if (! task->over[v] || isinf (from) || from == 0.0 || to < least[v]
            || (v == PLAN_MOMENTUM && to >= 1.0))
          continue;
        add_trial (all, task, best, plan_variable_name_at ((size_t) v), from,
                   to)
            ->at[v] = to;
      }
}

support_status
plan_changes (plan_search *search, plan_result *result,
              const support_hooks *hooks, support_failure *failure)
{
  const plan_task *task = search->task;
  const plan_row *best = &result->best;
  const size_t n = task->problem.modes;
  const size_t extras = task->problem.coupled ? n * n : n;
  const plan_case *of;
  trials all = { .count = 0 };
  support_status status = plan_case_of (search, best->at, &of, failure);
  if (status != SUPPORT_OK || of->status != SUPPORT_OK)
    return status;
  all.sketch = ! of->cheap;
  double *numbers = support_doubles (2 * n + extras);
  if (! numbers)
    return support_fail_memory (failure);
  double *noise = numbers, *curvature = noise + n, *extra = curvature + n;
  for (size_t i = 0; i < n; i++)
    {
      noise[i] = FACTOR * FACTOR * task->problem.noise[i];
      curvature[i] = FACTOR * task->problem.curvature[i];
    }
  for (size_t i = 0; i < extras; i++)
    extra[i] = FACTOR * FACTOR * task->problem.extra[i];
  plan_task noisier = *task, steeper = *task;
  noisier.problem.noise = noise;
  noisier.problem.extra = extra;
  steeper.problem.curvature = curvature;

  add_trial (&all, task, best, "", 1.0, 1.0);
  add_trial (&all, &noisier, best, "noise", 1.0, FACTOR);
  add_trial (&all, &steeper, best, "curvature", 1.0, FACTOR);
  add_variables (&all, task, best);
  status = plan_share (search, look, &all, all.count, false, hooks, failure);
  free (numbers);
  const double base = all.each[0].value;
  if (status != SUPPORT_OK || ! isfinite (base) || base == 0.0)
    return status;
  /* With all delays a tenth longer everything takes a tenth longer.  */
  result->change[result->changes++] =
      (plan_change){ .what = "delays",
                     .from = 1.0,
                     .to = FACTOR,
                     .cost = task->objective == PLAN_TIME ? FACTOR - 1.0
                             : task->objective == PLAN_SPEED
                                 ? 1.0 - 1.0 / FACTOR
                                 : 0.0 };
  for (size_t k = 1; k < all.count; k++)
    if (! isnan (all.each[k].value))
      {
        plan_change *change = &result->change[result->changes++];
        const double value = all.each[k].value;
        *change = all.each[k].change;
        change->cost =
            isfinite (value) ? (value - base) / fabs (base) : INFINITY;
      }
  return SUPPORT_OK;
}
