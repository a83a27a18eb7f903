## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Workers that fail and return.  Statistical bounds are 4.5 standard errors (one
## in 150,000 for a single comparison), from the spread of runs with ten seeds
## where no other is known.

%!function [value, error] = of_seeds (f)
%!  x = arrayfun (f, 1:10);
%!  value = mean (x);
%!  error = std (x) / sqrt (10);
%!endfunction

%!test # one worker by the clock: two gradients in each 2.5 of work, then 1 of rest
%! sure = @(t) delay_law ("deterministic", t);
%! s = asgd_system ("workers", 1, "compute", sure (1), "rate", 0.1, ...
%!                  "up", sure (2.5), "down", sure (1));
%! p = asgd_problem ("quadratic", 1);
%! run = asgd_simulate (s, p, "horizon", 9.4, "cold", true, "paths", 1, ...
%!                      "record", 0.3:9.3, "events", true);
%! assert (run.events(:,3)', [1, 2, 4.5, 5.5, 8, 9], 1e-12);
%! assert (run.events(:,2)', [0, 1, 3.5, 4.5, 7, 8], 1e-12);
%! assert (run.updates, [0, 1, 2, 2, 2, 3, 4, 4, 5, 6]);
%! assert (run.model, 0.9 ^ 6, 1e-14);
%! assert (run.staleness, 1);
%! s.down = {[]}; # back at once
%! run = asgd_simulate (s, p, "horizon", 6, "cold", true, "paths", 1, "events", true);
%! assert (run.events(:,3)', [1, 2, 3.5, 4.5, 6], 1e-12);
%! s.up = {sure(1)}; # what ends with the time arrives
%! s.down = {sure(0.5)};
%! run = asgd_simulate (s, p, "horizon", 3.9, "cold", true, "paths", 1, "events", true);
%! assert (run.events(:,3)', [1, 2.5], 1e-12);

%!test # exponential times: the rate is that of the workers there, the staleness less
%! n = 6; U = 2; D = 1;
%! s = asgd_system ("workers", n, "compute", delay_law ("exponential", 1), "rate", 0.01, ...
%!                  "up", delay_law ("exponential", U), "down", delay_law ("gamma", 2, D / 2));
%! p = asgd_problem ("quadratic", 1);
%! run = @(k) asgd_simulate (s, p, "horizon", 400, "paths", 10, "seed", k);
%! [rate, error] = of_seeds (@(k) run (k).rate);
%! A = U / (U + D);
%! assert (abs (rate - n * A) < 4.5 * error);
%! ## A cycle that ends takes 1 / (1 + 1/U).
%! [mean, error] = of_seeds (@(k) run (k).staleness * (0:numel (run (k).staleness) - 1)');
%! assert (abs (mean - (n - 1) * A / (1 + 1 / U)) < 4.5 * error);

%!test # constant times, per class: sum_k P(up > k) gradients in each up + down
%! U = [2, 5];
%! s = asgd_system ("workers", [3, 2, 2], "compute", delay_law ("deterministic", 1), ...
%!                  "up", {delay_law("exponential", U(1)), delay_law("exponential", U(2)), []}, ...
%!                  "down", {delay_law("uniform", 0, 2), delay_law("lognormal", 0, 1), []});
%! p = asgd_problem ("quadratic", 1);
%! q = exp (-1 ./ U);
%! expected = [3, 2] * (q ./ (1 - q) ./ (U + [1, exp(0.5)]))' + 2;
%! [rate, error] = of_seeds (@(k) asgd_simulate (s, p, "horizon", 400, "paths", 5, "seed", k).rate);
%! assert (abs (rate - expected) < 4.5 * error);

%!test # the start is stationary: as many at work in the first instant as later
%! s = asgd_system ("workers", 4, "compute", delay_law ("exponential", 0.5), ...
%!                  "up", delay_law ("gamma", 2, 2), "down", delay_law ("exponential", 3));
%! p = asgd_problem ("quadratic", 1);
%! run = asgd_simulate (s, p, "horizon", 2, "paths", 20000, "record", [0.5, 1.5, 2]);
%! rate = 4 / 0.5 * 4 / 7;
%! ## Variance of a count: at most that of Poisson arrivals at the rates 8 and 0.
%! spread = sqrt (run.updates + (8 * run.t) .^ 2 / 4) / sqrt (20000);
%! assert (all (abs (run.updates - rate * run.t) < 4.5 * spread));

%!test # every policy goes on, with the same bits for any number of threads
%! work = delay_law ("gamma", 4, 0.25);
%! options = {"workers", 4, "compute", work, "rate", 0.02, "momentum", 0.3, ...
%!            "up", delay_law("exponential", 3), "down", delay_law("exponential", 1)};
%! more = {{}, {"threshold", 3}, {"threshold", 3, "stale", "abort"}, ...
%!         {"threshold", 2, "stale", "wait"}, {"deadline", 1.2}, ...
%!         {"policy", "k-sync", "gradients", 3}, {"policy", "k-batch-sync", "gradients", 5}, ...
%!         {"policy", "k-async", "gradients", 4}, {"policy", "k-batch-async", "gradients", 3}, ...
%!         {"trigger", 1.5}, {"uplink", delay_law("exponential", 0.2)}, ...
%!         {"uplink", delay_law("exponential", 0.2), "discipline", "processor-sharing", ...
%!          "upload", delay_law("exponential", 0.2), "trigger", 1}, ...
%!         {"upload", delay_law("exponential", 0.2), "trigger", 1}};
%! p = asgd_problem ("quadratic", [1, 2], "noise", 0.5);
%! for k = 1:numel (more)
%!   s = asgd_system (options{:}, more{k}{:});
%!   go = @(threads) asgd_simulate (s, p, "horizon", 20, "paths", 12, "threads", threads);
%!   run = go (1);
%!   assert (isequaln (run, go (2)) && isequaln (run, go (7)));
%!   assert (all (isfinite (run.loss)) && run.updates(end) > 5);
%!   fail ("asgd_staleness (s)", "use asgd_simulate");
%! endfor
%! s.up = s.down = [];
%! assert (asgd_simulate (s, p, "horizon", 20, "paths", 12).updates(end) > run.updates(end));

%!test # a deadline in a round: who gives up begins again, and the round ends
%! s = asgd_system ("workers", 2, "compute", delay_law ("exponential", 1), ...
%!                  "policy", "k-sync", "gradients", 2, "deadline", 0.5);
%! run = asgd_simulate (s, asgd_problem ("quadratic", 1), "updates", 2000, "paths", 1);
%! ## Memoryless times: the deadline changes nothing, a round takes 3/2.
%! assert (run.rate, 2 / 3, 4.5 * sqrt (1.25 / 2000) * 4 / 9);

%!test # a run in updates that would never end
%! p = asgd_problem ("quadratic", 1, "noise", 1, "start", 0);
%! s = asgd_system ("workers", 2, "compute", delay_law ("exponential", 1), "trigger", 40);
%! fail ('asgd_simulate (s, p, "updates", 10, "idle", 1000)', "1000 events passed without an update");
%! [~, id] = lasterr ();
%! assert (id, "sdde:asgd_simulate:limit");
%! s = asgd_system ("workers", 2, "compute", delay_law ("deterministic", 1), ...
%!                  "up", delay_law ("deterministic", 0.5));
%! fail ('asgd_simulate (s, p, "updates", 10, "idle", 1000)', "workers that fail too early");
%! run = asgd_simulate (s, p, "horizon", 10, "paths", 2);
%! assert (run.updates(end), 0);

%!error <time between failures \(up\) of class 2 must be positive>
%! work = delay_law ("exponential", 1);
%! asgd_system ("workers", [1, 1], "compute", work, "up", {work, delay_law("deterministic", 0)});
%!error <down stands beside up>
%! work = delay_law ("exponential", 1);
%! asgd_system ("workers", 1, "compute", work, "down", work);
%!error <up\{1\} must be a law>
%! asgd_system ("workers", 1, "compute", delay_law ("exponential", 1), "up", 3);
