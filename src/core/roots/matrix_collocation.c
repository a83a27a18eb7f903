/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guesses of the roots: eigenvalues of the infinitesimal generator.

   y(t) = exp (-r t) x(t) obeys the equation with A_0 - r I and A_k exp (-r
   tau_k), whose roots are those sought less r: those right of the line are
   right of the imaginary axis, where the eigenfunctions exp (z theta), theta
   in [-tau, 0], have modulus at most 1.  The generator takes a function on
   [-tau, 0] to its derivative; its domain says y'(0) = sum_k A_k y(-tau_k).
   On the polynomials of some degree, known at Chebyshev points, that is a
   matrix whose eigenvalues converge faster than any power (Breda, Maset,
   Vermiglio, SIAM J. Sci. Comput. 27, 2005; the shift: Wu, Michiels, J.
   Comput. Appl. Math. 236, 2012).  A random delay enters by a rule of nodes;
   what that leaves out only makes guesses worse.  */

#include "roots/matrix.h"
#include "support/lapack.h"

#include <math.h>
#include <stdlib.h>

enum
{
  MOST_UNKNOWNS = 6000 /* 288 MB */
};

static const double pi = 3.14159265358979323846;

size_t
matrix_most_degree (const matrix_function *self)
{
  return MOST_UNKNOWNS / self->n > 2 ? MOST_UNKNOWNS / self->n - 1 : 1;
}

/* ---- delays as nodes ------------------------------------------------- */

/* Nodes and weights of E g(D) exp (-line D): a fixed delay, or a rule without
   those at its end that weigh nothing.  */
static support_status
make_rule (const matrix_term *term, double line, delay_rule **rule,
           support_failure *failure)
{
  const double negligible = 1e-9;
  double sum = 0.0, rest = 0.0;
  support_status status;

  if (! isnan (term->fixed))
    {
      *rule = calloc (1, sizeof **rule);
      if (*rule)
        {
          (*rule)->node = support_doubles (1);
          (*rule)->weight = support_doubles (1);
        }
      if (! *rule || ! (*rule)->node || ! (*rule)->weight)
        {
          delay_rule_free (*rule);
          *rule = NULL;
          return support_fail_memory (failure);
        }
      (*rule)->count = 1;
      (*rule)->node[0] = term->fixed;
      (*rule)->weight[0] = exp (-line * term->fixed);
      return SUPPORT_OK;
    }
  status = delay_rule_create (term->law, 0.2 * delay_mean (term->law), rule,
                              failure);
  if (status != SUPPORT_OK)
    return status;
  for (size_t i = 0; i < (*rule)->count; i++)
    {
      (*rule)->weight[i] *= exp (-line * (*rule)->node[i]);
      sum += (*rule)->weight[i];
    }
  while ((*rule)->count > 1
         && rest + (*rule)->weight[(*rule)->count - 1] < negligible * sum)
    rest += (*rule)->weight[--(*rule)->count];
  return SUPPORT_OK;
}

support_status
matrix_horizon (const matrix_function *self, double line, double *horizon,
                support_failure *failure)
{
  *horizon = 0.0;
  for (size_t k = 1; k < self->terms; k++)
    {
      delay_rule *rule;
      support_status status;
      if (! (self->term[k].spectral > 0.0))
        continue;
      status = make_rule (&self->term[k], line, &rule, failure);
      if (status != SUPPORT_OK)
        return status;
      *horizon = fmax (*horizon, rule->node[rule->count - 1]);
      delay_rule_free (rule);
    }
  return SUPPORT_OK;
}

/* ---- polynomials ----------------------------------------------------- */

/* cos (j pi / degree), from 1 down to -1, and D[i + j (degree + 1)], the
   derivative at point i of the polynomial that is 1 at point j (Trefethen,
   Spectral Methods in MATLAB, 2000, chapter 6).  */
static void
chebyshev (size_t degree, double *x, double *d)
{
  const size_t n = degree + 1;
  for (size_t j = 0; j < n; j++)
    x[j] =
        sin (0.5 * pi * ((double) degree - 2.0 * (double) j) / (double) degree);
  for (size_t i = 0; i < n; i++)
    {
      double sum = 0.0;
      for (size_t j = 0; j < n; j++)
        if (i != j)
          {
            const double ci = i == 0 || i == degree ? 2.0 : 1.0;
            const double cj = j == 0 || j == degree ? 2.0 : 1.0;
            d[i + j * n] = ci / cj * ((i + j) % 2 ? -1.0 : 1.0) / (x[i] - x[j]);
            sum += d[i + j * n];
          }
      d[i + i * n] = -sum;
    }
}

/* Adds WEIGHT times the values at Y of the polynomials that are 1 at one point
   each (the barycentric formula).  */
