/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws of finitely many atoms: recorded samples, weighted or not.
   phi(s) = sum_i p_i exp (-s t_i).  */
#include "delay/delay_private.h"

#include <stdlib.h>
#include <string.h>

/* Distinct times in increasing order, with running sums over them.  */
typedef struct atoms
{
  size_t count;
  double *time;
  double *mass;
  double *below;  /* below[i]: mass of the first i + 1 */
  double *moment; /* moment[i]: their part of the mean */
} atoms;

typedef struct atom_pair
{
  double time, weight;
} atom_pair;

static int
by_time (const void *left, const void *right)
{
  const double a = ((const atom_pair *) left)->time;
  const double b = ((const atom_pair *) right)->time;
  return (a > b) - (a < b);
}

static void
destroy (delay_law *law)
{
  atoms *table = law->table;
  free (table->time);
  free (table->mass);
  free (table->below);
  free (table->moment);
  free (table);
}

/* Sorts, joins equal times, normalises, and sums up.  */
static support_status
tabulate (const double *time, const double *weight, size_t count, atoms *table)
{
  atom_pair *pairs = calloc (count, sizeof *pairs);
  double total = 0.0;

  table->time = support_doubles (count);
  table->mass = support_doubles (count);
  table->below = support_doubles (count);
  table->moment = support_doubles (count);
  if (! pairs || ! table->time || ! table->mass || ! table->below
      || ! table->moment)
    {
      free (pairs);
      return SUPPORT_MEMORY;
    }
  for (size_t i = 0; i < count; i++)
    {
      pairs[i] = (atom_pair){ time[i], weight ? weight[i] : 1.0 };
      total += pairs[i].weight;
    }
  qsort (pairs, count, sizeof *pairs, by_time);
  for (size_t i = 0; i < count; i++)
    {
      const double mass = pairs[i].weight / total;
      if (mass == 0.0)
        continue;
      if (table->count && table->time[table->count - 1] == pairs[i].time)
        table->mass[table->count - 1] += mass;
      else
        {
          table->time[table->count] = pairs[i].time;
          table->mass[table->count++] = mass;
        }
    }
  double below = 0.0, moment = 0.0;
  for (size_t i = 0; i < table->count; i++)
    {
      table->below[i] = below += table->mass[i];
      table->moment[i] = moment += table->mass[i] * table->time[i];
    }
  free (pairs);
  return SUPPORT_OK;
}

static support_status
build (delay_law *law, support_failure *failure)
{
  const double *time, *weight = NULL;
  size_t count, weights = 0;
  double most = 0.0, total = 0.0;
  support_status status =
      delay_vector (law, 0, "samples", &time, &count, failure);
  if (status == SUPPORT_OK && law->count > 1)
    status = delay_vector (law, 1, "weights", &weight, &weights, failure);
  if (status != SUPPORT_OK)
    return status;
  if (weight && weights != count)
    return support_fail (failure, SUPPORT_INVALID,
                         "the family 'empirical' needs as many weights as "
                         "samples (%zu), not %zu",
                         count, weights);
  for (size_t i = 0; i < count; i++)
    {
      const double w = weight ? weight[i] : 1.0;
      most = fmax (most, w > 0.0 ? time[i] : 0.0);
      total += w;
    }
  if (! (most > 0.0 && total > 0.0 && isfinite (total)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the family 'empirical' needs at least one sample "
                         "> 0 of positive weight");

  atoms *table = calloc (1, sizeof *table);
  if (! table)
    return support_fail_memory (failure);
  law->table = table;
  if (tabulate (time, weight, count, table) != SUPPORT_OK)
    return support_fail_memory (failure);

  const size_t last = table->count - 1;
  double square = 0.0;
  law->mean = table->moment[last];
  for (size_t i = 0; i <= last; i++)
    {
      const double deviation = table->time[i] / law->mean - 1.0;
      square += table->mass[i] * deviation * deviation;
    }
  law->cv2 = square;
  law->abscissa = -INFINITY;
  law->infimum = table->time[0];
  law->supremum = table->time[last];
  return SUPPORT_OK;
}

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const atoms *table = law->table;
  out[0] = out[1] = out[2] = 0.0;
  for (size_t i = 0; i < table->count; i++)
    {
      const double t = table->time[i];
      const double complex term = table->mass[i] * cexp (-s * t);
      out[0] += term;
      out[1] -= t * term;
      out[2] += t * (t * term);
    }
}

