/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "system/system.h"

#include <math.h>
#include <string.h>

static const char *const policies[] = {
  "async", "k-sync", "k-batch-sync", "k-async", "k-batch-async", "lossy", NULL
};
static const char *const weights[] = { "none", "inverse", "polynomial",
                                       "constant-then-inverse", NULL };
static const char *const triggers[] = { "magnitude", "change", "accumulate",
                                        NULL };
static const char *const disciplines[] = { "fifo", "processor-sharing", NULL };
static const char *const stale_rules[] = { "drop", "abort", "wait", NULL };

/* The place of NAME in TABLE; fails with the accepted names.  */
static support_status
find (const char *const *table, const char *what, const char *name,
      size_t *place, support_failure *failure)
{
  char accepted[160] = "";
  for (size_t i = 0; table[i]; i++)
    {
      if (strcmp (table[i], name) == 0)
        {
          *place = i;
          return SUPPORT_OK;
        }
      strncat (accepted, i ? ", " : "",
               sizeof accepted - strlen (accepted) - 1);
      strncat (accepted, table[i], sizeof accepted - strlen (accepted) - 1);
    }
  return support_fail (failure, SUPPORT_UNKNOWN,
                       "%s '%s' is not known; accepted: %s", what, name,
                       accepted);
}

support_status
system_policy_named (const char *name, system_policy *policy,
                     support_failure *failure)
{
  size_t place;
  const support_status status =
      find (policies, "the policy", name, &place, failure);
  if (status == SUPPORT_OK)
    *policy = (system_policy) place;
  return status;
}

support_status
system_stale_named (const char *name, system_stale *stale,
                    support_failure *failure)
{
  size_t place;
  const support_status status = find (
      stale_rules, "the treatment of stale gradients", name, &place, failure);
  if (status == SUPPORT_OK)
    *stale = (system_stale) place;
  return status;
}

support_status
system_weight_named (const char *name, system_weight *weight,
                     support_failure *failure)
{
  size_t place;
  const support_status status =
      find (weights, "the weight", name, &place, failure);
  if (status == SUPPORT_OK)
    *weight = (system_weight) place;
  return status;
}

support_status
system_trigger_named (const char *name, system_trigger *trigger,
                      support_failure *failure)
{
  size_t place;
  const support_status status =
      find (triggers, "the kind of trigger", name, &place, failure);
  if (status == SUPPORT_OK)
    *trigger = (system_trigger) place;
  return status;
}

support_status
system_discipline_named (const char *name, system_discipline *discipline,
                         support_failure *failure)
{
  size_t place;
  const support_status status =
      find (disciplines, "the discipline of the uplink", name, &place, failure);
  if (status == SUPPORT_OK)
    *discipline = (system_discipline) place;
  return status;
}

const char *
system_discipline_name_at (size_t index)
{
  return index < sizeof disciplines / sizeof *disciplines ? disciplines[index]
                                                          : NULL;
}

const char *
system_trigger_name_at (size_t index)
{
  return index < sizeof triggers / sizeof *triggers ? triggers[index] : NULL;
}

const char *
system_weight_name_at (size_t index)
{
  return index < sizeof weights / sizeof *weights ? weights[index] : NULL;
}

const char *
system_policy_name_at (size_t index)
{
  return index < sizeof policies / sizeof *policies ? policies[index] : NULL;
}

const char *
system_stale_name_at (size_t index)
{
  return index < sizeof stale_rules / sizeof *stale_rules ? stale_rules[index]
                                                          : NULL;
}

size_t
system_workers (const system_description *system)
{
  size_t workers = 0;
  for (size_t c = 0; c < system->classes; c++)
    workers += system->class[c].workers;
  return workers;
}

const delay_law *
system_download (const system_description *system, size_t c)
{
  return system->parts ? system->parts[c].download : NULL;
}

const delay_law *
system_upload (const system_description *system, size_t c)
{
  return system->parts ? system->parts[c].upload : NULL;
}

bool
system_downloads (const system_description *system)
{
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers > 0 && system_download (system, c))
      return true;
  return false;
}

bool
system_uploads (const system_description *system)
{
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers > 0 && system_upload (system, c))
      return true;
  return false;
}

bool
system_fails (const system_description *system)
{
  for (size_t c = 0; system->outage && c < system->classes; c++)
    if (system->class[c].workers > 0 && system->outage[c].up)
      return true;
  return false;
}

support_status
system_cycle_create (const delay_law *download, const delay_law *compute,
                     const delay_law *upload, delay_law **cycle,
                     support_failure *failure)
{
  delay_argument part[3];
  size_t count = 0;
  if (download)
    part[count++] = (delay_argument){ .law = download };
  part[count++] = (delay_argument){ .law = compute };
  if (upload)
    part[count++] = (delay_argument){ .law = upload };
  return count == 1 ? delay_copy (compute, cycle, failure)
                    : delay_create ("sum", part, count, cycle, failure);
}

