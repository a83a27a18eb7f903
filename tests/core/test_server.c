/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include "server/queue.h"
#include "server/server.h"
#include "server/versions.h"

/* ---- helpers --------------------------------------------------------- */

static delay_law *
law (const char *family, double first, double second)
{
  const delay_argument argument[] = { { .values = &first, .count = 1 },
                                      { .values = &second, .count = 1 } };
  delay_law *created;
  support_failure failure;
  assert_int_equal (delay_create (family, argument, isnan (second) ? 1 : 2,
                                  &created, &failure),
                    SUPPORT_OK);
  return created;
}

static objective *
quadratic (size_t dimension, const double *eigenvalues, double deviation)
{
  double *noise = support_doubles (dimension);
  objective *created;
  for (size_t i = 0; i < dimension; i++)
    noise[i] = deviation;
  const objective_matrix curvature = { .dimension = dimension,
                                       .values = eigenvalues };
  const objective_noise option = { .deviation = noise };
  assert_int_equal (
      objective_quadratic_create (&curvature, &option, &created, NULL),
      SUPPORT_OK);
  free (noise);
  return created;
}

/* One class of workers that lives as long as the test.  */
typedef struct experiment
{
  delay_law *law;
  objective *problem;
  system_class class;
  system_description system;
  server_plan plan;
} experiment;

static const double ones[10] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };

/* f = x^2 / 2 from x = 1 with additive noise.  */
static void
set_up (experiment *fixture, size_t workers, const char *family, double first,
        double second, double rate, double deviation)
{
  fixture->law = law (family, first, second);
  fixture->problem = quadratic (1, ones, deviation);
  fixture->class = (system_class){ .workers = workers, .cycle = fixture->law };
  fixture->system = (system_description){ .classes = 1,
                                          .class = &fixture->class,
                                          .rate = rate,
                                          .threshold = INFINITY,
                                          .deadline = INFINITY };
  fixture->plan = (server_plan){ .start = ones,
                                 .paths = 1,
                                 .warmup = NAN,
                                 .target = NAN,
                                 .coordinates = 1,
                                 .seed = 1,
                                 .threads = 2 };
}

static void
tear_down (experiment *fixture)
{
  objective_free (fixture->problem);
  delay_free (fixture->law);
}

static server_result *
simulate (const experiment *fixture)
{
  server_result *result = NULL;
  support_failure failure = { SUPPORT_OK, "" };
  assert_int_equal (server_simulate (&fixture->system, fixture->problem,
                                     &fixture->plan, NULL, &result, &failure),
                    SUPPORT_OK);
  assert_non_null (result);
  return result;
}

/* Mean and variance of the staleness counted.  */
static void
staleness_moments (const server_result *result, double *mean, double *variance)
{
  double all = 0.0, first = 0.0, second = 0.0;
  for (size_t i = 0; i < result->staleness_count; i++)
    {
      const double count = (double) result->staleness[i];
      all += count;
      first += count * (double) i;
      second += count * (double) i * (double) i;
    }
  *mean = first / all;
  *variance = second / all - *mean * *mean;
}

/* ---- the parts ------------------------------------------------------- */

static void
events_come_in_order_and_ties_first_in_first_out (void **state)
{
  (void) state;
  enum
  {
    EVENTS = 500
  };
  server_queue queue = { .event = NULL };
  gsl_rng *stream = support_stream_create (3, 0);
  assert_true (server_queue_reserve (&queue, EVENTS));

  /* Times on a coarse grid, so that most coincide; the number of an event is
     its place in the order of planning.  */
  for (uint32_t k = 0; k < EVENTS; k++)
    server_queue_push (&queue, (double) gsl_rng_uniform_int (stream, 10), k, 0);
  for (uint32_t k = EVENTS; k < 20 * EVENTS; k++)
    {
      const server_event first = *server_queue_first (&queue);
      assert_int_equal (first.sequence, first.worker);
      server_queue_replace (
          &queue, first.time + (double) gsl_rng_uniform_int (stream, 4), k, 0);
      const server_event next = *server_queue_first (&queue);
      assert_true (
          next.time > first.time
          || (next.time == first.time && next.sequence > first.sequence));
    }
  double time = -1.0;
  uint64_t sequence = 0;
  for (size_t k = 0; k < EVENTS; k++)
    {
      const server_event first = *server_queue_first (&queue);
      assert_true (first.time > time
                   || (first.time == time && first.sequence > sequence));
      time = first.time;
      sequence = first.sequence;
      server_queue_pop (&queue);
    }
  assert_int_equal (queue.count, 0);
  gsl_rng_free (stream);
  server_queue_free (&queue);
}

