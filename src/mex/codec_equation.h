/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The struct of asgd_sdde and sdde_equation as the core's equation.  */

#ifndef SDDE_CODEC_EQUATION_H
#define SDDE_CODEC_EQUATION_H

#include <mex.h>
#include "equation/equation.h"

typedef struct codec_equation
{
  equation_system system;
  delay_law *law;     /* owned */
  double *intensity;  /* owned: squares of the diffusion */
  pairs_model *pairs; /* owned; NULL below order 3 */
  pairs_mode *pair;   /* owned */
  equation_ball ball; /* of momentum */
} codec_equation;

/* Free with codec_equation_free, which also takes a zeroed or half-filled
   one; the arrays of the struct are read in place.  */
support_status codec_get_equation (const mxArray *array,
                                   codec_equation *equation,
                                   support_failure *failure);
/* The same, but SUPPORT_INVALID for one with inertia.  */
support_status codec_get_light_equation (const mxArray *array,
                                         codec_equation *equation,
                                         support_failure *failure);
void codec_equation_free (codec_equation *equation);

/* The loss that asgd_sdde attaches to it (curvature, start, minimum).  */
support_status codec_get_loss (const mxArray *array,
                               const codec_equation *equation,
                               equation_loss *loss, support_failure *failure);

#endif
