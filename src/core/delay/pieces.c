/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "delay/pieces.h"

#include <gsl/gsl_math.h>
#include <stdlib.h>

enum
{
  MANY = 16,
  FEW = 6,
  MOST_PIECES = 1000000
};

/* ---- cutting --------------------------------------------------------- */

/* How wide a piece that begins at A may be.  Unless the family knows better:
   tails fall no faster there than exponentially over the distance to the
   mean.  */
static double
width_at (const delay_pieces *pieces, double a)
{
  const delay_law *law = pieces->law;
  return law->family->width
             ? law->family->width (law, a)
             : fmax (2.0 * pieces->deviation, 0.5 * (a - law->mean));
}

static support_status
append (delay_pieces *pieces, double end)
{
  const size_t n = pieces->count + 1;
  if (! (end > pieces->end[n - 1]))
    return SUPPORT_OK;
  if (n > MOST_PIECES)
    return SUPPORT_LIMIT;
  if ((n & (n - 1)) == 0)
    {
      double *ends = realloc (pieces->end, 2 * n * sizeof *ends);
      if (! ends)
        return SUPPORT_MEMORY;
      pieces->end = ends;
    }
  pieces->end[n] = end;
  pieces->count = n;
  return SUPPORT_OK;
}

/* Pieces that shrink by 4 towards a singularity at the infimum, down to one
   that holds less than rounding or, for powers near 0, over which the density
   is that power.  */
static support_status
cut_towards_infimum (delay_pieces *pieces, double length)
{
  const int levels = 1 + (int) ceil (57.0 / (2.0 * fmax (pieces->power, 1.0)));
  support_status status = SUPPORT_OK;
  for (int level = levels; status == SUPPORT_OK && level >= 0; level--)
    status = append (pieces, pieces->law->infimum + ldexp (length, -2 * level));
  return status;
}

static support_status
cut_between (delay_pieces *pieces, double a, double b)
{
  const bool singular = pieces->power > 0.0;
  const double origin = pieces->law->infimum;
  support_status status = SUPPORT_OK;
  if (a == origin && singular)
    {
      const double length = fmin (width_at (pieces, a), b - a);
      status = cut_towards_infimum (pieces, length);
      a = origin + length;
    }
  while (status == SUPPORT_OK && a < b)
    {
      const double width = singular
                               ? fmin (width_at (pieces, a), 3.0 * (a - origin))
                               : width_at (pieces, a);
      const double count = ceil ((b - a) / width);
      const double end = count > 1.0 ? a + (b - a) / count : b;
      status = end > a ? append (pieces, end) : SUPPORT_LIMIT;
      a = end;
    }
  return status;
}

/* Between two cuts, at the points where the law itself has breaks.  */
static support_status
cut_at_breaks (delay_pieces *pieces, const double *point, size_t count,
               double a, double b)
{
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < count; i++)
    if (point[i] > a && point[i] < b)
      {
        status = cut_between (pieces, a, point[i]);
        a = point[i];
      }
  return status == SUPPORT_OK ? cut_between (pieces, a, b) : status;
}

support_status
delay_pieces_create (const delay_law *law, const double *cut, size_t cuts,
                     delay_pieces **pieces)
{
  support_status status = SUPPORT_OK;
  delay_pieces *made = calloc (1, sizeof *made);

  *pieces = NULL;
  if (! made)
    return SUPPORT_MEMORY;
  made->law = law;
  made->deviation = law->mean * sqrt (law->cv2);
  made->power = law->power;
  made->many = gsl_integration_glfixed_table_alloc (MANY);
  made->few = gsl_integration_glfixed_table_alloc (FEW);
  made->end = support_doubles (2);
  if (! made->many || ! made->few || ! made->end)
    status = SUPPORT_MEMORY;
  else
    made->end[0] = cut[0];
  double *point = NULL;
  size_t points = 0;
  if (status == SUPPORT_OK && law->family->breaks)
    status = law->family->breaks (law, &point, &points);
  for (size_t i = 1; status == SUPPORT_OK && i < cuts; i++)
    status = cut_at_breaks (made, point, points, cut[i - 1], cut[i]);
  free (point);
  if (status == SUPPORT_OK)
    *pieces = made;
  else
    delay_pieces_free (made);
  return status;
}

