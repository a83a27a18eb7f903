## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{corners} =} asgd_compare (@var{system}, @var{problem}, @qcode{"uplink"}, @var{law}, @qcode{"trigger"}, @var{u})
## @deftypefnx {} {@var{corners} =} asgd_compare (@dots{}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {} asgd_compare (@dots{})
## Asynchronous and event-triggered training, with an ideal uplink and with one of
## limited bandwidth, side by side.
##
## @var{system} and @var{problem} as for @code{asgd_optimize}; the system's own
## uplink and trigger stand where the options are not given.
##
## @multitable @columnfractions .2 .2 .6
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"uplink"} @tab the system's @tab law of the time that the uplink takes
## for a gradient
## @item @qcode{"trigger"} @tab the system's @tab level u > 0
## @item @qcode{"target"} @tab none @tab a loss to reach
## @item @qcode{"paths"} @tab 0 @tab simulate as many paths to the target; 0: none
## @item @qcode{"horizon"} @tab found @tab until when to simulate: 3 times the longest
## predicted time to the target by default
## @item @qcode{"seed"} @tab 1 @tab of the simulation
## @item @qcode{"model"} @tab @qcode{"renewal"} @tab as in @code{asgd_sdde}
## @end multitable
##
## @var{corners} is a struct array of four: ideal and asynchronous, ideal and
## triggered, limited and asynchronous, limited and triggered.  Rates are per unit of
## time and near the minimum, where a trigger holds back most.
##
## @table @code
## @item name, system
## which corner, and its system
## @item updates, uploads
## gradients applied and gradients sent
## @item saved
## the part of the finished gradients that is not sent
## @item damping
## of the steepest mode over that of the ideal asynchronous corner
## @item speed
## decay rate of the mean, of the slowest mode that has curvature
## @item floor
## limit of the expected loss
## @item utilisation
## of the uplink; @code{NaN} without one
## @item time, uploads_to_target
## to the target as predicted; @code{Inf} if never, @code{NaN} without a target
## and where a trigger and an uplink are together, of which the equation knows
## no whole run
## @item simulated_time, simulated_uploads
## the same of the mean of the simulated losses; @code{NaN} without paths
## @end table
##
## Called without output, it draws speed, floor and uploads of the corners (I,
## L: ideal and limited uplink, +u: with the trigger), and the times if there is
## a target.
##
## Errors have the identifiers @code{sdde:asgd_compare:invalid} and
## @code{:unknown-option}, and those of the functions it calls.
##
## @example
## @group
## system = asgd_system ("workers", 16, "rate", 0.02, "compute", ...
##                       delay_law ("exponential", 1));
## problem = asgd_problem ("quadratic", 1, "noise", 1);
## corners = asgd_compare (system, problem, "trigger", 1, "uplink", ...
##                         delay_law ("exponential", 0.2));
## corners(2).saved
##      @result{} 0.6827
## @end group
## @end example
##
## @seealso{asgd_system, asgd_optimize, asgd_staleness, asgd_simulate}
## @end deftypefn

