## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## calls = valid_calls (folder)
##
## Quick and valid calls of every public function: a cell with a row of a name
## and its arguments for each.  Files that functions read are written to FOLDER.
## fuzz_calls.m spoils the arguments. 

function calls = valid_calls (folder)
  exponential = delay_law ("exponential", 1);
  shifted = delay_law ("shifted-exponential", 0.5, 0.5);
  gamma = delay_law ("gamma", 4, 0.25);
  short = delay_law ("exponential", 0.1);
  system = asgd_system ("workers", 4, "compute", exponential, "rate", 0.05);
  dropping = asgd_system ("workers", 4, "compute", gamma, "rate", 0.05, ...
                          "threshold", 4);
  classes = asgd_system ("workers", [2 3], "compute", {gamma, shifted});
  gathered = asgd_system ("workers", 4, "compute", shifted, "policy", "k-sync", ...
                          "gradients", 2);
  narrow = asgd_system ("workers", 3, "compute", exponential, "uplink", short);
  triggered = asgd_system ("workers", 4, "compute", exponential, "trigger", 1);
  failing = asgd_system ("workers", 4, "compute", gamma, "up", gamma, "down", short);
  heavy = asgd_system ("workers", 4, "compute", gamma, "momentum", 0.5);
  problem = asgd_problem ("quadratic", [0.5 1 2.5], "noise", 0.1);
  coupled = asgd_problem ("quadratic", [2 1; 1 3], "noise", 0.1);
  lines = asgd_problem ("least-squares", [ones(6, 1), (1:6)'], (1:6)', "batch", 2);
  X = [1 2; 2 1; -1 0; 0 -2; 1 1; -2 -1];
  y = [1; 1; 2; 2; 1; 2];
  network = asgd_problem ("mlp", X, y, 3, "batch", 2);
  own = asgd_problem ("custom", @(w, batch) deal (sum (w .^ 2) / 2, w), ...
                      "start", [1; 2]);
  fixed = sdde_equation ("damping", [0.5; 1], "delay", 1, "diffusion", 0.1);
  random = sdde_equation ("damping", 0.8, "delay", shifted, "diffusion", 0.1);
  matrices = {[0 1; -2 -1], [0 0; -0.5 0]};
  delayed = sdde_equation ("matrices", matrices, "delay", 0.5, "diffusion", [0; 0.1]);
  eq = asgd_sdde (system, problem);
  log = fullfile (folder, "log.csv");
  digits = fullfile (folder, "digits.idx");
  sparse_rows = fullfile (folder, "rows.libsvm");
  write (log, sprintf ("worker,start,end\n%s", ...
                       sprintf ("%d,%g,%g\n", [1 1 2 2 3 3; 0 1 0 2 0 3; 1 3 2 5 3 4])));
  write (digits, char ([0 0 8 1 0 0 0 4 1 2 3 4]));
  write (sparse_rows, sprintf ("1 1:0.5 3:2\n2 2:1\n1 1:1\n"));

  calls = {
    "delay_law", {"exponential", 2};
    "delay_law", {"shifted-exponential", 0.5, 0.5};
    "delay_law", {"deterministic", 1};
    "delay_law", {"gamma", 4, 0.25};
    "delay_law", {"uniform", 0.5, 1.5};
    "delay_law", {"weibull", 1.5, 1};
    "delay_law", {"lognormal", 0, 0.5};
    "delay_law", {"inverse-gaussian", 1, 2};
    "delay_law", {"pareto", 2.5, 1};
    "delay_law", {"hyperexponential", [0.3 0.7], [0.2 1.5]};
    "delay_law", {"phase-type", [1 0], [-2 2; 0 -1]};
    "delay_law", {"sum", exponential, gamma};
    "delay_law", {"mixture", [0.5 0.5], exponential, shifted};
    "delay_law", {"truncated", exponential, 2};
    "delay_law", {"empirical", [0.5 1 1.5 2]};
    "delay_law", {"empirical", [0.5 1 1.5 2], [1 2 3 4]};
    "delay_law", {"thinned", exponential, [0 1 2], [1 0.5 0]};
    "delay_lst", {gamma, [0.1 + 2i, 1]};
    "delay_cdf", {gamma, [0.5 1; 2 3]};
    "delay_pdf", {shifted, [0.5 1 2]};
    "delay_quantile", {gamma, [0.1 0.5 0.9]};
    "delay_rand", {gamma, [3 2], "seed", 7};
    "delay_fit", {[0.5; 1; 1.4; 0.9; 2.2; 1.1; 0.7], "best"};
    "delay_fit", {[0.5; 1; 1.4; 0.9; 2.2; 1.1; 0.7], "gamma"};
    "delay_fit", {[0.1; 0.2; 0.1; 0.3; 9; 8; 0.2; 14; 0.4], "hyperexponential", 2};
    "lambertw", {[1 -0.2 2i]};
    "lambertw", {-1, -0.1};
    "asgd_system", {"workers", 4, "compute", gamma, "rate", 0.1};
    "asgd_system", {"workers", [2 3], "compute", {gamma, shifted}};
    "asgd_system", {"workers", 4, "compute", gamma, "policy", "k-async", "gradients", 2};
    "asgd_system", {"workers", 4, "compute", gamma, "policy", "lossy", "loss", 0.2};
    "asgd_system", {"workers", 4, "compute", gamma, "threshold", 5, "stale", "abort"};
    "asgd_system", {"workers", 4, "compute", gamma, "deadline", 2, "weight", "inverse"};
    "asgd_system", {"workers", 4, "compute", gamma, "trigger", 1, "trigger-kind", "change"};
    "asgd_system", {"workers", 4, "compute", gamma, "uplink", short, "channels", 2};
    "asgd_system", {"workers", 4, "compute", gamma, "download", short, "upload", short};
    "asgd_system", {"workers", [2 2], "compute", gamma, "up", {[], gamma}, "down", short};
    "asgd_system", {"workers", 4, "compute", gamma, "momentum", 0.5};
    "asgd_staleness", {system};
    "asgd_staleness", {system, "model", "poisson", "quantiles", [0.1 0.9]};
    "asgd_staleness", {dropping};
    "asgd_staleness", {classes};
    "asgd_staleness", {gathered};
    "asgd_staleness", {narrow};
    "asgd_staleness", {triggered, "dimension", 3};
    "asgd_problem", {"quadratic", [0.5 1 2.5], "noise", 0.1};
    "asgd_problem", {"quadratic", [2 1; 1 3], "multiplicative", 0.2, "start", [1; 1]};
    "asgd_problem", {"least-squares", [ones(6, 1), (1:6)'], (1:6)', "batch", 2};
    "asgd_problem", {"logistic", X, y, "l2", 0.01};
    "asgd_problem", {"softmax", X, y, "batch", 2};
    "asgd_problem", {"mlp", X, y, [3 2], "l2", 0.01};
    "asgd_problem", {"custom", @(w, batch) deal (sum (w .^ 2) / 2, w), "start", [1; 2]};
    "asgd_curvature", {lines, [0; 0], 1};
    "asgd_curvature", {network, network.start, 1, "steps", 5};
    "asgd_curvature", {own, [0; 1], 1};
    "asgd_idx", {digits};
    "asgd_libsvm", {sparse_rows};
    "asgd_libsvm", {sparse_rows, 4};
    "asgd_trace", {log};
    "asgd_trace", {[1 0 1; 1 1 3; 2 0 2; 2 2 5; 3 0 3; 3 3 4], "columns", {"worker", "start", "end"}};
    "asgd_trace", {[0; 1; 2; 1; 1; 0; 3; 2], "kind", "staleness", "workers", 3};
    "asgd_sdde", {system, problem};
    "asgd_sdde", {system, [0.5 1], "order", 1};
    "asgd_sdde", {classes, problem, "order", 1};
    "asgd_sdde", {triggered, problem};
    "asgd_predict", {system, problem, [0 1 5]};
    "asgd_predict", {dropping, problem, "target", 0.5};
    "asgd_simulate", {system, problem, "updates", 20, "paths", 3};
    "asgd_simulate", {system, coupled, "updates", 20, "paths", 3};
    "asgd_simulate", {dropping, problem, "horizon", 2, "paths", 3, "record", [0 1 2]};
    "asgd_simulate", {classes, lines, "updates", 20, "paths", 3, "target", 1};
    "asgd_simulate", {gathered, network, "updates", 10, "paths", 2};
    "asgd_simulate", {narrow, problem, "updates", 20, "paths", 2, "cold", true};
    "asgd_simulate", {triggered, own, "updates", 20, "paths", 2, "noise-level", 1};
    "asgd_simulate", {system, problem, "updates", 20, "paths", 2, "schedule", [10 0.5], ...
                      "quantiles", [0.1 0.9], "events", true};
    "asgd_simulate", {failing, problem, "updates", 20, "paths", 2};
    "asgd_simulate", {heavy, problem, "updates", 20, "paths", 2};
    "asgd_simulate", {system, problem, "updates", 5, "paths", 1, ...
                      "replay", [1 0 1; 1 1 3; 2 0 2; 2 2 5; 3 0 3; 3 3 4]};
    "asgd_optimize", {system, problem, "target", 0.5, "workers", [1 3]};
    "asgd_optimize", {dropping, problem, "objective", "speed", "workers", [1 3]};
    "asgd_optimize", {system, problem, "target", 0.5, "over", {"workers", "rate"}, ...
                      "workers", [2 3], "rate", [0.02 0.1]};
    "asgd_compare", {system, problem, "uplink", short, "trigger", 0.5};
    "asgd_figure", {};
    "sdde_equation", {"damping", [0.5; 1], "delay", shifted, "diffusion", 0.1};
    "sdde_equation", {"damping", 0.5, "delay", 1, "decay", 0.1, "inertia", 1};
    "sdde_equation", {"matrices", matrices, "delay", 0.5, "diffusion", [0; 0.1]};
    "sdde_roots", {random};
    "sdde_roots", {0.5, 1, "count", 4};
    "sdde_roots", {0.5, shifted, "right-of", -3};
    "sdde_roots", {matrices, 0.5, "count", 4};
    "sdde_rate", {fixed};
    "sdde_rate", {delayed};
    "sdde_limit", {shifted};
    "sdde_limit", {1};
    "sdde_margin", {0.5, 1};
    "sdde_margin", {matrices, 0.5};
    "sdde_chart", {"damping", 0.1:0.4:1.3, "delay", 0.5:0.5:2};
    "sdde_chart", {@(x, y) sdde_equation("damping", x, "delay", y), 1:3, 1:4};
    "sdde_iteration", {0.1, [0.2 0.3 0.5]};
    "sdde_iteration", {0.1, [0.2 0.3 0.5], "momentum", 0.5, "count", 2};
    "sdde_variance", {fixed};
    "sdde_variance", {delayed};
    "sdde_variance", {eq};
    "sdde_autocovariance", {fixed, [0 0.5 2]};
    "sdde_autocovariance", {delayed, [0 1]};
    "sdde_spectrum", {random, [0 1 5]};
    "sdde_spectrum", {delayed, [0.1 1]};
    "sdde_meansquare", {eq};
    "sdde_meansquare", {fixed};
    "sdde_response", {random, [0 1 2]};
    "sdde_response", {delayed, [0 1 2], "history", [1; 0]};
    "sdde_simulate", {fixed, [0 1 2], "paths", 3, "step", 0.1};
    "sdde_simulate", {delayed, [0 1 2], "paths", 3, "step", 0.1, "statistics", true};
    "sdde_simulate", {random, [0 1], "paths", 3, "step", 0.1, ...
                      "drift", @(t, X, Xdelayed) -Xdelayed};
    "sdde_hitting", {fixed, 0.5, "paths", 5, "horizon", 5, "step", 0.1};
    "sdde_hitting", {delayed, 0.5, "paths", 5, "horizon", 5, "step", 0.1, ...
                     "direction", [1 0]};
  };
  known = strsplit (fileread (fullfile (fileparts (which ("asgd_trace")), "..", "INDEX")));
  public = known(strncmp (known, "asgd_", 5) | strncmp (known, "sdde_", 5) ...
                 | strncmp (known, "delay_", 6) | strcmp (known, "lambertw"));
  missing = setdiff (public, calls(:,1));
  if (! isempty (missing))
    error ("valid_calls: no call of %s", strjoin (missing, ", "));
  endif
endfunction

function write (name, text)
  file = fopen (name, "w");
  fwrite (file, text);
  fclose (file);
endfunction
