## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {[@var{X}, @var{y}] =} asgd_libsvm (@var{file})
## @deftypefnx {} {[@var{X}, @var{y}] =} asgd_libsvm (@var{file}, @var{features})
## Read samples in the sparse text format of LIBSVM.
##
## Each line of @var{file}, which may be compressed by gzip, is a sample: its
## label, then pairs @code{number:value} of features that are not 0, with
## numbers from 1 on in increasing order.  Empty lines and what follows a
## @code{#} are left out.  @var{X} is a sparse matrix with a row per sample and
## a column per feature: as many as the largest number (up to 134217728), or
## @var{features} (a test set may lack the last ones).  @var{y} is the column of
## labels.
##
## Errors: @code{sdde:asgd_libsvm:unreadable} for a file that cannot be read, a
## line that is not of this form (it is named) or a feature beyond
## @var{features}; @code{:invalid} for another argument.
##
## Reference: C.-C. Chang and C.-J. Lin, LIBSVM: a library for support vector
## machines, @cite{ACM Transactions on Intelligent Systems and Technology} 2(3),
## 2011.
##
## @example
## @group
## [X, y] = asgd_libsvm ("a9a");
## problem = asgd_problem ("logistic", X, y, "l2", 1e-4);
## @end group
## @end example
##
## @seealso{asgd_idx, asgd_problem}
## @end deftypefn

function [X, y] = asgd_libsvm (file, features = 0)
  if (nargin < 1)
    print_usage ();
  endif
  features = whole_number ("asgd_libsvm", features, 0, "features");
  if (features > intmax ())
    error ("sdde:asgd_libsvm:invalid", "asgd_libsvm: features must be at most %d",
           intmax ());
  endif
  bytes = read_bytes ("asgd_libsvm", file);
  [X, y] = core_call ("asgd_libsvm", @__sdde_objective__, "libsvm", file,
                      char (bytes'), features);
endfunction

%!demo
%! ## Two samples of three features
%! file = tempname ();
%! handle = fopen (file, "w");
%! fputs (handle, "+1 1:0.5 3:2\n-1 2:1 # the second one\n");
%! fclose (handle);
%! [X, y] = asgd_libsvm (file);
%! full (X), y
%! unlink (file);

%!function [X, y] = read (text, varargin)
%!  file = tempname ();
%!  handle = fopen (file, "wb");
%!  fputs (handle, text);
%!  fclose (handle);
%!  unwind_protect
%!    [X, y] = asgd_libsvm (file, varargin{:});
%!  unwind_protect_cleanup
%!    unlink (file);
%!  end_unwind_protect
%!endfunction

%!test
%! [X, y] = read ("+1 1:0.5 3:2\r\n\n# nothing\n-1 2:-1e-3 # the second\n 2.5\t3:4 \n1");
%! assert (issparse (X));
%! assert (full (X), [0.5, 0, 2; 0, -1e-3, 0; 0, 0, 4; 0, 0, 0]);
%! assert (y, [1; -1; 2.5; 1]);
%! assert (size (read ("1 2:1", 5)), [1, 5]);
%! assert (size (read ("1\n2\n")), [2, 0]);

%!test # many, by gzip, some of them without a feature
%! place = (1:300)' * (1:40);
%! X = sparse (cos (place) .* (mod (place, 5) == 1));
%! X(300,40) = 1;
%! y = mod (1:300, 3)';
%! file = [tempname() ".gz"];
%! handle = fopen (file, "wbz");
%! for k = 1:300
%!   [~, j, v] = find (X(k,:));
%!   features = "";
%!   if (! isempty (j))
%!     features = sprintf (" %d:%.17g", [j(:), v(:)]');
%!   endif
%!   fprintf (handle, "%d%s\n", y(k), features);
%! endfor
%! fclose (handle);
%! [Z, z] = asgd_libsvm (file);
%! unlink (file);
%! assert (Z, X);
%! assert (z, y);

%!error id=Octave:invalid-fun-call asgd_libsvm ()
%!error id=sdde:asgd_libsvm:invalid asgd_libsvm (1)
%!error id=sdde:asgd_libsvm:invalid asgd_libsvm ("a", -1)
%!error <features must be at most> asgd_libsvm ("a", 2^31)
%!error id=sdde:asgd_libsvm:unreadable asgd_libsvm ("/no/such/file")
%!error <has no samples> read ("# nothing\n")
%!error <not text> read (["1 1:2", char(0)])
%!error <line 2: a label> read ("1 1:2\nx 1:2")
%!error <line 1: a label> read ("1:2 2:3")
%!error <line 1: a label> read ("nan 2:3")
%!error <line 3: number:value> read ("1 1:2\n\n1 2")
%!error <number:value> read ("1 1.5:2")
%!error <number:value> read ("1 1 :2")
%!error <must increase> read ("1 2:1 2:1")
%!error <must increase> read ("1 3:1 2:1")
%!error <from 1 to> read ("1 0:1")
%!error <from 1 to> read ("1 -3:1")
%!error <from 1 to> read ("1 99999999999:1")
%!error <must be asked for> read ("1 2147483647:1")
%!error <finite value> read ("1 2:")
%!error <finite value> read ("1 2:\n3 1:1")
%!error <finite value> read ("1 2: 3")
%!error <finite value> read ("1 2:inf")
%!error <finite value> read ("1 2:3x")
%!error <feature number 7, but 5> read ("1 7:1", 5)
