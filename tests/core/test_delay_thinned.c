/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: thinned laws, on every kind of base.  */
#include "law_text.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_interp.h>

/* ---- thinned laws ---------------------------------------------------- */

enum
{
  KNOTS = 700
};

/* LAW thinned by an acceptance of its own for each of COUNT knots up to END. */
static delay_law *
thinned_by (const char *base_text, double (*acceptance) (double t), double end,
            size_t count)
{
  double knot[KNOTS], accepted[KNOTS];
  delay_law *base = law_of_text (base_text);
  for (size_t i = 0; i < count; i++)
    {
      knot[i] = end * (double) i / (double) (count - 1);
      accepted[i] = acceptance (knot[i]);
    }
  const delay_argument argument[] = { { .law = base },
                                      { .values = knot, .count = count },
                                      { .values = accepted, .count = count } };
  delay_law *law = law_made ("thinned", argument, 3);
  delay_free (base);
  return law;
}

static double
falling (double t)
{
  return exp (-3.0 * t);
}

static double
jagged (double t)
{
  return t < 2.5 ? 0.5 + 0.5 * sin (1e4 * t * t) : 0.0;
}

static double
all_of_them (double t)
{
  (void) t;
  return 1.0;
}

/* Accepted with probability exp (-c t), a gamma law (k, h) keeps its shape and
   gets the scale h / (1 + c h).  Seven hundred knots leave an error of 1e-4. */
static void
tilted_laws_are_gamma_laws (void **state)
{
  static const char *const bases[] = { "gamma:0.5:2", "gamma:4:0.25",
                                       "exponential:1" };
  static const char *const tilted[] = { "gamma:0.5:0.285714285714285714",
                                        "gamma:4:0.142857142857142857",
                                        "exponential:0.25" };
  (void) state;
  for (size_t i = 0; i < 3; i++)
    {
      const char *text = bases[i];
      delay_law *law = thinned_by (text, falling, 6.0, KNOTS);
      delay_law *expected = law_of_text (tilted[i]);
      double complex phi[3], known[3];
      assert_close (delay_mean (law), delay_mean (expected), 1e-4);
      assert_close (delay_cv2 (law), delay_cv2 (expected), 1e-4);
      for (double p = 0.1; p < 1.0; p += 0.2)
        assert_close (delay_quantile (law, p), delay_quantile (expected, p),
                      1e-4);
      delay_lst (law, CMPLX (-0.3, 2.0), phi);
      delay_lst (expected, CMPLX (-0.3, 2.0), known);
      assert_close (cabs (phi[0] - known[0]), 0.0, 1e-4);
      assert_close (cabs (phi[1] - known[1]), 0.0, 1e-4);
      delay_free (law);
      delay_free (expected);
    }
}

/* All accepted: the law itself, to rounding, up to its last knot and beyond. */
static void
nothing_lost_is_nothing_changed (void **state)
{
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      const char *text = laws[i];
      delay_law *base = law_of_text (text);
      const double mean = delay_mean (base);
      delay_law *law = thinned_by (text, all_of_them, 0.7 * mean, 5);
      double complex phi[3], known[3];
      /* The rule leaves 1e-17 of a heavy tail out.  */
      const bool heavy = is_heavy (base);
      assert_close (delay_mean (law), mean, (heavy ? 1e-9 : 1e-12) * mean);
      assert_close (delay_cv2 (law), delay_cv2 (base),
                    heavy ? 1e-3 * delay_cv2 (base) : 1e-11);
      assert_true (delay_abscissa (law) == delay_abscissa (base));
      assert_true (delay_supremum (law) == delay_supremum (base));
      for (double at = 0.1; at < 5.0; at += 0.37)
        {
          const double t = at * mean;
          assert_close (delay_cdf (law, t), delay_cdf (base, t), 1e-13);
          assert_close (delay_integrated_cdf (law, t),
                        delay_integrated_cdf (base, t), 1e-12 * mean);
          const double complex s = CMPLX (at - 2.0, 7.0 * at * at) / mean;
          delay_lst (law, s, phi);
          delay_lst (base, s, known);
          if (! isnan (creal (known[0])))
            for (int k = 0; k < 3; k++)
              assert_close (cabs (phi[k] - known[k]), 0.0,
                            1e-11 * pow (mean, k)
                                * fmax (1.0, cabs (known[0])));
        }
      delay_free (law);
      delay_free (base);
    }
}

/* An acceptance as rough as its knots: the transform at any height against a
   sum over each interval between them, in u = sqrt (t) where the densities are
   smooth.  */
