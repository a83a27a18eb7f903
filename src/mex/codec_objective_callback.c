/* SPDX-License-Identifier: GPL-3.0-or-later */
/* [loss, grad] = f (w, batch), a function of the user.  */
#include "callback_call.h"
#include "codec_objective_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The function is called through cellfun, whose error handler is the only way
   to the sentence of an error: Octave's exceptions for mex files leave it out.
   The handler returns that sentence in a cell, which no loss is.  */
static const char handler_text[] =
    "@(failure, varargin) deal ({failure.message}, [])";

enum
{
  ARGUMENTS = 7,
  OUTPUTS = 2
};

typedef struct user_function
{
  size_t dimension;
  /* Arguments of cellfun, made once and filled anew; the handle is the
     caller's.  */
  mxArray *argument[ARGUMENTS];
  mxArray *model, *batch;   /* in cells among them */
  support_failure *failure; /* of the whole computation */
} user_function;

static void
release (void *data)
{
  user_function *self = data;
  for (int k = 1; k < ARGUMENTS; k++)
    if (self->argument[k])
      mxDestroyArray (self->argument[k]);
  free (self);
}

static support_status
complain (const user_function *self, const char *what)
{
  return support_fail (self->failure, SUPPORT_CALLBACK,
                       "the function of the problem must return [loss, grad], "
                       "a real number and a full vector of %zu real numbers, "
                       "both of class double; %s",
                       self->dimension, what);
}

/* If the handler was called: its sentence.  */
static support_status
look_for_error (const user_function *self, const mxArray *loss)
{
  char *text;
  if (! mxIsCell (loss) || mxIsEmpty (loss))
    return SUPPORT_OK;
  text = mxArrayToString (mxGetCell (loss, 0));
  support_fail (self->failure, SUPPORT_CALLBACK,
                "the function of the problem failed: %s", text ? text : "");
  mxFree (text);
  return SUPPORT_CALLBACK;
}

static support_status
read_loss (const user_function *self, const mxArray *value, double *loss)
{
  if (! mxIsDouble (value) || mxIsComplex (value)
      || mxGetNumberOfElements (value) != 1)
    return complain (self, "its loss is not");
  *loss = mxGetScalar (value);
  return SUPPORT_OK;
}

static support_status
read_gradient (const user_function *self, const mxArray *value,
               double *gradient)
{
  if (! mxIsDouble (value) || mxIsComplex (value) || mxIsSparse (value)
      || mxGetNumberOfElements (value) != self->dimension
      || mxGetNumberOfDimensions (value) != 2
      || (mxGetM (value) != 1 && mxGetN (value) != 1))
    return complain (self, "its gradient is not");
  memcpy (gradient, mxGetPr (value), self->dimension * sizeof *gradient);
  return SUPPORT_OK;
}

static bool
all_finite (const double *values, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (! isfinite (values[i]))
      return false;
  return true;
}

/* A model that has overflowed may give what it likes; a sound one must not.  */
static support_status
check_finite (const user_function *self, const double *model, double loss,
              const double *gradient)
{
  const bool sound = isnan (loss)
                         ? false
                         : ! gradient || all_finite (gradient, self->dimension);
  if (sound || ! all_finite (model, self->dimension))
    return SUPPORT_OK;
  return support_fail (self->failure, SUPPORT_CALLBACK,
                       "the function of the problem returned NaN or Inf at a "
                       "finite model");
}

static void
set_batch (const user_function *self, const uint32_t *batch, size_t count)
{
  double *number = mxGetPr (self->batch);
  mxSetN (self->batch, (mwSize) count);
  for (size_t k = 0; k < count; k++)
    number[k] = (double) batch[k] + 1.0;
}

