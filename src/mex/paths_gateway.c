/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_paths__: paths of the equation and its response in time, of modes and
   of systems.  */
#include "codec.h"
#include "codec_equation.h"
#include "codec_matrices.h"
#include "codec_paths.h"
#include "equation/respond.h"
#include "gateway.h"

#include <math.h>
#include <stdlib.h>

/* ---- paths ------------------------------------------------------------ */

/* One of SYSTEM and MATRICES is given, with so many states and delays.  */
static support_status
run_paths (gateway_call *call, const mxArray *options,
           const equation_system *system, const equation_matrices *matrices,
           size_t states, size_t delays)
{
  codec_paths codec;
  equation_paths paths = { .value = NULL };
  gateway_progress line;
  support_status status =
      codec_get_paths (options, states, delays, &codec, &call->failure);
  if (status == SUPPORT_OK)
    {
      const support_hooks hooks =
          gateway_hooks (&line, "simulating paths", codec.progress);
      status = equation_paths_run (system, matrices, &codec.plan, &hooks,
                                   &paths, &call->failure);
      gateway_progress_end (&line);
    }
  if (status == SUPPORT_OK)
    {
      if (paths.stopped)
        gateway_interrupt_answered ();
      call->output[0] = codec_put_paths (&paths, &codec.plan);
    }
  equation_paths_free (&paths);
  codec_paths_free (&codec);
  return status;
}

/* (equation, options) -> struct of what was simulated */
static support_status
simulate (gateway_call *call)
{
  codec_equation equation;
  support_status status =
      codec_get_light_equation (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  status = run_paths (call, call->input[1], &equation.system, NULL,
                      equation.system.modes, 1);
  codec_equation_free (&equation);
  return status;
}

/* (matrices, delays, diffusion, options) -> the same */
static support_status
simulate_matrices (gateway_call *call)
{
  codec_matrices given;
  equation_matrices matrices;
  support_status status = codec_get_matrices (call->input[0], call->input[1],
                                              &given, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_get_push (&given, call->input[2], &matrices, &call->failure);
  if (status == SUPPORT_OK)
    status = run_paths (call, call->input[3], NULL, &matrices, matrices.states,
                        matrices.delays);
  codec_matrices_free (&given);
  return status;
}

/* ---- responses -------------------------------------------------------- */

/* () -> points of a cell of a history */
static support_status
history_points (gateway_call *call)
{
  double point[EQUATION_HISTORY_POINTS];
  equation_history_points (point);
  call->output[0] = codec_put_numbers (1, EQUATION_HISTORY_POINTS, point);
  return SUPPORT_OK;
}

/* What a response begins with: times, start, before, past (states by points)
   and the width of its cells.  */
typedef struct response_inputs
{
  const double *time, *start, *before, *past;
  size_t times, cells;
  double width;
} response_inputs;

enum
{
  RESPONSE_INPUTS = 5
};

static support_status
get_response_inputs (const mxArray *const input[RESPONSE_INPUTS], size_t states,
                     response_inputs *inputs, support_failure *failure)
{
  static const char *const name[] = { "the times", "the start", "the past",
                                      "the history" };
  const double **number[] = { &inputs->time, &inputs->start, &inputs->before,
                              &inputs->past };
  size_t count[4] = { 0 };
  support_status status = SUPPORT_OK;
  for (int k = 0; status == SUPPORT_OK && k < 4; k++)
    status = codec_numbers (input[k], name[k], number[k], &count[k], failure);
  if (status == SUPPORT_OK)
    status = codec_scalar (input[4], "the width", &inputs->width, failure);
  if (status == SUPPORT_OK
      && (count[1] != states || count[2] != states
          || count[3] % (states * EQUATION_HISTORY_POINTS) != 0))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the history must have one row for each of the %zu "
                           "states",
                           states);
  inputs->times = count[0];
  inputs->cells = count[3] / (states * EQUATION_HISTORY_POINTS);
  return status;
}

/* (equation, times, start, before, past, width) -> mean, variance (modes by
   times) of modes without coupling, error */
static support_status
respond (gateway_call *call)
{
  codec_equation equation;
  response_inputs inputs;
  double worst = 0.0;
  support_status status =
      codec_get_light_equation (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  const equation_system *system = &equation.system;
  const size_t n = system->modes;
  status = get_response_inputs (call->input + 1, n, &inputs, &call->failure);
  const size_t points =
      status == SUPPORT_OK ? inputs.cells * EQUATION_HISTORY_POINTS : 0;
  const size_t count = status == SUPPORT_OK ? inputs.times : 0;
  double *scratch = support_doubles (2 * count + points + 1);
  if (status == SUPPORT_OK && ! scratch)
    status = support_fail_memory (&call->failure);
  for (int k = 0; status == SUPPORT_OK && k < 2; k++)
    call->output[k] = mxCreateDoubleMatrix ((mwSize) n, (mwSize) count, mxREAL);
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      const double instant = -system->decay[i], delayed = -system->damping[i];
      const double push = sqrt (system->intensity[i]);
      const equation_matrices matrices = {
        1, 1, 1, &instant, &delayed, &push, &system->delay
      };
      double *mean = scratch, *variance = scratch + count;
      double *past = variance + count, error = 0.0;
      const equation_history history = { &inputs.start[i], &inputs.before[i],
                                         inputs.cells, inputs.width, past };
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "", false);
      for (size_t k = 0; k < points; k++)
        past[k] = inputs.past[i + n * k];
      status = equation_respond (&matrices, system->correction[i], &history,
                                 inputs.time, count, mean, variance, &error,
                                 &hooks, &call->failure);
      for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
        {
          mxGetPr (call->output[0])[i + n * k] = mean[k];
          mxGetPr (call->output[1])[i + n * k] = variance[k];
        }
      worst = fmax (worst, error);
    }
  if (status == SUPPORT_OK)
    call->output[2] = mxCreateDoubleScalar (worst);
  free (scratch);
  codec_equation_free (&equation);
  return status;
}

