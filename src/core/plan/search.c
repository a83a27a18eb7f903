/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole numbers.  Where nothing else is varied and there are not too many
   combinations, each of them is evaluated.  Otherwise a lattice that is fine
   where numbers are small is ranked by the sketch, each combination with its
   own best continuous variables; from the best of it a pattern search moves to
   better neighbours and comes closer where there is none (Hooke, Jeeves, J. ACM
   8, 1961).  The best few, and the best of each power of two, are tuned and
   evaluated by the best order, and those that are likely to be better still by
   what that makes of their neighbours.  */
#include "plan/plan_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  MOST_OF_ONE = 4096, /* evaluated one by one, of one variable */
  MOST_OF_SEVERAL = 256,
  FINALISTS = 4,
  GROUPS = 6 /* whose best are finalists, too */
};

static void
field_clear (plan_field *of)
{
  for (int v = 0; v < PLAN_WHOLE; v++)
    free (of->of[v].value);
  free (of->tried);
}

void
plan_tell (const plan_field *of, double fraction)
{
  if (of->outer && of->outer->progress)
    of->outer->progress (of->outer->data, fmin (fraction, 1.0));
}

/* ---- bounds ---------------------------------------------------------------
 */

static support_status
check_bounds (const plan_task *task, support_failure *failure)
{
  static const double low[] = { 1.0, 0.0, 1.0, 0.0, 0.0, 0.0 };
  for (int v = 0; v < PLAN_VARIABLES; v++)
    if (task->over[v])
      {
        const double least = task->least[v], most = task->most[v];
        const bool whole = v < PLAN_WHOLE;
        const bool endless = v == PLAN_THRESHOLD && isinf (most);
        if (! (least >= low[v] && most >= least && (isfinite (most) || endless))
            || (v == PLAN_RATE && ! (least > 0.0))
            || (v == PLAN_MOMENTUM && ! (most < 1.0)))
          return support_fail (failure, SUPPORT_INVALID,
                               "%s needs two bounds, %g %s least <= greatest%s",
                               plan_variable_name_at ((size_t) v), low[v],
                               v == PLAN_RATE ? "<" : "<=",
                               v == PLAN_THRESHOLD  ? " (Inf: none, too)"
                               : v == PLAN_MOMENTUM ? " < 1"
                                                    : "");
        if (whole
            && (least != floor (least) || (! endless && most != floor (most))
                || least > STALENESS_MOST_WORKERS
                || (! endless && most > STALENESS_MOST_WORKERS)))
          return support_fail (failure, SUPPORT_INVALID,
                               "%s needs two whole numbers, at most %d",
                               plan_variable_name_at ((size_t) v),
                               STALENESS_MOST_WORKERS);
      }
  return SUPPORT_OK;
}

/* Beyond that hardly a gradient is ever stale.  */
static double
last_threshold (const plan_task *task)
{
  const double workers = task->over[PLAN_WORKERS]
                             ? task->most[PLAN_WORKERS]
                             : (double) system_workers (task->system);
  return fmax (4.0 * workers, task->least[PLAN_THRESHOLD]);
}

static support_status
make_levels (const plan_task *task, int v, double given, plan_levels *of,
             support_failure *failure)
{
  const bool endless =
      task->over[v] && v == PLAN_THRESHOLD && isinf (task->most[v]);
  const double least = task->over[v] ? task->least[v] : given;
  const double most = ! task->over[v] ? given
                      : endless       ? last_threshold (task)
                                      : task->most[v];
  of->count = task->over[v] ? (size_t) (most - least) + 1 + endless : 1;
  of->value = support_doubles (of->count);
  if (! of->value)
    return support_fail_memory (failure);
  of->value[0] = least;
  for (size_t k = 1; k < of->count; k++)
    of->value[k] = least + (double) k;
  if (endless)
    of->value[of->count - 1] = INFINITY;
  return SUPPORT_OK;
}

/* ---- every combination -----------------------------------------------------
 */

static bool
better (const plan_task *task, const plan_row *row, const plan_row *than)
{
  if (! row->feasible || row->sketched || isnan (row->value)
      || (task->objective != PLAN_SPEED && isinf (row->value)))
    return false;
  if (! than->feasible || isnan (than->value))
    return true;
  return task->objective == PLAN_SPEED ? row->value > than->value
                                       : row->value < than->value;
}

