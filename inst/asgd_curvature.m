## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{lambda} =} asgd_curvature (@var{problem}, @var{w}, @var{k})
## @deftypefnx {} {[@var{lambda}, @var{info}] =} asgd_curvature (@var{problem}, @var{w}, @var{k})
## @deftypefnx {} {[@dots{}] =} asgd_curvature (@dots{}, @var{option}, @var{value}, @dots{})
## The ends of the spectrum of the Hessian of a loss at a model, and the noise
## of its gradients there.
##
## @var{problem} comes from @code{asgd_problem}; the model @var{w} has one number
## per parameter (default, and for @code{[]}: the start of the problem).
## @var{lambda} is a column in decreasing order: the @var{k} (default 1) largest
## eigenvalues, then the @var{k} smallest; all of them where there are at most
## 2 @var{k}.
##
## They are found by the Lanczos iteration with full reorthogonalisation
## (B. N. Parlett, @cite{The Symmetric Eigenvalue Problem}, SIAM 1998, chapter
## 13), which only needs products of the Hessian with vectors.  These are exact
## (for networks by the R operator of B. A. Pearlmutter, @cite{Neural
## Computation} 6, 1994); for a function of the user they are central
## differences of its gradient.  Up to 100 parameters the iteration takes all
## steps; beyond, an eigenvalue that is multiple may be counted once.
##
## @multitable @columnfractions .2 .27 .53
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"tolerance"} @tab 1e-8 @tab of a residual, relative to the largest
## |eigenvalue|
## @item @qcode{"steps"} @tab min (@var{d}, 200 + 20 @var{k}) @tab of the
## iteration, at most; each keeps a vector of @var{d} numbers
## @item @qcode{"seed"} @tab 1 @tab of the random start, and of the gradients drawn
## @item @qcode{"draws"} @tab 200 @tab gradients of a function of the user to
## draw for their variance
## @end multitable
##
## @var{info} is a struct:
##
## @table @code
## @item converged
## for each eigenvalue, whether its residual is within the tolerance: where not,
## there is an eigenvalue within the residual of the number given, but it
## need not be that which was asked for
## @item residual
## |H v - lambda v|, v being the eigenvector of length 1
## @item vectors
## these, one column each
## @item loss
## @itemx gradient
## the loss at @var{w}, and the length of its gradient
## @item slope
## the component of the gradient in each eigenvector
## @item variance
## of a random gradient (minibatch and noise) per parameter, a column
## @item noise
## the same in each eigenvector
## @item total
## the sum of @code{variance}
## @item drawn
## how many gradients these are estimated from; 0: they are exact
## @item steps
## @itemx products
## taken: steps of the iteration, products with the Hessian
## @item complete
## true if @var{lambda} holds all eigenvalues
## @item modes
## the quadratic model of the loss around @var{w} along the eigenvectors whose
## eigenvalue is positive (beyond the tolerance), in the form of @code{modes} of
## @code{asgd_problem}
## @end table
##
## Because of its field @code{modes}, @code{asgd_sdde}, @code{asgd_predict} and
## @code{asgd_optimize} take @var{info} in place of a problem.  What they then
## say holds for these modes and near @var{w}: curvature and noise are those at
## @var{w}, the noise does not grow away from it, the start of the problem is
## projected onto the modes, and the loss leaves out what lies in other
## directions.
##
## A minibatch of B out of m samples has the variance
## (m - B) / (B (m - 1)) times that over the samples (W. G. Cochran,
## @cite{Sampling Techniques}, 1977, theorem 2.2).
##
## Errors have the identifiers @code{sdde:asgd_curvature:invalid},
## @code{:unknown-option}, @code{:numerical} where the Hessian is not finite,
## @code{:callback}, @code{:memory} and @code{:interrupted}.
##
## @example
## @group
## problem = asgd_problem ("quadratic", [3 1 2]);
## asgd_curvature (problem, [], 1)'
##      @result{}   3   1
## @end group
## @end example
##
## @seealso{asgd_problem, asgd_sdde, asgd_simulate}
## @end deftypefn