/* (matrices, delays, diffusion, times, start, before, past, width) -> mean
   (states by times), covariance (states by states by times), error */
static support_status
respond_matrices (gateway_call *call)
{
  codec_matrices given;
  equation_matrices matrices;
  response_inputs inputs;
  double error = 0.0;
  support_status status = codec_get_matrices (call->input[0], call->input[1],
                                              &given, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_get_push (&given, call->input[2], &matrices, &call->failure);
  if (status == SUPPORT_OK)
    status = get_response_inputs (call->input + 3, matrices.states, &inputs,
                                  &call->failure);
  if (status == SUPPORT_OK)
    {
      const mwSize n = (mwSize) matrices.states;
      const mwSize size[3] = { n, n, (mwSize) inputs.times };
      const equation_history history = { inputs.start, inputs.before,
                                         inputs.cells, inputs.width,
                                         inputs.past };
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "", false);
      call->output[0] = mxCreateDoubleMatrix (n, size[2], mxREAL);
      call->output[1] = mxCreateNumericArray (3, size, mxDOUBLE_CLASS, mxREAL);
      status = equation_respond (&matrices, 0.0, &history, inputs.time,
                                 inputs.times, mxGetPr (call->output[0]),
                                 mxGetPr (call->output[1]), &error, &hooks,
                                 &call->failure);
    }
  if (status == SUPPORT_OK)
    call->output[2] = mxCreateDoubleScalar (error);
  codec_matrices_free (&given);
  return status;
}

/* (matrices, delays, diffusion) -> stationary covariance, energies, error */
static support_status
covariance (gateway_call *call)
{
  codec_matrices given;
  equation_matrices matrices;
  double error;
  support_status status = codec_get_matrices (call->input[0], call->input[1],
                                              &given, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_get_push (&given, call->input[2], &matrices, &call->failure);
  if (status == SUPPORT_OK)
    {
      const mwSize n = (mwSize) matrices.states;
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "", false);
      call->output[0] = mxCreateDoubleMatrix (n, n, mxREAL);
      call->output[1] = mxCreateDoubleMatrix (n, 1, mxREAL);
      status = equation_covariance (&matrices, mxGetPr (call->output[0]),
                                    mxGetPr (call->output[1]), &error, &hooks,
                                    &call->failure);
    }
  if (status == SUPPORT_OK)
    call->output[2] = mxCreateDoubleScalar (error);
  codec_matrices_free (&given);
  return status;
}

