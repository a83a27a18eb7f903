## SPDX-License-Identifier: GPL-3.0-or-later
## Downloads and uploads, predicted and simulated.

## Total variation between a predicted and a simulated staleness.
%!function distance = variation (st, run)
%!  size = max (numel (st.pmf), numel (run.staleness));
%!  distance = sum (abs (postpad (st.pmf, size) - postpad (run.staleness, size))) / 2;
%!endfunction

## The cycle is the sum of its parts: the same as a law of a sum.
%!test
%! d = delay_law ("exponential", 0.2);
%! c = delay_law ("gamma", 3, 0.2);
%! u = delay_law ("uniform", 0, 0.4);
%! parts = asgd_system ("workers", 6, "compute", c, "download", d, "upload", u);
%! whole = asgd_system ("workers", 6, "compute", delay_law ("sum", d, c, u));
%! for policy = {"async", "k-sync"}
%!   parts.policy = whole.policy = policy{1};
%!   parts.gradients = whole.gradients = 1 + 2 * strcmp (policy{1}, "k-sync");
%!   assert (asgd_staleness (parts), asgd_staleness (whole));
%! endfor
%! parts.policy = "async";
%! parts.gradients = 1;
%! st = asgd_staleness (parts);
%! assert (st.rate, 6, -1e-12);
%! run = asgd_simulate (parts, asgd_problem ("quadratic", 1), "horizon", 500, "paths", 40, "record", 1);
%! assert (run.rate, 6, -0.01);
%! assert (variation (st, run) < 0.01);

## No time is as good as no law, and a struct without the fields as one with none.
%!test
%! bare = asgd_system ("workers", 3, "compute", delay_law ("exponential", 1));
%! none = delay_law ("deterministic", 0);
%! nil = asgd_system ("workers", 3, "compute", bare.compute, "download", none, "upload", none);
%! older = rmfield (bare, {"download", "upload"});
%! problem = asgd_problem ("quadratic", 1, "noise", 0.1);
%! for system = {nil, older}
%!   assert (asgd_staleness (system{1}), asgd_staleness (bare));
%!   assert (asgd_simulate (system{1}, problem, "horizon", 5, "paths", 3), ...
%!           asgd_simulate (bare, problem, "horizon", 5, "paths", 3));
%! endfor
%! parts = setfield (bare, "download", {delay_law("exponential", 1)});
%! assert (asgd_optimize (parts, 1, "objective", "speed", "workers", [1, 4]).best.workers >= 1);

## Transfers lengthen the cycle of each class, and staleness counts from the pull.
%!test
%! system = asgd_system ("workers", [2, 3], "compute", delay_law ("deterministic", 1), ...
%!                       "download", {delay_law("deterministic", 1), delay_law("deterministic", 3)});
%! st = asgd_staleness (system);
%! assert ([st.classes.rate], [1, 0.75], 1e-14);
%! assert (st.mean, 4, 1e-12);

