/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ensembles: groups of paths on threads, what is noted, the result.  */
#include "equation/paths_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Statistics are summed over so many parts, whatever the threads.  */
enum
{
  MOST_PARTS = 64
};

typedef struct paths_run
{
  const paths_setting *setting;
  equation_paths *paths;
  size_t groups, parts;   /* groups in all; tasks of several groups each */
  bool *finished;         /* per group */
  paths_moments *moments; /* records x states per part */
  paths_sketch *sketch;   /* records x states */
  bool sketched;          /* the sketches have their centres and scales */
} paths_run;

static size_t
first_group (const paths_run *run, size_t part)
{
  return part * run->groups / run->parts;
}

/* ---- notes ----------------------------------------------------------- */

static void
note (paths_run *run, size_t part, size_t group, size_t record, const double *x)
{
  const paths_setting *setting = run->setting;
  const size_t n = setting->states, records = setting->plan->records;
  const size_t used = paths_used_lanes (setting, group);
  for (size_t i = 0; i < n; i++)
    {
      const double *row = x + i * setting->stride;
      const size_t place = record + records * i;
      if (setting->plan->statistics)
        {
          paths_moments_add (&run->moments[place + records * n * part], row,
                             used);
          if (run->sketched)
            paths_sketch_add (&run->sketch[place], row, used);
        }
      else
        for (size_t p = 0; p < used; p++)
          run->paths
              ->value[place + records * n * (group * setting->lanes + p)] =
              row[p];
    }
}

/* ---- running --------------------------------------------------------- */

static support_status
run_group (paths_run *run, paths_group *lanes, size_t part, size_t group,
           support_team *team)
{
  const paths_setting *setting = run->setting;
  const equation_paths_plan *plan = setting->plan;
  const size_t n = setting->states, used = paths_used_lanes (setting, group);
  /* Asked about every quarter of a millisecond.  */
  double work = 5.0 * (double) (setting->stride * n);
  for (size_t k = 0; k < setting->delays; k++)
    work *= 1.0 + 0.1 * (double) setting->delay[k].entries;
  const size_t often =
      plan->drift || plan->diffusion ? 1 : 1 + (size_t) (25e4 / work);
  const size_t groups = first_group (run, part + 1) - first_group (run, part);
  const size_t done = group - first_group (run, part);
  size_t record = 0;

  paths_group_start (lanes, group);
  for (size_t k = 0;; k++)
    {
      const double *x = paths_group_look (lanes, k);
      if (record < plan->records && plan->record[record] == k)
        note (run, part, group, record++, x);
      if (k > 0 && plan->level && paths_group_hits (lanes, x, k - 1, used) == 0)
        break;
      if (k == plan->steps)
        break;
      if (k % often == 0
          && ! support_team_continue (
              team, ((double) done + (double) k / (double) plan->steps)
                        / (double) groups))
        return SUPPORT_INTERRUPTED;
      const support_status status = paths_group_step (lanes, k);
      if (status != SUPPORT_OK)
        return status;
    }
  for (size_t i = 0; plan->level && i < n; i++)
    for (size_t p = 0; p < used; p++)
      run->paths->hit[i + n * (group * setting->lanes + p)] =
          lanes->hit[i * setting->stride + p];
  run->finished[group] = true;
  return SUPPORT_OK;
}

static support_status
run_part (void *context, size_t part, support_team *team)
{
  paths_run *run = context;
  paths_group lanes;
  support_status status = paths_group_create (run->setting, &lanes);
  if (status != SUPPORT_OK)
    return status;
  for (size_t group = first_group (run, part);
       status == SUPPORT_OK && group < first_group (run, part + 1); group++)
    if (! run->finished[group])
      status = run_group (run, &lanes, part, group, team);
  paths_group_free (&lanes);
  return status;
}

/* ---- statistics ------------------------------------------------------ */

static bool
create_statistics (paths_run *run)
{
  const equation_paths_plan *plan = run->setting->plan;
  const size_t places = plan->records * run->setting->states;
  run->moments = calloc (run->parts * places + 1, sizeof *run->moments);
  run->sketch = calloc (places + 1, sizeof *run->sketch);
  if (! run->moments || ! run->sketch)
    return false;
  for (size_t i = 0; i < places; i++)
    if (! (run->sketch[i].count =
               calloc (PATHS_CELLS, sizeof *run->sketch[i].count)))
      return false;
  return true;
}

/* The first block tells where the values lie; it is run again with its group to
   be counted.  */
static support_status
place_sketches (paths_run *run, support_team *team)
{
  const equation_paths_plan *plan = run->setting->plan;
  const size_t places = plan->records * run->setting->states;
  paths_setting block = *run->setting;
  paths_run scout = *run;
  paths_group lanes;
  paths_setting_group (&block, 1);
  scout.setting = &block;
  const size_t first = paths_used_lanes (&block, 0);
  support_status status = paths_group_create (&block, &lanes);
  if (status != SUPPORT_OK)
    return status;
  status = run_group (&scout, &lanes, 0, 0, team);
  paths_group_free (&lanes);
  for (size_t i = 0; i < places; i++)
    {
      paths_moments *moments = &run->moments[i];
      const double deviation = sqrt (moments->square / (double) first);
      run->sketch[i].centre = moments->mean;
      run->sketch[i].scale = deviation > 0.0
                                 ? deviation
                                 : fmax (1e-12 * fabs (moments->mean), 1e-300);
      *moments = (paths_moments){ .count = 0.0 };
    }
  run->finished[0] = false;
  run->sketched = true;
  return status;
}

