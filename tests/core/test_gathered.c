/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies that average several gradients, in staleness/ and server/.  */
#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include "assert_close.h"
#include "law_text.h"
#include "server/server.h"
#include "staleness/staleness.h"

/* ---- help ------------------------------------------------------------- */

static system_description
describe (const system_class *class, size_t classes, system_policy policy,
          size_t gradients)
{
  return (system_description){ .classes = classes,
                               .class = class,
                               .rate = 0.1,
                               .policy = policy,
                               .gradients = gradients,
                               .threshold = INFINITY,
                               .deadline = INFINITY };
}

static staleness_law
solve (const system_class *class, size_t classes, system_policy policy,
       size_t gradients)
{
  const system_description system =
      describe (class, classes, policy, gradients);
  staleness_law st;
  support_failure failure = { .text = "" };
  if (staleness_solve (&system, STALENESS_RENEWAL, NULL, &st, &failure)
      != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  assert_relative (st.arrivals, (double) gradients * st.rate, 1e-12);
  assert_true (st.batch == (double) gradients);
  return st;
}

static staleness_law
solve_text (const char *law, size_t workers, system_policy policy,
            size_t gradients)
{
  delay_law *cycle = law_of_text (law);
  const system_class class = { workers, cycle };
  staleness_law st = solve (&class, 1, policy, gradients);
  delay_free (cycle);
  return st;
}

/* The failure of a system that is not solved.  */
static void
assert_refused (const char *law, size_t workers, system_policy policy,
                size_t gradients, double threshold, support_status expected,
                const char *words)
{
  delay_law *cycle = law_of_text (law);
  const system_class class = { workers, cycle };
  system_description system = describe (&class, 1, policy, gradients);
  staleness_law st;
  support_failure failure = { .text = "" };
  system.threshold = threshold;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &st, &failure),
      expected);
  if (! strstr (failure.text, words))
    fail_msg ("'%s' lacks '%s'", failure.text, words);
  staleness_law_clear (&st);
  delay_free (cycle);
}

/* ---- rounds ------------------------------------------------------------ */

/* The K-th of n exponential times is a sum of exponentials of means
   1/n, 1/(n-1), ...  */
static void
exponential_rounds_are_sums (void **state)
{
  (void) state;
  const size_t cases[][2] = { { 8, 4 }, { 8, 8 }, { 8, 1 }, { 40, 3 } };
  for (size_t i = 0; i < 4; i++)
    {
      const size_t n = cases[i][0], gradients = cases[i][1];
      staleness_law st =
          solve_text ("exponential:1", n, SYSTEM_K_SYNC, gradients);
      const double complex s[] = { CMPLX (0.3, 2.0), CMPLX (-0.4, 5.0) };
      double mean = 0.0, variance = 0.0;
      for (size_t k = n - gradients + 1; k <= n; k++)
        {
          mean += 1.0 / (double) k;
          variance += 1.0 / (double) (k * k);
        }
      assert_relative (st.rate, 1.0 / mean, 1e-8);
      assert_relative (st.delay ? delay_cv2 (st.delay) : NAN,
                       variance / (mean * mean), 1e-7);
      assert_relative (st.palm, 0.5 + 0.5 * variance / (mean * mean), 1e-7);
      for (size_t j = 0; j < 2; j++)
        {
          double complex phi[3], expected = 1.0;
          delay_lst (st.delay, s[j], phi);
          for (size_t k = n - gradients + 1; k <= n; k++)
            expected /= 1.0 + s[j] / (double) k;
          assert_true (cabs (phi[0] - expected) < 1e-7);
        }
      assert_true (st.mean == 0.0 && st.size == 1 && st.pmf[0] == 1.0);
      staleness_law_clear (&st);
    }
}

/* P(T_(K:n) <= t) = I_F(t) (K, n - K + 1).  */
static void
rounds_are_order_statistics (void **state)
{
  (void) state;
  const char *kinds[] = { "gamma:4:0.25", "gamma:0.5:2",
                          "shifted-exponential:0.5:0.5", "uniform:0:2" };
  for (size_t i = 0; i < 4; i++)
    for (size_t gradients = 1; gradients <= 12; gradients += 4)
      {
        delay_law *cycle = law_of_text (kinds[i]);
        const system_class class = { 12, cycle };
        staleness_law st = solve (&class, 1, SYSTEM_K_SYNC, gradients);
        for (double t = 0.05; t < 4.0; t += 0.07)
          assert_relative (delay_cdf (st.delay, t),
                           gsl_cdf_beta_P (delay_cdf (cycle, t),
                                           (double) gradients,
                                           13.0 - (double) gradients),
                           3e-8);
        staleness_law_clear (&st);
        delay_free (cycle);
      }
}

