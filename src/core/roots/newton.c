/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two iterations from a guess to a root.

   With H = A + G, G = sum_k (a_k + c_k s) psi_k, a root is where the logarithm
   of -G/A is a multiple of 2 pi i.  For exponentials it is nearly linear in s,
   so that Newton's iteration on the nearest multiple goes almost straight to a
   root near the guess, and 2 pi i over its derivative is the distance to the
   next root of the chain.  Newton's iteration on H itself, with the known
   roots divided out, reaches what that one misses.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>

static const double full_turn = 6.28318530717958647693;

enum
{
  MOST_STEPS = 40
};

/* (G'/G - A'/A), the derivative of log (-G/A); *RATIO = H/A.  */
static double complex
log_derivative (const roots_function *function, const roots_value *value,
                double complex *ratio)
{
  double complex a = function->lead, pull = 0.0;
  for (size_t j = 0; j < function->degree; j++)
    {
      a *= value->s - function->zero[j];
      pull += 1.0 / (value->s - function->zero[j]);
    }
  *ratio = value->h / a;
  return (value->d1 - a * pull) / (value->h - a) - pull;
}

double complex
roots_to_next (const roots_function *function, const roots_value *value)
{
  double complex ratio;
  return CMPLX (0.0, full_turn) / log_derivative (function, value, &ratio);
}

/* log (1 + z) without loss of digits for small z.  */
static double complex
log_of_one_plus (double complex z)
{
  const double x = creal (z), y = cimag (z);
  return CMPLX (0.5 * log1p (2.0 * x + x * x + y * y), atan2 (y, 1.0 + x));
}

/* Whether S is out of the region where H is known, or far left of where it is
   looked at.  */
static bool
is_lost (const roots_function *function, double complex s)
{
  return ! (creal (s) > function->abscissa
            && creal (s) > function->line - 2.0 / function->time
            && isfinite (cimag (s)));
}

static bool
is_near_known (const roots_list *known, double complex s, double distance)
{
  for (size_t i = 0; i < known->count; i++)
    if (roots_size (known->root[i].s - CMPLX (creal (s), fabs (cimag (s))))
        < distance)
      return true;
  return false;
}

bool
roots_newton_chain (roots_function *function, const roots_list *known,
                    double complex start, double complex *s)
{
  roots_value value;

  *s = start;
  for (int n = 0; n < MOST_STEPS; n++)
    {
      double complex ratio, derivative, step;
      double size, spacing;
      if (! roots_evaluate (function, *s, &value))
        return false;
      if (roots_size (value.h) <= 2.0 * value.error)
        return true;
      derivative = log_derivative (function, &value, &ratio);
      step = -log_of_one_plus (-ratio) / derivative;
      size = roots_size (step);
      spacing = full_turn / roots_size (derivative);
      if (! isfinite (size) || ! isfinite (spacing))
        return false;
      *s += step;
      if (is_lost (function, *s))
        return false;
      if (size <= 2.0 * DBL_EPSILON * roots_size (*s))
        return true;
      /* About to find a root again?  */
      if (size < 0.1 * spacing && is_near_known (known, *s, 0.02 * spacing))
        return false;
    }
  return false;
}

/* sum m / (s - r) over the known roots and their conjugates: what they
   contribute to H'/H (Maehly's way of dividing them out).  */
static double complex
pull_of_known (const roots_list *known, double complex s)
{
  double complex sum = 0.0;
  for (size_t i = 0; known && i < known->count; i++)
    {
      const double complex r = known->root[i].s;
      const double m = (double) known->root[i].multiplicity;
      sum += m / (s - r);
      if (cimag (r) != 0.0)
        sum += m / (s - conj (r));
    }
  return sum;
}

bool
roots_newton (roots_function *function, const roots_list *known,
              double complex start, double complex *s)
{
  double last = INFINITY;
  int slow = 0;
  roots_value value;

  *s = start;
  for (int n = 0; n < MOST_STEPS; n++)
    {
      double complex step;
      double size, most;
      if (! roots_evaluate (function, *s, &value))
        return false;
      if (roots_size (value.h) <= 2.0 * value.error)
        return true;
      step = 1.0 / (value.d1 / value.h - pull_of_known (known, *s));
      size = roots_size (step);
      if (! isfinite (size))
        return false;
      /* Around a root of multiplicity m the steps shrink by 1 - 1/m only:
         take m at a time.  */
      slow = size > 0.3 * last && size < 0.95 * last ? slow + 1 : 0;
      if (slow >= 3)
        {
          step *= fmin (round (1.0 / (1.0 - size / last)), 8.0);
          slow = 0;
          last = INFINITY;
        }
      else
        last = size;
      most = 0.5 * roots_size (*s) + 1.0 / function->time;
      if (size > most)
        step *= most / size;
      *s -= step;
      if (is_lost (function, *s))
        return false;
      if (size <= 2.0 * DBL_EPSILON * roots_size (*s))
        return true;
    }
  return false;
}
