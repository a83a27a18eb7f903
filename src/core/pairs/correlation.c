/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Correlation in time, in the stationary state.  The model at a time t only
   multiplies what follows: given that it is w, the moments E [w(t+u) w; ..] and
   E [w_j(t+u) w; ..] obey the first moments' equations, from B and Y for M and
   E at u = 0 (Onsager's regression, which the closure keeps).  */
#include "pairs/pairs_private.h"
#include "support/lapack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>

enum
{
  MOST_MOMENTS = 2400 /* second moments that are solved for at once */
};

/* ---- the stationary state --------------------------------------------- */

static void
second_column (const pairs_model *model, const pairs_mode *mode, size_t j,
               double *state, double *flow, double *work)
{
  const pairs_mode quiet = { mode->alpha, mode->square, 0.0 };
  state[j] = 1.0;
  pairs_second_flow (model, &quiet, state, flow, work);
  state[j] = 0.0;
}

/* M and E as B and Y of the stationary second moments; *VARIANCE is theirs of
   the model.  */
static support_status
start_of (const pairs_model *model, const pairs_mode *mode, double *start,
          double *variance)
{
  const size_t n = pairs_second_size (model), first = pairs_first_size (model);
  const int order = (int) n, one = 1;
  double *matrix = support_doubles (n * n), *moments = support_doubles (n);
  double *state = support_doubles (n);
  double *work = support_doubles (pairs_work_size (model));
  int *pivot = calloc (n, sizeof *pivot);
  support_status status = SUPPORT_MEMORY;
  int info = 0;
  if (matrix && moments && state && work && pivot)
    {
      for (size_t j = 0; j < n; j++)
        second_column (model, mode, j, state, matrix + j * n, work);
      pairs_second_flow (model, mode, state, moments, work);
      for (size_t i = 0; i < n; i++)
        moments[i] = -moments[i];
      dgesv_ (&order, &one, matrix, &order, pivot, moments, &order, &info);
      memcpy (start, moments, first * sizeof *start);
      *variance = pairs_total (model, moments);
      status = info == 0 ? SUPPORT_OK : SUPPORT_NUMERICAL;
    }
  free (matrix);
  free (moments);
  free (state);
  free (work);
  free (pivot);
  return status;
}

/* START of pairs_first_size numbers, to be freed, for noise of variance 1; NULL
   where there is no stationary state.  What all moments together say of the
   model must be what the reduced system of pairs_stationary says.  */
static support_status
stationary_start (const pairs_model *model, const pairs_mode *mode,
                  double **start, support_failure *failure)
{
  const pairs_mode unit = { mode->alpha, mode->square, 1.0 };
  double variance, same = NAN;
  *start = NULL;
  if (pairs_second_size (model) > MOST_MOMENTS)
    return support_fail (failure, SUPPORT_LIMIT,
                         "correlation in time at order 3 is for at most %d "
                         "moments, not %zu; use order 1 or 2",
                         MOST_MOMENTS, pairs_second_size (model));
  support_status status = pairs_stationary (model, &unit, &variance, failure);
  if (status != SUPPORT_OK || ! isfinite (variance))
    return status;
  *start = support_doubles (pairs_first_size (model));
  if (! *start)
    return support_fail_memory (failure);
  status = start_of (model, &unit, *start, &same);
  if (status == SUPPORT_MEMORY)
    support_fail_memory (failure);
  else if (status != SUPPORT_OK || ! (fabs (same / variance - 1.0) < 1e-6))
    status = support_fail (failure, SUPPORT_NUMERICAL,
                           "the stationary moments of pairs could not be "
                           "solved for");
  if (status != SUPPORT_OK)
    {
      free (*start);
      *start = NULL;
    }
  return status;
}

static void
fill (double *value, size_t count, double with)
{
  for (size_t k = 0; k < count; k++)
    value[k] = with;
}

/* ---- against the lag --------------------------------------------------- */

typedef struct motion
{
  const pairs_model *model;
  double alpha;
  double *work;
} motion;

static int
flow (double t, const double *state, double *derivative, void *context)
{
  const motion *of = context;
  (void) t;
  pairs_first_flow (of->model, of->alpha, state, derivative, of->work);
  return GSL_SUCCESS;
}

static support_status
follow (motion *of, double *state, const double *lag, size_t count,
        double tolerance, double noise, double *value,
        const support_hooks *hooks)
{
  const size_t size = pairs_first_size (of->model);
  const gsl_odeiv2_system system = { .function = flow,
                                     .dimension = size,
                                     .params = of };
  gsl_odeiv2_step *method = gsl_odeiv2_step_alloc (gsl_odeiv2_step_rk8pd, size);
  gsl_odeiv2_evolve *evolve = gsl_odeiv2_evolve_alloc (size);
  gsl_odeiv2_control *control = gsl_odeiv2_control_y_new (
      tolerance * fabs (pairs_total (of->model, state)) / (double) size,
      tolerance);
  double t = 0.0, step = 0.1 / of->model->fastest;
  size_t taken = 0;
  support_status status =
      method && evolve && control ? SUPPORT_OK : SUPPORT_MEMORY;
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      while (status == SUPPORT_OK && t < lag[k])
        if (taken++ % 64 == 0 && hooks && hooks->interrupted
            && hooks->interrupted (hooks->data))
          status = SUPPORT_INTERRUPTED;
        else if (gsl_odeiv2_evolve_apply (evolve, control, method, &system, &t,
                                          lag[k], &step, state)
                 != GSL_SUCCESS)
          status = SUPPORT_NUMERICAL;
      value[k] = noise * pairs_total (of->model, state);
    }
  if (control)
    gsl_odeiv2_control_free (control);
  if (evolve)
    gsl_odeiv2_evolve_free (evolve);
  if (method)
    gsl_odeiv2_step_free (method);
  return status;
}

