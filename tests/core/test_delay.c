/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: distributions and quantiles of every family.  */
#include "law_text.h"

#include <float.h>
#include <stdio.h>
#include <gsl/gsl_errno.h>

static bool
has_atoms (const delay_law *law)
{
  return delay_pdf (law, delay_quantile (law, 0.4)) == INFINITY
         || delay_pdf (law, delay_quantile (law, 1e-9)) == INFINITY;
}

/* ---- distributions --------------------------------------------------- */

static void
quantiles_invert_distributions (void **state)
{
  static const double p[] = { 1e-12, 1e-6, 0.01, 0.3,
                              0.5,   0.77, 0.99, 1.0 - 1e-9 };
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      const char *text = laws[i];
      delay_law *law = law_of_text (text);
      double last = 0.0;
      for (size_t k = 0; k < sizeof p / sizeof *p; k++)
        {
          const double t = delay_quantile (law, p[k]);
          const double before = delay_cdf (law, t * (1.0 - 1e-10));
          const double after = delay_cdf (law, t * (1.0 + 1e-10));
          assert_true (t >= last);
          /* The least t: the probability is reached there, not before.  */
          assert_true (after >= p[k] * (1.0 - 1e-13));
          assert_true (t == 0.0 || before <= p[k] * (1.0 + 1e-13));
          if (! has_atoms (law) && delay_pdf (law, t) > 0.0)
            assert_close (delay_cdf (law, t), p[k],
                          1e-11 * p[k] + 1e-15 * t * delay_pdf (law, t));
          last = t;
        }
      assert_true (delay_quantile (law, 0.0) <= delay_quantile (law, 1e-12));
      assert_true (delay_quantile (law, 1.0) == delay_supremum (law));
      assert_true (isnan (delay_quantile (law, -1e-300)));
      assert_true (isnan (delay_quantile (law, 1.0 + DBL_EPSILON)));
      assert_true (isnan (delay_quantile (law, NAN)));
      delay_free (law);
    }
}

/* The largest double below 1 has a quantile too.  */
static void
the_last_quantile_is_finite (void **state)
{
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      delay_law *law = law_of_text (laws[i]);
      const double t = delay_quantile (law, 1.0 - 0.5 * DBL_EPSILON);
      assert_true (isfinite (t) && t >= delay_quantile (law, 0.999));
      assert_true (delay_cdf (law, t) > 1.0 - 1e-12);
      delay_free (law);
    }
}

static void
the_ends_are_the_ends (void **state)
{
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      const char *text = laws[i];
      delay_law *law = law_of_text (text);
      const double mean = delay_mean (law);
      assert_true (delay_cdf (law, -DBL_MIN) == 0.0);
      assert_true (delay_cdf (law, INFINITY) == 1.0);
      assert_true (delay_cdf (law, -INFINITY) == 0.0);
      assert_close (delay_cdf (law, DBL_MAX), 1.0, 1e-13);
      assert_true (delay_pdf (law, -1.0) == 0.0);
      assert_true (delay_pdf (law, INFINITY) == 0.0);
      assert_true (delay_integrated_cdf (law, 0.0) == 0.0);
      assert_true (delay_integrated_cdf (law, -INFINITY) == 0.0);
      assert_true (delay_integrated_cdf (law, INFINITY) == INFINITY);
      if (! is_heavy (law))
        assert_close (delay_integrated_cdf (law, 1e3 * mean), 999.0 * mean,
                      1e-9 * mean);
      assert_close (delay_integrated_cdf (law, 1e30 * mean), 1e30 * mean,
                    1e17 * mean);
      assert_true (isnan (delay_cdf (law, NAN)));
      assert_true (isnan (delay_pdf (law, NAN)));
      assert_true (isnan (delay_integrated_cdf (law, NAN)));
      delay_free (law);
    }
}

/* The change of INTEGRAL from A to B against Simpson's rule of INTEGRAND in
   log t, on 20000 steps.  */
