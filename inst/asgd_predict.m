## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{curve} =} asgd_predict (@var{system}, @var{problem})
## @deftypefnx {} {@var{curve} =} asgd_predict (@var{system}, @var{problem}, @var{t})
## @deftypefnx {} {@var{curve} =} asgd_predict (@dots{}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {} asgd_predict (@dots{})
## The expected loss of asynchronous SGD over wall-clock time, from its
## stochastic delay differential equation, without training.
##
## @var{system} comes from @code{asgd_system}; @var{problem} from
## @code{asgd_problem}, or it is a vector of Hessian eigenvalues @geq{} 0.
## @var{t} holds times @geq{} 0 in the unit of the delays; without it, 200 times
## from 0 to where 99 % of the way to the floor is done (or half as long again
## as the time to the target).
##
## @multitable @columnfractions .2 .2 .6
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"target"} @tab none @tab a loss; adds @code{time_to_target}
## @item @qcode{"order"}, @qcode{"model"} @tab the best, @qcode{"renewal"} @tab
## as in @code{asgd_sdde}
## @item @qcode{"progress"} @tab false @tab show how far long work has come
## @end multitable
##
## @var{curve} is a struct with the fields
##
## @table @code
## @item t
## the times, a row like all that follow
## @item loss
## minimum + sum_i lambda_i (mean_i^2 + variance_i) / 2, in the expectation
## @item loss_floor
## its limit; @code{Inf} where the loss grows without bound
## @item mean, variance
## of each mode, modes by times, in mode coordinates (see @code{asgd_problem})
## @item updates, uploads
## how many have happened on average
## @item time_to_target
## the first time at which the expected loss is at or below the target; 0 if
## it is there at the start, @code{Inf} if never: a target under the floor,
## @code{NaN} if that could not be decided
## @item order
## of the equation
## @item error
## estimate, by halving the step, of the largest numerical error of the loss
## relative to its excess over the minimum (plus 1e-4 of that at the start); the
## error of the equation itself is another matter: see the manual
## @end table
##
## Called without output, it draws the curve.
##
## At order 3, the default for asynchronous workers of most laws and policies (see
## @code{asgd_sdde}), the moments of pairs of workers are followed in time.
## Below, the mean solves a Volterra equation with the delay law as its kernel,
## the variance is the response to the noise: additive gradient noise, the jumps of
## single updates, and minibatch noise that grows with the distance from the
## minimum.  Quadratic losses (and least squares) only; for others give the
## eigenvalues of the Hessian near the minimum.
##
## With momentum the moments are counted in updates (see the manual's node
## Momentum), in all orders.
##
## With a trigger (see @code{asgd_system}) the factors of damping and noise follow
## the mean: far from the minimum every gradient is sent.  The noise of the gradient
## must be the same in all modes, and not 0.
##
## Errors have the identifiers @code{sdde:asgd_predict:invalid} and
## @code{:unknown-option}.
##
## @example
## @group
## system = asgd_system ("workers", 8, "rate", 0.02, ...
##                       "compute", delay_law ("exponential", 1));
## curve = asgd_predict (system, 1, [0, 10], "order", 1);
## curve.loss(1)
##      @result{} 0.5000
## @end group
## @end example
##
## @seealso{asgd_sdde, asgd_simulate, asgd_optimize, sdde_variance}
## @end deftypefn

