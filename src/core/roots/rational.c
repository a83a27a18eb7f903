/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rational transforms phi = N/D: the roots are those of the polynomial

     P = (s + b) D + (a + c s) N,

   all of them, left of the abscissa of convergence too.  Guesses are the
   eigenvalues of the companion matrix, made better by Newton's iteration.  */

#include "roots/roots_private.h"
#include "support/lapack.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  MOST_DEGREE = 400
};

/* Everything as polynomials in v, s = origin + unit v, constant first.  */
typedef struct fraction
{
  const roots_kernel *kernel;
  double origin, unit;
  size_t degree;       /* of P */
  size_t degree_of_h;  /* without what a pole cancels */
  size_t poles;        /* degree of D */
  double *p, *n, *d;   /* one block */
  size_t room;         /* of each */
  roots_taylor taylor; /* workspace */
} fraction;

static void
fraction_free (fraction *self)
{
  free (self->p);
  free (self->taylor.coefficient);
  free (self->taylor.error);
}

/* N and D.  An Erlang law is written around its pole, D = v^k, where the
   binomial coefficients of (1 + s h)^k would lose digits.  */
static bool
set_transform (fraction *self)
{
  const delay_law *law = self->kernel->delay;
  const char *family = delay_family_name (law);
  size_t count, degree = self->room - 2;
  const delay_argument *argument = delay_arguments (law, &count);

  if (strcmp (family, "deterministic") == 0 && delay_mean (law) == 0.0)
    {
      self->origin = 0.0;
      self->unit = 1.0;
      self->poles = 0;
      self->n[0] = self->d[0] = 1.0;
      return true;
    }
  if (! delay_rational (law, &degree, self->n, self->d))
    return false;
  if (strcmp (family, "gamma") == 0 || strcmp (family, "exponential") == 0)
    {
      const double h = strcmp (family, "gamma") == 0 ? argument[1].values[0]
                                                     : argument[0].values[0];
      memset (self->d, 0, (degree + 1) * sizeof *self->d);
      self->origin = -1.0 / h;
      self->unit = 1.0 / h;
      self->n[0] = self->d[degree] = 1.0;
    }
  else
    {
      double power = 1.0;
      self->origin = 0.0;
      self->unit = 1.0 / delay_mean (law);
      for (size_t j = 0; j <= degree; j++, power *= self->unit)
        {
          self->n[j] *= power;
          self->d[j] *= power;
        }
    }
  self->poles = degree;
  return true;
}

/* to += (constant + slope v) from */
static void
add_product (double *to, double constant, double slope, const double *from,
             size_t degree)
{
  for (size_t j = 0; j <= degree; j++)
    {
      to[j] += constant * from[j];
      to[j + 1] += slope * from[j];
    }
}

static void
set_numerator (fraction *self)
{
  const roots_kernel *kernel = self->kernel;
  const double shifted = kernel->a + kernel->c * self->origin;
  const double slope = kernel->c * self->unit;
  const double zero = slope != 0.0 ? -shifted / slope : 0.0;
  size_t q = self->poles;

  /* A factor that a + c s shares with D is no root of h (one worker with an
     exponential law is such a case).  */
  if (slope != 0.0 && q > 0
      && cabs (roots_polynomial_at (self->d, q, zero))
             <= 8.0 * DBL_EPSILON * roots_polynomial_size (self->d, q, zero))
    {
      for (size_t j = q; j-- > 0;)
        self->d[j] += zero * self->d[j + 1]; /* Horner's quotient */
      for (size_t j = 0; j < q; j++)
        self->d[j] = self->d[j + 1];
      self->d[q] = 0.0;
      q = --self->poles;
      add_product (self->p, slope, 0.0, self->n, q);
    }
  else
    add_product (self->p, shifted, slope, self->n, q);
  add_product (self->p, self->origin + kernel->b, self->unit, self->d, q);
  self->degree = q + 1;
  while (self->degree > 0 && self->p[self->degree] == 0.0)
    self->degree--;
  self->degree_of_h = self->degree;
}

/* ---- guesses --------------------------------------------------------- */

static void
guess_quadratic (const double p[3], double complex zero[2])
{
  const double half = -0.5 * p[1] / p[2];
  const double square = half * half - p[0] / p[2];
  if (square < 0.0)
    {
      zero[0] = CMPLX (half, sqrt (-square));
      zero[1] = conj (zero[0]);
      return;
    }
  /* The larger one first, lest the smaller be a difference.  */
  zero[0] = half + copysign (sqrt (square), half);
  zero[1] = creal (zero[0]) != 0.0 ? p[0] / p[2] / zero[0] : 0.0;
}

