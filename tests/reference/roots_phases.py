#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Characteristic roots of random equations whose delays are hyperexponential,
phase-type or sums, found as in roots_scalar.py: python3 roots_phases.py >
roots_phases.csv

The columns are those of roots_sums.csv; the laws are written as in
tests/core/law_text.h."""

import cmath
import math
import random

import mpmath

from roots_scalar import (Blocked, corner, count, draw, draw_law, transform)

mpmath.mp.dps = 30
CASES = 160


def solve(matrix, right):
    """Elimination in any arithmetic; the matrix is dominated by its diagonal
    where it is used first."""
    m = [row[:] + [r] for row, r in zip(matrix, right)]
    n = len(m)
    for i in range(n):
        for k in range(i + 1, n):
            f = m[k][i] / m[i][i]
            m[k] = [x - f * y for x, y in zip(m[k], m[i])]
    x = [0] * n
    for i in reversed(range(n)):
        x[i] = (m[i][n] - sum(m[i][k] * x[k]
                              for k in range(i + 1, n))) / m[i][i]
    return x


def phase_type(p):
    n = 2 if len(p) == 6 else 3
    alpha, rows = p[:n], [p[n + n * i:n + n * (i + 1)] for i in range(n)]
    out = [-sum(row) for row in rows]

    def phi(s):
        x = solve([[s * (i == k) - rows[i][k] for k in range(n)]
                   for i in range(n)], out)
        return sum(a * y for a, y in zip(alpha, x))
    return phi


def draw_phases():
    n = random.choice([2, 3])
    first = draw(0.1, 0.9)
    alpha = [first, round(1 - first, 3)] + [0.0] * (n - 2)
    rows = []
    for i in range(n):
        row = [random.choice([0.0, draw(0.2, 4)]) for _ in range(n)]
        row[i] = 0.0
        row[i] = -round(sum(row) + draw(0.3, 3), 3)
        rows += row
    # Rounded sums of the rows are what they are in binary.
    return ("phases:" + ":".join("%.16g" % x for x in alpha + rows),
            lambda exp: phase_type(alpha + rows))


def draw_hyper():
    w = draw(0.1, 0.9)
    p = [w, round(1 - w, 3), draw(0.1, 0.6), draw(0.7, 3)]
    return ("hyper:" + ":".join("%.16g" % x for x in p),
            lambda exp: lambda s: p[0] / (1 + s * p[2]) + p[1] / (1 + s * p[3]))


def draw_plain():
    kind, p = draw_law(random.choice(["deterministic", "exponential", "gamma",
                                      "uniform"]))
    return (":".join([kind] + ["%.16g" % x for x in p]),
            lambda exp: transform(kind, p, exp))


def draw_sum():
    (one, phi), (other, psi) = draw_plain(), random.choice(
        [draw_plain, draw_hyper, draw_phases])()

    def made(exp):
        f, g = phi(exp), psi(exp)
        return lambda s: f(s) * g(s)
    return "sum:%s|%s" % (one, other), made


def abscissa(text):
    """Left of it the transform no longer decreases; to three digits."""
    kind, *p = text.split(":", 1)
    if kind == "sum":
        return max(map(abscissa, p[0].split("|")))
    p = [float(x) for x in p[0].split(":")]
    if kind == "exponential":
        return -1 / p[0]
    if kind == "gamma":
        return -1 / p[1]
    if kind == "hyper":
        return -1 / max(p[2:])
    if kind != "phases":
        return -math.inf
    phi, x = phase_type(p), 0.0
    # The dominant eigenvalue: phi rises without bound on the way to it.
    last = 1.0
    while 1 <= last < 1e3 and x > -20:
        x -= 1e-3
        last = phi(x)
    return x


def draw_case(classes, draws):
    b0 = random.choice([0.0, draw(-1, 1)])
    b2 = random.choice([0.0, 0.0, draw(0.02, 2)])
    each = []
    for _ in range(classes):
        a = draw(-2, 6) / classes
        c = random.choice([0.0, 0.0, draw(0, 0.3) / classes])
        each.append((round(a, 4), round(c, 4), *random.choice(draws)()))
    border = max(abscissa(text) for _, _, text, _ in each)
    line = round(max(draw(-2.5, 0.3), 0.7 * border), 3)
    at = complex(line if line != 0 else 1e-6)
    phis = [made(cmath.exp) for *_, made in each]
    size = [phi(at).real for phi in phis]
    weight_a = sum(abs(e[0]) * p for e, p in zip(each, size)) + abs(b0)
    weight_c = sum(abs(e[1]) * p for e, p in zip(each, size))
    if b2 == 0:
        if weight_c > 0.8:
            return None
        bound = weight_a / (1 - weight_c) + 0.1
    else:
        half = 0.5 * (weight_c + 1) / b2
        bound = half + math.sqrt(half * half + weight_a / b2) + 0.1
    if bound > 60:
        return None
    box = (line, max(bound, line + 0.1), -bound - 0.037, bound + 0.041)

    def function(phis):
        return lambda s: (b0 + (1 + b2 * s) * s
                          + sum((e[0] + e[1] * s) * phi(s)
                                for e, phi in zip(each, phis)))

    h = function(phis)
    try:
        n = count(h, *box)
        if n > 16:
            return None
        roots = corner(h, function([made(mpmath.exp) for *_, made in each]),
                       box, n)
    except (Blocked, OverflowError, ZeroDivisionError):
        return None
    if any(abs(s.real - line) < 1e-3 for s in roots):
        return None
    text = ";".join("%.16g %.16g %s" % e[:3] for e in each)
    return b0, 1.0, b2, text, line, n, roots


def main():
    random.seed(20260303)
    print("case,b0,b1,b2,classes,line,count,re,im")
    case = 0
    while case < CASES:
        drawn = draw_case(1 + case % 2,
                          [draw_phases, draw_hyper, draw_sum]
                          + ([draw_plain] if case % 2 else []))
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
                         mpmath.nstr(s.real, 20), mpmath.nstr(im, 20)),
                      flush=True)


if __name__ == "__main__":
    main()
