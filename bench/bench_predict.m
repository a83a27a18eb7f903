## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## The expected loss of three modes by the equation, against averaging as many
## simulated paths as bring the standard error to about 1 %.

function rows = bench_predict ()
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});
  problem = asgd_problem ("quadratic", [0.5, 1, 2.5], "noise", 0.2);
  work = delay_law ("shifted-exponential", 0.5, 0.5);
  t = 0:0.25:30;
  for workers = [8, 64]
    system = asgd_system ("workers", workers, "compute", work, ...
                          "rate", 0.24 / workers);
    [ours, curve] = bench_seconds (@() asgd_predict (system, problem, t));
    [baseline, run] = bench_seconds (@() asgd_simulate (system, problem, ...
                        "paths", 4000, "horizon", 30, "record", t, "threads", 1));
    far = max (abs (curve.loss - run.loss) ./ run.loss(1));
    assert (far < 0.03);
    rows(end+1) = struct ("what", sprintf ("expected loss, %d workers", workers), ...
                          "ours", ours, "baseline", baseline, ...
                          "against", "4000 paths of asgd_simulate, one thread");
  endfor
endfunction
