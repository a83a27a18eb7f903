## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## panel = figure_panel (title, xlabel, ylabel, series, name, value, ...)
##
## One pair of axes of a figure: SERIES is a struct array made by theory_line,
## simulated_points and marked_line.  Further fields are given by name:
## "axis" ([xmin xmax ymin ymax]), "xscale", "yscale" ("linear" or "log"),
## "legend" (its location, or "none").

function panel = figure_panel (title, xlabel, ylabel, series, varargin)
  panel = struct ("title", title, "xlabel", xlabel, "ylabel", ylabel,
                  "series", series, "axis", [], "xscale", "linear",
                  "yscale", "linear", "legend", "northeast");
  for k = 1:2:numel (varargin)
    panel.(varargin{k}) = varargin{k+1};
  endfor
  for k = find (strcmp ({series.role}, "mark"))
    if (isscalar (series(k).x))
      panel.series(k).x = [1, 1] * series(k).x;
      panel.series(k).y = panel.axis(3:4);
    elseif (isscalar (series(k).y))
      panel.series(k).y = series(k).y * ones (size (series(k).x));
    endif
  endfor
endfunction
