## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{w} =} lambertw (@var{z})
## @deftypefnx {} {@var{w} =} lambertw (@var{k}, @var{z})
## Lambert W function: the solution w of w exp (w) = z on branch @var{k}
## (default 0, the principal branch).
##
## @var{z} is a real or complex array of any shape, @var{k} an array of whole
## numbers (absolute values up to 1e9) of the same shape; either may be a
## scalar, which then goes with every element of the other.  @var{w} has their
## shape.
##
## Branches and cuts are those of Corless and others (1996).  Branch 0 is cut
## along z < -1/e, the others along z < 0, and all are continuous from above:
## on its cut the imaginary part of z counts as +0.  Real values are found for
## z @geq{} -1/e on branch 0, and for -1/e @leq{} z < 0 on branch -1, where
## -1/e is a number between two doubles.  W_0 (0) = 0, W_k (0) = -Inf for other
## k; W_k (Inf) = Inf + 2 pi k i; NaN gives NaN.
##
## The relative error is at most 3e-15, beside the branch point too, in terms
## of the double @var{z} that is given.  There W changes by about
## sqrt (2 e dz) when z does by dz, so that an error of one unit in the last
## place of z, when that stands for another number, is one of 1e-8 in W.
##
## Arguments of other kinds or of different shapes are the error
## @code{sdde:lambertw:invalid}.
##
## @example
## @group
## lambertw (1)
##      @result{} 0.5671
## lambertw (-1, -0.2)
##      @result{} -2.5426
## @end group
## @end example
##
## Reference: R. M. Corless, G. H. Gonnet, D. E. G. Hare, D. J. Jeffrey and
## D. E. Knuth, "On the Lambert W function", Advances in Computational
## Mathematics 5 (1996), 329--359, @url{https://doi.org/10.1007/BF02124750}.
##
## @seealso{sdde_roots, sdde_rate}
## @end deftypefn

function w = lambertw (varargin)
  if (nargin < 1 || nargin > 2)
    print_usage ();
  endif
  if (nargin == 1)
    k = 0;
  else
    k = real_numbers ("lambertw", varargin{1}, "the branch");
  endif
  z = varargin{end};
  if (! (isnumeric (z) || islogical (z)))
    error ("sdde:lambertw:invalid",
           "lambertw: z must be real or complex numbers");
  endif
  z = double (full (z));
  if (isscalar (k))
    k = repmat (k, size (z));
  elseif (isscalar (z))
    z = repmat (z, size (k));
  elseif (! size_equal (k, z))
    error ("sdde:lambertw:invalid",
           "lambertw: the branch and z must have the same shape, or one of them must be a scalar");
  endif
  [w, w_imag] = core_call ("lambertw", @__sdde_roots__, "lambertw", k,
                           real (z), imag (z));
  if (any (w_imag(:)))
    w = complex (w, w_imag);
  endif
endfunction

%!demo
%! ## The two real branches, and where they meet
%! x = linspace (-1/e, 2, 500);
%! below = linspace (-1/e, -0.01, 500);
%! plot (x, lambertw (x), below, lambertw (-1, below), -1/e, -1, "ko");
%! axis ([-0.5, 2, -6, 1.5]);
%! xlabel ("z"); ylabel ("W_k(z)");
%! legend ("k = 0", "k = -1", "branch point", "location", "southeast");

## Values by mpmath at 40 digits (tests/reference/roots_lambertw.py).
%!test
%! points = [
%!   -3  1       0   -2.853581755409037807207  -17.11353553941214591261
%!    0  1       0    0.567143290409783873      0
%!    2  1       0   -2.401585104868002884174   10.7762995161150708985
%!   -1 -0.2     0   -2.542641357773526424294    0
%!    1 -0.2     0   -3.722320484923165253987    7.387230210574593083004
%!    0  10      0    1.745528002740699383074    0
%!   -1  1e-12   0  -31.07277902929064615647    -3.245669010202352851463
%!    0  1e10    0   20.02868541330495078123     0
%!   -1 -5       0    0.8448446054321696806848  -1.975008754889033715245
%!    0 -1e-9    0   -1.0000000010000000015e-9   0
%!    2 -1e-9    0  -24.03211331817588669828    13.06430119620603456038
%!   -1  0.3    -2   -1.0961606277073477502     -5.952174592482803802396
%!    0 -3       4    1.075073066569254927572    1.325102381734358882261
%!    1  0       1   -1.834271700407880400923    5.985834988966545709364
%!    1  1e150 1e150 339.9054551150839586927     7.047851699939324872388];
%! w = lambertw (points(:,1), complex (points(:,2), points(:,3)));
%! exact = complex (points(:,4), points(:,5));
%! assert (max (abs (w - exact) ./ abs (exact)) < 3e-15);

