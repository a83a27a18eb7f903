## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## What one more update of asgd_simulate costs, from 1 to 1e6 workers (10
## dimensions), and from 1 to 1e6 dimensions (10 workers), in seconds of the
## processor; the start of the workers does not count.  Leaves the numbers and a figure as
## growth.txt and growth.png in build/bench.  Expected are a growth with the
## logarithm of the workers (and the misses of the cache), and with the dimension.

function rows = bench_growth ()
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});
  work = delay_law ("shifted-exponential", 0.5, 0.5);
  workers = 10 .^ (0:6);
  dimensions = 10 .^ (0:6);
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
  leave (workers, by_workers, dimensions, by_dimension);
endfunction

function r = row (what, ours, baseline, against)
  r = struct ("what", what, "ours", ours, "baseline", baseline, "against", against);
endfunction

function seconds = per_update (system, problem, updates)
  go = @(n) asgd_simulate (system, problem, "updates", n, "paths", 1, "threads", 1, ...
                           "cold", true, "record", 1);
  long = short = Inf;
  for k = 1:3
    short = min (short, processor_seconds (@() go (updates)));
    long = min (long, processor_seconds (@() go (2 * updates)));
  endfor
  seconds = (long - short) / updates;
endfunction

function seconds = processor_seconds (f)
  spent = cputime ();
  run = f (); # without output it would draw
  seconds = cputime () - spent;
endfunction

function leave (workers, by_workers, dimensions, by_dimension)
  folder = fullfile (fileparts (fileparts (mfilename ("fullpath"))), "build", "bench");
  file = fopen (fullfile (folder, "growth.txt"), "w");
  fprintf (file, "%-12s %s\n", "workers", "seconds per update, 10 dimensions");
  fprintf (file, "%-12g %.4g\n", [workers; by_workers]);
  fprintf (file, "%-12s %s\n", "dimensions", "seconds per update, 10 workers");
  fprintf (file, "%-12g %.4g\n", [dimensions; by_dimension]);
  fclose (file);
  if (! any (strcmp (available_graphics_toolkits (), "gnuplot")))
    return;
  endif
  warning ("off", "Octave:gnuplot-graphics", "local");
  graphics_toolkit ("gnuplot");
  f = figure ("visible", "off", "paperposition", [0, 0, 10, 4]);
  unwind_protect
    subplot (1, 2, 1);
    loglog (workers, 1e6 * by_workers, "bo-", ...
            workers, 1e6 * by_workers(1) * (1 + log2 (workers) / 10), "k--");
    xlabel ("workers");
    ylabel ("microseconds per update");
    legend ("measured", "1 + log_2 (n) / 10", "location", "northwest");
    subplot (1, 2, 2);
    loglog (dimensions, 1e6 * by_dimension, "bo-", ...
            dimensions, 1e6 * by_dimension(end) * dimensions / dimensions(end), "k--");
    xlabel ("dimensions");
    ylabel ("microseconds per update");
    legend ("measured", "proportional", "location", "northwest");
    print (f, fullfile (folder, "growth.png"), "-dpngcairo", "-r100");
  unwind_protect_cleanup
    close (f);
  end_unwind_protect
endfunction
