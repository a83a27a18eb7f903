## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{law} =} delay_law (@var{family}, @var{p1}, @var{p2}, @dots{})
## @deftypefnx {} {@var{law} =} delay_law ("sum", @var{law1}, @var{law2}, @dots{})
## @deftypefnx {} {@var{law} =} delay_law ("mixture", @var{weights}, @var{law1}, @var{law2}, @dots{})
## @deftypefnx {} {@var{law} =} delay_law ("hyperexponential", @var{weights}, @var{means})
## @deftypefnx {} {@var{law} =} delay_law ("phase-type", @var{alpha}, @var{S})
## @deftypefnx {} {@var{law} =} delay_law ("empirical", @var{samples})
## @deftypefnx {} {@var{law} =} delay_law ("empirical", @var{samples}, @var{weights})
## @deftypefnx {} {@var{law} =} delay_law ("truncated", @var{base}, @var{c})
## @deftypefnx {} {@var{law} =} delay_law ("thinned", @var{base}, @var{knots}, @var{acceptance})
## Describe a random delay T @geq{} 0: the time of one gradient, of a
## transfer, or of a whole cycle of a worker.
##
## The names of the families are compared without regard to case.  Times are
## in the unit of the user, here called seconds.
##
## @multitable @columnfractions .3 .25 .45
## @headitem @var{family} @tab parameters @tab the delay
## @item @qcode{"deterministic"} @tab @var{d} @geq{} 0
## @tab always @var{d} seconds
## @item @qcode{"exponential"} @tab @var{m} > 0
## @tab memoryless, of mean @var{m} seconds
## @item @qcode{"shifted-exponential"} @tab @var{d} @geq{} 0, @var{m} > 0
## @tab @var{d} seconds and an exponential excess of mean @var{m} seconds
## @item @qcode{"gamma"} @tab @var{k} > 0, @var{h} > 0
## @tab shape @var{k} and scale @var{h} seconds: mean @var{k} @var{h}; for
## whole @var{k} (Erlang) the sum of @var{k} exponential delays of mean @var{h}
## @item @qcode{"uniform"} @tab @var{a} @geq{} 0, @var{b} > @var{a}
## @tab equally likely between @var{a} and @var{b} seconds
## @item @qcode{"weibull"} @tab @var{h} > 0, @var{k} @geq{} 0.1
## @tab scale @var{h} seconds, shape @var{k}: exceeds t with probability
## exp (-(t/@var{h})^@var{k})
## @item @qcode{"lognormal"} @tab @var{mu}, 0 < @var{sigma} @leq{} 10
## @tab its logarithm is normal with mean @var{mu} and standard deviation
## @var{sigma}: mean exp (@var{mu} + @var{sigma}^2/2) seconds
## @item @qcode{"inverse-gaussian"} @tab @var{m} > 0, @var{h} > 0
## @tab mean @var{m} and shape @var{h} seconds (Wald): when a Brownian motion that
## drifts first reaches a level; cv2 is @var{m}/@var{h}, at most 10^6
## @item @qcode{"pareto"} @tab @var{a} > 1, @var{h} > 0
## @tab shape @var{a}, scale @var{h} seconds (Lomax): exceeds t with probability
## (1 + t/@var{h})^(-@var{a}); mean @var{h}/(@var{a} - 1), an infinite variance
## for @var{a} @leq{} 2
## @item @qcode{"hyperexponential"} @tab @var{weights}, @var{means}
## @tab exponential, with one of the @var{means} (> 0), chosen with
## probability proportional to its weight (@geq{} 0): now short, now long
## @item @qcode{"phase-type"} @tab @var{alpha}, @var{S}
## @tab the time that a Markov chain takes to leave n phases, see below
## @item @qcode{"empirical"} @tab @var{samples}, @var{weights}
## @tab one of the recorded @var{samples} (an array of numbers @geq{} 0, not
## all 0), each as likely as its weight (of any sum; default: all the same)
## @item @qcode{"sum"} @tab @var{law1}, @var{law2}, @dots{}
## @tab independent delays one after the other, such as a download, a gradient
## and an upload
## @item @qcode{"mixture"} @tab @var{weights}, @var{law1}, @dots{}
## @tab one of several laws, chosen with probability proportional to the
## @var{weights} (an array of numbers @geq{} 0, as many as laws)
## @item @qcode{"truncated"} @tab @var{base}, @var{c} > 0
## @tab delays of the law @var{base} given that they take at most @var{c}
## seconds
## @item @qcode{"thinned"} @tab @var{base}, @var{knots}, @var{acceptance}
## @tab delays of the law @var{base} given that they were accepted, where a
## delay of @var{knots}(i) seconds is with probability @var{acceptance}(i);
## see below
## @end multitable
##
## The result is a struct.  It is data, not a handle: it can be saved,
## compared, and put into other laws.
##
## @table @code
## @item family
## the name of the family
## @item parameters
## cell row of the parameters, in the order above
## @item mean
## E T, in seconds
## @item cv2
## squared coefficient of variation, Var T / (E T)^2: 0 for a fixed delay, 1 for
## an exponential one
## @item abscissa
## abscissa of convergence of the transform E exp (-s T), in 1/seconds: it
## exists for Re s > @code{abscissa}; @code{-Inf} for bounded delays, 0 for
## heavy tails (lognormal, Pareto, Weibull of shape below 1), whose transform
## exists on the imaginary axis, but not left of it
## @end table
##
## The transforms of Weibull, lognormal and Pareto delays are computed by the
## trapezoidal rule along a line in the complex plane of log T (Trefethen and
## Weideman, 2014), with a relative error below 1e-9 wherever the transform
## exceeds 1e-12, and an absolute one below 1e-20 elsewhere; left of the
## imaginary axis, where that of a Weibull delay of shape @var{k} > 1 exists,
## the error is relative to the value at Re s.  Shapes @var{k} below 0.1 are
## refused: their moments differ by more than numbers hold.
##
## The distribution of a sum is exact where a family holds it (a fixed delay and
## an exponential one, gamma delays of one scale, phases, samples, mixtures of
## such) and otherwise a convolution, tabulated once with an absolute error of
## about 1e-13; its transform is the product of transforms.
##
## A phase-type law is that of the time until a Markov chain leaves its n phases:
## it enters phase i with probability @var{alpha}(i), moves from i to j at the
## rate @var{S}(i,j) @geq{} 0 and leaves from i at the rate @w{-sum (@var{S}(i,:))}
## @geq{} 0; the diagonal of the n by n matrix @var{S} is negative.  The delay
## exceeds t with probability @w{@var{alpha} * expm (@var{S} * t) * ones (n, 1)}.
## @var{alpha} must sum to 1 (a delay that may be 0 is a mixture with
## a deterministic one), n is at most 200, and from every phase that can be
## reached the chain must be able to leave.  Sums and mixtures of exponential
## delays are such laws.
##
## A thinned law describes the delays of those gradients that pass a threshold
## of staleness, which long ones seldom do.  Between the @var{knots} (at
## least 3, increasing, @geq{} 0) the probability of acceptance is the monotone
## cubic interpolant of Steffen (1990), outside them it is constant.  With the
## density f of @var{base} the density of the result is proportional to
## acceptance (t) f (t).
##
## An unknown family is the error @code{sdde:delay_law:unknown}, which suggests
## the nearest one; a parameter outside its domain is the error
## @code{sdde:delay_law:invalid}, which names it.
##
## @example
## @group
## work = delay_law ("shifted-exponential", 0.5, 0.25);
## [work.mean, work.cv2]
##      @result{}  0.7500   0.1111
## @end group
## @end example
##
## References: M. F. Neuts, "Matrix-Geometric Solutions in Stochastic Models",
## Johns Hopkins, 1981, chapter 2, for phase-type laws; M. Steffen, "A simple
## method for monotonic interpolation in one dimension", Astronomy and
## Astrophysics 239 (1990), 443--450; L. N. Trefethen and J. A. C. Weideman,
## "The exponentially convergent trapezoidal rule", SIAM Review 56 (2014),
## 385--458; S. Asmussen, J. L. Jensen and L. Rojas-Nandayapa, "On the Laplace
## transform of the lognormal distribution", Methodology and Computing in
## Applied Probability 18 (2016), 441--458.
##
## @seealso{delay_fit, delay_rand, delay_lst, delay_cdf, delay_pdf,
## delay_quantile, asgd_system}
## @end deftypefn

