/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is noted down: by one path at its records, summed over blocks of
   paths, and over the blocks.  A path's notes are added to its block only when
   the path has finished, so an interruption leaves whole paths.  */

#ifndef SDDE_SERVER_NOTES_H
#define SDDE_SERVER_NOTES_H

#include "server/archive.h"
#include "server/server.h"

/* ---- counts of staleness --------------------------------------------- */

typedef struct server_histogram
{
  uint64_t *count;
  size_t length; /* beyond it all counts are 0 */
  size_t room;
} server_histogram;

/* Counts VALUE once; false when memory is short.  */
bool server_histogram_add (server_histogram *histogram, uint64_t value);
bool server_histogram_merge (server_histogram *into,
                             const server_histogram *from);
void server_histogram_archive (server_histogram *histogram,
                               server_archive *archive);
void server_histogram_clear (server_histogram *histogram);
void server_histogram_free (server_histogram *histogram);

/* ---- the gradients of a path ------------------------------------------ */

typedef struct server_list
{
  server_listed *event;
  size_t count, room;
} server_list;

/* False when memory is short.  */
bool server_list_add (server_list *list, const server_listed *event);
void server_list_archive (server_list *list, server_archive *archive);
void server_list_free (server_list *list);

/* ---- one path -------------------------------------------------------- */

typedef struct server_notes
{
  size_t records, coordinates;
  double *loss, *accuracy, *time, *coordinate; /* coordinates x records */
  uint64_t *updates, *uploads, *queue;
  server_histogram staleness; /* of class c at staleness classes + c */
  server_list list;
  double duration, hit;
  uint64_t all_updates, all_uploads, all_discarded;
  size_t versions; /* most models alive at once */
} server_notes;

bool server_notes_prepare (server_notes *notes, size_t records,
                           size_t coordinates);
void server_notes_free (server_notes *notes);

/* ---- many paths ------------------------------------------------------ */

/* Means and sums of squared deviations from them, updated path by path
   (Welford 1962) and block by block (Chan, Golub, LeVeque 1983).  */
typedef struct server_moments
{
  double *mean, *squares;
  size_t count;
} server_moments;

typedef struct server_sums
{
  size_t paths, records;
  server_moments loss, accuracy, coordinate;
  double *time; /* per record, as are the next three */
  uint64_t *updates, *uploads, *queue;
  double duration;
  uint64_t all_updates, all_uploads, all_discarded;
  size_t versions;
} server_sums;

/* Bytes that server_sums_prepare takes.  */
double server_sums_size (size_t records, size_t coordinates);
bool server_sums_prepare (server_sums *sums, size_t records,
                          size_t coordinates);
void server_sums_free (server_sums *sums);

void server_sums_add (server_sums *sums, const server_notes *notes);
void server_sums_archive (server_sums *sums, server_archive *archive);
void server_sums_merge (server_sums *into, const server_sums *from);

/* Fills all of RESULT that is a mean over the paths.  */
void server_sums_report (const server_sums *sums, server_result *result);

#endif
