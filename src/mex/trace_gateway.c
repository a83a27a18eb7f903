/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_trace__: logs of real runs.  */
#include "codec.h"
#include "gateway.h"
#include "trace/trace.h"

#include <math.h>

static support_status
get_kind (const mxArray *array, trace_kind *kind, support_failure *failure)
{
  char text[32];
  const support_status status =
      codec_string (array, "the kind", text, sizeof text, failure);
  return status == SUPPORT_OK ? trace_kind_named (text, kind, failure) : status;
}

/* What asgd_trace tells of a log.  */
static mxArray *
put_summary (const trace_log *log, const trace_summary *summary)
{
  static const char *fields[] = {
    "kind",   "workers",  "rows",     "unfinished", "duration",   "throughput",
    "busy",   "overlaps", "versions", "agreement",  "cycle_mean", "cycle_cv2",
    "cycles", "counts",   "mean",     "variance"
  };
  const double values[] = {
    (double) log->workers,     (double) summary->rows, (double) log->unfinished,
    summary->duration,         summary->rate,          summary->busy,
    (double) summary->overlaps
  };
  mxArray *array = mxCreateStructMatrix (1, 1, 16, fields);
  mxSetField (array, 0, "kind",
              mxCreateString (trace_kind_name_at (log->kind)));
  for (int k = 0; k < 7; k++)
    mxSetField (array, 0, fields[k + 1], mxCreateDoubleScalar (values[k]));
  mxSetField (array, 0, "versions", mxCreateLogicalScalar (log->versions));
  mxSetField (array, 0, "agreement", mxCreateDoubleScalar (log->agreement));
  mxSetField (array, 0, "cycle_mean",
              mxCreateDoubleScalar (summary->cycle_mean));
  mxSetField (array, 0, "cycle_cv2", mxCreateDoubleScalar (summary->cycle_cv2));
  mxSetField (array, 0, "cycles",
              codec_put_numbers (1, summary->cycle ? summary->rows : 0,
                                 summary->cycle));
  mxSetField (array, 0, "counts",
              codec_put_numbers (1, summary->size, summary->count));
  mxSetField (array, 0, "mean", mxCreateDoubleScalar (summary->staleness_mean));
  mxSetField (array, 0, "variance",
              mxCreateDoubleScalar (summary->staleness_variance));
  return array;
}

/* The gradients to leave out: NaN for up to 200 but no more than a fifth.  */
static support_status
get_discard (const mxArray *array, const trace_log *log, size_t *discard,
             support_failure *failure)
{
  double value;
  const support_status status =
      codec_scalar (array, "discard", &value, failure);
  if (status != SUPPORT_OK || ! isnan (value))
    return status == SUPPORT_OK
               ? codec_size (array, "discard", discard, failure)
               : status;
  *discard = log->count / 5 < 200 ? log->count / 5 : 200;
  return SUPPORT_OK;
}

static support_status
summarise (gateway_call *call, const trace_log *log, const mxArray *discarded)
{
  trace_summary summary = { .cycle = NULL };
  size_t discard = 0;
  support_status status =
      get_discard (discarded, log, &discard, &call->failure);
  if (status == SUPPORT_OK)
    status = trace_summarise (log, discard, &summary, &call->failure);
  if (status == SUPPORT_OK)
    {
      call->output[0] = put_summary (log, &summary);
      call->output[1] = mxCreateDoubleScalar ((double) discard);
    }
  trace_summary_clear (&summary);
  return status;
}

/* (path, kind, discard) -> summary, discarded */
static support_status
read (gateway_call *call)
{
  char path[4096];
  trace_kind kind;
  trace_log log = { .gradient = NULL };
  support_status status = codec_string (call->input[0], "the name of the file",
                                        path, sizeof path, &call->failure);
  if (status == SUPPORT_OK)
    status = get_kind (call->input[1], &kind, &call->failure);
  if (status == SUPPORT_OK)
    status = trace_read (path, kind, &log, &call->failure);
  if (status == SUPPORT_OK)
    status = summarise (call, &log, call->input[2]);
  trace_log_clear (&log);
  return status;
}

/* (matrix, kind, discard) -> summary, discarded */
static support_status
matrix (gateway_call *call)
{
  const double *values;
  size_t count;
  trace_kind kind;
  trace_log log = { .gradient = NULL };
  support_status status = codec_numbers (call->input[0], "the log", &values,
                                         &count, &call->failure);
  if (status == SUPPORT_OK && mxGetNumberOfDimensions (call->input[0]) != 2)
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the log must be a matrix");
  if (status == SUPPORT_OK)
    status = get_kind (call->input[1], &kind, &call->failure);
  if (status == SUPPORT_OK)
    status =
        trace_from_matrix (values, mxGetM (call->input[0]),
                           mxGetN (call->input[0]), kind, &log, &call->failure);
  if (status == SUPPORT_OK)
    status = summarise (call, &log, call->input[2]);
  trace_log_clear (&log);
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "read", 3, 2, read },
    { "matrix", 3, 2, matrix },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
