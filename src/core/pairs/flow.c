/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed equations of the moments of an ordered pair (i, j), class by
   class.  A phase change acts on either side of a matrix of moments; an arrival
   of i or j replaces exit phases by start phases, so that its terms have rank
   one, and so have those of the other workers.  */
#include "pairs/pairs_private.h"

#include <string.h>

size_t
pairs_first_size (const pairs_model *model)
{
  return model->workers == 1 ? model->size : PAIRS_FIRST_KINDS * model->size;
}

size_t
pairs_second_size (const pairs_model *model)
{
  return model->workers == 1 ? model->size : PAIRS_SECOND_KINDS * model->size;
}

void
pairs_fill (const pairs_model *model, size_t kinds, double value, double *state)
{
  if (model->workers == 1)
    {
      for (size_t p = 0; p < model->size; p++)
        state[p] = value * model->class[0].stationary[p];
      return;
    }
  for (size_t kind = 0; kind < kinds; kind++)
    for (size_t b = 0; b < model->blocks; b++)
      {
        const pairs_block *block = &model->block[b];
        const pairs_cycle *first = &model->class[block->first];
        const pairs_cycle *second = &model->class[block->second];
        double *matrix = state + kind * model->size + block->offset;
        for (size_t q = 0; q < second->phases; q++)
          for (size_t p = 0; p < first->phases; p++)
            matrix[p + q * first->phases] =
                value * first->stationary[p] * second->stationary[q];
      }
}

double
pairs_total (const pairs_model *model, const double *state)
{
  size_t count = model->size;
  double sum = 0.0;
  if (model->workers > 1)
    count = model->class[model->block[0].first].phases
            * model->class[model->block[0].second].phases;
  for (size_t k = 0; k < count; k++)
    sum += state[k];
  return sum;
}

/* ---- pieces of a matrix's flow --------------------------------------- */

/* FLOW = phase changes of either worker, d/dt U = S' U + U S.  */
static void
change_phases (const pairs_cycle *first, const pairs_cycle *second,
               const double *matrix, double *flow)
{
  const size_t m = first->phases, n = second->phases;
  memset (flow, 0, m * n * sizeof *flow);
  for (size_t q = 0; q < n; q++)
    for (size_t e = 0; e < first->entries; e++)
      {
        const pairs_entry *entry = &first->entry[e];
        flow[entry->to + q * m] += entry->rate * matrix[entry->from + q * m];
      }
  for (size_t e = 0; e < second->entries; e++)
    {
      const pairs_entry *entry = &second->entry[e];
      const double *from = matrix + entry->from * m;
      double *to = flow + entry->to * m;
      for (size_t p = 0; p < m; p++)
        to[p] += entry->rate * from[p];
    }
}

/* FLOW += FACTOR u v'.  */
static void
add_product (double factor, const double *u, size_t m, const double *v,
             size_t n, double *flow)
{
  for (size_t q = 0; q < n; q++)
    {
      const double scale = factor * v[q];
      if (scale != 0.0)
        for (size_t p = 0; p < m; p++)
          flow[p + q * m] += scale * u[p];
    }
}

/* U rate: the second worker of the pair ends its cycle, at the RATE of each
   phase: exit, or applied.  */
static void
second_exits (const pairs_cycle *first, const pairs_cycle *second,
              const double *rate, const double *matrix, double *out)
{
  const size_t m = first->phases;
  memset (out, 0, m * sizeof *out);
  for (size_t q = 0; q < second->phases; q++)
    if (rate[q] != 0.0)
      for (size_t p = 0; p < m; p++)
        out[p] += rate[q] * matrix[p + q * m];
}

/* exit' U: the first does.  */
static void
first_exits (const pairs_cycle *first, const pairs_cycle *second,
             const double *matrix, double *out)
{
  const size_t m = first->phases;
  for (size_t q = 0; q < second->phases; q++)
    {
      double sum = 0.0;
      for (size_t p = 0; p < m; p++)
        sum += first->exit[p] * matrix[p + q * m];
      out[q] = sum;
    }
}

/* ---- the flow -------------------------------------------------------- */

/* For each block (c, d) vectors of one kind, most_phases apart.  */
static double *
vector_of (const pairs_model *model, double *work, size_t kind, size_t b)
{
  return work + (kind * model->blocks + b) * model->most_phases;
}

