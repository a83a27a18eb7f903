/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of plan/: which workers, which learning rate, which policy's
   parameters make a system the fastest, by its equation.

   A candidate is a system with some of its parameters changed.  What does not
   depend on the learning rate (and momentum) is solved once for each of the
   others, so that a search over learning rates costs curves of the loss only.
   Many candidates are ranked by a sketch: order 1 or 2 with a law of the delay
   of the same mean and variance whose values are cheap, on a coarse grid of
   times.  What is returned of the best, and of every row that is not marked as
   sketched, is that of the best order with the law as it is.  */

#ifndef SDDE_PLAN_H
#define SDDE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include "equation/equation.h"
#include "staleness/staleness.h"
#include "system/system.h"

/* What may be varied; whole numbers first.  */
typedef enum plan_variable
{
  PLAN_WORKERS,   /* of all classes together, which keep their shares */
  PLAN_THRESHOLD, /* S; INFINITY: none */
  PLAN_GRADIENTS, /* K */
  PLAN_RATE,      /* learning rate */
  PLAN_TRIGGER,   /* u */
  PLAN_MOMENTUM,  /* beta */
  PLAN_VARIABLES
} plan_variable;
enum
{
  PLAN_WHOLE = PLAN_RATE /* this many of them are whole numbers */
};

typedef enum plan_objective
{
  PLAN_TIME,     /* least time until the expected loss is at the target */
  PLAN_SPEED,    /* greatest decay rate of the mean, of the slowest mode */
  PLAN_UPLOADS,  /* least gradients sent until then */
  PLAN_SETTLING, /* least time from when on the loss at the mean of the model
                    stays at or below the target */
  PLAN_OBJECTIVES
} plan_objective;

/* The tables of names; NULL past the last.  */
const char *plan_variable_name_at (size_t index);
const char *plan_objective_name_at (size_t index);
support_status plan_variable_named (const char *name, plan_variable *variable,
                                    support_failure *failure);
support_status plan_objective_named (const char *name,
                                     plan_objective *objective,
                                     support_failure *failure);

typedef struct plan_task
{
  const system_description *system; /* the one given */
  staleness_model model;
  int order; /* 0: the best for each candidate */
  equation_problem problem;
  const double *start; /* of each mode */
  double minimum;      /* of the loss */
  plan_objective objective;
  double target; /* loss; not read by PLAN_SPEED */
  /* Constraints; INFINITY (0 for the margin): none.  */
  double max_floor;       /* of the limit of the expected loss */
  double margin;          /* least 1 - radius (equation_stationary) */
  double max_uploads;     /* until the target is reached */
  double max_upload_rate; /* per unit of time, near the minimum */
  bool over[PLAN_VARIABLES];
  double least[PLAN_VARIABLES], most[PLAN_VARIABLES]; /* where OVER */
  bool exhaustive; /* evaluate every combination of whole numbers */
} plan_task;

/* One candidate.  */
typedef struct plan_row
{
  double at[PLAN_VARIABLES]; /* those of the system given where not OVER */
  double value;   /* of the objective; INFINITY where the target is never
                     reached, NAN where it could not be computed */
  double floor;   /* limit of the expected loss */
  double radius;  /* of equation_stationary: unstable in mean square from 1 */
  double uploads; /* until the target (per unit of time for PLAN_SPEED) */
  bool feasible;  /* stable in mean square, the floor not above the target, and
                     within all constraints */
  bool sketched; /* ranked only: value and uploads are of the sketch, the others
                    NAN */
} plan_row;

/* What a change of one thing makes of the best value, all else the same.  */
typedef struct plan_change
{
  const char *what; /* a variable, or "delays", "noise", "curvature" */
  double from, to;  /* of a variable; else 1 and the factor */
  double cost;      /* relative: 0.1 is 10 % worse, -0.1 better; INFINITY where
                       the target is reached no more */
} plan_change;
enum
{
  PLAN_MOST_CHANGES = 2 * PLAN_VARIABLES + 3
};

typedef struct plan_result
{
  plan_row given, best; /* BEST.value is NAN where no candidate is feasible */
  bool found;
  /* Nothing continuous was varied and every combination of whole numbers was
     evaluated as it is: there is no better one in the range, by the equation's
     account.  */
  bool proven;
  size_t count;
  plan_row *row; /* all that were tried, whole numbers in order; owned */
  size_t changes;
  plan_change change[PLAN_MOST_CHANGES];
} plan_result;

/* The most whole numbers of one variable, and combinations that are evaluated
   where all are.  */
#define PLAN_MOST_COMBINATIONS 100000

/* SUPPORT_INVALID where the system given has no equation, or bounds that are
   empty or outside the domain of a variable.  *RESULT is to be cleared with
   plan_result_clear whatever is returned.  */
support_status plan_solve (const plan_task *task, const support_hooks *hooks,
                           plan_result *result, support_failure *failure);
void plan_result_clear (plan_result *result);

/* SYSTEM with the numbers AT of a row; CLASS has room for its classes and holds
   them as long as the copy is used.  Each class gets the whole part of its
   share of the workers, and what is left goes to the greatest remainders (the
   method of Hamilton), the first of equal ones first.  */
system_description plan_system (const system_description *system,
                                const double at[PLAN_VARIABLES],
                                system_class *class);

#endif
