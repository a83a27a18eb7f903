/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The characteristic matrix, its derivative, and bounds of both.  */

#include "roots/matrix.h"
#include "support/lapack.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- from the caller's matrices -------------------------------------- */

static support_status
check (const roots_system *system, support_failure *failure)
{
  const size_t n = system->size;
  if (n == 0 || n > MATRIX_MOST_SIZE)
    return support_fail (failure, SUPPORT_INVALID,
                         "the matrices must have between 1 and %d rows",
                         MATRIX_MOST_SIZE);
  for (size_t k = 0; k <= system->terms; k++)
    for (size_t i = 0; i < n * n; i++)
      if (! isfinite (system->matrix[k][i]))
        return support_fail (failure, SUPPORT_INVALID,
                             "matrix %zu must hold finite numbers", k + 1);
  for (size_t k = 0; k < system->terms; k++)
    if (! system->delay[k])
      return support_fail (failure, SUPPORT_INVALID, "a delay law is missing");
  return SUPPORT_OK;
}

/* The largest singular value; INFINITY where LAPACK fails or overflows.  A is
   overwritten.  */
static double
spectral_norm (size_t n, double *a, double frobenius)
{
  const int order = (int) n, room = (int) (64 * n + 64), one = 1;
  double *work = support_doubles (n + (size_t) room);
  double unused, norm = INFINITY;
  int info = 1;

  if (! work || ! isfinite (frobenius))
    {
      free (work);
      return frobenius;
    }
  dgesvd_ ("N", "N", &order, &order, a, &order, work, &unused, &one, &unused,
           &one, work + n, &room, &info);
  if (info == 0)
    /* Backward stable: within a modest multiple of n eps of the true one.  */
    norm = work[0] + 10.0 * (double) n * DBL_EPSILON * frobenius;
  free (work);
  return fmin (norm, frobenius);
}

static double
frobenius_norm (size_t count, const double *a)
{
  double sum = 0.0;
  for (size_t i = 0; i < count; i++)
    sum = hypot (sum, a[i]);
  return sum * (1.0 + (double) (count + 2) * DBL_EPSILON);
}

/* Powers of two that balance the sum of the moduli of all matrices, as
   weighted by the means of their delays.  */
static support_status
balance (matrix_function *self, support_failure *failure)
{
  const size_t n = self->n;
  const int order = (int) n;
  int low, high, info = 1;
  double *sum = support_doubles (n * n);

  if (! sum)
    return support_fail_memory (failure);
  for (size_t k = 0; k < self->terms; k++)
    for (size_t i = 0; i < n * n; i++)
      sum[i] += fabs (self->entries[k * n * n + i]);
  if (support_finite (sum, n * n))
    dgebal_ ("S", &order, sum, &order, &low, &high, self->scale, &info);
  free (sum);
  if (info != 0)
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the matrices could not be balanced");
  for (size_t k = 0; k < self->terms; k++)
    for (size_t j = 0; j < n; j++)
      for (size_t i = 0; i < n; i++)
        self->entries[(k * n + j) * n + i] *= self->scale[j] / self->scale[i];
  return SUPPORT_OK;
}

static support_status
set_terms (matrix_function *self, const roots_system *system,
           support_failure *failure)
{
  const size_t n = self->n;
  double size = 0.0;
  self->abscissa = -INFINITY;
  for (size_t k = 0; k < self->terms; k++)
    {
      matrix_term *term = &self->term[k];
      double *copy = (double *) self->work[0];
      term->a = self->entries + k * n * n;
      term->frobenius = frobenius_norm (n * n, term->a);
      memcpy (copy, term->a, n * n * sizeof *copy);
      term->spectral = spectral_norm (n, copy, term->frobenius);
      if (! isfinite (term->spectral))
        return support_fail (failure, SUPPORT_INVALID,
                             "matrix %zu is too large", k + 1);
      size += term->spectral;
      term->law = k ? system->delay[k - 1] : NULL;
      term->fixed = k ? NAN : 0.0;
      if (! term->law)
        continue;
      if (strcmp (delay_family_name (term->law), "deterministic") == 0)
        term->fixed = delay_mean (term->law);
      if (term->spectral > 0.0)
        {
          self->abscissa = fmax (self->abscissa, delay_abscissa (term->law));
          self->time = fmax (self->time, delay_mean (term->law));
        }
    }
  if (! (self->time > 0.0))
    self->time = size > 0.0 ? 1.0 / size : 1.0;
  return SUPPORT_OK;
}

