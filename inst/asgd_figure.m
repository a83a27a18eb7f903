## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{data} =} asgd_figure (@var{name})
## @deftypefnx {} {@var{data} =} asgd_figure (@var{name}, @var{option}, @var{value}, @dots{})
## @deftypefnx {} {@var{list} =} asgd_figure ()
## Draw a claim of the theory of asynchronous SGD with the simulation beside it.
##
## Each figure redraws one of the claims of the paper (see the references), or what
## is behind it: lines are theory, points the simulated server with bars of two
## standard errors.  Without arguments the names are listed; the manual has a
## gallery of them all.
##
## @multitable @columnfractions .15 .15 .7
## @headitem Option @tab Default @tab Meaning
## @item @qcode{"quick"} @tab false @tab a coarser form that takes about a second
## @item @qcode{"file"} @tab none @tab write the figure to this file, or to each of
## a cell of files, of the kind that the ending says: @file{.png}, @file{.pdf} or
## @file{.svg}; done by gnuplot, where it is installed, so that no display is needed
## @item @qcode{"seed"} @tab 1 @tab of all that is random
## @end multitable
##
## Without a file the figure is drawn into the current figure window, which is
## cleared.
##
## @var{data} is what was drawn, a struct with the fields
##
## @table @code
## @item name, claim, title
## of the figure; @code{claim} is its number in the manual's list
## @item panels
## struct array of the pairs of axes with their labels (@code{title},
## @code{xlabel}, @code{ylabel}) and @code{series}, again a struct array:
## @code{role} (@qcode{"theory"}, @qcode{"simulation"} or @qcode{"mark"}),
## @code{label}, @code{x}, @code{y}; of a simulation @code{low} and @code{high}, the
## ends of the bars, and @code{expected}, what theory says at the same @code{x}
## @end table
##
## @noindent
## and the numbers that the figure comes down to, under names of their own.
##
## @var{list} is a struct array with the fields @code{name}, @code{claim} and
## @code{title}.
##
## The errors are @code{sdde:asgd_figure:unknown} for a name that does not exist,
## @code{sdde:asgd_figure:unknown-option} and @code{sdde:asgd_figure:invalid}.
##
## @example
## @group
## data = asgd_figure ("workers", "quick", true, "file", "workers.png");
## data.best.predicted
##      @result{} 8
## @end group
## @end example
##
## Reference: S. Yu, W. Chen and H. V. Poor, "Distributed Stochastic Gradient
## Descent with Staleness: A Stochastic Delay Differential Equation Based
## Framework", IEEE Transactions on Signal Processing, 2025.
##
## @seealso{asgd_predict, asgd_simulate, asgd_optimize, sdde_chart}
## @end deftypefn