/* What this system cannot do is a row without a value; what fails for another
   reason ends the search.  */
static support_status
evaluate (plan_search *search, const double *at, plan_row *row,
          support_failure *failure)
{
  const support_status status = plan_evaluate (search, at, row, failure);
  if (status == SUPPORT_MEMORY || status == SUPPORT_INTERRUPTED)
    return status;
  if (status != SUPPORT_OK)
    row->feasible = false;
  return SUPPORT_OK;
}

typedef struct taking
{
  const plan_field *of;
  plan_row *row;
} taking;

/* The combination K, the last variable running fastest, so that rows stand in
   order.  */
static support_status
take_one (plan_search *search, void *context, size_t k,
          support_failure *failure)
{
  const taking *all = context;
  const size_t place = k;
  double at[PLAN_VARIABLES];
  memcpy (at, all->of->given, sizeof at);
  for (int v = PLAN_WHOLE - 1; v >= 0; v--)
    {
      const plan_levels *level = &all->of->of[v];
      at[v] = level->value[k % level->count];
      k /= level->count;
    }
  return evaluate (search, at, &all->row[place], failure);
}

static support_status
take_all (plan_field *of, plan_result *result, support_failure *failure)
{
  size_t combinations = 1;
  for (int v = 0; v < PLAN_WHOLE; v++)
    combinations *= of->of[v].count;
  result->row = calloc (combinations, sizeof *result->row);
  if (! result->row)
    return support_fail_memory (failure);
  taking all = { of, result->row };
  const support_status status = plan_share (
      of->search, take_one, &all, combinations, false, of->outer, failure);
  result->count = combinations;
  for (size_t k = 0; status == SUPPORT_OK && k < combinations; k++)
    if (better (of->search->task, &result->row[k], &result->best))
      {
        result->best = result->row[k];
        result->found = true;
      }
  result->proven = status == SUPPORT_OK;
  return status;
}

/* ---- the best few
 * ------------------------------------------------------------ */

static int
by_merit (const void *first, const void *second)
{
  const plan_candidate *a = first, *b = second;
  return (a->glance.merit > b->glance.merit)
         - (a->glance.merit < b->glance.merit);
}

static int
by_numbers (const void *first, const void *second)
{
  const plan_row *a = first, *b = second;
  for (int v = 0; v < PLAN_VARIABLES; v++)
    if (a->at[v] != b->at[v])
      return a->at[v] < b->at[v] ? -1 : 1;
  return 0;
}

typedef struct finals
{
  const plan_field *of;
  size_t from;
  plan_row *row;
} finals;

/* By the best order, where its equation is soon solved.  */
static support_status
tune_finalist (plan_search *search, void *context, size_t k,
               support_failure *failure)
{
  const finals *all = context;
  plan_candidate *one = &all->of->tried[all->from + k];
  const plan_case *solved;
  search->best = INFINITY;
  search->last = 0.0;
  one->sketched = one->glance;
  support_status status = plan_case_of (search, one->at, &solved, failure);
  if (status == SUPPORT_OK && solved->cheap)
    status = plan_tune (search, false, true, one->at, &one->glance, failure);
  return status;
}

/* Evaluated by the best order; where that finds a constraint broken that the
   search took for kept, the learning rate gives way.  */
static support_status
evaluate_finalist (plan_search *search, void *context, size_t k,
                   support_failure *failure)
{
  const finals *all = context;
  const plan_task *task = search->task;
  plan_candidate *one = &all->of->tried[all->from + k];
  plan_row *row = &all->row[all->from + k];
  search->best = INFINITY;
  search->last = 0.0;
  support_status status = evaluate (search, one->at, row, failure);
  double back = 0.002;
  for (int turn = 0;
       turn < 7 && status == SUPPORT_OK && ! row->feasible
       && task->over[PLAN_RATE] && one->at[PLAN_RATE] > task->least[PLAN_RATE];
       turn++, back *= 2.0)
    {
      one->at[PLAN_RATE] =
          fmax (one->at[PLAN_RATE] * (1.0 - back), task->least[PLAN_RATE]);
      status = evaluate (search, one->at, row, failure);
    }
  return status;
}

