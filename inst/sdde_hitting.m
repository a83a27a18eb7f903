## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{hit} =} sdde_hitting (@var{eq}, @var{level})
## @deftypefnx {} {@var{hit} =} sdde_hitting (@var{eq}, @var{level}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {} sdde_hitting (@dots{})
## First time at which each mode of a stochastic delay differential equation, or
## a chosen direction of a system, is within @var{level} of 0.
##
## @display
## T = inf @{t : |X(t)| @leq{} level@}
## @end display
##
## is a random variable, and not the time at which the mean is there, which its
## median may precede or follow.  It is found by paths, as @code{sdde_simulate}
## makes them.  @var{level} @geq{} 0 is one number or one for each mode.  For a
## loss lambda X^2 / 2 of one mode, level = sqrt (2 target / lambda).
##
## Of a system (the option @qcode{"matrices"} of @code{sdde_equation}) each state
## is watched, or the scalars C X for a matrix C given as @qcode{"direction"}, one
## row for each level; its rows must be linearly independent.
##
## @multitable @columnfractions .17 .2 .63
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"horizon"} @tab see below @tab paths end at this time
## @item @qcode{"direction"} @tab the states @tab of systems: C (see above)
## @item @qcode{"paths"} @tab 1000 @tab independent repetitions
## @item @qcode{"quantiles"} @tab .05, .25, .5, .75, .95 @tab their
## probabilities
## @item @qcode{"survival"} @tab 101 @tab where to give the survival function:
## how many equidistant times up to the last path's (or the horizon), or an
## increasing vector of them
## @item @qcode{"step"}, @qcode{"history"}, @qcode{"delays"}, @qcode{"seed"}, @qcode{"threads"}, @qcode{"progress"}, @qcode{"partial"} @tab
## @tab as in @code{sdde_simulate}
## @end multitable
##
## Between the points of the grid a path is taken for a Brownian bridge with the
## noise of the step, which crosses the level with probability
## exp (-2 a y / v), a and y being the distances from it at both ends and v the
## variance of the step; the time of the crossing is drawn from its law.
## Without that, hitting times are late by an amount of the order of the square
## root of the step.
##
## For an equation of @code{asgd_sdde}, X is the model at any time, while a
## server changes it, and looks at it, at updates only: it overshoots the level
## by 0.5826 times the standard deviation of one update's noise on average
## (Siegmund, @cite{Sequential Analysis}, 1985).  Lower @var{level} by
## @code{0.5826 * eq.diffusion / sqrt (eq.rate)} where that is not small against
## it.
##
## The default horizon is four times that at which the mean curve gets there, at
## least 20 mean delays and inverse dampings (of systems: the inverse of the speed
## of the mean); where the mean never gets there it is a hundred of those.
##
## The result is a struct; rows are modes.
##
## @table @code
## @item mean
## @itemx mean_se
## mean of T and its standard error; NaN where some paths were censored, as
## nothing is known then of what is beyond the horizon
## @item restricted_mean
## mean of the lesser of T and the horizon: it is never more than E T
## @item quantiles
## one column for each probability; Inf where it lies beyond the horizon
## @item probabilities
## these
## @item survival
## P(T > t) at the times @code{t} (a row); NaN beyond the horizon
## @item t
## see there
## @item censored
## fraction of the paths that did not get there before the horizon
## @item mean_curve_time
## when the mean, from the same history, first gets there; Inf if not before
## the horizon
## @item times
## T of each path (columns), Inf where censored
## @item horizon, step, paths, stopped
## as used; how many paths have finished; whether Ctrl-C ended it
## @end table
##
## Without output argument the survival functions are drawn.
##
## The errors are those of @code{sdde_simulate}.
##
## @example
## @group
## eq = sdde_equation ("damping", 0.5, "delay", 1, "diffusion", 0.1);
## hit = sdde_hitting (eq, 0.2);
## [hit.mean, hit.mean_curve_time]
## @end group
## @end example
##
## @seealso{sdde_simulate, sdde_equation, asgd_sdde, asgd_simulate, asgd_predict}
## @end deftypefn

