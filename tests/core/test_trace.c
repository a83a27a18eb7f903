/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "trace/trace.h"

/* ---- help ------------------------------------------------------------- */

static const trace_format automatic = { .kind = TRACE_AUTO };

/* TRACE_* of a file that holds LENGTH characters of TEXT.  */
static support_status
read_bytes (const char *text, size_t length, trace_kind kind, trace_log *log,
            support_failure *failure)
{
  char path[] = "sdde_trace_XXXXXX"; /* here: nothing outlives the call */
  const int descriptor = mkstemp (path);
  assert_true (descriptor >= 0);
  FILE *file = fdopen (descriptor, "wb");
  assert_non_null (file);
  assert_int_equal (fwrite (text, 1, length, file), length);
  assert_int_equal (fclose (file), 0);
  const trace_format format = { .kind = kind };
  const support_status status = trace_read (path, &format, log, failure);
  unlink (path);
  return status;
}

static trace_log
read_text (const char *text, trace_kind kind)
{
  trace_log log;
  support_failure failure = { .text = "" };
  if (read_bytes (text, strlen (text), kind, &log, &failure) != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  return log;
}

static void
assert_refused (const char *text, trace_kind kind, const char *sentence)
{
  trace_log log;
  support_failure failure = { .text = "" };
  assert_int_equal (read_bytes (text, strlen (text), kind, &log, &failure),
                    SUPPORT_UNREADABLE);
  if (! strstr (failure.text, sentence))
    fail_msg ("'%s' does not say '%s'", failure.text, sentence);
  trace_log_clear (&log);
}

static void
assert_staleness (const trace_log *log, size_t count, const double *expected)
{
  assert_int_equal (log->count, count);
  for (size_t i = 0; i < count; i++)
    assert_true (log->gradient[i].staleness == expected[i]);
}

/* ---- events ----------------------------------------------------------- */

static void
events_by_times (void **state)
{
  (void) state;
  trace_log log = read_text ("worker,start,end\n"
                             "1,4,6\n"
                             "# a comment\n"
                             "\n"
                             "2,0,3\n1,0,2\r\n1,2,4\n2,3,7\n1,6,\n",
                             TRACE_AUTO);
  /* In the order of their ends, 2 3 4 6 7: the first meets nobody; the one
     that ends at 3 met the one at 2, and so on.  */
  const double expected[] = { 0, 1, 1, 0, 2 };
  assert_int_equal (log.kind, TRACE_EVENTS);
  assert_int_equal (log.workers, 2);
  assert_int_equal (log.unfinished, 1);
  assert_false (log.versions);
  assert_true (isnan (log.agreement));
  assert_staleness (&log, 5, expected);

  trace_summary summary;
  assert_int_equal (trace_summarise (&log, 0, &summary, NULL), SUPPORT_OK);
  assert_int_equal (summary.rows, 5);
  assert_true (summary.duration == 7.0);
  assert_true (summary.rate == 4.0 / 5.0);
  assert_true (summary.busy == 1.0);
  assert_int_equal (summary.overlaps, 0);
  assert_true (summary.cycle[0] == 2.0 && summary.cycle[4] == 4.0);
  assert_true (fabs (summary.cycle_mean - 13.0 / 5.0) <= 1e-15);
  assert_true (fabs (summary.cycle_cv2 - 3.2 / 5.0 / (2.6 * 2.6)) <= 1e-14);
  assert_int_equal (summary.size, 3);
  assert_true (summary.count[0] == 2.0 && summary.count[1] == 2.0
               && summary.count[2] == 1.0);
  assert_true (fabs (summary.staleness_mean - 0.8) <= 1e-15);
  assert_true (fabs (summary.staleness_variance - 0.56) <= 1e-15);
  trace_summary_clear (&summary);

  assert_int_equal (trace_summarise (&log, 3, &summary, NULL), SUPPORT_OK);
  assert_int_equal (summary.rows, 2);
  trace_summary_clear (&summary);
  assert_int_equal (trace_summarise (&log, 4, &summary, NULL), SUPPORT_INVALID);
  trace_summary_clear (&summary);
  trace_log_clear (&log);
}

static void
columns_in_any_order_and_dress (void **state)
{
  (void) state;
  const char *const texts[] = {
    "worker,start,end\n1,0,2\n2,0,3\n1,2,4\n",
    "\xEF\xBB\xBF\"End\";\"note\";WORKER;Start\r\n2;7;1;0\r\n3;7;2;0\r\n"
    "4;7;1;2",
    "end\tstart\tworker\n2\t0\t1\n3\t0\t2\n4\t2\t1\n",
    "  # by position\n1 0 2\n2  0 3\n 1 2.0 4e0 \n",
    "1,0,2\n\n2,0,3\n1,2,4\n",
    "worker,start,end,version_read,version_applied\n"
    "1,0,2,0,1\n2,0,3,0,2\n1,2,4,1,3\n",
  };
  const double expected[] = { 0, 1, 1 };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    {
      trace_log log = read_text (texts[i], TRACE_AUTO);
      assert_int_equal (log.kind, TRACE_EVENTS);
      assert_int_equal (log.workers, 2);
      assert_staleness (&log, 3, expected);
      trace_log_clear (&log);
    }
}

/* Versions are what the server counted, and may differ from what times of
   finite precision say.  */
static void
events_by_versions (void **state)
{
  (void) state;
  trace_log log = read_text ("worker,start,end,version_read,version_applied\n"
                             "1,0,2,0,1\n2,0,2,0,2\n1,2,4,1,3\n2,2.5,5,1,4\n",
                             TRACE_AUTO);
  const double expected[] = { 0, 1, 1, 2 };
  assert_true (log.versions);
  assert_staleness (&log, 4, expected);
  assert_true (fabs (log.agreement - 0.75) <= 1e-15);
  trace_log_clear (&log);
}

/* Workers that end together: first in the log, first served.  */
static void
ties_are_served_in_order (void **state)
{
  (void) state;
  const double expected[] = { 0, 1, 2, 2, 2, 2 };
  trace_log log = read_text ("worker,start,end\n7,0,1\n8,0,1\n9,0,1\n"
                             "7,1,2\n8,1,2\n9,1,2\n",
                             TRACE_AUTO);
  assert_int_equal (log.workers, 3);
  assert_staleness (&log, 6, expected);
  trace_log_clear (&log);

  log = read_text ("worker,start,end\n1,0,0\n2,0,0\n", TRACE_AUTO);
  assert_true (log.gradient[1].staleness == 0.0);
  trace_log_clear (&log);
}

static void
overlaps_and_pauses_are_told (void **state)
{
  (void) state;
  trace_summary summary;
  trace_log log =
      read_text ("worker,start,end\n1,0,2\n1,1,3\n2,0,1\n2,2,4\n", TRACE_AUTO);
  assert_int_equal (trace_summarise (&log, 0, &summary, NULL), SUPPORT_OK);
  assert_int_equal (summary.overlaps, 1);
  assert_true (summary.busy == 1.0);
  trace_summary_clear (&summary);
  trace_log_clear (&log);

  log = read_text ("worker,start,end\n2,0,1\n2,2,4\n1,0,4\n", TRACE_AUTO);
  assert_int_equal (trace_summarise (&log, 0, &summary, NULL), SUPPORT_OK);
  assert_true (fabs (summary.busy - 7.0 / 8.0) <= 1e-15);
  trace_summary_clear (&summary);
  trace_log_clear (&log);
}

/* ---- staleness and ages ----------------------------------------------- */

static void
staleness_alone (void **state)
{
  (void) state;
  const double expected[] = { 0, 1, 12 };
  const char *const texts[] = { "0.000000e+00\n1.0\n12\n",
                                "staleness\n0\n1\n12\n",
                                "step,Staleness\n5,0\n6,1\n7,12\n" };
  for (size_t i = 0; i < 3; i++)
    {
      trace_log log = read_text (texts[i], TRACE_AUTO);
      assert_int_equal (log.kind, TRACE_STALENESS);
      assert_int_equal (log.workers, 0);
      assert_staleness (&log, 3, expected);
      trace_log_clear (&log);
    }
}

/* Three workers that arrive in turn, then the first two in one step: of each
   arrival but a worker's first, how many came since its last.  */
static void
ages_count_arrivals (void **state)
{
  (void) state;
  trace_log log = read_text ("0 0 0 0\n"
                             "0 1 1 1\n"
                             "1 0 2 2\n"
                             "2 1 0 3\n"
                             "2 1 1 4\n"
                             "3 2 1 5\n",
                             TRACE_AUTO);
  /* Arrivals 1; 2; 3; 1 and 2; 3.  */
  const double expected[] = { 2, 2, 2 };
  assert_int_equal (log.kind, TRACE_AGES);
  assert_int_equal (log.workers, 4);
  assert_staleness (&log, 3, expected);
  trace_log_clear (&log);

  log = read_text ("0,0,0\n0,1,1\n1,0,2\n1,1,2\n1,2,1\n", TRACE_AGES);
  assert_int_equal (log.workers, 3);
  trace_log_clear (&log);
}

static void
matrices_are_logs (void **state)
{
  (void) state;
  const double events[] = { 1, 2, 1, 0, 0, 2, 2, 3, 4 };
  const double expected[] = { 0, 1, 1 };
  trace_log log;
  support_failure failure;
  assert_int_equal (trace_from_matrix (events, 3, 3, &automatic, &log, NULL),
                    SUPPORT_OK);
  assert_staleness (&log, 3, expected);
  trace_log_clear (&log);
  assert_int_equal (trace_from_matrix (expected, 3, 1, &automatic, &log, NULL),
                    SUPPORT_OK);
  assert_staleness (&log, 3, expected);
  trace_log_clear (&log);
  assert_int_equal (
      trace_from_matrix (events, 0, 0, &automatic, &log, &failure),
      SUPPORT_UNREADABLE);
  trace_log_clear (&log);
  const double bad[] = { 1, 2, 0, NAN, 2, 3 };
  assert_int_equal (trace_from_matrix (bad, 2, 3, &automatic, &log, &failure),
                    SUPPORT_UNREADABLE);
  assert_non_null (strstr (failure.text, "row 2"));
  trace_log_clear (&log);
}

/* ---- names of workers ------------------------------------------------- */

static void
assert_names (const trace_log *log, size_t count, const char *const *expected)
{
  assert_int_equal (log->names, count);
  for (size_t i = 0; i < count; i++)
    assert_string_equal (log->name[i], expected[i]);
}

static void
workers_may_have_names (void **state)
{
  (void) state;
  const char *const expected[] = { "w3", "node 7:gpu1" };
  const double staleness[] = { 0, 1, 1, 0 };
  const char *const texts[] = {
    "worker,start,end\nw3,0,2\nnode 7:gpu1,0,3\nw3,2,4\nnode 7:gpu1,4,5\n",
    /* by position; in quotes; between other columns, which may hold anything */
    "w3,0,2\nnode 7:gpu1,0,3\nw3,2,4\nnode 7:gpu1,4,5\n",
    "\"w3\",0,2\n\"node 7:gpu1\",0,3\n\"w3\",2,4\n\"node 7:gpu1\",4,5\n",
    "at,host,start,worker,end\n12:01,a,0,w3,2\n12:01,b,0,node 7:gpu1,3\n"
    "12:02,,2,w3,4\n-,-,4,node 7:gpu1,5\n",
  };
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
    {
      trace_log log = read_text (texts[k], TRACE_AUTO);
      assert_int_equal (log.kind, TRACE_EVENTS);
      assert_int_equal (log.workers, 2);
      assert_names (&log, 2, expected);
      assert_staleness (&log, 4, staleness);
      assert_true (log.gradient[0].worker == 0 && log.gradient[1].worker == 1);
      trace_log_clear (&log);
    }
  /* Versions, by position: five columns that begin with a name are no ages.  */
  trace_log log = read_text ("a\t0\t1\t0\t1\nb\t0\t2\t0\t2\n", TRACE_AUTO);
  assert_true (log.versions);
  trace_log_clear (&log);
}

/* Names that only look like numbers are not taken for them, but numbers are,
   however they are written.  */
static void
names_beside_numbers (void **state)
{
  (void) state;
  const char *const expected[] = { "120000", "12e4", "12f4" };
  trace_log log = read_text ("120000,0,1\n12e4,0,2\n12f4,0,3\n", TRACE_AUTO);
  assert_int_equal (log.workers, 3);
  assert_names (&log, 3, expected);
  trace_log_clear (&log);

  log = read_text ("120000,0,1\n12e4,0,2\n-3,0,3\n", TRACE_AUTO);
  assert_int_equal (log.workers, 2);
  assert_names (&log, 0, NULL);
  assert_true (log.gradient[1].worker == 120000.0);
  assert_true (log.gradient[2].worker == -3.0);
  trace_log_clear (&log);
}

static void
thousands_of_names (void **state)
{
  (void) state;
  enum
  {
    WORKERS = 5000
  };
  char *text = malloc (2 * WORKERS * 40), *end = text;
  assert_non_null (text);
  for (int round = 0; round < 2; round++)
    for (int w = 0; w < WORKERS; w++)
      end += sprintf (end, "w%d,%d,%d\n", w * 7919 % WORKERS, round, round + 1);
  trace_log log = read_text (text, TRACE_AUTO), part;
  assert_int_equal (log.count, 2 * WORKERS);
  assert_int_equal (log.workers, WORKERS);
  assert_int_equal (log.names, WORKERS);
  assert_string_equal (log.name[(size_t) log.gradient[WORKERS + 1].worker],
                       "w2919");
  /* A part has the same workers, and no names to free.  */
  trace_speeds speeds;
  assert_int_equal (trace_find_speeds (&log, 0, &speeds, NULL), SUPPORT_OK);
  assert_int_equal (trace_select_class (&log, 0, &speeds, 0, &part, NULL),
                    SUPPORT_OK);
  assert_int_equal (part.names, 0);
  assert_true (part.gradient[1].worker == log.gradient[1].worker);
  trace_log_clear (&part);
  trace_log_clear (&log);
  trace_speeds_clear (&speeds);
  free (text);
}

/* ---- refusals --------------------------------------------------------- */

static void
malformed_logs_are_refused_with_their_line (void **state)
{
  (void) state;
  assert_refused ("", TRACE_AUTO, "no row");
  assert_refused ("# nothing\n\n", TRACE_AUTO, "no row");
  assert_refused ("1,0,2\n", TRACE_AUTO, "1 complete");
  assert_refused ("worker,start,end\n", TRACE_AUTO, "0 complete");
  assert_refused ("worker,start\n1,2\n", TRACE_AUTO, "no column 'end'");
  assert_refused ("tau\n1\n2\n", TRACE_AUTO, "no column 'worker'");
  assert_refused ("worker,start,end,version_read\n1,0,1,0\n", TRACE_AUTO,
                  "no column 'version_applied'");
  assert_refused ("# c\nworker,start,end\n1,0,1\n1,x1,2\n", TRACE_AUTO,
                  "line 4: 'x1' (column 2) is not a number");
  assert_refused ("worker,start,end\n1,0,1\n1,1\n", TRACE_AUTO,
                  "line 3: 2 fields where 3 are expected");
  assert_refused ("worker,start,end\n1,0,1\n1,1,2,3\n", TRACE_AUTO,
                  "line 3: 4 fields where 3");
  assert_refused ("worker,start,end\n1,3,1\n", TRACE_AUTO,
                  "line 2: the end 1 lies before the start 3");
  assert_refused ("worker,start,end\n1,NaN,1\n", TRACE_AUTO,
                  "line 2: the start must be a finite time");
  assert_refused ("worker,start,end\n1,,1\n", TRACE_AUTO,
                  "line 2: the start must be a finite time");
  assert_refused ("worker,start,end\n1,0,nan\n1,1,2\n", TRACE_AUTO,
                  "the log holds 1 complete gradients");
  assert_refused ("worker,start,end\n1,0,Inf\n", TRACE_AUTO,
                  "line 2: the end must be a finite time");
  assert_refused ("worker,start,end\n,0,1\n", TRACE_AUTO,
                  "line 2: the worker must be a name or a finite number");
  assert_refused ("worker,start,end\nnan,0,1\n", TRACE_AUTO,
                  "line 2: the worker must be a name or a finite number");
  assert_refused ("w1,0,1\nw1,1,x\n", TRACE_AUTO,
                  "line 2: 'x' (column 3) is not a number");
  assert_refused ("w1,0,1,5\nw1,1,2,5\n", TRACE_AUTO, "this one has 4");
  assert_refused ("worker,start,end,version_read,version_applied\n"
                  "1,0,1,3,3\n",
                  TRACE_AUTO, "line 2: version_applied, which counts its own");
  assert_refused ("worker,start,end,version_read,version_applied\n"
                  "1,0,1,0.5,3\n",
                  TRACE_AUTO, "line 2: version_read must be a whole");
  assert_refused ("1\n-1\n", TRACE_AUTO, "line 2: the staleness must be");
  assert_refused ("1\n1.5\n", TRACE_AUTO, "line 2: the staleness must be");
  assert_refused ("1\n1e9\n", TRACE_AUTO, "line 2: the staleness must be");
  assert_refused ("0 0\n1 0\n2 2\n", TRACE_AUTO,
                  "line 3: the age in column 2 grows from 0 to 2");
  assert_refused ("0 0\n0.5 0\n", TRACE_AUTO, "line 2: an age must be");
  assert_refused ("0 0 0 0 0 0\n", TRACE_EVENTS, "this one has 6");
  assert_refused ("0 0\n", TRACE_STALENESS, "this one has 2");
  assert_refused ("0\n", TRACE_AGES, "this one has 1");
}

static void
what_is_no_text_is_refused (void **state)
{
  (void) state;
  const char zeros[] = "1,0,2\n1,\0,3\n";
  trace_log log;
  support_failure failure;
  assert_int_equal (
      read_bytes (zeros, sizeof zeros - 1, TRACE_AUTO, &log, &failure),
      SUPPORT_UNREADABLE);
  assert_string_equal (failure.text, "line 2: it is not text");
  trace_log_clear (&log);

  const size_t length = (size_t) 3 << 20;
  char *blank = malloc (length);
  assert_non_null (blank);
  memset (blank, '1', length);
  assert_int_equal (read_bytes (blank, length, TRACE_AUTO, &log, &failure),
                    SUPPORT_UNREADABLE);
  assert_non_null (strstr (failure.text, "longer than a row"));
  free (blank);
  trace_log_clear (&log);

  assert_int_equal (trace_read ("/", &automatic, &log, &failure),
                    SUPPORT_UNREADABLE);
  trace_log_clear (&log);
  assert_int_equal (trace_read ("/nowhere/at/all", &automatic, &log, &failure),
                    SUPPORT_UNREADABLE);
  assert_non_null (strstr (failure.text, "cannot be opened"));
  trace_log_clear (&log);
}

/* Lines across the blocks of the reader.  */
static void
long_logs_are_read_whole (void **state)
{
  (void) state;
  enum
  {
    ROWS = 30000,
    WIDTH = 24
  };
  char *text = malloc (ROWS * WIDTH + 1), *place = text;
  assert_non_null (text);
  for (int i = 0; i < ROWS; i++)
    place += snprintf (place, WIDTH + 1, "%d,%.3f,%.3f\n", i % 7,
                       (double) (i / 7), (double) (i / 7 + 1));
  trace_log log = read_text (text, TRACE_AUTO);
  assert_int_equal (log.count, ROWS);
  assert_int_equal (log.workers, 7);
  assert_true (log.gradient[ROWS - 1].end == (ROWS - 1) / 7 + 1);
  trace_log_clear (&log);
  free (text);
}

/* Rows in any order, with ties, times before 0, and the two zeros: against
   counting by definition.  */
static void
any_order_is_sorted (void **state)
{
  (void) state;
  enum
  {
    ROWS = 2000
  };
  double *values = calloc (3 * ROWS, sizeof *values);
  trace_log log;
  uint32_t random = 1;
  assert_non_null (values);
  for (size_t i = 0; i < ROWS; i++)
    {
      random = random * 1664525u + 1013904223u;
      values[i] = (double) i; /* its own worker: no two ends of one */
      values[ROWS + i] = (double) (random >> 16 & 1023) / 4.0 - 130.0;
      values[2 * ROWS + i] =
          values[ROWS + i] + (double) (random >> 28) / 4.0 + 0.25;
      if (values[2 * ROWS + i] == 0.0 && i % 2)
        values[2 * ROWS + i] = -0.0;
    }
  assert_int_equal (trace_from_matrix (values, ROWS, 3, &automatic, &log, NULL),
                    SUPPORT_OK);
  assert_int_equal (log.count, ROWS);
  assert_int_equal (log.workers, ROWS);
  for (size_t i = 0; i < ROWS; i++)
    {
      const trace_gradient *own = &log.gradient[i];
      const trace_gradient *last = i > 0 ? own - 1 : own;
      size_t met = 0;
      for (size_t k = 0; k < i; k++)
        met += log.gradient[k].end > own->start;
      assert_true (own->staleness == (double) met);
      assert_true (last->end < own->end
                   || (last->end == own->end && last->worker <= own->worker));
    }
  trace_summary summary;
  assert_int_equal (trace_summarise (&log, 0, &summary, NULL), SUPPORT_OK);
  for (size_t i = 1; i < ROWS; i++)
    assert_true (summary.cycle[i - 1] <= summary.cycle[i]);
  trace_summary_clear (&summary);
  trace_log_clear (&log);
  free (values);
}

static void
kinds_have_names (void **state)
{
  (void) state;
  trace_kind kind;
  for (size_t i = 0; trace_kind_name_at (i); i++)
    {
      assert_int_equal (trace_kind_named (trace_kind_name_at (i), &kind, NULL),
                        SUPPORT_OK);
      assert_int_equal (kind, i);
    }
  assert_int_equal (trace_kind_named ("event", &kind, NULL), SUPPORT_UNKNOWN);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (events_by_times),
    cmocka_unit_test (columns_in_any_order_and_dress),
    cmocka_unit_test (events_by_versions),
    cmocka_unit_test (ties_are_served_in_order),
    cmocka_unit_test (overlaps_and_pauses_are_told),
    cmocka_unit_test (staleness_alone),
    cmocka_unit_test (ages_count_arrivals),
    cmocka_unit_test (matrices_are_logs),
    cmocka_unit_test (workers_may_have_names),
    cmocka_unit_test (names_beside_numbers),
    cmocka_unit_test (thousands_of_names),
    cmocka_unit_test (malformed_logs_are_refused_with_their_line),
    cmocka_unit_test (what_is_no_text_is_refused),
    cmocka_unit_test (long_logs_are_read_whole),
    cmocka_unit_test (any_order_is_sorted),
    cmocka_unit_test (kinds_have_names),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
