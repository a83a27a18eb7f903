## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 5: more workers are not always faster.  Left: when the mean distance is within
## 1 per cent of its start for good, over the number of workers; it is least at 8, and
## never comes beyond the limit of stability.  Right: the curves behind it.

function data = figure_workers (quick, seed)
  work = delay_law ("shifted-exponential", 0.5, 0.5);
  rate = 0.05;
  level = 0.01;
  t = 0:0.05:64;
  make = @(n) asgd_system ("workers", n, "compute", work, "rate", rate);
  settled = @(n) settling_time (t, asgd_predict (make (n), 1, t, "order", 2).mean, level);
  paths = merge (quick, 600, 5000);

  fine = merge (quick, [2:2:6, 7, 8, 9, 10:4:38], 2:46);
  predicted = arrayfun (settled, fine);
  workers = merge (quick, [4, 6, 7, 8, 9, 10, 22, 34], [3:12, 14:2:40]);
  for k = 1:numel (workers)
    n = workers(k);
    expected(k) = predicted(fine == n);
    ## Three standard errors of the mean must be small against the level.
    horizon = min (64, 1.2 * expected(k) + 2);
    run = asgd_simulate (make (n), asgd_problem ("quadratic", 1), "paths", paths, ...
                         "record", 0:0.05:horizon, "horizon", horizon, "seed", seed);
    error = 2 * sqrt (run.variance / run.paths);
    seen(k) = settling_time (run.t, run.mean, level);
    low(k) = settling_time (run.t, max (abs (run.mean) - error, 0), level);
    high(k) = settling_time (run.t, abs (run.mean) + error, level);
  endfor
  limit = stable_workers (make);
  limits = [0, 50, 0, 40];
  shown = isfinite (predicted);
  series = [theory_line("predicted", 1, fine(shown), predicted(shown)), ...
            simulated_points("simulated", 1, workers, seen, {low, min(high, limits(4))}, expected), ...
            marked_line("limit of stability", limit, limits(3:4))];
  data.panels = figure_panel ("Time until |E x| stays below 1 %", "workers",
    "time (mean times of a gradient)", series, "axis", limits, "legend", "north");
  [~, place] = min (predicted);
  data.best.predicted = fine(place);
  [~, place] = min (seen);
  data.best.simulated = workers(place);
  data.limit = limit;

  series = [];
  shown = [3, 8, 24, ceil(limit) + 2];
  t = 0:0.05:14;
  record = 0:merge (quick, 0.7, 0.5):14;
  for k = 1:4
    system = make (shown(k));
    curve = asgd_predict (system, 1, t, "order", 2);
    run = asgd_simulate (system, asgd_problem ("quadratic", 1), "paths", paths,
                         "record", record, "horizon", 14, "seed", seed + 1);
    series = [series, theory_line(sprintf ("%d workers", shown(k)), k, t, curve.mean), ...
              simulated_points("", k, record, run.mean, sqrt (run.variance / run.paths), ...
                               interp1 (t, curve.mean, record))];
  endfor
  data.panels(2) = figure_panel ("Mean distance from the minimum",
    "time (mean times of a gradient)", "E x", series, "axis", [0, 14, -2, 3.2]);
endfunction

## From when on the curve stays within the level; Inf if it does not before its end.
function t = settling_time (times, curve, level)
  last = find (! (abs (curve) <= level), 1, "last");
  if (isempty (last))
    t = times(1);
  elseif (last == numel (times))
    t = Inf;
  else
    t = times(last+1);
  endif
endfunction

## The number of workers, not whole, at which the rightmost root is imaginary.
function n = stable_workers (make)
  speed = @(n) sdde_rate (asgd_sdde (make (n), 1, "order", 2));
  high = 2;
  while (speed (high) > 0)
    high += 1;
  endwhile
  n = interp1 ([speed(high - 1), speed(high)], [high - 1, high], 0);
endfunction
