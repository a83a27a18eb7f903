## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Staleness laws against integrals over the laws of delays, and against
## renewal processes drawn at random.

%!function st = solve (workers, law, model, varargin)
%!  system = asgd_system ("workers", workers, "compute", law, varargin{:});
%!  st = asgd_staleness (system, "model", model);
%!endfunction

## Mixed Poisson: P(tau = j) = int f(t) exp (-nu t) (nu t)^j / j! dt, for the
## families whose density is bounded, by Octave's quadrature.
%!test
%! laws = {delay_law("exponential", 0.7), delay_law("shifted-exponential", 0.5, 0.5), ...
%!         delay_law("gamma", 4, 0.25), delay_law("uniform", 0.2, 1.8)};
%! from = [0 0.5 0 0.2];
%! to = [28 20 12 1.8];
%! for k = 1:numel (laws)
%!   st = solve (4, laws{k}, "poisson");
%!   nu = 3 / laws{k}.mean;
%!   for j = [0 1 7 20]
%!     f = @(t) delay_pdf (laws{k}, t) .* exp (j * log (nu * t) - nu * t - gammaln (j + 1));
%!     p = quadgk (f, from(k) + 1e-15, to(k), "reltol", 1e-12, "abstol", 0);
%!     assert (st.pmf(j+1), p, -1e-9);
%!   endfor
%! endfor

## Negative binomial, for the density that is infinite at 0:
## Gamma(3.5)/(3! Gamma(.5)) (1/65)^.5 (64/65)^3 with n = 33, shape 1/2, scale 2.
%!test
%! st = solve (33, delay_law ("gamma", 0.5, 2), "poisson");
%! assert (st.pmf(4), 0.3125 * sqrt (1/65) * (64/65)^3, -1e-12);

