## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 2: the law of the staleness.  Left: for more and more workers; the renewal
## model is exact, and the Poisson model too wide.  Right: what a threshold makes
## of it.

function data = figure_staleness (quick, seed)
  work = delay_law ("gamma", 4, 0.25);
  repeats = 8;
  updates = merge (quick, 8e3, 8e4);

  series = [];
  workers = [4, 10, 24];
  for k = 1:3
    system = asgd_system ("workers", workers(k), "compute", work);
    label = sprintf ("%d workers", workers(k));
    [added, data.distance(k)] = compared (label, k, system, repeats, updates, seed);
    series = [series, added];
    data.mean(k,:) = [(0:numel (added(1).y) - 1) * added(1).y', workers(k) - 1];
  endfor
  few = asgd_system ("workers", workers(1), "compute", work);
  poisson = asgd_staleness (few, "model", "poisson").pmf;
  series(end+1) = theory_line ("4 workers, Poisson model", 4, 0:numel (poisson) - 1, poisson);
  data.poisson_distance = sum (abs (padded (poisson, 200) - padded (series(1).y, 200))) / 2;
  data.panels = figure_panel ("Staleness of asynchronous gradients",
    "staleness (updates)", "probability", series, "axis", [0, 45, 0, 0.26]);

  series = [];
  systems = {"no threshold", {}
             "dropped beyond 11", {"threshold", 11}
             "aborted beyond 11", {"threshold", 11, "stale", "abort"}};
  for k = 1:3
    system = asgd_system ("workers", 10, "compute", work, systems{k,2}{:});
    series = [series, compared(systems{k,1}, k, system, repeats, updates, seed)];
  endfor
  data.panels(2) = figure_panel ("10 workers with a threshold",
    "staleness (updates)", "probability", series, "axis", [0, 24, 0, 0.15]);
endfunction

## The law by the renewal model and by simulation, and their total variation.
function [series, distance] = compared (label, pair, system, repeats, updates, seed)
  law = asgd_staleness (system).pmf;
  j = 0:find (cumsum (law) > 0.999, 1) - 1;
  simulated = @(seed) padded (asgd_simulate (system, asgd_problem ("quadratic", 1), ...
    "updates", updates, "paths", 1, "record", 2, "seed", seed).staleness, 200);
  [seen, error] = repeated_mean (repeats, seed, simulated);
  distance = sum (abs (padded (law, 200) - seen)) / 2;
  series = theory_line (label, pair, j, padded (law, 200)(j+1));
  j = j(1:1+(j(end) > 20):end); # every second one where they are many
  series(2) = simulated_points ("", pair, j, seen(j+1), error(j+1), padded (law, 200)(j+1));
endfunction

function p = padded (p, count)
  p = [p(1:min (end, count)), zeros(1, count - numel (p))];
endfunction
