/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the struct that asgd_problem makes to an objective.  */

#ifndef SDDE_CODEC_OBJECTIVE_H
#define SDDE_CODEC_OBJECTIVE_H

#include "codec.h"
#include "objective/objective.h"

/* Free with objective_free.  */
support_status codec_get_objective (const mxArray *array, objective **created,
                                    support_failure *failure);

#endif
