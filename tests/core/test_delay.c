/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: transforms, distributions, quantiles of every family.  */
#include "law_text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>

static bool
has_atoms (const delay_law *law)
{
  return delay_pdf (law, delay_quantile (law, 0.4)) == INFINITY
         || delay_pdf (law, delay_quantile (law, 1e-9)) == INFINITY;
}

#define assert_close(value, expected, error) \
  check_close (value, expected, error, text, __LINE__)

static void
check_close (double complex value, double complex expected, double error,
             const char *what, int line)
{
  if (! (cabs (value - expected) <= error))
    fail_msg ("%s, line %d: %.17g%+.17gi instead of %.17g%+.17gi", what, line,
              creal (value), cimag (value), creal (expected), cimag (expected));
}

/* ---- against 40 digits ----------------------------------------------- */

static double complex
computed (const delay_law *law, const char *what, double complex z)
{
  double complex phi[3];
  if (strcmp (what, "cdf") == 0)
    return delay_cdf (law, creal (z));
  if (strcmp (what, "pdf") == 0)
    return delay_pdf (law, creal (z));
  if (strcmp (what, "excess") == 0)
    return delay_integrated_cdf (law, creal (z));
  assert_int_equal (strncmp (what, "lst", 3), 0);
  delay_lst (law, z, phi);
  return phi[what[3] - '0'];
}

/* tests/reference/delay_laws.csv.  Closed forms are relatively right.  The
   quadrature of thinned laws is right relatively to what it adds up, E (t -
   T)^+ of the left tail to the mean.  */
static void
values_agree_with_forty_digits (void **state)
{
  FILE *file = fopen ("reference/delay_laws.csv", "r");
  char line[256], last[64] = "";
  delay_law *law = NULL;
  size_t rows = 0;
  (void) state;
  assert_non_null (file);
  assert_non_null (fgets (line, sizeof line, file));
  while (fgets (line, sizeof line, file))
    {
      char text[64], what[16];
      double re, im, value_re, value_im;
      assert_int_equal (sscanf (line, "%63[^,],%15[^,],%lf,%lf,%lf,%lf", text,
                                what, &re, &im, &value_re, &value_im),
                        6);
      rows++;
      if (strcmp (text, last) != 0)
        {
          delay_free (law);
          law = law_of_text (text);
          strcpy (last, text);
        }
      const double complex expected = CMPLX (value_re, value_im);
      double size = cabs (expected);
      if (strncmp (text, "linear", 6) == 0)
        size = fmax (size, cabs (computed (law, what, re)));
      if (strcmp (what, "excess") == 0)
        size = fmax (size, 1e-3 * delay_mean (law));
      check_close (computed (law, what, CMPLX (re, im)), expected,
                   fmax (1e-12 * size, DBL_MIN), line, (int) rows);
    }
  fclose (file);
  delay_free (law);
  assert_true (rows > 1000);
}

/* ---- transforms ------------------------------------------------------ */

/* Right of the abscissa, and far up.  */
static size_t
arguments (const delay_law *law, double complex s[32])
{
  static const double height[] = { 0.0, 0.3, -2.0, 17.0, 300.0 };
  const double unit = 1.0 / delay_mean (law);
  const double left = fmax (0.1 * delay_abscissa (law), -2.0 * unit);
  const double real[] = { left, 0.0, 1e-9 * unit, unit, 9.0 * unit };
  size_t count = 0;
  for (size_t i = 0; i < 5; i++)
    for (size_t j = 0; j < 5; j++)
      s[count++] = CMPLX (real[i], height[j] * unit);
  return count;
}

/* E exp (-s T) over the nodes of a rule fine enough for s.  */
static void
transforms_agree_with_quadrature (void **state)
{
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      const char *text = laws[i];
      delay_law *law = law_of_text (text);
      delay_rule *rule;
      double complex s[32];
      const size_t count = arguments (law, s);
      assert_int_equal (
          delay_rule_create (law, 0.02 * delay_mean (law), &rule, NULL),
          SUPPORT_OK);
      for (size_t k = 0; k < count; k++)
        {
          double complex phi[3], sum[3] = { 0.0 };
          double size[3] = { 0.0 };
          for (size_t n = 0; n < rule->count; n++)
            {
              const double t = rule->node[n];
              const double complex term = rule->weight[n] * cexp (-s[k] * t);
              const double factor[3] = { 1.0, -t, t * t };
              for (int j = 0; j < 3; j++)
                {
                  sum[j] += factor[j] * term;
                  size[j] += cabs (factor[j] * term);
                }
            }
          delay_lst (law, s[k], phi);
          for (int j = 0; j < 3; j++)
            assert_close (phi[j], sum[j], 1e-10 * size[j]);
        }
      delay_rule_free (rule);
      delay_free (law);
    }
}

