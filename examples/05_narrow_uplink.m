## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## 05_narrow_uplink: gradients that are not worth their bandwidth
##
## Shows what an event trigger does where all workers share one uplink: it thins the
## queue, so that the gradients that are sent arrive sooner.  The exact rates come from
## the closed network of workers and uplink, the run from the simulated server.
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

## 24 workers take a second for a gradient; the uplink takes 0.1 s to send one.
work = delay_law ("gamma", 4, 0.25);
sending = delay_law ("exponential", 0.1);
problem = asgd_problem ("quadratic", [0.5, 1], "noise", 1, "start", 1);
target = 0.03;
levels = [0, 1, 2, 3];
paths = 400;
if (quick)
  levels = [0, 2];
  paths = 100;
endif

printf ("A worker sends a gradient where its norm is more than u times its noise.\n");
printf ("Near the minimum:      sent   uploads/s   queue   delay (s)\n");
for k = 1:numel (levels)
  systems{k} = asgd_system ("workers", 24, "compute", work, "uplink", sending, ...
                            "rate", 0.02, "trigger", levels(k));
  st = asgd_staleness (systems{k}, "dimension", 2);
  printf ("  u = %d              %5.1f %%   %9.2f   %5.1f   %9.2f\n", levels(k), 100 * st.sent,
          st.uploads, st.queue, st.delay.mean);
endfor

t = linspace (0, 30, 301);
printf ("\nThe whole way from loss 0.75 to %g, simulated:\n", target);
printf ("             time (s)   uploads   loss at the end\n");
for k = 1:numel (levels)
  run = asgd_simulate (systems{k}, problem, "paths", paths, "horizon", t(end), "record", t);
  losses(k,:) = run.loss;
  there = find (run.loss <= target, 1);
  if (isempty (there))
    printf ("  u = %d         never             -   %15.4f\n", levels(k), run.loss(end));
  else
    printf ("  u = %d      %8.1f   %7.0f   %15.4f\n", levels(k), t(there), run.uploads(there),
            run.loss(end));
  endif
endfor
printf ("\nFar from the minimum every gradient passes the trigger and the uplink is full; close\n");
printf ("to it the queue is gone.  A small trigger makes training faster, one of u = 2 takes\n");
printf ("about as long as none, with half of the uploads; beyond, too little is sent.\n");

## ---- the figure ------------------------------------------------------------

folder = fullfile ("build", "demo");
if (! isfolder (folder))
  mkdir (folder);
endif
graphics_toolkit ("gnuplot");
f = figure ("visible", "off", "paperunits", "inches", "paperposition", [0, 0, 8, 5]);
styles = {"k-", "b--", "r-.", "m:"};
for k = 1:numel (levels)
  semilogy (t, losses(k,:), styles{k}, "linewidth", 2);
  hold on;
  names{k} = sprintf ("u = %d", levels(k));
endfor
semilogy (t([1, end]), [target, target], "-", "color", [0.6, 0.6, 0.6]);
hold off;
legend ([names, {"target"}]);
xlabel ("time (s)");
ylabel ("loss");
title ("24 workers behind a narrow uplink");
print (f, fullfile (folder, "uplink.png"), "-dpngcairo", "-r100");
printf ("\nFigure: %s\n", fullfile (folder, "uplink.png"));
close (f);
