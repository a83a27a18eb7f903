/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unit tests of objective/: classifiers.  */
#include "objective/objective.h"
#include "support/normal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>

enum
{
  M = 150, /* samples: more than one chunk */
  P = 6,   /* features */
  C = 4,   /* classes */
  MOST = 200
};

static const objective_noise quiet = { .deviation = NULL };

/* ---- data ------------------------------------------------------------ */

typedef struct data
{
  double values[M * P], label[M];
  /* the same, sparse */
  double packed[M * P];
  size_t start[P + 1], row[M * P];
} data;

/* Numbers of mixed size, a third of them 0, and labels that depend on them.  */
static void
make_data (data *set, size_t classes)
{
  size_t count = 0;
  for (size_t j = 0; j < P; j++)
    {
      set->start[j] = count;
      for (size_t i = 0; i < M; i++)
        {
          const size_t k = j * M + i;
          set->values[k] =
              k % 3 ? sin (1.0 + 3.7 * (double) k) * (1.0 + (double) j / 3.0)
                    : 0.0;
          if (set->values[k] != 0.0)
            {
              set->packed[count] = set->values[k];
              set->row[count++] = i;
            }
        }
    }
  set->start[P] = count;
  for (size_t i = 0; i < M; i++)
    {
      const double score =
          set->values[i] + set->values[M + i] + 0.3 * cos (5.1 * (double) i);
      size_t label = (size_t) ((score + 2.0) / 4.0 * (double) classes);
      if (score < -2.0)
        label = 0;
      set->label[i] = 1.0 + (double) (label < classes ? label : classes - 1);
    }
}

typedef struct shape
{
  size_t classes, layers, hidden[2];
  bool logistic, bias, sparse;
  objective_activation activation;
  double l2;
} shape;

static const shape shapes[] = {
  { .classes = 2, .logistic = true, .bias = true },
  { .classes = 2, .logistic = true, .sparse = true, .l2 = 0.3 },
  { .classes = C, .bias = true, .l2 = 0.1 },
  { .classes = C, .sparse = true, .bias = true },
  { .classes = C, .layers = 1, .hidden = { 5 }, .bias = true },
  { .classes = C,
    .layers = 1,
    .hidden = { 5 },
    .activation = OBJECTIVE_TANH,
    .l2 = 0.05 },
  { .classes = 3,
    .layers = 2,
    .hidden = { 7, 4 },
    .activation = OBJECTIVE_TANH,
    .bias = true,
    .sparse = true },
  { .classes = C, .layers = 2, .hidden = { 6, 5 }, .bias = true, .l2 = 0.2 },
  { .classes = 2,
    .logistic = true,
    .layers = 1,
    .hidden = { 5 },
    .activation = OBJECTIVE_TANH,
    .bias = true },
};
enum
{
  SHAPES = sizeof shapes / sizeof *shapes
};

static objective_network
describe (const shape *form, const data *set, size_t rows, size_t batch)
{
  objective_network network = { .samples = { .rows = rows,
                                             .columns = P,
                                             .values = set->values,
                                             .label = set->label },
                                .classes = form->classes,
                                .logistic = form->logistic,
                                .layers = form->layers,
                                .hidden = form->hidden,
                                .activation = form->activation,
                                .bias = form->bias,
                                .batch = batch,
                                .l2 = form->l2 };
  if (form->sparse)
    {
      network.samples.values = set->packed;
      network.samples.start = set->start;
      network.samples.row = set->row;
    }
  return network;
}

/* An objective with its workspace and a model to look at.  */
typedef struct subject
{
  objective *object;
  objective_workspace *workspace;
  size_t n;
  double model[MOST];
} subject;

static subject
make (const shape *form, size_t batch)
{
  data *set = malloc (sizeof *set);
  subject made = { .n = 0 };
  make_data (set, form->classes);
  const objective_network network = describe (form, set, M, batch);
  gsl_rng *stream = support_stream_create (11, 0);
  made.n = objective_network_dimension (&network);
  assert_true (made.n > 0 && made.n <= MOST);
  assert_int_equal (
      objective_network_create (&network, &quiet, &made.object, NULL),
      SUPPORT_OK);
  assert_int_equal (objective_dimension (made.object), made.n);
  assert_int_equal (
      objective_workspace_create (made.object, &made.workspace, NULL),
      SUPPORT_OK);
  support_stream_normals (stream, made.model, made.n);
  gsl_rng_free (stream);
  free (set);
  return made;
}

