## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Characteristic roots and limits against tests/reference/roots_known.csv,
## which mpmath computed at 40 digits (roots_known.py beside it), and the
## functions of the package against each other.

%!function law = law_named (text)
%!  part = strsplit (text, ":");
%!  p = num2cell (cellfun (@str2double, part(2:end)));
%!  if (strcmp (part{1}, "hyper"))
%!    law = delay_law ("hyperexponential", [p{1:end/2}], [p{end/2+1:end}]);
%!  else
%!    law = delay_law (part{1}, p{:});
%!  endif
%!endfunction
%!function rows = known (kind)
%!  lines = strsplit (fileread (fullfile ("tests", "reference", "roots_known.csv")), "\n");
%!  lines = lines(strncmp (lines, [kind ","], numel (kind) + 1));
%!  ## Laws with laws or matrices in them: tests/core/test_roots_known.c.
%!  lines = lines(cellfun (@isempty, regexp (lines, ",(mix|sum|phases):")));
%!  rows = cellfun (@(line) strsplit (line, ",")(2:end), lines, "uniformoutput", false);
%!endfunction

## Each known root is found, in its disc; and no others.
%!test
%! table = known ("root");
%! assert (numel (table) > 30);
%! names = cellfun (@(row) strjoin (row(1:4), ","), table, "uniformoutput", false);
%! for name = unique (names)
%!   own = table(strcmp (names, name{1}));
%!   number = cellfun (@(row) cellfun (@str2double, row(2:7)), own, "uniformoutput", false);
%!   number = vertcat (number{:});   # a, b, line, re, im, multiplicity
%!   eq = sdde_equation ("damping", number(1,1), "decay", number(1,2), ...
%!                       "delay", law_named (own{1}{1}));
%!   [s, info] = sdde_roots (eq, "right-of", number(1,3));
%!   assert (info.certified, true);
%!   for k = 1:rows (number)
%!     exact = complex (number(k,4), number(k,5));
%!     [error, nearest] = min (abs (s - exact));
%!     assert (error <= info.bound(nearest));
%!     assert (info.multiplicity(nearest), number(k,6));
%!     if (number(k,6) == 1)
%!       assert (error < 1e-13 * (1 + abs (exact)));
%!     else
%!       assert (error < 1e-7);
%!     endif
%!   endfor
%! endfor

## How many they are: the reference lists all of them but for the two kinds
## of rows that say so (beyond the abscissa).
%!test
%! table = known ("root");
%! name = "deterministic:1,1.9,0,-2.5";
%! hit = cellfun (@(row) strcmp (strjoin (row(1:4), ","), name), table);
%! [s, info] = sdde_roots (1.9, 1, "right-of", -2.5);
%! assert (info.count, 2 * sum (hit));

%!test
%! table = known ("limit");
%! assert (numel (table) >= 10);
%! for row = table
%!   exact = cellfun (@str2double, row{1}(2:5));
%!   limit = sdde_limit (law_named (row{1}{1}));
%!   value = [limit.critical, limit.frequency, limit.fastest, limit.rate];
%!   assert (value, exact, -2e-15);
%! endfor

## Speeds at the limits: 0 at the critical damping, and at the fastest one more
## than at its neighbours or (where there is no peak) less than beyond it.
%!test
%! for row = known ("limit")
%!   law = law_named (row{1}{1});
%!   limit = sdde_limit (law);
%!   if (isfinite (limit.critical))
%!     [rate, s] = sdde_rate (limit.critical, law);
%!     assert (rate, 0, 1e-13);
%!     assert (imag (s), limit.frequency, 1e-12);
%!   endif
%!   rate = sdde_rate (limit.fastest * [0.98 1 1.02], law);
%!   assert (rate(2), limit.rate, 1e-6);
%!   assert (rate(1) < rate(2));
%!   if (limit.peak)
%!     assert (rate(3) < rate(2) + 1e-6);
%!   else
%!     assert (rate(3) > rate(2));
%!   endif
%! endfor

## One fixed delay has the roots of Lambert W, with multiplicities.
%!test
%! a = 0.7; d = 1.3;
%! [s, info] = sdde_roots (a, d, "count", 41);
%! w = lambertw ((-21:20)', -a * d) / d;
%! [~, order] = sort (real (w), "descend");
%! assert (sort (real (s), "descend"), real (w(order)), 1e-12);
%! assert (sort (imag (s)), sort (imag (w)), 1e-11);

## A law is what its transform is: an Erlang law as such and as the shape 1 of
## an exponential; samples of one value as a fixed delay; equal parts.
%!test
%! pairs = {delay_law("exponential", 0.8), delay_law("gamma", 1, 0.8)
%!          delay_law("deterministic", 0.8), delay_law("empirical", [0.8 0.8])
%!          delay_law("uniform", 0.2, 1), ...
%!          delay_law("mixture", [1 2], delay_law ("uniform", 0.2, 1), delay_law ("uniform", 0.2, 1))
%!          delay_law("exponential", 0.8), delay_law("shifted-exponential", 0, 0.8)};
%! for k = 1:rows (pairs)
%!   for c = [0 0.1]
%!     eq = sdde_equation ("damping", 1.1, "delay", pairs{k,1}, "decay", 0.3);
%!     eq.correction = c;
%!     s = sdde_roots (eq, "count", 4);
%!     eq.delay = pairs{k,2};
%!     assert (sdde_roots (eq, "count", 4), s, 1e-12);
%!   endfor
%! endfor

## In other units of time everything scales.
%!test
%! s = sdde_roots (1.2, delay_law ("uniform", 0.2, 1.8), "count", 6);
%! for unit = [1e-6 1e3 1e9]
%!   law = delay_law ("uniform", 0.2 * unit, 1.8 * unit);
%!   [scaled, info] = sdde_roots (1.2 / unit, law, "count", 6);
%!   assert (info.certified);
%!   assert (scaled * unit, s, 1e-12);
%!   limit = sdde_limit (law);
%!   assert (limit.critical * unit, sdde_limit (delay_law ("uniform", 0.2, 1.8)).critical, 1e-13);
%! endfor

## Phase-type laws that have each pole more often than their transform does (an
## Erlang chain in two or three copies) have the roots of the Erlang law, as many as
## are certified.
%!test
%! for k = [1, 2, 4, 6]
%!   for copies = [2, 3]
%!     chain = k * (diag (ones (k - 1, 1), 1) - eye (k));
%!     start = zeros (1, copies * k);
%!     start(1:k:end) = (1:copies) / sum (1:copies);
%!     law = delay_law ("phase-type", start, kron (eye (copies), chain));
%!     for damping = [0.05, 0.3, 1, 2, 5]
%!       [found, info] = sdde_roots (sdde_equation ("damping", damping, "delay", law));
%!       known = sdde_roots (sdde_equation ("damping", damping, ...
%!                                          "delay", delay_law ("gamma", k, 1 / k)));
%!       known = known(real (known) >= info.right_of);
%!       assert (info.certified && info.count > 0);
%!       assert (info.count, numel (known));
%!       assert (found, known, 1e-9 * (1 + abs (known)));
%!     endfor
%!   endfor
%! endfor