function curve = asgd_predict (system, problem, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  t = [];
  if (! isempty (varargin) && ! ischar (varargin{1}))
    t = varargin{1};
    varargin(1) = [];
    if (! (isnumeric (t) && isreal (t) && isvector (t) && all (isfinite (t))
           && all (t >= 0)))
      invalid ("t must be a vector of finite times >= 0");
    endif
    t = double (t(:)');
  endif
  options = struct ("target", [], "order", 0, "model", "renewal", ...
                    "progress", false);
  options = parse_options ("asgd_predict", options, varargin);
  target = target_loss ("asgd_predict", options.target);
  progress = true_or_false ("asgd_predict", options.progress, "progress");

  eq = equation_of ("asgd_predict", system, problem, options);
  loss_floor = core_call ("asgd_predict", @__sdde_equation__, "loss-floor", eq);
  if (! isempty (target))
    reached = time_to (eq, target);
  endif
  if (isempty (t))
    horizon = 0;
    if (! isempty (target))
      horizon = 1.5 * reached;
    endif
    if (! (horizon > 0 && isfinite (horizon)))
      horizon = default_horizon (eq, loss_floor);
    endif
    t = linspace (0, horizon, 200);
  endif

  curve.t = t;
  [curve.loss, curve.mean, curve.variance, curve.error, sent] = ...
    core_call ("asgd_predict", @__sdde_equation__, "expected-loss", eq, t,
               progress);
  curve.loss_floor = loss_floor;
  curve.updates = eq.rate * t;
  curve.uploads = eq.uploads * t;
  if (eq.trigger(1) > 0)
    curve.updates = curve.uploads = sent;
  endif
  curve.order = eq.order;
  if (! isempty (target))
    curve.time_to_target = reached;
  endif
  if (nargout == 0)
    draw (curve, target);
    clear curve;
  endif
endfunction

function invalid (text)
  error ("sdde:asgd_predict:invalid", "asgd_predict: %s", text);
endfunction

function reached = time_to (eq, target)
  reached = core_call ("asgd_predict", @__sdde_equation__, "time-to-target",
                       eq, target);
endfunction

## Until 99 % of the way to the floor is done, or for long enough to see that
## there is none.
function horizon = default_horizon (eq, loss_floor)
  start = eq.minimum + sum (eq.curvature .* eq.start .^ 2) / 2;
  horizon = 0;
  if (isfinite (loss_floor) && loss_floor < start)
    horizon = 1.2 * time_to (eq, loss_floor + 0.01 * (start - loss_floor));
  endif
  if (! (horizon > 0 && isfinite (horizon)))
    horizon = 30 * eq.delay.mean + 5 / max ([eq.damping; realmin]);
    horizon = min (horizon, 1e4 * eq.delay.mean);
  endif
endfunction

function draw (curve, target)
  semilogy (curve.t, curve.loss, "-", "linewidth", 1.5);
  held = ishold ();
  hold on;
  names = {"expected loss"};
  if (isfinite (curve.loss_floor) && curve.loss_floor > 0)
    semilogy (curve.t([1, end]), curve.loss_floor([1, 1]), "--");
    names{end+1} = "floor";
  endif
  if (! isempty (target) && target > 0)
    semilogy (curve.t([1, end]), target([1, 1]), ":");
    names{end+1} = "target";
  endif
  if (! held)
    hold off;
  endif
  legend (names);
  xlabel ("time");
  ylabel ("loss");
  title (sprintf ("Expected loss of asynchronous SGD, order %d", curve.order));
endfunction

%!demo
%! ## Prediction beside its simulation
%! work = delay_law ("shifted-exponential", 0.5, 0.5);
%! system = asgd_system ("workers", 8, "compute", work, "rate", 0.05);
%! problem = asgd_problem ("quadratic", [0.5, 1, 2.5], "noise", 0.3);
%! run = asgd_simulate (system, problem, "paths", 200, "horizon", 30);
%! curve = asgd_predict (system, problem, run.t);
%! semilogy (curve.t, curve.loss, "-", run.t, run.loss, "o");
%! legend ("predicted", "simulated");
%! xlabel ("time (s)");
%! ylabel ("loss");

%!shared work, system
%! work = delay_law ("exponential", 1);
%! system = asgd_system ("workers", 8, "compute", work, "rate", 0.1);

%!test # exponential workers: mean and second moment by their own equations
%! ## With w the model and w_i a copy, x = E w, y = E w_i:  x' = -alpha n y,
%! ## y' = x - alpha y - y.
%! t = 0:0.5:12;
%! curve = asgd_predict (system, 1, t);
%! A = [0, -0.8; 1, -1.1];
%! exact = arrayfun (@(t) [1, 0] * expm (A * t) * [1; 1], t);
%! assert (curve.order, 3);
%! assert (curve.mean, exact, 1e-8);
%! second = asgd_predict (system, 1, t, "order", 2);
%! assert (second.mean, exact, 1e-4);
%! assert (second.error < 5e-4);
%! assert (curve.error < 1e-6);

%!test # the curve ends at the floor, and the floor is the stationary variance
%! problem = asgd_problem ("quadratic", [1, 2], "noise", 0.5);
%! curve = asgd_predict (system, problem, [0, 300]);
%! eq = asgd_sdde (system, problem);
%! assert (curve.loss_floor, sum ([0.5; 1] .* sdde_variance (eq)), 1e-14);
%! assert (curve.loss(2), curve.loss_floor, -2e-3);
%! assert (curve.loss(1), 1.5);
%! assert (curve.updates, [0, 8 * 300], 1e-9);

%!test # however late the time, the loss stays at its floor, and a slow mode moves on
%! system = asgd_system ("workers", 4, "compute", delay_law ("exponential", 1), "rate", 0.05);
%! problem = asgd_problem ("quadratic", [0.5 1 2.5], "noise", 0.1);
%! curve = asgd_predict (system, problem, [1e5 1e9 1e18]);
%! assert (curve.loss, curve.loss_floor * [1 1 1], -1e-9);
%! problem = asgd_problem ("quadratic", [1 1e-6], "start", [1 1]);
%! curve = asgd_predict (system, problem, [1e3 2e4]);
%! assert (curve.mean(2,:), exp (-0.2e-6 * [1e3 2e4]), -1e-6); # n eta lambda t

%!test # time to a target lies on the curve
%! problem = asgd_problem ("quadratic", [1, 2], "noise", 0.2);
%! curve = asgd_predict (system, problem, "target", 0.05);
%! at = asgd_predict (system, problem, curve.time_to_target).loss;
%! assert (at, 0.05, -1e-3);
%! assert (numel (curve.t), 200);

%!test # targets under the floor are never reached; those at the start at once
%! problem = asgd_problem ("quadratic", 1, "noise", 1);
%! low = asgd_predict (system, problem, [0, 1], "target", 1e-6);
%! assert (low.time_to_target, Inf);
%! high = asgd_predict (system, problem, [0, 1], "target", 0.5);
%! assert (high.time_to_target, 0);

%!test # near the limit of stability an early swing through the target is seen
%! work = delay_law ("uniform", 0.5, 1.5);
%! s = asgd_system ("workers", 32, "compute", work, "rate", 0.0725);
%! problem = asgd_problem ("quadratic", 0.740431, "noise", 0.227218);
%! curve = asgd_predict (s, problem, 0:0.001:0.6, "target", 0.0359271);
%! first = curve.t(find (curve.loss <= 0.0359271, 1));
%! assert (first < 0.6 && abs (curve.time_to_target - first) < 2e-3);

%!test # beyond the stability limit the loss grows, and nothing hides it
%! work = delay_law ("deterministic", 1);
%! s = asgd_system ("workers", 8, "compute", work, "rate", 0.3);
%! curve = asgd_predict (s, 1, [0, 20, 40], "target", 1e-3);
%! assert (curve.loss_floor, Inf);
%! assert (curve.loss(3) > curve.loss(2) && curve.loss(2) > curve.loss(1));
%! assert (curve.time_to_target, Inf);

%!error <Invalid call> asgd_predict (1)
%!error id=sdde:asgd_predict:invalid asgd_predict (system, 1, -1)
%!error id=sdde:asgd_predict:invalid asgd_predict (system, 1, [0, NaN])
%!error id=sdde:asgd_predict:invalid asgd_predict (system, 1, 1, "target", Inf)
%!error id=sdde:asgd_predict:invalid asgd_predict (system, {}, 1)
%!error <progress must be> asgd_predict (system, 1, 1, "progress", 2)
%!error id=sdde:asgd_predict:unknown-option asgd_predict (system, 1, "targte", 1)
