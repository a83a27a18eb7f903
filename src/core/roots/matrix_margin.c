/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a system is from instability, and how its rightmost root moves: in
   the coordinates as they were given, since both depend on them.  */

#include "roots/roots_private.h"
#include "support/lapack.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum
{
  MOST_EVALUATIONS = 40000,
  FIRST_INTERVALS = 64
};

static const double tolerance = 1e-4;

typedef struct surface
{
  const roots_system *system;
  size_t n;
  int room;
  double complex *m, *left, *right, *work; /* LEFT: columns; RIGHT: rows */
  double *values, *rwork;
  double *norm; /* Frobenius, of each matrix */
  double slope; /* sup |M'| on Re s >= 0, at most */
  double size;  /* sum of the norms */
} surface;

static void
surface_free (surface *self)
{
  free (self->m);
  free (self->values);
}

static support_status
surface_create (const roots_system *system, surface *self,
                support_failure *failure)
{
  const size_t n = system->size, room = 66 * n;
  *self = (surface){ .system = system, .n = n, .room = (int) room };
  self->m = calloc (3 * n * n + room, sizeof *self->m);
  self->values = support_doubles (6 * n + system->terms + 1);
  if (! self->m || ! self->values)
    {
      surface_free (self);
      return support_fail_memory (failure);
    }
  self->left = self->m + n * n;
  self->right = self->left + n * n;
  self->work = self->right + n * n;
  self->rwork = self->values + n;
  self->norm = self->rwork + 5 * n;
  self->slope = 1.0;
  for (size_t k = 0; k <= system->terms; k++)
    {
      for (size_t i = 0; i < n * n; i++)
        self->norm[k] = hypot (self->norm[k], system->matrix[k][i]);
      self->size += self->norm[k];
      if (k > 0 && self->norm[k] > 0.0)
        self->slope += self->norm[k] * delay_mean (system->delay[k - 1]);
    }
  return SUPPORT_OK;
}

/* M(s) into self->m.  */
static void
fill (surface *self, double complex s)
{
  const roots_system *system = self->system;
  const size_t n = self->n;
  for (size_t k = 0; k <= system->terms; k++)
    {
      double complex phi[3] = { 1.0 };
      if (k > 0 && s != 0.0)
        delay_lst (system->delay[k - 1], s, phi);
      for (size_t i = 0; i < n * n; i++)
        self->m[i] = (k > 0 ? self->m[i] : 0.0) - phi[0] * system->matrix[k][i];
    }
  for (size_t i = 0; i < n; i++)
    self->m[i * (n + 1)] += s;
}

/* The least singular value of M(s), with its vectors in the last column of
   LEFT and the last row of RIGHT; NAN where LAPACK fails.  */
static double
least_value (surface *self, double complex s, bool vectors)
{
  const char *job = vectors ? "A" : "N";
  const int n = (int) self->n;
  int info;
  fill (self, s);
  zgesvd_ (job, job, &n, &n, self->m, &n, self->values, self->left, &n,
           self->right, &n, self->work, &self->room, self->rwork, &info);
  return info == 0 ? self->values[n - 1] : NAN;
}

/* ---- the least value on the axis --------------------------------------- */

typedef struct interval
{
  double middle, radius, floor; /* no value below FLOOR in it */
} interval;

static void
look (surface *self, interval *at, roots_system_margin *margin)
{
  const double value = least_value (self, CMPLX (0.0, at->middle), false);
  /* Singular values are backward stable, transforms good to some ulps.  */
  const double rounding = (10.0 * (double) self->n + 100.0) * DBL_EPSILON
                          * (self->size + at->middle);
  if (value < margin->distance)
    {
      margin->distance = value;
      margin->frequency = at->middle;
    }
  at->floor = value - self->slope * at->radius - rounding;
}

/* Singular values move no faster than M does, and beyond |A_0| + |A_1| + ...
   + d none is below d.  All intervals that may still hold less are halved.  */
