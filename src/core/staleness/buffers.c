/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies that average K gradients and cancel nothing.  The delay of a
   gradient is the time from the read to the update that it goes into, the wait
   for the others of that update included.

   K-batch-async.  Workers never wait, so that gradients come as they do in the
   asynchronous loop, at a rate R, and every K of them make an update.  A
   worker reads when the buffer holds B, uniform on 0 .. K - 1 and independent
   of the workers; N gradients later its own comes, at a staleness of floor ((B
   + N)/K), which is as exact as the law of N.  Then it waits for K - 1 - B'
   more, B' = B + N modulo K being uniform too: (K - 1)/(2 R) on average, by
   Little's law.  The law of that wait is that of so many gaps of a Poisson
   process of rate R, independent of T, an approximation but for exponential
   workers.  Counted in updates all excesses are 1/K of what they are in
   gradients.

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

/* ---- K-batch-async ---------------------------------------------------- */

/* The staleness in updates from that in gradients.  */
static support_status
gather_pmf (double gradients, size_t *size, double **pmf, double *mean,
            double *variance, support_failure *failure)
{
  const size_t k = (size_t) gradients, old = *size;
  double *gathered = support_doubles (old / k + 2), second = 0.0;
  if (! gathered)
    return support_fail_memory (failure);
  for (size_t j = 0; j < old; j++)
    {
      /* One update more if B is in the last j modulo K.  */
      const double more = (double) (j % k) / gradients;
      gathered[j / k] += (1.0 - more) * (*pmf)[j];
      gathered[j / k + 1] += more * (*pmf)[j];
    }
  *size = old / k + 1 + (gathered[old / k + 1] > 0.0);
  *mean /= gradients;
  for (size_t j = 0; j < *size; j++)
    second += ((double) j - *mean) * ((double) j - *mean) * gathered[j];
  *variance = second;
  free (*pmf);
  *pmf = gathered;
  return SUPPORT_OK;
}

/* LAW becomes the law of T + W.  */
static support_status
add_wait (const delay_law *wait, double gradients, delay_law **law,
          support_failure *failure)
{
  const double weight[] = { 1.0 / gradients, 1.0 - 1.0 / gradients };
  const delay_argument sum[] = { { .law = *law }, { .law = wait } };
  delay_law *later = NULL, *all = NULL;
  support_status status = delay_create ("sum", sum, 2, &later, failure);
  if (status == SUPPORT_OK)
    {
      const delay_argument mixture[] = { { .values = weight, .count = 2 },
                                         { .law = *law },
                                         { .law = later } };
      status = delay_create ("mixture", mixture, 3, &all, failure);
    }
  delay_free (later);
  if (status == SUPPORT_OK)
    {
      delay_free (*law);
      *law = all;
    }
  return status;
}

/* The wait of those that do wait: of 1 .. K - 1 gaps.  */
static support_status
create_wait (size_t gradients, double rate, delay_law **law,
             support_failure *failure)
{
  double entry[MOST_GRADIENTS], rates[MOST_GRADIENTS];
  for (size_t i = 0; i + 1 < gradients; i++)
    {
      entry[i] = 1.0 / ((double) gradients - 1.0);
      rates[i] = rate;
    }
  return create_chain (gradients - 1, entry, rates, 0.0, law, failure);
}

/* LAW, of gradients that are applied one by one, becomes that of averages.  */
static support_status
gather (staleness_law *law, const delay_law *wait, double gradients,
        support_failure *failure)
{
  support_status status = SUPPORT_OK;
  for (size_t c = 0; status == SUPPORT_OK && c < law->parts; c++)
    {
      staleness_part *part = &law->part[c];
      size_t size = law->size;
      if (! part->delay)
        continue;
      status = gather_pmf (gradients, &size, &part->pmf, &part->mean,
                           &part->variance, failure);
      if (status == SUPPORT_OK)
        status = add_wait (wait, gradients, &part->delay, failure);
      part->rate /= gradients;
      part->palm /= gradients;
    }
  if (status == SUPPORT_OK)
    status = gather_pmf (gradients, &law->size, &law->pmf, &law->mean,
                         &law->variance, failure);
  law->rate /= gradients;
  law->palm /= gradients;
  law->batch = gradients;
  law->dispersion = 1.0 / gradients;
  delay_free (law->delay);
  law->delay = NULL;
  return status == SUPPORT_OK ? staleness_aggregate_delay (law, failure)
                              : status;
}

support_status
staleness_solve_buffer (const system_description *system, staleness_model model,
                        const support_hooks *hooks, staleness_law *law,
                        support_failure *failure)
{
  system_description alone = *system;
  delay_law *wait = NULL;
  support_status status = check_gradients (system, failure);
  alone.policy = SYSTEM_ASYNC;
  alone.gradients = 1;
  if (status == SUPPORT_OK)
    status = staleness_solve (&alone, model, hooks, law, failure);
  if (status == SUPPORT_OK)
    status =
        create_wait (system_gradients (system), law->arrivals, &wait, failure);
  if (status == SUPPORT_OK)
    status = gather (law, wait, (double) system_gradients (system), failure);
  delay_free (wait);
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
