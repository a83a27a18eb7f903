/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shared uplink: workers think, which is to say compute, and queue for it, a
   closed network of two stations.  First in, first out with exponential times
   of one mean b, or processor sharing with any times of that mean, it has a
   product form whatever the laws of the computations (Baskett, Chandy, Muntz,
   Palacios, JACM 22, 1975): with n_r workers of thinking time c_r in class r
   the number at the uplink is j with a probability in proportion to

     j! b^j / prod_(i <= j) min (i, m) [x^j] prod_r (x + c_r)^(n_r),

   and the gradients of class r come at the rate n_r S(n - e_r)/S(n), S being
   the sum of these.  Who joins the queue finds it as it would be without him
   (Sevcik, Mitrani, JACM 28, 1981; Lavenberg, Reiser, J. Appl. Prob. 17, 1980).
 */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

typedef struct network
{
  const system_description *system;
  double service; /* b */
  double sent;    /* of the finished gradients */
} network;

/* The number at the uplink.  */
typedef struct occupancy
{
  size_t first, size;
  double *probability;
  double log_sum; /* of the unnormalised ones */
} occupancy;

static const size_t NOBODY = SIZE_MAX;

static double
channels (const network *of)
{
  return (double) of->system->channels;
}

/* A gradient is sent once in this time that is not passed at the uplink: an
   upload behind it is as good as a computation, but for that all take it whose
   gradients are sent, and none else.  */
static double
think (const network *of, size_t c)
{
  const double cycle = delay_mean (of->system->class[c].cycle);
  const delay_law *behind = system_upload (of->system, c);
  const double upload = behind ? delay_mean (behind) : 0.0;
  return (cycle - upload) / of->sent + upload;
}

static size_t
population (const network *of, size_t c, size_t without)
{
  return of->system->class[c].workers - (c == without);
}

/* ---- who is at the uplink --------------------------------------------- */

/* prod_r (x + c_r)^(n_r) is a product of binomial laws once x is scaled by a
   number that puts their mean where the weights are greatest.  */
static double
scale_of (const network *of, size_t without)
{
  double low = 0.0, high = 0.0;
  for (size_t c = 0; c < of->system->classes; c++)
    high += (double) population (of, c, without);
  for (int step = 0; step < 100; step++)
    {
      const double j = 0.5 * (low + high);
      const double scale = of->service * fmax (1.0, j / channels (of));
      double mean = 0.0;
      for (size_t c = 0; c < of->system->classes; c++)
        if (population (of, c, without) > 0)
          mean += (double) population (of, c, without) * scale
                  / (scale + think (of, c));
      if (mean > j)
        low = j;
      else
        high = j;
    }
  return of->service * fmax (1.0, low / channels (of));
}

/* *LAW <- the sum of it and a binomial variable; what is less likely than
   1e-60 is left out.  */
static bool
add_binomial (occupancy *law, size_t trials, double p)
{
  const double negligible = 1e-60;
  const size_t mode = (size_t) (p * (double) trials);
  size_t low = mode, high = mode;
  const unsigned int n = (unsigned int) trials;
  while (low > 0
         && gsl_ran_binomial_pdf ((unsigned int) low - 1, p, n) > negligible)
    low--;
  while (high < trials
         && gsl_ran_binomial_pdf ((unsigned int) high + 1, p, n) > negligible)
    high++;
  const size_t size = law->size + high - low;
  double *sum = support_doubles (size);
  if (! sum)
    return false;
  for (size_t k = low; k <= high; k++)
    {
      const double weight = gsl_ran_binomial_pdf ((unsigned int) k, p, n);
      for (size_t i = 0; i < law->size; i++)
        sum[i + k - low] += weight * law->probability[i];
    }
  free (law->probability);
  law->probability = sum;
  law->size = size;
  law->first += low;
  return true;
}

