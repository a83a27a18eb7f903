## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Calls that fail, each with its identifier, over and over: the memory of the
## process stays as it is.  SDDE_FAILING_CALLS in the environment is how many of
## each kind (`make leaks`: 10000).  Each kind holds far more than what would be
## seen to leak: 100 bytes a call in the long version, 8 kB in the short one.

%!function write_bytes (name, bytes)
%!  file = fopen (name, "w");
%!  fwrite (file, bytes);
%!  fclose (file);
%!endfunction

%!function kilobytes = resident ()
%!  kilobytes = sscanf (fileread ("/proc/self/statm"), "%d")(2) * 4;
%!endfunction

%!function fail_often (f, id, calls)
%!  for k = 1:calls
%!    caught = "";
%!    try
%!      f ();
%!    catch failure
%!      caught = failure.identifier;
%!    end_try_catch
%!    if (! strcmp (caught, id))
%!      error ("expected %s, got '%s' of %s", id, caught, func2str (f));
%!    endif
%!  endfor
%!endfunction

%!function kinds = failing (folder)
%!  name = @(file) fullfile (folder, file);
%!  magic = name ("magic.idx");
%!  write_bytes (magic, [1, 2, 3, 4, zeros(1, 5000)]);
%!  cut = name ("cut.idx.gz");
%!  write_bytes (name ("whole.idx"), [0, 0, 8, 1, 0, 0, 39, 16, mod((1:10000) .^ 2, 251)]);
%!  gzip (name ("whole.idx"));
%!  bytes = fileread (name ("whole.idx.gz"));
%!  write_bytes (cut, bytes(1:end/2));
%!  short = name ("short.idx");
%!  write_bytes (short, [0, 0, 8, 1, 0, 0, 39, 16, zeros(1, 5000)]);
%!  svm = name ("bad.svm");
%!  write_bytes (svm, [repmat("1 3:4.5 8:1\n", 1, 500), "1 x:1\n"]);
%!  csv = name ("bad.csv");
%!  write_bytes (csv, ["worker,start,end\n", repmat("1,0,1\n", 1, 500), "1,3,2\n"]);
%!  work = delay_law ("gamma", 4, 0.25);
%!  s = asgd_system ("workers", 8, "compute", work);
%!  p = asgd_problem ("quadratic", ones (1000, 1), "noise", 1);
%!  X = ones (500, 20);
%!  y = ones (500, 1);
%!  custom = @(f) asgd_problem ("custom", f, "start", zeros (2000, 1));
%!  throws = custom (@(w, batch) error ("no luck"));
%!  shape = custom (@(w, batch) deal (0, [w; w]));
%!  checkpoint = name ("checkpoint");
%!  asgd_simulate (s, p, "updates", 3, "paths", 1, "checkpoint", checkpoint);
%!  bytes = fileread (checkpoint);
%!  write_bytes (checkpoint, bytes(1:end-9));
%!  fails = asgd_system ("workers", 8, "compute", work, "up", work);
%!  never = asgd_system ("workers", 8, "compute", work, "trigger", 1e3);
%!  least = asgd_problem ("quadratic", 1, "noise", 1, "start", 0);
%!  heavy = delay_law ("lognormal", 0, 1);
%!  kinds = {
%!    @() asgd_idx(magic), "sdde:asgd_idx:unreadable";
%!    @() asgd_idx(cut), "sdde:asgd_idx:unreadable";
%!    @() asgd_idx(short), "sdde:asgd_idx:unreadable";
%!    @() asgd_libsvm(svm), "sdde:asgd_libsvm:unreadable";
%!    @() asgd_trace(csv), "sdde:asgd_trace:unreadable";
%!    @() asgd_problem("softmax", X, 0 * y), "sdde:asgd_problem:invalid";
%!    @() asgd_problem("softmax", X, y(1:end-1)), "sdde:asgd_problem:invalid";
%!    @() asgd_problem("least-squares", X, [y; 1]), "sdde:asgd_problem:invalid";
%!    @() asgd_simulate(s, throws, "updates", 3, "paths", 1), "sdde:asgd_simulate:callback";
%!    @() asgd_simulate(s, shape, "updates", 3, "paths", 1), "sdde:asgd_simulate:callback";
%!    @() asgd_simulate(s, p, "updates", 3, "paths", 1, "checkpoint", checkpoint), ...
%!      "sdde:asgd_simulate:unreadable";
%!    @() asgd_simulate(s, p, "replay", [1, 0, 1, 1, 1]), "sdde:asgd_simulate:invalid";
%!    @() asgd_simulate(never, least, "updates", 3, "paths", 1, "idle", 20), ...
%!      "sdde:asgd_simulate:limit";
%!    @() asgd_staleness(fails), "sdde:asgd_staleness:invalid";
%!    @() asgd_sdde(s, 1, "order", 4), "sdde:asgd_sdde:invalid";
%!    @() sdde_variance(setfield(asgd_sdde (s, 1), "damping", NaN)), "sdde:sdde_variance:invalid";
%!    @() sdde_roots(1, heavy, "right-of", -1), "sdde:sdde_roots:invalid";
%!    @() delay_law("phase-type", [1, 1], -eye (2)), "sdde:delay_law:invalid"};
%!endfunction

%!testif ; exist ("/proc/self/statm", "file")
%! calls = str2double (getenv ("SDDE_FAILING_CALLS"));
%! few = isnan (calls);
%! if (few)
%!   calls = 60;
%! endif
%! folder = tempname ();
%! mkdir (folder);
%! unwind_protect
%!   kinds = failing (folder);
%!   for k = 1:rows (kinds)
%!     fail_often (kinds{k,:}, 20); # what is loaded, or kept for the next time
%!   endfor
%!   for k = 1:rows (kinds)
%!     before = resident ();
%!     fail_often (kinds{k,:}, calls);
%!     grown = resident () - before;
%!     if (! few)
%!       printf ("%6d kB more after %d calls that fail with %s\n", grown, calls, kinds{k,2});
%!     endif
%!     allowed = 0.1; # kB
%!     if (k == 2) # Octave itself loses 0.8 kB whenever it opens a gzip file
%!       allowed = 1.5;
%!     endif
%!     if (grown > 500 + allowed * calls)
%!       error ("%d kB more after %d calls of %s", grown, calls, func2str (kinds{k,1}));
%!     endif
%!   endfor
%! unwind_protect_cleanup
%!   cellfun (@delete, glob (fullfile (folder, "*")));
%!   rmdir (folder);
%! end_unwind_protect
