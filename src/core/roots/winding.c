/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often arg H turns along a segment, beyond doubt.

   Between two nodes p and q the image of the segment is a curve of length
   l <= |q - p| sup |H'|, inside the ellipse with foci H(p), H(q) and major
   axis l.  If |H(p)| + |H(q)| > l the origin lies outside that convex set, so
   that H does not vanish on the way and its argument turns by the principal
   value of arg (H(q) / H(p)).  With E the rounding errors of both values,
   |H(p)| + |H(q)| - 2 E > l makes that true of the computed values as well.

   Where |H - A| < |A| all along, arg (H / A) stays within a quarter turn and
   the step may have any length.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  DEEPEST = 200 /* nodes that wait; each is at most 3/4 as far as the last */
};

/* A step this short against |s| cannot be halved.  */
static const double shortest = 64.0 * DBL_EPSILON;

static bool
is_outside (const roots_function *function, double complex p, double complex q)
{
  return roots_is_outside (function, fmin (creal (p), creal (q)),
                           fmax (creal (p), creal (q)),
                           fmin (fabs (cimag (p)), fabs (cimag (q))));
}

static double
turn_outside (const roots_function *function, const roots_value *p,
              const roots_value *q)
{
  double complex a_p = function->lead, a_q = a_p;
  double turn = 0.0;
  for (size_t j = 0; j < function->degree; j++)
    {
      const double complex to_p = p->s - function->zero[j];
      const double complex to_q = q->s - function->zero[j];
      turn += carg (to_q / to_p);
      a_p *= to_p;
      a_q *= to_q;
    }
  return turn + carg (q->h / a_q) - carg (p->h / a_p);
}

static double
turn_of (const roots_function *function, const roots_value *p,
         const roots_value *q, bool outside)
{
  return outside ? turn_outside (function, p, q) : carg (q->h / p->h);
}

/* Bounds of |H'| and |H''| on the segment from P to Q.  */
static roots_slopes
slopes_between (const roots_function *function, double complex p,
                double complex q)
{
  return roots_slope_bounds (function, fmin (creal (p), creal (q)),
                             fmin (fabs (cimag (p)), fabs (cimag (q))),
                             fmax (roots_size (p), roots_size (q)));
}

/* The length of the image is at most |q - p| sup |H'|; and, with |H'| growing
   from both ends by at most sup |H''|, at most
   |q - p| (|H'(p)| + |H'(q)|) / 2 + |q - p|^2 sup |H''| / 4.  */
static bool
is_short (const roots_function *function, const roots_value *p,
          const roots_value *q)
{
  const double step = roots_size (q->s - p->s);
  const roots_slopes sup = slopes_between (function, p->s, q->s);
  const double image =
      step
      * fmin (sup.first, 0.5
                                 * (roots_size (p->d1) + roots_size (q->d1)
                                    + p->slope_error + q->slope_error)
                             + 0.25 * step * sup.second);
  return roots_size (p->h) > 4.0 * p->error
         && roots_size (q->h) > 4.0 * q->error
         && roots_size (p->h) + roots_size (q->h) - 2.0 * (p->error + q->error)
                > image * (1.0 + 1e-10);
}

/* How far from P towards END the next node should be put.  */
static double
reach (const roots_function *function, const roots_value *p, double complex end)
{
  const roots_slopes sup = slopes_between (function, p->s, end);
  const double room = 1.5 * roots_size (p->h);
  const double slope = roots_size (p->d1);
  const double second = 0.25 * sup.second;
  /* slope t + second t^2 = room */
  const double curved =
      2.0 * room / (slope + sqrt (slope * slope + 4.0 * second * room));
  return fmax (curved, room / sup.first);
}

/* ---- edges ----------------------------------------------------------- */

static support_status
append (roots_edge *edge, const roots_value *value, support_failure *failure)
{
  if (edge->count == edge->room)
    {
      const size_t room = edge->room ? 2 * edge->room : 16;
      roots_node *node = realloc (edge->node, room * sizeof *node);
      if (! node)
        return support_fail_memory (failure);
      edge->node = node;
      edge->room = room;
    }
  edge->node[edge->count++] = (roots_node){ .value = *value };
  return SUPPORT_OK;
}

void
roots_edge_free (roots_edge *edge)
{
  free (edge->node);
  *edge = (roots_edge){ .node = NULL };
}

double
roots_edge_turn (const roots_edge *edge)
{
  double turn = 0.0;
  for (size_t i = 0; i + 1 < edge->count; i++)
    turn += edge->node[i].turn;
  return turn;
}

