/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roots/: Lambert W, characteristic roots with their certificates, limits.
   Reference values come from tests/reference/roots_*.py (mpmath).  */

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>

#include "roots_cases.h"
#include "roots/roots.h"
#include "roots/roots_private.h"

/* ---- Lambert W ------------------------------------------------------- */

static double
relative_error (double complex value, double complex exact)
{
  return cabs (value - exact) / cabs (exact);
}

/* In terms of the double z that it is given, W is exact to rounding even
   beside the branch point.  */
static void
lambertw_meets_the_reference (void **state)
{
  FILE *file = fopen ("reference/roots_lambertw.csv", "r");
  long branch;
  double z[2], w[2];
  int rows = 0;
  (void) state;
  assert_non_null (file);
  assert_int_equal (fscanf (file, "%*[^\n]"), 0);
  while (
      fscanf (file, "%ld,%lf,%lf,%lf,%lf", &branch, &z[0], &z[1], &w[0], &w[1])
      == 5)
    {
      const double error = relative_error (
          roots_lambertw (branch, CMPLX (z[0], z[1])), CMPLX (w[0], w[1]));
      if (! (error < 3e-15))
        fail_msg ("W_%ld(%.17g, %.17g): error %g", branch, z[0], z[1], error);
      rows++;
    }
  fclose (file);
  assert_true (rows > 800);
}

static void
lambertw_at_the_ends (void **state)
{
  double complex w;
  (void) state;
  assert_true (roots_lambertw (0, 0.0) == 0.0);
  assert_true (creal (roots_lambertw (1, 0.0)) == -INFINITY);
  assert_true (creal (roots_lambertw (-1, 0.0)) == -INFINITY);
  assert_true (isnan (creal (roots_lambertw (0, NAN))));
  assert_true (isnan (creal (roots_lambertw (2, CMPLX (1.0, NAN)))));
  w = roots_lambertw (2, INFINITY);
  assert_true (creal (w) == INFINITY && fabs (cimag (w) - 12.5663706) < 1e-6);
  w = roots_lambertw (0, -INFINITY);
  assert_true (creal (w) == INFINITY && fabs (cimag (w) - 3.14159265) < 1e-7);
}

/* On its cuts W is continuous from above, whatever the sign of a zero.  */
static void
lambertw_on_the_cut (void **state)
{
  (void) state;
  for (long k = -3; k <= 3; k++)
    {
      const double complex on = roots_lambertw (k, CMPLX (-2.0, 0.0));
      const double complex also = roots_lambertw (k, CMPLX (-2.0, -0.0));
      const double complex above = roots_lambertw (k, CMPLX (-2.0, 1e-12));
      const double complex below = roots_lambertw (k, CMPLX (-2.0, -1e-12));
      assert_true (on == also);
      assert_true (cabs (on - above) < 1e-11);
      assert_true (cabs (on - below) > 1.0);
    }
  assert_true (cimag (roots_lambertw (0, -0.2)) == 0.0);
  assert_true (cimag (roots_lambertw (-1, -0.2)) == 0.0);
  assert_true (cimag (roots_lambertw (0, 3.0)) == 0.0);
}

/* W of exp (L): where the exponential is a double it is W of that, elsewhere
   w + log w = L + 2 pi i k tells.  */
static void
lambertw_of_logarithms (void **state)
{
  const double pi = 3.14159265358979323846;
  (void) state;
  for (long k = -2; k <= 2; k++)
    for (int part = -1; part <= 1; part += 2)
      {
        const double complex near = CMPLX (3.0 * part, 2.0);
        const double complex far = CMPLX (5000.0 * part, 2.0);
        const double complex w = roots_lambertw_log (k, far);
        assert_true (relative_error (roots_lambertw_log (k, near),
                                     roots_lambertw (k, cexp (near)))
                     < 1e-15);
        if (k == 0 && part < 0)
          assert_true (w == 0.0); /* exp (-5000) */
        else
          assert_true (
              cabs (w + clog (w) - far - CMPLX (0.0, 2.0 * pi * (double) k))
              < 1e-11);
      }
  /* W_-1 of a tiny negative number is real.  */
  assert_true (cimag (roots_lambertw_log (-1, CMPLX (-1000.0, pi))) == 0.0);
}

/* ---- sets ------------------------------------------------------------ */