void
matrix_function_free (matrix_function *self)
{
  if (! self)
    return;
  free (self->term);
  free (self->entries);
  free (self->scale);
  for (int k = 0; k < 4; k++)
    free (self->work[k]);
  free (self->vector);
  free (self->pivot);
  free (self);
}

support_status
matrix_function_create (const roots_system *system, const support_hooks *hooks,
                        matrix_function **function, support_failure *failure)
{
  const size_t n = system->size, border = n + 1;
  support_status status = check (system, failure);
  matrix_function *self;

  *function = NULL;
  if (status != SUPPORT_OK)
    return status;
  self = calloc (1, sizeof *self);
  if (! self)
    return support_fail_memory (failure);
  *self = (matrix_function){
    .n = n, .terms = system->terms + 1, .budget = MATRIX_BUDGET, .hooks = hooks
  };
  self->term = calloc (self->terms, sizeof *self->term);
  self->entries = support_doubles (self->terms * n * n);
  self->scale = support_doubles (n);
  for (int k = 0; k < 4; k++)
    self->work[k] = calloc (border * border, sizeof *self->work[k]);
  self->vector = calloc (MATRIX_ROOM * border, sizeof *self->vector);
  self->pivot = calloc (border, sizeof *self->pivot);
  if (! self->term || ! self->entries || ! self->scale || ! self->work[0]
      || ! self->work[1] || ! self->work[2] || ! self->work[3] || ! self->vector
      || ! self->pivot)
    status = support_fail_memory (failure);
  for (size_t k = 0; status == SUPPORT_OK && k < self->terms; k++)
    memcpy (self->entries + k * n * n, system->matrix[k],
            n * n * sizeof *self->entries);
  if (status == SUPPORT_OK)
    status = balance (self, failure);
  if (status == SUPPORT_OK)
    status = set_terms (self, system, failure);
  if (status == SUPPORT_OK)
    *function = self;
  else
    matrix_function_free (self);
  return status;
}

/* ---- values ---------------------------------------------------------- */

/* phi, phi' of a term at S, and bounds of what rounding did to them.  */
static void
transform (const matrix_term *term, double complex s, double complex phi[3],
           double error[2])
{
  if (! isnan (term->fixed))
    {
      const double tau = term->fixed;
      const double size = exp (-creal (s) * tau);
      /* Two roundings each of the exponent's parts, and of the elementary
         functions.  */
      const double relative = DBL_EPSILON * (4.0 + 2.0 * roots_size (s) * tau);
      phi[0] = size * CMPLX (cos (cimag (s) * tau), -sin (cimag (s) * tau));
      phi[1] = -tau * phi[0];
      error[0] = relative * size;
      error[1] = relative * size * tau;
    }
  else
    {
      double bound[3];
      roots_moments (term->law, creal (s), bound);
      delay_lst (term->law, s, phi);
      roots_transform_error (term->law, s, phi, bound, error);
    }
}

bool
matrix_evaluate (matrix_function *self, double complex s, size_t ld,
                 double complex *m, double complex *slope, double error[2])
{
  const size_t n = self->n;
  const double eps = DBL_EPSILON;
  double sums = (double) self->terms + 1.0; /* roundings in each entry */

  if (self->evaluations >= self->budget
      || (self->hooks && self->hooks->interrupted
          && self->hooks->interrupted (self->hooks->data)))
    return false;
  self->evaluations++;
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < n; i++)
      {
        m[j * ld + i] = i == j ? s - self->term[0].a[j * n + i]
                               : -self->term[0].a[j * n + i];
        if (slope)
          slope[j * ld + i] = i == j ? 1.0 : 0.0;
      }
  error[0] = eps * sums
             * (sqrt ((double) n) * roots_size (s) + self->term[0].frobenius);
  error[1] = eps * sums * sqrt ((double) n);
  for (size_t k = 1; k < self->terms; k++)
    {
      const matrix_term *term = &self->term[k];
      double complex phi[3];
      double own[2];
      if (! (term->spectral > 0.0))
        continue;
      transform (term, s, phi, own);
      for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++)
          {
            const double a = term->a[j * n + i];
            m[j * ld + i] -= a * phi[0];
            if (slope)
              slope[j * ld + i] -= a * phi[1];
          }
      for (int i = 0; i < 2; i++)
        error[i] += term->frobenius
                    * (own[i] + eps * (sums + 1.0) * roots_size (phi[i]));
    }
  return isfinite (error[0]) && isfinite (error[1]);
}