static support_status
occupancy_create (const network *of, size_t without, occupancy *law,
                  support_failure *failure)
{
  const double scale = scale_of (of, without), m = channels (of);
  double shift = -INFINITY, total = 0.0;
  *law = (occupancy){ .size = 1, .probability = support_doubles (1) };
  if (! law->probability)
    return support_fail_memory (failure);
  law->probability[0] = 1.0;
  for (size_t c = 0; c < of->system->classes; c++)
    {
      const size_t workers = population (of, c, without);
      if (of->system->class[c].workers == 0 || workers == 0)
        continue;
      law->log_sum += (double) workers * log (scale + think (of, c));
      if (! add_binomial (law, workers, scale / (scale + think (of, c))))
        return support_fail_memory (failure);
    }
  /* log of j! (b/scale)^j / prod min (i, m), with i <= m in front of m.  */
  for (size_t k = 0; k < law->size; k++)
    {
      const double j = (double) (law->first + k);
      const double queue =
          j > m ? lgamma (j + 1.0) - lgamma (m + 1.0) - (j - m) * log (m) : 0.0;
      law->probability[k] =
          log (law->probability[k]) + j * log (of->service / scale) + queue;
      shift = fmax (shift, law->probability[k]);
    }
  for (size_t k = 0; k < law->size; k++)
    {
      law->probability[k] = exp (law->probability[k] - shift);
      total += law->probability[k];
    }
  for (size_t k = 0; k < law->size; k++)
    law->probability[k] /= total;
  law->log_sum += shift + log (total);
  return SUPPORT_OK;
}

/* Means of the number at the uplink, of those being sent, and of the time of
   one who joins.  */
typedef struct load
{
  double queue, busy, sojourn;
} load;

static load
load_of (const network *of, const occupancy *law)
{
  const double m = channels (of);
  load mean = { .queue = 0.0 };
  for (size_t k = 0; k < law->size; k++)
    {
      const double j = (double) (law->first + k), p = law->probability[k];
      mean.queue += p * j;
      mean.busy += p * fmin (j, m);
      mean.sojourn += p * of->service * (1.0 + fmax (0.0, j + 1.0 - m) / m);
    }
  return mean;
}

/* ---- the delay of a gradient ------------------------------------------ */

/* Computing, its own sending, and the wait: with j there on arrival, j + 1 - m
   of them have to leave, one in b/m on average.  */
static support_status
delay_of (const network *of, size_t c, const occupancy *seen, delay_law **law,
          support_failure *failure)
{
  const double negligible = 1e-17;
  const size_t m = of->system->channels;
  const double zero = 0.0, step = of->service / (double) m;
  delay_argument *part = calloc (seen->size + 2, sizeof *part);
  double *weight = support_doubles (seen->size + 1);
  size_t count = 0;
  support_status status =
      part && weight ? SUPPORT_OK : support_fail_memory (failure);
  for (size_t k = 0; status == SUPPORT_OK && k < seen->size; k++)
    {
      const size_t j = seen->first + k;
      const double shape = (double) (j + 1 - (j + 1 > m ? m : j + 1));
      const delay_argument gamma[] = { { .values = &shape, .count = 1 },
                                       { .values = &step, .count = 1 } };
      const delay_argument none = { .values = &zero, .count = 1 };
      delay_law *wait;
      if (seen->probability[k] < negligible)
        continue;
      if (j + 1 <= m && count > 0)
        {
          weight[0] += seen->probability[k]; /* no wait either */
          continue;
        }
      status = j + 1 <= m
                   ? delay_create ("deterministic", &none, 1, &wait, failure)
                   : delay_create ("gamma", gamma, 2, &wait, failure);
      if (status != SUPPORT_OK)
        break;
      weight[count++] = seen->probability[k];
      part[count].law = wait;
    }
  delay_law *wait = NULL, *send = NULL;
  const delay_argument service = { .values = &of->service, .count = 1 };
  if (status == SUPPORT_OK)
    status = delay_create ("exponential", &service, 1, &send, failure);
  if (status == SUPPORT_OK)
    {
      part[0] = (delay_argument){ .values = weight, .count = count };
      status = delay_create ("mixture", part, count + 1, &wait, failure);
    }
  if (status == SUPPORT_OK)
    {
      const bool waits = delay_mean (wait) > 0.0;
      const delay_argument sum[] = { { .law = of->system->class[c].cycle },
                                     { .law = send },
                                     { .law = wait } };
      status = delay_create ("sum", sum, waits ? 3 : 2, law, failure);
    }
  for (size_t k = 1; part && k <= count; k++)
    delay_free ((delay_law *) part[k].law);
  delay_free (wait);
  delay_free (send);
  free (part);
  free (weight);
  return status;
}

