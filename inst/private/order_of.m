## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## order = order_of (eq)
##
## The order of an equation of scalar modes: 3 with the workers of the pair
## closure, 2 with a correction, 1 otherwise.

function order = order_of (eq)
  if (isfield (eq, "pairs") && ! isempty (eq.pairs))
    order = 3;
  elseif (all (isfield (eq, {"momentum", "order"})) && isnumeric (eq.momentum)
          && isequal (eq.momentum > 0, true))
    order = eq.order;
  else
    order = 1 + any (eq.correction(:) != 0);
  endif
endfunction
