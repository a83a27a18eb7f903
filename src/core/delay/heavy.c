/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On the real line exp (-i y t) oscillates; turned by the right angle into the
   complex plane the integrand is a hill, over log t a smooth one.  */
#include "delay/heavy.h"

void
delay_line_transform (const delay_law *law, delay_log_density *log_density,
                      double complex s, double angle, double low, double high,
                      double step, double complex out[3])
{
  const double count = fmin (ceil ((high - low) / step), 1e5);
  out[0] = out[1] = out[2] = 0.0;
  for (double k = 0.0; k <= count; k++)
    {
      const double complex w = CMPLX (low + k * step, angle);
      const double complex t = cexp (w);
      const double complex term = step * cexp (log_density (law, w) - s * t);
      out[0] += term;
      out[1] -= t * term;
      out[2] += t * (t * term);
    }
}

void
delay_transform_at_zero (const delay_law *law, double complex out[3])
{
  out[0] = 1.0;
  out[1] = -law->mean;
  out[2] = law->mean * law->mean * (1.0 + law->cv2);
}

double complex
delay_complex_log1p (double complex z)
{
  const double x = creal (z), y = cimag (z);
  const double excess = 2.0 * x + x * x + y * y; /* |1 + z|^2 - 1 */
  return CMPLX (fabs (excess) < 0.5 ? 0.5 * log1p (excess)
                                    : log (hypot (1.0 + x, y)),
                atan2 (y, 1.0 + x));
}
