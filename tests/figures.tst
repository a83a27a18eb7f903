## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Every figure is drawn by gnuplot without a display, in the quick form, and
## shows what its claim says.  Points may be four standard errors (twice their
## bars) and the model's known error away from theory.

%!function data = drawn (name)
%!  folder = tempname ();
%!  mkdir (folder);
%!  unwind_protect
%!    file = fullfile (folder, "figure.png");
%!    data = asgd_figure (name, "quick", true, "file", file);
%!    assert (stat (file).size > 10000);
%!  unwind_protect_cleanup
%!    confirm_recursive_rmdir (false, "local");
%!    rmdir (folder, "s");
%!  end_unwind_protect
%!  assert (data.name, name);
%!  for panel = data.panels
%!    assert (! isempty (panel.title) && ! isempty (panel.xlabel) && ! isempty (panel.ylabel));
%!    for series = panel.series
%!      assert (numel (series.x), numel (series.y));
%!    endfor
%!  endfor
%!endfunction

%!function assert_agreement (panel, tolerance)
%!  found = 0;
%!  for series = panel.series(strcmp ({panel.series.role}, "simulation"))
%!    known = isfinite (series.expected);
%!    found += sum (known);
%!    reach = 2 * max (series.high - series.y, series.y - series.low) + tolerance;
%!    assert (abs (series.y - series.expected)(known) <= reach(known));
%!  endfor
%!  assert (found > 0);
%!endfunction

%!test # 1: arrivals
%! data = drawn ("arrivals");
%! assert (data.workers, [1, 4, 32]);
%! assert (all (diff (data.distance) < 0) && data.distance(1) > 0.2 && data.distance(3) < 0.01);
%! assert_agreement (data.panels(1), 0.01);
%! assert_agreement (data.panels(2), 0.05);
%! ## Short windows are Poisson; long ones as regular as the times (cv2 = 1/4).
%! assert (data.dispersion(1) > 0.97 && data.dispersion(end) < 0.35);

%!test # 2: staleness
%! data = drawn ("staleness");
%! assert (data.mean(:,1), data.mean(:,2), 0.1); # n - 1, but for what is not drawn
%! assert (all (data.distance < 0.03));
%! assert (data.poisson_distance > 0.1);
%! assert_agreement (data.panels(1), 0.005);
%! assert_agreement (data.panels(2), 0.01);

%!test # 2: run time with thresholds
%! data = drawn ("threshold");
%! assert_agreement (data.panels(1), 5);
%! assert_agreement (data.panels(2), 5);
%! assert (all (data.time.drop > data.time.abort) && all (data.time.abort > 1000 / 16));
%! assert (all (diff (data.time.drop) < 0));

%!test # 3: damping and delay
%! data = drawn ("damping");
%! assert_agreement (data.panels(1), 0.02);
%! assert_agreement (data.panels(2), 0.05);
%! plain = data.panels(1).series(1);
%! assert (plain.y, 0.02 * plain.x, 1e-12);

%!test # 4: branches of Lambert W
%! data = drawn ("lambertw");
%! assert (data.residual < 1e-12);
%! [~, fastest] = min (real (data.roots(1,:)));
%! assert (data.x(fastest), 1 / e, 1e-3);
%! assert (real (data.roots(1, data.x == pi / 2)), 0, 1e-14);

%!test # 4: roots, those of the simulated servers too, and the certificate
%! data = drawn ("roots");
%! assert (data.measured, data.predicted, 0.03);
%! assert (all (data.certified) && isequal (data.count, data.listed));

%!test # 4: limits of stability
%! data = drawn ("stability");
%! assert_agreement (data.panels(1), 0.1);
%! ## Nothing grows at 0.8 of the limit in mean square, everything does at 1.25.
%! below = data.grows(:,1) < 1;
%! assert (! any (data.grows(below,3)) && all (data.grows(! below,2)));

%!test # 4: the floor, and that a mean that converges is not enough
%! data = drawn ("floor");
%! assert_agreement (data.panels(1), 0.05);
%! assert (data.limit(1:2), [0.292, 0.566], 0.01);
%! ## Long tails: on the safe side of 0.727, where E x^2 begins to grow.
%! assert (data.limit(3) > 0.67 && data.limit(3) < 0.735);
%! assert (all (data.speed > 0.5) && isequal (data.stable, [true, false, false]));
%! assert (data.exponent(1) < -0.3 && abs (data.exponent(2)) < 1e-6 && data.exponent(3) > 0.1);
%! ## On the way down, where rare paths do not matter yet.
%! for series = data.panels(2).series(2:2:end)
%!   assert (series.y(1:3), series.expected(1:3), -0.3);
%! endfor

