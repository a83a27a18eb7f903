## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## series = theory_line (label, pair, x, y)
##
## What theory says, to be drawn as a line (see figure_panel).  Series of the
## same PAIR (1, 2, ...) share their colour: the theory of one case and the
## simulation that belongs to it.

function series = theory_line (label, pair, x, y)
  series = struct ("role", "theory", "label", label, "pair", pair, "x", x(:)',
                   "y", y(:)', "low", [], "high", [], "expected", [],
                   "marker", "");
endfunction
