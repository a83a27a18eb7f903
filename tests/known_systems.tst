## SPDX-License-Identifier: GPL-3.0-or-later
## Systems whose answers are known by formulas of their own, all times of mean 1.

%!shared work, solve
%! work = delay_law ("exponential", 1);
%! solve = @(varargin) asgd_staleness (asgd_system ("compute", work, varargin{:}));

## Half of ten workers ten times slower: 5/1 + 5/10.
%!test
%! st = asgd_staleness (asgd_system ("workers", [5 5], ...
%!        "compute", {work, delay_law("gamma", 2, 5)}));
%! assert ([st.rate, st.mean], [5.5, 9], 1e-12);
%! assert ([st.classes.mean], [4.5, 54], 1e-12);

## Dropped beyond n - 1: p = 1 - (nu/(1 + nu))^16 with nu = 15 p, by exponential times, and
## the mean of T (1 - Q(nu T)) there.
%!test
%! st = solve ("workers", 16, "threshold", 15);
%! p = fzero (@(p) 1 - (15 * p / (1 + 15 * p))^16 - p, [0.1 1]);
%! assert ([st.accepted, st.rate], [p, 16 * p], -1e-9);
%! nu = 15 * p;
%! q = nu / (1 + nu);
%! j = 0:15;
%! assert (st.delay.mean, sum ((j + 1) .* q.^j / (1 + nu)^2) / p, -1e-8);
%! assert ([st.rate, st.accepted, st.delay.mean], [11.933 0.7458 0.5526], -5e-4);

## Rounds: order statistics; waiting without cancelling; a buffer.
%!test
%! shifted = delay_law ("shifted-exponential", 0.5, 0.5);
%! rounds = @(k) asgd_staleness (asgd_system ("workers", 8, "compute", shifted, ...
%!                 "policy", "k-sync", "gradients", k)).rate;
%! harmonic = @(first) sum (1 ./ (first:8));
%! assert (1 ./ [rounds(4), rounds(8)], 0.5 + 0.5 * [harmonic(5), harmonic(1)], 1e-10);
%! assert (1 ./ [rounds(4), rounds(8)], [0.81726 1.85893], 5e-5);
%! assert (solve ("workers", 8, "policy", "k-async", "gradients", 4).rate, 1.57598, 5e-6);
%! st = solve ("workers", 8, "policy", "k-batch-async", "gradients", 4);
%! assert ([st.rate, st.mean], [2, 1.75], 1e-12);

## Stale-synchronous, two workers: 4 S / (2 S + 1).
%!test
%! for S = [1 2 3 5]
%!   assert (solve ("workers", 2, "threshold", S, "stale", "wait").rate, 4 * S / (2 * S + 1), 1e-12);
%! endfor

## Times of a shared uplink, and with a trigger near the minimum: the fraction that is
## sent, and the variance that 8 workers leave, to the 2 % between a diffusion and what
## it stands for.
%!test
%! st = solve ("workers", 10, "uplink", delay_law ("exponential", 0.1));
%! assert ([st.rate, st.sojourn], [7.8542 0.2732], 5e-5);
%! system = asgd_system ("workers", 8, "compute", work, "rate", 0.01, "trigger", 1);
%! assert (asgd_staleness (system).sent, erfc (1 / sqrt (2)), 1e-14);
%! curve = asgd_predict (system, asgd_problem ("quadratic", 1, "noise", 1));
%! assert (2 * curve.loss_floor, 0.00532, -0.02);

## The Poisson model's staleness where its law is a mixture of geometric ones,
## P(j) = sum w / (1 + a) (a / (1 + a))^j with a = (n - 1) mean.
%!test
%! law = delay_law ("hyperexponential", [0.9 0.1], [0.5 5.5]);
%! st = asgd_staleness (asgd_system ("workers", 33, "compute", law), "model", "poisson");
%! q = 32 * [0.5 5.5];
%! assert (st.pmf(4), sum ([0.9 0.1] ./ (1 + q) .* (q ./ (1 + q)) .^ 3), -1e-12);

## The regular and the skewed beside what was simulated of them elsewhere: the accepted
## fraction of dropped gradients, and the rate of a worker that aborts.
%!test
%! lognormal = @(cv) delay_law ("lognormal", -log1p (cv^2) / 2, sqrt (log1p (cv^2)));
%! gamma = delay_law ("gamma", 4, 0.25);
%! cases = {work, 10, 6, 0.6651, 1.0011; gamma, 10, 6, 0.6444, 0.7192; ...
%!          gamma, 40, 30, 0.6757, 0.7390; lognormal(1), 40, 30, 0.7042, 0.9405; ...
%!          delay_law("shifted-exponential", 0.5, 0.5), 10, 10, 0.8250, 0.8847};
%! for k = 1:rows (cases)
%!   [law, n, S, accepted, rate] = cases{k,:};
%!   late = {"workers", n, "compute", law, "threshold", S};
%!   assert (solve (late{:}).accepted, accepted, -0.015);
%!   assert (solve (late{:}, "stale", "abort").rate / n, rate, -0.01);
%! endfor
%! st = solve ("workers", 8, "compute", lognormal (1.3), "threshold", 7, "stale", "abort");
%! assert (st.rate, 8.86, -0.005); # more than the 8 of workers that finish
%! assert (solve ("workers", 8, "weight", "inverse").weight, 0.29706, 5e-6); # ln n / (n - 1)
