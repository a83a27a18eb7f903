/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: expectations by quadrature.  */
#include "law_text.h"

#include <stdio.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_expint.h>

/* E (T / unit)^power.  */
static double
moment (const delay_rule *rule, int power, double unit)
{
  double sum = 0.0;
  for (size_t n = 0; n < rule->count; n++)
    sum += rule->weight[n] * pow (rule->node[n] / unit, power);
  return sum;
}

/* ---- rules ----------------------------------------------------------- */

static void
rules_are_probabilities (void **state)
{
  static const double scales[] = { INFINITY, 1.0, 0.05 };
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    for (size_t k = 0; k < 3; k++)
      {
        const char *text = laws[i];
        delay_law *law = law_of_text (text);
        const double mean = delay_mean (law);
        if (is_heavy (law) && k > 0)
          {
            delay_free (law);
            continue;
          }
        delay_rule *rule = rule_at (law, scales[k] * mean);
        double sum = 0.0;
        for (size_t n = 0; n < rule->count; n++)
          {
            assert_true (rule->weight[n] > 0.0);
            assert_true (n == 0 || rule->node[n] >= rule->node[n - 1]);
            sum += rule->weight[n];
          }
        assert_true (rule->node[0] >= delay_quantile (law, 0.0));
        assert_true (rule->node[rule->count - 1] <= delay_supremum (law));
        assert_close (sum, 1.0, 1e-13);
        /* The tail left out holds less than 1e-17, but of moments more.  */
        const double tail = is_heavy (law) ? 1e-9 : 1e-12;
        assert_close (moment (rule, 1, mean), 1.0, tail);
        if (isfinite (delay_cv2 (law)))
          assert_close (moment (rule, 2, mean), 1.0 + delay_cv2 (law),
                        (is_heavy (law) ? 1e-3 : tail)
                            * (1.0 + delay_cv2 (law)));
        assert_true (isfinite (scales[k])
                     || rule->count < (is_heavy (law) ? 4000 : 1000));
        delay_rule_free (rule);
        delay_free (law);
      }
}

/* E T^n of gamma laws, k (k + 1) .. (k + n - 1) h^n.  */
static void
rules_know_gamma_moments (void **state)
{
  static const double shapes[] = { 1e-3, 0.1, 0.5, 1.0, 1.5,
                                   26.8, 1e3, 1e4, 1e6, 1e9 };
  static const double scales[] = { 1e-280, 1e-5, 1.0, 1e200 };
  (void) state;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    for (size_t j = 0; j < 4; j++)
      {
        char text[64];
        snprintf (text, sizeof text, "gamma:%g:%g", shapes[i], scales[j]);
        delay_law *law = law_of_text (text);
        delay_rule *rule = rule_at (law, INFINITY);
        double expected = 1.0;
        for (int n = 1; n <= 6; n++)
          {
            expected *= (shapes[i] + n - 1.0) / fmax (shapes[i], 1.0);
            /* The tail left out counts for more in high moments.  */
            assert_close (moment (rule, n, scales[j] * fmax (shapes[i], 1.0)),
                          expected, (n < 4 ? 1e-12 : 1e-9) * expected);
          }
        delay_rule_free (rule);
        delay_free (law);
      }
}

/* On the scale asked for, 8 radians of an oscillation are smooth.  */
static void
rules_resolve_their_scale (void **state)
{
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      const char *text = laws[i];
      delay_law *law = law_of_text (text);
      if (is_heavy (law))
        {
          delay_free (law);
          continue;
        }
      const double scale = 0.3 * delay_mean (law), rate = 8.0 / scale;
      delay_rule *rule = rule_at (law, scale);
      double complex sum = 0.0, phi[3];
      for (size_t n = 0; n < rule->count; n++)
        sum += rule->weight[n] * cexp (CMPLX (0.0, -rate * rule->node[n]));
      delay_lst (law, CMPLX (0.0, rate), phi);
      assert_close (creal (sum), creal (phi[0]), 1e-11);
      assert_close (cimag (sum), cimag (phi[0]), 1e-11);
      delay_rule_free (rule);
      delay_free (law);
    }
}

static double
growing (double t, void *context)
{
  return *(const double *) context + 0.5 * t;
}

/* Fine near 0, coarse far from it: log (t + w) is smooth on that scale, and
   its mean over an exponential law is log w + e^w E_1 (w).  */
static void
scales_may_change (void **state)
{
  const char *text = "growing";
  (void) state;
  for (double width = 1e-6; width < 1.0; width *= 30.0)
    {
      delay_law *law = law_of_text ("exponential:1");
      delay_rule *rule;
      double sum = 0.0;
      assert_int_equal (
          delay_rule_create_graded (law, growing, &width, &rule, NULL),
          SUPPORT_OK);
      for (size_t n = 0; n < rule->count; n++)
        sum += rule->weight[n] * log (rule->node[n] + width);
      assert_close (sum, log (width) + exp (width) * gsl_sf_expint_E1 (width),
                    1e-13);
      assert_true (rule->count < 1000);
      delay_rule_free (rule);
      delay_free (law);
    }
}

/* A law narrower than doubles resolve is as good as its mean.  */
static void
needles_are_points (void **state)
{
  static const char *const needles[] = { "gamma:1e19:1", "gamma:1e40:1e-40",
                                         "uniform:1:1.0000000000000002",
                                         "shifted-exponential:1:1e-12" };
  (void) state;
  for (size_t i = 0; i < sizeof needles / sizeof *needles; i++)
    {
      delay_law *law = law_of_text (needles[i]);
      delay_rule *rule = rule_at (law, INFINITY);
      assert_int_equal (rule->count, 1);
      assert_true (rule->node[0] == delay_mean (law));
      assert_true (rule->weight[0] == 1.0);
      delay_rule_free (rule);
      delay_free (law);
    }
}

static double
useless (double t, void *context)
{
  (void) t;
  return *(const double *) context;
}

static void
senseless_scales_are_refused (void **state)
{
  static const double scales[] = { 0.0, -1.0, NAN };
  delay_law *law = law_of_text ("gamma:2.5:1");
  delay_rule *rule;
  (void) state;
  for (size_t k = 0; k < 3; k++)
    {
      double scale = scales[k];
      assert_int_equal (delay_rule_create (law, scale, &rule, NULL),
                        SUPPORT_INVALID);
      assert_null (rule);
      /* Nor does one that a function returns hang or crash.  */
      const support_status status =
          delay_rule_create_graded (law, useless, &scale, &rule, NULL);
      assert_true ((status == SUPPORT_OK) == (rule != NULL));
      delay_rule_free (rule);
    }
  assert_int_equal (delay_rule_create (law, 1e-9, &rule, NULL), SUPPORT_LIMIT);
  assert_null (rule);
  delay_free (law);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (rules_are_probabilities),
    cmocka_unit_test (rules_know_gamma_moments),
    cmocka_unit_test (rules_resolve_their_scale),
    cmocka_unit_test (scales_may_change),
    cmocka_unit_test (needles_are_points),
    cmocka_unit_test (senseless_scales_are_refused),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
