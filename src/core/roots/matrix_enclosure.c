/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single roots of the characteristic matrix: from a guess to a root by the
   two-sided Rayleigh iteration, then a proof.

   With left and right null vectors w, v as borders,

     G(s) = [M(s), beta w; beta v^H, 0],   g(s) = (G(s)^-1)_{n+1,n+1}
                                                = det M(s) / det G(s):

   where G is regular, g has the zeros of det M.  With x the last column and
   y^H the last row of G(s)^-1 (n components each),

     g(s+z) = g - z y^H M' x + R,
     |R| <= |z|^2 |x| |y| (sup |M''| / 2 + 2 |G^-1| sup |M'|^2)

   as long as |z| |G^-1| sup |M'| <= 1/2; the circle on which the linear part
   outweighs the rest holds exactly one root (Rouche).  */

#include "roots/matrix.h"
#include "support/lapack.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  VECTORS = 8 /* of n + 1 at the head of the workspace */
};

static double complex *
vector (const matrix_function *self, int k)
{
  return self->vector + (size_t) k * (self->n + 1);
}

static double
norm (const double complex *x, size_t n)
{
  return matrix_frobenius (x, n, 1, n);
}

static double complex
inner (const double complex *x, const double complex *y, size_t n)
{
  double complex sum = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += conj (x[i]) * y[i];
  return sum;
}

/* x^H A y, and y |-> A y.  */
static void
apply (const double complex *a, size_t ld, size_t n, const double complex *x,
       double complex *y)
{
  memset (y, 0, n * sizeof *y);
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < n; i++)
      y[i] += a[j * ld + i] * x[j];
}

/* ---- the iteration --------------------------------------------------- */

/* X := A^-1 X / |A^-1 X| by LU factors ("N"), or A^-H ("C"); the norm.  */
static double
solve_unit (const matrix_function *self, const char *side, double complex *x)
{
  const int n = (int) self->n, one = 1;
  int info;
  double size;
  zgetrs_ (side, &n, &one, self->work[0], &n, self->pivot, x, &n, &info);
  size = norm (x, self->n);
  for (size_t i = 0; i < self->n; i++)
    x[i] /= size;
  return size;
}

/* LU factors of M(s) in work[0], M' in work[1]; a zero pivot is made one as
   small as rounding.  */
static bool
factor (matrix_function *self, double complex s)
{
  const int n = (int) self->n;
  double complex *m = self->work[0];
  double error[2], size;
  int info;
  if (! matrix_evaluate (self, s, self->n, m, self->work[1], error))
    return false;
  size = matrix_frobenius (m, self->n, self->n, self->n);
  zgetrf_ (&n, &n, m, &n, self->pivot, &info);
  for (int i = 0; i < n; i++)
    if (! (roots_size (m[i * n + i]) > 0.0))
      m[i * n + i] = DBL_EPSILON * (size > 0.0 ? size : 1.0);
  return true;
}

/* S to a root nearby, its null vectors to vectors 0 (right) and 1 (left). */
static bool
settle (matrix_function *self, double complex *s)
{
  enum
  {
    MOST_STEPS = 14
  };
  const size_t n = self->n;
  double complex *v = vector (self, 0), *w = vector (self, 1);
  double complex *old = vector (self, 2), *slope = vector (self, 3);
  double last = INFINITY;

  for (size_t i = 0; i < n; i++)
    /* Anything without pattern.  */
    v[i] = w[i] = 1.0 + sin (1.7 * (double) (i + 1) * (double) (i + 1));
  for (int k = 0; k < MOST_STEPS; k++)
    {
      double complex step;
      double size = 0.0;
      if (! factor (self, *s))
        return false;
      for (int again = k == 0 ? 3 : 1; again > 0; again--)
        {
          memcpy (old, v, n * sizeof *old);
          size = solve_unit (self, "N", v);
          solve_unit (self, "C", w);
        }
      apply (self->work[1], n, n, v, slope);
      step = inner (w, old, n) / size / inner (w, slope, n);
      if (! isfinite (roots_size (step)))
        return k > 0 && isfinite (norm (v, n) + norm (w, n));
      /* Once rounding rules, steps no longer shrink.  */
      if (k > 2 && roots_size (step) > 0.9 * last)
        return true;
      last = roots_size (step);
      *s -= step;
      /* The next step would be of the order of the square of this one.  */
      if (k > 0 && last <= 1e-9 * (roots_size (*s) + 1.0 / self->time))
        return true;
    }
  return true;
}

/* ---- the proof ------------------------------------------------------- */

/* ---- one root: the linear part --------------------------------------- */

