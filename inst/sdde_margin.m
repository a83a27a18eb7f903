## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{margin} =} sdde_margin (@var{eq})
## @deftypefnx {} {@var{margin} =} sdde_margin (@var{a}, @var{delay})
## @deftypefnx {} {@var{margin} =} sdde_margin (@dots{}, "mode", @var{k})
## @deftypefnx {} {@var{margin} =} sdde_margin (@{@var{A0}, @var{A1}, @dots{}@}, @var{delays})
## How far a delay equation is from instability, and what moves its rightmost
## root.
##
## The arguments are those of @code{sdde_roots}, which also explains
## h(s) = m s^2 + s + d + sum_k (a_k + c_k s) phi_k(s).
##
## @table @code
## @item margin.delay
## the least delay that, added to all delays, makes the equation unstable; Inf
## where none does (then it is stable independent of the delay)
## @item margin.distance
## min abs (h (i w)) over all frequencies w: the equation stays stable under any
## instantaneous term e X(t), complex e, with abs (e) below that, and does not
## under some of that size.  A rate
## @item margin.relative
## the same for relative changes of m, d, a_k, c_k and of the 1 of s, all at
## once: min abs (h (i w)) / (sum of the moduli of the terms of h (i w)).  At
## most 1; NaN where a large correction leaves open what happens at ever higher
## frequencies
## @item margin.frequency
## a struct with the frequencies (@code{delay}, @code{distance},
## @code{relative}) at which this happens
## @item margin.rate, margin.root
## speed, and the rightmost root s
## @item margin.order
## 1 or 2: of the delay equation that this is of.  For an equation of order 3
## (@code{asgd_sdde}) it is the one that stands beside the pair closure, and
## @code{margin.rate} is not quite that of @code{sdde_rate}
## @item margin.sensitivity
## a struct with the derivatives of s, exact, by ds = -dh / h'(s): in
## @code{damping} and @code{correction} (rows with one element for each class),
## @code{decay}, @code{inertia}, @code{added_delay} (a delay added to all), and
## in the logarithms of what multiplies: @code{log_delay} (the time scale of all
## delays), @code{log_rate} (the learning rate, to which all dampings and
## corrections are proportional), @code{log_workers} (the number of workers, to
## which dampings are, and the inertia of momentum is inversely, while delays do
## not change).  A negative real part means
## faster.  NaN where two roots meet, since they then part like a square root
## @end table
##
## For an equation that is not stable the three margins are 0.  They hold for
## laws with heavy tails too; sensitivities are then NaN.  The minima are found
## by halving intervals of frequency as long as bounds of h' and h'' leave room
## for less, so that no frequency is missed; their values are relative to 1e-6
## beyond doubt.
##
## @subheading Systems
##
## For an equation with matrices, or a cell of them and their delays (see
## @code{sdde_roots} for M(s)), @var{margin} has
##
## @table @code
## @item margin.distance
## min sigma_min (M (i w)) over all frequencies w, the least singular value: the
## system stays stable under any complex change of A0 that is smaller in the
## 2-norm, and does not under some of that size (the complex stability radius;
## the pseudospectral abscissa reaches 0 at this level).  0 where it is not
## stable.  It depends on the scaling of the coordinates, which are not balanced
## @item margin.floor
## what the true minimum is proved not to be below, from steps on which singular
## values cannot fall further: within 1e-4 of @code{distance}, or less close
## where 40000 frequencies did not suffice
## @item margin.frequency.distance
## where it is taken on
## @item margin.rate, margin.root
## as above
## @item margin.sensitivity
## @code{matrices}, a cell of the derivatives of the root in each element of A0,
## A1, @dots{}; @code{log_delay} and @code{added_delay} as above.  NaN for a root
## that is not simple
## @end table
##
## There is no @code{margin.delay} for systems.
##
## The errors are those of @code{sdde_roots}, as @code{sdde:sdde_margin:@dots{}}.
##
## @example
## @group
## margin = sdde_margin (1, 1);
## margin.delay
##      @result{} 0.5708
## @end group
## @end example
##
## One fixed delay d with the damping a becomes unstable at a d = pi/2.
##
## @seealso{sdde_roots, sdde_rate, sdde_limit, sdde_chart}
## @end deftypefn

