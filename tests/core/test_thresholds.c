/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers that are aborted, or wait, at a threshold: closed forms done by hand.
 */
#include "assert_close.h"
#include "staleness/staleness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>

static delay_law *
make (const char *family, double first, double second)
{
  const bool one = strcmp (family, "exponential") == 0
                   || strcmp (family, "deterministic") == 0;
  const delay_argument argument[] = { { .values = &first, .count = 1 },
                                      { .values = &second, .count = 1 } };
  delay_law *law;
  assert_int_equal (delay_create (family, argument, one ? 1 : 2, &law, NULL),
                    SUPPORT_OK);
  return law;
}

static system_description
describe (const system_class *class, size_t classes, system_stale stale,
          double threshold)
{
  return (system_description){ .classes = classes,
                               .class = class,
                               .rate = 0.1,
                               .stale = stale,
                               .threshold = threshold,
                               .deadline = INFINITY };
}

static staleness_law
solve (const system_description *system, staleness_model model)
{
  staleness_law st;
  support_failure failure = { .text = "" };
  if (staleness_solve (system, model, NULL, &st, &failure) != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  return st;
}

/* ---- abort ------------------------------------------------------------ */

/* Constant cycles, S = 0.  Poisson: exp (-nu) over (1 - exp (-nu))/nu is the
   rate of a worker, which is nu/(n - 1): nu = ln n.  Renewal, n = 2: updates
   come m apart, each time at least 1, so that P(t) = 1 - t/m, E C = 1 - 1/(2m)
   and p = 1 - 1/m make m = E C/p = 1 + sqrt (1/2).  */
static void
constant_cycles_without_patience (void **state)
{
  (void) state;
  delay_law *law = make ("deterministic", 2.0, 0.0);
  system_class class = { 6, law };
  const system_description system = describe (&class, 1, SYSTEM_ABORT, 0.0);
  staleness_law st = solve (&system, STALENESS_POISSON);
  assert_close (st.rate, 6.0 * log (6.0) / 5.0 / 2.0, 1e-12);
  assert_close (st.finished, 1.0 / 6.0, 1e-12);
  assert_close (st.uploads, st.rate, 1e-12);
  assert_close (st.accepted, 1.0, 1e-12);
  assert_int_equal (st.size, 1);
  staleness_law_clear (&st);
  class.workers = 2;
  st = solve (&system, STALENESS_RENEWAL);
  assert_close (st.rate, 1.0 / (1.0 + sqrt (0.5)), 2e-4);
  assert_close (st.finished, sqrt (2.0) - 1.0, 2e-4);
  staleness_law_clear (&st);
  delay_free (law);
}

/* Whatever is aborted, exponential workers make updates at their own rate, also
   with a deadline, and in both models.  tau + 1 > S + 1 by chance alone:
   p = 1 - (1 - 1/n)^(S+1).  */
static void
exponential_workers_forget (void **state)
{
  (void) state;
  delay_law *law = make ("exponential", 0.5, 0.0);
  const system_class class = { 9, law };
  system_description system = describe (&class, 1, SYSTEM_ABORT, 5.0);
  for (staleness_model model = STALENESS_RENEWAL; model <= STALENESS_POISSON;
       model++)
    {
      system.deadline = INFINITY;
      staleness_law st = solve (&system, model);
      const double r = 8.0 / 9.0;
      assert_close (st.rate, 18.0, 1e-10);
      assert_close (st.finished, 1.0 - pow (r, 6.0), 1e-10);
      assert_int_equal (st.size, 6);
      for (size_t j = 0; j < 6; j++)
        assert_close (st.pmf[j],
                      pow (r, (double) j) / 9.0 / (1.0 - pow (r, 6.0)), 1e-10);
      assert_true (isnan (st.palm));
      staleness_law_clear (&st);
      system.deadline = 0.3;
      st = solve (&system, model);
      assert_close (st.rate, 18.0, model == STALENESS_POISSON ? 1e-10 : 2e-3);
      staleness_law_clear (&st);
    }
  delay_free (law);
}

/* The fixed point by another integration (mpmath, tests/reference/abort.py). */
static void
poisson_values (void **state)
{
  (void) state;
  const struct
  {
    const char *family;
    double first, second, workers, threshold, rate;
  } row[] = {
    { "gamma", 4, 0.25, 10, 6, 0.7241898288042 },
    { "gamma", 4, 0.25, 10, 10, 0.8516658304916 },
    { "gamma", 4, 0.25, 40, 30, 0.7393285335531 },
    { "gamma", 100, 0.01, 10, 6, 0.6697613310605 },
    { "gamma", 100, 0.01, 10, 10, 0.8588814888394 },
    { "gamma", 100, 0.01, 40, 30, 0.7140820576311 },
    { "shifted-exponential", 0.5, 0.5, 10, 6, 0.7384043929351 },
    { "shifted-exponential", 0.5, 0.5, 10, 10, 0.8737251970452 },
    { "shifted-exponential", 0.5, 0.5, 40, 30, 0.7725178070328 },
  };
  for (size_t k = 0; k < sizeof row / sizeof *row; k++)
    {
      delay_law *law = make (row[k].family, row[k].first, row[k].second);
      const system_class class = { (size_t) row[k].workers, law };
      const system_description system =
          describe (&class, 1, SYSTEM_ABORT, row[k].threshold);
      staleness_law st = solve (&system, STALENESS_POISSON);
      assert_close (st.rate / row[k].workers, row[k].rate, 1e-10);
      staleness_law_clear (&st);
      delay_free (law);
    }
}

/* A threshold that is never passed leaves the plain policy; classes of the same
   law are one.  */
static void
abort_in_the_limits (void **state)
{
  (void) state;
  delay_law *law = make ("gamma", 4.0, 0.25);
  const system_class class[] = { { 3, law }, { 0, law }, { 5, law } };
  system_description system = describe (class, 3, SYSTEM_ABORT, 40.0);
  staleness_law st = solve (&system, STALENESS_RENEWAL);
  assert_close (st.rate, 8.0, 1e-4);
  assert_close (st.mean, 7.0, 1e-4);
  staleness_law_clear (&st);
  system.threshold = 6.0;
  st = solve (&system, STALENESS_RENEWAL);
  const system_class all = { 8, law }, alone = { 1, law };
  system.classes = 1;
  system.class = &all;
  staleness_law one = solve (&system, STALENESS_RENEWAL);
  assert_close (st.rate, one.rate, 1e-6);
  assert_close (st.delay ? delay_mean (st.delay) : NAN, delay_mean (one.delay),
                1e-6);
  staleness_law_clear (&one);
  staleness_law_clear (&st);
  system.class = &alone;
  st = solve (&system, STALENESS_RENEWAL);
  assert_close (st.rate, 1.0, 1e-12);
  staleness_law_clear (&st);
  delay_free (law);
}

/* ---- wait ------------------------------------------------------------- */

static void
two_exponential_workers_wait (void **state)
{
  (void) state;
  const double threshold[] = { 1.0, 2.0, 3.0, 5.0, 1e6 };
  delay_law *law = make ("exponential", 2.0, 0.0);
  const system_class class = { 2, law };
  for (size_t k = 0; k < 5; k++)
    {
      const double s = threshold[k];
      const system_description system = describe (&class, 1, SYSTEM_WAIT, s);
      staleness_law st = solve (&system, STALENESS_RENEWAL);
      double total = st.tail;
      assert_close (st.rate, 4.0 * s / (2.0 * s + 1.0) / 2.0, 1e-14);
      for (size_t j = 0; j < st.size; j++)
        total += st.pmf[j];
      assert_close (total, 1.0, 1e-14);
      /* E min (H, m) = 1 - 2^-m, averaged over m.  */
      const double twos = exp2 (-(2.0 * s - 1.0));
      assert_close (st.mean, 1.0 - ((1.0 - twos) + twos) / (2.0 * s), 1e-13);
      assert_close (delay_mean (st.delay), 2.0, 0.0);
      staleness_law_clear (&st);
    }
  delay_free (law);
}

/* A threshold of 1, by way of uniform cycles: E max = n/(n + 1).  */
static void
workers_in_step (void **state)
{
  (void) state;
  delay_law *law = make ("uniform", 0.0, 1.0);
  const system_class class = { 4, law };
  system_description system = describe (&class, 1, SYSTEM_WAIT, 1.0);
  staleness_law st = solve (&system, STALENESS_POISSON);
  assert_close (st.rate, 5.0, 1e-7);
  assert_int_equal (st.size, 4);
  assert_close (st.pmf[2], 0.25, 1e-15);
  assert_close (st.mean, 1.5, 1e-14);
  assert_close (st.variance, 1.25, 1e-14);
  /* cv2 of the greatest is 1/(n (n + 2)).  */
  assert_close (st.dispersion, 1.0 / 6.0, 1e-7);
  assert_close (st.palm, 4.0 * (0.5 * (1.0 / 24.0 - 1.0) + 0.5 / 0.8), 1e-6);
  staleness_law_clear (&st);
  system.threshold = 2.0;
  support_failure failure;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &st, &failure),
      SUPPORT_INVALID);
  assert_non_null (strstr (failure.text, "asgd_simulate"));
  staleness_law_clear (&st);
  delay_free (law);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (constant_cycles_without_patience),
    cmocka_unit_test (exponential_workers_forget),
    cmocka_unit_test (poisson_values),
    cmocka_unit_test (abort_in_the_limits),
    cmocka_unit_test (two_exponential_workers_wait),
    cmocka_unit_test (workers_in_step),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
