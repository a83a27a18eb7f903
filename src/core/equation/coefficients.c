/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the triple of a policy to the coefficients of a mode.  */
#include "equation/equation.h"

#include <math.h>
#include <stdlib.h>

static bool
has_second_order (const staleness_law *staleness)
{
  size_t classes = 0;
  for (size_t c = 0; c < staleness->parts; c++)
    classes += staleness->part[c].workers > 0;
  return (classes == 1 || staleness->rounds) && isfinite (staleness->palm)
         && staleness->delay;
}

int
equation_best_order (const staleness_law *staleness)
{
  return has_second_order (staleness) && delay_cv2 (staleness->delay) <= 1.0
             ? 2
             : 1;
}

support_status
equation_pairs_create (const system_description *system, size_t most,
                       size_t fitted, pairs_model **model, bool *exact,
                       support_failure *failure)
{
  const size_t n = system->classes;
  bool stands =
      system->policy == SYSTEM_ASYNC && isinf (system->threshold)
      && isinf (system->deadline) && system->weight == SYSTEM_WEIGHT_NONE
      && system->momentum == 0.0 && system->trigger == 0.0 && ! system->uplink;
  delay_phases **phases = calloc (n, sizeof *phases);
  pairs_class *class = calloc (n, sizeof *class);
  size_t total = 0;
  support_status status =
      phases && class ? SUPPORT_OK : support_fail_memory (failure);
  *model = NULL;
  *exact = true;
  for (size_t c = 0; stands && status == SUPPORT_OK && c < n; c++)
    if (system->class[c].workers > 0)
      {
        status = delay_phases_create (system->class[c].cycle, PAIRS_MOST_PHASES,
                                      &phases[c], failure);
        if (status == SUPPORT_OK && ! phases[c])
          {
            *exact = false;
            status = delay_phases_fit (system->class[c].cycle, fitted,
                                       &phases[c], failure);
          }
        stands = status == SUPPORT_OK && phases[c] != NULL;
        if (stands)
          {
            total += phases[c]->count;
            class[c] = (pairs_class){ .workers = system->class[c].workers,
                                      .phases = phases[c]->count,
                                      .start = phases[c]->alpha,
                                      .transition = phases[c]->generator };
          }
      }
  if (stands && status == SUPPORT_OK && total <= most)
    status = pairs_create (class, n, model, failure);
  for (size_t c = 0; phases && c < n; c++)
    delay_phases_free (phases[c]);
  free (phases);
  free (class);
  return status;
}

support_status
equation_mode (const staleness_law *staleness, double rate, double beta,
               double lambda, double noise, int order,
               equation_coefficients *mode, support_failure *failure)
{
  if (order < 1 || order > 3)
    return support_fail (failure, SUPPORT_INVALID,
                         "the order must be 1, 2 or 3");
  if (order == 3)
    order = equation_best_order (staleness);
  if (order == 2 && ! has_second_order (staleness))
    return support_fail (failure, SUPPORT_INVALID,
                         "order 2 stands for one class of workers without a "
                         "threshold; use order 1");
  mode->alpha = rate * staleness->weight * staleness->drift * lambda;
  const double own = order == 2 ? staleness->palm : 0.0;
  const double long_run = 1.0 / (1.0 - beta); /* what a gradient moves in all */
  mode->damping = mode->alpha * staleness->rate * long_run;
  mode->correction = mode->alpha * (beta > 0.0 ? 1.0 + own : own) * long_run;
  mode->inertia = beta > 0.0 ? long_run / staleness->rate : 0.0;
  mode->intensity = rate * rate * staleness->weight_square * staleness->drift
                    * noise / staleness->batch * staleness->rate * long_run
                    * long_run;
  return SUPPORT_OK;
}

void
equation_coupling (const staleness_law *staleness, double rate, double beta,
                   size_t modes, const double *alpha, const double *extra,
                   bool coupled, double *coupling)
{
  const size_t size = coupled ? modes * modes : modes;
  const size_t diagonal = coupled ? modes + 1 : 1;
  const double square = staleness->weight_square;
  const double spread = square / (staleness->weight * staleness->weight);
  const double long_run = 1.0 / ((1.0 - beta) * (1.0 - beta));
  const double often = staleness->rate * long_run;
  for (size_t k = 0; k < size; k++)
    coupling[k] = often * rate * rate * square * extra[k] / staleness->batch;
  /* A sent gradient of mean m has the mean square (power + ...) m_i^2 +
     (power - kappa)/2 |m|^2 beyond that of noise, the second part because the
     farther away the more is sent.  */
  const double drift = staleness->drift, power = staleness->power;
  const double all = often * (beta > 0.0 ? 1.0 : staleness->dispersion) * spread
                     / (drift * drift);
  for (size_t i = 0; i < modes; i++)
    coupling[i * diagonal] += all * power * alpha[i] * alpha[i];
  if (power > drift)
    for (size_t i = 0; i < modes; i++)
      for (size_t j = 0; j < modes; j++)
        if (coupled || i == j)
          coupling[coupled ? i + j * modes : i] +=
              all * 0.5 * (power - drift) * alpha[j] * alpha[j];
}

support_status
equation_check_trigger (const system_description *system, size_t modes,
                        const double *noise, const double *extra, size_t extras,
                        support_failure *failure)
{
  const double tolerance = 1e-9;
  if (system->trigger == 0.0)
    return SUPPORT_OK;
  for (size_t i = 0; i < modes; i++)
    if (! (fabs (noise[i] - noise[0]) <= tolerance * noise[0]))
      return support_fail (failure, SUPPORT_INVALID,
                           "a trigger has no closed form where the noise of "
                           "the gradient differs from mode to mode; use "
                           "asgd_simulate");
  for (size_t i = 0; i < extras; i++)
    if (extra[i] != 0.0)
      return support_fail (failure, SUPPORT_INVALID,
                           "a trigger has no closed form where the noise of "
                           "the gradient depends on the model (minibatches, "
                           "multiplicative noise); use asgd_simulate");
  return SUPPORT_OK;
}
