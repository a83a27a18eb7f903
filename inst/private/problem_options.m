## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## problem = problem_options (problem, options)
## problem = problem_options (problem, options, samples)
##
## The fields of OPTIONS, checked, as fields of PROBLEM (see asgd_problem), whose
## dimension is set.  All kinds have start and noise, some l2, multiplicative
## and batch, the latter out of SAMPLES.

function problem = problem_options (problem, options, samples = 0)
  d = problem.dimension;
  start = options.start;
  if (! (isnumeric (start) && isreal (start) && any (numel (start) == [1, d])
         && all (isfinite (start(:)))))
    invalid_problem ("start must be a finite number, or %d of them", d);
  endif
  problem.start = full (double (start(:))) .* ones (d, 1);
  problem = noise_option (problem, options.noise);
  for name = {"l2", "multiplicative"}
    if (isfield (options, name{1}))
      problem.(name{1}) = nonnegative (options.(name{1}), name{1});
    endif
  endfor
  if (isfield (options, "batch"))
    batch = options.batch;
    if (! (isnumeric (batch) && isreal (batch) && isscalar (batch)
           && batch >= 1 && batch <= samples && batch == fix (batch)))
      invalid_problem ("batch must be a whole number from 1 to %d, the samples",
                       samples);
    endif
    problem.batch = double (batch);
  endif
endfunction

function problem = noise_option (problem, noise)
  d = problem.dimension;
  if (! (isnumeric (noise) && isreal (noise) && all (isfinite (noise(:)))))
    invalid_problem ("noise must hold finite real numbers");
  endif
  noise = full (double (noise));
  problem.factor = [];
  if (d > 1 && isequal (size (noise), [d, d]))
    problem.noise = noise;
    problem.factor = square_root (noise);
  elseif (any (numel (noise) == [1, d]) && all (noise(:) >= 0))
    problem.noise = noise(:) .* ones (d, 1);
  else
    invalid_problem (["noise must be a standard deviation >= 0, %d of them, " ...
                      "or a %d by %d covariance matrix"], d, d, d);
  endif
endfunction

function factor = square_root (covariance)
  scale = max (abs (covariance(:)));
  if (max (max (abs (covariance - covariance'))) > 1e-10 * scale)
    invalid_problem ("the covariance of the noise must be symmetric");
  endif
  [vectors, variances] = eig ((covariance + covariance') / 2, "vector");
  if (min (variances) < -10 * rows (covariance) * eps * max (abs (variances)))
    invalid_problem ("the covariance of the noise must have no negative eigenvalue");
  endif
  factor = vectors .* sqrt (max (variances, 0))';
endfunction

function value = nonnegative (value, name)
  if (! (isnumeric (value) && isreal (value) && isscalar (value)
         && value >= 0 && isfinite (value)))
    invalid_problem ("%s must be a finite number >= 0", name);
  endif
  value = double (value);
endfunction
