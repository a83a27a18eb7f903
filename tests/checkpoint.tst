## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Runs that were killed go on to the same bits (what a state consists of is
## tried in tests/core/test_checkpoint.c).

%!function run = long_run (varargin) # a second or so; twelve paths, long ones
%!  work = delay_law ("shifted-exponential", 0.5, 0.5);
%!  system = asgd_system ("workers", [10, 6], "rate", 0.01, "threshold", 30,
%!                        "compute", {work, delay_law("gamma", 2, 2)});
%!  problem = asgd_problem ("quadratic", 1:20, "noise", 0.1);
%!  run = asgd_simulate (system, problem, "horizon", 12000, "paths", 12, varargin{:});
%!endfunction

%!function process = octave_in_the_background (file, threads)
%!  here = fileparts (which ("asgd_simulate"));
%!  core = fileparts (which ("__sdde_server__"));
%!  code = strjoin ({"work = delay_law ('shifted-exponential', 0.5, 0.5);", ...
%!    "s = asgd_system ('workers', [10, 6], 'rate', 0.01, 'threshold', 30,", ...
%!    "'compute', {work, delay_law('gamma', 2, 2)});", ...
%!    "p = asgd_problem ('quadratic', 1:20, 'noise', 0.1);", ...
%!    "asgd_simulate (s, p, 'horizon', 12000, 'paths', 12, 'checkpoint',", ...
%!    ["'" file "', 'checkpoint-interval', 0.02, 'threads', " num2str(threads) ");"]}, " ");
%!  program = fullfile (OCTAVE_HOME (), "bin", "octave-cli");
%!  process = system (sprintf ( ...
%!    "exec %s --no-history -qf --path '%s' --path '%s' --eval \"%s\" >/dev/null 2>&1", ...
%!    program, here, core, code), false, "async");
%!endfunction

%!testif ; isunix () # kill -9, on 1, 2 and 7 threads, each going on from the last
%! file = tempname ();
%! unwind_protect
%!   expected = long_run ("threads", 2);
%!   killed = 0;
%!   for threads = [1, 2, 7]
%!     process = octave_in_the_background (file, threads);
%!     clock = tic ();
%!     before = stat (file);
%!     written = 0; # times that the file was seen to be replaced
%!     while (written < 2 && toc (clock) < 60 && waitpid (process, WNOHANG ()) == 0)
%!       pause (0.01);
%!       now = stat (file);
%!       written += ! isempty (now) && (isempty (before) || now.ino != before.ino);
%!       before = now;
%!     endwhile
%!     if (written == 2) # otherwise it was too quick to be seen at work
%!       killed += kill (process, SIG ().KILL) == 0;
%!       waitpid (process);
%!     endif
%!     assert (exist (file, "file"), 2);
%!   endfor
%!   assert (killed > 0);
%!   run = long_run ("threads", 2, "checkpoint", file);
%!   assert (isequaln (run, expected));
%!   assert (isequaln (long_run ("checkpoint", file), expected));
%! unwind_protect_cleanup
%!   cellfun (@delete, glob ([file "*"]));
%! end_unwind_protect

%!test # what a file goes with: data, functions and what they hold, options
%! file = tempname ();
%! unwind_protect
%!   work = delay_law ("exponential", 1);
%!   s = asgd_system ("workers", 2, "compute", work, "rate", 0.05);
%!   scale = 1;
%!   custom = @(scale) asgd_problem ("custom", ...
%!     @(w, batch) deal (scale * sumsq (w) / 2, scale * w), "start", [1; 2]);
%!   go = @(s, p, varargin) asgd_simulate (s, p, "updates", 9, "paths", 2, ...
%!                                         "checkpoint", file, varargin{:});
%!   a = go (s, custom (1));
%!   assert (go (s, custom (1), "threads", 2, "checkpoint-interval", 1), a);
%!   fail ("go (s, custom (2))", "of another problem");
%!   [~, id] = lasterr ();
%!   assert (id, "sdde:asgd_simulate:invalid");
%!   fail ('go (s, custom (1), "seed", 2)', "of another set of options");
%!   fail ("go (setfield (s, 'rate', 0.06), custom (1))", "of another system");
%!   f = fopen (file, "r+");
%!   fseek (f, -9, SEEK_END);
%!   fwrite (f, 77);
%!   fclose (f);
%!   fail ("go (s, custom (1))", "is damaged");
%!   [~, id] = lasterr ();
%!   assert (id, "sdde:asgd_simulate:unreadable");
%!   delete (file);
%!   assert (go (s, custom (1)), a);
%!   delete (file);
%!   sparse_problem = @(x) asgd_problem ("quadratic", sparse ([2, x; x, 1]));
%!   go (s, sparse_problem (0.5));
%!   fail ("go (s, sparse_problem (0.4))", "of another problem");
%! unwind_protect_cleanup
%!   cellfun (@delete, glob ([file "*"]));
%! end_unwind_protect

%!function [loss, grad] = descend_unless (w, marker)
%!  if (w < 0.2 && exist (marker, "file"))
%!    error ("no luck");
%!  endif
%!  loss = w ^ 2 / 2;
%!  grad = w;
%!endfunction

%!test # a function of the user that fails loses nothing of what was done before
%! file = tempname ();
%! marker = tempname ();
%! unwind_protect
%!   s = asgd_system ("workers", 2, "compute", delay_law ("exponential", 1));
%!   f = @(w, batch) descend_unless (w, marker);
%!   p = asgd_problem ("custom", f, "start", 1);
%!   options = {"updates", 200, "paths", 1, "checkpoint-interval", 0};
%!   expected = asgd_simulate (s, p, options{:});
%!   fclose (fopen (marker, "w"));
%!   fail ('asgd_simulate (s, p, options{:}, "checkpoint", file)', "no luck");
%!   delete (marker);
%!   assert (stat (file).size > 1000);
%!   assert (isequaln (asgd_simulate (s, p, options{:}, "checkpoint", file), expected));
%! unwind_protect_cleanup
%!   cellfun (@delete, glob ([file "*"]));
%!   cellfun (@delete, glob ([marker "*"]));
%! end_unwind_protect

%!error <checkpoint must be the name> asgd_simulate (asgd_system ("workers", 2, ...
%!  "compute", delay_law ("exponential", 1)), asgd_problem ("quadratic", 1), ...
%!  "updates", 3, "checkpoint", 7)
%!error <checkpoint-interval must be> asgd_simulate (asgd_system ("workers", 2, ...
%!  "compute", delay_law ("exponential", 1)), asgd_problem ("quadratic", 1), ...
%!  "updates", 3, "checkpoint-interval", -1)
