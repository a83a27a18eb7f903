/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of equation/: the stochastic delay differential equation of a
   system, its moments, and the expected loss.  Its paths have a door of their
   own, paths.h.

   Each eigenvalue lambda of the Hessian has a mode X, the displacement from
   the minimiser along its eigenvector.  With the rate Lambda of accepted
   updates, the law of their delay D, and alpha = eta lambda,

     X' = -b X - E_D [a Y(t-D)] + noise,   Y = X - c E_D [Y(t-D)],

   so that its transform has the denominator h(s) of roots/roots.h (for b = 0;
   b and c are not both used).  a = alpha Lambda is the damping.  c = 0 is the
   leading order (Yu, Chen, Poor, arXiv 2406.11159); c = alpha kappa with
   kappa = (1 + cv2)/2 is the second: a worker reads the model just after an
   update of its own, when kappa of its own updates more have been applied than
   at a random instant (renewal theory: 1 for the last one and the excess
   (cv2 - 1)/2 of the renewal function over its asymptote), each of which moved
   the model by alpha times a stale one.

   The noise has the intensity (variance per unit time)

     b_i^2 + sum_j K_ij E X_j(t-D)^2,

   additive gradient noise in b_i^2 = eta^2 sigma_i^2 Lambda / B, B being the
   gradients averaged in an update, and in K the
   choice of the delay and the jumps, alpha_i^2 Lambda on the diagonal
   (alpha_i^2 Lambda cv2 for updates that come in rounds, a renewal process),
   with what noise the gradients gain away from the minimum.  */

#ifndef SDDE_EQUATION_H
#define SDDE_EQUATION_H

#include <stdbool.h>
#include <stddef.h>
#include "delay/delay.h"
#include "pairs/pairs.h"
#include "roots/roots.h"
#include "staleness/staleness.h"
#include "support/support.h"

/* ---- coefficients ---------------------------------------------------- */

/* One mode's share of the equation.  */
typedef struct equation_coefficients
{
  double alpha;      /* eta lambda times the mean weight of the policy */
  double damping;    /* alpha Lambda */
  double correction; /* c: alpha kappa at order 2, 0 at order 1 */
  double inertia;    /* 0 without momentum */
  double intensity;  /* of additive noise: eta^2 sigma^2 Lambda / B */
} equation_coefficients;

/* The highest order of the delay equation that STALENESS offers: 2 for one
   class of workers without a threshold (or rounds) and with cv2 <= 1, 1
   otherwise (beyond that the correction is not better than none: it forgets
   that own arrivals stay correlated).  */
int equation_best_order (const staleness_law *staleness);

/* SUPPORT_INVALID where the trigger of SYSTEM has no closed form for MODES
   modes (one for each parameter) with the variances NOISE and the EXTRA
   variance of equation_coupling: the noise must be the same in all of them and
   not depend on the model.  */
support_status equation_check_trigger (const system_description *system,
                                       size_t modes, const double *noise,
                                       const double *extra, size_t extras,
                                       support_failure *failure);

/* Order 3: the workers of SYSTEM, solved as STALENESS, for the pair closure
   (pairs/pairs.h), which stands where each gradient is applied when it arrives,
   if at all, and by the same factor, without momentum: gradients may be lost,
   dropped at a threshold, or kept back by a trigger that can be followed.
   Cycles that are not of phase type, or have more than MOST phases, are
   replaced by those of delay_phases_fit, at most FITTED phases, and so is what
   a threshold leaves of them; *EXACT tells whether none was.  With an uplink a
   worker's cycle is its delay and is taken for independent of the others':
   never exact, and only where at most nine tenths of the channels are busy, and
   none is dropped or lost.  *MODEL is NULL where the policy is another, a cycle
   has no such law, or the phases of all classes are more than MOST.  */
support_status equation_pairs_create (const system_description *system,
                                      const staleness_law *staleness,
                                      size_t most, size_t fitted,
                                      pairs_model **model, bool *exact,
                                      support_failure *failure);

/* What is little enough to be the default.  */
#define EQUATION_DEFAULT_PHASES 16

