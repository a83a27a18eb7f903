/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/trace.h"

#include <math.h>
#include <stdlib.h>

static int
compare (const void *left, const void *right)
{
  const double a = *(const double *) left, b = *(const double *) right;
  return (a > b) - (a < b);
}

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

typedef struct visit
{
  double worker, start, end;
} visit;

static int
by_worker (const void *left, const void *right)
{
  const visit *a = left, *b = right;
  if (a->worker != b->worker)
    return a->worker < b->worker ? -1 : 1;
  return (a->start > b->start) - (a->start < b->start);
}

/* Each worker in turn: is it busy all the time, is it ever twice busy?  */
static support_status
summarise_workers (const trace_gradient *gradient, trace_summary *summary,
                   support_failure *failure)
{
  visit *visits = calloc (summary->rows, sizeof *visits);
  double busy = 0.0, present = 0.0, latest = 0.0;
  if (! visits)
    return support_fail_memory (failure);
  for (size_t i = 0; i < summary->rows; i++)
    visits[i] =
        (visit){ gradient[i].worker, gradient[i].start, gradient[i].end };
  qsort (visits, summary->rows, sizeof *visits, by_worker);
  for (size_t i = 0; i < summary->rows; i++)
    {
      const bool first = i == 0 || visits[i].worker != visits[i - 1].worker;
      busy += visits[i].end - visits[i].start;
      if (first)
        latest = visits[i].start;
      summary->overlaps += visits[i].start < latest;
      present += fmax (0.0, visits[i].end - latest);
      latest = fmax (latest, visits[i].end);
    }
  summary->busy = present > 0.0 ? busy / present : NAN;
  free (visits);
  return SUPPORT_OK;
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
      summary->cycle[i] = gradient[i].end - gradient[i].start;
      total += summary->cycle[i];
      first = fmin (first, gradient[i].start);
    }
  const double mean = total / (double) rows;
  for (size_t i = 0; i < rows; i++)
    squares += (summary->cycle[i] - mean) * (summary->cycle[i] - mean);
  qsort (summary->cycle, rows, sizeof *summary->cycle, compare);
  summary->duration = last - first;
  summary->rate = (double) (rows - 1) / (last - gradient[0].end);
  summary->cycle_mean = mean;
  summary->cycle_cv2 = squares / (double) rows / (mean * mean);
  return summarise_workers (gradient, summary, failure);
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
