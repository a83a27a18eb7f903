## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Updates of 100 workers with shifted-exponential times on a quadratic of 10
## dimensions with noise, against the loops that one would write by hand, and on two
## threads (for which the machine must be quiet).  On one thread the seconds are
## those of the processor, which others at work hardly change.

function rows = bench_simulate ()
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});
  work = delay_law ("shifted-exponential", 0.5, 0.5);
  system = asgd_system ("workers", 100, "compute", work, "rate", 0.001);
  problem = asgd_problem ("quadratic", 1:10, "noise", 0.1);
  updates = 1e6;
  program = compile ();
  unwind_protect
    ours = theirs = Inf;
    for k = 1:5 # in turn: what disturbs the machine disturbs both
      [seconds, run] = measure (system, problem, updates, 1, 1);
      ours = min (ours, seconds);
      [seconds, loss] = plain_loop_in_c (program, updates);
      theirs = min (theirs, seconds);
    endfor
  unwind_protect_cleanup
    delete (program);
  end_unwind_protect
  assert (mean (run.loss), loss, 0.1 * loss);
  rows(end+1) = row ("1e6 updates of 100 workers, one thread", ours, theirs, ...
                     "a plain loop in C");
  short = 2e4;
  [baseline, other] = bench_seconds (@() plain_loop_in_octave (short));
  assert (other, loss, 0.5 * loss);
  rows(end+1) = row ("1e6 updates of 100 workers, one thread", ours, ...
                     baseline * updates / short, "a plain loop in Octave (50 times 2e4 updates)");

  one = two = Inf;
  for k = 1:5
    one = min (one, measure (system, problem, updates / 8, 8, 1));
    two = min (two, measure (system, problem, updates / 8, 8, 2));
  endfor
  rows(end+1) = row ("8 paths of 125000 updates, two threads", two, one, "one thread");
endfunction

function r = row (what, ours, baseline, against)
  r = struct ("what", what, "ours", ours, "baseline", baseline, "against", against);
endfunction

function [seconds, run] = measure (system, problem, updates, paths, threads)
  simulate = @() asgd_simulate (system, problem, "updates", updates, "paths", paths, ...
                                "threads", threads, "warmup", 3, "record", ...
                                round (linspace (updates / 2, updates, 500)));
  if (threads == 1)
    [seconds, run] = bench_once (simulate);
  else
    clock = tic ();
    run = simulate ();
    seconds = toc (clock);
  endif
endfunction

function program = compile ()
  program = tempname ();
  source = fullfile (fileparts (mfilename ("fullpath")), "plain_server.c");
  [status, text] = system (sprintf ("%s -std=c11 -O2 -o '%s' '%s' -lgsl -lgslcblas -lm 2>&1", ...
                                    strtrim (mkoctfile ("-p", "CC")), program, source));
  if (status != 0)
    error ("bench_simulate: %s", text);
  endif
endfunction

function [seconds, loss] = plain_loop_in_c (program, updates)
  [status, text] = system (sprintf ("'%s' %d", program, updates));
  assert (status, 0);
  found = sscanf (text, "%f");
  seconds = found(1);
  loss = found(2);
endfunction

function loss = plain_loop_in_octave (updates)
  eigenvalues = (1:10)';
  model = ones (10, 1);
  copy = repmat (model, 1, 100);
  ends = 0.5 + 0.5 * rande (1, 100);
  loss = 0;
  looks = 0;
  for n = 1:updates
    [now, k] = min (ends);
    model -= 0.001 * (eigenvalues .* copy(:,k) + 0.1 * randn (10, 1));
    copy(:,k) = model;
    ends(k) = now + 0.5 + 0.5 * rande ();
    if (n > updates / 2 && mod (n, 100) == 0)
      loss += eigenvalues' * model .^ 2 / 2;
      looks++;
    endif
  endfor
  loss /= looks;
endfunction