function margin = sdde_margin (varargin)
  if (nargin < 1)
    print_usage ();
  endif
  if (is_system (varargin{1}))
    margin = system_margin (varargin);
    return;
  endif
  [eq, rest] = scalar_equation ("sdde_margin", varargin);
  options = parse_options ("sdde_margin", struct ("mode", []), rest);
  mode = chosen_mode ("sdde_margin", options.mode, rows (eq.damping));
  given = {eq.decay(mode), eq.inertia(mode), eq.damping(mode,:), ...
           eq.correction(mode,:), eq.delay};
  x = core_call ("sdde_margin", @__sdde_roots__, "margin", given{:});
  [re, im, multiplicity] = core_call ("sdde_margin", @__sdde_roots__,
                                      "sensitivity", given{:});
  z = re;
  if (any (im))
    z = complex (re, im);
  endif
  root = z(1);
  if (multiplicity != 1)
    z(:) = NaN;
  endif
  classes = numel (eq.delay);
  sensitivity = struct ("damping", z(7 + (1:classes)).', ...
                        "correction", z(7 + classes + (1:classes)).', ...
                        "decay", z(2), "inertia", z(3), "added_delay", z(5), ...
                        "log_delay", z(4), "log_rate", z(6), ...
                        "log_workers", z(7) - eq.inertia(mode) * z(3));
  rate = -real (root);
  margin = struct ("delay", x(5), "distance", x(1), "relative", x(3),
                   "frequency", struct ("delay", x(6), "distance", x(2),
                                        "relative", x(4)),
                   "rate", rate, "root", root, "sensitivity", sensitivity, ...
                   "order", 1 + any (eq.correction(mode,:) != 0));
endfunction

function margin = system_margin (arguments)
  [eq, rest] = system_equation ("sdde_margin", arguments);
  if (! isempty (rest))
    error ("sdde:sdde_margin:invalid",
           "sdde_margin: a system has no modes and takes no options");
  endif
  [x, re, im] = core_call ("sdde_margin", @__sdde_roots__, "matrix-margin",
                           stacked_matrices ("sdde_margin", eq.matrices),
                           eq.delay);
  z = re;
  if (any (im))
    z = complex (re, im);
  endif
  n = rows (eq.matrices{1});
  by_entry = mat2cell (reshape (z(4:end), n, []), n, ...
                       n * ones (1, numel (eq.matrices)));
  sensitivity = struct ("matrices", {by_entry}, "log_delay", z(2), ...
                        "added_delay", z(3));
  margin = struct ("distance", x(1), "floor", x(2), ...
                   "frequency", struct ("distance", x(3)), ...
                   "rate", -real (z(1)), "root", z(1), ...
                   "sensitivity", sensitivity);
endfunction

%!demo
%! ## How much more delay training can bear, against its damping.
%! a = linspace (0.05, 1.5, 60);
%! law = delay_law ("gamma", 8, 1/8);
%! extra = arrayfun (@(a) sdde_margin (a, law).delay, a);
%! semilogy (a, extra);
%! xlabel ("damping"); ylabel ("delay margin");

