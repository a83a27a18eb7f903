## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## 02_train_digits: 16 asynchronous workers train a network on digits
##
## Shows that what the package says of staleness, stability and speed holds for
## a loss that is not convex: a network with one hidden layer learns to read
## handwritten digits from stale gradients, as the parameter server is simulated
## update by update.  Its curvature where it ends up then gives the delay
## equation of training near by, and the learning rate at which it becomes
## unstable, which is then tried.
##
## With files of the MNIST format in the folder that the environment variable
## SDDE_DIGITS names (t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz),
## a 784-64-10 network is trained on the first 8000 pictures and tested on the
## next 2000; otherwise digits are drawn by the package.  With a variable
## `quick` that is true everything is smaller.
##
## Prints one page; leaves a figure (PNG) in build/demo.

1; # a script, not a function file

if (isempty (which ("asgd_problem")))
  pkg ("load", "sdde");
endif
if (! exist ("quick", "var"))
  quick = false;
endif
warning ("off", "Octave:gnuplot-graphics");
warning ("off", "print:nogs"); # not needed for the formats used here

## ---- the digits ------------------------------------------------------------

images_file = fullfile (getenv ("SDDE_DIGITS"), "t10k-images-idx3-ubyte.gz");
labels_file = fullfile (getenv ("SDDE_DIGITS"), "t10k-labels-idx1-ubyte.gz");
handwritten = ! isempty (getenv ("SDDE_DIGITS")) && exist (images_file, "file");
if (handwritten)
  X = double (asgd_idx (images_file)) / 255;
  y = double (asgd_idx (labels_file)) + 1; # classes are numbered from 1
  problem = asgd_problem ("mlp", X(1:8000,:), y(1:8000), 64, ...
                          "test", {X(8001:10000,:), y(8001:10000)});
  updates = 6000;
  rate = 0.08;
else
  sizes = [2000, 64, 8000]; # pictures, hidden units, updates
  if (quick)
    sizes = [400, 24, 1500];
  endif
  problem = asgd_problem ("digits", "samples", sizes(1), "hidden", sizes(2));
  updates = sizes(3);
endif
rate = 0.08;
printf ("%d pictures of %d pixels to learn from, %d others to be tested on.\n",
        rows (problem.X), columns (problem.X), rows (problem.test_X));
printf ("The network has %d parameters.\n", problem.dimension);

## ---- training --------------------------------------------------------------

work = delay_law ("gamma", 4, 0.25); # one second for a gradient, on average
system = asgd_system ("workers", 16, "compute", work, "rate", rate);
run = asgd_simulate (system, problem, "updates", updates, "paths", 1, "record", 21);
alone = setfield (system, "workers", 1);
single = asgd_simulate (alone, problem, "horizon", run.t(end), "paths", 1, "record", 21);

staleness = asgd_staleness (system);
seen = (0:numel (run.staleness) - 1) * run.staleness';
printf ("\nTraining with 16 workers: %d updates in %.0f s.\n", updates, run.t(end));
printf ("A gradient is %.2f updates stale on average (predicted: %.2f).\n", seen,
        staleness.mean);
printf ("Test accuracy of 16 workers %.1f %%, of one worker in the same time %.1f %%.\n",
        100 * run.accuracy(end), 100 * single.accuracy(end));

## ---- where it ended up -----------------------------------------------------

[lambda, info] = asgd_curvature (problem, run.model, 3, "tolerance", 1e-4);
eq = asgd_sdde (system, info);
limit = sdde_limit (eq.delay);
fastest = rate * limit.critical / max (eq.damping);
printf ("\nThere the largest eigenvalue of the Hessian is %.3g, the smallest one %.2g;\n",
        lambda(1), lambda(end));
printf ("the loss is %.4f and the variance of a gradient %.3g.\n", info.loss, info.total);
printf ("In the stiffest direction the damping is %.2f per second.  With this delay it is\n",
        max (eq.damping));
printf ("stable up to %.2f: up to the learning rate %.3f (used: %.3f).\n",
        limit.critical, fastest, rate);

## From there on with rates on both sides of that one.
problem.start = run.model;
for factor = [0.5, 2.5]
  system.rate = factor * fastest;
  go_on = asgd_simulate (system, problem, "updates", 400, "paths", 1, "record", 41);
  printf ("  with %.1f of that rate the loss is at most %.3g in 400 more updates\n",
          factor, max (go_on.loss));
endfor

## ---- the figure ------------------------------------------------------------

folder = fullfile ("build", "demo");
if (! isfolder (folder))
  mkdir (folder);
endif
graphics_toolkit ("gnuplot");
f = figure ("visible", "off", "paperunits", "inches", "paperposition", [0, 0, 8, 5]);
plot (run.t, 100 * run.accuracy, "b-o", single.t, 100 * single.accuracy, "r-s");
axis ([0, run.t(end), 0, 100]);
grid ("on");
xlabel ("time (s)");
ylabel ("test accuracy (%)");
legend ("16 asynchronous workers", "1 worker", "location", "southeast");
title ("Reading digits, trained with stale gradients");
print (f, fullfile (folder, "digits_accuracy.png"), "-dpngcairo", "-r100");
printf ("\nFigure: %s\n", fullfile (folder, "digits_accuracy.png"));
close (f);
