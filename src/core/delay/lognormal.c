/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delays whose logarithm is normal, of mean mu and standard deviation sigma. */
#include "delay/heavy.h"

#include <gsl/gsl_randist.h>

static double
mu (const delay_law *law)
{
  return law->constant[0];
}

static double
sigma (const delay_law *law)
{
  return law->constant[1];
}

static support_status
build (delay_law *law, support_failure *failure)
{
  double m, d;
  support_status status =
      delay_scalar (law, 0, "mean logarithm", DELAY_ANY, &m, failure);
  if (status == SUPPORT_OK)
    status = delay_scalar (law, 1, "deviation of the logarithm", DELAY_POSITIVE,
                           &d, failure);
  if (status == SUPPORT_OK && d > 10.0)
    status = support_fail (failure, SUPPORT_INVALID,
                           "the deviation of the logarithm of the family "
                           "'lognormal' must be <= 10");
  if (status != SUPPORT_OK)
    return status;
  law->constant[0] = m;
  law->constant[1] = d;
  law->mean = exp (m + 0.5 * d * d);
  law->cv2 = expm1 (d * d);
  law->abscissa = 0.0;
  law->infimum = 0.0;
  law->supremum = INFINITY;
  return SUPPORT_OK;
}

static double complex
log_density (const delay_law *law, double complex w)
{
  const double complex z = (w - mu (law)) / sigma (law);
  return -0.5 * z * z - log (sigma (law)) - 0.91893853320467274178;
}

/* W exp (W) = z with Re z >= 0, z != 0, on the principal branch, by Newton's
   steps for W + log W = log z.  */
static double complex
lambert (double complex z)
{
  double complex w = cabs (z) > 2.0 ? clog (z) : z / (1.0 + z);
  if (cabs (z) < 1e-8)
    return z;
  for (int n = 0; n < 60; n++)
    {
      const double complex step = (w + clog (w / z)) * w / (1.0 + w);
      w -= step;
      if (cabs (step) <= 1e-15 * cabs (w))
        break;
    }
  return w;
}

/* The saddle of log f - s t over w = log t is w = mu - W(s sigma^2 exp (mu));
   the line through it parallel to the real axis passes along its ridge
   (Asmussen, Jensen and Rojas-Nandayapa, Methodology and Computing in Applied
   Probability 18 (2016), 441-458).  */
static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const double d = sigma (law);
  const double complex root = lambert (s * d * d * exp (mu (law)));
  const double breadth = d / sqrt (cabs (1.0 + root));
  const double low = mu (law) - creal (root);
  /* The second moment lies 2 sigma^2 further right; on the left the hill is
     as wide as the normal law, on the right exp (-s t) cuts it off.  */
  delay_line_transform (law, log_density, s, -cimag (root), low - 9.5 * d,
                        low + 9.5 * d + 2.0 * d * d, fmin (0.4 * breadth, 0.1),
                        out);
}

/* P(log T > log t) without the tail's digits lost.  */
static double
normal_below (double z)
{
  return 0.5 * erfc (-z * 0.70710678118654752440);
}

static double
standard (const delay_law *law, double t)
{
  return (log (t) - mu (law)) / sigma (law);
}

static double
cdf (const delay_law *law, double t)
{
  return normal_below (standard (law, t));
}

static double
log_pdf (const delay_law *law, double t)
{
  const double z = standard (law, t);
  return t > 0.0 ? -0.5 * z * z - 0.91893853320467274178 - log (sigma (law))
                       - log (t)
                 : -INFINITY;
}

static double
pdf (const delay_law *law, double t)
{
  return exp (log_pdf (law, t));
}

static double
integrated_cdf (const delay_law *law, double t)
{
  const double z = standard (law, t);
  return fmax (
      t * normal_below (z) - law->mean * normal_below (z - sigma (law)), 0.0);
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  return exp (mu (law) + gsl_ran_gaussian_ziggurat (stream, sigma (law)));
}

static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  return exp (sigma (law) * sigma (law)) * sample (law, stream);
}

/* As wide as the density of the logarithm lets it be; what lies 9.5 deviations
   left of its mean holds nothing.  */
static double
width (const delay_law *law, double a)
{
  const double first = exp (mu (law) - 9.5 * sigma (law));
  return fmax (first - a, a * fmin (expm1 (sigma (law)), 1.0));
}

const delay_family delay_family_lognormal = {
  .name = "lognormal",
  .arguments = "mean and deviation of the logarithm",
  .least = 2,
  .most = 2,
  .build = build,
  .lst = lst,
  .cdf = cdf,
  .pdf = pdf,
  .log_pdf = log_pdf,
  .integrated_cdf = integrated_cdf,
  .sample = sample,
  .sample_biased = sample_biased,
  .width = width,
  .rule = delay_rule_smooth,
};
