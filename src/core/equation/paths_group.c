/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of a group of paths.  The loops run over lanes, so that a processor
   takes several paths at once.  */
#include "equation/paths_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- making one ------------------------------------------------------ */

void
paths_group_free (paths_group *group)
{
  for (size_t b = 0; group->noise && b < group->setting->blocks; b++)
    support_normals_free (group->noise[b]);
  for (size_t b = 0; group->other && b < group->setting->blocks; b++)
    if (group->other[b])
      gsl_rng_free (group->other[b]);
  free (group->noise);
  free (group->other);
  if (group->seen != group->read)
    free (group->seen);
  free (group->read);
  free (group->apart);
  free (group->late);
  free (group->delayed);
  free (group->second);
  free (group->ahead);
  free (group->drift);
  free (group->normal);
  free (group->spread);
  free (group->before);
  free (group->hit);
  *group = (paths_group){ .setting = NULL };
}

support_status
paths_group_create (const paths_setting *setting, paths_group *group)
{
  const size_t row = setting->states * setting->stride;
  bool made = true;
  *group = (paths_group){ .setting = setting };
  group->noise = calloc (setting->blocks, sizeof *group->noise);
  group->other = calloc (setting->blocks, sizeof *group->other);
  for (size_t b = 0; group->noise && group->other && b < setting->blocks; b++)
    {
      group->noise[b] = support_normals_create (0, 0);
      group->other[b] = support_stream_create (0, 0);
      made = made && group->noise[b] && group->other[b];
    }
  group->read = support_doubles (setting->depth * row);
  group->seen =
      setting->neutral
          ? support_doubles ((setting->coupled ? setting->depth : 1) * row)
          : group->read;
  group->apart = support_doubles (setting->neutral ? row : 1);
  group->late = calloc (setting->delays + 1, sizeof *group->late);
  group->delayed = support_doubles (setting->delays * row);
  group->second = support_doubles (row);
  group->ahead = support_doubles ((setting->delays + 1) * PATHS_AHEAD * row);
  group->drift = support_doubles (row);
  group->normal =
      support_doubles (setting->noises * setting->lanes
                       + (setting->plan->refine > 1 ? PATHS_BLOCK : 0));
  group->spread = support_doubles (row);
  group->before = support_doubles (row);
  group->hit = support_doubles (row);
  if (made && group->noise && group->other && group->read && group->seen
      && group->apart && group->late && group->delayed && group->second
      && group->ahead && group->drift && group->normal && group->spread
      && group->before && group->hit)
    return SUPPORT_OK;
  paths_group_free (group);
  return SUPPORT_MEMORY;
}

/* ---- the ring -------------------------------------------------------- */

/* Of X a neutral group only keeps the present unless noise reads the past. */
static double *
seen_at (const paths_group *group, size_t lag)
{
  const paths_setting *setting = group->setting;
  if (setting->neutral && ! setting->coupled)
    return group->seen;
  return paths_row_at (group, group->seen, lag);
}

size_t
paths_used_lanes (const paths_setting *setting, size_t index)
{
  const size_t left = setting->plan->paths - index * setting->lanes;
  return left < setting->lanes ? left : setting->lanes;
}

void
paths_group_start (paths_group *group, size_t index)
{
  const paths_setting *setting = group->setting;
  const equation_paths_plan *plan = setting->plan;
  const size_t n = setting->states, stride = setting->stride;
  for (size_t b = 0; b < setting->blocks; b++)
    {
      const uint64_t block = (uint64_t) index * setting->blocks + b;
      support_normals_rewind (group->noise[b], plan->seed, 2 * block);
      support_stream_rewind (group->other[b], plan->seed, 2 * block + 1);
    }
  group->slot = 0;
  group->blocks =
      (paths_used_lanes (setting, index) + PATHS_BLOCK - 1) / PATHS_BLOCK;
  for (size_t lag = 0; lag < setting->depth; lag++)
    {
      const size_t place = lag < plan->past ? plan->past - lag : 0;
      double *read = paths_row_at (group, group->read, lag);
      double *seen = seen_at (group, lag);
      for (size_t i = 0; i < n; i++)
        for (size_t p = 0; p < stride; p++)
          read[i * stride + p] = seen[i * stride + p] =
              plan->history[i + place * n];
    }
  group->state =
      setting->neutral ? group->apart : paths_row_at (group, group->read, 0);
  for (size_t i = 0; i < n; i++)
    for (size_t p = 0; p < stride; p++)
      {
        const double start = plan->history[i + plan->past * n];
        group->state[i * stride + p] = start;
        group->hit[i * stride + p] =
            plan->level && fabs (start) <= plan->level[i] ? 0.0 : INFINITY;
      }
}

/* ---- what is read ---------------------------------------------------- */

