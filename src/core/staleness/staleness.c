/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Each class looks at every other one, at every node.  */
enum
{
  MOST_CLASSES = 64
};

static const char *const models[] = { "renewal", "poisson", "trace", NULL };

support_status
staleness_model_named (const char *name, staleness_model *model,
                       support_failure *failure)
{
  for (size_t i = 0; models[i]; i++)
    if (strcmp (models[i], name) == 0)
      {
        *model = (staleness_model) i;
        return SUPPORT_OK;
      }
  return support_fail (failure, SUPPORT_UNKNOWN,
                       "the model '%s' is not known; accepted: renewal, "
                       "poisson, trace",
                       name);
}

const char *
staleness_model_name_at (size_t index)
{
  return index < sizeof models / sizeof *models ? models[index] : NULL;
}

/* ---- parts ------------------------------------------------------------ */

void
staleness_part_clear (staleness_part *part)
{
  *part = (staleness_part){ .finished = NAN,
                            .accepted = NAN,
                            .mean = NAN,
                            .variance = NAN,
                            .weight = NAN,
                            .weight_square = NAN,
                            .palm = NAN };
}

/* The pmf given acceptance, its mean and its variance; what the threshold
   leaves of it is finite.  */
static void
condition (staleness_part *part, staleness_values *pmf, double threshold)
{
  const size_t most = (size_t) fmin (threshold, (double) pmf->size);
  double total = 0.0, mean = 0.0, variance = 0.0;
  pmf->beyond = 0.0;
  if (most + 1 < pmf->size)
    pmf->size = most + 1;
  for (size_t j = 0; j < pmf->size; j++)
    total += pmf->value[j];
  for (size_t j = 0; j < pmf->size; j++)
    {
      pmf->value[j] /= total;
      mean += (double) j * pmf->value[j];
    }
  for (size_t j = 0; j < pmf->size; j++)
    variance += ((double) j - mean) * ((double) j - mean) * pmf->value[j];
  part->mean = mean;
  part->variance = variance;
}

/* A class of which no gradient is accepted.  */
static bool
starved (const staleness_values *pmf, double threshold)
{
  const double least = 1e-12; /* what the fractions are solved to */
  double total = 0.0;
  for (size_t j = 0; j < pmf->size && (double) j <= threshold; j++)
    total += pmf->value[j];
  return total < least;
}

static void
weigh (staleness_part *part, const staleness_values *pmf,
       const system_description *system)
{
  double total = 0.0;
  part->weight = part->weight_square = 0.0;
  for (size_t j = 0; j < pmf->size; j++)
    {
      const double c = system_weight_at (system, (double) j);
      total += pmf->value[j];
      part->weight += pmf->value[j] * c;
      part->weight_square += pmf->value[j] * c * c;
    }
  part->weight /= total;
  part->weight_square /= total;
}

static support_status
solve_part (staleness_view *view, staleness_part *part, staleness_values *pmf,
            support_failure *failure)
{
  const system_description *system = view->system;
  const system_class *class = &system->class[view->self];
  const staleness_cycle *cycle = &view->cycle[view->self];
  support_status status =
      staleness_view_pmf (view, pmf, &part->variance, failure);
  part->workers = class->workers;
  part->accepted = view->kept[view->self] / cycle->sent;
  part->finished = cycle->finished;
  part->rate =
      (double) class->workers * view->kept[view->self] / cycle->interval;
  part->mean = staleness_view_rate (view) * delay_mean (cycle->delay);
  /* A threshold that never bites leaves the plain policy.  */
  const bool bites = view->passes < 1.0 - 1e-12;
  part->palm =
      bites ? NAN : staleness_cycle_arriving (cycle, system) * cycle->palm;
  if (status == SUPPORT_OK && bites && starved (pmf, system->threshold))
    {
      part->rate = part->accepted = 0.0;
      part->mean = part->variance = part->weight = part->weight_square = NAN;
      return SUPPORT_OK;
    }
  if (status == SUPPORT_OK && bites)
    condition (part, pmf, system->threshold);
  if (status == SUPPORT_OK)
    {
      weigh (part, pmf, system);
      status =
          staleness_accepted_delay (view, part->weight, &part->delay, failure);
    }
  return status;
}

/* ---- the aggregate ---------------------------------------------------- */

support_status
staleness_aggregate_delay (staleness_law *law, support_failure *failure)
{
  delay_argument *argument = calloc (law->parts + 1, sizeof *argument);
  double *weight = support_doubles (law->parts);
  const delay_law *only = NULL;
  size_t count = 0;
  support_status status;
  if (! argument || ! weight)
    {
      free (argument);
      free (weight);
      return support_fail_memory (failure);
    }
  for (size_t c = 0; c < law->parts; c++)
    if (law->part[c].delay && law->part[c].rate > 0.0)
      {
        only = law->part[c].delay;
        weight[count] = law->part[c].rate * law->part[c].weight;
        argument[++count].law = only;
      }
  argument[0] = (delay_argument){ .values = weight, .count = count };
  status = count == 1 ? delay_copy (only, &law->delay, failure)
                      : delay_create ("mixture", argument, count + 1,
                                      &law->delay, failure);
  free (argument);
  free (weight);
  return status;
}

