/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grow_mean_square LAW P1 P2 P3 P4 WORKERS THRESHOLD RATE TIME PARTICLES SEED

   The exponent of E w^2 of asynchronous SGD at unit curvature without noise, by
   simulation that knows nothing of the package (a gradient staler than
   THRESHOLD, which may be inf, is dropped): a population of systems moves on
   side by side, and every half unit of time systems are drawn anew in
   proportion to V = w^2 + the mean square of the workers' copies, each then
   scaled to V = 1; the logarithms of the mean growth add up to that of E V (a
   Feynman-Kac particle method: Del Moral, "Feynman-Kac formulae", 2004).  Plain
   averages of w^2 do not see the rare paths that carry E w^2 near its limit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

typedef struct particle
{
  double model, version; /* the updates it had */
  /* Of each worker: what it has read, the version of that, and when it will
     arrive.  */
  double *copy, *read, *next;
} particle;

static double
draw (gsl_rng *random, const char *law, const double p[4])
{
  if (strcmp (law, "exponential") == 0)
    return gsl_ran_exponential (random, p[0]);
  if (strcmp (law, "gamma") == 0)
    return gsl_ran_gamma (random, p[0], p[1]);
  if (strcmp (law, "hyperexponential") == 0)
    return gsl_ran_exponential (random,
                                gsl_rng_uniform (random) < p[0] ? p[2] : p[3]);
  if (strcmp (law, "shifted-exponential") == 0)
    return p[0] + gsl_ran_exponential (random, p[1]);
  if (strcmp (law, "lognormal") == 0)
    return gsl_ran_lognormal (random, p[0], p[1]);
  if (strcmp (law, "uniform") == 0)
    return p[0] + (p[1] - p[0]) * gsl_rng_uniform (random);
  if (strcmp (law, "weibull") == 0)
    return gsl_ran_weibull (random, p[0], p[1]);
  if (strcmp (law, "pareto") == 0) /* Lomax */
    return p[1] * (pow (gsl_rng_uniform_pos (random), -1.0 / p[0]) - 1.0);
  if (strcmp (law, "deterministic") == 0)
    return p[0];
  fprintf (stderr, "grow_mean_square: there is no law %s\n", law);
  exit (1);
}

static void
move (particle *of, size_t workers, double threshold, double until, double rate,
      gsl_rng *random, const char *law, const double p[4])
{
  for (;;)
    {
      size_t first = 0;
      for (size_t i = 1; i < workers; i++)
        if (of->next[i] < of->next[first])
          first = i;
      if (of->next[first] > until)
        return;
      if (of->version - of->read[first] <= threshold)
        {
          of->model -= rate * of->copy[first];
          of->version++;
        }
      of->copy[first] = of->model;
      of->read[first] = of->version;
      of->next[first] += draw (random, law, p);
    }
}

static double
size_of (const particle *of, size_t workers)
{
  double sum = 0.0;
  for (size_t i = 0; i < workers; i++)
    sum += of->copy[i] * of->copy[i];
  return of->model * of->model + sum / (double) workers;
}

static void
take (particle *to, const particle *from, size_t workers, double scale)
{
  to->model = from->model * scale;
  to->version = from->version;
  for (size_t i = 0; i < workers; i++)
    to->copy[i] = from->copy[i] * scale;
  memcpy (to->read, from->read, workers * sizeof *to->read);
  memcpy (to->next, from->next, workers * sizeof *to->next);
}

int
main (int count, char **argument)
{
  if (count != 12)
    return 1;
  const char *law = argument[1];
  const double p[4] = { atof (argument[2]), atof (argument[3]),
                        atof (argument[4]), atof (argument[5]) };
  const size_t workers = (size_t) atoi (argument[6]);
  const double threshold = atof (argument[7]);
  const double rate = atof (argument[8]), end = atof (argument[9]);
  const size_t particles = (size_t) atoi (argument[10]);
  const double interval = 0.5, settled = 0.25 * end;
  gsl_rng *random = gsl_rng_alloc (gsl_rng_taus2);
  particle *some = calloc (particles, sizeof *some);
  particle *more = calloc (particles, sizeof *more);
  double *size = calloc (particles, sizeof *size), growth = 0.0, time = 0.0;
  gsl_rng_set (random, (unsigned long) atoi (argument[11]));
  for (size_t k = 0; k < particles; k++)
    {
      some[k].copy = calloc (3 * workers, sizeof (double));
      more[k].copy = calloc (3 * workers, sizeof (double));
      some[k].read = some[k].copy + workers;
      more[k].read = more[k].copy + workers;
      some[k].next = some[k].read + workers;
      more[k].next = more[k].read + workers;
      some[k].model = sqrt (0.5);
      for (size_t i = 0; i < workers; i++)
        {
          some[k].copy[i] = some[k].model;
          some[k].next[i] = gsl_rng_uniform (random) * draw (random, law, p);
        }
    }
  for (double now = interval; now <= end; now += interval)
    {
      double sum = 0.0, share = gsl_rng_uniform (random), passed = 0.0;
      for (size_t k = 0; k < particles; k++)
        {
          move (&some[k], workers, threshold, now, rate, random, law, p);
          sum += size[k] = size_of (&some[k], workers);
        }
      if (now > settled)
        {
          growth += log (sum / (double) particles);
          time += interval;
        }
      for (size_t k = 0, drawn = 0; drawn < particles; drawn++)
        {
          const double mark =
              ((double) drawn + share) * sum / (double) particles;
          while (k + 1 < particles && passed + size[k] < mark)
            passed += size[k++];
          take (&more[drawn], &some[k], workers, 1.0 / sqrt (size[k]));
        }
      particle *swap = some;
      some = more;
      more = swap;
    }
  printf ("%.8g\n", growth / time);
  return 0;
}
