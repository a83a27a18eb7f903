## SPDX-License-Identifier: GPL-3.0-or-later
## A shared uplink, predicted and simulated.

## Rate of updates and its standard error.
%!function [rate, error] = simulated (system, paths, horizon)
%!  problem = asgd_problem ("quadratic", 1, "noise", 1);
%!  for k = 1:paths
%!    run = asgd_simulate (system, problem, "horizon", horizon, "paths", 1, ...
%!                         "record", 1, "seed", k);
%!    rates(k) = run.rate;
%!  endfor
%!  rate = mean (rates);
%!  error = std (rates) / sqrt (paths);
%!endfunction

## Throughput whatever the law of the computations, of 2 to 32 workers, over and
## under saturation: within 0.3 % and three standard errors each, which are below
## 0.25 %; the 24 of them within 0.1 % on average.
%!test
%! laws = {delay_law("exponential", 1), delay_law("gamma", 4, 0.25), ...
%!         delay_law("gamma", 100, 0.01), delay_law("shifted-exponential", 0.5, 0.5), ...
%!         delay_law("lognormal", -log (2) / 2, sqrt (log (2))), delay_law("pareto", 2.5, 1.5)};
%! off = [];
%! for k = 1:6
%!   for n = [2, 4, 8, 32]
%!     m = 1 + mod (k + log2 (n), 2);
%!     system = asgd_system ("workers", n, "compute", laws{k}, "rate", 1e-6, "channels", m, ...
%!                           "uplink", delay_law ("exponential", 0.1));
%!     if (mod (k, 3) == 0)
%!       system.discipline = "processor-sharing";
%!       system.uplink = delay_law ("gamma", 4, 0.025);
%!     endif
%!     expected = asgd_staleness (system).rate;
%!     [rate, error] = simulated (system, 24, (24000 + 60000 * (k > 4)) / n + 500);
%!     assert (error < 0.0025 * expected);
%!     assert (abs (rate - expected) < 0.003 * expected + 3 * error);
%!     off(end+1) = rate / expected - 1;
%!   endfor
%! endfor
%! assert (abs (mean (off)) < 0.001);

