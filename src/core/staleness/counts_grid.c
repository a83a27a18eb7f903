/* SPDX-License-Identifier: GPL-3.0-or-later */
/* P(N(t) >= k) for a law whose sums have no closed form, by way of a law of
   atoms on a grid: T between two points moves to either of them with the
   probabilities that keep the mean.  This law T' has E (t - T')^+ = E (t - T)^+
   at every grid point, so that its masses are second differences of the
   integrated distribution function and no density is needed; its counts have
   probabilities that are linear between grid points.  The variance grows by
   at most a quarter of the squared step.  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_fft_halfcomplex.h>
#include <gsl/gsl_fft_real.h>

enum
{
  FINEST = 8192,       /* steps in a mean cycle, at most */
  COARSEST = 32,       /* at least */
  GOOD = 64,           /* enough where there is a choice */
  CELLS = 1 << 21,     /* of the table that is aimed at */
  MOST_CELLS = 1 << 23 /* of any table */
};

/* data <- data * kernel as halfcomplex transforms of GSL's radix-2 kind: the
   real parts at 0 .. n/2, the imaginary ones from the end backwards.  */
static void
multiply_transforms (double *data, const double *kernel, size_t n)
{
  data[0] *= kernel[0];
  data[n / 2] *= kernel[n / 2];
  for (size_t i = 1; i < n / 2; i++)
    {
      const double re = data[i], im = data[n - i];
      data[i] = re * kernel[i] - im * kernel[n - i];
      data[n - i] = re * kernel[n - i] + im * kernel[i];
    }
}

static support_status
enlarge (staleness_grid *grid, size_t *room, support_failure *failure)
{
  const size_t more = 2 * *room + 8;
  double *larger = NULL;
  if (more > MOST_CELLS / grid->points)
    return support_fail (failure, SUPPORT_LIMIT,
                         "a worker may finish more than %zu cycles within "
                         "one of another; the renewal model stops before "
                         "that (the Poisson model does not)",
                         grid->rows);
  larger = realloc (grid->table, more * grid->points * sizeof *larger);
  if (! larger)
    return support_fail_memory (failure);
  grid->table = larger;
  *room = more;
  return SUPPORT_OK;
}

/* The rows from the first on, ROW, by the transform of the masses, KERNEL; both
   have LENGTH >= 2 points numbers and are overwritten.  */
static support_status
fill (double *kernel, double *row, size_t length, staleness_grid *grid,
      support_failure *failure)
{
  const size_t points = grid->points;
  size_t room = 0;
  gsl_fft_real_radix2_transform (kernel, 1, length);
  for (;;)
    {
      if (grid->rows == room)
        {
          const support_status status = enlarge (grid, &room, failure);
          if (status != SUPPORT_OK)
            return status;
        }
      double *kept = grid->table + grid->rows * points;
      for (size_t i = 0; i < points; i++)
        kept[i] = fmin (1.0, fmax (0.0, row[i]));
      grid->rows++;
      /* Probabilities below the rounding of the transform mean nothing.  */
      if (kept[points - 1] < 1e-15)
        return SUPPORT_OK;
      for (size_t i = 0; i < length; i++)
        row[i] = i < points ? kept[i] : 0.0;
      gsl_fft_real_radix2_transform (row, 1, length);
      multiply_transforms (row, kernel, length);
      gsl_fft_halfcomplex_radix2_inverse (row, 1, length);
    }
}

/* The masses of the law and the residual distribution in equilibrium; with MASS
   (NULL: none) and MEAN in the place of those of LAW.  */
