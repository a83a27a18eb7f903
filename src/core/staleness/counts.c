/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct staleness_counts
{
  const delay_law *law; /* not owned */
  double mean;
  double scale; /* mean cycle over mean time between updates */
  bool poisson;
  bool closed;
  /* Unless closed: a grid for windows up to LENGTHY, moments beyond.  */
  staleness_grid grid;
  double horizon; /* of the grid where there is nothing but it */
  double lengthy;
  staleness_long_sums long_sums;
};

/* Sums of very many cycles are told by their first moments.  They are when
   skewness^2 is well below their number; where that would take too large a
   grid it is enough that hardly any window is as long.  Of a heavy tail, whose
   moments may not exist, a cycle counts as no longer than the grid.  */
static support_status
prepare (staleness_counts *counts, double usual, double horizon,
         support_failure *failure)
{
  const double few = 32.0 * counts->mean;
  counts->lengthy = fmax (usual, few);
  if (horizon > few)
    counts->lengthy = staleness_grid_reach (counts->law, counts->lengthy, few);
  const support_status status = staleness_long_sums_create (
      counts->law, counts->lengthy, &counts->long_sums, failure);
  const double skewness = counts->long_sums.skewness;
  if (status != SUPPORT_OK)
    return status;
  counts->lengthy =
      fmin (counts->lengthy, few * fmax (1.0, skewness * skewness));
  return staleness_grid_create (counts->law, fmin (horizon, counts->lengthy),
                                &counts->grid, failure);
}

support_status
staleness_counts_create (const delay_law *law, double interval, double usual,
                         double horizon, staleness_counts **counts,
                         support_failure *failure)
{
  const double most_cycles = 1e4;
  support_status status = SUPPORT_OK;
  staleness_counts *made = calloc (1, sizeof *made);
  *counts = NULL;
  if (! made)
    return support_fail_memory (failure);
  made->law = law;
  made->mean = delay_mean (law);
  made->scale = made->mean / interval;
  made->poisson = strcmp (delay_family_name (law), "exponential") == 0;
  made->horizon = INFINITY;
  made->closed = made->poisson || delay_sums_closed (law);
  if (! made->poisson && horizon > most_cycles * made->mean)
    status = support_fail (failure, SUPPORT_LIMIT,
                           "cycles may last %.3g mean cycles of another "
                           "worker; the renewal model stops at %g (the "
                           "Poisson model does not)",
                           horizon / made->mean, most_cycles);
  else if (! made->closed)
    status = prepare (made, usual, horizon, failure);
  if (status == SUPPORT_OK)
    *counts = made;
  else
    staleness_counts_free (made);
  return status;
}

support_status
staleness_counts_create_masses (const double *mass, size_t points, double step,
                                double mean, staleness_counts **counts,
                                support_failure *failure)
{
  staleness_counts *made = calloc (1, sizeof *made);
  *counts = NULL;
  if (! made)
    return support_fail_memory (failure);
  made->mean = mean;
  made->scale = 1.0;
  made->lengthy = INFINITY;
  made->horizon = step * (double) (points - 1);
  const support_status status = staleness_grid_create_masses (
      mass, points, step, mean, &made->grid, failure);
  if (status == SUPPORT_OK)
    *counts = made;
  else
    staleness_counts_free (made);
  return status;
}

void
staleness_counts_free (staleness_counts *counts)
{
  if (counts)
    {
      staleness_grid_clear (&counts->grid);
      free (counts);
    }
}

/* T on the grid has a variance larger by up to a quarter of the squared step,
   which a normal law of that relative change would be a quarter of away.  */
double
staleness_counts_error (const staleness_counts *counts, const delay_law *own)
{
  if (counts->closed || ! counts->law)
    return 0.0;
  const double step = counts->grid.step / counts->long_sums.deviation;
  const double error =
      1.0 - delay_cdf (own, 0.75 * counts->lengthy) + 0.0625 * step * step;
  return fmin (error, 1.0);
}

bool
staleness_counts_poisson (const staleness_counts *counts)
{
  return counts->poisson;
}

/* ---- equilibrium renewal counts --------------------------------------- */

