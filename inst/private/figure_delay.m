## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 6: a small staleness does not slow training, a large one makes it diverge.
## Left: the speed against the mean delay at the same damping, by the rightmost root,
## and measured on simulated servers.  Right: means in time, at the delays marked.

function data = figure_delay (quick, seed)
  laws = {"constant times", delay_law("deterministic", 1)
          "gamma times, shape 4", delay_law("gamma", 4, 0.25)
          "exponential times", delay_law("exponential", 1)};
  workers = 40;
  paths = merge (quick, 100, 400);
  x = [0.02:0.02:0.34, 1 / e, 0.38:0.02:2];
  product = merge (quick, [0.2, 0.6, 1.2], [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.25, 1.5]);

  series = [];
  for k = 1:3
    law = laws{k,2};
    speed = @(x) sdde_rate (server_equation (law, workers, x))' ./ x;
    for j = 1:numel (product)
      [seen(j), error(j)] = repeated_mean (6, seed, @(seed) ...
        -real (measured_root (law, workers, product(j), paths, seed)) / product(j));
    endfor
    series = [series, theory_line(laws{k,1}, k, x, speed (x)), ...
              simulated_points("", k, product, seen, error, speed (product))];
    data.fastest(k) = sdde_limit (law).fastest;
    data.gain(k) = sdde_limit (law).rate / sdde_limit (law).fastest;
    data.critical(k) = sdde_limit (law).critical;
  endfor
  limits = [0, 2, -0.4, 2.9];
  series(end+1) = marked_line ("", limits(1:2), 0);
  series(end+1) = marked_line ("no delay", limits(1:2), 1);
  data.panels = figure_panel ("Speed at the same damping, 40 workers",
    "damping x mean delay", "speed / speed without delay", series, "axis", limits);

  law = delay_law ("deterministic", 1);
  series = [];
  t = linspace (0, 12, 241);
  record = t(1:merge (quick, 12, 6):end);
  data.shown = [0.05, 1 / e, 1.2, 1.7];
  for k = 1:4
    ## Time counts in units of 1 / damping, the delay in the same.
    slow = @(t) t / data.shown(k);
    system = asgd_system ("workers", workers, "compute", law, "rate", data.shown(k) / workers);
    scaled = asgd_predict (system, 1, unique (slow ([t, record]))).mean;
    run = asgd_simulate (system, asgd_problem ("quadratic", 1), "paths", paths,
                         "horizon", slow (12), "record", slow (record), "seed", seed);
    [~, place] = ismember (record, t);
    series = [series, theory_line(sprintf ("damping x delay = %.2f", data.shown(k)), k, t, scaled), ...
              simulated_points("", k, record, run.mean, sqrt (run.variance / paths), scaled(place))];
  endfor
  data.panels(2) = figure_panel ("Constant times: mean distance", "damping x time", "E x",
    series, "axis", [0, 12, -1.5, 2.3]);
endfunction