static support_status
guess (const fraction *self, double complex *zero, support_failure *failure)
{
  const int n = (int) self->degree;
  const int room = 8 * n, one = 1;
  const double lead = self->p[n];
  double *block, *re, *im, *work, unused;
  int info;

  if (n == 2)
    {
      guess_quadratic (self->p, zero);
      return SUPPORT_OK;
    }
  block = support_doubles ((size_t) n * (size_t) n + 10 * (size_t) n);
  if (! block)
    return support_fail_memory (failure);
  re = block + (size_t) n * (size_t) n;
  im = re + n;
  work = im + n;
  /* Column-major: ones below the diagonal, coefficients in the last column. */
  for (int j = 0; j < n; j++)
    {
      if (j + 1 < n)
        block[j * n + j + 1] = 1.0;
      block[(n - 1) * n + j] = -self->p[j] / lead;
    }
  dgeev_ ("N", "N", &n, block, &n, re, im, &unused, &one, &unused, &one, work,
          &room, &info);
  for (int j = 0; j < n && info == 0; j++)
    zero[j] = CMPLX (re[j], im[j]);
  free (block);
  if (info != 0)
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the eigenvalues of the companion matrix of the "
                         "delay law did not converge");
  return SUPPORT_OK;
}

/* ---- roots ----------------------------------------------------------- */

static double complex
newton (const fraction *self, double complex v)
{
  double last = INFINITY;
  for (int n = 0; n < 12; n++)
    {
      double complex value = self->p[self->degree], slope = 0.0, step;
      for (size_t j = self->degree; j-- > 0;)
        {
          slope = slope * v + value;
          value = value * v + self->p[j];
        }
      step = value / slope;
      /* Once rounding rules, the steps no longer shrink.  */
      if (! (cabs (step) < 0.9 * last))
        break;
      last = cabs (step);
      v -= step;
      if (last <= DBL_EPSILON * cabs (v))
        break;
    }
  return v;
}

/* Newton's iteration on h itself, whose transform is evaluated in closed form
   without the rounding that the coefficients of P carry.  */
static double complex
refine (const roots_kernel *kernel, double complex s)
{
  double last = INFINITY;
  for (int n = 0; n < 6; n++)
    {
      double complex phi[3], step;
      double size;
      delay_lst (kernel->delay, s, phi);
      step =
          (s + kernel->b + (kernel->a + kernel->c * s) * phi[0])
          / (1.0 + kernel->c * phi[0] + (kernel->a + kernel->c * s) * phi[1]);
      size = cabs (step);
      if (! (size < 0.5 * last))
        break;
      last = size;
      s -= cimag (s) == 0.0 ? creal (step) : step;
    }
  return s;
}

/* Adds the root in the disc of radius BOUND around V.  Right of the abscissa
   FUNCTION (NULL: there is none) has a sharper disc.  */
static support_status
add (const fraction *self, double complex v, size_t m, double bound,
     roots_function *function, roots_list *list, support_failure *failure)
{
  const double complex s = self->origin + self->unit * v;
  /* The step back to s is rounded as well.  */
  const double radius = fabs (self->unit) * bound
                        + 2.0 * DBL_EPSILON * (fabs (self->origin) + cabs (s));
  roots_root root = { .s = s, .multiplicity = (unsigned) m, .bound = radius };
  roots_root sharper;

  root.residual = cabs (roots_polynomial_at (self->p, self->degree, v)
                        / roots_polynomial_at (self->d, self->poles, v));
  if (isfinite (radius) && function && creal (s) > function->line
      && roots_enclose (function, s, &sharper) && sharper.multiplicity == m
      && cabs (sharper.s - s) + sharper.bound < radius)
    root = sharper;
  else if (isfinite (radius) && m == 1)
    {
      const double complex refined = refine (self->kernel, s);
      const double moved = cabs (refined - s);
      if (moved < radius)
        {
          root.s = refined;
          root.bound = radius + moved;
        }
    }
  return roots_list_add (list, &root, failure);
}

/* True unless D has no zero within RADIUS of V.  Where both P and D vanish, as
   far as rounding can tell, a pole cancels and h has no root (parts of a
   mixture with the same pole are such a case).  */
static bool
may_be_pole (const fraction *self, double complex v, double radius)
{
  const size_t q = self->poles;
  const double size = cabs (v) + radius;
  double slope = 0.0, power = 1.0;
  for (size_t j = 1; j <= q; j++, power *= size)
    slope += (double) j * fabs (self->d[j]) * power;
  return ! (cabs (roots_polynomial_at (self->d, q, v))
            > radius * slope
                  + 4.0 * (double) (q + 1) * DBL_EPSILON
                        * roots_polynomial_size (self->d, q, v));
}

/* Indices of all guesses by their distance from CENTRE, nearest first.  */
static void
order (const double complex *zero, size_t count, double complex centre,
       size_t *index)
{
  for (size_t i = 0; i < count; i++)
    {
      size_t k = i;
      for (; k > 0
             && cabs (zero[index[k - 1]] - centre) > cabs (zero[i] - centre);
           k--)
        index[k] = index[k - 1];
      index[k] = i;
    }
}

