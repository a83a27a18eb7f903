## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{v} =} sdde_variance (@var{eq})
## @deftypefnx {} {[@var{v}, @var{info}] =} sdde_variance (@var{eq})
## Stationary variance of each mode of a stochastic delay differential
## equation.
##
## @var{eq} comes from @code{asgd_sdde} or @code{sdde_equation}.  @var{v} has
## one row per mode; it is @code{Inf} where there is no stationary state, and
## @code{NaN} where the integral below was not computed to 1e-6.
##
## Noise of intensity b^2 (the square of the diffusion) alone gives b^2 J with
## the energy of the fundamental solution R,
##
## @display
## J = int_0^inf R(t)^2 dt = (1/2 pi) int |h(i w)|^-2 dw,
## @end display
##
## h being the characteristic function (see @code{sdde_roots}).  For one fixed
## delay d, J = (1 + sin (a d)) / (2 a cos (a d)) (K@"uchler and Mensch,
## Stochastics 40, 1992, 23-42); for exponential delays of mean m at order 1,
## J = (1 + a m) / (2 a); other laws by quadrature to about 1e-10.  Noise that
## grows with the distance from the minimum (@code{eq.coupling}, K) makes the
## variances the solution of
##
## @display
## v_i = J_i (b_i^2 + sum_j K_ij v_j),
## @end display
##
## which exists if and only if the spectral radius of the matrix J_i K_ij is
## less than 1: mean-square stability.  For exponential workers at order 2 this
## is exact.  For laws less variable than that it is on the safe side, as
## arrivals are more regular than the Poisson process it assumes.
##
## @var{info} has the fields @code{energy} (J of each mode; @code{Inf} unless
## the mean converges) and @code{radius} (the spectral radius).
##
## For a system X' = A0 X + sum_k Ak E X(t-Dk) + B W' (the option
## @qcode{"matrices"} of @code{sdde_equation}) @var{v} is the covariance matrix
##
## @display
## (1/2 pi) int M(i w)^-1 B B' M(i w)^-H dw,  M(s) = s I - A0 - sum_k Ak phi_k(s),
## @end display
##
## integrated until its error, relative to the standard deviations and returned as
## @code{info.error}, is about 1e-10 (1e-7 for laws whose transform is a sum), for
## delays of any law.  Unless all roots are proved to lie left of the imaginary
## axis there is no stationary state: the variances are @code{Inf} and the
## covariances @code{NaN}.  Where neither could be proved, or the integral is not
## good to 1e-6, all are @code{NaN}.  @code{info.energy} is the variance of each
## state if unit noise came to each state independently.
##
## The momentum of a system of workers is counted in updates (see the manual's node
## Momentum); other equations with inertia have no variance here.
##
## The error @code{sdde:sdde_variance:invalid} is raised unless @var{eq} is an
## equation.
##
## @example
## @group
## sdde_variance (sdde_equation ("damping", 1, "delay", 1, "diffusion", 1))
##      @result{} 1.7041
## @end group
## @end example
##
## @seealso{sdde_equation, asgd_sdde, asgd_predict, sdde_rate}
## @end deftypefn

function [v, info] = sdde_variance (eq)
  if (nargin != 1)
    print_usage ();
  endif
  if (is_system (eq))
    eq = driven_equation ("sdde_variance", eq);
    [v, info.energy, info.error] = ...
      core_call ("sdde_variance", @__sdde_paths__, "covariance", ...
                 cat (3, eq.matrices{:}), eq.delay, eq.diffusion);
    return;
  endif
  [v, info.energy, info.radius] = ...
    core_call ("sdde_variance", @__sdde_equation__, "stationary", eq);
endfunction

%!demo
%! ## The variance is least at a = cos (a) = 0.739 and grows without bound at
%! ## the stability limit pi/2
%! a = linspace (0.1, 1.5, 100);
%! v = sdde_variance (sdde_equation ("damping", a, "delay", 1, "diffusion", 1));
%! plot (a, v);
%! xlabel ("damping times delay");
%! ylabel ("stationary variance");

%!test # closed form of one fixed delay, and its minimum
%! eq = sdde_equation ("damping", [1, 0.5], "delay", 1, "diffusion", 1);
%! assert (sdde_variance (eq), [1.7041117211679139; 1.6857964171683396], -1e-12);
%! a = 0.7390851332 + [-1e-3, 0, 1e-3];
%! v = sdde_variance (sdde_equation ("damping", a, "delay", 1, "diffusion", 1));
%! assert (v(2) < v(1) && v(2) < v(3));

