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

/* rate' U: the first does.  */
static void
first_exits (const pairs_cycle *first, const pairs_cycle *second,
             const double *rate, const double *matrix, double *out)
{
  const size_t m = first->phases;
  for (size_t q = 0; q < second->phases; q++)
    {
      double sum = 0.0;
      for (size_t p = 0; p < m; p++)
        sum += rate[p] * matrix[p + q * m];
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

/* One worker, whose copy is the model: d/dt U = S' U + start ARRIVING.  */
static void
flow_alone (const pairs_cycle *cycle, double arriving, const double *state,
            double *flow)
{
  memset (flow, 0, cycle->phases * sizeof *flow);
  for (size_t e = 0; e < cycle->entries; e++)
    flow[cycle->entry[e].to] +=
        cycle->entry[e].rate * state[cycle->entry[e].from];
  for (size_t p = 0; p < cycle->phases; p++)
    flow[p] += arriving * cycle->start[p];
}

/* What a gradient does to the moments at the exits of J, from those of its
   copy, COPY, and what they are with 1 in the place of the copy, PLAIN.  */
static void
push_by (const pairs_push *push, const double *plain, size_t count,
         double *copy)
{
  for (size_t p = 0; p < count; p++)
    copy[p] = push->slope * copy[p] + push->offset * plain[p];
}

static void
first_flow (const pairs_model *model, double alpha, const pairs_push *push,
            const double *state, double *flow, double *work)
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
      const pairs_cycle *cycle = &model->class[0];
      const double left = pairs_dot (cycle->applied, state, cycle->phases);
      flow_alone (
          cycle,
          pairs_dot (cycle->exit, state, cycle->phases)
              - alpha * (push->slope * left + push->offset * cycle->share),
          state, flow);
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
      first_exits (first, second, first->exit, e + block->offset,
                   vector_of (model, work, KEPT, b));
      for (size_t p = 0; p < first->phases; p++)
        {
          copy[p] = push->slope * copy[p]
                    + push->offset * first->stationary[p] * second->share;
          post[p] -= alpha * copy[p];
        }
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

/* FIRST are the first moments, or NULL where OFFSET is 0.  */
static void
second_flow (const pairs_model *model, double alpha, const pairs_push *push,
             const double *first_state, const double *state, double *flow,
             double *work)
{
  enum
  {
    POST,    /* E [w'^2; p, j exits] */
    PRODUCT, /* E [w w_j; p, j is accepted] */
    SQUARE,  /* E [w_j^2; p, j is accepted] */
    CROSS,   /* E [w_i w_j; p, j is accepted] */
    KEPT     /* E [w_j^2; q, i exits] */
  };
  const double square = push->square;
  const double *B = state, *Y = B + model->size, *Z = Y + model->size;
  const double *X = Z + model->size;
  if (model->workers == 1)
    {
      const pairs_cycle *cycle = &model->class[0];
      const size_t k = cycle->phases;
      double moved = (square - 2.0 * alpha * push->slope)
                         * pairs_dot (cycle->applied, state, k)
                     + push->noise * cycle->share;
      if (first_state)
        moved -= 2.0 * alpha * push->offset
                 * pairs_dot (cycle->applied, first_state, k);
      flow_alone (cycle, pairs_dot (cycle->exit, state, k) + moved, state,
                  flow);
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
      double *cross = vector_of (model, work, CROSS, b);
      second_exits (first, second, second->applied, X + block->offset, cross);
      first_exits (first, second, first->exit, Z + block->offset,
                   vector_of (model, work, KEPT, b));
      if (first_state)
        {
          /* E [w; p, j is accepted] and E [w_i; p, j is accepted].  */
          double plain[PAIRS_MOST_PHASES];
          second_exits (first, second, second->applied,
                        first_state + block->offset, plain);
          push_by (push, plain, first->phases, product);
          first_exits (second, first, second->applied,
                       first_state + model->size
                           + model->block[block->mirror].offset,
                       plain);
          push_by (push, plain, first->phases, cross);
        }
      for (size_t p = 0; p < first->phases; p++)
        post[p] += square * copy[p] - 2.0 * alpha * product[p]
                   + push->noise * first->stationary[p] * second->share;
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
      first_exits (second, first, second->exit, Y + mirror->offset, other);
      first_exits (first, second, first->exit, Y + block->offset, own);
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
        add_product (push->noise * pairs_others (model, block, e)
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

/* ---- the door ---------------------------------------------------------- */

void
pairs_first_flow (const pairs_model *model, double alpha, const double *state,
                  double *flow, double *work)
{
  const pairs_push push = { .slope = 1.0 };
  first_flow (model, alpha, &push, state, flow, work);
}

void
pairs_second_flow (const pairs_model *model, const pairs_mode *mode,
                   const double *state, double *flow, double *work)
{
  const pairs_push push = { 1.0, 0.0, mode->square, mode->noise };
  second_flow (model, mode->alpha, &push, NULL, state, flow, work);
}

void
pairs_pushed_flow (const pairs_model *model, double alpha,
                   const pairs_push *push, const double *state, double *flow,
                   double *work)
{
  const size_t first = pairs_first_size (model);
  first_flow (model, alpha, push, state, flow, work);
  second_flow (model, alpha, push, state, state + first, flow + first, work);
}

/* SUM of U over the first phase, and over the second by what applies it.  */
static double
accepted_total (const pairs_model *model, const pairs_block *block,
                const double *matrix)
{
  const pairs_cycle *first = &model->class[block->first];
  const pairs_cycle *second = &model->class[block->second];
  double sum = 0.0;
  for (size_t q = 0; q < second->phases; q++)
    for (size_t p = 0; p < first->phases; p++)
      sum += second->applied[q] * matrix[p + q * first->phases];
  return sum;
}

void
pairs_copies (const pairs_model *model, const double *state, double *mean,
              double *second)
{
  const double *e = state + model->size;
  const double *z = state + pairs_first_size (model) + 2 * model->size;
  double all = 0.0;
  *mean = *second = 0.0;
  if (model->workers == 1)
    {
      const pairs_cycle *cycle = &model->class[0];
      *mean = pairs_dot (cycle->applied, state, cycle->phases) / cycle->share;
      *second = pairs_dot (cycle->applied, state + model->size, cycle->phases)
                / cycle->share;
      return;
    }
  /* Each class out of one of its pairs.  */
  for (size_t c = 0; c < model->classes; c++)
    for (size_t b = 0; b < model->blocks; b++)
      if (model->block[b].second == c)
        {
          const double n = (double) model->class[c].workers;
          *mean += n
                   * accepted_total (model, &model->block[b],
                                     e + model->block[b].offset);
          *second += n
                     * accepted_total (model, &model->block[b],
                                       z + model->block[b].offset);
          all += n * model->class[c].share;
          break;
        }
  *mean /= all;
  *second /= all;
}
