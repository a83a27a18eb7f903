/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shared uplink and transfers, in the theory and in the simulator.  */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include "assert_close.h"
#include "server/server.h"
#include "staleness/staleness.h"

static delay_law *
law_of (const char *family, double first, double second)
{
  const delay_argument argument[] = { { .values = &first, .count = 1 },
                                      { .values = &second, .count = 1 } };
  const bool two = strcmp (family, "gamma") == 0;
  delay_law *law;
  assert_int_equal (delay_create (family, argument, two ? 2 : 1, &law, NULL),
                    SUPPORT_OK);
  return law;
}

static system_description
system_of (const system_class *class, size_t classes, const delay_law *uplink)
{
  return (system_description){ .classes = classes,
                               .class = class,
                               .rate = 1e-6,
                               .threshold = INFINITY,
                               .deadline = INFINITY,
                               .uplink = uplink,
                               .channels = 1 };
}

/* ---- the theory -------------------------------------------------------- */

/* Mean value analysis: a queue of n is met by the n-th (Reiser, Lavenberg,
   JACM 27, 1980).  */
static void
rates_are_those_of_mean_values (void **state)
{
  (void) state;
  delay_law *work = law_of ("gamma", 4.0, 0.25);
  delay_law *uplink = law_of ("exponential", 0.3, 0.0);
  double queue = 0.0;
  for (size_t n = 1; n <= 40; n++)
    {
      const system_class class = { n, work };
      const system_description system = system_of (&class, 1, uplink);
      const double sojourn = 0.3 * (1.0 + queue);
      const double rate = (double) n / (1.0 + sojourn);
      staleness_law law;
      queue = rate * sojourn;
      assert_int_equal (
          staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, NULL),
          SUPPORT_OK);
      assert_close (law.rate, rate, 1e-10);
      assert_close (law.queue, queue, 1e-9);
      assert_close (law.sojourn, sojourn, 1e-9);
      assert_close (law.mean, (double) n - 1.0, 1e-9);
      assert_close (delay_mean (law.delay), 1.0 + sojourn, 1e-9);
      staleness_law_clear (&law);
    }
  delay_free (work);
  delay_free (uplink);
}

/* Two workers, in closed form: the other one computes (c), or is at the
   uplink (b), at random instants of a cycle of c + b without the first.  The
   staleness is the number of times it gets through; its mean is 1, and that it
   does not at all, P(tau = 0), is checked by the race of exponential times:
   it starts at the uplink with probability b/(c+b), where tau > 0 for sure, and
   else must compute and be there before the first is done: 1/2.  */
static void
two_workers_race (void **state)
{
  (void) state;
  const double b = 0.4, c = 1.0;
  delay_law *work = law_of ("exponential", c, 0.0);
  delay_law *uplink = law_of ("exponential", b, 0.0);
  const system_class class = { 2, work };
  const system_description system = system_of (&class, 1, uplink);
  staleness_law law;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, NULL),
      SUPPORT_OK);
  assert_close (law.pmf[0], c / (b + c) * 0.5, 1e-12);
  double mean = 0.0;
  for (size_t j = 0; j < law.size; j++)
    mean += (double) j * law.pmf[j];
  assert_close (mean, 1.0, 1e-9);
  staleness_law_clear (&law);
  delay_free (work);
  delay_free (uplink);
}

/* Little's law and the mean of the staleness hold whatever the discipline, the
   number of channels, and the load.  */
