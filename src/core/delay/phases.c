/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phase-type representations of laws.  */
#include "delay/delay_private.h"

#include <stdlib.h>

support_status
delay_phases_create (const delay_law *law, size_t most, delay_phases **phases,
                     support_failure *failure)
{
  const size_t n = law->family->phases ? law->family->phases (law) : 0;
  *phases = NULL;
  if (n == 0 || n > most)
    return SUPPORT_OK;
  delay_phases *made = calloc (1, sizeof *made);
  if (made)
    made->alpha = support_doubles (n * (n + 2));
  if (! made || ! made->alpha)
    {
      free (made);
      return support_fail_memory (failure);
    }
  made->count = n;
  made->exit = made->alpha + n;
  made->generator = made->exit + n;
  law->family->write_phases (law, made, 0);
  *phases = made;
  return SUPPORT_OK;
}

void
delay_phases_free (delay_phases *phases)
{
  if (phases)
    free (phases->alpha);
  free (phases);
}

size_t
delay_phases_order (const delay_law *law)
{
  return law->family->phases ? law->family->phases (law) : 0;
}

/* COUNT phases of rate RATE, one after the other.  */
void
delay_phases_chain (delay_phases *phases, size_t first, size_t count,
                    double rate)
{
  const size_t n = phases->count;
  phases->alpha[first] = 1.0;
  for (size_t i = first; i < first + count; i++)
    {
      phases->generator[i + n * i] = -rate;
      if (i + 1 < first + count)
        phases->generator[i + n * (i + 1)] = rate;
    }
  phases->exit[first + count - 1] = rate;
}

/* What leaves the phases FROM .. TO - 1 enters the next ones, which end
   before END, as ALPHA says.  */
void
delay_phases_join (delay_phases *phases, size_t from, size_t to, size_t end)
{
  const size_t n = phases->count;
  for (size_t i = from; i < to; i++)
    {
      for (size_t j = to; j < end; j++)
        phases->generator[i + n * j] += phases->exit[i] * phases->alpha[j];
      phases->exit[i] = 0.0;
    }
  for (size_t j = to; j < end; j++)
    phases->alpha[j] = 0.0;
}
