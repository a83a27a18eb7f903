/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients staler than the threshold are dropped, and versions count the
   accepted ones only: the accepted fractions are the fixed point of a map, and
   the accepted delays a thinned law.  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multiroots.h>
#include <gsl/gsl_roots.h>

/* ---- accepted fractions ----------------------------------------------- */

typedef struct fixed_point
{
  staleness_view *view;
  size_t count;
  double *kept; /* by class */
  support_status status;
  support_failure *failure;
} fixed_point;

static double
arriving (const staleness_view *view)
{
  return staleness_cycle_arriving (&view->cycle[view->self], view->system);
}

/* The class that view I looks from has the fraction P accepted of what
   arrives.  */
static void
accept (fixed_point *problem, size_t i, double p)
{
  const staleness_view *view = &problem->view[i];
  problem->kept[view->self] = p * arriving (view);
}

static double
mapped (fixed_point *problem, size_t i)
{
  double p = NAN;
  if (problem->status == SUPPORT_OK)
    problem->status = staleness_view_cdf (&problem->view[i],
                                          problem->view[i].system->threshold,
                                          &p, problem->failure);
  return p;
}

/* All classes with the same fraction: what is accepted less the fraction,
   averaged over the gradients; it falls from 1 to 0 or less.  */
static double
common_excess (double p, void *parameters)
{
  fixed_point *problem = parameters;
  double accepted = 0.0, arrivals = 0.0;
  for (size_t i = 0; i < problem->count; i++)
    accept (problem, i, p);
  for (size_t i = 0; i < problem->count; i++)
    {
      const staleness_view *view = &problem->view[i];
      const system_class *class = &view->system->class[view->self];
      const double rate =
          (double) class->workers / view->cycle[view->self].interval;
      accepted += rate * mapped (problem, i);
      arrivals += rate;
    }
  return accepted / arrivals - p;
}

static support_status
solve_common (fixed_point *problem, support_failure *failure)
{
  gsl_function function = { common_excess, problem };
  gsl_root_fsolver *solver = gsl_root_fsolver_alloc (gsl_root_fsolver_brent);
  double low = 0.0, high = 1.0;
  if (! solver)
    return support_fail_memory (failure);
  if (common_excess (1.0, problem) > -1e-15)
    low = 1.0;
  else
    gsl_root_fsolver_set (solver, &function, low, high);
  for (int step = 0;
       step < 100 && problem->status == SUPPORT_OK && high - low > 1e-15;
       step++)
    {
      if (gsl_root_fsolver_iterate (solver) != GSL_SUCCESS)
        break;
      low = gsl_root_fsolver_x_lower (solver);
      high = gsl_root_fsolver_x_upper (solver);
    }
  if (low < 1.0)
    low = gsl_root_fsolver_root (solver);
  gsl_root_fsolver_free (solver);
  for (size_t i = 0; i < problem->count; i++)
    accept (problem, i, low);
  return problem->status;
}

static int
excess (const gsl_vector *x, void *parameters, gsl_vector *out)
{
  fixed_point *problem = parameters;
  /* Trial steps may leave [0, 1]; what they leave it by is kept as a slope
     that leads back.  */
  for (size_t i = 0; i < problem->count; i++)
    accept (problem, i, fmin (1.0, fmax (0.0, gsl_vector_get (x, i))));
  for (size_t i = 0; i < problem->count; i++)
    gsl_vector_set (out, i, mapped (problem, i) - gsl_vector_get (x, i));
  return problem->status == SUPPORT_OK ? GSL_SUCCESS : GSL_EFAILED;
}

static support_status
solve_classes (fixed_point *problem, support_failure *failure)
{
  const double tolerance = 1e-12;
  gsl_multiroot_function function = { excess, problem->count, problem };
  gsl_vector *x = gsl_vector_alloc (problem->count);
  gsl_multiroot_fsolver *solver = gsl_multiroot_fsolver_alloc (
      gsl_multiroot_fsolver_hybrids, problem->count);
  double residual = INFINITY;
  if (! x || ! solver)
    problem->status = support_fail_memory (failure);
  else
    {
      for (size_t i = 0; i < problem->count; i++)
        gsl_vector_set (x, i,
                        problem->kept[problem->view[i].self]
                            / arriving (&problem->view[i]));
      int state = gsl_multiroot_fsolver_set (solver, &function, x);
      for (int step = 0; step < 100 && problem->status == SUPPORT_OK; step++)
        {
          residual = 0.0;
          for (size_t i = 0; i < problem->count; i++)
            residual = fmax (residual, fabs (gsl_vector_get (solver->f, i)));
          if (residual < tolerance || state != GSL_SUCCESS)
            break;
          state = gsl_multiroot_fsolver_iterate (solver);
        }
      for (size_t i = 0; i < problem->count; i++)
        accept (problem, i,
                fmin (1.0, fmax (0.0, gsl_vector_get (solver->x, i))));
      /* The rounding of the averages may keep the residual above.  */
      if (problem->status == SUPPORT_OK && ! (residual < 1e3 * tolerance))
        problem->status = support_fail (
            failure, SUPPORT_NUMERICAL,
            "no accepted fractions satisfy the threshold's equation: the "
            "best ones miss it by %.2g",
            residual);
    }
  gsl_multiroot_fsolver_free (solver);
  gsl_vector_free (x);
  return problem->status;
}

support_status
staleness_solve_threshold (staleness_view *view, size_t count, double *kept,
                           support_failure *failure)
{
  fixed_point problem = { view, count, kept, SUPPORT_OK, failure };
  support_status status = solve_common (&problem, failure);
  if (status == SUPPORT_OK && count > 1)
    status = solve_classes (&problem, failure);
  for (size_t i = 0; i < count; i++)
    view[i].passes = kept[view[i].self] / arriving (&view[i]);
  return status;
}

/* ---- the law of accepted delays --------------------------------------- */

/* P(tau <= S | T = t), or what of the weight that leaves, 0 where there is
   little but rounding.  */
static support_status
acceptance (void *context, double t, double *p, support_failure *failure)
{
  staleness_view *view = context;
  const support_status status = staleness_view_weight_at (view, t, p, failure);
  if (*p < 1e-17)
    *p = 0.0;
  return status;
}

support_status
staleness_accepted_delay (staleness_view *view, double weight, delay_law **law,
                          support_failure *failure)
{
  const delay_law *own = view->cycle[view->self].delay;
  const double kept = view->passes;
  const double first = delay_quantile (own, 0.0);
  const double last =
      isfinite (delay_supremum (own))
          ? delay_supremum (own)
          : fmin (view->reach, view->rule->node[view->rule->count - 1]);
  const double zero = 0.0;
  const delay_argument nothing = { .values = &zero, .count = 1 };
  const staleness_thinning thinning = { .law = own,
                                        .first = first,
                                        .last = last,
                                        .tolerance = 2e-9 * kept * weight,
                                        .acceptance = acceptance,
                                        .context = view };
  *law = NULL;
  if (kept * weight >= 1.0 - 1e-15)
    return delay_copy (own, law, failure);
  /* One value only: it is all that can be accepted.  */
  if (! (last > first))
    return delay_copy (own, law, failure);
  /* All that is accepted may be cycles that take no time.  */
  if (kept <= delay_atom (own, 0.0) * (1.0 + 1e-12))
    return delay_create ("deterministic", &nothing, 1, law, failure);
  return staleness_thin (&thinning, law, failure);
}
