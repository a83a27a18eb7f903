## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## plot_staleness (curves)
## plot_staleness (curves, logged)
##
## Draws probabilities of staleness into the current axes: each of CURVES is a
## pair of a label and a row whose element j+1 is the probability of j (empty:
## nothing ever happens), drawn as a line; LOGGED, if given, is such a row drawn as bars behind them.

function plot_staleness (curves, logged = [])
  rows = cellfun (@(curve) curve{2}, curves, "uniformoutput", false);
  if (! isempty (logged))
    rows{end+1} = logged;
  endif
  last = max (cellfun (@far, rows));
  newplot ();
  labels = {};
  if (! isempty (logged))
    bar (0:last, padded (logged, last), 1, "facecolor", [0.8 0.8 0.8],
         "edgecolor", [0.6 0.6 0.6]);
    labels = {"logged"};
  endif
  hold ("on");
  styles = {"-o", "--s", "-.^", ":d"};
  for k = 1:numel (curves)
    p = padded (curves{k}{2}, last);
    style = styles{mod (k - 1, numel (styles)) + 1};
    if (last > 100)
      style = regexprep (style, "[osd^]", "");
    endif
    plot (0:last, p, style, "linewidth", 1.5, "markersize", 4);
    labels{end+1} = curves{k}{1};
  endfor
  hold ("off");
  axis ([-0.5, last + 0.5, 0, 1.25 * max([rows{:}])]);
  xlabel ("staleness (updates)");
  ylabel ("probability");
  legend (labels, "location", "northeast");
  legend ("boxoff");
  grid ("on");
endfunction

## The last staleness worth drawing.
function j = far (p)
  j = find (cumsum (p(end:-1:1))(end:-1:1) > 1e-3, 1, "last") - 1;
endfunction

function p = padded (p, last)
  p = [p(1:min (end, last + 1)), zeros(1, last + 1 - numel (p))];
endfunction
