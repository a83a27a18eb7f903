/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the triple of a policy to the coefficients of a mode.  */
#include "equation/equation.h"

#include <math.h>
#include <stdlib.h>

static bool
has_second_order (const staleness_law *staleness)
{
  size_t classes = 0;
  for (size_t c = 0; c < staleness->parts; c++)
    classes += staleness->part[c].workers > 0;
  return (classes == 1 || staleness->rounds) && isfinite (staleness->palm)
         && staleness->delay;
}

int
equation_best_order (const staleness_law *staleness)
{
  return has_second_order (staleness) && delay_cv2 (staleness->delay) <= 1.0
             ? 2
             : 1;
}

/* ---- workers for the pair closure ------------------------------------ */

/* One class: its cycle, and what becomes of the gradients.  */
typedef struct own_class
{
  size_t phases;
  double *start, *transition, *accepted;
} own_class;

static void
own_free (own_class *of)
{
  free (of->start);
  free (of->transition);
  free (of->accepted);
}

/* By how many accepted gradients of others one more of them makes the server
   drop, in the long run: those that a cycle T is the S-th after its read for.
   With T of a gamma law of the moments of each class and counts of Poisson,

     sum_c n_c / mean_c E_c [T 1 (N (T) = S)],

   of which a worker's own are left out.  */
static double
dropped_by_another (const system_description *system,
                    const staleness_law *staleness)
{
  const double s = system->threshold;
  double sum = 0.0, workers = 0.0;
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers > 0)
      {
        const double n = (double) system->class[c].workers;
        const double mean = delay_mean (system->class[c].cycle);
        const double k = 1.0 / fmax (delay_cv2 (system->class[c].cycle), 1e-6);
        const double rate = staleness->rate - staleness->part[c].rate / n;
        const double x = rate * mean / k;
        sum += n / k
               * exp (lgamma (s + k + 1.0) - lgamma (s + 1.0) - lgamma (k)
                      + s * log (x) - (s + k + 1.0) * log1p (x));
        workers += n;
      }
  return sum * (workers - 1.0) / workers;
}

/* Between two accepted gradients a worker computes others that are dropped, for
   a time of the mean that the rate leaves.  How this varies is told by the
   number of accepted gradients in a long time.  With the fraction p accepted,
   of the mean delay m,

     1 - p + p cv2 + 2 p (1 - m / mean)

   is its variance over its mean for workers that are independent of each other
   (a renewal process whose events count if they are accepted), and the
   REPULSION h of dropped_by_another divides that by (1 + h)^2, as of a Hawkes
   process.  A cycle of the law of accepted delays, of the variance v, with a
   probability x and an exponential one of nothing accepted otherwise has

     (1 - p m / mean)^2 (1 + x) / (1 - x) + p^2 v / mean^2.

   It is x that is chosen.  The repulsion is one of all workers, and leaves each
   alone nearly as it was: what its own past adds to the model it reads, half of
   this per update (equation.h), is made up for by shorter delays; for cycles
   more variable than exponential, whose past lasts longer than what matters
   here, less and from cv2 = 2 on not at all.  */
typedef struct idling
{
  double stretch; /* of the delays */
  double begun;   /* x */
  double mean;    /* of the cycles with nothing accepted */
} idling;

static idling
find_idle (const delay_law *cycle, double p, const delay_law *accepted,
           double repulsion, double survives, double rate)
{
  const double least = 0.05, shortest = 0.5;
  const double mean = delay_mean (cycle), m = delay_mean (accepted);
  const double alone =
      1.0 - p + p * delay_cv2 (cycle) + 2.0 * p * (1.0 - m / mean);
  /* What is lost on its way thins the process before the others see it.  */
  const double seen = 1.0 + survives * (alone - 1.0);
  const double factor = 1.0 + survives * repulsion;
  const double all = seen / (factor * factor);
  const double share = fmin (fmax (2.0 - delay_cv2 (cycle), 0.0), 1.0);
  const double stretch =
      fmax (1.0 - share * 0.5 * (seen - all) / (rate * m), shortest);
  const double busy = stretch * p * m / mean, rest = 1.0 - busy;
  const double dispersion = 1.0 + (all - 1.0) / survives;
  const double odds =
      (dispersion - busy * busy * delay_cv2 (accepted)) / (rest * rest);
  const double x = fmin (fmax ((odds - 1.0) / (odds + 1.0), least), p);
  return (idling){ .stretch = stretch,
                   .begun = x,
                   .mean = x / (1.0 - x) * (mean / p - stretch * m) };
}

