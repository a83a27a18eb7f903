#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Characteristic roots of random scalar kernels, found without any of the
package's methods: python3 roots_scalar.py > roots_scalar.csv

h(s) = s + b + (a + c s) phi(s).  The roots right of a line are counted by the
argument of h along a rectangle, sampled until neighbouring samples differ by
less than 0.4 radians at two resolutions; the rectangle is then cut down to
single roots, which mpmath polishes at 30 digits.

One line per root: case, law, b, a, c, line, number of roots, Re s, Im s.  A law
is written family:parameter:parameter, a mixture as a sum of
weight*family:parameter.  Cases without roots have one line with NaN."""

import cmath
import math
import random

import mpmath

mpmath.mp.dps = 30
random.seed(20260101)


def transform(family, p, exp):
    if family == "deterministic":
        return lambda s: exp(-s * p[0])
    if family == "exponential":
        return lambda s: 1 / (1 + s * p[0])
    if family == "shifted-exponential":
        return lambda s: exp(-s * p[0]) / (1 + s * p[1])
    if family == "gamma":
        return lambda s: (1 + s * p[1]) ** (-p[0])
    if family == "uniform":
        return lambda s: (exp(-s * p[0]) - exp(-s * p[1])) / (s * (p[1] - p[0]))
    if family == "empirical":
        return lambda s: sum(exp(-s * t) for t in p) / len(p)
    raise ValueError(family)


def mixed(parts, exp):
    terms = [(w, transform(f, p, exp)) for w, f, p in parts]
    return lambda s: sum(w * phi(s) for w, phi in terms)


def abscissa(parts):
    tail = {"exponential": 0, "shifted-exponential": 1, "gamma": 1}
    return max([-1 / p[tail[f]] for _, f, p in parts if f in tail],
               default=-math.inf)


def draw(low, high):
    return round(random.uniform(low, high), 3)


def draw_law(kind):
    if kind == "deterministic":
        return kind, [draw(0.3, 2)]
    if kind == "exponential":
        return kind, [draw(0.3, 2)]
    if kind == "shifted-exponential":
        return kind, [draw(0.1, 1), draw(0.1, 1)]
    if kind == "gamma":
        shape = random.choice([0.5, 1.5, 2, 3, 4.5, 8, 25])
        return kind, [shape, draw(0.5, 1.5) / shape]
    if kind == "uniform":
        a = draw(0, 1)
        return kind, [a, a + draw(0.2, 1.5)]
    if kind == "empirical":
        return kind, [draw(0, 2) for _ in range(random.randint(2, 8))]
    raise ValueError(kind)


class Blocked(Exception):
    pass


def turn(h, p, q, depth=0):
    """The turn of arg h from p to q."""
    values = [h(p + (q - p) * k / 8) for k in range(9)]
    steps = [cmath.phase(v / u) for u, v in zip(values, values[1:])]
    coarse = [cmath.phase(v / u) for u, v in zip(values[::2], values[2::2])]
    if max(map(abs, coarse)) < 0.4 and abs(q - p) < 1:
        return sum(steps)
    if depth > 40:
        raise Blocked
    middle = (p + q) / 2
    return turn(h, p, middle, depth + 1) + turn(h, middle, q, depth + 1)


def count(h, x0, x1, y0, y1):
    corners = [complex(x0, y0), complex(x1, y0), complex(x1, y1),
               complex(x0, y1)]
    total = sum(turn(h, corners[k], corners[(k + 1) % 4]) for k in range(4))
    n = total / (2 * math.pi)
    assert abs(n - round(n)) < 1e-6
    return round(n)


def newton(h, s):
    for _ in range(60):
        step = h(s) / mpmath.diff(h, s)
        s -= step
        if abs(step) < 1e-25 * (1 + abs(s)):
            break
    return s


def corner(h, precise, box, n):
    """The n roots in a box."""
    x0, x1, y0, y1 = box
    if n == 0:
        return []
    if n == 1 and max(x1 - x0, y1 - y0) < 0.2:
        guess = mpmath.mpc((x0 + x1) / 2, (y0 + y1) / 2)
        s = newton(precise, guess)
        if x0 <= s.real <= x1 and y0 <= s.imag <= y1:
            return [s]
    if max(x1 - x0, y1 - y0) < 1e-4:
        raise Blocked
    for part in (0.47, 0.56, 0.39):
        try:
            if x1 - x0 > y1 - y0:
                x = x0 + part * (x1 - x0)
                halves = (x0, x, y0, y1), (x, x1, y0, y1)
            else:
                y = y0 + part * (y1 - y0)
                halves = (x0, x1, y0, y), (x0, x1, y, y1)
            counts = [count(h, *half) for half in halves]
            break
        except Blocked:
            continue
    else:
        raise Blocked
    assert sum(counts) == n
    return [s for half, m in zip(halves, counts)
            for s in corner(h, precise, half, m)]


def draw_case(kind):
    if kind == "mixture":
        w = draw(0.1, 0.9)
        parts = [(w, *draw_law(random.choice(["exponential", "gamma",
                                              "uniform"]))),
                 (round(1 - w, 3), *draw_law(random.choice(
                     ["deterministic", "shifted-exponential", "uniform"])))]
    else:
        parts = [(1.0, *draw_law(kind))]
    a = draw(-1.5, 4)
    b = random.choice([0.0, 0.0, draw(-1, 1)])
    c = random.choice([0.0, 0.0, draw(0, 0.3)])
    line = round(max(draw(-3, 0.5), 0.7 * abscissa(parts)), 3)
    phi = mixed(parts, cmath.exp)
    at_line = phi(complex(line if line != 0 else 1e-6)).real
    if abs(c) * at_line > 0.8:
        return None
    bound = abs(a - c * b) * at_line / (1 - abs(c) * at_line) + abs(b) + 0.1
    if bound > 150:
        return None
    box = (line, max(bound, line + 0.1), -bound - 0.037, bound + 0.041)

    def h(s):
        return s + b + (a + c * s) * phi(s)

    phi_precise = mixed(parts, mpmath.exp)

    def precise(s):
        return s + b + (a + c * s) * phi_precise(s)

    try:
        n = count(h, *box)
        roots = corner(h, precise, box, n)
    except Blocked:
        return None
    if any(abs(s.real - line) < 1e-3 for s in roots):
        return None
    law = "+".join(("" if w == 1 else "%g*" % w)
                   + ":".join([f] + ["%.16g" % x for x in p])
                   for w, f, p in parts)
    return law, b, a, c, line, n, roots


def main():
    print("case,law,b,a,c,line,count,re,im")
    kinds = ["deterministic", "exponential", "shifted-exponential", "gamma",
             "uniform", "empirical", "mixture"]
    case = 0
    while case < 105:
        drawn = draw_case(kinds[case % len(kinds)])
        if drawn is None:
            continue
        law, b, a, c, line, n, roots = drawn
        case += 1
        roots.sort(key=lambda s: (-s.real, -s.imag))
        for s in roots or [mpmath.mpc("nan", "nan")]:
            if s.imag >= -1e-12 or mpmath.isnan(s.real):
                print("%d,%s,%.16g,%.16g,%.16g,%.16g,%d,%s,%s"
                      % (case, law, b, a, c, line, n, mpmath.nstr(s.real, 20),
                         mpmath.nstr(abs(s.imag) if abs(s.imag) > 1e-25 else 0,
                                     20)))


if __name__ == "__main__":
    main()
