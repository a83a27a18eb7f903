/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one file in C++: only C++ can stop the exception of a Ctrl-C.  */
#include "callback_call.h"

bool
callback_call (int nlhs, mxArray *plhs[], int nrhs, mxArray *prhs[],
               const char *function, mxArray **exception)
{
  *exception = nullptr;
  try
    {
      *exception = mexCallMATLABWithTrap (nlhs, plhs, nrhs, prhs, function);
    }
  catch (...)
    {
      return false;
    }
  return true;
}
