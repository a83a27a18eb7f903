/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normal numbers by the ziggurat of Marsaglia and Tsang (J. Stat. Software
   5(8), 2000), one word of 32 bits each but for one in forty: 7 bits choose
   the layer, one the sign and 24 the place within the layer.  The samplers of
   GSL reach their generator through two calls for each number and take three
   times as long.  */
#include "support/normal.h"
#include "support/stream_private.h"
#include "support/normal_table.h"

#include <math.h>

static inline uint32_t
layer_of (uint32_t word)
{
  return word & (LAYERS - 1);
}

/* The middle of one of the 2^24 cells of the layer; the sign bit chooses the
   half of the table.  */
static inline double
place_of (uint32_t word)
{
  return ((double) (word >> 8) + 0.5) * width[word & (2 * LAYERS - 1)];
}

static inline double
uniform (philox_state *state)
{
  return ((double) philox_word (state) + 0.5) * 0x1p-32;
}

/* |x| beyond the start of the tail (Marsaglia 1964).  */
static double
draw_tail (philox_state *state)
{
  double excess, bound;
  do
    {
      excess = -log (uniform (state)) / tail;
      bound = -log (uniform (state));
    }
  while (2.0 * bound < excess * excess);
  return tail + excess;
}

/* WORD leads out of the part of its layer that lies under the density.  */
static double
draw_slowly (philox_state *state, uint32_t word)
{
  for (;; word = philox_word (state))
    {
      const uint32_t layer = layer_of (word);
      const double x = place_of (word);
      if (word >> 8 < inner[layer])
        return x;
      if (layer == 0)
        return copysign (draw_tail (state), x);
      const double height =
          density[layer]
          + uniform (state) * (density[layer + 1] - density[layer]);
      if (height < exp (-0.5 * x * x))
        return x;
    }
}

/* The numbers of the first of COUNT words that lie in the fast part of their
   layer; returns how many these are.  */
static size_t
draw_fast (const uint32_t *word, double *values, size_t count)
{
  for (size_t i = 0; i < count; i++)
    {
      if (word[i] >> 8 >= inner[layer_of (word[i])])
        return i;
      values[i] = place_of (word[i]);
    }
  return count;
}

void
support_stream_normals (gsl_rng *stream, double *values, size_t count)
{
  philox_state *state = stream->state;
  for (size_t done = 0; done < count;)
    {
      if (state->next == PHILOX_WORDS)
        support_philox_refill (state);
      const size_t left = PHILOX_WORDS - state->next, wanted = count - done;
      const size_t tried = wanted < left ? wanted : left;
      const size_t fast =
          draw_fast (state->word + state->next, values + done, tried);
      state->next += (unsigned int) fast;
      done += fast;
      if (fast < tried)
        values[done++] = draw_slowly (state, philox_word (state));
    }
}
