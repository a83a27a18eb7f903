/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far an equation is from instability, and how its rightmost root moves.

   On the imaginary axis |phi| <= 1, |phi'| <= E T, |phi''| <= E T^2, which
   bounds what can happen between two frequencies.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>

enum
{
  MOST_STEPS = 200000,
  WAITING = 256
};

/* h = A + B at i w, B = sum (a_k + c_k s) phi_k, with derivatives in s.  */
typedef struct parts
{
  double complex a, a1, b, b1;
  double size; /* of all terms */
} parts;

static parts
parts_at (const roots_equation *equation, double w)
{
  const double *b = equation->instant;
  const double complex s = CMPLX (0.0, w);
  parts at = { .a = (b[2] * s + b[1]) * s + b[0],
               .a1 = 2.0 * b[2] * s + b[1],
               .size = (fabs (b[2]) * w + fabs (b[1])) * w + fabs (b[0]) };
  for (size_t k = 0; k < equation->classes; k++)
    {
      const roots_class *each = &equation->each[k];
      const double complex weight = each->a + each->c * s;
      double complex phi[3];
      delay_lst (each->delay, s, phi);
      if (w == 0.0)
        {
          phi[0] = 1.0;
          phi[1] = -delay_mean (each->delay);
        }
      at.b += weight * phi[0];
      at.b1 += each->c * phi[0] + weight * phi[1];
      at.size += (fabs (each->a) + fabs (each->c) * w) * cabs (phi[0]);
    }
  return at;
}

/* Bounds of |A|, |A'|, |A''| and of |B|, |B'|, |B''| at frequencies up to W. */
typedef struct bounds
{
  double a[3], b[3];
} bounds;

static bounds
bounds_to (const roots_equation *equation, double w)
{
  const double *p = equation->instant;
  bounds most = { .a = { (fabs (p[2]) * w + fabs (p[1])) * w + fabs (p[0]),
                         2.0 * fabs (p[2]) * w + fabs (p[1]),
                         2.0 * fabs (p[2]) } };
  for (size_t k = 0; k < equation->classes; k++)
    {
      const roots_class *each = &equation->each[k];
      const double mean = delay_mean (each->delay);
      const double second = mean * mean * (1.0 + delay_cv2 (each->delay));
      const double c = fabs (each->c), weight = fabs (each->a) + c * w;
      most.b[0] += weight;
      most.b[1] += c + weight * mean;
      most.b[2] += 2.0 * c * mean + weight * second;
    }
  return most;
}

/* The frequency beyond which |A| - |B| exceeds LEVEL; INFINITY where there is
   none.  */
static double
frequency_limit (const roots_equation *equation, double level)
{
  const double *p = equation->instant;
  const bounds at = bounds_to (equation, 0.0);
  const double rest = fabs (p[0]) + at.b[0] + level;
  double c = 0.0;
  for (size_t k = 0; k < equation->classes; k++)
    c += fabs (equation->each[k].c);
  if (p[2] != 0.0)
    {
      const double half = 0.5 * (fabs (p[1]) + c) / fabs (p[2]);
      return half + sqrt (half * half + rest / fabs (p[2]));
    }
  return c < fabs (p[1]) ? rest / (fabs (p[1]) - c) : INFINITY;
}

/* ---- the least |h| ----------------------------------------------------- */

/* |h(i w)|, or with RELATIVE its share of the size of its terms.  */
static double
height (const roots_equation *equation, double w, bool relative)
{
  const parts at = parts_at (equation, w);
  const double h = cabs (at.a + at.b);
  return relative ? h / at.size : h;
}

/* A lower bound for frequencies within RADIUS of W.  */
static double
floor_near (const roots_equation *equation, double w, double radius,
            bool relative)
{
  const parts at = parts_at (equation, w);
  const bounds most = bounds_to (equation, w + radius);
  const double first = most.a[1] + most.b[1];
  const double second = most.a[2] + most.b[2];
  const double slope = cabs (at.a1 + at.b1);
  const double fall =
      isfinite (second) ? fmin (first * radius,
                                slope * radius + 0.5 * second * radius * radius)
                        : first * radius;
  double h = cabs (at.a + at.b) - fall;
  /* The linear part alone comes no nearer to 0 than its distance from it.  */
  if (isfinite (second) && slope > 0.0)
    {
      const double complex turned =
          (at.a + at.b) * conj (CMPLX (0.0, 1.0) * (at.a1 + at.b1)) / slope;
      const double along = fmax (fabs (creal (turned)) - slope * radius, 0.0);
      h = fmax (h,
                hypot (along, cimag (turned)) - 0.5 * second * radius * radius);
    }
  h -= 64.0 * DBL_EPSILON * at.size;
  return relative ? h / (at.size + first * radius) : h;
}

