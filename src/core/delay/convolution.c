/* SPDX-License-Identifier: GPL-3.0-or-later */
/* f(t) = int f_X(t - y) f_Y(y) dy, by Gauss rules between all points where
   either density changes its scale, tabulated as polynomials: pieces are
   halved until the last coefficients of the density vanish.  */
#include "delay/convolution.h"
#include "delay/pieces.h"

#include <stdlib.h>
#include <string.h>

enum
{
  POINTS = 20, /* of a polynomial, and of a rule */
  DEGREES = POINTS + (POINTS + 1) + (POINTS + 2), /* of a piece's three */
  LEVELS = 30,
  MOST_PIECES = 4096
};

static const double tail = 1e-18;

/* x + y = t */
typedef struct place
{
  double x, y;
} place;

typedef struct builder
{
  const delay_law *x, *y;
  delay_pieces *of_x, *of_y;
  gsl_integration_glfixed_table *gauss;
  place *cut;                          /* room for the ends of both */
  double legendre[POINTS][POINTS + 2]; /* P_k at node i */
  double node[POINTS], weight[POINTS]; /* on [-1, 1] */
  delay_convolution *sum;
  size_t room;
} builder;

double
delay_exponent (const delay_law *law)
{
  return law->power > 0.0 ? law->power : 1.0;
}

/* ---- one value ------------------------------------------------------- */

/* By y, and where rounding makes those equal by x.  */
static int
by_place (const void *left, const void *right)
{
  const place *a = left, *b = right;
  return a->y != b->y ? (a->y > b->y) - (a->y < b->y)
                      : (a->x < b->x) - (a->x > b->x);
}

/* Whether [A, B] lies in the piece next to the singularity of the density.  */
static bool
is_singular (const delay_pieces *pieces, double b)
{
  return pieces->power > 0.0 && pieces->end[0] == pieces->law->infimum
         && b <= pieces->end[1];
}

/* int f(u) g(t - u) du from A to B, u and t - u being known where the other is
   the difference of two nearly equal numbers.  */
static double
integral (const builder *self, const delay_pieces *own,
          const delay_pieces *other, double t, double a, double b)
{
  const delay_law *f = own->law, *g = other->law;
  const double c = 0.5 * (a + b), h = 0.5 * (b - a);
  double sum = 0.0;
  if (! (h > 0.0))
    return 0.0;
  if (is_singular (own, b))
    return delay_pdf (g, t - c) * (delay_cdf (f, b) - delay_cdf (f, a));
  for (size_t k = 0; k < POINTS; k++)
    {
      const double u = c + h * self->node[k];
      const double density = delay_pdf (f, u);
      if (density > 0.0)
        sum += h * self->weight[k] * density * delay_pdf (g, t - u);
    }
  return sum;
}

static double
density_at (const builder *self, double t)
{
  const delay_pieces *px = self->of_x, *py = self->of_y;
  const double x_end = px->end[px->count], y_end = py->end[py->count];
  place *cut = self->cut;
  size_t cuts = 0;
  double sum = 0.0;

  for (size_t i = 0; i <= py->count; i++)
    {
      const double y = py->end[i], x = t - y;
      if (x >= px->end[0] && x <= x_end)
        cut[cuts++] = (place){ x, y };
    }
  for (size_t i = 0; i <= px->count; i++)
    {
      const double x = px->end[i], y = t - x;
      if (y >= py->end[0] && y <= y_end)
        cut[cuts++] = (place){ x, y };
    }
  if (cuts == 0)
    return 0.0;
  qsort (cut, cuts, sizeof *cut, by_place);
  for (size_t i = 0; i + 1 < cuts; i++)
    {
      const place a = cut[i], b = cut[i + 1];
      /* In the coordinate that changes more of itself.  */
      sum += (b.x - px->end[0]) * (b.y - py->end[0])
                     < (a.y - py->end[0]) * (a.x - px->end[0])
                 ? integral (self, px, py, t, b.x, a.x)
                 : integral (self, py, px, t, a.y, b.y);
    }
  return sum;
}

/* ---- the table ------------------------------------------------------- */

/* Coefficients of the integral of a series of COUNT Legendre polynomials over
   [-1, x], times H.  */
static void
integrate (const double *from, size_t count, double h, double *to)
{
  for (size_t k = 0; k <= count; k++)
    to[k] = 0.0;
  for (size_t k = 0; k < count; k++)
    {
      const double part = h * from[k] / (double) (2 * k + 1);
      to[k + 1] += part;
      if (k > 0)
        to[k - 1] -= part;
      else
        to[0] += part;
    }
}

static double
series_at (const double *coefficient, size_t count, double x)
{
  double before = 1.0, here = x, sum = coefficient[0] + coefficient[1] * x;
  for (size_t k = 2; k < count; k++)
    {
      const double next =
          ((double) (2 * k - 1) * x * here - (double) (k - 1) * before)
          / (double) k;
      before = here;
      here = next;
      sum += coefficient[k] * here;
    }
  return sum;
}

