## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## modes = problem_modes (problem)
##
## The modes of a quadratic or least-squares problem (see asgd_problem), or []
## where they are not known.

function modes = problem_modes (problem)
  switch (problem.kind)
    case "quadratic"
      modes = quadratic_modes (problem);
    case "least-squares"
      modes = least_squares_modes (problem);
    otherwise
      modes = [];
  endswitch
endfunction

## The error of a Hessian with a negative eigenvalue.
function indefinite (eigenvalue)
  error ("sdde:asgd_problem:indefinite",
         "asgd_problem: H has the negative eigenvalue %g: the loss has no minimum",
         eigenvalue);
endfunction

## The error that an eigenvalue near 0 may have.
function tolerance = rounding (eigenvalues)
  tolerance = 10 * numel (eigenvalues) * eps * max (abs (eigenvalues));
endfunction

function [eigenvalues, vectors] = decompose (H)
  if (! all (isfinite (nonzeros (H))))
    invalid_problem ("the numbers are too large: the Hessian overflows");
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
    if (any (H < 0))
      indefinite (min (H));
    endif
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
