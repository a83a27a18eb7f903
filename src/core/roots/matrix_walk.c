/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of the zeros of f = det M by the argument principle.

   At a node s, with V = M(s)^-1, X = V M'(s) and g = tr X / n (so that n g is
   the logarithmic derivative of f),

     M(s)^-1 M(s+z) = I + z X + Q = (1 + g z) (I + E),
     E = (z (X - g I) + Q) / (1 + g z),   |Q| <= |V| |z|^2 sup |M''| / 2.

   Where |g z| < 1 and |E| < 1 in the Frobenius norm, all along [s, s+z], f has
   no zero there, and its argument turns by

     n arg (1 + g z) + Im tr E + t,   |t| <= |E|^2 / (2 (1 - |E|)),

   t standing for the eigenvalues of E in the rest of tr log (I + E); Im tr E is
   tr Q / (1 + g z), as X - g I has no trace.  Two nodes that cover the segment
   between them thus know its turn within less than pi, and the phases of f at
   the nodes, by LU factors, know it modulo 2 pi: together, exactly.  Taking g
   out matters: far up M ~ s I, and E falls like 1 / s^2.

   V and X are computed, M rounded.  |I - V M| <= c n eps |V| |L| |U| (Higham,
   Accuracy and Stability of Numerical Algorithms, 2002, section 14.3), which
   bounds the relative errors of V and X, and the phase of det (M + dM).  */

#include "roots/matrix.h"
#include "support/lapack.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static const double pi = 3.14159265358979323846;

typedef struct node
{
  double complex s;
  double complex g;
  double phase, phase_error;
  double inverse; /* |V|, at least */
  double spread;  /* |X - g I|, at least */
  double doubt;   /* |X - its computed value|, at most */
  double cover;   /* how far from s the turn is known */
  double error;   /* within what, there */
} node;

/* ---- one node -------------------------------------------------------- */

/* The norm of one triangle of LU factors: L with its unit diagonal, or U.  */
static double
triangle_norm (const double complex *lu, size_t n, bool upper)
{
  double sum = upper ? 0.0 : (double) n;
  for (size_t j = 0; j < n; j++)
    {
      const size_t first = upper ? 0 : j + 1, end = upper ? j + 1 : n;
      for (size_t i = first; i < end; i++)
        {
          const double size = roots_size (lu[j * n + i]);
          sum += size * size;
        }
    }
  return sqrt (sum);
}

/* LU factors of M(s) in work[0], the phase of their determinant in (-pi, pi],
   M'(s) in work[1], then M^-1 in work[0]; RELATIVE bounds the error of all of
   them against |V| (at most 1/8).  */
static support_status
invert (matrix_function *self, node *at, double error[2], double *relative,
        support_failure *failure)
{
  const int n = (int) self->n, room = MATRIX_ROOM * n;
  double complex *m = self->work[0];
  int info;

  if (! matrix_evaluate (self, at->s, self->n, m, self->work[1], error))
    return matrix_stopped (self, failure);
  zgetrf_ (&n, &n, m, &n, self->pivot, &info);
  if (info == 0)
    {
      const double product =
          triangle_norm (m, self->n, false) * triangle_norm (m, self->n, true);
      double phase = 0.0;
      for (int i = 0; i < n; i++)
        {
          const double complex diagonal = m[i * n + i];
          phase += carg (diagonal);
          if (self->pivot[i] != i + 1)
            phase += pi;
        }
      at->phase = remainder (phase, 2.0 * pi);
      zgetri_ (&n, m, &n, self->pivot, self->vector, &room, &info);
      at->inverse = matrix_frobenius (m, self->n, self->n, self->n);
      *relative =
          at->inverse * (8.0 * (n + 2.0) * DBL_EPSILON * product + error[0]);
      /* Each of the eigenvalues of M^-1 (M + dM) turns by less than this.  */
      at->phase_error = 2.0 * n * *relative;
      if (info == 0 && at->phase_error < 0.1)
        {
          at->inverse *= 1.0 + 2.0 * *relative;
          return SUPPORT_OK;
        }
    }
  return support_fail (failure, SUPPORT_NUMERICAL,
                       "a root lies at %.15g%+.15gi, as far as rounding can "
                       "tell",
                       creal (at->s), cimag (at->s));
}

/* The distance to which E stays small, |M''| being bounded there.  */
static void
set_cover (const matrix_function *self, const matrix_bounds *sup, node *at)
{
  const double n = (double) self->n;
  const double g = roots_size (at->g), spread = at->spread + at->doubt;
  const double q_trace = fmin (sup->second_frobenius, sqrt (n) * sup->second);
  double z = fmin (fmin (0.8 / g, 0.8 / spread),
                   sqrt (1.6 / (at->inverse * sup->second)));

  at->cover = 0.0;
  for (int k = 0; k < 100 && isfinite (z); k++, z *= 0.85)
    {
      const double rest = 1.0 - g * z;
      const double half = 0.5 * z * z * at->inverse;
      const double e = (z * spread + half * sup->second) / rest;
      double error;
      if (! (e < 0.8))
        continue;
      error = (half * q_trace + sqrt (n) * z * at->doubt) / rest
              + e * e / (2.0 * (1.0 - e));
      if (error < 1.4)
        {
          at->cover = z;
          at->error = error;
          return;
        }
    }
}