/* Pads the pmfs of the parts to a common size and mixes them.  */
static support_status
aggregate_pmf (staleness_law *law, staleness_model model, staleness_values *pmf,
               support_failure *failure)
{
  size_t size = 1;
  for (size_t c = 0; c < law->parts; c++)
    size = pmf[c].size > size ? pmf[c].size : size;
  law->pmf = support_doubles (size);
  if (! law->pmf)
    return support_fail_memory (failure);
  double listed = 0.0;
  for (size_t c = 0; c < law->parts; c++)
    if (law->part[c].rate > 0.0)
      {
        const double share = law->part[c].rate / law->rate;
        law->tail += share * pmf[c].beyond;
        if (! staleness_values_reach (&pmf[c], size - 1))
          return support_fail_memory (failure);
        for (size_t j = 0; j < size; j++)
          {
            law->pmf[j] += share * pmf[c].value[j];
            listed += share * pmf[c].value[j];
          }
        law->part[c].pmf = pmf[c].value;
        pmf[c].value = NULL;
      }
  law->size = size;
  const double rounding = 1e-6; /* and more than what quadrature may miss */
  /* The Poisson model keeps its relative accuracy; the renewal model has
     nothing but rounding there.  */
  const double negligible = model == STALENESS_POISSON ? 1e-22 : 1e-16;
  while (law->size > 1 && law->tail + law->pmf[law->size - 1] < negligible)
    law->tail += law->pmf[--law->size];
  if (size == STALENESS_MOST_VALUES || listed < 1.0 - rounding)
    law->tail = fmax (0.0, 1.0 - listed);
  return SUPPORT_OK;
}

static support_status
aggregate (staleness_law *law, const staleness_cycle *cycle,
           staleness_model model, staleness_values *pmf,
           support_failure *failure)
{
  double begun = 0.0, finished = 0.0;
  law->batch = law->dispersion = 1.0;
  for (size_t c = 0; c < law->parts; c++)
    if (law->part[c].workers > 0)
      {
        const double done = (double) law->part[c].workers / cycle[c].interval;
        law->rate += law->part[c].rate;
        law->arrivals += done * cycle[c].sent;
        finished += done;
        begun += done / cycle[c].finished;
      }
  law->finished = finished / begun;
  law->uploads = law->arrivals;
  law->accepted = law->rate / law->arrivals;
  if (! (law->rate > 0.0))
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the threshold lets no gradient through");
  double second = 0.0;
  for (size_t c = 0; c < law->parts; c++)
    if (law->part[c].rate > 0.0)
      {
        const staleness_part *part = &law->part[c];
        const double share = part->rate / law->rate;
        law->mean += share * part->mean;
        second += share * (part->variance + part->mean * part->mean);
        law->palm += share * part->palm;
        law->weight += share * part->weight;
        law->weight_square += share * part->weight_square;
      }
  law->variance = fmax (0.0, second - law->mean * law->mean);
  support_status status = staleness_aggregate_delay (law, failure);
  if (status == SUPPORT_OK)
    status = aggregate_pmf (law, model, pmf, failure);
  return status;
}

/* ---- the door --------------------------------------------------------- */

/* By class, but for the views.  */
typedef struct solution
{
  const support_hooks *hooks; /* NULL: none */
  staleness_cycle *cycle;
  staleness_counts **counts; /* that several views share */
  staleness_view *view;
  size_t views;
  staleness_values *pmf;
  double *kept;
} solution;

static bool
solution_prepare (solution *of, size_t classes)
{
  of->cycle = calloc (classes, sizeof *of->cycle);
  of->counts = calloc (classes, sizeof *of->counts);
  of->view = calloc (classes, sizeof *of->view);
  of->pmf = calloc (classes, sizeof *of->pmf);
  of->kept = support_doubles (classes);
  return of->cycle && of->counts && of->view && of->pmf && of->kept;
}

static void
solution_clear (solution *of, size_t classes)
{
  for (size_t i = 0; i < of->views; i++)
    staleness_view_clear (&of->view[i]);
  for (size_t c = 0; of->counts && c < classes; c++)
    staleness_counts_free (of->counts[c]);
  for (size_t c = 0; of->pmf && c < classes; c++)
    free (of->pmf[c].value);
  for (size_t c = 0; of->cycle && c < classes; c++)
    staleness_cycle_clear (&of->cycle[c]);
  free (of->cycle);
  free (of->counts);
  free (of->view);
  free (of->pmf);
  free (of->kept);
}