static void
rough_acceptances_are_integrated (void **state)
{
  static const double heights[] = { 0.0, 1.0, 7.0, 40.0, 900.0 };
  static const char *const bases[] = { "gamma:0.5:0.7", "gamma:4:0.25",
                                       "gamma:1.5:0.5" };
  const double end = 2.5;
  gsl_integration_glfixed_table *gauss =
      gsl_integration_glfixed_table_alloc (16);
  (void) state;
  for (size_t i = 0; i < 3; i++)
    {
      const char *text = bases[i];
      delay_law *base = law_of_text (text);
      delay_law *law = thinned_by (text, jagged, end, KNOTS);
      double place[KNOTS], accepted[KNOTS], kept = 0.0, mean = 0.0;
      double complex sum[5] = { 0.0 };
      for (size_t k = 0; k < KNOTS; k++)
        {
          place[k] = end * (double) k / (KNOTS - 1);
          accepted[k] = jagged (place[k]);
        }
      assert_true (accepted[KNOTS - 1] == 0.0);
      gsl_interp *steffen = gsl_interp_alloc (gsl_interp_steffen, KNOTS);
      gsl_interp_init (steffen, place, accepted, KNOTS);
      for (size_t k = 0; k + 1 < KNOTS; k++)
        for (size_t n = 0; n < 16; n++)
          {
            double u, w;
            gsl_integration_glfixed_point (sqrt (place[k]), sqrt (place[k + 1]),
                                           n, &u, &w, gauss);
            const double t = u * u;
            w *= 2.0 * u * delay_pdf (base, t)
                 * gsl_interp_eval (steffen, place, accepted, t, NULL);
            kept += w;
            mean += w * t;
            for (int h = 0; h < 5; h++)
              sum[h] += w * cexp (CMPLX (0.0, -heights[h] * t));
          }
      assert_close (delay_mean (law), mean / kept, 1e-13);
      for (int h = 0; h < 5; h++)
        {
          double complex phi[3];
          delay_lst (law, CMPLX (0.0, heights[h]), phi);
          assert_close (cabs (phi[0] - sum[h] / kept), 0.0, 1e-13);
        }
      gsl_interp_free (steffen);
      delay_free (base);
      delay_free (law);
    }
  gsl_integration_glfixed_table_free (gauss);
}

/* Thinned twice is thinned by the product: straight lines whose product a
   cubic holds.  */
static void
thinning_twice_multiplies (void **state)
{
  const char *text = "twice";
  const double knot[] = { 0.0, 0.5, 1.0, 1.5, 2.0 };
  const double line[] = { 1.0, 0.75, 0.5, 0.25, 0.0 };
  static const char *const bases[] = {
    "gamma:4:0.25", "gamma:0.5:2", "uniform:0:3", "atoms:0.5:1.5:0:1.9",
    "mix:0.5:exponential:1|deterministic:1"
  };
  (void) state;
  for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
    {
      delay_law *base = law_of_text (bases[i]);
      delay_argument argument[] = { { .law = base },
                                    { .values = knot, .count = 5 },
                                    { .values = line, .count = 5 } };
      delay_law *once = law_made ("thinned", argument, 3);
      argument[0].law = once;
      delay_law *twice = law_made ("thinned", argument, 3);
      delay_rule *rule = rule_at (base, 0.01);
      double kept = 0.0, mean = 0.0, below = 0.0;
      for (size_t n = 0; n < rule->count; n++)
        {
          const double t = rule->node[n];
          const double w =
              rule->weight[n] * pow (fmax (1.0 - 0.5 * t, 0.0), 2.0);
          kept += w;
          mean += w * t;
          below += t <= 1.0 ? w : 0.0;
        }
      assert_close (delay_mean (twice), mean / kept, 1e-6);
      assert_close (delay_cdf (twice, 1.0), below / kept, 2e-3);
      assert_true (delay_supremum (twice) <= 2.0);
      delay_rule_free (rule);
      delay_free (once);
      delay_free (twice);
      delay_free (base);
    }
}

/* Where the density of the base is infinite nothing may be accepted.  */
static void
singularities_can_be_left_out (void **state)
{
  const char *text = "singular";
  const double knot[] = { 0.0, 1.0, 2.0 }, acceptance[] = { 0.0, 0.5, 1.0 };
  delay_law *base = law_of_text ("gamma:0.5:0.02");
  const delay_argument argument[] = { { .law = base },
                                      { .values = knot, .count = 3 },
                                      { .values = acceptance, .count = 3 } };
  delay_law *law = law_made ("thinned", argument, 3);
  (void) state;
  /* Acceptance t/2 makes it the law of the next shape.  */
  assert_true (delay_pdf (law, 0.0) == 0.0);
  assert_close (delay_mean (law), 0.03, 1e-13);
  assert_close (delay_cv2 (law), 1.0 / 1.5, 1e-12);
  delay_free (law);
  delay_free (base);
}

