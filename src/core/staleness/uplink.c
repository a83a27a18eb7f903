/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shared uplink: workers think, which is to say compute, and queue for it, a
   closed network of two stations.  First in, first out with exponential times
   of one mean b, or processor sharing with any times of that mean, it has a
   product form whatever the laws of the computations (Baskett, Chandy, Muntz,
   Palacios, JACM 22, 1975), see uplink_occupancy.c.  Who joins the queue finds
   it as it would be without him (Sevcik, Mitrani, JACM 28, 1981; Lavenberg,
   Reiser, J. Appl. Prob. 17, 1980), and stays there for a mean time W: a worker
   that thinks for c comes at the rate 1/(c + W).  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct network
{
  const system_description *system;
  double sent; /* of the finished gradients */
  staleness_network queue;
  size_t *workers;
  double *think;
} network;

static const size_t NOBODY = SIZE_MAX;

static bool
is_exponential (const delay_law *law)
{
  return strcmp (delay_family_name (law), "exponential") == 0;
}

/* A gradient is sent once in this time that is not passed at the uplink: an
   upload behind it is as good as a computation, but for that all take it whose
   gradients are sent, and none else.  */
static double
think (const system_description *system, size_t c, double sent)
{
  const double cycle = delay_mean (system->class[c].cycle);
  const delay_law *behind = system_upload (system, c);
  const double upload = behind ? delay_mean (behind) : 0.0;
  return (cycle - upload) / sent + upload;
}

static support_status
network_create (const system_description *system, double sent, network *of,
                support_failure *failure)
{
  const size_t classes = system->classes;
  *of = (network){ .system = system,
                   .sent = sent,
                   .workers = calloc (classes, sizeof *of->workers),
                   .think = support_doubles (classes) };
  if (! of->workers || ! of->think)
    return support_fail_memory (failure);
  for (size_t c = 0; c < classes; c++)
    {
      of->workers[c] = system->class[c].workers;
      if (of->workers[c] > 0)
        of->think[c] = think (system, c, sent);
    }
  of->queue = (staleness_network){ .classes = classes,
                                   .workers = of->workers,
                                   .think = of->think,
                                   .service = delay_mean (system->uplink),
                                   .channels = system->channels };
  return SUPPORT_OK;
}

static void
network_clear (network *of)
{
  free (of->workers);
  free (of->think);
}

/* Means of the number at the uplink, of those being sent, and of the time of
   one who joins.  */
typedef struct load
{
  double queue, busy, sojourn;
} load;

static load
load_of (const network *of, const staleness_occupancy *law)
{
  const double m = (double) of->queue.channels, b = of->queue.service;
  load mean = { .queue = 0.0 };
  for (size_t k = 0; k < law->size; k++)
    {
      const double j = (double) (law->first + k), p = law->probability[k];
      mean.queue += p * j;
      mean.busy += p * fmin (j, m);
      mean.sojourn += p * b * (1.0 + fmax (0.0, j + 1.0 - m) / m);
    }
  return mean;
}

/* ---- the delay of a gradient ------------------------------------------ */

/* Computing, its own sending, and the wait: with j there on arrival, j + 1 - m
   of them have to leave, one in b/m on average.  */
