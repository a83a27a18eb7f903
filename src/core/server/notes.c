/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/notes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- counts of staleness --------------------------------------------- */

static bool
histogram_reach (server_histogram *histogram, size_t length)
{
  if (length > histogram->room)
    {
      const size_t room = length + length / 2 + 16;
      uint64_t *count = room <= SIZE_MAX / sizeof *count
                            ? realloc (histogram->count, room * sizeof *count)
                            : NULL;
      if (! count)
        return false;
      histogram->count = count;
      histogram->room = room;
    }
  if (length > histogram->length)
    {
      memset (histogram->count + histogram->length, 0,
              (length - histogram->length) * sizeof *histogram->count);
      histogram->length = length;
    }
  return true;
}

bool
server_histogram_add (server_histogram *histogram, uint64_t value)
{
  if (value >= histogram->length
      && (value >= SIZE_MAX / 4
          || ! histogram_reach (histogram, (size_t) value + 1)))
    return false;
  histogram->count[value]++;
  return true;
}

bool
server_histogram_merge (server_histogram *into, const server_histogram *from)
{
  if (! histogram_reach (into, from->length))
    return false;
  for (size_t i = 0; i < from->length; i++)
    into->count[i] += from->count[i];
  return true;
}

void
server_histogram_archive (server_histogram *histogram, server_archive *archive)
{
  size_t length = histogram->length;
  server_archive_pass (archive, &length, sizeof length);
  if (archive->failed)
    return;
  if (archive->reading)
    {
      histogram->length = 0;
      if (! server_archive_require (
              archive, length <= archive->length / sizeof *histogram->count
                           && histogram_reach (histogram, length)))
        return;
    }
  server_archive_pass (archive, histogram->count,
                       length * sizeof *histogram->count);
}

void
server_histogram_clear (server_histogram *histogram)
{
  histogram->length = 0;
}

void
server_histogram_free (server_histogram *histogram)
{
  free (histogram->count);
  *histogram = (server_histogram){ .count = NULL };
}

/* ---- the gradients of a path ------------------------------------------ */

static bool
list_reach (server_list *list, size_t count)
{
  const size_t room = count + count / 2 + 64;
  if (count <= list->room)
    return true;
  server_listed *event = room <= SIZE_MAX / sizeof *event
                             ? realloc (list->event, room * sizeof *event)
                             : NULL;
  if (! event)
    return false;
  list->event = event;
  list->room = room;
  return true;
}

bool
server_list_add (server_list *list, const server_listed *event)
{
  if (! list_reach (list, list->count + 1))
    return false;
  list->event[list->count++] = *event;
  return true;
}

void
server_list_archive (server_list *list, server_archive *archive)
{
  size_t count = list->count;
  server_archive_pass (archive, &count, sizeof count);
  if (archive->failed
      || (archive->reading
          && ! server_archive_require (
              archive, count <= archive->length / sizeof *list->event
                           && list_reach (list, count))))
    return;
  list->count = count;
  server_archive_pass (archive, list->event, count * sizeof *list->event);
}

void
server_list_free (server_list *list)
{
  free (list->event);
  *list = (server_list){ .event = NULL };
}

/* ---- one path -------------------------------------------------------- */

bool
server_notes_prepare (server_notes *notes, size_t records, size_t coordinates)
{
  *notes = (server_notes){ .records = records, .coordinates = coordinates };
  notes->loss = support_doubles (records);
  notes->accuracy = support_doubles (records);
  notes->time = support_doubles (records);
  notes->coordinate = support_doubles (records * coordinates);
  notes->updates = calloc (records + 1, sizeof *notes->updates);
  notes->uploads = calloc (records + 1, sizeof *notes->uploads);
  notes->queue = calloc (records + 1, sizeof *notes->queue);
  return notes->loss && notes->accuracy && notes->time && notes->coordinate
         && notes->updates && notes->uploads && notes->queue;
}

