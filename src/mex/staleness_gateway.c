/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_staleness__: what a system of workers does to its gradients.  */
#include "codec_staleness.h"
#include "gateway.h"

/* () -> names */
static support_status
models (gateway_call *call)
{
  size_t count = 0;
  while (staleness_model_name_at (count))
    count++;
  call->output[0] = mxCreateCellMatrix ((mwSize) count, 1);
  for (size_t i = 0; i < count; i++)
    mxSetCell (call->output[0], (mwIndex) i,
               mxCreateString (staleness_model_name_at (i)));
  return SUPPORT_OK;
}

/* (system, model, dimension, probabilities of quantiles, progress) -> staleness
 */
static support_status
solve (gateway_call *call)
{
  codec_system system;
  staleness_model model;
  staleness_law law = { .pmf = NULL };
  const double *probability;
  size_t count;
  bool asked;
  support_status status =
      codec_get_system (call->input[0], &system, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[3], "the quantiles", &probability,
                            &count, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_flag (call->input[4], "progress", &asked, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_model (call->input[1], &model, &call->failure);
  if (status == SUPPORT_OK && model == STALENESS_TRACE)
    status = codec_get_record (call->input[0], &system, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_size (call->input[2], "the dimension",
                         &system.description.dimension, &call->failure);
  if (status == SUPPORT_OK)
    {
      gateway_progress line;
      const support_hooks hooks =
          gateway_hooks (&line, "asgd_staleness", asked);
      status = staleness_solve (&system.description, model, &hooks, &law,
                                &call->failure);
      gateway_progress_end (&line);
    }
  if (status == SUPPORT_OK)
    call->output[0] = codec_put_staleness (&law, model, probability, count);
  staleness_law_clear (&law);
  codec_system_free (&system);
  return status;
}

/* (workers, counts) -> shape, log likelihood */
static support_status
fit (gateway_call *call)
{
  size_t workers, size;
  const double *count;
  staleness_fit fitted;
  support_status status =
      codec_size (call->input[0], "workers", &workers, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[1], "the counts", &count, &size,
                            &call->failure);
  if (status == SUPPORT_OK)
    {
      gateway_progress line;
      const support_hooks hooks = gateway_hooks (&line, "asgd_trace", false);
      status = staleness_fit_gamma (workers, count, size, &hooks, &fitted,
                                    &call->failure);
    }
  if (status == SUPPORT_OK)
    {
      call->output[0] = mxCreateDoubleScalar (fitted.shape);
      call->output[1] = mxCreateDoubleScalar (fitted.log_likelihood);
    }
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "models", 0, 1, models },
    { "solve", 5, 1, solve },
    { "fit", 2, 2, fit },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
