# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes response.csv: the mean X' = -a E X(t-D) from X = 1 for t <= 0.

With independent copies D_1, D_2, ... of the delay and S_k = D_1 + ... + D_k,

  X(t) = 1 + sum_{k>=1} (-a)^k E (t - S_(k-1))_+^k / k!,

summed at 60 digits; S_k is known for the families below.  python3 with mpmath.
"""
import os
from mpmath import mp, mpf, gammainc, gamma, factorial, binomial, nstr

mp.dps = 60


def gamma_term(shape, scale, shift, k, t):
    """S_(k-1) is (k-1) shift + gamma ((k-1) shape, scale)."""
    u = (t - (k - 1) * shift) / scale
    if u <= 0:
        return mpf(0)
    if k == 1:
        return t
    total = mpf(0)
    n = (k - 1) * shape  # E (u - G)_+^k = sum_j binom(k, j) u^(k-j) (-1)^j E[G^j; G < u]
    for j in range(k + 1):
        moment = gammainc(n + j, 0, u) / gamma(n)
        total += binomial(k, j) * u ** (k - j) * (-1) ** j * moment
    return total * scale ** k / factorial(k)


def uniform_term(a, b, k, t):
    n = k - 1  # phi^n / s^(k+1) = (e^(-as) - e^(-bs))^n / (s^(n+k+1) (b-a)^n)
    total = mpf(0)
    for j in range(n + 1):
        rest = t - (n - j) * a - j * b
        if rest > 0:
            total += binomial(n, j) * (-1) ** j * rest ** (n + k)
    return total / factorial(n + k) / (b - a) ** n


def mean(term, a, t):
    total, k = mpf(1), 1
    while True:
        more = (-a) ** k * term(k, t)
        total += more
        if abs(more) < mpf(10) ** -30 and k > 3 * a * t:
            return total
        k += 1


cases = [
    ("gamma", "0.5 2", lambda k, t: gamma_term(mpf(1) / 2, mpf(2), mpf(0), k, t)),
    ("gamma", "1.7 0.6", lambda k, t: gamma_term(mpf("1.7"), mpf("0.6"), mpf(0), k, t)),
    ("gamma", "4 0.25", lambda k, t: gamma_term(mpf(4), mpf(1) / 4, mpf(0), k, t)),
    ("exponential", "1", lambda k, t: gamma_term(mpf(1), mpf(1), mpf(0), k, t)),
    ("shifted-exponential", "0.5 0.5", lambda k, t: gamma_term(mpf(1), mpf("0.5"), mpf("0.5"), k, t)),
    ("uniform", "0.2 1.8", lambda k, t: uniform_term(mpf("0.2"), mpf("1.8"), k, t)),
    ("uniform", "0.3 1", lambda k, t: uniform_term(mpf("0.3"), mpf(1), k, t)),
    ("deterministic", "0.7", lambda k, t: max(t - (k - 1) * mpf("0.7"), mpf(0)) ** k / factorial(k)),
]
where = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(where, "response.csv"), "w") as table:
    table.write("family,parameters,damping,t,mean\n")
    for family, parameters, term in cases:
        for a, t in (("0.3", "2.5"), ("1", "0.05"), ("1", "1.3"), ("1", "6"), ("1.9", "4")):
            value = mean(term, mpf(a), mpf(t))
            table.write(f"{family},{parameters},{a},{t},{nstr(value, 20)}\n")