/* Beyond what knots all over the law would see.  */
static void
many_workers_have_short_rounds (void **state)
{
  (void) state;
  staleness_law st = solve_text ("uniform:0:2", 100000, SYSTEM_K_SYNC, 30);
  assert_relative (1.0 / st.rate, 60.0 / 100001.0, 1e-8);
  staleness_law_clear (&st);
  st = solve_text ("uniform:0:2", 100000, SYSTEM_K_SYNC, 99990);
  assert_relative (1.0 / st.rate, 2.0 * 99990.0 / 100001.0, 1e-8);
  staleness_law_clear (&st);
}

/* Two of four equally likely times 1, 2, 2, 3: P(round > 1) = (3/4)^4 + ...  */
static void
rounds_of_atoms (void **state)
{
  (void) state;
  staleness_law st = solve_text ("atoms:1:2:2:3", 4, SYSTEM_K_SYNC, 2);
  const double first = 1.0 - (81.0 + 4.0 * 27.0) / 256.0;
  const double third = (1.0 + 4.0 * 3.0) / 256.0;
  assert_relative (delay_atom (st.delay, 1.0), first, 1e-14);
  assert_relative (delay_atom (st.delay, 2.0), 1.0 - first - third, 1e-14);
  assert_relative (delay_atom (st.delay, 3.0), third, 1e-14);
  staleness_law_clear (&st);
  st = solve_text ("deterministic:2", 4, SYSTEM_K_BATCH_SYNC, 9);
  assert_relative (1.0 / st.rate, 6.0, 1e-15);
  staleness_law_clear (&st);
}

/* Poisson arrivals, once by their name and once as gamma times of shape 1.  */
static void
batch_rounds_of_exponential_cycles (void **state)
{
  (void) state;
  const char *poisson[] = { "exponential:1", "gamma:1:1" };
  for (size_t i = 0; i < 2; i++)
    for (size_t gradients = 1; gradients <= 11; gradients += 5)
      {
        staleness_law st =
            solve_text (poisson[i], 4, SYSTEM_K_BATCH_SYNC, gradients);
        assert_relative (st.rate, 4.0 / (double) gradients, 1e-8);
        for (double t = 0.1; t < 6.0; t += 0.3)
          assert_relative (delay_cdf (st.delay, t),
                           gsl_cdf_gamma_P (t, (double) gradients, 0.25), 1e-7);
        staleness_law_clear (&st);
      }
}

/* Two workers and two gradients, E Y = int (1 - F)^2 + 2 (1 - F) (F - F_2),
   F_2 being the distribution of two cycles in a row.  */
static void
rounds_of_sums_without_a_name (void **state)
{
  (void) state;
  const char *text[] = { "uniform:0:2", "shifted-exponential:0.5:0.5",
                         "weibull:1:1", "hyper:0.5:0.5:1:1" };
  const double length[] = { 7.0 / 6.0, 1.25 - 0.25 * exp (-1.0), 1.0, 1.0 };
  for (size_t i = 0; i < 4; i++)
    {
      staleness_law st = solve_text (text[i], 2, SYSTEM_K_BATCH_SYNC, 2);
      assert_relative (1.0 / st.rate, length[i], 1e-7);
      assert_relative (delay_mean (st.delay), length[i], 1e-7);
      staleness_law_clear (&st);
    }
}

typedef struct waiting
{
  int left; /* interrupts when asked more often */
} waiting;

static bool
patience_interrupts (void *data)
{
  waiting *patience = data;
  return patience->left-- <= 0;
}

