## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## octave-cli --no-history -qf tools/make_reference.m INDEX INST OUTPUT
##
## Makes the function reference of the manual from the docstrings, in the
## order and under the headings of INDEX.  A function that INDEX names and
## that does not exist yet is left out.

1;

## The headings and their functions: a cell of {heading, {name, ...}} rows.
function sections = read_index (file)
  sections = cell (0, 2);
  for line = strsplit (fileread (file), "\n")(2:end)
    if (isempty (strtrim (line{1})))
      continue;
    elseif (line{1}(1) == " ")
      sections{end,2}{end+1} = strtrim (line{1});
    else
      sections(end+1,:) = {line{1}, {}};
    endif
  endfor
endfunction

## The docstring as it stands in the file, without the comment's indentation
## and with its @seealso list made references where the manual has the node.
function text = docstring (name, known)
  [text, format] = get_help_text (name);
  if (! strcmp (format, "texinfo"))
    error ("%s has no docstring in Texinfo", name);
  endif
  text = regexprep (text, '^[^\n]*-\*- texinfo -\*-[^\n]*\n', "");
  text = regexprep (text, "^ ", "", "lineanchors");
  text = regexprep (text, '^(@deftypefnx?) +\{\}', "$1 Function", "lineanchors");
  ## Lines that fill a terminal are too long for a page in the size of the text.
  text = regexprep (text, '@(end )?example', "@$1smallexample");
  [whole, inner] = regexp (text, '@seealso\{([^}]*)\}', "match", "tokens");
  for k = 1:numel (whole)
    also = strtrim (strsplit (inner{k}{1}, ","));
    for j = 1:numel (also)
      form = {"@code{%s}", "@ref{%s}"}{1 + any(strcmp (also{j}, known))};
      also{j} = sprintf (form, also{j});
    endfor
    text = strrep (text, whole{k}, ["@strong{See also:} " strjoin(also, ", ") "."]);
  endfor
endfunction

## The sentence after the @deftypefn lines, for menus.
function first = summary (text)
  body = regexprep (text, '^@deftypefnx?[^\n]*\n', "", "lineanchors");
  body = regexprep (body, '^@(display|example|math)\s*\n.*?^@end \1\s*\n', "",
                    "lineanchors");
  first = regexp (strtrim (body), '^.*?\.(?=\s|$)', "match", "once");
  first = regexprep (first, '@\w+\{([^}]*)\}', "$1");
  first = strjoin (strsplit (strtrim (first)), " ");
endfunction

[index, folder, output] = argv (){:};
addpath (folder);
sections = read_index (index);
for k = 1:rows (sections)
  there = cellfun (@(name) exist (fullfile (folder, [name ".m"]), "file") == 2,
                   sections{k,2});
  for name = sections{k,2}(! there)
    fprintf (stderr, "INDEX names %s, which does not exist\n", name{1});
  endfor
  sections{k,2} = sections{k,2}(there);
endfor
known = [sections{:,2}];

text = "@menu\n";
for k = 1:rows (sections)
  text = [text sprintf("* %s::\n", sections{k,1})];
endfor
text = [text "@end menu\n"];
for k = 1:rows (sections)
  heading = sections{k,1};
  text = [text sprintf("\n@node %s\n@section %s\n\n", heading, heading)];
  if (! isempty (sections{k,2}))
    text = [text "@menu\n"];
    for name = sections{k,2}
      text = [text sprintf("* %s:: %s\n", name{1}, ...
                           summary (docstring (name{1}, known)))];
    endfor
    text = [text "@end menu\n"];
  endif
  for name = sections{k,2}
    text = [text sprintf("\n@node %s\n@subsection %s\n\n%s\n", name{1}, ...
                         name{1}, docstring (name{1}, known))];
  endfor
endfor

file = fopen (output, "w");
fputs (file, text);
fclose (file);