function [lambda, info] = asgd_curvature (problem, w = [], k = 1, varargin)
  if (nargin < 1)
    print_usage ();
  endif
  if (! (isstruct (problem) && isscalar (problem)
         && all (isfield (problem, {"kind", "start", "dimension"}))
         && isnumeric (problem.start) && isreal (problem.start)
         && isequal (numel (problem.start), problem.dimension)))
    invalid ("problem must be a struct made by asgd_problem");
  endif
  d = problem.dimension;
  if (isempty (w))
    w = problem.start;
  endif
  w = real_numbers ("asgd_curvature", w, "w");
  if (numel (w) != d || ! all (isfinite (w(:))))
    invalid (sprintf ("w must hold %d finite numbers, one per parameter", d));
  endif
  k = whole_number ("asgd_curvature", k, 1, "k");
  options = struct ("tolerance", 1e-8, "steps", min (d, 200 + 20 * k), "seed", 1,
                    "draws", 200);
  options = parse_options ("asgd_curvature", options, varargin);
  options.steps = whole_number ("asgd_curvature", options.steps, 1, "steps");
  options.seed = whole_number ("asgd_curvature", options.seed, 0, "seed");
  options.draws = whole_number ("asgd_curvature", options.draws, 2, "draws");
  tolerance = options.tolerance;
  if (! (isnumeric (tolerance) && isreal (tolerance) && isscalar (tolerance)
         && tolerance > 0 && tolerance < 1))
    invalid ("tolerance must be a number between 0 and 1");
  endif
  options.tolerance = double (tolerance);
  options.count = k;
  options.w = w(:);

  info = core_call ("asgd_curvature", @__sdde_objective__, "curvature", problem,
                    options);
  lambda = info.eigenvalues;
  info = rmfield (info, "eigenvalues");
  info.total = sum (info.variance);
  info.modes = local_modes (double (problem.start(:)), w(:), lambda, info,
                            options.tolerance);
endfunction

## The quadratic model of the loss along the convex modes.
function modes = local_modes (start, w, lambda, info, tolerance)
  kept = flipud (find (lambda > tolerance * max (abs (lambda))));
  modes.eigenvalues = lambda(kept);
  modes.vectors = info.vectors(:,kept);
  step = info.slope(kept) ./ modes.eigenvalues;
  modes.minimiser = w - modes.vectors * step;
  modes.start = modes.vectors' * (start - w) + step;
  modes.floor = info.loss - sum (modes.eigenvalues .* step .^ 2) / 2;
  modes.noise = info.noise(kept);
  modes.coupling = sparse (numel (kept), numel (kept));
endfunction

function invalid (text)
  error ("sdde:asgd_curvature:invalid", "asgd_curvature: %s", text);
endfunction

%!demo
%! ## Logistic regression: its curvature at the minimum, and the delay equation
%! ## of training it
%! t = linspace (-1, 1, 200)';
%! X = [t, cos(7 * t), sin(5 * t)];
%! problem = asgd_problem ("logistic", X, t + 0.3 * cos (40 * t) > 0, "l2", 0.1);
%! one = asgd_system ("workers", 1, "compute", delay_law ("exponential", 1), "rate", 0.5);
%! exact = setfield (problem, "batch", 200);
%! w = asgd_simulate (one, exact, "updates", 300, "paths", 1).model;
%! [lambda, info] = asgd_curvature (problem, w, 4);
%! lambda'
%! eq = asgd_sdde (setfield (one, "workers", 8), info);
%! sdde_rate (eq)

