/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stability in mean square: how far, and how fast.  */
#include "equation/equation_private.h"

#include <math.h>
#include <stdlib.h>

/* ---- margin ----------------------------------------------------------- */

/* The radius at FACTOR times the learning rate, of the pair closure only 0 or
   INFINITY on the two sides of 1; SCRATCH holds the scaled coefficients and
   what equation_stationary returns.  */
static support_status
radius_at (const equation_system *system, double factor, double *scratch,
           pairs_mode *pair, double *radius, support_failure *failure)
{
  const size_t n = system->modes, entries = system->coupled ? n * n : n;
  double *damping = scratch, *correction = damping + n;
  double *variance = correction + n, *energy = variance + n;
  double *coupling = energy + n;
  equation_system scaled = *system;
  for (size_t i = 0; i < n; i++)
    {
      damping[i] = factor * system->damping[i];
      correction[i] = factor * system->correction[i];
    }
  for (size_t i = 0; i < entries; i++)
    coupling[i] = factor * factor * system->coupling[i];
  for (size_t i = 0; system->pairs && i < n; i++)
    pair[i] = (pairs_mode){ .alpha = factor * system->pair[i].alpha,
                            .square = factor * factor * system->pair[i].square,
                            .noise = system->pair[i].noise };
  scaled.pair = pair;
  scaled.damping = damping;
  scaled.correction = correction;
  scaled.coupling = coupling;
  if (! system->pairs)
    return equation_stationary (&scaled, variance, energy, radius, failure);
  /* The exponent would take 40 times as long.  */
  const support_status status =
      equation_stationary (&scaled, variance, energy, NULL, failure);
  *radius = 0.0;
  for (size_t i = 0; i < n; i++)
    if (system->pair[i].alpha > 0.0
        && (isinf (energy[i]) || (system->coupled && isinf (variance[i]))))
      *radius = INFINITY;
  return status;
}

static support_status
margin_of (const equation_system *system, double *margin,
           support_failure *failure)
{
  const size_t n = system->modes;
  const double growth = 1.25, most = 1e9;
  const double tolerance =
      system->ball ? 1e-7 : 1e-10; /* integrals are worse */
  double *scratch = support_doubles (4 * n + (system->coupled ? n * n : n));
  pairs_mode *pair = calloc (n + 1, sizeof *pair);
  double stable = 1.0, unstable = 1.0, radius;
  support_status status = SUPPORT_OK;
  *margin = NAN;
  if (! scratch || ! pair)
    {
      free (scratch);
      free (pair);
      return support_fail_memory (failure);
    }
  status = radius_at (system, 1.0, scratch, pair, &radius, failure);
  const bool is_stable = radius < 1.0;
  /* Step by step, so that the first limit is met.  */
  while (status == SUPPORT_OK && ! isnan (radius) && (radius < 1.0) == is_stable
         && fmax (unstable, 1.0 / stable) < most)
    {
      if (is_stable)
        stable = unstable, unstable *= growth;
      else
        unstable = stable, stable /= growth;
      status = radius_at (system, is_stable ? unstable : stable, scratch, pair,
                          &radius, failure);
    }
  if (status == SUPPORT_OK && unstable >= most)
    *margin = INFINITY;
  else if (status == SUPPORT_OK && 1.0 / stable >= most)
    *margin = 0.0;
  else if (status == SUPPORT_OK && ! isnan (radius))
    {
      while (status == SUPPORT_OK && unstable - stable > tolerance * unstable)
        {
          const double middle = 0.5 * (stable + unstable);
          status = radius_at (system, middle, scratch, pair, &radius, failure);
          if (radius < 1.0)
            stable = middle;
          else
            unstable = middle;
        }
      *margin = stable;
    }
  free (scratch);
  free (pair);
  return status;
}

/* Where the closure of pairs is not exact, it splits a third worker's share too
   well for cycles more variable than exponential: its limit lies up to 4 per
   cent too far out, while order 1 stays far below.  A fifth of the way to order
   1 is on the safe side in all cases that were computed without it
   (doc/meansquare.texi).  */
