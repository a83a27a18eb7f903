/* SPDX-License-Identifier: GPL-3.0-or-later */
/* equation/paths.h: rings, streams, groups, interruptions, statistics.  What
   the numbers mean is tested in inst/sdde_simulate.m and inst/sdde_hitting.m.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "equation/paths.h"

enum
{
  PATHS = 200,
  RECORDS = 3
};

static const size_t record[RECORDS] = { 0, 7, 40 };
static const double probability[] = { 0.0, 0.5, 1.0 };
static const double history[2] = { 1.0, 2.0 };

/* Two modes; the fields that a test does not change.  */
typedef struct fixture
{
  double decay[2], damping[2], correction[2], intensity[2], coupling[4];
  delay_law *law;
  equation_system system;
  equation_paths_plan plan;
} fixture;

static void
prepare (fixture *made, const char *family, double first, double second)
{
  const delay_argument argument[] = { { .values = &first, .count = 1 },
                                      { .values = &second, .count = 1 } };
  *made = (fixture){ .damping = { 1.0, 0.5 }, .intensity = { 1.0, 0.2 } };
  assert_int_equal (
      delay_create (family, argument, second > 0.0 ? 2 : 1, &made->law, NULL),
      SUPPORT_OK);
  made->system = (equation_system){ .modes = 2,
                                    .decay = made->decay,
                                    .damping = made->damping,
                                    .correction = made->correction,
                                    .intensity = made->intensity,
                                    .coupling = made->coupling,
                                    .delay = made->law };
  made->plan = (equation_paths_plan){ .paths = PATHS,
                                      .step = 0.05,
                                      .steps = 40,
                                      .seed = 1,
                                      .threads = 2,
                                      .history = history,
                                      .refine = 1,
                                      .records = RECORDS,
                                      .record = record,
                                      .probabilities = 3,
                                      .probability = probability };
}

static void
run (const fixture *of, equation_paths *paths)
{
  assert_int_equal (
      equation_paths_run (&of->system, NULL, &of->plan, NULL, paths, NULL),
      SUPPORT_OK);
}

/* Every kind of equation, by 1 and by 3 threads, refined, drawn, with levels.
 */
static void
the_same_bits_for_any_threads (void **state)
{
  (void) state;
  for (int kind = 0; kind < 5; kind++)
    {
      const double level[2] = { 0.3, 0.5 };
      fixture one;
      equation_paths a, b, few;
      prepare (&one, "gamma", 2.5, 0.2);
      one.system.coupled = true;
      if (kind == 1 || kind == 3)
        one.coupling[0] = one.coupling[2] = 0.3;
      if (kind >= 2 && kind <= 3)
        one.correction[0] = one.correction[1] = 0.2;
      if (kind == 4)
        one.plan.drawn = true;
      one.plan.refine = kind == 1 ? 3 : 1;
      one.plan.level = level;
      one.plan.threads = 1;
      run (&one, &a);
      one.plan.threads = 3;
      run (&one, &b);
      one.plan.paths = 70;
      run (&one, &few);
      assert_int_equal (a.paths, PATHS);
      assert_memory_equal (a.hit, b.hit, 2 * PATHS * sizeof (double));
      assert_memory_equal (a.hit, few.hit, 2 * 70 * sizeof (double));
      /* Groups stop when all levels are met: their later rows stay 0.  */
      assert_memory_equal (a.value, b.value,
                           2 * RECORDS * PATHS * sizeof (double));
      for (size_t i = 0; i < 2 * PATHS; i++)
        assert_true (a.hit[i] > 0.0 && isfinite (a.value[i]));
      equation_paths_free (&a);
      equation_paths_free (&b);
      equation_paths_free (&few);
      delay_free (one.law);
    }
}

static void
statistics_are_those_of_the_paths (void **state)
{
  fixture one;
  equation_paths all, statistics;
  (void) state;
  prepare (&one, "uniform", 0.2, 0.7);
  run (&one, &all);
  one.plan.statistics = true;
  run (&one, &statistics);
  assert_null (statistics.value);
  for (size_t place = 0; place < 2 * RECORDS; place++)
    {
      double sum = 0.0, least = INFINITY, greatest = -INFINITY;
      for (size_t p = 0; p < PATHS; p++)
        {
          const double x = all.value[place + 2 * RECORDS * p];
          sum += x;
          least = fmin (least, x);
          greatest = fmax (greatest, x);
        }
      assert_true (fabs (statistics.mean[place] - sum / PATHS) < 1e-13);
      assert_true (statistics.least[place] == least);
      assert_true (statistics.greatest[place] == greatest);
      assert_true (fabs (statistics.quantile[place] - least) < 0.1);
    }
  equation_paths_free (&all);
  equation_paths_free (&statistics);
  delay_free (one.law);
}

