/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number that tells one Octave value from others.  */

#ifndef SDDE_CODEC_IDENTITY_H
#define SDDE_CODEC_IDENTITY_H

#include <mex.h>
#include <stdint.h>

/* The same for values with the same class, size, names and bytes; functions go
   by their text and the values they hold.  Of a scalar struct the fields of the
   list LEAVE_OUT (ended by NULL, or NULL) do not count.  */
uint64_t codec_identity (const mxArray *array, const char *const *leave_out);

#endif
