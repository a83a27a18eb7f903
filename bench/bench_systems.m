## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Rows for run_benchmarks.m: characteristic roots of systems, certified,
## against plain collocation with Newton's correction and LAPACK's eigenvalues.
## Memory: 8 bytes times the square of the unknowns of the generator, n times
## (degree + 1), and 64 (n + 1)^2 bytes for the walk.

function rows = bench_systems ()
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});

  ## Verheyden, Luzyanina, Roose, J. Comput. Appl. Math. 214, 2008.
  A = {[-1 0 0 0; 0 1 0 0; 0 0 -10 -4; 0 0 4 -10], ...
       [3 3 3 3; 0 -1.5 0 0; 0 0 3 -5; 0 5 5 5]};
  ours = baseline = Inf;
  noise = rand (236);
  for k = 1:20                  # in turn, so that both see the same machine
    [seconds, s, info] = timed (A, 1, -2.5);
    ours = min (ours, seconds);
    clock = tic ();
    eig (noise);
    baseline = min (baseline, toc (clock));
  endfor
  assert (info.certified && numel (s) == 67);
  rows(end+1) = row ("67 roots of the 4x4 system of Verheyden", ours, baseline, ...
                     "eigenvalues of a random 236x236 matrix");
  [baseline, found] = against_plain (A, 1, -2.5);
  rows(end+1) = row ("the same", ours, baseline, plain_text (found, 67));

  randn ("seed", 20261124);
  random = @(n) randn (n) / sqrt (n);
  systems = {{random(20) - eye(20), random(20)}, 1
             {random(20) - eye(20), random(20), random(20), random(20)}, [0.3 0.7 1]};
  for k = 1:rows_of (systems)
    [A, tau] = systems{k,:};
    ours = Inf;
    for again = 1:5
      [seconds, s, info] = timed (A, tau, -1);
      ours = min (ours, seconds);
    endfor
    assert (info.certified);
    [baseline, found] = against_plain (A, tau, -1);
    rows(end+1) = row (sprintf ("random 20x20, delays: %d; %d roots", ...
                                numel (tau), numel (s)), ...
                       ours, baseline, plain_text (found, numel (s)));
  endfor

  A = {random(100) - eye(100), random(100)};
  [~, s, info] = timed (A, 1, -1);
  assert (info.certified);
  [plain_time, found] = against_plain (A, 1, -1);
  G = generator (A, 1, info.unknowns / 100 - 1);
  ours = baseline = Inf;
  for k = 1:3
    seconds = timed (A, 1, -1);
    ours = min (ours, seconds);
    clock = tic ();
    eig (G);
    baseline = min (baseline, toc (clock));
  endfor
  rows(end+1) = row (sprintf ("random 100x100, one delay, %d roots", numel (s)), ...
                     ours, baseline, ...
                     sprintf ("the eigenvalues alone of its collocation matrix (%d rows)", ...
                              rows_of (G)));
  rows(end+1) = row ("the same", ours, plain_time, plain_text (found, numel (s)));
endfunction

function n = rows_of (x)
  n = size (x, 1);
endfunction

function r = row (what, ours, baseline, against)
  r = struct ("what", what, "ours", ours, "baseline", baseline, ...
              "against", against);
endfunction

function [seconds, s, info] = timed (A, tau, line)
  clock = tic ();
  [s, info] = sdde_roots (A, tau, "right-of", line);
  seconds = toc (clock);
endfunction

function text = plain_text (found, all)
  text = sprintf ("collocation and Newton in Octave, not certified: %d of %d", ...
                  found, all);
endfunction

function [seconds, found] = against_plain (A, tau, line)
  seconds = Inf;
  for again = 1:3
    clock = tic ();
    s = plain (A, tau, line);
    seconds = min (seconds, toc (clock));
  endfor
  found = numel (s);
endfunction

## What one would write: degrees of 12, 18, 27, ... until the number of roots
## right of the line stays the same.
function s = plain (A, tau, line)
  degree = 12;
  before = -1;
  do
    e = eig (generator (A, tau, degree));
    now = sum (real (e) >= line);
    settled = now == before;
    before = now;
    degree = ceil (1.5 * degree);
  until (settled)
  s = corrected (A, tau, line, e);
endfunction

function s = corrected (A, tau, line, guess)
  n = rows_of (A{1});
  guess = guess(real (guess) >= line - 0.1 & imag (guess) >= 0);
  s = zeros (0, 1);
  for k = 1:numel (guess)
    z = guess(k);
    [~, ~, V] = svd (characteristic (A, tau, z));
    v = c = V(:,n);
    for step = 1:10
      [M, slope] = characteristic (A, tau, z);
      change = [M, slope * v; c', 0] \ [-M * v; 1 - c' * v];
      v += change(1:n);
      z += change(n+1);
      if (abs (change(n+1)) < 1e-13 * (1 + abs (z)))
        break;
      endif
    endfor
    if (real (z) >= line && abs (change(n+1)) < 1e-10 * (1 + abs (z))
        && ! any (abs (s - z) < 1e-8))
      s = [s; z];
      if (abs (imag (z)) > 1e-8)
        s = [s; conj(z)];
      endif
    endif
  endfor
endfunction

function [M, slope] = characteristic (A, tau, z)
  n = rows_of (A{1});
  M = z * eye (n) - A{1};
  slope = eye (n);
  for k = 1:numel (tau)
    delayed = A{k+1} * exp (-z * tau(k));
    M -= delayed;
    slope += tau(k) * delayed;
  endfor
endfunction

## Breda, Maset, Vermiglio, SIAM J. Sci. Comput. 27, 2005.
function G = generator (A, tau, degree)
  n = rows_of (A{1});
  x = cos (pi * (0:degree)' / degree);
  c = [2; ones(degree-1, 1); 2] .* (-1) .^ (0:degree)';
  D = (c * (1 ./ c)') ./ (x - x' + eye (degree + 1));
  D -= diag (sum (D, 2));
  longest = max (tau);
  G = kron (D * 2 / longest, eye (n));
  G(1:n,:) = 0;
  G(1:n,1:n) = A{1};
  weight = 1 ./ c;
  weight([1 end]) = [0.5; 0.5] .* sign (c([1 end]));
  weight(2:end-1) = c(2:end-1);
  for k = 1:numel (tau)
    distance = 1 - 2 * tau(k) / longest - x;
    if (any (abs (distance) < 1e-14))
      cardinal = (abs (distance) < 1e-14)';
    else
      cardinal = (weight ./ distance)' / sum (weight ./ distance);
    endif
    G(1:n,:) += kron (cardinal, A{k+1});
  endfor
endfunction
