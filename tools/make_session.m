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

## What BLOCK prints when it runs in the session's own (the base) workspace.
function printed = run_block (block)
  code = strjoin (block, "\n");
  printed = evalc ('evalin ("base", code);');
endfunction

function text = play (script)
  text = "";
  block = {};
  ## Statements are separated by blank lines or by text.
  for line = [ostrsplit(fileread (script), "\n"), {""}]
    line = line{1};
    is_text = strncmp (line, "##", 2);
    if (! is_text && ! isempty (strtrim (line)))
      block{end+1} = line;
      continue;
    endif
    if (! isempty (block))
      printed = regexprep (run_block (block), '\n+$', "\n");
      text = [text "@example\n" escape([show(block), printed]) ...
              "@end example\n"];
      block = {};
    endif
    text = [text regexprep(line, '^##? ?', "") "\n"];
  endfor
  text = regexprep (text, "\n{3,}", "\n\n");
endfunction

function write (name, text)
  file = fopen (name, "w");
  fputs (file, text);
  fclose (file);
endfunction

write (argv (){2}, play (argv (){1}));
