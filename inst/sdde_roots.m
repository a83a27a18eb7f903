## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {[@var{s}, @var{info}] =} sdde_roots (@var{eq})
## @deftypefnx {} {[@var{s}, @var{info}] =} sdde_roots (@var{a}, @var{delay})
## @deftypefnx {} {[@var{s}, @var{info}] =} sdde_roots (@{@var{A0}, @var{A1}, @dots{}@}, @var{delays})
## @deftypefnx {} {[@var{s}, @var{info}] =} sdde_roots (@dots{}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {} sdde_roots (@dots{})
## Characteristic roots of a delay equation, with a proof that none is missing.
##
## The mean of one mode of @var{eq} (see @code{sdde_equation} and
## @code{asgd_sdde}) has the characteristic function
##
## @display
## h(s) = m s^2 + s + d + sum_k (a_k + c_k s) phi_k(s),
## phi_k(s) = E exp (-s D_k),
## @end display
##
## a_k being the damping, d the decay, c_k the correction of second order, m
## the inertia (momentum) and D_k the random delay of class k; most equations
## have one class.  The mean converges if and only if all zeros of h lie left of
## the imaginary axis, as fast as exp (t max Re s).  A damping @var{a} and a
## @var{delay} (a law or a number) stand for the equation with d = c = m = 0; a
## vector @var{a} and a cell of as many delays for one of several classes.
##
## @multitable @columnfractions .2 .15 .65
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"count"} @tab 6 @tab how many roots: the rightmost ones, and
## one more where a conjugate pair would be torn; fewer where the law has no
## more right of any line that can be counted along, or where they would take
## work out of proportion (ask for a line then)
## @item @qcode{"right-of"} @tab @tab instead of a number of them, all roots
## with Re s @geq{} this line
## @item @qcode{"mode"} @tab @tab which mode, where the equation has several
## @end multitable
##
## @var{s} is a column of roots, real parts descending, conjugate pairs
## adjacent (and exactly conjugate, positive imaginary part first).  Roots too
## close to be told apart stand there once, with their multiplicity.
##
## @table @code
## @item info.count
## how many roots have Re s @geq{} @code{info.right_of}, with multiplicity,
## found without any of them, by the argument principle (or as the degree of a
## polynomial, or as branches of Lambert W)
## @item info.certified
## true if the multiplicities add up to that, and the discs below are disjoint
## and right of the line: then @var{s} is complete
## @item info.multiplicity
## of each root
## @item info.bound
## radius of a disc around each root that surely holds as many roots as its
## multiplicity, rounding included
## @item info.residual
## abs (h (s))
## @item info.backward
## the backward error: the least relative change of d, m, a_k and c_k (and of
## the 1 of s) after which the computed number is a root
## @item info.condition
## how far a root moves, to first order, per relative change of all these
## (per unit of time; Inf for multiple roots)
## @item info.right_of
## the line.  It is the one asked for unless a root lies on that; then it is
## as little left of it as it takes.  -Inf: there are no other roots
## @item info.subexponential
## true for laws with a heavy tail: nothing left of the imaginary axis can be
## looked at, and the mean converges slower than any exponential
## @item info.order
## 1 or 2: what the equation is; 3: of the pair closure, see below
## @end table
##
## On Re s @geq{} r the derivatives of phi are bounded by those at r, so that a
## walk up the line in steps short against abs (h) counts the zeros to its
## right beyond doubt; h grows like s, so that the walk ends.  The zeros come
## from Newton's iteration, the discs from Rouch@'e's theorem.  One fixed delay
## without correction goes by Lambert W, and a rational transform (exponential
## and Erlang laws and their mixtures) by its numerator, left of the abscissa
## of convergence too, and several rational classes likewise; a single shifted
## exponential is freed of its pole first.
##
## The error @code{sdde:sdde_roots:invalid} names what is wrong with an
## argument, or the line that can be asked for: right of @code{abscissa} for
## laws not mentioned above, and, without inertia, right of where sum abs (c_k)
## phi_k = 1, since roots may crowd left of that.  @code{sdde:sdde_roots:limit}:
## too many roots lie right of the line.
##
## @subheading Order 3
##
## For an equation of order 3 (@code{asgd_sdde}) the roots are those of its pair
## closure: the eigenvalues of the equations that the first moments E w and E w_j
## of the model and of the workers' copies obey, 2 k^2 - k (k-1)/2 for k phases of
## one class.  They know that the arrivals of a worker are a renewal process, where
## the delay equation takes them for a Poisson process.  They are computed by the QR
## algorithm, and nothing is proved of them: @code{info.certified} is false,
## @code{info.bound} Inf and @code{info.multiplicity} 1 (multiple ones are listed as
## often as they are), while @code{info.residual}, @code{info.backward} and
## @code{info.condition} are norm (A v - s v), that over m = abs (s) + norm (A), and
## m / abs (w' v), A being the matrix of the moments with the unit eigenvectors v and
## w.  Many phases make many roots next to each other of large condition; these lie
## left of those that matter.  For certified roots of the delay equation make it
## with @code{asgd_sdde (@dots{}, "order", 2)} (or 1).
##
## @subheading Systems
##
## For an equation with matrices, or a cell of them and their delays (see
## @code{sdde_equation}), the roots are the zeros of det M,
##
## @display
## M(s) = s I - A0 - A1 phi_1(s) - A2 phi_2(s) - @dots{}
## @end display
##
## The count is again certain: a walk up the line in steps on which
## M(s)^-1 M(s+z), bounded by the inverse and by the second derivative of M,
## cannot turn by more than a half.  The roots start from the eigenvalues of
## the infinitesimal generator, shifted to the line, on Chebyshev points (Breda,
## Maset and Vermiglio, SIAM J. Sci. Comput. 27, 2005, 482-495; Wu and Michiels,
## J. Comput. Appl. Math. 236, 2012, 2499-2514), as many as it takes until the
## roots are as many as counted; each of them is led home by Newton's iteration
## on M itself, and its disc proved by Rouch@'e's theorem.  With w and v the
## unit null vectors and the weight
## m = abs (s) + norm (A0) + norm (A1) abs (phi_1(s)) + @dots{},
## @var{info} has
##
## @table @code
## @item info.residual
## norm (M(s) v)
## @item info.backward
## that over m: the relative change of the matrices for which @var{s} is a root
## @item info.condition
## m / abs (w' M'(s) v): how far the root moves per such change
## @end table
##
## all three in coordinates balanced by powers of two, and @code{info.unknowns},
## the rows of the matrix whose eigenvalues were the guesses.  At most 6000 are
## used (288 MB), for matrices of up to 1000 rows; where more would be needed,
## @code{sdde:sdde_roots:limit} is raised, or @code{info.certified} is false.
##
## Large sparse systems with fixed delays: the option @qcode{"near"}, a number
## s0 (real or complex), asks for the @qcode{"count"} roots nearest to it (at
## most 100), by the infinite Arnoldi method (Jarlebring, Michiels and Meerbergen,
## Numer. Math. 122, 2012, 169-195; the basis in compact form) with one sparse
## factorisation of M(s0).  Nothing is proved then: roots may be missing,
## @code{info.certified} is false, @code{info.bound} Inf, @code{info.condition}
## and @code{info.right_of} NaN, @code{info.count} is how many were found,
## @code{info.multiplicity} 1 throughout, and @code{info.residual} and
## @code{info.backward} (in 1-norms, not balanced) tell how well each root
## satisfies the equation.  @code{info.converged} is false where the roots did
## not settle in 300 steps (@code{info.unknowns}): then only those that did are
## returned.  Complex s0 gives no conjugates, which are roots all the same.
##
## Without output the roots are drawn.
##
## @example
## @group
## [s, info] = sdde_roots (1, 1, "right-of", -2.5);
## s
##      @result{}
##        -0.3181 + 1.3372i
##        -0.3181 - 1.3372i
##        -2.0623 + 7.5886i
##        -2.0623 - 7.5886i
## info.certified
##      @result{} 1
## @end group
## @end example
##
## @seealso{sdde_equation, asgd_sdde, sdde_rate, sdde_limit, lambertw}
## @end deftypefn

