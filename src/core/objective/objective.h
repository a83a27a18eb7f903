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

void objective_free (objective *object);

/* ---- using it -------------------------------------------------------- */

size_t objective_dimension (const objective *object);

/* About how many multiplications a gradient and a loss take.  */
double objective_gradient_cost (const objective *object);
double objective_loss_cost (const objective *object);

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

#endif
