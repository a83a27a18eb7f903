## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## How the main costs grow, in seconds on one thread: one more update of
## asgd_simulate, from 1 to 1e6 workers (10 dimensions) and from 1 to 1e6 dimensions
## (10 workers), the start of the workers not counted; asgd_staleness from 10 to 1e6
## workers, for times that are shifted-exponential and lognormal; sdde_rate from 1e3
## to 1e6 modes.  Leaves a figure as growth.png in build/bench.  Expected are a growth
## with the logarithm of the workers (and the misses of the cache), with the
## dimension, with the width of the distribution of the staleness (the root of the
## workers at most, until an approximation that states its error takes over), and
## with the modes.

function rows = bench_growth ()
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});
  work = delay_law ("shifted-exponential", 0.5, 0.5);
  workers = dimensions = 10 .^ (0:6);
  for k = 1:numel (workers)
    system = asgd_system ("workers", workers(k), "compute", work, "rate", 1e-4);
    problem = asgd_problem ("quadratic", 1:10, "noise", 0.1);
    by_workers(k) = per_update (system, problem, 3e5);
    rows(end+1) = row (sprintf ("1e6 updates of %g workers", workers(k)), ...
                       1e6 * by_workers(k), 1e6 * by_workers(1), "1e6 updates of 1 worker");
  endfor
  system = asgd_system ("workers", 10, "compute", work, "rate", 1e-4);
  for k = 1:numel (dimensions)
    problem = asgd_problem ("quadratic", ones (1, dimensions(k)), "noise", 0.1);
    count = round (max (100, min (3e5, 2e7 / dimensions(k))));
    by_dimension(k) = per_update (system, problem, count);
    rows(end+1) = row (sprintf ("1e5 updates in dimension %g", dimensions(k)), ...
                       1e5 * by_dimension(k), 1e5 * by_dimension(1), ...
                       "1e5 updates in dimension 1");
  endfor

  crowd = 10 .^ (1:6);
  laws = {"shifted-exponential", work; "lognormal", delay_law("lognormal", -0.35, 0.83)};
  for l = 1:2
    for k = 1:numel (crowd)
      system = asgd_system ("workers", crowd(k), "compute", laws{l,2});
      staleness(l,k) = least (@() asgd_staleness (system));
      rows(end+1) = row (sprintf ("staleness of %g workers, %s", crowd(k), laws{l,1}), ...
                         staleness(l,k), staleness(l,1), "10 workers");
    endfor
  endfor
  modes = 10 .^ (3:6);
  for k = 1:numel (modes)
    eq = sdde_equation ("damping", linspace (0.01, 1, modes(k)), "delay", ...
                        delay_law ("gamma", 4, 0.25));
    rates(k) = least (@() sdde_rate (eq));
    rows(end+1) = row (sprintf ("speeds of %g modes, gamma delays", modes(k)), ...
                       rates(k), rates(1), "1e3 modes");
  endfor

  panel = struct ("x", {workers, dimensions, crowd, modes}, ...
                  "y", {1e6 * by_workers, 1e6 * by_dimension, staleness, rates}, ...
                  "label", {"workers", "dimensions", "workers", "modes"}, ...
                  "unit", {"microseconds per update", "microseconds per update", ...
                           "seconds, law of staleness", "seconds, speeds of modes"});
  draw (panel);
endfunction

function r = row (what, ours, baseline, against)
  r = struct ("what", what, "ours", ours, "baseline", baseline, "against", against);
endfunction

function seconds = per_update (system, problem, updates)
  go = @(n) asgd_simulate (system, problem, "updates", n, "paths", 1, "threads", 1, ...
                           "cold", true, "record", 1);
  seconds = (least (@() go (2 * updates)) - least (@() go (updates))) / updates;
endfunction

function seconds = least (f)
  seconds = Inf;
  for k = 1:3
    [once, result] = bench_once (f); # without output it would draw
    seconds = min (seconds, once);
  endfor
endfunction

function draw (panel)
  if (! any (strcmp (available_graphics_toolkits (), "gnuplot")))
    return;
  endif
  folder = fullfile (fileparts (fileparts (mfilename ("fullpath"))), "build", "bench");
  warning ("off", "Octave:gnuplot-graphics", "local");
  graphics_toolkit ("gnuplot");
  f = figure ("visible", "off", "paperposition", [0, 0, 9, 7]);
  unwind_protect
    for k = 1:numel (panel)
      subplot (2, 2, k);
      x = panel(k).x;
      y = panel(k).y;
      if (k == 1)
        trend = y(1) * (1 + log2 (x) / 10);
        names = {"measured", "1 + log_2 (n) / 10"};
      elseif (k == 3)
        trend = y(1,end) * sqrt (x / x(end));
        names = {"shifted-exponential", "lognormal", "root of n"};
      else
        trend = y(end) * x / x(end);
        names = {"measured", "proportional"};
      endif
      styles = {"bo-", "rs-"};
      for l = 1:rows (y)
        loglog (x, y(l,:), styles{l});
        hold on;
      endfor
      loglog (x, trend, "k--");
      hold off;
      ylim (10 .^ [floor(log10 (min (y(:)))), ceil(log10 (max (y(:)))) + 1]);
      xlabel (panel(k).label);
      ylabel (panel(k).unit);
      legend (names{:}, "location", "northwest");
      legend ("boxoff");
    endfor
    print (f, fullfile (folder, "growth.png"), "-dpngcairo", "-r100");
  unwind_protect_cleanup
    close (f);
  end_unwind_protect
endfunction