function [s, info] = sdde_roots (varargin)
  if (nargin < 1)
    print_usage ();
  endif
  if (is_system (varargin{1}))
    [s, info] = system_roots (varargin);
    if (nargout == 0)
      draw (s, info);
      clear s info;
    endif
    return;
  endif
  [eq, rest] = scalar_equation ("sdde_roots", varargin);
  options = struct ("count", [], "right_of", [], "mode", []);
  options = parse_options ("sdde_roots", options, rest);
  mode = chosen_mode ("sdde_roots", options.mode, rows (eq.damping));
  if (! isempty (options.count) && ! isempty (options.right_of))
    error ("sdde:sdde_roots:invalid",
           "sdde_roots: give one of the options 'count' and 'right-of', not both");
  endif
  if (order_of (eq) == 3)
    [s, info] = closure_roots (varargin{1}, mode, options);
    if (nargout == 0)
      draw (s, info);
      clear s info;
    endif
    return;
  endif
  if (! isempty (options.right_of))
    command = "right-of";
    limit = real_numbers ("sdde_roots", options.right_of, "right-of");
  else
    command = "count";
    limit = options.count;
    if (isempty (limit))
      limit = 6;
    endif
    limit = real_numbers ("sdde_roots", limit, "count");
  endif
  [re, im, multiplicity, residual, bound, backward, condition, facts] = ...
      core_call ("sdde_roots", @__sdde_roots__, command, eq.decay(mode),
                 eq.inertia(mode), eq.damping(mode,:), eq.correction(mode,:),
                 eq.delay, limit);
  s = complex (re, im);
  if (! any (im))
    s = re;
  endif
  info = struct ("count", facts(1), "certified", logical (facts(2)),
                 "residual", residual, "backward", backward,
                 "condition", condition, "bound", bound,
                 "multiplicity", multiplicity,
                 "subexponential", logical (facts(3)), "right_of", facts(4),
                 "order", order_of (eq));
  if (nargout == 0)
    draw (s, info);
    clear s info;
  endif