%!test # quadratics against eig
%! H = [2, 1, 0; 1, 3, 0.5; 0, 0.5, 1];
%! for matrix = {H, sparse(H)}
%!   p = asgd_problem ("quadratic", matrix{1}, "noise", [1, 2, 3], "start", [1; -1; 2]);
%!   [lambda, info] = asgd_curvature (p, [], 2);
%!   assert (lambda, sort (eig (H), "descend"), 1e-13);
%!   assert (info.complete && all (info.converged));
%!   assert (info.variance, [1; 4; 9], 1e-14);
%!   assert (info.total, 14, 1e-13);
%!   assert (info.drawn, 0);
%!   assert (info.modes.eigenvalues, p.modes.eigenvalues, 1e-13);
%!   assert (info.modes.noise, p.modes.noise, 1e-12);
%!   assert (abs (info.modes.start), abs (p.modes.start), 1e-12);
%!   assert (info.modes.minimiser, zeros (3, 1), 1e-12);
%!   assert (info.modes.floor, 0, 1e-12);
%!   assert (info.gradient, norm (H * [1; -1; 2]), 1e-13);
%! endfor
%! [lambda, info] = asgd_curvature (p, [0; 0; 0], 1);
%! assert (lambda, [max(eig (H)); min(eig (H))], 1e-13);
%! assert (! info.complete);

%!test # least squares: the modes that asgd_problem finds by other means
%! A = [1, 2; -1, 0.5; 0.3, 1; 2, -1; 0, 1.5; 1, 1];
%! p = asgd_problem ("least-squares", A, [1; 2; -1; 0.5; 0; 3], "batch", 2, "l2", 0.1);
%! [lambda, info] = asgd_curvature (p, p.modes.minimiser, 1);
%! assert (flipud (lambda), p.modes.eigenvalues, 1e-13);
%! assert (info.modes.noise, p.modes.noise, 1e-13);
%! assert (info.modes.minimiser, p.modes.minimiser, 1e-13);
%! assert (info.modes.floor, p.modes.floor, 1e-13);
%! assert (info.total, sum (p.modes.noise), 1e-13);
%! assert (info.gradient, 0, 1e-13);
%! ## From afar the quadratic model is the same, the noise is not.
%! [~, far] = asgd_curvature (p, p.modes.minimiser + [1; 2], 1);
%! assert (far.modes.minimiser, p.modes.minimiser, 1e-12);
%! assert (far.modes.floor, p.modes.floor, 1e-12);
%! assert (far.total > 2 * info.total);

