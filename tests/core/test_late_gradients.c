/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies towards late gradients, against integrals done by hand.  */
#include "assert_close.h"
#include "server/server.h"
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
describe (const system_class *class, size_t classes)
{
  return (system_description){ .classes = classes,
                               .class = class,
                               .rate = 0.1,
                               .threshold = INFINITY,
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

/* ---- deadlines -------------------------------------------------------- */

/* T uniform on [0, 2] and the deadline 1: half of the cycles are finished, in
   a time uniform on [0, 1]; C = min (T, 1) has E C = 3/4, E C^2 = 2/3.  One
   other worker: G_1(t) = t^2/4, G_2(t) = t^3/24, averaged over [0, 1].  */
static void
deadline_for_uniform_cycles (void **state)
{
  (void) state;
  delay_law *law = make ("uniform", 0.0, 2.0);
  const system_class class = { 2, law };
  system_description system = describe (&class, 1);
  system.deadline = 1.0;
  staleness_law st = solve (&system, STALENESS_RENEWAL);
  assert_close (st.finished, 0.5, 1e-15);
  assert_close (st.accepted, 1.0, 0.0);
  assert_close (st.rate, 2.0 / 1.5, 1e-13);
  assert_close (st.arrivals, st.rate, 1e-15);
  assert_close (st.uploads, st.rate, 1e-15);
  assert_close (st.mean, 1.0 / 3.0, 1e-13);
  assert_close (st.palm, 8.0 / 27.0, 1e-13);
  const double one = (1.0 / 2.0 - 1.0 / 12.0) / 1.5;
  const double two = (1.0 / 12.0 - 1.0 / 96.0) / 1.5;
  assert_close (st.pmf[0], 1.0 - one, 1e-7);
  assert_close (st.pmf[1], one - two, 1e-7);
  assert_close (delay_mean (st.delay), 0.5, 1e-13);
  assert_close (delay_cv2 (st.delay), 1.0 / 3.0, 1e-12);
  assert_close (delay_cdf (st.delay, 0.25), 0.25, 1e-13);
  assert_close (delay_cdf (st.delay, 1.0), 1.0, 1e-13);
  staleness_law_clear (&st);
  delay_free (law);
}

/* Without memory a worker that begins anew loses nothing: its updates stay a
   Poisson process.  Given T <= d = 1 the mixed Poisson law of the updates of
   n - 1 others has P(tau = 0) = int_0^1 exp (-n t) dt / (1 - 1/e).  */
static void
deadline_for_exponential_workers (void **state)
{
  (void) state;
  const double n = 5.0, finished = -expm1 (-1.0);
  delay_law *law = make ("exponential", 1.0, 0.0);
  const system_class class = { 5, law };
  system_description system = describe (&class, 1);
  system.deadline = 1.0;
  for (int model = STALENESS_RENEWAL; model <= STALENESS_POISSON; model++)
    {
      staleness_law st = solve (&system, (staleness_model) model);
      assert_close (st.finished, finished, 1e-15);
      assert_close (st.rate, n, 1e-12);
      assert_close (st.pmf[0], -expm1 (-n) / (n * finished), 1e-12);
      assert_close (st.mean, (n - 1.0) * (1.0 - exp (-1.0) / finished), 1e-12);
      staleness_law_clear (&st);
    }
  delay_free (law);
}

/* Classes share the deadline, which must leave each of them something; one that
   never passes changes nothing.  */
static void
deadline_and_classes (void **state)
{
  (void) state;
  support_failure failure;
  delay_law *fast = make ("gamma", 4.0, 0.25);
  delay_law *slow = make ("uniform", 1.0, 3.0);
  const system_class class[] = { { 3, fast }, { 2, slow } };
  system_description system = describe (class, 2);
  system.deadline = 2.0;
  staleness_law st = solve (&system, STALENESS_RENEWAL);
  /* Uniform on [1, 3], given up at 2: E min = 1.75, half finished.  */
  assert_close (st.part[1].rate, 2.0 * 0.5 / 1.75, 1e-13);
  assert_close (st.part[1].finished, 0.5, 1e-15);
  assert_close (delay_mean (st.part[1].delay), 1.5, 1e-13);
  const double both = st.part[0].rate + st.part[1].rate;
  assert_close (st.rate, both, 1e-13);
  assert_close (st.part[1].mean, 1.5 * (both - st.part[1].rate / 2.0), 1e-12);
  double sum = 0.0;
  for (size_t j = 0; j < st.size; j++)
    sum += (double) j * st.pmf[j];
  assert_close (sum, st.mean, 1e-4);
  staleness_law_clear (&st);

  system.deadline = 1.0;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &st, &failure),
      SUPPORT_INVALID);
  assert_non_null (strstr (failure.text, "class 2 never finish"));
  staleness_law_clear (&st);

  system.deadline = 1e6;
  st = solve (&system, STALENESS_RENEWAL);
  assert_close (st.rate, 4.0, 1e-12);
  assert_close (st.mean, 4.0, 1e-12);
  assert_string_equal (delay_family_name (st.part[0].delay), "gamma");
  staleness_law_clear (&st);
  delay_free (fast);
  delay_free (slow);
}

