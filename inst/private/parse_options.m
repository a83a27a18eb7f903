## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## options = parse_options (caller, defaults, pairs)
##
## Name-value pairs in the cell PAIRS over the struct DEFAULTS.  Names are
## compared without regard to case; a "-" in a name stands as "_" in the field.
## An unknown name is the error "sdde:<caller>:unknown-option", which suggests
## the nearest one.

function options = parse_options (caller, defaults, pairs)
  options = defaults;
  fields = fieldnames (defaults);
  names = strrep (fields, "_", "-");
  if (mod (numel (pairs), 2))
    error (["sdde:" caller ":unpaired-option"],
           "%s: options come in pairs of a name and a value; known names: %s",
           caller, strjoin (names', ", "));
  endif
  for k = 1:2:numel (pairs)
    name = pairs{k};
    if (! (ischar (name) && isrow (name)))
      error (["sdde:" caller ":unknown-option"],
             "%s: the name of an option must be a string; known names: %s",
             caller, strjoin (names', ", "));
    endif
    hit = strcmpi (name, names);
    if (! any (hit))
      error (["sdde:" caller ":unknown-option"],
             "%s: there is no option '%s'; did you mean '%s'? (known: %s)",
             caller, name, nearest_name (name, names), strjoin (names', ", "));
    endif
    options.(fields{hit}) = pairs{k+1};
  endfor
endfunction
