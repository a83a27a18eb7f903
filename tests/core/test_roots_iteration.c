/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roots/: iteration time, margins and sensitivities, quick modes.  */

#include "roots_cases.h"

static bool
always (void *data)
{
  ++*(int *) data;
  return true;
}

/* Constant staleness 1: z^2 - z + alpha = 0.  */
static void
constant_staleness_is_a_quadratic (void **state)
{
  const double q[] = { 0.0, 1.0 };
  const roots_iteration slow = { 0.2, 0.0, 2, q };
  const roots_iteration twice = { 0.25, 0.0, 2, q };
  const roots_iteration swings = { 0.5, 0.0, 2, q };
  roots_set *set;
  (void) state;
  assert_int_equal (roots_of_iteration (&slow, 2, NULL, &set, NULL),
                    SUPPORT_OK);
  assert_true (set->certified && set->total == 2 && set->count == 2);
  assert_true (fabs (creal (set->root[0].s) - 0.5 - sqrt (0.05)) < 1e-15);
  assert_true (fabs (creal (set->root[1].s) - 0.5 + sqrt (0.05)) < 1e-15);
  roots_set_free (set);
  assert_int_equal (roots_of_iteration (&twice, 2, NULL, &set, NULL),
                    SUPPORT_OK);
  assert_true (set->certified && set->count == 1);
  assert_true (set->root[0].multiplicity == 2);
  assert_true (cabs (set->root[0].s - 0.5) <= set->root[0].bound);
  roots_set_free (set);
  assert_int_equal (roots_of_iteration (&swings, 1, NULL, &set, NULL),
                    SUPPORT_OK);
  assert_true (set->certified && set->count == 2);
  assert_true (cabs (set->root[0].s - CMPLX (0.5, 0.5)) < 1e-15);
  assert_true (set->root[1].s == conj (set->root[0].s));
  roots_set_free (set);
}

static void
iterations_that_cannot_be_done_are_refused (void **state)
{
  const double q[] = { 0.5, NAN };
  const double fine[] = { 0.5, 0.5 };
  int calls = 0;
  const support_hooks hooks = { .interrupted = always, .data = &calls };
  roots_set *set;
  (void) state;
  assert_int_equal (roots_of_iteration (&(roots_iteration){ 0.1, 0.0, 2, q }, 1,
                                        NULL, &set, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (roots_of_iteration (&(roots_iteration){ 0.1, 0.0, 0, fine },
                                        1, NULL, &set, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (roots_of_iteration (&(roots_iteration){ 0.1, 0.0, 2, fine },
                                        0, NULL, &set, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (roots_of_iteration (&(roots_iteration){ 0.1, 0.0, 2, fine },
                                        1, &hooks, &set, NULL),
                    SUPPORT_INTERRUPTED);
  assert_null (set);
  assert_int_equal (calls, 1);
}

static void
margins_of_a_fixed_delay (void **state)
{
  delay_law *one = law1 ("deterministic", 1.0);
  const roots_class stable = { 1.0, 0.0, one }, unstable = { 2.0, 0.0, one };
  const roots_class neutral = { 0.2, 0.9, one };
  const roots_equation inside = { { 0.0, 1.0, 0.0 }, 1, &stable };
  const roots_equation outside = { { 0.0, 1.0, 0.0 }, 1, &unstable };
  const roots_equation crowded = { { 3.0, 1.0, 0.0 }, 1, &neutral };
  const double complex s =
      CMPLX (-0.31813150520476413531, 1.3372357014306894089);
  double complex damping, correction;
  roots_sensitivity total;
  roots_margin margin;
  (void) state;
  assert_int_equal (roots_margin_of (&inside, &margin, NULL), SUPPORT_OK);
  assert_true (fabs (margin.delay - 0.57079632679489661923) < 1e-14);
  assert_true (margin.distance > 0.0 && margin.relative > 0.0);
  assert_int_equal (roots_margin_of (&outside, &margin, NULL), SUPPORT_OK);
  assert_true (margin.delay == 0.0 && margin.distance == 0.0);
  /* Below (1 - c)/(1 + c), what is left at ever higher frequencies.  */
  assert_int_equal (roots_margin_of (&crowded, &margin, NULL), SUPPORT_OK);
  assert_true (margin.relative > 0.04 && margin.relative < 0.1 / 1.9);
  roots_sensitivity_of (&inside, s, &total, &damping, &correction);
  assert_true (cabs (damping - s / (1.0 + s)) < 1e-14);
  assert_true (cabs (total.rate - damping) < 1e-14);
  delay_free (one);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (constant_staleness_is_a_quadratic),
    cmocka_unit_test (iterations_that_cannot_be_done_are_refused),
    cmocka_unit_test (margins_of_a_fixed_delay),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
