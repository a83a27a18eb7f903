## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## check_law (caller, law)
## check_law (caller, law, name)
##
## The error "sdde:<caller>:invalid" unless LAW, called NAME in its sentence,
## is a struct such as delay_law makes.

function check_law (caller, law, name = "law")
  fields = {"family", "parameters", "mean", "cv2", "abscissa"};
  if (! (isstruct (law) && isscalar (law) && all (isfield (law, fields))))
    error (["sdde:" caller ":invalid"],
           "%s: %s must be a law of delays, made by delay_law", caller, name);
  endif
endfunction
