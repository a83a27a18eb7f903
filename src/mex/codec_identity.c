/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec_identity.h"

#include <string.h>

/* FNV-1a (Fowler, Noll, Vo).  */
static uint64_t
add_bytes (uint64_t sum, const void *data, size_t length)
{
  const unsigned char *bytes = data;
  for (size_t i = 0; i < length; i++)
    sum = (sum ^ bytes[i]) * UINT64_C (0x100000001b3);
  return sum;
}

static uint64_t
add_text (uint64_t sum, const char *text)
{
  return add_bytes (sum, text, strlen (text) + 1);
}

static uint64_t add_value (uint64_t sum, const mxArray *array,
                           const char *const *leave_out);

static bool
listed (const char *const *list, const char *name)
{
  for (; list && *list; list++)
    if (strcmp (*list, name) == 0)
      return true;
  return false;
}

static uint64_t
add_fields (uint64_t sum, const mxArray *array, const char *const *leave_out)
{
  const size_t count = mxGetNumberOfElements (array);
  const int fields = mxGetNumberOfFields (array);
  for (int f = 0; f < fields; f++)
    {
      const char *name = mxGetFieldNameByNumber (array, f);
      if (listed (leave_out, name))
        continue;
      sum = add_text (sum, name);
      for (size_t i = 0; i < count; i++)
        sum = add_value (sum, mxGetFieldByNumber (array, (mwIndex) i, f), NULL);
    }
  return sum;
}

/* What Octave's own `functions' tells of it.  */
static uint64_t
add_function (uint64_t sum, const mxArray *array)
{
  mxArray *copy = mxDuplicateArray (array), *told = NULL;
  mxArray *trouble = mexCallMATLABWithTrap (1, &told, 1, &copy, "functions");
  if (! trouble && told)
    sum = add_value (sum, told, NULL);
  if (told)
    mxDestroyArray (told);
  if (trouble)
    mxDestroyArray (trouble);
  mxDestroyArray (copy);
  return sum;
}

static uint64_t
add_sparse (uint64_t sum, const mxArray *array)
{
  const mwIndex *start = mxGetJc (array);
  const size_t columns = mxGetN (array);
  const size_t count = (size_t) start[columns];
  sum = add_bytes (sum, start, (columns + 1) * sizeof *start);
  sum = add_bytes (sum, mxGetIr (array), count * sizeof *start);
  return add_bytes (sum, mxGetData (array),
                    count * (mxIsLogical (array) ? 1 : 8));
}

static uint64_t
add_value (uint64_t sum, const mxArray *array, const char *const *leave_out)
{
  if (! array)
    return add_text (sum, "");
  const size_t count = mxGetNumberOfElements (array);
  sum = add_text (sum, mxGetClassName (array));
  sum = add_bytes (sum, mxGetDimensions (array),
                   (size_t) mxGetNumberOfDimensions (array) * sizeof (mwSize));
  if (mxIsStruct (array))
    return add_fields (sum, array, leave_out);
  if (mxIsCell (array))
    {
      for (size_t i = 0; i < count; i++)
        sum = add_value (sum, mxGetCell (array, (mwIndex) i), NULL);
      return sum;
    }
  if (mxIsFunctionHandle (array))
    return add_function (sum, array);
  if (mxIsSparse (array))
    return add_sparse (sum, array);
  if (mxIsNumeric (array) || mxIsChar (array) || mxIsLogical (array))
    {
      const size_t bytes = count * mxGetElementSize (array);
      sum = add_bytes (sum, mxGetData (array), bytes);
      if (mxIsComplex (array))
        sum = add_bytes (sum, mxGetImagData (array), bytes);
    }
  return sum;
}

uint64_t
codec_identity (const mxArray *array, const char *const *leave_out)
{
  return add_value (UINT64_C (0xcbf29ce484222325), array, leave_out);
}
