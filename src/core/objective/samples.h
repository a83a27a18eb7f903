/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples as a network reads them: one after the other.  */

#ifndef SDDE_OBJECTIVE_SAMPLES_H
#define SDDE_OBJECTIVE_SAMPLES_H

#include "objective/objective_private.h"

typedef struct objective_set
{
  size_t count, features;
  double *values; /* dense: features x count; sparse: the nonzeros */
  size_t *start;  /* sparse: sample k has values[start[k]] .. */
  uint32_t *feature;
  uint32_t *label; /* 0 .. classes - 1 */
} objective_set;

/* Checks and copies; WHAT is what failures call the samples.  Free in any
   case.  */
support_status objective_set_make (objective_set *set,
                                   const objective_samples *samples,
                                   size_t classes, const char *what,
                                   support_failure *failure);
void objective_set_free (objective_set *set);

/* COUNT samples to be worked on at once: those drawn, or the ones from FIRST
   on.  */
typedef struct objective_chunk
{
  const objective_set *set;
  size_t count, first;
  const uint32_t *drawn; /* NULL: from FIRST on */
  const double *panel;   /* dense: features x count */
} objective_chunk;

/* ROOM (features x count doubles, for the dense samples that were drawn) must
   outlive the chunk.  */
objective_chunk objective_chunk_of (const objective_set *set, size_t first,
                                    size_t count, const uint32_t *drawn,
                                    double *room);

static inline size_t
objective_chunk_sample (const objective_chunk *chunk, size_t k)
{
  return chunk->drawn ? chunk->drawn[k] : chunk->first + k;
}

/* product += matrix X, where X is features x count, the chunk; MATRIX has ROWS
   rows.  */
void objective_chunk_multiply (const objective_chunk *chunk, size_t rows,
                               const double *matrix, double *product);
/* sum += left X', LEFT being rows x count.  */
void objective_chunk_gather (const objective_chunk *chunk, size_t rows,
                             const double *left, double *sum);
/* sum += left (X .^ 2)'; ROOM as above.  */
void objective_chunk_gather_squares (const objective_chunk *chunk, size_t rows,
                                     const double *left, double *room,
                                     double *sum);

/* C += op(A) op(B), by BLAS; op is the transpose where asked.  All sizes are
   at most INT_MAX.  */
void objective_multiply_add (bool transpose_a, bool transpose_b, size_t rows,
                             size_t columns, size_t inner, const double *a,
                             const double *b, double *c);

#endif
