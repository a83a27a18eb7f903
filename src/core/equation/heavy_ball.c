/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Second moments under momentum, counted in updates.  With the staleness tau of
   each update drawn anew, a mode w obeys

     w_(k+1) = w_k + beta (w_k - w_(k-1)) - alpha' c(tau) w_(k-tau) + noise,

   alpha = alpha' E c.  Its impulse response R has the transform 1/f(z),

     f(z) = z - 1 - beta (1 - 1/z) + alpha P(z),  P(z) = sum_j q_j z^(-j),

   q_j = P(tau = j) c(j) / E c, and with u_k = sum_j q_j w_(k-j), what an update
   does on average given the past, a push of variance

     p_k = additive + K E w_(k-tau)^2 - alpha^2 E u_k^2

   per update makes the variance sum_l R_(k-1-l)^2 p_l of w (and of u alike).
   In the limit that is J p with J = sum R^2, and E u^2 = J_u p, sums that are
   integrals of |1/f|^2 and |P/f|^2 around the unit circle.  Exact for one
   worker.  */
#include "equation/equation_private.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>

double
equation_ball_alpha (const equation_system *system, size_t i)
{
  return system->damping[i] * (1.0 - system->ball->beta) / system->ball->rate;
}

double
equation_ball_unit (const equation_ball *ball)
{
  return (1.0 - ball->beta) * (1.0 - ball->beta) / ball->rate;
}

typedef struct circle
{
  const equation_ball *ball;
  double alpha, radius;
  size_t size; /* of q that counts on it */
  bool past;   /* |P/f|^2 instead of |1/f|^2 */
} circle;

static double
power_at (double angle, void *data)
{
  const circle *of = data;
  const equation_ball *ball = of->ball;
  const double complex z =
      CMPLX (of->radius * cos (angle), of->radius * sin (angle));
  const double x = cos (angle) / of->radius, y = -sin (angle) / of->radius;
  double re = 0.0, im = 0.0; /* P(z), by Horner */
  for (size_t j = of->size; j-- > 0;)
    {
      const double next = re * x - im * y + ball->q[j];
      im = re * y + im * x;
      re = next;
    }
  const double complex p = CMPLX (re, im);
  const double complex f =
      z - 1.0 - ball->beta * (1.0 - 1.0 / z) + of->alpha * p;
  const double size = creal (f) * creal (f) + cimag (f) * cimag (f);
  return (of->past ? re * re + im * im : 1.0) / size;
}

/* sum_k R_k^2 x^-k and the same of u, x being the square of the radius; no zero
   of f may lie on the circle or outside.  NAN where that was not computed.  */
static support_status
sum_circle (const equation_ball *ball, double alpha, double x, double *energy,
            double *past)
{
  enum
  {
    INTERVALS = 1000
  };
  circle of = { .ball = ball, .alpha = alpha, .radius = sqrt (x) };
  gsl_integration_workspace *workspace =
      gsl_integration_workspace_alloc (INTERVALS);
  gsl_function integrand = { power_at, &of };
  double error;
  if (! workspace)
    return SUPPORT_MEMORY;
  of.size = ball->size;
  while (of.size > 1
         && ball->q[of.size - 1] * pow (of.radius, -(double) of.size) < 1e-18)
    of.size--;
  for (int k = 0; k < 2; k++)
    {
      double *sum = k ? past : energy;
      of.past = k;
      const int failed =
          gsl_integration_qag (&integrand, 0.0, M_PI, 0.0, 1e-10, INTERVALS,
                               GSL_INTEG_GAUSS21, workspace, sum, &error);
      *sum = ! failed || error < 1e-6 * *sum ? *sum / M_PI : NAN;
    }
  gsl_integration_workspace_free (workspace);
  return SUPPORT_OK;
}

/* The greatest modulus of the zeros of f.  */
static support_status
slowest (const equation_ball *ball, double alpha, double *modulus,
         support_failure *failure)
{
  const roots_iteration iteration = { alpha, ball->beta, ball->size, ball->q };
  roots_set *set = NULL;
  const support_status status =
      roots_of_iteration (&iteration, 1, NULL, &set, failure);
  *modulus =
      status == SUPPORT_OK && set->count > 0 ? cabs (set->root[0].s) : NAN;
  roots_set_free (set);
  return status;
}

support_status
equation_ball_energy (const equation_system *system, double *energy,
                      double *known, support_failure *failure)
{
  const equation_ball *ball = system->ball;
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < system->modes; i++)
    {
      const double alpha = equation_ball_alpha (system, i);
      double modulus = NAN, past;
      known[i] = 0.0;
      energy[i] = INFINITY;
      if (alpha == 0.0)
        continue;
      status = slowest (ball, alpha, &modulus, failure);
      if (status != SUPPORT_OK || modulus >= 1.0)
        continue;
      if (sum_circle (ball, alpha, 1.0, &energy[i], &past) != SUPPORT_OK)
        return support_fail_memory (failure);
      known[i] = alpha * alpha * past / energy[i] / equation_ball_unit (ball);
      energy[i] *= equation_ball_unit (ball);
    }
  return status;
}

/* K P(x) J(x) - alpha^2 J_u(x).  */
static support_status
gain (const equation_system *system, size_t i, double x, double *value)
{
  const equation_ball *ball = system->ball;
  const double alpha = equation_ball_alpha (system, i);
  double p = 0.0, energy, past;
  const support_status status = sum_circle (ball, alpha, x, &energy, &past);
  for (size_t j = ball->size; j-- > 0;)
    p = p / x + ball->q[j];
  *value = system->coupling[i] * equation_ball_unit (ball) * p * energy
           - alpha * alpha * past;
  return status;
}

support_status
equation_ball_exponent (const equation_system *system, size_t i,
                        double *exponent, support_failure *failure)
{
  const equation_ball *ball = system->ball;
  double modulus, value;
  support_status status =
      slowest (ball, equation_ball_alpha (system, i), &modulus, failure);
  *exponent = NAN;
  if (status != SUPPORT_OK || isnan (modulus))
    return status;
  /* E w^2 goes like x^k; the mean alone, like least^k.  */
  const double least = modulus * modulus, finest = 1e-9;
  double low = finest, high = finest; /* x / least - 1 */
  status = gain (system, i, least * (1.0 + high), &value);
  while (status == SUPPORT_OK && value >= 1.0 && high < 1e3)
    {
      low = high;
      high *= 4.0;
      status = gain (system, i, least * (1.0 + high), &value);
    }
  while (status == SUPPORT_OK && ! isnan (value)
         && high - low > 1e-9 + 1e-6 * low)
    {
      const double middle = 0.5 * (low + high);
      status = gain (system, i, least * (1.0 + middle), &value);
      if (value >= 1.0)
        low = middle;
      else
        high = middle;
    }
  if (status != SUPPORT_OK)
    return support_fail_memory (failure);
  const double each = log (least * (1.0 + high));
  if (! isnan (value))
    *exponent = ball->rate * each * (1.0 + 0.5 * ball->dispersion * each);
  return status;
}
