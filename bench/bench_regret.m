## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## rows = bench_regret ()
## [rows, cases] = bench_regret (numbers)
##
## How much is lost by trusting the plan: random scenarios (law of the
## computation, spectrum, noise, target, bandwidth), each planned over workers and
## learning rate by asgd_optimize, and by simulating a grid of both and the
## neighbours of its best.  Who wins a comparison of noisy numbers is partly lucky:
## the three best are simulated once more with other seeds, and so is the plan.
## CASES are the scenarios one by one (default NUMBERS 1:40): regret is the plan's
## simulated time to the target over the least that simulation found, less 1 (over
## the end of the simulations where none of the others was at the target by then).
## Seconds are of processors, whatever the number of threads.

function [rows, cases] = bench_regret (numbers = 1:40)
  cases = struct ("law", {}, "regret", {}, "workers", {}, "best", {}, "value", {}, ...
                  "simulated", {}, "planning", {}, "simulating", {});
  for k = numbers
    cases(end+1) = scenario (k);
    one = cases(end);
    printf (["%2d %-26s workers %2d value %8.3f simulated %8.3f regret %6.2f %% " ...
             "(best workers %2d), seconds %6.2f for the plan, %7.1f simulating\n"], ...
            k, one.law, one.workers, one.value, one.simulated, 100 * one.regret, ...
            one.best, one.planning, one.simulating);
    fflush (stdout);
  endfor
  regret = 100 * [cases.regret];
  printf ("regret: median %.2f %%, worst %.2f %%\n", median (regret), max (regret));
  what = sprintf ("plan of workers and rate, median regret %.1f %%, worst %.1f %%",
                  median (regret), max (regret));
  rows = struct ("what", what, "ours", mean ([cases.planning]), ...
                 "baseline", mean ([cases.simulating]), ...
                 "against", "simulating a grid of 72 and its best neighbours");
endfunction

function one = scenario (k)
  rand ("twister", k);
  laws = {{"exponential", 1}, {"shifted-exponential", 0.5, 0.5}, {"gamma", 4, 0.25}, ...
          {"uniform", 0.5, 1.5}, {"hyperexponential", [0.8, 0.2], [0.5, 3]}, ...
          {"lognormal", -0.25, 0.7}, {"weibull", 1, 0.8}, {"gamma", 30, 1 / 30}};
  law = laws{1 + mod(k - 1, numel (laws))};
  spectrum = 10 .^ (-0.7 + 1.2 * rand (1, 1 + mod (k, 4)));
  problem = asgd_problem ("quadratic", spectrum, "noise", 0.05 * 10 ^ rand ());
  options = {"workers", 2, "compute", delay_law(law{:}), "rate", 0.02};
  uplink = rand () < 0.4;
  service = 0.02 * 10 ^ rand ();
  if (uplink)
    options = [options, {"uplink", delay_law("exponential", service)}];
  endif
  system = asgd_system (options{:});
  target = sum (spectrum) / 2 * 10 ^ (-1 - 1.2 * rand ());
  bounds = {"target", target, "over", {"workers", "rate"}, "workers", [1, 32], ...
            "rate", [0.002, 2]};
  before = cputime ();
  plan = asgd_optimize (system, problem, bounds{:});
  one.law = [law{1}, merge(uplink, " + uplink", "")];
  planning = cputime () - before;

  before = cputime ();
  horizon = 1.6 * plan.value;
  tried = zeros (0, 3); # workers, rate, time
  for n = [1, 2, 4, 8, 12, 16, 24, 32]
    for rate = logspace (log10 (0.05), log10 (1.5), 9) / max (spectrum) / n ^ 0.9
      tried(end+1,:) = [n, rate, measure(system, problem, target, n, rate, ...
                                         horizon, 300, 1)];
    endfor
  endfor
  [~, order] = sort (tried(:,3));
  centre = tried(order(1),:);
  for n = unique (min (max (round (centre(1) * [0.85, 1, 1.18]), 1), 32))
    for rate = centre(2) * [0.8, 0.9, 1.12, 1.25]
      tried(end+1,:) = [n, rate, measure(system, problem, target, n, rate, ...
                                         horizon, 1500, 2)];
    endfor
  endfor
  [~, order] = sort (tried(:,3));
  best = horizon;
  one.best = NaN;
  for k = order(1:3)'
    time = measure (system, problem, target, tried(k,1), tried(k,2), horizon, 6000, 3);
    if (time < best)
      best = time;
      one.best = tried(k,1);
    endif
  endfor
  one.workers = plan.best.workers;
  one.value = plan.value;
  one.simulated = measure (system, problem, target, plan.best.workers, ...
                           plan.best.rate, horizon, 6000, 4);
  one.regret = one.simulated / best - 1;
  one.planning = planning;
  one.simulating = cputime () - before;
  one = orderfields (one, {"law", "regret", "workers", "best", "value", "simulated", ...
                           "planning", "simulating"});
endfunction

## When the mean of the simulated losses is first at the target; Inf where it cannot
## stay there, the floor being above it.
function t = measure (system, problem, target, workers, rate, horizon, paths, seed)
  system.workers = workers;
  system.rate = rate;
  t = Inf;
  eq = asgd_sdde (system, problem);
  if (! (sum (eq.curvature .* sdde_variance (eq)(:)) / 2 <= target))
    return;
  endif
  run = asgd_simulate (system, problem, "paths", paths, "horizon", horizon, ...
                       "record", 321, "seed", seed);
  k = find (run.loss <= target, 1);
  if (! isempty (k) && k > 1)
    part = log (run.loss(k-1) / target) / log (run.loss(k-1) / run.loss(k));
    t = run.t(k-1) + part * (run.t(k) - run.t(k-1));
  endif
endfunction
