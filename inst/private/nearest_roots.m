## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [s, info] = nearest_roots (caller, eq, shift, wanted)
##
## The WANTED roots of a system nearest to SHIFT, as far as a Krylov space
## tells (not certified), by the infinite Arnoldi method: one sparse
## factorisation of M (SHIFT), then solutions with it (Jarlebring, Michiels and
## Meerbergen, Numer. Math. 122, 2012, 169-195).  The basis is kept as
## Q times small blocks (Jarlebring, Mele and Runborg, SIAM J. Sci. Comput. 39,
## 2017), n k + k^3 numbers for k steps.  The loops are over steps and delays.

function [s, info] = nearest_roots (caller, eq, shift, wanted)
  most = 300;
  tau = fixed_delays (caller, eq.delay);
  check_wish (caller, shift, wanted);
  n = rows (eq.matrices{1});
  unit = max ([tau; 0]);
  if (unit == 0)
    unit = 1;
  endif
  ## z = unit (s - shift): Taylor coefficients of unit M about the shift.
  [M, delayed] = shifted (eq.matrices, tau, shift, unit);
  [L, U, P, C, R] = lu (sparse (M));
  pivot = abs (full (diag (U)));
  if (min (pivot) <= n * eps * max (pivot))
    error (["sdde:" caller ":invalid"],
           "%s: near = %s is a root, or M (near) is singular to working precision; choose another point",
           caller, num2str (shift));
  endif
  ratio = -tau' / unit;
  Q = sin ((1:n)'.^2);
  Q /= norm (Q);
  basis = 1;                    # rows (Q) times blocks times vectors
  H = zeros (1, 0);
  done = false;
  for k = 1:most
    j = 1:k;
    X = reshape (basis(:,:,k), [], k) ./ j;
    right = Q * X(:,1);
    for d = 1:numel (tau)
      right -= delayed{d} * (Q * (X * (ratio(d) .^ j).'));
    endfor
    y = -(C * (U \ (L \ (P * (R \ right)))));
    [Q, first] = extended (Q, y);
    m = columns (Q);
    y = zeros (m, k + 1);
    y(:,1) = first;
    y(1:rows (X),2:end) = X;
    basis(m,k+1,k) = 0;         # room for the new rows and block
    [y, h] = orthogonal (reshape (basis, [], k), y(:));
    H(k+1,k) = 0;
    H(:,k) = h;
    if (h(end) == 0)
      break;
    endif
    basis(:,:,k+1) = reshape (y, m, k + 1);
    if (k >= min (n, 2 * wanted + 8) && mod (k, 5) == 0)
      done = has_settled (H, wanted);
      if (done)
        break;
      endif
    endif
  endfor
  k = columns (H);
  [theta, W, error] = ritz (H);
  s = shift + 1 ./ (unit * theta);
  V = Q * (reshape (basis(:,1,1:k), [], k) * W);
  ## A Ritz pair is a root only if it satisfies the equation itself.
  [residual, weight] = residuals (eq.matrices, tau, s, V);
  keep = first_of (s, shift, error < 1e-9 & residual <= 1e-10 * weight, ...
                   wanted, isreal (shift));
  s = s(keep);
  residual = residual(keep);
  info = struct ("count", numel (s), "certified", false, ...
                 "residual", residual, "bound", Inf (size (s)), ...
                 "multiplicity", ones (size (s)), "subexponential", false, ...
                 "right_of", NaN, "backward", residual ./ weight(keep), ...
                 "condition", NaN (size (s)), "unknowns", k, ...
                 "converged", done && numel (s) >= wanted, ...
                 "order", 1);
  if (! any (imag (s)))
    s = real (s);
  endif
endfunction

function tau = fixed_delays (caller, delay)
  fixed = cellfun (@(law) strcmp (law.family, "deterministic"), delay);
  if (! all (fixed))
    error (["sdde:" caller ":invalid"],
           "%s: the option 'near' takes fixed delays only, not a law of the family %s",
           caller, delay{find (! fixed, 1)}.family);
  endif
  tau = cellfun (@(law) law.parameters{1}, delay)(:);
endfunction

function check_wish (caller, shift, wanted)
  if (! (isnumeric (shift) && isscalar (shift) && isfinite (shift)))
    error (["sdde:" caller ":invalid"],
           "%s: near must be a finite number, real or complex", caller);
  elseif (! (isscalar (wanted) && wanted == fix (wanted) && wanted >= 1
             && wanted <= 100))
    error (["sdde:" caller ":invalid"],
           "%s: with the option 'near', count must be a whole number between 1 and 100",
           caller);
  endif
endfunction

function [M, delayed] = shifted (matrices, tau, shift, unit)
  n = rows (matrices{1});
  M = unit * (shift * speye (n) - matrices{1});
  delayed = matrices(2:end);
  for d = 1:numel (tau)
    delayed{d} *= unit * exp (-shift * tau(d));
    M -= delayed{d};
  endfor
endfunction

## Y = Q times COORDINATES, with one more column in Q unless Y lies in it.
function [Q, coordinates] = extended (Q, y)
  size_before = norm (y);
  [y, coordinates] = orthogonal (Q, y);
  if (coordinates(end) <= 10 * eps * size_before)
    coordinates(end) = [];
  else
    Q(:,end+1) = y;
  endif
endfunction

## What is left of Y beside the orthonormal V (Gram-Schmidt, twice), of norm 1;
## H = its coordinates, the norm last.
function [y, h] = orthogonal (V, y)
  h = V' * y;
  y -= V * h;
  again = V' * y;
  y -= V * again;
  left = norm (y);
  h = [h + again; left];
  if (left > 0)
    y /= left;
  endif
endfunction

## Ritz values, vectors, and relative residuals.
function [theta, W, error] = ritz (H)
  k = columns (H);
  [W, D] = eig (H(1:k,:));
  theta = diag (D);
  error = abs (H(end,end) * W(end,:).') ./ abs (theta);
endfunction

## The roots nearest to the shift are the largest Ritz values.
function yes = has_settled (H, wanted)
  [theta, ~, error] = ritz (H);
  [~, order] = sort (abs (theta), "descend");
  yes = all (error(order(1:min (wanted + 1, end))) < 1e-11);
endfunction

## Indices of the nearest ones that are GOOD, real parts descending.
function keep = first_of (s, shift, good, wanted, paired)
  [~, order] = sort (abs (s - shift));
  order = order(good(order) & isfinite (s(order)));
  keep = order(1:min (wanted, end));
  if (paired && ! isempty (keep) && imag (s(keep(end))) != 0
      && ! any (s(keep) == conj (s(keep(end)))))
    keep = [keep; order(s(order) == conj (s(keep(end))))];
  endif
  [~, order] = sortrows ([-real(s(keep)), abs(imag (s(keep))), -imag(s(keep))]);
  keep = keep(order);
endfunction

## norm (M(s) v) for v of norm 1, and the weight of M(s).
function [residual, weight] = residuals (matrices, tau, s, V)
  V ./= sqrt (sumsq (abs (V), 1));
  left = V .* s.' - matrices{1} * V;
  weight = abs (s) + norm (matrices{1}, 1);
  for d = 1:numel (tau)
    decay = exp (-s * tau(d));
    left -= (matrices{d+1} * V) .* decay.';
    weight += abs (decay) * norm (matrices{d+1}, 1);
  endfor
  residual = sqrt (sumsq (abs (left), 1)).';
endfunction
