/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole state of a path between two events.  Whatever path.h adds to
   server_path that outlives an event belongs here, and its bytes mean something
   else then: SERVER_CHECKPOINT_FORMAT counts that.  */
#include "server/path.h"

static void
pass_queue (server_queue *queue, size_t workers, server_archive *archive)
{
  server_archive_pass (archive, &queue->next, sizeof queue->next);
  server_archive_pass (archive, &queue->count, sizeof queue->count);
  if (! server_archive_require (archive, queue->count <= queue->room))
    {
      queue->count = 0;
      return;
    }
  server_archive_pass (archive, queue->event,
                       queue->count * sizeof *queue->event);
  for (size_t i = 0; i < queue->count; i++)
    if (! server_archive_require (archive, queue->event[i].worker < workers))
      return;
    else if (queue->place)
      queue->place[queue->event[i].worker] = (uint32_t) i;
}

/* Only the models that someone holds.  */
static void
pass_versions (server_versions *versions, server_archive *archive)
{
  size_t used = versions->used;
  server_archive_pass (archive, &used, sizeof used);
  if (! server_archive_require (archive, used <= versions->most))
    return;
  if (archive->reading)
    {
      server_versions_clear (versions);
      for (size_t slot = 0; slot < used; slot++)
        if (! server_archive_require (archive, server_versions_take (versions)
                                                   != UINT32_MAX))
          return;
    }
  server_archive_pass (archive, versions->references,
                       used * sizeof *versions->references);
  server_archive_pass (archive, &versions->vacancies,
                       sizeof versions->vacancies);
  if (! server_archive_require (archive, versions->vacancies <= used))
    return;
  server_archive_pass (archive, versions->vacant,
                       versions->vacancies * sizeof *versions->vacant);
  for (size_t i = 0; i < versions->vacancies; i++)
    server_archive_require (archive, versions->vacant[i] < used);
  for (uint32_t slot = 0; ! archive->failed && slot < used; slot++)
    if (versions->references[slot] > 0)
      server_archive_numbers (archive, server_versions_model (versions, slot),
                              versions->dimension);
}

static void
pass_workers (server_path *path, server_archive *archive)
{
  const size_t workers = path->setting->workers;
  server_archive_pass (archive, path->worker, workers * sizeof *path->worker);
  for (size_t k = 0; ! archive->failed && k < workers; k++)
    {
      const server_worker *worker = &path->worker[k];
      server_archive_require (
          archive,
          (worker->slot == SERVER_NO_SLOT || worker->slot < path->versions.used)
              && worker->class < path->setting->system->classes);
    }
}

static void
pass_gathered (server_path *path, server_archive *archive)
{
  const server_setting *setting = path->setting;
  server_archive_pass (archive, &path->held, sizeof path->held);
  server_archive_require (archive, path->held < setting->gradients);
  if (setting->gradients > 1)
    server_archive_numbers (archive, path->sum, setting->dimension);
  if (setting->system->policy == SYSTEM_K_ASYNC)
    server_archive_pass (archive, path->waiting,
                         setting->gradients * sizeof *path->waiting);
}

static void
pass_velocity (server_path *path, server_archive *archive)
{
  if (path->velocity)
    server_archive_numbers (archive, path->velocity, path->setting->dimension);
}

static void
pass_ages (server_path *path, server_archive *archive)
{
  const size_t workers = path->setting->workers;
  server_ages *ages = &path->ages;
  if (! ages->older)
    return;
  server_archive_pass (archive, ages->older,
                       (workers + 1) * sizeof *ages->older);
  server_archive_pass (archive, ages->newer,
                       (workers + 1) * sizeof *ages->newer);
}

static void
pass_clocks (server_path *path, server_archive *archive)
{
  const server_setting *setting = path->setting;
  server_clocks *clocks = &path->clocks;
  if (! clocks->clock)
    return;
  server_archive_pass (archive, clocks->clock,
                       setting->workers * sizeof *clocks->clock);
  server_archive_pass (archive, &clocks->slowest, sizeof clocks->slowest);
  server_archive_pass (archive, clocks->having,
                       (setting->lead + 1) * sizeof *clocks->having);
  server_archive_pass (archive, &clocks->waiting, sizeof clocks->waiting);
  if (server_archive_require (archive, clocks->waiting <= setting->workers))
    server_archive_pass (archive, clocks->blocked,
                         clocks->waiting * sizeof *clocks->blocked);
}