/* What is known of g at s.  All of it allows for rounding.  */
typedef struct border
{
  double g, slope; /* |g| at most, |g'| at least */
  double x, y;     /* norms, at most */
  double inverse;  /* |G^-1|, at most */
} border;

/* G in work[3] (kept) and work[0] (inverted), M' in work[1].  */
static bool
make_border (matrix_function *self, double complex s, double error[2],
             double *relative)
{
  const size_t n = self->n, ld = n + 1;
  const int order = (int) ld, room = (MATRIX_ROOM - VECTORS) * order;
  const double complex *v = vector (self, 0), *w = vector (self, 1);
  double complex *g = self->work[3], *h = self->work[0];
  double beta, lower = 0.0, upper = 0.0;
  int info;

  if (! matrix_evaluate (self, s, ld, g, NULL, error)
      || ! matrix_evaluate (self, s, n, h, self->work[1], error))
    return false;
  beta = matrix_frobenius (g, n, n, ld) / sqrt ((double) n);
  if (! (beta > 0.0))
    beta = 1.0;
  for (size_t i = 0; i < n; i++)
    {
      g[n * ld + i] = beta * w[i];
      g[i * ld + n] = beta * conj (v[i]);
    }
  g[n * ld + n] = 0.0;
  memcpy (h, g, ld * ld * sizeof *h);
  zgetrf_ (&order, &order, h, &order, self->pivot, &info);
  if (info != 0)
    return false;
  for (size_t j = 0; j < ld; j++)
    for (size_t i = 0; i < ld; i++)
      {
        const double size = roots_size (h[j * ld + i]);
        *(i > j ? &lower : &upper) += size * size;
      }
  zgetri_ (&order, h, &order, self->pivot, vector (self, VECTORS), &room,
           &info);
  /* |I - H G| <= c n eps |H| |L| |U| (Higham 2002, section 14.3).  */
  *relative = matrix_frobenius (h, ld, ld, ld)
              * (8.0 * (double) (n + 3) * DBL_EPSILON
                     * sqrt ((lower + (double) ld) * upper)
                 + error[0]);
  return info == 0 && *relative < 0.05;
}

static bool
look_at_border (matrix_function *self, double complex s, border *at)
{
  const size_t n = self->n, ld = n + 1;
  const double eps = DBL_EPSILON;
  double complex *x = vector (self, 2), *y = vector (self, 3);
  double complex *rest = vector (self, 4), *slope = vector (self, 5);
  const double complex *g = self->work[3], *h = self->work[0];
  double error[2], relative, size_x, size_y, size_g, size_slope, residual;
  double left = 0.0, change_x, change_y;

  if (! make_border (self, s, error, &relative))
    return false;
  for (size_t i = 0; i < ld; i++)
    {
      x[i] = h[n * ld + i];
      y[i] = conj (h[i * ld + n]);
    }
  size_x = norm (x, ld);
  size_y = norm (y, ld);
  size_g = matrix_frobenius (g, ld, ld, ld);
  at->inverse = matrix_frobenius (h, ld, ld, ld) * (1.0 + 2.0 * relative);
  /* e^T G^-1 e = x_{n+1} + y^H r + (e^T - y^H G) G^-1 r,  r = e - G x.  */
  apply (g, ld, ld, x, rest);
  for (size_t i = 0; i < ld; i++)
    rest[i] = (i == n ? 1.0 : 0.0) - rest[i];
  residual = norm (rest, ld);
  for (size_t j = 0; j < ld; j++)
    {
      const double part =
          roots_size ((j == n ? 1.0 : 0.0) - inner (y, g + j * ld, ld));
      left = hypot (left, part);
    }
  /* Rounding of both, and that of M itself.  */
  residual += (2.0 * (double) (n + 5) * eps * size_g + error[0]) * size_x;
  left += (2.0 * (double) (n + 5) * eps * size_g + error[0]) * size_y;
  at->g =
      roots_size (x[n] + inner (y, rest, ld))
      + size_y * ((2.0 * (double) (n + 5) * eps * size_g + error[0]) * size_x)
      + left * at->inverse * residual + 4.0 * eps * roots_size (x[n]);
  change_x = at->inverse * residual;
  change_y = at->inverse * left;
  apply (self->work[1], n, n, x, slope);
  size_slope = matrix_frobenius (self->work[1], n, n, n);
  at->slope =
      roots_size (inner (y, slope, n))
      - (error[1] + 4.0 * (double) (n + 2) * eps * size_slope) * size_x * size_y
      - size_slope * (change_x * size_y + (size_x + change_x) * change_y);
  at->x = size_x + change_x;
  at->y = size_y + change_y;
  /* Null vectors, as good as M itself.  */
  size_x = norm (x, n);
  size_y = norm (y, n);
  for (size_t i = 0; i < n; i++)
    {
      vector (self, 0)[i] = x[i] / size_x;
      vector (self, 1)[i] = y[i] / size_y;
    }
  return true;
}

