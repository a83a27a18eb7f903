## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## table = figure_table ()
##
## The figures of asgd_figure, a row each: name, number of the claim it redraws,
## what it shows, and the function that makes it from (quick, seed): a struct with
## the panels (see figure_panel) and the numbers that they come down to.

function table = figure_table ()
  table = {
    "arrivals", 1, "Arrivals of many workers are nearly Poisson", @figure_arrivals
    "staleness", 2, "How stale gradients are", @figure_staleness
    "threshold", 2, "Run time against workers and threshold", @figure_threshold
    "damping", 3, "Damping and delay over workers, eigenvalues and threshold", @figure_damping
    "lambertw", 4, "Roots of one constant delay: branches of Lambert W", @figure_lambertw
    "roots", 4, "Convergence and speed from characteristic roots", @figure_roots
    "stability", 4, "Limits of stability, of the mean and in mean square", @figure_stability
    "floor", 4, "Noise floor and stability in mean square", @figure_floor
    "workers", 5, "More workers are not always faster", @figure_workers
    "delay", 6, "A small delay does not slow, a large one diverges", @figure_delay
    "trigger", 7, "Event-triggered uploads: what is saved and what is lost", @figure_trigger
    "uplink", 7, "A shared uplink saturates; a trigger relieves it", @figure_uplink
    "schedules", 7, "Asynchronous or triggered, ideal or through one uplink", @figure_schedules
    "hitting", 8, "First hitting times under several laws", @figure_hitting
    "network", 9, "A network on digits: what the curvature says, and what training does", @figure_network
  };
endfunction
