## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## mode = chosen_mode (caller, mode, modes)
##
## The option MODE of an equation with MODES modes, [] standing for the only
## one; the error "sdde:<caller>:invalid" where it names none.

function mode = chosen_mode (caller, mode, modes)
  id = ["sdde:" caller ":invalid"];
  if (modes == 0)
    error (id, "%s: the equation has no mode", caller);
  elseif (isempty (mode) && modes == 1)
    mode = 1;
  elseif (isempty (mode))
    error (id, "%s: the equation has %d modes; choose one by the option 'mode'",
           caller, modes);
  elseif (! (isnumeric (mode) && isscalar (mode) && any (mode == 1:modes)))
    error (id, "%s: mode must be a whole number between 1 and %d", caller,
           modes);
  endif
endfunction
