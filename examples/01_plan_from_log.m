## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Plan from a log: how many workers should train this model?
##
## Shows the main road through the package, on the log of a real asynchronous
## run that ships with it: from recorded times to a law of the delays, from
## that to the staleness of the gradients, to the delay equation of the
## training, to its characteristic roots, to the time to a target, and to the
## number of workers that makes that time least.  The advice is then checked by
## simulating the parameter server update by update, which uses none of the
## theory.
##
## Prints one page; leaves two figures (PNG and SVG) in build/demo.

1; # a script, not a function file

function section (text)
  printf ("\n%s\n%s\n", text, repmat ("-", 1, numel (text)));
endfunction

function save_figure (figure_handle, folder, name)
  ## gnuplot needs no display.
  print (figure_handle, fullfile (folder, [name ".png"]), "-dpngcairo", "-r100");
  print (figure_handle, fullfile (folder, [name ".svg"]), "-dsvg");
  printf ("  %s\n", fullfile (folder, [name ".png"]));
endfunction

if (isempty (which ("asgd_trace")))
  pkg ("load", "sdde");
endif
warning ("off", "Octave:gnuplot-graphics");
warning ("off", "print:nogs"); # not needed for the formats used here

## ---- what was recorded ---------------------------------------------------

log_file = sdde ().log;
[logged, info] = asgd_trace (log_file, "rate", 0.02);

section ("1. What the log says");
printf ("%d gradients by %d workers in %.1f s; one gradient takes %.0f ms on average.\n",
        info.rows, info.workers, info.duration, 1000 * info.cycle_mean);
for class = info.classes
  printf ("%d workers take %.0f ms; their times are best described by the law \"%s\"\n",
          class.workers, 1000 * class.cycle_mean, class.law.family);
  printf ("(coefficient of variation %.2f).\n", sqrt (class.law.cv2));
endfor

staleness = asgd_staleness (logged);
section ("2. How stale the gradients are");
printf ("A gradient is stale by the number of updates that others applied while it was\n");
printf ("being computed.            mean   variance\n");
printf ("  logged                 %6.2f   %8.2f\n", info.staleness_mean, info.staleness_variance);
printf ("  predicted from times   %6.2f   %8.2f\n", staleness.mean, staleness.variance);
printf ("The two distributions share all but %.0f %% of their mass; taking the other workers\n",
        100 * info.distance.renewal);
printf ("for a Poisson process, as is often done, would leave %.0f %%.\n",
        100 * info.distance.poisson);
printf ("(%d workers make it %d on average, whatever the times.)\n",
        info.workers, info.workers - 1);

## ---- what is trained -----------------------------------------------------

## A least-squares model like that of the log: 64 parameters, 1000 samples,
## minibatches of 16, targets with noise of standard deviation 1.
randn ("twister", 1);
samples = randn (1000, 64);
truth = randn (64, 1);
problem = asgd_problem ("least-squares", samples, samples * truth + randn (1000, 1),
                        "batch", 16, "start", 0);
target = 0.55;

eq = asgd_sdde (logged, problem);
[slowest, mode] = min (sdde_rate (eq));
[roots, proof] = sdde_roots (eq, "mode", mode, "count", 3);
now = asgd_predict (logged, problem, "target", target);

section ("3. Training as a delay equation");
printf ("The distance x from the best model, along one direction of the loss, obeys\n");
printf ("  x'(t) = -a x(t - D) + noise\n");
printf ("with the damping a = %.2f to %.2f per second and a random delay D that follows\n",
        min (eq.damping), max (eq.damping));
printf ("the law \"%s\" with mean %.0f ms and standard deviation %.0f ms.\n",
        eq.delay.family, 1000 * eq.delay.mean,
        1000 * eq.delay.mean * sqrt (eq.delay.cv2));
printf ("Rightmost characteristic roots in the slowest direction (per second):\n");
for k = 1:numel (roots)
  printf ("  %9.4f %+9.4fi\n", real (roots(k)), imag (roots(k)));
endfor
if (proof.certified)
  printf ("None other lies right of %.2f: that is proved, not sampled.\n", proof.right_of);
