#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roots and limits of s + b + a phi(s) for laws written as in
tests/core/law_text.h, by mpmath at 40 digits: python3 roots_known.py >
roots_known.csv

Lines "root": law, a, b, a line, Re s, Im s >= 0, multiplicity, for each root
right of the line that the guesses lead to; the number of them is checked by
the turn of arg h around the half plane, sampled densely.
Lines "limit": law, the critical damping and its frequency, the damping and
the speed at which two real roots meet."""

import mpmath

mp = mpmath.mp
mp.dps = 40


def phases(p):
    n = next(n for n in range(1, 9) if n + n * n == len(p))
    alpha = mpmath.matrix([p[:n]])
    generator = mpmath.matrix(n, n)
    for i in range(n):
        for j in range(n):
            generator[i, j] = p[n + n * i + j]
    out = -generator * mpmath.ones(n, 1)
    return lambda s: (alpha * mpmath.lu_solve(s * mpmath.eye(n) - generator,
                                              out))[0]


def transform(law):
    if law.startswith("sum:"):
        one, other = (transform(part) for part in law[4:].split("|"))
        return lambda s: one(s) * other(s)
    if law.startswith("mix:"):
        one, other = law[4:].split("|")
        w, one = one.split(":", 1)
        w, one, other = mpmath.mpf(w), transform(one), transform(other)
        return lambda s: w * one(s) + (1 - w) * other(s)
    family, *p = law.split(":")
    p = [mpmath.mpf(x) for x in p]
    if family == "phases":
        return phases(p)
    return {
        "deterministic": lambda s: mpmath.exp(-s * p[0]),
        "exponential": lambda s: 1 / (1 + s * p[0]),
        "shifted-exponential": lambda s: mpmath.exp(-s * p[0]) / (1 + s * p[1]),
        "gamma": lambda s: (1 + s * p[1]) ** (-p[0]),
        "uniform": lambda s: (mpmath.exp(-s * p[0]) - mpmath.exp(-s * p[1]))
        / (s * (p[1] - p[0])) if s != 0 else mpmath.mpf(1),
        "hyper": lambda s: sum(w / (1 + s * m) for w, m
                               in zip(p[:len(p) // 2], p[len(p) // 2:])),
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
for s in mpmath.polyroots([mpmath.mpf("0.25"), 1, 1, 1], maxsteps=500,
                          extraprec=200):
    if s.imag >= 0:
        print("root,gamma:2:0.5,1,0,-4,%s,%s,1" % (nstr(s.real), nstr(s.imag)))
for a in ("0.09", "1"):
    for s in mpmath.polyroots([mpmath.mpf("2.75"), 6, 1 + 5 * mpmath.mpf(a),
                               mpmath.mpf(a)], maxsteps=500, extraprec=200):
        if s.imag >= 0:
            print("root,hyper:0.9:0.1:0.5:5.5,%s,0,-4,%s,%s,1"
                  % (a, nstr(s.real), nstr(s.imag)))
print("root,deterministic:1,%.17g,0,-2,-1,0,2" % mpmath.exp(-1))
print("root,exponential:1,0.25,0,-2,-0.5,0,2")
print("root,gamma:2:0.5,%.17g,0,-1.5,%s,0,2"
      % (mpmath.mpf(8) / 27, nstr(-mpmath.mpf(2) / 3)))
print("root,deterministic:1,1,-1,-1,0,0,2")



def critical_of(phi):
    """The least w / |phi(i w)| over the crossings of a dense scan; each is w
    or more, which ends it."""
    def real(w):
        return phi(mpmath.mpc(0, w)).real

    best = mpmath.inf, mpmath.nan
    w, step = mpmath.mpf("1e-2"), mpmath.mpf("1.01")
    while w < min(best[0], 3000):
        mp.dps = 15
        crossed = real(w) * real(w * step) < 0
        mp.dps = 40
        if crossed:
            low, high = w, w * step
            for _ in range(130):
                middle = (low + high) / 2
                if real(middle) * real(low) > 0:
                    low = middle
                else:
                    high = middle
            at = phi(mpmath.mpc(0, low))
            if at.imag < 0:
                best = min(best, (low / abs(at), low))
        w *= step
    return best


print("kind,law,critical,frequency,fastest,rate")
for law, border in [
        ("deterministic:1", 1.1), ("shifted-exponential:0.5:0.5", 1.1),
        ("gamma:2:0.5", 1.1), ("gamma:4:0.25", 1.1), ("gamma:1.5:1", 0.9),
        ("gamma:0.5:2", 0.49), ("exponential:3", 0.33), ("uniform:0:2", 1.1),
        ("uniform:0.2:1.8", 1.1), ("hyper:0.9:0.1:0.5:5.5", 0.18),
        ("hyper:0.2:0.5:0.3:0.1:1:3", 0.33),
        ("mix:0.6:exponential:1|uniform:0:2", 0.99),
        ("mix:0.7:gamma:0.5:2|exponential:1", 0.49),
        ("phases:0.7:0.3:-3:2:0.5:-1", 0.6),
        ("phases:1:0:0:-2:2:0:0:-2:1:0.3:0:-0.4", 0.26),
        # From its value at 0 the density falls, to rise once more: the real
        # part is negative in between only.
        ("phases:0.06:0.94:0:-20:0:0:0:-2:2:0:0:-2", 1.9),
        # The same with too little of a dip.
        ("phases:0.2:0.8:0:-20:0:0:0:-2:2:0:0:-2", 1.9),
        ("sum:gamma:4:0.25|exponential:2", 0.49),
        ("sum:gamma:2.5:0.5|exponential:1", 0.99),
        ("sum:gamma:0.3:1|uniform:1:2", 0.99),
        ("sum:uniform:0:1|uniform:0.5:2.5", 1.1),
        ("sum:gamma:0.3:1|gamma:0.4:2", 0.49),
        ("sum:gamma:0.7:1|gamma:0.6:2", 0.49),
        ("sum:deterministic:0.3|phases:0.7:0.3:-3:2:0.5:-1", 0.6)]:
    phi = transform(law)
    critical, frequency = critical_of(phi)
    # x m(x) = 1, m the mean of the law tilted by exp (x t), grows with x.
    low, high = mpmath.mpf(0), mpmath.mpf(border)
    for _ in range(140):
        x = (low + high) / 2
        if -x * mpmath.diff(phi, -x) / phi(-x) > 1:
            high = x
        else:
            low = x
    s = -low
    assert high < border
    print("limit,%s,%s,%s,%s,%s"
          % (law, "Inf" if critical == mpmath.inf else nstr(critical),
             "NaN" if critical == mpmath.inf else nstr(frequency),
             nstr(-s / phi(s)), nstr(-s)))
