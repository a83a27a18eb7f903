## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Rows for run_benchmarks.m: characteristic roots, certified, against the
## plain ways to them that Octave offers.

function rows = bench_roots ()
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});
  a = logspace (-3, 0.5, 1e6)(:);
  laws = {1, delay_law("exponential", 1), delay_law("gamma", 4, 0.25)};
  names = {"fixed", "exponential", "gamma"};
  for k = 1:numel (laws)
    [ours, rate] = bench_seconds (@() sdde_rate (a, laws{k}));
    few = 1:1000:1e6;
    [baseline, other] = bench_seconds (@() newton_each (a(few), laws{k}));
    ## Newton may settle on another root, and is slow where two meet.
    assert (mean (abs (rate(few) - other) < 1e-6) > 0.9);
    rows(end+1) = struct ("what", sprintf ("speed of 1e6 modes, %s delay", names{k}), ...
                          "ours", ours, "baseline", 1000 * baseline, ...
                          "against", "Newton's iteration in Octave, vectorised, not certified (1000 times 1e3 modes)");
  endfor
  [ours, s] = bench_seconds (@() sdde_roots (1, delay_law ("uniform", 0, 2), "count", 20));
  [baseline, other] = bench_seconds (@() collocation ());
  assert (abs (s(1) - other) < 1e-8);
  rows(end+1) = struct ("what", "20 roots of a uniform delay, certified", ...
                        "ours", ours, "baseline", baseline, ...
                        "against", "collocation with 60 points, 20 roots, not certified");
endfunction

## The rightmost root from that of Lambert W by Newton's iteration.
function rate = newton_each (a, delay)
  law = delay;
  mean = delay;
  if (isstruct (delay))
    mean = law.mean;
  else
    law = delay_law ("deterministic", delay);
  endif
  s = lambertw (-a * mean) / mean;
  s += 1e-6i * (imag (s) == 0) .* (a * mean > 0.15);
  for n = 1:60
    [phi, slope] = delay_lst (law, s);
    s -= (s + a .* phi) ./ (1 + a .* slope);
  endfor
  rate = -real (s);
endfunction

## The infinitesimal generator of x' = -(x integrated over [t-2, t]) / 2 on
## Chebyshev points (Breda, Maset, Vermiglio).
function s = collocation ()
  n = 60;
  x = cos (pi * (0:n)' / n);
  c = [2; ones(n-1, 1); 2] .* (-1) .^ (0:n)';
  X = repmat (x, 1, n + 1);
  dX = X - X' + eye (n + 1);
  D = (c * (1 ./ c)') ./ dX;
  D -= diag (sum (D, 2));
  w = clenshaw_curtis (n);
  D(1,:) = -w / 2;           # on [-2, 0] the scale of the points is 1
  [~, order] = sort (real (e = eig (D)), "descend");
  s = e(order(1));
  if (imag (s) < 0)
    s = conj (s);
  endif
endfunction

function w = clenshaw_curtis (n)
  k = (0:n)';
  moments = zeros (n + 1, 1);
  moments(1:2:end) = 2 ./ (1 - k(1:2:end) .^ 2);
  w = (cos (pi * k * k' / n) \ moments)';
endfunction
