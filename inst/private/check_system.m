## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## check_system (caller, system)
##
## The error "sdde:<caller>:invalid" unless SYSTEM is a struct such as
## asgd_system makes.

function check_system (caller, system)
  fields = {"workers", "compute", "rate", "momentum", "policy", "gradients", ...
            "threshold", "stale", "deadline", "weight", "weight_parameter", ...
            "trigger", "trigger_kind", "uplink", "channels", "discipline"};
  if (! (isstruct (system) && isscalar (system)
         && all (isfield (system, fields))))
    error (["sdde:" caller ":invalid"],
           "%s: system must be a system of workers, made by asgd_system",
           caller);
  endif
endfunction
