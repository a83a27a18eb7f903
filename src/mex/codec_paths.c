/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec_paths.h"
#include "callback_call.h"
#include "codec.h"

#include <math.h>
#include <stdlib.h>

static const char *const name = "options";

/* ---- functions of the user ------------------------------------------- */

/* Lanes first in the core, states first in Octave.  */
static mxArray *
put_states (const double *x, size_t states, size_t paths, size_t delays)
{
  const mwSize size[3] = { (mwSize) states, (mwSize) paths, (mwSize) delays };
  mxArray *array = mxCreateNumericArray (3, size, mxDOUBLE_CLASS, mxREAL);
  double *to = mxGetPr (array);
  for (size_t k = 0; k < delays; k++)
    for (size_t i = 0; i < states; i++)
      for (size_t p = 0; p < paths; p++)
        to[i + states * (p + paths * k)] = x[p + paths * (i + states * k)];
  return array;
}

/* The functions come as inst/private/path_plan.m wraps them: where one fails it
   returns the text of its error, which mexCallMATLABWithTrap would not.  */
static support_status
tell_failure (const mxArray *value, const char *what, support_failure *failure)
{
  char *message = value && mxIsChar (value) ? mxArrayToString (value) : NULL;
  support_fail (failure, SUPPORT_INVALID, "the %s failed: %s", what,
                message && *message ? message : "no reason given");
  if (message)
    mxFree (message);
  return SUPPORT_INVALID;
}

static support_status
get_value (const mxArray *value, const char *what, size_t states, size_t paths,
           double *to, support_failure *failure)
{
  const bool one = value && mxGetNumberOfElements (value) == 1;
  if (! value || ! mxIsDouble (value) || mxIsComplex (value)
      || mxIsSparse (value)
      || ! (one
            || (mxGetM (value) == states && mxGetN (value) == paths
                && mxGetNumberOfDimensions (value) == 2)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the %s must return a full real matrix of as many "
                         "states and paths as it was given (%zu by %zu), or "
                         "one number",
                         what, states, paths);
  const double *from = mxGetPr (value);
  for (size_t i = 0; i < states; i++)
    for (size_t p = 0; p < paths; p++)
      to[p + paths * i] = from[one ? 0 : i + states * p];
  return SUPPORT_OK;
}

static support_status
call_back (const codec_paths *codec, const mxArray *function, const char *what,
           double t, const double *x, const double *delayed, size_t paths,
           double *to)
{
  mxArray *input[4] = { (mxArray *) function, mxCreateDoubleScalar (t),
                        put_states (x, codec->states, paths, 1),
                        put_states (delayed, codec->states, paths,
                                    codec->delays) };
  mxArray *output = NULL, *trapped = NULL;
  support_status status = SUPPORT_INTERRUPTED;
  if (callback_call (1, &output, 4, input, "feval", &trapped))
    status = trapped || (output && mxIsChar (output))
                 ? tell_failure (output, what, codec->failure)
                 : get_value (output, what, codec->states, paths, to,
                              codec->failure);
  for (int k = 1; k < 4; k++)
    mxDestroyArray (input[k]);
  if (output)
    mxDestroyArray (output);
  if (trapped)
    mxDestroyArray (trapped);
  return status;
}

static support_status
drift (void *context, double t, const double *x, const double *delayed,
       size_t paths, double *value)
{
  const codec_paths *codec = context;
  return call_back (codec, codec->drift, "drift", t, x, delayed, paths, value);
}

static support_status
diffusion (void *context, double t, const double *x, const double *delayed,
           size_t paths, double *value)
{
  const codec_paths *codec = context;
  return call_back (codec, codec->diffusion, "diffusion", t, x, delayed, paths,
                    value);
}

/* NULL for an empty field.  */
static support_status
get_function (const mxArray *options, const char *field,
              const mxArray **function, support_failure *failure)
{
  const mxArray *value;
  const support_status status =
      codec_field (options, name, field, &value, failure);
  *function = NULL;
  if (status != SUPPORT_OK || mxIsEmpty (value))
    return status;
  if (! mxIsClass (value, "function_handle"))
    return support_fail (failure, SUPPORT_INVALID,
                         "%s.%s must be a function handle", name, field);
  *function = value;
  return SUPPORT_OK;
}

/* ---- in -------------------------------------------------------------- */

static support_status
get_record (const mxArray *options, codec_paths *paths,
            support_failure *failure)
{
  const double *number;
  support_status status = codec_numbers_field (options, name, "record", &number,
                                               &paths->plan.records, failure);
  if (status != SUPPORT_OK)
    return status;
  paths->record = calloc (paths->plan.records + 1, sizeof *paths->record);
  if (! paths->record)
    return support_fail_memory (failure);
  for (size_t r = 0; r < paths->plan.records; r++)
    {
      if (! (number[r] >= 0.0 && number[r] <= 0x1p53))
        return support_fail (failure, SUPPORT_INVALID,
                             "times must be finite and >= 0");
      paths->record[r] = (size_t) number[r];
    }
  paths->plan.record = paths->record;
  return SUPPORT_OK;
}

static support_status
get_history (const mxArray *options, codec_paths *paths,
             support_failure *failure)
{
  size_t count;
  support_status status = codec_numbers_field (
      options, name, "history", &paths->plan.history, &count, failure);
  if (status == SUPPORT_OK && (count == 0 || count % paths->states != 0))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the history must have one row for each of the %zu "
                           "states",
                           paths->states);
  if (status == SUPPORT_OK)
    paths->plan.past = count / paths->states - 1;
  return status;
}

