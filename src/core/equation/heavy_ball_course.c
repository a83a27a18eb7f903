/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and variances under momentum in time, by the sequences of heavy_ball.c:
   the mean and the responses are followed update by update, the variance on a
   grid. The number of updates until a time is random, too: its variance is
   about that of a renewal process, and means over it are taken with the nodes
   of Gauss and Hermite.  */
#include "equation/equation_private.h"

#include <math.h>
#include <stdlib.h>

/* The sequences of a mode, up to LAST updates.  */
typedef struct course
{
  size_t last;
  double *mean;            /* from w = 1 until 0 */
  double *energy, *past_u; /* sums of R^2 and of R_u^2 */
  double *known;           /* u of the mean */
} course;

static void
course_free (course *of)
{
  free (of->mean);
  free (of->energy);
  free (of->past_u);
  free (of->known);
}

/* w_0 .. w_LAST and u of them, from w_k = PAST before 0; STEP is what the last
   update subtracted.  */
static support_status
iterate (const equation_ball *ball, double alpha, double past, double step,
         size_t last, double *w, double *u, support_team *team)
{
  const size_t often = 1 + (size_t) (1e6 / (1.0 + (double) ball->size));
  double beyond = 1.0; /* P(tau > k) */
  w[0] = 1.0;
  for (size_t k = 0; k <= last; k++)
    {
      const size_t terms = k < ball->size ? k + 1 : ball->size;
      double sum = 0.0;
      if (k % often == 0 && ! support_team_continue (team, 0.0))
        return SUPPORT_INTERRUPTED;
      if (k < ball->size)
        beyond -= ball->q[k];
      SUPPORT_SUM_IN_LANES (sum)
      for (size_t j = 0; j < terms; j++)
        sum += ball->q[j] * w[k - j];
      u[k] = sum + (k < ball->size ? fmax (beyond, 0.0) * past : 0.0);
      step = ball->beta * step + alpha * u[k];
      if (k < last)
        w[k + 1] = w[k] - step;
    }
  return SUPPORT_OK;
}

static support_status
course_create (const equation_ball *ball, double alpha, size_t last, course *of,
               support_team *team)
{
  double *r = support_doubles (last + 1), *u = support_doubles (last + 1);
  support_status status = SUPPORT_MEMORY;
  *of = (course){ .last = last,
                  .mean = support_doubles (last + 1),
                  .energy = support_doubles (last + 1),
                  .past_u = support_doubles (last + 1),
                  .known = support_doubles (last + 1) };
  if (r && u && of->mean && of->energy && of->past_u && of->known)
    status = iterate (ball, alpha, 1.0, 0.0, last, of->mean, of->known, team);
  if (status == SUPPORT_OK)
    status = iterate (ball, alpha, 0.0, -1.0, last, r, u, team);
  for (size_t k = 0; status == SUPPORT_OK && k < last; k++)
    {
      of->energy[k + 1] = of->energy[k] + r[k] * r[k];
      of->past_u[k + 1] = of->past_u[k] + u[k] * u[k];
    }
  free (r);
  free (u);
  return status;
}

/* A sequence between two updates, and as it began before the first.  */
static double
at (const course *of, const double *values, double updates)
{
  if (! (updates > 0.0))
    return values[0];
  const size_t k =
      updates < (double) of->last ? (size_t) updates : of->last - 1;
  const double part = fmin (updates - (double) k, 1.0);
  return (1.0 - part) * values[k] + part * values[k + 1];
}

/* All modes on a grid.  */
typedef struct march
{
  const equation_system *system;
  const double *start;
  double updates; /* of a step */
  size_t steps, last;
  double *weight, *beyond; /* of the staleness on the grid */
  /* One mode after another.  */
  double *mean, *variance; /* of the time */
  double *plain, *known;   /* mean and u, of the number of updates */
  double *second, *push;
  double *energy, *past_u; /* of the pushes of each step */
} march;

static size_t
offset (const march *of, size_t i)
{
  return i * (of->steps + 1);
}

