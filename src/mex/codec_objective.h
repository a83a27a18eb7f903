/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the struct that asgd_problem makes to an objective.  */

#ifndef SDDE_CODEC_OBJECTIVE_H
#define SDDE_CODEC_OBJECTIVE_H

#include "codec.h"
#include "objective/objective.h"

/* Free with objective_free.  */
support_status codec_get_objective (const mxArray *array, objective **created,
                                    support_failure *failure);

/* The sizes alone of a classifier of FEATURES features; HIDDEN is the caller's
   to free.  */
support_status codec_get_form (const mxArray *array, size_t features,
                               objective_network *network, size_t **hidden,
                               support_failure *failure);

#endif
