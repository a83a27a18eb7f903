/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inverse Gaussian (Wald) delays of mean m and shape h: the time in which a
   Brownian motion with a drift first gets through a fixed amount of work.  In
   units of the mean all depends on c = h/m alone, which is 1/cv2:

     phi(s) = exp (c (1 - sqrt (1 + 2 m s/c))).

   Formulas without other source: Johnson, Kotz and Balakrishnan, Continuous
   Univariate Distributions 1 (1994), chapter 15.  */
#include "delay/delay_private.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_erf.h>

/* h/m */
static double
steadiness (const delay_law *law)
{
  return law->constant[0];
}

static support_status
build (delay_law *law, support_failure *failure)
{
  double m, h;
  support_status status =
      delay_scalar (law, 0, "mean", DELAY_POSITIVE, &m, failure);
  if (status == SUPPORT_OK)
    status = delay_scalar (law, 1, "shape", DELAY_POSITIVE, &h, failure);
  if (status != SUPPORT_OK)
    return status;
  law->constant[0] = h / m;
  if (! (h / m >= 1e-6 && h / m <= 1e300))
    return support_fail (failure, SUPPORT_INVALID,
                         "the shape of the family 'inverse-gaussian' must be "
                         "at least 1e-6, and at most 1e300, times its mean");
  law->mean = m;
  law->cv2 = m / h;
  law->abscissa = -0.5 * (h / m) / m;
  law->infimum = 0.0;
  law->supremum = INFINITY;
  return SUPPORT_OK;
}

/* The tail being exp (-h t / (2 m^2)) t^(-3/2), the transform is finite at the
   abscissa and branches there; its continuation is cut to the left of it.  */
static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const double m = law->mean, c = steadiness (law);
  const double complex root = csqrt (1.0 + 2.0 * m / c * s);
  const double complex slope = -m / root;
  if (cimag (s) == 0.0 && creal (s) <= law->abscissa)
    {
      out[0] = out[1] = out[2] = CMPLX (NAN, NAN);
      return;
    }
  /* c (1 - root), which would cancel.  */
  out[0] = cexp (-2.0 * m * s / (1.0 + root));
  out[1] = slope * out[0];
  out[2] = slope * slope * (1.0 + 1.0 / (c * root)) * out[0];
}

static bool
continues (const delay_law *law)
{
  (void) law;
  return true;
}

/* P(T <= t) = above + below, and E (T; T <= t) = m (above - below).  Written
   with the normal distribution, BELOW is exp (2 c) times a tail of it, which
   overflows times underflows; exp (x^2/2) times that tail is the inverse of
   the hazard and does neither.  */
static void
halves (double c, double x, double *above, double *below)
{
  const double unit = sqrt (c / x);
  const double near = unit * (x - 1.0), far = unit * (x + 1.0);
  *above = 0.5 * erfc (-0.70710678118654752440 * near);
  *below =
      0.39894228040143267794 * exp (-0.5 * near * near) / gsl_sf_hazard (far);
}

static double
cdf (const delay_law *law, double t)
{
  double above, below;
  if (t == 0.0)
    return 0.0;
  halves (steadiness (law), t / law->mean, &above, &below);
  return fmin (above + below, 1.0);
}

/* A sum of k such delays is one of mean k m and shape k^2 h.  */
static double
sum_integrated_cdf (const delay_law *law, size_t k, double t)
{
  const double n = (double) k, x = t / (n * law->mean);
  double above, below;
  if (! (x > 0.0))
    return 0.0;
  halves (n * steadiness (law), x, &above, &below);
  return n * law->mean * fmax ((x - 1.0) * above + (x + 1.0) * below, 0.0);
}

static double
integrated_cdf (const delay_law *law, double t)
{
  return sum_integrated_cdf (law, 1, t);
}

static double
log_pdf (const delay_law *law, double t)
{
  const double c = steadiness (law), x = t / law->mean;
  if (! (x > 0.0))
    return -INFINITY;
  return 0.5 * log (c) - 0.91893853320467274178 - 1.5 * log (x)
         - log (law->mean) - 0.5 * c * (x - 1.0) * ((x - 1.0) / x);
}

static double
pdf (const delay_law *law, double t)
{
  return exp (log_pdf (law, t));
}

/* Michael, Schucany and Haas, The American Statistician 30 (1976), 88-90: both
   roots x and 1/x of c (x - 1)^2/x = N^2 for a normal N, the smaller one with
   probability 1/(1 + x).  */
static double
sample (const delay_law *law, gsl_rng *stream)
{
  const double normal = gsl_ran_gaussian_ziggurat (stream, 1.0);
  const double half = 0.5 * normal * normal / steadiness (law);
  const double x = 1.0 / (1.0 + half + sqrt (half * (half + 2.0)));
  return law->mean
         * (support_stream_uniform (stream) * (1.0 + x) <= 1.0 ? x : 1.0 / x);
}

/* m^2/T has the density t f(t)/m.  */
static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  return law->mean / (sample (law, stream) / law->mean);
}

/* Two deviations of the logarithm, and half of what is left below; exp (-50)
   of the peak is nothing.  */
static double
width (const delay_law *law, double a)
{
  const double reach = 50.0 / steadiness (law);
  const double first = law->mean / (1.0 + reach + sqrt (reach * (reach + 2.0)));
  return fmax (first - a, a * fmin (2.0 * sqrt (law->cv2), 0.5));
}

const delay_family delay_family_inverse_gaussian = {
  .name = "inverse-gaussian",
  .arguments = "mean, shape",
  .least = 2,
  .most = 2,
  .effort = DELAY_FORMULA,
  .build = build,
  .lst = lst,
  .continues = continues,
  .cdf = cdf,
  .pdf = pdf,
  .log_pdf = log_pdf,
  .integrated_cdf = integrated_cdf,
  .sum_integrated_cdf = sum_integrated_cdf,
  .sample = sample,
  .sample_biased = sample_biased,
  .width = width,
  .rule = delay_rule_smooth,
};
