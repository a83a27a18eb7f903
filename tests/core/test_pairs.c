/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairs/: the closed moments of pairs of workers, held against what is exact,
   against simulated figures, and against each other by other methods.  */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>

#include "assert_close.h"
#include "pairs/pairs_private.h"
#include "support/lapack.h"

enum
{
  MOST = 8,
  ROUNDS = 90
};

typedef struct workers
{
  double start[MOST], transition[MOST * MOST], accepted[MOST];
  pairs_class class;
} workers;

/* Erlang cycles of mean MEAN.  */
static void
erlang (workers *of, size_t n, size_t phases, double mean)
{
  const double rate = (double) phases / mean;
  memset (of, 0, sizeof *of);
  of->start[0] = 1.0;
  for (size_t p = 0; p < phases; p++)
    {
      of->transition[p + p * phases] = -rate;
      if (p + 1 < phases)
        of->transition[p + (p + 1) * phases] = rate;
    }
  of->class = (pairs_class){ n, phases, of->start, of->transition, NULL };
}

/* The hyperexponential of mean 1 and cv2 = 5.5 of two phases.  */
static void
hyperexponential (workers *of, size_t n)
{
  memset (of, 0, sizeof *of);
  of->start[0] = 0.9;
  of->start[1] = 0.1;
  of->transition[0] = -1.0 / 0.5;
  of->transition[3] = -1.0 / 5.5;
  of->class = (pairs_class){ n, 2, of->start, of->transition, NULL };
}

static pairs_model *
made (const pairs_class *class, size_t classes)
{
  pairs_model *model;
  assert_int_equal (pairs_create (class, classes, &model, NULL), SUPPORT_OK);
  return model;
}

/* The same with limits and exponents of the closure, where the census would do
   without.  */
static pairs_model *
closed (const pairs_class *class, size_t classes)
{
  pairs_model *model = made (class, classes);
  model->census = false;
  return model;
}

static pairs_mode
plain (double alpha, double noise)
{
  return (pairs_mode){ alpha, alpha * alpha, noise };
}

static double
exponent_of (const pairs_model *model, pairs_mode mode)
{
  double exponent;
  assert_int_equal (pairs_exponent (model, &mode, &exponent, NULL), SUPPORT_OK);
  return exponent;
}

static double
variance_of (const pairs_model *model, pairs_mode mode)
{
  double variance;
  assert_int_equal (pairs_stationary (model, &mode, &variance, NULL),
                    SUPPORT_OK);
  return variance;
}

/* ---- exponential cycles: closed moment equations are exact ----------- */

static void
exponential_variance_is_exact (void **state)
{
  const size_t n[] = { 2, 8, 16, 32 };
  const double alpha[] = { 0.3, 0.1, 0.05, 0.1 };
  (void) state;
  for (int i = 0; i < 4; i++)
    {
      workers crew;
      erlang (&crew, n[i], 1, 1.7);
      pairs_model *model = made (&crew.class, 1);
      const double a = alpha[i], k = (double) n[i];
      assert_close (variance_of (model, plain (a, 1.0)),
                    (1.0 + a * k) / (a * (2.0 + a - k * a * a)), 1e-9);
      pairs_free (model);
    }
}

/* Mean-square stable if and only if alpha n < (1 + sqrt (1 + 8 n))/2.  */
static void
exponential_limit_is_exact (void **state)
{
  (void) state;
  for (size_t n = 2; n <= 40; n += 19)
    {
      workers crew;
      erlang (&crew, n, 1, 1.0);
      pairs_model *model = made (&crew.class, 1);
      const double limit =
          (1.0 + sqrt (1.0 + 8.0 * (double) n)) / (2.0 * (double) n);
      assert_true (isfinite (variance_of (model, plain (0.999 * limit, 1.0))));
      assert_true (isinf (variance_of (model, plain (1.001 * limit, 1.0))));
      assert_close (exponent_of (model, plain (limit, 0.0)), 0.0, 1e-7);
      pairs_free (model);
    }
}

