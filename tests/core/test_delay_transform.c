/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: transforms of every family.  */
#include "law_text.h"

#include <float.h>
#include <stdio.h>
#include <gsl/gsl_errno.h>

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
  if (strcmp (what, "quantile") == 0)
    return delay_quantile (law, creal (z));
  assert_int_equal (strncmp (what, "lst", 3), 0);
  delay_lst (law, z, phi);
  return phi[what[3] - '0'];
}

/* A row of the tables: law, function, its argument and its value.  */
static void
read_row (const char *line, char text[64], char what[16], double complex *z,
          double complex *value)
{
  double re, im, value_re, value_im;
  assert_int_equal (sscanf (line, "%63[^,],%15[^,],%lf,%lf,%lf,%lf", text, what,
                            &re, &im, &value_re, &value_im),
                    6);
  *z = CMPLX (re, im);
  *value = CMPLX (value_re, value_im);
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
      double complex z, expected;
      read_row (line, text, what, &z, &expected);
      rows++;
      if (strcmp (text, last) != 0)
        {
          delay_free (law);
          law = law_of_text (text);
          strcpy (last, text);
        }
      double size = cabs (expected);
      if (strncmp (text, "linear", 6) == 0)
        size = fmax (size, cabs (computed (law, what, creal (z))));
      if (strcmp (what, "excess") == 0)
        size = fmax (size, 1e-3 * delay_mean (law));
      check_close (computed (law, what, z), expected,
                   fmax (1e-12 * size, DBL_MIN), line, (int) rows);
    }
  fclose (file);
  delay_free (law);
  assert_true (rows > 1000);
}

/* tests/reference/delay_families.csv: 1e-12 where the transform is closed
   (hyperexponential, phase-type, inverse Gaussian and sums of closed ones),
   1e-9 by quadrature, distributions 1e-12, quantiles 1e-10.  */
static void
families_agree_with_forty_digits (void **state)
{
  FILE *file = fopen ("reference/delay_families.csv", "r");
  char line[256];
  size_t rows = 0;
  (void) state;
  assert_non_null (file);
  assert_non_null (fgets (line, sizeof line, file));
  while (fgets (line, sizeof line, file))
    {
      char text[64], what[16];
      double complex z, expected;
      read_row (line, text, what, &z, &expected);
      rows++;
      delay_law *law = law_of_text (text);
      const bool formula =
          strchr ("his", text[0]) || text[1] == 'h' || what[0] == 'c';
      const double tolerance = what[0] == 'q' ? 1e-10 : formula ? 1e-12 : 1e-9;
      check_close (computed (law, what, z), expected,
                   tolerance * cabs (expected), line, (int) rows);
      delay_free (law);
    }
  fclose (file);
  assert_true (rows > 400);
}

/* ---- transforms ------------------------------------------------------ */

/* Right of the abscissa, and far up.  */
static size_t
arguments (const delay_law *law, double complex s[32])
{
  static const double height[] = { 0.0, 0.3, -2.0, 17.0, 300.0 };
  const double unit = 1.0 / delay_mean (law);
  /* Where exp (-s T) grows the rule misses more than its 1e-17 of a tail.  */
  const double most = isfinite (delay_supremum (law)) ? 2.0 : 0.5;
  const double left = fmax (0.1 * delay_abscissa (law), -most * unit);
  const double real[] = { left, 0.0, 1e-9 * unit, unit, 9.0 * unit };
  size_t count = 0;
  /* Nearer to the axis only the long tail counts, and no rule of moderate
     size resolves it.  */
  for (size_t i = is_heavy (law) ? 3 : 0; i < 5; i++)
    for (size_t j = 0; j < 5; j++)
      s[count++] = CMPLX (real[i], height[j] * unit);
  return count;
}

/* Fine where exp (-s T) is not below rounding, for heavy tails.  */
static double
fineness (double t, void *context)
{
  const delay_law *law = context;
  const double mean = delay_mean (law);
  return is_heavy (law) && t > 60.0 * mean ? INFINITY : 0.02 * mean;
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
          delay_rule_create_graded (law, fineness, law, &rule, NULL),
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
      double h = 2e-4 / delay_mean (law);
      if (! is_heavy (law))
        h = fmin (h, -2e-4 * delay_abscissa (law));
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
      if (isfinite (second))
        assert_close (phi[2], second, 1e-11 * second);
      else
        assert_true (isinf (creal (phi[2])));
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
    { "inverse-gaussian:1:0.5", true },
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
  /* The branch cuts, of a shape that is not whole and of a square root.  */
  static const char *const branched[] = { "gamma:1.5:0.5",
                                          "inverse-gaussian:1:5" };
  for (size_t i = 0; i < sizeof branched / sizeof *branched; i++)
    {
      delay_law *cut = law_of_text (branched[i]);
      delay_lst (cut, -3.0, phi);
      assert_true (isnan (creal (phi[0])) && isnan (creal (phi[1])));
      delay_free (cut);
    }
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

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (values_agree_with_forty_digits),
    cmocka_unit_test (families_agree_with_forty_digits),
    cmocka_unit_test (transforms_agree_with_quadrature),
    cmocka_unit_test (derivatives_agree_with_differences),
    cmocka_unit_test (transforms_know_the_moments),
    cmocka_unit_test (continuations_stop_where_they_must),
    cmocka_unit_test (thinned_laws_continue_with_their_base),
    cmocka_unit_test (rational_transforms_are_exact),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