endfunction

## Eigenvalues: all of them, of which those that are asked for are kept.
function [s, info] = closure_roots (eq, mode, options)
  [re, im, residual, backward, condition] = ...
      core_call ("sdde_roots", @__sdde_equation__, "pairs-roots", eq, mode);
  line = -Inf;
  wanted = numel (re);
  if (! isempty (options.right_of))
    line = real_numbers ("sdde_roots", options.right_of, "right-of");
    if (! (isscalar (line) && isfinite (line)))
      error ("sdde:sdde_roots:invalid",
             "sdde_roots: the line to look right of must be a finite number");
    endif
    wanted = sum (re >= line);
  else
    if (isempty (options.count))
      options.count = 6;
    endif
    count = whole_number ("sdde_roots", options.count, 1, "count");
    if (count < wanted)
      wanted = count + (im(count) > 0 && im(count+1) < 0);
      line = re(wanted);
    endif
  endif
  kept = 1:wanted;
  s = complex (re(kept), im(kept));
  if (! any (im(kept)))
    s = re(kept);
  endif
  some = ones (wanted, 1);
  info = struct ("count", wanted, "certified", false, ...
                 "residual", residual(kept), "backward", backward(kept), ...
                 "condition", condition(kept), "bound", Inf * some, ...
                 "multiplicity", some, "subexponential", false, ...
                 "right_of", line, "order", 3);
endfunction

function [s, info] = system_roots (arguments)
  [eq, rest] = system_equation ("sdde_roots", arguments);
  options = struct ("count", [], "right_of", [], "near", []);
  options = parse_options ("sdde_roots", options, rest);
  if (! isempty (options.right_of)
      && ! (isempty (options.count) && isempty (options.near)))
    error ("sdde:sdde_roots:invalid",
           "sdde_roots: give one of the options 'count' and 'right-of', not both; 'near' goes with 'count'");
  endif
  if (isempty (options.count))
    options.count = 6;
  endif
  wanted = real_numbers ("sdde_roots", options.count, "count");
  if (! isempty (options.near))
    [s, info] = nearest_roots ("sdde_roots", eq, options.near, wanted);
  elseif (! isempty (options.right_of))
    [s, info] = matrix_roots ("sdde_roots", eq, "matrix-right-of", ...
                              real_numbers ("sdde_roots", options.right_of, "right-of"));
  else
    [s, info] = matrix_roots ("sdde_roots", eq, "matrix-count", wanted);
  endif
endfunction

function draw (s, info)
  blue = [0, 0.3, 0.7];
  red = [0.8, 0.1, 0.1];
  grey = [0.5, 0.5, 0.5];
  box = box_around (s, info.right_of);
  height = box(4);
  stable = real (s) < 0;
  held = ishold ();
  plot ([0, 0], box(3:4), "-", "color", grey);
  hold on;
  if (any (stable))
    plot (real (s(stable)), imag (s(stable)), "o", "color", blue,
          "markersize", 7, "linewidth", 1.5);
  endif
  if (! all (stable))
    plot (real (s(! stable)), imag (s(! stable)), "x", "color", red,
          "markersize", 8, "linewidth", 1.5);
  endif
  text (0, 0.93 * height, "decays  ", "color", blue,
        "horizontalalignment", "right");
  text (0, 0.93 * height, "  grows", "color", red);
  if (isfinite (info.right_of))
    plot (info.right_of * [1, 1], box(3:4), "--", "color", grey);
    text (info.right_of, -0.93 * height, "  counted right of here",
          "color", grey);
  endif
  for k = find (info.multiplicity > 1)'
    text (real (s(k)), imag (s(k)),
          sprintf ("   %d-fold", info.multiplicity(k)));
  endfor
  if (! held)
    hold off;
  endif
  axis (box);
  xlabel ("Re s  [1/time]");
  ylabel ("Im s  [1/time]");
  if (info.certified)
    verdict = "none missing";
  elseif (info.order == 3)
    verdict = "pair closure";
  else
    verdict = "not certified";
  endif
  title (sprintf ("%d characteristic roots, %s", info.count, verdict));
