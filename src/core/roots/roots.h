/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door of roots/: Lambert W and the characteristic roots of scalar
   stochastic delay differential equations.

   The mean of  b_2 X'' + b_1 X' + b_0 X = -sum_k E [a_k X(t-D_k)
   + c_k X'(t-D_k)] + ... W'  obeys h(s) = 0 with

     h(s) = b_0 + b_1 s + b_2 s^2 + sum_k (a_k + c_k s) phi_k(s),
     phi_k(s) = E exp (-s D_k):

   it converges if and only if every root of h lies left of the imaginary
   axis, at the speed -max Re s.  With b_1 = 1, b_2 = 0 the numbers b_0 and a_k
   are rates (per unit of time) like s, and the c_k have no unit.  b_2 is for
   momentum: heavy ball with factor beta at the rate L of updates is
   s (s + L (1 - beta)) + a (s + L) phi(s).

   What is certified.  On Re s >= x right of the abscissa of convergence,
   |phi^(k)(s)| <= |phi^(k)(x)|, so h has known Lipschitz constants there, and
   a walk along a line whose steps are short against |h| counts the roots to
   its right without doubt (argument principle).  A disc around each root is
   proved to hold exactly as many roots as its multiplicity (Rouche), and the
   multiplicities must add up to the count.  */

#ifndef SDDE_ROOTS_H
#define SDDE_ROOTS_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include "delay/delay.h"
#include "support/support.h"

/* (a + c s) phi(s): a class of workers; the law is not owned.  */
typedef struct roots_class
{
  double a, c;
  const delay_law *delay;
} roots_class;

/* h(s) in full; all finite, b_1 or b_2 not 0.  */
typedef struct roots_equation
{
  double instant[3]; /* b_0, b_1, b_2 */
  size_t classes;
  const roots_class *each;
} roots_equation;

/* h(s) = s + b + (a + c s) phi(s), one class at first order.  */
typedef struct roots_kernel
{
  double b, a, c;
  const delay_law *delay;
} roots_kernel;

typedef struct roots_root
{
  double complex s;
  unsigned multiplicity; /* roots closer than their discs count as one */
  double residual;       /* |h(s)| as evaluated */
  double backward;       /* the least relative change of b_j, a_k, c_k after
                            which s is a root, |h| / size, size = sum |b_j s^j|
                            + sum (|a_k| + |c_k s|) |phi_k| */
  double condition;      /* size / |h'|: how far the root moves, to first order,
                            for relative changes of these by 1; INFINITY for
                            multiple roots */
  double bound;          /* radius of a disc around s that holds exactly
                            MULTIPLICITY roots; INFINITY where not proved */
} roots_root;

typedef struct roots_set
{
  size_t count;
  roots_root *root; /* real parts descending; a conjugate pair is adjacent and
                       exactly conjugate, positive imaginary part first */
  size_t total;     /* roots with Re s >= right_of, with multiplicity, by the
                       argument principle (or the degree of a polynomial, or
                       the branches of Lambert W) */
  bool certified;   /* the multiplicities add up to TOTAL, the discs are
                       disjoint and right of the line */
  bool subexponential; /* heavy tail: no line left of 0 can be looked at, and
                          the mean converges slower than any exponential */
  double right_of;     /* the line in truth; slightly left of the one asked
                          for when a root lies on that */
  size_t unknowns;     /* of the largest eigenvalue problem that gave guesses */
} roots_set;

/* All roots with Re s >= RIGHT_OF.  SUPPORT_INVALID, with the line that can be
   asked for in the sentence, where no count is possible: left of the abscissa
   of convergence for laws without a suitable continuation, or (b_2 = 0) where
   sum |c_k| phi_k(right_of) >= |b_1|, so that roots may crowd at infinity.
   SUPPORT_LIMIT when the line has too many roots to its right.  */
support_status roots_right_of (const roots_equation *equation, double right_of,
                               const support_hooks *hooks, roots_set **set,
                               support_failure *failure);