/* Each gradient is lost with the probability 1 - p.  At rest x = E w^2,
   y = E w w_i and v = E w_i w_j obey

     2 alpha y = alpha^2 x + noise,  x - y = (n - 1) p alpha v,
     y = (1 + p alpha) v.  */
static void
losses_are_exact (void **state)
{
  (void) state;
  for (int i = 0; i < 3; i++)
    {
      const double p = (double[]){ 1.0, 0.7, 0.2 }[i], a = 0.1, n = 9.0;
      workers crew;
      erlang (&crew, (size_t) n, 1, 1.7);
      crew.accepted[0] = p;
      crew.class.accepted = crew.accepted;
      pairs_model *model = made (&crew.class, 1);
      const double k = 1.0 + (n - 1.0) * p * a / (1.0 + p * a);
      assert_close (pairs_rate (model), n * p / 1.7, 1e-13);
      assert_close (variance_of (model, plain (a, 0.5)),
                    0.5 * k / (a * (2.0 - a * k)), 1e-9);
      pairs_free (model);
    }
}

/* x' = -alpha n y, y' = x - (1 + alpha) y with w the model and w_i a copy.  */
static void
exponential_roots_are_exact (void **state)
{
  workers crew;
  pairs_root *root;
  size_t count;
  const pairs_mode mode = plain (0.2, 0.0);
  (void) state;
  erlang (&crew, 10, 1, 1.0);
  pairs_model *model = made (&crew.class, 1);
  assert_int_equal (pairs_roots (model, &mode, true, &root, &count, NULL),
                    SUPPORT_OK);
  assert_int_equal (count, 2);
  const double half = -0.5 * 1.2, high = sqrt (2.0 - half * half);
  assert_close (creal (root[0].s), half, 1e-13);
  assert_close (cimag (root[0].s), high, 1e-13);
  assert_close (cimag (root[1].s), -high, 1e-13);
  free (root);
  pairs_free (model);
}

/* ---- one worker: the model is its own copy --------------------------- */

/* A step at each end of a cycle: w is a product, and the transform of the cycle
   is 1/q at the exponent of a product with factor q.  */
static void
one_worker_is_a_product (void **state)
{
  workers crew;
  double exponent, mean[1], second[1];
  const pairs_mode mode = plain (0.3, 0.0);
  const double start = 2.0, time = 40.0, q = 0.7 * 0.7;
  (void) state;
  erlang (&crew, 1, 4, 1.0);
  pairs_model *model = made (&crew.class, 1);
  assert_int_equal (pairs_exponent (model, &mode, &exponent, NULL), SUPPORT_OK);
  assert_close (q * pow (1.0 + exponent / 4.0, -4.0), 1.0, 1e-12);
  assert_close (variance_of (model, plain (0.3, 0.5)), 0.5 / (1.0 - q), 1e-13);
  assert_int_equal (pairs_moments (model, &mode, &start, 1, &time, 1, 1e-9,
                                   mean, second, NULL, NULL),
                    SUPPORT_OK);
  assert_close (log (second[0] / 4.0) / time, exponent, 2e-2);
  pairs_free (model);
}

/* ---- figures from simulations ---------------------------------------- */

/* Limits on alpha: gamma of shape 4, simulated .593, .2935 and .0717;
   hyperexponential of cv2 = 5.5, simulated .727 and .366.  Decimals of the
   closure itself by an independent program (numpy, all moments at once).  */
