/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Systems whose staleness is solved, kept as long as a search goes on: neither
   the learning rate nor momentum nor the noise changes it.  */
#include "plan/plan_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
case_free (plan_case *of)
{
  if (! of)
    return;
  staleness_law_clear (&of->staleness);
  pairs_free (of->pairs);
  delay_free (of->sketch);
  free (of->class);
  free (of);
}

void
plan_search_clear (plan_search *search)
{
  for (size_t k = 0; k < search->cases; k++)
    case_free (search->known[k]);
  free (search->known);
  search->known = NULL;
  search->cases = search->room = 0;
}

bool
plan_stopped (const plan_search *search)
{
  return search->team && ! support_team_continue (search->team, 0.0);
}

/* Up to cv2 = 1 a gamma law; beyond, two exponential ones that have equal
   shares in the mean.  */
static support_status
sketch_law (const delay_law *law, delay_law **sketch, support_failure *failure)
{
  const double largest = 50.0, least = 1e-4;
  const double mean = delay_mean (law), cv2 = fmin (delay_cv2 (law), largest);
  if (delay_lst_effort (law) == DELAY_FORMULA)
    return delay_copy (law, sketch, failure);
  if (! (cv2 > least))
    return delay_create ("deterministic",
                         &(delay_argument){ .values = &mean, .count = 1 }, 1,
                         sketch, failure);
  if (cv2 <= 1.0)
    {
      const double shape = 1.0 / cv2, scale = mean * cv2;
      const delay_argument argument[] = { { .values = &shape, .count = 1 },
                                          { .values = &scale, .count = 1 } };
      return delay_create ("gamma", argument, 2, sketch, failure);
    }
  const double part = 0.5 * (1.0 - sqrt ((cv2 - 1.0) / (cv2 + 1.0)));
  const double weight[] = { part, 1.0 - part };
  const double means[] = { 0.5 * mean / part, 0.5 * mean / (1.0 - part) };
  const delay_argument argument[] = { { .values = weight, .count = 2 },
                                      { .values = means, .count = 2 } };
  return delay_create ("hyperexponential", argument, 2, sketch, failure);
}

/* What momentum makes of the updates is told by their staleness; then there are
   no pairs, nor where momentum is 0, so that all are compared alike.  */
static bool
has_momentum (const plan_task *task)
{
  return task->over[PLAN_MOMENTUM] || task->system->momentum > 0.0;
}

static void
drop_probabilities (staleness_law *law)
{
  for (size_t c = 0; c < law->parts; c++)
    {
      free (law->part[c].pmf);
      law->part[c].pmf = NULL;
    }
  free (law->pmf);
  law->pmf = NULL;
  law->size = 0;
}

enum
{
  FEW = 4
};

static support_status
solve (const plan_search *search, plan_case *of, support_failure *failure)
{
  const plan_task *task = search->task;
  const bool closed =
      ! has_momentum (task) && ! task->problem.coupled
      && ! (of->system.trigger > 0.0); /* races do not follow its factors */
  bool exact;
  support_status status = staleness_solve (
      &of->system,
      has_momentum (task) ? task->model
                          : staleness_cheapest_model (&of->system, task->model),
      NULL, &of->staleness, failure);
  if (status == SUPPORT_OK && ! of->staleness.delay)
    status = support_fail (failure, SUPPORT_INVALID,
                           "the law of the delay has no closed form where "
                           "gradients share the uplink; use asgd_simulate");
  if (status == SUPPORT_OK && ! (of->staleness.rate > 0.0))
    status = support_fail (failure, SUPPORT_INVALID, "no gradient is accepted");
  if (status != SUPPORT_OK)
    return status;
  if (! has_momentum (task))
    drop_probabilities (&of->staleness);
  of->order = task->order;
  if ((task->order == 0 || task->order == 3) && closed)
    status = equation_pairs_create (
        &of->system, &of->staleness,
        task->order ? PAIRS_MOST_PHASES : EQUATION_DEFAULT_PHASES,
        EQUATION_DEFAULT_PHASES, &of->pairs, &exact, failure);
  if (status == SUPPORT_OK && task->order == 3 && ! of->pairs)
    status =
        support_fail (failure, SUPPORT_INVALID,
                      "order 3 does not stand for such a system, nor in plans "
                      "for one with a trigger; use order 1 or 2");
  if (task->order == 0)
    of->order = of->pairs ? 3 : equation_best_order (&of->staleness);
  of->few = of->pairs && system_workers (&of->system) <= FEW;
  of->cheap =
      of->pairs || delay_lst_effort (of->staleness.delay) == DELAY_FORMULA;
  if (status == SUPPORT_OK)
    status = sketch_law (of->staleness.delay, &of->sketch, failure);
  return status;
}

