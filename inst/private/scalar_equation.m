## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [eq, rest, shape] = scalar_equation (caller, arguments)
##
## What the cell ARGUMENTS begins with: an equation of scalar modes, or a
## damping and a delay (a law or a number), which make one.  REST is what is
## left, SHAPE the size in which the user gave the modes.

function [eq, rest, shape] = scalar_equation (caller, arguments)
  if (numel (arguments) > 0 && isstruct (arguments{1}))
    eq = arguments{1};
    rest = arguments(2:end);
    fields = {"kind", "damping", "decay", "correction", "delay"};
    if (! (isscalar (eq) && all (isfield (eq, fields))
           && strcmp (eq.kind, "scalar")))
      error (["sdde:" caller ":invalid"],
             "%s: eq must be an equation of scalar modes, made by sdde_equation or asgd_sdde",
             caller);
    endif
    for field = {"damping", "decay", "correction"}
      eq.(field{1}) = real_numbers (caller, eq.(field{1}), ["eq." field{1}]);
      if (numel (eq.(field{1})) != numel (eq.damping))
        error (["sdde:" caller ":invalid"],
               "%s: eq.%s must have one number for each of the %d modes",
               caller, field{1}, numel (eq.damping));
      endif
    endfor
    check_law (caller, eq.delay, "eq.delay");
    shape = [numel(eq.damping), 1];
  elseif (numel (arguments) > 1)
    rest = arguments(3:end);
    damping = real_numbers (caller, arguments{1}, "damping");
    shape = size (damping);
    none = zeros (numel (damping), 1);
    eq = struct ("kind", "scalar", "damping", damping(:), "decay", none, ...
                 "correction", none, ...
                 "delay", law_or_delay (caller, arguments{2}));
  else
    error (["sdde:" caller ":invalid"],
           "%s: the first arguments must be an equation, or a damping and a delay",
           caller);
  endif
endfunction
