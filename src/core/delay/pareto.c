/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pareto delays that begin at 0 (Lomax): P(T > t) = (1 + t/h)^(-a), of mean
   h / (a - 1).  No exponential moment exists.  */
#include "delay/heavy.h"

#include <gsl/gsl_randist.h>

static double
shape (const delay_law *law)
{
  return law->constant[0];
}

static double
scale_of (const delay_law *law)
{
  return law->constant[1];
}

static support_status
build (delay_law *law, support_failure *failure)
{
  double a, h;
  support_status status =
      delay_scalar (law, 0, "shape", DELAY_POSITIVE, &a, failure);
  if (status == SUPPORT_OK)
    status = delay_scalar (law, 1, "scale", DELAY_POSITIVE, &h, failure);
  if (status == SUPPORT_OK && ! (a > 1.0))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the shape of the family 'pareto' must be > 1: "
                           "below, the mean is infinite");
  if (status != SUPPORT_OK)
    return status;
  law->constant[0] = a;
  law->constant[1] = h;
  law->mean = h / (a - 1.0);
  law->cv2 = a > 2.0 ? a / (a - 2.0) : INFINITY;
  law->abscissa = 0.0;
  law->infimum = 0.0;
  law->supremum = INFINITY;
  return SUPPORT_OK;
}

static double complex
log_density (const delay_law *law, double complex w)
{
  const double complex v = w - log (scale_of (law));
  return log (shape (law)) + v
         - (shape (law) + 1.0) * delay_complex_log1p (cexp (v));
}

/* With t turned by -arg s the exponential falls and nothing oscillates; the
   singularity at t = -h is a quarter turn away.  */
static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const double h = scale_of (law), a = shape (law);
  const double size = cabs (s);
  if (size == 0.0)
    {
      delay_transform_at_zero (law, out);
      return;
    }
  const double low = fmin (log (h), -log (size)) - 40.0;
  const double high = fmin (4.0 - log (size), log (h) + 45.0 / (a - 1.0));
  delay_line_transform (law, log_density, s, -carg (s), low, high,
                        0.22 / fmax (1.0, sqrt (a / 8.0)), out);
}

static double
cdf (const delay_law *law, double t)
{
  return -expm1 (-shape (law) * log1p (t / scale_of (law)));
}

static double
pdf (const delay_law *law, double t)
{
  const double a = shape (law), h = scale_of (law);
  return a / h * exp (-(a + 1.0) * log1p (t / h));
}

static double
log_pdf (const delay_law *law, double t)
{
  const double a = shape (law), h = scale_of (law);
  return log (a / h) - (a + 1.0) * log1p (t / h);
}

static double
quantile (const delay_law *law, double p)
{
  return scale_of (law) * expm1 (-log1p (-p) / shape (law));
}

/* t - mean (1 - (1 + t/h)^(1 - a)), by its series where that cancels.  */
static double
integrated_cdf (const delay_law *law, double t)
{
  const double a = shape (law), x = t / scale_of (law);
  if (x * (a + 1.0) > 0.5)
    return t + law->mean * expm1 ((1.0 - a) * log1p (x));
  /* int_0^x (1 - (1 + y)^(-a)) dy = sum of a binomial series.  */
  double term = a * x * x / 2.0, sum = 0.0;
  for (int n = 2; n < 80 && fabs (term) > 1e-18 * sum; n++)
    {
      sum += term;
      term *= -(a + n - 1.0) * x / (n + 1.0);
    }
  return scale_of (law) * sum;
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  return scale_of (law)
         * expm1 (gsl_ran_exponential (stream, 1.0 / shape (law)));
}

/* A ratio of gamma variables, of shapes 1 and a; by length, 2 and a - 1.  */
static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const double above = gsl_ran_gamma (stream, 2.0, scale_of (law));
  return above / gsl_ran_gamma (stream, shape (law) - 1.0, 1.0);
}

static double
width (const delay_law *law, double a)
{
  return (scale_of (law) + a) * fmin (1.0, 4.0 / (shape (law) + 1.0));
}

const delay_family delay_family_pareto = {
  .name = "pareto",
  .arguments = "shape, scale",
  .least = 2,
  .most = 2,
  .build = build,
  .lst = lst,
  .cdf = cdf,
  .pdf = pdf,
  .log_pdf = log_pdf,
  .quantile = quantile,
  .integrated_cdf = integrated_cdf,
  .sample = sample,
  .sample_biased = sample_biased,
  .width = width,
  .rule = delay_rule_smooth,
};
