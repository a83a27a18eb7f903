## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 8: first hitting times.  Left: how many runs have not been within the target yet,
## for several laws of the times of the same mean.  Right: the median and a late quantile
## over the number of workers, beside the time at which the mean curve gets there.

function data = figure_hitting (quick, seed)
  laws = {"constant times", delay_law("deterministic", 1)
          "gamma times, shape 4", delay_law("gamma", 4, 0.25)
          "exponential times", delay_law("exponential", 1)
          "hyperexponential times", delay_law("hyperexponential", [0.9, 0.1], [0.5, 5.5])};
  problem = asgd_problem ("quadratic", 1, "noise", 1);
  level = 0.1;
  paths = merge (quick, 400, 2500);
  series = [];
  t = linspace (0, 12, 121);
  for k = 1:4
    system = asgd_system ("workers", 24, "compute", laws{k,2}, "rate", 0.02);
    [hit, times] = both (system, problem, level, paths, 30, seed);
    places = 6:8:121;
    survival = mean (hit.times' > t, 1);
    seen = mean (times' > t(places), 1);
    series = [series, theory_line(laws{k,1}, k, t, survival), ...
              simulated_points("", k, t(places), seen, sqrt (seen .* (1 - seen) / paths), ...
                               survival(places))];
    data.mean(k,:) = [mean(min (hit.times, 30)), mean(min (times, 30))];
    data.mean_curve_time(k) = hit.mean_curve_time;
  endfor
  data.panels = figure_panel ("24 workers: runs not yet at |x| = 0.1",
    "time (mean times of a gradient)", "fraction of the runs", series, "axis", [0, 12, 0, 1.05]);

  workers = merge (quick, [8, 16, 32], [4, 6, 8, 12, 16, 20, 24, 32, 40, 48]);
  for j = 1:numel (workers)
    system = asgd_system ("workers", workers(j), "compute", laws{2,2}, "rate", 0.02);
    [hit, times] = both (system, problem, level, paths, 80, seed + 1);
    equation(:,j) = quantile (hit.times(:), [0.5, 0.95]);
    [server(:,j), low(:,j), high(:,j)] = quantile_bars (times(:), [0.5, 0.95]);
    curve(j) = hit.mean_curve_time;
  endfor
  series = [theory_line("median", 1, workers, equation(1,:)), ...
            simulated_points("", 1, workers, server(1,:), {low(1,:), high(1,:)}, equation(1,:)), ...
            theory_line("95 % of the runs", 2, workers, equation(2,:)), ...
            simulated_points("", 2, workers, server(2,:), {low(2,:), high(2,:)}, equation(2,:)), ...
            theory_line("mean curve", 3, workers, curve)];
  data.panels(2) = figure_panel ("Gamma times: when runs get there", "workers",
    "time (mean times of a gradient)", series, "axis", [0, 50, 1, 100], "yscale", "log");
endfunction

## Hitting times of the equation, with the level lowered by the overshoot of a server that
## looks at updates only (D. Siegmund, Sequential Analysis, 1985), and of the server.
function [hit, times] = both (system, problem, level, paths, horizon, seed)
  eq = asgd_sdde (system, problem);
  lowered = level - 0.5826 * eq.diffusion / sqrt (eq.rate);
  hit = sdde_hitting (eq, lowered, "paths", 4 * paths, "horizon", horizon, "seed", seed);
  times = asgd_simulate (system, problem, "paths", paths, "horizon", horizon, "record", 2,
                         "target", level ^ 2 / 2, "seed", seed).hit;
endfunction

## Quantiles with their distribution-free confidence intervals of two standard errors.
function [q, low, high] = quantile_bars (times, p)
  q = quantile (times, p);
  reach = 2 * sqrt (p .* (1 - p) / numel (times));
  low = quantile (times, max (p - reach, 0));
  high = quantile (times, min (p + reach, 1));
endfunction