/* Steep and narrow bases between coarse knots; knots far from all mass.  */
static void
mismatched_knots_do_no_harm (void **state)
{
  static const struct
  {
    const char *base;
    double end;
  } cases[] = { { "gamma:1e4:1e-4", 4.0 },   { "gamma:1e8:1e-8", 4.0 },
                { "gamma:1e30:1e-30", 4.0 }, { "exponential:1", 1e6 },
                { "gamma:0.5:1e-3", 50.0 },  { "uniform:1:1.001", 100.0 },
                { "gamma:1e-3:1", 3.0 },     { "exponential:1e-200", 1e-198 },
                { "gamma:4:1e200", 1e203 } };
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      const char *text = cases[i].base;
      const double end = cases[i].end;
      delay_law *base = law_of_text (text);
      /* E (T - T^2/end) / E (1 - T/end).  */
      const double mean = delay_mean (base);
      const double second = mean * (1.0 + delay_cv2 (base)) * (mean / end);
      delay_law *law;
      const double knot[] = { 0.0, 0.5 * end, end };
      const double acceptance[] = { 1.0, 0.5, 0.0 };
      const delay_argument argument[] = { { .law = base },
                                          { .values = knot, .count = 3 },
                                          { .values = acceptance,
                                            .count = 3 } };
      law = law_made ("thinned", argument, 3);
      if (delay_cdf (base, end) == 1.0)
        {
          const double expected = (mean - second) / (1.0 - mean / end);
          assert_close (delay_mean (law), expected, 1e-12 * expected);
        }
      assert_true (delay_mean (law) <= mean);
      double complex phi[3];
      delay_lst (law, CMPLX (0.1, 1.0) / mean, phi);
      assert_true (cabs (phi[0]) < 1.0);
      assert_true (delay_quantile (law, 0.5) > 0.0);
      delay_free (law);
      delay_free (base);
    }
}

/* Only the far tail is accepted: P and the mean keep their digits.  */
static void
rare_acceptance_keeps_its_digits (void **state)
{
  const char *text = "rare";
  const double knot[] = { 20.0, 20.5, 21.0 }, acceptance[] = { 0.0, 0.5, 1.0 };
  delay_law *base = law_of_text ("exponential:1");
  const delay_argument argument[] = { { .law = base },
                                      { .values = knot, .count = 3 },
                                      { .values = acceptance, .count = 3 } };
  delay_law *law = law_made ("thinned", argument, 3);
  /* With the line t - 20: P e^20 = 1 - e^-1, E (T - 20; accepted) e^20 =
     2 - 3 e^-1.  */
  const double kept = 1.0 - exp (-1.0);
  (void) state;
  assert_close (delay_mean (law), 20.0 + (2.0 - 3.0 * exp (-1.0)) / kept,
                1e-11);
  assert_true (delay_cdf (law, 20.0) == 0.0);
  assert_true (delay_pdf (law, 20.0) == 0.0);
  assert_close (delay_cdf (law, 21.0), (1.0 - 2.0 * exp (-1.0)) / kept, 1e-12);
  assert_close (delay_quantile (law, delay_cdf (law, 20.7)), 20.7, 1e-11);
  delay_free (law);
  delay_free (base);
}

static void
what_is_never_accepted_is_refused (void **state)
{
  static const double late[] = { 90.0, 91.0, 92.0 },
                      rises[] = { 0.0, 0.5, 1.0 };
  static const double early[] = { 0.1, 0.2, 0.3 }, falls[] = { 1.0, 0.5, 0.0 };
  static const struct
  {
    const char *base;
    const double *knot, *acceptance;
  } cases[] = { { "exponential:1", late, rises },
                { "deterministic:1", early, falls },
                { "uniform:1:2", early, falls },
                { "atoms:1:2", early, falls },
                { "mix:0.5:uniform:1:2|deterministic:3", early, falls } };
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      delay_law *base = law_of_text (cases[i].base), *law = NULL;
      const delay_argument argument[] = {
        { .law = base },
        { .values = cases[i].knot, .count = 3 },
        { .values = cases[i].acceptance, .count = 3 }
      };
      support_failure failure = { 0 };
      assert_int_equal (delay_create ("thinned", argument, 3, &law, &failure),
                        SUPPORT_INVALID);
      assert_non_null (strstr (failure.text, "positive probability"));
      delay_free (base);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (tilted_laws_are_gamma_laws),
    cmocka_unit_test (nothing_lost_is_nothing_changed),
    cmocka_unit_test (rough_acceptances_are_integrated),
    cmocka_unit_test (thinning_twice_multiplies),
    cmocka_unit_test (singularities_can_be_left_out),
    cmocka_unit_test (mismatched_knots_do_no_harm),
    cmocka_unit_test (rare_acceptance_keeps_its_digits),
    cmocka_unit_test (what_is_never_accepted_is_refused),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
