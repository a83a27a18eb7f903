/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: laws from samples.  */
#include "law_text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_sort.h>

enum
{
  SAMPLES = 5000
};

static delay_fit
fit_of (const char *family, const double *samples, size_t count)
{
  delay_fit fit;
  support_failure failure = { 0 };
  if (delay_fit_family (family, samples, count, &fit, &failure) != SUPPORT_OK)
    fail_msg ("%s: %s", family, failure.text);
  assert_string_equal (fit.family, family);
  return fit;
}

static void
draw (const char *text, double *samples, size_t count)
{
  delay_law *law = law_of_text (text);
  assert_int_equal (delay_samples (law, 1, count, samples, 0, NULL),
                    SUPPORT_OK);
  gsl_sort (samples, 1, count);
  delay_free (law);
}

static void
families_find_themselves (void **state)
{
  static const struct
  {
    const char *law, *family;
    double parameter[2], error[2]; /* five standard errors and more */
  } cases[] = {
    { "deterministic:2", "deterministic", { 2.0 }, { 0.0 } },
    { "exponential:2", "exponential", { 2.0 }, { 0.15 } },
    { "shifted-exponential:1:2",
      "shifted-exponential",
      { 1.0, 2.0 },
      { 0.006, 0.15 } },
    { "uniform:1:3", "uniform", { 1.0, 3.0 }, { 0.006, 0.006 } },
    { "gamma:0.05:2", "gamma", { 0.05, 2.0 }, { 0.004, 0.6 } },
    { "gamma:3:0.5", "gamma", { 3.0, 0.5 }, { 0.3, 0.05 } },
    { "gamma:900:1e-3", "gamma", { 900.0, 1e-3 }, { 90.0, 1e-4 } },
  };
  double samples[SAMPLES];
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      const char *family;
      double least = INFINITY, own = INFINITY;
      draw (cases[i].law, samples, SAMPLES);
      for (size_t k = 0; (family = delay_fit_family_at (k)); k++)
        {
          const delay_fit fit = fit_of (family, samples, SAMPLES);
          least = fmin (least, fit.aic);
          if (strcmp (family, cases[i].family) != 0)
            continue;
          own = fit.aic;
          for (size_t p = 0; p < fit.parameters; p++)
            if (! (fabs (fit.parameter[p] - cases[i].parameter[p])
                   <= cases[i].error[p]))
              fail_msg ("%s: parameter %zu is %g", cases[i].law, p,
                        fit.parameter[p]);
          assert_true (fit.ks * sqrt (SAMPLES) < 2.7);
        }
      /* The criterion may prefer a larger family that contains it.  */
      assert_true (own <= least + 8.0 || own == -INFINITY);
    }
}

/* log k - psi (k) = log (mean) - mean (log) over the whole range of spreads:
   two samples 1 +- d have the right side -log (1 - d^2) / 2.  */
static void
gamma_fits_solve_their_equation (void **state)
{
  (void) state;
  for (double d = 1e-11; d < 1.0; d *= 10.0)
    for (double near = 0.3; near < 0.9; near += 0.35)
      {
        const double samples[] = { 1.0 - near * d, 1.0 + near * d };
        const double half = 0.5 * (samples[1] - samples[0]);
        const double right = -0.5 * log1p (-half * half);
        const delay_fit fit = fit_of ("gamma", samples, 2);
        const double k = fit.parameter[0];
        const double left =
            k < 1e3 ? log (k) - gsl_sf_psi (k) : 0.5 / k + 1.0 / (12.0 * k * k);
        assert_true (fabs (left - right) <= 1e-10 * right);
        assert_true (fabs (k * fit.parameter[1] - 1.0) < 1e-14);
        assert_true (isfinite (fit.log_likelihood));
      }
}

static double
likelihood (const char *family, const double *parameter, size_t count,
            const double *samples)
{
  delay_argument argument[2];
  double sum = 0.0;
  for (size_t i = 0; i < count; i++)
    argument[i] = (delay_argument){ .values = &parameter[i], .count = 1 };
  delay_law *law = law_made (family, argument, count);
  for (size_t i = 0; i < SAMPLES; i++)
    sum += log (delay_pdf (law, samples[i]));
  delay_free (law);
  return sum;
}

/* The likelihood is what it says, and less for all neighbours.  */
static void
likelihoods_are_largest (void **state)
{
  static const char *const families[] = { "exponential", "gamma",
                                          "shifted-exponential", "uniform" };
  double samples[SAMPLES];
  (void) state;
  draw ("gamma:2:1", samples, SAMPLES);
  for (size_t i = 0; i < 4; i++)
    {
      const delay_fit fit = fit_of (families[i], samples, SAMPLES);
      const double top =
          likelihood (families[i], fit.parameter, fit.parameters, samples);
      assert_true (fabs (fit.log_likelihood - top) < 1e-9 * fabs (top));
      assert_true (
          fabs (fit.aic
                - (2.0 * (double) fit.parameters - 2.0 * fit.log_likelihood))
          < 1e-9);
      for (size_t p = 0; p < fit.parameters; p++)
        for (int sign = -1; sign < 2; sign += 2)
          {
            double other[2] = { fit.parameter[0], fit.parameter[1] };
            other[p] *= 1.0 + 1e-3 * sign;
            assert_true (
                likelihood (families[i], other, fit.parameters, samples) < top);
          }
    }
}

