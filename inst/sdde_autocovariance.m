## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{g} =} sdde_autocovariance (@var{eq}, @var{lags})
## @deftypefnx {} {[@var{g}, @var{info}] =} sdde_autocovariance (@var{eq}, @var{lags})
## @deftypefnx {} {} sdde_autocovariance (@var{eq}, @var{lags})
## Stationary autocovariance of a stochastic delay differential equation.
##
## @var{eq} comes from @code{asgd_sdde} or @code{sdde_equation}.  @var{lags} are
## finite numbers of any sign, in units of time.  @var{g} has one row for each mode
## and one column for each lag u,
##
## @display
## g(u) = E X(t+u) X(t),  g(-u) = g(u),  g(0) = the variance of @code{sdde_variance},
## @end display
##
## X being the displacement from the minimum (the mean of the stationary state).
## For a system (the option @qcode{"matrices"} of @code{sdde_equation}) @var{g} is
## states by states by lags, E X(t+u) X(t)', and that of -u its transpose.
##
## With the fundamental solution R, noise of intensity q leaves
##
## @display
## g(u) = q int_0^inf R(t+u) R(t) dt;
## @end display
##
## q is b^2 (the square of the diffusion) and what the noise that grows with the
## distance from the minimum adds in the stationary state, so that q J is the
## variance.  For one fixed delay d and abs (u) @leq{} d that is
## g(u) = g(0) cos (a u) - q sin (a abs (u)) / (2 a) (K@"uchler and Mensch,
## Stochastics 40, 1992, 23-42).  R is followed by collocation until the rest of the
## integral is less than 1e-8 of the variance, which an integral over frequencies
## knows by itself; for delays of any law and for systems.
##
## At order 3 (@code{asgd_sdde}) the closed moments of pairs of workers take over:
## E X(t+u) X(t) obeys the equations of the mean, from the stationary second
## moments.  That is exact for exponential times, and within 0.5 % of the variance of
## simulations of 4 and 8 workers with gamma times of shape 4 and hyperexponential
## ones with cv2 = 5.5, at learning rates times curvature of 0.3 and 0.15, where
## orders 1 and 2 are off by 14 to 41 %.
##
## @var{info} has the fields @code{error}, what @var{g} was computed to relative to
## the variance of each mode (for a system, to the standard deviations), and
## @code{order} (of the equation; 1 for a system).  @var{g} is @code{NaN} where
## there is no stationary state, where that could not be told, or where the error
## is not below 1e-6.
##
## Without output @var{g} of each mode over its largest value is drawn (of each
## state, for a system).
##
## Errors: @code{sdde:sdde_autocovariance:invalid} unless @var{eq} is an
## equation with one law of delays for each term and without inertia or
## momentum, and @var{lags} are finite; @code{sdde:sdde_autocovariance:limit}
## where the lags, or the time the response takes to die, are more than 20000
## times as long as it takes to change, and at order 3 beyond 2400 second
## moments (24 phases in one class; use order 1 or 2).
##
## @example
## @group
## eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
## g = sdde_autocovariance (eq, [0, 0.5, 1])
##      @result{} 1.7041   1.2558   0.5000
## @end group
## @end example
##
## @seealso{sdde_spectrum, sdde_variance, sdde_response, sdde_equation, asgd_sdde}
## @end deftypefn

function [g, info] = sdde_autocovariance (eq, lags)
  if (nargin != 2)
    print_usage ();
  endif
  lags = real_numbers ("sdde_autocovariance", lags, "lags")(:)';
  order = 1;
  if (is_system (eq))
    eq = driven_equation ("sdde_autocovariance", eq);
    [g, error] = core_call ("sdde_autocovariance", @__sdde_paths__, ...
                            "autocovariance", cat (3, eq.matrices{:}), ...
                            eq.delay, eq.diffusion, lags);
  else
    [g, error] = core_call ("sdde_autocovariance", @__sdde_equation__, ...
                            "autocovariance", eq, lags);
    order = order_of (eq);
  endif
  info = struct ("error", error, "order", order);
  if (nargout == 0)
    draw (lags, g);
    clear g info;
  endif
endfunction