%!test # logistic regression: the Hessian and the gradients' covariance by formula
%! X = [1, 2; -1, 0.5; 0.3, 1; 2, -1; 0, 1.5; 1, 1];
%! y = [0; 1; 1; 0; 1; 0];
%! p = asgd_problem ("logistic", X, y, "l2", 0.2, "batch", 4);
%! w = [0.5; -1; 0.3];
%! Z = [X, ones(6, 1)];
%! q = 1 ./ (1 + exp (-Z * w));
%! H = Z' * (q .* (1 - q) .* Z) / 6 + 0.2 * eye (3);
%! [lambda, info] = asgd_curvature (p, w, 2);
%! assert (lambda, sort (eig (H), "descend"), 1e-13);
%! single_gradients = (q - y) .* Z;
%! assert (info.variance, var (single_gradients, 1)' * 2 / (4 * 5), 1e-14);
%! assert (info.noise, var (single_gradients * info.vectors, 1)' * 2 / (4 * 5), 1e-14);
%! assert (info.gradient, norm (mean (single_gradients)' + 0.2 * w), 1e-14);

%!test # a function of the user: differences, and a variance that is estimated
%! p = asgd_problem ("custom", @(w, batch) deal (sum (w .^ 4) / 4, w .^ 3),
%!                   "start", [1; 2; 0.5], "noise", [1, 2, 3]);
%! [lambda, info] = asgd_curvature (p, [], 2, "draws", 2000);
%! assert (lambda, [12; 3; 0.75], 1e-8);
%! assert (info.drawn, 2000);
%! assert (info.variance, [1; 4; 9], -5 * sqrt (2 / 2000));
%! assert (info.noise, [4; 1; 9], -5 * sqrt (2 / 2000));

%!test # what did not converge is said; the same seed gives the same bits
%! p = asgd_problem ("quadratic", linspace (1, 2, 3000));
%! [lambda, info] = asgd_curvature (p, [], 1, "steps", 15);
%! assert (info.converged, [false; false]);
%! assert (info.steps, 15);
%! assert (all (lambda > 1 & lambda < 2));
%! [again, same] = asgd_curvature (p, [], 1, "steps", 15);
%! assert (isequal (lambda, again) && isequal (info, same));
%! assert (! isequal (lambda, asgd_curvature (p, [], 1, "steps", 15, "seed", 2)));

%!test # what the modes predict is what the simulator does: logistic regression
%! t = linspace (-1, 1, 200)';
%! X = [t, cos(7 * t)];
%! y = t + 0.8 * cos (40 * t) > 0;
%! p = asgd_problem ("logistic", X, y, "l2", 0.1, "batch", 20);
%! work = delay_law ("exponential", 1);
%! one = asgd_system ("workers", 1, "compute", work, "rate", 0.5);
%! w = asgd_simulate (one, setfield (p, "batch", 200), "updates", 1000, "paths", 1).model;
%! [~, info] = asgd_curvature (p, w, 2);
%! assert (info.gradient, 0, 1e-12);
%! many = asgd_system ("workers", 8, "compute", work, "rate", 0.05);
%! curve = asgd_predict (many, info, [20, 40, 60]);
%! run = asgd_simulate (many, p, "horizon", 60, "record", [20, 40, 60], "paths", 1000);
%! ## Near the minimum; four standard errors and what is not quadratic.
%! assert (run.loss(2:3) - info.modes.floor, curve.loss(2:3) - info.modes.floor, -0.15);
%! assert (asgd_sdde (many, info).curvature, info.modes.eigenvalues);

%!error id=Octave:invalid-fun-call asgd_curvature ()
%!error id=sdde:asgd_curvature:invalid asgd_curvature (1)
%!test # its own fields may have been changed
%! p = asgd_problem ("custom", @(w, batch) deal (sum (w .^ 2) / 2, w), "start", [1; 2]);
%! for start = {struct("f", {1, 2}), "ab", {{1, 2}}, 1, [1; 2i]}
%!   p.start = start{1};
%!   fail ("asgd_curvature (p, [0; 1])", "asgd_curvature: problem must be a struct");
%! endfor
%! p.start = [1; 2];
%! p.dimension = p;
%! fail ("asgd_curvature (p, [0; 1])", "asgd_curvature: problem must be a struct");
%!shared p
%! p = asgd_problem ("quadratic", [1, 2]);
%!error <w must> asgd_curvature (p, 1)
%!error <w must> asgd_curvature (p, [1, NaN])
%!error <w must> asgd_curvature (p, "ab c")
%!error <k must> asgd_curvature (p, [], 0)
%!error <k must> asgd_curvature (p, [], 1.5)
%!error <steps> asgd_curvature (p, [], 1, "steps", 1)
%!error <tolerance must> asgd_curvature (p, [], 1, "tolerance", 0)
%!error <seed must> asgd_curvature (p, [], 1, "seed", -1)
%!error <draws must> asgd_curvature (p, [], 1, "draws", 1)
%!error id=sdde:asgd_curvature:unknown-option asgd_curvature (p, [], 1, "tol", 1)
%!error <no luck> asgd_curvature (asgd_problem ("custom", @(w, b) error ("no luck"), "start", 1))
%!test # a start of integers
%! problem = asgd_problem ("quadratic", [1, 2], "start", [3, 4]);
%! [lambda, info] = asgd_curvature (problem, [], 2);
%! problem.start = int16 (problem.start);
%! [again, other] = asgd_curvature (problem, [], 2);
%! assert (again, lambda);
%! assert (other.modes, info.modes);

%!error id=sdde:asgd_curvature:numerical asgd_curvature (asgd_problem ("mlp", [1; 2], [1; 2], 2), 1e300 * ones (10, 1))
