/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the family s + a phi(s) loses stability, and where two real roots
   meet, as the damping a grows.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- the stability limit --------------------------------------------- */

/* A bound, in quarter turns, of |arg phi(i w)| over all w; INFINITY where no
   rule tells.  Up to 1, Re phi(i w) >= 0, so that i w + a phi(i w) = 0 has no
   solution with a > 0, w > 0.  For a gamma law |arg phi(i w)| = k atan (w h);
   a density that falls and is convex has Re phi(i w) > 0 (Polya); mixtures stay
   in the cone of their parts if that is convex; the angles of sums add up; an
   atom p >= 1/2 at 0 outweighs all else, |phi - p| <= 1 - p. */
static double
quarter_turns (const delay_law *law)
{
  const char *family = delay_family_name (law);
  const double atom = delay_atom (law, 0.0);
  size_t count;
  const delay_argument *argument = delay_arguments (law, &count);
  double turns = 0.0;

  if (delay_mean (law) == 0.0)
    return 0.0;
  if (strcmp (family, "exponential") == 0
      || strcmp (family, "hyperexponential") == 0
      || strcmp (family, "pareto") == 0
      || (strcmp (family, "weibull") == 0 && argument[1].values[0] <= 1.0))
    return 1.0;
  if (strcmp (family, "gamma") == 0)
    return argument[0].values[0];
  if (strcmp (family, "mixture") == 0)
    {
      for (size_t i = 1; i < count; i++)
        if (argument[0].values[i - 1] > 0.0)
          turns = fmax (turns, quarter_turns (argument[i].law));
      if (turns <= 1.0)
        return turns;
    }
  if (strcmp (family, "sum") == 0)
    {
      for (size_t i = 0; i < count; i++)
        turns += quarter_turns (argument[i].law);
      if (turns <= 1.0)
        return turns;
    }
  if (atom >= 0.5)
    return fmin (asin ((1.0 - atom) / atom) / 1.57079632679489662, 1.0);
  return INFINITY;
}

/* g(w) = Re phi(i w) with its slope.  */
typedef struct sample
{
  double complex phi;
  double g, slope, size, size_of_slope;
} sample;

static sample
sample_at (const delay_law *law, double frequency)
{
  double complex phi[3];
  delay_lst (law, CMPLX (0.0, frequency), phi);
  /* d/dw phi(i w) = i phi'(i w) */
  return (sample){ .phi = phi[0],
                   .g = creal (phi[0]),
                   .slope = -cimag (phi[1]),
                   .size = cabs (phi[0]),
                   .size_of_slope = cabs (phi[1]) };
}

/* The t > 0 at which  slope t + curvature t^2 / 2  reaches ROOM.  */
static double
time_to (double room, double slope, double curvature)
{
  return 2.0 * room / (slope + sqrt (slope * slope + 2.0 * curvature * room));
}

/* Newton's iteration on Re phi(i w) = 0.  */
static double
polish (const delay_law *law, double frequency)
{
  for (int n = 0; n < 8; n++)
    {
      const sample here = sample_at (law, frequency);
      const double step = here.g / here.slope;
      if (! (fabs (step) < 1e-3 * frequency))
        break;
      frequency -= step;
      if (fabs (step) <= DBL_EPSILON * frequency)
        break;
    }
  return frequency;
}

/* Upwards from w = 0 in steps that cannot pass a zero of g, |g''| <= |phi''|,
   nor a w where |phi| is large enough for a smaller damping than the best so
   far.  Every candidate is a = w / |phi(i w)| >= w, which ends the search; so
   does the frequency from which g is known to be positive.  */
static support_status
search_limit (const delay_law *law, roots_limits *limits,
              support_failure *failure)
{
  const double mean = delay_mean (law);
  const double second = mean * mean * (1.0 + delay_cv2 (law));
  const int most_steps = delay_lst_closed (law) ? 5000 : 500;
  double frequency = 0.0;
  roots_limit_tail tail;
  support_status status = roots_limit_tail_of (law, &tail, failure);

  if (status != SUPPORT_OK)
    return status;
  for (int n = 0; n < most_steps; n++)
    {
      const sample here = sample_at (law, frequency);
      /* From here on, upwards.  */
      double modulus[3] = { 1.0, mean, second };
      double step, room;
      roots_envelope (law, 0.0, frequency, modulus);
      modulus[2] = fmin (modulus[2],
                         fmin (tail.first, tail.third / (frequency * frequency))
                             / frequency);
      step = time_to (fabs (here.g), fabs (here.slope), modulus[2]);
      if (frequency > 1.001 * tail.positive_from
          || frequency * (1.0 - 1e-12) > limits->critical * modulus[0])
        return SUPPORT_OK;
      if (step <= 1e-7 * frequency)
        {
          /* A zero; g is monotone for |slope| / curvature beyond it.  */
          const double zero = polish (law, frequency);
          const sample there = sample_at (law, zero);
          const double damping = zero / there.size;
          if (cimag (there.phi) < 0.0 && damping < limits->critical)
            {
              limits->critical = damping;
              limits->frequency = zero;
            }
          frequency =
              zero
              + fmax (0.999 * fabs (there.slope) / modulus[2], 1e-6 * zero);
          continue;
        }
      room = frequency / limits->critical - here.size;
      frequency += fmax (
          step,
          room > 0.0 ? time_to (room, here.size_of_slope, modulus[2]) : 0.0);
    }
  /* Beyond here nothing is known.  */
  limits->critical = limits->frequency = NAN;
  return SUPPORT_OK;
}

