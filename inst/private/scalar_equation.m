## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [eq, rest, shape] = scalar_equation (caller, arguments)
##
## What the cell ARGUMENTS begins with: an equation of scalar modes, or a
## damping and a delay (a law, a number, or a cell of several, for classes that
## have one column of the damping each), which make one.  REST is what is left,
## SHAPE the size in which the user gave the modes.
##
## In EQ, decay and inertia are columns with one row for each mode, damping and
## correction have one column for each class, and delay is a cell of laws.

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
    if (! isfield (eq, "inertia"))
      eq.inertia = zeros (size (eq.decay));
    endif
    if (! iscell (eq.delay))
      eq.delay = {eq.delay};
      eq.damping = real_numbers (caller, eq.damping, "eq.damping")(:);
    endif
    check_laws (caller, eq.delay);
    classes = numel (eq.delay);
    n = rows (eq.damping);
    for field = {"damping", "decay", "correction", "inertia"}
      x = real_numbers (caller, eq.(field{1}), ["eq." field{1}]);
      columns = 1;
      if (any (strcmp (field{1}, {"damping", "correction"})))
        columns = classes;
      endif
      if (numel (x) != n * columns)
        error (["sdde:" caller ":invalid"],
               "%s: eq.%s must have one number for each of the %d modes%s",
               caller, field{1}, n, " and classes"(1:end*(columns > 1)));
      endif
      eq.(field{1}) = reshape (x, n, columns);
    endfor
    shape = [n, 1];
  elseif (numel (arguments) > 1)
    rest = arguments(3:end);
    damping = real_numbers (caller, arguments{1}, "damping");
    [delay, damping, shape] = classes_of (caller, arguments{2}, damping);
    none = zeros (rows (damping), 1);
    eq = struct ("kind", "scalar", "damping", damping, "decay", none, ...
                 "correction", zeros (size (damping)), "inertia", none);
    eq.delay = delay;
  else
    error (["sdde:" caller ":invalid"],
           "%s: the first arguments must be an equation, or a damping and a delay",
           caller);
  endif
endfunction

function check_laws (caller, laws)
  cellfun (@(law) check_law (caller, law, "eq.delay"), laws);
endfunction