static support_status
fill_from (const delay_law *law, const double *mass, double mean,
           staleness_grid *grid, support_failure *failure)
{
  const double step = grid->step;
  const size_t points = grid->points;
  size_t length = 2;
  while (length < 2 * points)
    length *= 2;
  double *kernel = support_doubles (length), *row = support_doubles (length);
  support_status status = SUPPORT_OK;
  double before = 0.0, here = 0.0, covered = 0.0;
  if (! kernel || ! row)
    status = support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < points; i++)
    {
      double next;
      if (mass)
        {
          covered += mass[i];
          next = here + step * covered;
          kernel[i] = mass[i];
        }
      else
        {
          next = delay_integrated_cdf (law, (double) (i + 1) * step);
          kernel[i] = (next - 2.0 * here + before) / step;
        }
      row[i] = ((double) i * step - here) / mean;
      before = here;
      here = next;
    }
  if (status == SUPPORT_OK)
    status = fill (kernel, row, length, grid, failure);
  free (kernel);
  free (row);
  return status;
}

support_status
staleness_grid_create_masses (const double *mass, size_t points, double step,
                              double mean, staleness_grid *grid,
                              support_failure *failure)
{
  *grid = (staleness_grid){ .step = step, .points = points };
  return fill_from (NULL, mass, mean, grid, failure);
}

/* The rows that a grid up to HORIZON will have, from above.  N(horizon) has a
   mean of CYCLES, a variance of about cv2 * CYCLES, and tails that are heavier
   than Gaussian when cycles vary a lot.  Chernoff's bound
   P(N >= k) <= P(S_(k-1) <= t) <= exp (s t) phi(s)^(k-1) holds for any law, be
   its variance infinite.  */
static double
count_rows (const delay_law *law, double horizon)
{
  const double mean = delay_mean (law), cycles = horizon / mean;
  const double never = 35.0; /* exp (-never) is below the rounding of a row */
  double rows =
      cycles + 12.0 * sqrt ((delay_cv2 (law) + 1.0) * (cycles + 1.0)) + 20.0;
  for (double s = 1.0 / 64.0; s < 2e3; s *= 1.4142135623730951)
    {
      double complex phi[3];
      delay_lst (law, s / mean, phi);
      const double decay = -log (creal (phi[0]));
      if (decay > 0.0)
        rows = fmin (rows, 2.0 + (never + s * cycles) / decay);
    }
  return rows;
}

static double
find_fineness (const delay_law *law, double horizon)
{
  const double cycles = horizon / delay_mean (law);
  return (double) CELLS / (count_rows (law, horizon) * fmax (cycles, 1.0));
}

double
staleness_grid_reach (const delay_law *law, double horizon, double least)
{
  while (horizon > least && find_fineness (law, horizon) < GOOD)
    horizon = fmax (least, 0.9 * horizon);
  return horizon;
}

support_status
staleness_grid_create (const delay_law *law, double horizon,
                       staleness_grid *grid, support_failure *failure)
{
  const double mean = delay_mean (law);
  const double cycles = horizon / mean;
  double fineness = find_fineness (law, horizon);
  *grid = (staleness_grid){ .table = NULL };
  if (! (fineness >= COARSEST))
    return support_fail (
        failure, SUPPORT_LIMIT,
        "cycles may last %.3g mean cycles of a law whose sums have no closed "
        "form; the renewal model stops before that (the Poisson model does "
        "not)",
        cycles);
  fineness = fmin (floor (fineness), FINEST);
  grid->step = mean / fineness;
  grid->points = (size_t) ceil (horizon / grid->step) + 2;
  return fill_from (law, NULL, mean, grid, failure);
}

void
staleness_grid_clear (staleness_grid *grid)
{
  free (grid->table);
  *grid = (staleness_grid){ .table = NULL };
}

double
staleness_grid_at_least (const staleness_grid *grid, size_t k, double t)
{
  if (k > grid->rows)
    return 0.0;
  const double *row = grid->table + (k - 1) * grid->points;
  const double place = t / grid->step;
  size_t i = (size_t) place;
  if (i > grid->points - 2)
    i = grid->points - 2;
  return row[i] + (place - (double) i) * (row[i + 1] - row[i]);
}
