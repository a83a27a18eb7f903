/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the loss around a model: the ends of the Hessian's spectrum
   (lanczos.c), slopes, and the noise of the gradients.  */
#include "objective/lanczos.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the noise ------------------------------------------------------- */

static double
variance_of (const double *values, size_t count)
{
  double mean = 0.0, squares = 0.0;
  for (size_t i = 0; i < count; i++)
    mean += values[i] / (double) count;
  for (size_t i = 0; i < count; i++)
    squares += (values[i] - mean) * (values[i] - mean);
  return squares / (double) count;
}

/* Exact, in the direction of each eigenvector.  */
static support_status
find_mode_variance (const objective *object, const double *model,
                    objective_workspace *workspace,
                    objective_curvature *curvature)
{
  const double share = objective_batch_share (object);
  const size_t n = curvature->dimension, samples = object->samples;
  double *slope = support_doubles (share > 0.0 ? samples : 0);
  support_status status = slope ? SUPPORT_OK : SUPPORT_MEMORY;

  for (size_t k = 0; status == SUPPORT_OK && k < curvature->count; k++)
    {
      const double *vector = curvature->vector + k * n;
      curvature->mode_variance[k] =
          objective_noise_along (object, model, vector);
      if (share > 0.0)
        {
          status =
              object->kind->slopes (object, model, vector, workspace, slope);
          curvature->mode_variance[k] += share * variance_of (slope, samples);
        }
    }
  free (slope);
  return status;
}

/* Means and sums of squared deviations (Welford 1962) over drawn gradients,
   along the eigenvectors and per parameter.  */
static support_status
sample_variance (const objective *object, const objective_curvature_plan *plan,
                 const support_hooks *hooks, objective_workspace *workspace,
                 objective_curvature *curvature)
{
  const size_t n = curvature->dimension, count = curvature->count;
  double *gradient = support_doubles (n);
  double *mean = support_doubles (n + count);
  gsl_rng *stream = support_stream_create (plan->seed, 1);
  support_status status =
      gradient && mean && stream ? SUPPORT_OK : SUPPORT_MEMORY;

  for (size_t draw = 1; status == SUPPORT_OK && draw <= plan->draws; draw++)
    {
      status =
          objective_gradient (object, plan->model, stream, workspace, gradient);
      for (size_t i = 0; status == SUPPORT_OK && i < n + count; i++)
        {
          const double value =
              i < n ? gradient[i]
                    : objective_dot (curvature->vector + (i - n) * n, gradient,
                                     n);
          double *sum = i < n ? &curvature->variance[i]
                              : &curvature->mode_variance[i - n];
          const double deviation = value - mean[i];
          mean[i] += deviation / (double) draw;
          *sum += deviation * (value - mean[i]);
        }
      if (status == SUPPORT_OK && hooks && hooks->interrupted
          && hooks->interrupted (hooks->data))
        status = SUPPORT_INTERRUPTED;
    }
  for (size_t i = 0; i < n + count; i++)
    {
      double *sum =
          i < n ? &curvature->variance[i] : &curvature->mode_variance[i - n];
      *sum = plan->draws > 1 ? *sum / (double) (plan->draws - 1) : NAN;
    }
  curvature->drawn = plan->draws;
  free (gradient);
  free (mean);
  if (stream)
    gsl_rng_free (stream);
  return status;
}

/* ---- slopes ---------------------------------------------------------- */

static support_status
find_slopes (const objective *object, const double *model,
             objective_workspace *workspace, objective_curvature *curvature)
{
  const size_t n = curvature->dimension;
  double *gradient = support_doubles (n);
  support_status status =
      gradient ? objective_loss (object, model, workspace, &curvature->loss)
               : SUPPORT_MEMORY;
  if (status == SUPPORT_OK)
    status = objective_gradient (object, model, NULL, workspace, gradient);
  if (status == SUPPORT_OK)
    {
      curvature->gradient_norm = sqrt (objective_dot (gradient, gradient, n));
      for (size_t k = 0; k < curvature->count; k++)
        curvature->slope[k] =
            objective_dot (curvature->vector + k * n, gradient, n);
    }
  free (gradient);
  return status;
}

/* ---- the door -------------------------------------------------------- */

void
objective_curvature_free (objective_curvature *curvature)
{
  if (! curvature)
    return;
  free (curvature->eigenvalue);
  free (curvature->residual);
  free (curvature->converged);
  free (curvature->vector);
  free (curvature->slope);
  free (curvature->mode_variance);
  free (curvature->variance);
  free (curvature);
}

static support_status
check (const objective *object, const objective_curvature_plan *plan,
       support_failure *failure)
{
  if (plan->count == 0 || plan->steps == 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "at least one eigenvalue and one step are needed");
  if (! (plan->tolerance > 0.0 && plan->tolerance < 1.0))
    return support_fail (failure, SUPPORT_INVALID,
                         "the tolerance must be between 0 and 1");
  return objective_check_finite (plan->model, object->dimension, "the model",
                                 failure);
}

support_status
objective_curvature_at (const objective *object,
                        const objective_curvature_plan *plan,
                        const support_hooks *hooks,
                        objective_curvature **created, support_failure *failure)
{
  const size_t n = object->dimension;
  objective_workspace *workspace = NULL;
  objective_curvature *curvature = NULL;
  support_status status = check (object, plan, failure);
  const int blas_threads = support_blas_one_thread ();

  *created = NULL;
  if (status == SUPPORT_OK)
    status = objective_workspace_create (object, &workspace, failure);
  if (status == SUPPORT_OK)
    {
      curvature = calloc (1, sizeof *curvature);
      status = curvature ? SUPPORT_OK : SUPPORT_MEMORY;
    }
  if (status == SUPPORT_OK)
    {
      curvature->dimension = n;
      curvature->variance = support_doubles (n);
      status = curvature->variance ? objective_lanczos (
                   object, plan, hooks, workspace, curvature, failure)
                                   : SUPPORT_MEMORY;
    }
  if (status == SUPPORT_OK)
    status = find_slopes (object, plan->model, workspace, curvature);
  if (status == SUPPORT_OK && object->callback)
    status = sample_variance (object, plan, hooks, workspace, curvature);
  else if (status == SUPPORT_OK)
    {
      status = objective_variance (object, plan->model, workspace,
                                   curvature->variance);
      if (status == SUPPORT_OK)
        status = find_mode_variance (object, plan->model, workspace, curvature);
    }
  support_blas_restore (blas_threads);
  objective_workspace_free (workspace);
  if (status == SUPPORT_OK)
    *created = curvature;
  else
    objective_curvature_free (curvature);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}