static support_status
append (builder *self, double end, const double *density)
{
  delay_convolution *sum = self->sum;
  const size_t n = sum->pieces;
  if (n == MOST_PIECES)
    return SUPPORT_LIMIT;
  if (n == self->room)
    {
      const size_t room = 2 * self->room + 64;
      double **row[] = { &sum->end, &sum->mass, &sum->area, &sum->coefficient };
      for (int k = 0; k < 4; k++)
        {
          const size_t width = k < 3 ? room + 1 : room * DEGREES;
          double *more = realloc (*row[k], width * sizeof *more);
          if (! more)
            return SUPPORT_MEMORY;
          *row[k] = more;
        }
      self->room = room;
    }
  const double h = 0.5 * (end - sum->end[n]);
  double *own = sum->coefficient + n * DEGREES;
  double *mass = own + POINTS, *area = mass + POINTS + 1;
  memcpy (own, density, POINTS * sizeof *own);
  integrate (own, POINTS, h, mass);
  integrate (mass, POINTS + 1, h, area);
  sum->pieces = n + 1;
  sum->end[n + 1] = end;
  sum->area[n + 1] =
      sum->area[n] + sum->mass[n] * 2.0 * h + series_at (area, POINTS + 2, 1.0);
  sum->mass[n + 1] = sum->mass[n] + series_at (mass, POINTS + 1, 1.0);
  return SUPPORT_OK;
}

/* Pieces from the last end to END, in LEVEL halvings at most.  */
static support_status
refine (builder *self, double end, int level)
{
  const double begin = self->sum->end[self->sum->pieces];
  const double c = 0.5 * (begin + end), h = 0.5 * (end - begin);
  double value[POINTS], coefficient[POINTS], largest = 0.0, last = 0.0;
  for (size_t i = 0; i < POINTS; i++)
    {
      value[i] = density_at (self, c + h * self->node[i]);
      largest = fmax (largest, value[i]);
    }
  if (! isfinite (largest))
    return SUPPORT_NUMERICAL;
  for (size_t k = 0; k < POINTS; k++)
    {
      double sum = 0.0;
      for (size_t i = 0; i < POINTS; i++)
        sum += self->weight[i] * self->legendre[i][k] * value[i];
      coefficient[k] = ((double) k + 0.5) * sum;
      if (k + 3 >= POINTS)
        last = fmax (last, fabs (coefficient[k]));
    }
  /* Close to a kink, t - u is known to rounding only: what that does to the
     mass counts, not to the density.  */
  const bool good = last <= 1e-13 * largest || last * h < 1e-18;
  if (good || level == 0 || ! (c > begin && c < end))
    return append (self, end, coefficient);
  const support_status status = refine (self, c, level - 1);
  return status == SUPPORT_OK ? refine (self, end, level - 1) : status;
}

/* Below FIRST, so near the infimum that the density is the power of the
   distance which it begins with.  */
static support_status
begin_with_power (builder *self, double exponent, double first)
{
  delay_convolution *sum = self->sum;
  const double none[POINTS] = { 0.0 };
  const support_status status = append (self, first, none);
  if (status != SUPPORT_OK)
    return status;
  const double width = first - sum->end[0];
  sum->coefficient[0] = density_at (self, first);
  sum->mass[1] = sum->coefficient[0] * width / exponent;
  sum->area[1] = sum->mass[1] * width / (exponent + 1.0);
  sum->exponent = exponent;
  return SUPPORT_OK;
}

static support_status
fill (builder *self)
{
  const delay_law *x = self->x, *y = self->y;
  const delay_pieces *px = self->of_x, *py = self->of_y;
  const double origin = px->end[0] + py->end[0];
  const double end = px->end[px->count] + py->end[py->count];
  const double exponent = delay_exponent (x) + delay_exponent (y);
  const bool singular = exponent != floor (exponent);
  /* Kinks are where one density ends and the other has one.  */
  double kink[2] = { px->end[0] + py->end[py->count],
                     px->end[px->count] + py->end[0] };
  support_status status = SUPPORT_OK;
  double width = fmin (fmin (kink[0], kink[1]) - origin,
                       0.5 * (x->mean + y->mean - origin));
  int levels = singular ? (int) fmin (ceil (58.0 / exponent), 60.0) : 12;

  if (! isfinite (x->supremum))
    kink[1] = end;
  if (! isfinite (y->supremum))
    kink[0] = end;
  if (kink[1] < kink[0])
    {
      const double swap = kink[0];
      kink[0] = kink[1];
      kink[1] = swap;
    }
  self->sum->end[0] = origin;
  self->sum->mass[0] = self->sum->area[0] = 0.0;
  if (! (width > 0.0))
    return SUPPORT_NUMERICAL;
  /* No shorter than the numbers near the origin are apart.  */
  while (levels > 0 && ldexp (width, -levels) < 1e-12 * origin)
    levels--;
  for (int level = levels; status == SUPPORT_OK && level >= 0; level--)
    {
      const double at = origin + ldexp (width, -level);
      status = level == levels && singular
                   ? begin_with_power (self, exponent, at)
                   : refine (self, at, LEVELS);
    }
  const double stop[] = { kink[0], kink[1], end };
  for (int k = 0; k < 3; k++)
    while (status == SUPPORT_OK)
      {
        const double from = self->sum->end[self->sum->pieces];
        if (! (stop[k] > from))
          break;
        const double next = from + 2.0 * (from - origin);
        status = refine (self, next < stop[k] ? next : stop[k], LEVELS);
      }
  return status;
}

