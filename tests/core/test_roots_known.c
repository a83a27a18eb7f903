/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roots/: every line of tests/reference/roots_known.csv, roots and limits of
   laws by mpmath (roots_known.py).  */

#include <stdio.h>

#include "law_text.h"
#include "roots/roots.h"

static double
distance_to (const roots_set *set, double complex s, unsigned multiplicity)
{
  size_t best = 0;
  for (size_t i = 1; i < set->count; i++)
    if (cabs (set->root[i].s - s) < cabs (set->root[best].s - s))
      best = i;
  const double distance = cabs (set->root[best].s - s);
  const bool held = distance <= set->root[best].bound + 1e-15;
  return held && set->root[best].multiplicity == multiplicity ? distance
                                                              : INFINITY;
}

/* The roots to 1e-11 and inside their discs, double ones to 1e-7, and no
   others: lines of one equation stand together.  */
static void
check_root (const char *text, const double number[6], roots_set **set,
            size_t *expected)
{
  static char last[256];
  char now[384];
  const unsigned multiplicity = (unsigned) number[5];
  const double complex s = CMPLX (number[3], number[4]);

  snprintf (now, sizeof now, "%s %.17g %.17g %.17g", text, number[0], number[1],
            number[2]);
  if (strcmp (now, last) != 0)
    {
      delay_law *law = law_of_text (text);
      const roots_kernel kernel = { number[1], number[0], 0.0, law };
      support_failure failure = { 0 };
      if (*set && (*set)->total != *expected)
        fail_msg ("%s: %zu roots instead of %zu", last, (*set)->total,
                  *expected);
      roots_set_free (*set);
      if (roots_scalar (&kernel, number[2], NULL, set, &failure) != SUPPORT_OK)
        fail_msg ("%s: %s", text, failure.text);
      assert_true ((*set)->certified);
      delay_free (law);
      strcpy (last, now);
      *expected = 0;
    }
  *expected += number[4] > 0.0 ? 2 : multiplicity;
  if (! (distance_to (*set, s, multiplicity)
         <= (multiplicity > 1 ? 1e-7 : 1e-11)))
    fail_msg ("%s: no root at %.17g%+.17gi", now, number[3], number[4]);
}

static void
check_limit (const char *text, const double number[4])
{
  delay_law *law = law_of_text (text);
  roots_limits limits;
  support_failure failure = { 0 };
  if (roots_limit (law, &limits, &failure) != SUPPORT_OK)
    fail_msg ("%s: %s", text, failure.text);
  if (isinf (number[0]))
    {
      if (limits.critical != INFINITY)
        fail_msg ("%s: critical %g", text, limits.critical);
      assert_true (isnan (limits.frequency));
    }
  else
    {
      assert_close (limits.critical, number[0], 1e-11 * number[0]);
      assert_close (limits.frequency, number[1], 1e-11 * number[1]);
    }
  assert_close (limits.fastest, number[2], 1e-11 * number[2]);
  assert_close (limits.rate, number[3], 1e-11 * number[3]);
  delay_free (law);
}

static void
known_roots_and_limits (void **state)
{
  FILE *file = fopen ("reference/roots_known.csv", "r");
  char line[512], text[256];
  size_t roots = 0, limits = 0, expected = 0;
  roots_set *set = NULL;
  (void) state;
  assert_non_null (file);
  while (fgets (line, sizeof line, file))
    {
      double x[6];
      if (sscanf (line, "root,%255[^,],%lf,%lf,%lf,%lf,%lf,%lf", text, &x[0],
                  &x[1], &x[2], &x[3], &x[4], &x[5])
          == 7)
        {
          check_root (text, x, &set, &expected);
          roots++;
        }
      else if (sscanf (line, "limit,%255[^,],%lf,%lf,%lf,%lf", text, &x[0],
                       &x[1], &x[2], &x[3])
               == 5)
        {
          check_limit (text, x);
          limits++;
        }
      else
        assert_true (strncmp (line, "kind,", 5) == 0);
    }
  fclose (file);
  assert_non_null (set);
  assert_int_equal (set->total, expected);
  roots_set_free (set);
  assert_int_equal (roots, 37);
  assert_int_equal (limits, 24);
}

int
main (void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test (
      known_roots_and_limits) };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