static void
add_cardinal (size_t degree, const double *x, double y, double weight,
              double *value)
{
  double sum = 0.0;
  for (size_t j = 0; j <= degree; j++)
    if (fabs (y - x[j]) < 1e-15)
      {
        value[j] += weight;
        return;
      }
  for (int pass = 0; pass < 2; pass++)
    for (size_t j = 0; j <= degree; j++)
      {
        const double own = (j == 0 || j == degree ? 0.5 : 1.0)
                           * (j % 2 ? -1.0 : 1.0) / (y - x[j]);
        if (pass == 0)
          sum += own;
        else
          value[j] += weight * own / sum;
      }
}

/* ---- the matrix ------------------------------------------------------ */

/* Unknown (j, component) has the index j n + component, point 0 being t = 0;
   U: room for degree + 1 numbers.  */
static support_status
fill (const matrix_function *self, double line, size_t degree, double horizon,
      const double *x, const double *d, double *u, double *generator,
      support_failure *failure)
{
  const size_t n = self->n, unknowns = n * (degree + 1);
  for (size_t j = 0; j <= degree; j++)
    for (size_t i = 1; i <= degree; i++)
      for (size_t c = 0; c < n; c++)
        generator[(j * n + c) * unknowns + i * n + c] =
            d[i + j * (degree + 1)] * 2.0 / horizon;
  for (size_t k = 0; k < self->terms; k++)
    {
      const matrix_term *term = &self->term[k];
      if (! (term->spectral > 0.0))
        continue;
      for (size_t j = 0; j <= degree; j++)
        u[j] = 0.0;
      if (k == 0)
        u[0] = 1.0;
      else
        {
          delay_rule *rule;
          const support_status status = make_rule (term, line, &rule, failure);
          if (status != SUPPORT_OK)
            return status;
          for (size_t i = 0; i < rule->count; i++)
            add_cardinal (degree, x, 1.0 - 2.0 * rule->node[i] / horizon,
                          rule->weight[i], u);
          delay_rule_free (rule);
        }
      for (size_t j = 0; j <= degree; j++)
        for (size_t c = 0; c < n && u[j] != 0.0; c++)
          for (size_t i = 0; i < n; i++)
            generator[(j * n + c) * unknowns + i] += u[j] * term->a[c * n + i];
    }
  for (size_t c = 0; c < n; c++)
    generator[c * unknowns + c] -= line;
  return SUPPORT_OK;
}

static support_status
eigenvalues (double *a, size_t size, double complex *value,
             support_failure *failure)
{
  const int n = (int) size, one = 1, query = -1;
  double *re = support_doubles (2 * size), *work;
  double best = 0.0, unused;
  int room, info = 1;

  dgeev_ ("N", "N", &n, a, &n, &unused, &unused, &unused, &one, &unused, &one,
          &best, &query, &info);
  room = (int) best;
  work = support_doubles ((size_t) room);
  if (! re || ! work)
    {
      free (re);
      free (work);
      return support_fail_memory (failure);
    }
  if (support_finite (a, size * size))
    dgeev_ ("N", "N", &n, a, &n, re, re + size, &unused, &one, &unused, &one,
            work, &room, &info);
  for (size_t i = 0; i < size && info == 0; i++)
    value[i] = CMPLX (re[i], re[size + i]);
  free (re);
  free (work);
  return info == 0 ? SUPPORT_OK
                   : support_fail (failure, SUPPORT_NUMERICAL,
                                   "the eigenvalues of the generator did not "
                                   "converge");
}

support_status
matrix_collocate (matrix_function *self, double line, size_t degree,
                  double complex **guess, size_t *count,
                  support_failure *failure)
{
  double horizon;
  support_status status = matrix_horizon (self, line, &horizon, failure);
  const bool delayed = horizon > 0.0;
  const size_t points = (delayed ? degree : 0) + 1;
  const size_t unknowns = self->n * points;
  double *generator = NULL, *x = NULL;

  *guess = NULL;
  *count = 0;
  if (status != SUPPORT_OK)
    return status;
  if (unknowns > MOST_UNKNOWNS)
    return support_fail (failure, SUPPORT_LIMIT,
                         "more than %d unknowns would be needed; a line "
                         "further right has fewer roots",
                         MOST_UNKNOWNS);
  generator = support_doubles (unknowns * unknowns);
  x = support_doubles (points * (points + 2));
  *guess = calloc (unknowns + 1, sizeof **guess);
  if (! generator || ! x || ! *guess)
    status = support_fail_memory (failure);
  if (status == SUPPORT_OK)
    {
      double *u = x + points, *d = u + points;
      if (delayed)
        chebyshev (degree, x, d);
      else
        x[0] = 1.0;
      status = fill (self, line, points - 1, delayed ? horizon : 2.0, x, d, u,
                     generator, failure);
    }
  if (status == SUPPORT_OK)
    status = eigenvalues (generator, unknowns, *guess, failure);
  if (status == SUPPORT_OK)
    {
      *count = unknowns;
      self->unknowns = unknowns > self->unknowns ? unknowns : self->unknowns;
      for (size_t i = 0; i < unknowns; i++)
        (*guess)[i] += line;
    }
  else
    {
      free (*guess);
      *guess = NULL;
    }
  free (generator);
  free (x);
  return status;
}
