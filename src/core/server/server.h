/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of server/: the parameter server, simulated event by event.

   It takes the description of a system (system/) and an objective
   (objective/) and nothing of the theory, so that where the two agree there
   is evidence.

   A path is one run of the server.  Worker i pulls the model, is busy for a
   random time with the law of its class, and pushes a gradient of the model
   it pulled, which the server applies, w <- w - rate * gradient, or discards;
   then the worker pulls again at once.  At a deadline it pulls again too, and
   what it was computing is lost.  Where gradients have weights the rate of one
   of staleness tau is that of the system times c(tau).  Policies that average K
   gradients hold them until the K-th is there; who waits, begins anew or is
   cancelled, and what momentum does, is said in system/system.h.  The velocity
   of a heavy ball is 0 at time 0.  Pushes at the same instant are served
   in the order of their pulls.  Staleness counts the updates applied between a
   worker's pull and its push, its own excluded.

   Workers fail and return at times that depend on nothing else; a gradient
   under way is lost unless it is at the uplink or behind it.

   With an uplink a gradient joins its queue when it is computed, and is
   applied, and its worker pulls again, when it has been sent.

   With a trigger a worker that has computed a gradient may keep it to itself,
   and pulls again; what counts as an upload is what is sent.

   Start.  The cycles under way are those of the stationary state (residual
   times; policies of rounds begin one instead, at an instant that is spread
   over a round), and so is the number of gradients held by K-batch-async.  The
   server first runs for a time WARMUP with the model frozen at
   the start while versions and thresholds count as ever; then the clock is
   set to 0 and the model begins to move.  So the arrivals, the staleness and
   the accepted fraction are stationary from time 0 on, while every gradient
   whose model was pulled before 0 is one of the start.
   A cold start has none of this: all workers pull at time 0.  */

#ifndef SDDE_SERVER_H
#define SDDE_SERVER_H

#include "objective/objective.h"
#include "system/system.h"

/* Numbers that the caller makes of the description of the system, of that of
   the problem and of the plan, in this order.  */
#define SERVER_IDENTITIES 3

/* A log to be run instead of the laws of the system: gradient K, the (K+1)-th
   to be applied, came from WORKER[K] (of the system, from 0), which had pulled
   at START[K], at the time TIME[K] >= 0, not before the one before, with
   STALENESS[K].  What had been pulled more than K updates before is the start.
   */
typedef struct server_replay
{
  size_t count; /* 0: none */
  const double *worker, *start, *time, *staleness;
} server_replay;

/* What to run and what to note down.  */
typedef struct server_plan
{
  const double *start; /* the model at time 0: dimension of the objective */
  size_t paths;        /* >= 1 */

  /* A path ends at the time HORIZON or with its UPDATES-th update: one of the
     two is given, the other 0.  */
  double horizon;
  size_t updates;

  /* Increasing; times in [0, horizon], or whole numbers of updates in
     [0, updates].  What happens at a time itself is included.  */
  size_t records;
  const double *record;

  /* With a number of updates: SUPPORT_LIMIT where so many events pass without
     one (a trigger that nothing passes, workers that fail too early); 0: it may
     go on for ever.  */
  size_t idle;

  double warmup; /* >= 0; NAN: ten mean cycles of the slowest class */

  /* The first time at which the loss is <= TARGET (NAN: not asked), looked at
     before the first and after every CHECK-th update.  CHECK = 0: after every
     update where a loss costs less than two gradients, otherwise as often as
     keeps the looking to twice the cost of the gradients.  */
  double target;
  size_t check;

  double noise; /* of a coordinate of the gradient, a standard deviation: the
                   unit of the system's trigger; not read without one */

  /* Coordinates of the model, directions' (w - origin), whose mean and
     variance over the paths are noted; none for COORDINATES = 0.  */
  size_t coordinates;
  const double *directions; /* dimension x coordinates, column by column; NULL:
                               the parameters themselves */
  const double *origin;     /* NULL: 0 */

  /* With the policy async, and nothing that may keep a gradient from being
     applied; WARMUP is not read, and no more updates than it has are run.  */
  server_replay replay;

  bool cold; /* all workers pull the start at time 0, and WARMUP is not read */

  /* From the time (the number of updates, where a path ends with those)
     SCHEDULE_FROM[i] on, the learning rate is that of the system times
     SCHEDULE_FACTOR[i] >= 0; before the first it is that of the system.  */
  size_t schedule_count;
  const double *schedule_from; /* increasing, >= 0 */
  const double *schedule_factor;

  size_t quantiles;       /* of the loss over the paths, at each record */
  const double *quantile; /* 0 <= p <= 1 */
  bool events;            /* list the gradients applied on path 0 */

  /* A file (NULL: none) that holds what was done, written every INTERVAL
     seconds (0: after every event) and when the run ends or is interrupted.
     If it is there, the run goes on from it to the same bits.  IDENTITY tells
     system, problem and the rest of the plan from others: a file of another
     identity is refused.  */
  const char *checkpoint;
  double interval;
  uint64_t identity[SERVER_IDENTITIES];

  uint64_t seed;
  size_t threads; /* 0: as many as there are */
  bool partial;   /* an interruption is no failure: keep the finished paths */
} server_plan;

