## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [s, info] = matrix_roots (caller, eq, command, limit)
##
## The roots of a system by the gateway's COMMAND with its LIMIT (a line, or
## how many), as sdde_roots returns them.

function [s, info] = matrix_roots (caller, eq, command, limit)
  ## The core's limit, before the matrices fill the memory.
  if (rows (eq.matrices{1}) > 1000)
    error (["sdde:" caller ":limit"],
           "%s: the matrices must have between 1 and 1000 rows; for larger ones, the option 'near' of sdde_roots finds roots next to a point",
           caller);
  endif
  full_matrices = cellfun (@full, eq.matrices, "uniformoutput", false);
  [re, im, multiplicity, residual, bound, backward, condition, facts, ...
   unknowns] = ...
      core_call (caller, @__sdde_roots__, command, cat (3, full_matrices{:}),
                 eq.delay, limit);
  s = complex (re, im);
  if (! any (im))
    s = re;
  endif
  info = struct ("count", facts(1), "certified", logical (facts(2)),
                 "residual", residual, "bound", bound,
                 "multiplicity", multiplicity,
                 "subexponential", logical (facts(3)), "right_of", facts(4),
                 "backward", backward, "condition", condition,
                 "unknowns", unknowns);
endfunction
