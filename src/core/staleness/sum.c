/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of many independent counts through their characteristic function on a
   circle.  Ten thousand counts spread over a few hundred values only, so that
   a short window and the small part of the circle where the characteristic
   function is not negligible are all that is ever computed.  */
#include "staleness/staleness_private.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_fft_real.h>

static const double pi = 3.14159265358979323846;

static double
variance_of (const staleness_integer_law *law)
{
  double mean = 0.0, variance = 0.0;
  for (size_t i = 0; i < law->size; i++)
    mean += (double) i * law->probability[i];
  for (size_t i = 0; i < law->size; i++)
    variance += ((double) i - mean) * ((double) i - mean) * law->probability[i];
  return variance;
}

double
staleness_sum_variance (const staleness_sum *sum)
{
  double variance = sum->poisson;
  for (size_t k = 0; k < sum->terms; k++)
    variance += (double) sum->term[k].copies * variance_of (&sum->term[k].law);
  return variance;
}

/* log E exp (slope * sum).  */
static double
cumulant (const staleness_sum *sum, double slope)
{
  double log_moment = sum->poisson * expm1 (slope);
  for (size_t k = 0; k < sum->terms; k++)
    {
      const staleness_integer_law *law = &sum->term[k].law;
      const double base = exp (slope);
      double moment = law->probability[law->size - 1];
      for (size_t i = law->size - 1; i-- > 0;)
        moment = moment * base + law->probability[i];
      log_moment += (double) sum->term[k].copies
                    * (slope * (double) law->first + log (moment));
    }
  return log_moment;
}

/* Chernoff's bound, P(sum >= x) <= exp (K(s) - s x) for every s > 0 with
   K = log E exp (s sum), the best over a few s around the one that a Gaussian
   law would ask for; the same below with s < 0.  */
void
staleness_sum_window (const staleness_sum *sum, double *lowest, double *highest)
{
  const double spread = sqrt (staleness_sum_variance (sum) + 1e-3);
  const double gaussian = sqrt (-2.0 * sum->negligible) / spread;
  double least = 0.0, most = sum->poisson > 0.0 ? INFINITY : 0.0;
  for (size_t k = 0; k < sum->terms; k++)
    {
      const staleness_term *term = &sum->term[k];
      least += (double) term->copies * (double) term->law.first;
      most += (double) term->copies
              * (double) (term->law.first + term->law.size - 1);
    }
  for (double factor = 0.125; factor < 5.0; factor *= 1.4142135623730951)
    {
      const double slope = fmin (factor * gaussian, 30.0);
      most = fmin (most, (cumulant (sum, slope) - sum->negligible) / slope);
      least = fmax (least, (sum->negligible - cumulant (sum, -slope)) / slope);
    }
  *lowest = fmax (0.0, ceil (least - 1e-9 * (1.0 + least)));
  *highest = fmax (*lowest, floor (most + 1e-9 * (1.0 + most)));
}

/* ---- the characteristic function -------------------------------------- */

/* E z^(N - first) at a z on the unit circle.  */
static double complex
evaluate (const staleness_integer_law *law, double complex z)
{
  const double x = creal (z), y = cimag (z);
  double re = 0.0, im = 0.0;
  for (size_t i = law->size; i-- > 0;)
    {
      const double next = re * x - im * y + law->probability[i];
      im = re * y + im * x;
      re = next;
    }
  return CMPLX (re, im);
}

/* E z^(sum - sum of the firsts).  */
static double complex
transform (const staleness_sum *sum, double complex z)
{
  double complex log_value = sum->poisson * (z - 1.0);
  for (size_t k = 0; k < sum->terms; k++)
    {
      const double complex value = evaluate (&sum->term[k].law, z);
      const double size = cabs (value);
      if (! (size > 0.0))
        return 0.0;
      log_value +=
          (double) sum->term[k].copies * CMPLX (log (size), carg (value));
    }
  if (! (creal (log_value) > sum->negligible))
    return 0.0;
  return cexp (log_value);
}

/* The logarithm of a bound of the characteristic function on the interval of
   LENGTH that ends at ANGLE; BEFORE, one for each term, is the square of the
   size of its function at the begin, and becomes that at the end.  With N'
   alike and independent |E z^N|^2 = E cos (theta (N - N')) has a second
   derivative of at most 2 Var N, so that it exceeds the larger of its values at
   the ends by at most Var N length^2 / 4.  */
static double
bound_interval (const staleness_sum *sum, const double *variance, double angle,
                double length, double *before)
{
  double bound = sum->poisson * (cos (angle - length) - 1.0);
  for (size_t k = 0; k < sum->terms; k++)
    {
      const double complex value =
          evaluate (&sum->term[k].law, CMPLX (cos (angle), sin (angle)));
      const double square =
          creal (value) * creal (value) + cimag (value) * cimag (value);
      const double most =
          fmax (before[k], square) + 0.25 * variance[k] * length * length;
      bound += 0.5 * (double) sum->term[k].copies * log (fmin (1.0, most));
      before[k] = square;
    }
  return bound;
}