static void
exponential_networks_are_chains (void **state)
{
  (void) state;
  static const size_t workers[] = { 1, 2, 5, 40 }, channels[] = { 1, 2, 7, 50 };
  static const double service[] = { 1e-3, 0.025, 0.4, 30.0 };
  delay_law *work = law_of ("exponential", 1.0, 0.0);
  for (size_t i = 0; i < 4 * 4 * 4 * 2; i++)
    {
      const double n = (double) workers[i % 4];
      delay_law *uplink = law_of ("exponential", service[i / 4 % 4], 0.0);
      const system_class class = { workers[i % 4], work };
      system_description system = system_of (&class, 1, uplink);
      system.channels = channels[i / 16 % 4];
      system.discipline = i / 64 ? SYSTEM_SHARING : SYSTEM_FIFO;
      staleness_law law;
      double total = 0.0, mean = 0.0;
      assert_int_equal (
          staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, NULL),
          SUPPORT_OK);
      for (size_t j = 0; j < law.size; j++)
        {
          total += law.pmf[j];
          mean += (double) j * law.pmf[j];
        }
      assert_close (total, 1.0, 1e-12);
      assert_close (mean, n - 1.0, 1e-9 * n);
      assert_close (delay_mean (law.delay), n / law.rate, 1e-9 * n / law.rate);
      assert_true (law.palm > 0.5 && law.palm <= 1.0 + 1e-12);
      staleness_law_clear (&law);
      delay_free (uplink);
    }
  delay_free (work);
}

/* Classes that are everywhere or never at the uplink, and nearly as many
   workers as there may be, at saturation.  */
static void
queues_of_all_kinds_are_met (void **state)
{
  (void) state;
  delay_law *fast = law_of ("exponential", 1e-9, 0.0);
  delay_law *slow = law_of ("exponential", 1e9, 0.0);
  delay_law *work = law_of ("exponential", 1.0, 0.0);
  delay_law *uplink = law_of ("gamma", 2.0, 0.5);
  delay_law *quick = law_of ("gamma", 2.0, 5e-6);
  const system_class classes[] = { { 30, fast }, { 20, slow }, { 0, work } };
  system_description system = system_of (classes, 3, uplink);
  staleness_law law;
  system.discipline = SYSTEM_SHARING;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, NULL),
      SUPPORT_OK);
  /* The fast ones send all the time, the slow ones seldom: each is met by 30
     and keeps the uplink for 31 of their times.  */
  assert_close (law.rate, 1.0, 1e-9);
  assert_close (law.queue, 30.0, 1e-5);
  assert_close (law.part[1].rate, 20.0 / 1e9, 1e-14);
  staleness_law_clear (&law);
  const system_class many = { 99999, work };
  system = system_of (&many, 1, quick);
  system.discipline = SYSTEM_SHARING;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, NULL),
      SUPPORT_OK);
  double queue = 0.0; /* mean value analysis */
  for (double k = 1.0; k < 99999.5; k++)
    queue = k * 1e-5 * (1.0 + queue) / (1.0 + 1e-5 * (1.0 + queue));
  assert_close (law.queue, queue, 1e-9 * queue);
  staleness_law_clear (&law);
  delay_free (fast);
  delay_free (slow);
  delay_free (work);
  delay_free (uplink);
  delay_free (quick);
}

/* An upload behind the uplink is a part of the time without a queue.  */
static void
an_upload_is_a_station_of_its_own (void **state)
{
  (void) state;
  delay_law *work = law_of ("exponential", 0.7, 0.0);
  delay_law *way = law_of ("gamma", 2.0, 0.15);
  delay_law *whole = law_of ("exponential", 1.0, 0.0);
  delay_law *uplink = law_of ("exponential", 0.2, 0.0);
  delay_law *cycle;
  assert_int_equal (system_cycle_create (NULL, work, way, &cycle, NULL),
                    SUPPORT_OK);
  const system_class split = { 9, cycle }, one = { 9, whole };
  const system_parts parts = { .compute = work, .upload = way };
  system_description system = system_of (&split, 1, uplink);
  const system_description plain = system_of (&one, 1, uplink);
  system.parts = &parts;
  staleness_law law, other;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, NULL),
      SUPPORT_OK);
  assert_int_equal (
      staleness_solve (&plain, STALENESS_RENEWAL, NULL, &other, NULL),
      SUPPORT_OK);
  assert_close (law.rate, other.rate, 1e-12);
  assert_close (law.queue, other.queue, 1e-11);
  assert_close (law.mean, 8.0, 1e-9);
  assert_true (law.size == 0 && other.size > 0);
  staleness_law_clear (&law);
  staleness_law_clear (&other);
  /* With a trigger the computation alone is repeated.  */
  system.trigger = 1.0;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, NULL),
      SUPPORT_OK);
  delay_law *longer = law_of ("exponential", 0.7 / law.sent + 0.3, 0.0);
  const system_class slow = { 9, longer };
  const system_description stretched = system_of (&slow, 1, uplink);
  assert_int_equal (
      staleness_solve (&stretched, STALENESS_RENEWAL, NULL, &other, NULL),
      SUPPORT_OK);
  assert_close (law.rate, other.rate, 1e-12);
  assert_true (isnan (law.mean));
  staleness_law_clear (&law);
  staleness_law_clear (&other);
  delay_free (work);
  delay_free (way);
  delay_free (whole);
  delay_free (uplink);
  delay_free (cycle);
  delay_free (longer);
}

