## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## The policy "lossy": theory against formulas and against the simulator, which
## draws each loss.

%!function system = lossy (n, work, loss, varargin)
%!  system = asgd_system ("workers", n, "compute", work, "policy", "lossy", ...
%!                        "loss", loss, varargin{:});
%!endfunction

## Of exponential workers all others are one Poisson process, of the rate that is
## left: geometric.
%!test
%! for n = [2 8]
%!   for loss = [0.1 0.7]
%!     for model = {"renewal", "poisson"}
%!       st = asgd_staleness (lossy (n, delay_law ("exponential", 0.5), loss), "model", model{1});
%!       m = (n - 1) * (1 - loss);
%!       assert (st.pmf(1:5), (m / (1 + m)) .^ (0:4) / (1 + m), 1e-14);
%!       assert ([st.rate, st.arrivals, st.uploads, st.accepted, st.mean, st.palm], ...
%!               [2 * n * (1 - loss), 2 * n, 2 * n, 1 - loss, m, 1 - loss], 1e-12);
%!       assert (st.delay, delay_law ("exponential", 0.5));
%!     endfor
%!   endfor
%! endfor

## Thinned by p, a count has the generating function of the count itself at
## p + (1 - p) z.
%!test
%! for n = [2 5]
%!   work = delay_law ("gamma", 4, 0.25);
%!   all = asgd_staleness (lossy (n, work, 0)).pmf;
%!   assert (all, asgd_staleness (asgd_system ("workers", n, "compute", work)).pmf);
%!   kept = asgd_staleness (lossy (n, work, 0.4)).pmf;
%!   for z = [-1 0 0.3 0.9]
%!     assert (polyval (fliplr (kept), z), polyval (fliplr (all), 0.4 + 0.6 * z), 1e-9);
%!   endfor
%! endfor

## Two classes: each loses alike, and meets what is left of the other.
%!test
%! st = asgd_staleness (lossy ([2 3], {delay_law("gamma", 4, 0.25), delay_law("gamma", 2, 1)}, 0.5));
%! assert ([st.classes.rate], [1 0.75], 1e-12);
%! assert ([st.classes.mean], 0.5 * [1 + 1.5, 2 * 2 + 2], 1e-9);
%! assert (st.accepted, 0.5, 1e-12);

## Against the simulator, 20000 independent paths: staleness within 4.5 standard
## errors, half as much again as it is correlated within a path; mean curves within
## 4.5 of theirs, and 0.002 for what order 2 leaves out; the accepted fraction.
%!test
%! works = {delay_law("exponential", 1), delay_law("gamma", 4, 0.25)};
%! problem = asgd_problem ("quadratic", 1);
%! t = 0:2:10;
%! for loss = [0.3 0.7]
%!   for n = [2 8]
%!     for k = 1:2
%!       system = lossy (n, works{k}, loss, "rate", 0.3 / n / (1 - loss));
%!       st = asgd_staleness (system);
%!       run = asgd_simulate (system, problem, "paths", 20000, "horizon", 10, "record", t);
%!       gradients = 20000 * 10 * n;
%!       assert (run.accepted, 1 - loss, 4.5 * sqrt (loss * (1 - loss) / gradients));
%!       p = st.pmf(1:n+2)(:)';
%!       error = sqrt (p .* (1 - p) / (gradients * (1 - loss)));
%!       assert (abs (run.staleness(1:n+2)(:)' - p) < 6.75 * error);
%!       error = max (sqrt (run.variance / 20000));
%!       assert (run.mean(:), asgd_predict (system, problem, t).mean(:), 0.002 + 4.5 * error);
%!     endfor
%!   endfor
%! endfor

## Beside other options: the rate with a threshold (within the 1.5 % that it has
## without losses), the mean with a weight and with momentum, and losses under a
## deadline.
%!test
%! work = delay_law ("gamma", 4, 0.25);
%! problem = asgd_problem ("quadratic", 1);
%! system = lossy (8, work, 0.4, "threshold", 5);
%! st = asgd_staleness (system);
%! run = asgd_simulate (system, problem, "paths", 100, "horizon", 500);
%! assert (st.rate, run.rate, -0.015);
%! assert (st.accepted, run.accepted, -0.015);
%! ## A threshold that never bites leaves what there is without.
%! never = asgd_staleness (lossy (8, work, 0.4, "threshold", 60));
%! assert ([never.rate, never.mean, never.palm], [4.8, 4.2, 0.375], 1e-9);
%! for options = {{"weight", "inverse"}, {"momentum", 0.5}}
%!   system = lossy (8, work, 0.4, "rate", 0.02, options{1}{:});
%!   run = asgd_simulate (system, problem, "paths", 20000, "horizon", 10, "record", 0:2:10);
%!   error = max (sqrt (run.variance / 20000));
%!   assert (run.mean(:), asgd_predict (system, problem, 0:2:10).mean(:), 0.004 + 4.5 * error);
%! endfor
%! with = asgd_staleness (lossy (3, work, 0.5, "deadline", 1.2));
%! without = asgd_staleness (asgd_system ("workers", 3, "compute", work, "deadline", 1.2));
%! assert ([with.rate, with.mean, with.arrivals], [without.rate / 2, without.mean / 2, without.rate], 1e-9);

## Plans: as the updates are fewer, a higher rate is the best one.
%!test
%! problem = asgd_problem ("quadratic", [0.5 1], "noise", 0.1);
%! plan = @(system) asgd_optimize (system, problem, "over", "rate", "target", 0.01).best.rate;
%! work = delay_law ("exponential", 1);
%! without = plan (asgd_system ("workers", 4, "compute", work));
%! with = plan (lossy (4, work, 0.5));
%! assert (with > 1.5 * without && with < 3 * without);

%!error <'abort' has no closed form with the policy 'lossy'; use asgd_simulate>
%! asgd_staleness (lossy (3, delay_law ("exponential", 1), 0.5, "threshold", 2, "stale", "abort"));
%!test
%! system = lossy (3, delay_law ("exponential", 1), 0.5, "threshold", 2, "stale", "abort");
%! run = asgd_simulate (system, asgd_problem ("quadratic", 1), "updates", 2000);
%! assert (run.accepted, 0.5, 4.5 * sqrt (0.25 / 4000));
%! assert (numel (run.staleness) <= 3);
