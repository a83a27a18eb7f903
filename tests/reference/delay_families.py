#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transforms, distributions and quantiles of the families that delay_laws.py
does not have, by mpmath at 40 digits: python3 delay_families.py > delay_families.csv

Quantities at the argument re + i im: lst0, lst1, lst2 (E exp (-s T) and its
derivatives), cdf, and quantile, whose argument is the cdf as a double and whose
value is where it was taken (to what that rounding moves it by)."""

from mpmath import (mp, mpf, mpc, exp, log, sqrt, pi, erfc, expint, expm, matrix,
                    lu_solve, eye, ncdf, npdf, quad, arg, nstr)

mp.dps = 40


def hyper_lst(s):
    return mpf(float("0.9")) / (1 + s / 2) + mpf(float("0.1")) / (1 + s * mpf("5.5"))


def hyper_cdf(t):
    return 1 - (mpf(float("0.9")) * exp(-2 * t)
                + mpf(float("0.1")) * exp(-t / mpf("5.5")))


generator = matrix([[-3, 2], [mpf("0.5"), -1]])
entry = matrix([[mpf(float("0.7")), mpf(float("0.3"))]])
total = entry[0] + entry[1]


def phases_lst(s):
    out = lu_solve(s * eye(2) - generator, -generator * matrix([1, 1]))
    return (entry * out)[0] / total


def phases_cdf(t):
    return 1 - (entry * expm(generator * t, method="taylor") * matrix([1, 1]))[0] / total


# The sum of gamma 2, .5 and exponential 2.
def sum_lst(s):
    return (1 + s / 2) ** -2 / (1 + 2 * s)


def sum_cdf(t):
    # E P(exponential <= t - x): density 4 x exp (-2 x) of the gamma part
    return quad(lambda x: 4 * x * exp(-2 * x) * (1 - exp(-(t - x) / 2)), [0, t / 4, t])


def weibull_half_lst(s):
    root = sqrt(s)
    return sqrt(pi) / (2 * root) * exp(1 / (4 * s)) * erfc(1 / (2 * root))


# scale 2, shape 2
def rayleigh_lst(s):
    return 1 - s * sqrt(pi) * exp(s * s) * erfc(s)


sigma = mpf(float("1.5"))


def lognormal_lst(s):
    turn = 1j * arg(s) / sigma
    f = lambda x: (exp(-(x - turn) ** 2 / 2 - abs(s) * exp(sigma * x)) / sqrt(2 * pi))
    return quad(f, [-18 + 2 * k for k in range(19)])


def pareto_lst(s):
    return mpf("2.5") * exp(mpf("1.5") * s) * expint(mpf("3.5"), mpf("1.5") * s)


# Means and shapes; exp (2 shape/mean) is no problem at 40 digits.
def wald_lst(m, h):
    return lambda s: exp(h / m * (1 - sqrt(1 + 2 * m * m * s / h)))


def wald_cdf(m, h):
    return lambda t: (ncdf(sqrt(h / t) * (t / m - 1))
                      + exp(2 * h / m) * ncdf(-sqrt(h / t) * (t / m + 1)))


def truncated_lst(s):
    return (1 - exp(-3 * (1 + s))) / (1 + s) / (1 - exp(mpf(-3)))


laws = {
    "hyper:0.9:0.1:0.5:5.5": (hyper_lst, hyper_cdf),
    "phases:0.7:0.3:-3:2:0.5:-1": (phases_lst, phases_cdf),
    "sum:gamma:2:0.5|exponential:2": (sum_lst, sum_cdf),
    "weibull:1:0.5": (weibull_half_lst, lambda t: 1 - exp(-sqrt(t))),
    "weibull:2:2": (rayleigh_lst, lambda t: 1 - exp(-(t / 2) ** 2)),
    "lognormal:0:1.5": (lognormal_lst, lambda t: ncdf(log(t) / sigma)),
    "inverse-gaussian:1:1": (wald_lst(mpf(1), mpf(1)), wald_cdf(mpf(1), mpf(1))),
    "inverse-gaussian:2:0.125": (wald_lst(mpf(2), mpf("0.125")),
                                 wald_cdf(mpf(2), mpf("0.125"))),
    "inverse-gaussian:0.5:500": (wald_lst(mpf("0.5"), mpf(500)),
                                 wald_cdf(mpf("0.5"), mpf(500))),
    "pareto:2.5:1.5": (pareto_lst, lambda t: 1 - (1 + t / mpf("1.5")) ** mpf("-2.5")),
    "truncated:3:exponential:1": (truncated_lst,
                                  lambda t: (1 - exp(-t)) / (1 - exp(mpf(-3)))),
}


# Central differences of the fourth order: at such steps they lose half of the 40
# digits, and no more.
def derivatives(lst, s):
    h = mpf("1e-8")
    f = [lst(s + i * h) for i in (-2, -1, 0, 1, 2)]
    return (f[2], (8 * (f[3] - f[1]) - f[4] + f[0]) / (12 * h),
            (16 * (f[3] + f[1]) - f[4] - f[0] - 30 * f[2]) / (12 * h * h))


print("law,quantity,re,im,value_re,value_im")
for text, (lst, cdf) in laws.items():
    def row(what, z, v):
        z, v = mpc(z), mpc(v)
        print(",".join([text, what, repr(float(z.real)), repr(float(z.imag)),
                        nstr(v.real, 20), nstr(v.imag, 20)]))
    # Left of the axis, and left of the branch point off the cut, where doubles
    # hold the values.
    left = ()
    if text in ("inverse-gaussian:1:1", "inverse-gaussian:2:0.125"):
        mean, shape = [float(part) for part in text.split(":")[1:]]
        left = (-0.8 * shape / (2 * mean ** 2), -3 * shape / (2 * mean ** 2))
    for re in left + ("0.01", "0.3", "2", "20"):
        for im in ("0", "0.2", "3", "50"):
            if float(re) < 0 and re == min(left) and im == "0":
                continue
            s = mpc(float(re), float(im))
            for order, value in enumerate(derivatives(lst, s)):
                row("lst%d" % order, s, value)
    for t in ("0.001", "0.1", "0.7", "1.5", "2.9"):
        t = mpf(float(t))
        row("cdf", t, cdf(t))
        if 1e-300 < float(cdf(t)) < 1:
            row("quantile", mpf(float(cdf(t))), t)
