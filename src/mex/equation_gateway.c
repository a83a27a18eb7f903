/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_equation__: coefficients, moments and the expected loss.  */
#include "codec.h"
#include "codec_equation.h"
#include "gateway.h"

#include <math.h>
#include <stdlib.h>

static mxArray *
put_pairs (const pairs_model *model)
{
  static const char *fields[] = { "workers", "start", "transition",
                                  "accepted" };
  const size_t classes = pairs_classes (model);
  mxArray *array = mxCreateStructMatrix ((mwSize) classes, 1, 4, fields);
  for (size_t c = 0; c < classes; c++)
    {
      const pairs_class class = pairs_class_at (model, c);
      mxSetField (array, (mwIndex) c, "workers",
                  mxCreateDoubleScalar ((double) class.workers));
      mxSetField (array, (mwIndex) c, "start",
                  codec_put_numbers (1, class.phases, class.start));
      mxSetField (
          array, (mwIndex) c, "transition",
          codec_put_numbers (class.phases, class.phases, class.transition));
      mxSetField (array, (mwIndex) c, "accepted",
                  codec_put_numbers (1, class.phases, class.accepted));
    }
  return array;
}

/* (system, model, order or 0 for the best, eigenvalues, noise variances, extra
   variance away from the minimum: a column or a matrix) -> alpha, damping,
   correction, diffusion, coupling, [order, rate, uploads, cycles are exact],
   delay, [u, sigma, finished gradients per unit time] of a trigger, workers of
   the pair closure ([] below order 3), inertia, [momentum, dispersion of the
   updates], law of the staleness with momentum */
static support_status
coefficients (gateway_call *call)
{
  codec_system system = { .class = NULL };
  staleness_law staleness = { .size = 0 };
  pairs_model *pairs = NULL;
  equation_assembly made = { .alpha = NULL };
  bool exact = true;
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
  if (status == SUPPORT_OK && model == STALENESS_TRACE)
    status = codec_get_record (call->input[0], &system, &call->failure);
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
  const bool given = extras == n * n && n > 1;
  const bool coupled = given || (system.description.trigger > 0.0 && n > 1);
  const equation_problem problem = { .modes = n,
                                     .curvature = lambda,
                                     .noise = noise,
                                     .extra = extra,
                                     .coupled = given };
  if (status == SUPPORT_OK && (noises != n || ! (given || extras == n)))
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the noise must have one number for each mode");
  if (status == SUPPORT_OK)
    status = equation_check_trigger (&system.description, n, noise, extra,
                                     extras, &call->failure);
  system.description.dimension = n;
  if (status == SUPPORT_OK)
    {
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "staleness", false);
      status = staleness_solve (
          &system.description,
          staleness_cheapest_model (&system.description, model), &hooks,
          &staleness, &call->failure);
    }
  if (status == SUPPORT_OK && (order == 0 || order == 3) && ! given)
    status = equation_pairs_create (
        &system.description, &staleness,
        order ? PAIRS_MOST_PHASES : EQUATION_DEFAULT_PHASES,
        EQUATION_DEFAULT_PHASES, &pairs, &exact, &call->failure);
  if (status == SUPPORT_OK && order == 3 && ! pairs)
    status = support_fail (
        &call->failure, SUPPORT_INVALID,
        "order 3 stands for async and lossy, also with a threshold to drop at "
        "or a trigger, without deadline, weight, busy uplink or momentum, for "
        "cycles of phase type (%d phases in all) or of 1/%d <= cv2 < Inf and "
        "modes not coupled; use order 1 or 2",
        PAIRS_MOST_PHASES, 2 * EQUATION_DEFAULT_PHASES);
  if (status == SUPPORT_OK && order == 0)
    order = pairs ? 3 : (size_t) equation_best_order (&staleness);
  if (status == SUPPORT_OK)
    status = equation_assemble (&system.description, &staleness, pairs,
                                (int) order, &problem, &made, &call->failure);
  if (status == SUPPORT_OK)
    {
      const equation_system *eq = &made.system;
      const double *column[] = { made.alpha, eq->damping, eq->correction };
      const double facts[4] = { (double) order, staleness.rate,
                                staleness.uploads, exact };
      const double trigger[3] = { eq->trigger.level, eq->trigger.deviation,
                                  eq->trigger.attempts };
      for (int k = 0; k < 3; k++)
        call->output[k] = codec_put_numbers (n, 1, column[k]);
      call->output[3] = codec_put_numbers (n, 1, eq->intensity);
      for (size_t i = 0; i < n; i++)
        mxGetPr (call->output[3])[i] = sqrt (eq->intensity[i]);
      call->output[4] = codec_put_numbers (n, coupled ? n : 1, eq->coupling);
      call->output[5] = codec_put_numbers (1, 4, facts);
      call->output[6] = codec_put_law (staleness.delay);
      call->output[7] = codec_put_numbers (1, 3, trigger);
      call->output[8] =
          pairs ? put_pairs (pairs) : mxCreateDoubleMatrix (0, 0, mxREAL);
      const equation_ball *ball = eq->ball;
      const double momentum[2] = { system.description.momentum,
                                   ball ? ball->dispersion : NAN };
      call->output[9] = codec_put_numbers (n, 1, eq->inertia);
      call->output[10] = codec_put_numbers (1, 2, momentum);
      call->output[11] = codec_put_numbers (ball ? 1 : 0, ball ? ball->size : 0,
                                            ball ? ball->q : NULL);
    }
  equation_assembly_free (&made);
  pairs_free (pairs);
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

