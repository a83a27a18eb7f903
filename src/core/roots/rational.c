/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rational transforms phi_k = N_k/D_k: the roots are those of the polynomial

     P = A prod_k D_k + sum_k (a_k + c_k s) N_k prod_(j != k) D_j,

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
  const roots_equation *equation;
  double origin, unit;
  size_t degree;       /* of P */
  size_t degree_of_h;  /* without what a pole cancels */
  size_t poles;        /* degree of D = prod D_k */
  size_t room;         /* for coefficients of each */
  double *p, *size;    /* SIZE: what rounding in P is measured by */
  double *d, *n, *own; /* D, and N_k, D_k; one block with P */
  double *work;        /* room for two */
  roots_taylor taylor; /* workspace */
} fraction;

static void
fraction_free (fraction *self)
{
  free (self->p);
  free (self->taylor.coefficient);
  free (self->taylor.error);
}

static bool
is_instantaneous (const delay_law *law)
{
  return strcmp (delay_family_name (law), "deterministic") == 0
         && delay_mean (law) == 0.0;
}

/* The scale of an Erlang law, 0 for all others.  */
static double
erlang_scale (const delay_law *law)
{
  size_t count;
  const delay_argument *argument = delay_arguments (law, &count);
  if (strcmp (delay_family_name (law), "gamma") == 0)
    return argument[1].values[0];
  if (strcmp (delay_family_name (law), "exponential") == 0)
    return argument[0].values[0];
  return 0.0;
}

/* An Erlang law is written around its pole, D = v^k, where the binomial
   coefficients of (1 + s h)^k would lose digits.  */
static void
set_variable (fraction *self)
{
  const roots_equation *equation = self->equation;
  const double h = erlang_scale (equation->each[0].delay);
  if (h > 0.0 && equation->classes == 1)
    {
      self->origin = -1.0 / h;
      self->unit = 1.0 / h;
      return;
    }
  self->origin = 0.0;
  self->unit = roots_rate_scale (equation);
}

/* N_k and D_k, of the degree *DEGREE.  */
static bool
set_transform (fraction *self, const delay_law *law, size_t *degree)
{
  double power = 1.0;
  *degree = self->room - 1;
  memset (self->n, 0, self->room * sizeof *self->n);
  memset (self->own, 0, self->room * sizeof *self->own);
  if (is_instantaneous (law))
    {
      *degree = 0;
      self->n[0] = self->own[0] = 1.0;
      return true;
    }
  if (! delay_rational (law, degree, self->n, self->own))
    return false;
  if (self->origin != 0.0)
    {
      memset (self->own, 0, self->room * sizeof *self->own);
      self->n[0] = self->own[*degree] = 1.0;
      return true;
    }
  for (size_t j = 0; j <= *degree; j++, power *= self->unit)
    {
      self->n[j] *= power;
      self->own[j] *= power;
    }
  return true;
}

/* TO += (weight[0] + weight[1] v) LEFT RIGHT, by moduli if ABSOLUTE.  */
static void
add_product (double *to, const double weight[2], const double *left,
             size_t left_degree, const double *right, size_t right_degree,
             bool absolute)
{
  for (size_t i = 0; i <= left_degree; i++)
    for (size_t j = 0; j <= right_degree; j++)
      {
        const double term =
            absolute ? fabs (left[i] * right[j]) : left[i] * right[j];
        to[i + j] += weight[0] * term;
        if (weight[1] != 0.0)
          to[i + j + 1] += weight[1] * term;
      }
}

/* A factor that a + c s shares with D_k is no root of h (one worker with an
   exponential law is such a case).  */
static bool
cancel (fraction *self, double weight[2], size_t *degree)
{
  const double zero = weight[1] != 0.0 ? -weight[0] / weight[1] : 0.0;
  double *d = self->own;
  const size_t q = *degree;
  if (weight[1] == 0.0 || q == 0
      || cabs (roots_polynomial_at (d, q, zero))
             > 8.0 * DBL_EPSILON * roots_polynomial_size (d, q, zero))
    return false;
  for (size_t j = q; j-- > 0;)
    d[j] += zero * d[j + 1]; /* Horner's quotient */
  for (size_t j = 0; j < q; j++)
    d[j] = d[j + 1];
  d[q] = 0.0;
  *degree = q - 1;
  weight[0] = weight[1];
  weight[1] = 0.0;
  return true;
}

/* P D_k + (a_k + c_k s) N_k D  and  D D_k.  */
static bool
add_class (fraction *self, const roots_class *each)
{
  static const double one[2] = { 1.0, 0.0 };
  const size_t bytes = self->room * sizeof (double);
  double *product = self->work, *size = product + self->room;
  double weight[2] = { each->a + each->c * self->origin, each->c * self->unit };
  double magnitude[2] = { fabs (each->a) + fabs (each->c * self->origin),
                          fabs (weight[1]) };
  size_t degree, numerator;

  if (! set_transform (self, each->delay, &degree))
    return false;
  numerator = degree;
  if (cancel (self, weight, &degree))
    {
      magnitude[0] = fabs (weight[0]);
      magnitude[1] = 0.0;
    }
  while (numerator > 0 && self->n[numerator] == 0.0)
    numerator--;
  memset (product, 0, 2 * bytes);
  add_product (product, one, self->p, self->degree, self->own, degree, false);
  add_product (size, one, self->size, self->degree, self->own, degree, true);
  add_product (product, weight, self->d, self->poles, self->n, numerator,
               false);
  add_product (size, magnitude, self->d, self->poles, self->n, numerator, true);
  memcpy (self->p, product, bytes);
  memcpy (self->size, size, bytes);
  self->degree += degree;
  if (self->poles + numerator + (weight[1] != 0.0) > self->degree)
    self->degree = self->poles + numerator + (weight[1] != 0.0);

  memset (product, 0, bytes);
  add_product (product, one, self->d, self->poles, self->own, degree, false);
  memcpy (self->d, product, bytes);
  self->poles += degree;
  return true;
}

