/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a plan to what the paths read: everything is checked here, before any
   work starts.  */
#define _DEFAULT_SOURCE /* _SC_PHYS_PAGES, where there is such a thing */
#include "server/path.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- checks ---------------------------------------------------------- */

static support_status
check_end (const server_plan *plan, support_failure *failure)
{
  if (plan->updates == 0 && ! (plan->horizon > 0.0 && isfinite (plan->horizon)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the horizon must be positive and finite");
  if (plan->updates > 0 && plan->horizon != 0.0)
    return support_fail (failure, SUPPORT_INVALID,
                         "a run ends at a horizon or after a number of "
                         "updates, not both");
  if (! isnan (plan->warmup)
      && ! (plan->warmup >= 0.0 && isfinite (plan->warmup)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the warmup must be finite and >= 0");
  return SUPPORT_OK;
}

static support_status
check_records (const server_plan *plan, support_failure *failure)
{
  const bool timed = plan->updates == 0;
  const double last = timed ? plan->horizon : (double) plan->updates;
  for (size_t i = 0; i < plan->records; i++)
    {
      const double record = plan->record[i];
      if (! (record >= 0.0 && record <= last)
          || (! timed && record != floor (record))
          || (i > 0 && ! (record > plan->record[i - 1])))
        return support_fail (failure, SUPPORT_INVALID,
                             "the records must increase and be %s between 0 "
                             "and %g",
                             timed ? "times" : "whole numbers of updates",
                             last);
    }
  return SUPPORT_OK;
}

static support_status
check_schedule (const server_plan *plan, support_failure *failure)
{
  for (size_t i = 0; i < plan->schedule_count; i++)
    if (! (plan->schedule_from[i] >= 0.0 && isfinite (plan->schedule_from[i]))
        || (i > 0 && ! (plan->schedule_from[i] > plan->schedule_from[i - 1])))
      return support_fail (failure, SUPPORT_INVALID,
                           "the steps of the schedule must begin at finite, "
                           "increasing numbers >= 0");
    else if (! (plan->schedule_factor[i] >= 0.0
                && isfinite (plan->schedule_factor[i])))
      return support_fail (failure, SUPPORT_INVALID,
                           "the factors of the schedule must be finite and "
                           ">= 0");
  for (size_t i = 0; i < plan->quantiles; i++)
    if (! (plan->quantile[i] >= 0.0 && plan->quantile[i] <= 1.0))
      return support_fail (failure, SUPPORT_INVALID,
                           "quantiles must be of probabilities between 0 and "
                           "1");
  return SUPPORT_OK;
}

static support_status
check_model (const server_plan *plan, const objective *problem,
             support_failure *failure)
{
  for (size_t i = 0; i < objective_dimension (problem); i++)
    if (! isfinite (plan->start[i]))
      return support_fail (failure, SUPPORT_INVALID,
                           "the start must hold finite numbers");
  if (plan->coordinates > 0 && ! plan->directions
      && plan->coordinates != objective_dimension (problem))
    return support_fail (failure, SUPPORT_INVALID,
                         "there are as many coordinates as parameters where "
                         "they have no directions");
  return SUPPORT_OK;
}

static support_status
check_trigger (const system_description *system, const server_plan *plan,
               support_failure *failure)
{
  if (system->trigger > 0.0 && ! (plan->noise > 0.0 && isfinite (plan->noise)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the level of a trigger is a multiple of the standard "
                         "deviation of the gradient's noise, which must be "
                         "known, positive and finite (noise-level)");
  return SUPPORT_OK;
}

/* The fraction of the cycles that end before they are given up.  */
static double
finished (const system_description *system, size_t c)
{
  return isfinite (system->deadline)
             ? delay_cdf (system->class[c].cycle, system->deadline)
             : 1.0;
}

/* The mean length of a cycle, or what a deadline leaves of it.  */
static double
mean_cycle (const system_description *system, size_t c)
{
  const delay_law *cycle = system->class[c].cycle;
  const double deadline = system->deadline;
  return finished (system, c) < 1.0
             ? deadline - delay_integrated_cdf (cycle, deadline)
             : delay_mean (cycle);
}

static double
mean_outage (const system_description *system, size_t c)
{
  return system->outage && system->outage[c].down
             ? delay_mean (system->outage[c].down)
             : 0.0;
}

/* Cycles that end per unit of time, and how many of them in a gradient.  */
static double
event_rate (const system_description *system, double *arrivals)
{
  double rate = 0.0;
  *arrivals = 0.0;
  for (size_t c = 0; c < system->classes; c++)
    {
      const double ends =
          (double) system->class[c].workers / mean_cycle (system, c);
      rate += ends;
      *arrivals += ends * finished (system, c);
      if (system->outage && system->outage[c].up)
        rate += 2.0 * (double) system->class[c].workers
                / (delay_mean (system->outage[c].up) + mean_outage (system, c));
    }
  if (system->uplink)
    {
      *arrivals = fmin (*arrivals, (double) system->channels
                                       / delay_mean (system->uplink));
      rate += *arrivals;
    }
  return rate;
}

/* Clocks that begin together spread like random walks until they meet the
   threshold, in a time that grows with its square.  */
static double
settling (const system_description *system)
{
  const double most = 1000.0, lead = system->threshold;
  return system->stale == SYSTEM_WAIT && isfinite (lead)
             ? fmin (lead * lead, most)
             : 1.0;
}

static double
warmup (const system_description *system, const server_plan *plan)
{
  double slowest = 0.0;
  if (plan->cold)
    return 0.0;
  if (! isnan (plan->warmup))
    return plan->warmup;
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers > 0)
      slowest =
          fmax (slowest, mean_cycle (system, c) + mean_outage (system, c));
  /* The longest way through the uplink.  */
  if (system->uplink)
    slowest += delay_mean (system->uplink)
               * fmax (1.0, (double) system_workers (system)
                                / (double) system->channels);
  return 10.0 * slowest * settling (system);
}

/* Counts and sums of times keep their digits up to here.  */
static support_status
check_length (const system_description *system, const server_plan *plan,
              support_failure *failure)
{
  const double most = 0x1p50;
  double arrivals;
  const double rate = event_rate (system, &arrivals);
  const double needed =
      (double) plan->updates * (double) system_gradients (system);
  const double events =
      rate * (warmup (system, plan) + plan->horizon) + needed * rate / arrivals;
  if (! (events < most))
    return support_fail (failure, SUPPORT_LIMIT,
                         "a path of %.2g cycles would never end", events);
  return SUPPORT_OK;
}

static double
memory_of_machine (void)
{
#ifdef _SC_PHYS_PAGES
  const long pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);
  if (pages > 0 && size > 0)
    return (double) pages * (double) size;
#endif
  return INFINITY;
}

/* A system that overcommits memory kills the process that uses what it was
   promised: ask before.  */
static support_status
check_memory (const server_setting *setting, support_failure *failure)
{
  const server_plan *plan = setting->plan;
  const double workers = (double) setting->workers;
  const double lead =
      setting->lead < UINT64_MAX ? (double) setting->lead + 1.0 : 0.0;
  const double models = (double) setting->models;
  const double threads = plan->threads > 0 && plan->threads < plan->paths
                             ? (double) plan->threads
                             : 1.0;
  /* A path is copied before it is written.  */
  const double copies = plan->checkpoint ? 2.0 : 1.0;
  const double need =
      threads * copies
          * ((models + (setting->momentum > 0.0)) * 8.0
                 * (double) setting->dimension
             + workers
                   * (sizeof (server_worker) + sizeof (server_event)
                      + 6 * sizeof (uint32_t) + sizeof (uint64_t))
             + lead * sizeof (size_t) + server_trigger_memory (setting)
             + server_outage_memory (setting)
             + 4.0 * (double) plan->replay.count
             + server_uplink_memory (setting))
      + (double) (setting->blocks + 1)
            * server_sums_size (plan->records, plan->coordinates)
      + 9.0 * (double) plan->paths
      + (plan->quantiles > 0
             ? 8.0 * (double) plan->paths * (double) plan->records
             : 0.0);
  if (setting->workers >= UINT32_MAX || ! (need < memory_of_machine ()))
    return support_fail (failure, SUPPORT_LIMIT,
                         "%zu workers and %zu parameters%s take up to %.2g GB, "
                         "more than the machine has",
                         setting->workers, setting->dimension,
                         lead > workers ? " and so great a threshold" : "",
                         need / 1e9);
  return SUPPORT_OK;
}

/* How many blocks depends on the plan alone, never on the threads, so that
   the sums are made in the same order for any number of them.  */
static size_t
count_blocks (const server_plan *plan)
{
  const double room = 64e6;
  const double size = server_sums_size (plan->records, plan->coordinates);
  size_t blocks = 256;
  while (blocks > 16 && (double) blocks * size > room)
    blocks /= 2;
  return blocks < plan->paths ? blocks : plan->paths;
}

static void
set_threshold (const system_description *system, server_setting *setting)
{
  const bool rounds =
      system->policy == SYSTEM_K_SYNC || system->policy == SYSTEM_K_BATCH_SYNC;
  if (rounds || ! (system->threshold < 0x1p62))
    return; /* nothing is as stale */
  const uint64_t threshold = (uint64_t) system->threshold;
  switch (system->stale)
    {
    case SYSTEM_DROP:
      setting->threshold = threshold;
      break;
    case SYSTEM_ABORT:
      setting->patience = threshold;
      break;
    case SYSTEM_WAIT:
      setting->lead = threshold;
      break;
    }
}

/* How many models may be alive at once: those that workers hold, all different,
   and the server's; but where none holds an older one than the threshold lets
   it, the versions that are no older, and in rounds that of the round.  */
static void
set_models (server_setting *setting)
{
  const system_policy policy = setting->system->policy;
  size_t most = setting->workers + 1;
  if (policy == SYSTEM_K_SYNC || policy == SYSTEM_K_BATCH_SYNC)
    most = 2;
  else if (setting->patience < most - 2)
    most = (size_t) setting->patience + 2;
  if (setting->plan->updates > 0 && setting->plan->updates < most)
    most = setting->plan->updates + 1;
  setting->models = most;
}

support_status
server_setting_make (const system_description *system, const objective *problem,
                     const server_plan *plan, server_setting *setting,
                     support_failure *failure)
{
  support_status status = system_check (system, failure);
  if (status == SUPPORT_OK && plan->paths == 0)
    status = support_fail (failure, SUPPORT_INVALID,
                           "at least one path must be run");
  if (status == SUPPORT_OK)
    status = check_end (plan, failure);
  if (status == SUPPORT_OK)
    status = check_records (plan, failure);
  if (status == SUPPORT_OK)
    status = check_model (plan, problem, failure);
  if (status == SUPPORT_OK)
    status = check_trigger (system, plan, failure);
  if (status == SUPPORT_OK)
    status = check_schedule (plan, failure);
  if (status == SUPPORT_OK && plan->checkpoint && ! (plan->interval >= 0.0))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the checkpoint interval must be >= 0 seconds");
  if (status == SUPPORT_OK)
    status = check_length (system, plan, failure);
  if (status != SUPPORT_OK)
    return status;

  *setting = (server_setting){ .system = system,
                               .objective = problem,
                               .plan = plan,
                               .workers = system_workers (system),
                               .dimension = objective_dimension (problem),
                               .gradients = system_gradients (system),
                               .momentum = system->momentum,
                               .threshold = UINT64_MAX,
                               .patience = UINT64_MAX,
                               .lead = UINT64_MAX,
                               .check = plan->check,
                               .blocks = count_blocks (plan) };
  setting->threads = objective_calls_back (problem) ? 1 : plan->threads;
  set_threshold (system, setting);
  if (system->trigger > 0.0)
    setting->level = system->trigger * plan->noise;
  setting->staged =
      system->uplink || (system->trigger > 0.0 && system_uploads (system));
  setting->warmup = warmup (system, plan);
  setting->slice =
      plan->checkpoint && plan->interval == 0.0 ? 0.0 : SERVER_SLICE;
  if (setting->check == 0)
    setting->check = 1
                     + (size_t) (objective_loss_cost (problem)
                                 / (2.0 * objective_gradient_cost (problem)));
  set_models (setting);
  status = server_replay_set (setting, failure);
  if (status == SUPPORT_OK)
    status = check_memory (setting, failure);
  if (status != SUPPORT_OK)
    server_setting_free (setting);
  return status;
}

void
server_setting_free (server_setting *setting)
{
  free (setting->readers);
  setting->readers = NULL;
}
