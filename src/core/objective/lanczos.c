/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ends of the Hessian's spectrum.  */
#include "objective/lanczos.h"
#include "support/lapack.h"
#include "support/normal.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Up to SMALL parameters all eigenvalues are found, multiple ones as often as
   they are.  */
enum
{
  SMALL = 100,
  MOST_STEPS = 5000
};

typedef struct iteration
{
  const objective *object;
  const objective_curvature_plan *plan;
  objective_workspace *workspace;
  size_t n, steps; /* of the model, at most */
  size_t taken;
  double **basis;       /* taken + 1 orthonormal vectors */
  double *alpha, *beta; /* the tridiagonal matrix */
  gsl_rng *stream;
  double scale; /* the largest |entry| so far: of the order of |H| */
  /* Its eigenvalues, ascending, and vectors, after find_ritz.  */
  double *theta, *ritz, *work;
  size_t products;
} iteration;

static void
iteration_free (iteration *self)
{
  for (size_t j = 0; self->basis && j <= self->steps; j++)
    free (self->basis[j]);
  free (self->basis);
  free (self->alpha);
  free (self->beta);
  free (self->theta);
  free (self->ritz);
  free (self->work);
  if (self->stream)
    gsl_rng_free (self->stream);
}

static support_status
iteration_prepare (iteration *self)
{
  const size_t steps = self->steps;
  self->basis = calloc (steps + 1, sizeof *self->basis);
  self->alpha = support_doubles (steps);
  self->beta = support_doubles (steps);
  self->theta = support_doubles (steps);
  self->ritz = support_doubles (steps * steps);
  self->work = support_doubles (3 * steps);
  self->stream = support_stream_create (self->plan->seed, 0);
  return self->basis && self->alpha && self->beta && self->theta && self->ritz
                 && self->work && self->stream
             ? SUPPORT_OK
             : SUPPORT_MEMORY;
}

/* ---- the basis ------------------------------------------------------- */

/* Takes out of VECTOR its part in the basis; twice is enough (Parlett, section
   6.9).  Returns what length is left.  */
static double
orthogonalise (const iteration *self, size_t members, double *vector)
{
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < members; i++)
      objective_axpy (-objective_dot (self->basis[i], vector, self->n),
                      self->basis[i], vector, self->n);
  return sqrt (objective_dot (vector, vector, self->n));
}

static void
shorten (double *vector, double length, size_t n)
{
  for (size_t i = 0; i < n; i++)
    vector[i] /= length;
}

/* A random direction orthogonal to MEMBERS vectors becomes the next one; false
   where there is none.  */
static bool
begin_anew (iteration *self, size_t members)
{
  double *vector = self->basis[members];
  double length;
  if (members >= self->n)
    return false;
  support_stream_normals (self->stream, vector, self->n);
  shorten (vector, sqrt (objective_dot (vector, vector, self->n)), self->n);
  length = orthogonalise (self, members, vector);
  shorten (vector, length, self->n);
  /* Little was left of it: what is left must be cleaned once more.  */
  shorten (vector, orthogonalise (self, members, vector), self->n);
  return true;
}

/* H basis[j] makes a row of the tridiagonal matrix and the next vector.  */
static support_status
step (iteration *self, support_failure *failure)
{
  const size_t j = self->taken, n = self->n;
  double *next = self->basis[j + 1] = support_doubles (n);
  support_status status =
      next ? objective_hessian (self->object, self->plan->model, self->basis[j],
                                self->workspace, next)
           : SUPPORT_MEMORY;
  if (status != SUPPORT_OK)
    return status;
  self->products++;
  self->alpha[j] = objective_dot (self->basis[j], next, n);
  self->beta[j] = orthogonalise (self, j + 1, next);
  if (! isfinite (self->alpha[j] + self->beta[j]))
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the Hessian at this model is not finite");
  self->scale = fmax (self->scale, fmax (fabs (self->alpha[j]), self->beta[j]));
  self->taken++;
  /* An invariant subspace: what else there is must be looked for.  */
  if (self->beta[j] <= 10.0 * DBL_EPSILON * sqrt ((double) n) * self->scale)
    {
      self->beta[j] = 0.0;
      begin_anew (self, j + 1);
    }
  else
    shorten (next, self->beta[j], n);
  return SUPPORT_OK;
}

/* ---- Ritz values ----------------------------------------------------- */

static support_status
find_ritz (iteration *self, support_failure *failure)
{
  const int count = (int) self->taken;
  int info = 0;
  double *beside = self->work + 2 * self->steps;
  memcpy (self->theta, self->alpha, self->taken * sizeof *self->theta);
  memcpy (beside, self->beta, self->taken * sizeof *beside);
  dstev_ ("V", &count, self->theta, beside, self->ritz, &count, self->work,
          &info);
  return info == 0 ? SUPPORT_OK
                   : support_fail (failure, SUPPORT_NUMERICAL,
                                   "the eigenvalues of a tridiagonal matrix "
                                   "were not found");
}

