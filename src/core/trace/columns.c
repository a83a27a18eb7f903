/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which column is which: by the names of a header, by names that the caller
   gives, or by position.  */
#include "trace/trace_private.h"

#include <string.h>
#include <strings.h>

static const char *const kinds[] = { "auto", "events", "staleness", "ages",
                                     NULL };

static const char *const columns[TRACE_COLUMNS] = {
  "worker", "start", "end", "version_read", "version_applied", "staleness"
};

/* The first is the unit's name, what follows may stand for it in a header.  */
static const struct
{
  const char *name[6];
  double per_second;
} units[] = {
  { { "auto" }, 1.0 },
  { { "s", "sec", "secs", "second", "seconds" }, 1.0 },
  { { "ms", "msec", "msecs", "millisecond", "milliseconds" }, 1e3 },
  { { "us", "usec", "usecs", "microsecond", "microseconds" }, 1e6 },
  { { "ns", "nsec", "nsecs", "nanosecond", "nanoseconds" }, 1e9 },
};

enum
{
  UNITS = sizeof units / sizeof *units
};

/* ---- names ------------------------------------------------------------ */

support_status
trace_kind_named (const char *name, trace_kind *kind, support_failure *failure)
{
  for (size_t i = 0; kinds[i]; i++)
    if (strcmp (kinds[i], name) == 0)
      {
        *kind = (trace_kind) i;
        return SUPPORT_OK;
      }
  return support_fail (failure, SUPPORT_UNKNOWN,
                       "the kind '%s' is not known; accepted: auto, events, "
                       "staleness, ages",
                       name);
}

const char *
trace_kind_name_at (size_t index)
{
  return index < sizeof kinds / sizeof *kinds ? kinds[index] : NULL;
}

support_status
trace_unit_named (const char *name, trace_unit *unit, support_failure *failure)
{
  for (size_t i = 0; i < UNITS; i++)
    if (strcmp (units[i].name[0], name) == 0)
      {
        *unit = (trace_unit) i;
        return SUPPORT_OK;
      }
  return support_fail (failure, SUPPORT_UNKNOWN,
                       "the unit '%s' is not known; accepted: auto, s, ms, us, "
                       "ns",
                       name);
}

const char *
trace_unit_name_at (size_t index)
{
  return index < UNITS ? units[index].name[0] : NULL;
}

/* The unit that stands in TEXT between blanks, brackets and the like.  */
static bool
read_unit (const char *text, trace_unit *unit)
{
  static const char around[] = " \t_-.,:()[]";
  text += strspn (text, around);
  const size_t length = strcspn (text, around);
  if (strspn (text + length, around) != strlen (text + length))
    return false;
  for (size_t i = TRACE_SECONDS; i < UNITS; i++)
    for (size_t k = 0; units[i].name[k]; k++)
      if (strlen (units[i].name[k]) == length
          && strncasecmp (units[i].name[k], text, length) == 0)
        {
          *unit = (trace_unit) i;
          return true;
        }
  return false;
}

/* The column of the name TEXT, TRACE_COLUMNS: none.  Times may tell their
   unit, of which AUTO is left if they do not.  */
static trace_column
read_name (const char *text, trace_unit *unit)
{
  *unit = TRACE_UNIT_AUTO;
  for (trace_column k = 0; k < TRACE_COLUMNS; k++)
    {
      const size_t length = strlen (columns[k]);
      if (strcasecmp (text, columns[k]) == 0)
        return k;
      if ((k == TRACE_START || k == TRACE_END)
          && strncasecmp (text, columns[k], length) == 0
          && read_unit (text + length, unit))
        return k;
    }
  return TRACE_COLUMNS;
}

/* ---- places ----------------------------------------------------------- */

static bool
has (const trace_builder *builder, trace_column column)
{
  return builder->place[column] != SIZE_MAX;
}

bool
trace_builder_uses (const trace_builder *builder, size_t column)
{
  for (trace_column k = 0; k < TRACE_COLUMNS; k++)
    if (builder->place[k] == column)
      return true;
  return builder->log->kind == TRACE_AGES;
}

/* Of two columns of one name the first counts in a header, where others are
   of no concern; names that the caller gave are all meant.  */
static support_status
place_by_name (trace_builder *builder, const char *const *names,
               support_failure *failure)
{
  trace_unit unit[TRACE_COLUMNS] = { TRACE_UNIT_AUTO };
  for (size_t i = 0; i < builder->columns; i++)
    {
      trace_unit own;
      const trace_column k = read_name (names[i], &own);
      if (k == TRACE_COLUMNS && builder->own_names && names[i][0])
        return support_fail (
            failure, SUPPORT_UNKNOWN,
            "there is no column '%.40s'; accepted in columns: worker, start, "
            "end, version_read, version_applied, staleness, and '' for others",
            names[i]);
      if (k == TRACE_COLUMNS)
        continue;
      if (has (builder, k) && builder->own_names)
        return support_fail (failure, SUPPORT_INVALID,
                             "columns names '%s' twice", columns[k]);
      if (has (builder, k))
        continue;
      builder->place[k] = i;
      unit[k] = own;
    }
  if (has (builder, TRACE_START) && has (builder, TRACE_END)
      && unit[TRACE_START] != unit[TRACE_END])
    return support_fail (failure, SUPPORT_UNREADABLE,
                         "the names of start and end tell different units of "
                         "time");
  builder->log->unit = unit[TRACE_START];
  return SUPPORT_OK;
}