static support_status
call_user (void *data, const double *model, const uint32_t *batch, size_t count,
           double *loss, double *gradient)
{
  user_function *self = data;
  mxArray *output[OUTPUTS] = { NULL, NULL }, *exception = NULL;
  const mxArray *value[OUTPUTS] = { NULL, NULL };
  support_status status = SUPPORT_OK;

  memcpy (mxGetPr (self->model), model, self->dimension * sizeof *model);
  set_batch (self, batch, count);
  if (! callback_call (OUTPUTS, output, ARGUMENTS, self->argument, "cellfun",
                       &exception))
    status = SUPPORT_INTERRUPTED;
  for (int k = 0; status == SUPPORT_OK && k < OUTPUTS; k++)
    {
      value[k] = ! exception && output[k] && mxIsCell (output[k])
                     ? mxGetCell (output[k], 0)
                     : NULL;
      if (! value[k])
        status = complain (self, "it returns less");
    }
  if (status == SUPPORT_OK)
    status = look_for_error (self, value[0]);
  if (status == SUPPORT_OK)
    status = read_loss (self, value[0], loss);
  if (status == SUPPORT_OK && gradient)
    status = read_gradient (self, value[1], gradient);
  if (status == SUPPORT_OK)
    status = check_finite (self, model, *loss, gradient);
  for (int k = 0; k < OUTPUTS; k++)
    if (output[k])
      mxDestroyArray (output[k]);
  if (exception)
    mxDestroyArray (exception);
  return status;
}

/* The arguments of cellfun for a HANDLE.  */
static support_status
prepare (user_function *self, const mxArray *handle, size_t samples)
{
  mxArray *text = mxCreateString (handler_text), *exception = NULL;
  self->argument[0] = (mxArray *) handle;
  self->argument[1] = mxCreateCellMatrix (1, 1);
  self->argument[2] = mxCreateCellMatrix (1, 1);
  self->argument[3] = mxCreateString ("ErrorHandler");
  self->argument[5] = mxCreateString ("UniformOutput");
  self->argument[6] = mxCreateLogicalScalar (false);
  self->model = mxCreateDoubleMatrix ((mwSize) self->dimension, 1, mxREAL);
  self->batch = mxCreateDoubleMatrix (1, (mwSize) samples, mxREAL);
  mxSetCell (self->argument[1], 0, self->model);
  mxSetCell (self->argument[2], 0, self->batch);
  const bool returned =
      callback_call (1, &self->argument[4], 1, &text, "str2func", &exception);
  mxDestroyArray (text);
  if (exception)
    mxDestroyArray (exception);
  return ! returned          ? SUPPORT_INTERRUPTED
         : self->argument[4] ? SUPPORT_OK
                             : support_fail_memory (self->failure);
}

support_status
codec_get_callback (const mxArray *array, objective **created,
                    support_failure *failure)
{
  const mxArray *handle;
  objective_callback callback = { .function = call_user, .release = release };
  objective_noise noise;
  user_function *self;
  support_status status =
      codec_field (array, "problem", "function", &handle, failure);

  if (status == SUPPORT_OK && ! mxIsFunctionHandle (handle))
    status = support_fail (failure, SUPPORT_INVALID,
                           "problem.function must be a function handle");
  if (status == SUPPORT_OK)
    status = codec_size_field (array, "problem", "dimension",
                               &callback.dimension, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (array, "problem", "samples", &callback.samples,
                               failure);
  if (status == SUPPORT_OK)
    status =
        codec_size_field (array, "problem", "batch", &callback.batch, failure);
  if (status == SUPPORT_OK
      && (callback.samples > UINT32_MAX || callback.dimension > SIZE_MAX / 64))
    status = support_fail (failure, SUPPORT_INVALID,
                           "too many samples or parameters");
  if (status == SUPPORT_OK)
    status = codec_get_noise (array, callback.dimension, &noise, failure);
  if (status != SUPPORT_OK)
    return status;
  self = calloc (1, sizeof *self);
  if (! self)
    return support_fail_memory (failure);
  self->dimension = callback.dimension;
  self->failure = failure;
  callback.data = self;
  status = prepare (self, handle, callback.samples);
  if (status == SUPPORT_OK)
    status = objective_callback_create (&callback, &noise, created, failure);
  if (status != SUPPORT_OK)
    release (self);
  return status;
}