## The count of an equilibrium renewal process in an independent cycle, drawn.
## Total variation of 1e5 draws over 8 values: .0036 on average.
%!test
%! laws = {delay_law("gamma", 4, 0.25), delay_law("shifted-exponential", 0.5, 0.5), ...
%!         delay_law("uniform", 0, 2), ...
%!         delay_law("mixture", [0.8 0.2], delay_law ("gamma", 9, 0.1), delay_law ("uniform", 1, 3))};
%! for k = 1:numel (laws)
%!   draws = 1e5;
%!   law = laws{k};
%!   cycle = delay_rand (law, [1, draws], "seed", 1);
%!   ## A cycle that a random instant meets is longer than others: thin the
%!   ## cycles in proportion to their length.
%!   met = delay_rand (law, [1, 20 * draws], "seed", 2);
%!   rand ("twister", 3);
%!   met = met(rand (size (met)) * max (met) < met)(1:draws);
%!   ends = met .* rand (1, draws) + [zeros(1, draws); ...
%!            cumsum(delay_rand (law, [30, draws], "seed", 4))];
%!   count = sum (ends <= cycle);
%!   drawn = accumarray (count' + 1, 1)' / draws;
%!   p = solve (2, law, "renewal").pmf;
%!   most = max (numel (p), numel (drawn));
%!   assert (sum (abs (postpad (p, most) - postpad (drawn, most))) / 2 < 0.008);
%! endfor

## Heavy tails: what is left of a Pareto cycle that a random instant meets is a
## Pareto time of one less in the exponent.  1e5 draws, as above.
%!test
%! for a = [1.5, 2.5]
%!   draws = 1e5;
%!   law = delay_law ("pareto", a, a - 1);
%!   cycle = delay_rand (law, [1, draws], "seed", 1);
%!   rand ("twister", 2);
%!   first = (a - 1) * (rand (1, draws) .^ (-1 / (a - 1)) - 1);
%!   ends = [zeros(1, draws); cumsum(delay_rand (law, [39, draws], "seed", 3))] + first;
%!   count = sum (ends <= cycle); # 40 or more
%!   drawn = accumarray (count' + 1, 1)' / draws;
%!   st = solve (2, law, "renewal");
%!   p = [st.pmf(1:40), 1 - sum(st.pmf(1:40))];
%!   assert (sum (abs (p - drawn)) / 2 < 0.008);
%!   assert (sum (st.pmf) + st.tail, 1, 1e-10);
%!   assert (st.error > 0 && st.error < 1e-3);
%! endfor
## The mean, but for what lies beyond the values listed.
%!test
%! law = delay_law ("pareto", 2.5, 1.5);
%! for n = [2, 32]
%!   st = solve (n, law, "renewal");
%!   assert (st.tail, 1e-9, 2e-12);
%!   ## int_x^inf t f(t) dt = S(x) (x + (h + x)/(a - 1)) of what is missing.
%!   x = (numel (st.pmf) - 0.5) / (n - 1);
%!   missing = (n - 1) * st.tail * (x + (1.5 + x) / 1.5);
%!   assert (st.pmf * (0:numel (st.pmf) - 1)' + missing, n - 1, -1e-7);
%! endfor

## Rows of doc/policies_tables.texi (tools/make_policies_tables.m): updates per
## gradient sent with "drop", and of a worker per mean time with "abort", of eight
## workers and S = 7, simulated with a standard error of 0.1 per cent.
%!test
%! laws = {delay_law("gamma", 4, 0.25), delay_law("gamma", 100, 0.01), ...
%!         delay_law("shifted-exponential", 0.5, 0.5), ...
%!         delay_law("hyperexponential", [0.9, 0.1], [0.5, 5.5]), ...
%!         delay_law("lognormal", -log (2) / 2, sqrt (log (2))), ...
%!         delay_law("pareto", 2.5, 1.5)};
%! drop = [0.776, 0.890, 0.795, 0.837, 0.776, 0.789];
%! abort = [0.833, 0.892, 0.862, 1.701, 0.983, 1.373];
%! for k = 1:numel (laws)
%!   st = solve (8, laws{k}, "renewal", "threshold", 7);
%!   assert (st.accepted, drop(k), -0.015);
%!   st = solve (8, laws{k}, "renewal", "threshold", 7, "stale", "abort");
%!   assert (st.rate / 8, abort(k), -0.015);
%! endfor

## Accepted delays: density f(t) P(Pois (nu t) <= S) / p.
%!test
%! law = delay_law ("gamma", 4, 0.25);
%! st = solve (10, law, "poisson", "threshold", 6);
%! nu = 9 * st.accepted;
%! density = @(t) delay_pdf (law, t) .* gammainc (nu * t, 7, "upper");
%! p = quadgk (density, 0, 12, "abstol", 1e-13);
%! assert (st.accepted, p, 1e-11);
%! t = 0.1:0.1:2;
%! assert (delay_pdf (st.delay, t), density (t) / p, 1e-7);
%! below = arrayfun (@(t) quadgk (density, 0, t, "abstol", 1e-13), t) / p;
%! assert (delay_cdf (st.delay, t), below, 1e-8);
%! assert (real (delay_lst (st.delay, 0.5)), ...
%!         quadgk (@(t) exp (-t / 2) .* density (t), 0, 12) / p, 1e-8);

## Nor do the ends of a bounded law lose anything.
%!test
%! law = delay_law ("uniform", 0.2, 1.8);
%! st = solve (10, law, "poisson", "threshold", 10);
%! density = @(t) gammainc (9 * st.accepted * t, 11, "upper") / 1.6;
%! p = quadgk (density, 0.2, 1.8, "abstol", 1e-13);
%! assert (st.accepted, p, 1e-11);
%! assert (st.delay.mean, quadgk (@(t) t .* density (t), 0.2, 1.8) / p, 1e-8);

## Renewal closure: a threshold that is lower keeps fewer, younger, faster.
%!test
%! law = delay_law ("shifted-exponential", 0.5, 0.5);
%! S = [0 2 5 9 14 30];
%! for k = 1:numel (S)
%!   st = solve (10, law, "renewal", "threshold", S(k));
%!   kept(k) = st.accepted;
%!   delay(k) = st.delay.mean;
%!   stale(k) = st.mean;
%! endfor
%! assert (issorted (kept) && kept(1) > 0.1 && kept(end) > 0.99);
%! assert (issorted (stale) && all (diff (delay(2:end)) > 0));

## A million workers: staleness over n - 1 is the delay but for a spread of a
## thousandth, and the values beyond 2^22 are the tail; ten million in step: all.
%!test
%! law = delay_law ("gamma", 4, 0.25);
%! st = solve (1e6, law, "renewal");
%! assert ([st.rate, st.mean], [1e6, 999999], 1e-6);
%! assert (cumsum (st.pmf)([1e5, 1e6, 3e6] + 1), ...
%!         delay_cdf (law, [1e5, 1e6, 3e6] / 999999), 2e-6);
%! assert (st.tail, 1 - delay_cdf (law, 2^22 / 999999), 2e-7);
%! assert (solve (1e7, delay_law ("deterministic", 1), "renewal").tail, 1);

## Ten thousand workers, and one.
%!test
%! st = solve (1e4, delay_law ("gamma", 4, 0.25), "renewal");
%! assert (st.mean, 9999, 1e-9);
%! assert (sum (st.pmf), 1, 1e-11);
%! assert ((0:numel (st.pmf) - 1) * st.pmf', 9999, 1e-6);
%! st = solve (1, delay_law ("gamma", 4, 0.25), "renewal", "threshold", 0);
%! assert ({st.pmf, st.accepted}, {1, 1});

## Hyperexponential cycles have two phases: worker, others and counts are one
## Markov chain, and the law of staleness is exact by linear algebra.
%!test
%! p = [0.9 0.1];
%! m = [0.5 5.5];
%! law = delay_law ("mixture", p, delay_law ("exponential", m(1)), ...
%!                  delay_law ("exponential", m(2)));
%! stay = diag (-1 ./ m);
%! renew = (1 ./ m)' * p;
%! residual = p .* m / (p * m');
%! ## Own phase, and the phases of two others in the stationary state.
%! start = kron (p, kron (residual, residual));
%! one = eye (2);
%! silent = kron (stay, eye (4)) + kron (one, kron (stay, one)) + kron (eye (4), stay);
%! count = kron (one, kron (renew, one)) + kron (eye (4), renew);
%! finish = kron ((1 ./ m)', ones (4, 1));
%! solution = -inv (silent);
%! st = solve (3, law, "renewal");
%! exact = zeros (size (st.pmf));
%! state = start * solution;
%! for j = 1:numel (exact)
%!   exact(j) = state * finish;
%!   state = state * count * solution;
%! endfor
%! assert (sum (abs (st.pmf - exact)) / 2 < 1e-4);
%! assert (st.pmf(1:20), exact(1:20), -1e-3);

## An accepted delay is a law like any other: workers may have it.
%!test
%! st = solve (6, delay_law ("gamma", 4, 0.25), "renewal", "threshold", 6);
%! again = solve (6, st.delay, "renewal");
%! assert (again.rate, 6 / st.delay.mean, 1e-12);
%! assert ((0:numel (again.pmf) - 1) * again.pmf', 5, 1e-5);

## Recorded cycles, as they come.
%!test
%! cycles = delay_rand (delay_law ("gamma", 4, 0.25), [1, 400], "seed", 5);
%! st = solve (8, delay_law ("empirical", cycles), "renewal");
%! assert ((0:numel (st.pmf) - 1) * st.pmf', 7, 1e-4);
%! smooth = solve (8, delay_law ("gamma", 4, 0.25), "renewal").pmf;
%! most = max (numel (smooth), numel (st.pmf));
%! assert (sum (abs (postpad (st.pmf, most) - postpad (smooth, most))) / 2 < 0.05);

## One class may be a hundred times slower than another; beyond ten thousand
## times there is a limit that says so.
%!test
%! st = solve ([2 2], {delay_law("uniform", 0.5, 1.5), delay_law("uniform", 50, 150)}, "renewal");
%! j = 0:numel (st.pmf) - 1;
%! assert (st.mean, 3, 1e-12);
%! assert (j * st.pmf', 3, 1e-6);
%! ## A slow worker meets two fast ones, each of t cycles with a variance of
%! ## cv2 t + 1/6 + cv2^2/2, and one slow one, given its own cycle of t.
%! assert (j * st.classes(2).pmf', 201, 1e-6);
%! c = 1 / 12;
%! slow = asgd_staleness (asgd_system ("workers", 2, "compute", delay_law ("uniform", 50, 150)));
%! assert (st.classes(2).variance, ...
%!         2 * (100 * c + 1/6 + c^2/2) + slow.variance - c + 201^2 * c, 0.05);
%!error id=sdde:asgd_staleness:limit
%! solve ([2 2], {delay_law("uniform", 0.5, 1.5), delay_law("uniform", 5e4, 1e5)}, "renewal");

## Cycles of .05 or 1.05 lean to the left.  Beside one that lasts 1000 of their means
## their sums have too many terms for the grid, and the mirrored gamma law takes over;
## the exact ones are binomial.  A smooth law misses the ripple of theirs.
%!test
%! work = delay_law ("empirical", [0.05, 1.05], [1, 19]);
%! t = 1000;
%! st = asgd_staleness (asgd_system ("workers", [1, 1], ...
%!                      "compute", {delay_law("deterministic", t), work}));
%! G = @(k) sum (exp (gammaln (k + 1) - gammaln (1:k+1) - gammaln (k+1:-1:1) ...
%!                    + (0:k) * log (0.95) + (k:-1:0) * log (0.05)) ...
%!               .* max (t - (0.05 * k + (0:k)), 0));
%! k = 950:1050;
%! exact = -diff (arrayfun (@(j) (G (j - 1) - G (j)) / work.mean, [k, k(end)+1]));
%! p = st.pmf(k+1)(:)' * (1 + t); # all but those of the other
%! assert (p, exact, 0.004);
%! assert (cumsum (p), cumsum (exact), 0.006);
%! assert (sum (k .* p), t, 0.01);
