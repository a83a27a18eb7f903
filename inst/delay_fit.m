## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {[@var{law}, @var{fit}] =} delay_fit (@var{samples})
## @deftypefnx {} {[@var{law}, @var{fit}] =} delay_fit (@var{samples}, @var{family})
## @deftypefnx {} {[@var{law}, @var{fit}] =} delay_fit (@var{samples}, "hyperexponential", @var{phases})
## @deftypefnx {} {} delay_fit (@dots{})
## Fit a law of delays to measured ones, by maximum likelihood.
##
## @var{samples} is an array of at least 2 finite times @geq{} 0, in any order
## and shape.  @var{family} is @qcode{"deterministic"} (all samples equal),
## @qcode{"exponential"}, @qcode{"shifted-exponential"}, @qcode{"gamma"},
## @qcode{"uniform"}, @qcode{"hyperexponential"}, @qcode{"weibull"},
## @qcode{"lognormal"}, @qcode{"inverse-gaussian"}, @qcode{"pareto"}, or one of
##
## @table @asis
## @item @qcode{"best"} (default)
## the one of these families with the least Akaike information criterion
## @item @qcode{"empirical"}
## the samples themselves.  It has no likelihood and takes no part in the
## choice of the best.
## @end table
##
## A hyperexponential law has 2 phases, or as many as @var{phases} says, at
## most 8.
##
## @var{law} is the fitted law, as @code{delay_law} makes it.  @var{fit} is a
## struct that tells how well it fits:
##
## @table @code
## @item family
## name of the family
## @item parameters
## row of its parameters, in the order of @code{delay_law} (weights, which sum
## to 1, and then means of a hyperexponential law, the shortest first); empty for
## @qcode{"empirical"} and where there is no estimate
## @item log_likelihood
## of the samples, times in the unit given: the sum of log densities
## @item aic
## Akaike's criterion, 2 (number of free parameters) - 2 @code{log_likelihood};
## Inf where there is no estimate
## @item abscissa
## that of the law, as in @code{delay_law}: negative where its tail is exponential
## or lighter, 0 where it is heavy, NaN where there is no estimate
## @item ks
## Kolmogorov-Smirnov distance: the largest difference between the
## distribution functions of the law and of the samples, between 0 and 1.  For
## n samples a distance much above 1.4 / sqrt (n) betrays another law; 1 where
## there is no estimate
## @item reason
## why there is no estimate; empty where there is one
## @item candidates
## struct array of the families tried with the fields above, best first
## @end table
##
## Called with no output, draws the density over a histogram of the samples, and
## the quantiles of the samples against those of the law, on logarithmic axes
## where the tail is long.
##
## Samples of 0 are times too short for the clock that measured them: where they are
## no more than one in 20, half of the shortest other sample stands for them in the
## likelihood of all families.  The distance @code{ks} counts them as they are.
##
## The likelihood of samples that are all equal is infinite for a fixed delay,
## and then that is the best.  The estimators of the shift and of the ends of a
## uniform law are the extreme samples, slightly inside the true ones.
##
## A family has no estimate where it cannot have made the samples, and also
## where none of its laws is the likeliest.  Where more samples are 0, a
## hyperexponential law is the likelier the shorter its shortest phase, without
## bound; and samples that vary less than exponential ones do are mostly made
## no likelier by a second phase.  The likeliest Pareto law may be the limit that
## is exponential, or have no mean.  In the choice of the best such a family comes
## last.
##
## Errors have the identifiers @code{sdde:delay_fit:invalid} (the samples, the
## phases), @code{:unknown} (the family) and @code{:impossible} (a family that
## has no estimate, asked for by name).
##
## @example
## @group
## samples = delay_rand (delay_law ("gamma", 4, 0.25), [10000 1]);
## [law, fit] = delay_fit (samples);
## law.family
##      @result{} gamma
## @end group
## @end example
##
## References: T. P. Minka, "Estimating a Gamma distribution", 2002, for the
## start of the iteration; A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum
## likelihood from incomplete data via the EM algorithm", J. Royal Statistical
## Society B 39 (1977), 1--38, and B. G. Lindsay, "The geometry of mixture
## likelihoods", Annals of Statistics 11 (1983), 86--94, for phases; H. Akaike,
## "A new look at the statistical model identification", IEEE Trans. Automatic
## Control 19 (1974), 716--723.
##
## @seealso{delay_law, delay_rand, delay_quantile, asgd_trace}
## @end deftypefn

