/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include "support/normal_private.h"
#include "support/normal.h"

enum
{
  COUNT = 400000
};

/* From a stream, or a source of their own: tests are run on both.  */
static const bool from_stream = true, from_source = false;

static double *
draw (const bool *streamed, uint64_t seed)
{
  _Static_assert(COUNT % SUPPORT_NORMALS == 0, "whole draws");
  double *value = support_doubles (COUNT);
  if (*streamed)
    {
      gsl_rng *stream = support_stream_create (seed, 0);
      support_stream_normals (stream, value, COUNT);
      gsl_rng_free (stream);
      return value;
    }
  support_normals *normals = support_normals_create (seed, 0);
  for (size_t i = 0; i < COUNT; i += SUPPORT_NORMALS)
    support_normals_draw (normals, value + i);
  support_normals_free (normals);
  return value;
}

/* E x^k = 1, 0, 1, 0, 3, 0, 15 and Var x^k = E x^2k - (E x^k)^2, each within
   4.5 standard errors.  */
static void
moments_are_those_of_the_normal_law (void **state)
{
  const double expected[] = { 1, 0, 1, 0, 3, 0, 15 };
  const double variance[] = { 0, 1, 2, 15, 96, 945, 10170 };
  double *value = draw (*state, 1);
  for (int k = 1; k <= 6; k++)
    {
      double mean = 0.0;
      for (size_t i = 0; i < COUNT; i++)
        mean += pow (value[i], k) / COUNT;
      assert_true (fabs (mean - expected[k])
                   < 4.5 * sqrt (variance[k] / COUNT));
    }
  free (value);
}

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Kolmogorov and Smirnov: sqrt (COUNT) times the distance is over 2.7 with
   probability 1e-6.  */
static void
the_distribution_is_normal (void **state)
{
  double *value = draw (*state, 2), distance = 0.0;
  qsort (value, COUNT, sizeof *value, compare);
  for (size_t i = 0; i < COUNT; i++)
    {
      const double p = gsl_cdf_ugaussian_P (value[i]);
      distance = fmax (distance, fmax ((double) (i + 1) / COUNT - p,
                                       p - (double) i / COUNT));
    }
  assert_true (sqrt ((double) COUNT) * distance < 2.7);
  free (value);
}

/* The tail is drawn by a method of its own: counts of |x| beyond levels on
   both sides of its start, and the law of the excess.  */
static void
the_tail_is_normal (void **state)
{
  const double level[] = { 3.2, 3.4426, 3.6, 4.0 };
  double *value = draw (*state, 3);
  for (size_t k = 0; k < 4; k++)
    {
      const double expected = 2.0 * COUNT * gsl_cdf_ugaussian_Q (level[k]);
      double beyond = 0.0, above = 0.0;
      for (size_t i = 0; i < COUNT; i++)
        {
          beyond += fabs (value[i]) > level[k];
          above += value[i] > level[k];
        }
      assert_true (beyond > 0.0);
      assert_true (fabs (beyond - expected) < 4.5 * sqrt (expected));
      assert_true (fabs (above - 0.5 * expected) < 4.5 * sqrt (0.5 * expected));
    }
  free (value);
}

static void
neighbours_are_uncorrelated (void **state)
{
  double *value = draw (*state, 4);
  for (size_t lag = 1; lag <= 20; lag++)
    {
      double product = 0.0, squares = 0.0;
      for (size_t i = lag; i < COUNT; i++)
        {
          product += value[i] * value[i - lag];
          squares += (value[i] * value[i] - 1.0)
                     * (value[i - lag] * value[i - lag] - 1.0);
        }
      assert_true (fabs (product) < 4.5 * sqrt ((double) COUNT));
      assert_true (fabs (squares) < 4.5 * 2.0 * sqrt ((double) COUNT));
    }
  free (value);
}

/* Drawn in pieces or at once, between other draws or not.  */
static void
pieces_make_the_same_sequence (void **state)
{
  (void) state;
  double whole[1000], pieces[1000];
  gsl_rng *stream = support_stream_create (5, 9);
  support_stream_normals (stream, whole, 1000);
  support_stream_rewind (stream, 5, 9);
  for (size_t i = 0; i < 1000; i += 8)
    support_stream_normals (stream, pieces + i, 8);
  assert_memory_equal (whole, pieces, sizeof whole);
  gsl_rng_free (stream);
}

/* Words that lead to every layer, to its ends and its middle.  */
static void
vectors_try_like_a_plain_loop (void **state)
{
  (void) state;
  const uint32_t place[] = { 0x000000, 0x000001, 0x400000, 0x7fffff,
                             0x800000, 0xc00000, 0xfffffe, 0xffffff };
  uint32_t word[64];
  double value[64], plain[64];
  for (uint32_t first = 0; first < 256; first += 8)
    {
      for (uint32_t i = 0; i < 64; i++)
        word[i] = place[i % 8] << 8 | (first + i / 8);
      const uint64_t outside = support_normals_try (word, value, 63);
      assert_true (outside == support_normals_try_plainly (word, plain, 63));
      assert_memory_equal (value, plain, 63 * sizeof *value);
    }
}

/* The generator of its authors, for the words of the second one of four, whose
   numbers are those in the fast part of their layer.  */
