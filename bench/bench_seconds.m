## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [seconds, result] = bench_seconds (f)
##
## The least time of several calls of f (), as many as half a second holds, but
## at least three, and the result of the last one.

function [seconds, result] = bench_seconds (f)
  seconds = Inf;
  spent = 0;
  calls = 0;
  while (calls < 3 || (spent < 0.5 && calls < 100))
    clock = tic ();
    result = f ();
    last = toc (clock);
    seconds = min (seconds, last);
    spent += last;
    calls++;
  endwhile
endfunction