support_status
pairs_autocovariance (const pairs_model *model, const pairs_mode *mode,
                      const double *lag, size_t count, double tolerance,
                      double *value, const support_hooks *hooks,
                      support_failure *failure)
{
  motion of = { model, mode->alpha, support_doubles (pairs_work_size (model)) };
  double *state = NULL;
  support_status status = of.work ? SUPPORT_OK : support_fail_memory (failure);
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    if (! (lag[k] >= (k ? lag[k - 1] : 0.0) && isfinite (lag[k])))
      status = support_fail (failure, SUPPORT_INVALID,
                             "lags must be finite, >= 0 and not decreasing");
  if (status == SUPPORT_OK)
    status = stationary_start (model, mode, &state, failure);
  if (status == SUPPORT_OK && ! state)
    fill (value, count, NAN);
  else if (status == SUPPORT_OK)
    {
      status =
          follow (&of, state, lag, count, tolerance, mode->noise, value, hooks);
      if (status == SUPPORT_MEMORY)
        support_fail_memory (failure);
      else if (status == SUPPORT_NUMERICAL)
        support_fail (failure, status,
                      "the autocovariance could not be followed");
    }
  free (of.work);
  free (state);
  return status;
}

/* ---- against the frequency --------------------------------------------- */

/* X = (i w - H)^-1 X for a Hessenberg H, by elimination with the rows that
   neighbour each other; SPACE has n^2 numbers.  */
static bool
solve_hessenberg (const double *h, size_t n, double w, double complex *x,
                  double complex *space)
{
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < n && i <= j + 1; i++)
      space[i * n + j] = (i == j ? CMPLX (0.0, w) : 0.0) - h[i + j * n];
  for (size_t k = 0; k < n; k++)
    {
      double complex *row = space + k * n, *next = row + n;
      if (k + 1 < n)
        {
          if (cabs (next[k]) > cabs (row[k]))
            {
              for (size_t j = k; j < n; j++)
                {
                  const double complex keep = row[j];
                  row[j] = next[j];
                  next[j] = keep;
                }
              const double complex keep = x[k];
              x[k] = x[k + 1];
              x[k + 1] = keep;
            }
          const double complex factor = next[k] / row[k];
          for (size_t j = k + 1; j < n; j++)
            next[j] -= factor * row[j];
          x[k + 1] -= factor * x[k];
        }
      if (row[k] == 0.0)
        return false;
    }
  for (size_t k = n; k-- > 0;)
    {
      const double complex *row = space + k * n;
      for (size_t j = k + 1; j < n; j++)
        x[k] -= row[j] * x[j];
      x[k] /= row[k];
    }
  return true;
}

/* 2 Re total (i w - A)^-1 START at each frequency, with A = Q H Q'.  */
static support_status
transform (const pairs_model *model, double alpha, const double *start,
           const double *frequency, size_t count, double noise, double *value)
{
  const size_t n = pairs_first_size (model);
  const int order = (int) n, one = 1, length = 64 * order;
  double *matrix = support_doubles (n * n);
  double *reflectors = support_doubles (n), *state = support_doubles (n);
  double *work = support_doubles (pairs_work_size (model));
  double *space = support_doubles ((size_t) length);
  double *turned = support_doubles (n), *total = support_doubles (n);
  double complex *x = calloc (n, sizeof *x);
  double complex *triangle = calloc (n * n, sizeof *triangle);
  support_status status = SUPPORT_MEMORY;
  int info = 0;
  if (matrix && reflectors && state && work && space && turned && total && x
      && triangle)
    {
      status = SUPPORT_OK;
      for (size_t j = 0; j < n; j++)
        {
          state[j] = 1.0;
          pairs_first_flow (model, alpha, state, matrix + j * n, work);
          total[j] = pairs_total (model, state);
          state[j] = 0.0;
        }
      memcpy (turned, start, n * sizeof *turned);
      dgehrd_ (&order, &one, &order, matrix, &order, reflectors, space, &length,
               &info);
      dormhr_ ("L", "T", &order, &one, &one, &order, matrix, &order, reflectors,
               turned, &order, space, &length, &info);
      dormhr_ ("L", "T", &order, &one, &one, &order, matrix, &order, reflectors,
               total, &order, space, &length, &info);
      for (size_t k = 0; k < count; k++)
        {
          double sum = 0.0;
          for (size_t i = 0; i < n; i++)
            x[i] = turned[i];
          if (! solve_hessenberg (matrix, n, frequency[k], x, triangle))
            sum = NAN;
          for (size_t i = 0; i < n; i++)
            sum += total[i] * creal (x[i]);
          value[k] = 2.0 * noise * sum;
        }
    }
  free (matrix);
  free (reflectors);
  free (state);
  free (work);
  free (space);
  free (turned);
  free (total);
  free (x);
  free (triangle);
  return status;
}

support_status
pairs_spectrum (const pairs_model *model, const pairs_mode *mode,
                const double *frequency, size_t count, double *value,
                support_failure *failure)
{
  double *start;
  support_status status = stationary_start (model, mode, &start, failure);
  if (status == SUPPORT_OK && ! start)
    fill (value, count, NAN);
  else if (status == SUPPORT_OK
           && transform (model, mode->alpha, start, frequency, count,
                         mode->noise, value)
                  != SUPPORT_OK)
    status = support_fail_memory (failure);
  free (start);
  return status;
}