static support_status
visit (matrix_function *self, const matrix_bounds *sup, double complex s,
       node *at, support_failure *failure)
{
  const int n = (int) self->n;
  const double complex one = 1.0, zero = 0.0;
  double complex *x = self->work[2];
  double complex trace = 0.0;
  double error[2], relative = 0.0, slope;
  support_status status;

  *at = (node){ .s = s };
  status = invert (self, at, error, &relative, failure);
  if (status != SUPPORT_OK)
    return status;
  zgemm_ ("N", "N", &n, &n, &n, &one, self->work[0], &n, self->work[1], &n,
          &zero, x, &n);
  for (int i = 0; i < n; i++)
    trace += x[i * n + i];
  at->g = trace / n;
  slope = matrix_frobenius (self->work[1], self->n, self->n, self->n);
  at->doubt = 2.0 * relative * matrix_frobenius (x, self->n, self->n, self->n)
              + at->inverse * (error[1] + 4.0 * n * DBL_EPSILON * slope);
  for (int i = 0; i < n; i++)
    x[i * n + i] -= at->g;
  at->spread = matrix_frobenius (x, self->n, self->n, self->n);
  set_cover (self, sup, at);
  if (! (at->cover > 16.0 * DBL_EPSILON * roots_size (s)))
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "a root lies at %.15g%+.15gi, as far as rounding can "
                         "tell",
                         creal (s), cimag (s));
  return SUPPORT_OK;
}

/* ---- segments -------------------------------------------------------- */

/* The turn from P to Q, which cover the segment between them.  */
static support_status
turn_between (const matrix_function *self, const node *p, const node *q,
              double *turn, support_failure *failure)
{
  const double n = (double) self->n;
  const double complex way = q->s - p->s;
  const double part = p->cover / (p->cover + q->cover);
  const double estimate = n
                          * (carg (1.0 + p->g * part * way)
                             - carg (1.0 - q->g * (1.0 - part) * way));
  const double modulo = q->phase - p->phase;
  *turn = modulo + 2.0 * pi * round ((estimate - modulo) / (2.0 * pi));
  /* More than that would contradict the bounds.  */
  if (! (fabs (*turn - estimate)
         <= p->error + q->error + p->phase_error + q->phase_error))
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the argument of the determinant could not be "
                         "followed near %.15g%+.15gi",
                         creal (p->s), cimag (p->s));
  return SUPPORT_OK;
}

/* Takes AT, which is visited, to TO.  HIGHEST (may be NULL): the greatest
   imaginary part of a node with roots nearby.  */
static support_status
walk (matrix_function *self, const matrix_bounds *sup, node *at,
      double complex to, double *turn, double *highest,
      support_failure *failure)
{
  enum
  {
    MOST_AHEAD = 100
  };
  node ahead[MOST_AHEAD]; /* visited, not yet reached: the nearest last */
  size_t count = 0;
  support_status status;

  *turn = 0.0;
  while (at->s != to)
    {
      double distance, step;
      if (count == 0)
        {
          const double left = roots_size (to - at->s);
          const double far = 1.9 * at->cover;
          const double complex next =
              left <= 1.05 * far ? to : at->s + (to - at->s) * (far / left);
          status = visit (self, sup, next, &ahead[count++], failure);
          if (status != SUPPORT_OK)
            return status;
        }
      distance = roots_size (ahead[count - 1].s - at->s);
      if (distance <= at->cover + ahead[count - 1].cover)
        {
          status = turn_between (self, at, &ahead[count - 1], &step, failure);
          if (status != SUPPORT_OK)
            return status;
          *turn += step;
          *at = ahead[--count];
          /* Without roots nearby M ~ s I.  */
          if (highest
              && at->inverse * roots_size (at->s)
                     > 2.0 * sqrt ((double) self->n))
            *highest = cimag (at->s);
          continue;
        }
      /* Between them, in the middle of what neither covers.  */
      step = 0.5 * (at->cover + distance - ahead[count - 1].cover);
      if (count == MOST_AHEAD)
        return support_fail (failure, SUPPORT_NUMERICAL,
                             "a root lies near %.15g%+.15gi", creal (at->s),
                             cimag (at->s));
      status = visit (self, sup,
                      at->s + (ahead[count - 1].s - at->s) * (step / distance),
                      &ahead[count], failure);
      if (status != SUPPORT_OK)
        return status;
      count++;
    }
  return SUPPORT_OK;
}

/* ---- half planes ----------------------------------------------------- */

/* The sum of arg (1 - lambda) over the eigenvalues lambda of A(s) / s, all of
   modulus less than 1.  */
