/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octave values to C and back.  The wrappers have checked their arguments; the
   codec checks again all that could bring the process down.  NAME is what the
   sentence of a failure calls the value.  */

#ifndef SDDE_CODEC_H
#define SDDE_CODEC_H

#include <mex.h>
#include "delay/delay.h"
#include "system/system.h"

/* ---- plain values ---------------------------------------------------- */

support_status codec_scalar (const mxArray *array, const char *name,
                             double *value, support_failure *failure);
/* A whole number in [0, 2^53].  */
support_status codec_size (const mxArray *array, const char *name,
                           size_t *value, support_failure *failure);
support_status codec_flag (const mxArray *array, const char *name, bool *value,
                           support_failure *failure);
/* Any full real double array, read in place.  */
support_status codec_numbers (const mxArray *array, const char *name,
                              const double **values, size_t *count,
                              support_failure *failure);
/* At most SIZE - 1 characters.  */
support_status codec_string (const mxArray *array, const char *name, char *text,
                             size_t size, support_failure *failure);
/* The field FIELD of the scalar struct ARRAY.  */
support_status codec_field (const mxArray *array, const char *name,
                            const char *field, const mxArray **value,
                            support_failure *failure);
/* Element I of a cell.  */
support_status codec_cell (const mxArray *array, const char *name, size_t i,
                           const mxArray **value, support_failure *failure);

/* A field of the scalar struct ARRAY, read as above; a failure calls it
   "NAME.FIELD".  */
support_status codec_scalar_field (const mxArray *array, const char *name,
                                   const char *field, double *value,
                                   support_failure *failure);
support_status codec_size_field (const mxArray *array, const char *name,
                                 const char *field, size_t *value,
                                 support_failure *failure);
support_status codec_flag_field (const mxArray *array, const char *name,
                                 const char *field, bool *value,
                                 support_failure *failure);
support_status codec_numbers_field (const mxArray *array, const char *name,
                                    const char *field, const double **values,
                                    size_t *count, support_failure *failure);
/* Exactly EXPECTED numbers.  */
support_status codec_counted_field (const mxArray *array, const char *name,
                                    const char *field, size_t expected,
                                    const double **values,
                                    support_failure *failure);

mxArray *codec_put_numbers (size_t rows, size_t columns, const double *values);

/* ---- laws ------------------------------------------------------------ */

/* A law from the struct that codec_put_law makes; free with delay_free.  */
support_status codec_law (const mxArray *array, const char *name,
                          delay_law **law, support_failure *failure);
mxArray *codec_put_law (const delay_law *law);
/* A law from a family name and the cell of its arguments.  */
support_status codec_new_law (const mxArray *family, const mxArray *arguments,
                              delay_law **law, support_failure *failure);

/* ---- systems --------------------------------------------------------- */

typedef struct codec_system
{
  system_description description;
  system_class *class;   /* owned, and so are their laws */
  system_parts *parts;   /* the same */
  system_outage *outage; /* the same */
  system_record *record; /* the same */
} codec_system;

/* From the struct that asgd_system makes; free with codec_system_free, which
   also takes a zeroed or half-filled one.  */
support_status codec_get_system (const mxArray *array, codec_system *system,
                                 support_failure *failure);
/* Adds the record that asgd_trace puts into the field "record", if there is
   one; read on demand, as it may be long.  */
support_status codec_get_record (const mxArray *array, codec_system *system,
                                 support_failure *failure);
void codec_system_free (codec_system *system);

#endif
