## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{x} =} sdde_simulate (@var{eq}, @var{t})
## @deftypefnx {} {[@var{x}, @var{t}, @var{info}] =} sdde_simulate (@var{eq}, @var{t}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {} sdde_simulate (@dots{})
## Simulate paths of a stochastic delay differential equation.
##
## @var{eq} comes from @code{sdde_equation} or @code{asgd_sdde}.  @var{t} holds
## increasing times @geq{} 0; one number stands for 101 times from 0 to it.
## @var{x} has one row for each of the K times and one column for each of the P
## paths; with more than one state (mode) it is K by states by P.  The second
## result has the times of the rows, @var{t} rounded to whole steps.
##
## @multitable @columnfractions .17 .2 .63
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"paths"} @tab 100 @tab independent repetitions
## @item @qcode{"step"} @tab see below @tab length of a step
## @item @qcode{"history"} @tab @code{eq.start} @tab X before and at 0: a number, a
## column with one for each state, a function of a row of times @leq{} 0 that
## returns states by times, or a cell of increasing times that end at 0 and of
## values (states by times), which are interpolated
## @item @qcode{"drift"} @tab none @tab a function @code{f (t, X, Xdelayed)} in
## place of the drift of @var{eq}: it gets states by paths at once (and
## @var{Xdelayed} with a third dimension where there are several delays), and
## returns as much
## @item @qcode{"diffusion"} @tab none @tab such a function in place of the noise
## of @var{eq}: a factor for the white noise of each state, in the sense of
## It@^o
## @item @qcode{"delays"} @tab @qcode{"mean"} @tab what a random delay D means:
## X(t-D) averaged over its law, as the equation says; or @qcode{"drawn"} anew for
## each path and step (see below)
## @item @qcode{"statistics"} @tab false @tab return moments and quantiles over
## the paths, of which none is then kept
## @item @qcode{"quantiles"} @tab .05, .25, .5, .75, .95 @tab their
## probabilities
## @item @qcode{"refine"} @tab 1 @tab the Brownian path is drawn on a grid so
## many times finer than the step: runs with the same seed and the same
## quotient of step and this number see the same one
## @item @qcode{"seed"} @tab 1 @tab of the random streams: the same seed gives
## the same bits for any number of threads, and path @var{k} does not depend on
## how many there are
## @item @qcode{"threads"} @tab 0 @tab how many run at once; 0: as many as there
## are processors.  Functions of yours run on one.
## @item @qcode{"progress"} @tab false @tab show a line with the time left
## @item @qcode{"partial"} @tab false @tab on Ctrl-C return the paths that have
## finished instead of an error
## @end multitable
##
## For a system X' = A0 X + sum_k Ak E X(t-Dk) + B W' (see @code{sdde_equation})
## the states are those of X, which begin with 1 unless there is a history; the
## steps are alike, with a normal number for each column of B.
##
## The scheme is Euler and Maruyama's.  With g(t) = E X(t-D) over the law of the
## delay, step h and standard normal xi,
##
## @display
## X(t+h) = X(t) - h (d X(t) + a g(t)) + sqrt (h (b^2 + sum_j K_ij E X_j(t-D)^2)) xi.
## @end display
##
## K is @code{eq.coupling}, multiplicative noise.  Delays that are no multiples
## of h are interpolated linearly; where the law is continuous that makes a sum
## over all lags of the grid, which takes most of the time.  What is older than
## the history is constant.  The memory holds the longest delay (up to
## probability 1e-12), not the path.  Moments converge with the first power of
## h, paths with the first power for additive and with its square root for
## multiplicative noise.  The default h is a fiftieth of the least of mean
## delays and inverse dampings, or a little less, such that the times and if
## possible the fixed delays are multiples of it.
##
## At order 2 (@code{eq.correction} c not 0) the path that is read is
## Y = U - c E Y(t-D), U being the sum of all increments, and the one that is
## seen X = E U + (Y - E Y): its mean and its variance are those of
## @code{asgd_predict}.
##
## @qcode{"drawn"} delays leave the mean as it is and add the variance
## h a^2 Var X(t-D) to each step, which vanishes with h.  With h = 1 / Lambda,
## Lambda being the rate of updates, that is SGD with updates at regular
## instants; take the share alpha^2 Lambda out of @code{eq.coupling} then, as it
## stands for the same noise.
##
## With @qcode{"statistics"}, @var{x} is a struct with the columns @code{mean},
## @code{se} (its standard error), @code{variance}, @code{least},
## @code{greatest} and @code{quantiles} (K by probabilities), each K by states
## (quantiles K by states by probabilities) for several states, and
## @code{probabilities}, @code{t} and @code{paths}.  Quantiles are read from
## counts in cells of 1/128 standard deviation and are good to a small part of
## that.
##
## @var{info} has the fields @code{paths} (finished), @code{step} and
## @code{stopped} (by Ctrl-C).
##
## Without output argument the mean and bands of quantiles are plotted.
##
## Errors: @code{sdde:sdde_simulate:invalid}, @code{:unknown-option},
## @code{:limit} for what does not fit in memory, @code{:interrupted}.
##
## @example
## @group
## eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
## x = sdde_simulate (eq, [0, 40], "paths", 10000, "step", 0.1);
## var (x(end,:))     # 1.8805, the scheme's own, within 3 %
## @end group
## @end example
##
## @seealso{sdde_equation, asgd_sdde, sdde_hitting, sdde_variance, asgd_simulate}
## @end deftypefn