/* Nodes and weights of a standard normal law.  */
static const double node[] = { 0.0, 1.154405394739968127, 2.366759410734541289,
                               3.750439717725742256 };
static const double share[] = { 0.457142857142857143, 0.240123178605012680,
                                0.0307571239675864971, 0.000548268855972217 };
#define NODES (sizeof node / sizeof *node)

/* The mean, and what the random number of updates adds to the variance.  */
static void
read_mean (const march *of, const course *sequence, double updates,
           double *mean, double *spread)
{
  const double deviation = sqrt (of->system->ball->dispersion * updates);
  double first = 0.0, second = 0.0;
  for (size_t k = 0; k < NODES; k++)
    for (int side = k ? -1 : 1; side <= 1; side += 2)
      {
        const double m =
            at (sequence, sequence->mean, updates + side * node[k] * deviation);
        first += share[k] * m;
        second += share[k] * m * m;
      }
  *mean = first;
  *spread = equation_variance (second, first);
}

static support_status
respond (march *of, size_t i, support_team *team)
{
  const size_t first = offset (of, i);
  const double start = of->start[i];
  course sequence;
  const support_status status =
      course_create (of->system->ball, equation_ball_alpha (of->system, i),
                     of->last, &sequence, team);
  for (size_t k = 0; status == SUPPORT_OK && k <= of->steps; k++)
    {
      const double x = of->updates * (double) k, next = x + of->updates;
      double mean, spread;
      read_mean (of, &sequence, x, &mean, &spread);
      of->mean[first + k] = start * mean;
      of->variance[first + k] = start * start * spread;
      of->plain[first + k] = start * at (&sequence, sequence.mean, x);
      of->known[first + k] = start * at (&sequence, sequence.known, x);
      of->energy[first + k] = at (&sequence, sequence.energy, next)
                              - at (&sequence, sequence.energy, x);
      of->past_u[first + k] = at (&sequence, sequence.past_u, next)
                              - at (&sequence, sequence.past_u, x);
    }
  course_free (&sequence);
  return status;
}

/* sum of the pushes until grid point K, that of K being the last known or
   GIVEN.  */
static double
answer (const march *of, size_t i, const double *energy, size_t k, double given)
{
  const double *push = of->push + offset (of, i);
  const double *each = energy + offset (of, i);
  if (k == 0)
    return 0.0;
  double sum = each[0] * (push[k - 1] + given);
  SUPPORT_SUM_IN_LANES (sum)
  for (size_t l = 1; l < k; l++)
    sum += each[l] * (push[k - l - 1] + push[k - l]);
  return 0.5 * sum;
}

/* E w_(k-tau)^2 with NOW at k itself.  */
static double
delayed (const march *of, size_t i, size_t k, double now)
{
  const double *second = of->second + offset (of, i);
  double sum =
      of->weight[0] * now + of->beyond[k] * of->start[i] * of->start[i];
  SUPPORT_SUM_IN_LANES (sum)
  for (size_t j = 1; j <= k; j++)
    sum += of->weight[j] * second[k - j];
  return sum;
}

/* Grid point K of modes FIRST .. LAST - 1, which do not drive others.  SCRATCH:
   two numbers for each.  */
static void
advance (march *of, size_t first, size_t last, size_t k, double *scratch)
{
  const equation_system *system = of->system;
  const size_t n = system->modes;
  const double unit = equation_ball_unit (system->ball);
  double *guess = scratch, *before = scratch + n;
  for (size_t i = first; i < last; i++)
    {
      const double *push = of->push + offset (of, i);
      const double m = of->plain[offset (of, i) + k];
      guess[i] = k == 0   ? 0.0
                 : k == 1 ? push[0]
                          : fmax (2.0 * push[k - 1] - push[k - 2], 0.0);
      before[i] =
          delayed (of, i, k, m * m + answer (of, i, of->energy, k, guess[i]));
    }
  for (size_t i = first; i < last; i++)
    {
      const double alpha = equation_ball_alpha (system, i);
      const double u = of->known[offset (of, i) + k];
      double push = system->intensity[i];
      if (system->coupled)
        for (size_t j = 0; j < n; j++)
          push += system->coupling[i + j * n] * before[j];
      else
        push += system->coupling[i] * before[i];
      push =
          push * unit
          - alpha * alpha * (u * u + answer (of, i, of->past_u, k, guess[i]));
      push = fmax (push, 0.0);
      of->push[offset (of, i) + k] = push;
      const double m = of->plain[offset (of, i) + k];
      const double v = answer (of, i, of->energy, k, push);
      of->second[offset (of, i) + k] = m * m + v;
      of->variance[offset (of, i) + k] += v;
    }
}

