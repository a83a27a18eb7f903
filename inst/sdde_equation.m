## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{eq} =} sdde_equation ("damping", @var{a}, "delay", @var{delay}, @dots{})
## @deftypefnx {} {@var{eq} =} sdde_equation ("matrices", @{@var{A0}, @var{A1}, @dots{}@}, "delay", @var{delays}, @dots{})
## Describe linear stochastic delay differential equations: scalar ones,
##
## @display
## m X''(t) + X'(t) = -d X(t) - sum_k E[a_k X(t-D_k) + c_k X'(t-D_k)] + b W'(t),
## @end display
##
## one for each mode, all with the same random delays D_k.  Most have one
## delay, and no m and c.
##
## @multitable @columnfractions .2 .15 .65
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"damping"} @tab none @tab a, one number or an array of them
## with one for each mode, per unit of time; with several delays a matrix with
## one row for each mode and one column for each delay (a vector of as many
## numbers as delays is one mode)
## @item @qcode{"delay"} @tab none @tab the law of D, made by @code{delay_law},
## or a number @geq{} 0 for a fixed delay; or a cell of several of them, one
## for each class of workers
## @item @qcode{"diffusion"} @tab 0 @tab b @geq{} 0, the strength of the noise
## W' (white, of unit intensity): a number for all modes or one for each
## @item @qcode{"decay"} @tab 0 @tab d, the damping without delay: a number for
## all modes or one for each
## @item @qcode{"correction"} @tab 0 @tab c, without unit: a number for all or
## one for each damping
## @item @qcode{"inertia"} @tab 0 @tab m, a time: a number for all modes or one
## for each
## @end multitable
##
## Momentum is inertia.  With the heavy ball of factor beta and updates at the
## rate L, s (s + L (1 - beta)) + a (s + L) phi (s) = 0 is an equation of
## inertia m = 1 / (L (1 - beta)), damping a / (1 - beta) and correction
## a / (L (1 - beta)).
##
## @var{eq} is a struct, such as @code{asgd_sdde} makes from a system of
## workers, for the functions @code{sdde_*}.  Its numbers are columns with one
## row for each mode.
##
## @table @code
## @item kind
## @qcode{"scalar"}
## @item damping, diffusion, decay, correction, inertia
## a, b, d, c and m; a and c have one column for each delay
## @item delay
## the law of D, or a row cell of laws where a cell was given
## @item alpha, order, rate, uploads, curvature, minimum, coupling, start
## what @code{asgd_sdde} explains; here nothing is known of updates and a loss
## (@code{rate}, @code{uploads} and @code{minimum} are NaN, @code{curvature} is
## empty), the order is 1, @code{alpha} and @code{coupling} are 0, and the modes
## start at 1
## @end table
##
## @code{sdde_roots}, @code{sdde_rate} and their like take all of these
## equations, @code{sdde_variance} those with one delay and no inertia.
##
## Systems of n equations have matrices instead,
##
## @display
## dX(t) = (A0 X(t) + A1 E[X(t-D1)] + A2 E[X(t-D2)] + @dots{}) dt + B dW(t):
## @end display
##
## @multitable @columnfractions .2 .15 .65
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"matrices"} @tab none @tab a cell of n by n matrices, full or
## sparse, per unit of time
## @item @qcode{"delay"} @tab none @tab one delay for each of A1, A2, @dots{}:
## an array of numbers @geq{} 0, or a cell of numbers and laws (a law alone
## where there is one)
## @item @qcode{"diffusion"} @tab 0 @tab B, a matrix of n rows, or a number b
## for B = b I
## @end multitable
##
## @var{eq} then has the fields @code{kind} (@qcode{"matrix"}),
## @code{matrices}, @code{delay} (a cell row of laws) and @code{diffusion}
## (B), for @code{sdde_roots} and @code{sdde_rate}.
##
## The errors are @code{sdde:sdde_equation:invalid} for a value outside its
## domain, which is named, and @code{sdde:sdde_equation:unknown-option}.
##
## @example
## @group
## eq = sdde_equation ("damping", [0.5 1], "delay", delay_law ("gamma", 4, 0.25));
## sdde_rate (eq)
##      @result{}
##         0.6571
##         0.3867
## @end group
## @end example
##
## @seealso{asgd_sdde, delay_law, sdde_roots, sdde_rate, sdde_variance}
## @end deftypefn