/* A lower bound of the relative height for all frequencies from W on.  */
static double
relative_beyond (const roots_equation *equation, double w)
{
  const double *p = equation->instant;
  double rest = fabs (p[0]), c = 0.0, lead, other;
  for (size_t k = 0; k < equation->classes; k++)
    {
      rest += fabs (equation->each[k].a);
      c += fabs (equation->each[k].c);
    }
  lead = p[2] != 0.0 ? fabs (p[2]) * w : fabs (p[1]);
  other = (p[2] != 0.0 ? fabs (p[1]) : 0.0) + c + rest / w;
  return (lead - other) / (lead + other);
}

/* The least value to a relative 1e-6 with certainty, by halving intervals whose
   lower bound does not exceed what has been found.  */
static bool
least_height (const roots_equation *equation, bool relative, double *least,
              double *frequency)
{
  const double start = height (equation, 0.0, relative);
  double best = start, at = 0.0, limit;
  struct
  {
    double low, high;
  } waiting[WAITING];
  size_t depth = 1;

  if (relative)
    {
      limit = frequency_limit (equation, 0.0);
      for (int n = 0; n < 10 && isfinite (limit)
                      && relative_beyond (equation, limit) < 0.75;
           n++)
        limit *= 2.0;
    }
  else
    limit = frequency_limit (equation, start);
  if (! isfinite (limit))
    return false;
  waiting[0].low = 0.0;
  waiting[0].high = limit;
  for (int n = 0; depth > 0; n++)
    {
      const double low = waiting[depth - 1].low, high = waiting[depth - 1].high;
      const double middle = 0.5 * (low + high), radius = 0.5 * (high - low);
      const double value = height (equation, middle, relative);
      depth--;
      if (n > MOST_STEPS)
        return false;
      if (value < best)
        {
          best = value;
          at = middle;
        }
      if (floor_near (equation, middle, radius, relative) > best * (1.0 - 1e-6)
          || radius <= 1e-13 * limit)
        continue;
      if (depth + 2 > WAITING)
        return false;
      waiting[depth].low = middle;
      waiting[depth++].high = high;
      waiting[depth].low = low;
      waiting[depth++].high = middle;
    }
  /* By golden section to the digits that the value has.  */
  {
    const double golden = 0.38196601125010515;
    double low = fmax (at - 1e-3 * limit, 0.0), high = at + 1e-3 * limit;
    for (int n = 0; n < 80 && high - low > 1e-9 * at; n++)
      {
        const double p = low + golden * (high - low);
        const double q = high - golden * (high - low);
        const double left = height (equation, p, relative);
        const double right = height (equation, q, relative);
        if (left < right)
          high = q;
        else
          low = p;
        if (fmin (left, right) < best)
          {
            best = fmin (left, right);
            at = left < right ? p : q;
          }
      }
  }
  /* With a correction and atoms of the delay the value may fall on and on.  */
  if (relative && relative_beyond (equation, limit) < best * (1.0 - 1e-6))
    best = at = NAN;
  *least = best;
  *frequency = at;
  return true;
}

/* ---- more delay -------------------------------------------------------- */

/* |A|^2 - |B|^2 and its derivative in w.  */
static double
gap_at (const roots_equation *equation, double w, double *slope)
{
  const parts at = parts_at (equation, w);
  /* d|A|^2/dw = 2 Re (conj (A) i A') */
  *slope = -2.0 * (cimag (conj (at.a) * at.a1) - cimag (conj (at.b) * at.b1));
  return (cabs (at.a) - cabs (at.b)) * (cabs (at.a) + cabs (at.b));
}

/* With d more delay in all classes i w is a root where |A| = |B| and
   w d = arg (-B/A) modulo 2 pi.  Upwards in steps that cannot pass a frequency
   where |A| = |B|.  */
