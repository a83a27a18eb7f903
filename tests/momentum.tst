## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## A heavy ball on the server, simulated and in the equation.  Statistical bounds
## are 4.5 standard errors (one in 150,000 for a single comparison).

%!test # the iteration of one worker, and of buffers, without noise: to rounding
%! p = asgd_problem ("quadratic", [1, 2], "start", [1; -2]);
%! sure = delay_law ("deterministic", 1);
%! options = {"workers", 1, "compute", sure, "rate", 0.1, "momentum", 0.8};
%! for K = [1, 3]
%!   policy = {"async", "k-batch-async"}{1 + (K > 1)};
%!   s = asgd_system (options{:}, "policy", policy, "gradients", K);
%!   run = asgd_simulate (s, p, "horizon", 40.5, "paths", 1, "cold", true, "record", 0:40);
%!   w = p.start;
%!   v = [0; 0];
%!   sum = [0; 0];
%!   for k = 1:40
%!     sum += [1; 2] .* w;
%!     if (mod (k, K) == 0)
%!       v = 0.8 * v + sum / K;
%!       sum(:) = 0;
%!       w -= 0.1 * v;
%!     endif
%!     assert (run.mean(:,k+1), w, 1e-13);
%!   endfor
%! endfor

%!test # a schedule multiplies the step, not the velocity
%! p = asgd_problem ("quadratic", 1);
%! s = asgd_system ("workers", 1, "compute", delay_law ("deterministic", 1), ...
%!                  "rate", 0.1, "momentum", 0.5);
%! factors = [1, 1, 0, 0, 2, 2];
%! run = asgd_simulate (s, p, "updates", 6, "paths", 1, "schedule", factors);
%! w = 1;
%! v = 0;
%! for f = factors
%!   v = 0.5 * v + w;
%!   w -= 0.1 * f * v;
%! endfor
%! assert (run.model, w, 1e-14);

%!test # variance of one worker: the closed form of the heavy ball
%! ## w_(t+1) = w_t + beta (w_t - w_(t-1)) - alpha w_t + alpha xi: a process of
%! ## order 2, (1 + beta) alpha / ((1 - beta) (2 (1 + beta) - alpha)).
%! for c = {[0.5, 0.3], [0.9, 0.05], [0.3, 1.5]}
%!   beta = c{1}(1); alpha = c{1}(2);
%!   s = asgd_system ("workers", 1, "compute", delay_law ("gamma", 4, 0.25), ...
%!                    "rate", alpha, "momentum", beta);
%!   p = asgd_problem ("quadratic", 1, "noise", 1, "start", 0);
%!   run = asgd_simulate (s, p, "updates", 250, "paths", 20000, "record", [0, 250]);
%!   v = (1 + beta) * alpha / ((1 - beta) * (2 * (1 + beta) - alpha));
%!   assert (abs (2 * run.loss(2) - v) < 4.5 * 2 * run.loss_se(2));
%! endfor

%!test # its mean is that of sdde_iteration without staleness
%! beta = 0.7; alpha = 0.05;
%! s = asgd_system ("workers", 1, "compute", delay_law ("exponential", 1), ...
%!                  "rate", alpha, "momentum", beta);
%! run = asgd_simulate (s, asgd_problem ("quadratic", 1), "updates", 60, "paths", 1, ...
%!                      "record", 0:60);
%! z = sdde_iteration (alpha, 1, "momentum", beta, "count", 2);
%! ## w_0 = 1, w_1 = 1 - alpha.
%! c = [1, 1; z(1), z(2)] \ [1; 1 - alpha];
%! assert (run.mean, real (c(1) * z(1) .^ (0:60) + c(2) * z(2) .^ (0:60)), 1e-12);

