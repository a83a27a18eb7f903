/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/support.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

support_status
support_fail (support_failure *failure, support_status status,
              const char *format, ...)
{
  if (failure)
    {
      va_list arguments;
      failure->status = status;
      va_start (arguments, format);
      vsnprintf (failure->text, sizeof failure->text, format, arguments);
      va_end (arguments);
    }
  return status;
}

support_status
support_fail_memory (support_failure *failure)
{
  return support_fail (failure, SUPPORT_MEMORY, "not enough memory");
}

const char *
support_status_name (support_status status)
{
  static const char *const names[] = {
    "ok",    "invalid",    "unknown",  "memory",     "numerical",
    "limit", "unreadable", "callback", "interrupted"
  };
  return names[status];
}

double *
support_doubles (size_t count)
{
  return calloc (count ? count : 1, sizeof (double));
}

bool
support_finite (const double *values, size_t count)
{
  bool finite = true;
  for (size_t i = 0; finite && i < count; i++)
    finite = isfinite (values[i]);
  return finite;
}
