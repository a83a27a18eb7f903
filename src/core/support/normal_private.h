/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fast part of normal numbers, for its test.  */

#ifndef SDDE_SUPPORT_NORMAL_PRIVATE_H
#define SDDE_SUPPORT_NORMAL_PRIVATE_H

#include "support/stream_private.h"

/* The numbers that COUNT <= 64 words lead to; bit i of the result is set where
   word i leads out of the part of its layer that lies under the density, and
   the number is not yet one.  */
uint64_t support_normals_try (const uint32_t *word, double *values,
                              size_t count);
/* The same by a loop that any processor runs.  */
uint64_t support_normals_try_plainly (const uint32_t *word, double *values,
                                      size_t count);

#endif
