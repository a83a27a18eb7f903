/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mean and covariance at given times, by collocation on meshes that are halved
   until both stay.  */
#include "equation/collocation.h"
#include "equation/respond.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* SUM += WEIGHT (R B)(R B)' for R as columns 1 .. n of VALUES.  */
static void
add_push (const equation_matrices *matrices, const double *values,
          double weight, double *product, double *sum)
{
  const size_t n = matrices->states, m = matrices->noises;
  for (size_t j = 0; j < m; j++)
    for (size_t i = 0; i < n; i++)
      {
        product[i + n * j] = 0.0;
        for (size_t k = 0; k < n; k++)
          product[i + n * j] +=
              values[n * (1 + k) + i] * matrices->push[k + n * j];
      }
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < n; i++)
      for (size_t k = 0; k < m; k++)
        sum[i + n * j] += weight * product[i + n * k] * product[j + n * k];
}

/* int_0^t R B B' R' at each time: whole cells by their own points, the last
   one by those of the part.  */
static support_status
put_covariance (const equation_matrices *matrices, const collocation *solution,
                const double *time, size_t count, double *covariance)
{
  const size_t n = matrices->states, columns = solution->columns;
  double *whole = support_doubles ((solution->cells + 1) * n * n);
  double *product = support_doubles (n * (matrices->noises + 1));
  double *values = support_doubles (n * columns);
  collocation_rule rule;
  if (! whole || ! product || ! values
      || collocation_rule_make (&rule) != SUPPORT_OK)
    {
      free (whole);
      free (product);
      free (values);
      return SUPPORT_MEMORY;
    }
  for (size_t cell = 0; cell < solution->cells; cell++)
    {
      double *to = whole + (cell + 1) * n * n;
      const double width = solution->start[cell + 1] - solution->start[cell];
      memcpy (to, to - n * n, n * n * sizeof *to);
      for (size_t p = 0; p < COLLOCATION_POINTS; p++)
        add_push (matrices,
                  solution->read
                      + (cell * COLLOCATION_POINTS + p) * columns * n,
                  width * rule.weight[p], product, to);
    }
  for (size_t k = 0; k < count; k++)
    {
      const size_t cell = collocation_cell (solution, time[k]);
      const double from = solution->start[cell], part = time[k] - from;
      double *to = covariance + k * n * n;
      memcpy (to, whole + cell * n * n, n * n * sizeof *to);
      for (size_t p = 0; part > 0.0 && p < COLLOCATION_POINTS; p++)
        {
          const double t = from + part * rule.point[p];
          for (size_t c = 1; c < columns; c++)
            collocation_value (solution, solution->read, cell, c, t,
                               values + n * c);
          add_push (matrices, values, part * rule.weight[p], product, to);
        }
    }
  free (whole);
  free (product);
  free (values);
  return SUPPORT_OK;
}

static support_status
evaluate (const collocation_problem *problem, double end, double fineness,
          const double *time, size_t count, double *mean, double *covariance,
          const support_hooks *hooks, support_failure *failure)
{
  const size_t n = problem->matrices->states;
  collocation solution;
  support_status status =
      collocation_solve (problem, end, fineness, hooks, &solution, failure);
  if (status != SUPPORT_OK)
    return status;
  for (size_t k = 0; k < count; k++)
    if (time[k] > 0.0)
      collocation_value (&solution, solution.seen,
                         collocation_cell (&solution, time[k]), 0, time[k],
                         mean + k * n);
    else
      memcpy (mean + k * n, problem->start, n * sizeof *mean);
  if (covariance)
    status =
        put_covariance (problem->matrices, &solution, time, count, covariance);
  collocation_free (&solution);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}

/* The largest difference, relative to the largest value.  */
static double
distance (const double *a, const double *b, size_t count)
{
  double apart = 0.0, scale = 0.0;
  for (size_t i = 0; i < count; i++)
    {
      apart = fmax (apart, fabs (a[i] - b[i]));
      scale = fmax (scale, fabs (a[i]));
      if (isnan (a[i]) || isnan (b[i]))
        return INFINITY;
    }
  return scale > 0.0 ? apart / scale : 0.0;
}

