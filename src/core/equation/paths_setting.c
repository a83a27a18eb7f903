/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of a plan, delays on its grid, and how many paths step together.  */
#include "equation/paths_private.h"
#include "support/wide.h"

#include <math.h>
#include <stdlib.h>

/* ---- delays on the grid ---------------------------------------------- */

/* Delays longer than that are as rare as roundings.  */
static double
longest_delay (const delay_law *law)
{
  const double supremum = delay_supremum (law);
  return isfinite (supremum) ? supremum : delay_quantile (law, 1.0 - 1e-12);
}

/* The longest lag that is told apart from others: before the history X is
   constant.  */
static support_status
longest_lag (const equation_paths_plan *plan, double delay, size_t *lag,
             support_failure *failure)
{
  const double most = (double) plan->steps + (double) plan->past + 1.0;
  const double lags = fmin (ceil (delay / plan->step) + 1.0, most);
  if (! (lags < 5e7))
    return support_fail (failure, SUPPORT_LIMIT,
                         "the longest delay takes %.3g steps; at most 5e7 can "
                         "be held",
                         lags);
  *lag = (size_t) lags;
  return SUPPORT_OK;
}

/* Laws with many lags next to each other have their distant past read for
   several steps at once.  */
static bool
put_distant (paths_delay *delay)
{
  const size_t few = 16;
  const size_t last = delay->entries ? delay->lag[delay->entries - 1] : 0;
  delay->near = delay->entries;
  if (delay->entries < few || last > 2 * delay->entries)
    return true;
  delay->distant = support_doubles (last + 1 + 2 * PATHS_AHEAD);
  if (! delay->distant)
    return false;
  delay->near = 0;
  for (size_t e = 0; e < delay->entries; e++)
    if (delay->lag[e] < PATHS_AHEAD)
      delay->near++;
    else
      delay->distant[delay->lag[e]] = delay->weight[e];
  return true;
}

static support_status
put_law (const equation_paths_plan *plan, const delay_law *law,
         paths_delay *delay, support_failure *failure)
{
  /* Roundings of an atom next to a grid point.  */
  const double negligible = 1e-14;
  equation_weights weights;
  size_t last = 0, used = 0;
  support_status status =
      longest_lag (plan, longest_delay (law), &last, failure);
  if (status == SUPPORT_OK)
    {
      status = equation_weights_create (law, plan->step, last, &weights);
      if (status != SUPPORT_OK)
        return support_fail_memory (failure);
    }
  else
    return status;
  for (size_t j = 0; j <= last; j++)
    used += weights.weight[j] > negligible;
  delay->lag = calloc (used + 1, sizeof *delay->lag);
  delay->weight = support_doubles (used + 1);
  if (delay->lag && delay->weight)
    {
      double sum = 0.0;
      for (size_t j = 0; j <= last; j++)
        if (weights.weight[j] > negligible)
          {
            delay->lag[delay->entries] = j;
            delay->weight[delay->entries++] = weights.weight[j];
            sum += weights.weight[j];
          }
      /* What is longer than the history reads its constant.  */
      if (1.0 - sum > 1e-11)
        {
          if (delay->entries == 0 || delay->lag[delay->entries - 1] != last)
            delay->lag[delay->entries++] = last;
          delay->weight[delay->entries - 1] += 1.0 - sum;
        }
      if (delay->entries == 1)
        delay->weight[0] = 1.0;
      delay->law = law;
      if (! put_distant (delay))
        status = support_fail_memory (failure);
    }
  else
    status = support_fail_memory (failure);
  equation_weights_free (&weights);
  return status;
}

/* ---- checks ---------------------------------------------------------- */

