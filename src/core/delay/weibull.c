/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weibull delays: P(T > t) = exp (-(t/h)^k).  */
#include "delay/heavy.h"
#include "delay/pieces.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>

static double
scale_of (const delay_law *law)
{
  return law->constant[0];
}

static double
shape (const delay_law *law)
{
  return law->constant[1];
}

static support_status
build (delay_law *law, support_failure *failure)
{
  double h, k;
  support_status status =
      delay_scalar (law, 0, "scale", DELAY_POSITIVE, &h, failure);
  if (status == SUPPORT_OK)
    status = delay_scalar (law, 1, "shape", DELAY_POSITIVE, &k, failure);
  if (status != SUPPORT_OK)
    return status;
  if (k < 0.1)
    return support_fail (failure, SUPPORT_INVALID,
                         "the shape of the family 'weibull' must be >= 0.1");
  if (k == 1.0)
    return delay_create ("exponential", law->argument, 1, &law->simpler,
                         failure);
  law->constant[0] = h;
  law->constant[1] = k;
  law->mean = h * exp (gsl_sf_lngamma (1.0 + 1.0 / k));
  law->cv2 = expm1 (gsl_sf_lngamma (1.0 + 2.0 / k)
                    - 2.0 * gsl_sf_lngamma (1.0 + 1.0 / k));
  law->abscissa = k < 1.0 ? 0.0 : -INFINITY;
  law->infimum = 0.0;
  law->supremum = INFINITY;
  law->power = k == floor (k) ? 0.0 : k;
  return SUPPORT_OK;
}

static double complex
log_density (const delay_law *law, double complex w)
{
  const double k = shape (law);
  const double complex v = k * (w - log (scale_of (law)));
  return log (k) + v - cexp (v);
}

static double
density (const void *context, double t)
{
  return delay_pdf (context, t);
}

/* Left of the imaginary axis, for shapes > 1: the integral over t, good
   relatively to the value at Re s.  */
static void
lst_left (const delay_law *law, double complex s, double complex out[3])
{
  const double k = shape (law), h = scale_of (law);
  const delay_density own = { density, law };
  delay_pieces *pieces = NULL;
  double cut[] = { 0.0, h * exp (log (60.0) / k) };
  /* exp (-Re s t - (t/h)^k) begins at 1 and ends below rounding.  */
  while (exp (k * log (cut[1] / h)) + creal (s) * cut[1] < 60.0)
    cut[1] *= 1.1;
  out[0] = out[1] = out[2] = 0.0;
  if (delay_pieces_create (law, cut, 2, &pieces) != SUPPORT_OK
      || ! delay_pieces_transform (pieces, pieces->count, own, s, out))
    out[0] = out[1] = out[2] = CMPLX (NAN, NAN);
  delay_pieces_free (pieces);
}

/* t is turned towards -arg s, as far as exp (-t^k) allows: both exponentials
   are then as far from growing as each other.  */
static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const double quarter = 1.57079632679489661923;
  const double k = shape (law), size = cabs (s), turn = fabs (carg (s));
  const double h = scale_of (law);
  if (size == 0.0)
    {
      delay_transform_at_zero (law, out);
      return;
    }
  if (creal (s) < 0.0)
    {
      lst_left (law, s, out);
      return;
    }
  double angle = fmax (0.5 * (quarter / k - quarter + turn), 0.0);
  angle = fmin (angle, turn);
  const double distance = fmin (quarter - turn + angle, quarter / k - angle);
  /* Where exp (-t^k) t^2 is below rounding, or exp (-s t) is.  */
  const double right = log (h) + log (60.0) / k;
  const double low = fmin (log (h), -log (size)) - 40.0 / k;
  const double high = fmin (right, 4.5 - log (size) - log (cos (turn - angle)));
  delay_line_transform (law, log_density, s, cimag (s) < 0.0 ? angle : -angle,
                        low, high, distance / 6.2, out);
}

static double
reduced (const delay_law *law, double t)
{
  return exp (shape (law) * log (t / scale_of (law)));
}

static double
cdf (const delay_law *law, double t)
{
  return -expm1 (-reduced (law, t));
}

static double
log_pdf (const delay_law *law, double t)
{
  const double k = shape (law), h = scale_of (law);
  if (t == 0.0)
    return k < 1.0 ? INFINITY : -INFINITY;
  return log (k / h) + (k - 1.0) * log (t / h) - reduced (law, t);
}

static double
pdf (const delay_law *law, double t)
{
  return exp (log_pdf (law, t));
}

static double
quantile (const delay_law *law, double p)
{
  return scale_of (law) * exp (log (-log1p (-p)) / shape (law));
}

/* t P(T <= t) - E T; T <= t, where (T/h)^k is exponential.  */
static double
integrated_cdf (const delay_law *law, double t)
{
  const double x = reduced (law, t), k = shape (law);
  return fmax (
      t * -expm1 (-x) - law->mean * delay_gamma_below (1.0 + 1.0 / k, x), 0.0);
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  return scale_of (law)
         * pow (gsl_ran_exponential (stream, 1.0), 1.0 / shape (law));
}

static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const double k = shape (law);
  return scale_of (law)
         * pow (gsl_ran_gamma (stream, 1.0 + 1.0 / k, 1.0), 1.0 / k);
}

static double
width (const delay_law *law, double a)
{
  const double deviation = law->mean * sqrt (law->cv2);
  return shape (law) < 1.0 ? fmax (scale_of (law), a)
                           : fmax (1.5 * deviation, 0.5 * (a - law->mean));
}

const delay_family delay_family_weibull = {
  .name = "weibull",
  .arguments = "scale, shape",
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
