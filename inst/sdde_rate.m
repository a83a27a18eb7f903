## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {[@var{rate}, @var{s}, @var{info}] =} sdde_rate (@var{eq})
## @deftypefnx {} {[@var{rate}, @var{s}, @var{info}] =} sdde_rate (@var{a}, @var{delay})
## @deftypefnx {} {[@var{rate}, @var{s}, @var{info}] =} sdde_rate (@{@var{A0}, @var{A1}, @dots{}@}, @var{delays})
## Speed at which the mean of a delay equation converges: minus the largest
## real part of its characteristic roots.
##
## @var{eq} comes from @code{sdde_equation} or @code{asgd_sdde}.  @var{rate} is
## a column with one speed for each mode, per unit of time: the mean shrinks
## like exp (-@var{rate} t), or grows where it is negative.  The slowest mode,
## @code{min (rate)}, sets the speed of the whole.  With dampings @var{a} (an
## array) and a @var{delay} (a law or a number) instead, @var{rate} has the
## shape of @var{a}; with a cell of laws, the rows of @var{a} are modes and its
## columns go with the laws.
##
## @var{s} is the rightmost root of each mode, of a conjugate pair the one with
## positive imaginary part; no root lies right of it, by the count that
## @code{sdde_roots} explains.
##
## Where no root lies right of any line that can be counted along, @var{s} is
## NaN.  That is so for all convergent equations with a heavy-tailed delay:
## they converge slower than any exponential, and @var{rate} is 0.  For other
## laws @var{rate} is NaN: the mean then converges faster than
## exp (@code{abscissa} t), and this is all that is known (it happens for
## dampings beyond those of @code{sdde_limit}, with thinned laws, inverse Gaussian
## laws and gamma laws whose shape is not whole).
##
## @table @code
## @item info.bound
## radius of a disc around @var{s} that surely holds it
## @item info.multiplicity
## 2 where two roots meet (0 where there is none)
## @item info.subexponential
## true where a heavy tail is why @var{s} is NaN
## @item info.order
## 1 or 2: what the equation is; 3: of the pair closure
## @end table
##
## For a system (see @code{sdde_equation}) all of these are one number.
##
## For an equation of order 3 (@code{asgd_sdde}) @var{s} is the rightmost root of its
## pair closure (see @code{sdde_roots}): an eigenvalue, of which nothing is proved, so
## that @code{info.bound} is Inf.  For 8 workers with gamma times of shape 4 and
## a mean = 0.3 that is 0.4856 in units of the mean, where simulation says 0.4854,
## order 2 0.4830 and order 1 0.5293; for two workers with hyperexponential times of
## cv2 = 5.5 and a mean = 0.1, 0.0952, 0.0945, 0.0978 and 0.1381.  For certified roots
## of the delay equation make it with @code{asgd_sdde (@dots{}, "order", 2)} (or 1).
##
## It is always the speed of the mean.  Mean squares fall at most twice as fast; how
## fast tells @code{info.exponent} of @code{sdde_meansquare}.
##
## The errors are those of @code{sdde_roots}, as @code{sdde:sdde_rate:@dots{}}.
##
## @example
## @group
## sdde_rate ([0.1 1/e 1 2], 1)
##      @result{}  0.1118   1.0000   0.3181  -0.1728
## @end group
## @end example
##
## A delay speeds convergence up: undelayed, the second of these has the speed
## 1/e.
##
## @seealso{sdde_roots, sdde_limit, sdde_equation, asgd_sdde}
## @end deftypefn

function [rate, s, info] = sdde_rate (varargin)
  if (nargin < 1 || nargin > 2)
    print_usage ();
  endif
  if (is_system (varargin{1}))
    [rate, s, info] = system_rate (varargin);
    return;
  endif
  [eq, rest, shape] = scalar_equation ("sdde_rate", varargin);
  if (! isempty (rest))
    print_usage ();
  endif
  order = order_of (eq);
  if (order == 3)
    [re, im] = core_call ("sdde_rate", @__sdde_equation__, "pairs-rightmost", varargin{1});
    some = ones (size (re));
    [multiplicity, bound, subexponential] = deal (some, Inf * some, ! some);
  else
    [re, im, multiplicity, ~, bound, ~, ~, subexponential] = ...
      core_call ("sdde_rate", @__sdde_roots__, "rightmost", eq.decay,
                 eq.inertia, eq.damping, eq.correction, eq.delay);
  endif
  rate = -re;
  rate(logical (subexponential)) = 0;
  rate = reshape (rate, shape);
  s = re;
  if (any (im))
    s = complex (re, im);
  endif
  s = reshape (s, shape);
  info = struct ("bound", reshape (bound, shape),
                 "multiplicity", reshape (multiplicity, shape),
                 "subexponential", reshape (logical (subexponential), shape), ...
                 "order", order);
