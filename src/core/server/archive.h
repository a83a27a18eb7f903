/* SPDX-License-Identifier: GPL-3.0-or-later */
/* State as bytes, and back.  One function names the parts of a thing for both
   directions, so that what is read is what was written:

     server_archive_pass (archive, &thing->part, sizeof thing->part);

   Bytes are those of this machine; that a file is of the same kind of machine,
   whole and unchanged is for the checkpoint to see to.  */

#ifndef SDDE_SERVER_ARCHIVE_H
#define SDDE_SERVER_ARCHIVE_H

#include "support/support.h"

typedef struct server_archive
{
  bool reading;
  bool failed; /* memory is short, or what is read is too short or no state */
  unsigned char *bytes;
  size_t length, room;
  size_t place; /* of the next to read */
} server_archive;

void server_archive_pass (server_archive *archive, void *data, size_t bytes);
/* An array whose size is part of the state.  */
void server_archive_numbers (server_archive *archive, double *values,
                             size_t count);
/* To be asked of all that is read and used as an index or a size.  */
bool server_archive_require (server_archive *archive, bool sound);
void server_archive_free (server_archive *archive);

#endif