/* A gradient that was applied; its staleness is APPLIED - READ - 1.  Versions
   count from the start of the server, which is before time 0.  */
typedef struct server_listed
{
  double start, end; /* when its model was pulled, and when it was applied */
  uint64_t read, applied; /* its model, and the one it is part of */
  uint64_t worker;
} server_listed;

/* Means over the paths.  A loss that is not finite counts as INFINITY; NAN
   where there is nothing to speak of (a standard error of one path, ...).  */
typedef struct server_result
{
  size_t paths; /* finished */
  bool stopped; /* interrupted: some of those asked for are missing */

  size_t records;
  double *time;       /* the records' times, or mean times of their updates */
  double *updates;    /* applied until then */
  double *uploads;    /* pushed until then, from time 0 */
  double *loss;       /* ... */
  double *loss_error; /* its standard error */
  /* Of the test samples of the objective: the fraction classified rightly.
     NAN where there are none.  */
  double *accuracy;
  double *accuracy_error;
  double *queue; /* gradients at the uplink, waiting or being sent */
  /* Of the loss, quantiles x records, column by column: between the points
     ((k - 1/2)/paths, loss k in increasing order) on straight lines.  */
  size_t quantiles;
  double *quantile;

  size_t coordinates;
  double *mean;     /* coordinates x records, column by column */
  double *variance; /* over the paths, unbiased */

  double accepted; /* fraction of the uploads that was not discarded */
  double rate;     /* updates per unit of time */

  /* How many accepted gradients had staleness 0, 1, ..., and how many of those
     were of the workers of each class: classes x staleness_count.  */
  size_t staleness_count, classes;
  uint64_t *staleness, *class_staleness;

  size_t events; /* gradients listed */
  server_listed *event;

  double *hit;  /* per finished path, in their order: INFINITY where the target
                   was not met (or none was asked) */
  size_t check; /* the CHECK in force */

  size_t dimension;
  double *model; /* the last one of path 0; NULL if that did not finish */
  /* The most models alive at once in a path, each of which has memory and no
     other has.  A worker's copy is shared with all who pulled the same version:
     never more than workers + 1, threshold + 2 where workers abort, 2 in
     rounds, and updates + 1.  (Triggers that remember, and those in front of an
     uplink, hold a vector for each worker besides.)  */
  size_t versions;
} server_result;

/* Path k draws from the stream (seed, k) alone and sums are made in the order
   of the paths: the same plan gives the same bits for any number of threads.
   Functions of the user are called by the calling thread, which then runs all
   paths.

   SUPPORT_INVALID, before anything runs, for a plan or a system outside its
   domain; SUPPORT_LIMIT for one that cannot be held in memory or would never
   end; SUPPORT_UNREADABLE for a checkpoint that is damaged or none;
   SUPPORT_INTERRUPTED unless PARTIAL.  */
support_status
server_simulate (const system_description *system, const objective *problem,
                 const server_plan *plan, const support_hooks *hooks,
                 server_result **created, support_failure *failure);

void server_result_free (server_result *result);

#endif
