/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit of the second moments and their exponent.

   The flow L of the second moments keeps the cone of states that are second
   moments.  So s lies right of its spectrum if and only if (s - L)^-1 takes
   noise to a state of the cone (Krein, Rutman): a pairing with the dominant
   left eigenvector, which is positive, shows the sign of s - exponent.  Of the
   closure's, which keeps the cone only nearly, it is seen by whether the
   moments of (w, w_i, w_j) over all phases are those of random numbers.  */
#include "pairs/pairs_private.h"
#include "support/lapack.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where the exponent lies: HIGH right of it, LOW not, or FLOOR.  */
typedef struct range
{
  double low, high;
  double value; /* pairs_resolve at HIGH */
} range;

/* A range of the closure's exponent: LOW does not lie right of it, unless it is
   FLOOR, beyond which nothing is looked for.  The closure keeps the cone only
   nearly, and the signs may be right by chance where several exponents lie to
   the right: so s comes from far out there, in steps that shrink with s - FLOOR
   as the exponents' distances do.  */
static range
bracket (const pairs_model *model, pairs_resolvent *of, const pairs_mode *mode,
         double floor, double resolution)
{
  double reach =
      pairs_rate (model) * (2.0 * mode->alpha + mode->square) - floor;
  range at = { .low = floor };
  for (int k = 0; k < 100; k++, reach *= 2.0)
    {
      at.high = floor + reach;
      at.value = pairs_resolve (of, mode, at.high);
      if (isfinite (at.value))
        break;
    }
  for (;;)
    {
      reach *= 0.8;
      at.low = reach > resolution ? floor + reach : floor;
      if (at.low == floor)
        return at;
      const double value = pairs_resolve (of, mode, at.low);
      if (isinf (value))
        return at;
      at.high = at.low;
      at.value = value;
    }
}

/* Whether pairs_resolve looks at the whole cone of a flow that keeps it.  */
static bool
sees_cone (const pairs_model *model)
{
  return model->census || model->most_phases == 1;
}

/* The same where the cone is seen: then one sign tells.  */
static range
bracket_exactly (const pairs_model *model, pairs_resolvent *of,
                 const pairs_mode *mode, double floor)
{
  range at = { .low = floor, .high = 0.0 };
  double reach = pairs_rate (model) * (2.0 * mode->alpha + mode->square);
  at.value = pairs_resolve (of, mode, 0.0);
  for (int k = 0; isinf (at.value) && k < 100; k++, reach *= 2.0)
    {
      at.low = at.high;
      at.high = reach;
      at.value = pairs_resolve (of, mode, reach);
    }
  return at;
}

/* Narrows the range to RESOLUTION.  E w^2 has a pole at the exponent, so that
   its inverse is nearly straight there: a secant of it from the right leads
   there, steps of growing size from the nearer end where it has, and the middle
   is left for the worst.  */
static void
narrow (pairs_resolvent *of, const pairs_mode *mode, double resolution,
        range *at)
{
  double before = NAN, inverse_before = NAN, step = resolution;
  while (at->high - at->low > resolution + 4.0 * DBL_EPSILON * fabs (at->high))
    {
      const double inverse = 1.0 / at->value;
      double trial =
          at->high - inverse * (before - at->high) / (inverse_before - inverse);
      if (trial <= at->low + resolution)
        {
          trial = at->low + step;
          step *= 8.0;
        }
      else if (trial >= at->high - resolution)
        {
          trial = at->high - step;
          step *= 8.0;
        }
      if (! (trial > at->low && trial < at->high))
        trial = 0.5 * (at->low + at->high);
      const double value = pairs_resolve (of, mode, trial);
      if (isinf (value))
        at->low = trial;
      else
        {
          before = at->high;
          inverse_before = inverse;
          at->high = trial;
          at->value = value;
        }
    }
}

/* ---- one worker: the model is its own copy --------------------------- */

/* With one step's factor q and F (s) the transform of the time between two of
   them, E w^2 has the pole q F (s) = 1, and noise / (1 - q) for its limit at a
   random time.  */
static double
factor_alone (const pairs_mode *mode)
{
  return 1.0 - 2.0 * mode->alpha + mode->square;
}

static support_status
exponent_alone (const pairs_model *model, const pairs_mode *mode,
                double *exponent)
{
  const pairs_cycle *cycle = &model->class[0];
  const size_t n = cycle->phases;
  const int k = (int) n, one = 1, work = 8 * k;
  const double factor = factor_alone (mode);
  double *matrix = support_doubles (n * n), *real = support_doubles (n);
  double *imaginary = support_doubles (n), *space = support_doubles (8 * n);
  int info = 0;
  support_status status = SUPPORT_MEMORY;
  if (matrix && real && imaginary && space)
    {
      for (size_t q = 0; q < n; q++)
        for (size_t p = 0; p < n; p++)
          matrix[p + q * n] =
              cycle->transition[p + q * n]
              + (cycle->exit[p] + (factor - 1.0) * cycle->applied[p])
                    * cycle->start[q];
      dgeev_ ("N", "N", &k, matrix, &k, real, imaginary, NULL, &one, NULL, &one,
              space, &work, &info);
      *exponent = -INFINITY;
      for (size_t p = 0; p < n; p++)
        *exponent = fmax (*exponent, real[p]);
      status = info == 0 ? SUPPORT_OK : SUPPORT_NUMERICAL;
    }
  free (matrix);
  free (real);
  free (imaginary);
  free (space);
  return status;
}

