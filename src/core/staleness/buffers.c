/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies that average K gradients and cancel nothing.  The delay of a
   gradient is the time from the read to the update that it goes into, the wait
   for the others of that update included.

   K-async, exponential workers.  In each round all n are at work at first, and
   the K-th gradient comes after gaps of the rates n, n - 1, ..., n - K + 1. Who
   is at work is among those K with probability K/n, whatever was before, and
   whatever the gaps are: a delay is a geometric number of rounds, a phase-type
   law, and the staleness that number less one.  All reads follow an update, and
   the updates are a renewal process.  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  MOST_GRADIENTS = 200 /* as many phases may a law have */
};

static support_status
check_gradients (const system_description *system, support_failure *failure)
{
  if (isfinite (system->threshold))
    return support_fail (failure, SUPPORT_INVALID,
                         "the policy '%s' has no closed form with a threshold; "
                         "use asgd_simulate",
                         system_policy_name_at (system->policy));
  if (system_gradients (system) > MOST_GRADIENTS)
    return support_fail (failure, SUPPORT_LIMIT,
                         "averages of more than %d gradients are not computed "
                         "for '%s'; use asgd_simulate",
                         MOST_GRADIENTS,
                         system_policy_name_at (system->policy));
  return SUPPORT_OK;
}

/* A chain of COUNT phases left at the rates RATE, entered with the
   probabilities ENTRY and, from the last, with probability AGAIN at the first.
 */
static support_status
create_chain (size_t count, const double *entry, const double *rate,
              double again, delay_law **law, support_failure *failure)
{
  double *generator = support_doubles (count * count);
  support_status status;
  if (! generator)
    return support_fail_memory (failure);
  for (size_t i = 0; i < count; i++)
    {
      generator[i + i * count] = -rate[i];
      if (i + 1 < count)
        generator[i + (i + 1) * count] = rate[i];
    }
  generator[count - 1] += again * rate[count - 1];
  const delay_argument argument[] = {
    { .values = entry, .count = count },
    { .values = generator, .count = count * count, .rows = count }
  };
  status = delay_create ("phase-type", argument, 2, law, failure);
  free (generator);
  return status;
}

/* ---- K-async ---------------------------------------------------------- */

static support_status
put_geometric (double stop, size_t *size, double **pmf,
               support_failure *failure)
{
  const double least = 1e-17, ratio = 1.0 - stop;
  *size = (size_t) fmax (1.0, ceil (log (least) / log (ratio)));
  *pmf = support_doubles (*size);
  if (! *pmf)
    return support_fail_memory (failure);
  for (size_t j = 0; j < *size; j++)
    (*pmf)[j] = stop * pow (ratio, (double) j);
  return SUPPORT_OK;
}

support_status
staleness_solve_k_async (const system_description *system, staleness_law *law,
                         support_failure *failure)
{
  const size_t workers = system_workers (system);
  const size_t gradients = system_gradients (system);
  const double n = (double) workers, k = (double) gradients;
  const double taken = k / n;
  double entry[MOST_GRADIENTS] = { 1.0 }, rate[MOST_GRADIENTS];
  double mean = 0.0, variance = 0.0;
  size_t classes = 0, only = 0, size;
  support_status status = check_gradients (system, failure);
  for (size_t c = 0; c < system->classes; c++)
    {
      staleness_part_clear (&law->part[c]);
      if (system->class[c].workers == 0)
        continue;
      classes++;
      only = c;
    }
  const delay_law *cycle = system->class[only].cycle;
  if (status != SUPPORT_OK)
    return status;
  if (classes > 1 || isfinite (system->deadline)
      || strcmp (delay_family_name (cycle), "exponential") != 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "the policy 'k-async' has no closed form but for one "
                         "class of exponential workers without a deadline; use "
                         "asgd_simulate");
  for (size_t i = 0; i < gradients; i++)
    {
      rate[i] = (n - (double) i) / delay_mean (cycle);
      mean += 1.0 / rate[i];
      variance += 1.0 / (rate[i] * rate[i]);
    }
  staleness_part *part = &law->part[only];
  status =
      create_chain (gradients, entry, rate, 1.0 - taken, &law->delay, failure);
  if (status == SUPPORT_OK)
    status = delay_copy (law->delay, &part->delay, failure);
  if (status == SUPPORT_OK)
    status = put_geometric (taken, &law->size, &law->pmf, failure);
  if (status == SUPPORT_OK)
    status = put_geometric (taken, &size, &part->pmf, failure);
  law->rate = part->rate = 1.0 / mean;
  law->arrivals = law->uploads = k / mean;
  law->finished = part->finished = 1.0;
  law->accepted = part->accepted = 1.0;
  law->weight = law->weight_square = 1.0;
  part->weight = part->weight_square = 1.0;
  law->batch = k;
  law->rounds = true;
  law->dispersion = variance / (mean * mean);
  law->palm = part->palm = 0.5 * (1.0 + law->dispersion);
  law->tail = pow (1.0 - taken, (double) law->size);
  law->mean = part->mean = 1.0 / taken - 1.0;
  law->variance = part->variance = (1.0 / taken - 1.0) / taken;
  part->workers = workers;
  return status;
}
