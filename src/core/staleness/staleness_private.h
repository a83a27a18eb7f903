/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of staleness/ share.

   The road: what a worker does on its own (cycle.c) gives its equilibrium
   renewal counts (counts.c), which add up to the updates of all the others in a
   cycle of known length (sum.c), which is averaged over the length (renewal.c),
   the longest apart (far.c); the Poisson model has that average in one step
   (poisson.c).  threshold.c solves for the accepted fractions, staleness.c puts
   the answer together.  */

#ifndef SDDE_STALENESS_PRIVATE_H
#define SDDE_STALENESS_PRIVATE_H

#include "staleness/staleness.h"

/* ---- cycle.c: one worker on its own ----------------------------------- */

/* A worker that is given up at a deadline begins anew, as one does that has
   finished: its cycles min (T, deadline) are a renewal process, each of which
   ends in a gradient with the same probability.  Zeroed is empty.  */
typedef struct staleness_cycle
{
  const delay_law *law; /* of T, not owned; or of what is between two gradients
                           that a trigger sends, where that is another law */
  delay_law *own;       /* that other law, owned */
  delay_law *delay;     /* of T given that it is finished, owned */
  double finished;      /* P(T <= deadline) */
  double interval;      /* mean time between the gradients of a worker */
  double sent;          /* the fraction of them that it sends */
  double palm;          /* see staleness_part */
} staleness_cycle;

/* The fraction of its gradients that a worker sends and that are not lost.  */
static inline double
staleness_cycle_arriving (const staleness_cycle *cycle,
                          const system_description *system)
{
  return cycle->sent * (1.0 - system->loss);
}

support_status staleness_cycle_create (const delay_law *law, double deadline,
                                       staleness_cycle *cycle,
                                       support_failure *failure);
/* With a trigger that sends the fraction SENT of the gradients, and an upload
   that only these take.  The renewal model is closed where what comes before
   the upload takes exponential times; the Poisson model always.  */
support_status staleness_cycle_create_sent (const system_description *system,
                                            size_t c, double sent, bool poisson,
                                            staleness_cycle *cycle,
                                            support_failure *failure);
void staleness_cycle_clear (staleness_cycle *cycle);

/* That of a class without workers.  */
void staleness_part_clear (staleness_part *part);

/* The values of a law from 0 on, and what is known to lie beyond them.  */
typedef struct staleness_values
{
  size_t size, room;
  double *value;
  double beyond;
} staleness_values;

/* Values up to INDEX, new ones 0; false when memory is short.  */
bool staleness_values_reach (staleness_values *values, size_t index);

/* To be called every now and then: SUPPORT_INTERRUPTED if work is to stop.  */
support_status staleness_continue (const support_hooks *hooks,
                                   support_failure *failure);

/* ---- integer_law.c -------------------------------------------------- */

/* A law on the whole numbers first, first + 1, ...; room is kept from one use
   to the next.  Zeroed is empty.  */
typedef struct staleness_integer_law
{
  size_t first, size, room;
  double *probability;
} staleness_integer_law;

void staleness_integer_law_clear (staleness_integer_law *law);
/* Adds PROBABILITY at the end; false when memory is short.  */
bool staleness_integer_law_append (staleness_integer_law *law,
                                   double probability);
support_status staleness_integer_law_copy (const staleness_integer_law *from,
                                           staleness_integer_law *to,
                                           support_failure *failure);
/* Keeps each count with probability KEPT, independently.  */
support_status staleness_integer_law_thin (staleness_integer_law *law,
                                           double kept,
                                           support_failure *failure);

/* ---- counts.c: the renewals of one worker ----------------------------- */

/* The number N(t) of gradients in a window of length t of a worker in the
   stationary state whose cycles T have the law LAW and whose gradients come
   once in a time INTERVAL on average, 0 <= t <= HORIZON; next to no window is
   longer than USUAL.  INTERVAL is the mean of LAW unless there is a deadline,
   of HORIZON or more.  */
typedef struct staleness_counts staleness_counts;

support_status staleness_counts_create (const delay_law *law, double interval,
                                        double usual, double horizon,
                                        staleness_counts **counts,
                                        support_failure *failure);
/* The same for cycles that are known on a grid only, and windows in it (longer
   ones count as the longest).  */
support_status staleness_counts_create_masses (const double *mass,
                                               size_t points, double step,
                                               double mean,
                                               staleness_counts **counts,
                                               support_failure *failure);
void staleness_counts_free (staleness_counts *counts);

/* Cycles are exponential: N(t) is Poisson(t/mean), and staleness_counts_at is
   not to be asked.  */
bool staleness_counts_poisson (const staleness_counts *counts);

