## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {[@var{system}, @var{info}] =} asgd_trace (@var{file})
## @deftypefnx {} {[@var{system}, @var{info}] =} asgd_trace (@var{matrix})
## @deftypefnx {} {[@var{system}, @var{info}] =} asgd_trace (@dots{}, @var{name}, @var{value}, @dots{})
## @deftypefnx {} {} asgd_trace (@dots{})
## Describe a recorded asynchronous run: read its log, find the classes of its
## workers, fit a law to the cycles of each, and tell how well that explains the
## logged staleness.
##
## The log is the text file @var{file} or a @var{matrix} with the same columns.
## Fields stand between commas, semicolons, tabs or blanks; empty lines and
## those that begin with @code{#} are skipped; a first line of names may tell the
## columns, and what stands in others is of no concern.  Three kinds of logs are known:
##
## @table @asis
## @item @qcode{"events"}
## A row for each gradient with the columns @code{worker} (a number, or any name:
## @code{w3}, @code{node7:gpu1}), @code{start} (the time of the pull) and @code{end} (the time when the
## gradient was applied), and optionally @code{version_read} (updates applied
## at the pull) and @code{version_applied} (updates applied, its own included);
## by their names in any order, others ignored, or by position in this one.  Rows
## may stand in any order.  Those without an end (the run was stopped; the field is
## empty or NaN) are left out.
## @item @qcode{"staleness"}
## One column, or one of the name @code{staleness}: the staleness of each update.
## @item @qcode{"ages"}
## A column for each worker, a row for each step of a master that waits for at
## least one gradient at a time: the age of the gradient that the master
## holds of the worker, which grows by 1 with each step and falls when a new one
## arrives.
## @end table
##
## Staleness is counted in gradients: those that were applied after the pull and
## before the gradient itself.  From versions it is
## @code{version_applied} - @code{version_read} - 1.  From times alone, gradients
## that end together are taken in the order of the log, and a worker that
## pulls at the time of its own push pulls right after it.  From ages, of
## several arrivals in one step the one of the first column is first.
##
## Options are pairs of a name, in any case, and a value:
##
## @multitable @columnfractions .16 .2 .64
## @headitem name @tab default @tab meaning
## @item @qcode{"kind"} @tab @qcode{"auto"}
## @tab the kind of log; by default that of the names, or without any: one
## column holds staleness, three hold events, more hold ages
## @item @qcode{"columns"} @tab
## @tab a cell with the name of each column of the log by position, @qcode{""} for
## one to ignore, in place of a header: @code{@{"", "worker", "start_ms", "end_ms"@}}
## @item @qcode{"unit"} @tab @qcode{"auto"}
## @tab unit of the times of the log: @qcode{"s"}, @qcode{"ms"}, @qcode{"us"} or
## @qcode{"ns"}; by default what follows the names of the columns,
## as in @code{start_ms, end_ms} or @code{start [us], end [us]}
## @item @qcode{"discard"} @tab 200, or a fifth
## @tab how many of the first gradients are left out as a transient; by default
## 200, but no more than a fifth of them
## @item @qcode{"classes"} @tab @qcode{"auto"}
## @tab whether the classes of workers are found by their speeds, or all workers are
## @qcode{"one"}
## @item @qcode{"family"} @tab @qcode{"light"}
## @tab family of the law to fit to the cycles, one of those of @code{delay_fit};
## or @qcode{"best"}, the one that Akaike's criterion prefers; or @qcode{"light"}, the
## one that it prefers of those with an exponential tail or none (see below)
## @item @qcode{"workers"} @tab
## @tab number of workers of a staleness log; by default the rounded mean
## staleness plus one
## @item @qcode{"rate"} @tab 0.01
## @tab learning rate of @var{system}
## @end multitable
##
## @var{system} is what @code{asgd_system} makes of the classes, the fastest
## first, and the laws fitted to their cycles.  Times are in seconds if the log
## or the option @qcode{"unit"} tells its unit, else in that of the log.
## A log of staleness or ages has no times: there the unit is the mean cycle, all
## workers are one class, and the law is the gamma law of mean 1 that makes the
## logged staleness the most likely in the renewal model (see
## @code{asgd_staleness}).  The field @code{record} of @var{system} holds what was
## counted: a struct row of the classes with the fields @code{workers}, @code{rate},
## @code{staleness} and @code{delay} (the empirical law of the cycles, of more than
## 20000 as many quantiles), for the model @qcode{"trace"} of
## @code{asgd_staleness} and @code{asgd_sdde}.
##
## Classes are the partition of the workers, sorted by the means of the logarithms
## of their cycles, that has the least -2 log L + 3 k log N, where k is the
## number of classes, N that of gradients, and L the likelihood of the means
## together with the classes they are from (the integrated completed
## likelihood of Biernacki, Celeux and Govaert, 2000).  A mean varies by its
## standard error, which allows for the correlation of successive cycles, and by
## 3 %: a lesser difference matters to no plan.  A class has at least 10
## gradients.  In 29400 made-up runs of 2 to 200 workers alike, of seven laws
## with cv from 0 to infinity, none was split; of eight workers with gamma cycles
## (shape 4) half of which are slower by 30 %, 97 of 100 runs of 200 cycles each
## were split as they should, and all of 500 cycles.
##
## @var{info} is a struct with the fields
##
## @multitable @columnfractions .22 .78
## @item @code{kind} @tab kind of the log
## @item @code{unit} @tab unit of its times, empty if it is not told: then all times
## here are in that of the log, else in seconds
## @item @code{workers} @tab number of workers
## @item @code{rows} @tab gradients used
## @item @code{discarded}, @code{unfinished}
## @tab gradients left out as a transient, and for want of an end
## @item @code{duration} @tab from the first start to the last end
## @item @code{throughput} @tab updates per unit time
## @item @code{busy} @tab fraction of its time that a worker spends in its
## cycles; where it is well below 1 workers pause between them, and
## @var{system} is faster than the run
## @item @code{overlaps} @tab cycles that begin before the last one of their
## worker has ended: a sign of workers that share a name
## @item @code{cycle_mean}, @code{cycle_cv2} @tab of the cycles
## @item @code{law} @tab the fitted law, of several classes the mixture by their
## gradients
## @item @code{ks} @tab the greatest Kolmogorov-Smirnov distance of the cycles of
## a class to its law
## @item @code{classes} @tab struct row, the fastest class first, with the fields
## @code{workers} (their number), @code{names} (as in the log: a row of numbers, or
## a cell of strings where not all are numbers), @code{rows} (gradients
## used), @code{throughput}, @code{cycle_mean}, @code{cycle_cv2}, @code{law},
## @code{ks}, @code{candidates} (the families tried, best first, as in
## @code{delay_fit}), @code{heavier} (the best of all families, where it was passed
## over for its heavy tail; else empty), @code{staleness} and @code{staleness_mean}
## @item @code{drift} @tab struct with the fields @code{cycles} and
## @code{staleness}, each a struct of the trend by least squares: @code{slope},
## @code{error} (its standard error, which allows for correlation),
## @code{change} (slope times the length of the log) and @code{significance} (the
## chance of as steep a slope where there is no trend).  That of the cycles is of
## their logarithms in time, each worker having a level of its own: a change of 0.1 is
## by about 10 %; that of the staleness is in updates per update
## @item @code{autocorrelation} @tab struct with the rows @code{cycles} (of the
## logarithms of successive cycles of one worker) and @code{staleness} (of
## successive updates) at the lags 1 to 20, their trend taken out; for n independent
## values these are within 2/sqrt (n) of 0.  @code{cycles_inflation} and
## @code{staleness_inflation} are the factors by which correlation raises the variance
## of a mean (at least 1)
## @item @code{source} @tab where staleness comes from: @qcode{"versions"},
## @qcode{"times"}, @qcode{"log"} or @qcode{"arrivals"}
## @item @code{agreement} @tab fraction of the gradients whose versions agree
## with their times
## @item @code{staleness} @tab row; element j+1 is the fraction of gradients of
## staleness j
## @item @code{staleness_mean}, @code{staleness_variance} @tab of these
## @item @code{predicted} @tab struct with the rows @code{renewal} and
## @code{poisson}: the same fractions predicted for @var{system} by the two
## models of @code{asgd_staleness}
## @item @code{distance} @tab struct with the total variation distances
## @code{renewal} and @code{poisson} of these to the logged fractions: half the
## sum of the absolute differences, 0 for equal laws, 1 for disjoint ones.
## @code{chance} is how far off as many independent draws from the law
## @code{predicted.renewal} are on average
## @end multitable
##
## A log tells little of the tail beyond its longest cycles, but the speed of
## convergence hangs on it: with a heavy tail there is none (@code{sdde_rate} is 0 at
## the orders 1 and 2; order 3 puts a law with a lighter tail in its place),
## as one very late gradient undoes what exponential convergence has gained.  Of two
## families that explain the cycles about equally well the default therefore takes
## the one that the theory can say more of, and @code{heavier} tells where that was
## not the likelier one.  The staleness hardly depends on the choice: of the log in
## the package, whose cycles lognormal and inverse Gaussian laws fit better than
## gamma laws (Kolmogorov-Smirnov distances of 0.035, 0.040 and 0.047), all explain
## it to chance (0.028, 0.029 and 0.032, where chance makes 0.026 to 0.027), and the
## times to a target agree to 0.03 %.  Where @code{heavier} is told and @code{ks} is large, compare both.
##
## What a log does not tell is NaN or empty.  The laws of @var{system} know of no
## drift and no correlation: where @code{drift} is significant and large or
## @code{cycles_inflation} well above 1, its predictions are averages over the run.
##
## Without outputs the logged staleness is drawn with the predicted ones, and
## their total variation distances are written beside them.
##
## A log that cannot be read is the error @code{sdde:asgd_trace:unreadable},
## which names the line (of a matrix, the row) and what was expected; a bad
## option is @code{sdde:asgd_trace:invalid} or @code{sdde:asgd_trace:unknown}.
##
## @example
## @group
## log = [1 0 2; 2 0 3; 1 2 4; 2 3 6; 1 4 7];    # worker, start, end
## [system, info] = asgd_trace (log, "discard", 0);
## [info.workers, info.cycle_mean, info.staleness_mean]
##      @result{}  2.0000   2.6000   0.8000
## @end group
## @end example
##
## Reference: C. Biernacki, G. Celeux and G. Govaert, "Assessing a mixture model for
## clustering with the integrated completed likelihood", IEEE Transactions on Pattern
## Analysis and Machine Intelligence 22 (2000), 719--725.
##
## @seealso{asgd_system, asgd_staleness, delay_fit, asgd_optimize}
## @end deftypefn