/* Against a search through all events, with as many ties as not.  */
static void
events_of_workers_can_be_moved (void **state)
{
  (void) state;
  enum
  {
    WORKERS = 60
  };
  server_queue queue = { .event = NULL };
  double time[WORKERS];
  uint64_t planned[WORKERS], count = 0;
  gsl_rng *stream = support_stream_create (4, 0);
  assert_true (server_queue_reserve (&queue, WORKERS));
  assert_true (server_queue_track (&queue, WORKERS));
  for (uint32_t k = 0; k < WORKERS; k++)
    {
      time[k] = (double) gsl_rng_uniform_int (stream, 20);
      planned[k] = count++;
      server_queue_push (&queue, time[k], k, 0);
    }
  for (int step = 0; step < 5000; step++)
    {
      const uint32_t moved = (uint32_t) gsl_rng_uniform_int (stream, WORKERS);
      uint32_t first = 0;
      time[moved] = (double) gsl_rng_uniform_int (stream, 40);
      planned[moved] = count++;
      server_queue_move (&queue, time[moved], moved, 0);
      for (uint32_t k = 1; k < WORKERS; k++)
        if (time[k] < time[first]
            || (time[k] == time[first] && planned[k] < planned[first]))
          first = k;
      assert_int_equal (server_queue_first (&queue)->worker, first);
      if (step % 3)
        continue;
      time[first] += (double) gsl_rng_uniform_int (stream, 5);
      planned[first] = count++;
      server_queue_replace (&queue, time[first], first, 0);
    }
  server_queue_free (&queue);
  gsl_rng_free (stream);
}

static void
models_are_shared_and_used_again (void **state)
{
  (void) state;
  const size_t dimension[] = { 1, 10, 5000, 20000 };
  for (size_t k = 0; k < 4; k++)
    {
      server_versions versions;
      uint32_t slot[5];
      assert_true (server_versions_prepare (&versions, dimension[k], 5));
      for (size_t round = 0; round < 3; round++)
        {
          for (size_t i = 0; i < 5; i++)
            {
              slot[i] = server_versions_take (&versions);
              server_versions_model (&versions, slot[i])[0] = (double) i;
              server_versions_model (&versions, slot[i])[dimension[k] - 1] =
                  (double) i;
            }
          for (size_t i = 0; i < 5; i++)
            {
              assert_true (server_versions_model (&versions, slot[i])[0]
                           == (double) i);
              server_versions_hold (&versions, slot[i]);
              server_versions_release (&versions, slot[i]);
              server_versions_release (&versions, slot[i]);
            }
          assert_int_equal (versions.used, 5);
          assert_int_equal (versions.vacancies, 5);
        }
      server_versions_free (&versions);
    }
}

/* ---- exact courses --------------------------------------------------- */

/* One worker: plain gradient descent.  */
static void
one_worker_is_gradient_descent (void **state)
{
  (void) state;
  experiment fixture;
  const double record[] = { 0, 1, 2, 5, 40 };
  set_up (&fixture, 1, "exponential", 2.0, NAN, 0.1, 0.0);
  fixture.plan.updates = 40;
  fixture.plan.records = 5;
  fixture.plan.record = record;
  fixture.plan.paths = 3;
  server_result *result = simulate (&fixture);
  for (size_t k = 0; k < 5; k++)
    {
      assert_true (fabs (result->loss[k] - 0.5 * pow (0.81, record[k]))
                   < 1e-15);
      assert_true (result->loss_error[k] < 1e-15);
      assert_true (result->updates[k] == record[k]);
      assert_true (result->uploads[k] == record[k]);
    }
  assert_true (result->time[0] == 0.0 && result->time[4] > result->time[3]);
  assert_true (fabs (result->model[0] - pow (0.9, 40.0)) < 1e-15);
  assert_int_equal (result->versions, 1);
  assert_int_equal (result->staleness_count, 1);
  assert_int_equal (result->staleness[0], 120);
  assert_true (result->accepted == 1.0);
  server_result_free (result);
  tear_down (&fixture);
}

