## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{x} =} sdde_response (@var{eq}, @var{t})
## @deftypefnx {} {[@var{x}, @var{v}, @var{info}] =} sdde_response (@var{eq}, @var{t}, "history", @var{history})
## @deftypefnx {} {} sdde_response (@dots{})
## Mean and variance in time of a stochastic delay differential equation.
##
## @var{eq} comes from @code{sdde_equation} or @code{asgd_sdde}.  The mean
## @var{x} starts from X = 1 for t @leq{} 0 (or from @var{history}), the variance
## @var{v} from 0.  Both have the shape of the array of times @var{t} @geq{} 0
## for one mode, and one row for each mode otherwise.
##
## @var{history} is a number or a column with one for each mode, a function of a
## row of times @leq{} 0 that returns modes by times, or a cell of increasing
## times that end at 0 and of values (modes by times) between which it is
## linear.
##
## With g(t) = E Y(t-D) over the law of the delay and Y = X - c g, the mean obeys
##
## @display
## X'(t) = -d X(t) - a g(t).
## @end display
##
## It is a polynomial of high degree on each cell of a mesh, which satisfies the
## equation at ten Gauss points of the cell (collocation).  The mesh has the times
## at which derivatives jump (the ends of the law's support, its atoms, and their
## sums), and small cells where a density may be singular.  It is halved until
## mean and variance stay to 1e-10.  Without multiplicative noise the variance is
## b^2 times the integral of R^2, R being the fundamental solution (of transform
## 1 / h, see @code{sdde_roots}).  With it (@code{eq.coupling}),
##
## @display
## v_i(t) = int_0^t R_i(t-u)^2 (b_i^2 + sum_j K_ij E X_j(u-D)^2) du
## @end display
##
## is solved on a grid of 4096 steps and one of half as many, and extrapolated;
## then only constant histories are possible.
##
## For a system (the option @qcode{"matrices"} of @code{sdde_equation}) the rows of
## @var{x} are states and @var{v} is states by states by times: the covariances
## int_0^t R(u) B B' R(u)' du.
##
## @var{info} has the fields @code{error} and @code{variance_error}, how far the
## last two meshes (grids) differ relative to the largest value.  Laws with more
## than some twenty atoms have more breaking points than can be kept, so that
## they reach fewer digits: see there.
##
## Without output argument the mean is plotted with a band of two standard
## deviations.
##
## Errors: @code{sdde:sdde_response:invalid}, @code{:unknown-option},
## @code{:limit} for times that take too many cells.
##
## @example
## @group
## eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
## [x, v] = sdde_response (eq, [0 1 2])
##      @result{} x =   1.0000   0.0000  -0.5000
##         v =        0   1.0000   1.3333
## @end group
## @end example
##
## @seealso{sdde_equation, asgd_sdde, sdde_simulate, sdde_variance, asgd_predict}
## @end deftypefn

