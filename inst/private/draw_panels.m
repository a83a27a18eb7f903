## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## draw_panels (figure_handle, panels)
##
## Draws the panels of a figure (see figure_panel) side by side, two in a row:
## theory as lines, simulation as points with bars.  Cases differ in the style of
## the line and the shape of the marker as well as in colour, so that nothing is
## lost in grey.

function draw_panels (figure_handle, panels)
  count = numel (panels);
  columns = min (count, 2);
  rows = ceil (count / columns);
  size = [6.4, 4.2; 9.8, 4.2](columns,:) .* [1, rows];
  set (figure_handle, "paperunits", "inches", "papersize", size,
       "paperposition", [0, 0, size]);
  clf (figure_handle);
  if (strcmp (get (figure_handle, "visible"), "off"))
    set (figure_handle, "position", [0, 0, 72 * size]); # a point is a pixel
  endif
  for k = 1:count
    row = ceil (k / columns);
    column = k - (row - 1) * columns;
    margin = [0.85, 0.75] ./ size; # inches for the labels, left and below
    cell = [1 / columns, 1 / rows];
    corner = [(column - 1) * cell(1), (rows - row) * cell(2)];
    axes ("parent", figure_handle, "position",
          [corner + margin, cell - margin - [0.2, 0.4] ./ size]);
    draw_panel (gca (), panels(k));
  endfor
endfunction

function draw_panel (axes_handle, panel)
  hold (axes_handle, "on");
  set (axes_handle, "xscale", panel.xscale, "yscale", panel.yscale, "box", "on",
       "fontsize", 10);
  if (! isempty (panel.axis))
    axis (axes_handle, panel.axis);
  endif
  limits = panel.axis;
  shapes = [];
  names = {};
  ## Lines first: points stay visible on them.
  roles = {panel.series.role};
  order = [find(strcmp (roles, "mark")), find(strcmp (roles, "theory")), ...
           find(strcmp (roles, "simulation"))];
  for k = order
    shapes(k) = draw_series (axes_handle, panel.series(k), panel);
    names{k} = panel.series(k).label;
  endfor
  xlabel (axes_handle, panel.xlabel);
  ylabel (axes_handle, panel.ylabel);
  title (axes_handle, panel.title, "fontweight", "normal");
  named = ! cellfun (@isempty, names);
  if (any (named) && ! strcmp (panel.legend, "none"))
    legend (axes_handle, shapes(named), names(named), "location", panel.legend,
            "fontsize", 9);
    legend (axes_handle, "boxoff");
  endif
  if (! isempty (limits))
    axis (axes_handle, limits);
  endif
  hold (axes_handle, "off");
endfunction

function shape = draw_series (axes_handle, series, panel)
  ## Colours of M. Okabe and K. Ito (2008), told apart by all eyes.
  colours = [0, 0, 0; 0, 0.45, 0.70; 0.84, 0.37, 0; 0, 0.55, 0.42; 0.6, 0.35, 0.55];
  styles = {"-", "--", "-.", ":", "-"};
  widths = [2, 2, 2, 3, 1]; # dots need more
  markers = {"o", "s", "^", "d", "v"};
  pair = mod (max (series.pair, 1) - 1, rows (colours)) + 1;
  switch (series.role)
    case "theory"
      shape = plot (axes_handle, series.x, series.y, styles{pair},
                    "linewidth", widths(pair), "color", colours(pair,:));
    case "simulation"
      marker = merge (isempty (series.marker), markers{pair}, series.marker);
      [x, y] = bars (series, panel);
      plot (axes_handle, x, y, "-", "linewidth", 1, "color", colours(pair,:));
      shape = plot (axes_handle, series.x, series.y, marker, "markersize", 4.5,
                    "linewidth", 1.2, "color", colours(pair,:));
    case "mark"
      shape = plot (axes_handle, series.x, series.y, ":", "linewidth", 1.2,
                    "color", [0.4, 0.4, 0.4]);
  endswitch
endfunction

## The bars as one broken line; on a logarithmic axis they end at its edge.
function [x, y] = bars (series, panel)
  low = series.low;
  if (strcmp (panel.yscale, "log"))
    low = max (low, series.y / 10);
    if (! isempty (panel.axis))
      low = max (low, min (panel.axis(3), series.y));
    endif
  endif
  gap = NaN (1, numel (series.x));
  x = [series.x; series.x; gap](:)';
  y = [low; series.high; gap](:)';
endfunction
