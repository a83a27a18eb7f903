/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and variances under a trigger by magnitude, whose factors follow the
   mean.  With the gradients that a worker finishes, Lambda per unit time in
   all, the mean m of a mode obeys

     m' = -eta lambda Lambda g,   g(t) = E (kappa z)(t-D),   z = m - c g,

   kappa at the distance delta = |H m|^2/sigma^2.  Deviations y from the mean
   obey the same with kappa + (lambda m/sigma)^2 (power - kappa), the derivative
   of kappa m, in place of kappa; what other modes would add to it is left out.
   A push at u has the response R(t, u), and v(t) = int R(t, u)^2 q(u) du with
   the second moments of the jumps,

     q_i(u) = eta^2 Lambda E [sigma^2 kappa + (power - kappa)/2 |H y|^2
                              + power lambda_i^2 (m_i^2 + y_i^2)](u-D),

   to the first order in the variances of y.  The scheme is that of response.c.
 */
#include "equation/equation_private.h"

#include <math.h>
#include <stdlib.h>

typedef struct march
{
  const equation_system *system;
  const double *start;
  double step, drift; /* kappa at the minimum */
  size_t points;
  equation_weights weights;
  double *covered; /* P(D <= t) on the grid */
  staleness_trigger *at;
  double *mean, *variance, *sent;
  double *slope;     /* of kappa m: modes by points, one mode after another */
  double *settled;   /* by mode: the first point from where it stays */
  double *push;      /* J of each mode on the grid, before the delay */
  double *z, *x, *y; /* scratch for one response */
  double *response;  /* R^2 of each mode, from its last push on */
  double *spread;    /* |H y|^2/sigma^2 on the grid */
} march;

static double *
of_mode (const march *of, double *values, size_t i)
{
  return values + i * of->points;
}

static double
ratio (const march *of, size_t i)
{
  return of->system->trigger.curvature[i] / of->system->trigger.deviation;
}

/* a and c of the gradients that are finished.  */
static double
damping (const march *of, size_t i)
{
  return of->system->damping[i] / of->drift;
}

static double
correction (const march *of, size_t i)
{
  return of->system->correction[i] / of->drift;
}

/* The distance of a mean, by the values that MEAN has at K.  */
static staleness_trigger
factors (const march *of, const double *mean, size_t stride, size_t k)
{
  const equation_trigger *trigger = &of->system->trigger;
  double delta = 0.0;
  for (size_t i = 0; i < of->system->modes; i++)
    {
      const double m = ratio (of, i) * mean[i * stride + k];
      delta += m * m;
    }
  return staleness_trigger_at (trigger->level, of->system->modes, delta);
}

/* ---- the mean --------------------------------------------------------- */

typedef struct mode_state
{
  double m, q, z; /* the mean, int g, int kappa Y */
} mode_state;

/* One step of mode I to the point K, FACTOR being the mean of kappa over it and
   PAST what kappa Y was before 0.  Z holds int kappa Y before K.  */
static double
step_mode (const march *of, size_t i, const double *z, size_t k, double factor,
           double past, const mode_state *before, mode_state *after)
{
  const double a = damping (of, i), c = correction (of, i);
  const double half = 0.5 * of->step, w = of->weights.weight[0];
  const double t = (double) k * of->step, start = of->start[i];
  const double q = past * (t - of->weights.integrated[k])
                   + equation_weights_apply (&of->weights, z, k);
  const double moved = half * (before->m + start - a * q);
  after->z = (before->z + factor * (moved - c * (q - before->q)))
             / (1.0 + factor * w * (c + half * a));
  after->q = q + w * after->z;
  after->m = start - a * after->q;
  return after->m;
}

static support_status
march_means (march *of, support_team *team)
{
  const size_t n = of->system->modes;
  mode_state *state = calloc (n, sizeof *state),
             *next = calloc (n, sizeof *next);
  double *now = support_doubles (n);
  support_status status = state && next && now ? SUPPORT_OK : SUPPORT_MEMORY;
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      state[i].m = of_mode (of, of->mean, i)[0] = of->start[i];
      of_mode (of, of->push, i)[0] = 0.0; /* int kappa Y, for now */
    }
  if (status == SUPPORT_OK)
    of->at[0] = factors (of, of->mean, of->points, 0);
  const double before = of->at[0].drift;
  for (size_t k = 1; status == SUPPORT_OK && k < of->points; k++)
    {
      double drift = of->at[k - 1].drift;
      if (k % 256 == 0
          && ! support_team_continue (team,
                                      0.1 * (double) k / (double) of->points))
        status = SUPPORT_INTERRUPTED;
      /* The factor at the end of the step depends on where it ends.  */
      for (int turn = 0; turn < 3; turn++)
        {
          for (size_t i = 0; i < n; i++)
            now[i] = step_mode (of, i, of_mode (of, of->push, i), k,
                                0.5 * (of->at[k - 1].drift + drift),
                                before * of->start[i], &state[i], &next[i]);
          of->at[k] = factors (of, now, 1, 0);
          drift = of->at[k].drift;
        }
      for (size_t i = 0; i < n; i++)
        {
          state[i] = next[i];
          of_mode (of, of->push, i)[k] = next[i].z;
          of_mode (of, of->mean, i)[k] = next[i].m;
        }
    }
  free (state);
  free (next);
  free (now);
  return status;
}

