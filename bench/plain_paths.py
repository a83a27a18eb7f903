# SPDX-License-Identifier: GPL-3.0-or-later
"""plain_paths.py PATHS STEPS: the best of numpy for the paths of bench_paths.m; prints
the seconds of the processor and the variance at the end."""
import sys
import time

import numpy as np

paths, steps = int(float(sys.argv[1])), int(float(sys.argv[2]))
lag, step = 100, 0.01
stream = np.random.Generator(np.random.SFC64(1))  # its fastest
ring = np.ones((lag + 1, paths))
state, noise, drift = np.ones(paths), np.empty(paths), np.empty(paths)
start = time.process_time()
for k in range(steps):
    ring[k % (lag + 1)] = state
    stream.standard_normal(out=noise)
    np.multiply(noise, np.sqrt(step), out=noise)
    np.multiply(ring[(k + 1) % (lag + 1)], step, out=drift)
    state -= drift
    state += noise
print(time.process_time() - start, state.var())
