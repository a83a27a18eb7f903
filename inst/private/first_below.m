## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## time = first_below (t, loss, target)
##
## The first of the times T at which the loss is at most the target; Inf if none.

function time = first_below (t, loss, target)
  time = [t(find (loss(:)' <= target, 1)), Inf](1);
endfunction
