/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door for scalar equations.

   Three ways lead to their roots: Lambert W for one fixed delay without a
   neutral term, the numerator for rational transforms, the argument principle
   for all others.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum
{
  /* Above this degree a search beats the eigenvalues of the numerator, where
     it is possible.  */
  SMALL_DEGREE = 12
};

/* ---- ways ------------------------------------------------------------ */

typedef enum way
{
  TRIVIAL, /* no delayed term: s = -b is all */
  BRANCHES,
  RATIONAL,
  SEARCH
} way;

/* LINE: -INFINITY when it is ours to choose.  */
static way
choose_way (const roots_equation *equation, double line)
{
  size_t degree;
  if (equation->classes == 0)
    return TRIVIAL;
  if (roots_has_branches (equation))
    return BRANCHES;
  degree = roots_rational_degree (equation);
  if (degree > 0
      && (degree <= SMALL_DEGREE
          || (isfinite (line) && line <= roots_abscissa (equation))))
    return RATIONAL;
  return SEARCH;
}

double
roots_rate_scale (const roots_equation *equation)
{
  double sum = 0.0, mean = 0.0, a = equation->instant[0];
  for (size_t k = 0; k < equation->classes; k++)
    {
      const roots_class *each = &equation->each[k];
      const double weight = fabs (each->a) + DBL_MIN;
      sum += weight;
      mean += weight * delay_mean (each->delay);
      a += each->a;
    }
  return mean > 0.0 ? sum / mean : 1.0 + fabs (a);
}

/* ---- what is given ---------------------------------------------------- */

/* The classes that are there at all.  */
typedef struct active_terms
{
  roots_equation equation;
  roots_class few[4], *many;
} active_terms;

static void
active_free (active_terms *self)
{
  free (self->many);
}

/* SELF points into itself: it must stay where it is.  */
static support_status
active_set (const roots_equation *equation, active_terms *self,
            support_failure *failure)
{
  const double *b = equation->instant;
  roots_class *each = self->few;
  bool finite = isfinite (b[0]) && isfinite (b[1]) && isfinite (b[2]);

  self->many = NULL;
  if (b[1] == 0.0 && b[2] == 0.0)
    return support_fail (failure, SUPPORT_INVALID,
                         "the equation must have a derivative without delay");
  if (equation->classes > sizeof self->few / sizeof *self->few)
    {
      self->many = calloc (equation->classes, sizeof *self->many);
      if (! self->many)
        return support_fail_memory (failure);
      each = self->many;
    }
  self->equation = *equation;
  self->equation.classes = 0;
  self->equation.each = each;
  for (size_t k = 0; k < equation->classes; k++)
    {
      const roots_class *from = &equation->each[k];
      if (! from->delay)
        return support_fail (failure, SUPPORT_INVALID,
                             "a delay law is missing");
      finite = finite && isfinite (from->a) && isfinite (from->c);
      if (from->a != 0.0 || from->c != 0.0)
        each[self->equation.classes++] = *from;
    }
  if (! finite)
    return support_fail (failure, SUPPORT_INVALID,
                         "the damping, the decay, the correction and the "
                         "inertia must be finite numbers");
  return SUPPORT_OK;
}

/* ---- finding ----------------------------------------------------------- */

/* The zeros of A.  */
static support_status
find_trivial (const roots_equation *equation, roots_list *list,
              support_failure *failure)
{
  const double *b = equation->instant;
  double complex zero[2] = { 0.0 - b[0] / (b[1] != 0.0 ? b[1] : 1.0) };
  size_t count = 1;
  double spread = 0.0;
  support_status status = SUPPORT_OK;

  if (b[2] != 0.0)
    {
      roots_quadratic (b, zero);
      /* Two that rounding cannot tell apart are one of multiplicity 2.  */
      spread = 8.0 * sqrt (DBL_EPSILON) * cabs (zero[0]);
      count =
          cimag (zero[0]) != 0.0 || cabs (zero[0] - zero[1]) <= spread ? 1 : 2;
    }
  for (size_t j = 0; status == SUPPORT_OK && j < count; j++)
    {
      double complex slope;
      const bool pair = b[2] != 0.0 && cabs (zero[0] - zero[1]) <= spread;
      const double complex s = pair ? -0.5 * b[1] / b[2] : zero[j];
      double size;
      const double complex value = roots_value_of (equation, s, &slope, &size);
      roots_root root = { .s = s,
                          .multiplicity = pair ? 2 : 1,
                          .residual = cabs (value) };
      if (b[2] != 0.0)
        root.bound = pair ? 2.0 * spread + DBL_MIN
                          : 2.0 * (cabs (value) + 4.0 * DBL_EPSILON * size)
                                / cabs (slope);
      else
        root.bound = b[1] == 1.0 ? 0.0 : DBL_EPSILON * cabs (s);
      status = roots_list_add (list, &root, failure);
    }
  return status;
}

