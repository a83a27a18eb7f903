## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{ok} =} sdde_meansquare (@var{eq})
## @deftypefnx {} {[@var{ok}, @var{info}] =} sdde_meansquare (@var{eq})
## Whether a stochastic delay differential equation is stable in mean square.
##
## @var{eq} comes from @code{asgd_sdde} or @code{sdde_equation}.  @var{ok} is true
## if E X^2 of all modes stays bounded under multiplicative noise
## (@code{eq.coupling}, K): if the mean converges and the spectral radius of
## J_i K_ij is less than 1, J being the energy of the fundamental solution (see
## @code{sdde_variance}; of order 3, if the exponents are negative).  That the mean
## converges is not enough.
##
## At order 3 (@code{asgd_sdde}, the default where it stands) the verdict is exact
## for alike workers whose cycles have one phase, two (up to some 1000 workers) or
## three (up to 9), and for two workers: their second moments are followed with the
## number of workers in each phase.  Otherwise it is that of the pair closure: for
## gamma times of shape 4 within 1 % of simulated limits, on the safe side.  For times
## more variable than exponential the closure's limit can be 4 % too high; verdict
## and margin are then those a fifth of the way from it to order 1 (the manual has a
## table of simulated limits).  Where gradients are dropped at a threshold, 2 % are
## taken off, and with a trigger the margin is no more than where every gradient is
## sent, as it is far from the minimum.  At order 2 the limit is exact for exponential times;
## for less variable ones it is on the safe side, by 15 % of the learning rate for 8
## workers of gamma times with shape 4, by 4 % for 32.  Where the delay's cv2 is more than 1, order 2 would be on the unsafe
## side, and the verdict, the margin and the exponent are those of order 1
## (@code{eq.correction} is not used).
## With momentum all is counted in updates, at any order: exact for one worker, and
## the limit 5 to 17 % on the safe side for 2 to 20 exponential ones.
##
## @var{info} has the fields
##
## @table @code
## @item margin
## the factor by which the learning rate can grow until the limit (less than 1
## where @var{ok} is false; @code{NaN} where it was not found).  What counts is the
## product of learning rate and curvature: of @code{asgd_sdde (system, 1)} it is also
## the greatest curvature (eigenvalue of the Hessian) that the learning rate of
## @var{system} bears
## @item exponent
## of each mode: without additive noise E X^2 goes like exp (exponent t), twice
## the rightmost root of the mean or what lies right of it, the solution r of
## K phi(r) int R^2 exp (-r t) dt = 1.  For exponential
## times at orders 1 and 2 it has the right sign and is right to a tenth.  Modes
## that drive each other have one together: where the spectral radius of
## K_ij phi(r) int R_i^2 exp (-r t) dt is 1.  @code{NaN} for delays with heavy tails,
## for modes that nothing moves, and for those that drive each other under momentum.
## @item radius
## the spectral radius
## @item order
## of the equation the verdict is that of
## @end table
##
## The error @code{sdde:sdde_meansquare:invalid} is raised unless @var{eq} is an
## equation of scalar modes with one law of delays.
##
## @example
## @group
## work = delay_law ("exponential", 1);
## system = asgd_system ("workers", 10, "rate", 0.4, "compute", work);
## [ok, info] = sdde_meansquare (asgd_sdde (system, 1, "order", 2));
## info.margin        # 0.5 / 0.4
##      @result{} 1.2500
## @end group
## @end example
##
## @seealso{sdde_variance, sdde_rate, asgd_sdde}
## @end deftypefn

function [ok, info] = sdde_meansquare (eq)
  if (nargin != 1)
    print_usage ();
  endif
  if (is_system (eq))
    error ("sdde:sdde_meansquare:invalid",
           "sdde_meansquare: eq must be an equation of scalar modes; systems of matrices have no multiplicative noise");
  endif
  eq = driven_equation ("sdde_meansquare", eq);
  order = 1 + any (eq.correction(:) != 0);
  if (isfield (eq, "pairs") && ! isempty (eq.pairs))
    order = 3;
  elseif (eq.delay.cv2 > 1)
    eq.correction(:) = 0;
    order = 1;
  endif
  [info.margin, info.exponent, info.radius] = ...
    core_call ("sdde_meansquare", @__sdde_equation__, "meansquare", eq);
  info.order = order;
  ok = info.radius < 1 && ! (info.margin < 1);
endfunction

