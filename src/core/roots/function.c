/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function whose zeros are the characteristic roots, and what is known of
   it without doubt: Lipschitz constants, where it has no zeros, how far
   rounding may have moved a value.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where to ask whether a transform has died out.  */
static const double far_up = 1e150;

/* ---- bounds of a transform ------------------------------------------- */

void
roots_moments (const delay_law *law, double x, double bound[3])
{
  double complex value[3];
  delay_lst (law, x, value);
  for (int k = 0; k < 3; k++)
    {
      bound[k] = fabs (creal (value[k])) * (1.0 + 1e-12);
      if (isnan (bound[k]) || ! (x > delay_abscissa (law)))
        bound[k] = INFINITY;
    }
}

static void
fill_cell (const roots_function *function, roots_term *term, size_t cell)
{
  if (term->known[cell])
    return;
  roots_moments (term->law, function->line + (double) cell * function->width,
                 term->bound[cell]);
  for (int k = 0; k < 3; k++)
    term->bound[cell][k] = log (term->bound[cell][k]);
  term->known[cell] = true;
}

/* E T^k exp (-x T) is logarithmically convex in x (Hoelder), so that between
   two points of the table the chord of its logarithm lies above it.  */
static void
term_bounds (const roots_function *function, roots_term *term, double x,
             double bound[3])
{
  const double position = (x - function->line) / function->width;
  size_t cell;
  double part;

  if (! (x > function->abscissa))
    {
      bound[0] = bound[1] = bound[2] = INFINITY;
      return;
    }
  if (! (position >= 0.0))
    {
      roots_moments (term->law, x, bound);
      return;
    }
  if (position >= (double) ROOTS_CELLS)
    {
      /* It falls in x: the last of the table will do.  */
      fill_cell (function, term, ROOTS_CELLS);
      for (int k = 0; k < 3; k++)
        bound[k] = exp (term->bound[ROOTS_CELLS][k]) * (1.0 + 1e-12);
      return;
    }
  cell = (size_t) position;
  part = position - (double) cell;
  fill_cell (function, term, cell);
  if (part > 0.0)
    fill_cell (function, term, cell + 1);
  for (int k = 0; k < 3; k++)
    {
      const double low = term->bound[cell][k];
      const double slope =
          part > 0.0 && isfinite (low) ? term->bound[cell + 1][k] - low : 0;
      bound[k] = exp (low + (slope < 0.0 ? part * slope : 0.0)) * (1.0 + 1e-12);
    }
}

/* ---- bounds of H ----------------------------------------------------- */

roots_slopes
roots_slope_bounds (const roots_function *function, double x, double y,
                    double radius)
{
  roots_slopes slopes = { function->lead, 0.0 };
  if (function->degree == 2)
    slopes = (roots_slopes){ function->lead
                                 * (2.0 * radius + fabs (function->zero[0])
                                    + fabs (function->zero[1])),
                             2.0 * function->lead };
  for (size_t k = 0; k < function->terms; k++)
    {
      roots_term *term = &function->term[k];
      const double c = fabs (term->c);
      const double weight = fabs (term->a) + c * radius;
      double bound[3];
      term_bounds (function, term, x, bound);
      roots_envelope (term->law, x, y, bound);
      slopes.first += c * bound[0] + weight * bound[1];
      slopes.second += 2.0 * c * bound[1] + weight * bound[2];
    }
  return slopes;
}

/* The least distance of a rectangle and its mirror image from the real point
   ZERO.  */
static double
distance (double zero, double x0, double x1, double y0)
{
  const double x = zero < x0 ? x0 - zero : zero > x1 ? zero - x1 : 0.0;
  return hypot (x, y0);
}

/* With a + c s = (a + c zero) + c (s - zero) the condition is

     sum_k (|a_k + c_k zero| / |s - zero| + |c_k|) |psi_k|
       < lead prod_(j > 0) |s - zero_j|.  */
bool
roots_is_outside (const roots_function *function, double x0, double x1,
                  double y0)
{
  const double near = distance (function->zero[0], x0, x1, y0);
  double left = 0.0, right = function->lead;
  for (size_t j = 1; j < function->degree; j++)
    right *= distance (function->zero[j], x0, x1, y0);
  for (size_t k = 0; k < function->terms; k++)
    {
      roots_term *term = &function->term[k];
      double bound[3];
      term_bounds (function, term, x0, bound);
      roots_envelope (term->law, x0, y0, bound);
      left +=
          (fabs (term->a + term->c * function->zero[0]) / near + fabs (term->c))
          * bound[0];
    }
  /* Far enough from equality that rounding does not matter.  */
  return near > 0.0 && left < right * (1.0 - 1e-6);
}

