## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Logs of asynchronous runs: made up, shipped, and from elsewhere.

## A run of N workers with cycles of LAW, ROWS gradients each, from the
## stationary state, cut to the time when all of them still work: rows of
## worker, start, end.
%!function log = run (law, n, rows)
%!  cycles = delay_rand (law, [rows, n], "seed", n);
%!  rand ("twister", 1);
%!  begin = -rand (1, n) * 5 * law.mean;
%!  ends = begin + cumsum (cycles);
%!  starts = [begin; ends(1:end-1,:)];
%!  worker = repmat (1:n, rows, 1);
%!  log = [worker(:), starts(:), ends(:)];
%!  log = log(log(:,3) <= min (ends(end,:)),:);
%!endfunction

## The same with versions, as a server would count them.
%!function log = with_versions (log)
%!  [~, order] = sort (log(:,3));
%!  log = log(order,:);
%!  applied = (1:rows (log))';
%!  seen = lookup (log(:,3), log(:,2));
%!  log = [log, seen, applied];
%!endfunction

## Writes TEXT to a file for the time of CALL (file).
%!function varargout = with_file (text, call)
%!  file = [tempname(), ".csv"];
%!  id = fopen (file, "w");
%!  unwind_protect
%!    fwrite (id, text);
%!    fclose (id);
%!    [varargout{1:nargout}] = call (file);
%!  unwind_protect_cleanup
%!    unlink (file);
%!  end_unwind_protect
%!endfunction

