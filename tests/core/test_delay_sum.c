/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: sums of independent delays.  */
#include "law_text.h"

#include <stdio.h>

#include <gsl/gsl_errno.h>

/* Sums that a simpler family holds are of that family.  */
static void
simple_sums_are_found (void **state)
{
  static const struct
  {
    const char *law, *same;
  } known[] = {
    { "sum:deterministic:1|deterministic:2", "deterministic:3" },
    { "sum:deterministic:0.5|exponential:0.25",
      "shifted-exponential:0.5:0.25" },
    { "sum:shifted-exponential:0.5:2|deterministic:1",
      "shifted-exponential:1.5:2" },
    { "sum:exponential:2|exponential:2", "gamma:2:2" },
    { "sum:gamma:1.5:2|gamma:0.25:2", "gamma:1.75:2" },
    { "sum:gamma:0.5:2|gamma:0.5:2", "exponential:2" },
    { "sum:uniform:1:2|deterministic:1", "uniform:2:3" },
    { "sum:atoms:1:2|deterministic:1", "atoms:2:3" },
    { "sum:atoms:0:1|atoms:0:2", "atoms:0:1:2:3" },
    { "sum:gamma:2.5:1|deterministic:0", "gamma:2.5:1" },
  };
  (void) state;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
      const char *text = known[i].law;
      delay_law *law = law_of_text (text), *same = law_of_text (known[i].same);
      const char *given;
      size_t count;
      delay_given (law, &given, &count);
      assert_string_equal (given, "sum");
      assert_int_equal (count, 2);
      assert_string_equal (delay_family_name (law), delay_family_name (same));
      assert_close (delay_mean (law), delay_mean (same), 1e-15);
      for (double t = 0.1; t < 5.0; t += 0.3)
        assert_close (delay_cdf (law, t), delay_cdf (same, t), 1e-15);
      delay_free (law);
      delay_free (same);
    }
}

/* The convolution against closed forms that it does not use: phases of a
   shape that is whole to it but not to the convolution, and the trapezium of
   two uniform laws.  */
static void
convolutions_agree_with_closed_forms (void **state)
{
  const char *text = "convolutions";
  (void) state;
  for (double shape = 1.0; shape <= 3.0; shape++)
    {
      /* 2.5 and 0.5 of one scale, with an exponential between them, which
         keeps them apart: gamma 3 + exponential.  */
      delay_law *half = law_of_text ("sum:gamma:0.5:1|exponential:2");
      delay_law *part = NULL;
      const double rest = shape - 0.5;
      const double one = 1.0 + 1e-15;
      const delay_argument gamma[] = { { .values = &rest, .count = 1 },
                                       { .values = &one, .count = 1 } };
      part = law_made ("gamma", gamma, 2);
      const delay_argument two[] = { { .law = part }, { .law = half } };
      delay_law *law = law_made ("sum", two, 2);
      char known[64];
      snprintf (known, sizeof known, "sum:gamma:%g:1|exponential:2", shape);
      delay_law *same = law_of_text (known);
      for (double t = 1e-3; t < 60.0; t *= 1.7)
        {
          assert_close (delay_cdf (law, t), delay_cdf (same, t), 1e-12);
          assert_close (delay_pdf (law, t), delay_pdf (same, t), 1e-12);
          assert_close (delay_integrated_cdf (law, t),
                        delay_integrated_cdf (same, t), 1e-11);
        }
      delay_free (law);
      delay_free (same);
      delay_free (part);
      delay_free (half);
    }
  delay_law *law = law_of_text ("sum:uniform:0:1|uniform:0.5:2.5");
  for (double t = 0.5; t < 3.5; t += 0.1)
    {
      const double f = t < 1.5   ? 0.5 * (t - 0.5)
                       : t < 2.5 ? 0.5
                                 : 0.5 * (3.5 - t);
      assert_close (delay_pdf (law, t), f, 1e-14);
    }
  assert_close (delay_cdf (law, 1.5), 0.25, 1e-15);
  assert_close (delay_integrated_cdf (law, 1.5), 1.0 / 12.0, 1e-15);
  delay_free (law);
}

/* The transform of a sum is the product; so is its fraction.  */
static void
transforms_are_products (void **state)
{
  const char *text = "sum:gamma:4:0.25|hyper:0.9:0.1:0.5:5.5";
  delay_law *law = law_of_text (text), *one = law_of_text ("gamma:4:0.25");
  delay_law *other = law_of_text ("hyper:0.9:0.1:0.5:5.5");
  const double complex s = CMPLX (-0.7, 2.0);
  double complex phi[3], a[3], b[3];
  double numerator[9], denominator[9];
  size_t degree = 8;
  (void) state;
  delay_lst (law, s, phi);
  delay_lst (one, s, a);
  delay_lst (other, s, b);
  assert_close (phi[0], a[0] * b[0], 1e-15 * cabs (phi[0]));
  assert_close (phi[1], a[1] * b[0] + a[0] * b[1], 1e-15);
  assert_close (phi[2], a[2] * b[0] + 2.0 * a[1] * b[1] + a[0] * b[2], 1e-14);
  assert_true (delay_rational (law, &degree, numerator, denominator));
  assert_int_equal (degree, 6);
  double complex above = 0.0, below = 0.0;
  for (size_t k = degree + 1; k-- > 0;)
    {
      above = above * s + numerator[k];
      below = below * s + denominator[k];
    }
  assert_close (above / below, phi[0], 1e-14 * cabs (phi[0]));
  degree = 5;
  assert_false (delay_rational (law, &degree, numerator, denominator));
  delay_phases *phases;
  assert_int_equal (delay_phases_create (law, 6, &phases, NULL), SUPPORT_OK);
  assert_int_equal (phases->count, 6);
  delay_phases_free (phases);
  delay_free (law);
  delay_free (one);
  delay_free (other);
}

static void
too_many_combinations_are_refused (void **state)
{
  enum
  {
    MANY = 3000
  };
  double *time = support_doubles (MANY);
  support_failure failure = { 0 };
  delay_law *law;
  (void) state;
  for (size_t i = 0; i < MANY; i++)
    time[i] = 1.0 + 1e-3 * (double) i;
  const delay_argument samples = { .values = time, .count = MANY };
  delay_law *one = law_made ("empirical", &samples, 1);
  const delay_argument two[] = { { .law = one }, { .law = one } };
  assert_int_equal (delay_create ("sum", two, 2, &law, &failure),
                    SUPPORT_LIMIT);
  assert_null (law);
  assert_non_null (strstr (failure.text, "fit laws to the samples"));
  const delay_argument number = { .values = time, .count = 1 };
  assert_int_equal (delay_create ("sum", &number, 1, &law, &failure),
                    SUPPORT_INVALID);
  delay_free (one);
  free (time);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (simple_sums_are_found),
    cmocka_unit_test (convolutions_agree_with_closed_forms),
    cmocka_unit_test (transforms_are_products),
    cmocka_unit_test (too_many_combinations_are_refused),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
