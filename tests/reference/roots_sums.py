#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Characteristic roots of random equations of several classes and of second
order, found as in roots_scalar.py: python3 roots_sums.py > roots_sums.csv

h(s) = b0 + b1 s + b2 s^2 + sum_k (a_k + c_k s) phi_k(s).  One line per root in
the upper half plane: case, b0, b1, b2, classes, line, number of roots, Re s,
Im s.  The classes are a_k c_k law, separated by semicolons, a law being written
as in roots_scalar.csv.  Cases without roots have one line with NaN."""

import cmath
import math
import random

import mpmath

from roots_scalar import (Blocked, abscissa, corner, count, draw, draw_law,
                          mixed)

mpmath.mp.dps = 30
CASES = 540
KINDS = ["deterministic", "exponential", "shifted-exponential", "gamma",
         "uniform", "empirical"]


def draw_parts(kind):
    if kind == "hyperexponential":
        w = draw(0.1, 0.9)
        return [(w, "exponential", [draw(0.1, 0.5)]),
                (round(1 - w, 3), "exponential", [draw(0.6, 3)])]
    if kind == "mixture":
        w = draw(0.1, 0.9)
        return [(w, *draw_law(random.choice(KINDS))),
                (round(1 - w, 3), *draw_law(random.choice(KINDS)))]
    return [(1.0, *draw_law(kind))]


def text_of(parts):
    return "+".join(("" if w == 1 else "%g*" % w)
                    + ":".join([f] + ["%.16g" % x for x in p])
                    for w, f, p in parts)


def draw_instant():
    kind = random.choice(["first", "first", "inertia", "heavy ball"])
    b0 = random.choice([0.0, 0.0, draw(-1, 1)])
    if kind == "first":
        return b0, random.choice([1.0, 1.0, draw(0.3, 3)]), 0.0
    if kind == "inertia":
        return b0, 1.0, draw(0.02, 2)
    return b0, draw(0.0, 4), 1.0


def draw_case(classes, kinds):
    b0, b1, b2 = draw_instant()
    each = []
    for _ in range(classes):
        a = draw(-2, 6) / classes
        c = random.choice([0.0, 0.0, draw(0, 0.3) / classes])
        each.append((round(a, 4), round(c, 4), draw_parts(random.choice(kinds))))
    border = max(abscissa(parts) for _, _, parts in each)
    line = round(max(draw(-2.5, 0.3), 0.7 * border), 3)
    at = complex(line if line != 0 else 1e-6)
    phis = [mixed(parts, cmath.exp) for _, _, parts in each]
    size = [phi(at).real for phi in phis]
    weight_a = sum(abs(a) * p for (a, _, _), p in zip(each, size)) + abs(b0)
    weight_c = sum(abs(c) * p for (_, c, _), p in zip(each, size))
    if b2 == 0:
        if weight_c > 0.8 * b1:
            return None
        bound = weight_a / (b1 - weight_c) + 0.1
    else:
        half = 0.5 * (weight_c + b1) / b2
        bound = half + math.sqrt(half * half + weight_a / b2) + 0.1
    if bound > 60:
        return None
    box = (line, max(bound, line + 0.1), -bound - 0.037, bound + 0.041)

    def function(phis):
        return lambda s: (b0 + (b1 + b2 * s) * s
                          + sum((a + c * s) * phi(s)
                                for (a, c, _), phi in zip(each, phis)))

    h = function(phis)
    precise = function([mixed(parts, mpmath.exp) for _, _, parts in each])
    try:
        n = count(h, *box)
        if n > 16:
            return None
        roots = corner(h, precise, box, n)
    except (Blocked, OverflowError, ZeroDivisionError):
        return None
    if any(abs(s.real - line) < 1e-3 for s in roots):
        return None
    text = ";".join("%.16g %.16g %s" % (a, c, text_of(parts))
                    for a, c, parts in each)
    return b0, b1, b2, text, line, n, roots


def main():
    random.seed(20260202)
    print("case,b0,b1,b2,classes,line,count,re,im")
    kinds = KINDS + ["hyperexponential", "mixture"]
    rational = ["exponential", "hyperexponential"]
    case = 0
    while case < CASES:
        drawn = draw_case(1 + case % 3, rational if case % 9 == 8 else kinds)
        if drawn is None:
            continue
        b0, b1, b2, text, line, n, roots = drawn
        case += 1
        roots.sort(key=lambda s: (-s.real, -s.imag))
        for s in roots or [mpmath.mpc("nan", "nan")]:
            if s.imag >= -1e-12 or mpmath.isnan(s.real):
                im = abs(s.imag) if abs(s.imag) > 1e-25 else 0
                print("%d,%.16g,%.16g,%.16g,%s,%.16g,%d,%s,%s"
                      % (case, b0, b1, b2, text, line, n,
                         mpmath.nstr(s.real, 20), mpmath.nstr(im, 20)))


if __name__ == "__main__":
    main()
