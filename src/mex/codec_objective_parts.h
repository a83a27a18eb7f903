/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files codec_objective*.c share.  */

#ifndef SDDE_CODEC_OBJECTIVE_PARTS_H
#define SDDE_CODEC_OBJECTIVE_PARTS_H

#include "codec.h"
#include "objective/objective.h"

/* problem.noise is a standard deviation per parameter; or, where
   problem.factor is not empty, that has the covariance's square root.  */
support_status codec_get_noise (const mxArray *array, size_t dimension,
                                objective_noise *noise,
                                support_failure *failure);

/* Octave's index type to the core's; the two arrays are the caller's to
   free.  */
support_status codec_get_sparse (const mxArray *value, size_t **start,
                                 size_t **row, support_failure *failure);

/* problem.kind: "logistic", "softmax" and "mlp"; "custom".  */
support_status codec_get_network (const mxArray *array, objective **created,
                                  support_failure *failure);
support_status codec_get_callback (const mxArray *array, objective **created,
                                   support_failure *failure);

#endif
