/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stationary covariance of a system of matrices,

     C = (1/2 pi) int M(i w)^-1 B B' M(i w)^-H dw,
     M(s) = s I - A_0 - sum_k A_k phi_k(s),

   the integral of R B B' R' by Parseval's identity.  The integrand is even up
   to conjugation, and B B' / w^2 + o(1/w^2) at high frequencies.  */
#include "equation/collocation.h"
#include "equation/equation_private.h"
#include "equation/respond.h"
#include "support/lapack.h"

#include <complex.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  MOST_HALVINGS = 40,
  MOST_PIECES = 200000,
  MOST_STATES = 1000
};

typedef struct spectrum
{
  const equation_matrices *matrices;
  const support_hooks *hooks;
  collocation_rule rule;
  size_t places; /* n^2 of the covariance, n of the energies */
  double tolerance;
  double complex *inverse, *work, *product, *push;
  int *pivot;
  double *value;  /* at one frequency */
  double *settle; /* what w^2 times that settles to */
  double *total;
  double *stack; /* for three levels of each halving */
  double error;  /* relative */
  size_t pieces;
} spectrum;

/* ---- the integrand --------------------------------------------------- */

void
equation_characteristic (const equation_matrices *matrices, double w,
                         double complex *value)
{
  const size_t n = matrices->states;
  for (size_t i = 0; i < n * n; i++)
    value[i] = -matrices->instant[i];
  for (size_t i = 0; i < n; i++)
    value[i * (n + 1)] += CMPLX (0.0, w);
  for (size_t k = 0; k < matrices->delays; k++)
    {
      double complex phi[3];
      delay_lst (matrices->delay[k], CMPLX (0.0, w), phi);
      for (size_t i = 0; i < n * n; i++)
        value[i] -= matrices->delayed[k * n * n + i] * phi[0];
    }
}

/* false where M is singular.  */
static bool
evaluate (spectrum *of, double w)
{
  const equation_matrices *matrices = of->matrices;
  const size_t n = matrices->states, m = matrices->noises;
  const int size = (int) n, columns = (int) m, room = 64 * size;
  const double complex one = 1.0, zero = 0.0;
  int info = 0;
  equation_characteristic (matrices, w, of->inverse);
  zgetrf_ (&size, &size, of->inverse, &size, of->pivot, &info);
  if (info != 0)
    return false;
  zgetri_ (&size, of->inverse, &size, of->pivot, of->work, &room, &info);
  zgemm_ ("N", "N", &size, &columns, &size, &one, of->inverse, &size, of->push,
          &size, &zero, of->product, &size);
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i <= j; i++)
      {
        double sum = 0.0;
        for (size_t k = 0; k < m; k++)
          {
            const double complex a = of->product[i + n * k];
            const double complex b = of->product[j + n * k];
            sum += creal (a) * creal (b) + cimag (a) * cimag (b);
          }
        of->value[i + n * j] = of->value[j + n * i] = sum;
      }
  for (size_t i = 0; i < n; i++)
    {
      double sum = 0.0;
      for (size_t j = 0; j < n; j++)
        {
          const double complex x = of->inverse[i + n * j];
          sum += creal (x) * creal (x) + cimag (x) * cimag (x);
        }
      of->value[n * n + i] = sum;
    }
  return true;
}

static bool
by_rule (spectrum *of, double from, double to, double *sum)
{
  memset (sum, 0, of->places * sizeof *sum);
  for (size_t p = 0; p < COLLOCATION_POINTS; p++)
    {
      const double weight = (to - from) * of->rule.weight[p];
      if (! evaluate (of, from + (to - from) * of->rule.point[p]))
        return false;
      for (size_t i = 0; i < of->places; i++)
        sum[i] += weight * of->value[i];
    }
  return true;
}

/* ---- integrals ------------------------------------------------------- */

/* The largest element of D, each against the states' scales in SCALE (+ MORE
   unless that is NULL).  */
