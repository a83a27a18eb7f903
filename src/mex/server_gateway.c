/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_server__: asgd_simulate's way into core/server.  */
#include "codec.h"
#include "codec_identity.h"
#include "codec_objective.h"
#include "gateway.h"
#include "server/server.h"

#include <stdlib.h>
#include <string.h>

/* ---- in -------------------------------------------------------------- */

static const char *const name = "options";

/* EXPECTED numbers, or NULL for none.  */
static support_status
get_optional (const mxArray *options, const char *field, size_t expected,
              const double **values, support_failure *failure)
{
  size_t count;
  const support_status status =
      codec_numbers_field (options, name, field, values, &count, failure);
  if (status == SUPPORT_OK && count == 0)
    {
      *values = NULL;
      return SUPPORT_OK;
    }
  return status == SUPPORT_OK ? codec_counted_field (options, name, field,
                                                     expected, values, failure)
                              : status;
}

/* How the rate changes, and what else to note.  */
static support_status
get_extras (const mxArray *options, server_plan *plan, support_failure *failure)
{
  support_status status =
      codec_flag_field (options, name, "cold", &plan->cold, failure);
  if (status == SUPPORT_OK)
    status = codec_numbers_field (options, name, "from", &plan->schedule_from,
                                  &plan->schedule_count, failure);
  if (status == SUPPORT_OK)
    status = codec_counted_field (options, name, "factor", plan->schedule_count,
                                  &plan->schedule_factor, failure);
  if (status == SUPPORT_OK)
    status = codec_numbers_field (options, name, "quantiles", &plan->quantile,
                                  &plan->quantiles, failure);
  if (status == SUPPORT_OK)
    status = codec_flag_field (options, name, "events", &plan->events, failure);
  return status;
}

/* The rows of options.replay: worker from 1, start, time, staleness; NUMBERS is
   what the plan then points to: free it.  */
static support_status
get_replay (const mxArray *options, double **numbers, server_plan *plan,
            support_failure *failure)
{
  const double *given;
  size_t count;
  support_status status =
      codec_numbers_field (options, name, "replay", &given, &count, failure);
  if (status != SUPPORT_OK || count == 0)
    return status;
  const size_t rows = count / 4;
  if (count % 4 != 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "the replay must have four columns");
  *numbers = support_doubles (count);
  if (! *numbers)
    return support_fail_memory (failure);
  for (size_t k = 0; k < rows; k++)
    (*numbers)[k] = given[k] - 1.0;
  memcpy (*numbers + rows, given + rows, 3 * rows * sizeof **numbers);
  plan->replay = (server_replay){ .count = rows,
                                  .worker = *numbers,
                                  .start = *numbers + rows,
                                  .time = *numbers + 2 * rows,
                                  .staleness = *numbers + 3 * rows };
  return SUPPORT_OK;
}

enum
{
  FILE_NAME = 4096 /* characters, more than any system has */
};

