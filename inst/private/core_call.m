## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## varargout = core_call (caller, gateway, command, ...)
##
## The one door from the wrappers to the C core: calls the gateway and turns
## a failure it reports into the error "sdde:<caller>:<status>".

function varargout = core_call (caller, gateway, command, varargin)
  [status, text, varargout{1:nargout}] = gateway (command, varargin{:});
  if (! strcmp (status, "ok"))
    error (["sdde:" caller ":" status], "%s: %s", caller, text);
  endif
endfunction
