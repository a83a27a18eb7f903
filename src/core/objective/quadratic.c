/* SPDX-License-Identifier: GPL-3.0-or-later */
/* f(w) = w' H w / 2, with H diagonal, dense or sparse.  */
#include "objective/objective_private.h"

#include <stdlib.h>
#include <string.h>

typedef struct quadratic
{
  objective base;
  objective_storage storage;
  double *values;
  size_t *start, *row; /* sparse only */
} quadratic;

/* ---- H w ------------------------------------------------------------- */

static void
multiply_diagonal (const quadratic *self, const double *w, double *product)
{
  const double *values = self->values;
#ifdef _OPENMP
#pragma omp simd
#endif
  for (size_t i = 0; i < self->base.dimension; i++)
    product[i] = values[i] * w[i];
}

/* Four rows at a time (rows are columns, H being symmetric), so that w is
   read once for the four and their sums do not wait for each other.  */
static void
multiply_dense (const quadratic *self, const double *w, double *product)
{
  const size_t n = self->base.dimension;
  const double *row = self->values;
  size_t i = 0;
  for (; i + 4 <= n; i += 4, row += 4 * n)
    {
      const double *second = row + n, *third = row + 2 * n,
                   *fourth = row + 3 * n;
      double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0;
#ifdef _OPENMP
#pragma omp simd reduction(+ : s0, s1, s2, s3)
#endif
      for (size_t j = 0; j < n; j++)
        {
          s0 += row[j] * w[j];
          s1 += second[j] * w[j];
          s2 += third[j] * w[j];
          s3 += fourth[j] * w[j];
        }
      product[i] = s0;
      product[i + 1] = s1;
      product[i + 2] = s2;
      product[i + 3] = s3;
    }
  for (; i < n; i++, row += n)
    product[i] = objective_dot (row, w, n);
}

static void
multiply_sparse (const quadratic *self, const double *w, double *product)
{
  for (size_t i = 0; i < self->base.dimension; i++)
    {
      double sum = 0.0;
      for (size_t k = self->start[i]; k < self->start[i + 1]; k++)
        sum += self->values[k] * w[self->row[k]];
      product[i] = sum;
    }
}

static void
multiply (const quadratic *self, const double *w, double *product)
{
  switch (self->storage)
    {
    case OBJECTIVE_DIAGONAL:
      multiply_diagonal (self, w, product);
      break;
    case OBJECTIVE_DENSE:
      multiply_dense (self, w, product);
      break;
    case OBJECTIVE_SPARSE:
      multiply_sparse (self, w, product);
      break;
    }
}

/* ---- gradient and loss ----------------------------------------------- */

static support_status
gradient_quadratic (const objective *object, const double *model,
                    gsl_rng *stream, objective_workspace *workspace,
                    double *gradient)
{
  (void) stream;
  (void) workspace;
  multiply ((const quadratic *) object, model, gradient);
  return SUPPORT_OK;
}

static support_status
loss_quadratic (const objective *object, const double *model,
                objective_workspace *workspace, double *loss)
{
  multiply ((const quadratic *) object, model, workspace->scratch);
  *loss = 0.5 * objective_dot (model, workspace->scratch, object->dimension);
  return SUPPORT_OK;
}

static void
free_quadratic (objective *object)
{
  quadratic *self = (quadratic *) object;
  free (self->values);
  free (self->start);
  free (self->row);
}

static support_status
hessian_quadratic (const objective *object, const double *model,
                   const double *vector, objective_workspace *workspace,
                   double *product)
{
  (void) model;
  (void) workspace;
  multiply ((const quadratic *) object, vector, product);
  return SUPPORT_OK;
}

static const objective_kind kind = { .gradient = gradient_quadratic,
                                     .loss = loss_quadratic,
                                     .hessian = hessian_quadratic,
                                     .free = free_quadratic };

/* ---- making ---------------------------------------------------------- */

static support_status
check_sparse (const objective_matrix *matrix, support_failure *failure)
{
  const size_t n = matrix->dimension;
  bool sound = matrix->start[0] == 0;
  for (size_t j = 0; sound && j < n; j++)
    {
      sound = matrix->start[j] <= matrix->start[j + 1];
      for (size_t k = matrix->start[j]; sound && k < matrix->start[j + 1]; k++)
        sound = matrix->row[k] < n;
    }
  return sound ? SUPPORT_OK
               : support_fail (failure, SUPPORT_INVALID,
                               "the sparse curvature is not well formed");
}

static support_status
copy_matrix (quadratic *self, const objective_matrix *matrix, size_t count,
             support_failure *failure)
{
  self->values = support_doubles (count);
  if (! self->values)
    return support_fail_memory (failure);
  memcpy (self->values, matrix->values, count * sizeof *self->values);
  if (matrix->storage == OBJECTIVE_SPARSE)
    {
      const size_t n = matrix->dimension;
      self->start = calloc (n + 1, sizeof *self->start);
      self->row = calloc (count + 1, sizeof *self->row);
      if (! self->start || ! self->row)
        return support_fail_memory (failure);
      memcpy (self->start, matrix->start, (n + 1) * sizeof *self->start);
      memcpy (self->row, matrix->row, count * sizeof *self->row);
    }
  return SUPPORT_OK;
}

support_status
objective_quadratic_create (const objective_matrix *curvature,
                            const objective_noise *noise, objective **created,
                            support_failure *failure)
{
  const size_t n = curvature->dimension;
  const size_t count = curvature->storage == OBJECTIVE_DIAGONAL ? n
                       : curvature->storage == OBJECTIVE_DENSE
                           ? n * n
                           : curvature->start[n];
  quadratic *self = calloc (1, sizeof *self);
  support_status status = SUPPORT_OK;

  *created = NULL;
  if (! self)
    return support_fail_memory (failure);
  self->storage = curvature->storage;
  self->base.dimension = n;
  self->base.scratch = n;
  self->base.gradient_cost = (double) (count + n);
  self->base.loss_cost = (double) (count + 2 * n);
  status = objective_prepare (&self->base, &kind, noise, failure);
  if (status == SUPPORT_OK && curvature->storage == OBJECTIVE_SPARSE)
    status = check_sparse (curvature, failure);
  if (status == SUPPORT_OK)
    status = objective_check_finite (curvature->values, count, "the curvature",
                                     failure);
  if (status == SUPPORT_OK)
    status = copy_matrix (self, curvature, count, failure);
  if (status == SUPPORT_OK)
    *created = &self->base;
  else
    objective_free (&self->base);
  return status;
}