endif
if (slowest > 0)
  printf ("All lie left of 0, so training converges: the distance shrinks by %.0f %% per second.\n",
          100 * (1 - exp (-slowest)));
else
  printf ("One lies right of 0: training diverges.\n");
endif
printf ("Loss at the start %.2f; in the end it hovers at %.4f, of which %.4f is the\n",
        now.loss(1), now.loss_floor, eq.minimum);
printf ("smallest possible and the rest is gradient noise.\n");
printf ("Time to the loss %g with %d workers: %.1f s.\n", target, info.workers,
        now.time_to_target);

## ---- the plan ------------------------------------------------------------

plan = asgd_optimize (logged, problem, "target", target, "workers", [1, 60]);
best = plan.best.workers;

section ("4. How many workers?");
printf ("Best: %d workers, which reach it in %.1f s, %.1f times as fast as %d.\n",
        best, plan.value, plan.speedup, info.workers);
printf ("(On machines of their own, as many fast ones as slow ones: %s.)\n",
        strjoin (arrayfun (@num2str, plan.system.workers, "uniformoutput", false), " + "));

## ---- the check -----------------------------------------------------------

section ("5. Checked by simulation");
printf ("workers   predicted   simulated (time to the loss %g, seconds)\n", target);
tried = unique (round ([info.workers, best / 2, best, min(60, 1.4 * best)]));
simulated = nan (size (tried));
for k = 1:numel (tried)
  system = asgd_optimize (logged, problem, "target", target,
                          "workers", tried([k, k])).system;
  predicted = plan.table.value(tried(k));
  run = asgd_simulate (system, problem, "paths", 24, "record", 401,
                       "horizon", 1.5 * now.time_to_target);
  below = find (run.loss <= target, 1);
  if (! isempty (below))
    simulated(k) = run.t(below);
  endif
  printf ("%7d   %9.2f   %9.2f\n", tried(k), predicted, simulated(k));
  if (tried(k) == best)
    best_run = run;
  elseif (tried(k) == info.workers)
    now_run = run;
  endif
endfor

## ---- the figures ---------------------------------------------------------

folder = fullfile ("build", "demo");
if (! isfolder (folder))
  mkdir (folder);
endif
graphics_toolkit ("gnuplot");

section ("6. Figures");
f = figure ("visible", "off", "paperunits", "inches", "paperposition", [0, 0, 8, 5]);
every = 1:10:401;
systems = {logged, now_run, "b"; plan.system, best_run, "r"};
for k = 1:rows (systems)
  [system, run, colour] = systems{k,:};
  curve = asgd_predict (system, problem, run.t);
  semilogy (curve.t, curve.loss, [colour "-"], "linewidth", 2);
  hold on;
  semilogy (run.t(every), run.loss(every), [colour "o"], "markersize", 5);
  names(2*k-1:2*k) = {sprintf("%d workers, predicted", sum (system.workers)), ...
                      sprintf("%d workers, simulated", sum (system.workers))};
endfor
semilogy (run.t([1, end]), [target, target], "k--");
hold off;
legend ([names, {"target"}]);
xlabel ("wall-clock time (s)");
ylabel ("loss");
title ("Predicted and simulated loss");
save_figure (f, folder, "loss_over_time");
close (f);

f = figure ("visible", "off", "paperunits", "inches", "paperposition", [0, 0, 8, 5]);
shown = isfinite (plan.table.value);
plot (plan.table.workers(shown), plan.table.value(shown), "b-", "linewidth", 2);
hold on;
plot (tried, simulated, "ko", "markersize", 6);
plot ([best, best], [0, plan.value], "r--", "linewidth", 2);
hold off;
legend ({"predicted", "simulated", sprintf("recommended: %d workers", best)});
xlabel ("workers");
ylabel (sprintf ("time to the loss %g (s)", target));
title ("More workers are not always faster");
axis ([0, max(plan.table.workers(shown)), 0, 2.5 * now.time_to_target]);
save_figure (f, folder, "time_to_target");
close (f);
