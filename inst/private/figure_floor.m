## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 4, second moments: gradient noise sets a floor, which staleness raises.  Left: the
## stationary variance over the learning rate up to the limit in mean square.  Right: beyond
## it E x^2 grows although the mean converges.

function data = figure_floor (quick, seed)
  workers = 8;
  laws = {"gamma times, shape 4", delay_law("gamma", 4, 0.25)
          "exponential times", delay_law("exponential", 1)
          "hyperexponential times", delay_law("hyperexponential", [0.9, 0.1], [0.5, 5.5])};
  noisy = asgd_problem ("quadratic", 1, "noise", 1, "start", 0);
  paths = merge (quick, 30, 250);
  series = [];
  for k = 1:3
    make = @(rate) asgd_system ("workers", workers, "compute", laws{k,2}, "rate", rate);
    [~, info] = sdde_meansquare (asgd_sdde (make (0.1), noisy));
    limit(k) = 0.1 * info.margin;
    floor_of = @(rate) sdde_variance (asgd_sdde (make (rate), noisy)) / rate;
    fine = limit(k) * linspace (0.02, 0.98, merge (quick, 15, 40));
    rate = limit(k) * merge (quick, [0.1, 0.6], [0.05, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8]);
    for j = 1:numel (rate)
      settled = 4 + 6 / (rate(j) * workers * (1 - rate(j) / limit(k))); # times
      f = @(seed) 2 / rate(j) * mean (asgd_simulate (make (rate(j)), noisy, "paths", paths, ...
        "horizon", 3 * settled, "record", linspace (settled, 3 * settled, 60), "seed", seed).loss);
      [seen(j), error(j)] = repeated_mean (4, seed, f);
    endfor
    series = [series, theory_line(laws{k,1}, k, fine, arrayfun (floor_of, fine)), ...
              simulated_points("", k, rate, seen, error, arrayfun (floor_of, rate)), ...
              marked_line("", limit(k), 0)];
  endfor
  series(end).label = "limits in mean square";
  data.limit = limit;
  data.panels = figure_panel ("Stationary variance, 8 workers", "learning rate x eigenvalue",
    "variance / (rate x noise variance)", series, "axis", [0, 1.8, 0, 8], "legend", "northeast");

  problem = asgd_problem ("quadratic", 1);
  t = 0:0.1:30;
  record = 0:3:30;
  series = [];
  rates = [0.3, 0.5, 0.6];
  for k = 1:3
    system = asgd_system ("workers", 10, "compute", delay_law ("exponential", 1),
                          "rate", rates(k));
    curve = asgd_predict (system, problem, t).loss * 2;
    run = asgd_simulate (system, problem, "paths", merge (quick, 1500, 20000),
                         "horizon", 30, "record", record, "seed", seed);
    series = [series, theory_line(sprintf ("learning rate %.1f", rates(k)), k, t, curve), ...
              simulated_points("", k, record, 2 * run.loss, 2 * run.loss_se, curve(1:30:end))];
    data.speed(k) = sdde_rate (asgd_sdde (system, problem));
    [data.stable(k), info] = sdde_meansquare (asgd_sdde (system, problem));
    data.exponent(k) = info.exponent;
  endfor
  data.panels(2) = figure_panel ("10 exponential workers without noise",
    "time (mean times of a gradient)", "E x^2", series, "axis", [0, 30, 1e-6, 1e4],
    "yscale", "log", "legend", "northwest");
endfunction
