/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that is stopped and goes on gives the bits of one that is not,
   wherever it is stopped and whatever the state consists of.  */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "server/server.h"

/* ---- a run ------------------------------------------------------------- */

typedef struct experiment
{
  delay_law *law, *uplink;
  objective *problem;
  system_class class[2];
  system_description system;
  server_plan plan;
  char file[40];
} experiment;

static delay_law *
exponential (double mean)
{
  const delay_argument argument = { .values = &mean, .count = 1 };
  delay_law *created;
  assert_int_equal (delay_create ("exponential", &argument, 1, &created, NULL),
                    SUPPORT_OK);
  return created;
}

static void
set_up (experiment *fixture)
{
  static const double eigenvalues[] = { 1.0, 2.0 }, noise[] = { 0.3, 0.3 };
  static const double start[] = { 1.0, -1.0 };
  static const double record[] = { 0.0, 0.5, 1.0, 3.0, 4.0 };
  static const double middle[] = { 0.25, 0.5 }, factor[] = { 2.0, 0.5 };
  const objective_matrix curvature = { .dimension = 2, .values = eigenvalues };
  const objective_noise option = { .deviation = noise };
  *fixture = (experiment){ .law = exponential (1.0), .uplink = NULL };
  assert_int_equal (
      objective_quadratic_create (&curvature, &option, &fixture->problem, NULL),
      SUPPORT_OK);
  for (size_t c = 0; c < 2; c++)
    fixture->class[c] = (system_class){ .workers = 2, .cycle = fixture->law };
  fixture->system = (system_description){ .classes = 2,
                                          .class = fixture->class,
                                          .rate = 0.1,
                                          .threshold = INFINITY,
                                          .deadline = INFINITY };
  fixture->plan = (server_plan){ .start = start,
                                 .paths = 3,
                                 .horizon = 4.0,
                                 .records = 5,
                                 .record = record,
                                 .warmup = 2.0,
                                 .target = 0.5,
                                 .noise = 0.3,
                                 .quantiles = 2,
                                 .quantile = middle,
                                 .events = true,
                                 .schedule_count = 2,
                                 .schedule_from = middle,
                                 .schedule_factor = factor,
                                 .coordinates = 2,
                                 .identity = { 1, 2, 3 },
                                 .seed = 5,
                                 .threads = 1 };
  strcpy (fixture->file, "checkpoint_XXXXXX");
  const int descriptor = mkstemp (fixture->file);
  assert_true (descriptor >= 0);
  close (descriptor);
  remove (fixture->file);
}

static void
tear_down (experiment *fixture)
{
  remove (fixture->file);
  objective_free (fixture->problem);
  delay_free (fixture->law);
  delay_free (fixture->uplink);
}

static bool
count_down (void *data)
{
  size_t *left = data;
  if (*left > 0)
    --*left;
  return *left == 0;
}

/* Stopped when the hooks are asked for the STOP-th time (0: never).  */
static support_status
run (const experiment *fixture, size_t stop, server_result **result,
     support_failure *failure)
{
  const support_hooks hooks = { .interrupted = count_down, .data = &stop };
  return server_simulate (&fixture->system, fixture->problem, &fixture->plan,
                          stop > 0 ? &hooks : NULL, result, failure);
}

#define ASSERT_BITS(x, y, count) \
  assert_memory_equal (x, y, (count) * sizeof *(x))

static void
assert_same (const server_result *a, const server_result *b)
{
  const size_t records = a->records;
  assert_int_equal (a->paths, b->paths);
  ASSERT_BITS (a->time, b->time, records);
  ASSERT_BITS (a->updates, b->updates, records);
  ASSERT_BITS (a->uploads, b->uploads, records);
  ASSERT_BITS (a->loss, b->loss, records);
  ASSERT_BITS (a->loss_error, b->loss_error, records);
  ASSERT_BITS (a->mean, b->mean, 2 * records);
  ASSERT_BITS (a->variance, b->variance, 2 * records);
  ASSERT_BITS (a->hit, b->hit, a->paths);
  ASSERT_BITS (a->model, b->model, a->dimension);
  ASSERT_BITS (&a->accepted, &b->accepted, 1);
  ASSERT_BITS (&a->rate, &b->rate, 1);
  assert_int_equal (a->staleness_count, b->staleness_count);
  ASSERT_BITS (a->staleness, b->staleness, a->staleness_count);
  assert_int_equal (a->versions, b->versions);
  ASSERT_BITS (a->queue, b->queue, records);
  ASSERT_BITS (a->quantile, b->quantile, records * a->quantiles);
  assert_int_equal (a->events, b->events);
  assert_true (a->events > 0);
  ASSERT_BITS (a->event, b->event, a->events);
  ASSERT_BITS (a->class_staleness, b->class_staleness,
               a->classes * a->staleness_count);
}