## One fixed delay: pi/2 = a (d + margin); |h|^2 = a^2 + w^2 - 2 a w sin (w).
%!test
%! margin = sdde_margin (1, 1);
%! assert (margin.delay, pi/2 - 1, 1e-13);
%! assert (margin.frequency.delay, 1, 1e-13);
%! w = 0:1e-5:4;
%! h = abs (1i * w + exp (-1i * w));
%! assert (margin.distance, min (h), -1e-9);
%! assert (margin.relative, min (h ./ (1 + w)), -1e-9);
%! assert (margin.rate, sdde_rate (1, 1));
## The margin is where the rightmost root reaches the axis: classes, inertia,
## correction, random delays.
%!test
%! shifted = @(law, d) delay_law ("shifted-exponential", law.parameters{1} + d, law.parameters{2});
%! one = delay_law ("shifted-exponential", 0.1, 0.4);
%! two = delay_law ("shifted-exponential", 0.5, 0.2);
%! base = {"damping", [0.8 0.7], "inertia", 0.3, "correction", [0.1 0], "decay", 0.2};
%! margin = sdde_margin (sdde_equation (base{:}, "delay", {one, two}));
%! assert (isfinite (margin.delay));
%! at = @(d) sdde_rate (sdde_equation (base{:}, "delay", {shifted(one, d), shifted(two, d)}));
%! [rate, s] = at (margin.delay);
%! assert (rate, 0, 1e-12);
%! assert (imag (s), margin.frequency.delay, 1e-10);
%! assert (at (0.999 * margin.delay) > 0);
## Stable whatever the delay.
%!test
%! margin = sdde_margin (sdde_equation ("damping", 0.5, "delay", 1, "decay", 1));
%! assert (margin.delay, Inf);
%! assert (margin.frequency.delay, NaN);
%!test
%! margin = sdde_margin (2, 1);
%! assert ([margin.delay, margin.distance, margin.relative], [0 0 0]);
## Instantaneous terms of the size of the distance: one makes a root on the axis.
%!test
%! law = delay_law ("gamma", 3, 0.2);
%! margin = sdde_margin (1.5, law);
%! w = margin.frequency.distance;
%! h = 1i * w + 1.5 * delay_lst (law, 1i * w);
%! assert (abs (h), margin.distance, -1e-12);
%! grid = (0:1e-4:20)';
%! assert (margin.distance <= min (abs (1i * grid + 1.5 * delay_lst (law, 1i * grid))) * (1 + 1e-12));
## Sensitivities against differences.
%!test
%! law = @(scale, shift) delay_law ("shifted-exponential", 0.3 * scale + shift, 0.5 * scale);
%! second = @(scale, shift) delay_law ("shifted-exponential", 0.8 * scale + shift, 0.1 * scale);
%! root = @(a1, a2, c1, c2, d, m, scale, shift) nthargout (2, @sdde_rate, ...
%!   sdde_equation ("damping", [a1 a2], "correction", [c1 c2], "decay", d, ...
%!                  "inertia", m, "delay", {law(scale, shift), second(scale, shift)}));
%! x = [0.7 0.5 0.05 0.1 0.1 0.2 1 0];
%! f = @(x) root (num2cell (x){:});
%! s = sdde_margin (sdde_equation ("damping", x(1:2), "correction", x(3:4), "decay", x(5), ...
%!                                 "inertia", x(6), "delay", {law(1, 0), second(1, 0)})).sensitivity;
%! exact = [s.damping, s.correction, s.decay, s.inertia, s.log_delay, s.added_delay];
%! e = 1e-5;
%! for k = 1:8
%!   step = e * ((1:8) == k);
%!   difference = (f (x + step) - f (x - step * (k < 8))) / (e * (1 + (k < 8)));
%!   assert (exact(k), difference, 1e-4);
%! endfor
%! up = x; up(1:4) *= 1 + e; down = x; down(1:4) *= 1 - e;
%! assert (s.log_rate, (f (up) - f (down)) / (2 * e), 1e-6);
%! up = x; up(1:2) *= 1 + e; down = x; down(1:2) *= 1 - e;
%! up(6) /= 1 + e; down(6) /= 1 - e;
%! assert (s.log_workers, (f (up) - f (down)) / (2 * e), 1e-6);
## ds/da = -phi/h' at one fixed delay: s = W(-a), by mpmath at 20 digits.
%!test
%! s = sdde_margin (1, 1).sensitivity.damping;
%! w = -0.31813150520476413531 + 1.3372357014306894089i;
%! assert (s, w / (1 + w), 1e-14);
%!test
%! margin = sdde_margin (exp (-1), 1);
%! assert (isnan (margin.sensitivity.damping));
%!test
%! system = asgd_system ("workers", 8, "rate", 0.04, "compute", delay_law ("gamma", 4, 0.25));
%! margin = sdde_margin (asgd_sdde (system, 1));
%! assert (margin.order, 2);
%! assert (margin.rate, sdde_rate (asgd_sdde (system, 1, "order", 2)), 1e-13);
%! assert (sdde_margin (1, 1).order, 1);
%!test
%! eq = sdde_equation ("damping", [1 2], "delay", 0.5);
%! assert (sdde_margin (eq, "mode", 2).delay, pi/4 - 0.5, 1e-13);