/* One delay for each path, read by all its modes.  */
static void
draw_delays (paths_group *group)
{
  const paths_setting *setting = group->setting;
  const size_t stride = setting->stride;
  const double step = setting->plan->step;
  const double oldest = (double) (setting->depth - 2);
  for (size_t p = 0; p < setting->lanes; p++)
    {
      const double delay =
          delay_sample (setting->delay[0].law, group->other[p / PATHS_BLOCK]);
      const double place = fmin (delay / step, oldest);
      const size_t lag = (size_t) place;
      const double part = place - (double) lag;
      const double *late = paths_row_at (group, group->read, lag);
      const double *early = paths_row_at (group, group->read, lag + 1);
      for (size_t i = 0; i < setting->states; i++)
        {
          const size_t at = i * stride + p;
          const double x = (1.0 - part) * late[at] + part * early[at];
          group->delayed[at] = x;
          group->second[at] = x * x;
        }
    }
}

/* Y and X of the present for c > 0: Y = U - c g where g reads Y itself if the
   law has weight at lag 0, and X = U - c (g - E g), the last lane being the
   path without noise.  */
static void
look_neutral (paths_group *group, size_t k)
{
  const paths_setting *setting = group->setting;
  const paths_delay *delay = &setting->delay[0];
  const size_t stride = setting->stride, last = setting->lanes;
  const double now = delay->lag[0] == 0 ? delay->weight[0] : 0.0;
  double *read = paths_row_at (group, group->read, 0);
  double *seen = seen_at (group, 0);
  paths_gather (group, 0, k, group->read, false, 1, group->delayed);
  for (size_t i = 0; i < setting->states; i++)
    {
      const double c = setting->system->correction[i];
      const double *u = group->state + i * stride;
      double *g = group->delayed + i * stride;
      double *y = read + i * stride, *x = seen + i * stride;
      FOR_LANES (p, stride)
      {
        y[p] = (u[p] - c * g[p]) / (1.0 + c * now);
        g[p] += now * y[p];
      }
      const double expected = g[last];
      FOR_LANES (p, stride) x[p] = u[p] - c * (g[p] - expected);
    }
}

const double *
paths_group_look (paths_group *group, size_t k)
{
  const paths_setting *setting = group->setting;
  if (k > 0)
    group->slot = group->slot + 1 < setting->depth ? group->slot + 1 : 0;
  if (setting->neutral)
    look_neutral (group, k);
  else
    group->state = paths_row_at (group, group->read, 0);
  return seen_at (group, 0);
}

/* ---- a step ---------------------------------------------------------- */

/* Where a step leaves U: the oldest row of the ring, which none reads again,
   becomes the next, or U itself if it is kept apart.  */
static double *
next_state (const paths_group *group)
{
  return group->setting->neutral
             ? group->state
             : paths_row_at (group, group->read, group->setting->depth - 1);
}

/* U += h (-a g - b X), and noise in all lanes but that of the path without.  */
static void
advance_modes (paths_group *group)
{
  const paths_setting *setting = group->setting;
  const size_t stride = setting->stride, lanes = setting->lanes;
  const double step = setting->plan->step;
  for (size_t i = 0; i < setting->states; i++)
    {
      const double a = step * setting->system->damping[i];
      const double b = step * setting->system->decay[i];
      const double *x = seen_at (group, 0) + i * stride;
      const double *g = group->late[0] + i * stride;
      const double *u = group->state + i * stride;
      const double *spread = group->spread + i * stride;
      const double *normal = group->normal + i * lanes;
      double *next = next_state (group) + i * stride;
      if (setting->neutral || setting->coupled)
        FOR_LANES (p, lanes)
      next[p] = (u[p] - (a * g[p] + b * x[p])) + spread[p] * normal[p];
      else
      {
        const double keep = 1.0 - b, alike = spread[0];
        FOR_LANES (p, lanes)
        next[p] = (keep * u[p] - a * g[p]) + alike * normal[p];
      }
      for (size_t p = lanes; p < stride; p++)
        next[p] = u[p] - (a * g[p] + b * x[p]);
    }
}

/* OUT += A X, A being states x states by columns.  */
static void
add_product (const paths_group *group, const double *a, const double *x,
             double *out)
{
  const size_t n = group->setting->states, stride = group->setting->stride;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      if (a[i + j * n] != 0.0)
        {
          const double factor = a[i + j * n];
          const double *from = x + j * stride;
          double *to = out + i * stride;
          FOR_LANES (p, stride) to[p] += factor * from[p];
        }
}

static void
drift_of_matrices (paths_group *group)
{
  const equation_matrices *matrices = group->setting->matrices;
  const size_t n = matrices->states;
  memset (group->drift, 0, paths_row_size (group) * sizeof (double));
  add_product (group, matrices->instant, seen_at (group, 0), group->drift);
  for (size_t k = 0; k < matrices->delays; k++)
    add_product (group, matrices->delayed + k * n * n, group->late[k],
                 group->drift);
}

/* LANES numbers per noise, those of a block together.  */
static void
draw_normals (paths_group *group)
{
  const paths_setting *setting = group->setting;
  const size_t refine = setting->plan->refine, lanes = setting->lanes;
  for (size_t b = 0; b < group->blocks; b++)
    for (size_t r = 0; r < refine; r++)
      for (size_t j = 0; j < setting->noises; j++)
        {
          double *to = group->normal + j * lanes + b * PATHS_BLOCK;
          if (refine == 1)
            support_normals_draw (group->noise[b], to);
          else
            {
              const double scale = 1.0 / sqrt ((double) refine);
              double *more = group->normal + setting->noises * lanes;
              support_normals_draw (group->noise[b], more);
              FOR_LANES (p, PATHS_BLOCK)
              to[p] = (r > 0 ? to[p] : 0.0) + scale * more[p];
            }
        }
}