## A withheld gradient takes no upload: Q of the gradients are sent, one in a
## time (d + c)/Q + u; within 1 %.
%!test
%! system = asgd_system ("workers", 8, "compute", delay_law ("exponential", 1), "rate", 1e-6, ...
%!                       "upload", delay_law ("gamma", 2, 0.5), "trigger", 1);
%! problem = asgd_problem ("quadratic", 1, "noise", 1, "start", 0);
%! st = asgd_staleness (system);
%! Q = erfc (1 / sqrt (2));
%! assert (st.sent, Q, 1e-14);
%! assert ([st.rate, st.uploads, st.arrivals], 8 / (1 / Q + 1) * [1 1 1], 1e-12);
%! assert ([st.finished, st.accepted], [1, 1], 1e-14);
%! assert (st.mean, 7 * 2 / (1 / Q + 1), 1e-12);
%! assert (st.pmf * (0:numel (st.pmf) - 1)', st.mean, 1e-8);
%! run = asgd_simulate (system, problem, "horizon", 1000, "paths", 40, "record", 1);
%! assert (run.rate, st.rate, -0.01);
%! assert (variation (st, run) < 0.01);
%! ## With a threshold, too, in the renewal closure.
%! system.threshold = 4;
%! st = asgd_staleness (system);
%! run = asgd_simulate (system, problem, "horizon", 1000, "paths", 40, "record", 1);
%! assert (run.accepted, st.accepted, -0.02);
%! assert (run.rate, st.rate, -0.02);
%! ## Other laws, and downloads: by the Poisson model only.
%! system.threshold = Inf;
%! system.compute = {delay_law("gamma", 4, 0.25)};
%! system.download = {delay_law("exponential", 0.5)};
%! st = asgd_staleness (system, "model", "poisson");
%! assert (st.rate, 8 / (1.5 / Q + 1), 1e-12);
%! run = asgd_simulate (system, problem, "horizon", 1000, "paths", 40, "record", 1);
%! assert (run.rate, st.rate, -0.01);
%! assert (sum ((0:numel (run.staleness) - 1) .* run.staleness), st.mean, -0.02);
%!error <no closed form with an upload unless .* use asgd_simulate>
%! asgd_staleness (asgd_system ("workers", 8, "compute", delay_law ("gamma", 2, 1), ...
%!                              "upload", delay_law ("exponential", 1), "trigger", 1));
%!error <an upload or an uplink has no closed form over a whole run; use asgd_simulate>
%! asgd_predict (asgd_system ("workers", 8, "compute", delay_law ("exponential", 1), ...
%!                            "upload", delay_law ("exponential", 1), "trigger", 1), ...
%!               asgd_problem ("quadratic", 1, "noise", 1), 1:3);

## Behind an uplink an upload is one more station without a queue.
%!test
%! system = asgd_system ("workers", 12, "compute", delay_law ("gamma", 4, 0.125), "rate", 1e-6, ...
%!                       "download", delay_law ("uniform", 0, 0.4), "upload", delay_law ("exponential", 0.3), ...
%!                       "uplink", delay_law ("exponential", 0.1));
%! problem = asgd_problem ("quadratic", 1, "noise", 1, "start", 0);
%! st = asgd_staleness (system);
%! other = asgd_staleness (asgd_system ("workers", 12, "compute", delay_law ("exponential", 1), ...
%!                                      "uplink", delay_law ("exponential", 0.1)));
%! assert ([st.rate, st.sojourn], [other.rate, other.sojourn], -1e-12);
%! assert ([st.mean, st.delay.mean], [11, 1 + st.sojourn], 1e-9);
%! assert (isempty (st.pmf));
%! run = asgd_simulate (system, problem, "horizon", 1000, "paths", 40, "record", 1);
%! assert (run.rate, st.rate, -0.01);
%! assert (sum ((0:numel (run.staleness) - 1) .* run.staleness), 11, 0.05);
%! ## With a trigger, that lets an upload begin at the end of an uplink only.
%! system.trigger = 1;
%! st = asgd_staleness (system);
%! assert (isnan (st.mean));
%! for how = {"fifo", "processor-sharing"}
%!   system.discipline = how{1};
%!   run = asgd_simulate (system, problem, "horizon", 1000, "paths", 40, "record", 1);
%!   assert (run.rate, st.rate, -0.01);
%! endfor

## In a round of K-batch-sync a model is downloaded once: one worker, K = 3.
%!test
%! one = delay_law ("deterministic", 1);
%! system = asgd_system ("workers", 1, "compute", one, "download", delay_law ("deterministic", 2), ...
%!                       "upload", delay_law ("deterministic", 0.5), "policy", "k-batch-sync", "gradients", 3);
%! run = asgd_simulate (system, asgd_problem ("quadratic", 1), "updates", 20, "record", 0:20);
%! assert (diff (run.t(2:end)), 6.5 * ones (1, 19), 1e-12);
%!error <no closed form with a download, .* use asgd_simulate>
%! asgd_staleness (asgd_system ("workers", 2, "compute", delay_law ("exponential", 1), ...
%!                 "download", delay_law ("exponential", 1), "policy", "k-batch-sync", "gradients", 3));

## Constant times with a trigger: what is repeated is not uploaded.
%!test
%! one = delay_law ("deterministic", 1);
%! system = asgd_system ("workers", 1, "compute", one, "upload", one, "rate", 1e-9, ...
%!                       "trigger", 1e6, "trigger-kind", "change");
%! problem = asgd_problem ("quadratic", 1, "noise", 1, "start", 1);
%! run = asgd_simulate (system, problem, "horizon", 100, "paths", 1, "record", 0:100);
%! assert (run.updates(end), 100, 1);
%! assert (run.uploads(end) <= 1);

## The same bits for any number of threads.
%!test
%! system = asgd_system ("workers", 6, "compute", delay_law ("exponential", 1), "trigger", 1, ...
%!                       "upload", delay_law ("gamma", 2, 0.2), "download", delay_law ("exponential", 1));
%! problem = asgd_problem ("quadratic", [1, 2], "noise", 1);
%! one = asgd_simulate (system, problem, "horizon", 9, "paths", 30, "threads", 1);
%! assert (asgd_simulate (system, problem, "horizon", 9, "paths", 30, "threads", 3), one);
