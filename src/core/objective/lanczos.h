/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SDDE_OBJECTIVE_LANCZOS_H
#define SDDE_OBJECTIVE_LANCZOS_H

#include "objective/objective_private.h"

/* Fills all of CURVATURE, whose dimension is set, that belongs to eigenvalues;
   makes room for the slopes and variances of their directions.  */
support_status objective_lanczos (const objective *object,
                                  const objective_curvature_plan *plan,
                                  const support_hooks *hooks,
                                  objective_workspace *workspace,
                                  objective_curvature *curvature,
                                  support_failure *failure);

#endif