static void
sources_are_xoshiro (void **state)
{
  (void) state;
  gsl_rng *stream = support_stream_create (11, 5);
  support_normals *normals = support_normals_create (11, 5);
  uint32_t s[4], given = 0;
  double value[SUPPORT_NORMALS];
  for (unsigned int i = 0; i < 16; i++)
    {
      const uint32_t word = (uint32_t) gsl_rng_get (stream);
      if (i % 4 == 1)
        s[i / 4] = word;
    }
  for (unsigned int k = 0; k < 1000; k++)
    {
      if (k % 16 == 0)
        support_normals_draw (normals, value);
      const uint32_t sum = s[0] + s[3], t = s[1] << 9;
      const uint32_t word = (sum << 7 | sum >> 25) + s[0];
      double expected;
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= t;
      s[3] = s[3] << 11 | s[3] >> 21;
      if (support_normals_try_plainly (&word, &expected, 1) == 0)
        {
          assert_true (value[4 * (k % 16) + 1] == expected);
          given++;
        }
    }
  assert_true (given > 950);
  support_normals_free (normals);
  gsl_rng_free (stream);
}

/* One seed and index, one sequence; others, others.  */
static void
sources_are_named (void **state)
{
  (void) state;
  double first[SUPPORT_NORMALS], again[SUPPORT_NORMALS], other[SUPPORT_NORMALS];
  support_normals *normals = support_normals_create (3, 4);
  support_normals_draw (normals, first);
  support_normals_rewind (normals, 3, 5);
  support_normals_draw (normals, other);
  support_normals_rewind (normals, 3, 4);
  support_normals_draw (normals, again);
  assert_memory_equal (first, again, sizeof first);
  for (size_t i = 0; i < SUPPORT_NORMALS; i++)
    assert_true (first[i] != other[i]);
  support_normals_free (normals);
}

/* ---- exponential numbers ----------------------------------------------- */

static double *
draw_exponential (uint64_t seed)
{
  double *value = support_doubles (COUNT);
  gsl_rng *stream = support_stream_create (seed, 0);
  for (size_t i = 0; i < COUNT; i++)
    value[i] = support_stream_exponential (stream);
  gsl_rng_free (stream);
  return value;
}

/* E x^k = k!, each within 4.5 standard errors; and Kolmogorov and Smirnov as
   above.  */
static void
exponential_numbers_have_their_law (void **state)
{
  (void) state;
  const double factorial[] = { 1, 1, 2, 6, 24, 120, 720, 5040, 40320 };
  double *value = draw_exponential (6), distance = 0.0;
  for (int k = 1; k <= 4; k++)
    {
      double mean = 0.0;
      for (size_t i = 0; i < COUNT; i++)
        mean += pow (value[i], k) / COUNT;
      assert_true (
          fabs (mean - factorial[k])
          < 4.5
                * sqrt ((factorial[2 * k] - factorial[k] * factorial[k])
                        / COUNT));
    }
  qsort (value, COUNT, sizeof *value, compare);
  assert_true (value[0] > 0.0 && value[0] < 1e-4);
  for (size_t i = 0; i < COUNT; i++)
    {
      const double p = -expm1 (-value[i]);
      distance = fmax (distance, fmax ((double) (i + 1) / COUNT - p,
                                       p - (double) i / COUNT));
    }
  assert_true (sqrt ((double) COUNT) * distance < 2.7);
  free (value);
}

/* On both sides of the start of the tail at 7.697, and far within it: 180
   numbers lie beyond it, each like a new one.  */
static void
the_exponential_tail_is_right (void **state)
{
  (void) state;
  const double level[] = { 4.0, 6.0, 7.6, 7.6971174701310501, 7.8, 9.0 };
  double *value = draw_exponential (7), excess = 0.0, beyond = 0.0;
  for (size_t k = 0; k < 6; k++)
    {
      const double expected = COUNT * exp (-level[k]);
      double count = 0.0;
      for (size_t i = 0; i < COUNT; i++)
        count += value[i] > level[k];
      assert_true (fabs (count - expected) < 4.5 * sqrt (expected));
    }
  for (size_t i = 0; i < COUNT; i++)
    if (value[i] > level[3])
      {
        excess += value[i] - level[3];
        beyond += 1.0;
      }
  assert_true (fabs (excess / beyond - 1.0) < 4.5 / sqrt (beyond));
  free (value);
}

static void
exponential_neighbours_are_uncorrelated (void **state)
{
  (void) state;
  double *value = draw_exponential (8);
  for (size_t lag = 1; lag <= 20; lag++)
    {
      double product = 0.0;
      for (size_t i = lag; i < COUNT; i++)
        product += (value[i] - 1.0) * (value[i - lag] - 1.0);
      assert_true (fabs (product) < 4.5 * sqrt ((double) COUNT));
    }
  free (value);
}

#define ON_BOTH(test)                                             \
  { #test " (stream)", test, NULL, NULL, (void *) &from_stream }, \
  {                                                               \
#test " (source)", test, NULL, NULL, (void *) &from_source    \
  }

int
main (void)
{
  const struct CMUnitTest tests[] = {
    ON_BOTH (moments_are_those_of_the_normal_law),
    ON_BOTH (the_distribution_is_normal),
    ON_BOTH (the_tail_is_normal),
    ON_BOTH (neighbours_are_uncorrelated),
    cmocka_unit_test (pieces_make_the_same_sequence),
    cmocka_unit_test (vectors_try_like_a_plain_loop),
    cmocka_unit_test (sources_are_xoshiro),
    cmocka_unit_test (sources_are_named),
    cmocka_unit_test (exponential_numbers_have_their_law),
    cmocka_unit_test (the_exponential_tail_is_right),
    cmocka_unit_test (exponential_neighbours_are_uncorrelated),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
