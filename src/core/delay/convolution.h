/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The distribution of the sum of two independent delays with densities.  */

#ifndef SDDE_DELAY_CONVOLUTION_H
#define SDDE_DELAY_CONVOLUTION_H

#include "delay/delay_private.h"

typedef struct delay_convolution
{
  size_t pieces;
  double *end;         /* pieces + 1, increasing */
  double *mass;        /* pieces + 1: below each end */
  double *area;        /* pieces + 1: the integral of that */
  double *coefficient; /* of each piece: density, mass, area */
  double exponent;     /* > 0: the density is a power in the first piece */
} delay_convolution;

/* X and Y must have densities that are smooth between their breaks.  */
support_status delay_convolution_create (const delay_law *x, const delay_law *y,
                                         delay_convolution **sum);
void delay_convolution_free (delay_convolution *sum);

/* At T: the density, P(X + Y <= T) and E (T - X - Y)^+.  */
void delay_convolution_at (const delay_convolution *sum, double t,
                           double *density, double *mass, double *area);

/* The power that the density of LAW, over the distance to its infimum, begins
   with, plus 1.  */
double delay_exponent (const delay_law *law);

#endif
