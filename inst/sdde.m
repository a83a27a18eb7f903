## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {} sdde ()
## @deftypefnx {} {@var{info} =} sdde ()
## What is in the package: its version, its functions by subject, and where to go on.
##
## The way from a question to its answer:
##
## @table @asis
## @item What is recorded, or assumed?
## @code{asgd_trace} reads the log of a run; without one, @code{delay_law} and
## @code{asgd_system} describe the times of the workers.
## @item What is trained?
## @code{asgd_problem} describes the loss; for a network, @code{asgd_curvature}
## measures its curvature and the noise of its gradients.
## @item Is the learning rate stable, and what room has it?
## @code{sdde_meansquare} and @code{sdde_rate} of the equation that @code{asgd_sdde}
## makes of system and problem.
## @item How many workers, which learning rate, threshold, momentum?
## @code{asgd_optimize}.
## @item How does the loss fall?
## @code{asgd_predict}; and to check that, @code{asgd_simulate}.
## @end table
##
## @code{help} explains any function, @code{demo} shows it at work, and in an
## installed package @code{doc asgd_trace}, say, opens the manual at it.
##
## With an output, @var{info} is a struct with the fields @code{version},
## @code{date}, @code{functions} (a struct row with the fields @code{subject} and
## @code{names}, a cell), @code{log} (the log of a real run that comes with the
## package, to try things on) and @code{manual} (its file, empty in a source tree,
## where @command{make doc} makes it).
##
## @example
## @group
## [system, run] = asgd_trace (sdde ().log);
## run.workers
##      @result{} 8
## @end group
## @end example
##
## @seealso{asgd_trace, asgd_optimize, asgd_simulate}
## @end deftypefn

function info = sdde ()
  folder = fileparts (mfilename ("fullpath"));
  ## An installed package keeps its papers elsewhere than a source tree.
  papers = fullfile (folder, "packinfo");
  if (! isfolder (papers))
    papers = fileparts (folder);
  endif
  description = fileread (fullfile (papers, "DESCRIPTION"));
  manual = fullfile (folder, "doc.info");
  if (! exist (manual, "file"))
    manual = "";
  endif
  told = struct ("version", value_of (description, "Version"),
                 "date", value_of (description, "Date"),
                 "functions", indexed (fullfile (papers, "INDEX")),
                 "log", fullfile (folder, "data", "asgd_log.csv"),
                 "manual", manual);
  if (nargout > 0)
    info = told;
    return;
  endif
  printf ("sdde %s: %s\n\n", told.version, value_of (description, "Title"));
  for part = told.functions
    printf ("%s\n%s\n", part.subject, list_in_columns (part.names, 78, "  "));
  endfor
  printf ("help sdde tells which of them answers what; the log of a real run to try\n");
  printf ("them on is sdde ().log\n");
endfunction

function value = value_of (description, name)
  value = strtrim (regexp (description, ['^' name ': *(.*)$'], "tokens", "once",
                           "lineanchors", "dotexceptnewline"){1});
endfunction

function sections = indexed (file)
  sections = struct ("subject", {}, "names", {});
  lines = strsplit (fileread (file), "\n")(2:end);
  for line = lines(! cellfun ("isempty", lines))
    if (line{1}(1) == " ")
      sections(end).names{end+1} = strtrim (line{1});
    else
      sections(end+1) = struct ("subject", line{1}, "names", {{}});
    endif
  endfor
endfunction

%!demo
%! ## What is there, and the first thing to do with it.
%! sdde
%! [system, run] = asgd_trace (sdde ().log);
%! printf ("%d gradients by %d workers\n", run.rows, run.workers);

%!test
%! info = sdde ();
%! assert (regexp (info.version, '^\d+\.\d+\.\d+$'), 1);
%! assert (regexp (info.date, '^\d{4}-\d\d-\d\d$'), 1);
%! assert (exist (info.log, "file"), 2);
%! names = [info.functions.names];
%! assert (all (cellfun (@(name) exist (name, "file") == 2, names)));
%! assert (any (strcmp (names, "sdde_roots")) && any (strcmp (names, "asgd_trace")));

%!test # every function is told on the screen
%! info = sdde ();
%! text = evalc ("sdde");
%! assert (strncmp (text, ["sdde " info.version ": "], numel (info.version) + 7));
%! for name = [info.functions.names]
%!   assert (! isempty (strfind (text, name{1})), "nothing is told of %s", name{1});
%! endfor

%!error <called with too many inputs> sdde (1)
