/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of delay/: laws of random delays T >= 0.

   Times are in the user's unit (seconds unless said otherwise), Laplace
   arguments and rates in its inverse.  A law is immutable once made and may be
   read by several threads at once.  */

#ifndef SDDE_DELAY_H
#define SDDE_DELAY_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include "support/support.h"

typedef struct delay_law delay_law;

/* ---- making a law ---------------------------------------------------- */

/* One argument of a family: either numbers or another law (copied).  */
typedef struct delay_argument
{
  const double *values; /* NULL when the argument is a law */
  size_t count;
  size_t rows;          /* of a matrix, which stands by columns; 0: a vector */
  const delay_law *law; /* NULL when the argument is numeric */
} delay_argument;

/* Families and their arguments (defaults none):

   deterministic        d >= 0
   exponential          mean > 0
   shifted-exponential  shift >= 0, mean excess > 0
   gamma                shape > 0, scale > 0
   uniform              a >= 0, b > a
   inverse-gaussian     mean > 0, shape > 0 (and at least 1e-6 times the mean)
   empirical            samples (vector, all >= 0, one of them > 0)
   weibull              scale > 0, shape >= 0.1
   lognormal            mean and standard deviation, in (0, 10], of the
                        logarithm
   pareto               shape > 1, scale > 0: P(T > t) = (1 + t/scale)^-shape
                        (Lomax)
   hyperexponential     weights (vector, >= 0, normalised), as many means > 0
   phase-type           entry probabilities alpha (n numbers >= 0 that sum to
                        1), generator S (n x n): the time that a Markov chain
                        takes to leave n phases.  S(i,j) >= 0 is the rate from
                        i to j, -sum (S, 2) >= 0 are the rates out; the chain
                        must leave from wherever alpha lets it come
   sum                  laws: of independent delays, one after the other
   mixture              weights (vector, >= 0, normalised), as many laws
   truncated            law, bound > 0: T given that T <= bound
   thinned              law, knots t (vector, increasing, >= 0), acceptance
                        (vector in [0, 1], as long): the law of T given that
                        it was accepted, when a delay t is accepted with the
                        probability interpolated between the knots (monotone
                        cubic; constant outside them)

   SUPPORT_UNKNOWN for a family that is none of these, SUPPORT_INVALID with a
   sentence naming the parameter and its domain otherwise.  */
support_status delay_create (const char *family,
                             const delay_argument *arguments, size_t count,
                             delay_law **law, support_failure *failure);

/* The same law once more, to be freed as well.  */
support_status delay_copy (const delay_law *law, delay_law **copy,
                           support_failure *failure);
void delay_free (delay_law *law);

/* The table of families: NAME and the names of the arguments, such as
   "shape, scale"; false past the last.  */
bool delay_family_at (size_t index, const char **name, const char **arguments);

/* ---- what is known of a law ------------------------------------------ */

/* The simplest family that holds the law, and its arguments there, to be read
   only: COUNT of them.  The sum of a fixed and an exponential delay is
   "shifted-exponential", whatever it was made from.  */
const char *delay_family_name (const delay_law *law);
const delay_argument *delay_arguments (const delay_law *law, size_t *count);
/* What the caller made it from.  */
const delay_argument *delay_given (const delay_law *law, const char **family,
                                   size_t *count);
double delay_mean (const delay_law *law);
/* Squared coefficient of variation, Var T / (E T)^2.  */
double delay_cv2 (const delay_law *law);
/* The Laplace-Stieltjes transform E exp (-s T) converges for Re s > abscissa
   (-INFINITY for bounded laws, 0 for heavy tails).  */
double delay_abscissa (const delay_law *law);

/* P(T <= t); P(T < 0) = 0.  */
double delay_cdf (const delay_law *law, double t);
/* The density; INFINITY at an atom, 0 elsewhere for laws of atoms only.  */
double delay_pdf (const delay_law *law, double t);
/* inf { t : P(T <= t) >= p }, NAN unless 0 <= p <= 1.  */
double delay_quantile (const delay_law *law, double p);
/* E (t - T)^+ = int_0^t P(T <= x) dx.  The equilibrium (stationary residual)
   distribution of the law is (t - delay_integrated_cdf (t)) / mean.  */
double delay_integrated_cdf (const delay_law *law, double t);
/* P(T = t): the atom at t.  */
double delay_atom (const delay_law *law, double t);

/* phi(s) = E exp (-s T) with its first two derivatives in s:
   out[0] = phi, out[1] = phi', out[2] = phi''.  Left of the abscissa of
   convergence the analytic continuation where the family has one
   (delay_continues), NAN elsewhere.  */
void delay_lst (const delay_law *law, double complex s, double complex out[3]);
bool delay_continues (const delay_law *law);

/* Whether delay_lst is a formula, as cheap at one frequency as at another.
   Otherwise it is a sum over nodes (many samples) or a quadrature (thinned
   laws), and whoever needs many values had better make one delay_rule.  */
bool delay_lst_closed (const delay_law *law);

/* How the transform is computed, and the distribution: by quadrature, as a sum
   over samples, phases or other laws, or by a formula of a few terms.  */
typedef enum delay_effort
{
  DELAY_QUADRATURE,
  DELAY_SUM,
  DELAY_FORMULA
} delay_effort;
delay_effort delay_lst_effort (const delay_law *law);

