/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Staleness from times.  */
#include "trace/trace_private.h"

#include <math.h>
#include <stdlib.h>

static support_status
sort_by_end (trace_log *log, size_t *order, support_failure *failure)
{
  trace_gradient *sorted = calloc (log->count, sizeof *sorted);
  support_status status = sorted ? trace_order (log->gradient, log->count,
                                                trace_end_of, order, failure)
                                 : support_fail_memory (failure);
  if (status != SUPPORT_OK)
    {
      free (sorted);
      return status;
    }
  for (size_t i = 0; i < log->count; i++)
    sorted[i] = log->gradient[order[i]];
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
  size_t *order = trace_places (log->count);
  support_status status = order ? trace_order (log->gradient, log->count,
                                               trace_worker_of, order, failure)
                                : support_fail_memory (failure);
  log->workers = 0;
  for (size_t i = 0; status == SUPPORT_OK && i < log->count; i++)
    {
      const bool first = i == 0
                         || log->gradient[order[i]].worker
                                != log->gradient[order[i - 1]].worker;
      log->workers += first;
      predecessor[order[i]] = first ? SIZE_MAX : order[i - 1];
    }
  free (order);
  return status;
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
  size_t *predecessor = trace_places (log->count);
  support_status status = predecessor ? sort_by_end (log, predecessor, failure)
                                      : support_fail_memory (failure);
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
