/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include "objective/objective.h"

enum
{
  D = 5, /* parameters */
  M = 7  /* rows */
};

/* A symmetric matrix of size D with some zeros, and the same in compressed
   columns.  */
static const double dense[D * D] = { 4, 1, 0, 0, 2, 1, 3, 0.5, 0, 0, 0, 0.5, 2,
                                     0, 1, 0, 0, 0, 1, 0, 2,   0, 1, 0, 5 };
static const double packed[] = { 4, 1, 2, 1, 3, 0.5, 0.5, 2, 1, 1, 2, 1, 5 };
static const size_t start[] = { 0, 3, 6, 9, 10, 13 };
static const size_t row[] = { 0, 1, 4, 0, 1, 2, 1, 2, 4, 3, 0, 2, 4 };
static const double eigenvalues[D] = { 0.5, 1, 2, 0, 7 };
static const double model[D] = { 0.3, -1.2, 2, 0.7, -0.4 };

static const objective_noise quiet = { NULL, NULL, 0.0 };

static objective *
quadratic (objective_storage storage, const objective_noise *noise)
{
  const objective_matrix curvature = { .storage = storage,
                                       .dimension = D,
                                       .values = storage == OBJECTIVE_DIAGONAL
                                                     ? eigenvalues
                                                 : storage == OBJECTIVE_DENSE
                                                     ? dense
                                                     : packed,
                                       .start = start,
                                       .row = row };
  objective *object;
  support_failure failure;
  assert_int_equal (
      objective_quadratic_create (&curvature, noise, &object, &failure),
      SUPPORT_OK);
  return object;
}

static objective *
least_squares (size_t batch, double l2, const objective_noise *noise)
{
  double matrix[M * D], response[M];
  objective *object;
  support_failure failure;
  for (size_t i = 0; i < M * D; i++)
    matrix[i] = sin (1.0 + 3.7 * (double) i);
  for (size_t i = 0; i < M; i++)
    response[i] = cos (2.3 * (double) i);
  const objective_regression regression = { .rows = M,
                                            .columns = D,
                                            .matrix = matrix,
                                            .response = response,
                                            .batch = batch,
                                            .l2 = l2 };
  assert_int_equal (
      objective_least_squares_create (&regression, noise, &object, &failure),
      SUPPORT_OK);
  return object;
}

static objective_workspace *
workspace_of (const objective *object)
{
  objective_workspace *workspace;
  assert_int_equal (objective_workspace_create (object, &workspace, NULL),
                    SUPPORT_OK);
  return workspace;
}

static double
loss_at (const objective *object, const double *w,
         objective_workspace *workspace)
{
  double loss;
  assert_int_equal (objective_loss (object, w, workspace, &loss), SUPPORT_OK);
  return loss;
}

/* ---- gradients ------------------------------------------------------- */

static void
check_finite_differences (objective *object)
{
  objective_workspace *workspace = workspace_of (object);
  const double step = 1e-5;
  double gradient[D];

  assert_int_equal (objective_dimension (object), D);
  assert_int_equal (
      objective_gradient (object, model, NULL, workspace, gradient),
      SUPPORT_OK);
  for (size_t i = 0; i < D; i++)
    {
      double up[D], down[D];
      memcpy (up, model, sizeof up);
      memcpy (down, model, sizeof down);
      up[i] += step;
      down[i] -= step;
      /* Losses of second degree: central differences are exact but for
         rounding.  */
      const double difference =
          (loss_at (object, up, workspace) - loss_at (object, down, workspace))
          / (2.0 * step);
      assert_true (fabs (gradient[i] - difference) < 1e-8);
    }
  objective_workspace_free (workspace);
  objective_free (object);
}

static void
gradients_match_finite_differences (void **state)
{
  (void) state;
  check_finite_differences (quadratic (OBJECTIVE_DIAGONAL, &quiet));
  check_finite_differences (quadratic (OBJECTIVE_DENSE, &quiet));
  check_finite_differences (quadratic (OBJECTIVE_SPARSE, &quiet));
  check_finite_differences (least_squares (2, 0.0, &quiet));
  check_finite_differences (least_squares (M, 0.3, &quiet));
}

