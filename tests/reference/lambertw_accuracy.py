#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lambert W of the package at 100000 points against mpmath at 40 digits:
python3 lambertw_accuracy.py > lambertw_accuracy.csv, in this folder, with the
package built in place.

Branches -5 to 5.  The regions: sizes of z from the least to the greatest double
at any angle; both sides of the cuts; the neighbourhood of the branch point
-1/e, from 1e-16 to 1; and the real axis.  One line per region and branch: the
number of points, the greatest relative error of W as a function of the double z
that was given, and the residual |w e^w - z| / |z| in units of 2^-53 (1 + |w|),
which the conditioning of the exponential leaves, at worst.  mpmath's own value
is corrected by one step of Newton's method at 60 digits near the branch point,
and each is checked by w e^w = z."""

import math
import random
import subprocess
import sys
import tempfile

import mpmath

mpmath.mp.dps = 40
random.seed(7)
POINTS = 100000
PROGRAM = """
x = fread (fopen ("{0}"), [3, Inf], "double");
w = lambertw (x(1,:), complex (x(2,:), x(3,:)));
fwrite (fopen ("{1}", "w"), [real(w); imag(w)], "double");
"""


def draw():
    k = random.randint(-5, 5)
    region = random.choice(["any", "any", "cut", "branch", "real"])
    if region == "any":
        size = 10 ** random.uniform(-307, 307)
        angle = random.uniform(-math.pi, math.pi)
        if random.random() < 0.5:
            size = 10 ** random.uniform(-4, 4)
        z = complex(size * math.cos(angle), size * math.sin(angle))
    elif region == "cut":
        size = 10 ** random.uniform(-12, 12)
        z = complex(-size, random.choice([1, -1])
                    * size * 10 ** random.uniform(-18, -1))
    elif region == "branch":
        k = random.choice([-1, -1, 0, 0, 1, 1, k])
        distance = 10 ** random.uniform(-16, 0)
        angle = random.uniform(-math.pi, math.pi)
        z = complex(-math.exp(-1) + distance * math.cos(angle),
                    distance * math.sin(angle))
    else:
        size = 10 ** random.uniform(-320, 308)
        if random.random() < 0.5:
            size = 10 ** random.uniform(-3, 3)
        z = complex(random.choice([1, -1]) * size, 0.0)
    return region, k, z


def package(points):
    """The values of the package, through two files of doubles."""
    import array
    with tempfile.TemporaryDirectory() as folder:
        given, made = folder + "/given", folder + "/made"
        with open(given, "wb") as file:
            array.array("d", [x for _, k, z in points
                              for x in (k, z.real, z.imag)]).tofile(file)
        subprocess.run(["octave-cli", "--no-history", "-qf", "--path",
                        "../../inst", "--path", "../../src", "--eval",
                        PROGRAM.format(given, made)], check=True)
        values = array.array("d")
        with open(made, "rb") as file:
            values.fromfile(file, 2 * len(points))
    return [complex(values[2 * i], values[2 * i + 1])
            for i in range(len(points))]


def exact_value(k, z, guess):
    """Newton's iteration at 40 digits from the package's value, which must
    belong to the right branch: w + log w = log z + 2 pi i k, with the argument
    of w in the half plane of its branch; mpmath's own W where it does not."""
    with mpmath.workdps(60):
        w = mpmath.mpc(guess)
        for _ in range(12):
            e = mpmath.exp(w)
            step = (w * e - z) / (e * (w + 1)) if w != -1 else mpmath.mpf(0)
            w -= step
            if abs(step) <= abs(w) * mpmath.mpf(10) ** -45:
                break
        own = None
        if abs(z + mpmath.exp(-1)) > 1e-6 and abs(z) < 1e290:
            own = mpmath.lambertw(z, k)
        if own is None or abs(own - w) > 1e-20 * abs(w):
            own = mpmath.lambertw(z, k)
            for _ in range(3):
                e = mpmath.exp(own)
                own -= (own * e - z) / (e * (own + 1))
        return own


def main():
    points = [draw() for _ in range(POINTS)]
    values = package(points)
    worst = {}
    for (region, k, z), w in zip(points, values):
        z = mpmath.mpc(z.real, z.imag)
        exact = exact_value(k, z, w)
        assert abs(exact * mpmath.exp(exact) - z) <= 1e-35 * abs(z)
        error = float(abs(w - exact) / abs(exact))
        own = mpmath.mpc(w)
        residual = float(abs(own * mpmath.exp(own) - z) / abs(z)
                         / (2.0 ** -53 * (1 + abs(own))))
        if error > 1e-14:
            print("branch %d, z = %r: error %.3g" % (k, complex(z), error),
                  file=sys.stderr)
        row = worst.setdefault((region, k), [0, 0.0, 0.0])
        row[0] += 1
        row[1] = max(row[1], error)
        row[2] = max(row[2], residual)
    print("region,branch,points,error,residual")
    for (region, k), (count, error, residual) in sorted(worst.items()):
        print("%s,%d,%d,%.3g,%.3g" % (region, k, count, error, residual))


if __name__ == "__main__":
    main()