/* Equal deterministic cycles: the staleness is n - 1 without exception, so
   x <- x - alpha x(n - 1 updates ago), though all arrivals of a round may
   coincide to the last bit.  */
static void
deterministic_workers_have_constant_staleness (void **state)
{
  (void) state;
  experiment fixture;
  enum
  {
    WORKERS = 4,
    UPDATES = 60
  };
  double x[UPDATES + 1] = { 1.0 }, record[UPDATES + 1] = { 0.0 };
  for (size_t k = 0; k < UPDATES; k++)
    {
      x[k + 1] = x[k] - 0.2 * (k < WORKERS ? 1.0 : x[k - WORKERS + 1]);
      record[k + 1] = (double) (k + 1);
    }
  set_up (&fixture, WORKERS, "deterministic", 1.0, NAN, 0.2, 0.0);
  fixture.plan.updates = UPDATES;
  fixture.plan.records = UPDATES + 1;
  fixture.plan.record = record;
  server_result *result = simulate (&fixture);
  for (size_t k = 0; k <= UPDATES; k++)
    assert_true (fabs (result->mean[k] - x[k]) < 1e-15);
  assert_int_equal (result->staleness_count, WORKERS);
  assert_int_equal (result->staleness[WORKERS - 1], UPDATES);
  assert_int_equal (result->versions, WORKERS);
  server_result_free (result);
  tear_down (&fixture);
}

/* Two exponential workers and the mean: dM/dt = -(n/mu) alpha R and
   dR/dt = (M - (1 + alpha) R) / mu for M = E x and R = E of a worker's copy,
   closed because what a worker reads and when it arrives are independent.  */
static void
exponential_workers_follow_their_moment_equations (void **state)
{
  (void) state;
  experiment fixture;
  const double alpha = 0.1, n = 8.0, record[] = { 0.5, 1, 2, 4, 8 };
  set_up (&fixture, 8, "exponential", 1.0, NAN, alpha, 0.0);
  fixture.plan.horizon = 8.0;
  fixture.plan.records = 5;
  fixture.plan.record = record;
  fixture.plan.paths = 4000;
  server_result *result = simulate (&fixture);

  double m = 1.0, r = 1.0, time = 0.0;
  const double step = 1.0 / 4096.0;
  for (size_t k = 0; k < 5; k++)
    {
      for (; time < record[k]; time += step)
        {
          /* The midpoint rule: an error of 1e-8.  */
          const double mm = m - 0.5 * step * n * alpha * r;
          const double rm = r + 0.5 * step * (m - (1.0 + alpha) * r);
          m -= step * n * alpha * rm;
          r += step * (mm - (1.0 + alpha) * rm);
        }
      const double error = sqrt (result->variance[k] / 4000.0);
      assert_true (error > 0.0 && error < 0.02);
      assert_true (fabs (result->mean[k] - m) < 4.5 * error + 1e-6);
      assert_true (fabs (result->updates[k] - n * record[k])
                   < 4.5 * sqrt (n * record[k] / 4000.0));
    }
  server_result_free (result);
  tear_down (&fixture);
}

