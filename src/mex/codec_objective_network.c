/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classifiers of asgd_problem.  */
#include "codec_objective.h"
#include "codec_objective_parts.h"

#include <stdlib.h>
#include <string.h>

static const char *const name = "problem";

/* What objective_samples points to beyond Octave's own memory.  */
typedef struct index_arrays
{
  size_t *start, *row;
} index_arrays;

static void
free_index (index_arrays *index)
{
  free (index->start);
  free (index->row);
}

/* A matrix of samples by features, full or sparse, and its labels; none where
   the matrix is empty.  */
static support_status
get_samples (const mxArray *array, const char *matrix_field,
             const char *label_field, objective_samples *samples,
             index_arrays *index, support_failure *failure)
{
  const mxArray *matrix;
  support_status status =
      codec_field (array, name, matrix_field, &matrix, failure);
  *samples = (objective_samples){ .rows = 0 };
  if (status != SUPPORT_OK || mxIsEmpty (matrix))
    return status;
  if (! mxIsDouble (matrix) || mxIsComplex (matrix)
      || mxGetNumberOfDimensions (matrix) != 2)
    return support_fail (failure, SUPPORT_INVALID,
                         "problem.%s must be a matrix of real numbers",
                         matrix_field);
  samples->rows = mxGetM (matrix);
  samples->columns = mxGetN (matrix);
  samples->values = mxGetPr (matrix);
  if (mxIsSparse (matrix))
    {
      status = codec_get_sparse (matrix, &index->start, &index->row, failure);
      samples->start = index->start;
      samples->row = index->row;
    }
  if (status == SUPPORT_OK)
    status = codec_counted_field (array, name, label_field, samples->rows,
                                  &samples->label, failure);
  return status;
}

/* The sizes of the hidden layers, the caller's to free.  */
static support_status
get_hidden (const mxArray *array, objective_network *network, size_t **hidden,
            support_failure *failure)
{
  const double *units;
  support_status status = codec_numbers_field (array, name, "hidden", &units,
                                               &network->layers, failure);
  if (status != SUPPORT_OK)
    return status;
  *hidden = calloc (network->layers + 1, sizeof **hidden);
  if (! *hidden)
    return support_fail_memory (failure);
  network->hidden = *hidden;
  for (size_t l = 0; l < network->layers; l++)
    if (units[l] >= 1.0 && units[l] <= 1e9)
      (*hidden)[l] = (size_t) units[l];
    else
      return support_fail (failure, SUPPORT_INVALID,
                           "problem.hidden must hold whole numbers >= 1");
  return SUPPORT_OK;
}

static support_status
get_form (const mxArray *array, objective_network *network, size_t **hidden,
          support_failure *failure)
{
  const mxArray *value;
  char text[32];
  support_status status = codec_field (array, name, "kind", &value, failure);
  if (status == SUPPORT_OK)
    status = codec_string (value, "problem.kind", text, sizeof text, failure);
  if (status == SUPPORT_OK)
    {
      network->logistic = strcmp (text, "logistic") == 0;
      status = codec_field (array, name, "activation", &value, failure);
    }
  if (status == SUPPORT_OK)
    status =
        codec_string (value, "problem.activation", text, sizeof text, failure);
  if (status == SUPPORT_OK)
    status = objective_activation_named (text, &network->activation, failure);
  if (status == SUPPORT_OK)
    status =
        codec_size_field (array, name, "classes", &network->classes, failure);
  if (status == SUPPORT_OK)
    status = codec_flag_field (array, name, "bias", &network->bias, failure);
  if (status == SUPPORT_OK)
    status = get_hidden (array, network, hidden, failure);
  return status;
}

support_status
codec_get_form (const mxArray *array, size_t features,
                objective_network *network, size_t **hidden,
                support_failure *failure)
{
  *network = (objective_network){ .samples = { .columns = features } };
  *hidden = NULL;
  return get_form (array, network, hidden, failure);
}

support_status
codec_get_network (const mxArray *array, objective **created,
                   support_failure *failure)
{
  objective_network network = { .classes = 0 };
  objective_noise noise;
  index_arrays index = { NULL, NULL }, test_index = { NULL, NULL };
  size_t *hidden = NULL;
  support_status status = get_form (array, &network, &hidden, failure);

  if (status == SUPPORT_OK)
    status = get_samples (array, "X", "y", &network.samples, &index, failure);
  if (status == SUPPORT_OK)
    status = get_samples (array, "test_X", "test_y", &network.tests,
                          &test_index, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (array, name, "batch", &network.batch, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "l2", &network.l2, failure);
  if (status == SUPPORT_OK)
    status = codec_get_noise (array, objective_network_dimension (&network),
                              &noise, failure);
  if (status == SUPPORT_OK)
    status = objective_network_create (&network, &noise, created, failure);
  free_index (&index);
  free_index (&test_index);
  free (hidden);
  return status;
}
