/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
  path->velocity =
      setting->momentum > 0.0 ? support_doubles (setting->dimension) : NULL;
  path->displacement =
      support_doubles (plan->coordinates ? setting->dimension : 0);
  status =
      objective_workspace_create (setting->objective, &path->workspace, NULL);
  if (! server_versions_prepare (&path->versions, setting->dimension,
                                 setting->models)
      || ! server_notes_prepare (&path->notes, plan->records, plan->coordinates)
      || ! server_queue_reserve (&path->queue, setting->workers)
      || ! path->stream || ! path->worker || ! path->gradient
      || (setting->momentum > 0.0 && ! path->velocity) || ! path->displacement
      || ! server_gather_prepare (path) || ! server_abort_prepare (path)
      || ! server_wait_prepare (path) || ! server_outage_prepare (path)
      || ! server_replay_prepare (path) || ! server_trigger_prepare (path)
      || ! server_uplink_prepare (path))
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
  free (path->velocity);
  free (path->displacement);
  server_gather_free (path);
  server_abort_free (path);
  server_wait_free (path);
  server_outage_free (path);
  server_replay_free (path);
  server_trigger_free (path);
  server_uplink_free (path);
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
  notes->accuracy[path->noted] = objective_accuracy (
      path->setting->objective, server_path_model (path), path->workspace);
  path->work += objective_accuracy_cost (path->setting->objective);
  notes->time[path->noted] = time;
  notes->updates[path->noted] = path->updates;
  notes->uploads[path->noted] = path->uploads;
  notes->queue[path->noted] = path->uplink.present;
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

/* ---- the server ------------------------------------------------------ */

/* That of the system, or by the schedule: steps lie behind each other, so that
   each is looked at once.  */
static double
rate_now (server_path *path)
{
  const server_plan *plan = path->setting->plan;
  const double now = plan->updates > 0 ? (double) path->updates : path->now;
  while (path->step < plan->schedule_count
         && plan->schedule_from[path->step] <= now)
    path->factor = plan->schedule_factor[path->step++];
  return path->setting->system->rate * path->factor;
}

/* The direction of an update by path->gradient.  */
static const double *
next_step (server_path *path)
{
  const double momentum = path->setting->momentum;
  double *velocity = path->velocity;
  if (! velocity)
    return path->gradient;
  for (size_t i = 0; i < path->setting->dimension; i++)
    velocity[i] = momentum * velocity[i] + path->gradient[i];
  return velocity;
}

/* model <- model - rate * direction: a new version, in the place of the old one
   if nobody else holds that.  */
static support_status
update (server_path *path)
{
  const double rate = rate_now (path);
  const double *step = next_step (path);
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
  const size_t dimension = path->setting->dimension;
  SUPPORT_IN_LANES
  for (size_t i = 0; i < dimension; i++)
    new[i] = old[i] - rate *step[i];
  if (slot != path->current)
    server_versions_release (&path->versions, path->current);
  path->current = slot;
  path->version++;
  path->updates++;
  path->idle = 0;
  return SUPPORT_OK;
}

/* Counts and, on request, lists a gradient that is applied.  */
static bool
count_gradient (server_path *path, uint32_t index, uint64_t staleness)
{
  const server_worker *worker = &path->worker[index];
  const size_t classes = path->setting->system->classes;
  const server_listed event = { .start = worker->pulled,
                                .end = path->now,
                                .read = worker->read,
                                .applied = path->version + 1,
                                .worker = (uint64_t) index };
  return staleness < UINT64_MAX / 2 / classes
         && server_histogram_add (&path->notes.staleness,
                                  staleness * classes + worker->class)
         && (! path->listing || server_list_add (&path->notes.list, &event));
}

/* By staleness: as good as a factor of the learning rate.  */
static void
weigh (server_path *path, uint64_t staleness)
{
  const system_description *system = path->setting->system;
  const double weight = system_weight_at (system, (double) staleness);
  for (size_t i = 0; weight != 1.0 && i < path->setting->dimension; i++)
    path->gradient[i] *= weight;
}