/* All roots, or enough of them, where no line has to be walked along: right
   of LINE, or if that is -INFINITY the WANTED rightmost and more.  */
static support_status
find_without_line (const roots_equation *equation, way chosen, double line,
                   size_t wanted, const support_hooks *hooks,
                   roots_found *found, support_failure *failure)
{
  support_status status;
  bool complete = true;

  found->list.count = 0;
  if (chosen == TRIVIAL)
    status = find_trivial (equation, &found->list, failure);
  else if (chosen == BRANCHES)
    status =
        roots_branches (equation, line, wanted, hooks, &found->list, failure);
  else
    status = roots_rational (equation, &found->list, &complete, failure);
  if (status != SUPPORT_OK)
    return status;
  roots_list_sort (&found->list);
  found->line = roots_list_clear_line (&found->list, line);
  found->total = roots_list_total (&found->list, found->line);
  found->incomplete = ! complete;
  return SUPPORT_OK;
}

/* Whether all roots right of its line were found.  */
static bool
is_sure (const roots_found *found)
{
  return ! found->incomplete
         && roots_list_total (&found->list, found->line) == found->total;
}

/* Where rounding in the coefficients of the polynomial leaves the zeros of a
   rational transform in doubt, a search right of the abscissa may still know
   the rightmost roots, or that there are none.  */
static support_status
find_wanted (const roots_equation *equation, size_t wanted,
             const support_hooks *hooks, roots_found *found,
             support_failure *failure)
{
  const way chosen = choose_way (equation, -INFINITY);
  roots_found all = { .total = 0 }, right = { .total = 0 };
  support_status status = SUPPORT_OK;
  if (chosen != SEARCH && chosen != RATIONAL)
    return find_without_line (equation, chosen, -INFINITY, wanted, hooks, found,
                              failure);
  const bool rational = roots_rational_degree (equation) > 0;
  bool searched = chosen == SEARCH;
  if (searched)
    status = roots_search_wanted (equation, wanted, hooks, &right, failure);
  /* The rest of them may lie left of the abscissa.  */
  if (status != SUPPORT_OK || ! rational || right.total >= wanted)
    {
      *found = right;
      return status;
    }
  status = find_without_line (equation, RATIONAL, -INFINITY, wanted, hooks,
                              &all, failure);
  const bool doubtful =
      status == SUPPORT_NUMERICAL || (status == SUPPORT_OK && ! is_sure (&all));
  if (doubtful && ! searched)
    searched = roots_search_wanted (equation, wanted, hooks, &right, NULL)
               == SUPPORT_OK;
  if (doubtful && searched && is_sure (&right))
    {
      roots_list_free (&all.list);
      *found = right;
      return SUPPORT_OK;
    }
  roots_list_free (&right.list);
  *found = all;
  return status;
}

/* ---- sets ------------------------------------------------------------ */

static support_status
hand_out (const roots_equation *equation, roots_found *found, roots_set **set,
          support_failure *failure)
{
  const support_status status = roots_set_assemble (&found->list, found->total,
                                                    found->line, set, failure);
  if (status != SUPPORT_OK)
    return status;
  (*set)->certified = (*set)->certified && ! found->incomplete;
  (*set)->subexponential = roots_abscissa (equation) >= 0.0;
  for (size_t i = 0; i < (*set)->count; i++)
    {
      roots_root *root = &(*set)->root[i];
      double complex slope;
      double size;
      const double value =
          cabs (roots_value_of (equation, root->s, &slope, &size));
      root->backward = value / size;
      root->condition = root->multiplicity > 1 ? INFINITY : size / cabs (slope);
    }
  return SUPPORT_OK;
}

