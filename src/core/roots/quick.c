/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rightmost roots at once, for spectra of a million modes.

   For one fixed delay it is branch 0 of Lambert W; for an exponential one the
   larger root of a quadratic.  For a gamma law of shape k and scale h and
   c = 0, s + b + a (1 + s h)^(-k) = 0 becomes

     v^k (1 - v) = g,   1 + s h = (1 - b h) v,   g = a h (1 - b h)^(-k-1),

   if b h < 1.  On the curves |v^k (1 - v)| = |g| in the upper half plane the
   phase t = k arg v + arg (1 - v) moves v by dv/dt = i v (1 - v)/(k - (k+1) v).
   With v = m + z, m = k/(k+1), that is

     dv/dt = -i (m (1 - m)/z + (1 - 2 m) - z)/(k + 1),
     d Re v/dt = -(m (1 - m)/|z|^2 + 1) Im z/(k + 1) < 0:

   the real part falls as the phase grows.  The roots are where t = 2 pi j (or
   2 pi j - pi for g < 0), and the curves begin on the real axis at the right
   with t = -pi.  So the rightmost root has t = -pi (g < 0, real), or else
   t = 0: the larger of two real roots, right of m, up to g = m^k (1 - m), and
   the only root of that phase above.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* h and h' at s, what rounding may have done to them, and a bound of |h''| for
   all points as near as RADIUS.  */
typedef struct sample
{
  double complex h, slope;
  double error, slope_error;
  double second, radius;
} sample;

typedef struct gamma_mode
{
  double b, a, shape, scale;
} gamma_mode;

typedef struct fixed_mode
{
  double b, a, delay;
} fixed_mode;

typedef void evaluate (const void *mode, double complex s, sample *at);

static void
evaluate_fixed (const void *mode, double complex s, sample *at)
{
  const fixed_mode *of = mode;
  const double d = of->delay;
  const double size = exp (-creal (s) * d);
  const double angle = cimag (s) * d;
  const double complex term =
      cimag (s) == 0.0 ? of->a * size
                       : of->a * size * CMPLX (cos (angle), -sin (angle));
  const double large = roots_size (term);
  const double unit = (8.0 + 2.0 * roots_size (s) * d) * DBL_EPSILON;
  at->h = s + of->b + term;
  at->slope = 1.0 - d * term;
  at->error = 4.0 * DBL_EPSILON * roots_size (s + of->b) + unit * large;
  at->slope_error = DBL_EPSILON + unit * d * large;
  at->radius = 0.01 / d;
  at->second = 1.02 * d * d * large; /* exp (0.01) */
}

static void
evaluate_gamma (const void *mode, double complex s, sample *at)
{
  const gamma_mode *of = mode;
  const double k = of->shape, h = of->scale;
  const double x = creal (s) * h, y = cimag (s) * h;
  const double squared = (1.0 + x) * (1.0 + x) + y * y;
  const double size = sqrt (squared);
  /* log (1 + s h) */
  const double log_size = 0.5 * log1p (x * (2.0 + x) + y * y);
  const double angle = y == 0.0 ? 0.0 : atan2 (y, 1.0 + x);
  const double decay = exp (-k * log_size);
  const double complex term =
      y == 0.0 ? of->a * decay
               : of->a * decay * CMPLX (cos (k * angle), -sin (k * angle));
  const double large = roots_size (term);
  const double first = k * h / size * large;
  /* The logarithm has an error of a few units, and s one that counts as much
     as its part in 1 + s h.  */
  const double unit =
      (8.0 + k * (3.0 * (fabs (log_size) + angle) + 2.0 * hypot (x, y) / size))
      * DBL_EPSILON;
  at->h = s + of->b + term;
  at->slope = 1.0 - k * h * term / CMPLX (1.0 + x, y);
  at->error = 4.0 * DBL_EPSILON * roots_size (s + of->b) + unit * large;
  at->slope_error = DBL_EPSILON + (unit + 8.0 * DBL_EPSILON) * first;
  at->radius = 0.01 * size / (h * (k + 2.0));
  /* (1 - 0.01/(k+2))^(-k-2) */
  at->second = 1.02 * (k + 1.0) * h / size * first;
}

