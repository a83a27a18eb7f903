/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staleness/staleness_private.h"

#include <math.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

/* The Poisson probability at a whole number j near its mean, to rounding:
   the deviance and the error of Stirling's formula are small there and no
   large numbers cancel (Loader, Fast and accurate computation of binomial
   probabilities, 2000).  */
static double
near_mode (double mean, double j)
{
  if (j < 16.0)
    return exp (j * log (mean) - mean - gsl_sf_lnfact ((unsigned int) j));
  const double x = (j - mean) / mean;
  const double deviance = mean * ((1.0 + x) * log1p (x) - x);
  const double j2 = j * j;
  const double stirling =
      (1.0 / 12.0
       - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * j2)) / j2) / j2)
      / j;
  return exp (-deviance - stirling) / sqrt (2.0 * 3.14159265358979323846 * j);
}

/* From the mode outwards each value comes from its neighbour, which keeps the
   relative accuracy far into the tails.  */
support_status
staleness_add_poisson (double mean, double weight, staleness_values *pmf,
                       support_failure *failure)
{
  const double least = 1e-32, most = (double) STALENESS_MOST_VALUES;
  const double mode = floor (mean);
  double p;
  if (mean == 0.0)
    {
      if (! staleness_values_reach (pmf, 0))
        return support_fail_memory (failure);
      pmf->value[0] += weight;
      return SUPPORT_OK;
    }
  const double top = near_mode (mean, mode);
  p = top;
  for (double j = mode; j < most && p * weight > least; j++)
    {
      if (! staleness_values_reach (pmf, (size_t) j))
        return support_fail_memory (failure);
      pmf->value[(size_t) j] += weight * p;
      p *= mean / (j + 1.0);
    }
  p = top;
  for (double j = mode; j > 0.0 && p * weight > least; j--)
    {
      p *= j / mean;
      if (j <= (double) pmf->size)
        pmf->value[(size_t) j - 1] += weight * p;
    }
  return SUPPORT_OK;
}

double
staleness_poisson_cdf (double mean, double s)
{
  if (mean == 0.0)
    return 1.0;
  return gsl_cdf_gamma_Q (mean, s + 1.0, 1.0);
}