/* ---- stopped after every few events ---------------------------------- */

static void
stop_and_go (experiment *fixture, size_t least_stops)
{
  server_result *expected, *result = NULL;
  size_t stops = 0;
  support_status status;
  assert_int_equal (run (fixture, 0, &expected, NULL), SUPPORT_OK);
  fixture->plan.checkpoint = fixture->file;
  fixture->plan.interval = 0.0; /* the hooks are asked after every event */
  while ((status = run (fixture, 11 + stops % 7, &result, NULL))
         == SUPPORT_INTERRUPTED)
    assert_true (++stops < 1000);
  assert_int_equal (status, SUPPORT_OK);
  assert_true (stops >= least_stops);
  assert_same (result, expected);
  server_result_free (result);
  /* All is done: nothing is left to interrupt.  */
  fixture->plan.threads = 7;
  assert_int_equal (run (fixture, 0, &result, NULL), SUPPORT_OK);
  assert_same (result, expected);
  server_result_free (result);
  server_result_free (expected);
  remove (fixture->file);
  fixture->plan.checkpoint = NULL;
  fixture->plan.threads = 1;
}

static void
goes_on_under_every_rule_for_stale_gradients (void **state)
{
  (void) state;
  static const system_stale rules[] = { SYSTEM_DROP, SYSTEM_ABORT,
                                        SYSTEM_WAIT };
  experiment fixture;
  set_up (&fixture);
  stop_and_go (&fixture, 5);
  fixture.system.threshold = 2.0;
  for (size_t i = 0; i < 3; i++)
    {
      fixture.system.stale = rules[i];
      stop_and_go (&fixture, 5);
    }
  fixture.system.threshold = INFINITY;
  fixture.system.stale = SYSTEM_DROP;
  fixture.system.deadline = 1.5;
  fixture.system.momentum = 0.7;
  stop_and_go (&fixture, 5);
  tear_down (&fixture);
}

static void
goes_on_where_gradients_are_gathered (void **state)
{
  (void) state;
  static const system_policy policies[] = { SYSTEM_K_SYNC, SYSTEM_K_BATCH_SYNC,
                                            SYSTEM_K_ASYNC,
                                            SYSTEM_K_BATCH_ASYNC };
  static const double record[] = { 0.0, 1.0, 4.0, 6.0, 8.0 };
  experiment fixture;
  set_up (&fixture);
  fixture.system.gradients = 3;
  for (size_t i = 0; i < 4; i++)
    {
      fixture.system.policy = policies[i];
      stop_and_go (&fixture, 4);
    }
  fixture.plan.horizon = 0.0;
  fixture.plan.updates = 8;
  fixture.plan.record = record;
  stop_and_go (&fixture, 4);
  tear_down (&fixture);
}

static void
goes_on_with_triggers_and_an_uplink (void **state)
{
  (void) state;
  static const system_trigger kinds[] = { SYSTEM_TRIGGER_MAGNITUDE,
                                          SYSTEM_TRIGGER_CHANGE,
                                          SYSTEM_TRIGGER_ACCUMULATE };
  experiment fixture;
  set_up (&fixture);
  fixture.system.trigger = 2.0;
  for (size_t i = 0; i < 3; i++)
    {
      fixture.system.trigger_kind = kinds[i];
      stop_and_go (&fixture, 5);
    }
  fixture.system.trigger_kind = SYSTEM_TRIGGER_MAGNITUDE;
  fixture.uplink = exponential (0.4);
  fixture.system.uplink = fixture.uplink;
  fixture.system.channels = 1;
  stop_and_go (&fixture, 5);
  fixture.system.trigger = 0.0;
  fixture.system.discipline = SYSTEM_SHARING;
  stop_and_go (&fixture, 5);
  tear_down (&fixture);
}