## The definition, on all branches at many scales.
%!test
%! r = logspace (-8, 8, 33)';
%! z = r * exp (2i * pi * (0:6) / 7);
%! for k = -4:4
%!   w = lambertw (k, z);
%!   assert (w .* exp (w), z, -1e-13);
%! endfor

## Each branch lies where it should: W + log (W) = log (z) + 2 pi i k.
%!test
%! z = logspace (-6, 6, 25)' * exp (1i * [-3 -2 -1 0 1 2 3]);
%! for k = -4:4
%!   w = lambertw (k, z);
%!   assert (w + log (w), log (z) + 2i * pi * k, 1e-12);
%! endfor

## At the branch point, in terms of p = sqrt (2 (e z + 1)): W = -1 + p - ...
## The double nearest to -1/e lies right of it.
%!function d = branch_distance (z)
%!  ## e z + 1 with e as the sum of two doubles and the product split exactly.
%!  high = 2.718281828459045; low = 1.4456468917292502e-16;
%!  c = 134217729 * [high, z]; top = c - (c - [high, z]);
%!  rest = [high, z] - top;
%!  product = high * z;
%!  error = ((top(1) * top(2) - product) + top(1) * rest(2) ...
%!           + rest(1) * top(2)) + rest(1) * rest(2);
%!  d = (product + 1) + (error + low * z);
%!endfunction
%!test
%! z = -exp (-1);
%! p = sqrt (2 * branch_distance (z));
%! assert ([lambertw(z), lambertw(-1, z)], [-1 + p, -1 - p], 1e-16);

## Ends, cuts and holes.
%!assert (lambertw (0), 0)
%!assert (lambertw ([-1 1], 0), [-Inf -Inf])
%!assert (lambertw (Inf), Inf)
%!assert (imag (lambertw (1, Inf)), 2 * pi)
%!assert (isnan (lambertw ([NaN, 1])), [true false])
%!assert (isnan (lambertw (3, complex (1, NaN))))
%!assert (lambertw (0, -2), conj (lambertw (-1, -2)), 1e-15)
%!assert (lambertw (1, complex (-2, -0)), lambertw (1, -2))

## Real where it is so.
%!assert (isreal (lambertw ([-0.3 0 1 100])))
%!assert (isreal (lambertw (-1, [-0.3 -0.1])))
%!assert (! isreal (lambertw (-0.4)))

## Shapes and classes.
%!assert (size (lambertw (zeros (2, 3, 2))), [2 3 2])
%!assert (size (lambertw (zeros (0, 3))), [0 3])
%!assert (size (lambertw ([-1 0 1]', 1)), [3 1])
%!assert (lambertw (int8 (1)), lambertw (1))
%!assert (lambertw (single (1)), lambertw (1))
%!assert (lambertw (sparse ([0 1])), lambertw ([0 1]))

%!error <Invalid call> lambertw ()
%!error <Invalid call> lambertw (1, 2, 3)
%!error id=sdde:lambertw:invalid lambertw ("1")
%!error <z must be real or complex> lambertw ({1})
%!error <branch must be real numbers> lambertw (1i, 1)
%!error <branch must be a whole number> lambertw (0.5, 1)
%!error <branch must be a whole number> lambertw (NaN, 1)
%!error <branch must be a whole number> lambertw (1e10, 1)
%!error <same shape> lambertw ([0 1], [1 2 3])
%!error <same shape> lambertw ([0 1], [1; 2])