/* ---- values ---------------------------------------------------------- */

bool
roots_evaluate (roots_function *function, double complex s, roots_value *value)
{
  const double size = roots_size (s);
  double complex h = function->lead, d1 = 0.0, d2 = 0.0;
  double error, slope_error;

  if (function->evaluations >= function->budget)
    return false;
  if (function->evaluations++ % 64 == 0 && function->hooks
      && function->hooks->interrupted
      && function->hooks->interrupted (function->hooks->data))
    {
      function->budget = 0;
      return false;
    }

  for (size_t j = 0; j < function->degree; j++)
    {
      const double complex factor = s - function->zero[j];
      d2 = d2 * factor + 2.0 * d1;
      d1 = d1 * factor + h;
      h *= factor;
    }
  error = 4.0 * DBL_EPSILON * roots_size (h);
  slope_error = 4.0 * DBL_EPSILON * roots_size (d1);
  for (size_t k = 0; k < function->terms; k++)
    {
      roots_term *term = &function->term[k];
      const double complex weight = term->a + term->c * s;
      const double c = fabs (term->c);
      const double size_of_weight = fabs (term->a) + c * size;
      const double unit = 2.0 * DBL_EPSILON;
      double complex psi[3];
      double bound[3], psi_error[2];
      delay_lst (term->law, s, psi);
      h += weight * psi[0];
      d1 += term->c * psi[0] + weight * psi[1];
      d2 += 2.0 * term->c * psi[1] + weight * psi[2];
      term_bounds (function, term, creal (s), bound);
      roots_transform_error (term->law, s, psi, bound, psi_error);
      error += size_of_weight * (psi_error[0] + unit * roots_size (psi[0]));
      slope_error +=
          c * (psi_error[0] + unit * roots_size (psi[0]))
          + size_of_weight * (psi_error[1] + unit * roots_size (psi[1]));
    }
  *value = (roots_value){ .s = s,
                          .h = h,
                          .d1 = d1,
                          .d2 = d2,
                          .error = error,
                          .slope_error = slope_error };
  return true;
}

support_status
roots_stopped (const roots_function *function, support_failure *failure)
{
  if (function->budget == 0)
    return support_fail (failure, SUPPORT_INTERRUPTED, "interrupted");
  return support_fail (failure, SUPPORT_LIMIT,
                       "more than %zu evaluations: too many roots lie right "
                       "of %g; ask for a line further right",
                       function->budget, function->line);
}

double complex
roots_factor (const roots_function *function, double complex s)
{
  double complex factor = function->lead;
  for (size_t j = 1; j < function->degree; j++)
    factor *= s - function->zero[j];
  return factor;
}

/* ---- making it ------------------------------------------------------- */

/* Whether |c phi| at infinity stays below SHARE right of X: for SHARE = 1 the
   roots right of X stay in a bounded region.  */
static bool
is_bounded (const roots_kernel *kernel, double share, double x)
{
  double bound[3];
  if (kernel->c == 0.0)
    return true;
  roots_moments (kernel->delay, x, bound);
  roots_envelope (kernel->delay, x, far_up, bound);
  return fabs (kernel->c) * bound[0] < share;
}

double
roots_leftmost_line (const roots_kernel *kernel, double share)
{
  const double mean = delay_mean (kernel->delay);
  const double scale = mean > 0.0 && isfinite (mean) ? 1.0 / mean : 1.0;
  double left = delay_abscissa (kernel->delay), right;

  if (strcmp (delay_family_name (kernel->delay), "shifted-exponential") == 0
      && delay_arguments (kernel->delay, &(size_t){ 0 })[0].values[0] > 0.0)
    return -INFINITY;
  if (kernel->c == 0.0)
    return left;
  right = isfinite (left) ? left + 1e-9 * (fabs (left) + scale) : -scale;
  if (! isfinite (left))
    for (double step = scale; is_bounded (kernel, share, right); step *= 2.0)
      {
        if (step > 1e6 * scale)
          return left;
        right -= step;
      }
  left = right;
  if (is_bounded (kernel, share, left))
    return delay_abscissa (kernel->delay);
  for (double step = scale; ! is_bounded (kernel, share, right); step *= 2.0)
    {
      if (step > 1e6 * scale)
        return INFINITY;
      right += step;
    }
  for (int n = 0; n < 100; n++)
    {
      const double middle = 0.5 * (left + right);
      if (is_bounded (kernel, share, middle))
        right = middle;
      else
        left = middle;
    }
  return right;
}

