/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stale-synchronous workers (Ho et al., NIPS 2013), where that is closed.

   S = 1.  All begin together and wait for the last: rounds of length
   Y = max T, with n updates each.  A gradient's delay is T, and its staleness
   its rank in the round, uniform on 0 .. n - 1.

   Two exponential workers, times in units of their mean.  The difference of
   their clocks moves by one either way at the rate 1 within -S .. S, so that it
   is uniform there: 4 S/(2 S + 1) updates.  Who pulls at a difference d (its
   clock less the other's) meets min (H, S + d) updates: H geometric, P(H = j) =
   2^-(j+1), until the other is S ahead and waits.  d is uniform on
   -S + 1 .. S - 1 with S - 1 counted twice, as who gets S ahead pulls at S - 1.

   The equation needs how regular the updates are.  Let kappa be how many more
   of them there are in a long time before a read, its own instant included,
   than before a random instant, and V the variance of their number in a long
   time over its mean.  Rounds: each worker's updates are those of a renewal
   process of Y, earlier by Y - T, whence by the renewal theorem
     kappa = n ((cv2(Y) - 1)/2 + E T/E Y),   V = n cv2(Y).
   Two exponential workers: the difference is reversible, and the updates
   expected before it was d are c - d^2/(2 S + 1) more than on average; the
   means over the d at which one pulls, before that jump, and over the d after a
   jump give
     kappa = 1 + ((S - 1)^2 - S (S + 1)/3)/(2 S (2 S + 1)),
     V = 1 + (2 S - 1)/(3 (2 S + 1)).
   For S = 1 the two agree.  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static support_status
fail_open (const system_description *system, support_failure *failure)
{
  if (isfinite (system->deadline) || system->weight != SYSTEM_WEIGHT_NONE)
    return support_fail (failure, SUPPORT_INVALID,
                         "'wait' has no closed form with %s; use asgd_simulate",
                         isfinite (system->deadline) ? "a deadline"
                                                     : "weights");
  return support_fail (failure, SUPPORT_INVALID,
                       "'wait' has no closed form but for one class of workers "
                       "with a threshold of 1, and for two exponential "
                       "workers; use asgd_simulate");
}

/* S = 1; LAW has the pmf and the moments of staleness, and its rate.  */
static support_status
solve_lockstep (const system_description *system, staleness_law *law,
                support_failure *failure)
{
  const size_t workers = system_workers (system);
  const double n = (double) workers;
  system_description round = *system;
  staleness_law solved;
  round.policy = SYSTEM_K_SYNC;
  round.gradients = workers;
  round.threshold = INFINITY;
  support_status status =
      staleness_solve (&round, STALENESS_RENEWAL, NULL, &solved, failure);
  if (status == SUPPORT_OK)
    {
      const double length = delay_mean (solved.delay);
      const double cv2 = delay_cv2 (solved.delay);
      law->rate = n / length;
      law->palm = n * (0.5 * (cv2 - 1.0) + delay_mean (law->delay) / length);
      law->dispersion = n * cv2;
      law->size = workers;
      law->pmf = support_doubles (workers);
      if (! law->pmf)
        status = support_fail_memory (failure);
    }
  for (size_t j = 0; status == SUPPORT_OK && j < workers; j++)
    law->pmf[j] = 1.0 / n;
  staleness_law_clear (&solved);
  return status;
}

static support_status
solve_pair (const system_description *system, staleness_law *law,
            support_failure *failure)
{
  const double s = system->threshold, gaps = 2.0 * s + 1.0;
  const double negligible = 60.0; /* powers of two */
  law->rate = 4.0 * s / gaps / delay_mean (law->delay);
  law->palm =
      1.0 + ((s - 1.0) * (s - 1.0) - s * (s + 1.0) / 3.0) / (2.0 * s * gaps);
  law->dispersion = 1.0 + (2.0 * s - 1.0) / (3.0 * gaps);
  law->size = (size_t) fmin (2.0 * s, negligible);
  law->pmf = support_doubles (law->size);
  if (! law->pmf)
    return support_fail_memory (failure);
  /* P(tau = j) = 2^-(j+1) P(m > j) + 2^-j P(m = j), m = S + d.  */
  for (size_t k = 0; k < law->size; k++)
    {
      const double j = (double) k, last = 2.0 * s - 1.0;
      const double above = j < last ? 2.0 * s - j : 0.0;
      const double here = j == 0.0 ? 0.0 : j < last ? 1.0 : 2.0;
      law->pmf[k] = (0.5 * above + here) * exp2 (-j) / (2.0 * s);
    }
  if (law->size == negligible)
    law->tail = exp2 (-negligible);
  return SUPPORT_OK;
}

/* The only class is what all of them are together.  */
static support_status
set_part (staleness_law *law, size_t c, size_t workers,
          support_failure *failure)
{
  staleness_part *part = &law->part[c];
  *part = (staleness_part){ .workers = workers,
                            .rate = law->rate,
                            .finished = 1.0,
                            .accepted = 1.0,
                            .mean = law->mean,
                            .variance = law->variance,
                            .weight = 1.0,
                            .weight_square = 1.0,
                            .palm = law->palm };
  part->pmf = support_doubles (law->size);
  if (! part->pmf)
    return support_fail_memory (failure);
  memcpy (part->pmf, law->pmf, law->size * sizeof *part->pmf);
  return delay_copy (law->delay, &part->delay, failure);
}

support_status
staleness_solve_wait (const system_description *system, staleness_law *law,
                      support_failure *failure)
{
  size_t classes = 0, only = 0;
  for (size_t c = 0; c < system->classes; c++)
    {
      staleness_part_clear (&law->part[c]);
      if (system->class[c].workers == 0)
        continue;
      classes++;
      only = c;
    }
  const delay_law *cycle = system->class[only].cycle;
  const bool pair = system_workers (system) == 2
                    && strcmp (delay_family_name (cycle), "exponential") == 0;
  if (classes > 1 || isfinite (system->deadline)
      || system->weight != SYSTEM_WEIGHT_NONE
      || ! (pair || system->threshold == 1.0))
    return fail_open (system, failure);
  support_status status = delay_copy (cycle, &law->delay, failure);
  if (status == SUPPORT_OK)
    status = pair ? solve_pair (system, law, failure)
                  : solve_lockstep (system, law, failure);
  if (status != SUPPORT_OK)
    return status;
  law->arrivals = law->uploads = law->rate;
  law->finished = law->accepted = law->batch = 1.0;
  law->weight = law->weight_square = 1.0;
  double second = 0.0;
  for (size_t j = 0; j < law->size; j++)
    {
      law->mean += (double) j * law->pmf[j];
      second += (double) j * (double) j * law->pmf[j];
    }
  law->variance = second - law->mean * law->mean;
  return set_part (law, only, system_workers (system), failure);
}
