/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of trace/: logs of real asynchronous runs.  It reads and counts;
   what explains the counts is for the other folders.

   Three kinds of logs are known:

   events     a row for each gradient: the worker, the times when its cycle
              began (the model was pulled) and ended (the gradient was applied),
              and optionally the number of updates applied at the pull
              (version_read) and after its own update (version_applied)
   staleness  a row for each update: its staleness
   ages       a row for each step of a master that waits for at least one
              gradient at a time, a column for each worker: how many steps
              ago the gradient that the master holds of that worker was
              computed from the master's model.  It grows by 1 with each step
              and falls when a new gradient arrives.

   The staleness of a gradient is the number of gradients applied between its
   pull and itself, its own excluded.
   - From versions: version_applied - version_read - 1.
   - From times: the gradients that ended after its start and before its end;
     of those that end together the one that stands first in the log is first,
     and a worker that starts at its own last end starts right after it.
   - From ages: the gradients of others between two of one worker; of those
     that arrive in one step the one of the first column is first.  (Ages
     themselves count steps, of which there are fewer than gradients: their
     mean would be less than the workers less one.)  */

#ifndef SDDE_TRACE_H
#define SDDE_TRACE_H

#include "support/support.h"

typedef enum trace_kind
{
  TRACE_AUTO, /* by the header, or else by the number of columns: one is a
                 staleness, three are worker, start and end, more are ages */
  TRACE_EVENTS,
  TRACE_STALENESS,
  TRACE_AGES
} trace_kind;

support_status trace_kind_named (const char *name, trace_kind *kind,
                                 support_failure *failure);
const char *trace_kind_name_at (size_t index); /* NULL past the last */

/* Of the times of an event log.  */
typedef enum trace_unit
{
  TRACE_UNIT_AUTO, /* what the names of start and end say (start_ms, end [s]),
                      or else unknown: the times stand as they are */
  TRACE_SECONDS,
  TRACE_MILLISECONDS,
  TRACE_MICROSECONDS,
  TRACE_NANOSECONDS
} trace_unit;

support_status trace_unit_named (const char *name, trace_unit *unit,
                                 support_failure *failure);
const char *trace_unit_name_at (size_t index); /* NULL past the last */

/* How a log is to be read; zeroed: as it tells by itself.  */
typedef struct trace_format
{
  trace_kind kind;
  trace_unit unit;
  /* The names of all columns by position, "" for one to ignore, in place of a
     header's; NULL: the header's, or else what has no header.  */
  size_t columns;
  const char *const *column;
} trace_format;

/* What a log says of one gradient; times are NAN where it has none.  */
typedef struct trace_gradient
{
  double worker; /* its number, or the place of its name in the log's */
  double start, end;
  double staleness;
} trace_gradient;

typedef struct trace_log
{
  trace_kind kind; /* not TRACE_AUTO */
  trace_unit unit; /* the log's own; times are in seconds unless it is AUTO */
  size_t workers;  /* 0: the log does not tell */
  size_t names;    /* of workers, if not all are numbers; else 0 and NULL */
  char **name;
  size_t count;
  trace_gradient *gradient; /* in the order of their application */
  size_t unfinished;        /* events without an end, left out */
  bool versions;            /* staleness from versions, not times */
  double agreement; /* fraction of versions that times confirm, or NAN */
} trace_log;

/* Reads the file PATH: numbers between commas, semicolons, tabs or blanks.
   Lines that begin with # and empty ones are skipped.  A first line of names
   tells the columns (worker, start, end, version_read, version_applied,
   staleness; in any order and case, others ignored; start and end may be
   followed by their unit); without one a staleness log has one column, an event
   log has the first three or all five of these in this order, and an ages log
   any number.  An event may lack its end: an empty field, or NaN.  Workers may
   be any text; a first line of names is one without numbers.

   SUPPORT_INVALID or SUPPORT_UNKNOWN for columns of the format that are not
   those of the log.  SUPPORT_UNREADABLE, with the number of the line and what
   was expected, for whatever does not hold: a file that cannot be read, a field
   in use that is no number, too few or too many of them, a column that is
   missing, a time that is not finite, an end before its start, a staleness or a
   version that is not a whole number >= 0, an age that grows by more than 1,
   fewer than 2 gradients.  *LOG is to be cleared whatever is returned.  */
