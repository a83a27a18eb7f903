/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door for scalar kernels.

   Three ways lead to their roots: Lambert W for one fixed delay without a
   neutral term, the numerator for rational transforms, the argument principle
   for all others.  */

#include "roots/roots_private.h"

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
choose_way (const roots_kernel *kernel, double line)
{
  size_t degree;
  if (kernel->a == 0.0 && kernel->c == 0.0)
    return TRIVIAL;
  if (roots_has_branches (kernel))
    return BRANCHES;
  degree = roots_rational_degree (kernel);
  if (degree > 0
      && (degree <= SMALL_DEGREE
          || (isfinite (line) && line <= delay_abscissa (kernel->delay))))
    return RATIONAL;
  return SEARCH;
}

double
roots_rate_scale (const roots_kernel *kernel)
{
  const double mean = delay_mean (kernel->delay);
  return mean > 0.0 ? 1.0 / mean : 1.0 + fabs (kernel->a + kernel->b);
}

static support_status
check (const roots_kernel *kernel, support_failure *failure)
{
  if (! kernel->delay)
    return support_fail (failure, SUPPORT_INVALID, "a delay law is missing");
  if (! isfinite (kernel->a) || ! isfinite (kernel->b)
      || ! isfinite (kernel->c))
    return support_fail (failure, SUPPORT_INVALID,
                         "the damping, the decay and the correction must be "
                         "finite numbers");
  return SUPPORT_OK;
}

/* All roots, or enough of them, where no line has to be walked along: right
   of LINE, or if that is -INFINITY the WANTED rightmost and more.  */
static support_status
find_without_line (const roots_kernel *kernel, way chosen, double line,
                   size_t wanted, const support_hooks *hooks,
                   roots_found *found, support_failure *failure)
{
  const roots_root alone = { .s = 0.0 - kernel->b, .multiplicity = 1 };
  support_status status;
  bool complete = true;

  found->list.count = 0;
  if (chosen == TRIVIAL)
    status = roots_list_add (&found->list, &alone, failure);
  else if (chosen == BRANCHES)
    status =
        roots_branches (kernel, line, wanted, hooks, &found->list, failure);
  else
    status = roots_rational (kernel, &found->list, &complete, failure);
  if (status != SUPPORT_OK)
    return status;
  roots_list_sort (&found->list);
  found->line = roots_list_clear_line (&found->list, line);
  found->total = roots_list_total (&found->list, found->line);
  found->incomplete = ! complete;
  return SUPPORT_OK;
}

static support_status
find_wanted (const roots_kernel *kernel, size_t wanted,
             const support_hooks *hooks, roots_found *found,
             support_failure *failure)
{
  const way chosen = choose_way (kernel, -INFINITY);
  support_status status;
  if (chosen != SEARCH)
    return find_without_line (kernel, chosen, -INFINITY, wanted, hooks, found,
                              failure);
  status = roots_search_wanted (kernel, wanted, hooks, found, failure);
  /* The rest of them may lie left of the abscissa.  */
  if (status == SUPPORT_OK && found->total < wanted
      && roots_rational_degree (kernel) > 0)
    status = find_without_line (kernel, RATIONAL, -INFINITY, wanted, hooks,
                                found, failure);
  return status;
}

/* ---- sets ------------------------------------------------------------ */

static support_status
hand_out (const roots_kernel *kernel, roots_found *found, roots_set **set,
          support_failure *failure)
{
  const support_status status = roots_set_assemble (&found->list, found->total,
                                                    found->line, set, failure);
  if (status != SUPPORT_OK)
    return status;
  (*set)->certified = (*set)->certified && ! found->incomplete;
  (*set)->subexponential = (kernel->a != 0.0 || kernel->c != 0.0)
                           && delay_abscissa (kernel->delay) >= 0.0;
  return SUPPORT_OK;
}

support_status
roots_scalar (const roots_kernel *kernel, double right_of,
              const support_hooks *hooks, roots_set **set,
              support_failure *failure)
{
  roots_found found = { .total = 0 };
  support_status status = check (kernel, failure);
  way chosen;

  *set = NULL;
  if (status == SUPPORT_OK && ! isfinite (right_of))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the line to look right of must be a finite number");
  if (status != SUPPORT_OK)
    return status;
  chosen = choose_way (kernel, right_of);
  status = chosen == SEARCH
               ? roots_search_right (kernel, right_of, hooks, &found, failure)
               : find_without_line (kernel, chosen, right_of, 0, hooks, &found,
                                    failure);
  if (status == SUPPORT_OK)
    status = hand_out (kernel, &found, set, failure);
  roots_list_free (&found.list);
  return status;
}

