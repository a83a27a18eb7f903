/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies of rounds (K-sync, K-batch-sync; Dutta et al., AISTATS 2018): all
   workers begin together, the K-th gradient ends the round.  With the number
   M(t) of gradients that come in a time t, were the round never to end,
     P(round > t) = P(M(t) <= K - 1),
   and the k-th gradient of a worker ends it at t with the density of the sum
   S_k of k cycles times P(M'(t) = K - k), M' being the gradients of the others:
   the round is a mixture of thinned laws of S_k.  K-sync is the case in which
   no worker has a second gradient, and the round the order statistic T_(K:n).
 */
#include "staleness/rounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

static const size_t NOBODY = SIZE_MAX;

/* Beyond these the distribution of M takes too long: gradients of a round in
   K-batch-sync, and in K-sync if there are several classes.  */
enum
{
  MOST_GRADIENTS_BATCH = 64,
  MOST_GRADIENTS_CLASSES = 2048
};

/* ---- sums of cycles --------------------------------------------------- */

/* Those of K cycles in a row, for all K.  */
static support_status
make_sums (staleness_rounds *rounds, support_failure *failure)
{
  const system_description *system = rounds->system;
  support_status status = SUPPORT_OK;
  for (size_t c = 0; c < system->classes; c++)
    for (size_t k = 1; status == SUPPORT_OK && k <= rounds->depth; k++)
      if (system->class[c].workers > 0)
        {
          delay_law **sum = &rounds->sum[c * rounds->depth + k - 1];
          const delay_argument one_more[] = {
            { .law = system->class[c].cycle }, { .law = k > 1 ? sum[-1] : NULL }
          };
          status = k == 1 ? delay_copy (one_more[0].law, sum, failure)
                          : delay_create ("sum", one_more, 2, sum, failure);
        }
  return status;
}

support_status
staleness_rounds_create (const system_description *system,
                         const support_hooks *hooks, staleness_rounds *rounds,
                         support_failure *failure)
{
  const size_t gradients = system_gradients (system);
  const bool batch = system->policy == SYSTEM_K_BATCH_SYNC;
  size_t classes = 0;
  *rounds = (staleness_rounds){ .system = system,
                                .hooks = hooks,
                                .gradients = gradients,
                                .depth = batch ? gradients : 1 };
  for (size_t c = 0; c < system->classes; c++)
    classes += system->class[c].workers > 0;
  rounds->plain = ! batch && classes == 1;
  rounds->complete = batch ? system_workers (system) == 1
                           : gradients == system_workers (system);
  if ((batch && gradients > MOST_GRADIENTS_BATCH)
      || (! rounds->plain && gradients > MOST_GRADIENTS_CLASSES))
    return support_fail (failure, SUPPORT_LIMIT,
                         "rounds of more than %d gradients are not computed "
                         "for '%s'%s; use asgd_simulate",
                         batch ? MOST_GRADIENTS_BATCH : MOST_GRADIENTS_CLASSES,
                         system_policy_name_at (system->policy),
                         batch ? "" : " and several classes of workers");
  rounds->sum = calloc (system->classes * rounds->depth, sizeof *rounds->sum);
  for (int i = 0; i < 4; i++)
    rounds->room[i] = support_doubles (rounds->plain ? 1 : gradients);
  if (! rounds->sum || ! rounds->room[0] || ! rounds->room[1]
      || ! rounds->room[2] || ! rounds->room[3])
    return support_fail_memory (failure);
  return make_sums (rounds, failure);
}

void
staleness_rounds_clear (staleness_rounds *rounds)
{
  for (size_t i = 0; rounds->sum && i < rounds->system->classes * rounds->depth;
       i++)
    delay_free (rounds->sum[i]);
  free (rounds->sum);
  for (int i = 0; i < 4; i++)
    free (rounds->room[i]);
  *rounds = (staleness_rounds){ .sum = NULL };
}

/* ---- the number of gradients ------------------------------------------ */

/* left <- left * right, polynomials of COUNT coefficients, higher ones left
   out.  */
static void
multiply (double *left, const double *right, size_t count)
{
  for (size_t i = count; i-- > 0;)
    {
      double sum = 0.0;
      for (size_t j = 0; j <= i; j++)
        sum += left[j] * right[i - j];
      left[i] = sum;
    }
}

/* The gradients of WORKERS workers of class C until t: P(= j) for j < K.  */
static void
count_class (staleness_rounds *rounds, size_t c, size_t workers, double t,
             double *law)
{
  const size_t count = rounds->gradients;
  double *power = rounds->room[2], *copy = rounds->room[3];
  delay_law *const *sum = rounds->sum + c * rounds->depth;
  if (rounds->depth == 1 && rounds->system->policy == SYSTEM_K_SYNC)
    {
      const double p = delay_cdf (sum[0], t);
      for (size_t j = 0; j < count; j++)
        law[j] = j <= workers ? gsl_ran_binomial_pdf ((unsigned int) j, p,
                                                      (unsigned int) workers)
                              : 0.0;
      return;
    }
  double before = 1.0;
  /* More gradients are rarer.  */
  const double never = 1e-25;
  for (size_t j = 0; j < count; j++)
    {
      const double next = before > never ? delay_cdf (sum[j], t) : 0.0;
      power[j] = fmax (0.0, before - next);
      before = next;
      law[j] = j == 0;
    }
  for (size_t left = workers; left > 0; left /= 2)
    {
      if (left % 2)
        multiply (law, power, count);
      if (left > 1)
        {
          memcpy (copy, power, count * sizeof *copy);
          multiply (power, copy, count);
        }
    }
}

/* P(M(t) = j), or P(M(t) <= j), without one worker of class SELF.  */
static double
gradients_until (staleness_rounds *rounds, size_t self, double t, size_t j,
                 bool at_most)
{
  const system_description *system = rounds->system;
  double *all = rounds->room[0], *law = rounds->room[1], total = 0.0;
  if (rounds->plain)
    for (size_t c = 0; c < system->classes; c++)
      if (system->class[c].workers > 0)
        {
          const unsigned int workers =
              (unsigned int) (system->class[c].workers - (c == self));
          const double p = delay_cdf (rounds->sum[c], t);
          const unsigned int k = (unsigned int) j;
          if (at_most)
            return k >= workers ? 1.0 : gsl_cdf_binomial_P (k, p, workers);
          return k > workers ? 0.0 : gsl_ran_binomial_pdf (k, p, workers);
        }
  for (size_t i = 0; i < rounds->gradients; i++)
    all[i] = i == 0;
  for (size_t c = 0; c < system->classes; c++)
    {
      const size_t workers = system->class[c].workers - (c == self);
      if (system->class[c].workers == 0 || workers == 0)
        continue;
      count_class (rounds, c, workers, t, law);
      multiply (all, law, rounds->gradients);
    }
  if (! at_most)
    return all[j];
  for (size_t i = 0; i <= j; i++)
    total += all[i];
  return fmin (total, 1.0);
}

double
staleness_round_exceeds (staleness_rounds *rounds, double t)
{
  return gradients_until (rounds, NOBODY, t, rounds->gradients - 1, true);
}

/* The time at which P(round > t) falls to P.  */
static double
time_of_excess (staleness_rounds *rounds, double p)
{
  const system_description *system = rounds->system;
  double low = 0.0, high = 0.0;
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers > 0)
      high = fmax (high, delay_mean (system->class[c].cycle));
  while (staleness_round_exceeds (rounds, high) > p && high < 1e300)
    {
      low = high;
      high *= 2.0;
    }
  for (int step = 0; step < 60 && high - low > 1e-12 * high; step++)
    {
      const double middle = 0.5 * (low + high);
      if (staleness_round_exceeds (rounds, middle) > p)
        low = middle;
      else
        high = middle;
    }
  return high;
}

