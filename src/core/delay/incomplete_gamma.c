/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The incomplete gamma function.  GSL 2.7 loses half of the digits for shapes
   above 1e6 (the sum of a few thousand cycles) and some of them above 500, and
   its density takes differences of large logarithms.  */
#include "delay/delay_private.h"
#include "delay/incomplete_gamma_table.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_log.h>

/* log (x/k) - (x - k)/k, minus half the square of Temme's eta.  */
static double
log_excess (double k, double x)
{
  const double ratio = x / k;
  return ratio < 0.5 ? log (ratio) + (1.0 - ratio)
                     : gsl_sf_log_1plusx_mx ((x - k) / k);
}

/* By Stirling's formula and the factor Gamma*(k) that completes it.  */
double
delay_log_gamma_step (double k, double x)
{
  if (k < 10.0)
    return k * log (x) - x - gsl_sf_lngamma (k + 1.0);
  return k * log_excess (k, x) - 0.5 * log (2.0 * M_PI * k)
         - log (gsl_sf_gammastar (k));
}

double
delay_gamma_step (double k, double x)
{
  return x > 0.0 ? exp (delay_log_gamma_step (k, x)) : 0.0;
}

/* N. M. Temme, "The asymptotic expansions of the incomplete gamma functions",
   SIAM J. Math. Anal. 10 (1979); DLMF 8.12.  */
static double
expansion (double k, double x, double half_square)
{
  const double eta = copysign (sqrt (2.0 * half_square), x - k);
  double sum = 0.0;
  for (int order = ORDERS - 1; order >= 0; order--)
    {
      double row = 0.0;
      for (int n = POWERS - 1; n >= 0; n--)
        row = row * eta + coefficient[order][n];
      sum = sum / k + row;
    }
  const double rest = exp (-k * half_square) / sqrt (2.0 * M_PI * k) * sum;
  const double beyond = 0.5 * erfc (sqrt (k * half_square));
  return eta < 0.0 ? beyond - rest : 1.0 - (beyond + rest);
}

double
delay_gamma_below (double k, double x)
{
  if (k >= 200.0 && x > 0.0)
    {
      const double half_square = -log_excess (k, x);
      if (half_square < 0.32)
        return expansion (k, x, half_square);
    }
  /* GSL gives no number for huge x.  */
  if (x > 100.0 * k + 800.0)
    return 1.0;
  return gsl_cdf_gamma_P (x, k, 1.0);
}

/* x P(k, x) - k P(k + 1, x), with less to cancel.  */
double
delay_gamma_excess (double k, double x)
{
  if (x <= 0.0)
    return 0.0;
  return (x - k) * delay_gamma_below (k, x) + k * delay_gamma_step (k, x);
}
