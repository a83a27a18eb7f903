/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shared uplink: gradients that are computed queue for it.  First in, first
   out, each channel sends one gradient after the other; or all gradients share
   the channels evenly, none faster than one channel would.  Shares change with
   every arrival and departure, so the clock of the latter runs at the speed at
   which every gradient is sent: what one still needs is known when it joins.
   Behind the uplink, or where there is none, each gradient has an upload of its
   own, for which it does not queue.  */
#include "server/path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool
shares (const server_path *path)
{
  return path->setting->system->discipline == SYSTEM_SHARING;
}

double
server_uplink_memory (const server_setting *setting)
{
  const double workers = (double) setting->workers;
  double need = 0.0;
  if (! setting->staged)
    return 0.0;
  need += workers * (sizeof (uint32_t) + sizeof (server_event));
  if (setting->level > 0.0)
    need += workers * 8.0 * (double) setting->dimension;
  return need;
}

bool
server_uplink_prepare (server_path *path)
{
  const server_setting *setting = path->setting;
  server_uplink *uplink = &path->uplink;
  const size_t workers = setting->staged ? setting->workers : 0;
  const bool keeps = setting->level > 0.0;
  uplink->line = calloc (workers + 1, sizeof *uplink->line);
  uplink->gradient = support_doubles (keeps ? workers * setting->dimension : 0);
  return uplink->line && uplink->gradient
         && server_queue_reserve (&uplink->sharing, workers + 1);
}

void
server_uplink_free (server_path *path)
{
  free (path->uplink.line);
  free (path->uplink.gradient);
  server_queue_free (&path->uplink.sharing);
}

void
server_uplink_clear (server_path *path)
{
  server_uplink *uplink = &path->uplink;
  uplink->first = uplink->waiting = uplink->busy = uplink->present = 0;
  uplink->clock = 0.0;
  uplink->since = 0.0;
  server_queue_clear (&uplink->sharing);
}

static const delay_law *
upload (const server_path *path, uint32_t index)
{
  return system_upload (path->setting->system, path->worker[index].class);
}

static double
service (server_path *path)
{
  return delay_sample (path->setting->system->uplink, path->stream);
}

/* ---- sharing ---------------------------------------------------------- */

/* How fast each of the gradients is sent.  */
static double
speed (const server_path *path)
{
  const double channels = (double) path->setting->system->channels;
  return fmin (1.0, channels / (double) path->uplink.sharing.count);
}

static void
advance (server_path *path, double now)
{
  server_uplink *uplink = &path->uplink;
  if (uplink->sharing.count > 0)
    uplink->clock += speed (path) * (now - uplink->since);
  else
    uplink->clock = 0.0; /* keeps its digits */
  uplink->since = now;
}

const server_event *
server_uplink_next (server_path *path)
{
  server_uplink *uplink = &path->uplink;
  while (uplink->sharing.count > 0)
    {
      const server_event first = *server_queue_first (&uplink->sharing);
      const double left = fmax (0.0, first.time - uplink->clock);
      const double time = uplink->since + left / speed (path);
      if (path->queue.count > 0
          && server_queue_first (&path->queue)->time <= time)
        break;
      advance (path, time);
      uplink->clock = first.time;
      server_queue_pop (&uplink->sharing);
      server_queue_push (&path->queue, time, first.worker, SERVER_PASSED);
    }
  return server_queue_first (&path->queue);
}

/* ---- joining and leaving ----------------------------------------------- */

void
server_uplink_join (server_path *path, uint32_t index)
{
  server_uplink *uplink = &path->uplink;
  const size_t dimension = path->setting->dimension;
  server_queue_pop (&path->queue);
  uplink->present += path->setting->system->uplink != NULL;
  if (path->setting->level > 0.0)
    memcpy (uplink->gradient + index * dimension, path->gradient,
            dimension * sizeof *path->gradient);
  if (! path->setting->system->uplink)
    {
      const double way = upload (path, index)
                             ? delay_sample (upload (path, index), path->stream)
                             : 0.0;
      server_queue_push (&path->queue, path->now + way, index, SERVER_PUSH);
    }
  else if (shares (path))
    {
      advance (path, path->now);
      server_queue_push (&uplink->sharing, uplink->clock + service (path),
                         index, SERVER_PASSED);
    }
  else if (uplink->busy < path->setting->system->channels)
    {
      uplink->busy++;
      server_queue_push (&path->queue, path->now + service (path), index,
                         SERVER_PASSED);
    }
  else
    uplink->line[(uplink->first + uplink->waiting++) % path->setting->workers] =
        index;
}

bool
server_uplink_leave (server_path *path, uint32_t index)
{
  server_uplink *uplink = &path->uplink;
  uplink->present--;
  const delay_law *behind = upload (path, index);
  if (behind)
    server_queue_replace (&path->queue,
                          path->now + delay_sample (behind, path->stream),
                          index, SERVER_PUSH);
  if (shares (path))
    return ! behind;
  if (uplink->waiting == 0)
    uplink->busy--;
  else
    {
      const uint32_t next = uplink->line[uplink->first];
      uplink->first = (uplink->first + 1) % path->setting->workers;
      uplink->waiting--;
      server_queue_push (&path->queue, path->now + service (path), next,
                         SERVER_PASSED);
    }
  return ! behind;
}

void
server_uplink_recall (server_path *path, uint32_t index)
{
  const size_t dimension = path->setting->dimension;
  if (path->setting->level > 0.0)
    memcpy (path->gradient, path->uplink.gradient + index * dimension,
            dimension * sizeof *path->gradient);
}
