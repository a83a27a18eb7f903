/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a trigger by the magnitude of the gradient lets through.  */
#include "staleness/staleness.h"

#include <math.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

/* P(X > x), X noncentral chi-square: the mixture of central laws of
   freedom + 2 j by Poisson probabilities of mean delta/2, from the mode
   outwards.  */
static double
exceeds (double freedom, double delta, double x)
{
  const double negligible = 1e-17, far = 9.0;
  if (x == 0.0)
    return 1.0;
  if (delta == 0.0)
    return gsl_cdf_chisq_Q (x, freedom);
  /* The coordinate along the mean alone is beyond the level: a normal variable
     would have to be 9 deviations off.  */
  if (sqrt (delta) - sqrt (x) > far)
    return 1.0;
  const double mean = 0.5 * delta, mode = floor (mean);
  const double top = mean < 1e-300
                         ? 1.0
                         : exp (mode * log (mean) - mean - lgamma (mode + 1.0));
  double sum = 0.0, p = top;
  for (double j = mode; p > negligible; j++)
    {
      sum += p * gsl_cdf_chisq_Q (x, freedom + 2.0 * j);
      p *= mean / (j + 1.0);
    }
  p = top;
  for (double j = mode; j > 0.0 && p > negligible; j--)
    {
      p *= j / mean;
      sum += p * gsl_cdf_chisq_Q (x, freedom + 2.0 * (j - 1.0));
    }
  return fmin (sum, 1.0);
}

staleness_trigger
staleness_trigger_at (double level, size_t dimension, double delta)
{
  const double d = (double) dimension, square = level * level;
  return (staleness_trigger){ .sent = exceeds (d, delta, square),
                              .drift = exceeds (d + 2.0, delta, square),
                              .power = exceeds (d + 4.0, delta, square) };
}
