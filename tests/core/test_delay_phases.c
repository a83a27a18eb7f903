/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: phase-type laws, their representations, and simpler families.  */
#include "law_text.h"

#include <gsl/gsl_errno.h>

/* Each law that has phases is the phase-type law of them.  */
static void
phases_make_the_same_law (void **state)
{
  static const struct
  {
    const char *law;
    size_t count;
  } known[] = { { "exponential:2", 1 },
                { "gamma:4:0.25", 4 },
                { "gamma:1.5:1", 0 },
                { "shifted-exponential:0.1:1", 0 },
                { "shifted-exponential:0:3", 1 },
                { "uniform:0:1", 0 },
                { "hyper:0.9:0.1:0.5:5.5", 2 },
                { "phases:0.7:0.3:-3:2:0.5:-1", 2 },
                { "mix:0.3:gamma:4:0.25|phases:0.7:0.3:-3:2:0.5:-1", 6 },
                { "mix:1:gamma:2:0.25|uniform:0:1", 2 },
                { "mix:0.5:gamma:2:0.25|uniform:0:1", 0 } };
  (void) state;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
      const char *text = known[i].law;
      delay_law *law = law_of_text (text);
      delay_phases *phases;
      assert_int_equal (delay_phases_create (law, 100, &phases, NULL),
                        SUPPORT_OK);
      assert_int_equal (phases ? phases->count : 0, known[i].count);
      if (phases)
        {
          const size_t n = phases->count;
          const delay_argument argument[] = {
            { .values = phases->alpha, .count = n },
            { .values = phases->generator, .count = n * n, .rows = n }
          };
          delay_law *same = law_made ("phase-type", argument, 2);
          assert_close (delay_mean (same), delay_mean (law), 1e-14);
          assert_close (delay_cv2 (same), delay_cv2 (law), 1e-13);
          assert_close (delay_abscissa (same), delay_abscissa (law), 1e-13);
          for (double t = 1e-6; t < 50.0; t *= 3.0)
            {
              const double p = delay_cdf (law, t), f = delay_pdf (law, t);
              assert_close (delay_cdf (same, t), p, 1e-13 * p);
              assert_close (delay_pdf (same, t), f, 1e-13 * f);
              double complex phi[3], other[3];
              delay_lst (law, CMPLX (0.1, t), phi);
              delay_lst (same, CMPLX (0.1, t), other);
              for (int k = 0; k < 3; k++)
                assert_close (other[k], phi[k], 1e-13 * cabs (phi[k]));
            }
          delay_free (same);
          delay_phases_free (phases);
          assert_int_equal (delay_phases_create (law, n - 1, &phases, NULL),
                            SUPPORT_OK);
          assert_null (phases);
        }
      delay_free (law);
    }
}

/* What a simpler family holds is of that family, and remembers what it was
   made from.  */
static void
simple_laws_are_found (void **state)
{
  static const struct
  {
    const char *law, *family, *given;
  } known[] = {
    { "phases:1:-2", "exponential", "phase-type" },
    { "phases:1:0:-2:2:0:-2", "gamma", "phase-type" },
    { "phases:0.5:0.5:-2:0:0:-3", "mixture", "phase-type" },
    { "phases:0:1:-2:1:0:-3", "exponential", "phase-type" },
    { "phases:1:0:-2:2:0:-3", "phase-type", "phase-type" },
    { "hyper:0.5:0.5:1:2", "mixture", "hyperexponential" },
    { "exponential:1", "exponential", "exponential" },
  };
  (void) state;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
      delay_law *law = law_of_text (known[i].law);
      const char *given;
      size_t count;
      delay_given (law, &given, &count);
      assert_string_equal (delay_family_name (law), known[i].family);
      assert_string_equal (given, known[i].given);
      delay_free (law);
    }
}

/* S = [-2 1; 1 -2] entered evenly is an exponential delay of mean 1: its
   second eigenvalue, -3, is no pole, and must not appear in a fraction.  */
static void
fractions_are_in_lowest_terms (void **state)
{
  const char *text = "hidden exponential";
  delay_law *law = law_of_text ("phases:0.5:0.5:-2:1:1:-2");
  double numerator[9], denominator[9];
  double complex phi[3];
  size_t degree = 8;
  (void) state;
  assert_false (delay_rational (law, &degree, numerator, denominator));
  assert_close (delay_abscissa (law), -1.0, 1e-15);
  for (double t = 1e-9; t < 30.0; t *= 2.0)
    assert_close (delay_cdf (law, t), -expm1 (-t), -1e-14 * expm1 (-t));
  delay_lst (law, CMPLX (-2.5, 0.3), phi);
  assert_close (phi[0], 1.0 / CMPLX (-1.5, 0.3), 1e-14);
  delay_free (law);

  law = law_of_text ("phases:0.7:0.3:-3:2:0.5:-1");
  degree = 8;
  assert_true (delay_rational (law, &degree, numerator, denominator));
  assert_int_equal (degree, 2);
  delay_free (law);
}

