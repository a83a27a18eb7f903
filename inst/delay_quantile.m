## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn {} {@var{t} =} delay_quantile (@var{law}, @var{p})
## Quantiles of a random delay: the least t with P(T @leq{} t) @geq{} p.
##
## @var{law} is a law made by @code{delay_law}, @var{p} an array of
## probabilities of any shape.  @var{t} has the shape of @var{p} and the unit
## of the law.  At p = 0 and 1 it is the end of the support (Inf for unbounded
## laws at 1); where @var{p} is no probability it is NaN.  Its relative error
## is at most 1e-10, or what the rounding of @var{p} leaves.
##
## Anything else is the error @code{sdde:delay_quantile:invalid}.
##
## @example
## @group
## delay_quantile (delay_law ("exponential", 2), [0 0.5 0.99 1])
##      @result{}        0   1.3863   9.2103      Inf
## @end group
## @end example
##
## @seealso{delay_law, delay_cdf, delay_rand}
## @end deftypefn

function t = delay_quantile (law, p)
  if (nargin != 2)
    print_usage ();
  endif
  t = law_at ("delay_quantile", "quantile", law, p, "p");
endfunction

%!demo
%! ## How long the slowest one in ten, in a hundred, in a thousand takes,
%! ## for delays of mean 1 second of increasing irregularity.
%! for shape = [16 4 1 0.5]
%!   law = delay_law ("gamma", shape, 1 / shape);
%!   printf ("cv2 = %6.4f: %6.3f %6.3f %6.3f s\n", law.cv2,
%!           delay_quantile (law, [0.9 0.99 0.999]));
%! endfor

## Inverse of the distribution function, in the middle and in both tails.
%!shared laws, p
%! laws = {delay_law("exponential", 2), delay_law("shifted-exponential", 0.5, 2), ...
%!         delay_law("gamma", 0.3, 2), delay_law("gamma", 4, 0.25), ...
%!         delay_law("gamma", 1e4, 1e-4), delay_law("uniform", 0.1, 2), ...
%!         delay_law("mixture", [1 3], delay_law ("gamma", 8, 1), ...
%!                   delay_law ("exponential", 0.1)), ...
%!         delay_law("thinned", delay_law ("gamma", 2, 0.5), 0:0.1:4, ...
%!                   1 ./ (1 + (0:0.1:4)))};
%! p = [1e-9 1e-3 0.1 0.5 0.9 0.999 1 - 1e-9];
%!test
%! for k = 1:numel (laws)
%!   t = delay_quantile (laws{k}, p);
%!   assert (all (diff (t) > 0));
%!   assert (delay_cdf (laws{k}, t), p, 1e-11);
%! endfor

## Known values.
%!assert (delay_quantile (delay_law ("exponential", 2), p), -2 * log1p (-p), -1e-14)
%!assert (delay_quantile (delay_law ("uniform", 1, 3), [0 0.25 1]), [1 1.5 3])
%!assert (delay_quantile (delay_law ("gamma", 4, 0.25), 0.5), 0.918015187212724026, -1e-13)
%!assert (delay_quantile (delay_law ("deterministic", 3), [0 0.5 1]), [3 3 3])
## The i-th of n samples at i/n, the next one right of it.
%!test
%! samples = [3 1 4 1 5 9 2 6];
%! law = delay_law ("empirical", samples);
%! assert (delay_quantile (law, (1:8) / 8), sort (samples));
%! assert (delay_quantile (law, (0:7) / 8 + 1e-9), sort (samples));

%!assert (delay_quantile (delay_law ("exponential", 1), [-1 2 NaN Inf]), NaN (1, 4))
%!assert (delay_quantile (delay_law ("gamma", 4, 1), [0 1]), [0 Inf])
%!assert (size (delay_quantile (delay_law ("gamma", 4, 1), rand (2, 3, 2))), [2 3 2])
%!assert (delay_quantile (delay_law ("gamma", 4, 1), []), [])

%!error <Invalid call> delay_quantile (1)
%!error id=sdde:delay_quantile:invalid delay_quantile ([], 1)
%!error <p must be real numbers> delay_quantile (delay_law ("exponential", 1), 0.5i)
