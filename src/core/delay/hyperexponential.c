/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One of several exponential delays, chosen at random:
   phi(s) = sum_i p_i / (1 + s m_i).  */
#include "delay/delay_private.h"

#include <stdlib.h>

/* The mixture that it is.  */
static support_status
build (delay_law *law, support_failure *failure)
{
  const double *weight, *mean;
  size_t count, means;
  support_status status =
      delay_vector (law, 0, "weights", &weight, &count, failure);
  if (status == SUPPORT_OK)
    status = delay_vector (law, 1, "means", &mean, &means, failure);
  if (status != SUPPORT_OK)
    return status;
  bool good = count == means;
  double total = 0.0;
  for (size_t i = 0; good && i < count; i++)
    {
      good = mean[i] > 0.0;
      total += weight[i];
    }
  if (! good || ! (total > 0.0 && isfinite (total)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the family 'hyperexponential' takes a vector of "
                         "weights >= 0, not all 0, and as many means > 0");

  delay_argument *argument = calloc (count + 1, sizeof *argument);
  if (! argument)
    return support_fail_memory (failure);
  argument[0] = law->argument[0];
  for (size_t i = 0; status == SUPPORT_OK && i < count; i++)
    {
      const delay_argument part = { .values = &mean[i], .count = 1 };
      delay_law *one;
      status = delay_create ("exponential", &part, 1, &one, failure);
      argument[1 + i].law = one;
    }
  if (status == SUPPORT_OK)
    status =
        delay_create ("mixture", argument, count + 1, &law->simpler, failure);
  for (size_t i = 0; i < count; i++)
    delay_free ((delay_law *) argument[1 + i].law);
  free (argument);
  return status;
}

const delay_family delay_family_hyperexponential = {
  .name = "hyperexponential",
  .arguments = "weights, means",
  .least = 2,
  .most = 2,
  .effort = DELAY_FORMULA,
  .build = build,
};