/* Numbers of the same powers of two, ranked in the same way.  */
static bool
same_group (const plan_candidate *first, const plan_candidate *second)
{
  for (int v = 0; v < PLAN_WHOLE; v++)
    if (first->at[v] != second->at[v]
        && ilogb (first->at[v] + 1.0) != ilogb (second->at[v] + 1.0))
      return false;
  return first->few == second->few;
}

static bool
within (const plan_candidate *one, double least, double part)
{
  return one->glance.merit < PLAN_HOPELESS
         && one->glance.merit <= least + part * fabs (least);
}

static void
swap (plan_candidate *first, plan_candidate *second)
{
  const plan_candidate kept = *first;
  *first = *second;
  *second = kept;
}

/* Puts in front, and counts, the best few and the best of each group: what the
   sketch misses changes little from a number to the next, but more from one
   group to another.  */
static size_t
choose_finalists (plan_field *of)
{
  const double close = 0.03, group = 0.4;
  size_t finalists = 0;
  qsort (of->tried, of->count, sizeof *of->tried, by_merit);
  const double least = of->tried[0].glance.merit;
  while (finalists < of->count && finalists < FINALISTS
         && of->tried[finalists].glance.merit < PLAN_HOPELESS
         && (finalists < 2 || within (&of->tried[finalists], least, close)))
    finalists++;
  size_t most = finalists + GROUPS;
  for (size_t k = finalists; k < of->count && finalists < most; k++)
    {
      bool known = ! within (&of->tried[k], least, group);
      for (size_t other = 0; ! known && other < finalists; other++)
        known = same_group (&of->tried[other], &of->tried[k]);
      if (! known)
        swap (&of->tried[finalists++], &of->tried[k]);
    }
  return finalists;
}

/* The merit by the best order, if the nearest of the FINALISTS tells what the
   sketch misses.  */
static double
corrected_merit (const plan_field *of, size_t finalists,
                 const plan_candidate *one)
{
  double nearest = INFINITY, factor = 1.0;
  for (size_t k = 0; k < finalists; k++)
    {
      const plan_candidate *other = &of->tried[k];
      const double distance = plan_distance (other, one);
      const double ratio = other->glance.merit / other->sketched.merit;
      if (other->few == one->few && distance < nearest && ratio > 0.0
          && isfinite (other->glance.value) && isfinite (other->sketched.value))
        {
          nearest = distance;
          factor = ratio;
        }
    }
  return one->glance.merit * factor;
}

static double
least_merit (const plan_field *of, size_t finalists)
{
  double least = INFINITY;
  for (size_t k = 0; k < finalists; k++)
    least = fmin (least, of->tried[k].glance.merit);
  return least;
}

/* Puts behind the FINALISTS, and counts with them, those that are likely to be
   better than the best of these.  */
static size_t
choose_more (plan_field *of, size_t finalists)
{
  const size_t most = finalists + FINALISTS - 1, first = finalists;
  double least = least_merit (of, finalists);
  while (finalists < most)
    {
      size_t best = of->count;
      for (size_t k = finalists; k < of->count; k++)
        {
          if (of->tried[k].glance.merit >= PLAN_HOPELESS)
            continue;
          const double merit = corrected_merit (of, first, &of->tried[k]);
          if (merit < least)
            {
              least = merit;
              best = k;
            }
        }
      if (best == of->count)
        break;
      swap (&of->tried[finalists++], &of->tried[best]);
    }
  return finalists;
}

static support_status
tune_finalists (plan_field *of, size_t from, size_t to,
                support_failure *failure)
{
  finals all = { of, from, NULL };
  return plan_share (of->search, tune_finalist, &all, to - from, true,
                     of->inner, failure);
}

static support_status
evaluate_finalists (plan_field *of, plan_result *result, size_t from, size_t to,
                    support_failure *failure)
{
  finals all = { of, from, result->row };
  const support_status status = plan_share (
      of->search, evaluate_finalist, &all, to - from, true, of->inner, failure);
  for (size_t k = from; status == SUPPORT_OK && k < to; k++)
    if (better (of->search->task, &result->row[k], &result->best))
      {
        result->best = result->row[k];
        result->found = true;
      }
  return status;
}

