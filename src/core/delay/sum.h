/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sums of delays are made of, by sum_build.c for sum.c.  */

#ifndef SDDE_DELAY_SUM_H
#define SDDE_DELAY_SUM_H

#include "delay/convolution.h"

typedef struct delay_sum
{
  /* The transform is the product of these, times exp (-s shift); neither
     deterministic nor discrete nor mixtures, unless REST is a chain.  */
  double shift;
  size_t parts;
  delay_law **part;
  /* The distribution: of REST, SHIFT later; where that is NULL, of the
     convolution of the first part and OTHERS, the rest of them.  */
  delay_law *rest, *others;
  _Atomic (delay_convolution *) convolution; /* made when first asked for */
} delay_sum;

support_status delay_sum_build (delay_law *law, support_failure *failure);

#endif
