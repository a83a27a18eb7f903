## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## series = marked_line (label, x, y)
##
## A thin dotted line that marks a place in a panel (see figure_panel), such as a
## limit of stability.  A single X stands for all of its panel, from below to above, a
## single Y for all X.

function series = marked_line (label, x, y)
  series = struct ("role", "mark", "label", label, "pair", 0, "x", x(:)',
                   "y", y(:)', "low", [], "high", [], "expected", [],
                   "marker", "");
endfunction
