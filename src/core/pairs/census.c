/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second moments without a closure: alike workers are followed together
   with the census k of their phases (k_p of them in phase p).

   On the event that the census is k, with sums over the workers in a phase,

     B = E [w^2],                Y_p = E sum_(i in p) w w_i,
     Z_p = E sum_(i in p) w_i^2, X_pq = E sum_(i in p, j in q, j /= i) w_i w_j

   obey linear differential equations of their own.  Worker i leaves phase p
   for q at the rate S_pq, which moves its share of the sums, and ends its cycle
   in p to start again in q at the rate s_p beta_q, which turns w into
   w' = w - alpha w_i and w_i into w'.  A sum over the workers that might be i
   of a sum over the others j counts each j in p one time less:

     sum_(i in p) sum_(j in r, j /= i) w' w_j
       = (k_p - [r = p]) Y_r - alpha X_pr,

   and so on.  Nothing is assumed, and a second moment stays one: so s lies
   right of the spectrum of this flow L if and only if (s - L)^-1 takes noise to
   second moments (Krein, Rutman).  The unknowns are conditional moments, given
   the census, so that unlikely ones are as accurate as the others, and in the
   order of the censuses L is a band.  */
#include "pairs/pairs_private.h"
#include "support/lapack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

enum
{
  MOST_PHASES = 4
};

/* Multiplications of one elimination, and unknowns: some 10 ms either.  */
#define MOST_WORK 2e7
#define MOST_UNKNOWNS 8192.0

struct pairs_census
{
  const pairs_cycle *cycle;
  size_t phases, width; /* unknowns of a census */
  size_t count, size;   /* censuses; unknowns */
  size_t band;          /* unknowns apart that meet, at most */
  unsigned int *number; /* phases per census: k */
  size_t *place;        /* phases x phases per census: that of k - e_p + e_q
                           at p + q phases, or count */
  double *probability;
  double *matrix, *right;
  int *pivot;
};

/* ---- the unknowns of a census ---------------------------------------- */

static size_t
y_of (size_t p)
{
  return 1 + p;
}

static size_t
z_of (size_t phases, size_t p)
{
  return 1 + phases + p;
}

static size_t
x_of (size_t phases, size_t p, size_t q)
{
  const size_t low = p < q ? p : q, high = p < q ? q : p;
  return 1 + 2 * phases + low + high * (high + 1) / 2;
}

static size_t
width_of (size_t phases)
{
  return 1 + 2 * phases + phases * (phases + 1) / 2;
}

/* ---- the censuses ---------------------------------------------------- */

/* How many there are of N workers in M phases; a double, which does not
   overflow.  */
static double
censuses (double n, size_t m)
{
  double count = 1.0;
  for (size_t p = 1; p < m; p++)
    count *= (n + (double) p) / (double) p;
  return count;
}

/* A worker that changes its phase leads at most to the next census but this
   many, where the first phase's number is the slowest to change.  */
static double
reach_of (double n, size_t m)
{
  return m == 1 ? 0.0 : censuses (n, m - 1) + 1.0;
}

bool
pairs_census_applies (const pairs_model *model)
{
  const pairs_cycle *cycle = &model->class[0];
  const size_t m = cycle->phases;
  if (model->classes != 1 || model->workers < 3 || m < 2 || m > MOST_PHASES)
    return false;
  for (size_t p = 0; p < m; p++)
    if (! (cycle->stationary[p] > 0.0))
      return false;
  const double n = (double) model->workers, width = (double) width_of (m);
  const double band = width * (reach_of (n, m) + 1.0);
  const double size = width * censuses (n, m);
  return size <= MOST_UNKNOWNS && size * band * band <= MOST_WORK;
}

/* Where the census NUMBER stands: after all that have fewer in its first
   phases.  */
static size_t
place_of (const unsigned int *number, size_t workers, size_t phases)
{
  double place = 0.0, left = (double) workers;
  for (size_t p = 0; p + 1 < phases; p++)
    {
      for (unsigned int k = 0; k < number[p]; k++)
        place += censuses (left - (double) k, phases - p - 1);
      left -= (double) number[p];
    }
  return (size_t) (place + 0.5);
}

static void
list_censuses (pairs_census *of, size_t workers)
{
  const size_t m = of->phases;
  unsigned int number[MOST_PHASES] = { 0 };
  number[m - 1] = (unsigned int) workers;
  for (size_t c = 0; c < of->count; c++)
    {
      memcpy (of->number + c * m, number, m * sizeof *number);
      of->probability[c] =
          gsl_ran_multinomial_pdf (m, of->cycle->stationary, number);
      /* The next one: the last phase before the end that can take a worker
         from those behind it does, and all others of these go to the end.  */
      size_t p = m - 1;
      while (p > 0 && number[p] == 0)
        p--;
      if (p > 0)
        {
          const unsigned int behind = number[p];
          number[p] = 0;
          number[p - 1]++;
          number[m - 1] = behind - 1;
        }
    }
}

