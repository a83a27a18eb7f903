/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door for systems: guesses by collocation, each settled and proved on its
   own, until they are as many as the argument principle counts.  */

#include "roots/matrix.h"

#include <math.h>
#include <stdlib.h>

/* ---- right of a line ------------------------------------------------- */

static double
rate_scale (const matrix_function *self)
{
  return 1.0 / self->time;
}

/* Settles the guesses of one collocation that are not known yet.  */
static support_status
settle_guesses (matrix_function *self, const double complex *guess,
                size_t count, double line, double highest, size_t total,
                roots_list *list, support_failure *failure)
{
  const double margin = 0.2 * rate_scale (self);
  support_status status = SUPPORT_OK;

  for (size_t i = 0; status == SUPPORT_OK && i < count; i++)
    {
      roots_root root;
      bool known = false;
      if (cimag (guess[i]) < 0.0 || creal (guess[i]) < line - margin
          || cimag (guess[i]) > highest)
        continue;
      for (size_t k = 0; k < list->count && ! known; k++)
        known = cabs (list->root[k].s - guess[i])
                <= list->root[k].bound + 1e-9 * cabs (guess[i]);
      if (known)
        continue;
      if (matrix_enclose (self, guess[i], &root))
        {
          if (! roots_list_has (list, &root))
            status = roots_list_add (list, &root, failure);
        }
      else if (self->evaluations >= self->budget
               || (self->hooks && self->hooks->interrupted
                   && self->hooks->interrupted (self->hooks->data)))
        return matrix_stopped (self, failure);
      if (roots_list_total (list, line) >= total)
        break;
    }
  return status;
}

/* The roots of a half plane that has been counted, by collocations of rising
   degree.  */
static support_status
find_counted (matrix_function *self, double line, double highest,
              roots_found *found, support_failure *failure)
{
  enum
  {
    MOST_ROUNDS = 12
  };
  const matrix_bounds sup = matrix_bounds_right_of (self, line);
  const size_t most = matrix_most_degree (self);
  double horizon;
  support_status status = matrix_horizon (self, line, &horizon, failure);
  /* A polynomial follows exp (i y theta) on a length of tau from about y tau /
     2 on.  */
  double degree = 7.0 + 0.45 * horizon * highest;

  found->list.count = 0;
  for (int k = 0; status == SUPPORT_OK && k < MOST_ROUNDS; k++)
    {
      double complex *guess = NULL;
      size_t count;
      if (roots_list_total (&found->list, line) >= found->total)
        break;
      if (degree > (double) most && k > 0)
        break;
      status = matrix_collocate (self, line, (size_t) degree, &guess, &count,
                                 failure);
      if (status == SUPPORT_OK)
        status = settle_guesses (self, guess, count, line, sup.a, found->total,
                                 &found->list, failure);
      free (guess);
      degree = 1.3 * degree + 4.0;
    }
  return status;
}

static support_status
find_right (matrix_function *self, double line, roots_found *found,
            support_failure *failure)
{
  /* Where a root lies on the line, the next one, as little left of it as it
     takes.  */
  static const double nudge[] = { 0.0, 1e-9, 1e-7, 1e-5 };
  support_status status = SUPPORT_NUMERICAL;

  for (size_t k = 0;
       k < sizeof nudge / sizeof *nudge && status == SUPPORT_NUMERICAL; k++)
    {
      double highest;
      found->line = line - nudge[k] * (fabs (line) + rate_scale (self));
      status = matrix_count_right (self, found->line, &found->total, &highest,
                                   failure);
      if (status == SUPPORT_OK)
        status = find_counted (self, found->line, highest, found, failure);
      if (status == SUPPORT_OK
          && roots_list_clear_line (&found->list, found->line) != found->line)
        status =
            support_fail (failure, SUPPORT_NUMERICAL,
                          "a root lies on the line Re s = %.15g", found->line);
    }
  if (status == SUPPORT_OK)
    roots_list_sort (&found->list);
  while (status == SUPPORT_OK && found->list.count
         && creal (found->list.root[found->list.count - 1].s) < found->line)
    found->list.count--;
  return status;
}

/* ---- as many as wanted ----------------------------------------------- */

static int
descending (const void *left, const void *right)
{
  const double p = *(const double *) left, q = *(const double *) right;
  return (p < q) - (p > q);
}

/* A line likely to have WANTED roots or a few more to its right: between
   eigenvalues of a collocation at LINE.  -INFINITY where they are fewer.  */