endfunction

## [left right bottom top] with room around the roots, the axis and the words.
function box = box_around (s, right_of)
  x = [real(s); 0];
  if (isfinite (right_of))
    x(end+1) = right_of;
  endif
  width = max (max (x) - min (x), 1e-3);
  height = max ([abs(imag (s)); 0.3 * width]);
  box = [min(x) - 0.08 * width, max(x) + 0.2 * width, ...
         -1.3 * height, 1.3 * height];
endfunction

%!demo
%! ## The chain of roots of one fixed delay, here unstable: pi/2 < 1.9
%! sdde_roots (1.9, 1, "count", 14);

%!demo
%! ## The same mean delay, more and more irregular: the chain moves left, and
%! ## what oscillated for ever converges.
%! clf; hold on;
%! for shape = [100 20 8 4]
%!   s = sdde_roots (1.9, delay_law ("gamma", shape, 1 / shape), "right-of", -3.9);
%!   plot (real (s), imag (s), "o", "displayname", sprintf ("gamma, shape %d", shape));
%! endfor
%! hold off; grid on; legend ("show"); axis ([-4 2 -25 25]);
%! xlabel ("Re s"); ylabel ("Im s");

## References by mpmath at 40 digits (tests/reference/roots_known.py).
%!test
%! [s, info] = sdde_roots (1, 1, "right-of", -2.5);
%! exact = [-0.31813150520476413531 + [1; -1] * 1.3372357014306894089i
%!          -2.062277729598283885 + [1; -1] * 7.5886311784725126227i];
%! assert (s, exact, 1e-13);
%! assert (all (abs (s - exact) <= info.bound));
%! assert (all (info.bound < 1e-13));
%! assert (info.count, 4);
%! assert (info.certified);
%! assert (! info.subexponential);
%! assert (info.multiplicity, ones (4, 1));
%! assert (info.right_of, -2.5);
%! assert (max (info.residual) < 1e-12);
%!test
%! s = sdde_roots (0.2, 1, "count", 2);
%! assert (s, [-0.25917110181907374506; -2.5426413577735264243], 1e-13);
%! assert (isreal (s));
%!test
%! [s, info] = sdde_roots (pi / 2, 1, "right-of", -2);
%! assert (s, [[1; -1] * (pi / 2) * 1i
%!             -1.6042909134480111585 + [1; -1] * 7.6471922761245929231i], 1e-13);
%! assert (info.certified);
%!test # s + 1 - 0.5 exp (-2 s), and its double root's neighbour s - 1 + exp (-s)
%! eq = sdde_equation ("damping", -0.5, "delay", 2, "decay", 1);
%! assert (sdde_roots (eq, "count", 1), -0.22142720050119429157, 1e-14);
%! eq = sdde_equation ("damping", 1, "delay", 1, "decay", -1);
%! [s, info] = sdde_roots (eq, "right-of", -1);
%! assert (s, 0, 1e-7);
%! assert (info.multiplicity, 2);
%! assert (info.count, 2);
%! assert (info.certified);
%!test
%! [s, info] = sdde_roots (exp (-1), 1, "right-of", -2);
%! assert (s, -1, 1e-7);
%! assert (info.multiplicity, 2);
%! assert (info.bound < 1e-6);
%!assert (sdde_roots (1, delay_law ("exponential", 1)), ...
%!        -0.5 + [1; -1] * 0.8660254037844386i, 1e-14)
%!test # parts of a mixture with poles in common: 5 roots, by mpmath's polyroots
%! h = 0.0647702;
%! tail = delay_law ("exponential", h);
%! queue = delay_law ("mixture", [0.94, 0.06], delay_law ("deterministic", 0), tail);
%! law = delay_law ("sum", delay_law ("hyperexponential", [0.8, 0.2], [0.5, 3]), tail, queue);
%! [s, info] = sdde_roots (0.42, law, "count", 9);
%! phi = (0.8 ./ (1 + 0.5 * s) + 0.2 ./ (1 + 3 * s)) ./ (1 + h * s) ...
%!       .* (0.94 + 0.06 ./ (1 + h * s));
%! assert (s + 0.42 * phi, zeros (5, 1), 1e-10);
%! assert ({info.certified, info.count, all(info.bound < 1e-6)}, {true, 5, true});

%!test # left of the abscissa of convergence, -2
%! [s, info] = sdde_roots (1, delay_law ("gamma", 2, 0.5));
%! assert (s, [-0.434802282616360604 + [1; -1] * 1.04342743589303215i
%!             -3.13039543476727879], 1e-13);
%! assert (info.right_of, -Inf);
%! assert (info.certified);
%!assert (sdde_roots (1, delay_law ("uniform", 0, 2), "right-of", -1), ...
%!        -0.35421104130742556584 + [1; -1] * 1.121499778765388205i, 1e-13)

