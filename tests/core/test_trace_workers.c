/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns, units, classes of workers, and what values have to do with each
 * other. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include "trace/trace.h"

/* ---- columns and units ------------------------------------------------ */

static void
columns_are_named_by_the_caller (void **state)
{
  (void) state;
  const double rows[] = { 9, 9, 9, 3, 2, 4, 0, 0, 2, 1, 2, 1 };
  const char *const names[] = { "", "END", "start", "worker" };
  const trace_format format = { .columns = 4, .column = names };
  trace_log log;
  assert_int_equal (trace_from_matrix (rows, 3, 4, &format, &log, NULL),
                    SUPPORT_OK);
  assert_int_equal (log.kind, TRACE_EVENTS);
  assert_int_equal (log.unit, TRACE_UNIT_AUTO);
  assert_int_equal (log.workers, 2);
  assert_true (log.gradient[0].end == 2.0 && log.gradient[2].end == 4.0);
  trace_log_clear (&log);

  const char *const one[] = { "staleness", "", "", "" };
  const trace_format staleness = { .columns = 4, .column = one };
  assert_int_equal (trace_from_matrix (rows, 3, 4, &staleness, &log, NULL),
                    SUPPORT_OK);
  assert_int_equal (log.kind, TRACE_STALENESS);
  assert_true (log.gradient[0].staleness == 9.0);
  trace_log_clear (&log);
}

static void
columns_that_do_not_fit_are_refused (void **state)
{
  (void) state;
  static const struct
  {
    const char *name[4];
    size_t count;
    trace_kind kind;
    support_status status;
    const char *sentence;
  } cases[] = {
    { { "worker", "start", "end" },
      3,
      TRACE_AUTO,
      SUPPORT_INVALID,
      "each of the 4 columns of the log ('' for one to ignore); it holds 3" },
    { { "worker", "start", "stop", "" },
      4,
      TRACE_AUTO,
      SUPPORT_UNKNOWN,
      "no column 'stop'" },
    { { "worker", "start", "start", "end" },
      4,
      TRACE_AUTO,
      SUPPORT_INVALID,
      "names 'start' twice" },
    { { "worker", "start", "", "" },
      4,
      TRACE_AUTO,
      SUPPORT_INVALID,
      "columns names no column 'end'" },
    { { "worker", "start", "end", "" },
      4,
      TRACE_AGES,
      SUPPORT_INVALID,
      "takes no names of columns" },
    { { "worker", "start_s", "end_ms", "" },
      4,
      TRACE_AUTO,
      SUPPORT_UNREADABLE,
      "different units" },
  };
  const double rows[8] = { 0 };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      const trace_format format = { .kind = cases[i].kind,
                                    .columns = cases[i].count,
                                    .column = cases[i].name };
      trace_log log;
      support_failure failure = { .text = "" };
      assert_int_equal (trace_from_matrix (rows, 2, 4, &format, &log, &failure),
                        cases[i].status);
      if (! strstr (failure.text, cases[i].sentence))
        fail_msg ("'%s' does not say '%s'", failure.text, cases[i].sentence);
      trace_log_clear (&log);
    }
}

static void
units_are_told_by_names_or_by_the_caller (void **state)
{
  (void) state;
  static const struct
  {
    const char *start, *end;
    trace_unit given, unit;
    double second; /* in the log's unit */
  } cases[] = {
    { "start", "end", TRACE_UNIT_AUTO, TRACE_UNIT_AUTO, 1.0 },
    { "start_ms", "end_ms", TRACE_UNIT_AUTO, TRACE_MILLISECONDS, 1e3 },
    { "Start [us]", "END (usec)", TRACE_UNIT_AUTO, TRACE_MICROSECONDS, 1e6 },
    { "start.nanoseconds", "end ns", TRACE_UNIT_AUTO, TRACE_NANOSECONDS, 1e9 },
    { "start_s", "end, seconds", TRACE_UNIT_AUTO, TRACE_SECONDS, 1.0 },
    { "start", "end", TRACE_MILLISECONDS, TRACE_MILLISECONDS, 1e3 },
    { "start_s", "end_s", TRACE_MICROSECONDS, TRACE_MICROSECONDS, 1e6 },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      const char *const names[] = { "worker", cases[i].start, cases[i].end };
      const trace_format format = { .unit = cases[i].given,
                                    .columns = 3,
                                    .column = names };
      const double s = cases[i].second;
      const double rows[] = { 1, 1, 1, 0, s, 3 * s, s, 3 * s, 6 * s };
      trace_log log;
      assert_int_equal (trace_from_matrix (rows, 3, 3, &format, &log, NULL),
                        SUPPORT_OK);
      assert_int_equal (log.unit, cases[i].unit);
      assert_true (log.gradient[2].start == 3.0 && log.gradient[2].end == 6.0);
      trace_log_clear (&log);
    }
  trace_unit unit;
  for (size_t i = 0; trace_unit_name_at (i); i++)
    {
      assert_int_equal (trace_unit_named (trace_unit_name_at (i), &unit, NULL),
                        SUPPORT_OK);
      assert_int_equal (unit, i);
    }
  assert_int_equal (trace_unit_named ("h", &unit, NULL), SUPPORT_UNKNOWN);
}

