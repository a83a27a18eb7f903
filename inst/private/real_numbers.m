## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## x = real_numbers (caller, x, name)
##
## X as a full array of doubles, as the core wants it; the error
## "sdde:<caller>:invalid" where X, called NAME in its sentence, is not an
## array of real numbers of any class.

function x = real_numbers (caller, x, name)
  if (! ((isnumeric (x) && isreal (x)) || islogical (x)))
    error (["sdde:" caller ":invalid"], "%s: %s must be real numbers",
           caller, name);
  endif
  x = double (full (x));
endfunction