/* (s - L)^-1 noise of all phases; INFINITY unless that is positive.  */
static support_status
response_alone (const pairs_model *model, const pairs_mode *mode, double s,
                double *value)
{
  const pairs_cycle *cycle = &model->class[0];
  const size_t n = cycle->phases;
  const int k = (int) n, one = 1;
  const double factor = factor_alone (mode);
  double *matrix = support_doubles (n * n), *right = support_doubles (n);
  int *pivot = calloc (n, sizeof *pivot), info = 0;
  const bool made = matrix && right && pivot;
  for (size_t p = 0; made && p < n; p++)
    {
      right[p] = mode->noise * cycle->share * cycle->start[p];
      for (size_t q = 0; q < n; q++)
        matrix[q + p * n] =
            (p == q ? s : 0.0) - cycle->transition[p + q * n]
            - (cycle->exit[p] + (factor - 1.0) * cycle->applied[p])
                  * cycle->start[q];
    }
  if (made)
    dgesv_ (&k, &one, matrix, &k, pivot, right, &k, &info);
  *value = 0.0;
  for (size_t p = 0; made && p < n; p++)
    *value += info == 0 && right[p] >= 0.0 ? right[p] : INFINITY;
  free (matrix);
  free (right);
  free (pivot);
  return made ? SUPPORT_OK : SUPPORT_MEMORY;
}

/* ---- the door -------------------------------------------------------- */

bool
pairs_limit_is_exact (const pairs_model *model)
{
  return model->workers <= 2 || model->most_phases == 1 || model->census;
}

static support_status
give_up (support_status status, support_failure *failure)
{
  if (status == SUPPORT_MEMORY)
    return support_fail_memory (failure);
  return support_fail (failure, status,
                       "the phases of the workers' cycle could not be "
                       "separated");
}

static support_status
stationary (const pairs_model *model, const pairs_mode *mode, bool sure,
            double *variance, support_failure *failure)
{
  const pairs_mode probe = { mode->alpha, mode->square, 1.0 };
  double value = INFINITY;
  support_status status = SUPPORT_OK;
  if (model->workers == 1)
    {
      const double factor = factor_alone (mode);
      value = factor < 1.0 ? 1.0 / (1.0 - factor) : INFINITY;
    }
  else
    {
      pairs_resolvent *of;
      status = pairs_resolvent_create (model, &of);
      if (status == SUPPORT_OK)
        value = pairs_resolve (of, &probe, 0.0);
      if (sure && isfinite (value) && ! sees_cone (model))
        {
          const range at =
              bracket (model, of, &probe, 0.0, 1e-3 / model->class[0].mean);
          if (at.low > 0.0)
            value = INFINITY;
        }
      pairs_resolvent_free (of);
    }
  *variance = isfinite (value) ? mode->noise * value : INFINITY;
  return status == SUPPORT_OK ? status : give_up (status, failure);
}

support_status
pairs_stationary (const pairs_model *model, const pairs_mode *mode,
                  double *variance, support_failure *failure)
{
  return stationary (model, mode, true, variance, failure);
}

support_status
pairs_stationary_likely (const pairs_model *model, const pairs_mode *mode,
                         double *variance, support_failure *failure)
{
  return stationary (model, mode, false, variance, failure);
}

support_status
pairs_response (const pairs_model *model, const pairs_mode *mode, double s,
                double *value, support_failure *failure)
{
  const pairs_mode probe = { mode->alpha, mode->square, 1.0 };
  pairs_resolvent *of;
  *value = INFINITY;
  if (model->workers == 1)
    {
      const support_status alone = response_alone (model, &probe, s, value);
      return alone == SUPPORT_OK ? alone : give_up (alone, failure);
    }
  const support_status status = pairs_resolvent_create (model, &of);
  if (status == SUPPORT_OK && s > -pairs_resolvent_slowest (of))
    *value = pairs_resolve (of, &probe, s);
  pairs_resolvent_free (of);
  return status == SUPPORT_OK ? status : give_up (status, failure);
}

support_status
pairs_exponent (const pairs_model *model, const pairs_mode *mode,
                double *exponent, support_failure *failure)
{
  const pairs_mode probe = { mode->alpha, mode->square, 1.0 };
  const double resolution = 1e-9 * model->fastest;
  support_status status;
  *exponent = NAN;
  if (model->workers == 1)
    status = exponent_alone (model, mode, exponent);
  else
    {
      pairs_resolvent *of;
      status = pairs_resolvent_create (model, &of);
      if (status == SUPPORT_OK)
        {
          const double slowest =
              fmin (model->fastest, pairs_resolvent_slowest (of));
          const bool sure = sees_cone (model);
          range at =
              sure ? bracket_exactly (model, of, &probe, -slowest)
                   : bracket (model, of, &probe, -slowest, 1e-3 * slowest);
          if (sure || at.low > -slowest)
            narrow (of, &probe, resolution, &at);
          *exponent = at.low > -slowest ? 0.5 * (at.low + at.high) : -slowest;
        }
      pairs_resolvent_free (of);
    }
  return status == SUPPORT_OK ? status : give_up (status, failure);
}