static support_status
on_the_safe_side (const equation_system *system, double *margin,
                  support_failure *failure)
{
  equation_system first = *system;
  double *none = support_doubles (system->modes), lower = NAN;
  support_status status = none ? SUPPORT_OK : support_fail_memory (failure);
  if (status == SUPPORT_OK && isfinite (*margin))
    {
      first.pairs = NULL;
      first.pair = NULL;
      first.correction = none;
      status = margin_of (&first, &lower, failure);
      if (status == SUPPORT_OK && lower < *margin)
        *margin -= 0.2 * (*margin - lower);
    }
  free (none);
  return status;
}

/* The closure's margin where every gradient is sent, whatever the trigger: far
   from the minimum they are, and rare paths get there, so that E X^2 is finite
   no farther than this.  The steepest mode has it.  */
static support_status
margin_far_away (const equation_system *system, double *margin,
                 support_failure *failure)
{
  const size_t classes = pairs_classes (system->pairs);
  const staleness_trigger rest =
      staleness_trigger_at (system->trigger.level, system->modes, 0.0);
  pairs_class *class = calloc (classes, sizeof *class);
  pairs_model *all = NULL;
  size_t steepest = 0;
  support_status status = class ? SUPPORT_OK : support_fail_memory (failure);
  for (size_t c = 0; status == SUPPORT_OK && c < classes; c++)
    {
      class[c] = pairs_class_at (system->pairs, c);
      class[c].accepted = NULL;
    }
  if (status == SUPPORT_OK)
    status = pairs_create (class, classes, &all, failure);
  for (size_t i = 1; i < system->modes; i++)
    if (system->pair[i].alpha > system->pair[steepest].alpha)
      steepest = i;
  const double alpha = system->pair[steepest].alpha * rest.sent / rest.drift;
  const pairs_mode mode = { alpha, alpha * alpha, 1.0 };
  const double damping = alpha * (all ? pairs_rate (all) : 1.0);
  const double zero = 0.0, coupling = alpha * damping;
  const equation_system far = { .modes = 1,
                                .decay = &zero,
                                .damping = &damping,
                                .correction = &zero,
                                .intensity = &damping,
                                .coupling = &coupling,
                                .delay = system->delay,
                                .pairs = all,
                                .pair = &mode };
  if (status == SUPPORT_OK)
    status = equation_meansquare_margin (&far, margin, failure);
  pairs_free (all);
  free (class);
  return status;
}

/* With a trigger: that, or what lies before it near the minimum.  */
static support_status
margin_triggered (const equation_system *system, double *margin,
                  support_failure *failure)
{
  const size_t n = system->modes;
  double *scratch = support_doubles (4 * n + (system->coupled ? n * n : n));
  pairs_mode *pair = calloc (n + 1, sizeof *pair);
  double radius = 0.0;
  support_status status =
      scratch && pair ? SUPPORT_OK : support_fail_memory (failure);
  if (status == SUPPORT_OK)
    status = margin_far_away (system, margin, failure);
  if (status == SUPPORT_OK && isfinite (*margin))
    status = radius_at (system, *margin, scratch, pair, &radius, failure);
  if (status == SUPPORT_OK && ! (radius < 1.0))
    status = margin_of (system, margin, failure);
  free (scratch);
  free (pair);
  return status;
}

support_status
equation_meansquare_margin (const equation_system *system, double *margin,
                            support_failure *failure)
{
  if (system->pairs && system->trigger.level > 0.0)
    return margin_triggered (system, margin, failure);
  support_status status = margin_of (system, margin, failure);
  if (status == SUPPORT_OK && system->pairs
      && ! pairs_limit_is_exact (system->pairs)
      && delay_cv2 (system->delay) > 1.0)
    status = on_the_safe_side (system, margin, failure);
  /* What workers are taken for under a threshold lets the limit lie up to 1.6
     per cent too far out (doc/meansquare.texi).  */
  if (status == SUPPORT_OK && system->pairs && pairs_drops (system->pairs))
    *margin *= 0.98;
  return status;
}

/* ---- exponent --------------------------------------------------------- */

/* K phi(r) int R^2 exp (-r t) dt; INFINITY where phi(r) is.  */
static support_status
gain (const roots_kernel *kernel, double coupling, double r,
      double complex rightmost, double *value)
{
  double complex phi[3];
  delay_lst (kernel->delay, r, phi);
  const support_status status =
      equation_energy_beside (kernel, r, rightmost, value);
  *value *= coupling * creal (phi[0]);
  return status;
}

