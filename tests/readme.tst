## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## The script of the README runs as it stands there, but for the loading of the
## package, and answers what it says.

%!test
%! text = fileread (fullfile (fileparts (which ("asgd_trace")), "..", "README.md"));
%! assert (numel (strfind (text, "\n")) <= 45); # it fits on a screen
%! scripts = regexp (text, "```octave\npkg load sdde\n(.*?)```", "tokens");
%! assert (numel (scripts), 1);
%! visible = get (0, "defaultfigurevisible");
%! unwind_protect
%!   set (0, "defaultfigurevisible", "off");
%!   printed = evalc (scripts{1}{1});
%!   lines = get (gca (), "children");
%! unwind_protect_cleanup
%!   close all;
%!   set (0, "defaultfigurevisible", visible);
%! end_unwind_protect
%! assert (stable && limit.margin > 2);
%! assert (info.workers, 8);
%! assert (strcmp (file, sdde ().log));
%! assert (plan.best.workers > 8 && plan.speedup > 1);
%! assert (numel (lines), 2);
%! ## Close to the limit of staleness the prediction of two classes is cautious.
%! assert (curve.loss(end), run.loss(end), -0.3);
%! for word = {"stable = 1", "margin = ", "workers = ", "ans = "}
%!   assert (! isempty (strfind (printed, word{1})), "nothing is said of %s", word{1});
%! endfor