/* A system of matrices that is the two modes.  */
static void
matrices_hold_modes (void **state)
{
  fixture one;
  equation_paths a, b;
  (void) state;
  prepare (&one, "deterministic", 0.33, 0.0);
  const double instant[4] = { 0.0 };
  const double delayed[4] = { -1.0, 0.0, 0.0, -0.5 };
  const double push[4] = { 1.0, 0.0, 0.0, sqrt (0.2) };
  const delay_law *law[1] = { one.law };
  const equation_matrices matrices = { .states = 2,
                                       .noises = 2,
                                       .delays = 1,
                                       .instant = instant,
                                       .delayed = delayed,
                                       .push = push,
                                       .delay = law };
  run (&one, &a);
  assert_int_equal (
      equation_paths_run (NULL, &matrices, &one.plan, NULL, &b, NULL),
      SUPPORT_OK);
  for (size_t i = 0; i < 2 * RECORDS * PATHS; i++)
    assert_true (fabs (a.value[i] - b.value[i]) < 1e-12);
  equation_paths_free (&a);
  equation_paths_free (&b);
  delay_free (one.law);
}

/* ---- stopping -------------------------------------------------------- */

static bool
stop_soon (void *data)
{
  int *calls = data;
  return ++*calls > 4;
}

static void
an_interruption_keeps_what_has_finished (void **state)
{
  (void) state;
  for (int statistics = 0; statistics < 2; statistics++)
    for (int partial = 0; partial < 2; partial++)
      {
        fixture one;
        equation_paths paths;
        int calls = 0;
        const support_hooks hooks = { .interrupted = stop_soon,
                                      .data = &calls };
        prepare (&one, "deterministic", 0.5, 0.0);
        one.plan.threads = 1;
        one.plan.partial = partial;
        one.plan.statistics = statistics;
        const support_status status = equation_paths_run (
            &one.system, NULL, &one.plan, &hooks, &paths, NULL);
        if (partial)
          {
            assert_int_equal (status, SUPPORT_OK);
            assert_true (paths.stopped);
            assert_true (paths.paths < PATHS && paths.paths % 64 == 0);
            equation_paths_free (&paths);
          }
        else
          assert_int_equal (status, SUPPORT_INTERRUPTED);
        delay_free (one.law);
      }
}

static support_status
relax (void *context, double t, const double *x, const double *delayed,
       size_t paths, double *value)
{
  const double *last = context;
  for (size_t i = 0; i < 2 * paths; i++)
    value[i] = -delayed[i] + 0.0 * x[i];
  return t >= *last ? SUPPORT_NUMERICAL : SUPPORT_OK;
}

static void
a_failing_drift_ends_the_run (void **state)
{
  fixture one;
  equation_paths paths;
  double last = 1.0;
  (void) state;
  prepare (&one, "deterministic", 0.5, 0.0);
  one.plan.drift = relax;
  one.plan.context = &last;
  assert_int_equal (
      equation_paths_run (&one.system, NULL, &one.plan, NULL, &paths, NULL),
      SUPPORT_NUMERICAL);
  last = 3.0;
  run (&one, &paths);
  assert_int_equal (paths.paths, PATHS);
  equation_paths_free (&paths);
  delay_free (one.law);
}

static void
plans_are_checked (void **state)
{
  fixture one;
  equation_paths paths;
  support_failure failure;
  (void) state;
  prepare (&one, "exponential", 1.0, 0.0);
  const equation_paths_plan good = one.plan;
  const size_t late[2] = { 3, 41 };
#define REFUSED(field, bad, status)                                       \
  do                                                                      \
    {                                                                     \
      one.plan = good;                                                    \
      one.plan.field = bad;                                               \
      assert_int_equal (equation_paths_run (&one.system, NULL, &one.plan, \
                                            NULL, &paths, &failure),      \
                        status);                                          \
      assert_true (strlen (failure.text) > 10);                           \
    }                                                                     \
  while (0)
  REFUSED (paths, 0, SUPPORT_INVALID);
  REFUSED (refine, 0, SUPPORT_INVALID);
  REFUSED (step, NAN, SUPPORT_INVALID);
  REFUSED (record, late, SUPPORT_INVALID);
  REFUSED (paths, (size_t) 1 << 40, SUPPORT_LIMIT);
  REFUSED (paths, (size_t) 1 << 30, SUPPORT_LIMIT);
  one.plan = good;
  one.plan.step = 1e-7;
  one.plan.steps = 1000000000;
  one.plan.records = 0;
  assert_int_equal (
      equation_paths_run (&one.system, NULL, &one.plan, NULL, &paths, &failure),
      SUPPORT_LIMIT);
  delay_free (one.law);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_same_bits_for_any_threads),
    cmocka_unit_test (statistics_are_those_of_the_paths),
    cmocka_unit_test (matrices_hold_modes),
    cmocka_unit_test (an_interruption_keeps_what_has_finished),
    cmocka_unit_test (a_failing_drift_ends_the_run),
    cmocka_unit_test (plans_are_checked),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
