/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of staleness/: what a system of workers does to its gradients.

   Every policy is answered by the same triple, which is all that the equation
   needs to know of it: the rate of accepted updates, the law of the delay of
   an accepted gradient, and the factor of the learning rate.

   Staleness tau counts the updates applied between the read of a worker and
   the arrival of its gradient, its own excluded; gradients that arrive
   together are served first in, first out.  */

#ifndef SDDE_STALENESS_H
#define SDDE_STALENESS_H

#include "delay/delay.h"
#include "system/system.h"

/* What stands for the updates of the other workers during a cycle T of one.

   Renewal: each of them is a stationary renewal process, so that tau given
   T = t is a sum of independent equilibrium renewal counts,
     P(N(t) >= k + 1) = (G_k(t) - G_{k+1}(t)) / mean,
     G_k(t) = E (t - T_1 - ... - T_k)^+                 (Cox, Renewal Theory,
   1962, section 3.2); exact while nothing is dropped.

   Poisson: their arrivals are a Poisson process of the same rate nu, so that
   tau given T = t is Poisson(nu t), a mixed Poisson law (Palm-Khintchine: the
   limit of many workers on a fixed stretch of time).

   Trace: what the record of the system tells of a run stands for the rate, the
   law of the staleness, and that of the delay.  */
typedef enum staleness_model
{
  STALENESS_RENEWAL,
  STALENESS_POISSON,
  STALENESS_TRACE
} staleness_model;

/* The table of names; SUPPORT_UNKNOWN with the accepted ones.  */
support_status staleness_model_named (const char *name, staleness_model *model,
                                      support_failure *failure);
/* Their names in order; NULL past the last.  */
const char *staleness_model_name_at (size_t index);

/* What the workers of one class see, those excepted of a class that is empty or
   of which nothing is accepted: there the rate is 0, delay and pmf are NULL and
   the numbers that speak of accepted gradients are NAN.  */
typedef struct staleness_part
{
  size_t workers;
  double rate;           /* accepted updates per unit time, all its workers */
  double finished;       /* fraction of its cycles that end in a gradient */
  double accepted;       /* fraction of its gradients that are accepted */
  double mean, variance; /* of the staleness of its accepted gradients */
  double weight, weight_square; /* of them: E c(tau), E c(tau)^2 */
  delay_law *delay; /* of its accepted gradients, by their weight; owned */
  /* kappa = (1 + cv2)/2: by how many of its own updates, its last included, a
     worker's read is ahead of a random instant; NAN where the policy has no
     such correction (a threshold).  */
  double palm;
  double *pmf; /* as long as the aggregate's; NULL for an empty class */
} staleness_part;

typedef struct staleness_law
{
  double rate;     /* accepted updates per unit time */
  double arrivals; /* gradients that reach the server per unit time */
  double uploads;  /* gradients sent per unit time */
  double finished; /* fraction of the cycles that end in a gradient */
  double accepted; /* fraction of the arrivals that is applied */
  /* Mean factor of the learning rate and of its square.  */
  double weight, weight_square;
  /* Of a trigger near the minimum, 1 without one: the fraction of the finished
     gradients that are sent, Q; the mean of a sent gradient over that of all,
     which is the power of its noise over theirs, too, kappa/Q; and by what
     factor the square of its mean counts in the mean of its square.  */
  double sent, drift, power;
  /* Of an uplink, NAN without one: the mean number of gradients there, the
     fraction of its channels that are busy, and the mean time of a gradient
     from when it is computed until it is sent.  */
  double queue, utilisation, sojourn;
  double batch; /* gradients averaged in an update: their noise power is
                   divided by it */
  /* The variance of the number of updates in a long time over its mean, as far
     as the equation knows: 1, those of a Poisson process, or cv2 of a round. */
  double dispersion;
  /* All updates together are one renewal process, and every read follows one of
     them (policies of rounds): palm holds for several classes too.  */
  bool rounds;
  /* The staleness of an accepted gradient.  */
  double mean, variance;
  size_t size;
  double *pmf; /* pmf[j] = P(tau = j), 0 <= j < size */
  double tail; /* P(tau >= size), what the listed values leave out */
  /* Of the renewal model: an estimate of how far in total variation the pmf may
     be from the one that the model stands for, beside quadrature and rounding;
     0 where nothing is approximated.  It says nothing of what a threshold does
     to the model.  */
  double error;
  /* Of an accepted gradient, each counted by its weight, since a gradient of
     weight c moves the model by c of its size: the mixture of the parts.  */
  delay_law *delay;
  double palm; /* sum of (share of the rate) * palm over the parts */
  size_t parts;
  staleness_part *part; /* one for each class, in order */
} staleness_law;

/* The most workers that are solved for, and the most values of the pmf: what
   lies beyond goes to the tail.  */
#define STALENESS_MOST_WORKERS 10000000
#define STALENESS_MOST_VALUES ((size_t) 1 << 22)

/* A gradient g of DIMENSION coordinates with the mean m, |m|^2 = DELTA, and
   independent normal noise of variance 1 in each of them passes |g| > LEVEL:
     sent = P(|g| > u) = P(chi2_d(delta) > u^2),
     E g_i 1(|g| > u) = drift m_i, drift = P(chi2_(d+2)(delta) > u^2),
     E g_i^2 1(|g| > u) = drift + power m_i^2, power = P(chi2_(d+4)(delta) >
   u^2) (Stein's identity, with d chi2_d(delta)/d delta as a difference of
   these).  */
