## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 7: the four corners, asynchronous or event-triggered, with an ideal network or
## through one uplink.  Left: the time to a target over the number of workers.  Right: that
## time and the uploads it takes.

function data = figure_schedules (quick, seed)
  work = delay_law ("gamma", 4, 0.25);
  uplink = {"uplink", delay_law("exponential", 0.1)};
  corners = {"ideal", {}
             "ideal, trigger u = 1", {"trigger", 1}
             "one uplink", uplink
             "one uplink, trigger u = 1", [uplink, {"trigger", 1}]};
  ## Near the minimum: the gradient is a third of its noise at the start.
  problem = asgd_problem ("quadratic", 1, "noise", 1, "start", 0.3);
  target = 0.015;
  t = 0:0.05:12;
  workers = merge (quick, [8, 16, 24], [6, 8, 11, 14, 18, 22, 26, 30]);
  left = right = [];
  for k = 1:4
    for j = 1:numel (workers)
      system = asgd_system ("workers", workers(j), "compute", work, "rate", 0.02, corners{k,2}{:});
      predicted(j) = first_below (t, near_loss (system, problem, t), target);
      uploads(j) = asgd_staleness (system).uploads * predicted(j);
      run = asgd_simulate (system, problem, "horizon", t(end), "record", t,
                           "paths", merge (quick, 1000, 4000), "seed", seed);
      seen(j) = first_below (t, run.loss, target);
      low(j) = first_below (t, run.loss - 2 * run.loss_se, target);
      high(j) = min (first_below (t, run.loss + 2 * run.loss_se, target), t(end));
      sent(j) = interp1 (t, run.uploads, min (seen(j), t(end)));
    endfor
    left = [left, theory_line(corners{k,1}, k, workers, predicted), ...
            simulated_points("", k, workers, seen, {low, high}, predicted)];
    ## In so small a window the uploads are as good as the time.
    right = [right, theory_line(corners{k,1}, k, predicted, uploads), ...
             simulated_points("", k, seen, sent, {sent .* low ./ seen, sent .* high ./ seen}, ...
                              NaN (size (sent)))];
    data.time(k,:) = predicted;
    data.uploads(k,:) = uploads;
    data.simulated(k,:) = seen;
    data.sent(k,:) = sent;
  endfor
  data.workers = workers;
  data.panels = figure_panel (sprintf ("Time from the loss 0.045 to %g", target), "workers",
    "time (mean times of a gradient)", left, "axis", [0, 32, 0, 10]);
  data.panels(2) = figure_panel (sprintf ("%d to %d workers", workers([1, end])),
    "time (mean times of a gradient)", "uploads until then", right, "axis", [0, 8, 0, 60]);
endfunction