## From a file, in any order of rows and columns, what the run was made of
## comes back: the law, and a staleness that the renewal model explains.  With
## 2e4 gradients the shape is known to 1 % (one sigma), and chance alone makes
## a distance of .4 sqrt (25 / 2e4) = .014.
%!test
%! law = delay_law ("gamma", 4, 0.25);
%! log = with_versions (run (law, 8, 2500));
%! rand ("twister", 2);
%! shuffled = log(randperm (rows (log)),[3 5 1 4 2]);
%! text = ["# a run\nEnd,Version_Applied,Worker,Version_Read,Start\n", ...
%!         sprintf("%.17g,%d,%d,%d,%.17g\n", shuffled'), "# over\n"];
%! [system, info] = with_file (text, @(file) asgd_trace (file, "rate", 0.3));
%! assert (info.kind, "events");
%! assert (info.source, "versions");
%! assert (info.agreement, 1);
%! assert ([info.workers, info.discarded, info.overlaps], [8, 200, 0]);
%! assert (info.rows, rows (log) - 200);
%! assert (info.busy, 1, 1e-12);
%! assert (info.law.family, "gamma");
%! assert (info.law.parameters{1}, 4, 0.2);
%! assert (info.law.mean, 1, 0.02);
%! assert (info.throughput, 8, 0.1);
%! assert (info.staleness_mean, 7, 0.02);
%! assert (info.distance.renewal < 0.03);
%! assert (info.distance.poisson > 0.05);
%! assert (system.rate, 0.3);
%! assert (asgd_staleness (system).rate, info.throughput, 0.2);
## The times alone say the same.
%! [~, again] = asgd_trace (log(:,1:3));
%! assert (again.source, "times");
%! assert (again.staleness, info.staleness);
## And so does the staleness alone, but for the unit of time.
%! [~, logged] = asgd_trace (log(:,5) - log(:,4) - 1);
%! assert (logged.staleness, info.staleness);
%! assert (logged.workers, 8);
%! assert (logged.law.parameters{1}, 4, 0.4);
%! assert (logged.distance.renewal < 0.03);

## Workers that pause are slower than their cycles say.
%!test
%! log = run (delay_law ("gamma", 16, 1/16), 4, 500);
%! log(:,3) -= 0.25 * (log(:,3) - log(:,2));
%! [system, info] = asgd_trace (log);
%! assert (info.busy, 0.75, 0.01);
%! assert (info.throughput / asgd_staleness (system).rate, 0.75, 0.03);

## Two classes of workers come back, with their laws and what each sees: the
## staleness of a worker is in proportion to its cycle.
%!test
%! fast = run (delay_law ("gamma", 4, 0.25), 6, 1500);
%! slow = run (delay_law ("shifted-exponential", 1, 2), 3, 500);
%! slow(:,1) += 10;
%! last = min (max (fast(:,3)), max (slow(:,3)));
%! log = [slow; fast];
%! log = log(log(:,3) <= last,:);
%! [system, info] = asgd_trace (log, "rate", 0.3);
%! assert (system.workers, [6 3]);
%! assert ({info.classes.names}, {1:6, 11:13});
%! assert (info.classes(1).law.mean, 1, 0.03);
%! assert (info.classes(2).law.mean, 3, 0.2);
%! assert (info.classes(2).law.family, "shifted-exponential");
%! assert (info.classes(2).law.parameters{1}, 1, 0.02);
%! assert (system.compute, {info.classes.law});
%! assert (info.law.family, "mixture");
%! assert (sum ([info.classes.rows]), info.rows);
%! assert (sum ([info.classes.throughput]), info.throughput, 1e-12);
%! st = asgd_staleness (system);
%! assert ([info.classes.staleness_mean], [st.classes.mean], 0.05 * 20);
%! assert ([info.classes.throughput], [st.classes.rate], 0.1);
%! assert (info.distance.renewal < 0.03);
%! [~, one] = asgd_trace (log, "classes", "one");
%! assert (one.distance.renewal > info.distance.renewal + 0.02);

## Milliseconds by the header, and by hand.
%!test
%! text = "rank,start_ms,end_ms,worker\n7,0,1500,1\n7,0,2000,2\n7,1500,3000,1\n7,2000,4000,2\n";
%! [~, info] = with_file (text, @(file) asgd_trace (file, "discard", 0));
%! assert (info.unit, "ms");
%! assert (info.cycle_mean, 1.75, 1e-15);
%! [~, info] = with_file (text, @(file) asgd_trace (file, "discard", 0, "unit", "us"));
%! assert (info.cycle_mean, 1.75e-3, 1e-15);
%! columns = {"worker", "start", "end", ""};
%! [~, info] = with_file (text, @(file) asgd_trace (file, "discard", 0, "columns", columns));
%! assert ([info.workers, info.cycle_mean], [1 1750]);
%!error <tell different units of time>
%! with_file ("worker,start_ms,end_s\n1,0,1\n1,1,2\n", @asgd_trace);

## Workers with names, and columns of text that are of no concern.
%!test
%! row = @(name, at) sprintf ("%s,%s,%g,%g\n", "12:30 h", name, at);
%! text = "time,worker,start,end\n";
%! for k = 0:19
%!   text = [text, row("w10", [k, k + 1]), row("w2", [k, k + 1]), row("gpu a", 3 * [k, k + 1])];
%! endfor
%! [system, info] = with_file (text, @(file) asgd_trace (file, "discard", 0));
%! assert (info.workers, 3);
%! assert ({info.classes.names}, {{"w10", "w2"}, {"gpu a"}});
%! assert (system.workers, [2 1]);
%! numbers = strrep (strrep (strrep (text, "w10", "7"), "w2", "2"), "gpu a", "11");
%! [same, told] = with_file (numbers, @(file) asgd_trace (file, "discard", 0));
%! assert ({told.classes.names}, {[2 7], 11});
%! assert (same.compute, system.compute);
%! assert (told.staleness, info.staleness);
%! [~, one] = with_file (text, @(file) asgd_trace (file, "discard", 0, "classes", "one"));
%! assert (one.classes.names, {"gpu a", "w10", "w2"});

## Coarse clocks: ends that coincide are served in the order of the log, and
## each worker pulls right after its own push.
%!test
%! n = 5;
%! steps = 40;
%! log = [repmat((1:n)', steps, 1), kron([(0:steps-1)', (1:steps)'], ones (n, 1))];
%! [system, info] = asgd_trace (log, "discard", n);
%! assert (info.staleness, [0 0 0 0 1]);
%! assert (system.compute{1}.family, "deterministic");
%! assert (info.distance.renewal, 0, 1e-12);

## The log that comes with the package: eight workers that the staleness knows
## as well as the names, four each on two cores of which one was busier.
%!test
%! file = fullfile (fileparts (which ("asgd_trace")), "data", "asgd_log.csv");
%! [system, info] = asgd_trace (file);
%! assert (info.workers, 8);
%! assert (info.rows + info.discarded, 4000);
%! assert (info.agreement, 1);
%! assert (info.busy > 0.99);
%! assert (info.staleness_mean, 7, 0.02);
%! assert (system.workers, [4 4]);
%! assert ({info.classes.names}, {2:2:8, 1:2:7});
%! assert ([info.classes.cycle_mean], [0.079, 0.106], 5e-4);
%! assert (info.distance.renewal < 0.04);
%! assert (info.distance.poisson > info.distance.renewal + 0.05);
%! assert (asgd_staleness (system).rate, info.throughput, 0.02 * info.throughput);

## Staleness alone, as others logged it: one column without a header, integers as
## floats.  Eight workers with gamma times of shape 27 have a mean of 7, and less
## variance than any mixed Poisson law has.
%!test
%! log = run (delay_law ("gamma", 27, 1/27), 8, 380);
%! log = with_versions (log);
%! staleness = log(:,5) - log(:,4) - 1;
%! [system, info] = with_file (sprintf ("%.18e\n", staleness), @asgd_trace);
%! assert ({info.kind, info.source}, {"staleness", "log"});
%! assert (system.workers, 8);
%! assert (info.staleness_mean, 7, 0.02);
%! assert (info.law.parameters{1}, 27, 4);
%! assert (info.staleness_variance < 0.6 * info.staleness_mean);
%! assert (info.distance.renewal < 0.05);
%! assert (info.distance.poisson > 0.2);

## The ages of the gradients that a master holds: it takes what has arrived in a
## twelfth of a cycle, and waits where nothing has.  Staleness as times tell it.
%!test
%! log = run (delay_law ("gamma", 20, 1/20), 8, 250);
%! [~, order] = sortrows ([floor(12 * log(:,3)), log(:,1)]);
%! log = log(order,:);
%! [~, ~, step] = unique (floor (12 * log(:,3)));
%! ages = zeros (step(end), 8);
%! last = zeros (1, 8);
%! held = zeros (1, 8);
%! for k = 1:step(end)
%!   held++;
%!   here = log(step == k,1)';
%!   held(here) = k - 1 - last(here);
%!   last(here) = k;
%!   ages(k,:) = held;
%! endfor
%! text = sprintf ([repmat("%.18e,", 1, 7), "%.18e\n"], ages');
%! [system, info] = with_file (text, @asgd_trace);
%! assert ({info.kind, info.source}, {"ages", "arrivals"});
%! assert (system.workers, 8);
%! assert (info.staleness_mean, 7, 0.02);
%! counted = zeros (rows (log), 1);
%! last = zeros (1, 8);
%! for k = 1:rows (log)
%!   counted(k) = k - 1 - last(log(k,1));
%!   last(log(k,1)) = k;
%! endfor
%! expected = accumarray (counted(info.discarded+1:end) + 1, 1)' / info.rows;
%! assert (info.staleness, expected, 0.003);
%! assert (info.distance.renewal < 0.06);
%! assert (info.distance.poisson > 0.15);

## The logs of Wu, Magnusson, Feyzmahdavian and Johansson (ICML 2022; repository
## xuyangwu/Delay-data), where the variable SDDE_TRACES names their folder.  Measured:
## means of 6.996 to 7.002; distances of 0.021 to 0.037 (BCD) and 0.054, 0.058 (PIAG)
## of the renewal model, 0.278 to 0.284 and 0.191 to 0.198 of the Poisson model.
%!test
%! folder = getenv ("SDDE_TRACES");
%! bcd = glob (fullfile (folder, "BCD_*_MNIST.csv"));
%! piag = glob (fullfile (folder, "PIAG_*_MNIST.csv"));
%! assert (isempty (folder) || ! isempty ([bcd; piag]));
%! for file = [bcd; piag]'
%!   own = any (strcmp (file, bcd));
%!   [system, info] = asgd_trace (file{1});
%!   assert (info.kind, {"ages", "staleness"}{own + 1});
%!   assert (system.workers, 8);
%!   assert (info.staleness_mean, 7, 0.02);
%!   assert (info.staleness_variance < info.staleness_mean);
%!   assert (info.distance.renewal < [0.07, 0.05](own + 1));
%!   assert (info.distance.poisson > [0.15, 0.2](own + 1));
%! endfor

## Malformed files are refused with their line.
%!error <line 3: 'oops' \(column 2\) is not a number>
%! with_file ("worker,start,end\n1,0,1\n1,oops,2\n", @asgd_trace);
%!error <line 4: 2 fields where 3 are expected>
%! with_file ("# log\nworker,start,end\n1,0,1\n1,1\n", @asgd_trace);
%!error <the header names no column 'end'>
%! with_file ("worker,start,stop\n1,0,1\n1,1,2\n", @asgd_trace);
%!error id=sdde:asgd_trace:unreadable
%! with_file ("worker,start,end\n1,0,1\n1,1,nan\n", @asgd_trace);
%!error <holds no row>
%! with_file ("", @asgd_trace);
%!error <it is not text>
%! with_file (char ([1 2 0 4 10 0 0]), @asgd_trace);
%!error id=sdde:asgd_trace:unreadable asgd_trace (tempdir ())