/* A disc around S that holds exactly one root, given null vectors.  */
static double
simple_bound (matrix_function *self, double complex s)
{
  border at;
  matrix_bounds sup;
  double trial, curve, bound;

  if (! look_at_border (self, s, &at) || ! (at.slope > 0.0))
    return INFINITY;
  trial = fmax (2.5 * at.g / at.slope, DBL_EPSILON * roots_size (s));
  sup = matrix_bounds_right_of (self, creal (s) - trial);
  curve = at.x * at.y
          * (0.5 * sup.second + 2.0 * at.inverse * sup.first * sup.first);
  if (! (trial * at.inverse * sup.first <= 0.5
         && at.g + curve * trial * trial < at.slope * trial))
    return INFINITY;
  /* The least radius that does.  */
  bound = 2.0 * at.g
          / (at.slope
             + sqrt (fmax (at.slope * at.slope - 4.0 * curve * at.g, 0.0)));
  return fmin (bound * (1.0 + 1e-6) + DBL_MIN, trial);
}

/* |M(s) v| for the unit vector v, and how far the root moves with relative
   changes of the matrices: see roots_root.  */
static bool
measure (matrix_function *self, double complex s, roots_root *root)
{
  const size_t n = self->n;
  const double complex *v = vector (self, 0), *w = vector (self, 1);
  double complex *product = vector (self, 2);
  double error[2], weight;
  if (! matrix_evaluate (self, s, n, self->work[0], self->work[1], error))
    return false;
  weight = matrix_weight (self, s);
  apply (self->work[0], n, n, v, product);
  root->residual = norm (product, n);
  root->backward = root->residual / weight;
  apply (self->work[1], n, n, v, product);
  root->condition = root->multiplicity > 1
                        ? INFINITY
                        : weight / roots_size (inner (w, product, n));
  return true;
}

static bool
enclose_simple (matrix_function *self, double complex s, roots_root *root)
{
  const double bound = simple_bound (self, s);
  /* Off the axis the conjugate must stay outside.  */
  if (! isfinite (bound) || (cimag (s) != 0.0 && bound >= fabs (cimag (s))))
    return false;
  *root = (roots_root){ .s = cimag (s) < 0.0 ? conj (s) : s,
                        .multiplicity = 1,
                        .bound = bound };
  return measure (self, s, root);
}

/* ---- roots that cannot be told apart --------------------------------- */

enum
{
  MOST_DEGREE = 6
};

/* g(s+z) = sum_j g_j z^j + ..., |g_j| <= 2 |G^-1| reach^-j.  */
typedef struct taylor
{
  double complex g[MOST_DEGREE + 1];
  double error[MOST_DEGREE + 1];
  double inverse, reach;
} taylor;

/* The columns x_j of G(s+z)^-1 e = sum x_j z^j:  G x_0 = e,  G x_j = - sum_i
   (M^(i) / i!) x_{j-i}.  Within REACH |G(s+z) - G(s)| |G^-1| <= 1/2.  */
static bool
expand (matrix_function *self, double complex s, unsigned degree,
        taylor *series)
{
  const size_t n = self->n, ld = n + 1;
  double complex *x = vector (self, VECTORS); /* degree + 1 of them */
  double complex *sum = vector (self, 2), *product = vector (self, 3);
  double error[2], relative, sizes[MOST_DEGREE + 1], slope[MOST_DEGREE + 1];
  double doubt[MOST_DEGREE + 1];
  const double complex *h = self->work[0];

  if (! make_border (self, s, error, &relative))
    return false;
  series->inverse = matrix_frobenius (h, ld, ld, ld) * (1.0 + 2.0 * relative);
  for (unsigned j = 0; j <= degree; j++)
    {
      double right = j == 0 ? 1.0 : 0.0, right_doubt = 0.0;
      memset (sum, 0, ld * sizeof *sum);
      sum[n] = j == 0 ? 1.0 : 0.0;
      for (unsigned i = 1; i <= j; i++)
        {
          matrix_taylor (self, s, i, self->work[2]);
          if (j == i)
            slope[i] = matrix_frobenius (self->work[2], n, n, n);
          apply (self->work[2], n, n, x + (j - i) * ld, product);
          for (size_t k = 0; k < n; k++)
            sum[k] -= product[k];
          right += slope[i] * sizes[j - i];
          right_doubt += slope[i] * doubt[j - i];
        }
      apply (h, ld, ld, sum, x + j * ld);
      sizes[j] = norm (x + j * ld, ld);
      doubt[j] =
          series->inverse
          * (right_doubt
             + (2.0 * relative + 8.0 * (double) (n + 4) * DBL_EPSILON) * right);
      series->g[j] = x[j * ld + n];
      series->error[j] = doubt[j];
    }
  series->reach =
      0.5 / (series->inverse * matrix_bounds_right_of (self, creal (s)).first);
  while (! (series->reach * series->inverse
                * matrix_bounds_right_of (self, creal (s) - series->reach).first
            <= 0.5))
    if (! ((series->reach *= 0.5) > 0.0))
      return false;
  return true;
}

