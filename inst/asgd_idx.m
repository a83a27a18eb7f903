## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## -*- texinfo -*-
## @deftypefn  {} {@var{X} =} asgd_idx (@var{file})
## @deftypefnx {} {[@var{X}, @var{sizes}] =} asgd_idx (@var{file})
## Read an IDX file, the format of the MNIST database of handwritten digits.
##
## @var{file} is the name of a file, compressed by gzip or not.  It holds an array
## of @var{sizes}(1) items, each of the sizes @var{sizes}(2), @dots{}.
## @var{X} has a row for each item, with its numbers in the order of the file
## (the last index runs fastest), and the class of the file: uint8 for
## pictures and labels of MNIST.  So @code{reshape (X(k,:), sizes(3), sizes(2))'}
## is picture @var{k}, and labels are a column.
##
## Errors: @code{sdde:asgd_idx:unreadable} for a file that cannot be read, is no
## IDX file (its magic number is wrong), ends too early or too late, or is a
## damaged gzip file; @code{:invalid} for another argument.
##
## The format is described at @url{http://yann.lecun.com/exdb/mnist}.
##
## @example
## @group
## images = asgd_idx ("train-images-idx3-ubyte.gz");
## labels = asgd_idx ("train-labels-idx1-ubyte.gz");
## problem = asgd_problem ("mlp", double (images) / 255, double (labels) + 1, 64);
## @end group
## @end example
##
## @seealso{asgd_libsvm, asgd_problem}
## @end deftypefn

function [X, sizes] = asgd_idx (file)
  if (nargin != 1)
    print_usage ();
  endif
  bytes = read_bytes ("asgd_idx", file);
  if (numel (bytes) < 4 || any (bytes(1:2) != 0))
    unreadable (file, "is no IDX file: it does not begin with two zero bytes");
  endif
  classes = {0x08, "uint8", 1; 0x09, "int8", 1; 0x0B, "int16", 2;
             0x0C, "int32", 4; 0x0D, "single", 4; 0x0E, "double", 8};
  kind = find ([classes{:,1}] == double (bytes(3)));
  if (isempty (kind))
    unreadable (file, sprintf ("is no IDX file: 0x%02X is no type of numbers",
                               bytes(3)));
  endif
  dimensions = double (bytes(4));
  begin = 4 + 4 * dimensions;
  if (dimensions == 0 || numel (bytes) < begin)
    unreadable (file, sprintf ("ends within the sizes of its %d dimensions",
                               dimensions));
  endif
  sizes = 256 .^ (3:-1:0) * reshape (double (bytes(5:begin)), 4, dimensions);
  ## As floating-point numbers, which do not overflow here.
  expected = begin + prod (sizes) * classes{kind,3};
  if (any (sizes == 0) && prod (max (sizes, 1)) > flintmax ())
    unreadable (file, "has sizes that no array can have");
  endif
  if (numel (bytes) != expected)
    unreadable (file, sprintf ("should have %.15g bytes, as its sizes say, but has %d",
                               expected, numel (bytes)));
  endif

  X = bytes(begin+1:end);
  if (classes{kind,3} > 1)
    X = typecast (X, classes{kind,2});
    [~, ~, order] = computer ();
    if (order == "L")
      X = swapbytes (X);
    endif
  elseif (kind == 2)
    X = typecast (X, "int8");
  endif
  X = reshape (X, prod (sizes(2:end)), sizes(1))';
endfunction

function unreadable (file, text)
  error ("sdde:asgd_idx:unreadable", "asgd_idx: '%s' %s", file, text);
endfunction

%!demo
%! ## A file of two pictures of 2 by 3 pixels
%! file = tempname ();
%! handle = fopen (file, "wb");
%! fwrite (handle, [0 0 8 3, 0 0 0 2, 0 0 0 2, 0 0 0 3, 1:12]);
%! fclose (handle);
%! [X, sizes] = asgd_idx (file)
%! picture = reshape (X(2,:), sizes(3), sizes(2))'
%! unlink (file);

