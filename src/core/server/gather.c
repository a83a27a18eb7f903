/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Updates made of K gradients: which of them are held, and what the workers do
   before and after.  One gradient to an update is the case K = 1.  */
#include "server/path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ---------------------------------------------------------- */

bool
server_gather_prepare (server_path *path)
{
  const server_setting *setting = path->setting;
  const bool several = setting->gradients > 1;
  const bool waits = setting->system->policy == SYSTEM_K_ASYNC;
  path->sum = support_doubles (several ? setting->dimension : 0);
  path->waiting =
      calloc (waits ? setting->gradients : 1, sizeof *path->waiting);
  return path->sum && path->waiting;
}

void
server_gather_free (server_path *path)
{
  free (path->sum);
  free (path->waiting);
}

/* ---- workers --------------------------------------------------------- */

static void
pull (server_path *path, uint32_t index, double time)
{
  server_worker *worker = &path->worker[index];
  worker->pulled = time;
  worker->read = path->version;
  worker->slot = path->current;
  server_versions_hold (&path->versions, path->current);
  server_abort_add (path, index);
}

/* The time until the worker INDEX is done with a gradient, and also until that
   has arrived unless something happens between.  A model of which it has had a
   gradient already is not downloaded again.  */
static double
draw_cycle (server_path *path, uint32_t index, bool again)
{
  const server_setting *setting = path->setting;
  const uint32_t class = path->worker[index].class;
  if (! setting->system->parts)
    return delay_sample (setting->system->class[class].cycle, path->stream);
  const system_parts *parts = &setting->system->parts[class];
  double length = 0.0;
  if (parts->download && ! again)
    length += delay_sample (parts->download, path->stream);
  length += delay_sample (parts->compute, path->stream);
  if (parts->upload && ! setting->staged)
    length += delay_sample (parts->upload, path->stream);
  return length;
}

/* How the cycle of a worker ends that takes LENGTH, and when.  */
static uint32_t
end_of_cycle (const server_path *path, double *length)
{
  const double deadline = path->setting->system->deadline;
  if (path->setting->staged)
    return SERVER_READY;
  if (*length <= deadline)
    return SERVER_PUSH;
  *length = deadline;
  return SERVER_GIVE_UP;
}

static uint32_t
begin_at (server_path *path, uint32_t index, bool again, double now,
          double *end)
{
  *end = server_outage_until (path, index, now);
  if (*end > now)
    return SERVER_RETURN;
  double length = draw_cycle (path, index, again);
  const uint32_t kind = end_of_cycle (path, &length);
  pull (path, index, now);
  *end = now + length;
  return server_outage_meet (path, index, kind, end);
}

uint32_t
server_gather_begin_cycle (server_path *path, uint32_t index, double *end)
{
  return begin_at (path, index, false, path->now, end);
}

/* Pulls, and plans the push.  */
static void
begin_cycle (server_path *path, uint32_t index, double now)
{
  double end;
  const uint32_t kind = begin_at (path, index, false, now, &end);
  server_queue_push (&path->queue, end, index, kind);
}

/* All work is cancelled, and all begin anew.  */
static void
begin_round (server_path *path, double now)
{
  server_queue_clear (&path->queue);
  for (uint32_t k = 0; k < path->setting->workers; k++)
    {
      server_worker *worker = &path->worker[k];
      if (worker->slot != SERVER_NO_SLOT)
        server_versions_release (&path->versions, worker->slot);
      worker->slot = SERVER_NO_SLOT;
      begin_cycle (path, k, now);
    }
  path->work += SERVER_EVENT_WORK * (double) path->setting->workers;
}

/* ---- the start ------------------------------------------------------- */

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

/* A time that is a whole number of rounds where cycles are constant, so that a
   start spread over it is at a random instant of a round.  */
static double
longest_round (const server_setting *setting)
{
  const system_description *system = setting->system;
  double slowest = 0.0, cycles = 1.0;
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers > 0)
      slowest = fmax (slowest, delay_mean (system->class[c].cycle));
  if (system->policy == SYSTEM_K_BATCH_SYNC)
    cycles = ceil ((double) setting->gradients / (double) setting->workers);
  return cycles * slowest;
}

/* In the whole cycle, even where that goes on after the event that it is
   planned to end with: phases are spread as they have to be, and the warm-up
   does the rest.  */
