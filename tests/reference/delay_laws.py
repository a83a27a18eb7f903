#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transforms, distributions and integrals of laws of delays, by mpmath at 40
digits: python3 delay_laws.py > delay_laws.csv

A law is its family and parameters, as delay_law takes them; "linear:T:base" is
the law "base" thinned with the acceptance 1 - t/T at t < T.
Quantities at the argument re + i im: lst0, lst1, lst2 (E exp (-s T) and its
derivatives), cdf, pdf, excess (E (t - T)^+)."""

from mpmath import mp, mpf, mpc, exp, log, gammainc, loggamma, quad, nstr

mp.dps = 40


class Gamma:
    def __init__(self, k, h):
        self.k, self.h = k, h
        self.points = [k * h * f for f in (mpf("0.01"), mpf("0.3"), mpf("0.9"),
                                           1, mpf("1.1"), 2, 6)]
        if k > 100:
            self.points = [k * h + z * h * k ** mpf("0.5")
                           for z in (-6, -2, mpf("-0.1"), 0, 1, 3, 6)]

    def derivatives(self, s):
        k, h = self.k, self.h
        z = 1 + s * h
        return (z ** -k, -k * h * z ** (-k - 1), k * (k + 1) * h * h
                * z ** (-k - 2))

    def pdf(self, t):
        x = t / self.h
        return exp((self.k - 1) * log(x) - x - loggamma(self.k)) / self.h

    def cdf(self, t):
        return below(self.k, t / self.h)

    def excess(self, t):
        k, x = self.k, t / self.h
        step = exp(k * log(x) - x - loggamma(k + 1))
        return self.h * ((x - k) * below(k, x) + k * step)

    # int_0^T t^j exp (-s t) dF
    def partial(self, j, s, T):
        k, h = self.k, self.h
        rate = s + 1 / h
        value = gammainc(k + j, 0, T * rate) * rate ** (-k - j)
        return value * exp(-loggamma(k)) * h ** -k


# P(k, x); the series of mpmath gives up at large k, the integral does not.
def below(k, x):
    if k < 1e5:
        return gammainc(k, 0, x, regularized=True)
    density = lambda y: exp((k - 1) * log(y) - y - loggamma(k))
    width = k ** mpf("0.5")
    ends = [k - 14 * width + 2 * i * width for i in range(15)]
    ends = [e for e in ends if e < x] + [x]
    return quad(density, ends)


class Shifted:
    def __init__(self, d, m):
        self.d, self.m = d, m
        self.points = [d + m * f for f in (mpf("1e-9"), mpf("1e-3"), mpf("0.3"),
                                           1, 7, 40)]

    def lst(self, s):
        return exp(-s * self.d) / (1 + s * self.m)

    def cdf(self, t):
        return 1 - exp(-(t - self.d) / self.m)

    def pdf(self, t):
        return exp(-(t - self.d) / self.m) / self.m

    def excess(self, t):
        x = (t - self.d) / self.m
        return self.m * (x - 1 + exp(-x))


class Uniform:
    def __init__(self, a, b):
        self.a, self.b = a, b
        self.points = [a + (b - a) * f for f in (mpf("1e-6"), mpf("0.3"),
                                                 mpf("0.999"))]

    # By the moments near 0, where the formula cancels even at 40 digits.
    def lst(self, s):
        a, b = self.a, self.b
        if abs(s) * b > mpf("1e-8"):
            return (exp(-s * a) - exp(-s * b)) / (s * (b - a))
        total, power_of_s, factorial = mpf(0), mpf(1), mpf(1)
        for n in range(12):
            moment = (b ** (n + 1) - a ** (n + 1)) / ((n + 1) * (b - a))
            total += power_of_s * moment / factorial
            power_of_s *= -s
            factorial *= n + 1
        return total

    def cdf(self, t):
        return (t - self.a) / (self.b - self.a)

    def pdf(self, t):
        return 1 / (self.b - self.a)

    def excess(self, t):
        return (t - self.a) ** 2 / (2 * (self.b - self.a))


class Linear:
    def __init__(self, T, base):
        self.T, self.base = T, base
        self.kept = self.moment(0, mpf(0))
        self.points = [T * f for f in (mpf("0.01"), mpf("0.3"), mpf("0.9"))]

    def moment(self, j, s):
        return (self.base.partial(j, s, self.T)
                - self.base.partial(j + 1, s, self.T) / self.T)

    def derivatives(self, s):
        return [(-1) ** j * self.moment(j, s) / self.kept for j in range(3)]

    def cdf(self, t):
        return (self.base.partial(0, 0, t)
                - self.base.partial(1, 0, t) / self.T) / self.kept

    def pdf(self, t):
        return (1 - t / self.T) * self.base.pdf(t) / self.kept

    def excess(self, t):
        first = (self.base.partial(1, 0, t)
                 - self.base.partial(2, 0, t) / self.T) / self.kept
        return t * self.cdf(t) - first


def made(text):
    family, *rest = text.split(":")
    if family == "linear":
        return Linear(mpf(float(rest[0])), made(":".join(rest[1:])))
    number = [mpf(float(word)) for word in rest]
    return {"gamma": Gamma, "shifted-exponential": Shifted,
            "uniform": Uniform}[family](*number)


def derivatives(law, s, unit):
    if hasattr(law, "derivatives"):
        return law.derivatives(s)
    mp.dps = 80
    h = mpf("1e-16") / mpf(unit)
    f = [law.lst(s + i * h) for i in (-2, -1, 0, 1, 2)]
    first = (8 * (f[3] - f[1]) - f[4] + f[0]) / (12 * h)
    second = (16 * (f[3] + f[1]) - f[4] - f[0] - 30 * f[2]) / (12 * h * h)
    mp.dps = 40
    return f[2], first, second


laws = ["shifted-exponential:0.5:0.25", "shifted-exponential:0:1e300",
        "gamma:0.001:1", "gamma:0.1:3", "gamma:0.5:1e-300", "gamma:1.5:0.5",
        "gamma:4:0.25", "gamma:26.8:1e300", "gamma:350:1", "gamma:1e4:1e-4",
        "gamma:1e6:1e-6", "gamma:3e7:1", "uniform:0:2", "uniform:1:3",
        "uniform:1e-3:1.001e-3", "linear:2:gamma:4:0.25",
        "linear:1:gamma:0.5:2", "linear:30:gamma:1:1"]
# In units of the inverse of a length of time that suits the law.
arguments = [mpc(x, y) for x in ("-0.3", "0", "1e-9", "20")
             for y in ("0", "1e-7", "3", "100")]

print("law,quantity,re,im,value_re,value_im")
for text in laws:
    law = made(text)
    number = [float(word) for word in text.split(":") if word[0].isdigit()]
    unit = max(number[-1], number[-2] if text[0] == "u" else 0)
    if text[0] == "l":
        unit = number[0] / 3
    row = lambda what, z, v: print(",".join(
        [text, what, repr(float(mpc(z).real)), repr(float(mpc(z).imag)),
         nstr(mpc(v).real, 20), nstr(mpc(v).imag, 20)]))
    if "3e7" not in text:
        for z in arguments:
            s = mpc(float(z.real / unit), float(z.imag / unit))
            if text[0] == "g" and number[0] > 100:
                s = mpc(float(s.real / number[0]), float(s.imag / number[0]))
            for order, value in enumerate(derivatives(law, s, unit)):
                if abs(value) < mpf("1e300"):
                    row("lst%d" % order, s, value)
    for point in law.points:
        t = mpf(float(point))
        row("cdf", t, law.cdf(t))
        row("pdf", t, law.pdf(t))
        row("excess", t, law.excess(t))
