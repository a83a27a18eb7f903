/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delays uniform on [a, b]: phi(s) = exp (-s c) sinh (s w) / (s w) with the
   centre c and the half width w.  */
#include "delay/delay_private.h"

static double
left (const delay_law *law)
{
  return law->infimum;
}

static double
width (const delay_law *law)
{
  return law->supremum - law->infimum;
}

static support_status
build (delay_law *law, support_failure *failure)
{
  double a, b;
  support_status status =
      delay_scalar (law, 0, "left end", DELAY_NONNEGATIVE, &a, failure);
  if (status == SUPPORT_OK)
    status = delay_scalar (law, 1, "right end", DELAY_POSITIVE, &b, failure);
  if (status == SUPPORT_OK && b <= a)
    status = support_fail (failure, SUPPORT_INVALID,
                           "the right end of the family 'uniform' must lie "
                           "right of the left end");
  if (status != SUPPORT_OK)
    return status;
  law->infimum = a;
  law->supremum = b;
  law->mean = a + 0.5 * (b - a);
  law->cv2 = (b - a) / law->mean * ((b - a) / law->mean) / 12.0;
  law->abscissa = -INFINITY;
  return SUPPORT_OK;
}

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const double c = law->mean, w = 0.5 * width (law);
  const double complex z = s * w;
  /* S(z) = sinh (z) / z and its derivatives, times exp (-s c).  */
  double complex s0, s1, s2;

  if (cabs (z) < 1.0)
    {
      const double complex scale = cexp (-s * c), square = z * z;
      double complex term = 1.0; /* z^(2k) / (2k + 1)! */
      s0 = s1 = 0.0;
      for (int k = 0; k < 12; k++)
        {
          s0 += term;
          term /= (2.0 * k + 2.0) * (2.0 * k + 3.0);
          s1 += (2.0 * k + 2.0) * term; /* of S'(z) / z */
          term *= square;
        }
      s2 = scale * (s0 - 2.0 * s1); /* S'' = S - 2 S' / z */
      s1 *= scale * z;
      s0 *= scale;
    }
  else
    {
      /* Halves of exponentials, so that neither factor overflows alone.  */
      const double complex low = cexp (-s * law->infimum);
      const double complex high = cexp (-s * law->supremum);
      s0 = 0.5 * (low - high) / z;
      s1 = (0.5 * (low + high) - s0) / z;
      s2 = s0 - 2.0 * s1 / z;
    }
  out[0] = s0;
  out[1] = -c * s0 + w * s1;
  out[2] = c * (c * s0) - 2.0 * c * (w * s1) + w * (w * s2);
}

static double
cdf (const delay_law *law, double t)
{
  return (t - left (law)) / width (law);
}

static double
pdf (const delay_law *law, double t)
{
  (void) t;
  return 1.0 / width (law);
}

static double
quantile (const delay_law *law, double p)
{
  return left (law) + p * width (law);
}

static double
integrated_cdf (const delay_law *law, double t)
{
  return 0.5 * (t - left (law)) * ((t - left (law)) / width (law));
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  return quantile (law, support_stream_uniform (stream));
}

/* A density proportional to t on [a, b], by its quantile.  */
static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const double b = law->supremum, a = left (law) / b;
  const double u = support_stream_uniform (stream);
  return b * sqrt (a * a + u * (1.0 - a) * (1.0 + a));
}

const delay_family delay_family_uniform = {
  .name = "uniform",
  .arguments = "left end, right end",
  .least = 2,
  .most = 2,
  .effort = DELAY_FORMULA,
  .build = build,
  .lst = lst,
  .cdf = cdf,
  .pdf = pdf,
  .quantile = quantile,
  .integrated_cdf = integrated_cdf,
  .sample = sample,
  .sample_biased = sample_biased,
  .rule = delay_rule_smooth,
};
