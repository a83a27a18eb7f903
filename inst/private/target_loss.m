## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## target = target_loss (caller, target)
##
## TARGET as a double, empty where it is (no target); an error of CALLER unless it
## is a finite number.

function target = target_loss (caller, target)
  if (! (isempty (target)
         || (isnumeric (target) && isreal (target) && isscalar (target)
             && isfinite (target))))
    error (["sdde:" caller ":invalid"], "%s: target must be a finite number",
           caller);
  endif
  target = full (double (target));
endfunction