/* (equation, frequencies) -> densities (modes by frequencies) */
static support_status
spectrum (gateway_call *call)
{
  codec_equation equation;
  const double *frequency;
  size_t count;
  support_status status =
      codec_get_light_equation (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  status = codec_numbers (call->input[1], "the frequencies", &frequency, &count,
                          &call->failure);
  if (status == SUPPORT_OK)
    {
      call->output[0] = mxCreateDoubleMatrix ((mwSize) equation.system.modes,
                                              (mwSize) count, mxREAL);
      status = equation_spectrum (&equation.system, frequency, count,
                                  mxGetPr (call->output[0]), &call->failure);
    }
  codec_equation_free (&equation);
  return status;
}

/* (equation, lags) -> autocovariances (modes by lags), errors */
static support_status
autocovariance (gateway_call *call)
{
  codec_equation equation;
  const double *lag;
  size_t count;
  support_status status =
      codec_get_light_equation (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  status =
      codec_numbers (call->input[1], "the lags", &lag, &count, &call->failure);
  if (status == SUPPORT_OK)
    {
      const mwSize n = (mwSize) equation.system.modes;
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "", false);
      call->output[0] = mxCreateDoubleMatrix (n, (mwSize) count, mxREAL);
      call->output[1] = mxCreateDoubleMatrix (n, 1, mxREAL);
      status = equation_autocovariance (
          &equation.system, lag, count, mxGetPr (call->output[0]),
          mxGetPr (call->output[1]), &hooks, &call->failure);
    }
  codec_equation_free (&equation);
  return status;
}

/* (equation) -> margin, exponents, spectral radius */
static support_status
meansquare (gateway_call *call)
{
  codec_equation equation;
  double margin = NAN, radius = NAN;
  support_status status =
      codec_get_equation (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  const size_t n = equation.system.modes;
  double *scratch = support_doubles (2 * n);
  call->output[1] = mxCreateDoubleMatrix ((mwSize) n, 1, mxREAL);
  if (! scratch)
    status = support_fail_memory (&call->failure);
  if (status == SUPPORT_OK)
    status = equation_stationary (&equation.system, scratch, scratch + n,
                                  &radius, &call->failure);
  if (status == SUPPORT_OK)
    status =
        equation_meansquare_margin (&equation.system, &margin, &call->failure);
  if (status == SUPPORT_OK)
    status = equation_meansquare_exponent (
        &equation.system, mxGetPr (call->output[1]), &call->failure);
  call->output[0] = mxCreateDoubleScalar (margin);
  call->output[2] = mxCreateDoubleScalar (radius);
  free (scratch);
  codec_equation_free (&equation);
  return status;
}

/* An equation of order 3.  */
static support_status
get_closure (const mxArray *array, codec_equation *equation,
             support_failure *failure)
{
  support_status status = codec_get_equation (array, equation, failure);
  if (status == SUPPORT_OK && ! equation->system.pairs)
    {
      codec_equation_free (equation);
      status = support_fail (failure, SUPPORT_INVALID,
                             "the equation is not of order 3");
    }
  return status;
}

/* (equation of order 3, mode from 1) -> real and imaginary parts, residuals,
   backward errors, conditions of the roots of its pair closure */
static support_status
pairs_roots_of (gateway_call *call)
{
  codec_equation equation;
  pairs_root *root = NULL;
  size_t mode = 0, count = 0;
  support_status status =
      get_closure (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  status = codec_size (call->input[1], "the mode", &mode, &call->failure);
  if (status == SUPPORT_OK && ! (mode >= 1 && mode <= equation.system.modes))
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the mode must be between 1 and %zu",
                           equation.system.modes);
  if (status == SUPPORT_OK)
    status = pairs_roots (equation.pairs, &equation.pair[mode - 1], true, &root,
                          &count, &call->failure);
  for (int k = 0; status == SUPPORT_OK && k < 5; k++)
    {
      call->output[k] = mxCreateDoubleMatrix ((mwSize) count, 1, mxREAL);
      double *column = mxGetPr (call->output[k]);
      for (size_t i = 0; i < count; i++)
        column[i] = k == 0   ? creal (root[i].s)
                    : k == 1 ? cimag (root[i].s)
                    : k == 2 ? root[i].residual
                    : k == 3 ? root[i].backward
                             : root[i].condition;
    }
  free (root);
  codec_equation_free (&equation);
  return status;
}

/* (equation of order 3) -> real and imaginary parts of the rightmost root of
   each mode */
static support_status
pairs_rightmost_of (gateway_call *call)
{
  codec_equation equation;
  support_status status =
      get_closure (call->input[0], &equation, &call->failure);
  if (status != SUPPORT_OK)
    return status;
  const size_t n = equation.system.modes;
  double complex *root = calloc (n, sizeof *root);
  gateway_progress line;
  const support_hooks hooks = gateway_hooks (&line, "", false);
  status = root ? pairs_rightmost (equation.pairs, equation.pair, n, root,
                                   &hooks, &call->failure)
                : support_fail_memory (&call->failure);
  for (int k = 0; status == SUPPORT_OK && k < 2; k++)
    {
      call->output[k] = mxCreateDoubleMatrix ((mwSize) n, 1, mxREAL);
      for (size_t i = 0; i < n; i++)
        mxGetPr (call->output[k])[i] = k ? cimag (root[i]) : creal (root[i]);
    }
  free (root);
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

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "coefficients", 6, 12, coefficients },
    { "stationary", 1, 3, stationary },
    { "spectrum", 2, 1, spectrum },
    { "autocovariance", 2, 2, autocovariance },
    { "meansquare", 1, 3, meansquare },
    { "pairs-roots", 2, 5, pairs_roots_of },
    { "pairs-rightmost", 1, 2, pairs_rightmost_of },
    { "loss-floor", 1, 1, loss_floor },
    { "expected-loss", 3, 5, expected_loss },
    { "time-to-target", 2, 1, time_to_target },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
