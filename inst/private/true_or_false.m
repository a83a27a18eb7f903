## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## value = true_or_false (caller, value, name)
##
## VALUE as a logical; an error of CALLER unless it is true, false, 0 or 1.

function value = true_or_false (caller, value, name)
  if (! (isscalar (value) && (islogical (value)
                              || (isnumeric (value) && any (value == [0, 1])))))
    error (["sdde:" caller ":invalid"], "%s: %s must be true or false",
           caller, name);
  endif
  value = logical (value);
endfunction