static support_status
delay_of (const network *of, size_t c, const staleness_occupancy *seen,
          delay_law **law, support_failure *failure)
{
  const double negligible = 1e-17;
  const size_t m = of->system->channels;
  const double zero = 0.0, step = of->queue.service / (double) m;
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
  const delay_argument service = { .values = &of->queue.service, .count = 1 };
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

/* ---- exponential times ------------------------------------------------ */

/* What more is known of one class C of workers whose computations and uploads
   take exponential times.  */
static support_status
solve_chain (const network *of, size_t c, const staleness_occupancy *seen,
             staleness_part *part, staleness_values *pmf,
             support_failure *failure)
{
  const system_description *system = of->system;
  const staleness_chain chain = { .others = system->class[c].workers - 1,
                                  .own = delay_mean (system->class[c].cycle),
                                  .think = of->think[c],
                                  .sent = of->sent,
                                  .service = of->queue.service,
                                  .channels = system->channels,
                                  .sharing =
                                      system->discipline == SYSTEM_SHARING };
  double *found = support_doubles (chain.others + 1);
  delay_law *sojourn = NULL;
  if (! found)
    return support_fail_memory (failure);
  memcpy (found + seen->first, seen->probability, seen->size * sizeof *found);
  support_status status = staleness_chain_pmf (&chain, found, pmf, failure);
  if (status == SUPPORT_OK)
    status = staleness_chain_palm (&chain, found, &part->palm, failure);
  if (status == SUPPORT_OK && chain.sharing)
    status = staleness_chain_sojourn (&chain, found, &sojourn, failure);
  if (status == SUPPORT_OK && sojourn)
    {
      const delay_argument sum[] = { { .law = system->class[c].cycle },
                                     { .law = sojourn } };
      status = delay_create ("sum", sum, 2, &part->delay, failure);
    }
  delay_free (sojourn);
  free (found);
  if (status != SUPPORT_OK || pmf->size == 0)
    return status;
  part->mean = part->variance = 0.0;
  for (size_t j = 0; j < pmf->size; j++)
    part->mean += (double) j * pmf->value[j];
  for (size_t j = 0; j < pmf->size; j++)
    part->variance +=
        ((double) j - part->mean) * ((double) j - part->mean) * pmf->value[j];
  return SUPPORT_OK;
}

/* ---- the answer ------------------------------------------------------- */

static support_status
check (const system_description *system, support_failure *failure)
{
  /* One worker alone is never stale.  */
  if (system_workers (system) > 1
      && (isfinite (system->threshold) || system->weight != SYSTEM_WEIGHT_NONE))
    return support_fail (failure, SUPPORT_INVALID,
                         "an uplink has no closed form with a threshold or a "
                         "weight; use asgd_simulate");
  if (system->discipline == SYSTEM_FIFO && ! is_exponential (system->uplink))
    return support_fail (failure, SUPPORT_INVALID,
                         "an uplink that sends first what came first has a "
                         "closed form for exponential times only, not for the "
                         "law '%s'; use asgd_simulate",
                         delay_family_name (system->uplink));
  return SUPPORT_OK;
}

static support_status
solve_class (const network *of, size_t c, bool alone, staleness_part *part,
             staleness_values *pmf, support_failure *failure)
{
  const system_description *system = of->system;
  const bool fifo = system->discipline == SYSTEM_FIFO;
  const double workers = (double) system->class[c].workers;
  staleness_occupancy seen;
  support_status status =
      staleness_occupancy_create (&of->queue, c, &seen, failure);
  *part = (staleness_part){ .workers = system->class[c].workers,
                            .finished = 1.0,
                            .accepted = 1.0,
                            .weight = 1.0,
                            .weight_square = 1.0,
                            .mean = NAN,
                            .variance = NAN,
                            .palm = NAN };
  if (status != SUPPORT_OK)
    {
      free (seen.probability);
      return status;
    }
  const load met = load_of (of, &seen);
  part->rate = workers / (of->think[c] + met.sojourn);
  if (fifo)
    status = delay_of (of, c, &seen, &part->delay, failure);
  /* Gradients arrive in the order in which they join.  */
  const bool ordered =
      fifo && system->channels == 1 && ! system_uploads (system);
  if (ordered)
    part->mean =
        met.queue
        + met.busy / of->queue.service * delay_mean (system->class[c].cycle);
  if (status == SUPPORT_OK && alone && is_exponential (system->class[c].cycle)
      && is_exponential (system->uplink) && ! system_uploads (system))
    status = solve_chain (of, c, &seen, part, pmf, failure);
  free (seen.probability);
  return status;
}

support_status
staleness_solve_uplink (const system_description *system, staleness_law *law,
                        staleness_values *pmf, support_failure *failure)
{
  network of = { .workers = NULL };
  staleness_occupancy all = { .size = 0 };
  size_t classes = 0;
  support_status status = check (system, failure);
  for (size_t c = 0; c < system->classes; c++)
    classes += system->class[c].workers > 0;
  if (status == SUPPORT_OK)
    status = network_create (system, law->sent, &of, failure);
  if (status == SUPPORT_OK)
    status = staleness_occupancy_create (&of.queue, NOBODY, &all, failure);
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    if (system->class[c].workers > 0)
      {
        status =
            solve_class (&of, c, classes == 1, &law->part[c], &pmf[c], failure);
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
      law->palm = classes == 1 ? 0.0 : NAN;
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
            law->palm += share * part->palm;
            second += share * (part->variance + part->mean * part->mean);
          }
      law->variance = second - law->mean * law->mean;
    }
  free (all.probability);
  network_clear (&of);
  return status;
}