static void
losses_are_right (void **state)
{
  (void) state;
  objective *object[] = { quadratic (OBJECTIVE_DIAGONAL, &quiet),
                          quadratic (OBJECTIVE_DENSE, &quiet),
                          quadratic (OBJECTIVE_SPARSE, &quiet),
                          least_squares (3, 0.25, &quiet) };
  double expected[] = { 0.0, 0.0, 0.0, 0.0 };
  for (size_t i = 0; i < D; i++)
    {
      expected[0] += 0.5 * eigenvalues[i] * model[i] * model[i];
      for (size_t j = 0; j < D; j++)
        expected[1] += 0.5 * model[i] * dense[i * D + j] * model[j];
    }
  expected[2] = expected[1];
  for (size_t k = 0; k < M; k++)
    {
      double residual = -cos (2.3 * (double) k);
      for (size_t i = 0; i < D; i++)
        residual += sin (1.0 + 3.7 * (double) (i * M + k)) * model[i];
      expected[3] += 0.5 * residual * residual / M;
    }
  for (size_t i = 0; i < D; i++)
    expected[3] += 0.125 * model[i] * model[i];
  for (size_t i = 0; i < 4; i++)
    {
      objective_workspace *workspace = workspace_of (object[i]);
      assert_true (fabs (loss_at (object[i], model, workspace) - expected[i])
                   < 1e-13);
      objective_workspace_free (workspace);
      objective_free (object[i]);
    }
}

static void
models_that_overflowed_do_no_harm (void **state)
{
  (void) state;
  const double huge[D] = { 1e200, -1e250, INFINITY, NAN, 0.0 };
  objective *object[] = { quadratic (OBJECTIVE_DENSE, &quiet),
                          least_squares (2, 0.1, &quiet) };
  gsl_rng *stream = support_stream_create (1, 0);
  for (size_t i = 0; i < 2; i++)
    {
      objective_workspace *workspace = workspace_of (object[i]);
      double gradient[D];
      assert_int_equal (
          objective_gradient (object[i], huge, stream, workspace, gradient),
          SUPPORT_OK);
      assert_true (! isfinite (loss_at (object[i], huge, workspace)));
      objective_workspace_free (workspace);
      objective_free (object[i]);
    }
  gsl_rng_free (stream);
}

/* ---- noise ----------------------------------------------------------- */

/* The covariance of DRAWS gradients, as far as it is EXPECTED (D by D), and
   their mean the exact gradient: within five standard errors.  */
static void
check_noise (objective *object, const double *expected)
{
  enum
  {
    DRAWS = 40000
  };
  objective_workspace *workspace = workspace_of (object);
  gsl_rng *stream = support_stream_create (7, 3);
  double exact[D], gradient[D], mean[D] = { 0 }, covariance[D][D] = { { 0 } };

  objective_gradient (object, model, NULL, workspace, exact);
  for (size_t k = 0; k < DRAWS; k++)
    {
      objective_gradient (object, model, stream, workspace, gradient);
      for (size_t i = 0; i < D; i++)
        {
          mean[i] += (gradient[i] - exact[i]) / DRAWS;
          for (size_t j = 0; j < D; j++)
            covariance[i][j] +=
                (gradient[i] - exact[i]) * (gradient[j] - exact[j]) / DRAWS;
        }
    }
  for (size_t i = 0; i < D; i++)
    {
      assert_true (fabs (mean[i])
                   <= 5.0 * sqrt (expected[i * D + i] / DRAWS) + 1e-15);
      for (size_t j = 0; j < D; j++)
        {
          /* Var (x y) = s_ii s_jj + s_ij^2 for normal numbers.  */
          const double error =
              sqrt ((expected[i * D + i] * expected[j * D + j]
                     + expected[i * D + j] * expected[i * D + j])
                    / DRAWS);
          assert_true (fabs (covariance[i][j] - expected[i * D + j])
                       <= 5.0 * error + 1e-15);
        }
    }
  gsl_rng_free (stream);
  objective_workspace_free (workspace);
  objective_free (object);
}

