## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{plan} =} asgd_optimize (@var{system}, @var{problem}, @qcode{"target"}, @var{loss})
## @deftypefnx {} {@var{plan} =} asgd_optimize (@dots{}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {} asgd_optimize (@dots{})
## How many workers to use: more of them bring more updates per second but also
## staler gradients.
##
## @var{system} comes from @code{asgd_system}; of several classes of workers each
## keeps its share, as well as whole numbers allow.  @var{problem} comes from @code{asgd_problem}, or is a vector of Hessian
## eigenvalues.
##
## @multitable @columnfractions .2 .2 .6
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"over"} @tab @qcode{"workers"} @tab what is varied
## @item @qcode{"workers"} @tab [1, 64] @tab the least and the greatest number;
## policies that wait for K workers start at K by default
## @item @qcode{"objective"} @tab @qcode{"time"} @tab @qcode{"time"}: least time
## to the target; @qcode{"speed"}: greatest decay rate of the mean (of the
## slowest mode)
## @item @qcode{"target"} @tab none @tab the loss to reach; needed for
## @qcode{"time"}
## @item @qcode{"max-floor"} @tab Inf @tab greatest limit of the expected loss
## @item @qcode{"margin"} @tab 0 @tab least distance from mean-square
## instability: 1 - @code{radius} of @code{sdde_variance}
## @item @qcode{"order"}, @qcode{"model"} @tab the best, @qcode{"renewal"} @tab
## as in @code{asgd_sdde}
## @item @qcode{"progress"} @tab false @tab show how far long work has come
## @end multitable
##
## Every number in the range is evaluated, so the best of them is certain (by
## the equation's own account).  @var{plan} is a struct with the fields
##
## @table @code
## @item system
## the system given, with the best number of workers
## @item value
## the time, or the speed, of it: @code{Inf} (time) or @code{-Inf} (speed) where
## no number of workers reaches the target or satisfies the constraints, and
## @code{system} is then the one given
## @item best
## struct of the chosen values: @code{workers} (@code{NaN} if none)
## @item table
## struct of columns @code{workers}, @code{value}, @code{floor},
## @code{radius}, @code{feasible}, one row per number tried
## @item speedup
## against the system given: the quotient of the times, or of the speeds;
## @code{Inf} where only the plan reaches the target, @code{NaN} where neither
## @end table
##
## Called without output, it draws the table with the best number marked.
##
## Errors have the identifiers @code{sdde:asgd_optimize:invalid} and
## @code{:unknown-option}.
##
## @example
## @group
## system = asgd_system ("workers", 2, "rate", 0.05, "compute", ...
##                       delay_law ("shifted-exponential", 0.5, 0.5));
## problem = asgd_problem ("quadratic", 1, "noise", 0.5);
## plan = asgd_optimize (system, problem, "target", 5e-3, "workers", [1, 20]);
## plan.best.workers
##      @result{} 8
## @end group
## @end example
##
## @seealso{asgd_system, asgd_predict, asgd_simulate, sdde_limit}
## @end deftypefn

