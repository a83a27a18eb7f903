## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## law = law_or_delay (caller, delay)
##
## The law of a fixed delay where DELAY is a number, DELAY where it is a law;
## the error "sdde:<caller>:invalid" where it is neither.

function law = law_or_delay (caller, delay)
  if (isstruct (delay))
    check_law (caller, delay, "delay");
    law = delay;
  elseif (isnumeric (delay) && isreal (delay) && isscalar (delay)
          && isfinite (delay) && delay >= 0)
    law = core_call (caller, @__sdde_delay__, "create", "deterministic",
                     {double(full (delay))});
  else
    error (["sdde:" caller ":invalid"],
           "%s: delay must be a law, made by delay_law, or a finite number >= 0",
           caller);
  endif
endfunction
