## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn {} {@var{limit} =} sdde_limit (@var{delay})
## Stability limit and fastest damping of X'(t) = -a E[X(t-D)].
##
## @var{delay} is the law of D, made by @code{delay_law}, or a number for a
## fixed delay.  @var{limit} is a struct:
##
## @table @code
## @item critical
## the smallest damping a > 0 with a characteristic root on the imaginary axis:
## the mean converges for all smaller ones.  Where Re E exp (-i w D) @geq{} 0 for
## all frequencies w there is none, and @code{critical} is @code{Inf}:
## exponential and hyperexponential laws, gamma laws of shape up to 1, mixtures
## of these, sums of gamma laws whose shapes add up to 1 at most, laws with
## P(D = 0) @geq{} 1/2, and those phase-type laws for which it is proved (from
## some frequency on by the density at 0, below it by steps that cannot pass a
## zero).  NaN where none was found and none can be excluded
## @item frequency
## the imaginary part w of that root: Re phi(i w) = 0, a = w / abs (phi(i w));
## NaN where there is none
## @item fastest
## the damping at which two real roots meet, s phi'(s) = phi(s),
## a = -s / phi(s).  Smaller dampings converge slower, without oscillation,
## larger ones oscillate.  No root lies right of the two.  NaN where there are
## none (heavy tails)
## @item rate
## the speed -s there
## @item peak
## true if a slightly larger damping than @code{fastest} does not converge
## faster.  It is false for laws more variable than the exponential, whose
## speed goes on rising (with oscillations): where the third cumulant of the
## law, tilted by exp (-s t), exceeds that of an exponential law of its mean
## @end table
##
## That no root x + i y lies right of the meeting point s follows from the
## imaginary part of its equation: y = a E exp (-x D) sin (y D)
## @leq{} y a E D exp (-x D) says that h'(x) @leq{} 0, and h is convex on the
## real axis with its minimum at s.
##
## For one fixed delay d these are a d = pi/2 at w d = pi/2, and a d = 1/e with
## the speed 1/d; for a gamma law of shape k and mean m, a m =
## k tan (pi/(2k)) / cos (pi/(2k))^k, and a m = (k/(k+1))^(k+1) with the speed
## k/((k+1) m).
##
## The errors are @code{sdde:sdde_limit:invalid}.
##
## @example
## @group
## limit = sdde_limit (delay_law ("gamma", 2, 0.5));
## [limit.critical, limit.frequency, limit.fastest, limit.rate]
##      @result{} 4.0000   2.0000   0.2963   0.6667
## @end group
## @end example
##
## @seealso{sdde_rate, sdde_roots, delay_law}
## @end deftypefn

function limit = sdde_limit (delay)
  if (nargin != 1)
    print_usage ();
  endif
  law = law_or_delay ("sdde_limit", delay);
  x = core_call ("sdde_limit", @__sdde_roots__, "limit", law);
  limit = struct ("critical", x(1), "frequency", x(2), "fastest", x(3),
                  "rate", x(4), "peak", logical (x(5)));
endfunction

%!demo
%! ## Irregular delays are harmless delays: the stability limit against the
%! ## variability of a gamma law of mean 1.
%! shape = logspace (0.02, 2, 60);
%! critical = arrayfun (@(k) sdde_limit (delay_law ("gamma", k, 1/k)).critical, shape);
%! loglog (1 ./ shape, critical, [0.01 1], pi / 2 * [1 1], "k--");
%! xlabel ("squared coefficient of variation"); ylabel ("critical damping");
%! legend ("gamma law", "fixed delay: \\pi/2", "location", "northwest");