/* ---- weights ---------------------------------------------------------- */

/* Geometric staleness: E 1/(1 + tau) = ln n/(n - 1).  Given T = t the others
   make a Poisson number of mean nu t of updates, and E (1/(1 + N)) = (1 - exp
   (-nu t))/ (nu t).  */
static void
weights_of_exponential_workers (void **state)
{
  (void) state;
  const double nu = 7.0, mean = log (8.0) / 7.0;
  delay_law *law = make ("exponential", 1.0, 0.0);
  const system_class class = { 8, law };
  system_description system = describe (&class, 1);
  for (int model = STALENESS_RENEWAL; model <= STALENESS_POISSON; model++)
    {
      system.weight = SYSTEM_WEIGHT_INVERSE;
      staleness_law st = solve (&system, (staleness_model) model);
      assert_close (st.weight, mean, 1e-13);
      assert_close (st.rate, 8.0, 1e-13);
      assert_close (st.mean, 7.0, 1e-12);
      for (double t = 0.05; t < 5.0; t *= 2.0)
        assert_close (delay_pdf (st.delay, t),
                      exp (-t) * -expm1 (-nu * t) / (nu * t) / mean, 1e-7);
      /* E c^2 is a dilogarithm: sum over (1 - r) r^j/(1 + j)^2.  */
      double square = 0.0;
      for (int j = 400; j >= 0; j--)
        square += pow (0.875, j) / 8.0 / ((j + 1.0) * (j + 1.0));
      assert_close (st.weight_square, square, 1e-13);
      staleness_law_clear (&st);

      system.weight = SYSTEM_WEIGHT_POLYNOMIAL;
      system.weight_parameter = 1.0;
      st = solve (&system, (staleness_model) model);
      assert_close (st.weight, mean, 1e-13);
      staleness_law_clear (&st);

      /* 1 up to 2, then 2/tau.  */
      system.weight = SYSTEM_WEIGHT_CONSTANT_THEN_INVERSE;
      system.weight_parameter = 2.0;
      st = solve (&system, (staleness_model) model);
      double expected = 0.0;
      for (int j = 400; j >= 0; j--)
        expected += pow (0.875, j) / 8.0 * (j <= 2 ? 1.0 : 2.0 / j);
      assert_close (st.weight, expected, 1e-13);
      staleness_law_clear (&st);
    }
  delay_free (law);
}

/* Together with a threshold, and in the renewal model of two classes: the mean
   of the law by weight is E c T/E c, here from the pmfs of fixed cycles.  */
static void
weights_of_classes (void **state)
{
  (void) state;
  delay_law *fast = make ("deterministic", 1.0, 0.0);
  delay_law *slow = make ("deterministic", 3.0, 0.0);
  const system_class class[] = { { 1, fast }, { 1, slow } };
  system_description system = describe (class, 2);
  system.weight = SYSTEM_WEIGHT_INVERSE;
  staleness_law st = solve (&system, STALENESS_RENEWAL);
  /* The fast one meets an update of the slow one in a third of its cycles, the
     slow one three in each.  */
  assert_close (st.part[0].weight, (2.0 + 0.5) / 3.0, 1e-12);
  assert_close (st.part[1].weight, 0.25, 1e-12);
  const double one = 1.0 * st.part[0].weight, other = 0.25 / 3.0;
  assert_close (st.weight, (one + other) / (4.0 / 3.0), 1e-12);
  assert_close (delay_mean (st.delay), (one + 3.0 * other) / (one + other),
                1e-12);
  staleness_law_clear (&st);

  /* The slow one, always of staleness 3, is dropped.  */
  system.threshold = 2.0;
  st = solve (&system, STALENESS_RENEWAL);
  assert_close (st.part[1].rate, 0.0, 1e-12);
  assert_close (st.weight, 1.0, 1e-9);
  staleness_law_clear (&st);
  delay_free (fast);
  delay_free (slow);
}

/* ---- the simulator ---------------------------------------------------- */

static objective *
parabola (void)
{
  const double one = 1.0, none = 0.0;
  const objective_matrix curvature = { .dimension = 1, .values = &one };
  const objective_noise noise = { .deviation = &none };
  objective *created;
  assert_int_equal (
      objective_quadratic_create (&curvature, &noise, &created, NULL),
      SUPPORT_OK);
  return created;
}

