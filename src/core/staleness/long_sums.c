/* SPDX-License-Identifier: GPL-3.0-or-later */
/* E (t - S_k)^+ for sums of many cycles of any law, from its moments:
   Edgeworth's expansion to four moments where the law is not very skew, the
   shifted gamma law of the same first three otherwise (which is near for
   bursts: of the cycles of a hyperexponential law only the long ones count). */
#include "staleness/staleness_private.h"

#include <math.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

/* E (min (T, bound) - CENTRE)^power by the rule.  */
static double
central_moment (const delay_rule *rule, double bound, double centre, int power)
{
  double moment = 0.0;
  for (size_t i = 0; i < rule->count; i++)
    moment += rule->weight[i]
              * gsl_pow_int (fmin (rule->node[i], bound) - centre, power);
  return moment;
}

support_status
staleness_long_sums_create (const delay_law *law, double bound,
                            staleness_long_sums *sums, support_failure *failure)
{
  const bool heavy = ! (delay_abscissa (law) < 0.0);
  delay_rule *rule;
  *sums = (staleness_long_sums){ .mean = delay_mean (law) };
  if (! (delay_cv2 (law) > 0.0))
    return SUPPORT_OK;
  const support_status status =
      delay_rule_create (law, INFINITY, &rule, failure);
  if (status != SUPPORT_OK)
    return status;
  double centre = sums->mean;
  sums->deviation = sums->mean * sqrt (delay_cv2 (law));
  if (heavy)
    {
      centre = central_moment (rule, bound, 0.0, 1);
      sums->deviation = sqrt (central_moment (rule, bound, centre, 2));
    }
  else
    bound = INFINITY;
  sums->skewness = central_moment (rule, bound, centre, 3)
                   / gsl_pow_int (sums->deviation, 3);
  sums->excess =
      central_moment (rule, bound, centre, 4) / gsl_pow_int (sums->deviation, 4)
      - 3.0;
  delay_rule_free (rule);
  return SUPPORT_OK;
}

/* The n-th Hermite polynomial times the normal density integrates twice to the
   one of n - 2.  */
static double
edgeworth (const staleness_long_sums *sums, double k, double t)
{
  const double spread = sums->deviation * sqrt (k);
  const double z = (t - k * sums->mean) / spread;
  const double lean = sums->skewness / sqrt (k);
  const double correction =
      lean / 6.0 * z + sums->excess / (24.0 * k) * (z * z - 1.0)
      + lean * lean / 72.0 * (z * z * (z * z - 6.0) + 3.0);
  return spread
         * (z * gsl_cdf_ugaussian_P (z)
            + gsl_ran_ugaussian_pdf (z) * (1.0 + correction));
}

/* E (x - g)^+ for a gamma variable g.  */
static double
gamma_integrated (double shape, double scale, double x)
{
  if (! (x > 0.0))
    return 0.0;
  return x * gsl_cdf_gamma_P (x, shape, scale)
         - shape * scale * gsl_cdf_gamma_P (x, shape + 1.0, scale);
}

/* A sum of k cycles d + g; a law that leans to the left is the mirror image
   d - g, with E (x + g)^+ = x + E g + E (-x - g)^+.  */
static double
shifted_gamma (const staleness_long_sums *sums, double k, double t)
{
  const double lean = fabs (sums->skewness);
  const double shape = 4.0 / (lean * lean);
  const double scale = 0.5 * sums->deviation * lean;
  if (sums->skewness > 0.0)
    return gamma_integrated (k * shape, scale,
                             t - k * (sums->mean - shape * scale));
  const double x = t - k * (sums->mean + shape * scale);
  return x + k * shape * scale + gamma_integrated (k * shape, scale, -x);
}

double
staleness_long_sums_integrated (const staleness_long_sums *sums, size_t k,
                                double t)
{
  if (k == 0 || ! (sums->deviation > 0.0))
    return fmax (t - (double) k * sums->mean, 0.0);
  return fabs (sums->skewness) < 1.0 ? edgeworth (sums, (double) k, t)
                                     : shifted_gamma (sums, (double) k, t);
}
