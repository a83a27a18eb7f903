/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/archive.h"

#include <stdlib.h>
#include <string.h>

static bool
reach (server_archive *archive, size_t more)
{
  const size_t length = archive->length + more;
  if (length < more || length > SIZE_MAX / 2)
    return false;
  if (length > archive->room)
    {
      const size_t room = length + length / 2;
      unsigned char *bytes = realloc (archive->bytes, room);
      if (! bytes)
        return false;
      archive->bytes = bytes;
      archive->room = room;
    }
  return true;
}

void
server_archive_pass (server_archive *archive, void *data, size_t bytes)
{
  if (archive->failed || bytes == 0)
    return;
  if (archive->reading)
    {
      if (bytes > archive->length - archive->place)
        {
          archive->failed = true;
          return;
        }
      memcpy (data, archive->bytes + archive->place, bytes);
      archive->place += bytes;
    }
  else if (reach (archive, bytes))
    {
      memcpy (archive->bytes + archive->length, data, bytes);
      archive->length += bytes;
    }
  else
    archive->failed = true;
}

void
server_archive_numbers (server_archive *archive, double *values, size_t count)
{
  server_archive_pass (archive, values, count * sizeof *values);
}

bool
server_archive_require (server_archive *archive, bool sound)
{
  archive->failed |= ! sound;
  return ! archive->failed;
}

void
server_archive_free (server_archive *archive)
{
  free (archive->bytes);
  *archive = (server_archive){ .bytes = NULL };
}