bool
system_applies_each (const system_description *system)
{
  return system->policy == SYSTEM_ASYNC || system->policy == SYSTEM_LOSSY;
}

size_t
system_gradients (const system_description *system)
{
  return system->gradients > 0 ? system->gradients : 1;
}

static support_status
check_gradients (const system_description *system, support_failure *failure)
{
  const size_t gradients = system_gradients (system);
  const bool one_each =
      system->policy == SYSTEM_K_SYNC || system->policy == SYSTEM_K_ASYNC;
  if (system_applies_each (system) && gradients > 1)
    return support_fail (failure, SUPPORT_INVALID,
                         "the policy '%s' applies gradients one by one; to "
                         "average %zu of them take 'k-batch-async'",
                         policies[system->policy], gradients);
  if (one_each && gradients > system_workers (system))
    return support_fail (failure, SUPPORT_INVALID,
                         "the policy '%s' waits for %zu gradients of as many "
                         "workers, but there are %zu",
                         policies[system->policy], gradients,
                         system_workers (system));
  return SUPPORT_OK;
}

double
system_weight_at (const system_description *system, double staleness)
{
  const double p = system->weight_parameter;
  switch (system->weight)
    {
    case SYSTEM_WEIGHT_INVERSE:
      return 1.0 / (1.0 + staleness);
    case SYSTEM_WEIGHT_POLYNOMIAL:
      return pow (1.0 + staleness, -p);
    case SYSTEM_WEIGHT_CONSTANT_THEN_INVERSE:
      return staleness <= p ? 1.0 : p / staleness;
    case SYSTEM_WEIGHT_NONE:
      break;
    }
  return 1.0;
}