/* How far in total variation the law of N(T), T being OWN, may be from the
   exact one: the windows that moments stand for, and the grid.  */
double staleness_counts_error (const staleness_counts *counts,
                               const delay_law *own);

/* The law of N(t) but for a probability of NEGLIGIBLE, or of what rounding
   allows.  */
support_status staleness_counts_at (const staleness_counts *counts, double t,
                                    double negligible,
                                    staleness_integer_law *law,
                                    support_failure *failure);

/* ---- counts_grid.c: laws whose sums have no closed form --------------- */

typedef struct staleness_grid
{
  double step;
  size_t points; /* at 0, step, ..., (points - 1) step */
  size_t rows;   /* row k - 1, k = 1 .. rows: P(N >= k) at the points */
  double *table;
} staleness_grid;

support_status staleness_grid_create (const delay_law *law, double horizon,
                                      staleness_grid *grid,
                                      support_failure *failure);
/* The longest horizon from LEAST to HORIZON of which a grid is still fine.  */
double staleness_grid_reach (const delay_law *law, double horizon,
                             double least);
/* For the law that has MASS[i] at i * step, i < POINTS, of mean MEAN whatever
   lies beyond.  */
support_status staleness_grid_create_masses (const double *mass, size_t points,
                                             double step, double mean,
                                             staleness_grid *grid,
                                             support_failure *failure);
void staleness_grid_clear (staleness_grid *grid);
/* P(N(t) >= k).  */
double staleness_grid_at_least (const staleness_grid *grid, size_t k, double t);

/* ---- long_sums.c ------------------------------------------------------ */

/* What is known of a law whose cycles are many: excess is the kurtosis less 3.
 */
typedef struct staleness_long_sums
{
  double mean, deviation, skewness, excess;
} staleness_long_sums;

/* Of a law with a heavy tail the moments are those of min (T, BOUND), but for
   the mean.  */
support_status staleness_long_sums_create (const delay_law *law, double bound,
                                           staleness_long_sums *sums,
                                           support_failure *failure);
/* E (t - S_k)^+, S_k the sum of k cycles.  */
double staleness_long_sums_integrated (const staleness_long_sums *sums,
                                       size_t k, double t);

/* ---- sum.c: independent counts added up ------------------------------- */

typedef struct staleness_term
{
  size_t copies;
  staleness_integer_law law;
} staleness_term;

/* A Poisson variable of mean POISSON and, for each term, COPIES independent
   variables of its law.  */
typedef struct staleness_sum
{
  double negligible; /* logarithm of a probability not worth any work */
  double poisson;
  size_t terms;
  staleness_term *term;
} staleness_sum;

double staleness_sum_variance (const staleness_sum *sum);

/* LOWEST <= sum <= HIGHEST but for a probability that is negligible.  */
void staleness_sum_window (const staleness_sum *sum, double *lowest,
                           double *highest);

/* P(sum <= s).  */
support_status staleness_sum_cdf (const staleness_sum *sum, double s, double *p,
                                  support_failure *failure);

/* exp (-2 pi i m / LENGTH), 0 <= m < LENGTH, as pairs of real numbers.  */
double *staleness_circle (size_t length);

/* The real part and the imaginary part of weight * E exp (-i theta_m (sum -
   origin)), theta_m = 2 pi m / LENGTH (a power of two), added to REAL[m] and
   IMAGINARY[m], 0 <= m <= LENGTH/2; what is negligible is left out.  CIRCLE
   comes from staleness_circle.  */
support_status staleness_sum_add_transform (const staleness_sum *sum,
                                            double weight, double origin,
                                            size_t length, const double *circle,
                                            double *real, double *imaginary,
                                            support_failure *failure);

/* ---- view.c: what one class sees of the others ------------------------ */

/* The workers whose updates the gradients of one worker of class SELF meet:
   all of the system but itself.  */
typedef struct staleness_view
{
  const system_description *system;
  const staleness_cycle *cycle; /* of each class */
  size_t self;
  staleness_model model;
  const double *kept; /* the fraction of the gradients of each class that is
                         sent and accepted */
  double passes;      /* of the own ones, sent and not aborted, accepted */
  const support_hooks *hooks; /* NULL: none */
  double done, share;         /* of the whole work: before this view, own */
  staleness_counts **counts;  /* of each class; NULL in the Poisson model */
  double reach;               /* of the own cycles that are looked at (far.c) */
  staleness_sum sum;          /* room for staleness_view_sum */
  delay_rule *rule;           /* nodes for the own cycle */
  staleness_values at;        /* room for staleness_view_weight_at */
  staleness_integer_law *known; /* counts of each class at each node */
  size_t known_values;
} staleness_view;

