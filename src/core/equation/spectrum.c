/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power spectral densities in the stationary state.  White noise of intensity q
   leaves q / |h(i w)|^2; noise that grows with the distance from the minimum is
   white too (its increments are uncorrelated), of the intensity that the
   stationary variance v = J q tells.  */
#include "equation/equation_private.h"
#include "equation/respond.h"
#include "support/lapack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

support_status
equation_refuse_momentum (const equation_system *system,
                          support_failure *failure)
{
  for (size_t i = 0; system->inertia && i < system->modes; i++)
    if (system->inertia[i] != 0.0)
      return support_fail (failure, SUPPORT_INVALID,
                           "this takes equations without inertia (momentum); "
                           "sdde_variance knows the variance under momentum, "
                           "and asgd_simulate runs systems that have it");
  return SUPPORT_OK;
}

double
equation_whole_intensity (double variance, double energy)
{
  if (variance == 0.0)
    return 0.0;
  return isfinite (variance) && isfinite (energy) ? variance / energy : NAN;
}

static void
mode_spectrum (const roots_kernel *kernel, double intensity,
               const double *frequency, size_t count, size_t stride,
               double *value)
{
  for (size_t k = 0; k < count; k++)
    {
      const double complex s = CMPLX (0.0, frequency[k]);
      double complex phi[3];
      delay_lst (kernel->delay, s, phi);
      const double size =
          cabs (s + kernel->b + (kernel->a + kernel->c * s) * phi[0]);
      value[k * stride] = intensity == 0.0 ? 0.0 : intensity / (size * size);
    }
}

support_status
equation_spectrum (const equation_system *system, const double *frequency,
                   size_t count, double *value, support_failure *failure)
{
  const size_t n = system->modes;
  double *variance = support_doubles (n), *energy = support_doubles (n);
  double *row = support_doubles (count);
  support_status status =
      variance && energy && row ? SUPPORT_OK : support_fail_memory (failure);
  double radius;
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    if (! isfinite (frequency[k]))
      status =
          support_fail (failure, SUPPORT_INVALID, "frequencies must be finite");
  if (status == SUPPORT_OK)
    status = equation_refuse_momentum (system, failure);
  if (status == SUPPORT_OK && (! system->pairs || system->coupled))
    status = equation_stationary (system, variance, energy,
                                  system->pairs ? NULL : &radius, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      const roots_kernel kernel = equation_kernel (system, i);
      if (! system->pairs)
        mode_spectrum (&kernel,
                       equation_whole_intensity (variance[i], energy[i]),
                       frequency, count, n, value + i);
      else
        {
          const pairs_mode mode = equation_pairs_whole (system, i, variance);
          status = pairs_spectrum (system->pairs, &mode, frequency, count, row,
                                   failure);
          for (size_t k = 0; k < count; k++)
            value[i + n * k] = row[k];
        }
    }
  free (variance);
  free (energy);
  free (row);
  return status;
}

/* ---- systems ----------------------------------------------------------- */

/* M^-1 B (M^-1 B)^H in VALUE.  */
static bool
density_at (const equation_matrices *matrices, double w, double complex *matrix,
            double complex *push, int *pivot, double complex *value)
{
  const size_t n = matrices->states, m = matrices->noises;
  const int size = (int) n, columns = (int) m;
  const double complex one = 1.0, zero = 0.0;
  int info = 0;
  equation_characteristic (matrices, w, matrix);
  for (size_t i = 0; i < n * m; i++)
    push[i] = matrices->push[i];
  zgetrf_ (&size, &size, matrix, &size, pivot, &info);
  if (info != 0)
    return false;
  zgetrs_ ("N", &size, &columns, matrix, &size, pivot, push, &size, &info);
  zgemm_ ("N", "C", &size, &size, &columns, &one, push, &size, push, &size,
          &zero, value, &size);
  return true;
}

support_status
equation_matrices_spectrum (const equation_matrices *matrices,
                            const double *frequency, size_t count,
                            double complex *value, const support_hooks *hooks,
                            support_failure *failure)
{
  const size_t n = matrices->states, m = matrices->noises;
  double complex *matrix = calloc (n * n, sizeof *matrix);
  double complex *push = calloc (n * m + 1, sizeof *push);
  int *pivot = calloc (n, sizeof *pivot);
  equation_stability state = EQUATION_UNKNOWN;
  support_status status =
      matrix && push && pivot ? SUPPORT_OK : support_fail_memory (failure);
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    if (! isfinite (frequency[k]))
      status =
          support_fail (failure, SUPPORT_INVALID, "frequencies must be finite");
  if (status == SUPPORT_OK)
    status = equation_matrices_state (matrices, &state, NULL, hooks, failure);
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      if (hooks && hooks->interrupted && hooks->interrupted (hooks->data))
        status = SUPPORT_INTERRUPTED;
      else if (state != EQUATION_STABLE
               || ! density_at (matrices, frequency[k], matrix, push, pivot,
                                value + k * n * n))
        for (size_t i = 0; i < n * n; i++)
          value[k * n * n + i] = NAN;
    }
  free (matrix);
  free (push);
  free (pivot);
  return status;
}
