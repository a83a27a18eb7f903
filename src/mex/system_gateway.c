/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_system__: what is asked of workers and server.  */
#include "codec.h"
#include "gateway.h"

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
    { "check", 1, 0, check },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