static support_status
rank_and_evaluate (plan_field *of, plan_result *result,
                   support_failure *failure)
{
  /* So close to the best tuned one that evaluation may tell another.  */
  const double close = 0.01;
  size_t best, first = 0, finalists = 0, evaluated = 0;
  support_status status = plan_rank_lattice (of, &best, failure);
  if (status == SUPPORT_OK)
    status = plan_pattern_search (of, &best, failure);
  if (status != SUPPORT_OK)
    return status;
  result->row = calloc (of->count, sizeof *result->row);
  if (! result->row)
    return support_fail_memory (failure);
  result->count = of->count;
  first = choose_finalists (of);
  status = tune_finalists (of, 0, first, failure);
  if (status == SUPPORT_OK)
    {
      finalists = choose_more (of, first);
      status = tune_finalists (of, first, finalists, failure);
    }
  if (status == SUPPORT_OK)
    qsort (of->tried, finalists, sizeof *of->tried, by_merit);
  /* The best few of them, and on until there is one that will do.  */
  while (status == SUPPORT_OK && evaluated < finalists
         && (! result->found
             || (evaluated < FINALISTS
                 && within (&of->tried[evaluated], of->tried[0].glance.merit,
                            close))))
    {
      size_t next = evaluated + 1;
      while (next < finalists && next < FINALISTS
             && within (&of->tried[next], of->tried[0].glance.merit, close))
        next++;
      status = evaluate_finalists (of, result, evaluated, next, failure);
      evaluated = next;
    }
  for (size_t k = evaluated; k < of->count; k++)
    {
      const plan_candidate *one = &of->tried[k];
      plan_row *row = &result->row[k];
      *row = (plan_row){ .value = one->glance.value,
                         .floor = NAN,
                         .radius = NAN,
                         .uploads = one->glance.uploads,
                         .sketched = true };
      memcpy (row->at, one->at, sizeof row->at);
    }
  qsort (result->row, result->count, sizeof *result->row, by_numbers);
  return status;
}

/* ---- the door
 * ------------------------------------------------------------------ */

void
plan_result_clear (plan_result *result)
{
  free (result->row);
  *result = (plan_result){ .row = NULL };
}

support_status
plan_solve (const plan_task *task, const support_hooks *hooks,
            plan_result *result, support_failure *failure)
{
  /* Only the whole search tells how far it has come.  */
  support_hooks inner;
  plan_search search = { .task = task, .best = INFINITY };
  plan_field of = { .search = &search, .outer = hooks };
  size_t combinations = 1, varied = 0;
  *result = (plan_result){ .best = { .value = NAN } };
  if (hooks)
    {
      inner = *hooks;
      inner.progress = NULL;
      of.inner = &inner;
    }
  of.given[PLAN_WORKERS] = (double) system_workers (task->system);
  of.given[PLAN_THRESHOLD] = task->system->threshold;
  of.given[PLAN_GRADIENTS] = (double) system_gradients (task->system);
  of.given[PLAN_RATE] = task->system->rate;
  of.given[PLAN_TRIGGER] = task->system->trigger;
  of.given[PLAN_MOMENTUM] = task->system->momentum;
  support_status status = check_bounds (task, failure);
  for (int v = 0; status == SUPPORT_OK && v < PLAN_WHOLE; v++)
    {
      status = make_levels (task, v, of.given[v], &of.of[v], failure);
      varied += of.of[v].count > 1;
      if (combinations <= PLAN_MOST_COMBINATIONS)
        combinations *= of.of[v].count;
    }
  if (status == SUPPORT_OK)
    status = plan_evaluate (&search, of.given, &result->given, failure);
  const bool all =
      ! plan_has_continuous (task)
      && (task->exhaustive
          || combinations <= (varied > 1 ? MOST_OF_SEVERAL : MOST_OF_ONE));
  if (status == SUPPORT_OK && task->exhaustive
      && combinations > PLAN_MOST_COMBINATIONS)
    status = support_fail (failure, SUPPORT_LIMIT,
                           "more than %d combinations of whole numbers cannot "
                           "all be evaluated",
                           PLAN_MOST_COMBINATIONS);
  if (status == SUPPORT_OK && all)
    status = take_all (&of, result, failure);
  else if (status == SUPPORT_OK)
    status = rank_and_evaluate (&of, result, failure);
  if (status == SUPPORT_OK && result->found)
    status = plan_changes (&search, result, of.inner, failure);
  plan_tell (&of, 1.0);
  field_clear (&of);
  plan_search_clear (&search);
  return status;
}
