/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stationary variances of coupled modes and mean-square stability.  */
#include "equation/equation_private.h"
#include "support/lapack.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

roots_kernel
equation_kernel (const equation_system *system, size_t i)
{
  return (roots_kernel){ .b = system->decay[i],
                         .a = system->damping[i],
                         .c = system->correction[i],
                         .delay = system->delay };
}

support_status
equation_refuse_inertia (const equation_system *system,
                         support_failure *failure)
{
  for (size_t i = 0; system->inertia && ! system->ball && i < system->modes;
       i++)
    if (system->inertia[i] != 0.0)
      return support_fail (failure, SUPPORT_INVALID,
                           "this takes equations without inertia (momentum); "
                           "asgd_simulate runs systems that have it");
  return SUPPORT_OK;
}

support_status
equation_rightmost (const equation_system *system, size_t i, roots_root *root,
                    bool *subexponential, support_failure *failure)
{
  const roots_kernel kernel = equation_kernel (system, i);
  const roots_class each = { kernel.a, kernel.c, kernel.delay };
  const roots_equation equation = {
    { kernel.b, 1.0, system->inertia ? system->inertia[i] : 0.0 }, 1, &each
  };
  return equation.instant[2] != 0.0
             ? roots_dominant (&equation, root, subexponential, failure)
             : roots_rightmost (&kernel, root, subexponential, failure);
}

/* A mode that nothing pulls back and nothing pushes (an eigenvalue 0): it
   stays where it is.  */
static bool
is_idle (const equation_system *system, size_t i)
{
  return system->damping[i] == 0.0 && system->decay[i] == 0.0;
}

static double
coupling (const equation_system *system, size_t i, size_t j)
{
  if (system->coupled)
    return system->coupling[i + j * system->modes];
  return i == j ? system->coupling[i] : 0.0;
}

/* By the ratios of a power iteration, which bound it (Collatz, Wielandt).  */
support_status
equation_coupling_radius (const equation_system *system, const double *energy,
                          double *radius)
{
  const size_t n = system->modes;
  *radius = 0.0;
  if (! system->coupled)
    {
      for (size_t i = 0; i < n; i++)
        if (! is_idle (system, i) && system->coupling[i] > 0.0)
          *radius = fmax (*radius, energy[i] * system->coupling[i]);
      return SUPPORT_OK;
    }
  double *x = support_doubles (n), *y = support_doubles (n);
  if (! x || ! y)
    {
      free (x);
      free (y);
      return SUPPORT_MEMORY;
    }
  for (size_t i = 0; i < n; i++)
    x[i] = 1.0;
  for (int step = 0; step < 1000; step++)
    {
      double low = INFINITY, high = 0.0, largest = 0.0;
      memset (y, 0, n * sizeof *y);
      for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++)
          if (! is_idle (system, i) && ! is_idle (system, j))
            y[i] += energy[i] * coupling (system, i, j) * x[j];
      for (size_t i = 0; i < n; i++)
        {
          /* Rows that receive nothing have no share in the radius.  */
          if (y[i] > 1e-14 * x[i])
            {
              low = fmin (low, y[i] / x[i]);
              high = fmax (high, y[i] / x[i]);
            }
          largest = fmax (largest, y[i]);
        }
      *radius = high;
      if (! (largest > 0.0) || isinf (high) || high - low <= 1e-12 * high
          || low >= 1.0)
        break;
      for (size_t i = 0; i < n; i++)
        x[i] = fmax (y[i] / largest, 1e-300);
    }
  free (x);
  free (y);
  return SUPPORT_OK;
}

/* (I - diag(J) K) v = J b^2 over the modes that are not idle.  */
static support_status
solve_coupled (const equation_system *system, const double *energy,
               double *variance, support_failure *failure)
{
  const size_t n = system->modes;
  if (n > 30000)
    return support_fail (failure, SUPPORT_LIMIT,
                         "at most 30000 modes can be coupled");
  const int size = (int) n, one = 1;
  int info = 0;
  double *matrix = support_doubles (n * n);
  int *pivot = calloc (n, sizeof *pivot);
  if (! matrix || ! pivot)
    {
      free (matrix);
      free (pivot);
      return support_fail_memory (failure);
    }
  for (size_t i = 0; i < n; i++)
    {
      const bool idle = is_idle (system, i);
      for (size_t j = 0; j < n; j++)
        matrix[i + j * n] = (i == j ? 1.0 : 0.0)
                            - (idle || is_idle (system, j)
                                   ? 0.0
                                   : energy[i] * coupling (system, i, j));
      variance[i] = idle ? 0.0 : energy[i] * system->intensity[i];
    }
  dgesv_ (&size, &one, matrix, &size, pivot, variance, &size, &info);
  free (matrix);
  free (pivot);
  return info == 0 ? SUPPORT_OK
                   : support_fail (failure, SUPPORT_NUMERICAL,
                                   "the stationary variances have no unique "
                                   "solution");
}