static support_status
exponent_of (const roots_kernel *kernel, double coupling, double *exponent,
             support_failure *failure)
{
  roots_root root;
  support_status status = roots_rightmost (kernel, &root, NULL, failure);
  *exponent = NAN;
  if (status != SUPPORT_OK || root.multiplicity == 0)
    return status;
  const double least = 2.0 * creal (root.s);
  const double scale =
      fabs (kernel->a) + fabs (kernel->b) + coupling + fabs (least);
  double low = least, high = least + scale, value = INFINITY;
  if (! (coupling > 0.0))
    {
      *exponent = least;
      return SUPPORT_OK;
    }
  status = gain (kernel, coupling, high, root.s, &value);
  for (int k = 0; status == SUPPORT_OK && value >= 1.0 && k < 60; k++)
    {
      low = high;
      high = least + (high - least) * 2.0;
      status = gain (kernel, coupling, high, root.s, &value);
    }
  for (int k = 0; status == SUPPORT_OK && ! isnan (value) && k < 50
                  && high - low > 1e-10 * scale;
       k++)
    {
      const double middle = 0.5 * (low + high);
      status = gain (kernel, coupling, middle, root.s, &value);
      if (value >= 1.0)
        low = middle;
      else
        high = middle;
    }
  if (status == SUPPORT_OK && ! isnan (value))
    *exponent = high;
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}

/* The radius of phi(r) K_ij int R_i^2 exp (-r t) dt; INFINITY where that is not
   finite.  */
static support_status
coupled_gain (const equation_system *system, double r,
              const double complex *rightmost, double *energy, double *radius)
{
  double complex phi[3];
  support_status status = SUPPORT_OK;
  delay_lst (system->delay, r, phi);
  *radius = INFINITY;
  for (size_t i = 0; status == SUPPORT_OK && i < system->modes; i++)
    {
      const roots_kernel kernel = equation_kernel (system, i);
      const bool idle = kernel.a == 0.0 && kernel.b == 0.0;
      energy[i] = 0.0;
      if (! idle)
        status = equation_energy_beside (&kernel, r, rightmost[i], &energy[i]);
      energy[i] *= creal (phi[0]);
      if (! isfinite (energy[i]))
        return status;
    }
  return status == SUPPORT_OK
             ? equation_coupling_radius (system, energy, radius)
             : status;
}

/* All modes that move share it: the real r at which the radius is 1, right of
   twice the rightmost roots.  */
static support_status
coupled_exponent (const equation_system *system, double *exponent,
                  support_failure *failure)
{
  const size_t n = system->modes;
  double complex *rightmost = calloc (n, sizeof *rightmost);
  double *energy = support_doubles (n);
  double least = -INFINITY, scale = 0.0, radius = INFINITY;
  bool known = true;
  support_status status =
      rightmost && energy ? SUPPORT_OK : support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      const roots_kernel kernel = equation_kernel (system, i);
      roots_root root;
      double received = 0.0;
      if (kernel.a == 0.0 && kernel.b == 0.0)
        continue;
      status = roots_rightmost (&kernel, &root, NULL, failure);
      known = known && status == SUPPORT_OK && root.multiplicity > 0;
      rightmost[i] = root.s;
      least = fmax (least, 2.0 * creal (root.s));
      for (size_t j = 0; j < n; j++)
        received += system->coupling[i + j * n];
      scale = fmax (scale, fabs (kernel.a) + fabs (kernel.b) + received
                               + 2.0 * fabs (creal (root.s)));
    }
  double low = least, high = least + scale, value = NAN;
  if (status == SUPPORT_OK && known && isfinite (least))
    {
      status = coupled_gain (system, high, rightmost, energy, &radius);
      for (int k = 0; status == SUPPORT_OK && radius >= 1.0 && k < 60; k++)
        {
          low = high;
          high = least + (high - least) * 2.0;
          status = coupled_gain (system, high, rightmost, energy, &radius);
        }
      while (status == SUPPORT_OK && radius < 1.0 && high - low > 1e-9 * scale)
        {
          const double middle = 0.5 * (low + high);
          double there;
          status = coupled_gain (system, middle, rightmost, energy, &there);
          if (there < 1.0)
            high = middle;
          else
            low = middle;
        }
      if (radius < 1.0)
        value = high;
    }
  for (size_t i = 0; i < n; i++)
    exponent[i] =
        system->damping[i] == 0.0 && system->decay[i] == 0.0 ? NAN : value;
  free (rightmost);
  free (energy);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}

