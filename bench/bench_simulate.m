## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Updates of 100 workers with shifted-exponential times on a quadratic of 10
## dimensions with noise, against the loops that one would write by hand; how that
## grows with the workers and the dimension, and with threads.  On one thread the
## seconds are those of the processor, which others at work hardly change.

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

  ## What one more update costs, so that the start of many workers does not count.
  for workers = [1, 10, 1e3, 1e4, 1e5, 1e6]
    many = system;
    many.workers = workers;
    rows(end+1) = row (sprintf ("1e6 updates of %g workers", workers), ...
                       more (many, problem, updates), ours, "1e6 updates of 100 workers");
  endfor
  few = system;
  few.workers = 10; # and so no more than eleven models
  ten = more (few, problem, 1e5);
  for dimension = [1, 100, 1e3, 1e4, 1e5, 1e6]
    long = asgd_problem ("quadratic", ones (1, dimension), "noise", 0.1);
    count = max (100, min (1e5, 1e6 / dimension));
    rows(end+1) = row (sprintf ("1e5 updates of 10 workers in dimension %g", dimension), ...
                       more (few, long, count) * (1e5 / count), ...
                       ten, "1e5 updates of 10 workers in dimension 10");
  endfor
endfunction

function r = row (what, ours, baseline, against)
  r = struct ("what", what, "ours", ours, "baseline", baseline, "against", against);
endfunction

function [seconds, run] = measure (system, problem, updates, paths, threads)
  clock = tic ();
  spent = cputime ();
  run = asgd_simulate (system, problem, "updates", updates, "paths", paths, ...
                       "threads", threads, "warmup", 3, "record", ...
                       round (linspace (updates / 2, updates, 500)));
  seconds = toc (clock);
  if (threads == 1 && paths == 1)
    seconds = cputime () - spent;
  endif
endfunction

function seconds = more (system, problem, updates)
  go = @(n) asgd_simulate (system, problem, "updates", n, "paths", 1, "threads", 1, ...
                           "cold", true, "record", 1);
  long = short = Inf;
  for k = 1:4
    short = min (short, processor_seconds (@() go (updates)));
    long = min (long, processor_seconds (@() go (2 * updates)));
  endfor
  seconds = long - short;
endfunction

function seconds = processor_seconds (f)
  spent = cputime ();
  f ();
  seconds = cputime () - spent;
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
