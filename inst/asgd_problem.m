## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{problem} =} asgd_problem ("quadratic", @var{H})
## @deftypefnx {} {@var{problem} =} asgd_problem ("least-squares", @var{A}, @var{b})
## @deftypefnx {} {@var{problem} =} asgd_problem (@dots{}, @var{option}, @var{value}, @dots{})
## Describe what is minimised: the loss, the gradients that the workers
## compute, and the model that they start from.
##
## @table @asis
## @item @qcode{"quadratic"}
## @tex
## $f(w) = {1 \over 2} w' H w$,
## @end tex
## @ifnottex
## f(w) = w' H w / 2,
## @end ifnottex
## with the minimum 0 at w = 0.  @var{H} is a vector of eigenvalues (the
## parameters are then the modes), or a symmetric matrix, full or sparse; no
## eigenvalue may be negative.
##
## @item @qcode{"least-squares"}
## @tex
## $f(w) = {1 \over 2m} |A w - b|^2 + {l2 \over 2} |w|^2$,
## @end tex
## @ifnottex
## f(w) = |A w - b|^2 / (2 m) + l2 |w|^2 / 2,
## @end ifnottex
## with one row of the @var{m} by @var{d} matrix @var{A} (a sparse one is
## made full) and one number of @var{b} per sample.  A gradient is computed
## from a minibatch of distinct rows, each set of rows equally likely.
## @end table
##
## @multitable @columnfractions .26 .2 .54
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"noise"} @tab 0 @tab Gaussian noise added to each gradient: its
## standard deviation (a scalar, or one number per parameter), or its @var{d}
## by @var{d} covariance matrix
## @item @qcode{"start"} @tab 1 @tab the model at time 0, one number per
## parameter or a scalar for all
## @item @qcode{"multiplicative"} @tab 0 @tab quadratic only: noise that grows
## with the model, of standard deviation @var{multiplicative} times
## |@var{w}(@var{i})| in parameter @var{i}, independent of the other
## @item @qcode{"batch"} @tab min (32, @var{m}) @tab least squares only: the rows
## of a minibatch; @var{m} gives exact gradients
## @item @qcode{"l2"} @tab 0 @tab least squares only: weight of the penalty
## @end multitable
##
## The result is a struct with the fields @code{kind}, @code{dimension}
## @var{d}, the data and options above, @code{factor} (a matrix whose product
## with its transpose is the covariance of the noise, if one was given), and
## @code{modes}: what the theory needs, in the coordinates
## @var{x} = @var{vectors}' (@var{w} - @var{minimiser}) in which the loss is
## @var{floor} + sum (@var{eigenvalues} .* @var{x}.^2) / 2.
##
## @table @code
## @item modes.eigenvalues
## of the Hessian; increasing, but in the order given for a vector @var{H}
## @item modes.vectors
## orthogonal matrix, one column per mode; empty where the parameters are the
## modes
## @item modes.minimiser
## the model of least loss (one of them, where there are several)
## @item modes.start
## the start in mode coordinates
## @item modes.floor
## the loss of the minimiser
## @item modes.noise
## variance of the gradient's noise in each mode, at the minimiser
## @item modes.coupling
## matrix @var{C}: away from the minimiser the variance in mode @var{i} is
## larger by sum_j @var{C}(@var{i},@var{j}) @var{x}(@var{j})^2, in the mean
## over independent signs of the @var{x}(@var{j})
## @end table
##
## A minibatch of B out of m rows, drawn without replacement, gives mode
## @var{i} of the gradient the variance
## f Var_k (p_ki (r_k + sum_j p_kj x_j)), f = (m - B) / (B (m - 1)) (W. G.
## Cochran, @cite{Sampling Techniques}, 1977, theorem 2.2), where p_ki is
## row k of @var{A} in mode @var{i}, r_k its residual at the minimiser and
## Var_k the variance over the rows.  Its part without @var{x} is
## @code{modes.noise}, its part in the @var{x}(@var{j})^2 @code{modes.coupling}.
## The parts in @var{x}(@var{j}) and in @var{x}(@var{j}) @var{x}(@var{l})
## are in neither: they have mean 0 where the modes are uncorrelated with mean
## 0, as they nearly are once the start is forgotten.
##
## @code{modes} is empty for more than 2000 parameters, unless these are the
## modes themselves; the sign of the eigenvalues is then not checked.
##
## Errors have the identifiers @code{sdde:asgd_problem:invalid},
## @code{:unknown}, @code{:unknown-option} and @code{:indefinite}.
##
## @example
## @group
## problem = asgd_problem ("quadratic", [0.5 1 2.5], "noise", 0.1);
## problem.modes.eigenvalues'
##      @result{}  0.5000   1.0000   2.5000
## @end group
## @end example
##
## @seealso{asgd_system, asgd_simulate, asgd_sdde}
## @end deftypefn