/* Upload and uplink, momentum, failures and every policy, two and three at a
   time; what stands together is said in system/system.h.  */
static void
goes_on_where_much_happens_at_once (void **state)
{
  (void) state;
  experiment fixture;
  set_up (&fixture);
  delay_law *way = exponential (0.3), *up = exponential (2.0);
  const system_parts parts[] = { { NULL, fixture.law, way },
                                 { way, fixture.law, NULL } };
  const system_outage outage[] = { { up, way }, { up, NULL } };
  system_description *system = &fixture.system;
  system->parts = parts;
  system->momentum = 0.7;
  fixture.plan.paths = 1; /* writing to the disk is what takes time */
  for (int failing = 0; failing < 2; failing++)
    {
      system->outage = failing ? outage : NULL;
      for (system_policy policy = SYSTEM_ASYNC; policy <= SYSTEM_K_BATCH_ASYNC;
           policy++)
        {
          system->policy = policy;
          system->gradients = policy == SYSTEM_ASYNC ? 1 : 2;
          stop_and_go (&fixture, 1);
        }
      system->policy = SYSTEM_ASYNC;
      system->gradients = 1;
      system->threshold = 2.0;
      for (system_stale rule = SYSTEM_DROP; rule <= SYSTEM_WAIT; rule++)
        {
          system->stale = rule;
          stop_and_go (&fixture, 1);
        }
      system->threshold = INFINITY;
      system->stale = SYSTEM_DROP;
      system->weight = SYSTEM_WEIGHT_INVERSE;
      system->deadline = 1.5;
      stop_and_go (&fixture, 1);
      system->weight = SYSTEM_WEIGHT_NONE;
      system->deadline = INFINITY;
      for (int queued = 0; queued < 3; queued++)
        {
          system->uplink = queued ? way : NULL;
          system->channels = 1;
          system->discipline = queued == 2 ? SYSTEM_SHARING : SYSTEM_FIFO;
          for (system_trigger kind = SYSTEM_TRIGGER_MAGNITUDE;
               kind <= SYSTEM_TRIGGER_ACCUMULATE; kind++)
            {
              system->trigger = 1.5;
              system->trigger_kind = kind;
              stop_and_go (&fixture, 1);
            }
          system->trigger = 0.0;
          stop_and_go (&fixture, 1);
        }
      system->uplink = NULL;
    }
  static const double worker[] = { 0, 3, 1, 2, 0, 1, 3, 2 };
  static const double begun[] = { 0, 0, 0.5, 0, 1, 1, 1, 2 };
  static const double ended[] = { 0.5, 0.5, 1, 1.5, 2, 2.5, 3, 3.5 };
  static const double staleness[] = { 0, 1, 0, 5, 2, 3, 1, 0 };
  system->outage = NULL;
  system->weight = SYSTEM_WEIGHT_INVERSE;
  fixture.plan.replay = (server_replay){ 8, worker, begun, ended, staleness };
  stop_and_go (&fixture, 1);
  delay_free (way);
  delay_free (up);
  tear_down (&fixture);
}

static void
goes_on_with_any_number_of_threads (void **state)
{
  (void) state;
  static const size_t threads[] = { 2, 7, 1 };
  experiment fixture;
  server_result *expected, *result = NULL;
  set_up (&fixture);
  fixture.plan.paths = 30;
  assert_int_equal (run (&fixture, 0, &expected, NULL), SUPPORT_OK);
  fixture.plan.checkpoint = fixture.file;
  for (size_t k = 0; k < 3; k++)
    {
      fixture.plan.threads = threads[k];
      fixture.plan.interval = k == 0 ? 0.0 : 1e9;
      const support_status status = run (&fixture, 20 + 30 * k, &result, NULL);
      if (status == SUPPORT_OK)
        server_result_free (result);
      else
        assert_int_equal (status, SUPPORT_INTERRUPTED);
    }
  assert_int_equal (run (&fixture, 0, &result, NULL), SUPPORT_OK);
  assert_same (result, expected);
  server_result_free (result);
  server_result_free (expected);
  tear_down (&fixture);
}

