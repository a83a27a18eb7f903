## Copyright (C) 2026 The sdde developers
## SPDX-License-Identifier: GPL-3.0-or-later
## usage: octave-cli --no-history -qf tools/make_gamma_table.m > src/core/delay/incomplete_gamma_table.h
##
## The coefficients of Temme's expansion of the incomplete gamma function
## (delay/incomplete_gamma.c) by the recurrences of the NIST Digital Library of
## Mathematical Functions, 8.12.12.  Their errors (below 3e-14 in the first
## row, 3e-11 in the last) are divided by powers of the shape.

1;

orders = 5;
powers = 20;
## Each order needs two powers more of the one before.
width = powers + 2 * orders;

## The powers of eta in lambda - 1.
alpha = [1, 1/3];
for n = 3:width + 2
  j = 2:n - 1;
  alpha(n) = (alpha(n-1) - sum (j .* alpha(j) .* alpha(n-j+1))) / (n + 1);
endfor
## The gamma function's series of Stirling.
stirling = [1, 1/12, 1/288, -139/51840, -571/2488320];

n = 0:width - 1;
rows = (n + 2) .* alpha(n+2);
rows(1) = -1/3;
for k = 1:orders - 1
  last = width - 2 * k;
  rows(k+1,1:last) = (-1)^k * stirling(k+1) * rows(1,1:last) ...
                     + (2:last + 1) .* rows(k,3:last + 2);
endfor

printf ("/* SPDX-License-Identifier: GPL-3.0-or-later */\n");
printf ("/* Made by tools/make_gamma_table.m.  */\n");
printf ("/* clang-format off */\n");
printf ("\nenum\n{\n  ORDERS = %d,\n  POWERS = %d\n};\n", orders, powers);
printf ("\n/* [k][n]: the part of eta^n / shape^k.  */\n");
printf ("static const double coefficient[ORDERS][POWERS] = {\n");
for k = 1:orders
  cells = arrayfun (@(v) sprintf ("%.17g", v), rows(k,1:powers),
                    "uniformoutput", false);
  lines = cellfun (@(a, b) [a ", " b], cells(1:2:end), cells(2:2:end),
                   "uniformoutput", false);
  printf ("  { %s },\n", strjoin (lines, ",\n    "));
endfor
printf ("};\n");