function [system, info] = asgd_trace (log, varargin)
  caller = "asgd_trace";
  if (nargin < 1)
    print_usage ();
  endif
  defaults = struct ("kind", "auto", "columns", {{}}, "unit", "auto",
                     "discard", [], "classes", "auto", "family", "light",
                     "workers", [], "rate", 0.01);
  options = check_options (parse_options (caller, defaults, varargin));
  [system, info] = explain (read_log (log, options), options);
  if (nargout == 0)
    draw (info);
    clear system info;
  endif
endfunction

function options = check_options (options)
  caller = "asgd_trace";
  for name = {"kind", "unit", "classes", "family"}
    value = options.(name{1});
    if (! (ischar (value) && isrow (value)))
      error ("sdde:asgd_trace:unknown", "asgd_trace: %s must be a string",
             name{1});
    endif
    options.(name{1}) = lower (value);
  endfor
  if (! any (strcmp (options.classes, {"auto", "one"})))
    error ("sdde:asgd_trace:unknown",
           "asgd_trace: the classes '%s' are not known; accepted: auto, one",
           options.classes);
  endif
  [~, ~, fitted] = core_call (caller, @__sdde_delay__, "families");
  known = [{"light"; "best"; "empirical"}; fitted];
  if (! any (strcmp (options.family, known)))
    error ("sdde:asgd_trace:unknown",
           "asgd_trace: there is no family '%s' to fit; did you mean '%s'? (known: %s)",
           options.family, nearest_name (options.family, known),
           strjoin (known', ", "));
  endif
  if (! iscellstr (options.columns))
    error ("sdde:asgd_trace:invalid",
           "asgd_trace: columns must be a cell of strings, a name for each column of the log");
  endif
  for name = {"discard", "workers"}
    value = real_numbers (caller, options.(name{1}), name{1});
    if (! (isempty (value) || (isscalar (value) && value >= 0
                               && value == fix (value) && value <= 1e9)))
      error ("sdde:asgd_trace:invalid",
             "asgd_trace: %s must be a whole number >= 0", name{1});
    endif
    options.(name{1}) = value;
  endfor
  if (isempty (options.discard))
    options.discard = NaN;
  endif
  if (! isempty (options.workers) && options.workers < 1)
    error ("sdde:asgd_trace:invalid", "asgd_trace: workers must be at least 1");
  endif
endfunction

## What the core tells of the log: a summary of the whole, of each class of
## workers, and how successive values hang together.
function log = read_log (source, options)
  caller = "asgd_trace";
  if (ischar (source))
    ## The core opens what Octave would: ~ and the current folder.
    arguments = {"read", tilde_expand(source)};
  else
    arguments = {"matrix", real_numbers(caller, source, "the log")};
  endif
  [log.all, log.discarded, log.staleness, log.classes, log.cycles] = ...
      core_call (caller, @__sdde_trace__, arguments{:}, options.kind,
                 options.unit, options.columns, options.discard,
                 strcmp (options.classes, "one"));
endfunction

## The system that explains the log, and what is to be told of both.
function [system, info] = explain (log, options)
  all = log.all;
  info = struct ("kind", all.kind, "unit", all.unit,
                 "workers", workers_of (all, options),
                 "rows", all.rows, "discarded", log.discarded,
                 "unfinished", all.unfinished, "duration", all.duration,
                 "throughput", all.throughput, "busy", all.busy,
                 "overlaps", all.overlaps, "cycle_mean", all.cycle_mean,
                 "cycle_cv2", all.cycle_cv2, "law", [], "ks", NaN,
                 "classes", classes_of (log, options),
                 "drift", struct (), "autocorrelation", struct (),
                 "source", source_of (all), "agreement", all.agreement,
                 "staleness", all.counts / all.rows,
                 "staleness_mean", all.mean,
                 "staleness_variance", all.variance,
                 "predicted", struct (), "distance", struct ());
  [info.drift, info.autocorrelation] = dependence_of (log);
  laws = {info.classes.law};
  system = on_behalf (@() asgd_system ("workers", [info.classes.workers],
                                       "compute", laws,
                                       "rate", options.rate), "asgd_system");
  system.record = record_of (log, info);
  info.ks = max ([info.classes.ks]);
  info.law = laws{1};
  if (numel (laws) > 1)
    info.law = delay_law ("mixture", [info.classes.rows] / all.rows, laws{:});
  endif
  for model = {"renewal", "poisson"}
    st = on_behalf (@() asgd_staleness (system, "model", model{1}),
                    "asgd_staleness");
    info.predicted.(model{1}) = st.pmf;
    info.distance.(model{1}) = total_variation (info.staleness, st.pmf);
  endfor
  p = info.predicted.renewal;
  info.distance.chance = sum (sqrt (p .* (1 - p) / (2 * pi * all.rows)));
endfunction

## What the model "trace" of asgd_staleness takes from the log.  Without times
## the workers are taken to be busy all the time with the fitted cycles.
function record = record_of (log, info)
  most = 20000; # cycles to carry along; of more, as many equidistant quantiles
  record = struct ("workers", {info.classes.workers}, "rate", [],
                   "staleness", {info.classes.staleness}, "delay", []);
  for k = 1:numel (record)
    record(k).rate = info.classes(k).throughput;
    record(k).delay = info.classes(k).law;
    if (isempty (log.classes))
      record(k).rate = info.classes(k).workers / info.classes(k).law.mean;
    else
      cycles = log.classes{1,k}.cycles;
      if (numel (cycles) > most)
        cycles = cycles(ceil (((1:most) - 0.5) / most * numel (cycles)));
      endif
      record(k).delay = delay_law ("empirical", cycles);
    endif
  endfor
endfunction

## The law of the cycles; HEAVIER is the family passed over for its tail.
function [law, fit, heavier] = fit_cycles (cycles, family)
  heavier = "";
  light = strcmp (family, "light");
  if (light)
    family = "best";
  endif
  [law, fit] = on_behalf (@() delay_fit (cycles, family), "delay_fit");
  if (light && law.abscissa == 0)
    candidates = fit.candidates;
    heavier = fit.family;
    first = find ([candidates.abscissa] < 0, 1);
    [law, fit] = delay_fit (cycles, candidates(first).family);
    fit.candidates = candidates;
  endif
endfunction

## A class of workers for each that the log tells; without times one, whose
## cycles have the mean 1.
function classes = classes_of (log, options)
  classes = struct ("workers", {}, "names", {}, "rows", {}, "throughput", {},
                    "cycle_mean", {}, "cycle_cv2", {}, "law", {}, "ks", {},
                    "candidates", {}, "heavier", {},
                    "staleness", {}, "staleness_mean", {});
  all = log.all;
  for part = log.classes
    one = part{1};
    [law, fit, heavier] = fit_cycles (one.cycles, options.family);
    classes(end+1) = struct ("workers", numel (part{2}),
                             "names", {sort(part{2})},
                             "rows", one.rows,
                             "throughput", all.throughput * one.rows / all.rows,
                             "cycle_mean", one.cycle_mean,
                             "cycle_cv2", one.cycle_cv2, "law", law,
                             "ks", fit.ks, "candidates", fit.candidates,
                             "heavier", heavier,
                             "staleness", one.counts / one.rows,
                             "staleness_mean", one.mean);
  endfor
  if (isempty (log.classes))
    workers = workers_of (all, options);
    law = delay_law ("deterministic", 1);
    if (workers > 1)
      shape = core_call ("asgd_trace", @__sdde_staleness__, "fit", workers,
                         all.counts);
      law = delay_law ("gamma", shape, 1 / shape);
    endif
    classes(1) = struct ("workers", workers, "names", [], "rows", all.rows,
                         "throughput", NaN, "cycle_mean", NaN,
                         "cycle_cv2", NaN, "law", law, "ks", NaN,
                         "candidates", [], "heavier", "",
                         "staleness", all.counts / all.rows,
                         "staleness_mean", all.mean);
  endif
endfunction

function [drift, autocorrelation] = dependence_of (log)
  subjects = struct ("staleness", log.staleness);
  drift.cycles = [];
  autocorrelation.cycles = [];
  if (! isempty (log.cycles))
    subjects.cycles = log.cycles;
  endif
  for [of, subject] = subjects
    drift.(subject) = struct ("slope", of.slope, "error", of.error,
                              "change", of.slope * of.span,
                              "significance", of.significance);
    autocorrelation.(subject) = of.autocorrelation;
    autocorrelation.([subject "_inflation"]) = of.inflation;
  endfor
endfunction

function workers = workers_of (summary, options)
  workers = summary.workers;
  if (workers == 0)
    workers = round (summary.mean) + 1;
    if (! isempty (options.workers))
      workers = options.workers;
    endif
  elseif (! isempty (options.workers))
    error ("sdde:asgd_trace:invalid",
           "asgd_trace: the log tells its %d workers; the option 'workers' is for logs of staleness",
           workers);
  endif
endfunction

function source = source_of (summary)
  switch (summary.kind)
    case "events"
      source = {"times", "versions"}{summary.versions + 1};
    case "ages"
      source = "arrivals";
    otherwise
      source = "log";
  endswitch
endfunction

## A public function called for asgd_trace: its errors are ours.
function varargout = on_behalf (call, callee)
  try
    [varargout{1:nargout}] = call ();
  catch failure
    error (strrep (failure.identifier, callee, "asgd_trace"), "%s",
           strrep (failure.message, [callee ":"], "asgd_trace:"));
  end_try_catch
endfunction

function distance = total_variation (p, q)
  most = max (numel (p), numel (q));
  distance = sum (abs (postpad (p, most) - postpad (q, most))) / 2;
endfunction

function draw (info)
  label = @(name) sprintf ("%s (off by %.3f)", name,
                           info.distance.(name));
  plot_staleness ({{label("renewal"), info.predicted.renewal}, ...
                   {label("poisson"), info.predicted.poisson}}, info.staleness);
  families = cellfun (@(law) law.family, {info.classes.law},
                      "uniformoutput", false);
  title (sprintf ("%s workers, %d gradients, %s cycles",
                  strjoin (arrayfun (@num2str, [info.classes.workers],
                                     "uniformoutput", false), " + "),
                  info.rows, strjoin (unique (families), " and ")));
endfunction

%!demo
%! ## The log of a real run that comes with the package.
%! log = sdde ().log;
%! asgd_trace (log);

%!shared log
%! log = [1 0 2; 2 0 3; 1 2 4; 2 3 6; 1 4 7];

## By hand: ends 2 3 4 6 7; the gradients meet 0, 1, 1, 1 and 1 others.
%!test
%! [system, info] = asgd_trace (log, "discard", 0, "rate", 0.5);
%! assert (fieldnames (info)', {"kind", "unit", "workers", "rows", ...
%!         "discarded", "unfinished", "duration", "throughput", "busy", ...
%!         "overlaps", "cycle_mean", "cycle_cv2", "law", "ks", "classes", ...
%!         "drift", "autocorrelation", "source", "agreement", "staleness", "staleness_mean", "staleness_variance", ...
%!         "predicted", "distance"});
%! assert ({info.kind, info.source}, {"events", "times"});
%! assert ([info.workers, info.rows, info.discarded, info.unfinished], [2 5 0 0]);
%! assert ([info.duration, info.throughput, info.busy, info.overlaps], [7 0.8 1 0]);
%! assert (info.cycle_mean, 2.6, 1e-15);
%! assert (info.cycle_cv2, 0.24 / 2.6^2, 1e-15);
%! assert (info.staleness, [1 4] / 5, 1e-15);
%! assert (info.staleness_mean, 0.8, 1e-15);
%! assert (info.agreement, NaN);
%! assert (system.workers, 2);
%! assert (system.rate, 0.5);
%! assert (system.compute, {info.law});
%! assert (info.predicted.renewal, asgd_staleness (system).pmf);
%! st = asgd_staleness (system, "model", "trace");
%! assert (st.pmf, info.staleness, 1e-15);
%! assert (st.rate, info.throughput, 1e-15);
%! assert (st.delay.family, "empirical");
%! assert (st.delay.mean, info.cycle_mean, 1e-14);
## The first gradients are a transient.
%!test
%! [~, info] = asgd_trace (log);
%! assert ([info.rows, info.discarded], [4 1]);
%!assert (nthargout (2, @asgd_trace, log, "Discard", int8 (3)).rows, 2)
## Versions come first where there are any.
%!test
%! [~, info] = asgd_trace ([log, [0 0 1 2 3]', (1:5)'], "kind", "events", "discard", 0);
%! assert (info.source, "versions");
%! assert (info.staleness, [1 4] / 5, 1e-15);
%! assert (info.agreement, 1);
## A family of choice.
%!test
%! system = asgd_trace (log, "family", "exponential", "discard", 0);
%! assert (system.compute{1}.family, "exponential");
%! assert (system.compute{1}.mean, 2.6, 1e-14);
## Laws with a heavy tail are passed over unless they are asked for: the speed
## they leave is 0.  The cycles of the log are quantiles of lognormal times.
%!test
%! cycles = delay_quantile (delay_law ("lognormal", 0, 1), ((1:400)' - 0.5) / 400);
%! cycles = cycles(1 + mod (149 * (0:399)', 400));
%! ends = cumsum (cycles);
%! heavy = [ones(400, 1), [0; ends(1:end-1)], ends];
%! heavy = [heavy; 2 * ones(400, 1), heavy(:,2:3) + 0.3];
%! [system, info] = asgd_trace (heavy, "discard", 0);
%! assert (info.classes.candidates(1).family, "lognormal");
%! assert (info.classes.heavier, "lognormal");
%! assert (info.law.abscissa < 0);
%! assert (sdde_rate (asgd_sdde (system, 1, "order", 1)) > 0);
%! aic = [info.classes.candidates.aic];
%! taken = find (strcmp (info.law.family, {info.classes.candidates.family}));
%! assert (all ([info.classes.candidates(1:taken-1).abscissa] == 0));
%! assert (issorted (aic));
%! [system, info] = asgd_trace (heavy, "discard", 0, "family", "BEST");
%! assert (info.law.family, "lognormal");
%! assert (info.classes.heavier, "");
%! assert (sdde_rate (asgd_sdde (system, 1, "order", 1)), 0);
## The unit of the times.
%!test
%! [system, info] = asgd_trace (log, "discard", 0, "unit", "MS");
%! assert (info.unit, "ms");
%! assert (info.cycle_mean, 2.6e-3, 1e-18);
%! assert (info.throughput, 800, 1e-10);
%! [~, plain] = asgd_trace (log, "discard", 0);
%! assert (plain.unit, "");
%! assert (info.staleness, plain.staleness);
## Columns by their names; a missing end is NaN.
%!test
%! rows = [log(:,3), 7 * ones(5, 1), log(:,[1 2]); NaN, 7, 2, 6];
%! [~, info] = asgd_trace (rows, "columns", {"end [ms]", "", "worker", "start_ms"}, "discard", 0);
%! assert ([info.rows, info.unfinished], [5 1]);
%! assert (info.unit, "ms");
%! assert (info.staleness, [1 4] / 5, 1e-15);
## One class, whose dependence five gradients hardly tell.
%!test
%! [~, info] = asgd_trace (log, "discard", 0, "classes", "one");
%! assert (fieldnames (info.classes)', {"workers", "names", "rows", ...
%!         "throughput", "cycle_mean", "cycle_cv2", "law", "ks", ...
%!         "candidates", "heavier", "staleness", "staleness_mean"});
%! assert (info.classes.names, [1 2]);
%! assert (info.classes.law, info.law);
%! assert (info.classes.staleness, info.staleness);
%! assert (fieldnames (info.drift.cycles)', {"slope", "error", "change", "significance"});
%! assert (fieldnames (info.drift.staleness)', fieldnames (info.drift.cycles)');
%! assert (size (info.autocorrelation.cycles), [1 20]);
%! assert (size (info.autocorrelation.staleness), [1 20]);
%! assert (info.autocorrelation.cycles_inflation >= 1);
## Staleness alone: workers that take turns are clockwork.
%!test
%! [system, info] = asgd_trace (3 * ones (50, 1));
%! assert (info.kind, "staleness");
%! assert (system.workers, 4);
%! assert (system.compute{1}.mean, 1, 1e-12);
%! assert (system.compute{1}.cv2 < 1e-3);
%! assert (info.distance.renewal < 0.05);
%! assert (info.distance.poisson > 0.5);
%! assert (isnan (info.throughput));
%! assert (asgd_staleness (system, "model", "trace").pmf, info.staleness);
%! assert (asgd_staleness (system, "model", "trace").rate, 4, 1e-12);
%! assert (info.drift.cycles, []);
%! assert (info.autocorrelation.cycles, []);
%! assert (info.drift.staleness.slope, 0);
%! assert (info.classes.workers, 4);
%!assert (asgd_trace (3 * ones (50, 1), "workers", 6).workers, 6)
## One worker is never stale.
%!test
%! [system, info] = asgd_trace (zeros (9, 1));
%! assert (system.workers, 1);
%! assert (info.distance.renewal, 0, 1e-12);
## Ages: three workers in turn.
%!test
%! ages = zeros (31, 3);
%! for k = 2:31
%!   ages(k,:) = ages(k-1,:) + 1;
%!   w = mod (k, 3) + 1;
%!   ages(k,w) = min (k - 2, 2);
%! endfor
%! [system, info] = asgd_trace (ages, "kind", "ages");
%! assert (info.kind, "ages");
%! assert (info.source, "arrivals");
%! assert (info.workers, 3);
%! assert (info.staleness, [0 0 1]);
## Draws when nothing is asked for.
%!test
%! f = figure ("visible", "off");
%! unwind_protect
%!   asgd_trace (log, "discard", 0);
%!   assert (numel (get (gca (), "children")) >= 3);
%! unwind_protect_cleanup
%!   close (f);
%! end_unwind_protect

%!error <Invalid call> asgd_trace ()
%!error id=sdde:asgd_trace:unreadable asgd_trace ("no such file")
%!error <'no such file' cannot be opened> asgd_trace ("no such file")
%!error id=sdde:asgd_trace:unreadable asgd_trace ([])
%!error <an age must be a whole number .*, not 2.5; five columns of events want the option 'kind', "events">
%! asgd_trace ([1 0 2.5 0 1; 2 0 3 0 2; 1 2.5 4 1 3]);
%!error <not 2.5$> asgd_trace ([1 0 2.5 0 1; 2 0 3 0 2], "kind", "ages")
%!error <row 2: the end 1 lies before the start 2> asgd_trace ([1 0 1; 1 2 1])
%!error <row 2: the start must be a finite time, not NaN> asgd_trace ([1 0 1; 1 NaN 1])
%!error <row 2: the staleness must be a whole number> asgd_trace ([1; -1])
%!error <1 complete gradients; at least 2> asgd_trace ([1 0 1])
%!error <every cycle ends when it begins> asgd_trace ([1 0 0; 1 1 1])
%!error id=sdde:asgd_trace:invalid asgd_trace ({1})
%!error <the log must be real numbers> asgd_trace (1i)
%!error <the log must be a matrix> asgd_trace (zeros (2, 1, 2))
%!error <did you mean 'discard'> asgd_trace (log, "discrad", 1)
%!error <discard must be a whole number> asgd_trace (log, "discard", -1)
%!error <discard must be a whole number> asgd_trace (log, "discard", NaN)
%!error <discard must be real numbers> asgd_trace (log, "discard", "all")
%!error <4 are to be discarded; at least 2 must be left> asgd_trace (log, "discard", 4)
%!error <workers must be at least 1> asgd_trace ([1; 2], "workers", 0)
%!error <the log tells its 2 workers> asgd_trace (log, "workers", 3)
%!error <'event' is not known; accepted: auto, events, staleness, ages> asgd_trace (log, "kind", "event")
%!error id=sdde:asgd_trace:unknown asgd_trace (log, "kind", 1)
%!error <'hours' is not known; accepted: auto, s, ms, us, ns> asgd_trace (log, "unit", "hours")
%!error <'two' are not known; accepted: auto, one> asgd_trace (log, "classes", "two")
%!error <columns must be a cell of strings> asgd_trace (log, "columns", "start")
%!error <must name each of the 3 columns> asgd_trace (log, "columns", {"start"})
%!error <there is no column 'stop'> asgd_trace (log, "columns", {"worker", "start", "stop"})
%!error id=sdde:asgd_trace:unknown asgd_trace (log, "family", "gama")
%!error <known: light, best, empirical,> asgd_trace (log, "family", "gama")
%!error <asgd_trace: there is no family 'gama' to fit> asgd_trace (log, "family", "gama")
%!error id=sdde:asgd_trace:invalid asgd_trace (log, "rate", -1)
%!error <asgd_trace: the learning rate must be positive> asgd_trace (log, "rate", -1)