function hit = sdde_hitting (eq, level, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  [eq, n] = driven_equation ("sdde_hitting", eq);
  options = struct ("direction", [], "horizon", [], "paths", 1000, "survival", 101,
                    "quantiles", [0.05, 0.25, 0.5, 0.75, 0.95],
                    "step", [], "history", [], "delays", "mean", "seed", 1,
                    "threads", 0, "progress", false, "partial", false);
  options = parse_options ("sdde_hitting", options, varargin);
  if (! isempty (options.direction))
    [eq, options.history, n] = along (eq, options.direction, options.history);
  endif
  level = real_numbers ("sdde_hitting", level, "level")(:);
  if (! (any (numel (level) == [1, n]) && all (level >= 0)))
    invalid (sprintf ("level must be a number >= 0, or one for each of the %d modes or directions", n));
  endif
  watched = 1:n;
  level = [level .* ones(n, 1); Inf(numel (eq.start) - n, 1)]; # met at once
  probabilities = real_numbers ("sdde_hitting", options.quantiles, "quantiles")(:)';
  if (! all (probabilities >= 0 & probabilities <= 1))
    invalid ("quantiles must be probabilities in [0, 1]");
  endif

  options = rmfield (options, "direction");
  [horizon, mean_time] = mean_curve (eq, level, options);
  plan = path_plan ("sdde_hitting", eq, horizon, options);
  plan.level = level;
  plan.record = [];
  survival_times (options.survival, horizon); # before any work
  run = run_paths ("sdde_hitting", eq, plan);
  run.hit = run.hit(watched,:);
  ends = min (max ([run.hit(:); horizon / 1e3]), horizon);
  hit = describe (run.hit, horizon, probabilities,
                  survival_times (options.survival, ends));
  hit.mean_curve_time = mean_time(watched);
  hit.step = plan.step;
  hit.paths = run.paths;
  hit.stopped = run.stopped;
  if (nargout == 0)
    draw (hit);
    clear hit
  endif
endfunction

function invalid (text)
  error ("sdde:sdde_hitting:invalid", "sdde_hitting: %s", text);
endfunction

## Coordinates that begin with C X: those of X, along rows orthogonal to C.
function [eq, history, m] = along (eq, C, history)
  if (! is_system (eq))
    invalid ("'direction' is for systems of matrices; modes have none but their own");
  endif
  n = numel (eq.start);
  C = real_numbers ("sdde_hitting", C, "direction");
  m = rows (C);
  if (! (ndims (C) == 2 && columns (C) == n && all (isfinite (C(:)))
         && rank (C) == m))
    invalid (sprintf ("direction must have %d columns, and rows that are linearly independent", n));
  endif
  T = [C; null(C)'];
  eq.matrices = cellfun (@(A) T * A / T, eq.matrices, "uniformoutput", false);
  eq.diffusion = T * eq.diffusion;
  eq.start = T * eq.start;
  if (is_function_handle (history))
    history = @(t) turned (T, history (t));
  elseif (iscell (history) && numel (history) == 2)
    history{2} = turned (T, history{2});
  elseif (! isempty (history))
    history = turned (T, history(:));
  endif
endfunction

## What is no value of the states is left for path_plan to refuse.
function x = turned (T, x)
  if (isnumeric (x) && (rows (x) == rows (T) || isscalar (x)))
    x = T * (x .* ones (rows (T), 1));
  endif
endfunction

## The mean is a path without noise; its time tells how long to look.
function [horizon, time] = mean_curve (eq, level, options)
  quiet = eq;
  quiet.diffusion(:) = 0;
  if (! is_system (eq))
    quiet.coupling(:) = 0;
  endif
  given = options.horizon;
  if (! isempty (given)
      && ! (isnumeric (given) && isreal (given) && isscalar (given)
            && given > 0 && isfinite (given)))
    invalid ("horizon must be a positive and finite time");
  endif
  options.paths = 1;
  options.delays = "mean";
  if (isempty (given))
    scale = time_scale (eq);
    horizon = 100 * scale;
  else
    horizon = double (given);
  endif
  plan = path_plan ("sdde_hitting", quiet, horizon, options);
  plan.level = level;
  plan.record = [];
  plan.progress = false;
  time = run_paths ("sdde_hitting", quiet, plan).hit;
  if (isempty (given) && all (isfinite (time)))
    horizon = min (max (4 * max (time), 20 * scale), horizon);
  endif
endfunction

## The longest of delays and inverse dampings; of systems, of how long the mean
## takes.
function scale = time_scale (eq)
  if (! is_system (eq))
    scale = max ([eq.delay.mean; 1 ./ abs(eq.damping(eq.damping != 0)); ...
                  1 ./ abs(eq.decay(eq.decay != 0))]);
    return;
  endif
  norms = cellfun (@(A) norm (A, 1), eq.matrices);
  scales = [cellfun(@(law) law.mean, eq.delay), 1 ./ [sum(norms), abs(sdde_rate (eq))]];
  scale = max ([scales(isfinite (scales)), 0]);
  if (scale == 0)
    scale = 1; # nothing moves but by noise
  endif
endfunction

function t = survival_times (t, horizon)
  if (! (isnumeric (t) && isreal (t) && isvector (t)))
    invalid ("survival must be a whole number >= 2, or increasing times");
  endif
  t = double (full (t(:)'));
  if (isscalar (t))
    if (! (t >= 2 && t == fix (t) && t <= 1e7))
      invalid ("survival must be a whole number >= 2, or increasing times");
    endif
    t = linspace (0, horizon, t);
  elseif (! (all (diff (t) > 0) && t(1) >= 0 && all (isfinite (t))))
    invalid ("the times of the survival function must be >= 0 and increase");
  endif
endfunction

function hit = describe (times, horizon, probabilities, t)
  [n, paths] = size (times);
  times(times > horizon) = Inf;
  sorted = sort (times, 2);
  met = isfinite (times);
  shorter = min (times, horizon);
  hit.mean = hit.mean_se = NaN (n, 1);
  hit.restricted_mean = mean (shorter, 2);
  complete = all (met, 2) & paths > 0;
  hit.mean(complete) = hit.restricted_mean(complete);
  hit.mean_se(complete) = std (shorter(complete,:), 0, 2) / sqrt (paths);
  hit.quantiles = NaN (n, numel (probabilities));
  if (paths > 0)
    hit.quantiles = sorted(:,max (ceil (probabilities * paths), 1));
  endif
  hit.probabilities = probabilities;
  hit.survival = NaN (n, numel (t)); # nothing is known beyond the horizon
  for i = 1:n
    if (paths > 0)
      known = t <= horizon | all (met(i,:));
      hit.survival(i,known) = 1 - lookup (sorted(i,:), t(known)) / paths;
    endif
  endfor
  hit.t = t;
  hit.censored = mean (! met, 2);
  hit.times = times;
  hit.horizon = horizon;
endfunction

function draw (hit)
  newplot ();
  colors = get (gca (), "colororder");
  hold ("on");
  for i = 1:rows (hit.survival)
    color = colors(mod (i - 1, rows (colors)) + 1,:);
    plot (hit.t, hit.survival(i,:), "linewidth", 1.5, "color", color,
          "displayname", sprintf ("mode %d", i));
    if (isfinite (hit.mean_curve_time(i)))
      plot (hit.mean_curve_time(i) * [1, 1], [0, 1], "--", "color", color,
            "displayname", "mean curve");
    endif
  endfor
  hold ("off");
  ylim ([0, 1]);
  xlabel ("time");
  ylabel ("probability of not having been there");
  legend ("show", "location", "northeast");
  legend ("boxoff");
endfunction

%!demo
%! ## The first time in reach of the target, under three laws of the delay with
%! ## the same mean: the more regular, the earlier, as the mean swings through
%! ## the target sooner.
%! laws = {delay_law("deterministic", 1), delay_law("gamma", 4, 0.25), ...
%!         delay_law("exponential", 1)};
%! names = {"fixed", "gamma, shape 4", "exponential"};
%! hold on
%! for k = 1:3
%!   eq = sdde_equation ("damping", 1, "delay", laws{k}, "diffusion", 0.3);
%!   hit = sdde_hitting (eq, 0.05, "horizon", 10, "paths", 4000);
%!   plot (hit.t, hit.survival, "displayname", names{k});
%! endfor
%! hold off
%! xlabel ("time"); ylabel ("probability of not having been there");
%! legend show

## Brownian motion from 1 to 0: P(T > t) = erf (1 / sqrt (2 t)), to be met at
## any step, thanks to the bridge.
%!test
%! eq = sdde_equation ("damping", 0, "delay", 0, "diffusion", 1);
%! paths = 20000;
%! t = [0.1, 0.3, 1, 3, 8];
%! exact = erf (1 ./ sqrt (2 * t));
%! for step = [1, 0.1]
%!   hit = sdde_hitting (eq, 0, "horizon", 8, "step", step, "paths", paths, ...
%!                       "survival", t);
%!   assert (hit.survival, exact, 4 * sqrt (0.25 / paths));
%!   assert (hit.censored, 1 - erf (0) - (1 - exact(end)), 4 * sqrt (0.25 / paths));
%!   assert (hit.mean, NaN);
%!   assert (hit.quantiles(end), Inf);
%!   assert (hit.quantiles(3), 1 / (2 * erfinv (0.5) ^ 2), 0.1);
%!   assert (hit.mean_curve_time, Inf);
%! endfor

%!test # with a drift of -1: inverse Gaussian of mean 1 and variance 1
%! eq = sdde_equation ("damping", 1, "delay", 50, "diffusion", 1);
%! paths = 20000;
%! hit = sdde_hitting (eq, 0, "horizon", 40, "step", 0.25, "paths", paths);
%! assert (hit.mean, 1, 4 / sqrt (paths));
%! assert (hit.mean_se, 1 / sqrt (paths), 0.2 / sqrt (paths));
%! assert (hit.mean_curve_time, 1, 1e-12);
%! cdf = @(t) (erfc ((1 - t) ./ sqrt (2 * t)) + exp (2) * erfc ((1 + t) ./ sqrt (2 * t))) / 2;
%! assert (1 - hit.survival(2:20), cdf (hit.t(2:20)), 4 * sqrt (0.25 / paths));

%!test # from below too, one mode in reach from the start, zero noise
%! eq = sdde_equation ("damping", [0, 0, 0.5], "delay", 0, "diffusion", [1, 1, 0]);
%! hit = sdde_hitting (eq, [0.2, 0.2, 0.3], "history", [-1.2, 0.1, 1], ...
%!                     "horizon", 4, "step", 0.01, "paths", 4000, "survival", [0, 4]);
%! assert (hit.survival(1,:), [1, erf(1 / sqrt (8))], 4 * sqrt (0.25 / 4000));
%! assert (hit.survival(2,:), [0, 0]);
%! assert (hit.mean(2), 0);
%! assert (hit.times(3,:), 2 * log (1 / 0.3) * ones (1, 4000), 0.01);
%! assert (hit.mean_curve_time([2, 3]), hit.mean([2, 3]), 1e-12);

%!test # the bridge removes the error of order sqrt (step) at the floor of a mode
%! eq = sdde_equation ("damping", 0.5, "delay", 1, "diffusion", 0.5);
%! fine = sdde_hitting (eq, 0.1, "step", 1/64, "paths", 8000, "horizon", 30);
%! rough = sdde_hitting (eq, 0.1, "step", 1/4, "paths", 8000, "horizon", 30);
%! assert (rough.mean, fine.mean, 0.05 * fine.mean + 4 * fine.mean_se);
%! assert (fine.censored, 0);

## Rotated Brownian motions, one with a drift: along each direction the laws
## above, at any step; the default sees the states.
%!test
%! C = [3, 4; -4, 3] / 5;
%! eq = sdde_equation ("matrices", {zeros(2), C'*diag([-1, 0])*C}, "delay", 50, "diffusion", C');
%! paths = 20000;
%! options = {"history", C' * [1; 1], "horizon", 40, "step", 0.25, "paths", paths};
%! hit = sdde_hitting (eq, [0, 0.5], options{:}, "direction", C, "survival", [1, 3]);
%! assert (hit.mean(1), 1, 4 / sqrt (paths));
%! assert (hit.mean_curve_time, [1; Inf], 1e-12);
%! exact = erf (0.5 ./ sqrt (2 * [1, 3]));
%! assert (hit.survival(2,:), exact, 4 * sqrt (0.25 / paths));
%! one = sdde_hitting (eq, 0, options{:}, "direction", C(1,:));
%! assert (size (one.times), [1, paths]);
%! assert (one.mean, 1, 4 / sqrt (paths));
%! all = sdde_hitting (sdde_equation ("matrices", {-eye(2)}, "delay", []), [0.5, 0.1]);
%! assert (all.mean, log ([2; 10]), 0.03);
%! assert (all.mean_curve_time, all.mean, 1e-10);

%!test # the same bits for any number of threads
%! eq = sdde_equation ("damping", 0.5, "delay", 1, "diffusion", 0.5);
%! a = sdde_hitting (eq, 0.1, "paths", 300, "threads", 1);
%! b = sdde_hitting (eq, 0.1, "paths", 300, "threads", 3);
%! assert (a, b);

## By the equation within 3 % of the simulated server, which knows nothing of it
## (theory section 10).  The loss of one mode is lambda X^2 / 2, and the server
## is only looked at when it updates.
%!test
%! laws = {delay_law("exponential", 1), delay_law("gamma", 4, 0.25)};
%! for k = 1:2
%!   system = asgd_system ("workers", 16, "rate", 0.02, "compute", laws{k});
%!   problem = asgd_problem ("quadratic", 1, "noise", 1);
%!   run = asgd_simulate (system, problem, "paths", 2000, "horizon", 60, ...
%!                        "target", 0.02, "record", 2);
%!   eq = asgd_sdde (system, problem);
%!   level = 0.2 - 0.5826 * eq.diffusion / sqrt (eq.rate);
%!   hit = sdde_hitting (eq, level, "paths", 2000, "step", 0.05, "horizon", 60);
%!   assert (hit.censored, 0);
%!   se = std (run.hit) / sqrt (2000);
%!   assert (hit.mean, mean (run.hit), 0.03 * mean (run.hit) + 3 * se);
%!   assert (hit.quantiles([2, 4]), quantile (run.hit', [0.25; 0.75])', 0.06 * hit.mean);
%! endfor

%!shared eq
%! eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
%!error <Invalid call> sdde_hitting (1)
%!error <eq must be an equation> sdde_hitting (1, 1)
%!error <for systems of matrices> sdde_hitting (eq, 1, "direction", 1)
%!error <linearly independent> ...
%! sdde_hitting (sdde_equation ("matrices", {-eye(2)}, "delay", []), 1, "direction", [1, 1; 2, 2])
%!error <one law of delays> sdde_hitting (sdde_equation ("damping", [1, 2], "delay", {1, 2}), 1)
%!error <level must be a number> sdde_hitting (eq, -1)
%!error <level must be a number> sdde_hitting (eq, [1, 2])
%!error <horizon must be> sdde_hitting (eq, 0.1, "horizon", Inf)
%!error <quantiles must be> sdde_hitting (eq, 0.1, "quantiles", 2)
%!error <survival must be> sdde_hitting (eq, 0.1, "survival", 1)
%!error <survival must be> sdde_hitting (eq, 0.1, "survival", {})
%!error <progress must be true> sdde_hitting (eq, 0.1, "progress", 2)
%!error <with the field start> sdde_hitting (rmfield (eq, "start"), 0.1)
%!error <eq.start must have one number> sdde_hitting (setfield (eq, "start", [1, 2]), 0.1)
%!error <survival function must> sdde_hitting (eq, 0.1, "survival", [2, 1])
%!error <paths must be> sdde_hitting (eq, 0.1, "paths", 0.5)
%!error id=sdde:sdde_hitting:unknown-option sdde_hitting (eq, 0.1, "drift", 1)
