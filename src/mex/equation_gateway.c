/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_equation__: coefficients, moments and the expected loss.  */
#include "codec.h"
#include "codec_equation.h"
#include "codec_paths.h"
#include "equation/respond.h"
#include "gateway.h"

#include <math.h>
#include <stdlib.h>
#include <stdlib.h>

/* (system, model, order or 0 for the best, eigenvalues, noise variances, extra
   variance away from the minimum: a column or a matrix) -> alpha, damping,
   correction, diffusion, coupling, [order, rate, uploads], delay, [u, sigma,
   finished gradients per unit time] of a trigger */
static support_status
coefficients (gateway_call *call)
{
  codec_system system = { .class = NULL };
  staleness_law staleness = { .size = 0 };
  staleness_model model = STALENESS_RENEWAL;
  const double *lambda = NULL, *noise = NULL, *extra = NULL;
  char text[32];
  size_t n = 0, noises = 0, extras = 0, order = 0;
  support_status status =
      codec_get_system (call->input[0], &system, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_string (call->input[1], "the model", text, sizeof text,
                           &call->failure);
  if (status == SUPPORT_OK)
    status = staleness_model_named (text, &model, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_size (call->input[2], "the order", &order, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[3], "the eigenvalues", &lambda, &n,
                            &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[4], "the noise", &noise, &noises,
                            &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[5], "the coupling", &extra, &extras,
                            &call->failure);
  /* A trigger couples all modes.  */
  const bool given = extras == n * n && n > 1;
  const bool triggered = system.description.trigger > 0.0;
  const bool coupled = given || (triggered && n > 1);
  if (status == SUPPORT_OK && (noises != n || ! (given || extras == n)))
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the noise must have one number for each mode");
  if (status == SUPPORT_OK)
    status = equation_check_trigger (&system.description, n, noise, extra,
                                     extras, &call->failure);
  system.description.dimension = n;
  if (status == SUPPORT_OK)
    status = staleness_solve (&system.description, model, &staleness,
                              &call->failure);
  if (status == SUPPORT_OK && ! staleness.delay)
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the law of the delay has no closed form where "
                           "gradients share the uplink; use asgd_simulate");
  if (status == SUPPORT_OK)
    {
      const double rate = system.description.rate;
      double *column[4];
      if (order == 0)
        order = (size_t) equation_best_order (&staleness);
      for (int k = 0; k < 4; k++)
        {
          call->output[k] = mxCreateDoubleMatrix ((mwSize) n, 1, mxREAL);
          column[k] = mxGetPr (call->output[k]);
        }
      for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
        {
          equation_coefficients mode;
          status = equation_mode (&staleness, rate, lambda[i], noise[i],
                                  (int) order, &mode, &call->failure);
          if (status != SUPPORT_OK)
            break;
          column[0][i] = mode.alpha;
          column[1][i] = mode.damping;
          column[2][i] = mode.correction;
          column[3][i] = sqrt (mode.intensity);
        }
      call->output[4] =
          mxCreateDoubleMatrix ((mwSize) n, (mwSize) (coupled ? n : 1), mxREAL);
      /* There is none beside a trigger.  */
      double *none = NULL;
      if (coupled && ! given)
        none = support_doubles (n * n);
      if (coupled && ! given && ! none)
        status = support_fail_memory (&call->failure);
      else
        equation_coupling (&staleness, rate, n, column[0],
                           given || ! coupled ? extra : none, coupled,
                           mxGetPr (call->output[4]));
      free (none);
      const bool alone = ! isfinite (system.description.threshold)
                         && system.description.weight == SYSTEM_WEIGHT_NONE;
      const double trigger[3] = { system.description.trigger,
                                  n > 0 ? sqrt (noise[0]) : 0.0,
                                  alone ? staleness.rate / staleness.sent
                                        : NAN };
      const double facts[3] = { (double) order, staleness.rate,
                                staleness.uploads };
      call->output[5] = codec_put_numbers (1, 3, facts);
      call->output[6] = codec_put_law (staleness.delay);
      call->output[7] = codec_put_numbers (1, 3, trigger);
    }
  staleness_law_clear (&staleness);
  codec_system_free (&system);
  return status;
}

/* (equation) -> variance, energy, spectral radius */
static support_status
stationary (gateway_call *call)
{
  codec_equation equation;
  double radius;
  support_status status =
      codec_get_equation (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  for (int k = 0; k < 2; k++)
    call->output[k] =
        mxCreateDoubleMatrix ((mwSize) equation.system.modes, 1, mxREAL);
  status =
      equation_stationary (&equation.system, mxGetPr (call->output[0]),
                           mxGetPr (call->output[1]), &radius, &call->failure);
  if (status == SUPPORT_OK)
    call->output[2] = mxCreateDoubleScalar (radius);
  codec_equation_free (&equation);
  return status;
}

/* An equation with its loss.  */
static support_status
get_with_loss (const mxArray *array, codec_equation *equation,
               equation_loss *loss, support_failure *failure)
{
  support_status status = codec_get_equation (array, equation, failure);
  if (status == SUPPORT_OK)
    {
      status = codec_get_loss (array, equation, loss, failure);
      if (status != SUPPORT_OK)
        codec_equation_free (equation);
    }
  return status;
}

/* (equation) -> limit of the expected loss */
static support_status
loss_floor (gateway_call *call)
{
  codec_equation equation;
  equation_loss loss;
  double floor;
  support_status status =
      get_with_loss (call->input[0], &equation, &loss, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  status =
      equation_loss_floor (&equation.system, &loss, &floor, &call->failure);
  if (status == SUPPORT_OK)
    call->output[0] = mxCreateDoubleScalar (floor);
  codec_equation_free (&equation);
  return status;
}

/* (equation, times, show progress) -> loss (row), mean and variance (modes by
   times), error, gradients sent under a trigger (row) */
static support_status
expected_loss (gateway_call *call)
{
  codec_equation equation;
  equation_loss loss;
  gateway_progress progress;
  const double *time;
  size_t count;
  bool asked;
  double error;
  support_status status =
      get_with_loss (call->input[0], &equation, &loss, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  status = codec_numbers (call->input[1], "the times", &time, &count,
                          &call->failure);
  if (status == SUPPORT_OK)
    status = codec_flag (call->input[2], "progress", &asked, &call->failure);
  if (status == SUPPORT_OK)
    {
      const support_hooks hooks =
          gateway_hooks (&progress, "expected loss", asked);
      const mwSize rows[3] = { 1, (mwSize) equation.system.modes,
                               (mwSize) equation.system.modes };
      for (int k = 0; k < 3; k++)
        call->output[k] =
            mxCreateDoubleMatrix (rows[k], (mwSize) count, mxREAL);
      call->output[4] = mxCreateDoubleMatrix (1, (mwSize) count, mxREAL);
      status = equation_expected_loss (
          &equation.system, &loss, time, count, mxGetPr (call->output[0]),
          mxGetPr (call->output[1]), mxGetPr (call->output[2]),
          mxGetPr (call->output[4]), &error, &hooks, &call->failure);
      gateway_progress_end (&progress);
      call->output[3] = mxCreateDoubleScalar (error);
    }
  codec_equation_free (&equation);
  return status;
}

/* (equation, target) -> time */
static support_status
time_to_target (gateway_call *call)
{
  codec_equation equation;
  equation_loss loss;
  gateway_progress progress;
  double target, time;
  support_status status =
      get_with_loss (call->input[0], &equation, &loss, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  status = codec_scalar (call->input[1], "the target", &target, &call->failure);
  if (status == SUPPORT_OK)
    {
      const support_hooks hooks =
          gateway_hooks (&progress, "time to target", false);
      status = equation_time_to_target (&equation.system, &loss, target, &time,
                                        &hooks, &call->failure);
    }
  if (status == SUPPORT_OK)
    call->output[0] = mxCreateDoubleScalar (time);
  codec_equation_free (&equation);
  return status;
}

/* (equation, options) -> struct of what was simulated */
static support_status
simulate (gateway_call *call)
{
  codec_equation equation;
  codec_paths codec;
  equation_paths paths = { .value = NULL };
  gateway_progress line;
  support_status status =
      codec_get_equation (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  status = codec_get_paths (call->input[1], equation.system.modes, 1, &codec,
                            &call->failure);
  if (status == SUPPORT_OK)
    {
      support_hooks hooks =
          gateway_hooks (&line, "simulating paths", codec.progress);
      codec_paths_watch (&codec, &hooks);
      status = equation_paths_run (&equation.system, NULL, &codec.plan, &hooks,
                                   &paths, &call->failure);
      codec_paths_unwatch (&codec);
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
  codec_equation_free (&equation);
  return status;
}

/* () -> points of a cell of a history */
static support_status
history_points (gateway_call *call)
{
  double point[EQUATION_HISTORY_POINTS];
  equation_history_points (point);
  call->output[0] = codec_put_numbers (1, EQUATION_HISTORY_POINTS, point);
  return SUPPORT_OK;
}

/* (equation, times, start, before, past: modes by points, width of its cells)
   -> mean, variance (modes by times) of modes without coupling, error */
static support_status
respond (gateway_call *call)
{
  codec_equation equation;
  const double *number[4];
  size_t count[4] = { 0 };
  double width = 0.0, worst = 0.0;
  support_status status =
      codec_get_equation (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  const size_t n = equation.system.modes;
  for (int k = 0; status == SUPPORT_OK && k < 4; k++)
    {
      static const char *const name[] = { "the times", "the start", "the past",
                                          "the history" };
      status = codec_numbers (call->input[k + 1], name[k], &number[k],
                              &count[k], &call->failure);
    }
  if (status == SUPPORT_OK)
    status = codec_scalar (call->input[5], "the width", &width, &call->failure);
  if (status == SUPPORT_OK
      && (count[1] != n || count[2] != n
          || count[3] % (n * EQUATION_HISTORY_POINTS) != 0))
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the history must have one row for each mode");
  double *scratch = support_doubles (2 * count[0] + count[3] / n + 1);
  if (status == SUPPORT_OK && ! scratch)
    status = support_fail_memory (&call->failure);
  for (int k = 0; status == SUPPORT_OK && k < 2; k++)
    call->output[k] =
        mxCreateDoubleMatrix ((mwSize) n, (mwSize) count[0], mxREAL);
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      const equation_system *system = &equation.system;
      const double instant = -system->decay[i], delayed = -system->damping[i];
      const double push = sqrt (system->intensity[i]);
      const equation_matrices matrices = {
        1, 1, 1, &instant, &delayed, &push, &system->delay
      };
      double *mean = scratch, *variance = scratch + count[0];
      double *past = variance + count[0], error = 0.0;
      const equation_history history = { &number[1][i], &number[2][i],
                                         count[3]
                                             / (n * EQUATION_HISTORY_POINTS),
                                         width, past };
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "", false);
      for (size_t k = 0; k < count[3] / n; k++)
        past[k] = number[3][i + n * k];
      status = equation_respond (&matrices, system->correction[i], &history,
                                 number[0], count[0], mean, variance, &error,
                                 &hooks, &call->failure);
      for (size_t k = 0; status == SUPPORT_OK && k < count[0]; k++)
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

/* (equation, times, start) -> variance with its coupling, error */
static support_status
coupled_variance (gateway_call *call)
{
  codec_equation equation;
  const double *time, *start;
  size_t count = 0, starts = 0;
  double error;
  support_status status =
      codec_get_equation (call->input[0], &equation, &call->failure);
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
    { "coefficients", 6, 8, coefficients },
    { "stationary", 1, 3, stationary },
    { "loss-floor", 1, 1, loss_floor },
    { "expected-loss", 3, 5, expected_loss },
    { "time-to-target", 2, 1, time_to_target },
    { "simulate", 2, 1, simulate },
    { "history-points", 0, 1, history_points },
    { "respond", 6, 3, respond },
    { "coupled-variance", 3, 2, coupled_variance },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
