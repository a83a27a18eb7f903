/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normal numbers by the ziggurat of Marsaglia and Tsang (J. Stat. Software
   5(8), 2000), one word of 32 bits each but for one in eighty: 8 bits choose
   the layer, 24 the place within it.  GSL's ziggurat reaches its generator
   through two calls for each number and takes two to five times as long.  */
#include "support/normal.h"
#include "support/normal_private.h"
#include "support/normal_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ---- from one word --------------------------------------------------- */

static inline const ziggurat_layer *
layer_of (uint32_t word)
{
  return &ziggurat[word & (LAYERS - 1)];
}

/* The middle of one of the 2^24 cells of a layer, in its unit.  */
#define FIRST_PLACE (0.5 - 0x1p23)

static inline double
place_of (uint32_t word)
{
  return (double) (word >> 8) + FIRST_PLACE;
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

/* A number from WORD, and more of STATE where that leads out of the part of its
   layer that lies under the density.  */
static double
draw_slowly (philox_state *state, uint32_t word)
{
  for (;; word = philox_word (state))
    {
      const ziggurat_layer *layer = layer_of (word);
      const size_t l = (size_t) (layer - ziggurat);
      const double place = place_of (word), x = place * layer->width;
      if (fabs (place) < layer->inner)
        return x;
      if (l == 0)
        return copysign (draw_tail (state), x);
      const double height =
          density[l] + uniform (state) * (density[l + 1] - density[l]);
      if (height < exp (-0.5 * x * x))
        return x;
    }
}

/* ---- from many ------------------------------------------------------- */

uint64_t
support_normals_try_plainly (const uint32_t *word, double *values, size_t count)
{
  uint64_t outside = 0;
  for (size_t i = 0; i < count; i++)
    {
      const ziggurat_layer *layer = layer_of (word[i]);
      const double place = place_of (word[i]);
      values[i] = place * layer->width;
      outside |= (uint64_t) (fabs (place) >= layer->inner) << i;
    }
  return outside;
}

#ifdef __SSE2__
/* The same for four words: a layer's two entries are one load, and no branch
   waits for what it finds.  */
static inline uint64_t
try_four (const uint32_t *word, double *values)
{
  const __m128d first = _mm_set1_pd (FIRST_PLACE), sign = _mm_set1_pd (-0.0);
  const __m128i cell =
      _mm_srli_epi32 (_mm_loadu_si128 ((const void *) word), 8);
  const __m128d low = _mm_add_pd (_mm_cvtepi32_pd (cell), first);
  const __m128d high =
      _mm_add_pd (_mm_cvtepi32_pd (_mm_shuffle_epi32 (cell, 0xEE)), first);
  const __m128d layer_0 = _mm_load_pd (&layer_of (word[0])->width);
  const __m128d layer_1 = _mm_load_pd (&layer_of (word[1])->width);
  const __m128d layer_2 = _mm_load_pd (&layer_of (word[2])->width);
  const __m128d layer_3 = _mm_load_pd (&layer_of (word[3])->width);
  const __m128d low_outside = _mm_cmpge_pd (_mm_andnot_pd (sign, low),
                                            _mm_unpackhi_pd (layer_0, layer_1));
  const __m128d high_outside = _mm_cmpge_pd (
      _mm_andnot_pd (sign, high), _mm_unpackhi_pd (layer_2, layer_3));
  const __m128 outside = _mm_shuffle_ps (_mm_castpd_ps (low_outside),
                                         _mm_castpd_ps (high_outside), 0x88);
  _mm_storeu_pd (values, _mm_mul_pd (low, _mm_unpacklo_pd (layer_0, layer_1)));
  _mm_storeu_pd (values + 2,
                 _mm_mul_pd (high, _mm_unpacklo_pd (layer_2, layer_3)));
  return (uint64_t) (unsigned int) _mm_movemask_ps (outside);
}
#endif

uint64_t
support_normals_try (const uint32_t *word, double *values, size_t count)
{
  uint64_t outside = 0;
  size_t done = 0;
#ifdef __SSE2__
  for (; done + 4 <= count; done += 4)
    outside |= try_four (word + done, values + done) << done;
#endif
  if (done < count)
    outside |=
        support_normals_try_plainly (word + done, values + done, count - done)
        << done;
  return outside;
}

/* The lowest bit of BITS, which has one.  */
static inline size_t
first_of (uint64_t bits)
{
#ifdef __GNUC__
  return (size_t) __builtin_ctzll (bits);
#else
  size_t i = 0;
  for (; ! (bits & 1); bits >>= 1)
    i++;
  return i;
#endif
}

/* ---- from a stream --------------------------------------------------- */

/* What a number needs beyond its word are the next words of the stream, so that
   it does not matter how many are drawn at a time.  */
void
support_stream_normals (gsl_rng *stream, double *values, size_t count)
{
  _Static_assert(PHILOX_WORDS <= 64, "one bit for each word");
  philox_state *state = stream->state;
  for (size_t done = 0; done < count;)
    {
      if (state->next == PHILOX_WORDS)
        support_philox_refill (state);
      const size_t left = PHILOX_WORDS - state->next, wanted = count - done;
      const size_t tried = wanted < left ? wanted : left;
      const uint64_t outside =
          support_normals_try (state->word + state->next, values + done, tried);
      const size_t fast = outside ? first_of (outside) : tried;
      state->next += (unsigned int) fast;
      done += fast;
      if (fast < tried)
        values[done++] = draw_slowly (state, philox_word (state));
    }
}

/* ---- from a source of their own -------------------------------------- */

/* Generators xoshiro128++ 1.0 (Blackman and Vigna, ACM TOMS 47(4), 2021) side
   by side, each for every fourth word.  They start from words of Philox: that
   any two of a million such generators meet within 1e12 words has a chance of
   1e-14, and that one starts at 0 is as likely as 2^-128.  More words than one
   a number come from that same stream, later on.  */
enum
{
  GENERATORS = 4
};

struct support_normals
{
  gsl_rng *more;
  uint32_t state[4][GENERATORS];
};

support_normals *
support_normals_create (uint64_t seed, uint64_t index)
{
  support_normals *normals = calloc (1, sizeof *normals);
  if (! normals || ! (normals->more = support_stream_create (seed, index)))
    {
      free (normals);
      return NULL;
    }
  support_normals_rewind (normals, seed, index);
  return normals;
}

void
support_normals_free (support_normals *normals)
{
  if (normals)
    gsl_rng_free (normals->more);
  free (normals);
}

void
support_normals_rewind (support_normals *normals, uint64_t seed, uint64_t index)
{
  support_stream_rewind (normals->more, seed, index);
  for (size_t i = 0; i < 4; i++)
    for (size_t g = 0; g < GENERATORS; g++)
      normals->state[i][g] = philox_word (normals->more->state);
}

static inline uint32_t
rotated (uint32_t word, int bits)
{
  return word << bits | word >> (32 - bits);
}

static void
draw_words (support_normals *normals, uint32_t *word)
{
  uint32_t s[4][GENERATORS];
  memcpy (s, normals->state, sizeof s);
  for (size_t k = 0; k < SUPPORT_NORMALS; k += GENERATORS)
    SUPPORT_PRAGMA (omp simd)
  for (size_t g = 0; g < GENERATORS; g++)
    {
      const uint32_t shifted = s[1][g] << 9;
      word[k + g] = rotated (s[0][g] + s[3][g], 7) + s[0][g];
      s[2][g] ^= s[0][g];
      s[3][g] ^= s[1][g];
      s[1][g] ^= s[2][g];
      s[0][g] ^= s[3][g];
      s[2][g] ^= shifted;
      s[3][g] = rotated (s[3][g], 11);
    }
  memcpy (normals->state, s, sizeof s);
}

void
support_normals_draw (support_normals *normals, double *values)
{
  uint32_t word[SUPPORT_NORMALS];
  draw_words (normals, word);
  for (uint64_t outside = support_normals_try (word, values, SUPPORT_NORMALS);
       outside; outside &= outside - 1)
    {
      const size_t i = first_of (outside);
      values[i] = draw_slowly (normals->more->state, word[i]);
    }
}
