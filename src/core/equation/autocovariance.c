/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stationary autocovariances

     E X(t+u) X(t)' = int_0^inf R(t+u) B B' R(t)' dt,

   from the fundamental solution by collocation until little is left: the rest
   at any lag is at most that at lag 0 (Cauchy, Schwarz), where the integral
   over frequencies, another method, knows the whole.  */
#include "equation/collocation.h"
#include "equation/equation_private.h"
#include "equation/respond.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* R of one fineness on [0, END].  */
typedef struct correlation
{
  const equation_matrices *matrices;
  collocation solution;
  collocation_rule rule;
  double *early, *late, *product; /* columns of R; R B twice */
} correlation;

static void
correlation_free (correlation *of)
{
  collocation_free (&of->solution);
  free (of->early);
  free (of->late);
  free (of->product);
}

/* OUT = R(T) B; T in CELL.  */
static void
pushed_at (const correlation *of, size_t cell, double t, double *values,
           double *out)
{
  const collocation *solution = &of->solution;
  const size_t n = of->matrices->states, m = of->matrices->noises;
  const double from = solution->start[cell];
  double basis[COLLOCATION_POINTS];
  collocation_basis (&of->rule, (t - from) / (solution->start[cell + 1] - from),
                     basis);
  memset (values, 0, n * n * sizeof *values);
  for (size_t l = 0; l < COLLOCATION_POINTS; l++)
    {
      const double *point =
          solution->read
          + ((cell * COLLOCATION_POINTS + l) * solution->columns + 1) * n;
      for (size_t i = 0; i < n * n; i++)
        values[i] += basis[l] * point[i];
    }
  memset (out, 0, n * m * sizeof *out);
  for (size_t j = 0; j < m; j++)
    for (size_t k = 0; k < n; k++)
      {
        const double push = of->matrices->push[k + n * j];
        for (size_t i = 0; push != 0.0 && i < n; i++)
          out[i + n * j] += values[i + n * k] * push;
      }
}

/* VALUE = int_0^END R(t + LAG) B B' R(t)' dt, piece by piece between the ends
   of cells of either factor.  */
static void
integrate (const correlation *of, double lag, double end, double *value)
{
  const collocation *solution = &of->solution;
  const size_t n = of->matrices->states, m = of->matrices->noises;
  const double *start = solution->start;
  double *first = of->product, *second = of->product + n * m;
  size_t early = 0, late = collocation_cell (solution, lag);
  double t = 0.0;
  memset (value, 0, n * n * sizeof *value);
  while (t < end && early < solution->cells && late < solution->cells)
    {
      const double own = start[early + 1], other = start[late + 1] - lag;
      const double to = fmin (fmin (own, other), end);
      for (size_t p = 0; to > t && p < COLLOCATION_POINTS; p++)
        {
          const double at = t + (to - t) * of->rule.point[p];
          const double weight = (to - t) * of->rule.weight[p];
          pushed_at (of, early, at, of->early, first);
          pushed_at (of, late, at + lag, of->late, second);
          for (size_t j = 0; j < n; j++)
            for (size_t i = 0; i < n; i++)
              for (size_t k = 0; k < m; k++)
                value[i + n * j] +=
                    weight * second[i + n * k] * first[j + n * k];
        }
      t = fmax (t, to);
      early += own <= to;
      late += other <= to;
    }
}

static support_status
evaluate (const equation_matrices *matrices, double correction, double end,
          double fineness, const double *lag, size_t count, double *whole,
          double *value, const support_hooks *hooks, support_failure *failure)
{
  const size_t n = matrices->states;
  correlation of = { .matrices = matrices };
  double *zero = support_doubles (n), furthest = 0.0;
  const collocation_problem problem = { .matrices = matrices,
                                        .correction = correction,
                                        .start = zero,
                                        .before = zero,
                                        .fundamental = true };
  support_status status = SUPPORT_MEMORY;
  of.early = support_doubles (n * n);
  of.late = support_doubles (n * n);
  of.product = support_doubles (2 * n * matrices->noises + 1);
  for (size_t k = 0; k < count; k++)
    furthest = fmax (furthest, fabs (lag[k]));
  if (zero && of.early && of.late && of.product
      && collocation_rule_make (&of.rule) == SUPPORT_OK)
    status = collocation_solve (&problem, end + furthest, fineness, hooks,
                                &of.solution, failure);
  if (status == SUPPORT_OK)
    integrate (&of, 0.0, end, whole);
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      double *to = value + k * n * n;
      if (hooks && hooks->interrupted && hooks->interrupted (hooks->data))
        status = SUPPORT_INTERRUPTED;
      integrate (&of, fabs (lag[k]), end, to);
      /* E X(t-u) X(t)' is the transpose of E X(t+u) X(t)'.  */
      for (size_t j = 0; lag[k] < 0.0 && j < n; j++)
        for (size_t i = 0; i < j; i++)
          {
            const double keep = to[i + n * j];
            to[i + n * j] = to[j + n * i];
            to[j + n * i] = keep;
          }
    }
  correlation_free (&of);
  free (zero);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}

