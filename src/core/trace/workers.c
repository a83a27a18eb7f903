/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers by their speeds.  */
#include "trace/trace_private.h"

#include <math.h>
#include <stdlib.h>

enum
{
  MOST_GROUPS = 2048, /* of workers next to each other that may be told apart */
  LEAST_GRADIENTS = 10 /* of a class: fewer tell no law */
};

/* Workers of one class differ by about so much (the standard deviation of the
   mean logarithm of their cycles): a difference that matters to no plan.  */
static const double alike = 0.03;

/* ---- one worker after the other --------------------------------------- */

/* Half of the shortest cycle that takes time: what stands for those that the
   clock saw take none.  */
static double
shortest (const trace_gradient *gradient, size_t count)
{
  double least = INFINITY;
  for (size_t i = 0; i < count; i++)
    {
      const double cycle = trace_cycle_of (&gradient[i]);
      if (cycle > 0.0)
        least = fmin (least, cycle);
    }
  return 0.5 * least;
}

/* What is measured, worker by worker.  */
typedef struct cycle_table
{
  size_t *place; /* in the log */
  double *log, *time;
  size_t *end; /* of each worker's rows */
  size_t count, workers;
} cycle_table;

static void
table_clear (cycle_table *table)
{
  free (table->place);
  free (table->log);
  free (table->time);
  free (table->end);
}

static support_status
table_fill (const trace_log *from, size_t discard, cycle_table *table,
            support_failure *failure)
{
  const trace_gradient *gradient = from->gradient + discard;
  const size_t count = from->count - discard;
  *table = (struct cycle_table){ .place = trace_places (count),
                                 .log = support_doubles (count),
                                 .time = support_doubles (count),
                                 .end = calloc (count, sizeof *table->end),
                                 .count = count };
  if (! table->place || ! table->log || ! table->time || ! table->end)
    return support_fail_memory (failure);
  const double least = shortest (gradient, count);
  if (isinf (least))
    return support_fail (failure, SUPPORT_UNREADABLE,
                         "every cycle ends when it begins; no law explains "
                         "that");
  const support_status status =
      trace_order (gradient, count, trace_worker_of, table->place, failure);
  if (status != SUPPORT_OK)
    return status;
  for (size_t i = 0; i < count; i++)
    {
      const trace_gradient *own = &gradient[table->place[i]];
      table->log[i] = log (fmax (trace_cycle_of (own), least));
      table->time[i] = own->end;
      if (i > 0 && own->worker != gradient[table->place[i - 1]].worker)
        table->end[table->workers++] = i;
    }
  table->end[table->workers++] = count;
  return SUPPORT_OK;
}

/* ---- speeds ----------------------------------------------------------- */

static int
by_speed (const void *left, const void *right)
{
  const trace_worker *a = left, *b = right;
  if (a->log_mean != b->log_mean)
    return a->log_mean < b->log_mean ? -1 : 1;
  return (a->name > b->name) - (a->name < b->name);
}

/* The mean of each worker and its error: of the variance of its own logarithms,
   which a few cycles do not tell, so that as much is lent to it as ten more
   cycles of a common variance would.  TABLE has logarithms less their trend and
   mean now, MEAN those means.  */
static void
measure_workers (const trace_gradient *gradient, const cycle_table *table,
                 const double *mean, double inflation, trace_worker *worker)
{
  const double lent = 10.0;
  double squares = 0.0;
  for (size_t i = 0; i < table->count; i++)
    squares += table->log[i] * table->log[i];
  const double common =
      squares / fmax (1.0, (double) (table->count - table->workers));
  size_t begin = 0;
  for (size_t w = 0; w < table->workers; begin = table->end[w++])
    {
      const double count = (double) (table->end[w] - begin);
      double own = 0.0;
      for (size_t i = begin; i < table->end[w]; i++)
        own += table->log[i] * table->log[i];
      worker[w] =
          (trace_worker){ .name = gradient[table->place[begin]].worker,
                          .count = table->end[w] - begin,
                          .log_mean = mean[w],
                          .log_error = sqrt (inflation * (own + lent * common)
                                             / (count - 1.0 + lent) / count) };
    }
  qsort (worker, table->workers, sizeof *worker, by_speed);
}

/* ---- classes ---------------------------------------------------------- */

/* Sums over the first workers, whose differences are those over a stretch.  */
typedef struct sums
{
  double weight, mean, square;
  double gradients, workers;
} sums;

/* Minus twice the log likelihood of the workers between two sums as one class,
   less what does not depend on the classes: the misfit to the best mean, and
   the chance of being in that class.  */
static double
misfit (const sums *from, const sums *to, double workers)
{
  const double weight = to->weight - from->weight;
  const double mean = to->mean - from->mean;
  const double size = to->workers - from->workers;
  return to->square - from->square - mean * mean / weight
         - 2.0 * size * log (size / workers);
}

/* The partition of the sorted workers into stretches with the least
   -2 log L + 3 k log N, L being the likelihood of the means together with the
   classes they are from and k the number of classes, each with a share and with
   two parameters of a law (one would do for a mean): the integrated completed
   likelihood (Biernacki, Celeux, Govaert, IEEE Trans. PAMI 22, 2000).  The
   chance of being in one's class, which BIC alone leaves out, is what keeps one
   cloud of workers from being cut in two. N is the number of gradients, more
   cautious than that of workers.  */