function [law, fit] = delay_fit (samples, family = "best", phases = 2)
  if (nargin < 1)
    print_usage ();
  endif
  samples = real_numbers ("delay_fit", samples, "the samples")(:);
  if (! (numel (samples) >= 2 && all (isfinite (samples) & samples >= 0)))
    error ("sdde:delay_fit:invalid",
           "delay_fit: the samples must be at least 2 finite times >= 0");
  endif
  [~, ~, fitted] = core_call ("delay_fit", @__sdde_delay__, "families");
  known = [{"best"; "empirical"}; fitted];
  if (! (ischar (family) && isrow (family)))
    error ("sdde:delay_fit:unknown",
           "delay_fit: the family must be one of the strings: %s",
           strjoin (known', ", "));
  endif
  hit = strcmpi (family, known);
  if (! any (hit))
    error ("sdde:delay_fit:unknown",
           "delay_fit: there is no family '%s' to fit; did you mean '%s'? (known: %s)",
           family, nearest_name (family, known), strjoin (known', ", "));
  endif

  if (nargin > 2)
    phases = phases_of (phases, known{hit});
  endif

  samples = sort (samples);
  if (strcmp (known{hit}, "empirical"))
    law = delay_law ("empirical", samples);
    candidates = struct ("family", "empirical", "parameters", [],
                         "log_likelihood", NaN, "aic", NaN,
                         "abscissa", law.abscissa, "ks", 0, "reason", "");
  else
    if (! strcmp (known{hit}, "best"))
      fitted = known(hit);
    endif
    [candidates, laws] = cellfun (@(name) fit_one (name, phases, samples),
                                  fitted);
    [~, order] = sort ([candidates.aic]);
    candidates = candidates(order)';
    law = laws{order(1)};
    if (isempty (law))
      error ("sdde:delay_fit:impossible",
             "delay_fit: the family '%s' has no likeliest law: %s",
             candidates(1).family, candidates(1).reason);
    endif
  endif
  fit = candidates(1);
  fit.candidates = candidates;
  if (nargout == 0)
    draw (samples, law, fit);
    clear law
  endif
endfunction

function phases = phases_of (phases, family)
  most = 8;
  if (! strcmp (family, "hyperexponential"))
    error ("sdde:delay_fit:invalid",
           "delay_fit: only the family 'hyperexponential' takes a number of phases");
  endif
  if (! (isnumeric (phases) && isreal (phases) && isscalar (phases)
         && any (phases == 2:most)))
    error ("sdde:delay_fit:invalid",
           "delay_fit: the number of phases must be a whole number from 2 to %d",
           most);
  endif
  phases = double (phases);
endfunction

function [one, law] = fit_one (family, phases, samples)
  [law, parameters, log_likelihood, aic, ks, reason] = ...
      core_call ("delay_fit", @__sdde_delay__, "fit", family, phases, samples);
  abscissa = NaN;
  if (! isempty (law))
    abscissa = law.abscissa;
  endif
  one = struct ("family", family, "parameters", parameters,
                "log_likelihood", log_likelihood, "aic", aic,
                "abscissa", abscissa, "ks", ks, "reason", reason);
  law = {law};
endfunction

## The density over a histogram, and the quantiles of SAMPLES (sorted) against
## those of LAW.  A long tail would squeeze both into a corner: the histogram
## then ends before the longest 1 %, and the quantiles have logarithmic axes.
function draw (samples, law, fit)
  n = numel (samples);
  shown = samples(samples <= 3 * samples(ceil (0.99 * n)));
  beyond = "";
  if (numel (shown) < n || samples(end) > 20 * samples(ceil (n / 2)))
    shown = samples(samples <= samples(min (ceil (0.99 * n), n - 1)));
    beyond = sprintf (" (%d longer)", n - numel (shown));
  endif
  [counts, centres] = hist (shown, bins_of (shown, min (max (round (sqrt (n)), 5), 60)));
  width = centres(2) - centres(1);
  subplot ("position", [0.15, 0.17, 0.31, 0.70]);
  bar (centres, counts / (n * width), 1, "facecolor", [0.8 0.85 0.95]);
  t = linspace (max (shown(1) - width, 0), shown(end) + width, 500);
  density = delay_pdf (law, t);
  density(isinf (density)) = NaN;
  if (any (density > 0))
    hold on;
    plot (t, density, "linewidth", 2);
    hold off;
  endif
  axis ([t(1), t(end), 0, highest(counts / (n * width), density)]);
  xlabel (["delay [s]" beyond]);
  ylabel ("density [1/s]");
  title (sprintf ("%s, n = %d", law.family, n));

  places = unique ([round(linspace (1, n, min (n, 1000))), max(1, n - 20):n]);
  expected = delay_quantile (law, (places - 0.5) / n);
  measured = samples(places)';
  ends = [min([expected, measured]), max([expected, measured])];
  subplot ("position", [0.63, 0.17, 0.31, 0.70]);
  if (isempty (beyond) || ends(1) <= 0)
    plot (ends, ends, "-", expected, measured, ".");
  else
    loglog (ends, ends, "-", expected, measured, ".");
  endif
  axis ("tight");
  xlabel ("of the law [s]");
  ylabel ("of the samples [s]");
  title (sprintf ("KS distance %.3f", fit.ks));
endfunction

## COUNT bins, or their centres where SAMPLES are ticks of a clock: as many ticks in
## each bin, or else bins of more ticks would stand out.
function bins = bins_of (samples, count)
  bins = count;
  steps = diff (unique (samples));
  tick = min (steps);
  if (numel (steps) < 2 || any (abs (steps / tick - round (steps / tick)) > 1e-3))
    return;
  endif
  ticks = max (1, round ((samples(end) - samples(1)) / count / tick));
  bins = samples(1) + (ticks - 1) / 2 * tick : ticks * tick : samples(end) + ticks * tick;
  if (numel (bins) > 4 * count)
    bins = count;
  endif
endfunction

## The height of the picture: a density may be infinite at its end.
function top = highest (bars, density)
  top = 1.1 * max (bars);
  if (max (density) < 3 * top)
    top = max (top, 1.1 * max (density));
  endif
endfunction

%!demo
%! ## A thousand measured times, and the law that explains them best.
%! samples = delay_rand (delay_law ("gamma", 3, 0.2), [1000 1]);
%! [law, fit] = delay_fit (samples);
%! for one = fit.candidates
%!   printf ("%-20s AIC %8.1f   KS distance %5.3f\n", one.family, one.aic, one.ks);
%! endfor
%! delay_fit (samples);

## Each family finds itself, with its parameters within 5 standard errors
## (of the asymptotic law of the estimator) or, at the ends of a support,
## within 12 / n of its width.
%!test
%! n = 20000;
%! x = delay_rand (delay_law ("exponential", 2), [n 1]);
%! [law, fit] = delay_fit (x, "exponential");
%! assert (fit.parameters, mean (x), -1e-12);
%! assert (fit.parameters, 2, 5 * 2 / sqrt (n));
%! x = delay_rand (delay_law ("shifted-exponential", 1, 2), [n 1]);
%! [law, fit] = delay_fit (x);
%! assert (law.family, "shifted-exponential");
%! assert (fit.parameters, [min(x), mean(x) - min(x)], -1e-12);
%! assert (fit.parameters(1), 1, 12 * 2 / n);
%! x = delay_rand (delay_law ("uniform", 1, 3), [n 1]);
%! [law, fit] = delay_fit (x);
%! assert (law.family, "uniform");
%! assert (fit.parameters, [min(x), max(x)]);
%! assert (fit.parameters, [1 3], 12 * 2 / n);
%! ## The information matrix of a gamma law of shape k gives the estimate of k
%! ## the variance k / (n (k psi' (k) - 1)).
%! for k = [0.4 3 50]
%!   x = delay_rand (delay_law ("gamma", k, 1 / k), [n 1]);
%!   [law, fit] = delay_fit (x);
%!   assert (law.family, "gamma");
%!   assert (fit.parameters(1), k, 5 * sqrt (k / (n * (k * psi (1, k) - 1))));
%!   assert (law.mean, mean (x), -1e-12);
%!   assert (log (fit.parameters(1)) - psi (fit.parameters(1)), ...
%!           log (mean (x)) - mean (log (x)), 1e-11);
%!   assert (fit.ks < 1.95 / sqrt (n));    # at most 0.1 % of samples lie above
%! endfor

## Phases, within 5 standard errors (the information matrices are those of
## tests/reference/delay_fit.py); more phases hardly raise the likelihood.
%!test
%! n = 20000;
%! x = delay_rand (delay_law ("hyperexponential", [0.7 0.3], [1 5]), [n 1]);
%! [law, fit] = delay_fit (x);
%! assert (law.family, "hyperexponential");
%! assert (fit.parameters, [law.parameters{1}(:); law.parameters{2}(:)]');
%! assert (abs (fit.parameters - [0.7 0.3 1 5]) ...
%!         < 5 * [1.32 1.32 2.40 15.41] / sqrt (n));
%! assert (law.mean, mean (x), -1e-10);
%! assert (fit.aic, 6 - 2 * fit.log_likelihood, -1e-14);
%! assert (fit.ks < 1.95 / sqrt (n));
%! [~, more] = delay_fit (x, "hyperexponential", 3);
%! assert (numel (more.parameters), 6);
%! assert (more.log_likelihood >= fit.log_likelihood);
%! assert (more.log_likelihood < fit.log_likelihood + 15);
%! x = delay_rand (delay_law ("hyperexponential", [.5 .3 .2], [.1 1 10]), [n 1]);
%! [law, fit] = delay_fit (x, "hyperexponential", 3);
%! assert (abs (fit.parameters([1 2 4 5 6]) - [.5 .3 .1 1 10]) ...
%!         < 5 * [.853 .847 .248 4.32 29.3] / sqrt (n));

## Other tails, light and heavy, from a thousand to a million samples: found among
## all families (the criterion may prefer a larger one that contains it, by a
## little), with the parameters within 5 standard errors and a distance that the
## true law would exceed in 0.1 % of samples.
%!test
%! laws = {{"weibull", 2, 1.5}, {"weibull", 2, 0.6}, {"lognormal", -1, 0.8}, {"pareto", 2.5, 3}, ...
%!         {"inverse-gaussian", 1, 0.5}};
%! deviations = {[1.404 1.170], [3.510 0.468], [0.8 0.566], [8.75 14.09], [1.414 0.707]};
%! for k = 1:numel (laws)
%!   for n = [1e3 3e4 1e6]
%!     x = delay_rand (delay_law (laws{k}{:}), [n 1], "seed", k);
%!     [law, fit] = delay_fit (x, laws{k}{1});
%!     assert (abs (fit.parameters - [laws{k}{2:3}]) < 5 * deviations{k} / sqrt (n));
%!     assert (fit.ks < 1.95 / sqrt (n));
%!     if (n < 1e6)
%!       [~, best] = delay_fit (x);
%!       assert (fit.aic < best.aic + 8);
%!     endif
%!   endfor
%! endfor

## Ten samples are few, but every family that has an estimate is a law, whose
## likelihood and distance are what they are by definition; at any scale (by powers
## of 2, so that the samples are the same), with outliers and with ties.
%!test
%! x = delay_rand (delay_law ("lognormal", 0, 1), [10 1], "seed", 3);
%! for samples = [x, [x(1:9); 1e6], round(4 * x) / 4 + 0.25, max(x, x(2)), x.^4]
%!   samples = sort (samples);
%!   [law, fit] = delay_fit (samples);
%!   for one = fit.candidates
%!     if (! isempty (one.reason))
%!       assert ([one.aic, one.ks], [Inf, 1]);
%!       continue;
%!     endif
%!     [law, fit] = delay_fit (samples, one.family);
%!     likelihood = sum (log (delay_pdf (law, samples)));
%!     assert (one.log_likelihood, likelihood, 1e-9 * max (1, abs (likelihood)));
%!     p = delay_cdf (law, samples);
%!     far = max (max (abs (p - (1:10)' / 10)(diff ([samples; Inf]) > 0)), ...
%!                max (abs (p - (0:9)' / 10)(diff ([-Inf; samples]) > 0)));
%!     assert (one.ks, far, 1e-12);
%!     assert (one.abscissa, law.abscissa);
%!     for scale = 2.^[-200 -30 30 200]
%!       [~, scaled] = delay_fit (scale * samples, one.family);
%!       assert (scaled.log_likelihood, likelihood - 10 * log (scale), ...
%!               1e-7 * max (1, abs (likelihood)));
%!       assert (scaled.ks, one.ks, 1e-9);
%!     endfor
%!   endfor
%! endfor

## A few zeros are short times; without them gamma, Weibull and lognormal laws
## would be out, as they are where zeros are many.
%!test
%! x = delay_rand (delay_law ("gamma", 4, 2.5), [20000 1]);
%! ticks = floor (x);
%! assert (any (ticks == 0));
%! [law, fit] = delay_fit (ticks);
%! assert (law.family, "gamma");
%! assert (all (isfinite ([fit.candidates(ismember ({fit.candidates.family}, ...
%!              {"gamma", "weibull", "lognormal"})).aic])));
%! [~, fit] = delay_fit ([zeros(2000, 1); x]);
%! assert (all (isinf ([fit.candidates(ismember ({fit.candidates.family}, ...
%!              {"gamma", "weibull", "lognormal"})).aic])));

## What FIT says, by its definitions.
%!test
%! x = delay_rand (delay_law ("gamma", 3, 1), [500 1], "seed", 2);
%! [law, fit] = delay_fit (x, "gamma");
%! likelihood = sum (log (delay_pdf (law, x)));
%! assert (fit.log_likelihood, likelihood, 1e-9 * abs (likelihood));
%! assert (fit.aic, 4 - 2 * fit.log_likelihood, 1e-9);
%! x = sort (x);
%! p = delay_cdf (law, x);
%! assert (fit.ks, max (max ((1:500)' / 500 - p), max (p - (0:499)' / 500)), 1e-14);
%! assert (law, delay_law ("gamma", num2cell (fit.parameters){:}));
%! ## A maximum: the neighbours are less likely.
%! for change = {[1.001 1], [0.999 1], [1 1.001], [1 0.999]}
%!   other = delay_law ("gamma", num2cell (fit.parameters .* change{1}){:});
%!   assert (sum (log (delay_pdf (other, x))) < fit.log_likelihood);
%! endfor

## The best comes first, the impossible last.
%!test
%! [law, fit] = delay_fit ([1 2 4 3 2.5]);
%! assert (fit.candidates(1), rmfield (fit, "candidates"));
%! assert (issorted ([fit.candidates.aic]));
%! assert (sort ({fit.candidates.family}), ...
%!         {"deterministic", "exponential", "gamma", "hyperexponential", ...
%!          "inverse-gaussian", "lognormal", "pareto", "shifted-exponential", "uniform", "weibull"});
%! [~, fixed] = ismember ("deterministic", {fit.candidates.family});
%! assert (fit.candidates(fixed).aic, Inf);
%! assert (fit.candidates(fixed).reason, "the samples are not all equal");
%! assert (fit.candidates(fixed).parameters, zeros (1, 0));
%! assert (fit.reason, "");

## The empirical law is outside the choice, and exact.
%!test
%! [law, fit] = delay_fit ([3 1 2 2], "empirical");
%! assert (delay_cdf (law, 0:3), [0 1/4 3/4 1]);
%! assert (fit.ks, 0);
%! assert (isnan (fit.aic));
%! assert (fit.parameters, []);
%! assert (fit.candidates.family, "empirical");

## Order, shape and class of the samples do not matter; the unit only scales.
%!test
%! x = delay_rand (delay_law ("gamma", 3, 1), [10 10]);
%! [law, fit] = delay_fit (x, "gamma");
%! assert (delay_fit (flipud (x(:)), "Gamma"), law);
%! [~, milli] = delay_fit (1000 * x, "gamma");
%! assert (milli.parameters, fit.parameters .* [1 1000], -1e-11);
%! assert (delay_fit (int32 ([1 2 3])), delay_fit ([1 2 3]));

## Samples that are all equal, nearly equal, with zeros, tiny and huge.
%!test
%! [law, fit] = delay_fit ([2 2 2]);
%! assert (law, delay_law ("deterministic", 2));
%! assert (fit.aic, -Inf);
%! assert (fit.ks, 0);
%! assert (delay_fit ([0 0]).family, "deterministic");
%! assert (delay_fit ([1, 1 + eps]).mean, 1, 1e-15);
%! [law, fit] = delay_fit ([0 1 2 5]);
%! gamma = fit.candidates(strcmp ({fit.candidates.family}, "gamma"));
%! assert (gamma.aic, Inf);
%! assert (isfinite (fit.aic));
%! for scale = [1e-300 1e-12 1e12 1e300]
%!   x = scale * [1 2 4 3 2.5];
%!   assert (delay_fit (x).mean / scale, delay_fit (x / scale).mean, -1e-9);
%! endfor

## Drawing, of densities and of atoms.
%!test
%! figure_handle = figure ("visible", "off");
%! unwind_protect
%!   delay_fit ([1 2 4 3 2.5]);
%!   assert (numel (findobj (figure_handle, "type", "axes")), 2);
%!   delay_fit ([2 2 2]);
%!   delay_fit ([0 1 1], "empirical");
%!   delay_fit (delay_quantile (delay_law ("exponential", 1), (0.5:200) / 200).^3);
%!   assert (get (gca, "xscale"), "log");
%!   delay_fit ([0 0 1 1 1 1e9]);
%!   assert (numel (findobj (figure_handle, "type", "axes")), 2);
%! unwind_protect_cleanup
%!   close (figure_handle);
%! end_unwind_protect

%!error <Invalid call> delay_fit ()
%!error id=sdde:delay_fit:invalid delay_fit ("a")
%!error <at least 2 finite times> delay_fit (1)
%!error <at least 2 finite times> delay_fit ([])
%!error <at least 2 finite times> delay_fit ([1 -1])
%!error <at least 2 finite times> delay_fit ([1 NaN])
%!error <at least 2 finite times> delay_fit ([1 Inf])
%!error <samples must be real numbers> delay_fit ([1 2i])
%!error id=sdde:delay_fit:unknown delay_fit ([1 2], "gama")
%!error <did you mean 'gamma'> delay_fit ([1 2], "gama")
%!error <one of the strings: best, empirical, deterministic,> delay_fit ([1 2], 1)
%!error id=sdde:delay_fit:impossible delay_fit ([1 2], "deterministic")
%!error <'gamma' has no likeliest law: some samples are 0> delay_fit ([0 1 2], "gamma")
%!error <'hyperexponential' has no likeliest law: no more phases> delay_fit ([1 2], "hyperexponential")
%!error <some samples are 0: the shorter> delay_fit ([0 1 9], "hyperexponential")
%!error <only the family 'hyperexponential' takes> delay_fit ([1 2], "gamma", 2)
%!error <whole number from 2 to 8> delay_fit ([1 2 30], "hyperexponential", 1)
%!error <whole number from 2 to 8> delay_fit ([1 2 30], "hyperexponential", [2 3])
%!error <whole number from 2 to 8> delay_fit ([1 2 30], "hyperexponential", "2")
