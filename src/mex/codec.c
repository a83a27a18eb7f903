/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

support_status
codec_scalar (const mxArray *array, const char *name, double *value,
              support_failure *failure)
{
  if (! mxIsDouble (array) || mxIsComplex (array) || mxIsSparse (array)
      || mxGetNumberOfElements (array) != 1)
    return support_fail (failure, SUPPORT_INVALID, "%s must be a real scalar",
                         name);
  *value = mxGetScalar (array);
  return SUPPORT_OK;
}

support_status
codec_size (const mxArray *array, const char *name, size_t *value,
            support_failure *failure)
{
  double number;
  const support_status status = codec_scalar (array, name, &number, failure);
  if (status != SUPPORT_OK)
    return status;
  if (! (number >= 0.0 && number <= 0x1p53 && number == floor (number)))
    return support_fail (failure, SUPPORT_INVALID,
                         "%s must be a whole number >= 0", name);
  *value = (size_t) number;
  return SUPPORT_OK;
}

support_status
codec_flag (const mxArray *array, const char *name, bool *value,
            support_failure *failure)
{
  if (! mxIsLogicalScalar (array))
    return support_fail (failure, SUPPORT_INVALID, "%s must be true or false",
                         name);
  *value = mxIsLogicalScalarTrue (array);
  return SUPPORT_OK;
}

support_status
codec_numbers (const mxArray *array, const char *name, const double **values,
               size_t *count, support_failure *failure)
{
  if (! mxIsDouble (array) || mxIsComplex (array) || mxIsSparse (array))
    return support_fail (failure, SUPPORT_INVALID,
                         "%s must be a full array of real numbers", name);
  *values = mxGetPr (array);
  *count = mxGetNumberOfElements (array);
  return SUPPORT_OK;
}

support_status
codec_string (const mxArray *array, const char *name, char *text, size_t size,
              support_failure *failure)
{
  if (! mxIsChar (array) || mxGetNumberOfElements (array) >= size
      || mxGetString (array, text, (mwSize) size) != 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "%s must be a string of fewer than %zu characters",
                         name, size);
  return SUPPORT_OK;
}

support_status
codec_field (const mxArray *array, const char *name, const char *field,
             const mxArray **value, support_failure *failure)
{
  if (! mxIsStruct (array) || mxGetNumberOfElements (array) != 1)
    return support_fail (failure, SUPPORT_INVALID, "%s must be a struct", name);
  *value = mxGetField (array, 0, field);
  if (! *value)
    return support_fail (failure, SUPPORT_INVALID, "%s lacks the field '%s'",
                         name, field);
  return SUPPORT_OK;
}

support_status
codec_cell (const mxArray *array, const char *name, size_t i,
            const mxArray **value, support_failure *failure)
{
  if (! mxIsCell (array) || i >= mxGetNumberOfElements (array)
      || ! (*value = mxGetCell (array, (mwIndex) i)))
    return support_fail (failure, SUPPORT_INVALID,
                         "%s must be a cell with at least %zu elements", name,
                         i + 1);
  return SUPPORT_OK;
}

/* ---- fields of structs ----------------------------------------------- */

enum
{
  LONGEST_NAME = 64
};
typedef char field_name[LONGEST_NAME];

/* The field and, in TITLE, what to call it.  */
static support_status
find_field (const mxArray *array, const char *name, const char *field,
            field_name title, const mxArray **value, support_failure *failure)
{
  snprintf (title, LONGEST_NAME, "%s.%s", name, field);
  return codec_field (array, name, field, value, failure);
}

support_status
codec_scalar_field (const mxArray *array, const char *name, const char *field,
                    double *value, support_failure *failure)
{
  const mxArray *found;
  field_name title;
  const support_status status =
      find_field (array, name, field, title, &found, failure);
  return status == SUPPORT_OK ? codec_scalar (found, title, value, failure)
                              : status;
}

