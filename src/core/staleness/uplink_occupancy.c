/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many are at the uplink: j with a probability in proportion to

     w(j) e(j),  w(j) = j! b^j / prod_(i <= j) min (i, m),
                 e(j) = [x^j] prod_r (x + c_r)^(n_r).

   For any number s > 0 the numbers e(j) s^j are in proportion to a sum of
   binomial laws, of n_r and s/(s + c_r), which tells them well where it is not
   tiny.  Pieces of several s are put together, from the mode outwards: w e is
   log-concave (e(j)/C(n, j) is, by Newton's inequalities), but near saturation
   much wider than any one of these.  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

static size_t
population (const staleness_network *of, size_t c, size_t without)
{
  return of->workers[c] - (c == without);
}

static double
everybody (const staleness_network *of, size_t without)
{
  double all = 0.0;
  for (size_t c = 0; c < of->classes; c++)
    if (of->workers[c] > 0)
      all += (double) population (of, c, without);
  return all;
}

static double
mean_at (const staleness_network *of, size_t without, double scale)
{
  double mean = 0.0;
  for (size_t c = 0; c < of->classes; c++)
    if (of->workers[c] > 0)
      mean +=
          (double) population (of, c, without) * scale / (scale + of->think[c]);
  return mean;
}

/* s w(j)/w(j - 1) = 1 where j is the mean of the binomial laws: there w e is
   about largest.  */
static double
mode (const staleness_network *of, size_t without)
{
  double low = 0.0, high = everybody (of, without);
  for (int step = 0; step < 100; step++)
    {
      const double j = 0.5 * (low + high);
      const double scale = of->service * fmax (1.0, j / (double) of->channels);
      if (mean_at (of, without, scale) > j)
        low = j;
      else
        high = j;
    }
  return low;
}

/* The s of the mean J, between 0 and everybody.  */
static double
scale_at (const staleness_network *of, size_t without, double j)
{
  double low = -700.0, high = 700.0;
  for (int step = 0; step < 100; step++)
    {
      const double middle = 0.5 * (low + high);
      if (mean_at (of, without, exp (middle)) > j)
        high = middle;
      else
        low = middle;
    }
  return exp (0.5 * (low + high));
}

/* ---- one piece -------------------------------------------------------- */

static const double least_term = 1e-60;

/* *LAW <- the sum of it and a binomial variable.  */
static bool
add_binomial (staleness_occupancy *law, size_t trials, double p)
{
  const size_t middle = (size_t) (p * (double) trials);
  size_t low = middle, high = middle;
  const unsigned int n = (unsigned int) trials;
  while (low > 0
         && gsl_ran_binomial_pdf ((unsigned int) low - 1, p, n) > least_term)
    low--;
  while (high < trials
         && gsl_ran_binomial_pdf ((unsigned int) high + 1, p, n) > least_term)
    high++;
  const size_t size = law->size + high - low;
  double *sum = support_doubles (size);
  if (! sum)
    return false;
  for (size_t k = low; k <= high; k++)
    {
      const double weight = gsl_ran_binomial_pdf ((unsigned int) k, p, n);
      for (size_t i = 0; i < law->size; i++)
        sum[i + k - low] += weight * law->probability[i];
    }
  free (law->probability);
  law->probability = sum;
  law->size = size;
  law->first += low;
  return true;
}

/* log (w e) but for a constant, where the law at SCALE tells it.  */
static support_status
piece_create (const staleness_network *of, size_t without, double scale,
              staleness_occupancy *piece, support_failure *failure)
{
  const double least = 1e-30; /* what was left out is far below */
  const double m = (double) of->channels;
  *piece =
      (staleness_occupancy){ .size = 1, .probability = support_doubles (1) };
  if (! piece->probability)
    return support_fail_memory (failure);
  piece->probability[0] = 1.0;
  for (size_t c = 0; c < of->classes; c++)
    if (of->workers[c] > 0 && population (of, c, without) > 0
        && ! add_binomial (piece, population (of, c, without),
                           scale / (scale + of->think[c])))
      return support_fail_memory (failure);
  size_t low = 0, high = piece->size - 1;
  while (low < high && piece->probability[low] < least)
    low++;
  while (low < high && piece->probability[high] < least)
    high--;
  piece->size = high - low + 1;
  memmove (piece->probability, piece->probability + low,
           piece->size * sizeof *piece->probability);
  piece->first += low;
  double weight = 0.0; /* log (w / s^j) over that of the first */
  for (size_t k = 0; k < piece->size; k++)
    {
      const double j = (double) (piece->first + k);
      if (k > 0)
        weight += log (of->service / scale * fmax (1.0, j / m));
      piece->probability[k] = log (piece->probability[k]) + weight;
    }
  return SUPPORT_OK;
}

/* ---- all pieces ------------------------------------------------------- */

/* Adds what MORE tells beyond LAW, which it overlaps.  */
static bool
join (staleness_occupancy *law, const staleness_occupancy *more)
{
  const size_t first = more->first < law->first ? more->first : law->first;
  const size_t law_end = law->first + law->size;
  const size_t more_end = more->first + more->size;
  const size_t end = law_end > more_end ? law_end : more_end;
  const size_t shared = more->first < law->first ? law->first : law_end - 1;
  double *all = support_doubles (end - first);
  if (! all)
    return false;
  const double shift = law->probability[shared - law->first]
                       - more->probability[shared - more->first];
  for (size_t j = more->first; j < more_end; j++)
    all[j - first] = more->probability[j - more->first] + shift;
  for (size_t j = law->first; j < law_end; j++)
    all[j - first] = law->probability[j - law->first];
  free (law->probability);
  *law = (staleness_occupancy){ first, end - first, all };
  return true;
}

/* The piece around J.  */
static support_status
extend (const staleness_network *of, size_t without, double j,
        staleness_occupancy *law, support_failure *failure)
{
  staleness_occupancy piece;
  support_status status =
      piece_create (of, without, scale_at (of, without, j), &piece, failure);
  if (status == SUPPORT_OK && ! join (law, &piece))
    status = support_fail_memory (failure);
  free (piece.probability);
  return status;
}

static double
largest (const staleness_occupancy *law)
{
  double top = -INFINITY;
  for (size_t k = 0; k < law->size; k++)
    top = fmax (top, law->probability[k]);
  return top;
}

support_status
staleness_occupancy_create (const staleness_network *of, size_t without,
                            staleness_occupancy *law, support_failure *failure)
{
  const double negligible = -80.0; /* a logarithm */
  const double all = everybody (of, without);
  const double start = mode (of, without);
  double total = 0.0;
  support_status status = piece_create (
      of, without, of->service * fmax (1.0, start / (double) of->channels), law,
      failure);
  for (size_t size = 0; status == SUPPORT_OK && size < law->size;)
    {
      const double end = (double) (law->first + law->size - 1);
      size = law->size;
      if (end < all && law->probability[size - 1] > largest (law) + negligible)
        status = extend (of, without, end + 0.5, law, failure);
    }
  for (size_t size = 0; status == SUPPORT_OK && size < law->size;)
    {
      size = law->size;
      if (law->first > 0 && law->probability[0] > largest (law) + negligible)
        status = extend (of, without, (double) law->first - 0.5, law, failure);
    }
  const double top = status == SUPPORT_OK ? largest (law) : 0.0;
  if (status != SUPPORT_OK)
    return status;
  for (size_t k = 0; k < law->size; k++)
    {
      law->probability[k] = exp (law->probability[k] - top);
      total += law->probability[k];
    }
  for (size_t k = 0; k < law->size; k++)
    law->probability[k] /= total;
  return SUPPORT_OK;
}