/* One step of Newton's iteration, then the disc, as in enclosure.c: the linear
   part outweighs the rest on its circle.  */
static bool
prove (evaluate *evaluate_at, const void *mode, double complex s,
       roots_root *root)
{
  sample at;
  double h, slope, least, trial, room;
  double complex step;

  if (! isfinite (roots_size (s)))
    return false;
  evaluate_at (mode, s, &at);
  step = at.h / at.slope;
  if (! (roots_size (step) < at.radius))
    return false;
  s -= step;
  evaluate_at (mode, s, &at);
  h = roots_size (at.h) + at.error;
  slope = roots_size (at.slope) - at.slope_error;
  least = DBL_EPSILON * roots_size (s) + DBL_MIN;
  trial = fmax (2.5 * h / slope, least);
  if (! (slope > 0.0 && trial < at.radius
         && h + 0.5 * at.second * trial * trial < slope * trial))
    return false;
  room = fmax (slope * slope - 2.0 * at.second * h, 0.0);
  trial = fmin (2.0 * h / (slope + sqrt (room)) * (1.0 + 1e-6), trial);
  trial = fmax (trial, least);
  if (cimag (s) != 0.0 && trial >= fabs (cimag (s)))
    return false;
  *root = (roots_root){ .s = CMPLX (creal (s), fabs (cimag (s))),
                        .multiplicity = 1,
                        .residual = roots_size (at.h),
                        .bound = trial };
  return true;
}

/* ---- one fixed delay --------------------------------------------------- */

static bool
quick_fixed (double b, double a, double d, roots_root *root)
{
  const fixed_mode mode = { b, a, d };
  const double z = -a * d * exp (b * d);
  if (! (fabs (z) > 1e-300 && fabs (z) < 1e300))
    return false;
  return prove (evaluate_fixed, &mode, roots_lambertw (0, z) / d - b, root);
}

/* ---- gamma laws -------------------------------------------------------- */

/* k log v + log (1 - v) - L, whose derivative is (k - (k+1) v)/(v (1 - v)).  */
static double complex
phase_of (double k, double complex v)
{
  const double complex w = 1.0 - v;
  const double x = creal (v), y = cimag (v), u = creal (w);
  return CMPLX (0.5 * (k * log (x * x + y * y) + log (u * u + y * y)),
                y == 0.0 ? 0.0 : k * atan2 (y, x) - atan2 (y, u));
}

/* The root of phase 0 (g > 0), as said above.  */
static bool
solve_trinomial (double k, double g, double complex *root)
{
  const double m = k / (k + 1.0);
  const double level = log (g);
  const double meeting = k * log (m) - log1p (k); /* log (m^k (1 - m)) */
  const double excess = level - meeting;
  double complex v;
  bool settled = false;

  if (fabs (excess) < 1e-9)
    return false;
  if (excess < -1.0)
    v = 1.0 - g;
  else if (excess < 0.0)
    v = m + sqrt (-2.0 * excess * k / (k + 1.0)) / (k + 1.0);
  else if (excess < 1.0)
    v = CMPLX (m, sqrt (2.0 * excess * k / (k + 1.0)) / (k + 1.0));
  else
    {
      const double size = exp (level / (k + 1.0));
      v = CMPLX (size * cos (pi / (k + 1.0)) + 1.0 / (k + 1.0),
                 size * sin (pi / (k + 1.0)));
    }
  for (int n = 0; n < 30 && ! settled; n++)
    {
      const double complex f = phase_of (k, v) - level;
      const double complex step = f * v * (1.0 - v) / (k - (k + 1.0) * v);
      double size = roots_size (step);
      const double most = 0.5 * roots_size (v);
      if (! isfinite (size))
        return false;
      v -= size > most ? step * (most / size) : step;
      if (excess < 0.0 && ! (creal (v) > m && creal (v) < 1.0))
        v = creal (v) < 1.0 ? m + 0.5 * (creal (v + step) - m)
                            : 0.5 * (1.0 + creal (v + step));
      /* Against the distances to what bends the function: the error after
         this step is 1e-10 of them, and after the one of the proof 1e-20.  */
      settled =
          size <= 1e-5
                      * fmin (roots_size (v - m),
                              fmin (roots_size (v), roots_size (1.0 - v)));
    }
  *root = v;
  /* Settled, it is of this phase and not of another.  */
  return settled
         && (excess < 0.0 ? creal (v) > m : cimag (v) > 0.0 && creal (v) > 0.0);
}

