/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rectangles of the half plane with the number of zeros in them.

   H is real on the real axis, so that only the upper half is looked at; a
   region that touches the axis stands for itself and its mirror image.  */

#include "roots/roots_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

void
roots_region_free (roots_region *region)
{
  roots_edge_free (&region->left);
  roots_edge_free (&region->right);
  roots_edge_free (&region->bottom);
  roots_edge_free (&region->top);
}

/* The argument principle, counterclockwise around the region.  */
static support_status
count_zeros (roots_region *region, support_failure *failure)
{
  const double turn = roots_edge_turn (&region->right)
                      - roots_edge_turn (&region->top)
                      - roots_edge_turn (&region->left);
  const double count =
      region->y0 == 0.0
          ? turn / pi
          : (turn + roots_edge_turn (&region->bottom)) / (2.0 * pi);
  region->count = lround (count);
  if (! (fabs (count - (double) region->count) < 0.1) || region->count < 0)
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the count of the roots came out as %g", count);
  return SUPPORT_OK;
}

bool
roots_region_contains (const roots_region *region, double complex s)
{
  return creal (s) >= region->x0 && creal (s) <= region->x1
         && cimag (s) >= region->y0 && cimag (s) <= region->y1;
}

/* ---- cutting --------------------------------------------------------- */

/* The edges and corners that a cut of REGION splits, and those of the halves;
   ACROSS: at Im s = AT, into a lower and an upper half.  */
static support_status
split (roots_function *function, const roots_region *region, bool across,
       double at, roots_region half[2], support_failure *failure)
{
  const roots_edge *first = across ? &region->left : &region->bottom;
  const roots_edge *second = across ? &region->right : &region->top;
  roots_value from, to;
  roots_edge cut = { .node = NULL };
  roots_edge low[2] = { 0 }, high[2] = { 0 };
  support_status status;

  if (! roots_evaluate (
          function, across ? CMPLX (region->x0, at) : CMPLX (at, region->y0),
          &from)
      || ! roots_evaluate (
          function, across ? CMPLX (region->x1, at) : CMPLX (at, region->y1),
          &to))
    return roots_stopped (function, failure);
  status = roots_walk (function, &from, &to, &cut, failure);
  if (status == SUPPORT_OK && first->count)
    status =
        roots_edge_split (function, first, &from, &low[0], &high[0], failure);
  if (status == SUPPORT_OK)
    status =
        roots_edge_split (function, second, &to, &low[1], &high[1], failure);
  if (across)
    {
      half[0].y1 = half[1].y0 = at;
      half[0].left = low[0];
      half[0].right = low[1];
      half[1].left = high[0];
      half[1].right = high[1];
      half[0].top = cut;
    }
  else
    {
      half[0].x1 = half[1].x0 = at;
      half[0].bottom = low[0];
      half[0].top = low[1];
      half[1].bottom = high[0];
      half[1].top = high[1];
      half[0].right = cut;
    }
  return status;
}

static support_status
copy_edge (const roots_edge *edge, roots_edge *copy, support_failure *failure)
{
  *copy = (roots_edge){ .node = NULL };
  if (! edge->count)
    return SUPPORT_OK;
  copy->node = malloc (edge->count * sizeof *copy->node);
  if (! copy->node)
    return support_fail_memory (failure);
  memcpy (copy->node, edge->node, edge->count * sizeof *copy->node);
  copy->count = copy->room = edge->count;
  return SUPPORT_OK;
}

/* Gives the halves what SPLIT left out: the cut itself to the second one, and
   the edges that it does not touch.  */
static support_status
complete (const roots_region *region, bool across, roots_region half[2],
          support_failure *failure)
{
  const struct
  {
    const roots_edge *from;
    roots_edge *to;
  } copies[2][3] = { { { &half[0].right, &half[1].left },
                       { &region->left, &half[0].left },
                       { &region->right, &half[1].right } },
                     { { &half[0].top, &half[1].bottom },
                       { &region->bottom, &half[0].bottom },
                       { &region->top, &half[1].top } } };
  support_status status = SUPPORT_OK;
  for (int i = 0; status == SUPPORT_OK && i < 3; i++)
    status = copy_edge (copies[across][i].from, copies[across][i].to, failure);
  for (int i = 0; status == SUPPORT_OK && i < 2; i++)
    status = count_zeros (&half[i], failure);
  return status;
}

support_status
roots_region_cut (roots_function *function, const roots_region *region,
                  roots_region half[2], support_failure *failure)
{
  /* Not the middle, where symmetry likes to put zeros; the others in case a
     zero lies on the cut all the same.  */
  static const double part[] = { 0.4837, 0.5579, 0.4213, 0.6131 };
  const double height =
      region->y0 == 0.0 ? 2.0 * region->y1 : region->y1 - region->y0;
  const bool across = height > region->x1 - region->x0;
  support_status status = SUPPORT_NUMERICAL;

  for (size_t k = 0;
       status == SUPPORT_NUMERICAL && k < sizeof part / sizeof *part; k++)
    {
      const double at = across
                            ? region->y0 + part[k] * (region->y1 - region->y0)
                            : region->x0 + part[k] * (region->x1 - region->x0);
      for (int i = 0; i < 2; i++)
        half[i] = (roots_region){ region->x0, region->x1, region->y0,
                                  region->y1, .count = 0 };
      status = split (function, region, across, at, half, failure);
      if (status == SUPPORT_OK)
        status = complete (region, across, half, failure);
      if (status != SUPPORT_OK)
        {
          roots_region_free (&half[0]);
          roots_region_free (&half[1]);
        }
    }
  return status;
}

/* ---- the whole half plane -------------------------------------------- */

/* The least power of two times the scale of the delays beyond which nothing
   is left, to the right of x = line + BORDER or above Im s = BORDER.  */
static bool
find_border (const roots_function *function, bool upwards, double *border)
{
  double trial = 1.0 / function->time;
  for (int n = 0; n < 200; n++, trial *= 2.0)
    if (roots_is_outside (function, function->line + (upwards ? 0.0 : trial),
                          INFINITY, upwards ? trial : 0.0))
      {
        *border = trial;
        return true;
      }
  return false;
}

support_status
roots_region_right (roots_function *function, roots_region *region,
                    support_failure *failure)
{
  roots_value corner[4]; /* from the line up, to the right, down */
  double width, height;
  support_status status;

  *region = (roots_region){ .count = 0 };
  if (! find_border (function, false, &width)
      || ! find_border (function, true, &height) || height > function->highest)
    return support_fail (failure, SUPPORT_LIMIT,
                         "the roots right of %g are not confined to a region "
                         "of reasonable size",
                         function->line);
  region->x0 = function->line;
  region->x1 = function->line + width;
  region->y1 = height;
  if (! roots_evaluate (function, region->x0, &corner[0])
      || ! roots_evaluate (function, CMPLX (region->x0, height), &corner[1])
      || ! roots_evaluate (function, CMPLX (region->x1, height), &corner[2])
      || ! roots_evaluate (function, region->x1, &corner[3]))
    return roots_stopped (function, failure);
  status =
      roots_walk (function, &corner[0], &corner[1], &region->left, failure);
  if (status == SUPPORT_OK)
    status =
        roots_walk (function, &corner[1], &corner[2], &region->top, failure);
  if (status == SUPPORT_OK)
    status =
        roots_walk (function, &corner[3], &corner[2], &region->right, failure);
  if (status == SUPPORT_OK)
    status = count_zeros (region, failure);
  if (status != SUPPORT_OK)
    roots_region_free (region);
  return status;
}