void
server_notes_free (server_notes *notes)
{
  free (notes->loss);
  free (notes->accuracy);
  free (notes->time);
  free (notes->coordinate);
  free (notes->updates);
  free (notes->uploads);
  free (notes->queue);
  server_list_free (&notes->list);
  server_histogram_free (&notes->staleness);
  *notes = (server_notes){ .records = 0 };
}

/* ---- moments --------------------------------------------------------- */

static bool
moments_prepare (server_moments *moments, size_t count)
{
  moments->count = count;
  moments->mean = support_doubles (count);
  moments->squares = support_doubles (count);
  return moments->mean && moments->squares;
}

static void
moments_free (server_moments *moments)
{
  free (moments->mean);
  free (moments->squares);
}

/* The PATHS-th path has the VALUES.  */
static void
moments_add (server_moments *moments, size_t paths, const double *values)
{
  const double share = 1.0 / (double) paths;
  for (size_t i = 0; i < moments->count; i++)
    {
      const double deviation = values[i] - moments->mean[i];
      moments->mean[i] += share * deviation;
      moments->squares[i] += deviation * (values[i] - moments->mean[i]);
    }
}

static void
moments_merge (server_moments *into, size_t into_paths,
               const server_moments *from, size_t from_paths)
{
  const double all = (double) into_paths + (double) from_paths;
  const double share = (double) from_paths / all;
  const double weight = (double) into_paths * share;
  for (size_t i = 0; i < into->count; i++)
    {
      const double deviation = from->mean[i] - into->mean[i];
      into->mean[i] += share * deviation;
      into->squares[i] += from->squares[i] + weight * deviation * deviation;
    }
}

/* ---- many paths ------------------------------------------------------ */

double
server_sums_size (size_t records, size_t coordinates)
{
  return 8.0 * (double) records * (2.0 * (double) coordinates + 8.0);
}

bool
server_sums_prepare (server_sums *sums, size_t records, size_t coordinates)
{
  *sums = (server_sums){ .records = records };
  sums->time = support_doubles (records);
  sums->updates = calloc (records + 1, sizeof *sums->updates);
  sums->uploads = calloc (records + 1, sizeof *sums->uploads);
  sums->queue = calloc (records + 1, sizeof *sums->queue);
  /* Each in turn, so that all are made or NULL.  */
  const bool loss = moments_prepare (&sums->loss, records);
  const bool accuracy = moments_prepare (&sums->accuracy, records);
  const bool coordinate =
      moments_prepare (&sums->coordinate, records * coordinates);
  return sums->time && sums->updates && sums->uploads && sums->queue && loss
         && accuracy && coordinate;
}

void
server_sums_free (server_sums *sums)
{
  free (sums->time);
  free (sums->updates);
  free (sums->uploads);
  free (sums->queue);
  moments_free (&sums->loss);
  moments_free (&sums->accuracy);
  moments_free (&sums->coordinate);
  *sums = (server_sums){ .records = 0 };
}

void
server_sums_add (server_sums *sums, const server_notes *notes)
{
  sums->paths++;
  moments_add (&sums->loss, sums->paths, notes->loss);
  moments_add (&sums->accuracy, sums->paths, notes->accuracy);
  moments_add (&sums->coordinate, sums->paths, notes->coordinate);
  for (size_t i = 0; i < sums->records; i++)
    {
      sums->time[i] += notes->time[i];
      sums->updates[i] += notes->updates[i];
      sums->uploads[i] += notes->uploads[i];
      sums->queue[i] += notes->queue[i];
    }
  sums->duration += notes->duration;
  sums->all_updates += notes->all_updates;
  sums->all_uploads += notes->all_uploads;
  sums->all_discarded += notes->all_discarded;
  if (notes->versions > sums->versions)
    sums->versions = notes->versions;
}

