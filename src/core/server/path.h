/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of the server.  */

#ifndef SDDE_SERVER_PATH_H
#define SDDE_SERVER_PATH_H

#include "server/notes.h"
#include "server/queue.h"
#include "server/versions.h"

/* What can happen.  */
enum
{
  SERVER_PUSH,    /* a worker's gradient arrives */
  SERVER_READY,   /* a worker's gradient is computed: for the uplink, or for a
                     trigger that decides whether it is uploaded */
  SERVER_PASSED,  /* a worker's gradient has passed the uplink */
  SERVER_GIVE_UP, /* a worker is still busy at the deadline */
  SERVER_FAIL,    /* a worker loses what it is at */
  SERVER_RETURN   /* a worker is there again */
};

/* The work of an event, in multiplications, and that between two looks at the
   hooks: about a millisecond.  */
enum
{
  SERVER_EVENT_WORK = 64,
  SERVER_SLICE = 1000000
};

/* Of the bytes that state.c makes.  */
#define SERVER_CHECKPOINT_FORMAT UINT64_C (4)

/* What all paths of a simulation read.  */
typedef struct server_setting
{
  const system_description *system;
  const objective *objective;
  const server_plan *plan;
  size_t workers;
  size_t dimension;
  size_t gradients;   /* of one update */
  uint64_t threshold; /* beyond which a gradient is discarded */
  uint64_t patience;  /* beyond which a worker is to begin anew */
  uint64_t lead;      /* that one worker may have on another; each of the three
                         is UINT64_MAX where it is not in force */
  double level;       /* of the trigger; 0: none */
  double momentum;
  bool staged; /* whether something happens between the computation of a
                  gradient and its arrival */
  double warmup;
  size_t models;     /* alive at once, at most */
  uint32_t *readers; /* of each version of a replay; owned */
  uint64_t before;   /* updates that a replay supposes before its first */
  size_t check;      /* > 0 */
  double slice;      /* of work, after which a path pauses */
  size_t threads;    /* the plan's, or the one that may call the user back */
  size_t blocks;     /* of consecutive paths, each the task of one thread */
} server_setting;

/* Checks all that server_simulate promises to check.  Free what was made.  */
support_status server_setting_make (const system_description *system,
                                    const objective *problem,
                                    const server_plan *plan,
                                    server_setting *setting,
                                    support_failure *failure);

void server_setting_free (server_setting *setting);

#define SERVER_NO_SLOT UINT32_MAX

typedef struct server_worker
{
  uint64_t read;  /* the version it pulled */
  double pulled;  /* when */
  uint32_t slot;  /* where that stands; SERVER_NO_SLOT: it holds none */
  uint32_t class; /* of the system */
} server_worker;

/* The workers that hold a model, by the age of that, as a ring through the
   place of one more worker than there are; NULL where nobody is aborted.  */
typedef struct server_ages
{
  uint32_t *older, *newer;
} server_ages;

/* How many gradients the workers have finished; NULL where nobody waits.  */
typedef struct server_clocks
{
  uint64_t *clock;
  uint64_t slowest;  /* of them */
  size_t *having;    /* workers with clock c: at c modulo (lead + 1) */
  uint32_t *blocked; /* workers that wait for the slowest, first come first */
  size_t waiting;    /* of them */
} server_clocks;

/* When each worker returned, or will, and when it fails next after that; NULL
   where nobody fails.  */
typedef struct server_outages
{
  double *back, *fails;
} server_outages;

/* The gradients on their way, at the uplink and behind it (uplink.c).  */
typedef struct server_uplink
{
  size_t present;        /* gradients, waiting or being sent */
  size_t busy;           /* channels, first in, first out */
  uint32_t *line;        /* the workers who wait, a ring */
  size_t first, waiting; /* of them */
  server_queue sharing;  /* those who share, by the clock at which they end */
  double clock, since;   /* the clock, and when it was set */
  double *gradient;      /* with a trigger, of each worker: already drawn */
} server_uplink;

