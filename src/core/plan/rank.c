/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Combinations of whole numbers, ranked by the sketch.  */
#include "plan/plan_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- ranking ----------------------------------------------------------------
 */

double
plan_distance (const plan_candidate *of, const plan_candidate *to)
{
  double sum = 0.0;
  for (int v = 0; v < PLAN_WHOLE; v++)
    if (of->at[v] != to->at[v])
      sum += isinf (of->at[v]) || isinf (to->at[v])
                 ? 1.0
                 : fabs (log ((of->at[v] + 1.0) / (to->at[v] + 1.0)));
  return sum;
}

static bool
is_tried (const plan_field *of, const size_t *index)
{
  for (size_t k = 0; k < of->count; k++)
    if (memcmp (of->tried[k].index, index, sizeof of->tried[k].index) == 0)
      return true;
  return false;
}

/* Makes the combination INDEX a candidate, unless it is one.  */
static support_status
nominate (plan_field *of, const size_t *index, support_failure *failure)
{
  if (is_tried (of, index))
    return SUPPORT_OK;
  if (of->count == of->room)
    {
      const size_t room = 2 * of->room + 64;
      plan_candidate *more = realloc (of->tried, room * sizeof *more);
      if (! more)
        return support_fail_memory (failure);
      of->tried = more;
      of->room = room;
    }
  plan_candidate *new = &of->tried[of->count++];
  *new = (plan_candidate){ .glance = { PLAN_HOPELESS, NAN, NAN } };
  memcpy (new->index, index, sizeof new->index);
  memcpy (new->at, of->given, sizeof new->at);
  for (int v = 0; v < PLAN_WHOLE; v++)
    new->at[v] = of->of[v].value[index[v]];
  return SUPPORT_OK;
}

/* Begins with the continuous variables of the nearest of those ranked before,
   if there is one; the learning rate such that all workers together damp
   alike.  */
static support_status
rank_one (plan_search *search, void *context, size_t k,
          support_failure *failure)
{
  const plan_field *of = context;
  plan_candidate *new = &of->tried[of->ranked + k];
  const plan_candidate *neighbour = NULL;
  const double worse = 0.03;
  double nearest = INFINITY;
  for (size_t other = 0; other < of->ranked; other++)
    if (of->tried[other].glance.merit < PLAN_HOPELESS
        && plan_distance (&of->tried[other], new) < nearest)
      {
        neighbour = &of->tried[other];
        nearest = plan_distance (neighbour, new);
      }
  search->last = 0.0;
  for (int v = PLAN_WHOLE; neighbour && v < PLAN_VARIABLES; v++)
    new->at[v] = neighbour->at[v];
  if (neighbour && search->task->over[PLAN_RATE])
    new->at[PLAN_RATE] =
        fmin (fmax (new->at[PLAN_RATE] * neighbour->at[PLAN_WORKERS]
                        / new->at[PLAN_WORKERS],
                    search->task->least[PLAN_RATE]),
              search->task->most[PLAN_RATE]);
  support_status status = plan_tune (search, true, neighbour != NULL, new->at,
                                     &new->glance, failure);
  const plan_case *solved;
  if (status == SUPPORT_OK)
    status = plan_case_of (search, new->at, &solved, failure);
  if (status != SUPPORT_OK)
    return status;
  new->few = solved->few;
  /* Not as good as the neighbour: there may be another valley.  */
  if (neighbour
      && new->glance.merit
             > neighbour->glance.merit + worse * fabs (neighbour->glance.merit))
    {
      plan_candidate again = *new;
      search->last = 0.0;
      status =
          plan_tune (search, true, false, again.at, &again.glance, failure);
      if (status == SUPPORT_OK && again.glance.merit < new->glance.merit)
        *new = again;
    }
  return status;
}

/* Ranks the candidates that have no rank yet; BEST is the place of the best of
   all.  */
static support_status
rank (plan_field *of, size_t *best, support_failure *failure)
{
  const support_status status =
      plan_share (of->search, rank_one, of, of->count - of->ranked, true,
                  of->inner, failure);
  if (status != SUPPORT_OK)
    return status;
  for (size_t k = of->ranked; k < of->count; k++)
    if (of->tried[k].glance.merit < of->tried[*best].glance.merit)
      *best = k;
  of->ranked = of->count;
  plan_tell (of, 0.9 * (1.0 - exp (-(double) of->count / 50.0)));
  return SUPPORT_OK;
}

