/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many paths: threads, sums, the result.  */
#include "server/checkpoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- blocks of paths ------------------------------------------------- */

typedef struct server_simulation
{
  const server_setting *setting;
  server_sums *block;
  double *hit;      /* per path */
  bool *finished;   /* per path */
  double *model;    /* of path 0 */
  double *loss;     /* records x paths, where quantiles are asked */
  server_list list; /* of path 0 */
  server_histogram staleness;
  server_checkpoint *checkpoint; /* NULL: none */
} server_simulation;

static size_t
first_path (const server_simulation *simulation, size_t block)
{
  const size_t paths = simulation->setting->plan->paths;
  const size_t each = paths / simulation->setting->blocks;
  const size_t more = paths % simulation->setting->blocks;
  return block * each + (block < more ? block : more);
}

/* A block at work.  */
typedef struct server_block
{
  server_simulation *simulation;
  size_t index, first, end; /* the next path and that behind the last */
  server_path path;
  bool begun;   /* the next path is under way */
  double saved; /* when */
} server_block;

/* All that a block has done, of which the counts of staleness are elsewhere. */
static void
archive_block (server_block *block, server_archive *archive)
{
  server_simulation *simulation = block->simulation;
  const size_t first = first_path (simulation, block->index);
  server_sums *sums = &simulation->block[block->index];

  server_sums_archive (sums, archive);
  if (! server_archive_require (archive, sums->paths <= block->end - first))
    return;
  server_archive_numbers (archive, simulation->hit + first, sums->paths);
  if (simulation->setting->plan->quantiles > 0)
    server_archive_numbers (archive, simulation->loss + first * sums->records,
                            sums->paths * sums->records);
  if (first == 0 && sums->paths > 0)
    {
      server_archive_numbers (archive, simulation->model,
                              simulation->setting->dimension);
      server_list_archive (&simulation->list, archive);
    }
  server_archive_pass (archive, &block->begun, sizeof block->begun);
  if (block->begun)
    server_path_archive (&block->path, archive);
}

/* The state of the block, for the checkpoint.  */
static support_status
copy_block (server_block *block, server_archive *copy)
{
  *copy = (server_archive){ .reading = false };
  if (! block->simulation->checkpoint)
    return SUPPORT_OK;
  archive_block (block, copy);
  block->saved = server_checkpoint_clock ();
  return copy->failed ? SUPPORT_MEMORY : SUPPORT_OK;
}

/* Takes the copy over, with STALENESS (or NULL) that belongs to it, and writes
   the file if that is due.  Only one thread may be here.  */
static support_status
accept_copy (server_block *block, server_archive *copy,
             const server_histogram *staleness)
{
  server_simulation *simulation = block->simulation;
  server_checkpoint *checkpoint = simulation->checkpoint;
  if (staleness && ! server_histogram_merge (&simulation->staleness, staleness))
    return SUPPORT_MEMORY;
  if (! checkpoint)
    return SUPPORT_OK;
  const server_archive old = checkpoint->block[block->index];
  checkpoint->block[block->index] = *copy;
  *copy = old;
  return server_checkpoint_clock () - checkpoint->written
                 >= simulation->setting->plan->interval
             ? server_checkpoint_write (checkpoint, &simulation->staleness)
             : SUPPORT_OK;
}

static support_status
save_block (server_block *block, const server_histogram *staleness)
{
  server_archive copy;
  support_status status = copy_block (block, &copy);
  if (status == SUPPORT_OK)
#ifdef _OPENMP
#pragma omp critical(sdde_server)
#endif
    status = accept_copy (block, &copy, staleness);
  server_archive_free (&copy);
  return status;
}

/* What the checkpoint has of the block, if anything.  */
static support_status
restore_block (server_block *block)
{
  server_simulation *simulation = block->simulation;
  const size_t finished = block->first;
  if (! simulation->checkpoint
      || simulation->checkpoint->block[block->index].length == 0)
    return SUPPORT_OK;
  server_archive archive = simulation->checkpoint->block[block->index];
  archive.reading = true;
  archive_block (block, &archive);
  if (archive.failed || archive.place != archive.length)
    return SUPPORT_UNREADABLE;
  block->first += simulation->block[block->index].paths;
  for (size_t k = finished; k < block->first; k++)
    simulation->finished[k] = true;
  return SUPPORT_OK;
}

