/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lambert W on all branches.

   Three forms of one equation, each where it is well conditioned: the series
   in p = sqrt (2 (e z + 1)) around the branch point -1/e; w - z exp (-w) = 0
   for small w; w + log w = log z + 2 pi i k elsewhere, which knows the branch
   and neither overflows nor underflows.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>

static const double pi = 3.14159265358979323846;
/* e as the unevaluated sum of two doubles.  */
static const double e_high = 2.718281828459045;
static const double e_low = 1.4456468917292502e-16;

/* W_0 = sum mu_n p^n, Corless et al. (1996), equations 4.22 to 4.25; the
   series converges for |p| < sqrt (2).  */
static const double mu[] = { -1.0,
                             1.0,
                             -0.33333333333333331,
                             0.15277777777777779,
                             -0.079629629629629634,
                             0.044502314814814814,
                             -0.025984714873603761,
                             0.01563563253233392,
                             -0.0096168920242994324,
                             0.0060145432529561177,
                             -0.0038112980348919993,
                             0.0024408779911439826,
                             -0.0015769303446867841,
                             0.0010262633205076071,
                             -0.0006720616311561362,
                             0.00044247306181462089,
                             -0.00029267722472962746,
                             0.00019438727605453933,
                             -0.00012957426685274883,
                             8.6650358052081276e-05,
                             -5.8113607504413817e-05,
                             3.9076684867439049e-05,
                             -2.63380647472311e-05,
                             1.7790345805079586e-05 };

enum
{
  TERMS = sizeof mu / sizeof mu[0],
  MOST_STEPS = 40
};

/* With all its terms the series is exact to the last digit up to here...  */
static const double series_exact = 0.3;
/* ... and a fair first guess up to here.  */
static const double series_guess = 1.1;

static double complex
branch_series (double complex p)
{
  double complex sum = mu[TERMS - 1];
  for (int n = TERMS - 2; n >= 0; n--)
    sum = sum * p + mu[n];
  return sum;
}

/* e z + 1 to full relative accuracy: near the branch point the first product
   all but cancels the 1, so that it must not be rounded before, and the low
   part of e counts.  */
static double complex
branch_distance (double complex z)
{
  return CMPLX (fma (e_high, creal (z), 1.0) + e_low * creal (z),
                e_high * cimag (z));
}

/* The argument of w in the half plane where branch K lives: for k < 0 the
   closed lower one, where the negative axis has the argument -pi.  */
static double complex
branch_log (double complex w, long k)
{
  double angle = carg (w);
  if (k < 0 && angle > pi / 2.0)
    angle -= 2.0 * pi;
  else if (k > 0 && angle < -pi / 2.0)
    angle += 2.0 * pi;
  return CMPLX (log (roots_size (w)), angle);
}

static bool
settled (double complex step, double complex w)
{
  return roots_size (step) <= 2.0 * DBL_EPSILON * roots_size (w);
}

/* Halley's iteration on w + log w = L.  */
static double complex
solve_logarithmic (double complex w, double complex L, long k)
{
  for (int n = 0; n < MOST_STEPS; n++)
    {
      const double complex f = w + branch_log (w, k) - L;
      const double complex slope = 1.0 + 1.0 / w;
      const double complex step =
          2.0 * f * slope / (2.0 * slope * slope + f / (w * w));
      if (! isfinite (roots_size (step)))
        break;
      w -= step;
      if (settled (step, w))
        break;
    }
  return w;
}

/* Halley's iteration on w = z exp (-w).  */
static double complex
solve_exponential (double complex w, double complex z)
{
  for (int n = 0; n < MOST_STEPS; n++)
    {
      const double complex t = z * cexp (-w);
      const double complex f = w - t;
      const double complex slope = 1.0 + t;
      const double complex step =
          2.0 * f * slope / (2.0 * slope * slope + f * t);
      if (! isfinite (roots_size (step)))
        break;
      w -= step;
      if (settled (step, w))
        break;
    }
  return w;
}

/* The first terms of the expansion at infinity (and, for k != 0, at 0),
   Corless et al., equation 4.18.  */
static double complex
asymptotic (double complex L)
{
  const double complex second = clog (L);
  return L - second + second / L;
}

double complex
roots_lambertw_log (long branch, double complex logarithm)
{
  const double complex z = cexp (logarithm);
  const double size = cabs (z);
  double complex L, w;

  if (size >= DBL_MIN && size < DBL_MAX)
    return roots_lambertw (branch, z);
  if (branch == 0 && size < DBL_MIN)
    return z; /* W_0 (z) = z - z^2 + ... */
  L = logarithm + CMPLX (0.0, 2.0 * pi * (double) branch);
  w = solve_logarithmic (asymptotic (L), L, branch);
  /* W_-1 is real from 0 to the branch point on the left, W_0 on the right.  */
  if ((branch == -1 && size < DBL_MIN && cimag (logarithm) == pi)
      || (branch == 0 && cimag (logarithm) == 0.0))
    w = CMPLX (creal (w), 0.0);
  return w;
}

double complex
roots_lambertw (long branch, double complex z)
{
  const double size = cabs (z);
  double complex distance, L, w;
  bool near_sheet;

  if (isnan (creal (z)) || isnan (cimag (z)))
    return CMPLX (NAN, 0.0);
  if (size == 0.0)
    return branch == 0 ? z : CMPLX (-INFINITY, 0.0);
  if (cimag (z) == 0.0)
    z = CMPLX (creal (z), 0.0); /* -0.0 lies on the cut as well */
  L = clog (z) + CMPLX (0.0, 2.0 * pi * (double) branch);
  if (isinf (size))
    return L;

  /* Three sheets meet at the branch point; on the others of these branches it
     is a point like any other.  */
  near_sheet = branch == 0 || (branch == -1 && cimag (z) >= 0.0)
               || (branch == 1 && cimag (z) < 0.0);
  distance = branch_distance (z);
  if (near_sheet && cabs (distance) < 0.5 * series_guess * series_guess)
    {
      const double complex p = csqrt (2.0 * distance);
      w = branch_series (branch == 0 ? p : -p);
      if (cabs (p) <= series_exact)
        return w;
    }
  else if (branch != 0)
    w = asymptotic (L);
  else if (size < 0.4)
    w = z * (1.0 + 4.0 / 3.0 * z) / (1.0 + z * (7.0 / 3.0 + 5.0 / 6.0 * z));
  else if (size < 3.0 && creal (z) > -0.3)
    {
      const double complex u = clog (1.0 + z);
      w = u * (1.0 - clog (1.0 + u) / (2.0 + u));
    }
  else
    w = asymptotic (L);

  w = branch == 0 && cabs (w) < 2.0 ? solve_exponential (w, z)
                                    : solve_logarithmic (w, L, branch);
  /* Real where it is so, whatever rounding says.  */
  if (cimag (z) == 0.0
      && ((branch == 0 && creal (distance) >= 0.0)
          || (branch == -1 && creal (z) < 0.0 && creal (distance) >= 0.0)))
    w = CMPLX (creal (w), 0.0);
  return w;
}