support_status
equation_respond (const equation_matrices *matrices, double correction,
                  const equation_history *history, const double *time,
                  size_t count, double *mean, double *covariance, double *error,
                  const support_hooks *hooks, support_failure *failure)
{
  const size_t n = matrices->states;
  const collocation_problem problem = { .matrices = matrices,
                                        .correction = correction,
                                        .start = history->start,
                                        .before = history->before,
                                        .cells = history->cells,
                                        .width = history->width,
                                        .past = history->past,
                                        .fundamental = covariance != NULL };
  double end = 0.0;
  double *last = support_doubles (count * n);
  double *spread = support_doubles (covariance ? count * n * n : 0);
  support_status status =
      last && spread ? SUPPORT_OK : support_fail_memory (failure);

  if (status == SUPPORT_OK && correction != 0.0
      && (n != 1 || matrices->delays != 1))
    status = support_fail (failure, SUPPORT_INVALID,
                           "a correction stands for one mode and one delay");
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      if (! (time[k] >= 0.0 && isfinite (time[k])))
        status = support_fail (failure, SUPPORT_INVALID,
                               "times must be finite and >= 0");
      end = fmax (end, time[k]);
    }
  *error = 0.0;
  if (end == 0.0)
    end = 1e-3;
  for (double fineness = 1.0; status == SUPPORT_OK && fineness <= 16.0;
       fineness *= 2.0)
    {
      status = evaluate (&problem, end, fineness, time, count, mean, covariance,
                         hooks, failure);
      if (status != SUPPORT_OK)
        break;
      if (fineness > 1.0)
        {
          *error = distance (mean, last, count * n);
          if (covariance)
            *error =
                fmax (*error, distance (covariance, spread, count * n * n));
          if (*error < 1e-10)
            break;
        }
      memcpy (last, mean, count * n * sizeof *last);
      if (covariance)
        memcpy (spread, covariance, count * n * n * sizeof *spread);
    }
  free (last);
  free (spread);
  return status;
}

void
equation_history_points (double point[EQUATION_HISTORY_POINTS])
{
  collocation_rule rule;
  if (collocation_rule_make (&rule) == SUPPORT_OK)
    memcpy (point, rule.point, sizeof rule.point);
}

/* ---- multiplicative noise -------------------------------------------- */

/* Cubic between grid points.  */
static double
between (const double *value, size_t steps, double place)
{
  size_t first = place > 1.0 ? (size_t) place - 1 : 0;
  double sum = 0.0;
  if (first + 3 > steps)
    first = steps - 3;
  for (size_t i = 0; i < 4; i++)
    {
      double product = value[first + i];
      for (size_t j = 0; j < 4; j++)
        if (j != i)
          product *= (place - (double) (first + j)) / ((double) i - (double) j);
      sum += product;
    }
  return sum;
}

support_status
equation_variance_at (const equation_system *system, const double *start,
                      const double *time, size_t count, double *variance,
                      double *error, const support_hooks *hooks,
                      support_failure *failure)
{
  enum
  {
    STEPS = 2048
  };
  const size_t n = system->modes, room = n * (2 * STEPS + 1);
  double *mean = support_doubles (room), *grid = support_doubles (room);
  double end = 0.0, scale = 0.0, apart = 0.0;
  support_status status =
      mean && grid ? SUPPORT_OK : support_fail_memory (failure);
  for (size_t k = 0; k < count; k++)
    end = fmax (end, time[k]);
  *error = 0.0;
  for (int fine = 0; status == SUPPORT_OK && end > 0.0 && fine < 2; fine++)
    {
      const size_t steps = fine ? 2 * STEPS : STEPS;
      const double step = end / (double) steps;
      status = equation_moments (system, start, step, steps, mean, grid, hooks,
                                 failure);
      for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
        for (size_t i = 0; i < n; i++)
          {
            const double v =
                between (grid + i * (steps + 1), steps, time[k] / step);
            double *to = variance + i + n * k;
            if (fine)
              {
                apart = fmax (apart, fabs (v - *to) / 3.0);
                scale = fmax (scale, fabs (v));
              }
            *to = fine ? v + (v - *to) / 3.0 : v;
          }
    }
  if (scale > 0.0)
    *error = apart / scale;
  free (mean);
  free (grid);
  return status;
}
