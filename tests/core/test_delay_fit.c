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
fit_of_phases (const char *family, size_t phases, const double *samples,
               size_t count)
{
  delay_fit fit;
  delay_law *law;
  support_failure failure = { 0 };
  if (delay_fit_family (family, phases, samples, count, &fit, &law, &failure)
      != SUPPORT_OK)
    fail_msg ("%s: %s", family, failure.text);
  assert_string_equal (fit.family, family);
  assert_true ((fit.reason == NULL) == (law != NULL));
  assert_true (law || (fit.aic == INFINITY && fit.parameters == 0));
  delay_free (law);
  return fit;
}

static delay_fit
fit_of (const char *family, const double *samples, size_t count)
{
  return fit_of_phases (family, 2, samples, count);
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
    double parameter[4], error[4]; /* five standard errors and more */
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
    { "hyper:0.7:0.3:1:5",
      "hyperexponential",
      { 0.7, 0.3, 1.0, 5.0 },
      { 0.1, 0.1, 0.17, 1.1 } },
    { "weibull:2:1.5", "weibull", { 2.0, 1.5 }, { 0.1, 0.083 } },
    { "weibull:2:0.6", "weibull", { 2.0, 0.6 }, { 0.25, 0.034 } },
    { "lognormal:-1:0.8", "lognormal", { -1.0, 0.8 }, { 0.057, 0.041 } },
    { "inverse-gaussian:1:0.5",
      "inverse-gaussian",
      { 1.0, 0.5 },
      { 0.15, 0.06 } },
    { "pareto:2.5:3", "pareto", { 2.5, 3.0 }, { 0.62, 1.0 } },
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

/* COUNT parameters of a law, in as many arguments as there are, or in two if
   these are weights and means.  */
static double
likelihood (const char *family, const double *parameter, size_t count,
            const double *samples)
{
  delay_argument argument[2];
  double sum = 0.0;
  const bool phases = strcmp (family, "hyperexponential") == 0;
  const size_t each = phases ? count / 2 : 1;
  for (size_t i = 0; i < count / each; i++)
    argument[i] =
        (delay_argument){ .values = &parameter[i * each], .count = each };
  delay_law *law = law_made (family, argument, count / each);
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

/* Nowhere does the likelihood of phases have a slope, whatever their number:
   third-order differences, of weights before they are normalised.  */
static void
phases_have_no_score (void **state)
{
  static const struct
  {
    const char *law;
    size_t phases;
  } cases[] = {
    { "hyper:0.7:0.3:1:5", 2 },
    { "hyper:0.7:0.3:1:5", 3 },
    { "hyper:0.99:0.01:1:100", 2 },
    { "hyper:0.05:0.95:1e-3:1", 2 },
    { "hyper:0.6:0.3:0.1:1:9:80", 3 },
    { "gamma:0.3:1", 2 },
    { "gamma:0.3:1", 5 },
  };
  double samples[SAMPLES];
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      draw (cases[i].law, samples, SAMPLES);
      const delay_fit fit =
          fit_of_phases ("hyperexponential", cases[i].phases, samples, SAMPLES);
      assert_null (fit.reason);
      assert_int_equal (fit.parameters, 2 * cases[i].phases);
      const double top =
          likelihood (fit.family, fit.parameter, fit.parameters, samples);
      assert_true (fabs (fit.log_likelihood - top) < 1e-9 * fabs (top));
      assert_true (
          fabs (fit.aic - (4.0 * (double) cases[i].phases - 2.0 - 2.0 * top))
          < 1e-8 * fabs (top));
      for (size_t p = 0; p < fit.parameters; p++)
        {
          double value[5];
          for (int k = -2; k <= 2; k++)
            {
              double other[DELAY_FIT_PARAMETERS];
              memcpy (other, fit.parameter, sizeof other);
              other[p] *= 1.0 + 1e-3 * k;
              value[k + 2] =
                  likelihood (fit.family, other, fit.parameters, samples);
            }
          const double slope =
              (value[0] - 8.0 * value[1] + 8.0 * value[3] - value[4]) / 12e-3;
          /* A thousandth of a score that chance alone might give.  */
          if (! (fabs (slope) < 1e-3))
            fail_msg ("%s: score %g of parameter %zu", cases[i].law, slope, p);
          assert_true (value[1] <= top && value[3] <= top);
        }
    }
}

/* Where a phase more cannot help there is no estimate, and it is said.  */
static void
phases_that_do_not_help_are_refused (void **state)
{
  const double zero[] = { 0.0, 0.1, 5.0, 9.0 };
  double samples[SAMPLES];
  (void) state;
  draw ("gamma:3:1", samples, SAMPLES);
  assert_non_null (strstr (fit_of ("hyperexponential", samples, SAMPLES).reason,
                           "no more phases"));
  assert_non_null (
      strstr (fit_of ("hyperexponential", zero, 4).reason, "without bound"));
  /* Even the best of many phases are few.  */
  draw ("exponential:1", samples, 10);
  assert_non_null (fit_of_phases ("hyperexponential", 8, samples, 10).reason);
}

/* What general optimisers find in few samples, unevenly rounded.  */
static void
fits_meet_the_reference (void **state)
{
  FILE *file = fopen ("reference/delay_fit.csv", "r");
  char line[2048];
  size_t met = 0;
  (void) state;
  assert_non_null (file);
  while (fgets (line, sizeof line, file))
    {
      double number[3][64];
      size_t count[3] = { 0 };
      char family[32];
      if (sscanf (line, "fit, %31[^,]", family) != 1)
        continue;
      const char *rest = strchr (strchr (line, ',') + 1, ',');
      for (size_t part = 0; part < 3; part++)
        {
          char *end;
          for (rest++; count[part] < 64; rest = end)
            {
              const double value = strtod (rest, &end);
              if (end == rest)
                break;
              number[part][count[part]++] = value;
            }
          rest = part < 2 ? strchr (rest, ',') : rest;
        }
      gsl_sort (number[2], 1, count[2]);
      const delay_fit fit = fit_of (family, number[2], count[2]);
      met++;
      if (strcmp (family, "pareto") == 0 && number[0][0] <= 1.0)
        {
          assert_non_null (strstr (fit.reason, "no mean"));
          continue;
        }
      assert_null (fit.reason);
      assert_int_equal (fit.parameters, count[0]);
      assert_true (fabs (fit.log_likelihood - number[1][0])
                   < 1e-12 * fabs (number[1][0]));
      /* The optimisers see the likelihood alone, flat at its top.  */
      for (size_t p = 0; p < count[0]; p++)
        if (! (fabs (fit.parameter[p] - number[0][p])
               <= 1e-5 * fabs (number[0][p])))
          fail_msg ("%s: %.10g is not %.10g", family, fit.parameter[p],
                    number[0][p]);
    }
  fclose (file);
  assert_int_equal (met, 33);
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

/* A clock of ticks much shorter than most delays: a few read 0, and the law is
   found all the same.  Rounding to ticks h adds h^2 / 12 to the variance and
   next to nothing else (Sheppard).  */
static void
few_zeros_are_short_times (void **state)
{
  const double tick = 0.25;
  double samples[SAMPLES];
  size_t zeros = 0;
  (void) state;
  draw ("gamma:2:1", samples, SAMPLES);
  for (size_t i = 0; i < SAMPLES; i++)
    {
      samples[i] = tick * rint (samples[i] / tick);
      zeros += samples[i] == 0.0;
    }
  assert_true (zeros > 10 && zeros < SAMPLES / 20);
  const delay_fit gamma = fit_of ("gamma", samples, SAMPLES);
  const delay_fit exponential = fit_of ("exponential", samples, SAMPLES);
  assert_null (gamma.reason);
  assert_true (fabs (gamma.parameter[0] - 2.0) < 0.15);
  assert_true (gamma.aic < exponential.aic - 100.0);
  assert_true (gamma.ks >= (double) zeros / SAMPLES && gamma.ks < 0.1);
  const char *const others[] = { "lognormal", "weibull", "shifted-exponential",
                                 "uniform" };
  for (size_t i = 0; i < 4; i++)
    {
      const delay_fit fit = fit_of (others[i], samples, SAMPLES);
      assert_null (fit.reason);
      assert_true (fit.aic > gamma.aic);
    }
  /* Many are more than a clock explains.  */
  memset (samples, 0, SAMPLES / 10 * sizeof *samples);
  assert_non_null (strstr (fit_of ("gamma", samples, SAMPLES).reason, "are 0"));
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
          for (size_t p = 0; p < fit.parameters; p++)
            assert_true (isfinite (fit.parameter[p]));
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
      delay_law *law;
      support_failure failure = { 0 };
      assert_int_equal (delay_fit_family (cases[i].family, 2, cases[i].samples,
                                          cases[i].count, &fit, &law, &failure),
                        cases[i].status);
      assert_null (law);
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
    cmocka_unit_test (phases_have_no_score),
    cmocka_unit_test (phases_that_do_not_help_are_refused),
    cmocka_unit_test (fits_meet_the_reference),
    cmocka_unit_test (distances_see_both_sides),
    cmocka_unit_test (outliers_are_unlikely_not_impossible),
    cmocka_unit_test (few_zeros_are_short_times),
    cmocka_unit_test (hard_samples_give_sense),
    cmocka_unit_test (bad_samples_are_refused),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
