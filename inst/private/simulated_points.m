## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## series = simulated_points (label, pair, x, y, error, expected)
## series = simulated_points (label, pair, x, y, {low, high}, expected)
##
## What was simulated, to be drawn as points (see figure_panel) with bars of two
## standard errors ERROR to both sides, or from LOW to HIGH.  EXPECTED is what
## theory says at the same places, NaN where it says nothing.

function series = simulated_points (label, pair, x, y, error, expected)
  [x, y, expected] = deal (x(:)', y(:)', expected(:)');
  if (iscell (error))
    [low, high] = deal (error{1}(:)', error{2}(:)');
  else
    low = y - 2 * error(:)';
    high = y + 2 * error(:)';
  endif
  series = struct ("role", "simulation", "label", label, "pair", pair, "x", x,
                   "y", y, "low", low, "high", high, "expected", expected, "marker", "");
endfunction
