## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Logs that are run instead of laws.

%!shared system, problem, run
%! work = delay_law ("gamma", 4, 0.25);
%! system = asgd_system ("workers", [4, 3], "rate", 0.02, "momentum", 0.5, ...
%!                       "compute", {work, delay_law("exponential", 2)});
%! problem = asgd_problem ("quadratic", [1, 2.5]);
%! run = asgd_simulate (system, problem, "horizon", 60, "paths", 1, "events", true);

%!test # what was simulated, to the last bit where gradients have no noise
%! again = asgd_simulate (system, problem, "replay", run.events, "horizon", 60, ...
%!                        "paths", 1, "events", true);
%! assert (isequal (again.loss, run.loss) && isequal (again.model, run.model));
%! assert (isequal (again.staleness, run.staleness));
%! assert (isequal (again.updates, run.updates));
%! assert (again.events(:,[2, 3]), run.events(:,[2, 3]), 0);
%! assert (diff (again.events(:,4:5), [], 2), diff (run.events(:,4:5), [], 2), 0);
%! shuffled = run.events(randperm (rows (run.events)),:);
%! more = asgd_simulate (system, problem, "replay", shuffled, "horizon", 60, "paths", 1);
%! assert (isequal (more.loss, run.loss));
%! assert (again.versions <= 8 + 1);

%!test # times alone: the staleness that asgd_trace finds, exactly
%! log = run.events(:,1:3);
%! log(:,1) = 10 * log(:,1) + 7;    # any names
%! log(:,2:3) += 1e4;               # any clock
%! again = asgd_simulate (system, problem, "replay", log, "paths", 1);
%! [~, info] = asgd_trace (log, "kind", "events", "discard", 0);
%! assert (again.updates(end), rows (log));
%! assert (again.staleness, info.staleness, 1e-15);
%! assert (again.t(end), max (log(:,3)) - min (log(:,2)), 1e-8);

%!test # a plain loop
%! tau = [0, 1, 1, 0, 3, 2, 0, 7, 1, 4];
%! s = asgd_system ("workers", 3, "compute", delay_law ("exponential", 1), ...
%!                  "rate", 0.1, "weight", "inverse", "momentum", 0.3);
%! applied = 101:110;
%! log = [mod(1:10, 3)', (1:10)' - 0.5, (1:10)', (applied - tau - 1)', applied'];
%! go = asgd_simulate (s, problem, "replay", log, "paths", 2, "record", 0:10);
%! w = problem.start;
%! v = 0;
%! for k = 1:10
%!   v = 0.3 * v + [1; 2.5] .* w(:,max (k - tau(k), 1)) / (1 + tau(k));
%!   w(:,k+1) = w(:,k) - 0.1 * v;
%! endfor
%! assert (go.mean, w, 1e-14);
%! assert (go.variance(:), zeros (22, 1));
%! assert (go.staleness, accumarray (tau' + 1, 1, [8, 1])' / 10, 1e-15);
%! assert (sum (go.class_staleness, 2), 1, 1e-12);
%! half = asgd_simulate (s, problem, "replay", log, "updates", 5, "record", [0, 5]);
%! assert (half.mean(:,2), w(:,6), 1e-14);
%! half = asgd_simulate (s, problem, "replay", log, "horizon", 4.6, "record", [0, 4.6]);
%! assert (half.mean(:,2), w(:,6), 1e-14); # the first start, 0.5, is time 0

%!test # noise on the same log: bits for any threads, checkpoints, the same moments
%! noisy = asgd_problem ("quadratic", [1, 2.5], "noise", 1);
%! go = @(varargin) asgd_simulate (system, noisy, "replay", run.events, "paths", 40, varargin{:});
%! expected = go ("threads", 1);
%! assert (isequaln (expected, go ("threads", 2)) && isequaln (expected, go ("threads", 7)));
%! file = tempname ();
%! unwind_protect
%!   short = {"updates", 20, "paths", 3};
%!   expected = go (short{:});
%!   assert (isequaln (expected, go (short{:}, "checkpoint", file, "checkpoint-interval", 0)));
%!   assert (isequaln (expected, go (short{:}, "checkpoint", file)));
%! unwind_protect_cleanup
%!   cellfun (@delete, glob ([file "*"]));
%! end_unwind_protect
%! drawn = asgd_simulate (system, noisy, "updates", rows (run.events), "paths", 400);
%! replayed = go ("paths", 400);
%! error = hypot (drawn.loss_se(end), replayed.loss_se(end));
%! assert (abs (drawn.loss(end) - replayed.loss(end)) < 4.5 * error);

%!error <replay must be a matrix of the columns> asgd_simulate (system, problem, "replay", ones (3, 4))
%!error <replay must hold finite> asgd_simulate (system, problem, "replay", [1, 2, 1])
%!error <replay must hold finite> asgd_simulate (system, problem, "replay", [1, NaN, 1])
%!error <must be consecutive> asgd_simulate (system, problem, "replay", [1, 0, 1, 0, 1; 1, 1, 2, 1, 3])
%!error <a staleness .= 0> asgd_simulate (system, problem, "replay", [1, 0, 1, 1, 1])
%!error <a worker of the 7> asgd_simulate (system, problem, "replay", [(1:8)', zeros(8, 1), ones(8, 1)])
%!error <fewer than the 9 asked for> asgd_simulate (system, problem, "replay", [1, 0, 1], "updates", 9)
%!error <must have the policy 'async', and no threshold>
%! asgd_simulate (setfield (system, "threshold", 3), problem, "replay", [1, 0, 1]);
