/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantiles without a closed form.  */
#include "delay/delay_private.h"

#include <float.h>

/* On a logarithmic scale where the ends differ by orders of magnitude.  */
static double
middle (double low, double high)
{
  if (low == 0.0)
    return high / 16.0;
  return high > 4.0 * low ? sqrt (low) * sqrt (high) : low + 0.5 * (high - low);
}

double
delay_search (const delay_law *law, delay_function *increasing,
              delay_function *slope, double level, double low, double high)
{
  double t = fmin (fmax (law->mean, low), high);
  for (int step = 1; step < 1000; step++)
    {
      const double excess = increasing (law, t) - level;
      const double next = t - excess / slope (law, t);
      const double last = t;
      if (excess >= 0.0)
        high = t;
      else
        low = t;
      if (high - low <= 4.0 * DBL_EPSILON * high)
        break;
      /* Newton's step, unless it leads outside or is no number; now and then
         a halving, in case many such steps are short.  */
      t = next > low && next < high && step % 8 ? next : middle (low, high);
      if (fabs (t - last) <= DBL_EPSILON * last)
        return t;
    }
  return high;
}

double
delay_quantile_by_search (const delay_law *law, double p)
{
  /* What the rounding of the distribution function leaves of it.  */
  const double level = fmin (p, delay_cdf (law, DBL_MAX));
  double low = law->infimum;
  double high =
      isfinite (law->supremum) ? law->supremum : fmax (law->mean, DBL_MIN);
  while (delay_cdf (law, high) < level)
    {
      low = high;
      high *= 2.0;
    }
  return delay_search (law, delay_cdf, delay_pdf, level, low, high);
}
