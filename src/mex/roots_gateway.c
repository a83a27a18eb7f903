/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_roots__: Lambert W, characteristic roots, limits of the damping.  */
#include "codec.h"
#include "gateway.h"
#include "roots/roots.h"

#include <stdlib.h>

/* ---- in -------------------------------------------------------------- */

/* [decay, damping, correction] and a law; free kernel->delay.  */
static support_status
get_kernel (const mxArray *numbers, const mxArray *delay, roots_kernel *kernel,
            support_failure *failure)
{
  const double *value;
  size_t count;
  delay_law *law = NULL;
  support_status status =
      codec_numbers (numbers, "the coefficients", &value, &count, failure);
  *kernel = (roots_kernel){ .delay = NULL };
  if (status == SUPPORT_OK && count != 3)
    status = support_fail (failure, SUPPORT_INVALID,
                           "the coefficients must be three numbers");
  if (status == SUPPORT_OK)
    status = codec_law (delay, "the delay", &law, failure);
  if (status == SUPPORT_OK)
    *kernel = (roots_kernel){ value[0], value[1], value[2], law };
  return status;
}

/* ---- out ------------------------------------------------------------- */

enum
{
  COLUMNS = 5 /* real and imaginary part, multiplicity, residual, bound */
};

/* One column for each of them, from OUTPUT[0] on.  */
static void
put_roots (const roots_root *root, size_t count, mxArray **output)
{
  double *column[COLUMNS];
  for (int k = 0; k < COLUMNS; k++)
    {
      output[k] = mxCreateDoubleMatrix ((mwSize) count, 1, mxREAL);
      column[k] = mxGetPr (output[k]);
    }
  for (size_t i = 0; i < count; i++)
    {
      column[0][i] = creal (root[i].s);
      column[1][i] = cimag (root[i].s);
      column[2][i] = (double) root[i].multiplicity;
      column[3][i] = root[i].residual;
      column[4][i] = root[i].bound;
    }
}

/* The columns, and [total, certified, subexponential, right of].  */
static void
put_set (const roots_set *set, gateway_call *call)
{
  const double facts[4] = { (double) set->total, set->certified,
                            set->subexponential, set->right_of };
  put_roots (set->root, set->count, call->output);
  call->output[COLUMNS] = codec_put_numbers (1, 4, facts);
}

/* ---- commands -------------------------------------------------------- */

