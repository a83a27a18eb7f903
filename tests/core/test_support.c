/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support/: failures, the random streams, the thread teams.  */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/support.h"

/* ---- failures -------------------------------------------------------- */

static void
failures_carry_status_and_text (void **state)
{
  support_failure failure = { 0 };
  (void) state;
  assert_int_equal (
      support_fail (&failure, SUPPORT_INVALID, "%s is %d", "it", 3),
      SUPPORT_INVALID);
  assert_int_equal (failure.status, SUPPORT_INVALID);
  assert_string_equal (failure.text, "it is 3");
  assert_int_equal (support_fail_memory (NULL), SUPPORT_MEMORY);
}

static void
long_texts_are_cut (void **state)
{
  support_failure failure = { 0 };
  char text[2 * sizeof failure.text];
  (void) state;
  memset (text, 'x', sizeof text);
  text[sizeof text - 1] = '\0';
  support_fail (&failure, SUPPORT_LIMIT, "%s", text);
  assert_int_equal (strlen (failure.text), sizeof failure.text - 1);
}

static void
statuses_have_names (void **state)
{
  (void) state;
  assert_string_equal (support_status_name (SUPPORT_OK), "ok");
  assert_string_equal (support_status_name (SUPPORT_INTERRUPTED),
                       "interrupted");
}

static void
doubles_refuse_what_overflows (void **state)
{
  double *none = support_doubles (0), *some = support_doubles (3);
  (void) state;
  assert_non_null (none);
  assert_non_null (some);
  assert_true (some[0] == 0.0 && some[2] == 0.0);
  assert_null (support_doubles (SIZE_MAX / 4));
  free (none);
  free (some);
}

/* ---- random streams -------------------------------------------------- */

/* Known answers published with the Random123 library (kat_vectors), the
   block for a counter and a key of zeros.  */
static void
philox_gives_the_published_words (void **state)
{
  static const uint32_t zeros[4] = { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c,
                                     0x9b00dbd8 };
  gsl_rng *stream = support_stream_create (0, 0);
  (void) state;
  assert_non_null (stream);
  for (int i = 0; i < 4; i++)
    assert_int_equal (gsl_rng_get (stream), zeros[i]);
  gsl_rng_free (stream);
}

static void
streams_repeat_by_name (void **state)
{
  gsl_rng *a = support_stream_create (7, 3), *b = support_stream_create (7, 4);
  double first[10];
  bool differ = false;
  (void) state;
  for (int i = 0; i < 10; i++)
    {
      first[i] = support_stream_uniform (a);
      differ = differ || first[i] != support_stream_uniform (b);
    }
  assert_true (differ);
  support_stream_rewind (b, 7, 3);
  for (int i = 0; i < 10; i++)
    assert_true (support_stream_uniform (b) == first[i]);
  gsl_rng_free (a);
  gsl_rng_free (b);
}

/* Mean and variance of 1e5 uniforms: 1/2 and 1/12 within five standard
   errors, 1/sqrt (12 N) and 1/sqrt (180 N); neighbouring streams are as
   independent as the numbers of one.  */
static void
uniforms_are_uniform (void **state)
{
  enum
  {
    DRAWS = 100000
  };
  gsl_rng *a = support_stream_create (1, 0), *b = support_stream_create (1, 1);
  double sum = 0.0, squares = 0.0, products = 0.0;
  (void) state;
  for (int i = 0; i < DRAWS; i++)
    {
      const double u = support_stream_uniform (a);
      const double v = support_stream_uniform (b);
      assert_true (u > 0.0 && u < 1.0);
      sum += u - 0.5;
      squares += (u - 0.5) * (u - 0.5);
      products += (u - 0.5) * (v - 0.5);
    }
  assert_true (fabs (sum / DRAWS) < 5.0 / sqrt (12.0 * DRAWS));
  assert_true (fabs (squares / DRAWS - 1.0 / 12.0)
               < 5.0 / sqrt (180.0 * DRAWS));
  assert_true (fabs (products / DRAWS) < 5.0 / (12.0 * sqrt (DRAWS)));
  gsl_rng_free (a);
  gsl_rng_free (b);
}

/* ---- thread teams ---------------------------------------------------- */

struct work
{
  unsigned int runs[100];
  size_t fails_at; /* this task and the one after it fail */
};