static void
rounds_can_be_interrupted (void **state)
{
  (void) state;
  delay_law *cycle = law_of_text ("uniform:0:2");
  const system_class class = { 4, cycle };
  const system_policy policy[] = { SYSTEM_K_SYNC, SYSTEM_K_BATCH_SYNC };
  for (int k = 0; k < 2; k++)
    for (int left = 0; left < 40; left += 13)
      {
        const system_description system = describe (&class, 1, policy[k], 2);
        waiting patience = { .left = left };
        const support_hooks hooks = { patience_interrupts, NULL, &patience };
        staleness_law st;
        assert_int_equal (
            staleness_solve (&system, STALENESS_RENEWAL, &hooks, &st, NULL),
            SUPPORT_INTERRUPTED);
        assert_int_equal (patience.left, -1);
        staleness_law_clear (&st);
      }
  delay_free (cycle);
}

static void
classes_take_part_by_their_speed (void **state)
{
  (void) state;
  const char *text[2][2] = { { "exponential:1", "exponential:3" },
                             { "gamma:1:1", "gamma:1:3" } };
  for (size_t i = 0; i < 2; i++)
    {
      delay_law *fast = law_of_text (text[i][0]);
      delay_law *slow = law_of_text (text[i][1]);
      const system_class class[] = { { 3, fast }, { 0, slow }, { 2, slow } };
      staleness_law st = solve (class, 3, SYSTEM_K_BATCH_SYNC, 4);
      const double all = 3.0 + 2.0 / 3.0;
      assert_relative (st.rate, all / 4.0, 1e-8);
      assert_relative (st.part[0].rate, 3.0 / 4.0, 1e-8);
      assert_relative (st.part[2].rate, 1.0 / 6.0, 1e-8);
      /* 4 of the 5 + 3 begun; of the slow ones 4 s of 2 + 4 s - s, s = 2/11 */
      assert_relative (st.finished, 0.5, 1e-15);
      assert_relative (st.part[2].finished, 8.0 / 28.0, 1e-8);
      assert_true (st.part[1].rate == 0.0 && isnan (st.part[1].mean));
      assert_true (isfinite (st.palm) && st.rounds);
      staleness_law_clear (&st);

      /* The later of two times: m1 + m2 - 1/(1/m1 + 1/m2).  */
      const system_class two[] = { { 1, fast }, { 1, slow } };
      st = solve (two, 2, SYSTEM_K_SYNC, 2);
      assert_relative (1.0 / st.rate, 1.0 + 3.0 - 0.75, 1e-8);
      assert_relative (st.part[0].rate, st.part[1].rate, 1e-8);
      staleness_law_clear (&st);
      /* The first: of the fast one in 3 of 4 rounds.  */
      st = solve (two, 2, SYSTEM_K_SYNC, 1);
      assert_relative (st.rate, 4.0 / 3.0, 1e-8);
      assert_relative (st.part[0].rate, 1.0, 1e-8);
      staleness_law_clear (&st);
      delay_free (fast);
      delay_free (slow);
    }
}

static void
policies_that_come_to_the_same (void **state)
{
  (void) state;
  staleness_law one = solve_text ("gamma:4:0.25", 6, SYSTEM_ASYNC, 1);
  const system_policy single[] = { SYSTEM_K_ASYNC, SYSTEM_K_BATCH_ASYNC };
  for (size_t i = 0; i < 2; i++)
    {
      staleness_law st = solve_text ("gamma:4:0.25", 6, single[i], 1);
      assert_true (st.rate == one.rate && st.variance == one.variance);
      staleness_law_clear (&st);
    }
  staleness_law_clear (&one);
  one = solve_text ("gamma:4:0.25", 6, SYSTEM_K_SYNC, 6);
  staleness_law st = solve_text ("gamma:4:0.25", 6, SYSTEM_K_ASYNC, 6);
  assert_true (st.rate == one.rate && st.mean == 0.0);
  staleness_law_clear (&st);
  staleness_law_clear (&one);
}

