## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## octave-cli --no-history -qf tools/check_public.m
##
## Holds the public face to its rules: INDEX names each function of inst/ and
## nothing else; each has a Texinfo docstring, a demo, tests and tests of its
## errors, and only errors with an identifier of ours; the files that state
## the version agree.

1;

function names = indexed (file)
  lines = strsplit (fileread (file), "\n");
  names = strtrim (lines(strncmp (lines, " ", 1)));
  names(cellfun (@isempty, names)) = [];
endfunction

## The complaints about one function file, a cell of strings.
function faults = check_function (name, file)
  text = fileread (file);
  faults = {};
  wanted = {'^## -\*- texinfo -\*-', "a docstring in Texinfo";
            '^## @deftypefnx? \{', "a @deftypefn in its docstring";
            '^## @seealso', "a @seealso in its docstring";
            '^%!demo', "a demo";
            '^%!(test|assert)', "a test";
            '^%!error', "a test of its errors";
            '^## SPDX-License-Identifier: GPL-3.0-or-later', "its licence"};
  for k = 1:rows (wanted)
    if (isempty (regexp (text, wanted{k,1}, "once", "lineanchors")))
      faults{end+1} = ["lacks " wanted{k,2}];
    endif
  endfor
  if (isempty (regexp (text, ['\<' name ' *\(|\<' name '\>'], "once")))
    faults{end+1} = "does not document itself";
  endif
  ## error ("format"...) without an identifier: the first string has no colon.
  bare = regexp (text, '^[^#%\n]*\<error \("(?!sdde:)[^"]*"', "match",
                 "lineanchors");
  for k = 1:numel (bare)
    faults{end+1} = ["raises an error without an identifier: " ...
                     strtrim(bare{k})];
  endfor
endfunction

## The docstring of FILE rendered, for makeinfo's own complaints.
function faults = check_rendering (name)
  faults = {};
  [text, format] = get_help_text (name);
  if (! strcmp (format, "texinfo"))
    faults = {"has no docstring that Octave finds"};
    return;
  endif
  [~, status] = __makeinfo__ (text, "plain text");
  if (status != 0)
    faults = {"has a docstring that makeinfo rejects"};
  endif
endfunction

function faults = check_versions (root)
  faults = {};
  description = fileread (fullfile (root, "DESCRIPTION"));
  value_of = @(name) regexp (description, ['^' name ': *(\S+)'], "tokens", "once",
                             "lineanchors"){1};
  version = value_of ("Version");
  news = strsplit (fileread (fullfile (root, "NEWS")), "\n"){1};
  released = [version " (" value_of("Date") ")"];
  if (isempty (strfind (news, released)))
    faults{end+1} = ["NEWS does not begin with version " released];
  endif
  citation = fileread (fullfile (root, "CITATION"));
  named = regexp (citation, 'version ([\d.]+\d)', "tokens");
  if (numel (named) != 2 || ! all (strcmp ([named{:}], version)))
    faults{end+1} = ["CITATION does not name version " version " twice"];
  endif
endfunction

root = fileparts (fileparts (mfilename ("fullpath")));
folder = fullfile (root, "inst");
addpath (folder);
promised = indexed (fullfile (root, "INDEX"));
[~, present] = cellfun (@fileparts, glob (fullfile (folder, "*.m")),
                        "uniformoutput", false);
faults = check_versions (root);
for name = setdiff (promised, present)(:)'
  faults{end+1} = ["INDEX names " name{1} ", which is not in inst/"];
endfor
for name = setdiff (present, promised)(:)'
  faults{end+1} = ["inst/" name{1} ".m stands in no category of INDEX"];
endfor
for name = present(:)'
  found = [check_function(name{1}, fullfile (folder, [name{1} ".m"])), ...
           check_rendering(name{1})];
  faults = [faults, strcat(["inst/" name{1} ".m "], found)];
endfor
if (! isempty (faults))
  fprintf (stderr, "%s\n", faults{:});
  exit (1);
endif
