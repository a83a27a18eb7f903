/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exponents of the mean: eigenvalues of the first moments' equations.  */
#include "pairs/pairs_private.h"
#include "support/lapack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
  const double complex a = ((const pairs_root *) left)->s;
  const double complex b = ((const pairs_root *) right)->s;
  if (creal (a) != creal (b))
    return creal (a) > creal (b) ? -1 : 1;
  if (fabs (cimag (a)) != fabs (cimag (b)))
    return fabs (cimag (a)) < fabs (cimag (b)) ? -1 : 1;
  return cimag (a) > cimag (b) ? -1 : cimag (a) < cimag (b);
}

/* The first moments' equations in independent unknowns: MATRIX of *N rows, to
   be freed.  */
static support_status
make_matrix (const pairs_model *model, double alpha, double **matrix, size_t *n,
             support_failure *failure)
{
  const size_t size = pairs_first_size (model);
  unknown *list = calloc (size, sizeof *list);
  double *state = support_doubles (size), *flow = support_doubles (size);
  double *work = support_doubles (pairs_work_size (model));
  double *rows = NULL;
  support_status status = SUPPORT_MEMORY;
  *matrix = NULL;
  *n = list ? list_unknowns (model, list) : 0;
  if (*n > MOST_ROOTS)
    status = support_fail (failure, SUPPORT_LIMIT,
                           "the pair closure has %zu roots; at most %d are "
                           "computed; use order 1 or 2",
                           *n, MOST_ROOTS);
  else if (list && state && flow && work)
    {
      const size_t conditions = constrain (model, list, *n, NULL, 0);
      *matrix = support_doubles (*n * *n);
      rows = support_doubles (conditions * *n);
      status = *matrix && rows ? SUPPORT_OK : SUPPORT_MEMORY;
      for (size_t j = 0; status == SUPPORT_OK && j < *n; j++)
        {
          state[list[j].place] = state[list[j].mirror] = 1.0;
          pairs_first_flow (model, alpha, state, flow, work);
          state[list[j].place] = state[list[j].mirror] = 0.0;
          for (size_t i = 0; i < *n; i++)
            (*matrix)[i + j * *n] = flow[list[i].place];
        }
      if (status == SUPPORT_OK && conditions)
        {
          constrain (model, list, *n, rows, conditions);
          status = restrict_to (*matrix, n, rows, conditions);
        }
    }
  free (rows);
  free (list);
  free (state);
  free (flow);
  free (work);
  if (status == SUPPORT_OK)
    return status;
  free (*matrix);
  *matrix = NULL;
  return status;
}

/* Element I of vector J as dgeev lays them out.  */
static double complex
element (const double *vectors, const double *imaginary, size_t n, size_t i,
         size_t j)
{
  if (imaginary[j] > 0.0)
    return CMPLX (vectors[i + j * n], vectors[i + (j + 1) * n]);
  if (imaginary[j] < 0.0)
    return CMPLX (vectors[i + (j - 1) * n], -vectors[i + j * n]);
  return vectors[i + j * n];
}

/* |A v - s v| and |s| + |A| over |w^H v|, of unit v and w.  */
static void
judge (const double *matrix, size_t n, double norm, const double *right,
       const double *left, const double *imaginary, size_t j, pairs_root *root)
{
  double squares = 0.0;
  double complex product = 0.0;
  for (size_t i = 0; i < n; i++)
    {
      double complex sum = -root->s * element (right, imaginary, n, i, j);
      for (size_t k = 0; k < n; k++)
        sum += matrix[i + k * n] * element (right, imaginary, n, k, j);
      squares += creal (sum) * creal (sum) + cimag (sum) * cimag (sum);
      product += conj (element (left, imaginary, n, i, j))
                 * element (right, imaginary, n, i, j);
    }
  const double weight = cabs (root->s) + norm;
  root->residual = sqrt (squares);
  root->backward = root->residual / weight;
  root->condition = cabs (product) > 1e-14 ? weight / cabs (product) : INFINITY;
}

static double
frobenius (const double *matrix, size_t n)
{
  double sum = 0.0;
  for (size_t i = 0; i < n * n; i++)
    sum += matrix[i] * matrix[i];
  return sqrt (sum);
}

support_status
pairs_roots (const pairs_model *model, const pairs_mode *mode, bool judged,
             pairs_root **root, size_t *count, support_failure *failure)
{
  double *matrix;
  size_t n = 0;
  support_status status =
      make_matrix (model, mode->alpha, &matrix, &n, failure);
  *root = NULL;
  *count = n;
  if (status == SUPPORT_LIMIT)
    return status;
  const size_t square = judged ? n * n : 1;
  const int order = (int) n, length = 8 * order;
  double *kept = support_doubles (square), *real = support_doubles (n);
  double *imaginary = support_doubles (n), *space = support_doubles (8 * n);
  double *right = support_doubles (square), *left = support_doubles (square);
  int info = 0;
  if (status == SUPPORT_OK
      && ! (kept && real && imaginary && space && right && left
            && (*root = calloc (n, sizeof **root))))
    status = SUPPORT_MEMORY;
  if (status == SUPPORT_OK && ! support_finite (matrix, square))
    status = SUPPORT_NUMERICAL;
  if (status == SUPPORT_OK)
    {
      const char *vectors = judged ? "V" : "N";
      const double norm = frobenius (matrix, n);
      if (judged)
        memcpy (kept, matrix, square * sizeof *kept);
      dgeev_ (vectors, vectors, &order, matrix, &order, real, imaginary, left,
              &order, right, &order, space, &length, &info);
      for (size_t j = 0; j < n; j++)
        {
          (*root)[j] =
              (pairs_root){ CMPLX (real[j], imaginary[j]), NAN, NAN, NAN };
          if (judged)
            judge (kept, n, norm, right, left, imaginary, j, &(*root)[j]);
        }
      qsort (*root, n, sizeof **root, by_real_part);
      status = info == 0 ? SUPPORT_OK : SUPPORT_NUMERICAL;
    }
  free (matrix);
  free (kept);
  free (real);
  free (imaginary);
  free (space);
  free (right);
  free (left);
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

typedef struct rightmost_run
{
  const pairs_model *model;
  const pairs_mode *mode;
  double complex *root;
} rightmost_run;

static support_status
find_rightmost (void *context, size_t i, support_team *team)
{
  const rightmost_run *of = context;
  pairs_root *root = NULL;
  size_t count;
  if (! support_team_continue (team, 0.0))
    return SUPPORT_INTERRUPTED;
  const support_status status =
      pairs_roots (of->model, &of->mode[i], false, &root, &count, NULL);
  if (status == SUPPORT_OK)
    of->root[i] = root[0].s;
  free (root);
  return status;
}

support_status
pairs_rightmost (const pairs_model *model, const pairs_mode *mode, size_t modes,
                 double complex *root, const support_hooks *hooks,
                 support_failure *failure)
{
  rightmost_run of = { model, mode, root };
  const support_status status =
      support_team_run (find_rightmost, &of, modes, 0, hooks, NULL);
  if (status == SUPPORT_MEMORY)
    return support_fail_memory (failure);
  if (status == SUPPORT_LIMIT)
    return support_fail (failure, status,
                         "the pair closure has more than %d roots; use order 1 "
                         "or 2",
                         MOST_ROOTS);
  if (status == SUPPORT_NUMERICAL)
    return support_fail (failure, status,
                         "the eigenvalues of the pair closure were not found");
  return status;
}