static support_status
check (const system_description *system, support_failure *failure)
{
  const support_status status = system_check (system, failure);
  if (status != SUPPORT_OK)
    return status;
  if (system_workers (system) > STALENESS_MOST_WORKERS)
    return support_fail (failure, SUPPORT_LIMIT,
                         "the staleness of more than %d workers is not "
                         "computed",
                         STALENESS_MOST_WORKERS);
  if (system->classes > MOST_CLASSES)
    return support_fail (failure, SUPPORT_LIMIT,
                         "the staleness of more than %d classes of workers is "
                         "not computed",
                         MOST_CLASSES);
  return SUPPORT_OK;
}

/* A view for each class that has workers, and what the threshold makes of
   them.  */
static support_status
make_views (const system_description *system, staleness_model model,
            solution *of, support_failure *failure)
{
  support_status status = SUPPORT_OK;
  if (system->stale == SYSTEM_ABORT && isfinite (system->threshold)
      && system_workers (system) > 1)
    return staleness_solve_abort (system, model, of->hooks, of->cycle, of->kept,
                                  of->counts, of->view, &of->views, failure);
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    {
      if (system->class[c].workers == 0)
        continue;
      status = staleness_view_create (system, of->cycle, c, model, of->kept,
                                      of->hooks, of->counts,
                                      &of->view[of->views], failure);
      of->views += status == SUPPORT_OK;
    }
  if (status == SUPPORT_OK)
    status = staleness_views_finish (of->view, of->views, failure);
  if (status == SUPPORT_OK && isfinite (system->threshold))
    status = staleness_solve_threshold (of->view, of->views, of->kept, failure);
  return status;
}

static support_status
solve_views (const system_description *system, staleness_model model,
             solution *of, staleness_law *law, support_failure *failure)
{
  support_status status = SUPPORT_OK;
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    {
      of->kept[c] = law->sent * (1.0 - system->loss);
      if (system->class[c].workers == 0)
        {
          staleness_part_clear (&law->part[c]);
          continue;
        }
      if (law->sent < 1.0 && system_upload (system, c))
        {
          /* Workers that send nothing in vain: their gradients are all sent. */
          status = staleness_cycle_create_sent (system, c, law->sent,
                                                model == STALENESS_POISSON,
                                                &of->cycle[c], failure);
          of->kept[c] = 1.0;
          continue;
        }
      status = staleness_cycle_create (system->class[c].cycle, system->deadline,
                                       &of->cycle[c], failure);
      of->cycle[c].sent = law->sent;
    }
  if (status == SUPPORT_OK)
    status = make_views (system, model, of, failure);
  for (size_t i = 0; i < of->views; i++)
    {
      of->view[i].share = 1.0 / (double) of->views;
      of->view[i].done = (double) i * of->view[i].share;
    }
  for (size_t i = 0; status == SUPPORT_OK && i < of->views; i++)
    status = solve_part (&of->view[i], &law->part[of->view[i].self],
                         &of->pmf[of->view[i].self], failure);
  if (status == SUPPORT_OK)
    status = aggregate (law, of->cycle, model, of->pmf, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < of->views; i++)
    law->error += law->part[of->view[i].self].rate / law->rate
                  * staleness_view_error (&of->view[i]);
  return status;
}

/* The trigger near the minimum.  */
static support_status
pull_trigger (const system_description *system, staleness_law *law,
              support_failure *failure)
{
  const double least = 1e-12;
  const size_t dimension = system->dimension > 0 ? system->dimension : 1;
  law->sent = law->drift = law->power = 1.0;
  law->queue = law->utilisation = law->sojourn = NAN;
  if (system->trigger == 0.0)
    return SUPPORT_OK;
  if (system->trigger_kind != SYSTEM_TRIGGER_MAGNITUDE)
    return support_fail (failure, SUPPORT_INVALID,
                         "the trigger of the kind '%s' has no closed form; use "
                         "asgd_simulate",
                         system_trigger_name_at (system->trigger_kind));
  const staleness_trigger factors =
      staleness_trigger_at (system->trigger, dimension, 0.0);
  if (! (factors.sent > least))
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the trigger of %g lets no gradient through near the "
                         "minimum: in %zu dimensions noise is beyond it with a "
                         "probability of %.2g",
                         system->trigger, dimension, factors.sent);
  law->sent = factors.sent;
  law->drift = factors.drift / factors.sent;
  law->power = factors.power / factors.sent;
  return SUPPORT_OK;
}