static bool
delay_margin (const roots_equation *equation, double *delay, double *frequency)
{
  const double full_turn = 6.28318530717958647693;
  const double limit = frequency_limit (equation, 0.0);
  bounds most;
  double first, second, w = 0.0;

  *delay = INFINITY;
  *frequency = NAN;
  if (! isfinite (limit))
    return false;
  most = bounds_to (equation, limit);
  first = 2.0 * (most.a[0] * most.a[1] + most.b[0] * most.b[1]);
  second = 2.0
           * (most.a[1] * most.a[1] + most.a[0] * most.a[2]
              + most.b[1] * most.b[1] + most.b[0] * most.b[2]);
  for (int n = 0; w <= limit; n++)
    {
      double slope, step;
      double gap = gap_at (equation, w, &slope);
      if (n > MOST_STEPS)
        return false;
      step = fabs (gap) / first;
      if (isfinite (second))
        step = fmax (
            step, 2.0 * fabs (gap)
                      / (fabs (slope)
                         + sqrt (slope * slope + 2.0 * second * fabs (gap))));
      if (step > 1e-9 * limit)
        {
          w += step;
          continue;
        }
      for (int k = 0; k < 20 && fabs (gap) > 0.0; k++)
        {
          step = gap / slope;
          if (! (fabs (step) < 1e-4 * limit))
            break;
          w -= step;
          if (fabs (step) <= 2.0 * DBL_EPSILON * w)
            break;
          gap = gap_at (equation, w, &slope);
        }
      if (w > 0.0)
        {
          const parts at = parts_at (equation, w);
          double angle = carg (-at.b / at.a);
          if (angle < 0.0)
            angle += full_turn;
          if (angle / w < *delay)
            {
              *delay = angle / w;
              *frequency = w;
            }
        }
      /* The next one is not nearer than the slope takes to vanish.  */
      step = isfinite (second) ? 0.99 * fabs (slope) / second : 0.0;
      w += fmax (step, 4e-9 * limit);
    }
  return true;
}

/* ---- door -------------------------------------------------------------- */

support_status
roots_margin_of (const roots_equation *equation, roots_margin *margin,
                 support_failure *failure)
{
  roots_root root;
  bool heavy;
  support_status status = roots_dominant (equation, &root, &heavy, failure);
  *margin = (roots_margin){ NAN, NAN, NAN, NAN, NAN, NAN };
  if (status != SUPPORT_OK)
    return status;
  for (size_t k = 0; k < equation->classes; k++)
    if (! isfinite (delay_mean (equation->each[k].delay)))
      return support_fail (failure, SUPPORT_INVALID,
                           "the delays must have finite means");
  if (creal (root.s) + root.bound >= 0.0 && root.multiplicity > 0)
    {
      margin->distance = margin->relative = margin->delay = 0.0;
      return SUPPORT_OK;
    }
  if (! least_height (equation, false, &margin->distance,
                      &margin->distance_frequency)
      || ! least_height (equation, true, &margin->relative,
                         &margin->relative_frequency)
      || ! delay_margin (equation, &margin->delay, &margin->delay_frequency))
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the frequencies at which the equation comes next to "
                         "instability could not be told apart");
  return SUPPORT_OK;
}

void
roots_sensitivity_of (const roots_equation *equation, double complex s,
                      roots_sensitivity *total, double complex *damping,
                      double complex *correction)
{
  double complex slope;
  *total = (roots_sensitivity){ .decay = 0.0 };
  (void) roots_value_of (equation, s, &slope, NULL);
  for (size_t k = 0; k < equation->classes; k++)
    {
      const roots_class *each = &equation->each[k];
      const double complex weight = each->a + each->c * s;
      double complex phi[3];
      delay_lst (each->delay, s, phi);
      damping[k] = -phi[0] / slope;
      correction[k] = -s * phi[0] / slope;
      total->added_delay += s * weight * phi[0] / slope;
      total->delay -= weight * s * phi[1] / slope;
      total->rate -= weight * phi[0] / slope;
      total->workers -= each->a * phi[0] / slope;
    }
  total->decay = -1.0 / slope;
  total->inertia = -s * s / slope;
}
