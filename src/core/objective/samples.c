/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "objective/samples.h"
#include "support/lapack.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- making ---------------------------------------------------------- */

static support_status
check (const objective_samples *samples, size_t classes, const char *what,
       support_failure *failure)
{
  const size_t rows = samples->rows, columns = samples->columns;
  size_t count;
  if (rows == 0 || columns == 0 || rows > UINT32_MAX || columns > INT_MAX)
    return support_fail (failure, SUPPORT_INVALID,
                         "%s must be between 1 and %lu, of at most %d features",
                         what, (unsigned long) UINT32_MAX, INT_MAX);
  for (size_t k = 0; k < rows; k++)
    {
      const double label = samples->label[k];
      if (! (label >= 1.0 && label <= (double) classes
             && label == floor (label)))
        return support_fail (failure, SUPPORT_INVALID,
                             "the labels of %s must be whole numbers from 1 to "
                             "%zu; number %zu is %g",
                             what, classes, k + 1, label);
    }
  count = rows * columns;
  if (samples->start)
    {
      bool sound = samples->start[0] == 0;
      for (size_t j = 0; sound && j < columns; j++)
        sound = samples->start[j] <= samples->start[j + 1];
      count = samples->start[columns];
      for (size_t k = 0; sound && k < count; k++)
        sound = samples->row[k] < rows;
      if (! sound)
        return support_fail (failure, SUPPORT_INVALID,
                             "the sparse matrix of %s is not well formed",
                             what);
    }
  return objective_check_finite (samples->values, count, what, failure);
}

/* From compressed columns to compressed samples.  */
static support_status
copy_sparse (objective_set *set, const objective_samples *samples)
{
  const size_t count = samples->start[samples->columns];
  size_t *next = calloc (set->count + 1, sizeof *next);
  set->start = calloc (set->count + 1, sizeof *set->start);
  set->values = support_doubles (count);
  set->feature = calloc (count + 1, sizeof *set->feature);
  if (! next || ! set->start || ! set->values || ! set->feature)
    {
      free (next);
      return SUPPORT_MEMORY;
    }
  for (size_t k = 0; k < count; k++)
    set->start[samples->row[k] + 1]++;
  for (size_t i = 0; i < set->count; i++)
    set->start[i + 1] += set->start[i];
  memcpy (next, set->start, (set->count + 1) * sizeof *next);
  for (size_t j = 0; j < samples->columns; j++)
    for (size_t k = samples->start[j]; k < samples->start[j + 1]; k++)
      {
        const size_t place = next[samples->row[k]]++;
        set->values[place] = samples->values[k];
        set->feature[place] = (uint32_t) j;
      }
  free (next);
  return SUPPORT_OK;
}

static support_status
copy_dense (objective_set *set, const objective_samples *samples)
{
  const size_t rows = samples->rows, columns = samples->columns;
  set->values = support_doubles (rows * columns);
  if (! set->values)
    return SUPPORT_MEMORY;
  for (size_t j = 0; j < columns; j++)
    for (size_t k = 0; k < rows; k++)
      set->values[k * columns + j] = samples->values[j * rows + k];
  return SUPPORT_OK;
}

support_status
objective_set_make (objective_set *set, const objective_samples *samples,
                    size_t classes, const char *what, support_failure *failure)
{
  support_status status = check (samples, classes, what, failure);
  *set =
      (objective_set){ .count = samples->rows, .features = samples->columns };
  if (status != SUPPORT_OK)
    return status;
  set->label = calloc (set->count, sizeof *set->label);
  status = ! set->label     ? SUPPORT_MEMORY
           : samples->start ? copy_sparse (set, samples)
                            : copy_dense (set, samples);
  if (status != SUPPORT_OK)
    return support_fail_memory (failure);
  for (size_t k = 0; k < set->count; k++)
    set->label[k] = (uint32_t) (samples->label[k] - 1.0);
  return SUPPORT_OK;
}

void
objective_set_free (objective_set *set)
{
  free (set->values);
  free (set->start);
  free (set->feature);
  free (set->label);
  *set = (objective_set){ .count = 0 };
}

/* ---- products -------------------------------------------------------- */

void
objective_multiply_add (bool transpose_a, bool transpose_b, size_t rows,
                        size_t columns, size_t inner, const double *a,
                        const double *b, double *c)
{
  const int m = (int) rows, n = (int) columns, k = (int) inner;
  const double one = 1.0;
  if (m > 0 && n > 0 && k > 0)
    dgemm_ (transpose_a ? "T" : "N", transpose_b ? "T" : "N", &m, &n, &k, &one,
            a, transpose_a ? &k : &m, b, transpose_b ? &n : &k, &one, c, &m);
}

objective_chunk
objective_chunk_of (const objective_set *set, size_t first, size_t count,
                    const uint32_t *drawn, double *room)
{
  const size_t features = set->features;
  objective_chunk chunk = {
    .set = set, .count = count, .first = first, .drawn = drawn
  };
  if (set->start)
    return chunk;
  if (drawn)
    for (size_t k = 0; k < count; k++)
      memcpy (room + k * features, set->values + drawn[k] * features,
              features * sizeof *room);
  chunk.panel = drawn ? room : set->values + first * features;
  return chunk;
}

void
objective_chunk_multiply (const objective_chunk *chunk, size_t rows,
                          const double *matrix, double *product)
{
  const objective_set *set = chunk->set;
  if (chunk->panel)
    objective_multiply_add (false, false, rows, chunk->count, set->features,
                            matrix, chunk->panel, product);
  else
    for (size_t k = 0; k < chunk->count; k++)
      {
        const size_t sample = objective_chunk_sample (chunk, k);
        for (size_t i = set->start[sample]; i < set->start[sample + 1]; i++)
          objective_axpy (set->values[i], matrix + set->feature[i] * rows,
                          product + k * rows, rows);
      }
}

void
objective_chunk_gather (const objective_chunk *chunk, size_t rows,
                        const double *left, double *sum)
{
  const objective_set *set = chunk->set;
  if (chunk->panel)
    objective_multiply_add (false, true, rows, set->features, chunk->count,
                            left, chunk->panel, sum);
  else
    for (size_t k = 0; k < chunk->count; k++)
      {
        const size_t sample = objective_chunk_sample (chunk, k);
        for (size_t i = set->start[sample]; i < set->start[sample + 1]; i++)
          objective_axpy (set->values[i], left + k * rows,
                          sum + set->feature[i] * rows, rows);
      }
}

void
objective_chunk_gather_squares (const objective_chunk *chunk, size_t rows,
                                const double *left, double *room, double *sum)
{
  const objective_set *set = chunk->set;
  if (chunk->panel)
    {
      const size_t count = set->features * chunk->count;
      for (size_t i = 0; i < count; i++)
        room[i] = chunk->panel[i] * chunk->panel[i];
      objective_multiply_add (false, true, rows, set->features, chunk->count,
                              left, room, sum);
    }
  else
    for (size_t k = 0; k < chunk->count; k++)
      {
        const size_t sample = objective_chunk_sample (chunk, k);
        for (size_t i = set->start[sample]; i < set->start[sample + 1]; i++)
          objective_axpy (set->values[i] * set->values[i], left + k * rows,
                          sum + set->feature[i] * rows, rows);
      }
}
