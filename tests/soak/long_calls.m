## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## calls = long_calls ()
##
## Calls that take minutes at least, one of each function that can: what is to
## be interrupted.  A cell of a name and arguments in each row.

function calls = long_calls ()
  gamma = delay_law ("gamma", 4, 0.25);
  system = asgd_system ("workers", 8, "compute", gamma, "rate", 0.01);
  aborting = asgd_system ("workers", 100, "compute", gamma, "threshold", 120, ...
                          "stale", "abort");
  problem = asgd_problem ("quadratic", [0.5 1 2.5], "noise", 0.1);
  slow = asgd_problem ("quadratic", [1 1e-9], "start", [1 1]);
  samples = delay_rand (gamma, [2000 40]);
  network = asgd_problem ("mlp", samples, 1 + (samples(:,1) > 1), [200 200]);
  eq = sdde_equation ("damping", 0.5, "delay", 1, "diffusion", 0.1);
  quiet = sdde_equation ("damping", 1e-9, "delay", 1);
  calls = {
    "asgd_simulate", {system, problem, "horizon", 1e9, "paths", 1000};
    "asgd_simulate", {system, network, "updates", 1e7, "paths", 2};
    "asgd_predict", {system, slow, 1e9};
    "asgd_optimize", {aborting, problem, "target", 0.1, "workers", [100 200]};
    "asgd_curvature", {network, network.start, 20, "steps", 2000};
    "sdde_simulate", {eq, [0 1e6], "paths", 1000, "step", 1e-3};
    "sdde_hitting", {quiet, 1e-9, "paths", 1000, "horizon", 1e6, "step", 1e-3};
    "sdde_chart", {"damping", linspace(0.01, 3, 3000), "delay", linspace(0.1, 2, 3000), ...
                   "law", delay_law("lognormal", 0, 0.5)};
    "asgd_staleness", {asgd_system("workers", 9e4, "compute", delay_law ("gamma", 0.3, 1))};
  };
endfunction