static void
discard (subject *made)
{
  objective_workspace_free (made->workspace);
  objective_free (made->object);
}

static double
loss_at (const subject *made, const double *w)
{
  double loss;
  assert_int_equal (objective_loss (made->object, w, made->workspace, &loss),
                    SUPPORT_OK);
  return loss;
}

/* ---- derivatives ----------------------------------------------------- */

/* Smaller where the loss has kinks, which a step should not meet.  */
static double
step_for (const shape *form)
{
  return form->layers > 0 && form->activation == OBJECTIVE_RELU ? 1e-5 : 1e-3;
}

/* f(w + h v) - f(w - h v) over 2 h.  */
static double
difference (const subject *made, const double *v, double h)
{
  double up[MOST], down[MOST];
  for (size_t i = 0; i < made->n; i++)
    {
      up[i] = made->model[i] + h * v[i];
      down[i] = made->model[i] - h * v[i];
    }
  return (loss_at (made, up) - loss_at (made, down)) / (2.0 * h);
}

static void
gradients_match_richardson (void **state)
{
  (void) state;
  for (size_t s = 0; s < SHAPES; s++)
    {
      const double h = step_for (&shapes[s]);
      subject made = make (&shapes[s], M);
      double gradient[MOST];
      assert_int_equal (objective_gradient (made.object, made.model, NULL,
                                            made.workspace, gradient),
                        SUPPORT_OK);
      for (size_t i = 0; i < made.n; i++)
        {
          double unit[MOST] = { 0 };
          unit[i] = 1.0;
          const double expected = (4.0 * difference (&made, unit, h / 2)
                                   - difference (&made, unit, h))
                                  / 3.0;
          assert_true (fabs (gradient[i] - expected) < 1e-7);
        }
      discard (&made);
    }
}

static void
hessians_match_richardson (void **state)
{
  (void) state;
  for (size_t s = 0; s < SHAPES; s++)
    {
      const double h = step_for (&shapes[s]);
      subject made = make (&shapes[s], M);
      double vector[MOST], product[MOST], side[4][MOST], moved[MOST];
      const double steps[] = { h, -h, h / 2, -h / 2 };
      for (size_t i = 0; i < made.n; i++)
        vector[i] = cos (0.5 + 1.3 * (double) i);
      assert_int_equal (objective_hessian (made.object, made.model, vector,
                                           made.workspace, product),
                        SUPPORT_OK);
      for (size_t k = 0; k < 4; k++)
        {
          for (size_t i = 0; i < made.n; i++)
            moved[i] = made.model[i] + steps[k] * vector[i];
          objective_gradient (made.object, moved, NULL, made.workspace,
                              side[k]);
        }
      for (size_t i = 0; i < made.n; i++)
        {
          const double coarse = (side[0][i] - side[1][i]) / (2.0 * h);
          const double fine = (side[2][i] - side[3][i]) / h;
          assert_true (fabs (product[i] - (4.0 * fine - coarse) / 3.0) < 1e-7);
        }
      discard (&made);
    }
}

/* The loss by its definition, sample by sample, for one hidden layer.  */
static void
losses_are_right (void **state)
{
  (void) state;
  const shape form = shapes[4];
  subject made = make (&form, M);
  data *set = malloc (sizeof *set);
  double sum = 0.0;
  make_data (set, form.classes);
  for (size_t k = 0; k < M; k++)
    {
      const double *w = made.model, *second = w + 5 * P + 5;
      double hidden[5], z[C], total = 0.0;
      for (size_t u = 0; u < 5; u++)
        {
          hidden[u] = w[5 * P + u];
          for (size_t j = 0; j < P; j++)
            hidden[u] += w[j * 5 + u] * set->values[j * M + k];
          hidden[u] = fmax (hidden[u], 0.0);
        }
      for (size_t c = 0; c < C; c++)
        {
          z[c] = second[5 * C + c];
          for (size_t u = 0; u < 5; u++)
            z[c] += second[u * C + c] * hidden[u];
          total += exp (z[c]);
        }
      sum += log (total) - z[(size_t) set->label[k] - 1];
    }
  assert_true (fabs (loss_at (&made, made.model) - sum / M) < 1e-12);
  free (set);
  discard (&made);
}

