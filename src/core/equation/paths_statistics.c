/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments and quantiles of many paths of which none is kept.  Counts are whole
   numbers, so that it does not matter which thread adds first.  */
#include "equation/paths_private.h"

#include <math.h>

/* ---- moments --------------------------------------------------------- */

/* Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for
   computing sample variances", 1979.  */
void
paths_moments_merge (paths_moments *moments, const paths_moments *other)
{
  if (other->count == 0.0)
    return;
  if (moments->count == 0.0)
    {
      *moments = *other;
      return;
    }
  const double all = moments->count + other->count;
  const double apart = other->mean - moments->mean;
  moments->square +=
      other->square + apart * apart * moments->count * other->count / all;
  moments->mean += apart * other->count / all;
  moments->count = all;
  moments->least = fmin (moments->least, other->least);
  moments->greatest = fmax (moments->greatest, other->greatest);
}

void
paths_moments_add (paths_moments *moments, const double *value, size_t count)
{
  paths_moments added = { .count = (double) count,
                          .least = INFINITY,
                          .greatest = -INFINITY };
  if (count == 0)
    return;
  for (size_t i = 0; i < count; i++)
    {
      added.mean += value[i];
      added.least = fmin (added.least, value[i]);
      added.greatest = fmax (added.greatest, value[i]);
    }
  added.mean /= (double) count;
  for (size_t i = 0; i < count; i++)
    added.square += (value[i] - added.mean) * (value[i] - added.mean);
  paths_moments_merge (moments, &added);
}

/* ---- quantiles ------------------------------------------------------- */

enum
{
  HALF = PATHS_CELLS / 2,
  CELLS_PER_OCTAVE = 128
};

/* With u = (x - centre) / scale, 1 + |u| in [2^e, 2^(e+1)) falls in one of 128
   cells of equal width; those of negative u count down from the middle.  */
static size_t
cell_of (double u)
{
  int exponent;
  const double mantissa = frexp (1.0 + fabs (u), &exponent);
  double place = 128.0 * ((double) (exponent - 1) + 2.0 * mantissa - 1.0);
  if (! (place < HALF - 1.0)) /* too far, infinite or no number */
    place = HALF - 1.0;
  const size_t cell = (size_t) place;
  return u < 0.0 ? HALF - 1 - cell : HALF + cell;
}

/* The lower end of a cell, or the upper one of the cell before.  */
static double
end_of (size_t cell)
{
  const size_t steps = cell < HALF ? HALF - cell : cell - HALF;
  const double part = (double) (steps % CELLS_PER_OCTAVE) / CELLS_PER_OCTAVE;
  const double u = ldexp (1.0 + part, (int) (steps / CELLS_PER_OCTAVE)) - 1.0;
  return cell < HALF ? -u : u;
}

void
paths_sketch_add (paths_sketch *sketch, const double *value, size_t count)
{
  for (size_t i = 0; i < count; i++)
    {
      const size_t cell = cell_of ((value[i] - sketch->centre) / sketch->scale);
#ifdef _OPENMP
#pragma omp atomic
#endif
      sketch->count[cell]++;
    }
}

double
paths_sketch_quantile (const paths_sketch *sketch, const paths_moments *moments,
                       double probability)
{
  /* The value of rank p N + 1/2 (Hazen), linear within a cell.  */
  const double rank = probability * moments->count;
  double below = 0.0;
  if (! (moments->count > 0.0) || ! isfinite (moments->mean))
    return NAN;
  for (size_t cell = 0; cell < PATHS_CELLS; cell++)
    {
      const double here = (double) sketch->count[cell];
      if (here > 0.0 && below + here >= rank)
        {
          const double low = end_of (cell), high = end_of (cell + 1);
          const double part = fmax ((rank - below) / here, 0.0);
          const double x =
              sketch->centre + sketch->scale * (low + part * (high - low));
          return fmin (fmax (x, moments->least), moments->greatest);
        }
      below += here;
    }
  return moments->greatest;
}