/* KEPT and, in the renewal model, COUNTS, one of both for each class, are read
   at every later use and remain the caller's.  The rule is made when they are
   there.  */
support_status staleness_view_create (
    const system_description *system, const staleness_cycle *cycle, size_t self,
    staleness_model model, const double *kept, const support_hooks *hooks,
    staleness_counts **counts, staleness_view *view, support_failure *failure);
support_status staleness_view_make_rule (staleness_view *view,
                                         support_failure *failure);
/* All that COUNT views of one system still lack: the counts of the classes that
   they meet, for as long as their own cycles last, and the rules.  */
support_status staleness_views_finish (staleness_view *view, size_t count,
                                       support_failure *failure);
/* Tells that FRACTION of this view's pmf is made.  */
void staleness_view_progress (const staleness_view *view, double fraction);
void staleness_view_clear (staleness_view *view);
/* The accepted updates of the others per unit time.  */
double staleness_view_rate (const staleness_view *view);

/* The own cycle is exponential and all the others are Poisson processes: the
   staleness is geometric, P(tau = j) = (1 - r) r^j.  */
bool staleness_view_geometric (const staleness_view *view, double *log_ratio);

/* VIEW->sum becomes the updates of the others in a cycle of length t (renewal
   model).  */
support_status staleness_view_sum (staleness_view *view, double t,
                                   support_failure *failure);
support_status staleness_view_sum_at_node (staleness_view *view, size_t node,
                                           support_failure *failure);

/* P(tau <= s | T = t) and its mean over the cycle.  */
support_status staleness_view_cdf_at (staleness_view *view, double t, double s,
                                      double *p, support_failure *failure);
/* E (c(tau) 1(tau <= threshold) | T = t).  */
support_status staleness_view_weight_at (staleness_view *view, double t,
                                         double *weight,
                                         support_failure *failure);
support_status staleness_view_cdf (staleness_view *view, double s, double *p,
                                   support_failure *failure);

/* How far in total variation from the law of the model the pmf may be.  */
double staleness_view_error (const staleness_view *view);

/* P(tau = j), not given acceptance, for j < STALENESS_MOST_VALUES and up to
   the threshold at least, with the variance of tau.  */
support_status staleness_view_pmf (staleness_view *view, staleness_values *pmf,
                                   double *variance, support_failure *failure);

/* ---- far.c: the longest of cycles with a heavy tail -------------------- */

/* Where looking at each length of the own cycle may end: INFINITY unless its
   tail is heavy.  */
double staleness_far_reach (const staleness_view *view);
/* The share of the cycles of length t that are treated as if their staleness
   were rate * t: 0 up to 3/4 of the reach, 1 beyond.  */
double staleness_far_share (const staleness_view *view, double t);
/* How far in total variation that leaves the staleness from its law.  */
double staleness_far_error (const staleness_view *view, double reach);
/* Adds that share of the law to PMF, and of its variance to VARIANCE.  */
support_status staleness_far_pmf (const staleness_view *view,
                                  staleness_values *pmf, double *variance,
                                  support_failure *failure);

/* ---- poisson.c -------------------------------------------------------- */

/* Adds weight * P(N = j), N Poisson, to PMF.  */
support_status staleness_add_poisson (double mean, double weight,
                                      staleness_values *pmf,
                                      support_failure *failure);
double staleness_poisson_cdf (double mean, double s);

/* ---- renewal.c -------------------------------------------------------- */

support_status staleness_renewal_pmf (staleness_view *view,
                                      staleness_values *pmf, double *variance,
                                      support_failure *failure);
/* P(VIEW->sum = j) added to PMF.  */
support_status staleness_renewal_pmf_of_sum (staleness_view *view,
                                             staleness_values *pmf,
                                             support_failure *failure);

/* ---- thin.c ----------------------------------------------------------- */

/* T with the law LAW is accepted with probability ACCEPTANCE (CONTEXT, t),
   which is interpolated to within TOLERANCE between FIRST < LAST and constant
   outside of them; the law ends where the acceptance is 0 from some knot on. */
typedef support_status staleness_acceptance (void *context, double t, double *p,
                                             support_failure *failure);
typedef struct staleness_thinning
{
  const delay_law *law;
  double first, last, tolerance;
  bool cut;
  staleness_acceptance *acceptance;
  void *context;
} staleness_thinning;

support_status staleness_thin (const staleness_thinning *thinning,
                               delay_law **law, support_failure *failure);

/* ---- gathered.c: policies that average several gradients --------------- */

/* *LAW has its parts, one for each class, zeroed.  */
support_status staleness_solve_rounds (const system_description *system,
                                       const support_hooks *hooks,
                                       staleness_law *law,
                                       support_failure *failure);

