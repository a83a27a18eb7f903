/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_plan__: which workers, and which parameters of their policy.  */
#include "codec.h"
#include "codec_staleness.h"
#include "gateway.h"
#include "plan/plan.h"

#include <math.h>
#include <stdlib.h>

/* () -> names of what can be varied, names of objectives */
static support_status
names (gateway_call *call)
{
  call->output[0] = mxCreateCellMatrix (1, PLAN_VARIABLES);
  call->output[1] = mxCreateCellMatrix (1, PLAN_OBJECTIVES);
  for (size_t i = 0; plan_variable_name_at (i); i++)
    mxSetCell (call->output[0], (mwIndex) i,
               mxCreateString (plan_variable_name_at (i)));
  for (size_t i = 0; plan_objective_name_at (i); i++)
    mxSetCell (call->output[1], (mwIndex) i,
               mxCreateString (plan_objective_name_at (i)));
  return SUPPORT_OK;
}

/* The modes that asgd_problem makes.  */
static support_status
get_problem (const mxArray *array, plan_task *task, support_failure *failure)
{
  static const char *const name = "problem";
  equation_problem *problem = &task->problem;
  size_t extras = 0;
  support_status status =
      codec_numbers_field (array, name, "eigenvalues", &problem->curvature,
                           &problem->modes, failure);
  const size_t n = problem->modes;
  if (status == SUPPORT_OK && n == 0)
    status = support_fail (failure, SUPPORT_INVALID,
                           "the problem has no mode; at least one is needed");
  if (status == SUPPORT_OK)
    status =
        codec_counted_field (array, name, "noise", n, &problem->noise, failure);
  if (status == SUPPORT_OK)
    status =
        codec_counted_field (array, name, "start", n, &task->start, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "floor", &task->minimum, failure);
  if (status == SUPPORT_OK)
    status = codec_numbers_field (array, name, "coupling", &problem->extra,
                                  &extras, failure);
  problem->coupled = extras == n * n && n > 1;
  if (status == SUPPORT_OK && ! (problem->coupled || extras == n))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the coupling must have one number for each mode, "
                           "or for each pair of them");
  if (status == SUPPORT_OK)
    status = equation_check_trigger (task->system, n, problem->noise,
                                     problem->extra, extras, failure);
  return status;
}

static support_status
get_bounds (const mxArray *array, plan_task *task, support_failure *failure)
{
  for (size_t v = 0; v < PLAN_VARIABLES; v++)
    {
      const char *name = plan_variable_name_at (v);
      const double *bounds;
      if (! mxIsStruct (array) || ! mxGetField (array, 0, name))
        continue;
      const support_status status =
          codec_counted_field (array, "bounds", name, 2, &bounds, failure);
      if (status != SUPPORT_OK)
        return status;
      task->over[v] = true;
      task->least[v] = bounds[0];
      task->most[v] = bounds[1];
    }
  return SUPPORT_OK;
}

static support_status
get_task (const mxArray *array, plan_task *task, support_failure *failure)
{
  static const char *const name = "task";
  const struct
  {
    const char *field;
    double *value;
  } number[] = { { "target", &task->target },
                 { "max_floor", &task->max_floor },
                 { "margin", &task->margin },
                 { "max_uploads", &task->max_uploads },
                 { "max_upload_rate", &task->max_upload_rate } };
  const mxArray *value;
  char text[32];
  support_status status =
      codec_field (array, name, "objective", &value, failure);
  if (status == SUPPORT_OK)
    status = codec_string (value, "the objective", text, sizeof text, failure);
  if (status == SUPPORT_OK)
    status = plan_objective_named (text, &task->objective, failure);
  for (size_t k = 0; status == SUPPORT_OK && k < sizeof number / sizeof *number;
       k++)
    status = codec_scalar_field (array, name, number[k].field, number[k].value,
                                 failure);
  if (status == SUPPORT_OK)
    status = codec_flag_field (array, name, "exhaustive", &task->exhaustive,
                               failure);
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "bounds", &value, failure);
  return status == SUPPORT_OK ? get_bounds (value, task, failure) : status;
}

