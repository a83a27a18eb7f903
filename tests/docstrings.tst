## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## The examples of the docstrings return what they say.  Those that say nothing,
## or need a file that a user would have, are left out.

%!function list = examples_of (name)
%!  text = regexprep (get_help_text (name), "^ ", "", "lineanchors");
%!  list = regexp (text, '@example\n(.*?)@end example', "match");
%!  list = regexprep (list, '@(end )?(group|example)\n?', "");
%!  list(cellfun ("isempty", strfind (list, "@result{}"))) = [];
%!endfunction

## What is typed, and what is told: the lines from @result on that are indented.
%!function [code, told] = parts_of (example)
%!  lines = strsplit (example, "\n");
%!  indented = strncmp (lines, "     ", 5);
%!  marked = ! cellfun ("isempty", strfind (lines, "@result{}"));
%!  result = false (size (lines));
%!  for k = find (indented)
%!    result(k) = marked(k) || (k > 1 && result(k-1));
%!  endfor
%!  code = regexprep (strjoin (lines(! result), "\n"), '@([{}@])', "$1");
%!  told = strrep (strjoin (lines(result), "\n"), "@result{}", "");
%!endfunction

%!function printed = printed_by (code__)
%!  printed = evalc (code__);
%!endfunction

%!function values = numbers_in (text)
%!  found = regexp (text, '[-+]? ?(\d+\.?\d*(e[-+]\d+)?|Inf|NaN)', "match");
%!  values = str2double (strrep (found, " ", ""));
%!endfunction

%!test
%! folder = fileparts (which ("asgd_trace"));
%! names = regexprep ({dir(fullfile (folder, "*.m")).name}, '\.m$', "");
%! count = 0;
%! for name = names(! strcmp (names, "asgd_figure")) # it has tests/figures.tst
%!   for example = examples_of (name{1})
%!     [code, told] = parts_of (example{1});
%!     printed = printed_by (code);
%!     [is, said] = deal (numbers_in (printed), numbers_in (told));
%!     words = regexp (told, '[a-z]{4,}', "match");
%!     agrees = numel (is) == numel (said) && all (abs (is - said) < 6e-5 | is == said) ...
%!              && all (cellfun (@(word) any (strfind (printed, word)), words));
%!     assert (agrees, "%s says%s\nand returns\n%s", name{1}, told, printed);
%!     count++;
%!   endfor
%! endfor
%! assert (count >= 25);