static void
mean_square_limits (void **state)
{
  const struct
  {
    size_t n;
    double limit;
  } gamma[] = { { 4, 0.5900104581648785 },
                { 8, 0.2923125199737718 },
                { 32, 0.0716776382484958 } };
  workers crew;
  (void) state;
  for (int i = 0; i < 3; i++)
    {
      erlang (&crew, gamma[i].n, 4, 1.0);
      pairs_model *model = made (&crew.class, 1);
      const double limit = gamma[i].limit;
      assert_true (isfinite (variance_of (model, plain (limit - 1e-9, 1.0))));
      assert_true (isinf (variance_of (model, plain (limit + 1e-9, 1.0))));
      pairs_free (model);
    }
  hyperexponential (&crew, 8);
  pairs_model *model = closed (&crew.class, 1);
  assert_close (exponent_of (model, plain (0.6, 0.0)), -0.1276719306, 1e-8);
  pairs_free (model);
  hyperexponential (&crew, 32);
  model = closed (&crew.class, 1);
  assert_close (exponent_of (model, plain (0.33, 0.0)), -0.0938449333, 1e-8);
  pairs_free (model);
}

/* Without a closure, by an independent program (numpy, all censuses at once);
   simulated: .9640 +- .0011, .7020 +- .0008, .3613 +- .0002 and .6936 (gamma
   2).  */
static void
census_limits (void **state)
{
  const struct
  {
    size_t n;
    double limit;
  } known[] = { { 4, 0.9641701299 },
                { 8, 0.7021285107 },
                { 32, 0.3607903318 } };
  workers crew;
  (void) state;
  for (int i = 0; i < 3; i++)
    {
      hyperexponential (&crew, known[i].n);
      pairs_model *model = made (&crew.class, 1);
      const double limit = known[i].limit;
      assert_true (pairs_limit_is_exact (model));
      assert_true (isfinite (variance_of (model, plain (limit - 1e-7, 1.0))));
      assert_true (isinf (variance_of (model, plain (limit + 1e-7, 1.0))));
      assert_true (exponent_of (model, plain (limit - 1e-7, 1.0)) < 0.0);
      assert_true (exponent_of (model, plain (limit + 1e-7, 1.0)) > 0.0);
      pairs_free (model);
    }
  erlang (&crew, 32, 4, 1.0);
  pairs_model *model = made (&crew.class, 1);
  assert_false (pairs_limit_is_exact (model));
  pairs_free (model);
}

/* Simulated .2716 +- 1.5 % and .5371 +- 1 %.  */
static void
stationary_variance (void **state)
{
  workers crew;
  (void) state;
  erlang (&crew, 5, 4, 1.0);
  pairs_model *model = made (&crew.class, 1);
  assert_close (variance_of (model, plain (0.02, 0.01)), 0.2733450799530541,
                1e-10);
  pairs_free (model);
  erlang (&crew, 40, 4, 1.0);
  model = made (&crew.class, 1);
  assert_close (variance_of (model, plain (0.02, 0.01)), 0.5382612429622091,
                1e-10);
  pairs_free (model);
}

/* ---- one method against another -------------------------------------- */

/* The eigenvalue with the largest real part of all second moments.  */
static double
dense_exponent (const pairs_model *model, const pairs_mode *mode)
{
  const size_t size = pairs_second_size (model);
  const int n = (int) size, one = 1, length = 8 * n;
  double *state = support_doubles (size), *space = support_doubles (8 * size);
  double *matrix = support_doubles (size * size);
  double *work = support_doubles (pairs_work_size (model));
  double *real = support_doubles (size), *imaginary = support_doubles (size);
  const pairs_mode quiet = { mode->alpha, mode->square, 0.0 };
  double largest = -INFINITY;
  int info;
  for (size_t j = 0; j < size; j++)
    {
      state[j] = 1.0;
      pairs_second_flow (model, &quiet, state, matrix + j * size, work);
      state[j] = 0.0;
    }
  dgeev_ ("N", "N", &n, matrix, &n, real, imaginary, NULL, &one, NULL, &one,
          space, &length, &info);
  assert_int_equal (info, 0);
  for (size_t j = 0; j < size; j++)
    largest = fmax (largest, real[j]);
  free (state);
  free (space);
  free (matrix);
  free (work);
  free (real);
  free (imaginary);
  return largest;
}

/* A cycle of random phases, made by a linear congruential generator.  */
static double
next (uint64_t *seed)
{
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (double) (*seed >> 11) * 0x1p-53;
}

