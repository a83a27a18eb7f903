/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_trace__: logs of real runs.  */
#include "codec.h"
#include "gateway.h"
#include "trace/trace.h"

#include <math.h>
#include <stdlib.h>

/* A trace_format with what it points to.  */
typedef struct owned_format
{
  trace_format format;
  char (*text)[64];
  const char **column;
} owned_format;

static void
format_free (owned_format *format)
{
  free (format->text);
  free (format->column);
}

/* From (kind, unit, columns): two strings and a cell of strings, which is empty
   where the log tells its columns.  Free in any case.  */
static support_status
get_format (const mxArray *const *input, owned_format *format,
            support_failure *failure)
{
  char text[32];
  *format = (owned_format){ .text = NULL };
  support_status status =
      codec_string (input[0], "the kind", text, sizeof text, failure);
  if (status == SUPPORT_OK)
    status = trace_kind_named (text, &format->format.kind, failure);
  if (status == SUPPORT_OK)
    status = codec_string (input[1], "the unit", text, sizeof text, failure);
  if (status == SUPPORT_OK)
    status = trace_unit_named (text, &format->format.unit, failure);
  const size_t columns = mxGetNumberOfElements (input[2]);
  if (status != SUPPORT_OK || columns == 0)
    return status;
  format->text = calloc (columns, sizeof *format->text);
  format->column = calloc (columns, sizeof *format->column);
  if (! format->text || ! format->column)
    return support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < columns; i++)
    {
      const mxArray *name;
      status = codec_cell (input[2], "columns", i, &name, failure);
      if (status == SUPPORT_OK)
        status = codec_string (name, "a name in columns", format->text[i],
                               sizeof *format->text, failure);
      format->column[i] = format->text[i];
    }
  format->format.columns = columns;
  format->format.column = format->column;
  return status;
}

