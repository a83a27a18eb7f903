/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a stream, for the samplers that draw many numbers at once.  */

#ifndef SDDE_SUPPORT_STREAM_PRIVATE_H
#define SDDE_SUPPORT_STREAM_PRIVATE_H

#include "support/support.h"

/* How many blocks of four words are made at a time: enough to fill the vector
   registers of the processor.  */
enum
{
  PHILOX_BLOCKS = 16,
  PHILOX_WORDS = 4 * PHILOX_BLOCKS
};

/* The key is the seed, the upper half of the counter the index, the lower half
   counts blocks.  */
typedef struct philox_state
{
  uint32_t key[2];
  uint64_t index;
  uint64_t block;    /* the next to be made */
  unsigned int next; /* first unused word; PHILOX_WORDS: none left */
  uint32_t word[PHILOX_WORDS];
} philox_state;

/* The words of the next blocks, by loops that any processor runs.  */
void support_philox_fill (philox_state *state);
/* The same in the best way that this processor has, and on to the first.  */
void support_philox_refill (philox_state *state);

static inline uint32_t
philox_word (philox_state *state)
{
  if (state->next == PHILOX_WORDS)
    support_philox_refill (state);
  return state->word[state->next++];
}

#endif
