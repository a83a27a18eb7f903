## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## y = law_at (caller, command, law, x, name)
##
## The function COMMAND of the core at each of the numbers X (called NAME in
## errors), in the shape of X.

function y = law_at (caller, command, law, x, name)
  check_law (caller, law);
  y = core_call (caller, @__sdde_delay__, command, law,
                 real_numbers (caller, x, name));
endfunction
