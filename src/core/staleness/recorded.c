/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The triple of a run that was logged: what was counted stands for what the
   other models compute.  */
#include "staleness/staleness_private.h"

#include <math.h>

/* A record says how the run went, not how it would have gone.  */
static support_status
check_record (const system_description *system, support_failure *failure)
{
  if (! system->record)
    return support_fail (failure, SUPPORT_INVALID,
                         "the model 'trace' needs a system with the record of "
                         "a run, as asgd_trace makes it");
  if (system->policy != SYSTEM_ASYNC || isfinite (system->threshold)
      || isfinite (system->deadline) || system->weight != SYSTEM_WEIGHT_NONE
      || system->trigger > 0.0 || system->uplink)
    return support_fail (failure, SUPPORT_INVALID,
                         "the model 'trace' tells of the run as it was logged, "
                         "not of another policy, threshold, deadline, weight, "
                         "trigger or uplink; use the model 'renewal'");
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers != system->record[c].workers)
      return support_fail (failure, SUPPORT_INVALID,
                           "the record is of %zu workers in class %zu, the "
                           "system has %zu; use the model 'renewal'",
                           system->record[c].workers, c + 1,
                           system->class[c].workers);
  return SUPPORT_OK;
}

static support_status
check_class (const system_record *record, size_t c, support_failure *failure)
{
  double total = 0.0;
  for (size_t j = 0; j < record->size; j++)
    {
      if (! (record->count[j] >= 0.0 && isfinite (record->count[j])))
        return support_fail (failure, SUPPORT_INVALID,
                             "the recorded counts of class %zu must be finite "
                             "and >= 0",
                             c + 1);
      total += record->count[j];
    }
  if (! (total > 0.0) || record->size > STALENESS_MOST_VALUES)
    return support_fail (failure, SUPPORT_INVALID,
                         "the record of class %zu must hold the counts of "
                         "between 1 and %zu values of the staleness",
                         c + 1, STALENESS_MOST_VALUES);
  if (! (record->rate > 0.0 && isfinite (record->rate)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the recorded rate of class %zu must be positive and "
                         "finite",
                         c + 1);
  return SUPPORT_OK;
}

/* CYCLE tells of each class what the aggregate asks: how often its workers
   send.  */
support_status
staleness_take_record (const system_description *system, staleness_cycle *cycle,
                       staleness_values *pmf, staleness_law *law,
                       support_failure *failure)
{
  support_status status = check_record (system, failure);
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    {
      const system_record *record = &system->record[c];
      staleness_part *part = &law->part[c];
      double total = 0.0, mean = 0.0, variance = 0.0;
      *part =
          (staleness_part){ .workers = record->workers,
                            .rate = record->rate,
                            .finished = 1.0,
                            .accepted = 1.0,
                            .weight = 1.0,
                            .weight_square = 1.0,
                            .palm = 0.5 * (1.0 + delay_cv2 (record->delay)) };
      status = check_class (record, c, failure);
      if (status == SUPPORT_OK
          && ! staleness_values_reach (&pmf[c], record->size - 1))
        status = support_fail_memory (failure);
      if (status != SUPPORT_OK)
        break;
      for (size_t j = 0; j < record->size; j++)
        {
          total += record->count[j];
          mean += (double) j * record->count[j];
        }
      mean /= total;
      for (size_t j = 0; j < record->size; j++)
        {
          const double p = record->count[j] / total;
          pmf[c].value[j] = p;
          variance += ((double) j - mean) * ((double) j - mean) * p;
        }
      part->mean = mean;
      part->variance = variance;
      cycle[c].finished = cycle[c].sent = 1.0;
      cycle[c].interval = (double) record->workers / record->rate;
      status = delay_copy (record->delay, &part->delay, failure);
    }
  return status;
}
