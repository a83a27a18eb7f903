## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn {} {@var{p} =} delay_cdf (@var{law}, @var{t})
## Distribution function P(T @leq{} t) of a random delay.
##
## @var{law} is a law made by @code{delay_law}, @var{t} an array of real times
## (in the unit of the law) of any shape.  @var{p} has the shape of @var{t}; it
## is 0 for @var{t} < 0, and NaN where @var{t} is.
##
## Anything else is the error @code{sdde:delay_cdf:invalid}.
##
## @example
## @group
## delay_cdf (delay_law ("exponential", 2), [-1 0 2])
##      @result{}       0        0   0.6321
## @end group
## @end example
##
## @seealso{delay_law, delay_pdf, delay_quantile, delay_lst}
## @end deftypefn

function p = delay_cdf (law, t)
  if (nargin != 2)
    print_usage ();
  endif
  p = law_at ("delay_cdf", "cdf", law, t, "t");
endfunction

%!demo
%! ## The distribution of a delay that is a mixture of fast and slow workers.
%! law = delay_law ("mixture", [0.7 0.3], delay_law ("gamma", 16, 1/16), ...
%!                  delay_law ("shifted-exponential", 2, 1));
%! t = linspace (0, 6, 500);
%! plot (t, delay_cdf (law, t));
%! xlabel ("delay [s]"); ylabel ("P(T \\leq t)");

## Each family against its textbook formula.
%!shared t
%! t = [-1 0 0.1 0.5 1 2.5 10];
%!assert (delay_cdf (delay_law ("deterministic", 1), t), double (t >= 1))
%!assert (delay_cdf (delay_law ("exponential", 2), t), (1 - exp (-t / 2)) .* (t > 0), 1e-15)
%!assert (delay_cdf (delay_law ("shifted-exponential", 0.5, 2), t), ...
%!        (1 - exp (-(t - 0.5) / 2)) .* (t > 0.5), 1e-15)
%!assert (delay_cdf (delay_law ("gamma", 2.5, 0.3), t), ...
%!        gammainc (max (t, 0) / 0.3, 2.5), 1e-14)
%!assert (delay_cdf (delay_law ("uniform", 0.1, 2), t), ...
%!        min (max ((t - 0.1) / 1.9, 0), 1), 1e-15)
%!assert (delay_cdf (delay_law ("empirical", [1 0.1 0.5 0.5]), t), ...
%!        [0 0 1/4 3/4 1 1 1], 1e-15)
%!assert (delay_cdf (delay_law ("empirical", [1 0.1 0.5], [1 0 3]), t), ...
%!        [0 0 0 3/4 1 1 1], 1e-15)
%!assert (delay_cdf (delay_law ("mixture", [1 3], delay_law ("deterministic", 1), ...
%!                              delay_law ("exponential", 2)), t), ...
%!        0.25 * (t >= 1) + 0.75 * (1 - exp (-t / 2)) .* (t > 0), 1e-15)

## Acceptance 1 - t/2 of a uniform delay on [0, 2]: P(T <= t) = t - t^2/4.
%!test
%! knots = linspace (0, 2, 11);
%! law = delay_law ("thinned", delay_law ("uniform", 0, 2), knots, 1 - knots / 2);
%! x = 0:0.1:2;
%! assert (delay_cdf (law, x), x - x.^2 / 4, 1e-14);

## Shapes, classes, ends and holes.
%!assert (size (delay_cdf (delay_law ("exponential", 1), zeros (2, 0, 3))), [2 0 3])
%!assert (size (delay_cdf (delay_law ("exponential", 1), zeros (2, 3, 4))), [2 3 4])
%!assert (delay_cdf (delay_law ("exponential", 1), single (1)), 1 - exp (-1), 1e-15)
%!assert (delay_cdf (delay_law ("exponential", 1), [-Inf Inf NaN]), [0 1 NaN])
%!assert (delay_cdf (delay_law ("deterministic", 1), sparse ([0 2])), [0 1])

%!error <Invalid call> delay_cdf (delay_law ("exponential", 1))
%!error id=sdde:delay_cdf:invalid delay_cdf (1, 1)
%!error <law must be a law of delays> delay_cdf (struct ("family", "gamma"), 1)
%!error <t must be real numbers> delay_cdf (delay_law ("exponential", 1), 1i)
%!error <t must be real numbers> delay_cdf (delay_law ("exponential", 1), {1})
## A struct that was tampered with is checked again.
%!error id=sdde:delay_cdf:unknown
%! law = delay_law ("exponential", 1);
%! law.family = "gama";
%! delay_cdf (law, 1);
%!error id=sdde:delay_cdf:invalid
%! law = delay_law ("exponential", 1);
%! law.parameters = {-1};
%! delay_cdf (law, 1);
%!error id=sdde:delay_cdf:invalid
%! law = delay_law ("exponential", 1);
%! law.parameters = {"a"};
%! delay_cdf (law, 1);
## Laws within laws, deeper than the core will follow.
%!error id=sdde:delay_cdf:invalid
%! law = delay_law ("mixture", 1, delay_law ("exponential", 1));
%! for k = 1:20
%!   law.parameters{2} = law;
%! endfor
%! delay_cdf (law, 1);
