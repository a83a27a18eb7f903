/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: what makes a law, and what does not.  */
#include "law_text.h"

#include <gsl/gsl_errno.h>

/* ---- making laws ----------------------------------------------------- */

static void
bad_parameters_are_named (void **state)
{
  static const double good = 1.0, none = 0.0, less = -1.0, nan = NAN,
                      inf = INFINITY, pair[] = { 1.0, 2.0 };
  static const struct
  {
    const char *family;
    const double *values[2];
    size_t counts[2], count;
    const char *said;
  } cases[] = {
    { "deterministic", { &less }, { 1 }, 1, "delay" },
    { "deterministic", { &inf }, { 1 }, 1, "delay" },
    { "exponential", { &none }, { 1 }, 1, "mean" },
    { "exponential", { &nan }, { 1 }, 1, "mean" },
    { "exponential", { pair }, { 2 }, 1, "mean" },
    { "exponential", { pair }, { 0 }, 1, "mean" },
    { "exponential", { &good, &good }, { 1, 1 }, 2, "(mean)" },
    { "shifted-exponential", { &less, &good }, { 1, 1 }, 2, "shift" },
    { "shifted-exponential", { &good, &none }, { 1, 1 }, 2, "mean excess" },
    { "gamma", { &none, &good }, { 1, 1 }, 2, "shape" },
    { "gamma", { &good, &inf }, { 1, 1 }, 2, "scale" },
    { "gamma", { &good }, { 1 }, 1, "(shape, scale)" },
    { "uniform", { &less, &good }, { 1, 1 }, 2, "left end" },
    { "uniform", { &good, &good }, { 1, 1 }, 2, "right of the left end" },
    { "empirical", { &less }, { 1 }, 1, "samples" },
    { "empirical", { pair }, { 0 }, 1, "samples" },
    { "empirical", { &none }, { 1 }, 1, "at least one sample > 0" },
    { "empirical", { pair, &good }, { 2, 1 }, 2, "as many weights" },
    { "empirical", { &good, &none }, { 1, 1 }, 2, "positive weight" },
    { "mixture", { &good, &good }, { 1, 1 }, 2, "as many laws" },
    { "thinned", { &good, pair }, { 1, 2 }, 2, "(law, knots, acceptance)" },
    { "mixture", { &none, &good }, { 1, 1 }, 2, "not all 0" },
  };
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      delay_argument argument[2];
      support_failure failure = { 0 };
      delay_law *law = NULL;
      for (size_t k = 0; k < cases[i].count; k++)
        argument[k] = (delay_argument){ .values = cases[i].values[k],
                                        .count = cases[i].counts[k] };
      assert_int_equal (delay_create (cases[i].family, argument, cases[i].count,
                                      &law, &failure),
                        SUPPORT_INVALID);
      assert_null (law);
      assert_non_null (strstr (failure.text, cases[i].said));
      assert_non_null (strstr (failure.text, cases[i].family));
    }
}

static void
a_law_is_no_number (void **state)
{
  delay_law *part = law_of_text ("exponential:1"), *law = NULL;
  const delay_argument argument[] = { { .law = part }, { .law = part } };
  (void) state;
  assert_int_equal (delay_create ("exponential", argument, 1, &law, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (delay_create ("empirical", argument, 1, &law, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (delay_create ("mixture", argument, 2, &law, NULL),
                    SUPPORT_INVALID);
  assert_null (law);
  delay_free (part);
}

static void
bad_thinning_is_refused (void **state)
{
  static const double knots[] = { 1.0, 2.0, 3.0 }, back[] = { 1.0, 3.0, 2.0 },
                      early[] = { -1.0, 2.0, 3.0 }, half[] = { 0.5, 0.5, 0.5 },
                      large[] = { 0.5, 1.5, 0.5 }, less[] = { 0.5, -0.1, 0.5 };
  static const struct
  {
    const double *knots, *acceptance;
    size_t count, others;
    const char *said;
  } cases[] = {
    { knots, half, 2, 2, "at least 3 increasing knots" },
    { knots, half, 3, 2, "at least 3 increasing knots" },
    { back, half, 3, 3, "at least 3 increasing knots" },
    { knots, large, 3, 3, "at least 3 increasing knots" },
    { early, half, 3, 3, "knots" },
    { knots, less, 3, 3, "acceptance" },
    { knots, half, 3, 0, "acceptance" },
  };
  delay_law *base = law_of_text ("exponential:1"), *law = NULL;
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      support_failure failure = { 0 };
      const delay_argument argument[] = {
        { .law = base },
        { .values = cases[i].knots, .count = cases[i].count },
        { .values = cases[i].acceptance, .count = cases[i].others }
      };
      assert_int_equal (delay_create ("thinned", argument, 3, &law, &failure),
                        SUPPORT_INVALID);
      assert_non_null (strstr (failure.text, cases[i].said));
    }
  const delay_argument numbers[] = { { .values = knots, .count = 3 },
                                     { .values = knots, .count = 3 },
                                     { .values = half, .count = 3 } };
  support_failure failure = { 0 };
  assert_int_equal (delay_create ("thinned", numbers, 3, &law, &failure),
                    SUPPORT_INVALID);
  assert_non_null (strstr (failure.text, "must be a law"));
  delay_free (base);
}

/* Products of parameters that no double holds.  */
static void
means_beyond_doubles_are_refused (void **state)
{
  static const double cases[][2] = { { 1e200, 1e200 }, { 1e-200, 1e-200 } };
  (void) state;
  for (size_t i = 0; i < 2; i++)
    {
      const delay_argument argument[] = {
        { .values = &cases[i][0], .count = 1 },
        { .values = &cases[i][1], .count = 1 }
      };
      support_failure failure = { 0 };
      delay_law *law = NULL;
      assert_int_equal (delay_create ("gamma", argument, 2, &law, &failure),
                        SUPPORT_INVALID);
      assert_non_null (strstr (failure.text, "too large or too small"));
    }
}

static void
unknown_families_are_told_the_known (void **state)
{
  support_failure failure = { 0 };
  delay_law *law = NULL;
  const char *name, *arguments_named;
  size_t families = 0;
  (void) state;
  assert_int_equal (delay_create ("gama", NULL, 0, &law, &failure),
                    SUPPORT_UNKNOWN);
  while (delay_family_at (families, &name, &arguments_named))
    {
      assert_non_null (strstr (failure.text, name));
      assert_true (strlen (arguments_named) > 0);
      families++;
    }
  assert_true (families >= 8);
}

static void
copies_outlive_the_original (void **state)
{
  delay_law *law = law_of_text ("mix:0.3:gamma:4:0.25|exponential:3"), *copy;
  size_t count;
  (void) state;
  assert_int_equal (delay_copy (law, &copy, NULL), SUPPORT_OK);
  const double p = delay_cdf (law, 1.0);
  delay_free (law);
  assert_true (delay_cdf (copy, 1.0) == p);
  assert_string_equal (delay_family_name (copy), "mixture");
  const delay_argument *argument = delay_arguments (copy, &count);
  assert_int_equal (count, 3);
  assert_true (argument[0].count == 2 && argument[0].values[0] == 0.3);
  assert_string_equal (delay_family_name (argument[1].law), "gamma");
  delay_free (copy);
  delay_free (NULL);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (bad_parameters_are_named),
    cmocka_unit_test (a_law_is_no_number),
    cmocka_unit_test (bad_thinning_is_refused),
    cmocka_unit_test (means_beyond_doubles_are_refused),
    cmocka_unit_test (unknown_families_are_told_the_known),
    cmocka_unit_test (copies_outlive_the_original),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
