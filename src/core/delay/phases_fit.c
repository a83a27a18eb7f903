/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws of phase type with the first moments of a law that is none.  */
#include "delay/sum.h"

#include <stdlib.h>

/* As wide as the time itself: enough for a polynomial, and few for heavy
   tails.  */
static double
proportional (double t, void *context)
{
  return 0.5 * fmax (t, *(const double *) context);
}

/* E T^3.  The third central moments of independent parts add up, so that no
   density of their sum is needed.  */
static support_status
raw_third_moment (const delay_law *law, double *moment,
                  support_failure *failure)
{
  double mean = delay_mean (law);
  support_status status = SUPPORT_OK;
  *moment = 0.0;
  if (law->family == &delay_family_sum)
    {
      const delay_sum *table = law->table;
      for (size_t i = 0; status == SUPPORT_OK && i < table->parts; i++)
        {
          const double m = delay_mean (table->part[i]);
          const double cv2 = delay_cv2 (table->part[i]);
          double own;
          status = raw_third_moment (table->part[i], &own, failure);
          *moment += own - m * m * m * (1.0 + 3.0 * cv2);
        }
      *moment += mean * mean * mean * (1.0 + 3.0 * delay_cv2 (law));
      return status;
    }
  if (law->family == &delay_family_mixture)
    {
      const double *weight = law->table;
      for (size_t i = 0; status == SUPPORT_OK && i + 1 < law->count; i++)
        if (weight[i] > 0.0)
          {
            double own;
            status = raw_third_moment (law->argument[i + 1].law, &own, failure);
            *moment += weight[i] * own;
          }
      return status;
    }
  delay_rule *rule;
  status = delay_rule_create_graded (law, proportional, &mean, &rule, failure);
  if (status != SUPPORT_OK)
    return status;
  for (size_t i = 0; i < rule->count; i++)
    {
      const double t = rule->node[i];
      *moment += rule->weight[i] * t * t * t;
    }
  delay_rule_free (rule);
  return SUPPORT_OK;
}

/* The same at a skewness of no more than that of an exponential or a lognormal
   law of the same mean and variance, so that tails of infinite or very large
   third moment are not answered by phases that last for ages.  */
static support_status
third_moment (const delay_law *law, double *moment, support_failure *failure)
{
  const double mean = delay_mean (law);
  const double cv2 = delay_cv2 (law), cv = sqrt (cv2);
  const double skewness = fmax (2.0, cv * (3.0 + cv2));
  const support_status status = raw_third_moment (law, moment, failure);
  *moment = fmin (*moment,
                  mean * mean * mean * (1.0 + 3.0 * cv2 + cv * cv2 * skewness));
  return status;
}

/* T = X E, E the Erlang law of ORDER phases of mean 1 each and X one of two
   values, by three moments of X: the nodes and weights of Gauss's rule of two
   points.  False where no such X is positive.  */
static bool
two_values (double order, double mean, double ratio, double third,
            double value[2], double weight[2])
{
  const double first = mean / order;
  const double second = mean * mean * ratio / (order * (order + 1.0));
  third /= order * (order + 1.0) * (order + 2.0);
  const double variance = second - first * first;
  if (! (variance > 1e-12 * second) || ! (first * third > second * second))
    return false;
  /* x^2 - s x + p, orthogonal to 1 and x.  */
  const double s = (third - first * second) / variance;
  const double p = (first * third - second * second) / variance;
  const double half = sqrt (fmax (0.25 * s * s - p, 0.0));
  value[1] = 0.5 * s + half;
  value[0] = p / value[1];
  weight[1] = (first - value[0]) / (value[1] - value[0]);
  weight[0] = 1.0 - weight[1];
  return value[0] > 0.0 && weight[0] >= 0.0 && weight[1] >= 0.0;
}

support_status
delay_phases_fit (const delay_law *law, size_t most, delay_phases **phases,
                  support_failure *failure)
{
  const double mean = delay_mean (law), cv2 = delay_cv2 (law);
  double third, value[2] = { 0.0, 0.0 }, weight[2] = { 0.0, 0.0 };
  size_t order = 1;
  bool two = false;
  *phases = NULL;
  if (! isfinite (cv2) || cv2 * (double) most < 0.5 - 1e-12)
    return SUPPORT_OK;
  const bool regular = cv2 * (double) most < 1.0 - 1e-12;
  const support_status status =
      regular ? SUPPORT_OK : third_moment (law, &third, failure);
  if (status != SUPPORT_OK)
    return status;
  for (; ! regular && ! two && 2 * order <= most; order += ! two)
    two = two_values ((double) order, mean, 1.0 + cv2, third, value, weight);
  /* Two moments only: Erlang laws of one rate whose orders are neighbours
     (Tijms, Stochastic Models, 1994, section 3.1: 1/k <= cv2 <= 1/(k - 1)).  */
  const size_t chain = two       ? 0
                       : regular ? most
                                 : (size_t) ceil (1.0 / cv2 - 1e-9);
  const size_t count = two ? 2 * order : chain;

  delay_phases *made = calloc (1, sizeof *made);
  if (made)
    made->alpha = support_doubles (count * (count + 2));
  if (! made || ! made->alpha)
    {
      free (made);
      return support_fail_memory (failure);
    }
  made->count = count;
  made->exit = made->alpha + count;
  made->generator = made->exit + count;
  if (two)
    for (size_t i = 0; i < 2; i++)
      {
        delay_phases_chain (made, i * order, order, 1.0 / value[i]);
        made->alpha[i * order] = weight[i];
      }
  else
    {
      const double k = (double) chain;
      const double shorter =
          chain > 1 && ! regular ? fmax (
              (k * cv2 - sqrt (fmax (k * (1.0 + cv2) - k * k * cv2, 0.0)))
                  / (1.0 + cv2),
              0.0)
                                 : 0.0;
      delay_phases_chain (made, 0, chain, (k - shorter) / mean);
      made->alpha[0] = 1.0 - shorter;
      if (chain > 1)
        made->alpha[1] = shorter;
    }
  *phases = made;
  return SUPPORT_OK;
}