static roots_set *
roots_of (double b, double a, double c, const delay_law *law, double line)
{
  const roots_kernel kernel = { b, a, c, law };
  support_failure failure = { 0 };
  roots_set *set;
  if (roots_scalar (&kernel, line, NULL, &set, &failure) != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  return set;
}

static roots_set *
rightmost_of (double b, double a, double c, const delay_law *law, size_t wanted)
{
  const roots_kernel kernel = { b, a, c, law };
  support_failure failure = { 0 };
  roots_set *set;
  if (roots_scalar_count (&kernel, wanted, NULL, &set, &failure) != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  return set;
}

/* 105 random kernels of all families against a count and roots that were
   found in another way: none missed, every disc holding its root.  */
static void
random_kernels_meet_an_independent_count (void **state)
{
  FILE *file = fopen ("reference/roots_scalar.csv", "r");
  char text[512];
  int last = 0, number;
  double b, a, c, line, re, im;
  size_t total, cases = 0;
  roots_set *set = NULL;
  (void) state;
  assert_non_null (file);
  assert_int_equal (fscanf (file, "%*[^\n]"), 0);
  while (fscanf (file, "%d,%511[^,],%lf,%lf,%lf,%lf,%zu,%lf,%lf", &number, text,
                 &b, &a, &c, &line, &total, &re, &im)
         == 9)
    {
      if (number != last)
        {
          delay_law *law = parse_law (text);
          roots_set_free (set);
          set = roots_of (b, a, c, law, line);
          delay_free (law);
          assert_true (set->certified);
          assert_int_equal (set->total, total);
          assert_true (set->right_of == line);
          assert_in_order (set);
          last = number;
          cases++;
        }
      if (! isnan (re))
        {
          const roots_root *root = nearest (set, CMPLX (re, im));
          const double error = cabs (root->s - CMPLX (re, im));
          /* The reference has 20 digits, of which a double keeps 16.  */
          if (! (error <= root->bound && root->bound < 1e-11)
              || ! (error <= 1e-13 * (1.0 + cabs (root->s))))
            fail_msg ("case %d: error %g, bound %g", number, error,
                      root->bound);
        }
    }
  roots_set_free (set);
  fclose (file);
  assert_int_equal (cases, 105);
}

/* 1/e = 0.3678... as a double: the roots are -1 +- 7e-9 or so.  */
static void
double_roots_are_one_disc (void **state)
{
  const struct
  {
    delay_law *law;
    double b, a, s;
  } cases[] = { { law1 ("deterministic", 1.0), 0.0, exp (-1.0), -1.0 },
                { law1 ("deterministic", 1.0), -1.0, 1.0, 0.0 },
                { law1 ("exponential", 1.0), 0.0, 0.25, -0.5 },
                { law2 ("gamma", 2.0, 0.5), 0.0, 8.0 / 27.0, -2.0 / 3.0 },
                { law2 ("gamma", 0.5, 2.0), 0.0, 0.1924500897298752548,
                  -1.0 / 3.0 },
                { law2 ("uniform", 0.0, 2.0), 0.0, 0.3238051189459574298,
                  -0.7968121300200200461 },
                { law2 ("shifted-exponential", 0.5, 0.5), 0.0,
                  0.3222414061240439247, -0.7639320225002103036 } };
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      roots_set *set = roots_of (cases[i].b, cases[i].a, 0.0, cases[i].law,
                                 cases[i].s - 0.1);
      assert_true (set->certified);
      assert_int_equal (set->total, 2);
      assert_int_equal (set->count, 1);
      assert_int_equal (set->root[0].multiplicity, 2);
      assert_true (cabs (set->root[0].s - cases[i].s) < 1e-7);
      assert_true (set->root[0].bound < 1e-6);
      roots_set_free (set);
      delay_free (cases[i].law);
    }
}

/* Apart by 1e-4 they are two, each with a disc of its own.  */
static void
near_double_roots_are_two (void **state)
{
  delay_law *law = law2 ("uniform", 0.0, 2.0);
  roots_set *set =
      roots_of (0.0, 0.3238051189459574298 * (1.0 - 1e-8), 0.0, law, -1.5);
  (void) state;
  assert_true (set->certified);
  assert_int_equal (set->count, 2);
  assert_true (cimag (set->root[0].s) == 0.0 && cimag (set->root[1].s) == 0.0);
  assert_true (creal (set->root[0].s - set->root[1].s) > 1e-5);
  assert_in_order (set);
  roots_set_free (set);
  set = roots_of (0.0, 0.3238051189459574298 * (1.0 + 1e-8), 0.0, law, -1.5);
  assert_true (set->certified);
  assert_int_equal (set->count, 2);
  assert_true (cimag (set->root[0].s) > 1e-5);
  roots_set_free (set);
  delay_free (law);
}

/* The line is moved a little to the left, and it is said how far.  */
static void
roots_on_the_line_are_included (void **state)
{
  const struct
  {
    delay_law *law;
    double a;
  } cases[] = { { law1 ("deterministic", 1.0), 1.5707963267948966 },
                { law2 ("uniform", 0.0, 2.0), 2.4674011002723397 },
                { law2 ("gamma", 2.0, 0.5), 4.0 },
                { law2 ("shifted-exponential", 0.5, 0.5),
                  2.2698293006614404 } };
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      roots_set *set = roots_of (0.0, cases[i].a, 0.0, cases[i].law, 0.0);
      assert_true (set->certified);
      assert_int_equal (set->total, 2);
      assert_true (fabs (creal (set->root[0].s)) < 1e-14);
      assert_true (set->right_of < 0.0 && set->right_of > -1e-6);
      assert_in_order (set);
      roots_set_free (set);
      delay_free (cases[i].law);
    }
}