typedef struct staleness_trigger
{
  double sent, drift, power;
} staleness_trigger;
staleness_trigger staleness_trigger_at (double level, size_t dimension,
                                        double delta);

/* Solves SYSTEM; *LAW is to be cleared with staleness_law_clear whatever is
   returned.

   Without a threshold or a deadline: rate = sum n_c/mean_c, mean staleness
   n - 1 (exactly, for any laws, as each update falls in one cycle of every
   other worker).

   With a deadline d a worker begins anew once T > d: the rate is
   sum n_c P(T <= d)/E min (T, d), the delay T given T <= d, and the workers
   stay independent of each other, so that the renewal model is as exact as
   without one.

   With a threshold S under which a gradient of tau > S is dropped, versions
   count accepted updates only: the accepted fractions p_c solve
     p_c = E P(N_c(T) <= S),
   N_c(t) being the updates of the others in a cycle of length t: Poisson of
   rate nu_c = sum of the others' p/mean, or their renewal counts of which each
   is kept with probability p.  The delay of an accepted gradient is then the
   "thinned" law of its cycle.  Dropping makes the accepted updates of a worker
   dependent, so that both models are approximations here; they are far off
   where laws of low variance meet a threshold under n - 1.

   Workers that abort (abort.c): all arrivals are accepted, finished is the
   fraction of the cycles that end in one.  Exact for exponential cycles; both
   models are approximations elsewhere, the renewal model solved on a grid.
   Workers that wait (wait.c): two exponential ones, and one class with S = 1,
   both exact; palm and dispersion are those of all workers together.

   Where the weight c(tau) varies, that of a gradient depends on how long it
   took: the density of the delay is that of an accepted one times
   E (c(tau) | T = t), normalised.

   With a trigger by magnitude and near the minimum, where gradients are next to
   nothing but noise, a worker sends each of them with the same probability Q
   and independently: its uploads are its cycles thinned, the staleness counts
   the uploads of the others, and delay is that of a cycle.  With a threshold Q
   multiplies the fractions that are kept.  Other kinds: SUPPORT_INVALID.

   With an uplink (uplink.c) the rates are exact for first in, first out with
   exponential times and for processor sharing, in both models; so is the law of
   the delay in the first case.  Where all times are exponential and the workers
   of one class (uplink_chain.c) the law of the delay is known in the second
   case, too, of up to 200 workers; the pmf is exact, as far as it does not take
   too long, and palm is (1 + I)/2, I being the long-run dispersion of the
   updates.  Elsewhere size is 0, and the delay NULL.  Everything else:
   SUPPORT_INVALID.

   Policies that average K gradients (system/system.h) have a staleness in
   updates, and rates of updates; arrivals = K * rate.

   Rounds, K-sync and K-batch-sync: nothing is stale, the delay is the length of
   the round, which is the order statistic T_(K:n) or its like for gradients,
   and the rate is one over its mean.  K-sync is solved for any laws (one class
   where they have atoms), K-batch-sync for any with a density and one class of
   deterministic ones.  The rounds that a class takes part in are not
   told apart: with several classes the parts have no delay (NULL).

   Without cancelling (buffers.c): K-async is solved for one class of
   exponential cycles, K-batch-async for any laws, the law of the wait for its
   buffer being that of Poisson gaps.  The delay counts to the update.

   Where a policy has no closed form, or none with a threshold: SUPPORT_INVALID.

   The values of the pmf are good to about 1e-10 of themselves in the Poisson
   model, wherever at least 1e-12 lies beyond.  In the renewal model they are
   good to about 1e-12 for laws of smooth density, 1e-7 for laws with corners,
   1e-5 for laws whose sums have no closed form, and what ERROR says for those
   with heavy tails; values of less than 1e-16 are cut off, and those of a heavy
   tail where no more than 1e-9 lies beyond.

   In the trace model the system must have a record of as many workers, the
   policy async, no threshold, deadline or weight.

   SUPPORT_INVALID for a system that system_check refuses, SUPPORT_LIMIT for
   one too large or, in the renewal model, with cycles of very different
   lengths, SUPPORT_NUMERICAL where no fixed point was found,
   SUPPORT_INTERRUPTED if HOOKS (may be NULL) say so.  */
support_status staleness_solve (const system_description *system,
                                staleness_model model,
                                const support_hooks *hooks, staleness_law *law,
                                support_failure *failure);
void staleness_law_clear (staleness_law *law);

/* The model that gives the rate and the delay of MODEL soonest, for whoever
   needs no more of staleness_solve: without a threshold, weights or momentum
   these are the same in the renewal model and in the Poisson one, which has the
   cheaper probabilities.  */
staleness_model staleness_cheapest_model (const system_description *system,
                                          staleness_model model);

/* The least j whose P(tau <= j), the sum of PMF[0 .. j], is P or more but for
   1e-12; NAN where the values listed do not reach it.  */
double staleness_quantile (const double *pmf, size_t size, double p);

/* ---- the cycle behind a staleness -------------------------------------- */

typedef struct staleness_fit
{
  double shape;          /* of the gamma law, its scale being 1/shape */
  double log_likelihood; /* of the counts */
} staleness_fit;

/* The gamma law of mean 1 that makes the logged staleness of WORKERS >= 2 alike
   workers the most likely in the renewal model; COUNT[j] >= 0 of it were j. The
   shape stays between 0.1 and 1e5.  SUPPORT_INVALID for counts that are
   negative, not finite, or all 0.  */
support_status staleness_fit_gamma (size_t workers, const double *count,
                                    size_t size, const support_hooks *hooks,
                                    staleness_fit *fit,
                                    support_failure *failure);

#endif
