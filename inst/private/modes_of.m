## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## modes = modes_of (caller, problem)
##
## The modes of a problem of asgd_problem, or of a vector of eigenvalues (no
## noise, start at 1).  A coupling that only has a diagonal becomes a column.

function modes = modes_of (caller, problem)
  id = ["sdde:" caller ":invalid"];
  if (isnumeric (problem) && isreal (problem) && isvector (problem)
      && all (isfinite (problem)) && all (problem >= 0))
    lambda = double (full (problem(:)));
    zero = zeros (size (lambda));
    modes = struct ("eigenvalues", lambda, "noise", zero, "coupling", zero,
                    "start", zero + 1, "floor", 0);
  elseif (isstruct (problem) && isscalar (problem) && isfield (problem, "modes"))
    modes = problem.modes;
    if (! (isstruct (modes) && isscalar (modes)
           && all (isfield (modes, {"eigenvalues", "noise", "coupling", ...
                                    "start", "floor"}))))
      error (id, ["%s: the curvature of the problem is not known (the loss is " ...
                  "not quadratic, or has more than 2000 parameters); pass the " ...
                  "second result of asgd_curvature, or a vector of eigenvalues"],
             caller);
    endif
    if (isdiag (modes.coupling))
      modes.coupling = full (diag (modes.coupling));
    endif
  else
    error (id, ["%s: the problem must come from asgd_problem, or be a vector " ...
                "of finite eigenvalues >= 0"], caller);
  endif
endfunction
