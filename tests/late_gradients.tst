## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Policies towards late gradients: theory beside simulation.  Seeds are fixed.

%!function [law, run, distance] = compare (updates, varargin)
%!  system = asgd_system (varargin{:});
%!  law = asgd_staleness (system);
%!  run = asgd_simulate (system, asgd_problem ("quadratic", 1), "paths", 8, ...
%!                       "updates", updates, "record", 2);
%!  size = max (numel (run.staleness), numel (law.pmf));
%!  distance = sum (abs (postpad (run.staleness(:)', size) ...
%!                       - postpad (law.pmf, size))) / 2;
%!endfunction

%!function error = mean_error (system, t, paths, order)
%!  run = asgd_simulate (system, asgd_problem ("quadratic", 1), ...
%!                       "paths", paths, "horizon", t(end), "record", t);
%!  curve = asgd_predict (system, 1, t, "order", order);
%!  spread = 4.5 * sqrt (run.variance / paths);
%!  error = max (abs (run.mean - curve.mean) - spread);
%!endfunction

%!test # deadline: rate and staleness law, exact in the renewal model
%! ## 800,000 updates: standard errors of the rate are below 0.0004 of it (0.001
%! ## where cv2 > 1), and the distance of the histograms is about 0.002.
%! laws = {delay_law("exponential", 1), delay_law("gamma", 4, 0.25), ...
%!         delay_law("gamma", 100, 0.01), delay_law("shifted-exponential", 0.5, 0.5), ...
%!         delay_law("uniform", 0, 2)};
%! for k = 1:numel (laws)
%!   n = [2 8 4 32 8](k);
%!   d = delay_quantile (laws{k}, [0.7 0.4 0.6 0.9 0.5](k));
%!   [law, run, distance] = compare (1e5, "workers", n, "compute", laws{k}, "deadline", d);
%!   assert (run.rate / law.rate, 1, 0.002);
%!   assert (distance < 0.006);
%!   assert (run.accepted, 1);
%! endfor

%!test # a deadline speeds up what is long in the tail
%! tail = delay_law ("mixture", [0.9 0.1], delay_law ("exponential", 0.5), ...
%!                   delay_law ("exponential", 5.5));
%! [law, run, distance] = compare (1e5, "workers", 8, "compute", tail, "deadline", 1);
%! assert (law.rate > 1.5 * 8);
%! assert (run.rate / law.rate, 1, 0.005);
%! assert (distance < 0.006);

%!test # deadline and threshold together; classes
%! laws = {delay_law("gamma", 4, 0.25), delay_law("exponential", 2)};
%! [law, run] = compare (1e5, "workers", [8 8], "compute", laws, ...
%!                       "deadline", 2, "threshold", 15);
%! assert (law.finished < 0.9 && law.accepted < 0.9);
%! assert (run.rate / law.rate, 1, 0.015);
%! assert (run.accepted, law.accepted, 0.01);

%!test # deadline: the mean curve of order 2 holds
%! ## That of order 1 is off by 0.011.
%! law = delay_law ("gamma", 4, 0.25);
%! system = asgd_system ("workers", 4, "compute", law, "rate", 0.3 / 4, ...
%!                       "deadline", delay_quantile (law, 0.6));
%! assert (mean_error (system, 0:0.5:6, 20000, 2) < 0.002);

%!test # weights: the delay is weighted too, or the mean curve is 0.03 off
%! ## Without weights order 2 is 0.002 off at the same damping, order 1 0.02.
%! system = asgd_system ("workers", 4, "compute", delay_law ("gamma", 4, 0.25), ...
%!                       "rate", 0.9 / 4, "weight", "inverse");
%! assert (asgd_sdde (system, 1).order, 2);
%! assert (mean_error (system, 0:0.5:6, 20000, 2) < 0.006);
%! assert (mean_error (system, 0:0.5:6, 20000, 1) > 0.015);

%!test # weights: what noise leaves, within 3 % and its own noise
%! system = asgd_system ("workers", 8, "compute", delay_law ("gamma", 4, 0.25), ...
%!                       "rate", 0.1, "weight", "inverse");
%! problem = asgd_problem ("quadratic", 1, "noise", 1, "start", 0);
%! run = asgd_simulate (system, problem, "paths", 8000, "horizon", 30, ...
%!                      "record", [0, 30]);
%! v = sdde_variance (asgd_sdde (system, problem));
%! assert (2 * run.loss(2) / v, 1, 0.03 + 9 * run.loss_se(2) / v);

%!function run = simulate (law, workers, stale, threshold, varargin)
%!  system = asgd_system ("workers", workers, "compute", law, "rate", 0.1, ...
%!                        "stale", stale, "threshold", threshold);
%!  run = asgd_simulate (system, asgd_problem ("quadratic", 1), "paths", 8, ...
%!                       "updates", 5e4, "record", 2, varargin{:});
%!endfunction

%!test # abort: exponential workers forget when they began
%! ## Each finishes gradients in a Poisson process of rate 1, whatever is aborted.
%! for n = [2, 8, 32]
%!   for S = [0, n / 2, 2 * n]
%!     run = simulate (delay_law ("exponential", 1), n, "abort", S);
%!     assert (run.rate / n, 1, 4.5 / sqrt (4e5));
%!     assert (numel (run.staleness) <= S + 1);
%!     assert ([run.accepted, run.versions <= n + 1], [1, 1]);
%!   endfor
%! endfor
%!test # abort: figures of an independent simulator, each good to 0.001
%! run = simulate (delay_law ("gamma", 4, 0.25), 10, "abort", 6);
%! assert (run.rate / 10, 0.7192, 0.003);
%! run = simulate (delay_law ("gamma", 4, 0.25), 40, "abort", 30);
%! assert (run.rate / 40, 0.7390, 0.003);
%! run = simulate (delay_law ("shifted-exponential", 0.5, 0.5), 10, "abort", 10);
%! assert (run.rate / 10, 0.8847, 0.003);
%!test # abort: nothing is, where regular workers take turns; all is, where S = 0
%! even = delay_law ("deterministic", 1);
%! run = simulate (even, 5, "abort", 4);
%! assert (run.staleness, [0, 0, 0, 0, 1]);
%! ## The first to finish sets the others back, again and again.
%! run = simulate (even, 5, "abort", 0);
%! assert (run.rate, 1, 1e-4);
%! ## The least of eight gamma times, of K-sync with K = 1.
%! run = simulate (delay_law ("gamma", 4, 0.25), 8, "abort", 0);
%! least = asgd_staleness (asgd_system ("workers", 8, "compute", delay_law ("gamma", 4, 0.25), ...
%!                                      "policy", "k-sync", "gradients", 1));
%! assert (run.rate / least.rate, 1, 4.5 * sqrt (least.delay.cv2 / 4e5));
%!test # abort with a deadline, a buffer, classes: whole runs, the same for any threads
%! laws = {delay_law("gamma", 4, 0.25), delay_law("exponential", 2)};
%! system = asgd_system ("workers", [4, 4], "compute", laws, "deadline", 2, ...
%!                       "stale", "abort", "threshold", 2, "policy", "k-batch-async", ...
%!                       "gradients", 3);
%! run = asgd_simulate (system, asgd_problem ("quadratic", 1), "horizon", 50, "threads", 1);
%! again = asgd_simulate (system, asgd_problem ("quadratic", 1), "horizon", 50, "threads", 2);
%! assert (run.loss, again.loss);
%! assert (numel (run.staleness), 3);

%!test # wait: two exponential workers, 4 S / (2 S + 1) times one worker's rate
%! ## The difference of their clocks is uniform on -S .. S, and who pulls at a
%! ## difference d meets min (geometric, S + d) updates.  The standard error of
%! ## the rate is 0.0017 of it at most, as two updates go together.
%! for S = [1, 2, 3, 5]
%!   run = simulate (delay_law ("exponential", 1), 2, "wait", S);
%!   assert (run.rate / (4 * S / (2 * S + 1)), 1, 4.5 * 0.0017);
%!   pmf = zeros (1, 2 * S);
%!   for m = [1:2*S-1, 2*S-1]
%!     pmf(1:m) += 2 .^ -(1:m);
%!     pmf(m+1) += 2 ^ -m;
%!   endfor
%!   assert (run.staleness, pmf / (2 * S), 0.004);
%! endfor
%!test # wait with S = 1: all wait for the last, n updates in each round
%! laws = {delay_law("gamma", 4, 0.25), delay_law("shifted-exponential", 0.5, 0.5)};
%! for k = 1:2
%!   run = simulate (laws{k}, 8, "wait", 1);
%!   round = asgd_staleness (asgd_system ("workers", 8, "compute", laws{k}, ...
%!                                        "policy", "k-sync", "gradients", 8));
%!   assert (run.rate / (8 * round.rate), 1, 4.5 * sqrt (round.delay.cv2 / 5e4));
%!   assert (run.staleness, ones (1, 8) / 8, 1e-4);
%! endfor
%!test # wait: a slow worker sets the pace; who is S ahead meets no more than that
%! laws = {delay_law("gamma", 4, 0.25), delay_law("gamma", 4, 2.5)};
%! run = simulate (laws, [3, 1], "wait", 4);
%! assert (run.rate, 0.4, 0.005);
%! assert (numel (run.staleness) <= 3 * 7 + 1);
%! ## A great threshold is never met: cycles differ by less than 40 %.
%! run = simulate (delay_law ("gamma", 100, 0.01), 4, "wait", 500, "updates", 500, "warmup", 10);
%! free = simulate (delay_law ("gamma", 100, 0.01), 4, "drop", Inf, "updates", 500, "warmup", 10);
%! assert (run.loss, free.loss);
%!test # wait with a buffer: updates of three gradients
%! system = asgd_system ("workers", 2, "compute", delay_law ("exponential", 1), ...
%!                       "stale", "wait", "threshold", 2, "policy", "k-batch-async", ...
%!                       "gradients", 3);
%! run = asgd_simulate (system, asgd_problem ("quadratic", 1), "paths", 8, ...
%!                      "updates", 2e4, "record", 2);
%! assert (3 * run.rate / 1.6, 1, 0.01);
%!error <so great a threshold>
%! simulate (delay_law ("exponential", 1), 2, "wait", 1e15, "warmup", 0);

%!test # abort: rates within 3 % of simulation for S >= n - 1 in the renewal model
%! ## The standard error of a simulated rate is at most 0.2 %.
%! laws = {delay_law("exponential", 1), delay_law("gamma", 4, 0.25), ...
%!         delay_law("gamma", 100, 0.01), delay_law("shifted-exponential", 0.5, 0.5)};
%! for k = 1:numel (laws)
%!   for n = [2, 4, 8, 32]
%!     for S = [n - 1, ceil(1.25 * n)]
%!       [law, run, distance] = compare (5e4, "workers", n, "compute", laws{k}, ...
%!                                       "threshold", S, "stale", "abort");
%!       assert (run.rate / law.rate, 1, 0.02);
%!       assert (distance < 0.04 + 0.07 * (k == 3 && S == n - 1));
%!     endfor
%!   endfor
%! endfor
%!test # abort: classes, and a deadline
%! laws = {delay_law("gamma", 4, 0.25), delay_law("gamma", 4, 0.5)};
%! [law, run] = compare (1e5, "workers", [6, 6], "compute", laws, "threshold", 15, ...
%!                       "stale", "abort");
%! assert (run.rate / law.rate, 1, 0.02);
%! [law, run] = compare (1e5, "workers", 8, "compute", laws{1}, "threshold", 8, ...
%!                       "stale", "abort", "deadline", 1.2);
%! assert (run.rate / law.rate, 1, 0.02);

%!test # wait: the mean curve of order 2 holds
%! ## That of order 1 is off by 0.1.
%! cases = {delay_law("gamma", 4, 0.25), 2, 1; delay_law("exponential", 1), 2, 3; ...
%!          delay_law("shifted-exponential", 0.5, 0.5), 8, 1};
%! for k = 1:rows (cases)
%!   system = asgd_system ("compute", cases{k,1}, "workers", cases{k,2}, ...
%!                         "threshold", cases{k,3}, "stale", "wait", ...
%!                         "rate", 0.5 / cases{k,2});
%!   assert (asgd_sdde (system, 1).order, 2);
%!   assert (mean_error (system, 0:0.5:12, 20000, 2) < 0.01);
%! endfor
%! ## What noise leaves.
%! problem = asgd_problem ("quadratic", 1, "noise", 0.2, "start", 0);
%! system.rate = 0.02;
%! run = asgd_simulate (system, problem, "paths", 4000, "horizon", 40, "record", [0, 40]);
%! v = sdde_variance (asgd_sdde (system, problem));
%! assert (2 * run.loss(2) / v, 1, 0.05 + 9 * run.loss_se(2) / v);
