/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the response is not smooth: at 0, and at sums of delays at which the
   laws are not smooth.  A sum of k of them makes the derivative of order k + 1
   jump at the least.  */
#include "equation/collocation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  MOST_POINTS = 400, /* breaking points; more are as good as a density */
  MOST_LEVELS = 11,
  MOST_CELLS = 20000
};

typedef struct point_list
{
  size_t count;
  double value[4 * MOST_POINTS];
} point_list;

static void
put_point (point_list *list, double value)
{
  if (list->count < 4 * MOST_POINTS && isfinite (value) && value > 0.0)
    list->value[list->count++] = value;
}

/* Where the law or its density jumps.  */
static void
put_law (point_list *list, const delay_law *law, int depth)
{
  size_t count;
  const delay_argument *argument = delay_arguments (law, &count);
  put_point (list, delay_quantile (law, 0.0));
  put_point (list, delay_supremum (law));
  const bool atoms = strcmp (delay_family_name (law), "empirical") == 0;
  const bool knots = strcmp (delay_family_name (law), "thinned") == 0;
  for (size_t k = 0; k < count && depth < 8; k++)
    if (argument[k].law)
      put_law (list, argument[k].law, depth + 1);
    else if ((atoms || (knots && k == 1)) && argument[k].count <= MOST_POINTS)
      for (size_t j = 0; j < argument[k].count; j++)
        put_point (list, argument[k].values[j]);
}

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Increasing, and no two the same but for roundings.  */
static void
tidy (point_list *list, double end)
{
  size_t kept = 0;
  qsort (list->value, list->count, sizeof *list->value, compare);
  for (size_t i = 0; i < list->count; i++)
    if (list->value[i] < end * (1.0 - 1e-12)
        && (kept == 0
            || list->value[i] - list->value[kept - 1]
                   > 1e-12 * (list->value[i] + end)))
      list->value[kept++] = list->value[i];
  list->count = kept;
}

/* All sums of few of the points of FIRST, as long as they are not too many. */
static void
put_sums (const point_list *first, double end, point_list *all)
{
  point_list *last = malloc (sizeof *last), *next = malloc (sizeof *next);
  *all = *first;
  if (last && next)
    {
      *last = *first;
      for (int level = 2; level <= MOST_LEVELS; level++)
        {
          next->count = 0;
          if (last->count * first->count > 4 * MOST_POINTS)
            break;
          for (size_t i = 0; i < last->count; i++)
            for (size_t j = 0; j < first->count; j++)
              if (last->value[i] + first->value[j] < end)
                put_point (next, last->value[i] + first->value[j]);
          tidy (next, end);
          if (next->count == 0 || all->count + next->count > MOST_POINTS)
            break;
          for (size_t i = 0; i < next->count; i++)
            put_point (all, next->value[i]);
          tidy (all, end);
          *last = *next;
        }
    }
  free (last);
  free (next);
}

/* A time over which the response is a polynomial of low degree.  */
static double
scale_of (const equation_matrices *matrices)
{
  const size_t n = matrices->states;
  double scale = INFINITY, rate = 0.0;
  for (size_t k = 0; k < matrices->delays; k++)
    {
      const double mean = delay_mean (matrices->delay[k]);
      const double cv = sqrt (delay_cv2 (matrices->delay[k]));
      if (mean > 0.0)
        scale = fmin (scale, cv > 1e-3 ? mean * fmin (1.0, 4.0 * cv) : mean);
    }
  for (size_t i = 0; i < n; i++)
    {
      double sum = 0.0;
      for (size_t j = 0; j < n; j++)
        {
          sum += fabs (matrices->instant[i + j * n]);
          for (size_t k = 0; k < matrices->delays; k++)
            sum += fabs (matrices->delayed[i + j * n + k * n * n]);
        }
      rate = fmax (rate, sum);
    }
  return rate > 0.0 ? fmin (scale, 1.0 / rate) : scale;
}

/* Laws without density have no singular ones.  */
static bool
is_graded (const equation_matrices *matrices)
{
  for (size_t k = 0; k < matrices->delays; k++)
    {
      const char *name = delay_family_name (matrices->delay[k]);
      if (strcmp (name, "deterministic") != 0
          && strcmp (name, "empirical") != 0)
        return true;
    }
  return false;
}

support_status
collocation_mesh (const equation_matrices *matrices, double end,
                  double fineness, double **start, size_t *cells)
{
  point_list *first = calloc (1, sizeof *first);
  point_list *all = calloc (1, sizeof *all);
  const double width = fmin (scale_of (matrices), end) / fineness;
  support_status status = first && all ? SUPPORT_OK : SUPPORT_MEMORY;
  double *mesh = NULL;

  if (status == SUPPORT_OK && ! (end / width < MOST_CELLS))
    status = SUPPORT_LIMIT;
  if (status == SUPPORT_OK)
    mesh = support_doubles (2 * MOST_CELLS + 16 * 4 * MOST_POINTS);
  if (status == SUPPORT_OK && ! mesh)
    status = SUPPORT_MEMORY;
  if (status == SUPPORT_OK)
    {
      size_t count = 0;
      for (size_t k = 0; k < matrices->delays; k++)
        put_law (first, matrices->delay[k], 0);
      tidy (first, end);
      put_sums (first, end, all);
      /* Densities like a power of the distance: cells that shrink towards it.
       */
      double from = 0.0;
      const size_t graded =
          is_graded (matrices) ? 1 + (first->count < 3 ? first->count : 3) : 0;
      for (size_t i = 0; i <= all->count; i++)
        {
          const double to = i < all->count ? all->value[i] : end;
          double low = from;
          mesh[count++] = from;
          if (i < graded)
            {
              double part = fmin (width, to - from) / 4096.0;
              for (; part < 0.6 * fmin (width, to - from); part *= 2.0)
                mesh[count++] = low = from + part;
            }
          const size_t pieces =
              (size_t) fmax (ceil ((to - low) / width * (1.0 - 1e-12)), 1.0);
          for (size_t j = 1; j < pieces; j++)
            mesh[count++] = low + (to - low) * (double) j / (double) pieces;
          from = to;
        }
      mesh[count] = end;
      *start = mesh;
      *cells = count;
    }
  free (first);
  free (all);
  return status;
}
