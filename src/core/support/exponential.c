/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exponential numbers by the ziggurat of Marsaglia and Tsang (J. Stat. Software
   5(8), 2000): of 64 bits 8 choose the layer and 53 the place within it, and
   one number in ninety takes more.  An inversion spends most of its time on the
   logarithm.  */
#include "support/stream_private.h"

#include "support/exponential_table.h"

#include <math.h>

/* The middle of one of the 2^53 cells of a layer, so that it is never 0.  */
static inline double
place_of (uint64_t bits, uint32_t layer)
{
  return ((double) (bits >> 11) + 0.5) * width[layer];
}

static inline uint64_t
two_words (philox_state *state)
{
  const uint64_t high = philox_word (state);
  return high << 32 | philox_word (state);
}

/* BITS lead out of the part of their layer that lies under the density.  Beyond
   the start of the tail it is as at the start of all.  */
static double
draw_slowly (philox_state *state, uint64_t bits)
{
  double start = 0.0;
  for (;; bits = two_words (state))
    {
      const uint32_t layer = (uint32_t) bits & (LAYERS - 1);
      const double x = place_of (bits, layer);
      if (bits >> 11 < inner[layer])
        return start + x;
      if (layer == 0)
        {
          start += tail;
          continue;
        }
      const double share = ((double) philox_word (state) + 0.5) * 0x1p-32;
      const double height =
          density[layer] + share * (density[layer + 1] - density[layer]);
      if (height < exp (-x))
        return start + x;
    }
}

double
support_stream_exponential (gsl_rng *stream)
{
  philox_state *state = stream->state;
  const uint64_t bits = two_words (state);
  const uint32_t layer = (uint32_t) bits & (LAYERS - 1);
  return bits >> 11 < inner[layer] ? place_of (bits, layer)
                                   : draw_slowly (state, bits);
}