function problem = asgd_problem (kind, varargin)
  if (nargin < 2)
    print_usage ();
  endif
  kinds = {"quadratic", "least-squares"};
  if (! (ischar (kind) && isrow (kind) && any (strcmpi (kind, kinds))))
    error ("sdde:asgd_problem:unknown",
           "asgd_problem: the kind must be one of: %s", strjoin (kinds, ", "));
  endif
  switch (lower (kind))
    case "quadratic"
      problem = quadratic (varargin{1}, varargin(2:end));
    case "least-squares"
      if (nargin < 3)
        print_usage ();
      endif
      problem = least_squares (varargin{1}, varargin{2}, varargin(3:end));
  endswitch
endfunction

## ---- the kinds ---------------------------------------------------------

function problem = quadratic (H, pairs)
  if (! (isnumeric (H) && isreal (H) && ! isempty (H) && ndims (H) == 2
         && (isvector (H) || issquare (H))))
    invalid ("H must be a vector of eigenvalues or a square matrix of real numbers");
  endif
  H = double (H);
  if (! all (isfinite (nonzeros (H))))
    invalid ("H must hold finite numbers");
  endif
  if (isvector (H))
    H = full (H(:));
    if (any (H < 0))
      indefinite (min (H));
    endif
  elseif (max (max (abs (H - H'))) > 1e-10 * max (max (abs (H))))
    invalid ("H must be symmetric");
  else
    H = (H + H') / 2;
  endif

  problem.kind = "quadratic";
  problem.dimension = rows (H);
  problem.curvature = H;
  options = struct ("noise", 0, "start", 1, "multiplicative", 0);
  options = parse_options ("asgd_problem", options, pairs);
  problem = common_options (problem, options);
  problem.multiplicative = nonnegative (options.multiplicative, "multiplicative");
  problem.modes = quadratic_modes (problem);
endfunction

function problem = least_squares (A, b, pairs)
  if (! (isnumeric (A) && isreal (A) && ndims (A) == 2 && ! isempty (A)))
    invalid ("A must be a matrix of real numbers with at least one row and column");
  endif
  m = rows (A);
  if (! (isnumeric (b) && isreal (b) && isvector (b) && numel (b) == m))
    invalid (sprintf ("b must be a vector of %d numbers, one per row of A", m));
  endif
  A = full (double (A));
  b = full (double (b(:)));
  if (! (all (isfinite (A(:))) && all (isfinite (b))))
    invalid ("A and b must hold finite numbers");
  endif

  problem.kind = "least-squares";
  problem.dimension = columns (A);
  problem.A = A;
  problem.b = b;
  options = struct ("noise", 0, "start", 1, "batch", min (32, m), "l2", 0);
  options = parse_options ("asgd_problem", options, pairs);
  problem = common_options (problem, options);
  problem.l2 = nonnegative (options.l2, "l2");
  batch = options.batch;
  if (! (isnumeric (batch) && isreal (batch) && isscalar (batch)
         && batch >= 1 && batch <= m && batch == fix (batch)))
    invalid (sprintf ("batch must be a whole number from 1 to %d, the rows of A", m));
  endif
  problem.batch = double (batch);
  problem.modes = least_squares_modes (problem);
endfunction

## ---- options -----------------------------------------------------------

## What all kinds have: the noise and the start.
function problem = common_options (problem, options)
  d = problem.dimension;
  start = options.start;
  if (! (isnumeric (start) && isreal (start) && any (numel (start) == [1, d])
         && all (isfinite (start(:)))))
    invalid (sprintf ("start must be a finite number, or %d of them", d));
  endif
  problem.start = full (double (start(:))) .* ones (d, 1);

  noise = options.noise;
  if (! (isnumeric (noise) && isreal (noise) && all (isfinite (noise(:)))))
    invalid ("noise must hold finite real numbers");
  endif
  noise = full (double (noise));
  problem.factor = [];
  if (d > 1 && isequal (size (noise), [d, d]))
    problem.noise = noise;
    problem.factor = square_root (noise);
  elseif (any (numel (noise) == [1, d]) && all (noise(:) >= 0))
    problem.noise = noise(:) .* ones (d, 1);
  else
    invalid (sprintf (["noise must be a standard deviation >= 0, %d of them, " ...
                       "or a %d by %d covariance matrix"], d, d, d));
  endif
endfunction

function factor = square_root (covariance)
  scale = max (abs (covariance(:)));
  if (max (max (abs (covariance - covariance'))) > 1e-10 * scale)
    invalid ("the covariance of the noise must be symmetric");
  endif
  [vectors, variances] = eig ((covariance + covariance') / 2, "vector");
  if (min (variances) < -rounding (variances))
    invalid ("the covariance of the noise must have no negative eigenvalue");
  endif
  factor = vectors .* sqrt (max (variances, 0))';
endfunction

function value = nonnegative (value, name)
  if (! (isnumeric (value) && isreal (value) && isscalar (value)
         && value >= 0 && isfinite (value)))
    invalid (sprintf ("%s must be a finite number >= 0", name));
  endif
  value = double (value);
endfunction

function invalid (text)
  error ("sdde:asgd_problem:invalid", "asgd_problem: %s", text);
endfunction

function indefinite (eigenvalue)
  error ("sdde:asgd_problem:indefinite",
         "asgd_problem: H has the negative eigenvalue %g: the loss has no minimum",
         eigenvalue);
endfunction

## ---- modes -------------------------------------------------------------

## The error that an eigenvalue near 0 may have.
function tolerance = rounding (eigenvalues)
  tolerance = 10 * numel (eigenvalues) * eps * max (abs (eigenvalues));
endfunction

function [eigenvalues, vectors] = decompose (H)
  if (! all (isfinite (nonzeros (H))))
    invalid ("the numbers are too large: the Hessian overflows");
  endif
  [vectors, eigenvalues] = eig (full (H), "vector");
  if (min (eigenvalues) < -rounding (eigenvalues))
    indefinite (min (eigenvalues));
  endif
  eigenvalues(eigenvalues <= rounding (eigenvalues)) = 0;
endfunction

function modes = quadratic_modes (problem)
  H = problem.curvature;
  d = problem.dimension;
  rho = problem.multiplicative;
  modes = [];
  if (iscolumn (H))
    modes = collect (H, [], zeros (d, 1), problem, 0);
    modes.coupling = rho^2 * speye (d);
  elseif (d <= 2000)
    [eigenvalues, vectors] = decompose (H);
    modes = collect (eigenvalues, vectors, zeros (d, 1), problem, 0);
    ## Mode i sees parameter k with the weight vectors(k,i)^2, and
    ## parameter k holds vectors(k,j)^2 of the square of mode j.
    modes.coupling = rho^2 * (vectors .^ 2)' * (vectors .^ 2);
  endif
endfunction

function modes = least_squares_modes (problem)
  modes = [];
  if (problem.dimension > 2000)
    return;
  endif
  A = problem.A;
  m = rows (A);
  [eigenvalues, vectors] = decompose (A' * A / m + problem.l2 * eye (columns (A)));

  ## The normal equations square the condition number; two corrections by
  ## their residual recover what that cost.
  inverse = 1 ./ eigenvalues;
  inverse(eigenvalues == 0) = 0;
  w = zeros (columns (A), 1);
  for pass = 1:3
    descent = A' * (problem.b - A * w) / m - problem.l2 * w;
    w += vectors * (inverse .* (vectors' * descent));
  endfor
  residual = A * w - problem.b;
  floor = (residual' * residual) / (2 * m) + problem.l2 * (w' * w) / 2;

  modes = collect (eigenvalues, vectors, w, problem, floor);
  share = 0;
  if (m > 1)
    share = (m - problem.batch) / ((m - 1) * problem.batch);
  endif
  projected = A * vectors;
  squared = projected .^ 2;
  modes.noise += share * var (projected .* residual, 1)';
  modes.coupling = share * (squared' * squared / m - diag (mean (squared, 1) .^ 2));
endfunction

## What all kinds have; the noise is that of the option only.
function modes = collect (eigenvalues, vectors, minimiser, problem, floor)
  modes.eigenvalues = eigenvalues;
  modes.vectors = vectors;
  modes.minimiser = minimiser;
  modes.start = problem.start - minimiser;
  modes.floor = floor;
  if (isempty (vectors) && isempty (problem.factor))
    modes.noise = problem.noise .^ 2;
  elseif (isempty (vectors))
    modes.noise = sumsq (problem.factor, 2);
  elseif (isempty (problem.factor))
    modes.noise = (vectors .^ 2)' * problem.noise .^ 2;
  else
    modes.noise = sumsq (problem.factor' * vectors, 1)';
  endif
  if (! isempty (vectors))
    modes.start = vectors' * modes.start;
  endif
endfunction

%!demo
%! ## The modes of a least-squares problem, and the noise of its minibatches
%! A = [ones(60, 1), linspace(-1, 1, 60)'];
%! problem = asgd_problem ("least-squares", A, cos (2 * A(:, 2)), "batch", 8);
%! problem.modes

%!test
%! p = asgd_problem ("quadratic", [2.5, 0.5], "noise", [0.1; 0.2]);
%! assert (p.kind, "quadratic");
%! assert (p.dimension, 2);
%! assert (p.start, [1; 1]);
%! assert (p.modes.eigenvalues, [2.5; 0.5]);
%! assert (p.modes.vectors, []);
%! assert (p.modes.noise, [0.01; 0.04], 1e-17);
%! assert (full (p.modes.coupling), zeros (2));

%!test # a matrix and its modes describe the same loss
%! H = [2, 1, 0; 1, 3, 0.5; 0, 0.5, 1];
%! w = [0.3; -1; 2];
%! for matrix = {H, sparse(H)}
%!   p = asgd_problem ("quadratic", matrix{1}, "start", w);
%!   m = p.modes;
%!   assert (m.vectors' * m.vectors, eye (3), 1e-14);
%!   assert (issorted (m.eigenvalues));
%!   assert (m.floor + sum (m.eigenvalues .* m.start .^ 2) / 2, w' * H * w / 2, 1e-13);
%! endfor

%!test # noise in modes: exact covariances
%! H = [2, 1; 1, 3];
%! V = asgd_problem ("quadratic", H).modes.vectors;
%! p = asgd_problem ("quadratic", H, "noise", [1, 2]);
%! assert (p.modes.noise, diag (V' * diag ([1, 4]) * V), 1e-14);
%! C = [2, 0.7; 0.7, 1];
%! p = asgd_problem ("quadratic", H, "noise", C);
%! assert (p.factor * p.factor', C, 1e-14);
%! assert (p.modes.noise, diag (V' * C * V), 1e-14);
%! p = asgd_problem ("quadratic", [1, 1], "noise", C);
%! assert (p.modes.noise, diag (C), 1e-14);

%!test # multiplicative noise: its covariance, averaged over the signs of x
%! H = [2, 1, 0; 1, 3, 0.5; 0, 0.5, 1];
%! p = asgd_problem ("quadratic", H, "multiplicative", 0.3);
%! x = [0.4; -1.1; 2];
%! expected = zeros (3, 1);
%! for signs = [1, 1, 1, 1; 1, 1, -1, -1; 1, -1, 1, -1]
%!   w = p.modes.vectors * (signs .* x);
%!   expected += diag (p.modes.vectors' * diag (0.09 * w .^ 2) * p.modes.vectors) / 4;
%! endfor
%! assert (p.modes.coupling * x .^ 2, expected, 1e-14);

%!test # minibatches: the covariance over all batches, averaged over the signs
%! A = [1, 2; -1, 0.5; 0.3, 1; 2, -1; 0, 1.5; 1, 1];
%! b = [1; 2; -1; 0.5; 0; 3];
%! l2 = 0.1;
%! p = asgd_problem ("least-squares", A, b, "batch", 2, "l2", l2);
%! V = p.modes.vectors;
%! x = [0.7; -0.4];
%! batches = nchoosek (1:6, 2);
%! variance = @(w) var (cell2mat (arrayfun (@(k) ...
%!   V' * (A(batches(k,:),:)' * (A(batches(k,:),:) * w - b(batches(k,:))) / 2 + l2 * w), ...
%!   1:rows (batches), "uniformoutput", false)), 1, 2);
%! w = p.modes.minimiser;
%! assert (p.modes.noise, variance (w), 1e-13);
%! total = zeros (2, 1);
%! for signs = [1, 1, -1, -1; 1, -1, 1, -1]
%!   total += variance (w + V * (signs .* x)) / 4;
%! endfor
%! assert (p.modes.noise + p.modes.coupling * x .^ 2, total, 1e-13);

%!test # the minimiser and the floor
%! A = [1, 2; -1, 0.5; 0.3, 1; 2, -1; 0, 1.5; 1, 1];
%! b = [1; 2; -1; 0.5; 0; 3];
%! p = asgd_problem ("least-squares", A, b, "l2", 0.1);
%! assert (p.batch, 6);
%! w = (A' * A / 6 + 0.1 * eye (2)) \ (A' * b / 6);
%! assert (p.modes.minimiser, w, 1e-14);
%! assert (p.modes.floor, sumsq (A * w - b) / 12 + 0.05 * sumsq (w), 1e-14);
%! assert (p.modes.noise, [0; 0]);

%!test # fewer rows than parameters: modes without curvature
%! p = asgd_problem ("least-squares", [1, 1, 0; 0, 1, 1], [1; 2]);
%! assert (p.modes.eigenvalues, [0; 0.5; 1.5], 1e-15);
%! assert (p.modes.floor, 0, 1e-28);
%! assert (p.modes.coupling(1,:), zeros (1, 3), 1e-15);

%!test # an ill-conditioned problem: the minimiser is as good as that of QR
%! t = linspace (0, 1, 50)';
%! A = t .^ (0:4);
%! p = asgd_problem ("least-squares", A, sin (5 * t));
%! assert (p.modes.minimiser, A \ sin (5 * t), 1e-6);

%!assert (isempty (asgd_problem ("quadratic", speye (2001)).modes))
%!assert (asgd_problem ("quadratic", ones (1, 2001)).modes.floor, 0)

%!error id=Octave:invalid-fun-call asgd_problem ("quadratic")
%!error id=Octave:invalid-fun-call asgd_problem ("least-squares", 1)
%!error id=sdde:asgd_problem:unknown asgd_problem ("cubic", 1)
%!error id=sdde:asgd_problem:unknown asgd_problem (1, 1)
%!error id=sdde:asgd_problem:unknown-option asgd_problem ("quadratic", 1, "batch", 2)
%!error <did you mean 'noise'> asgd_problem ("quadratic", 1, "nois", 2)
%!error id=sdde:asgd_problem:unknown-option asgd_problem ("least-squares", 1, 1, "multiplicative", 2)
%!error id=sdde:asgd_problem:indefinite asgd_problem ("quadratic", [1, -1])
%!error id=sdde:asgd_problem:indefinite asgd_problem ("quadratic", [1, 2; 2, 1])
%!error <symmetric> asgd_problem ("quadratic", [1, 2; 1, 1])
%!error <H must> asgd_problem ("quadratic", ones (2, 3))
%!error <H must> asgd_problem ("quadratic", [])
%!error <H must> asgd_problem ("quadratic", "x")
%!error <H must> asgd_problem ("quadratic", 1i)
%!error <finite> asgd_problem ("quadratic", [1, NaN])
%!error <finite> asgd_problem ("quadratic", [1, Inf; Inf, 1])
%!error <noise must> asgd_problem ("quadratic", [1, 2], "noise", -1)
%!error <noise must> asgd_problem ("quadratic", [1, 2], "noise", [1, 2, 3])
%!error <noise must> asgd_problem ("quadratic", [1, 2], "noise", NaN)
%!error <covariance> asgd_problem ("quadratic", [1, 2], "noise", [1, 2; 2, 1])
%!error <covariance> asgd_problem ("quadratic", [1, 2], "noise", [1, 2; 0, 1])
%!error <start must> asgd_problem ("quadratic", [1, 2], "start", [1, 2, 3])
%!error <multiplicative must> asgd_problem ("quadratic", [1, 2], "multiplicative", [1, 2])
%!error <b must> asgd_problem ("least-squares", [1; 2], 1)
%!error <A must> asgd_problem ("least-squares", zeros (0, 2), [])
%!error <finite> asgd_problem ("least-squares", [1; NaN], [1; 2])
%!error <overflows> asgd_problem ("least-squares", [1e300; 2], [1; 2])
%!error <batch must> asgd_problem ("least-squares", [1; 2], [1; 2], "batch", 3)
%!error <batch must> asgd_problem ("least-squares", [1; 2], [1; 2], "batch", 1.5)
%!error <l2 must> asgd_problem ("least-squares", [1; 2], [1; 2], "l2", -1)