/* A cycle of PHASES, or of those of IDLING.  */
static support_status
join (const delay_phases *phases, const idling *idle, double accepted,
      own_class *of, support_failure *failure)
{
  const size_t k = phases->count, n = k + (idle->begun < 1.0);
  of->phases = n;
  of->start = support_doubles (n);
  of->transition = support_doubles (n * n);
  of->accepted = support_doubles (n);
  if (! of->start || ! of->transition || ! of->accepted)
    return support_fail_memory (failure);
  for (size_t q = 0; q < k; q++)
    {
      of->start[q] = idle->begun * phases->alpha[q];
      of->accepted[q] = accepted;
      for (size_t p = 0; p < k; p++)
        of->transition[p + q * n] =
            phases->generator[p + q * k] / idle->stretch;
    }
  if (n > k)
    {
      of->start[k] = 1.0 - idle->begun;
      of->transition[k + k * n] = -1.0 / idle->mean;
    }
  return SUPPORT_OK;
}

/* Class C; *STANDS tells whether it has such phases.  */
static support_status
own_create (const system_description *system, const staleness_law *staleness,
            size_t c, size_t most, size_t fitted, own_class *of, bool *stands,
            bool *exact, support_failure *failure)
{
  const staleness_part *part = &staleness->part[c];
  const delay_law *cycle = system->class[c].cycle;
  const double arrives = staleness->sent * (1.0 - system->loss);
  delay_phases *phases = NULL;
  double share = 1.0;
  idling idle = { 1.0, 1.0, 0.0 };
  support_status status = SUPPORT_OK;
  if (isfinite (system->threshold))
    share = part->accepted / arrives;
  if (! (share < 1.0 - 1e-12))
    {
      /* Behind an uplink a cycle is the whole delay, and not quite of its law
         anyhow, as those of different workers are not independent.  */
      const bool shared = system->uplink;
      const delay_law *law = shared ? part->delay : cycle;
      if (! shared)
        status = delay_phases_create (law, most, &phases, failure);
      if (status == SUPPORT_OK && ! phases)
        {
          *exact = false;
          if (law)
            status = delay_phases_fit (law, fitted, &phases, failure);
        }
    }
  else if (part->delay && isfinite (delay_cv2 (cycle))
           && delay_cv2 (part->delay) * (double) (fitted - 1) >= 1.0)
    {
      *exact = false;
      /* Half of what is allowed, unless the delays are too regular for it.  */
      const size_t half = fitted / 2;
      const bool enough = delay_cv2 (part->delay) * (double) half >= 1.0;
      status = delay_phases_fit (part->delay, enough ? half : fitted - 1,
                                 &phases, failure);
      idle = find_idle (cycle, share, part->delay,
                        dropped_by_another (system, staleness), arrives,
                        staleness->rate);
    }
  *stands = status == SUPPORT_OK && phases;
  if (*stands)
    status = join (phases, &idle, arrives, of, failure);
  delay_phases_free (phases);
  return status;
}

support_status
equation_pairs_create (const system_description *system,
                       const staleness_law *staleness, size_t most,
                       size_t fitted, pairs_model **model, bool *exact,
                       support_failure *failure)
{
  const size_t n = system->classes;
  bool stands =
      (system->policy == SYSTEM_ASYNC || system->policy == SYSTEM_LOSSY)
      && (isinf (system->threshold) || system->stale == SYSTEM_DROP)
      && isinf (system->deadline) && system->weight == SYSTEM_WEIGHT_NONE
      && system->momentum == 0.0
      && (system->trigger == 0.0 || equation_follows_trigger (system));
  /* Behind a busy uplink the workers' cycles are far from independent: together
     they vary by much more than on their own.  */
  const double busiest = 0.9;
  if (system->uplink)
    stands = stands && system->policy == SYSTEM_ASYNC
             && isinf (system->threshold)
             && ! (staleness->utilisation > busiest);
  own_class *own = calloc (n, sizeof *own);
  pairs_class *class = calloc (n, sizeof *class);
  size_t total = 0;
  support_status status =
      own && class ? SUPPORT_OK : support_fail_memory (failure);
  *model = NULL;
  *exact = true;
  for (size_t c = 0; stands && status == SUPPORT_OK && c < n; c++)
    if (system->class[c].workers > 0)
      {
        status = own_create (system, staleness, c, most, fitted, &own[c],
                             &stands, exact, failure);
        total += own[c].phases;
        class[c] = (pairs_class){ .workers = system->class[c].workers,
                                  .phases = own[c].phases,
                                  .start = own[c].start,
                                  .transition = own[c].transition,
                                  .accepted = own[c].accepted };
      }
  if (stands && status == SUPPORT_OK && total <= most)
    status = pairs_create (class, n, model, failure);
  for (size_t c = 0; own && c < n; c++)
    own_free (&own[c]);
  free (own);
  free (class);
  return status;
}