static void
moments_archive (server_moments *moments, server_archive *archive)
{
  server_archive_numbers (archive, moments->mean, moments->count);
  server_archive_numbers (archive, moments->squares, moments->count);
}

void
server_sums_archive (server_sums *sums, server_archive *archive)
{
  server_archive_pass (archive, &sums->paths, sizeof sums->paths);
  moments_archive (&sums->loss, archive);
  moments_archive (&sums->accuracy, archive);
  moments_archive (&sums->coordinate, archive);
  server_archive_numbers (archive, sums->time, sums->records);
  server_archive_pass (archive, sums->updates,
                       sums->records * sizeof *sums->updates);
  server_archive_pass (archive, sums->uploads,
                       sums->records * sizeof *sums->uploads);
  server_archive_pass (archive, sums->queue,
                       sums->records * sizeof *sums->queue);
  server_archive_numbers (archive, &sums->duration, 1);
  server_archive_pass (archive, &sums->all_updates, sizeof sums->all_updates);
  server_archive_pass (archive, &sums->all_uploads, sizeof sums->all_uploads);
  server_archive_pass (archive, &sums->all_discarded,
                       sizeof sums->all_discarded);
  server_archive_pass (archive, &sums->versions, sizeof sums->versions);
}

void
server_sums_merge (server_sums *into, const server_sums *from)
{
  if (from->paths == 0)
    return;
  moments_merge (&into->loss, into->paths, &from->loss, from->paths);
  moments_merge (&into->accuracy, into->paths, &from->accuracy, from->paths);
  moments_merge (&into->coordinate, into->paths, &from->coordinate,
                 from->paths);
  into->paths += from->paths;
  for (size_t i = 0; i < into->records; i++)
    {
      into->time[i] += from->time[i];
      into->updates[i] += from->updates[i];
      into->uploads[i] += from->uploads[i];
      into->queue[i] += from->queue[i];
    }
  into->duration += from->duration;
  into->all_updates += from->all_updates;
  into->all_uploads += from->all_uploads;
  into->all_discarded += from->all_discarded;
  if (from->versions > into->versions)
    into->versions = from->versions;
}

void
server_sums_report (const server_sums *sums, server_result *result)
{
  const double paths = (double) sums->paths; /* of none: all means are NAN */
  for (size_t i = 0; i < sums->records; i++)
    {
      const double loss = paths > 0.0 ? sums->loss.mean[i] : NAN;
      const bool sound = isfinite (loss) && sums->paths > 1;
      result->time[i] = sums->time[i] / paths;
      result->updates[i] = (double) sums->updates[i] / paths;
      result->uploads[i] = (double) sums->uploads[i] / paths;
      result->queue[i] = (double) sums->queue[i] / paths;
      result->loss[i] = isfinite (loss) || paths == 0.0 ? loss : INFINITY;
      result->loss_error[i] =
          sound ? sqrt (sums->loss.squares[i] / (paths - 1.0) / paths) : NAN;
      result->accuracy[i] = paths > 0.0 ? sums->accuracy.mean[i] : NAN;
      result->accuracy_error[i] =
          sums->paths > 1
              ? sqrt (sums->accuracy.squares[i] / (paths - 1.0) / paths)
              : NAN;
    }
  for (size_t i = 0; i < sums->coordinate.count; i++)
    {
      const double mean = paths > 0.0 ? sums->coordinate.mean[i] : NAN;
      const double squares = sums->coordinate.squares[i];
      result->mean[i] = isfinite (mean) ? mean : NAN;
      result->variance[i] = sums->paths < 2 ? NAN
                            : isfinite (mean + squares)
                                ? squares / (paths - 1.0)
                                : INFINITY;
    }
  result->paths = sums->paths;
  result->accepted = (double) (sums->all_uploads - sums->all_discarded)
                     / (double) sums->all_uploads;
  result->rate = (double) sums->all_updates / sums->duration;
  result->versions = sums->versions;
}
