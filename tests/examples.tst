## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## The examples run from start to end, and what they print is borne out.

## What example NAME prints in a folder of its own, and the sizes of the pictures
## that it leaves there.
%!function [text, sizes] = run_example (name, pictures)
%!  here = pwd ();
%!  given = getenv ("SDDE_DIGITS");
%!  folder = tempname ();
%!  mkdir (folder);
%!  unwind_protect
%!    setenv ("SDDE_DIGITS", "");
%!    cd (folder);
%!    text = printed (fullfile (fileparts (which ("asgd_trace")), "..", "examples", name));
%!    sizes = cellfun (@(picture) stat (fullfile ("build", "demo", picture)).size, pictures);
%!  unwind_protect_cleanup
%!    cd (here);
%!    setenv ("SDDE_DIGITS", given);
%!    confirm_recursive_rmdir (false, "local");
%!    rmdir (folder, "s");
%!  end_unwind_protect
%!endfunction

## A script has the variables of a function to itself.
%!function text = printed (script)
%!  quick = true; # seen by the scripts that have a quick form
%!  text = evalc (sprintf ("source ('%s')", script));
%!endfunction

## The rows of numbers that match a pattern, a matrix.
%!function table = numbers (text, pattern)
%!  rows = regexp (text, pattern, "tokens", "lineanchors");
%!  rows = cellfun (@(row) str2double (row), rows, "uniformoutput", false);
%!  table = vertcat (rows{:});
%!endfunction

%!test # the main job: advice from a log, confirmed by simulation, and two figures
%! [text, sizes] = run_example ("01_plan_from_log.m", {"loss_over_time.png", "loss_over_time.svg", ...
%!                              "time_to_target.png", "time_to_target.svg"});
%! assert (all (sizes > 5000));
%! assert (strfind (text, "that is proved, not sampled"));
%! best = numbers (text, 'Best: (\d+) workers');
%! rows = numbers (text, '^ +(\d+) +([\d.]+) +([\d.]+)$'); # workers, predicted, simulated
%! ## Beyond the best number, near the floor, the equation is late: by 12 % for 35 workers
%! ## (192 runs); the example makes 24.
%! beyond = rows(:,1) > best;
%! assert (rows(! beyond,2), rows(! beyond,3), -0.12);
%! assert (rows(beyond,2), rows(beyond,3), -0.25);
%! [~, fastest] = min (rows(:,3));
%! assert (rows(fastest,1), best);

%!test # digits learnt from stale gradients
%! [text, sizes] = run_example ("02_train_digits.m", {"digits_accuracy.png"});
%! assert (sizes > 5000);
%! assert (numbers (text, 'is ([\d.]+) updates stale'), 15, 0.5);
%! accuracy = numbers (text, '16 workers ([\d.]+) %, of one .* ([\d.]+) %');
%! assert (accuracy(1) > 65 && accuracy(1) > accuracy(2) + 10);
%! slow = numbers (text, '0.5 of that rate the loss is at most (\S+)');
%! fast = numbers (text, '2.5 of that rate the loss is at most (\S+)');
%! assert (slow < 1 && fast > 2 * slow);

%!test # a threshold: aborting is fastest, in the plan and in fact
%! [text, sizes] = run_example ("03_choose_threshold.m", {"thresholds.png"});
%! assert (sizes > 5000);
%! rows = numbers (text, '^\w+ +(\w+) +([\d.]+) +([\d.]+)$');
%! assert (rows(:,1), [Inf; 12; 12; 1]);
%! [~, predicted] = min (rows(:,2));
%! [~, simulated] = min (rows(:,3));
%! assert ([predicted, simulated], [3, 3]);
%! assert (rows(2:3,2), rows(2:3,3), -0.1);
%! assert (rows(1,3) > 3 * rows(3,3));

%!test # a lathe chatters from 2 zeta (1 + zeta) on
%! [text, sizes] = run_example ("04_delay_equations.m", {"lathe.png"});
%! assert (sizes > 5000);
%! assert (numel (strfind (text, "(proved)")), 2);
%! decay = numbers (text, 'zeta\)\): ([-+\d.]+) at');
%! assert (decay(1) > 1e-3 && abs (decay(2)) < 1e-5 && decay(3) < -1e-3);
%! swing = numbers (text, '^ +([\d.]+) at the depth');
%! assert (swing(1) < 0.05 && swing(2) > 0.5);

%!test # a trigger empties the queue of an uplink and saves half of the uploads
%! [text, sizes] = run_example ("05_narrow_uplink.m", {"uplink.png"});
%! assert (sizes > 5000);
%! rates = numbers (text, 'u = \d +([\d.]+) % +([\d.]+) +([\d.]+) +([\d.]+)$');
%! assert (rates, [100, 10, 14, 2.4; 13.5, 3.19, 0.5, 1.14], 0.05);
%! runs = numbers (text, 'u = \d +([\d.]+) +(\d+) +([\d.]+)$');
%! assert (runs(2,1), runs(1,1), -0.15);
%! assert (runs(2,2) < 0.6 * runs(1,2));

%!test # a loss of one's own goes through all of it
%! [text, sizes] = run_example ("06_own_objective.m", {"own_objective.png"});
%! assert (sizes > 5000);
%! assert (numbers (text, 'Planned: (\d+) workers'), 8);
%! rows = numbers (text, '^ +(\d+) +(\w+[.\d]*) +([\d.]+)$');
%! assert (rows(:,1), [4; 8; 16]);
%! assert (rows(2,3) < rows(1,3) && rows(2,3) < 2 * rows(2,2));

%!test # the figures of the paper
%! [text, sizes] = run_example ("07_paper_figures.m", {"figure_staleness.png", "figure_damping.png"});
%! assert (all (sizes > 10000));
%! rows = numbers (text, '^ +(\d) +\w+ +(\d+) +([\d.]+) +([\d.]+) %$');
%! assert (rows(:,1), [2; 3]);
%! assert (all (rows(:,2) > 10) && all (rows(:,4) < 5));

%!test # a plan for a network
%! text = run_example ("08_plan_network.m", {});
%! [~, best] = max (-numbers (text, '^ +(?:2|8|32) +(\w+[.\d]*) +(?:\w+[.\d]*) +[\d.]+ %$'));
%! assert (best, 2); # 8 workers: 2 are slower, 32 do not get there
%! plans = numbers (text, '^ +\d+ +([\d.]+) +([\d.]+) +(\d+)$');
%! assert (rows (plans), 4);
%! assert (all (plans(:,3) >= 3 & plans(:,3) <= 16));
%! assert (all (plans(:,1) > 1));
