## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{plan} =} asgd_optimize (@var{system}, @var{problem}, @qcode{"target"}, @var{loss})
## @deftypefnx {} {@var{plan} =} asgd_optimize (@dots{}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {} asgd_optimize (@dots{})
## How many workers to use, at which learning rate, with which threshold, trigger or
## number of gradients: more workers bring more updates per second but also staler
## gradients.
##
## @var{system} comes from @code{asgd_system}; of several classes of workers
## each keeps its share, as well as whole numbers allow.  @var{problem} comes
## from @code{asgd_problem}, or is a vector of Hessian eigenvalues.
##
## @multitable @columnfractions .25 .18 .57
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"over"} @tab @qcode{"workers"} @tab what is varied: one or a cell of
## @qcode{"workers"}, @qcode{"rate"}, @qcode{"threshold"} (kept as the system keeps
## it, dropped or aborted), @qcode{"gradients"} (K), @qcode{"trigger"},
## @qcode{"momentum"}, jointly
## @item @qcode{"workers"} @tab [1, 64] @tab the least and the greatest number;
## policies that wait for K workers start at K by default
## @item @qcode{"rate"} @tab 1/100 to 100 times @tab the least and the greatest
## learning rate
## @item @qcode{"threshold"} @tab [0, Inf] @tab the same; Inf: none is among the
## choices
## @item @qcode{"gradients"} @tab [1, 64] @tab the same of K
## @item @qcode{"trigger"} @tab [0, 2 + sqrt (d)] @tab the same of the level u, d being
## the number of modes
## @item @qcode{"momentum"} @tab [0, 0.95] @tab the same of beta
## @item @qcode{"objective"} @tab @qcode{"time"} @tab @qcode{"time"}: least time
## to the target; @qcode{"uploads"}: least gradients sent until then;
## @qcode{"settling"}: least time from when on the loss at the mean of the
## model, without the variance, stays at the target; @qcode{"speed"}: greatest
## decay rate of the mean (of the slowest mode that has curvature)
## @item @qcode{"target"} @tab none @tab the loss to reach; needed for
## all but the speed
## @item @qcode{"max-floor"} @tab Inf @tab greatest limit of the expected loss
## @item @qcode{"margin"} @tab 0 @tab least distance from mean-square
## instability: 1 - @code{radius} of @code{sdde_variance}
## @item @qcode{"max-uploads"} @tab Inf @tab most gradients sent until the target is
## reached
## @item @qcode{"max-upload-rate"} @tab Inf @tab most gradients sent per unit of time
## (near the minimum, where a trigger is at its most sparing)
## @item @qcode{"exhaustive"} @tab false @tab evaluate every combination of whole
## numbers, however many they are
## @item @qcode{"order"}, @qcode{"model"} @tab the best, @qcode{"renewal"} @tab
## as in @code{asgd_sdde}, but with a trigger the best is at most 2
## @item @qcode{"progress"} @tab false @tab show how far long work has come
## @end multitable
##
## A plan must be stable in mean square, and its floor must not be above the
## target (a loss that only swings through it does not count).  The bandwidth of
## a shared uplink is part of the system (see @code{asgd_system}).
##
## Whole numbers alone (up to 4096 of one, 256 combinations of several) are all
## evaluated, so that the best of them is certain by the equation's own account,
## and @code{proven} is true.  Otherwise combinations are searched from a lattice,
## learning rate and trigger for each by Brent's or Nelder and Mead's method.
## These candidates are ranked by a sketch (the equation of order 1 or 2 with a law
## of the same mean and variance in the place of the delay's); the best few are
## tuned and evaluated by the equation of the best order.  That such a plan is the
## best one is not proved; @code{proven} is false.
##
## @var{plan} is a struct with the fields
##
## @table @code
## @item system
## the system given, with the best values
## @item value
## the time, the uploads, or the speed, of it: @code{Inf} (@code{-Inf} for the speed)
## where nothing in the range reaches the target or satisfies the constraints, and
## @code{system} is then the one given
## @item best
## struct of the chosen values, a field for each name of @qcode{"over"}
## (@code{NaN} if none)
## @item table
## struct of columns: one for each name of @qcode{"over"}, @code{value},
## @code{floor} (limit of the expected loss),
## @code{radius}, @code{uploads} (until the target; for the speed, per unit of time),
## @code{feasible}, @code{sketched}; one row per combination tried.  Where
## @code{sketched} is true the value is that of the sketch, and what it does not
## tell is @code{NaN}; @code{feasible} is then false.
## @item speedup
## against the system given: the quotient of the times (uploads), or of the speeds;
## @code{Inf} where only the plan reaches the target, @code{NaN} where neither
## @item proven
## whether there is no better combination in the range
## @item sensitivity
## struct array of what single changes would cost the plan: @code{change} (a
## name of @qcode{"over"}, or @qcode{"delays"}, @qcode{"noise"},
## @qcode{"curvature"}), @code{from} and @code{to} (values; for the last three
## factors), and @code{cost}, relative to the value: 0.1 is 10 % worse,
## @code{Inf} means that the target is reached no more
## @item objective
## its name
## @end table
##
## Called without output, it draws the table with the best marked (the loss of both
## systems where nothing whole was varied), and the sensitivity.
##
## Errors have the identifiers @code{sdde:asgd_optimize:invalid}, @code{:unknown},
## @code{:limit} and @code{:unknown-option}.
##
## @example
## @group
## system = asgd_system ("workers", 2, "rate", 0.05, "compute", ...
##                       delay_law ("shifted-exponential", 0.5, 0.5));
## problem = asgd_problem ("quadratic", 1, "noise", 0.5);
## plan = asgd_optimize (system, problem, "target", 5e-3, "workers", [1, 20]);
## plan.best.workers
##      @result{} 9
## @end group
## @end example
##
## @seealso{asgd_system, asgd_predict, asgd_simulate, sdde_limit}
## @end deftypefn