static void
random_cycle (workers *of, size_t n, size_t phases, uint64_t *seed)
{
  double total = 0.0;
  memset (of, 0, sizeof *of);
  for (size_t p = 0; p < phases; p++)
    total += of->start[p] = next (seed);
  for (size_t p = 0; p < phases; p++)
    {
      double leaving = 0.2 + next (seed);
      of->start[p] /= total;
      for (size_t q = 0; q < phases; q++)
        if (q != p)
          leaving += of->transition[p + q * phases] = 2.0 * next (seed);
      of->transition[p + p * phases] = -leaving;
    }
  of->class = (pairs_class){ n, phases, of->start, of->transition, NULL };
}

/* Gradients of some phases are accepted, or all with the same probability.  */
static void
thin (workers *of, uint64_t *seed)
{
  const bool alike = next (seed) < 0.3;
  const double common = 0.2 + 0.8 * next (seed);
  for (size_t p = 0; p < of->class.phases; p++)
    of->accepted[p] = alike ? common : next (seed) < 0.3 ? 0.0 : next (seed);
  of->accepted[0] = fmax (of->accepted[0], 0.2);
  of->class.accepted = of->accepted;
}

/* The reduction to moments at exits, the cone's signs and the flow in time tell
   one story, for one class and for several, stable or not, of gradients that
   are accepted all or not.  */
static void
exponents_agree (void **state)
{
  uint64_t seed = 1;
  (void) state;
  for (int round = 0; round < ROUNDS; round++)
    {
      workers crew[3];
      pairs_class class[3];
      const size_t classes = 1 + (size_t) round % 3;
      for (size_t c = 0; c < classes; c++)
        {
          const size_t most = classes == 1 ? 9 : 4;
          random_cycle (&crew[c], 1 + (size_t) (next (&seed) * (double) most),
                        1 + (size_t) (next (&seed) * 3.99), &seed);
          if (round >= ROUNDS / 2)
            thin (&crew[c], &seed);
          class[c] = crew[c].class;
        }
      pairs_model *model = closed (class, classes);
      const double alpha =
          exp (-4.0 + 5.0 * next (&seed)) / sqrt ((double) model->workers);
      const pairs_mode mode = { alpha, alpha * alpha * (1.0 + next (&seed)),
                                0.3 };
      const double exponent = exponent_of (model, mode);
      double other, tolerance;
      if (classes == 1)
        {
          other = dense_exponent (model, &mode);
          tolerance = 1e-7 * model->fastest;
        }
      else
        {
          /* Of several classes the equations of all moments have motions that
             no start excites (see roots.c): so here the growth in time.  */
          const pairs_mode quiet = { mode.alpha, mode.square, 0.0 };
          const double scale = 1.0 / (fabs (exponent) + 0.1);
          const double start = 1.0, time[] = { 20.0 * scale, 24.0 * scale };
          double second[2];
          assert_int_equal (pairs_moments (model, &quiet, &start, 1, time, 2,
                                           1e-9, NULL, second, NULL, NULL),
                            SUPPORT_OK);
          other = log (second[1] / second[0]) / (4.0 * scale);
          tolerance = 0.05 * (fabs (exponent) + 0.1);
        }
      if (! (fabs (exponent - other) <= tolerance))
        fail_msg ("round %d: %.12g is not %.12g", round, exponent, other);
      assert_int_equal (isfinite (variance_of (model, mode)), exponent < 0.0);
      pairs_free (model);
    }
}

/* Where both stand, the census and the closure differ by little (by nothing for
   two workers and one phase, which the census leaves alone): any random cycles
   of few phases, far from the limit.  */
