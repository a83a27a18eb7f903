/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normal numbers, many at once.  */

#ifndef SDDE_SUPPORT_NORMAL_H
#define SDDE_SUPPORT_NORMAL_H

#include "support/support.h"

/* COUNT standard normal numbers from STREAM (of support_stream_create).  */
void support_stream_normals (gsl_rng *stream, double *values, size_t count);

/* A source of normal numbers alone, for those who need them by the thousand
   million; half the time of the stream's.  Sources are named as streams are,
   by a seed and an index.  */
typedef struct support_normals support_normals;

enum
{
  SUPPORT_NORMALS = 64 /* are drawn at a time */
};

/* To be freed with support_normals_free; NULL when memory is short.  */
support_normals *support_normals_create (uint64_t seed, uint64_t index);
void support_normals_free (support_normals *normals);
/* Renames NORMALS and rewinds it.  */
void support_normals_rewind (support_normals *normals, uint64_t seed,
                             uint64_t index);
/* The next SUPPORT_NORMALS standard normal numbers.  */
void support_normals_draw (support_normals *normals, double *values);

#endif
