/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: laws of phase type that stand for others.  */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>

#include "delay/delay.h"
#include "law_text.h"

/* The first moments of a chain by m = alpha (-S)^-1 1, and so on: solved by
   Gauss-Seidel from the last phase, exact for phases that only go forward.  */
static void
moments_of (const delay_phases *phases, double moment[3])
{
  const size_t n = phases->count;
  double *power = calloc (n, sizeof *power), factor = 1.0;
  for (size_t p = 0; p < n; p++)
    power[p] = 1.0;
  for (int k = 0; k < 3; k++)
    {
      for (size_t p = n; p-- > 0;)
        {
          double sum = power[p];
          for (size_t q = p + 1; q < n; q++)
            sum += phases->generator[p + q * n] * power[q];
          power[p] = sum / -phases->generator[p + p * n];
        }
      factor *= k + 1;
      moment[k] = 0.0;
      for (size_t p = 0; p < n; p++)
        moment[k] += factor * phases->alpha[p] * power[p];
    }
  free (power);
}

static delay_phases *
fitted (const char *text, size_t most, double moment[3], delay_law **law)
{
  delay_phases *phases;
  *law = law_of_text (text);
  assert_int_equal (delay_phases_fit (*law, most, &phases, NULL), SUPPORT_OK);
  if (phases)
    moments_of (phases, moment);
  return phases;
}

/* Third moments by hand; NAN: two are matched.  */
static void
moments_are_kept (void **state)
{
  static const struct
  {
    const char *law;
    double third;
  } cases[] = {
    { "shifted-exponential:0.5:0.5", 2.0 },
    { "gamma:2.5:0.4", 2.5 * 3.5 * 4.5 * 0.064 },
    { "gamma:0.5:2", 0.5 * 1.5 * 2.5 * 8.0 },
    { "uniform:0:2", 2.0 },
    { "sum:gamma:2.5:0.5|exponential:1",
      2.625 + 3.0 * 2.25 * 1.625 + 2.25 * 2.25 * 2.25 },
    { "gamma:10.5:0.1", NAN },
    { "gamma:16:0.0625", NAN },
  };
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      const char *const text = cases[i].law;
      delay_law *law;
      double moment[3];
      delay_phases *phases = fitted (text, 16, moment, &law);
      const double mean = delay_mean (law), cv2 = delay_cv2 (law);
      assert_non_null (phases);
      assert_true (phases->count <= 16);
      assert_close (moment[0], mean, 1e-13 * mean);
      assert_close (moment[1], mean * mean * (1.0 + cv2), 1e-12 * mean * mean);
      if (! isnan (cases[i].third))
        assert_close (moment[2], cases[i].third, 1e-9 * cases[i].third);
      delay_phases_free (phases);
      delay_free (law);
    }
}

/* Too regular for 16 phases: their Erlang law, until it would be far too
   irregular.  */
static void
regular_laws_keep_their_mean (void **state)
{
  static const char *const regular[] = { "gamma:17:0.1", "gamma:32:0.1" };
  static const char *const none[] = { "gamma:33:0.1", "deterministic:1" };
  delay_law *law;
  double moment[3];
  (void) state;
  for (size_t i = 0; i < 2; i++)
    {
      const char *const text = regular[i];
      delay_phases *phases = fitted (text, 16, moment, &law);
      const double mean = delay_mean (law);
      assert_non_null (phases);
      assert_int_equal (phases->count, 16);
      assert_close (moment[0], mean, 1e-13 * mean);
      assert_close (moment[1], mean * mean * (1.0 + 1.0 / 16.0),
                    1e-12 * mean * mean);
      delay_phases_free (phases);
      delay_free (law);
      assert_null (fitted (none[i], 16, moment, &law));
      delay_free (law);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (moments_are_kept),
    cmocka_unit_test (regular_laws_keep_their_mean),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