/* Its memory serves one path after the other.  */
typedef struct server_path
{
  const server_setting *setting;
  gsl_rng *stream;
  server_queue queue;
  server_versions versions;
  server_worker *worker;
  objective_workspace *workspace;
  double *gradient;
  double *velocity;     /* of the heavy ball; NULL without momentum */
  double *displacement; /* model - origin, for the coordinates */

  /* Gradients that wait for others to make an update with (gather.c).  */
  size_t held;
  double *sum;       /* of them, since time 0 */
  uint32_t *waiting; /* K-async: the workers that gave them */

  server_ages ages;       /* abort.c */
  server_clocks clocks;   /* wait.c */
  server_outages outages; /* outage.c */

  server_uplink uplink;

  uint32_t *replay_slot; /* of each version; NULL without a replay */

  /* What the trigger's workers remember (trigger.c): dimension numbers each,
     and of which version, UINT64_MAX for nothing yet.  */
  double *memory;
  uint64_t *memory_of;

  size_t step;   /* of the schedule: the next */
  double factor; /* of the rate, by the last */

  double now;
  bool listing;       /* gradients */
  bool frozen;        /* the clock has not reached 0 */
  uint64_t idle;      /* events since time 0 and the last update */
  uint32_t current;   /* the slot of the server's model */
  uint64_t version;   /* updates since the server was started */
  uint64_t updates;   /* since time 0 */
  uint64_t uploads;   /* since time 0 */
  uint64_t discarded; /* of them */
  size_t noted;       /* records written */
  double loss;        /* of the version LOSS_OF */
  uint64_t loss_of;
  server_notes notes;

  /* For the hooks: the share of the block that earlier paths and this one
     stand for, and the work done since the hooks were last asked.  */
  support_team *team;
  double block_done, block_share;
  double work;
} server_path;

/* SUPPORT_MEMORY when memory is short; free in any case.  */
support_status server_path_prepare (server_path *path,
                                    const server_setting *setting);
void server_path_free (server_path *path);

/* Starts path INDEX.  */
support_status server_path_begin (server_path *path, size_t index);
/* Runs on to its end, which leaves what it noted in PATH->notes and its last
   model in server_path_model; or until a slice of work is done.  Between two
   slices ask server_path_continue.  */
support_status server_path_advance (server_path *path, bool *ended);

const double *server_path_model (const server_path *path);

/* ---- gather.c: updates made of several gradients ---------------------- */

/* False when memory is short; free in any case.  */
bool server_gather_prepare (server_path *path);
void server_gather_free (server_path *path);

/* The workers begin at START, which is before 0, as if they had been at work
   since long ago.  False when the hooks ask to stop.  */
bool server_gather_begin (server_path *path, double start);
/* At time 0: gradients of the start for those held, which came before.  */
support_status server_gather_thaw (server_path *path);

/* Holds one more gradient, which is path->gradient (if not frozen).  True if it
   makes an update: path->gradient is then the mean of those held, and none are
   held any more.  */
bool server_gather_add (server_path *path);

/* The worker INDEX of the first event has been served and holds no model (its
   gradient was ACCEPTED, or not, or given up): plans what it does next, and
   what the others do if an update was made.  */
void server_gather_next (server_path *path, uint32_t index, bool accepted,
                         bool updated);

/* A new model for the worker INDEX, and how and when the cycle that it begins
   will end.  */
uint32_t server_gather_begin_cycle (server_path *path, uint32_t index,
                                    double *end);

/* ---- abort.c: workers that are too far behind ------------------------- */

bool server_abort_prepare (server_path *path);
void server_abort_free (server_path *path);
/* No worker holds a model.  */
void server_abort_clear (server_path *path);

/* The worker INDEX has pulled a model, or let go of it.  */
void server_abort_add (server_path *path, uint32_t index);
void server_abort_remove (server_path *path, uint32_t index);
/* To be called after an update: those that are too far behind begin anew,
   oldest first.  */
void server_abort_overdue (server_path *path);

/* ---- wait.c: workers that are too far ahead --------------------------- */

