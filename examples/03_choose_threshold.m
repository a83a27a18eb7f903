## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## 03_choose_threshold: 32 workers are there, but gradients get too stale
##
## Shows how to choose what to do with late gradients: drop them when they arrive,
## abort their workers, or give up at a deadline; and at which threshold.  Each
## candidate is predicted, and the best of each kind is then simulated, update by
## update, beside doing nothing.
##
## Prints one page; leaves a figure (PNG) in build/demo.  With a variable `quick`
## that is true fewer thresholds are tried.

1; # a script, not a function file

if (isempty (which ("asgd_system")))
  pkg ("load", "sdde");
endif
if (! exist ("quick", "var"))
  quick = false;
endif
warning ("off", "Octave:gnuplot-graphics");
warning ("off", "print:nogs"); # not needed for the formats used here

## Times with a long tail: mean 1 s, standard deviation 1 s.
work = delay_law ("lognormal", -log (2) / 2, sqrt (log (2)));
problem = asgd_problem ("quadratic", [0.3, 1, 2], "noise", 0.2);
target = 0.02;
make = @(varargin) asgd_system ("workers", 32, "compute", work, "rate", 0.05, varargin{:});

thresholds = [4, 8, 12, 16, 24];
deadlines = [0.5, 1, 2];
if (quick)
  thresholds = [8, 12];
  deadlines = 1;
endif
kinds = {"nothing", "", Inf
         "drop", "threshold", thresholds
         "abort", "threshold", thresholds
         "deadline", "deadline", deadlines};

printf ("32 workers, one second for a gradient on average, target loss %g.\n\n", target);
printf ("%-10s %9s %10s %12s %8s\n", "late ones", "limit", "updates/s", "delay (s)", "time (s)");
for k = 1:rows (kinds)
  best(k).time = Inf;
  for value = kinds{k,3}
    switch (kinds{k,1})
      case "nothing"
        system = make ();
      case "deadline"
        system = make ("deadline", value);
      otherwise
        system = make ("threshold", value, "stale", kinds{k,1});
    endswitch
    eq = asgd_sdde (system, problem);
    time = asgd_predict (system, problem, 0, "target", target).time_to_target;
    printf ("%-10s %9g %10.1f %12.2f %8.2f\n", kinds{k,1}, value, eq.rate, eq.delay.mean, time);
    if (time < best(k).time)
      best(k) = struct ("time", time);
      chosen{k} = struct ("system", system, "value", value);
    endif
  endfor
endfor

printf ("\nThe best of each kind, simulated (200 runs):\n");
printf ("%-10s %9s %10s %10s\n", "late ones", "limit", "predicted", "simulated");
t = linspace (0, 1.2 * max ([best.time]), 401);
for k = 1:rows (kinds)
  run = asgd_simulate (chosen{k}.system, problem, "paths", 200, "horizon", t(end), "record", t);
  simulated(k) = [t(find (run.loss <= target, 1)), Inf](1);
  printf ("%-10s %9g %10.2f %10.2f\n", kinds{k,1}, chosen{k}.value, best(k).time, simulated(k));
  losses(k,:) = run.loss;
endfor
[~, place] = min (simulated);
printf ("\nFastest: %s, %.1f times as fast as doing nothing.\n", kinds{place,1},
        simulated(1) / simulated(place));
printf ("With these laws a gradient that is late already will be late for long (the hazard\n");
printf ("falls), so that beginning anew pays twice: less staleness and more updates.\n");

## ---- the figure ------------------------------------------------------------

folder = fullfile ("build", "demo");
if (! isfolder (folder))
  mkdir (folder);
endif
graphics_toolkit ("gnuplot");
f = figure ("visible", "off", "paperunits", "inches", "paperposition", [0, 0, 8, 5]);
styles = {"k-", "b--", "r-.", "m:"};
for k = 1:4
  semilogy (t, losses(k,:), styles{k}, "linewidth", 2);
  hold on;
endfor
semilogy (t([1, end]), [target, target], "-", "color", [0.6, 0.6, 0.6]);
hold off;
legend ([kinds(:,1); {"target"}]);
xlabel ("time (s)");
ylabel ("loss");
title ("32 workers, by what happens to late gradients");
print (f, fullfile (folder, "thresholds.png"), "-dpngcairo", "-r100");
printf ("\nFigure: %s\n", fullfile (folder, "thresholds.png"));
close (f);