void
staleness_rounds_locate (staleness_rounds *rounds)
{
  /* Rounding alone is as likely as these.  */
  rounds->first = time_of_excess (rounds, 1.0 - 1e-15);
  rounds->last = time_of_excess (rounds, 1e-17);
  rounds->scale =
      0.5 * (time_of_excess (rounds, 0.1) - time_of_excess (rounds, 0.9));
}

/* ---- who ends a round, and when --------------------------------------- */

/* The counts of gradients have a corner or a singularity wherever a worker may
   have as many more for the first time.  */
static double
panel (double t, void *context)
{
  const double narrowest = 0.01;
  const staleness_rounds *rounds = context;
  double width = rounds->scale;
  if (t >= rounds->last)
    return INFINITY;
  for (size_t c = 0; c < rounds->system->classes; c++)
    if (rounds->system->class[c].workers > 0)
      {
        const double shortest =
            delay_quantile (rounds->system->class[c].cycle, 0.0);
        const double cycles =
            fmin (fmax (1.0, round (t / shortest)), (double) rounds->depth);
        width = fmin (width, shortest > 0.0 ? fabs (t - cycles * shortest) : t);
      }
  return fmax (width, narrowest * rounds->scale);
}

support_status
staleness_rounds_weigh (staleness_rounds *rounds, size_t c, size_t k,
                        double *ends, double *takes_part,
                        support_failure *failure)
{
  const double workers = (double) rounds->system->class[c].workers;
  const delay_law *sum = rounds->sum[c * rounds->depth + k - 1];
  delay_rule *rule;
  support_status status =
      delay_rule_create_graded (sum, panel, rounds, &rule, failure);
  *ends = *takes_part = 0.0;
  if (status != SUPPORT_OK)
    return status;
  for (size_t i = 0;
       status == SUPPORT_OK && i < rule->count && rule->node[i] < rounds->last;
       i++)
    {
      const double t = rule->node[i], weight = workers * rule->weight[i];
      const size_t rest = rounds->gradients - k;
      status = staleness_continue (rounds->hooks, failure);
      *ends += weight * gradients_until (rounds, c, t, rest, false);
      *takes_part += weight * gradients_until (rounds, c, t, rest, true);
    }
  delay_rule_free (rule);
  return status;
}