static support_status
get_level (const mxArray *options, codec_paths *paths, support_failure *failure)
{
  size_t count;
  const support_status status = codec_numbers_field (
      options, name, "level", &paths->plan.level, &count, failure);
  if (status == SUPPORT_OK && count != 0 && count != paths->states)
    return support_fail (failure, SUPPORT_INVALID,
                         "there must be one level for each of the %zu states",
                         paths->states);
  if (count == 0)
    paths->plan.level = NULL;
  return status;
}

void
codec_paths_free (codec_paths *paths)
{
  free (paths->record);
  paths->record = NULL;
}

support_status
codec_get_paths (const mxArray *options, size_t states, size_t delays,
                 codec_paths *paths, support_failure *failure)
{
  equation_paths_plan *plan = &paths->plan;
  size_t seed = 0;
  support_status status;
  *paths =
      (codec_paths){ .states = states, .delays = delays, .failure = failure };
  plan->context = paths;
  status = codec_size_field (options, name, "paths", &plan->paths, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (options, name, "step", &plan->step, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "steps", &plan->steps, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "seed", &seed, failure);
  if (status == SUPPORT_OK)
    status =
        codec_size_field (options, name, "threads", &plan->threads, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "refine", &plan->refine, failure);
  if (status == SUPPORT_OK)
    status =
        codec_flag_field (options, name, "partial", &plan->partial, failure);
  if (status == SUPPORT_OK)
    status = codec_flag_field (options, name, "drawn", &plan->drawn, failure);
  if (status == SUPPORT_OK)
    status = codec_flag_field (options, name, "statistics", &plan->statistics,
                               failure);
  if (status == SUPPORT_OK)
    status =
        codec_flag_field (options, name, "progress", &paths->progress, failure);
  if (status == SUPPORT_OK)
    status =
        codec_numbers_field (options, name, "quantiles", &plan->probability,
                             &plan->probabilities, failure);
  if (status == SUPPORT_OK)
    status = get_function (options, "drift", &paths->drift, failure);
  if (status == SUPPORT_OK)
    status = get_function (options, "diffusion", &paths->diffusion, failure);
  if (status == SUPPORT_OK)
    status = get_history (options, paths, failure);
  if (status == SUPPORT_OK)
    status = get_level (options, paths, failure);
  if (status == SUPPORT_OK)
    status = get_record (options, paths, failure);
  plan->seed = seed;
  plan->drift = paths->drift ? drift : NULL;
  plan->diffusion = paths->diffusion ? diffusion : NULL;
  if (status != SUPPORT_OK)
    codec_paths_free (paths);
  return status;
}

/* ---- out ------------------------------------------------------------- */

mxArray *
codec_put_paths (const equation_paths *paths, const equation_paths_plan *plan)
{
  static const char *fields[] = { "paths",    "stopped",   "value",
                                  "mean",     "variance",  "least",
                                  "greatest", "quantiles", "hit" };
  mxArray *array = mxCreateStructMatrix (
      1, 1, (int) (sizeof fields / sizeof *fields), fields);
  const size_t records = paths->records, n = paths->states;
  const size_t rows = plan->statistics ? records : 0;
  mxSetField (array, 0, "paths", mxCreateDoubleScalar ((double) paths->paths));
  mxSetField (array, 0, "stopped", mxCreateLogicalScalar (paths->stopped));
  mxSetField (array, 0, "value",
              codec_put_numbers (paths->value ? records : 0, n * paths->paths,
                                 paths->value));
  mxSetField (array, 0, "mean", codec_put_numbers (rows, n, paths->mean));
  mxSetField (array, 0, "variance",
              codec_put_numbers (rows, n, paths->variance));
  mxSetField (array, 0, "least", codec_put_numbers (rows, n, paths->least));
  mxSetField (array, 0, "greatest",
              codec_put_numbers (rows, n, paths->greatest));
  mxSetField (
      array, 0, "quantiles",
      codec_put_numbers (rows, n * plan->probabilities, paths->quantile));
  mxSetField (array, 0, "hit",
              codec_put_numbers (n, paths->hit ? paths->paths : 0, paths->hit));
  return array;
}
