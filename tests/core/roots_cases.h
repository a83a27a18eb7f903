/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of roots/ share: laws by short names, and what every set of
   roots promises.  */

#ifndef SDDE_TESTS_ROOTS_CASES_H
#define SDDE_TESTS_ROOTS_CASES_H

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "roots/roots.h"

/* ---- laws ------------------------------------------------------------ */

static inline delay_law *
law_of (const char *family, size_t count, const double *parameters)
{
  delay_argument argument[2];
  support_failure failure = { 0 };
  delay_law *law;
  if (strcmp (family, "empirical") == 0)
    {
      argument[0] = (delay_argument){ .values = parameters, .count = count };
      count = 1;
    }
  else
    for (size_t i = 0; i < count; i++)
      argument[i] = (delay_argument){ .values = &parameters[i], .count = 1 };
  if (delay_create (family, argument, count, &law, &failure) != SUPPORT_OK)
    fail_msg ("%s: %s", family, failure.text);
  return law;
}

static inline delay_law *
law1 (const char *family, double p)
{
  return law_of (family, 1, &p);
}

static inline delay_law *
law2 (const char *family, double p, double q)
{
  return law_of (family, 2, (const double[]){ p, q });
}

static inline delay_law *
mixture_of (size_t count, const double *weights, delay_law **part)
{
  delay_argument argument[4] = { { .values = weights, .count = count } };
  delay_law *law;
  for (size_t i = 0; i < count; i++)
    argument[i + 1].law = part[i];
  assert_int_equal (delay_create ("mixture", argument, count + 1, &law, NULL),
                    SUPPORT_OK);
  for (size_t i = 0; i < count; i++)
    delay_free (part[i]);
  return law;
}

/* "family:p:q", or a sum of "weight*family:p:q"; TEXT is taken apart.  */
static inline delay_law *
parse_law (char *text)
{
  delay_law *part[3];
  double weight[3];
  size_t parts = 0;
  for (char *next; text; text = next)
    {
      double parameter[16];
      size_t count = 0;
      char *star, *colon;
      next = strchr (text, '+');
      if (next)
        *next++ = '\0';
      star = strchr (text, '*');
      weight[parts] = star ? strtod (text, NULL) : 1.0;
      text = star ? star + 1 : text;
      colon = strchr (text, ':');
      assert_non_null (colon);
      *colon = '\0';
      while (colon)
        {
          assert_true (count < 16);
          parameter[count++] = strtod (colon + 1, NULL);
          colon = strchr (colon + 1, ':');
        }
      assert_true (parts < 3);
      part[parts++] = law_of (text, count, parameter);
    }
  return parts == 1 ? part[0] : mixture_of (parts, weight, part);
}

/* ---- sets ------------------------------------------------------------ */

/* What every set promises.  */
static inline void
assert_in_order (const roots_set *set)
{
  size_t sum = 0;
  for (size_t i = 0; i < set->count; i++)
    {
      const roots_root *root = &set->root[i];
      sum += root->multiplicity;
      assert_true (creal (root->s) >= set->right_of);
      if (i > 0)
        assert_true (creal (root->s) <= creal (set->root[i - 1].s));
      if (cimag (root->s) > 0.0)
        {
          assert_true (i + 1 < set->count);
          assert_true (set->root[i + 1].s == conj (root->s));
        }
      else if (cimag (root->s) < 0.0)
        assert_true (i > 0 && set->root[i - 1].s == conj (root->s));
    }
  if (set->certified)
    {
      assert_int_equal (sum, set->total);
      for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < i; j++)
          assert_true (cabs (set->root[i].s - set->root[j].s)
                       > set->root[i].bound + set->root[j].bound);
    }
}

static inline const roots_root *
nearest (const roots_set *set, double complex s)
{
  const roots_root *best = &set->root[0];
  assert_true (set->count > 0);
  for (size_t i = 1; i < set->count; i++)
    if (cabs (set->root[i].s - s) < cabs (best->s - s))
      best = &set->root[i];
  return best;
}

#endif
