## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 4: how far the damping can grow.  Left: the limit of the mean against the
## variation of the times, and where simulated servers lose it.  Right: learning rate and
## number of workers for which E x^2 stays bounded, with servers on both sides.

function data = figure_stability (quick, seed)
  workers = 100;
  paths = merge (quick, 6, 120);
  cv2 = merge (quick, 0:0.05:0.55, 0:0.01:0.6);
  families = {"gamma times", @(cv2) gamma_times(cv2)
              "shifted exponential times", @(cv2) shifted_times(cv2)};
  places = merge (quick, [0.1, 0.4], [0.02, 0.1, 0.25, 0.4, 0.5]);
  series = [];
  for k = 1:2
    law = families{k,2};
    limit = @(cv2) limit_of_workers (law (cv2), workers);
    expected = arrayfun (limit, places);
    for j = 1:numel (places)
      f = @(seed) crossing (law (places(j)), workers, expected(j), paths, seed);
      [seen(j), error(j)] = repeated_mean (4, seed, f);
    endfor
    series = [series, theory_line(families{k,1}, k, cv2, arrayfun (limit, cv2)), ...
              simulated_points("", k, places, seen, error, expected)];
  endfor
  data.panels = figure_panel (sprintf ("Limit of the mean, %d workers", workers),
    "squared variation of the times", "damping x mean time", series, "axis", [0, 0.6, 0, 6],
    "legend", "northwest");

  laws = {"constant times", delay_law("deterministic", 1), @(n) 2 * sin (pi ./ (2 * (2 * n - 1)))
          "gamma times, shape 4", delay_law("gamma", 4, 0.25), @(n) arrayfun(@gamma_limit, n)
          "exponential times", delay_law("exponential", 1), @(n) (1 + sqrt (1 + 8 * n)) ./ (2 * n)};
  n = merge (quick, [2, 4, 8, 16, 32], [2:16, 20:4:32]);
  series = [];
  data.grows = [];
  for k = 1:3
    series = [series, theory_line(laws{k,1}, k, n, laws{k,3}(n))];
    for factor = [0.8, 1.25]
      tried = merge (quick, [4, 16], [4, 8, 16, 28]);
      rate = factor * laws{k,3}(tried);
      grows = arrayfun (@(n, rate) growth (laws{k,2}, n, rate, merge (quick, 100, 1000), seed), ...
                        tried, rate);
      data.grows(end+1,:) = [factor, all(grows), any(grows)];
      for state = unique (grows)
        here = grows == state;
        series(end+1) = simulated_points ("", k, tried(here), rate(here), 0, NaN (1, sum (here)));
        if (state)
          series(end).marker = "x";
        endif
      endfor
    endfor
  endfor
  ## In the legend once, in black, and drawn nowhere.
  series(end+1) = simulated_points ("simulated: E x^2 falls", 1, NaN, NaN, NaN, NaN);
  series(end+1) = simulated_points ("simulated: E x^2 grows", 1, NaN, NaN, NaN, NaN);
  series(end).marker = "x";
  data.panels(2) = figure_panel ("Limit in mean square", "workers",
    "learning rate x eigenvalue", series, "axis", [0, 36, 0.02, 5], "yscale", "log");
endfunction

function law = gamma_times (cv2)
  law = delay_law ("deterministic", 1);
  if (cv2 > 0)
    law = delay_law ("gamma", 1 / cv2, cv2);
  endif
endfunction

function law = shifted_times (cv2)
  law = delay_law ("deterministic", 1);
  if (cv2 > 0)
    law = delay_law ("shifted-exponential", 1 - sqrt (cv2), sqrt (cv2));
  endif
endfunction

## The damping at which the rightmost root of order 2 is imaginary, from that of order 1.
function damping = limit_of_workers (law, workers)
  speed = @(a) sdde_rate (server_equation (law, workers, a));
  critical = sdde_limit (law).critical;
  damping = fzero (speed, critical * [0.9, 1.2], optimset ("TolX", 1e-6));
endfunction

## Where the growth of the simulated mean crosses 0, between 10 % below and above.
function damping = crossing (law, workers, expected, paths, seed)
  for k = 1:2
    growth(k) = real (measured_root (law, workers, expected * (0.7 + 0.2 * k), paths, seed));
  endfor
  damping = expected * (1 + 0.2 * (-growth(1) / (growth(2) - growth(1)) - 0.5));
endfunction

function rate = gamma_limit (n)
  system = asgd_system ("workers", n, "compute", delay_law ("gamma", 4, 0.25), "rate", 0.9 / n);
  [~, info] = sdde_meansquare (asgd_sdde (system, 1));
  rate = info.margin * system.rate;
endfunction

## Whether E x^2 grows over a time that the mean's oscillation does not fill.
function grows = growth (law, n, rate, paths, seed)
  run = asgd_simulate (asgd_system ("workers", n, "compute", law, "rate", rate),
                       asgd_problem ("quadratic", 1), "paths", paths, "horizon", 40,
                       "record", 10:0.25:40, "seed", seed);
  half = numel (run.t) / 2;
  grows = mean (run.loss(ceil (half):end)) > mean (run.loss(1:floor (half)));
endfunction