/* Central differences of fourth order.  */
static void
derivatives_agree_with_differences (void **state)
{
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      const char *text = laws[i];
      delay_law *law = law_of_text (text);
      double complex s[32];
      const size_t count = arguments (law, s);
      const double h =
          2e-4 * fmin (1.0 / delay_mean (law), -delay_abscissa (law));
      for (size_t k = 0; k < count; k++)
        {
          double complex at[5][3];
          double complex real[3];
          for (int n = 0; n < 5; n++)
            delay_lst (law, s[k] + (n - 2) * h, at[n]);
          delay_lst (law, creal (s[k]), real);
          for (int j = 0; j < 2; j++)
            {
              const double complex slope =
                  (8.0 * (at[3][j] - at[1][j]) - (at[4][j] - at[0][j]))
                  / (12.0 * h);
              assert_close (at[2][j + 1], slope,
                            1e-8 * cabs (slope) + 1e-12 * cabs (real[j]) / h);
            }
        }
      delay_free (law);
    }
}

static void
transforms_know_the_moments (void **state)
{
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      const char *text = laws[i];
      delay_law *law = law_of_text (text);
      const double mean = delay_mean (law);
      const double second = mean * mean * (1.0 + delay_cv2 (law));
      double complex phi[3], mirrored[3];
      delay_lst (law, 0.0, phi);
      assert_close (phi[0], 1.0, 1e-13);
      assert_close (phi[1], -mean, 1e-11 * mean);
      assert_close (phi[2], second, 1e-11 * second);
      /* A characteristic function: at most 1, and symmetric.  */
      for (double w = 1e-3; w < 1e3; w *= 7.0)
        {
          delay_lst (law, CMPLX (0.0, w / mean), phi);
          delay_lst (law, CMPLX (0.0, -w / mean), mirrored);
          assert_true (cabs (phi[0]) <= 1.0 + 1e-13);
          assert_close (mirrored[0], conj (phi[0]), 1e-13);
        }
      delay_free (law);
    }
}

/* Left of the abscissa: the continuation, or no number.  */
static void
continuations_stop_where_they_must (void **state)
{
  static const struct
  {
    const char *law;
    bool continues;
  } known[] = {
    { "exponential:2", true },
    { "shifted-exponential:0.5:0.25", true },
    { "gamma:4:0.25", true },
    { "gamma:1.5:0.5", true },
    { "mix:0.5:exponential:1|uniform:0:1", true },
    { "mix:0.5:exponential:1|linear:30:gamma:1:1", true },
  };
  double complex phi[3];
  (void) state;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
      const char *text = known[i].law;
      delay_law *law = law_of_text (text);
      const double edge = delay_abscissa (law);
      assert_int_equal (delay_continues (law), known[i].continues);
      delay_lst (law, CMPLX (2.0 * edge, 0.1 / delay_mean (law)), phi);
      assert_true (isfinite (creal (phi[0])) && isfinite (cimag (phi[2])));
      delay_free (law);
    }
  /* The branch cut of a shape that is not whole.  */
  delay_law *cut = law_of_text ("gamma:1.5:0.5");
  delay_lst (cut, -3.0, phi);
  assert_true (isnan (creal (phi[0])) && isnan (creal (phi[1])));
  delay_free (cut);
}

/* Thinned beyond its last knot by a constant, an exponential law keeps its
   pole: (1 + s m) phi (s) is entire, so that its value is its mean over any
   circle around, which lies on both sides of the pole here.  */
