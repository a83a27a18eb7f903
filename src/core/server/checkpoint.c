/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/checkpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double
server_checkpoint_clock (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* ---- the head of the file ---------------------------------------------- */

typedef struct head
{
  char title[8];
  uint64_t format; /* as a number: its bytes tell their order */
  uint64_t identity[SERVER_IDENTITIES];
  uint64_t sizes[6];
  uint64_t length, sum; /* of what follows */
} head;

static const char title[8] = "sddesim";

static head
make_head (const server_setting *setting)
{
  head made = {
    .format = SERVER_CHECKPOINT_FORMAT,
    .sizes = { setting->workers, setting->dimension, setting->plan->records,
               setting->plan->coordinates, setting->plan->paths,
               setting->blocks },
  };
  memcpy (made.title, title, sizeof title);
  memcpy (made.identity, setting->plan->identity, sizeof made.identity);
  return made;
}

/* FNV-1a (Fowler, Noll, Vo).  */
static uint64_t
add_to_sum (uint64_t sum, const unsigned char *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++)
    sum = (sum ^ bytes[i]) * UINT64_C (0x100000001b3);
  return sum;
}

/* ---- reading ----------------------------------------------------------- */

/* All of FILE, whose length is taken from the head that was read.  */
static support_status
read_rest (FILE *file, const head *found, server_archive *all)
{
  uint64_t length = 0;
  if (fseek (file, 0, SEEK_END) == 0)
    {
      const long end = ftell (file);
      length = end > 0 ? (uint64_t) end : 0;
    }
  if (length < sizeof *found || found->length != length - sizeof *found
      || fseek (file, sizeof *found, SEEK_SET) != 0)
    return SUPPORT_UNREADABLE;
  all->bytes = malloc (found->length + 1);
  if (! all->bytes)
    return SUPPORT_MEMORY;
  all->length = found->length;
  all->reading = true;
  return fread (all->bytes, 1, all->length, file) == all->length
                 && add_to_sum (0, all->bytes, all->length) == found->sum
             ? SUPPORT_OK
             : SUPPORT_UNREADABLE;
}

static support_status
take_apart (server_checkpoint *checkpoint, server_archive *all,
            server_histogram *staleness)
{
  server_histogram_archive (staleness, all);
  for (size_t b = 0; b < checkpoint->setting->blocks; b++)
    {
      server_archive *block = &checkpoint->block[b];
      size_t length = 0;
      server_archive_pass (all, &length, sizeof length);
      if (! server_archive_require (all, length <= all->length - all->place))
        return SUPPORT_UNREADABLE;
      if (length == 0)
        continue;
      block->bytes = malloc (length);
      if (! block->bytes)
        return SUPPORT_MEMORY;
      block->length = block->room = length;
      server_archive_pass (all, block->bytes, length);
    }
  return all->place == all->length ? SUPPORT_OK : SUPPORT_UNREADABLE;
}

static support_status
read_file (server_checkpoint *checkpoint, FILE *file,
           server_histogram *staleness, support_failure *failure)
{
  static const char *const part[SERVER_IDENTITIES] = { "system", "problem",
                                                       "set of options" };
  const char *name = checkpoint->setting->plan->checkpoint;
  const head expected = make_head (checkpoint->setting);
  server_archive all = { .reading = true };
  head found;
  support_status status;

  if (fread (&found, sizeof found, 1, file) != 1
      || memcmp (found.title, title, sizeof title) != 0)
    return support_fail (failure, SUPPORT_UNREADABLE,
                         "\"%.150s\" is no checkpoint", name);
  if (found.format != expected.format)
    return support_fail (failure, SUPPORT_UNREADABLE,
                         "the checkpoint \"%.100s\" is of another version of "
                         "this program or another kind of machine",
                         name);
  for (size_t i = 0; i < SERVER_IDENTITIES; i++)
    if (found.identity[i] != expected.identity[i])
      return support_fail (failure, SUPPORT_INVALID,
                           "the checkpoint \"%.150s\" is of another %s", name,
                           part[i]);
  if (memcmp (found.sizes, expected.sizes, sizeof found.sizes) != 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "the checkpoint \"%.150s\" is of another run", name);
  status = read_rest (file, &found, &all);
  if (status == SUPPORT_OK)
    status = take_apart (checkpoint, &all, staleness);
  server_archive_free (&all);
  if (status == SUPPORT_UNREADABLE)
    return support_fail (failure, status,
                         "the checkpoint \"%.150s\" is damaged", name);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}