static void
sparse_and_dense_agree (void **state)
{
  (void) state;
  shape form = shapes[6];
  subject sparse = make (&form, 7);
  form.sparse = false;
  subject dense = make (&form, 7);
  gsl_rng *stream = support_stream_create (3, 1);
  double one[MOST], other[MOST];
  objective_gradient (sparse.object, sparse.model, stream, sparse.workspace,
                      one);
  support_stream_rewind (stream, 3, 1);
  objective_gradient (dense.object, dense.model, stream, dense.workspace,
                      other);
  for (size_t i = 0; i < sparse.n; i++)
    assert_true (fabs (one[i] - other[i]) < 1e-13);
  gsl_rng_free (stream);
  discard (&sparse);
  discard (&dense);
}

/* Two classes by softmax and by the logistic function: w_2 - w_1 is the
   logistic model.  */
static void
logistic_is_softmax_of_two (void **state)
{
  (void) state;
  const shape two = { .classes = 2, .bias = true };
  subject logistic = make (&shapes[0], M), softmax = make (&two, M);
  for (size_t i = 0; i < logistic.n; i++)
    logistic.model[i] = softmax.model[2 * i + 1] - softmax.model[2 * i];
  assert_true (fabs (loss_at (&logistic, logistic.model)
                     - loss_at (&softmax, softmax.model))
               < 1e-13);
  discard (&logistic);
  discard (&softmax);
}

/* ---- minibatches ----------------------------------------------------- */

/* The gradients of minibatches of a small set: their mean is the exact
   gradient, their variance that which objective_variance says.  */
static void
minibatches_have_mean_and_variance (void **state)
{
  (void) state;
  enum
  {
    ROWS = 7,
    BATCH = 3,
    DRAWS = 30000
  };
  for (size_t s = 0; s < SHAPES; s++)
    {
      const shape *form = &shapes[s];
      data *set = malloc (sizeof *set);
      subject made = { .n = 0 };
      objective_network network;
      double exact[MOST], gradient[MOST], variance[MOST];
      double mean[MOST] = { 0 }, squares[MOST] = { 0 };
      gsl_rng *stream = support_stream_create (5, 2);

      if (form->sparse)
        {
          free (set);
          gsl_rng_free (stream);
          continue;
        }
      make_data (set, form->classes);
      /* The first rows only, which takes a copy: columns are M long.  */
      for (size_t j = 0; j < P; j++)
        memmove (set->values + j * ROWS, set->values + j * M,
                 ROWS * sizeof (double));
      network = describe (form, set, ROWS, BATCH);
      assert_int_equal (
          objective_network_create (&network, &quiet, &made.object, NULL),
          SUPPORT_OK);
      objective_workspace_create (made.object, &made.workspace, NULL);
      made.n = objective_dimension (made.object);
      support_stream_normals (stream, made.model, made.n);
      objective_gradient (made.object, made.model, NULL, made.workspace, exact);
      assert_int_equal (objective_variance (made.object, made.model,
                                            made.workspace, variance),
                        SUPPORT_OK);
      for (size_t k = 0; k < DRAWS; k++)
        {
          objective_gradient (made.object, made.model, stream, made.workspace,
                              gradient);
          for (size_t i = 0; i < made.n; i++)
            {
              const double excess = gradient[i] - exact[i];
              mean[i] += excess / DRAWS;
              squares[i] += excess * excess / DRAWS;
            }
        }
      /* Five standard errors; the kurtosis over 35 sets is well below 10.  */
      for (size_t i = 0; i < made.n; i++)
        {
          assert_true (fabs (mean[i])
                       <= 5.0 * sqrt (variance[i] / DRAWS) + 1e-15);
          assert_true (fabs (squares[i] - variance[i])
                       <= 5.0 * variance[i] * sqrt (9.0 / DRAWS) + 1e-15);
        }
      gsl_rng_free (stream);
      free (set);
      discard (&made);
    }
}

