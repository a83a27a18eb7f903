/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unit tests of objective/: eigenvalues of the Hessian, variance of gradients,
   functions of the user.  */
#include "objective/objective.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>

static const objective_noise quiet = { .deviation = NULL };

static objective *
diagonal (size_t n, const double *values, const objective_noise *noise)
{
  const objective_matrix matrix = { .storage = OBJECTIVE_DIAGONAL,
                                    .dimension = n,
                                    .values = values };
  objective *object;
  assert_int_equal (objective_quadratic_create (&matrix, noise, &object, NULL),
                    SUPPORT_OK);
  return object;
}

static objective_curvature *
curvature_of (const objective *object, const double *model, size_t count,
              size_t steps)
{
  const objective_curvature_plan plan = { .model = model,
                                          .count = count,
                                          .steps = steps,
                                          .tolerance = 1e-8,
                                          .seed = 1,
                                          .draws = 4000 };
  objective_curvature *curvature;
  assert_int_equal (
      objective_curvature_at (object, &plan, NULL, &curvature, NULL),
      SUPPORT_OK);
  return curvature;
}

/* ---- eigenvalues ----------------------------------------------------- */

static void
ends_of_a_known_spectrum (void **state)
{
  (void) state;
  enum
  {
    N = 400
  };
  double values[N], model[N];
  for (size_t i = 0; i < N; i++)
    {
      /* In no order, and apart at both ends.  */
      const double u = (double) ((i * 37) % N) / (N - 1.0);
      values[i] = 2.0 + sin (3.0 * (u - 0.5)) + u * u * u;
      model[i] = 1.0;
    }
  values[7] = 9.0;
  values[8] = -3.0;
  values[9] = 8.0;
  values[10] = 0.25;
  objective *object = diagonal (N, values, &quiet);
  objective_curvature *found = curvature_of (object, model, 2, 300);
  const double expected[] = { 9.0, 8.0, 0.25, -3.0 };
  assert_int_equal (found->count, 4);
  assert_false (found->complete);
  assert_true (found->steps < 300);
  for (size_t k = 0; k < 4; k++)
    {
      assert_true (found->converged[k]);
      assert_true (fabs (found->eigenvalue[k] - expected[k]) < 1e-12);
      assert_true (found->residual[k] < 1e-7);
    }
  assert_true (fabs (fabs (found->vector[7]) - 1.0) < 1e-12);
  assert_true (fabs (fabs (found->slope[0]) - 9.0) < 1e-6);
  objective_curvature_free (found);

  /* Too few steps: it says so.  */
  found = curvature_of (object, model, 2, 6);
  assert_int_equal (found->count, 4);
  assert_false (found->converged[2]);
  objective_curvature_free (found);
  objective_free (object);
}

static void
multiple_eigenvalues_of_small_problems (void **state)
{
  (void) state;
  const double values[] = { 1, 1, 1, 1, 2, 5, 5, 0, 0 };
  const double expected[] = { 5, 5, 2, 1, 1, 1, 1, 0, 0 };
  const double model[9] = { 0 };
  objective *object = diagonal (9, values, &quiet);
  objective_curvature *found = curvature_of (object, model, 9, 500);
  assert_int_equal (found->count, 9);
  assert_true (found->complete);
  for (size_t k = 0; k < 9; k++)
    {
      assert_true (fabs (found->eigenvalue[k] - expected[k]) < 1e-13);
      assert_true (found->converged[k]);
      for (size_t l = 0; l < 9; l++)
        {
          double product = 0.0;
          for (size_t i = 0; i < 9; i++)
            product += found->vector[k * 9 + i] * found->vector[l * 9 + i];
          assert_true (fabs (product - (k == l)) < 1e-12);
        }
    }
  objective_curvature_free (found);
  found = curvature_of (object, model, 2, 500);
  assert_int_equal (found->count, 4);
  assert_true (fabs (found->eigenvalue[1] - 5.0) < 1e-13);
  assert_true (fabs (found->eigenvalue[2]) < 1e-13);
  objective_curvature_free (found);
  objective_free (object);

  object = diagonal (3, (const double[]){ 0, 0, 0 }, &quiet);
  found = curvature_of (object, model, 1, 10);
  assert_true (found->eigenvalue[0] == 0.0 && found->eigenvalue[1] == 0.0);
  objective_curvature_free (found);
  objective_free (object);

  object = diagonal (1, (const double[]){ 3.0 }, &quiet);
  found = curvature_of (object, model, 1, 10);
  assert_int_equal (found->count, 1);
  assert_true (fabs (found->eigenvalue[0] - 3.0) < 1e-15);
  objective_curvature_free (found);
  objective_free (object);
}

