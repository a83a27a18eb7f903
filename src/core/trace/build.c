/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of numbers become gradients.  */
#include "trace/trace_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A staleness beyond this is a mistake, and would ask for as long a
   histogram.  */
static const double most_staleness = 1e7;

support_status
trace_builder_begin (trace_builder *builder, trace_log *log,
                     const trace_format *format, const char *row_name,
                     size_t given, const char *const *names,
                     support_failure *failure)
{
  *builder =
      (trace_builder){ .log = log, .row_name = row_name, .columns = given };
  *log = (trace_log){ .agreement = NAN };
  const support_status status =
      trace_builder_place (builder, format, names, failure);
  if (status == SUPPORT_OK && log->kind == TRACE_AGES)
    {
      log->workers = given;
      builder->age = support_doubles (given);
      builder->arrival = calloc (given, sizeof *builder->arrival);
      if (! builder->age || ! builder->arrival)
        return support_fail_memory (failure);
    }
  return status;
}

void
trace_builder_clear (trace_builder *builder)
{
  free (builder->age);
  free (builder->arrival);
}

/* ---- rows ------------------------------------------------------------- */

static support_status
append (trace_builder *builder, trace_gradient gradient,
        support_failure *failure)
{
  trace_log *log = builder->log;
  if (log->count == builder->room)
    {
      const size_t room = 2 * builder->room + 1024;
      trace_gradient *larger =
          realloc (log->gradient, room * sizeof *log->gradient);
      if (! larger)
        return support_fail_memory (failure);
      log->gradient = larger;
      builder->room = room;
    }
  log->gradient[log->count++] = gradient;
  return SUPPORT_OK;
}

static support_status
fail_at (const trace_builder *builder, size_t number, const char *what,
         double value, support_failure *failure)
{
  char text[32] = "NaN";
  if (! isnan (value))
    snprintf (text, sizeof text, "%.15g", value);
  return support_fail (failure, SUPPORT_UNREADABLE, "%s %zu: %s, not %s",
                       builder->row_name, number, what, text);
}

static bool
is_count (double value)
{
  return value >= 0.0 && value <= 0x1p53 && value == floor (value);
}

static support_status
add_event (trace_builder *builder, size_t number, const double *value,
           support_failure *failure)
{
  trace_log *log = builder->log;
  const size_t *place = builder->place;
  if (isnan (value[place[TRACE_END]]))
    {
      log->unfinished++;
      return SUPPORT_OK;
    }
  trace_gradient gradient = { .worker = value[place[TRACE_WORKER]],
                              .start = value[place[TRACE_START]],
                              .end = value[place[TRACE_END]],
                              .staleness = NAN };
  if (! isfinite (gradient.worker))
    return fail_at (builder, number,
                    "the worker must be a name or a finite number",
                    gradient.worker, failure);
  if (! isfinite (gradient.start))
    return fail_at (builder, number, "the start must be a finite time",
                    gradient.start, failure);
  if (! isfinite (gradient.end))
    return fail_at (builder, number, "the end must be a finite time",
                    gradient.end, failure);
  if (gradient.end < gradient.start)
    return support_fail (failure, SUPPORT_UNREADABLE,
                         "%s %zu: the end %.15g lies before the start %.15g",
                         builder->row_name, number, gradient.end,
                         gradient.start);
  gradient.start /= builder->per_second;
  gradient.end /= builder->per_second;
  if (log->versions)
    {
      const double read = value[place[TRACE_READ]];
      const double applied = value[place[TRACE_APPLIED]];
      if (! is_count (read))
        return fail_at (builder, number,
                        "version_read must be a whole number >= 0", read,
                        failure);
      if (! is_count (applied))
        return fail_at (builder, number,
                        "version_applied must be a whole number >= 0", applied,
                        failure);
      if (! (applied > read && applied - read - 1.0 <= most_staleness))
        return support_fail (
            failure, SUPPORT_UNREADABLE,
            "%s %zu: version_applied, which counts its own update, must be "
            "greater than version_read (by at most %g): %.15g, %.15g",
            builder->row_name, number, most_staleness, applied, read);
      gradient.staleness = applied - read - 1.0;
    }
  return append (builder, gradient, failure);
}

static support_status
add_staleness (trace_builder *builder, size_t number, const double *value,
               support_failure *failure)
{
  const double staleness = value[builder->place[TRACE_LOGGED_STALENESS]];
  const trace_gradient gradient = {
    .worker = NAN, .start = NAN, .end = NAN, .staleness = staleness
  };
  if (! (is_count (staleness) && staleness <= most_staleness))
    return fail_at (builder, number,
                    "the staleness must be a whole number between 0 and 1e7",
                    staleness, failure);
  return append (builder, gradient, failure);
}

/* The first arrival of a worker has no earlier one to count from.  */
static support_status
add_ages (trace_builder *builder, size_t number, const double *value,
          support_failure *failure)
{
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < builder->columns; i++)
    {
      if (! is_count (value[i]))
        return fail_at (builder, number, "an age must be a whole number >= 0",
                        value[i], failure);
      if (builder->begun && value[i] > builder->age[i] + 1.0)
        return support_fail (failure, SUPPORT_UNREADABLE,
                             "%s %zu: the age in column %zu grows from %.15g "
                             "to %.15g; it grows by 1 or falls",
                             builder->row_name, number, i + 1, builder->age[i],
                             value[i]);
      if (builder->begun && value[i] <= builder->age[i])
        {
          builder->arrivals++;
          if (builder->arrival[i] > 0)
            {
              const trace_gradient gradient = {
                .worker = (double) (i + 1),
                .start = NAN,
                .end = NAN,
                .staleness =
                    (double) (builder->arrivals - builder->arrival[i] - 1)
              };
              status = append (builder, gradient, failure);
            }
          builder->arrival[i] = builder->arrivals;
        }
      builder->age[i] = value[i];
    }
  builder->begun = true;
  return status;
}

/* Five columns without names are ages, but might be events with versions.  */
static void
add_hint (const trace_builder *builder, support_failure *failure)
{
  static const char hint[] =
      "; five columns of events want the option 'kind', \"events\"";
  const size_t used = failure ? strlen (failure->text) : 0;
  if (failure && builder->guessed && builder->columns == 5
      && used + sizeof hint <= sizeof failure->text)
    memcpy (failure->text + used, hint, sizeof hint);
}

support_status
trace_builder_add (trace_builder *builder, size_t number, const double *value,
                   support_failure *failure)
{
  support_status status;
  switch (builder->log->kind)
    {
    case TRACE_EVENTS:
      return add_event (builder, number, value, failure);
    case TRACE_STALENESS:
      return add_staleness (builder, number, value, failure);
    default:
      status = add_ages (builder, number, value, failure);
      if (status == SUPPORT_UNREADABLE)
        add_hint (builder, failure);
      return status;
    }
}

support_status
trace_builder_end (trace_builder *builder, support_failure *failure)
{
  trace_log *log = builder->log;
  if (log->count < 2)
    return support_fail (failure, SUPPORT_UNREADABLE,
                         "the log holds %zu complete gradients; at least 2 "
                         "are needed",
                         log->count);
  return log->kind == TRACE_EVENTS ? trace_finish_events (log, failure)
                                   : SUPPORT_OK;
}

void
trace_log_clear (trace_log *log)
{
  for (size_t i = 0; i < log->names; i++)
    free (log->name[i]);
  free (log->name);
  free (log->gradient);
  *log = (trace_log){ .gradient = NULL };
}
