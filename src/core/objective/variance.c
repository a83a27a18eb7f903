/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exact variance of gradients.  */
#include "objective/objective_private.h"

#include <math.h>
#include <stdlib.h>

double
objective_batch_share (const objective *object)
{
  const double all = (double) object->samples, some = (double) object->batch;
  return object->batch < object->samples ? (all - some) / ((all - 1.0) * some)
                                         : 0.0;
}

double
objective_noise_along (const objective *object, const double *model,
                       const double *vector)
{
  const size_t n = object->dimension;
  double sum = 0.0;
  for (size_t i = 0; i < n; i++)
    {
      const double fixed = object->deviation ? object->deviation[i] : 0.0;
      const double varied = object->multiplicative * model[i];
      sum += vector[i] * vector[i] * (fixed * fixed + varied * varied);
    }
  for (size_t j = 0; object->factor && j < n; j++)
    {
      const double part = objective_dot (object->factor + j * n, vector, n);
      sum += part * part;
    }
  return sum;
}

support_status
objective_variance (const objective *object, const double *model,
                    objective_workspace *workspace, double *variance)
{
  const size_t n = object->dimension;
  const double share = objective_batch_share (object);
  support_status status = SUPPORT_OK;

  for (size_t i = 0; i < n; i++)
    variance[i] = 0.0;
  if (object->callback)
    return SUPPORT_UNKNOWN;
  if (share > 0.0)
    {
      double *mean = support_doubles (n);
      if (! mean)
        return SUPPORT_MEMORY;
      status = object->kind->squares (object, model, workspace, mean, variance);
      for (size_t i = 0; i < n; i++)
        {
          const double excess = variance[i] - mean[i] * mean[i];
          variance[i] = excess < 0.0 ? 0.0 : share * excess; /* NaN stays */
        }
      free (mean);
    }
  for (size_t i = 0; i < n; i++)
    {
      const double fixed = object->deviation ? object->deviation[i] : 0.0;
      const double varied = object->multiplicative * model[i];
      variance[i] += fixed * fixed + varied * varied;
      for (size_t j = 0; object->factor && j < n; j++)
        variance[i] += object->factor[j * n + i] * object->factor[j * n + i];
    }
  return status;
}