static void
an_end_that_is_nan_is_missing (void **state)
{
  (void) state;
  const trace_format format = { .kind = TRACE_EVENTS };
  const double rows[] = { 1, 1, 1, 0, 1, 2, 1, 2, NAN };
  trace_log log;
  assert_int_equal (trace_from_matrix (rows, 3, 3, &format, &log, NULL),
                    SUPPORT_OK);
  assert_int_equal (log.count, 2);
  assert_int_equal (log.unfinished, 1);
  trace_log_clear (&log);
}

/* ---- runs that are made up -------------------------------------------- */

/* WORKERS that finish ROWS cycles each, one after the other; cycle i of worker
   w lasts scale[w] * x, log x being Gaussian (an autoregression with
   coefficient R) or, without a SPREAD, exponential; and grows by exp (TREND)
   over its run.  */
static trace_log
made_up (uint64_t seed, size_t workers, size_t rows, const double *scale,
         double spread, double r, double trend)
{
  const size_t count = workers * rows;
  double *matrix = support_doubles (3 * count);
  gsl_rng *stream = support_stream_create (seed, 1);
  const trace_format format = { .kind = TRACE_EVENTS };
  trace_log made;
  assert_non_null (matrix);
  assert_non_null (stream);
  for (size_t w = 0; w < workers; w++)
    {
      double now = 0.0, x = gsl_ran_gaussian (stream, 1.0);
      for (size_t i = 0; i < rows; i++)
        {
          const size_t row = w * rows + i;
          const double factor = spread > 0.0
                                    ? exp (spread * x)
                                    : -log (support_stream_uniform (stream));
          x = r * x + sqrt (1.0 - r * r) * gsl_ran_gaussian (stream, 1.0);
          matrix[row] = (double) w;
          matrix[count + row] = now;
          now += scale[w] * factor * exp (trend * (double) i / (double) rows);
          matrix[2 * count + row] = now;
        }
    }
  assert_int_equal (trace_from_matrix (matrix, count, 3, &format, &made, NULL),
                    SUPPORT_OK);
  gsl_rng_free (stream);
  free (matrix);
  return made;
}

/* ---- classes ---------------------------------------------------------- */

/* Seven laws, some with heavy tails, were tried once with 4200 runs each of 2
   to 200 workers: none was split.  These 240 runs are to catch a criterion that
   splits in every 20th.  */
