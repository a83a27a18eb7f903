/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/trace_private.h"

#include <math.h>
#include <stdlib.h>

static support_status
summarise_staleness (const trace_gradient *gradient, trace_summary *summary,
                     support_failure *failure)
{
  double greatest = 0.0, mean = 0.0, variance = 0.0;
  const double rows = (double) summary->rows;
  for (size_t i = 0; i < summary->rows; i++)
    greatest = fmax (greatest, gradient[i].staleness);
  summary->size = (size_t) greatest + 1;
  summary->count = support_doubles (summary->size);
  if (! summary->count)
    return support_fail_memory (failure);
  for (size_t i = 0; i < summary->rows; i++)
    summary->count[(size_t) gradient[i].staleness] += 1.0;
  for (size_t j = 0; j < summary->size; j++)
    mean += (double) j * summary->count[j] / rows;
  for (size_t j = 0; j < summary->size; j++)
    variance +=
        ((double) j - mean) * ((double) j - mean) * summary->count[j] / rows;
  summary->staleness_mean = mean;
  summary->staleness_variance = variance;
  return SUPPORT_OK;
}

/* Each worker in turn: is it busy all the time, is it ever twice busy?  */
static support_status
summarise_workers (const trace_gradient *gradient, trace_summary *summary,
                   support_failure *failure)
{
  const size_t rows = summary->rows;
  double busy = 0.0, present = 0.0, latest = 0.0, worker = NAN;
  size_t *order = trace_places (rows);
  support_status status =
      order ? trace_order (gradient, rows, trace_start_of, order, failure)
            : support_fail_memory (failure);
  if (status == SUPPORT_OK)
    status = trace_order (gradient, rows, trace_worker_of, order, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < rows; i++)
    {
      const trace_gradient *visit = &gradient[order[i]];
      busy += visit->end - visit->start;
      if (visit->worker != worker)
        latest = visit->start;
      worker = visit->worker;
      summary->overlaps += visit->start < latest;
      present += fmax (0.0, visit->end - latest);
      latest = fmax (latest, visit->end);
    }
  summary->busy = present > 0.0 ? busy / present : NAN;
  free (order);
  return status;
}

/* The lengths of cycles, in increasing order.  */
static support_status
sort_cycles (const trace_gradient *gradient, trace_summary *summary,
             support_failure *failure)
{
  const size_t rows = summary->rows;
  size_t *order = trace_places (rows);
  support_status status =
      order ? trace_order (gradient, rows, trace_cycle_of, order, failure)
            : support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < rows; i++)
    summary->cycle[i] = trace_cycle_of (&gradient[order[i]]);
  free (order);
  return status;
}

static support_status
summarise_times (const trace_gradient *gradient, trace_summary *summary,
                 support_failure *failure)
{
  const size_t rows = summary->rows;
  const double last = gradient[rows - 1].end;
  double first = INFINITY, total = 0.0, squares = 0.0;
  summary->cycle = support_doubles (rows);
  if (! summary->cycle)
    return support_fail_memory (failure);
  for (size_t i = 0; i < rows; i++)
    {
      total += trace_cycle_of (&gradient[i]);
      first = fmin (first, gradient[i].start);
    }
  const double mean = total / (double) rows;
  for (size_t i = 0; i < rows; i++)
    {
      const double excess = trace_cycle_of (&gradient[i]) - mean;
      squares += excess * excess;
    }
  summary->duration = last - first;
  summary->rate = (double) (rows - 1) / (last - gradient[0].end);
  summary->cycle_mean = mean;
  summary->cycle_cv2 = squares / (double) rows / (mean * mean);
  const support_status status = sort_cycles (gradient, summary, failure);
  return status == SUPPORT_OK ? summarise_workers (gradient, summary, failure)
                              : status;
}

support_status
trace_summarise (const trace_log *log, size_t discard, trace_summary *summary,
                 support_failure *failure)
{
  *summary = (trace_summary){ .duration = NAN,
                              .rate = NAN,
                              .busy = NAN,
                              .cycle_mean = NAN,
                              .cycle_cv2 = NAN };
  if (discard >= log->count || log->count - discard < 2)
    return support_fail (failure, SUPPORT_INVALID,
                         "of %zu gradients %zu are to be discarded; at least "
                         "2 must be left",
                         log->count, discard);
  const trace_gradient *gradient = log->gradient + discard;
  summary->rows = log->count - discard;
  support_status status = summarise_staleness (gradient, summary, failure);
  if (status == SUPPORT_OK && log->kind == TRACE_EVENTS)
    status = summarise_times (gradient, summary, failure);
  return status;
}

void
trace_summary_clear (trace_summary *summary)
{
  free (summary->cycle);
  free (summary->count);
  *summary = (trace_summary){ .cycle = NULL };
}