/* An Erlang law of any shape, by its numerator left of the abscissa and by the
   argument principle right of it: the same roots.  */
static void
two_ways_lead_to_the_same_roots (void **state)
{
  delay_law *law = law2 ("gamma", 20.0, 0.05);
  roots_set *all = roots_of (0.1, 1.3, 0.1, law, -60.0);
  roots_set *right = roots_of (0.1, 1.3, 0.1, law, -9.0);
  (void) state;
  assert_true (all->certified && right->certified);
  assert_int_equal (all->total, 21);
  assert_true (right->total >= 6 && right->total < 21);
  for (size_t i = 0; i < right->count; i++)
    assert_true (cabs (all->root[i].s - right->root[i].s)
                 <= all->root[i].bound + right->root[i].bound);
  assert_in_order (all);
  assert_in_order (right);
  roots_set_free (all);
  roots_set_free (right);
  delay_free (law);
}

/* A mixture of equal parts is its part, though the poles double: (1 + s)
   cancels, and is no root.  */
static void
cancelled_poles_are_no_roots (void **state)
{
  delay_law *same = mixture_of (
      2, (const double[]){ 1.0, 2.0 },
      (delay_law *[]){ law1 ("exponential", 1.0), law1 ("exponential", 1.0) });
  delay_law *law = law1 ("exponential", 2.0);
  roots_set *set = rightmost_of (0.0, 1.0, 0.0, same, 6);
  (void) state;
  assert_true (set->certified);
  assert_int_equal (set->total, 2);
  assert_true (cabs (set->root[0].s - CMPLX (-0.5, sqrt (0.75))) < 1e-14);
  roots_set_free (set);
  /* One worker at second order: a = eta/m, c = eta, and a + c s takes the pole
     away, so that s = -eta/m alone is left.  */
  set = rightmost_of (0.0, 0.05, 0.1, law, 6);
  assert_true (set->certified);
  assert_int_equal (set->total, 1);
  assert_true (fabs (creal (set->root[0].s) + 0.05) < 1e-15);
  assert_true (set->right_of == -INFINITY);
  roots_set_free (set);
  delay_free (law);
  /* The same with a shift: s + (c/m) exp (-s d) is left.  */
  law = law2 ("shifted-exponential", 1.0, 2.0);
  set = rightmost_of (0.0, 0.05, 0.1, law, 1);
  assert_true (set->certified);
  assert_true (cabs (set->root[0].s - roots_lambertw (0, -0.05)) < 1e-14);
  roots_set_free (set);
  delay_free (law);
  delay_free (same);
}

static void
as_many_as_wanted (void **state)
{
  delay_law *laws[] = { law1 ("deterministic", 1.0), law2 ("uniform", 0.2, 1.8),
                        law2 ("shifted-exponential", 0.5, 0.5),
                        law_of ("empirical", 5,
                                (const double[]){ 0.5, 0.8, 1, 1.3, 1.9 }),
                        law2 ("gamma", 30.0, 1.0 / 30.0) };
  (void) state;
  for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
    for (size_t wanted = 1; wanted <= 40; wanted += 13)
      {
        roots_set *set = rightmost_of (0.0, 1.0, 0.0, laws[i], wanted);
        roots_set *again;
        assert_true (set->certified);
        assert_true (set->total >= wanted || i == 4);
        assert_true (set->total <= wanted + 1);
        assert_in_order (set);
        /* The line is one of those that can be asked for.  */
        if (isinf (set->right_of))
          {
            assert_true (set->total == 31);
            roots_set_free (set);
            continue;
          }
        again = roots_of (0.0, 1.0, 0.0, laws[i], set->right_of);
        assert_int_equal (again->total, set->total);
        roots_set_free (again);
        roots_set_free (set);
      }
  for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
    delay_free (laws[i]);
}

