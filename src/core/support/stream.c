/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/stream_private.h"
#include "support/wide.h"

#ifdef SUPPORT_AVX2
#include <immintrin.h>
#endif

/* The constants of Salmon et al. (SC 2011), table 2 and section 4.3.  */
#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u

enum
{
  ROUNDS = 10
};

void
support_philox_fill (philox_state *state)
{
  uint32_t key_0 = state->key[0], key_1 = state->key[1];
  uint32_t w0[PHILOX_BLOCKS], w1[PHILOX_BLOCKS];
  uint32_t w2[PHILOX_BLOCKS], w3[PHILOX_BLOCKS];

  for (size_t i = 0; i < PHILOX_BLOCKS; i++)
    {
      const uint64_t block = state->block + i;
      w0[i] = (uint32_t) block;
      w1[i] = (uint32_t) (block >> 32);
      w2[i] = (uint32_t) state->index;
      w3[i] = (uint32_t) (state->index >> 32);
    }
  for (int round = 0; round < ROUNDS; round++)
    {
      SUPPORT_PRAGMA (omp simd)
      for (size_t i = 0; i < PHILOX_BLOCKS; i++)
        {
          const uint64_t product_0 = (uint64_t) MULTIPLIER_0 * w0[i];
          const uint64_t product_1 = (uint64_t) MULTIPLIER_1 * w2[i];
          w0[i] = (uint32_t) (product_1 >> 32) ^ w1[i] ^ key_0;
          w2[i] = (uint32_t) (product_0 >> 32) ^ w3[i] ^ key_1;
          w1[i] = (uint32_t) product_1;
          w3[i] = (uint32_t) product_0;
        }
      key_0 += WEYL_0;
      key_1 += WEYL_1;
    }
  for (size_t i = 0; i < PHILOX_BLOCKS; i++)
    {
      state->word[4 * i] = w0[i];
      state->word[4 * i + 1] = w1[i];
      state->word[4 * i + 2] = w2[i];
      state->word[4 * i + 3] = w3[i];
    }
}

#ifdef SUPPORT_AVX2
/* The same words of eight blocks from FIRST on, four to a vector: each word in
   the low half of 64 bits, as the multiplier wants it, with whatever the
   product left above.  No compiler finds this by itself; it takes a third of
   the time.  Two vectors fill the registers and hide each other's latency.  */
SUPPORT_AVX2 static inline void
fill_eight (const philox_state *state, uint64_t first, uint32_t *word)
{
  const __m256i multiplier_0 = _mm256_set1_epi64x (MULTIPLIER_0);
  const __m256i multiplier_1 = _mm256_set1_epi64x (MULTIPLIER_1);
  __m256i w0[2], w1[2], w2[2], w3[2];
  uint32_t key_0 = state->key[0], key_1 = state->key[1];

#pragma GCC unroll 2
  for (int v = 0; v < 2; v++)
    {
      w0[v] = _mm256_add_epi64 (
          _mm256_set1_epi64x ((long long) (first + 4 * (uint64_t) v)),
          _mm256_set_epi64x (3, 2, 1, 0));
      w1[v] = _mm256_srli_epi64 (w0[v], 32);
      w2[v] = _mm256_set1_epi64x ((long long) state->index);
      w3[v] = _mm256_srli_epi64 (w2[v], 32);
    }
  for (int round = 0; round < ROUNDS; round++)
    {
      const __m256i round_key_0 = _mm256_set1_epi64x (key_0);
      const __m256i round_key_1 = _mm256_set1_epi64x (key_1);
#pragma GCC unroll 2
      for (int v = 0; v < 2; v++)
        {
          const __m256i product_0 = _mm256_mul_epu32 (w0[v], multiplier_0);
          const __m256i product_1 = _mm256_mul_epu32 (w2[v], multiplier_1);
          w0[v] = _mm256_xor_si256 (_mm256_srli_epi64 (product_1, 32),
                                    _mm256_xor_si256 (w1[v], round_key_0));
          w2[v] = _mm256_xor_si256 (_mm256_srli_epi64 (product_0, 32),
                                    _mm256_xor_si256 (w3[v], round_key_1));
          w1[v] = product_1;
          w3[v] = product_0;
        }
      key_0 += WEYL_0;
      key_1 += WEYL_1;
    }
#pragma GCC unroll 2
  for (int v = 0; v < 2; v++)
    {
      /* Words 0 and 1, and 2 and 3, of each block.  */
      const __m256i low =
          _mm256_blend_epi32 (w0[v], _mm256_slli_epi64 (w1[v], 32), 0xAA);
      const __m256i high =
          _mm256_blend_epi32 (w2[v], _mm256_slli_epi64 (w3[v], 32), 0xAA);
      const __m256i even = _mm256_unpacklo_epi64 (low, high);
      const __m256i odd = _mm256_unpackhi_epi64 (low, high);
      __m256i *to = (__m256i *) (void *) (word + 16 * v);
      _mm256_storeu_si256 (to, _mm256_permute2x128_si256 (even, odd, 0x20));
      _mm256_storeu_si256 (to + 1, _mm256_permute2x128_si256 (even, odd, 0x31));
    }
}

SUPPORT_AVX2 static void
fill_with_vectors (philox_state *state)
{
  for (unsigned int k = 0; k < PHILOX_BLOCKS; k += 8)
    fill_eight (state, state->block + k, state->word + 4 * k);
}
#endif

void
support_philox_refill (philox_state *state)
{
#ifdef SUPPORT_AVX2
  if (SUPPORT_HAS_AVX2 ())
    fill_with_vectors (state);
  else
#endif
    support_philox_fill (state);
  state->block += PHILOX_BLOCKS;
  state->next = 0;
}

static unsigned long
philox_get (void *state)
{
  return philox_word (state);
}

/* In [0, 1), multiples of 2^-53, as GSL expects.  */
static double
philox_get_double (void *state)
{
  const uint64_t high = philox_word (state) >> 5;
  const uint64_t low = philox_word (state) >> 6;
  return (double) (high * 67108864u + low) * 0x1p-53;
}

static void
philox_name (philox_state *state, uint64_t seed, uint64_t index)
{
  state->key[0] = (uint32_t) seed;
  state->key[1] = (uint32_t) (seed >> 32);
  state->index = index;
  state->block = 0;
  state->next = PHILOX_WORDS;
}

static void
philox_set (void *state, unsigned long seed)
{
  philox_name (state, seed, 0);
}

static const gsl_rng_type philox_type = {
  "philox4x32-10", 0xFFFFFFFFul,     0, sizeof (philox_state), philox_set,
  philox_get,      philox_get_double
};

const gsl_rng_type *const support_stream_type = &philox_type;

void
support_stream_rewind (gsl_rng *stream, uint64_t seed, uint64_t index)
{
  philox_name (stream->state, seed, index);
}

gsl_rng *
support_stream_create (uint64_t seed, uint64_t index)
{
  gsl_rng *stream = gsl_rng_alloc (support_stream_type);
  if (stream)
    support_stream_rewind (stream, seed, index);
  return stream;
}

double
support_stream_uniform (gsl_rng *stream)
{
  /* Half a step up: the 2^53 values are centred, so neither end occurs.  */
  return philox_get_double (stream->state) + 0x1p-54;
}
