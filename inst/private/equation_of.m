## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## eq = equation_of (caller, system, problem, options)
##
## asgd_sdde with the fields order (0: the best) and model of OPTIONS, its
## errors under the name of the caller.

function eq = equation_of (caller, system, problem, options)
  order = {};
  if (! isequal (options.order, 0))
    order = {"order", options.order};
  endif
  try
    eq = asgd_sdde (system, problem, order{:}, "model", options.model);
  catch failure
    error (strrep (failure.identifier, "asgd_sdde", caller),
           "%s", strrep (failure.message, "asgd_sdde", caller));
  end_try_catch
endfunction
