/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every gateway shares: a table of commands, one return convention.

   A gateway is called from inst/private/core_call.m as
     [status, text, ...] = __sdde_<door>__ (command, ...)
   and never raises an error itself: it frees what it holds, returns "ok" or
   the name of a failure with a sentence, and core_call raises.  */

#ifndef SDDE_GATEWAY_H
#define SDDE_GATEWAY_H

#include <mex.h>
#include "support/support.h"

typedef struct gateway_call
{
  int inputs;
  const mxArray **input; /* the command's own, without its name */
  int outputs;           /* asked for, status and text not counted */
  mxArray **output;
  support_failure failure;
} gateway_call;

typedef struct gateway_command
{
  const char *name;
  int inputs;  /* exactly as many */
  int outputs; /* at most as many */
  support_status (*run) (gateway_call *call);
} gateway_command;

/* The whole body of a mexFunction: finds the command in TABLE (ended by a
   NULL name) and runs it.  */
void gateway_run (const gateway_command *table, int nlhs, mxArray *plhs[],
                  int nrhs, const mxArray *prhs[]);

/* Hooks for support_team_run: Ctrl-C always, a progress line if ASKED, which
   shows LABEL, a percentage and the time left.  */
typedef struct gateway_progress
{
  const char *label;
  double started; /* seconds */
  double shown;
} gateway_progress;

support_hooks gateway_hooks (gateway_progress *progress, const char *label,
                             bool asked);
/* Ends the progress line, if one was begun.  */
void gateway_progress_end (const gateway_progress *progress);
/* Forgets a Ctrl-C that was answered, so that partial results survive.  */
void gateway_interrupt_answered (void);

#endif
