/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The passes of a network over one chunk of samples.

   All matrices have a column for each sample.  The passes work in one block of
   doubles, in which each has its place (network_layout).  */

#ifndef SDDE_OBJECTIVE_NETWORK_H
#define SDDE_OBJECTIVE_NETWORK_H

#include "objective/samples.h"

/* As many samples at once: enough for the products to be efficient.  */
enum
{
  NETWORK_CHUNK = 128
};

typedef struct network_layer
{
  size_t in, out;
  size_t weight, bias;     /* where they begin in the model */
  size_t output, r_output; /* where a_l and R{a_l} stand in the block */
} network_layer;

typedef struct network
{
  size_t layers; /* the hidden ones and the last */
  network_layer *layer;
  objective_activation activation;
  bool biased, logistic;
  size_t features;
  size_t dimension; /* of the model */
  /* Places in the block: samples that were drawn; the slopes of the loss in
     z_l and in z_(l-1), and R{} of them.  */
  size_t panel, slope[2], r_slope[2];
  size_t block; /* its size */
} network;

/* The layers, free with network_free in any case.  SUPPORT_INVALID where there
   are no units or more parameters than can be counted.  */
support_status network_layout (network *self,
                               const objective_network *description,
                               support_failure *failure);
void network_free (network *self);

/* From the chunk to z_L, which stands in the last layer's output.  */
void network_forward (const network *self, const double *model,
                      const objective_chunk *chunk, double *block);

/* Turns z_L into probabilities, leaves the slopes of the cross-entropy in z_L
   in the block, and returns the sum of the cross-entropies.  */
double network_finish (const network *self, const objective_chunk *chunk,
                       double *block);

/* After these: GRADIENT += SCALE times the sum of the samples' gradients.  */
void network_backward (const network *self, const double *model,
                       const objective_chunk *chunk, double scale,
                       double *block, double *gradient);

/* After network_finish: as network_backward, and SQUARES += SCALE times the sum
   of the squares of the samples' gradients.  */
void network_backward_squares (const network *self, const double *model,
                               const objective_chunk *chunk, double scale,
                               double *block, double *gradient,
                               double *squares);

/* The R operator (Pearlmutter, Neural Computation 6, 1994) is the derivative
   in the direction of VECTOR, R{w} = VECTOR.  After network_finish: R{a_l}, and
   the slopes of the samples' losses in that direction in SLOPES (if not
   NULL).  */
void network_forward_r (const network *self, const double *model,
                        const double *vector, const objective_chunk *chunk,
                        double *block, double *slopes);
/* After that: PRODUCT += SCALE times the sum of the samples' Hessians times
   VECTOR.  */
void network_backward_r (const network *self, const double *model,
                         const double *vector, const objective_chunk *chunk,
                         double scale, double *block, double *product);

/* After network_forward: how many samples have their label's probability as
   the largest.  */
size_t network_count_right (const network *self, const objective_chunk *chunk,
                            const double *block);

#endif
