/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of system/: what is asked of the workers and the server, and
   nothing of what follows from it.  The theory (staleness/) and the simulator
   (server/) both read this description and share nothing else.  */

#ifndef SDDE_SYSTEM_H
#define SDDE_SYSTEM_H

#include "delay/delay.h"

/* How finished gradients turn into updates.  */
typedef enum system_policy
{
  SYSTEM_ASYNC, /* each gradient is applied when it arrives */
  /* The others apply the mean of K gradients (Dutta, Joshi, Ghosh, Dube,
     Nagpurkar, AISTATS 2018).  In rounds, of gradients of one model: with the
     K-th all other work is cancelled and all workers pull the new model.  */
  SYSTEM_K_SYNC,       /* one gradient of each of the first K workers */
  SYSTEM_K_BATCH_SYNC, /* the first K; a worker that is done begins another of
                          the same model */
  /* Without cancelling, so that gradients are stale.  */
  SYSTEM_K_ASYNC,       /* who is done waits until K are, and they pull */
  SYSTEM_K_BATCH_ASYNC, /* who is done pulls at once; the server gathers K
                           gradients (the buffer of Nguyen et al., FedBuff,
                           AISTATS 2022) */
  SYSTEM_LOSSY /* as SYSTEM_ASYNC, but each gradient is lost on its way with the
                  same probability, whatever happens otherwise; its worker pulls
                  when it would have arrived */
} system_policy;

/* How the threshold is kept.  */
typedef enum system_stale
{
  SYSTEM_DROP,  /* a gradient staler than the threshold is discarded */
  SYSTEM_ABORT, /* a worker whose staleness passes the threshold leaves its
                   gradient and pulls again at once (Ringmaster ASGD) */
  SYSTEM_WAIT   /* a worker that would be that many finished gradients ahead of
                   the slowest one waits, and pulls when it may go on
                   (stale-synchronous: Ho et al., NIPS 2013) */
} system_stale;

/* By what factor c(tau) of the learning rate a gradient of staleness tau is
   applied; a parameter p stands beside it where one is named.  */
typedef enum system_weight
{
  SYSTEM_WEIGHT_NONE,                 /* 1 */
  SYSTEM_WEIGHT_INVERSE,              /* 1/(1 + tau) */
  SYSTEM_WEIGHT_POLYNOMIAL,           /* (1 + tau)^-p, p >= 0 */
  SYSTEM_WEIGHT_CONSTANT_THEN_INVERSE /* min (1, p/tau), p > 0 */
} system_weight;

/* Which gradients a worker sends that has a trigger; it pulls again at once
   after the others.  */
typedef enum system_trigger
{
  SYSTEM_TRIGGER_MAGNITUDE, /* of a norm beyond the level */
  SYSTEM_TRIGGER_CHANGE,    /* that differ by more than the level from the last
                               one it sent; where it sends none the server
                               applies that last one again (after LAG: Chen,
                               Giannakis, Sun, Yin, NeurIPS 2018) */
  SYSTEM_TRIGGER_ACCUMULATE /* the sum of all since the last it sent, once that
                               is beyond the level (error feedback: Stich,
                               Cordonnier, Jaggi, NeurIPS 2018) */
} system_trigger;

/* How gradients share an uplink.  */
typedef enum system_discipline
{
  SYSTEM_FIFO,   /* first in, first out, one at a time on each channel */
  SYSTEM_SHARING /* all at once, at equal speeds: that of one channel, or the
                    share of each in all channels where they are fewer */
} system_discipline;

/* Workers alike in law.  */
typedef struct system_class
{
  size_t workers;
  /* From one pull to the next, the time at an uplink not counted; not owned. */
  const delay_law *cycle;
} system_class;

/* What a cycle is the sum of, not owned: the way of the model to the worker,
   the computation, and the way of the gradient to the server (behind the
   uplink, if there is one).  The first and the last are NULL where they take no
   time.  */
typedef struct system_parts
{
  const delay_law *download, *compute, *upload;
} system_parts;

/* How workers of a class fail, independently of each other and of what they do,
   and return; not owned.  A worker that fails loses the gradient that it is at;
   one that it has handed to a trigger or an uplink is on its way and arrives.
   When it returns it pulls.  */
typedef struct system_outage
{
  const delay_law *up;   /* from a return to the next failure; NULL: it never
                            fails */
  const delay_law *down; /* from there to the return; NULL: no time */
} system_outage;

/* What was counted of such workers in a run.  */
typedef struct system_record
{
  size_t workers;
  double rate; /* gradients per unit time, of all */
  size_t size;
  const double *count;    /* count[j]: gradients of staleness j; not owned */
  const delay_law *delay; /* of their cycles; not owned */
} system_record;

/* Staleness counts the updates applied between a worker's read and the arrival
   of its gradient, its own excluded.  */