/* Var x = s^2 (1 + alpha n) / (alpha (2 + alpha - n alpha^2)), s = alpha.  */
static void
stationary_variance_is_exact (void **state)
{
  (void) state;
  const size_t workers[] = { 8, 16 };
  const double rate[] = { 0.1, 0.05 }, value[] = { 8.9109, 17.910 };
  const double record[] = { 20, 32, 44 };
  for (size_t k = 0; k < 2; k++)
    {
      experiment fixture;
      enum
      {
        PATHS = 1500
      };
      const double zero = 0.0;
      set_up (&fixture, workers[k], "exponential", 1.0, NAN, rate[k], 1.0);
      fixture.plan.start = &zero;
      fixture.plan.horizon = 44.0;
      fixture.plan.records = 3;
      fixture.plan.record = record;
      fixture.plan.paths = PATHS;
      server_result *result = simulate (&fixture);
      const double n = (double) workers[k], alpha = rate[k];
      const double exact =
          (1.0 + alpha * n) / (alpha * (2.0 + alpha - n * alpha * alpha));
      assert_true (fabs (exact - value[k]) < 1e-3);
      /* The estimate of a variance has the relative error sqrt (2 / paths), a
         little more for tails heavier than the normal law's.  */
      for (size_t i = 0; i < 3; i++)
        assert_true (fabs (result->variance[i] / (alpha * alpha * exact) - 1.0)
                     < 4.5 * sqrt (2.2 / PATHS));
      /* The loss is x^2 / 2.  */
      for (size_t i = 0; i < 3; i++)
        {
          const double square = result->variance[i] * (PATHS - 1.0) / PATHS
                                + result->mean[i] * result->mean[i];
          assert_true (fabs (result->loss[i] / (0.5 * square) - 1.0) < 1e-12);
        }
      server_result_free (result);
      tear_down (&fixture);
    }
}

/* ---- staleness ------------------------------------------------------- */

static void
mean_staleness_is_workers_minus_one (void **state)
{
  (void) state;
  static const struct
  {
    const char *family;
    double first, second, most; /* variance at most (n - 1)(1 + (n - 1) cv2) */
  } laws[] = { { "exponential", 1.0, NAN, 56.0 },
               { "gamma", 4.0, 0.25, 19.25 },
               { "gamma", 100.0, 0.01, 7.49 },
               { "shifted-exponential", 0.5, 0.5, 19.25 },
               { "uniform", 0.0, 2.0, 23.4 } };
  for (size_t k = 0; k < 5; k++)
    {
      experiment fixture;
      double mean, variance;
      set_up (&fixture, 8, laws[k].family, laws[k].first, laws[k].second, 0.01,
              0.0);
      fixture.plan.horizon = 500.0;
      fixture.plan.paths = 10;
      server_result *result = simulate (&fixture);
      staleness_moments (result, &mean, &variance);
      assert_true (fabs (mean - 7.0) < 0.03);
      assert_true (variance > 0.1 && variance < 1.05 * laws[k].most);
      assert_true (fabs (result->rate / 8.0 - 1.0) < 0.03);
      assert_int_equal (result->versions, 8);
      server_result_free (result);
      tear_down (&fixture);
    }
}

static void
exponential_workers_have_geometric_staleness (void **state)
{
  (void) state;
  experiment fixture;
  double all = 0.0, distance = 0.0, rest = 1.0;
  set_up (&fixture, 8, "exponential", 1.0, NAN, 0.01, 0.0);
  fixture.plan.horizon = 1000.0;
  fixture.plan.paths = 20;
  server_result *result = simulate (&fixture);
  for (size_t i = 0; i < result->staleness_count; i++)
    all += (double) result->staleness[i];
  for (size_t i = 0; i < result->staleness_count; i++)
    {
      const double exact = pow (7.0 / 8.0, (double) i) / 8.0;
      distance += 0.5 * fabs ((double) result->staleness[i] / all - exact);
      rest -= exact;
    }
  assert_true (distance + 0.5 * rest < 0.01);
  server_result_free (result);
  tear_down (&fixture);
}

