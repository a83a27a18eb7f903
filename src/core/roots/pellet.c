/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discs around the zeros of a real polynomial by Pellet's theorem: with
   P(v + z) = sum_j p_j z^j, if |p_m| r^m > sum_(j != m) |p_j| r^j then exactly
   m zeros have |z| < r (Rouche's theorem for p_m z^m).  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>

double complex
roots_polynomial_at (const double *coefficient, size_t degree, double complex v)
{
  double complex sum = coefficient[degree];
  for (size_t j = degree; j-- > 0;)
    sum = sum * v + coefficient[j];
  return sum;
}

/* sum |coefficient_j| |v|^j: what rounding is measured by.  */
double
roots_polynomial_size (const double *coefficient, size_t degree,
                       double complex v)
{
  const double size = cabs (v);
  double sum = fabs (coefficient[degree]);
  for (size_t j = degree; j-- > 0;)
    sum = sum * size + fabs (coefficient[j]);
  return sum;
}

void
roots_quadratic (const double p[3], double complex zero[2])
{
  const double half = -0.5 * p[1] / p[2];
  const double square = fma (half, half, -p[0] / p[2]);
  if (square < 0.0)
    {
      zero[0] = CMPLX (half, sqrt (-square));
      zero[1] = conj (zero[0]);
      return;
    }
  /* The larger one first, lest the smaller be a difference.  */
  zero[0] = half + copysign (sqrt (square), half);
  zero[1] = creal (zero[0]) != 0.0 ? p[0] / p[2] / creal (zero[0]) : 0.0;
}

/* Taylor coefficients of P at V by repeated synthetic division; each is a sum
   of terms p_i binomial(i, j) v^(i-j), whose magnitudes bound the rounding.  */
static void
expand (const double *p, const double *magnitude, size_t degree,
        double complex v, roots_taylor *taylor)
{
  const double size = cabs (v);
  const double unit = 4.0 * (double) (degree + 1) * DBL_EPSILON;
  for (size_t j = 0; j <= degree; j++)
    {
      taylor->coefficient[j] = p[j];
      taylor->error[j] = magnitude[j];
    }
  for (size_t j = 0; j < degree; j++)
    for (size_t i = degree; i-- > j;)
      {
        taylor->coefficient[i] += v * taylor->coefficient[i + 1];
        taylor->error[i] += size * taylor->error[i + 1];
      }
  for (size_t j = 0; j <= degree; j++)
    taylor->error[j] *= unit;
}

static bool
outweighs (const roots_taylor *taylor, size_t degree, size_t m, double radius)
{
  double rest = 0.0, power = 1.0, kept = 0.0;
  for (size_t j = 0; j <= degree; j++, power *= radius)
    {
      const double size = cabs (taylor->coefficient[j]);
      if (j == m)
        kept = (size - taylor->error[j]) * power;
      else
        rest += (size + taylor->error[j]) * power;
    }
  return kept > rest * (1.0 + 1e-9);
}

double
roots_pellet_bound (const double *p, const double *size, size_t degree,
                    double complex v, size_t m, roots_taylor *taylor)
{
  static const double factor[] = { 1.00001, 1.01, 1.2, 1.5, 2.0,
                                   3.0,     4.0,  6.0, 9.0, 14.0 };
  double least = 0.0;
  expand (p, size, degree, v, taylor);
  for (size_t j = 0; j < m; j++)
    least = fmax (least, pow ((cabs (taylor->coefficient[j]) + taylor->error[j])
                                  / cabs (taylor->coefficient[m]),
                              1.0 / (double) (m - j)));
  least = fmax (least, DBL_EPSILON * fmax (cabs (v), DBL_EPSILON));
  for (size_t i = 0; i < sizeof factor / sizeof *factor; i++)
    if (isfinite (least) && outweighs (taylor, degree, m, factor[i] * least))
      return factor[i] * least;
  return INFINITY;
}