/* Ten thousand recorded delays: a handful of evaluations, and discs that allow
   for the rounding of sums as long as that.  */
static void
large_samples_are_fine (void **state)
{
  enum
  {
    SAMPLES = 10000
  };
  double *sample = support_doubles (SAMPLES);
  delay_law *gamma = law2 ("gamma", 4.0, 0.25), *law;
  roots_set *set;
  (void) state;
  for (int i = 0; i < SAMPLES; i++)
    sample[i] = delay_quantile (gamma, (i + 0.5) / SAMPLES);
  law = law_of ("empirical", SAMPLES, sample);
  set = roots_of (0.0, 0.9, 0.0, law, -1.0);
  assert_true (set->certified);
  assert_int_equal (set->total, 2);
  /* That of the law itself is -0.43092... + 1.10218...i.  */
  assert_true (
      cabs (set->root[0].s - CMPLX (-0.43092569738746642, 1.10218073015117737))
      < 1e-3);
  assert_true (set->root[0].bound < 1e-10);
  roots_set_free (set);
  free (sample);
  delay_free (law);
  delay_free (gamma);
}

static bool
always (void *data)
{
  ++*(int *) data;
  return true;
}

/* Roots of samples crowd at one height: the line is found between one with
   too few and one with far too many.  */
static void
crowded_roots_are_told_apart (void **state)
{
  enum
  {
    SAMPLES = 300
  };
  double sample[SAMPLES];
  delay_law *gamma = law2 ("gamma", 4.0, 0.25), *law;
  (void) state;
  for (int i = 0; i < SAMPLES; i++)
    sample[i] = delay_quantile (gamma, fmod (0.6180339887498949 * i + 0.3, 1));
  law = law_of ("empirical", SAMPLES, sample);
  for (size_t wanted = 3; wanted < 16; wanted += 4)
    {
      roots_set *set = rightmost_of (0.0, 1.0, 0.0, law, wanted);
      assert_true (set->certified);
      assert_true (set->total == wanted || set->total == wanted + 1);
      assert_in_order (set);
      roots_set_free (set);
    }
  delay_free (law);
  delay_free (gamma);
}

/* ---- the rightmost root ---------------------------------------------- */

static void
many_modes_at_once (void **state)
{
  enum
  {
    MODES = 700
  };
  delay_law *laws[] = { law1 ("deterministic", 0.7),
                        law2 ("shifted-exponential", 0.3, 0.4),
                        law2 ("uniform", 0.1, 1.0), law1 ("exponential", 2) };
  double *a = support_doubles (MODES), *zero = support_doubles (MODES);
  roots_root *root = calloc (MODES, sizeof *root);
  bool *subexponential = calloc (MODES, sizeof *subexponential);
  (void) state;
  for (int i = 0; i < MODES; i++)
    a[i] = 0.01 + 4.0 * i / MODES;
  for (size_t k = 0; k < sizeof laws / sizeof *laws; k++)
    {
      const delay_law *const law = laws[k];
      const roots_modes modes = { MODES, 1, zero, NULL, a, zero, &law };
      assert_int_equal (
          roots_rightmost_each (&modes, 2, NULL, root, subexponential, NULL),
          SUPPORT_OK);
      for (int i = 0; i < MODES; i += 50)
        {
          roots_set *set =
              roots_of (0.0, a[i], 0.0, laws[k], creal (root[i].s) - 1e-3);
          assert_true (set->certified);
          assert_true (cabs (set->root[0].s - root[i].s) < 1e-13);
          assert_false (subexponential[i]);
          roots_set_free (set);
        }
      delay_free (laws[k]);
    }
  free (a);
  free (zero);
  free (root);
  free (subexponential);
}

/* The failure of one mode is that of all, in its own words; a stop is a stop.
 */
