/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SDDE_TRACE_PRIVATE_H
#define SDDE_TRACE_PRIVATE_H

#include "trace/trace.h"

/* The columns that are known by name.  */
typedef enum trace_column
{
  TRACE_WORKER,
  TRACE_START,
  TRACE_END,
  TRACE_READ,
  TRACE_APPLIED,
  TRACE_LOGGED_STALENESS,
  TRACE_COLUMNS
} trace_column;

/* Makes a log from rows, one after the other.  */
typedef struct trace_builder
{
  trace_log *log;
  const char *row_name; /* "line" of a file, "row" of a matrix */
  bool guessed;         /* the kind, by the number of columns */
  bool own_names;    /* the columns are named by the format, not by a header */
  double per_second; /* units of time */
  size_t columns;
  size_t place[TRACE_COLUMNS]; /* of each column, SIZE_MAX: none */
  size_t room;
  /* Ages only: the last row, the gradients of all workers so far, and their
     number when each worker's last one arrived.  */
  double *age;
  size_t *arrival;
  size_t arrivals;
  bool begun;
} trace_builder;

/* With a row of COLUMNS names (NULL: none).  */
support_status trace_builder_begin (trace_builder *builder, trace_log *log,
                                    const trace_format *format,
                                    const char *row_name, size_t columns,
                                    const char *const *names,
                                    support_failure *failure);
/* NUMBER names the row in failures; a field that is empty is a NAN.  */
support_status trace_builder_add (trace_builder *builder, size_t number,
                                  const double *value,
                                  support_failure *failure);
support_status trace_builder_end (trace_builder *builder,
                                  support_failure *failure);
void trace_builder_clear (trace_builder *builder);
bool trace_builder_uses (const trace_builder *builder, size_t column);

/* names.c: room for as many texts and as many values; on failure what there was
   stays.  */
support_status trace_texts_resize (char ***text, double **value, size_t room,
                                   support_failure *failure);

/* names.c: the names of workers in a text, zeroed at first.  */
typedef struct trace_names
{
  size_t count, room;
  char **text;
  double *value; /* of those that are numbers */
  bool texts;    /* not all are */
  size_t slots;  /* of a table by hashes, a power of 2 */
  size_t *slot;  /* the place of a name, and 1 more; 0: none */
} trace_names;

/* The place of TEXT, or NAN if it is empty or a number that is not finite.  */
support_status trace_names_find (trace_names *names, const char *text,
                                 double *number, support_failure *failure);
/* Gives the gradients of LOG, whose workers are places, the numbers that stand
   there or, where not all are numbers, LOG the names.  */
void trace_names_apply (trace_names *names, trace_log *log);
void trace_names_clear (trace_names *names);

/* columns.c: finds the columns, the kind of the log, and its unit of time.  */
support_status trace_builder_place (trace_builder *builder,
                                    const trace_format *format,
                                    const char *const *names,
                                    support_failure *failure);

/* order.c: sorts the places ORDER of COUNT >= 1 gradients by a number of each,
   equal ones staying in order.  */
typedef double (*trace_key) (const trace_gradient *gradient);
double trace_worker_of (const trace_gradient *gradient);
double trace_start_of (const trace_gradient *gradient);
double trace_end_of (const trace_gradient *gradient);
double trace_cycle_of (const trace_gradient *gradient);
support_status trace_order (const trace_gradient *gradient, size_t count,
                            trace_key key, size_t *order,
                            support_failure *failure);
size_t *trace_places (size_t count); /* 0, 1, ...; NULL: no memory */

/* events.c: puts gradients in the order of their ends and, unless the log has
   versions, finds their staleness; counts the workers.  */
support_status trace_finish_events (trace_log *log, support_failure *failure);

/* dependence.c: of the values X at the times T, in RUNS that end before END[g]
   and have levels of their own.  Leaves X and T without their means, X also
   without its trend.  */
void trace_measure_dependence (double *x, double *t, const size_t *end,
                               size_t runs, trace_dependence *dependence);

#endif
