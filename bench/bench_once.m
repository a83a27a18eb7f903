## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## [seconds, result] = bench_once (f)
##
## The seconds that one call of f () takes on one thread, and its result: those of
## the processor, or of the clock where they are fewer, since the threads of a BLAS
## that wait for work are counted among the former.

function [seconds, result] = bench_once (f)
  clock = tic ();
  spent = cputime ();
  result = f ();
  seconds = min (toc (clock), cputime () - spent);
endfunction