%!demo
%! ## The limit of the learning rate against the number of workers
%! work = delay_law ("gamma", 4, 0.25);
%! n = 2:2:40;
%! for k = 1:numel (n)
%!   system = asgd_system ("workers", n(k), "rate", 0.01, "compute", work);
%!   [~, info] = sdde_meansquare (asgd_sdde (system, 1, "order", 2));
%!   limit(k) = 0.01 * info.margin;
%! endfor
%! loglog (n, limit);
%! xlabel ("workers"); ylabel ("largest learning rate (curvature 1)");

%!function limit = limit_of (law, n, order)
%!  system = asgd_system ("workers", n, "rate", 0.01, "compute", law);
%!  [~, info] = sdde_meansquare (asgd_sdde (system, 1, {"order", order}{1:end*(order > 0)}));
%!  limit = 0.01 * info.margin;
%!endfunction

%!test # exponential workers, exactly: alpha n < (1 + sqrt (1 + 8 n)) / 2
%! for n = [4, 10, 32]
%!   assert (limit_of (delay_law ("exponential", 1), n, 2), (1 + sqrt (1 + 8 * n)) / 2 / n, -1e-8);
%! endfor

%!test # figures of theory section 9; safe against the simulated .2923, .0717, .210
%! gamma = delay_law ("gamma", 4, 0.25);
%! assert (limit_of (gamma, 8, 2), 0.251, 6e-4);
%! assert (limit_of (gamma, 32, 2), 0.0688, 6e-5);
%! assert (limit_of (delay_law ("gamma", 100, 0.01), 8, 2), 0.186, 6e-4);

%!test # more variable than exponential: order 1, safe against .727 and .366
%! law = delay_law ("mixture", [0.9, 0.1], delay_law ("exponential", 0.5), ...
%!                  delay_law ("exponential", 5.5));
%! for order = 1:2
%!   assert (limit_of (law, 8, order), 0.580, 6e-4);
%!   assert (limit_of (law, 32, order), 0.319, 6e-4);
%! endfor

## Exponential workers: E w^2, E w w_i, E w_i^2, E w_i w_j obey closed equations.
%!test
%! n = 10;
%! for alpha = [0.2, 0.45, 0.55]
%!   ## B = E w^2, Y = E w w_i, X = E w_i w_j, Z = E w_i^2
%!   A = [0, -2*n*alpha, 0, n*alpha^2
%!        1, -1-2*alpha, -(n-1)*alpha, alpha^2
%!        0, 2, -2-2*alpha, 0
%!        1, -2*alpha, 0, alpha^2-1];
%!   exact = max (real (eig (A)));
%!   system = asgd_system ("workers", n, "rate", alpha, "compute", delay_law ("exponential", 1));
%!   [ok, info] = sdde_meansquare (asgd_sdde (system, 1, "order", 2));
%!   assert (ok, alpha < 0.5);
%!   assert (sign (info.exponent), sign (exact));
%!   assert (info.exponent, exact, -0.1);
%!   eq = asgd_sdde (system, 1, "order", 3);
%!   [ok, info] = sdde_meansquare (eq);
%!   assert (ok, alpha < 0.5);
%!   assert (info.exponent, exact, 1e-7);
%!   assert (info.order, 3);
%! endfor

%!test # the exponent is that of the second moment in time
%! system = asgd_system ("workers", 10, "rate", 0.45, "compute", delay_law ("exponential", 1));
%! eq = asgd_sdde (system, 1, "order", 2);
%! [~, info] = sdde_meansquare (eq);
%! [x, v] = sdde_response (eq, [9, 12]);
%! assert (diff (log (x .^ 2 + v)) / 3, info.exponent, 1e-5);

%!test # order 3, the default: simulated .2942, .0719 (tools/make_meansquare_table.m)
%! gamma = delay_law ("gamma", 4, 0.25);
%! assert (limit_of (gamma, 8, 0), 0.2923, 2e-4);
%! assert (limit_of (gamma, 32, 0), 0.0717, 1e-4);
%! assert (limit_of (gamma, 4, 3), 0.590, 1e-3);
%! law = delay_law ("hyperexponential", [0.9, 0.1], [0.5, 5.5]);
%! ## simulated .7020 and .3613; 4 phases of 32 workers are not counted
%! assert (limit_of (law, 2, 0), 1.33322, -1e-5);
%! assert (limit_of (law, 8, 0), 0.7021285, -1e-6);
%! assert (limit_of (law, 32, 0), 0.3607903, -1e-6);
%! law = delay_law ("phase-type", [0.9, 0.1, 0, 0], ...
%!                  [-4, 0, 4, 0; 0, -1/2.75, 0, 1/2.75; 0, 0, -4, 0; 0, 0, 0, -1/2.75]);
%! limit = limit_of (law, 32, 0);
%! [~, info] = sdde_meansquare (asgd_sdde (asgd_system ("workers", 32, "rate", limit, ...
%!                                                      "compute", law), 1));
%! assert (law.cv2 > 1);
%! assert (info.radius < 0.999);