function draw (lags, g)
  if (ndims (g) == 3)
    n = rows (g);
    g = reshape (g, n * n, [])(1:n+1:end,:);
    name = "state";
  else
    name = "mode";
  endif
  [lags, order] = sort (lags);
  g = g(:,order);
  peak = max (abs (g), [], 2);
  peak(peak == 0) = 1;
  plot (lags, g ./ peak, "linewidth", 1.5);
  hold_state = ishold ();
  hold on;
  plot (lags([1, end]), [0, 0], "-", "color", [0.5, 0.5, 0.5]);
  if (! hold_state)
    hold off;
  endif
  if (rows (g) > 1 && rows (g) <= 8)
    legend (arrayfun (@(k) sprintf ("%s %d", name, k), 1:rows (g),
                      "uniformoutput", false));
  endif
  xlabel ("lag  [time]");
  ylabel ("autocovariance, largest = 1");
endfunction

%!demo
%! ## The closer to the limit pi/2, the longer the noise rings
%! eq = sdde_equation ("damping", [0.3, 0.9, 1.4], "delay", 1, "diffusion", 1);
%! sdde_autocovariance (eq, linspace (-15, 15, 601));
%! legend ("a d = 0.3", "a d = 0.9", "a d = 1.4");

%!demo
%! ## How long asynchronous SGD remembers its noise: the more workers, the longer
%! ## it swings
%! u = linspace (0, 12, 241);
%! work = delay_law ("gamma", 4, 0.25);
%! clf; hold on;
%! for n = [2, 8, 14]
%!   system = asgd_system ("workers", n, "rate", 0.1, "compute", work);
%!   g = sdde_autocovariance (asgd_sdde (system, asgd_problem ("quadratic", 1, "noise", 1)), u);
%!   plot (u, g / g(1), "displayname", sprintf ("%d workers", n));
%! endfor
%! hold off; legend ("show");
%! xlabel ("lag over mean computing time"); ylabel ("autocorrelation");

## Closed forms: one fixed delay up to the delay (Kuechler and Mensch), the
## process of Ornstein and Uhlenbeck; noise that grows with the distance.
%!test
%! u = [-0.3, 0, 0.2, 0.7, 1];
%! a = [0.05; 0.9; 1.4]; q = [1; 4; 9];
%! eq = sdde_equation ("damping", a, "delay", 1, "diffusion", sqrt (q));
%! [g, info] = sdde_autocovariance (eq, u);
%! v = sdde_variance (eq);
%! assert (g, v .* cos (a .* abs (u)) - q ./ (2 * a) .* sin (a .* abs (u)), -1e-9);
%! assert (info.error < 1e-8);
%! assert (info.order, 1);
%! eq.coupling = [0.01; 0.2; 0.05];
%! w = sdde_variance (eq);
%! assert (sdde_autocovariance (eq, u), g .* w ./ v, -1e-9);
%!test
%! u = [-2, 0, 0.5, 8];
%! eq = sdde_equation ("damping", 0, "decay", 0.7, "delay", 1, "diffusion", 2);
%! assert (sdde_autocovariance (eq, u), 4 / 1.4 * exp (-0.7 * abs (u)), 1e-9);
%! eq = sdde_equation ("matrices", {-0.7}, "delay", [], "diffusion", 2);
%! assert (sdde_autocovariance (eq, u), reshape (4 / 1.4 * exp (-0.7 * abs (u)), 1, 1, 4), 1e-9);

