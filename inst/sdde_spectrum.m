## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{s} =} sdde_spectrum (@var{eq}, @var{frequencies})
## @deftypefnx {} {[@var{s}, @var{info}] =} sdde_spectrum (@var{eq}, @var{frequencies})
## @deftypefnx {} {} sdde_spectrum (@var{eq}, @var{frequencies})
## Power spectral density of the stationary state of a stochastic delay
## differential equation.
##
## @var{eq} comes from @code{asgd_sdde} or @code{sdde_equation}.  @var{frequencies}
## are angular ones, w in radians per unit of time, finite and of any sign.
## @var{s} has one row for each mode and one column for each frequency,
##
## @display
## S(w) = int g(u) exp (-i w u) du  over all lags u,
## @end display
##
## with the autocovariance g of @code{sdde_autocovariance}: two-sided (S(-w) = S(w),
## each has its share), and such that
##
## @display
## (1/2 pi) int S(w) dw  over all w = the variance of @code{sdde_variance}.
## @end display
##
## So S is the two-sided density per cycle (per Hz, where the unit of time is the
## second) at f = w / (2 pi); the one-sided one is twice that.
##
## Noise of intensity q leaves S(w) = q / abs (h (i w))^2, h being the characteristic
## function (see @code{sdde_roots}); q is b^2 (the square of the diffusion) and what
## the noise that grows with the distance from the minimum adds in the stationary
## state.  At order 3 (@code{asgd_sdde}) it is the transform of the autocovariance of
## the closed moments of pairs of workers, exact for exponential times.
##
## For a system (the option @qcode{"matrices"} of @code{sdde_equation}) @var{s} is
## states by states by frequencies, the Hermitian matrices
##
## @display
## S(w) = M(i w)^-1 B B' M(i w)^-H = int E X(t+u) X(t)' exp (-i w u) du.
## @end display
##
## @var{s} is @code{NaN} where there is no stationary state, or that could not
## be told. @code{info.order} is the order of the equation (1 for a system).
##
## Without output S is drawn (for a system, its diagonal).
##
## Errors: @code{sdde:sdde_spectrum:invalid} unless @var{eq} is an equation with
## one law of delays for each term and without inertia or momentum, and
## @var{frequencies} are finite; @code{sdde:sdde_spectrum:limit} at order 3
## beyond 2400 second moments (24 phases in one class; use order 1 or 2).
##
## @example
## @group
## eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
## s = sdde_spectrum (eq, [0, 1, 2])
##      @result{} 1.0000   3.1540   0.7338
## @end group
## @end example
##
## @seealso{sdde_autocovariance, sdde_variance, sdde_roots, sdde_equation, asgd_sdde}
## @end deftypefn

function [s, info] = sdde_spectrum (eq, frequencies)
  if (nargin != 2)
    print_usage ();
  endif
  frequencies = real_numbers ("sdde_spectrum", frequencies, "frequencies")(:)';
  order = 1;
  if (is_system (eq))
    eq = driven_equation ("sdde_spectrum", eq);
    [re, im] = core_call ("sdde_spectrum", @__sdde_paths__, "spectrum", ...
                          cat (3, eq.matrices{:}), eq.delay, eq.diffusion, ...
                          frequencies);
    s = complex (re, im);
  else
    s = core_call ("sdde_spectrum", @__sdde_equation__, "spectrum", eq, ...
                   frequencies);
    order = order_of (eq);
  endif
  info = struct ("order", order);
  if (nargout == 0)
    draw (frequencies, s);
    clear s info;
  endif
endfunction

function draw (frequencies, s)
  name = "mode";
  if (ndims (s) == 3)
    n = rows (s);
    s = real (reshape (s, n * n, [])(1:n+1:end,:));
    name = "state";
  endif
  [frequencies, order] = sort (frequencies);
  semilogy (frequencies, s(:,order), "linewidth", 1.5);
  if (rows (s) > 1 && rows (s) <= 8)
    legend (arrayfun (@(k) sprintf ("%s %d", name, k), 1:rows (s),
                      "uniformoutput", false));
  endif
  xlabel ("angular frequency  [radians per unit of time]");
  ylabel ("power spectral density");
endfunction

%!demo
%! ## Near the limit a d = pi/2 the noise rings at the frequency pi/2 / d
%! eq = sdde_equation ("damping", [0.3, 0.9, 1.4], "delay", 1, "diffusion", 1);
%! sdde_spectrum (eq, linspace (0, 12, 601));
%! legend ("a d = 0.3", "a d = 0.9", "a d = 1.4");

