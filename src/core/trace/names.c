/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers by their names.  While a file is read each distinct text has a
   number, that of its first appearance: whether names are numbers is known at
   the end, as a worker "12e4" is one of those beside "12e5" and none beside
   "12f5".  */
#include "trace/trace_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a (Fowler, Noll and Vo; RFC 9923).  */
static size_t
hash_of (const char *text)
{
  uint64_t hash = UINT64_C (14695981039346656037);
  for (; *text; text++)
    hash = (hash ^ (unsigned char) *text) * UINT64_C (1099511628211);
  return (size_t) (hash ^ (hash >> 32));
}

/* Where TEXT stands in the table or, if it does not, would have its place.  */
static size_t
slot_of (const trace_names *names, const char *text)
{
  size_t slot = hash_of (text) & (names->slots - 1);
  while (names->slot[slot] && strcmp (names->text[names->slot[slot] - 1], text))
    slot = (slot + 1) & (names->slots - 1);
  return slot;
}

support_status
trace_texts_resize (char ***text, double **value, size_t room,
                    support_failure *failure)
{
  char **texts = realloc (*text, room * sizeof **text);
  if (texts)
    *text = texts;
  double *values = realloc (*value, room * sizeof **value);
  if (values)
    *value = values;
  return texts && values ? SUPPORT_OK : support_fail_memory (failure);
}

/* Twice as many names as now will fill half of the table.  */
static support_status
make_room (trace_names *names, support_failure *failure)
{
  const size_t room = 2 * names->count + 32;
  const support_status status =
      trace_texts_resize (&names->text, &names->value, room, failure);
  if (status != SUPPORT_OK)
    return status;
  size_t slots = 64;
  while (slots < 2 * room)
    slots *= 2;
  size_t *slot = calloc (slots, sizeof *slot);
  if (! slot)
    return support_fail_memory (failure);
  free (names->slot);
  names->slot = slot;
  names->slots = slots;
  names->room = room;
  for (size_t i = 0; i < names->count; i++)
    names->slot[slot_of (names, names->text[i])] = i + 1;
  return SUPPORT_OK;
}

support_status
trace_names_find (trace_names *names, const char *text, double *number,
                  support_failure *failure)
{
  char *end;
  *number = NAN;
  if (*text == '\0')
    return SUPPORT_OK;
  if (names->count == names->room)
    {
      const support_status status = make_room (names, failure);
      if (status != SUPPORT_OK)
        return status;
    }
  const size_t slot = slot_of (names, text);
  if (! names->slot[slot])
    {
      const double value = strtod (text, &end);
      if (*end == '\0' && ! isfinite (value))
        return SUPPORT_OK; /* NaN stands for what is missing */
      const size_t size = strlen (text) + 1;
      char *copy = malloc (size);
      if (! copy)
        return support_fail_memory (failure);
      memcpy (copy, text, size);
      names->text[names->count] = copy;
      names->value[names->count] = value;
      names->texts |= *end != '\0';
      names->slot[slot] = ++names->count;
    }
  *number = (double) (names->slot[slot] - 1);
  return SUPPORT_OK;
}

void
trace_names_apply (trace_names *names, trace_log *log)
{
  if (names->texts)
    {
      log->name = names->text;
      log->names = names->count;
      names->text = NULL;
      names->count = 0;
      return;
    }
  for (size_t i = 0; names->count > 0 && i < log->count; i++)
    log->gradient[i].worker = names->value[(size_t) log->gradient[i].worker];
}

void
trace_names_clear (trace_names *names)
{
  for (size_t i = 0; i < names->count; i++)
    free (names->text[i]);
  free (names->text);
  free (names->value);
  free (names->slot);
}