support_status trace_read (const char *path, const trace_format *format,
                           trace_log *log, support_failure *failure);

/* The same from a matrix stored by columns.  */
support_status trace_from_matrix (const double *values, size_t rows,
                                  size_t columns, const trace_format *format,
                                  trace_log *log, support_failure *failure);

void trace_log_clear (trace_log *log);

/* ---- dependence ------------------------------------------------------- */

enum
{
  TRACE_LAGS = 20
};

/* Of successive values x on each other and on the time, which the laws fitted
   to them know nothing of.  NAN where there are too few, or all alike.  */
typedef struct trace_dependence
{
  double slope, error; /* of x in time, its standard error */
  double significance; /* chance that as steep a slope is chance: two-sided,
                          Gaussian */
  double span;         /* of the times */
  /* Of x less its trend at lags 1, 2, ...  */
  double autocorrelation[TRACE_LAGS];
  double inflation; /* of the variance of a mean by them, >= 1 */
} trace_dependence;

/* Of the staleness of successive updates, all but the first DISCARD, the time
   being counted in updates.  */
support_status trace_staleness_dependence (const trace_log *log, size_t discard,
                                           trace_dependence *dependence,
                                           support_failure *failure);

/* ---- workers by their speeds ------------------------------------------- */

typedef struct trace_worker
{
  double name;      /* as trace_gradient has it */
  size_t count;     /* of its gradients */
  double log_mean;  /* of the logarithms of its cycles */
  double log_error; /* standard error */
  size_t class;     /* 0 is the fastest */
} trace_worker;

typedef struct trace_speeds
{
  size_t workers, classes;
  trace_worker *worker;    /* the fastest first */
  trace_dependence cycles; /* of the logarithms of a worker's cycles */
} trace_speeds;

/* Of an event log without its first DISCARD gradients.  Finds classes of
   workers whose mean logarithms differ by more than chance and 3 % explain
   (workers.c); a class has at least 10 gradients.  SUPPORT_UNREADABLE where no
   cycle takes time.  To be cleared whatever is returned.  */
support_status trace_find_speeds (const trace_log *log, size_t discard,
                                  trace_speeds *speeds,
                                  support_failure *failure);
void trace_speeds_clear (trace_speeds *speeds);
/* Puts all workers into one class.  */
void trace_unite_classes (trace_speeds *speeds);

/* The gradients of one class, without the first DISCARD of the whole log, as a
   log of their own.  To be cleared whatever is returned.  */
support_status trace_select_class (const trace_log *log, size_t discard,
                                   const trace_speeds *speeds, size_t class,
                                   trace_log *part, support_failure *failure);

/* ---- summary ---------------------------------------------------------- */

typedef struct trace_summary
{
  size_t rows;     /* gradients summarised */
  double *cycle;   /* as many cycle times, in increasing order; NULL without */
  double duration; /* from the first start to the last end; NAN without */
  double rate;     /* updates per unit time; NAN without times */
  double busy;     /* fraction of its time that a worker spends in cycles */
  size_t overlaps; /* cycles that begin before the worker's last one ended */
  double cycle_mean, cycle_cv2;
  size_t size;   /* of count */
  double *count; /* count[j]: gradients of staleness j */
  double staleness_mean, staleness_variance;
} trace_summary;

/* Of all gradients but the first DISCARD; at least 2 must be left
   (SUPPORT_INVALID).  To be cleared whatever is returned.  */
support_status trace_summarise (const trace_log *log, size_t discard,
                                trace_summary *summary,
                                support_failure *failure);
void trace_summary_clear (trace_summary *summary);

#endif
