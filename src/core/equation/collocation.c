/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The collocation method, cell after cell.  */
#include "equation/collocation.h"
#include "support/lapack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  POINTS = COLLOCATION_POINTS
};

typedef struct method
{
  const collocation_problem *problem;
  collocation *solution;
  collocation_rule rule;
  double partial[POINTS][POINTS]; /* int_0^(point i) of the l-th polynomial */
  double *longest, *least;        /* of each delay */
  double *known; /* states x columns x delays x points: g without the cell */
  double *share; /* points x points x delays: g of the cell's own values */
  double *matrix, *right;
  int *pivot;
} method;

void
collocation_free (collocation *solution)
{
  if (solution->read != solution->seen)
    free (solution->read);
  free (solution->seen);
  free (solution->start);
  *solution = (collocation){ .cells = 0 };
}

/* ---- reading --------------------------------------------------------- */

size_t
collocation_cell (const collocation *solution, double t)
{
  size_t low = 0, high = solution->cells;
  while (high - low > 1)
    {
      const size_t middle = (low + high) / 2;
      if (solution->start[middle] <= t)
        low = middle;
      else
        high = middle;
    }
  return low;
}

static size_t
place (const collocation *solution, size_t cell, size_t point, size_t column)
{
  return ((cell * POINTS + point) * solution->columns + column)
         * solution->states;
}

void
collocation_value (const collocation *solution, const double *values,
                   size_t cell, size_t column, double t, double *out)
{
  const double start = solution->start[cell];
  const double width = solution->start[cell + 1] - start;
  collocation_rule rule;
  double basis[POINTS];
  if (collocation_rule_make (&rule) != SUPPORT_OK)
    {
      for (size_t i = 0; i < solution->states; i++)
        out[i] = NAN;
      return;
    }
  collocation_basis (&rule, (t - start) / width, basis);
  for (size_t i = 0; i < solution->states; i++)
    {
      out[i] = 0.0;
      for (size_t l = 0; l < POINTS; l++)
        out[i] += basis[l] * values[place (solution, cell, l, column) + i];
    }
}

/* ---- one cell -------------------------------------------------------- */

static double *
known_at (const method *of, size_t point, size_t delay)
{
  const size_t size = of->solution->states * of->solution->columns;
  return of->known + (point * of->problem->matrices->delays + delay) * size;
}

/* g at T of what was before 0 (the mean's column only).  */
static void
add_past (method *of, const delay_law *law, double t, double *to)
{
  const collocation_problem *problem = of->problem;
  const size_t n = of->solution->states;
  const double rest =
      1.0 - delay_cdf (law, t + (double) problem->cells * problem->width);
  for (size_t i = 0; i < n; i++)
    to[i] += rest * problem->before[i];
  for (size_t m = 0; m < problem->cells; m++)
    {
      const double start = -(double) (problem->cells - m) * problem->width;
      double weight[POINTS];
      collocation_integrate (&of->rule, law, t - start - problem->width,
                             t - start, t, start, problem->width, weight);
      for (size_t l = 0; l < POINTS; l++)
        for (size_t i = 0; i < n; i++)
          to[i] += weight[l] * problem->past[i + n * (l + POINTS * m)];
    }
}

/* KNOWN and SHARE of the cell.  */
static void
gather (method *of, size_t cell)
{
  const equation_matrices *matrices = of->problem->matrices;
  const collocation *solution = of->solution;
  const size_t size = solution->states * solution->columns;
  const double *start = solution->start;
  const double width = start[cell + 1] - start[cell];
  for (size_t point = 0; point < POINTS; point++)
    for (size_t k = 0; k < matrices->delays; k++)
      {
        const double t = start[cell] + width * of->rule.point[point];
        double *to = known_at (of, point, k);
        double weight[POINTS];
        memset (to, 0, size * sizeof *to);
        add_past (of, matrices->delay[k], t, to);
        for (size_t m = cell; m-- > 0;)
          {
            const double low = t - start[m + 1], high = t - start[m];
            if (low > of->longest[k])
              break;
            if (high < of->least[k])
              continue;
            collocation_integrate (&of->rule, matrices->delay[k], low, high, t,
                                   start[m], start[m + 1] - start[m], weight);
            for (size_t l = 0; l < POINTS; l++)
              {
                const double *from = solution->read + place (solution, m, l, 0);
                for (size_t i = 0; i < size; i++)
                  to[i] += weight[l] * from[i];
              }
          }
        collocation_integrate (&of->rule, matrices->delay[k], 0.0,
                               t - start[cell], t, start[cell], width, weight);
        for (size_t l = 0; l < POINTS; l++)
          of->share[point + POINTS * (l + POINTS * k)] = weight[l];
      }
}

