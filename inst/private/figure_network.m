## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 9: beyond convexity, a network that learns digits.  Left: the time to a test
## accuracy over the number of workers, and what the curvature of the loss makes of it.
## Right: why the curvature has the last word: the damping of the stiffest direction along
## training, against the limit of stability.

function data = figure_network (quick, seed)
  work = delay_law ("gamma", 4, 0.25);
  rate = 0.1;
  make = @(n) asgd_system ("workers", n, "compute", work, "rate", rate);
  problem = asgd_problem ("digits", "samples", merge (quick, 300, 2000), ...
                          "hidden", merge (quick, 16, 32));
  accuracy = merge (quick, [0.5, 0.6], [0.7, 0.85]);
  workers = merge (quick, [2, 8, 32], [2, 4, 6, 8, 11, 16, 23, 32]);
  updates = merge (quick, 700, 2600);

  ## Along training: the largest eigenvalue, from a few, some and many workers.
  limit = sdde_limit (work).critical;
  checkpoints = merge (quick, [0, 300], [0, 100, 200, 400, 800, 1600]);
  watched = merge (quick, 8, [2, 8, 16]);
  series = [];
  for k = 1:numel (watched)
    [largest, last] = sharpness (make (watched(k)), problem, checkpoints, seed);
    series = [series, simulated_points(sprintf ("%d workers", watched(k)), k, checkpoints, ...
                                       rate * watched(k) * largest, 0, NaN (size (largest)))];
    data.largest(k,:) = largest;
    if (k == 1)
      trained = last;
    endif
  endfor
  limits = [-50, max(checkpoints) + 100, 0, 9];
  series(end+1) = marked_line ("limit of the mean", limits(1:2), limit);
  right = figure_panel ("Damping of the stiffest direction", "updates",
    "rate x workers x largest eigenvalue", series, "axis", limits);

  ## Planned: the slowest of the stiffest directions and of a flat one.
  fine = 1:merge (quick, 3, 1):32;
  models = {"curvature at the start", problem.start; "curvature when trained", trained};
  series = [];
  for j = 1:numel (workers)
    horizon = updates / workers(j);
    t = linspace (0, horizon, merge (quick, 15, 53));
    f = @(seed) times_to (asgd_simulate (make (workers(j)), problem, "horizon", horizon, ...
      "paths", 1, "record", t, "seed", seed), accuracy);
    [seen(j,:), error(j,:)] = repeated_mean (merge (quick, 2, 5), seed, f);
  endfor
  for k = 1:2
    reached = isfinite (seen(:,k))';
    series = [series, simulated_points(sprintf ("simulated: %.0f %% right", 100 * accuracy(k)), k, ...
      workers(reached), seen(reached,k), error(reached,k), NaN (1, sum (reached)))];
    [least, place] = min (seen(:,k));
    data.measured(k) = workers(place);
    data.least(k) = least;
  endfor
  for k = 1:2
    [~, curvature] = asgd_curvature (problem, models{k,2}, merge (quick, 3, 20), "tolerance", 1e-3);
    speed = arrayfun (@(n) min (sdde_rate (asgd_sdde (make (n), curvature, "order", 2))), fine);
    [~, place] = max (speed);
    data.planned(k) = fine(place);
    shown = speed > 0;
    scaled = interp1 (fine, speed, workers(1), "linear", "extrap") * seen(1,2) ./ speed;
    series = [series, theory_line(models{k,1}, k + 2, fine(shown), scaled(shown))];
  endfor
  data.accuracy = accuracy;
  data.workers = workers;
  data.time = seen';
  data.panels = [figure_panel("Time to a test accuracy", "workers", ...
    "time (mean times of a gradient)", series, "axis", [0, 36, merge(quick, 5, 20), 2000], ...
    "yscale", "log"), right];
endfunction

## The largest eigenvalue after so many updates, and the last model.
function [largest, model] = sharpness (system, problem, checkpoints, seed)
  done = 0;
  for k = 1:numel (checkpoints)
    if (checkpoints(k) > done)
      run = asgd_simulate (system, problem, "updates", checkpoints(k) - done, "paths", 1,
                           "record", 2, "seed", seed + k);
      problem.start = run.model;
      done = checkpoints(k);
    endif
    largest(k) = asgd_curvature (problem, problem.start, 1, "tolerance", 1e-2)(1);
  endfor
  model = problem.start;
endfunction

## When each accuracy is first reached, Inf where it is not.
function times = times_to (run, accuracy)
  for k = 1:numel (accuracy)
    place = find (run.accuracy >= accuracy(k), 1);
    if (isempty (place))
      times(k) = Inf;
    else
      around = [max(place - 1, 1), place];
      times(k) = run.t(place);
      if (place > 1)
        times(k) = interp1 (run.accuracy(around), run.t(around), accuracy(k));
      endif
    endif
  endfor
endfunction
