#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roots and limits of s + b + a phi(s) for textbook laws, by mpmath at 40
digits: python3 roots_known.py > roots_known.csv

Lines "root": law, a, b, a line, Re s, Im s >= 0, multiplicity, for each root
right of the line that the guesses lead to; the number of them is checked by
the turn of arg h around the half plane, sampled densely.
Lines "limit": law, the critical damping and its frequency, the damping and
the speed at which two real roots meet."""

import mpmath

mp = mpmath.mp
mp.dps = 40


def transform(law):
    family, *p = law.split(":")
    p = [mpmath.mpf(x) for x in p]
    return {
        "deterministic": lambda s: mpmath.exp(-s * p[0]),
        "exponential": lambda s: 1 / (1 + s * p[0]),
        "shifted-exponential": lambda s: mpmath.exp(-s * p[0]) / (1 + s * p[1]),
        "gamma": lambda s: (1 + s * p[1]) ** (-p[0]),
        "uniform": lambda s: (mpmath.exp(-s * p[0]) - mpmath.exp(-s * p[1]))
        / (s * (p[1] - p[0])) if s != 0 else mpmath.mpf(1),
        "hyperexponential": lambda s: p[0] / (1 + s * p[1])
        + (1 - p[0]) / (1 + s * p[2]),
    }[family]


def count(h, line):
    """Zeros right of the line: half a circle, and the line up to its ends."""
    radius, n = mpmath.mpf(100), 6000
    path = [line + radius * mpmath.expj(mpmath.pi * (mpmath.mpf(k) / 400 - 0.5))
            for k in range(401)]
    path += [line + mpmath.mpc(0, radius * (1 - 2 * mpmath.mpf(k) / n))
             for k in range(1, n + 1)]
    old_dps, mp.dps = mp.dps, 15
    values = [h(s) for s in path]
    turns = [mpmath.arg(v / u) for u, v in zip(values, values[1:])]
    mp.dps = old_dps
    assert max(map(abs, turns)) < 1
    return int(mpmath.nint(sum(turns) / (2 * mpmath.pi)))


def newton(h, s):
    for _ in range(200):
        step = h(s) / mpmath.diff(h, s)
        s -= step
        if abs(step) < mpmath.mpf(10) ** -35:
            break
    return s


def roots(law, a, b, line):
    phi = transform(law)

    def h(s):
        return s + b + a * phi(s)

    found = []
    for x in range(-5, 3):
        for y in range(0, 24):
            try:
                s = newton(h, mpmath.mpc(x / 2 - 0.111, y + 0.013 * (y > 0)))
            except (ZeroDivisionError, OverflowError, ValueError):
                continue
            if abs(h(s)) > 1e-30 or s.real < line:
                continue
            s = mpmath.mpc(s.real, abs(s.imag))
            if s.imag < 1e-25:
                s = mpmath.mpc(s.real, 0)
            if all(abs(s - t) > 1e-12 for t in found):
                found.append(s)
    n = count(h, mpmath.mpf(line))
    assert n == sum(2 if s.imag > 0 else 1 for s in found), (law, a, n, found)
    return sorted(found, key=lambda s: -s.real)


def nstr(x):
    return mpmath.nstr(x, 22)


print("kind,law,a,b,line,re,im,multiplicity")
for law, a, b, line in [
        ("deterministic:1", 1, 0, -2.5), ("deterministic:1", 0.2, 0, -3),
        ("deterministic:1", 1.9, 0, -2.5), ("deterministic:2", -0.5, 1, -1),
        ("exponential:1", 0.9, 0, -0.95), ("exponential:1", 1, 0, -0.9),
        ("gamma:2:0.5", 1, 0, -1.9), ("gamma:4:0.25", 0.9, 0, -3),
        ("gamma:0.5:2", 0.2, 0, -0.4), ("uniform:0.2:1.8", 0.9, 0, -2.5),
        ("uniform:0:2", 1, 0, -1),
        ("shifted-exponential:0.5:0.5", 0.2, 0, -1.8),
        ("shifted-exponential:0.5:0.5", 1.9, 0, -1.8),
        ("shifted-exponential:0.9:0.1", 0.2, 0, -3),
        ("shifted-exponential:0.9:0.1", 1.9, 0, -3)]:
    for s in roots(law, mpmath.mpf(str(a)), mpmath.mpf(str(b)), line):
        print("root,%s,%s,%s,%s,%s,%s,1"
              % (law, a, b, line, nstr(s.real), nstr(s.imag)))
# Left of the abscissa of convergence, by the numerators s (1 + s/2)^2 + 1 and
# s (1 + s/2) (1 + 11 s/2) + a (1 + 5 s), and the double roots, which follow from s phi' = phi in closed form.
print("root,gamma:2:0.5,1,0,-4,%s,0,1"
      % nstr(newton(lambda s: s * (1 + s / 2) ** 2 + 1, mpmath.mpf(-3))))
for a in ("0.09", "1"):
    for s in mpmath.polyroots([mpmath.mpf("2.75"), 6, 1 + 5 * mpmath.mpf(a),
                               mpmath.mpf(a)], maxsteps=500, extraprec=200):
        if s.imag >= 0:
            print("root,hyperexponential:0.9:0.5:5.5,%s,0,-4,%s,%s,1"
                  % (a, nstr(s.real), nstr(s.imag)))
print("root,deterministic:1,%.17g,0,-2,-1,0,2" % mpmath.exp(-1))
print("root,exponential:1,0.25,0,-2,-0.5,0,2")
print("root,gamma:2:0.5,%.17g,0,-1.5,%s,0,2"
      % (mpmath.mpf(8) / 27, nstr(-mpmath.mpf(2) / 3)))
print("root,deterministic:1,1,-1,-1,0,0,2")

print("kind,law,critical,frequency,fastest,rate")
for law, w, border in [
        ("deterministic:1", 1.6, 1.1),
        ("shifted-exponential:0.5:0.5", 1.7, 1.1), ("gamma:2:0.5", 2, 1.1),
        ("gamma:4:0.25", 1.7, 1.1), ("gamma:1.5:1", 1.7, 0.9),
        ("gamma:0.5:2", None, 0.49), ("exponential:3", None, 0.33),
        ("uniform:0:2", 1.6, 1.1), ("uniform:0.2:1.8", 1.6, 1.1),
        ("hyperexponential:0.9:0.5:5.5", None, 0.18)]:
    phi = transform(law)
    if w is None:
        critical = frequency = None
    else:
        frequency = mpmath.findroot(lambda w: phi(mpmath.mpc(0, w)).real, w)
        assert all(phi(mpmath.mpc(0, frequency * k / 500)).real > 0
                   for k in range(1, 500))
        assert phi(mpmath.mpc(0, frequency)).imag < 0
        critical = frequency / abs(phi(mpmath.mpc(0, frequency)))
    # x m(x) = 1, m the mean of the law tilted by exp (x t), grows with x.
    low, high = mpmath.mpf(0), mpmath.mpf(border)
    for _ in range(140):
        x = (low + high) / 2
        if -x * mpmath.diff(phi, -x) / phi(-x) > 1:
            high = x
        else:
            low = x
    s = -low
    print("limit,%s,%s,%s,%s,%s"
          % (law, "Inf" if critical is None else nstr(critical),
             "NaN" if critical is None else nstr(frequency),
             nstr(-s / phi(s)), nstr(-s)))
