## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [eq, rest] = system_equation (caller, arguments)
##
## What the cell ARGUMENTS begins with: an equation of a system, or a cell of
## matrices and their delays, which make one.  REST is what is left.

function [eq, rest] = system_equation (caller, arguments)
  if (isstruct (arguments{1}))
    eq = arguments{1};
    rest = arguments(2:end);
    if (! all (isfield (eq, {"matrices", "delay"})))
      error (["sdde:" caller ":invalid"],
             "%s: eq must be an equation of a system, made by sdde_equation",
             caller);
    endif
    [eq.matrices, eq.delay] = check_matrices (caller, eq.matrices, eq.delay);
  elseif (numel (arguments) > 1)
    rest = arguments(3:end);
    [matrices, delay] = check_matrices (caller, arguments{1:2});
    eq = struct ("kind", "matrix", "matrices", {matrices}, "delay", {delay});
  else
    error (["sdde:" caller ":invalid"],
           "%s: the first arguments must be an equation, or a cell of matrices and their delays",
           caller);
  endif
endfunction