static void
census_agrees (void **state)
{
  uint64_t seed = 2;
  (void) state;
  for (int round = 0; round < 40; round++)
    {
      workers crew;
      random_cycle (&crew, 3 + (size_t) (next (&seed) * 5.0),
                    2 + (size_t) (next (&seed) * 1.99), &seed);
      if (round >= 20)
        thin (&crew, &seed);
      pairs_model *exact = made (&crew.class, 1),
                  *near = closed (&crew.class, 1);
      const double alpha =
          (0.05 + 0.4 * next (&seed)) / sqrt ((double) crew.class.workers);
      const pairs_mode mode = { alpha, alpha * alpha * (1.0 + next (&seed)),
                                0.3 };
      const double exponent = exponent_of (exact, mode);
      const double variance = variance_of (exact, mode);
      assert_true (pairs_limit_is_exact (exact));
      assert_close (exponent_of (near, mode), exponent, 0.05 * fabs (exponent));
      assert_close (variance_of (near, mode), variance, 0.05 * variance);
      pairs_free (exact);
      pairs_free (near);
    }
}

/* Roots of the mean of several classes: the rightmost is what the mean falls
   by, and classes that are alike add none of which one class knows nothing.  */
static void
roots_of_classes (void **state)
{
  workers crew[2], all;
  const pairs_mode mode = plain (0.05, 0.0);
  const double start = 1.0, time[] = { 100.0, 110.0 };
  pairs_root *root;
  double mean[2];
  size_t count;
  (void) state;
  erlang (&crew[0], 3, 2, 1.0);
  hyperexponential (&crew[1], 2);
  const pairs_class class[] = { crew[0].class, crew[1].class };
  pairs_model *model = made (class, 2);
  assert_int_equal (pairs_roots (model, &mode, true, &root, &count, NULL),
                    SUPPORT_OK);
  pairs_moments (model, &mode, &start, 1, time, 2, 1e-9, mean, NULL, NULL,
                 NULL);
  assert_close (log (mean[1] / mean[0]) / 10.0, creal (root[0].s), 1e-3);
  free (root);
  pairs_free (model);

  pairs_root *single;
  size_t singles;
  erlang (&all, 5, 2, 1.0);
  erlang (&crew[0], 3, 2, 1.0);
  erlang (&crew[1], 2, 2, 1.0);
  const pairs_class halves[] = { crew[0].class, crew[1].class };
  model = made (halves, 2);
  pairs_model *one = made (&all.class, 1);
  assert_int_equal (pairs_roots (model, &mode, true, &root, &count, NULL),
                    SUPPORT_OK);
  assert_int_equal (pairs_roots (one, &mode, true, &single, &singles, NULL),
                    SUPPORT_OK);
  assert_close (cabs (root[0].s - single[0].s), 0.0, 1e-12);
  for (size_t i = 0; i < singles; i++)
    {
      double nearest = INFINITY;
      for (size_t j = 0; j < count; j++)
        nearest = fmin (nearest, cabs (single[i].s - root[j].s));
      assert_close (nearest, 0.0, 1e-6);
    }
  free (root);
  free (single);
  pairs_free (one);
  pairs_free (model);
}

static void
curves_end_at_the_limit (void **state)
{
  workers crew[2];
  const double start[] = { 1.0, -2.0 }, time[] = { 0.0, 400.0 };
  const pairs_mode mode[] = { plain (0.05, 0.2), plain (0.1, 0.1) };
  double mean[4], second[4];
  (void) state;
  erlang (&crew[0], 3, 3, 1.0);
  hyperexponential (&crew[1], 4);
  const pairs_class class[] = { crew[0].class, crew[1].class };
  pairs_model *model = made (class, 2);
  assert_int_equal (pairs_moments (model, mode, start, 2, time, 2, 1e-9, mean,
                                   second, NULL, NULL),
                    SUPPORT_OK);
  for (int i = 0; i < 2; i++)
    {
      assert_close (mean[2 * i], start[i], 1e-15);
      assert_close (second[2 * i], start[i] * start[i], 1e-15);
      assert_close (mean[2 * i + 1], 0.0, 1e-8);
      assert_close (second[2 * i + 1], variance_of (model, mode[i]), 1e-7);
    }
  pairs_free (model);
}

