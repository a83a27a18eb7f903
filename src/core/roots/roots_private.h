/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Within roots/ only: from the function whose zeros are sought, over walks
   along lines and proofs around points, to the search.  */

#ifndef SDDE_ROOTS_PRIVATE_H
#define SDDE_ROOTS_PRIVATE_H

#include "roots/roots.h"

#include <math.h>

/* |z| without cabs's care for overflow, which costs more than all the rest of
   an evaluation: where squares overflow nothing could be proved anyway.  */
static inline double
roots_size (double complex z)
{
  return sqrt (creal (z) * creal (z) + cimag (z) * cimag (z));
}

/* ---- Lambert W (lambertw.c) ------------------------------------------ */

/* W_branch (exp (logarithm)) for a principal logarithm (imaginary part in
   (-pi, pi]) whose exponential need not be a double.  */
double complex roots_lambertw_log (long branch, double complex logarithm);

/* ---- the function (function.c, envelope.c) --------------------------- */

/* H(s) = A(s) + sum_k (a_k + c_k s) psi_k(s),
   A(s) = lead prod_j (s - zero_j),  psi_k the transform of a law.

   For an equation itself, A(s) = b_0 + b_1 s + b_2 s^2.  Where a transform
   continues to the left of its abscissa through a pole, H is h multiplied by
   the pole's factor, and that pole the last zero of A.  */
enum
{
  ROOTS_DEGREE = 3,
  ROOTS_CELLS = 64,
  ROOTS_MOST_WANTED = 10000,
  ROOTS_BUDGET = 200000 /* evaluations of H */
};

typedef struct roots_term
{
  double a, c;
  const delay_law *law;
  delay_law *owned; /* NULL, or LAW where the function made it */
  /* |psi^(k)(s)| <= (-1)^k psi^(k)(x) for Re s >= x: logarithms of these
     bounds on a grid of x, filled as they are asked for.  */
  double bound[ROOTS_CELLS + 1][3];
  bool known[ROOTS_CELLS + 1];
} roots_term;

typedef struct roots_function
{
  size_t degree;
  double lead, square[3];            /* b_0, b_1, b_2 times what else there is
                                        in LEAD; 0 unless b_2 is something */
  double pole;                       /* that was taken away, or 0 */
  double complex zero[ROOTS_DEGREE]; /* the real one first */
  size_t terms;
  roots_term *term;
  double line;     /* bounds are tabulated right of here */
  double width;    /* of a cell of the table */
  double time;     /* the scale of the delays as weighted at the line */
  double abscissa; /* no bounds at or left of it */
  double highest;  /* a region that reaches further up is refused */
  size_t evaluations, budget; /* of psi at complex s */
  const support_hooks *hooks;
} roots_function;

/* What roots_function_create does in the caller's own FUNCTION and TERM, one
   for each class; to be ended by roots_function_end.  */
support_status roots_function_begin (const roots_equation *equation,
                                     double line, const support_hooks *hooks,
                                     roots_function *function, roots_term *term,
                                     support_failure *failure);
void roots_function_end (roots_function *function);

/* H for EQUATION and a line to look right of; SUPPORT_INVALID, naming the line
   that can be asked for, where the bounds below do not exist or would not keep
   the roots in a bounded region.  Free with roots_function_free.  */
support_status roots_function_create (const roots_equation *equation,
                                      double line, const support_hooks *hooks,
                                      roots_function **function,
                                      support_failure *failure);
void roots_function_free (roots_function *function);
/* The infimum of the lines x with sum |c phi| < SHARE |b_1| far up on them
   (for b_2 = 0), right of the abscissa.  At SHARE = 1, of the lines that
   roots_function_create takes; the region to be searched grows like
   1 / (1 - SHARE) towards it.  INFINITY where there is no such line.  */
double roots_leftmost_line (const roots_equation *equation, double share);
/* h(s) as it is, with its derivative and the sum of the moduli of its terms,
   for s where delay_lst has values.  */
double complex roots_value_of (const roots_equation *equation, double complex s,
                               double complex *slope, double *size);
/* The greatest abscissa of convergence of the delays.  */
double roots_abscissa (const roots_equation *equation);
/* The mean delay as weighted by exp (-x T) and by the classes, whose transforms
   at X are *SIZE in all (may be NULL).  */
double roots_delays (const roots_equation *equation, double x, double *size);

typedef struct roots_value
{
  double complex s, h, d1, d2; /* H, H', H'' */
  double error, slope_error;   /* of H and H' by rounding, at most */
} roots_value;

/* False: the budget is spent or the user has interrupted.  */
bool roots_evaluate (roots_function *function, double complex s,
                     roots_value *value);
support_status roots_stopped (const roots_function *function,
                              support_failure *failure);