static void
what_has_no_closed_form_is_said (void **state)
{
  (void) state;
  assert_refused ("gamma:4:0.25", 8, SYSTEM_K_ASYNC, 4, INFINITY,
                  SUPPORT_INVALID, "use asgd_simulate");
  assert_refused ("atoms:1:2:2.5", 8, SYSTEM_K_BATCH_SYNC, 4, INFINITY,
                  SUPPORT_INVALID, "use asgd_simulate");
  assert_refused ("mix:0.5:deterministic:1|exponential:1", 8, SYSTEM_K_SYNC, 4,
                  INFINITY, SUPPORT_INVALID, "use asgd_simulate");
  assert_refused ("gamma:4:0.25", 8, SYSTEM_K_BATCH_SYNC, 65, INFINITY,
                  SUPPORT_LIMIT, "use asgd_simulate");
  assert_refused ("exponential:1", 8, SYSTEM_K_SYNC, 9, INFINITY,
                  SUPPORT_INVALID, "as many workers, but there are 8");
  assert_refused ("exponential:1", 8, SYSTEM_ASYNC, 2, INFINITY,
                  SUPPORT_INVALID, "one by one");
}

/* ---- the server -------------------------------------------------------- */

static server_result *
simulate (const char *law, size_t workers, system_policy policy,
          size_t gradients, double threshold, size_t updates, double deviation)
{
  static const double one = 1.0;
  delay_law *cycle = law_of_text (law);
  const system_class class = { workers, cycle };
  system_description system = describe (&class, 1, policy, gradients);
  const objective_matrix curvature = { .dimension = 1, .values = &one };
  const objective_noise noise = { .deviation = &deviation };
  const server_plan plan = { .start = &one,
                             .paths = 4,
                             .updates = updates,
                             .warmup = NAN,
                             .target = NAN,
                             .coordinates = 1,
                             .seed = 7,
                             .threads = 2 };
  objective *problem = NULL;
  server_result *result = NULL;
  support_failure failure = { .text = "" };
  system.threshold = threshold;
  assert_int_equal (
      objective_quadratic_create (&curvature, &noise, &problem, NULL),
      SUPPORT_OK);
  if (server_simulate (&system, problem, &plan, NULL, &result, &failure)
      != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  objective_free (problem);
  delay_free (cycle);
  return result;
}

/* Without noise the model after k rounds is (1 - rate)^k whatever K is.  */
static void
rounds_take_the_mean_of_fresh_gradients (void **state)
{
  (void) state;
  const system_policy policy[] = { SYSTEM_K_SYNC, SYSTEM_K_BATCH_SYNC };
  for (size_t i = 0; i < 2; i++)
    {
      server_result *run =
          simulate ("gamma:4:0.25", 5, policy[i], 3, INFINITY, 20, 0.0);
      assert_relative (run->model[0], pow (0.9, 20.0), 1e-14);
      assert_true (run->staleness_count == 1 && run->accepted == 1.0);
      assert_true (run->versions <= 2);
      server_result_free (run);
    }
}

/* Long tails: T_(2:n) = n T_(1:n-1) - (n - 1) T_(1:n) on average, and the least
   of m hyperexponential times (.9, .5; .1, 5.5) is a binomial mixture.  */
static double
least_of (int m)
{
  double mean = 0.0, choose = 1.0;
  for (int j = 0; j <= m; j++)
    {
      mean +=
          choose * pow (0.9, m - j) * pow (0.1, j) / ((m - j) / 0.5 + j / 5.5);
      choose *= (double) (m - j) / (j + 1);
    }
  return mean;
}

static void
rounds_of_long_tails (void **state)
{
  (void) state;
  const double weight[] = { 0.9, 0.1 }, mean[] = { 0.5, 5.5 };
  const delay_argument argument[] = { { .values = weight, .count = 2 },
                                      { .values = mean, .count = 2 } };
  delay_law *cycle;
  assert_int_equal (
      delay_create ("hyperexponential", argument, 2, &cycle, NULL), SUPPORT_OK);
  for (int n = 3; n <= 12; n++)
    {
      const system_class class = { (size_t) n, cycle };
      staleness_law st = solve (&class, 1, SYSTEM_K_SYNC, 2);
      assert_relative (1.0 / st.rate,
                       n * least_of (n - 1) - (n - 1) * least_of (n), 1e-8);
      staleness_law_clear (&st);
    }
  delay_free (cycle);
}

/* n = 8, K = 4: a round is H_8 - H_4 long, half of those at work are done in
   it, and a delay is a geometric number of rounds.  */
static void
exponential_workers_without_cancelling (void **state)
{
  (void) state;
  staleness_law st = solve_text ("exponential:1", 8, SYSTEM_K_ASYNC, 4);
  double length = 0.0, spread = 0.0, total = st.tail;
  double complex s = 0.3 + 0.7 * I, round = 1.0, transform[3];
  for (int k = 5; k <= 8; k++)
    {
      length += 1.0 / k;
      spread += 1.0 / (k * k);
      round *= k / (k + s);
    }
  assert_relative (st.rate, 1.575984990619137, 1e-13);
  assert_relative (st.rate * length, 1.0, 1e-13);
  for (size_t j = 0; j < st.size; j++)
    {
      assert_relative (st.pmf[j], exp2 (-1.0 - (double) j), 1e-15);
      assert_relative (st.part[0].pmf[j], st.pmf[j], 0.0);
      total += st.pmf[j];
    }
  assert_relative (total, 1.0, 1e-14);
  assert_relative (st.mean, 1.0, 1e-14);
  assert_relative (st.variance, 2.0, 1e-14);
  assert_relative (delay_mean (st.delay), 2.0 * length, 1e-12);
  delay_lst (st.delay, s, transform);
  assert_relative (cabs (transform[0] - 0.5 * round / (1.0 - 0.5 * round)), 0.0,
                   1e-12);
  assert_relative (st.dispersion, spread / (length * length), 1e-12);
  assert_relative (st.palm, 0.5 * (1.0 + st.dispersion), 1e-12);
  assert_true (st.rounds);
  staleness_law_clear (&st);
}

/* Equal constant times: K-async splits eight workers into two groups that take
   turns, each stale by the update of the other; a buffer of four fills twice in
   a cycle.  */
static void
constant_cycles_take_turns (void **state)
{
  (void) state;
  server_result *run =
      simulate ("deterministic:1", 8, SYSTEM_K_ASYNC, 4, INFINITY, 4000, 0.1);
  assert_relative (run->rate, 2.0, 1e-3);
  assert_int_equal (run->staleness_count, 2);
  assert_true (run->staleness[0] == 0);
  server_result_free (run);
  run = simulate ("deterministic:1", 8, SYSTEM_K_BATCH_ASYNC, 4, INFINITY, 4000,
                  0.1);
  assert_relative (run->rate, 2.0, 1e-3);
  assert_int_equal (run->staleness_count, 3);
  assert_true (run->staleness[0] == 0);
  server_result_free (run);
}

/* A threshold discards gradients on arrival; those do not fill the buffer, and
   their workers do not wait.  */
static void
stale_gradients_are_not_gathered (void **state)
{
  (void) state;
  const system_policy policy[] = { SYSTEM_K_ASYNC, SYSTEM_K_BATCH_ASYNC };
  for (size_t i = 0; i < 2; i++)
    {
      server_result *run =
          simulate ("exponential:1", 12, policy[i], 3, 2.0, 3000, 0.1);
      double accepted = 0.0;
      assert_int_equal (run->staleness_count, 3);
      for (size_t j = 0; j < 3; j++)
        accepted += (double) run->staleness[j];
      /* Those held at either end are fewer than 3 in each path.  */
      assert_true (fabs (accepted - 4 * 3.0 * 3000.0) <= 8.0);
      assert_true (run->accepted < 0.95 && run->accepted > 0.3);
      assert_true (run->versions <= 13);
      server_result_free (run);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (exponential_rounds_are_sums),
    cmocka_unit_test (rounds_are_order_statistics),
    cmocka_unit_test (many_workers_have_short_rounds),
    cmocka_unit_test (rounds_of_atoms),
    cmocka_unit_test (batch_rounds_of_exponential_cycles),
    cmocka_unit_test (rounds_of_sums_without_a_name),
    cmocka_unit_test (rounds_can_be_interrupted),
    cmocka_unit_test (classes_take_part_by_their_speed),
    cmocka_unit_test (policies_that_come_to_the_same),
    cmocka_unit_test (what_has_no_closed_form_is_said),
    cmocka_unit_test (rounds_take_the_mean_of_fresh_gradients),
    cmocka_unit_test (rounds_of_long_tails),
    cmocka_unit_test (exponential_workers_without_cancelling),
    cmocka_unit_test (constant_cycles_take_turns),
    cmocka_unit_test (stale_gradients_are_not_gathered),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