static void
modes_that_fail (void **state)
{
  delay_law *law = law2 ("uniform", 0.1, 1.0);
  const double bad[3] = { 1.0, NAN, 1.0 }, good[3] = { 1.0, 1.0, 1.0 };
  const double zero[3] = { 0.0, 0.0, 0.0 };
  const delay_law *const given = law;
  roots_modes modes = { 3, 1, zero, NULL, bad, zero, &given };
  int calls = 0;
  const support_hooks hooks = { .interrupted = always, .data = &calls };
  support_failure failure = { 0 };
  roots_root root[3];
  bool subexponential[3];
  (void) state;
  assert_int_equal (
      roots_rightmost_each (&modes, 1, NULL, root, subexponential, &failure),
      SUPPORT_INVALID);
  assert_non_null (strstr (failure.text, "finite"));
  modes.a = good;
  assert_int_equal (
      roots_rightmost_each (&modes, 1, &hooks, root, subexponential, NULL),
      SUPPORT_INTERRUPTED);
  assert_true (calls > 0);
  delay_free (law);
}

/* Every root may lie left of the abscissa, where nothing is known of a thinned
   law: no number is given then.  */
static void
no_number_without_a_root (void **state)
{
  double knot[40], acceptance[40];
  delay_law *base = law1 ("exponential", 1.0), *law;
  roots_root root;
  roots_set *set;
  bool subexponential = true;
  (void) state;
  for (int i = 0; i < 40; i++)
    {
      knot[i] = 0.2 * i;
      acceptance[i] = fmax (exp (-2.0 * knot[i]), 1e-3);
    }
  assert_int_equal (
      delay_create ("thinned",
                    (delay_argument[]){ { .law = base },
                                        { .values = knot, .count = 40 },
                                        { .values = acceptance, .count = 40 } },
                    3, &law, NULL),
      SUPPORT_OK);
  assert_int_equal (roots_rightmost (&(roots_kernel){ 0.0, 3.0, 0.0, law },
                                     &root, &subexponential, NULL),
                    SUPPORT_OK);
  assert_true (isnan (creal (root.s)));
  assert_int_equal (root.multiplicity, 0);
  assert_false (subexponential);
  set = rightmost_of (0.0, 3.0, 0.0, law, 4);
  assert_int_equal (set->count, 0);
  assert_true (set->certified && set->total == 0 && set->right_of > -1.0);
  roots_set_free (set);
  delay_free (law);
  delay_free (base);
}

/* ---- degenerate kernels ---------------------------------------------- */

static void
degenerate_kernels (void **state)
{
  delay_law *none = law1 ("deterministic", 0.0);
  delay_law *one = law1 ("deterministic", 1.0);
  roots_set *set = rightmost_of (2.0, 0.0, 0.0, one, 3);
  (void) state;
  assert_true (set->certified && set->count == 1 && set->root[0].s == -2.0);
  roots_set_free (set);
  set = roots_of (2.0, 0.0, 0.0, one, -1.0);
  assert_true (set->certified && set->count == 0 && set->total == 0);
  roots_set_free (set);
  /* Without delay: s + 1 + (2 + s/2) = 0.  */
  set = rightmost_of (1.0, 2.0, 0.5, none, 3);
  assert_true (set->certified && set->count == 1);
  assert_true (fabs (creal (set->root[0].s) + 2.0) < 1e-15);
  roots_set_free (set);
  /* s + (1 - s) = 1 has no root at all.  */
  set = rightmost_of (0.0, 1.0, -1.0, none, 3);
  assert_true (set->certified && set->count == 0);
  roots_set_free (set);
  /* exp (b d) overflows, exp (-b d) underflows: the logarithm does not.  */
  set = rightmost_of (1000.0, 1.0, 0.0, one, 1);
  assert_true (set->certified);
  assert_true (fabs (creal (set->root[0].s) + log (1000.0)) < 0.2);
  roots_set_free (set);
  set = rightmost_of (-1000.0, 1.0, 0.0, one, 1);
  assert_true (set->certified && set->root[0].s == 1000.0);
  roots_set_free (set);
  set = rightmost_of (-1000.0, 1.0, 0.0, one, 6);
  assert_true (set->certified && set->total >= 6);
  assert_in_order (set);
  roots_set_free (set);
  delay_free (none);
  delay_free (one);
}

static void
assert_fails (double b, double a, double c, const delay_law *law, double line,
              support_status status, const char *part)
{
  const roots_kernel kernel = { b, a, c, law };
  support_failure failure = { 0 };
  roots_set *set;
  assert_int_equal (roots_scalar (&kernel, line, NULL, &set, &failure), status);
  assert_null (set);
  if (! strstr (failure.text, part))
    fail_msg ("'%s' lacks '%s'", failure.text, part);
}

