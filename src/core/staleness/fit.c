/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of the cycle that explains a logged staleness: a gamma law of mean
   1, since staleness knows no unit of time, whose shape maximises the
   likelihood of the renewal model.  */
#include "staleness/staleness.h"

#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>

/* Shapes beyond these are as good as at them: bursts, clockwork.  */
static const double least_shape = 0.1, most_shape = 1e5;

typedef struct likelihood
{
  size_t workers;
  const double *count;
  size_t size;
  const support_hooks *hooks;
  support_status status;
  support_failure *failure;
} likelihood;

/* Minus the log likelihood of a shape, per value.  What the law can hardly
   give counts as a probability of 1e-9, so that one odd row of a log does not
   settle the shape of all the others.  */
static double
misfit (double log_shape, void *parameters)
{
  likelihood *problem = parameters;
  const double shape = exp (log_shape), scale = 1.0 / shape;
  const delay_argument argument[] = { { .values = &shape, .count = 1 },
                                      { .values = &scale, .count = 1 } };
  delay_law *law = NULL;
  staleness_law st = { .pmf = NULL };
  double total = 0.0, values = 0.0;

  if (problem->status == SUPPORT_OK)
    problem->status =
        delay_create ("gamma", argument, 2, &law, problem->failure);
  if (problem->status == SUPPORT_OK)
    {
      const system_class class = { problem->workers, law };
      const system_description system = { .classes = 1,
                                          .class = &class,
                                          .rate = 1.0,
                                          .threshold = INFINITY,
                                          .deadline = INFINITY };
      problem->status = staleness_solve (&system, STALENESS_RENEWAL,
                                         problem->hooks, &st, problem->failure);
    }
  for (size_t j = 0; problem->status == SUPPORT_OK && j < problem->size; j++)
    if (problem->count[j] > 0.0)
      {
        const double p = j < st.size ? st.pmf[j] : 0.0;
        total -= problem->count[j] * log (fmax (p, 1e-9));
        values += problem->count[j];
      }
  staleness_law_clear (&st);
  delay_free (law);
  return problem->status == SUPPORT_OK ? total / values : NAN;
}

/* From the variance: about (n - 1)/6 of it comes from the phases of cycles of
   fixed length and the rest, n (n - 1) cv2, from their spread.  */
static double
first_guess (const likelihood *problem)
{
  double values = 0.0, mean = 0.0, variance = 0.0;
  for (size_t j = 0; j < problem->size; j++)
    {
      values += problem->count[j];
      mean += (double) j * problem->count[j];
    }
  mean /= values;
  for (size_t j = 0; j < problem->size; j++)
    variance +=
        ((double) j - mean) * ((double) j - mean) * problem->count[j] / values;
  const double n = (double) problem->workers;
  const double cv2 = (variance - (n - 1.0) / 6.0) / (n * (n - 1.0));
  return log (fmin (fmax (1.0 / fmax (cv2, 1e-4), 0.5), 1e4));
}

static support_status
check (const likelihood *problem)
{
  double values = 0.0;
  for (size_t j = 0; j < problem->size; j++)
    {
      if (! (problem->count[j] >= 0.0 && isfinite (problem->count[j])))
        return support_fail (problem->failure, SUPPORT_INVALID,
                             "the counts of a staleness must be finite and "
                             ">= 0");
      values += problem->count[j];
    }
  if (! (values > 0.0))
    return support_fail (problem->failure, SUPPORT_INVALID,
                         "there is no staleness to fit");
  if (problem->workers < 2)
    return support_fail (problem->failure, SUPPORT_INVALID,
                         "the staleness of fewer than two workers says nothing "
                         "of their cycles");
  return SUPPORT_OK;
}

/* Steps downhill from *MIDDLE until [*LOW, *HIGH] holds a minimum; false if it
   is at an end of what is allowed, which *MIDDLE then is.  */
static bool
bracket (likelihood *problem, double *low, double *middle, double *high,
         double *at_middle)
{
  const double step = log (2.0);
  double at_low, at_high;
  *low = *middle - step;
  *high = *middle + step;
  *at_middle = misfit (*middle, problem);
  at_low = misfit (*low, problem);
  at_high = misfit (*high, problem);
  while (problem->status == SUPPORT_OK
         && ! (at_low > *at_middle && at_high > *at_middle))
    {
      if (at_low <= at_high)
        {
          *high = *middle;
          at_high = *at_middle;
          *middle = *low;
          *at_middle = at_low;
          if (*middle < log (least_shape))
            return false;
          *low -= step;
          at_low = misfit (*low, problem);
        }
      else
        {
          *low = *middle;
          at_low = *at_middle;
          *middle = *high;
          *at_middle = at_high;
          if (*middle > log (most_shape))
            return false;
          *high += step;
          at_high = misfit (*high, problem);
        }
    }
  return problem->status == SUPPORT_OK;
}

support_status
staleness_fit_gamma (size_t workers, const double *count, size_t size,
                     const support_hooks *hooks, staleness_fit *fit,
                     support_failure *failure)
{
  likelihood problem = { workers, count, size, hooks, SUPPORT_OK, failure };
  double low, middle, high, at_middle;
  *fit = (staleness_fit){ .shape = NAN, .log_likelihood = NAN };
  support_status status = check (&problem);
  if (status != SUPPORT_OK)
    return status;
  middle = first_guess (&problem);
  if (bracket (&problem, &low, &middle, &high, &at_middle))
    {
      gsl_function function = { misfit, &problem };
      gsl_min_fminimizer *minimizer =
          gsl_min_fminimizer_alloc (gsl_min_fminimizer_brent);
      if (! minimizer)
        return support_fail_memory (failure);
      gsl_min_fminimizer_set (minimizer, &function, middle, low, high);
      /* The misfit is flat to rounding over 1e-6 of the shape.  */
      for (int i = 0; i < 50 && high - low > 1e-6; i++)
        {
          if (gsl_min_fminimizer_iterate (minimizer) != GSL_SUCCESS)
            break;
          low = gsl_min_fminimizer_x_lower (minimizer);
          high = gsl_min_fminimizer_x_upper (minimizer);
        }
      middle = gsl_min_fminimizer_x_minimum (minimizer);
      at_middle = gsl_min_fminimizer_f_minimum (minimizer);
      gsl_min_fminimizer_free (minimizer);
    }
  if (problem.status != SUPPORT_OK)
    return problem.status;
  double values = 0.0;
  for (size_t j = 0; j < size; j++)
    values += count[j];
  fit->shape = exp (middle);
  fit->log_likelihood = -at_middle * values;
  return SUPPORT_OK;
}
