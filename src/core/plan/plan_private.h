/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of plan/ share.  */

#ifndef SDDE_PLAN_PRIVATE_H
#define SDDE_PLAN_PRIVATE_H

#include "plan/plan.h"

/* A system whose staleness is solved, at any learning rate and momentum.  */
typedef struct plan_case
{
  double at[PLAN_VARIABLES]; /* rate and momentum are not read */
  system_class *class;
  system_description system;
  support_status status; /* why it cannot be, with the sentence */
  support_failure failure;
  staleness_law staleness; /* without the probabilities */
  pairs_model *pairs;
  int order;
  bool cheap;        /* the equation of the best order is soon solved */
  bool few;          /* workers: each step moves the model far, which only the
                        pair closure follows, so that no sketch will do */
  delay_law *sketch; /* mean and variance of the delay, cheap */
} plan_case;

/* A search, or the part of one that a thread has for itself.  */
typedef struct plan_search
{
  const plan_task *task;
  const struct plan_search *parent; /* whose cases are read, too; or NULL */
  support_team *team;               /* asked whether to go on; or NULL */
  size_t cases, room;
  plan_case **known; /* owned; in the order of their making */
  double best;       /* least merit so far */
  double last;       /* time to the target last found, 0: none */
} plan_search;

/* Work on one of several candidates, with a search of its own.  */
typedef support_status plan_work (plan_search *search, void *context, size_t k,
                                  support_failure *failure);

/* WORK for 0 .. COUNT - 1 by all threads, each beginning with what SEARCH
   knows at the start, so that nothing depends on who is done first; KEEP: what
   they solved is known to it afterwards.  Reports the failure of the lowest. */
support_status plan_share (plan_search *search, plan_work *work, void *context,
                           size_t count, bool keep, const support_hooks *hooks,
                           support_failure *failure);

/* The case of AT, solved once.  *FOUND stays the search's.  Only failures of
   the machine (memory, interrupt) are returned; what the system itself cannot
   do stands in the case.  */
support_status plan_case_of (plan_search *search,
                             const double at[PLAN_VARIABLES],
                             const plan_case **found, support_failure *failure);
void plan_search_clear (plan_search *search);
bool plan_stopped (const plan_search *search);

/* The equation of a case at the learning rate and momentum of AT.  A sketch has
   the order 1 or 2 and the cheap law.  */
support_status plan_equation (const plan_search *search, const plan_case *of,
                              const double at[PLAN_VARIABLES], bool sketch,
                              equation_assembly *made,
                              support_failure *failure);
equation_loss plan_loss (const plan_task *task);

/* All that a row tells, by the best order.  */
support_status plan_evaluate (plan_search *search,
                              const double at[PLAN_VARIABLES], plan_row *row,
                              support_failure *failure);

/* What a curve says of a target.  */
typedef struct plan_finish
{
  bool reached;
  double time; /* to the target; 0 unless REACHED */
  double sent; /* until then, under a trigger */
  /* Time to the SAFE target, or a longer one where that is not reached, and
     what is sent until then.  */
  double merit, sent_to_merit;
} plan_finish;

/* The first time at which the loss is at TARGET, a little above SAFE, on a grid
   of STEPS steps.  HINT: about how long it takes, or 0.  Work stops where the
   time is sure to be beyond LONGEST.  */
support_status plan_race (const equation_system *system,
                          const equation_loss *loss, size_t steps,
                          double target, double safe, double hint,
                          double longest, plan_finish *at,
                          support_failure *failure);
/* The time from when on the loss at the mean stays at or below TARGET; it is
   taken to stay there if it does for as long again and for some delays.  */
support_status plan_settle (const equation_system *system,
                            const equation_loss *loss, size_t steps,
                            double target, double hint, double longest,
                            plan_finish *at, support_failure *failure);

/* A candidate looked at without proof.  */
typedef struct plan_glance
{
  /* To be least: the objective (its negative for PLAN_SPEED) where all
     constraints hold, and more, the farther they are from holding or the loss
     from the target.  Finite.  */
  double merit;
  double value, uploads; /* as in a row; INFINITY if not reached */
} plan_glance;

support_status plan_look (plan_search *search, const double at[PLAN_VARIABLES],
                          bool sketch, plan_glance *glance,
                          support_failure *failure);
/* No candidate's merit is beyond this: it has no equation.  */
#define PLAN_HOPELESS 1e300

/* Moves the continuous variables of AT within their bounds to where the merit
   is least.  NEAR: AT is good already, and only its neighbourhood is
   searched.  */
support_status plan_tune (plan_search *search, bool sketch, bool near,
                          double at[PLAN_VARIABLES], plan_glance *glance,
                          support_failure *failure);
bool plan_has_continuous (const plan_task *task);

/* The choices for one variable, increasing.  */
typedef struct plan_levels
{
  size_t count;
  double *value;
} plan_levels;

typedef struct plan_candidate
{
  size_t index[PLAN_WHOLE];
  double at[PLAN_VARIABLES];
  plan_glance glance;
  plan_glance sketched; /* of a finalist, before it was tuned */
  bool few;             /* as in its case */
} plan_candidate;

typedef struct plan_field
{
  plan_search *search;
  const support_hooks *outer; /* whose progress is told */
  plan_levels of[PLAN_WHOLE];
  double given[PLAN_VARIABLES];
  const support_hooks *inner; /* the same without progress */
  size_t count, room, ranked;
  plan_candidate *tried;
} plan_field;

/* How far two combinations are from each other, about in numbers of factors. */
double plan_distance (const plan_candidate *of, const plan_candidate *to);
void plan_tell (const plan_field *of, double fraction);
/* Candidates on a lattice that is fine where numbers are small, and from the
   best of them in steps that grow smaller.  BEST is the place of the best of
   all that were tried.  */
support_status plan_rank_lattice (plan_field *of, size_t *best,
                                  support_failure *failure);
support_status plan_pattern_search (plan_field *of, size_t *best,
                                    support_failure *failure);

/* What changes of the best row do.  */
support_status plan_changes (plan_search *search, plan_result *result,
                             const support_hooks *hooks,
                             support_failure *failure);

#endif
