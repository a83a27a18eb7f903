## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## plan = path_plan (caller, eq, t, options)
##
## The options of sdde_simulate and sdde_hitting as the core wants them: checked,
## with a step that fits the times T to be recorded (column, increasing).

function plan = path_plan (caller, eq, t, options)
  id = ["sdde:" caller ":invalid"];
  plan = struct ("partial", true_or_false (caller, options.partial, "partial"),
                 "progress", true_or_false (caller, options.progress, "progress"),
                 "paths", whole_number (caller, options.paths, 1, "paths"),
                 "seed", whole_number (caller, options.seed, 0, "seed"),
                 "threads", whole_number (caller, options.threads, 0, "threads"),
                 "drift", [], "diffusion", [], "drawn", false, "refine", 1,
                 "statistics", false, "quantiles", [], "level", []);
  switch (lower (options.delays))
    case "mean"
    case "drawn"
      plan.drawn = true;
    otherwise
      error (id, "%s: delays must be \"mean\" or \"drawn\"", caller);
  endswitch
  for name = {"drift", "diffusion"}
    if (isfield (options, name{1}) && ! isempty (options.(name{1})))
      f = options.(name{1});
      if (! is_function_handle (f))
        error (id, "%s: %s must be a function handle", caller, name{1});
      endif
      plan.(name{1}) = @(varargin) guarded (f, varargin{:});
    endif
  endfor
  plan.step = options.step;
  if (isempty (plan.step))
    plan.step = usual_step (eq, t);
  elseif (! (isnumeric (plan.step) && isreal (plan.step)
             && isscalar (plan.step) && plan.step > 0 && isfinite (plan.step)))
    error (id, "%s: step must be a positive number", caller);
  endif
  plan.step = double (plan.step);
  plan.record = round (t / plan.step);
  plan.steps = max (plan.record(end), 1);
  if (! (plan.steps < 1e15))
    error (["sdde:" caller ":limit"],
           "%s: %.3g steps; at most 1e15 can be counted", caller, plan.steps);
  endif
  plan.history = past_values (caller, options.history, eq, plan.step);
endfunction

## The value of F, or what its error says.
function value = guarded (f, varargin)
  try
    value = f (varargin{:});
  catch failure
    value = failure.message;
  end_try_catch
endfunction

## The delayed terms' laws, and how fast the equation moves.
function [laws, rate] = delays_of (eq)
  laws = eq.delay;
  if (! iscell (laws))
    laws = {laws};
  endif
  if (is_system (eq))
    rate = max (sum (abs (cat (2, eq.matrices{:})), 2));
  else
    rate = max (sum (abs (eq.damping), 2) + abs (eq.decay));
  endif
endfunction

## A fiftieth of what the delays and the dampings take, so that the times are
## on the grid and, where that is possible, fixed delays are too.
function step = usual_step (eq, t)
  [laws, rate] = delays_of (eq);
  mean = cellfun (@(law) law.mean, laws);
  step = min ([mean(mean > 0)(:)', 1 / rate, max(t)]) / 50;
  if (! (step > 0 && isfinite (step)))
    step = 1;
  endif
  gap = min (diff ([0; t(t > 0)]));
  if (isempty (gap) || any (abs (t / gap - round (t / gap)) > 1e-9 * t / gap))
    gap = max ([t; step]);
  endif
  least = ceil (gap / step * (1 - 1e-12));
  parts = least + (0:min (least, 1e4));
  fixed = mean(cellfun (@(law) strcmp (law.family, "deterministic"), laws));
  fits = true (size (parts));
  for delay = fixed
    lags = delay * parts / gap;
    fits &= abs (lags - round (lags)) < 1e-9 * max (lags, 1);
  endfor
  step = gap / [parts(find (fits, 1)), least](1);
endfunction

## X at ..., -2 step, -step, 0: states by times.  A constant is one column.
function values = past_values (caller, history, eq, step)
  id = ["sdde:" caller ":invalid"];
  n = numel (eq.start);
  if (isempty (history))
    values = eq.start(:);
    return;
  elseif (isnumeric (history) && isreal (history)
          && (isscalar (history) || numel (history) == n))
    values = double (full (history(:))) .* ones (n, 1);
    return;
  endif
  longest = 0;
  for law = delays_of (eq)
    far = delay_quantile (law{1}, 1);
    if (isinf (far))
      far = delay_quantile (law{1}, 1 - 1e-12);
    endif
    longest = max (longest, far);
  endfor
  if (! (longest / step < 1e7))
    error (["sdde:" caller ":limit"],
           "%s: a history of the longest delay takes %g steps; at most 1e7 can be held",
           caller, longest / step);
  endif
  t = -step * (ceil (longest / step) + 1:-1:0);
  if (is_function_handle (history))
    values = history (t);
    if (isscalar (values) || isequal (size (values), [n, 1]))
      values = values .* ones (n, 1);
    endif
  elseif (iscell (history) && numel (history) == 2)
    values = sampled (id, caller, history{:}, n, t);
  else
    error (id, ["%s: history must be a number, one for each of the %d states, " ...
                "a function handle, or a cell {times, values}"], caller, n);
  endif
  if (! (isnumeric (values) && isreal (values) && rows (values) == n
         && any (columns (values) == [1, numel(t)]) && all (isfinite (values(:)))))
    error (id, ["%s: the history must give finite numbers, %d by %d for a row " ...
                "of %d times"], caller, n, numel (t), numel (t));
  endif
  values = double (full (values));
endfunction

## Samples, linear between them and constant before the first.
function values = sampled (id, caller, time, x, n, t)
  if (! (isnumeric (time) && isreal (time) && isvector (time)
         && numel (time) > 1 && all (diff (time) > 0) && time(end) == 0))
    error (id, "%s: the times of the history must increase and end at 0", caller);
  endif
  if (n == 1)
    x = x(:)';
  endif
  if (! (isnumeric (x) && isreal (x)
         && isequal (size (x), [n, numel(time)])))
    error (id, "%s: the values of the history must be %d by %d", caller, n,
           numel (time));
  endif
  values = interp1 (double (time(:)), double (x'), max (t(:), time(1)))';
  values = reshape (values, n, numel (t));
endfunction