function [x, t, info] = sdde_simulate (eq, t, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  [eq, n] = driven_equation ("sdde_simulate", eq);
  t = times (t);
  options = struct ("paths", 100, "step", [], "history", [], "drift", [],
                    "diffusion", [], "delays", "mean", "statistics", false,
                    "quantiles", [0.05, 0.25, 0.5, 0.75, 0.95], "refine", 1,
                    "seed", 1, "threads", 0, "progress", false,
                    "partial", false);
  options = parse_options ("sdde_simulate", options, varargin);
  plan = path_plan ("sdde_simulate", eq, t, options);
  plan.statistics = true_or_false ("sdde_simulate", options.statistics, "statistics") ...
                    || nargout == 0;
  plan.refine = options.refine;
  if (! (isnumeric (plan.refine) && isscalar (plan.refine)
         && plan.refine >= 1 && plan.refine == fix (plan.refine)))
    invalid ("refine must be a whole number >= 1");
  endif
  plan.quantiles = real_numbers ("sdde_simulate", options.quantiles, "quantiles")(:)';
  if (any (diff (plan.record) < 1))
    invalid (sprintf ("times must be at least a step (%g) apart", plan.step));
  endif

  run = run_paths ("sdde_simulate", eq, plan);
  t = plan.record * plan.step;
  info = struct ("paths", run.paths, "step", plan.step, "stopped", run.stopped);
  if (plan.statistics)
    x = statistics (run, t, n, plan.quantiles);
    if (nargout == 0)
      draw (x, n);
      clear x
    endif
  elseif (n == 1)
    x = run.value;
  else
    x = reshape (run.value, numel (t), n, run.paths);
  endif
endfunction

function invalid (text)
  error ("sdde:sdde_simulate:invalid", "sdde_simulate: %s", text);
endfunction

function t = times (t)
  t = real_numbers ("sdde_simulate", t, "t");
  if (! (isvector (t) && ! isempty (t) && all (isfinite (t)) && all (t >= 0)
         && all (diff (t) > 0)))
    invalid ("t must hold increasing finite times >= 0");
  endif
  t = t(:);
  if (isscalar (t) && t > 0)
    t = linspace (0, t, 101)';
  endif
endfunction

function x = statistics (run, t, n, probabilities)
  x = struct ("t", t, "mean", run.mean, "se", sqrt (run.variance / run.paths),
              "variance", run.variance, "least", run.least,
              "greatest", run.greatest, "quantiles", run.quantiles,
              "probabilities", probabilities, "paths", run.paths);
  if (n > 1)
    x.quantiles = reshape (x.quantiles, numel (t), n, numel (probabilities));
  endif
endfunction

function draw (x, n)
  x.quantiles = reshape (x.quantiles, numel (x.t), n, []);
  colors = get (gca (), "colororder");
  newplot ();
  hold ("on");
  for i = 1:n
    color = colors(mod (i - 1, rows (colors)) + 1,:);
    q = reshape (x.quantiles(:,i,:), numel (x.t), []);
    for k = 1:floor (columns (q) / 2)
      patch ([x.t; flip(x.t)], [q(:,k); flip(q(:,end+1-k))],
             1 - (0.15 + 0.15 * k) * (1 - color), "edgecolor", "none",
             "handlevisibility", "off");
    endfor
  endfor
  for i = 1:n
    plot (x.t, x.mean(:,i), "linewidth", 1.5, "color",
          colors(mod (i - 1, rows (colors)) + 1,:),
          "displayname", sprintf ("mean of state %d", i));
  endfor
  hold ("off");
  xlabel ("time");
  ylabel ("X");
  title (sprintf ("mean and quantiles of %d paths", x.paths));
  if (n > 1)
    legend ("show");
  endif
endfunction

%!demo
%! ## Two thousand paths of one mode near the edge of stability.  Without an
%! ## output argument the mean and bands of quantiles are drawn.
%! eq = sdde_equation ("damping", 1.3, "delay", 1, "diffusion", 0.15);
%! sdde_simulate (eq, 25, "paths", 2000);

%!demo
%! ## A double well with delayed feedback: X' = X - X^3 - k X(t-1) + noise
%! eq = sdde_equation ("damping", 0, "delay", 1, "diffusion", 0.4);
%! drift = @(t, X, Xdelayed) X - X .^ 3 - 0.4 * Xdelayed;
%! [x, t] = sdde_simulate (eq, 60, "paths", 4, "drift", drift, "step", 0.01);
%! plot (t, x);
%! xlabel ("time"); ylabel ("X");

## The variance of the scheme itself, X(k+1) = X(k) - a h X(k-m) + sqrt (h) xi:
## the mean of its power spectrum over the unit circle.
%!function v = variance_of_scheme (a, m, h)
%!  z = exp (2i * pi * (0:2^16-1) / 2^16);
%!  v = h * mean (1 ./ abs (z - 1 + a * h * z .^ -m) .^ 2);
%!endfunction

%!test # theory: 1.8805446 at h = .1, 1.7200522 at h = .01; exact 1.7041117
%! assert (variance_of_scheme (1, 10, 0.1), 1.8805446, 5e-8);
%! assert (variance_of_scheme (1, 100, 0.01), 1.7200522, 5e-8);
%! eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
%! paths = 40000;
%! x = sdde_simulate (eq, [0, 30], "paths", paths, "step", 0.1);
%! assert (size (x), [2, paths]);
%! v = mean (x(2,:) .^ 2);
%! assert (v, 1.8805446, 4 * 1.8805446 * sqrt (2 / paths)); # four standard errors
%! assert (mean (x(2,:)), 0, 4 * sqrt (1.88 / paths));
%! paths = 8000;
%! x = sdde_simulate (eq, [0, 20], "paths", paths, "step", 0.01);
%! assert (mean (x(2,:) .^ 2), 1.7200522, 4 * 1.72 * sqrt (2 / paths));

%!test # a delay between grid points: lags 10 and 11 half each, by its spectrum
%! h = 0.1; paths = 40000;
%! z = exp (2i * pi * (0:2^16-1) / 2^16);
%! exact = h * mean (1 ./ abs (z - 1 + h * (z .^ -10 + z .^ -11) / 2) .^ 2);
%! eq = sdde_equation ("damping", 1, "delay", 1.05, "diffusion", 1);
%! x = sdde_simulate (eq, [0, 40], "paths", paths, "step", h);
%! assert (mean (x(2,:) .^ 2), exact, 4 * exact * sqrt (2 / paths));

%!test # the same bits for any number of threads, and of paths
%! eq = sdde_equation ("damping", [1, 0.4], "delay", delay_law ("uniform", 0, 1), ...
%!                     "diffusion", 1);
%! x = sdde_simulate (eq, 3, "paths", 200, "threads", 1);
%! assert (size (x), [101, 2, 200]);
%! assert (sdde_simulate (eq, 3, "paths", 200, "threads", 3), x);
%! assert (sdde_simulate (eq, 3, "paths", 70), x(:,:,1:70));
%! y = sdde_simulate (eq, 3, "paths", 200, "seed", 2);
%! assert (max (abs (y(end,1,:) - x(end,1,:))) > 1);
%! s1 = sdde_simulate (eq, 3, "paths", 2000, "threads", 1, "statistics", true);
%! s2 = sdde_simulate (eq, 3, "paths", 2000, "threads", 2, "statistics", true);
%! assert (s1, s2);

%!test # without noise: the method of steps, first order in h; any history
%! exact = @(t) 1 - t + (t > 1) .* (t - 1) .^ 2 / 2;
%! eq = sdde_equation ("damping", 1, "delay", 1);
%! t = [0, 0.5, 1, 1.5, 2];
%! for h = [1/64, 1/128]
%!   x = sdde_simulate (eq, t, "paths", 1, "step", h);
%!   assert (x, exact (t(:)), 0.55 * h);
%! endfor
%! ## cos (pi t / 2) solves X' = -(pi/2) X(t-1)
%! eq = sdde_equation ("damping", pi / 2, "delay", 1);
%! [x, t] = sdde_simulate (eq, 8, "paths", 1, "step", 1e-3, "history", ...
%!                         @(t) cos (pi * t / 2));
%! assert (x, cos (pi * t / 2), 0.012);
%! past = linspace (-1, 0, 400);
%! y = sdde_simulate (eq, 8, "paths", 1, "step", 1e-3, "history", ...
%!                    {past, cos(pi * past / 2)});
%! assert (x, y, 1e-4);

%!test # no noise, a law: the curve of asgd_predict, both orders
%! system = asgd_system ("workers", 4, "rate", 0.1, ...
%!                       "compute", delay_law ("gamma", 4, 0.25));
%! problem = asgd_problem ("quadratic", [1, 2.5], "noise", 0);
%! for order = 1:2
%!   eq = asgd_sdde (system, problem, "order", order);
%!   eq.coupling(:) = 0;
%!   curve = asgd_predict (system, problem, 0:10, "order", order);
%!   x = sdde_simulate (eq, 0:10, "paths", 1, "step", 0.02);
%!   assert (x, curve.mean', 0.015);
%! endfor

%!test # multiplicative noise and order 2 against the exact variance (theory 9)
%! n = 8; alpha = 0.1; paths = 6000;
%! system = asgd_system ("workers", n, "rate", alpha, ...
%!                       "compute", delay_law ("exponential", 1));
%! eq = asgd_sdde (system, asgd_problem ("quadratic", 1, "noise", 1 / alpha));
%! x = sdde_simulate (eq, [0, 15], "paths", paths, "step", 0.05, "history", 0);
%! ## exact 8.9109; first order in h: 4 % here; heavier tails than normal
%! assert (mean (x(2,:) .^ 2), 8.9109, 8.9109 * (0.05 + 5 * sqrt (2 / paths)));

%!test # drawn delays: the same mean, and more variance, by SGD at regular instants
%! law = delay_law ("empirical", [0.2, 1]);
%! eq = sdde_equation ("damping", 0.8, "delay", law);
%! paths = 40000; h = 0.2; lag = [1, 5];
%! s = sdde_simulate (eq, 0:4, "paths", paths, "step", h, "delays", "drawn", ...
%!                    "statistics", true);
%! mean_path = sdde_simulate (eq, 0:4, "paths", 1, "step", h);
%! assert (s.mean, mean_path, 5 * max (s.se) + 1e-12);
%! ## exact second moments M(i,j) = E X_i X_j of the recursion
%! N = 20; off = 7;
%! M = ones (N + off);
%! for k = off:N+off-1
%!   g = @(j) (M(k-lag(1),j) + M(k-lag(2),j)) / 2;
%!   q = (M(k-lag(1),k-lag(1)) + M(k-lag(2),k-lag(2))) / 2;
%!   for j = 1:k
%!     M(k+1,j) = M(j,k+1) = M(k,j) - 0.8 * h * g (j);
%!   endfor
%!   M(k+1,k+1) = M(k,k) - 2 * 0.8 * h * g (k) + (0.8 * h) ^ 2 * q;
%! endfor
%! v = diag (M)(off+[0:5:20]) - mean_path .^ 2;
%! assert (s.variance(2:end), v(2:end), 0.05 * max (v));

## Strong orders: paths against those with a step 32 times finer that see the
## same Brownian path.
%!function error = strong_error (eq, h, finest, varargin)
%!  fine = sdde_simulate (eq, [0, 2], "paths", 2000, "step", finest, varargin{:});
%!  for k = 1:numel (h)
%!    x = sdde_simulate (eq, [0, 2], "paths", 2000, "step", h(k), "refine", ...
%!                       round (h(k) / finest), varargin{:});
%!    error(k) = sqrt (mean ((x(2,:) - fine(2,:)) .^ 2));
%!  endfor
%!endfunction
%!test
%! h = 2 .^ -(3:6);
%! eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
%! e = strong_error (eq, h, 2 ^ -11);
%! assert (polyfit (log (h), log (e), 1)(1), 1, 0.1);
%! eq = sdde_equation ("damping", 1, "delay", 0, "diffusion", 0);
%! eq.coupling = 1;
%! e = strong_error (eq, h, 2 ^ -11);
%! assert (polyfit (log (h), log (e), 1)(1), 0.5, 0.1);

%!test # weak order 1: differences of second moments between h and h/2 halve
%! eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
%! for k = 1:3
%!   h = 0.2 / 2 ^ k;
%!   a = sdde_simulate (eq, [0, 4], "paths", 20000, "step", h, "refine", 2);
%!   b = sdde_simulate (eq, [0, 4], "paths", 20000, "step", h / 2);
%!   d(k) = mean (a(2,:) .^ 2 - b(2,:) .^ 2);
%! endfor
%! assert (log2 (d(1:2) ./ d(2:3)), [1, 1], 0.3);

%!test # a drift of one's own: the linear one gives the same bits
%! eq = sdde_equation ("damping", [1, 0.5], "delay", 1, "diffusion", 0.3, ...
%!                     "decay", [0, 0.2]);
%! x = sdde_simulate (eq, 3, "paths", 130);
%! y = sdde_simulate (eq, 3, "paths", 130, "drift", @(t, X, Xd) ...
%!                    -[1; 0.5] .* Xd - [0; 0.2] .* X);
%! assert (x, y, 1e-13);
%! ## X' = -X^3
%! x = sdde_simulate (eq, [0, 2], "paths", 1, "step", 1e-3, "drift", ...
%!                    @(t, X, Xd) -X .^ 3, "diffusion", @(t, X, Xd) 0);
%! assert (x(2,:), [1, 1] / sqrt (5), 1e-3);
%! ## time stands in t
%! x = sdde_simulate (eq, [0, 2], "paths", 1, "step", 1e-3, "drift", ...
%!                    @(t, X, Xd) t + 0 * X, "diffusion", @(t, X, Xd) 0);
%! assert (x(2,:), [3, 3], 2e-3);

%!test # geometric Brownian motion against its exact solution on the same path
%! eq = sdde_equation ("damping", 0, "delay", 0, "diffusion", 1);
%! w = sdde_simulate (eq, [0, 1], "paths", 500, "step", 1/512, "history", 0);
%! x = sdde_simulate (eq, [0, 1], "paths", 500, "step", 1/512, "drift", ...
%!                    @(t, X, Xd) 0.3 * X, "diffusion", @(t, X, Xd) 0.5 * X);
%! exact = exp ((0.3 - 0.125) + 0.5 * w(2,:));
%! assert (sqrt (mean ((x(2,:) - exact) .^ 2)), 0, 0.03);
%! assert (var (w(2,:)), 1, 0.3);

## Systems: the covariance of the scheme, X(k+1) = F X(k) + G X(k-m) + S xi, from
## that of the vector of all lags.
%!test
%! A0 = [-1, 0.4; -0.2, -0.5]; A1 = [0.2, -0.6; 0.5, -0.1]; A2 = [0, 0; 0, -0.3];
%! B = [1, 0.2, 0; 0, 0.3, 0.5];
%! h = 0.1; lag = [3, 5]; paths = 40000;
%! F = zeros (12); F(3:12,1:10) = eye (10);
%! F(1:2,1:2) = eye (2) + h * A0;
%! F(1:2,2*lag(1)+(1:2)) += h * A1;
%! F(1:2,2*lag(2)+(1:2)) += h * A2;
%! S = zeros (12); S(1:2,1:2) = h * B * B';
%! P = S;
%! for k = 1:12
%!   P = P + F * P * F'; F = F * F; # doubling
%! endfor
%! eq = sdde_equation ("matrices", {A0, A1, sparse(A2)}, "delay", [0.3, 0.5], "diffusion", B);
%! x = sdde_simulate (eq, [0, 40], "paths", paths, "step", h);
%! assert (size (x), [2, 2, paths]);
%! assert (squeeze (x(1,:,:)), ones (2, paths));
%! X = squeeze (x(2,:,:));
%! C = X * X' / paths;
%! se = sqrt ((P(1:2,1:2) .^ 2 + diag (P)(1:2) * diag (P)(1:2)') / paths);
%! assert (all ((abs (C - P(1:2,1:2)) < 4 * se)(:)));

%!test # a system of one state is the mode; functions get all delays
%! law = delay_law ("gamma", 2, 0.25);
%! one = sdde_equation ("damping", 0.8, "decay", 0.1, "delay", law, "diffusion", 0.3);
%! two = sdde_equation ("matrices", {-0.1, -0.8}, "delay", law, "diffusion", 0.3);
%! options = {"paths", 70, "step", 0.05};
%! assert (sdde_simulate (two, 5, options{:}), sdde_simulate (one, 5, options{:}), 1e-12);
%! A = {[0, 1; -1, -0.5], [0, 0; -0.3, 0], 0.1 * eye(2)};
%! eq = sdde_equation ("matrices", A, "delay", {0.4, law}, "diffusion", 0.2);
%! drift = @(t, X, Xd) A{1} * X + A{2} * Xd(:,:,1) + A{3} * Xd(:,:,2);
%! x = sdde_simulate (eq, 5, options{:}, "history", @(t) [cos(t); sin(t)]);
%! y = sdde_simulate (eq, 5, options{:}, "history", @(t) [cos(t); sin(t)], "drift", drift);
%! assert (x, y, 1e-12);

%!test # statistics against the paths themselves
%! eq = sdde_equation ("damping", [1, 0.4], "delay", 1, "diffusion", [1, 2]);
%! p = [0, 0.01, 0.3, 0.5, 0.99, 1];
%! [x, t] = sdde_simulate (eq, [0, 0.5, 2], "paths", 5000);
%! s = sdde_simulate (eq, [0, 0.5, 2], "paths", 5000, "statistics", true, ...
%!                    "quantiles", p);
%! assert (s.mean, mean (x, 3), 1e-12);
%! assert (s.variance, var (x, 0, 3), 1e-12);
%! assert (s.least, min (x, [], 3));
%! assert (s.greatest, max (x, [], 3));
%! assert (size (s.quantiles), [3, 2, 6]);
%! assert (squeeze (s.quantiles(1,:,:)), ones (2, 6), 1e-11);
%! for i = 1:2
%!   exact = quantile (squeeze (x(3,i,:)), p', 1, 5)';
%!   assert (squeeze (s.quantiles(3,i,:))', exact, 0.02 * sqrt (s.variance(3,i)));
%! endfor

%!shared eq
%! eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
%!test # times come back rounded to steps
%! [x, t, info] = sdde_simulate (eq, [0.1, 1.26], "step", 0.25, "paths", 3);
%! assert (t, [0; 1.25]);
%! assert (info.paths, 3);
%! assert (info.step, 0.25);
%! assert (! info.stopped);
%!test # the default step puts times and fixed delays on the grid
%! [~, ~, info] = sdde_simulate (sdde_equation ("damping", 1, "delay", 0.7), 0:4, "paths", 1);
%! assert ([1, 0.7] / info.step, round ([1, 0.7] / info.step), 1e-9);
%!error <Invalid call> sdde_simulate (1)
%!error id=sdde:sdde_simulate:invalid sdde_simulate (1, 1)
%!error <t must hold increasing> sdde_simulate (eq, [1, 0])
%!error <t must hold increasing> sdde_simulate (eq, Inf)
%!error <t must hold increasing> sdde_simulate (eq, [])
%!error <t must hold increasing> sdde_simulate (eq, zeros (1, 0))
%!error <t must be real> sdde_simulate (eq, "a")
%!error <paths must be a whole> sdde_simulate (eq, 1, "paths", 0)
%!error <step must be a positive> sdde_simulate (eq, 1, "step", -1)
%!error <at least a step> sdde_simulate (eq, [0, 0.1], "step", 1)
%!error <delays must be> sdde_simulate (eq, 1, "delays", "both")
%!error <statistics must be> sdde_simulate (eq, 1, "statistics", 3)
%!error <refine must be> sdde_simulate (eq, 1, "refine", 0)
%!error <probabilities must be> sdde_simulate (eq, 1, "quantiles", 2)
%!error <history must be a number> sdde_simulate (eq, 1, "history", [1, 2])
%!error <history must be finite|must hold finite> sdde_simulate (eq, 1, "history", NaN)
%!error <must increase and end at 0> sdde_simulate (eq, 1, "history", {[-1, 1], [1, 1]})
%!error <the values of the history> sdde_simulate (eq, 1, "history", {[-1, 0], 1})
%!error <the history must give> sdde_simulate (eq, 1, "history", @(t) [1, 2, 3])
%!error <drift must be a function> sdde_simulate (eq, 1, "drift", 1)
%!error <the drift failed: no way> sdde_simulate (eq, 1, "drift", @(t, x, y) error ("no way"))
%!error <must return a full real matrix> sdde_simulate (eq, 1, "drift", @(t, x, y) [1, 2, 3])
%!error <the diffusion must return> sdde_simulate (eq, 1, "diffusion", @(t, x, y) 1i)
%!error id=sdde:sdde_simulate:unknown-option sdde_simulate (eq, 1, "path", 1)
%!error <name of an option must be a string> sdde_simulate (eq, 1, 1, "path")
%!error <a history of the longest delay takes> ...
%! sdde_simulate (sdde_equation ("damping", 1, "delay", delay_law ("pareto", 2, 1)), 1, ...
%!                "delays", "drawn", "history", @(t) t, "step", 1e-3);
%!error id=sdde:sdde_simulate:limit x = sdde_simulate (eq, 0:1e-2:100, "paths", 1e9)
%!error id=sdde:sdde_simulate:limit x = sdde_simulate (eq, 1e20, "step", 1)
%!error <one law of delays> sdde_simulate (sdde_equation ("damping", [1, 2], "delay", {1, 2}), 1)
%!error <eq.diffusion must be a matrix of 2 rows> ...
%! s = sdde_equation ("matrices", {eye(2)}, "delay", []);
%! s.diffusion = 1;
%! sdde_simulate (s, 1);
%!error <one for each of the 2 states> ...
%! sdde_simulate (sdde_equation ("matrices", {-eye(2)}, "delay", []), 1, "history", [1, 2, 3])
%!error <scalar modes of order 1 only> ...
%! sdde_simulate (sdde_equation ("matrices", {-1}, "delay", []), 1, "delays", "drawn")
%!error <order 1 only> sdde_simulate (setfield (eq, "correction", 0.1), 1, "delays", "drawn")