## Every root is a zero of h as delay_lst gives it, whatever the law.
%!test
%! part = delay_law ("exponential", 0.5);
%! laws = {delay_law("deterministic", 0.7), delay_law("exponential", 2), ...
%!         delay_law("shifted-exponential", 0.3, 0.6), delay_law("gamma", 3, 0.3), ...
%!         delay_law("gamma", 2.5, 0.3), delay_law("uniform", 0.2, 1.5), ...
%!         delay_law("empirical", [0.3 0.5 1.1 1.2]), ...
%!         delay_law("mixture", [1 2], part, delay_law ("uniform", 0, 1)), ...
%!         delay_law("thinned", delay_law ("uniform", 0, 2), 0:0.1:2, ...
%!                   1 ./ (1 + (0:0.1:2)))};
%! for k = 1:numel (laws)
%!   eq = sdde_equation ("damping", 1.3, "delay", laws{k});
%!   eq.correction = 0.1;
%!   [s, info] = sdde_roots (eq, "count", 4);
%!   assert (info.certified);
%!   assert (sum (info.multiplicity), info.count);
%!   h = s + (1.3 + 0.1 * s) .* delay_lst (laws{k}, s);
%!   assert (max (abs (h)) < 1e-10);
%!   assert (all (diff (real (s)) <= 0));
%! endfor

## Classes: two equal ones are one; rational ones together; references by mpmath
## (tests/reference/roots_sums.py).
%!test
%! assert (sdde_roots ([0.3 0.7], {1, 1}, "count", 6), sdde_roots (1, 1, "count", 6), 1e-13);
%! e = delay_law ("exponential", 0.5);
%! s = sdde_roots ([0.3 0.7], {e, delay_law("exponential", 2)});
%! assert (sort (s), sort (roots (conv ([1 0], conv ([0.5 1], [2 1]))
%!                                + [0 0 0.3 * [2 1]] + [0 0 0.7 * [0.5 1]])), 1e-13);
## Inertia: m s^2 + s + a = 0 without delay, with its double root; and a pole
## that exponential delays add.
%!test
%! eq = sdde_equation ("damping", 1, "delay", 0, "inertia", 2);
%! assert (sdde_roots (eq), roots ([2 1 1]), 1e-15);
%! eq = sdde_equation ("damping", 0, "delay", 1, "inertia", 0.25, "decay", 1);
%! [s, info] = sdde_roots (eq);
%! assert (s, -2, 1e-7);
%! assert (info.multiplicity, 2);
%! assert (info.certified);
%! eq = sdde_equation ("damping", 1.5, "delay", delay_law ("exponential", 2), ...
%!                     "inertia", 0.7, "correction", 0.2, "decay", 0.1);
%! s = sdde_roots (eq);
%! exact = roots (conv ([0.7 1 0.1], [2 1]) + [0 0 0.2 1.5]);
%! assert (sort (s), sort (exact), 1e-13);
%!test
%! [~, info] = sdde_roots (1, 1, "count", 6);
%! assert (all (info.backward < 1e-15));
%! h = @(s, a) s + a * exp (-s);
%! s = sdde_roots (1, 1, "count", 2)(1);
%! assert (info.condition(1), (abs (s) + abs (exp (-s))) / abs (1 - exp (-s)), 1e-13);

