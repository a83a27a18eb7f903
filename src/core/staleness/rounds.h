/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rounds that end with the K-th gradient.  */

#ifndef SDDE_STALENESS_ROUNDS_H
#define SDDE_STALENESS_ROUNDS_H

#include "staleness/staleness_private.h"

typedef struct staleness_rounds
{
  const system_description *system;
  const support_hooks *hooks; /* NULL: none */
  size_t gradients;           /* K */
  size_t depth;    /* the most gradients of one worker that are looked at */
  bool plain;      /* K-sync of one class: M(t) is binomial */
  bool complete;   /* no gradient of a worker at work is ever cancelled */
  delay_law **sum; /* of k cycles of class c: sum[c * depth + k - 1] */
  double *room[4]; /* K values each */
  /* Where a round ends but for 1e-15 and 1e-17, and on what scale.  */
  double first, last, scale;
} staleness_rounds;

/* Clear in any case.  */
support_status staleness_rounds_create (const system_description *system,
                                        const support_hooks *hooks,
                                        staleness_rounds *rounds,
                                        support_failure *failure);
void staleness_rounds_clear (staleness_rounds *rounds);
/* Sets first, last and scale.  */
void staleness_rounds_locate (staleness_rounds *rounds);

double staleness_round_exceeds (staleness_rounds *rounds, double t);

/* The probability that the k-th gradient of a worker of class C is the one that
   ends a round, and the mean number of such gradients in a round.  */
support_status staleness_rounds_weigh (staleness_rounds *rounds, size_t c,
                                       size_t k, double *ends,
                                       double *takes_part,
                                       support_failure *failure);
/* The law of the rounds that it ends, which it does with probability ENDS; NULL
   where that is next to nothing.  */
support_status staleness_rounds_part (staleness_rounds *rounds, size_t c,
                                      size_t k, double ends, delay_law **law,
                                      support_failure *failure);

#endif
