/* SPDX-License-Identifier: GPL-3.0-or-later */
/* usage: PROGRAM COUNT
   Tries a reader on its sound inputs, and on COUNT that were made of them by a
   few changes each: the same ones every time.  Sanitizers and the reader's own
   checks abort what goes wrong; the input is in "sdde_input" then.  */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "reader.h"

enum
{
  ROOM = 4096
};

/* splitmix64 (Steele, Lea and Flood, 2014).  */
static uint64_t
next (uint64_t *state)
{
  uint64_t z = *state += UINT64_C (0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static size_t
below (uint64_t *state, size_t limit)
{
  return (size_t) (next (state) % limit);
}

/* One change of the *SIZE bytes of INPUT.  */
static void
change (char *input, size_t *size, uint64_t *state)
{
  static const char *const token[] = { "1e999",
                                       "-1",
                                       "NaN",
                                       "inf",
                                       ":",
                                       ",",
                                       ";",
                                       "\n",
                                       "\t",
                                       "#",
                                       "\r",
                                       "0x1",
                                       "18446744073709551616",
                                       "4294967297:1",
                                       "1e-400",
                                       "end",
                                       "start_us",
                                       "\"" };
  const size_t at = *size ? below (state, *size) : 0;
  const char *piece = token[below (state, sizeof token / sizeof *token)];
  size_t length = strlen (piece);
  switch (below (state, 4))
    {
    case 0:
      if (*size)
        input[at] = (char) below (state, 256);
      return;
    case 1:
      *size = at;
      return;
    case 2: /* again what stands there */
      piece = input + at;
      length = *size - at < 40 ? *size - at : 40;
      break;
    default:
      break;
    }
  if (*size + length > ROOM)
    return;
  char copy[64];
  memcpy (copy, piece, length);
  memmove (input + at + length, input + at, *size - at);
  memcpy (input + at, copy, length);
  *size += length;
}

static void
try_on (const char *input, size_t size)
{
  FILE *file = fopen ("sdde_input", "wb");
  if (! file || fwrite (input, 1, size, file) != size || fclose (file) != 0)
    abort ();
  (void) LLVMFuzzerTestOneInput ((const uint8_t *) input, size);
}

int
main (int count, char **arguments)
{
  if (count != 2)
    {
      fprintf (stderr, "usage: %s COUNT\n", arguments[0]);
      return 2;
    }
  const size_t trials = strtoul (arguments[1], NULL, 10);
  size_t seeds = 0;
  for (; reader_seed[seeds]; seeds++)
    try_on (reader_seed[seeds], strlen (reader_seed[seeds]));
  static char input[ROOM];
  for (size_t k = 0; k < trials; k++)
    {
      uint64_t state = k;
      const char *seed = reader_seed[below (&state, seeds)];
      size_t size = strlen (seed);
      memcpy (input, seed, size);
      for (size_t again = 1 + below (&state, 6); again > 0; again--)
        change (input, &size, &state);
      try_on (input, size);
    }
  remove ("sdde_input");
  printf ("%zu passed, 0 failed\n", trials + seeds);
  return 0;
}