/* The disc of M zeros around the mean of the M guesses nearest to guess I (the
   mean of a multiple zero that rounding has broken up is accurate).  */
static double
cluster (fraction *self, const double complex *zero, const size_t *index,
         size_t m, double complex *centre)
{
  double spread = 0.0, bound;
  *centre = 0.0;
  for (size_t k = 0; k < m; k++)
    *centre += zero[index[k]] / (double) m;
  for (size_t k = 0; k < m; k++)
    spread = fmax (spread, cabs (zero[index[k]] - *centre));
  if (fabs (cimag (*centre)) <= spread)
    *centre = creal (*centre);
  bound = roots_pellet_bound (self->p, self->degree, *centre, m, &self->taylor);
  return cimag (*centre) == 0.0 || bound < fabs (cimag (*centre)) ? bound
                                                                  : INFINITY;
}

static support_status
prove (fraction *self, const double complex *zero, roots_function *function,
       roots_list *list, support_failure *failure)
{
  const size_t n = self->degree;
  bool *done = calloc (n + 1, sizeof *done);
  size_t *index = calloc (n + 1, sizeof *index);
  support_status status =
      done && index ? SUPPORT_OK : support_fail_memory (failure);

  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      const double complex first = newton (self, zero[i]);
      double complex v = first;
      double bound;
      size_t m = 1;
      /* The upper half stands for both: LAPACK gives exact conjugates.  */
      if (done[i] || cimag (zero[i]) < 0.0)
        continue;
      done[i] = true;
      bound = roots_pellet_bound (self->p, self->degree, v, 1, &self->taylor);
      if (cimag (v) != 0.0 && bound >= fabs (cimag (v)))
        bound = INFINITY;
      if (! isfinite (bound))
        order (zero, n, zero[i], index);
      while (! isfinite (bound) && m < n
             && cabs (zero[index[m]] - zero[i]) < 0.05 * (1.0 + cabs (v)))
        bound = cluster (self, zero, index, ++m, &v);
      if (isfinite (bound))
        for (size_t k = 0; m > 1 && k < m; k++)
          done[index[k]] = true;
      else
        {
          v = first;
          m = 1;
        }
      if (isfinite (bound) && may_be_pole (self, v, bound))
        self->degree_of_h -= m * (cimag (v) != 0.0 ? 2 : 1);
      else
        status = add (self, v, m, bound, function, list, failure);
    }
  free (index);
  free (done);
  return status;
}

/* ---- door ------------------------------------------------------------ */

size_t
roots_rational_degree (const roots_kernel *kernel)
{
  const delay_law *law = kernel->delay;
  double numerator[MOST_DEGREE + 1], denominator[MOST_DEGREE + 1];
  size_t degree = MOST_DEGREE;
  if (strcmp (delay_family_name (law), "deterministic") == 0
      && delay_mean (law) == 0.0)
    return 1;
  return delay_rational (law, &degree, numerator, denominator) ? degree + 1 : 0;
}

static support_status
create (const roots_kernel *kernel, fraction *self, support_failure *failure)
{
  const size_t room = roots_rational_degree (kernel) + 2;
  *self = (fraction){ .kernel = kernel, .room = room };
  self->p = support_doubles (3 * room);
  self->taylor.coefficient = calloc (room, sizeof *self->taylor.coefficient);
  self->taylor.error = support_doubles (room);
  if (! self->p || ! self->taylor.coefficient || ! self->taylor.error)
    {
      fraction_free (self);
      return support_fail_memory (failure);
    }
  self->n = self->p + room;
  self->d = self->n + room;
  return SUPPORT_OK;
}

support_status
roots_rational (const roots_kernel *kernel, roots_list *list, bool *complete,
                support_failure *failure)
{
  const double border = delay_abscissa (kernel->delay);
  fraction self;
  double complex *zero = NULL;
  roots_function *function = NULL;
  support_status status = create (kernel, &self, failure);

  *complete = false;
  if (status != SUPPORT_OK)
    return status;
  if (! set_transform (&self))
    status = support_fail (failure, SUPPORT_NUMERICAL,
                           "the transform of the delay is not rational");
  else
    {
      set_numerator (&self);
      zero = calloc (self.degree + 1, sizeof *zero);
      if (! zero)
        status = support_fail_memory (failure);
    }
  if (status == SUPPORT_OK && self.degree > 0)
    status = guess (&self, zero, failure);
  if (status == SUPPORT_OK && isfinite (border))
    (void) roots_function_create (kernel, 0.95 * border, NULL, &function, NULL);
  if (status == SUPPORT_OK)
    status = prove (&self, zero, function, list, failure);
  roots_function_free (function);
  if (status == SUPPORT_OK)
    *complete = roots_list_total (list, -INFINITY) == self.degree_of_h;
  free (zero);
  fraction_free (&self);
  return status;
}
