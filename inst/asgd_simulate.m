## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{run} =} asgd_simulate (@var{system}, @var{problem}, "horizon", @var{t})
## @deftypefnx {} {@var{run} =} asgd_simulate (@var{system}, @var{problem}, "updates", @var{n})
## @deftypefnx {} {@var{run} =} asgd_simulate (@dots{}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {} asgd_simulate (@dots{})
## Simulate asynchronous stochastic gradient descent event by event.
##
## Each worker of @var{system} (see @code{asgd_system}) pulls the model,
## computes a gradient of @var{problem} (see @code{asgd_problem}) for a random
## time and pushes it; the server applies it on arrival, or discards it where
## its staleness is over the threshold, and the worker pulls again at once.
## With @qcode{"stale"} @qcode{"abort"} a worker pulls again when its staleness
## passes the threshold, with @qcode{"wait"} it pulls when it may go on.  At
## a deadline it pulls again too, without a push.  Weights multiply the learning
## rate of each gradient by its staleness.
## Policies that average K gradients hold them until the K-th is there.  With a
## trigger the worker sees the gradient and may keep it to itself.
## With an uplink a gradient queues for it when it is computed, and is applied when
## it has been sent.
## Pushes at the same instant are served first in, first out.  Nothing of the
## theory is used: this is what predictions are checked against.
##
## The workers are in the stationary state when the clock starts: the server has
## run for a time @qcode{"warmup"} with the model frozen at its start.  With
## @qcode{"cold"} nothing has run before, and all workers pull at time 0.
##
## @multitable @columnfractions .3 .15 .55
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"horizon"} @tab @tab a path ends at this time; or
## @item @qcode{"updates"} @tab @tab after so many updates of the model: one of
## the two is needed
## @item @qcode{"paths"} @tab 100 @tab independent repetitions
## @item @qcode{"record"} @tab 101 @tab where the loss is noted down: how many
## equidistant points, or an increasing vector of times (of numbers of updates
## where a path ends with those)
## @item @qcode{"target"} @tab none @tab note when the loss first is at most this
## @item @qcode{"check"} @tab 0 @tab look at the target after every so many
## updates; 0 is after every one where a loss costs less than two gradients (all
## quadratic problems), otherwise as often as keeps the looking to twice the
## cost of the gradients
## @item @qcode{"idle"} @tab 1e7 @tab events that may pass without an update in a run
## that ends with a number of them, where a trigger lets nothing through or workers
## fail too early; more are the error @code{:limit} (give a horizon instead)
## @item @qcode{"warmup"} @tab 10 cycles @tab time to run before the clock
## starts; by default ten mean cycles of the slowest class of workers, with
## @qcode{"wait"} and a threshold S as many times min (S^2, 1000)
## @item @qcode{"cold"} @tab false @tab a cold start
## @item @qcode{"schedule"} @tab none @tab factors of the learning rate: a matrix of
## two rows, [@var{from}; @var{factor}], says from which time on (from how many
## updates on, where a path ends with those) which factor holds, 1 before the
## first; a vector holds the factors of as many equal pieces of the run; a
## function handle is asked for the factor at the middle of each of 1000 equal
## pieces, or before each of up to 1e5 updates
## @item @qcode{"quantiles"} @tab none @tab probabilities for quantiles of the loss over
## the paths; a path is then kept with all its losses
## @item @qcode{"events"} @tab false @tab list the gradients that were applied on the
## first path
## @item @qcode{"noise-level"} @tab the problem's @tab standard deviation of the
## noise of one coordinate of the gradient, the unit of a @qcode{"trigger"} of
## the system; by default the root of the mean of @code{problem.modes.noise}
## @item @qcode{"seed"} @tab 1 @tab of the random streams: path @var{k} draws
## from stream @var{k} of this seed, so the same seed gives the same bits
## for any number of threads
## @item @qcode{"threads"} @tab 0 @tab how many run paths at once; 0: as many as
## there are processors.  A function of the user is called by one only
## @item @qcode{"progress"} @tab false @tab show a line with the time left
## @item @qcode{"replay"} @tab none @tab a log to be run instead of the laws of the
## system: a matrix of a row for each gradient, with the columns worker, start, end
## (as @code{asgd_trace} reads it), or those of @code{events} below.  The gradients
## are applied in the order and with the staleness of the log; of the system the
## number of workers, the learning rate, the momentum and the weight are used, and it
## must have the policy @qcode{"async"} and nothing else.  Time 0 is the first start,
## or that of the log where only starts are before it; what was pulled before the
## first update is the start.  Without a horizon or a number of updates the whole
## log is run
## @item @qcode{"checkpoint"} @tab none @tab name of a file to go on from, see below
## @item @qcode{"checkpoint-interval"} @tab 30 @tab seconds from one writing of it to
## the next; 0 is after every event, which is slow
## @item @qcode{"partial"} @tab false @tab on Ctrl-C return the paths that have
## finished instead of an error
## @end multitable
##
## With a @qcode{"checkpoint"} what was done is kept in that file, within paths too:
## now and then, when the run is interrupted or fails, and at its end.  The same call
## after that (or after Octave was killed) goes on from it, with any number of
## threads, and gives the same bits as a run that nothing disturbed; when all was
## done it returns the result at once.  Delete the file to begin anew.
## A file of another system, problem or set of options is refused, as is a damaged
## one, or one of another kind of machine.  It is replaced as a whole: the new one is
## written beside it under its name and @file{.new}.
##
## The result is a struct (K records, P paths, statistics over the paths):
##
## @table @code
## @item t
## 1 by K, the times of the records (mean times of the updates recorded)
## @item loss
## @itemx loss_se
## 1 by K, mean of the loss and its standard error; Inf where a path diverged
## beyond what a number holds (then the standard error is NaN)
## @item accuracy
## @itemx accuracy_se
## 1 by K, the fraction of the test samples that the model classifies rightly
## and its standard error (empty without the option @qcode{"test"} of
## @code{asgd_problem})
## @item mean
## @itemx variance
## modes by K, of the model in the coordinates of @code{problem.modes}
## (no rows where @code{problem.modes} is empty, or for more than 2000 modes)
## @item updates
## @itemx uploads
## 1 by K, mean number of updates applied and of gradients pushed until then
## @item accepted
## fraction of the uploads that was not discarded
## @item rate
## updates per unit of time
## @item staleness
## element @var{j}+1 is the fraction of the applied gradients with staleness
## @var{j}: the updates between the worker's pull and its push, its own not
## counted
## @item class_staleness
## the same for the workers of each class (rows; NaN where none was applied)
## @item queue
## 1 by K, mean number of gradients at the uplink, waiting or being sent
## @item quantiles
## a row for each of @qcode{"quantiles"}, as @code{quantile} finds them
## @item events
## with @qcode{"events"}: a row for each gradient in the order of their application,
## with the columns worker, time of the pull, time of application, updates applied
## at the pull, updates applied with its own.  Updates count from before time 0.
## @code{asgd_trace (run.events, "kind", "events")} reads that
## @item hit
## 1 by P, when the target was met, Inf where it was not
## @item check
## the @qcode{"check"} in force
## @item model
## the last model of the first path, a column (empty if that was interrupted)
## @item paths
## how many paths have finished
## @item versions
## the most models that were alive at once in a path, which is what its memory
## holds: workers share what they have pulled.  Never more than workers + 1,
## threshold + 2 with @qcode{"abort"}, 2 in the rounds of @qcode{"k-sync"} and
## @qcode{"k-batch-sync"}, and updates + 1; about workers / K + staleness with
## @qcode{"k-batch-async"}.  A thousand workers on a million parameters so take
## 8 MB times that.  Triggers that remember gradients, and triggers before an uplink
## or an upload, need a vector for each worker besides
## @item stopped
## true if the run was interrupted
## @end table
##
## Without output argument the loss is plotted with a band of two standard errors.
##
## Errors: @code{sdde:asgd_simulate:invalid} for an argument outside its domain,
## @code{:unknown-option}, @code{:limit} for a run that would not fit in memory or
## never end, @code{:callback} for a function of the user that failed,
## @code{:unreadable} for a checkpoint that is damaged or none,
## @code{:interrupted}.
##
## @example
## @group
## work    = delay_law ("exponential", 1);
## system  = asgd_system ("workers", 8, "compute", work, "rate", 0.02);
## problem = asgd_problem ("quadratic", [0.5 1 2.5], "noise", 0.1);
## run     = asgd_simulate (system, problem, "horizon", 60);
## @end group
## @end example
##
## @seealso{asgd_system, asgd_problem, asgd_predict, asgd_staleness}
## @end deftypefn

