/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Second moments under momentum, counted in updates.  With the staleness tau of
   each update drawn anew, a mode w obeys

     w_(k+1) = w_k + beta (w_k - w_(k-1)) - alpha' c(tau) w_(k-tau) + noise,

   alpha = alpha' E c.  Its impulse response R has the transform 1/f(z),

     f(z) = z - 1 - beta (1 - 1/z) + alpha P(z),  P(z) = sum_j q_j z^(-j),

   q_j = P(tau = j) c(j) / E c, and with u_k = sum_j q_j w_(k-j), what an update
   does on average given the past, a push of variance

     p_k = additive + K E w_(k-tau)^2 - alpha^2 E u_k^2

   per update makes the variance sum_l R_(k-1-l)^2 p_l of w (and of u alike).
   In the limit that is J p with J = sum R^2, and E u^2 = J_u p, sums that are
   integrals of |1/f|^2 and |P/f|^2 around the unit circle.  Exact for one
   worker.

   In time the number of updates until t is random, too: its variance is about
   that of a renewal process, and means over it are taken with the nodes of
   Gauss and Hermite.  */
#include "equation/equation_private.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>

/* alpha of mode I.  */
static double
alpha_of (const equation_system *system, size_t i)
{
  return system->damping[i] * (1.0 - system->ball->beta) / system->ball->rate;
}

/* What turns variances per unit of time, as in the system, into those per
   update.  */
static double
per_update (const equation_ball *ball)
{
  return (1.0 - ball->beta) * (1.0 - ball->beta) / ball->rate;
}

/* ---- around a circle --------------------------------------------------- */

typedef struct circle
{
  const equation_ball *ball;
  double alpha, radius;
  size_t size; /* of q that counts on it */
  bool past;   /* |P/f|^2 instead of |1/f|^2 */
} circle;

static double
power_at (double angle, void *data)
{
  const circle *of = data;
  const equation_ball *ball = of->ball;
  const double complex z =
      CMPLX (of->radius * cos (angle), of->radius * sin (angle));
  const double x = cos (angle) / of->radius, y = -sin (angle) / of->radius;
  double re = 0.0, im = 0.0; /* P(z), by Horner */
  for (size_t j = of->size; j-- > 0;)
    {
      const double next = re * x - im * y + ball->q[j];
      im = re * y + im * x;
      re = next;
    }
  const double complex p = CMPLX (re, im);
  const double complex f =
      z - 1.0 - ball->beta * (1.0 - 1.0 / z) + of->alpha * p;
  const double size = creal (f) * creal (f) + cimag (f) * cimag (f);
  return (of->past ? re * re + im * im : 1.0) / size;
}

/* sum_k R_k^2 x^-k and the same of u, x being the square of the radius; no zero
   of f may lie on the circle or outside.  NAN where that was not computed.  */
static support_status
sum_circle (const equation_ball *ball, double alpha, double x, double *energy,
            double *past)
{
  enum
  {
    INTERVALS = 1000
  };
  circle of = { .ball = ball, .alpha = alpha, .radius = sqrt (x) };
  gsl_integration_workspace *workspace =
      gsl_integration_workspace_alloc (INTERVALS);
  gsl_function integrand = { power_at, &of };
  double error;
  if (! workspace)
    return SUPPORT_MEMORY;
  of.size = ball->size;
  while (of.size > 1
         && ball->q[of.size - 1] * pow (of.radius, -(double) of.size) < 1e-18)
    of.size--;
  for (int k = 0; k < 2; k++)
    {
      double *sum = k ? past : energy;
      of.past = k;
      const int failed =
          gsl_integration_qag (&integrand, 0.0, M_PI, 0.0, 1e-10, INTERVALS,
                               GSL_INTEG_GAUSS21, workspace, sum, &error);
      *sum = ! failed || error < 1e-6 * *sum ? *sum / M_PI : NAN;
    }
  gsl_integration_workspace_free (workspace);
  return SUPPORT_OK;
}

/* The greatest modulus of the zeros of f.  */
static support_status
slowest (const equation_ball *ball, double alpha, double *modulus,
         support_failure *failure)
{
  const roots_iteration iteration = { alpha, ball->beta, ball->size, ball->q };
  roots_set *set = NULL;
  const support_status status =
      roots_of_iteration (&iteration, 1, NULL, &set, failure);
  *modulus =
      status == SUPPORT_OK && set->count > 0 ? cabs (set->root[0].s) : NAN;
  roots_set_free (set);
  return status;
}

support_status
equation_ball_energy (const equation_system *system, double *energy,
                      double *known, support_failure *failure)
{
  const equation_ball *ball = system->ball;
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < system->modes; i++)
    {
      const double alpha = alpha_of (system, i);
      double modulus = NAN, past;
      known[i] = 0.0;
      energy[i] = INFINITY;
      if (alpha == 0.0)
        continue;
      status = slowest (ball, alpha, &modulus, failure);
      if (status != SUPPORT_OK || modulus >= 1.0)
        continue;
      if (sum_circle (ball, alpha, 1.0, &energy[i], &past) != SUPPORT_OK)
        return support_fail_memory (failure);
      known[i] = alpha * alpha * past / energy[i] / per_update (ball);
      energy[i] *= per_update (ball);
    }
  return status;
}

/* K P(x) J(x) - alpha^2 J_u(x).  */
static support_status
gain (const equation_system *system, size_t i, double x, double *value)
{
  const equation_ball *ball = system->ball;
  const double alpha = alpha_of (system, i);
  double p = 0.0, energy, past;
  const support_status status = sum_circle (ball, alpha, x, &energy, &past);
  for (size_t j = ball->size; j-- > 0;)
    p = p / x + ball->q[j];
  *value = system->coupling[i] * per_update (ball) * p * energy
           - alpha * alpha * past;
  return status;
}

support_status
equation_ball_exponent (const equation_system *system, size_t i,
                        double *exponent, support_failure *failure)
{
  const equation_ball *ball = system->ball;
  double modulus, value;
  support_status status =
      slowest (ball, alpha_of (system, i), &modulus, failure);
  *exponent = NAN;
  if (status != SUPPORT_OK || isnan (modulus))
    return status;
  /* E w^2 goes like x^k; the mean alone, like least^k.  */
  const double least = modulus * modulus, finest = 1e-9;
  double low = finest, high = finest; /* x / least - 1 */
  status = gain (system, i, least * (1.0 + high), &value);
  while (status == SUPPORT_OK && value >= 1.0 && high < 1e3)
    {
      low = high;
      high *= 4.0;
      status = gain (system, i, least * (1.0 + high), &value);
    }
  while (status == SUPPORT_OK && ! isnan (value)
         && high - low > 1e-9 + 1e-6 * low)
    {
      const double middle = 0.5 * (low + high);
      status = gain (system, i, least * (1.0 + middle), &value);
      if (value >= 1.0)
        low = middle;
      else
        high = middle;
    }
  if (status != SUPPORT_OK)
    return support_fail_memory (failure);
  const double each = log (least * (1.0 + high));
  if (! isnan (value))
    *exponent = ball->rate * each * (1.0 + 0.5 * ball->dispersion * each);
  return status;
}

/* ---- in time ------------------------------------------------------------ */

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
  const support_status status = course_create (
      of->system->ball, alpha_of (of->system, i), of->last, &sequence, team);
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
  const double unit = per_update (system->ball);
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
      const double alpha = alpha_of (system, i);
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
