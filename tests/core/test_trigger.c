/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include "assert_close.h"
#include "equation/equation.h"

/* ---- the factors ------------------------------------------------------ */

/* In one dimension the integrals of the normal density over |m + x| > u:
   sent, and the first two moments, by its values at the two ends.  */
static void
one_dimension_is_two_tails (void **state)
{
  (void) state;
  const double distance[] = { 0.0, 1e-8, 0.3, 1.0, 2.0, 5.0, 20.0 };
  const double level[] = { 0.1, 1.0, 2.5, 6.0 };
  for (size_t i = 0; i < sizeof distance / sizeof *distance; i++)
    for (size_t k = 0; k < sizeof level / sizeof *level; k++)
      {
        const double m = distance[i], u = level[k];
        const double up = u - m, down = u + m; /* x > up or x < -down */
        const double sent =
            gsl_cdf_ugaussian_Q (up) + gsl_cdf_ugaussian_Q (down);
        const double f = gsl_ran_ugaussian_pdf (up);
        const double g = gsl_ran_ugaussian_pdf (down);
        const double first = m * sent + f - g;
        const double second =
            (1.0 + m * m) * sent + (up + 2.0 * m) * f + (down - 2.0 * m) * g;
        const staleness_trigger at = staleness_trigger_at (u, 1, m * m);
        assert_close (at.sent, sent, 1e-14);
        assert_close (at.drift * m, first, 1e-13 * (1.0 + m));
        assert_close (at.drift + at.power * m * m, second,
                      1e-12 * (1.0 + m * m));
      }
}

static void
factors_grow_with_the_distance (void **state)
{
  (void) state;
  const size_t dimension[] = { 1, 2, 7, 100, 100000 };
  for (size_t k = 0; k < sizeof dimension / sizeof *dimension; k++)
    {
      const double u = 1.1 * sqrt ((double) dimension[k]);
      double before = 0.0;
      for (double delta = 0.0; delta < 1e9; delta = 3.0 * delta + 0.5)
        {
          const staleness_trigger at =
              staleness_trigger_at (u, dimension[k], delta);
          assert_true (at.sent >= before - 1e-14);
          assert_true (at.drift >= at.sent && at.power >= at.drift);
          assert_true (at.power <= 1.0);
          before = at.sent;
        }
      assert_close (before, 1.0, 1e-15);
    }
}

/* ---- moments under a trigger ------------------------------------------- */

static const double ones[] = { 1.0, 1.0 };

static equation_system
system_of (const delay_law *law, const double *numbers)
{
  return (equation_system){ .modes = 2,
                            .decay = numbers,
                            .damping = numbers + 2,
                            .correction = numbers,
                            .intensity = numbers + 4,
                            .coupling = numbers,
                            .delay = law,
                            .trigger = { .level = 1.5,
                                         .deviation = 1.0,
                                         .attempts = 5.0,
                                         .curvature = ones } };
}

static bool
at_once (void *data)
{
  (void) data;
  return true;
}

static void
failures_are_told (void **state)
{
  (void) state;
  const double numbers[] = { 0.0, 0.0, 0.1, 0.1, 0.01, 0.01 };
  const double mean = 1.0;
  const delay_argument argument = { .values = &mean, .count = 1 };
  delay_law *law;
  double m[22], v[22], sent[11];
  support_failure failure;
  assert_int_equal (delay_create ("exponential", &argument, 1, &law, NULL),
                    SUPPORT_OK);
  equation_system system = system_of (law, numbers);
  assert_int_equal (equation_triggered_moments (&system, ones, 0.1, 10, m, v,
                                                sent, NULL, &failure),
                    SUPPORT_OK);
  assert_true (m[10] < 1.0 && m[10] > 0.8 && v[10] > 0.0);
  assert_true (sent[0] == 0.0 && sent[10] > 2.0 && sent[10] < 5.0);
  system.trigger.deviation = 0.0;
  assert_int_equal (equation_triggered_moments (&system, ones, 0.1, 10, m, v,
                                                sent, NULL, &failure),
                    SUPPORT_INVALID);
  system.trigger.deviation = 1.0;
  system.trigger.attempts = NAN;
  assert_int_equal (equation_triggered_moments (&system, ones, 0.1, 10, m, v,
                                                sent, NULL, &failure),
                    SUPPORT_INVALID);
  system.trigger.attempts = 5.0;
  const support_hooks hooks = { .interrupted = at_once };
  double *long_mean = support_doubles (2 * 1501);
  double *long_variance = support_doubles (2 * 1501);
  double *long_sent = support_doubles (1501);
  assert_int_equal (equation_triggered_moments (&system, ones, 0.1, 1500,
                                                long_mean, long_variance,
                                                long_sent, &hooks, &failure),
                    SUPPORT_INTERRUPTED);
  free (long_mean);
  free (long_variance);
  free (long_sent);
  delay_free (law);
}

static void
noise_must_be_the_same_everywhere (void **state)
{
  (void) state;
  const double noise[] = { 1.0, 2.0 }, none[] = { 0.0, 0.0 };
  system_description system = { .trigger = 1.0 };
  assert_int_equal (equation_check_trigger (&system, 2, ones, none, 2, NULL),
                    SUPPORT_OK);
  assert_int_equal (equation_check_trigger (&system, 2, noise, none, 2, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (equation_check_trigger (&system, 2, ones, noise, 2, NULL),
                    SUPPORT_INVALID);
  system.trigger = 0.0;
  assert_int_equal (equation_check_trigger (&system, 2, noise, noise, 2, NULL),
                    SUPPORT_OK);
}

int
main (void)
{
  gsl_set_error_handler_off ();
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (one_dimension_is_two_tails),
    cmocka_unit_test (factors_grow_with_the_distance),
    cmocka_unit_test (failures_are_told),
    cmocka_unit_test (noise_must_be_the_same_everywhere),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
