/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers alike that compute for exponential times (or geometric sums of them,
   with a trigger) and send for exponential times: a Markov chain, which one of
   them sees as the number of the others at the uplink.  When it pulls, and also
   when it joins the uplink, this is what it is without the one at random
   instants (the arrival theorem).  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double
leave_rate (const staleness_chain *chain, size_t there)
{
  return fmin ((double) there, (double) chain->channels) / chain->service;
}

static double
join_rate (const staleness_chain *chain, size_t computing)
{
  return (double) computing / chain->think;
}

/* ---- the staleness ---------------------------------------------------- */

/* Where the one that is watched can be while J others are at the uplink:
   computing, waiting until A - 1 and then one more of those before it have left
   (first in, first out on several channels), or being sent.  Numbers are the
   mean times spent there between one departure of the others and the next.  */
typedef struct places
{
  double *computing, *sent; /* by J */
  double *waiting;          /* [(A - 1) * states + J] */
} places;

typedef struct departures
{
  const staleness_chain *chain;
  size_t states, waits; /* J < states, A <= waits */
  bool ordered;         /* who joins behind J leaves behind these J */
  places now, next;     /* what they begin with, after so many departures */
  staleness_values *pmf;
} departures;

/* What leaves at a state J with the rates of more (J + 1), less (J - 1,
   counted) and done; returns the mean time there.  */
static double
pass (double *here, size_t j, double *less, double more_rate, double less_rate,
      double done_rate, size_t states)
{
  const double all = more_rate + less_rate + done_rate;
  const double time = here[j] / all;
  if (j + 1 < states)
    here[j + 1] += time * more_rate;
  if (less_rate > 0.0)
    less[j > 0 ? j - 1 : 0] += time * less_rate;
  return time;
}

/* From what begins after D departures to what begins after one more: within
   one place J only grows.  What ends now has the staleness D, or D + J where
   the order is kept.  Returns what is left.  */
static double
depart (departures *of, size_t d)
{
  const staleness_chain *chain = of->chain;
  const size_t n = of->states, m = chain->channels;
  const double done = 1.0 / chain->own;
  double *const pmf = of->pmf->value, left = 0.0;
  for (size_t j = 0; j < n; j++)
    {
      const double time =
          pass (of->now.computing, j, of->next.computing,
                join_rate (chain, n - 1 - j), leave_rate (chain, j), done, n);
      if (of->ordered)
        pmf[d + j] += time * done;
      else if (chain->sharing || j < m)
        of->now.sent[j] += time * done;
      else
        of->now.waiting[(j - m) * n + j] += time * done;
    }
  for (size_t a = 0; a < of->waits; a++)
    for (size_t j = m + a; j < n; j++)
      pass (of->now.waiting + a * n, j,
            a > 0 ? of->next.waiting + (a - 1) * n : of->next.sent,
            join_rate (chain, n - 1 - j), leave_rate (chain, m), 0.0, n);
  for (size_t j = 0; j < n && ! of->ordered; j++)
    {
      const double all = leave_rate (chain, j + 1);
      const double own =
          chain->sharing ? all / (double) (j + 1) : 1.0 / chain->service;
      pmf[d] += own
                * pass (of->now.sent, j, of->next.sent,
                        join_rate (chain, n - 1 - j), all - own, own, n);
    }
  for (size_t j = 0; j < n; j++)
    left += of->next.computing[j];
  for (size_t j = 0; j < n && ! of->ordered; j++)
    left += of->next.sent[j];
  for (size_t i = 0; i < of->waits * n; i++)
    left += of->next.waiting[i];
  return left;
}

static bool
places_create (places *of, size_t states, size_t waits)
{
  of->computing = support_doubles (states);
  of->sent = support_doubles (states);
  of->waiting = support_doubles (waits * states);
  return of->computing && of->sent && of->waiting;
}

static void
places_empty (places *of, size_t states, size_t waits)
{
  memset (of->computing, 0, states * sizeof *of->computing);
  memset (of->sent, 0, states * sizeof *of->sent);
  memset (of->waiting, 0, waits * states * sizeof *of->waiting);
}

static void
places_clear (places *of)
{
  free (of->computing);
  free (of->sent);
  free (of->waiting);
}

/* About how many departures of others a gradient may see: their rate times its
   time, which has an exponential tail, and the queue.  */
static double
most_departures (const staleness_chain *chain, const double *found)
{
  const double m = (double) chain->channels, tail = 35.0;
  double sojourn = 0.0;
  for (size_t j = 0; j <= chain->others; j++)
    sojourn += found[j] * chain->service
               * (1.0 + fmax (0.0, (double) j + 1.0 - m) / m);
  const double rate = (double) chain->others / (chain->think + sojourn);
  return tail * rate * (chain->own + (chain->sharing ? sojourn : 0.0))
         + 5.0 * (double) chain->others;
}