static void
what_cannot_be_done_is_said (void **state)
{
  delay_law *one = law1 ("deterministic", 1.0);
  delay_law *tail = law2 ("gamma", 2.5, 0.4);
  delay_law *atom = mixture_of (2, (const double[]){ 1.0, 1.0 },
                                (delay_law *[]){ law1 ("deterministic", 0.0),
                                                 law1 ("deterministic", 1.0) });
  roots_set *set;
  roots_root root;
  (void) state;
  assert_fails (0.0, NAN, 0.0, one, 0.0, SUPPORT_INVALID, "finite");
  assert_fails (INFINITY, 1.0, 0.0, one, 0.0, SUPPORT_INVALID, "finite");
  assert_fails (0.0, 1.0, 0.0, NULL, 0.0, SUPPORT_INVALID, "law");
  assert_fails (0.0, 1.0, 0.0, one, NAN, SUPPORT_INVALID, "line");
  assert_fails (0.0, 1.0, 0.0, one, -INFINITY, SUPPORT_INVALID, "line");
  assert_fails (0.0, 1.0, 0.0, tail, -2.5, SUPPORT_INVALID,
                "must lie right of -2.5");
  /* |c| exp (-s) reaches 1 at log (1/2).  */
  assert_fails (0.0, 1.0, 0.5, one, -0.7, SUPPORT_INVALID, "-0.693147");
  assert_fails (0.0, 1.0, 2.5, atom, 0.0, SUPPORT_INVALID, "crowd");
  assert_int_equal (roots_scalar_count (&(roots_kernel){ 0.0, 1.0, 2.5, atom },
                                        1, NULL, &set, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (roots_rightmost (&(roots_kernel){ 0.0, NAN, 0.0, one },
                                     &root, NULL, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (roots_scalar_count (&(roots_kernel){ 0.0, 1.0, 0.0, one },
                                        0, NULL, &set, NULL),
                    SUPPORT_INVALID);
  /* More roots than anyone can look at: exp (20) / pi pairs, and no fewer.  */
  assert_fails (0.0, 1.0, 0.0, one, -20.0, SUPPORT_LIMIT, "further right");
  assert_fails (0.0, 1.0, 1e-12, one, -20.0, SUPPORT_LIMIT, "further right");
  assert_fails (0.0, 1.0, 0.0, one, -1e5, SUPPORT_LIMIT, "");
  delay_free (one);
  delay_free (tail);
  delay_free (atom);
}

static void
the_search_can_be_interrupted (void **state)
{
  delay_law *law = law2 ("uniform", 0.2, 1.8);
  int calls = 0;
  const support_hooks hooks = { .interrupted = always, .data = &calls };
  roots_set *set;
  (void) state;
  assert_int_equal (roots_scalar (&(roots_kernel){ 0.0, 1.0, 0.0, law }, -8.0,
                                  &hooks, &set, NULL),
                    SUPPORT_INTERRUPTED);
  assert_null (set);
  assert_true (calls > 0);
  delay_free (law);
}

/* ---- parts ----------------------------------------------------------- */

/* s + 0.7 phi_1(s) + 0.5 phi_2(s), two terms of one function, is the kernel of
   a mixture.  */
static void
terms_add_up (void **state)
{
  delay_law *first = law2 ("uniform", 0.0, 1.0);
  delay_law *second = law2 ("gamma", 3.0, 0.4);
  delay_law *both = mixture_of (
      2, (const double[]){ 0.7, 0.5 },
      (delay_law *[]){ law2 ("uniform", 0.0, 1.0), law2 ("gamma", 3.0, 0.4) });
  roots_term term[2] = { { .a = 0.7, .law = first },
                         { .a = 0.5, .law = second } };
  roots_function function = { .degree = 1,
                              .lead = 1.0,
                              .terms = 2,
                              .term = term,
                              .line = -1.8,
                              .width = 0.25,
                              .time = 2.0,
                              .abscissa = -2.5,
                              .budget = 10000,
                              .highest = INFINITY };
  roots_list list = { .root = NULL };
  roots_set *set = roots_of (0.0, 1.2, 0.0, both, -1.8);
  roots_region whole;
  (void) state;
  assert_int_equal (roots_region_right (&function, &whole, NULL), SUPPORT_OK);
  assert_int_equal (roots_search (&function, &whole, &list, NULL), SUPPORT_OK);
  assert_true (set->certified && set->total >= 2);
  assert_int_equal (whole.count, set->total);
  for (size_t i = 0; i < list.count; i++)
    if (creal (list.root[i].s) > -1.8)
      assert_true (cabs (nearest (set, list.root[i].s)->s - list.root[i].s)
                   < 1e-14);
  roots_region_free (&whole);
  roots_list_free (&list);
  roots_set_free (set);
  delay_free (first);
  delay_free (second);
  delay_free (both);
}

/* Cutting a region loses and invents no zero.  */
static void
halves_add_up (void **state)
{
  delay_law *law = law2 ("uniform", 0.2, 1.8);
  const roots_class only = { 1.0, 0.1, law };
  const roots_equation equation = { { 0.0, 1.0, 0.0 }, 1, &only };
  roots_function *function;
  roots_region stack[40];
  size_t depth = 1, singles = 0;
  long total;
  (void) state;
  assert_int_equal (
      roots_function_create (&equation, -4.0, NULL, &function, NULL),
      SUPPORT_OK);
  assert_int_equal (roots_region_right (function, &stack[0], NULL), SUPPORT_OK);
  total = stack[0].count;
  assert_true (total > 10);
  while (depth > 0)
    {
      roots_region region = stack[--depth], half[2];
      if (region.count <= (region.y0 == 0.0 ? 2 : 1))
        {
          singles += (size_t) region.count * (region.y0 == 0.0 ? 1 : 2);
          roots_region_free (&region);
          continue;
        }
      assert_int_equal (roots_region_cut (function, &region, half, NULL),
                        SUPPORT_OK);
      assert_int_equal (
          half[0].count
              + half[1].count * (region.y0 == 0.0 && half[1].y0 > 0.0 ? 2 : 1),
          region.count);
      roots_region_free (&region);
      assert_true (depth + 2 <= sizeof stack / sizeof *stack);
      stack[depth++] = half[0];
      stack[depth++] = half[1];
    }
  assert_int_equal (singles, total);
  roots_function_free (function);
  delay_free (law);
}

/* ---- limits ---------------------------------------------------------- */

static void
limits_of_textbook_laws (void **state)
{
  const struct
  {
    delay_law *law;
    double critical, frequency, fastest, rate;
    bool peak;
  } cases[] = {
    { law1 ("deterministic", 1.0), 1.57079632679489662, 1.57079632679489662,
      0.36787944117144232, 1.0, true },
    { law2 ("shifted-exponential", 0.5, 0.5), 2.26982930066144056,
      1.72066717803875952, 0.32224140612404392, 0.76393202250021030, true },
    { law2 ("gamma", 2.0, 0.5), 4.0, 2.0, 8.0 / 27.0, 2.0 / 3.0, true },
    { law2 ("gamma", 0.5, 2.0), INFINITY, NAN, 0.19245008972987525, 1.0 / 3.0,
      false },
    { law1 ("exponential", 3.0), INFINITY, NAN, 1.0 / 12.0, 1.0 / 6.0, true },
    { law2 ("uniform", 0.0, 2.0), 2.46740110027233965, 1.57079632679489662,
      0.32380511894595743, 0.79681213002002005, true },
    { mixture_of (2, (const double[]){ 9.0, 1.0 },
                  (delay_law *[]){ law1 ("exponential", 0.5),
                                   law1 ("exponential", 5.5) }),
      INFINITY, NAN, 0.09988132866620809, 0.13805344717659119, false }
  };
  (void) state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      roots_limits limits;
      assert_int_equal (roots_limit (cases[i].law, &limits, NULL), SUPPORT_OK);
      if (isfinite (cases[i].critical))
        {
          assert_true (fabs (limits.critical / cases[i].critical - 1.0)
                       < 1e-14);
          assert_true (fabs (limits.frequency / cases[i].frequency - 1.0)
                       < 1e-14);
        }
      else
        assert_true (limits.critical == INFINITY && isnan (limits.frequency));
      assert_true (fabs (limits.fastest / cases[i].fastest - 1.0) < 1e-14);
      assert_true (fabs (limits.rate / cases[i].rate - 1.0) < 1e-14);
      assert_int_equal (limits.peak, cases[i].peak);
      delay_free (cases[i].law);
    }
}

/* What the limits claim of the rightmost root: on the axis at the critical
   damping, left of it for less; none right of the meeting at the fastest.  */
static void
limits_agree_with_roots (void **state)
{
  delay_law *laws[] = {
    law2 ("uniform", 0.3, 2.0),
    law_of ("empirical", 4, (const double[]){ 0.1, 0.4, 2.0, 2.1 }),
    law_of ("empirical", 3, (const double[]){ 0.2, 0.2, 5.0 }),
    law2 ("gamma", 1.3, 1.0),
    mixture_of (2, (const double[]){ 0.7, 0.3 },
                (delay_law *[]){ law1 ("exponential", 0.5),
                                 law1 ("deterministic", 3.0) })
  };
  (void) state;
  for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
    {
      roots_limits limits;
      roots_root root;
      assert_int_equal (roots_limit (laws[i], &limits, NULL), SUPPORT_OK);
      assert_true (isfinite (limits.critical));
      for (double part = 0.05; part < 1.1; part += 0.1)
        {
          assert_int_equal (
              roots_rightmost (
                  &(roots_kernel){ 0.0, part * limits.critical, 0.0, laws[i] },
                  &root, NULL, NULL),
              SUPPORT_OK);
          assert_true (part < 1.0 ? creal (root.s) < 0.0
                                  : creal (root.s) > 0.0);
        }
      assert_int_equal (roots_rightmost (&(roots_kernel){ 0.0, limits.critical,
                                                          0.0, laws[i] },
                                         &root, NULL, NULL),
                        SUPPORT_OK);
      assert_true (cabs (root.s - CMPLX (0.0, limits.frequency))
                   < 1e-12 * limits.frequency);
      assert_int_equal (
          roots_rightmost (&(roots_kernel){ 0.0, limits.fastest, 0.0, laws[i] },
                           &root, NULL, NULL),
          SUPPORT_OK);
      assert_true (cabs (root.s + limits.rate) < 1e-6 * limits.rate);
      delay_free (laws[i]);
    }
}

/* Undecided is not infinite: for a law that is thinned no crossing is found,
   and none can be excluded.  */
static void
limits_that_are_not_known (void **state)
{
  double knot[41], acceptance[41];
  delay_law *base = law1 ("exponential", 1.0), *law;
  roots_limits limits;
  (void) state;
  for (int i = 0; i <= 40; i++)
    {
      knot[i] = 0.2 * i;
      acceptance[i] = exp (-knot[i]);
    }
  acceptance[40] = 0.0;
  assert_int_equal (
      delay_create ("thinned",
                    (delay_argument[]){ { .law = base },
                                        { .values = knot, .count = 41 },
                                        { .values = acceptance, .count = 41 } },
                    3, &law, NULL),
      SUPPORT_OK);
  assert_int_equal (roots_limit (law, &limits, NULL), SUPPORT_OK);
  assert_true (isnan (limits.critical) && isnan (limits.frequency));
  /* It is nearly an exponential law of mean 1/2.  */
  assert_true (fabs (limits.fastest - 0.5) < 1e-3);
  delay_free (law);
  delay_free (base);
}

static void
limits_where_there_are_none (void **state)
{
  delay_law *none = law1 ("deterministic", 0.0);
  delay_law *half = mixture_of (2, (const double[]){ 1.0, 1.0 },
                                (delay_law *[]){ law1 ("deterministic", 0.0),
                                                 law1 ("deterministic", 1.0) });
  roots_limits limits;
  (void) state;
  assert_int_equal (roots_limit (none, &limits, NULL), SUPPORT_OK);
  assert_true (limits.critical == INFINITY && isnan (limits.fastest));
  assert_int_equal (roots_limit (half, &limits, NULL), SUPPORT_OK);
  assert_true (limits.critical == INFINITY);
  delay_free (none);
  delay_free (half);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (lambertw_meets_the_reference),
    cmocka_unit_test (lambertw_at_the_ends),
    cmocka_unit_test (lambertw_on_the_cut),
    cmocka_unit_test (lambertw_of_logarithms),
    cmocka_unit_test (random_kernels_meet_an_independent_count),
    cmocka_unit_test (double_roots_are_one_disc),
    cmocka_unit_test (near_double_roots_are_two),
    cmocka_unit_test (roots_on_the_line_are_included),
    cmocka_unit_test (two_ways_lead_to_the_same_roots),
    cmocka_unit_test (cancelled_poles_are_no_roots),
    cmocka_unit_test (as_many_as_wanted),
    cmocka_unit_test (large_samples_are_fine),
    cmocka_unit_test (crowded_roots_are_told_apart),
    cmocka_unit_test (many_modes_at_once),
    cmocka_unit_test (modes_that_fail),
    cmocka_unit_test (no_number_without_a_root),
    cmocka_unit_test (degenerate_kernels),
    cmocka_unit_test (what_cannot_be_done_is_said),
    cmocka_unit_test (the_search_can_be_interrupted),
    cmocka_unit_test (terms_add_up),
    cmocka_unit_test (halves_add_up),
    cmocka_unit_test (limits_of_textbook_laws),
    cmocka_unit_test (limits_agree_with_roots),
    cmocka_unit_test (limits_that_are_not_known),
    cmocka_unit_test (limits_where_there_are_none),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