/* The place of the K-th eigenvalue reported, decreasing, among theta.  */
static size_t
place (const iteration *self, size_t count, size_t k)
{
  const size_t high = (count + 1) / 2;
  return k < high ? self->taken - 1 - k : count - 1 - k;
}

static size_t
wanted (const iteration *self)
{
  return self->plan->count < self->n - self->n / 2 ? 2 * self->plan->count
                                                   : self->n;
}

/* The residual of a Ritz pair is |beta| times the last entry of its vector.  */
static bool
all_converged (const iteration *self)
{
  const size_t m = self->taken, count = wanted (self);
  const double largest =
      fmax (fabs (self->theta[0]), fabs (self->theta[m - 1]));
  if (m < count)
    return false;
  for (size_t k = 0; k < count; k++)
    if (! (fabs (self->beta[m - 1]
                 * self->ritz[place (self, count, k) * m + m - 1])
           <= 0.5 * self->plan->tolerance * largest))
      return false;
  return true;
}

static support_status
iterate (iteration *self, const support_hooks *hooks, support_failure *failure)
{
  size_t look = wanted (self);
  support_status status = SUPPORT_OK;
  self->basis[0] = support_doubles (self->n);
  if (! self->basis[0])
    return SUPPORT_MEMORY;
  begin_anew (self, 0);
  while (status == SUPPORT_OK && self->taken < self->steps)
    {
      status = step (self, failure);
      if (status == SUPPORT_OK && hooks && hooks->interrupted
          && hooks->interrupted (hooks->data))
        status = SUPPORT_INTERRUPTED;
      if (status == SUPPORT_OK
          && (self->taken == self->steps
              || (self->n > SMALL && self->taken >= look)))
        {
          status = find_ritz (self, failure);
          if (status == SUPPORT_OK && all_converged (self))
            break;
          look = self->taken + 5 + self->taken / 5;
        }
    }
  return status;
}

/* ---- the report ------------------------------------------------------ */

static support_status
make_room (objective_curvature *curvature, size_t count)
{
  curvature->count = count;
  curvature->complete = count == curvature->dimension;
  curvature->eigenvalue = support_doubles (count);
  curvature->residual = support_doubles (count);
  curvature->converged = calloc (count + 1, sizeof *curvature->converged);
  curvature->slope = support_doubles (count);
  curvature->mode_variance = support_doubles (count);
  curvature->vector = curvature->dimension <= SIZE_MAX / count / sizeof (double)
                          ? support_doubles (curvature->dimension * count)
                          : NULL;
  return curvature->eigenvalue && curvature->residual && curvature->converged
                 && curvature->slope && curvature->mode_variance
                 && curvature->vector
             ? SUPPORT_OK
             : SUPPORT_MEMORY;
}

/* The vectors, and the residuals as they are, not as the iteration says.  */
static support_status
report (iteration *self, objective_curvature *curvature)
{
  const size_t n = self->n, m = self->taken;
  const size_t count = wanted (self) < m ? wanted (self) : m;
  const double largest =
      fmax (fabs (self->theta[0]), fabs (self->theta[m - 1]));
  double *product = self->basis[m]; /* no longer needed */
  support_status status = make_room (curvature, count);

  for (size_t k = 0; status == SUPPORT_OK && k < count; k++)
    {
      const size_t column = place (self, count, k);
      double *vector = curvature->vector + k * n;
      for (size_t j = 0; j < m; j++)
        objective_axpy (self->ritz[column * m + j], self->basis[j], vector, n);
      curvature->eigenvalue[k] = self->theta[column];
      status = objective_hessian (self->object, self->plan->model, vector,
                                  self->workspace, product);
      self->products++;
      objective_axpy (-self->theta[column], vector, product, n);
      curvature->residual[k] = sqrt (objective_dot (product, product, n));
      curvature->converged[k] =
          curvature->residual[k] <= self->plan->tolerance * largest;
    }
  curvature->steps = m;
  curvature->products = self->products;
  return status;
}

support_status
objective_lanczos (const objective *object,
                   const objective_curvature_plan *plan,
                   const support_hooks *hooks, objective_workspace *workspace,
                   objective_curvature *curvature, support_failure *failure)
{
  const size_t n = curvature->dimension;
  iteration self = { .object = object,
                     .plan = plan,
                     .workspace = workspace,
                     .n = n,
                     .steps = plan->steps < n ? plan->steps : n };
  support_status status;

  if (self.steps < wanted (&self) || self.steps > MOST_STEPS)
    return support_fail (failure, SUPPORT_INVALID,
                         "%zu eigenvalues take at least as many steps, and "
                         "there can be at most %d",
                         wanted (&self), MOST_STEPS);
  status = iteration_prepare (&self);
  if (status == SUPPORT_OK)
    status = iterate (&self, hooks, failure);
  if (status == SUPPORT_OK)
    status = report (&self, curvature);
  iteration_free (&self);
  return status;
}
