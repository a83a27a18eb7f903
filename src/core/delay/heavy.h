/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transforms of laws whose density is analytic off the real axis.  */

#ifndef SDDE_DELAY_HEAVY_H
#define SDDE_DELAY_HEAVY_H

#include "delay/delay_private.h"

/* int exp (-s t) f(t) dt and its first two derivatives, over t = exp (w) on
   the line Im w = ANGLE, LOW <= Re w <= HIGH, by the trapezoidal rule with
   STEP, which converges exponentially (Trefethen and Weideman, SIAM Review 56
   (2014), 385-458).  LOG_DENSITY is log (t f(t)) at w.  */
typedef double complex delay_log_density (const delay_law *law,
                                          double complex w);
void delay_line_transform (const delay_law *law, delay_log_density *log_density,
                           double complex s, double angle, double low,
                           double high, double step, double complex out[3]);

/* At s = 0: from the moments.  */
void delay_transform_at_zero (const delay_law *law, double complex out[3]);

/* log (1 + z), without loss of digits for small z.  */
double complex delay_complex_log1p (double complex z);

#endif
