/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole equation of a system, from the triple of its policy.  */
#include "equation/equation.h"

#include <math.h>
#include <stdlib.h>

pairs_mode
equation_pairs_mode (double alpha, double coupling, double intensity,
                     double rate)
{
  return (pairs_mode){ .alpha = alpha,
                       .square = coupling / rate,
                       .noise = intensity / rate };
}

bool
equation_follows_trigger (const system_description *system)
{
  return ! isfinite (system->threshold) && system->weight == SYSTEM_WEIGHT_NONE
         && ! system->uplink && ! system_uploads (system);
}

static equation_trigger
trigger_of (const system_description *system, const staleness_law *staleness,
            const equation_problem *problem)
{
  return (equation_trigger){ .level = system->trigger,
                             .deviation = problem->modes > 0
                                              ? sqrt (problem->noise[0])
                                              : 0.0,
                             .attempts = equation_follows_trigger (system)
                                             ? staleness->rate / staleness->sent
                                             : NAN,
                             .curvature = problem->curvature };
}

/* How much more than one update's share of the variance of the number of
   updates in a long time: renewal theory, for each worker or for all together.
 */
static double
dispersion_of (const staleness_law *staleness)
{
  if (staleness->rounds)
    return staleness->dispersion;
  return isfinite (staleness->palm) ? fmax (2.0 * staleness->palm - 1.0, 0.0)
                                    : 1.0;
}

/* Without a law of the staleness there is none.  */
static support_status
make_ball (const system_description *system, const staleness_law *staleness,
           equation_assembly *assembly, support_failure *failure)
{
  const size_t size = staleness->size;
  if (system->momentum == 0.0 || size == 0)
    return SUPPORT_OK;
  assembly->staleness = support_doubles (size);
  if (! assembly->staleness)
    return support_fail_memory (failure);
  double sum = 0.0;
  for (size_t j = 0; j < size; j++)
    sum += assembly->staleness[j] =
        staleness->pmf[j] * system_weight_at (system, (double) j);
  for (size_t j = 0; j < size; j++)
    assembly->staleness[j] /= sum;
  assembly->ball = (equation_ball){ .beta = system->momentum,
                                    .rate = staleness->rate,
                                    .dispersion = dispersion_of (staleness),
                                    .size = size,
                                    .q = assembly->staleness };
  return SUPPORT_OK;
}

void
equation_assembly_free (equation_assembly *assembly)
{
  free (assembly->numbers);
  free (assembly->pair);
  free (assembly->staleness);
  *assembly = (equation_assembly){ .numbers = NULL };
}

support_status
equation_assemble (const system_description *system,
                   const staleness_law *staleness, const pairs_model *pairs,
                   int order, const equation_problem *problem,
                   equation_assembly *assembly, support_failure *failure)
{
  const size_t n = problem->modes;
  /* A trigger couples all modes.  */
  const bool coupled = problem->coupled || (system->trigger > 0.0 && n > 1);
  const size_t couplings = coupled ? n * n : n;
  support_status status = SUPPORT_OK;

  *assembly = (equation_assembly){ .numbers = NULL };
  if (! staleness->delay)
    return support_fail (failure, SUPPORT_INVALID,
                         "the law of the delay has no closed form where "
                         "gradients share the uplink; use asgd_simulate");
  /* The last N^2: no extra noise beside a trigger, as wide as the coupling.  */
  assembly->numbers = support_doubles (6 * n + 2 * couplings);
  assembly->pair = calloc (n + 1, sizeof *assembly->pair);
  if (! assembly->numbers || ! assembly->pair)
    {
      equation_assembly_free (assembly);
      return support_fail_memory (failure);
    }
  double *alpha = assembly->numbers, *damping = alpha + n;
  double *correction = damping + n, *intensity = correction + n;
  double *decay = intensity + n, *inertia = decay + n;
  double *coupling = inertia + n;
  const double *none = coupling + couplings;
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      equation_coefficients mode;
      status = equation_mode (staleness, system->rate, system->momentum,
                              problem->curvature[i], problem->noise[i], order,
                              &mode, failure);
      if (status != SUPPORT_OK)
        break;
      alpha[i] = mode.alpha;
      damping[i] = mode.damping;
      correction[i] = mode.correction;
      intensity[i] = mode.intensity;
      inertia[i] = mode.inertia;
    }
  if (status == SUPPORT_OK)
    status = make_ball (system, staleness, assembly, failure);
  if (status != SUPPORT_OK)
    {
      equation_assembly_free (assembly);
      return status;
    }
  equation_coupling (staleness, system->rate, system->momentum, n, alpha,
                     coupled == problem->coupled ? problem->extra : none,
                     coupled, coupling);
  for (size_t i = 0; pairs && i < n; i++)
    assembly->pair[i] =
        equation_pairs_mode (alpha[i], coupling[coupled ? i * (n + 1) : i],
                             intensity[i], staleness->rate);
  assembly->alpha = alpha;
  assembly->system =
      (equation_system){ .modes = n,
                         .decay = decay,
                         .damping = damping,
                         .correction = correction,
                         .inertia = inertia,
                         .ball = assembly->staleness ? &assembly->ball : NULL,
                         .intensity = intensity,
                         .coupling = coupling,
                         .coupled = coupled,
                         .delay = staleness->delay,
                         .trigger = trigger_of (system, staleness, problem),
                         .pairs = pairs,
                         .pair = pairs ? assembly->pair : NULL };
  return SUPPORT_OK;
}