typedef struct round_part
{
  staleness_rounds *rounds;
  size_t class, k;
  double factor; /* of the acceptance */
} round_part;

static support_status
ends_round (void *context, double t, double *p, support_failure *failure)
{
  const round_part *part = context;
  const staleness_rounds *rounds = part->rounds;
  *p = part->factor
       * gradients_until (part->rounds, part->class, t,
                          rounds->gradients - part->k, false);
  if (*p > 1.0)
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the law of a round could not be computed: its "
                         "density is higher than was found");
  return staleness_continue (rounds->hooks, failure);
}

support_status
staleness_rounds_part (staleness_rounds *rounds, size_t c, size_t k,
                       double ends, delay_law **law, support_failure *failure)
{
  enum
  {
    LOOKS = 64
  };
  const double least_probability = 4e-12; /* that a thinned law can have */
  const delay_law *sum = rounds->sum[c * rounds->depth + k - 1];
  const double workers = (double) rounds->system->class[c].workers;
  const double length = rounds->last - rounds->first;
  double highest = 0.0;
  *law = NULL;
  /* Evenly for rounds that vary little, by octaves for those with a long tail.
   */
  for (int i = 0; i <= LOOKS; i++)
    for (int octaves = 0; octaves < 2; octaves++)
      {
        const double share =
            octaves ? exp2 (-0.25 * (double) i) : (double) i / LOOKS;
        highest = fmax (
            highest, gradients_until (rounds, c, rounds->first + length * share,
                                      rounds->gradients - k, false));
      }
  /* Between two looks it may be twice as high.  */
  round_part context = { rounds, c, k, 0.5 / highest };
  if (! (context.factor * ends / workers > least_probability))
    return SUPPORT_OK;
  /* The tail of a round is lighter than that of a cycle, unless it ends with
     the last gradient of all.  Where it is exponential it is cut off where
     nothing is left, so that the law keeps its transform; a heavy one stays
     heavy.  */
  const staleness_thinning thinning = { .law = sum,
                                        .cut = ! rounds->complete
                                               && delay_abscissa (sum) < 0.0,
                                        .first = rounds->first,
                                        .last = rounds->last,
                                        .tolerance = 5e-9,
                                        .acceptance = ends_round,
                                        .context = &context };
  return staleness_thin (&thinning, law, failure);
}
