/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/stream_private.h"

/* Ten rounds for all blocks side by side.  */
void
support_philox_refill (philox_state *state)
{
  const uint32_t multiplier_0 = 0xD2511F53u, multiplier_1 = 0xCD9E8D57u;
  const uint32_t weyl_0 = 0x9E3779B9u, weyl_1 = 0xBB67AE85u;
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
  for (int round = 0; round < 10; round++)
    {
#ifdef _OPENMP
#pragma omp simd
#endif
      for (size_t i = 0; i < PHILOX_BLOCKS; i++)
        {
          const uint64_t product_0 = (uint64_t) multiplier_0 * w0[i];
          const uint64_t product_1 = (uint64_t) multiplier_1 * w2[i];
          w0[i] = (uint32_t) (product_1 >> 32) ^ w1[i] ^ key_0;
          w2[i] = (uint32_t) (product_0 >> 32) ^ w3[i] ^ key_1;
          w1[i] = (uint32_t) product_1;
          w3[i] = (uint32_t) product_0;
        }
      key_0 += weyl_0;
      key_1 += weyl_1;
    }
  for (size_t i = 0; i < PHILOX_BLOCKS; i++)
    {
      state->word[4 * i] = w0[i];
      state->word[4 * i + 1] = w1[i];
      state->word[4 * i + 2] = w2[i];
      state->word[4 * i + 3] = w3[i];
    }
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