/* What h differs from H by: H(s) = factor h(s).  */
double complex roots_factor (const roots_function *function, double complex s);

/* Bounds of |H'| and |H''| for Re s >= x, |Im s| >= y, |s| <= radius.  */
typedef struct roots_slopes
{
  double first, second;
} roots_slopes;
roots_slopes roots_slope_bounds (const roots_function *function, double x,
                                 double y, double radius);

/* True if |H - A| < |A| is certain for Re s in [x0, x1] and |Im s| >= y0.  */
bool roots_is_outside (const roots_function *function, double x0, double x1,
                       double y0);

/* |phi^(k)(x)| for real x, k = 0, 1, 2: the greatest |phi^(k)(s)| for
   Re s >= x.  INFINITY where x is not right of the abscissa.  */
void roots_moments (const delay_law *law, double x, double bound[3]);
/* Lowers these to bounds for Re s >= x, |Im s| >= y.  */
void roots_envelope (const delay_law *law, double x, double y, double bound[3]);
/* What rounding may have done to PHI = delay_lst (law, s) and its derivative,
   BOUND being those of their moduli.  */
void roots_transform_error (const delay_law *law, double complex s,
                            const double complex phi[3], const double bound[3],
                            double error[2]);

/* ---- walks (winding.c) ----------------------------------------------- */

typedef struct roots_node
{
  roots_value value;
  double turn;  /* of arg H from here to the next node */
  bool outside; /* as roots_is_outside, from here to the next node */
} roots_node;

/* A straight segment, nodes in the order of increasing coordinate.  */
typedef struct roots_edge
{
  size_t count, room;
  roots_node *node;
} roots_edge;

/* Walks from FROM to TO in steps that leave no doubt about the turn of arg H.
   SUPPORT_NUMERICAL when a zero lies on the segment, as far as rounding can
   tell.  */
support_status roots_walk (roots_function *function, const roots_value *from,
                           const roots_value *to, roots_edge *edge,
                           support_failure *failure);
double roots_edge_turn (const roots_edge *edge);
/* Splits EDGE at the value AT on it.  */
support_status roots_edge_split (const roots_function *function,
                                 const roots_edge *edge, const roots_value *at,
                                 roots_edge *low, roots_edge *high,
                                 support_failure *failure);
void roots_edge_free (roots_edge *edge);

/* The number of zeros in the regular polygon of 12 corners on the circle
   around CENTRE; SUPPORT_NUMERICAL when it is not certain.  */
support_status roots_count_around (roots_function *function,
                                   double complex centre, double radius,
                                   long *count, support_failure *failure);

/* ---- regions (region.c) ---------------------------------------------- */

typedef struct roots_region
{
  double x0, x1, y0, y1;               /* y0 = 0: with its mirror image */
  roots_edge left, right, bottom, top; /* no bottom if y0 = 0 */
  long count;                          /* of zeros, with multiplicity */
} roots_region;

/* All of the function's half plane that may hold zeros.  SUPPORT_NUMERICAL
   when one lies on the line, SUPPORT_LIMIT when it is too large.  */
support_status roots_region_right (roots_function *function,
                                   roots_region *region,
                                   support_failure *failure);
/* Two halves of REGION.  SUPPORT_NUMERICAL when every cut tried met a zero.  */
support_status roots_region_cut (roots_function *function,
                                 const roots_region *region,
                                 roots_region half[2],
                                 support_failure *failure);
bool roots_region_contains (const roots_region *region, double complex s);
void roots_region_free (roots_region *region);

/* ---- single roots (newton.c, enclosure.c) ---------------------------- */

/* Roots found so far, those with negative imaginary part left out.  */
typedef struct roots_list
{
  size_t count, room;
  roots_root *root;
} roots_list;

support_status roots_list_add (roots_list *list, const roots_root *root,
                               support_failure *failure);

/* From START to a root; true if the iteration settled.  The first gives up
   where it comes close to a root in KNOWN; the second divides those out.  */
bool roots_newton_chain (roots_function *function, const roots_list *known,
                         double complex start, double complex *s);
bool roots_newton (roots_function *function, const roots_list *known,
                   double complex start, double complex *s);

/* About where the next root of a chain is, seen from the one at VALUE, up or
   down (the difference may point either way).  */
double complex roots_to_next (const roots_function *function,
                              const roots_value *value);

/* Polishes S and proves a disc around it; the root comes out with positive
   or zero imaginary part.  False where nothing could be proved.  */
bool roots_enclose (roots_function *function, double complex s,
                    roots_root *root);

/* ---- sets (set.c) ---------------------------------------------------- */

void roots_list_free (roots_list *list);

/* Whether the disc of ROOT meets that of one in LIST (those without a disc
   left out).  */