## Modes that drive each other: the exponent of their second moments in time; with a
## diagonal it is the largest of theirs, with a triangle too.
%!test
%! eq = sdde_equation ("damping", [0.5, 0.8], "delay", delay_law ("gamma", 3, 1/3));
%! eq.coupling = [0.1, 0.25; 0.3, 0.05];
%! [ok, info] = sdde_meansquare (eq);
%! assert (ok, info.radius < 1);
%! assert (info.exponent(1), info.exponent(2));
%! t = [40, 50];
%! [x, v] = sdde_response (eq, t);
%! assert (diff (log (x .^ 2 + v), 1, 2) / 10, info.exponent, 2e-3);
%! eq.coupling *= (1.5 / info.radius);
%! [ok, more] = sdde_meansquare (eq);
%! assert (! ok && all (more.exponent > 0));
%! [x, v] = sdde_response (eq, t);
%! assert (diff (log (x .^ 2 + v), 1, 2) / 10, more.exponent, 2e-3);
%! eq.coupling = [0.1; 0.3];
%! [~, apart] = sdde_meansquare (eq);
%! eq.coupling = [0.1, 0; 0, 0.3];
%! [~, info] = sdde_meansquare (eq);
%! assert (info.exponent, max (apart.exponent) * [1; 1], 1e-7);

## Classes of exponential workers, exactly: E z z' of the model and all its copies z
## goes with the eigenvalues of sum_i rate_i (A_i x A_i - I), A_i being an arrival.
%!test
%! means = [1, 1, 1, 0.4, 0.4];
%! work = {delay_law("exponential", 1), delay_law("exponential", 0.4)};
%! for alpha = [0.1, 0.25, 0.4]
%!   G = zeros (36);
%!   for i = 1:5
%!     A = eye (6);
%!     A(1,1+i) = -alpha;
%!     A(1+i,:) = A(1,:);
%!     G += (kron (A, A) - eye (36)) / means(i);
%!   endfor
%!   exact = max (real (eig (G)));
%!   system = asgd_system ("workers", [3, 2], "rate", alpha, "compute", work);
%!   [ok, info] = sdde_meansquare (asgd_sdde (system, 1));
%!   assert (info.order, 3);
%!   assert (info.exponent, exact, 1e-7);
%!   assert (ok, exact < 0);
%! endfor
%! limit = 0.4 * info.margin;
%! system.rate = limit * (1 - 1e-6);
%! assert (sdde_meansquare (asgd_sdde (system, 1)));
%! ## order 1, which has one law for all of them, is on the safe side
%! [~, first] = sdde_meansquare (asgd_sdde (system, 1, "order", 1));
%! assert (first.margin > 0.5 && first.margin < 1);

%!test # without multiplicative noise: twice the root of the mean
%! [ok, info] = sdde_meansquare (sdde_equation ("damping", [0.5, 1], "delay", 1));
%! assert (ok);
%! assert (info.exponent, -2 * sdde_rate (sdde_equation ("damping", [0.5, 1], "delay", 1)), 1e-12);
%! assert (info.radius, 0);

%!test # the greatest curvature of a learning rate, and the other way round
%! system = asgd_system ("workers", 6, "rate", 0.05, "compute", delay_law ("gamma", 4, 1/4));
%! [~, info] = sdde_meansquare (asgd_sdde (system, 1, "order", 1));
%! [ok, beyond] = sdde_meansquare (asgd_sdde (system, 2 * info.margin, "order", 1));
%! assert (! ok && abs (beyond.margin - 0.5) < 1e-4);

%!error <Invalid call> sdde_meansquare ()
%!error id=sdde:sdde_meansquare:invalid sdde_meansquare (1)
%!error <scalar modes> sdde_meansquare (sdde_equation ("matrices", {-1}, "delay", []))
%!error <one law of delays> sdde_meansquare (sdde_equation ("damping", [1, 1], "delay", {1, 2}))
