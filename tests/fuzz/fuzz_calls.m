## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## octave-cli --no-history -qf tests/fuzz/fuzz_calls.m FIRST LAST MEX LOG
##
## Calls FIRST to LAST of the endless list of spoiled calls of the public functions
## of this tree, with the mex files of the folder MEX.  Call number k is the
## same whatever was called before.  A failure must have an identifier of the
## package (or be the usage that print_usage prints); each that has not, and each
## call of more than two seconds of processor time, is printed.  A call stands in
## the file LOG before it is made: what kills Octave or never ends is found there.  The last line is "CALLS calls, ERRORS errors, BAD bad".

1;

## The arguments of a call in a line, each cut to what tells it.
function text = one_line (arguments)
  texts = cell (size (arguments));
  for k = 1:numel (arguments)
    text = regexprep (evalc ("disp (arguments{k})"), '\s+', " ");
    texts{k} = [class(arguments{k}) " " text(1:min (end, 150))];
  endfor
  text = strjoin (texts(:)', " | ");
endfunction

## Sizes of work that are valid and would merely take long are made small; so are
## defaults that are large.
function given = affordable (name, given)
  defaults = {"asgd_simulate", "idle", 1000; "asgd_optimize", "workers", [1 3]};
  sizes = {"paths", 10; "updates", 200; "horizon", 20; "record", 500; "steps", 50; ...
           "draws", 20; "count", 40; "workers", 300; "survival", 500; "refine", 4};
  if (strcmp (name, "asgd_optimize"))
    sizes{strcmp (sizes(:,1), "workers"),2} = 10;
  endif
  for k = 1:numel (given) - 1
    if (! (ischar (given{k}) && isrow (given{k})))
      continue;
    endif
    row = find (strcmpi (given{k}, sizes(:,1)));
    value = given{k+1};
    if (! isempty (row) && isnumeric (value) && isreal (value)
        && any (value(:) > sizes{row,2}) && ! any (isinf (value(:))))
      given{k+1}(value > sizes{row,2}) = sizes{row,2};
    endif
  endfor
  row = find (strcmp (name, defaults(:,1)));
  strings = given(cellfun (@ischar, given));
  if (! isempty (row) && mod (numel (given), 2) == 0
      && ! any (strcmpi (defaults{row,2}, strings)))
    given(end+1:end+2) = defaults(row,2:3);
  endif
  if (strcmp (name, "sdde_simulate"))
    late = cellfun (@(v) isnumeric (v) && isscalar (v) && real (v) > 1000, given);
    given(late) = 1000;
  endif
  if (any (strcmp (name, {"sdde_chart", "sdde_autocovariance"})))
    large = cellfun (@(v) isnumeric (v) && numel (v) > 50, given);
    given(large) = cellfun (@(v) v(1:50), given(large), "uniformoutput", false);
  endif
endfunction

function [errors, bad] = attempt (k, calls, foreign, log)
  rand ("twister", k);
  row = randi (rows (calls));
  [name, arguments] = calls{row,:};
  frewind (log);
  fprintf (log, "%-800s\n", sprintf ("%d %s", k, name));
  fflush (log);
  for again = 1:1 + (rand () < 0.3)
    if (isempty (arguments))
      arguments = {spoiled([], foreign)};
      continue;
    endif
    j = randi (numel (arguments));
    switch (randi (10))
      case 1
        arguments(j) = [];
      case 2
        arguments(end+1) = {spoiled(arguments{j}, foreign)};
      otherwise
        arguments{j} = spoiled (arguments{j}, foreign);
    endswitch
  endfor
  arguments = affordable (name, arguments);
  results = randi (3);
  frewind (log);
  fprintf (log, "%-800s\n", sprintf ("%d %s: %s", k, name, one_line (arguments)));
  fflush (log);
  errors = 0;
  bad = 0;
  before = cputime ();
  try
    value = cell (1, min (results, max (nargout (name), 1) + 3 * (nargout (name) < 0)));
    [value{:}] = feval (name, arguments{:});
  catch failure
    errors = 1;
    if (! strncmp (failure.identifier, "sdde:", 5)
        && isempty (strfind (failure.message, "Invalid call to"))
        && isempty (strfind (failure.message, "called with too many")))
      bad = 1;
      where = "";
      if (! isempty (failure.stack))
        where = sprintf ("%s:%d", failure.stack(1).name, failure.stack(1).line);
      endif
      printf ("%d %s: [%s] %s (%s)\n    %s\n", k, name, failure.identifier, ...
              failure.message, where, one_line (arguments));
    endif
  end_try_catch
  spent = cputime () - before;
  if (spent > 2)
    bad = 1;
    printf ("%d %s: %.1f s\n    %s\n", k, name, spent, one_line (arguments));
  endif
endfunction

arguments = argv ();
here = fileparts (mfilename ("fullpath"));
root = fileparts (fileparts (here));
addpath (here, fullfile (root, "inst"), make_absolute_filename (arguments{3}));
warning ("off", "all");
first = str2double (arguments{1});
last = str2double (arguments{2});
folder = tempname ();
mkdir (folder);
log = fopen (arguments{4}, "w");
calls = valid_calls (folder);
foreign = [calls{:,2}];
foreign = foreign(cellfun (@(v) isstruct (v) || iscell (v), foreign));
errors = bad = 0;
if (first == 1) # what is spoiled must have been sound
  for k = 1:rows (calls)
    try
      value = cell (1, 1);
      [value{:}] = feval (calls{k,1}, calls{k,2}{:});
    catch failure
      printf ("not sound: row %d, %s: %s\n", k, calls{k,1}, failure.message);
      bad += 1;
    end_try_catch
  endfor
endif
for k = first:last
  [e, b] = attempt (k, calls, foreign, log);
  errors += e;
  bad += b;
endfor
fclose (log);
confirm_recursive_rmdir (false, "local");
rmdir (folder, "s");
printf ("%d calls, %d errors, %d bad\n", last - first + 1, errors, bad);
exit (bad > 0);
