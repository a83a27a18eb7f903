/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Responses in time to many digits.  X is a polynomial on each cell of a mesh
   that has the points where its derivatives jump, and satisfies

     X' = A_0 X + sum_k A_k g_k,   g_k(t) = int Y(t-u) dF_k(u),   Y = X - c g

   at the Gauss points of the cells (collocation: a continuous implicit
   Runge-Kutta method); the integrals over a law take its density, its
   distribution and the integral of that, which tell whether they are right.  */

#ifndef SDDE_EQUATION_COLLOCATION_H
#define SDDE_EQUATION_COLLOCATION_H

#include "equation/equation_private.h"
#include "equation/paths.h"

enum
{
  COLLOCATION_POINTS = 10 /* in a cell */
};

typedef struct collocation_problem
{
  const equation_matrices *matrices;
  double correction;   /* c; of one state and one delay only */
  const double *start; /* X(0) */
  /* X before 0: constant (BEFORE) where t < -cells * width, and at the Gauss
     points of CELLS cells of equal width after that, oldest first, states
     first.  */
  const double *before;
  size_t cells;
  double width;
  const double *past;
  bool fundamental; /* R too: X(0) = I, 0 before; the matrix Y */
} collocation_problem;

typedef struct collocation
{
  size_t states, columns; /* the mean and, if asked for, those of R */
  size_t cells;
  double *start;       /* cells + 1 */
  double *seen, *read; /* X, Y: states x columns x points x cells */
} collocation;

/* Up to END, in cells that shrink with FINENESS = 1, 2, 4, ...  */
support_status collocation_solve (const collocation_problem *problem,
                                  double end, double fineness,
                                  const support_hooks *hooks,
                                  collocation *solution,
                                  support_failure *failure);
void collocation_free (collocation *solution);

/* The cell of T, and the values of a column at T (states of them).  */
size_t collocation_cell (const collocation *solution, double t);
void collocation_value (const collocation *solution, const double *values,
                        size_t cell, size_t column, double t, double *out);

/* Gauss points and weights on [0, 1].  */
typedef struct collocation_rule
{
  double point[COLLOCATION_POINTS], weight[COLLOCATION_POINTS];
  double lagrange[COLLOCATION_POINTS]; /* barycentric weights */
} collocation_rule;
support_status collocation_rule_make (collocation_rule *rule);
void collocation_basis (const collocation_rule *rule, double x,
                        double basis[COLLOCATION_POINTS]);

/* WEIGHT[l] = int over u in [low, high] of the l-th Lagrange polynomial at
   (t - u - start) / width, dF(u); LOW = 0 includes an atom there.  */
void collocation_integrate (const collocation_rule *rule, const delay_law *law,
                            double low, double high, double t, double start,
                            double width, double weight[COLLOCATION_POINTS]);

/* The mesh, to be freed.  */
support_status collocation_mesh (const equation_matrices *matrices, double end,
                                 double fineness, double **start,
                                 size_t *cells);

#endif