static bool
same (const double *first, const double *second)
{
  for (int v = 0; v < PLAN_VARIABLES; v++)
    if (v != PLAN_RATE && v != PLAN_MOMENTUM && first[v] != second[v])
      return false;
  return true;
}

static const plan_case *
find (const plan_search *search, const double *at)
{
  /* The last ones are asked for most.  */
  for (size_t k = search->cases; k-- > 0;)
    if (same (search->known[k]->at, at))
      return search->known[k];
  return search->parent ? find (search->parent, at) : NULL;
}

static support_status
add (plan_search *search, plan_case *of, support_failure *failure)
{
  if (search->cases == search->room)
    {
      const size_t room = 2 * search->room + 16;
      plan_case **more = realloc (search->known, room * sizeof (plan_case *));
      if (! more)
        return support_fail_memory (failure);
      search->known = more;
      search->room = room;
    }
  search->known[search->cases++] = of;
  return SUPPORT_OK;
}

support_status
plan_case_of (plan_search *search, const double at[PLAN_VARIABLES],
              const plan_case **found, support_failure *failure)
{
  *found = find (search, at);
  if (*found)
    return SUPPORT_OK;
  if (plan_stopped (search))
    return SUPPORT_INTERRUPTED;
  plan_case *of = calloc (1, sizeof *of);
  if (of)
    of->class = calloc (search->task->system->classes, sizeof *of->class);
  if (! of || ! of->class || add (search, of, failure) != SUPPORT_OK)
    {
      case_free (of);
      return support_fail_memory (failure);
    }
  memcpy (of->at, at, sizeof of->at);
  of->system = plan_system (search->task->system, at, of->class);
  of->system.dimension = search->task->problem.modes;
  of->status = solve (search, of, &of->failure);
  if (of->status == SUPPORT_MEMORY)
    return support_fail_memory (failure);
  *found = of;
  return SUPPORT_OK;
}

/* ---- sharing ------------------------------------------------------------ */

typedef struct shared
{
  plan_search *search, *part;
  plan_work *work;
  void *context;
  bool keep;
  support_failure *failure;
} shared;

static support_status
do_share (void *context, size_t k, support_team *team)
{
  const shared *of = context;
  plan_search *part = &of->part[k];
  *part = (plan_search){ .task = of->search->task,
                         .parent = of->search,
                         .team = team,
                         .best = of->search->best,
                         .last = of->search->last };
  const support_status status =
      of->work (part, of->context, k, &of->failure[k]);
  if (! of->keep)
    plan_search_clear (part);
  return status;
}

support_status
plan_share (plan_search *search, plan_work *work, void *context, size_t count,
            bool keep, const support_hooks *hooks, support_failure *failure)
{
  shared of = { .search = search,
                .part = calloc (count + 1, sizeof *of.part),
                .work = work,
                .context = context,
                .keep = keep,
                .failure = calloc (count + 1, sizeof *of.failure) };
  support_status status = SUPPORT_MEMORY;
  if (of.part && of.failure)
    status = support_team_run (do_share, &of, count, 0, hooks, NULL);
  else
    support_fail_memory (failure);
  for (size_t k = 0; of.failure && k < count; k++)
    if (status != SUPPORT_OK && of.failure[k].status == status && failure)
      {
        *failure = of.failure[k];
        break;
      }
  for (size_t k = 0; of.part && of.failure && k < count; k++)
    {
      plan_search *part = &of.part[k];
      if (part->task)
        search->best = fmin (search->best, part->best);
      for (size_t c = 0; c < part->cases; c++)
        if (status == SUPPORT_OK)
          {
            status = add (search, part->known[c], failure);
            if (status == SUPPORT_OK)
              part->known[c] = NULL;
          }
      plan_search_clear (part);
    }
  free (of.part);
  free (of.failure);
  return status;
}

/* ---- equations ----------------------------------------------------------- */

equation_loss
plan_loss (const plan_task *task)
{
  return (equation_loss){ .curvature = task->problem.curvature,
                          .start = task->start,
                          .minimum = task->minimum };
}

support_status
plan_equation (const plan_search *search, const plan_case *of,
               const double at[PLAN_VARIABLES], bool sketch,
               equation_assembly *made, support_failure *failure)
{
  system_description system = of->system;
  system.rate = at[PLAN_RATE];
  system.momentum = at[PLAN_MOMENTUM];
  int order = of->order;
  sketch = sketch && ! of->few;
  if (sketch && order == 3)
    order = equation_best_order (&of->staleness);
  const support_status status =
      equation_assemble (&system, &of->staleness, sketch ? NULL : of->pairs,
                         order, &search->task->problem, made, failure);
  if (status == SUPPORT_OK && sketch)
    made->system.delay = of->sketch;
  return status;
}
