## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{x} =} delay_rand (@var{law})
## @deftypefnx {} {@var{x} =} delay_rand (@var{law}, @var{sz})
## @deftypefnx {} {@var{x} =} delay_rand (@dots{}, "seed", @var{seed})
## Draw independent samples of a random delay.
##
## @var{law} is a law made by @code{delay_law}.  @var{sz} is the size of the
## result: a row vector of dimensions, or a number n for an n by n matrix, as
## in @code{rand}; by default one sample is drawn.
##
## The same @var{seed} (a whole number between 0 and 2^53, default 1) always
## gives the same samples, whatever the number of threads; in column order the
## first of them do not depend on @var{sz}.  They come from the counter-based
## generator Philox4x32-10.
##
## Errors have the identifiers @code{sdde:delay_rand:invalid},
## @code{:memory}, @code{:interrupted}, @code{:unknown-option} and
## @code{:unpaired-option}.
##
## @example
## @group
## x = delay_rand (delay_law ("gamma", 4, 0.25), [1e6 1]);
## [mean(x), var(x)]
##      @result{}  0.9998   0.2505
## @end group
## @end example
##
## Reference: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel
## random numbers: as easy as 1, 2, 3", SC 2011.
##
## @seealso{delay_law, delay_quantile, delay_fit}
## @end deftypefn

function x = delay_rand (law, varargin)
  if (nargin < 1)
    print_usage ();
  endif
  check_law ("delay_rand", law);
  sz = [1 1];
  if (numel (varargin) && ! ischar (varargin{1}))
    sz = varargin{1};
    varargin(1) = [];
  endif
  sz = real_numbers ("delay_rand", sz, "the size");
  if (! (isrow (sz) && all (sz >= 0 & sz == fix (sz))))
    error ("sdde:delay_rand:invalid",
           "delay_rand: the size must be a row of whole numbers >= 0");
  endif
  if (isscalar (sz))
    sz = [sz sz];
  endif
  options = parse_options ("delay_rand", struct ("seed", 1), varargin);
  seed = real_numbers ("delay_rand", options.seed, "the seed");
  x = core_call ("delay_rand", @__sdde_delay__, "sample", law, sz, seed);
endfunction

%!demo
%! ## Samples of a delay, and the density they come from.
%! law = delay_law ("gamma", 4, 0.25);
%! x = delay_rand (law, [10000 1]);
%! [counts, centres] = hist (x, 50);
%! bar (centres, counts / numel (x) / (centres(2) - centres(1)), 1);
%! hold on; plot (centres, delay_pdf (law, centres), "linewidth", 2); hold off;
%! xlabel ("delay [s]"); ylabel ("density [1/s]");

## Mean and variance of 2e5 samples of each family within 5 standard errors
## (the variance by the fourth moment of the samples), and all in the support.
%!test
%! laws = {delay_law("exponential", 2), delay_law("shifted-exponential", 0.5, 2), ...
%!         delay_law("gamma", 0.3, 2), delay_law("gamma", 4, 0.25), ...
%!         delay_law("uniform", 0.1, 2), delay_law("empirical", [1 5 2], [1 0 3]), ...
%!         delay_law("mixture", [1 3], delay_law ("gamma", 8, 1), ...
%!                   delay_law ("deterministic", 1)), ...
%!         delay_law("thinned", delay_law ("gamma", 2, 0.5), 0:0.1:4, ...
%!                   1 ./ (1 + (0:0.1:4)))};
%! n = 2e5;
%! for k = 1:numel (laws)
%!   law = laws{k};
%!   x = delay_rand (law, [n 1], "seed", k);
%!   variance = law.cv2 * law.mean^2;
%!   assert (mean (x), law.mean, 5 * sqrt (variance / n));
%!   square = (x - law.mean) .^ 2;
%!   assert (mean (square), variance, 5 * std (square) / sqrt (n));
%!   assert (all (x >= delay_quantile (law, 0) & x <= delay_quantile (law, 1)));
%! endfor
%!assert (delay_rand (delay_law ("deterministic", 3), [2 2]), [3 3; 3 3])

## Seeds name the samples.
%!test
%! law = delay_law ("gamma", 4, 0.25);
%! x = delay_rand (law, [100 1]);
%! assert (delay_rand (law, [100 1], "seed", 1), x);
%! assert (delay_rand (law, [100 1], "SEED", int32 (1)), x);
%! assert (delay_rand (law, [10 10])(:), x);
%! assert (delay_rand (law, [50 1]), x(1:50));
%! assert (! any (delay_rand (law, [100 1], "seed", 2) == x));
%! assert (delay_rand (law), x(1));
%! assert (delay_rand (law, "seed", 2), delay_rand (law, 1, "seed", 2));

## More samples than one thread draws at a time.
%!test
%! x = delay_rand (delay_law ("exponential", 1), [1 150000]);
%! assert (delay_rand (delay_law ("exponential", 1), [140000 1])', x(1:140000));
%! assert (numel (unique (x)) > 149990);

## Sizes as in rand.
%!assert (size (delay_rand (delay_law ("exponential", 1), 3)), [3 3])
%!assert (size (delay_rand (delay_law ("exponential", 1), [2 3 4])), [2 3 4])
%!assert (size (delay_rand (delay_law ("exponential", 1), [0 3])), [0 3])
%!assert (size (delay_rand (delay_law ("exponential", 1), 0)), [0 0])

%!error <Invalid call> delay_rand ()
%!error id=sdde:delay_rand:invalid delay_rand (1)
%!error <size must be a row of whole> delay_rand (delay_law ("exponential", 1), [1; 2])
%!error <size must be a row of whole> delay_rand (delay_law ("exponential", 1), -1)
%!error <size must be a row of whole> delay_rand (delay_law ("exponential", 1), 1.5)
%!error <size must be a row of whole> delay_rand (delay_law ("exponential", 1), NaN)
%!error <size must be a row of whole> delay_rand (delay_law ("exponential", 1), [])
%!error id=sdde:delay_rand:invalid delay_rand (delay_law ("exponential", 1), Inf)
%!error <at most 1e10> delay_rand (delay_law ("exponential", 1), 1e6)
%!error <seed must be a whole number> delay_rand (delay_law ("exponential", 1), 1, "seed", -1)
%!error <seed must be a whole number> delay_rand (delay_law ("exponential", 1), 1, "seed", NaN)
%!error <seed must be a real scalar> delay_rand (delay_law ("exponential", 1), 1, "seed", [1 2])
%!error <seed must be real numbers> delay_rand (delay_law ("exponential", 1), 1, "seed", "a")
%!error <did you mean 'seed'> delay_rand (delay_law ("exponential", 1), 1, "sed", 1)
%!error id=sdde:delay_rand:unpaired-option delay_rand (delay_law ("exponential", 1), 1, "seed")