## Order 3: the closure's roots.  Exponential workers have those of order 2, which
## is exact; two workers, whose closure is exact, against the chain of all phases.
%!test
%! system = asgd_system ("workers", 10, "rate", 0.2, "compute", delay_law ("exponential", 1));
%! [s, info] = sdde_roots (asgd_sdde (system, 1));
%! [t, known] = sdde_roots (asgd_sdde (system, 1, "order", 2));
%! assert (s, t, 1e-13);
%! assert (info.order, 3);
%! assert (known.order, 2);
%! assert (! info.certified);
%! assert (known.certified);
%! assert (info.backward < 1e-14);
%! assert (info.bound, [Inf; Inf]);
%! assert (info.right_of, -Inf);
%!test # w, w_1, w_2 in 2 x 2 phases of Erlang cycles
%! alpha = 0.3; r = 2;
%! S = [-r, r; 0, -r]; out = [0; r]; in = [1, 0]; I = eye (2);
%! A = zeros (12); # rows: what becomes of (w, w_1, w_2) in phase p + 2 (q-1)
%! quiet = kron (S', I) + kron (I, S'); # both indices move
%! one = kron (I, (out * in)'); two = kron ((out * in)', I);
%! arrive1 = [1, -alpha, 0; 1, -alpha, 0; 0, 0, 1];
%! arrive2 = [1, 0, -alpha; 0, 1, 0; 1, 0, -alpha];
%! A = kron (quiet, eye (3)) + kron (one, arrive1) + kron (two, arrive2);
%! system = asgd_system ("workers", 2, "rate", alpha, "compute", delay_law ("gamma", 2, 0.5));
%! [s, info] = sdde_roots (asgd_sdde (system, [0, 1], "order", 3), "mode", 2, "count", 3);
%! exact = eig (A);
%! assert (arrayfun (@(z) min (abs (z - exact)), s), zeros (size (s)), 1e-7);
%! assert (max (real (s)), max (real (exact)), 1e-12);
%! assert (info.count, numel (s));
%! assert (info.right_of, min (real (s)));
%! assert (all (info.condition >= 1));
%! few = sdde_roots (asgd_sdde (system, 1), "right-of", -0.75);
%! assert (numel (few), sum (real (sdde_roots (asgd_sdde (system, 1), "count", 99)) >= -0.75));
%!error <count must be a whole number> sdde_roots (asgd_sdde (asgd_system ("workers", 2, "rate", 0.1, ...
%!  "compute", delay_law ("exponential", 1)), 1), "count", 0)
%!error <line to look right of must be a finite number> sdde_roots (asgd_sdde (asgd_system ("workers", 2, ...
%!  "rate", 0.1, "compute", delay_law ("exponential", 1)), 1), "right-of", NaN)

## The options.
%!test
%! eq = sdde_equation ("damping", [0.2 1], "delay", 1);
%! assert (sdde_roots (eq, "mode", 2, "count", 2), sdde_roots (1, 1, "count", 2));
%! assert (numel (sdde_roots (1, 1)), 6);
%! assert (numel (sdde_roots (1, 1, "COUNT", 3)), 4);
%! assert (numel (sdde_roots (1, 1, "count", 501)), 502);
%! [s, info] = sdde_roots (1, 1, "right-of", 3);
%! assert (isempty (s));
%! assert (info.count, 0);
%! assert (info.certified);
## A root on the line counts as right of it, and it is said where the line is.
%!test
%! [s, info] = sdde_roots (pi / 2, 1, "right-of", 0);
%! assert (info.count, 2);
%! assert (info.certified);
%! assert (info.right_of < 0 && info.right_of > -1e-6);

## Without output: a figure.
%!testif ; ! isempty (available_graphics_toolkits ())
%! warning ("off", "Octave:gnuplot-graphics", "local");
%! figure_handle = figure ("visible", "off");
%! unwind_protect
%!   sdde_roots (1.9, 1, "count", 8);
%!   assert (get (get (gca (), "title"), "string"), "8 characteristic roots, none missing");
%!   assert (numel (findobj (gca (), "marker", "o")), 1);
%!   assert (numel (findobj (gca (), "marker", "x")), 1);
%! unwind_protect_cleanup
%!   close (figure_handle);
%! end_unwind_protect

## Next to a point: the same as the certified ones, and a system too large for
## those, with its roots in closed form: s = x + W_k (-2 exp (-x)) for each
## eigenvalue x of the discrete Laplacian.
%!test
%! A0 = [-1 0 0 0; 0 1 0 0; 0 0 -10 -4; 0 0 4 -10];
%! A1 = [3 3 3 3; 0 -1.5 0 0; 0 0 3 -5; 0 5 5 5];
%! known = sdde_roots ({A0, A1}, 1, "right-of", -2.5);
%! for near = [0, 0.1 + 8i]
%!   [s, info] = sdde_roots ({sparse(A0), sparse(A1)}, 1, "near", near, "count", 7);
%!   [~, order] = sort (abs (known - near));
%!   assert (numel (s) >= 7);
%!   assert (sort (abs (s - near)), abs (known(order(1:numel (s))) - near), 1e-11);
%!   assert (arrayfun (@(z) min (abs (z - known)), s), zeros (size (s)), 1e-11);
%!   assert (info.backward < 1e-13);
%!   assert (info.converged);
%!   assert (! info.certified);
%! endfor
%!test
%! n = 1e4;
%! A0 = spdiags (ones (n, 1) * [1, -2, 1], -1:1, n, n) * ((n + 1) / 5)^2;
%! [s, info] = sdde_roots ({A0, -2 * speye(n)}, 1, "near", 0, "count", 8);
%! [k, j] = ndgrid (-3:3, 1:40);
%! x = -(2 * (n + 1) / 5 * sin (j * pi / 2 / (n + 1))) .^ 2;
%! exact = (x + lambertw (k, -2 * exp (-x)))(:);
%! assert (sort (abs (s)), sort (abs (exact))(1:8), 1e-8);
%! assert (arrayfun (@(z) min (abs (z - exact)), s), zeros (8, 1), 1e-8);
%! assert (info.backward < 1e-14);
%!test # fewer roots than wanted are said to be all that settled
%! [s, info] = sdde_roots ({[-1 2; 0 -3]}, [], "near", 0.5, "count", 3);
%! assert (s, [-1; -3], 1e-13);
%! assert (! info.converged);
%!error id=sdde:sdde_roots:limit sdde_roots ({speye(1e5), speye(1e5)}, 1)
%!error <near must be a finite number> sdde_roots ({-1, -1}, 1, "near", NaN)
%!error <goes with 'count'> sdde_roots ({-1, -1}, 1, "near", 0, "right-of", 1)
%!error <between 1 and 100> sdde_roots ({-1, -1}, 1, "near", 0, "count", 0)
%!error <fixed delays only> sdde_roots ({-1, -1}, delay_law ("gamma", 2, 1), "near", 0)
%!error <is a root, or> sdde_roots ({-1, 1}, 1, "near", 0)

