## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 7: a shared uplink.  Left: the throughput saturates while the delay keeps growing.
## Right: beyond that more workers are slower, unless they only send what is worth it.

function data = figure_uplink (quick, seed)
  work = delay_law ("gamma", 4, 0.25);
  sending = delay_law ("exponential", 0.1);
  make = @(n, u) asgd_system ("workers", n, "compute", work, "uplink", sending, "rate", 0.02, ...
                              "trigger", u);
  triggers = [0, 1, 1.5];
  labels = {"every gradient", "trigger, u = 1", "trigger, u = 1.5"};
  workers = merge (quick, [4, 16, 40], [2, 5, 10, 15, 20, 30, 40]);
  fine = 1:merge (quick, 3, 1):40;
  ## Uploads are counted at the minimum, where gradients are all noise.
  flat = asgd_problem ("quadratic", 0.001, "noise", 1, "start", 0);
  updates = merge (quick, 3000, 60000);

  series = [];
  for k = 1:2
    rate = @(n) asgd_staleness (make (n, triggers(k))).rate;
    for j = 1:numel (workers)
      [seen(j), error(j)] = repeated_mean (6, seed, @(seed) ...
        updates / asgd_simulate (make (workers(j), triggers(k)), flat, "updates", updates, ...
                                 "paths", 1, "record", 2, "seed", seed).t(end));
    endfor
    series = [series, theory_line(labels{k}, k, fine, arrayfun (rate, fine)), ...
              simulated_points("", k, workers, seen, error, arrayfun (rate, workers))];
    data.rate(k,:) = arrayfun (rate, workers);
  endfor
  series = [series, theory_line("no uplink", 3, fine, fine), marked_line("capacity", [0, 41], 10)];
  data.workers = workers;
  data.panels = figure_panel ("Uploads through one uplink (0.1 each)", "workers",
    "uploads per mean time of a gradient", series, "axis", [0, 41, 0, 14]);

  problem = asgd_problem ("quadratic", 1, "noise", 1, "start", 0.3);
  target = 0.012;
  t = 0:0.05:16;
  workers = merge (quick, [8, 20], [8, 12, 16, 20, 26]);
  series = [];
  clear seen;
  for k = 1:merge (quick, 2, 3)
    for j = 1:numel (workers)
      system = make (workers(j), triggers(k));
      expected(j) = first_below (t, near_loss (system, problem, t), target);
      run = asgd_simulate (system, problem, "horizon", t(end), "record", t,
                           "paths", merge (quick, 2000, 5000), "seed", seed);
      seen(j) = first_below (t, run.loss, target);
      low(j) = first_below (t, run.loss - 2 * run.loss_se, target);
      high(j) = min (first_below (t, run.loss + 2 * run.loss_se, target), t(end));
    endfor
    series = [series, theory_line(labels{k}, k, workers, expected), ...
              simulated_points("", k, workers, seen, {low, high}, expected)];
    data.time(k,:) = expected;
    data.simulated(k,:) = seen;
  endfor
  data.trained = workers;
  data.panels(2) = figure_panel ("Time from the loss 0.045 to 0.012", "workers",
    "time (mean times of a gradient)", series, "axis", [0, 41, 0, 16]);
endfunction
