## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## make_policies_tables (file)
##
## Writes doc/policies_tables.texi: what the renewal and the Poisson model say of
## each policy, beside the simulated parameter server.  Takes half an hour on two
## cores; run it with the built package on the path when the theory or the
## simulator changes.

function make_policies_tables (file)
  laws = {"exponential", delay_law("exponential", 1)
          "gamma, shape 4", delay_law("gamma", 4, 0.25)
          "gamma, shape 100", delay_law("gamma", 100, 0.01)
          ".5 + .5 Exp", delay_law("shifted-exponential", 0.5, 0.5)
          "hyperexp., cv2 5.5", delay_law("mixture", [0.9, 0.1], ...
             delay_law ("exponential", 0.5), delay_law ("exponential", 5.5))
          "lognormal, cv2 1", delay_law("lognormal", -log (2) / 2, sqrt (log (2)))
          "Pareto 2.5, cv2 5", delay_law("pareto", 2.5, 1.5)};
  workers = [2, 4, 8, 32];
  gradients = 4e6;
  out = fopen (file, "w");
  unwind_protect
    fprintf (out, "@c Written by tools/make_policies_tables.m: %g gradients in each case, half of that with thresholds.\n\n", gradients);
    begin (out, workers, "Staleness without a threshold: distance in total variation, in thousandths, of the renewal model (what the noise of the histogram makes on average) / the Poisson model");
    for k = 1:rows (laws)
      fprintf (out, "@item %s\n", laws{k,1});
      for n = workers
        c = compare (gradients, {"workers", n, "compute", laws{k,2}});
        fprintf (out, "@tab %.1f (%.1f) / %.0f\n",
                 1000 * [c.distance(1), c.noise, c.distance(2)]);
      endfor
    endfor
    finish (out);
    for S = {@(n) n - 1, "S = n - 1"; @(n) n / 2 - 1, "S = n/2 - 1"}'
      for stale = {"drop", "updates per gradient sent"; "abort", "updates of a worker per mean time"}'
        begin (out, workers, sprintf (["%s, %s: %s, simulated, and by how many " ...
               "per cent the renewal / the Poisson model is off"], stale{1}, S{2}, stale{2}));
        for k = 1:rows (laws)
          fprintf (out, "@item %s\n", laws{k,1});
          for n = workers
            c = compare (gradients / 2, {"workers", n, "compute", laws{k,2}, ...
                                     "threshold", S{1}(n), "stale", stale{1}});
            fprintf (out, "@tab %.3f: %+.1f/%+.1f\n", c.rate / n, 100 * c.error);
          endfor
        endfor
        finish (out);
      endfor
    endfor
    begin (out, workers, ["A deadline that 60 per cent of the times meet, k-sync and k-batch-sync " ...
                          "with K = n/2: by how many hundredths of a per cent the rate is off"]);
    for k = 1:rows (laws)
      fprintf (out, "@item %s\n", laws{k,1});
      for n = workers
        d = compare (gradients, {"workers", n, "compute", laws{k,2}, ...
                                 "deadline", delay_quantile(laws{k,2}, 0.6)});
        r = compare (gradients, {"workers", n, "compute", laws{k,2}, ...
                                 "policy", "k-sync", "gradients", n / 2});
        b = compare (gradients, {"workers", n, "compute", laws{k,2}, ...
                                 "policy", "k-batch-sync", "gradients", n / 2});
        fprintf (out, "@tab %+.0f/%+.0f/%+.0f\n", ...
                 1e4 * [d.error(1), r.error(1), b.error(1)]);
      endfor
    endfor
    fprintf (out, "@item exponential, k-async\n");
    for n = workers
      a = compare (gradients, {"workers", n, "compute", laws{1,2}, ...
                               "policy", "k-async", "gradients", n / 2});
      fprintf (out, "@tab %+.0f\n", 1e4 * a.error(1));
    endfor
    finish (out);
  unwind_protect_cleanup
    fclose (out);
  end_unwind_protect
endfunction

function begin (out, workers, caption)
  fprintf (out, "@noindent\n%s:\n\n@multitable @columnfractions .2 .2 .2 .2 .2\n", caption);
  fprintf (out, "@headitem Law");
  fprintf (out, " @tab n = %d", workers);
  fprintf (out, "\n");
endfunction

function finish (out)
  fprintf (out, "@end multitable\n\n");
  fflush (out);
endfunction

## The simulated rate, and by how much both models miss it and the histogram; the
## distance of a histogram of so many independent draws from their law.
function result = compare (gradients, options)
  system = asgd_system (options{:});
  paths = 8;
  run = asgd_simulate (system, asgd_problem ("quadratic", 1), "paths", paths, ...
                       "updates", ceil (gradients / paths / system.gradients), "record", 2);
  models = {"renewal", "poisson"};
  for m = 1:2
    law = asgd_staleness (system, "model", models{m});
    size = max (numel (run.staleness), numel (law.pmf));
    result.distance(m) = sum (abs (postpad (run.staleness(:)', size) ...
                                   - postpad (law.pmf, size))) / 2;
    result.error(m) = law.rate / run.rate - 1;
    if (m == 1)
      result.noise = sum (sqrt (law.pmf .* (1 - law.pmf) / gradients / (2 * pi)));
    endif
  endfor
  result.rate = run.rate;
endfunction
