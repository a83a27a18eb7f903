/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stale-synchronous workers: each has a clock, the gradients that it has
   finished, and none may begin one while it is LEAD ahead of the slowest.  */
#include "server/path.h"

#include <stdlib.h>
#include <string.h>

bool
server_wait_prepare (server_path *path)
{
  const server_setting *setting = path->setting;
  server_clocks *clocks = &path->clocks;
  if (setting->lead == UINT64_MAX)
    return true;
  clocks->clock = calloc (setting->workers, sizeof *clocks->clock);
  clocks->blocked = calloc (setting->workers, sizeof *clocks->blocked);
  clocks->having = calloc (setting->lead + 1, sizeof *clocks->having);
  return clocks->clock && clocks->blocked && clocks->having;
}

void
server_wait_free (server_path *path)
{
  free (path->clocks.clock);
  free (path->clocks.blocked);
  free (path->clocks.having);
}

void
server_wait_clear (server_path *path)
{
  const server_setting *setting = path->setting;
  server_clocks *clocks = &path->clocks;
  if (! clocks->clock)
    return;
  memset (clocks->clock, 0, setting->workers * sizeof *clocks->clock);
  memset (clocks->having, 0, (setting->lead + 1) * sizeof *clocks->having);
  clocks->having[0] = setting->workers;
  clocks->slowest = 0;
  clocks->waiting = 0;
}

/* Whether the slowest clock has moved.  */
static bool
advance (server_path *path, uint32_t index)
{
  server_clocks *clocks = &path->clocks;
  const uint64_t room = path->setting->lead + 1;
  const uint64_t before = clocks->clock[index]++;
  clocks->having[before % room]--;
  clocks->having[(before + 1) % room]++;
  if (before > clocks->slowest || clocks->having[before % room] > 0)
    return false;
  clocks->slowest++;
  return true;
}

void
server_wait_next (server_path *path, uint32_t index)
{
  server_clocks *clocks = &path->clocks;
  const bool moved = advance (path, index);
  const size_t released = moved ? clocks->waiting : 0;
  double time;
  if (clocks->clock[index] - clocks->slowest < path->setting->lead)
    {
      const uint32_t kind = server_gather_begin_cycle (path, index, &time);
      server_queue_replace (&path->queue, time, index, kind);
    }
  else
    {
      server_queue_pop (&path->queue);
      clocks->blocked[clocks->waiting++] = index;
    }
  /* All who wait are as far ahead as one may be: one step of the slowest sets
     them all free.  */
  for (size_t k = 0; k < released; k++)
    {
      const uint32_t other = clocks->blocked[k];
      const uint32_t kind = server_gather_begin_cycle (path, other, &time);
      server_queue_push (&path->queue, time, other, kind);
    }
  if (moved)
    clocks->waiting = 0;
  path->work += SERVER_EVENT_WORK * (double) released;
}