/* How many atoms lie at or before T.  */
static size_t
count_before (const atoms *table, double t)
{
  size_t low = 0, high = table->count;
  while (low < high)
    {
      const size_t middle = low + (high - low) / 2;
      if (table->time[middle] <= t)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static double
cdf (const delay_law *law, double t)
{
  const atoms *table = law->table;
  const size_t n = count_before (table, t);
  return n ? table->below[n - 1] : 0.0;
}

static double
atom (const delay_law *law, double t)
{
  const atoms *table = law->table;
  const size_t n = count_before (table, t);
  return n && table->time[n - 1] == t ? table->mass[n - 1] : 0.0;
}

static double
pdf (const delay_law *law, double t)
{
  return atom (law, t) > 0.0 ? INFINITY : 0.0;
}

/* The first atom at which the running sum ROW reaches VALUE.  */
static double
first_reaching (const atoms *table, const double *row, double value)
{
  size_t low = 0, high = table->count - 1;
  while (low < high)
    {
      const size_t middle = low + (high - low) / 2;
      if (row[middle] >= value)
        high = middle;
      else
        low = middle + 1;
    }
  return table->time[low];
}

static double
quantile (const delay_law *law, double p)
{
  const atoms *table = law->table;
  /* p = i/n must give the i-th sample although the sums are rounded.  */
  return first_reaching (table, table->below, p * (1.0 - 1e-14));
}

static double
integrated_cdf (const delay_law *law, double t)
{
  const atoms *table = law->table;
  const size_t n = count_before (table, t);
  return n ? t * table->below[n - 1] - table->moment[n - 1] : 0.0;
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  const atoms *table = law->table;
  return first_reaching (table, table->below,
                         support_stream_uniform (stream)
                             * table->below[table->count - 1]);
}

static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const atoms *table = law->table;
  return first_reaching (table, table->moment,
                         support_stream_uniform (stream) * law->mean);
}

static support_status
rule (const delay_law *law, double mass, const delay_panels *panels,
      delay_rule *out)
{
  const atoms *table = law->table;
  support_status status = SUPPORT_OK;
  (void) panels;
  for (size_t i = 0; status == SUPPORT_OK && i < table->count; i++)
    status = delay_rule_append (out, table->time[i], mass * table->mass[i]);
  return status;
}

bool
delay_atoms (const delay_law *law, const double **time, const double **mass,
             size_t *count)
{
  static const double whole = 1.0;
  if (law->family == &delay_family_empirical)
    {
      const atoms *table = law->table;
      *time = table->time;
      *mass = table->mass;
      *count = table->count;
      return true;
    }
  *time = &law->mean;
  *mass = &whole;
  *count = 1;
  return law->family == &delay_family_deterministic;
}

support_status
delay_create_atoms (const double *time, const double *weight, size_t count,
                    delay_law **law, support_failure *failure)
{
  const delay_argument argument[] = { { .values = time, .count = count },
                                      { .values = weight, .count = count } };
  return delay_create ("empirical", argument, weight ? 2 : 1, law, failure);
}

const delay_family delay_family_empirical = {
  .name = "empirical",
  .arguments = "samples[, weights]",
  .least = 1,
  .most = 2,
  .effort = DELAY_SUM,
  .build = build,
  .destroy = destroy,
  .lst = lst,
  .cdf = cdf,
  .pdf = pdf,
  .quantile = quantile,
  .integrated_cdf = integrated_cdf,
  .atom = atom,
  .sample = sample,
  .sample_biased = sample_biased,
  .rule = rule,
};
