## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## stack = stacked_matrices (caller, matrices)
##
## The cell MATRICES as the n x n x terms array that the gateway takes; what is
## too large for the core is refused before it fills the memory.

function stack = stacked_matrices (caller, matrices)
  if (rows (matrices{1}) > 1000)
    error (["sdde:" caller ":limit"],
           "%s: the matrices must have between 1 and 1000 rows; for larger ones, the option 'near' of sdde_roots finds roots next to a point",
           caller);
  endif
  matrices = cellfun (@full, matrices, "uniformoutput", false);
  stack = cat (3, matrices{:});
endfunction