/* ---- the variance ----------------------------------------------------- */

static void
find_slopes (march *of, size_t i)
{
  const double *mean = of_mode (of, of->mean, i);
  double *slope = of_mode (of, of->slope, i);
  for (size_t k = 0; k < of->points; k++)
    {
      const double m = ratio (of, i) * mean[k];
      slope[k] = of->at[k].drift + m * m * (of->at[k].power - of->at[k].drift);
    }
  size_t settled = of->points - 1;
  while (settled > 0
         && fabs (slope[settled - 1] - slope[of->points - 1])
                < 1e-5 * slope[of->points - 1])
    settled--;
  of->settled[i] = (double) settled;
}

/* R(., FROM)^2 of mode I.  */
static void
respond (march *of, size_t i, size_t from)
{
  const equation_weights *weights = &of->weights;
  const double *slope = of_mode (of, of->slope, i) + from;
  double *square = of_mode (of, of->response, i);
  const size_t count = of->points - from;
  const double a = damping (of, i), c = correction (of, i);
  const double half = 0.5 * of->step, w = weights->weight[0];
  double q_before = 0.0, *x = of->x, *y = of->y, *z = of->z;
  x[0] = 1.0;
  z[0] = 0.0;
  for (size_t k = 1; k < count; k++)
    {
      const double factor = 0.5 * (slope[k - 1] + slope[k]);
      const double q = equation_weights_apply (weights, z, k);
      z[k] = (z[k - 1]
              + factor * (half * (x[k - 1] + 1.0 - a * q) - c * (q - q_before)))
             / (1.0 + factor * w * (c + half * a));
      q_before = q + w * z[k];
      x[k] = 1.0 - a * q_before;
    }
  if (c != 0.0)
    {
      /* Y = X - c g, see response.c; y holds kappa Y.  */
      x[0] /= 1.0 + c * slope[0] * weights->edge[0];
      y[0] = slope[0] * x[0];
      for (size_t k = 1; k < count; k++)
        {
          const double g = equation_weights_apply (weights, y, k)
                           + (weights->edge[k] - weights->weight[k]) * y[0];
          x[k] = (x[k] - c * g) / (1.0 + c * slope[k] * w);
          y[k] = slope[k] * x[k];
        }
    }
  for (size_t k = 0; k < count; k++)
    square[k] = x[k] * x[k];
}

/* E f(t_k - D) of what was PAST before 0; that at the point K itself is given
   as NOW.  */
static double
delayed (const march *of, const double *f, size_t k, double past, double now)
{
  return (1.0 - of->covered[k]) * past + of->weights.weight[0] * now
         + equation_weights_apply (&of->weights, f, k);
}

/* |H y|^2/sigma^2 and J of all modes at the point K, from the variances
   there.  */
static void
note_jumps (march *of, size_t k)
{
  const size_t n = of->system->modes;
  const double gap = of->at[k].power - of->at[k].drift;
  double spread = 0.0;
  for (size_t i = 0; i < n; i++)
    spread += ratio (of, i) * ratio (of, i) * of_mode (of, of->variance, i)[k];
  of->spread[k] = spread;
  for (size_t i = 0; i < n; i++)
    {
      const double m = of_mode (of, of->mean, i)[k];
      const double second = m * m + of_mode (of, of->variance, i)[k];
      const double additive = of->system->intensity[i] / of->drift;
      of_mode (of, of->push, i)[k] =
          additive
          * (of->at[k].drift + 0.5 * gap * spread
             + of->at[k].power * ratio (of, i) * ratio (of, i) * second);
    }
}

static support_status
march_variances (march *of, support_team *team)
{
  const size_t n = of->system->modes;
  for (size_t i = 0; i < n; i++)
    find_slopes (of, i);
  note_jumps (of, 0);
  for (size_t k = 0; k < of->points; k++)
    {
      if (! support_team_continue (
              team, 0.1 + 0.9 * (double) k / (double) of->points))
        return SUPPORT_INTERRUPTED;
      for (size_t i = 0; i < n; i++)
        {
          const double *push = of_mode (of, of->push, i);
          double *variance = of_mode (of, of->variance, i);
          const double *square = of_mode (of, of->response, i);
          /* What the point itself has is extrapolated.  */
          const double now =
              k > 1 ? fmax (2.0 * push[k - 1] - push[k - 2], 0.0) : push[0];
          const double q = delayed (of, push, k, push[0], now);
          if ((double) k <= of->settled[i])
            respond (of, i, k);
          variance[k] += 0.5 * (k > 0) * of->step * square[0] * q;
          const double share = (k > 0 ? 1.0 : 0.5) * of->step * q;
          for (size_t l = k + 1; l < of->points; l++)
            variance[l] += share * square[l - k];
        }
      note_jumps (of, k);
    }
  return SUPPORT_OK;
}

