## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {[@var{z}, @var{info}] =} sdde_iteration (@var{alpha}, @var{pmf})
## @deftypefnx {} {[@var{z}, @var{info}] =} sdde_iteration (@dots{}, @var{option}, @var{value}, @dots{})
## Characteristic roots in iteration time: how the mean shrinks per update.
##
## The mean of w(t+1) = w(t) + beta (w(t) - w(t-1)) - alpha c(tau) w(t-tau),
## with staleness tau drawn anew for each update, has the characteristic
## equation
##
## @display
## z - 1 - beta (1 - 1/z) + alpha sum_j c_j p_j z^(-j) = 0.
## @end display
##
## @var{alpha} is the learning rate times the eigenvalue, @var{pmf} the vector
## of p_j = P(tau = j) from j = 0 on (at most 100001 of them), such as
## @code{asgd_staleness} returns; @code{[zeros(1,tau), 1]} is a constant
## staleness.  The mean converges if and only if all roots lie inside the unit
## circle, and then as fast as abs (z)^t.
##
## @multitable @columnfractions .2 .15 .65
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"momentum"} @tab 0 @tab beta
## @item @qcode{"weight"} @tab 1 @tab c, as many numbers as @var{pmf} or one
## @item @qcode{"count"} @tab 6 @tab how many roots: those of greatest modulus,
## and more where a pair would be torn or they cannot be parted by a circle
## @end multitable
##
## @var{z} is a column, moduli descending, conjugate pairs adjacent and exactly
## conjugate.  @code{info} has the fields that @code{sdde_roots} explains, with
## @code{info.outside}, the radius of the circle outside of which
## @code{info.count} roots lie, in place of the line, and
##
## @table @code
## @item info.rate
## -log (abs (z(1))), the speed per update
## @end table
##
## The roots are counted by the argument of the polynomial in 1/z along that
## circle, at the points of a Fourier transform that are so close that there is
## no doubt about the turns between; @code{info.certified} says that those
## found are all.
##
## The errors are @code{sdde:sdde_iteration:invalid}, and
## @code{sdde:sdde_iteration:numerical} where no circle could be counted along.
##
## @example
## @group
## [z, info] = sdde_iteration (0.1, [zeros(1, 3), 1], "count", 2);
## z
##      @result{}
##         0.8159
##         0.6753
## @end group
## @end example
##
## For a constant staleness the step is critical at
## 2 sin (pi / (2 (2 tau + 1))) and fastest at tau^tau / (tau + 1)^(tau + 1),
## where abs (z) = tau / (tau + 1).
##
## @seealso{sdde_roots, sdde_rate, asgd_staleness}
## @end deftypefn