function eq = sdde_equation (varargin)
  options = struct ("damping", [], "delay", [], "diffusion", 0, "decay", 0,
                    "correction", 0, "inertia", 0, "matrices", []);
  options = parse_options ("sdde_equation", options, varargin);
  if (! (isnumeric (options.matrices) && isempty (options.matrices)))
    eq = of_matrices (options);
    return;
  endif
  if (isempty (options.delay))
    error ("sdde:sdde_equation:invalid",
           "sdde_equation: the option 'delay' is needed: a law, made by delay_law, or a number");
  endif
  damping = finite (options.damping, "damping");
  [law, damping] = classes_of ("sdde_equation", options.delay, damping);
  if (! iscell (options.delay))
    law = law{1};
  endif
  n = rows (damping);
  if (isempty (damping))
    error ("sdde:sdde_equation:invalid",
           "sdde_equation: the option 'damping' is needed: one number for each mode");
  endif
  diffusion = for_each_mode (options.diffusion, "diffusion", n);
  if (any (diffusion < 0))
    error ("sdde:sdde_equation:invalid",
           "sdde_equation: diffusion must be >= 0");
  endif
  correction = finite (options.correction, "correction");
  if (isscalar (correction))
    correction = repmat (correction, size (damping));
  elseif (numel (correction) == numel (damping)
          && (isvector (damping) || size_equal (correction, damping)))
    correction = reshape (correction, size (damping));
  else
    error ("sdde:sdde_equation:invalid",
           "sdde_equation: correction must be one number, or one for each damping");
  endif
  none = zeros (n, 1);
  eq = struct ("kind", "scalar", "damping", damping, "diffusion", diffusion,
               "delay", none, "alpha", none, "correction", correction,
               "decay", for_each_mode (options.decay, "decay", n),
               "inertia", for_each_mode (options.inertia, "inertia", n),
               "order", 1, "curvature", [], "rate", NaN, "uploads", NaN,
               "coupling", none, "start", ones (n, 1), "minimum", NaN);
  eq.delay = law;
endfunction

function eq = of_matrices (options)
  if (! isempty (options.damping) || ! isequal (options.decay, 0))
    error ("sdde:sdde_equation:invalid",
           "sdde_equation: the option 'matrices' goes without 'damping' and 'decay'");
  endif
  [matrices, delay] = check_matrices ("sdde_equation", options.matrices,
                                      options.delay);
  n = rows (matrices{1});
  diffusion = real_numbers ("sdde_equation", options.diffusion, "diffusion");
  if (! all (isfinite (diffusion(:))))
    error ("sdde:sdde_equation:invalid",
           "sdde_equation: diffusion must hold finite numbers");
  endif
  if (isscalar (diffusion))
    diffusion = diffusion * eye (n);
  elseif (ndims (diffusion) != 2 || rows (diffusion) != n)
    error ("sdde:sdde_equation:invalid",
           "sdde_equation: diffusion must be a number, or a matrix of %d rows",
           n);
  endif
  eq = struct ("kind", "matrix", "matrices", {matrices}, "delay", {delay},
               "diffusion", diffusion);
endfunction

function x = finite (x, name)
  x = real_numbers ("sdde_equation", x, name);
  if (! all (isfinite (x)))
    error ("sdde:sdde_equation:invalid",
           "sdde_equation: %s must hold finite numbers", name);
  endif
endfunction

function x = for_each_mode (x, name, n)
  x = finite (x, name)(:);
  if (isscalar (x))
    x = repmat (x, n, 1);
  elseif (numel (x) != n)
    error ("sdde:sdde_equation:invalid",
           "sdde_equation: %s must be one number, or one for each of the %d modes",
           name, n);
  endif
endfunction

%!demo
%! ## Three modes of one system: which is slowest?
%! eq = sdde_equation ("damping", [0.05 0.3 1.2], "delay", ...
%!                     delay_law ("shifted-exponential", 0.5, 0.5))
%! sdde_rate (eq)

%!test
%! eq = sdde_equation ("damping", [1 2], "delay", 0.5, "diffusion", 3);
%! assert (eq.kind, "scalar");
%! assert (eq.damping, [1; 2]);
%! assert (eq.diffusion, [3; 3]);
%! assert (eq.decay, [0; 0]);
%! assert (eq.correction, [0; 0]);
%! assert (eq.inertia, [0; 0]);
%! assert (eq.order, 1);
%! assert (eq.delay, delay_law ("deterministic", 0.5));

## Names in any case; a law as it is; values of any class and shape.
%!test
%! law = delay_law ("uniform", 0, 1);
%! eq = sdde_equation ("Damping", int8 ([1; 2]), "DELAY", law, ...
%!                     "diffusion", [0.1 0.2], "decay", sparse ([0 -1]));
%! assert (eq.delay, law);
%! assert (eq.damping, [1; 2]);
%! assert (eq.diffusion, [0.1; 0.2]);
%! assert (eq.decay, [0; -1]);