static void
workers_alike_are_one_class (void **state)
{
  (void) state;
  const double scale[40] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                             1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                             1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
  const struct
  {
    size_t workers, rows;
    double spread, r;
  } cases[] = {
    { 2, 50, 0.0, 0.0 },  { 8, 12, 0.0, 0.0 },  { 8, 50, 0.8, 0.0 },
    { 8, 50, 0.05, 0.0 }, { 40, 20, 0.0, 0.0 }, { 8, 400, 0.3, 0.8 }
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
    for (uint64_t seed = 1; seed <= 40; seed++)
      {
        trace_log log = made_up (seed, cases[k].workers, cases[k].rows, scale,
                                 cases[k].spread, cases[k].r, 0.0);
        trace_speeds speeds;
        assert_int_equal (trace_find_speeds (&log, 0, &speeds, NULL),
                          SUPPORT_OK);
        assert_int_equal (speeds.workers, cases[k].workers);
        if (speeds.classes != 1)
          fail_msg ("case %zu, seed %d: %zu classes", k, (int) seed,
                    speeds.classes);
        trace_speeds_clear (&speeds);
        trace_log_clear (&log);
      }
}

static void
workers_of_two_speeds_are_two_classes (void **state)
{
  (void) state;
  const double scale[] = { 1.3, 1, 1, 1.3, 1, 1.3, 1, 1, 5 };
  for (uint64_t seed = 1; seed <= 10; seed++)
    {
      trace_log log = made_up (seed, 8, 300, scale, 0.5, 0.0, 0.0), part;
      trace_speeds speeds;
      size_t seen = 0;
      assert_int_equal (trace_find_speeds (&log, 100, &speeds, NULL),
                        SUPPORT_OK);
      assert_int_equal (speeds.classes, 2);
      for (size_t w = 0; w < 8; w++)
        assert_int_equal (speeds.worker[w].class,
                          scale[(size_t) speeds.worker[w].name] > 1.0);
      for (size_t c = 0; c < 2; c++)
        {
          assert_int_equal (
              trace_select_class (&log, 100, &speeds, c, &part, NULL),
              SUPPORT_OK);
          assert_int_equal (part.workers, c == 0 ? 5 : 3);
          for (size_t i = 0; i < part.count; i++)
            {
              assert_true ((scale[(size_t) part.gradient[i].worker] > 1.0)
                           == (c == 1));
              assert_true (i == 0
                           || part.gradient[i].end >= part.gradient[i - 1].end);
            }
          seen += part.count;
          trace_log_clear (&part);
        }
      assert_int_equal (seen, log.count - 100);
      trace_unite_classes (&speeds);
      assert_int_equal (speeds.classes, 1);
      trace_speeds_clear (&speeds);
      trace_log_clear (&log);
    }
  /* One that is far slower than all others is a class by itself.  */
  trace_log log = made_up (1, 9, 300, scale, 0.5, 0.0, 0.0);
  trace_speeds speeds;
  assert_int_equal (trace_find_speeds (&log, 0, &speeds, NULL), SUPPORT_OK);
  assert_int_equal (speeds.classes, 3);
  assert_true (speeds.worker[8].name == 8.0 && speeds.worker[8].class == 2);
  trace_speeds_clear (&speeds);
  trace_log_clear (&log);
}

/* ---- dependence ------------------------------------------------------- */

/* An autoregression with r = 1/2 has the correlations r^k, and (1 + r)/(1 - r)
   = 3 times the variance in its mean; of 8 * 2000 values one correlation is
   known to 1/sqrt (16000) = .008 or so, of the sum a few times that.  */
static void
correlation_is_measured (void **state)
{
  (void) state;
  const double scale[8] = { 1, 1, 1, 1, 2, 2, 2, 2 };
  trace_log log = made_up (3, 8, 2000, scale, 0.4, 0.5, 0.0);
  trace_speeds speeds;
  assert_int_equal (trace_find_speeds (&log, 0, &speeds, NULL), SUPPORT_OK);
  const trace_dependence *cycles = &speeds.cycles;
  for (size_t k = 0; k < 5; k++)
    assert_true (fabs (cycles->autocorrelation[k] - pow (0.5, (double) k + 1.0))
                 < 0.05);
  assert_true (fabs (cycles->inflation - 3.0) < 0.3);
  assert_int_equal (speeds.classes, 2);
  trace_speeds_clear (&speeds);
  trace_log_clear (&log);
}

/* The slope's error says how far it is off: in 200 runs without a trend the
   significance is below 1/20 in 10 of them, +- 3.1; one of 30 or 0 has a
   chance of 1e-4.  */
static void
drift_is_measured_with_its_error (void **state)
{
  (void) state;
  const double scale[4] = { 1, 1, 1, 1 };
  size_t significant = 0;
  for (uint64_t seed = 1; seed <= 200; seed++)
    {
      trace_log log = made_up (seed, 4, 200, scale, 0.5, 0.4, 0.0);
      trace_speeds speeds;
      assert_int_equal (trace_find_speeds (&log, 0, &speeds, NULL), SUPPORT_OK);
      significant += speeds.cycles.significance < 0.05;
      trace_speeds_clear (&speeds);
      trace_log_clear (&log);
    }
  if (significant < 1 || significant > 30)
    fail_msg ("%zu of 200 runs seem to drift", significant);

  /* Cycles that grow by exp (.4) over the run.  */
  trace_log log = made_up (7, 4, 2000, scale, 0.5, 0.4, 0.4);
  trace_speeds speeds;
  assert_int_equal (trace_find_speeds (&log, 0, &speeds, NULL), SUPPORT_OK);
  const trace_dependence *cycles = &speeds.cycles;
  assert_true (cycles->significance < 1e-6);
  assert_true (fabs (cycles->slope * cycles->span - 0.4)
               < 5.0 * cycles->error * cycles->span);
  trace_speeds_clear (&speeds);
  trace_log_clear (&log);
}

static void
values_that_never_vary_have_no_correlation (void **state)
{
  (void) state;
  const trace_format format = { .kind = TRACE_AUTO };
  const double staleness[] = { 3, 3, 3, 3, 3, 3, 3, 3 };
  trace_log log;
  trace_dependence dependence;
  assert_int_equal (trace_from_matrix (staleness, 8, 1, &format, &log, NULL),
                    SUPPORT_OK);
  assert_int_equal (trace_staleness_dependence (&log, 1, &dependence, NULL),
                    SUPPORT_OK);
  assert_true (dependence.slope == 0.0 && dependence.inflation == 1.0);
  assert_true (isnan (dependence.significance));
  assert_true (isnan (dependence.autocorrelation[0]));
  trace_log_clear (&log);

  const double events[] = { 1, 2, 0, 1, 0, 1 };
  trace_speeds speeds;
  support_failure failure;
  assert_int_equal (trace_from_matrix (events, 2, 3, &format, &log, NULL),
                    SUPPORT_OK);
  assert_int_equal (trace_find_speeds (&log, 0, &speeds, &failure),
                    SUPPORT_UNREADABLE);
  assert_non_null (strstr (failure.text, "every cycle ends when it begins"));
  trace_speeds_clear (&speeds);
  trace_log_clear (&log);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (columns_are_named_by_the_caller),
    cmocka_unit_test (columns_that_do_not_fit_are_refused),
    cmocka_unit_test (units_are_told_by_names_or_by_the_caller),
    cmocka_unit_test (an_end_that_is_nan_is_missing),
    cmocka_unit_test (workers_alike_are_one_class),
    cmocka_unit_test (workers_of_two_speeds_are_two_classes),
    cmocka_unit_test (correlation_is_measured),
    cmocka_unit_test (drift_is_measured_with_its_error),
    cmocka_unit_test (values_that_never_vary_have_no_correlation),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