bool
matrix_has_taylor (const matrix_function *self, unsigned degree)
{
  for (size_t k = 1; k < self->terms; k++)
    if (isnan (self->term[k].fixed) && degree > 2)
      return false;
  return true;
}

void
matrix_taylor (const matrix_function *self, double complex s, unsigned degree,
               double complex *m)
{
  const size_t n = self->n;
  memset (m, 0, n * n * sizeof *m);
  for (size_t i = 0; i < n && degree == 1; i++)
    m[i * n + i] = 1.0;
  for (size_t k = 1; k < self->terms; k++)
    {
      const matrix_term *term = &self->term[k];
      double complex phi[3], factor;
      double error[2];
      if (! (term->spectral > 0.0))
        continue;
      transform (term, s, phi, error);
      factor = degree == 1 ? phi[1] : 0.5 * phi[2];
      if (! isnan (term->fixed))
        {
          factor = phi[0];
          for (unsigned i = 1; i <= degree; i++)
            factor *= -term->fixed / (double) i;
        }
      for (size_t i = 0; i < n * n; i++)
        m[i] -= term->a[i] * factor;
    }
}

support_status
matrix_stopped (const matrix_function *self, support_failure *failure)
{
  if (self->evaluations >= self->budget)
    return support_fail (failure, SUPPORT_LIMIT,
                         "more than %zu evaluations would be needed; a line "
                         "further right has fewer roots",
                         self->budget);
  if (self->hooks && self->hooks->interrupted
      && self->hooks->interrupted (self->hooks->data))
    return support_fail (failure, SUPPORT_INTERRUPTED, "interrupted");
  return support_fail (failure, SUPPORT_NUMERICAL,
                       "the characteristic matrix could not be evaluated");
}

/* ---- bounds ---------------------------------------------------------- */

matrix_bounds
matrix_bounds_right_of (const matrix_function *self, double x)
{
  matrix_bounds sum = { .a = self->term[0].spectral, .first = 1.0 };
  for (size_t k = 1; k < self->terms; k++)
    {
      const matrix_term *term = &self->term[k];
      double moment[3];
      if (! (term->spectral > 0.0))
        continue;
      roots_moments (term->law, x, moment);
      sum.a += term->spectral * moment[0];
      sum.first += term->spectral * moment[1];
      sum.second += term->spectral * moment[2];
      sum.second_frobenius += term->frobenius * moment[2];
    }
  return sum;
}

double
matrix_weight (const matrix_function *self, double complex s)
{
  double sum = roots_size (s) + self->term[0].spectral;
  for (size_t k = 1; k < self->terms; k++)
    {
      double complex phi[3];
      double error[2];
      if (! (self->term[k].spectral > 0.0))
        continue;
      transform (&self->term[k], s, phi, error);
      sum += self->term[k].spectral * roots_size (phi[0]);
    }
  return sum;
}

double
matrix_frobenius (const double complex *m, size_t rows, size_t columns,
                  size_t ld)
{
  double sum = 0.0;
  for (size_t j = 0; j < columns; j++)
    {
      const double *part = (const double *) (m + j * ld);
      double column = 0.0;
      SUPPORT_SUM_IN_LANES (column)
      for (size_t i = 0; i < 2 * rows; i++)
        column += part[i] * part[i];
      sum += column;
    }
  return sqrt (sum);
}
