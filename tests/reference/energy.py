# SPDX-License-Identifier: GPL-3.0-or-later
"""Energies J = int_0^inf R(t)^2 dt of the response to a push, by mpmath.

J = (1/pi) int_0^inf |i w + a phi(i w)|^-2 dw: panels of a quarter of the
delay's shortest period up to W, beyond which the integrand is expanded,
  |i w + a phi|^-2 = w^-2 (1 - 2 a Im phi / w + a^2 (4 Im phi^2 - |phi|^2) / w^2
                     + ...),
and only w^-2 is kept, W being so large that the rest is below 1e-15; laws
whose transform decays slowly and without oscillation are integrated to
infinity in 1/w instead.

The values stand in the tests of inst/sdde_variance.m.
"""
from mpmath import mp, mpf, mpc, exp, quad, pi, linspace

mp.dps = 25

LAWS = {
    "shifted-exponential,0.5,0.5": (lambda s: exp(-s / 2) / (1 + s / 2), True),
    "gamma,4,0.25": (lambda s: (1 + s / 4) ** -4, False),
    "gamma,0.5,2": (lambda s: (1 + 2 * s) ** mpf("-0.5"), False),
    "uniform,0.2,1.8": (
        lambda s: (exp(-s / 5) - exp(-9 * s / 5)) / (s * mpf("1.6")), True),
    "exponential,1,": (lambda s: 1 / (1 + s), False),
}


def energy(phi, a, oscillates):
    def power(w):
        h = mpc(0, w) + a * phi(mpc(0, w))
        return 1 / (h.real ** 2 + h.imag ** 2)

    total = quad(power, [mpf("1e-30")] + linspace(mpf("0.25"), 8, 32))
    if oscillates:
        top = 8000
        total += quad(power, range(8, top + 1, 4), maxdegree=5) + mpf(1) / top
        return total / pi
    return (total + quad(lambda u: power(1 / u) / u ** 2,
                         [0, mpf(1) / 64, mpf(1) / 8])) / pi


print("# family, parameters, a, J")
for name, (phi, oscillates) in LAWS.items():
    for a in ("0.1", "0.9"):
        print(f"{name},{a},{mp.nstr(energy(phi, mpf(a), oscillates), 15)}")
