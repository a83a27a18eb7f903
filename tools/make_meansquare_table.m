## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## make_meansquare_table (file)
## make_meansquare_table (file, chosen)
##
## Writes doc/meansquare.texi: the limit of the learning rate (curvature 1) for
## stability in mean square at every order, and what sdde_meansquare says, over the
## simulated limit.  That comes from tools/grow_mean_square.c: exponents of E x^2 at
## seven learning rates around the limit, and the zero of the parabola through them.
## Takes twenty minutes of one busy processor; run it with the built package on the
## path.  CHOSEN: only these rows of the laws below, where a third column tells that
## as many gradients as there are workers are the threshold to drop at.

function make_meansquare_table (file, chosen = [])
  laws = {"exponential", {"exponential", 1}
          "gamma, shape 4", {"gamma", 4, 0.25}
          "gamma, shape 100", {"gamma", 100, 0.01}
          "deterministic", {"deterministic", 1}
          "uniform on [0, 2]", {"uniform", 0, 2}
          "shifted-exponential .5 + .5", {"shifted-exponential", 0.5, 0.5}
          "lognormal, cv2 1", {"lognormal", -log(2) / 2, sqrt(log (2))}
          "gamma, shape 0.5", {"gamma", 0.5, 2}
          "Weibull, shape 0.7", {"weibull", 1 / gamma(1 + 1 / 0.7), 0.7}
          "Pareto (Lomax), shape 3", {"pareto", 3, 2}
          "hyperexponential, cv2 5.5", {"hyperexponential", [.9, .1], [.5, 5.5]}
          "exponential, threshold n", {"exponential", 1}
          "gamma, shape 4, threshold n", {"gamma", 4, 0.25}
          "shifted-exponential, threshold n", {"shifted-exponential", 0.5, 0.5}
          "hyperexponential, threshold n", {"hyperexponential", [.9, .1], [.5, 5.5]}};
  laws(:,3) = {false};
  laws(end-3:end,3) = {true};
  if (! isempty (chosen))
    laws = laws(chosen,:);
  endif
  program = tempname ();
  [status, text] = system (sprintf ("%s -std=c11 -O2 -o '%s' '%s' -lgsl -lgslcblas -lm 2>&1", ...
                                    strtrim (mkoctfile ("-p", "CC")), program, ...
                                    fullfile (fileparts (mfilename ("fullpath")), "grow_mean_square.c")));
  assert (status, 0, text);
  out = fopen (file, "w");
  unwind_protect
    fprintf (out, ["@c Written by tools/make_meansquare_table.m.\n" ...
                   "@multitable @columnfractions .28 .08 .12 .1 .1 .1 .1 .12\n" ...
                   "@headitem Law @tab n @tab simulated @tab error @tab order 1 " ...
                   "@tab order 2 @tab order 3 @tab verdict\n"]);
    for k = 1:rows (laws)
      law = delay_law (laws{k,2}{:});
      for n = [4, 8, 32]
        threshold = merge (laws{k,3}, n, Inf);
        limit = predicted (law, n, threshold);
        [truth, error] = simulated (program, laws{k,2}, n, threshold, limit(4));
        text = arrayfun (@(x) sprintf ("%.3f", x), limit / truth, "uniformoutput", false);
        text(isnan (limit)) = "-";
        fprintf (out, "@item %s @tab %d @tab %.4f @tab %.4f @tab %s @tab %s @tab %s @tab %s\n", ...
                 laws{k,1}, n, truth, error, text{:});
        printf ("%s n=%d simulated %.4f +- %.4f: %s\n", laws{k,1}, n, truth, error, strjoin (text, " "));
      endfor
    endfor
    fprintf (out, "@end multitable\n");
  unwind_protect_cleanup
    fclose (out);
    delete (program);
  end_unwind_protect
endfunction

## Of orders 1 to 3, and of the verdict; NaN where an order does not stand, or, of
## order 1 with a threshold, where the transform of what that leaves takes too long.
function limit = predicted (law, n, threshold)
  limit = NaN (1, 4);
  rate = 1 / n;
  system = asgd_system ("workers", n, "rate", rate, "compute", law, ...
                        "threshold", threshold);
  for order = merge (isfinite (threshold), 3:4, 1:4)
    try
      if (order < 4)
        eq = asgd_sdde (system, 1, "order", order);
      else
        eq = asgd_sdde (system, 1);
      endif
      [~, info] = sdde_meansquare (eq);
      if (info.order == order || order == 4)
        limit(order) = rate * info.margin;
      endif
    catch failure
      if (isempty (strfind (failure.message, "order 3 stands for")))
        rethrow (failure);
      endif
    end_try_catch
  endfor
endfunction

## The zero of the exponent, and its standard error by that of the parabola's fit.
function [limit, error] = simulated (program, parameters, n, threshold, guess)
  p = [parameters{2:end}, zeros(1, 4)](1:4);
  breadth = [0.3, 0.06];
  limit = guess;
  seed = 0;
  for round = 1:2
    rate = limit * (1 + breadth(round) * (-1:1/3:1));
    for k = 1:numel (rate)
      command = sprintf ("'%s' %s %.17g %.17g %.17g %.17g %d %g %.17g %d %d %d", program, ...
                         parameters{1}, p, n, threshold, rate(k), 100 * round, 1500 * round, ++seed);
      [status, text] = system (command);
      assert (status, 0);
      growth(k) = str2double (text);
    endfor
    x = rate / limit - 1;
    design = [ones(7, 1), x', x'.^2];
    fit = design \ growth';
    zeros_of = roots (flipud (fit));
    zeros_of = zeros_of(imag (zeros_of) == 0);
    [~, nearest] = min (abs (zeros_of));
    zero = zeros_of(nearest);
    noise = sqrt (sumsq (growth' - design * fit) / 4);
    deviation = noise * norm ([1, zero, zero^2] / design);
    error = limit * deviation / abs (fit(2) + 2 * zero * fit(3));
    limit *= 1 + zero;
  endfor
endfunction
