## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## octave-cli --no-history -qf bench/run_benchmarks.m FOLDER [NAME ...]
##
## Runs the benchmarks bench/bench_NAME.m (all of them without a NAME) and
## prints one table, which it also leaves in FOLDER as table.txt and, for the
## manual, as table.texi.  A benchmark is a function without arguments that
## returns one struct per row of the table:
##   what      what was done
##   ours      seconds that this package took
##   baseline  seconds that the other way took
##   against   what the other way is
## It must check that both give the same result.  Times are the best of
## several runs (bench_seconds): what disturbs a run only ever adds to it.

1;

function rows = collect_rows (folder, names)
  if (isempty (names))
    [~, names] = cellfun (@fileparts, glob (fullfile (folder, "bench_*.m")),
                          "uniformoutput", false);
    names = setdiff (names, {"bench_seconds", "bench_once"});
  else
    names = strcat ("bench_", names);
  endif
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});
  for k = 1:numel (names)
    printf ("%s ...\n", names{k});
    found = feval (names{k});
    rows = [rows, found(:)'];
  endfor
endfunction

function text = machine ()
  text = sprintf ("Octave %s, %d cores, BLAS: %s", version (), nproc (),
                  strtok (version ("-blas"), "\n"));
endfunction

function write_text (file, rows)
  fprintf (file, "%s\n\n", machine ());
  fprintf (file, "%-44s %10s %10s %8s   %s\n", "what", "ours (s)",
           "other (s)", "ratio", "the other way");
  for row = rows
    fprintf (file, "%-44s %10.3g %10.3g %8.3g   %s\n", row.what, row.ours,
             row.baseline, row.baseline / row.ours, row.against);
  endfor
endfunction

function write_texinfo (file, rows)
  fprintf (file, "%s.\n\n", machine ());
  fprintf (file, ["@multitable @columnfractions .38 .12 .12 .1 .28\n" ...
                  "@headitem What @tab Ours (s) @tab Other (s) @tab Ratio " ...
                  "@tab The other way\n"]);
  for row = rows
    fprintf (file, "@item %s @tab %.3g @tab %.3g @tab %.3g @tab %s\n", ...
             row.what, row.ours, row.baseline, row.baseline / row.ours, ...
             row.against);
  endfor
  fprintf (file, "@end multitable\n");
endfunction

output = argv (){1};
names = argv ()(2:end);
folder = fileparts (mfilename ("fullpath"));
root = fileparts (folder);
addpath (folder, fullfile (root, "inst"), fullfile (root, "src"));
rows = collect_rows (folder, names);
write_text (stdout, rows);
for kind = {"txt", "texi"}
  file = fopen (fullfile (output, ["table." kind{1}]), "w");
  if (strcmp (kind{1}, "txt"))
    write_text (file, rows);
  else
    write_texinfo (file, rows);
  endif
  fclose (file);
endfor
