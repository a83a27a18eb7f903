## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## octave-cli --no-history -qf tools/run_demos.m [NAME ...]
##
## Runs every demo of the package (or of some functions) as `demo` would, but
## without a window and without waiting for a key, and prints how long each took.
## The package must be installed, or on the path.  Fails if any demo does.

1;

## A demo has the variables of a function to itself.
function run_demo (code)
  evalc (code);
endfunction

if (isempty (which ("sdde")))
  pkg ("load", "sdde");
endif
set (0, "defaultfigurevisible", "off");
names = argv ()';
if (isempty (names))
  names = [sdde().functions.names];
endif
failures = count = 0;
for name = names
  [code, places] = test (name{1}, "grabdemo");
  for k = 1:numel (places) - 1
    started = tic ();
    verdict = "";
    try
      run_demo (code(places(k):places(k+1)-1));
    catch problem
      verdict = [" FAILED: " problem.message];
      failures++;
    end_try_catch
    count++;
    printf ("%6.1f s  %s, demo %d%s\n", toc (started), name{1}, k, verdict);
    close ("all");
  endfor
endfor
printf ("%d demos, %d failed\n", count, failures);
exit (failures > 0);