/* The coefficients at learning rate RATE, momentum BETA, curvature LAMBDA >= 0
   and gradient noise of variance NOISE >= 0.

   A heavy ball has the velocity V and the mean step -(beta V + alpha Y) at the
   rate Lambda, V' = Lambda (alpha Y - (1 - beta) V), and what a worker reads is
   kappa steps ahead, Y = E_D [(X + kappa X' / Lambda)(t-D)], so that

     h(s) = s (s + Lambda (1 - beta)) + a (s + Lambda) (1 + kappa s / Lambda)
            phi(s),

   exact for exponential cycles with kappa = 1.  Divided by Lambda (1 - beta),
   and without its term s^2 phi, of second order in s / Lambda: INERTIA =
   1 / (Lambda (1 - beta)), DAMPING = a / (1 - beta), CORRECTION = alpha (1 +
   kappa) / (1 - beta) with kappa = 0 at order 1, and INTENSITY, which is that
   of noise (1 + s / Lambda) / (1 - beta) times as strong.    Beside order 3
   stands the delay equation of the best order.  SUPPORT_INVALID for an order
   the law of the staleness has no correction for.  */
support_status equation_mode (const staleness_law *staleness, double rate,
                              double beta, double lambda, double noise,
                              int order, equation_coefficients *mode,
                              support_failure *failure);

/* Where the noise of a mode comes from: K[i + j modes] (or K[i], unless
   COUPLED) = Lambda (alpha_i^2 V [i = j] + eta^2 extra_ij / B), V the
   dispersion of the updates, times what a trigger makes of it (see
   staleness_trigger_at: part of it is due to the distance in all modes, which
   is left out unless COUPLED), with the extra variance of the gradient extra_ij
   X_j^2 away from the minimum, laid out as K.  With the momentum BETA all is
   divided by (1 - BETA)^2, and V = 1: what of it is no noise is taken off where
   the law of the staleness is known.  */
void equation_coupling (const staleness_law *staleness, double rate,
                        double beta, size_t modes, const double *alpha,
                        const double *extra, bool coupled, double *coupling);

/* ---- the equation of several modes ----------------------------------- */

/* A trigger by magnitude, away from the minimum.  */
typedef struct equation_trigger
{
  double level;            /* u; 0: there is none */
  double deviation;        /* sigma of the noise in each mode */
  double attempts;         /* finished gradients per unit time, sent or not; NAN
                              where their fate does not depend on the mean alone */
  const double *curvature; /* lambda of each mode */
} equation_trigger;

/* Momentum, for second moments and for what is in time (heavy_ball.c).  */
typedef struct equation_ball
{
  double beta;
  double rate;       /* Lambda */
  double dispersion; /* of the number of updates: its variance over its mean */
  size_t size;
  const double *q; /* P(tau = j) times the weight of staleness j, 0 <= j < size,
                      normalised */
} equation_ball;

typedef struct equation_system
{
  size_t modes;
  const double *decay;      /* b, per unit time */
  const double *damping;    /* a, per unit time */
  const double *correction; /* c */
  const double *inertia;    /* NULL: none */
  /* Where it is momentum; NULL otherwise.  With inertia and without a ball
     nothing is known of second moments and of what is in time:
     SUPPORT_INVALID.  */
  const equation_ball *ball;
  const double *intensity; /* additive noise, per unit time */
  const double *coupling;  /* K, per unit time: modes values (a diagonal) or
                              modes^2 (by columns) */
  bool coupled;            /* K is a full matrix */
  const delay_law *delay;
  /* The rest is that at the minimum.  */
  equation_trigger trigger;
  /* Order 3, NULL otherwise: moments are those of the pair closure, mode by
     mode, and K is not coupled.  */
  const pairs_model *pairs;
  const pairs_mode *pair;
} equation_system;

/* Whether what becomes of a gradient of SYSTEM that passes a trigger does not
   depend on how many others pass theirs, so that moments can follow one away
   from the minimum.  */
bool equation_follows_trigger (const system_description *system);

/* What is minimised, near its minimum: a quadratic in MODES eigendirections, of
   curvature lambda_i >= 0 and gradient noise of variance noise_i >= 0 that
   grows by extra_ij X_j^2 away from it (equation_coupling).  */
