## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{phi} =} delay_lst (@var{law}, @var{s})
## @deftypefnx {} {[@var{phi}, @var{dphi}] =} delay_lst (@var{law}, @var{s})
## Laplace-Stieltjes transform E exp (-s T) of a random delay, and its
## derivative in @var{s}.
##
## @var{law} is a law made by @code{delay_law}, @var{s} a real or complex array
## of any shape, in the inverse of the unit of the law.  @var{phi} and
## @var{dphi} have the shape of @var{s}, and are real where @var{s} is.
##
## The transform converges for Re s > @code{law.abscissa}.  Left of there the
## analytic continuation is returned where the family has one in closed form
## (exponential, shifted-exponential and gamma laws, laws thinned from them, and
## mixtures of all these and of bounded laws), and NaN elsewhere.  That of a
## gamma law whose shape is not whole has a branch cut,
## s @leq{} @code{law.abscissa}, on which it is NaN.  At a pole the result is
## no finite number.
##
## With the parameters as @code{delay_law} names them, the transforms are
##
## @multitable @columnfractions .3 .7
## @item deterministic @tab exp (-s d)
## @item exponential @tab 1 / (1 + s m)
## @item shifted-exponential @tab exp (-s d) / (1 + s m)
## @item gamma @tab (1 + s h)^(-k)
## @item uniform @tab (exp (-s a) - exp (-s b)) / (s (b - a))
## @item empirical, mixture @tab the weighted sum of exp (-s t_i), of the
## transforms of the parts
## @item thinned @tab by quadrature up to the last knot (Gauss-Legendre, panels
## matched to |s|), closed beyond; relative error 1e-12 of phi (Re s)
## @end multitable
##
## Arguments of another kind are the error @code{sdde:delay_lst:invalid}.
##
## @example
## @group
## [phi, dphi] = delay_lst (delay_law ("exponential", 2), 0.5)
##      @result{} phi = 0.5000
##      @result{} dphi = -0.5000
## @end group
## @end example
##
## @seealso{delay_law, sdde_roots, sdde_limit}
## @end deftypefn

function [phi, dphi] = delay_lst (law, s)
  if (nargin != 2)
    print_usage ();
  endif
  check_law ("delay_lst", law);
  if (! (isnumeric (s) || islogical (s)))
    error ("sdde:delay_lst:invalid",
           "delay_lst: s must be real or complex numbers");
  endif
  s = double (full (s));
  [phi, phi_imag, dphi, dphi_imag] = ...
      core_call ("delay_lst", @__sdde_delay__, "lst", law, real (s), imag (s));
  if (iscomplex (s))
    phi = complex (phi, phi_imag);
    dphi = complex (dphi, dphi_imag);
  endif
endfunction

%!demo
%! ## |E exp (-i w T)|: how much of an oscillation of frequency w survives the
%! ## delay.  Irregular delays damp it, a fixed one only shifts its phase.
%! w = linspace (0, 20, 500);
%! clf; hold on;
%! for shape = [1 4 16 100]
%!   law = delay_law ("gamma", shape, 1 / shape);
%!   plot (w, abs (delay_lst (law, 1i * w)),
%!         "displayname", sprintf ("gamma, shape %d", shape));
%! endfor
%! plot (w, abs (delay_lst (delay_law ("deterministic", 1), 1i * w)),
%!       "displayname", "deterministic");
%! hold off;
%! xlabel ("frequency [1/s]"); ylabel ("|E exp (-i w T)|"); legend ("show");

## Each family against its textbook formula, right of the abscissa.
%!shared s
%! [x, y] = meshgrid ([-0.4 0 1e-9 1e-3 1 20], [-30 -1 0 1e-8 0.1 3 1000]);
%! s = complex (x, y);
%!assert (delay_lst (delay_law ("deterministic", 0.7), s), exp (-0.7 * s), -1e-14)
%!assert (delay_lst (delay_law ("exponential", 2), s), 1 ./ (1 + 2 * s), -1e-14)
%!assert (delay_lst (delay_law ("shifted-exponential", 0.7, 2), s), ...
%!        exp (-0.7 * s) ./ (1 + 2 * s), -1e-14)
%!assert (delay_lst (delay_law ("gamma", 2.5, 0.3), s), (1 + 0.3 * s) .^ -2.5, -1e-13)
%!assert (delay_lst (delay_law ("empirical", [1 2 4]), s), ...
%!        (exp (-s) + exp (-2 * s) + exp (-4 * s)) / 3, 1e-13)
%!assert (delay_lst (delay_law ("mixture", [1 3], delay_law ("exponential", 2), ...
%!                              delay_law ("deterministic", 1)), s), ...
%!        0.25 ./ (1 + 2 * s) + 0.75 * exp (-s), 1e-14)
## Uniform: far from 0 by the formula, near it by E exp (-s T) = 1 - s mean
## + s^2 E T^2 / 2 - ..., where the formula cancels.
%!test
%! far = s(abs (s) > 0.5);
%! assert (delay_lst (delay_law ("uniform", 1, 3), far), ...
%!         (exp (-far) - exp (-3 * far)) ./ (2 * far), 1e-15);
%! near = [0, 1e-12, 1e-6, 1e-4i, complex(-1e-5, 1e-5)];
%! assert (delay_lst (delay_law ("uniform", 1, 3), near), ...
%!         1 - 2 * near + 13/6 * near.^2 - 5/3 * near.^3, 1e-15);
## Acceptance 1 - t/2 of a uniform delay on [0, 2] has the density 1 - t/2:
## phi = 1/s - (1 - exp (-2 s)) / (2 s^2).
%!test
%! knots = linspace (0, 2, 11);
%! law = delay_law ("thinned", delay_law ("uniform", 0, 2), knots, 1 - knots / 2);
%! far = s(abs (s) > 0.5);
%! assert (delay_lst (law, far), 1 ./ far - (1 - exp (-2 * far)) ./ (2 * far.^2), 1e-13);

