## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## bytes = read_bytes (caller, file)
##
## All bytes of FILE, a uint8 column, those of a gzip file uncompressed (by
## Octave itself).  The error "sdde:<caller>:unreadable" where it cannot be read
## or is damaged.

function bytes = read_bytes (caller, file)
  if (! (ischar (file) && isrow (file)))
    error (["sdde:" caller ":invalid"], "%s: file must be the name of a file",
           caller);
  endif
  id = ["sdde:" caller ":unreadable"];
  if (isfolder (file))
    error (id, "%s: '%s' is a folder", caller, file);
  endif
  [bytes, message] = all_bytes (file, "rb");
  if (! isempty (message))
    error (id, "%s: '%s' cannot be read: %s", caller, file, message);
  endif
  if (numel (bytes) < 2 || ! isequal (bytes(1:2), uint8 ([0x1f; 0x8b])))
    return;
  endif
  ## A gzip file ends with the length of what it holds.
  packed = bytes;
  [bytes, message] = all_bytes (file, "rbz");
  if (! isempty (message) || numel (packed) < 18
      || mod (numel (bytes), 2^32) != double (packed(end-3:end))' * 256 .^ (0:3)')
    error (id, ["%s: '%s' is truncated or damaged (or a gzip file of several " ...
                "parts, which is not read)"], caller, file);
  endif
endfunction

function [bytes, message] = all_bytes (file, mode)
  bytes = uint8 ([]);
  [handle, message] = fopen (file, mode);
  if (handle < 0)
    return;
  endif
  unwind_protect
    try
      bytes = fread (handle, Inf, "uint8=>uint8");
      message = "";
    catch failure # of zlib, on damaged data
      message = failure.message;
    end_try_catch
  unwind_protect_cleanup
    fclose (handle);
  end_unwind_protect
endfunction