/* Half of ten workers are ten times slower.  */
static void
classes_keep_their_own_pace (void **state)
{
  (void) state;
  experiment fixture;
  double mean, variance;
  set_up (&fixture, 5, "exponential", 1.0, NAN, 0.01, 0.0);
  delay_law *slow = law ("exponential", 10.0, NAN);
  const system_class classes[] = { { 5, fixture.law },
                                   { 0, slow },
                                   { 5, slow } };
  fixture.system.classes = 3;
  fixture.system.class = classes;
  fixture.plan.horizon = 1500.0;
  fixture.plan.paths = 20;
  server_result *result = simulate (&fixture);
  staleness_moments (result, &mean, &variance);
  assert_true (fabs (result->rate - 5.5) < 4.5 * sqrt (5.5 / 30000.0));
  assert_true (fabs (mean - 9.0) < 0.15);
  server_result_free (result);
  delay_free (slow);
  tear_down (&fixture);
}

/* The rate and the share of accepted gradients are those of the Poisson
   closure, which is not exact: within 0.5 %.  */
static void
stale_gradients_are_dropped (void **state)
{
  (void) state;
  experiment fixture;
  set_up (&fixture, 16, "exponential", 1.0, NAN, 0.001, 0.0);
  fixture.system.threshold = 15.0;
  fixture.plan.horizon = 500.0;
  fixture.plan.paths = 20;
  server_result *result = simulate (&fixture);
  assert_int_equal (result->staleness_count, 16);
  assert_true (fabs (result->accepted / 0.7458 - 1.0) < 0.006);
  assert_true (fabs (result->rate / 11.933 - 1.0) < 0.01);
  server_result_free (result);

  fixture.system.threshold = 0.0;
  result = simulate (&fixture);
  assert_int_equal (result->staleness_count, 1);
  assert_true (result->accepted < 0.5);
  server_result_free (result);
  tear_down (&fixture);
}

/* ---- what is noted --------------------------------------------------- */

static void
targets_are_hit_by_updates (void **state)
{
  (void) state;
  experiment fixture;
  /* Deterministic cycles of one worker: the k-th update at first + k - 1.  */
  const double record[] = { 0, 3 };
  set_up (&fixture, 1, "deterministic", 1.0, NAN, 0.5, 0.0);
  fixture.plan.updates = 10;
  fixture.plan.records = 2;
  fixture.plan.record = record;
  fixture.plan.target = 0.5 * pow (0.25, 3.0);
  server_result *result = simulate (&fixture);
  assert_int_equal (result->check, 1);
  assert_true (result->hit[0] == result->time[1]);
  server_result_free (result);

  fixture.plan.check = 4;
  result = simulate (&fixture);
  assert_true (fabs (result->hit[0] - result->time[1] - 1.0) < 1e-12);
  server_result_free (result);

  fixture.plan.target = 0.5;
  result = simulate (&fixture);
  assert_true (result->hit[0] == 0.0);
  server_result_free (result);

  fixture.plan.target = 0.0;
  result = simulate (&fixture);
  assert_true (result->hit[0] == INFINITY);
  server_result_free (result);
  tear_down (&fixture);
}

static void
coordinates_are_turned_and_shifted (void **state)
{
  (void) state;
  const double eigenvalues[] = { 1.0, 3.0, 0.5 }, start[] = { 1.0, -2.0, 0.5 };
  const double directions[] = { 0.6, 0.8, 0.0, -0.8, 0.6, 0.0 };
  const double origin[] = { 0.1, 0.2, 0.3 }, record[] = { 0.0, 5.0 };
  experiment fixture;
  set_up (&fixture, 3, "exponential", 1.0, NAN, 0.02, 0.0);
  objective_free (fixture.problem);
  fixture.problem = quadratic (3, eigenvalues, 0.1);
  fixture.plan.start = start;
  fixture.plan.horizon = 5.0;
  fixture.plan.records = 2;
  fixture.plan.record = record;
  fixture.plan.coordinates = 2;
  fixture.plan.directions = directions;
  fixture.plan.origin = origin;
  server_result *result = simulate (&fixture);
  assert_true (fabs (result->mean[0] - (0.6 * 0.9 - 0.8 * 2.2)) < 1e-15);
  assert_true (fabs (result->mean[1] - (-0.8 * 0.9 - 0.6 * 2.2)) < 1e-15);
  assert_true (
      fabs (result->mean[2]
            - (0.6 * (result->model[0] - 0.1) + 0.8 * (result->model[1] - 0.2)))
      < 1e-15);
  assert_true (isnan (result->variance[0]));
  server_result_free (result);
  tear_down (&fixture);
}