/* ---- uplink.c ---------------------------------------------------------- */

/* All of *LAW but its delay and its pmf, and what can be said of the parts; the
   pmfs of the classes are left empty where they have no closed form.  */
support_status staleness_solve_uplink (const system_description *system,
                                       staleness_law *law,
                                       staleness_values *pmf,
                                       support_failure *failure);

/* ---- uplink_occupancy.c ------------------------------------------------ */

/* Classes of workers that think (a mean time each, in any way) and then queue
   for an uplink.  */
typedef struct staleness_network
{
  size_t classes;
  const size_t *workers;
  const double *think;
  double service; /* mean */
  size_t channels;
} staleness_network;

/* The number at the uplink: probability[k] that it is first + k.  */
typedef struct staleness_occupancy
{
  size_t first, size;
  double *probability;
} staleness_occupancy;

/* The law of that number at random instants, without one worker of the class
   WITHOUT (SIZE_MAX: with all).  LAW->probability is to be freed whatever is
   returned.  */
support_status staleness_occupancy_create (const staleness_network *of,
                                           size_t without,
                                           staleness_occupancy *law,
                                           support_failure *failure);

/* ---- uplink_chain.c ---------------------------------------------------- */

/* Workers alike, exponential computations, an uplink of exponential times.  */
typedef struct staleness_chain
{
  size_t others; /* workers less one */
  double own;    /* mean computation */
  double think;  /* mean time between two joins that is not passed at the
                    uplink: OWN / SENT */
  double sent;   /* of the computed gradients */
  double service;
  size_t channels;
  bool sharing; /* or first in, first out */
} staleness_chain;

/* FOUND is, everywhere, the law of the others at the uplink (others + 1
   numbers).  The pmf of the staleness of a gradient; none where it would take
   too long.  */
support_status staleness_chain_pmf (const staleness_chain *chain,
                                    const double *found, staleness_values *pmf,
                                    support_failure *failure);
/* The law of the time at a shared uplink, of phase type; NULL for more workers
   than such a law has phases.  */
support_status staleness_chain_sojourn (const staleness_chain *chain,
                                        const double *found, delay_law **law,
                                        support_failure *failure);
/* By how many updates the model that a worker pulls is ahead of a random
   instant.  */
support_status staleness_chain_palm (const staleness_chain *chain,
                                     const double *found, double *palm,
                                     support_failure *failure);

/* ---- buffers.c --------------------------------------------------------- */

/* K-batch-async; *LAW is empty.  */
support_status staleness_solve_buffer (const system_description *system,
                                       staleness_model model,
                                       const support_hooks *hooks,
                                       staleness_law *law,
                                       support_failure *failure);
/* The mixture of the parts' delays.  */
support_status staleness_aggregate_delay (staleness_law *law,
                                          support_failure *failure);
/* K-async; *LAW has its parts, one for each class, zeroed.  */
support_status staleness_solve_k_async (const system_description *system,
                                        staleness_law *law,
                                        support_failure *failure);

/* ---- recorded.c ------------------------------------------------------- */

/* The parts of LAW, the PMF of each, and the interval of each CYCLE, from the
   record of SYSTEM.  */
support_status staleness_take_record (const system_description *system,
                                      staleness_cycle *cycle,
                                      staleness_values *pmf, staleness_law *law,
                                      support_failure *failure);

/* ---- threshold.c ------------------------------------------------------ */

/* Solves for the fractions of the classes that are kept, KEPT, which the COUNT
   views (one for each class that has workers) read.  */
support_status staleness_solve_threshold (staleness_view *view, size_t count,
                                          double *kept,
                                          support_failure *failure);

/* The law of the delay given acceptance and by weight; WEIGHT is the mean
   weight of an accepted gradient.  */
support_status staleness_accepted_delay (staleness_view *view, double weight,
                                         delay_law **law,
                                         support_failure *failure);

/* ---- wait.c ----------------------------------------------------------- */

/* *LAW has its parts, one for each class, zeroed.  */
support_status staleness_solve_wait (const system_description *system,
                                     staleness_law *law,
                                     support_failure *failure);

/* ---- abort.c ---------------------------------------------------------- */

/* Workers begin anew when their staleness passes the threshold: what the cycles
   of the classes become, with a view for each class that has workers.  COUNTS,
   one for each class and NULL before, are for the caller to free after the
   views.  */
support_status
staleness_solve_abort (const system_description *system, staleness_model model,
                       const support_hooks *hooks, staleness_cycle *cycle,
                       const double *kept, staleness_counts **counts,
                       staleness_view *view, size_t *views,
                       support_failure *failure);

#endif