/* Two classes that are alike are one.  */
static void
alike_classes_are_one (void **state)
{
  workers all, part[2];
  const double start = 1.0, time[] = { 1.0, 3.0 };
  const pairs_mode mode = plain (0.1, 0.2);
  double mean[2][2], second[2][2];
  (void) state;
  erlang (&all, 5, 3, 1.0);
  erlang (&part[0], 1, 3, 1.0);
  erlang (&part[1], 4, 3, 1.0);
  const pairs_class class[] = { part[0].class, part[1].class };
  pairs_model *one = closed (&all.class, 1), *two = made (class, 2);
  assert_close (variance_of (two, mode), variance_of (one, mode), 1e-10);
  assert_close (exponent_of (two, mode), exponent_of (one, mode), 1e-8);
  pairs_moments (one, &mode, &start, 1, time, 2, 1e-9, mean[0], second[0], NULL,
                 NULL);
  pairs_moments (two, &mode, &start, 1, time, 2, 1e-9, mean[1], second[1], NULL,
                 NULL);
  for (int k = 0; k < 2; k++)
    {
      assert_close (mean[1][k], mean[0][k], 1e-9);
      assert_close (second[1][k], second[0][k], 1e-9);
    }
  pairs_free (one);
  pairs_free (two);
}

/* The mean at late times falls as its rightmost root says.  */
static void
mean_follows_its_root (void **state)
{
  workers crew;
  const double start = 1.0, time[] = { 60.0, 80.0 };
  const pairs_mode mode = plain (0.02, 0.0);
  pairs_root *root;
  double mean[2];
  size_t count;
  (void) state;
  erlang (&crew, 10, 4, 1.0);
  pairs_model *model = made (&crew.class, 1);
  assert_int_equal (pairs_roots (model, &mode, true, &root, &count, NULL),
                    SUPPORT_OK);
  assert_int_equal (count, 10 + 16);
  assert_close (cimag (root[0].s), 0.0, 0.0);
  pairs_moments (model, &mode, &start, 1, time, 2, 1e-9, mean, NULL, NULL,
                 NULL);
  assert_close (log (mean[1] / mean[0]) / 20.0, creal (root[0].s), 1e-7);
  free (root);
  pairs_free (model);
}

/* ---- beyond the domain ----------------------------------------------- */

static void
bad_workers_are_refused (void **state)
{
  workers crew;
  pairs_model *model;
  support_failure failure;
  const double time = 1.0, late[] = { 2.0, 1.0 };
  (void) state;
  erlang (&crew, 0, 2, 1.0);
  assert_int_equal (pairs_create (&crew.class, 1, &model, &failure),
                    SUPPORT_INVALID);
  assert_null (model);
  erlang (&crew, 2, 2, 1.0);
  crew.start[0] = 0.9;
  assert_int_equal (pairs_create (&crew.class, 1, &model, &failure),
                    SUPPORT_INVALID);
  erlang (&crew, 2, 2, 1.0);
  crew.transition[2] = 3.0;
  assert_int_equal (pairs_create (&crew.class, 1, &model, &failure),
                    SUPPORT_INVALID);
  erlang (&crew, 2, 2, 1.0);
  crew.transition[3] = NAN;
  assert_int_equal (pairs_create (&crew.class, 1, &model, &failure),
                    SUPPORT_INVALID);
  /* A pair of phases that is never left.  */
  erlang (&crew, 2, 2, 1.0);
  crew.transition[1] = 2.0;
  assert_int_equal (pairs_create (&crew.class, 1, &model, &failure),
                    SUPPORT_INVALID);
  erlang (&crew, 2, 2, 1.0);
  crew.class.phases = PAIRS_MOST_PHASES + 1;
  assert_int_equal (pairs_create (&crew.class, 1, &model, &failure),
                    SUPPORT_LIMIT);
  erlang (&crew, 2, 2, 1.0);
  model = made (&crew.class, 1);
  const pairs_mode mode = plain (0.1, 0.0);
  assert_int_equal (pairs_moments (model, &mode, &time, 1, late, 2, 1e-9, NULL,
                                   NULL, NULL, &failure),
                    SUPPORT_INVALID);
  pairs_free (model);
}