/* A network: H v = lambda v by differences of gradients, and the trace.  */
static void
network_spectrum (void **state)
{
  (void) state;
  enum
  {
    M = 40,
    P = 3,
    N = 4 * 4 + 5 * 3
  };
  double values[M * P], label[M], model[N], trace = 0.0, sum = 0.0;
  const size_t hidden[] = { 4 };
  for (size_t k = 0; k < M * P; k++)
    values[k] = sin (1.0 + 2.3 * (double) k);
  for (size_t k = 0; k < M; k++)
    label[k] = 1.0 + (double) (k % 3);
  for (size_t k = 0; k < N; k++)
    model[k] = cos (0.7 * (double) k);
  const objective_network network = {
    .samples = { .rows = M, .columns = P, .values = values, .label = label },
    .classes = 3,
    .layers = 1,
    .hidden = hidden,
    .activation = OBJECTIVE_TANH,
    .bias = true,
    .batch = 4
  };
  objective *object;
  objective_workspace *workspace;
  assert_int_equal (objective_network_create (&network, &quiet, &object, NULL),
                    SUPPORT_OK);
  assert_int_equal (objective_dimension (object), N);
  objective_workspace_create (object, &workspace, NULL);
  objective_curvature *found = curvature_of (object, model, N, 200);
  assert_true (found->complete);
  for (size_t k = 0; k < N; k++)
    {
      const double step = 1e-5;
      double unit[N] = { 0 }, product[N], up[N], down[N], above[N], below[N];
      unit[k] = 1.0;
      objective_hessian (object, model, unit, workspace, product);
      trace += product[k];
      sum += found->eigenvalue[k];
      for (size_t i = 0; i < N; i++)
        {
          up[i] = model[i] + step * found->vector[k * N + i];
          down[i] = model[i] - step * found->vector[k * N + i];
        }
      objective_gradient (object, up, NULL, workspace, above);
      objective_gradient (object, down, NULL, workspace, below);
      for (size_t i = 0; i < N; i++)
        assert_true (fabs ((above[i] - below[i]) / (2.0 * step)
                           - found->eigenvalue[k] * found->vector[k * N + i])
                     < 1e-8);
    }
  assert_true (fabs (trace - sum) < 1e-12);

  /* The variances along a full basis add up to those of the parameters.  */
  double along = 0.0, per_parameter = 0.0;
  for (size_t k = 0; k < N; k++)
    {
      along += found->mode_variance[k];
      per_parameter += found->variance[k];
    }
  assert_true (fabs (along - per_parameter) < 1e-13);
  assert_int_equal (found->drawn, 0);
  objective_curvature_free (found);
  objective_workspace_free (workspace);
  objective_free (object);
}

static void
noise_along_the_modes (void **state)
{
  (void) state;
  const double values[] = { 3.0, 1.0, 2.0 }, model[] = { 2.0, -1.0, 0.5 };
  const double deviation[] = { 0.1, 0.2, 0.3 };
  const double factor[] = { 1, 0, 0, 0.5, 2, 0, 0, 0, 1 };
  objective_noise noise = { .deviation = deviation,
                            .factor = factor,
                            .multiplicative = 0.5 };
  const double covariance[] = { 1.25, 4.0, 1.0 };
  objective *object = diagonal (3, values, &noise);
  objective_curvature *found = curvature_of (object, model, 3, 10);
  const size_t mode[] = { 0, 2, 1 }; /* by size of the eigenvalue */
  for (size_t k = 0; k < 3; k++)
    {
      const double expected = covariance[k] + deviation[k] * deviation[k]
                              + 0.25 * model[k] * model[k];
      assert_true (fabs (found->variance[k] - expected) < 1e-14);
    }
  for (size_t k = 0; k < 3; k++)
    assert_true (fabs (found->mode_variance[k] - found->variance[mode[k]])
                 < 1e-12);
  assert_true (fabs (found->loss - 0.5 * (12.0 + 1.0 + 0.5)) < 1e-14);
  assert_true (fabs (found->gradient_norm - sqrt (36.0 + 1.0 + 1.0)) < 1e-14);
  objective_curvature_free (found);
  objective_free (object);
}