static void
check_integral (const delay_law *law, const char *text,
                double (*integral) (const delay_law *, double),
                double (*integrand) (const delay_law *, double), double a,
                double b, double error)
{
  enum
  {
    STEPS = 20000
  };
  const double h = log (b / a) / STEPS;
  double sum = 0.0;
  for (int n = 0; n <= STEPS; n++)
    {
      const double t = a * exp (n * h);
      sum += t * integrand (law, t)
             * (n == 0 || n == STEPS ? 1.0
                : n % 2              ? 4.0
                                     : 2.0);
    }
  assert_close (integral (law, b) - integral (law, a), sum * h / 3.0, error);
}

static void
functions_are_integrals_of_each_other (void **state)
{
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      const char *text = laws[i];
      delay_law *law = law_of_text (text);
      const double a = delay_quantile (law, 0.05);
      const double b = delay_quantile (law, 0.95);
      /* Atoms are jumps of the distribution function: half a step of area. */
      const double area =
          has_atoms (law) ? 2e-4 * (b - a) + 1e-13 * b : 1e-8 * (b - a);
      if (a > 0.0)
        check_integral (law, text, delay_integrated_cdf, delay_cdf, a, b, area);
      if (! has_atoms (law))
        check_integral (
            law, text, delay_cdf, delay_pdf, a, b,
            strstr (text, "mix") || strstr (text, "|uniform") ? 1e-4 : 1e-8);
      delay_free (law);
    }
}

static void
atoms_are_jumps (void **state)
{
  delay_law *law = law_of_text ("mix:0.5:deterministic:1|uniform:2:3");
  (void) state;
  assert_true (delay_atom (law, 1.0) == 0.5);
  assert_true (delay_atom (law, 1.0 + DBL_EPSILON) == 0.0);
  assert_true (delay_cdf (law, 1.0) == 0.5);
  assert_true (delay_cdf (law, 1.0 - DBL_EPSILON) == 0.0);
  assert_true (delay_pdf (law, 1.0) == INFINITY);
  assert_true (delay_quantile (law, 0.5) == 1.0);
  delay_free (law);
  law = law_of_text ("atoms:3:1:3:0");
  assert_true (delay_atom (law, 3.0) == 0.5);
  assert_true (delay_atom (law, 2.0) == 0.0);
  assert_true (delay_quantile (law, 0.5) == 1.0);
  delay_free (law);
}

/* E (t - S_k)^+ = E of the same for S_(k-1) at t - T, by quadrature; the
   kink at T = t costs digits.  */
static void
sums_grow_by_one_delay_at_a_time (void **state)
{
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      const char *text = laws[i];
      delay_law *law = law_of_text (text);
      delay_rule *rule;
      const double mean = delay_mean (law);
      if (! delay_sums_closed (law))
        {
          assert_true (isnan (delay_sum_integrated_cdf (law, 2, mean)));
          delay_free (law);
          continue;
        }
      assert_int_equal (delay_rule_create (law, 0.05 * mean, &rule, NULL),
                        SUPPORT_OK);
      for (size_t k = 1; k < 40; k = 2 * k + 1)
        for (double at = 0.3; at < 2.0; at += 0.35)
          {
            const double t = at * mean * (double) k;
            double sum = 0.0;
            for (size_t n = 0; n < rule->count; n++)
              sum += rule->weight[n]
                     * delay_sum_integrated_cdf (law, k - 1, t - rule->node[n]);
            assert_close (delay_sum_integrated_cdf (law, k, t), sum,
                          (k == 1 ? 1e-4 : 1e-6) * mean);
          }
      assert_true (delay_sum_integrated_cdf (law, 0, 3.0) == 3.0);
      assert_true (delay_sum_integrated_cdf (law, 0, -3.0) == 0.0);
      assert_true (delay_sum_integrated_cdf (law, 3, 0.0) == 0.0);
      delay_rule_free (rule);
      delay_free (law);
    }
}

/* ---- extremes -------------------------------------------------------- */

