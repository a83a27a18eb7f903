/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gateway.h"

#include <string.h>
#include <time.h>
#include <gsl/gsl_errno.h>

/* Set by Octave's signal handler; weak, since it is not part of the documented
   interface of mex files: without it Ctrl-C waits for the end of the call.  */
extern volatile int octave_interrupt_state __attribute__ ((weak));

void
gateway_run (const gateway_command *table, int nlhs, mxArray *plhs[], int nrhs,
             const mxArray *prhs[])
{
  enum
  {
    MOST_OUTPUTS = 32
  };
  mxArray *output[MOST_OUTPUTS] = { NULL };
  char name[32] = "";
  gateway_call call = { .inputs = nrhs - 1,
                        .input = prhs + 1,
                        .outputs = nlhs > 2 ? nlhs - 2 : 0,
                        .output = output };
  support_status status;

  /* OpenMP's threads outlive the call: unloading the code under them would
     bring Octave down.  */
  if (! mexIsLocked ())
    mexLock ();
  /* GSL's default handler aborts the process.  */
  gsl_set_error_handler_off ();

  if (nrhs > 0 && mxIsChar (prhs[0]))
    mxGetString (prhs[0], name, sizeof name);
  while (table->name && strcmp (table->name, name) != 0)
    table++;
  if (! table->name)
    status = support_fail (&call.failure, SUPPORT_UNKNOWN,
                           "the gateway has no command '%s'", name);
  else if (call.inputs != table->inputs || call.outputs > table->outputs
           || call.outputs > MOST_OUTPUTS)
    status = support_fail (&call.failure, SUPPORT_INVALID,
                           "the command '%s' takes %d arguments and gives %d",
                           name, table->inputs, table->outputs);
  else
    status = table->run (&call);

  if (status != SUPPORT_OK && ! call.failure.text[0])
    support_fail (&call.failure, status,
                  status == SUPPORT_INTERRUPTED ? "interrupted"
                  : status == SUPPORT_MEMORY    ? "not enough memory"
                                                : "the computation failed");
  plhs[0] = mxCreateString (support_status_name (status));
  if (nlhs > 1)
    plhs[1] = mxCreateString (call.failure.text);
  for (int k = 0; k < call.outputs; k++)
    plhs[k + 2] = output[k] ? output[k] : mxCreateDoubleMatrix (0, 0, mxREAL);
}

static bool
interrupted (void *data)
{
  (void) data;
  return &octave_interrupt_state && octave_interrupt_state > 0;
}

void
gateway_interrupt_answered (void)
{
  if (&octave_interrupt_state)
    octave_interrupt_state = 0;
}

static double
seconds (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static void
show_progress (void *data, double fraction)
{
  gateway_progress *progress = data;
  const double now = seconds ();
  /* Not in the first second, and four times a second at most.  */
  if (now - progress->started < 1.0 || now - progress->shown < 0.25)
    return;
  progress->shown = now;
  mexPrintf ("\r%s: %3.0f %%, %.0f s left   ", progress->label,
             100.0 * fraction,
             (now - progress->started) * (1.0 - fraction)
                 / (fraction > 1e-9 ? fraction : 1e-9));
  mexEvalString ("fflush (stdout);");
}

support_hooks
gateway_hooks (gateway_progress *progress, const char *label, bool asked)
{
  progress->label = label;
  progress->started = seconds ();
  progress->shown = 0.0;
  return (support_hooks){ .interrupted = interrupted,
                          .progress = asked ? show_progress : NULL,
                          .data = progress };
}

void
gateway_progress_end (const gateway_progress *progress)
{
  if (progress->shown > 0.0)
    mexPrintf ("\n");
}