static support_status
search_axis (surface *self, const support_hooks *hooks,
             roots_system_margin *margin, support_failure *failure)
{
  interval *list = calloc (2 * MOST_EVALUATIONS, sizeof *list);
  size_t count = FIRST_INTERVALS, evaluations = FIRST_INTERVALS;
  if (! list)
    return support_fail_memory (failure);
  margin->distance = least_value (self, 0.0, false);
  margin->frequency = 0.0;
  const double limit = self->size + margin->distance;
  for (size_t i = 0; i < count; i++)
    {
      list[i].radius = 0.5 * limit / FIRST_INTERVALS;
      list[i].middle = (double) (2 * i + 1) * list[i].radius;
      look (self, &list[i], margin);
    }
  margin->floor = margin->distance;
  while (count > 0)
    {
      size_t kept = 0;
      const double enough = margin->distance * (1.0 - tolerance);
      for (size_t i = 0; i < count; i++)
        if (! (list[i].floor >= enough))
          list[kept++] = list[i];
        else
          margin->floor = fmin (margin->floor, list[i].floor);
      count = kept;
      if (evaluations + 2 * count > MOST_EVALUATIONS)
        break;
      for (size_t i = 0; i < kept; i++, evaluations += 2)
        {
          const interval whole = list[i];
          interval *half[2] = { &list[i], &list[count++] };
          for (int k = 0; k < 2; k++)
            {
              half[k]->radius = 0.5 * whole.radius;
              half[k]->middle = whole.middle + (k ? 0.5 : -0.5) * whole.radius;
              look (self, half[k], margin);
            }
          if (hooks && hooks->interrupted && hooks->interrupted (hooks->data))
            {
              free (list);
              return support_fail (failure, SUPPORT_INTERRUPTED, "interrupted");
            }
        }
    }
  for (size_t i = 0; i < count; i++)
    margin->floor = fmin (margin->floor, list[i].floor);
  margin->floor = fmax (margin->floor, 0.0);
  free (list);
  if (! isfinite (margin->distance))
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the singular values could not be computed");
  return SUPPORT_OK;
}

/* ---- how the root moves ------------------------------------------------ */

/* ds = w^H (-dM) v / (w^H M' v) with the null vectors of M(s).  */
static void
move_root (surface *self, double complex s, roots_system_margin *margin,
           double complex *entry)
{
  const roots_system *system = self->system;
  const size_t n = self->n;
  double complex slope = 0.0, delay = 0.0, added = 0.0;

  (void) least_value (self, s, true);
  for (size_t k = 0; k <= system->terms; k++)
    {
      double complex phi[3] = { 1.0 }, form = 0.0;
      if (k > 0)
        delay_lst (system->delay[k - 1], s, phi);
      for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++)
          {
            const double complex pair = conj (self->left[(n - 1) * n + i])
                                        * conj (self->right[j * n + n - 1]);
            form += pair * system->matrix[k][j * n + i];
            entry[(k * n + j) * n + i] = pair * phi[0];
            if (k == 0 && i == j)
              slope += pair;
          }
      slope -= phi[1] * form;
      delay += s * phi[1] * form;
      if (k > 0)
        added -= s * phi[0] * form;
    }
  for (size_t i = 0; i < (system->terms + 1) * n * n; i++)
    entry[i] /= slope;
  margin->delay = delay / slope;
  margin->added_delay = added / slope;
}

support_status
roots_system_margin_of (const roots_system *system, const support_hooks *hooks,
                        roots_system_margin *margin, double complex *entry,
                        support_failure *failure)
{
  surface self;
  roots_set *set;
  support_status status = roots_matrix_count (system, 1, hooks, &set, failure);

  *margin = (roots_system_margin){ .root = { .s = NAN } };
  if (status != SUPPORT_OK)
    return status;
  if (set->count > 0)
    margin->root = set->root[0];
  const bool known = set->certified;
  roots_set_free (set);
  if (! known)
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the rightmost root could not be certified");
  status = surface_create (system, &self, failure);
  if (status != SUPPORT_OK)
    return status;
  if (! isfinite (self.slope))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the delays must have finite means");
  margin->delay = margin->added_delay = NAN;
  for (size_t i = 0; i < (system->terms + 1) * self.n * self.n; i++)
    entry[i] = NAN;
  if (status == SUPPORT_OK && margin->root.multiplicity == 1)
    move_root (&self, margin->root.s, margin, entry);
  if (status == SUPPORT_OK
      && ! (creal (margin->root.s) + margin->root.bound >= 0.0))
    status = search_axis (&self, hooks, margin, failure);
  surface_free (&self);
  return status;
}