static void
find_places (pairs_census *of, size_t workers)
{
  const size_t m = of->phases;
  size_t reach = 0;
  for (size_t c = 0; c < of->count; c++)
    for (size_t q = 0; q < m; q++)
      for (size_t p = 0; p < m; p++)
        {
          unsigned int number[MOST_PHASES];
          size_t *place = &of->place[p + q * m + c * m * m];
          memcpy (number, of->number + c * m, m * sizeof *number);
          *place = of->count;
          if (number[p] == 0)
            continue;
          number[p]--;
          number[q]++;
          *place = place_of (number, workers, m);
          const size_t apart = *place > c ? *place - c : c - *place;
          reach = apart > reach ? apart : reach;
        }
  of->band = (reach + 1) * of->width - 1;
}

void
pairs_census_free (pairs_census *of)
{
  if (! of)
    return;
  free (of->number);
  free (of->place);
  free (of->probability);
  free (of->matrix);
  free (of->right);
  free (of->pivot);
  free (of);
}

support_status
pairs_census_create (const pairs_model *model, pairs_census **made)
{
  pairs_census *of = calloc (1, sizeof *of);
  *made = NULL;
  if (! of)
    return SUPPORT_MEMORY;
  const size_t m = model->class[0].phases;
  of->cycle = &model->class[0];
  of->phases = m;
  of->width = width_of (m);
  of->count = (size_t) (censuses ((double) model->workers, m) + 0.5);
  of->size = of->width * of->count;
  of->number = calloc (m * of->count, sizeof *of->number);
  of->place = calloc (m * m * of->count, sizeof *of->place);
  of->probability = support_doubles (of->count);
  of->right = support_doubles (of->size);
  of->pivot = calloc (of->size, sizeof *of->pivot);
  if (of->number && of->place && of->probability && of->right && of->pivot)
    {
      list_censuses (of, model->workers);
      find_places (of, model->workers);
      of->matrix = support_doubles ((3 * of->band + 1) * of->size);
    }
  if (! of->matrix)
    {
      pairs_census_free (of);
      return SUPPORT_MEMORY;
    }
  *made = of;
  return SUPPORT_OK;
}

/* ---- the flow -------------------------------------------------------- */

/* One way for the census FROM to become TO: workers leave phase p for q, each
   at RATE (that of the conditional moments: times the odds of FROM to TO).  */
typedef struct census_passage
{
  size_t from, to, p, q;
  const unsigned int *number; /* of FROM */
  double rate;
} census_passage;

/* Subtracts VALUE, which the unknown OLD before gives the unknown NEW after,
   from the matrix in the band storage of LAPACK.  */
static void
add (pairs_census *of, const census_passage *passage, size_t new, size_t old,
     double value)
{
  const size_t row = passage->to * of->width + new;
  const size_t column = passage->from * of->width + old;
  const size_t rows = 3 * of->band + 1;
  of->matrix[2 * of->band + row - column + column * rows] -=
      passage->rate * value;
}

/* k_p - [r = p] - [s = p]: the workers that can leave p beside those meant.  */
static double
beside (const census_passage *passage, size_t r, size_t s)
{
  return (double) passage->number[passage->p] - (r == passage->p ? 1.0 : 0.0)
         - (s == passage->p ? 1.0 : 0.0);
}

/* What the others keep: of copies alone all, of products with the model all
   but what the arrival takes.  */
static void
keep_others (pairs_census *of, const census_passage *passage, double alpha)
{
  const size_t m = of->phases, none = m;
  for (size_t r = 0; r < m; r++)
    {
      const double count = beside (passage, r, none);
      add (of, passage, y_of (r), y_of (r), count);
      add (of, passage, z_of (m, r), z_of (m, r), count);
      if (alpha != 0.0)
        add (of, passage, y_of (r), x_of (m, passage->p, r), -alpha);
      for (size_t s = r; s < m; s++)
        add (of, passage, x_of (m, r, s), x_of (m, r, s),
             beside (passage, r, s));
    }
}

/* Worker i takes its copy along.  */
static void
change_phase (pairs_census *of, const census_passage *passage)
{
  const size_t m = of->phases, p = passage->p, q = passage->q;
  add (of, passage, 0, 0, (double) passage->number[p]);
  keep_others (of, passage, 0.0);
  add (of, passage, y_of (q), y_of (p), 1.0);
  add (of, passage, z_of (m, q), z_of (m, p), 1.0);
  for (size_t s = 0; s < m; s++)
    add (of, passage, x_of (m, q, s), x_of (m, p, s), s == q ? 2.0 : 1.0);
}

/* Worker i arrives with a gradient that moves the model by MODE, and goes on in
   phase q with the model as it then is.  */
