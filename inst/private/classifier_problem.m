## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## problem = classifier_problem (kind, X, y, hidden, pairs)
##
## The problems "logistic", "softmax" and "mlp" of asgd_problem, HIDDEN being
## the units of the hidden layers and PAIRS the options.

function problem = classifier_problem (kind, X, y, hidden, pairs)
  X = samples_of (X, "X");
  m = rows (X);
  options = struct ("noise", 0, "start", [], "batch", min (32, m), "l2", 0, ...
                    "bias", true, "test", {{}});
  linear = isempty (hidden);
  if (! strcmp (kind, "logistic"))
    options.classes = [];
  endif
  if (! linear)
    options.activation = "relu";
    options.seed = 1;
  endif
  options = parse_options ("asgd_problem", options, pairs);

  problem.kind = kind;
  problem.X = X;
  [problem.y, problem.labels] = labels_of (y, m, "y", kind, options);
  problem.classes = numel (problem.labels);
  problem.hidden = hidden;
  problem.activation = "relu";
  problem.bias = true_or_false ("asgd_problem", options.bias, "bias");
  seed = 0;
  if (! linear)
    seed = whole (options.seed, 0, flintmax (), "seed");
    if (! (ischar (options.activation) && isrow (options.activation)))
      invalid_problem ("activation must be a name: relu or tanh");
    endif
    problem.activation = lower (options.activation);
  endif
  problem = test_samples (problem, options.test);

  [problem.dimension, start] = core_call ("asgd_problem", @__sdde_objective__, ...
                                          "layout", problem, columns (X), seed);
  if (isempty (options.start))
    options.start = start;
    if (linear)
      options.start = 0;
    endif
  endif
  problem = problem_options (problem, options, m);
  problem.modes = [];
endfunction

## ---- samples and labels --------------------------------------------------

function X = samples_of (X, name)
  if (! ((isnumeric (X) || islogical (X)) && isreal (X) && ndims (X) == 2
         && ! isempty (X)))
    invalid_problem (["%s must be a matrix of real numbers, one row per sample " ...
                      "and one column per feature"], name);
  endif
  X = double (X);
  if (! all (isfinite (nonzeros (X))))
    invalid_problem ("%s must hold finite numbers", name);
  endif
endfunction

## Y as numbers 1 .. classes, and what the labels of these classes are.
function [y, labels] = labels_of (y, m, name, kind, options)
  if (! ((isnumeric (y) || islogical (y)) && isreal (y) && isvector (y)
         && numel (y) == m))
    invalid_problem ("%s must be a vector of %d labels, one per sample", name, m);
  endif
  y = full (double (y(:)));
  if (strcmp (kind, "logistic"))
    labels = two_labels (unique (y), name);
    y = 1 + (y == labels(2));
    return;
  endif
  if (! all (y >= 1 & y == fix (y) & y <= flintmax ()))
    invalid_problem ("%s must hold whole numbers from 1 to the number of classes", name);
  endif
  classes = max (2, max (y));
  if (! isempty (options.classes))
    classes = whole (options.classes, 2, 1e6, "classes");
    if (any (y > classes))
      invalid_problem ("%s holds the label %d, but there are %d classes",
                       name, max (y), classes);
    endif
  endif
  if (classes > 1e6)
    invalid_problem ("%s holds the label %d: there can be at most 1e6 classes", name, classes);
  endif
  labels = 1:classes;
endfunction

function labels = two_labels (found, name)
  labels = [];
  for pair = {[0, 1], [-1, 1], [1, 2]}
    if (isequal (found(:)', pair{1}))
      labels = pair{1};
    endif
  endfor
  if (isempty (labels))
    invalid_problem ("%s must hold two labels: 0 and 1, -1 and 1, or 1 and 2", name);
  endif
endfunction

## The option "test": {X, y}.
function problem = test_samples (problem, test)
  problem.test_X = [];
  problem.test_y = [];
  if (isempty (test))
    return;
  endif
  if (! (iscell (test) && numel (test) == 2))
    invalid_problem ("test must be a cell {X, y} of samples and their labels");
  endif
  X = samples_of (test{1}, "X of test");
  if (columns (X) != columns (problem.X))
    invalid_problem ("X of test must have %d columns, as X has", columns (problem.X));
  endif
  y = test{2};
  if (! ((isnumeric (y) || islogical (y)) && isreal (y) && isvector (y)
         && numel (y) == rows (X)))
    invalid_problem ("y of test must be a vector of %d labels, one per sample", rows (X));
  endif
  [known, problem.test_y] = ismember (full (double (y(:))), problem.labels);
  if (! all (known))
    invalid_problem ("y of test holds labels that y does not know");
  endif
  problem.test_X = X;
endfunction

function value = whole (value, least, most, name)
  if (! (isnumeric (value) && isreal (value) && isscalar (value)
         && value >= least && value <= most && value == fix (value)))
    invalid_problem ("%s must be a whole number from %d to %d", name, least, most);
  endif
  value = double (value);
endfunction
