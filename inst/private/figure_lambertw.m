## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later

## Claim 4: for one constant delay all characteristic roots are branches of Lambert's
## function, s = W_k(-a D)/D.  The two real ones meet at a D = 1/e, where convergence is
## fastest; the pair that they become crosses into the right half plane at pi/2.

function data = figure_lambertw (quick, seed)
    x = unique ([linspace(0.01, 3, 400), 1 / e - 1e-9, 1 / e, pi / 2]);
  branches = {"W_0", 0, "W_{-1}", -1, "W_1", 1, "W_2", 2};
  [real_part, imaginary_part] = deal ([]);
  for k = 1:4
    s = lambertw (branches{2*k}, -x);
    real_part = [real_part, theory_line(branches{2*k-1}, k, x, real (s))];
    imaginary_part = [imaginary_part, theory_line(branches{2*k-1}, k, x, imag (s))];
    data.roots(k,:) = s;
  endfor
  data.x = x;
  data.residual = max (abs (data.roots(:) + (x .* exp (-data.roots))(:)));
  marks = [marked_line("1/e and \\pi/2", 1 / e, 0), marked_line("", pi / 2, 0), ...
           marked_line("", [0, 3], 0)];
  data.panels = figure_panel ("Real part: the speed", "damping x delay", "Re s x delay",
    [real_part, marks], "axis", [0, 3, -5, 1.2], "legend", "southeast");
  data.panels(2) = figure_panel ("Imaginary part: the frequency", "damping x delay",
    "Im s x delay", [imaginary_part, marks], "axis", [0, 3, -3, 16], "legend", "none");
endfunction
