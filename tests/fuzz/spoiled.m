## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## value = spoiled (value, foreign)
##
## VALUE with something wrong in it, or something else altogether: what a tired
## user, or another program, may pass.  FOREIGN is a cell of results of other
## functions, some of which belong and most of which do not.

function value = spoiled (value, foreign)
  dice = rand ();
  if (dice < 0.25)
    value = odd_value ();
  elseif (dice < 0.4)
    value = foreign{randi (numel (foreign))};
  elseif (isstruct (value))
    value = spoiled_struct (value, foreign);
  elseif (iscell (value) && ! isempty (value))
    value = spoiled_cell (value, foreign);
  elseif (ischar (value))
    value = spoiled_string (value);
  elseif (isnumeric (value) && ! isempty (value))
    value = spoiled_numbers (value);
  elseif (is_function_handle (value))
    value = odd_handle ();
  else
    value = odd_value ();
  endif
endfunction

function value = odd_value ()
  values = {NaN, Inf, -Inf, 0, -0, -1, 0.5, 2.5, 1e308, 1e-308, -1e-320, eps, ...
            2^31, 2^53, 2^63, 1e18, 1 + 2i, complex(1, 0), NaN + 1i, ...
            int8(3), uint64(2^40), int32(-7), single(0.3), true, false, ...
            [], zeros(0, 3), zeros(3, 0), zeros(2, 0, 2), {}, "", struct(), ...
            struct("a", {}), repmat(struct ("family", "exponential"), 1, 2), ...
            [1 2 3], [1; NaN], [Inf 1], ones(2, 2, 2), 1:0, 1:5, -3:3, ...
            sparse([1 0 2]), sparse(3, 3), single([1 2; 3 4]), eye(3), ...
            "text", ["ab"; "cd"], "exponential", "async", "\0", repmat("x", 1, 5000), ...
            {1, 2}, {"a"}, {[]}, {{}}, [true false], uint8([1 2 3]), ...
            @sin, @() error ("thrown"), zeros(1, 2000), ones(300, 1), ...
            logical(sparse (2, 2)), containers.Map()};
  value = values{randi (numel (values))};
endfunction

function f = odd_handle ()
  handles = {@() 1, @(varargin) [], @(varargin) error ("thrown"), @(varargin) "text", ...
             @(varargin) NaN, @(varargin) ones (2, 3), @(varargin) {1}, ...
             @(varargin) deal (1, 2), @(varargin) deal ([], []), ...
             @(varargin) deal (NaN, Inf), @(varargin) struct ("a", 1), @no_such_function};
  f = handles{randi (numel (handles))};
endfunction

function value = spoiled_struct (value, foreign)
  names = fieldnames (value);
  if (isempty (names) || ! isscalar (value))
    value = odd_value ();
    return;
  endif
  one = names{randi (numel (names))};
  other = names{randi (numel (names))};
  switch (randi (6))
    case 1
      value = rmfield (value, one);
    case {2, 3}
      value.(one) = spoiled (value.(one), foreign);
    case 4
      [value.(one), value.(other)] = deal (value.(other), value.(one));
    case 5
      value = [value, value];
    case 6
      value.(one) = odd_value ();
  endswitch
endfunction

function value = spoiled_cell (value, foreign)
  k = randi (numel (value));
  switch (randi (4))
    case 1
      value(k) = [];
    case 2
      value{k} = spoiled (value{k}, foreign);
    case 3
      value = value(:);
    case 4
      value = {value};
  endswitch
endfunction

function value = spoiled_string (value)
  switch (randi (6))
    case 1
      value = toupper (value);
    case 2
      value = value(1:max (end - 1, 0));
    case 3
      value = spoiled_file (value);
    case 4
      value = {value(:)};
    case 5
      value = double (value);
    case 6
      value = [value(:)', "x"];
  endswitch
endfunction

function value = spoiled_numbers (value)
  k = randi (numel (value));
  numbers = [NaN, Inf, -Inf, 0, -1, 0.5, 1e300, 1e-300, 2^53 + 2, -eps];
  conversions = {@single, @int16, @uint64, @logical_of, @sparse_of, @complex_of, @char_of};
  switch (randi (8))
    case {1, 2, 3}
      value(k) = numbers(randi (numel (numbers)));
    case 4
      value = conversions{randi (numel (conversions))} (full (real (value)));
    case 5
      value = permute (value, [2, 1, 3:ndims(value)]);
    case 6
      value(k) = [];
    case 7
      value = [value(:); value(:)];
    case 8
      value = cat (3, full (value), full (value));
  endswitch
endfunction

function value = logical_of (value)
  value = value > 0;
endfunction

function value = sparse_of (value)
  value = sparse (double (value));
endfunction

function value = complex_of (value)
  value = complex (double (value), 1);
endfunction

function value = char_of (value)
  value = double (value);
  value(! isfinite (value)) = 0;
  value = char (32 + mod (abs (round (value)), 90));
endfunction

## The name of a file that holds the bytes of the file NAME, some of them others;
## the letters in a column where there is no such file.
function name = spoiled_file (name)
  if (! (isrow (name) && is_absolute_filename (name) && exist (name, "file") == 2))
    name = name(:);
    return;
  endif
  file = fopen (name);
  bytes = fread (file, Inf, "uint8=>uint8");
  fclose (file);
  for again = 1:randi (4)
    k = randi (numel (bytes));
    switch (randi (4))
      case 1
        bytes(k) = randi ([0, 255]);
      case 2
        bytes = [bytes(1:k); bytes(k:end)];
      case 3
        bytes = bytes(1:k);
      case 4
        bytes = [bytes(1:k); uint8(",;\n \t-.e9#nI\r:")(randi (14)); bytes(k+1:end)];
    endswitch
  endfor
  name = fullfile (fileparts (name), "spoiled");
  file = fopen (name, "w");
  fwrite (file, bytes);
  fclose (file);
endfunction