static support_status
find_limit (const delay_law *law, roots_limits *limits,
            support_failure *failure)
{
  size_t count;
  const delay_argument *argument = delay_arguments (law, &count);

  limits->critical = INFINITY;
  limits->frequency = NAN;
  if (quarter_turns (law) <= 1.0)
    return SUPPORT_OK;
  if (strcmp (delay_family_name (law), "gamma") == 0)
    {
      /* The phase k atan (w h) reaches pi/2 first where |phi| is largest.  */
      const double k = argument[0].values[0], h = argument[1].values[0];
      const double angle = 1.57079632679489661923 / k;
      limits->frequency = tan (angle) / h;
      limits->critical = tan (angle) / h * exp (-k * log (cos (angle)));
      return SUPPORT_OK;
    }
  return search_limit (law, limits, failure);
}

/* ---- two real roots meet --------------------------------------------- */

/* With x = -s and the law tilted by exp (x t): its mean m(x) and variance.  */
static void
tilt (const delay_law *law, double x, double *mean, double *variance)
{
  double complex phi[3];
  delay_lst (law, -x, phi);
  *mean = -creal (phi[1]) / creal (phi[0]);
  *variance = creal (phi[2]) / creal (phi[0]) - *mean * *mean;
}

/* s phi' = phi is x m(x) = 1.  The left side grows with x, and m(x) >= m(0)
   bounds the solution by 1 / m(0).  NAN where the abscissa comes first.  */
static double
find_meeting (const delay_law *law)
{
  const double border = -delay_abscissa (law);
  double low = 0.0, high = 1.0 / delay_mean (law), x, mean, variance;

  if (! (high < border))
    {
      high = border;
      for (int n = 0; n < 50; n++)
        {
          /* The border itself cannot be looked at.  */
          high = border - ldexp (border, -1 - n);
          tilt (law, high, &mean, &variance);
          if (high * mean > 1.0)
            break;
          low = high;
        }
    }
  tilt (law, high, &mean, &variance);
  if (! (high * mean >= 1.0))
    return NAN;
  x = high;
  for (int n = 0; n < 100; n++)
    {
      double step;
      tilt (law, x, &mean, &variance);
      if (x * mean > 1.0)
        high = x;
      else
        low = x;
      step = (x * mean - 1.0) / (mean + x * variance);
      if (fabs (step) <= DBL_EPSILON * x)
        return x - step;
      x -= step;
      if (! (x > low && x < high))
        x = 0.5 * (low + high);
      if (high - low <= 2.0 * DBL_EPSILON * high)
        break;
    }
  return x;
}

/* The third cumulant of the tilted law: minus the derivative of its variance,
   by a complex step, which takes no difference.  */
static double
third_cumulant (const delay_law *law, double x)
{
  const double step = 1e-8 * x;
  double complex phi[3], ratio;
  delay_lst (law, CMPLX (-x, step), phi);
  ratio = phi[1] / phi[0];
  return -cimag (phi[2] / phi[0] - ratio * ratio) / step;
}

support_status
roots_limit (const delay_law *law, roots_limits *limits,
             support_failure *failure)
{
  const double mean = delay_mean (law);
  *limits = (roots_limits){ INFINITY, NAN, NAN, NAN, false };
  if (! isfinite (mean))
    return support_fail (failure, SUPPORT_INVALID,
                         "the delay law must have a finite mean");
  const support_status status = find_limit (law, limits, failure);
  if (status != SUPPORT_OK)
    return status;
  if (mean > 0.0 && delay_abscissa (law) < 0.0)
    {
      const double x = find_meeting (law);
      double complex phi[3];
      if (isnan (x))
        return SUPPORT_OK;
      delay_lst (law, -x, phi);
      limits->fastest = x / creal (phi[0]);
      limits->rate = x;
      /* Beyond the meeting a(s) = -s/phi(s) sends the pair to the right or to
         the left as the third derivative of log a there, k3 - 2/x^3, is
         negative or positive; it vanishes for the exponential law.  */
      limits->peak =
          third_cumulant (law, x) <= 2.0 / (x * x * x) * (1.0 + 1e-7);
    }
  return SUPPORT_OK;
}