static void
divergence_is_told (void **state)
{
  (void) state;
  experiment fixture;
  const double record[] = { 0.0, 10.0, 2000.0 };
  set_up (&fixture, 16, "exponential", 1.0, NAN, 3.0, 0.1);
  fixture.plan.horizon = 2000.0;
  fixture.plan.records = 3;
  fixture.plan.record = record;
  fixture.plan.paths = 3;
  fixture.plan.target = 0.1;
  server_result *result = simulate (&fixture);
  assert_true (result->loss[0] == 0.5);
  assert_true (result->loss[1] > 1.0 && isfinite (result->loss[1]));
  assert_true (result->loss[2] == INFINITY);
  assert_true (isnan (result->loss_error[2]));
  assert_true (isnan (result->mean[2]));
  assert_true (result->variance[2] == INFINITY);
  assert_true (! isfinite (result->model[0]));
  server_result_free (result);
  tear_down (&fixture);
}

/* ---- threads and interruptions --------------------------------------- */

static void
threads_give_equal_bits (void **state)
{
  (void) state;
  experiment fixture;
  const double record[] = { 0.0, 0.3, 1.0, 5.0 };
  const size_t threads[] = { 1, 2, 7 };
  server_result *result[4];
  set_up (&fixture, 5, "gamma", 2.0, 0.5, 0.1, 0.5);
  fixture.system.threshold = 6.0;
  fixture.plan.horizon = 5.0;
  fixture.plan.records = 4;
  fixture.plan.record = record;
  fixture.plan.paths = 301;
  fixture.plan.target = 0.01;
  for (size_t k = 0; k < 3; k++)
    {
      fixture.plan.threads = threads[k];
      result[k] = simulate (&fixture);
    }
  fixture.plan.seed = 2;
  result[3] = simulate (&fixture);
  for (size_t k = 1; k < 3; k++)
    {
      const server_result *a = result[0], *b = result[k];
      assert_memory_equal (a->loss, b->loss, sizeof record);
      assert_memory_equal (a->loss_error, b->loss_error, sizeof record);
      assert_memory_equal (a->time, b->time, sizeof record);
      assert_memory_equal (a->updates, b->updates, sizeof record);
      assert_memory_equal (a->uploads, b->uploads, sizeof record);
      assert_memory_equal (a->mean, b->mean, sizeof record);
      assert_memory_equal (a->variance, b->variance, sizeof record);
      assert_memory_equal (a->hit, b->hit, 301 * sizeof (double));
      assert_memory_equal (&a->rate, &b->rate, sizeof (double));
      assert_memory_equal (&a->accepted, &b->accepted, sizeof (double));
      assert_memory_equal (a->model, b->model, sizeof (double));
      assert_int_equal (a->staleness_count, b->staleness_count);
      assert_memory_equal (a->staleness, b->staleness,
                           a->staleness_count * sizeof (uint64_t));
    }
  assert_true (result[3]->loss[3] != result[0]->loss[3]);
  for (size_t k = 0; k < 4; k++)
    server_result_free (result[k]);
  tear_down (&fixture);
}

/* Says stop when it was asked often enough.  */
static bool
after_some (void *data)
{
  size_t *left = data;
  if (*left == 0)
    return true;
  --*left;
  return false;
}

/* Interrupted after the hook was asked SOME times.  */
static support_status
interrupt (const experiment *fixture, size_t some, server_result **result)
{
  const support_hooks hooks = { .interrupted = after_some, .data = &some };
  return server_simulate (&fixture->system, fixture->problem, &fixture->plan,
                          &hooks, result, NULL);
}

