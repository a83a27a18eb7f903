/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/queue.h"

#include <stdlib.h>

/* Without branches: which of two children is earlier is a coin toss that no
   processor predicts.  */
static inline bool
before (const server_event *a, const server_event *b)
{
  return (a->time < b->time)
         | ((a->time == b->time) & (a->sequence < b->sequence));
}

static inline void
put (server_queue *queue, size_t hole, server_event event)
{
  queue->event[hole] = event;
  if (queue->place)
    queue->place[event.worker] = (uint32_t) hole;
}

/* Fills the HOLE, or one below it, with EVENT.  */
static void
sift_down (server_queue *queue, size_t hole, server_event event)
{
  const server_event *heap = queue->event;
  const size_t count = queue->count;
  size_t child = 2 * hole + 1;

  while (child < count)
    {
      if (child + 1 < count)
        child += before (&heap[child + 1], &heap[child]);
      if (! before (&heap[child], &event))
        break;
      put (queue, hole, heap[child]);
      hole = child;
      child = 2 * hole + 1;
    }
  put (queue, hole, event);
}

/* Fills the HOLE, or one above it, with EVENT.  */
static void
sift_up (server_queue *queue, size_t hole, server_event event)
{
  const server_event *heap = queue->event;
  while (hole > 0 && before (&event, &heap[(hole - 1) / 2]))
    {
      put (queue, hole, heap[(hole - 1) / 2]);
      hole = (hole - 1) / 2;
    }
  put (queue, hole, event);
}

/* The same from the first place down, for an event that is likely to be among
   the last: the hole goes to the bottom by one comparison a level, and the
   event a little up from there (Floyd).  */
static void
sift_from_bottom (server_queue *queue, server_event event)
{
  const server_event *heap = queue->event;
  const size_t count = queue->count;
  size_t hole = 0, child = 1;

  for (; child + 1 < count; child = 2 * hole + 1)
    {
      child += before (&heap[child + 1], &heap[child]);
      put (queue, hole, heap[child]);
      hole = child;
    }
  if (child < count)
    {
      put (queue, hole, heap[child]);
      hole = child;
    }
  sift_up (queue, hole, event);
}

bool
server_queue_reserve (server_queue *queue, size_t room)
{
  server_event *event;
  if (room <= queue->room)
    return true;
  if (room > SIZE_MAX / sizeof *event)
    return false;
  event = realloc (queue->event, room * sizeof *event);
  if (! event)
    return false;
  queue->event = event;
  queue->room = room;
  return true;
}

bool
server_queue_track (server_queue *queue, size_t workers)
{
  free (queue->place);
  queue->place = calloc (workers, sizeof *queue->place);
  return queue->place;
}

void
server_queue_clear (server_queue *queue)
{
  queue->count = 0;
  queue->next = 0;
}

void
server_queue_free (server_queue *queue)
{
  free (queue->event);
  free (queue->place);
  *queue = (server_queue){ .event = NULL };
}

void
server_queue_push (server_queue *queue, double time, uint32_t worker,
                   uint32_t kind)
{
  const server_event event = { time, queue->next++, worker, kind };
  sift_up (queue, queue->count++, event);
}

void
server_queue_replace (server_queue *queue, double time, uint32_t worker,
                      uint32_t kind)
{
  const server_event event = { time, queue->next++, worker, kind };
  sift_from_bottom (queue, event);
}

void
server_queue_pop (server_queue *queue)
{
  const server_event last = queue->event[--queue->count];
  if (queue->count > 0)
    sift_down (queue, 0, last);
}

void
server_queue_move (server_queue *queue, double time, uint32_t worker,
                   uint32_t kind)
{
  const server_event event = { time, queue->next++, worker, kind };
  const size_t hole = queue->place[worker];
  if (hole > 0 && before (&event, &queue->event[(hole - 1) / 2]))
    sift_up (queue, hole, event);
  else
    sift_down (queue, hole, event);
}