%!test # 5: the time has its minimum at 8 workers
%! data = drawn ("workers");
%! assert ([data.best.predicted, data.best.simulated], [8, 8]);
%! time = data.panels(1).series(1);
%! assert (all (diff (time.y(time.x <= 8)) < 0) && all (time.y(time.x > 8) > time.y(time.x == 8)));
%! assert_agreement (data.panels(1), 0.5);
%! assert_agreement (data.panels(2), 0.05);
%! ## The last curve is beyond the limit: it grows.
%! wild = data.panels(2).series(end);
%! half = wild.x <= 7;
%! assert (max (abs (wild.y(! half))) > 1.15 * max (abs (wild.y(half))));
%! assert (data.limit > 40 && data.limit < 49);

%!test # 6: small delays are good, large ones are not
%! data = drawn ("delay");
%! assert (data.gain, [e, 2.4414, 2], 1e-4);
%! assert (data.fastest, [1/e, 0.8^5, 0.25], 1e-8);
%! assert (data.critical, [pi/2, 2.2742, Inf], 1e-4);
%! assert_agreement (data.panels(1), 0.05);
%! assert_agreement (data.panels(2), 0.02);

%!test # 7: 68 % of the uploads saved at 80 % of the damping
%! data = drawn ("trigger");
%! assert (1 - data.at_one.sent, 0.6827, 1e-4);
%! assert (data.at_one.damping, 0.8013, 1e-4);
%! assert (data.at_one.sent_simulated, data.at_one.sent, 0.01);
%! assert (data.at_one.speed_simulated, data.at_one.speed, 4 * data.at_one.speed_error + 0.02);
%! assert_agreement (data.panels(2), 0.01);
%! assert (data.uploads_to(2) < 0.6 * data.uploads_to(1));

%!test # 7: a saturated uplink, and the trigger that makes training faster
%! data = drawn ("uplink");
%! assert (data.rate(1,end), 10, 0.01);
%! assert (all (data.rate(:) <= 10));
%! assert_agreement (data.panels(1), 0.1);
%! assert_agreement (data.panels(2), 0.3);
%! ## Of 20 workers, by theory and by simulation.
%! assert (data.time(2,end) < 0.8 * data.time(1,end));
%! assert (data.simulated(2,end) < 0.8 * data.simulated(1,end));

%!test # 7: the four corners
%! data = drawn ("schedules");
%! assert_agreement (data.panels(1), 0.3);
%! assert (data.sent, data.uploads, -0.15);
%! ## A trigger saves more than half of the uploads, whatever the network.
%! assert (all (data.sent([2, 4],:)(:) < 0.5 * data.sent([1, 3],:)(:)));
%! ## It costs time on an ideal network and wins time on one that 24 workers saturate.
%! assert (all (data.simulated(2,:) > data.simulated(1,:)));
%! assert (data.simulated(4,end) < 0.8 * data.simulated(3,end));

%!test # 8: hitting times
%! data = drawn ("hitting");
%! assert (data.mean(:,1), data.mean(:,2), -0.08);
%! assert_agreement (data.panels(1), 0.08);
%! assert_agreement (data.panels(2), 1);
%! ## The more the times vary the later: .7 between the first and the last law, five
%! ## standard errors of 400 runs.
%! assert (data.mean(4,:) > data.mean(1,:));

%!test # 9: the minimum of a network, and its curvature that passes the limit
%! data = drawn ("network");
%! ## 2, 8 and 32 workers, of which the last do not get there.
%! assert (data.measured, [8, 8]);
%! assert (all (data.time(:,1) > 1.5 * data.time(:,2)) && all (isinf (data.time(:,3))));
%! assert (all (data.planned >= 4 & data.planned <= 16));
%! assert (0.1 * 8 * data.largest(1) < 2.27 && 0.1 * 8 * data.largest(2) > 2.27);

%!test # nothing is missing here and in the manual's gallery
%! root = fullfile (fileparts (which ("asgd_figure")), "..");
%! here = fileread (fullfile (root, "tests", "figures.tst"));
%! gallery = fileread (fullfile (root, "doc", "gallery.texi"));
%! for figure = asgd_figure ()'
%!   assert (strfind (here, ["drawn (\"" figure.name "\")"]));
%!   assert (strfind (gallery, ["@subheading " figure.name "\n"]));
%! endfor