## Systems: one row agrees with the scalar equation.
%!test
%! law = delay_law ("gamma", 3, 0.2);
%! one = sdde_margin (1.5, law);
%! margin = sdde_margin ({0, -1.5}, law);
%! assert (margin.distance, one.distance, -1e-4);
%! assert (margin.floor <= one.distance * (1 + 1e-9));
%! assert (margin.floor >= one.distance * (1 - 1.1e-4));
%! assert (margin.root, one.root, 1e-12);
%! assert (-margin.sensitivity.matrices{2}, one.sensitivity.damping, 1e-11);
%! assert (-margin.sensitivity.matrices{1}, one.sensitivity.decay, 1e-11);
%! assert (margin.sensitivity.log_delay, one.sensitivity.log_delay, 1e-11);
%! assert (margin.sensitivity.added_delay, one.sensitivity.added_delay, 1e-11);
## The floor is below, and the distance not above, what a fine grid finds; a
## change of A0 of that size puts a root on the axis; derivatives are those of
## differences.
%!test
%! A = {[-3 1 0; 0 -2 1; 0.5 0 -2], [0.3 -1 0.2; 0.7 -0.5 0; 0 0.4 -0.8], [0 0 0.5; -0.4 0 0; 0 0.1 0]};
%! tau = [1, 0.4];
%! M = @(s) s * eye (3) - A{1} - A{2} * exp (-s * tau(1)) - A{3} * exp (-s * tau(2));
%! margin = sdde_margin (A, tau);
%! grid = arrayfun (@(w) min (svd (M (1i * w))), 0:1e-3:12);
%! assert (margin.distance, min (grid), -1e-4);
%! assert (margin.floor <= min (grid));
%! w = margin.frequency.distance;
%! assert (min (svd (M (1i * w))), margin.distance, -1e-12);
%! [U, S, V] = svd (M (1i * w));
%! moved = M (1i * w) - S(3,3) * U(:,3) * V(:,3)';
%! assert (min (svd (moved)), 0, 1e-14);
%! root = @(A, tau) sdde_roots (A, tau, "count", 1)(1);
%! e = 1e-5;
%! for k = 1:3
%!   for j = [1 5 6]
%!     up = down = A;
%!     up{k}(j) += e;
%!     down{k}(j) -= e;
%!     assert (margin.sensitivity.matrices{k}(j), ...
%!             (root (up, tau) - root (down, tau)) / (2 * e), 1e-8);
%!   endfor
%! endfor
%! assert (margin.sensitivity.added_delay, (root (A, tau + e) - root (A, tau - e)) / (2 * e), 1e-8);
%! assert (margin.sensitivity.log_delay, ...
%!         (root (A, tau * (1 + e)) - root (A, tau * (1 - e))) / (2 * e), 1e-8);
%!test # a normal matrix without delay: the distance of its eigenvalues
%! margin = sdde_margin ({[-1 2; -2 -1]}, []);
%! assert (margin.distance, 1, 1e-4);
%! assert (margin.frequency.distance, 2, 0.05);
%!test
%! margin = sdde_margin ({[1 0; 0 -1], zeros(2)}, 1);
%! assert ([margin.distance, margin.floor], [0 0]);
%! assert (margin.rate, -1, 1e-14);
%!error <takes no options> sdde_margin ({-1, -1}, 1, "mode", 1)
%!error <Invalid call> sdde_margin ()
%!error id=sdde:sdde_margin:invalid sdde_margin (1)
%!error <choose one by the option 'mode'> sdde_margin ([1 2], 1)
%!error <between 1 and 2> sdde_margin ([1 2], 1, "mode", 0)
%!error <must be finite> sdde_margin (NaN, 1)
