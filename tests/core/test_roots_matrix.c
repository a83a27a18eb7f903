/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roots/ for systems: counts, roots and their discs.  Reference values come
   from tests/reference/roots_matrix.py (mpmath, no collocation).  */

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

#include "roots/matrix.h"

/* ---- systems --------------------------------------------------------- */

enum
{
  MOST_TERMS = 4,
  MOST_SIZE = 8
};

/* A system with fixed delays in one block of memory.  */
typedef struct example
{
  roots_system system;
  double entries[(MOST_TERMS + 1) * MOST_SIZE * MOST_SIZE];
  const double *matrix[MOST_TERMS + 1];
  delay_law *law[MOST_TERMS];
} example;

static delay_law *
fixed_delay (double tau)
{
  const delay_argument argument = { .values = &tau, .count = 1 };
  delay_law *law;
  assert_int_equal (delay_create ("deterministic", &argument, 1, &law, NULL),
                    SUPPORT_OK);
  return law;
}

static void
set_example (example *self, size_t n, size_t terms, const double *delay)
{
  assert_true (n <= MOST_SIZE && terms <= MOST_TERMS);
  for (size_t k = 0; k <= terms; k++)
    self->matrix[k] = self->entries + k * n * n;
  for (size_t k = 0; k < terms; k++)
    self->law[k] = fixed_delay (delay[k]);
  self->system = (roots_system){ n, terms, self->matrix,
                                 (const delay_law *const *) self->law };
}

static void
end_example (example *self)
{
  for (size_t k = 0; k < self->system.terms; k++)
    delay_free (self->law[k]);
}