/* Up to the time HORIZON, from 1.  */
static server_result *
simulate (const system_description *system, size_t paths, double horizon)
{
  const double one = 1.0;
  const server_plan plan = { .start = &one,
                             .paths = paths,
                             .horizon = horizon,
                             .records = 1,
                             .record = &horizon,
                             .warmup = NAN,
                             .target = NAN,
                             .coordinates = 1,
                             .seed = 1,
                             .threads = 1 };
  objective *problem = parabola ();
  server_result *result = NULL;
  support_failure failure = { .text = "" };
  if (server_simulate (system, problem, &plan, NULL, &result, &failure)
      != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  objective_free (problem);
  return result;
}

/* Three cycles out of four take 1, one takes 4 and is given up at 2: cycles of
   1.25 on average.  The count of updates in a time t has a variance of t per
   worker at most; the bound is 5 standard deviations of that.  */
static void
simulator_gives_up_at_the_deadline (void **state)
{
  (void) state;
  const double samples[] = { 1.0, 1.0, 1.0, 4.0 }, horizon = 4000.0;
  const delay_argument argument[] = { { .values = samples, .count = 4 } };
  delay_law *law;
  assert_int_equal (delay_create ("empirical", argument, 1, &law, NULL),
                    SUPPORT_OK);
  const system_class class = { 3, law };
  system_description system = describe (&class, 1);
  system.deadline = 2.0;
  server_result *result = simulate (&system, 1, horizon);
  assert_close (result->rate, 3.0 * 0.75 / 1.25, 5.0 * sqrt (3.0 / horizon));
  assert_close (result->uploads[0], result->updates[0], 0.0);
  assert_close (result->accepted, 1.0, 0.0);
  assert_true (result->versions <= 4);
  server_result_free (result);

  /* Cycles that last exactly until the deadline are finished.  */
  system.deadline = 4.0;
  result = simulate (&system, 1, horizon);
  assert_close (result->rate, 3.0 / 1.75, 5.0 * sqrt (3.0 / horizon));
  server_result_free (result);
  delay_free (law);
}

/* The first record is taken in the stationary state: without a warm-up the mean
   count of updates by time t is the rate times t from the start.  Erlang cycles
   in a time .5: a count of less than 1 in variance, 8 workers, 20000 paths.  */
static void
simulator_starts_in_the_stationary_state (void **state)
{
  (void) state;
  const double horizon = 0.5, one = 1.0;
  const double deadlines[] = { 0.6, 1.5 };
  delay_law *law = make ("gamma", 4.0, 0.25);
  const system_class class = { 8, law };
  system_description system = describe (&class, 1);
  for (size_t k = 0; k < 2; k++)
    {
      const server_plan plan = { .start = &one,
                                 .paths = 20000,
                                 .horizon = horizon,
                                 .records = 1,
                                 .record = &horizon,
                                 .target = NAN,
                                 .seed = 1,
                                 .threads = 1 };
      objective *problem = parabola ();
      server_result *result;
      system.deadline = deadlines[k];
      assert_int_equal (
          server_simulate (&system, problem, &plan, NULL, &result, NULL),
          SUPPORT_OK);
      staleness_law st = solve (&system, STALENESS_RENEWAL);
      assert_close (result->updates[0], st.rate * horizon,
                    5.0 * sqrt (8.0 / 20000.0));
      staleness_law_clear (&st);
      server_result_free (result);
      objective_free (problem);
    }
  delay_free (law);
}

/* Two fixed cycles in turns: staleness 1 throughout, so that c = 1/2 is the
   same as half the rate.  */
static void
simulator_weighs_by_staleness (void **state)
{
  (void) state;
  delay_law *law = make ("deterministic", 1.0, 0.0);
  const system_class class = { 2, law };
  system_description system = describe (&class, 1);
  system.rate = 0.1;
  server_result *plain = simulate (&system, 1, 20.0);
  system.rate = 0.2;
  system.weight = SYSTEM_WEIGHT_INVERSE;
  server_result *weighted = simulate (&system, 1, 20.0);
  assert_close (weighted->mean[0], plain->mean[0], 1e-15);
  server_result_free (weighted);
  system.rate = 0.4;
  system.weight = SYSTEM_WEIGHT_POLYNOMIAL;
  system.weight_parameter = 2.0;
  weighted = simulate (&system, 1, 20.0);
  assert_close (weighted->mean[0], plain->mean[0], 1e-15);
  server_result_free (weighted);
  system.weight = SYSTEM_WEIGHT_CONSTANT_THEN_INVERSE;
  system.weight_parameter = 0.25;
  weighted = simulate (&system, 1, 20.0);
  assert_close (weighted->mean[0], plain->mean[0], 1e-15);
  server_result_free (weighted);
  server_result_free (plain);
  delay_free (law);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (deadline_for_uniform_cycles),
    cmocka_unit_test (deadline_for_exponential_workers),
    cmocka_unit_test (deadline_and_classes),
    cmocka_unit_test (weights_of_exponential_workers),
    cmocka_unit_test (weights_of_classes),
    cmocka_unit_test (simulator_weighs_by_staleness),
    cmocka_unit_test (simulator_gives_up_at_the_deadline),
    cmocka_unit_test (simulator_starts_in_the_stationary_state),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