support_status
staleness_chain_pmf (const staleness_chain *chain, const double *found,
                     staleness_values *pmf, support_failure *failure)
{
  const double negligible = 1e-14, most_work = 2e8, most_states = 4e6;
  departures of = { .chain = chain,
                    .states = chain->others + 1,
                    .ordered = ! chain->sharing && chain->channels == 1,
                    .pmf = pmf };
  if (! chain->sharing && ! of.ordered && of.states > chain->channels)
    of.waits = of.states - chain->channels;
  const double size = (double) of.states * (double) (of.waits + 2);
  if (size > most_states || size * most_departures (chain, found) > most_work)
    return SUPPORT_OK;
  double left = 1.0, total = 0.0;
  support_status status = SUPPORT_OK;
  if (! places_create (&of.now, of.states, of.waits)
      || ! places_create (&of.next, of.states, of.waits))
    status = support_fail_memory (failure);
  else
    memcpy (of.now.computing, found, of.states * sizeof *found);
  size_t d = 0;
  for (; status == SUPPORT_OK && left > negligible; d++)
    {
      if (d + of.states > STALENESS_MOST_VALUES)
        break;
      if (! staleness_values_reach (pmf, d + of.states))
        {
          status = support_fail_memory (failure);
          break;
        }
      left = depart (&of, d);
      const places swap = of.now;
      of.now = of.next;
      of.next = swap;
      places_empty (&of.next, of.states, of.waits);
    }
  places_clear (&of.now);
  places_clear (&of.next);
  if (left > negligible)
    pmf->size = 0;
  for (size_t j = 0; j < pmf->size; j++)
    total += pmf->value[j];
  for (size_t j = 0; j < pmf->size; j++)
    pmf->value[j] /= total;
  while (pmf->size > 1 && pmf->value[pmf->size - 1] < 1e-16)
    pmf->size--;
  return status;
}

/* ---- the time at a shared uplink --------------------------------------- */

support_status
staleness_chain_sojourn (const staleness_chain *chain, const double *found,
                         delay_law **law, support_failure *failure)
{
  enum
  {
    MOST_PHASES = 200 /* that delay_create takes */
  };
  const size_t n = chain->others + 1;
  *law = NULL;
  if (n > MOST_PHASES)
    return SUPPORT_OK;
  double *generator = support_doubles (n * n);
  if (! generator)
    return support_fail_memory (failure);
  for (size_t j = 0; j < n; j++)
    {
      const double leave = leave_rate (chain, j + 1);
      const double join = join_rate (chain, n - 1 - j);
      generator[j + n * j] = -leave - join;
      if (j + 1 < n)
        generator[j + n * (j + 1)] = join;
      if (j > 0)
        generator[j + n * (j - 1)] = leave * (double) j / (double) (j + 1);
    }
  const delay_argument argument[] = {
    { .values = found, .count = n },
    { .values = generator, .count = n * n, .rows = n },
  };
  const support_status status =
      delay_create ("phase-type", argument, 2, law, failure);
  free (generator);
  return status;
}

/* ---- how far a read is ahead ------------------------------------------- */

/* The number of all workers at the uplink is a reversible chain, so that the
   departures in the past of a state are, on average, the joins in its future.
   Their excess h (j) over the mean rate solves Poisson's equation
     joins (j) (h (j + 1) - h (j)) + leaves (j) (h (j - 1) - h (j))
       = rate - joins (j),      sum_j P (j) h (j) = 0.
   Who has just left J others at the uplink saw J + 1 there before, and its own
   update beside what these say; who has computed a gradient that was not sent
   pulls at a random instant of the others.  */
support_status
staleness_chain_palm (const staleness_chain *chain, const double *found,
                      double *palm, support_failure *failure)
{
  const size_t n = chain->others + 2; /* states of all workers */
  double *excess = support_doubles (n);
  if (! excess)
    return support_fail_memory (failure);
  /* P (j), as found by one who joins, and who then is there too.  */
  double *all = support_doubles (n);
  if (! all)
    {
      free (excess);
      return support_fail_memory (failure);
    }
  double total = 0.0, rate = 0.0, sum = 0.0, mean = 0.0;
  for (size_t j = 1; j < n; j++)
    all[j] = found[j - 1] / leave_rate (chain, j);
  all[0] = all[1] * leave_rate (chain, 1) / join_rate (chain, n - 1);
  for (size_t j = 0; j < n; j++)
    total += all[j];
  for (size_t j = 0; j < n; j++)
    {
      all[j] /= total;
      rate += all[j] * join_rate (chain, n - 1 - j);
    }
  for (size_t j = 0; j + 1 < n; j++)
    {
      const double join = join_rate (chain, n - 1 - j);
      sum += all[j] * (rate - join);
      excess[j + 1] = excess[j] + (all[j] > 0.0 ? sum / (all[j] * join) : 0.0);
    }
  for (size_t j = 0; j < n; j++)
    mean += all[j] * excess[j];
  *palm = chain->sent - mean;
  for (size_t j = 0; j + 1 < n; j++)
    *palm += found[j]
             * (chain->sent * excess[j + 1] + (1.0 - chain->sent) * excess[j]);
  free (excess);
  free (all);
  return SUPPORT_OK;
}