## The derivative, by central differences of fourth order.
%!test
%! laws = {delay_law("deterministic", 0.7), delay_law("exponential", 0.5), ...
%!         delay_law("shifted-exponential", 0.5, 0.3), ...
%!         delay_law("gamma", 2.5, 0.3), delay_law("uniform", 1, 3), ...
%!         delay_law("empirical", [1 2 4], [1 1 3]), ...
%!         delay_law("mixture", [1 3], delay_law ("exponential", 1), ...
%!                   delay_law ("uniform", 0, 1)), ...
%!         delay_law("thinned", delay_law ("gamma", 2, 0.5), 0:0.1:4, ...
%!                   1 ./ (1 + (0:0.1:4)))};
%! z = complex ([-0.3 0 1e-3 1 4; -0.3 0 1e-3 1 4], [0 0 0 0 0; 1 2 3 -4 5]);
%! h = 1e-3;
%! for k = 1:numel (laws)
%!   phi = @(z) delay_lst (laws{k}, z);
%!   [~, dphi] = phi (z);
%!   slope = (8 * (phi (z + h) - phi (z - h)) - phi (z + 2*h) + phi (z - 2*h)) / (12 * h);
%!   assert (dphi, slope, 1e-9);
%! endfor

## The moments: phi (0) = 1, phi' (0) = -mean.
%!test
%! [phi, dphi] = delay_lst (delay_law ("gamma", 3, 2), 0);
%! assert ([phi, dphi], [1, -6], 1e-15);

## Left of the abscissa.
%!test
%! exponential = delay_law ("exponential", 1);
%! assert (delay_lst (exponential, [-2 -1 0]), [-1 NaN 1]);
%! assert (delay_lst (delay_law ("gamma", 2, 1), [-2, -3+1i]), [1, (-2+1i)^-2], 1e-14);
%! branch = delay_law ("gamma", 0.5, 1);
%! assert (delay_lst (branch, [-2 -1]), [NaN NaN]);
%! assert (delay_lst (branch, -2+1i), (-1+1i)^-0.5, 1e-15);
%! mixed = delay_law ("mixture", [1 1], exponential, delay_law ("uniform", 0, 1));
%! assert (delay_lst (mixed, -2), (-1 + (exp (2) - 1) / 2) / 2, 1e-14);
%! thinned = delay_law ("thinned", exponential, 0:4, [1 .8 .6 .4 .2]);
%! late = delay_law ("thinned", exponential, 18:20, [0 .5 1]);
%! assert (isnan (delay_lst (late, [-1.1, -0.9, 0.1])), [true true false]);
%! ## By parts: acceptance 1 - t/5 up to t = 4, a constant beyond.
%! accepted = @(z) (1 - 0.2 * (1 - exp (-4 * (1 + z))) ./ (1 + z)) ./ (1 + z);
%! z = [-1.1, -0.9, -1.1+1i, -3];
%! assert (delay_lst (thinned, z), accepted (z) / accepted (0), -1e-12);

## Shapes and classes.
%!assert (size (delay_lst (delay_law ("gamma", 2, 1), zeros (2, 3, 2))), [2 3 2])
%!assert (size (delay_lst (delay_law ("gamma", 2, 1), zeros (0, 3))), [0 3])
%!assert (isreal (delay_lst (delay_law ("gamma", 2.5, 1), [0 1 2])))
%!assert (delay_lst (delay_law ("exponential", 1), single (1)), 0.5)
%!assert (isnan (delay_lst (delay_law ("uniform", 1, 2), [NaN, complex(1, NaN)])), [true true])

%!error <Invalid call> delay_lst (delay_law ("exponential", 1))
%!error id=sdde:delay_lst:invalid delay_lst ("exponential", 1)
%!error <s must be real or complex numbers> delay_lst (delay_law ("exponential", 1), "1")
