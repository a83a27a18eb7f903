/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All zeros right of a line: their number by a walk along the line, then the
   zeros themselves, wherever in the half plane they are.

   Guesses come from where the walk saw H small, and from the zeros already
   found, whose neighbours in a chain are about 2 pi i over the derivative of
   a logarithm away.  What is missing then is cornered: the region is cut in
   two, again and again, each cut being counted along, and the guessing is
   repeated in the parts that hold more zeros than are known.  */

#include "roots/roots_private.h"

#include <math.h>
#include <stdlib.h>

typedef struct search
{
  roots_function *function;
  roots_list *list;
  const roots_region *whole;
  size_t followed; /* how many of the list have been asked for neighbours */
  support_failure *failure;
} search;

typedef bool iteration (roots_function *function, const roots_list *known,
                        double complex start, double complex *s);

static long
missing (const search *self, const roots_region *region)
{
  long known = 0;
  for (size_t i = 0; i < self->list->count; i++)
    {
      const roots_root *root = &self->list->root[i];
      if (roots_region_contains (region, root->s))
        known += (long) root->multiplicity
                 * (region->y0 == 0.0 && cimag (root->s) != 0.0 ? 2 : 1);
    }
  return region->count - known;
}

/* ---- one zero -------------------------------------------------------- */

/* FOUND tells whether the list has grown.  Zeros left of the line are kept as
   well, lest they be found again.  */
static support_status
try_start (search *self, iteration *iterate, double complex start, bool *found)
{
  double complex s;
  roots_root root;
  *found = false;
  if (iterate (self->function, self->list, start, &s)
      && roots_enclose (self->function, s, &root)
      && ! roots_list_has (self->list, &root))
    {
      *found = true;
      return roots_list_add (self->list, &root, self->failure);
    }
  if (self->function->evaluations >= self->function->budget)
    return roots_stopped (self->function, self->failure);
  return SUPPORT_OK;
}

static bool
is_taken (const search *self, double complex s, double distance)
{
  for (size_t i = 0; i < self->list->count; i++)
    if (cabs (self->list->root[i].s - s) < distance)
      return true;
  return false;
}

/* From each zero that has been found, up and down its chain as long as that
   stays in the half plane searched.  */
static support_status
follow_chains (search *self)
{
  support_status status = SUPPORT_OK;
  for (; status == SUPPORT_OK && self->followed < self->list->count;
       self->followed++)
    {
      const double complex s = self->list->root[self->followed].s;
      double complex next;
      roots_value value;
      if (! roots_region_contains (self->whole, s))
        continue;
      if (! roots_evaluate (self->function, s, &value))
        return roots_stopped (self->function, self->failure);
      next = roots_to_next (self->function, &value);
      for (int sign = -1; status == SUPPORT_OK && sign <= 1; sign += 2)
        {
          const double complex start = s + sign * next;
          bool found;
          if (roots_region_contains (self->whole, start)
              && ! is_taken (self, start, 0.3 * cabs (next))
              && missing (self, self->whole) > 0)
            status = try_start (self, roots_newton_chain, start, &found);
        }
    }
  return status;
}

/* ---- many ------------------------------------------------------------ */

static double
newton_step (const roots_node *node)
{
  return cabs (node->value.h) / cabs (node->value.d1);
}

/* From the nodes of EDGE where Newton's step is shortest among neighbours.  */
static support_status
try_edge (search *self, const roots_region *region, const roots_edge *edge,
          iteration *iterate, bool *found)
{
  enum
  {
    PATIENCE = 3 /* failures in a row */
  };
  int failures = 0;
  support_status status = SUPPORT_OK;

  for (size_t i = 0; status == SUPPORT_OK && i < edge->count; i++)
    {
      const double step = newton_step (&edge->node[i]);
      bool one;
      if (failures >= PATIENCE || missing (self, region) <= 0)
        break;
      if ((i > 0 && newton_step (&edge->node[i - 1]) < step)
          || (i + 1 < edge->count && newton_step (&edge->node[i + 1]) < step))
        continue;
      status = try_start (self, iterate, edge->node[i].value.s, &one);
      if (status == SUPPORT_OK && one)
        status = follow_chains (self);
      *found = *found || one;
      failures = one ? 0 : failures + 1;
    }
  return status;
}

/* Zeros in REGION from its edges and its centre; FOUND: one more is known.  */
static support_status
try_region (search *self, const roots_region *region, iteration *iterate,
            bool *found)
{
  const double complex centre =
      CMPLX (0.5 * (region->x0 + region->x1),
             region->y0 == 0.0 ? 0.0 : 0.5 * (region->y0 + region->y1));
  const roots_edge *edges[] = { &region->left, &region->bottom, &region->top };
  support_status status = SUPPORT_OK;
  bool one = false;

  for (size_t k = 0; status == SUPPORT_OK && k < sizeof edges / sizeof *edges;
       k++)
    status = try_edge (self, region, edges[k], iterate, found);
  if (status == SUPPORT_OK && missing (self, region) > 0)
    status = try_start (self, iterate, centre, &one);
  *found = *found || one;
  return status;
}

/* Finds the zeros in REGION as far as it can be done; what it cannot find
   shows in the sum of the multiplicities.  */
static support_status
solve (search *self, const roots_region *region)
{
  static iteration *const ways[] = { roots_newton_chain, roots_newton };
  const double scale = fmax (fabs (region->x0), fabs (region->x1)) + region->y1
                       + 1.0 / self->function->time;
  roots_region half[2];
  support_status status = SUPPORT_OK;

  for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
    {
      bool found = true;
      while (status == SUPPORT_OK && found && missing (self, region) > 0)
        {
          found = false;
          status = try_region (self, region, ways[k], &found);
        }
    }
  if (status != SUPPORT_OK || missing (self, region) <= 0
      || fmax (region->x1 - region->x0, region->y1 - region->y0)
             < 1e-12 * scale)
    return status;

  status = roots_region_cut (self->function, region, half, self->failure);
  if (status == SUPPORT_NUMERICAL)
    return SUPPORT_OK; /* no cut could be counted along */
  if (status != SUPPORT_OK)
    return status;
  for (int i = 0; status == SUPPORT_OK && i < 2; i++)
    status = solve (self, &half[i]);
  roots_region_free (&half[0]);
  roots_region_free (&half[1]);
  return status;
}

/* ---- door ------------------------------------------------------------ */

support_status
roots_search (roots_function *function, const roots_region *whole,
              roots_list *list, support_failure *failure)
{
  search self = {
    .function = function, .list = list, .whole = whole, .failure = failure
  };
  return solve (&self, whole);
}