/* What asgd_trace tells of a log.  */
static mxArray *
put_summary (const trace_log *log, const trace_summary *summary)
{
  static const char *fields[] = {
    "kind",   "workers",  "rows",     "unfinished", "duration",   "throughput",
    "busy",   "overlaps", "versions", "agreement",  "cycle_mean", "cycle_cv2",
    "cycles", "counts",   "mean",     "variance",   "unit"
  };
  const double values[] = {
    (double) log->workers,     (double) summary->rows, (double) log->unfinished,
    summary->duration,         summary->rate,          summary->busy,
    (double) summary->overlaps
  };
  mxArray *array = mxCreateStructMatrix (1, 1, 17, fields);
  mxSetField (array, 0, "kind",
              mxCreateString (trace_kind_name_at (log->kind)));
  mxSetField (array, 0, "unit",
              mxCreateString (log->unit == TRACE_UNIT_AUTO
                                  ? ""
                                  : trace_unit_name_at (log->unit)));
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

static mxArray *
put_dependence (const trace_dependence *dependence)
{
  static const char *fields[] = { "slope", "error",     "significance",
                                  "span",  "inflation", "autocorrelation" };
  const double values[] = { dependence->slope, dependence->error,
                            dependence->significance, dependence->span,
                            dependence->inflation };
  mxArray *array = mxCreateStructMatrix (1, 1, 6, fields);
  for (int k = 0; k < 5; k++)
    mxSetField (array, 0, fields[k], mxCreateDoubleScalar (values[k]));
  mxSetField (array, 0, fields[5],
              codec_put_numbers (1, TRACE_LAGS, dependence->autocorrelation));
  return array;
}

/* The workers of class CLASS: a row of numbers, or of strings.  */
static mxArray *
put_names (const trace_log *log, const trace_speeds *speeds, size_t class,
           size_t count)
{
  mxArray *array = log->name ? mxCreateCellMatrix (1, (mwSize) count)
                             : mxCreateDoubleMatrix (1, (mwSize) count, mxREAL);
  size_t k = 0;
  for (size_t w = 0; w < speeds->workers; w++)
    if (speeds->worker[w].class == class && k < count)
      {
        const double name = speeds->worker[w].name;
        if (log->name)
          mxSetCell (array, (mwIndex) k++,
                     mxCreateString (log->name[(size_t) name]));
        else
          mxGetPr (array)[k++] = name;
      }
  return array;
}

/* {classes of workers as summaries and names, dependence of the cycles}; ALL:
   they are one class.  */
static support_status
put_speeds (const trace_log *log, const trace_summary *whole, size_t discard,
            bool all, mxArray **output, support_failure *failure)
{
  trace_speeds speeds;
  support_status status = trace_find_speeds (log, discard, &speeds, failure);
  if (status == SUPPORT_OK && all)
    trace_unite_classes (&speeds);
  mxArray *parts = mxCreateCellMatrix (2, (mwSize) speeds.classes);
  for (size_t c = 0; status == SUPPORT_OK && c < speeds.classes; c++)
    {
      trace_log part = { .gradient = NULL };
      trace_summary summary = { .cycle = NULL };
      if (speeds.classes == 1)
        {
          mxSetCell (parts, 0, put_summary (log, whole));
          mxSetCell (parts, 1, put_names (log, &speeds, 0, speeds.workers));
          break;
        }
      status = trace_select_class (log, discard, &speeds, c, &part, failure);
      if (status == SUPPORT_OK)
        status = trace_summarise (&part, 0, &summary, failure);
      if (status == SUPPORT_OK)
        {
          mxSetCell (parts, (mwIndex) (2 * c), put_summary (&part, &summary));
          mxSetCell (parts, (mwIndex) (2 * c + 1),
                     put_names (log, &speeds, c, part.workers));
        }
      trace_summary_clear (&summary);
      trace_log_clear (&part);
    }
  if (status == SUPPORT_OK)
    {
      output[0] = parts;
      output[1] = put_dependence (&speeds.cycles);
    }
  else
    mxDestroyArray (parts);
  trace_speeds_clear (&speeds);
  return status;
}

/* -> summary, discarded, dependence of the staleness, and of events the
   classes and the dependence of the cycles ([], [] for others) */
static support_status
summarise (gateway_call *call, const trace_log *log, const mxArray *discarded,
           const mxArray *classes)
{
  trace_summary summary = { .cycle = NULL };
  trace_dependence staleness;
  size_t discard = 0;
  bool all;
  support_failure *failure = &call->failure;
  support_status status = codec_flag (classes, "one class", &all, failure);
  if (status == SUPPORT_OK)
    status = get_discard (discarded, log, &discard, failure);
  if (status == SUPPORT_OK)
    status = trace_summarise (log, discard, &summary, failure);
  if (status == SUPPORT_OK)
    status = trace_staleness_dependence (log, discard, &staleness, failure);
  if (status == SUPPORT_OK && log->kind == TRACE_EVENTS)
    status =
        put_speeds (log, &summary, discard, all, call->output + 3, failure);
  if (status == SUPPORT_OK)
    {
      call->output[0] = put_summary (log, &summary);
      call->output[1] = mxCreateDoubleScalar ((double) discard);
      call->output[2] = put_dependence (&staleness);
    }
  trace_summary_clear (&summary);
  return status;
}

/* (path, kind, unit, columns, discard, one class) -> as summarise */
static support_status
read (gateway_call *call)
{
  char path[4096];
  owned_format format = { .text = NULL };
  trace_log log = { .gradient = NULL };
  support_status status = codec_string (call->input[0], "the name of the file",
                                        path, sizeof path, &call->failure);
  if (status == SUPPORT_OK)
    status = get_format (call->input + 1, &format, &call->failure);
  if (status == SUPPORT_OK)
    status = trace_read (path, &format.format, &log, &call->failure);
  if (status == SUPPORT_OK)
    status = summarise (call, &log, call->input[4], call->input[5]);
  format_free (&format);
  trace_log_clear (&log);
  return status;
}

/* (matrix, kind, unit, columns, discard, one class) -> as summarise */
static support_status
matrix (gateway_call *call)
{
  const double *values;
  size_t count;
  owned_format format = { .text = NULL };
  trace_log log = { .gradient = NULL };
  support_status status = codec_numbers (call->input[0], "the log", &values,
                                         &count, &call->failure);
  if (status == SUPPORT_OK && mxGetNumberOfDimensions (call->input[0]) != 2)
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the log must be a matrix");
  if (status == SUPPORT_OK)
    status = get_format (call->input + 1, &format, &call->failure);
  if (status == SUPPORT_OK)
    status = trace_from_matrix (values, mxGetM (call->input[0]),
                                mxGetN (call->input[0]), &format.format, &log,
                                &call->failure);
  if (status == SUPPORT_OK)
    status = summarise (call, &log, call->input[4], call->input[5]);
  format_free (&format);
  trace_log_clear (&log);
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "read", 6, 5, read },
    { "matrix", 6, 5, matrix },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