static void
interruptions_keep_whole_paths (void **state)
{
  (void) state;
  experiment fixture;
  const double record[] = { 0.0, 20.0 };
  server_result *result = NULL, *whole;
  set_up (&fixture, 5, "exponential", 1.0, NAN, 0.1, 0.5);
  fixture.plan.horizon = 20.0;
  fixture.plan.records = 2;
  fixture.plan.record = record;
  fixture.plan.paths = 1000;
  fixture.plan.threads = 1;

  assert_int_equal (interrupt (&fixture, 20, &result), SUPPORT_INTERRUPTED);
  assert_null (result);
  whole = simulate (&fixture);
  assert_false (whole->stopped);
  assert_int_equal (whole->paths, 1000);

  fixture.plan.partial = true;
  assert_int_equal (interrupt (&fixture, 20, &result), SUPPORT_OK);
  assert_true (result->stopped);
  assert_true (result->paths > 0 && result->paths < 1000);
  assert_true (result->loss[0] == 0.5);
  /* One thread works through the paths in order.  */
  assert_true (result->model[0] == whole->model[0]);
  server_result_free (result);
  server_result_free (whole);

  assert_int_equal (interrupt (&fixture, 0, &result), SUPPORT_OK);
  assert_true (result->stopped);
  assert_int_equal (result->paths, 0);
  assert_true (isnan (result->loss[0]) && isnan (result->rate));
  assert_null (result->model);
  server_result_free (result);
  tear_down (&fixture);
}

/* ---- refusals -------------------------------------------------------- */

static void
refuse (const experiment *fixture, support_status status, const char *word)
{
  server_result *result = NULL;
  support_failure failure = { SUPPORT_OK, "" };
  assert_int_equal (server_simulate (&fixture->system, fixture->problem,
                                     &fixture->plan, NULL, &result, &failure),
                    status);
  assert_null (result);
  assert_non_null (strstr (failure.text, word));
}

static void
bad_plans_are_refused (void **state)
{
  (void) state;
  experiment good, fixture;
  const double falling[] = { 0.0, 2.0, 2.0 }, half[] = { 0.0, 1.5 };
  const double bad = NAN;
  set_up (&good, 4, "exponential", 1.0, NAN, 0.1, 0.0);
  good.plan.horizon = 3.0;

  fixture = good;
  fixture.plan.paths = 0;
  refuse (&fixture, SUPPORT_INVALID, "path");
  fixture = good;
  fixture.plan.horizon = NAN;
  refuse (&fixture, SUPPORT_INVALID, "horizon");
  fixture.plan.horizon = INFINITY;
  refuse (&fixture, SUPPORT_INVALID, "horizon");
  fixture.plan.horizon = -1.0;
  refuse (&fixture, SUPPORT_INVALID, "horizon");
  fixture = good;
  fixture.plan.updates = 4;
  refuse (&fixture, SUPPORT_INVALID, "not both");
  fixture = good;
  fixture.plan.warmup = -1.0;
  refuse (&fixture, SUPPORT_INVALID, "warmup");
  fixture = good;
  fixture.plan.record = falling;
  fixture.plan.records = 3;
  refuse (&fixture, SUPPORT_INVALID, "records");
  fixture.plan.records = 2;
  fixture.plan.horizon = 1.0;
  refuse (&fixture, SUPPORT_INVALID, "records");
  fixture.plan.horizon = 0.0;
  fixture.plan.updates = 5;
  fixture.plan.record = half;
  refuse (&fixture, SUPPORT_INVALID, "whole numbers");
  fixture = good;
  fixture.plan.start = &bad;
  refuse (&fixture, SUPPORT_INVALID, "start");
  fixture = good;
  fixture.plan.coordinates = 2;
  refuse (&fixture, SUPPORT_INVALID, "coordinates");
  fixture = good;
  fixture.system.rate = 0.0;
  refuse (&fixture, SUPPORT_INVALID, "rate");
  fixture = good;
  fixture.plan.horizon = 1e300;
  refuse (&fixture, SUPPORT_LIMIT, "never end");
  fixture = good;
  fixture.class.workers = (size_t) 1 << 31;
  fixture.system.class = &fixture.class;
  fixture.plan.horizon = 1e-9;
  refuse (&fixture, SUPPORT_LIMIT, "GB");
  fixture.class.workers = (size_t) 1 << 40;
  fixture.plan.warmup = 0.0;
  refuse (&fixture, SUPPORT_LIMIT, "GB");
  tear_down (&good);
}

