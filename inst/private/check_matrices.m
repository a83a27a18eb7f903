## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [matrices, delay] = check_matrices (caller, matrices, delay)
##
## The matrices {A0, A1, ...} as a row of doubles (sparse ones stay so) and one
## law for each delayed term in a cell row, from an array of numbers, a law, or
## a cell of both; the error "sdde:<caller>:invalid" names what is wrong.

function [matrices, delay] = check_matrices (caller, matrices, delay)
  id = ["sdde:" caller ":invalid"];
  if (! iscell (matrices) || isempty (matrices))
    error (id, "%s: matrices must be a cell of square matrices {A0, A1, ...}",
           caller);
  endif
  matrices = matrices(:)';
  n = rows (matrices{1});
  for k = 1:numel (matrices)
    a = matrices{k};
    name = sprintf ("A%d", k - 1);
    if (! ((isnumeric (a) && isreal (a)) || islogical (a)))
      error (id, "%s: %s must be a matrix of real numbers", caller, name);
    elseif (ndims (a) != 2 || rows (a) != columns (a) || isempty (a))
      error (id, "%s: %s must be a square matrix, not %s", caller, name,
             sprintf ("%dx%d", size (a)(1:2)));
    elseif (rows (a) != n)
      error (id, "%s: the matrices must have one size: A0 has %d rows, %s has %d",
             caller, n, name, rows (a));
    elseif (! all (isfinite (nonzeros (a))))
      error (id, "%s: %s must hold finite numbers", caller, name);
    endif
    matrices{k} = double (a);
  endfor
  if (isnumeric (delay))
    delay = num2cell (delay(:)');
  elseif (isstruct (delay) && isscalar (delay))
    delay = {delay};
  elseif (! iscell (delay))
    error (id, "%s: delay must be an array of numbers >= 0, a law made by delay_law, or a cell of both",
           caller);
  endif
  delay = delay(:)';
  if (numel (delay) != numel (matrices) - 1)
    error (id, "%s: there must be one delay for each of A1, A2, ...: %d, not %d",
           caller, numel (matrices) - 1, numel (delay));
  endif
  for k = 1:numel (delay)
    delay{k} = law_or_delay (caller, delay{k});
  endfor
endfunction