/* (s + b) (1 + s m) + (a + c s) exp (-s d) for the law d + m Exp: entire, so
   that the pole at -1/m is no border.  Where a + c s takes the pole away,
   s + b + (c/m) exp (-s d) is left.  */
static support_status
set_shifted_exponential (roots_function *function, const roots_kernel *kernel,
                         support_failure *failure)
{
  size_t count;
  const delay_argument *argument = delay_arguments (kernel->delay, &count);
  const double shift = argument[0].values[0], mean = argument[1].values[0];
  const double residue = kernel->a - kernel->c / mean;
  roots_term *term = function->term;

  if (fabs (residue) <= 4.0 * DBL_EPSILON * fabs (kernel->a))
    {
      term->a = kernel->c / mean;
      term->c = 0.0;
    }
  else
    {
      function->degree = 2;
      function->lead = mean;
      function->zero[1] = -1.0 / mean;
    }
  function->abscissa = -INFINITY;
  term->law = NULL;
  return delay_create ("deterministic",
                       &(delay_argument){ .values = &shift, .count = 1 }, 1,
                       &term->owned, failure);
}

support_status
roots_function_begin (const roots_kernel *kernel, double line,
                      const support_hooks *hooks, roots_function *function,
                      roots_term *term, support_failure *failure)
{
  const double leftmost = roots_leftmost_line (kernel, 1.0);
  support_status status = SUPPORT_OK;
  double bound[3];

  term->a = kernel->a;
  term->c = kernel->c;
  term->law = kernel->delay;
  term->owned = NULL;
  memset (term->known, 0, sizeof term->known);
  *function = (roots_function){ .degree = 1,
                                .lead = 1.0,
                                .zero = { -kernel->b },
                                .terms = 1,
                                .term = term,
                                .line = line,
                                .abscissa = delay_abscissa (kernel->delay),
                                .budget = ROOTS_BUDGET,
                                .highest = INFINITY,
                                .hooks = hooks };
  if (! (line > leftmost))
    return support_fail (
        failure, SUPPORT_INVALID,
        "the roots right of %g cannot be counted: the line must lie right of "
        "%g, %s",
        line, leftmost,
        leftmost > delay_abscissa (kernel->delay)
            ? "left of which roots may crowd at infinity"
            : "the abscissa of convergence of the delay law");
  if (strcmp (delay_family_name (kernel->delay), "shifted-exponential") == 0)
    {
      status = set_shifted_exponential (function, kernel, failure);
      term->law = term->owned;
    }
  if (status == SUPPORT_OK)
    {
      roots_moments (term->law, line, bound);
      if (! isfinite (bound[0]) || ! isfinite (bound[1]))
        status = support_fail (failure, SUPPORT_LIMIT,
                               "the roots right of %g cannot be counted: the "
                               "transform of the delay overflows there",
                               line);
    }
  if (status != SUPPORT_OK)
    {
      roots_function_end (function);
      return status;
    }
  /* Far right an atom at 0 or a short delay outweighs all others; the delays
     as they are then set the scale.  */
  function->time = fmax (bound[0] > 0.0 ? bound[1] / bound[0] : 0.0,
                         0.01 * delay_mean (term->law));
  if (! (function->time > 0.0))
    function->time = 1.0;
  function->width = 0.5 / function->time;
  return SUPPORT_OK;
}

void
roots_function_end (roots_function *function)
{
  for (size_t k = 0; k < function->terms; k++)
    delay_free (function->term[k].owned);
}

support_status
roots_function_create (const roots_kernel *kernel, double line,
                       const support_hooks *hooks, roots_function **made,
                       support_failure *failure)
{
  roots_function *function = malloc (sizeof *function);
  roots_term *term = malloc (sizeof *term);
  support_status status;

  *made = NULL;
  if (! function || ! term)
    status = support_fail_memory (failure);
  else
    status =
        roots_function_begin (kernel, line, hooks, function, term, failure);
  if (status != SUPPORT_OK)
    {
      free (function);
      free (term);
      return status;
    }
  *made = function;
  return SUPPORT_OK;
}

void
roots_function_free (roots_function *function)
{
  if (! function)
    return;
  roots_function_end (function);
  free (function->term);
  free (function);
}