/* ---- functions of the user ------------------------------------------- */

enum
{
  ROWS = 9
};
static const double column[ROWS] = { 1, -2, 0.5, 3, 1.5, -1, 2, 0.25, 4 };
static const double response[ROWS] = { 2, 1, 0, -1, 1, 3, -2, 1, 0.5 };

typedef struct user
{
  size_t calls, fail_at, last_count;
} user;

/* The least squares of one parameter, row by row as objective/ has it.  */
static support_status
function (void *data, const double *model, const uint32_t *batch, size_t count,
          double *loss, double *gradient)
{
  user *self = data;
  double sum = 0.0, slope = 0.0;
  self->last_count = count;
  if (++self->calls == self->fail_at)
    return SUPPORT_CALLBACK;
  for (size_t k = 0; k < count; k++)
    {
      const double residual = column[batch[k]] * model[0] - response[batch[k]];
      sum += residual * residual;
      slope += residual * column[batch[k]];
    }
  *loss = 0.5 * sum / (double) count;
  if (gradient)
    *gradient = 1.0 / (double) count * slope + 0.0 * model[0];
  return SUPPORT_OK;
}

static objective *
callback_of (user *data, size_t batch)
{
  const double deviation[] = { 0.3 };
  const objective_noise noise = { .deviation = deviation };
  const objective_callback callback = { .dimension = 1,
                                        .function = function,
                                        .data = data,
                                        .samples = ROWS,
                                        .batch = batch };
  objective *object;
  assert_int_equal (
      objective_callback_create (&callback, &noise, &object, NULL), SUPPORT_OK);
  return object;
}

static void
a_function_gives_the_bits_of_what_it_copies (void **state)
{
  (void) state;
  const double deviation[] = { 0.3 };
  const objective_noise noise = { .deviation = deviation };
  const objective_regression regression = { .rows = ROWS,
                                            .columns = 1,
                                            .matrix = column,
                                            .response = response,
                                            .batch = 4 };
  user data = { 0 };
  objective *copy = callback_of (&data, 4), *original;
  objective_workspace *one, *other;
  gsl_rng *stream = support_stream_create (2, 1);
  gsl_rng *again = support_stream_create (2, 1);
  double w[] = { 0.7 };

  assert_int_equal (
      objective_least_squares_create (&regression, &noise, &original, NULL),
      SUPPORT_OK);
  assert_true (objective_calls_back (copy));
  assert_false (objective_calls_back (original));
  objective_workspace_create (copy, &one, NULL);
  objective_workspace_create (original, &other, NULL);
  for (size_t k = 0; k < 50; k++)
    {
      double mine[1], theirs[1];
      objective_gradient (copy, w, stream, one, mine);
      objective_gradient (original, w, again, other, theirs);
      assert_memory_equal (mine, theirs, sizeof mine);
      assert_int_equal (data.last_count, 4);
      w[0] -= 0.1 * mine[0];
    }
  double loss, expected, product[1], exact[1];
  const double vector[] = { 2.0 };
  objective_loss (copy, w, one, &loss);
  assert_int_equal (data.last_count, ROWS);
  objective_loss (original, w, other, &expected);
  assert_memory_equal (&loss, &expected, sizeof loss);
  objective_hessian (copy, w, vector, one, product);
  objective_hessian (original, w, vector, other, exact);
  assert_true (fabs (product[0] - exact[0]) < 1e-8 * exact[0]);

  /* Sampled variances: within five standard errors of the exact ones.  */
  objective_curvature *drawn = curvature_of (copy, w, 1, 5);
  objective_curvature *known = curvature_of (original, w, 1, 5);
  assert_int_equal (drawn->drawn, 4000);
  assert_true (fabs (drawn->variance[0] - known->variance[0])
               < 5.0 * sqrt (2.0 / 4000) * known->variance[0]);
  assert_true (fabs (drawn->mode_variance[0] - drawn->variance[0])
               < 1e-12 * drawn->variance[0]);
  objective_curvature_free (drawn);
  objective_curvature_free (known);
  gsl_rng_free (stream);
  gsl_rng_free (again);
  objective_workspace_free (one);
  objective_workspace_free (other);
  objective_free (copy);
  objective_free (original);
}