static void
noise_has_its_covariance (void **state)
{
  (void) state;
  const double deviation[D] = { 0.1, 0.0, 2.0, 1.0, 0.5 };
  double expected[D * D] = { 0 }, factor[D * D] = { 0 };
  objective_noise noise = { .deviation = deviation };

  for (size_t i = 0; i < D; i++)
    expected[i * D + i] = deviation[i] * deviation[i];
  check_noise (quadratic (OBJECTIVE_DIAGONAL, &noise), expected);
  check_noise (least_squares (M, 0.0, &noise), expected);

  noise.multiplicative = 0.4;
  for (size_t i = 0; i < D; i++)
    expected[i * D + i] += 0.16 * model[i] * model[i];
  check_noise (quadratic (OBJECTIVE_SPARSE, &noise), expected);

  for (size_t i = 0; i < D; i++)
    for (size_t j = 0; j <= i; j++)
      factor[j * D + i] = 1.0 / (1.0 + (double) (i + 2 * j));
  for (size_t i = 0; i < D; i++)
    for (size_t j = 0; j < D; j++)
      {
        expected[i * D + j] = 0.0;
        for (size_t k = 0; k < D; k++)
          expected[i * D + j] += factor[k * D + i] * factor[k * D + j];
      }
  noise = (objective_noise){ .factor = factor };
  check_noise (quadratic (OBJECTIVE_DENSE, &noise), expected);
}

/* ---- minibatches ----------------------------------------------------- */

/* With A the identity and b = -1 the gradient at 0 shows the rows drawn.  */
static objective *
unit_rows (size_t batch)
{
  double matrix[M * M] = { 0 }, response[M];
  objective *object;
  for (size_t i = 0; i < M; i++)
    {
      matrix[i * M + i] = 1.0;
      response[i] = -1.0;
    }
  const objective_regression regression = { .rows = M,
                                            .columns = M,
                                            .matrix = matrix,
                                            .response = response,
                                            .batch = batch };
  assert_int_equal (
      objective_least_squares_create (&regression, &quiet, &object, NULL),
      SUPPORT_OK);
  return object;
}

static void
batches_are_uniform_and_distinct (void **state)
{
  (void) state;
  enum
  {
    DRAWS = 70000,
    BATCH = 3
  };
  objective *object = unit_rows (BATCH);
  objective_workspace *workspace = workspace_of (object);
  gsl_rng *stream = support_stream_create (5, 1);
  const double zero[M] = { 0 };
  size_t sets[1 << M] = { 0 };
  double chi = 0.0;

  for (size_t k = 0; k < DRAWS; k++)
    {
      double gradient[M];
      size_t set = 0, rows = 0;
      objective_gradient (object, zero, stream, workspace, gradient);
      for (size_t i = 0; i < M; i++)
        if (gradient[i] != 0.0)
          {
            assert_true (fabs (gradient[i] - 1.0 / BATCH) < 1e-15);
            set |= (size_t) 1 << i;
            rows++;
          }
      assert_int_equal (rows, BATCH);
      sets[set]++;
    }
  /* All 35 sets equally likely: chi squared with 34 degrees of freedom is
     over 80 with probability 1e-5.  */
  const double expected = DRAWS / 35.0;
  for (size_t set = 0; set < 1 << M; set++)
    if (sets[set] > 0)
      {
        const double excess = (double) sets[set] - expected;
        chi += excess * excess / expected;
      }
  assert_true (chi > 10.0 && chi < 80.0);
  gsl_rng_free (stream);
  objective_workspace_free (workspace);
  objective_free (object);
}

static void
draws_depend_on_the_stream_alone (void **state)
{
  (void) state;
  objective *object = least_squares (3, 0.1, &quiet);
  objective_workspace *workspace = workspace_of (object);
  gsl_rng *stream = support_stream_create (9, 4);
  double first[D], again[D];

  objective_gradient (object, model, stream, workspace, first);
  for (size_t k = 0; k < 10; k++)
    objective_gradient (object, model, stream, workspace, again);
  assert_memory_not_equal (first, again, sizeof first);
  support_stream_rewind (stream, 9, 4);
  objective_gradient (object, model, stream, workspace, again);
  assert_memory_equal (first, again, sizeof first);
  gsl_rng_free (stream);
  objective_workspace_free (workspace);
  objective_free (object);
}

