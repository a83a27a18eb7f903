## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## 07_paper_figures: every claim of the paper, redrawn
##
## Draws all figures of asgd_figure, theory as lines and the simulated server as
## points, into build/demo, and prints what they come down to: for each the largest
## distance of a point from its line, in standard errors of the simulation and in
## parts of the range that the figure shows.
##
## Takes a minute or two.  With a variable `quick` that is true only two are drawn,
## in their quick forms.

1; # a script, not a function file

if (isempty (which ("asgd_system")))
  pkg ("load", "sdde");
endif
if (! exist ("quick", "var"))
  quick = false;
endif
warning ("off", "Octave:gnuplot-graphics");
warning ("off", "print:nogs"); # not needed for the formats used here

folder = fullfile ("build", "demo");
if (! isfolder (folder))
  mkdir (folder);
endif
figures = asgd_figure ()';
if (quick)
  figures = figures(ismember ({figures.name}, {"damping", "staleness"}));
endif

printf ("claim  figure       points   standard errors   of the range\n");
for one = figures
  file = fullfile (folder, ["figure_" one.name ".png"]);
  data = asgd_figure (one.name, "quick", quick, "file", file);
  points = 0;
  errors = shares = 0;
  for panel = data.panels
    for series = panel.series(strcmp ({panel.series.role}, "simulation"))
      known = isfinite (series.expected) & isfinite (series.y);
      if (! any (known))
        continue;
      endif
      far = abs (series.y - series.expected)(known);
      error = (series.high - series.low)(known) / 4;
      points += sum (known);
      errors = max ([errors, far(error > 0) ./ error(error > 0)]);
      shares = max ([shares, far / diff(panel.axis(3:4))]);
    endfor
  endfor
  printf ("%5d  %-12s %6d   %15.1f   %10.1f %%\n", one.claim, one.name, points, errors, 100 * shares);
endfor
printf ("\nFigures: %s\n", fullfile (folder, "figure_*.png"));
