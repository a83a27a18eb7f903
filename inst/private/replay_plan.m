## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## replay = replay_plan (log)
##
## The option "replay" of asgd_simulate as the core takes it: a row for each
## gradient in the order of application, of worker (from 1), start, time and
## staleness; none for [].  LOG has the columns worker, start, end and, where
## known, the updates applied at the pull and with its own.

function replay = replay_plan (log)
  id = "sdde:asgd_simulate:invalid";
  if (isempty (log))
    replay = zeros (0, 4);
    return;
  endif
  if (! (isnumeric (log) && isreal (log) && ndims (log) == 2
         && any (columns (log) == [3, 5])))
    error (id, ["asgd_simulate: replay must be a matrix of the columns worker, " ...
                "start, end, or these and the updates at the pull and with its own"]);
  endif
  log = full (double (log));
  if (! all (isfinite (log(:))) || any (log(:,3) < log(:,2)))
    error (id, "asgd_simulate: replay must hold finite numbers, and no end before its start");
  endif
  if (columns (log) == 5)
    log = sortrows (log, 5);
    if (any (diff (log(:,5)) != 1))
      error (id, "asgd_simulate: the updates of the replay must be consecutive");
    endif
    staleness = log(:,5) - log(:,4) - 1;
  else
    [~, order] = sort (log(:,3));
    log = log(order,:);
    read = lookup (log(:,3), log(:,2)); # ends that come no later
    staleness = max ((0:rows (log) - 1)' - read, 0);
  endif
  [~, ~, worker] = unique (log(:,1));
  zero = min (log(:,2));
  if (zero < 0 && log(1,3) >= 0)
    zero = 0;
  endif
  replay = [worker(:), log(:,2:3) - zero, staleness];
endfunction