typedef struct system_description
{
  size_t classes;
  const system_class *class; /* not owned */
  const system_parts *parts; /* of the cycle of each class, not owned; NULL: all
                                are computation */
  const system_outage *outage; /* of each class, not owned; NULL: none fails */
  double rate;                 /* learning rate eta > 0 */
  double momentum; /* beta of the server's heavy ball, 0 <= beta < 1: with the
                      gradient g (or mean of them) of an update, v <- beta v + g
                      and w <- w - eta v (Polyak, 1964); 0: w <- w - eta g */
  system_policy policy;
  size_t gradients; /* K >= 1, the gradients of one update; 0 stands for 1 */
  double loss; /* of SYSTEM_LOSSY: the probability, 0 <= loss < 1; else 0 */
  system_stale stale;
  double threshold; /* a gradient with staleness > threshold is stale (for
                       SYSTEM_WAIT see there); INFINITY: none is */
  double deadline;  /* a gradient not finished that long after its model was
                       pulled is given up, and its worker pulls again;
                       INFINITY: none is */
  system_weight weight;
  double weight_parameter; /* not read where the weight has none */
  double
      trigger; /* u >= 0: the level is u standard deviations of the noise of
                  one coordinate of the gradient; 0: every gradient is sent */
  system_trigger trigger_kind;
  const delay_law
      *uplink;     /* the time that the channel it has for itself takes to
                      send a gradient, not owned; NULL: no such queue */
  size_t channels; /* of the uplink */
  system_discipline discipline;
  size_t dimension; /* of the model, where what follows from a trigger is to be
                       computed; 0 stands for 1 */
  const system_record *record; /* of each class in a run that was logged, not
                                  owned; NULL: none */
} system_description;

/* The tables of names that the user writes.  SUPPORT_UNKNOWN, with the
   accepted names in the sentence, where NAME stands in none.  */
support_status system_policy_named (const char *name, system_policy *policy,
                                    support_failure *failure);
support_status system_stale_named (const char *name, system_stale *stale,
                                   support_failure *failure);
support_status system_weight_named (const char *name, system_weight *weight,
                                    support_failure *failure);
support_status system_trigger_named (const char *name, system_trigger *trigger,
                                     support_failure *failure);
support_status system_discipline_named (const char *name,
                                        system_discipline *discipline,
                                        support_failure *failure);
/* Their names in order; NULL past the last.  */
const char *system_policy_name_at (size_t index);
const char *system_stale_name_at (size_t index);
const char *system_weight_name_at (size_t index);
const char *system_trigger_name_at (size_t index);
const char *system_discipline_name_at (size_t index);

#define SYSTEM_LEAST_FINISHED 1e-9

/* SUPPORT_INVALID, with a sentence, unless every number is in its domain: at
   least one worker in all, rate > 0, momentum in [0, 1), threshold >= 0 and
   whole (or infinite), every cycle of positive mean, the weight's parameter,
   and of every class that has workers more than SYSTEM_LEAST_FINISHED of the
   cycles finished by the deadline, one gradient to an update where each is
   applied (system_applies_each) and no more than there are workers where each
   gives one (K-sync, K-async); weights where each gradient is applied; losses
   with SYSTEM_LOSSY and triggers with SYSTEM_ASYNC only; SYSTEM_WAIT with a
   threshold >= 1 and where nobody waits for anything else (SYSTEM_ASYNC,
   SYSTEM_K_BATCH_ASYNC); triggers with no other threshold than that of
   SYSTEM_DROP, and those that do not go by the magnitude without one and
   without a weight; an uplink of positive mean and one channel at least, with
   SYSTEM_ASYNC, without a deadline and with no other threshold than that of
   SYSTEM_DROP; no trigger with both an upload and a deadline.  */
support_status system_check (const system_description *system,
                             support_failure *failure);

/* The law of DOWNLOAD + COMPUTE + UPLOAD, independent of each other; of these
   the first and the last may be NULL.  The caller frees it.  */
support_status system_cycle_create (const delay_law *download,
                                    const delay_law *compute,
                                    const delay_law *upload, delay_law **cycle,
                                    support_failure *failure);

size_t system_workers (const system_description *system);
/* Whether some class that has workers fails.  */
bool system_fails (const system_description *system);
/* What class C has to download, or to upload; NULL where that takes no time. */
const delay_law *system_download (const system_description *system, size_t c);
const delay_law *system_upload (const system_description *system, size_t c);
/* Whether some class that has workers takes time for it.  */
bool system_downloads (const system_description *system);
bool system_uploads (const system_description *system);
/* Whether every gradient that is accepted makes an update (SYSTEM_ASYNC,
   SYSTEM_LOSSY).  */
bool system_applies_each (const system_description *system);
/* The gradients that are averaged in one update.  */
size_t system_gradients (const system_description *system);

/* c(tau), in (0, 1] and not increasing.  */
double system_weight_at (const system_description *system, double staleness);

#endif