/* Task I: that mode, or all of them where they drive each other.  */
static support_status
march_on (void *context, size_t i, support_team *team)
{
  march *of = context;
  const size_t n = of->system->modes;
  const size_t first = of->system->coupled ? 0 : i;
  const size_t last = of->system->coupled ? n : i + 1;
  double *scratch = support_doubles (2 * n);
  support_status status = scratch ? SUPPORT_OK : SUPPORT_MEMORY;
  for (size_t j = first; status == SUPPORT_OK && j < last; j++)
    status = respond (of, j, team);
  for (size_t k = 0; status == SUPPORT_OK && k <= of->steps; k++)
    if (k % 64 == 0
        && ! support_team_continue (team,
                                    (double) k / (double) (of->steps + 1)))
      status = SUPPORT_INTERRUPTED;
    else
      advance (of, first, last, k, scratch);
  free (scratch);
  return status;
}

/* The law of the staleness on the grid, linear between its points.  */
static void
spread_staleness (march *of)
{
  const equation_ball *ball = of->system->ball;
  double covered = 0.0;
  for (size_t j = 0; j < ball->size; j++)
    {
      const double place = (double) j / of->updates;
      if (! (place < (double) of->steps))
        break;
      const size_t k = (size_t) place;
      const double part = place - (double) k;
      of->weight[k] += (1.0 - part) * ball->q[j];
      of->weight[k + 1] += part * ball->q[j];
    }
  for (size_t k = 0; k <= of->steps; k++)
    {
      covered += of->weight[k];
      of->beyond[k] = fmax (1.0 - covered, 0.0);
    }
}

support_status
equation_ball_moments (const equation_system *system, const double *start,
                       double step, size_t steps, double *mean,
                       double *variance, const support_hooks *hooks,
                       support_failure *failure)
{
  const double most_work = 3e10;
  const equation_ball *ball = system->ball;
  const size_t n = system->modes, size = n * (steps + 1);
  march of = { .system = system,
               .start = start,
               .updates = ball->rate * step,
               .steps = steps,
               .mean = mean,
               .variance = variance };
  const double end = of.updates * (double) (steps + 1);
  const double last =
      ceil (end + node[NODES - 1] * sqrt (ball->dispersion * end)) + 1.0;
  support_status status = SUPPORT_MEMORY;
  if (! (last * (double) ball->size < most_work))
    return support_fail (failure, SUPPORT_LIMIT,
                         "%.2g updates with momentum are too many to follow; "
                         "use asgd_simulate",
                         end);
  of.last = (size_t) last;
  of.weight = support_doubles (steps + 2);
  of.beyond = support_doubles (steps + 1);
  of.plain = support_doubles (size);
  of.known = support_doubles (size);
  of.second = support_doubles (size);
  of.push = support_doubles (size);
  of.energy = support_doubles (size);
  of.past_u = support_doubles (size);
  if (of.weight && of.beyond && of.plain && of.known && of.second && of.push
      && of.energy && of.past_u)
    {
      spread_staleness (&of);
      status = support_team_run (march_on, &of, system->coupled ? 1 : n, 0,
                                 hooks, NULL);
    }
  free (of.weight);
  free (of.beyond);
  free (of.plain);
  free (of.known);
  free (of.second);
  free (of.push);
  free (of.energy);
  free (of.past_u);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}
