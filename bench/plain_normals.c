/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints the seconds of the processor that drawing COUNT normal numbers takes,
   and their mean square: the least that paths could take.  */
#include "support/normal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int
main (int count, char **argument)
{
  const size_t draws =
      count > 1 ? (size_t) atof (argument[1]) / SUPPORT_NORMALS : 0;
  support_normals *normals = support_normals_create (1, 0);
  double value[SUPPORT_NORMALS], squares = 0.0;
  const clock_t start = clock ();
  for (size_t k = 0; normals && k < draws; k++)
    {
      support_normals_draw (normals, value);
      squares += value[0] * value[0];
    }
  printf ("%g %g\n", (double) (clock () - start) / CLOCKS_PER_SEC,
          squares / (double) draws);
  support_normals_free (normals);
  return 0;
}