static void
thinned_laws_continue_with_their_base (void **state)
{
  enum
  {
    POINTS = 64
  };
  const char *text = "thinned exponential";
  const double knot[] = { 0.0, 1.0, 2.0 }, acceptance[] = { 1.0, 0.5, 0.25 };
  delay_law *base = law_of_text ("exponential:1");
  const delay_argument argument[] = { { .law = base },
                                      { .values = knot, .count = 3 },
                                      { .values = acceptance, .count = 3 } };
  delay_law *law = law_made ("thinned", argument, 3);
  double complex phi[3], mean = 0.0;
  const double complex centre = CMPLX (-1.2, 0.3);
  (void) state;
  assert_true (delay_continues (law));
  assert_true (delay_abscissa (law) == -1.0);
  for (int k = 0; k < POINTS; k++)
    {
      const double complex s =
          centre + 1.5 * cexp (CMPLX (0.0, 2.0 * acos (-1.0) * k / POINTS));
      delay_lst (law, s, phi);
      mean += (1.0 + s) * phi[0] / POINTS;
    }
  delay_lst (law, centre, phi);
  assert_close ((1.0 + centre) * phi[0], mean, 1e-12);
  delay_free (law);

  /* Of what only the tail accepts no continuation is left over.  */
  const double late[] = { 18.0, 19.0, 20.0 }, rises[] = { 0.0, 0.5, 1.0 };
  const delay_argument rare[] = { { .law = base },
                                  { .values = late, .count = 3 },
                                  { .values = rises, .count = 3 } };
  law = law_made ("thinned", rare, 3);
  assert_false (delay_continues (law));
  delay_lst (law, -0.5, phi);
  assert_true (isnan (creal (phi[0])));
  delay_lst (law, -1.5, phi);
  assert_true (isnan (creal (phi[0])));
  delay_lst (law, 0.5, phi);
  assert_true (creal (phi[0]) > exp (-0.5 * 21.0));
  /* Nor is a number made up where it would take for ever.  */
  delay_lst (law, CMPLX (0.0, 1e9), phi);
  assert_true (isnan (creal (phi[0])));
  delay_free (law);
  delay_free (base);
}

/* phi = N / D.  */
static void
rational_transforms_are_exact (void **state)
{
  static const struct
  {
    const char *law;
    size_t degree;
  } known[] = { { "exponential:2", 1 },
                { "gamma:4:0.25", 4 },
                { "gamma:1:3", 1 },
                { "gamma:1.5:1", 0 },
                { "mix:0.3:gamma:4:0.25|exponential:3", 5 },
                { "mix:1:exponential:3|uniform:0:1", 1 },
                { "mix:0.5:exponential:3|uniform:0:1", 0 },
                { "uniform:0:1", 0 },
                { "shifted-exponential:1:1", 0 } };
  (void) state;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
      const char *text = known[i].law;
      delay_law *law = law_of_text (text);
      const double complex s = CMPLX (-0.3, 1.7);
      double numerator[9], denominator[9];
      size_t degree = 8;
      const bool is = delay_rational (law, &degree, numerator, denominator);
      assert_int_equal (is, known[i].degree > 0);
      if (is)
        {
          double complex phi[3], above = 0.0, below = 0.0;
          assert_int_equal (degree, known[i].degree);
          for (size_t k = degree + 1; k-- > 0;)
            {
              above = above * s + numerator[k];
              below = below * s + denominator[k];
            }
          delay_lst (law, s, phi);
          assert_close (above / below, phi[0], 1e-14 * cabs (phi[0]));
          degree = known[i].degree - 1;
          assert_false (delay_rational (law, &degree, numerator, denominator));
        }
      delay_free (law);
    }
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
      assert_close (delay_integrated_cdf (law, 1e3 * mean), 999.0 * mean,
                    1e-9 * mean);
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
        check_integral (law, text, delay_cdf, delay_pdf, a, b,
                        strstr (text, "mix") ? 1e-4 : 1e-8);
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
    "exponential:%g",  "shifted-exponential:%g:%g",
    "gamma:0.3:%g",    "gamma:5:%g",
    "uniform:0:%g",    "atoms:0:%g:0",
    "deterministic:%g"
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
    cmocka_unit_test (values_agree_with_forty_digits),
    cmocka_unit_test (transforms_agree_with_quadrature),
    cmocka_unit_test (derivatives_agree_with_differences),
    cmocka_unit_test (transforms_know_the_moments),
    cmocka_unit_test (continuations_stop_where_they_must),
    cmocka_unit_test (thinned_laws_continue_with_their_base),
    cmocka_unit_test (rational_transforms_are_exact),
    cmocka_unit_test (quantiles_invert_distributions),
    cmocka_unit_test (the_last_quantile_is_finite),
    cmocka_unit_test (the_ends_are_the_ends),
    cmocka_unit_test (functions_are_integrals_of_each_other),
    cmocka_unit_test (atoms_are_jumps),
    cmocka_unit_test (sums_grow_by_one_delay_at_a_time),
    cmocka_unit_test (scales_do_not_matter),
    cmocka_unit_test (extreme_shapes_have_sense),
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