support_status
codec_size_field (const mxArray *array, const char *name, const char *field,
                  size_t *value, support_failure *failure)
{
  const mxArray *found;
  field_name title;
  const support_status status =
      find_field (array, name, field, title, &found, failure);
  return status == SUPPORT_OK ? codec_size (found, title, value, failure)
                              : status;
}

support_status
codec_flag_field (const mxArray *array, const char *name, const char *field,
                  bool *value, support_failure *failure)
{
  const mxArray *found;
  field_name title;
  const support_status status =
      find_field (array, name, field, title, &found, failure);
  return status == SUPPORT_OK ? codec_flag (found, title, value, failure)
                              : status;
}

support_status
codec_numbers_field (const mxArray *array, const char *name, const char *field,
                     const double **values, size_t *count,
                     support_failure *failure)
{
  const mxArray *found;
  field_name title;
  const support_status status =
      find_field (array, name, field, title, &found, failure);
  return status == SUPPORT_OK
             ? codec_numbers (found, title, values, count, failure)
             : status;
}

support_status
codec_counted_field (const mxArray *array, const char *name, const char *field,
                     size_t expected, const double **values,
                     support_failure *failure)
{
  size_t count;
  const support_status status =
      codec_numbers_field (array, name, field, values, &count, failure);
  if (status == SUPPORT_OK && count != expected)
    return support_fail (failure, SUPPORT_INVALID,
                         "%s.%s must hold %zu numbers, not %zu", name, field,
                         expected, count);
  return status;
}

/* ---- results --------------------------------------------------------- */

mxArray *
codec_put_numbers (size_t rows, size_t columns, const double *values)
{
  mxArray *array =
      mxCreateDoubleMatrix ((mwSize) rows, (mwSize) columns, mxREAL);
  if (rows && columns)
    memcpy (mxGetPr (array), values, rows * columns * sizeof *values);
  return array;
}

/* ---- laws ------------------------------------------------------------ */

/* Laws may contain laws; a struct nested deeper than this was not made by
   delay_law.  */
enum
{
  DEEPEST = 16
};

static support_status get_law (const mxArray *array, const char *name,
                               int depth, delay_law **law,
                               support_failure *failure);

static support_status
new_law (const mxArray *family, const mxArray *arguments, int depth,
         delay_law **law, support_failure *failure)
{
  char text[32];
  const size_t count =
      mxIsCell (arguments) ? mxGetNumberOfElements (arguments) : 0;
  delay_argument *argument = NULL;
  delay_law **part = NULL;
  support_status status =
      codec_string (family, "family", text, sizeof text, failure);

  *law = NULL;
  if (status == SUPPORT_OK && ! mxIsCell (arguments))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the parameters of a law must be a cell");
  if (status == SUPPORT_OK && depth > DEEPEST)
    status = support_fail (failure, SUPPORT_INVALID,
                           "laws within laws, more than %d deep", DEEPEST);
  if (status == SUPPORT_OK)
    {
      argument = calloc (count + 1, sizeof *argument);
      part = calloc (count + 1, sizeof *part);
      if (! argument || ! part)
        status = support_fail_memory (failure);
    }
  for (size_t i = 0; status == SUPPORT_OK && i < count; i++)
    {
      const mxArray *value;
      status =
          codec_cell (arguments, "the parameters of a law", i, &value, failure);
      if (status == SUPPORT_OK && mxIsStruct (value))
        {
          status = get_law (value, "a part of the law", depth + 1, &part[i],
                            failure);
          argument[i].law = part[i];
        }
      else if (status == SUPPORT_OK)
        status =
            codec_numbers (value, "a parameter of the law", &argument[i].values,
                           &argument[i].count, failure);
      if (status == SUPPORT_OK && ! argument[i].law && mxGetM (value) > 1
          && mxGetNumberOfDimensions (value) == 2 && mxGetN (value) > 1)
        argument[i].rows = mxGetM (value);
    }
  if (status == SUPPORT_OK)
    status = delay_create (text, argument, count, law, failure);
  for (size_t i = 0; part && i < count; i++)
    delay_free (part[i]);
  free (part);
  free (argument);
  return status;
}