## Several delays: a row of dampings for each mode.
%!test
%! eq = sdde_equation ("damping", [1 2], "delay", {0.5, 1}, "inertia", 3, "correction", 0.1);
%! assert (eq.damping, [1 2]);
%! assert (eq.correction, [0.1 0.1]);
%! assert (eq.inertia, 3);
%! assert (cellfun (@(law) law.mean, eq.delay), [0.5 1]);
%! eq = sdde_equation ("damping", [1 2; 3 4; 5 6], "delay", {0.5; 1}, "correction", [1 2; 3 4; 5 6] / 20);
%! assert (rows (eq.diffusion), 3);
%! assert (size (sdde_rate (eq)), [3 1]);
%! assert (sdde_rate (eq)(2), sdde_rate (sdde_equation ("damping", [3 4], "delay", {0.5, 1}, ...
%!                                                      "correction", [0.15 0.2])));

## Systems.
%!test
%! eq = sdde_equation ("matrices", {eye(2), int8([1 2; 3 4]), speye(2)}, ...
%!                     "delay", [0.5 0], "diffusion", 0.1);
%! assert (eq.kind, "matrix");
%! assert (eq.matrices{2}, [1 2; 3 4]);
%! assert (issparse (eq.matrices{3}));
%! assert (eq.delay, {delay_law("deterministic", 0.5), delay_law("deterministic", 0)});
%! assert (eq.diffusion, 0.1 * eye (2));
%! law = delay_law ("gamma", 2, 1);
%! eq = sdde_equation ("matrices", {1, 2}, "delay", law, "diffusion", [1 2 3]);
%! assert (eq.delay, {law});
%! assert (eq.diffusion, [1 2 3]);
%! eq = sdde_equation ("matrices", {1, 2, 3}, "delay", {law, 0.5});
%! assert (eq.delay, {law, delay_law("deterministic", 0.5)});

%!error <matrices must be a cell> sdde_equation ("matrices", 1, "delay", 1)
%!error <matrices must be a cell> sdde_equation ("matrices", {}, "delay", 1)
%!error <A1 must be a square matrix, not 1x2> ...
%! sdde_equation ("matrices", {1, [1 2]}, "delay", 1)
%!error <A0 must be a square matrix, not 0x0> ...
%! sdde_equation ("matrices", {[], []}, "delay", 1)
%!error <A0 has 2 rows, A1 has 1> sdde_equation ("matrices", {eye(2), 1}, "delay", 1)
%!error <A1 must hold finite numbers> sdde_equation ("matrices", {1, NaN}, "delay", 1)
%!error <A1 must be a matrix of real numbers> sdde_equation ("matrices", {1, 1i}, "delay", 1)
%!error <one delay for each of A1, A2, ...: 2, not 1> ...
%! sdde_equation ("matrices", {1, 2, 3}, "delay", 1)
%!error <delay must be a law> sdde_equation ("matrices", {1, 2}, "delay", -1)
%!error <delay must be an array of numbers> sdde_equation ("matrices", {1, 2}, "delay", "1")
%!error <matrix of 2 rows> ...
%! sdde_equation ("matrices", {eye(2), eye(2)}, "delay", 1, "diffusion", [1 2])
%!error <diffusion must hold finite numbers> ...
%! sdde_equation ("matrices", {eye(2), eye(2)}, "delay", 1, "diffusion", Inf)
%!error <goes without 'damping'> ...
%! sdde_equation ("matrices", {1, 2}, "delay", 1, "damping", 1)

%!error id=sdde:sdde_equation:invalid sdde_equation ()
%!error <one column for each of the 2 delays> sdde_equation ("damping", [1 2 3], "delay", {1, 2})
%!error <correction must be one number, or one for each damping> ...
%! sdde_equation ("damping", [1 2], "delay", 1, "correction", [1 2 3])
%!error <inertia must be one number> sdde_equation ("damping", 1, "delay", 1, "inertia", [1 2])
%!error <inertia must hold finite> sdde_equation ("damping", 1, "delay", 1, "inertia", Inf)
%!error <'delay' is needed> sdde_equation ("damping", 1)
%!error <'damping' is needed> sdde_equation ("delay", 1)
%!error <did you mean 'damping'> sdde_equation ("dampng", 1, "delay", 1)
%!error id=sdde:sdde_equation:unpaired-option sdde_equation ("damping", 1, "delay")
%!error <damping must be real numbers> sdde_equation ("damping", "1", "delay", 1)
%!error <damping must hold finite numbers> sdde_equation ("damping", NaN, "delay", 1)
%!error <delay must be a law> sdde_equation ("damping", 1, "delay", -1)
%!error <delay must be a law> sdde_equation ("damping", 1, "delay", [1 2])
%!error <delay must be a law> sdde_equation ("damping", 1, "delay", struct ("family", 1))
%!error <diffusion must be .= 0> sdde_equation ("damping", 1, "delay", 1, "diffusion", -1)
%!error <diffusion must hold finite> sdde_equation ("damping", 1, "delay", 1, "diffusion", Inf)
%!error <decay must be one number, or one for each of the 2 modes> ...
%! sdde_equation ("damping", [1 2], "delay", 1, "decay", [1 2 3])