## Closed forms: one fixed delay, Ornstein and Uhlenbeck's process.
%!test
%! w = [-2, 0, 0.4, 1, 7];
%! eq = sdde_equation ("damping", [0.5, 1.2], "delay", 1, "diffusion", [1, 3]);
%! exact = [1; 9] ./ (w .^ 2 + [0.5; 1.2] .^ 2 - 2 * [0.5; 1.2] .* w .* sin (w));
%! [s, info] = sdde_spectrum (eq, w);
%! assert (s, exact, -1e-12);
%! assert (info.order, 1);
%! eq = sdde_equation ("damping", 0, "decay", 0.7, "delay", 1, "diffusion", 2);
%! assert (sdde_spectrum (eq, w), 4 ./ (0.49 + w .^ 2), -1e-13);
%! eq = sdde_equation ("matrices", {-0.7}, "delay", [], "diffusion", 2);
%! assert (sdde_spectrum (eq, w)(:).', 4 ./ (0.49 + w .^ 2), -1e-13);

## The integral over all frequencies is the variance, at every order and with noise
## that grows with the distance; the tail beyond W is q / (pi W).
%!test
%! system = asgd_system ("workers", 6, "rate", 0.1, "compute", delay_law ("gamma", 4, 0.25));
%! problem = asgd_problem ("quadratic", [1, 2], "noise", 1, "multiplicative", 0.5);
%! for order = 1:3
%!   eq = asgd_sdde (system, problem, "order", order);
%!   eq.coupling = eq.coupling(:,1);
%!   W = 400;
%!   for k = 1:2
%!     f = @(w) reshape (sdde_spectrum (eq, w)(k,:), size (w));
%!     v = quadgk (f, 0, W, "abstol", 1e-9, "reltol", 1e-8, "waypoints", [1, 2, 5, 20, 80]) / pi + f (W) * W / pi;
%!     assert (v, sdde_variance (eq)(k), -2e-4);
%!   endfor
%! endfor
%!test
%! A = {[0, 1; -1, -0.6], [0, 0; 0.1, -0.3]};
%! eq = sdde_equation ("matrices", A, "delay", delay_law ("gamma", 2, 0.4), "diffusion", [0.3, 0; 0.2, 1]);
%! w = [-20:0.01:20];
%! s = sdde_spectrum (eq, w);
%! tail = eq.diffusion * eq.diffusion' / (20 * pi);
%! assert (trapz (w, s, 3) / (2 * pi) + tail, sdde_variance (eq), 3e-3 * norm (sdde_variance (eq)));
%! assert (s(2,1,:), conj (s(1,2,:)), 1e-12);
%! ## and with the lag's phase its autocovariance
%! g = sdde_autocovariance (eq, 1.3);
%! assert (real (trapz (w, s .* reshape (exp (1.3i * w), 1, 1, []), 3)) / (2 * pi), g, 3e-3 * norm (g));

## Exponential workers, exactly: 2 Re of the transform of exp (F u).
%!test
%! n = 5; alpha = 0.2; w = [0, 0.5, 2, 11];
%! A = [0, -2*n*alpha, 0, n*alpha^2
%!      1, -1-2*alpha, -(n-1)*alpha, alpha^2
%!      0, 2, -2-2*alpha, 0
%!      1, -2*alpha, 0, alpha^2-1];
%! moments = A \ -[n; 1; 0; 1];
%! F = [0, -n*alpha; 1, -1-alpha];
%! exact = arrayfun (@(w) 2 * real (((1i * w * eye (2) - F) \ moments(1:2))(1)), w);
%! system = asgd_system ("workers", n, "rate", alpha, "compute", delay_law ("exponential", 1));
%! problem = asgd_problem ("quadratic", 1, "noise", 1 / alpha);
%! for order = 2:3
%!   [s, info] = sdde_spectrum (asgd_sdde (system, problem, "order", order), [w, -w]);
%!   assert (s, [exact, exact], -1e-9);
%!   assert (info.order, order);
%! endfor

%!test # order 3 is the transform of its autocovariance, of several classes too
%! system = asgd_system ("workers", [3, 2], "rate", 0.15, "compute", ...
%!                       {delay_law("gamma", 3, 1/3), delay_law("hyperexponential", [0.9, 0.1], [0.5, 5.5])});
%! eq = asgd_sdde (system, asgd_problem ("quadratic", 1, "noise", 1), "order", 3);
%! u = linspace (0, 120, 12001);
%! g = sdde_autocovariance (eq, u);
%! assert (g(1), sdde_variance (eq), -1e-7);
%! w = [0, 0.7, 2];
%! s = arrayfun (@(w) 2 * trapz (u, g .* cos (w * u)), w);
%! assert (sdde_spectrum (eq, w), s, -1e-4);

%!test # no stationary state; no noise
%! eq = sdde_equation ("damping", [1, 2], "delay", 1, "diffusion", [0, 1]);
%! assert (sdde_spectrum (eq, [0, 1]), [0, 0; NaN, NaN]);
%! assert (all (isnan (sdde_spectrum (sdde_equation ("matrices", {0, -2}, "delay", 1), [0, 1])(:))));

## Without output: a figure.
%!testif ; ! isempty (available_graphics_toolkits ())
%! warning ("off", "Octave:gnuplot-graphics", "local");
%! figure_handle = figure ("visible", "off");
%! unwind_protect
%!   sdde_spectrum (sdde_equation ("damping", [0.5, 1], "delay", 1, "diffusion", 1), 0:0.1:5);
%!   assert (numel (findobj (gca (), "type", "line")), 2);
%! unwind_protect_cleanup
%!   close (figure_handle);
%! end_unwind_protect

%!error <Invalid call> sdde_spectrum (1)
%!error id=sdde:sdde_spectrum:invalid sdde_spectrum (1, 1)
%!error <frequencies must be finite> sdde_spectrum (sdde_equation ("damping", 1, "delay", 1), [0, NaN])
%!error <frequencies must be finite> sdde_spectrum (sdde_equation ("matrices", {0, -1}, "delay", 1), Inf)
%!error <frequencies must be real numbers> sdde_spectrum (sdde_equation ("damping", 1, "delay", 1), 1i)
%!error <without inertia> sdde_spectrum (sdde_equation ("damping", 1, "delay", 1, "inertia", 1), 0)
%!error <without inertia \(momentum\)> sdde_spectrum (asgd_sdde (asgd_system ("workers", 4, "rate", 0.01, ...
%!  "momentum", 0.5, "compute", delay_law ("exponential", 1)), 1), 0)