%!test # rates of the equation against simulated decay, n = 10: order 2 holds
%! ## Over t = 14 .. 34 the fast modes are gone; order 1 is 1.2 to 2 % too fast.
%! paths = 8000;
%! for c = {{0.5, delay_law("exponential", 1)}, {0.9, delay_law("gamma", 4, 0.25)}, ...
%!          {0.9, delay_law("deterministic", 1)}}
%!   [beta, law] = c{1}{:};
%!   s = asgd_system ("workers", 10, "compute", law, "rate", 0.01 * (1 - beta), ...
%!                    "momentum", beta);
%!   run = asgd_simulate (s, asgd_problem ("quadratic", 1), "paths", paths, ...
%!                        "horizon", 34, "record", [0, 14, 34]);
%!   slope = log (run.mean(2) / run.mean(3)) / 20;
%!   error = sqrt (sum (run.variance(2:3) ./ run.mean(2:3) .^ 2) / paths) / 20;
%!   eq = asgd_sdde (s, 1);
%!   assert (eq.order, 2);
%!   assert (abs (slope - sdde_rate (eq)) < 4.5 * error + 3e-4);
%!   assert (sdde_rate (asgd_sdde (s, 1, "order", 1)) - slope > 6e-4);
%! endfor

%!test # coefficients by hand, and the same equation put together
%! beta = 0.9;
%! s = asgd_system ("workers", 5, "compute", delay_law ("exponential", 2), ...
%!                  "rate", 0.002, "momentum", beta);
%! p = asgd_problem ("quadratic", [1, 3], "noise", 0.2);
%! one = asgd_sdde (s, p, "order", 1);
%! two = asgd_sdde (s, p);
%! L = 2.5;
%! a = 0.002 * [1; 3] * L;
%! assert (one.damping, a / (1 - beta), 1e-12);
%! assert (one.inertia, [1; 1] / (L * (1 - beta)), 1e-12);
%! assert (one.correction, a / (L * (1 - beta)), 1e-12);
%! assert (one.alpha, [0.002; 0.006], 1e-15);
%! assert (one.diffusion, 0.002 * 0.2 * sqrt (L) / (1 - beta) * [1; 1], 1e-12);
%! assert (two.order, 2);
%! assert (two.correction, 2 * one.correction, 1e-12);
%! ## In full h has a term s^2 phi more: exact for exponential cycles.
%! for i = 1:2
%!   exact = roots ([0, conv([1, L], [1, L]) * a(i) / L] ...
%!                  + conv ([1, L * (1 - beta), 0], [2, 1]));
%!   rate = -max (real (exact));
%!   assert (sdde_rate (two)(i), rate, 5e-3 * rate);
%!   assert (abs (sdde_rate (one)(i) - rate) > 2 * abs (sdde_rate (two)(i) - rate));
%! endfor
%! margin = sdde_margin (one, "mode", 1);
%! step = 1e-6;
%! scaled = one;
%! scaled.damping *= 1 + step; # updates are more frequent, delays stay
%! scaled.inertia /= 1 + step;
%! change = sdde_rate (scaled)(1) - sdde_rate (one)(1);
%! assert (real (margin.sensitivity.log_workers), -change / step, 1e-4 * abs (change / step));

%!test # the same bits for any number of threads
%! s = asgd_system ("workers", 5, "compute", delay_law ("gamma", 4, 0.25), ...
%!                  "momentum", 0.9, "rate", 0.01);
%! p = asgd_problem ("quadratic", [1, 2], "noise", 1);
%! go = @(threads) asgd_simulate (s, p, "horizon", 8, "paths", 40, "threads", threads);
%! assert (isequaln (go (1), go (2)) && isequaln (go (1), go (7)));

%!test # one worker, exactly: variance, mean-square limit and exponent
%! for c = {[0.5, 0.3], [0.9, 0.05], [0.3, 1.5]}
%!   beta = c{1}(1); alpha = c{1}(2);
%!   s = asgd_system ("workers", 1, "compute", delay_law ("deterministic", 2), ...
%!                    "rate", alpha, "momentum", beta);
%!   eq = asgd_sdde (s, asgd_problem ("quadratic", [1, 1e-3], "noise", 1));
%!   v = (1 + beta) * alpha / ((1 - beta) * (2 * (1 + beta) - alpha));
%!   assert (sdde_variance (eq)(1), v, 1e-9 * v);
%!   v = (1 + beta) * 1e-3 * alpha / ((1 - beta) * (2 * (1 + beta) - 1e-3 * alpha)) * 1e6;
%!   assert (sdde_variance (eq)(2), v, 1e-7 * v);
%!   [ok, info] = sdde_meansquare (asgd_sdde (s, 1));
%!   assert (ok && info.order == 2);
%!   assert (alpha * info.margin, 2 * (1 + beta), 1e-5);
%!   z = sdde_iteration (alpha, 1, "momentum", beta, "count", 2);
%!   assert (info.exponent, log (abs (z(1))), 1e-7); # twice, in a cycle of 2
%! endfor