## Exponential delays are another state: dX = -a Y dt + dW, dY = (X - Y) / m dt.
%!test
%! a = 0.8; m = 1.5; u = [0, 0.4, 3, 11];
%! A = [0, -a; 1/m, -1/m];
%! P = reshape (-(kron (eye (2), A) + kron (A, eye (2))) \ [1; 0; 0; 0], 2, 2);
%! exact = arrayfun (@(u) (expm (A * u) * P)(1), u);
%! eq = sdde_equation ("damping", a, "delay", delay_law ("exponential", m), "diffusion", 1);
%! assert (sdde_autocovariance (eq, u), exact, 1e-9);
%! eq = sdde_equation ("matrices", {0, -a}, "delay", delay_law ("exponential", m), "diffusion", 1);
%! assert (sdde_autocovariance (eq, u)(:)', exact, 1e-9);

## The delay Lyapunov equation: G'(u) = A0 G(u) + A1 G(1-u)', with Y(u) = G(1-u)'
## Y' = -Y A0' - G A1'; Y(0) = G(1)', G(0) = G(0)', A0 G(0) + A1 Y(0) + (..)' = -B B'.
%!test
%! A0 = [-1, 0.4; -0.2, -0.3]; A1 = [-0.5, 0.3; -0.6, -0.4]; B = [0.5, 0; 0.3, 1];
%! I = eye (2); I4 = eye (4);
%! T = I4([1, 3, 2, 4],:);     # transposition
%! F = [kron(I, A0), kron(I, A1); -kron(A1, I), -kron(A0, I)];
%! E = expm (F);
%! boundary = [E(1:4,:) - T * [zeros(4), I4]
%!             (I4 - T) * [I4, zeros(4)]
%!             (I4 + T) * [kron(I, A0), kron(I, A1)]];
%! x = boundary \ [zeros(8, 1); -(B * B')(:)];
%! u = [0, 0.25, 0.6, 1];
%! eq = sdde_equation ("matrices", {A0, A1}, "delay", 1, "diffusion", B);
%! [g, info] = sdde_autocovariance (eq, [u, -0.6, 2.3]);
%! for k = 1:4
%!   y = expm (F * u(k)) * x;
%!   assert (g(:,:,k), reshape (y(1:4), 2, 2), 1e-9);
%! endfor
%! assert (g(:,:,1), sdde_variance (eq), 1e-8);
%! assert (g(:,:,5), g(:,:,3)', 1e-14);
%! assert (info.error < 1e-8);

## The covariance of simulated paths at two times, of a system with two delays, and
## of a mode with multiplicative noise; 5 standard errors and what the step is worth.
%!test
%! A = {[0, 1; -1, -0.4], [0, 0; 0.1, -0.3], [-0.2, 0; 0, 0.1]};
%! eq = sdde_equation ("matrices", A, "delay", [1, sqrt(2)], "diffusion", [0.3; 1]);
%! g = sdde_autocovariance (eq, [0, 1.7]);
%! paths = 2000;
%! x = sdde_simulate (eq, [0, 25, 26.7], "paths", paths, "step", 0.02);
%! now = squeeze (x(2,:,:)); later = squeeze (x(3,:,:));
%! v = diag (g(:,:,1));
%! se = sqrt ((g(:,:,2) .^ 2 + v * v') / paths);
%! assert (all ((abs (later * now' / paths - g(:,:,2)) < 5 * se + 0.02 * norm (v))(:)));
%!test
%! eq = sdde_equation ("damping", 0.8, "delay", delay_law ("gamma", 3, 1/3), "diffusion", 1);
%! eq.coupling = 0.3;
%! eq.start = 0;
%! g = sdde_autocovariance (eq, [0, 0.8, 2.1]);
%! paths = 3000;
%! x = sdde_simulate (eq, [0, 12, 12.8, 14.1], "paths", paths, "step", 0.02, "history", 0);
%! products = x(2,:) .* x(2:4,:);
%! se = std (products, 0, 2)' / sqrt (paths);
%! assert (all (abs (mean (products, 2)' - g) < 5 * se + 0.02 * g(1)));

## Any law, heavy tails too: the value at 0 is that of the integral over frequencies,
## and the derivative at 0+ is -q/2 whatever the delay.
%!test
%! laws = {delay_law("lognormal", -0.35, 0.83), delay_law("pareto", 3.5, 2), ...
%!         delay_law("uniform", 0.2, 1.8), delay_law("empirical", [0.4, 0.9, 1.7])};
%! for k = 1:numel (laws)
%!   eq = sdde_equation ("damping", 0.6, "delay", laws{k}, "diffusion", 1.2);
%!   [g, info] = sdde_autocovariance (eq, [0, 1e-3, 2e-3]);
%!   assert (g(1), sdde_variance (eq), -1e-6);
%!   assert ((-3 * g(1) + 4 * g(2) - g(3)) / 2e-3, -0.72, 1e-4);
%!   assert (info.error < 1e-6);
%! endfor

## Exponential workers, exactly: d/du (E w(t+u) w(t), E w_j(t+u) w(t)) from the
## stationary moments of w, w_i, w_j; orders 2 and 3.
%!test
%! n = 5; alpha = 0.2; u = [0, 0.3, 1, 4];
%! A = [0, -2*n*alpha, 0, n*alpha^2
%!      1, -1-2*alpha, -(n-1)*alpha, alpha^2
%!      0, 2, -2-2*alpha, 0
%!      1, -2*alpha, 0, alpha^2-1];
%! moments = A \ -[n; 1; 0; 1];
%! F = [0, -n*alpha; 1, -1-alpha];
%! exact = arrayfun (@(u) (expm (F * u) * moments(1:2))(1), u);
%! system = asgd_system ("workers", n, "rate", alpha, "compute", delay_law ("exponential", 1));
%! problem = asgd_problem ("quadratic", 1, "noise", 1 / alpha);
%! for order = 2:3
%!   [g, info] = sdde_autocovariance (asgd_sdde (system, problem, "order", order), [u, -u]);
%!   assert (g, [exact, exact], -1e-8);
%!   assert (info.order, order);
%! endfor
%! ## Classes: the same workers in two of them
%! twice = asgd_system ("workers", [2, 3], "rate", alpha, "compute", {delay_law("exponential", 1), delay_law("exponential", 1)});
%! assert (sdde_autocovariance (asgd_sdde (twice, problem, "order", 3), u), exact, -1e-8);

## Simulated by a plain loop over events for 1e6 mean times: standard error .0004.
%!test
%! simulated = [0.2357, 0.0567, -0.0812, -0.0561, 0.0165, 0.0319, 0.0039];
%! system = asgd_system ("workers", 8, "rate", 0.15, "compute", delay_law ("gamma", 4, 0.25));
%! eq = asgd_sdde (system, asgd_problem ("quadratic", 1, "noise", 1));
%! assert (eq.order, 3);
%! assert (sdde_autocovariance (eq, 0:6), simulated, 0.0016);

%!test # no stationary state; no noise; one worker, whose model is its own copy
%! eq = sdde_equation ("damping", [1, 2], "delay", 1, "diffusion", [0, 1]);
%! assert (sdde_autocovariance (eq, [0, 1]), [0, 0; NaN, NaN]);
%! g = sdde_autocovariance (sdde_equation ("matrices", {0, -2}, "delay", 1), [0, 1]);
%! assert (g(:), [NaN; NaN]);
%! system = asgd_system ("workers", 1, "rate", 0.4, "compute", delay_law ("exponential", 1));
%! g = sdde_autocovariance (asgd_sdde (system, asgd_problem ("quadratic", 1, "noise", 1), "order", 3), [0, 2]);
%! assert (g, 0.16 / (1 - 0.36) * [1, exp(-0.8)], -1e-8);

## Without output: a figure.
%!testif ; ! isempty (available_graphics_toolkits ())
%! warning ("off", "Octave:gnuplot-graphics", "local");
%! figure_handle = figure ("visible", "off");
%! unwind_protect
%!   sdde_autocovariance (sdde_equation ("damping", [0.5, 1], "delay", 1, "diffusion", 1), 0:0.1:5);
%!   assert (numel (findobj (gca (), "type", "line")), 3);
%! unwind_protect_cleanup
%!   close (figure_handle);
%! end_unwind_protect

%!error <Invalid call> sdde_autocovariance (1)
%!error id=sdde:sdde_autocovariance:invalid sdde_autocovariance (1, 1)
%!error <lags must be finite> sdde_autocovariance (sdde_equation ("damping", 1, "delay", 1), [0, NaN])
%!error <lags must be finite> sdde_autocovariance (sdde_equation ("matrices", {0, -1}, "delay", 1), Inf)
%!error <lags must be real numbers> sdde_autocovariance (sdde_equation ("damping", 1, "delay", 1), 1i)
%!error <without inertia> sdde_autocovariance (sdde_equation ("damping", 1, "delay", 1, "inertia", 1), 0)
%!error <without inertia \(momentum\)> sdde_autocovariance (asgd_sdde (asgd_system ("workers", 4, "rate", 0.01, ...
%!  "momentum", 0.5, "compute", delay_law ("exponential", 1)), 1), 0)
%!error id=sdde:sdde_autocovariance:limit sdde_autocovariance (sdde_equation ("damping", 1, "delay", 1, "diffusion", 1), 1e6)