support_status
roots_right_of (const roots_equation *whole, double right_of,
                const support_hooks *hooks, roots_set **set,
                support_failure *failure)
{
  roots_found found = { .total = 0 };
  active_terms active = { .many = NULL };
  const roots_equation *equation = &active.equation;
  support_status status = active_set (whole, &active, failure);

  *set = NULL;
  if (status == SUPPORT_OK && ! isfinite (right_of))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the line to look right of must be a finite number");
  if (status == SUPPORT_OK)
    {
      const way chosen = choose_way (equation, right_of);
      status = chosen == SEARCH ? roots_search_right (equation, right_of, hooks,
                                                      &found, failure)
                                : find_without_line (equation, chosen, right_of,
                                                     0, hooks, &found, failure);
    }
  if (status == SUPPORT_OK)
    status = hand_out (equation, &found, set, failure);
  roots_list_free (&found.list);
  active_free (&active);
  return status;
}

support_status
roots_wanted (const roots_equation *whole, size_t wanted,
              const support_hooks *hooks, roots_set **set,
              support_failure *failure)
{
  roots_found found = { .total = 0 };
  active_terms active = { .many = NULL };
  const roots_equation *equation = &active.equation;
  support_status status = active_set (whole, &active, failure);

  *set = NULL;
  if (status == SUPPORT_OK && (wanted == 0 || wanted > ROOTS_MOST_WANTED))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the number of roots wanted must be between 1 and "
                           "%d",
                           ROOTS_MOST_WANTED);
  if (status == SUPPORT_OK)
    status = find_wanted (equation, wanted, hooks, &found, failure);
  if (status == SUPPORT_OK)
    {
      /* A line between these and the next: those beyond it are known not to
         be right of it, and any that were not found stay missing.  */
      const size_t listed = roots_list_total (&found.list, found.line);
      const size_t missing = found.total - listed;
      found.list.count = roots_list_cut (&found.list, wanted, &found.line);
      found.total = roots_list_total (&found.list, found.line) + missing;
      status = hand_out (equation, &found, set, failure);
    }
  roots_list_free (&found.list);
  active_free (&active);
  return status;
}

/* ---- the rightmost root ---------------------------------------------- */

support_status
roots_dominant (const roots_equation *whole, roots_root *root,
                bool *subexponential, support_failure *failure)
{
  roots_found found = { .total = 0 };
  active_terms active = { .many = NULL };
  const roots_equation *equation = &active.equation;
  support_status status = active_set (whole, &active, failure);

  *root = (roots_root){ .s = NAN, .residual = NAN, .bound = INFINITY };
  if (subexponential)
    *subexponential = false;
  if (status == SUPPORT_OK && roots_has_branches (equation))
    {
      /* Branch 0, and no need to look at others.  */
      status =
          roots_branches (equation, INFINITY, 0, NULL, &found.list, failure);
      found.line = -INFINITY;
      found.total = roots_list_total (&found.list, found.line);
    }
  else if (status == SUPPORT_OK)
    status = find_wanted (equation, 1, NULL, &found, failure);
  if (status == SUPPORT_OK)
    {
      const size_t listed = roots_list_total (&found.list, found.line);
      if (found.incomplete || listed != found.total)
        status = support_fail (failure, SUPPORT_NUMERICAL,
                               "of %zu roots right of %g %zu were found, so "
                               "that none can be said to be the rightmost",
                               found.total, found.line, listed);
      else if (listed > 0)
        *root = found.list.root[0];
      else if (subexponential)
        *subexponential = roots_abscissa (equation) >= 0.0;
    }
  roots_list_free (&found.list);
  active_free (&active);
  return status;
}

/* ---- one class --------------------------------------------------------- */

static roots_equation
equation_of (const roots_kernel *kernel, roots_class *only)
{
  *only = (roots_class){ kernel->a, kernel->c, kernel->delay };
  return (roots_equation){ { kernel->b, 1.0, 0.0 }, 1, only };
}

support_status
roots_scalar (const roots_kernel *kernel, double right_of,
              const support_hooks *hooks, roots_set **set,
              support_failure *failure)
{
  roots_class only;
  const roots_equation equation = equation_of (kernel, &only);
  return roots_right_of (&equation, right_of, hooks, set, failure);
}

support_status
roots_scalar_count (const roots_kernel *kernel, size_t count,
                    const support_hooks *hooks, roots_set **set,
                    support_failure *failure)
{
  roots_class only;
  const roots_equation equation = equation_of (kernel, &only);
  return roots_wanted (&equation, count, hooks, set, failure);
}

support_status
roots_rightmost (const roots_kernel *kernel, roots_root *root,
                 bool *subexponential, support_failure *failure)
{
  roots_class only;
  const roots_equation equation = equation_of (kernel, &only);
  return roots_dominant (&equation, root, subexponential, failure);
}
