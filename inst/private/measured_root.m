## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## s = measured_root (law, workers, damping, paths, seed)
##
## The rightmost root of the simulated mean, with an imaginary part >= 0, of so many
## workers on one mode: Prony's method, the roots of the recursion of two terms that
## samples of the mean satisfy best once the faster ones are gone.

function s = measured_root (law, workers, damping, paths, seed)
  horizon = 6 * law.mean + 4 / damping;
  step = horizon / 60;
  system = asgd_system ("workers", workers, "compute", law,
                        "rate", damping * law.mean / workers);
  run = asgd_simulate (system, asgd_problem ("quadratic", 1), "paths", paths,
                       "horizon", horizon, "record", 0:step:horizon, "seed", seed);
  x = run.mean(run.t >= 2 * law.mean)';
  lag = 5;
  recursion = [x(lag+1:end-lag), x(1:end-2*lag)] \ x(2*lag+1:end);
  z = roots ([1, -recursion']);
  [~, place] = max (abs (z));
  s = log (z(place)) / (lag * step);
  s = complex (real (s), abs (imag (s)));
endfunction
