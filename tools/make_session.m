## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## octave-cli --no-history -qf tools/make_session.m SCRIPT OUTPUT
##
## Runs SCRIPT and writes it with what it prints, as the manual shows it: lines
## that begin with "##" become text (Texinfo), statements stand behind Octave's
## prompt.  So no number in the manual's session was ever typed.

1;

function text = escape (text)
  text = regexprep (text, '[@{}]', '@$0');
endfunction

function shown = show (block)
  shown = "";
  for line = block
    prompt = ">> ";
    if (! isempty (shown) && ! isempty (regexp (line{1}, '^ ', "once")))
      prompt = "   ";
    endif
    shown = [shown prompt line{1} "\n"];
  endfor
endfunction

[script, output] = argv (){:};
text = "";
block = {};
## Statements are separated by blank lines or text.
for line = [strsplit(fileread (script), "\n"), {""}]
  line = line{1};
  is_text = strncmp (line, "##", 2);
  if (! is_text && ! isempty (strtrim (line)))
    block{end+1} = line;
    continue;
  endif
  if (! isempty (block))
    printed = evalc (strjoin (block, "\n"));
    text = [text "@example\n" escape([show(block), printed]) "@end example\n"];
    block = {};
  endif
  if (is_text)
    text = [text regexprep(line, '^## ?', "") "\n"];
  else
    text = [text "\n"];
  endif
endfor
text = regexprep (text, "\n{3,}", "\n\n");

file = fopen (output, "w");
fputs (file, text);
fclose (file);
