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

/* Those of A: sums over the factors left out.  */
static roots_slopes
instant_slopes (const roots_function *function, double radius)
{
  double value = fabs (function->lead), first = 0.0, second = 0.0;
  for (size_t j = 0; j < function->degree; j++)
    {
      const double factor = radius + cabs (function->zero[j]);
      second = second * factor + 2.0 * first;
      first = first * factor + value;
      value *= factor;
    }
  return (roots_slopes){ first * (1.0 + 1e-12), second * (1.0 + 1e-12) };
}

roots_slopes
roots_slope_bounds (const roots_function *function, double x, double y,
                    double radius)
{
  roots_slopes slopes = instant_slopes (function, radius);
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

/* The least distance of Re s in [x0, x1], |Im s| >= y0 from the point ZERO.  */
static double
distance (double complex zero, double x0, double x1, double y0)
{
  const double re = creal (zero), im = fabs (cimag (zero));
  const double x = re < x0 ? x0 - re : re > x1 ? re - x1 : 0.0;
  return hypot (x, fmax (y0 - im, 0.0));
}

/* With a + c s = (a + c zero) + c (s - zero) the condition is

     sum_k (|a_k + c_k zero| / |s - zero| + |c_k|) |psi_k|
       < lead prod_(j > 0) |s - zero_j|.  */
bool
roots_is_outside (const roots_function *function, double x0, double x1,
                  double y0)
{
  const double near = distance (function->zero[0], x0, x1, y0);
  double left = 0.0, right = fabs (function->lead);
  /* The zeros of A themselves are rounded.  */
  if (! (near > 1e-7 * cabs (function->zero[0])))
    return false;
  for (size_t j = 1; j < function->degree; j++)
    {
      const double gap = distance (function->zero[j], x0, x1, y0);
      if (! (gap > 1e-7 * cabs (function->zero[j])))
        return false;
      right *= gap;
    }
  for (size_t k = 0; k < function->terms; k++)
    {
      roots_term *term = &function->term[k];
      double bound[3];
      term_bounds (function, term, x0, bound);
      roots_envelope (term->law, x0, y0, bound);
      left +=
          (cabs (term->a + term->c * function->zero[0]) / near + fabs (term->c))
          * bound[0];
    }
  /* Far enough from equality that rounding does not matter.  */
  return left < right * (1.0 - 1e-6);
}

/* ---- values ---------------------------------------------------------- */

bool
roots_evaluate (roots_function *function, double complex s, roots_value *value)
{
  const double size = roots_size (s);
  size_t factors = 0;
  double complex h = function->lead, d1 = 0.0, d2 = 0.0;
  double error = 0.0, slope_error = 0.0;

  if (function->evaluations >= function->budget)
    return false;
  if (function->evaluations++ % 64 == 0 && function->hooks
      && function->hooks->interrupted
      && function->hooks->interrupted (function->hooks->data))
    {
      function->budget = 0;
      return false;
    }

  if (function->square[2] != 0.0)
    {
      /* By its coefficients, which are given; its zeros are rounded.  */
      const double *p = function->square;
      d2 = 2.0 * p[2];
      d1 = 2.0 * p[2] * s + p[1];
      h = (p[2] * s + p[1]) * s + p[0];
      slope_error =
          4.0 * DBL_EPSILON * (2.0 * fabs (p[2]) * size + fabs (p[1]));
      error = 4.0 * DBL_EPSILON
              * ((fabs (p[2]) * size + fabs (p[1])) * size + fabs (p[0]));
      factors = 2;
    }
  for (size_t j = factors; j < function->degree; j++)
    {
      const double complex factor = s - function->zero[j];
      slope_error = slope_error * roots_size (factor) + error;
      error *= roots_size (factor);
      d2 = d2 * factor + 2.0 * d1;
      d1 = d1 * factor + h;
      h *= factor;
    }
  error += 4.0 * DBL_EPSILON * roots_size (h);
  slope_error += 4.0 * DBL_EPSILON * roots_size (d1);
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
  return function->pole != 0.0 ? 1.0 - s / function->pole : 1.0;
}

double complex
roots_value_of (const roots_equation *equation, double complex s,
                double complex *slope, double *size)
{
  const double *b = equation->instant;
  double complex value = (b[2] * s + b[1]) * s + b[0];
  double complex d1 = 2.0 * b[2] * s + b[1];
  double sum = (fabs (b[2]) * cabs (s) + fabs (b[1])) * cabs (s) + fabs (b[0]);
  for (size_t k = 0; k < equation->classes; k++)
    {
      const roots_class *each = &equation->each[k];
      const double complex weight = each->a + each->c * s;
      double complex phi[3];
      delay_lst (each->delay, s, phi);
      value += weight * phi[0];
      d1 += each->c * phi[0] + weight * phi[1];
      sum += (fabs (each->a) + fabs (each->c) * cabs (s)) * cabs (phi[0]);
    }
  if (slope)
    *slope = d1;
  if (size)
    *size = sum;
  return value;
}

/* ---- making it ------------------------------------------------------- */

double
roots_delays (const roots_equation *equation, double x, double *size)
{
  const double scale = roots_rate_scale (equation);
  double sum = 0.0, moment = 0.0;
  for (size_t k = 0; k < equation->classes; k++)
    {
      const roots_class *each = &equation->each[k];
      const double weight = fabs (each->a) + fabs (each->c) * scale;
      double complex phi[3];
      delay_lst (each->delay, x, phi);
      sum += weight * creal (phi[0]);
      moment += weight * fabs (creal (phi[1]));
    }
  if (size)
    *size = sum;
  return moment / sum;
}

/* Whether sum |c_k phi_k| at infinity stays below SHARE right of X: for SHARE =
   1 the roots right of X stay in a bounded region.  */
static bool
is_bounded (const roots_equation *equation, double share, double x)
{
  double sum = 0.0;
  if (equation->instant[2] != 0.0)
    return true;
  for (size_t k = 0; k < equation->classes; k++)
    {
      const roots_class *each = &equation->each[k];
      double bound[3];
      if (each->c == 0.0)
        continue;
      roots_moments (each->delay, x, bound);
      roots_envelope (each->delay, x, far_up, bound);
      sum += fabs (each->c) * bound[0];
    }
  return sum < share * fabs (equation->instant[1]);
}

double
roots_abscissa (const roots_equation *equation)
{
  double abscissa = -INFINITY;
  for (size_t k = 0; k < equation->classes; k++)
    abscissa = fmax (abscissa, delay_abscissa (equation->each[k].delay));
  return abscissa;
}

/* Whether the function can be freed of its only pole.  */
static bool
has_movable_pole (const roots_equation *equation)
{
  const delay_law *law = equation->each[0].delay;
  return equation->classes == 1
         && strcmp (delay_family_name (law), "shifted-exponential") == 0
         && delay_arguments (law, &(size_t){ 0 })[0].values[0] > 0.0;
}

double
roots_leftmost_line (const roots_equation *equation, double share)
{
  const double scale = roots_rate_scale (equation);
  const double abscissa = roots_abscissa (equation);
  double left = abscissa, right;

  if (has_movable_pole (equation))
    return -INFINITY;
  right = isfinite (left) ? left + 1e-9 * (fabs (left) + scale) : -scale;
  if (! isfinite (left))
    for (double step = scale; is_bounded (equation, share, right); step *= 2.0)
      {
        if (! (step / scale <= 1e6 && isfinite (step)))
          return left;
        right -= step;
      }
  left = right;
  if (is_bounded (equation, share, left))
    return abscissa;
  for (double step = scale; ! is_bounded (equation, share, right); step *= 2.0)
    {
      if (! (step / scale <= 1e6 && isfinite (step)))
        return INFINITY;
      right += step;
    }
  for (int n = 0; n < 100; n++)
    {
      const double middle = 0.5 * (left + right);
      if (is_bounded (equation, share, middle))
        right = middle;
      else
        left = middle;
    }
  return right;
}

/* A(s) (1 + s m) + (a + c s) exp (-s d) for the law d + m Exp: entire, so that
   the pole at -1/m is no border.  Where a + c s takes the pole away,
   A(s) + (c/m) exp (-s d) is left.  */
static support_status
move_pole (roots_function *function, const roots_equation *equation,
           support_failure *failure)
{
  const roots_class *only = &equation->each[0];
  size_t count;
  const delay_argument *argument = delay_arguments (only->delay, &count);
  const double shift = argument[0].values[0], mean = argument[1].values[0];
  const double residue = only->a - only->c / mean;
  roots_term *term = function->term;

  if (fabs (residue) <= 4.0 * DBL_EPSILON * fabs (only->a))
    {
      term->a = only->c / mean;
      term->c = 0.0;
    }
  else
    {
      function->lead *= mean;
      for (int j = 0; j < 3; j++)
        function->square[j] *= mean;
      function->pole = -1.0 / mean;
      function->zero[function->degree++] = function->pole;
    }
  function->abscissa = -INFINITY;
  term->law = NULL;
  return delay_create ("deterministic",
                       &(delay_argument){ .values = &shift, .count = 1 }, 1,
                       &term->owned, failure);
}

/* A(s) = b_0 + b_1 s + b_2 s^2.  */
static void
set_instant (roots_function *function, const double instant[3])
{
  if (instant[2] == 0.0)
    {
      function->degree = 1;
      function->lead = instant[1];
      function->zero[0] = -instant[0] / instant[1];
      return;
    }
  function->degree = 2;
  function->lead = instant[2];
  memcpy (function->square, instant, sizeof function->square);
  roots_quadratic (instant, function->zero);
}

support_status
roots_function_begin (const roots_equation *equation, double line,
                      const support_hooks *hooks, roots_function *function,
                      roots_term *term, support_failure *failure)
{
  const double leftmost = roots_leftmost_line (equation, 1.0);
  const double abscissa = roots_abscissa (equation);
  support_status status = SUPPORT_OK;

  *function = (roots_function){ .terms = equation->classes,
                                .term = term,
                                .line = line,
                                .abscissa = abscissa,
                                .budget = ROOTS_BUDGET,
                                .highest = INFINITY,
                                .hooks = hooks };
  for (size_t k = 0; k < equation->classes; k++)
    {
      term[k].a = equation->each[k].a;
      term[k].c = equation->each[k].c;
      term[k].law = equation->each[k].delay;
      term[k].owned = NULL;
      memset (term[k].known, 0, sizeof term[k].known);
    }
  set_instant (function, equation->instant);
  if (! (line > leftmost))
    return support_fail (
        failure, SUPPORT_INVALID,
        "the roots right of %g cannot be counted: the line must lie right of "
        "%g, %s",
        line, leftmost,
        leftmost > abscissa ? "left of which roots may crowd at infinity"
                            : "the abscissa of convergence of the delay law");
  if (equation->classes == 1
      && strcmp (delay_family_name (term->law), "shifted-exponential") == 0)
    {
      status = move_pole (function, equation, failure);
      term->law = term->owned;
    }
  for (size_t k = 0; status == SUPPORT_OK && k < function->terms; k++)
    {
      double bound[3];
      roots_moments (term[k].law, line, bound);
      if (! isfinite (bound[0]) || ! isfinite (bound[1]))
        status = support_fail (failure, SUPPORT_LIMIT,
                               "the roots right of %g cannot be counted: the "
                               "transform of the delay overflows there",
                               line);
      /* Far right an atom at 0 or a short delay outweighs all others; the
         delays as they are then set the scale.  */
      function->time = fmax (function->time,
                             fmax (bound[0] > 0.0 ? bound[1] / bound[0] : 0.0,
                                   0.01 * delay_mean (term[k].law)));
    }
  if (status != SUPPORT_OK)
    {
      roots_function_end (function);
      return status;
    }
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
roots_function_create (const roots_equation *equation, double line,
                       const support_hooks *hooks, roots_function **made,
                       support_failure *failure)
{
  roots_function *function = malloc (sizeof *function);
  roots_term *term = malloc ((equation->classes + 1) * sizeof *term);
  support_status status;

  *made = NULL;
  if (! function || ! term)
    status = support_fail_memory (failure);
  else
    status =
        roots_function_begin (equation, line, hooks, function, term, failure);
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