/* The memory of models is that of the most alive at once, at any time: a slab
   more at most.  */
static void
memory_is_that_of_the_models_alive (void **state)
{
  (void) state;
  static const size_t dimension[] = { 10, 20000 };
  enum
  {
    MOST = 1001
  };
  for (size_t k = 0; k < 2; k++)
    {
      server_versions versions;
      uint32_t held[MOST];
      size_t alive = 0, peak = 0;
      gsl_rng *stream = support_stream_create (5, k);
      assert_true (server_versions_prepare (&versions, dimension[k], MOST));
      for (int step = 0; step < 3000; step++)
        {
          const size_t ceiling = step < 1500 ? 40 : 150;
          if (alive < ceiling
              && (alive == 0 || gsl_rng_uniform_int (stream, 2) == 0))
            held[alive++] = server_versions_take (&versions);
          else
            {
              const size_t i = gsl_rng_uniform_int (stream, alive);
              server_versions_release (&versions, held[i]);
              held[i] = held[--alive];
            }
          peak = alive > peak ? alive : peak;
          assert_int_equal (versions.used, peak);
          assert_true (versions.slabs << versions.shift
                       < peak + ((size_t) 1 << versions.shift));
        }
      gsl_rng_free (stream);
      server_versions_free (&versions);
    }
}

/* A thousand workers under policies that need few models.  */
static void
workers_share_models (void **state)
{
  (void) state;
  experiment fixture;
  set_up (&fixture, 1000, "exponential", 1.0, NAN, 1e-4, 0.1);
  fixture.plan.updates = 3000;
  for (int k = 0; k < 5; k++)
    {
      static const system_policy policies[] = { SYSTEM_ASYNC, SYSTEM_ASYNC,
                                                SYSTEM_K_SYNC,
                                                SYSTEM_K_BATCH_SYNC,
                                                SYSTEM_K_BATCH_ASYNC };
      static const size_t most[] = { 1001, 22, 2, 2, 120 };
      fixture.system.policy = policies[k];
      fixture.system.gradients = k > 1 ? 50 : 1;
      fixture.system.threshold = k == 1 ? 20.0 : INFINITY;
      fixture.system.stale = k == 1 ? SYSTEM_ABORT : SYSTEM_DROP;
      fixture.plan.updates = k > 1 ? 100 : 3000;
      server_result *result = simulate (&fixture);
      assert_true (result->versions <= most[k]);
      assert_true (k == 4 || result->versions > most[k] / 2);
      server_result_free (result);
    }
  fixture.plan.cold = true;
  fixture.plan.updates = 30;
  fixture.system.policy = SYSTEM_ASYNC;
  fixture.system.gradients = 1;
  server_result *result = simulate (&fixture);
  assert_true (result->versions <= 31);
  server_result_free (result);
  tear_down (&fixture);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (events_come_in_order_and_ties_first_in_first_out),
    cmocka_unit_test (events_of_workers_can_be_moved),
    cmocka_unit_test (models_are_shared_and_used_again),
    cmocka_unit_test (one_worker_is_gradient_descent),
    cmocka_unit_test (deterministic_workers_have_constant_staleness),
    cmocka_unit_test (exponential_workers_follow_their_moment_equations),
    cmocka_unit_test (stationary_variance_is_exact),
    cmocka_unit_test (mean_staleness_is_workers_minus_one),
    cmocka_unit_test (exponential_workers_have_geometric_staleness),
    cmocka_unit_test (classes_keep_their_own_pace),
    cmocka_unit_test (stale_gradients_are_dropped),
    cmocka_unit_test (targets_are_hit_by_updates),
    cmocka_unit_test (coordinates_are_turned_and_shifted),
    cmocka_unit_test (divergence_is_told),
    cmocka_unit_test (threads_give_equal_bits),
    cmocka_unit_test (interruptions_keep_whole_paths),
    cmocka_unit_test (memory_is_that_of_the_models_alive),
    cmocka_unit_test (workers_share_models),
    cmocka_unit_test (bad_plans_are_refused),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