%!error <Invalid call> sdde_roots ()
%!error id=sdde:sdde_roots:invalid sdde_roots (1)
%!error <an equation, or a damping and a delay> sdde_roots (1)
%!error <equation of scalar modes> sdde_roots (struct ("kind", "scalar"))
%!error <equation of scalar modes> sdde_roots (delay_law ("exponential", 1))
%!error <damping must be real numbers> sdde_roots ("1", 1)
%!error <has no mode> sdde_roots ([], 1)

## Systems: references by mpmath at 40 digits.
%!test
%! A0 = -[5 -1; -2 6]; A1 = -[2 -1; -4 1];
%! [s, info] = sdde_roots ({A0, A1}, 1, "right-of", -2.5);
%! assert (info.count, 17);
%! assert (info.certified);
%! exact = [-0.6354745913117287256 + [1; -1] * 2.7175219897270127508i
%!          -1.0580445136277091197 + [1; -1] * 8.4499549127632984554i];
%! assert (s(1:4), exact, 1e-14);
%! assert (abs (s(1:4) - exact) <= info.bound(1:4));
%! assert (all (info.bound < 1e-12));
%! assert (all (info.backward < 1e-15));
%! assert (all (info.residual < 1e-12));
%! assert (all (info.condition >= 1));
%! assert (conj (s(1)), s(2));
%! assert (info.right_of, -2.5);
%! assert (mod (info.unknowns, 2) == 0 && info.unknowns < 100);

%!test
%! A0 = [-1 0 0 0; 0 1 0 0; 0 0 -10 -4; 0 0 4 -10];
%! A1 = [3 3 3 3; 0 -1.5 0 0; 0 0 3 -5; 0 5 5 5];
%! eq = sdde_equation ("matrices", {A0, sparse(A1)}, "delay", 1);
%! [s, info] = sdde_roots (eq, "right-of", -1);
%! assert (info.count, 13);
%! [s, info] = sdde_roots (eq, "right-of", -2.5);
%! assert (info.count, 67);
%! assert (numel (s), 67);
%! assert (info.certified);
%! exact = [0.61764246677607430897
%!          0.27277482792247035017 + [1; -1] * 0.88038097063080966239i];
%! assert (s(1:3), exact, 1e-14);
%! [few, info] = sdde_roots (eq, "count", 5);
%! assert (few, s(1:5), 1e-13);
%! assert (info.certified);

## The scalar functions know them by other ways: diagonal matrices, several
## delays as one law, random delays.
%!test
%! [s, info] = sdde_roots ({zeros(2), -diag([1 1.9])}, 1, "right-of", -2.1);
%! t = [sdde_roots(1, 1, "right-of", -2.1); sdde_roots(1.9, 1, "right-of", -2.1)];
%! assert (info.certified);
%! assert (sort (s), sort (t), 1e-13);
%! law = delay_law ("empirical", [0.3 0.5 1.1 1.2]);
%! s = sdde_roots ({0, -0.25, -0.25, -0.25, -0.25}, [0.3 0.5 1.1 1.2], "right-of", -2);
%! assert (s, sdde_roots (1, law, "right-of", -2), 1e-13);
%! for law = {delay_law("gamma", 4, 0.25), delay_law("uniform", 0.2, 1.5), ...
%!            delay_law("shifted-exponential", 0.5, 0.5), delay_law("gamma", 2.5, 0.3), law}
%!   line = max (-2, 0.6 * law{1}.abscissa);
%!   [s, info] = sdde_roots ({0, -1}, law{1}, "right-of", line);
%!   t = sdde_roots (1, law{1}, "right-of", line);
%!   assert (info.certified);
%!   assert (numel (s), numel (t));
%!   assert (s, t, 1e-13);
%! endfor

