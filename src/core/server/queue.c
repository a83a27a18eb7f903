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

/* Fills the hole at the root with EVENT.  */
static void
sift_down (server_queue *queue, server_event event)
{
  server_event *heap = queue->event;
  const size_t count = queue->count;
  size_t hole = 0, child = 1;

  while (child < count)
    {
      if (child + 1 < count)
        child += before (&heap[child + 1], &heap[child]);
      if (! before (&heap[child], &event))
        break;
      heap[hole] = heap[child];
      hole = child;
      child = 2 * hole + 1;
    }
  heap[hole] = event;
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
  *queue = (server_queue){ .event = NULL };
}

void
server_queue_push (server_queue *queue, double time, uint32_t worker,
                   uint32_t kind)
{
  const server_event event = { time, queue->next++, worker, kind };
  server_event *heap = queue->event;
  size_t hole = queue->count++;

  while (hole > 0 && before (&event, &heap[(hole - 1) / 2]))
    {
      heap[hole] = heap[(hole - 1) / 2];
      hole = (hole - 1) / 2;
    }
  heap[hole] = event;
}

void
server_queue_replace (server_queue *queue, double time, uint32_t worker,
                      uint32_t kind)
{
  const server_event event = { time, queue->next++, worker, kind };
  sift_down (queue, event);
}

void
server_queue_pop (server_queue *queue)
{
  const server_event last = queue->event[--queue->count];
  if (queue->count > 0)
    sift_down (queue, last);
}
