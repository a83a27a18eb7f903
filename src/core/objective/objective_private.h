/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kinds of objectives share.  A kind is a struct that begins with
   struct objective and points to a table of its functions.  */

#ifndef SDDE_OBJECTIVE_PRIVATE_H
#define SDDE_OBJECTIVE_PRIVATE_H

#include "objective/objective.h"

typedef struct objective_kind
{
  /* The gradient before the noise; exact without a stream.  */
  support_status (*gradient) (const objective *object, const double *model,
                              gsl_rng *stream, objective_workspace *workspace,
                              double *gradient);
  support_status (*loss) (const objective *object, const double *model,
                          objective_workspace *workspace, double *loss);
  /* H VECTOR, with the Hessian of the loss at MODEL.  */
  support_status (*hessian) (const objective *object, const double *model,
                             const double *vector,
                             objective_workspace *workspace, double *product);
  /* Of the gradients of the single samples at MODEL (the penalty left out): in
     SQUARES, for each parameter, the mean of their squares, in MEANS their
     mean; NULL: gradients are no means over samples, or not known as such.  */
  support_status (*squares) (const objective *object, const double *model,
                             objective_workspace *workspace, double *means,
                             double *squares);
  /* Their components in the direction of VECTOR, one for each sample.  */
  support_status (*slopes) (const objective *object, const double *model,
                            const double *vector,
                            objective_workspace *workspace, double *slopes);
  /* The fraction of the test samples that is classified rightly; NULL: there
     is nothing to test.  */
  double (*accuracy) (const objective *object, const double *model,
                      objective_workspace *workspace);
  /* Frees what the kind owns beyond struct objective; may be NULL.  */
  void (*free) (objective *object);
} objective_kind;

struct objective
{
  const objective_kind *kind;
  size_t dimension;
  double gradient_cost, loss_cost, accuracy_cost;
  size_t samples, batch; /* of a gradient, out of how many; 0: none */
  size_t tests;          /* samples to test with */
  bool callback;         /* calls a function of the user */
  /* What a workspace must hold for the kind.  */
  size_t scratch; /* doubles */
  /* The noise, owned.  */
  double *deviation, *factor;
  double multiplicative;
};

struct objective_workspace
{
  double *scratch;
  uint32_t *order; /* the samples, in their order when no call is under way */
  uint32_t *swaps; /* BATCH numbers, of no meaning between calls */
  uint32_t *drawn; /* a minibatch */
  double *normals; /* as many as the dimension, where the noise wants them */
};

/* Fills the part that all kinds share and copies NOISE; OBJECT is zeroed but
   for its sizes.  */
support_status objective_prepare (objective *object, const objective_kind *kind,
                                  const objective_noise *noise,
                                  support_failure *failure);

/* SUPPORT_INVALID, naming WHAT, unless all COUNT values are finite.  */
support_status objective_check_finite (const double *values, size_t count,
                                       const char *what,
                                       support_failure *failure);

/* Whether the gradient asked for is that of all samples.  */
bool objective_is_exact (const objective *object, const gsl_rng *stream);
/* Draws BATCH distinct samples, each set equally likely, into
   workspace->drawn, in the order in which they are drawn.  */
void objective_draw (const objective *object, gsl_rng *stream,
                     objective_workspace *workspace);

/* The share of the samples' variance that a minibatch has.  */
double objective_batch_share (const objective *object);
/* In the direction of VECTOR, of the noise that is added.  */
double objective_noise_along (const objective *object, const double *model,
                              const double *vector);

/* Sums of products.  Written here and not left to BLAS, whose threads and
   kernels depend on the machine's settings: a run must give the same bits for
   any number of threads.  */
double objective_dot (const double *a, const double *b, size_t count);
/* y += factor * x */
void objective_axpy (double factor, const double *x, double *y, size_t count);

#endif
