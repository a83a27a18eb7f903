## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later
## usage: octave-cli --no-history -qf tools/make_exponential_table.m > src/core/support/exponential_table.h
##
## The layers of the ziggurat of support/exponential.c (Marsaglia, Tsang, "The
## ziggurat method for generating random variables", J. Stat. Software 5(8),
## 2000): LAYERS pieces of equal area under exp (-x), the lowest one with the tail
## beyond x(2).

1;

layers = 256;

## The right ends of the layers for the given start of the tail; Inf where the
## layers reach the top too early.
function x = ends (tail, layers)
  area = (tail + 1) * exp (-tail);
  x = zeros (1, layers + 1);
  x(1) = tail + 1;
  x(2) = tail;
  for k = 3:layers
    height = area / x(k-1) + exp (-x(k-1));
    if (height >= 1)
      x(layers) = Inf;
      return;
    endif
    x(k) = -log (height);
  endfor
  ## What the last layer lacks of its area, positive for a tail too far out.
  x(layers+1) = 1 - exp (-x(layers)) - area / x(layers);
endfunction

low = 5;
high = 10;
while (true)
  tail = (low + high) / 2;
  if (tail <= low || tail >= high)
    break;
  endif
  x = ends (tail, layers);
  if (isfinite (x(layers)) && x(layers+1) > 0)
    high = tail;
  else
    low = tail;
  endif
endwhile
x = ends (high, layers);
x(layers+1) = 0;

## An array, EACH values a row.
function put (type, name, form, each, values)
  printf ("\nstatic const %s %s[%d] = {\n", type, name, numel (values));
  cells = arrayfun (@(v) sprintf (form, v), values, "uniformoutput", false);
  for k = 1:each:numel (cells)
    printf ("  %s,\n", strjoin (cells(k:min (k + each - 1, end)), ", "));
  endfor
  printf ("};\n");
endfunction

printf ("/* SPDX-License-Identifier: GPL-3.0-or-later */\n");
printf ("/* Made by tools/make_exponential_table.m.  */\n");
printf ("/* clang-format off */\n");
printf ("\nenum\n{\n  LAYERS = %d\n};\n", layers);
printf ("\n/* Where the tail begins.  */\n");
printf ("static const double tail = %.17g;\n", x(2));
printf ("\n/* The width of each layer over 2^53.  */");
put ("double", "width", "%.17g", 3, x(1:layers) / 2^53);
printf ("\n/* Below this, in the same unit, a layer lies under the density.  */");
put ("uint64_t", "inner", "UINT64_C (%d)", 3, floor (x(2:end) ./ x(1:layers) * 2^53));
printf ("\n/* The density at the right end of each layer, and at 0.  */");
put ("double", "density", "%.17g", 3, [0, exp(-x(2:end))]);
