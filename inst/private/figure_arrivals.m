## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 1: the gradients of many workers arrive nearly as a Poisson process,
## whatever law their times have.  Left: the gap to the next arrival against the
## exponential law.  Right: how far that reaches: over windows as long as a cycle,
## which is what a gradient lives through, counts are as regular as the times.

function data = figure_arrivals (quick, seed)
  work = delay_law ("gamma", 4, 0.25);
  updates = merge (quick, 4e4, 4e5);
  workers = [1, 4, 32];
  x = linspace (0, 4, 81);
  series = theory_line ("Poisson", 1, x, exp (-x));
  for k = 1:3
    n = workers(k);
    gap = @(x) gap_survival (work, n, x);
    gaps = diff (arrivals (work, n, updates, seed)) * n / work.mean;
    shown = 0.25:0.25:4;
    seen = arrayfun (@(u) mean (gaps > u), shown);
    label = sprintf ("%d workers", n);
    if (n == 1)
      label = "1 worker";
    endif
    series(end+1) = theory_line (label, k + 1, x, gap (x));
    series(end+1) = simulated_points ("", k + 1, shown, seen,
      sqrt (seen .* (1 - seen) / numel (gaps)), gap (shown));
    data.distance(k) = max (abs (gap (x) - exp (-x)));
  endfor
  data.workers = workers;
  data.panels = figure_panel ("Gaps between arrivals (gamma times, shape 4)",
    "gap / mean gap", "P(gap is longer)", series, "axis", [0, 4, 2e-3, 1],
    "yscale", "log");

  ## Counts of 32 workers in windows of length t: variance over mean.
  n = 32;
  t = merge (quick, [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4],
                    logspace (log10 (0.02), log10 (4), 24));
  index = arrayfun (@(t) dispersion (work, n, t), t);
  times = arrivals (work, n, updates, seed + 1);
  [seen, error] = arrayfun (@(t) seen_dispersion (times, t), t);
  limits = [0.02, 4, 0, 1.6];
  series = [theory_line("Poisson", 1, limits(1:2), [1, 1]), ...
            theory_line("32 workers", 2, t, index), ...
            simulated_points("simulated", 2, t, seen, error, index), ...
            marked_line("squared variation of the times", limits(1:2), work.cv2)];
  data.panels(2) = figure_panel ("Counts in a window",
    "length of the window / mean time of a gradient", "variance / mean of the count",
    series, "axis", limits, "xscale", "log");
  data.window = t;
  data.dispersion = index;
endfunction

## P(gap > x mean gaps) of N stationary renewal processes: that of the worker who
## came last, and the residual times of the others.
function p = gap_survival (law, n, x)
  t = x * law.mean / n;
  fine = linspace (0, max (t), 2001);
  tail = 1 - delay_cdf (law, fine);
  residual = 1 - interp1 (fine, cumtrapz (fine, tail), t) / law.mean;
  p = (1 - delay_cdf (law, t)) .* residual .^ (n - 1);
endfunction

## Times of about so many arrivals, one path.
function times = arrivals (law, workers, updates, seed)
  system = asgd_system ("workers", workers, "compute", law, "rate", 1e-3);
  run = asgd_simulate (system, asgd_problem ("quadratic", 1), "updates", updates,
                       "paths", 1, "record", 2, "events", true, "seed", seed);
  times = run.events(:,3);
endfunction

## A worker whose time is always T sees the count of the others in windows of that
## length: exact renewal theory by the function that computes staleness.
function index = dispersion (law, n, t)
  watched = asgd_system ("workers", [1, n], "compute", {delay_law("deterministic", t), law});
  class = asgd_staleness (watched).classes(1);
  index = class.variance / class.mean;
endfunction

## Variance over mean of the counts in windows side by side, and its standard error
## from 20 blocks of them.
function [index, error] = seen_dispersion (times, t)
  edges = times(1):t:times(end);
  counts = histc (times, edges)(1:end-1);
  blocks = reshape (counts(1:end - mod (end, 20)), [], 20);
  each = var (blocks) ./ mean (blocks);
  index = mean (each);
  error = std (each) / sqrt (20);
endfunction