static void
arrive (pairs_census *of, const census_passage *passage, const pairs_mode *mode)
{
  const size_t m = of->phases, p = passage->p, q = passage->q;
  const double number = (double) passage->number[p];
  const size_t post[3] = { 0, y_of (q), z_of (m, q) }; /* all E w'^2 */
  for (size_t k = 0; k < 3; k++)
    {
      add (of, passage, post[k], 0, number);
      add (of, passage, post[k], y_of (p), -2.0 * mode->alpha);
      add (of, passage, post[k], z_of (m, p), mode->square);
      of->right[passage->to * of->width + post[k]] +=
          passage->rate * number * mode->noise;
    }
  keep_others (of, passage, mode->alpha);
  for (size_t s = 0; s < m; s++)
    {
      const double times = s == q ? 2.0 : 1.0;
      add (of, passage, x_of (m, q, s), y_of (s),
           times * beside (passage, s, m));
      add (of, passage, x_of (m, q, s), x_of (m, p, s), -times * mode->alpha);
    }
}

/* The matrix s - L, and the noise.  */
static void
assemble (pairs_census *of, const pairs_mode *mode, double s)
{
  const pairs_cycle *cycle = of->cycle;
  const size_t m = of->phases;
  const pairs_mode refused = { 0.0, 0.0, 0.0 };
  memset (of->matrix, 0, (3 * of->band + 1) * of->size * sizeof *of->matrix);
  memset (of->right, 0, of->size * sizeof *of->right);
  for (size_t c = 0; c < of->count; c++)
    {
      const unsigned int *number = of->number + c * m;
      census_passage here = {
        .from = c, .to = c, .number = number, .rate = -s
      };
      for (size_t p = 0; p < m; p++)
        here.rate += (double) number[p] * cycle->transition[p + p * m];
      for (size_t u = 0; u < of->width; u++)
        add (of, &here, u, u, 1.0);
      for (size_t q = 0; q < m; q++)
        for (size_t p = 0; p < m; p++)
          {
            const size_t to = of->place[p + q * m + c * m * m];
            if (to == of->count)
              continue;
            const double odds =
                p == q ? 1.0
                       : (double) (number[q] + 1) / (double) number[p]
                             * cycle->stationary[p] / cycle->stationary[q];
            census_passage way = { c, to, p, q, number, 0.0 };
            way.rate = odds * cycle->transition[p + q * m];
            if (p != q && way.rate > 0.0)
              change_phase (of, &way);
            way.rate = odds * cycle->applied[p] * cycle->start[q];
            if (way.rate > 0.0)
              arrive (of, &way, mode);
            way.rate =
                odds * (cycle->exit[p] - cycle->applied[p]) * cycle->start[q];
            if (way.rate > 0.0)
              arrive (of, &way, &refused);
          }
    }
}

/* Whether X are second moments of w and of the copies of workers that are
   alike within a phase: those of w and of the phases' mean copies are positive
   semidefinite, and copies vary about the mean of their phase.  To a tolerance,
   since copies just read are the model; beyond the spectrum they fail by much
   more, w^2 first of all.  */
static bool
are_moments (const unsigned int *number, size_t m, const double *x)
{
  const double tolerance = 1e-9;
  double factor[MOST_PHASES + 1][MOST_PHASES + 1];
  size_t phase[MOST_PHASES + 1], size = 1;
  factor[0][0] = x[0];
  for (size_t p = 0; p < m; p++)
    if (number[p] > 0)
      {
        const double k = (double) number[p];
        const double square = x[z_of (m, p)], cross = x[x_of (m, p, p)];
        if (number[p] > 1
            && ! (square - cross / (k - 1.0) >= -tolerance * fabs (square)))
          return false;
        factor[size][0] = x[y_of (p)] / k;
        for (size_t r = 1; r < size; r++)
          factor[size][r] =
              x[x_of (m, p, phase[r])] / (k * (double) number[phase[r]]);
        factor[size][size] = (square + cross) / (k * k);
        phase[size++] = p;
      }
  /* Cholesky, row by row.  */
  for (size_t r = 0; r < size; r++)
    {
      const double whole = factor[r][r];
      for (size_t c = 0; c <= r; c++)
        {
          double value = factor[r][c];
          for (size_t k = 0; k < c; k++)
            value -= factor[r][k] * factor[c][k];
          if (c < r)
            factor[r][c] = factor[c][c] > 0.0 ? value / factor[c][c] : 0.0;
          else if (! (whole > 0.0 && value >= -tolerance * whole))
            return false;
          else
            factor[r][r] = value > tolerance * whole ? sqrt (value) : 0.0;
        }
    }
  return true;
}

double
pairs_census_resolve (pairs_census *of, const pairs_mode *mode, double s)
{
  const int n = (int) of->size, band = (int) of->band, one = 1;
  const int rows = 3 * band + 1;
  int info = 0;
  double value = 0.0;
  assemble (of, mode, s);
  dgbsv_ (&n, &band, &band, &one, of->matrix, &rows, of->pivot, of->right, &n,
          &info);
  if (info != 0)
    return INFINITY;
  for (size_t c = 0; c < of->count; c++)
    {
      const double *moments = of->right + c * of->width;
      if (! are_moments (of->number + c * of->phases, of->phases, moments))
        return INFINITY;
      value += of->probability[c] * moments[0];
    }
  return value;
}
