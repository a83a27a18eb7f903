/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cmocka 1.1 lacks: a comparison of doubles that says both.  */

#ifndef SDDE_TESTS_ASSERT_CLOSE_H
#define SDDE_TESTS_ASSERT_CLOSE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static inline void
assert_close (double value, double expected, double tolerance)
{
  if (! (fabs (value - expected) <= tolerance))
    fail_msg ("%.17g is not %.17g within %g", value, expected, tolerance);
}

/* Relative to numbers that are larger than 1.  */
static inline void
assert_relative (double value, double expected, double tolerance)
{
  assert_close (value, expected, tolerance * fmax (1.0, fabs (expected)));
}

#endif
