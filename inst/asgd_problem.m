## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{problem} =} asgd_problem ("quadratic", @var{H})
## @deftypefnx {} {@var{problem} =} asgd_problem ("least-squares", @var{A}, @var{b})
## @deftypefnx {} {@var{problem} =} asgd_problem ("logistic", @var{X}, @var{y})
## @deftypefnx {} {@var{problem} =} asgd_problem ("softmax", @var{X}, @var{y})
## @deftypefnx {} {@var{problem} =} asgd_problem ("mlp", @var{X}, @var{y}, @var{hidden})
## @deftypefnx {} {@var{problem} =} asgd_problem ("digits")
## @deftypefnx {} {@var{problem} =} asgd_problem ("custom", @var{f}, "start", @var{w})
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
##
## @item @qcode{"logistic"}
## @itemx @qcode{"softmax"}
## @itemx @qcode{"mlp"}
## Classifiers of the samples in the rows of @var{X}, full or sparse.  Their
## loss is the mean cross-entropy over the @var{m} samples, plus
## l2 |@var{w}|^2 / 2.  Softmax and mlp take the labels 1, @dots{}, C in
## @var{y} (numbers 0, @dots{}, 9 need @code{y + 1}); logistic takes two
## labels, 0 and 1, -1 and 1, or 1 and 2, the larger being that whose
## probability the logistic function gives.  An mlp has the hidden layers of
## @var{hidden}(1), @var{hidden}(2), @dots{} units:
## a_0 = x, z_l = W_l a_(l-1) + c_l, a_l = activation (z_l), and softmax (z_L)
## are the probabilities; the other two kinds have no hidden layer.  The
## parameters are @code{[W_1(:); c_1; W_2(:); c_2; @dots{}]}, each W_l with a
## row per unit.  A gradient is computed from a minibatch as above.
##
## @item @qcode{"digits"}
## A classifier of pictures of digits that the package draws itself, by strokes
## that are bent, leaned, turned, resized and moved at random: to try things out
## on where there are no handwritten ones (those of MNIST are read by
## @code{asgd_idx}).  It is an mlp with its samples, labels (the digit plus 1)
## and test samples: row @var{k} of @code{X} is a picture column by column, 0
## for paper and 1 for ink.  Softmax comes to 81 % of the test samples, 32
## hidden units to over 90 %.
##
## @item @qcode{"custom"}
## @code{[@var{loss}, @var{grad}] = @var{f} (@var{w}, @var{batch})}, a function
## of the user: a number and a vector of the size of @var{w}, both of class
## double, and both always asked for.  @var{w} is a column; @var{batch} a row
## of numbers from 1 to @qcode{"samples"}, over which the loss is a mean:
## those of the minibatch in the order of their drawing, or all in their order
## when the whole loss is wanted; empty where there are no samples.
## Minibatches and noise are drawn as for the other kinds, from the same
## streams: a function that computes what a built-in kind does, in the same
## order, gives the same bits.  It runs in Octave's own thread, so that paths
## run one after the other; it should not draw random numbers itself.  An error
## in it, a result of another class or size, and NaN or Inf at a finite model
## are the error @code{:callback} of whoever called it, in the words of
## @var{f}.
## @end table
##
## @multitable @columnfractions .26 .2 .54
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"noise"} @tab 0 @tab Gaussian noise added to each gradient: its
## standard deviation (a scalar, or one number per parameter), or its @var{d}
## by @var{d} covariance matrix
## @item @qcode{"start"} @tab 1 @tab the model at time 0, one number per
## parameter or a scalar for all.  Logistic and softmax: 0 by default; mlp:
## c = 0, weights of a unit with n inputs normal with variance 1/n, 2/n before
## a ReLU (He et al., ICCV 2015); custom: to be given
## @item @qcode{"multiplicative"} @tab 0 @tab quadratic only: noise that grows
## with the model, of standard deviation @var{multiplicative} times
## |@var{w}(@var{i})| in parameter @var{i}, independent of the other
## @item @qcode{"batch"} @tab min (32, @var{m}) @tab all but quadratic: the
## samples of a minibatch; @var{m} gives exact gradients
## @item @qcode{"l2"} @tab 0 @tab least squares and classifiers: weight of the
## penalty, which is on all parameters
## @item @qcode{"bias"} @tab true @tab classifiers: whether there are c_l
## @item @qcode{"test"} @tab none @tab classifiers: a cell @{@var{X}, @var{y}@} of
## samples on which @code{asgd_simulate} measures the accuracy
## @item @qcode{"classes"} @tab max (@var{y}) @tab softmax and mlp: C
## @item @qcode{"activation"} @tab @qcode{"relu"} @tab mlp: or @qcode{"tanh"}
## @item @qcode{"seed"} @tab 1 @tab mlp and digits: of the default start and the
## pictures
## @item @qcode{"samples"} @tab 0 @tab custom: how many there are; digits: how
## many pictures to draw, 1000 by default
## @item @qcode{"tests"} @tab 500 @tab digits: how many more to draw for the test
## @item @qcode{"side"} @tab 12 @tab digits: pixels of a side
## @item @qcode{"hidden"} @tab 32 @tab digits: units of the hidden layers, empty
## for softmax; the other options are those of the classifier
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
## @code{modes} is empty for classifiers and functions of the user, whose loss is
## not quadratic, and for more than 2000 parameters, unless these are the modes
## themselves; the sign of the eigenvalues is then not checked.
##
## Errors have the identifiers @code{sdde:asgd_problem:invalid},
## @code{:unknown}, @code{:unknown-option}, @code{:indefinite} and @code{:limit}.
##
## @example
## @group
## problem = asgd_problem ("quadratic", [0.5 1 2.5], "noise", 0.1);
## problem.modes.eigenvalues'
##      @result{}  0.5000   1.0000   2.5000
## @end group
## @end example
##
## @seealso{asgd_system, asgd_simulate, asgd_curvature, asgd_sdde}
## @end deftypefn