static void
begin_under_way (server_path *path, uint32_t index, double start)
{
  double age;
  const uint32_t class = path->worker[index].class;
  double end = server_outage_until (path, index, start);
  if (end > start)
    {
      server_queue_push (&path->queue, end, index, SERVER_RETURN);
      return;
    }
  double length = draw_cycle_under_way (
      path, path->setting->system->class[class].cycle, &age);
  uint32_t kind = end_of_cycle (path, &length);
  pull (path, index, start - age);
  end = start + (length - age);
  kind = server_outage_meet (path, index, kind, &end);
  server_queue_push (&path->queue, end, index, kind);
}

bool
server_gather_begin (server_path *path, double start)
{
  const server_setting *setting = path->setting;
  const system_description *system = setting->system;
  const bool rounds =
      system->policy == SYSTEM_K_SYNC || system->policy == SYSTEM_K_BATCH_SYNC;
  const bool cold = setting->plan->cold;
  uint32_t index = 0;

  path->held = 0;
  server_abort_clear (path);
  server_wait_clear (path);
  for (uint32_t class = 0; class < system->classes; class ++)
    for (size_t k = 0; k < system->class[class].workers; k++, index++)
      {
        server_worker *worker = &path->worker[index];
        worker->class = class;
        worker->slot = SERVER_NO_SLOT;
        server_outage_begin (path, index, start);
        if (rounds)
          continue;
        if (cold)
          begin_cycle (path, index, start);
        else
          begin_under_way (path, index, start);
        path->work += SERVER_EVENT_WORK;
        if (! server_path_continue (path))
          return false;
      }
  if (rounds)
    begin_round (path, cold
                           ? start
                           : start
                                 - longest_round (setting)
                                       * support_stream_uniform (path->stream));
  if (! cold && system->policy == SYSTEM_K_BATCH_ASYNC
      && setting->gradients > 1)
    path->held = (size_t) ((double) setting->gradients
                           * support_stream_uniform (path->stream));
  return true;
}

/* ---- gradients ------------------------------------------------------- */

static void
add_to_sum (server_path *path, bool first)
{
  for (size_t i = 0; i < path->setting->dimension; i++)
    path->sum[i] = (first ? 0.0 : path->sum[i]) + path->gradient[i];
}

support_status
server_gather_thaw (server_path *path)
{
  const objective *problem = path->setting->objective;
  support_status status = SUPPORT_OK;
  for (size_t k = 0; status == SUPPORT_OK && k < path->held; k++)
    {
      path->work += objective_gradient_cost (problem);
      status =
          objective_gradient (problem, server_path_model (path), path->stream,
                              path->workspace, path->gradient);
      add_to_sum (path, k == 0);
    }
  return status;
}

bool
server_gather_add (server_path *path)
{
  const size_t gradients = path->setting->gradients;
  if (gradients > 1 && ! path->frozen)
    add_to_sum (path, path->held == 0);
  if (++path->held < gradients)
    return false;
  path->held = 0;
  if (gradients > 1 && ! path->frozen)
    for (size_t i = 0; i < path->setting->dimension; i++)
      path->gradient[i] = path->sum[i] / (double) gradients;
  return true;
}

/* ---- what follows ---------------------------------------------------- */

/* K-async: the K that have waited begin together.  */
static void
wait (server_path *path, uint32_t index, bool updated)
{
  const size_t gradients = path->setting->gradients;
  server_queue_pop (&path->queue);
  path->waiting[updated ? gradients - 1 : path->held - 1] = index;
  for (size_t k = 0; updated && k < gradients; k++)
    begin_cycle (path, path->waiting[k], path->now);
}

void
server_gather_next (server_path *path, uint32_t index, bool accepted,
                    bool updated)
{
  const system_policy policy = path->setting->system->policy;
  const bool round = policy == SYSTEM_K_SYNC || policy == SYSTEM_K_BATCH_SYNC;

  if (round && updated)
    begin_round (path, path->now);
  else if (policy == SYSTEM_K_SYNC && accepted)
    server_queue_pop (&path->queue);
  else if (policy == SYSTEM_K_ASYNC && accepted)
    wait (path, index, updated);
  else if (path->clocks.clock && accepted)
    server_wait_next (path, index);
  else
    {
      double end;
      const bool again = policy == SYSTEM_K_BATCH_SYNC;
      const uint32_t kind = begin_at (path, index, again, path->now, &end);
      server_queue_replace (&path->queue, end, index, kind);
    }
  if (updated)
    server_abort_overdue (path);
}