static support_status
run_first (void *context, size_t task, support_team *team)
{
  (void) task;
  return place_sketches (context, team);
}

static bool
report_statistics (paths_run *run)
{
  const equation_paths_plan *plan = run->setting->plan;
  const size_t places = plan->records * run->setting->states;
  equation_paths *paths = run->paths;
  paths->mean = support_doubles (places);
  paths->variance = support_doubles (places);
  paths->least = support_doubles (places);
  paths->greatest = support_doubles (places);
  paths->quantile = support_doubles (places * plan->probabilities);
  if (! paths->mean || ! paths->variance || ! paths->least || ! paths->greatest
      || ! paths->quantile)
    return false;
  for (size_t i = 0; i < places; i++)
    {
      paths_moments all = { .count = 0.0 };
      for (size_t part = 0; part < run->parts; part++)
        paths_moments_merge (&all, &run->moments[i + places * part]);
      const bool any = all.count > 0.0;
      paths->mean[i] = any ? all.mean : NAN;
      paths->variance[i] =
          all.count > 1.0 ? all.square / (all.count - 1.0) : NAN;
      paths->least[i] = any ? all.least : NAN;
      paths->greatest[i] = any ? all.greatest : NAN;
      for (size_t p = 0; p < plan->probabilities; p++)
        paths->quantile[i + places * p] =
            paths_sketch_quantile (&run->sketch[i], &all, plan->probability[p]);
    }
  return true;
}

/* ---- the door -------------------------------------------------------- */

void
equation_paths_free (equation_paths *paths)
{
  free (paths->value);
  free (paths->mean);
  free (paths->variance);
  free (paths->least);
  free (paths->greatest);
  free (paths->quantile);
  free (paths->hit);
  *paths = (equation_paths){ .value = NULL };
}

/* Finished groups move together, in their order.  */
static void
close_gaps (paths_run *run, double *value, size_t each)
{
  size_t kept = 0;
  for (size_t group = 0; value && group < run->groups; group++)
    if (run->finished[group])
      {
        const size_t used = paths_used_lanes (run->setting, group);
        memmove (value + kept * each,
                 value + group * run->setting->lanes * each,
                 used * each * sizeof *value);
        kept += used;
      }
}

static void
free_run (paths_run *run)
{
  const size_t places = run->setting->plan->records * run->setting->states;
  for (size_t i = 0; run->sketch && i < places; i++)
    free (run->sketch[i].count);
  free (run->sketch);
  free (run->moments);
  free (run->finished);
}

support_status
equation_paths_run (const equation_system *system,
                    const equation_matrices *matrices,
                    const equation_paths_plan *plan, const support_hooks *hooks,
                    equation_paths *paths, support_failure *failure)
{
  paths_setting setting;
  paths_run run = { .setting = &setting, .paths = paths };
  const size_t threads = plan->drift || plan->diffusion ? 1 : plan->threads;
  support_status status =
      paths_setting_make (system, matrices, plan, &setting, failure);

  *paths = (equation_paths){ .value = NULL };
  if (status != SUPPORT_OK)
    return status;
  const size_t each = setting.states * plan->records;
  paths->states = setting.states;
  paths->records = plan->records;
  run.groups = (plan->paths + setting.lanes - 1) / setting.lanes;
  run.parts =
      run.groups < MOST_PARTS || ! plan->statistics ? run.groups : MOST_PARTS;
  run.finished = calloc (run.groups, sizeof *run.finished);
  if (! plan->statistics)
    paths->value = support_doubles (each * plan->paths);
  if (plan->level)
    paths->hit = support_doubles (setting.states * plan->paths);
  if (! run.finished || (plan->statistics && ! create_statistics (&run))
      || (! plan->statistics && ! paths->value)
      || (plan->level && ! paths->hit))
    status = SUPPORT_MEMORY;
  if (status == SUPPORT_OK && plan->statistics)
    status = support_team_run (run_first, &run, 1, 1, hooks, NULL);
  if (status == SUPPORT_OK)
    status = support_team_run (run_part, &run, run.parts, threads, hooks, NULL);
  if (status == SUPPORT_INTERRUPTED && plan->partial)
    {
      paths->stopped = true;
      status = SUPPORT_OK;
    }
  for (size_t group = 0; status == SUPPORT_OK && group < run.groups; group++)
    if (run.finished[group])
      paths->paths += paths_used_lanes (&setting, group);
  if (status == SUPPORT_OK)
    {
      close_gaps (&run, paths->value, each);
      close_gaps (&run, paths->hit, setting.states);
      if (plan->statistics && ! report_statistics (&run))
        status = SUPPORT_MEMORY;
    }
  free_run (&run);
  paths_setting_free (&setting);
  if (status != SUPPORT_OK)
    equation_paths_free (paths);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}
