## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 7: uploads that are not worth sending.  Left: how much of the speed is left at how
## many uploads, for gradients sent where they are large against the noise, and for as many
## sent at random.  Right: the loss over the uploads.

function data = figure_trigger (quick, seed)
  work = delay_law ("exponential", 1);
  ## So near to the minimum that gradients are next to nothing but noise.
  near = asgd_problem ("quadratic", 1, "noise", 1, "start", 0.1);
  make = @(u) asgd_system ("workers", 10, "compute", work, "rate", 0.01, "trigger", u);
  u = 0:0.05:3;
  [sent, damping, speed] = arrayfun (@(u) predicted (make (u), near), u);
  levels = merge (quick, 1, [0, 0.5, 1, 1.5, 2]);
  paths = merge (quick, 4000, 12000);
  for k = 1:numel (levels)
    [seen(k,:), error(k,:)] = repeated_mean (8, seed, @(seed) measured (make (levels(k)), near, paths, seed));
    [~, place] = min (abs (u - levels(k)));
    expected(k) = speed(place) / speed(1);
  endfor
  at = @(values) interp1 (u, values, 1);
  data.at_one.sent = at (sent);
  data.at_one.damping = at (damping) / damping(1);
  place = find (levels == 1);
  data.at_one.sent_simulated = seen(place,1);
  data.at_one.speed = at (speed) / speed(1);
  data.at_one.speed_simulated = seen(place,2) / speed(1);
  data.at_one.speed_error = error(place,2) / speed(1);
  random = sdde_rate (sent * damping(1), work)(:)';
  series = [theory_line("trigger", 1, sent, speed / speed(1)), ...
            simulated_points("", 1, seen(:,1), seen(:,2) / speed(1), error(:,2) / speed(1), expected), ...
            theory_line("sent at random", 2, sent, random / random(1)), ...
            marked_line("u = 1", [at(sent), at(sent)], [0, at(speed) / speed(1)]), ...
            marked_line("", [0, at(sent)], at (speed) / speed(1) * [1, 1])];
  data.panels = figure_panel ("Near the minimum, 10 exponential workers",
    "fraction of the gradients that is uploaded", "speed / speed of all uploads", series,
    "axis", [0, 1.02, 0, 1.1], "legend", "southeast");

  problem = asgd_problem ("quadratic", 1, "noise", 1, "start", 1);
  t = linspace (0, 40, 161);
  record = linspace (0, 40, 21);
  series = [];
  shown = [0, 1, 2];
  for k = 1:3
    system = make (shown(k));
    curve = asgd_predict (system, problem, t);
    run = asgd_simulate (system, problem, "paths", merge (quick, 200, 1500), "horizon", 40,
                         "record", record, "seed", seed);
    series = [series, theory_line(sprintf ("u = %d", shown(k)), k, curve.uploads, curve.loss), ...
              simulated_points("", k, run.uploads, run.loss, run.loss_se, curve.loss(1:8:end))];
    data.floor(k) = curve.loss_floor;
    data.uploads_to(k) = interp1 (curve.loss(curve.t < 30), curve.uploads(curve.t < 30), 0.03);
  endfor
  data.panels(2) = figure_panel ("Loss against uploads", "uploads", "expected loss", series,
    "axis", [0, 400, 2e-3, 1], "yscale", "log");
endfunction

function [sent, damping, speed] = predicted (system, problem)
  eq = asgd_sdde (system, problem);
  sent = asgd_staleness (system).sent;
  damping = eq.damping;
  speed = sdde_rate (eq);
endfunction

## The uploaded fraction and the slope of log E x.
function values = measured (system, problem, paths, seed)
  run = asgd_simulate (system, problem, "paths", paths, "horizon", 14, "record", [2, 14],
                       "seed", seed);
  cycles = sum (system.workers) * 12;
  values = [diff(run.uploads) / cycles, log(run.mean(1) / run.mean(2)) / 12];
endfunction
