## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## 08_plan_network: a schedule for a network, planned and then measured
##
## Shows how far the theory carries where nothing is quadratic: the curvature of a
## network's loss is measured at the start and along training, workers and a threshold
## are planned from it, and then the time to a test accuracy is measured over all of
## them.
##
## With files of the MNIST format in the folder that the environment variable
## SDDE_DIGITS names (see 02_train_digits) the digits are handwritten, and it takes
## some minutes; otherwise the package draws them.  With a variable `quick` that is
## true everything is smaller.
##
## Prints one page; asgd_figure ("network") draws the first table.

1; # a script, not a function file

if (isempty (which ("asgd_problem")))
  pkg ("load", "sdde");
endif
if (! exist ("quick", "var"))
  quick = false;
endif

images_file = fullfile (getenv ("SDDE_DIGITS"), "t10k-images-idx3-ubyte.gz");
labels_file = fullfile (getenv ("SDDE_DIGITS"), "t10k-labels-idx1-ubyte.gz");
accuracy = [0.7, 0.85];
updates = 2600;
workers = [2, 4, 8, 16, 32];
thresholds = [2, 4, 8, 16, 32];
runs = 4;
if (! isempty (getenv ("SDDE_DIGITS")) && exist (images_file, "file"))
  X = double (asgd_idx (images_file)) / 255;
  y = double (asgd_idx (labels_file)) + 1; # classes are numbered from 1
  problem = asgd_problem ("mlp", X(1:8000,:), y(1:8000), 32, "test", {X(8001:end,:), y(8001:end)});
  accuracy = [0.85, 0.92];
  updates = 3000;
elseif (quick)
  problem = asgd_problem ("digits", "samples", 300, "hidden", 16);
  accuracy = [0.5, 0.6];
  updates = 700;
  workers = [2, 8, 32];
  thresholds = 4;
  runs = 2;
else
  problem = asgd_problem ("digits", "samples", 2000, "hidden", 32);
endif
work = delay_law ("gamma", 4, 0.25); # one second for a gradient, on average
make = @(n, varargin) asgd_system ("workers", n, "compute", work, "rate", 0.1, varargin{:});

## Times to the accuracies, from the mean accuracy of some runs at 40 instants.
function [times, run] = measured (system, problem, accuracy, updates, runs)
  horizon = updates / asgd_staleness (system).rate;
  run = asgd_simulate (system, problem, "horizon", horizon, "paths", runs, "record", 41);
  for k = 1:numel (accuracy)
    place = find (run.accuracy >= accuracy(k), 1);
    times(k) = Inf;
    if (place > 1)
      times(k) = interp1 (run.accuracy(place-[1, 0]), run.t(place-[1, 0]), accuracy(k));
    endif
  endfor
endfunction

## The decay of the slowest of the modes that were found: stiff ones and a flat one.
speed = @(system, curvature) min (sdde_rate (asgd_sdde (system, curvature)));

## ---- the curvature, and a plan from it ---------------------------------------

printf ("Network of %d parameters, learning rate 0.1, %d runs each.\n\n", problem.dimension, runs);
printf ("Planned from the curvature after some updates of 4 workers:\n");
printf ("updates   largest eigenvalue   variance of a gradient   workers\n");
place = problem;
done = 0;
for checkpoint = round (updates * [0, 0.1, 0.3, 1])
  if (checkpoint > 0)
    run = asgd_simulate (make (4), place, "updates", checkpoint - done, "paths", 1, "record", 2);
    place.start = run.model;
    done = checkpoint;
  endif
  [lambda, curvature] = asgd_curvature (problem, place.start, 10, "tolerance", 1e-3);
  plan = asgd_optimize (make (4), curvature, "objective", "speed", "workers", [1, 32], "order", 2);
  printf ("%7d   %18.2f   %22.3f   %7d\n", checkpoint, lambda(1), curvature.total,
          plan.best.workers);
  if (checkpoint == 0)
    start = curvature;
    planned = plan.best.workers;
  endif
endfor

## ---- workers, measured -------------------------------------------------------

printf ("\nworkers   time to %.0f %% right   to %.0f %%   in the end   (seconds)\n", 100 * accuracy);
for k = 1:numel (workers)
  [times(k,:), run] = measured (make (workers(k)), problem, accuracy, updates, runs);
  printf ("%7d   %18.1f   %7.1f   %8.1f %%\n", workers(k), times(k,:), 100 * run.accuracy(end));
endfor
[~, fastest] = min (times);
printf ("Measured best: %d and %d workers; planned from the start: %d.\n", workers(fastest), planned);

## ---- a threshold for 32 workers ----------------------------------------------

printf ("\n32 workers that abort gradients staler than a threshold:\n");
printf ("threshold   speed by curvature at the start   time to %.0f %%   to %.0f %%\n", 100 * accuracy);
for k = 1:numel (thresholds)
  system = make (32, "threshold", thresholds(k), "stale", "abort");
  late(k,:) = measured (system, problem, accuracy, updates, runs);
  printf ("%9d   %31.4f   %12.1f   %7.1f\n", thresholds(k), speed (system, start), late(k,:));
endfor

## ---- a trigger for 8 workers ----------------------------------------------------

## In units of the noise of one coordinate; a gradient that is all noise has the norm
## of the square root of their number.
level = sqrt (start.total / problem.dimension);
printf ("\n8 workers that send gradients longer than u times the noise of a coordinate:\n");
printf ("u / sqrt (parameters)   sent   time to %.0f %%   uploads until then\n", 100 * accuracy(1));
for factor = [0, 0.6, 0.9]
  u = factor * sqrt (problem.dimension);
  run = asgd_simulate (make (8, "trigger", u), problem, "horizon", updates / 8, "paths", runs,
                       "record", 41, "noise-level", level);
  place = [find(run.accuracy >= accuracy(1), 1), numel(run.t)](1);
  printf ("%21.1f   %3.0f %%   %12.1f   %18.0f\n", factor, 100 * run.uploads(end) / updates,
          run.t(place), run.uploads(place));
endfor