static void
draws_depend_on_the_stream_alone (void **state)
{
  (void) state;
  subject made = make (&shapes[7], 140);
  gsl_rng *stream = support_stream_create (9, 4);
  double first[MOST], again[MOST];
  objective_gradient (made.object, made.model, stream, made.workspace, first);
  for (size_t k = 0; k < 5; k++)
    objective_gradient (made.object, made.model, stream, made.workspace, again);
  assert_memory_not_equal (first, again, made.n * sizeof *first);
  support_stream_rewind (stream, 9, 4);
  objective_gradient (made.object, made.model, stream, made.workspace, again);
  assert_memory_equal (first, again, made.n * sizeof *first);
  gsl_rng_free (stream);
  discard (&made);
}

/* ---- accuracy and start ---------------------------------------------- */

static void
accuracy_counts (void **state)
{
  (void) state;
  data *set = malloc (sizeof *set);
  double model[(P + 1) * C] = { 0 };
  objective *object;
  objective_workspace *workspace;
  size_t second = 0;

  make_data (set, C);
  objective_network network = describe (&shapes[2], set, M, 1);
  network.tests = network.samples;
  assert_int_equal (objective_network_create (&network, &quiet, &object, NULL),
                    SUPPORT_OK);
  objective_workspace_create (object, &workspace, NULL);
  for (size_t i = 0; i < M; i++)
    second += set->label[i] == 2.0;
  model[P * C + 1] = 1.0; /* everything is of class 2 */
  assert_int_equal (objective_tests (object), M);
  assert_true (
      fabs (objective_accuracy (object, model, workspace) - (double) second / M)
      < 1e-15);
  model[0] = NAN;
  model[1] = NAN;
  model[2] = NAN;
  model[3] = NAN;
  assert_true (objective_accuracy (object, model, workspace) == 0.0);
  objective_workspace_free (workspace);
  objective_free (object);

  /* One feature by itself tells the classes apart.  */
  for (size_t i = 0; i < M; i++)
    set->label[i] = set->values[i] > 0.0 ? 2.0 : 1.0;
  network = describe (&shapes[0], set, M, 1);
  network.tests = network.samples;
  assert_int_equal (objective_network_create (&network, &quiet, &object, NULL),
                    SUPPORT_OK);
  objective_workspace_create (object, &workspace, NULL);
  memset (model, 0, sizeof model);
  model[0] = 1.0;
  assert_true (objective_accuracy (object, model, workspace) == 1.0);
  model[0] = -1.0;
  assert_true (objective_accuracy (object, model, workspace) < 0.4);
  objective_workspace_free (workspace);
  objective_free (object);
  free (set);
}

static void
starts_have_their_variance (void **state)
{
  (void) state;
  const size_t hidden[] = { 400 };
  objective_network network = { .samples = { .columns = 50 },
                                .classes = 10,
                                .layers = 1,
                                .hidden = hidden,
                                .bias = true };
  const size_t n = objective_network_dimension (&network);
  double *model = calloc (n, sizeof *model), squares = 0.0;
  assert_int_equal (n, 50 * 400 + 400 + 400 * 10 + 10);
  assert_int_equal (objective_network_start (&network, 1, model), SUPPORT_OK);
  for (size_t i = 0; i < 20000; i++)
    squares += model[i] * model[i] / 20000;
  assert_true (fabs (squares * 25.0 - 1.0) < 5.0 * sqrt (2.0 / 20000));
  for (size_t i = 20000; i < 20400; i++)
    assert_true (model[i] == 0.0);
  network.activation = OBJECTIVE_TANH;
  objective_network_start (&network, 1, model);
  squares = 0.0;
  for (size_t i = 0; i < 20000; i++)
    squares += model[i] * model[i] / 20000;
  assert_true (fabs (squares * 50.0 - 1.0) < 5.0 * sqrt (2.0 / 20000));
  free (model);
}

