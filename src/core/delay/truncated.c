/* SPDX-License-Identifier: GPL-3.0-or-later */
/* T given that T <= c.  */
#include "delay/delay_private.h"

/* The thinned law that accepts no T beyond: the acceptance falls from 1 to 0
   between c and the next number.  */
static support_status
build (delay_law *law, support_failure *failure)
{
  const delay_law *base = law->argument[0].law;
  double c;
  if (! base)
    return support_fail (failure, SUPPORT_INVALID,
                         "the first parameter of the family 'truncated' must "
                         "be a law");
  const support_status status =
      delay_scalar (law, 1, "bound", DELAY_POSITIVE, &c, failure);
  if (status != SUPPORT_OK)
    return status;
  if (! (delay_cdf (base, c) > 1e-12))
    return support_fail (failure, SUPPORT_INVALID,
                         "the bound of the family 'truncated' must leave a "
                         "probability of at least 1e-12 below it");
  if (c >= base->supremum)
    {
      const delay_argument *argument = base->argument;
      return delay_create (base->family->name, argument, base->count,
                           &law->simpler, failure);
    }
  const double knot[] = { 0.0, c, nextafter (c, INFINITY) };
  const double acceptance[] = { 1.0, 1.0, 0.0 };
  const delay_argument argument[] = { { .law = base },
                                      { .values = knot, .count = 3 },
                                      { .values = acceptance, .count = 3 } };
  return delay_create ("thinned", argument, 3, &law->simpler, failure);
}

const delay_family delay_family_truncated = {
  .name = "truncated",
  .arguments = "law, bound",
  .least = 2,
  .most = 2,
  .build = build,
};
