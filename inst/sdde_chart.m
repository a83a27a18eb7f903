## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{chart} =} sdde_chart (@var{name1}, @var{values1}, @var{name2}, @var{values2})
## @deftypefnx {} {@var{chart} =} sdde_chart (@var{name1}, @var{values1}, @var{name2}, @var{values2}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {@var{chart} =} sdde_chart (@var{f}, @var{x}, @var{y})
## @deftypefnx {} {} sdde_chart (@dots{})
## Stability and speed of a delay equation over two of its parameters.
##
## The names are two of @qcode{"damping"}, @qcode{"delay"} (the mean delay),
## @qcode{"decay"}, @qcode{"correction"} and @qcode{"inertia"}, in the meaning
## that @code{sdde_equation} has for them, and the values vectors of numbers,
## along x and along y.
##
## @multitable @columnfractions .2 .15 .65
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"law"} @tab fixed delay @tab law of the delay, which is scaled
## to the mean
## @item the other names @tab 0, damping and delay 1 @tab a number for all of
## the plane
## @end multitable
##
## In place of names a function @var{f} (x, y) may return any equation, such as
## that of @code{asgd_sdde} for x workers at the learning rate y; the speed is
## then that of the slowest of its modes.  It is called for each point, and a
## line tells how far it is; Ctrl-C stops it.
##
## @table @code
## @item chart.x, chart.y
## rows of the values
## @item chart.rate
## a matrix with one row for each y and one column for each x: the speed of
## @code{sdde_rate}, negative where the mean grows
## @item chart.names
## the two names
## @end table
##
## Without output the speed is drawn in colour, with its contours and the
## border of stability as a thick line.
##
## The points of a named chart all have one law: s times the mean delay T is a
## root for the damping a T, decay d T, inertia m / T and the same correction,
## so that one call of @code{sdde_rate} does them all, certified.  The errors
## are @code{sdde:sdde_chart:invalid} and @code{sdde:sdde_chart:unknown-option}.
##
## @example
## @group
## chart = sdde_chart ("damping", [0.5 1 2], "delay", [0.5 1]);
## chart.rate
##      @result{}
##         0.7148   1.5880   0.6363
##         0.7940   0.3181  -0.1728
## @end group
## @end example
##
## @seealso{sdde_rate, sdde_limit, sdde_margin, sdde_equation}
## @end deftypefn

function chart = sdde_chart (varargin)
  if (nargin < 3)
    print_usage ();
  endif
  if (is_function_handle (varargin{1}))
    if (nargin != 3)
      print_usage ();
    endif
    x = axis_values (varargin{2}, "x");
    y = axis_values (varargin{3}, "y");
    names = {"x", "y"};
    rate = called_rates (varargin{1}, x, y);
  else
    [x, y, names, rate] = named_rates (varargin);
  endif
  chart = struct ("x", x, "y", y, "rate", rate);
  chart.names = names;
  if (nargout == 0)
    draw (chart);
    clear chart;
  endif
endfunction

function values = axis_values (values, name)
  values = real_numbers ("sdde_chart", values, name);
  if (! (isvector (values) && all (isfinite (values))))
    error ("sdde:sdde_chart:invalid",
           "sdde_chart: %s must be a vector of finite numbers", name);
  endif
  values = values(:).';
endfunction

function [x, y, names, rate] = named_rates (arguments)
  defaults = struct ("damping", 1, "delay", 1, "decay", 0, "correction", 0,
                     "inertia", 0, "law", []);
  options = parse_options ("sdde_chart", defaults, arguments);
  law = options.law;
  if (isempty (law))
    law = law_or_delay ("sdde_chart", 1);
  endif
  check_law ("sdde_chart", law, "law");
  if (! (isfinite (law.mean) && law.mean > 0))
    error ("sdde:sdde_chart:invalid",
           "sdde_chart: the law must have a mean that is finite and not 0");
  endif
  names = lower (arguments([1 3]));
  if (any (strcmp (names, "law")) || strcmp (names{1}, names{2}))
    error ("sdde:sdde_chart:invalid",
           "sdde_chart: the first two names must be two of damping, delay, decay, correction and inertia");
  endif
  x = axis_values (options.(names{1}), names{1});
  y = axis_values (options.(names{2}), names{2});
  [options.(names{1}), options.(names{2})] = meshgrid (x, y);
  for name = {"damping", "delay", "decay", "correction", "inertia"}
    value = real_numbers ("sdde_chart", options.(name{1}), name{1});
    if (! (isscalar (value) || any (strcmp (name{1}, names))))
      error ("sdde:sdde_chart:invalid",
             "sdde_chart: %s must be one number, or one of the first two names",
             name{1});
    endif
    options.(name{1}) = value .* ones (numel (y), numel (x));
  endfor
  if (! all (options.delay(:) > 0))
    error ("sdde:sdde_chart:invalid", "sdde_chart: delay must be > 0");
  endif
  scale = options.delay / law.mean;
  eq = sdde_equation ("damping", options.damping .* scale, "delay", law,
                      "decay", options.decay .* scale,
                      "correction", options.correction,
                      "inertia", options.inertia ./ scale);
  rate = reshape (sdde_rate (eq), numel (y), numel (x)) ./ scale;
endfunction

