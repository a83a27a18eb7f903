/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records a real asynchronous run: the log that ships as
   inst/data/asgd_log.csv.

     cc -std=c11 -O2 -pthread tools/record_log.c -lm -o build/record_log
     build/record_log FILE [WORKERS [GRADIENTS [RATE]]]

   A parameter server under one lock and WORKERS threads.  A worker pulls the
   model, computes the gradient of a minibatch, pushes it and pulls again; the
   server applies each gradient as it arrives.  Both are stamped with
   CLOCK_MONOTONIC inside the lock, so that the order of the stamps is the
   order of the versions.

   The problem is least squares on documents: a document is a sequence of
   tokens, its features are the sum of its tokens' vectors over the square
   root of its length (unit variance whatever the length), its target is a
   hidden linear function of the features plus noise.  As documents differ in
   length, so do minibatches in cost; that several workers share a core does the
   rest.  All data are made from a fixed seed; the order of events is not.  */

#define _GNU_SOURCE /* pthread_setaffinity_np */

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum
{
  FEATURES = 64,
  TOKENS = 4096,
  DOCUMENTS = 1000,
  BATCH = 16,
  MEAN_LENGTH = 60000,
  MOST_WORKERS = 64
};

static const double log_spread = 1.2; /* std of the log of a length */
static const double noise = 1.0;      /* std of the noise of the targets */

/* ---- random numbers -------------------------------------------------- */

/* splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
   generators", OOPSLA 2014).  */
