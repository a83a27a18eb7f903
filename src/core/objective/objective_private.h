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
  /* Frees what the kind owns beyond struct objective; may be NULL.  */
  void (*free) (objective *object);
} objective_kind;

struct objective
{
  const objective_kind *kind;
  size_t dimension;
  double gradient_cost, loss_cost;
  /* What a workspace must hold for the kind.  */
  size_t scratch; /* doubles */
  size_t order;   /* row numbers, in their order when no call is under way */
  size_t swaps;   /* row numbers, of no meaning between calls */
  /* The noise, owned.  */
  double *deviation, *factor;
  double multiplicative;
};

struct objective_workspace
{
  double *scratch;
  uint32_t *order;
  uint32_t *swaps;
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

/* Sums of products.  Written here and not left to BLAS, whose threads and
   kernels depend on the machine's settings: a run must give the same bits for
   any number of threads.  */
double objective_dot (const double *a, const double *b, size_t count);
/* y += factor * x */
void objective_axpy (double factor, const double *x, double *y, size_t count);

#endif