/* The worker INDEX holds no model any more.  */
static void
let_go (server_path *path, uint32_t index)
{
  server_worker *worker = &path->worker[index];
  server_abort_remove (path, index);
  server_versions_release (&path->versions, worker->slot);
  worker->slot = SERVER_NO_SLOT;
}

/* A gradient of the worker INDEX arrives.  It is computed here, from the
   version that the worker has read: the same law as if it had been computed all
   along, and nothing is computed for gradients that are thrown away.  A trigger
   has it computed already.  */
static support_status
arrive (server_path *path, uint32_t index, server_verdict verdict,
        uint64_t staleness, bool accepted)
{
  server_worker *worker = &path->worker[index];
  const objective *problem = path->setting->objective;
  support_status status = SUPPORT_OK;

  if (! path->frozen && verdict == SERVER_SENT)
    {
      path->uploads++;
      path->discarded += ! accepted;
    }
  if (! path->frozen && accepted)
    {
      if (path->setting->level == 0.0)
        {
          path->work += objective_gradient_cost (problem);
          status = objective_gradient (
              problem, server_versions_model (&path->versions, worker->slot),
              path->stream, path->workspace, path->gradient);
        }
      weigh (path, staleness);
      if (! count_gradient (path, index, staleness))
        status = SUPPORT_MEMORY;
    }
  /* Let go before the update, which may then take this place.  */
  let_go (path, index);
  return status;
}

/* An update with path->gradient, of which nothing but the version is kept while
   the model is frozen.  */
static support_status
apply (server_path *path)
{
  support_status status;
  if (path->frozen)
    {
      path->version++;
      return SUPPORT_OK;
    }
  status = update (path);
  return status == SUPPORT_OK ? observe (path) : status;
}

/* ---- the course of a path -------------------------------------------- */

bool
server_path_continue (server_path *path)
{
  const server_plan *plan = path->setting->plan;
  double done = 0.0;
  if (path->work <= path->setting->slice)
    return true;
  path->work = 0.0;
  if (! path->frozen)
    done = plan->updates > 0 ? (double) path->updates / (double) plan->updates
                             : path->now / plan->horizon;
  return support_team_continue (path->team,
                                path->block_done + path->block_share * done);
}

/* Whether a gradient does not arrive that would be accepted.  */
static bool
is_lost (server_path *path)
{
  const double loss = path->setting->system->loss;
  return loss > 0.0 && support_stream_uniform (path->stream) < loss;
}

/* Serves the first event and plans what follows from it.  */
static support_status
serve (server_path *path)
{
  const server_event event = *server_uplink_next (path);
  const server_worker *worker = &path->worker[event.worker];
  support_status status = SUPPORT_OK;

  path->now = event.time;
  switch (event.kind)
    {
    case SERVER_PASSED:
      if (! server_uplink_leave (path, event.worker))
        break; /* it is yet to be uploaded */
      /* fall through */
    case SERVER_READY:
    case SERVER_PUSH:
      {
        const bool judged = event.kind != SERVER_READY && path->setting->staged;
        server_verdict verdict = SERVER_SENT;
        uint64_t read = worker->read;
        if (path->setting->level > 0.0 && ! judged)
          status = server_trigger_judge (path, event.worker, &verdict, &read);
        if (status == SUPPORT_OK && event.kind == SERVER_READY
            && verdict == SERVER_SENT)
          {
            server_uplink_join (path, event.worker);
            break;
          }
        if (judged)
          server_uplink_recall (path, event.worker);
        const uint64_t staleness = path->version - read;
        const bool accepted = verdict != SERVER_WITHHELD
                              && staleness <= path->setting->threshold
                              && ! is_lost (path);
        if (status == SUPPORT_OK)
          status = arrive (path, event.worker, verdict, staleness, accepted);
        const bool updated =
            status == SUPPORT_OK && accepted && server_gather_add (path);
        if (updated)
          status = apply (path);
        server_gather_next (path, event.worker, accepted, updated);
        break;
      }
    case SERVER_GIVE_UP:
    case SERVER_FAIL:
      let_go (path, event.worker);
      /* fall through */
    case SERVER_RETURN:
      server_gather_next (path, event.worker, false, false);
      break;
    }
  path->work += SERVER_EVENT_WORK;
  return status;
}

