/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What can happen.  */
enum
{
  EVENT_PUSH,   /* a worker's gradient arrives */
  EVENT_GIVE_UP /* a worker is still busy at the deadline */
};

/* The hooks are asked whenever this much work was done: about a millisecond
   in multiplications, an event counting as much as EVENT_COST of them.  */
static const double work_between_hooks = 1e6;
static const double event_cost = 64.0;

/* ---- memory ---------------------------------------------------------- */

support_status
server_path_prepare (server_path *path, const server_setting *setting)
{
  const server_plan *plan = setting->plan;
  support_status status;

  *path = (server_path){ .setting = setting };
  path->stream = support_stream_create (plan->seed, 0);
  path->worker = calloc (setting->workers, sizeof *path->worker);
  path->gradient = support_doubles (setting->dimension);
  path->displacement =
      support_doubles (plan->coordinates ? setting->dimension : 0);
  status =
      objective_workspace_create (setting->objective, &path->workspace, NULL);
  if (! server_versions_prepare (&path->versions, setting->dimension,
                                 setting->workers + 1)
      || ! server_notes_prepare (&path->notes, plan->records, plan->coordinates)
      || ! server_queue_reserve (&path->queue, setting->workers)
      || ! path->stream || ! path->worker || ! path->gradient
      || ! path->displacement)
    status = SUPPORT_MEMORY;
  return status;
}

void
server_path_free (server_path *path)
{
  if (path->stream)
    gsl_rng_free (path->stream);
  free (path->worker);
  free (path->gradient);
  free (path->displacement);
  objective_workspace_free (path->workspace);
  server_versions_free (&path->versions);
  server_notes_free (&path->notes);
  server_queue_free (&path->queue);
}

const double *
server_path_model (const server_path *path)
{
  return server_versions_model (&path->versions, path->current);
}

/* ---- notes ----------------------------------------------------------- */

/* The loss of the server's model, in path->loss.  */
static support_status
find_loss (server_path *path)
{
  if (path->loss_of == path->version)
    return SUPPORT_OK;
  path->loss_of = path->version;
  path->work += objective_loss_cost (path->setting->objective);
  return objective_loss (path->setting->objective, server_path_model (path),
                         path->workspace, &path->loss);
}

static void
note_coordinates (server_path *path)
{
  const server_plan *plan = path->setting->plan;
  const size_t dimension = path->setting->dimension;
  const double *model = server_path_model (path);
  double *coordinate = path->notes.coordinate + path->noted * plan->coordinates;
  double *displacement = path->displacement;

  for (size_t i = 0; i < dimension; i++)
    displacement[i] = model[i] - (plan->origin ? plan->origin[i] : 0.0);
  if (! plan->directions)
    memcpy (coordinate, displacement, dimension * sizeof *coordinate);
  else
    for (size_t k = 0; k < plan->coordinates; k++)
      {
        const double *direction = plan->directions + k * dimension;
        double sum = 0.0;
        for (size_t i = 0; i < dimension; i++)
          sum += direction[i] * displacement[i];
        coordinate[k] = sum;
      }
}

/* The next record, of the state as it is, at the time TIME.  */
static support_status
note (server_path *path, double time)
{
  server_notes *notes = &path->notes;
  const support_status status = find_loss (path);
  if (status != SUPPORT_OK)
    return status;
  notes->loss[path->noted] = isfinite (path->loss) ? path->loss : INFINITY;
  notes->time[path->noted] = time;
  notes->updates[path->noted] = path->updates;
  notes->uploads[path->noted] = path->uploads;
  if (notes->coordinates)
    note_coordinates (path);
  path->noted++;
  return SUPPORT_OK;
}

/* The records at times before TIME.  */
static support_status
note_until (server_path *path, double time)
{
  const server_plan *plan = path->setting->plan;
  support_status status = SUPPORT_OK;
  while (status == SUPPORT_OK && path->noted < plan->records
         && plan->record[path->noted] < time)
    status = note (path, plan->record[path->noted]);
  return status;
}