function [x, v, info] = sdde_response (eq, t, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  [eq, n] = driven_equation ("sdde_response", eq);
  system = is_system (eq);
  eq.pairs = []; # of an equation of order 3: the delay equation beside
  t = real_numbers ("sdde_response", t, "t");
  if (! (all (t(:) >= 0) && all (isfinite (t(:)))))
    invalid ("t must hold finite times >= 0");
  endif
  options = parse_options ("sdde_response", struct ("history", 1), varargin);
  coupled = ! system && any (eq.coupling(:) != 0);
  [start, before, past, width] = history_cells (eq, options.history, n);
  if (coupled && ! isempty (past))
    invalid ("with multiplicative noise the history must be constant");
  endif
  if (system)
    command = {"respond-matrices", cat(3, eq.matrices{:}), eq.delay, eq.diffusion};
  else
    command = {"respond", eq};
  endif
  [x, v, info.error] = core_call ("sdde_response", @__sdde_paths__, command{:},
                                  t, start, before, past, width);
  info.variance_error = info.error;
  if (coupled)
    [v, info.variance_error] = core_call ("sdde_response", @__sdde_paths__,
                                          "coupled-variance", eq, t, start);
  endif
  if (nargout == 0)
    if (system)
      v = reshape (v, n ^ 2, numel (t))(1:n+1:end,:);
    endif
    draw (t(:)', x, v);
    clear x
  elseif (n == 1)
    x = reshape (x, size (t));
    v = reshape (v, size (t));
  endif
endfunction

function invalid (text)
  error ("sdde:sdde_response:invalid", "sdde_response: %s", text);
endfunction

## X at 0, before all cells, and at the points of equal cells up to 0.
function [start, before, past, width] = history_cells (eq, history, n)
  past = [];
  width = 1;
  if (isnumeric (history) && isreal (history)
      && (isscalar (history) || numel (history) == n))
    start = before = double (full (history(:))) .* ones (n, 1);
  else
    longest = 0;
    laws = eq.delay;
    if (! iscell (laws))
      laws = {laws};
    endif
    for law = laws
      far = delay_quantile (law{1}, 1);
      if (isinf (far))
        far = delay_quantile (law{1}, 1 - 1e-15);
      endif
      longest = max (longest, far);
    endfor
    points = core_call ("sdde_response", @__sdde_paths__, "history-points");
    cells = 64;
    width = max (longest, 1e-6) / cells;
    time = width * ((-cells:-1)' + points)'(:)';
    if (is_function_handle (history))
      value = @(t) history (t);
    elseif (iscell (history) && numel (history) == 2)
      value = @(t) between (history{:}, n, t);
    else
      invalid (sprintf ("history must be a number, one for each of the %d modes, a function handle, or a cell {times, values}", n));
    endif
    past = checked (value (time), n, numel (time));
    start = checked (value (0), n, 1);
    before = checked (value (-width * cells), n, 1);
  endif
  checked ([start, before], n, 2);
endfunction

function x = checked (x, n, count)
  if (isscalar (x) || isequal (size (x), [n, 1]))
    x = x .* ones (n, count);
  endif
  if (! (isnumeric (x) && isreal (x) && isequal (size (x), [n, count])
         && all (isfinite (x(:)))))
    invalid (sprintf ("the history must give finite numbers, %d by %d for a row of %d times", n, count, count));
  endif
  x = double (full (x));
endfunction

function x = between (time, x, n, t)
  if (! (isnumeric (time) && isreal (time) && isvector (time)
         && numel (time) > 1 && all (diff (time) > 0) && time(end) == 0))
    invalid ("the times of the history must increase and end at 0");
  endif
  if (n == 1)
    x = x(:)';
  endif
  if (! (isnumeric (x) && isreal (x) && isequal (size (x), [n, numel(time)])))
    invalid (sprintf ("the values of the history must be %d by %d", n, numel (time)));
  endif
  x = interp1 (double (time(:)), double (x'), max (t(:), time(1)));
  x = reshape (x, numel (t), n)';
endfunction

function draw (t, x, v)
  [t, order] = sort (t);
  x = x(:,order);
  band = 2 * sqrt (v(:,order));
  newplot ();
  colors = get (gca (), "colororder");
  hold ("on");
  for i = 1:rows (x)
    color = colors(mod (i - 1, rows (colors)) + 1,:);
    patch ([t, flip(t)], [x(i,:) - band(i,:), flip(x(i,:) + band(i,:))],
           1 - 0.2 * (1 - color), "edgecolor", "none", "handlevisibility", "off");
  endfor
  for i = 1:rows (x)
    color = colors(mod (i - 1, rows (colors)) + 1,:);
    plot (t, x(i,:), "linewidth", 1.5, "color", color,
          "displayname", sprintf ("mode %d", i));
  endfor
  hold ("off");
  xlabel ("time");
  ylabel ("mean, two standard deviations");
  if (rows (x) > 1)
    legend ("show");
    legend ("boxoff");
  endif
endfunction

%!demo
%! ## The mean under a fixed delay, from fast to unstable
%! eq = sdde_equation ("damping", [0.2, exp(-1), 1, 1.7], "delay", 1, ...
%!                     "diffusion", 0.05);
%! sdde_response (eq, linspace (0, 15, 300));

%!shared t
%! t = [0, 0.3, 1, 1.7, 2.5, 6, 14];

## Fixed delay: R(t) = sum_k (-a)^k (t - k d)_+^k / k!, its own method.
%!function r = fundamental (t, a, d)
%!  k = (0:ceil (max (t(:)) / d))';
%!  r = sum ((-a) .^ k .* (max (t(:)' - k * d, 0) .^ k .* (t(:)' >= k * d)) ./ factorial (k), 1);
%!  r = reshape (r, size (t));
%!endfunction
%!test
%! a = 1; d = 1;
%! [x, v, info] = sdde_response (sdde_equation ("damping", a, "delay", d, "diffusion", 2), t);
%! for k = 1:numel (t)
%!   breaks = [0:d:t(k), t(k)];
%!   exact(k) = 1; square(k) = 0;
%!   for j = 1:numel (breaks) - 1
%!     exact(k) -= a * quadgk (@(u) fundamental (u, a, d), breaks(j), breaks(j+1), "abstol", 1e-13);
%!     square(k) += quadgk (@(u) fundamental (u, a, d) .^ 2, breaks(j), breaks(j+1), "abstol", 1e-13);
%!   endfor
%! endfor
%! assert (x, exact, 2e-10);
%! assert (v, 4 * square, 1e-9);
%! assert (info.error < 1e-10);
%! assert (sdde_response (sdde_equation ("damping", 1, "delay", 1), [0; 1; 2]), [1; 0; -0.5], 1e-12);

## P(t) of P' = A P + P A' + e e', P(0) = 0
%!function P = second_moments (A, e, t)
%!  n = rows (A);
%!  K = kron (eye (n), A) + kron (A, eye (n));
%!  F = expm ([K, (e * e')(:); zeros(1, n^2 + 1)] * t);
%!  P = reshape (F(1:n^2,end), n, n);
%!endfunction
%!test # exponential and gamma times as chains of linear stages, by expm
%! for shape = [1, 4]
%!   k = shape; r = k; a = 0.8; b = 0.3;
%!   A = diag (-r * ones (k, 1)) + diag (r * ones (k - 1, 1), -1);
%!   A = [-b, zeros(1, k - 1), -a; [r; zeros(k-1, 1)], A];
%!   eq = sdde_equation ("damping", a, "decay", b, "diffusion", 1, ...
%!                       "delay", delay_law ("gamma", k, 1 / k));
%!   [x, v] = sdde_response (eq, t);
%!   for i = 1:numel (t)
%!     m(i) = (expm (A * t(i)) * ones (k + 1, 1))(1);
%!     s(i) = second_moments (A, [1; zeros(k, 1)], t(i))(1);
%!   endfor
%!   assert (x, m, 1e-9);
%!   assert (v, s, 1e-9);
%! endfor

%!test # order 2: exponential times again, Y = X - c g, g' = (Y - g) / m
%! a = 0.8; c = 0.15;
%! eq = sdde_equation ("damping", a, "correction", c, "diffusion", 1, ...
%!                     "delay", delay_law ("exponential", 1));
%! [x, v] = sdde_response (eq, t);
%! A = [0, -a; 1, -1 - c];
%! for i = 1:numel (t)
%!   m(i) = [1, 0] * expm (A * t(i)) * [1; 1];
%!   s(i) = [1, -c] * second_moments (A, [1; 0], t(i)) * [1; -c];
%! endfor
%! assert (x, m, 1e-9);
%! assert (v, s, 1e-9);

## Other laws by the Fourier series of a damped original (Dubner, Abate; Euler
## summation as in Abate, Whitt, ORSA J. Computing 7, 1995): nothing in common.
%!function x = inverse_transform (F, t)
%!  M = 24; A = 2 * M * log (10) / 3;
%!  xi = [0.5, ones(1, M), zeros(1, M)];
%!  xi(2*M+1) = 2 ^ -M;
%!  for k = 1:M-1
%!    xi(2*M-k+1) = xi(2*M-k+2) + 2 ^ -M * nchoosek (M, k);
%!  endfor
%!  beta = M * log (10) / 3 + 1i * pi * (0:2*M);
%!  eta = (-1) .^ (0:2*M) .* xi;
%!  x = 10 ^ (M / 3) / t * sum (eta .* real (F (beta / t)));
%!endfunction
%!test
%! laws = {delay_law("gamma", 0.5, 2), delay_law("gamma", 2.5, 0.4), ...
%!         delay_law("mixture", [0.9, 0.1], delay_law ("exponential", 0.5), delay_law ("exponential", 5.5))};
%! for k = 1:numel (laws)
%!   F = @(s) 1 ./ s - 0.9 ./ s ./ (s + 0.9 * delay_lst (laws{k}, s));
%!   x = sdde_response (sdde_equation ("damping", 0.9, "delay", laws{k}), [0.5, 1.5, 4]);
%!   assert (x, arrayfun (@(t) inverse_transform (F, t), [0.5, 1.5, 4]), 2e-7);
%! endfor

%!test # the limit of the variance, and asgd_predict's curves, with coupling
%! eq = sdde_equation ("damping", 0.9, "delay", delay_law ("uniform", 0.2, 1.8), "diffusion", 1);
%! [~, v] = sdde_response (eq, 60);
%! assert (v, sdde_variance (eq), -1e-8);
%! system = asgd_system ("workers", 8, "rate", 0.05, "compute", delay_law ("gamma", 4, 0.25));
%! problem = asgd_problem ("quadratic", [1, 2.5], "noise", 0.5);
%! curve = asgd_predict (system, problem, t, "order", 2);
%! [x, v, info] = sdde_response (asgd_sdde (system, problem), t, "history", ...
%!                               asgd_sdde (system, problem).start);
%! assert (x, curve.mean, 1e-3);
%! assert (v, curve.variance, 1e-3 * max (curve.variance(:)));
%! assert (info.variance_error < 1e-4);
%! ## exact floor of exponential workers
%! system = asgd_system ("workers", 8, "rate", 0.1, "compute", delay_law ("exponential", 1));
%! eq = asgd_sdde (system, asgd_problem ("quadratic", 1, "noise", 10));
%! [~, v] = sdde_response (eq, 40, "history", 0);
%! assert (v, 8.9109, 1e-3);

%!test # any history: cos (pi t / 2) solves X' = -(pi/2) X(t-1)
%! eq = sdde_equation ("damping", pi / 2, "delay", 1);
%! x = sdde_response (eq, t, "history", @(t) cos (pi * t / 2));
%! assert (x, cos (pi * t / 2), 1e-9);
%! past = linspace (-1, 0, 257);
%! x = sdde_response (eq, t, "history", {past, cos(pi * past / 2)});
%! assert (x, cos (pi * t / 2), 1e-4);
%! ## exp (s t) with a characteristic root s, any law
%! law = delay_law ("gamma", 4, 0.25);
%! s = sdde_roots (1, law, "count", 1)(1);
%! x = sdde_response (sdde_equation ("damping", 1, "delay", law), t, ...
%!                    "history", @(t) real (exp (s * t)));
%! assert (x, real (exp (s * t)), 1e-8);

%!test # rows are modes; times in any order and shape
%! eq = sdde_equation ("damping", [1, 0.2], "delay", 1);
%! x = sdde_response (eq, [2, 0, 1]);
%! assert (size (x), [2, 3]);
%! assert (x(1,:), [-0.5, 1, 0], 1e-12);
%! assert (size (sdde_response (sdde_equation ("damping", 1, "delay", 1), zeros (2, 3))), [2, 3]);

## Systems: delays that are chains of stages, by expm; a rotation; no delay.
%!test
%! A0 = [0, 1; -0.4, -0.3]; A1 = [0, 0.2; -0.5, -0.1]; B = [0; 0.7];
%! eq = sdde_equation ("matrices", {A0, A1}, "delay", delay_law ("gamma", 2, 0.3), "diffusion", B);
%! r = 1 / 0.3; I = eye (2); O = zeros (2);
%! A = [A0, O, A1; r * I, -r * I, O; O, r * I, -r * I];
%! [x, v, info] = sdde_response (eq, t, "history", [1; -2]);
%! assert (size (v), [2, 2, numel(t)]);
%! for i = 1:numel (t)
%!   assert (x(:,i), (expm (A * t(i)) * repmat ([1; -2], 3, 1))(1:2), 1e-8);
%!   P = second_moments (A, [B; zeros(4, 1)], t(i));
%!   assert (v(:,:,i), P(1:2,1:2), 1e-8);
%! endfor
%! assert (info.error < 1e-9);
%! eq = sdde_equation ("matrices", {[0, -1; 1, 0]}, "delay", []);
%! assert (sdde_response (eq, t), [cos(t) - sin(t); sin(t) + cos(t)], 1e-9);
%!test # two delays in one state, in the shape of the times; a history
%! both = sdde_equation ("matrices", {-0.2, -0.5, -0.3}, "delay", [1, 1], "diffusion", 2);
%! one = sdde_equation ("damping", 0.8, "decay", 0.2, "delay", 1, "diffusion", 2);
%! f = @(t) 1 + t .^ 2;
%! [x, v] = sdde_response (both, t', "history", f);
%! [y, w] = sdde_response (one, t', "history", f);
%! assert (x, y, 1e-9);
%! assert (v, w, 1e-9);

%!test
%! eq = rmfield (sdde_equation ("damping", 1, "delay", 1), "coupling");
%! fail ("sdde_response (eq, 1)", "sdde_response: eq must be an equation with the field coupling");
%!error <one for each of the 2 modes|one for each of the 2 states> ...
%! sdde_response (sdde_equation ("matrices", {-eye(2)}, "delay", []), 1, "history", [1, 2, 3])
%!error <Invalid call> sdde_response (1)
%!error <eq must be> sdde_response (1, 1)
%!error <t must hold> sdde_response (sdde_equation ("damping", 1, "delay", 1), -1)
%!error <t must hold> sdde_response (sdde_equation ("damping", 1, "delay", 1), NaN)
%!error <history must be> sdde_response (sdde_equation ("damping", 1, "delay", 1), 1, "history", [1, 2])
%!error <the history must give> sdde_response (sdde_equation ("damping", 1, "delay", 1), 1, "history", NaN)
%!error <increase and end at 0> sdde_response (sdde_equation ("damping", 1, "delay", 1), 1, "history", {[0, 1], [1, 1]})
%!error <the values of the history> sdde_response (sdde_equation ("damping", 1, "delay", 1), 1, "history", {[-1, 0], 1})
%!error <one law of delays> sdde_response (sdde_equation ("damping", [1, 2], "delay", {1, 2}), 1)
%!error <history must be constant> sdde_response (setfield (sdde_equation ("damping", 1, "delay", 1), "coupling", 0.1), 1, "history", @(t) t)
%!error id=sdde:sdde_response:limit sdde_response (sdde_equation ("damping", 1, "delay", 1), 1e9)
%!error id=sdde:sdde_response:unknown-option sdde_response (sdde_equation ("damping", 1, "delay", 1), 1, "past", 1)
