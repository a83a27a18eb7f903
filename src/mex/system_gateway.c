/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_system__: what is asked of workers and server.  */
#include "codec.h"
#include "gateway.h"

static mxArray *
put_names (const char *(*name_at) (size_t index))
{
  size_t count = 0;
  while (name_at (count))
    count++;
  mxArray *list = mxCreateCellMatrix ((mwSize) count, 1);
  for (size_t i = 0; i < count; i++)
    mxSetCell (list, (mwIndex) i, mxCreateString (name_at (i)));
  return list;
}

/* () -> policies, treatments of stale gradients, weights */
static support_status
names (gateway_call *call)
{
  call->output[0] = put_names (system_policy_name_at);
  call->output[1] = put_names (system_stale_name_at);
  call->output[2] = put_names (system_weight_name_at);
  return SUPPORT_OK;
}

/* (system) -> nothing, but a failure where it is none */
static support_status
check (gateway_call *call)
{
  codec_system system;
  const support_status status =
      codec_get_system (call->input[0], &system, &call->failure);
  codec_system_free (&system);
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "names", 0, 3, names },
    { "check", 1, 0, check },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