support_status
equation_mode (const staleness_law *staleness, double rate, double beta,
               double lambda, double noise, int order,
               equation_coefficients *mode, support_failure *failure)
{
  if (order < 1 || order > 3)
    return support_fail (failure, SUPPORT_INVALID,
                         "the order must be 1, 2 or 3");
  if (order == 3)
    order = equation_best_order (staleness);
  if (order == 2 && ! has_second_order (staleness))
    return support_fail (failure, SUPPORT_INVALID,
                         "order 2 stands for one class of workers without a "
                         "threshold; use order 1");
  mode->alpha = rate * staleness->weight * staleness->drift * lambda;
  const double own = order == 2 ? staleness->palm : 0.0;
  const double long_run = 1.0 / (1.0 - beta); /* what a gradient moves in all */
  mode->damping = mode->alpha * staleness->rate * long_run;
  mode->correction = mode->alpha * (beta > 0.0 ? 1.0 + own : own) * long_run;
  mode->inertia = beta > 0.0 ? long_run / staleness->rate : 0.0;
  mode->intensity = rate * rate * staleness->weight_square * staleness->drift
                    * noise / staleness->batch * staleness->rate * long_run
                    * long_run;
  return SUPPORT_OK;
}

void
equation_coupling (const staleness_law *staleness, double rate, double beta,
                   size_t modes, const double *alpha, const double *extra,
                   bool coupled, double *coupling)
{
  const size_t size = coupled ? modes * modes : modes;
  const size_t diagonal = coupled ? modes + 1 : 1;
  const double square = staleness->weight_square;
  const double spread = square / (staleness->weight * staleness->weight);
  const double long_run = 1.0 / ((1.0 - beta) * (1.0 - beta));
  const double often = staleness->rate * long_run;
  for (size_t k = 0; k < size; k++)
    coupling[k] = often * rate * rate * square * extra[k] / staleness->batch;
  /* A sent gradient of mean m has the mean square (power + ...) m_i^2 +
     (power - kappa)/2 |m|^2 beyond that of noise, the second part because the
     farther away the more is sent.  */
  const double drift = staleness->drift, power = staleness->power;
  const double all = often * (beta > 0.0 ? 1.0 : staleness->dispersion) * spread
                     / (drift * drift);
  for (size_t i = 0; i < modes; i++)
    coupling[i * diagonal] += all * power * alpha[i] * alpha[i];
  if (power > drift)
    for (size_t i = 0; i < modes; i++)
      for (size_t j = 0; j < modes; j++)
        if (coupled || i == j)
          coupling[coupled ? i + j * modes : i] +=
              all * 0.5 * (power - drift) * alpha[j] * alpha[j];
}

support_status
equation_check_trigger (const system_description *system, size_t modes,
                        const double *noise, const double *extra, size_t extras,
                        support_failure *failure)
{
  const double tolerance = 1e-9;
  if (system->trigger == 0.0)
    return SUPPORT_OK;
  for (size_t i = 0; i < modes; i++)
    if (! (fabs (noise[i] - noise[0]) <= tolerance * noise[0]))
      return support_fail (failure, SUPPORT_INVALID,
                           "a trigger has no closed form where the noise of "
                           "the gradient differs from mode to mode; use "
                           "asgd_simulate");
  for (size_t i = 0; i < extras; i++)
    if (extra[i] != 0.0)
      return support_fail (failure, SUPPORT_INVALID,
                           "a trigger has no closed form where the noise of "
                           "the gradient depends on the model (minibatches, "
                           "multiplicative noise); use asgd_simulate");
  return SUPPORT_OK;
}