endfunction

function [rate, s, info] = system_rate (arguments)
  [eq, rest] = system_equation ("sdde_rate", arguments);
  if (! isempty (rest))
    print_usage ("sdde_rate");
  endif
  [all_s, found] = matrix_roots ("sdde_rate", eq, "matrix-count", 1);
  if (! found.certified)
    error ("sdde:sdde_rate:numerical",
           "sdde_rate: of %d roots right of %g %d were proved, so that none can be said to be the rightmost",
           found.count, found.right_of, sum (found.multiplicity));
  endif
  [s, bound, multiplicity] = deal (NaN, Inf, 0);
  if (! isempty (all_s))
    [s, bound, multiplicity] = deal (all_s(1), found.bound(1), ...
                                     found.multiplicity(1));
  endif
  rate = -real (s);
  subexponential = found.subexponential && isnan (s);
  if (subexponential)
    rate = 0;
  endif
  info = struct ("bound", bound, "multiplicity", multiplicity, ...
                 "subexponential", subexponential, "order", 1);
endfunction

%!demo
%! ## Speed against damping: a little delay helps, much delay hurts, and a
%! ## random one hurts less.
%! a = linspace (0.01, 2.2, 300);
%! clf; hold on;
%! plot (a, a, "k--", "displayname", "no delay");
%! plot (a, sdde_rate (a, 1), "displayname", "fixed delay 1");
%! plot (a, sdde_rate (a, delay_law ("shifted-exponential", 0.5, 0.5)),
%!       "displayname", "shifted exponential, mean 1");
%! plot (a, sdde_rate (a, delay_law ("exponential", 1)),
%!       "displayname", "exponential, mean 1");
%! hold off; axis ([0, 2.2, -0.5, 1.2]); legend ("show");
%! xlabel ("damping"); ylabel ("speed of convergence");

%!test
%! a = [0.1 exp(-1) 1 pi/2 2];
%! [rate, s, info] = sdde_rate (a, 1);
%! w = lambertw (-a);
%! assert (rate, -real (w), 1e-7);
%! assert (rate([1 3 4 5]), -real (w([1 3 4 5])), 1e-14);
%! assert (rate(3), 0.31813150520476413531, 1e-15);
%! assert (abs (s - w) <= info.bound);
%! assert (info.multiplicity, [1 2 1 1 1]);
%! assert (info.subexponential, false (1, 5));

## Shapes: of the dampings, or a column of modes.
%!test
%! a = [0.1 0.2; 0.3 0.4];
%! [rate, s] = sdde_rate (a, delay_law ("uniform", 0, 1));
%! assert (size (rate), [2 2]);
%! assert (size (s), [2 2]);
%! eq = sdde_equation ("damping", a, "delay", delay_law ("uniform", 0, 1));
%! assert (sdde_rate (eq), rate(:));
%!assert (size (sdde_rate (zeros (0, 3), 1)), [0 3])

## Ways that lead to the same number: the rightmost of sdde_roots.
%!test
%! laws = {delay_law("exponential", 2), delay_law("shifted-exponential", 0.3, 0.6), ...
%!         delay_law("gamma", 3, 0.3), delay_law("gamma", 30, 0.03), ...
%!         delay_law("uniform", 0.2, 1.5), delay_law("empirical", [0.3 0.5 1.1 1.2])};
%! for k = 1:numel (laws)
%!   for a = [0.1 0.5 1 3]
%!     for c = [0 0.05]
%!       eq = sdde_equation ("damping", a, "delay", laws{k});
%!       eq.correction = c;
%!       [rate, s] = sdde_rate (eq);
%!       all_s = sdde_roots (eq, "count", 3);
%!       assert (s, all_s(1), 1e-12);
%!       assert (rate, -real (s));
%!     endfor
%!   endfor
%! endfor

## Exponential delays of mean 1: s (1 + s) + a = 0.
%!test
%! a = [0.1 0.2 0.25 0.3 5];
%! assert (sdde_rate (a, delay_law ("exponential", 1)), ...
%!         0.5 - real (sqrt (0.25 - a)), 1e-8);

## Asynchronous SGD at orders 1 and 2: decay rates of the mean for alpha = 0.01,
## n = 10 and three laws, by mpmath at 25 digits.
%!test
%! laws = {delay_law("exponential", 1), delay_law("gamma", 4, 0.25), delay_law("deterministic", 1)};
%! first = [0.1127016653792583, 0.1120340844615546, 0.1118325591589630];
%! second = [0.1112678575477994, 0.1111552218654424, 0.1111334172379503];
%! for k = 1:3
%!   eq = sdde_equation ("damping", 0.1, "delay", laws{k});
%!   assert (sdde_rate (eq), first(k), 1e-15);
%!   eq.correction = 0.01 * (1 + laws{k}.cv2) / 2;
%!   assert (sdde_rate (eq), second(k), 1e-15);
%! endfor