/* (matrices, delays, diffusion, lags) -> autocovariances (states by states by
   lags), error */
static support_status
autocovariance (gateway_call *call)
{
  codec_matrices given;
  equation_matrices matrices;
  const double *lag;
  size_t count;
  double error = 0.0;
  support_status status = codec_get_matrices (call->input[0], call->input[1],
                                              &given, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_get_push (&given, call->input[2], &matrices, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[3], "the lags", &lag, &count,
                            &call->failure);
  if (status == SUPPORT_OK)
    {
      const mwSize n = (mwSize) matrices.states;
      const mwSize size[3] = { n, n, (mwSize) count };
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "", false);
      call->output[0] = mxCreateNumericArray (3, size, mxDOUBLE_CLASS, mxREAL);
      status = equation_matrices_autocovariance (
          &matrices, lag, count, mxGetPr (call->output[0]), &error, &hooks,
          &call->failure);
    }
  if (status == SUPPORT_OK)
    call->output[1] = mxCreateDoubleScalar (error);
  codec_matrices_free (&given);
  return status;
}

/* (matrices, delays, diffusion, frequencies) -> real and imaginary parts of
   the densities (states by states by frequencies) */
static support_status
spectrum (gateway_call *call)
{
  codec_matrices given;
  equation_matrices matrices;
  const double *frequency;
  double complex *value = NULL;
  size_t count;
  support_status status = codec_get_matrices (call->input[0], call->input[1],
                                              &given, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_get_push (&given, call->input[2], &matrices, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[3], "the frequencies", &frequency,
                            &count, &call->failure);
  if (status == SUPPORT_OK)
    {
      const size_t n = matrices.states, places = n * n * count;
      const mwSize size[3] = { (mwSize) n, (mwSize) n, (mwSize) count };
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "", false);
      call->output[0] = mxCreateNumericArray (3, size, mxDOUBLE_CLASS, mxREAL);
      call->output[1] = mxCreateNumericArray (3, size, mxDOUBLE_CLASS, mxREAL);
      value = calloc (places + 1, sizeof *value);
      status = value ? equation_matrices_spectrum (
                   &matrices, frequency, count, value, &hooks, &call->failure)
                     : support_fail_memory (&call->failure);
      for (size_t k = 0; status == SUPPORT_OK && k < places; k++)
        {
          mxGetPr (call->output[0])[k] = creal (value[k]);
          mxGetPr (call->output[1])[k] = cimag (value[k]);
        }
    }
  free (value);
  codec_matrices_free (&given);
  return status;
}

/* (equation, times, start) -> variance with its coupling, error */
static support_status
coupled_variance (gateway_call *call)
{
  codec_equation equation;
  const double *time, *start;
  size_t count = 0, starts = 0;
  double error;
  support_status status =
      codec_get_light_equation (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  const size_t n = equation.system.modes;
  status = codec_numbers (call->input[1], "the times", &time, &count,
                          &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[2], "the start", &start, &starts,
                            &call->failure);
  if (status == SUPPORT_OK && starts != n)
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the start must have one number for each mode");
  if (status == SUPPORT_OK)
    {
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "", false);
      call->output[0] =
          mxCreateDoubleMatrix ((mwSize) n, (mwSize) count, mxREAL);
      status = equation_variance_at (&equation.system, start, time, count,
                                     mxGetPr (call->output[0]), &error, &hooks,
                                     &call->failure);
    }
  if (status == SUPPORT_OK)
    call->output[1] = mxCreateDoubleScalar (error);
  codec_equation_free (&equation);
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "simulate", 2, 1, simulate },
    { "simulate-matrices", 4, 1, simulate_matrices },
    { "history-points", 0, 1, history_points },
    { "respond", 6, 3, respond },
    { "respond-matrices", 8, 3, respond_matrices },
    { "covariance", 3, 3, covariance },
    { "autocovariance", 4, 2, autocovariance },
    { "spectrum", 4, 2, spectrum },
    { "coupled-variance", 3, 2, coupled_variance },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
