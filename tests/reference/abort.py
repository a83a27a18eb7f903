# SPDX-License-Identifier: GPL-3.0-or-later
"""Updates per worker when workers abort, Poisson model, by mpmath.

    python3 tests/reference/abort.py

prints the rows of poisson_values in tests/core/test_thresholds.c: with
P(t) = P(Pois(nu t) <= S) the rate r of a worker solves nu = (n - 1) r,

    r = int f P / int (1 - F) P,

all laws having the mean 1.
"""

from mpmath import exp, findroot, gammainc, log, mp, mpf, quad

mp.dps = 20


def laws():
    yield ("gamma", 4, 0.25), lambda t: (4 * t) ** 3 / 6 * 4 * exp(-4 * t), \
        lambda t: gammainc(4, 4 * t, regularized=True), [0, 1, 4, 20]
    yield ("gamma", 100, 0.01), \
        lambda t: exp(99 * log(100 * t) - 100 * t - mp.loggamma(100)) * 100 if t else mpf(0), \
        lambda t: gammainc(100, 100 * t, regularized=True), [0, .7, 1, 1.3, 3]
    yield ("shifted-exponential", 0.5, 0.5), \
        lambda t: 2 * exp(1 - 2 * t) if t >= 0.5 else mpf(0), \
        lambda t: exp(1 - 2 * t) if t >= 0.5 else mpf(1), [0, .5, 1, 4, 30]


def rate(density, survival, points, n, s):
    def keeps(t, nu):
        return gammainc(s + 1, nu * t, regularized=True)

    def excess(r):
        nu = (n - 1) * r
        return quad(lambda t: density(t) * keeps(t, nu), points) \
            / quad(lambda t: survival(t) * keeps(t, nu), points) - r
    return findroot(excess, (0.6, 0.95), solver="anderson", tol=1e-15)


for name, density, survival, points in laws():
    for n, s in [(10, 6), (10, 10), (40, 30)]:
        print('  {{ "{}", {}, {}, {}, {}, {} }},'.format(
            *name, n, s, mp.nstr(rate(density, survival, points, n, s), 13)))
