/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of pairs/ share.  */

#ifndef SDDE_PAIRS_PRIVATE_H
#define SDDE_PAIRS_PRIVATE_H

#include "pairs/pairs.h"

/* A rate between two phases (the diagonal holds what leaves).  */
typedef struct pairs_entry
{
  size_t from, to;
  double rate;
} pairs_entry;

typedef struct pairs_cycle
{
  size_t workers, phases;
  double mean;
  double *start, *stationary, *exit; /* exit: rate of ending the cycle */
  double *accepted, *applied; /* and of ending it with a gradient that is */
  double share;               /* of these per unit time */
  bool thinned;               /* some are not */
  double *transition;         /* by columns */
  size_t entries;
  pairs_entry *entry; /* those of TRANSITION that are not 0 */
} pairs_cycle;

/* The moments of one ordered pair of classes: a matrix of each kind, phases of
   the first by phases of the second, by columns.  */
typedef struct pairs_block
{
  size_t first, second; /* classes */
  size_t mirror;        /* the block of (second, first) */
  size_t offset;        /* of its matrix among those of one kind */
} pairs_block;

struct pairs_model
{
  size_t classes, workers;
  pairs_cycle *class;
  size_t blocks;
  pairs_block *block; /* pairs that exist: a class of one worker has none with
                         itself; of a single worker, none at all */
  size_t *index;      /* [c + d classes]: its block, or blocks */
  size_t size;        /* unknowns of one kind */
  size_t most_phases;
  double fastest; /* the largest rate of leaving a phase */
  bool census;    /* limits and exponents are found without a closure */
};

/* x' y.  */
static inline double
pairs_dot (const double *x, const double *y, size_t count)
{
  double sum = 0.0;
  for (size_t p = 0; p < count; p++)
    sum += x[p] * y[p];
  return sum;
}

/* How many workers of class E stand beside a pair of BLOCK.  */
double pairs_others (const pairs_model *model, const pairs_block *block,
                     size_t e);

/* The kinds of moments in a state: M, E and then B, Y, Z, X, each of
   model->size numbers (of a single worker only M, then B: E [w; p_i = p] and
   E [w^2; ..]).  */
enum
{
  PAIRS_FIRST_KINDS = 2,
  PAIRS_SECOND_KINDS = 4
};

size_t pairs_first_size (const pairs_model *model);
size_t pairs_second_size (const pairs_model *model);

/* Time derivatives.  WORK has pairs_work_size numbers.  */
size_t pairs_work_size (const pairs_model *model);
void pairs_first_flow (const pairs_model *model, double alpha,
                       const double *state, double *flow, double *work);
void pairs_second_flow (const pairs_model *model, const pairs_mode *mode,
                        const double *state, double *flow, double *work);

/* Those of first and, behind them, second moments where accepted gradients
   PUSH, and E w_i and E w_i^2 of the copies behind accepted gradients.  */
void pairs_pushed_flow (const pairs_model *model, double alpha,
                        const pairs_push *push, const double *state,
                        double *flow, double *work);
void pairs_copies (const pairs_model *model, const double *state, double *mean,
                   double *second);

/* ---- (s - L)^-1 of the second moments' flow L ------------------------ */

/* The closure's, or that of the census.  */
typedef struct pairs_resolvent pairs_resolvent;
support_status pairs_resolvent_create (const pairs_model *model,
                                       pairs_resolvent **made);
void pairs_resolvent_free (pairs_resolvent *of);
/* E w^2 of (s - L)^-1 noise of MODE; INFINITY where it is no second moment.  */
double pairs_resolve (pairs_resolvent *of, const pairs_mode *mode, double s);
/* The rate of the slowest phase changes: a copy's share of the second moments
   falls no faster.  */
double pairs_resolvent_slowest (const pairs_resolvent *of);

/* Without a closure (census.c): alike workers with a few phases.  */
typedef struct pairs_census pairs_census;
bool pairs_census_applies (const pairs_model *model);
support_status pairs_census_create (const pairs_model *model,
                                    pairs_census **made);
void pairs_census_free (pairs_census *of);
double pairs_census_resolve (pairs_census *of, const pairs_mode *mode,
                             double s);

/* ---- states ---------------------------------------------------------- */

/* States in which w and every copy have the moment VALUE for certain, and the
   moment of w that a state holds.  */
void pairs_fill (const pairs_model *model, size_t kinds, double value,
                 double *state);
double pairs_total (const pairs_model *model, const double *state);

#endif