%!test # variances beside simulation: laws, weights, policies, several classes
%! gamma = delay_law ("gamma", 4, 0.25);
%! wild = delay_law ("hyperexponential", [0.9, 0.1], [0.5, 5.5]);
%! half = {"momentum", 0.5, "rate", 0.01};
%! systems = {asgd_system("workers", 8, "compute", gamma, half{:}), ...
%!            asgd_system("workers", 8, "compute", wild, half{:}), ...
%!            asgd_system("workers", 8, "compute", gamma, half{:}, "threshold", 8), ...
%!            asgd_system("workers", 8, "compute", gamma, half{:}, "weight", "inverse"), ...
%!            asgd_system("workers", [4, 4], "compute", {gamma, delay_law("exponential", 3)}, half{:}), ...
%!            asgd_system("workers", 8, "compute", gamma, "momentum", 0.8, "rate", 0.02, ...
%!                        "policy", "k-batch-async", "gradients", 4), ...
%!            asgd_system("workers", 8, "compute", gamma, "momentum", 0.8, "rate", 0.05, ...
%!                        "policy", "k-sync", "gradients", 4)};
%! p = asgd_problem ("quadratic", 1, "noise", 1, "start", 0);
%! for k = 1:numel (systems)
%!   eq = asgd_sdde (systems{k}, p);
%!   paths = 2500;
%!   T = 5 / sdde_rate (asgd_sdde (systems{k}, p, "order", 1));
%!   run = asgd_simulate (systems{k}, p, "horizon", T, "paths", paths, "record", [0, T]);
%!   v = sdde_variance (eq);
%!   assert (abs (2 * run.loss(2) - v) < 4.5 * 2 * run.loss_se(2) + 0.01 * v);
%!   floor = asgd_predict (systems{k}, p, 0).loss_floor;
%!   assert (floor, v / 2, 1e-12);
%! endfor

%!test # the loss on the way beside simulation
%! gamma = delay_law ("gamma", 4, 0.25);
%! t = 0:2:40;
%! for c = {{2, 0.5, gamma}, {10, 0.9, delay_law("exponential", 1)}, ...
%!          {10, 0.9, delay_law("deterministic", 1)}}
%!   [n, beta, law] = c{1}{:};
%!   s = asgd_system ("workers", n, "compute", law, "rate", 0.3 * (1 - beta) / n, ...
%!                    "momentum", beta);
%!   p = asgd_problem ("quadratic", 1, "noise", 0.3);
%!   run = asgd_simulate (s, p, "paths", 3000, "horizon", 40, "record", t);
%!   curve = asgd_predict (s, p, t, "target", 0.02);
%!   assert (all (abs (curve.loss - run.loss) < 4.5 * run.loss_se + 0.003));
%!   assert (all (abs (curve.mean - run.mean) < 4.5 * sqrt (run.variance / 3000) + 0.004));
%!   assert (curve.error < 1e-3);
%!   fine = asgd_predict (s, p, curve.time_to_target);
%!   assert (fine.loss, 0.02, 1e-4);
%! endfor

%!test # one worker in time, without noise: the iteration at the updates
%! s = asgd_system ("workers", 1, "compute", delay_law ("deterministic", 1), ...
%!                  "rate", 0.1, "momentum", 0.5);
%! curve = asgd_predict (s, [1; 2], 0:30);
%! run = asgd_simulate (s, asgd_problem ("quadratic", [1, 2]), "updates", 30, ...
%!                      "record", 0:30, "paths", 1);
%! assert (curve.mean, run.mean, 3e-3); # linear between points of a grid
%! assert (max (curve.variance(:)) < 2e-3);