/* Rates that differ by 12 orders of magnitude.  */
static void
stiff_chains_keep_their_digits (void **state)
{
  const char *text = "stiff";
  /* Half of the visits to the fast phase are followed by a slow one:
     P(T > t) = a exp (-q t) + (1 - a) exp (-p t), a = p / (2 (p - q)).  */
  const double p = 1e6, q = 1e-6, a = 0.5 * p / (p - q);
  const double alpha[] = { 1.0, 0.0 }, s[] = { -p, 0.0, 0.5 * p, -q };
  const delay_argument argument[] = { { .values = alpha, .count = 2 },
                                      { .values = s, .count = 4, .rows = 2 } };
  delay_law *law = law_made ("phase-type", argument, 2);
  (void) state;
  for (double t = 1e-12; t < 1e8; t *= 10.0)
    {
      const double below = -a * expm1 (-q * t) - (1.0 - a) * expm1 (-p * t);
      assert_close (delay_cdf (law, t), below, 1e-11 * below);
    }
  assert_close (delay_mean (law), 1e-6 + 0.5e6, 1e-9);
  delay_rule *rule = rule_at (law, INFINITY);
  double mean = 0.0;
  for (size_t i = 0; i < rule->count; i++)
    mean += rule->weight[i] * rule->node[i];
  assert_close (mean, delay_mean (law), 1e-11 * mean);
  delay_rule_free (rule);
  delay_free (law);
}

static void
wrong_chains_are_refused (void **state)
{
  static const double good_alpha[] = { 0.5, 0.5 };
  static const struct
  {
    double alpha[2], s[4];
    size_t count, rows;
    const char *sentence;
  } wrong[] = {
    { { 0.5, 0.4 }, { -1.0, 0.0, 0.0, -1.0 }, 4, 2, "sum to 1" },
    { { 1.5, -0.5 }, { -1.0, 0.0, 0.0, -1.0 }, 4, 2, "sum to 1" },
    { { NAN, 0.5 }, { -1.0, 0.0, 0.0, -1.0 }, 4, 2, "sum to 1" },
    { { 0.5, 0.5 }, { -1.0, 0.0, 0.0, -1.0 }, 4, 0, "n x n generator" },
    { { 0.5, 0.5 }, { -1.0, 0.0, 0.0, -1.0 }, 2, 0, "n x n generator" },
    { { 0.5, 0.5 }, { -1.0, 0.0, 2.0, -1.0 }, 4, 2, "positive sum" },
    { { 0.5, 0.5 }, { -1.0, -0.5, 0.0, -1.0 }, 4, 2, "negative on" },
    { { 0.5, 0.5 }, { 0.0, 0.0, 0.0, -1.0 }, 4, 2, "negative on" },
    { { 0.5, 0.5 }, { -1.0, 0.0, INFINITY, -1.0 }, 4, 2, "negative on" },
    { { 0.5, 0.5 }, { -1.0, 1.0, 1.0, -1.0 }, 4, 2, "never leaves phase 1" },
  };
  (void) state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    {
      const delay_argument argument[] = {
        { .values = wrong[i].alpha, .count = 2 },
        { .values = wrong[i].s, .count = wrong[i].count, .rows = wrong[i].rows }
      };
      support_failure failure = { 0 };
      delay_law *law;
      assert_int_equal (
          delay_create ("phase-type", argument, 2, &law, &failure),
          SUPPORT_INVALID);
      assert_null (law);
      assert_non_null (strstr (failure.text, wrong[i].sentence));
    }
  /* What cannot be reached may be anything that is a rate.  */
  const double alpha[] = { 1.0, 0.0 }, s[] = { -1.0, 0.0, 0.0, -1.0 };
  const delay_argument closed[] = { { .values = alpha, .count = 2 },
                                    { .values = s, .count = 4, .rows = 2 } };
  delay_free (law_made ("phase-type", closed, 2));
  const double zero[] = { 0.0, 0.0 };
  const delay_argument hyper[] = { { .values = good_alpha, .count = 2 },
                                   { .values = zero, .count = 2 } };
  delay_law *law;
  assert_int_equal (delay_create ("hyperexponential", hyper, 2, &law, NULL),
                    SUPPORT_INVALID);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (phases_make_the_same_law),
    cmocka_unit_test (simple_laws_are_found),
    cmocka_unit_test (fractions_are_in_lowest_terms),
    cmocka_unit_test (stiff_chains_keep_their_digits),
    cmocka_unit_test (wrong_chains_are_refused),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
