/* SPDX-License-Identifier: GPL-3.0-or-later */
/* equation/respond.h: systems of matrices against rotations and steps that are
   known, and what is refused.  Laws are tested in inst/sdde_response.m and
   tests/response.tst.  */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "assert_close.h"
#include "equation/respond.h"

static delay_law *
fixed (double d)
{
  const delay_argument argument = { .values = &d, .count = 1 };
  delay_law *law;
  assert_int_equal (delay_create ("deterministic", &argument, 1, &law, NULL),
                    SUPPORT_OK);
  return law;
}

/* A rotation and a delayed damping, A_0 = w J, A_1 = -a exp (w J d): in the
   turning frame both coordinates are z' = -a z(t-d), so from a history that
   turns alike X = exp (w J t) z, and noise that is the same in all directions
   gives the covariance of z times I.  */
static void
a_turning_frame (void **state)
{
  const double w = 0.7, a = 0.9, d = 1.0;
  const double instant[4] = { 0.0, w, -w, 0.0 };
  const double delayed[4] = { -a * cos (w * d), -a * sin (w * d),
                              a * sin (w * d), -a * cos (w * d) };
  const double push[4] = { 0.5, 0.0, 0.0, 0.5 };
  const double one_delayed = -a, none = 0.0, one_push = 0.5, unit = 1.0;
  const double time[3] = { 0.5, 1.7, 5.0 };
  double point[EQUATION_HISTORY_POINTS], past[2 * 4 * EQUATION_HISTORY_POINTS];
  double mean[6], covariance[12], z[3], v[3], error;
  delay_law *law = fixed (d);
  const delay_law *laws[1] = { law };
  const equation_matrices plane = { 2, 2, 1, instant, delayed, push, laws };
  const equation_matrices line = {
    1, 1, 1, &none, &one_delayed, &one_push, laws
  };
  const double start[2] = { 1.0, 0.0 };
  const double before[2] = { cos (-w * d), sin (-w * d) };
  const equation_history turning = { start, before, 4, d / 4.0, past };
  const equation_history still = { &unit, &unit, 0, 1.0, NULL };
  (void) state;
  equation_history_points (point);
  for (size_t m = 0; m < 4; m++)
    for (size_t l = 0; l < EQUATION_HISTORY_POINTS; l++)
      {
        const double t = d / 4.0 * ((double) m - 4.0 + point[l]);
        past[2 * (l + EQUATION_HISTORY_POINTS * m)] = cos (w * t);
        past[2 * (l + EQUATION_HISTORY_POINTS * m) + 1] = sin (w * t);
      }
  assert_int_equal (equation_respond (&plane, 0.0, &turning, time, 3, mean,
                                      covariance, &error, NULL, NULL),
                    SUPPORT_OK);
  assert_true (error < 1e-10);
  assert_int_equal (
      equation_respond (&line, 0.0, &still, time, 3, z, v, &error, NULL, NULL),
      SUPPORT_OK);
  assert_close (z[0], 1.0 - a * 0.5, 1e-12);
  for (size_t k = 0; k < 3; k++)
    {
      assert_close (mean[2 * k], cos (w * time[k]) * z[k], 1e-10);
      assert_close (mean[2 * k + 1], sin (w * time[k]) * z[k], 1e-10);
      assert_close (covariance[4 * k], v[k], 1e-10);
      assert_close (covariance[4 * k + 1], 0.0, 1e-10);
      assert_close (covariance[4 * k + 3], v[k], 1e-10);
    }
  delay_free (law);
}

/* Two delays with breaking points at all their sums: the error that is told is
   that against a mesh twice as fine.  X' = -X(t-1)/2 - X(t-0.3)/2.  */