static support_status
get_law (const mxArray *array, const char *name, int depth, delay_law **law,
         support_failure *failure)
{
  const mxArray *family, *parameters;
  support_status status = codec_field (array, name, "family", &family, failure);
  *law = NULL;
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "parameters", &parameters, failure);
  if (status == SUPPORT_OK)
    status = new_law (family, parameters, depth, law, failure);
  return status;
}

support_status
codec_law (const mxArray *array, const char *name, delay_law **law,
           support_failure *failure)
{
  return get_law (array, name, 0, law, failure);
}

support_status
codec_new_law (const mxArray *family, const mxArray *arguments, delay_law **law,
               support_failure *failure)
{
  return new_law (family, arguments, 0, law, failure);
}

mxArray *
codec_put_law (const delay_law *law)
{
  static const char *fields[] = { "family", "parameters", "mean", "cv2",
                                  "abscissa" };
  mxArray *array = mxCreateStructMatrix (1, 1, 5, fields);
  const char *family;
  size_t count;
  const delay_argument *argument = delay_given (law, &family, &count);
  mxArray *parameters = mxCreateCellMatrix (1, (mwSize) count);

  for (size_t i = 0; i < count; i++)
    {
      const size_t rows = argument[i].rows ? argument[i].rows : 1;
      mxSetCell (parameters, (mwIndex) i,
                 argument[i].law
                     ? codec_put_law (argument[i].law)
                     : codec_put_numbers (rows, argument[i].count / rows,
                                          argument[i].values));
    }
  mxSetField (array, 0, "family", mxCreateString (family));
  mxSetField (array, 0, "parameters", parameters);
  mxSetField (array, 0, "mean", mxCreateDoubleScalar (delay_mean (law)));
  mxSetField (array, 0, "cv2", mxCreateDoubleScalar (delay_cv2 (law)));
  mxSetField (array, 0, "abscissa",
              mxCreateDoubleScalar (delay_abscissa (law)));
  return array;
}

/* ---- systems --------------------------------------------------------- */