/* *RADIUS of what the modes pass on at S.  */
static support_status
passed_at (const equation_system *system, double s, double *energy,
           double *radius, support_failure *failure)
{
  support_status status = SUPPORT_OK;
  *radius = INFINITY;
  for (size_t i = 0; status == SUPPORT_OK && i < system->modes; i++)
    {
      energy[i] = 0.0;
      if (system->pair[i].alpha == 0.0)
        continue;
      status = pairs_response (system->pairs, &system->pair[i], s, &energy[i],
                               failure);
      energy[i] /= pairs_rate (system->pairs);
      if (! isfinite (energy[i]))
        return status;
    }
  if (status == SUPPORT_OK
      && equation_passed_radius (system, energy, radius) != SUPPORT_OK)
    status = support_fail_memory (failure);
  return status;
}

support_status
equation_passed_exponent (const equation_system *system, double *exponent,
                          support_failure *failure)
{
  const size_t n = system->modes;
  double *energy = support_doubles (n), high = -INFINITY, radius = INFINITY;
  support_status status = energy ? SUPPORT_OK : support_fail_memory (failure);
  /* Not left of what one mode alone does.  */
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    if (system->pair[i].alpha > 0.0)
      {
        double alone;
        status =
            pairs_exponent (system->pairs, &system->pair[i], &alone, failure);
        high = fmax (high, alone);
      }
  double low = high, step = 1e-3 / delay_mean (system->delay);
  for (int k = 0; status == SUPPORT_OK && radius >= 1.0 && k < 60; k++)
    {
      low = high;
      high += step;
      step *= 2.0;
      status = passed_at (system, high, energy, &radius, failure);
    }
  /* One over the radius is nearly straight: by false position, that of a side
     halved which stays (Illinois).  */
  const double resolution = 1e-8 / delay_mean (system->delay);
  double left = -1.0, right = 1.0 / radius - 1.0;
  for (int k = 0, side = 0; status == SUPPORT_OK && k < 60
                            && high - low > resolution && right > 1e-9;
       k++)
    {
      const double middle = low + (high - low) * left / (left - right);
      status = passed_at (system, middle, energy, &radius, failure);
      const double value = 1.0 / radius - 1.0;
      if (value > 0.0)
        {
          high = middle;
          right = value;
          left *= side == 1 ? 0.5 : 1.0;
          side = 1;
        }
      else
        {
          low = middle;
          left = value;
          right *= side == -1 ? 0.5 : 1.0;
          side = -1;
        }
    }
  *exponent = high;
  free (energy);
  return status;
}

support_status
equation_meansquare_exponent (const equation_system *system, double *exponent,
                              support_failure *failure)
{
  support_status status = equation_refuse_inertia (system, failure);
  const bool coupled = system->coupled && ! system->pairs;
  if (status == SUPPORT_OK && coupled && ! system->ball)
    return coupled_exponent (system, exponent, failure);
  if (status == SUPPORT_OK && system->pairs && system->coupled)
    {
      double common = NAN;
      status = equation_passed_exponent (system, &common, failure);
      for (size_t i = 0; i < system->modes; i++)
        exponent[i] = system->pair[i].alpha > 0.0 ? common : NAN;
      return status;
    }
  for (size_t i = 0; status == SUPPORT_OK && i < system->modes; i++)
    {
      const roots_kernel kernel = equation_kernel (system, i);
      if (system->pairs)
        status = pairs_exponent (system->pairs, &system->pair[i], &exponent[i],
                                 failure);
      else if (coupled)
        exponent[i] = NAN;
      else if (system->ball && kernel.a != 0.0)
        status = equation_ball_exponent (system, i, &exponent[i], failure);
      else if (kernel.a == 0.0 && kernel.b == 0.0)
        exponent[i] = system->coupling[i] > 0.0 ? NAN : 0.0;
      else
        status =
            exponent_of (&kernel, system->coupling[i], &exponent[i], failure);
    }
  return status;
}
