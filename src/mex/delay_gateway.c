/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_delay__: laws of delays.  */
#include "codec.h"
#include "gateway.h"

#include <stdlib.h>

#include <math.h>

/* (family, cell of arguments) -> law */
static support_status
create (gateway_call *call)
{
  delay_law *law;
  const support_status status =
      codec_new_law (call->input[0], call->input[1], &law, &call->failure);
  if (status == SUPPORT_OK)
    call->output[0] = codec_put_law (law);
  delay_free (law);
  return status;
}

/* () -> names, arguments, names that can be fitted */
static support_status
families (gateway_call *call)
{
  const char *name, *arguments;
  size_t count = 0, fits = 0;
  while (delay_family_at (count, &name, &arguments))
    count++;
  while (delay_fit_family_at (fits))
    fits++;
  call->output[0] = mxCreateCellMatrix ((mwSize) count, 1);
  call->output[1] = mxCreateCellMatrix ((mwSize) count, 1);
  call->output[2] = mxCreateCellMatrix ((mwSize) fits, 1);
  for (size_t i = 0; delay_family_at (i, &name, &arguments); i++)
    {
      mxSetCell (call->output[0], (mwIndex) i, mxCreateString (name));
      mxSetCell (call->output[1], (mwIndex) i, mxCreateString (arguments));
    }
  for (size_t i = 0; i < fits; i++)
    mxSetCell (call->output[2], (mwIndex) i,
               mxCreateString (delay_fit_family_at (i)));
  return SUPPORT_OK;
}

/* An array of the shape of MODEL.  */
static mxArray *
like (const mxArray *model)
{
  return mxCreateNumericArray (mxGetNumberOfDimensions (model),
                               mxGetDimensions (model), mxDOUBLE_CLASS, mxREAL);
}

/* (law, numbers) -> FUNCTION of each */
static support_status
each (gateway_call *call, double (*function) (const delay_law *, double))
{
  delay_law *law;
  const double *from;
  size_t count;
  support_status status =
      codec_law (call->input[0], "law", &law, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[1], "the argument", &from, &count,
                            &call->failure);
  if (status == SUPPORT_OK)
    {
      call->output[0] = like (call->input[1]);
      double *to = mxGetPr (call->output[0]);
      for (size_t i = 0; i < count; i++)
        to[i] = function (law, from[i]);
    }
  delay_free (law);
  return status;
}

static support_status
cdf (gateway_call *call)
{
  return each (call, delay_cdf);
}

static support_status
pdf (gateway_call *call)
{
  return each (call, delay_pdf);
}

static support_status
quantile (gateway_call *call)
{
  return each (call, delay_quantile);
}

/* (law, real part, imaginary part) -> phi and phi', parts of each */
static support_status
lst (gateway_call *call)
{
  delay_law *law;
  const double *real, *imaginary;
  size_t count, others;
  support_status status =
      codec_law (call->input[0], "law", &law, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[1], "s", &real, &count, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[2], "s", &imaginary, &others,
                            &call->failure);
  if (status == SUPPORT_OK && count != others)
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "s must have as many real as imaginary parts");
  if (status == SUPPORT_OK)
    {
      double *part[4];
      for (int k = 0; k < 4; k++)
        {
          call->output[k] = like (call->input[1]);
          part[k] = mxGetPr (call->output[k]);
        }
      for (size_t i = 0; i < count; i++)
        {
          double complex phi[3];
          delay_lst (law, CMPLX (real[i], imaginary[i]), phi);
          part[0][i] = creal (phi[0]);
          part[1][i] = cimag (phi[0]);
          part[2][i] = creal (phi[1]);
          part[3][i] = cimag (phi[1]);
        }
    }
  delay_free (law);
  return status;
}

/* (law, dimensions, seed) -> samples */
static support_status
sample (gateway_call *call)
{
  enum
  {
    MOST_DIMENSIONS = 32
  };
  delay_law *law;
  const double *size;
  size_t dimensions, seed;
  mwSize shape[MOST_DIMENSIONS];
  double count = 1.0;
  support_status status =
      codec_law (call->input[0], "law", &law, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[1], "the size", &size, &dimensions,
                            &call->failure);
  if (status == SUPPORT_OK)
    status = codec_size (call->input[2], "the seed", &seed, &call->failure);
  if (status == SUPPORT_OK && dimensions > MOST_DIMENSIONS)
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "at most %d dimensions", MOST_DIMENSIONS);
  for (size_t k = 0; status == SUPPORT_OK && k < dimensions; k++)
    {
      count *= size[k];
      if (! (size[k] >= 0.0 && size[k] <= 1e10 && size[k] == floor (size[k])
             && count <= 1e10))
        status = support_fail (&call->failure, SUPPORT_INVALID,
                               "the size must be whole numbers >= 0 whose "
                               "product is at most 1e10");
      else
        shape[k] = (mwSize) size[k];
    }
  /* Octave would raise its own error, and the law would be left behind.  */
  void *room = NULL;
  if (status == SUPPORT_OK && ! (room = malloc ((size_t) count * 8 + 1)))
    status = support_fail_memory (&call->failure);
  free (room);
  if (status == SUPPORT_OK)
    {
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "delay_rand", false);
      call->output[0] = mxCreateNumericArray ((mwSize) dimensions, shape,
                                              mxDOUBLE_CLASS, mxREAL);
      status = delay_samples (law, seed, (size_t) count,
                              mxGetPr (call->output[0]), 0, &hooks);
    }
  delay_free (law);
  return status;
}

/* (family, phases, sorted samples) -> law, parameters, log likelihood, AIC,
   distance, why there is none */
static support_status
fit (gateway_call *call)
{
  char family[32];
  const double *samples;
  size_t count, phases;
  delay_fit fitted;
  delay_law *law = NULL;
  support_status status = codec_string (call->input[0], "the family", family,
                                        sizeof family, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_size (call->input[1], "the number of phases", &phases,
                         &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[2], "samples", &samples, &count,
                            &call->failure);
  if (status == SUPPORT_OK)
    status = delay_fit_family (family, phases, samples, count, &fitted, &law,
                               &call->failure);
  if (status == SUPPORT_OK)
    {
      call->output[0] = law ? codec_put_law (law) : codec_put_numbers (0, 0, 0);
      call->output[1] =
          codec_put_numbers (1, fitted.parameters, fitted.parameter);
      call->output[2] = mxCreateDoubleScalar (fitted.log_likelihood);
      call->output[3] = mxCreateDoubleScalar (fitted.aic);
      call->output[4] = mxCreateDoubleScalar (fitted.ks);
      call->output[5] = mxCreateString (fitted.reason ? fitted.reason : "");
    }
  delay_free (law);
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "create", 2, 1, create },     { "families", 0, 3, families },
    { "cdf", 2, 1, cdf },           { "pdf", 2, 1, pdf },
    { "quantile", 2, 1, quantile }, { "lst", 3, 4, lst },
    { "sample", 3, 1, sample },     { "fit", 3, 6, fit },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