static void
models_that_overflowed_do_no_harm (void **state)
{
  (void) state;
  for (size_t s = 0; s < SHAPES; s++)
    {
      subject made = make (&shapes[s], 5);
      gsl_rng *stream = support_stream_create (1, 0);
      double gradient[MOST];
      for (size_t i = 0; i < made.n; i++)
        made.model[i] = i % 3 ? 1e300 : NAN;
      assert_int_equal (objective_gradient (made.object, made.model, stream,
                                            made.workspace, gradient),
                        SUPPORT_OK);
      assert_true (! isfinite (loss_at (&made, made.model)));
      gsl_rng_free (stream);
      discard (&made);
    }
}

/* Large scores of the right and of the wrong class: no overflow.  */
static void
sure_models_have_finite_losses (void **state)
{
  (void) state;
  subject made = make (&shapes[0], M);
  for (size_t i = 0; i < made.n; i++)
    made.model[i] *= 1e5;
  assert_true (isfinite (loss_at (&made, made.model)));
  discard (&made);
  made = make (&shapes[3], M);
  for (size_t i = 0; i < made.n; i++)
    made.model[i] *= 1e5;
  assert_true (isfinite (loss_at (&made, made.model)));
  discard (&made);
}

/* ---- refusals -------------------------------------------------------- */

static void
refuse (const objective_network *network, const objective_noise *noise,
        const char *word)
{
  objective *object = NULL;
  support_failure failure = { SUPPORT_OK, "" };
  assert_int_equal (
      objective_network_create (network, noise, &object, &failure),
      SUPPORT_INVALID);
  assert_null (object);
  assert_non_null (strstr (failure.text, word));
}

static void
bad_data_are_refused (void **state)
{
  (void) state;
  data *set = malloc (sizeof *set);
  const size_t none[] = { 0, 3 }, huge[] = { 1u << 30, 1u << 30 };
  const objective_noise noise = { .multiplicative = 1.0 };
  make_data (set, C);
  const objective_network good = describe (&shapes[2], set, M, 5);
  objective_network bad = good;

  bad.batch = 0;
  refuse (&bad, &quiet, "batch");
  bad.batch = M + 1;
  refuse (&bad, &quiet, "batch");
  bad = good;
  bad.l2 = NAN;
  refuse (&bad, &quiet, "l2");
  bad = good;
  bad.classes = 1;
  refuse (&bad, &quiet, "classes");
  bad = good;
  bad.logistic = true;
  refuse (&bad, &quiet, "classes");
  bad = good;
  bad.layers = 2;
  bad.hidden = none;
  refuse (&bad, &quiet, "units");
  bad.hidden = huge;
  refuse (&bad, &quiet, "units");
  assert_int_equal (objective_network_dimension (&bad), 0);
  bad = good;
  bad.samples.columns = 0;
  refuse (&bad, &quiet, "units");
  bad = good;
  bad.tests = good.samples;
  bad.tests.columns = P - 1;
  refuse (&bad, &quiet, "test samples");
  refuse (&good, &noise, "multiplicative");

  set->label[3] = 5.0;
  refuse (&good, &quiet, "labels of the samples");
  set->label[3] = 1.5;
  refuse (&good, &quiet, "labels");
  set->label[3] = NAN;
  refuse (&good, &quiet, "number 4");
  set->label[3] = 1.0;
  set->values[8] = INFINITY;
  refuse (&good, &quiet, "finite");
  bad = describe (&shapes[3], set, M, 5);
  set->row[2] = M;
  refuse (&bad, &quiet, "well formed");
  free (set);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (gradients_match_richardson),
    cmocka_unit_test (hessians_match_richardson),
    cmocka_unit_test (losses_are_right),
    cmocka_unit_test (sparse_and_dense_agree),
    cmocka_unit_test (logistic_is_softmax_of_two),
    cmocka_unit_test (minibatches_have_mean_and_variance),
    cmocka_unit_test (draws_depend_on_the_stream_alone),
    cmocka_unit_test (accuracy_counts),
    cmocka_unit_test (starts_have_their_variance),
    cmocka_unit_test (models_that_overflowed_do_no_harm),
    cmocka_unit_test (sure_models_have_finite_losses),
    cmocka_unit_test (bad_data_are_refused),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