static support_status
work_run (void *context, size_t task, support_team *team)
{
  struct work *work = context;
  work->runs[task]++;
  if (task == work->fails_at)
    return SUPPORT_NUMERICAL;
  if (task == work->fails_at + 1)
    return SUPPORT_LIMIT;
  return support_team_continue (team, 0.5) ? SUPPORT_OK : SUPPORT_INTERRUPTED;
}

static void
each_task_runs_once (void **state)
{
  (void) state;
  for (size_t threads = 0; threads < 4; threads++)
    {
      struct work work = { .fails_at = SIZE_MAX - 1 };
      bool done[100] = { false };
      assert_int_equal (
          support_team_run (work_run, &work, 100, threads, NULL, done),
          SUPPORT_OK);
      for (int i = 0; i < 100; i++)
        assert_true (work.runs[i] == 1 && done[i]);
    }
}

static void
a_team_may_have_nothing_to_do (void **state)
{
  (void) state;
  assert_int_equal (support_team_run (work_run, NULL, 0, 2, NULL, NULL),
                    SUPPORT_OK);
}

static support_status
count_run (void *context, size_t task, support_team *team)
{
  atomic_fetch_add ((atomic_size_t *) context, task);
  (void) team;
  return SUPPORT_OK;
}

/* A number of threads that no machine has must not bring the process down. */
static void
threads_beyond_reason_are_not_made (void **state)
{
  atomic_size_t sum = 0;
  (void) state;
  assert_int_equal (
      support_team_run (count_run, &sum, 1000000, SIZE_MAX, NULL, NULL),
      SUPPORT_OK);
  assert_int_equal (sum, (size_t) 999999 * 1000000 / 2);
}

/* One thread meets the tasks in order: task 10 fails, none after it runs.  */
static void
a_failure_stops_the_team (void **state)
{
  struct work work = { .fails_at = 10 };
  bool done[100];
  (void) state;
  assert_int_equal (support_team_run (work_run, &work, 100, 1, NULL, done),
                    SUPPORT_NUMERICAL);
  for (size_t i = 0; i < 100; i++)
    {
      assert_true (work.runs[i] == (i <= 10));
      assert_true (done[i] == (i < 10));
    }
}

struct watch
{
  int asked;
  int patience; /* interrupts when asked more often */
  double fraction;
  bool backwards;
};

static bool
watch_interrupts (void *data)
{
  struct watch *watch = data;
  return ++watch->asked > watch->patience;
}

static void
watch_progress (void *data, double fraction)
{
  struct watch *watch = data;
  watch->backwards = watch->backwards || fraction < watch->fraction;
  watch->fraction = fraction;
}

static void
progress_grows_to_one (void **state)
{
  struct work work = { .fails_at = SIZE_MAX - 1 };
  struct watch watch = { .patience = 1000000 };
  const support_hooks hooks = { watch_interrupts, watch_progress, &watch };
  (void) state;
  assert_int_equal (support_team_run (work_run, &work, 100, 1, &hooks, NULL),
                    SUPPORT_OK);
  assert_true (watch.fraction == 1.0 && ! watch.backwards);
  /* Once before the tasks and twice in each.  */
  assert_int_equal (watch.asked, 201);
}

static void
an_interrupted_team_says_so (void **state)
{
  struct work work = { .fails_at = SIZE_MAX - 1 };
  struct watch watch = { .patience = 21 };
  const support_hooks hooks = { .interrupted = watch_interrupts,
                                .data = &watch };
  bool done[100];
  size_t finished = 0;
  (void) state;
  assert_int_equal (support_team_run (work_run, &work, 100, 1, &hooks, done),
                    SUPPORT_INTERRUPTED);
  for (size_t i = 0; i < 100; i++)
    finished += done[i];
  assert_int_equal (finished, 10);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (failures_carry_status_and_text),
    cmocka_unit_test (long_texts_are_cut),
    cmocka_unit_test (statuses_have_names),
    cmocka_unit_test (doubles_refuse_what_overflows),
    cmocka_unit_test (philox_gives_the_published_words),
    cmocka_unit_test (streams_repeat_by_name),
    cmocka_unit_test (uniforms_are_uniform),
    cmocka_unit_test (each_task_runs_once),
    cmocka_unit_test (a_team_may_have_nothing_to_do),
    cmocka_unit_test (threads_beyond_reason_are_not_made),
    cmocka_unit_test (a_failure_stops_the_team),
    cmocka_unit_test (progress_grows_to_one),
    cmocka_unit_test (an_interrupted_team_says_so),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
