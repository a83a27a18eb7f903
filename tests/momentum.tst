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

%!test # order 3 does not know it, nor do moments in time
%! s = asgd_system ("workers", 5, "compute", delay_law ("exponential", 2), "momentum", 0.5);
%! fail ('asgd_sdde (s, 1, "order", 3)', "uplink or momentum");
%! fail ("asgd_predict (s, asgd_problem ('quadratic', 1))", "asgd_simulate");
