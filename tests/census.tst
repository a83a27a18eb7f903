## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Stability in mean square and the variance of alike workers with a few phases,
## against the second moments of workers with names: w^2, w w_i and w_i w_j on the
## event of each one's phase, all m^n of them.

## The generator of these moments, and what noise of variance 1 adds to them.
%!function [flow, noise] = named_moments (start, transition, n, alpha)
%!  m = numel (start);
%!  leave = -sum (transition, 2);
%!  mean_phases = (-transition') \ start(:);
%!  mean_phases /= sum (mean_phases);
%!  [i, j] = find (triu (ones (n + 1)));           # 1 is the model, 1 + i a copy
%!  width = numel (i);
%!  place = zeros (n + 1);
%!  place(sub2ind ([n + 1, n + 1], i, j)) = 1:width;
%!  place = max (place, place');
%!  flow = zeros (m^n * width);
%!  noise = zeros (m^n * width, 1);
%!  for state = 0:m^n-1
%!    phase = mod (floor (state ./ m.^(0:n-1)), m) + 1;
%!    here = state * width + (1:width);
%!    for k = 1:n
%!      p = phase(k);
%!      flow(here,here) += transition(p,p) * eye (width);
%!      ## An arrival takes (w, copies) to A (w, copies), and noise to w and k.
%!      A = eye (n + 1);
%!      A([1, k+1],:) = 0;
%!      A([1, k+1],1) = 1;
%!      A([1, k+1],k+1) = -alpha;
%!      hit = zeros (n + 1, 1);
%!      hit([1, k+1]) = 1;
%!      second = zeros (width);
%!      for u = 1:width
%!        for a = 1:n+1
%!          for b = 1:n+1
%!            second(u,place(a,b)) += A(i(u),a) * A(j(u),b);
%!          endfor
%!        endfor
%!      endfor
%!      for q = 1:m
%!        there = (state + (q - p) * m^(k-1)) * width + (1:width);
%!        if (q != p)
%!          flow(there,here) += transition(p,q) * eye (width);
%!        endif
%!        rate = leave(p) * start(q);
%!        flow(there,here) += rate * second;
%!        noise(there) += rate * prod (mean_phases(phase)) * (hit(i) .* hit(j));
%!      endfor
%!    endfor
%!  endfor
%!endfunction

%!function compare (law, start, transition, n, rate)
%!  system = asgd_system ("workers", n, "rate", rate, "compute", law);
%!  problem = asgd_problem ("quadratic", 1, "noise", 0.1);
%!  eq = asgd_sdde (system, problem);
%!  [flow, noise] = named_moments (start, transition, n, rate);
%!  exponent = max (real (eig (flow)));
%!  [ok, info] = sdde_meansquare (eq);
%!  assert (info.order, 3);
%!  assert (ok, exponent < 0);
%!  assert (info.exponent, exponent, 1e-6);
%!  if (ok)
%!    moments = flow \ -noise;
%!    width = (n + 1) * (n + 2) / 2;
%!    assert (sdde_variance (eq), (0.1 * rate)^2 * sum (moments(1:width:end)), -1e-9);
%!  endif
%!endfunction

%!test # hyperexponential
%! law = delay_law ("hyperexponential", [0.9, 0.1], [0.5, 5.5]);
%! for rate = [0.1, 0.8, 1.2]
%!   compare (law, [0.9, 0.1], [-2, 0; 0, -1/5.5], 3, rate);
%! endfor
%! compare (law, [0.9, 0.1], [-2, 0; 0, -1/5.5], 4, 0.95);

%!test # gamma times of shapes 2 and 3
%! compare (delay_law ("gamma", 2, 0.5), [1, 0], [-2, 2; 0, -2], 4, 0.3);
%! compare (delay_law ("gamma", 2, 0.5), [1, 0], [-2, 2; 0, -2], 3, 1);
%! compare (delay_law ("gamma", 3, 1/3), [1, 0, 0], 3 * [-1, 1, 0; 0, -1, 1; 0, 0, -1], 3, 0.4);

%!test # the closure's curve ends near the exact floor: .5 % at half the limit, 2 % at .85
%! problem = asgd_problem ("quadratic", 1, "noise", 0.1, "start", 1);
%! crew = {8, delay_law("hyperexponential", [0.9, 0.1], [0.5, 5.5]), [0.35, 0.6]
%!         4, delay_law("gamma", 2, 0.5), [0.35, 0.59]};
%! within = [0.005, 0.02];
%! for k = 1:2
%!   for r = 1:2
%!     system = asgd_system ("workers", crew{k,1}, "compute", crew{k,2}, "rate", crew{k,3}(r));
%!     curve = asgd_predict (system, problem, 3000);
%!     assert (curve.loss, curve.loss_floor, -within(r));
%!   endfor
%! endfor
