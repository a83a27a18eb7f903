/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gamma delays of shape k and scale h (Erlang for whole k):
   phi(s) = (1 + s h)^(-k).  */
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

static bool
is_erlang (const delay_law *law)
{
  return shape (law) == floor (shape (law));
}

static support_status
build (delay_law *law, support_failure *failure)
{
  double k, h;
  support_status status =
      delay_scalar (law, 0, "shape", DELAY_POSITIVE, &k, failure);
  if (status == SUPPORT_OK)
    status = delay_scalar (law, 1, "scale", DELAY_POSITIVE, &h, failure);
  if (status != SUPPORT_OK)
    return status;
  law->constant[0] = k;
  law->constant[1] = h;
  law->mean = k * h;
  law->cv2 = 1.0 / k;
  law->abscissa = -1.0 / h;
  law->infimum = 0.0;
  law->supremum = INFINITY;
  law->power = k == floor (k) ? 0.0 : k;
  return SUPPORT_OK;
}

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const double k = shape (law), h = scale_of (law);
  const double complex z = s * h, pole = h / (1.0 + z);
  /* For other than whole shapes the continuation is cut along s <= -1/h.  */
  if (! is_erlang (law) && cimag (s) == 0.0 && creal (s) <= law->abscissa)
    {
      out[0] = out[1] = out[2] = CMPLX (NAN, NAN);
      return;
    }
  out[0] = cexp (-k * delay_complex_log1p (z));
  out[1] = -k * pole * out[0];
  out[2] = k * (k + 1.0) * pole * pole * out[0];
}

static bool
continues (const delay_law *law)
{
  (void) law;
  return true;
}

/* (1 + s h)^k by the binomial theorem.  */
static bool
rational (const delay_law *law, size_t *degree, double *numerator,
          double *denominator)
{
  if (! is_erlang (law) || shape (law) > (double) *degree)
    return false;
  *degree = (size_t) shape (law);
  double coefficient = 1.0;
  for (size_t i = 0; i <= *degree; i++)
    {
      numerator[i] = i == 0 ? 1.0 : 0.0;
      denominator[i] = coefficient;
      coefficient *= scale_of (law) * (double) (*degree - i) / (double) (i + 1);
    }
  return true;
}

static size_t
phases (const delay_law *law)
{
  return is_erlang (law) && shape (law) < 1e6 ? (size_t) shape (law) : 0;
}

static void
write_phases (const delay_law *law, delay_phases *out, size_t first)
{
  delay_phases_chain (out, first, phases (law), 1.0 / scale_of (law));
}

static double
cdf (const delay_law *law, double t)
{
  return delay_gamma_below (shape (law), t / scale_of (law));
}

/* log (h f(t)) for x = t/h.  */
static double
log_density (double k, double x)
{
  if (x == 0.0)
    return k < 1.0 ? INFINITY : k == 1.0 ? 0.0 : -INFINITY;
  return delay_log_gamma_step (k, x) + log (k) - log (x);
}

static double
pdf (const delay_law *law, double t)
{
  const double h = scale_of (law);
  return exp (log_density (shape (law), t / h)) / h;
}

static double
log_pdf (const delay_law *law, double t)
{
  const double h = scale_of (law);
  return log_density (shape (law), t / h) - log (h);
}

/* A sum of m cycles is a gamma law of shape m k.  */
static double
sum_integrated_cdf (const delay_law *law, size_t m, double t)
{
  const double h = scale_of (law);
  return h * delay_gamma_excess ((double) m * shape (law), t / h);
}

static double
integrated_cdf (const delay_law *law, double t)
{
  return sum_integrated_cdf (law, 1, t);
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  return gsl_ran_gamma (stream, shape (law), scale_of (law));
}

static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  return gsl_ran_gamma (stream, shape (law) + 1.0, scale_of (law));
}

const delay_family delay_family_gamma = {
  .name = "gamma",
  .arguments = "shape, scale",
  .least = 2,
  .most = 2,
  .effort = DELAY_FORMULA,
  .build = build,
  .lst = lst,
  .continues = continues,
  .rational = rational,
  .cdf = cdf,
  .pdf = pdf,
  .log_pdf = log_pdf,
  .integrated_cdf = integrated_cdf,
  .sum_integrated_cdf = sum_integrated_cdf,
  .sample = sample,
  .sample_biased = sample_biased,
  .phases = phases,
  .write_phases = write_phases,
  .rule = delay_rule_smooth,
};
