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
  staleness_grid grid; /* unless closed */
};

support_status
staleness_counts_create (const delay_law *law, double interval, double horizon,
                         staleness_counts **counts, support_failure *failure)
{
  support_status status = SUPPORT_OK;
  staleness_counts *made = calloc (1, sizeof *made);
  *counts = NULL;
  if (! made)
    return support_fail_memory (failure);
  made->law = law;
  made->mean = delay_mean (law);
  made->scale = made->mean / interval;
  made->poisson = strcmp (delay_family_name (law), "exponential") == 0;
  made->closed = made->poisson || delay_sums_closed (law);
  if (! made->closed)
    status = staleness_grid_create (law, horizon, &made->grid, failure);
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

bool
staleness_counts_poisson (const staleness_counts *counts)
{
  return counts->poisson;
}

/* ---- laws on the whole numbers ---------------------------------------- */

void
staleness_integer_law_clear (staleness_integer_law *law)
{
  free (law->probability);
  *law = (staleness_integer_law){ .probability = NULL };
}

bool
staleness_integer_law_append (staleness_integer_law *law, double probability)
{
  if (law->size == law->room)
    {
      const size_t room = 2 * law->room + 32;
      double *larger =
          realloc (law->probability, room * sizeof *law->probability);
      if (! larger)
        return false;
      law->probability = larger;
      law->room = room;
    }
  law->probability[law->size++] = probability;
  return true;
}

support_status
staleness_integer_law_copy (const staleness_integer_law *from,
                            staleness_integer_law *to, support_failure *failure)
{
  to->first = from->first;
  to->size = 0;
  for (size_t i = 0; i < from->size; i++)
    if (! staleness_integer_law_append (to, from->probability[i]))
      return support_fail_memory (failure);
  return SUPPORT_OK;
}

/* With probability generating function a_0 + y (a_1 + y (a_2 + ...)) at
   y = 1 - kept + kept z, by Horner's rule on polynomials in z.  */
support_status
staleness_integer_law_thin (staleness_integer_law *law, double kept,
                            support_failure *failure)
{
  staleness_integer_law thin = { .probability = NULL };
  bool room = true;
  if (kept >= 1.0)
    return SUPPORT_OK;
  for (size_t k = law->first + law->size; room && k-- > 0;)
    {
      double carried = 0.0;
      for (size_t j = 0; j < thin.size; j++)
        {
          const double here = thin.probability[j];
          thin.probability[j] = (1.0 - kept) * here + kept * carried;
          carried = here;
        }
      if (kept * carried > 0.0 || ! thin.size)
        room = staleness_integer_law_append (&thin, kept * carried);
      if (room && k >= law->first)
        thin.probability[0] += law->probability[k - law->first];
    }
  if (! room)
    {
      staleness_integer_law_clear (&thin);
      return support_fail_memory (failure);
    }
  /* What has no weight at either end is left out, lest the work on sums of
     many counts grow with the length of the window.  */
  const double negligible = 1e-18;
  size_t first = 0;
  while (thin.size > first + 1 && thin.probability[first] < negligible)
    first++;
  while (thin.size > first + 1 && thin.probability[thin.size - 1] < negligible)
    thin.size--;
  memmove (thin.probability, thin.probability + first,
           (thin.size - first) * sizeof *thin.probability);
  thin.size -= first;
  thin.first = first;
  free (law->probability);
  *law = thin;
  return SUPPORT_OK;
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
  known->value[1] = k == 0 ? t : delay_sum_integrated_cdf (counts->law, k, t);
  return known->value[1];
}

static double
at_least (const staleness_counts *counts, size_t k, double t, neighbours *known)
{
  double p;
  if (k == 0)
    return 1.0;
  if (counts->closed)
    {
      const double shorter = integrated (counts, k - 1, t, known);
      p = (shorter - integrated (counts, k, t, known)) / counts->mean;
    }
  else
    p = staleness_grid_at_least (&counts->grid, k, t);
  p *= counts->scale;
  return p < 0.0 ? 0.0 : p > 1.0 ? 1.0 : p;
}

support_status
staleness_counts_at (const staleness_counts *counts, double t,
                     staleness_integer_law *law, support_failure *failure)
{
  /* The differences of G carry the rounding of numbers as large as t.  */
  const double negligible = 2e-16 * (1.0 + t / counts->mean);
  const size_t middle = (size_t) (t / counts->mean);
  size_t k = middle;
  neighbours known = { { SIZE_MAX, SIZE_MAX }, { 0.0, 0.0 } };
  bool room = true;
  double p;

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