static uint64_t
random_word (uint64_t *state)
{
  uint64_t z = *state += UINT64_C (0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C (0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static double
random_uniform (uint64_t *state)
{
  return ((double) (random_word (state) >> 11) + 0.5) * 0x1p-53;
}

static double
random_normal (uint64_t *state)
{
  const double radius = sqrt (-2.0 * log (random_uniform (state)));
  return radius * cos (6.283185307179586 * random_uniform (state));
}

/* ---- the documents --------------------------------------------------- */

static double vectors[TOKENS][FEATURES];
static uint16_t *text[DOCUMENTS];
static size_t length[DOCUMENTS];
static double target[DOCUMENTS];

static void *
allocate (size_t count, size_t size)
{
  void *memory = calloc (count, size);
  if (! memory)
    {
      fprintf (stderr, "record_log: not enough memory\n");
      exit (EXIT_FAILURE);
    }
  return memory;
}

static void
read_document (size_t document, double features[FEATURES])
{
  const uint16_t *tokens = text[document];
  const double scale = 1.0 / sqrt ((double) length[document]);
  memset (features, 0, FEATURES * sizeof *features);
  for (size_t k = 0; k < length[document]; k++)
    for (size_t j = 0; j < FEATURES; j++)
      features[j] += vectors[tokens[k]][j];
  for (size_t j = 0; j < FEATURES; j++)
    features[j] *= scale;
}

static double
product (const double *a, const double *b)
{
  double sum = 0.0;
  for (size_t j = 0; j < FEATURES; j++)
    sum += a[j] * b[j];
  return sum;
}

/* Lengths are lognormal: most documents are short, a few are books.  */
static void
make_documents (uint64_t seed)
{
  double hidden[FEATURES], features[FEATURES];
  for (size_t j = 0; j < FEATURES; j++)
    hidden[j] = random_normal (&seed);
  for (size_t j = 0; j < FEATURES; j++)
    {
      double mean = 0.0;
      for (size_t t = 0; t < TOKENS; t++)
        mean += (vectors[t][j] = random_normal (&seed)) / TOKENS;
      /* What all tokens share would grow with the length of a document.  */
      for (size_t t = 0; t < TOKENS; t++)
        vectors[t][j] -= mean;
    }
  for (size_t i = 0; i < DOCUMENTS; i++)
    {
      const double spread = log_spread * random_normal (&seed);
      const double tokens =
          MEAN_LENGTH * exp (spread - 0.5 * log_spread * log_spread);
      length[i] = 1 + (size_t) tokens;
      text[i] = allocate (length[i], sizeof *text[i]);
      for (size_t k = 0; k < length[i]; k++)
        text[i][k] = (uint16_t) (random_word (&seed) % TOKENS);
      read_document (i, features);
      target[i] = product (hidden, features) + noise * random_normal (&seed);
    }
}

/* The loss, half the mean squared residual of all documents.  */
static double
loss (const double *model)
{
  double features[FEATURES], sum = 0.0;
  for (size_t i = 0; i < DOCUMENTS; i++)
    {
      read_document (i, features);
      const double residual = product (model, features) - target[i];
      sum += residual * residual;
    }
  return 0.5 * sum / DOCUMENTS;
}

/* The extreme eigenvalues of the loss's Hessian, by power iteration on the
   Hessian and on what is left of it below its largest eigenvalue.  */
static void
curvature (double *smallest, double *largest)
{
  static double hessian[FEATURES][FEATURES];
  double shift = 0.0;
  for (size_t i = 0; i < DOCUMENTS; i++)
    {
      double features[FEATURES];
      read_document (i, features);
      for (size_t j = 0; j < FEATURES; j++)
        for (size_t k = 0; k < FEATURES; k++)
          hessian[j][k] += features[j] * features[k] / DOCUMENTS;
    }
  for (int end = 0; end < 2; end++)
    {
      double x[FEATURES], y[FEATURES], size = 0.0;
      for (size_t j = 0; j < FEATURES; j++)
        x[j] = 1.0 / (1.0 + (double) j);
      for (int step = 0; step < 5000; step++)
        {
          for (size_t j = 0; j < FEATURES; j++)
            y[j] = product (hessian[j], x) - shift * x[j];
          size = sqrt (product (y, y));
          for (size_t j = 0; j < FEATURES; j++)
            x[j] = y[j] / size;
        }
      if (end == 0)
        *largest = shift = size;
      else
        *smallest = shift - size;
    }
}

/* ---- the server and its workers -------------------------------------- */

typedef struct record
{
  int worker;
  struct timespec start, end;
  size_t version_read, version_applied;
} record;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static double model[FEATURES];
static double rate = 0.02;
static size_t version, wanted = 4000;
static record *records;

static void
gradient (const double *at, uint64_t *seed, double *sum)
{
  memset (sum, 0, FEATURES * sizeof *sum);
  for (int i = 0; i < BATCH; i++)
    {
      const size_t document = random_word (seed) % DOCUMENTS;
      double features[FEATURES];
      read_document (document, features);
      const double residual = product (at, features) - target[document];
      for (size_t j = 0; j < FEATURES; j++)
        sum[j] += residual * features[j] / BATCH;
    }
}

/* Each core gets its share of the workers: left to itself the scheduler may
   keep five of eight on one core of two.  */
static void
pin (int worker)
{
  cpu_set_t core;
  CPU_ZERO (&core);
  CPU_SET ((unsigned long) (worker % sysconf (_SC_NPROCESSORS_ONLN)), &core);
  pthread_setaffinity_np (pthread_self (), sizeof core, &core);
}

static void *
work (void *number)
{
  const int worker = *(int *) number;
  uint64_t seed = UINT64_C (1000003) * (uint64_t) (worker + 1);
  double copy[FEATURES], step[FEATURES];

  pin (worker);
  pthread_mutex_lock (&lock);
  for (;;)
    {
      /* Pull, in the turn at the lock in which the last push was made.  */
      struct timespec start;
      const size_t read = version;
      memcpy (copy, model, sizeof copy);
      clock_gettime (CLOCK_MONOTONIC, &start);
      pthread_mutex_unlock (&lock);

      gradient (copy, &seed, step);

      pthread_mutex_lock (&lock);
      if (version == wanted)
        break;
      for (size_t j = 0; j < FEATURES; j++)
        model[j] -= rate * step[j];
      record *entry = &records[version++];
      clock_gettime (CLOCK_MONOTONIC, &entry->end);
      entry->worker = worker;
      entry->start = start;
      entry->version_read = read;
      entry->version_applied = version;
    }
  pthread_mutex_unlock (&lock);
  return NULL;
}

static double
seconds_between (struct timespec from, struct timespec to)
{
  return (double) (to.tv_sec - from.tv_sec)
         + 1e-9 * (double) (to.tv_nsec - from.tv_nsec);
}

/* ---- the log --------------------------------------------------------- */

static void
write_log (FILE *file, int workers, struct timespec origin)
{
  const double zeros[FEATURES] = { 0.0 };
  const time_t now = time (NULL);
  double smallest = 0.0, largest = 0.0;
  char date[16];
  struct tm utc;
  strftime (date, sizeof date, "%Y-%m-%d", gmtime_r (&now, &utc));
  curvature (&smallest, &largest);
  fprintf (file,
           "# Asynchronous SGD on least squares, recorded by"
           " tools/record_log.c, %s\n"
           "# workers: %d threads on %ld cores; times: seconds,"
           " CLOCK_MONOTONIC\n"
           "# parameters: %d; rows: %d; batch: %d; learning rate: %g\n"
           "# noise of the targets (std): %g; eigenvalues of the Hessian:"
           " %.3f to %.3f\n"
           "# lengths of the rows: lognormal, std of the log %g, mean %d"
           " tokens\n"
           "# loss before: %.4f; after %zu gradients: %.4f\n"
           "worker,start,end,version_read,version_applied\n",
           date, workers, sysconf (_SC_NPROCESSORS_ONLN), FEATURES, DOCUMENTS,
           BATCH, rate, noise, smallest, largest, log_spread, MEAN_LENGTH,
           loss (zeros), wanted, loss (model));
  for (size_t i = 0; i < wanted; i++)
    fprintf (file, "%d,%.6f,%.6f,%zu,%zu\n", records[i].worker,
             seconds_between (origin, records[i].start),
             seconds_between (origin, records[i].end), records[i].version_read,
             records[i].version_applied);
}

int
main (int count, char **argument)
{
  const int workers = count > 2 ? atoi (argument[2]) : 8;
  pthread_t thread[MOST_WORKERS];
  int number[MOST_WORKERS];
  struct timespec origin;
  FILE *file;

  if (count > 3)
    wanted = (size_t) strtoul (argument[3], NULL, 10);
  if (count > 4)
    rate = strtod (argument[4], NULL);
  if (count < 2 || count > 5 || workers < 1 || workers > MOST_WORKERS
      || wanted < 1 || wanted > 10000000 || ! (rate > 0.0))
    {
      fprintf (stderr,
               "usage: record_log FILE [WORKERS (1 to %d, default 8)"
               " [GRADIENTS (4000) [RATE (0.02)]]]\n",
               MOST_WORKERS);
      return EXIT_FAILURE;
    }

  make_documents (20240611);
  records = allocate (wanted, sizeof *records);

  /* The lock is held until all workers are there: they start together.  */
  pthread_mutex_lock (&lock);
  for (int i = 0; i < workers; i++)
    {
      number[i] = i + 1;
      if (pthread_create (&thread[i], NULL, work, &number[i]) != 0)
        {
          fprintf (stderr, "record_log: a thread could not be started\n");
          return EXIT_FAILURE;
        }
    }
  clock_gettime (CLOCK_MONOTONIC, &origin);
  pthread_mutex_unlock (&lock);
  for (int i = 0; i < workers; i++)
    pthread_join (thread[i], NULL);

  file = fopen (argument[1], "w");
  if (! file)
    {
      fprintf (stderr, "record_log: '%s' cannot be written\n", argument[1]);
      return EXIT_FAILURE;
    }
  write_log (file, workers, origin);
  if (fclose (file) != 0)
    {
      fprintf (stderr, "record_log: '%s' is incomplete\n", argument[1]);
      return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