%!test # noise of minibatches, by which modes drive each other
%! A = [1, 2; -1, 0.5; 0.3, 1; 2, -1; 0, 1.5; 1, 1];
%! p = asgd_problem ("least-squares", A, [1; 2; -1; 0.5; 0; 3], "batch", 2, "start", [4; -3]);
%! s = asgd_system ("workers", 4, "compute", delay_law ("gamma", 4, 0.25), ...
%!                  "rate", 0.02, "momentum", 0.5);
%! eq = asgd_sdde (s, p);
%! assert (columns (eq.coupling), 2);
%! t = [2, 5, 40];
%! run = asgd_simulate (s, p, "paths", 4000, "horizon", 40, "record", t);
%! curve = asgd_predict (s, p, t);
%! assert (all (abs (curve.loss - run.loss) < 4.5 * run.loss_se + 0.01 * curve.loss));

%!function [variance, exponent] = exact_moments (n, alpha, beta)
%!  ## All second moments of the model w, the velocity p times the rate, and the
%!  ## copies of n exponential workers of mean 1, with noise of step 1.
%!  d = n + 2;
%!  G = zeros (d ^ 2);
%!  N = zeros (d);
%!  for i = 1:n
%!    M = eye (d);
%!    M(2,2) = beta;
%!    M(2,2+i) = alpha;
%!    M(1,:) -= M(2,:);
%!    M(2+i,:) = M(1,:);
%!    G += kron (M, M) - eye (d ^ 2);
%!    b = zeros (d, 1);
%!    b([1, 2, 2+i]) = [-1, 1, -1];
%!    N += b * b';
%!  endfor
%!  exponent = max (real (eig (G)));
%!  variance = (-G \ N(:))(1);
%!endfunction

%!test # exponential workers, whose moments close: above the truth, on the safe side
%! for c = {[2, 0.5, 0.73541], [8, 0.5, 0.24936], [8, 0.9, 0.025598], [20, 0.5, 0.15259]}
%!   n = c{1}(1); beta = c{1}(2); limit = c{1}(3); # that of stability in mean square
%!   [~, exponent] = exact_moments (n, limit, beta);
%!   assert (exponent, 0, 1e-4);
%!   s = asgd_system ("workers", n, "compute", delay_law ("exponential", 1), ...
%!                    "rate", limit / 10, "momentum", beta);
%!   [variance, exponent] = exact_moments (n, s.rate, beta);
%!   v = sdde_variance (asgd_sdde (s, asgd_problem ("quadratic", 1, "noise", 10 / limit)));
%!   assert (v / variance > 1 && v / variance < 1.01);
%!   [~, info] = sdde_meansquare (asgd_sdde (s, 1));
%!   assert (info.margin > 0.82 * 10 && info.margin < 10);
%!   assert (info.exponent, exponent, 0.1 * abs (exponent));
%! endfor

%!test # what is not known says so
%! s = asgd_system ("workers", 5, "compute", delay_law ("exponential", 2), "momentum", 0.5);
%! fail ('asgd_sdde (s, 1, "order", 3)', "uplink or momentum");
%! eq = asgd_sdde (s, 1);
%! for call = {"sdde_response (eq, 1)", "sdde_simulate (eq, [0, 1])", ...
%!             "sdde_hitting (eq, 0.5)", "sdde_spectrum (eq, 1)", "sdde_autocovariance (eq, 1)"}
%!   fail (call{1}, "without inertia .* asgd_simulate");
%! endfor
%! s.trigger = 1;
%! p = asgd_problem ("quadratic", 1, "noise", 1);
%! fail ("asgd_predict (s, p)", "use asgd_simulate");
%! assert (isfinite (sdde_variance (asgd_sdde (s, p))));
%! bad = setfield (eq, "staleness", [0.5, 0.1]);
%! fail ("sdde_variance (bad)", "must be those of asgd_sdde");