/* The intervals of [0, pi], COARSE times FINE of them, on which the
   characteristic function may matter are flagged in ACTIVE.  All but a few
   stretches of FINE intervals are found not to matter at once.  ROOM is for
   three numbers for each term.  */
static void
find_active (const staleness_sum *sum, size_t coarse, size_t fine, double *room,
             bool *active)
{
  const double length = pi / (double) coarse, part = length / (double) fine;
  double *variance = room, *before = room + sum->terms;
  double *within = room + 2 * sum->terms;
  for (size_t k = 0; k < sum->terms; k++)
    {
      variance[k] = variance_of (&sum->term[k].law);
      before[k] = 1.0;
    }
  for (size_t i = 0; i < coarse; i++)
    {
      for (size_t k = 0; k < sum->terms; k++)
        within[k] = before[k];
      if (bound_interval (sum, variance, length * (double) (i + 1), length,
                          before)
          > sum->negligible)
        for (size_t j = 0; j < fine; j++)
          active[i * fine + j] =
              bound_interval (sum, variance,
                              length * (double) i + part * (double) (j + 1),
                              part, within)
              > sum->negligible;
    }
}

/* exp (-i theta_m times N), with theta_m = 2 pi m / length.  */
static double complex
on_circle (const double *circle, size_t length, size_t m, int64_t n)
{
  const size_t place = (size_t) ((uint64_t) m * (uint64_t) n) & (length - 1);
  return CMPLX (circle[2 * place], circle[2 * place + 1]);
}

/* Calls VISIT for each m in 0 .. length/2 at which the transform matters, with
   E exp (-i theta_m (sum - origin)).  */
typedef void visitor (void *context, size_t m, double complex value);

static support_status
visit_parts (const staleness_sum *sum, int64_t shift, size_t length,
             size_t coarse, size_t fine, const double *circle, visitor *visit,
             void *context, support_failure *failure)
{
  const size_t intervals = coarse * fine;
  double *room = support_doubles (3 * sum->terms + 1);
  bool *active = calloc (intervals, sizeof *active);
  support_status status = SUPPORT_OK;
  size_t next = 0;
  if (! room || ! active)
    status = support_fail_memory (failure);
  else
    find_active (sum, coarse, fine, room, active);
  for (size_t i = 0; status == SUPPORT_OK && i < intervals; i++)
    {
      const size_t last = (size_t) ((double) (i + 1) * (double) length / 2.0
                                    / (double) intervals);
      for (; active[i] && next <= last; next++)
        {
          const double complex value =
              transform (sum, on_circle (circle, length, next, 1));
          if (creal (value) != 0.0 || cimag (value) != 0.0)
            visit (context, next,
                   value * on_circle (circle, length, next, shift));
        }
      next = last + 1 > next ? last + 1 : next;
    }
  free (room);
  free (active);
  return status;
}

/* LOG_SIZE[m] and ANGLE[m] grow by those of COPIES counts of LAW.  */
static void
add_logarithm (const staleness_term *term, size_t length, double *buffer,
               double *log_size, double *angle)
{
  const staleness_integer_law *law = &term->law;
  const double copies = (double) term->copies;
  for (size_t i = 0; i < length; i++)
    buffer[i] = 0.0;
  for (size_t i = 0; i < law->size; i++)
    buffer[i & (length - 1)] += law->probability[i];
  gsl_fft_real_radix2_transform (buffer, 1, length);
  for (size_t m = 0; m <= length / 2; m++)
    {
      const double re = buffer[m];
      const double im = m > 0 && m < length / 2 ? buffer[length - m] : 0.0;
      log_size[m] += 0.5 * copies * log (re * re + im * im);
      angle[m] += copies * atan2 (im, re);
    }
}

/* Everywhere, by a transform of each count.  */
static support_status
visit_all (const staleness_sum *sum, int64_t shift, size_t length,
           const double *circle, visitor *visit, void *context,
           support_failure *failure)
{
  const size_t half = length / 2;
  double *buffer = support_doubles (length);
  double *log_size = support_doubles (half + 1);
  double *angle = support_doubles (half + 1);
  support_status status = SUPPORT_OK;
  if (! buffer || ! log_size || ! angle)
    status = support_fail_memory (failure);
  for (size_t k = 0; status == SUPPORT_OK && k < sum->terms; k++)
    add_logarithm (&sum->term[k], length, buffer, log_size, angle);
  for (size_t m = 0; status == SUPPORT_OK && m <= half; m++)
    {
      const double complex z = on_circle (circle, length, m, 1);
      const double size = log_size[m] + sum->poisson * (creal (z) - 1.0);
      if (size > sum->negligible)
        visit (context, m,
               cexp (CMPLX (size, angle[m] + sum->poisson * cimag (z)))
                   * on_circle (circle, length, m, shift));
    }
  free (buffer);
  free (log_size);
  free (angle);
  return status;
}

/* Only many copies of a count, or a large Poisson mean, make most of the circle
   negligible; on a short circle it does not pay to find out where.  */
