#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lambert W by mpmath at 50 digits: python3 roots_lambertw.py >
roots_lambertw.csv

One line per point: branch, z as a pair of doubles, W as rounded to 20 digits.
The points: both sides of the cuts, tiny and huge, and close to the branch
point -1/e down to the nearest double.  Each value is checked by w e^w = z."""

import math
import random

import mpmath

mpmath.mp.dps = 50
random.seed(1)

points = []
for z in (1.0, -0.2, 10.0, 1e-12, 1e10, -5.0, -1e-9, -math.exp(-1),
          -math.exp(-1) - 2e-10, -math.pi / 2, 1j, -1j, 0.3 - 2j, -3 + 4j, 1e150 + 1e150j, 5e-324,
          -5e-324, 1.7e308, -1.7e308, 1e-300j):
    for k in range(-5, 6):
        points.append((k, complex(z)))
for exponent in range(-17, 0):
    for angle in (0, 1, 2, 3, -1, -2, math.pi):
        distance = 10.0 ** exponent
        z = complex(-math.exp(-1) + distance * math.cos(angle),
                    0.0 if angle in (0, math.pi)
                    else distance * math.sin(angle))
        points += [(k, z) for k in (-1, 0, 1)]
for _ in range(150):
    size = 10 ** random.uniform(-6, 6)
    angle = random.uniform(-math.pi, math.pi)
    points.append((random.randint(-5, 5),
                   complex(size * math.cos(angle), size * math.sin(angle))))
for _ in range(100):
    points.append((random.randint(-1, 1),
                   complex(random.uniform(-2, 2), random.uniform(-2, 2))))

print("branch,re_z,im_z,re_w,im_w")
for k, z in points:
    exact = mpmath.mpc(z.real, z.imag)
    w = mpmath.lambertw(exact, k)
    assert abs(w * mpmath.exp(w) - exact) <= 1e-45 * abs(exact) * (1 + abs(w))
    print("%d,%.17g,%.17g,%s,%s" % (k, z.real, z.imag,
                                    mpmath.nstr(w.real, 20),
                                    mpmath.nstr(w.imag, 20)))