## Closed forms.
%!test
%! limit = sdde_limit (2);
%! assert ([limit.critical, limit.frequency, limit.fastest, limit.rate], ...
%!         [pi/4, pi/4, exp(-1)/2, 1/2], 1e-15);
%! assert (limit.peak);
%!test
%! for k = [1.2 1.5 2 4 30 200]
%!   limit = sdde_limit (delay_law ("gamma", k, 3 / k));
%!   assert (limit.critical * 3, k * tan (pi/2/k) / cos (pi/2/k) ^ k, -1e-12);
%!   assert (limit.fastest * 3, (k/(k+1)) ^ (k+1), -1e-13);
%!   assert (limit.rate * 3, k/(k+1), -1e-13);
%!   assert (limit.peak);
%! endfor
%!test # uniform on [0, 2]: phi(i w) = exp (-i w) sin (w) / w
%! limit = sdde_limit (delay_law ("uniform", 0, 2));
%! assert (limit.critical, pi^2/4, 1e-14);
%! assert (limit.frequency, pi/2, 1e-15);
%! assert (limit.fastest, 0.3238051189459574298236, 1e-15);
%! assert (limit.rate, 0.7968121300200200461615, 1e-15);
%!test
%! limit = sdde_limit (delay_law ("shifted-exponential", 0.5, 0.5));
%! assert (limit.critical, 2.269829300661440556486, 1e-14);
%! assert (limit.frequency, 1.720667178038759524968, 1e-14);
%! assert (limit.fastest, 0.3222414061240439247501, 1e-15);
%! assert (limit.rate, 0.7639320225002103035908, 1e-15);

## Laws without a limit; those more variable than the exponential.
%!test
%! limit = sdde_limit (delay_law ("exponential", 2));
%! assert ([limit.critical, limit.frequency, limit.fastest, limit.rate], ...
%!         [Inf, NaN, 1/8, 1/4], 1e-15);
%! assert (limit.peak);
%!test
%! limit = sdde_limit (delay_law ("gamma", 0.5, 2));
%! assert ([limit.critical, limit.frequency], [Inf NaN]);
%! assert ([limit.fastest, limit.rate], [0.1924500897298752548364, 1/3], 1e-15);
%! assert (! limit.peak);
%! assert (sdde_rate (1.05 * limit.fastest, delay_law ("gamma", 0.5, 2)) > limit.rate);
%!test
%! law = delay_law ("mixture", [0.9 0.1], delay_law ("exponential", 0.5), ...
%!                  delay_law ("exponential", 5.5));
%! limit = sdde_limit (law);
%! assert ([limit.critical, limit.fastest, limit.rate], ...
%!         [Inf, 0.09988132866620809054522, 0.1380534471765911867401], 1e-15);
%! assert (! limit.peak);
%!assert (sdde_limit (0).critical, Inf)

## Phase-type laws and sums; mpmath, tests/reference/roots_known.py.
%!test
%! limit = sdde_limit (delay_law ("hyperexponential", [0.9 0.1], [0.5 5.5]));
%! assert ([limit.critical, limit.fastest, limit.rate], ...
%!         [Inf, 0.09988132866620809054522, 0.1380534471765911867401], 1e-15);
%!test # the density falls from its value at 0, then rises: a limit, or none
%! S = [-20 0 0; 0 -2 2; 0 0 -2];
%! limit = sdde_limit (delay_law ("phase-type", [0.06 0.94 0], S));
%! assert (limit.critical, 5.759598297172793645775, -1e-13);
%! assert (limit.frequency, 2.321118277754273138969, -1e-13);
%! assert (sdde_limit (delay_law ("phase-type", [0.2 0.8 0], S)).critical, Inf);
%!test
%! limit = sdde_limit (delay_law ("sum", delay_law ("gamma", 4, 0.25), ...
%!                                delay_law ("exponential", 2)));
%! assert ([limit.critical, limit.frequency, limit.fastest, limit.rate], ...
%!         [1.143021100968860846213, 0.6566138014315445968486, ...
%!          0.09826152306952353230618, 0.2175110900808541647797], 1e-13);

## The limit of a law with several frequencies is the smallest damping, not
## the lowest frequency: delays 1 and 10, mostly 1.
%!test
%! law = delay_law ("mixture", [0.95 0.05], delay_law ("deterministic", 1), ...
%!                  delay_law ("deterministic", 10));
%! limit = sdde_limit (law);
%! [rate, s] = sdde_rate (limit.critical * [0.999 1 1.001], law);
%! assert (rate(1) > 0 && rate(3) < 0);
%! assert (s(2), 1i * limit.frequency, 1e-12);

%!error <Invalid call> sdde_limit ()
%!error id=Octave:invalid-fun-call sdde_limit (1, 2)
%!error id=sdde:sdde_limit:invalid sdde_limit (-1)
%!error <delay must be a law> sdde_limit ("gamma")
%!error <delay must be a law> sdde_limit (struct ())