/* ---- writing ----------------------------------------------------------- */

static bool
write_bytes (FILE *file, const void *bytes, size_t length, head *sums)
{
  sums->sum = add_to_sum (sums->sum, bytes, length);
  sums->length += length;
  return length == 0 || fwrite (bytes, 1, length, file) == length;
}

/* The head once more at the end, when the sum is known.  */
static bool
write_all (const server_checkpoint *checkpoint, FILE *file,
           const server_archive *counts)
{
  head made = make_head (checkpoint->setting);
  bool done = fwrite (&made, sizeof made, 1, file) == 1
              && write_bytes (file, counts->bytes, counts->length, &made);
  for (size_t b = 0; done && b < checkpoint->setting->blocks; b++)
    {
      const server_archive *block = &checkpoint->block[b];
      done = write_bytes (file, &block->length, sizeof block->length, &made)
             && write_bytes (file, block->bytes, block->length, &made);
    }
  return done && fseek (file, 0, SEEK_SET) == 0
         && fwrite (&made, sizeof made, 1, file) == 1 && fflush (file) == 0
         && fsync (fileno (file)) == 0;
}

support_status
server_checkpoint_write (server_checkpoint *checkpoint,
                         server_histogram *staleness)
{
  const char *name = checkpoint->setting->plan->checkpoint;
  server_archive counts = { .reading = false };
  bool done = false;

  server_histogram_archive (staleness, &counts);
  if (counts.failed)
    {
      server_archive_free (&counts);
      return support_fail_memory (&checkpoint->failure);
    }
  FILE *file = fopen (checkpoint->name, "wb");
  if (file)
    {
      done = write_all (checkpoint, file, &counts);
      done = fclose (file) == 0 && done;
      done = done && rename (checkpoint->name, name) == 0;
    }
  const int reason = errno;
  if (file && ! done)
    remove (checkpoint->name);
  server_archive_free (&counts);
  checkpoint->written = server_checkpoint_clock ();
  return done ? SUPPORT_OK
              : support_fail (&checkpoint->failure, SUPPORT_INVALID,
                              "the checkpoint \"%.120s\" cannot be written: %s",
                              name, strerror (reason));
}

/* ---- opening ----------------------------------------------------------- */

support_status
server_checkpoint_open (server_checkpoint *checkpoint,
                        const server_setting *setting,
                        server_histogram *staleness, support_failure *failure)
{
  static const char ending[] = ".new";
  const char *name = setting->plan->checkpoint;
  support_status status = SUPPORT_OK;

  *checkpoint = (server_checkpoint){ .setting = setting };
  checkpoint->name = malloc (strlen (name) + sizeof ending);
  checkpoint->block = calloc (setting->blocks, sizeof *checkpoint->block);
  if (! checkpoint->name || ! checkpoint->block)
    return support_fail_memory (failure);
  strcpy (checkpoint->name, name);
  strcat (checkpoint->name, ending);

  FILE *file = fopen (name, "rb");
  if (file)
    {
      status = read_file (checkpoint, file, staleness, failure);
      fclose (file);
    }
  else if (errno != ENOENT)
    status = support_fail (failure, SUPPORT_UNREADABLE,
                           "the checkpoint \"%.120s\" cannot be read: %s", name,
                           strerror (errno));
  if (status == SUPPORT_OK)
    {
      status = server_checkpoint_write (checkpoint, staleness);
      if (status != SUPPORT_OK && failure)
        *failure = checkpoint->failure;
    }
  return status;
}

void
server_checkpoint_free (server_checkpoint *checkpoint)
{
  for (size_t b = 0; checkpoint->block && b < checkpoint->setting->blocks; b++)
    server_archive_free (&checkpoint->block[b]);
  free (checkpoint->block);
  free (checkpoint->name);
  *checkpoint = (server_checkpoint){ .name = NULL };
}
