## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Laws that are the same one by different names, all along the road, and heavy
## tails.

%!function check_same (one, other, tolerance)
%!  s = [0, 0.3, 2i, 1 - 5i, 40i];
%!  assert (delay_lst (one, s), delay_lst (other, s), tolerance);
%!  t = linspace (0.01, 6, 50);
%!  assert (delay_cdf (one, t), delay_cdf (other, t), tolerance);
%!  for n = [2 8]
%!    a = asgd_staleness (asgd_system ("workers", n, "compute", one));
%!    b = asgd_staleness (asgd_system ("workers", n, "compute", other));
%!    both = min (numel (a.pmf), numel (b.pmf));
%!    assert (a.pmf(1:both), b.pmf(1:both), 1e-8);
%!  endfor
%!  assert (sdde_limit (one).critical, sdde_limit (other).critical, 1e-9);
%!endfunction
%!test
%! check_same (delay_law ("phase-type", 1, -0.5), delay_law ("exponential", 2), 1e-13);
%!test
%! check_same (delay_law ("sum", delay_law ("deterministic", 0.5), ...
%!                        delay_law ("exponential", 0.25)), ...
%!             delay_law ("shifted-exponential", 0.5, 0.25), 1e-13);
%!test
%! check_same (delay_law ("phase-type", [1 0], [-2 2; 0 -2]), delay_law ("gamma", 2, 0.5), 1e-13);
%!test
%! check_same (delay_law ("hyperexponential", [9 1], [0.5 5.5]), ...
%!             delay_law ("mixture", [9 1], delay_law ("exponential", 0.5), ...
%!                        delay_law ("exponential", 5.5)), 1e-12);
%!test
%! check_same (delay_law ("weibull", 1.5, 1), delay_law ("exponential", 1.5), 1e-13);
%!test
%! check_same (delay_law ("truncated", delay_law ("uniform", 0, 3), 2), ...
%!             delay_law ("uniform", 0, 2), 1e-12);

%!test
%! check_same (delay_law ("sum", delay_law ("inverse-gaussian", 0.5, 2), ...
%!                        delay_law ("inverse-gaussian", 1, 8)), ...
%!             delay_law ("inverse-gaussian", 1.5, 18), 1e-11);

## The square of a Rayleigh delay is exponential: E exp (-s T) has the error
## function in it.
%!test
%! x = [0.1 1 3];
%! expected = 1 - sqrt (pi) / 2 * x .* exp (x .^ 2 / 4) .* erfc (x / 2);
%! assert (delay_lst (delay_law ("weibull", 1, 2), x), expected, 1e-14);

## At the limit i w is a root, w + a Im phi (i w) = 0 = Re phi (i w).
%!test
%! for law = {delay_law("weibull", 1, 2), delay_law("lognormal", -log (2) / 2, sqrt (log (2)))}
%!   limit = sdde_limit (law{1});
%!   phi = delay_lst (law{1}, 1i * limit.frequency);
%!   assert (1i * limit.frequency + limit.critical * phi, 0, 1e-10);
%! endfor
%!assert (sdde_limit (delay_law ("pareto", 2.5, 1.5)).critical, Inf)
%!assert (sdde_limit (delay_law ("weibull", 1, 0.5)).critical, Inf)

## A heavy tail leaves no speed: the mean from a constant history ends as minus the
## chance of a longer delay, whatever the damping (to 4 % after 300 means, and what
## is left falls about like 1/t).
%!test
%! law = delay_law ("pareto", 2.5, 1.5);
%! t = [0, 75, 300];
%! for damping = [0.3, 0.6]
%!   eq = sdde_equation ("damping", damping, "delay", law);
%!   x = sdde_response (eq, t);
%!   ratio = x(:)' ./ (delay_cdf (law, t) - 1);
%!   assert (ratio(3), 1, 0.05);
%!   assert (abs (ratio(3) - 1) < abs (ratio(2) - 1) / 3);
%!   assert (sdde_rate (eq), 0);
%! endfor

## Inverse Gaussian delays.  The phase of the transform is that of a square root, and
## reaches a quarter turn where sqrt (1 + 2 i w/c) = p + i pi/(2 c).
%!test
%! for c = [0.05, 0.3, 1, 4, 100, 1e6]
%!   p = hypot (1, pi / (2 * c));
%!   limit = sdde_limit (delay_law ("inverse-gaussian", 2, 2 * c));
%!   assert (limit.frequency, pi * p / 4, -1e-11);
%!   assert (limit.critical, pi * p / 4 * exp (c * (p - 1)), -1e-10);
%!   ## Two real roots meet where x = sqrt (1 - 2 m x/c) / m.
%!   assert (limit.rate, (hypot (1, c) - 1) / (2 * c), -1e-9);
%! endfor

## Roots by mpmath at 30 digits; the means, shapes and dampings in rows.
%!test
%! known = [1, 4, 1.5, -0.2173367289728261+1.4325300779111024i
%!          1, 1, 3, -0.41555461297713828+1.9281961696510456i
%!          2, 8, 0.1, -0.13121271875014316
%!          1, 4, 0.4, -0.7250571594258341+0.45085850457763355i];
%! for row = known.'
%!   law = delay_law ("inverse-gaussian", row(1), row(2));
%!   [rate, s, info] = sdde_rate (sdde_equation ("damping", row(3), "delay", law));
%!   assert (abs (s - row(4)) <= info.bound);
%!   assert (s, row(4), -1e-13);
%! endfor
## Beyond the meeting the pair leaves through the branch point, and comes back.
%! law = delay_law ("inverse-gaussian", 1, 1);
%! rate = sdde_rate (sdde_equation ("damping", [0.35, 0.4, 2.2, 2.3], "delay", law));
%! assert (isnan (rate(:)'), logical ([0 1 1 0]));

## The renewal model of four workers against the simulator.  Of 1e6 gradients, whose
## staleness is hardly correlated: 4.5 standard errors, half as much again for that.
%!test
%! for shape = [0.5, 4]
%!   system = asgd_system ("workers", 4, "compute", delay_law ("inverse-gaussian", 1, shape));
%!   st = asgd_staleness (system);
%!   run = asgd_simulate (system, asgd_problem ("quadratic", 1), "paths", 1000, "horizon", 250);
%!   p = st.pmf(1:8);
%!   assert (abs (run.staleness(1:8) - p)(:)' < 6.75 * sqrt (p(:)' .* (1 - p(:)') / 1e6));
%!   assert ([st.mean, st.rate], [3 4], 1e-10);
%! endfor