%!test # energies of other laws, by mpmath (tests/reference/energy.py)
%! cases = {{"shifted-exponential", 0.5, 0.5}, 5.51962170481363, 1.33611608733457
%!          {"gamma", 4, 0.25}, 5.51961314964409, 1.33492296470732
%!          {"gamma", 0.5, 2}, 5.47680857654334, 0.919411068057955
%!          {"uniform", 0.2, 1.8}, 5.52065562670788, 1.36715158828134
%!          {"exponential", 1}, 5.5, 19 / 18};
%! for k = 1:rows (cases)
%!   eq = sdde_equation ("damping", [0.1, 0.9], "delay", ...
%!                       delay_law (cases{k,1}{:}), "diffusion", 1);
%!   assert (sdde_variance (eq), [cases{k,2:3}]', -1e-11);
%! endfor

%!test # the quadrature against the closed forms it does not know
%! eq = sdde_equation ("damping", 0.7, "diffusion", 1, "delay", ...
%!                     delay_law ("empirical", 1));
%! assert (sdde_variance (eq), (1 + sin (0.7)) / (1.4 * cos (0.7)), -1e-9);
%! eq = sdde_equation ("damping", 0.7, "diffusion", 1, "delay", ...
%!                     delay_law ("gamma", 1, 1));
%! assert (sdde_variance (eq), 1.7 / 1.4, -1e-10);
%! t = linspace (0, 30, 61);
%! all = delay_law ("thinned", delay_law ("exponential", 1), t, ones (size (t)));
%! eq = sdde_equation ("damping", 0.7, "diffusion", 1, "delay", all);
%! assert (sdde_variance (eq), 1.7 / 1.4, -1e-6);

%!test # exponential workers, exactly: theory against the moment equations
%! for c = {[8, 0.1], [16, 0.05], [32, 0.1]}
%!   n = c{1}(1); alpha = c{1}(2);
%!   system = asgd_system ("workers", n, "rate", alpha, ...
%!                         "compute", delay_law ("exponential", 1));
%!   problem = asgd_problem ("quadratic", 1, "noise", 1 / alpha);
%!   v = sdde_variance (asgd_sdde (system, problem));
%!   exact = (1 + alpha * n) / (alpha * (2 + alpha - n * alpha^2));
%!   assert (v, exact, -1e-12);
%! endfor

%!test # mean-square limit of exponential workers: alpha n < (1 + sqrt (1 + 8n))/2
%! n = 10;
%! limit = (1 + sqrt (1 + 8 * n)) / 2 / n;
%! work = delay_law ("exponential", 1);
%! for factor = [1 - 1e-6, 1 + 1e-6]
%!   system = asgd_system ("workers", n, "compute", work, "rate", factor * limit);
%!   [v, info] = sdde_variance (asgd_sdde (system, asgd_problem ("quadratic", 1, "noise", 1)));
%!   assert (info.radius < 1, factor < 1);
%!   assert (isfinite (v), factor < 1);
%! endfor

%!test # no stationary state
%! eq = sdde_equation ("damping", [1, 2], "delay", 1, "diffusion", 1);
%! [v, info] = sdde_variance (eq);
%! assert (isfinite (v(1)) && v(2) == Inf && info.energy(2) == Inf);

## Systems against closed forms of one mode, the Lyapunov equation of delays that
## are chains of stages, and the response in time, another method.
%!test
%! laws = {1, delay_law("exponential", 1), delay_law("gamma", 0.5, 2)};
%! for k = 1:3
%!   [v, info] = sdde_variance (sdde_equation ("matrices", {0, -0.9}, "delay", laws{k}, "diffusion", 2));
%!   w = sdde_variance (sdde_equation ("damping", 0.9, "delay", laws{k}, "diffusion", 2));
%!   assert (v, w, -1e-8);
%!   assert (info.energy, w / 4, -1e-8);
%!   assert (info.error < 1e-8);
%! endfor
%!test # P solves A P + P A' + S = 0 for the stages
%! A0 = [0, 1; -0.4, -0.3]; A1 = [0, 0.2; -0.5, -0.1]; B = [0, 0.2; 0.7, 0.1];
%! eq = sdde_equation ("matrices", {A0, A1}, "delay", delay_law ("gamma", 2, 0.2), "diffusion", B);
%! r = 5; I = eye (2); O = zeros (2);
%! A = [A0, O, A1; r * I, -r * I, O; O, r * I, -r * I];
%! S = blkdiag (B * B', zeros (4));
%! P = -(kron (eye (6), A) + kron (A, eye (6))) \ S(:);
%! P = reshape (P, 6, 6)(1:2,1:2);
%! [v, info] = sdde_variance (eq);
%! assert (v, P, 1e-8 * norm (P));
%! assert (v, v');
%!test # two fixed delays without common measure, a slow pair of roots
%! A = {[0, 1; -1, -0.4], [0, 0; 0.1, -0.3], [-0.2, 0; 0, 0.1]};
%! B = [0.3; 1];
%! eq = sdde_equation ("matrices", A, "delay", [1, sqrt(2)], "diffusion", B);
%! assert (sdde_rate (eq) > 0.1);
%! [v, info] = sdde_variance (eq);
%! [~, w] = sdde_response (eq, 18 / sdde_rate (eq));
%! assert (v, w, 1e-7 * norm (w));
%! assert (info.error < 1e-8);
%! paths = 4000;
%! x = sdde_simulate (eq, [0, 40], "paths", paths, "step", 0.01);
%! X = squeeze (x(2,:,:));
%! se = sqrt ((v .^ 2 + diag (v) * diag (v)') / paths);
%! assert (all ((abs (X * X' / paths - v) < 4 * se + 0.01 * norm (v))(:)));
%!test # no stationary state; a state that noise does not reach; no noise
%! [v, info] = sdde_variance (sdde_equation ("matrices", {zeros(2), -diag([1, 2])}, "delay", 1, "diffusion", 1));
%! assert (v, [Inf, NaN; NaN, Inf]);
%! assert (info.energy, [Inf; Inf]);
%! v = sdde_variance (sdde_equation ("matrices", {-diag([1, 2])}, "delay", [], "diffusion", [1, 0; 0, 0]));
%! assert (v, [0.5, 0; 0, 0], 1e-9);
%! assert (sdde_variance (sdde_equation ("matrices", {-1, -0.1}, "delay", 1)), 0);

%!test # no root right of the abscissa -1/3, and a transform of 15 poles in one place
%! work = delay_law ("hyperexponential", [0.8, 0.2], [0.5, 3]);
%! s = asgd_system ("workers", 16, "compute", work, "rate", 0.04, ...
%!                  "uplink", delay_law ("exponential", 0.065));
%! eq = asgd_sdde (s, asgd_problem ("quadratic", 0.52), "order", 1);
%! inverse = @(w) 1 ./ abs (1i * w + eq.damping * delay_lst (eq.delay, 1i * w)) .^ 2;
%! energy = quadgk (inverse, 0, Inf, "RelTol", 1e-8) / pi;
%! [~, info] = sdde_variance (eq);
%! assert (info.energy, energy, 1e-6 * energy);

%!error <Invalid call> sdde_variance ()
%!error id=sdde:sdde_variance:invalid sdde_variance (1)
%!error <without inertia> sdde_variance (sdde_equation ("damping", 1, "delay", 1, "inertia", 1))
%!error <not with a cell of several> sdde_variance (sdde_equation ("damping", [1 1], "delay", {1, 2}))
%!error id=sdde:sdde_variance:invalid sdde_variance (struct ("damping", 1))
%!function sdde_variance_with (accepted)
%!  s = asgd_system ("workers", 8, "compute", delay_law ("gamma", 4, 0.25), ...
%!                   "rate", 0.05, "threshold", 7);
%!  eq = asgd_sdde (s, 1);
%!  eq.pairs.accepted = accepted (eq.pairs.accepted);
%!  sdde_variance (eq);
%!endfunction
%!error <probabilities from 0 to 1> sdde_variance_with (@(p) NaN * p)
%!error <probabilities from 0 to 1> sdde_variance_with (@(p) 2 * p)
%!error <some gradients must be accepted> sdde_variance_with (@(p) 0 * p)
%!error <one number for each phase> sdde_variance_with (@(p) p(1))
%!error <pairs.accepted must be a full array> sdde_variance_with (@(p) "x")
