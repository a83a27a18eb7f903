/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One fixed delay d: s + b + a exp (-s d) = 0 (after division by b_1) is
   w exp (w) = z with
   w = (s + b) d and z = -a d exp (b d), so that every branch of Lambert W
   gives one root and there are no others.

   From |w| exp (Re w) = |z|: Re w = log |z| - log |w| falls along that curve
   as |Im w| grows.  For real z the branches k = 0, 1, 2, ... have imaginary
   parts that grow with k and -k - 1 (z < 0) or -k (z > 0) gives the
   conjugates; the count right of a line is a walk down the list.  */

#include "roots/roots_private.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum
{
  MOST_BRANCHES = 200000
};

typedef struct fixed_delay
{
  double b, a, d;
} fixed_delay;

bool
roots_has_branches (const roots_equation *equation)
{
  const roots_class *only = equation->each;
  return equation->instant[2] == 0.0 && equation->classes == 1 && only->c == 0.0
         && only->a != 0.0
         && strcmp (delay_family_name (only->delay), "deterministic") == 0
         && delay_mean (only->delay) > 0.0;
}

static double complex
branch_root (const fixed_delay *fixed, long branch)
{
  const double b = fixed->b, a = fixed->a, d = fixed->d;
  const double z = -a * d * exp (b * d);
  double complex w;
  if (fabs (z) > 1e-300 && fabs (z) < 1e300)
    w = roots_lambertw (branch, z);
  else
    w = roots_lambertw_log (branch,
                            CMPLX (log (fabs (a)) + log (d) + b * d,
                                   a > 0.0 ? 3.14159265358979323846 : 0.0));
  return w / d - b;
}

/* Adds the root near S.  Where two branches meet, both lead to the same disc
   of multiplicity 2.  */
static support_status
add (roots_function *function, double complex s, roots_list *list,
     roots_root *root, support_failure *failure)
{
  const bool proved = roots_enclose (function, s, root);
  if (function->budget == 0)
    return roots_stopped (function, failure);
  if (! proved)
    *root = (roots_root){ .s = CMPLX (creal (s), fabs (cimag (s))),
                          .multiplicity = 1,
                          .residual = NAN,
                          .bound = INFINITY };
  if (proved && list->count <= 2 && roots_list_has (list, root))
    return SUPPORT_OK;
  return roots_list_add (list, root, failure);
}

support_status
roots_branches (const roots_equation *equation, double line, size_t wanted,
                const support_hooks *hooks, roots_list *list,
                support_failure *failure)
{
  const double lead = equation->instant[1];
  const fixed_delay fixed = { equation->instant[0] / lead,
                              equation->each[0].a / lead,
                              delay_mean (equation->each[0].delay) };
  const double complex first = branch_root (&fixed, 0);
  roots_function function;
  roots_term term;
  support_status status;

  if (! isfinite (cabs (first)))
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "the damping %g and the decay %g are too large for "
                         "the delay %g",
                         fixed.a, fixed.b, fixed.d);
  status = roots_function_begin (equation, creal (first) - 1.0 / fixed.d, hooks,
                                 &function, &term, failure);
  if (status != SUPPORT_OK)
    return status;
  function.budget = SIZE_MAX; /* MOST_BRANCHES is the limit here */
  for (long k = 0; status == SUPPORT_OK; k++)
    {
      const double complex s = k == 0 ? first : branch_root (&fixed, k);
      const bool enough = wanted > 0 && list->count >= wanted;
      roots_root root;
      if (k > MOST_BRANCHES)
        status = support_fail (failure, SUPPORT_LIMIT,
                               "more than %d pairs of roots lie right of %g; "
                               "ask for a line further right",
                               MOST_BRANCHES, line);
      else
        status = add (&function, s, list, &root, failure);
      if (status == SUPPORT_OK && k == 0 && cimag (root.s) == 0.0
          && root.multiplicity == 1 && fixed.a > 0.0 && line < INFINITY)
        status =
            add (&function, branch_root (&fixed, -1), list, &root, failure);
      if (line == INFINITY || enough
          || (! wanted && creal (s) < line - 1e-9 * (1.0 + fabs (line))))
        break;
    }
  roots_function_end (&function);
  return status;
}