enum
{
  FIRST_VECTORS = 3, /* of pairs_first_flow */
  SECOND_VECTORS = 5 /* of pairs_second_flow */
};

size_t
pairs_work_size (const pairs_model *model)
{
  return SECOND_VECTORS * model->blocks * model->most_phases + 1;
}

/* FLOW += FACTOR E [u; p, q, l exits] summed over the other workers l, with the
   vectors E [u; p, l exits] of KIND.  */
static void
add_others (const pairs_model *model, const pairs_block *block, double factor,
            double *work, size_t kind, double *flow)
{
  const size_t c = block->first, d = block->second, n = model->classes;
  const pairs_cycle *first = &model->class[c], *second = &model->class[d];
  for (size_t e = 0; e < n; e++)
    {
      const double count = factor * pairs_others (model, block, e);
      if (count == 0.0)
        continue;
      const double *left =
          vector_of (model, work, kind, model->index[c + e * n]);
      const double *right =
          vector_of (model, work, kind, model->index[d + e * n]);
      double sum = 0.0;
      for (size_t p = 0; p < first->phases; p++)
        sum += 0.5 * left[p];
      for (size_t q = 0; q < second->phases; q++)
        sum += 0.5 * right[q];
      add_product (count, left, first->phases, second->stationary,
                   second->phases, flow);
      add_product (count, first->stationary, first->phases, right,
                   second->phases, flow);
      add_product (-count * sum, first->stationary, first->phases,
                   second->stationary, second->phases, flow);
    }
}

/* One worker, whose copy is the model: d/dt U = S' U + start exit' U, where
   what is accepted counts FACTOR times, and NOISE with each of these.  */
static void
flow_alone (const pairs_cycle *cycle, double factor, double noise,
            const double *state, double *flow)
{
  double arriving = noise * cycle->share;
  memset (flow, 0, cycle->phases * sizeof *flow);
  for (size_t e = 0; e < cycle->entries; e++)
    flow[cycle->entry[e].to] +=
        cycle->entry[e].rate * state[cycle->entry[e].from];
  for (size_t p = 0; p < cycle->phases; p++)
    arriving +=
        (cycle->exit[p] + (factor - 1.0) * cycle->applied[p]) * state[p];
  for (size_t p = 0; p < cycle->phases; p++)
    flow[p] += arriving * cycle->start[p];
}

void
pairs_first_flow (const pairs_model *model, double alpha, const double *state,
                  double *flow, double *work)
{
  enum
  {
    POST, /* E [w'; p, j exits], w' the model after the arrival */
    COPY, /* E [w_j; p, j is accepted] */
    KEPT  /* E [w_j; q, i exits] */
  };
  const double *m = state, *e = state + model->size;
  if (model->workers == 1)
    {
      flow_alone (&model->class[0], 1.0 - alpha, 0.0, state, flow);
      return;
    }
  for (size_t b = 0; b < model->blocks; b++)
    {
      const pairs_block *block = &model->block[b];
      const pairs_cycle *first = &model->class[block->first];
      const pairs_cycle *second = &model->class[block->second];
      double *post = vector_of (model, work, POST, b);
      double *copy = vector_of (model, work, COPY, b);
      second_exits (first, second, second->exit, m + block->offset, post);
      second_exits (first, second, second->applied, e + block->offset, copy);
      first_exits (first, second, e + block->offset,
                   vector_of (model, work, KEPT, b));
      for (size_t p = 0; p < first->phases; p++)
        post[p] -= alpha * copy[p];
    }
  for (size_t b = 0; b < model->blocks; b++)
    {
      const pairs_block *block = &model->block[b];
      const pairs_cycle *first = &model->class[block->first];
      const pairs_cycle *second = &model->class[block->second];
      const size_t k = first->phases, l = second->phases;
      const double *post = vector_of (model, work, POST, b);
      double *out = flow + block->offset;
      change_phases (first, second, m + block->offset, out);
      add_product (1.0, post, k, second->start, l, out);
      add_product (1.0, first->start, k,
                   vector_of (model, work, POST, block->mirror), l, out);
      add_others (model, block, -alpha, work, COPY, out);
      out += model->size;
      change_phases (first, second, e + block->offset, out);
      add_product (1.0, post, k, second->start, l, out);
      add_product (1.0, first->start, k, vector_of (model, work, KEPT, b), l,
                   out);
    }
}