static support_status
visit_transform (const staleness_sum *sum, double origin, size_t length,
                 const double *circle, visitor *visit, void *context,
                 support_failure *failure)
{
  double spread = 0.0, most = sum->poisson;
  int64_t shift = -(int64_t) origin;
  for (size_t k = 0; k < sum->terms; k++)
    {
      const staleness_term *term = &sum->term[k];
      shift += (int64_t) (term->copies * term->law.first);
      spread = fmax (spread, variance_of (&term->law));
      most = fmax (most, (double) term->copies);
    }
  const size_t coarse = 1 + (size_t) (2.0 * sqrt (spread)), fine = 16;
  if (most >= 32.0 && length > 16 * coarse)
    return visit_parts (sum, shift, length, coarse, fine, circle, visit,
                        context, failure);
  return visit_all (sum, shift, length, circle, visit, context, failure);
}

typedef struct transform_target
{
  double weight;
  double *real, *imaginary;
} transform_target;

static void
add (void *context, size_t m, double complex value)
{
  const transform_target *target = context;
  target->real[m] += target->weight * creal (value);
  target->imaginary[m] += target->weight * cimag (value);
}

support_status
staleness_sum_add_transform (const staleness_sum *sum, double weight,
                             double origin, size_t length, const double *circle,
                             double *real, double *imaginary,
                             support_failure *failure)
{
  transform_target target = { weight, real, imaginary };
  return visit_transform (sum, origin, length, circle, add, &target, failure);
}

double *
staleness_circle (size_t length)
{
  double *circle = support_doubles (2 * length);
  for (size_t m = 0; circle && m < length; m++)
    {
      const double angle = 2.0 * pi * (double) m / (double) length;
      circle[2 * m] = cos (angle);
      circle[2 * m + 1] = -sin (angle);
    }
  return circle;
}

/* ---- the distribution function ---------------------------------------- */

typedef struct cdf_target
{
  size_t length;
  double terms; /* s - origin + 1 */
  double total;
} cdf_target;

/* The sum over j = 0 .. terms - 1 of exp (i theta j) times VALUE, for m and
   for its mirror image.  */
static void
add_to_cdf (void *context, size_t m, double complex value)
{
  cdf_target *target = context;
  if (m == 0)
    {
      target->total += creal (value) * target->terms;
      return;
    }
  const double half = pi * (double) m / (double) target->length;
  const double size = sin (half * target->terms) / sin (half);
  const double angle = half * (target->terms - 1.0);
  const double part =
      size * (creal (value) * cos (angle) - cimag (value) * sin (angle));
  target->total += 2 * m == target->length ? part : 2.0 * part;
}

/* Few values are quicker by multiplying polynomials cut off after z^s, which
   adds and multiplies positive numbers only.  */
enum
{
  SHORT = 48
};

/* a <- a b up to z^s.  */
static void
multiply (double *a, const double *b, size_t s)
{
  for (size_t j = s + 1; j-- > 0;)
    {
      double total = 0.0;
      for (size_t i = 0; i <= j; i++)
        total += a[j - i] * b[i];
      a[j] = total;
    }
}

static double
short_cdf (const staleness_sum *sum, size_t s)
{
  double product[SHORT + 1] = { exp (-sum->poisson) };
  double total = 0.0;
  for (size_t j = 1; j <= s; j++)
    product[j] = product[j - 1] * sum->poisson / (double) j;
  for (size_t k = 0; k < sum->terms; k++)
    {
      const staleness_integer_law *law = &sum->term[k].law;
      double power[SHORT + 1] = { 0.0 };
      for (size_t j = law->first; j <= s && j - law->first < law->size; j++)
        power[j] = law->probability[j - law->first];
      for (size_t copies = sum->term[k].copies; copies > 0; copies /= 2)
        {
          if (copies % 2)
            multiply (product, power, s);
          if (copies > 1)
            multiply (power, power, s);
        }
    }
  for (size_t j = 0; j <= s; j++)
    total += product[j];
  return fmin (total, 1.0);
}

support_status
staleness_sum_cdf (const staleness_sum *sum, double s, double *p,
                   support_failure *failure)
{
  double lowest, highest;
  if (s <= SHORT)
    {
      *p = short_cdf (sum, (size_t) s);
      return SUPPORT_OK;
    }
  staleness_sum_window (sum, &lowest, &highest);
  *p = s >= highest ? 1.0 : 0.0;
  if (s >= highest || s < lowest)
    return SUPPORT_OK;
  size_t length = 2;
  while ((double) length < highest - lowest + 1.0)
    length *= 2;
  double *circle = staleness_circle (length);
  if (! circle)
    return support_fail_memory (failure);
  cdf_target target = { length, s - lowest + 1.0, 0.0 };
  const support_status status = visit_transform (sum, lowest, length, circle,
                                                 add_to_cdf, &target, failure);
  free (circle);
  *p = fmin (1.0, fmax (0.0, target.total / (double) length));
  return status;
}