support_status roots_scalar (const roots_kernel *kernel, double right_of,
                             const support_hooks *hooks, roots_set **set,
                             support_failure *failure);

/* The WANTED rightmost roots (one more where a conjugate pair would be torn),
   counted with multiplicity; the line lies between them and the next.  Fewer
   when the law has no more right of any line that can be certified, or when
   they would take work out of proportion to their number.  */
support_status roots_wanted (const roots_equation *equation, size_t wanted,
                             const support_hooks *hooks, roots_set **set,
                             support_failure *failure);
support_status roots_scalar_count (const roots_kernel *kernel, size_t wanted,
                                   const support_hooks *hooks, roots_set **set,
                                   support_failure *failure);

void roots_set_free (roots_set *set);

/* ---- systems ---------------------------------------------------------- */

/* The mean of  dX = (A_0 X + sum_k A_k E X(t - D_k)) dt + B dW  in n
   dimensions has the characteristic matrix

     M(s) = s I - A_0 - sum_k A_k phi_k(s),

   whose roots are the zeros of det M.  */
typedef struct roots_system
{
  size_t size;                   /* n */
  size_t terms;                  /* with delay */
  const double *const *matrix;   /* terms + 1 of them: A_0, A_1, ..., n^2
                                    numbers each, by columns */
  const delay_law *const *delay; /* terms laws, not owned */
} roots_system;

/* As roots_right_of and roots_wanted.  Of each root, with unit null
   vectors v and w and the weight a = |s| + sum_k |A_k| |phi_k(s)| (spectral
   norms, coordinates balanced by powers of two): the residual is |M(s) v|, the
   backward error |M(s) v| / a, the relative change of s and the A_k that makes
   s a root; the condition a / |w^H M'(s) v|, how far the root moves per such
   change.  SUPPORT_LIMIT where more than 6000 unknowns would be needed.  */
support_status roots_matrix (const roots_system *system, double right_of,
                             const support_hooks *hooks, roots_set **set,
                             support_failure *failure);
support_status roots_matrix_count (const roots_system *system, size_t wanted,
                                   const support_hooks *hooks, roots_set **set,
                                   support_failure *failure);

/* ---- the rightmost root ------------------------------------------------ */

/* The rightmost root (of a pair the one with positive imaginary part), none
   lying right of it by the same count.  ROOT->s is NAN, with multiplicity 0,
   when no root lies right of any line that can be certified; SUBEXPONENTIAL
   (may be NULL) tells whether that is for a heavy tail.  */
support_status roots_dominant (const roots_equation *equation, roots_root *root,
                               bool *subexponential, support_failure *failure);
support_status roots_rightmost (const roots_kernel *kernel, roots_root *root,
                                bool *subexponential, support_failure *failure);

/* roots_dominant (backward error and condition left out) for COUNT modes
     h_i(s) = inertia[i] s^2 + s + b[i] + sum_k (a_ik + c_ik s) phi_k(s),
   a_ik = a[i + k COUNT] and c alike, on at most THREADS threads (0: all).  */
typedef struct roots_modes
{
  size_t count, classes;
  const double *b, *inertia; /* INERTIA may be NULL: none */
  const double *a, *c;
  const delay_law *const *delay;
} roots_modes;

support_status roots_rightmost_each (const roots_modes *modes, size_t threads,
                                     const support_hooks *hooks,
                                     roots_root *root, bool *subexponential,
                                     support_failure *failure);

/* How far a stable equation is from instability (all 0 for one that is not
   stable):

   distance  min_w |h(i w)|: every X' + ... perturbed by an instantaneous term
             d X with complex |d| < distance is stable, and some with equality
             are not (it is 1 / max |1/h|, the complex stability radius)
   relative  min_w |h(i w)| / size, size as for the backward error: the least
             relative change of all b_j, a_k, c_k (complex, and the transforms'
             values as they are) that makes it unstable; NAN where it could
             not be told from what happens at ever higher frequencies
   delay     the least delay that, added to all delays, makes it unstable;
             INFINITY if none does

   with the frequencies at which that happens.  SUPPORT_NUMERICAL where these
   could not be told apart.  */
