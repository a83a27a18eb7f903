/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unit tests of objective/: samples to learn from.  */
#include "objective/objective.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>

enum
{
  COUNT = 400,
  SIDE = 10
};

/* ---- digits ---------------------------------------------------------- */

static void
digits_are_drawn_one_by_one (void **state)
{
  (void) state;
  double *all = calloc (COUNT * SIDE * SIDE, sizeof *all);
  double one[SIDE * SIDE], label[COUNT], its_label;
  size_t of_digit[11] = { 0 };

  assert_int_equal (objective_digits (3, 0, COUNT, SIDE, all, label, NULL),
                    SUPPORT_OK);
  for (size_t k = 0; k < COUNT; k += 57)
    {
      objective_digits (3, k, 1, SIDE, one, &its_label, NULL);
      assert_true (its_label == label[k]);
      for (size_t i = 0; i < SIDE * SIDE; i++)
        assert_true (one[i] == all[i * COUNT + k]);
    }
  for (size_t k = 0; k < COUNT; k++)
    of_digit[(size_t) label[k]]++;
  /* 40 of each, within five standard deviations.  */
  for (size_t d = 1; d <= 10; d++)
    assert_true (of_digit[d] > 10 && of_digit[d] < 70);
  free (all);
}

/* The mean picture of a digit has its ink where the digit has its strokes: in
   the middle for a 1, not for a 0.  */
static void
digits_look_like_themselves (void **state)
{
  (void) state;
  double *all = calloc (COUNT * SIDE * SIDE, sizeof *all);
  double label[COUNT], middle[2] = { 0 }, number[2] = { 0 };
  objective_digits (1, 0, COUNT, SIDE, all, label, NULL);
  for (size_t k = 0; k < COUNT; k++)
    if (label[k] <= 2.0)
      {
        const size_t digit = (size_t) label[k] - 1;
        number[digit] += 1.0;
        for (size_t j = 4; j < 6; j++)
          for (size_t i = 4; i < 6; i++)
            middle[digit] += all[(j * SIDE + i) * COUNT + k] / 4.0;
      }
  assert_true (middle[1] / number[1] > 2.0 * middle[0] / number[0]);
  for (size_t i = 0; i < COUNT * SIDE * SIDE; i++)
    assert_true (all[i] >= 0.0 && all[i] <= 1.0);
  free (all);
}

static void
sides_are_limited (void **state)
{
  (void) state;
  double pixels[9], label[1];
  support_failure failure = { SUPPORT_OK, "" };
  assert_int_equal (objective_digits (1, 0, 1, 3, pixels, label, &failure),
                    SUPPORT_INVALID);
  assert_int_equal (objective_digits (1, 0, 1, 10000, pixels, label, &failure),
                    SUPPORT_INVALID);
  assert_non_null (strstr (failure.text, "side"));
}

/* ---- LIBSVM ---------------------------------------------------------- */

static void
tables_are_read (void **state)
{
  (void) state;
  const char text[] = "1 1:2 3:4 # x\n\n -1\n2.5 3:1e2\n";
  const double values[] = { 2, 4, 100 }, label[] = { 1, -1, 2.5 };
  const size_t start[] = { 0, 1, 1, 3, 3 }, row[] = { 0, 0, 2 };
  objective_table table;
  assert_int_equal (
      objective_read_libsvm (text, sizeof text - 1, 4, &table, NULL),
      SUPPORT_OK);
  assert_int_equal (table.rows, 3);
  assert_int_equal (table.columns, 4);
  assert_int_equal (table.count, 3);
  assert_memory_equal (table.values, values, sizeof values);
  assert_memory_equal (table.label, label, sizeof label);
  assert_memory_equal (table.start, start, sizeof start);
  assert_memory_equal (table.row, row, sizeof row);
  objective_table_free (&table);
}

/* Every prefix of a text, and every text with one character changed, is read
   or refused: nothing is touched that is not its own (the sanitizers look).  */
static void
no_text_does_harm (void **state)
{
  (void) state;
  const char text[] = "+1 1:0.5 20:-3e2 # c\n-1 2:1\r\n3 7:8";
  const char other[] = { '\0', '\n', ':', '#', '-', '9', ' ', 'e', 'x', -1 };
  const size_t length = sizeof text - 1;
  for (size_t cut = 0; cut <= length; cut++)
    for (size_t k = 0; k < sizeof other; k++)
      {
        /* In memory of its own size, that reading beyond it be seen.  */
        char *copy = calloc (cut + 1, 1);
        objective_table table;
        support_failure failure = { SUPPORT_OK, "" };
        memcpy (copy, text, cut);
        if (cut > 0)
          copy[cut / 2] = other[k];
        const support_status status =
            objective_read_libsvm (copy, cut, 0, &table, &failure);
        assert_true (status == SUPPORT_OK
                     || (status == SUPPORT_UNREADABLE && failure.text[0]
                         && ! table.values && ! table.label));
        objective_table_free (&table);
        free (copy);
      }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (digits_are_drawn_one_by_one),
    cmocka_unit_test (digits_look_like_themselves),
    cmocka_unit_test (sides_are_limited),
    cmocka_unit_test (tables_are_read),
    cmocka_unit_test (no_text_does_harm),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