/* The law at another scale is the same law.  */
static void
scales_do_not_matter (void **state)
{
  static const char *const forms[] = {
    "exponential:%g",        "shifted-exponential:%g:%g",
    "gamma:0.3:%g",          "gamma:5:%g",
    "uniform:0:%g",          "atoms:0:%g:0",
    "deterministic:%g",      "weibull:%g:0.5",
    "weibull:%g:2.5",        "pareto:2.5:%g",
    "inverse-gaussian:%g:%g"
  };
  static const double scales[] = { 1e-300, 1e-30, 1e30, 1e300 };
  (void) state;
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    for (size_t j = 0; j < 4; j++)
      {
        char text[64];
        double complex phi[3], other[3];
        const double unit = scales[j];
        snprintf (text, sizeof text, forms[i], 1.0, 1.0);
        delay_law *one = law_of_text (text);
        snprintf (text, sizeof text, forms[i], unit, unit);
        delay_law *law = law_of_text (text);
        assert_close (delay_mean (law) / unit, delay_mean (one), 1e-13);
        assert_close (delay_cv2 (law), delay_cv2 (one), 1e-13);
        for (double p = 0.1; p < 1.0; p += 0.2)
          {
            const double t = delay_quantile (one, p);
            assert_close (delay_quantile (law, p) / unit, t, 1e-11 * t);
            assert_close (delay_cdf (law, t * unit * (1.0 + 1e-12)),
                          delay_cdf (one, t * (1.0 + 1e-12)), 1e-11);
            assert_close (delay_integrated_cdf (law, t * unit) / unit,
                          delay_integrated_cdf (one, t), 1e-11 * t);
          }
        delay_lst (law, CMPLX (0.5, 2.0) / unit, phi);
        delay_lst (one, CMPLX (0.5, 2.0), other);
        assert_close (phi[0], other[0], 1e-13);
        assert_close (phi[1] / unit, other[1], 1e-13);
        delay_free (one);
        delay_free (law);
      }
}

/* No hang, no number without meaning.  */
static void
extreme_shapes_have_sense (void **state)
{
  static const char *const extremes[] = {
    "gamma:1e-3:1",
    "gamma:1e-3:1e300",
    "gamma:1e6:1e-300",
    "gamma:1e6:1",
    "gamma:1e-10:1",
    "gamma:1e15:1",
    "gamma:1e5:1e300",
    "inverse-gaussian:1:1e-6",
    "inverse-gaussian:1e300:1e300",
    "inverse-gaussian:1:1e15",
    "inverse-gaussian:1e-150:1e150",
    "uniform:0:1e308",
    "uniform:1:1.0000000000000002",
    "shifted-exponential:1e6:1e-6",
    "shifted-exponential:1e-300:1e300",
    "mix:1e-15:gamma:3:1e9|exponential:1e-9",
    "mix:0.5:deterministic:0|deterministic:1e-300",
    "exponential:1e308",
    "atoms:0:0:0:0:0:0:0:0:0:1e-300",
  };
  (void) state;
  for (size_t i = 0; i < sizeof extremes / sizeof *extremes; i++)
    {
      const char *text = extremes[i];
      delay_law *law = law_of_text (text);
      double last = 0.0;
      assert_true (delay_mean (law) > 0.0 && isfinite (delay_mean (law)));
      for (double p = 1e-9; p < 1.0; p = p < 0.1 ? 7.0 * p : p + 0.13)
        {
          const double t = delay_quantile (law, p);
          const double above = delay_integrated_cdf (law, t);
          assert_true (t >= last && t <= delay_supremum (law));
          assert_true (above >= 0.0
                       && above <= fmax (t, 1e-12 * delay_mean (law)));
          assert_true (! isnan (delay_pdf (law, t)));
          last = t;
        }
      double complex phi[3];
      delay_lst (law, 0.3 / delay_mean (law), phi);
      assert_true (creal (phi[0]) > exp (-0.3) - 1e-9 && creal (phi[0]) <= 1.0);
      delay_free (law);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (quantiles_invert_distributions),
    cmocka_unit_test (the_last_quantile_is_finite),
    cmocka_unit_test (the_ends_are_the_ends),
    cmocka_unit_test (functions_are_integrals_of_each_other),
    cmocka_unit_test (atoms_are_jumps),
    cmocka_unit_test (sums_grow_by_one_delay_at_a_time),
    cmocka_unit_test (scales_do_not_matter),
    cmocka_unit_test (extreme_shapes_have_sense),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
