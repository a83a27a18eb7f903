/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support/: failures, the random streams, the thread teams.  */

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/stream_private.h"

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

/* Known answers published with the Random123 library (kat_vectors): a block of
   four words for each counter (block, then index) and key (seed).  */
/* Whatever this processor has beyond what all have.  */
static void
philox_gives_the_same_words_in_vectors (void **state)
{
  gsl_rng *stream = support_stream_create (0x123456789abcdef0, 1ull << 40);
  philox_state *fast = stream->state;
  (void) state;
  for (int k = 0; k < 4; k++)
    {
      philox_state plain;
      fast->block = (0xffffffffull << (8 * k)) - 5; /* carries into word 1 */
      plain = *fast;
      support_philox_fill (&plain);
      support_philox_refill (fast);
      assert_memory_equal (fast->word, plain.word, sizeof plain.word);
    }
  gsl_rng_free (stream);
}

static void
philox_gives_the_published_words (void **state)
{
  static const struct
  {
    uint64_t block, index, seed;
    uint32_t words[4];
  } known[] = {
    { 0, 0, 0, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { UINT64_MAX,
      UINT64_MAX,
      UINT64_MAX,
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { 0x85a308d3243f6a88,
      0x0370734413198a2e,
      0x299f31d0a4093822,
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };
  (void) state;
  for (size_t k = 0; k < sizeof known / sizeof *known; k++)
    {
      gsl_rng *stream = support_stream_create (known[k].seed, known[k].index);
      assert_non_null (stream);
      ((philox_state *) stream->state)->block = known[k].block;
      for (int i = 0; i < 4; i++)
        assert_int_equal (gsl_rng_get (stream), known[k].words[i]);
      gsl_rng_free (stream);
    }
}

/* Block after block, however many are made at a time.  */
static void
streams_go_on_from_block_to_block (void **state)
{
  gsl_rng *whole = support_stream_create (5, 9);
  gsl_rng *part = support_stream_create (5, 9);
  (void) state;
  for (uint64_t block = 0; block < 3 * PHILOX_BLOCKS + 1; block++)
    {
      support_stream_rewind (part, 5, 9);
      ((philox_state *) part->state)->block = block;
      for (int i = 0; i < 4; i++)
        assert_int_equal (gsl_rng_get (whole), gsl_rng_get (part));
    }
  gsl_rng_free (whole);
  gsl_rng_free (part);
}

/* A clone goes on where its model was, and leaves that alone.  */
static void
streams_can_be_cloned (void **state)
{
  gsl_rng *stream = support_stream_create (5, 9);
  (void) state;
  support_stream_uniform (stream);
  gsl_rng *clone = gsl_rng_clone (stream);
  for (int i = 0; i < 100; i++)
    assert_true (support_stream_uniform (clone)
                 == support_stream_uniform (stream));
  gsl_rng_free (stream);
  gsl_rng_free (clone);
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

/* Several threads: which task fails first is open, but not that one did.  */
static void
failures_are_not_taken_for_interruptions (void **state)
{
  (void) state;
  for (int run = 0; run < 50; run++)
    {
      struct work work = { .fails_at = 10 };
      bool done[100];
      const support_status status =
          support_team_run (work_run, &work, 100, 4, NULL, done);
      assert_true (status == SUPPORT_NUMERICAL || status == SUPPORT_LIMIT);
      assert_false (done[10] && done[11]);
      for (size_t i = 0; i < 100; i++)
        assert_true (! done[i] || work.runs[i] == 1);
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

struct guard
{
  pthread_t caller;
  atomic_bool strangers; /* a hook was called by another thread */
  int asked;
};

static bool
guard_interrupts (void *data)
{
  struct guard *guard = data;
  if (! pthread_equal (guard->caller, pthread_self ()))
    atomic_store (&guard->strangers, true);
  return ++guard->asked > 1000;
}

/* Goes on until it is told to stop.  */
static support_status
endless_run (void *context, size_t task, support_team *team)
{
  (void) context;
  (void) task;
  while (support_team_continue (team, 0.0))
    ;
  return SUPPORT_INTERRUPTED;
}

static void
only_the_caller_asks_and_all_stop (void **state)
{
  struct guard guard = { .caller = pthread_self () };
  const support_hooks hooks = { .interrupted = guard_interrupts,
                                .data = &guard };
  bool done[8] = { true, true, true, true, true, true, true, true };
  (void) state;
  assert_int_equal (support_team_run (endless_run, NULL, 8, 4, &hooks, done),
                    SUPPORT_INTERRUPTED);
  assert_false (atomic_load (&guard.strangers));
  for (size_t i = 0; i < 8; i++)
    assert_false (done[i]);
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
    cmocka_unit_test (philox_gives_the_same_words_in_vectors),
    cmocka_unit_test (streams_go_on_from_block_to_block),
    cmocka_unit_test (streams_can_be_cloned),
    cmocka_unit_test (streams_repeat_by_name),
    cmocka_unit_test (uniforms_are_uniform),
    cmocka_unit_test (each_task_runs_once),
    cmocka_unit_test (a_team_may_have_nothing_to_do),
    cmocka_unit_test (threads_beyond_reason_are_not_made),
    cmocka_unit_test (a_failure_stops_the_team),
    cmocka_unit_test (failures_are_not_taken_for_interruptions),
    cmocka_unit_test (progress_grows_to_one),
    cmocka_unit_test (an_interrupted_team_says_so),
    cmocka_unit_test (only_the_caller_asks_and_all_stop),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
