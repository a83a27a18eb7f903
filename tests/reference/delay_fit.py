#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Largest likelihoods by general optimisers, and the information matrices of
the families: python3 delay_fit.py > delay_fit.csv, with numpy and scipy.

Rows "fit, family, arguments, log likelihood, samples": the maximum as scipy
finds it without any likelihood equation.  Rows "deviation, family, arguments,
deviations": sqrt of the diagonal of the inverse of E [score score'], by
quadrature; an estimate from n samples has about the deviation over sqrt (n).
Weights and means of hyperexponential laws are those of delay_law; the last
weight, which the others give, has no deviation of its own (0)."""

import numpy as np
from scipy import integrate, optimize, special

HUGE = 1e300


def log_density(family, a, x):
    if family == "exponential":
        return -np.log(a[0]) - x / a[0]
    if family == "gamma":
        k, h = a
        return (k - 1) * np.log(x / h) - x / h - special.gammaln(k) - np.log(h)
    if family == "weibull":
        h, k = a
        return np.log(k / h) + (k - 1) * np.log(x / h) - (x / h) ** k
    if family == "lognormal":
        mu, sigma = a
        return (-0.5 * ((np.log(x) - mu) / sigma) ** 2
                - np.log(x * sigma) - 0.5 * np.log(2 * np.pi))
    if family == "inverse-gaussian":
        m, h = a
        return (0.5 * np.log(h / (2 * np.pi * x ** 3))
                - h * (x - m) ** 2 / (2 * m * m * x))
    if family == "pareto":
        k, h = a
        return np.log(k / h) - (k + 1) * np.log1p(x / h)
    n = (len(a) + 1) // 2  # hyperexponential: n - 1 weights, n means
    weights = np.append(a[:n - 1], 1 - np.sum(a[:n - 1]))
    means = np.asarray(a[n - 1:])
    terms = [np.log(w) - np.log(m) - x / m for w, m in zip(weights, means)]
    return special.logsumexp(terms, axis=0)


def free(family, a):
    """The arguments as optimisers like them: any real numbers."""
    if family == "lognormal":
        return np.array([a[0], np.log(a[1])])
    if family != "hyperexponential":
        return np.log(a)
    n = (len(a) + 1) // 2
    w = np.append(a[:n - 1], 1 - np.sum(a[:n - 1]))
    return np.append(np.log(w[:-1] / w[-1]), np.log(a[n - 1:]))


def bound(family, z):
    if family == "lognormal":
        return np.array([z[0], np.exp(z[1])])
    if family != "hyperexponential":
        return np.exp(z)
    n = (len(z) + 1) // 2
    w = np.exp(np.append(z[:n - 1], 0))
    return np.append(w[:-1] / w.sum(), np.exp(z[n - 1:]))


def maximum(family, starts, x):
    def cost(z):
        with np.errstate(all="ignore"):
            value = -np.sum(log_density(family, bound(family, z), x))
        return value if np.isfinite(value) else HUGE

    best = None
    for start in starts:
        z = free(family, start)
        for _ in range(6):
            z = optimize.minimize(cost, z, method="Nelder-Mead",
                                  options=dict(xatol=1e-12, fatol=1e-13,
                                               maxiter=20000, maxfev=20000)).x
        if best is None or cost(z) < cost(best):
            best = z
    return bound(family, best), -cost(best)


def deviations(family, a):
    a = np.asarray(a, float)
    n = len(a)

    def score(x):
        s = np.empty((n, len(x)))
        for i in range(n):
            step = 1e-5 * abs(a[i]) if a[i] else 1e-5
            up, down = a.copy(), a.copy()
            up[i] += step
            down[i] -= step
            s[i] = (log_density(family, up, x)
                    - log_density(family, down, x)) / (2 * step)
        return s

    # The trapezoidal rule over log t, which ends where nothing is left.
    w = np.linspace(-60, 60, 240001)
    x = np.exp(w)
    with np.errstate(all="ignore"):
        mass = np.exp(log_density(family, a, x)) * x * (w[1] - w[0])
    keep = np.isfinite(mass) & (mass > 1e-25)
    s = score(x[keep])
    info = (s * mass[keep]) @ s.T
    assert abs(mass[keep].sum() - 1) < 1e-6
    return np.sqrt(np.diag(np.linalg.inv(info)))


def arguments(family, a, last=None):
    """In the order of delay_law."""
    if family != "hyperexponential":
        return list(a)
    n = (len(a) + 1) // 2
    rest = 1 - sum(a[:n - 1]) if last is None else last
    return list(a[:n - 1]) + [rest] + list(a[n - 1:])


def show(kind, family, *columns):
    text = [" ".join("%.15g" % v for v in np.atleast_1d(c)) for c in columns]
    print(", ".join([kind, family] + text))


def samples_like(seed, size, digits, kind):
    g = np.random.default_rng(seed)
    x = {"hyper": lambda: g.exponential(np.where(g.random(size) < .7, 1, 8)),
         "gamma": lambda: g.gamma(3, .5, size),
         "pareto": lambda: g.pareto(2.5, size) * 3,
         "lognormal": lambda: g.lognormal(-1, 1.5, size)}[kind]()
    return np.array([float("%.*g" % (digits, v)) for v in x])


def main():
    print("# written by delay_fit.py")
    sets = [samples_like(1, 40, 4, "hyper"), samples_like(2, 40, 2, "gamma"),
            samples_like(3, 60, 5, "pareto"),
            samples_like(4, 40, 4, "lognormal"),
            np.append(samples_like(5, 30, 1, "hyper"), 500.0)]
    for x in sets:
        m = x.mean()
        cv2 = x.var() / m ** 2
        starts = {
            "exponential": [[m]],
            "gamma": [[1 / cv2, m * cv2]],
            "weibull": [[m, 1.0]],
            "lognormal": [[np.log(x).mean(), np.log(x).std()]],
            "inverse-gaussian": [[m, m]],
        }
        if cv2 > 1.2:
            starts["pareto"] = [[2.5, 1.5 * m], [1.2, 0.3 * m], [9.0, 8 * m]]
            starts["hyperexponential"] = [
                [p, m * low, m * high] for p in (.3, .7, .95)
                for low in (.02, .3) for high in (2., 20.)]
        for family, start in starts.items():
            a, top = maximum(family, start, x)
            if family == "hyperexponential" and a[1] > a[2]:
                a = np.array([1 - a[0], a[2], a[1]])
            show("fit", family, arguments(family, a), top, x)
    for family, a in (("exponential", [2.]), ("gamma", [3., .5]),
                      ("weibull", [2., 1.5]), ("weibull", [2., .6]),
                      ("lognormal", [-1., .8]),
                      ("inverse-gaussian", [1., .5]), ("pareto", [2.5, 3.]),
                      ("hyperexponential", [.7, 1., 5.]),
                      ("hyperexponential", [.5, .3, .1, 1., 10.])):
        show("deviation", family, arguments(family, a),
             arguments(family, deviations(family, a), last=0.))


main()