/* Rows of the variables, value, floor, radius, uploads, and the two flags.  */
static mxArray *
put_rows (const plan_row *row, size_t count)
{
  enum
  {
    COLUMNS = PLAN_VARIABLES + 6
  };
  mxArray *array = mxCreateDoubleMatrix ((mwSize) count, COLUMNS, mxREAL);
  double *value = mxGetPr (array);
  for (size_t k = 0; k < count; k++)
    {
      const double rest[] = {
        row[k].value,   row[k].floor,    row[k].radius,
        row[k].uploads, row[k].feasible, row[k].sketched
      };
      for (size_t c = 0; c < COLUMNS; c++)
        value[k + c * count] =
            c < PLAN_VARIABLES ? row[k].at[c] : rest[c - PLAN_VARIABLES];
    }
  return array;
}

static mxArray *
put_changes (const plan_result *result)
{
  static const char *fields[] = { "change", "from", "to", "cost" };
  mxArray *array =
      mxCreateStructMatrix (1, (mwSize) result->changes, 4, fields);
  for (size_t k = 0; k < result->changes; k++)
    {
      const plan_change *change = &result->change[k];
      const mwIndex i = (mwIndex) k;
      mxSetField (array, i, "change", mxCreateString (change->what));
      mxSetField (array, i, "from", mxCreateDoubleScalar (change->from));
      mxSetField (array, i, "to", mxCreateDoubleScalar (change->to));
      mxSetField (array, i, "cost", mxCreateDoubleScalar (change->cost));
    }
  return array;
}

static mxArray *
put_workers (const system_description *system, const plan_row *row,
             system_class *class)
{
  plan_system (system, row->at, class);
  mxArray *array = mxCreateDoubleMatrix (1, (mwSize) system->classes, mxREAL);
  for (size_t c = 0; c < system->classes; c++)
    mxGetPr (array)[c] = (double) class[c].workers;
  return array;
}

/* (system, model, order or 0, modes of the problem, task, show progress) ->
   rows tried, best row, row of the system given, [found, proven], workers of
   each class in the best, changes */
static support_status
solve (gateway_call *call)
{
  codec_system system = { .class = NULL };
  plan_task task = { .order = 0 };
  plan_result result = { .row = NULL };
  system_class *class = NULL;
  bool asked = false;
  size_t order = 0;
  support_status status =
      codec_get_system (call->input[0], &system, &call->failure);
  task.system = &system.description;
  if (status == SUPPORT_OK)
    status = codec_model (call->input[1], &task.model, &call->failure);
  if (status == SUPPORT_OK && task.model == STALENESS_TRACE)
    status = codec_get_record (call->input[0], &system, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_size (call->input[2], "the order", &order, &call->failure);
  task.order = order <= 3 ? (int) order : 3;
  if (status == SUPPORT_OK)
    status = get_problem (call->input[3], &task, &call->failure);
  if (status == SUPPORT_OK)
    status = get_task (call->input[4], &task, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_flag (call->input[5], "progress", &asked, &call->failure);
  if (status == SUPPORT_OK)
    {
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "asgd_optimize", asked);
      class = calloc (system.description.classes + 1, sizeof *class);
      status = class ? plan_solve (&task, &hooks, &result, &call->failure)
                     : support_fail_memory (&call->failure);
      gateway_progress_end (&line);
    }
  if (status == SUPPORT_OK)
    {
      const double flags[] = { result.found, result.proven };
      call->output[0] = put_rows (result.row, result.count);
      call->output[1] = put_rows (&result.best, 1);
      call->output[2] = put_rows (&result.given, 1);
      call->output[3] = codec_put_numbers (1, 2, flags);
      call->output[4] = put_workers (
          task.system, result.found ? &result.best : &result.given, class);
      call->output[5] = put_changes (&result);
    }
  plan_result_clear (&result);
  free (class);
  codec_system_free (&system);
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "names", 0, 2, names },
    { "solve", 6, 6, solve },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
