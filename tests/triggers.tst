## SPDX-License-Identifier: GPL-3.0-or-later
## Triggers, predicted and simulated.

## What one gradient moves the model by: one worker, a rate so small that the
## model stays where it is, some thousand gradients at a known distance.
%!function [sent, drift, power] = factors (u, d, delta, seed)
%!  eta = 1e-7;
%!  gradients = 4;
%!  paths = min (3e5, 1.2e6 / d);
%!  system = asgd_system ("workers", 1, "rate", eta, "trigger", u, ...
%!                        "compute", delay_law ("deterministic", 1));
%!  problem = asgd_problem ("quadratic", ones (1, d), "noise", 1, ...
%!                          "start", sqrt (delta / d) * ones (d, 1));
%!  run = asgd_simulate (system, problem, "horizon", gradients, "paths", paths, ...
%!                       "record", [0, gradients], "warmup", 0, "seed", seed);
%!  moved = (run.mean(:,1) - run.mean(:,end)) / eta / gradients;
%!  sent = run.uploads(end) / gradients;
%!  drift = mean (moved) / sqrt (max (delta, realmin) / d);
%!  power = mean (run.variance(:,end)) / eta^2 / gradients + mean (moved .^ 2);
%!endfunction

## Near the minimum the noise has kappa times its power, and Q of the gradients
## are sent: at least 4.8e5 gradients of d coordinates, by 3e5 or more samples.  The
## standard errors are below 0.25 % of both numbers (the power is a variance, kurtosis
## 3 / kappa); tolerance 1 %.
%!test
%! for case_of = {[1, 1], [3, 2], [10, 3]}
%!   d = case_of{1}(1);
%!   u = case_of{1}(2);
%!   [sent, ~, power] = factors (u, d, 0, 1);
%!   st = asgd_staleness (asgd_system ("workers", 1, "trigger", u, "compute", ...
%!                                     delay_law ("deterministic", 1)), "dimension", d);
%!   assert (sent, st.sent, -0.01);
%!   assert (power, st.sent * st.drift, -0.01);
%! endfor

## At a distance of 2 sigma, where means are measured well: the drift factor is
## the noncentral probability, here as a sum over its Poisson mixture (standard
## errors below 0.25 %).
%!test
%! for case_of = {[1, 1.5], [3, 2.5], [10, 4]}
%!   d = case_of{1}(1);
%!   u = case_of{1}(2);
%!   delta = 4;
%!   [sent, drift] = factors (u, d, delta, 2);
%!   j = 0:60;
%!   weight = exp (-delta / 2 + j * log (delta / 2) - gammaln (j + 1));
%!   beyond = @(freedom) weight * gammainc (u^2 / 2, freedom / 2 + j, "upper")';
%!   assert (sent, beyond (d), -0.01);
%!   assert (drift, beyond (d + 2), -0.01);
%! endfor

## The decay of the mean near the minimum, u = 1 and 2 (theory: -0.0878, -0.0269
## where 1 gradient in 3, in 22, is sent), and the uploads: four standard errors.
%!test
%! work = delay_law ("exponential", 1);
%! problem = asgd_problem ("quadratic", 1, "noise", 1, "start", 0.3);
%! paths = 2500;
%! for u = [1, 2]
%!   system = asgd_system ("workers", 10, "compute", work, "rate", 0.01, "trigger", u);
%!   run = asgd_simulate (system, problem, "horizon", 20, "paths", paths, "record", [0 10 20]);
%!   curve = asgd_predict (system, problem, run.t);
%!   error = 4 * sqrt (run.variance / paths);
%!   assert (all (abs (run.mean - curve.mean) <= error + 1e-3));
%!   assert (run.variance(2:3), curve.variance(2:3), -0.12);
%!   assert (run.uploads(3), curve.uploads(3), 4 * sqrt (run.uploads(3) / paths) + 0.2);
%! endfor

## A whole run from afar: at first every gradient is sent.  Predicted loss within
## 8 %, uploads within 2 %, mean within 3 % and four standard errors.
%!test
%! system = asgd_system ("workers", 8, "compute", delay_law ("gamma", 4, 0.25), ...
%!                       "rate", 0.02, "trigger", 2.5);
%! problem = asgd_problem ("quadratic", [0.5, 0.75, 1], "noise", 1, "start", 8);
%! paths = 500;
%! run = asgd_simulate (system, problem, "horizon", 45, "paths", paths, "record", 10);
%! curve = asgd_predict (system, problem, run.t, "target", 1);
%! assert (run.loss, curve.loss, -0.08);
%! assert (run.uploads, curve.uploads, -0.02);
%! assert (curve.uploads(2) > 0.95 * 8 * 5 && curve.uploads(end) < 0.5 * 8 * 45);
%! assert (all (abs (run.mean - curve.mean)
%!              <= 0.03 * curve.mean + 4 * sqrt (run.variance / paths)));
%! assert (curve.time_to_target, 25, 2);
%! assert (curve.error < 5e-4);

## Without a trigger that bites the curve is that of the plain equation.
%!test
%! system = asgd_system ("workers", 6, "compute", delay_law ("gamma", 4, 0.25), "rate", 0.05);
%! problem = asgd_problem ("quadratic", [1, 2], "noise", 0.3, "start", [2; -1]);
%! t = [0, 0.7, 3, 10];
%! for order = [1, 2]
%!   plain = asgd_predict (system, problem, t, "order", order);
%!   system.trigger = 1e-8;
%!   curve = asgd_predict (system, problem, t, "order", order);
%!   system.trigger = 0;
%!   assert (curve.loss, plain.loss, -2e-3);
%!   assert (curve.mean, plain.mean, 1e-3);
%!   assert (curve.loss_floor, plain.loss_floor, -1e-9);
%!   assert (curve.uploads, 6 * t, 1e-6);
%! endfor

## A trigger saves uploads on the way to a target.
%!test
%! system = asgd_system ("workers", 8, "compute", delay_law ("exponential", 1), "rate", 0.02);
%! problem = asgd_problem ("quadratic", [1, 1], "noise", 1, "start", 4);
%! plain = asgd_predict (system, problem, "target", 0.1);
%! system.trigger = 2;
%! curve = asgd_predict (system, problem, "target", 0.1);
%! at = @(c) interp1 (c.t, c.uploads, c.time_to_target);
%! assert (at (curve) < 0.8 * at (plain));
%! plan = asgd_optimize (system, problem, "target", 0.1, "workers", [2, 6]);
%! assert (isfinite (plan.value));

%!error <and there is none> asgd_predict (asgd_system ("workers", 2, "trigger", 1, ...
%!   "compute", delay_law ("exponential", 1)), 1, 0:3);
%!error <no closed form over a whole run; use asgd_simulate>
%! asgd_predict (asgd_system ("workers", 4, "trigger", 1, "threshold", 1, "compute", ...
%!               delay_law ("exponential", 1)), asgd_problem ("quadratic", 1, "noise", 1));
