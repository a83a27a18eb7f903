/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roots/: equations of several classes and of second order.  Reference values
   come from tests/reference/roots_sums.py and roots_phases.py (mpmath).  */

#include <float.h>
#include <stdio.h>

#include "law_text.h"
#include "roots_cases.h"

enum
{
  CLASSES = 4
};

/* "a c law;a c law;..."; TEXT is taken apart.  */
static size_t
parse_classes (char *text, delay_law *(*parse) (char *),
               roots_class each[CLASSES])
{
  size_t count = 0;
  for (char *next; text; text = next)
    {
      char *end;
      next = strchr (text, ';');
      if (next)
        *next++ = '\0';
      assert_true (count < CLASSES);
      each[count].a = strtod (text, &end);
      each[count].c = strtod (end, &end);
      each[count++].delay = parse (end + 1);
    }
  return count;
}

static void
free_classes (size_t count, roots_class *each)
{
  for (size_t k = 0; k < count; k++)
    delay_free ((delay_law *) each[k].delay);
}

static roots_set *
set_of (const roots_equation *equation, double line)
{
  support_failure failure = { 0 };
  roots_set *set;
  if (roots_right_of (equation, line, NULL, &set, &failure) != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  return set;
}

/* Random equations against a count and roots that were found in another way:
   none missed, every disc holding its root.  */
static void
check_random_equations (const char *name, delay_law *(*parse) (char *),
                        size_t expected)
{
  FILE *file = fopen (name, "r");
  char text[512];
  int last = 0, number;
  double b[3], line, re, im;
  size_t total, cases = 0;
  roots_set *set = NULL;
  assert_non_null (file);
  assert_int_equal (fscanf (file, "%*[^\n]"), 0);
  while (fscanf (file, "%d,%lf,%lf,%lf,%511[^,],%lf,%zu,%lf,%lf", &number,
                 &b[0], &b[1], &b[2], text, &line, &total, &re, &im)
         == 9)
    {
      if (number != last)
        {
          roots_class each[CLASSES];
          const size_t classes = parse_classes (text, parse, each);
          const roots_equation equation = { { b[0], b[1], b[2] },
                                            classes,
                                            each };
          roots_root first;
          roots_set_free (set);
          set = set_of (&equation, line);
          if (! set->certified || set->total != total || set->right_of != line)
            fail_msg ("case %d: %zu roots instead of %zu%s", number, set->total,
                      total, set->certified ? "" : ", not certified");
          assert_in_order (set);
          assert_int_equal (roots_dominant (&equation, &first, NULL, NULL),
                            SUPPORT_OK);
          if (total > 0)
            {
              const double tolerance = first.bound + set->root[0].bound;
              if (! (cabs (first.s - set->root[0].s) <= tolerance))
                fail_msg ("case %d: the rightmost root came out as %g%+gi",
                          number, creal (first.s), cimag (first.s));
            }
          free_classes (classes, each);
          last = number;
          cases++;
        }
      if (! isnan (re))
        {
          const roots_root *root = nearest (set, CMPLX (re, im));
          const double error = cabs (root->s - CMPLX (re, im));
          if (! (error <= root->bound && root->bound < 1e-10)
              || ! (error <= 1e-15 * root->condition + 1e-14))
            fail_msg ("case %d: error %g, bound %g, condition %g", number,
                      error, root->bound, root->condition);
          assert_true (root->backward < 1e-14);
        }
    }
  roots_set_free (set);
  fclose (file);
  assert_int_equal (cases, expected);
}

static void
random_equations_meet_an_independent_count (void **state)
{
  (void) state;
  check_random_equations ("reference/roots_sums.csv", parse_law, 540);
}

static delay_law *
parse_law_text (char *text)
{
  return law_of_text (text);
}

/* Hyperexponential and phase-type delays, and sums.  */
static void
random_phases_meet_an_independent_count (void **state)
{
  (void) state;
  check_random_equations ("reference/roots_phases.csv", parse_law_text, 160);
}

/* Heavy ball without momentum: (s + L) (s + a phi(s)), whose roots are those
   of the first order and -L, for every law; and with it, a root of known
   place.  */
static void
momentum_adds_a_factor (void **state)
{
  static const char *const text[] = { "deterministic:1", "exponential:0.7",
                                      "gamma:2.5:0.4", "uniform:0.2:1.8",
                                      "shifted-exponential:0.4:0.6" };
  const double rate = 0.8, a = 1.1;
  (void) state;
  for (size_t k = 0; k < sizeof text / sizeof *text; k++)
    {
      char name[64] = "";
      strncat (name, text[k], sizeof name - 1);
      delay_law *law = parse_law (name);
      const roots_class plain = { a, 0.0, law }, ball = { a * rate, a, law };
      const roots_equation first = { { 0.0, 1.0, 0.0 }, 1, &plain };
      const roots_equation second = { { 0.0, rate, 1.0 }, 1, &ball };
      roots_set *one = set_of (&first, -0.9), *both = set_of (&second, -0.9);
      assert_true (one->certified && both->certified);
      assert_int_equal (both->total, one->total + 1);
      for (size_t i = 0; i < one->count; i++)
        assert_true (cabs (nearest (both, one->root[i].s)->s - one->root[i].s)
                     < 1e-13);
      assert_true (cabs (nearest (both, -rate)->s + rate) < 1e-13);
      roots_set_free (one);
      roots_set_free (both);
      delay_free (law);
    }
}

/* Without delayed terms the zeros of the polynomial are all.  */
static void
nothing_delayed (void **state)
{
  const roots_equation twice = { { 1.0, 2.0, 1.0 }, 0, NULL };
  const roots_equation real = { { 2.0, 3.0, 1.0 }, 0, NULL };
  const roots_equation pair = { { 5.0, 2.0, 1.0 }, 0, NULL };
  const roots_equation none = { { 5.0, 0.0, 0.0 }, 0, NULL };
  roots_set *set = set_of (&twice, -3.0);
  (void) state;
  assert_true (set->certified && set->total == 2 && set->count == 1);
  assert_true (set->root[0].s == -1.0 && set->root[0].multiplicity == 2);
  roots_set_free (set);
  set = set_of (&real, -3.0);
  assert_true (set->certified && set->total == 2 && set->count == 2);
  assert_true (set->root[0].s == -1.0 && set->root[1].s == -2.0);
  roots_set_free (set);
  set = set_of (&real, -1.5);
  assert_true (set->certified && set->total == 1 && set->root[0].s == -1.0);
  roots_set_free (set);
  set = set_of (&pair, -3.0);
  assert_true (set->certified && set->count == 2);
  assert_true (set->root[0].s == CMPLX (-1.0, 2.0));
  roots_set_free (set);
  assert_int_equal (roots_right_of (&none, -3.0, NULL, &set, NULL),
                    SUPPORT_INVALID);
  assert_null (set);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (random_equations_meet_an_independent_count),
    cmocka_unit_test (random_phases_meet_an_independent_count),
    cmocka_unit_test (momentum_adds_a_factor),
    cmocka_unit_test (nothing_delayed),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