void
delay_pieces_free (delay_pieces *pieces)
{
  if (! pieces)
    return;
  gsl_integration_glfixed_table_free (pieces->many);
  gsl_integration_glfixed_table_free (pieces->few);
  free (pieces->end);
  free (pieces);
}

size_t
delay_pieces_find (const delay_pieces *pieces, double t)
{
  size_t low = 0, high = pieces->count;
  while (high - low > 1)
    {
      const size_t middle = low + (high - low) / 2;
      if (pieces->end[middle] <= t)
        low = middle;
      else
        high = middle;
    }
  return low;
}

/* ---- integrating ----------------------------------------------------- */

/* A panel within one piece: weights include the density.  */
typedef struct panel
{
  size_t count;
  double node[MANY], weight[MANY];
} panel;

/* The part [A, B] of PIECE.  SWING: how many radians a function multiplied
   with the density turns over it.  */
static void
fill (const delay_pieces *pieces, size_t piece, double a, double b,
      double swing, delay_density density, panel *out)
{
  const double power = pieces->power, origin = pieces->law->infimum;
  if (a == origin && piece == 0 && power > 0.0)
    {
      /* Next to the singularity f is c (t - origin)^(power - 1).  */
      out->count = 1;
      out->node[0] = origin + (b - origin) * power / (power + 1.0);
      out->weight[0] =
          density.value (density.context, b) * (b - origin) / power;
      return;
    }
  /* Between breaks the density may change faster than its width tells.  */
  const bool narrow = b - a <= 0.125 * width_at (pieces, a) && swing < 1.0
                      && ! pieces->law->family->breaks
                      && (power == 0.0 || b - origin <= 1.3 * (a - origin));
  const gsl_integration_glfixed_table *gauss =
      narrow ? pieces->few : pieces->many;
  out->count = narrow ? FEW : MANY;
  for (size_t i = 0; i < out->count; i++)
    {
      double t, w;
      gsl_integration_glfixed_point (a, b, i, &t, &w, gauss);
      out->node[i] = t;
      out->weight[i] = w * density.value (density.context, t);
    }
}

void
delay_pieces_add (const delay_pieces *pieces, size_t piece, double t,
                  delay_density density, double *zeroth, double *first)
{
  panel part;
  const double a = pieces->end[piece];
  if (! (t > a))
    return;
  fill (pieces, piece, a, t, 0.0, density, &part);
  for (size_t i = 0; i < part.count; i++)
    {
      *zeroth += part.weight[i];
      *first += part.weight[i] * part.node[i];
    }
}

/* ---- rules ----------------------------------------------------------- */

static support_status
emit (const panel *part, double least, delay_rule *rule)
{
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < part->count; i++)
    if (fabs (part->weight[i]) > least)
      status = delay_rule_append (rule, part->node[i], part->weight[i]);
  return status;
}

static void
legendre (double x, double value[MANY])
{
  value[0] = 1.0;
  value[1] = x;
  for (int k = 2; k < MANY; k++)
    value[k] = ((2 * k - 1) * x * value[k - 1] - (k - 1) * value[k - 2]) / k;
}

/* One panel for the pieces FROM .. TO - 1 together: the weights at its Gauss
   points that integrate polynomials of degree 15 times the density as the
   pieces do, whatever the density is like.  False where some of them would
   have the wrong sign.  */
static bool
join (const delay_pieces *pieces, size_t from, size_t to, delay_density density,
      panel *out)
{
  const double a = pieces->end[from], b = pieces->end[to];
  double moment[MANY] = { 0.0 }, polynomial[MANY];
  double size = 0.0, joined = 0.0;
  for (size_t piece = from; piece < to; piece++)
    {
      panel part;
      const double low = pieces->end[piece], high = pieces->end[piece + 1];
      /* The polynomial of degree 15 turns as often.  */
      fill (pieces, piece, low, high, 15.0 * M_PI * (high - low) / (b - a),
            density, &part);
      for (size_t i = 0; i < part.count; i++)
        {
          legendre ((2.0 * part.node[i] - a - b) / (b - a), polynomial);
          for (int k = 0; k < MANY; k++)
            moment[k] += part.weight[i] * polynomial[k];
          size += fabs (part.weight[i]);
        }
    }
  out->count = MANY;
  for (size_t i = 0; i < MANY; i++)
    {
      double x, w, sum = 0.0;
      gsl_integration_glfixed_point (-1.0, 1.0, i, &x, &w, pieces->many);
      legendre (x, polynomial);
      for (int k = 0; k < MANY; k++)
        sum += (k + 0.5) * polynomial[k] * moment[k];
      out->node[i] = 0.5 * (a + b) + 0.5 * (b - a) * x;
      out->weight[i] = fabs (w * sum) > 1e-13 * size ? w * sum : 0.0;
      joined += fabs (w * sum);
    }
  return joined <= size * (1.0 + 1e-12);
}