static void
two_delays (void **state)
{
  const double none = 0.0, delayed[2] = { -0.5, -0.5 }, push = 0.0, unit = 1.0;
  const double time[3] = { 0.0, 0.3, 0.5 };
  double mean[3], error;
  delay_law *law[2] = { fixed (1.0), fixed (0.3) };
  const delay_law *laws[2] = { law[0], law[1] };
  const equation_matrices both = { 1, 1, 2, &none, delayed, &push, laws };
  const equation_history still = { &unit, &unit, 0, 1.0, NULL };
  (void) state;
  assert_int_equal (equation_respond (&both, 0.0, &still, time, 3, mean, NULL,
                                      &error, NULL, NULL),
                    SUPPORT_OK);
  assert_close (mean[0], 1.0, 0.0);
  assert_close (mean[1], 0.7, 1e-12);
  assert_close (mean[2], 0.5 + 0.5 * 0.2 * 0.2 / 2.0, 1e-12);
  delay_free (law[0]);
  delay_free (law[1]);
}

static bool
at_once (void *data)
{
  (void) data;
  return true;
}

static void
what_is_refused (void **state)
{
  const double none = 0.0, delayed = -1.0, push = 1.0, unit = 1.0;
  const double bad[1] = { -1.0 }, late[1] = { 1e9 }, good[1] = { 1.0 };
  const support_hooks hooks = { .interrupted = at_once };
  double mean, covariance, error;
  delay_law *law = fixed (1.0);
  const delay_law *laws[2] = { law, law };
  const equation_history still = { &unit, &unit, 0, 1.0, NULL };
  equation_matrices one = { 1, 1, 1, &none, &delayed, &push, laws };
  (void) state;
  assert_int_equal (equation_respond (&one, 0.0, &still, bad, 1, &mean,
                                      &covariance, &error, NULL, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (equation_respond (&one, 0.0, &still, late, 1, &mean,
                                      &covariance, &error, NULL, NULL),
                    SUPPORT_LIMIT);
  assert_int_equal (equation_respond (&one, 0.0, &still, good, 1, &mean,
                                      &covariance, &error, &hooks, NULL),
                    SUPPORT_INTERRUPTED);
  one.delays = 2;
  assert_int_equal (equation_respond (&one, 0.1, &still, good, 1, &mean,
                                      &covariance, &error, NULL, NULL),
                    SUPPORT_INVALID);
  delay_free (law);
}

/* The same turning frame at rest: the closed form of one mode (Kuechler, Mensch
   1992) in both coordinates.  */
static void
stationary_covariances (void **state)
{
  const double w = 0.7, d = 1.0;
  const support_hooks hooks = { .interrupted = at_once };
  delay_law *law = fixed (d);
  const delay_law *laws[1] = { law };
  (void) state;
  for (int k = 0; k < 2; k++)
    {
      const double a = k == 0 ? 1.5 : 1.6; /* the limit is pi / 2 */
      const double instant[4] = { 0.0, w, -w, 0.0 };
      const double delayed[4] = { -a * cos (w * d), -a * sin (w * d),
                                  a * sin (w * d), -a * cos (w * d) };
      const double push[2] = { 0.5, 0.0 };
      const equation_matrices plane = { 2, 1, 1, instant, delayed, push, laws };
      const double unit = (1.0 + sin (a * d)) / (2.0 * a * cos (a * d));
      double covariance[4], energy[2], error;
      assert_int_equal (
          equation_covariance (&plane, covariance, energy, &error, NULL, NULL),
          SUPPORT_OK);
      if (k == 0)
        {
          /* R turns, and keeps its length.  */
          assert_close (covariance[0] + covariance[3], 0.25 * unit, 1e-8);
          assert_close (covariance[1], covariance[2], 0.0);
          assert_close (energy[0], unit, 1e-8);
          assert_close (energy[1], unit, 1e-8);
          assert_true (error < 1e-8);
        }
      else
        assert_true (isinf (covariance[0]) && isnan (covariance[1])
                     && isinf (energy[1]) && isinf (error));
      assert_int_equal (equation_covariance (&plane, covariance, energy, &error,
                                             &hooks, NULL),
                        SUPPORT_INTERRUPTED);
    }
  delay_free (law);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_turning_frame),
    cmocka_unit_test (two_delays),
    cmocka_unit_test (what_is_refused),
    cmocka_unit_test (stationary_covariances),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
