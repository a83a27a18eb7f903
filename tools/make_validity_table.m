## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## make_validity_table (file)
## make_validity_table (file, chosen)
##
## Writes doc/validity.texi: how far the mean of the equation, at every order,
## is from that of the simulated parameter server.  Takes a minute or two on
## two cores; run it with the built package on the path when the theory or the
## simulator changes.  CHOSEN: only these rows of the laws below.

function make_validity_table (file, chosen = [])
  laws = {"exponential", delay_law("exponential", 1)
          "shifted-exponential .5 + .5", delay_law("shifted-exponential", 0.5, 0.5)
          "gamma, shape 4", delay_law("gamma", 4, 0.25)
          "gamma, shape 100", delay_law("gamma", 100, 0.01)
          "uniform on [0, 2]", delay_law("uniform", 0, 2)
          "hyperexponential, cv2 5.5", delay_law("hyperexponential", [.9, .1], [.5, 5.5])
          "lognormal, cv2 1", delay_law("lognormal", -log (2) / 2, sqrt (log (2)))
          "Pareto (Lomax), shape 3", delay_law("pareto", 3, 2)
          "deterministic", delay_law("deterministic", 1)};
  if (! isempty (chosen))
    laws = laws(chosen,:);
  endif
  cases = [0.3, 4; 0.3, 8; 0.3, 32; 1, 8; 1, 32]; # a mean, workers
  paths = 1e5;
  t = 0:0.25:12;

  out = fopen (file, "w");
  unwind_protect
    fprintf (out, "@c Written by tools/make_validity_table.m: %d paths.\n", paths);
    fprintf (out, "@multitable @columnfractions .2 .16 .16 .16 .16 .16\n@headitem Law");
    fprintf (out, " @tab a mean = %g, n = %d", cases');
    fprintf (out, "\n");
    worst = 0;
    for k = 1:rows (laws)
      fprintf (out, "@item %s\n", laws{k,1});
      for c = cases'
        system = asgd_system ("workers", c(2), "rate", c(1) / c(2), ...
                              "compute", laws{k,2});
        run = asgd_simulate (system, asgd_problem ("quadratic", 1), ...
                             "paths", paths, "horizon", t(end), "record", t);
        worst = max (worst, max (sqrt (run.variance / paths)));
        for order = 1:3
          far{order} = "-";
          try
            mean = asgd_predict (system, 1, t, "order", order).mean;
            far{order} = sprintf ("%.1f", 1000 * max (abs (mean - run.mean)));
          catch failure
            if (isempty (strfind (failure.message, "order 3 stands for")))
              rethrow (failure);
            endif
          end_try_catch
        endfor
        fprintf (out, "@tab %s / %s / %s\n", far{:});
      endfor
    endfor
    fprintf (out, "@end multitable\n\n@noindent\n");
    fprintf (out, ["The standard error of the simulated mean is %.1f thousandths " ...
                   "at most.\n"], 1000 * worst);
  unwind_protect_cleanup
    fclose (out);
  end_unwind_protect
endfunction