pairs_mode
equation_pairs_whole (const equation_system *system, size_t i,
                      const double *variance)
{
  pairs_mode mode = system->pair[i];
  for (size_t j = 0; j < system->modes; j++)
    if (j != i && coupling (system, i, j) > 0.0)
      mode.noise +=
          coupling (system, i, j) * variance[j] / pairs_rate (system->pairs);
  if (! isfinite (mode.noise))
    mode.noise = NAN;
  return mode;
}

/* The coupling without its diagonal, to be freed; NULL: no memory.  */
static double *
passed_on (const equation_system *system)
{
  const size_t n = system->modes;
  double *passed = support_doubles (n * n);
  for (size_t j = 0; passed && j < n; j++)
    for (size_t i = 0; i < n; i++)
      passed[i + j * n] = i == j ? 0.0 : coupling (system, i, j);
  return passed;
}

support_status
equation_passed_radius (const equation_system *system, const double *energy,
                        double *radius)
{
  equation_system others = *system;
  double *passed = passed_on (system);
  others.coupling = passed;
  const support_status status =
      passed ? equation_coupling_radius (&others, energy, radius)
             : SUPPORT_MEMORY;
  free (passed);
  return status;
}

/* The variances of modes of the closure that drive each other: what they pass
   on is noise, as strong as they are when a gradient is read.  */
static support_status
couple_pairs (const equation_system *system, const double *energy,
              double *variance, support_failure *failure)
{
  double radius = INFINITY;
  bool finite = true;
  equation_system others = *system;
  double *passed = passed_on (system);
  others.coupling = passed;
  support_status status = passed ? SUPPORT_OK : support_fail_memory (failure);
  for (size_t i = 0; i < system->modes; i++)
    finite = finite && (is_idle (system, i) || isfinite (energy[i]));
  if (status == SUPPORT_OK && finite)
    status = equation_coupling_radius (&others, energy, &radius);
  if (status == SUPPORT_OK && radius < 1.0)
    status = solve_coupled (&others, energy, variance, failure);
  else
    for (size_t i = 0; i < system->modes; i++)
      if (! is_idle (system, i))
        variance[i] = INFINITY;
  free (passed);
  return status;
}

/* The same of the pair closure, which knows each mode's jumps.  */
static support_status
stationary_pairs (const equation_system *system, bool sure, double *variance,
                  double *energy, double *radius, support_failure *failure)
{
  const double delay = delay_mean (system->delay);
  double largest = 0.0;
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < system->modes; i++)
    {
      const pairs_mode probe = { system->pair[i].alpha, system->pair[i].square,
                                 1.0 };
      double unit = INFINITY, exponent = 0.0;
      if (! is_idle (system, i))
        {
          status = (sure ? pairs_stationary : pairs_stationary_likely) (
              system->pairs, &probe, &unit, failure);
          if (status == SUPPORT_OK && radius && ! system->coupled)
            status = pairs_exponent (system->pairs, &probe, &exponent, failure);
          largest = fmax (largest, exp (exponent * delay));
        }
      energy[i] = unit / pairs_rate (system->pairs);
      variance[i] =
          system->intensity[i] > 0.0 ? unit * system->pair[i].noise : 0.0;
      if (variance[i] == 0.0 && system->pair[i].square > 0.0 && isinf (unit)
          && ! is_idle (system, i))
        variance[i] = INFINITY;
    }
  if (status == SUPPORT_OK && system->coupled)
    status = couple_pairs (system, energy, variance, failure);
  if (status == SUPPORT_OK && system->coupled && radius)
    {
      double exponent = 0.0;
      status = equation_passed_exponent (system, &exponent, failure);
      largest = exp (exponent * delay);
    }
  if (radius)
    *radius = largest;
  return status;
}

