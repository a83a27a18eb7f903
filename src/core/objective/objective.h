/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of objective/: what is minimised, as the workers see it: a random
   gradient at a model, and the loss of a model.

   A model is a vector of `dimension` doubles.  An objective is immutable once
   made, owns copies of its data and may be used by several threads at once,
   each with a workspace and a random stream of its own.  A model that has
   overflowed gives a loss and gradients that are Inf or NaN, never a
   failure.  */

#ifndef SDDE_OBJECTIVE_H
#define SDDE_OBJECTIVE_H

#include "support/support.h"

typedef struct objective objective;
typedef struct objective_workspace objective_workspace;

/* ---- making an objective --------------------------------------------- */

/* Gaussian noise added to every gradient, drawn anew each time: independent
   of all else, with the covariance

     diag (deviation)^2 + factor factor' + multiplicative^2 diag (model)^2.  */
typedef struct objective_noise
{
  const double *deviation; /* per coordinate, >= 0; NULL: none */
  const double *factor;    /* dimension^2, column by column; NULL: none */
  double multiplicative;   /* >= 0; quadratic objectives only */
} objective_noise;

/* How a symmetric matrix is given.  */
typedef enum objective_storage
{
  OBJECTIVE_DIAGONAL, /* `dimension` values */
  OBJECTIVE_DENSE,    /* dimension^2 values, both triangles */
  OBJECTIVE_SPARSE    /* compressed columns, both triangles */
} objective_storage;

typedef struct objective_matrix
{
  objective_storage storage;
  size_t dimension;
  const double *values;
  /* Sparse only: column j holds values[start[j]] .. values[start[j+1] - 1],
     in the rows of the same places; start has dimension + 1 elements.  */
  const size_t *start;
  const size_t *row;
} objective_matrix;

/* f(w) = w' H w / 2 with the symmetric matrix H; its gradient H w.  That H is
   symmetric with no negative eigenvalue is for the caller to see to.  */
support_status objective_quadratic_create (const objective_matrix *curvature,
                                           const objective_noise *noise,
                                           objective **created,
                                           support_failure *failure);

/* f(w) = |A w - b|^2 / (2 rows) + l2 |w|^2 / 2.  A gradient is that of the
   mean over BATCH distinct rows, each set of rows equally likely (so exact
   for batch = rows), plus l2 w, plus the noise.  */
typedef struct objective_regression
{
  size_t rows, columns;   /* rows <= 2^32 - 1 */
  const double *matrix;   /* A, column by column */
  const double *response; /* b */
  size_t batch;           /* 1 .. rows */
  double l2;              /* >= 0 */
} objective_regression;

support_status
objective_least_squares_create (const objective_regression *regression,
                                const objective_noise *noise,
                                objective **created, support_failure *failure);

/* Samples with labels.  */
typedef struct objective_samples
{
  size_t rows, columns; /* samples, features */
  const double *values; /* column by column */
  /* Sparse only, as in objective_matrix: compressed columns.  */
  const size_t *start, *row;
  const double *label; /* rows: whole numbers 1 .. classes */
} objective_samples;

typedef enum objective_activation
{
  OBJECTIVE_RELU,
  OBJECTIVE_TANH
} objective_activation;

/* A feed-forward network that classifies:

     a_0 = x,  z_l = W_l a_(l-1) + c_l,  a_l = activation (z_l),

   f(w) the mean over the samples of the cross-entropy -log p(label), with
   p = softmax (z_L), plus l2 |w|^2 / 2; without hidden layers that is
   multinomial regression.  LOGISTIC: two classes and a single z_L, whose
   logistic function is the probability of class 2.

   The model w holds W_1, c_1, W_2, c_2, ..., each matrix column by column,
   one row for each unit.  A gradient is that of the mean over BATCH distinct
   samples, each set equally likely, plus l2 w, plus the noise.  */
typedef struct objective_network
{
  objective_samples samples; /* 1 <= rows <= 2^32 - 1 */
  objective_samples tests;   /* to measure the accuracy on; rows = 0: none */
  size_t classes;            /* >= 2 */
  bool logistic;
  size_t layers;        /* hidden ones */
  const size_t *hidden; /* their units */
  objective_activation activation;
  bool bias;    /* whether there are c_l */
  size_t batch; /* 1 .. rows */
  double l2;    /* >= 0 */
} objective_network;

support_status objective_network_create (const objective_network *network,
                                         const objective_noise *noise,
                                         objective **created,
                                         support_failure *failure);

/* The activation of a name, for classifiers ("relu", "tanh").  */
support_status objective_activation_named (const char *name,
                                           objective_activation *activation,
                                           support_failure *failure);

/* How many parameters, from the sizes alone (0 if that overflows).  */
size_t objective_network_dimension (const objective_network *network);

/* A model to start from, drawn from stream 0 of SEED: c = 0, the weights of a
   unit with n inputs normal of variance 1/n, but 2/n where a ReLU follows (He
   et al., ICCV 2015).  SUPPORT_MEMORY.  */
support_status objective_network_start (const objective_network *network,
                                        uint64_t seed, double *model);

/* A function of the user.  It puts into *LOSS the loss, into GRADIENT (if not
   NULL) its gradient, both as means over the samples BATCH (numbers 0 ..
   samples - 1, in the order in which they were drawn; all of them in their
   order for the exact ones; COUNT = 0 where there are no samples).  It is
   called by the thread that runs the computation only.  A status other than
   SUPPORT_OK ends the computation, which returns it; saying why is up to the
   function.  */