/* ---- the staleness ---------------------------------------------------- */

enum
{
  MOST_STATES = 1 << 22
};

/* One class and one channel, first in, first out: who joins behind J others is
   preceded by exactly these, so that tau is J and the number that leave while
   he computes.  When all compute for exponential times (or geometric sums of
   them, with a trigger) the others are a Markov chain (J, departures), and J is
   at the start as it is found on arrival.  E exp (A C), C the worker's own
   computation, is a series in the powers of the chain made uniform, weighted by
   a mixed Poisson law.  Returns no values where that would take too long.  */
static support_status
staleness_of (const network *of, const occupancy *seen, staleness_values *pmf,
              support_failure *failure)
{
  const double most_work = 1e9, negligible = 1e-13;
  const size_t others = system_workers (of->system) - 1;
  const size_t states = others + 1;
  size_t c = 0;
  while (of->system->class[c].workers == 0)
    c++;
  const delay_law *own = of->system->class[c].cycle;
  const double join = 1.0 / think (of, c), leave = 1.0 / of->service;
  const double rate = (double) others * join + leave;
  staleness_values steps = { .size = 0 };
  delay_rule *rule = NULL;
  double left = 1.0;
  if ((double) states * (double) states > most_work)
    return SUPPORT_OK;
  support_status status = delay_rule_create (
      own, 4.0 * sqrt (delay_mean (own) / rate), &rule, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < rule->count; i++)
    status = staleness_add_poisson (rate * rule->node[i], rule->weight[i],
                                    &steps, failure);
  delay_rule_free (rule);
  size_t count = 0;
  while (status == SUPPORT_OK && count < steps.size && left > negligible)
    left -= steps.value[count++];
  const double gone = fmin ((double) count, (double) count * leave / rate
                                                + 9.0 * sqrt ((double) count));
  const size_t room = (size_t) gone + 1; /* departures that are told apart */
  if (status != SUPPORT_OK
      || (double) count * (double) room * (double) states > most_work
      || room > MOST_STATES / states)
    {
      free (steps.value);
      return status;
    }
  /* now[d * states + j] */
  double *now = support_doubles (room * states);
  double *next = support_doubles (room * states);
  if (! now || ! next)
    status = support_fail_memory (failure);
  for (size_t k = 0; status == SUPPORT_OK && k < seen->size; k++)
    now[seen->first + k] = seen->probability[k];
  size_t reached = 1;
  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      if (! staleness_values_reach (pmf, reached + others))
        {
          status = support_fail_memory (failure);
          break;
        }
      for (size_t d = 0; d < reached; d++)
        for (size_t j = 0; j < states; j++)
          pmf->value[d + j] += steps.value[k] * now[d * states + j];
      if (reached < room)
        reached++;
      for (size_t d = 0; d < reached; d++)
        for (size_t j = 0; j < states; j++)
          {
            const double stays = (double) j * join + (j > 0 ? 0.0 : leave);
            double p = now[d * states + j] * stays;
            if (j > 0)
              p += now[d * states + j - 1] * (double) (others - j + 1) * join;
            if (d > 0 && j + 1 < states)
              p += now[(d - 1) * states + j + 1] * leave;
            next[d * states + j] = p / rate;
          }
      double *swap = now;
      now = next;
      next = swap;
    }
  free (now);
  free (next);
  free (steps.value);
  /* The tails that were left out.  */
  double total = 0.0;
  for (size_t j = 0; j < pmf->size; j++)
    total += pmf->value[j];
  for (size_t j = 0; j < pmf->size; j++)
    pmf->value[j] /= total;
  while (pmf->size > 1 && pmf->value[pmf->size - 1] < 1e-16)
    pmf->size--;
  return status;
}

/* ---- the answer ------------------------------------------------------- */

static support_status
check (const system_description *system, support_failure *failure)
{
  if (isfinite (system->threshold) || system->weight != SYSTEM_WEIGHT_NONE)
    return support_fail (failure, SUPPORT_INVALID,
                         "an uplink has no closed form with a threshold or a "
                         "weight; use asgd_simulate");
  if (system->discipline == SYSTEM_FIFO
      && strcmp (delay_family_name (system->uplink), "exponential") != 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "an uplink that sends first what came first has a "
                         "closed form for exponential times only, not for the "
                         "law '%s'; use asgd_simulate",
                         delay_family_name (system->uplink));
  return SUPPORT_OK;
}

