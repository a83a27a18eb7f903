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
## Pushes at the same instant are served first in, first out.  Nothing of the
## theory is used: this is what predictions are checked against.
##
## The workers are in the stationary state when the clock starts: the server has
## run for a time @qcode{"warmup"} with the model frozen at its start.
##
## @multitable @columnfractions .17 .2 .63
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
## @item @qcode{"warmup"} @tab 10 cycles @tab time to run before the clock
## starts; by default ten mean cycles of the slowest class of workers
## @item @qcode{"seed"} @tab 1 @tab of the random streams: path @var{k} draws
## from stream @var{k} of this seed, so the same seed gives the same bits
## for any number of threads
## @item @qcode{"threads"} @tab 0 @tab how many run paths at once; 0: as many as
## there are processors
## @item @qcode{"progress"} @tab false @tab show a line with the time left
## @item @qcode{"partial"} @tab false @tab on Ctrl-C return the paths that have
## finished instead of an error
## @end multitable
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
## @item mean
## @itemx variance
## modes by K, of the model in the coordinates of @code{problem.modes}
## (no rows where @code{problem.modes} is empty, or for more than 2000 modes)
## @item updates
## @itemx uploads
## 1 by K, mean number of updates applied and of gradients pushed until then
## @item accepted
## updates over uploads
## @item rate
## updates per unit of time
## @item staleness
## element @var{j}+1 is the fraction of the applied gradients with staleness
## @var{j}: the updates between the worker's pull and its push, its own not
## counted
## @item hit
## 1 by P, when the target was met, Inf where it was not
## @item check
## the @qcode{"check"} in force
## @item model
## the last model of the first path, a column (empty if that was interrupted)
## @item paths
## how many paths have finished
## @item versions
## the most models that were alive at once: never more than workers + 1
## @item stopped
## true if the run was interrupted
## @end table
##
## Without output argument the loss is plotted with a band of two standard errors.
##
## Errors: @code{sdde:asgd_simulate:invalid} for an argument outside its domain,
## @code{:unknown-option}, @code{:limit} for a run that would not fit in memory or
## never end, @code{:interrupted}.
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
         && all (isfield (problem, {"kind", "dimension", "start", "modes"}))))
    invalid ("problem must be a struct made by asgd_problem");
  endif
  defaults = struct ("horizon", [], "updates", [], "paths", 100,
                     "record", 101, "target", NaN, "check", 0, "warmup", NaN,
                     "seed", 1, "threads", 0, "progress", false,
                     "partial", false);
  options = parse_options ("asgd_simulate", defaults, varargin);
  if (isempty (options.horizon) == isempty (options.updates))
    invalid ("give either a horizon (a time) or a number of updates");
  endif
  if (isempty (options.horizon))
    options.horizon = 0;
    whole (options.updates, 1, "updates");
    last = options.updates;
  else
    options.updates = 0;
    last = options.horizon;
    if (! (isnumeric (last) && isreal (last) && isscalar (last)
           && last > 0 && isfinite (last)))
      invalid ("horizon must be a positive and finite time");
    endif
  endif
  whole (options.paths, 1, "paths");
  whole (options.check, 0, "check");
  whole (options.seed, 0, "seed");
  whole (options.threads, 0, "threads");
  options.record = records (options.record, last, options.updates > 0);
  for name = {"progress", "partial"}
    options.(name{1}) = flag (options.(name{1}), name{1});
  endfor

  options.start = problem.start;
  options.coordinates = 0;
  options.directions = [];
  options.origin = [];
  if (isstruct (problem.modes) && problem.dimension <= 2000)
    options.coordinates = problem.dimension;
    options.directions = problem.modes.vectors;
    options.origin = problem.modes.minimiser;
  endif
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

function whole (value, least, name)
  if (! (isnumeric (value) && isreal (value) && isscalar (value)
         && value >= least && value <= flintmax () && value == fix (value)))
    invalid (sprintf ("%s must be a whole number >= %d", name, least));
  endif
endfunction

function value = flag (value, name)
  if (! (isscalar (value) && (islogical (value)
                              || (isnumeric (value) && any (value == [0, 1])))))
    invalid (sprintf ("%s must be true or false", name));
  endif
  value = logical (value);
endfunction

## A vector of records from the option: how many, or the vector itself.
function record = records (record, last, in_updates)
  if (! (isnumeric (record) && isreal (record) && isvector (record)))
    invalid ("record must be a whole number >= 1, or an increasing vector");
  endif
  if (isscalar (record))
    whole (record, 1, "record");
    if (record > 1e7)
      invalid ("record must be at most 1e7 points");
    endif
    record = linspace (0, last, record);
    if (in_updates)
      record = unique (round (record));
    endif
  endif
  record = double (record);
endfunction

## ---- the plot --------------------------------------------------------------

function draw (run, target)
  shown = isfinite (run.loss) & run.loss > 0;
  t = run.t(shown);
  loss = run.loss(shown);
  reach = 2 * run.loss_se(shown);
  reach(isnan (reach)) = 0;
  ## A band that reaches 0 has no lower end on a logarithmic axis.
  lower = max (loss - reach, loss / 10);
  semilogy (t, loss, "b-", "linewidth", 1.5);
  held = ishold ();
  hold ("on");
  band = patch ([t, fliplr(t)], [lower, fliplr(loss + reach)], [0.75, 0.8, 1],
                "edgecolor", "none");
  names = {"mean of the loss", "two standard errors"};
  if (! isnan (target) && target > 0)
    plot (t([1, end]), target * [1, 1], "k--");
    names{end+1} = "target";
  endif
  if (! held)
    hold ("off");
  endif
  set (gca (), "children", flipud (get (gca (), "children")));
  xlabel ("time");
  ylabel ("loss");
  title (sprintf ("%d paths, %.3g updates per unit of time", run.paths, run.rate));
  legend (names{:});
endfunction