static support_status
guess_line (matrix_function *self, double line, size_t degree, size_t wanted,
            double *better, support_failure *failure)
{
  double complex *guess;
  double *part;
  double horizon;
  size_t count, near = 0;
  support_status status = matrix_horizon (self, line, &horizon, failure);
  if (status == SUPPORT_OK)
    status = matrix_collocate (self, line, degree, &guess, &count, failure);
  if (status != SUPPORT_OK)
    return status;
  part = support_doubles (count);
  /* Those that the degree resolves.  */
  for (size_t i = 0; part && i < count; i++)
    if (horizon == 0.0
        || fabs (cimag (guess[i])) * horizon < 1.6 * (double) degree)
      part[near++] = creal (guess[i]);
  free (guess);
  if (! part)
    return support_fail_memory (failure);
  qsort (part, near, sizeof *part, descending);
  *better = -INFINITY;
  /* A gap, lest a pair be torn or the line pass too close to a root.  */
  for (size_t i = wanted; i < near && *better == -INFINITY; i++)
    if (part[i - 1] - part[i] > 1e-6 * (fabs (part[i]) + rate_scale (self)))
      *better = 0.5 * (part[i - 1] + part[i]);
  if (*better == -INFINITY && near >= wanted && near == count && horizon == 0.0)
    *better = part[near - 1] - rate_scale (self);
  free (part);
  return SUPPORT_OK;
}

/* From line to line to the left until there are enough.  Where the work grows
   out of proportion, or the border is near, the last line stands, with fewer
   roots than wanted.  */
static support_status
find_wanted (matrix_function *self, size_t wanted, roots_found *found,
             support_failure *failure)
{
  enum
  {
    MOST_LINES = 20,
    MOST_REFUSED = 4
  };
  const double scale = rate_scale (self);
  const size_t most = matrix_most_degree (self);
  double border = isfinite (self->abscissa) ? 0.9 * self->abscissa : -INFINITY;
  double line = fmax (0.0, border), better = -INFINITY;
  size_t degree = 12 + 2 * wanted / self->n;
  int refused = 0;
  bool any = false;
  support_status status = SUPPORT_OK;

  for (int k = 0; status == SUPPORT_OK && k < MOST_LINES; k++)
    {
      roots_found next = { .total = 0 };
      if (refused == 0)
        {
          degree = degree < most ? degree : most;
          status = guess_line (self, line, degree, wanted, &better, failure);
          if (status != SUPPORT_OK)
            break;
          if (! isfinite (better) || (any && ! (better < line)))
            better = line - 0.5 * scale;
          degree = (size_t) (1.3 * (double) degree) + 2;
        }
      better = fmax (better, border);
      self->budget = self->evaluations + 5000 + 500 * wanted;
      status = find_right (self, better, &next, failure);
      if (status == SUPPORT_LIMIT && ++refused <= MOST_REFUSED)
        {
          roots_list_free (&next.list);
          border = better;
          better = 0.5 * (better + line);
          status = SUPPORT_OK;
          continue;
        }
      if (status != SUPPORT_OK)
        {
          roots_list_free (&next.list);
          break;
        }
      roots_list_free (&found->list);
      *found = next;
      any = true;
      line = found->line;
      if (found->total >= wanted || line <= border || refused > 0)
        break;
    }
  return any && status == SUPPORT_LIMIT ? SUPPORT_OK : status;
}

/* ---- door ------------------------------------------------------------ */

static support_status
hand_out (const matrix_function *self, roots_found *found, roots_set **set,
          support_failure *failure)
{
  const support_status status = roots_set_assemble (&found->list, found->total,
                                                    found->line, set, failure);
  if (status != SUPPORT_OK)
    return status;
  (*set)->subexponential = self->abscissa >= 0.0;
  (*set)->unknowns = self->unknowns;
  return SUPPORT_OK;
}

support_status
roots_matrix (const roots_system *system, double right_of,
              const support_hooks *hooks, roots_set **set,
              support_failure *failure)
{
  roots_found found = { .total = 0 };
  matrix_function *function = NULL;
  support_status status;

  *set = NULL;
  if (! isfinite (right_of))
    return support_fail (failure, SUPPORT_INVALID,
                         "the line to look right of must be a finite number");
  status = matrix_function_create (system, hooks, &function, failure);
  if (status == SUPPORT_OK)
    status = find_right (function, right_of, &found, failure);
  if (status == SUPPORT_OK)
    status = hand_out (function, &found, set, failure);
  roots_list_free (&found.list);
  matrix_function_free (function);
  return status;
}

support_status
roots_matrix_count (const roots_system *system, size_t wanted,
                    const support_hooks *hooks, roots_set **set,
                    support_failure *failure)
{
  roots_found found = { .total = 0 };
  matrix_function *function = NULL;
  support_status status;

  *set = NULL;
  if (wanted == 0 || wanted > ROOTS_MOST_WANTED)
    return support_fail (failure, SUPPORT_INVALID,
                         "the number of roots wanted must be between 1 and %d",
                         ROOTS_MOST_WANTED);
  status = matrix_function_create (system, hooks, &function, failure);
  if (status == SUPPORT_OK)
    status = find_wanted (function, wanted, &found, failure);
  if (status == SUPPORT_OK)
    {
      /* Those that were not found stay missing.  */
      const size_t missing =
          found.total - roots_list_total (&found.list, found.line);
      found.list.count = roots_list_cut (&found.list, wanted, &found.line);
      found.total = roots_list_total (&found.list, found.line) + missing;
      status = hand_out (function, &found, set, failure);
    }
  roots_list_free (&found.list);
  matrix_function_free (function);
  return status;
}