typedef support_status (*objective_function) (void *data, const double *model,
                                              const uint32_t *batch,
                                              size_t count, double *loss,
                                              double *gradient);

typedef struct objective_callback
{
  size_t dimension;
  objective_function function;
  void *data;
  size_t samples; /* <= 2^32 - 1; 0: none */
  size_t batch;   /* 1 .. samples, of a random gradient; drawn as everywhere */
  void (*release) (void *data); /* by objective_free; NULL: nothing to do */
} objective_callback;

/* DATA belongs to the objective once that is made.  */
support_status objective_callback_create (const objective_callback *callback,
                                          const objective_noise *noise,
                                          objective **created,
                                          support_failure *failure);

void objective_free (objective *object);

/* ---- samples to learn from ------------------------------------------- */

/* COUNT pictures of digits as if drawn by many hands, SIDE x SIDE pixels
   between 0 (paper) and 1.  PIXELS is count x side^2, column by column, each
   row a picture column by column; the label of a digit is its value plus 1.
   Picture k is drawn from stream FIRST + k of SEED alone.  */
support_status objective_digits (uint64_t seed, uint64_t first, size_t count,
                                 size_t side, double *pixels, double *label,
                                 support_failure *failure);

/* A sparse matrix of samples by features, as in objective_samples.  */
typedef struct objective_table
{
  size_t rows, columns, count; /* of the nonzeros */
  double *values, *label;
  size_t *start, *row;
} objective_table;

/* From TEXT in the format of LIBSVM, of LENGTH characters with a NUL behind;
   of COLUMNS features (0: as many as the largest number, at most 2^27).
   SUPPORT_UNREADABLE, naming the line, for any other text.  */
support_status objective_read_libsvm (const char *text, size_t length,
                                      size_t columns, objective_table *table,
                                      support_failure *failure);
void objective_table_free (objective_table *table);

/* ---- using it -------------------------------------------------------- */

size_t objective_dimension (const objective *object);

/* About how many multiplications a gradient, a loss and a test take.  */
double objective_gradient_cost (const objective *object);
double objective_loss_cost (const objective *object);
double objective_accuracy_cost (const objective *object);

/* Whether it calls a function of the user: by the calling thread only.  */
bool objective_calls_back (const objective *object);

support_status objective_workspace_create (const objective *object,
                                           objective_workspace **created,
                                           support_failure *failure);
void objective_workspace_free (objective_workspace *workspace);

/* A random gradient at MODEL; the exact gradient of the loss if STREAM is
   NULL.  What is drawn depends on the stream alone, nothing is carried from
   one call to the next.  */
support_status objective_gradient (const objective *object, const double *model,
                                   gsl_rng *stream,
                                   objective_workspace *workspace,
                                   double *gradient);

support_status objective_loss (const objective *object, const double *model,
                               objective_workspace *workspace, double *loss);

/* How many samples there are to test a model with, and the fraction of them
   that it classifies rightly (NAN of none).  */
size_t objective_tests (const objective *object);
double objective_accuracy (const objective *object, const double *model,
                           objective_workspace *workspace);

/* H VECTOR with the Hessian H of the loss at MODEL: exact, but from central
   differences of gradients for functions of the user.  */
support_status objective_hessian (const objective *object, const double *model,
                                  const double *vector,
                                  objective_workspace *workspace,
                                  double *product);

/* ---- curvature ------------------------------------------------------- */

typedef struct objective_curvature_plan
{
  const double *model;
  size_t count;     /* eigenvalues wanted at each end of the spectrum, >= 1 */
  size_t steps;     /* of the Lanczos iteration, at most; >= 1 */
  double tolerance; /* of a residual, relative to the largest |eigenvalue| */
  uint64_t seed;    /* of the start, and of the gradients drawn */
  size_t draws;     /* gradients to sample where their variance must be */
} objective_curvature_plan;

typedef struct objective_curvature
{
  size_t dimension, count; /* of the parameters, of the eigenvalues found */
  bool complete;           /* these are all: count = dimension */
  double *eigenvalue;      /* decreasing: the largest, then the smallest */
  double *residual;        /* |H v - eigenvalue v|, |v| = 1 */
  bool *converged;         /* whether that is within the tolerance */
  double *vector;          /* dimension x count */
  double *slope;           /* of the loss in these directions */
  double *mode_variance;   /* of the gradients in these directions */
  double *variance;        /* of the gradients per parameter */
  size_t drawn; /* gradients the variances are estimated from; 0: they
                   are exact */
  double loss, gradient_norm;
  size_t steps, products; /* taken: of the iteration, with the Hessian */
} objective_curvature;

/* The Hessian's extreme eigenvalues by the Lanczos iteration with full
   reorthogonalisation (B. N. Parlett, The Symmetric Eigenvalue Problem, 1998,
   chapter 13), and the variance of the gradients' noise.  Up to 100 parameters
   the iteration runs through all; beyond, an eigenvalue that is multiple may be
   counted once.  SUPPORT_NUMERICAL where the model's Hessian is not finite.  */
support_status objective_curvature_at (const objective *object,
                                       const objective_curvature_plan *plan,
                                       const support_hooks *hooks,
                                       objective_curvature **created,
                                       support_failure *failure);
void objective_curvature_free (objective_curvature *curvature);

/* Exact variance of the gradients at MODEL, per parameter: for samples drawn
   without replacement (Cochran, Sampling Techniques, 1977, theorem 2.2), plus
   the noise.  SUPPORT_UNKNOWN for functions of the user.  */
support_status objective_variance (const objective *object, const double *model,
                                   objective_workspace *workspace,
                                   double *variance);

#endif