support_status
roots_scalar_count (const roots_kernel *kernel, size_t wanted,
                    const support_hooks *hooks, roots_set **set,
                    support_failure *failure)
{
  roots_found found = { .total = 0 };
  support_status status = check (kernel, failure);

  *set = NULL;
  if (status == SUPPORT_OK && (wanted == 0 || wanted > ROOTS_MOST_WANTED))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the number of roots wanted must be between 1 and "
                           "%d",
                           ROOTS_MOST_WANTED);
  if (status == SUPPORT_OK)
    status = find_wanted (kernel, wanted, hooks, &found, failure);
  if (status == SUPPORT_OK)
    {
      /* A line between these and the next: those beyond it are known not to
         be right of it, and any that were not found stay missing.  */
      const size_t listed = roots_list_total (&found.list, found.line);
      const size_t missing = found.total - listed;
      found.list.count = roots_list_cut (&found.list, wanted, &found.line);
      found.total = roots_list_total (&found.list, found.line) + missing;
      status = hand_out (kernel, &found, set, failure);
    }
  roots_list_free (&found.list);
  return status;
}

/* ---- the rightmost root ---------------------------------------------- */

support_status
roots_rightmost (const roots_kernel *kernel, roots_root *root,
                 bool *subexponential, support_failure *failure)
{
  roots_found found = { .total = 0 };
  support_status status = check (kernel, failure);

  *root = (roots_root){ .s = NAN, .residual = NAN, .bound = INFINITY };
  if (subexponential)
    *subexponential = false;
  if (status == SUPPORT_OK && roots_has_branches (kernel))
    {
      /* Branch 0, and no need to look at others.  */
      status = roots_branches (kernel, INFINITY, 0, NULL, &found.list, failure);
      found.line = -INFINITY;
      found.total = roots_list_total (&found.list, found.line);
    }
  else if (status == SUPPORT_OK)
    status = find_wanted (kernel, 1, NULL, &found, failure);
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
        *subexponential = delay_abscissa (kernel->delay) >= 0.0;
    }
  roots_list_free (&found.list);
  return status;
}

/* ---- many modes ------------------------------------------------------ */

enum
{
  BLOCK = 256 /* modes in one task */
};

typedef struct mode_work
{
  const roots_modes *modes;
  roots_root *root;
  bool *subexponential;
  support_failure *failure; /* of each task */
} mode_work;

static support_status
run_block (void *context, size_t task, support_team *team)
{
  mode_work *work = context;
  const roots_modes *modes = work->modes;
  const size_t first = task * BLOCK;
  const size_t end =
      first + BLOCK < modes->count ? first + BLOCK : modes->count;
  support_status status = SUPPORT_OK;
  for (size_t i = first; status == SUPPORT_OK && i < end; i++)
    {
      const roots_kernel kernel = { modes->b[i], modes->a[i], modes->c[i],
                                    modes->delay };
      status = roots_rightmost (&kernel, &work->root[i],
                                &work->subexponential[i], &work->failure[task]);
      if (status == SUPPORT_OK
          && ! support_team_continue (team, (double) (i - first)
                                                / (double) (end - first)))
        status = SUPPORT_INTERRUPTED;
    }
  return status;
}

support_status
roots_rightmost_each (const roots_modes *modes, size_t threads,
                      const support_hooks *hooks, roots_root *root,
                      bool *subexponential, support_failure *failure)
{
  const size_t tasks = (modes->count + BLOCK - 1) / BLOCK;
  mode_work work = { .modes = modes,
                     .root = root,
                     .subexponential = subexponential,
                     .failure = calloc (tasks + 1, sizeof *work.failure) };
  support_status status;

  if (! work.failure)
    return support_fail_memory (failure);
  status = support_team_run (run_block, &work, tasks, threads, hooks, NULL);
  for (size_t i = 0; i < tasks && status != SUPPORT_OK; i++)
    if (work.failure[i].status == status)
      {
        if (failure)
          *failure = work.failure[i];
        break;
      }
  free (work.failure);
  return status;
}