## Order 3: decay rates of the mean near simulated ones (standard errors .0001 and
## .00002, 4e5 paths), in all modes at once, with what order it is.
%!test
%! work = delay_law ("gamma", 4, 0.25);
%! eq = asgd_sdde (asgd_system ("workers", 8, "rate", 0.3 / 8, "compute", work), [1, 0.5, 0]);
%! [rate, s, info] = sdde_rate (eq);
%! assert (rate(1), 0.4854, 5e-4);
%! assert (rate(2), -real (sdde_roots (eq, "mode", 2, "count", 1)(1)), 1e-13);
%! assert (rate(3), 0, 1e-13);
%! assert (info.order, 3);
%! assert (info.bound, [Inf; Inf; Inf]);
%! [rate, ~, info] = sdde_rate (asgd_sdde (asgd_system ("workers", 2, "rate", 0.05, "compute", work), 1));
%! assert (rate, 0.10783, 1e-4);
%! [~, ~, info] = sdde_rate (asgd_sdde (asgd_system ("workers", 2, "rate", 0.05, "compute", work), 1, "order", 2));
%! assert (info.order, 2);
%! assert (info.bound < 1e-14);

## Modes that theory answers at once against the search: signs, sizes, decays.
%!test
%! a = [-1; 1] * 10 .^ (-3:0.5:2);
%! laws = {delay_law("deterministic", 0.7), delay_law("exponential", 0.3), ...
%!         delay_law("gamma", 0.6, 1.1), delay_law("gamma", 2.7, 0.2), delay_law("gamma", 40, 0.02)};
%! for k = 1:numel (laws)
%!   for d = [0 -0.4 0.8]
%!     eq = sdde_equation ("damping", a(:), "delay", laws{k}, "decay", d);
%!     [~, s, info] = sdde_rate (eq);
%!     for m = 1:numel (a)
%!       if (! isnan (s(m)))
%!         [z, own] = sdde_roots (eq, "mode", m, "count", 1);
%!         assert (own.certified);
%!         assert (abs (s(m) - z(1)) <= info.bound(m) + own.bound(1));
%!         assert (info.bound(m) <= 1e-12 * (1 + abs (s(m))));
%!       endif
%!     endfor
%!   endfor
%! endfor

## No number that means nothing.
%!test
%! knots = 0:0.2:8;
%! law = delay_law ("thinned", delay_law ("exponential", 1), knots, max (exp (-2 * knots), 1e-3));
%! [rate, s, info] = sdde_rate ([0.1 3], law);
%! assert (isnan (rate), [false true]);
%! assert (isnan (s), [false true]);
%! assert (info.multiplicity, [1 0]);
%! assert (info.subexponential, [false false]);

## Systems: one number for all.
%!test
%! A = {-[5 -1; -2 6], -[2 -1; -4 1]};
%! [rate, s, info] = sdde_rate (A, 1);
%! assert (s, -0.6354745913117287256 + 2.7175219897270127508i, 1e-14);
%! assert (rate, -real (s));
%! assert (info.bound < 1e-12);
%! assert (info.multiplicity, 1);
%! assert (sdde_rate (sdde_equation ("matrices", A, "delay", 1)), rate);
%! assert (sdde_rate ({0, -1}, 1), sdde_rate (1, 1), 1e-14);

%!error <Invalid call> sdde_rate ({1, 1}, 1, 1)
%!error <Invalid call> sdde_rate ()
%!error <Invalid call> sdde_rate (1, 1, 1)
%!error <Invalid call> sdde_rate (sdde_equation ("damping", 1, "delay", 1), 1)
%!error <eq.damping must be real numbers>
%! sdde_rate (setfield (sdde_equation ("damping", 1, "delay", 1), "damping", @sin));
## A root of multiplicity 12: rounding leaves no room for a proof.
%!error id=sdde:sdde_rate:numerical
%! sdde_rate ({diag(ones (11, 1), 1) - eye(12), zeros(12)}, 1);
%!error <Invalid call to sdde_rate> sdde_rate (sdde_equation ("matrices", {0, -1}, "delay", 1), 1)
%!error id=sdde:sdde_rate:invalid sdde_rate (1)
%!error <must be finite numbers> sdde_rate ([1 NaN], 1)
%!error <damping must be real numbers> sdde_rate (1i, 1)
%!error <delay must be a law> sdde_rate (1, [1 2])
%!error <equation of scalar modes> sdde_rate (struct ())
