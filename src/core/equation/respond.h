/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of equation/'s door that leads to responses to many digits, of
   systems of matrices (paths.h) and of single modes, which are such systems of
   one state.  */

#ifndef SDDE_EQUATION_RESPOND_H
#define SDDE_EQUATION_RESPOND_H

#include "equation/paths.h"

#include <complex.h>

enum
{
  EQUATION_HISTORY_POINTS = 10 /* in a cell */
};

/* X(0) and X before: constant (BEFORE) up to -cells * width, then at the points
   of equation_history_points in CELLS cells of WIDTH, oldest first, states
   first.  */
typedef struct equation_history
{
  const double *start, *before;
  size_t cells;
  double width;
  const double *past;
} equation_history;

void equation_history_points (double point[EQUATION_HISTORY_POINTS]);

/* MEAN (states x count) and COVARIANCE (states^2 x count, or NULL) at COUNT
   times >= 0, with the correction c of equation.h for systems of one state.
   *ERROR is how far the last two meshes differ, relative to the largest value:
   less than 1e-10 unless a law with many atoms leaves too many breaking points,
   or one is known to fewer digits itself.  */
support_status
equation_respond (const equation_matrices *matrices, double correction,
                  const equation_history *history, const double *time,
                  size_t count, double *mean, double *covariance, double *error,
                  const support_hooks *hooks, support_failure *failure);

/* The stationary COVARIANCE (states^2), and of each state the ENERGY: its
   variance under independent unit noise in all states, sum_j int R_ij^2.  On
   the diagonal and in ENERGY INFINITY unless every root is proved to lie left
   of the imaginary axis, NAN where that could not be told or the integral was
   not computed to 1e-6; *ERROR is what it was computed to, relative to the
   standard deviations.  */
support_status equation_covariance (const equation_matrices *matrices,
                                    double *covariance, double *energy,
                                    double *error, const support_hooks *hooks,
                                    support_failure *failure);

/* The spectral density matrices int E [X(t+u) X(t)'] exp (-i f u) du (states^2
   x count, Hermitian) at COUNT angular frequencies f, and the autocovariances
   E [X(t+u) X(t)'] at COUNT lags u of any sign; NAN unless every root is proved
   to lie left of the imaginary axis, or where *ERROR, relative to the standard
   deviations, is not below 1e-6.  */
support_status equation_matrices_spectrum (const equation_matrices *matrices,
                                           const double *frequency,
                                           size_t count, double complex *value,
                                           const support_hooks *hooks,
                                           support_failure *failure);
support_status equation_matrices_autocovariance (
    const equation_matrices *matrices, const double *lag, size_t count,
    double *value, double *error, const support_hooks *hooks,
    support_failure *failure);

/* Variances (modes x count) of coupled modes from X = START for t <= 0, by
   equation_moments on two grids, extrapolated; *ERROR is the extrapolation.  */
support_status equation_variance_at (const equation_system *system,
                                     const double *start, const double *time,
                                     size_t count, double *variance,
                                     double *error, const support_hooks *hooks,
                                     support_failure *failure);

#endif