/* The radius of a circle on which the term of degree M outweighs the others,
   so that it holds M roots (Pellet); INFINITY where there is none.  */
static double
pellet_radius (const taylor *series, unsigned m)
{
  const double lead = cabs (series->g[m]) - series->error[m];
  double radius =
      pow ((cabs (series->g[0]) + series->error[0]) / lead, 1.0 / m);
  for (radius *= 1.01; radius < 0.5 * series->reach; radius *= 1.3)
    {
      const double ratio = radius / series->reach;
      double rest =
          2.0 * series->inverse * pow (ratio, m + 1.0) / (1.0 - ratio);
      for (unsigned j = 0; j < m; j++)
        rest += (cabs (series->g[j]) + series->error[j]) * pow (radius, j);
      if (rest * (1.0 + 1e-12) < lead * pow (radius, m))
        return radius;
    }
  return INFINITY;
}

/* Roots with one null vector in common.  */
static bool
enclose_defective (matrix_function *self, double complex s, roots_root *root)
{
  for (unsigned m = 2; m <= MOST_DEGREE && matrix_has_taylor (self, m); m++)
    {
      const double near = 1e-2 * (roots_size (s) + 1.0 / self->time);
      double complex centre = s;
      taylor series;
      double radius;
      for (int k = 0; k < 4; k++)
        {
          double complex step;
          if (! expand (self, centre, m, &series))
            return false;
          /* To the zero of the derivative of order m - 1: their mean.  */
          step = series.g[m - 1] / ((double) m * series.g[m]);
          if (! (cabs (centre - step - s) < near))
            break;
          if (fabs (cimag (centre - step)) < 1e-3 * near)
            step = CMPLX (creal (step), cimag (centre));
          if (cabs (step) <= DBL_EPSILON * cabs (centre))
            break;
          centre -= step;
        }
      if (! expand (self, centre, m, &series))
        return false;
      radius = pellet_radius (&series, m);
      if (! isfinite (radius) || radius > near
          || (cimag (centre) != 0.0 && radius >= fabs (cimag (centre))))
        continue;
      *root = (roots_root){ .s = cimag (centre) < 0.0 ? conj (centre) : centre,
                            .multiplicity = m,
                            .bound = radius * (1.0 + 1e-6) };
      return measure (self, centre, root);
    }
  return false;
}

/* Around their mean, the least circle that can be counted along.  */
static bool
enclose_cluster (matrix_function *self, double complex s, roots_root *root)
{
  const double scale = roots_size (s) + 1.0 / self->time;
  for (double width = 1e-7; width < 0.02; width *= 10.0)
    {
      const double widest = width * scale;
      const bool real = fabs (cimag (s)) <= 2.0 * widest;
      double complex centre;
      long expected, count;
      if (! matrix_guess_around (self, real ? creal (s) : s, widest, &expected,
                                 &centre))
        continue;
      if (real)
        centre = creal (centre);
      for (double radius = 1e-14 * scale; radius < widest; radius *= 3.0)
        {
          if (matrix_count_around (self, centre, radius, &count, NULL)
                  != SUPPORT_OK
              || count != expected)
            continue;
          *root =
              (roots_root){ .s = cimag (centre) < 0.0 ? conj (centre) : centre,
                            .multiplicity = (unsigned) count,
                            .bound = radius * (1.0 + 1e-6) };
          return measure (self, centre, root);
        }
    }
  return false;
}

bool
matrix_enclose (matrix_function *self, double complex start, roots_root *root)
{
  double complex s = start;
  if (! settle (self, &s))
    return false;
  if (fabs (cimag (s)) < 1e-6 * (roots_size (s) + 1.0 / self->time)
      && enclose_simple (self, creal (s), root))
    return true;
  return (cimag (s) != 0.0 && enclose_simple (self, s, root))
         || enclose_defective (self, s, root)
         || enclose_cluster (self, s, root);
}
