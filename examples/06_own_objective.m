## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## 06_own_objective: bring your own loss
##
## Shows how a loss that the package does not know goes through all of it: a function
## that returns loss and gradient is enough.  Here it is a robust regression (Huber's
## loss); its minimum is found, curvature and noise there give the delay equation, that
## the number of workers, and the simulated server has the last word.
##
## Prints one page; leaves a figure (PNG) in build/demo.  With a variable `quick` that
## is true fewer runs are simulated.

1; # a script, not a function file

if (isempty (which ("asgd_system")))
  pkg ("load", "sdde");
endif
if (! exist ("quick", "var"))
  quick = false;
endif
warning ("off", "Octave:gnuplot-graphics");
warning ("off", "print:nogs"); # not needed for the formats used here

## ---- the loss --------------------------------------------------------------

## [loss, gradient] over the samples of a batch, a row of their numbers.
function [loss, gradient] = huber (w, batch, A, b)
  residual = A(batch,:) * w - b(batch);
  inside = max (min (residual, 1), -1); # the derivative of the loss
  loss = mean (inside .* (residual - inside / 2));
  gradient = A(batch,:)' * inside / numel (batch);
endfunction

randn ("twister", 1);
rand ("twister", 1);
m = 400;
A = randn (m, 4) .* [0.5, 0.8, 1, 1.3];
b = A * [1; -1; 2; 0.5] + 0.3 * randn (m, 1) + 5 * (rand (m, 1) < 0.05); # some are far off
loss = @(w, batch) huber (w, batch, A, b);
problem = asgd_problem ("custom", loss, "start", zeros (4, 1), "samples", m, "batch", 8);

## ---- where it ends, and what it looks like there -----------------------------

work = delay_law ("shifted-exponential", 0.5, 0.5);
alone = asgd_system ("workers", 1, "compute", work, "rate", 0.1);
run = asgd_simulate (alone, problem, "updates", 400, "paths", 1, "record", 2);
[w, least] = fminunc (@(w) loss (w, 1:m), run.model, optimset ("GradObj", "on"));
printf ("Minimum %.4f at w = [%s]\n", least, sprintf (" %.3f", w));
[lambda, info] = asgd_curvature (problem, w, 2, "draws", 1000);
printf ("Eigenvalues of the Hessian:%s; variance of a gradient %.3f\n", sprintf (" %.3f", lambda),
        info.total);

## ---- the plan --------------------------------------------------------------

target = least + 0.02;
plan = asgd_optimize (alone, info, "target", target, "workers", [1, 16]);
printf ("\nPlanned: %d workers are within 0.02 of the minimum after %.1f s, %.1f times as fast\n",
        plan.best.workers, plan.value, plan.speedup);
printf ("as one.\n");

## ---- the check -------------------------------------------------------------

paths = 30;
tried = unique ([ceil(plan.best.workers / 2), plan.best.workers, 2 * plan.best.workers]);
if (quick)
  paths = 4;
endif
printf ("\nworkers   predicted   simulated (s, %d runs)\n", paths);
t = linspace (0, 2.5 * plan.table.value(tried(1)), 41);
for k = 1:numel (tried)
  system = setfield (alone, "workers", tried(k));
  run = asgd_simulate (system, problem, "paths", paths, "horizon", t(end), "record", t);
  curves(k,:) = run.loss - least;
  predicted = Inf;
  if (tried(k) <= numel (plan.table.value))
    predicted = plan.table.value(tried(k));
  endif
  printf ("%7d   %9.1f   %9.1f\n", tried(k), predicted, ...
          [t(find (run.loss <= target, 1)), Inf](1));
endfor
printf ("Far from the minimum Huber's loss is flatter than it is there, and the way takes\n");
printf ("longer than the curvature of the minimum says.\n");

## ---- the figure ------------------------------------------------------------

folder = fullfile ("build", "demo");
if (! isfolder (folder))
  mkdir (folder);
endif
graphics_toolkit ("gnuplot");
f = figure ("visible", "off", "paperunits", "inches", "paperposition", [0, 0, 8, 5]);
styles = {"k-", "b--", "r-."};
for k = 1:numel (tried)
  semilogy (t, curves(k,:), styles{k}, "linewidth", 2);
  hold on;
  names{k} = sprintf ("%d workers", tried(k));
endfor
semilogy (t([1, end]), [0.02, 0.02], "-", "color", [0.6, 0.6, 0.6]);
hold off;
legend ([names, {"target"}]);
xlabel ("time (s)");
ylabel ("loss above the minimum");
title ("A loss of one's own");
print (f, fullfile (folder, "own_objective.png"), "-dpngcairo", "-r100");
printf ("\nFigure: %s\n", fullfile (folder, "own_objective.png"));
close (f);