typedef struct equation_problem
{
  size_t modes;
  const double *curvature, *noise;
  const double *extra; /* modes values, or modes^2 by columns if COUPLED */
  bool coupled;
} equation_problem;

/* All coefficients of a system, and the equation made of them; the arrays are
   owned, the laws and the workers of order 3 are not.  */
typedef struct equation_assembly
{
  equation_system system;
  double *alpha; /* of each mode */
  double *numbers;
  double *staleness; /* with momentum only, and so is what points to it */
  equation_ball ball;
  pairs_mode *pair; /* with PAIRS only */
} equation_assembly;

/* The equation of SYSTEM, whose staleness_solve with as many dimensions as
   modes is STALENESS, at ORDER.  PAIRS are its workers for the pair closure, or
   NULL.  Only the learning rate of SYSTEM may be another than in STALENESS.
   SUPPORT_INVALID where the law of the delay is not known, or for an order that
   does not stand.  Free with equation_assembly_free, which also takes a zeroed
   one.  */
support_status equation_assemble (const system_description *system,
                                  const staleness_law *staleness,
                                  const pairs_model *pairs, int order,
                                  const equation_problem *problem,
                                  equation_assembly *assembly,
                                  support_failure *failure);
void equation_assembly_free (equation_assembly *assembly);

/* A mode of the pair closure with the coefficients of the equation, RATE being
   that of the updates.  */
pairs_mode equation_pairs_mode (double alpha, double coupling, double intensity,
                                double rate);

/* J = int_0^inf R(t)^2 dt = (1/2 pi) int |h(i w)|^-2 dw of the fundamental
   solution R; INFINITY unless every root lies left of the imaginary axis, NAN
   where it could not be computed to 1e-6.  Closed forms for one fixed delay
   (Kuechler, Mensch, Stochastics 40, 1992) and for exponential delays; else
   quadrature to a relative 1e-10 where the law's transform is a
   formula, and to about 1e-7 where it is a sum over nodes.  */
support_status equation_energy (const roots_kernel *kernel, double *energy,
                                support_failure *failure);

/* Stationary variances, VARIANCE[modes], and ENERGY[modes]: the solution of
   v_i = J_i (b_i^2 + sum_j K_ij v_j).  *RADIUS is the spectral radius of
   J_i K_ij: where it is 1 or more there is no stationary variance (mean-square
   instability) and VARIANCE is INFINITY for the modes that noise reaches.  At
   order 3 ENERGY is v_i/b_i^2, and *RADIUS the largest factor by which a mean
   square changes in a mean delay.  RADIUS may be NULL.  */
support_status equation_stationary (const equation_system *system,
                                    double *variance, double *energy,
                                    double *radius, support_failure *failure);
/* The same for a search, which looks at many: at order 3 *RADIUS is 0 where the
   variances are finite, as they may be by chance (pairs_stationary_likely).  */
support_status equation_stationary_likely (const equation_system *system,
                                           double *variance, double *energy,
                                           double *radius,
                                           support_failure *failure);

/* Power spectral densities int E [X_i(t+u) X_i(t)] exp (-i f u) du in the
   stationary state at COUNT angular FREQUENCIES f (radians per unit time): both
   signs have their share, and the integral over all f is 2 pi times the
   variance.  VALUE is modes x count; NAN where there is no stationary state. */
support_status equation_spectrum (const equation_system *system,
                                  const double *frequency, size_t count,
                                  double *value, support_failure *failure);

/* Stationary autocovariances E [X_i(t+u) X_i(t)] at COUNT lags u of any sign
   and order: VALUE is modes x count; NAN where there is no stationary state, or
   where ERROR[modes], relative to the variance, is not below 1e-6: usually it
   is 1e-9.  SUPPORT_LIMIT where the response dies too slowly against the delay
   or the lags are too long to be followed.  */
support_status equation_autocovariance (const equation_system *system,
                                        const double *lag, size_t count,
                                        double *value, double *error,
                                        const support_hooks *hooks,
                                        support_failure *failure);