static support_status
finish_path (server_block *block)
{
  server_simulation *simulation = block->simulation;
  const server_notes *notes = &block->path.notes;
  const size_t k = block->first++;
  server_sums_add (&simulation->block[block->index], notes);
  simulation->hit[k] = notes->hit;
  simulation->finished[k] = true;
  if (simulation->setting->plan->quantiles > 0)
    memcpy (simulation->loss + k * notes->records, notes->loss,
            notes->records * sizeof (double));
  if (k == 0)
    {
      memcpy (simulation->model, server_path_model (&block->path),
              simulation->setting->dimension * sizeof (double));
      simulation->list = notes->list;
      block->path.notes.list = (server_list){ .event = NULL };
    }
  block->begun = false;
  return save_block (block, &notes->staleness);
}

/* One slice of the next path.  */
static support_status
advance_block (server_block *block)
{
  const server_plan *plan = block->simulation->setting->plan;
  support_status status = SUPPORT_OK;
  bool ended = false;
  if (! block->begun)
    status = server_path_begin (&block->path, block->first);
  if (status != SUPPORT_OK)
    return status;
  block->begun = true;
  status = server_path_advance (&block->path, &ended);
  if (status == SUPPORT_OK && ended)
    return finish_path (block);
  const bool go_on =
      status == SUPPORT_OK && server_path_continue (&block->path);
  if (status == SUPPORT_OK && plan->checkpoint
      && (! go_on
          || server_checkpoint_clock () - block->saved >= plan->interval))
    status = save_block (block, NULL);
  return status == SUPPORT_OK && ! go_on ? SUPPORT_INTERRUPTED : status;
}

static support_status
run_block (void *context, size_t index, support_team *team)
{
  server_simulation *simulation = context;
  const server_plan *plan = simulation->setting->plan;
  server_block block = { .simulation = simulation,
                         .index = index,
                         .first = first_path (simulation, index),
                         .end = first_path (simulation, index + 1),
                         .saved = server_checkpoint_clock () };
  const double share = 1.0 / (double) (block.end - block.first);
  support_status status =
      server_path_prepare (&block.path, simulation->setting);

  if (status == SUPPORT_OK
      && ! server_sums_prepare (&simulation->block[index], plan->records,
                                plan->coordinates))
    status = SUPPORT_MEMORY;
  block.path.team = team;
  block.path.block_share = share;
  if (status == SUPPORT_OK)
    status = restore_block (&block);
  while (status == SUPPORT_OK && block.first < block.end)
    {
      block.path.block_done = 1.0 - share * (double) (block.end - block.first);
      status = advance_block (&block);
    }
  server_path_free (&block.path);
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
  free (result->class_staleness);
  free (result->queue);
  free (result->quantile);
  free (result->event);
  free (result->hit);
  free (result->model);
  free (result);
}

static server_result *
create_result (size_t records, size_t coordinates, size_t quantiles)
{
  server_result *result = calloc (1, sizeof *result);
  if (! result)
    return NULL;
  result->records = records;
  result->coordinates = coordinates;
  result->quantiles = quantiles;
  result->queue = support_doubles (records);
  result->quantile = support_doubles (records * quantiles);
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
      && result->mean && result->variance && result->queue && result->quantile)
    return result;
  server_result_free (result);
  return NULL;
}

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* The losses are INFINITY where they are not finite: a line between two of
   those is one of them.  */
static double
quantile (const double *sorted, size_t count, double p)
{
  const double place = p * (double) count - 0.5;
  if (! (place > 0.0))
    return sorted[0];
  const size_t below = (size_t) place;
  if (below + 1 >= count)
    return sorted[count - 1];
  const double share = place - (double) below;
  return share == 0.0 || sorted[below] == sorted[below + 1]
             ? sorted[below]
             : sorted[below] + share * (sorted[below + 1] - sorted[below]);
}

static support_status
find_quantiles (const server_simulation *simulation, server_result *result)
{
  const server_plan *plan = simulation->setting->plan;
  double *sorted;
  if (plan->quantiles == 0)
    return SUPPORT_OK;
  sorted = support_doubles (plan->paths);
  if (! sorted)
    return SUPPORT_MEMORY;
  for (size_t i = 0; i < plan->records; i++)
    {
      size_t count = 0;
      for (size_t k = 0; k < plan->paths; k++)
        if (simulation->finished[k])
          sorted[count++] = simulation->loss[k * plan->records + i];
      qsort (sorted, count, sizeof *sorted, compare);
      for (size_t q = 0; q < plan->quantiles; q++)
        result->quantile[i * plan->quantiles + q] =
            count > 0 ? quantile (sorted, count, plan->quantile[q]) : NAN;
    }
  free (sorted);
  return SUPPORT_OK;
}

