## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## problem = custom_problem (f, pairs)
##
## The problem "custom" of asgd_problem, PAIRS being the options.

function problem = custom_problem (f, pairs)
  if (! is_function_handle (f))
    invalid_problem ("f must be a function handle, [loss, grad] = f (w, batch)");
  endif
  options = struct ("noise", 0, "start", [], "samples", 0, "batch", []);
  options = parse_options ("asgd_problem", options, pairs);
  if (isempty (options.start))
    invalid_problem ("a custom problem needs a start, one number for each parameter");
  endif
  samples = options.samples;
  if (! (isnumeric (samples) && isreal (samples) && isscalar (samples)
         && samples >= 0 && samples < 2^32 && samples == fix (samples)))
    invalid_problem ("samples must be a whole number from 0 to 2^32 - 1");
  endif

  problem.kind = "custom";
  problem.dimension = numel (options.start);
  problem.function = f;
  problem.samples = double (samples);
  if (isempty (options.batch))
    options.batch = min (32, samples);
  endif
  if (samples == 0 && ! isequal (options.batch, 0))
    invalid_problem ("a batch needs samples: give their number");
  elseif (samples == 0)
    options = rmfield (options, "batch");
    problem.batch = 0;
  endif
  problem = problem_options (problem, options, samples);
  problem.modes = [];
endfunction
