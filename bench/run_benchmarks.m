## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## octave-cli --no-history -qf bench/run_benchmarks.m FOLDER [NAME ...]
##
## Runs the benchmarks bench/bench_NAME.m and prints one table, which it also leaves
## in FOLDER as table.txt and, for the manual, as table.texi: without a NAME all of
## them but bench_regret, which measures plans, not seconds, for an hour.  Below the
## table is the most memory that was in use during each (Linux tells).  A benchmark
## is a function without arguments that returns one struct per row of the table:
##   what      what was done
##   ours      seconds that this package took
##   baseline  seconds that the other way took
##   against   what the other way is
## It must check that both give the same result.  Times are the best of
## several runs (bench_seconds): what disturbs a run only ever adds to it.

1;

function [rows, names, peak] = collect_rows (folder, names)
  if (isempty (names))
    [~, names] = cellfun (@fileparts, glob (fullfile (folder, "bench_*.m")),
                          "uniformoutput", false);
    names = setdiff (names, {"bench_seconds", "bench_once", "bench_regret"});
  else
    names = strcat ("bench_", names);
  endif
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});
  for k = 1:numel (names)
    printf ("%s ...\n", names{k});
    start_peak ();
    found = feval (names{k});
    peak(k) = read_peak ();
    rows = [rows, found(:)'];
  endfor
endfunction

## The most resident memory since start_peak, in MB; NaN where nothing tells.
function start_peak ()
  file = fopen ("/proc/self/clear_refs", "w");
  if (file >= 0)
    fputs (file, "5");
    fclose (file);
  endif
endfunction

function megabytes = read_peak ()
  megabytes = NaN;
  file = fopen ("/proc/self/status", "r");
  if (file >= 0)
    found = regexp (fread (file, Inf, "char=>char")', 'VmHWM:\s*(\d+) kB', "tokens");
    fclose (file);
    megabytes = str2double (found{1}{1}) / 1024;
  endif
endfunction

function text = memory_text (names, peak)
  parts = arrayfun (@(k) sprintf ("%s %.0f", names{k}(7:end), peak(k)), 1:numel (peak),
                    "uniformoutput", false);
  text = sprintf ("Most memory in use, Octave's own included (MB): %s.", strjoin (parts, ", "));
endfunction

function text = machine ()
  processor = "unknown processor";
  file = fopen ("/proc/cpuinfo", "r");
  if (file >= 0)
    found = regexp (fread (file, 4096, "char=>char")', 'model name\s*: ([^\n]*)', "tokens");
    fclose (file);
    if (! isempty (found))
      processor = found{1}{1};
    endif
  endif
  blas = strtok (version ("-blas"), "\n");
  text = sprintf ("%s, %d cores, %s, Octave %s, BLAS: %s", processor, nproc (), ...
                  computer (), version (), strtrim (strtok (blas, "(")));
endfunction

function write_text (file, rows, memory)
  fprintf (file, "%s\n\n", machine ());
  fprintf (file, "%-44s %10s %10s %8s   %s\n", "what", "ours (s)",
           "other (s)", "ratio", "the other way");
  for row = rows
    fprintf (file, "%-44s %10.3g %10.3g %8.3g   %s\n", row.what, row.ours,
             row.baseline, row.baseline / row.ours, row.against);
  endfor
  fprintf (file, "\n%s\n", memory);
endfunction

function write_texinfo (file, rows, memory)
  fprintf (file, "@c Written by make bench.\n%s.\n\n", machine ());
  fprintf (file, ["@multitable @columnfractions .38 .1 .1 .12 .3\n" ...
                  "@headitem What @tab Ours (s) @tab Other (s) @tab Ratio " ...
                  "@tab The other way\n"]);
  for row = rows
    fprintf (file, "@item %s @tab %.3g @tab %.3g @tab %.3g @tab %s\n", ...
             row.what, row.ours, row.baseline, row.baseline / row.ours, ...
             row.against);
  endfor
  fprintf (file, "@end multitable\n\n%s\n", memory);
endfunction

output = argv (){1};
names = argv ()(2:end);
folder = fileparts (mfilename ("fullpath"));
root = fileparts (folder);
addpath (folder, fullfile (root, "inst"), fullfile (root, "src"));
[rows, names, peak] = collect_rows (folder, names);
memory = memory_text (names, peak);
write_text (stdout, rows, memory);
for kind = {"txt", "texi"}
  file = fopen (fullfile (output, ["table." kind{1}]), "w");
  if (strcmp (kind{1}, "txt"))
    write_text (file, rows, memory);
  else
    write_texinfo (file, rows, memory);
  endif
  fclose (file);
endfor
