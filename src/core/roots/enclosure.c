/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs around single points: a disc that surely holds a root, or a cluster of
   roots that cannot be told apart.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>

/* A radius R with |H(s)| + R^2 sup |H''| / 2 < |H'(s)| R, sup over the disc:
   the linear part of H then outweighs the rest on the circle, and H has
   exactly one zero inside (Rouche).  INFINITY where there is none.  */
static double
simple_bound (const roots_function *function, const roots_value *value)
{
  const double h = roots_size (value->h) + value->error;
  /* Not less than the place of the last bit, even at s = 0.  */
  const double least =
      DBL_EPSILON * fmax (roots_size (value->s), DBL_EPSILON / function->time);
  const double trial = fmax (2.5 * h / roots_size (value->d1), least);
  roots_slopes sup;
  double slope, discriminant;

  if (! isfinite (trial))
    return INFINITY;
  sup = roots_slope_bounds (function, creal (value->s) - trial,
                            fmax (fabs (cimag (value->s)) - trial, 0.0),
                            roots_size (value->s) + trial);
  slope = roots_size (value->d1) - value->slope_error;
  if (! (slope > 0.0 && h + 0.5 * sup.second * trial * trial < slope * trial))
    return INFINITY;
  /* The least radius that does.  */
  discriminant = fmax (slope * slope - 2.0 * sup.second * h, 0.0);
  return fmin (2.0 * h / (slope + sqrt (discriminant)) * (1.0 + 1e-6), trial);
}

/* Newton's iteration as far as it helps.  */
static bool
refine (roots_function *function, double complex s, roots_value *value)
{
  if (! roots_evaluate (function, s, value))
    return false;
  for (int n = 0; n < 8 && value->h != 0.0; n++)
    {
      roots_value next;
      const double complex step = value->h / value->d1;
      if (! isfinite (roots_size (step))
          || roots_size (step) <= 0.5 * DBL_EPSILON * roots_size (value->s)
          || ! roots_evaluate (function, value->s - step, &next))
        break;
      if (! (roots_size (next.h) < roots_size (value->h)))
        break;
      *value = next;
    }
  return true;
}

static void
fill (const roots_function *function, const roots_value *value,
      unsigned multiplicity, double bound, roots_root *root)
{
  *root =
      (roots_root){ .s = cimag (value->s) < 0.0 ? conj (value->s) : value->s,
                    .multiplicity = multiplicity,
                    .residual =
                        roots_size (value->h)
                        / roots_size (roots_factor (function, value->s)),
                    .bound = bound };
  if (cimag (root->s) == 0.0)
    root->s = creal (root->s);
}

static bool
enclose_simple (roots_function *function, double complex s, roots_root *root)
{
  roots_value value;
  double bound;
  if (! refine (function, s, &value))
    return false;
  bound = simple_bound (function, &value);
  /* Off the axis the conjugate must stay outside.  */
  if (! isfinite (bound)
      || (cimag (value.s) != 0.0 && bound >= fabs (cimag (value.s))))
    return false;
  fill (function, &value, 1, bound, root);
  return true;
}

/* Several roots too close to be told apart: around the zero of H' nearby, the
   least circle on which H is known well enough to be counted along.  */
static bool
enclose_cluster (roots_function *function, double complex s, roots_root *root)
{
  const double widest = 0.05 / function->time;
  roots_value value;
  double radius;

  if (! roots_evaluate (function, s, &value))
    return false;
  for (int n = 0; n < 12; n++)
    {
      const double complex step = value.d1 / value.d2;
      if (! (roots_size (step) < widest)
          || ! roots_evaluate (function, value.s - step, &value))
        return false;
      if (roots_size (step) <= 4.0 * DBL_EPSILON * roots_size (value.s))
        break;
    }
  if (! (roots_size (value.s - s) < widest))
    return false;
  radius = sqrt (2.0 * (roots_size (value.h) + 5.0 * value.error)
                 / roots_size (value.d2));
  for (; radius < widest; radius *= 1.5)
    {
      long count;
      double complex centre = value.s;
      if (fabs (cimag (centre)) <= radius)
        centre = creal (centre);
      if (roots_count_around (function, centre, radius, &count, NULL)
              != SUPPORT_OK
          || count < 1)
        continue;
      if (centre != value.s && ! roots_evaluate (function, centre, &value))
        return false;
      fill (function, &value, (unsigned) count, radius * (1.0 + 1e-6), root);
      return true;
    }
  return false;
}

bool
roots_enclose (roots_function *function, double complex s, roots_root *root)
{
  const double scale = roots_size (s) + 1.0 / function->time;
  /* A disc around a real point that holds one root holds a real one.  */
  if (fabs (cimag (s)) < 1e-6 * scale
      && enclose_simple (function, creal (s), root))
    return true;
  if (cimag (s) != 0.0 && enclose_simple (function, s, root))
    return true;
  return enclose_cluster (function, s, root);
}
