/* SPDX-License-Identifier: GPL-3.0-or-later */
/* usage: plain_server UPDATES
   The loop that one would write by hand for bench_simulate.m: 100 workers with
   shifted-exponential times and a quadratic of 10 dimensions with noise, each
   worker with a copy of the model.  Prints the seconds it took and the mean
   loss of the second half.  */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <gsl/gsl_randist.h>

enum
{
  WORKERS = 100,
  DIMENSION = 10
};

static double end[WORKERS]; /* of the gradient of a worker */
static int heap[WORKERS];   /* the workers, the earliest end first */
static double copy[WORKERS][DIMENSION], model[DIMENSION];

static void
sift_down (void)
{
  const int worker = heap[0];
  int hole = 0;
  for (int child = 1; child < WORKERS; child = 2 * hole + 1)
    {
      if (child + 1 < WORKERS && end[heap[child + 1]] < end[heap[child]])
        child++;
      if (end[heap[child]] >= end[worker])
        break;
      heap[hole] = heap[child];
      hole = child;
    }
  heap[hole] = worker;
}

static int
compare (const void *a, const void *b)
{
  const double x = end[*(const int *) a], y = end[*(const int *) b];
  return (x > y) - (x < y);
}

static double
seconds (void)
{
  return (double) clock () / CLOCKS_PER_SEC;
}

int
main (int count, char **argument)
{
  const long updates = count > 1 ? atol (argument[1]) : 1000000;
  const double rate = 0.001, started = seconds ();
  gsl_rng *stream = gsl_rng_alloc (gsl_rng_taus2);
  double loss = 0.0;
  long looks = 0;

  for (int i = 0; i < DIMENSION; i++)
    model[i] = 1.0;
  for (int k = 0; k < WORKERS; k++)
    {
      end[k] = 0.5 + gsl_ran_exponential (stream, 0.5);
      heap[k] = k;
      memcpy (copy[k], model, sizeof model);
    }
  qsort (heap, WORKERS, sizeof *heap, compare);
  for (long n = 0; n < updates; n++)
    {
      const int k = heap[0];
      for (int i = 0; i < DIMENSION; i++)
        model[i] -= rate
                    * ((i + 1) * copy[k][i]
                       + 0.1 * gsl_ran_gaussian_ziggurat (stream, 1.0));
      memcpy (copy[k], model, sizeof model);
      end[k] += 0.5 + gsl_ran_exponential (stream, 0.5);
      sift_down ();
      if (n >= updates / 2 && n % 100 == 0)
        {
          for (int i = 0; i < DIMENSION; i++)
            loss += 0.5 * (i + 1) * model[i] * model[i];
          looks++;
        }
    }
  printf ("%.6f %.12g\n", seconds () - started, loss / (double) looks);
  gsl_rng_free (stream);
  return 0;
}
