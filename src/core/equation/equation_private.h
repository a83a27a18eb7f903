/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of equation/ share.  */

#ifndef SDDE_EQUATION_PRIVATE_H
#define SDDE_EQUATION_PRIVATE_H

#include "equation/equation.h"
#include "equation/paths.h"

#include <complex.h>

/* A law on a grid: int_0^(k step) f(k step - u) dF(u) ~ sum_j weight[j] f_(k-j)
   for f linear between grid points.  */
typedef struct equation_weights
{
  size_t length;      /* weights beyond are 0 */
  double *weight;     /* steps + 1 */
  double *edge;       /* of f_0 when f is 0 before 0: weight[k] less what of it
                         comes from beyond the grid, and half an atom there */
  double *below;      /* F at the grid points */
  double *integrated; /* int F there */
} equation_weights;

support_status equation_weights_create (const delay_law *law, double step,
                                        size_t steps,
                                        equation_weights *weights);
void equation_weights_free (equation_weights *weights);

/* The sum at grid point K without its term j = 0.  */
double equation_weights_apply (const equation_weights *weights,
                               const double *values, size_t k);

/* equation_response with weights that stand (either output may be NULL).  */
support_status equation_response_on (const roots_kernel *kernel,
                                     const equation_weights *weights,
                                     double step, size_t steps, double *mean,
                                     double *fundamental);

/* How well a step of the pair closure is followed.  */
#define EQUATION_PAIRS_TOLERANCE 1e-9

/* Moments of the closure, E X and E X^2 at COUNT times (times first), and on a
   grid E X and the variance; under a trigger with the gradients SENT (may be
   NULL).  */
support_status equation_pairs_course (const equation_system *system,
                                      const double *start, const double *time,
                                      size_t count, double tolerance,
                                      double *mean, double *second,
                                      double *sent, const support_hooks *hooks,
                                      support_failure *failure);
support_status equation_pairs_moments (const equation_system *system,
                                       const double *start, double step,
                                       size_t steps, double *mean,
                                       double *variance, double *sent,
                                       const support_hooks *hooks,
                                       support_failure *failure);

/* SUPPORT_INVALID where a trigger cannot be followed in time.  */
support_status equation_check_course (const equation_system *system,
                                      support_failure *failure);

/* Mode I of the closure with all its noise, what other modes of the VARIANCE
   pass on to it included; NAN where that is infinite.  */
pairs_mode equation_pairs_whole (const equation_system *system, size_t i,
                                 const double *variance);

/* What the modes that are coupled pass on: of ENERGY_i K_ij without its
   diagonal the equation_coupling_radius.  */
support_status equation_passed_radius (const equation_system *system,
                                       const double *energy, double *radius);

/* The exponent that all modes of the closure share where they are coupled.  */
support_status equation_passed_exponent (const equation_system *system,
                                         double *exponent,
                                         support_failure *failure);

/* E X^2 - (E X)^2.  */
double equation_variance (double second, double mean);

/* int_0^inf R^2 exp (-EXPONENT t) dt, by quadrature; NAN where that was not
   computed to 1e-6.  EXPONENT > 2 Re RIGHTMOST, the rightmost root.  */
support_status equation_energy_beside (const roots_kernel *kernel,
                                       double exponent,
                                       double complex rightmost,
                                       double *energy);

/* *RADIUS: the upper bound that is found of the spectral radius of the
   nonnegative matrix ENERGY_i K_ij, exact for a diagonal; where it is 1 or more
   only that is told.  */
support_status equation_coupling_radius (const equation_system *system,
                                         const double *energy, double *radius);

/* SUPPORT_INVALID where a mode has inertia that is not momentum.  */
support_status equation_refuse_inertia (const equation_system *system,
                                        support_failure *failure);

/* The same for all inertia: correlation in time is not known with it.  */
support_status equation_refuse_momentum (const equation_system *system,
                                         support_failure *failure);

/* M(i w) = i w I - A_0 - sum_k A_k phi_k(i w), states x states.  */
void equation_characteristic (const equation_matrices *matrices, double w,
                              double complex *value);

/* Whether every root of a system is proved to lie left of the imaginary axis,
   and then its RATE (minus the largest real part, NAN where there is none that
   could be found), unless that is NULL.  */
typedef enum equation_stability
{
  EQUATION_STABLE,
  EQUATION_UNSTABLE,
  EQUATION_UNKNOWN
} equation_stability;
support_status equation_matrices_state (const equation_matrices *matrices,
                                        equation_stability *state, double *rate,
                                        const support_hooks *hooks,
                                        support_failure *failure);

/* The intensity of all noise of a mode, v / J; NAN without stationary state. */
double equation_whole_intensity (double variance, double energy);

/* The rightmost root of mode I, as roots_dominant.  */
support_status equation_rightmost (const equation_system *system, size_t i,
                                   roots_root *root, bool *subexponential,
                                   support_failure *failure);

/* With momentum: alpha of mode I, and what turns variances per unit of time, as
   in the system, into those per update.  */
double equation_ball_alpha (const equation_system *system, size_t i);
double equation_ball_unit (const equation_ball *ball);

/* With momentum.  ENERGY as in equation_stationary, and KNOWN, to be taken off
   the coupling of each mode with itself: the part of an update that follows
   from the past and is no noise.  */
support_status equation_ball_energy (const equation_system *system,
                                     double *energy, double *known,
                                     support_failure *failure);
/* The exponent of equation_meansquare_exponent, of modes that are not coupled.
 */
support_status equation_ball_exponent (const equation_system *system, size_t i,
                                       double *exponent,
                                       support_failure *failure);
/* As equation_moments.  */
support_status equation_ball_moments (const equation_system *system,
                                      const double *start, double step,
                                      size_t steps, double *mean,
                                      double *variance,
                                      const support_hooks *hooks,
                                      support_failure *failure);

/* The kernel of mode I.  */
roots_kernel equation_kernel (const equation_system *system, size_t i);

#endif