/* SPREAD = sqrt (h (b_i^2 + sum_j K_ij E_D X_j^2)).  */
static void
spread_of_modes (paths_group *group)
{
  const paths_setting *setting = group->setting;
  const equation_system *system = setting->system;
  const size_t n = setting->states, stride = setting->stride;
  const double step = setting->plan->step;
  for (size_t i = 0; i < n; i++)
    {
      double *spread = group->spread + i * stride;
      const double additive = step * system->intensity[i];
      FOR_LANES (p, stride) spread[p] = additive;
      for (size_t j = 0; setting->coupled && j < n; j++)
        {
          const double factor = step
                                * (system->coupled ? system->coupling[i + j * n]
                                   : i == j        ? system->coupling[i]
                                                   : 0.0);
          const double *second = group->second + j * stride;
          if (factor > 0.0)
            FOR_LANES (p, stride) spread[p] += factor * second[p];
        }
      FOR_LANES (p, stride) spread[p] = sqrt (spread[p]);
    }
}

static void
push_states (paths_group *group, double *state)
{
  const paths_setting *setting = group->setting;
  const size_t lanes = setting->lanes, stride = setting->stride;
  for (size_t i = 0; i < setting->states; i++)
    {
      double *u = state + i * stride;
      const double *spread = group->spread + i * stride;
      const double *normal = group->normal + i * lanes;
      FOR_LANES (p, lanes) u[p] += spread[p] * normal[p];
    }
}

/* STATE += sqrt (h) B xi; SPREAD is then what each state receives in all.  */
static void
push_by_matrix (paths_group *group, double *state)
{
  const paths_setting *setting = group->setting;
  const equation_matrices *matrices = setting->matrices;
  const size_t n = setting->states, stride = setting->stride;
  const double root = sqrt (setting->plan->step);
  for (size_t i = 0; i < n; i++)
    {
      double sum = 0.0;
      for (size_t j = 0; j < setting->noises; j++)
        {
          const double factor = root * matrices->push[i + j * n];
          double *u = state + i * stride;
          const double *normal = group->normal + j * setting->lanes;
          sum += factor * factor;
          if (factor != 0.0)
            FOR_LANES (p, setting->lanes) u[p] += factor * normal[p];
        }
      const double spread = sqrt (sum);
      FOR_LANES (p, stride) group->spread[i * stride + p] = spread;
    }
}

static void
read_past (paths_group *group, size_t k)
{
  const paths_setting *setting = group->setting;
  /* Handles are given all delays in one piece.  */
  const bool together = setting->plan->drift || setting->plan->diffusion;
  for (size_t d = 0; d < setting->delays; d++)
    group->late[d] = group->delayed + d * paths_row_size (group);
  if (setting->plan->drawn)
    {
      draw_delays (group);
      return;
    }
  for (size_t d = 0; ! setting->neutral && d < setting->delays; d++)
    if (setting->delay[d].entries == 1 && ! together)
      group->late[d] =
          paths_row_at (group, group->read, setting->delay[d].lag[0]);
    else
      paths_gather (group, d, k, group->read, false, 0,
                    group->delayed + d * paths_row_size (group));
  if (setting->coupled)
    paths_gather (group, 0, k, group->seen, true, 0, group->second);
}

support_status
paths_group_step (paths_group *group, size_t k)
{
  const paths_setting *setting = group->setting;
  const equation_paths_plan *plan = setting->plan;
  const size_t n = paths_row_size (group);
  const double t = (double) k * plan->step, step = plan->step;
  support_status status = SUPPORT_OK;

  read_past (group, k);
  if (plan->level)
    memcpy (group->before, seen_at (group, 0), n * sizeof (double));
  if (plan->drift)
    status = plan->drift (plan->context, t, seen_at (group, 0), group->delayed,
                          setting->lanes, group->drift);
  else if (! setting->system)
    drift_of_matrices (group);
  if (status == SUPPORT_OK && plan->diffusion)
    {
      const double root = sqrt (step);
      status = plan->diffusion (plan->context, t, seen_at (group, 0),
                                group->delayed, setting->lanes, group->spread);
      FOR_LANES (p, n) group->spread[p] *= root;
    }
  else if (setting->system && (setting->coupled || k == 0))
    spread_of_modes (group);
  if (status != SUPPORT_OK)
    return status;
  draw_normals (group);
  if (setting->system && ! plan->drift)
    {
      advance_modes (group);
      return SUPPORT_OK;
    }
  double *next = next_state (group);
  FOR_LANES (p, n) next[p] = group->state[p] + step * group->drift[p];
  if (plan->diffusion || setting->system)
    push_states (group, next);
  else
    push_by_matrix (group, next);
  return SUPPORT_OK;
}