/* The mass is 1 but for what the rules and polynomials lose.  */
static support_status
normalise (delay_convolution *sum)
{
  const double total = sum->mass[sum->pieces];
  if (! (fabs (total - 1.0) < 1e-8))
    return SUPPORT_NUMERICAL;
  for (size_t i = 0; i <= sum->pieces; i++)
    {
      sum->mass[i] /= total;
      sum->area[i] /= total;
    }
  for (size_t i = 0; i < sum->pieces * DEGREES; i++)
    sum->coefficient[i] /= total;
  return SUPPORT_OK;
}

static support_status
prepare (builder *self)
{
  const double x_cut[] = { delay_lower_end (self->x, tail),
                           delay_upper_end (self->x, tail) };
  const double y_cut[] = { delay_lower_end (self->y, tail),
                           delay_upper_end (self->y, tail) };
  support_status status = delay_pieces_create (self->x, x_cut, 2, &self->of_x);
  if (status == SUPPORT_OK)
    status = delay_pieces_create (self->y, y_cut, 2, &self->of_y);
  if (status != SUPPORT_OK)
    return status;
  self->gauss = gsl_integration_glfixed_table_alloc (POINTS);
  self->cut =
      calloc (self->of_x->count + self->of_y->count + 4, sizeof *self->cut);
  if (! self->gauss || ! self->cut)
    return SUPPORT_MEMORY;
  for (size_t i = 0; i < POINTS; i++)
    {
      double *p = self->legendre[i];
      gsl_integration_glfixed_point (-1.0, 1.0, i, &self->node[i],
                                     &self->weight[i], self->gauss);
      p[0] = 1.0;
      p[1] = self->node[i];
      for (size_t k = 2; k < POINTS; k++)
        p[k] = ((double) (2 * k - 1) * p[1] * p[k - 1]
                - (double) (k - 1) * p[k - 2])
               / (double) k;
    }
  self->room = 64;
  self->sum->end = support_doubles (self->room + 1);
  self->sum->mass = support_doubles (self->room + 1);
  self->sum->area = support_doubles (self->room + 1);
  self->sum->coefficient = support_doubles (self->room * DEGREES);
  return self->sum->end && self->sum->mass && self->sum->area
                 && self->sum->coefficient
             ? SUPPORT_OK
             : SUPPORT_MEMORY;
}

support_status
delay_convolution_create (const delay_law *x, const delay_law *y,
                          delay_convolution **sum)
{
  builder self = { .x = x, .y = y };
  *sum = NULL;
  self.sum = calloc (1, sizeof *self.sum);
  if (! self.sum)
    return SUPPORT_MEMORY;
  support_status status = prepare (&self);
  if (status == SUPPORT_OK)
    status = fill (&self);
  if (status == SUPPORT_OK)
    status = normalise (self.sum);
  delay_pieces_free (self.of_x);
  delay_pieces_free (self.of_y);
  gsl_integration_glfixed_table_free (self.gauss);
  free (self.cut);
  if (status == SUPPORT_OK)
    *sum = self.sum;
  else
    delay_convolution_free (self.sum);
  return status;
}

void
delay_convolution_free (delay_convolution *sum)
{
  if (! sum)
    return;
  free (sum->end);
  free (sum->mass);
  free (sum->area);
  free (sum->coefficient);
  free (sum);
}

/* ---- values ---------------------------------------------------------- */

void
delay_convolution_at (const delay_convolution *sum, double t, double *density,
                      double *mass, double *area)
{
  const size_t n = sum->pieces;
  size_t low = 0, high = n;
  *density = *mass = *area = 0.0;
  if (! (t > sum->end[0]))
    return;
  if (t >= sum->end[n])
    {
      *mass = 1.0;
      *area = sum->area[n] + (t - sum->end[n]);
      return;
    }
  while (high - low > 1)
    {
      const size_t middle = low + (high - low) / 2;
      if (sum->end[middle] <= t)
        low = middle;
      else
        high = middle;
    }
  const double begin = sum->end[low], width = sum->end[low + 1] - begin;
  const double *own = sum->coefficient + low * DEGREES;
  if (low == 0 && sum->exponent > 0.0)
    {
      const double u = t - begin;
      *density = own[0] * pow (u / width, sum->exponent - 1.0);
      *mass = *density * u / sum->exponent;
      *area = *mass * u / (sum->exponent + 1.0);
      return;
    }
  const double x = fmin (2.0 * (t - begin) / width - 1.0, 1.0);
  *density = fmax (series_at (own, POINTS, x), 0.0);
  *mass = sum->mass[low] + series_at (own + POINTS, POINTS + 1, x);
  *mass = fmin (fmax (*mass, sum->mass[low]), sum->mass[low + 1]);
  *area = sum->area[low] + sum->mass[low] * (t - begin)
          + series_at (own + 2 * POINTS + 1, POINTS + 2, x);
}