/* Mean-square stability.  *MARGIN is the factor by which the learning rate (a,
   c, and with its square K) can grow until the radius of equation_stationary
   is 1; INFINITY where it never is, NAN where that was not found.  At order 3,
   for more than two workers and delays of cv2 > 1, a fifth of the way from
   there to order 1: the limit of the closure is beyond the true one then.
   With a trigger it is no farther than where every gradient is sent, and with a
   threshold 2 per cent less.
   EXPONENT [modes]: E X^2 without additive noise goes like exp (exponent t),
   the root of K phi(r) int R^2 exp (-r t) dt = 1 right of twice the rightmost
   root of the mean, or the latter if K = 0; of pairs, theirs.  Modes that are
   COUPLED share one, that at which the spectral radius of phi(r) K_ij int R_i^2
   exp (-r t) dt is 1.  NAN where it could not be computed, and of modes coupled
   under momentum.
 */
support_status equation_meansquare_margin (const equation_system *system,
                                           double *margin,
                                           support_failure *failure);
support_status equation_meansquare_exponent (const equation_system *system,
                                             double *exponent,
                                             support_failure *failure);

/* ---- response in time ------------------------------------------------ */

/* The mean from X = 1 for t <= 0 and the fundamental solution (the response to
   a push at 0, of transform 1/h) at 0, step, ..., steps * step: MEAN and
   FUNDAMENTAL have steps + 1 elements, or are NULL.  The errors fall with the
   square of the step; for c > 0 and laws of atoms that of FUNDAMENTAL falls
   with c times the step, next to its jumps.  Any law, no transform needed.  */
support_status equation_response (const roots_kernel *kernel, double step,
                                  size_t steps, double *mean,
                                  double *fundamental,
                                  support_failure *failure);

/* Means M and variances V of all modes from X_i = start_i for t <= 0, on the
   same grid: M and V have (steps + 1) * modes elements, modes first.  */
support_status equation_moments (const equation_system *system,
                                 const double *start, double step, size_t steps,
                                 double *mean, double *variance,
                                 const support_hooks *hooks,
                                 support_failure *failure);

/* The same under a trigger, whose factors follow the mean, with the number of
   gradients SENT until each point of the grid.  Work grows with the cube of the
   steps.  SUPPORT_INVALID where there is no noise, or the attempts are NAN.  */
support_status equation_triggered_moments (const equation_system *system,
                                           const double *start, double step,
                                           size_t steps, double *mean,
                                           double *variance, double *sent,
                                           const support_hooks *hooks,
                                           support_failure *failure);
/* Multiplications that the moments on a grid take, about.  */
double equation_moments_work (const equation_system *system, size_t steps);

/* ---- expected loss --------------------------------------------------- */

/* A quadratic loss: minimum + sum_i lambda_i X_i^2 / 2.  */
typedef struct equation_loss
{
  const double *curvature; /* lambda_i >= 0 */
  const double *start;     /* X_i at t <= 0 */
  double minimum;
} equation_loss;

/* The limit of the expected loss; INFINITY where it grows without bound.  */
support_status equation_loss_floor (const equation_system *system,
                                    const equation_loss *loss, double *floor,
                                    support_failure *failure);
/* The same from what equation_stationary found.  */
double equation_floor_at (const equation_system *system,
                          const equation_loss *loss, const double *variance,
                          const double *energy);

/* The expected LOSS, the means and variances of the modes if MEAN and
   VARIANCE are not NULL (modes first), and under a trigger the gradients SENT
   until then unless that is NULL, at COUNT times >= 0 in any order. *ERROR
   estimates, by halving the step, the largest error of the loss relative to
   its excess over the minimum (plus 1e-4 of that at the start): 5e-4 where the
   work it takes is a matter of seconds.  */
support_status
equation_expected_loss (const equation_system *system,
                        const equation_loss *loss, const double *time,
                        size_t count, double *value, double *mean,
                        double *variance, double *sent, double *error,
                        const support_hooks *hooks, support_failure *failure);

/* The first time at which the expected loss is at or below TARGET; INFINITY if
   never (a target under the floor), NAN where it could not be decided.  */
support_status equation_time_to_target (const equation_system *system,
                                        const equation_loss *loss,
                                        double target, double *time,
                                        const support_hooks *hooks,
                                        support_failure *failure);

#endif