static bool
quick_gamma (double b, double a, double k, double h, roots_root *root)
{
  const gamma_mode mode = { b, a, k, h };
  const double q = 1.0 - b * h;
  double complex v;
  double g;

  if (! (q > 0.0))
    return false;
  g = a * h * pow (q, -k - 1.0);
  if (! (fabs (g) > 1e-300 && fabs (g) < 1e300))
    return false;
  if (g > 0.0)
    {
      if (! solve_trinomial (k, g, &v))
        return false;
    }
  else
    {
      /* v^k (v - 1) = -g grows with v from 1 on, and is convex: Newton's
         iteration from the right goes straight to the root.  */
      double x = 1.0 + fmin (-g, exp (log (-g) / (k + 1.0)));
      for (int n = 0; n < 60; n++)
        {
          const double step =
              (x - 1.0 + g * pow (x, -k)) / (1.0 - k * g * pow (x, -k - 1.0));
          x -= step;
          if (fabs (step) <= 1e-10 * x)
            break;
        }
      v = x;
    }
  return prove (evaluate_gamma, &mode, (q * v - 1.0) / h, root);
}

/* ---- exponential laws -------------------------------------------------- */

/* The zeros of m s^2 + (1 + b m + c) s + a + b; that of a + c s and the pole
   must not meet.  */
static bool
quick_exponential (double b, double a, double c, double m, roots_root *root)
{
  const double p[3] = { a + b, 1.0 + b * m + c, m };
  const double size[3] = { fabs (a) + fabs (b), 1.0 + fabs (b) * m + fabs (c),
                           m };
  double complex zero[2], s;
  double modulus, slope, error;

  if (! (fabs (a - c / m) > 1e-6 * (fabs (a) + fabs (c / m))))
    return false;
  roots_quadratic (p, zero);
  s = creal (zero[0]) >= creal (zero[1]) ? zero[0] : zero[1];
  modulus = roots_size (s);
  /* |P| + m r^2 < |P'| r: the bound of the linear part, P'' = 2 m.  */
  error =
      8.0 * DBL_EPSILON * ((size[2] * modulus + size[1]) * modulus + size[0]);
  slope = roots_size (2.0 * m * s + p[1])
          - 4.0 * DBL_EPSILON * (2.0 * m * modulus + size[1]);
  error += roots_size ((m * s + p[1]) * s + p[0]);
  if (! (slope > 0.0 && slope * slope > 8.0 * m * error))
    return false;
  error = 2.0 * error / slope + DBL_MIN;
  if (cimag (s) != 0.0 && error >= fabs (cimag (s)))
    return false;
  *root = (roots_root){ .s = CMPLX (creal (s), fabs (cimag (s))),
                        .multiplicity = 1,
                        .residual = roots_size (((m * s + p[1]) * s + p[0])
                                                / (1.0 + m * s)),
                        .bound = error };
  return true;
}

/* ---- door -------------------------------------------------------------- */

bool
roots_quick (const roots_equation *equation, roots_root *root)
{
  const roots_class *only = equation->each;
  const double *b = equation->instant;
  const delay_argument *argument;
  const char *family;
  size_t count;

  if (equation->classes != 1 || b[2] != 0.0 || b[1] != 1.0 || ! isfinite (b[0])
      || ! isfinite (only->a) || ! isfinite (only->c) || only->a == 0.0)
    return false;
  family = delay_family_name (only->delay);
  argument = delay_arguments (only->delay, &count);
  if (strcmp (family, "exponential") == 0)
    return quick_exponential (b[0], only->a, only->c, argument[0].values[0],
                              root);
  if (only->c != 0.0)
    return false;
  if (strcmp (family, "deterministic") == 0 && argument[0].values[0] > 0.0)
    return quick_fixed (b[0], only->a, argument[0].values[0], root);
  if (strcmp (family, "gamma") == 0)
    return quick_gamma (b[0], only->a, argument[0].values[0],
                        argument[1].values[0], root);
  return false;
}