bool roots_list_has (const roots_list *list, const roots_root *root);

/* Real parts descending, equal ones by the imaginary part.  */
void roots_list_sort (roots_list *list);

/* The first WANTED of the sorted LIST (one more to keep a pair, all if they
   are fewer, and those whose discs cannot be told apart from theirs): how many
   entries to keep, and a line between them and the next, LINE as it was when
   there is no next.  */
size_t roots_list_cut (const roots_list *list, size_t wanted, double *line);

/* LINE, or as little left of it as it takes to meet no disc.  */
double roots_list_clear_line (const roots_list *list, double line);

/* How many lie at or right of LINE, with multiplicities and conjugates.  */
size_t roots_list_total (const roots_list *list, double line);

/* The roots of LIST right of the line, with their conjugates and the
   certificate.  */
support_status roots_set_assemble (roots_list *list, size_t total,
                                   double right_of, roots_set **set,
                                   support_failure *failure);

/* ---- ways to a list (search.c, branches.c, rational.c) --------------- */

/* By the argument principle: the zeros in WHOLE, which roots_region_right
   made.  Those not found are missing in LIST; a few found elsewhere may be
   there as well.  */
support_status roots_search (roots_function *function,
                             const roots_region *whole, roots_list *list,
                             support_failure *failure);

/* One fixed delay d > 0, first order, c = 0, a != 0: the branches of Lambert W
   in the order of their real parts, until one lies left of LINE or, if WANTED >
   0, there is one more than that; at LINE = INFINITY the rightmost alone.  */
bool roots_has_branches (const roots_equation *equation);
support_status roots_branches (const roots_equation *equation, double line,
                               size_t wanted, const support_hooks *hooks,
                               roots_list *list, support_failure *failure);

/* Rational transforms: all zeros of h by its numerator, a polynomial of the
   degree roots_rational_degree (0: not all are rational).  COMPLETE:
   as many as the degree, each in a disc of its own.  */
size_t roots_rational_degree (const roots_equation *equation);
support_status roots_rational (const roots_equation *equation, roots_list *list,
                               bool *complete, support_failure *failure);

/* The rightmost root where theory says which it is and it takes no search: one
   fixed delay with c = 0, an exponential one, a gamma law with c = 0.  False
   for all others, and where no disc could be proved (double roots).  */
bool roots_quick (const roots_equation *equation, roots_root *root);

/* ---- polynomials (pellet.c), constant first -------------------------- */

typedef struct roots_taylor
{
  double complex *coefficient;
  double *error;
} roots_taylor;

double complex roots_polynomial_at (const double *coefficient, size_t degree,
                                    double complex v);
/* sum |coefficient_j| |v|^j: what rounding is measured by.  */
double roots_polynomial_size (const double *coefficient, size_t degree,
                              double complex v);
/* The zeros of p_0 + p_1 v + p_2 v^2, p_2 != 0; of a conjugate pair the one
   with positive imaginary part first.  */
void roots_quadratic (const double p[3], double complex zero[2]);
/* The radius of a disc around V with exactly M zeros of P, whose coefficients
   carry rounding errors in proportion to SIZE; INFINITY where none could be
   proved.  TAYLOR: room for DEGREE + 1 each.  */
double roots_pellet_bound (const double *p, const double *size, size_t degree,
                           double complex v, size_t m, roots_taylor *taylor);

/* ---- lines (lines.c) ------------------------------------------------- */

/* The scale on which lines are moved, and roots told from zero.  */
double roots_rate_scale (const roots_equation *equation);

typedef struct roots_found
{
  roots_list list;
  size_t total;    /* right of the line, by a count that found nothing */
  double line;     /* -INFINITY: all roots there are */
  bool incomplete; /* that count itself is in doubt */
} roots_found;

/* All roots right of LINE.  */
support_status roots_search_right (const roots_equation *equation, double line,
                                   const support_hooks *hooks,
                                   roots_found *found,
                                   support_failure *failure);
/* WANTED roots or more, the rightmost ones; fewer where there are no more
   right of any line.  */
support_status roots_search_wanted (const roots_equation *equation,
                                    size_t wanted, const support_hooks *hooks,
                                    roots_found *found,
                                    support_failure *failure);

/* ---- limits (limit_tail.c) ------------------------------------------- */

/* Of a phase-type law: |phi''(i w)| <= first / w and third / w^3, and
   Re phi(i w) > 0 for w > positive_from; all INFINITY where nothing of the
   kind is known.  */
typedef struct roots_limit_tail
{
  double first, third, positive_from;
} roots_limit_tail;

support_status roots_limit_tail_of (const delay_law *law,
                                    roots_limit_tail *tail,
                                    support_failure *failure);

#endif
