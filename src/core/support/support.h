/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of support/: what every other folder of the core leans on and
   that belongs to no subject: failures, random streams, thread teams.  */

#ifndef SDDE_SUPPORT_H
#define SDDE_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <gsl/gsl_rng.h>

/* ---- failures -------------------------------------------------------- */

/* What a core function returns.  The name of a status (support_status_name)
   becomes the last part of the error identifier that the user sees.  */
typedef enum support_status
{
  SUPPORT_OK = 0,
  SUPPORT_INVALID,    /* an argument outside its domain */
  SUPPORT_UNKNOWN,    /* a name that stands in no table */
  SUPPORT_MEMORY,     /* allocation failed */
  SUPPORT_NUMERICAL,  /* no number that could be stood behind */
  SUPPORT_LIMIT,      /* a stated cap was reached */
  SUPPORT_UNREADABLE, /* a file or a log that cannot be read */
  SUPPORT_CALLBACK,   /* a function of the user failed */
  SUPPORT_INTERRUPTED /* the user asked to stop */
} support_status;

/* A status with a sentence for the user.  Functions that validate fill it;
   the caller may pass NULL.  */
typedef struct support_failure
{
  support_status status;
  char text[256];
} support_failure;

/* Records STATUS and the formatted sentence in FAILURE (if not NULL) and
   returns STATUS, so that a function can end with `return support_fail ...`. */
support_status support_fail (support_failure *failure, support_status status,
                             const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

/* The failure of an allocation, in the same form.  */
support_status support_fail_memory (support_failure *failure);

/* "invalid", "unknown", "memory", ...  */
const char *support_status_name (support_status status);

/* calloc of COUNT doubles that refuses sizes that overflow; NULL on failure
   (and never NULL for COUNT = 0).  */
double *support_doubles (size_t count);

/* Whether all of COUNT numbers are finite.  LAPACK ends the program on some
   that are not.  */
bool support_finite (const double *values, size_t count);

/* Before a loop that sums into X: lets the compiler add in several lanes (the
   order is fixed when the library is built, so results stay reproducible).  */
#ifdef _OPENMP
#define SUPPORT_PRAGMA(text) _Pragma (#text)
#else
#define SUPPORT_PRAGMA(text)
#endif
#define SUPPORT_SUM_IN_LANES(x) SUPPORT_PRAGMA (omp simd reduction (+ : x))
/* Before a loop whose steps do not depend on each other.  */
#define SUPPORT_IN_LANES SUPPORT_PRAGMA (omp simd)

/* ---- random streams -------------------------------------------------- */

/* Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
   easy as 1, 2, 3", SC 2011) as a generator of the GNU Scientific Library, so
   that every sampler of GSL can draw from it.  A stream is named by a seed
   and an index (a path, or a block of paths) and never by a thread: the same
   name gives the same numbers whatever runs beside it.  */
extern const gsl_rng_type *const support_stream_type;

/* A new stream, to be freed with gsl_rng_free; NULL when memory is short.  */
gsl_rng *support_stream_create (uint64_t seed, uint64_t index);

/* Renames STREAM (made by support_stream_create) and rewinds it.  */
void support_stream_rewind (gsl_rng *stream, uint64_t seed, uint64_t index);

/* Uniform on (0, 1), neither end included, 53 bits.  */
double support_stream_uniform (gsl_rng *stream);

/* Exponential of mean 1, greater than 0.  */
double support_stream_exponential (gsl_rng *stream);

/* ---- BLAS -------------------------------------------------------------- */

/* Makes BLAS use one thread and returns how many it had, for
   support_blas_restore (0 where that cannot be told: then nothing is done).
   Threads of BLAS would multiply with those of a team, and the bits of its
   products would depend on how many there are.  A team does this by itself;
   other users of BLAS call it, from the calling thread.  */
int support_blas_one_thread (void);
void support_blas_restore (int threads);

/* ---- thread teams ---------------------------------------------------- */

/* What the caller of long work may hook in.  Both are called by the calling
   thread only (Octave is not safe to call from another one).  */
typedef struct support_hooks
{
  bool (*interrupted) (void *data); /* true: stop as soon as possible */
  void (*progress) (void *data, double fraction); /* 0 <= fraction <= 1 */
  void *data;
} support_hooks;

typedef struct support_team support_team; /* of one run, seen by its tasks */

/* One of the tasks 0 .. count-1.  It may run on any thread.  */
typedef support_status (*support_task) (void *context, size_t task,
                                        support_team *team);

/* Runs all tasks on at most THREADS threads (0: as many as OpenMP offers),
   in no fixed order; a task that fails stops the others.  Returns the failure
   of the lowest task that failed by itself, or SUPPORT_INTERRUPTED.  DONE, if
   not NULL, has room for COUNT flags and tells which tasks ended well.  */
support_status support_team_run (support_task run, void *context, size_t count,
                                 size_t threads, const support_hooks *hooks,
                                 bool *done);

/* To be called by a long task every now and then (at least every 50 ms of
   work) with the fraction of the task that is done; false: give up, return
   SUPPORT_INTERRUPTED.  */
bool support_team_continue (support_team *team, double fraction_of_task);

#endif
