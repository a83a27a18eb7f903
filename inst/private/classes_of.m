## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [delay, damping, shape] = classes_of (caller, delay, damping)
##
## DELAY, a law, a number or a cell of these, as a cell of laws, and DAMPING
## with one column for each of them: a vector goes with several laws as one
## mode, with one law as that many modes.  SHAPE is the size of the modes as
## the user gave them.

function [delay, damping, shape] = classes_of (caller, delay, damping)
  if (! iscell (delay))
    shape = size (damping);
    delay = {law_or_delay(caller, delay)};
    damping = damping(:);
    return;
  endif
  classes = numel (delay);
  if (classes == 0)
    error (["sdde:" caller ":invalid"],
           "%s: the cell of delays must hold at least one law", caller);
  endif
  delay = cellfun (@(law) law_or_delay (caller, law), delay(:)',
                   "uniformoutput", false);
  if (isvector (damping) && numel (damping) == classes)
    damping = damping(:).';
  endif
  if (! (ndims (damping) == 2 && columns (damping) == classes))
    error (["sdde:" caller ":invalid"],
           "%s: damping must have one column for each of the %d delays",
           caller, classes);
  endif
  shape = [rows(damping), 1];
endfunction