function [z, info] = sdde_iteration (alpha, pmf, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  options = struct ("momentum", 0, "weight", 1, "count", 6);
  options = parse_options ("sdde_iteration", options, varargin);
  alpha = real_numbers ("sdde_iteration", alpha, "alpha");
  pmf = real_numbers ("sdde_iteration", pmf, "pmf");
  beta = real_numbers ("sdde_iteration", options.momentum, "momentum");
  weight = real_numbers ("sdde_iteration", options.weight, "weight");
  count = real_numbers ("sdde_iteration", options.count, "count");
  if (! (isscalar (alpha) && isscalar (beta)))
    error ("sdde:sdde_iteration:invalid",
           "sdde_iteration: alpha and momentum must be one number each");
  elseif (! (isvector (pmf) && all (pmf >= 0) && sum (pmf) <= 1 + 1e-6))
    error ("sdde:sdde_iteration:invalid",
           "sdde_iteration: pmf must be a vector of probabilities >= 0 that sum to at most 1");
  elseif (! (isscalar (weight) || numel (weight) == numel (pmf)))
    error ("sdde:sdde_iteration:invalid",
           "sdde_iteration: weight must be one number, or one for each element of pmf");
  endif
  [re, im, multiplicity, residual, bound, backward, condition, facts] = ...
      core_call ("sdde_iteration", @__sdde_roots__, "iteration", [alpha, beta],
                 weight(:) .* pmf(:), count);
  z = re;
  if (any (im))
    z = complex (re, im);
  endif
  rate = Inf;
  if (! isempty (z))
    rate = -log (abs (z(1)));
  endif
  info = struct ("count", facts(1), "certified", logical (facts(2)),
                 "rate", rate, "residual", residual, "backward", backward,
                 "condition", condition, "bound", bound,
                 "multiplicity", multiplicity, "outside", facts(4));
endfunction

%!demo
%! ## A constant staleness of 10 against a geometric one of the same mean:
%! ## speed per update against the step.
%! alpha = linspace (0.002, 0.15, 60);
%! j = 0:400;
%! geometric = (1 / 11) * (10 / 11) .^ j;
%! speed = @(pmf) arrayfun (@(a) nthargout (2, @sdde_iteration, a, pmf, "count", 1).rate, alpha);
%! plot (alpha, speed ([zeros(1, 10), 1]), alpha, speed (geometric));
%! xlabel ("alpha"); ylabel ("speed per update");
%! legend ("constant staleness 10", "geometric staleness, mean 10");

## Constant staleness: the limit, the fastest step with its double root, and
## all roots of a small polynomial.
%!test
%! for tau = [1 2 10 100 10000]
%!   pmf = [zeros(1, tau), 1];
%!   critical = 2 * sin (pi / (2 * (2 * tau + 1)));
%!   [z, info] = sdde_iteration (critical, pmf, "count", 2);
%!   assert (info.certified);
%!   assert (abs (z(1)), 1, 1e-11);
%!   assert (abs (z(1) - exp (1i * pi / (2 * tau + 1))) <= info.bound(1) + 1e-15);
%!   assert (nthargout (2, @sdde_iteration, 0.999 * critical, pmf, "count", 1).rate > 0);
%!   assert (nthargout (2, @sdde_iteration, 1.001 * critical, pmf, "count", 1).rate < 0);
%!   fastest = exp (tau * log (tau) - (tau + 1) * log (tau + 1));
%!   [z, info] = sdde_iteration (fastest, pmf, "count", 1);
%!   assert (info.certified);
%!   assert (info.multiplicity(1), 2);
%!   assert (z(1), tau / (tau + 1), 1e-7);
%! endfor
%!test
%! [z, info] = sdde_iteration (0.3, [0.1 0.2 0.3 0.4], "count", 20, "momentum", 0.4);
%! exact = roots ([1, -1 - 0.4 + 0.03, 0.4 + 0.06, 0.09, 0.12]);
%! assert (info.certified);
%! assert (info.count, 4);
%! assert (sort (abs (z)), sort (abs (exact)), 1e-13);
%! for k = 1:4
%!   assert (min (abs (exact - z(k))) <= info.bound(k) + 1e-14);
%! endfor
## Geometric staleness is heavy ball with momentum 1 - 1/n and step eta/n
## (Mitliagkas and others, 2016): z^2 - (1 + mu - alpha/n) z + mu = 0.
%!test
%! n = 8; mu = 1 - 1 / n; alpha = 0.2;
%! [z, info] = sdde_iteration (alpha, mu .^ (0:1000) / n, "count", 2);
%! assert (info.certified);
%! assert (z, roots ([1, -(1 + mu - alpha / n), mu]), 1e-13);
## 10001 values of a staleness, with a weight.
%!test
%! j = 0:10000;
%! p = exp (j .* log (5000) - 5000 - gammaln (j + 1));
%! p /= sum (p);
%! [z, info] = sdde_iteration (1e-4, p, "count", 6, "weight", 1 ./ (1 + j / 5000));
%! assert (info.certified);
%! assert (info.count >= 6);
%! w = 1 ./ z;
%! h = arrayfun (@(w) 1 - w + 1e-4 * sum (p ./ (1 + j / 5000) .* w .^ (j + 1)), w);
%! assert (abs (h) < 1e-10);
%! assert (all (diff (abs (z)) <= 1e-15));
%!assert (sdde_iteration (0.25, 1), 0.75, 1e-15)
%!test
%! [z, info] = sdde_iteration (1, 1); # converged after one step: no root but 0
%! assert (isempty (z));
%! assert (info.rate, Inf);
%! assert (info.certified);

%!error <Invalid call> sdde_iteration (1)
%!error id=sdde:sdde_iteration:invalid sdde_iteration ([1 2], 1)
%!error <pmf must be a vector of probabilities> sdde_iteration (1, [0.5 -0.1])
%!error <pmf must be a vector of probabilities> sdde_iteration (1, [1 1])
%!error <pmf must be a vector of probabilities> sdde_iteration (1, NaN)
%!error <weight must be one number> sdde_iteration (1, [0.5 0.5], "weight", [1 2 3])
%!error <must be finite> sdde_iteration (NaN, 1)
%!error <must be finite> sdde_iteration (1, 1, "momentum", Inf)
%!error <between 1 and 1000> sdde_iteration (1, 1, "count", 0)
%!error <did you mean 'momentum'> sdde_iteration (1, 1, "momentm", 0)
%!error <between 1 and 100001 prob> sdde_iteration (1, ones (1, 2e5) / 2e5)
