/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that a run is resumed from.  Blocks of paths know nothing of each
   other, so a file holds the latest state of each, whenever that was: no thread
   waits for another.  Counts of staleness are summed over the finished paths of
   all blocks; they change together with the state of the block that adds to
   them.  */

#ifndef SDDE_SERVER_CHECKPOINT_H
#define SDDE_SERVER_CHECKPOINT_H

#include "server/path.h"

typedef struct server_checkpoint
{
  const server_setting *setting;
  char *name;            /* of the new file, until it takes the old one's */
  server_archive *block; /* the state of each; empty: not begun */
  double written;        /* when, in seconds */
  support_failure failure;
} server_checkpoint;

/* Reads the file, if there is one, and writes it for a first time, so that a
   place that cannot be written is known before any work.  SUPPORT_UNREADABLE
   for a file that is no checkpoint, or not whole; SUPPORT_INVALID for the
   checkpoint of another run, or a place that cannot be written.  Free in any
   case.  */
support_status server_checkpoint_open (server_checkpoint *checkpoint,
                                       const server_setting *setting,
                                       server_histogram *staleness,
                                       support_failure *failure);
void server_checkpoint_free (server_checkpoint *checkpoint);

/* SUPPORT_INVALID, with a sentence in checkpoint->failure.  No other thread may
   touch the checkpoint or the counts.  */
support_status server_checkpoint_write (server_checkpoint *checkpoint,
                                        server_histogram *staleness);

/* Seconds that pass.  */
double server_checkpoint_clock (void);

#endif