static support_status
check_weight (const system_description *system, support_failure *failure)
{
  const double p = system->weight_parameter;
  if (system->weight != SYSTEM_WEIGHT_NONE && ! system_applies_each (system))
    return support_fail (failure, SUPPORT_INVALID,
                         "the weight '%s' stands with the policies 'async' and "
                         "'lossy' only, not with '%s'",
                         weights[system->weight], policies[system->policy]);
  if (system->weight == SYSTEM_WEIGHT_POLYNOMIAL
      && ! (p >= 0.0 && isfinite (p)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the exponent of the weight 'polynomial' must be "
                         "a finite number >= 0");
  if (system->weight == SYSTEM_WEIGHT_CONSTANT_THEN_INVERSE
      && ! (p > 0.0 && isfinite (p)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the staleness from which the weight "
                         "'constant-then-inverse' falls must be positive and "
                         "finite");
  return SUPPORT_OK;
}

static support_status
check_loss (const system_description *system, support_failure *failure)
{
  if (! (system->loss >= 0.0 && system->loss < 1.0))
    return support_fail (failure, SUPPORT_INVALID,
                         "the loss must be a probability >= 0 and < 1");
  if (system->loss > 0.0 && system->policy != SYSTEM_LOSSY)
    return support_fail (failure, SUPPORT_INVALID,
                         "a loss stands with the policy 'lossy' only, not with "
                         "'%s'",
                         policies[system->policy]);
  return SUPPORT_OK;
}

static support_status
check_stale (const system_description *system, support_failure *failure)
{
  const system_policy policy = system->policy;
  if (system->stale != SYSTEM_WAIT || ! isfinite (system->threshold))
    return SUPPORT_OK;
  if (! (system->threshold >= 1.0))
    return support_fail (failure, SUPPORT_INVALID,
                         "with 'wait' the threshold must be at least 1: a "
                         "worker may always finish the gradient it is at");
  if (policy != SYSTEM_ASYNC && policy != SYSTEM_K_BATCH_ASYNC)
    return support_fail (failure, SUPPORT_INVALID,
                         "'wait' stands with the policies 'async' and "
                         "'k-batch-async' only, not with '%s'",
                         policies[policy]);
  return SUPPORT_OK;
}

static support_status
check_trigger (const system_description *system, support_failure *failure)
{
  if (! (system->trigger >= 0.0 && isfinite (system->trigger)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the trigger must be a finite number >= 0");
  if (system->trigger == 0.0)
    return SUPPORT_OK;
  if (system->policy != SYSTEM_ASYNC)
    return support_fail (failure, SUPPORT_INVALID,
                         "a trigger stands with the policy 'async' only, not "
                         "with '%s'",
                         policies[system->policy]);
  if (system->stale != SYSTEM_DROP && isfinite (system->threshold))
    return support_fail (failure, SUPPORT_INVALID,
                         "a trigger stands with the threshold of 'drop' only, "
                         "not with '%s'",
                         stale_rules[system->stale]);
  for (size_t c = 0; c < system->classes; c++)
    if (system_upload (system, c) && ! system_download (system, c)
        && ! (delay_mean (system->parts[c].compute) > 0.0))
      return support_fail (
          failure, SUPPORT_INVALID,
          "with a trigger a gradient must take a positive time "
          "before its upload");
  if (system_uploads (system) && isfinite (system->deadline))
    return support_fail (failure, SUPPORT_INVALID,
                         "a trigger and an upload stand without a deadline: "
                         "what is to become of a gradient on its way is not "
                         "said");
  if (system->trigger_kind != SYSTEM_TRIGGER_MAGNITUDE
      && (isfinite (system->threshold) || system->weight != SYSTEM_WEIGHT_NONE))
    return support_fail (failure, SUPPORT_INVALID,
                         "the trigger of the kind '%s' stands without a "
                         "threshold and a weight, since what is sent is more "
                         "than one gradient",
                         triggers[system->trigger_kind]);
  return SUPPORT_OK;
}

static support_status
check_uplink (const system_description *system, support_failure *failure)
{
  if (! system->uplink)
    return SUPPORT_OK;
  if (! (delay_mean (system->uplink) > 0.0
         && isfinite (delay_mean (system->uplink))))
    return support_fail (failure, SUPPORT_INVALID,
                         "the uplink must take a positive and finite time on "
                         "average");
  if (system->channels == 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "the uplink must have at least one channel");
  if (system->policy != SYSTEM_ASYNC)
    return support_fail (failure, SUPPORT_INVALID,
                         "an uplink stands with the policy 'async' only, not "
                         "with '%s'",
                         policies[system->policy]);
  if (isfinite (system->deadline))
    return support_fail (failure, SUPPORT_INVALID,
                         "an uplink stands without a deadline: what is to "
                         "become of a gradient that waits for it is not said");
  if (system->stale != SYSTEM_DROP && isfinite (system->threshold))
    return support_fail (failure, SUPPORT_INVALID,
                         "an uplink stands with the threshold of 'drop' only, "
                         "not with '%s'",
                         stale_rules[system->stale]);
  return SUPPORT_OK;
}

static support_status
check_outage (const system_description *system, support_failure *failure)
{
  for (size_t c = 0; system->outage && c < system->classes; c++)
    {
      const system_outage *outage = &system->outage[c];
      if (outage->up
          && ! (delay_mean (outage->up) > 0.0
                && isfinite (delay_mean (outage->up))))
        return support_fail (failure, SUPPORT_INVALID,
                             "the time between failures (up) of class %zu must "
                             "be positive and finite on average",
                             c + 1);
      if (outage->down && ! isfinite (delay_mean (outage->down)))
        return support_fail (
            failure, SUPPORT_INVALID,
            "the time of an outage (down) of class %zu must be finite on "
            "average",
            c + 1);
    }
  return SUPPORT_OK;
}

support_status
system_check (const system_description *system, support_failure *failure)
{
  if (system_workers (system) == 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "the system has no worker; at least one is needed");
  if (! (system->rate > 0.0 && isfinite (system->rate)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the learning rate must be positive and finite");
  if (! (system->momentum >= 0.0 && system->momentum < 1.0))
    return support_fail (failure, SUPPORT_INVALID,
                         "the momentum must be a number >= 0 and < 1");
  if (! (system->threshold >= 0.0)
      || (isfinite (system->threshold)
          && system->threshold != floor (system->threshold)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the threshold must be a whole number >= 0, or Inf");
  if (! (system->deadline > 0.0))
    return support_fail (failure, SUPPORT_INVALID,
                         "the deadline must be positive, or Inf");
  for (size_t c = 0; c < system->classes; c++)
    if (! (delay_mean (system->class[c].cycle) > 0.0
           && isfinite (delay_mean (system->class[c].cycle))))
      return support_fail (failure, SUPPORT_INVALID,
                           "the cycle of a worker must take a positive and "
                           "finite time on average");
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers > 0 && isfinite (system->deadline)
        && ! (delay_cdf (system->class[c].cycle, system->deadline)
              > SYSTEM_LEAST_FINISHED))
      return support_fail (failure, SUPPORT_INVALID,
                           "the workers of class %zu never finish by the "
                           "deadline of %g; their cycle takes %g on average",
                           c + 1, system->deadline,
                           delay_mean (system->class[c].cycle));
  support_status status = check_stale (system, failure);
  if (status == SUPPORT_OK)
    status = check_gradients (system, failure);
  if (status == SUPPORT_OK)
    status = check_loss (system, failure);
  if (status == SUPPORT_OK)
    status = check_weight (system, failure);
  if (status == SUPPORT_OK)
    status = check_trigger (system, failure);
  if (status == SUPPORT_OK)
    status = check_outage (system, failure);
  return status == SUPPORT_OK ? check_uplink (system, failure) : status;
}