function corners = asgd_compare (system, problem, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  check_system ("asgd_compare", system);
  options = struct ("uplink", [], "trigger", system.trigger, "target", [], ...
                    "paths", 0, "horizon", [], "seed", 1, "model", "renewal");
  options.uplink = system.uplink;
  options = parse_options ("asgd_compare", options, varargin);
  check_options (options);
  modes = modes_of ("asgd_compare", problem);
  names = {"ideal, asynchronous", "ideal, triggered", ...
           "limited, asynchronous", "limited, triggered"};
  for k = 1:4
    one = system;
    one.uplink = [];
    one.trigger = 0;
    if (k > 2)
      one.uplink = options.uplink;
    endif
    if (mod (k, 2) == 0)
      one.trigger = options.trigger;
    endif
    corners(k) = corner (names{k}, one, problem, modes, options);
  endfor
  ## The share that a trigger sends does not depend on the uplink.
  saved = 1 - corners(2).uploads / corners(1).uploads;
  damping = [corners.damping] / corners(1).damping;
  for k = 1:4
    corners(k).saved = merge (mod (k, 2) == 0, saved, 0);
    corners(k).damping = damping(k);
  endfor
  if (options.paths > 0)
    corners = simulate (corners, problem, options);
  endif
  if (nargout == 0)
    draw (corners, options);
    clear corners;
  endif
endfunction

function check_options (options)
  invalid = @(text) error ("sdde:asgd_compare:invalid", "asgd_compare: %s", text);
  if (isempty (options.uplink))
    invalid ("the option \"uplink\" is required where the system has none");
  endif
  check_law ("asgd_compare", options.uplink, "uplink");
  u = options.trigger;
  if (! (isnumeric (u) && isreal (u) && isscalar (u) && u > 0 && isfinite (u)))
    invalid ("the option \"trigger\" must be a number > 0");
  endif
  target_loss ("asgd_compare", options.target);
  whole_number ("asgd_compare", options.paths, 0, "paths");
  if (options.paths > 0 && isempty (options.target))
    invalid ("paths are simulated to a target, and there is none");
  endif
endfunction

function one = corner (name, system, problem, modes, options)
  eq = asgd_sdde (system, problem, "model", options.model);
  st = asgd_staleness (system, "model", options.model);
  speeds = sdde_rate (eq);
  one = struct ("name", name, "system", system, "updates", eq.rate, ...
                "uploads", eq.uploads, "saved", NaN, "damping", max (eq.damping), ...
                "speed", min (speeds(modes.eigenvalues > 0)), "floor", NaN, ...
                "utilisation", NaN, "time", NaN, "uploads_to_target", NaN, ...
                "simulated_time", NaN, "simulated_uploads", NaN);
  if (isfield (st, "utilisation"))
    one.utilisation = st.utilisation;
  endif
  variance = sdde_variance (eq);
  one.floor = eq.minimum + sum (eq.curvature .* variance(:)) / 2;
  if (! isempty (options.target) && ! (system.trigger > 0 && ! isempty (system.uplink)))
    curve = asgd_predict (system, problem, "target", options.target, ...
                          "model", options.model);
    one.time = one.uploads_to_target = curve.time_to_target;
    if (isfinite (one.time) && one.time > 0)
      one.uploads_to_target = asgd_predict (system, problem, one.time, ...
                                            "model", options.model).uploads;
    endif
  endif
endfunction

function corners = simulate (corners, problem, options)
  horizon = options.horizon;
  if (isempty (horizon))
    times = [corners.time];
    times = times(isfinite (times));
    if (isempty (times) || max (times) == 0)
      error ("sdde:asgd_compare:invalid",
             "asgd_compare: no time to the target is known from which to take a horizon; give one");
    endif
    horizon = 3 * max (times);
  endif
  for k = 1:4
    run = asgd_simulate (corners(k).system, problem, "paths", options.paths, ...
                         "horizon", horizon, "record", 301, "seed", options.seed);
    corners(k).simulated_time = Inf;
    corners(k).simulated_uploads = Inf;
    place = find (run.loss <= options.target, 1);
    if (! isempty (place))
      corners(k).simulated_time = run.t(place);
      corners(k).simulated_uploads = run.uploads(place);
      if (place > 1)
        part = (run.loss(place-1) - options.target) ...
               / (run.loss(place-1) - run.loss(place));
        corners(k).simulated_time = run.t(place-1) + part * diff (run.t(place-1:place));
        corners(k).simulated_uploads = run.uploads(place-1) ...
                                       + part * diff (run.uploads(place-1:place));
      endif
    endif
  endfor
endfunction

function draw (corners, options)
  shown = {"speed", "per unit of time"; "floor", "loss"; "uploads", "per unit of time"};
  if (options.paths > 0)
    shown(end+1,:) = {"simulated_time", "time to the target"};
  elseif (! isempty (options.target))
    shown(end+1,:) = {"time", "time to the target"};
  endif
  titles = struct ("speed", "Speed", "floor", "Floor", "uploads", "Uploads", ...
                   "time", "Time (predicted)", "simulated_time", "Time (simulated)");
  clf ();
  count = rows (shown);
  for k = 1:count
    subplot (1, count, k);
    value = [corners.(shown{k,1})];
    value(! isfinite (value)) = 0;
    bar (value, "facecolor", [0.6, 0.6, 0.6]);
    set (gca (), "xtick", 1:4, "xticklabel", {"I", "I+u", "L", "L+u"}, ...
         "xlim", [0.4, 4.6]);
    title (titles.(shown{k,1}));
    ylabel (shown{k,2});
    xlabel ("uplink I, L; +u: trigger");
  endfor
endfunction

%!demo
%! ## A saturated uplink: the trigger makes training faster
%! system = asgd_system ("workers", 16, "rate", 0.02, "compute", ...
%!                       delay_law ("exponential", 1));
%! problem = asgd_problem ("quadratic", 1, "noise", 1);
%! asgd_compare (system, problem, "trigger", 1, "uplink", ...
%!               delay_law ("exponential", 0.2));

%!shared system, uplink
%! system = asgd_system ("workers", 16, "rate", 0.02, "compute", ...
%!                       delay_law ("exponential", 1));
%! uplink = delay_law ("exponential", 0.2);

%!test # u = 1: 68 % of the uploads saved at 80 % of the damping, by closed forms
%! problem = asgd_problem ("quadratic", 1, "noise", 1);
%! c = asgd_compare (system, problem, "trigger", 1, "uplink", uplink);
%! Q = erfc (1 / sqrt (2));
%! kappa = Q + 2 * exp (-0.5) / sqrt (2 * pi);
%! assert ([c.saved], [0, 1 - Q, 0, 1 - Q], 1e-12);
%! assert (c(2).damping, kappa, 1e-12);
%! assert (c(1).uploads, 16, 1e-12);
%! assert (isnan ([c.time]), true (1, 4));
%! assert (isnan ([c.utilisation]), [true, true, false, false]);

%!test # ... and in simulation, with noise alone: the mean falls by kappa, Q are sent
%! s = setfield (setfield (system, "workers", 10), "trigger", 1);
%! problem = asgd_problem ("quadratic", 1, "noise", 10);
%! s.rate = 0.01;
%! run = asgd_simulate (s, problem, "paths", 40000, "horizon", 12, "record", [0, 12]);
%! c = asgd_compare (s, problem, "uplink", uplink);
%! assert (run.uploads(end), c(2).uploads * 12, -0.02);
%! error = sqrt (run.variance(end) / 40000);
%! expected = asgd_predict (c(2).system, problem, 12).mean;
%! assert (abs (run.mean(end) - expected) < 4.5 * error + 0.004);

%!test # a saturated uplink: the trigger makes training faster, predicted and simulated
%! problem = asgd_problem ("quadratic", 1, "noise", 1);
%! c = asgd_compare (system, problem, "trigger", 1, "uplink", uplink, ...
%!                   "target", 0.05, "paths", 1500, "horizon", 60);
%! assert (c(3).utilisation > 0.98);
%! assert (c(4).speed > 1.3 * c(3).speed);
%! assert (c(2).speed < c(1).speed);
%! assert (c(4).simulated_time < 0.9 * c(3).simulated_time);
%! assert (c(2).simulated_uploads < 0.75 * c(1).simulated_uploads);
%! assert ([c(1:3).simulated_time], [c(1:3).time], -0.06);
%! assert ([c(1:3).simulated_uploads], [c(1:3).uploads_to_target], -0.06);
%! assert (isnan (c(4).time));

%!test
%! f = figure ("visible", "off");
%! unwind_protect
%!   asgd_compare (system, asgd_problem ("quadratic", 1, "noise", 1), ...
%!                 "trigger", 1, "uplink", uplink, "target", 0.05);
%!   assert (numel (findobj (f, "type", "axes")) == 4);
%! unwind_protect_cleanup
%!   close (f);
%! end_unwind_protect

%!error <Invalid call> asgd_compare (system)
%!error <"uplink" is required> asgd_compare (system, 1, "trigger", 1)
%!error <"trigger" must be a number> asgd_compare (system, 1, "uplink", uplink)
%!error <uplink must be a law> asgd_compare (system, 1, "uplink", 1, "trigger", 1)
%!error <there is none> asgd_compare (system, 1, "uplink", uplink, "trigger", 1, "paths", 9)
%!error <target must be> asgd_compare (system, 1, "uplink", uplink, "trigger", 1, "target", Inf)
%!error id=sdde:asgd_compare:unknown-option asgd_compare (system, 1, "up", 1)
%!error <no time to the target is known>
%! system.rate = 10;
%! problem = asgd_problem ("quadratic", 1, "noise", 0.1);
%! asgd_compare (system, problem, "uplink", uplink, "trigger", 1, "target", 0.1, "paths", 2);
