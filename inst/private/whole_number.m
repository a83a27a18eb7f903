## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## value = whole_number (caller, value, least, name)
##
## VALUE as a double; an error of CALLER unless it is a whole number >= LEAST.

function value = whole_number (caller, value, least, name)
  if (! (isnumeric (value) && isreal (value) && isscalar (value)
         && value >= least && value <= flintmax () && value == fix (value)))
    error (["sdde:" caller ":invalid"], "%s: %s must be a whole number >= %d",
           caller, name, least);
  endif
  value = full (double (value));
endfunction
