/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The events to come, earliest first; events of the same instant in the order
   in which they were planned.  That order matters: with equal deterministic
   cycles all events of a round coincide, and a heap without it would shuffle
   the workers.  */

#ifndef SDDE_SERVER_QUEUE_H
#define SDDE_SERVER_QUEUE_H

#include "support/support.h"

typedef struct server_event
{
  double time;
  uint64_t sequence; /* set by the queue */
  uint32_t worker;
  uint32_t kind;
} server_event;

/* A binary heap.  Zeroed, it is an empty queue.  */
typedef struct server_queue
{
  server_event *event;
  size_t count, room;
  uint64_t next;
  uint32_t *place; /* of the event of each worker; NULL: not kept */
} server_queue;

/* Room for ROOM events in all; false when memory is short.  */
bool server_queue_reserve (server_queue *queue, size_t room);
/* From now on events can be moved: each of WORKERS workers has one at most.
   False when memory is short.  */
bool server_queue_track (server_queue *queue, size_t workers);
void server_queue_clear (server_queue *queue);
void server_queue_free (server_queue *queue);

/* There must be room.  */
void server_queue_push (server_queue *queue, double time, uint32_t worker,
                        uint32_t kind);
/* The earliest event of a queue that is not empty.  */
static inline const server_event *
server_queue_first (const server_queue *queue)
{
  return queue->event;
}
/* Puts an event in the place of the first: cheaper than a pop and a push.  */
void server_queue_replace (server_queue *queue, double time, uint32_t worker,
                           uint32_t kind);
void server_queue_pop (server_queue *queue);
/* The event of WORKER, which has one in a queue that is tracked, becomes this
   one, planned now.  */
void server_queue_move (server_queue *queue, double time, uint32_t worker,
                        uint32_t kind);

#endif