/* When T has a rational transform, phi(s) = N(s)/D(s) exactly: writes the
   coefficients of N and D, constant first (room for *degree + 1 each), and
   the degree of D.  Returns false when the transform is not rational or its
   degree exceeds the *DEGREE passed in.  */
bool delay_rational (const delay_law *law, size_t *degree, double *numerator,
                     double *denominator);

/* Phase-type laws, as the entry "phase-type" above has them: a Markov chain
   that enters COUNT phases with probabilities ALPHA, moves by the generator S
   (COUNT x COUNT, by columns) and leaves at the rates EXIT, P(T > t) = alpha
   exp (S t) 1.  No phase is entered and left at once.  */
typedef struct delay_phases
{
  size_t count;
  double *alpha, *generator, *exit; /* one block */
} delay_phases;

/* A representation of LAW by at most MOST phases; *PHASES is NULL where the
   law has none (exponential, Erlang, hyperexponential and phase-type laws
   have one, and so have mixtures and sums of laws that have).  */
support_status delay_phases_create (const delay_law *law, size_t most,
                                    delay_phases **phases,
                                    support_failure *failure);
/* One of at most MOST phases with the mean and the variance of LAW, and with
   its third moment where two Erlang laws of one order can have it (Johnson,
   Taaffe, Stochastic Models 5, 1989, 711-743); a third moment beyond that of
   the lognormal law is taken for that.  Where the variance is too small for
   MOST phases, cv2 < 1/MOST, it is the Erlang law of MOST phases with the same
   mean.  *PHASES is NULL where cv2 is less than half of that, or infinite.  */
support_status delay_phases_fit (const delay_law *law, size_t most,
                                 delay_phases **phases,
                                 support_failure *failure);
void delay_phases_free (delay_phases *phases);

/* The right end of the support: INFINITY for unbounded laws.  */
double delay_supremum (const delay_law *law);

/* Sums of independent copies, S_k = T_1 + ... + T_k: E (t - S_k)^+ where the
   family has a closed form, NAN otherwise (delay_sums_closed).  */
double delay_sum_integrated_cdf (const delay_law *law, size_t k, double t);
bool delay_sums_closed (const delay_law *law);

/* ---- samples --------------------------------------------------------- */

double delay_sample (const delay_law *law, gsl_rng *stream);
/* The residual of a cycle in progress in the stationary state: uniform on a
   cycle drawn with probability proportional to its length.  */
double delay_sample_residual (const delay_law *law, gsl_rng *stream);
/* The whole of such a cycle.  */
double delay_sample_biased (const delay_law *law, gsl_rng *stream);
/* COUNT samples on at most THREADS threads (0: as many as there are).  They
   depend on SEED alone, and the first do not depend on COUNT.  */
support_status delay_samples (const delay_law *law, uint64_t seed, size_t count,
                              double *samples, size_t threads,
                              const support_hooks *hooks);

/* ---- expectations ---------------------------------------------------- */

/* Nodes and weights with E g(T) ~ sum weight[i] g(node[i]) for functions g
   smooth on the scale given (panels of 16-point Gauss-Legendre no wider than
   it, fitted to the law; atoms exactly).  Nodes increase; weights are
   positive and sum to 1.  The tails left out hold less than 1e-17 (of a heavy
   tail's moments they may hold more).  */
typedef struct delay_rule
{
  size_t count;
  double *node;
  double *weight;
} delay_rule;

support_status delay_rule_create (const delay_law *law, double scale,
                                  delay_rule **rule, support_failure *failure);
/* The same at a scale that changes with t; SCALE is called with CONTEXT.  */
typedef double delay_scale (double t, void *context);
support_status delay_rule_create_graded (const delay_law *law,
                                         delay_scale *scale, void *context,
                                         delay_rule **rule,
                                         support_failure *failure);
void delay_rule_free (delay_rule *rule);

/* ---- fitting --------------------------------------------------------- */

/* The most phases and parameters of a fitted law.  */
enum
{
  DELAY_FIT_PHASES = 8,
  DELAY_FIT_PARAMETERS = 2 * DELAY_FIT_PHASES
};

typedef struct delay_fit
{
  const char *family;
  const char *reason; /* why there is no estimate, a clause; NULL: there is */
  size_t parameters;  /* in the order of the family's arguments */
  double parameter[DELAY_FIT_PARAMETERS];
  double log_likelihood; /* -INFINITY where there is no estimate */
  double aic;            /* 2 (free parameters) - 2 log_likelihood */
  double ks;             /* Kolmogorov-Smirnov distance to the samples */
} delay_fit;

/* The maximum-likelihood fit of FAMILY, with PHASES (2 .. DELAY_FIT_PHASES)
   where it has phases, to COUNT >= 2 samples (sorted in increasing order,
   finite, >= 0).  Up to one sample in 20 may be 0 and is then read as half of
   the shortest other one, a time that the clock did not see; the distance
   counts it as it is.  *LAW is the fitted law, to be freed, or NULL where there
   is no estimate: no law of the family has a finite positive likelihood, or
   none has the largest.  SUPPORT_UNKNOWN where the family cannot be fitted.  */
support_status delay_fit_family (const char *family, size_t phases,
                                 const double *samples, size_t count,
                                 delay_fit *fit, delay_law **law,
                                 support_failure *failure);
/* The names of the families that can be fitted; NULL past the last.  */
const char *delay_fit_family_at (size_t index);

#endif
