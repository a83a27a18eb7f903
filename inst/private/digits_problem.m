## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## problem = digits_problem (pairs)
##
## The problem "digits" of asgd_problem, PAIRS being the options.

function problem = digits_problem (pairs)
  own = struct ("samples", 1000, "tests", 500, "side", 12, "hidden", 32);
  [own, pairs] = take (own, pairs);
  for name = {"samples", "tests", "side"}
    value = own.(name{1});
    if (! (isnumeric (value) && isreal (value) && isscalar (value)
           && value >= 1 && value <= 1e6 && value == fix (value)))
      invalid_problem ("%s must be a whole number from 1 to 1e6", name{1});
    endif
  endfor
  [seed, pairs] = take (struct ("seed", 1), pairs);
  seed = seed.seed;
  if (! (isnumeric (seed) && isreal (seed) && isscalar (seed)
         && seed >= 0 && seed <= flintmax () && seed == fix (seed)))
    invalid_problem ("seed must be a whole number from 0 to 2^53");
  endif
  draw = @(first, count) core_call ("asgd_problem", @__sdde_objective__, ...
                                    "digits", double (seed), first, double (count), ...
                                    double (own.side));
  [X, y] = draw (0, own.samples);
  [test_X, test_y] = draw (2^40, own.tests);
  pairs = [pairs, {"test", {test_X, test_y}, "classes", 10}];
  if (isempty (own.hidden))
    problem = classifier_problem ("softmax", X, y, [], pairs);
  else
    problem = classifier_problem ("mlp", X, y, hidden_layers (own.hidden),
                                  [pairs, {"seed", seed}]);
  endif
endfunction

## The options that OWN has, and the other ones.
function [own, others] = take (own, pairs)
  names = fieldnames (own);
  is_own = false (size (pairs));
  for k = 1:2:numel (pairs) - 1
    is_own(k:k+1) = ischar (pairs{k}) && any (strcmpi (pairs{k}, names));
  endfor
  own = parse_options ("asgd_problem", own, pairs(is_own));
  others = pairs(! is_own);
endfunction
