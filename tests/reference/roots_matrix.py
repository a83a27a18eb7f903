#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Characteristic roots of random systems, found without any of the package's
methods: python3 roots_matrix.py > roots_matrix.csv

f(s) = det (s I - A_0 - sum_k A_k exp (-s tau_k)), n = 1..8, 1..4 delays.  The
roots right of a line are counted by the argument of f along a rectangle,
sampled until neighbouring samples differ by less than 0.4 radians at two
resolutions; the rectangle is then cut down to single roots, which mpmath
polishes at 30 digits.

Every sixth case consists of two equal blocks in other coordinates, so that all
its roots are double; every sixth has matrices with few entries.

One line per case, ";" between its parts, " " between numbers: case, n, delays,
entries of A_0, A_1, ... by columns, line, number of roots, and the roots with
Im s >= 0 as triples of real part, imaginary part, multiplicity."""

import math
import random
import sys

import mpmath
import numpy as np

mpmath.mp.dps = 30
random.seed(20261124)
CASES = 540


class Blocked(Exception):
    pass


class Problem:
    def __init__(self, matrices, delays):
        self.a = [np.array(m) for m in matrices]
        self.tau = np.array(delays)
        self.n = len(matrices[0])

    def f(self, s):
        s = np.asarray(s, dtype=complex)
        m = s[:, None, None] * np.eye(self.n) - self.a[0]
        for a, tau in zip(self.a[1:], self.tau):
            m = m - a * np.exp(-s * tau)[:, None, None]
        return np.linalg.det(m)

    def f_precise(self, s):
        factor = [1] + [mpmath.exp(-s * mpmath.mpf(float(tau)))
                        for tau in self.tau]
        n = range(self.n)
        m = mpmath.matrix([[(s if i == j else 0)
                            - sum(float(a[i, j]) * x
                                  for a, x in zip(self.a, factor) if a[i, j])
                            for j in n] for i in n])
        return mpmath.det(m)

    def bound(self, x):
        return sum(np.linalg.norm(a, 2) * math.exp(-x * tau)
                   for a, tau in zip(self.a, [0, *self.tau]))

    def turn(self, p, q, depth=0):
        """The turn of arg f from p to q."""
        pieces = max(1, math.ceil(abs(q - p) / 0.8))
        s = p + (q - p) * np.linspace(0, 1, 8 * pieces + 1)
        value = self.f(s)
        if not np.all(np.isfinite(value)) or np.any(value == 0):
            raise Blocked
        fine = np.angle(value[1:] / value[:-1])
        coarse = np.angle(value[2::2] / value[:-2:2])
        bad = np.abs(coarse).reshape(pieces, 4).max(axis=1) >= 0.4
        total = fine.reshape(pieces, 8).sum(axis=1)
        if depth > 30 and bad.any():
            raise Blocked
        return sum(self.turn(s[8 * k], s[8 * k + 4], depth + 1)
                   + self.turn(s[8 * k + 4], s[8 * k + 8], depth + 1)
                   if bad[k] else total[k] for k in range(pieces))

    def count(self, x0, x1, y0, y1):
        corners = [complex(x0, y0), complex(x1, y0), complex(x1, y1),
                   complex(x0, y1)]
        total = sum(self.turn(corners[k], corners[(k + 1) % 4])
                    for k in range(4))
        n = total / (2 * math.pi)
        if abs(n - round(n)) > 1e-6:
            raise Blocked
        return round(n)

    def newton(self, s, m):
        """An m-fold root from a guess, or None: doubles first, then mpmath,
        the derivative by central differences at twice the digits."""
        for _ in range(30):
            f = self.f([s])[0]
            slope = (self.f([s + 1e-6])[0] - self.f([s - 1e-6])[0]) / 2e-6
            step = m * f / slope if slope else 0
            s -= step
            if not np.isfinite(s) or abs(step) < 1e-7 * (1 + abs(s)):
                break
        else:
            return None
        if not np.isfinite(s):
            return None
        return self.polish(mpmath.mpc(s), m)

    def polish(self, s, m):
        """Newton's iteration with derivatives by differences at twice the
        digits; for simple roots the first derivative serves throughout."""
        h = mpmath.mpf(10) ** -20
        slope = None
        with mpmath.workdps(50):
            for _ in range(10):
                f = self.f_precise(s)
                if m > 1 or slope is None:
                    slope = (self.f_precise(s + h) - f) / h
                if slope == 0:
                    break
                step = m * f / slope
                s -= step
                if abs(step) < mpmath.mpf(10) ** -22 * (1 + abs(s)):
                    return s
        return None

    def corner(self, box, n):
        """The n roots in a box, as pairs with multiplicities."""
        if n == 0:
            return []
        x0, x1, y0, y1 = box
        size = max(x1 - x0, y1 - y0)
        if size < (0.7 if n == 1 else 1e-3):
            guess = complex((x0 + x1) / 2, (y0 + y1) / 2)
            s = self.newton(guess, n)
            if s and x0 <= s.real <= x1 and y0 <= s.imag <= y1:
                return [(s, n)]
            if size < 1e-4:
                raise Blocked
        for part in (0.47, 0.56, 0.39):
            try:
                if x1 - x0 > y1 - y0:
                    x = x0 + part * (x1 - x0)
                    halves = (x0, x, y0, y1), (x, x1, y0, y1)
                else:
                    y = y0 + part * (y1 - y0)
                    halves = (x0, x1, y0, y), (x0, x1, y, y1)
                counts = [self.count(*half) for half in halves]
                break
            except Blocked:
                continue
        else:
            raise Blocked
        if sum(counts) != n:
            raise Blocked
        return [s for half, m in zip(halves, counts)
                for s in self.corner(half, m)]


def entry(size):
    return round(random.gauss(0, size), 3)


def unimodular(n):
    """An integer matrix of determinant 1, and its inverse."""
    p = np.eye(n, dtype=int)
    for _ in range(2 * n):
        i, j = random.sample(range(n), 2)
        p[i] += random.choice([-1, 1]) * p[j]
    return p, np.round(np.linalg.inv(p)).astype(int)


def draw_case(case):
    delays = [round(random.uniform(0.1, 2), 3)
              for _ in range(random.randint(1, 4))]
    kind = case % 6
    n = random.randint(1, 8)
    if kind == 0:
        n = random.choice([2, 4, 6])
    matrices = []
    size = random.choice([0.3, 1, 2]) / math.sqrt(n)
    if kind == 0:
        p, q = unimodular(n)
    for k in range(len(delays) + 1):
        if kind == 0:
            block = [[8 * entry(size) for _ in range(n // 2)]
                     for _ in range(n // 2)]
            a = np.round(np.kron(np.eye(2), block)) / 8
            a = p @ a @ q
            assert np.array_equal(a * 8, np.round(a * 8))
        elif kind == 1:
            a = np.array([[entry(2 * size) if random.random() < 0.3 else 0.0
                           for _ in range(n)] for _ in range(n)])
        else:
            a = np.array([[entry(size) for _ in range(n)] for _ in range(n)])
        matrices.append(a.tolist())
    problem = Problem(matrices, delays)
    line = round(random.uniform(-2.5, 0.3), 3)
    bound = problem.bound(line)
    if bound > 45:
        return None
    box = (line, max(bound, line) + 0.1, -bound - 0.037, bound + 0.041)
    try:
        n_roots = problem.count(*box)
        if n_roots > 40:
            return None
        roots = problem.corner(box, n_roots)
    except Blocked:
        return None
    if any(abs(s.real - line) < 1e-3 for s, _ in roots):
        return None
    roots = [(s.real, s.imag if abs(s.imag) > 1e-15 else mpmath.mpf(0), m)
             for s, m in roots]
    assert sum(m for *_, m in roots) == n_roots
    return matrices, delays, line, n_roots, roots


def main():
    case = 0
    while case < CASES:
        drawn = draw_case(case)
        if drawn is None:
            continue
        matrices, delays, line, count, roots = drawn
        case += 1
        entries = " ".join("%r" % float(x) for a in matrices
                           for x in np.array(a).flatten(order="F"))
        roots = sorted((r for r in roots if r[1] >= 0),
                       key=lambda r: (-r[0], -r[1]))
        print(case, len(matrices[0]), " ".join("%r" % t for t in delays),
              entries, "%r" % line, count,
              " ".join("%s %s %d" % (mpmath.nstr(x, 18), mpmath.nstr(y, 18), m)
                       for x, y, m in roots), sep=";")
        sys.stdout.flush()


main()
