## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## The examples run from start to end, and what they print is borne out.

%!function text = run_example (name, folder)
%!  quick = true; # seen by the scripts that have a quick form
%!  examples = fullfile (fileparts (which ("asgd_trace")), "..", "examples");
%!  here = pwd ();
%!  unwind_protect
%!    cd (folder);
%!    text = evalc (sprintf ("source ('%s')", fullfile (examples, name)));
%!  unwind_protect_cleanup
%!    cd (here);
%!  end_unwind_protect
%!endfunction

%!test # the main job: advice from a log, confirmed by simulation, and two figures
%! folder = tempname ();
%! mkdir (folder);
%! unwind_protect
%!   text = run_example ("01_plan_from_log.m", folder);
%!   for name = {"loss_over_time", "time_to_target"}
%!     for kind = {".png", ".svg"}
%!       file = fullfile (folder, "build", "demo", [name{1} kind{1}]);
%!       assert (stat (file).size > 5000);
%!     endfor
%!   endfor
%! unwind_protect_cleanup
%!   confirm_recursive_rmdir (false, "local");
%!   rmdir (folder, "s");
%! end_unwind_protect
%! assert (strfind (text, "that is proved, not sampled"));
%! best = str2double (regexp (text, 'Best: (\d+) workers', "tokens"){1}{1});
%! rows = regexp (text, '^ +(\d+) +([\d.]+) +([\d.]+)$', "tokens", "lineanchors");
%! rows = cellfun (@(row) str2double (row), rows, "uniformoutput", false);
%! rows = vertcat (rows{:}); # workers, predicted and simulated time
%! assert (rows(:,2), rows(:,3), -0.15);
%! [~, fastest] = min (rows(:,3));
%! assert (rows(fastest,1), best);

%!test # digits learnt from stale gradients, in the quick form
%! folder = tempname ();
%! mkdir (folder);
%! given = getenv ("SDDE_DIGITS");
%! unwind_protect
%!   setenv ("SDDE_DIGITS", "");
%!   text = run_example ("02_train_digits.m", folder);
%!   assert (stat (fullfile (folder, "build", "demo", "digits_accuracy.png")).size > 5000);
%! unwind_protect_cleanup
%!   setenv ("SDDE_DIGITS", given);
%!   confirm_recursive_rmdir (false, "local");
%!   rmdir (folder, "s");
%! end_unwind_protect
%! staleness = str2double (regexp (text, 'is ([\d.]+) updates stale', "tokens"){1}{1});
%! assert (staleness, 15, 0.5);
%! accuracy = str2double (regexp (text, '16 workers ([\d.]+) %, of one .* ([\d.]+) %', "tokens"){1});
%! assert (accuracy(1) > 65 && accuracy(1) > accuracy(2) + 10);
%! slow = str2double (regexp (text, '0.5 of that rate the loss is at most (\S+)', "tokens"){1}{1});
%! fast = str2double (regexp (text, '2.5 of that rate the loss is at most (\S+)', "tokens"){1}{1});
%! assert (slow < 1 && fast > 2 * slow);