/* Whether the target is met, if that is still open and to be looked at.  */
static support_status
look_for_target (server_path *path)
{
  const server_plan *plan = path->setting->plan;
  support_status status;
  if (isnan (plan->target) || isfinite (path->notes.hit)
      || path->updates % path->setting->check != 0)
    return SUPPORT_OK;
  status = find_loss (path);
  if (status == SUPPORT_OK && path->loss <= plan->target)
    path->notes.hit = path->now;
  return status;
}

/* To be called when the model is new: at time 0 and after each update.  */
static support_status
observe (server_path *path)
{
  const server_plan *plan = path->setting->plan;
  support_status status = look_for_target (path);
  if (status == SUPPORT_OK && plan->updates > 0 && path->noted < plan->records
      && (double) path->updates == plan->record[path->noted])
    status = note (path, path->now);
  return status;
}

/* ---- workers --------------------------------------------------------- */

static void
pull (server_path *path, server_worker *worker)
{
  worker->read = path->version;
  worker->slot = path->current;
  server_versions_hold (&path->versions, path->current);
}

/* How the cycle of a worker ends that takes LENGTH, and when.  */
static uint32_t
end_of_cycle (const server_path *path, double *length)
{
  const double deadline = path->setting->system->deadline;
  if (*length <= deadline)
    return EVENT_PUSH;
  *length = deadline;
  return EVENT_GIVE_UP;
}

/* A cycle under way at time 0: one that a random instant meets, and its age
   there, given that it was not given up at that age.  Both ways of drawing them
   accept with a probability of at least E min (T, deadline)/E T; where that is
   next to nothing the warm-up has to do.  */
static double
draw_cycle_under_way (server_path *path, const delay_law *cycle, double *age)
{
  const double deadline = path->setting->system->deadline;
  const bool short_deadline = deadline < delay_mean (cycle);
  for (int tries = 0; tries < 10000; tries++)
    {
      const double length = short_deadline
                                ? delay_sample (cycle, path->stream)
                                : delay_sample_biased (cycle, path->stream);
      *age = support_stream_uniform (path->stream)
             * (short_deadline ? deadline : length);
      if (*age < length && *age < deadline)
        return length;
    }
  *age = 0.0;
  return delay_sample (cycle, path->stream);
}

/* ---- the server ------------------------------------------------------ */

/* model <- model - rate * path->gradient: a new version, in the place of the
   old one if nobody else holds that.  */
static support_status
update (server_path *path)
{
  const double rate = path->setting->system->rate;
  const double *gradient = path->gradient;
  const double *old;
  double *new;
  uint32_t slot = path->current;

  if (path->versions.references[slot] > 1)
    {
      slot = server_versions_take (&path->versions);
      if (slot == UINT32_MAX)
        return SUPPORT_MEMORY;
    }
  old = server_versions_model (&path->versions, path->current);
  new = server_versions_model (&path->versions, slot);
  for (size_t i = 0; i < path->setting->dimension; i++)
    new[i] = old[i] - rate *gradient[i];
  if (slot != path->current)
    server_versions_release (&path->versions, path->current);
  path->current = slot;
  path->version++;
  path->updates++;
  return SUPPORT_OK;
}

/* A gradient of WORKER arrives.  It is computed here, from the version that
   the worker has read: the same law as if it had been computed all along, and
   nothing is computed for gradients that are thrown away.  */
static support_status
arrive (server_path *path, server_worker *worker)
{
  const objective *problem = path->setting->objective;
  const uint64_t staleness = path->version - worker->read;
  const bool accepted = staleness <= path->setting->threshold;
  support_status status = SUPPORT_OK;

  if (path->frozen)
    {
      path->version += accepted;
      worker->read = path->version;
      return SUPPORT_OK;
    }
  path->uploads++;
  if (accepted)
    {
      path->work += objective_gradient_cost (problem);
      status = objective_gradient (
          problem, server_versions_model (&path->versions, worker->slot),
          path->stream, path->workspace, path->gradient);
    }
  /* Let go before the update, which may then take this place.  */
  server_versions_release (&path->versions, worker->slot);
  if (status == SUPPORT_OK && accepted)
    {
      status = server_histogram_add (&path->notes.staleness, staleness)
                   ? update (path)
                   : SUPPORT_MEMORY;
      if (status == SUPPORT_OK)
        status = observe (path);
    }
  pull (path, worker);
  return status;
}

