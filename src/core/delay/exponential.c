/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exponential delays, shifted or not: T = shift + mean excess * Exp(1),
   phi(s) = exp (-s shift) / (1 + s m).  */
#include "delay/delay_private.h"

static double
shift (const delay_law *law)
{
  return law->constant[0];
}

static double
excess (const delay_law *law)
{
  return law->constant[1];
}

static support_status
finish (delay_law *law, double d, double m)
{
  law->constant[0] = d;
  law->constant[1] = m;
  law->mean = d + m;
  law->cv2 = (m / (d + m)) * (m / (d + m));
  law->abscissa = -1.0 / m;
  law->infimum = d;
  law->supremum = INFINITY;
  return SUPPORT_OK;
}

static support_status
build_exponential (delay_law *law, support_failure *failure)
{
  double m;
  const support_status status =
      delay_scalar (law, 0, "mean", DELAY_POSITIVE, &m, failure);
  return status == SUPPORT_OK ? finish (law, 0.0, m) : status;
}

static support_status
build_shifted (delay_law *law, support_failure *failure)
{
  double d, m;
  support_status status =
      delay_scalar (law, 0, "shift", DELAY_NONNEGATIVE, &d, failure);
  if (status == SUPPORT_OK)
    status = delay_scalar (law, 1, "mean excess", DELAY_POSITIVE, &m, failure);
  return status == SUPPORT_OK ? finish (law, d, m) : status;
}

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const double d = shift (law), m = excess (law);
  const double complex pole = m / (1.0 + s * m);
  const double complex slope = -(d + pole); /* phi' / phi */
  out[0] = (d == 0.0 ? 1.0 : cexp (-s * d)) / (1.0 + s * m);
  out[1] = slope * out[0];
  out[2] = (slope * slope + pole * pole) * out[0];
}

static bool
continues (const delay_law *law)
{
  (void) law;
  return true;
}

static bool
rational (const delay_law *law, size_t *degree, double *numerator,
          double *denominator)
{
  if (shift (law) != 0.0 || *degree < 1)
    return false;
  *degree = 1;
  numerator[0] = 1.0;
  numerator[1] = 0.0;
  denominator[0] = 1.0;
  denominator[1] = excess (law);
  return true;
}

static size_t
phases (const delay_law *law)
{
  return shift (law) == 0.0;
}

static void
write_phases (const delay_law *law, delay_phases *out, size_t first)
{
  delay_phases_chain (out, first, 1, 1.0 / excess (law));
}

static double
cdf (const delay_law *law, double t)
{
  return -expm1 (-(t - shift (law)) / excess (law));
}

static double
pdf (const delay_law *law, double t)
{
  return exp (-(t - shift (law)) / excess (law)) / excess (law);
}

static double
quantile (const delay_law *law, double p)
{
  return shift (law) - excess (law) * log1p (-p);
}

static double
log_pdf (const delay_law *law, double t)
{
  return -(t - shift (law)) / excess (law) - log (excess (law));
}

/* S_k - k shift is Erlang(k, m).  */
static double
sum_integrated_cdf (const delay_law *law, size_t k, double t)
{
  const double m = excess (law), shape = (double) k;
  return m * delay_gamma_excess (shape, (t - shape * shift (law)) / m);
}

/* x - 1 + exp (-x), by its series where that cancels.  */
static double
excess_of_unit (double x)
{
  double series = 1.0;
  if (x > 1.0)
    return x + expm1 (-x);
  for (int n = 18; n > 2; n--)
    series = 1.0 - x / n * series;
  return 0.5 * x * x * series;
}

static double
integrated_cdf (const delay_law *law, double t)
{
  const double m = excess (law);
  return m * excess_of_unit ((t - shift (law)) / m);
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  return shift (law) + excess (law) * support_stream_exponential (stream);
}

/* t f(t) = (d + x) f(x): with weight d the excess keeps its law, with weight m
   it becomes a gamma law of shape 2.  */
static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const double d = shift (law), m = excess (law);
  double x = m * support_stream_exponential (stream);
  if (support_stream_uniform (stream) * (d + m) > d)
    x += m * support_stream_exponential (stream);
  return d + x;
}

#define EXPONENTIAL_METHODS                                                   \
  .lst = lst, .continues = continues, .rational = rational, .cdf = cdf,       \
  .pdf = pdf, .log_pdf = log_pdf, .quantile = quantile,                       \
  .integrated_cdf = integrated_cdf, .sum_integrated_cdf = sum_integrated_cdf, \
  .sample = sample, .sample_biased = sample_biased, .phases = phases,         \
  .write_phases = write_phases, .rule = delay_rule_smooth

const delay_family delay_family_exponential = {
  .name = "exponential",
  .arguments = "mean",
  .least = 1,
  .most = 1,
  .effort = DELAY_FORMULA,
  .build = build_exponential,
  EXPONENTIAL_METHODS,
};

const delay_family delay_family_shifted_exponential = {
  .name = "shifted-exponential",
  .arguments = "shift, mean excess",
  .least = 2,
  .most = 2,
  .effort = DELAY_FORMULA,
  .build = build_shifted,
  EXPONENTIAL_METHODS,
};
