## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## 04_delay_equations: chatter of a lathe, a delay equation without any SGD
##
## Shows what the package is for those who have delay equations of their own: roots
## with a certificate, a response in time, and a chart of stability over two
## parameters.
##
## A tool that cuts a turning workpiece meets the wave that it left one revolution
## ago.  With the damping ratio zeta, the depth of the cut w and the time of a
## revolution tau, all in units of the tool's own vibration,
##
##   x'' + 2 zeta x' + x = -w (x - x(t - tau)).
##
## Up to the depth 2 zeta (1 + zeta) cuts are stable at every speed; beyond, only
## between the lobes of the chart (G. Stepan, Retarded Dynamical Systems, 1989).
##
## Prints one page; leaves a figure (PNG) in build/demo.  With a variable `quick`
## that is true the chart is coarser.

1; # a script, not a function file

if (isempty (which ("asgd_system")))
  pkg ("load", "sdde");
endif
if (! exist ("quick", "var"))
  quick = false;
endif
warning ("off", "Octave:gnuplot-graphics");
warning ("off", "print:nogs"); # not needed for the formats used here

zeta = 0.05;
lathe = @(speed, w) sdde_equation ("matrices", ...
  {[0, 1; -(1 + w), -2 * zeta], [0, 0; w, 0]}, "delay", 2 * pi / speed);

## ---- roots -----------------------------------------------------------------

printf ("Roots right of -0.3 at the speed 0.45 (revolutions in 2 pi):\n");
for w = [0.09, 0.25]
  [s, info] = sdde_roots (lathe (0.45, w), "right-of", -0.3);
  printf ("  depth %.2f: %d roots%s, the first is %.4f %+.4fi: %s\n", w, info.count,
          {"", " (proved)"}{1 + info.certified}, real (s(1)), imag (s(1)),
          {"quiet", "chatter"}{1 + (real (s(1)) > 0)});
endfor

## ---- the depth that is safe at every speed ---------------------------------

safe = 2 * zeta * (1 + zeta);
speeds = linspace (0.5, 0.75, 41);
if (quick)
  speeds = linspace (0.5, 0.75, 11);
endif
printf ("\nSlowest decay over all speeds from 0.5 to 0.75:\n");
for depth = safe * [0.9, 1, 1.1]
  decay = arrayfun (@(speed) sdde_rate (lathe (speed, depth)), speeds);
  [~, place] = min (decay);
  around = speeds([max(place - 1, 1), min(place + 1, end)]);
  [worst, least] = fminbnd (@(speed) sdde_rate (lathe (speed, depth)), around(1), around(2));
  printf ("  depth %.4f (%3.0f %% of 2 zeta (1 + zeta)): %+.6f at the speed %.3f\n",
          depth, 100 * depth / safe, least, worst);
endfor

## ---- let go of the tool ----------------------------------------------------

t = linspace (0, 60, 301);
printf ("\nA tool that is bent by 1 and let go of swings, between the times 50 and 60, by\n");
for depth = [0.09, 0.25]
  x = sdde_response (lathe (0.45, depth), t, "history", [1; 0]);
  printf ("  %8.4f at the depth %.2f\n", max (abs (x(1, t >= 50))), depth);
endfor

## ---- the chart -------------------------------------------------------------

folder = fullfile ("build", "demo");
if (! isfolder (folder))
  mkdir (folder);
endif
graphics_toolkit ("gnuplot");
f = figure ("visible", "off", "paperunits", "inches", "paperposition", [0, 0, 8, 5]);
points = [50, 25];
if (quick)
  points = [12, 6];
endif
sdde_chart (lathe, linspace (0.2, 1.2, points(1)), linspace (0.02, 0.5, points(2)));
hold on;
plot ([0.2, 1.2], [safe, safe], "w--", "linewidth", 2);
hold off;
xlabel ("speed (revolutions in 2 pi)");
ylabel ("depth of the cut");
title ("Decay; thick: its limit, dashed: safe at all speeds");
print (f, fullfile (folder, "lathe.png"), "-dpngcairo", "-r100");
printf ("\nFigure: %s\n", fullfile (folder, "lathe.png"));
close (f);
