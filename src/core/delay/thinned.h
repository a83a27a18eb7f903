/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What thinned laws are made of, by thinned_build.c for thinned.c.  */

#ifndef SDDE_DELAY_THINNED_H
#define SDDE_DELAY_THINNED_H

#include "delay/pieces.h"

#include <gsl/gsl_interp.h>

enum
{
  THINNED_LEVELS = 2
};

typedef struct thinned
{
  const delay_law *base; /* an argument of the law, or what replaced it */
  const double *knot, *acceptance;
  size_t knots;
  double highest; /* acceptance */
  double *place;  /* knots over the last: powers of theirs do not overflow */
  gsl_interp *interpolant;
  double probability;   /* p */
  delay_pieces *pieces; /* of the support, but for what weighs nothing */
  double *zeroth;       /* int a f and int t a f, up to the end of each piece */
  double *first;
  /* The transform is (constant E exp (-s T_base) + sum over the nodes) / p, the
     nodes standing for (a - constant) f in the first INNER pieces.  */
  double constant;
  size_t inner;
  struct
  {
    delay_rule *nodes; /* good for |s| <= reach; NULL: too many */
    double reach;
  } level[THINNED_LEVELS];
  delay_law *replaced; /* bases of atoms and mixtures: the law itself */
} thinned;

/* a(t) and, with the table as context, a f and (a - constant) f.  */
double delay_acceptance (const thinned *table, double t);
double delay_accepted_density (const void *context, double t);
double delay_transformed_density (const void *context, double t);

support_status delay_thinned_build (delay_law *law, support_failure *failure);

#endif