void
pairs_second_flow (const pairs_model *model, const pairs_mode *mode,
                   const double *state, double *flow, double *work)
{
  enum
  {
    POST,    /* E [w'^2; p, j exits] */
    PRODUCT, /* E [w w_j; p, j is accepted] */
    SQUARE,  /* E [w_j^2; p, j is accepted] */
    CROSS,   /* E [w_i w_j; p, j is accepted] */
    KEPT     /* E [w_j^2; q, i exits] */
  };
  const double alpha = mode->alpha, square = mode->square;
  const double *B = state, *Y = B + model->size, *Z = Y + model->size;
  const double *X = Z + model->size;
  if (model->workers == 1)
    {
      flow_alone (&model->class[0], 1.0 - 2.0 * alpha + square, mode->noise,
                  state, flow);
      return;
    }
  for (size_t b = 0; b < model->blocks; b++)
    {
      const pairs_block *block = &model->block[b];
      const pairs_cycle *first = &model->class[block->first];
      const pairs_cycle *second = &model->class[block->second];
      double *post = vector_of (model, work, POST, b);
      double *product = vector_of (model, work, PRODUCT, b);
      double *copy = vector_of (model, work, SQUARE, b);
      second_exits (first, second, second->exit, B + block->offset, post);
      second_exits (first, second, second->applied, Y + block->offset, product);
      second_exits (first, second, second->applied, Z + block->offset, copy);
      second_exits (first, second, second->applied, X + block->offset,
                    vector_of (model, work, CROSS, b));
      first_exits (first, second, Z + block->offset,
                   vector_of (model, work, KEPT, b));
      for (size_t p = 0; p < first->phases; p++)
        post[p] += square * copy[p] - 2.0 * alpha * product[p]
                   + mode->noise * first->stationary[p] * second->share;
    }
  for (size_t b = 0; b < model->blocks; b++)
    {
      const pairs_block *block = &model->block[b];
      const pairs_cycle *first = &model->class[block->first];
      const pairs_cycle *second = &model->class[block->second];
      const pairs_block *mirror = &model->block[block->mirror];
      const size_t k = first->phases, l = second->phases;
      const double *post = vector_of (model, work, POST, b);
      double *out = flow + block->offset;
      /* E [w' w_i; p, j exits] and E [w' w_j; q, i exits].  */
      double other[PAIRS_MOST_PHASES], own[PAIRS_MOST_PHASES];
      const double *cross = vector_of (model, work, CROSS, b);
      const double *mirrored = vector_of (model, work, CROSS, block->mirror);
      first_exits (second, first, Y + mirror->offset, other);
      first_exits (first, second, Y + block->offset, own);
      for (size_t p = 0; p < k; p++)
        other[p] -= alpha * cross[p];
      for (size_t q = 0; q < l; q++)
        own[q] -= alpha * mirrored[q];

      change_phases (first, second, B + block->offset, out);
      add_product (1.0, post, k, second->start, l, out);
      add_product (1.0, first->start, k,
                   vector_of (model, work, POST, block->mirror), l, out);
      add_others (model, block, -2.0 * alpha, work, PRODUCT, out);
      add_others (model, block, square, work, SQUARE, out);
      for (size_t e = 0; e < model->classes; e++)
        add_product (mode->noise * pairs_others (model, block, e)
                         * model->class[e].share,
                     first->stationary, k, second->stationary, l, out);

      out += model->size;
      change_phases (first, second, Y + block->offset, out);
      add_product (1.0, post, k, second->start, l, out);
      add_product (1.0, first->start, k, own, l, out);
      for (size_t e = 0; e < model->classes; e++)
        {
          const double count = pairs_others (model, block, e);
          if (count != 0.0)
            add_product (
                -alpha * count, first->stationary, k,
                vector_of (model, work, CROSS,
                           model->index[block->second + e * model->classes]),
                l, out);
        }

      out += model->size;
      change_phases (first, second, Z + block->offset, out);
      add_product (1.0, post, k, second->start, l, out);
      add_product (1.0, first->start, k, vector_of (model, work, KEPT, b), l,
                   out);

      out += model->size;
      change_phases (first, second, X + block->offset, out);
      add_product (1.0, first->start, k, own, l, out);
      add_product (1.0, other, k, second->start, l, out);
    }
}
