/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many paths: threads, sums, the result.  */
#include "server/path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- blocks of paths ------------------------------------------------- */

typedef struct server_simulation
{
  const server_setting *setting;
  server_sums *block;
  double *hit;    /* per path */
  bool *finished; /* per path */
  double *model;  /* of path 0 */
  server_histogram staleness;
} server_simulation;

static size_t
first_path (const server_simulation *simulation, size_t block)
{
  const size_t paths = simulation->setting->plan->paths;
  const size_t each = paths / simulation->setting->blocks;
  const size_t more = paths % simulation->setting->blocks;
  return block * each + (block < more ? block : more);
}

/* Whole numbers: the order of the threads does not matter.  */
static bool
add_staleness (server_simulation *simulation, const server_histogram *histogram)
{
  bool done;
#ifdef _OPENMP
#pragma omp critical(sdde_server)
#endif
  done = server_histogram_merge (&simulation->staleness, histogram);
  return done;
}

static support_status
run_block (void *context, size_t index, support_team *team)
{
  server_simulation *simulation = context;
  const server_plan *plan = simulation->setting->plan;
  const size_t first = first_path (simulation, index);
  const size_t end = first_path (simulation, index + 1);
  server_sums *sums = &simulation->block[index];
  server_path path;
  support_status status = server_path_prepare (&path, simulation->setting);

  if (status == SUPPORT_OK
      && ! server_sums_prepare (sums, plan->records, plan->coordinates))
    status = SUPPORT_MEMORY;
  path.team = team;
  path.block_share = 1.0 / (double) (end - first);
  for (size_t k = first; status == SUPPORT_OK && k < end; k++)
    {
      path.block_done = (double) (k - first) * path.block_share;
      status = server_path_run (&path, k);
      if (status == SUPPORT_OK
          && ! add_staleness (simulation, &path.notes.staleness))
        status = SUPPORT_MEMORY;
      if (status != SUPPORT_OK)
        break;
      server_sums_add (sums, &path.notes);
      simulation->hit[k] = path.notes.hit;
      simulation->finished[k] = true;
      if (k == 0)
        memcpy (simulation->model, server_path_model (&path),
                simulation->setting->dimension * sizeof (double));
    }
  server_path_free (&path);
  return status;
}

/* ---- the result ------------------------------------------------------ */

void
server_result_free (server_result *result)
{
  if (! result)
    return;
  free (result->time);
  free (result->updates);
  free (result->uploads);
  free (result->loss);
  free (result->loss_error);
  free (result->accuracy);
  free (result->accuracy_error);
  free (result->mean);
  free (result->variance);
  free (result->staleness);
  free (result->hit);
  free (result->model);
  free (result);
}

static server_result *
create_result (size_t records, size_t coordinates)
{
  server_result *result = calloc (1, sizeof *result);
  if (! result)
    return NULL;
  result->records = records;
  result->coordinates = coordinates;
  result->time = support_doubles (records);
  result->updates = support_doubles (records);
  result->uploads = support_doubles (records);
  result->loss = support_doubles (records);
  result->loss_error = support_doubles (records);
  result->accuracy = support_doubles (records);
  result->accuracy_error = support_doubles (records);
  result->mean = support_doubles (records * coordinates);
  result->variance = support_doubles (records * coordinates);
  if (result->time && result->updates && result->uploads && result->loss
      && result->loss_error && result->accuracy && result->accuracy_error
      && result->mean && result->variance)
    return result;
  server_result_free (result);
  return NULL;
}

/* Sums the blocks up and hands the rest over.  */
static support_status
collect (server_simulation *simulation, server_result *result)
{
  const server_plan *plan = simulation->setting->plan;
  server_sums sums;
  size_t kept = 0;

  if (! server_sums_prepare (&sums, plan->records, plan->coordinates))
    {
      server_sums_free (&sums);
      return SUPPORT_MEMORY;
    }
  for (size_t b = 0; b < simulation->setting->blocks; b++)
    server_sums_merge (&sums, &simulation->block[b]);
  server_sums_report (&sums, result);
  server_sums_free (&sums);
  if (plan->updates == 0)
    for (size_t i = 0; i < plan->records; i++)
      result->time[i] = plan->record[i]; /* to the last bit */

  for (size_t k = 0; k < plan->paths; k++)
    if (simulation->finished[k])
      simulation->hit[kept++] = simulation->hit[k];
  result->hit = simulation->hit;
  simulation->hit = NULL;
  result->dimension = simulation->setting->dimension;
  if (simulation->finished[0])
    {
      result->model = simulation->model;
      simulation->model = NULL;
    }
  result->staleness = simulation->staleness.count;
  result->staleness_count = simulation->staleness.length;
  simulation->staleness.count = NULL;
  result->check = simulation->setting->check;
  return SUPPORT_OK;
}

static void
free_simulation (server_simulation *simulation)
{
  for (size_t b = 0; simulation->block && b < simulation->setting->blocks; b++)
    server_sums_free (&simulation->block[b]);
  free (simulation->block);
  free (simulation->hit);
  free (simulation->finished);
  free (simulation->model);
  server_histogram_free (&simulation->staleness);
}

/* ---- the door -------------------------------------------------------- */

support_status
server_simulate (const system_description *system, const objective *problem,
                 const server_plan *plan, const support_hooks *hooks,
                 server_result **created, support_failure *failure)
{
  server_setting setting;
  server_simulation simulation = { .setting = &setting };
  server_result *result = NULL;
  support_status status =
      server_setting_make (system, problem, plan, &setting, failure);

  *created = NULL;
  if (status != SUPPORT_OK)
    return status;
  simulation.block = calloc (setting.blocks, sizeof *simulation.block);
  simulation.hit = support_doubles (plan->paths);
  simulation.finished = calloc (plan->paths, sizeof *simulation.finished);
  simulation.model = support_doubles (setting.dimension);
  result = create_result (plan->records, plan->coordinates);
  if (! simulation.block || ! simulation.hit || ! simulation.finished
      || ! simulation.model || ! result)
    status = SUPPORT_MEMORY;
  if (status == SUPPORT_OK)
    status = support_team_run (run_block, &simulation, setting.blocks,
                               setting.threads, hooks, NULL);
  if (status == SUPPORT_INTERRUPTED && plan->partial)
    {
      result->stopped = true;
      status = SUPPORT_OK;
    }
  if (status == SUPPORT_OK)
    status = collect (&simulation, result);
  free_simulation (&simulation);
  if (status == SUPPORT_OK)
    *created = result;
  else
    server_result_free (result);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}