static support_status
turn_of_rest (matrix_function *self, double complex s, double *turn,
              support_failure *failure)
{
  const int n = (int) self->n, one = 1, room = MATRIX_ROOM * n - n;
  double complex *m = self->work[0], *value = self->vector, unused;
  double error[2];
  int info;

  if (! matrix_evaluate (self, s, self->n, m, NULL, error))
    return matrix_stopped (self, failure);
  for (size_t i = 0; i < self->n * self->n; i++)
    m[i] /= s;
  /* Of 1 - A / s itself: close to 1 they are accurate enough.  */
  zgeev_ ("N", "N", &n, m, &n, value, &unused, &one, &unused, &one,
          self->vector + n, &room, (double *) self->work[1], &info);
  if (info != 0)
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the eigenvalues of the matrices did not converge");
  *turn = 0.0;
  for (int i = 0; i < n; i++)
    *turn += carg (value[i]);
  return SUPPORT_OK;
}

support_status
matrix_count_right (matrix_function *self, double line, size_t *count,
                    double *highest, support_failure *failure)
{
  const matrix_bounds sup = matrix_bounds_right_of (self, line);
  const double radius = sup.a * (1.0 + 1e-9);
  const double above = radius * radius - line * line;
  double rest = 0.0, turn = 0.0, zeros;
  double complex top;
  node at;
  support_status status;

  *count = 0;
  *highest = 0.0;
  if (! (line > self->abscissa))
    return support_fail (failure, SUPPORT_INVALID,
                         "the line to look right of must lie right of %g, the "
                         "abscissa of convergence of the delays",
                         self->abscissa);
  if (! (radius * self->time * (double) self->n < MATRIX_MOST_TURNS)
      || ! isfinite (sup.second_frobenius))
    return support_fail (failure, SUPPORT_LIMIT,
                         "too many roots may lie right of %g; a line further "
                         "right has fewer",
                         line);
  /* No root has |s| > radius.  */
  if (line > radius)
    return SUPPORT_OK;
  top = CMPLX (line, fmax (sqrt (fmax (above, 0.0)), 1e-3 * radius));
  if (radius == 0.0)
    top = CMPLX (line, 1.0);
  status = turn_of_rest (self, top, &rest, failure);
  if (status == SUPPORT_OK)
    status = visit (self, &sup, line, &at, failure);
  if (status == SUPPORT_OK)
    status = walk (self, &sup, &at, top, &turn, highest, failure);
  if (status != SUPPORT_OK)
    return status;
  /* Up the half circle |s| = |top| from the real axis, where f > 0, and down
     the line; the mirror image turns as much.  */
  zeros = ((double) self->n * carg (top) + rest - turn) / pi;
  if (! (zeros > -0.1 && fabs (zeros - round (zeros)) < 0.1))
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the roots right of %.15g could not be counted", line);
  *count = (size_t) round (zeros);
  return SUPPORT_OK;
}

/* ---- discs ----------------------------------------------------------- */

support_status
matrix_count_around (matrix_function *self, double complex centre,
                     double radius, long *count, support_failure *failure)
{
  enum
  {
    CORNERS = 8,
    PATIENCE =
        400 /* evaluations; a circle takes some 30 unless rounding rules */
  };
  const size_t budget = self->budget;
  const matrix_bounds sup =
      matrix_bounds_right_of (self, creal (centre) - radius);
  double turn = 0.0;
  double complex first = centre + radius;
  node at;
  support_status status;

  if (self->evaluations + PATIENCE < budget)
    self->budget = self->evaluations + PATIENCE;
  status = visit (self, &sup, first, &at, failure);
  for (int k = 1; status == SUPPORT_OK && k <= CORNERS; k++)
    {
      double step = 0.0;
      const double complex corner =
          k == CORNERS ? first
                       : centre + radius * cexp (2.0 * pi * k / CORNERS * I);
      status = walk (self, &sup, &at, corner, &step, NULL, failure);
      turn += step;
    }
  self->budget = budget;
  if (status != SUPPORT_OK)
    return status;
  *count = lround (turn / (2.0 * pi));
  return SUPPORT_OK;
}

bool
matrix_guess_around (matrix_function *self, double complex centre,
                     double radius, long *count, double complex *mean)
{
  enum
  {
    POINTS = 16
  };
  const matrix_bounds sup =
      matrix_bounds_right_of (self, creal (centre) - radius);
  double complex zeros = 0.0, sum = 0.0;

  for (int k = 0; k < POINTS; k++)
    {
      const double complex z = radius * cexp (2.0 * pi * k / POINTS * I);
      node at;
      if (visit (self, &sup, centre + z, &at, NULL) != SUPPORT_OK)
        return false;
      zeros += z * at.g * ((double) self->n / POINTS);
      sum += z * z * at.g * ((double) self->n / POINTS);
    }
  *count = lround (creal (zeros));
  if (*count < 1 || ! (cabs (zeros - (double) *count) < 0.05))
    return false;
  *mean = centre + sum / (double) *count;
  return true;
}