/* (coefficients, law, line) -> as put_set */
static support_status
right_of (gateway_call *call)
{
  roots_kernel kernel;
  roots_set *set = NULL;
  double line;
  gateway_progress progress;
  const support_hooks hooks = gateway_hooks (&progress, "sdde_roots", false);
  support_status status =
      get_kernel (call->input[0], call->input[1], &kernel, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_scalar (call->input[2], "the line to look right of", &line,
                           &call->failure);
  if (status == SUPPORT_OK)
    status = roots_scalar (&kernel, line, &hooks, &set, &call->failure);
  if (status == SUPPORT_OK)
    put_set (set, call);
  roots_set_free (set);
  delay_free ((delay_law *) kernel.delay);
  return status;
}

/* (coefficients, law, how many) -> as put_set */
static support_status
wanted (gateway_call *call)
{
  roots_kernel kernel;
  roots_set *set = NULL;
  size_t many;
  gateway_progress progress;
  const support_hooks hooks = gateway_hooks (&progress, "sdde_roots", false);
  support_status status =
      get_kernel (call->input[0], call->input[1], &kernel, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_size (call->input[2], "count", &many, &call->failure);
  if (status == SUPPORT_OK)
    status = roots_scalar_count (&kernel, many, &hooks, &set, &call->failure);
  if (status == SUPPORT_OK)
    put_set (set, call);
  roots_set_free (set);
  delay_free ((delay_law *) kernel.delay);
  return status;
}

/* (decay, damping, correction: as many of each, law) -> the columns, and
   whether a heavy tail is why there is no root */
static support_status
rightmost (gateway_call *call)
{
  roots_modes modes;
  size_t n[3] = { 0 };
  delay_law *law = NULL;
  roots_root *root = NULL;
  bool *subexponential = NULL;
  gateway_progress progress;
  const support_hooks hooks = gateway_hooks (&progress, "sdde_rate", false);
  support_status status =
      codec_numbers (call->input[0], "decay", &modes.b, &n[0], &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[1], "damping", &modes.a, &n[1],
                            &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[2], "correction", &modes.c, &n[2],
                            &call->failure);
  if (status == SUPPORT_OK && (n[0] != n[1] || n[1] != n[2]))
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "decay, damping and correction must have one "
                           "number for each mode");
  if (status == SUPPORT_OK)
    status = codec_law (call->input[3], "the delay", &law, &call->failure);
  if (status == SUPPORT_OK)
    {
      modes.count = n[0];
      modes.delay = law;
      root = calloc (n[0] + 1, sizeof *root);
      subexponential = calloc (n[0] + 1, sizeof *subexponential);
      status = root && subexponential ? roots_rightmost_each (
                   &modes, 0, &hooks, root, subexponential, &call->failure)
                                      : support_fail_memory (&call->failure);
    }
  if (status == SUPPORT_OK)
    {
      double *flag;
      put_roots (root, n[0], call->output);
      call->output[COLUMNS] = mxCreateDoubleMatrix ((mwSize) n[0], 1, mxREAL);
      flag = mxGetPr (call->output[COLUMNS]);
      for (size_t i = 0; i < n[0]; i++)
        flag[i] = subexponential[i];
    }
  free (root);
  free (subexponential);
  delay_free (law);
  return status;
}

/* (law) -> [critical, frequency, fastest, rate, peak] */
static support_status
limit (gateway_call *call)
{
  delay_law *law;
  roots_limits limits;
  support_status status =
      codec_law (call->input[0], "the delay", &law, &call->failure);
  if (status == SUPPORT_OK)
    status = roots_limit (law, &limits, &call->failure);
  if (status == SUPPORT_OK)
    {
      const double value[5] = { limits.critical, limits.frequency,
                                limits.fastest, limits.rate, limits.peak };
      call->output[0] = codec_put_numbers (1, 5, value);
    }
  delay_free (law);
  return status;
}

/* (branches, real part, imaginary part: as many of each) -> parts of W */
static support_status
lambertw (gateway_call *call)
{
  static const char *const name[] = { "the branch", "z", "z" };
  const double *value[3];
  size_t n[3] = { 0 };
  support_status status = SUPPORT_OK;
  for (int k = 0; status == SUPPORT_OK && k < 3; k++)
    status = codec_numbers (call->input[k], name[k], &value[k], &n[k],
                            &call->failure);
  if (status == SUPPORT_OK && (n[0] != n[1] || n[1] != n[2]))
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "there must be as many branches as arguments");
  for (size_t i = 0; status == SUPPORT_OK && i < n[0]; i++)
    if (! (value[0][i] >= -1e9 && value[0][i] <= 1e9
           && value[0][i] == (double) (long) value[0][i]))
      status = support_fail (&call->failure, SUPPORT_INVALID,
                             "the branch must be a whole number between -1e9 "
                             "and 1e9");
  if (status == SUPPORT_OK)
    {
      double *part[2];
      for (int k = 0; k < 2; k++)
        {
          call->output[k] = mxCreateNumericArray (
              mxGetNumberOfDimensions (call->input[0]),
              mxGetDimensions (call->input[0]), mxDOUBLE_CLASS, mxREAL);
          part[k] = mxGetPr (call->output[k]);
        }
      for (size_t i = 0; i < n[0]; i++)
        {
          const double complex w = roots_lambertw (
              (long) value[0][i], CMPLX (value[1][i], value[2][i]));
          part[0][i] = creal (w);
          part[1][i] = cimag (w);
        }
    }
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "right-of", 3, 6, right_of },   { "count", 3, 6, wanted },
    { "rightmost", 4, 6, rightmost }, { "limit", 1, 1, limit },
    { "lambertw", 3, 2, lambertw },   { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
