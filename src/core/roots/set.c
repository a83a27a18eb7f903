/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of roots while they are found, and the set that is handed out.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* ---- lists ----------------------------------------------------------- */

support_status
roots_list_add (roots_list *list, const roots_root *root,
                support_failure *failure)
{
  if (list->count == list->room)
    {
      const size_t room = list->room ? 2 * list->room : 16;
      roots_root *more = realloc (list->root, room * sizeof *more);
      if (! more)
        return support_fail_memory (failure);
      list->root = more;
      list->room = room;
    }
  list->root[list->count++] = *root;
  return SUPPORT_OK;
}

void
roots_list_free (roots_list *list)
{
  free (list->root);
  *list = (roots_list){ .root = NULL };
}

bool
roots_list_has (const roots_list *list, const roots_root *root)
{
  for (size_t i = 0; i < list->count; i++)
    {
      const roots_root *other = &list->root[i];
      if (isfinite (other->bound)
          && cabs (root->s - other->s) <= root->bound + other->bound)
        return true;
    }
  return false;
}

static int
by_real_part (const void *left, const void *right)
{
  const double complex p = ((const roots_root *) left)->s;
  const double complex q = ((const roots_root *) right)->s;
  if (creal (p) != creal (q))
    return creal (p) > creal (q) ? -1 : 1;
  return (cimag (p) > cimag (q)) - (cimag (p) < cimag (q));
}

void
roots_list_sort (roots_list *list)
{
  if (list->count)
    qsort (list->root, list->count, sizeof *list->root, by_real_part);
}

static size_t
weight (const roots_root *root)
{
  return root->multiplicity * (cimag (root->s) != 0.0 ? 2u : 1u);
}

size_t
roots_list_cut (const roots_list *list, size_t wanted, double *line)
{
  double lowest = INFINITY, next = -INFINITY;
  size_t keep = 0, sum = 0;

  /* Roots whose discs reach beside each other stay together.  */
  for (; keep < list->count; keep++)
    {
      const roots_root *root = &list->root[keep];
      const double reach = isfinite (root->bound) ? root->bound : 0.0;
      if (sum >= wanted && creal (root->s) + reach < lowest)
        break;
      sum += weight (root);
      lowest = fmin (lowest, creal (root->s) - reach);
    }
  for (size_t i = keep; i < list->count; i++)
    {
      const double reach =
          isfinite (list->root[i].bound) ? list->root[i].bound : 0.0;
      next = fmax (next, creal (list->root[i].s) + reach);
    }
  if (keep == list->count)
    return keep; /* LINE as it was */
  *line = next < lowest ? 0.5 * (lowest + next) : lowest;
  return keep;
}

double
roots_list_clear_line (const roots_list *list, double line)
{
  bool moved = true;
  while (moved)
    {
      moved = false;
      for (size_t i = 0; i < list->count; i++)
        {
          const roots_root *root = &list->root[i];
          if (isfinite (root->bound)
              && fabs (creal (root->s) - line) <= 1.5 * root->bound)
            {
              line = creal (root->s) - 2.0 * root->bound
                     - 2.0 * DBL_EPSILON * fabs (creal (root->s));
              moved = true;
            }
        }
    }
  return line;
}

size_t
roots_list_total (const roots_list *list, double line)
{
  size_t sum = 0;
  for (size_t i = 0; i < list->count; i++)
    if (creal (list->root[i].s) >= line)
      sum += weight (&list->root[i]);
  return sum;
}

/* ---- sets ------------------------------------------------------------ */

static int
by_imaginary_part (const void *left, const void *right)
{
  const double p = cimag (((const roots_root *) left)->s);
  const double q = cimag (((const roots_root *) right)->s);
  return (p > q) - (p < q);
}

/* Whether no two discs of the upper half meet; sorts LIST.  */
static bool
are_disjoint (roots_list *list)
{
  double widest = 0.0;
  if (list->count)
    qsort (list->root, list->count, sizeof *list->root, by_imaginary_part);
  for (size_t i = 0; i < list->count; i++)
    widest = fmax (widest, list->root[i].bound);
  if (! isfinite (widest))
    return false;
  for (size_t i = 0; i < list->count; i++)
    for (size_t j = i + 1;
         j < list->count
         && cimag (list->root[j].s) - cimag (list->root[i].s) <= 2.0 * widest;
         j++)
      if (cabs (list->root[j].s - list->root[i].s)
          <= list->root[j].bound + list->root[i].bound)
        return false;
  return true;
}

void
roots_set_free (roots_set *set)
{
  if (set)
    free (set->root);
  free (set);
}

support_status
roots_set_assemble (roots_list *list, size_t total, double right_of,
                    roots_set **made, support_failure *failure)
{
  roots_set *set = calloc (1, sizeof *set);
  size_t sum = 0;

  *made = NULL;
  if (set)
    set->root = malloc ((2 * list->count + 1) * sizeof *set->root);
  if (! set || ! set->root)
    {
      roots_set_free (set);
      return support_fail_memory (failure);
    }
  set->total = total;
  set->right_of = right_of;
  set->certified = are_disjoint (list);
  roots_list_sort (list);
  for (size_t i = 0; i < list->count; i++)
    {
      roots_root root = list->root[i];
      if (fabs (creal (root.s) - right_of) <= root.bound)
        set->certified = false; /* on which side? */
      if (creal (root.s) < right_of)
        continue;
      if (cimag (root.s) != 0.0 && root.bound >= cimag (root.s))
        set->certified = false;
      sum += weight (&root);
      set->root[set->count++] = root;
      root.s = conj (root.s);
      if (cimag (root.s) != 0.0)
        set->root[set->count++] = root;
    }
  set->certified = set->certified && sum == total;
  *made = set;
  return SUPPORT_OK;
}
