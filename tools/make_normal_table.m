## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later
## usage: octave-cli --no-history -qf tools/make_normal_table.m > src/core/support/normal_table.h
##
## The layers of the ziggurat of support/normal.c (Marsaglia, Tsang, "The
## ziggurat method for generating random variables", J. Stat. Software 5(8),
## 2000): LAYERS pieces of equal area under exp (-x^2/2), x > 0, the lowest one
## with the tail beyond x(2).

1;

layers = 256;

## The right ends of the layers for the given start of the tail; Inf where the
## layers reach the top too early.
function x = ends (tail, layers)
  density = @(x) exp (-x ^ 2 / 2);
  area = tail * density (tail) + sqrt (pi / 2) * erfc (tail / sqrt (2));
  x = zeros (1, layers + 1);
  x(1) = area / density (tail);
  x(2) = tail;
  for k = 3:layers
    height = area / x(k-1) + density (x(k-1));
    if (height >= 1)
      x(layers) = Inf;
      return;
    endif
    x(k) = sqrt (-2 * log (height));
  endfor
  ## What the last layer lacks of its area, positive for a tail too far out.
  x(layers+1) = 1 - density (x(layers)) - area / x(layers);
endfunction

low = 3;
high = 4;
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

## The rows of an array that NAME opens.
function put (name, form, values)
  printf ("\n%s = {\n", name);
  printf (["  " form ",\n"], values);
  printf ("};\n");
endfunction

width = x(1:layers) / 2^23;
inner = floor (x(2:end) ./ x(1:layers) * 2^23);
printf ("/* SPDX-License-Identifier: GPL-3.0-or-later */\n");
printf ("/* Made by tools/make_normal_table.m.  */\n");
printf ("/* clang-format off */\n");
printf ("\nenum\n{\n  LAYERS = %d\n};\n", layers);
printf ("\n/* Where the tail begins.  */\n");
printf ("static const double tail = %.17g;\n", x(2));
printf ("\n/* The width of each layer over 2^23; below INNER, in that unit, the layer lies\n");
printf ("   under the density.  */\n");
printf ("typedef struct ziggurat_layer\n{\n  double width, inner;\n} ziggurat_layer;\n");
put (sprintf ("\n_Alignas (16) static const ziggurat_layer ziggurat[%d]", layers), ...
     "{ %.17g, %d }, { %.17g, %d }", [width; inner]);
printf ("\n/* The density at the right end of each layer, and at 0.  */");
put (sprintf ("static const double density[%d]", layers + 1), "%.17g", ...
     [0, exp(-x(2:end) .^ 2 / 2)]);