static support_status
place_by_position (trace_builder *builder, support_failure *failure)
{
  const size_t given = builder->columns;
  switch (builder->log->kind)
    {
    case TRACE_EVENTS:
      if (given != 3 && given != 5)
        return support_fail (
            failure, SUPPORT_UNREADABLE,
            "a log of events without a header has the 3 columns worker, "
            "start, end, or these and version_read, version_applied; this "
            "one has %zu; name them with the option 'columns'",
            given);
      for (size_t k = 0; k < given; k++)
        builder->place[k] = k;
      break;
    case TRACE_STALENESS:
      if (given != 1)
        return support_fail (failure, SUPPORT_UNREADABLE,
                             "a log of staleness without a header has 1 "
                             "column; this one has %zu; name them with the "
                             "option 'columns'",
                             given);
      builder->place[TRACE_LOGGED_STALENESS] = 0;
      break;
    default:
      if (given < 2)
        return support_fail (failure, SUPPORT_UNREADABLE,
                             "a log of ages has a column for each of at "
                             "least 2 workers; this one has %zu",
                             given);
    }
  return SUPPORT_OK;
}

static trace_kind
guess (const trace_builder *builder, bool named)
{
  if (! named)
    return builder->columns == 1   ? TRACE_STALENESS
           : builder->columns == 3 ? TRACE_EVENTS
                                   : TRACE_AGES;
  const bool timed = has (builder, TRACE_WORKER) || has (builder, TRACE_START)
                     || has (builder, TRACE_END);
  return ! timed && has (builder, TRACE_LOGGED_STALENESS) ? TRACE_STALENESS
                                                          : TRACE_EVENTS;
}

static support_status
require (const trace_builder *builder, trace_column first, trace_column last,
         support_failure *failure)
{
  for (trace_column k = first; k <= last; k++)
    if (! has (builder, k))
      return support_fail (
          failure, builder->own_names ? SUPPORT_INVALID : SUPPORT_UNREADABLE,
          "%s no column '%s'; a log of events has worker, "
          "start, end and maybe version_read, version_applied, a log of "
          "staleness has staleness%s",
          builder->own_names ? "columns names" : "the header names", columns[k],
          builder->own_names ? ""
                             : "; if they have other names there, give these "
                               "by the option 'columns'");
  return SUPPORT_OK;
}

static support_status
require_all (const trace_builder *builder, support_failure *failure)
{
  support_status status;
  switch (builder->log->kind)
    {
    case TRACE_EVENTS:
      status = require (builder, TRACE_WORKER, TRACE_END, failure);
      if (status == SUPPORT_OK
          && has (builder, TRACE_READ) != has (builder, TRACE_APPLIED))
        status = require (builder, TRACE_READ, TRACE_APPLIED, failure);
      return status;
    case TRACE_STALENESS:
      return require (builder, TRACE_LOGGED_STALENESS, TRACE_LOGGED_STALENESS,
                      failure);
    default:
      if (builder->own_names)
        return support_fail (failure, SUPPORT_INVALID,
                             "a log of ages has a column for each worker and "
                             "takes no names of columns");
      return SUPPORT_OK;
    }
}

support_status
trace_builder_place (trace_builder *builder, const trace_format *format,
                     const char *const *names, support_failure *failure)
{
  trace_log *log = builder->log;
  support_status status = SUPPORT_OK;
  builder->own_names = format->column;
  if (format->column && format->columns != builder->columns)
    return support_fail (failure, SUPPORT_INVALID,
                         "columns must name each of the %zu columns of the "
                         "log ('' for one to ignore); it holds %zu names",
                         builder->columns, format->columns);
  if (format->column)
    names = format->column;
  for (size_t k = 0; k < TRACE_COLUMNS; k++)
    builder->place[k] = SIZE_MAX;
  builder->guessed = format->kind == TRACE_AUTO && ! names;
  if (names)
    status = place_by_name (builder, names, failure);
  if (status != SUPPORT_OK)
    return status;
  log->kind =
      format->kind == TRACE_AUTO ? guess (builder, names) : format->kind;
  status = names ? require_all (builder, failure)
                 : place_by_position (builder, failure);
  log->versions = log->kind == TRACE_EVENTS && has (builder, TRACE_READ);
  if (log->kind != TRACE_EVENTS)
    log->unit = TRACE_UNIT_AUTO;
  else if (format->unit != TRACE_UNIT_AUTO)
    log->unit = format->unit;
  builder->per_second = units[log->unit].per_second;
  return status;
}