/* The largest element of A - B against the deviations in COVARIANCE.  */
static double
distance (const double *a, const double *b, size_t count,
          const double *covariance, size_t n)
{
  double largest = 0.0;
  for (size_t k = 0; k < count; k++)
    for (size_t j = 0; j < n; j++)
      for (size_t i = 0; i < n; i++)
        {
          const size_t at = i + n * j;
          const double apart = fabs (a[k * n * n + at] - b[k * n * n + at]);
          const double scale =
              sqrt (covariance[i * (n + 1)] * covariance[j * (n + 1)]);
          if (! (apart <= largest * scale))
            largest = isnan (apart) ? INFINITY
                      : scale > 0.0 ? apart / scale
                                    : largest;
        }
  return largest;
}

support_status
equation_correlate (const equation_matrices *matrices, double correction,
                    const double *covariance, double rate, const double *lag,
                    size_t count, double *value, double *error,
                    const support_hooks *hooks, support_failure *failure)
{
  enum
  {
    DOUBLINGS = 4
  };
  const size_t n = matrices->states;
  double *last = support_doubles (count * n * n);
  double *whole = support_doubles (n * n);
  /* exp (-2 rate t) is then 1e-12.  */
  double end = 14.0 / rate;
  support_status status =
      last && whole ? SUPPORT_OK : support_fail_memory (failure);
  *error = INFINITY;
  for (int k = 0; status == SUPPORT_OK && k < DOUBLINGS; k++)
    {
      status = evaluate (matrices, correction, end, 1.0, lag, count, whole,
                         last, hooks, failure);
      if (status == SUPPORT_OK
          && distance (whole, covariance, 1, covariance, n) < 1e-8)
        break;
      if (k + 1 < DOUBLINGS)
        end *= 2.0;
    }
  if (status == SUPPORT_OK)
    status = evaluate (matrices, correction, end, 2.0, lag, count, whole, value,
                       hooks, failure);
  if (status == SUPPORT_OK)
    *error = fmax (distance (value, last, count, covariance, n),
                   distance (whole, covariance, 1, covariance, n));
  free (last);
  free (whole);
  return status;
}

/* ---- the door ---------------------------------------------------------- */

static support_status
check_lags (const double *lag, size_t count, support_failure *failure)
{
  for (size_t k = 0; k < count; k++)
    if (! isfinite (lag[k]))
      return support_fail (failure, SUPPORT_INVALID, "lags must be finite");
  return SUPPORT_OK;
}

support_status
equation_matrices_autocovariance (const equation_matrices *matrices,
                                  const double *lag, size_t count,
                                  double *value, double *error,
                                  const support_hooks *hooks,
                                  support_failure *failure)
{
  const size_t n = matrices->states;
  double *covariance = support_doubles (n * n), *energy = support_doubles (n);
  double rate = NAN;
  equation_stability state = EQUATION_UNKNOWN;
  support_status status =
      covariance && energy ? SUPPORT_OK : support_fail_memory (failure);
  *error = INFINITY;
  if (status == SUPPORT_OK)
    status = check_lags (lag, count, failure);
  if (status == SUPPORT_OK)
    status = equation_matrices_state (matrices, &state, &rate, hooks, failure);
  if (status == SUPPORT_OK && state == EQUATION_STABLE)
    status = equation_covariance (matrices, covariance, energy, error, hooks,
                                  failure);
  double scale = 0.0, longest = 0.0;
  for (size_t k = 0; k < matrices->delays; k++)
    longest = fmax (longest, delay_mean (matrices->delay[k]));
  for (size_t i = 0; i < n * n; i++)
    scale = fmax (scale, fabs (matrices->instant[i]));
  if (! (rate > 0.0)) /* a heavy tail: from the scales of the equation */
    rate = 1.0 / (longest + (scale > 0.0 ? 1.0 / scale : longest));
  if (status == SUPPORT_OK && state == EQUATION_STABLE
      && isfinite (covariance[0]))
    status = equation_correlate (matrices, 0.0, covariance, rate, lag, count,
                                 value, error, hooks, failure);
  if (status == SUPPORT_OK && ! (*error < 1e-6))
    for (size_t k = 0; k < count * n * n; k++)
      value[k] = NAN;
  free (covariance);
  free (energy);
  return status;
}

