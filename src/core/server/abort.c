/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers whose model gets too old begin anew.  Models are pulled in the order
   of their age, so that who pulls goes to the new end of a list and who is
   overdue stands at its old end: an update looks at one worker more than it
   aborts.  */
#include "server/path.h"

#include <stdlib.h>

bool
server_abort_prepare (server_path *path)
{
  const size_t workers = path->setting->workers;
  server_ages *ages = &path->ages;
  if (path->setting->patience == UINT64_MAX)
    return true;
  ages->older = calloc (workers + 1, sizeof *ages->older);
  ages->newer = calloc (workers + 1, sizeof *ages->newer);
  return ages->older && ages->newer
         && server_queue_track (&path->queue, workers);
}

void
server_abort_free (server_path *path)
{
  free (path->ages.older);
  free (path->ages.newer);
}

void
server_abort_clear (server_path *path)
{
  const uint32_t end = (uint32_t) path->setting->workers;
  if (path->ages.older)
    path->ages.older[end] = path->ages.newer[end] = end;
}

void
server_abort_add (server_path *path, uint32_t index)
{
  const uint32_t end = (uint32_t) path->setting->workers;
  server_ages *ages = &path->ages;
  if (! ages->older)
    return;
  const uint32_t last = ages->older[end];
  ages->older[index] = last;
  ages->newer[index] = end;
  ages->newer[last] = ages->older[end] = index;
}

void
server_abort_remove (server_path *path, uint32_t index)
{
  server_ages *ages = &path->ages;
  if (! ages->older)
    return;
  ages->newer[ages->older[index]] = ages->newer[index];
  ages->older[ages->newer[index]] = ages->older[index];
}

void
server_abort_overdue (server_path *path)
{
  const uint32_t end = (uint32_t) path->setting->workers;
  if (! path->ages.older)
    return;
  for (;;)
    {
      const uint32_t index = path->ages.newer[end];
      server_worker *worker = &path->worker[index];
      if (index == end
          || path->version - worker->read <= path->setting->patience)
        return;
      double time;
      server_abort_remove (path, index);
      server_versions_release (&path->versions, worker->slot);
      worker->slot = SERVER_NO_SLOT;
      const uint32_t kind = server_gather_begin_cycle (path, index, &time);
      server_queue_move (&path->queue, time, index, kind);
      path->work += SERVER_EVENT_WORK;
    }
}
