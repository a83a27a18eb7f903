/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matrices A_0, A_1, ... and the laws of their delays as the core's.  */

#ifndef SDDE_CODEC_MATRICES_H
#define SDDE_CODEC_MATRICES_H

#include <mex.h>
#include "equation/paths.h"
#include "roots/roots.h"

typedef struct codec_matrices
{
  roots_system system;
  const double **matrix; /* owned, and so are the laws */
  delay_law **law;
} codec_matrices;

/* From a real array with all matrices one after the other (n by n by terms + 1)
   and a cell of laws, which are read in place; free with codec_matrices_free,
   however it ends.  */
support_status codec_get_matrices (const mxArray *numbers,
                                   const mxArray *delays,
                                   codec_matrices *matrices,
                                   support_failure *failure);
void codec_matrices_free (codec_matrices *matrices);

/* The same with the matrix B of the noise; lives as long as MATRICES.  */
support_status codec_get_push (const codec_matrices *matrices,
                               const mxArray *push, equation_matrices *equation,
                               support_failure *failure);

#endif
