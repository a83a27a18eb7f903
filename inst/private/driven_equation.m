## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [eq, n] = driven_equation (caller, eq)
##
## An equation of N states that is to move: checked, of modes or of a system,
## which gets a start (1 in each state) and matrices that are full.

function [eq, n] = driven_equation (caller, eq)
  id = ["sdde:" caller ":invalid"];
  if (! isstruct (eq))
    error (id, "%s: eq must be an equation, made by sdde_equation or asgd_sdde",
           caller);
  endif
  if (! is_system (eq))
    scalar_equation (caller, {eq}); # raises what is wrong with it
    if (iscell (eq.delay))
      error (id, "%s: this takes equations with one law of delays, not with a cell of several",
             caller);
    endif
    n = rows (eq.damping(:));
    for field = {"diffusion", "coupling", "start"}
      if (! isfield (eq, field{1}))
        error (id, "%s: eq must be an equation with the field %s", caller, field{1});
      endif
      x = real_numbers (caller, eq.(field{1}), ["eq." field{1}]);
      if (! (numel (x) == n || (numel (x) == n^2 && strcmp (field{1}, "coupling"))))
        error (id, "%s: eq.%s must have one number for each of the %d modes",
               caller, field{1}, n);
      endif
    endfor
    return;
  endif
  eq = system_equation (caller, {eq});
  eq.matrices = cellfun (@full, eq.matrices, "uniformoutput", false);
  n = rows (eq.matrices{1});
  if (! isfield (eq, "diffusion"))
    eq.diffusion = zeros (n);
  endif
  eq.diffusion = real_numbers (caller, eq.diffusion, "eq.diffusion");
  if (ndims (eq.diffusion) != 2 || rows (eq.diffusion) != n
      || isempty (eq.diffusion))
    error (id, "%s: eq.diffusion must be a matrix of %d rows", caller, n);
  endif
  eq.start = ones (n, 1);
endfunction