%!function file = written (bytes)
%!  file = tempname ();
%!  handle = fopen (file, "wb");
%!  fwrite (handle, bytes);
%!  fclose (handle);
%!endfunction

%!function read_and_forget (bytes) # for tests of errors
%!  file = written (bytes);
%!  unwind_protect
%!    asgd_idx (file);
%!  unwind_protect_cleanup
%!    unlink (file);
%!  end_unwind_protect
%!endfunction

%!function packed = gzipped (bytes)
%!  file = written (bytes);
%!  handle = fopen ([file ".gz"], "wbz");
%!  fwrite (handle, bytes);
%!  fclose (handle);
%!  handle = fopen ([file ".gz"], "rb");
%!  packed = fread (handle, Inf);
%!  fclose (handle);
%!  unlink (file);
%!  unlink ([file ".gz"]);
%!endfunction

%!shared pictures
%! pictures = [0 0 8 3, 0 0 0 2, 0 0 0 2, 0 0 0 3, 1:12]';

%!test # plain and by gzip
%! for bytes = {pictures, gzipped(pictures)}
%!   file = written (bytes{1});
%!   [X, sizes] = asgd_idx (file);
%!   unlink (file);
%!   assert (X, uint8 ([1:6; 7:12]));
%!   assert (sizes, [2, 2, 3]);
%! endfor

%!test # all types of numbers, the most significant byte first
%! types = {9, "int8", [0xFF; 2], [-1; 2]; 0x0B, "int16", [0xFF; 0xFE; 1; 0], [-2; 256]
%!          0x0C, "int32", [0; 1; 0; 0; 0x80; 0; 0; 0], [65536; -2^31]
%!          0x0D, "single", [0x3F; 0x80; 0; 0; 0xC0; 0; 0; 0], [1; -2]
%!          0x0E, "double", [0x3F; 0xF0; zeros(6, 1); 0xC0; zeros(7, 1)], [1; -2]};
%! for k = 1:rows (types)
%!   file = written ([0; 0; types{k,1}; 1; 0; 0; 0; 2; types{k,3}]);
%!   X = asgd_idx (file);
%!   unlink (file);
%!   assert (X, feval (types{k,2}, types{k,4}));
%! endfor

%!test # no items
%! file = written ([0 0 8 2, 0 0 0 0, 0 0 0 5]);
%! X = asgd_idx (file);
%! unlink (file);
%! assert (size (X), [0, 5]);

%!error id=Octave:invalid-fun-call asgd_idx ()
%!error id=sdde:asgd_idx:invalid asgd_idx (1)
%!error id=sdde:asgd_idx:unreadable asgd_idx ("/no/such/file")
%!error <is a folder> asgd_idx (pwd ())
%!error <two zero bytes> read_and_forget ([1; pictures(2:end)])
%!error <two zero bytes> read_and_forget ([])
%!error <0x07 is no type> read_and_forget ([0; 0; 7; pictures(4:end)])
%!error <ends within the sizes> read_and_forget (pictures(1:12))
%!error <ends within the sizes> read_and_forget ([0; 0; 8; 0])
%!error <should have 28 bytes, as its sizes say, but has 27> read_and_forget (pictures(1:end-1))
%!error <but has 29> read_and_forget ([pictures; 1])
%!error <sizes that no array can have> read_and_forget ([0; 0; 8; 3; zeros(4, 1); 255 * ones(8, 1)])
%!error <sizes that no array can have> read_and_forget ([0; 0; 8; 60; 255 * ones(59 * 4, 1); zeros(4, 1)])
%!error <should have 3.4\d*e\+38 bytes> read_and_forget ([0; 0; 8; 4; 255 * ones(16, 1)])
%!error <is truncated or damaged> read_and_forget (gzipped (pictures)(1:end-6))
%!error <is truncated or damaged> read_and_forget (gzipped (pictures)(1:12))
%!error <is truncated or damaged> read_and_forget ([gzipped(pictures)(1:12); 200 * ones(20, 1)])
