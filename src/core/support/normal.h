/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normal numbers, many at once.  */

#ifndef SDDE_SUPPORT_NORMAL_H
#define SDDE_SUPPORT_NORMAL_H

#include "support/support.h"

/* COUNT standard normal numbers from STREAM (of support_stream_create).  */
void support_stream_normals (gsl_rng *stream, double *values, size_t count);

#endif
