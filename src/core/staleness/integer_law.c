/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws on the whole numbers.  */
#include "staleness/staleness_private.h"

#include <stdlib.h>
#include <string.h>

void
staleness_integer_law_clear (staleness_integer_law *law)
{
  free (law->probability);
  *law = (staleness_integer_law){ .probability = NULL };
}

bool
staleness_integer_law_append (staleness_integer_law *law, double probability)
{
  if (law->size == law->room)
    {
      const size_t room = 2 * law->room + 32;
      double *larger =
          realloc (law->probability, room * sizeof *law->probability);
      if (! larger)
        return false;
      law->probability = larger;
      law->room = room;
    }
  law->probability[law->size++] = probability;
  return true;
}

support_status
staleness_integer_law_copy (const staleness_integer_law *from,
                            staleness_integer_law *to, support_failure *failure)
{
  to->first = from->first;
  to->size = 0;
  for (size_t i = 0; i < from->size; i++)
    if (! staleness_integer_law_append (to, from->probability[i]))
      return support_fail_memory (failure);
  return SUPPORT_OK;
}

/* With probability generating function a_0 + y (a_1 + y (a_2 + ...)) at
   y = 1 - kept + kept z, by Horner's rule on polynomials in z.  */
support_status
staleness_integer_law_thin (staleness_integer_law *law, double kept,
                            support_failure *failure)
{
  staleness_integer_law thin = { .probability = NULL };
  bool room = true;
  if (kept >= 1.0)
    return SUPPORT_OK;
  for (size_t k = law->first + law->size; room && k-- > 0;)
    {
      double carried = 0.0;
      for (size_t j = 0; j < thin.size; j++)
        {
          const double here = thin.probability[j];
          thin.probability[j] = (1.0 - kept) * here + kept * carried;
          carried = here;
        }
      if (kept * carried > 0.0 || ! thin.size)
        room = staleness_integer_law_append (&thin, kept * carried);
      if (room && k >= law->first)
        thin.probability[0] += law->probability[k - law->first];
    }
  if (! room)
    {
      staleness_integer_law_clear (&thin);
      return support_fail_memory (failure);
    }
  /* What has no weight at either end is left out, lest the work on sums of
     many counts grow with the length of the window.  */
  const double negligible = 1e-18;
  size_t first = 0;
  while (thin.size > first + 1 && thin.probability[first] < negligible)
    first++;
  while (thin.size > first + 1 && thin.probability[thin.size - 1] < negligible)
    thin.size--;
  memmove (thin.probability, thin.probability + first,
           (thin.size - first) * sizeof *thin.probability);
  thin.size -= first;
  thin.first = first;
  free (law->probability);
  *law = thin;
  return SUPPORT_OK;
}