/* Steps of the empirical law have two sides.  */
static void
distances_see_both_sides (void **state)
{
  const double samples[] = { 1.0, 1.0, 1.0, 2.0 };
  const delay_fit uniform = fit_of ("uniform", samples, 4);
  const delay_fit fixed = fit_of ("deterministic", samples, 3);
  const delay_fit wrong = fit_of ("deterministic", samples, 4);
  (void) state;
  assert_true (uniform.ks == 0.75);
  assert_true (fixed.ks == 0.0);
  assert_true (fixed.log_likelihood == INFINITY && fixed.aic == -INFINITY);
  assert_true (wrong.log_likelihood == -INFINITY && wrong.aic == INFINITY);
  assert_true (wrong.ks == 1.0);
}

/* An outlier where the density is below the least double: still a number.  */
static void
outliers_are_unlikely_not_impossible (void **state)
{
  double samples[SAMPLES];
  (void) state;
  draw ("exponential:1", samples, SAMPLES);
  samples[SAMPLES - 1] = 1e7;
  const delay_fit one = fit_of ("exponential", samples, SAMPLES);
  const delay_fit two = fit_of ("shifted-exponential", samples, SAMPLES);
  const delay_fit wide = fit_of ("gamma", samples, SAMPLES);
  assert_true (isfinite (one.aic) && isfinite (two.aic) && isfinite (wide.aic));
  assert_true (wide.aic < one.aic);
}

static void
hard_samples_give_sense (void **state)
{
  static const double cases[][4] = {
    { 0.0, 0.0, 0.0, 0.0 },
    { 0.0, 0.0, 0.0, 1.0 },
    { 1.0, 1.0, 1.0, 1.0 + DBL_EPSILON },
    { 1e-300, 2e-300, 2e-300, 5e-300 },
    { 1e300, 2e300, 2e300, 5e300 },
    { 0.0, 1e-300, 1.0, 1e300 },
    { 1e308, 1.1e308, 1.2e308, 1.7e308 },
    { 5e-324, 5e-324, 5e-324, 1.0 },
  };
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      const char *family;
      double least = INFINITY;
      for (size_t k = 0; (family = delay_fit_family_at (k)); k++)
        {
          const delay_fit fit = fit_of (family, cases[i], 4);
          assert_true (! isnan (fit.aic));
          assert_true (fit.ks >= 0.0 && fit.ks <= 1.0);
          least = fmin (least, fit.aic);
        }
      assert_true (least < INFINITY);
    }
}

static void
bad_samples_are_refused (void **state)
{
  static const struct
  {
    const char *family;
    double samples[3];
    size_t count;
    support_status status;
    const char *said;
  } cases[] = {
    { "gama", { 1.0, 2.0, 3.0 }, 3, SUPPORT_UNKNOWN, "gama" },
    { "empirical", { 1.0, 2.0, 3.0 }, 3, SUPPORT_UNKNOWN, "empirical" },
    { "gamma", { 1.0 }, 1, SUPPORT_INVALID, "at least 2" },
    { "gamma", { 1.0 }, 0, SUPPORT_INVALID, "at least 2" },
    { "gamma", { 1.0, NAN, 3.0 }, 3, SUPPORT_INVALID, "finite" },
    { "gamma", { 1.0, 2.0, INFINITY }, 3, SUPPORT_INVALID, "finite" },
    { "gamma", { -1.0, 2.0, 3.0 }, 3, SUPPORT_INVALID, ">= 0" },
    { "gamma", { 2.0, 1.0, 3.0 }, 3, SUPPORT_INVALID, "sorted" },
  };
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      delay_fit fit;
      support_failure failure = { 0 };
      assert_int_equal (delay_fit_family (cases[i].family, cases[i].samples,
                                          cases[i].count, &fit, &failure),
                        cases[i].status);
      assert_non_null (strstr (failure.text, cases[i].said));
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (families_find_themselves),
    cmocka_unit_test (gamma_fits_solve_their_equation),
    cmocka_unit_test (likelihoods_are_largest),
    cmocka_unit_test (distances_see_both_sides),
    cmocka_unit_test (outliers_are_unlikely_not_impossible),
    cmocka_unit_test (hard_samples_give_sense),
    cmocka_unit_test (bad_samples_are_refused),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
