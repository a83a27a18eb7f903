## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [s, info] = matrix_roots (caller, eq, command, limit)
##
## The roots of a system by the gateway's COMMAND with its LIMIT (a line, or
## how many), as sdde_roots returns them.

function [s, info] = matrix_roots (caller, eq, command, limit)
  [re, im, multiplicity, residual, bound, backward, condition, facts, ...
   unknowns] = ...
      core_call (caller, @__sdde_roots__, command, ...
                 stacked_matrices (caller, eq.matrices), eq.delay, limit);
  s = complex (re, im);
  if (! any (im))
    s = re;
  endif
  info = struct ("count", facts(1), "certified", logical (facts(2)),
                 "residual", residual, "bound", bound,
                 "multiplicity", multiplicity,
                 "subexponential", logical (facts(3)), "right_of", facts(4),
                 "backward", backward, "condition", condition,
                 "unknowns", unknowns, "order", 1);
endfunction