static support_status
solve_class (const network *of, size_t c, double log_sum, bool alone,
             staleness_part *part, staleness_values *pmf,
             support_failure *failure)
{
  const system_description *system = of->system;
  const bool fifo = system->discipline == SYSTEM_FIFO;
  const double workers = (double) system->class[c].workers;
  occupancy seen;
  support_status status = occupancy_create (of, c, &seen, failure);
  *part = (staleness_part){ .workers = system->class[c].workers,
                            .finished = 1.0,
                            .accepted = 1.0,
                            .weight = 1.0,
                            .weight_square = 1.0,
                            .mean = NAN,
                            .variance = NAN,
                            .palm = NAN };
  if (status == SUPPORT_OK)
    part->rate = workers * exp (seen.log_sum - log_sum);
  if (status == SUPPORT_OK && fifo)
    status = delay_of (of, c, &seen, &part->delay, failure);
  const load met = load_of (of, &seen);
  /* Gradients arrive in the order in which they join.  */
  const bool ordered =
      fifo && system->channels == 1 && ! system_uploads (system);
  if (status == SUPPORT_OK && ordered)
    part->mean = met.queue
                 + met.busy / of->service * delay_mean (system->class[c].cycle);
  const char *family = delay_family_name (system->class[c].cycle);
  if (status == SUPPORT_OK && ordered && alone
      && strcmp (family, "exponential") == 0)
    status = staleness_of (of, &seen, pmf, failure);
  if (status == SUPPORT_OK && pmf->size > 0)
    {
      part->variance = 0.0;
      for (size_t j = 0; j < pmf->size; j++)
        part->variance += ((double) j - part->mean) * ((double) j - part->mean)
                          * pmf->value[j];
    }
  free (seen.probability);
  return status;
}

support_status
staleness_solve_uplink (const system_description *system, staleness_law *law,
                        staleness_values *pmf, support_failure *failure)
{
  network of = { .system = system,
                 .service = delay_mean (system->uplink),
                 .sent = law->sent };
  occupancy all = { .size = 0 };
  size_t classes = 0;
  support_status status = check (system, failure);
  for (size_t c = 0; c < system->classes; c++)
    classes += system->class[c].workers > 0;
  if (status == SUPPORT_OK)
    status = occupancy_create (&of, NOBODY, &all, failure);
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    if (system->class[c].workers > 0)
      {
        status = solve_class (&of, c, all.log_sum, classes == 1, &law->part[c],
                              &pmf[c], failure);
        law->rate += law->part[c].rate;
      }
    else
      law->part[c] = (staleness_part){ .finished = NAN,
                                       .accepted = NAN,
                                       .mean = NAN,
                                       .variance = NAN,
                                       .weight = NAN,
                                       .weight_square = NAN,
                                       .palm = NAN };
  /* Each update of another worker falls into one cycle.  */
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    if (system->class[c].workers > 0 && law->sent == 1.0)
      {
        const double each = law->part[c].rate / (double) law->part[c].workers;
        law->part[c].mean = (law->rate - each) / each;
      }
  if (status == SUPPORT_OK)
    {
      const load found = load_of (&of, &all);
      law->arrivals = law->uploads = law->rate;
      law->finished = law->accepted = 1.0;
      law->weight = law->weight_square = law->batch = law->dispersion = 1.0;
      law->palm = NAN;
      law->tail = 1.0; /* until there is a pmf */
      law->queue = found.queue;
      law->utilisation = found.busy / (double) system->channels;
      law->sojourn = found.queue / law->rate; /* Little */
      double second = 0.0;
      for (size_t c = 0; c < system->classes; c++)
        if (system->class[c].workers > 0)
          {
            const staleness_part *part = &law->part[c];
            const double share = part->rate / law->rate;
            law->mean += share * part->mean;
            second += share * (part->variance + part->mean * part->mean);
          }
      law->variance = second - law->mean * law->mean;
    }
  free (all.probability);
  return status;
}