## The staleness of exponential workers is exact for both disciplines, several
## channels and with a trigger (100,000 samples and more, not independent).
%!test
%! for n = [2, 12]
%!   for k = 1:5
%!     system = asgd_system ("workers", n, "compute", delay_law ("exponential", 1), ...
%!                           "rate", 1e-6, "uplink", delay_law ("exponential", 0.2), ...
%!                           "channels", [1 2 3 1 2](k), "trigger", 0.7 * (mod (k, 2) == 0));
%!     if (k > 3)
%!       system.discipline = "processor-sharing";
%!     endif
%!     st = asgd_staleness (system);
%!     run = asgd_simulate (system, asgd_problem ("quadratic", 1, "noise", 1, "start", 0), ...
%!                          "horizon", 12000 / n, "paths", 20, "record", 1);
%!     last = min (numel (st.pmf), numel (run.staleness));
%!     assert (sum (abs (st.pmf(1:last) - run.staleness(1:last))) / 2 < 0.012);
%!     assert (st.pmf * (0:numel (st.pmf) - 1)', st.mean, 1e-8);
%!     if (system.trigger == 0)
%!       assert (st.mean, n - 1, 1e-9);
%!     endif
%!   endfor
%! endfor

## The law of the delay, of the order of 1e5 delays that depend on each other a
## little: the distance of as many independent ones is below 0.006 but for 0.1 %.
%!test
%! for how = {"fifo", "processor-sharing"}
%!   for m = [1, 2]
%!     system = asgd_system ("workers", 8, "compute", delay_law ("exponential", 1), ...
%!                           "rate", 1e-6, "uplink", delay_law ("exponential", 0.2), ...
%!                           "channels", m, "discipline", how{1});
%!     st = asgd_staleness (system);
%!     run = asgd_simulate (system, asgd_problem ("quadratic", 1), "horizon", 20000, ...
%!                          "paths", 1, "record", 1, "events", true);
%!     delays = sort (run.events(:,3) - run.events(:,2));
%!     n = numel (delays);
%!     at = round (linspace (1, n, 200))';
%!     assert (n > 8e4);
%!     assert (max (abs (delay_cdf (st.delay, delays(at)) - (at - 0.5) / n)) < 0.01);
%!   endfor
%! endfor

## With a trigger: the uplink is the bottleneck, and only part of the gradients goes
## through it.  Gradients at the minimum, 1 %.
%!test
%! system = asgd_system ("workers", 12, "compute", delay_law ("gamma", 4, 0.25), "rate", 1e-6, ...
%!                       "uplink", delay_law ("exponential", 0.2), "trigger", 1);
%! st = asgd_staleness (system);
%! problem = asgd_problem ("quadratic", 1, "noise", 1, "start", 0);
%! run = asgd_simulate (system, problem, "horizon", 1000, "paths", 40, "record", 1);
%! assert (run.rate, st.rate, -0.01);
%! assert (sum ((0:numel (run.staleness) - 1) .* run.staleness), st.mean, -0.02);
%! shared = system;
%! shared.discipline = "processor-sharing";
%! run = asgd_simulate (shared, problem, "horizon", 1000, "paths", 40, "record", 1);
%! assert (run.rate, st.rate, -0.01);

## The mean by the equation: order 2 where all times are exponential, within 0.004
## of the start and three standard errors; else order 1, within 0.03.
%!test
%! system = asgd_system ("workers", 12, "compute", delay_law ("exponential", 1), "rate", 0.02, ...
%!                       "uplink", delay_law ("exponential", 0.1));
%! problem = asgd_problem ("quadratic", 1, "noise", 0.1);
%! for how = {"fifo", "processor-sharing"}
%!   for n = [4, 12]
%!     system.workers = n;
%!     system.rate = 0.4 / n;
%!     system.discipline = how{1};
%!     run = asgd_simulate (system, problem, "horizon", 15, "paths", 2000, "record", 16);
%!     curve = asgd_predict (system, problem, run.t, "order", 2);
%!     error = sqrt (run.variance / 2000);
%!     assert (all (abs (run.mean - curve.mean) <= 0.004 + 3 * error));
%!     plain = asgd_predict (system, problem, run.t, "order", 1);
%!     assert (max (abs (run.mean - curve.mean)) < 0.5 * max (abs (run.mean - plain.mean)));
%!     assert (curve.updates, asgd_staleness (system).rate * run.t, 1e-9);
%!   endfor
%! endfor
%! system = asgd_system ("workers", 12, "compute", delay_law ("gamma", 4, 0.25), "rate", 0.02, ...
%!                       "uplink", delay_law ("exponential", 0.1));
%! run = asgd_simulate (system, problem, "horizon", 15, "paths", 2000, "record", 16);
%! curve = asgd_predict (system, problem, run.t);
%! assert (curve.order, 3);
%! assert (run.mean, curve.mean, 0.03);

## More workers than the uplink can serve only make gradients staler.
%!test
%! system = asgd_system ("workers", 4, "compute", delay_law ("exponential", 1), "rate", 0.2, ...
%!                       "uplink", delay_law ("exponential", 0.2));
%! plan = asgd_optimize (system, [0.5, 1], "objective", "speed", "workers", [1, 12]);
%! assert (plan.best.workers < 12);

%!error <gradients share the uplink; use asgd_simulate>
%! asgd_sdde (asgd_system ("workers", 4, "compute", delay_law ("gamma", 2, 0.5), ...
%!   "uplink", delay_law ("exponential", 0.2), "discipline", "processor-sharing"), 1);

## The same bits for any number of threads, with a trigger, too.
%!test
%! system = asgd_system ("workers", 6, "compute", delay_law ("exponential", 1), "trigger", 1, ...
%!                       "uplink", delay_law ("gamma", 2, 0.2), "channels", 2);
%! problem = asgd_problem ("quadratic", [1, 2], "noise", 1);
%! for how = {"fifo", "processor-sharing"}
%!   system.discipline = how{1};
%!   one = asgd_simulate (system, problem, "horizon", 9, "paths", 30, "threads", 1);
%!   assert (asgd_simulate (system, problem, "horizon", 9, "paths", 30, "threads", 3), one);
%! endfor

## How many gradients are at the uplink: machines and one repairman (n exponential
## machines, Feller, An Introduction to Probability Theory I, XVII.7), whatever the
## order of service; with two channels two are served at once.
%!test
%! n = 12;
%! k = 0:n;
%! for channels = [1, 2]
%!   served = cumprod ([1, min(k(2:end), channels)]);
%!   weight = 0.3 .^ k .* gamma (n + 1) ./ gamma (n - k + 1) ./ served;
%!   expected = sum (k .* weight) / sum (weight);
%!   for discipline = {"fifo", "processor-sharing"}
%!     system = asgd_system ("workers", n, "compute", delay_law ("exponential", 1), ...
%!                           "rate", 1e-6, "uplink", delay_law ("exponential", 0.3), ...
%!                           "channels", channels, "discipline", discipline{1});
%!     run = asgd_simulate (system, asgd_problem ("quadratic", 1), "horizon", 400, ...
%!                          "record", 5:5:400, "paths", 100);
%!     assert (mean (run.queue), expected, 0.02 * expected);
%!   endfor
%! endfor
%! run = asgd_simulate (asgd_system ("workers", 2, "compute", delay_law ("exponential", 1)), ...
%!                      asgd_problem ("quadratic", 1), "horizon", 4);
%! assert (run.queue, zeros (1, 101));