static support_status
get_record_class (const mxArray *array, mwIndex c, system_record *record,
                  support_failure *failure)
{
  static const char *fields[] = { "workers", "rate", "staleness", "delay" };
  const mxArray *value[4];
  delay_law *law = NULL;
  for (int k = 0; k < 4; k++)
    {
      value[k] = mxGetField (array, c, fields[k]);
      if (! value[k])
        return support_fail (failure, SUPPORT_INVALID,
                             "system.record lacks the field '%s'", fields[k]);
    }
  support_status status =
      codec_size (value[0], "system.record.workers", &record->workers, failure);
  if (status == SUPPORT_OK)
    status =
        codec_scalar (value[1], "system.record.rate", &record->rate, failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (value[2], "system.record.staleness", &record->count,
                            &record->size, failure);
  if (status == SUPPORT_OK)
    status = codec_law (value[3], "system.record.delay", &law, failure);
  record->delay = law;
  return status;
}

support_status
codec_get_record (const mxArray *array, codec_system *system,
                  support_failure *failure)
{
  const mxArray *value = mxGetField (array, 0, "record");
  const size_t classes = system->description.classes;
  support_status status = SUPPORT_OK;
  if (! value || mxIsEmpty (value))
    return SUPPORT_OK;
  if (! mxIsStruct (value) || mxGetNumberOfElements (value) != classes)
    return support_fail (failure, SUPPORT_INVALID,
                         "system.record must be a struct with an element for "
                         "each of the %zu classes",
                         classes);
  system->record = calloc (classes, sizeof *system->record);
  if (! system->record)
    return support_fail_memory (failure);
  for (size_t c = 0; status == SUPPORT_OK && c < classes; c++)
    status = get_record_class (value, (mwIndex) c, &system->record[c], failure);
  system->description.record = system->record;
  return status;
}

void
codec_system_free (codec_system *system)
{
  for (size_t c = 0; system->class && c < system->description.classes; c++)
    {
      delay_free ((delay_law *) system->class[c].cycle);
      delay_free ((delay_law *) system->parts[c].download);
      delay_free ((delay_law *) system->parts[c].compute);
      delay_free ((delay_law *) system->parts[c].upload);
      delay_free ((delay_law *) system->outage[c].up);
      delay_free ((delay_law *) system->outage[c].down);
    }
  free (system->class);
  free (system->parts);
  free (system->outage);
  for (size_t c = 0; system->record && c < system->description.classes; c++)
    delay_free ((delay_law *) system->record[c].delay);
  free (system->record);
  delay_free ((delay_law *) system->description.uplink);
  *system = (codec_system){ .class = NULL };
}

/* The law of class C in the field NAME, "system.NAME" in sentences; NULL where
   the field is missing or empty, or the law is that of no time at all.  */
static support_status
get_transfer (const mxArray *array, const char *name, const char *text,
              size_t c, const delay_law **transfer, support_failure *failure)
{
  const mxArray *field = mxGetField (array, 0, name), *value;
  delay_law *law = NULL;
  support_status status = SUPPORT_OK;
  if (field && ! mxIsEmpty (field))
    {
      status = codec_cell (field, text, c, &value, failure);
      if (status == SUPPORT_OK)
        status = codec_law (value, text, &law, failure);
    }
  if (status == SUPPORT_OK && law && ! (delay_mean (law) > 0.0))
    {
      delay_free (law);
      law = NULL;
    }
  *transfer = law;
  return status;
}

/* A law of class C for failures; NULL where the field or its element is missing
   or empty.  */
static support_status
get_outage_law (const mxArray *array, const char *name, const char *text,
                size_t c, const delay_law **law, support_failure *failure)
{
  const mxArray *field = mxGetField (array, 0, name), *value;
  delay_law *made = NULL;
  support_status status = SUPPORT_OK;
  if (field && ! mxIsEmpty (field))
    {
      status = codec_cell (field, text, c, &value, failure);
      if (status == SUPPORT_OK && ! mxIsEmpty (value))
        status = codec_law (value, text, &made, failure);
    }
  *law = made;
  return status;
}

static support_status
get_class (const mxArray *array, size_t c, codec_system *system,
           support_failure *failure)
{
  system_parts *parts = &system->parts[c];
  const mxArray *compute, *value;
  delay_law *law = NULL;
  support_status status =
      codec_field (array, "system", "compute", &compute, failure);
  if (status == SUPPORT_OK)
    status = codec_cell (compute, "system.compute", c, &value, failure);
  if (status == SUPPORT_OK)
    status = codec_law (value, "system.compute", &law, failure);
  parts->compute = law;
  if (status == SUPPORT_OK)
    status = get_transfer (array, "download", "system.download", c,
                           &parts->download, failure);
  if (status == SUPPORT_OK)
    status = get_transfer (array, "upload", "system.upload", c, &parts->upload,
                           failure);
  if (status == SUPPORT_OK)
    status = get_outage_law (array, "up", "system.up", c, &system->outage[c].up,
                             failure);
  if (status == SUPPORT_OK)
    status = get_outage_law (array, "down", "system.down", c,
                             &system->outage[c].down, failure);
  delay_law *cycle = NULL;
  if (status == SUPPORT_OK)
    status = system_cycle_create (parts->download, parts->compute,
                                  parts->upload, &cycle, failure);
  system->class[c].cycle = cycle;
  return status;
}

/* An empty field is none.  */
static support_status
get_uplink (const mxArray *array, system_description *system,
            support_failure *failure)
{
  static const char *const name = "system";
  const mxArray *value;
  char text[32];
  support_status status = codec_field (array, name, "uplink", &value, failure);
  if (status == SUPPORT_OK && ! mxIsEmpty (value))
    {
      delay_law *law = NULL;
      status = codec_law (value, "system.uplink", &law, failure);
      system->uplink = law;
    }
  if (status == SUPPORT_OK)
    status =
        codec_size_field (array, name, "channels", &system->channels, failure);
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "discipline", &value, failure);
  if (status == SUPPORT_OK)
    status =
        codec_string (value, "system.discipline", text, sizeof text, failure);
  return status == SUPPORT_OK
             ? system_discipline_named (text, &system->discipline, failure)
             : status;
}