/* PIECE in panels as narrow as the scale asks for.  */
static support_status
split (const delay_pieces *pieces, size_t piece, delay_density density,
       const delay_panels *panels, double least, delay_rule *rule)
{
  const double high = pieces->end[piece + 1];
  double a = pieces->end[piece];
  support_status status = SUPPORT_OK;
  while (status == SUPPORT_OK && a < high)
    {
      panel part;
      double width = panels->scale (a, panels->context);
      width =
          fmin (width, panels->scale (fmin (a + width, high), panels->context));
      const double count = ceil ((high - a) / width);
      const double b = count > 1.0 ? a + (high - a) / count : high;
      if (! (b > a) || rule->count > MANY * (size_t) MOST_PIECES)
        return SUPPORT_LIMIT;
      fill (pieces, piece, a, b, 8.0 * (b - a) / width, density, &part);
      status = emit (&part, least, rule);
      a = b;
    }
  return status;
}

support_status
delay_pieces_rule (const delay_pieces *pieces, size_t count,
                   delay_density density, const delay_panels *panels,
                   double least, delay_rule *rule)
{
  support_status status = SUPPORT_OK;
  /* What is hopeless is known before the work.  */
  double fewest = 0.0;
  for (size_t i = 0; i < count; i++)
    fewest += (pieces->end[i + 1] - pieces->end[i])
              / fmax (panels->scale (pieces->end[i], panels->context),
                      panels->scale (pieces->end[i + 1], panels->context));
  if (fewest > MOST_PIECES)
    return SUPPORT_LIMIT;
  for (size_t from = 0; status == SUPPORT_OK && from < count;)
    {
      const double a = pieces->end[from];
      const double width =
          fmin (width_at (pieces, a), panels->scale (a, panels->context));
      size_t to = from + 1;
      while (to < count && pieces->end[to + 1] - a <= width
             && pieces->end[to + 1] - a
                    <= panels->scale (pieces->end[to + 1], panels->context))
        to++;
      panel joined;
      if (to - from > 1 && join (pieces, from, to, density, &joined))
        status = emit (&joined, least, rule);
      else
        for (size_t piece = from; status == SUPPORT_OK && piece < to; piece++)
          status = split (pieces, piece, density, panels, least, rule);
      from = to;
    }
  return status;
}

/* ---- transforms ------------------------------------------------------ */

bool
delay_pieces_transform (const delay_pieces *pieces, size_t count,
                        delay_density density, double complex s,
                        double complex out[3])
{
  const double rate = cabs (s);
  const double length = pieces->end[count] - pieces->end[0];
  /* 16 points integrate exp (-s t) to rounding over 8 radians.  */
  if (! (rate * length / 8.0 + (double) count < MOST_PIECES))
    return false;
  for (size_t piece = 0; piece < count; piece++)
    {
      const double a = pieces->end[piece], b = pieces->end[piece + 1];
      const double parts = fmax (ceil (rate * (b - a) / 8.0), 1.0);
      const double width = (b - a) / parts;
      for (double k = 0.0; k < parts; k++)
        {
          panel part;
          /* What follows is less than the rounding of exp (-s t) at first. */
          if (creal (s) * (a + k * width - pieces->end[0]) > 60.0)
            return true;
          fill (pieces, piece, a + k * width,
                k + 1.0 < parts ? a + (k + 1.0) * width : b, rate * width,
                density, &part);
          for (size_t i = 0; i < part.count; i++)
            {
              const double t = part.node[i];
              const double complex term = part.weight[i] * cexp (-s * t);
              out[0] += term;
              out[1] -= t * term;
              out[2] += t * (t * term);
            }
        }
    }
  return true;
}