bool server_wait_prepare (server_path *path);
void server_wait_free (server_path *path);
/* Nobody has finished a gradient.  */
void server_wait_clear (server_path *path);

/* The worker INDEX of the first event has finished a gradient: plans what it
   does next, and what those do that have waited for it.  */
void server_wait_next (server_path *path, uint32_t index);

/* ---- outage.c: workers that fail ---------------------------------------- */

/* Bytes that server_outage_prepare takes.  */
double server_outage_memory (const server_setting *setting);
/* False when memory is short; free in any case.  */
bool server_outage_prepare (server_path *path);
void server_outage_free (server_path *path);
/* The worker INDEX, whose class is known, as it is at START.  */
void server_outage_begin (server_path *path, uint32_t index, double start);
/* NOW, or when the worker returns that is away then; times NOW do not
   decrease.  */
double server_outage_until (server_path *path, uint32_t index, double now);
/* What ends the work of a worker that is there and would end at *END: KIND, or
   an earlier failure.  */
uint32_t server_outage_meet (const server_path *path, uint32_t index,
                             uint32_t kind, double *end);

/* ---- replay.c: a log instead of laws ------------------------------------ */

/* Checks the log, and tells in SETTING what it needs.  */
support_status server_replay_set (server_setting *setting,
                                  support_failure *failure);
/* False when memory is short; free in any case.  */
bool server_replay_prepare (server_path *path);
void server_replay_free (server_path *path);
/* The model is the start.  */
void server_replay_begin (server_path *path);
/* When the next gradient is applied; INFINITY after the last.  */
double server_replay_time (const server_path *path);
/* The worker that it comes from, and its staleness.  */
uint32_t server_replay_next (server_path *path, uint64_t *staleness);
/* The model it is of, to be released before the update is made, and the new one
   to be kept after that.  */
const double *server_replay_model (const server_path *path);
void server_replay_release (server_path *path);
void server_replay_keep (server_path *path);

/* ---- trigger.c: which gradients are sent ------------------------------- */

typedef enum server_verdict
{
  SERVER_SENT,
  SERVER_WITHHELD,
  SERVER_REPEATED /* nothing is sent, and the last one sent applied again */
} server_verdict;

/* Bytes that server_trigger_prepare takes.  */
double server_trigger_memory (const server_setting *setting);
/* False when memory is short; free in any case.  */
bool server_trigger_prepare (server_path *path);
void server_trigger_free (server_path *path);
/* Nothing has been sent yet.  */
void server_trigger_begin (server_path *path);
/* The worker INDEX has computed a gradient: draws it, and leaves in
   path->gradient what the server may apply, which is of the version *READ.  */
support_status server_trigger_judge (server_path *path, uint32_t index,
                                     server_verdict *verdict, uint64_t *read);

/* ---- uplink.c: a queue before the server ------------------------------- */

/* Bytes that server_uplink_prepare takes.  */
double server_uplink_memory (const server_setting *setting);
/* False when memory is short; free in any case.  */
bool server_uplink_prepare (server_path *path);
void server_uplink_free (server_path *path);
void server_uplink_clear (server_path *path);

/* The first event of all, also of those that the uplink has in store; to be
   asked before every one.  */
const server_event *server_uplink_next (server_path *path);
/* The worker INDEX of the first event, which is taken away, has a gradient to
   send (path->gradient, with a trigger): through the uplink, if there is one,
   or by its own upload.  */
void server_uplink_join (server_path *path, uint32_t index);
/* Its gradient, the first event, has passed the uplink.  True if that is all
   its way; or else the event becomes its arrival.  */
bool server_uplink_leave (server_path *path, uint32_t index);
/* Its gradient has arrived: with a trigger, it is path->gradient again.  */
void server_uplink_recall (server_path *path, uint32_t index);

/* ---- state.c: a path on paper ------------------------------------------ */

/* To be called between two slices, or for a path that was prepared and not
   begun, which then stands where the other stood.  */
void server_path_archive (server_path *path, server_archive *archive);

/* Whether the hooks let the work go on, if a slice of it is done.  */
bool server_path_continue (server_path *path);

#endif