/* Of all workers, and class by class.  */
static support_status
split_staleness (const server_simulation *simulation, server_result *result)
{
  const server_histogram *counted = &simulation->staleness;
  const size_t classes = simulation->setting->system->classes;
  const size_t count = (counted->length + classes - 1) / classes;
  result->staleness = calloc (count + 1, sizeof *result->staleness);
  result->class_staleness =
      calloc (count * classes + 1, sizeof *result->class_staleness);
  if (! result->staleness || ! result->class_staleness)
    return SUPPORT_MEMORY;
  result->staleness_count = count;
  result->classes = classes;
  for (size_t i = 0; i < counted->length; i++)
    {
      result->class_staleness[i] = counted->count[i];
      result->staleness[i / classes] += counted->count[i];
    }
  return SUPPORT_OK;
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
  result->event = simulation->list.event;
  result->events = simulation->list.count;
  simulation->list = (server_list){ .event = NULL };
  result->check = simulation->setting->check;
  const support_status status = find_quantiles (simulation, result);
  return status == SUPPORT_OK ? split_staleness (simulation, result) : status;
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
  free (simulation->loss);
  server_list_free (&simulation->list);
  server_histogram_free (&simulation->staleness);
}

/* ---- the door -------------------------------------------------------- */

/* What was done is written however it ends, unless writing was the trouble.  */
static support_status
run_all (server_simulation *simulation, const support_hooks *hooks,
         support_failure *failure)
{
  const server_setting *setting = simulation->setting;
  server_checkpoint *checkpoint = simulation->checkpoint;
  support_status status = support_team_run (
      run_block, simulation, setting->blocks, setting->threads, hooks, NULL);
  if (status == SUPPORT_LIMIT)
    support_fail (failure, status,
                  "%zu events passed without an update (a trigger that nothing "
                  "passes, or workers that fail too early); end the run at a "
                  "horizon, or allow more (idle)",
                  setting->plan->idle);
  if (checkpoint && checkpoint->failure.status == SUPPORT_OK)
    {
      if (status == SUPPORT_UNREADABLE)
        return support_fail (failure, status,
                             "the checkpoint \"%.150s\" is damaged",
                             setting->plan->checkpoint);
      const support_status written =
          server_checkpoint_write (checkpoint, &simulation->staleness);
      status = status == SUPPORT_OK ? written : status;
    }
  if (checkpoint && checkpoint->failure.status != SUPPORT_OK && failure)
    *failure = checkpoint->failure;
  return status;
}

support_status
server_simulate (const system_description *system, const objective *problem,
                 const server_plan *plan, const support_hooks *hooks,
                 server_result **created, support_failure *failure)
{
  server_setting setting;
  server_simulation simulation = { .setting = &setting };
  server_checkpoint checkpoint = { .name = NULL };
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
  simulation.loss =
      support_doubles (plan->quantiles > 0 ? plan->paths * plan->records : 0);
  result = create_result (plan->records, plan->coordinates, plan->quantiles);
  if (! simulation.block || ! simulation.hit || ! simulation.finished
      || ! simulation.model || ! simulation.loss || ! result)
    status = SUPPORT_MEMORY;
  if (status == SUPPORT_OK && plan->checkpoint)
    {
      status = server_checkpoint_open (&checkpoint, &setting,
                                       &simulation.staleness, failure);
      simulation.checkpoint = &checkpoint;
    }
  if (status == SUPPORT_OK)
    status = run_all (&simulation, hooks, failure);
  if (status == SUPPORT_INTERRUPTED && plan->partial)
    {
      result->stopped = true;
      status = SUPPORT_OK;
    }
  if (status == SUPPORT_OK)
    status = collect (&simulation, result);
  free_simulation (&simulation);
  server_setting_free (&setting);
  server_checkpoint_free (&checkpoint);
  if (status == SUPPORT_OK)
    *created = result;
  else
    server_result_free (result);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}
