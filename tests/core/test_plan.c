/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan/: shares of workers, bounds, searches of whole numbers against every
   combination, and the same answer whatever the number of threads.  */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "plan/plan.h"

static const double curvature[] = { 0.5, 2.0 };
static const double noise[] = { 0.09, 0.09 };
static const double extra[] = { 0.0, 0.0 };
static const double start[] = { 1.0, 1.0 };

typedef struct bench
{
  delay_law *cycle;
  system_class class[2];
  system_description system;
  plan_task task;
} bench;

static void
prepare (bench *of, const char *family, size_t first, size_t second)
{
  const double numbers[] = { 0.5, 0.5 };
  const double one = 1.0;
  const bool shifted = strcmp (family, "shifted-exponential") == 0;
  const delay_argument argument[] = { { .values = shifted ? numbers : &one,
                                        .count = 1 },
                                      { .values = numbers + 1, .count = 1 } };
  *of = (bench){ .cycle = NULL };
  assert_int_equal (
      delay_create (family, argument, shifted ? 2 : 1, &of->cycle, NULL),
      SUPPORT_OK);
  of->class[0] = (system_class){ .workers = first, .cycle = of->cycle };
  of->class[1] = (system_class){ .workers = second, .cycle = of->cycle };
  of->system = (system_description){ .classes = second > 0 ? 2 : 1,
                                     .class = of->class,
                                     .rate = 0.05,
                                     .threshold = INFINITY,
                                     .deadline = INFINITY };
  of->task = (plan_task){ .system = &of->system,
                          .problem = { .modes = 2,
                                       .curvature = curvature,
                                       .noise = noise,
                                       .extra = extra },
                          .start = start,
                          .target = 0.02,
                          .max_floor = INFINITY,
                          .max_uploads = INFINITY,
                          .max_upload_rate = INFINITY };
}

static void
vary (bench *of, plan_variable v, double least, double most)
{
  of->task.over[v] = true;
  of->task.least[v] = least;
  of->task.most[v] = most;
}

static void
shares_go_to_the_greatest_remainders (void **state)
{
  static const double workers[] = { 1, 2, 3, 4, 5, 20 };
  static const size_t expected[][2] = { { 1, 0 }, { 1, 1 }, { 2, 1 },
                                        { 3, 1 }, { 3, 2 }, { 13, 7 } };
  bench of;
  (void) state;
  prepare (&of, "exponential", 2, 1);
  for (size_t k = 0; k < 6; k++)
    {
      const double at[PLAN_VARIABLES] = { workers[k], INFINITY, 1.0,
                                          0.1,        0.0,      0.0 };
      system_class class[2];
      const system_description changed = plan_system (&of.system, at, class);
      assert_int_equal (class[0].workers, expected[k][0]);
      assert_int_equal (class[1].workers, expected[k][1]);
      assert_true (changed.rate == 0.1);
    }
  delay_free (of.cycle);
}

static void
every_combination_is_evaluated (void **state)
{
  bench of;
  plan_result result;
  (void) state;
  prepare (&of, "exponential", 4, 0);
  vary (&of, PLAN_WORKERS, 2.0, 6.0);
  vary (&of, PLAN_GRADIENTS, 1.0, 4.0);
  of.system.policy = SYSTEM_K_BATCH_SYNC;
  assert_int_equal (plan_solve (&of.task, NULL, &result, NULL), SUPPORT_OK);
  assert_true (result.proven && result.found);
  assert_int_equal (result.count, 20);
  for (size_t k = 0; k < 20; k++)
    {
      assert_true (result.row[k].at[PLAN_WORKERS] == 2.0 + (double) (k / 4));
      assert_true (result.row[k].at[PLAN_GRADIENTS] == 1.0 + (double) (k % 4));
      assert_true (! result.row[k].feasible
                   || result.row[k].value >= result.best.value);
      assert_false (result.row[k].sketched);
    }
  plan_result_clear (&result);
  delay_free (of.cycle);
}

static void
threads_do_not_change_the_plan (void **state)
{
  bench of;
  plan_result one, two;
  (void) state;
  prepare (&of, "exponential", 4, 0);
  vary (&of, PLAN_WORKERS, 4.0, 16.0);
  vary (&of, PLAN_RATE, 0.005, 0.3);
#ifdef _OPENMP
  omp_set_num_threads (1);
#endif
  assert_int_equal (plan_solve (&of.task, NULL, &one, NULL), SUPPORT_OK);
#ifdef _OPENMP
  omp_set_num_threads (3);
#endif
  assert_int_equal (plan_solve (&of.task, NULL, &two, NULL), SUPPORT_OK);
  assert_true (one.found && ! one.proven);
  assert_int_equal (one.count, two.count);
  for (size_t k = 0; k < one.count; k++)
    {
      assert_memory_equal (one.row[k].at, two.row[k].at, sizeof one.row[k].at);
      assert_true (one.row[k].value == two.row[k].value);
    }
  assert_true (one.best.value == two.best.value);
  assert_true (one.best.value < one.given.value);
  plan_result_clear (&one);
  plan_result_clear (&two);
  delay_free (of.cycle);
}

static void
bounds_outside_their_domain_are_refused (void **state)
{
  static const struct
  {
    plan_variable variable;
    double least, most;
  } wrong[] = { { PLAN_WORKERS, 0.0, 3.0 },      { PLAN_WORKERS, 3.0, 2.0 },
                { PLAN_WORKERS, 1.0, INFINITY }, { PLAN_WORKERS, 1.5, 3.0 },
                { PLAN_WORKERS, 1.0, 1e9 },      { PLAN_WORKERS, NAN, 2.0 },
                { PLAN_THRESHOLD, -1.0, 2.0 },   { PLAN_RATE, 0.0, 1.0 },
                { PLAN_RATE, 0.1, INFINITY },    { PLAN_TRIGGER, -1.0, 1.0 },
                { PLAN_MOMENTUM, 0.0, 1.0 },     { PLAN_GRADIENTS, 0.0, 2.0 } };
  (void) state;
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
    {
      bench of;
      plan_result result;
      support_failure failure;
      prepare (&of, "exponential", 4, 0);
      vary (&of, wrong[k].variable, wrong[k].least, wrong[k].most);
      assert_int_equal (plan_solve (&of.task, NULL, &result, &failure),
                        SUPPORT_INVALID);
      assert_non_null (strstr (
          failure.text, plan_variable_name_at ((size_t) wrong[k].variable)));
      plan_result_clear (&result);
      delay_free (of.cycle);
    }
}

static bool
always (void *data)
{
  (void) data;
  return true;
}

static void
an_interrupt_ends_the_search (void **state)
{
  const support_hooks hooks = { .interrupted = always };
  bench of;
  plan_result result;
  (void) state;
  prepare (&of, "exponential", 4, 0);
  vary (&of, PLAN_WORKERS, 1.0, 30.0);
  assert_int_equal (plan_solve (&of.task, &hooks, &result, NULL),
                    SUPPORT_INTERRUPTED);
  plan_result_clear (&result);
  vary (&of, PLAN_RATE, 0.01, 0.1);
  assert_int_equal (plan_solve (&of.task, &hooks, &result, NULL),
                    SUPPORT_INTERRUPTED);
  plan_result_clear (&result);
  delay_free (of.cycle);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (shares_go_to_the_greatest_remainders),
    cmocka_unit_test (every_combination_is_evaluated),
    cmocka_unit_test (threads_do_not_change_the_plan),
    cmocka_unit_test (bounds_outside_their_domain_are_refused),
    cmocka_unit_test (an_interrupt_ends_the_search),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