static double
relative (const spectrum *of, const double *d, const double *scale,
          const double *more)
{
  const size_t n = of->matrices->states;
  double trace = 0.0, largest = 0.0;
  for (size_t i = 0; i < n; i++)
    trace += scale[i * (n + 1)] + (more ? more[i * (n + 1)] : 0.0);
  /* A state that noise does not reach has roundings only.  */
  const double least = 1e-14 * trace;
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < n; i++)
      {
        const double a = scale[i * (n + 1)] + (more ? more[i * (n + 1)] : 0.0);
        const double b = scale[j * (n + 1)] + (more ? more[j * (n + 1)] : 0.0);
        if (d[i + n * j] != 0.0)
          largest =
              fmax (largest, fabs (d[i + n * j])
                                 / sqrt (fmax (a, least) * fmax (b, least)));
      }
  for (size_t i = n * n; i < of->places; i++)
    largest = fmax (largest, fabs (d[i]) / (scale[i] + (more ? more[i] : 0.0)));
  return isnan (trace) ? INFINITY : largest;
}

/* Adds the integral over [from, to], whose rule gives WHOLE, to TOTAL.  */
static support_status
add_piece (spectrum *of, double from, double to, int depth, const double *whole)
{
  const size_t places = of->places;
  double *left = of->stack + (size_t) (3 * depth) * places;
  double *right = left + places, *apart = right + places;
  const double middle = 0.5 * (from + to);
  if (++of->pieces > MOST_PIECES || ! by_rule (of, from, middle, left)
      || ! by_rule (of, middle, to, right))
    return SUPPORT_NUMERICAL;
  if (of->hooks && of->hooks->interrupted
      && of->hooks->interrupted (of->hooks->data))
    return SUPPORT_INTERRUPTED;
  for (size_t i = 0; i < places; i++)
    apart[i] = left[i] + right[i] - whole[i];
  const double error = relative (of, apart, of->total, whole);
  if (error <= of->tolerance || depth + 1 >= MOST_HALVINGS)
    {
      /* Twice as many points of a rule of this degree gain far more digits
         than that.  */
      of->error += 1e-2 * error;
      for (size_t i = 0; i < places; i++)
        of->total[i] += left[i] + right[i];
      return SUPPORT_OK;
    }
  support_status status = add_piece (of, from, middle, depth + 1, left);
  if (status == SUPPORT_OK)
    status = add_piece (of, middle, to, depth + 1, right);
  return status;
}

/* In pieces that are not longer than PERIOD.  */
static support_status
add_panel (spectrum *of, double from, double to, double period)
{
  const double count = fmax (ceil ((to - from) / period), 1.0);
  support_status status = SUPPORT_OK;
  double *whole = of->stack + (size_t) (3 * MOST_HALVINGS) * of->places;
  if (! (count < MOST_PIECES))
    return SUPPORT_NUMERICAL;
  for (double k = 0.0; status == SUPPORT_OK && k < count; k += 1.0)
    {
      const double a = from + (to - from) * k / count;
      const double b = from + (to - from) * (k + 1.0) / count;
      status = by_rule (of, a, b, whole) ? add_piece (of, a, b, 0, whole)
                                         : SUPPORT_NUMERICAL;
    }
  return status;
}

/* ---- where the integrand moves ---------------------------------------- */

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Frequencies and breadths of the rightmost roots; how many (0 where they are
   not known, which costs halvings only).  */
static size_t
peaks (const roots_system *system, const support_hooks *hooks, double *point,
       size_t most)
{
  roots_set *set = NULL;
  size_t count = 0;
  if (roots_matrix_count (system, most / 4, hooks, &set, NULL) != SUPPORT_OK)
    return 0;
  for (size_t k = 0; k < set->count && count + 4 <= most; k++)
    {
      const double frequency = fabs (cimag (set->root[k].s));
      const double breadth = fabs (creal (set->root[k].s));
      point[count++] = breadth;
      point[count++] = frequency;
      point[count++] = frequency + breadth;
      point[count++] = fmax (frequency - breadth, 0.0);
    }
  roots_set_free (set);
  qsort (point, count, sizeof *point, compare);
  return count;
}