function plan = asgd_optimize (system, problem, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  caller = "asgd_optimize";
  options = struct ("over", "workers", "workers", [], "rate", [], ...
                    "threshold", [], "gradients", [], "trigger", [], "momentum", [], ...
                    "objective", "time", "target", [], "max_floor", Inf, ...
                    "margin", 0, "max_uploads", Inf, "max_upload_rate", Inf, ...
                    "exhaustive", false, "order", 0, "model", "renewal", ...
                    "progress", false);
  options = parse_options (caller, options, varargin);
  check_system (caller, system);
  modes = modes_of (caller, problem);
  [variables, objectives] = core_call (caller, @__sdde_plan__, "names");
  over = names_over (options.over, variables);
  task = check_options (options, over, variables, objectives);
  task.bounds = bounds_over (system, numel (modes.eigenvalues), options, over,
                             variables);
  if (isstruct (problem) && ! any (modes.noise)
      && (system.trigger > 0 || any (strcmp (over, "trigger"))))
    invalid (["the level of a trigger is a multiple of the standard deviation " ...
              "of the gradient's noise, and the problem has none"]);
  endif

  [rows, best, given, flags, workers, changes] = ...
    core_call (caller, @__sdde_plan__, "solve", system, options.model,
               options.order, modes, task, options.progress);
  found = logical (flags(1));
  [~, column] = ismember (over, variables);
  after = numel (variables);
  plan.system = system;
  plan.value = merge (strcmp (task.objective, "speed"), -Inf, Inf);
  for k = 1:numel (over)
    plan.best.(over{k}) = merge (found, best(column(k)), NaN);
    table.(over{k}) = rows(:,column(k));
    if (found)
      plan.system.(over{k}) = best(column(k));
    endif
  endfor
  if (found)
    plan.system.workers = workers;
    plan.value = best(after + 1);
  endif
  for k = 1:4
    table.({"value", "floor", "radius", "uploads"}{k}) = rows(:,after + k);
  endfor
  table.feasible = logical (rows(:,after + 5));
  table.sketched = logical (rows(:,after + 6));
  plan.table = table;
  if (strcmp (task.objective, "speed"))
    plan.speedup = plan.value / given(after + 1);
  else
    plan.speedup = given(after + 1) / plan.value;
  endif
  plan.proven = logical (flags(2));
  plan.sensitivity = changes;
  plan.objective = task.objective;
  if (nargout == 0)
    draw (plan, over, system, problem, options);
    clear plan;
  endif
endfunction

function over = names_over (over, variables)
  if (ischar (over))
    over = {over};
  endif
  if (! (iscellstr (over) && ! isempty (over)))
    invalid ("over must be the name of what is varied, or a cell of names");
  endif
  over = unique (lower (over(:)'), "stable");
  for name = over
    if (! any (strcmp (name{1}, variables)))
      error ("sdde:asgd_optimize:unknown",
             "asgd_optimize: '%s' cannot be varied; did you mean '%s'? (known: %s)",
             name{1}, nearest_name (name{1}, variables), strjoin (variables, ", "));
    endif
  endfor
endfunction

## What the core calls the task, without its bounds.
function task = check_options (options, over, variables, objectives)
  task.objective = options.objective;
  if (! (ischar (task.objective) && any (strcmpi (task.objective, objectives))))
    invalid (["objective must be one of " strjoin(objectives, ", ")]);
  endif
  task.objective = lower (task.objective);
  target = options.target;
  if (! strcmp (task.objective, "speed")
      && ! (isnumeric (target) && isreal (target) && isscalar (target)
            && isfinite (target)))
    invalid (sprintf ("the objective \"%s\" needs a target, a finite loss",
                      task.objective));
  endif
  task.target = 0;
  if (! strcmp (task.objective, "speed"))
    task.target = double (target);
  endif
  for name = {"max_floor", "max_uploads", "max_upload_rate"}
    value = options.(name{1});
    if (! (isnumeric (value) && isreal (value) && isscalar (value)
           && ! isnan (value)))
      invalid ([strrep(name{1}, "_", "-") " must be a number"]);
    endif
    task.(name{1}) = double (value);
  endfor
  margin = options.margin;
  if (! (isnumeric (margin) && isreal (margin) && isscalar (margin)
         && margin >= 0 && margin < 1))
    invalid ("margin must be a number in [0, 1)");
  endif
  task.margin = double (margin);
  if (! (isnumeric (options.order) && isscalar (options.order)
         && any (options.order == 0:3)))
    invalid ("order must be 1, 2 or 3");
  endif
  for name = {"progress", "exhaustive"}
    if (! (islogical (options.(name{1})) && isscalar (options.(name{1}))))
      invalid ([name{1} " must be true or false"]);
    endif
  endfor
  task.exhaustive = options.exhaustive;
  for name = setdiff (variables, over)
    if (! isempty (options.(name{1})))
      invalid (sprintf ("bounds of %s are given, but \"over\" does not name it",
                        name{1}));
    endif
  endfor
endfunction

## Two numbers for each name; the core checks what they may be.
function bounds = bounds_over (system, dimension, options, over, variables)
  bounds = struct ();
  for name = over
    range = options.(name{1});
    if (isempty (range))
      range = default_bounds (name{1}, system, dimension, over);
    endif
    if (! (isnumeric (range) && isreal (range) && numel (range) == 2))
      invalid ([name{1} " must be two numbers, the least and the greatest"]);
    endif
    bounds.(name{1}) = double (range(:)');
  endfor
endfunction

function range = default_bounds (name, system, dimension, over)
  switch (name)
    case "workers"
      least = 1;
      if (any (strcmp (system.policy, {"k-sync", "k-async"}))
          && ! any (strcmp (over, "gradients")))
        least = system.gradients;
      endif
      range = [least, max(64, 2 * least)];
    case "rate"
      range = system.rate * [0.01, 100];
    case "threshold"
      range = [double(strcmp (system.stale, "wait")), Inf];
    case "gradients"
      range = [1, 64];
    case "trigger"
      range = [0, 2 + sqrt(dimension)];
    case "momentum"
      range = [0, 0.95];
  endswitch
endfunction

function invalid (text)
  error ("sdde:asgd_optimize:invalid", "asgd_optimize: %s", text);
endfunction

function draw (plan, over, system, problem, options)
  names = struct ("time", "time to the target", "uploads", ...
                  "uploads to the target", "settling", ...
                  "time until the mean settles", "speed", ...
                  "speed (decay rate of the mean)");
  clf ();
  subplot (1, 3, 1:2);
  whole = over(ismember (over, {"workers", "threshold", "gradients"}));
  if (isempty (whole))
    draw_losses (plan, system, problem, options);
  else
    draw_table (plan, whole{1}, names.(plan.objective));
  endif
  subplot (1, 3, 3);
  draw_sensitivity (plan);
endfunction

## The best value at each number of what is named.
function draw_table (plan, name, label)
  table = plan.table;
  shown = (table.feasible | table.sketched) & isfinite (table.value) ...
          & isfinite (table.(name));
  if (! any (shown))
    title ("Nothing in the range reaches this");
    return;
  endif
  sign = 1 - 2 * strcmp (plan.objective, "speed");
  [number, ~, place] = unique (table.(name)(shown));
  value = sign * accumarray (place, sign * table.value(shown), [], @min);
  plot (number, value, "o-", "color", [0.2, 0.2, 0.2]);
  legends = {sprintf("each number of %s", name)};
  if (isfinite (plan.best.(name)))
    hold on;
    plot (plan.best.(name), plan.value, "p", "markersize", 14, ...
          "markerfacecolor", "k", "markeredgecolor", "k");
    hold off;
    legends{end+1} = sprintf ("best: %d", plan.best.(name));
  endif
  legend (legends);
  xlabel (name);
  ylabel (label);
  title ("Expected by the equation");
endfunction

function draw_losses (plan, system, problem, options)
  given = asgd_predict (system, problem, "model", options.model);
  better = asgd_predict (plan.system, problem, given.t, "model", options.model);
  semilogy (given.t, given.loss, "--", "color", [0.5, 0.5, 0.5], ...
            better.t, better.loss, "k-", "linewidth", 1.5);
  legend ("the system given", "the plan");
  xlabel ("time");
  ylabel ("expected loss");
  title ("Expected by the equation");
endfunction

function draw_sensitivity (plan)
  changes = plan.sensitivity;
  cost = 100 * [changes.cost];
  shown = isfinite (cost);
  if (! any (shown))
    title ("No sensitivity");
    return;
  endif
  changes = fliplr (changes(shown));
  barh (fliplr (cost(shown)), "facecolor", [0.6, 0.6, 0.6]);
  labels = arrayfun (@(c) sprintf ("%s %s", c.change, to_text (c)), changes, ...
                     "uniformoutput", false);
  set (gca (), "ytick", 1:numel (changes), "yticklabel", labels, ...
       "ylim", [0.4, numel(changes) + 0.6]);
  xlabel (["cost in " plan.objective " (%)"]);
  title ("What changes would cost");
endfunction

function text = to_text (change)
  if (change.from == 1 && any (strcmp (change.change, {"delays", "noise", "curvature"})))
    text = sprintf ("+%.0f %%", 100 * (change.to - 1));
  else
    text = sprintf ("%.3g", change.to);
  endif
endfunction

%!demo
%! ## More workers: faster to 11, slower after, and in the end never there
%! work = delay_law ("shifted-exponential", 0.5, 0.5);
%! system = asgd_system ("workers", 2, "compute", work, "rate", 0.05);
%! problem = asgd_problem ("quadratic", 1, "noise", 1);
%! asgd_optimize (system, problem, "target", 0.03, "workers", [1, 24]);

%!shared system, noisy
%! noisy = asgd_problem ("quadratic", 1, "noise", 0.5);
%! work = delay_law ("shifted-exponential", 0.5, 0.5);
%! system = asgd_system ("workers", 2, "compute", work, "rate", 0.05);

%!test # the best of 1 to 11 is also the best that simulation finds
%! plan = asgd_optimize (system, noisy, "target", 5e-3, "workers", [1, 11]);
%! assert (plan.best.workers, 9);
%! assert (plan.system.workers, 9);
%! assert (plan.table.workers, (1:11)');
%! [least, place] = min (plan.table.value);
%! assert ([plan.value, plan.best.workers], [least, place]);
%! assert (plan.speedup, plan.table.value(2) / plan.value, 1e-12);
%! assert (all (diff (plan.table.value(1:9)) < 0));
%! for n = 8:10
%!   s = setfield (system, "workers", n);
%!   run = asgd_simulate (s, noisy, "paths", 6000, "horizon", 8, "record", 161);
%!   simulated(n) = [run.t(run.loss <= 5e-3), Inf](1);
%! endfor
%! assert (all (simulated(9) < simulated([8, 10])));

%!test # speed: n* = a* mean / (eta lambda), within one
%! plan = asgd_optimize (system, 1, "objective", "speed", "order", 1, ...
%!                       "workers", [1, 14]);
%! limit = sdde_limit (delay_law ("shifted-exponential", 0.5, 0.5));
%! assert (abs (plan.best.workers - limit.fastest / 0.05) < 1);
%! assert (plan.value <= limit.rate);

%!test # claims 5 and 6 of the theory: 8 workers settle first, beyond 46 none do
%! for order = 1:3
%!   plan = asgd_optimize (system, 1, "objective", "settling", "target", 0.5e-4, ...
%!                         "workers", [6, 10], "order", order);
%!   assert (plan.best.workers, 8);
%!   assert (plan.proven);
%! endfor
%! curve = asgd_predict (plan.system, 1, 0:0.01:60);
%! assert (plan.value, curve.t(find (abs (curve.mean) > 0.01, 1, "last")), 0.02);
%! many = asgd_optimize (system, 1, "objective", "settling", "target", 0.5e-4, ...
%!                       "workers", [46, 48], "order", 1);
%! assert (many.value, Inf);

%!test # jointly with the learning rate: nothing better on a grid of its own
%! problem = asgd_problem ("quadratic", [0.5, 2], "noise", 0.3);
%! plan = asgd_optimize (system, problem, "target", 0.02, "workers", [5, 9], ...
%!                       "over", {"workers", "rate"}, "rate", [0.02, 0.2]);
%! assert (! plan.proven);
%! assert (plan.system.rate, plan.best.rate);
%! assert (plan.system.workers, plan.best.workers);
%! reached = @(s) asgd_predict (s, problem, 1, "target", 0.02).time_to_target;
%! assert (plan.value, reached (plan.system), -1e-6);
%! assert (plan.speedup, reached (system) / plan.value, -1e-6);
%! for n = [5, 9]
%!   for rate = [0.02, 0.05, 0.1]
%!     other = setfield (setfield (system, "workers", n), "rate", rate);
%!     assert (reached (other) > 0.995 * plan.value);
%!   endfor
%! endfor
%! ## What changes would cost, by predicting them.
%! steeper = asgd_problem ("quadratic", 1.1 * [0.5, 2], "noise", 0.3);
%! cost = asgd_predict (plan.system, steeper, 1, "target", 0.02).time_to_target;
%! change = plan.sensitivity(strcmp ({plan.sensitivity.change}, "curvature"));
%! assert ([change.from, change.to], [1, 1.1], eps);
%! assert (change.cost, cost / plan.value - 1, 2e-3);
%! change = plan.sensitivity(strcmp ({plan.sensitivity.change}, "rate"))(1);
%! slower = setfield (plan.system, "rate", plan.best.rate / 1.1);
%! assert (change.to, slower.rate, -1e-12);
%! assert (change.cost, reached (slower) / plan.value - 1, 2e-3);
%! assert (plan.sensitivity(1).cost, 0.1, 1e-12);

%!test # 4 workers, ranked by another curve than more, do not win by that
%! problem = asgd_problem ("quadratic", [0.97, 0.65, 0.99], "noise", 0.08);
%! plan = asgd_optimize (system, problem, "target", 0.0214, "workers", [4, 9], ...
%!                       "over", {"workers", "rate"}, "rate", [0.05, 0.25]);
%! assert (plan.best.workers, 9);
%! four = plan.table.value(1);
%! assert (any (plan.table.value(plan.table.sketched) > 1.2 * four));
%! s = setfield (setfield (system, "workers", 4), "rate", plan.table.rate(1));
%! reached = @(s) asgd_simulate (s, problem, "paths", 4000, "horizon", 4, ...
%!                               "record", 401, "seed", 1).loss <= 0.0214;
%! assert (find (reached (plan.system), 1) < find (reached (s), 1));

%!test # behind an uplink, not a swing that the closure only just takes to the target
%! s = asgd_system ("workers", 2, "compute", delay_law ("gamma", 30, 1/30), ...
%!                  "uplink", delay_law ("exponential", 0.2), "rate", 0.05);
%! problem = asgd_problem ("quadratic", 1.43, "noise", 0.35);
%! plan = asgd_optimize (s, problem, "target", 0.042, "workers", [3, 4], ...
%!                       "over", {"workers", "rate"}, "rate", [0.02, 0.5]);
%! assert (asgd_sdde (plan.system, problem).order, 3);
%! run = asgd_simulate (plan.system, problem, "paths", 3000, "seed", 1, ...
%!                      "horizon", 1.3 * plan.value, "record", 101);
%! assert (any (run.loss < 0.042));

%!test # a threshold and a trigger, and what constraints make of the plan
%! problem = asgd_problem ("quadratic", 1, "noise", 0.5);
%! s = setfield (system, "compute", {delay_law("exponential", 1)});
%! plan = asgd_optimize (s, problem, "target", 0.02, "workers", [8, 8], ...
%!                       "over", {"workers", "threshold"}, "threshold", [5, 6]);
%! assert (plan.proven && rows (plan.table.threshold) == 2);
%! [least, place] = min (plan.table.value);
%! assert ([plan.value, plan.best.threshold], ...
%!         [least, plan.table.threshold(place)]);
%! few = asgd_optimize (s, problem, "target", 0.02, "workers", [6, 10], ...
%!                      "max-upload-rate", 8);
%! assert (few.best.workers, 8);
%! sent = asgd_optimize (s, problem, "target", 0.02, "objective", "uploads", ...
%!                       "over", {"rate", "trigger"});
%! assert (sent.best.trigger > 1 && sent.speedup > 1.5);
%! curve = asgd_predict (sent.system, problem, [0, 1], "target", 0.02, "order", 2);
%! at = asgd_predict (sent.system, problem, curve.time_to_target, "order", 2);
%! assert (sent.value, at.uploads, -1e-3);
%! floor = asgd_optimize (s, problem, "objective", "speed", "over", "rate", ...
%!                        "max-floor", 0.003);
%! assert (asgd_predict (floor.system, problem, 1).loss_floor, 0.003, -0.01);
%! assert (floor.table.floor <= 0.003);

%!test # momentum, for the speed of the mean, which sdde_rate confirms
%! plan = asgd_optimize (system, [1, 30], "objective", "speed", ...
%!                       "over", {"rate", "momentum"}, "momentum", [0, 0.9]);
%! assert (plan.value, min (sdde_rate (asgd_sdde (plan.system, [1, 30]))), -1e-9);
%! plain = asgd_optimize (system, [1, 30], "objective", "speed", "over", "rate", ...
%!                        "order", 2);
%! assert (plan.value >= plain.value);

%!test # drawn without a display, both kinds
%! f = figure ("visible", "off");
%! unwind_protect
%!   asgd_optimize (system, noisy, "target", 5e-3, "workers", [8, 9]);
%!   assert (numel (findobj (f, "type", "axes", "tag", "")) == 2);
%!   asgd_optimize (system, noisy, "target", 5e-3, "over", "rate");
%! unwind_protect_cleanup
%!   close (f);
%! end_unwind_protect

%!test # constraints, and targets that nothing reaches
%! problem = asgd_problem ("quadratic", 1, "noise", 1);
%! plan = asgd_optimize (system, problem, "target", 1e-6, "workers", [1, 3]);
%! assert (plan.value, Inf);
%! assert (plan.best.workers, NaN);
%! assert (plan.system.workers, 2);
%! free = asgd_optimize (system, problem, "target", 0.2, "workers", [1, 9]);
%! floor = free.table.floor(4);
%! plan = asgd_optimize (system, problem, "target", 0.2, "workers", [1, 9], ...
%!                       "max-floor", floor);
%! assert (plan.best.workers <= 4 && free.best.workers > 4);

%!test # rounds of K gradients need K workers: the range starts there
%! s = asgd_system ("workers", 20, "compute", delay_law ("exponential", 1), ...
%!                  "policy", "k-sync", "gradients", 20, "rate", 0.05);
%! plan = asgd_optimize (s, 1, "objective", "speed");
%! assert (plan.table.workers, (20:64)');

## Classes keep their shares, and what is found for them is theirs.
%!test
%! fast = delay_law ("exponential", 1);
%! slow = delay_law ("exponential", 2);
%! two = asgd_system ("workers", [2 1], "compute", {fast, slow}, "rate", 0.05);
%! for n = [1 2 3 4 5 20]
%!   plan = asgd_optimize (two, 0.5, "objective", "speed", "workers", [n n]);
%!   expected = {[1 0], [1 1], [2 1], [3 1], [3 2], [13 7]}{n == [1 2 3 4 5 20]};
%!   assert (plan.system.workers, expected);
%!   assert (plan.best.workers, n);
%!   assert (plan.value, sdde_rate (asgd_sdde (plan.system, 0.5)), -1e-12);
%! endfor

%!error <Invalid call> asgd_optimize (system)
%!error id=sdde:asgd_optimize:invalid asgd_optimize (system, 1)
%!error id=sdde:asgd_optimize:invalid asgd_optimize (3, 1, "target", 1)
%!error id=sdde:asgd_optimize:invalid asgd_optimize (system, 1, "target", NaN)
%!error id=sdde:asgd_optimize:invalid asgd_optimize (system, 1, "target", 1, "workers", [0, 3])
%!error id=sdde:asgd_optimize:invalid asgd_optimize (system, "x", "target", 1)
%!error id=sdde:asgd_optimize:unknown-option asgd_optimize (system, 1, "targets", 1)
%!error id=sdde:asgd_optimize:unknown asgd_optimize (system, 1, "target", 1, "over", "speed")
%!error <did you mean 'workers'> asgd_optimize (system, 1, "target", 1, "over", {"worker"})
%!error <over must be the name> asgd_optimize (system, 1, "target", 1, "over", {})
%!error <bounds of rate are given> asgd_optimize (system, 1, "target", 1, "rate", [0, 1])
%!error <rate needs two bounds> asgd_optimize (system, 1, "target", 1, "over", "rate", "rate", [0, 1])
%!error <momentum needs two bounds> asgd_optimize (system, 1, "objective", "speed", "over", "momentum", "momentum", [0, 1])
%!error <workers needs two whole numbers> asgd_optimize (system, 1, "target", 1, "workers", [1.5, 3])
%!error <trigger must be two numbers> asgd_optimize (system, noisy, "target", 1, "over", "trigger", "trigger", 1)
%!error <the problem has none> asgd_optimize (system, asgd_problem ("quadratic", 1), "target", 1, "over", "trigger")
%!error <objective must be one of time, speed, uploads, settling> asgd_optimize (system, 1, "target", 1, "objective", "fun")
%!error <margin must be> asgd_optimize (system, 1, "target", 1, "margin", 1)
%!error <order must be> asgd_optimize (system, 1, "target", 1, "order", 4)
%!error <nor in plans for one with a trigger; use order 1 or 2$> ...
%! asgd_optimize (setfield (system, "trigger", 1), ...
%!                asgd_problem ("quadratic", 1, "noise", 1), "target", 0.1, "order", 3)
%!error <max-floor must be> asgd_optimize (system, 1, "target", 1, "max-floor", NaN)
%!error <exhaustive must be> asgd_optimize (system, 1, "target", 1, "exhaustive", 1)
%!error id=sdde:asgd_optimize:limit asgd_optimize (system, 1, "target", 1, "over", {"workers", "threshold"}, "threshold", [0, 1e5], "workers", [1, 9], "exhaustive", true)