/* Solves (I + c W) [known, W] = [known, W]: g in terms of X instead of Y.  */
static support_status
in_terms_of_x (method *of)
{
  const double c = of->problem->correction;
  const size_t columns = of->solution->columns;
  double matrix[POINTS * POINTS], right[POINTS * (POINTS + 2)];
  int size = POINTS, count = (int) (POINTS + columns), info, pivot[POINTS];
  for (size_t i = 0; i < POINTS; i++)
    {
      for (size_t l = 0; l < POINTS; l++)
        {
          const double share = of->share[i + POINTS * l];
          matrix[i + POINTS * l] = (i == l ? 1.0 : 0.0) + c * share;
          right[i + POINTS * l] = share;
        }
      for (size_t r = 0; r < columns; r++)
        right[i + POINTS * (POINTS + r)] = known_at (of, i, 0)[r];
    }
  dgesv_ (&size, &count, matrix, &size, pivot, right, &size, &info);
  if (info != 0)
    return SUPPORT_NUMERICAL;
  memcpy (of->share, right, sizeof matrix);
  for (size_t i = 0; i < POINTS; i++)
    for (size_t r = 0; r < columns; r++)
      known_at (of, i, 0)[r] = right[i + POINTS * (POINTS + r)];
  return SUPPORT_OK;
}

/* The slopes X' at the points from X at the start of the cell, and with them
   the values; STATE (states x columns) moves on to the end.  */
static support_status
advance (method *of, size_t cell, double *state)
{
  const equation_matrices *matrices = of->problem->matrices;
  collocation *solution = of->solution;
  const size_t n = solution->states, columns = solution->columns;
  const size_t rows = POINTS * n;
  const double h = solution->start[cell + 1] - solution->start[cell];
  int size = (int) rows, count = (int) columns, info;

  memset (of->matrix, 0, rows * rows * sizeof *of->matrix);
  for (size_t r = 0; r < rows; r++)
    of->matrix[r + rows * r] = 1.0;
  /* C[k](point, l) = int of the l-th slope that g_k (or X: the last) sees.  */
  for (size_t k = 0; k <= matrices->delays; k++)
    {
      const double *a = k < matrices->delays ? matrices->delayed + k * n * n
                                             : matrices->instant;
      for (size_t p = 0; p < POINTS; p++)
        {
          double whole = k < matrices->delays ? 0.0 : 1.0;
          for (size_t l = 0; l < POINTS; l++)
            {
              double seen = 0.0;
              if (k == matrices->delays)
                seen = of->partial[p][l];
              else
                for (size_t m = 0; m < POINTS; m++)
                  seen += of->share[p + POINTS * (m + POINTS * k)]
                          * of->partial[m][l];
              for (size_t i = 0; seen != 0.0 && i < n; i++)
                for (size_t j = 0; j < n; j++)
                  of->matrix[p * n + i + rows * (l * n + j)] -=
                      h * seen * a[i + j * n];
            }
          if (k < matrices->delays)
            for (size_t m = 0; m < POINTS; m++)
              whole += of->share[p + POINTS * (m + POINTS * k)];
          for (size_t c = 0; c < columns; c++)
            for (size_t i = 0; i < n; i++)
              {
                double sum = 0.0;
                for (size_t j = 0; j < n; j++)
                  sum += a[i + j * n]
                         * (whole * state[j + n * c]
                            + (k < matrices->delays
                                   ? known_at (of, p, k)[j + n * c]
                                   : 0.0));
                double *to = of->right + p * n + i + rows * c;
                *to = sum + (k ? *to : 0.0);
              }
        }
    }
  dgesv_ (&size, &count, of->matrix, &size, of->pivot, of->right, &size, &info);
  if (info != 0)
    return SUPPORT_NUMERICAL;
  for (size_t c = 0; c < columns; c++)
    for (size_t i = 0; i < n; i++)
      {
        const double *slope = of->right + rows * c + i;
        double end = state[i + n * c];
        for (size_t p = 0; p < POINTS; p++)
          {
            double x = state[i + n * c];
            for (size_t l = 0; l < POINTS; l++)
              x += h * of->partial[p][l] * slope[l * n];
            solution->seen[place (solution, cell, p, c) + i] = x;
            end += h * of->rule.weight[p] * slope[p * n];
          }
        state[i + n * c] = end;
      }
  if (solution->read != solution->seen)
    for (size_t c = 0; c < columns; c++)
      for (size_t p = 0; p < POINTS; p++)
        {
          double g = known_at (of, p, 0)[c];
          for (size_t l = 0; l < POINTS; l++)
            g += of->share[p + POINTS * l]
                 * solution->seen[place (solution, cell, l, c)];
          solution->read[place (solution, cell, p, c)] =
              solution->seen[place (solution, cell, p, c)]
              - of->problem->correction * g;
        }
  return SUPPORT_OK;
}

