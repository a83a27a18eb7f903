/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pair closure of all modes in time, also under a trigger by magnitude,
   whose factors follow the mean as in trigger.c: with kappa at the distance
   delta = |H m|^2/sigma^2 of the mean copies m behind the gradients that
   arrive, a copy w = m + y is answered by

     lambda (kappa m + (kappa + (lambda m/sigma)^2 (power - kappa)) y),

   and the second moment of what that moves is q_i of trigger.c.  */
#include "equation/equation_private.h"

#include <math.h>
#include <stdlib.h>

static void
push_at (void *context, const double *mean, const double *second,
         pairs_push *push, double *rate)
{
  const equation_system *system = context;
  const equation_trigger *trigger = &system->trigger;
  const size_t n = system->modes;
  const staleness_trigger rest = staleness_trigger_at (trigger->level, n, 0.0);
  double delta = 0.0, spread = 0.0;
  for (size_t i = 0; i < n; i++)
    {
      const double ratio = trigger->curvature[i] / trigger->deviation;
      delta += ratio * ratio * mean[i] * mean[i];
      spread += ratio * ratio * equation_variance (second[i], mean[i]);
    }
  const staleness_trigger at = staleness_trigger_at (trigger->level, n, delta);
  const double drift = at.drift / rest.drift, power = at.power / rest.drift;
  for (size_t i = 0; i < n; i++)
    {
      const double ratio = trigger->curvature[i] / trigger->deviation;
      const double far = ratio * ratio * mean[i] * mean[i];
      const double noise = system->pair[i].noise;
      push[i].slope = drift + far * (power - drift);
      push[i].offset = (drift - push[i].slope) * mean[i];
      push[i].noise = noise * (drift + 0.5 * (power - drift) * spread);
      push[i].square = noise * power * ratio * ratio;
    }
  *rate = trigger->attempts
          * fmin (1.0, at.sent + 0.5 * (at.drift - at.sent) * spread);
}

support_status
equation_pairs_course (const equation_system *system, const double *start,
                       const double *time, size_t count, double tolerance,
                       double *mean, double *second, double *sent,
                       const support_hooks *hooks, support_failure *failure)
{
  equation_system own = *system;
  const bool triggered = system->trigger.level > 0.0;
  support_status status = SUPPORT_OK;
  if (triggered)
    status = equation_check_course (system, failure);
  return status == SUPPORT_OK ? pairs_pushed_moments (
             system->pairs, system->pair, start, system->modes, time, count,
             tolerance, triggered ? push_at : NULL, &own, mean, second,
             triggered ? sent : NULL, hooks, failure)
                              : status;
}

support_status
equation_pairs_moments (const equation_system *system, const double *start,
                        double step, size_t steps, double *mean,
                        double *variance, double *sent,
                        const support_hooks *hooks, support_failure *failure)
{
  const size_t points = steps + 1;
  double *time = support_doubles (points);
  if (! time)
    return support_fail_memory (failure);
  for (size_t k = 0; k < points; k++)
    time[k] = step * (double) k;
  const support_status status = equation_pairs_course (
      system, start, time, points, EQUATION_PAIRS_TOLERANCE, mean, variance,
      sent, hooks, failure);
  for (size_t k = 0; status == SUPPORT_OK && k < system->modes * points; k++)
    variance[k] = equation_variance (variance[k], mean[k]);
  free (time);
  return status;
}