/* At most MOST indices from 0 to COUNT - 1, in steps that grow.  */
static size_t
spread (size_t count, size_t most, size_t *index)
{
  size_t n = 0;
  if (count <= most)
    for (; n < count; n++)
      index[n] = n;
  else
    for (size_t k = 0; k < most; k++)
      {
        const double place =
            pow ((double) count, (double) k / (double) (most - 1));
        const size_t next = (size_t) (place + 0.5) - 1;
        if (n == 0 || next > index[n - 1])
          index[n++] = next < count ? next : count - 1;
      }
  return n;
}

support_status
plan_rank_lattice (plan_field *of, size_t *best, support_failure *failure)
{
  enum
  {
    MOST_OF_LATTICE = 64,
    MOST_RANKED = 40 /* one by one */
  };
  size_t index[PLAN_WHOLE][MOST_OF_LATTICE], points[PLAN_WHOLE];
  size_t at[PLAN_WHOLE] = { 0 }, varied = 0, combinations = 1;
  support_status status = SUPPORT_OK;
  for (int v = 0; v < PLAN_WHOLE; v++)
    {
      varied += of->of[v].count > 1;
      combinations *= of->of[v].count;
    }
  const size_t most = combinations <= MOST_RANKED ? MOST_OF_LATTICE
                      : varied == 1               ? 12
                      : varied == 2               ? 7
                                                  : 5;
  for (int v = 0; v < PLAN_WHOLE; v++)
    points[v] = spread (of->of[v].count, most, index[v]);
  *best = 0;
  /* First the middle, and the ends of each variable: the others begin where
     these have come to.  */
  size_t middle[PLAN_WHOLE];
  for (int v = 0; v < PLAN_WHOLE; v++)
    middle[v] = index[v][points[v] / 2];
  status = nominate (of, middle, failure);
  for (int v = 0; v < PLAN_WHOLE; v++)
    for (int end = 0; status == SUPPORT_OK && end < 2; end++)
      {
        size_t chosen[PLAN_WHOLE];
        memcpy (chosen, middle, sizeof chosen);
        chosen[v] = index[v][end ? points[v] - 1 : 0];
        status = nominate (of, chosen, failure);
      }
  if (status == SUPPORT_OK)
    status = rank (of, best, failure);
  for (bool more = true; status == SUPPORT_OK && more;)
    {
      size_t chosen[PLAN_WHOLE];
      for (int v = 0; v < PLAN_WHOLE; v++)
        chosen[v] = index[v][at[v]];
      status = nominate (of, chosen, failure);
      more = false;
      for (int v = PLAN_WHOLE - 1; ! more && v >= 0; v--)
        {
          at[v] = (at[v] + 1) % points[v];
          more = at[v] != 0;
        }
    }
  return status == SUPPORT_OK ? rank (of, best, failure) : status;
}

support_status
plan_pattern_search (plan_field *of, size_t *best, support_failure *failure)
{
  size_t step[PLAN_WHOLE];
  support_status status = SUPPORT_OK;
  bool any = false;
  for (int v = 0; v < PLAN_WHOLE; v++)
    {
      step[v] =
          of->of[v].count > 1 ? (of->tried[*best].index[v] + 1) / 3 + 1 : 0;
      any = any || step[v] > 0;
    }
  while (any && status == SUPPORT_OK)
    {
      const size_t centre = *best;
      /* Every direction whose parts are -1, 0, or 1 steps.  */
      int turn[PLAN_WHOLE];
      for (int v = 0; v < PLAN_WHOLE; v++)
        turn[v] = -1;
      for (bool more = true; status == SUPPORT_OK && more;)
        {
          size_t index[PLAN_WHOLE];
          bool inside = true;
          for (int v = 0; v < PLAN_WHOLE; v++)
            {
              const size_t from = of->tried[centre].index[v];
              const size_t last = of->of[v].count - 1;
              inside = inside && (step[v] > 0 || turn[v] == 0)
                       && ! (turn[v] < 0 && from == 0)
                       && ! (turn[v] > 0 && from == last);
              index[v] = turn[v] == 0 ? from
                         : turn[v] > 0
                             ? (last - from < step[v] ? last : from + step[v])
                         : from < step[v] ? 0
                                          : from - step[v];
            }
          if (inside)
            status = nominate (of, index, failure);
          more = false;
          for (int v = PLAN_WHOLE - 1; ! more && v >= 0; v--)
            {
              turn[v] = turn[v] == 1 ? -1 : turn[v] + 1;
              more = turn[v] != -1;
            }
        }
      if (status == SUPPORT_OK)
        status = rank (of, best, failure);
      if (*best != centre)
        continue;
      any = false;
      for (int v = 0; v < PLAN_WHOLE; v++)
        {
          any = any || step[v] > 1;
          step[v] = step[v] > 1 ? step[v] / 2 : step[v];
        }
    }
  return status;
}