static support_status
find_classes (trace_speeds *speeds, double gradients, support_failure *failure)
{
  const size_t workers = speeds->workers;
  const size_t together = (workers + MOST_GROUPS - 1) / MOST_GROUPS;
  const size_t groups = (workers + together - 1) / together;
  const double penalty = 3.0 * log (gradients);
  sums *sum = calloc (groups + 1, sizeof *sum);
  double *best = support_doubles (groups + 1);
  size_t *begin = calloc (groups + 1, sizeof *begin);
  const double centre = speeds->worker[workers / 2].log_mean;
  if (! sum || ! best || ! begin)
    {
      free (sum);
      free (best);
      free (begin);
      return support_fail_memory (failure);
    }
  for (size_t w = 0; w < workers; w++)
    {
      const trace_worker *worker = &speeds->worker[w];
      sums *to = &sum[w / together + 1];
      if (w % together == 0)
        *to = sum[w / together];
      const double weight =
          1.0 / (worker->log_error * worker->log_error + alike * alike);
      const double x = worker->log_mean - centre;
      to->weight += weight;
      to->mean += weight * x;
      to->square += weight * x * x;
      to->gradients += (double) worker->count;
      to->workers += 1.0;
    }
  for (size_t g = 1; g <= groups; g++)
    {
      best[g] = INFINITY;
      for (size_t from = 0; from < g; from++)
        {
          const bool few =
              sum[g].gradients - sum[from].gradients < LEAST_GRADIENTS;
          const double cost = best[from] + penalty
                              + misfit (&sum[from], &sum[g], (double) workers);
          if ((! few || (from == 0 && g == groups)) && cost < best[g])
            {
              best[g] = cost;
              begin[g] = from;
            }
        }
    }
  for (size_t g = groups; g > 0; g = begin[g])
    {
      for (size_t w = begin[g] * together; w < workers && w < g * together; w++)
        speeds->worker[w].class = speeds->classes;
      speeds->classes++;
    }
  for (size_t w = 0; w < workers; w++)
    speeds->worker[w].class = speeds->classes - 1 - speeds->worker[w].class;
  free (sum);
  free (best);
  free (begin);
  return SUPPORT_OK;
}

support_status
trace_find_speeds (const trace_log *log, size_t discard, trace_speeds *speeds,
                   support_failure *failure)
{
  cycle_table rows = { .count = 0 };
  double *mean = NULL;
  *speeds = (trace_speeds){ .worker = NULL };
  support_status status = table_fill (log, discard, &rows, failure);
  if (status == SUPPORT_OK)
    {
      mean = support_doubles (rows.workers);
      speeds->worker = calloc (rows.workers, sizeof *speeds->worker);
      speeds->workers = rows.workers;
      if (! mean || ! speeds->worker)
        status = support_fail_memory (failure);
    }
  if (status == SUPPORT_OK)
    {
      size_t begin = 0;
      for (size_t w = 0; w < rows.workers; begin = rows.end[w++])
        {
          for (size_t i = begin; i < rows.end[w]; i++)
            mean[w] += rows.log[i];
          mean[w] /= (double) (rows.end[w] - begin);
        }
      trace_measure_dependence (rows.log, rows.time, rows.end, rows.workers,
                                &speeds->cycles);
      measure_workers (log->gradient + discard, &rows, mean,
                       speeds->cycles.inflation, speeds->worker);
      status = find_classes (speeds, (double) rows.count, failure);
    }
  table_clear (&rows);
  free (mean);
  return status;
}

void
trace_unite_classes (trace_speeds *speeds)
{
  for (size_t w = 0; w < speeds->workers; w++)
    speeds->worker[w].class = 0;
  speeds->classes = 1;
}

void
trace_speeds_clear (trace_speeds *speeds)
{
  free (speeds->worker);
  *speeds = (trace_speeds){ .worker = NULL };
}

/* ---- a class as a log of its own --------------------------------------- */

static int
by_name (const void *left, const void *right)
{
  const trace_worker *a = left, *b = right;
  return (a->name > b->name) - (a->name < b->name);
}

support_status
trace_select_class (const trace_log *log, size_t discard,
                    const trace_speeds *speeds, size_t class, trace_log *part,
                    support_failure *failure)
{
  const size_t count = log->count - discard;
  trace_worker *member = calloc (speeds->workers, sizeof *member);
  *part = *log;
  part->count = part->workers = part->unfinished = part->names = 0;
  part->name = NULL;
  part->gradient = calloc (count, sizeof *part->gradient);
  if (! member || ! part->gradient)
    {
      free (member);
      return support_fail_memory (failure);
    }
  for (size_t w = 0; w < speeds->workers; w++)
    if (speeds->worker[w].class == class)
      member[part->workers++] = speeds->worker[w];
  qsort (member, part->workers, sizeof *member, by_name);
  for (size_t i = 0; i < count; i++)
    {
      const trace_gradient *gradient = &log->gradient[discard + i];
      const trace_worker wanted = { .name = gradient->worker };
      if (bsearch (&wanted, member, part->workers, sizeof *member, by_name))
        part->gradient[part->count++] = *gradient;
    }
  free (member);
  return SUPPORT_OK;
}
