/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How Re phi(i w) of a phase-type law ends: from which frequency on it is
   positive, and how much it bends on the way there.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/lapack.h"

enum
{
  MOST_PHASES = 300
};

static double
dot (size_t n, const double *x, const double *y)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += x[i] * y[i];
  return sum;
}

static double
dot_of_size (size_t n, const double *x, const double *y)
{
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    sum += fabs (x[i] * y[i]);
  return sum;
}

/* y = S x.  */
static void
multiply (const delay_phases *phases, const double *x, double *y)
{
  const size_t n = phases->count;
  for (size_t i = 0; i < n; i++)
    {
      y[i] = 0.0;
      for (size_t j = 0; j < n; j++)
        y[i] += phases->generator[i + n * j] * x[j];
    }
}

/* alpha (-S)^(-k), k = 1, 2, 3, the times spent in the phases and their like:
   none is negative.  False where the matrix is singular.  */
static bool
occupations (const delay_phases *phases, double *work, double *occupation[3])
{
  const int n = (int) phases->count, one = 1;
  const size_t size = phases->count;
  int *pivot = calloc (size, sizeof *pivot);
  int info = pivot ? 0 : 1;

  for (int k = 0; info == 0 && k < 3; k++)
    {
      memcpy (occupation[k], k ? occupation[k - 1] : phases->alpha,
              size * sizeof *work);
      for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < size; j++)
          work[j + size * i] = -phases->generator[i + size * j];
      dgesv_ (&n, &one, work, &n, pivot, occupation[k], &n, &info);
    }
  free (pivot);
  return info == 0;
}

/* The density f(t) = alpha exp (S t) e, e the rates out, has f^(k)(0) = alpha
   S^k e and, since alpha exp (S t) >= 0,

     int t^j |f^(k)(t)| dt <= j! alpha (-S)^(-j-1) |S^k e|.

   By parts, w^2 Re phi(i w) = -f'(0) + (1/w) int f''' sin (w t) dt, and
   phi''(i w) = int t^2 f exp (-i w t) dt is in modulus at most 1/w times the
   integral of |(t^2 f)'|, and 1/w^3 times that of |(t^2 f)'''| plus 2 f(0).
   If f(0) = 0, arg phi turns by half a turn or more (as -s^(-k), the zeros of
   the numerator adding to it), so that there is a zero.  */
support_status
roots_limit_tail_of (const delay_law *law, roots_limit_tail *tail,
                     support_failure *failure)
{
  delay_phases *phases;
  support_status status =
      delay_phases_create (law, MOST_PHASES, &phases, failure);

  *tail = (roots_limit_tail){ INFINITY, INFINITY, INFINITY };
  if (status != SUPPORT_OK || ! phases)
    return status;
  const size_t n = phases->count;
  double *room = support_doubles (n * n + 6 * n);
  if (! room)
    {
      delay_phases_free (phases);
      return support_fail_memory (failure);
    }
  double *occupation[3], *derivative[4] = { phases->exit };
  for (size_t k = 0; k < 3; k++)
    {
      occupation[k] = room + n * n + n * k;
      derivative[k + 1] = room + n * n + n * (k + 3);
      multiply (phases, derivative[k], derivative[k + 1]);
    }
  if (occupations (phases, room, occupation))
    {
      const double at_zero = dot (n, phases->alpha, derivative[0]);
      const double slope = dot (n, phases->alpha, derivative[1]);
      double integral[3][4]; /* of t^j |f^(k)| / j! */
      for (size_t j = 0; j < 3; j++)
        for (size_t k = 0; k < 4; k++)
          integral[j][k] = dot_of_size (n, occupation[j], derivative[k]);
      tail->first = 2.0 * (integral[1][0] + integral[2][1]);
      tail->third = 2.0 * at_zero + 6.0 * (integral[0][1] + integral[1][2])
                    + 2.0 * integral[2][3];
      /* A slope lost in rounding has no sign.  */
      if (-slope > 1e-12 * dot_of_size (n, phases->alpha, derivative[1]))
        tail->positive_from = integral[0][3] / -slope;
    }
  free (room);
  delay_phases_free (phases);
  return SUPPORT_OK;
}
