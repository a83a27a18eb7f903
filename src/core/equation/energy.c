/* SPDX-License-Identifier: GPL-3.0-or-later */
/* J = int_0^inf R^2 exp (-r t) dt of the fundamental solution, by Parseval
   (1/2 pi) int |h(r/2 + i w)|^-2 dw.  */
#include "equation/equation_private.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <string.h>

typedef struct spectrum
{
  const roots_kernel *kernel;
  double shift;           /* r/2 */
  double limit;           /* what w^2 |h(i w)|^-2 settles to */
  const delay_rule *rule; /* for phi, where it is no formula; or NULL */
} spectrum;

/* phi (shift + i w).  */
static double complex
transform (const spectrum *of, double w)
{
  double complex phi[3] = { 0.0 };
  if (of->rule)
    for (size_t i = 0; i < of->rule->count; i++)
      phi[0] +=
          of->rule->weight[i] * exp (-of->shift * of->rule->node[i])
          * CMPLX (cos (w * of->rule->node[i]), -sin (w * of->rule->node[i]));
  else
    delay_lst (of->kernel->delay, CMPLX (of->shift, w), phi);
  return phi[0];
}

/* |h(shift + i w)|^-2.  */
static double
response_power (double w, void *data)
{
  const spectrum *of = data;
  const roots_kernel *kernel = of->kernel;
  const double complex s = CMPLX (of->shift, w);
  const double size =
      cabs (s + kernel->b + (kernel->a + kernel->c * s) * transform (of, w));
  return 1.0 / (size * size);
}

static double
response_rest (double w, void *data)
{
  const spectrum *of = data;
  return response_power (w, data) - of->limit / (w * w);
}

/* The mean of |1 + c phi(shift + i w)|^-2 over high frequencies w, to which w^2
   times the integrand settles: atoms p_i keep |phi|^2 at sum p_i^2 on average
   (Wiener), densities let it vanish.  */
static double
settled (const roots_kernel *kernel, double shift)
{
  const double c2 = kernel->c * kernel->c;
  double squares = 0.0;
  delay_rule *rule;
  if (c2 == 0.0
      || delay_rule_create (kernel->delay, delay_mean (kernel->delay), &rule,
                            NULL)
             != SUPPORT_OK)
    return 1.0;
  for (size_t i = 0; i < rule->count; i++)
    {
      const double atom = delay_atom (kernel->delay, rule->node[i])
                          * exp (-shift * rule->node[i]);
      squares += atom * atom;
    }
  delay_rule_free (rule);
  return 1.0 / (1.0 - c2 * squares);
}

/* Panels that double in width, from the frequencies of the slowest root out,
   until the rest is that of 1/w^2 to the tolerance, or the frequency is so high
   that it must do.  */
