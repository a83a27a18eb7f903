/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Integrals against a density that is smooth but for some points: an interval
   cut into pieces over each of which a Gauss rule is good to rounding.  */

#ifndef SDDE_DELAY_PIECES_H
#define SDDE_DELAY_PIECES_H

#include "delay/delay_private.h"

#include <gsl/gsl_integration.h>

/* In t, with the context that comes with the function.  */
typedef struct delay_density
{
  double (*value) (const void *context, double t);
  const void *context;
} delay_density;

typedef struct delay_pieces
{
  const delay_law *law; /* as smooth as the density; not owned */
  double deviation;     /* of that law */
  double power;         /* its power at 0, see delay_law */
  size_t count;
  double *end;                               /* count + 1, increasing */
  gsl_integration_glfixed_table *many, *few; /* points for a piece */
} delay_pieces;

/* Pieces from the first to the last of the increasing points CUT, every one of
   which ends a piece, for densities as smooth as that of LAW between them.
   LAW must live as long as the pieces.
   SUPPORT_LIMIT where they would be more than a million.  */
support_status delay_pieces_create (const delay_law *law, const double *cut,
                                    size_t cuts, delay_pieces **pieces);
void delay_pieces_free (delay_pieces *pieces);

/* The piece in which T lies.  */
size_t delay_pieces_find (const delay_pieces *pieces, double t);

/* Adds the integrals of the density and of t times it, from the beginning of
   PIECE to T in it.  */
void delay_pieces_add (const delay_pieces *pieces, size_t piece, double t,
                       delay_density density, double *zeroth, double *first);

/* Appends nodes and weights for the integral up to the end of COUNT pieces of
   the density times a function that is smooth on the given scale.  Where the
   density is positive so are the weights; those below LEAST are left out.  */
support_status delay_pieces_rule (const delay_pieces *pieces, size_t count,
                                  delay_density density,
                                  const delay_panels *panels, double least,
                                  delay_rule *rule);

/* Adds the integrals of exp (-s t), -t exp (-s t) and t^2 exp (-s t) times the
   density, up to the end of COUNT pieces, for any s; false if that takes more
   than a million panels.  */
bool delay_pieces_transform (const delay_pieces *pieces, size_t count,
                             delay_density density, double complex s,
                             double complex out[3]);

#endif