typedef struct roots_margin
{
  double distance, distance_frequency;
  double relative, relative_frequency;
  double delay, delay_frequency;
} roots_margin;

support_status roots_margin_of (const roots_equation *equation,
                                roots_margin *margin, support_failure *failure);

/* Derivatives of a simple root s by implicit differentiation, ds = -dh / h':
   in b_0, in b_2, in the logarithm of the scale of all delays, in a delay added
   to all, in the logarithm of the learning rate (all a_k and c_k grow with it)
   and of the number of workers (all a_k do, the delays staying the same); and
   for each class in a_k and in c_k.  */
typedef struct roots_sensitivity
{
  double complex decay, inertia, delay, added_delay, rate, workers;
} roots_sensitivity;

void roots_sensitivity_of (const roots_equation *equation, double complex s,
                           roots_sensitivity *total, double complex *damping,
                           double complex *correction);

/* The same for a system, whose rightmost root is proved first:

   distance  min_w sigma_min (M (i w)) in the spectral norm: stable under any
             complex change of A_0 below that, and not under some of that
             norm (1 / the H-infinity norm of the resolvent; 0 if the system is
             not stable); FLOOR <= the true minimum <= DISTANCE is proved,
             FLOOR within 1e-4 of DISTANCE unless that took too long

   and the derivatives of that root (NAN unless it is simple) in the logarithm
   of the scale of all delays and in a delay added to all.  ENTRY: room for
   those in each element of A_0, A_1, ...  */
typedef struct roots_system_margin
{
  double distance, floor, frequency;
  roots_root root;
  double complex delay, added_delay;
} roots_system_margin;

support_status roots_system_margin_of (const roots_system *system,
                                       const support_hooks *hooks,
                                       roots_system_margin *margin,
                                       double complex *entry,
                                       support_failure *failure);

/* Iteration time: the roots z of
     z - 1 - beta (1 - 1/z) + alpha sum_j q_j z^(-j),  j = 0 .. COUNT - 1,
   the mean of w_(t+1) = w_t + beta (w_t - w_(t-1)) - alpha w_(t - tau) for
   staleness tau independent from one update to the next, q_j = P(tau = j) times
   the weight of staleness j; per update the mean shrinks by |z|.  */
typedef struct roots_iteration
{
  double alpha, beta;
  size_t count;
  const double *q;
} roots_iteration;

enum
{
  ROOTS_MOST_STALENESS = 100001
};

/* The WANTED roots of greatest modulus (or all there are, and some more where
   they cannot be parted), moduli descending, else as in roots_set; RIGHT_OF is
   the radius of a circle that as many as TOTAL lie outside of.  */
support_status roots_of_iteration (const roots_iteration *iteration,
                                   size_t wanted, const support_hooks *hooks,
                                   roots_set **set, support_failure *failure);

/* The family s + a phi(s), as the damping a > 0 grows.  */
typedef struct roots_limits
{
  double critical;  /* smallest damping with a root on the imaginary axis;
                       INFINITY where there is none, NAN where that could not
                       be decided */
  double frequency; /* its imaginary part; NAN without one */
  double fastest;   /* the damping at which two real roots meet, s phi'(s) =
                       phi(s); NAN for heavy tails */
  double rate;      /* -s there: the greatest speed without oscillation */
  bool peak; /* the speed falls on both sides of FASTEST, or stays; false when
                a larger damping converges faster still, in oscillations
                (laws more variable than the exponential) */
} roots_limits;

support_status roots_limit (const delay_law *law, roots_limits *limits,
                            support_failure *failure);

/* W_branch(z): the solution w of w exp (w) = z on that branch (Corless,
   Gonnet, Hare, Jeffrey, Knuth, "On the Lambert W function", Adv. Comput.
   Math. 5, 1996), cuts continuous from above: on the cut the imaginary part
   of z counts as +0.  W_0(0) = 0, W_k(0) = -INFINITY, NAN in NAN out.  */
double complex roots_lambertw (long branch, double complex z);

#endif
