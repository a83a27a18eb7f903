## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## hidden = hidden_layers (hidden)
##
## The units of the hidden layers of a network as a row; the error
## "sdde:asgd_problem:invalid" where they are none.

function hidden = hidden_layers (hidden)
  if (! (isnumeric (hidden) && isreal (hidden) && isvector (hidden)
         && all (hidden >= 1 & hidden <= 1e6 & hidden == fix (hidden))))
    invalid_problem ("hidden must hold the units of the hidden layers, whole numbers from 1 to 1e6");
  endif
  hidden = double (hidden(:)');
endfunction
