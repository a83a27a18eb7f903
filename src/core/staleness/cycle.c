/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staleness/staleness_private.h"

#include <math.h>
#include <string.h>

/* T | T <= deadline, as a law that accepts no T beyond: the acceptance falls
   from 1 to 0 between the deadline and the next number.  */
static support_status
truncate_law (const delay_law *law, double deadline, delay_law **truncated,
              support_failure *failure)
{
  const double knot[] = { 0.0, deadline, nextafter (deadline, INFINITY) };
  const double acceptance[] = { 1.0, 1.0, 0.0 };
  const delay_argument argument[] = { { .law = law },
                                      { .values = knot, .count = 3 },
                                      { .values = acceptance, .count = 3 } };
  return delay_create ("thinned", argument, 3, truncated, failure);
}

/* With C = min (T, deadline) and p = P(T <= deadline) a gradient comes once in
   a time E C / p (renewal-reward).  A read begins a cycle: of the worker's own
   cycles, the last included, it is (1 + Var C/(E C)^2)/2 ahead of a random
   instant, and of its own updates p times that, as cycles are finished
   independently of each other.  */
support_status
staleness_cycle_create (const delay_law *law, double deadline,
                        staleness_cycle *cycle, support_failure *failure)
{
  const double finished = isfinite (deadline) ? delay_cdf (law, deadline) : 1.0;
  const bool all = finished >= 1.0;
  support_status status;
  *cycle = (staleness_cycle){ .law = law, .finished = finished };
  status = all ? delay_copy (law, &cycle->delay, failure)
               : truncate_law (law, deadline, &cycle->delay, failure);
  if (status != SUPPORT_OK)
    return status;
  const double mean = delay_mean (cycle->delay);
  double first = finished * mean;
  double second = finished * mean * mean * (1.0 + delay_cv2 (cycle->delay));
  if (! all)
    {
      first += (1.0 - finished) * deadline;
      second += (1.0 - finished) * deadline * deadline;
    }
  cycle->interval = first / finished;
  cycle->palm = 0.5 * finished * second / (first * first);
  return SUPPORT_OK;
}

/* Between two gradients that are sent lie a geometric number of computations,
   of mean 1/SENT, and one upload.  A geometric sum of exponential times is one
   of 1/SENT times the mean.  */
support_status
staleness_cycle_create_sent (const system_description *system, size_t c,
                             double sent, bool poisson, staleness_cycle *cycle,
                             support_failure *failure)
{
  const delay_law *law = system->class[c].cycle;
  const system_parts *parts = &system->parts[c];
  const double upload = delay_mean (parts->upload);
  const double before = (delay_mean (law) - upload) / sent;
  const bool exponential =
      ! parts->download
      && strcmp (delay_family_name (parts->compute), "exponential") == 0;
  *cycle = (staleness_cycle){ .law = law,
                              .finished = 1.0,
                              .interval = before + upload,
                              .sent = 1.0,
                              .palm = NAN };
  if (! poisson && ! exponential)
    return support_fail (failure, SUPPORT_INVALID,
                         "a trigger has no closed form with an upload unless "
                         "gradients are computed in exponential times and "
                         "nothing is downloaded; use asgd_simulate");
  support_status status = delay_copy (law, &cycle->delay, failure);
  if (status != SUPPORT_OK || poisson)
    return status;
  delay_law *computing;
  const delay_argument mean = { .values = &before, .count = 1 };
  status = delay_create ("exponential", &mean, 1, &computing, failure);
  if (status == SUPPORT_OK)
    status = system_cycle_create (NULL, computing, parts->upload, &cycle->own,
                                  failure);
  delay_free (computing);
  cycle->law = cycle->own;
  return status;
}

void
staleness_cycle_clear (staleness_cycle *cycle)
{
  delay_free (cycle->own);
  delay_free (cycle->delay);
  *cycle = (staleness_cycle){ .law = NULL };
}
