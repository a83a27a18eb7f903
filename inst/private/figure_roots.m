## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 4: convergence from characteristic roots.  Left: the path of the rightmost root
## as the damping grows, and the roots of simulated servers.  Right: all roots near the
## axis for three dampings, with the certified count.

function data = figure_roots (quick, seed)
  laws = {"constant times", delay_law("deterministic", 1)
          "gamma times, shape 4", delay_law("gamma", 4, 0.25)
          "exponential times", delay_law("exponential", 1)};
  workers = 40;
  paths = merge (quick, 60, 1000);
  x = logspace (-2, log10 (3), 800);
  product = merge (quick, [0.6, 1.2], [0.2, 0.6, 0.9, 1.2, 1.6, 2]);
  series = [];
  for k = 1:3
    law = laws{k,2};
    path = rightmost (server_equation (law, workers, x));
    expected = rightmost (server_equation (law, workers, product));
    for j = 1:numel (product)
      f = @(seed) split (measured_root (law, workers, product(j), paths, seed));
      [seen(j,:), error(j,:)] = repeated_mean (4, seed, f);
    endfor
    series = [series, theory_line(laws{k,1}, k, real (path), imag (path)), ...
              simulated_points("", k, seen(:,1), seen(:,2), error(:,2), imag (expected))];
    data.measured(k,:) = complex (seen(:,1), seen(:,2));
    data.predicted(k,:) = expected;
  endfor
  limits = [-2.2, 0.6, -0.1, 2];
  series(end+1) = marked_line ("limit of stability", 0, limits(3:4));
  data.product = product;
  data.panels = figure_panel ("Rightmost root as the damping grows, 40 workers",
    "Re s x mean time", "Im s x mean time", series, "axis", limits, "legend", "northwest");

  damping = [0.2, 1 / e, 1.2];
  series = [];
  line = -5;
  for k = 1:3
    [s, info] = sdde_roots (damping(k), laws{1,2}, "right-of", line);
    ## Roots are numbers, not measured points: no bars, and nothing to expect.
    series = [series, simulated_points(sprintf ("damping x delay = %.2f: %d roots", damping(k), info.count), ...
                                       k, real (s), imag (s), zeros (size (s)), NaN (size (s)))];
    data.count(k) = info.count;
    data.certified(k) = info.certified;
    data.listed(k) = sum (info.multiplicity);
  endfor
  limits = [line, 2, -5, 220];
  series(end+1) = marked_line ("", 0, limits(3:4));
  data.panels(2) = figure_panel ("Constant times: all roots right of -5, upper half",
    "Re s x delay", "Im s x delay", series, "axis", limits);
endfunction

function s = rightmost (eq)
  [~, s] = sdde_rate (eq);
  s = complex (real (s), abs (imag (s)))(:).';
endfunction

function parts = split (s)
  parts = [real(s), imag(s)];
endfunction
