/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay/: samples of laws, of cycles in progress, of sums.  Seeds are fixed,
   so that the tests never change their mind; the bounds would be passed by
   all but one in a million seeds.  */
#include "law_text.h"

#include <math.h>
#include <stdio.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort.h>

enum
{
  SAMPLES = 10000
};

/* sqrt (n) times the Kolmogorov-Smirnov distance is above this with
   probability 2 exp (-2 x^2) = 1e-6.  */
static const double most_distance = 2.7;

/* The largest difference between FUNCTION of LAW and the distribution of
   sorted SAMPLES, both sides of every step.  */
static double
distance (const delay_law *law,
          double (*function) (const delay_law *law, double t, bool left),
          const double *samples, size_t count)
{
  double largest = 0.0;
  for (size_t i = 0; i < count; i++)
    {
      const double t = samples[i], n = (double) count;
      if (i + 1 == count || samples[i + 1] > t)
        largest = fmax (largest,
                        fabs (function (law, t, false) - (double) (i + 1) / n));
      if (i == 0 || samples[i - 1] < t)
        largest =
            fmax (largest, fabs (function (law, t, true) - (double) i / n));
    }
  return largest;
}

static double
distribution (const delay_law *law, double t, bool left)
{
  return delay_cdf (law, t) - (left ? delay_atom (law, t) : 0.0);
}

static double
equilibrium (const delay_law *law, double t, bool left)
{
  (void) left;
  return (t - delay_integrated_cdf (law, t)) / delay_mean (law);
}

static void
samples_follow_their_law (void **state)
{
  double *samples = support_doubles (SAMPLES);
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      delay_law *law = law_of_text (laws[i]);
      const double mean = delay_mean (law);
      const double end = delay_supremum (law);
      double sum = 0.0, square = 0.0;
      gsl_rng *stream = support_stream_create (1, i);
      for (size_t n = 0; n < SAMPLES; n++)
        {
          samples[n] = delay_sample (law, stream);
          sum += samples[n] / mean - 1.0;
          square += pow (samples[n] / mean - 1.0, 2.0);
          assert_true (samples[n] >= delay_quantile (law, 0.0)
                       && samples[n] <= end);
        }
      assert_true (fabs (sum) <= 5.0 * sqrt (delay_cv2 (law) * SAMPLES) + 1e-9);
      /* Where the fourth moment is infinite the second says little.  */
      if (! is_heavy (law))
        assert_true (fabs (square / SAMPLES - delay_cv2 (law))
                     <= 0.2 * delay_cv2 (law));
      gsl_sort (samples, 1, SAMPLES);
      const double found = distance (law, distribution, samples, SAMPLES);
      if (found * sqrt (SAMPLES) > most_distance)
        fail_msg ("%s: distance %g", laws[i], found);
      gsl_rng_free (stream);
      delay_free (law);
    }
  free (samples);
}

/* What is left of a cycle seen at any time: the equilibrium law.  */
static void
residuals_follow_the_equilibrium (void **state)
{
  double *samples = support_doubles (SAMPLES);
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      delay_law *law = law_of_text (laws[i]);
      gsl_rng *stream = support_stream_create (2, i);
      for (size_t n = 0; n < SAMPLES; n++)
        samples[n] = delay_sample_residual (law, stream);
      gsl_sort (samples, 1, SAMPLES);
      const double found = distance (law, equilibrium, samples, SAMPLES);
      if (found * sqrt (SAMPLES) > most_distance)
        fail_msg ("%s: distance %g", laws[i], found);
      gsl_rng_free (stream);
      delay_free (law);
    }
  free (samples);
}

/* E (t - S_k)^+ of the closed forms against sums that were drawn, within five
   standard errors.  */
static void
sums_follow_their_closed_form (void **state)
{
  const size_t k = 5;
  (void) state;
  for (size_t i = 0; i < LAWS; i++)
    {
      delay_law *law = law_of_text (laws[i]);
      if (! delay_sums_closed (law))
        {
          delay_free (law);
          continue;
        }
      gsl_rng *stream = support_stream_create (3, i);
      const double mean = delay_mean (law), t = 5.3 * mean;
      double sum = 0.0, square = 0.0;
      for (size_t n = 0; n < SAMPLES; n++)
        {
          double left = t;
          for (size_t part = 0; part < k; part++)
            left -= delay_sample (law, stream);
          left = fmax (left, 0.0);
          sum += left;
          square += left * left;
        }
      const double average = sum / SAMPLES;
      const double error =
          sqrt (fmax (square / SAMPLES - average * average, 0.0) / SAMPLES);
      const double expected = delay_sum_integrated_cdf (law, k, t);
      if (! (fabs (average - expected) <= 5.0 * error + 1e-12 * mean))
        fail_msg ("%s: %g instead of %g +- %g", laws[i], average, expected,
                  error);
      gsl_rng_free (stream);
      delay_free (law);
    }
}

