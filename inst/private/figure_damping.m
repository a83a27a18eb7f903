## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 3: what the delay equation is made of.  Left: the damping coefficient over the
## number of workers, for two eigenvalues, with and without a threshold.  Right: mean
## and spread of the delay of the gradients that a threshold lets through.

function data = figure_damping (quick, seed)
  work = delay_law ("gamma", 4, 0.25);
  rate = 0.02;
  updates = merge (quick, 4e3, 4e4);
  repeats = 8;

  series = [];
  workers = merge (quick, [4, 16, 32], [4, 8, 12, 16, 24, 32]);
  fine = merge (quick, 4:4:32, 4:32);
  cases = {"eigenvalue 1", 1, Inf
           "eigenvalue 2.5", 2.5, Inf
           "eigenvalue 1, dropped beyond 15", 1, 15
           "eigenvalue 2.5, dropped beyond 15", 2.5, 15};
  for k = 1:rows (cases)
    make = @(n) asgd_system ("workers", n, "compute", work, "rate", rate, ...
                             "threshold", cases{k,3});
    damping = @(n) asgd_sdde (make (n), cases{k,2}).damping;
    seen = error = zeros (size (workers));
    for j = 1:numel (workers)
      [seen(j), error(j)] = repeated_mean (repeats, seed, @(seed) ...
        rate * cases{k,2} * simulated (make (workers(j)), updates, seed).rate);
    endfor
    series = [series, theory_line(cases{k,1}, k, fine, arrayfun (damping, fine)), ...
              simulated_points("", k, workers, seen, error, arrayfun (damping, workers))];
  endfor
  data.panels = figure_panel ("Damping coefficient (learning rate 0.02)", "workers",
    "damping (per mean time of a gradient)", series, "axis", [0, 33, 0, 1.8],
    "legend", "northwest");

  thresholds = merge (quick, [6, 12, 24], [4, 6, 9, 12, 15, 18, 24]);
  fine = merge (quick, 4:4:26, 4:26);
  make = @(S) asgd_system ("workers", 16, "compute", work, "rate", rate, "threshold", S);
  moments = zeros (numel (thresholds), 2);
  error = moments;
  for j = 1:numel (thresholds)
    [moments(j,:), error(j,:)] = repeated_mean (repeats, seed, @(seed) ...
      delay_moments (simulated (make (thresholds(j)), updates, seed)));
  endfor
  law = @(S) asgd_staleness (make (S)).delay;
  laws = arrayfun (law, fine, "uniformoutput", false);
  there = arrayfun (law, thresholds, "uniformoutput", false);
  average = @(law) law.mean;
  spread = @(law) law.mean * sqrt (law.cv2);
  series = [theory_line("mean", 1, fine, cellfun (average, laws)), ...
            simulated_points("", 1, thresholds, moments(:,1), error(:,1), cellfun (average, there)), ...
            theory_line("standard deviation", 2, fine, cellfun (spread, laws)), ...
            simulated_points("", 2, thresholds, moments(:,2), error(:,2), cellfun (spread, there)), ...
            marked_line("without threshold", [0, 26], 1), marked_line("", [0, 26], sqrt (work.cv2))];
  data.panels(2) = figure_panel ("Delay of accepted gradients, 16 workers",
    "threshold (updates)", "delay (mean times of a gradient)", series, "axis", [0, 26, 0, 1.2],
    "legend", "southeast");
endfunction

function run = simulated (system, updates, seed)
  run = asgd_simulate (system, asgd_problem ("quadratic", 1), "updates", updates,
                       "paths", 1, "record", 2, "events", true, "seed", seed);
endfunction

function moments = delay_moments (run)
  delays = run.events(:,3) - run.events(:,2);
  moments = [mean(delays), std(delays)];
endfunction
