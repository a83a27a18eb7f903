/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One fixed delay d: phi(s) = exp (-s d).  */
#include "delay/delay_private.h"

static support_status
build (delay_law *law, support_failure *failure)
{
  double d;
  const support_status status =
      delay_scalar (law, 0, "delay", DELAY_NONNEGATIVE, &d, failure);
  if (status != SUPPORT_OK)
    return status;
  law->mean = law->infimum = law->supremum = d;
  law->cv2 = 0.0;
  law->abscissa = -INFINITY;
  return SUPPORT_OK;
}

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const double d = law->mean;
  out[0] = cexp (-s * d);
  out[1] = -d * out[0];
  out[2] = -d * out[1];
}

static double
cdf (const delay_law *law, double t)
{
  return t >= law->mean ? 1.0 : 0.0;
}

static double
pdf (const delay_law *law, double t)
{
  return t == law->mean ? INFINITY : 0.0;
}

static double
atom (const delay_law *law, double t)
{
  return t == law->mean ? 1.0 : 0.0;
}

static double
quantile (const delay_law *law, double p)
{
  (void) p;
  return law->mean;
}

static double
sum_integrated_cdf (const delay_law *law, size_t k, double t)
{
  return fmax (t - (double) k * law->mean, 0.0);
}

static double
integrated_cdf (const delay_law *law, double t)
{
  return sum_integrated_cdf (law, 1, t);
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  (void) stream;
  return law->mean;
}

static support_status
rule (const delay_law *law, double mass, const delay_panels *panels,
      delay_rule *out)
{
  (void) panels;
  return delay_rule_append (out, law->mean, mass);
}

const delay_family delay_family_deterministic = {
  .name = "deterministic",
  .arguments = "delay",
  .least = 1,
  .most = 1,
  .effort = DELAY_FORMULA,
  .build = build,
  .lst = lst,
  .cdf = cdf,
  .pdf = pdf,
  .quantile = quantile,
  .integrated_cdf = integrated_cdf,
  .atom = atom,
  .sum_integrated_cdf = sum_integrated_cdf,
  .sample = sample,
  .sample_biased = sample,
  .rule = rule,
};