static roots_set *
roots_right (const example *self, double line)
{
  roots_set *set;
  support_failure failure = { 0 };
  if (roots_matrix (&self->system, line, NULL, &set, &failure) != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  return set;
}

/* ---- against the reference ------------------------------------------- */

/* COUNT numbers from TEXT, which moves past them and the ";" behind.  */
static void
read_numbers (char **text, size_t count, double *number)
{
  for (size_t i = 0; i < count; i++)
    number[i] = strtod (*text, text);
  if (**text == ';')
    (*text)++;
}

static size_t
count_numbers (const char *text)
{
  size_t count = *text != ';';
  for (; *text != ';'; text++)
    count += *text == ' ';
  return count;
}

/* One line of the table: as many roots as counted there, each in its disc. */
static void
check_line (char *text)
{
  example it;
  double head[2], delay[MOST_TERMS], line, total, known[3];
  size_t n, terms, found = 0;
  roots_set *set;

  read_numbers (&text, 1, &head[0]);
  read_numbers (&text, 1, &head[1]);
  n = (size_t) head[1];
  terms = count_numbers (text);
  assert_true (n <= MOST_SIZE && terms <= MOST_TERMS);
  read_numbers (&text, terms, delay);
  read_numbers (&text, n * n * (terms + 1), it.entries);
  read_numbers (&text, 1, &line);
  read_numbers (&text, 1, &total);
  set_example (&it, n, terms, delay);
  set = roots_right (&it, line);
  if (! set->certified || set->total != (size_t) total)
    fail_msg ("case %g: %zu roots of %g, certified: %d", head[0], set->total,
              total, set->certified);
  while (*text && *text != '\n')
    {
      bool held = false;
      read_numbers (&text, 3, known);
      for (size_t i = 0; i < set->count && ! held; i++)
        held = cabs (set->root[i].s - CMPLX (known[0], known[1]))
                   <= set->root[i].bound + 1e-16 * hypot (known[0], known[1])
               && set->root[i].multiplicity == (unsigned) known[2];
      if (! held)
        fail_msg ("case %g: %g + %gi of multiplicity %g is in no disc", head[0],
                  known[0], known[1], known[2]);
      found += (size_t) known[2] * (known[1] != 0.0 ? 2 : 1);
      while (*text == ' ')
        text++;
    }
  assert_int_equal (found, set->total);
  roots_set_free (set);
  end_example (&it);
}

static void
none_is_missing (void **state)
{
  enum
  {
    ROOM = 1 << 16
  };
  FILE *file = fopen ("reference/roots_matrix.csv", "r");
  char *text = malloc (ROOM);
  int row = 0;
  (void) state;
  assert_non_null (file);
  assert_non_null (text);
  for (; fgets (text, ROOM, file); row++)
    check_line (text);
  assert_true (row >= 500);
  free (text);
  fclose (file);
}

/* Verheyden, Luzyanina, Roose, "Efficient computation of characteristic roots
   of delay differential equations using LMS methods", J. Comput. Appl. Math.
   214, 2008; the values by mpmath at 40 digits.  */
static void
verheyden_has_67 (void **state)
{
  static const double entries[32] = {
    -1, 0, 0, 0, 0, 1,    0, 0, 0, 0, -10, 4, 0, 0, -4, -10,
    3,  0, 0, 0, 3, -1.5, 0, 5, 3, 0, 3,   5, 3, 0, -5, 5,
  };
  const double complex known[3] = {
    0.61764246677607430897,
    CMPLX (0.27277482792247035017, 0.88038097063080966239),
    CMPLX (0.27277482792247035017, -0.88038097063080966239),
  };
  const double lines[2] = { -1.0, -2.5 };
  const size_t totals[2] = { 13, 67 };
  const double tau = 1.0;
  example it;
  (void) state;
  memcpy (it.entries, entries, sizeof entries);
  set_example (&it, 4, 1, &tau);
  for (int k = 0; k < 2; k++)
    {
      roots_set *set = roots_right (&it, lines[k]);
      assert_true (set->certified);
      assert_int_equal (set->total, totals[k]);
      assert_int_equal (set->count, totals[k]);
      for (int i = 0; i < 3; i++)
        {
          assert_true (cabs (set->root[i].s - known[i]) < 1e-14);
          assert_true (cabs (set->root[i].s - known[i]) <= set->root[i].bound);
          assert_true (set->root[i].backward < 1e-15);
        }
      roots_set_free (set);
    }
  end_example (&it);
}

/* ---- special systems ------------------------------------------------- */

/* A double root of the determinant alone (s - 1 + exp (-s), twice in other
   coordinates: four roots at 0) and one of a Jordan block without delay.  */
static void
multiple_roots_are_counted (void **state)
{
  static const double twice[8] = { 1, 0, 0, 1, -1, 0, 0, -1 };
  static const double jordan[18] = { -1, 0, 0, 1, -1, 0, 0, 1, -1 };
  const double tau = 1.0;
  example it;
  roots_set *set;
  (void) state;
  memcpy (it.entries, twice, sizeof twice);
  set_example (&it, 2, 1, &tau);
  set = roots_right (&it, -1.0);
  assert_true (set->certified);
  assert_int_equal (set->total, 4);
  assert_int_equal (set->count, 1);
  assert_int_equal (set->root[0].multiplicity, 4);
  assert_true (cabs (set->root[0].s) <= set->root[0].bound);
  assert_true (set->root[0].bound < 1e-5);
  roots_set_free (set);
  end_example (&it);

  memset (it.entries, 0, sizeof it.entries);
  memcpy (it.entries, jordan, sizeof jordan);
  set_example (&it, 3, 1, &tau);
  set = roots_right (&it, -3.0);
  assert_true (set->certified);
  assert_int_equal (set->total, 3);
  assert_int_equal (set->root[0].multiplicity, 3);
  assert_true (cabs (set->root[0].s + 1.0) <= set->root[0].bound);
  roots_set_free (set);
  end_example (&it);
}

/* Systems with finitely many roots: no more than there are, however many are
   wanted.  */
static void
what_is_not_there_is_not_found (void **state)
{
  static const double nilpotent[8] = { -1, 0, 0, -2, 0, 0, 5, 0 };
  const double tau = 1.0;
  example it;
  roots_set *set;
  (void) state;
  memcpy (it.entries, nilpotent, sizeof nilpotent);
  set_example (&it, 2, 1, &tau);
  assert_int_equal (roots_matrix_count (&it.system, 6, NULL, &set, NULL),
                    SUPPORT_OK);
  assert_true (set->certified);
  assert_int_equal (set->total, 2);
  assert_true (cabs (set->root[0].s + 1.0) <= set->root[0].bound);
  assert_true (cabs (set->root[1].s + 2.0) <= set->root[1].bound);
  roots_set_free (set);
  end_example (&it);
}

/* A root on the line itself, 0 and +-i: the line gives way to it.  */
static void
a_line_through_a_root_moves (void **state)
{
  static const double entries[8] = { 0, 1, -1, 0, 0, 0, 0, 0 };
  const double tau = 1.0;
  example it;
  roots_set *set;
  (void) state;
  memcpy (it.entries, entries, sizeof entries);
  set_example (&it, 2, 1, &tau);
  set = roots_right (&it, 0.0);
  assert_true (set->certified);
  assert_int_equal (set->total, 2);
  assert_true (set->right_of < 0.0 && set->right_of > -1e-4);
  roots_set_free (set);
  end_example (&it);
}

/* ---- refusals -------------------------------------------------------- */

static bool
stop_at_once (void *data)
{
  (void) data;
  return true;
}

static void
refusals_say_why (void **state)
{
  const double tau = 1.0;
  const support_hooks hooks = { .interrupted = stop_at_once };
  support_failure failure = { 0 };
  example it = { .entries = { -1, 0, 0, -1, 1, 2, 0, 1 } };
  roots_set *set;
  (void) state;
  set_example (&it, 2, 1, &tau);
  assert_int_equal (roots_matrix (&it.system, NAN, NULL, &set, &failure),
                    SUPPORT_INVALID);
  assert_int_equal (roots_matrix (&it.system, -1.0, &hooks, &set, &failure),
                    SUPPORT_INTERRUPTED);
  assert_int_equal (roots_matrix (&it.system, -60.0, NULL, &set, &failure),
                    SUPPORT_LIMIT);
  assert_int_equal (roots_matrix (&it.system, -1e4, NULL, &set, &failure),
                    SUPPORT_LIMIT);
  assert_int_equal (roots_matrix_count (&it.system, 0, NULL, &set, &failure),
                    SUPPORT_INVALID);
  it.entries[3] = INFINITY;
  assert_int_equal (roots_matrix (&it.system, -1.0, NULL, &set, &failure),
                    SUPPORT_INVALID);
  assert_non_null (strstr (failure.text, "finite"));
  it.entries[3] = 1.0;
  it.system.size = 0;
  assert_int_equal (roots_matrix (&it.system, -1.0, NULL, &set, &failure),
                    SUPPORT_INVALID);
  end_example (&it);
}

/* A normal matrix without delay: the distance is that of its eigenvalues
   -1 +- 2i from the axis, each element moves them by conj (w_i) v_j.  */
static void
margin_of_a_normal_matrix (void **state)
{
  const double a[] = { -1.0, -2.0, 2.0, -1.0 };
  const double *matrix[] = { a };
  const roots_system system = { 2, 0, matrix, NULL };
  roots_system_margin margin;
  double complex entry[4];
  (void) state;
  assert_int_equal (
      roots_system_margin_of (&system, NULL, &margin, entry, NULL), SUPPORT_OK);
  assert_true (margin.floor <= 1.0 && margin.floor > 1.0 - 2e-4);
  assert_true (margin.distance >= 1.0 - 1e-14 && margin.distance < 1.0001);
  assert_true (fabs (margin.frequency - 2.0) < 0.05);
  assert_true (cabs (margin.root.s - CMPLX (-1.0, 2.0)) < 1e-14);
  assert_true (cabs (entry[0] - 0.5) < 1e-14);
  assert_true (cabs (entry[1] - CMPLX (0.0, 0.5)) < 1e-14
               || cabs (entry[1] + CMPLX (0.0, 0.5)) < 1e-14);
  assert_true (cabs (entry[1] + entry[2]) < 1e-14);
  assert_true (margin.delay == 0.0 && margin.added_delay == 0.0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (none_is_missing),
    cmocka_unit_test (verheyden_has_67),
    cmocka_unit_test (multiple_roots_are_counted),
    cmocka_unit_test (what_is_not_there_is_not_found),
    cmocka_unit_test (a_line_through_a_root_moves),
    cmocka_unit_test (refusals_say_why),
    cmocka_unit_test (margin_of_a_normal_matrix),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