function run = asgd_simulate (system, problem, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  if (! (isstruct (system) && isscalar (system)))
    invalid ("system must be a struct made by asgd_system");
  endif
  if (! (isstruct (problem) && isscalar (problem)
         && all (isfield (problem, {"kind", "start", "modes"}))))
    invalid ("problem must be a struct made by asgd_problem");
  endif
  defaults = struct ("horizon", [], "updates", [], "paths", 100,
                     "record", 101, "target", NaN, "check", 0, "idle", 1e7, "warmup", NaN,
                     "noise_level", [],
                     "seed", 1, "threads", 0, "progress", false,
                     "cold", false, "schedule", [], "quantiles", [],
                     "events", false, "replay", [], "checkpoint", "", "checkpoint_interval", 30,
                     "partial", false);
  options = parse_options ("asgd_simulate", defaults, varargin);
  options.replay = replay_plan (options.replay);
  if (! isempty (options.replay) && isempty (options.horizon)
      && isempty (options.updates))
    options.updates = rows (options.replay);
  endif
  if (isempty (options.horizon) == isempty (options.updates))
    invalid ("give either a horizon (a time) or a number of updates");
  endif
  if (isempty (options.horizon))
    options.horizon = 0;
    options.updates = whole_number ("asgd_simulate", options.updates, 1, "updates");
    last = options.updates;
  else
    options.updates = 0;
    last = options.horizon;
    if (! (isnumeric (last) && isreal (last) && isscalar (last)
           && last > 0 && isfinite (last)))
      invalid ("horizon must be a positive and finite time");
    endif
    options.horizon = double (last);
  endif
  options.paths = whole_number ("asgd_simulate", options.paths, 1, "paths");
  options.check = whole_number ("asgd_simulate", options.check, 0, "check");
  options.idle = whole_number ("asgd_simulate", options.idle, 1, "idle");
  options.seed = whole_number ("asgd_simulate", options.seed, 0, "seed");
  options.threads = whole_number ("asgd_simulate", options.threads, 0, "threads");
  options.record = records (options.record, last, options.updates > 0);
  for name = {"progress", "partial", "cold", "events"}
    options.(name{1}) = true_or_false ("asgd_simulate", options.(name{1}), name{1});
  endfor

  [options.from, options.factor] = schedule (options.schedule, last, ...
                                             options.updates > 0);
  if (! (isnumeric (options.quantiles) && isreal (options.quantiles)))
    invalid ("quantiles must be probabilities between 0 and 1");
  endif
  options.quantiles = full (double (options.quantiles(:)'));
  options.checkpoint = file_name (options.checkpoint);
  interval = options.checkpoint_interval;
  if (! (isnumeric (interval) && isreal (interval) && isscalar (interval)
         && interval >= 0))
    invalid ("checkpoint-interval must be >= 0 seconds");
  endif
  options.checkpoint_interval = full (double (interval));
  options.noise_level = noise_level (options.noise_level, problem);
  options = in_modes (options, problem);
  run = core_call ("asgd_simulate", @__sdde_server__, "simulate", system,
                   problem, options);
  if (nargout == 0)
    draw (run, options.target);
    clear run
  endif
endfunction

## ---- arguments -----------------------------------------------------------

function invalid (text)
  error ("sdde:asgd_simulate:invalid", "asgd_simulate: %s", text);
endfunction

## Where the steps begin, and their factors.
function [from, factor] = schedule (given, last, in_updates)
  from = factor = zeros (1, 0);
  if (isempty (given))
    return;
  elseif (is_function_handle (given))
    pieces = 1000;
    if (in_updates)
      pieces = min (last, 1e5);
    endif
    from = (0:pieces-1) * (last / pieces);
    middle = from;
    if (! (in_updates && pieces == last))
      middle += last / pieces / 2;
    endif
    factor = arrayfun (given, middle);
  elseif (isvector (given))
    factor = given(:)';
    from = (0:numel (factor)-1) * (last / numel (factor));
  elseif (ismatrix (given) && rows (given) == 2)
    from = given(1,:);
    factor = given(2,:);
  else
    invalid ("schedule must be a matrix of two rows, a vector or a function");
  endif
  if (! (isnumeric (from) && isreal (from) && isnumeric (factor) && isreal (factor)))
    invalid ("schedule must hold real numbers");
  endif
  from = full (double (from));
  factor = full (double (factor));
endfunction

function name = file_name (name)
  if (isempty (name))
    name = "";
  elseif (! (ischar (name) && isrow (name) && numel (name) < 4000
             && all (name != 0)))
    invalid ("checkpoint must be the name of a file");
  endif
  name = tilde_expand (name);
endfunction

## NaN where it is not known, which the core refuses if it needs it.
function level = noise_level (level, problem)
  if (! isempty (level))
    if (! (isnumeric (level) && isreal (level) && isscalar (level)
           && level > 0 && isfinite (level)))
      invalid ("noise-level must be a positive and finite number");
    endif
    level = double (level);
  else
    level = NaN;
    modes = problem.modes;
    if (isstruct (modes) && isscalar (modes) && isfield (modes, "noise")
        && ! isempty (modes.noise))
      level = sqrt (mean (modes.noise(:)));
    endif
  endif
endfunction

## The coordinates to note: those of the modes, where they are known and few.
function options = in_modes (options, problem)
  options.start = problem.start;
  options.coordinates = 0;
  options.directions = [];
  options.origin = [];
  modes = problem.modes;
  if (isempty (modes) || numel (problem.start) > 2000)
    return;
  endif
  if (! (isstruct (modes) && isscalar (modes)
         && all (isfield (modes, {"vectors", "minimiser"}))))
    invalid ("problem.modes must be empty, or as asgd_problem makes it");
  endif
  options.coordinates = numel (problem.start);
  options.directions = modes.vectors;
  options.origin = modes.minimiser;
endfunction

## A vector of records from the option: how many, or the vector itself.
function record = records (record, last, in_updates)
  if (! (isnumeric (record) && isreal (record) && isvector (record)))
    invalid ("record must be a whole number >= 1, or an increasing vector");
  endif
  if (isscalar (record))
    record = whole_number ("asgd_simulate", record, 1, "record");
    if (record > 1e7)
      invalid ("record must be at most 1e7 points");
    endif
    record = linspace (0, last, record);
    if (in_updates)
      record = unique (round (record));
    endif
  endif
  record = full (double (record));
endfunction

## ---- the plot --------------------------------------------------------------

function draw (run, target)
  shown = isfinite (run.loss) & run.loss > 0;
  if (! any (shown))
    plot (run.t, run.loss);
    xlabel ("time");
    ylabel ("loss");
    return;
  endif
  t = run.t(shown);
  loss = run.loss(shown);
  reach = 2 * run.loss_se(shown);
  reach(isnan (reach)) = 0;
  ## A band that reaches 0 has no lower end on a logarithmic axis.
  lower = max (loss - reach, loss / 10);
  newplot ();
  held = ishold ();
  band = patch ([t, fliplr(t)], [lower, fliplr(loss + reach)], [0.75, 0.8, 1],
                "edgecolor", "none");
  hold ("on");
  curve = plot (t, loss, "b-", "linewidth", 1.5);
  shapes = [curve, band];
  names = {"mean of the loss", "two standard errors"};
  if (! isnan (target) && target > 0)
    shapes(end+1) = plot (run.t([1, end]), target * [1, 1], "k--");
    names{end+1} = "target";
  endif
  if (! held)
    hold ("off");
  endif
  set (gca (), "yscale", "log");
  xlabel ("time");
  ylabel ("loss");
  title (sprintf ("%d paths, %.3g updates per unit of time", run.paths, run.rate));
  legend (shapes, names{:});
endfunction

%!demo
%! ## Eight workers on a quadratic: the loss over time
%! work = delay_law ("exponential", 1);
%! system = asgd_system ("workers", 8, "compute", work, "rate", 0.05);
%! problem = asgd_problem ("quadratic", [0.5 1 2.5], "noise", 0.1);
%! asgd_simulate (system, problem, "horizon", 30, "target", 1e-2);

%!shared work, system, problem
%! work = delay_law ("exponential", 1);
%! system = asgd_system ("workers", 4, "compute", work, "rate", 0.05);
%! problem = asgd_problem ("quadratic", [1, 2], "noise", 0.1);

%!test # shapes, defaults and the start
%! run = asgd_simulate (system, problem, "horizon", 10);
%! assert (run.t, linspace (0, 10, 101));
%! assert (size (run.loss), [1, 101]);
%! assert (size (run.loss_se), [1, 101]);
%! assert (size (run.mean), [2, 101]);
%! assert (size (run.variance), [2, 101]);
%! assert (size (run.hit), [1, 100]);
%! assert (size (run.model), [2, 1]);
%! assert (run.paths, 100);
%! assert (run.loss(1), 1.5, 1e-14);
%! assert (run.mean(:,1), [1; 1]);
%! assert (all (isinf (run.hit)));
%! assert (run.stopped, false);
%! assert (sum (run.staleness), 1, 1e-12);
%! assert (run.updates, run.uploads);
%! assert (run.rate, run.updates(end) / 10, 1e-12);
%! assert (abs (run.rate - 4) < 4.5 * sqrt (4 / 1000));

%!test # the first model is that of a plain loop with one worker and no noise
%! H = [2, 1, 0; 1, 3, 0.5; 0, 0.5, 1];
%! one = asgd_system ("workers", 1, "compute", work, "rate", 0.1);
%! for matrix = {H, sparse(H)}
%!   p = asgd_problem ("quadratic", matrix{1}, "start", [1; -2; 0.5]);
%!   run = asgd_simulate (one, p, "updates", 20, "paths", 2);
%!   w = p.start;
%!   for k = 1:20
%!     w -= 0.1 * H * w;
%!   endfor
%!   assert (run.model, w, 1e-14);
%!   assert (run.loss(end), w' * H * w / 2, 1e-14);
%!   assert (run.mean(:,end), p.modes.vectors' * w, 1e-14);
%!   assert (run.updates, 0:20);
%! endfor

%!test # least squares with whole batches is gradient descent
%! A = [1, 2; -1, 0.5; 0.3, 1; 2, -1; 0, 1.5];
%! b = [1; 2; -1; 0.5; 0];
%! p = asgd_problem ("least-squares", A, b, "l2", 0.1, "start", [3; -1]);
%! one = asgd_system ("workers", 1, "compute", work, "rate", 0.1);
%! run = asgd_simulate (one, p, "updates", 30, "record", [0, 10, 30], "paths", 1);
%! w = p.start;
%! for k = 1:30
%!   w -= 0.1 * (A' * (A * w - b) / 5 + 0.1 * w);
%! endfor
%! assert (run.model, w, 1e-14);
%! assert (run.loss(3), sumsq (A * w - b) / 10 + 0.05 * sumsq (w), 1e-14);
%! assert (run.mean(:,3), p.modes.vectors' * (w - p.modes.minimiser), 1e-14);
%! assert (run.updates, [0, 10, 30]);

%!test # minibatches: the floor that modes.noise and modes.coupling predict
%! ## One worker is plain SGD: m <- (1 - eta lambda)^2 m + eta^2 (noise + C m).
%! t = linspace (-1, 1, 12)';
%! p = asgd_problem ("least-squares", [ones(12, 1), t], cos (3 * t) + t, "batch", 2);
%! one = asgd_system ("workers", 1, "compute", work, "rate", 0.2);
%! run = asgd_simulate (one, p, "updates", 400, "record", [200, 250, 300, 350, 400],
%!                      "paths", 4000);
%! modes = p.modes;
%! decay = (1 - 0.2 * modes.eigenvalues) .^ 2;
%! second = (eye (2) - diag (decay) - 0.04 * modes.coupling) \ (0.04 * modes.noise);
%! measured = run.variance + run.mean .^ 2;
%! assert (mean (measured, 2), second, 0.05 * second);
%! assert (mean (run.loss), modes.floor + sum (modes.eigenvalues .* second) / 2, 0.02);

%!test # multiplicative noise
%! p = asgd_problem ("quadratic", [1, 2], "noise", 0.1, "multiplicative", 1);
%! one = asgd_system ("workers", 1, "compute", work, "rate", 0.2);
%! run = asgd_simulate (one, p, "updates", 200, "record", [100, 150, 200], "paths", 4000);
%! second = 0.04 * 0.01 ./ (1 - (1 - 0.2 * [1; 2]) .^ 2 - 0.04);
%! assert (mean (run.variance, 2), second, 0.06 * second);

%!test # the covariance of the noise reaches the model
%! C = [2, 0.8; 0.8, 1] / 100;
%! p = asgd_problem ("quadratic", [1, 1], "noise", C, "start", 0);
%! one = asgd_system ("workers", 1, "compute", work, "rate", 0.2);
%! run = asgd_simulate (one, p, "updates", 100, "record", [60, 80, 100], "paths", 4000);
%! assert (mean (run.variance, 2), diag (C) * 0.04 / (1 - 0.64), 0.06 * 0.002);

%!test # staleness of exponential workers: mean n - 1, geometric
%! run = asgd_simulate (system, problem, "horizon", 2000, "paths", 10);
%! j = 0:numel (run.staleness) - 1;
%! assert (sum (j .* run.staleness), 3, 0.05);
%! assert (sum (abs (run.staleness - 0.25 * 0.75 .^ j)) / 2 < 0.01);

%!test # a threshold drops, classes differ
%! two = asgd_system ("workers", [5, 5], "rate", 0.01, "threshold", 12,
%!                    "compute", {work, delay_law("exponential", 10)});
%! run = asgd_simulate (two, problem, "horizon", 300, "paths", 20);
%! assert (numel (run.staleness), 13);
%! assert (run.accepted < 0.95 && run.accepted > 0.5);
%! assert (run.updates(end) / run.uploads(end), run.accepted, 1e-12);
%! assert (run.uploads(end) / 300, 5.5, 4.5 * sqrt (5.5 / 6000));

%!test # the same bits for any number of threads, others for another seed
%! options = {"horizon", 5, "paths", 70, "target", 0.1, "record", 5};
%! one = asgd_simulate (system, problem, options{:}, "threads", 1);
%! assert (isequal (one, asgd_simulate (system, problem, options{:}, "threads", 2)));
%! assert (isequal (one, asgd_simulate (system, problem, options{:}, "threads", 7)));
%! assert (! isequal (one, asgd_simulate (system, problem, options{:}, "seed", 2)));

%!test # hitting times: none below the floor, all far above it
%! run = asgd_simulate (system, problem, "horizon", 100, "paths", 20, "target", 0.5);
%! assert (all (run.hit > 0 & run.hit < 100));
%! run = asgd_simulate (system, problem, "horizon", 5, "paths", 20, "target", 0);
%! assert (all (isinf (run.hit)));
%! p = asgd_problem ("least-squares", ones (200, 1), (1:200)' / 200, "batch", 4);
%! assert (asgd_simulate (system, p, "updates", 9, "target", 1).check, 13);
%! assert (asgd_simulate (system, p, "updates", 9, "check", 2).check, 2);

%!test # divergence is Inf, not a crash
%! wild = asgd_system ("workers", 20, "compute", work, "rate", 5);
%! run = asgd_simulate (wild, problem, "horizon", 400, "paths", 2, "record", [0, 400]);
%! assert (run.loss, [1.5, Inf], 1e-14);
%! assert (isnan (run.loss_se(2)));

%!test # models are shared: a long model and many workers, few updates
%! p = asgd_problem ("quadratic", ones (1, 20000));
%! many = asgd_system ("workers", 1000, "compute", work, "rate", 0.05);
%! run = asgd_simulate (many, p, "updates", 30, "paths", 1, "record", 2);
%! assert (run.versions <= 31);
%! assert (isempty (run.mean));

%!test # a schedule: one worker and no noise, in updates and in time
%! p = asgd_problem ("quadratic", [1, 2], "start", [1; -2]);
%! one = asgd_system ("workers", 1, "compute", delay_law ("deterministic", 1), "rate", 0.1);
%! factors = [1, 1, 2, 2, 2, 0.5, 0.5, 0.5, 0, 0];
%! w = p.start .* prod (1 - 0.1 * [1; 2] * factors, 2);
%! go = @(varargin) asgd_simulate (one, p, "paths", 1, varargin{:}).model;
%! assert (go ("updates", 10, "schedule", [2, 5, 8; 2, 0.5, 0]), w, 1e-14);
%! assert (go ("updates", 10, "schedule", factors), w, 1e-14);
%! assert (go ("updates", 10, "schedule", @(k) factors(k + 1)), w, 1e-14);
%! ## A cold start: updates at the times 1, 2, ..., 10.
%! assert (go ("horizon", 10, "cold", true, "schedule", [2.5, 5.5, 8.5; 2, 0.5, 0]), w, 1e-14);
%! assert (go ("horizon", 10.5, "cold", true, "schedule", @(t) factors(max (1, round (t)))), w, 1e-14);
%! w = p.start .* prod (1 - 0.1 * [1; 2] * [ones(1, 5), 3 * ones(1, 6)], 2);
%! assert (go ("horizon", 11, "cold", true, "schedule", [1, 3]), w, 1e-14);

%!test # a cold start: nobody has anything under way
%! sure = delay_law ("deterministic", 1);
%! for policy = {"async", "k-sync", "k-async", "k-batch-sync", "k-batch-async"}
%!   k = 2 - strcmp (policy{1}, "async");
%!   four = asgd_system ("workers", 4, "compute", sure, "rate", 0.05, ...
%!                       "policy", policy{1}, "gradients", k);
%!   run = asgd_simulate (four, problem, "horizon", 0.99, "paths", 3, "cold", true);
%!   assert (run.uploads(end), 0);
%!   run = asgd_simulate (four, problem, "horizon", 1, "paths", 3, "cold", true);
%!   assert (run.uploads(end), 4 - 2 * any (strcmp (policy{1}, {"k-sync", "k-batch-sync"})));
%! endfor

%!test # quantiles as Octave finds them; the losses come from means of more and more paths
%! options = {"horizon", 4, "record", 3};
%! loss = zeros (7, 3);
%! for k = 1:7
%!   loss(k,:) = k * asgd_simulate (system, problem, options{:}, "paths", k).loss;
%! endfor
%! loss = [loss(1,:); diff(loss)];
%! p = [0, 0.05, 0.25, 0.5, 0.83, 1];
%! run = asgd_simulate (system, problem, options{:}, "paths", 7, "quantiles", p);
%! assert (run.quantiles, quantile (loss, p), 1e-12);
%! assert (isempty (asgd_simulate (system, problem, options{:}).quantiles));
%! wild = asgd_system ("workers", 20, "compute", work, "rate", 5);
%! run = asgd_simulate (wild, problem, "horizon", 400, "record", [0, 400], "quantiles", p);
%! assert (run.quantiles, [1.5, Inf](ones (1, 6),:), 1e-14);

%!test # staleness per class: the fast are less stale, and all make up the whole
%! two = asgd_system ("workers", [5, 5, 0], "rate", 0.01, ...
%!                    "compute", {work, delay_law("exponential", 4), work});
%! run = asgd_simulate (two, problem, "horizon", 1000, "paths", 5, "events", true);
%! assert (size (run.class_staleness), [3, numel(run.staleness)]);
%! assert (sum (run.class_staleness(1:2,:), 2), [1; 1], 1e-12);
%! assert (all (isnan (run.class_staleness(3,:))));
%! ## Exponential workers: others apply at the rate r while one is busy for 1/m.
%! j = 0:numel (run.staleness) - 1;
%! means = run.class_staleness(1:2,:) * j';
%! assert (means, [5.25; 24], [0.15; 0.8]);
%! share = 4 / 5;
%! assert (run.staleness, [share, 1 - share] * run.class_staleness(1:2,:), 0.01);

%!test # the list of events is a log that asgd_trace reads
%! run = asgd_simulate (system, problem, "horizon", 800, "paths", 1, "events", true);
%! events = run.events;
%! assert (size (events), [run.updates(end), 5]);
%! assert (unique (events(:,1)), (1:4)');
%! assert (all (diff (events(:,3)) > 0) && all (events(:,3) > events(:,2)));
%! assert (diff (events(:,5)), ones (rows (events) - 1, 1));
%! tau = events(:,5) - events(:,4) - 1;
%! assert (accumarray (tau + 1, 1)' / numel (tau), run.staleness, 1e-12);
%! for k = 1:4 # a worker pulls when it has pushed
%!   mine = events(events(:,1) == k,:);
%!   assert (mine(2:end,2), mine(1:end-1,3));
%! endfor
%! [~, info] = asgd_trace (events, "kind", "events", "discard", 0);
%! assert (info.staleness, run.staleness, 1e-12);
%! assert (info.agreement > 0.98); # of versions with times; those before 0 are not listed
%! two = asgd_system ("workers", [4, 4], "rate", 0.01, ...
%!                    "compute", {work, delay_law("gamma", 4, 1)});
%! run2 = asgd_simulate (two, problem, "horizon", 1000, "paths", 1, "events", true);
%! found = asgd_trace (run2.events, "kind", "events");
%! assert (found.workers, [4, 4]);
%! assert (found.compute{1}.mean, 1, 0.08);
%! assert (found.compute{2}.mean, 4, 0.15);
%! assert (found.compute{2}.cv2, 0.25, 0.05);
%! assert (isempty (asgd_simulate (system, problem, "horizon", 1).events));
%! assert (isequaln (rmfield (run, "events"), ...
%!                   rmfield (asgd_simulate (system, problem, "horizon", 800, "paths", 1), "events")));

%!test # a thousand workers, a million parameters: as many models as are needed
%! p = asgd_problem ("quadratic", ones (1e6, 1));
%! many = asgd_system ("workers", 1000, "compute", work, "rate", 0.01, ...
%!                     "threshold", 8, "stale", "abort");
%! run = asgd_simulate (many, p, "updates", 25, "paths", 1, "record", 25, "check", 25);
%! assert (run.versions > 5 && run.versions <= 8 + 2);
%! many = asgd_system ("workers", 1000, "compute", work, "policy", "k-sync", "gradients", 3);
%! run = asgd_simulate (many, p, "updates", 5, "paths", 1, "record", 5);
%! assert (run.versions, 2);
%! many = asgd_system ("workers", 1000, "compute", work);
%! run = asgd_simulate (many, p, "updates", 9, "paths", 1, "record", 9);
%! assert (run.versions <= 9 + 1);

%!test # without output it draws
%! if (any (strcmp (available_graphics_toolkits (), "gnuplot")))
%!   warning ("off", "Octave:gnuplot-graphics", "local");
%!   graphics_toolkit ("gnuplot");
%!   f = figure ("visible", "off");
%!   unwind_protect
%!     asgd_simulate (system, problem, "horizon", 5, "target", 0.5);
%!     assert (numel (findobj (gca (), "type", "patch")), 1);
%!     assert (numel (findobj (gca (), "type", "line")), 2);
%!   unwind_protect_cleanup
%!     close (f);
%!   end_unwind_protect
%! endif

%!test # classifiers learn, and their accuracy is recorded
%! x = linspace (-1, 1, 40)';
%! X = [x, x .^ 2, cos(9 * x)];
%! y = 1 + (x > -0.4) + (x > 0.3);
%! options = {"test", {X(1:2:end,:), y(1:2:end)}, "batch", 8};
%! for p = {asgd_problem("softmax", X, y, options{:}), ...
%!          asgd_problem("mlp", sparse (X), y, [8, 8], options{:}), ...
%!          asgd_problem("logistic", X, y > 2, "batch", 8, "test", {X, y > 2})}
%!   sgd = asgd_system ("workers", 4, "compute", work, "rate", 0.3);
%!   run = asgd_simulate (sgd, p{1}, "updates", 1500, "paths", 3, "record", 3);
%!   assert (size (run.accuracy), [1, 3]);
%!   assert (run.accuracy(3) > 0.9);
%!   assert (all (run.accuracy_se >= 0 & run.accuracy_se <= 0.5));
%!   assert (run.loss(3) < 0.6 * run.loss(1));
%!   two = asgd_simulate (sgd, p{1}, "updates", 1500, "paths", 3, "record", 3, "threads", 2);
%!   assert (isequal (run, two));
%! endfor
%! assert (isempty (asgd_simulate (system, problem, "updates", 3).accuracy));

%!test # accuracy and model belong together: softmax by hand
%! x = linspace (-1, 1, 40)';
%! X = [x, x .^ 2];
%! y = 1 + (x > -0.4) + (x > 0.3);
%! p = asgd_problem ("softmax", X, y, "test", {X, y}, "batch", 40);
%! run = asgd_simulate (system, p, "updates", 50, "paths", 1, "record", [0, 50]);
%! z = X * reshape (run.model(1:6), 3, 2)' + run.model(7:9)';
%! [~, best] = max (z, [], 2);
%! assert (run.accuracy(2), mean (best == y), 1e-15);
%! loss = mean (log (sum (exp (z), 2)) - z(sub2ind (size (z), (1:40)', y)));
%! assert (run.loss(2), loss, 1e-14);

%!function [loss, grad] = rows_one_by_one (A, b, w, batch) # as the core does it
%!  loss = 0;
%!  grad = zeros (2, 1);
%!  for k = batch
%!    residual = A(k,1) * w(1) + A(k,2) * w(2) - b(k);
%!    loss += residual * residual;
%!    grad += residual * A(k,:)';
%!  endfor
%!  loss = 0.5 * loss / numel (batch);
%!  grad = 1 / numel (batch) * grad;
%!endfunction

%!test # a function of the user gives the bits of what it copies
%! A = [1, 2; -1, 0.5; 0.3, 1; 2, -1; 0, 1.5];
%! b = [1; 2; -1; 0.5; 0];
%! p = asgd_problem ("least-squares", A, b, "batch", 2, "noise", 0.1, "start", [1; 2]);
%! q = asgd_problem ("custom", @(w, batch) rows_one_by_one (A, b, w, batch), "samples", 5,
%!                   "batch", 2, "noise", 0.1, "start", [1; 2]);
%! options = {"updates", 60, "paths", 3, "target", 0.9, "check", 1};
%! expected = asgd_simulate (system, p, options{:});
%! run = asgd_simulate (system, q, options{:}, "threads", 2);
%! for field = {"loss", "model", "hit", "t", "staleness"}
%!   assert (isequal (run.(field{1}), expected.(field{1})));
%! endfor
%! p = asgd_problem ("quadratic", [1, 2, 3], "noise", 0.1);
%! q = asgd_problem ("custom", @(w, batch) deal (sum ([1; 2; 3] .* w .^ 2) / 2, [1; 2; 3] .* w),
%!                   "noise", 0.1, "start", [1, 1, 1]);
%! expected = asgd_simulate (system, p, "updates", 60, "paths", 2);
%! run = asgd_simulate (system, q, "updates", 60, "paths", 2);
%! assert (isequal (run.model, expected.model));
%! assert (run.loss, expected.loss, 1e-14);

%!function status = resident_kilobytes ()
%!  status = sscanf (fileread ("/proc/self/statm"), "%d")(2) * 4;
%!endfunction

%!testif ; exist ("/proc/self/statm", "file") # failing calls leak nothing
%! ## Each holds ten copies of a model of 0.8 MB or so: 150 of them would show.
%! p = asgd_problem ("custom", @(w, batch) error ("no luck"), "start", zeros (1e5, 1));
%! for k = 1:160
%!   try
%!     asgd_simulate (system, p, "updates", 3, "paths", 1);
%!   catch failure
%!     assert (failure.identifier, "sdde:asgd_simulate:callback");
%!   end_try_catch
%!   if (k == 10)
%!     before = resident_kilobytes ();
%!   endif
%! endfor
%! assert (resident_kilobytes () - before < 20000);

%!function varargout = wrong (kind, w)
%!  results = {{1, [w; w]}, {1, single(w)}, {1i, w}, {"a", w}, {1, w * NaN}, ...
%!             {NaN, w}, {[], w}, {1, sparse(w)}, {1, "ab"}, {1}, {}};
%!  varargout = results{kind};
%!endfunction

%!test # what a function of the user may not return
%! for kind = 1:11
%!   p = asgd_problem ("custom", @(w, batch) wrong (kind, w), "start", [1; 2]);
%!   fail ('asgd_simulate (system, p, "updates", 3)', "the function of the problem");
%!   [~, id] = lasterr ();
%!   assert (id, "sdde:asgd_simulate:callback");
%! endfor

%!error <no luck at 7> asgd_simulate (system, asgd_problem ("custom", ...
%!  @(w, batch) error ("no luck at %d", 7), "start", 1), "updates", 3)
%!error id=Octave:invalid-fun-call asgd_simulate (1)
%!error <system must> asgd_simulate (1, problem)
%!error <problem must> asgd_simulate (system, 1)
%!error <problem must> asgd_simulate (system, struct ("kind", 1))
%!error <problem.modes must> asgd_simulate (system, setfield (problem, "modes", 1), "horizon", 1)
%!error <problem.noise must> asgd_simulate (system, setfield (problem, "noise", 1), "horizon", 1)
%!error <problem lacks> asgd_simulate (system, rmfield (problem, "noise"), "horizon", 1)
%!error id=sdde:asgd_simulate:unknown-option asgd_simulate (system, problem, "horizn", 1)
%!error <either a horizon> asgd_simulate (system, problem)
%!error <either a horizon> asgd_simulate (system, problem, "horizon", 1, "updates", 1)
%!error <horizon must> asgd_simulate (system, problem, "horizon", NaN)
%!error <horizon must> asgd_simulate (system, problem, "horizon", [1, 2])
%!error <updates must> asgd_simulate (system, problem, "updates", 1.5)
%!error <paths must> asgd_simulate (system, problem, "horizon", 1, "paths", 0)
%!error <paths must> asgd_simulate (system, problem, "horizon", 1, "paths", "x")
%!error <idle must> asgd_simulate (system, problem, "updates", 1, "idle", 0)
%!error <seed must> asgd_simulate (system, problem, "horizon", 1, "seed", -1)
%!error <threads must> asgd_simulate (system, problem, "horizon", 1, "threads", NaN)
%!error <partial must> asgd_simulate (system, problem, "horizon", 1, "partial", 2)
%!error <record must> asgd_simulate (system, problem, "horizon", 1, "record", [])
%!error <record must> asgd_simulate (system, problem, "horizon", 1, "record", 0.5)
%!error <record must be at most> asgd_simulate (system, problem, "horizon", 1, "record", 2e7)
%!error <records must> asgd_simulate (system, problem, "horizon", 1, "record", [0, 2])
%!error <records must> asgd_simulate (system, problem, "horizon", 1, "record", [0.5, 0.2])
%!error <records must> asgd_simulate (system, problem, "updates", 3, "record", [0.5, 2])
%!error <schedule must be> asgd_simulate (system, problem, "horizon", 1, "schedule", ones (3))
%!error <schedule must hold> asgd_simulate (system, problem, "horizon", 1, "schedule", "ab")
%!error <steps of the schedule> asgd_simulate (system, problem, "horizon", 1, "schedule", [1, 0; 1, 1])
%!error <steps of the schedule> asgd_simulate (system, problem, "horizon", 1, "schedule", [-1, 0; 1, 1])
%!error <factors of the schedule> asgd_simulate (system, problem, "horizon", 1, "schedule", [1, -1])
%!error <factors of the schedule> asgd_simulate (system, problem, "horizon", 1, "schedule", @(t) NaN)
%!error <quantiles must> asgd_simulate (system, problem, "horizon", 1, "quantiles", 1.1)
%!error <quantiles must> asgd_simulate (system, problem, "horizon", 1, "quantiles", "a")
%!error <cold must> asgd_simulate (system, problem, "horizon", 1, "cold", 3)
%!error <events must> asgd_simulate (system, problem, "horizon", 1, "events", "x")
%!error <target> asgd_simulate (system, problem, "horizon", 1, "target", "x")
%!error <warmup> asgd_simulate (system, problem, "horizon", 1, "warmup", -1)
%!error id=sdde:asgd_simulate:limit asgd_simulate (system, problem, "horizon", 1e200)
%!error id=sdde:asgd_simulate:limit ...
%! asgd_simulate (asgd_system ("workers", 1e9, "compute", work, "rate", 1), ...
%!                asgd_problem ("quadratic", 1:1000), "horizon", 1)

%!test # triggers against a plain loop: one worker, no noise, a level of 0.5
%! p = asgd_problem ("quadratic", [1, 2], "start", [1; -2]);
%! one = asgd_system ("workers", 1, "compute", delay_law ("deterministic", 1), ...
%!                    "rate", 0.1, "trigger", 0.5);
%! for kind = {"magnitude", "change", "accumulate"}
%!   one.trigger_kind = kind{1};
%!   run = asgd_simulate (one, p, "horizon", 24.5, "record", 0:24, "paths", 1, ...
%!                        "warmup", 0, "noise-level", 1);
%!   w = p.start;
%!   sum = [0; 0];
%!   last = [];
%!   sent = 0;
%!   for k = 1:24
%!     g = [1; 2] .* w;
%!     switch (kind{1})
%!       case "magnitude"
%!         use = (norm (g) > 0.5) * g;
%!         sent += norm (g) > 0.5;
%!       case "change"
%!         if (isempty (last) || norm (g - last) > 0.5)
%!           last = g;
%!           sent++;
%!         endif
%!         use = last;
%!       case "accumulate"
%!         sum += g;
%!         use = (norm (sum) > 0.5) * sum;
%!         sent += norm (sum) > 0.5;
%!         sum = (norm (sum) <= 0.5) * sum;
%!     endswitch
%!     w -= 0.1 * use;
%!   endfor
%!   assert (run.mean(:,end), w, 1e-13);
%!   assert (run.uploads(end), sent);
%!   assert (sent > 3 && sent < 24);
%! endfor
%!test # the same bits for any number of threads, also where workers remember
%! p = asgd_problem ("quadratic", [1, 2], "noise", 1);
%! s = asgd_system ("workers", 5, "compute", work, "rate", 0.05, "trigger", 2);
%! for kind = {"magnitude", "change", "accumulate"}
%!   s.trigger_kind = kind{1};
%!   a = asgd_simulate (s, p, "horizon", 8, "paths", 40, "threads", 1);
%!   b = asgd_simulate (s, p, "horizon", 8, "paths", 40, "threads", 3);
%!   assert (a, b);
%!   assert (a.uploads(end) < 0.8 * 5 * 8);
%! endfor
%!error <must be known, positive and finite>
%! s = asgd_system ("workers", 2, "compute", work, "trigger", 1);
%! asgd_simulate (s, asgd_problem ("quadratic", 1), "horizon", 1);
%!error <noise-level must be a positive>
%! asgd_simulate (system, problem, "horizon", 1, "noise-level", -1);
