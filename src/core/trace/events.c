/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Staleness from times.  */
#include "trace/trace_private.h"

#include <math.h>
#include <stdlib.h>

typedef struct ordered
{
  double key;
  size_t place;
} ordered;

/* By key, equal ones by place.  */
static int
compare (const void *left, const void *right)
{
  const ordered *a = left, *b = right;
  if (a->key != b->key)
    return a->key < b->key ? -1 : 1;
  return (a->place > b->place) - (a->place < b->place);
}

static support_status
sort_by_end (trace_log *log, support_failure *failure)
{
  ordered *order = calloc (log->count, sizeof *order);
  trace_gradient *sorted = calloc (log->count, sizeof *sorted);
  if (! order || ! sorted)
    {
      free (order);
      free (sorted);
      return support_fail_memory (failure);
    }
  for (size_t i = 0; i < log->count; i++)
    order[i] = (ordered){ log->gradient[i].end, i };
  qsort (order, log->count, sizeof *order, compare);
  for (size_t i = 0; i < log->count; i++)
    sorted[i] = log->gradient[order[i].place];
  free (order);
  free (log->gradient);
  log->gradient = sorted;
  return SUPPORT_OK;
}

/* Counts the workers, and tells of each gradient which one of its worker came
   before it (SIZE_MAX: none did).  */
static support_status
find_predecessors (trace_log *log, size_t *predecessor,
                   support_failure *failure)
{
  ordered *worker = calloc (log->count, sizeof *worker);
  if (! worker)
    return support_fail_memory (failure);
  for (size_t i = 0; i < log->count; i++)
    worker[i] = (ordered){ log->gradient[i].worker, i };
  qsort (worker, log->count, sizeof *worker, compare);
  log->workers = 0;
  for (size_t i = 0; i < log->count; i++)
    {
      const bool first = i == 0 || worker[i].key != worker[i - 1].key;
      log->workers += first;
      predecessor[worker[i].place] = first ? SIZE_MAX : worker[i - 1].place;
    }
  free (worker);
  return SUPPORT_OK;
}

/* How many ends come no later than T.  */
static size_t
ended (const trace_log *log, double t)
{
  size_t low = 0, high = log->count;
  while (low < high)
    {
      const size_t middle = low + (high - low) / 2;
      if (log->gradient[middle].end <= t)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* How many gradients the start of gradient I has seen.  A worker that pulls at
   the very time of its push pulls right after it, before others that push at
   that time: clocks that tick slowly would spoil the order otherwise.  */
static size_t
seen_at_start (const trace_log *log, size_t i, size_t predecessor)
{
  const double start = log->gradient[i].start;
  if (predecessor != SIZE_MAX && log->gradient[predecessor].end == start)
    return predecessor + 1;
  return ended (log, start);
}

support_status
trace_finish_events (trace_log *log, support_failure *failure)
{
  size_t agreeing = 0;
  size_t *predecessor = calloc (log->count, sizeof *predecessor);
  support_status status =
      predecessor ? sort_by_end (log, failure) : support_fail_memory (failure);
  if (status == SUPPORT_OK)
    status = find_predecessors (log, predecessor, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < log->count; i++)
    {
      /* A cycle of no length meets nobody, not even itself.  */
      const size_t seen = seen_at_start (log, i, predecessor[i]);
      const double met = seen < i ? (double) (i - seen) : 0.0;
      if (! log->versions)
        log->gradient[i].staleness = met;
      agreeing += log->gradient[i].staleness == met;
    }
  if (log->versions)
    log->agreement = (double) agreeing / (double) log->count;
  free (predecessor);
  return status;
}