static void
pass_outages (server_path *path, server_archive *archive)
{
  const size_t workers = path->setting->workers;
  if (! path->outages.fails)
    return;
  server_archive_numbers (archive, path->outages.back, workers);
  server_archive_numbers (archive, path->outages.fails, workers);
}

static void
pass_replay (server_path *path, server_archive *archive)
{
  const size_t count = path->setting->plan->replay.count;
  if (! path->replay_slot)
    return;
  server_archive_pass (archive, path->replay_slot,
                       (count + 1) * sizeof *path->replay_slot);
  for (size_t k = 0; ! archive->failed && k <= count; k++)
    server_archive_require (archive,
                            path->replay_slot[k] < path->versions.used);
}

static void
pass_uplink (server_path *path, server_archive *archive)
{
  const server_setting *setting = path->setting;
  const size_t workers = setting->workers;
  server_uplink *uplink = &path->uplink;
  if (! setting->staged)
    return;
  server_archive_pass (archive, &uplink->busy, sizeof uplink->busy);
  server_archive_pass (archive, &uplink->present, sizeof uplink->present);
  server_archive_pass (archive, uplink->line, workers * sizeof *uplink->line);
  server_archive_pass (archive, &uplink->first, sizeof uplink->first);
  server_archive_pass (archive, &uplink->waiting, sizeof uplink->waiting);
  server_archive_require (archive, uplink->first < workers
                                       && uplink->waiting <= workers);
  pass_queue (&uplink->sharing, workers, archive);
  server_archive_numbers (archive, &uplink->clock, 1);
  server_archive_numbers (archive, &uplink->since, 1);
  if (setting->level > 0.0)
    server_archive_numbers (archive, uplink->gradient,
                            workers * setting->dimension);
}

static void
pass_trigger (server_path *path, server_archive *archive)
{
  const server_setting *setting = path->setting;
  if (server_trigger_memory (setting) == 0.0)
    return;
  server_archive_numbers (archive, path->memory,
                          setting->workers * setting->dimension);
  server_archive_pass (archive, path->memory_of,
                       setting->workers * sizeof *path->memory_of);
}

static void
pass_notes (server_path *path, server_archive *archive)
{
  server_notes *notes = &path->notes;
  const size_t records = notes->records;
  server_archive_pass (archive, &path->noted, sizeof path->noted);
  server_archive_require (archive, path->noted <= records);
  server_archive_numbers (archive, notes->loss, records);
  server_archive_numbers (archive, notes->accuracy, records);
  server_archive_numbers (archive, notes->time, records);
  server_archive_numbers (archive, notes->coordinate,
                          records * notes->coordinates);
  server_archive_pass (archive, notes->updates,
                       records * sizeof *notes->updates);
  server_archive_pass (archive, notes->uploads,
                       records * sizeof *notes->uploads);
  server_archive_pass (archive, notes->queue, records * sizeof *notes->queue);
  server_archive_numbers (archive, &notes->hit, 1);
  server_list_archive (&notes->list, archive);
  server_histogram_archive (&notes->staleness, archive);
}

void
server_path_archive (server_path *path, server_archive *archive)
{
  server_archive_pass (archive, path->stream->state,
                       gsl_rng_size (path->stream));
  server_archive_numbers (archive, &path->now, 1);
  server_archive_pass (archive, &path->frozen, sizeof path->frozen);
  server_archive_pass (archive, &path->listing, sizeof path->listing);
  server_archive_pass (archive, &path->idle, sizeof path->idle);
  server_archive_pass (archive, &path->step, sizeof path->step);
  server_archive_numbers (archive, &path->factor, 1);
  server_archive_pass (archive, &path->version, sizeof path->version);
  server_archive_pass (archive, &path->updates, sizeof path->updates);
  server_archive_pass (archive, &path->uploads, sizeof path->uploads);
  server_archive_pass (archive, &path->discarded, sizeof path->discarded);
  server_archive_numbers (archive, &path->loss, 1);
  server_archive_pass (archive, &path->loss_of, sizeof path->loss_of);
  pass_queue (&path->queue, path->setting->workers, archive);
  pass_versions (&path->versions, archive);
  server_archive_pass (archive, &path->current, sizeof path->current);
  server_archive_require (archive, path->current < path->versions.used);
  pass_workers (path, archive);
  pass_gathered (path, archive);
  pass_velocity (path, archive);
  pass_ages (path, archive);
  pass_clocks (path, archive);
  pass_outages (path, archive);
  pass_replay (path, archive);
  pass_uplink (path, archive);
  pass_trigger (path, archive);
  pass_notes (path, archive);
}
