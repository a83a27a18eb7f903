/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a Markov chain is at a time, for phase-type laws.  */

#ifndef SDDE_DELAY_CHAIN_H
#define SDDE_DELAY_CHAIN_H

#include "delay/delay_private.h"

typedef struct delay_chain delay_chain;

/* The chain of the PHASES, copied, whose occupation decays like
   exp (ABSCISSA t).  */
support_status delay_chain_create (const delay_phases *phases, double abscissa,
                                   delay_chain **chain);
void delay_chain_free (delay_chain *chain);

/* At T: the density of leaving, the probability of having left, and the
   integral of that, each relatively right; NAN where memory runs out.  */
void delay_chain_at (const delay_chain *chain, double t, double *density,
                     double *left, double *integral);

#endif