function data = asgd_figure (name, varargin)
  table = figure_table ();
  if (nargin == 0)
    list = cell2struct (table(:,1:3), {"name", "claim", "title"}, 2);
    if (nargout > 0)
      data = list;
    else
      printf ("%-12s claim %d: %s\n", table(:,1:3)'{:});
    endif
    return;
  endif
  row = known_figure (name, table);
  defaults = struct ("quick", false, "file", "", "seed", 1);
  options = parse_options ("asgd_figure", defaults, varargin);
  quick = true_or_false ("asgd_figure", options.quick, "quick");
  seed = whole_number ("asgd_figure", options.seed, 0, "seed");
  files = options.file;
  if (! iscell (files))
    files = {files}(! isempty (files));
  endif
  devices = cellfun (@device_of, files, "uniformoutput", false);

  made = table{row,4} (quick, seed);
  result = struct ("name", table{row,1}, "claim", table{row,2},
                   "title", table{row,3});
  for field = fieldnames (made)'
    result.(field{1}) = made.(field{1});
  endfor
  if (isempty (files))
    draw_panels (gcf (), result.panels);
  else
    cellfun (@(file, device) write_file (file, device, result.panels), files, devices);
  endif
  if (nargout > 0)
    data = result;
  endif
endfunction

function row = known_figure (name, table)
  names = table(:,1);
  if (! (ischar (name) && isrow (name)))
    error ("sdde:asgd_figure:unknown",
           "asgd_figure: the name must be one of the strings: %s",
           strjoin (names', ", "));
  endif
  row = find (strcmpi (name, names));
  if (isempty (row))
    error ("sdde:asgd_figure:unknown",
           "asgd_figure: there is no figure '%s'; did you mean '%s'? (known: %s)",
           name, nearest_name (name, names), strjoin (names', ", "));
  endif
endfunction

function invalid (varargin)
  error ("sdde:asgd_figure:invalid", ["asgd_figure: " varargin{1}], varargin{2:end});
endfunction

## The device of print for a file; complaints come before anything is computed.
function device = device_of (file)
  if (! (ischar (file) && isrow (file)))
    invalid ("file must be a name that ends in .png, .pdf or .svg");
  endif
  [folder, ~, ending] = fileparts (file);
  kinds = {".png", "-dpngcairo"; ".pdf", "-dpdfcairo"; ".svg", "-dsvg"};
  place = find (strcmpi (ending, kinds(:,1)));
  if (isempty (place))
    invalid ("file must end in .png, .pdf or .svg, not in '%s'", ending);
  endif
  if (! (isempty (folder) || isfolder (folder)))
    invalid ("there is no folder '%s' for the file", folder);
  endif
  device = kinds{place,2};
endfunction

## print () would give gnuplot a picture of 72 pixels to the inch with letters that
## are a third too large for it: the terminal is asked for here, as print asks it.
function write_file (file, device, panels)
  warning ("off", "Octave:gnuplot-graphics", "local");
  warning ("off", "print:nogs", "local");
  handle = figure ("visible", "off");
  unwind_protect
    by_gnuplot = any (strcmp (available_graphics_toolkits (), "gnuplot"));
    if (by_gnuplot)
      graphics_toolkit (handle, "gnuplot");
    endif
    draw_panels (handle, panels);
    size = get (handle, "papersize"); # inches
    if (! by_gnuplot)
      print (handle, file, device, "-r150");
      return;
    endif
    switch (device)
      case "-dpngcairo"
        ## 150 pixels to the inch; gnuplot takes letters and lines for 96.
        terminal = sprintf ("pngcairo size %d,%d fontscale %g linewidth %g pointscale %g", ...
                            round (150 * size), 150 / 96 * [1, 1, 1]);
      case "-dpdfcairo"
        ## Its letters are half as large as asked for by default; a page shrinks them.
        terminal = sprintf ("pdfcairo size %gin,%gin fontscale 0.8", size);
      case "-dsvg"
        terminal = sprintf ("svg size %d,%d", round (72 * size));
    endswitch
    set (0, "currentfigure", handle);
    drawnow (terminal, file);
  unwind_protect_cleanup
    close (handle);
  end_unwind_protect
endfunction

%!demo
%! ## The minimum at 8 workers, and divergence beyond the limit.
%! asgd_figure ("workers", "quick", true);

%!test
%! list = asgd_figure ();
%! assert (unique ([list.claim]), 1:9);
%! assert (numel (unique ({list.name})), numel (list));
%! text = evalc ("asgd_figure ()");
%! assert (numel (strfind (text, "\n")), numel (list));

%!test # the data without randomness, a file of each kind
%! folder = tempname ();
%! mkdir (folder);
%! unwind_protect
%!   files = fullfile (folder, {"lambertw.png", "lambertw.PDF", "lambertw.svg"});
%!   data = asgd_figure ("LambertW", "quick", true, "file", files);
%!   for file = files
%!     assert (stat (file{1}).size > 5000);
%!   endfor
%! unwind_protect_cleanup
%!   confirm_recursive_rmdir (false, "local");
%!   rmdir (folder, "s");
%! end_unwind_protect
%! assert (data.panels(1).series(1).y, real (lambertw (-data.x)), 1e-14);

%!testif ; ! isempty (available_graphics_toolkits ())
%! warning ("off", "Octave:gnuplot-graphics", "local");
%! figure_handle = figure ("visible", "off");
%! unwind_protect
%!   asgd_figure ("lambertw");
%!   assert (numel (findobj (figure_handle, "type", "axes", "tag", "")), 2);
%! unwind_protect_cleanup
%!   close (figure_handle);
%! end_unwind_protect

%!error id=sdde:asgd_figure:unknown asgd_figure ("wrkers")
%!error <did you mean 'workers'> asgd_figure ("wrkers")
%!error id=sdde:asgd_figure:unknown asgd_figure (3)
%!error id=sdde:asgd_figure:unknown-option asgd_figure ("workers", "fast", true)
%!error <quick must> asgd_figure ("workers", "quick", "yes")
%!error <quick must> asgd_figure ("workers", "quick", [true, false])
%!error <seed must> asgd_figure ("workers", "seed", -1)
%!error id=sdde:asgd_figure:invalid asgd_figure ("workers", "file", "workers.bmp")
%!error <must end in .png> asgd_figure ("workers", "file", "workers")
%!error <must be a name> asgd_figure ("workers", "file", 3)
%!error <must be a name> asgd_figure ("workers", "file", {"workers.png", 3})
%!error <no folder> asgd_figure ("workers", "file", "no/such/folder/workers.png")
