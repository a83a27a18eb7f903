/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Within roots/ only: the characteristic matrix of a system of equations, from
   its evaluation over proofs along lines and around points to guesses.  */

#ifndef SDDE_ROOTS_MATRIX_H
#define SDDE_ROOTS_MATRIX_H

#include "roots/roots_private.h"

/* ---- the characteristic matrix (matrix_function.c) ------------------- */

enum
{
  MATRIX_MOST_SIZE = 1000,
  MATRIX_BUDGET = 400000,     /* evaluations */
  MATRIX_MOST_TURNS = 200000, /* radians, in the region of a count */
  MATRIX_ROOM = 64
};

typedef struct matrix_term
{
  const double *a; /* n^2 by columns, balanced */
  double frobenius, spectral;
  const delay_law *law; /* NULL: of A_0, without delay */
  double fixed;         /* its one value; NAN if random */
} matrix_term;

/* M(s) = s I - sum_k A_k phi_k(s), phi_0 = 1, in coordinates scaled by powers
   of two (which leaves the roots as they are, to the last bit).  */
typedef struct matrix_function
{
  size_t n, terms; /* A_0 included */
  matrix_term *term;
  double *entries;
  double *scale;      /* x = scale y */
  double abscissa;    /* the greatest of the laws' */
  double time;        /* the longest mean delay, or 1 / |A| without any */
  size_t evaluations; /* of M */
  size_t budget;
  size_t unknowns; /* of the largest eigenvalue problem so far */
  const support_hooks *hooks;
  double complex *work[4]; /* (n+1)^2 each */
  double complex *vector;  /* MATRIX_ROOM (n+1) */
  int *pivot;              /* n+1 */
} matrix_function;

support_status matrix_function_create (const roots_system *system,
                                       const support_hooks *hooks,
                                       matrix_function **function,
                                       support_failure *failure);
void matrix_function_free (matrix_function *function);

/* M(s) to M and M'(s) to SLOPE (may be NULL), each with room for leading
   dimension LD; ERROR: bounds of what rounding did to them, in the Frobenius
   norm.  False where the budget is spent or the user has interrupted.  */
bool matrix_evaluate (matrix_function *function, double complex s, size_t ld,
                      double complex *m, double complex *slope,
                      double error[2]);
/* M^(DEGREE)(s) / DEGREE!, DEGREE >= 1; for random delays up to 2 only.  */
bool matrix_has_taylor (const matrix_function *function, unsigned degree);
void matrix_taylor (const matrix_function *function, double complex s,
                    unsigned degree, double complex *m);
support_status matrix_stopped (const matrix_function *function,
                               support_failure *failure);

/* Bounds for Re s >= x: of |A(s)|, |M'(s)| and |M''(s)| (A = s I - M) in the
   spectral norm, and of |M''(s)| in Frobenius's.  INFINITY at and left of the
   abscissa.  */
typedef struct matrix_bounds
{
  double a, first, second, second_frobenius;
} matrix_bounds;
matrix_bounds matrix_bounds_right_of (const matrix_function *function,
                                      double x);
/* sum_k |A_k| |phi_k(s)| + |s|: what backward errors are measured by.  */
double matrix_weight (const matrix_function *function, double complex s);

double matrix_frobenius (const double complex *m, size_t rows, size_t columns,
                         size_t ld);

/* ---- counts (matrix_walk.c) ------------------------------------------ */

/* The number of zeros of det M with Re s >= LINE, with multiplicity, by the
   argument principle.  HIGHEST: above it the resolvent looks free of roots (a
   hint, no proof).  SUPPORT_NUMERICAL when a zero lies on the line as far as
   rounding can tell.  */
support_status matrix_count_right (matrix_function *function, double line,
                                   size_t *count, double *highest,
                                   support_failure *failure);
/* In the regular polygon with corners on a circle.  */
support_status matrix_count_around (matrix_function *function,
                                    double complex centre, double radius,
                                    long *count, support_failure *failure);
/* Number and mean of the zeros in a disc by the trapezoidal rule, as guesses.
   False where there is no whole number.  */
bool matrix_guess_around (matrix_function *function, double complex centre,
                          double radius, long *count, double complex *mean);

/* ---- single roots (matrix_enclosure.c) ------------------------------- */

/* From START to a root with a disc proved around it, imaginary part >= 0.
   False where nothing could be proved.  */
bool matrix_enclose (matrix_function *function, double complex start,
                     roots_root *root);

/* ---- guesses (matrix_collocation.c) ---------------------------------- */

/* The eigenvalues of the infinitesimal generator, shifted by LINE, on DEGREE +
   1 Chebyshev points: *COUNT guesses of roots, in no order, to be freed.  */
support_status matrix_collocate (matrix_function *function, double line,
                                 size_t degree, double complex **guess,
                                 size_t *count, support_failure *failure);
/* The longest delay that matters at LINE.  */
support_status matrix_horizon (const matrix_function *function, double line,
                               double *horizon, support_failure *failure);
/* The greatest degree that this many unknowns allow.  */
size_t matrix_most_degree (const matrix_function *function);

#endif