## One call for each point: F is the user's.
function rate = called_rates (f, x, y)
  rate = NaN (numel (y), numel (x));
  started = shown = time ();
  for k = 1:numel (rate)
    [row, column] = ind2sub (size (rate), k);
    rate(k) = called_rate (f, x(column), y(row));
    if (time () - shown > 0.5)
      shown = time ();
      printf ("\rsdde_chart: %3.0f %%, %.0f s left ", 100 * k / numel (rate),
              (shown - started) * (numel (rate) - k) / k);
      fflush (stdout);
    endif
  endfor
  if (shown > started)
    printf ("\n");
  endif
endfunction

function rate = called_rate (f, x, y)
  try
    rate = min (sdde_rate (f (x, y)));
  catch failure
    error ("sdde:sdde_chart:callback",
           "sdde_chart: f (%g, %g) is no equation that has a rate: %s", x, y,
           failure.message);
  end_try_catch
endfunction

function draw (chart)
  held = ishold ();
  top = max ([chart.rate(isfinite (chart.rate)); 0]);
  shown = max (chart.rate, -top - (top == 0)); # growth of any speed looks alike
  imagesc (chart.x, chart.y, shown);
  set (gca (), "ydir", "normal");
  hold on;
  levels = linspace (0, top, 8)(2:end-1);
  if (min (size (chart.rate)) > 1 && any (diff (chart.rate(:))))
    contour (chart.x, chart.y, chart.rate, levels, "linecolor", [0.3 0.3 0.3]);
    contour (chart.x, chart.y, chart.rate, [0 0], "linecolor", "k",
             "linewidth", 3);
  endif
  if (! held)
    hold off;
  endif
  colorbar ();
  axis ([min(chart.x), max(chart.x), min(chart.y), max(chart.y)] ...
        + [-1e-9, 1e-9, -1e-9, 1e-9]);
  xlabel (chart.names{1});
  ylabel (chart.names{2});
  title ("speed; thick: limit of stability");
  if (! held)
    ## The colour bar takes its room from the axes, not from their labels.
    set (gca (), "position", [0.14, 0.16, 0.62, 0.74]);
  endif
endfunction

%!demo
%! ## Damping against delay: the hyperbola a d = pi/2 bounds stability, and the
%! ## ridge a d = 1/e is fastest.
%! sdde_chart ("damping", linspace (0.05, 3, 120), "delay", linspace (0.05, 2, 120));

%!demo
%! ## Workers against learning rate.
%! work = delay_law ("gamma", 4, 0.25);
%! f = @(n, rate) asgd_sdde (asgd_system ("workers", n, "compute", work, "rate", rate), 1);
%! sdde_chart (f, 2:2:30, linspace (0.01, 0.3, 20));

%!test
%! a = [0.5 1 2]; d = [0.5 1];
%! chart = sdde_chart ("damping", a, "delay", d);
%! assert (chart.x, a);
%! assert (chart.y, d);
%! assert (chart.names, {"damping", "delay"});
%! for i = 1:2
%!   assert (chart.rate(i,:), sdde_rate (a, d(i)), 1e-14);
%! endfor
## A law is scaled, and what is given once holds for all.
%!test
%! chart = sdde_chart ("inertia", [0 0.3], "DELAY", [0.4 2], "law", delay_law ("gamma", 4, 0.25), ...
%!                     "damping", 0.8, "decay", 0.1, "correction", 0.05);
%! for i = 1:2
%!   for j = 1:2
%!     eq = sdde_equation ("damping", 0.8, "decay", 0.1, "correction", 0.05, "inertia", chart.x(j), ...
%!                         "delay", delay_law ("gamma", 4, chart.y(i) / 4));
%!     assert (chart.rate(i,j), sdde_rate (eq), 1e-13);
%!   endfor
%! endfor
## A function: the slowest mode.
%!test
%! chart = sdde_chart (@(x, y) sdde_equation ("damping", [x 2*x], "delay", y), [0.1 0.9], 1);
%! assert (chart.rate, [min(sdde_rate ([0.1 0.2], 1)), min(sdde_rate ([0.9 1.8], 1))]);

%!testif ; ! isempty (available_graphics_toolkits ())
%! warning ("off", "Octave:gnuplot-graphics", "local");
%! figure_handle = figure ("visible", "off");
%! unwind_protect
%!   sdde_chart ("damping", linspace (0.1, 3, 12), "delay", linspace (0.1, 2, 9));
%!   assert (get (get (gca (), "xlabel"), "string"), "damping");
%!   assert (! isempty (findobj (gca (), "type", "image")));
%! unwind_protect_cleanup
%!   close (figure_handle);
%! end_unwind_protect

%!error <Invalid call> sdde_chart (1, 2)
%!error <Invalid call> sdde_chart (@(x, y) 1, 1, 2, 3)
%!error <did you mean 'damping'> sdde_chart ("dampng", 1, "delay", 1)
%!error id=sdde:sdde_chart:invalid sdde_chart ("damping", 1, "damping", 2)
%!error <two of damping> sdde_chart ("damping", 1, "law", delay_law ("exponential", 1), "delay", 1)
%!error <delay must be > 0> sdde_chart ("damping", 1, "delay", [0 1])
%!error <the law must have a mean> sdde_chart ("damping", 1, "delay", 1, "law", delay_law ("deterministic", 0))
%!error <damping must be a vector of finite> sdde_chart ("damping", [1 NaN], "delay", 1)
%!error <decay must be one number> sdde_chart ("damping", 1, "delay", 1, "decay", [1 2])
%!error <f .1, 2. is no equation.*or a damping> sdde_chart (@(x, y) 1, 1, 2)
%!error id=sdde:sdde_chart:callback sdde_chart (@(x, y) error ("thrown"), 1, 2)
