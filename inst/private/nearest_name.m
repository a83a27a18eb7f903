## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## nearest = nearest_name (name, names)
##
## The string of the cell NAMES that takes the fewest edits to become NAME, of those
## that NAME begins if there are any.

function nearest = nearest_name (name, names)
  longest = max (cellfun (@numel, names));
  name = name(1:min (end, 2 * longest)); # what is longer is nobody's neighbour
  begun = ! isempty (name) & strncmpi (name, names, max (1, numel (name)));
  if (any (begun))
    names = names(begun);
  endif
  [~, place] = min (cellfun (@(known) edits (lower (name), known), names));
  nearest = names{place};
endfunction

## The Levenshtein distance of two strings.
function distance = edits (a, b)
  row = 0:numel (b);
  for i = 1:numel (a)
    next = [i, zeros(1, numel (b))];
    for j = 1:numel (b)
      next(j+1) = min ([row(j) + (a(i) != b(j)), row(j+1) + 1, next(j) + 1]);
    endfor
    row = next;
  endfor
  distance = row(end);
endfunction