static void
failures_of_functions_come_through (void **state)
{
  (void) state;
  const double w[] = { 1.0 };
  for (size_t at = 1; at < 12; at++)
    {
      user data = { .fail_at = at };
      objective *object = callback_of (&data, 2);
      const objective_curvature_plan plan = {
        .model = w, .count = 1, .steps = 5, .tolerance = 1e-8, .draws = 10
      };
      objective_curvature *found;
      assert_int_equal (
          objective_curvature_at (object, &plan, NULL, &found, NULL),
          SUPPORT_CALLBACK);
      assert_null (found);
      objective_free (object);
    }
}

/* ---- refusals -------------------------------------------------------- */

static void
bad_plans_are_refused (void **state)
{
  (void) state;
  const double values[] = { 1.0, 2.0 }, model[] = { 1.0, 1.0 };
  const double bad[] = { 1.0, NAN };
  objective *object = diagonal (2, values, &quiet);
  const objective_curvature_plan good = {
    .model = model, .count = 1, .steps = 5, .tolerance = 1e-8
  };
  objective_curvature_plan plan[] = { good, good, good, good, good };
  objective_curvature *found;
  plan[0].count = 0;
  plan[1].steps = 0;
  plan[2].tolerance = 0.0;
  plan[3].model = bad;
  plan[4].steps = 1;
  for (size_t k = 0; k < 5; k++)
    {
      support_failure failure = { SUPPORT_OK, "" };
      assert_int_equal (
          objective_curvature_at (object, &plan[k], NULL, &found, &failure),
          SUPPORT_INVALID);
      assert_true (failure.text[0]);
      assert_null (found);
    }
  objective_free (object);

  user data = { 0 };
  objective_callback callback = { .dimension = 1,
                                  .function = function,
                                  .data = &data,
                                  .samples = 3,
                                  .batch = 4 };
  assert_int_equal (
      objective_callback_create (&callback, &quiet, &object, NULL),
      SUPPORT_INVALID);
  callback.batch = 0;
  assert_int_equal (
      objective_callback_create (&callback, &quiet, &object, NULL),
      SUPPORT_INVALID);
  callback.batch = 1;
  callback.dimension = 0;
  assert_int_equal (
      objective_callback_create (&callback, &quiet, &object, NULL),
      SUPPORT_INVALID);
}

static bool
always (void *data)
{
  (void) data;
  return true;
}

static void
it_can_be_interrupted (void **state)
{
  (void) state;
  const double values[] = { 1.0, 2.0 }, model[] = { 1.0, 1.0 };
  objective *object = diagonal (2, values, &quiet);
  const objective_curvature_plan plan = {
    .model = model, .count = 1, .steps = 5, .tolerance = 1e-8
  };
  const support_hooks hooks = { .interrupted = always };
  objective_curvature *found;
  assert_int_equal (
      objective_curvature_at (object, &plan, &hooks, &found, NULL),
      SUPPORT_INTERRUPTED);
  objective_free (object);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (ends_of_a_known_spectrum),
    cmocka_unit_test (multiple_eigenvalues_of_small_problems),
    cmocka_unit_test (network_spectrum),
    cmocka_unit_test (noise_along_the_modes),
    cmocka_unit_test (a_function_gives_the_bits_of_what_it_copies),
    cmocka_unit_test (failures_of_functions_come_through),
    cmocka_unit_test (bad_plans_are_refused),
    cmocka_unit_test (it_can_be_interrupted),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