function law = delay_law (family, varargin)
  if (nargin < 1)
    print_usage ();
  endif
  [families, parameters] = core_call ("delay_law", @__sdde_delay__, "families");
  if (! (ischar (family) && isrow (family)))
    error ("sdde:delay_law:unknown",
           "delay_law: the family must be one of the strings: %s",
           strjoin (families', ", "));
  endif
  hit = strcmpi (family, families);
  if (! any (hit))
    error ("sdde:delay_law:unknown",
           "delay_law: there is no family '%s'; did you mean '%s'? (known: %s)",
           family, nearest_name (family, families),
           strjoin (families', ", "));
  endif
  name = families{hit};
  for k = 1:numel (varargin)
    what = sprintf ("parameter %d of the family '%s' (%s)", k, name,
                    parameters{hit});
    if (isstruct (varargin{k}))
      check_law ("delay_law", varargin{k}, what);
    else
      varargin{k} = real_numbers ("delay_law", varargin{k}, what);
    endif
  endfor
  law = core_call ("delay_law", @__sdde_delay__, "create", name, varargin);
endfunction

%!demo
%! ## Five families with the same mean: what differs is how regular they are.
%! laws = {delay_law("deterministic", 1), delay_law("gamma", 4, 1/4), ...
%!         delay_law("uniform", 0.5, 1.5), ...
%!         delay_law("shifted-exponential", 0.5, 0.5), ...
%!         delay_law("exponential", 1)};
%! t = linspace (0, 3, 400);
%! clf; hold on;
%! for k = 1:numel (laws)
%!   label = sprintf ("%s, cv2 = %.2f", laws{k}.family, laws{k}.cv2);
%!   plot (t, delay_cdf (laws{k}, t), "displayname", label);
%! endfor
%! hold off;
%! xlabel ("delay [s]"); ylabel ("P(T \\leq t)");
%! legend ("location", "southeast");

%!demo
%! ## Tails: straight lines here are exponential; those above bend away from any.
%! laws = {delay_law("gamma", 4, 1/4), delay_law("exponential", 1), ...
%!         delay_law("hyperexponential", [0.9 0.1], [0.5 5.5]), ...
%!         delay_law("lognormal", -log (2) / 2, sqrt (log (2))), ...
%!         delay_law("pareto", 2.5, 1.5)};
%! t = linspace (0, 20, 400);
%! for k = 1:numel (laws)
%!   label = sprintf ("%s, abscissa %.2g", laws{k}.family, laws{k}.abscissa);
%!   semilogy (t, max (1 - delay_cdf (laws{k}, t), 1e-9), "displayname", label);
%!   hold on;
%! endfor
%! hold off;
%! axis ([0, 20, 1e-6, 1]);
%! xlabel ("t [s]"); ylabel ("P(T > t)");
%! legend ("location", "northoutside");

%!test
%! law = delay_law ("gamma", 4, 0.25);
%! assert (fieldnames (law)', {"family", "parameters", "mean", "cv2", "abscissa"});
%! assert (law.family, "gamma");
%! assert (law.parameters, {4, 0.25});
%! assert ([law.mean, law.cv2, law.abscissa], [1, 0.25, -4]);

## Moments of each family, from its textbook formulas.
%!function assert_moments (law, mean, cv2, abscissa)
%!  assert (law.mean, mean, 1e-14 * mean);
%!  assert (law.cv2, cv2, 1e-14 * max (3, cv2));
%!  assert (law.abscissa, abscissa, 1e-14);
%!endfunction
%!test assert_moments (delay_law ("deterministic", 3), 3, 0, -Inf);
%!test assert_moments (delay_law ("exponential", 2), 2, 1, -0.5);
%!test assert_moments (delay_law ("shifted-exponential", 0.5, 0.25), 0.75, 1/9, -4);
%!test assert_moments (delay_law ("uniform", 1, 3), 2, 1/12, -Inf);
%!test assert_moments (delay_law ("weibull", 2, 0.5), 4, 5, 0);
%!test assert_moments (delay_law ("weibull", 1, 2), sqrt (pi) / 2, 4 / pi - 1, -Inf);
%!test assert_moments (delay_law ("lognormal", -log (2) / 2, sqrt (log (2))), 1, 1, 0);
%!test assert_moments (delay_law ("inverse-gaussian", 2, 8), 2, 0.25, -1);
%!test assert_moments (delay_law ("pareto", 2.5, 1.5), 1, 5, 0);
%!test assert_moments (delay_law ("pareto", 1.5, 1), 2, Inf, 0);
## A Weibull delay of shape 1 is exponential, and below a bound that holds all
## of a law that law is left.
%!test
%! s = [0.3, 2i, -0.1 + 1i];
%! assert (delay_lst (delay_law ("weibull", 2, 1), s), 1 ./ (1 + 2 * s), 1e-14);
%! law = delay_law ("truncated", delay_law ("uniform", 1, 3), 5);
%! assert (law.family, "truncated");
%! assert (delay_cdf (law, [1 2 3]), [0 0.5 1]);
%! law = delay_law ("truncated", delay_law ("exponential", 1), 1);
%! assert (law.mean, 1 - 1 / (e - 1), 1e-14);
%!test assert_moments (delay_law ("empirical", [1 2 6]), 3, 14/27, -Inf);
%!test assert_moments (delay_law ("empirical", [1 2 6], [2 1 1]), 2.5, 4.25/6.25, -Inf);
## A hyperexponential law is the mixture below.
%!test assert_moments (delay_law ("hyperexponential", [9 1], [0.5 5.5]), 1, 5.5, -1/5.5);
## Phases passed one after the other: the variances of 1/2 and 1 add up.
%!test assert_moments (delay_law ("phase-type", [1 0], [-2 2; 0 -1]), 1.5, 1.25 / 2.25, -1);
%!test
%! alpha = [0.5 0.2 0.3];
%! S = [-3 1 0.5; 0.2 -2 0; 1 1 -4];
%! law = delay_law ("phase-type", alpha, S);
%! assert (law.family, "phase-type");
%! assert (law.parameters, {alpha, S});
%! second = 2 * alpha * (S \ (S \ ones (3, 1)));
%! assert_moments (law, -alpha * (S \ ones (3, 1)), second / law.mean ^ 2 - 1, max (real (eig (S))));
%! for t = [0.1 1 4]
%!   assert (1 - delay_cdf (law, t), alpha * expm (S * t) * ones (3, 1), 1e-14);
%! endfor
%! assert (delay_law ("phase-type", alpha', S), law);

## Means and variances add up.
%!test
%! law = delay_law ("sum", delay_law ("uniform", 1, 3), delay_law ("gamma", 4, 0.5), ...
%!                  delay_law ("deterministic", 1));
%! assert_moments (law, 5, (1/3 + 1) / 25, -2);
%! assert (law.family, "sum");
%! assert (numel (law.parameters), 3);

## cv2 of a mixture: E T^2 = .9 * 2 * .5^2 + .1 * 2 * 5.5^2 = 6.5.
%!test
%! law = delay_law ("mixture", [9 1], delay_law ("exponential", 0.5), ...
%!                  delay_law ("exponential", 5.5));
%! assert_moments (law, 1, 5.5, -1/5.5);
## Accepted with probability exp (-t), an exponential delay of mean 1 has
## mean 1/2; the interpolant of exp (-t) leaves an error of 1e-6.
%!test
%! knots = linspace (0, 20, 2001);
%! law = delay_law ("thinned", delay_law ("exponential", 1), knots, exp (-knots));
%! assert (law.mean, 0.5, 1e-5);
%! assert (law.cv2, 1, 1e-4);

## Names in any case, numbers of any class, shapes of any kind.
%!assert (delay_law ("Gamma", 4, 0.25), delay_law ("gamma", 4, 0.25))
%!assert (delay_law ("deterministic", int8 (3)), delay_law ("deterministic", 3))
%!assert (delay_law ("deterministic", true), delay_law ("deterministic", 1))
%!assert (delay_law ("empirical", [1; 2; 3]), delay_law ("empirical", [1 2 3]))
%!assert (delay_law ("empirical", sparse ([0 2])), delay_law ("empirical", [0 2]))

## A law is data: it survives a file, and lives in other laws.
%!test
%! file = [tempname(), ".mat"];
%! law = delay_law ("mixture", [1 2], delay_law ("uniform", 0, 1), ...
%!                  delay_law ("mixture", 1, delay_law ("gamma", 2, 1)));
%! unwind_protect
%!   save ("-binary", file, "law");
%!   loaded = load (file);
%! unwind_protect_cleanup
%!   unlink (file);
%! end_unwind_protect
%! assert (loaded.law, law);
%! assert (delay_cdf (loaded.law, 1), delay_cdf (law, 1));

%!error <Invalid call> delay_law ()
%!error id=sdde:delay_law:unknown delay_law ("gama", 1, 1)
%!error <no family 'gama'; did you mean 'gamma'\?> delay_law ("gama", 1, 1)
%!error <no family 'expo'; did you mean 'exponential'\?> delay_law ("expo", 1)
%!error <known: deterministic, exponential,> delay_law ("x", 1, 1)
%!error id=sdde:delay_law:unknown delay_law (1)
%!error <one of the strings: deterministic,> delay_law ("")
%!error id=sdde:delay_law:invalid delay_law ("gamma", 1)
%!error <'gamma' takes the parameters \(shape, scale\)> delay_law ("gamma", 1)
%!error <scale of the family 'gamma' must be a finite number . 0> delay_law ("gamma", 1, 0)
%!error <shape of the family 'gamma'> delay_law ("gamma", NaN, 1)
%!error <shape of the family 'gamma'> delay_law ("gamma", [], 1)
%!error <shape of the family 'gamma'> delay_law ("gamma", [1 2], 1)
%!error <delay of the family 'deterministic' must be a finite number .= 0> delay_law ("deterministic", -1)
%!error <delay of the family 'deterministic'> delay_law ("deterministic", Inf)
%!error <mean of the family 'exponential'> delay_law ("exponential", delay_law ("deterministic", 1))
%!error <right end .* must lie right> delay_law ("uniform", 2, 2)
%!error <scale of the family 'weibull' must be a finite number . 0> delay_law ("weibull", 0, 1)
%!error <shape of the family 'weibull' must be .= 0.1> delay_law ("weibull", 1, 0.05)
%!error <mean logarithm of the family 'lognormal' must be a finite number> delay_law ("lognormal", NaN, 1)
%!error <deviation of the logarithm of the family 'lognormal' must be a finite number . 0> delay_law ("lognormal", -1, 0)
%!error <deviation of the logarithm .* must be <= 10> delay_law ("lognormal", 0, 11)
%!error <mean of the family 'inverse-gaussian' must be a finite number . 0> delay_law ("inverse-gaussian", 0, 1)
%!error <shape of the family 'inverse-gaussian' must be a finite number . 0> delay_law ("inverse-gaussian", 1, -1)
%!error <shape .* at least 1e-6, and at most 1e300, times its mean> delay_law ("inverse-gaussian", 1, 1e-7)
%!error <shape of the family 'pareto' must be . 1> delay_law ("pareto", 1, 1)
%!error <scale of the family 'pareto'> delay_law ("pareto", 2, -1)
%!error <first parameter of the family 'truncated' must be a law> delay_law ("truncated", 1, 1)
%!error <bound of the family 'truncated' must be a finite number . 0> delay_law ("truncated", delay_law ("exponential", 1), 0)
%!error <must leave a probability> delay_law ("truncated", delay_law ("uniform", 1, 2), 0.5)
%!error <takes laws> delay_law ("sum", delay_law ("deterministic", 1), 2)
%!error <takes the parameters \(law, ...\)> delay_law ("sum")
%!error <as many means . 0> delay_law ("hyperexponential", [1 1], 1)
%!error <as many means . 0> delay_law ("hyperexponential", [1 1], [1 0])
%!error <weights of the family 'hyperexponential'> delay_law ("hyperexponential", [1 NaN], [1 1])
%!error <n x n generator> delay_law ("phase-type", [1 0], [-1 0 0 -1])
%!error <must be .= 0 and sum to 1> delay_law ("phase-type", [0.5 0], [-1 0; 0 -1])
%!error <negative on the diagonal> delay_law ("phase-type", [1 0], [-1 2; 0 -1])
%!error <never leaves phase 1> delay_law ("phase-type", [1 0], [-1 1; 1 -1])
%!error <samples of the family 'empirical'> delay_law ("empirical", [])
%!error <samples of the family 'empirical'> delay_law ("empirical", [1 NaN])
%!error <samples of the family 'empirical'> delay_law ("empirical", [1 -1])
%!error <at least one sample . 0> delay_law ("empirical", [0 0])
%!error <as many weights as samples> delay_law ("empirical", [1 2], 1)
%!error <vector of weights.*as many laws> delay_law ("mixture", [1 2], delay_law ("deterministic", 1))
%!error <vector of weights.*as many laws> delay_law ("mixture", 1, 2)
%!error <at least 3 increasing knots> delay_law ("thinned", delay_law ("exponential", 1), [1 0 2], [1 1 1])
%!error <at least 3 increasing knots> delay_law ("thinned", delay_law ("exponential", 1), 1:3, [1 1 2])
%!error <positive probability> delay_law ("thinned", delay_law ("exponential", 1), 1:3, [0 0 0])
%!error <parameter 1 of the family 'gamma' \(shape, scale\) must be real> delay_law ("gamma", "a", 1)
%!error <parameter 2 of the family 'gamma' .* must be real> delay_law ("gamma", 1, 1i)
%!error <parameter 1 of the family 'thinned' .* must be a law> delay_law ("thinned", struct (), 1, 1)
