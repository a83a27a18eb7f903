/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of pairs/: the pair closure, first and second moments of the model
   and of the workers' copies of it, for workers whose cycle is of phase type.

   Let w be the model along one eigenvector, w_i the copy that worker i
   computes with, p_i the phase of its cycle.  An arrival of i turns w into
   w - alpha w_i and then w_i into w.  For an ordered pair (i, j) of workers the
   moments

     M = E [w],       E  = E [w_j],      B = E [w^2],
     Y = E [w w_j],   Z  = E [w_j^2],    X = E [w_i w_j],

   each on the event that p_i = p and p_j = q, obey linear differential
   equations once the share of a third worker l is split: with pi its
   stationary phases,

     E [u; p_i = p, p_j = q, l exits] ~ pi_q E [u; p_i = p, l exits]
       + pi_p E [u; p_j = q, l exits] - pi_p pi_q E [u; l exits]

   for u = w_l, w w_l, w_l^2, and E [w_l w_j; p, q, l exits]
   ~ pi_p E [w_l w_j; q, l exits].  Two workers, one worker, and exponential
   cycles (one phase) are exact.  Where the delay equation takes arrivals for a
   Poisson process, this knows that those of one worker are a renewal process.

   An arrival moves the model by a gradient of variance

     noise + extra w_i^2                   (both times the rate's square),

   so that E [w^2] gains noise + square w_i^2 with square = alpha^2 + extra.

   An arrival may be accepted or not, independently of all else but the phase
   that its cycle ends in (ACCEPTED below): one that is not leaves w as it is,
   and w_i becomes w all the same.  */

#ifndef SDDE_PAIRS_H
#define SDDE_PAIRS_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include "support/support.h"

/* Alike workers with a cycle of phase type: the time a Markov chain takes from
   START to leave its transient phases.  */
typedef struct pairs_class
{
  size_t workers;           /* >= 1 */
  size_t phases;            /* >= 1 */
  const double *start;      /* probabilities, sum 1; not owned */
  const double *transition; /* phases x phases by columns, transition[p + q
                               phases] the rate from p to q: a subgenerator;
                               not owned */
  const double *accepted;   /* the probability that the gradient of a cycle
                               that ends in a phase is applied; NULL: all are;
                               not owned */
} pairs_class;

/* One eigenvector's share.  */
typedef struct pairs_mode
{
  double alpha;  /* learning rate times curvature, >= 0 */
  double square; /* alpha^2, and the variance that a gradient gains per unit of
                    its own displacement squared; what a trigger lets through
                    may have less */
  double noise;  /* variance of a step at the minimum, >= 0 */
} pairs_mode;

typedef struct pairs_model pairs_model;

/* The most phases of a cycle, and unknowns of one kind of moment (the sum over
   ordered pairs of classes of the product of their phases).  */
#define PAIRS_MOST_PHASES 64
#define PAIRS_MOST_UNKNOWNS 4096

/* SUPPORT_INVALID for a class outside its domain, SUPPORT_LIMIT beyond
   these; classes without workers are skipped.  */
support_status pairs_create (const pairs_class *class, size_t classes,
                             pairs_model **model, support_failure *failure);
void pairs_free (pairs_model *model);

/* The classes that have workers, as they were given; the arrays belong to the
   model.  */
size_t pairs_classes (const pairs_model *model);
pairs_class pairs_class_at (const pairs_model *model, size_t c);

/* Accepted arrivals per unit time of all workers together.  */
double pairs_rate (const pairs_model *model);

/* Whether some are accepted by the phase in which their cycle ends, not all
   with the same probability.  */
bool pairs_drops (const pairs_model *model);

/* ---- in the limit ---------------------------------------------------- */

/* Whether the next two are exact: for exponential cycles and for one or two
   workers, for which the closure is, and for alike workers with few enough
   phases to be followed without it: two phases up to some 1000 workers, three
   up to 9.  */
bool pairs_limit_is_exact (const pairs_model *model);

/* The limit of E w^2; INFINITY unless the mode is mean-square stable, which
   one with alpha = 0 is not.  */
support_status pairs_stationary (const pairs_model *model,
                                 const pairs_mode *mode, double *variance,
                                 support_failure *failure);

/* The same where a search may take it for finite by chance (a sign that the
   closure, not exact, has right): a tenth of the work.  */
support_status pairs_stationary_likely (const pairs_model *model,
                                        const pairs_mode *mode,
                                        double *variance,
                                        support_failure *failure);
/* E w^2 of (s - L)^-1 noise of variance 1 per accepted arrival, L being the
   flow of the second moments: without other noise E w^2 falls like exp (s t) if
   all of them together, fed by what each passes on, keep themselves up at s.
   INFINITY unless s lies right of the exponent.  */
support_status pairs_response (const pairs_model *model, const pairs_mode *mode,
                               double s, double *value,
                               support_failure *failure);

/* The exponent of E w^2 ~ exp (exponent t) without noise, to 1e-9 of the
   fastest phase's rate.  Nothing falls faster than a copy is kept: where the
   model does, *EXPONENT is that rate.  */
support_status pairs_exponent (const pairs_model *model, const pairs_mode *mode,
                               double *exponent, support_failure *failure);

/* An exponent s of E w, an eigenvalue of the first moments' matrix A with unit
   vectors v and w: |A v - s v|, that over |s| + |A| (the backward error), and
   (|s| + |A|) / |w^H v|, how far s moves per such relative change.  */
typedef struct pairs_root
{
  double complex s;
  double residual, backward, condition;
} pairs_root;

/* All of them, real parts descending, conjugates adjacent (the one with
   positive imaginary part first), multiple ones as often as they are; JUDGED,
   or the last three are NAN.  *COUNT of them in *ROOT, to be freed with free.
   SUPPORT_LIMIT where there are more than a thousand.  Nothing is proved.  */
support_status pairs_roots (const pairs_model *model, const pairs_mode *mode,
                            bool judged, pairs_root **root, size_t *count,
                            support_failure *failure);

/* The first one of each of MODES modes.  */
support_status pairs_rightmost (const pairs_model *model,
                                const pairs_mode *mode, size_t modes,
                                double complex *root,
                                const support_hooks *hooks,
                                support_failure *failure);

/* ---- in time --------------------------------------------------------- */

/* The stationary autocovariance E [w(t + u) w(t)] at COUNT lags u >= 0 that do
   not decrease, each step followed to TOLERANCE, and its transform
   int E [w(t + u) w(t)] exp (-i f u) du over all u at COUNT frequencies f
   (radians per unit time), which integrates to 2 pi times the variance.  NAN
   where there is no stationary state; exact where the moments are.
   SUPPORT_LIMIT beyond 2400 second moments (4 phases^2 for one class).  */
support_status pairs_autocovariance (const pairs_model *model,
                                     const pairs_mode *mode, const double *lag,
                                     size_t count, double tolerance,
                                     double *value, const support_hooks *hooks,
                                     support_failure *failure);
support_status pairs_spectrum (const pairs_model *model, const pairs_mode *mode,
                               const double *frequency, size_t count,
                               double *value, support_failure *failure);

/* MEAN = E w and SECOND = E w^2 of MODES modes at COUNT times >= 0 that do not
   decrease, from w = w_i = start at t <= 0; laid out times first, either may be
   NULL.  A step's error is kept below TOLERANCE of what it moves.  Where a
   second moment has left the range of numbers it is INFINITY, and the mean NAN.
 */
support_status pairs_moments (const pairs_model *model, const pairs_mode *mode,
                              const double *start, size_t modes,
                              const double *time, size_t count,
                              double tolerance, double *mean, double *second,
                              const support_hooks *hooks,
                              support_failure *failure);

/* E w^2 alone of MODES modes, in steps of its own choosing that are each
   followed to TOLERANCE.  MODE and MODEL must live as long.  */
typedef struct pairs_walk pairs_walk;
support_status pairs_walk_create (const pairs_model *model,
                                  const pairs_mode *mode, const double *start,
                                  size_t modes, double tolerance,
                                  pairs_walk **made, support_failure *failure);
void pairs_walk_free (pairs_walk *of);
/* One step, not beyond FURTHEST.  */
support_status pairs_walk_step (pairs_walk *of, double furthest,
                                support_failure *failure);
/* To the time T within the last step.  */
support_status pairs_walk_within (pairs_walk *of, double t,
                                  support_failure *failure);
double pairs_walk_time (const pairs_walk *of);
/* E w^2 of mode I, and its derivative.  */
void pairs_walk_second (const pairs_walk *of, size_t i, double *value,
                        double *slope);
/* What an accepted gradient w_i does now, of one mode: it moves w by alpha
   (SLOPE w_i + OFFSET) on the average, and E w^2 gains NOISE + SQUARE w_i^2
   beside what that does.  */
typedef struct pairs_push
{
  double slope, offset, square, noise;
} pairs_push;

/* PUSH of each mode, and the rate of something that is to be counted, where the
   copies behind accepted gradients have these moments E w_i, E w_i^2 of each
   mode.  */
typedef void pairs_push_at (void *context, const double *mean,
                            const double *second, pairs_push *push,
                            double *rate);

/* pairs_moments where gradients push so, with the COUNTED until each time;
   square and noise of MODE stand for scales only.  */
support_status pairs_pushed_moments (
    const pairs_model *model, const pairs_mode *mode, const double *start,
    size_t modes, const double *time, size_t count, double tolerance,
    pairs_push_at *push, void *context, double *mean, double *second,
    double *counted, const support_hooks *hooks, support_failure *failure);

#endif
