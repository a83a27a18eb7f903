/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/support.h"

/* OpenBLAS, which is what most builds of Octave are linked with, has a setting
   for the whole process; other libraries lack these names.  */
extern void openblas_set_num_threads (int count) __attribute__ ((weak));
extern int openblas_get_num_threads (void) __attribute__ ((weak));

int
support_blas_one_thread (void)
{
  int threads = 0;
  if (&openblas_set_num_threads && &openblas_get_num_threads)
    {
      threads = openblas_get_num_threads ();
      openblas_set_num_threads (1);
    }
  return threads;
}

void
support_blas_restore (int threads)
{
  if (threads > 0 && &openblas_set_num_threads)
    openblas_set_num_threads (threads);
}
