/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_objective__: what can be asked about a problem without a system.  */
#include "codec_objective.h"
#include "gateway.h"

#include <stdio.h>
#include <stdlib.h>

/* (problem without data, features, seed) -> the parameters' number, a start  */
static support_status
layout (gateway_call *call)
{
  objective_network network;
  size_t features = 0, seed = 0, dimension = 0;
  size_t *hidden = NULL;
  support_status status =
      codec_size (call->input[1], "features", &features, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_size (call->input[2], "seed", &seed, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_get_form (call->input[0], features, &network, &hidden,
                             &call->failure);
  if (status == SUPPORT_OK)
    {
      dimension = objective_network_dimension (&network);
      /* What a matrix of Octave can hold.  */
      if (dimension == 0 || dimension >= (size_t) 1 << 31)
        status = support_fail (&call->failure, SUPPORT_LIMIT,
                               "the network must have at least one unit in "
                               "each layer, and at most 2^31 parameters");
    }
  if (status == SUPPORT_OK)
    {
      call->output[0] = mxCreateDoubleScalar ((double) dimension);
      if (call->outputs > 1)
        {
          call->output[1] =
              mxCreateDoubleMatrix ((mwSize) dimension, 1, mxREAL);
          status = objective_network_start (&network, seed,
                                            mxGetPr (call->output[1]));
        }
    }
  free (hidden);
  return status;
}

/* ---- samples --------------------------------------------------------- */

/* (seed, first, count, side) -> pictures, labels  */
static support_status
digits (gateway_call *call)
{
  static const char *const names[] = { "seed", "first", "count", "side" };
  size_t number[4];
  support_status status = SUPPORT_OK;
  for (int k = 0; status == SUPPORT_OK && k < 4; k++)
    status = codec_size (call->input[k], names[k], &number[k], &call->failure);
  if (status == SUPPORT_OK && (number[2] > 1000000 || number[3] > 1000))
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "at most 1e6 pictures with sides of 1000 pixels");
  if (status == SUPPORT_OK)
    {
      const size_t pixels = number[3] * number[3];
      call->output[0] =
          mxCreateDoubleMatrix ((mwSize) number[2], (mwSize) pixels, mxREAL);
      call->output[1] = mxCreateDoubleMatrix ((mwSize) number[2], 1, mxREAL);
      status = objective_digits (number[0], number[1], number[2], number[3],
                                 mxGetPr (call->output[0]),
                                 mxGetPr (call->output[1]), &call->failure);
    }
  return status;
}

static mxArray *
put_sparse (const objective_table *table)
{
  mxArray *array =
      mxCreateSparse ((mwSize) table->rows, (mwSize) table->columns,
                      (mwSize) (table->count ? table->count : 1), mxREAL);
  mwIndex *start = mxGetJc (array), *row = mxGetIr (array);
  double *value = mxGetPr (array);
  for (size_t j = 0; j <= table->columns; j++)
    start[j] = (mwIndex) table->start[j];
  for (size_t k = 0; k < table->count; k++)
    {
      row[k] = (mwIndex) table->row[k];
      value[k] = table->values[k];
    }
  return array;
}

/* (name of the file, its text, features) -> samples, labels  */
static support_status
libsvm (gateway_call *call)
{
  size_t columns = 0;
  objective_table table = { .rows = 0 };
  support_failure inner = { SUPPORT_OK, "" };
  char *text = NULL;
  support_status status =
      codec_size (call->input[2], "features", &columns, &call->failure);
  if (status == SUPPORT_OK && ! mxIsChar (call->input[1]))
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the text must be a string");
  if (status == SUPPORT_OK)
    {
      char file[100];
      if (mxGetString (call->input[0], file, sizeof file) != 0)
        snprintf (file, sizeof file, "the file");
      text = mxArrayToString (call->input[1]);
      status = text ? objective_read_libsvm (
                   text, mxGetNumberOfElements (call->input[1]), columns,
                   &table, &inner)
                    : support_fail_memory (&inner);
      mxFree (text);
      if (status != SUPPORT_OK)
        support_fail (&call->failure, status, "%s: %s", file, inner.text);
    }
  if (status == SUPPORT_OK)
    {
      call->output[0] = put_sparse (&table);
      call->output[1] = codec_put_numbers (table.rows, 1, table.label);
    }
  objective_table_free (&table);
  return status;
}

/* ---- curvature ------------------------------------------------------- */

static support_status
get_plan (const mxArray *options, size_t dimension,
          objective_curvature_plan *plan, support_failure *failure)
{
  static const char *const name = "options";
  size_t seed = 0;
  support_status status = codec_counted_field (options, name, "w", dimension,
                                               &plan->model, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "count", &plan->count, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "steps", &plan->steps, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (options, name, "tolerance", &plan->tolerance,
                                 failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "draws", &plan->draws, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "seed", &seed, failure);
  plan->seed = seed;
  return status;
}

static mxArray *
put_flags (size_t count, const bool *values)
{
  mxArray *array = mxCreateLogicalMatrix ((mwSize) count, 1);
  mxLogical *flag = mxGetLogicals (array);
  for (size_t k = 0; k < count; k++)
    flag[k] = values[k];
  return array;
}

static mxArray *
put_curvature (const objective_curvature *found)
{
  static const char *fields[] = { "eigenvalues", "residual", "converged",
                                  "vectors",     "slope",    "noise",
                                  "variance",    "drawn",    "loss",
                                  "gradient",    "steps",    "products",
                                  "complete" };
  mxArray *array = mxCreateStructMatrix (
      1, 1, (int) (sizeof fields / sizeof *fields), fields);
  const size_t count = found->count, n = found->dimension;
  mxSetField (array, 0, "eigenvalues",
              codec_put_numbers (count, 1, found->eigenvalue));
  mxSetField (array, 0, "residual",
              codec_put_numbers (count, 1, found->residual));
  mxSetField (array, 0, "converged", put_flags (count, found->converged));
  mxSetField (array, 0, "vectors", codec_put_numbers (n, count, found->vector));
  mxSetField (array, 0, "slope", codec_put_numbers (count, 1, found->slope));
  mxSetField (array, 0, "noise",
              codec_put_numbers (count, 1, found->mode_variance));
  mxSetField (array, 0, "variance", codec_put_numbers (n, 1, found->variance));
  mxSetField (array, 0, "drawn", mxCreateDoubleScalar ((double) found->drawn));
  mxSetField (array, 0, "loss", mxCreateDoubleScalar (found->loss));
  mxSetField (array, 0, "gradient",
              mxCreateDoubleScalar (found->gradient_norm));
  mxSetField (array, 0, "steps", mxCreateDoubleScalar ((double) found->steps));
  mxSetField (array, 0, "products",
              mxCreateDoubleScalar ((double) found->products));
  mxSetField (array, 0, "complete", mxCreateLogicalScalar (found->complete));
  return array;
}

/* (problem, options) -> what objective_curvature has  */
static support_status
curvature (gateway_call *call)
{
  objective *problem = NULL;
  objective_curvature_plan plan = { .count = 0 };
  objective_curvature *found = NULL;
  gateway_progress line;
  support_status status =
      codec_get_objective (call->input[0], &problem, &call->failure);
  if (status == SUPPORT_OK)
    status = get_plan (call->input[1], objective_dimension (problem), &plan,
                       &call->failure);
  if (status == SUPPORT_OK)
    {
      const support_hooks hooks = gateway_hooks (&line, "", false);
      status = objective_curvature_at (problem, &plan, &hooks, &found,
                                       &call->failure);
    }
  if (status == SUPPORT_OK)
    call->output[0] = put_curvature (found);
  objective_curvature_free (found);
  objective_free (problem);
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command table[] = { { "layout", 3, 2, layout },
                                           { "digits", 4, 2, digits },
                                           { "libsvm", 3, 2, libsvm },
                                           { "curvature", 2, 1, curvature },
                                           { NULL, 0, 0, NULL } };
  gateway_run (table, nlhs, plhs, nrhs, prhs);
}