function plan = asgd_optimize (system, problem, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  options = struct ("over", "workers", "workers", [], "objective", "time", ...
                    "target", [], "max_floor", Inf, "margin", 0, "order", 0, ...
                    "model", "renewal", "progress", false);
  options = parse_options ("asgd_optimize", options, varargin);
  check_system ("asgd_optimize", system);
  if (isempty (options.workers))
    least = 1;
    if (any (strcmp (system.policy, {"k-sync", "k-async"})))
      least = system.gradients;
    endif
    options.workers = [least, max(64, 2 * least)];
  endif
  check_options (system, options);

  range = options.workers(1):options.workers(2);
  count = numel (range);
  table = struct ("workers", range(:), "value", zeros (count, 1), ...
                  "floor", zeros (count, 1), "radius", zeros (count, 1), ...
                  "feasible", false (count, 1));
  for k = 1:count
    row = evaluate (with_workers (system, range(k)), problem, options);
    table.value(k) = row.value;
    table.floor(k) = row.floor;
    table.radius(k) = row.radius;
    table.feasible(k) = row.feasible;
    if (options.progress)
      printf ("\rasgd_optimize: %d of %d", k, count);
      fflush (stdout);
    endif
  endfor
  if (options.progress)
    printf ("\n");
  endif

  minimise = strcmpi (options.objective, "time");
  score = table.value;
  if (! minimise)
    score = -score;
  endif
  score(! table.feasible | isnan (score)) = Inf;
  [least, place] = min (score);
  plan.system = system;
  plan.best.workers = NaN;
  if (isfinite (least))
    plan.system = with_workers (system, range(place));
    plan.best.workers = range(place);
  endif
  plan.value = least * (2 * minimise - 1);
  plan.table = table;
  given = evaluate (system, problem, options).value;
  if (minimise)
    plan.speedup = given / plan.value;
  else
    plan.speedup = plan.value / given;
  endif
  plan.objective = lower (options.objective);
  if (nargout == 0)
    draw (plan);
    clear plan;
  endif
endfunction

function check_options (system, options)
  if (! (ischar (options.over) && strcmpi (options.over, "workers")))
    invalid ("over must be \"workers\"");
  endif
  range = options.workers;
  if (! (isnumeric (range) && isreal (range) && numel (range) == 2
         && all (range == fix (range)) && range(1) >= 1 && range(2) >= range(1)
         && range(2) <= 1e5))
    invalid ("workers must be two whole numbers, 1 <= least <= greatest <= 1e5");
  endif
  if (! (ischar (options.objective)
         && any (strcmpi (options.objective, {"time", "speed"}))))
    invalid ("objective must be \"time\" or \"speed\"");
  endif
  target = options.target;
  if (strcmpi (options.objective, "time")
      && ! (isnumeric (target) && isreal (target) && isscalar (target)
            && isfinite (target)))
    invalid ("the objective \"time\" needs a target, a finite loss");
  endif
  if (! (isnumeric (options.max_floor) && isreal (options.max_floor)
         && isscalar (options.max_floor) && ! isnan (options.max_floor)))
    invalid ("max-floor must be a number");
  endif
  margin = options.margin;
  if (! (isnumeric (margin) && isreal (margin) && isscalar (margin)
         && margin >= 0 && margin < 1))
    invalid ("margin must be a number in [0, 1)");
  endif
  if (! (islogical (options.progress) && isscalar (options.progress)))
    invalid ("progress must be true or false");
  endif
endfunction

function invalid (text)
  error ("sdde:asgd_optimize:invalid", "asgd_optimize: %s", text);
endfunction

## Each class gets the whole part of its share, and what is left goes to the
## greatest remainders (the method of Hamilton), the first of equal ones first.
function system = with_workers (system, workers)
  share = system.workers * workers / sum (system.workers);
  system.workers = floor (share);
  [~, order] = sort (system.workers - share);
  left = order(1:workers - sum (system.workers));
  system.workers(left) += 1;
endfunction

function row = evaluate (system, problem, options)
  eq = equation_of ("asgd_optimize", system, problem, options);
  call = @(varargin) core_call ("asgd_optimize", @__sdde_equation__, varargin{:});
  row.floor = call ("loss-floor", eq);
  [~, ~, row.radius] = call ("stationary", eq);
  if (strcmpi (options.objective, "time"))
    row.value = call ("time-to-target", eq, options.target);
  else
    row.value = min (sdde_rate (eq));
  endif
  row.feasible = row.floor <= options.max_floor ...
                 && (options.margin == 0 || row.radius <= 1 - options.margin);
endfunction

function draw (plan)
  table = plan.table;
  shown = table.feasible & isfinite (table.value);
  if (! any (shown))
    cla ();
    title ("No number of workers in the range reaches this");
    return;
  endif
  plot (table.workers(shown), table.value(shown), "o-");
  names = {"each number of workers"};
  if (isfinite (plan.best.workers))
    held = ishold ();
    hold on;
    plot (plan.best.workers, plan.value, "p", "markersize", 12, ...
          "markerfacecolor", "k", "markeredgecolor", "k");
    if (! held)
      hold off;
    endif
    names{end+1} = sprintf ("best: %d workers", plan.best.workers);
  endif
  legend (names);
  xlabel ("workers");
  if (strcmp (plan.objective, "time"))
    ylabel ("time to the target");
  else
    ylabel ("speed (decay rate of the mean)");
  endif
  title ("More workers are not always faster");
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

%!test # the best of 1 to 14 is also the best that simulation finds
%! plan = asgd_optimize (system, noisy, "target", 5e-3, "workers", [1, 14]);
%! assert (plan.best.workers, 9);
%! assert (plan.system.workers, 9);
%! assert (plan.table.workers, (1:14)');
%! [least, place] = min (plan.table.value);
%! assert ([plan.value, plan.best.workers], [least, place]);
%! assert (plan.speedup, plan.table.value(2) / plan.value, 1e-12);
%! assert (all (diff (plan.table.value(1:9)) < 0));
%! for n = 7:11
%!   s = setfield (system, "workers", n);
%!   run = asgd_simulate (s, noisy, "paths", 20000, "horizon", 15, "record", 301);
%!   simulated(n) = [run.t(run.loss <= 5e-3), Inf](1);
%! endfor
%! assert (all (simulated(9) < simulated([7, 8, 10, 11])));

%!test # speed: n* = a* mean / (eta lambda), within one
%! plan = asgd_optimize (system, 1, "objective", "speed", "order", 1, ...
%!                       "workers", [1, 14]);
%! limit = sdde_limit (delay_law ("shifted-exponential", 0.5, 0.5));
%! assert (abs (plan.best.workers - limit.fastest / 0.05) < 1);
%! assert (plan.value <= limit.rate);

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
%! s = asgd_system ("workers", 60, "compute", delay_law ("exponential", 1), ...
%!                  "policy", "k-sync", "gradients", 60, "rate", 0.05);
%! plan = asgd_optimize (s, 1, "objective", "speed");
%! assert (plan.table.workers, (60:120)');

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
%!error id=sdde:asgd_optimize:invalid asgd_optimize (system, 1, "target", 1, "over", "rate")
%!error id=sdde:asgd_optimize:invalid asgd_optimize (system, "x", "target", 1)
%!error id=sdde:asgd_optimize:unknown-option asgd_optimize (system, 1, "targets", 1)
