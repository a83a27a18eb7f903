/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec_objective.h"
#include "codec_objective_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const name = "problem";

support_status
codec_get_noise (const mxArray *array, size_t dimension, objective_noise *noise,
                 support_failure *failure)
{
  const mxArray *value;
  support_status status = codec_field (array, name, "factor", &value, failure);
  *noise = (objective_noise){ .deviation = NULL };
  if (status == SUPPORT_OK && mxIsEmpty (value))
    return codec_counted_field (array, name, "noise", dimension,
                                &noise->deviation, failure);
  if (status == SUPPORT_OK
      && (mxGetM (value) != dimension || mxGetN (value) != dimension))
    status = support_fail (failure, SUPPORT_INVALID,
                           "problem.factor must be %zu by %zu", dimension,
                           dimension);
  if (status == SUPPORT_OK)
    status = codec_counted_field (array, name, "factor", dimension * dimension,
                                  &noise->factor, failure);
  return status;
}

/* ---- quadratic ------------------------------------------------------- */

support_status
codec_get_sparse (const mxArray *value, size_t **start, size_t **row,
                  support_failure *failure)
{
  const size_t n = mxGetN (value);
  const mwIndex *column = mxGetJc (value), *place = mxGetIr (value);
  const size_t count = (size_t) column[n];
  *start = calloc (n + 1, sizeof **start);
  *row = calloc (count + 1, sizeof **row);
  if (! *start || ! *row)
    return support_fail_memory (failure);
  for (size_t j = 0; j <= n; j++)
    (*start)[j] = (size_t) column[j];
  for (size_t k = 0; k < count; k++)
    (*row)[k] = (size_t) place[k];
  return SUPPORT_OK;
}

static support_status
get_quadratic (const mxArray *array, objective **created,
               support_failure *failure)
{
  const mxArray *value;
  objective_matrix matrix = { .storage = OBJECTIVE_DIAGONAL };
  objective_noise noise;
  double multiplicative = 0.0;
  size_t *start = NULL, *row = NULL;
  support_status status =
      codec_field (array, name, "curvature", &value, failure);

  if (status == SUPPORT_OK && (! mxIsDouble (value) || mxIsComplex (value)))
    status = support_fail (failure, SUPPORT_INVALID,
                           "problem.curvature must be real numbers");
  if (status == SUPPORT_OK && mxGetN (value) > 1
      && mxGetM (value) != mxGetN (value))
    status = support_fail (failure, SUPPORT_INVALID,
                           "problem.curvature must be a column or square");
  if (status == SUPPORT_OK)
    {
      matrix.dimension = mxGetM (value);
      matrix.values = mxGetPr (value);
      if (mxIsSparse (value) && matrix.dimension == mxGetN (value))
        {
          matrix.storage = OBJECTIVE_SPARSE;
          status = codec_get_sparse (value, &start, &row, failure);
          matrix.start = start;
          matrix.row = row;
        }
      else if (mxIsSparse (value))
        status = support_fail (failure, SUPPORT_INVALID,
                               "problem.curvature must be square if sparse");
      else if (mxGetN (value) > 1)
        matrix.storage = OBJECTIVE_DENSE;
    }
  if (status == SUPPORT_OK)
    status = codec_get_noise (array, matrix.dimension, &noise, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "multiplicative", &multiplicative,
                                 failure);
  if (status == SUPPORT_OK)
    {
      noise.multiplicative = multiplicative;
      status = objective_quadratic_create (&matrix, &noise, created, failure);
    }
  free (start);
  free (row);
  return status;
}

/* ---- least squares --------------------------------------------------- */

static support_status
get_least_squares (const mxArray *array, objective **created,
                   support_failure *failure)
{
  const mxArray *matrix;
  objective_regression regression = { .rows = 0 };
  objective_noise noise;
  size_t count;
  support_status status = codec_numbers_field (
      array, name, "A", &regression.matrix, &count, failure);

  if (status == SUPPORT_OK)
    status = codec_field (array, name, "A", &matrix, failure);
  if (status == SUPPORT_OK)
    {
      regression.rows = mxGetM (matrix);
      regression.columns = regression.rows ? count / regression.rows : 0;
      status = codec_counted_field (array, name, "b", regression.rows,
                                    &regression.response, failure);
    }
  if (status == SUPPORT_OK)
    status =
        codec_size_field (array, name, "batch", &regression.batch, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "l2", &regression.l2, failure);
  if (status == SUPPORT_OK)
    status = codec_get_noise (array, regression.columns, &noise, failure);
  if (status == SUPPORT_OK)
    status =
        objective_least_squares_create (&regression, &noise, created, failure);
  return status;
}

/* ---- the door -------------------------------------------------------- */

static const struct
{
  const char *name;
  support_status (*get) (const mxArray *, objective **, support_failure *);
} kinds[] = { { "quadratic", get_quadratic },
              { "least-squares", get_least_squares },
              { "logistic", codec_get_network },
              { "softmax", codec_get_network },
              { "mlp", codec_get_network },
              { "custom", codec_get_callback },
              { NULL, NULL } };

support_status
codec_get_objective (const mxArray *array, objective **created,
                     support_failure *failure)
{
  const mxArray *value;
  char text[32];
  support_status status = codec_field (array, name, "kind", &value, failure);

  *created = NULL;
  if (status == SUPPORT_OK)
    status = codec_string (value, "problem.kind", text, sizeof text, failure);
  for (size_t k = 0; status == SUPPORT_OK && kinds[k].name; k++)
    if (strcmp (kinds[k].name, text) == 0)
      return kinds[k].get (array, created, failure);
  if (status == SUPPORT_OK)
    status = support_fail (failure, SUPPORT_UNKNOWN,
                           "problem.kind '%s' is not known", text);
  return status;
}