static void
what_is_not_closed_is_refused (void **state)
{
  (void) state;
  delay_law *work = law_of ("exponential", 1.0, 0.0);
  delay_law *gamma = law_of ("gamma", 2.0, 0.1);
  const system_class class = { 3, work };
  system_description system = system_of (&class, 1, gamma);
  support_failure failure;
  staleness_law law;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, &failure),
      SUPPORT_INVALID);
  assert_non_null (strstr (failure.text, "asgd_simulate"));
  staleness_law_clear (&law);
  system.discipline = SYSTEM_SHARING;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, &failure),
      SUPPORT_OK);
  assert_null (law.delay);
  staleness_law_clear (&law);
  system.weight = SYSTEM_WEIGHT_INVERSE;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &law, &failure),
      SUPPORT_INVALID);
  assert_non_null (strstr (failure.text, "asgd_simulate"));
  staleness_law_clear (&law);
  delay_free (work);
  delay_free (gamma);
}

/* ---- the simulator ------------------------------------------------------ */

static const double ones[2] = { 1.0, 1.0 };

static objective *
noisy_problem (void)
{
  const objective_matrix curvature = { .dimension = 2, .values = ones };
  const objective_noise option = { .deviation = ones };
  objective *problem;
  assert_int_equal (
      objective_quadratic_create (&curvature, &option, &problem, NULL),
      SUPPORT_OK);
  return problem;
}

static server_plan
plan_until (double horizon)
{
  return (server_plan){ .start = ones,
                        .paths = 4,
                        .horizon = horizon,
                        .warmup = NAN,
                        .target = NAN,
                        .noise = 1.0,
                        .seed = 1,
                        .threads = 2 };
}

static server_result *
simulate (const system_description *system, double horizon)
{
  objective *problem = noisy_problem ();
  const server_plan plan = plan_until (horizon);
  server_result *result;
  assert_int_equal (
      server_simulate (system, problem, &plan, NULL, &result, NULL),
      SUPPORT_OK);
  objective_free (problem);
  return result;
}

/* With constant times a saturated uplink sends without a pause, and the others
   all come between a pull and the arrival; an uplink that is not lets everyone
   keep its own time, 1 + 0.5.  Counts are off by 1 in a path of 1000.  */
static void
constant_times_saturate_or_do_not (void **state)
{
  (void) state;
  delay_law *work = law_of ("deterministic", 1.0, 0.0);
  delay_law *uplink = law_of ("deterministic", 0.5, 0.0);
  const system_class class = { 6, work };
  system_description system = system_of (&class, 1, uplink);
  for (int shared = 0; shared < 2; shared++)
    {
      system.discipline = shared ? SYSTEM_SHARING : SYSTEM_FIFO;
      system.channels = 1;
      server_result *result = simulate (&system, 1000.0);
      /* Sharing, they may come together and leave it idle: 6 in 1 + 3.  */
      assert_true (result->rate > 1.49 && result->rate < 2.005);
      if (! shared)
        {
          assert_close (result->rate, 2.0, 0.005);
          assert_int_equal (result->staleness_count, 6);
          assert_true (result->staleness[5] > 7000);
        }
      server_result_free (result);
      system.channels = 6;
      result = simulate (&system, 1000.0);
      assert_close (result->rate, 4.0, 0.005);
      server_result_free (result);
    }
  delay_free (work);
  delay_free (uplink);
}

