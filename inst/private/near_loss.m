## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## loss = near_loss (system, problem, t)
##
## The expected loss near the minimum, where a trigger sends a fixed fraction of the
## gradients and the equation is linear: it is told that there is no trigger to follow
## over a whole run, which allows an uplink beside it.

function loss = near_loss (system, problem, t)
  eq = asgd_sdde (system, problem);
  eq.trigger(1) = 0;
  loss = core_call ("asgd_figure", @__sdde_equation__, "expected-loss", eq, t, false);
endfunction
