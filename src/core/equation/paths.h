/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of equation/'s door that leads to paths: ensembles of the
   stochastic delay differential equation by Euler and Maruyama's scheme.

   Scalar modes, with the notation of equation.h,

     U(t+h) = U(t) - h (b X(t) + a g(t)) + sqrt (h q(t)) xi,
     g(t) = E_D [Y(t-D)],   Y = U - c g,   X = U - c (g - E g),
     q_i(t) = b_i^2 + sum_j K_ij E_D [X_j(t-D)^2],

   X being what is seen: for c = 0 all three of X, Y, U are the same; for c > 0
   E X starts where U does while noise enters with the response 1/h(s), as in
   the moments of equation.h.  E g is that of a path without noise that runs
   along.  E_D is a sum over the grid with the law's weights for functions that
   are linear between grid points, so that delays which are no multiples of the
   step are interpolated; or, if DRAWN, the value at one delay drawn for each
   path and step (c = 0 only): the mean is the same, and the choice adds the
   variance h a^2 Var_D X(t-D) to each step, which vanishes with h.  With
   h = 1/Lambda that is SGD whose updates come at regular instants.

   Systems  X' = A_0 X + sum_k A_k E X(t - D_k) + B W',  and any drift and
   diffusion by call-backs, take the same steps.  */

#ifndef SDDE_EQUATION_PATHS_H
#define SDDE_EQUATION_PATHS_H

#include "equation/equation.h"

/* X' = A_0 X + sum_k A_k E X(t - D_k) + B W'.  */
typedef struct equation_matrices
{
  size_t states, noises, delays;
  const double *instant;         /* A_0: states x states, by columns */
  const double *delayed;         /* A_1, A_2, ... one after another */
  const double *push;            /* B: states x noises, by columns */
  const delay_law *const *delay; /* not owned */
} equation_matrices;

/* The drift (or the diffusion, one factor for the noise of each state) at T
   of PATHS paths at once: X, VALUE are PATHS x states, by columns, DELAYED
   as often as there are delays.  */
typedef support_status equation_function (void *context, double t,
                                          const double *x,
                                          const double *delayed, size_t paths,
                                          double *value);

typedef struct equation_paths_plan
{
  size_t paths;
  double step;
  size_t steps;
  uint64_t seed;
  size_t threads; /* 0: as many as there are */
  bool partial;   /* an interruption is no failure: keep the finished paths */

  /* X before 0: states x (past + 1) values at -past step, ..., -step, 0;
     constant before those.  */
  size_t past;
  const double *history;

  bool drawn;
  /* The Brownian path is drawn on a grid so much finer than the step: plans
     with the same step / refine and seed see the same one.  */
  size_t refine;

  equation_function *drift, *diffusion; /* NULL: those of the equation */
  void *context;                        /* they are called by the caller's
                                           thread only, which runs alone */

  /* What is noted: X at these steps (increasing), either of every path or as
     statistics over the paths.  */
  size_t records;
  const size_t *record;
  bool statistics;
  size_t probabilities; /* of quantiles */
  const double *probability;

  /* For hitting times: |X_i| <= LEVEL[i] is looked for (NULL: not), between
     the grid points too, and a path ends once all modes have been there.  */
  const double *level;
} equation_paths_plan;

typedef struct equation_paths
{
  size_t paths, states, records; /* paths: those finished */
  bool stopped;
  double *value; /* records x states x paths, by columns */
  double *mean, *variance, *least, *greatest; /* records x states, or NULL */
  double *quantile;                           /* ... x probabilities */
  double *hit; /* states x paths: INFINITY if not met, or NULL */
} equation_paths;

/* Paths in blocks of fixed size, each with streams of its own: the same plan
   gives the same bits for any number of threads, and the first paths do not
   depend on their number.  Quantiles come from counts in cells of 1/128
   standard deviation (in the middle; wider in proportion to the distance
   beyond), the deviation being that of the first block.

   One of SYSTEM and MATRICES is given, the other is NULL.  SUPPORT_INVALID
   before anything runs; SUPPORT_LIMIT where the longest delay at this step, or
   the results, do not fit in memory.  */
support_status equation_paths_run (const equation_system *system,
                                   const equation_matrices *matrices,
                                   const equation_paths_plan *plan,
                                   const support_hooks *hooks,
                                   equation_paths *paths,
                                   support_failure *failure);
void equation_paths_free (equation_paths *paths);

#endif