static support_status
integrate (spectrum *of, const roots_system *system)
{
  enum
  {
    POINTS = 64
  };
  const equation_matrices *matrices = of->matrices;
  const size_t n = matrices->states;
  double point[POINTS], size = 0.0, longest = 0.0, from = 0.0, rest = INFINITY;
  const size_t points = peaks (system, of->hooks, point, POINTS);
  support_status status = SUPPORT_OK;
  for (size_t i = 0; i < n * n; i++)
    size += fabs (matrices->instant[i]);
  for (size_t k = 0; k < matrices->delays; k++)
    {
      longest = fmax (longest, delay_mean (matrices->delay[k]));
      for (size_t i = 0; i < n * n; i++)
        size += fabs (matrices->delayed[k * n * n + i]);
    }
  const double period = longest > 0.0 ? 2.0 * M_PI / longest : INFINITY;
  for (size_t k = 0; status == SUPPORT_OK && k < points; k++)
    if (point[k] > from * (1.0 + 1e-3) && point[k] > 0.0)
      {
        status = add_panel (of, from, point[k], period);
        from = point[k];
      }
  if (status == SUPPORT_OK && from < size)
    {
      status = add_panel (of, from, size, period);
      from = size;
    }
  while (status == SUPPORT_OK)
    {
      /* What the next octave holds beyond 1/w^2 bounds what all after it do. */
      double *before =
          of->stack + (size_t) (3 * MOST_HALVINGS + 1) * of->places;
      memcpy (before, of->total, of->places * sizeof *before);
      status = add_panel (of, from, 2.0 * from, period);
      for (size_t i = 0; i < of->places; i++)
        before[i] = of->total[i] - before[i] - of->settle[i] / (2.0 * from);
      from *= 2.0;
      rest = relative (of, before, of->total, NULL);
      if (from >= 4.0 * size && rest < of->tolerance)
        break;
    }
  if (status == SUPPORT_NUMERICAL)
    status = SUPPORT_OK; /* the error tells */
  for (size_t i = 0; i < of->places; i++)
    of->total[i] += of->settle[i] / from;
  of->error += rest;
  return status;
}

/* ---- the door --------------------------------------------------------- */

static void
free_spectrum (spectrum *of)
{
  free (of->inverse);
  free (of->work);
  free (of->product);
  free (of->push);
  free (of->pivot);
  free (of->value);
  free (of->settle);
  free (of->total);
  free (of->stack);
}

static support_status
make_spectrum (const equation_matrices *matrices, const support_hooks *hooks,
               spectrum *of)
{
  const size_t n = matrices->states, m = matrices->noises;
  const size_t places = n * n + n;
  *of = (spectrum){ .matrices = matrices, .hooks = hooks, .places = places };
  of->inverse = calloc (n * n, sizeof *of->inverse);
  of->work = calloc (64 * n, sizeof *of->work);
  of->product = calloc (n * m, sizeof *of->product);
  of->push = calloc (n * m, sizeof *of->push);
  of->pivot = calloc (n, sizeof *of->pivot);
  of->value = support_doubles (places);
  of->settle = support_doubles (places);
  of->total = support_doubles (places);
  of->stack = support_doubles ((3 * MOST_HALVINGS + 2) * places);
  if (! of->inverse || ! of->work || ! of->product || ! of->push || ! of->pivot
      || ! of->value || ! of->settle || ! of->total || ! of->stack)
    return SUPPORT_MEMORY;
  /* Transforms that are sums over nodes are known to fewer digits.  */
  of->tolerance = 1e-10;
  for (size_t k = 0; k < matrices->delays; k++)
    if (! delay_lst_closed (matrices->delay[k]))
      of->tolerance = 1e-7;
  for (size_t i = 0; i < n * m; i++)
    of->push[i] = matrices->push[i];
  for (size_t j = 0; j < n; j++)
    {
      for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
          of->settle[i + n * j] +=
              matrices->push[i + n * k] * matrices->push[j + n * k];
      of->settle[n * n + j] = 1.0;
    }
  return collocation_rule_make (&of->rule);
}

