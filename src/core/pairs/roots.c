/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exponents of the mean: eigenvalues of the first moments' equations.  */
#include "pairs/pairs_private.h"
#include "support/lapack.h"

#include <math.h>
#include <stdlib.h>

enum
{
  MOST_ROOTS = 1000
};

/* One independent unknown: where it stands in a state, twice if M of a pair is
   M transposed of its mirror.  */
typedef struct unknown
{
  size_t place, mirror;
} unknown;

static size_t
list_unknowns (const pairs_model *model, unknown *list)
{
  size_t count = 0;
  if (model->workers == 1)
    {
      for (size_t p = 0; p < model->size; p++)
        list[count++] = (unknown){ p, p };
      return count;
    }
  for (size_t b = 0; b < model->blocks; b++)
    {
      const pairs_block *block = &model->block[b];
      const size_t k = model->class[block->first].phases;
      const size_t l = model->class[block->second].phases;
      const size_t mirror = model->block[block->mirror].offset;
      for (size_t q = 0; q < l; q++)
        for (size_t p = 0; p < k; p++)
          {
            const size_t place = block->offset + p + q * k;
            if (b < block->mirror || (b == block->mirror && p <= q))
              list[count++] = (unknown){ place, mirror + q + p * l };
            list[count++] =
                (unknown){ model->size + place, model->size + place };
          }
    }
  return count;
}

/* What is said of one worker must not depend on whom it is paired with: the
   moments of (w; p_i) out of every pair of i, and of (w_j; p_j).  The flow
   keeps to these states; with several classes it has motions beside them, which
   no start excites and which are no exponents of the mean.  One row for each
   phase of each further pair of a class; NULL rows: only counts.  */
static size_t
constrain (const pairs_model *model, const unknown *list, size_t n,
           double *rows, size_t count)
{
  const size_t classes = model->classes;
  size_t row = 0;
  for (size_t c = 0; model->workers > 1 && c < classes; c++)
    {
      size_t reference = model->blocks;
      for (size_t b = 0; b < model->blocks; b++)
        {
          const pairs_block *block = &model->block[b];
          const size_t k = model->class[c].phases;
          if (block->first != c)
            continue;
          if (reference == model->blocks)
            {
              reference = b;
              continue;
            }
          for (size_t j = 0; rows && j < n; j++)
            for (int twice = 0; twice < 2; twice++)
              {
                /* M is summed over the second phase, E of the mirrored pair
                   over the first: both are rows of the class.  */
                const size_t place = twice ? list[j].mirror : list[j].place;
                if (twice && list[j].mirror == list[j].place)
                  continue;
                for (int side = 0; side < 2; side++)
                  {
                    const size_t at = side ? reference : b;
                    const pairs_block *mirror =
                        &model->block[model->block[at].mirror];
                    const size_t other =
                        model->class[model->block[at].second].phases;
                    const size_t m = model->block[at].offset;
                    const size_t e = model->size + mirror->offset;
                    const double sign = side ? -1.0 : 1.0;
                    if (place >= m && place < m + k * other)
                      rows[row + (place - m) % k + j * count] += sign;
                    if (place >= e && place < e + k * other)
                      rows[row + k + (place - e) / other + j * count] += sign;
                  }
              }
          row += 2 * k;
        }
    }
  return row;
}

/* The MATRIX of N unknowns seen in an orthonormal basis of the states that obey
   the COUNT x N ROWS; *N becomes their dimension.  */