/* *FILE is what the plan then points to; free it.  */
static support_status
get_checkpoint (const gateway_call *call, char **file, server_plan *plan,
                support_failure *failure)
{
  /* What may differ between a run and the one it goes on from.  */
  static const char *const leave_out[] = { "checkpoint", "checkpoint_interval",
                                           "threads",    "progress",
                                           "partial",    NULL };
  const mxArray *options = call->input[2], *text;
  support_status status =
      codec_field (options, name, "checkpoint", &text, failure);
  if (status != SUPPORT_OK || mxIsEmpty (text))
    return status;
  *file = malloc (FILE_NAME);
  if (! *file)
    return support_fail_memory (failure);
  status = codec_string (text, "checkpoint", *file, FILE_NAME, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (options, name, "checkpoint_interval",
                                 &plan->interval, failure);
  plan->checkpoint = *file;
  plan->identity[0] = codec_identity (call->input[0], NULL);
  plan->identity[1] = codec_identity (call->input[1], NULL);
  plan->identity[2] = codec_identity (options, leave_out);
  return status;
}

static support_status
get_plan (const mxArray *options, size_t dimension, server_plan *plan,
          bool *progress, support_failure *failure)
{
  size_t seed = 0;
  support_status status =
      codec_size_field (options, name, "paths", &plan->paths, failure);
  if (status == SUPPORT_OK)
    status = codec_counted_field (options, name, "start", dimension,
                                  &plan->start, failure);
  if (status == SUPPORT_OK)
    status =
        codec_scalar_field (options, name, "horizon", &plan->horizon, failure);
  if (status == SUPPORT_OK)
    status =
        codec_size_field (options, name, "updates", &plan->updates, failure);
  if (status == SUPPORT_OK)
    status = codec_numbers_field (options, name, "record", &plan->record,
                                  &plan->records, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "idle", &plan->idle, failure);
  if (status == SUPPORT_OK)
    status =
        codec_scalar_field (options, name, "warmup", &plan->warmup, failure);
  if (status == SUPPORT_OK)
    status =
        codec_scalar_field (options, name, "target", &plan->target, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (options, name, "noise_level", &plan->noise,
                                 failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "check", &plan->check, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "coordinates", &plan->coordinates,
                               failure);
  if (status == SUPPORT_OK && plan->coordinates > dimension)
    status = support_fail (failure, SUPPORT_INVALID,
                           "more coordinates than parameters");
  if (status == SUPPORT_OK)
    status = get_optional (options, "directions", dimension * plan->coordinates,
                           &plan->directions, failure);
  if (status == SUPPORT_OK)
    status =
        get_optional (options, "origin", dimension, &plan->origin, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (options, name, "seed", &seed, failure);
  if (status == SUPPORT_OK)
    status =
        codec_size_field (options, name, "threads", &plan->threads, failure);
  if (status == SUPPORT_OK)
    status =
        codec_flag_field (options, name, "partial", &plan->partial, failure);
  if (status == SUPPORT_OK)
    status = codec_flag_field (options, name, "progress", progress, failure);
  plan->seed = seed;
  return status;
}

/* ---- out ------------------------------------------------------------- */

/* How many gradients of each class (down) had each staleness, as shares of all
   of that class.  */
static mxArray *
put_shares (const uint64_t *counts, size_t classes, size_t length)
{
  mxArray *array =
      mxCreateDoubleMatrix ((mwSize) classes, (mwSize) length, mxREAL);
  double *share = mxGetPr (array);
  for (size_t c = 0; c < classes; c++)
    {
      double all = 0.0;
      for (size_t i = 0; i < length; i++)
        all += (double) counts[i * classes + c];
      for (size_t i = 0; i < length; i++)
        share[i * classes + c] = (double) counts[i * classes + c] / all;
    }
  return array;
}

/* In the columns that asgd_trace reads.  */
static mxArray *
put_events (const server_result *result)
{
  const size_t rows = result->events;
  mxArray *array =
      mxCreateDoubleMatrix ((mwSize) rows, rows > 0 ? 5 : 0, mxREAL);
  double *column = mxGetPr (array);
  for (size_t i = 0; i < rows; i++)
    {
      const server_listed *event = &result->event[i];
      column[i] = (double) (event->worker + 1);
      column[rows + i] = event->start;
      column[2 * rows + i] = event->end;
      column[3 * rows + i] = (double) event->read;
      column[4 * rows + i] = (double) event->applied;
    }
  return array;
}

static mxArray *
put_result (const server_result *result, bool tested)
{
  static const char *fields[] = { "t",
                                  "loss",
                                  "loss_se",
                                  "mean",
                                  "variance",
                                  "updates",
                                  "uploads",
                                  "accepted",
                                  "rate",
                                  "staleness",
                                  "hit",
                                  "check",
                                  "model",
                                  "paths",
                                  "versions",
                                  "stopped",
                                  "accuracy",
                                  "accuracy_se",
                                  "class_staleness",
                                  "queue",
                                  "quantiles",
                                  "events" };
  mxArray *array = mxCreateStructMatrix (
      1, 1, (int) (sizeof fields / sizeof *fields), fields);
  const size_t records = result->records, modes = result->coordinates;
  const size_t dimension = result->model ? result->dimension : 0;

  mxSetField (array, 0, "t", codec_put_numbers (1, records, result->time));
  mxSetField (array, 0, "loss", codec_put_numbers (1, records, result->loss));
  mxSetField (array, 0, "loss_se",
              codec_put_numbers (1, records, result->loss_error));
  mxSetField (array, 0, "mean",
              codec_put_numbers (modes, records, result->mean));
  mxSetField (array, 0, "variance",
              codec_put_numbers (modes, records, result->variance));
  mxSetField (array, 0, "updates",
              codec_put_numbers (1, records, result->updates));
  mxSetField (array, 0, "uploads",
              codec_put_numbers (1, records, result->uploads));
  mxSetField (array, 0, "accepted", mxCreateDoubleScalar (result->accepted));
  mxSetField (array, 0, "rate", mxCreateDoubleScalar (result->rate));
  mxSetField (array, 0, "staleness",
              put_shares (result->staleness, 1, result->staleness_count));
  mxSetField (array, 0, "class_staleness",
              put_shares (result->class_staleness, result->classes,
                          result->staleness_count));
  mxSetField (array, 0, "queue", codec_put_numbers (1, records, result->queue));
  mxSetField (array, 0, "quantiles",
              codec_put_numbers (result->quantiles,
                                 result->quantiles ? records : 0,
                                 result->quantile));
  mxSetField (array, 0, "events", put_events (result));
  mxSetField (array, 0, "hit",
              codec_put_numbers (1, result->paths, result->hit));
  mxSetField (array, 0, "check", mxCreateDoubleScalar ((double) result->check));
  mxSetField (array, 0, "model",
              codec_put_numbers (dimension, dimension ? 1 : 0, result->model));
  mxSetField (array, 0, "paths", mxCreateDoubleScalar ((double) result->paths));
  mxSetField (array, 0, "versions",
              mxCreateDoubleScalar ((double) result->versions));
  mxSetField (array, 0, "stopped", mxCreateLogicalScalar (result->stopped));
  mxSetField (
      array, 0, "accuracy",
      codec_put_numbers (tested, tested ? records : 0, result->accuracy));
  mxSetField (
      array, 0, "accuracy_se",
      codec_put_numbers (tested, tested ? records : 0, result->accuracy_error));
  return array;
}

/* ---- commands -------------------------------------------------------- */

/* run = simulate (system, problem, options)  */
static support_status
simulate (gateway_call *call)
{
  codec_system system = { .class = NULL };
  objective *problem = NULL;
  server_plan plan = { .paths = 0 };
  server_result *result = NULL;
  char *file = NULL;
  double *replay = NULL;
  gateway_progress line;
  bool progress = false;
  support_status status =
      codec_get_system (call->input[0], &system, &call->failure);

  if (status == SUPPORT_OK)
    status = codec_get_objective (call->input[1], &problem, &call->failure);
  if (status == SUPPORT_OK)
    status = get_plan (call->input[2], objective_dimension (problem), &plan,
                       &progress, &call->failure);
  if (status == SUPPORT_OK)
    status = get_extras (call->input[2], &plan, &call->failure);
  if (status == SUPPORT_OK)
    status = get_replay (call->input[2], &replay, &plan, &call->failure);
  if (status == SUPPORT_OK)
    status = get_checkpoint (call, &file, &plan, &call->failure);
  if (status == SUPPORT_OK)
    {
      const support_hooks hooks =
          gateway_hooks (&line, "asgd_simulate", progress);
      status = server_simulate (&system.description, problem, &plan, &hooks,
                                &result, &call->failure);
      gateway_progress_end (&line);
    }
  if (status == SUPPORT_OK)
    {
      if (result->stopped)
        gateway_interrupt_answered ();
      call->output[0] = put_result (result, objective_tests (problem) > 0);
    }
  server_result_free (result);
  free (file);
  free (replay);
  objective_free (problem);
  codec_system_free (&system);
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command table[] = { { "simulate", 3, 1, simulate },
                                           { NULL, 0, 0, NULL } };
  gateway_run (table, nlhs, plhs, nrhs, prhs);
}
