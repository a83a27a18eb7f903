/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolvent of the closed second moments, in parts.

   With the resolvent of the phase changes,

     U = R_s (v w') solves s U - S_c' U - U S_d = v w',

   and arrivals of rank one, (s - L)^-1 needs no system of the size of all
   moments: what an arrival does depends on the moments at exits only, six
   vectors for each pair of classes, and they obey a linear system of their own.
   */
#include "pairs/pairs_private.h"
#include "support/lapack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- resolvents of the phase changes --------------------------------- */

/* S = Q T Q' of a class, T quasi-triangular.  */
typedef struct schur
{
  double *vectors, *triangle;
  double *exit, *applied, *one; /* Q' exit, Q' applied, Q' 1 */
} schur;

/* What R_s (v w') leaves, as matrices that act on v: w is the start (0) or the
   stationary phases (1) of the second class.  */
enum
{
  AT_START,
  AT_STATIONARY,
  SOURCES
};

enum
{
  EXIT,
  APPLIED,
  ENDS
};

typedef struct maps
{
  double *second[SOURCES][ENDS]; /* U exit_d, U applied_d: first x first */
  double *first[SOURCES][ENDS];  /* U' exit_c, U' applied_c: second x first */
  double *total[SOURCES];        /* 1' U 1: a row */
} maps;

/* The unknown vectors of a pair, named as in flow.c.  */
enum
{
  POST,    /* E [w'^2; p, j exits], first */
  OWN,     /* E [w' w_j; q, i exits], second */
  KEPT,    /* E [w_j^2; q, i exits], second */
  PRODUCT, /* E [w w_j; p, j is accepted], first */
  SQUARE,  /* E [w_j^2; p, j is accepted], first */
  CROSS,   /* E [w_i w_j; p, j is accepted], first */
  VECTORS
};

struct pairs_resolvent
{
  const pairs_model *model;
  pairs_census *census; /* NULL, or what to follow instead */
  schur *class;
  maps *block;
  size_t (*place)[VECTORS]; /* of a block's unknowns */
  size_t size;
  double *matrix, *right; /* of the linear system, by columns */
  int *pivot;
  double *scratch; /* 6 most_phases^2 */
};

void
pairs_resolvent_free (pairs_resolvent *of)
{
  if (! of)
    return;
  for (size_t c = 0; of->class && c < of->model->classes; c++)
    {
      free (of->class[c].vectors);
      free (of->class[c].triangle);
      free (of->class[c].exit);
      free (of->class[c].applied);
      free (of->class[c].one);
    }
  for (size_t b = 0; of->block && b < of->model->blocks; b++)
    for (int w = 0; w < SOURCES; w++)
      {
        for (int e = 0; e < ENDS; e++)
          {
            free (of->block[b].second[w][e]);
            free (of->block[b].first[w][e]);
          }
        free (of->block[b].total[w]);
      }
  free (of->class);
  free (of->block);
  free (of->place);
  free (of->matrix);
  free (of->right);
  free (of->pivot);
  free (of->scratch);
  pairs_census_free (of->census);
  free (of);
}

static support_status
decompose (const pairs_cycle *cycle, schur *of)
{
  const int k = (int) cycle->phases, work = 8 * k, one = 1;
  const size_t n = cycle->phases;
  const double unit = 1.0, zero = 0.0;
  int found = 0, info = 0;
  double *real = support_doubles (n), *imaginary = support_doubles (n);
  double *space = support_doubles (8 * n), *ones = support_doubles (n);
  of->vectors = support_doubles (n * n);
  of->triangle = support_doubles (n * n);
  of->exit = support_doubles (n);
  of->applied = support_doubles (n);
  of->one = support_doubles (n);
  support_status status = SUPPORT_MEMORY;
  if (real && imaginary && space && ones && of->vectors && of->triangle
      && of->exit && of->applied && of->one)
    {
      memcpy (of->triangle, cycle->transition, n * n * sizeof *of->triangle);
      dgees_ ("V", "N", NULL, &k, of->triangle, &k, &found, real, imaginary,
              of->vectors, &k, space, &work, NULL, &info);
      for (size_t p = 0; p < n; p++)
        ones[p] = 1.0;
      dgemv_ ("T", &k, &k, &unit, of->vectors, &k, cycle->exit, &one, &zero,
              of->exit, &one);
      dgemv_ ("T", &k, &k, &unit, of->vectors, &k, cycle->applied, &one, &zero,
              of->applied, &one);
      dgemv_ ("T", &k, &k, &unit, of->vectors, &k, ones, &one, &zero, of->one,
              &one);
      status = info == 0 ? SUPPORT_OK : SUPPORT_NUMERICAL;
    }
  free (real);
  free (imaginary);
  free (space);
  free (ones);
  return status;
}

static support_status
lay_out (const pairs_model *model, pairs_resolvent *of)
{
  const size_t most = model->most_phases;
  support_status status = SUPPORT_OK;
  of->model = model;
  of->class = calloc (model->classes, sizeof *of->class);
  of->block = calloc (model->blocks, sizeof *of->block);
  of->place = calloc (model->blocks, sizeof *of->place);
  of->scratch = support_doubles (6 * most * most);
  if (! of->class || ! of->block || ! of->place || ! of->scratch)
    return SUPPORT_MEMORY;
  for (size_t c = 0; status == SUPPORT_OK && c < model->classes; c++)
    status = decompose (&model->class[c], &of -> class[c]);
  for (size_t b = 0; status == SUPPORT_OK && b < model->blocks; b++)
    {
      const size_t k = model->class[model->block[b].first].phases;
      const size_t l = model->class[model->block[b].second].phases;
      for (int w = 0; w < SOURCES; w++)
        {
          maps *map = &of->block[b];
          map->total[w] = support_doubles (k);
          for (int e = 0; e < ENDS; e++)
            {
              map->second[w][e] = support_doubles (k * k);
              map->first[w][e] = support_doubles (l * k);
              if (! map->second[w][e] || ! map->first[w][e] || ! map->total[w])
                status = SUPPORT_MEMORY;
            }
        }
      for (int v = 0; v < VECTORS; v++)
        {
          of->place[b][v] = of->size;
          of->size += v == OWN || v == KEPT ? l : k;
        }
    }
  if (status == SUPPORT_OK)
    {
      of->matrix = support_doubles (of->size * of->size);
      of->right = support_doubles (of->size);
      of->pivot = calloc (of->size, sizeof *of->pivot);
      if (! of->matrix || ! of->right || ! of->pivot)
        status = SUPPORT_MEMORY;
    }
  return status;
}

support_status
pairs_resolvent_create (const pairs_model *model, pairs_resolvent **made)
{
  pairs_resolvent *of = calloc (1, sizeof *of);
  support_status status = of ? lay_out (model, of) : SUPPORT_MEMORY;
  if (status == SUPPORT_OK && model->census)
    status = pairs_census_create (model, &of->census);
  *made = status == SUPPORT_OK ? of : NULL;
  if (! *made)
    pairs_resolvent_free (of);
  return status;
}

double
pairs_resolvent_slowest (const pairs_resolvent *of)
{
  double slowest = INFINITY;
  for (size_t c = 0; c < of->model->classes; c++)
    for (size_t p = 0; p < of->model->class[c].phases; p++)
      slowest =
          fmin (slowest,
                -of->class[c].triangle[p * (of->model->class[c].phases + 1)]);
  return slowest;
}

/* The maps of block B for the source W at S.  */
static void
respond (pairs_resolvent *of, size_t b, int w, double s)
{
  const pairs_block *block = &of->model->block[b];
  const schur *first = &of->class[block->first];
  const schur *second = &of->class[block->second];
  const pairs_cycle *cycle = &of->model->class[block->second];
  const size_t k = of->model->class[block->first].phases, l = cycle->phases;
  const size_t most = of->model->most_phases;
  const int m = (int) k, n = (int) l, one = 1, plus = 1;
  const double unit = 1.0, zero = 0.0;
  const double *source = w == AT_START ? cycle->start : cycle->stationary;
  double *shifted = of->scratch, *solution = shifted + most * most;
  double *left[ENDS], *right[ENDS], *total = of->block[b].total[w];
  double turned[PAIRS_MOST_PHASES], row[PAIRS_MOST_PHASES];

  for (int e = 0; e < ENDS; e++)
    {
      left[e] = solution + (size_t) (1 + 2 * e) * most * most;
      right[e] = left[e] + most * most;
    }
  dgemv_ ("T", &n, &n, &unit, second->vectors, &n, source, &one, &zero, turned,
          &one);
  memcpy (shifted, first->triangle, k * k * sizeof *shifted);
  for (size_t p = 0; p < k; p++)
    shifted[p * (k + 1)] -= s;
  for (size_t j = 0; j < k; j++)
    {
      double scale = 1.0;
      int info = 0;
      memset (solution, 0, k * l * sizeof *solution);
      for (size_t q = 0; q < l; q++)
        solution[j + q * k] = -turned[q];
      dtrsyl_ ("T", "N", &plus, &m, &n, shifted, &m, second->triangle, &n,
               solution, &m, &scale, &info);
      /* A scale below 1 keeps an overflow away; info tells of a perturbed
         singular system: both make what follows large, as it should be.  */
      const double factor = 1.0 / scale;
      for (int e = 0; e < ENDS; e++)
        {
          dgemv_ ("N", &m, &n, &factor, solution, &m,
                  e == EXIT ? second->exit : second->applied, &one, &zero,
                  left[e] + j * k, &one);
          dgemv_ ("T", &m, &n, &factor, solution, &m,
                  e == EXIT ? first->exit : first->applied, &one, &zero,
                  right[e] + j * l, &one);
        }
      dgemv_ ("N", &m, &n, &factor, solution, &m, second->one, &one, &zero, row,
              &one);
      double sum = 0.0;
      for (size_t p = 0; p < k; p++)
        sum += row[p] * first->one[p];
      total[j] = sum;
    }
  /* Back from the coordinates of the Schur vectors.  */
  for (int e = 0; e < ENDS; e++)
    {
      dgemm_ ("N", "T", &n, &m, &m, &unit, right[e], &n, first->vectors, &m,
              &zero, solution, &n);
      dgemm_ ("N", "N", &n, &m, &n, &unit, second->vectors, &n, solution, &n,
              &zero, of->block[b].first[w][e], &n);
      dgemm_ ("N", "T", &m, &m, &m, &unit, left[e], &m, first->vectors, &m,
              &zero, solution, &m);
      dgemm_ ("N", "N", &m, &m, &m, &unit, first->vectors, &m, solution, &m,
              &zero, of->block[b].second[w][e], &m);
    }
  dgemv_ ("N", &m, &m, &unit, first->vectors, &m, total, &one, &zero, row,
          &one);
  memcpy (total, row, k * sizeof *total);
}

/* ---- the reduced system ---------------------------------------------- */

/* Subtracts FACTOR MAP (rows x columns) at (ROW, COLUMN).  */
static void
place_map (pairs_resolvent *of, size_t row, size_t column, const double *map,
           size_t rows, size_t columns, double factor)
{
  for (size_t q = 0; q < columns; q++)
    for (size_t p = 0; p < rows; p++)
      of->matrix[row + p + (column + q) * of->size] -=
          factor * map[p + q * rows];
}

static void
place_identity (pairs_resolvent *of, size_t row, size_t column, size_t count,
                double factor)
{
  for (size_t p = 0; p < count; p++)
    of->matrix[row + p + (column + p) * of->size] -= factor;
}

/* The same of MAP (v - pi (1' v)/2), the split of a third worker's share.  */
static void
place_split (pairs_resolvent *of, size_t row, size_t column, const double *map,
             size_t rows, const pairs_cycle *cycle, double factor)
{
  place_map (of, row, column, map, rows, cycle->phases, factor);
  for (size_t p = 0; p < rows; p++)
    {
      double share = 0.0;
      for (size_t q = 0; q < cycle->phases; q++)
        share += 0.5 * map[p + q * rows] * cycle->stationary[q];
      for (size_t q = 0; q < cycle->phases; q++)
        of->matrix[row + p + (column + q) * of->size] += factor * share;
    }
}

static void
assemble (pairs_resolvent *of, const pairs_mode *mode)
{
  const pairs_model *model = of->model;
  const size_t classes = model->classes;
  memset (of->matrix, 0, of->size * of->size * sizeof *of->matrix);
  memset (of->right, 0, of->size * sizeof *of->right);
  for (size_t j = 0; j < of->size; j++)
    of->matrix[j * (of->size + 1)] = 1.0;
  for (size_t b = 0; b < model->blocks; b++)
    {
      const pairs_block *block = &model->block[b];
      const size_t c = block->first, d = block->second, r = block->mirror;
      const pairs_cycle *first = &model->class[c], *second = &model->class[d];
      const size_t k = first->phases, l = second->phases;
      const maps *here = &of->block[b], *there = &of->block[r];
      const size_t *at = of->place[b], *mirror = of->place[r];

      place_map (of, at[POST], at[POST], here->second[AT_START][EXIT], k, k,
                 1.0);
      place_map (of, at[POST], mirror[POST], there->first[AT_START][EXIT], k, l,
                 1.0);
      place_identity (of, at[POST], at[PRODUCT], k, -2.0 * mode->alpha);
      place_identity (of, at[POST], at[SQUARE], k, mode->square);

      place_map (of, at[OWN], at[OWN], there->second[AT_START][EXIT], l, l,
                 1.0);
      place_map (of, at[OWN], at[POST], here->first[AT_START][EXIT], l, k, 1.0);
      place_identity (of, at[OWN], mirror[CROSS], l, -mode->alpha);

      place_map (of, at[KEPT], at[KEPT], there->second[AT_START][EXIT], l, l,
                 1.0);
      place_map (of, at[KEPT], at[POST], here->first[AT_START][EXIT], l, k,
                 1.0);

      place_map (of, at[PRODUCT], at[POST], here->second[AT_START][APPLIED], k,
                 k, 1.0);
      place_map (of, at[PRODUCT], at[OWN], there->first[AT_START][APPLIED], k,
                 l, 1.0);

      place_map (of, at[SQUARE], at[POST], here->second[AT_START][APPLIED], k,
                 k, 1.0);
      place_map (of, at[SQUARE], at[KEPT], there->first[AT_START][APPLIED], k,
                 l, 1.0);

      place_map (of, at[CROSS], at[OWN], there->first[AT_START][APPLIED], k, l,
                 1.0);
      place_map (of, at[CROSS], mirror[OWN], here->second[AT_START][APPLIED], k,
                 k, 1.0);

      for (size_t p = 0; p < k; p++)
        of->right[at[POST] + p] +=
            mode->noise * first->stationary[p] * second->share;
      for (size_t e = 0; e < classes; e++)
        {
          const double count = pairs_others (model, block, e);
          if (count == 0.0)
            continue;
          const size_t *left = of->place[model->index[c + e * classes]];
          const size_t *right = of->place[model->index[d + e * classes]];
          const double noise = mode->noise * count * model->class[e].share;
          for (int v = PRODUCT; v <= SQUARE; v++)
            {
              const double factor =
                  count * (v == PRODUCT ? -2.0 * mode->alpha : mode->square);
              place_split (of, at[POST], left[v],
                           here->second[AT_STATIONARY][EXIT], k, first, factor);
              place_split (of, at[POST], right[v],
                           there->first[AT_STATIONARY][EXIT], k, second,
                           factor);
            }
          for (size_t q = 0; q < k; q++)
            for (size_t p = 0; p < k; p++)
              of->right[at[POST] + p] +=
                  noise * here->second[AT_STATIONARY][EXIT][p + q * k]
                  * first->stationary[q];
          place_map (of, at[OWN], right[CROSS],
                     there->second[AT_STATIONARY][EXIT], l, l,
                     -mode->alpha * count);
          place_map (of, at[PRODUCT], right[CROSS],
                     there->first[AT_STATIONARY][APPLIED], k, l,
                     -mode->alpha * count);
        }
    }
}

/* ROW' (v - pi (1' v)/2).  */
static double
split_dot (const double *row, const double *v, const pairs_cycle *cycle)
{
  double sum = 0.0;
  for (size_t p = 0; p < cycle->phases; p++)
    sum += v[p];
  return pairs_dot (row, v, cycle->phases)
         - 0.5 * sum * pairs_dot (row, cycle->stationary, cycle->phases);
}

/* The second moments of (w, w_i, w_j) of the solution, over all phases: E w^2,
   E w w_i, E w w_j, E w_i^2, E w_i w_j, E w_j^2.  */
static void
totals (const pairs_resolvent *of, const pairs_mode *mode, size_t b,
        double moment[6])
{
  const pairs_model *model = of->model;
  const pairs_block *block = &model->block[b];
  const size_t c = block->first, d = block->second, n = model->classes;
  const pairs_cycle *first = &model->class[c], *second = &model->class[d];
  const maps *here = &of->block[b], *there = &of->block[block->mirror];
  const size_t *at = of->place[b], *mirror = of->place[block->mirror];
  const double *x = of->right;
  const size_t k = first->phases, l = second->phases;
  const double posted = pairs_dot (here->total[AT_START], x + at[POST], k);
  const double mirrored =
      pairs_dot (there->total[AT_START], x + mirror[POST], l);
  moment[0] = posted + mirrored;
  moment[1] = mirrored + pairs_dot (here->total[AT_START], x + mirror[OWN], k);
  moment[2] = posted + pairs_dot (there->total[AT_START], x + at[OWN], l);
  moment[3] = mirrored + pairs_dot (here->total[AT_START], x + mirror[KEPT], k);
  moment[4] = pairs_dot (there->total[AT_START], x + at[OWN], l)
              + pairs_dot (here->total[AT_START], x + mirror[OWN], k);
  moment[5] = posted + pairs_dot (there->total[AT_START], x + at[KEPT], l);
  for (size_t e = 0; e < n; e++)
    {
      const double count = pairs_others (model, block, e);
      if (count == 0.0)
        continue;
      const size_t *left = of->place[model->index[c + e * n]];
      const size_t *right = of->place[model->index[d + e * n]];
      for (int v = PRODUCT; v <= SQUARE; v++)
        moment[0] +=
            count * (v == PRODUCT ? -2.0 * mode->alpha : mode->square)
            * (split_dot (here->total[AT_STATIONARY], x + left[v], first)
               + split_dot (there->total[AT_STATIONARY], x + right[v], second));
      moment[0] +=
          mode->noise * count * model->class[e].share
          * pairs_dot (here->total[AT_STATIONARY], first->stationary, k);
      moment[1] -= mode->alpha * count
                   * pairs_dot (here->total[AT_STATIONARY], x + left[CROSS], k);
      moment[2] -=
          mode->alpha * count
          * pairs_dot (there->total[AT_STATIONARY], x + right[CROSS], l);
    }
}

/* Whether the matrix of these moments is positive definite (Sylvester).  */
static bool
are_moments (const double m[6])
{
  const double minor = m[0] * m[3] - m[1] * m[1];
  const double determinant = m[5] * minor - m[0] * m[4] * m[4]
                             - m[3] * m[2] * m[2] + 2.0 * m[1] * m[2] * m[4];
  return m[0] > 0.0 && m[3] > 0.0 && m[5] > 0.0 && minor > 0.0
         && determinant > 0.0;
}

double
pairs_resolve (pairs_resolvent *of, const pairs_mode *mode, double s)
{
  const int n = (int) of->size, one = 1;
  int info = 0;
  double value = INFINITY;
  if (of->census)
    return pairs_census_resolve (of->census, mode, s);
  for (size_t b = 0; b < of->model->blocks; b++)
    for (int w = 0; w < SOURCES; w++)
      respond (of, b, w, s);
  assemble (of, mode);
  dgesv_ (&n, &one, of->matrix, &n, of->pivot, of->right, &n, &info);
  for (size_t b = 0; info == 0 && b < of->model->blocks; b++)
    {
      double moment[6];
      totals (of, mode, b, moment);
      if (! are_moments (moment))
        return INFINITY;
      if (b == 0)
        value = moment[0];
    }
  return value;
}
