/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SDDE_CALLBACK_CALL_H
#define SDDE_CALLBACK_CALL_H

#include <mex.h>

#ifdef __cplusplus
extern "C"
{
#endif

  /* mexCallMATLABWithTrap for C: *EXCEPTION is what was thrown, NULL if
     nothing; the caller destroys it.  False: the user pressed Ctrl-C during the
     call, which Octave tells by a C++ exception that must not pass through C.
   */
  bool callback_call (int nlhs, mxArray *plhs[], int nrhs, mxArray *prhs[],
                      const char *function, mxArray **exception);

#ifdef __cplusplus
}
#endif

#endif
