/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many samples at once: a team of threads, each block of samples from a stream
   of its own, so that they do not depend on the number of threads.  */
#include "delay/delay_private.h"

enum
{
  BLOCK = 16384
};

typedef struct order
{
  const delay_law *law;
  uint64_t seed;
  size_t count;
  double *samples;
} order;

static support_status
draw_block (void *context, size_t block, support_team *team)
{
  const order *given = context;
  const size_t begin = block * BLOCK;
  const size_t end =
      given->count - begin < BLOCK ? given->count : begin + BLOCK;
  gsl_rng *stream = support_stream_create (given->seed, block);

  (void) team;
  if (! stream)
    return SUPPORT_MEMORY;
  for (size_t i = begin; i < end; i++)
    given->samples[i] = delay_sample (given->law, stream);
  gsl_rng_free (stream);
  return SUPPORT_OK;
}

support_status
delay_samples (const delay_law *law, uint64_t seed, size_t count,
               double *samples, size_t threads, const support_hooks *hooks)
{
  order given = { law, seed, count, samples };
  const size_t blocks = count / BLOCK + (count % BLOCK != 0);
  return support_team_run (draw_block, &given, blocks, threads, hooks, NULL);
}