/* ---- what is sent ------------------------------------------------------ */

static void
march_sent (march *of)
{
  const double rate = of->system->trigger.attempts;
  double *share = of->x, before = 0.0, sum = 0.0;
  for (size_t k = 0; k < of->points; k++)
    share[k] = fmin (1.0, of->at[k].sent
                              + 0.5 * (of->at[k].drift - of->at[k].sent)
                                    * of->spread[k]);
  for (size_t k = 0; k < of->points; k++)
    {
      const double now = rate * delayed (of, share, k, share[0], share[k]);
      if (k > 0)
        sum += 0.5 * of->step * (before + now);
      of->sent[k] = sum;
      before = now;
    }
}

/* ---- the door --------------------------------------------------------- */

static support_status
run (void *context, size_t task, support_team *team)
{
  march *of = context;
  support_status status = march_means (of, team);
  (void) task;
  if (status == SUPPORT_OK)
    status = march_variances (of, team);
  if (status == SUPPORT_OK)
    march_sent (of);
  return status;
}

support_status
equation_check_course (const equation_system *system, support_failure *failure)
{
  const equation_trigger *trigger = &system->trigger;
  if (! (trigger->deviation > 0.0))
    return support_fail (failure, SUPPORT_INVALID,
                         "the level of a trigger is a multiple of the standard "
                         "deviation of the gradient's noise, and there is "
                         "none");
  if (isnan (trigger->attempts))
    return support_fail (failure, SUPPORT_INVALID,
                         "a trigger together with a threshold, a weight, an "
                         "upload or an uplink has no closed form over a whole "
                         "run; use asgd_simulate");
  return SUPPORT_OK;
}

double
equation_moments_work (const equation_system *system, size_t steps)
{
  const double n = (double) system->modes, s = (double) steps;
  return n * s * s * (system->trigger.level > 0.0 ? s / 3.0 : 1.0);
}

support_status
equation_triggered_moments (const equation_system *system, const double *start,
                            double step, size_t steps, double *mean,
                            double *variance, double *sent,
                            const support_hooks *hooks,
                            support_failure *failure)
{
  const size_t n = system->modes, points = steps + 1, size = n * points;
  march of = { .system = system,
               .start = start,
               .step = step,
               .points = points,
               .mean = mean,
               .variance = variance,
               .sent = sent };
  support_status status = equation_check_course (system, failure);
  if (status == SUPPORT_OK && system->ball)
    status = support_fail (failure, SUPPORT_INVALID,
                           "under a trigger and with momentum nothing is known "
                           "of the loss in time; use asgd_simulate");
  if (status == SUPPORT_OK)
    status = equation_refuse_inertia (system, failure);
  if (status != SUPPORT_OK)
    return status;
  if (system->pairs)
    return equation_pairs_moments (system, start, step, steps, mean, variance,
                                   sent, hooks, failure);
  of.drift = staleness_trigger_at (system->trigger.level, n, 0.0).drift;
  of.covered = support_doubles (points);
  of.at = calloc (points, sizeof *of.at);
  of.slope = support_doubles (size);
  of.settled = support_doubles (n);
  of.push = support_doubles (size);
  of.response = support_doubles (size);
  of.spread = support_doubles (points);
  of.x = support_doubles (points);
  of.y = support_doubles (points);
  of.z = support_doubles (points);
  status =
      of.covered && of.at && of.slope && of.settled && of.push && of.response
              && of.spread && of.x && of.y && of.z
          ? equation_weights_create (system->delay, step, steps, &of.weights)
          : SUPPORT_MEMORY;
  if (status == SUPPORT_OK)
    {
      for (size_t k = 0; k < points; k++)
        of.covered[k] = of.weights.weight[k] + (k ? of.covered[k - 1] : 0.0);
      for (size_t i = 0; i < size; i++)
        variance[i] = 0.0;
      status = support_team_run (run, &of, 1, 1, hooks, NULL);
    }
  equation_weights_free (&of.weights);
  free (of.covered);
  free (of.at);
  free (of.slope);
  free (of.settled);
  free (of.push);
  free (of.response);
  free (of.spread);
  free (of.x);
  free (of.y);
  free (of.z);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}