static bool
set_numerator (fraction *self)
{
  const roots_equation *equation = self->equation;
  const double *b = equation->instant;
  const double o = self->origin, u = self->unit;
  self->p[0] = (b[2] * o + b[1]) * o + b[0];
  self->p[1] = (2.0 * b[2] * o + b[1]) * u;
  self->p[2] = b[2] * u * u;
  self->size[0] = (fabs (b[2] * o) + fabs (b[1])) * fabs (o) + fabs (b[0]);
  self->size[1] = (2.0 * fabs (b[2] * o) + fabs (b[1])) * u;
  self->size[2] = fabs (self->p[2]);
  self->degree = b[2] != 0.0 ? 2 : 1;
  self->d[0] = 1.0;
  self->poles = 0;
  for (size_t k = 0; k < equation->classes; k++)
    if (! add_class (self, &equation->each[k]))
      return false;
  while (self->degree > 0 && self->p[self->degree] == 0.0)
    self->degree--;
  self->degree_of_h = self->degree;
  return true;
}

/* ---- guesses --------------------------------------------------------- */

static support_status
guess (const fraction *self, double complex *zero, support_failure *failure)
{
  const int n = (int) self->degree;
  const int room = 8 * n, one = 1;
  const double lead = self->p[n];
  double *block, *re, *im, *work, unused;
  int info = 1;

  if (n == 2)
    {
      roots_quadratic (self->p, zero);
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
  if (support_finite (block, (size_t) n * (size_t) n))
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
refine (const roots_equation *equation, double complex s)
{
  double last = INFINITY;
  for (int n = 0; n < 6; n++)
    {
      double complex slope, step;
      const double complex value = roots_value_of (equation, s, &slope, NULL);
      double size;
      step = value / slope;
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
      const double complex refined = refine (self->equation, s);
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
  bound = roots_pellet_bound (self->p, self->size, self->degree, *centre, m,
                              &self->taylor);
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
      bound = roots_pellet_bound (self->p, self->size, self->degree, v, 1,
                                  &self->taylor);
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
roots_rational_degree (const roots_equation *equation)
{
  double numerator[MOST_DEGREE + 1], denominator[MOST_DEGREE + 1];
  size_t sum = equation->instant[2] != 0.0 ? 2 : 1;
  for (size_t k = 0; k < equation->classes; k++)
    {
      const delay_law *law = equation->each[k].delay;
      size_t degree = MOST_DEGREE;
      if (is_instantaneous (law))
        continue;
      if (! delay_rational (law, &degree, numerator, denominator)
          || sum + degree > MOST_DEGREE + 2)
        return 0;
      sum += degree;
    }
  return sum;
}

static support_status
create (const roots_equation *equation, fraction *self,
        support_failure *failure)
{
  const size_t room = roots_rational_degree (equation) + 3;
  *self = (fraction){ .equation = equation, .room = room };
  self->p = support_doubles (7 * room);
  self->taylor.coefficient = calloc (room, sizeof *self->taylor.coefficient);
  self->taylor.error = support_doubles (room);
  if (! self->p || ! self->taylor.coefficient || ! self->taylor.error)
    {
      fraction_free (self);
      return support_fail_memory (failure);
    }
  self->size = self->p + room;
  self->d = self->size + room;
  self->n = self->d + room;
  self->own = self->n + room;
  self->work = self->own + room;
  return SUPPORT_OK;
}

support_status
roots_rational (const roots_equation *equation, roots_list *list,
                bool *complete, support_failure *failure)
{
  const double border = roots_abscissa (equation);
  fraction self;
  double complex *zero = NULL;
  roots_function *function = NULL;
  support_status status = create (equation, &self, failure);

  *complete = false;
  if (status != SUPPORT_OK)
    return status;
  set_variable (&self);
  if (! set_numerator (&self))
    status = support_fail (failure, SUPPORT_NUMERICAL,
                           "the transform of the delay is not rational");
  else
    {
      zero = calloc (self.degree + 1, sizeof *zero);
      if (! zero)
        status = support_fail_memory (failure);
    }
  if (status == SUPPORT_OK && self.degree > 0)
    status = guess (&self, zero, failure);
  if (status == SUPPORT_OK && isfinite (border))
    (void) roots_function_create (equation, 0.95 * border, NULL, &function,
                                  NULL);
  if (status == SUPPORT_OK)
    status = prove (&self, zero, function, list, failure);
  roots_function_free (function);
  if (status == SUPPORT_OK)
    *complete = roots_list_total (list, -INFINITY) == self.degree_of_h;
  free (zero);
  fraction_free (&self);
  return status;
}