/* WORKER leaves its gradient unfinished and pulls again.  */
static void
give_up (server_path *path, server_worker *worker)
{
  server_versions_release (&path->versions, worker->slot);
  pull (path, worker);
}

/* ---- the course of a path -------------------------------------------- */

static bool
ask_hooks (server_path *path)
{
  const server_plan *plan = path->setting->plan;
  double done = 0.0;
  path->work = 0.0;
  if (! path->frozen)
    done = plan->updates > 0 ? (double) path->updates / (double) plan->updates
                             : path->now / plan->horizon;
  return support_team_continue (path->team,
                                path->block_done + path->block_share * done);
}

/* All at work since long ago.  */
static support_status
start_workers (server_path *path)
{
  const system_description *system = path->setting->system;
  const double start = -path->setting->warmup;
  uint32_t worker = 0;

  for (uint32_t class = 0; class < system->classes; class ++)
    for (size_t k = 0; k < system->class[class].workers; k++, worker++)
      {
        double age;
        double length =
            draw_cycle_under_way (path, system->class[class].cycle, &age);
        const uint32_t end = end_of_cycle (path, &length);
        path->worker[worker].class = class;
        pull (path, &path->worker[worker]);
        server_queue_push (&path->queue, start + (length - age), worker, end);
        path->work += event_cost;
        if (path->work > work_between_hooks && ! ask_hooks (path))
          return SUPPORT_INTERRUPTED;
      }
  return SUPPORT_OK;
}

/* Serves the first event and plans what follows from it.  */
static support_status
serve (server_path *path)
{
  const server_event event = *server_queue_first (&path->queue);
  server_worker *worker = &path->worker[event.worker];
  const delay_law *cycle = path->setting->system->class[worker->class].cycle;
  support_status status = SUPPORT_OK;

  path->now = event.time;
  switch (event.kind)
    {
    case EVENT_PUSH:
      status = arrive (path, worker);
      break;
    case EVENT_GIVE_UP:
      give_up (path, worker);
      break;
    }
  double length = delay_sample (cycle, path->stream);
  const uint32_t end = end_of_cycle (path, &length);
  server_queue_replace (&path->queue, event.time + length, event.worker, end);
  path->work += event_cost;
  if (status == SUPPORT_OK && path->work > work_between_hooks
      && ! ask_hooks (path))
    status = SUPPORT_INTERRUPTED;
  return status;
}

static support_status
begin (server_path *path, size_t index)
{
  const server_plan *plan = path->setting->plan;

  support_stream_rewind (path->stream, plan->seed, index);
  server_queue_clear (&path->queue);
  server_versions_clear (&path->versions);
  server_histogram_clear (&path->notes.staleness);
  path->version = path->updates = path->uploads = 0;
  path->noted = 0;
  path->loss_of = UINT64_MAX;
  path->notes.hit = INFINITY;
  path->frozen = true;
  path->current = server_versions_take (&path->versions);
  if (path->current == UINT32_MAX)
    return SUPPORT_MEMORY;
  memcpy (server_versions_model (&path->versions, path->current), plan->start,
          path->setting->dimension * sizeof *plan->start);
  return start_workers (path);
}

support_status
server_path_run (server_path *path, size_t index)
{
  const server_plan *plan = path->setting->plan;
  const bool timed = plan->updates == 0;
  support_status status = begin (path, index);

  while (status == SUPPORT_OK && server_queue_first (&path->queue)->time < 0.0)
    status = serve (path);
  path->frozen = false;
  path->now = 0.0;
  if (status == SUPPORT_OK)
    status = observe (path);
  if (timed)
    while (status == SUPPORT_OK)
      {
        const double time = server_queue_first (&path->queue)->time;
        if (time > plan->horizon)
          break;
        status = note_until (path, time);
        if (status == SUPPORT_OK)
          status = serve (path);
      }
  else
    while (status == SUPPORT_OK && path->updates < plan->updates)
      status = serve (path);
  if (timed && status == SUPPORT_OK)
    status = note_until (path, INFINITY);

  path->notes.duration = timed ? plan->horizon : path->now;
  path->notes.all_updates = path->updates;
  path->notes.all_uploads = path->uploads;
  path->notes.versions = path->versions.used;
  return status;
}