static void
a_batch_of_all_rows_is_exact (void **state)
{
  (void) state;
  objective *object = least_squares (M, 0.1, &quiet);
  objective_workspace *workspace = workspace_of (object);
  gsl_rng *stream = support_stream_create (9, 4);
  double exact[D], drawn[D];

  objective_gradient (object, model, NULL, workspace, exact);
  objective_gradient (object, model, stream, workspace, drawn);
  assert_memory_equal (exact, drawn, sizeof exact);
  gsl_rng_free (stream);
  objective_workspace_free (workspace);
  objective_free (object);
}

/* ---- refusals -------------------------------------------------------- */

static void
refuse_quadratic (const objective_matrix *matrix, const objective_noise *noise,
                  const char *word)
{
  objective *object = NULL;
  support_failure failure = { SUPPORT_OK, "" };
  assert_int_equal (
      objective_quadratic_create (matrix, noise, &object, &failure),
      SUPPORT_INVALID);
  assert_null (object);
  assert_non_null (strstr (failure.text, word));
}

static void
refuse_regression (objective_regression regression,
                   const objective_noise *noise, const char *word)
{
  objective *object = NULL;
  support_failure failure = { SUPPORT_OK, "" };
  assert_int_equal (
      objective_least_squares_create (&regression, noise, &object, &failure),
      SUPPORT_INVALID);
  assert_null (object);
  assert_non_null (strstr (failure.text, word));
}

static void
bad_data_are_refused (void **state)
{
  (void) state;
  const double bad[D] = { 1, 2, NAN, 4, 5 }, negative[D] = { 1, 1, 1, -1, 1 };
  const size_t outside[] = { 0, 1, 4, 0, 1, 2, 1, D, 4, 3, 0, 2, 4 };
  const size_t falling[] = { 0, 3, 2, 9, 10, 13 };
  objective_matrix matrix = { .storage = OBJECTIVE_DIAGONAL,
                              .dimension = D,
                              .values = bad };
  objective_noise noise = quiet;

  refuse_quadratic (&matrix, &quiet, "curvature");
  matrix.values = eigenvalues;
  noise.deviation = negative;
  refuse_quadratic (&matrix, &noise, ">= 0");
  noise.deviation = bad;
  refuse_quadratic (&matrix, &noise, "noise");
  noise = (objective_noise){ .multiplicative = -1.0 };
  refuse_quadratic (&matrix, &noise, "multiplicative");
  noise.multiplicative = INFINITY;
  refuse_quadratic (&matrix, &noise, "multiplicative");
  matrix = (objective_matrix){ OBJECTIVE_SPARSE, D, packed, start, outside };
  refuse_quadratic (&matrix, &quiet, "well formed");
  matrix = (objective_matrix){ OBJECTIVE_SPARSE, D, packed, falling, row };
  refuse_quadratic (&matrix, &quiet, "well formed");
  matrix = (objective_matrix){ .dimension = 0, .values = bad };
  refuse_quadratic (&matrix, &quiet, "no parameter");

  objective_regression good = { .rows = D,
                                .columns = 1,
                                .matrix = eigenvalues,
                                .response = negative,
                                .batch = 2 };
  objective_regression regression = good;
  regression.matrix = bad;
  refuse_regression (regression, &quiet, "A must");
  regression = good;
  regression.response = bad;
  refuse_regression (regression, &quiet, "b must");
  regression = good;
  regression.batch = 0;
  refuse_regression (regression, &quiet, "batch");
  regression.batch = D + 1;
  refuse_regression (regression, &quiet, "batch");
  regression = good;
  regression.l2 = -1.0;
  refuse_regression (regression, &quiet, "l2");
  regression = good;
  regression.rows = 0;
  refuse_regression (regression, &quiet, "rows");
  noise = (objective_noise){ .multiplicative = 1.0 };
  refuse_regression (good, &noise, "multiplicative");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (gradients_match_finite_differences),
    cmocka_unit_test (losses_are_right),
    cmocka_unit_test (models_that_overflowed_do_no_harm),
    cmocka_unit_test (noise_has_its_covariance),
    cmocka_unit_test (batches_are_uniform_and_distinct),
    cmocka_unit_test (draws_depend_on_the_stream_alone),
    cmocka_unit_test (a_batch_of_all_rows_is_exact),
    cmocka_unit_test (bad_data_are_refused),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