/* q int R(t) R(t+u) dt of mode I, with what is known of it.  */
static support_status
mode_autocovariance (const equation_system *system, size_t i, double energy,
                     double intensity, const double *lag, size_t count,
                     double *row, double *error, const support_hooks *hooks,
                     support_failure *failure)
{
  const roots_kernel kernel = equation_kernel (system, i);
  const double instant = -kernel.b, delayed = -kernel.a, push = 1.0;
  const equation_matrices matrices = {
    1, 1, 1, &instant, &delayed, &push, &system->delay
  };
  roots_root root;
  support_status status = roots_rightmost (&kernel, &root, NULL, failure);
  double rate = fabs (kernel.a) + fabs (kernel.b);
  if (status != SUPPORT_OK)
    return status;
  if (root.multiplicity > 0)
    rate = -creal (root.s);
  status = equation_correlate (&matrices, kernel.c, &energy, rate, lag, count,
                               row, error, hooks, failure);
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    row[k] = *error < 1e-6 ? intensity * row[k] : NAN;
  return status;
}

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Lags without signs, in order, and what PAIRS say there.  */
static support_status
pair_autocovariance (const equation_system *system, const pairs_mode *mode,
                     const double *lag, size_t count, double *row,
                     const support_hooks *hooks, support_failure *failure)
{
  double *ordered = support_doubles (count), *found = support_doubles (count);
  support_status status =
      ordered && found ? SUPPORT_OK : support_fail_memory (failure);
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    ordered[k] = fabs (lag[k]);
  if (status == SUPPORT_OK)
    {
      qsort (ordered, count, sizeof *ordered, compare);
      status = pairs_autocovariance (system->pairs, mode, ordered, count,
                                     EQUATION_PAIRS_TOLERANCE, found, hooks,
                                     failure);
    }
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      const double wanted = fabs (lag[k]);
      const double *place =
          bsearch (&wanted, ordered, count, sizeof *ordered, compare);
      row[k] = found[place - ordered];
    }
  free (ordered);
  free (found);
  return status;
}

support_status
equation_autocovariance (const equation_system *system, const double *lag,
                         size_t count, double *value, double *error,
                         const support_hooks *hooks, support_failure *failure)
{
  const size_t n = system->modes;
  double *variance = support_doubles (n), *energy = support_doubles (n);
  double *row = support_doubles (count), radius;
  support_status status =
      variance && energy && row ? SUPPORT_OK : support_fail_memory (failure);
  if (status == SUPPORT_OK)
    status = check_lags (lag, count, failure);
  if (status == SUPPORT_OK)
    status = equation_refuse_momentum (system, failure);
  if (status == SUPPORT_OK && system->pairs && system->coupled)
    status = equation_stationary (system, variance, energy, NULL, failure);
  if (status == SUPPORT_OK && ! system->pairs)
    status = equation_stationary (system, variance, energy, &radius, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      const double intensity =
          equation_whole_intensity (variance[i], energy[i]);
      error[i] = system->pairs ? EQUATION_PAIRS_TOLERANCE : 0.0;
      for (size_t k = 0; k < count; k++)
        row[k] = intensity;
      const pairs_mode mode = system->pairs
                                  ? equation_pairs_whole (system, i, variance)
                                  : (pairs_mode){ .alpha = 0.0 };
      if (system->pairs)
        status = pair_autocovariance (system, &mode, lag, count, row, hooks,
                                      failure);
      else if (intensity > 0.0)
        status = mode_autocovariance (system, i, energy[i], intensity, lag,
                                      count, row, &error[i], hooks, failure);
      for (size_t k = 0; k < count; k++)
        value[i + n * k] = row[k];
    }
  free (variance);
  free (energy);
  free (row);
  return status;
}