/* Rejection would take a hundred million draws each.  */
static void
rarely_accepted_delays_are_drawn_too (void **state)
{
  static const double early[] = { 1e-8, 2e-8, 3e-8 },
                      falls[] = { 1.0, 0.4, 0.0 };
  static const double late[] = { 20.0, 20.5, 21.0 },
                      rises[] = { 0.0, 0.7, 1.0 };
  enum
  {
    DRAWS = 2000
  };
  double samples[DRAWS];
  delay_law *base = law_of_text ("exponential:1");
  (void) state;
  for (int side = 0; side < 2; side++)
    {
      const delay_argument argument[] = {
        { .law = base },
        { .values = side ? late : early, .count = 3 },
        { .values = side ? rises : falls, .count = 3 }
      };
      delay_law *law = law_made ("thinned", argument, 3);
      gsl_rng *stream = support_stream_create (4, 0);
      for (int biased = 0; biased < 2; biased++)
        {
          for (size_t n = 0; n < DRAWS; n++)
            samples[n] = biased ? delay_sample_residual (law, stream)
                                : delay_sample (law, stream);
          gsl_sort (samples, 1, DRAWS);
          assert_true (distance (law, biased ? equilibrium : distribution,
                                 samples, DRAWS)
                           * sqrt (DRAWS)
                       < most_distance);
        }
      gsl_rng_free (stream);
      delay_free (law);
    }
  delay_free (base);
}

/* A low but constant acceptance changes nothing and costs nothing.  */
static void
a_constant_acceptance_does_not_matter (void **state)
{
  const double knot[] = { 0.0, 1.0, 2.0 }, low[] = { 1e-9, 1e-9, 1e-9 };
  delay_law *base = law_of_text ("gamma:4:0.25");
  const delay_argument argument[] = { { .law = base },
                                      { .values = knot, .count = 3 },
                                      { .values = low, .count = 3 } };
  delay_law *law = law_made ("thinned", argument, 3);
  gsl_rng *stream = support_stream_create (5, 0);
  double sum = 0.0;
  (void) state;
  assert_true (fabs (delay_mean (law) - 1.0) < 1e-12);
  for (size_t n = 0; n < SAMPLES; n++)
    sum += delay_sample (law, stream) - 1.0;
  assert_true (fabs (sum) < 5.0 * 0.5 * sqrt (SAMPLES));
  gsl_rng_free (stream);
  delay_free (law);
  delay_free (base);
}

/* ---- many at once ---------------------------------------------------- */

static void
threads_do_not_change_samples (void **state)
{
  enum
  {
    COUNT = 50000
  };
  delay_law *law = law_of_text ("linear:2:gamma:4:0.25");
  double *one = support_doubles (COUNT), *more = support_doubles (COUNT);
  (void) state;
  assert_int_equal (delay_samples (law, 7, COUNT, one, 1, NULL), SUPPORT_OK);
  for (size_t threads = 0; threads < 5; threads += 2)
    {
      assert_int_equal (delay_samples (law, 7, COUNT, more, threads, NULL),
                        SUPPORT_OK);
      assert_memory_equal (one, more, COUNT * sizeof *one);
    }
  /* The first are the first of fewer, and other seeds give others.  */
  assert_int_equal (delay_samples (law, 7, 20001, more, 0, NULL), SUPPORT_OK);
  assert_memory_equal (one, more, 20001 * sizeof *one);
  assert_int_equal (delay_samples (law, 8, 100, more, 0, NULL), SUPPORT_OK);
  for (size_t n = 0; n < 100; n++)
    assert_true (more[n] != one[n]);
  assert_int_equal (delay_samples (law, 7, 0, more, 0, NULL), SUPPORT_OK);
  free (one);
  free (more);
  delay_free (law);
}

static bool
always (void *data)
{
  (void) data;
  return true;
}

static void
drawing_can_be_interrupted (void **state)
{
  const support_hooks hooks = { .interrupted = always };
  delay_law *law = law_of_text ("exponential:1");
  double samples[10];
  (void) state;
  assert_int_equal (delay_samples (law, 1, 10, samples, 1, &hooks),
                    SUPPORT_INTERRUPTED);
  delay_free (law);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (samples_follow_their_law),
    cmocka_unit_test (residuals_follow_the_equilibrium),
    cmocka_unit_test (sums_follow_their_closed_form),
    cmocka_unit_test (rarely_accepted_delays_are_drawn_too),
    cmocka_unit_test (a_constant_acceptance_does_not_matter),
    cmocka_unit_test (threads_do_not_change_samples),
    cmocka_unit_test (drawing_can_be_interrupted),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