/* P(N(t) >= k) = (G_{k-1}(t) - G_k(t))/mean for k >= 1, where
   G_k(t) = E (t - S_k)^+, S_k the sum of k cycles and G_0(t) = t: the first
   renewal comes after a residual cycle of density P(T > x)/mean, k - 1 whole
   cycles follow it, and integration by parts does the rest.

   With a deadline the time between updates is U = K deadline + T, K the cycles
   given up and T the one that is not.  In windows t <= deadline only those
   U count that have K = 0, so that E (t - U_1 - ... - U_k)^+ = G_k(t): all that
   changes is the mean that divides.  */
typedef struct neighbours
{
  size_t k[2]; /* of the last two G_k that were computed, SIZE_MAX: none */
  double value[2];
} neighbours;

static double
integrated (const staleness_counts *counts, size_t k, double t,
            neighbours *known)
{
  for (int i = 0; i < 2; i++)
    if (known->k[i] == k)
      return known->value[i];
  known->k[0] = known->k[1];
  known->value[0] = known->value[1];
  known->k[1] = k;
  known->value[1] =
      k == 0 ? t
      : counts->closed
          ? delay_sum_integrated_cdf (counts->law, k, t)
          : staleness_long_sums_integrated (&counts->long_sums, k, t);
  return known->value[1];
}

/* The share of long sums in the counts of a window: it comes in gradually,
   so that what is a smooth function of t stays one.  */
static double
long_share (const staleness_counts *counts, double t)
{
  const double begin = 0.75 * counts->lengthy;
  if (t <= begin)
    return 0.0;
  if (t >= counts->lengthy)
    return 1.0;
  const double x = (t - begin) / (counts->lengthy - begin);
  return x * x * (3.0 - 2.0 * x);
}

static double
at_least (const staleness_counts *counts, size_t k, double t, neighbours *known)
{
  const double share = counts->closed ? 1.0 : long_share (counts, t);
  double p = 0.0;
  if (k == 0)
    return 1.0;
  if (share > 0.0)
    {
      const double shorter = integrated (counts, k - 1, t, known);
      p = share * (shorter - integrated (counts, k, t, known)) / counts->mean;
    }
  if (share < 1.0)
    p += (1.0 - share) * staleness_grid_at_least (&counts->grid, k, t);
  p *= counts->scale;
  return p < 0.0 ? 0.0 : p > 1.0 ? 1.0 : p;
}

support_status
staleness_counts_at (const staleness_counts *counts, double t,
                     double negligible, staleness_integer_law *law,
                     support_failure *failure)
{
  t = fmin (t, counts->horizon);
  const size_t middle = (size_t) (t / counts->mean);
  size_t k = middle;
  neighbours known = { { SIZE_MAX, SIZE_MAX }, { 0.0, 0.0 } };
  bool room = true;
  double p;

  /* The differences of G carry the rounding of numbers as large as t.  */
  negligible = fmax (negligible, 2e-16 * (1.0 + t / counts->mean));
  law->size = 0;
  while (room && k > 0
         && (p = at_least (counts, k, t, &known)) < 1.0 - negligible)
    {
      room = staleness_integer_law_append (law, p);
      k--;
    }
  law->first = k;
  room = room && staleness_integer_law_append (law, 1.0);
  for (size_t i = 0; i < law->size / 2; i++)
    {
      double *one = law->probability + i;
      double *other = law->probability + (law->size - 1 - i);
      const double kept = *one;
      *one = *other;
      *other = kept;
    }
  k = middle;
  while (room && (p = at_least (counts, ++k, t, &known)) > negligible)
    {
      /* Nothing below the middle was short of certain, nor is this.  */
      if (law->size == 1 && p >= 1.0 - negligible)
        law->first = k;
      else
        room = staleness_integer_law_append (law, p);
    }
  if (! room)
    return support_fail_memory (failure);
  for (size_t i = 0; i + 1 < law->size; i++)
    {
      const double mass = law->probability[i] - law->probability[i + 1];
      law->probability[i] = mass > 0.0 ? mass : 0.0;
    }
  return SUPPORT_OK;
}
