/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and variances of all modes in time.  With the fundamental solution R,

     v_i(t) = int_0^t R_i(t-u)^2 q_i(u) du,
     q_i(u) = b_i^2 + sum_j K_ij E S_j(u-D),   S_j = m_j^2 + v_j,

   by the trapezoidal rule on the grid of the response.  */
#include "equation/equation_private.h"

#include <math.h>
#include <stdlib.h>

typedef struct march
{
  const equation_system *system;
  const double *start;
  double step;
  size_t steps;
  equation_weights weights;
  double *covered; /* covered[k]: weights up to k, P(D <= t) on the grid */
  double *mean, *variance;
  double *square; /* R_i^2, one mode after another */
  double *second; /* S_i */
  double *push;   /* q_i */
} march;

static size_t
offset (const march *of, size_t i)
{
  return i * (of->steps + 1);
}

/* E S_j(t_k - D); at D = 0 the variance that is not known yet is
   extrapolated.  */
static double
delayed_second_moment (const march *of, size_t j, size_t k)
{
  const double *second = of->second + offset (of, j);
  const double start = of->start[j] * of->start[j];
  const double before = (1.0 - of->covered[k]) * start;
  if (k == 0)
    return start;
  const double m = of->mean[offset (of, j) + k];
  const double *v = of->variance + offset (of, j);
  const double now = k > 1 ? fmax (2.0 * v[k - 1] - v[k - 2], 0.0) : v[k - 1];
  return before + of->weights.weight[0] * (m * m + now)
         + equation_weights_apply (&of->weights, second, k);
}

static void
advance_mode (march *of, size_t i, size_t k)
{
  const double *square = of->square + offset (of, i);
  const double *push = of->push + offset (of, i);
  double sum = 0.5 * (square[k] * push[0] + square[0] * push[k]);
  SUPPORT_SUM_IN_LANES (sum)
  for (size_t l = 1; l < k; l++)
    sum += square[k - l] * push[l];
  const double m = of->mean[offset (of, i) + k];
  const double v = k ? of->step * sum : 0.0;
  of->variance[offset (of, i) + k] = v;
  of->second[offset (of, i) + k] = m * m + v;
}

static support_status
respond (march *of, size_t i)
{
  const roots_kernel kernel = equation_kernel (of->system, i);
  double *mean = of->mean + offset (of, i);
  double *square = of->square + offset (of, i);
  const support_status status = equation_response_on (
      &kernel, &of->weights, of->step, of->steps, mean, square);
  for (size_t k = 0; k <= of->steps; k++)
    {
      mean[k] *= of->start[i];
      square[k] *= square[k];
    }
  return status;
}

/* One mode that drives itself only.  */
static support_status
march_alone (void *context, size_t i, support_team *team)
{
  march *of = context;
  const double additive = of->system->intensity[i];
  const double own = of->system->coupling[i];
  const support_status status = respond (of, i);
  if (status != SUPPORT_OK)
    return status;
  if (additive == 0.0 && (own == 0.0 || of->start[i] == 0.0))
    return SUPPORT_OK; /* the variance stays 0 */
  for (size_t k = 0; k <= of->steps; k++)
    {
      if (k % 256 == 0
          && ! support_team_continue (team,
                                      (double) k / (double) (of->steps + 1)))
        return SUPPORT_INTERRUPTED;
      of->push[offset (of, i) + k] =
          additive + (own > 0.0 ? own * delayed_second_moment (of, i, k) : 0.0);
      advance_mode (of, i, k);
    }
  return SUPPORT_OK;
}

/* All modes side by side.  */
static support_status
march_coupled (void *context, size_t task, support_team *team)
{
  march *of = context;
  const size_t n = of->system->modes;
  support_status status = SUPPORT_OK;
  double *delayed = support_doubles (n);
  (void) task;
  if (! delayed)
    return SUPPORT_MEMORY;
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    status = respond (of, i);
  for (size_t k = 0; status == SUPPORT_OK && k <= of->steps; k++)
    {
      if (k % 64 == 0
          && ! support_team_continue (team,
                                      (double) k / (double) (of->steps + 1)))
        status = SUPPORT_INTERRUPTED;
      for (size_t j = 0; j < n; j++)
        delayed[j] = delayed_second_moment (of, j, k);
      for (size_t i = 0; i < n; i++)
        {
          double push = of->system->intensity[i];
          for (size_t j = 0; j < n; j++)
            push += of->system->coupling[i + j * n] * delayed[j];
          of->push[offset (of, i) + k] = push;
          advance_mode (of, i, k);
        }
    }
  free (delayed);
  return status;
}

double
equation_variance (double second, double mean)
{
  /* Rounding may leave less than nothing; what has grown out of the range of
     numbers is infinite.  */
  return isinf (second) ? INFINITY : fmax (second - mean * mean, 0.0);
}

support_status
equation_moments (const equation_system *system, const double *start,
                  double step, size_t steps, double *mean, double *variance,
                  const support_hooks *hooks, support_failure *failure)
{
  march of = { .system = system,
               .start = start,
               .step = step,
               .steps = steps,
               .mean = mean,
               .variance = variance };
  const size_t n = system->modes, size = n * (steps + 1);
  support_status status = SUPPORT_MEMORY;

  if (! (step > 0.0 && isfinite (step)) || steps > 100000 || n == 0
      || size / n != steps + 1)
    return support_fail (failure, SUPPORT_INVALID,
                         "the time grid must have a positive step and at most "
                         "100000 points");
  if (equation_refuse_inertia (system, failure) != SUPPORT_OK)
    return SUPPORT_INVALID;
  if (system->ball)
    return equation_ball_moments (system, start, step, steps, mean, variance,
                                  hooks, failure);
  if (system->pairs)
    return equation_pairs_moments (system, start, step, steps, mean, variance,
                                   NULL, hooks, failure);
  of.covered = support_doubles (steps + 1);
  of.square = support_doubles (size);
  of.second = support_doubles (size);
  of.push = support_doubles (size);
  if (of.covered && of.square && of.second && of.push)
    status = equation_weights_create (system->delay, step, steps, &of.weights);
  if (status == SUPPORT_OK)
    {
      for (size_t k = 0; k <= steps; k++)
        of.covered[k] = of.weights.weight[k] + (k ? of.covered[k - 1] : 0.0);
      for (size_t i = 0; i < size; i++)
        variance[i] = 0.0;
      status = system->coupled
                   ? support_team_run (march_coupled, &of, 1, 1, hooks, NULL)
                   : support_team_run (march_alone, &of, n, 0, hooks, NULL);
    }
  equation_weights_free (&of.weights);
  free (of.covered);
  free (of.square);
  free (of.second);
  free (of.push);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}
