/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the triple of a policy to the coefficients of a mode.  */
#include "equation/equation.h"

#include <math.h>

static bool
has_second_order (const staleness_law *staleness)
{
  size_t classes = 0;
  for (size_t c = 0; c < staleness->parts; c++)
    classes += staleness->part[c].workers > 0;
  return (classes == 1 || staleness->rounds) && isfinite (staleness->palm);
}

int
equation_best_order (const staleness_law *staleness)
{
  return has_second_order (staleness) && delay_cv2 (staleness->delay) <= 1.0
             ? 2
             : 1;
}

support_status
equation_mode (const staleness_law *staleness, double rate, double lambda,
               double noise, int order, equation_coefficients *mode,
               support_failure *failure)
{
  if (order != 1 && order != 2)
    return support_fail (failure, SUPPORT_INVALID, "the order must be 1 or 2");
  if (order == 2 && ! has_second_order (staleness))
    return support_fail (failure, SUPPORT_INVALID,
                         "order 2 stands for one class of workers without a "
                         "threshold; use order 1");
  mode->alpha = rate * staleness->weight * lambda;
  mode->damping = mode->alpha * staleness->rate;
  mode->correction = order == 2 ? mode->alpha * staleness->palm : 0.0;
  mode->intensity = rate * rate * staleness->weight_square * noise
                    / staleness->batch * staleness->rate;
  return SUPPORT_OK;
}

void
equation_coupling (const staleness_law *staleness, double rate, size_t modes,
                   const double *alpha, const double *extra, bool coupled,
                   double *coupling)
{
  const size_t size = coupled ? modes * modes : modes;
  const size_t diagonal = coupled ? modes + 1 : 1;
  const double square = staleness->weight_square;
  const double spread = square / (staleness->weight * staleness->weight);
  for (size_t k = 0; k < size; k++)
    coupling[k] =
        staleness->rate * rate * rate * square * extra[k] / staleness->batch;
  for (size_t i = 0; i < modes; i++)
    coupling[i * diagonal] +=
        staleness->rate * staleness->dispersion * spread * alpha[i] * alpha[i];
}
