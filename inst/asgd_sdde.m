## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{eq} =} asgd_sdde (@var{system}, @var{problem})
## @deftypefnx {} {@var{eq} =} asgd_sdde (@dots{}, @var{option}, @var{value}, @dots{})
## The stochastic delay differential equation of asynchronous SGD.
##
## @var{system} comes from @code{asgd_system}.  @var{problem} comes from
## @code{asgd_problem}, or is a vector of Hessian eigenvalues @geq{} 0 (no
## noise, start at 1 in every mode).  For a loss that is not quadratic it is the
## second result of @code{asgd_curvature}: the equation then holds near the model
## looked at, for the modes found there.
##
## Each eigenvalue has a mode X, the distance from the minimiser along its
## eigenvector.  With the learning rate eta, the rate Lambda of accepted
## updates, and the delay D of an accepted gradient,
##
## @display
## X'(t) = -a E[X(t-D)] + b W'(t),
## a = eta lambda Lambda,   b = eta sigma sqrt (Lambda).
## @end display
##
## Where gradients have weights c(tau), see @code{asgd_system}, a is multiplied by
## E c and b^2 by E c^2, and D is weighted by c.
##
## With a trigger the equation is the one near the minimum: a and b^2 are kappa
## times what they are without, see @code{asgd_staleness}, the dimension being the
## number of eigenvalues (so there must be one for each parameter).  The noise of
## the gradient must be the same in all modes and independent of the model; a
## vector of eigenvalues stands for such noise.
##
## With the momentum beta of a heavy ball the mean has the characteristic function
## s (s + Lambda (1-beta)) + a (s + Lambda) (1 + kappa s / Lambda) phi(s), with
## kappa = 0 at order 1 and (1 + cv2) / 2 at order 2, of which the equation keeps
## what is linear in s / Lambda: the inertia 1 / (Lambda (1-beta)), the damping
## a / (1-beta), the correction a (1 + kappa) / (Lambda (1-beta)), and for noise
## slower than the velocity the diffusion b / (1-beta).  The functions of roots and
## speeds take it.  Variances, losses and stability in mean square are counted in
## updates, of a staleness drawn anew for each: exact for one worker; see the
## manual for others.  @code{sdde_response}, @code{sdde_simulate} and their like do
## not take it: use @code{asgd_simulate}.
##
## a is the damping coefficient, per unit of time; sigma^2 is the variance of
## the gradient's noise in that mode.
##
## @multitable @columnfractions .2 .2 .6
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"order"} @tab the best @tab 1 is the equation above (Yu, Chen
## and Poor, arXiv 2406.11159); 2 adds that a worker reads the model just after
## an update of its own; 3 follows the moments of pairs of workers (see below).
## The default is 3 where it stands with at most 16 phases, otherwise 2 where it
## stands and the squared coefficient of variation of the delay is at most 1,
## otherwise 1.
## @item @qcode{"model"} @tab @qcode{"renewal"} @tab the staleness model, as
## in @code{asgd_staleness}
## @end multitable
##
## At order 2 the mean has the characteristic function s + (a + c s) phi(s),
## where phi is the Laplace transform of the delay and c = eta lambda (1 + cv2)
## / 2 (with a deadline or an uplink, eta lambda times @code{palm} of
## @code{asgd_staleness}).  It is exact for exponential cycles, and for a
## constant delay it is the half step that tells the limit of the iteration from
## that of the differential equation.
##
## Order 2 stands for one class of workers where nothing is dropped or aborted
## at a threshold; with an uplink, where computations and uploads take exponential
## times.
##
## Order 3, the pair closure, takes the arrivals of a worker for what they are,
## a renewal process, and knows the moments E w^2, E w w_i, E w_i w_j of the
## model w and of the workers' copies w_i.  It stands for the policies
## @qcode{"async"} and @qcode{"lossy"}, also where stale gradients are dropped, or
## with a trigger (but not with both, nor with a trigger and an upload or uplink),
## without deadline, weight or momentum; for several classes of workers too, and for
## minibatch noise by which modes do not drive each other.  Cycles of phase
## type (exponential, Erlang, hyperexponential, phase-type, mixtures and sums of these)
## are followed as they are, by default where they have at most 16 phases; others are
## replaced by a phase-type law of the same mean and variance, and of the same third
## moment where possible (@code{exact} is false).  For 1/32 <= cv2 < 1/16 that is the
## Erlang law of 16 phases, which has the mean only; below there is none.  With a
## threshold the delays of accepted gradients are so replaced (1/15 <= cv2), and an
## exponential phase stands for the time between them, of the mean that leaves and so
## variable that the number of updates in a long time varies as it does.  With an uplink
## (policy @qcode{"async"} without threshold) a cycle is the delay with all that is spent
## at the uplink, its law so replaced, and the cycles of different workers are taken for
## independent: that stands where the uplink is busy for at most nine tenths of the
## time.  The manual's chapter on the theory
## has the measured errors of all orders.  Means, variances, losses, stability
## in mean square, roots and speed are then those of the closure
## (@code{asgd_predict}, @code{sdde_variance}, @code{sdde_roots}); the
## coefficients below are those of the best lower order, for the other functions
## of the delay equation (@code{sdde_margin}, @code{sdde_simulate},
## @code{sdde_hitting}, @code{sdde_response}).
##
## @var{eq} is a struct that all functions @code{sdde_*} take, with the fields
##
## @table @code
## @item damping
## a, one number per mode (columns, in the order of the eigenvalues)
## @item diffusion
## b
## @item delay
## the law of D, usable in every function @code{delay_*}
## @item alpha
## eta lambda times the mean weight of a gradient (times kappa/Q with a trigger)
## @item correction
## c (0 at order 1)
## @item order
## 1, 2 or 3
## @item pairs, exact
## at order 3, a struct array of @code{workers}, @code{start} (probabilities of
## the first phase), @code{transition} (rates between phases) and @code{accepted}
## (the probability that a gradient is, by the phase in which its cycle ends) of
## each class, and whether these are the cycles given; else @code{[]} and
## @code{true}
## @item curvature
## the eigenvalues lambda
## @item rate
## Lambda, updates per unit of time
## @item uploads
## gradients sent per unit of time
## @item coupling
## noise that grows with the distance from the minimiser: mode i gains the
## intensity sum_j coupling(i,j) E[X_j^2]; a column where every mode only
## drives itself.  It holds alpha^2 Lambda, for the jumps and the random choice
## of the delay, and the minibatch's own (all over (1 - beta)^2 with momentum).
## @item start, minimum
## the modes before time 0, and the least loss
## @item trigger
## u, sigma and the gradients finished per unit of time, sent or not; 0 first
## without a trigger
## @item inertia
## 1 / (Lambda (1 - beta)) with momentum, else 0
## @item momentum, staleness, dispersion
## beta; with momentum the law of the staleness (a row that begins with 0, each
## counted by its weight; empty where that is not known) and the variance of the
## number of updates in a long time over its mean, else empty and NaN
## @item decay, kind
## of @code{sdde_equation}: 0 and @qcode{"scalar"}
## @end table
##
## Errors have the identifiers @code{sdde:asgd_sdde:invalid} and
## @code{:unknown-option}.
##
## @example
## @group
## system = asgd_system ("workers", 10, "rate", 0.01, ...
##                       "compute", delay_law ("exponential", 1));
## eq = asgd_sdde (system, 1);
## eq.damping
##      @result{} 0.1000
## @end group
## @end example
##
## @seealso{asgd_system, asgd_problem, asgd_staleness, sdde_roots, sdde_rate, sdde_variance, asgd_predict}
## @end deftypefn

function eq = asgd_sdde (system, problem, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  options = struct ("order", 0, "model", "renewal");
  options = parse_options ("asgd_sdde", options, varargin);
  order = options.order;
  if (! (isnumeric (order) && isscalar (order) && any (order == [0, 1, 2, 3])))
    error ("sdde:asgd_sdde:invalid", "asgd_sdde: order must be 1, 2 or 3");
  endif
  modes = modes_of ("asgd_sdde", problem);

  if (isstruct (problem) && isstruct (system) && isfield (system, "trigger")
      && isscalar (system) && isnumeric (system.trigger)
      && isequal (system.trigger > 0, true)
      && ! any (modes.noise))
    error ("sdde:asgd_sdde:invalid",
           ["asgd_sdde: the level of a trigger is a multiple of the standard " ...
            "deviation of the gradient's noise, and the problem has none"]);
  endif

  [alpha, damping, correction, diffusion, coupling, facts, delay, trigger, pairs, inertia, ball, staleness] = ...
    core_call ("asgd_sdde", @__sdde_equation__, "coefficients", system,
               options.model, double (order), modes.eigenvalues, modes.noise,
               modes.coupling);
  eq = struct ("kind", "scalar", "damping", damping, "diffusion", diffusion,
               "delay", delay, "alpha", alpha, "correction", correction,
               "decay", zeros (size (damping)), "inertia", inertia,
               "order", facts(1),
               "curvature", modes.eigenvalues, "rate", facts(2),
               "uploads", facts(3), "coupling", coupling,
               "start", modes.start, "minimum", modes.floor,
               "trigger", trigger, "momentum", ball(1),
               "dispersion", ball(2), "staleness", staleness, "pairs", pairs,
               "exact", logical (facts(4)));
endfunction

%!demo
%! ## Damping, delay law and characteristic roots of eight workers
%! work = delay_law ("shifted-exponential", 0.5, 0.5);
%! system = asgd_system ("workers", 8, "compute", work, "rate", 0.02);
%! eq = asgd_sdde (system, [0.5; 1; 2.5])
%! sdde_rate (eq)

%!shared system, gamma
%! gamma = delay_law ("gamma", 4, 0.25);
%! system = asgd_system ("workers", 10, "compute", gamma, "rate", 0.01);

%!test # coefficients by hand: Lambda = n / mean, kappa = (1 + cv2) / 2
%! eq = asgd_sdde (system, asgd_problem ("quadratic", [1, 3], "noise", 0.2));
%! assert (eq.order, 3);
%! assert (eq.rate, 10, 1e-12);
%! assert (eq.damping, [0.1; 0.3], 1e-14);
%! assert (eq.alpha, [0.01; 0.03], 1e-15);
%! assert (eq.correction, [0.01; 0.03] * 1.25 / 2, 1e-15);
%! assert (eq.diffusion, 0.01 * 0.2 * sqrt (10) * [1; 1], 1e-15);
%! assert (eq.coupling, [0.01; 0.03] .^ 2 * 10, 1e-15);
%! assert (eq.delay, gamma);

%!test # decay rates of the mean for alpha = 0.01, n = 10, both orders
%! ## Rightmost roots of s + (a + c s) phi(s) by mpmath at 25 digits.
%! laws = {delay_law("exponential", 1), gamma, delay_law("deterministic", 1)};
%! first = [0.1127016653792583, 0.1120340844615546, 0.1118325591589630];
%! second = [0.1112678575477994, 0.1111552218654424, 0.1111334172379503];
%! for k = 1:3
%!   s = asgd_system ("workers", 10, "compute", laws{k}, "rate", 0.01);
%!   assert (sdde_rate (asgd_sdde (s, 1, "order", 1)), first(k), 1e-12);
%!   assert (sdde_rate (asgd_sdde (s, 1, "order", 2)), second(k), 1e-12);
%! endfor

%!test # the best order: of the closure, of one class, of the rest
%! s = asgd_system ("workers", 4, "compute", delay_law ("gamma", 0.5, 2));
%! eq = asgd_sdde (s, 1);
%! assert ({eq.order, eq.exact, eq.correction}, {3, false, 0});
%! s = asgd_system ("workers", [2, 3], "compute", ...
%!                  {gamma, delay_law("exponential", 2)});
%! eq = asgd_sdde (s, 1);
%! assert ({eq.order, eq.exact, [eq.pairs.workers]}, {3, true, [2, 3]});
%! assert ({eq.pairs(2).transition, eq.pairs(2).accepted}, {-0.5, 1});
%! s = asgd_system ("workers", 4, "compute", delay_law ("deterministic", 1));
%! eq = asgd_sdde (s, 1);
%! assert ({eq.order, isempty(eq.pairs)}, {2, true});
%! s = asgd_system ("workers", 4, "compute", gamma, "threshold", 5);
%! assert (asgd_sdde (s, 1).order, 3);
%! s = asgd_system ("workers", 4, "compute", delay_law ("gamma", 100, 0.01), "threshold", 3);
%! assert (asgd_sdde (s, 1).order, 1);

%!test # the closure's workers have the rate of what is accepted
%! for options = {{"threshold", 4}, {"threshold", 7, "policy", "lossy", "loss", 0.3}, ...
%!                {"policy", "lossy", "loss", 0.3}}
%!   s = asgd_system ("workers", [5, 3], "compute", ...
%!                    {gamma, delay_law("exponential", 2)}, options{1}{:});
%!   eq = asgd_sdde (s, 1);
%!   assert (eq.order, 3);
%!   total = 0;
%!   for class = eq.pairs'
%!     ends = - sum (class.transition, 2);
%!     stay = - class.start / class.transition;
%!     total += class.workers * (stay * (class.accepted' .* ends)) / sum (stay);
%!   endfor
%!   assert (total, eq.rate, 1e-9 * eq.rate);
%! endfor

%!test # nearly regular times: 16 phases stand for 30, unless order 3 is asked for
%! s = asgd_system ("workers", 4, "compute", delay_law ("gamma", 30, 1/30));
%! eq = asgd_sdde (s, 1);
%! assert ({eq.order, eq.exact, numel(eq.pairs.start)}, {3, false, 16});
%! like = delay_law ("phase-type", eq.pairs.start, eq.pairs.transition);
%! assert ([like.mean, like.cv2], [1, 1/16], 1e-12);
%! eq = asgd_sdde (s, 1, "order", 3);
%! assert ({eq.exact, numel(eq.pairs.start)}, {true, 30});
%! s.compute = {delay_law("gamma", 33, 1/33)};
%! assert (asgd_sdde (s, 1).order, 2);

%!test # an uplink: the cycle is the delay, until it is too busy
%! work = delay_law ("lognormal", -0.25, 0.7);
%! s = asgd_system ("workers", 4, "compute", work, ...
%!                  "uplink", delay_law ("exponential", 0.1));
%! eq = asgd_sdde (s, 1);
%! delay = asgd_staleness (s).delay;
%! like = delay_law ("phase-type", eq.pairs.start, eq.pairs.transition);
%! assert ({eq.order, eq.exact}, {3, false});
%! assert ([like.mean, like.cv2], [delay.mean, delay.cv2], 1e-10);
%! assert (4 / like.mean, eq.rate, 1e-10 * eq.rate);
%! s.workers = 16;
%! assert (asgd_sdde (s, 1).order, 1);

%!test # the law that stands for another has its moments
%! law = delay_law ("shifted-exponential", 0.5, 0.5);
%! eq = asgd_sdde (asgd_system ("workers", 4, "compute", law), 1);
%! like = delay_law ("phase-type", eq.pairs.start, eq.pairs.transition);
%! assert ([like.mean, like.cv2], [law.mean, law.cv2], 1e-12);
%! third = @(law) 6 * quadgk (@(t) t .^ 2 / 2 .* (1 - delay_cdf (law, t)), 0, 40);
%! assert (third (like), third (law), 1e-6);

%!test # a trigger at order 3: exponential times have the variances of order 2
%! s = asgd_system ("workers", 8, "compute", delay_law ("exponential", 1), ...
%!                  "rate", 0.05, "trigger", 1);
%! for spectrum = {1, [0.5, 1, 2.5]}
%!   p = asgd_problem ("quadratic", spectrum{1}, "noise", 0.3);
%!   eq = asgd_sdde (s, p);
%!   assert (eq.order, 3);
%!   v = sdde_variance (eq);
%!   assert (v, sdde_variance (asgd_sdde (s, p, "order", 2)), 1e-9 * max (v));
%!   assert (sdde_autocovariance (eq, 0), v, 1e-6 * max (v));
%!   curve = asgd_predict (s, p, 300);
%!   assert (curve.loss, curve.loss_floor, 1e-5 * curve.loss_floor);
%! endfor

%!test # E X^2 is finite no farther than where every gradient is sent
%! s = asgd_system ("workers", 8, "compute", gamma, "rate", 0.05);
%! p = asgd_problem ("quadratic", 1, "noise", 0.3);
%! [~, all] = sdde_meansquare (asgd_sdde (s, p));
%! s.trigger = 1;
%! [~, some] = sdde_meansquare (asgd_sdde (s, p));
%! assert (some.margin, all.margin, 1e-8 * all.margin);

%!test # a threshold: whoever aborts has order 1, who waits order 2
%! options = {"workers", 8, "compute", gamma, "stale"};
%! s = asgd_system (options{:}, "abort", "threshold", 9);
%! eq = asgd_sdde (s, 1);
%! assert (eq.order, 1);
%! assert (eq.damping, 0.01 * asgd_staleness (s).rate, 1e-12);
%! assert (asgd_sdde (asgd_system (options{:}, "wait", "threshold", 1), 1).order, 2);

%!test # a trigger: rates for u = 1, 2 near the simulated -0.0879, -0.0273
%! s = asgd_system ("workers", 10, "compute", delay_law ("exponential", 1), "rate", 0.01);
%! u = [1, 2];
%! for k = 1:2
%!   s.trigger = u(k);
%!   eq = asgd_sdde (s, 1, "order", 1);
%!   kappa = erfc (u(k) / sqrt (2)) + 2 * u(k) * exp (-u(k)^2 / 2) / sqrt (2 * pi);
%!   assert (eq.damping, 0.1 * kappa, 1e-13);
%!   assert (eq.uploads, 10 * erfc (u(k) / sqrt (2)), 1e-13);
%!   rate(k) = sdde_rate (eq);
%! endfor
%! assert (rate, [0.0878, 0.0269], 1e-4);
%!test # what the jumps make of the distance, by hand in three dimensions
%! s = asgd_system ("workers", 4, "compute", gamma, "rate", 0.1, "trigger", 2);
%! eq = asgd_sdde (s, asgd_problem ("quadratic", [1, 2, 3], "noise", 0.3));
%! Q = gammainc (2, 1.5, "upper");
%! kappa = gammainc (2, 2.5, "upper");
%! power = gammainc (2, 3.5, "upper");
%! assert (eq.alpha, [0.1; 0.2; 0.3] * kappa / Q, 1e-13);
%! assert (eq.diffusion, 0.1 * 0.3 * sqrt (4 * kappa) * [1; 1; 1], 1e-13);
%! square = [1, 4, 9] / 100;
%! assert (eq.coupling, 4 * (power * diag (square)
%!                           + (power - kappa) / 2 * repmat (square, 3, 1)), 1e-13);
%! assert (eq.correction, [0.1; 0.2; 0.3] * kappa * 1.25 / 2, 1e-13);
%! assert (eq.trigger, [2, 0.3, 4], 1e-13);
%!error <differs from mode to mode; use asgd_simulate>
%! s = asgd_system ("workers", 4, "compute", gamma, "trigger", 2);
%! asgd_sdde (s, asgd_problem ("quadratic", [1, 2], "noise", [1, 2]));
%!error <depends on the model .*; use asgd_simulate>
%! s = asgd_system ("workers", 4, "compute", gamma, "trigger", 2);
%! asgd_sdde (s, asgd_problem ("quadratic", [1, 2], "noise", 1, "multiplicative", 1));
%!error <the problem has none>
%! s = asgd_system ("workers", 4, "compute", gamma, "trigger", 2);
%! asgd_sdde (s, asgd_problem ("quadratic", [1, 2]));

%!test # a full coupling stays a matrix
%! A = [1, 2; -1, 0.5; 0.3, 1; 2, -1; 0, 1.5; 1, 1];
%! p = asgd_problem ("least-squares", A, [1; 2; -1; 0.5; 0; 3], "batch", 2);
%! eq = asgd_sdde (system, p);
%! assert (eq.coupling, eq.rate * (diag (eq.alpha .^ 2)
%!                                 + 1e-4 * p.modes.coupling), 1e-15);

%!error <asgd_curvature> asgd_sdde (system, asgd_problem ("softmax", [1; 2], [1; 2]))
%!error <'wait' has no closed form .* use asgd_simulate>
%! asgd_sdde (asgd_system ("workers", 4, "compute", gamma, "stale", "wait", "threshold", 2), 1);
%!error <order 2 stands for one class of workers without a threshold>
%! asgd_sdde (asgd_system ("workers", 4, "compute", gamma, "stale", "abort", "threshold", 2), 1, "order", 2);
%!error <Invalid call> asgd_sdde (system)
%!error id=sdde:asgd_sdde:invalid asgd_sdde (system, -1)
%!error id=sdde:asgd_sdde:invalid asgd_sdde (system, NaN)
%!error id=sdde:asgd_sdde:invalid asgd_sdde (system, [])
%!error id=sdde:asgd_sdde:invalid asgd_sdde (1, 1)
%!error id=sdde:asgd_sdde:invalid asgd_sdde (system, 1, "order", 4)
%!error <order 3 stands for .*; use order 1 or 2$> ...
%! s = asgd_system ("workers", 4, "compute", delay_law ("deterministic", 1));
%! asgd_sdde (s, 1, "order", 3);
%!error id=sdde:asgd_sdde:unknown asgd_sdde (system, 1, "model", "magic")
%!error id=sdde:asgd_sdde:unknown-option asgd_sdde (system, 1, "ordre", 1)
