/* SPDX-License-Identifier: GPL-3.0-or-later */
/* f(w) = |A w - b|^2 / (2 rows) + l2 |w|^2 / 2, gradients from minibatches of
   distinct rows.  */
#include "objective/objective_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct least_squares
{
  objective base;
  size_t rows;
  double *row; /* A row by row: a minibatch reads whole rows */
  double *response;
  double l2;
} least_squares;

/* The gradient of a row is its residual times the row.  */
static double
residual_of (const least_squares *self, size_t row, const double *model)
{
  const size_t n = self->base.dimension;
  return objective_dot (self->row + row * n, model, n) - self->response[row];
}

static void
add_row (const least_squares *self, size_t row, const double *model,
         double *gradient)
{
  const size_t n = self->base.dimension;
  objective_axpy (residual_of (self, row, model), self->row + row * n, gradient,
                  n);
}

static support_status
gradient_least_squares (const objective *object, const double *model,
                        gsl_rng *stream, objective_workspace *workspace,
                        double *gradient)
{
  const least_squares *self = (const least_squares *) object;
  const bool exact = objective_is_exact (object, stream);
  const double share = 1.0 / (double) (exact ? self->rows : object->batch);

  memset (gradient, 0, object->dimension * sizeof *gradient);
  if (exact)
    for (size_t row = 0; row < self->rows; row++)
      add_row (self, row, model, gradient);
  else
    {
      objective_draw (object, stream, workspace);
      for (size_t k = 0; k < object->batch; k++)
        add_row (self, workspace->drawn[k], model, gradient);
    }
  for (size_t i = 0; i < object->dimension; i++)
    gradient[i] = share * gradient[i] + self->l2 * model[i];
  return SUPPORT_OK;
}

static support_status
loss_least_squares (const objective *object, const double *model,
                    objective_workspace *workspace, double *loss)
{
  const least_squares *self = (const least_squares *) object;
  const size_t n = object->dimension;
  double sum = 0.0;
  (void) workspace;
  for (size_t row = 0; row < self->rows; row++)
    {
      const double residual = residual_of (self, row, model);
      sum += residual * residual;
    }
  *loss = 0.5 * sum / (double) self->rows;
  if (self->l2 > 0.0)
    *loss += 0.5 * self->l2 * objective_dot (model, model, n);
  return SUPPORT_OK;
}

/* (A'A / rows + l2) v  */
static support_status
hessian_least_squares (const objective *object, const double *model,
                       const double *vector, objective_workspace *workspace,
                       double *product)
{
  const least_squares *self = (const least_squares *) object;
  const size_t n = object->dimension;
  const double share = 1.0 / (double) self->rows;
  (void) model;
  (void) workspace;
  memset (product, 0, n * sizeof *product);
  for (size_t row = 0; row < self->rows; row++)
    {
      const double *a = self->row + row * n;
      objective_axpy (objective_dot (a, vector, n), a, product, n);
    }
  for (size_t i = 0; i < n; i++)
    product[i] = share * product[i] + self->l2 * vector[i];
  return SUPPORT_OK;
}

static support_status
squares_least_squares (const objective *object, const double *model,
                       objective_workspace *workspace, double *means,
                       double *squares)
{
  const least_squares *self = (const least_squares *) object;
  const size_t n = object->dimension;
  (void) workspace;
  memset (means, 0, n * sizeof *means);
  memset (squares, 0, n * sizeof *squares);
  for (size_t row = 0; row < self->rows; row++)
    {
      const double *a = self->row + row * n;
      const double residual = residual_of (self, row, model);
      for (size_t i = 0; i < n; i++)
        {
          means[i] += residual * a[i] / (double) self->rows;
          squares[i] += residual * a[i] * residual * a[i] / (double) self->rows;
        }
    }
  return SUPPORT_OK;
}

static support_status
slopes_least_squares (const objective *object, const double *model,
                      const double *vector, objective_workspace *workspace,
                      double *slopes)
{
  const least_squares *self = (const least_squares *) object;
  const size_t n = object->dimension;
  (void) workspace;
  for (size_t row = 0; row < self->rows; row++)
    slopes[row] = residual_of (self, row, model)
                  * objective_dot (self->row + row * n, vector, n);
  return SUPPORT_OK;
}

static void
free_least_squares (objective *object)
{
  least_squares *self = (least_squares *) object;
  free (self->row);
  free (self->response);
}

static const objective_kind kind = { .gradient = gradient_least_squares,
                                     .loss = loss_least_squares,
                                     .hessian = hessian_least_squares,
                                     .squares = squares_least_squares,
                                     .slopes = slopes_least_squares,
                                     .free = free_least_squares };

static support_status
check (const objective_regression *regression, const objective_noise *noise,
       support_failure *failure)
{
  const size_t rows = regression->rows;
  support_status status;
  if (rows == 0 || rows > UINT32_MAX)
    return support_fail (failure, SUPPORT_INVALID,
                         "least squares takes between 1 and %lu rows",
                         (unsigned long) UINT32_MAX);
  if (regression->batch == 0 || regression->batch > rows)
    return support_fail (failure, SUPPORT_INVALID,
                         "the batch must be a whole number between 1 and the "
                         "number of rows, %zu",
                         rows);
  if (! (regression->l2 >= 0.0 && isfinite (regression->l2)))
    return support_fail (failure, SUPPORT_INVALID,
                         "l2 must be finite and >= 0");
  if (noise->multiplicative != 0.0)
    return support_fail (failure, SUPPORT_INVALID,
                         "least squares takes no multiplicative noise");
  status = objective_check_finite (regression->matrix,
                                   rows * regression->columns, "A", failure);
  if (status == SUPPORT_OK)
    status = objective_check_finite (regression->response, rows, "b", failure);
  return status;
}

support_status
objective_least_squares_create (const objective_regression *regression,
                                const objective_noise *noise,
                                objective **created, support_failure *failure)
{
  const size_t rows = regression->rows, columns = regression->columns;
  least_squares *self;
  support_status status = check (regression, noise, failure);

  *created = NULL;
  if (status != SUPPORT_OK)
    return status;
  self = calloc (1, sizeof *self);
  if (! self)
    return support_fail_memory (failure);
  self->rows = rows;
  self->l2 = regression->l2;
  self->base.dimension = columns;
  self->base.samples = rows;
  self->base.batch = regression->batch;
  self->base.gradient_cost =
      2.0 * (double) columns * (double) regression->batch;
  self->base.loss_cost = (double) columns * (double) rows;
  status = objective_prepare (&self->base, &kind, noise, failure);
  if (status == SUPPORT_OK)
    {
      self->row = support_doubles (rows * columns);
      self->response = support_doubles (rows);
      if (! self->row || ! self->response)
        status = support_fail_memory (failure);
    }
  if (status != SUPPORT_OK)
    {
      objective_free (&self->base);
      return status;
    }
  for (size_t column = 0; column < columns; column++)
    for (size_t row = 0; row < rows; row++)
      self->row[row * columns + column] =
          regression->matrix[column * rows + row];
  memcpy (self->response, regression->response, rows * sizeof (double));
  *created = &self->base;
  return SUPPORT_OK;
}
