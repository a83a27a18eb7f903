## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## run = run_paths (caller, eq, plan)
##
## Paths of an equation of driven_equation by a plan of path_plan.

function run = run_paths (caller, eq, plan)
  if (is_system (eq))
    run = core_call (caller, @__sdde_paths__, "simulate-matrices",
                     cat (3, eq.matrices{:}), eq.delay, eq.diffusion, plan);
  else
    run = core_call (caller, @__sdde_paths__, "simulate", eq, plan);
  endif
endfunction
