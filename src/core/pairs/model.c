/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workers behind a pair closure, checked and laid out.  */
#include "pairs/pairs_private.h"
#include "support/lapack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
cycle_free (pairs_cycle *cycle)
{
  free (cycle->start);
  free (cycle->stationary);
  free (cycle->exit);
  free (cycle->accepted);
  free (cycle->applied);
  free (cycle->transition);
  free (cycle->entry);
}

void
pairs_free (pairs_model *model)
{
  if (! model)
    return;
  for (size_t c = 0; model->class && c < model->classes; c++)
    cycle_free (&model->class[c]);
  free (model->class);
  free (model->block);
  free (model->index);
  free (model);
}

static bool
is_subgenerator (const pairs_class *class)
{
  const size_t k = class->phases;
  double total = 0.0;
  for (size_t p = 0; p < k; p++)
    {
      double sum = 0.0;
      total += class->start[p];
      if (! (class->start[p] >= 0.0))
        return false;
      for (size_t q = 0; q < k; q++)
        {
          const double rate = class->transition[p + q * k];
          sum += rate;
          if (! isfinite (rate) || (p == q ? rate >= 0.0 : rate < 0.0))
            return false;
        }
      if (sum > -1e-9 * class->transition[p + p * k])
        return false;
    }
  return fabs (total - 1.0) <= 1e-9;
}

/* Mean and stationary phases: pi (-S) = start / mean.  */
static support_status
settle (pairs_cycle *cycle, support_failure *failure)
{
  const int k = (int) cycle->phases, one = 1;
  const size_t n = cycle->phases;
  double *matrix = support_doubles (n * n);
  int *pivot = calloc (n, sizeof *pivot), info = 0;
  if (! matrix || ! pivot)
    {
      free (matrix);
      free (pivot);
      return support_fail_memory (failure);
    }
  for (size_t p = 0; p < n; p++)
    for (size_t q = 0; q < n; q++)
      matrix[q + p * n] = -cycle->transition[p + q * n];
  memcpy (cycle->stationary, cycle->start, n * sizeof *cycle->stationary);
  dgesv_ (&k, &one, matrix, &k, pivot, cycle->stationary, &k, &info);
  cycle->mean = 0.0;
  for (size_t p = 0; p < n; p++)
    cycle->mean += cycle->stationary[p];
  for (size_t p = 0; p < n; p++)
    cycle->stationary[p] /= cycle->mean;
  free (matrix);
  free (pivot);
  if (info != 0 || ! (cycle->mean > 0.0 && isfinite (cycle->mean)))
    return support_fail (failure, SUPPORT_INVALID,
                         "a cycle of phase type must end with probability 1");
  return SUPPORT_OK;
}

static support_status
cycle_create (const pairs_class *class, pairs_cycle *cycle,
              support_failure *failure)
{
  const size_t k = class->phases;
  if (k == 0 || k > PAIRS_MOST_PHASES)
    return support_fail (failure, SUPPORT_LIMIT,
                         "a cycle must have 1 to %d phases", PAIRS_MOST_PHASES);
  if (! is_subgenerator (class))
    return support_fail (
        failure, SUPPORT_INVALID,
        "a cycle of phase type must have probabilities that sum to 1 and a "
        "subgenerator: rates >= 0 beside a diagonal < 0, no row sum > 0");
  for (size_t p = 0; class->accepted && p < k; p++)
    if (! (class->accepted[p] >= 0.0 && class->accepted[p] <= 1.0))
      return support_fail (failure, SUPPORT_INVALID,
                           "gradients must be accepted with probabilities from "
                           "0 to 1");
  cycle->workers = class->workers;
  cycle->phases = k;
  cycle->start = support_doubles (k);
  cycle->stationary = support_doubles (k);
  cycle->exit = support_doubles (k);
  cycle->accepted = support_doubles (k);
  cycle->applied = support_doubles (k);
  cycle->transition = support_doubles (k * k);
  cycle->entry = calloc (k * k, sizeof *cycle->entry);
  if (! cycle->start || ! cycle->stationary || ! cycle->exit
      || ! cycle->accepted || ! cycle->applied || ! cycle->transition
      || ! cycle->entry)
    return support_fail_memory (failure);
  memcpy (cycle->start, class->start, k * sizeof *cycle->start);
  memcpy (cycle->transition, class->transition,
          k * k * sizeof *cycle->transition);
  for (size_t p = 0; p < k; p++)
    for (size_t q = 0; q < k; q++)
      {
        const double rate = cycle->transition[p + q * k];
        cycle->exit[p] -= rate;
        if (rate != 0.0)
          cycle->entry[cycle->entries++] =
              (pairs_entry){ .from = p, .to = q, .rate = rate };
      }
  for (size_t p = 0; p < k; p++)
    cycle->exit[p] = fmax (cycle->exit[p], 0.0);
  const support_status status = settle (cycle, failure);
  for (size_t p = 0; p < k; p++)
    {
      cycle->accepted[p] = class->accepted ? class->accepted[p] : 1.0;
      cycle->applied[p] = cycle->accepted[p] * cycle->exit[p];
      cycle->share += cycle->applied[p] * cycle->stationary[p];
      cycle->thinned = cycle->thinned || cycle->applied[p] < cycle->exit[p];
    }
  return status;
}

