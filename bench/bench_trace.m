## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Logs of a million gradients, out of order, as a matrix and as a file: read,
## sorted into classes, fitted and explained.

function rows = bench_trace ()
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});
  n = 125000;
  for workers = 1:8
    shape = 4 ^ (workers <= 4);
    cycles = delay_rand (delay_law ("gamma", shape, 1 / shape), [n 1], "seed", workers);
    ends = cumsum (cycles);
    log((workers - 1) * n + (1:n),:) = [workers * ones(n, 1), [0; ends(1:end-1)], ends];
  endfor
  rand ("twister", 1);
  log = log(randperm (rows_of (log)),:);
  [ours, info] = bench_seconds (@() nthargout (2, @asgd_trace, log));
  assert (info.workers, 8);
  baseline = bench_seconds (@() sortrows (log, [3 1]));
  rows(end+1) = struct ("what", "a log of a million gradients, as a matrix", "ours", ours, ...
                        "baseline", baseline, "against", "sortrows, which only sorts it");
  file = [tempname(), ".csv"];
  id = fopen (file, "w");
  unwind_protect
    fprintf (id, "worker,start,end\n");
    fprintf (id, "%d,%.9f,%.9f\n", log');
    fclose (id);
    ours = bench_seconds (@() nthargout (2, @asgd_trace, file));
    baseline = bench_seconds (@() dlmread (file, ",", 1, 0));
  unwind_protect_cleanup
    unlink (file);
  end_unwind_protect
  rows(end+1) = struct ("what", "the same, as a text file", "ours", ours, ...
                        "baseline", baseline, "against", "dlmread, which only reads it");
endfunction

function n = rows_of (x)
  n = size (x, 1);
endfunction