support_status
roots_walk (roots_function *function, const roots_value *from,
            const roots_value *to, roots_edge *edge, support_failure *failure)
{
  roots_value waiting[DEEPEST];
  size_t depth = 1;
  support_status status;

  *edge = (roots_edge){ .node = NULL };
  waiting[0] = *to;
  status = append (edge, from, failure);
  while (status == SUPPORT_OK && depth > 0)
    {
      roots_node *last = &edge->node[edge->count - 1];
      const roots_value *p = &last->value, *q = &waiting[depth - 1];
      const bool outside = is_outside (function, p->s, q->s);
      const double length = roots_size (q->s - p->s);
      double part;

      if (outside || is_short (function, p, q))
        {
          last->outside = outside;
          last->turn = turn_of (function, p, q, outside);
          status = append (edge, q, failure);
          depth--;
          continue;
        }
      if (length <= shortest * (roots_size (p->s) + roots_size (q->s))
          || roots_size (p->h) <= 4.0 * p->error
          || roots_size (q->h) <= 4.0 * q->error || depth == DEEPEST)
        {
          status = support_fail (failure, SUPPORT_NUMERICAL,
                                 "a root lies at %.15g%+.15gi, on the line "
                                 "that is to be counted along",
                                 creal (q->s), cimag (q->s));
          break;
        }
      part = reach (function, p, q->s) / length;
      if (! (part < 0.75))
        part = 0.5;
      if (! roots_evaluate (function, p->s + part * (q->s - p->s),
                            &waiting[depth++]))
        status = roots_stopped (function, failure);
    }
  if (status != SUPPORT_OK)
    roots_edge_free (edge);
  return status;
}

/* The coordinate that grows along the edge.  */
static double
along (const roots_edge *edge, double complex s)
{
  const double complex first = edge->node[0].value.s;
  const double complex last = edge->node[edge->count - 1].value.s;
  return creal (first) == creal (last) ? cimag (s) : creal (s);
}

support_status
roots_edge_split (const roots_function *function, const roots_edge *edge,
                  const roots_value *at, roots_edge *low, roots_edge *high,
                  support_failure *failure)
{
  support_status status = SUPPORT_OK;
  size_t i = 0;
  bool outside;

  *low = *high = (roots_edge){ .node = NULL };
  while (i + 2 < edge->count
         && along (edge, edge->node[i + 1].value.s) <= along (edge, at->s))
    i++;
  /* AT lies between nodes i and i + 1; both halves inherit what was proved
     for the whole step.  */
  outside = edge->node[i].outside;
  for (size_t k = 0; status == SUPPORT_OK && k <= i; k++)
    {
      status = append (low, &edge->node[k].value, failure);
      if (status == SUPPORT_OK)
        low->node[k] = edge->node[k];
    }
  if (status == SUPPORT_OK)
    {
      low->node[i].turn = turn_of (function, &edge->node[i].value, at, outside);
      status = append (low, at, failure);
    }
  if (status == SUPPORT_OK)
    status = append (high, at, failure);
  if (status == SUPPORT_OK)
    {
      high->node[0].outside = outside;
      high->node[0].turn =
          turn_of (function, at, &edge->node[i + 1].value, outside);
    }
  for (size_t k = i + 1; status == SUPPORT_OK && k < edge->count; k++)
    {
      status = append (high, &edge->node[k].value, failure);
      if (status == SUPPORT_OK)
        high->node[high->count - 1] = edge->node[k];
    }
  if (status != SUPPORT_OK)
    {
      roots_edge_free (low);
      roots_edge_free (high);
    }
  return status;
}

/* ---- circles --------------------------------------------------------- */

support_status
roots_count_around (roots_function *function, double complex centre,
                    double radius, long *count, support_failure *failure)
{
  enum
  {
    CORNERS = 12
  };
  const double full = 6.28318530717958647693;
  roots_value first, last, next;
  double turn = 0.0;
  support_status status = SUPPORT_OK;

  if (! roots_evaluate (function, centre + radius, &first))
    return roots_stopped (function, failure);
  last = first;
  for (int k = 1; status == SUPPORT_OK && k <= CORNERS; k++)
    {
      roots_edge side;
      const double angle = full * k / CORNERS;
      next = first;
      if (k < CORNERS
          && ! roots_evaluate (
              function,
              centre + CMPLX (radius * cos (angle), radius * sin (angle)),
              &next))
        return roots_stopped (function, failure);
      status = roots_walk (function, &last, &next, &side, failure);
      if (status == SUPPORT_OK)
        {
          turn += roots_edge_turn (&side);
          roots_edge_free (&side);
        }
      last = next;
    }
  *count = lround (turn / full);
  return status;
}
