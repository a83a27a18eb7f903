## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [average, error] = repeated_mean (count, seed, f)
##
## Mean over COUNT seeds, of their own for each SEED, of what F (seed) returns
## (rows of one length), and its standard error: for quantities of one run whose own
## error is not known.

function [average, error] = repeated_mean (count, seed, f)
  for k = 1:count
    values(k,:) = f (1000 * seed + k);
  endfor
  average = mean (values, 1);
  error = std (values, 0, 1) / sqrt (count);
endfunction