support_status
codec_get_system (const mxArray *array, codec_system *system,
                  support_failure *failure)
{
  static const char *const name = "system";
  const mxArray *value;
  const double *workers = NULL;
  size_t classes = 0;
  char text[32];
  system_description *description = &system->description;
  support_status status = codec_field (array, name, "workers", &value, failure);

  *system = (codec_system){ .class = NULL };
  if (status == SUPPORT_OK)
    status =
        codec_numbers (value, "system.workers", &workers, &classes, failure);
  if (status == SUPPORT_OK)
    {
      system->class = calloc (classes + 1, sizeof *system->class);
      system->parts = calloc (classes + 1, sizeof *system->parts);
      system->outage = calloc (classes + 1, sizeof *system->outage);
      if (! system->class || ! system->parts || ! system->outage)
        status = support_fail_memory (failure);
    }
  for (size_t c = 0; status == SUPPORT_OK && c < classes; c++)
    {
      if (! (workers[c] >= 0.0 && workers[c] <= 1e9
             && workers[c] == floor (workers[c])))
        status = support_fail (failure, SUPPORT_INVALID,
                               "system.workers must hold whole numbers "
                               "between 0 and 1e9");
      else
        {
          system->class[c].workers = (size_t) workers[c];
          description->classes = c + 1;
          status = get_class (array, c, system, failure);
        }
    }
  description->class = system->class;
  description->parts = system->parts;
  description->outage = system->outage;
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "rate", &value, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar (value, "system.rate", &description->rate, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "momentum",
                                 &description->momentum, failure);
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "threshold", &value, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar (value, "system.threshold", &description->threshold,
                           failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "deadline",
                                 &description->deadline, failure);
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "weight", &value, failure);
  if (status == SUPPORT_OK)
    status = codec_string (value, "system.weight", text, sizeof text, failure);
  if (status == SUPPORT_OK)
    status = system_weight_named (text, &description->weight, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "weight_parameter",
                                 &description->weight_parameter, failure);
  if (status == SUPPORT_OK)
    status = get_uplink (array, description, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "trigger", &description->trigger,
                                 failure);
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "trigger_kind", &value, failure);
  if (status == SUPPORT_OK)
    status =
        codec_string (value, "system.trigger_kind", text, sizeof text, failure);
  if (status == SUPPORT_OK)
    status = system_trigger_named (text, &description->trigger_kind, failure);
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "policy", &value, failure);
  if (status == SUPPORT_OK)
    status = codec_string (value, "system.policy", text, sizeof text, failure);
  if (status == SUPPORT_OK)
    status = system_policy_named (text, &description->policy, failure);
  if (status == SUPPORT_OK)
    status = codec_size_field (array, name, "gradients",
                               &description->gradients, failure);
  if (status == SUPPORT_OK && description->gradients == 0)
    status = support_fail (failure, SUPPORT_INVALID,
                           "system.gradients must be a whole number >= 1");
  if (status == SUPPORT_OK && mxGetField (array, 0, "loss"))
    status =
        codec_scalar_field (array, name, "loss", &description->loss, failure);
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "stale", &value, failure);
  if (status == SUPPORT_OK)
    status = codec_string (value, "system.stale", text, sizeof text, failure);
  if (status == SUPPORT_OK)
    status = system_stale_named (text, &description->stale, failure);
  if (status == SUPPORT_OK)
    status = system_check (description, failure);
  if (status != SUPPORT_OK)
    codec_system_free (system);
  return status;
}