/* What stands in the place of the policy where it comes to the same.  */
static system_policy
effective_policy (const system_description *system)
{
  const size_t gradients = system_gradients (system);
  if (gradients == 1
      && (system->policy == SYSTEM_K_ASYNC
          || system->policy == SYSTEM_K_BATCH_ASYNC))
    return SYSTEM_ASYNC;
  /* What is lost is not kept.  */
  if (system->policy == SYSTEM_LOSSY)
    return SYSTEM_ASYNC;
  if (system->policy == SYSTEM_K_ASYNC && gradients == system_workers (system))
    return SYSTEM_K_SYNC;
  return system->policy;
}

staleness_model
staleness_cheapest_model (const system_description *system,
                          staleness_model model)
{
  const bool plain = system_applies_each (system) && system->momentum == 0.0
                     && isinf (system->threshold)
                     && system->weight == SYSTEM_WEIGHT_NONE;
  return plain && model == STALENESS_RENEWAL ? STALENESS_POISSON : model;
}

support_status
staleness_solve (const system_description *system, staleness_model model,
                 const support_hooks *hooks, staleness_law *law,
                 support_failure *failure)
{
  *law = (staleness_law){ .pmf = NULL };
  support_status status = check (system, failure);
  if (status == SUPPORT_OK && system_fails (system))
    status = support_fail (failure, SUPPORT_INVALID,
                           "workers that fail and return have no closed form; "
                           "use asgd_simulate");
  if (status == SUPPORT_OK && system->loss > 0.0
      && system->stale == SYSTEM_ABORT && isfinite (system->threshold))
    status = support_fail (failure, SUPPORT_INVALID,
                           "'abort' has no closed form with the policy "
                           "'lossy'; use asgd_simulate");
  if (status == SUPPORT_OK)
    status = pull_trigger (system, law, failure);
  if (status != SUPPORT_OK)
    return status;
  if (effective_policy (system) == SYSTEM_K_BATCH_ASYNC
      && model != STALENESS_TRACE)
    return staleness_solve_buffer (system, model, hooks, law, failure);
  solution of = { .hooks = hooks };
  law->part = calloc (system->classes, sizeof *law->part);
  law->parts = law->part ? system->classes : 0;
  if (! solution_prepare (&of, system->classes) || ! law->part)
    status = support_fail_memory (failure);
  else if (model == STALENESS_TRACE)
    {
      status = staleness_take_record (system, of.cycle, of.pmf, law, failure);
      if (status == SUPPORT_OK)
        status = aggregate (law, of.cycle, model, of.pmf, failure);
    }
  else if (effective_policy (system) == SYSTEM_ASYNC
           && system->stale == SYSTEM_WAIT && isfinite (system->threshold)
           && system_workers (system) > 1)
    status = staleness_solve_wait (system, law, failure);
  else
    switch (effective_policy (system))
      {
      case SYSTEM_ASYNC:
        if (system->uplink)
          {
            status = staleness_solve_uplink (system, law, of.pmf, failure);
            bool known = status == SUPPORT_OK;
            for (size_t c = 0; c < system->classes && known; c++)
              known = law->part[c].delay || law->part[c].workers == 0;
            if (known)
              status = staleness_aggregate_delay (law, failure);
            for (size_t c = 0; c < system->classes && status == SUPPORT_OK; c++)
              if (of.pmf[c].size > 0) /* one class only */
                {
                  law->tail = 0.0;
                  status = aggregate_pmf (law, model, of.pmf, failure);
                }
            break;
          }
        status = solve_views (system, model, &of, law, failure);
        break;
      case SYSTEM_K_SYNC:
      case SYSTEM_K_BATCH_SYNC:
        if (isfinite (system->deadline))
          status = support_fail (failure, SUPPORT_INVALID,
                                 "the policy '%s' has no closed form with a "
                                 "deadline; use asgd_simulate",
                                 system_policy_name_at (system->policy));
        else
          status = staleness_solve_rounds (system, hooks, law, failure);
        break;
      case SYSTEM_K_ASYNC:
        status = staleness_solve_k_async (system, law, failure);
        break;
      case SYSTEM_K_BATCH_ASYNC: /* solved above */
      case SYSTEM_LOSSY:         /* never effective */
        break;
      }
  solution_clear (&of, system->classes);
  return status;
}

double
staleness_quantile (const double *pmf, size_t size, double p)
{
  double below = 0.0;
  for (size_t j = 0; pmf && j < size; j++)
    {
      below += pmf[j];
      /* Sums of so many values are rounded.  */
      if (below >= p - 1e-12)
        return (double) j;
    }
  return NAN;
}

void
staleness_law_clear (staleness_law *law)
{
  for (size_t c = 0; c < law->parts; c++)
    {
      delay_free (law->part[c].delay);
      free (law->part[c].pmf);
    }
  free (law->part);
  delay_free (law->delay);
  free (law->pmf);
  *law = (staleness_law){ .pmf = NULL };
}