static support_status
by_quadrature (const roots_kernel *kernel, double shift,
               double complex rightmost, double *energy)
{
  enum
  {
    INTERVALS = 2000
  };
  const double mean = delay_mean (kernel->delay);
  /* Transforms that are sums over a law's nodes cost as many terms at every
     frequency, and more nodes the higher it may be.  */
  const bool closed = delay_lst_closed (kernel->delay);
  const double tolerance = closed ? 1e-12 : 1e-8;
  const double highest = (closed ? 2e3 : 512.0) / mean;
  const double peak = fabs (cimag (rightmost));
  const double breadth = fabs (creal (rightmost) - shift);
  spectrum data = { kernel, shift, settled (kernel, shift), NULL };
  const double limit = data.limit;
  gsl_integration_workspace *workspace =
      gsl_integration_workspace_alloc (INTERVALS);
  gsl_function integrand = { response_power, &data };
  gsl_function beyond = { response_rest, &data };
  double sum = 0.0, errors = 0.0, from = 0.0;
  double to = peak > breadth ? peak - breadth : breadth;
  double rest = INFINITY;
  support_status status = SUPPORT_OK;
  delay_rule *rule = NULL;

  if (! closed)
    status = delay_rule_create (kernel->delay, 8.0 / (highest + peak + breadth),
                                &rule, NULL);
  data.rule = rule;
  if (! workspace || status != SUPPORT_OK)
    {
      gsl_integration_workspace_free (workspace);
      return workspace ? status : SUPPORT_MEMORY;
    }
  for (int panel = 0; panel < 60 && status == SUPPORT_OK; panel++)
    {
      double part, error;
      const int failed = gsl_integration_qag (
          &integrand, from, to, 0.1 * tolerance * sum, 0.1 * tolerance,
          INTERVALS, GSL_INTEG_GAUSS31, workspace, &part, &error);
      if (! isfinite (part) || (failed && error > 1e-7 * (sum + part)))
        status = SUPPORT_NUMERICAL;
      sum += part;
      errors += error;
      /* How far w^2 times the integrand still is from settled, over the last
         panel, bounds the rest beyond 1/w^2.  */
      const double settled_part = limit * (1.0 / from - 1.0 / to);
      rest = fabs (part - settled_part);
      from = to;
      if (from > 4.0 * (peak + breadth) && from * mean > 30.0
          && (rest < tolerance * sum || from >= highest))
        break;
      to = from < peak             ? peak
           : from < peak + breadth ? peak + breadth
                                   : fmin (2.0 * from, from + 300.0 / mean);
      if (! closed && from < highest)
        to = fmin (to, highest);
    }
  sum += limit / from;
  /* What is left beyond 1/w^2, where it does not oscillate too much.  */
  double part, error;
  if (status == SUPPORT_OK && closed
      && ! gsl_integration_qagiu (&beyond, from, 0.1 * tolerance * sum, 0.0,
                                  INTERVALS, workspace, &part, &error))
    {
      sum += part;
      rest = error;
    }
  gsl_integration_workspace_free (workspace);
  delay_rule_free (rule);
  errors += fmin (rest, limit / from * 1e-4);
  *energy = errors < 1e-6 * sum ? sum / M_PI : NAN;
  return status;
}

support_status
equation_energy (const roots_kernel *kernel, double *energy,
                 support_failure *failure)
{
  const double a = kernel->a, b = kernel->b, c = kernel->c;
  const double mean = delay_mean (kernel->delay);
  const char *family = delay_family_name (kernel->delay);
  roots_root rightmost;
  bool subexponential;
  support_status status =
      roots_rightmost (kernel, &rightmost, &subexponential, failure);

  *energy = NAN;
  if (status != SUPPORT_OK)
    return status;
  if (rightmost.multiplicity > 0 && creal (rightmost.s) >= 0.0)
    *energy = INFINITY;
  else if (a == 0.0 && b > 0.0 && c == 0.0)
    *energy = 1.0 / (2.0 * b);
  else if (strcmp (family, "deterministic") == 0 && b == 0.0 && c == 0.0)
    *energy = (1.0 + sin (a * mean)) / (2.0 * a * cos (a * mean));
  else if (strcmp (family, "exponential") == 0)
    {
      /* 1/h = (1 + m s) / (m s^2 + (1 + c + b m) s + a + b): the integral of
         a rational function of the second degree.  */
      const double zeroth = a + b, first = 1.0 + c + b * mean;
      *energy = (1.0 + mean * zeroth) / (2.0 * zeroth * first);
    }
  else
    {
      /* Heavy tails have no root left of the axis; the scale of the undelayed
         equation stands in for it.  */
      const double complex scale = rightmost.multiplicity > 0
                                       ? rightmost.s
                                       : CMPLX (-(fabs (a) + fabs (b)), 0.0);
      status = by_quadrature (kernel, 0.0, scale, energy);
      if (status == SUPPORT_NUMERICAL)
        return support_fail (failure, status,
                             "the energy of the response did not converge");
    }
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}

support_status
equation_energy_beside (const roots_kernel *kernel, double exponent,
                        double complex rightmost, double *energy)
{
  const support_status status =
      by_quadrature (kernel, 0.5 * exponent, rightmost, energy);
  if (status == SUPPORT_NUMERICAL)
    *energy = NAN;
  return status == SUPPORT_MEMORY ? status : SUPPORT_OK;
}
