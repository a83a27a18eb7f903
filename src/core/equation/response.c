/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mean and fundamental solution of one mode, in time.

   With g = E Y(t-D), Q = int g, M = int X, Z = int Y from 0 on,

     X = X(0) - b M - a' Q,   Z = M - c Q,   a' = a - b c,
     Q(t) = past (t - I(t)) + int_0^t Z(t-u) dF(u),   I = int F,

   where PAST is the constant that Y is before 0.  Unlike X' = -b X - a' g this
   has no jumps, even for laws of atoms, so that Z may be interpolated linearly
   on the grid and the error is that of the square of the step.

   A single push at t = 0 is made by an update, and the worker that made it
   reads right after: its response has the transform 1/h and not that of X with
   the past 0, which is (1 + c phi)/h.  It is Y = X - c g.  */
#include "equation/equation_private.h"

#include <math.h>
#include <stdlib.h>

void
equation_weights_free (equation_weights *weights)
{
  free (weights->weight);
  free (weights->edge);
  free (weights->below);
  free (weights->integrated);
  *weights = (equation_weights){ .weight = NULL };
}

/* int_cell (1 - x) f dF goes to the cell's left node and int_cell x f dF to
   its right one, x running over the cell from 0 to 1.  */
support_status
equation_weights_create (const delay_law *law, double step, size_t steps,
                         equation_weights *weights)
{
  weights->weight = support_doubles (steps + 1);
  weights->edge = support_doubles (steps + 1);
  weights->below = support_doubles (steps + 1);
  weights->integrated = support_doubles (steps + 1);
  if (! weights->weight || ! weights->edge || ! weights->below
      || ! weights->integrated)
    {
      equation_weights_free (weights);
      return SUPPORT_MEMORY;
    }
  weights->below[0] = delay_cdf (law, 0.0);
  weights->weight[0] = weights->edge[0] = weights->below[0];
  for (size_t j = 1; j <= steps; j++)
    {
      const double t = (double) j * step;
      weights->below[j] = delay_cdf (law, t);
      weights->integrated[j] = delay_integrated_cdf (law, t);
      const double mass = weights->below[j] - weights->below[j - 1];
      const double right = fmax (
          weights->below[j]
              - (weights->integrated[j] - weights->integrated[j - 1]) / step,
          0.0);
      weights->weight[j - 1] += fmax (mass - right, 0.0);
      weights->weight[j] += right;
      weights->edge[j] = right - 0.5 * delay_atom (law, t);
    }
  weights->length = steps + 1;
  while (weights->length > 1 && weights->weight[weights->length - 1] < 1e-18)
    weights->length--;
  return SUPPORT_OK;
}

double
equation_weights_apply (const equation_weights *weights, const double *values,
                        size_t k)
{
  const size_t last = k < weights->length - 1 ? k : weights->length - 1;
  double sum = 0.0;
  SUPPORT_SUM_IN_LANES (sum)
  for (size_t j = 1; j <= last; j++)
    sum += weights->weight[j] * values[k - j];
  return sum;
}

/* Z is scratch of steps + 1 elements.  */
static void
solve (const roots_kernel *kernel, const equation_weights *weights, double step,
       size_t steps, double past, double *x, double *z)
{
  const double b = kernel->b, c = kernel->c;
  const double a = kernel->a - b * c;
  const double w = weights->weight[0];
  double integral = 0.0; /* M */

  x[0] = 1.0;
  z[0] = 0.0;
  for (size_t k = 1; k <= steps; k++)
    {
      const double t = (double) k * step;
      /* With M = m + (step/2) X the three equations are linear in X, Z, Q:
         X = 1 - b M - a Q, Z = M - c Q, Q = q + w Z.  */
      const double m = integral + 0.5 * step * x[k - 1];
      const double q = past * (t - weights->integrated[k])
                       + equation_weights_apply (weights, z, k);
      const double share = 1.0 / (1.0 + c * w); /* Q = (q + w M) share */
      const double slope = b + a * w * share;   /* of -X in M */
      x[k] = (1.0 - a * q * share - slope * m) / (1.0 + 0.5 * step * slope);
      integral = m + 0.5 * step * x[k];
      z[k] = integral - c * (q + w * integral) * share;
    }
}

/* Replaces X by Y = X - c g, g_k = sum_j weight_j Y_(k-j).  */
static void
respond_to_push (const equation_weights *weights, double c, size_t steps,
                 double *x)
{
  x[0] /= 1.0 + c * weights->edge[0];
  for (size_t k = 1; k <= steps; k++)
    {
      const double g = equation_weights_apply (weights, x, k)
                       + (weights->edge[k] - weights->weight[k]) * x[0];
      x[k] = (x[k] - c * g) / (1.0 + c * weights->weight[0]);
    }
}

support_status
equation_response_on (const roots_kernel *kernel,
                      const equation_weights *weights, double step,
                      size_t steps, double *mean, double *fundamental)
{
  double *scratch = support_doubles (steps + 1);
  if (! scratch)
    return SUPPORT_MEMORY;
  if (mean)
    solve (kernel, weights, step, steps, 1.0, mean, scratch);
  if (fundamental)
    {
      solve (kernel, weights, step, steps, 0.0, fundamental, scratch);
      if (kernel->c != 0.0)
        respond_to_push (weights, kernel->c, steps, fundamental);
    }
  free (scratch);
  return SUPPORT_OK;
}

support_status
equation_response (const roots_kernel *kernel, double step, size_t steps,
                   double *mean, double *fundamental, support_failure *failure)
{
  equation_weights weights;
  support_status status;

  if (! (step > 0.0 && isfinite (step)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the step must be positive and finite");
  status = equation_weights_create (kernel->delay, step, steps, &weights);
  if (status == SUPPORT_OK)
    status =
        equation_response_on (kernel, &weights, step, steps, mean, fundamental);
  else
    return support_fail_memory (failure);
  equation_weights_free (&weights);
  return status == SUPPORT_OK ? status : support_fail_memory (failure);
}