static support_status
check_plan (const equation_paths_plan *plan, const paths_setting *setting,
            support_failure *failure)
{
  if (plan->paths == 0 || plan->refine == 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "there must be at least one path and one draw for "
                         "each step");
  if (! (plan->step > 0.0 && isfinite (plan->step)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the step must be positive and finite");
  if (plan->steps > (size_t) 1 << 50 || plan->paths > (size_t) 1 << 31)
    return support_fail (failure, SUPPORT_LIMIT,
                         "at most 2^50 steps of 2^31 paths can be counted");
  for (size_t r = 0; r < plan->records; r++)
    if (plan->record[r] > plan->steps
        || (r > 0 && plan->record[r] <= plan->record[r - 1]))
      return support_fail (failure, SUPPORT_INVALID,
                           "times must increase by at least a step each");
  for (size_t i = 0; i < setting->states * (plan->past + 1); i++)
    if (! isfinite (plan->history[i]))
      return support_fail (failure, SUPPORT_INVALID,
                           "the history must hold finite numbers");
  for (size_t p = 0; p < plan->probabilities; p++)
    if (! (plan->probability[p] >= 0.0 && plan->probability[p] <= 1.0))
      return support_fail (failure, SUPPORT_INVALID,
                           "probabilities must be in [0, 1]");
  for (size_t i = 0; plan->level && i < setting->states; i++)
    if (! (plan->level[i] >= 0.0))
      return support_fail (failure, SUPPORT_INVALID, "levels must be >= 0");
  if (plan->drawn && (! setting->system || setting->neutral))
    return support_fail (failure, SUPPORT_INVALID,
                         "delays can be drawn for equations of scalar modes "
                         "of order 1 only");
  if ((plan->drift || plan->diffusion) && setting->neutral)
    return support_fail (failure, SUPPORT_INVALID,
                         "equations of order 2 have no drift or diffusion "
                         "but their own; use order 1");
  return SUPPORT_OK;
}

/* ---- groups ---------------------------------------------------------- */

void
paths_setting_group (paths_setting *setting, size_t blocks)
{
  setting->blocks = blocks;
  setting->lanes = blocks * PATHS_BLOCK;
  setting->stride = setting->lanes + (setting->neutral ? 8 : 0);
}

/* Call-backs cost microseconds each: many paths share one.  Without them a step
   costs as much as that of some tens of paths besides: a few blocks share it,
   as long as their ring stays in a cache of the second level and there is work
   for 16 threads.  */
static void
choose_group (paths_setting *setting)
{
  const equation_paths_plan *plan = setting->plan;
  const size_t all = (plan->paths + PATHS_BLOCK - 1) / PATHS_BLOCK;
  const double block_size = 8.0 * PATHS_BLOCK * (double) setting->states
                            * (double) (setting->depth + setting->delays + 8);
  const bool called = plan->drift || plan->diffusion;
  const double fit = floor ((called ? 64e6 : 512e3) / block_size);
  const size_t most = called ? 128 : 8, tasks = called ? 1 : 16;
  const size_t blocks = fit < (double) most ? (size_t) fit : most;
  const size_t share = all / tasks;
  paths_setting_group (setting, blocks < share ? (blocks > 0 ? blocks : 1)
                                               : (share > 0 ? share : 1));
}

static support_status
check_memory (const paths_setting *setting, support_failure *failure)
{
  const equation_paths_plan *plan = setting->plan;
  const double most = 16e9;
  const double ring = 8.0 * (double) setting->stride * (double) setting->states
                      * (double) setting->depth;
  const double places = (double) plan->records * (double) setting->states;
  const double noted =
      plan->statistics
          ? places * (4.0 * PATHS_CELLS + 64.0 * sizeof (paths_moments))
          : 8.0 * places * (double) plan->paths;
  const double need =
      ring * (setting->neutral && setting->coupled ? 2.0 : 1.0) + noted;
  if (! (need < most))
    return support_fail (failure, SUPPORT_LIMIT,
                         "these paths take %.3g GB, of which %.3g GB for the "
                         "longest delay; use fewer of them, a larger step or "
                         "the option 'statistics'",
                         need / 1e9, ring / 1e9);
  return SUPPORT_OK;
}

/* ---- together -------------------------------------------------------- */

void
paths_setting_free (paths_setting *setting)
{
  for (size_t k = 0; setting->delay && k < setting->delays; k++)
    {
      free (setting->delay[k].lag);
      free (setting->delay[k].weight);
      free (setting->delay[k].distant);
    }
  free (setting->delay);
  setting->delay = NULL;
}

support_status
paths_setting_make (const equation_system *system,
                    const equation_matrices *matrices,
                    const equation_paths_plan *plan, paths_setting *setting,
                    support_failure *failure)
{
  support_status status;
  size_t last = 0;

  *setting =
      (paths_setting){ .system = system,
                       .matrices = matrices,
                       .plan = plan,
                       .wide = SUPPORT_HAS_WIDE (),
                       .states = system ? system->modes : matrices->states,
                       .delays = system ? 1 : matrices->delays };
  setting->noises =
      system || plan->diffusion ? setting->states : matrices->noises;
  for (size_t i = 0; system && i < system->modes; i++)
    setting->neutral = setting->neutral || system->correction[i] != 0.0;
  if (system)
    for (size_t i = 0;
         i < (system->coupled ? system->modes : 1) * system->modes; i++)
      setting->coupled = setting->coupled || system->coupling[i] > 0.0;
  status = check_plan (plan, setting, failure);
  if (status != SUPPORT_OK)
    return status;

  setting->delay = calloc (setting->delays + 1, sizeof *setting->delay);
  if (! setting->delay)
    return support_fail_memory (failure);
  if (system)
    status = put_law (plan, system->delay, &setting->delay[0], failure);
  else
    for (size_t k = 0; status == SUPPORT_OK && k < setting->delays; k++)
      status = put_law (plan, matrices->delay[k], &setting->delay[k], failure);
  for (size_t k = 0; status == SUPPORT_OK && k < setting->delays; k++)
    {
      const paths_delay *delay = &setting->delay[k];
      if (delay->entries > 0 && delay->lag[delay->entries - 1] > last)
        last = delay->lag[delay->entries - 1];
    }
  setting->depth = last + (plan->drawn ? 2 : 1);
  choose_group (setting);
  if (status == SUPPORT_OK)
    status = check_memory (setting, failure);
  if (status != SUPPORT_OK)
    paths_setting_free (setting);
  return status;
}