/* Where there is no stationary state, or none that could be computed.  */
static void
put_none (const equation_matrices *matrices, double diagonal,
          double *covariance, double *energy)
{
  const size_t n = matrices->states;
  for (size_t j = 0; j < n; j++)
    {
      energy[j] = diagonal;
      for (size_t i = 0; i < n; i++)
        covariance[i + n * j] = i == j ? diagonal : NAN;
    }
}

/* The matrices and delays of SYSTEM are those of MATRICES; free its matrix.  */
static support_status
as_roots_system (const equation_matrices *matrices, roots_system *system,
                 support_failure *failure)
{
  const size_t n = matrices->states;
  const double **matrix = calloc (matrices->delays + 1, sizeof *matrix);
  *system = (roots_system){ n, matrices->delays, matrix, matrices->delay };
  if (! matrix)
    return support_fail_memory (failure);
  matrix[0] = matrices->instant;
  for (size_t k = 0; k < matrices->delays; k++)
    matrix[k + 1] = matrices->delayed + k * n * n;
  return SUPPORT_OK;
}

support_status
equation_matrices_state (const equation_matrices *matrices,
                         equation_stability *state, double *rate,
                         const support_hooks *hooks, support_failure *failure)
{
  roots_system system;
  roots_set *set = NULL;
  support_status status = as_roots_system (matrices, &system, failure);
  *state = EQUATION_UNKNOWN;
  if (status == SUPPORT_OK)
    status = roots_matrix (&system, 0.0, hooks, &set, failure);
  if (status == SUPPORT_OK && set->total > 0)
    *state = EQUATION_UNSTABLE;
  else if (status == SUPPORT_OK && set->certified)
    *state = EQUATION_STABLE;
  roots_set_free (set);
  set = NULL;
  if (rate)
    *rate = NAN;
  if (rate && status == SUPPORT_OK && *state == EQUATION_STABLE
      && roots_matrix_count (&system, 1, hooks, &set, NULL) == SUPPORT_OK
      && set->count > 0)
    *rate = -creal (set->root[0].s);
  roots_set_free (set);
  free ((void *) system.matrix);
  return status;
}

support_status
equation_covariance (const equation_matrices *matrices, double *covariance,
                     double *energy, double *error, const support_hooks *hooks,
                     support_failure *failure)
{
  const size_t n = matrices->states;
  roots_system system = { .matrix = NULL };
  equation_stability state;
  spectrum of;
  support_status status = SUPPORT_OK;

  *error = INFINITY;
  if (n > MOST_STATES)
    return support_fail (failure, SUPPORT_LIMIT,
                         "the covariance is for at most %d states",
                         MOST_STATES);
  status = equation_matrices_state (matrices, &state, NULL, hooks, failure);
  if (status == SUPPORT_OK && state != EQUATION_STABLE)
    put_none (matrices, state == EQUATION_UNSTABLE ? INFINITY : NAN, covariance,
              energy);
  else if (status == SUPPORT_OK)
    {
      status = as_roots_system (matrices, &system, failure);
      if (status != SUPPORT_OK)
        return status;
      status = make_spectrum (matrices, hooks, &of);
      if (status == SUPPORT_OK)
        status = integrate (&of, &system);
      if (status == SUPPORT_OK)
        {
          *error = of.error;
          for (size_t i = 0; i < n * n; i++)
            covariance[i] = of.total[i] / M_PI;
          for (size_t i = 0; i < n; i++)
            energy[i] = of.total[n * n + i] / M_PI;
          if (! (of.error < 1e-6))
            put_none (matrices, NAN, covariance, energy);
        }
      free_spectrum (&of);
    }
  free ((void *) system.matrix);
  return status == SUPPORT_MEMORY ? support_fail_memory (failure) : status;
}
