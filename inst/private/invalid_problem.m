## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## invalid_problem (text, ...)
##
## The error "sdde:asgd_problem:invalid"; TEXT is a format, as for printf.

function invalid_problem (text, varargin)
  error ("sdde:asgd_problem:invalid", ["asgd_problem: " text], varargin{:});
endfunction