/* The next gradient of a log.  */
static support_status
serve_replay (server_path *path)
{
  const objective *problem = path->setting->objective;
  uint64_t staleness;
  path->now = server_replay_time (path);
  const uint32_t index = server_replay_next (path, &staleness);
  path->uploads++;
  path->work += objective_gradient_cost (problem) + SERVER_EVENT_WORK;
  support_status status =
      objective_gradient (problem, server_replay_model (path), path->stream,
                          path->workspace, path->gradient);
  weigh (path, staleness);
  if (status == SUPPORT_OK && ! count_gradient (path, index, staleness))
    status = SUPPORT_MEMORY;
  server_replay_release (path);
  if (status == SUPPORT_OK)
    status = apply (path);
  server_replay_keep (path);
  return status;
}

support_status
server_path_begin (server_path *path, size_t index)
{
  const server_plan *plan = path->setting->plan;

  support_stream_rewind (path->stream, plan->seed, index);
  server_queue_clear (&path->queue);
  server_versions_clear (&path->versions);
  server_histogram_clear (&path->notes.staleness);
  path->idle = 0;
  path->version = path->updates = path->uploads = path->discarded = 0;
  path->noted = 0;
  path->notes.list.count = 0;
  path->listing = plan->events && index == 0;
  path->step = 0;
  path->factor = 1.0;
  path->loss_of = UINT64_MAX;
  path->notes.hit = INFINITY;
  path->frozen = true;
  if (path->velocity)
    memset (path->velocity, 0,
            path->setting->dimension * sizeof *path->velocity);
  server_trigger_begin (path);
  server_uplink_clear (path);
  path->current = server_versions_take (&path->versions);
  if (path->current == UINT32_MAX)
    return SUPPORT_MEMORY;
  memcpy (server_versions_model (&path->versions, path->current), plan->start,
          path->setting->dimension * sizeof *plan->start);
  if (path->replay_slot)
    {
      server_replay_begin (path);
      return SUPPORT_OK;
    }
  return server_gather_begin (path, -path->setting->warmup)
             ? SUPPORT_OK
             : SUPPORT_INTERRUPTED;
}

/* The clock reaches 0.  */
static support_status
thaw (server_path *path)
{
  support_status status;
  path->frozen = false;
  path->now = 0.0;
  status = server_gather_thaw (path);
  return status == SUPPORT_OK ? observe (path) : status;
}

static void
close_notes (server_path *path)
{
  const server_plan *plan = path->setting->plan;
  path->notes.duration = plan->updates == 0 ? plan->horizon : path->now;
  path->notes.all_updates = path->updates;
  path->notes.all_uploads = path->uploads;
  path->notes.all_discarded = path->discarded;
  path->notes.versions = path->versions.used;
}

support_status
server_path_advance (server_path *path, bool *ended)
{
  const server_plan *plan = path->setting->plan;
  const bool timed = plan->updates == 0, replays = plan->replay.count > 0;
  support_status status = SUPPORT_OK;

  *ended = false;
  while (status == SUPPORT_OK && path->work <= path->setting->slice)
    {
      const double time =
          replays ? server_replay_time (path) : server_uplink_next (path)->time;
      if (path->frozen)
        status = time < 0.0 ? serve (path) : thaw (path);
      else if (timed ? time > plan->horizon : path->updates >= plan->updates)
        {
          *ended = true;
          status = timed ? note_until (path, INFINITY) : SUPPORT_OK;
          close_notes (path);
          break;
        }
      else
        {
          status = timed ? note_until (path, time) : SUPPORT_OK;
          if (! timed && ++path->idle > plan->idle && plan->idle > 0)
            status = SUPPORT_LIMIT;
          if (status == SUPPORT_OK)
            status = replays ? serve_replay (path) : serve (path);
        }
    }
  return status;
}