/* ---- all cells ------------------------------------------------------- */

static bool
prepare (method *of)
{
  const equation_matrices *matrices = of->problem->matrices;
  collocation *solution = of->solution;
  const size_t n = solution->states, rows = POINTS * n;
  const size_t size = solution->cells * POINTS * solution->columns * n;
  solution->seen = support_doubles (size);
  solution->read =
      of->problem->correction != 0.0 ? support_doubles (size) : solution->seen;
  of->longest = support_doubles (matrices->delays);
  of->least = support_doubles (matrices->delays);
  of->known =
      support_doubles (n * solution->columns * matrices->delays * POINTS);
  of->share = support_doubles (POINTS * POINTS * matrices->delays);
  of->matrix = support_doubles (rows * rows);
  of->right = support_doubles (rows * solution->columns);
  of->pivot = calloc (rows, sizeof *of->pivot);
  if (! solution->seen || ! solution->read || ! of->longest || ! of->least
      || ! of->known || ! of->share || ! of->matrix || ! of->right
      || ! of->pivot || collocation_rule_make (&of->rule) != SUPPORT_OK)
    return false;
  for (size_t i = 0; i < POINTS; i++)
    for (size_t m = 0; m < POINTS; m++)
      {
        const double x = of->rule.point[i];
        double basis[POINTS];
        collocation_basis (&of->rule, x * of->rule.point[m], basis);
        for (size_t l = 0; l < POINTS; l++)
          of->partial[i][l] += x * of->rule.weight[m] * basis[l];
      }
  for (size_t k = 0; k < matrices->delays; k++)
    {
      const double supremum = delay_supremum (matrices->delay[k]);
      of->longest[k] = isfinite (supremum)
                           ? supremum
                           : delay_quantile (matrices->delay[k], 1.0 - 1e-15);
      of->least[k] = delay_quantile (matrices->delay[k], 0.0);
    }
  return true;
}

support_status
collocation_solve (const collocation_problem *problem, double end,
                   double fineness, const support_hooks *hooks,
                   collocation *solution, support_failure *failure)
{
  method of = { .problem = problem, .solution = solution };
  const size_t n = problem->matrices->states;
  double *state = NULL;
  support_status status;

  *solution =
      (collocation){ .states = n, .columns = problem->fundamental ? 1 + n : 1 };
  status = collocation_mesh (problem->matrices, end, fineness, &solution->start,
                             &solution->cells);
  if (status == SUPPORT_LIMIT)
    return support_fail (failure, status,
                         "times so long against the delays and the rates take "
                         "more than 20000 cells");
  if (status == SUPPORT_OK && n > 300)
    status = support_fail (failure, SUPPORT_LIMIT,
                           "at most 300 states can be solved together");
  if (status == SUPPORT_OK)
    {
      state = support_doubles (n * solution->columns);
      status = state && prepare (&of) ? SUPPORT_OK : SUPPORT_MEMORY;
    }
  if (status == SUPPORT_OK)
    for (size_t i = 0; i < n; i++)
      {
        state[i] = problem->start[i];
        if (problem->fundamental)
          state[i + n * (1 + i)] = 1.0;
      }
  for (size_t cell = 0; status == SUPPORT_OK && cell < solution->cells; cell++)
    {
      if (hooks && hooks->interrupted && hooks->interrupted (hooks->data))
        {
          status = SUPPORT_INTERRUPTED;
          break;
        }
      gather (&of, cell);
      if (problem->correction != 0.0)
        status = in_terms_of_x (&of);
      if (status == SUPPORT_OK)
        status = advance (&of, cell, state);
      if (status == SUPPORT_NUMERICAL)
        support_fail (failure, status, "the response could not be continued");
    }
  free (state);
  free (of.longest);
  free (of.least);
  free (of.known);
  free (of.share);
  free (of.matrix);
  free (of.right);
  free (of.pivot);
  if (status == SUPPORT_MEMORY)
    support_fail_memory (failure);
  if (status != SUPPORT_OK)
    collocation_free (solution);
  return status;
}
