## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 2: run time against the number of workers and the threshold.  A threshold
## costs updates where it drops them, next to nothing where late workers begin anew.

function data = figure_threshold (quick, seed)
  work = delay_law ("shifted-exponential", 0.5, 0.5);
  paths = merge (quick, 8, 60);
  needed = 1000; # updates
  policies = {"no threshold", {}
              "dropped", {"stale", "drop"}
              "aborted", {"stale", "abort"}};

  series = [];
  workers = merge (quick, [4, 16, 32], [4, 8, 12, 16, 24, 32]);
  fine = merge (quick, 4:4:32, 4:32);
  for k = 1:3
    make = @(n) asgd_system ("workers", n, "compute", work, policies{k,2}{:}, "threshold", ...
                             merge (k == 1, Inf, 12));
    series = [series, compared(policies{k,1}, k, make, workers, fine, needed, paths, seed)];
  endfor
  series(1).label = "no threshold";
  series(3).label = "staler than 12: dropped";
  series(5).label = "staler than 12: aborted";
  data.panels = figure_panel (sprintf ("Run time of %d updates", needed),
    "workers", "time (mean times of a gradient)", series, "axis", [0, 33, 0, 260]);

  series = [];
  thresholds = merge (quick, [4, 12, 24], [4, 8, 12, 16, 20, 24]);
  fine = merge (quick, 4:4:28, 4:28);
  for k = 2:3
    make = @(S) asgd_system ("workers", 16, "compute", work, policies{k,2}{:}, "threshold", S);
    added = compared (policies{k,1}, k, make, thresholds, fine, needed, paths, seed);
    series = [series, added];
    data.time.(merge (k == 2, "drop", "abort")) = added(1).y;
  endfor
  limits = [0, 28, 40, 200];
  data.threshold = fine;
  series(end+1) = marked_line ("no threshold", limits(1:2), needed / 16);
  data.panels(2) = figure_panel (sprintf ("Run time of %d updates, 16 workers", needed),
    "threshold (updates)", "time (mean times of a gradient)", series, "axis", limits);
endfunction

## Time of NEEDED updates over X, by the renewal model on a FINE grid and by simulation.
function series = compared (label, pair, make, x, fine, needed, paths, seed)
  time = @(x) needed / asgd_staleness (make (x)).rate;
  expected = arrayfun (time, x);
  for k = 1:numel (x)
    simulated = @(seed) asgd_simulate (make (x(k)), asgd_problem ("quadratic", 1), ...
      "updates", needed, "paths", 1, "record", 2, "seed", seed).t(end);
    [seen(k), error(k)] = repeated_mean (paths, seed, simulated);
  endfor
  series = [theory_line(label, pair, fine, arrayfun (time, fine)), ...
            simulated_points("", pair, x, seen, error, expected)];
endfunction