/* ENERGY of each mode.  */
static support_status
find_energy (const equation_system *system, double *energy,
             support_failure *failure)
{
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < system->modes; i++)
    {
      const roots_kernel kernel = equation_kernel (system, i);
      /* Equal modes are computed once.  */
      const bool same = i > 0 && system->damping[i] == system->damping[i - 1]
                        && system->decay[i] == system->decay[i - 1]
                        && system->correction[i] == system->correction[i - 1];
      if (same)
        energy[i] = energy[i - 1];
      else if (is_idle (system, i))
        energy[i] = INFINITY;
      else
        status = equation_energy (&kernel, &energy[i], failure);
    }
  return status;
}

/* The variances that follow from the energies.  */
static support_status
solve (const equation_system *system, const double *energy, double *variance,
       double *radius, support_failure *failure)
{
  const size_t n = system->modes;
  bool finite = true;
  support_status status = SUPPORT_OK;
  for (size_t i = 0; i < n; i++)
    finite = finite && (is_idle (system, i) || isfinite (energy[i]));
  /* A mode whose mean is unstable makes its own moments infinite, and those of
     all it is coupled to.  */
  *radius = INFINITY;
  if (finite)
    status = equation_coupling_radius (system, energy, radius);
  if (status != SUPPORT_OK)
    return support_fail_memory (failure);
  if (*radius < 1.0 && system->coupled)
    status = solve_coupled (system, energy, variance, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      bool pushed = system->intensity[i] > 0.0;
      for (size_t j = 0; ! pushed && j < n; j++)
        pushed = coupling (system, i, j) > 0.0;
      if (! pushed)
        variance[i] = 0.0;
      else if (is_idle (system, i) || isnan (energy[i]))
        variance[i] = is_idle (system, i) ? INFINITY : NAN;
      else if (! system->coupled)
        {
          const double left = 1.0 - energy[i] * system->coupling[i];
          variance[i] = isfinite (energy[i]) && left > 0.0
                            ? energy[i] * system->intensity[i] / left
                            : INFINITY;
        }
      else if (! (*radius < 1.0))
        variance[i] = INFINITY;
    }
  return status;
}

/* With momentum: with the energies around the unit circle, and what is no noise
   taken off.  */
static support_status
stationary_ball (const equation_system *system, double *variance,
                 double *energy, double *radius, support_failure *failure)
{
  const size_t n = system->modes, size = system->coupled ? n * n : n;
  const size_t diagonal = system->coupled ? n + 1 : 1;
  double *noise = support_doubles (size + n);
  support_status status = SUPPORT_OK;
  if (! noise)
    return support_fail_memory (failure);
  double *known = noise + size;
  equation_system reduced = *system;
  reduced.coupling = noise;
  status = equation_ball_energy (system, energy, known, failure);
  if (status == SUPPORT_OK)
    {
      memcpy (noise, system->coupling, size * sizeof *noise);
      for (size_t i = 0; i < n; i++)
        {
          noise[i * diagonal] = fmax (noise[i * diagonal] - known[i], 0.0);
          if (is_idle (system, i))
            energy[i] = INFINITY;
        }
      status = solve (&reduced, energy, variance, radius, failure);
    }
  free (noise);
  return status;
}

support_status
equation_stationary (const equation_system *system, double *variance,
                     double *energy, double *asked, support_failure *failure)
{
  double largest, *radius = asked ? asked : &largest;
  support_status status = equation_refuse_inertia (system, failure);
  if (system->pairs)
    return stationary_pairs (system, true, variance, energy, asked, failure);
  if (status == SUPPORT_OK && system->ball)
    return stationary_ball (system, variance, energy, radius, failure);
  if (status == SUPPORT_OK)
    status = find_energy (system, energy, failure);
  return status == SUPPORT_OK
             ? solve (system, energy, variance, radius, failure)
             : status;
}

support_status
equation_stationary_likely (const equation_system *system, double *variance,
                            double *energy, double *radius,
                            support_failure *failure)
{
  if (! system->pairs)
    return equation_stationary (system, variance, energy, radius, failure);
  support_status status =
      stationary_pairs (system, false, variance, energy, NULL, failure);
  *radius = 0.0;
  for (size_t i = 0; i < system->modes; i++)
    if (! (energy[i] < INFINITY) && ! is_idle (system, i))
      *radius = INFINITY;
  return isinf (*radius) && status == SUPPORT_OK ? stationary_pairs (
             system, false, variance, energy, radius, failure)
                                                 : status;
}