function problem = asgd_problem (kind, varargin)
  if (nargin < 1)
    print_usage ();
  endif
  ## The kinds, and how many arguments they have before the options.
  kinds = {"quadratic", 1; "least-squares", 2; "logistic", 2; "softmax", 2;
           "mlp", 3; "digits", 0; "custom", 1};
  if (! (ischar (kind) && isrow (kind) && any (strcmpi (kind, kinds(:,1)))))
    error ("sdde:asgd_problem:unknown",
           "asgd_problem: the kind must be one of: %s", strjoin (kinds(:,1)', ", "));
  endif
  kind = lower (kind);
  count = kinds{strcmp (kind, kinds(:,1)), 2};
  if (numel (varargin) < count)
    print_usage ();
  endif
  data = varargin(1:count);
  pairs = varargin(count+1:end);
  switch (kind)
    case "quadratic"
      problem = quadratic (data{:}, pairs);
    case "least-squares"
      problem = least_squares (data{:}, pairs);
    case {"logistic", "softmax"}
      problem = classifier_problem (kind, data{:}, [], pairs);
    case "mlp"
      problem = classifier_problem (kind, data{1:2}, hidden_layers (data{3}), pairs);
    case "digits"
      problem = digits_problem (pairs);
    case "custom"
      problem = custom_problem (data{:}, pairs);
  endswitch
endfunction

## ---- the kinds ---------------------------------------------------------

function problem = quadratic (H, pairs)
  if (! (isnumeric (H) && isreal (H) && ! isempty (H) && ndims (H) == 2
         && (isvector (H) || issquare (H))))
    invalid_problem ("H must be a vector of eigenvalues or a square matrix of real numbers");
  endif
  H = double (H);
  if (! all (isfinite (nonzeros (H))))
    invalid_problem ("H must hold finite numbers");
  endif
  if (isvector (H))
    H = full (H(:));
  elseif (max (max (abs (H - H'))) > 1e-10 * max (max (abs (H))))
    invalid_problem ("H must be symmetric");
  else
    H = (H + H') / 2;
  endif

  problem.kind = "quadratic";
  problem.dimension = rows (H);
  problem.curvature = H;
  options = struct ("noise", 0, "start", 1, "multiplicative", 0);
  options = parse_options ("asgd_problem", options, pairs);
  problem = problem_options (problem, options);
  problem.modes = problem_modes (problem);
endfunction

function problem = least_squares (A, b, pairs)
  if (! (isnumeric (A) && isreal (A) && ndims (A) == 2 && ! isempty (A)))
    invalid_problem ("A must be a matrix of real numbers with at least one row and column");
  endif
  m = rows (A);
  if (! (isnumeric (b) && isreal (b) && isvector (b) && numel (b) == m))
    invalid_problem ("b must be a vector of %d numbers, one per row of A", m);
  endif
  A = full (double (A));
  b = full (double (b(:)));
  if (! (all (isfinite (A(:))) && all (isfinite (b))))
    invalid_problem ("A and b must hold finite numbers");
  endif

  problem.kind = "least-squares";
  problem.dimension = columns (A);
  problem.A = A;
  problem.b = b;
  options = struct ("noise", 0, "start", 1, "batch", min (32, m), "l2", 0);
  options = parse_options ("asgd_problem", options, pairs);
  problem = problem_options (problem, options, m);
  problem.modes = problem_modes (problem);
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

%!shared X, y
%! X = [1, 2; -1, 0.5; 0.3, 1; 2, -1; 0, 1.5; 1, 1];
%! y = [1; 3; 2; 1; 2; 3];

%!test # sizes, defaults and starts of the classifiers
%! p = asgd_problem ("softmax", X, y);
%! assert (p.dimension, 9);
%! assert (p.start, zeros (9, 1));
%! assert ([p.classes, p.batch, p.l2], [3, 6, 0]);
%! assert (p.labels, 1:3);
%! assert (isempty (p.modes) && isempty (p.test_X));
%! assert (asgd_problem ("softmax", X, y, "classes", 5, "bias", false).dimension, 10);
%! p = asgd_problem ("logistic", X, y == 1, "batch", 2, "l2", 0.5);
%! assert (p.dimension, 3);
%! assert (p.y, 1 + (y == 1));
%! p = asgd_problem ("mlp", sparse (X), y, [4, 5], "activation", "Tanh");
%! assert (p.dimension, 3 * 4 + 5 * 5 + 6 * 3);
%! assert (p.start([9:12, 33:37, 53:55]), zeros (12, 1));
%! assert (all (p.start(1:8) != 0));
%! assert (issparse (p.X));
%! q = asgd_problem ("mlp", X, y, [4, 5], "activation", "tanh", "seed", 2);
%! assert (! isequal (p.start, q.start));
%! q = asgd_problem ("mlp", X, y, [4, 5], "activation", "tanh");
%! assert (p.start, q.start);

%!test # the three codes of two labels
%! for labels = {[0, 1], [-1, 1], [1, 2]}
%!   p = asgd_problem ("logistic", X, labels{1}([1, 2, 1, 2, 2, 2]), "test",
%!                     {X(1,:), labels{1}(2)});
%!   assert (p.y, [1; 2; 1; 2; 2; 2]);
%!   assert (p.test_y, 2);
%!   assert (p.labels, labels{1});
%! endfor

%!test # digits: the same for the same seed, more of them are more of the same
%! p = asgd_problem ("digits", "samples", 60, "tests", 20, "batch", 5);
%! assert (p.kind, "mlp");
%! assert (size (p.X), [60, 144]);
%! assert (size (p.test_X), [20, 144]);
%! assert (all (p.X(:) >= 0 & p.X(:) <= 1));
%! assert ([p.classes, p.batch, p.hidden], [10, 5, 32]);
%! q = asgd_problem ("Digits", "samples", 100, "tests", 10, "hidden", []);
%! assert (q.kind, "softmax");
%! assert (q.X(1:60,:), p.X);
%! assert (q.y(1:60), p.y);
%! assert (q.test_X, p.test_X(1:10,:));
%! assert (unique (q.y), (1:10)');
%! q = asgd_problem ("digits", "samples", 60, "seed", 2, "side", 8);
%! assert (columns (q.X), 64);
%! assert (! isequal (q.y, p.y));

%!test # a small network reads the digits, and better than a linear classifier
%! work = delay_law ("exponential", 1);
%! system = asgd_system ("workers", 4, "compute", work, "rate", 0.3);
%! accuracy = @(p) asgd_simulate (system, p, "updates", 2000, "paths", 1, "record", 2).accuracy(2);
%! network = accuracy (asgd_problem ("digits"));
%! linear = accuracy (asgd_problem ("digits", "hidden", []));
%! assert (network > 0.87);
%! assert (linear > 0.7 && linear < network - 0.04);

%!test # functions of the user
%! p = asgd_problem ("custom", @(w, batch) deal (0, w), "start", [1, 2], "samples", 50);
%! assert (p.start, [1; 2]);
%! assert ([p.dimension, p.samples, p.batch], [2, 50, 32]);
%! p = asgd_problem ("custom", @(w, batch) deal (0, w), "start", 3, "noise", 0.5);
%! assert ([p.dimension, p.samples, p.batch, p.noise], [1, 0, 0, 0.5]);

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
%!error id=Octave:invalid-fun-call asgd_problem ("mlp", X, y)
%!error <two labels> asgd_problem ("logistic", X, y)
%!error <two labels> asgd_problem ("logistic", X, ones (6, 1))
%!error <y must be a vector of 6> asgd_problem ("softmax", X, y(1:5))
%!error <whole numbers from 1> asgd_problem ("softmax", X, y - 1)
%!error <whole numbers from 1> asgd_problem ("softmax", X, y / 2)
%!error <label 3, but there are 2> asgd_problem ("softmax", X, y, "classes", 2)
%!error <at most 1e6> asgd_problem ("softmax", X, y * 1e6)
%!error <X must> asgd_problem ("softmax", {}, y)
%!error <X must hold finite> asgd_problem ("softmax", [X(1:5,:); NaN, 1], y)
%!error <batch must> asgd_problem ("softmax", X, y, "batch", 7)
%!error <bias must> asgd_problem ("softmax", X, y, "bias", "no")
%!error <test must> asgd_problem ("softmax", X, y, "test", X)
%!error <X of test must have 2> asgd_problem ("softmax", X, y, "test", {X(:,1), y})
%!error <y of test must> asgd_problem ("softmax", X, y, "test", {X, 1})
%!error <y of test holds> asgd_problem ("softmax", X, y, "test", {X, y + 1})
%!error id=sdde:asgd_problem:unknown-option asgd_problem ("softmax", X, y, "activation", "tanh")
%!error id=sdde:asgd_problem:unknown asgd_problem ("mlp", X, y, 3, "activation", "sine")
%!error <activation must be one of> asgd_problem ("mlp", X, y, 3, "activation", "sine")
%!error <activation must> asgd_problem ("mlp", X, y, 3, "activation", 1)
%!error <hidden must> asgd_problem ("mlp", X, y, [3, 0])
%!error <hidden must> asgd_problem ("mlp", X, y, [])
%!error id=sdde:asgd_problem:limit asgd_problem ("mlp", X, y, [1e6, 1e6])
%!error <seed must> asgd_problem ("mlp", X, y, 3, "seed", -1)
%!error <f must> asgd_problem ("custom", 1)
%!error <needs a start> asgd_problem ("custom", @sin)
%!error <start must> asgd_problem ("custom", @sin, "start", {1})
%!error <samples must> asgd_problem ("custom", @sin, "start", 1, "samples", -1)
%!error <needs samples> asgd_problem ("custom", @sin, "start", 1, "batch", 3)
%!error <batch must> asgd_problem ("custom", @sin, "start", 1, "samples", 2, "batch", 3)
%!error id=Octave:invalid-fun-call asgd_problem ()
%!error <samples must> asgd_problem ("digits", "samples", 0)
%!error <side of a picture> asgd_problem ("digits", "side", 3)
%!error <hidden must> asgd_problem ("digits", "hidden", 0.5)
%!error <seed must> asgd_problem ("digits", "seed", -1)
%!error id=sdde:asgd_problem:unknown-option asgd_problem ("digits", "sample", 3)
%!error id=sdde:asgd_problem:unpaired-option asgd_problem ("digits", "samples")