static support_status
lay_out (pairs_model *model, support_failure *failure)
{
  const size_t n = model->classes;
  model->index = calloc (n * n, sizeof *model->index);
  model->block = calloc (n * n, sizeof *model->block);
  if (! model->index || ! model->block)
    return support_fail_memory (failure);
  for (size_t d = 0; d < n; d++)
    for (size_t c = 0; c < n; c++)
      if (c != d || model->class[c].workers > 1)
        {
          model->index[c + d * n] = model->blocks;
          model->block[model->blocks++] =
              (pairs_block){ .first = c, .second = d, .offset = model->size };
          model->size += model->class[c].phases * model->class[d].phases;
        }
  for (size_t b = 0; b < model->blocks; b++)
    model->block[b].mirror =
        model->index[model->block[b].second + model->block[b].first * n];
  if (model->workers == 1)
    model->size = model->class[0].phases;
  if (model->size > PAIRS_MOST_UNKNOWNS)
    return support_fail (failure, SUPPORT_LIMIT,
                         "the pairs of workers have %zu phases together; at "
                         "most %d can be followed",
                         model->size, PAIRS_MOST_UNKNOWNS);
  return SUPPORT_OK;
}

support_status
pairs_create (const pairs_class *class, size_t classes, pairs_model **created,
              support_failure *failure)
{
  pairs_model *model = calloc (1, sizeof *model);
  support_status status = SUPPORT_OK;
  *created = NULL;
  if (! model || ! (model->class = calloc (classes + 1, sizeof *model->class)))
    {
      free (model);
      return support_fail_memory (failure);
    }
  for (size_t c = 0; status == SUPPORT_OK && c < classes; c++)
    if (class[c].workers > 0)
      {
        pairs_cycle *cycle = &model->class[model->classes++];
        status = cycle_create (&class[c], cycle, failure);
        model->workers += class[c].workers;
        for (size_t p = 0; status == SUPPORT_OK && p < cycle->phases; p++)
          model->fastest = fmax (model->fastest,
                                 -cycle->transition[p * (cycle->phases + 1)]);
        if (cycle->phases > model->most_phases)
          model->most_phases = cycle->phases;
      }
  if (status == SUPPORT_OK && model->workers == 0)
    status = support_fail (failure, SUPPORT_INVALID,
                           "there must be at least one worker");
  if (status == SUPPORT_OK && ! (pairs_rate (model) > 0.0))
    status = support_fail (failure, SUPPORT_INVALID,
                           "some gradients must be accepted");
  if (status == SUPPORT_OK)
    status = lay_out (model, failure);
  if (status == SUPPORT_OK)
    {
      model->census = pairs_census_applies (model);
      *created = model;
    }
  else
    pairs_free (model);
  return status;
}

double
pairs_others (const pairs_model *model, const pairs_block *block, size_t e)
{
  return (double) model->class[e].workers - (e == block->first ? 1.0 : 0.0)
         - (e == block->second ? 1.0 : 0.0);
}

double
pairs_rate (const pairs_model *model)
{
  double rate = 0.0;
  for (size_t c = 0; c < model->classes; c++)
    rate += (double) model->class[c].workers * model->class[c].share;
  return rate;
}

bool
pairs_drops (const pairs_model *model)
{
  for (size_t c = 0; c < model->classes; c++)
    for (size_t p = 1; p < model->class[c].phases; p++)
      if (model->class[c].accepted[p] != model->class[c].accepted[0])
        return true;
  return false;
}

size_t
pairs_classes (const pairs_model *model)
{
  return model->classes;
}

pairs_class
pairs_class_at (const pairs_model *model, size_t c)
{
  const pairs_cycle *cycle = &model->class[c];
  return (pairs_class){ .workers = cycle->workers,
                        .phases = cycle->phases,
                        .start = cycle->start,
                        .transition = cycle->transition,
                        .accepted = cycle->accepted };
}
