## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## 1e4 paths of 1e4 steps of X' = -X(t-1) + W' on one thread, against the best that
## one can write by hand in Octave and numpy (where there is python3 with it), and
## against a loop in C that only draws the normal numbers, by this package's own
## generator; then with a gamma law of delays, which has 950 lags at this step, and
## with two threads.

function rows = bench_paths ()
  rows = struct ("what", {}, "ours", {}, "baseline", {}, "against", {});
  paths = 1e4;
  steps = 1e4;
  eq = sdde_equation ("damping", 1, "delay", 1, "diffusion", 1);
  what = "1e4 paths of 1e4 steps, one thread";
  program = compile ();
  script = fullfile (fileparts (mfilename ("fullpath")), "plain_paths.py");
  ours = draws = numpy = Inf;
  unwind_protect
    for k = 1:4 # in turn: what disturbs the machine disturbs all
      [seconds, found] = bench_once (@() simulate (eq, paths, steps, 1));
      ours = min (ours, seconds);
      draws = min (draws, run (sprintf ("'%s' %d", program, paths * steps))(1));
      numbers = sprintf ("'%s' %d %d 2>/dev/null", script, paths, steps / 5);
      other = run (["python3 " numbers " || /usr/bin/python3 " numbers]);
      if (numel (other) == 2)
        numpy = min (numpy, 5 * other(1));
        assert (other(2), found, 0.1 * found);
      endif
    endfor
  unwind_protect_cleanup
    delete (program);
  end_unwind_protect
  [seconds, other] = bench_once (@() in_octave (paths, steps / 10));
  octave = 10 * seconds;
  assert (other, found, 0.1 * found);
  rows(end+1) = row (what, ours, octave, "vectors of paths in Octave (10 times 1e3 steps)");
  if (isfinite (numpy))
    rows(end+1) = row (what, ours, numpy, "vectors of paths in numpy (5 times 2e3 steps)");
  endif
  rows(end+1) = row (what, ours, draws, "a loop in C that draws 1e8 normals");

  eq.delay = delay_law ("gamma", 4, 0.25);
  lags = 950;
  gamma_seconds = bench_once (@() simulate (eq, 1e3, steps, 1));
  octave = 50 * bench_once (@() averaged_in_octave (1e3, 200, eq.delay, lags));
  rows(end+1) = row ("1e3 paths of 1e4 steps, gamma delays", gamma_seconds, octave, ...
                     "products of matrices in Octave (50 times 200 steps)");

  eq.delay = delay_law ("deterministic", 1);
  one = two = Inf;
  for k = 1:4
    clock = tic ();
    simulate (eq, paths, steps, 1);
    one = min (one, toc (clock));
    clock = tic ();
    simulate (eq, paths, steps, 2);
    two = min (two, toc (clock));
  endfor
  rows(end+1) = row ("1e4 paths of 1e4 steps, two threads", two, one, "one thread");
endfunction

function r = row (what, ours, baseline, against)
  r = struct ("what", what, "ours", ours, "baseline", baseline, "against", against);
endfunction

function variance = simulate (eq, paths, steps, threads)
  found = sdde_simulate (eq, steps / 100, "paths", paths, "step", 0.01, ...
                         "threads", threads, "statistics", true);
  variance = found.variance(end);
endfunction

function program = compile ()
  program = tempname ();
  folder = fileparts (mfilename ("fullpath"));
  source = fullfile (folder, "..", "src");
  [status, text] = system (sprintf (["%s -std=c11 -O2 -I'%s' -o '%s' '%s' '%s' -fopenmp " ...
                                     "-lgsl -lgslcblas -lm 2>&1"], ...
                                    strtrim (mkoctfile ("-p", "CC")), ...
                                    fullfile (source, "core"), program, ...
                                    fullfile (folder, "plain_normals.c"), ...
                                    fullfile (source, "libsdde.a")));
  if (status != 0)
    error ("bench_paths: %s", text);
  endif
endfunction

## The numbers that COMMAND prints; none where it fails.
function found = run (command)
  [status, text] = system (command);
  found = [];
  if (status == 0)
    found = sscanf (text, "%f");
  endif
endfunction

function variance = in_octave (paths, steps)
  step = 0.01;
  lag = 100;
  ring = ones (paths, lag + 1);
  x = ones (paths, 1);
  place = 0;
  for k = 1:steps
    ring(:,place+1) = x;
    place = mod (place + 1, lag + 1);
    x += sqrt (step) * randn (paths, 1) - step * ring(:,place+1);
  endfor
  variance = var (x);
endfunction

function variance = averaged_in_octave (paths, steps, law, lags)
  step = 0.01;
  weight = diff (delay_cdf (law, [0, step * ((0:lags-1) + 0.5)]))';
  ring = ones (paths, lags);
  x = ones (paths, 1);
  place = 0;
  for k = 1:steps
    ring(:,place+1) = x;
    order = mod (place - (0:lags-1), lags) + 1;
    turned(order,1) = weight;
    x += sqrt (step) * randn (paths, 1) - step * (ring * turned);
    place = mod (place + 1, lags);
  endfor
  variance = var (x);
endfunction