/* Growth leaves the range of numbers without a trap.  */
static void
divergence_ends_in_infinity (void **state)
{
  workers crew;
  const double start = 1.0, time = 5000.0;
  const pairs_mode mode = plain (3.0, 0.0);
  double mean, second;
  (void) state;
  erlang (&crew, 6, 2, 1.0);
  pairs_model *model = made (&crew.class, 1);
  assert_int_equal (pairs_moments (model, &mode, &start, 1, &time, 1, 1e-9,
                                   &mean, &second, NULL, NULL),
                    SUPPORT_OK);
  assert_true (isinf (second) && isnan (mean));
  assert_true (exponent_of (model, mode) > 1.0);
  pairs_free (model);
}

/* Step by step, and back within a step, what the curves of each mode are; the
   likely limit where that is sure.  */
static void
a_walk_follows_the_curves (void **state)
{
  workers crew;
  const pairs_mode mode[] = { plain (0.05, 0.01), plain (0.2, 0.02) };
  const double start[] = { 1.0, 0.5 };
  double second[2], value, slope, limit;
  pairs_walk *walk;
  (void) state;
  erlang (&crew, 6, 4, 1.0);
  pairs_model *model = made (&crew.class, 1);
  assert_int_equal (
      pairs_walk_create (model, mode, start, 2, 1e-10, &walk, NULL),
      SUPPORT_OK);
  for (int step = 0; step < 12; step++)
    {
      const double before = pairs_walk_time (walk);
      assert_int_equal (pairs_walk_step (walk, INFINITY, NULL), SUPPORT_OK);
      double time = pairs_walk_time (walk);
      assert_true (time > before);
      if (step % 3 == 2)
        {
          time = 0.3 * before + 0.7 * time;
          assert_int_equal (pairs_walk_within (walk, time, NULL), SUPPORT_OK);
          assert_true (pairs_walk_time (walk) == time);
        }
      const double around[] = { 0.999 * time, time, 1.001 * time };
      for (size_t i = 0; i < 2; i++)
        {
          double curve[3];
          assert_int_equal (pairs_moments (model, &mode[i], &start[i], 1,
                                           around, 3, 1e-11, NULL, curve, NULL,
                                           NULL),
                            SUPPORT_OK);
          pairs_walk_second (walk, i, &value, &slope);
          assert_close (value, curve[1], 1e-7);
          assert_close (slope, (curve[2] - curve[0]) / (0.002 * time), 1e-4);
        }
    }
  assert_int_equal (pairs_walk_step (walk, pairs_walk_time (walk) + 1e-3, NULL),
                    SUPPORT_OK);
  pairs_walk_free (walk);
  for (size_t i = 0; i < 2; i++)
    {
      second[i] = variance_of (model, mode[i]);
      assert_int_equal (pairs_stationary_likely (model, &mode[i], &limit, NULL),
                        SUPPORT_OK);
      assert_true (limit == second[i]);
    }
  pairs_free (model);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (exponential_variance_is_exact),
    cmocka_unit_test (losses_are_exact),
    cmocka_unit_test (exponential_limit_is_exact),
    cmocka_unit_test (exponential_roots_are_exact),
    cmocka_unit_test (one_worker_is_a_product),
    cmocka_unit_test (mean_square_limits),
    cmocka_unit_test (census_limits),
    cmocka_unit_test (census_agrees),
    cmocka_unit_test (stationary_variance),
    cmocka_unit_test (exponents_agree),
    cmocka_unit_test (roots_of_classes),
    cmocka_unit_test (curves_end_at_the_limit),
    cmocka_unit_test (alike_classes_are_one),
    cmocka_unit_test (mean_follows_its_root),
    cmocka_unit_test (bad_workers_are_refused),
    cmocka_unit_test (divergence_ends_in_infinity),
    cmocka_unit_test (a_walk_follows_the_curves),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
