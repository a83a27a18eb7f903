## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn {} {@var{f} =} delay_pdf (@var{law}, @var{t})
## Probability density of a random delay, per unit of time.
##
## @var{law} is a law made by @code{delay_law}, @var{t} an array of real times
## (in the unit of the law) of any shape.  @var{f} has the shape of @var{t}; it
## is 0 outside the support of the law, and NaN where @var{t} is.  Where the
## delay takes the value @var{t} with positive probability @var{f} is Inf: laws
## of atoms only (deterministic, empirical) have the density Inf at these and
## 0 between them.
##
## Anything else is the error @code{sdde:delay_pdf:invalid}.
##
## @example
## @group
## delay_pdf (delay_law ("exponential", 2), [-1 0 2])
##      @result{}       0   0.5000   0.1839
## @end group
## @end example
##
## @seealso{delay_law, delay_cdf, delay_quantile, delay_fit}
## @end deftypefn

function f = delay_pdf (law, t)
  if (nargin != 2)
    print_usage ();
  endif
  f = law_at ("delay_pdf", "pdf", law, t, "t");
endfunction

%!demo
%! ## What a threshold does to a delay: long ones are accepted less often.
%! base = delay_law ("gamma", 4, 1/4);
%! t = linspace (0, 3, 300);
%! accepted = delay_law ("thinned", base, t, exp (-2 * t));
%! plot (t, delay_pdf (base, t), ";all delays;", ...
%!       t, delay_pdf (accepted, t), ";accepted with probability exp (-2 t);");
%! xlabel ("delay [s]"); ylabel ("density [1/s]");

## Each family against its textbook formula.
%!shared t
%! t = [-1 0 0.1 0.5 1 2.5 10];
%!assert (delay_pdf (delay_law ("deterministic", 1), t), [0 0 0 0 Inf 0 0])
%!assert (delay_pdf (delay_law ("exponential", 2), t), exp (-t / 2) / 2 .* (t >= 0), 1e-15)
%!assert (delay_pdf (delay_law ("shifted-exponential", 0.5, 2), t), ...
%!        exp (-(t - 0.5) / 2) / 2 .* (t >= 0.5), 1e-15)
%!test
%! x = max (t, 0);
%! assert (delay_pdf (delay_law ("gamma", 2.5, 0.3), t), ...
%!         x.^1.5 .* exp (-x / 0.3) / 0.3^2.5 / gamma (2.5), 1e-14);
%!assert (delay_pdf (delay_law ("uniform", 0.1, 2), t), ...
%!        (t >= 0.1 & t <= 2) / 1.9, 1e-15)
%!assert (delay_pdf (delay_law ("empirical", [1 0.1 0.5 0.5]), t), ...
%!        [0 0 Inf Inf Inf 0 0])
%!assert (delay_pdf (delay_law ("mixture", [1 3], delay_law ("gamma", 1, 1), ...
%!                              delay_law ("exponential", 2)), t), ...
%!        (0.25 * exp (-t) + 0.375 * exp (-t / 2)) .* (t >= 0), 1e-15)
%!assert (delay_pdf (delay_law ("gamma", 0.5, 1), 0), Inf)
%!assert (delay_pdf (delay_law ("gamma", 1, 4), 0), 0.25)

## The density is the slope of the distribution function.
%!test
%! knots = linspace (0, 4, 41);
%! base = delay_law ("gamma", 2, 0.5);
%! law = delay_law ("thinned", base, knots, 1 ./ (1 + knots));
%! x = 0.05:0.1:5;
%! h = 1e-5;
%! slope = (delay_cdf (law, x + h) - delay_cdf (law, x - h)) / (2 * h);
%! assert (delay_pdf (law, x), slope, 1e-9);

%!assert (size (delay_pdf (delay_law ("exponential", 1), zeros (0, 3))), [0 3])
%!assert (delay_pdf (delay_law ("exponential", 1), [-Inf Inf NaN]), [0 0 NaN])

%!error <Invalid call> delay_pdf ()
%!error id=sdde:delay_pdf:invalid delay_pdf ("gamma", 1)
%!error <t must be real numbers> delay_pdf (delay_law ("exponential", 1), "1")