/* Of a way behind the uplink too: one worker, 1 + 0.5 + 0.25, and 2 before.  */
static void
all_parts_of_a_cycle_pass (void **state)
{
  (void) state;
  delay_law *work = law_of ("deterministic", 1.0, 0.0);
  delay_law *uplink = law_of ("deterministic", 0.5, 0.0);
  delay_law *up = law_of ("deterministic", 0.25, 0.0);
  delay_law *down = law_of ("deterministic", 2.0, 0.0);
  delay_law *cycle;
  assert_int_equal (system_cycle_create (down, work, up, &cycle, NULL),
                    SUPPORT_OK);
  const system_class class = { 1, cycle };
  const system_parts parts = { down, work, up };
  system_description system = system_of (&class, 1, uplink);
  system.parts = &parts;
  server_result *result = simulate (&system, 3750.0);
  assert_close (result->rate, 1.0 / 3.75, 0.0004);
  server_result_free (result);
  system.uplink = NULL;
  result = simulate (&system, 3250.0);
  assert_close (result->rate, 1.0 / 3.25, 0.0004);
  server_result_free (result);
  delay_free (work);
  delay_free (uplink);
  delay_free (up);
  delay_free (down);
  delay_free (cycle);
}

/* Every kind of trigger, with and without an uplink and an upload: what is
   uploaded is what is applied, but where the last one is repeated, and nothing
   is lost on the way.  */
static void
triggers_send_what_is_applied (void **state)
{
  (void) state;
  delay_law *work = law_of ("exponential", 1.0, 0.0);
  delay_law *up = law_of ("gamma", 2.0, 0.1);
  delay_law *uplink = law_of ("gamma", 3.0, 0.05);
  delay_law *cycle;
  assert_int_equal (system_cycle_create (NULL, work, up, &cycle, NULL),
                    SUPPORT_OK);
  const system_class whole = { 5, work }, split = { 5, cycle };
  const system_parts parts = { .compute = work, .upload = up };
  for (int kind = 0; kind < 3; kind++)
    for (int way = 0; way < 8; way++)
      {
        const bool uploads = way & 1, queues = way & 2;
        system_description system =
            system_of (uploads ? &split : &whole, 1, queues ? uplink : NULL);
        system.parts = uploads ? &parts : NULL;
        system.discipline = way & 4 ? SYSTEM_SHARING : SYSTEM_FIFO;
        system.trigger = 1.5;
        system.trigger_kind = (system_trigger) kind;
        server_result *result = simulate (&system, 100.0);
        uint64_t applied = 0;
        for (size_t j = 0; j < result->staleness_count; j++)
          applied += result->staleness[j];
        assert_true (applied > 500);
        assert_close (result->accepted, 1.0, 0.0);
        assert_close (result->rate * 100.0 * 4.0, (double) applied, 1e-6);
        server_result_free (result);
      }
  delay_free (work);
  delay_free (up);
  delay_free (uplink);
  delay_free (cycle);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (rates_are_those_of_mean_values),
    cmocka_unit_test (two_workers_race),
    cmocka_unit_test (exponential_networks_are_chains),
    cmocka_unit_test (queues_of_all_kinds_are_met),
    cmocka_unit_test (an_upload_is_a_station_of_its_own),
    cmocka_unit_test (what_is_not_closed_is_refused),
    cmocka_unit_test (constant_times_saturate_or_do_not),
    cmocka_unit_test (all_parts_of_a_cycle_pass),
    cmocka_unit_test (triggers_send_what_is_applied),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests_name ("uplink", tests, NULL, NULL);
}
