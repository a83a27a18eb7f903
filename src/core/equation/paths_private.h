/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of paths share: a group of paths that step together, and
   what is noted of them.  */

#ifndef SDDE_EQUATION_PATHS_PRIVATE_H
#define SDDE_EQUATION_PATHS_PRIVATE_H

#include "equation/equation_private.h"
#include "equation/paths.h"
#include "support/normal.h"

enum
{
  PATHS_BLOCK = SUPPORT_NORMALS, /* paths that share a stream */
  PATHS_AHEAD = 4                /* steps whose distant past is read at once */
};

/* A delay on the grid: E f(t_k - D) ~ sum weight[e] f_(k - lag[e]); a lag alone
   has the weight 1.  */
typedef struct paths_delay
{
  size_t entries;
  size_t *lag; /* increasing */
  double *weight;
  size_t near;     /* entries with lags below PATHS_AHEAD, or all, if DISTANT is
                      NULL */
  double *distant; /* weights of the other lags 0, 1, ... (0 where there is
                      none), and as many zeros; NULL where these are few */
  const delay_law *law; /* to draw from, or NULL */
} paths_delay;

/* All that is the same for every group.  */
typedef struct paths_setting
{
  const equation_system *system;
  const equation_matrices *matrices;
  const equation_paths_plan *plan;
  size_t states, noises, delays;
  paths_delay *delay;
  size_t depth;  /* rows of a ring: the longest lag and the present */
  bool neutral;  /* some c is not 0 */
  bool coupled;  /* some K is not 0 */
  bool wide;     /* the processor has wide vectors */
  size_t blocks; /* in a group */
  size_t lanes;  /* paths of a group */
  size_t stride; /* lanes, and room for the path without noise if neutral */
} paths_setting;

support_status paths_setting_make (const equation_system *system,
                                   const equation_matrices *matrices,
                                   const equation_paths_plan *plan,
                                   paths_setting *setting,
                                   support_failure *failure);
void paths_setting_free (paths_setting *setting);
/* So many blocks step together.  */
void paths_setting_group (paths_setting *setting, size_t blocks);

/* ---- a group of paths ------------------------------------------------ */

/* A row holds one value per state and lane, lanes first.  */
typedef struct paths_group
{
  const paths_setting *setting;
  support_normals **noise; /* one per block */
  gsl_rng **other; /* and this: delays drawn, crossings between grid points */
  double *read;    /* ring of what is read later: Y */
  double *seen;    /* ring of X; the same one if not neutral */
  size_t slot;     /* row of the present */
  size_t blocks;   /* with paths that were asked for: only these are drawn */
  double *apart;   /* row: where U is kept if neutral */
  double *state;   /* row: U; the ring's present one if not neutral */
  const double **late; /* row per delay: g */
  double *delayed;     /* rows where these are averages */
  double *second;      /* row: E_D [X(t-D)^2] */
  double *ahead;  /* PATHS_AHEAD rows per delay: what their distant past adds
                     to the next steps; then those of the squares */
  double *drift;  /* row */
  double *normal; /* lanes per noise */
  double *spread; /* row: standard deviation of the step's noise */
  double *before; /* row: X before the step, where levels are looked for */
  double *hit;    /* row */
} paths_group;

support_status paths_group_create (const paths_setting *setting,
                                   paths_group *group);
void paths_group_free (paths_group *group);

#define FOR_LANES(p, n) \
  SUPPORT_PRAGMA (omp simd) for (size_t p = 0; p < (n); p++)

static inline size_t
paths_row_size (const paths_group *group)
{
  return group->setting->states * group->setting->stride;
}

/* The row of RING that is LAG steps old.  */
static inline double *
paths_row_at (const paths_group *group, double *ring, size_t lag)
{
  const size_t slot = group->slot >= lag
                          ? group->slot - lag
                          : group->slot + group->setting->depth - lag;
  return ring + slot * paths_row_size (group);
}

/* OUT = E_D of RING, or of its squares, at step K for the delay D, without what
   is younger than SKIP steps.  */
void paths_gather (const paths_group *group, size_t d, size_t k, double *ring,
                   bool squares, size_t skip, double *out);

/* How many paths of the group INDEX, which starts with path INDEX * lanes, were
   asked for.  */
size_t paths_used_lanes (const paths_setting *setting, size_t index);
/* To the start of its paths.  */
void paths_group_start (paths_group *group, size_t index);
/* X at step K, whose U is known; a row.  */
const double *paths_group_look (paths_group *group, size_t k);
/* From there to step K + 1.  */
support_status paths_group_step (paths_group *group, size_t k);

/* Notes the modes that reach their level in the step from K, which ended at
   AFTER; returns how many levels the first USED lanes have yet to meet.  */
size_t paths_group_hits (paths_group *group, const double *after, size_t k,
                         size_t used);

/* ---- statistics over paths ------------------------------------------- */

/* Of one place (a record and a state).  */
typedef struct paths_moments
{
  double count, mean, square; /* sum of squared deviations */
  double least, greatest;
} paths_moments;

/* Adds COUNT values; merges two.  */
void paths_moments_add (paths_moments *moments, const double *value,
                        size_t count);
void paths_moments_merge (paths_moments *moments, const paths_moments *other);

/* Counts of values in cells around CENTRE, in units of SCALE.  */
typedef struct paths_sketch
{
  double centre, scale;
  uint32_t *count;
} paths_sketch;

enum
{
  PATHS_CELLS = 2 * 24 * 128
};

void paths_sketch_add (paths_sketch *sketch, const double *value, size_t count);
double paths_sketch_quantile (const paths_sketch *sketch,
                              const paths_moments *moments, double probability);

#endif
