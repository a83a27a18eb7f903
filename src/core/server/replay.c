/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log instead of laws.  Who reads which version is known beforehand, so that
   a version is held for its readers from when it is made, and by nobody else.
 */
#include "server/path.h"

#include <math.h>
#include <stdlib.h>

/* The version that gradient K is of, counted from the first of the replay.  */
static size_t
version_read (const server_replay *replay, size_t k)
{
  const double staleness = replay->staleness[k];
  return staleness < (double) k ? k - (size_t) staleness : 0;
}

static support_status
check (const server_setting *setting, support_failure *failure)
{
  const server_replay *replay = &setting->plan->replay;
  const system_description *system = setting->system;
  if (system->policy != SYSTEM_ASYNC || ! isinf (system->threshold)
      || ! isinf (system->deadline) || system->trigger > 0.0 || system->uplink
      || system_fails (system))
    return support_fail (failure, SUPPORT_INVALID,
                         "a replay applies the gradients of its log as they "
                         "came: the system must have the policy 'async', and "
                         "no threshold, deadline, trigger, uplink or failures");
  if (replay->count < setting->plan->updates)
    return support_fail (failure, SUPPORT_INVALID,
                         "the replay has %zu updates, fewer than the %zu asked "
                         "for",
                         replay->count, setting->plan->updates);
  for (size_t k = 0; k < replay->count; k++)
    if (! (replay->time[k] >= (k > 0 ? replay->time[k - 1] : 0.0)
           && isfinite (replay->time[k]) && replay->staleness[k] >= 0.0
           && replay->staleness[k] < 0x1p50
           && replay->staleness[k] == floor (replay->staleness[k])
           && replay->worker[k] >= 0.0
           && replay->worker[k] < (double) setting->workers
           && replay->worker[k] == floor (replay->worker[k])))
      return support_fail (failure, SUPPORT_INVALID,
                           "gradient %zu of the replay must have a time that "
                           "does not decrease, a staleness >= 0, and a worker "
                           "of the %zu of the system",
                           k + 1, setting->workers);
  return SUPPORT_OK;
}

support_status
server_replay_set (server_setting *setting, support_failure *failure)
{
  const server_replay *replay = &setting->plan->replay;
  const size_t n = replay->count;
  if (n == 0)
    return SUPPORT_OK;
  const support_status status = check (setting, failure);
  if (status != SUPPORT_OK)
    return status;
  if (n >= UINT32_MAX)
    return support_fail (failure, SUPPORT_LIMIT,
                         "a replay of %zu updates is too long", n);
  size_t *left = calloc (n + 1, sizeof *left); /* readers after update k */
  setting->readers = calloc (n + 1, sizeof *setting->readers);
  if (! left || ! setting->readers)
    {
      free (left);
      return support_fail_memory (failure);
    }
  setting->before = 0;
  for (size_t k = 0; k < n; k++)
    {
      const size_t read = version_read (replay, k);
      const double before = replay->staleness[k] - (double) k;
      setting->readers[read]++;
      if (before > (double) setting->before)
        setting->before = (uint64_t) before;
    }
  /* Versions with readers left, and the one that is being made.  */
  size_t alive = setting->readers[0] > 0, most = alive;
  for (size_t k = 0; k <= n; k++)
    left[k] = setting->readers[k];
  for (size_t k = 0; k < n; k++)
    {
      alive -= --left[version_read (replay, k)] == 0;
      alive += left[k + 1] > 0;
      most = alive > most ? alive : most;
    }
  free (left);
  setting->models = most + 2;
  setting->warmup = 0.0;
  return SUPPORT_OK;
}

bool
server_replay_prepare (server_path *path)
{
  const size_t n = path->setting->plan->replay.count;
  if (n > 0)
    path->replay_slot = calloc (n + 1, sizeof *path->replay_slot);
  return n == 0 || path->replay_slot;
}

void
server_replay_free (server_path *path)
{
  free (path->replay_slot);
}

/* The server's model is version K: for its readers, too.  */
static void
keep (server_path *path, size_t k)
{
  path->replay_slot[k] = path->current;
  path->versions.references[path->current] += path->setting->readers[k];
}

void
server_replay_begin (server_path *path)
{
  const system_description *system = path->setting->system;
  uint32_t index = 0;
  for (uint32_t class = 0; class < system->classes; class ++)
    for (size_t k = 0; k < system->class[class].workers; k++, index++)
      path->worker[index] =
          (server_worker){ .class = class, .slot = SERVER_NO_SLOT };
  path->held = 0;
  path->version = path->setting->before;
  keep (path, 0);
}

double
server_replay_time (const server_path *path)
{
  const server_replay *replay = &path->setting->plan->replay;
  return path->updates < replay->count ? replay->time[path->updates] : INFINITY;
}

static uint32_t
slot_read (const server_path *path)
{
  const server_replay *replay = &path->setting->plan->replay;
  return path->replay_slot[version_read (replay, path->updates)];
}

uint32_t
server_replay_next (server_path *path, uint64_t *staleness)
{
  const server_replay *replay = &path->setting->plan->replay;
  const size_t k = path->updates;
  const uint32_t index = (uint32_t) replay->worker[k];
  *staleness = (uint64_t) replay->staleness[k];
  path->worker[index].pulled = replay->start[k];
  path->worker[index].read = path->version - *staleness;
  return index;
}

const double *
server_replay_model (const server_path *path)
{
  return server_versions_model (&path->versions, slot_read (path));
}

void
server_replay_release (server_path *path)
{
  server_versions_release (&path->versions, slot_read (path));
}

void
server_replay_keep (server_path *path)
{
  keep (path, path->updates);
}