/* ---- files that are refused -------------------------------------------- */

/* A stopped run, and the bytes of its file.  */
static long
read_bytes (experiment *fixture, unsigned char *bytes, size_t room)
{
  server_result *result = NULL;
  fixture->plan.checkpoint = fixture->file;
  assert_int_equal (run (fixture, 40, &result, NULL), SUPPORT_INTERRUPTED);
  assert_null (result);
  FILE *file = fopen (fixture->file, "rb");
  assert_non_null (file);
  const size_t length = fread (bytes, 1, room, file);
  fclose (file);
  assert_true (length > 500 && length < room);
  return (long) length;
}

static support_status
go_on_from (const experiment *fixture, const unsigned char *bytes,
            size_t length)
{
  server_result *result = NULL;
  support_failure failure = { .status = SUPPORT_OK };
  FILE *file = fopen (fixture->file, "wb");
  assert_int_equal (fwrite (bytes, 1, length, file), length);
  fclose (file);
  const support_status status = run (fixture, 0, &result, &failure);
  server_result_free (result);
  assert_int_equal (failure.status, status);
  return status;
}

static void
refuses_what_is_damaged (void **state)
{
  (void) state;
  static unsigned char bytes[100000];
  experiment fixture;
  set_up (&fixture);
  const size_t length = (size_t) read_bytes (&fixture, bytes, sizeof bytes);
  for (size_t cut = 0; cut < length; cut += cut < 150 ? 1 : 97)
    assert_int_equal (go_on_from (&fixture, bytes, cut), SUPPORT_UNREADABLE);
  for (size_t i = 0; i < length; i += i < 16 ? 1 : 89)
    {
      bytes[i] ^= 0x10;
      const support_status status = go_on_from (&fixture, bytes, length);
      assert_true (status == SUPPORT_UNREADABLE || status == SUPPORT_INVALID);
      bytes[i] ^= 0x10;
    }
  assert_int_equal (go_on_from (&fixture, bytes, length), SUPPORT_OK);
  tear_down (&fixture);
}

static void
refuses_what_belongs_to_another_run (void **state)
{
  (void) state;
  static unsigned char bytes[100000];
  experiment fixture;
  set_up (&fixture);
  const size_t length = (size_t) read_bytes (&fixture, bytes, sizeof bytes);
  for (size_t i = 0; i < SERVER_IDENTITIES; i++)
    {
      fixture.plan.identity[i]++;
      assert_int_equal (go_on_from (&fixture, bytes, length), SUPPORT_INVALID);
      fixture.plan.identity[i]--;
    }
  fixture.plan.paths++;
  assert_int_equal (go_on_from (&fixture, bytes, length), SUPPORT_INVALID);
  fixture.plan.paths--;
  fixture.plan.interval = -1.0;
  assert_int_equal (go_on_from (&fixture, bytes, length), SUPPORT_INVALID);
  fixture.plan.interval = 0.0;
  fixture.plan.checkpoint = "/nowhere/at/all";
  server_result *result = NULL;
  assert_int_equal (run (&fixture, 0, &result, NULL), SUPPORT_INVALID);
  fixture.plan.checkpoint = "/tmp";
  assert_int_equal (run (&fixture, 0, &result, NULL), SUPPORT_UNREADABLE);
  tear_down (&fixture);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (goes_on_under_every_rule_for_stale_gradients),
    cmocka_unit_test (goes_on_where_gradients_are_gathered),
    cmocka_unit_test (goes_on_with_triggers_and_an_uplink),
    cmocka_unit_test (goes_on_where_much_happens_at_once),
    cmocka_unit_test (goes_on_with_any_number_of_threads),
    cmocka_unit_test (refuses_what_is_damaged),
    cmocka_unit_test (refuses_what_belongs_to_another_run),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
