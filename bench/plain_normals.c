/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints the seconds of the processor that drawing COUNT normal numbers takes,
   64 at a time, and their mean square: the least that paths could take.  */
#include "support/normal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int
main (int count, char **argument)
{
  enum
  {
    BLOCK = 64
  };
  const size_t numbers = count > 1 ? (size_t) atof (argument[1]) : 0;
  gsl_rng *stream = support_stream_create (1, 0);
  double block[BLOCK], squares = 0.0;
  const clock_t start = clock ();
  for (size_t k = 0; stream && k < numbers / BLOCK; k++)
    {
      support_stream_normals (stream, block, BLOCK);
      squares += block[0] * block[0];
    }
  printf ("%g %g\n", (double) (clock () - start) / CLOCKS_PER_SEC,
          squares / (double) (numbers / BLOCK));
  gsl_rng_free (stream);
  return 0;
}
