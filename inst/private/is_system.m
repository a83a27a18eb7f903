## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## yes = is_system (x)
##
## Whether X is an equation of a system of sdde_equation, or a cell of its
## matrices.

function yes = is_system (x)
  yes = iscell (x) || (isstruct (x) && isscalar (x) && isfield (x, "kind")
                       && strcmp (x.kind, "matrix"));
endfunction