## A system without delay has the eigenvalues of its matrix.
%!test
%! A = [0 1 0; 0 0 1; -6 -11 -6];
%! for delays = {[], 0}
%!   matrices = {A, 0 * A}(1:1+numel (delays{1}));
%!   [s, info] = sdde_roots (matrices, delays{1}, "count", 9);
%!   assert (s, [-1; -2; -3], 1e-13);
%!   assert (info.certified);
%! endfor

## In other units of time and other coordinates.
%!test
%! A0 = [-1 2 0; 0 -2 1; 0.5 0 -1]; A1 = [0 1 -1; 1 0 0; 0 -2 0.5];
%! s = sdde_roots ({A0, A1}, 0.7, "right-of", -3);
%! for unit = [1e-6 1e9]
%!   D = diag ([1 1e5 1e-5]);
%!   [t, info] = sdde_roots ({D * A0 / D / unit, D * A1 / D / unit}, 0.7 * unit, "right-of", -3 / unit);
%!   assert (info.certified);
%!   assert (t * unit, s, 1e-12);
%! endfor

## Multiple roots: of one equation twice, in other coordinates; a double root
## of its own (s - 1 + exp (-s) at 0) beside another equation.
%!test
%! P = [1 2; 1 1];
%! [s, info] = sdde_roots ({zeros(2), P * -diag([1 1]) / P}, 1, "right-of", -2.5);
%! assert (info.certified);
%! assert (info.multiplicity, [2; 2; 2; 2]);
%! assert (s, sdde_roots (1, 1, "right-of", -2.5), 1e-12);
%! [s, info] = sdde_roots ({P * diag([1 -1]) / P, P * diag([-1 0]) / P}, 1, "right-of", -1.5);
%! assert (info.certified);
%! assert (info.multiplicity, [2; 1]);
%! assert (s, [0; -1], 1e-6);
%! assert (abs (s - [0; -1]) <= info.bound);

%!error <must be a cell of square> sdde_roots ({}, 1)
%!error <one delay for each of A1> sdde_roots ({1, 2}, [1 2])
%!error <must be finite numbers|finite number> sdde_roots ({1, 2}, 1, "right-of", Inf)
%!error <not both> sdde_roots ({1, 2}, 1, "count", 1, "right-of", 0)
%!error id=sdde:sdde_roots:unknown-option sdde_roots ({1, 2}, 1, "mode", 1)
%!error id=sdde:sdde_roots:limit sdde_roots ({1, 2}, 1, "right-of", -30)
%!error <abscissa of convergence> ...
%! sdde_roots ({1, 2}, delay_law ("exponential", 1), "right-of", -1.5)
%!error id=sdde:sdde_roots:invalid sdde_roots ({1, 2})
%!error <made by sdde_equation> sdde_roots (struct ("kind", "matrix"))
%!error <between 1 and 1000 rows> sdde_roots ({speye(1001), speye(1001)}, 1)

%!error <has 2 modes; choose one by the option 'mode'> sdde_roots ([1 2], 1)
%!error <between 1 and 2> sdde_roots ([1 2], 1, "mode", 3)
%!error <between 1 and 2> sdde_roots ([1 2], 1, "mode", 1.5)
%!error <delay must be a law> sdde_roots (1, -1)
%!error <one column for each of the 2 delays> sdde_roots (1, {1, 2})
%!error <at least one law> sdde_roots (1, {})
%!error <delay must be a law> sdde_roots ([1 1], {1, -2})
%!error <eq.decay must have one number for each of the 1 modes>
%! eq = sdde_equation ("damping", 1, "delay", 1);
%! eq.decay = [1 2];
%! sdde_roots (eq);
%!error <must be finite numbers> sdde_roots (NaN, 1)
%!error <not both> sdde_roots (1, 1, "count", 1, "right-of", 0)
%!error <line to look right of must be a real scalar> sdde_roots (1, 1, "right-of", [1 2])
%!error <line to look right of must be a finite number> sdde_roots (1, 1, "right-of", NaN)
%!error <count must be a whole number> sdde_roots (1, 1, "count", 1.5)
%!error <between 1 and 10000> sdde_roots (1, 1, "count", 0)
%!error <between 1 and 10000> sdde_roots (1, 1, "count", 1e6)
%!error <did you mean 'right-of'> sdde_roots (1, 1, "rightof", 0)
%!error <must lie right of -2.5, the abscissa of convergence> ...
%! sdde_roots (1, delay_law ("gamma", 2.5, 0.4), "right-of", -3)
%!error id=sdde:sdde_roots:limit sdde_roots (1, 1, "right-of", -30)
%!error <crowd at infinity>
%! eq = sdde_equation ("damping", 1, "delay", 1);
%! eq.correction = 0.5;
%! sdde_roots (eq, "right-of", -1);