static support_status
restrict_to (double *matrix, size_t *n, double *rows, size_t count)
{
  const size_t all = *n, least = count < all ? count : all;
  const int m = (int) count, order = (int) all, one = 1;
  const int length = 10 * (m > order ? m : order);
  double *values = support_doubles (least),
         *basis = support_doubles (all * all);
  double *space = support_doubles ((size_t) length);
  double *product = support_doubles (all * all);
  support_status status = SUPPORT_MEMORY;
  int info = 0;
  if (values && basis && space && product)
    {
      const double unit = 1.0, zero = 0.0;
      size_t rank = 0;
      dgesvd_ ("N", "A", &m, &order, rows, &m, values, NULL, &one, basis,
               &order, space, &length, &info);
      while (rank < least && values[rank] > 1e-9 * values[0])
        rank++;
      const int left = (int) (all - rank);
      /* The last rows of BASIS span the rest.  */
      dgemm_ ("N", "T", &order, &left, &order, &unit, matrix, &order,
              basis + rank, &order, &zero, product, &order);
      dgemm_ ("N", "N", &left, &left, &order, &unit, basis + rank, &order,
              product, &order, &zero, matrix, &left);
      *n = all - rank;
      status = info == 0 ? SUPPORT_OK : SUPPORT_NUMERICAL;
    }
  free (values);
  free (basis);
  free (space);
  free (product);
  return status;
}

static int
by_real_part (const void *left, const void *right)
{
  const double complex a = *(const double complex *) left;
  const double complex b = *(const double complex *) right;
  if (creal (a) != creal (b))
    return creal (a) > creal (b) ? -1 : 1;
  if (fabs (cimag (a)) != fabs (cimag (b)))
    return fabs (cimag (a)) < fabs (cimag (b)) ? -1 : 1;
  return cimag (a) > cimag (b) ? -1 : cimag (a) < cimag (b);
}

support_status
pairs_roots (const pairs_model *model, const pairs_mode *mode,
             double complex **root, size_t *count, support_failure *failure)
{
  const size_t size = pairs_first_size (model);
  unknown *list = calloc (size, sizeof *list);
  support_status status = SUPPORT_MEMORY;
  *root = NULL;
  *count = list ? list_unknowns (model, list) : 0;
  if (*count > MOST_ROOTS)
    {
      free (list);
      return support_fail (failure, SUPPORT_LIMIT,
                           "the pair closure has %zu roots; at most %d are "
                           "computed",
                           *count, MOST_ROOTS);
    }
  size_t n = *count;
  const int one = 1, length = 8 * (int) n;
  const size_t conditions = constrain (model, list, n, NULL, 0);
  double *state = support_doubles (size), *flow = support_doubles (size);
  double *work = support_doubles (pairs_work_size (model));
  double *matrix = support_doubles (n * n), *real = support_doubles (n);
  double *imaginary = support_doubles (n), *space = support_doubles (8 * n);
  double *rows = support_doubles (conditions * n);
  int info = 0;
  if (list && rows && state && flow && work && matrix && real && imaginary
      && space && (*root = calloc (n, sizeof **root)))
    {
      for (size_t j = 0; j < n; j++)
        {
          state[list[j].place] = state[list[j].mirror] = 1.0;
          pairs_first_flow (model, mode->alpha, state, flow, work);
          state[list[j].place] = state[list[j].mirror] = 0.0;
          for (size_t i = 0; i < n; i++)
            matrix[i + j * n] = flow[list[i].place];
        }
      status = SUPPORT_OK;
      if (conditions)
        {
          constrain (model, list, n, rows, conditions);
          status = restrict_to (matrix, &n, rows, conditions);
        }
      const int order = (int) n;
      *count = n;
      dgeev_ ("N", "N", &order, matrix, &order, real, imaginary, NULL, &one,
              NULL, &one, space, &length, &info);
      for (size_t j = 0; j < n; j++)
        (*root)[j] = CMPLX (real[j], imaginary[j]);
      qsort (*root, n, sizeof **root, by_real_part);
      if (status == SUPPORT_OK && info != 0)
        status = SUPPORT_NUMERICAL;
    }
  free (rows);
  free (list);
  free (state);
  free (flow);
  free (work);
  free (matrix);
  free (real);
  free (imaginary);
  free (space);
  if (status == SUPPORT_OK)
    return status;
  free (*root);
  *root = NULL;
  return status == SUPPORT_MEMORY
             ? support_fail_memory (failure)
             : support_fail (failure, status,
                             "the eigenvalues of the pair closure were not "
                             "found");
}
