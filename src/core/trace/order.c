/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting a million gradients, several times: by digits, the last one first
   (Knuth, The Art of Computer Programming 3, section 5.2.5).  It keeps the
   order of equal ones, and takes a pass for each digit that differs: workers of
   which there are few cost next to nothing.  */
#include "trace/trace_private.h"

#include <stdlib.h>
#include <string.h>

enum
{
  BITS = 11, /* of a digit: counts that stay in the nearest cache */
  DIGITS = (64 + BITS - 1) / BITS,
  VALUES = 1 << BITS
};

typedef struct keyed
{
  uint64_t key;
  size_t place;
} keyed;

/* Whole numbers in the order of finite doubles, 0 and -0 being one.  */
static uint64_t
bits_of (double value)
{
  const uint64_t sign = UINT64_C (1) << 63;
  const double one_zero = value + 0.0;
  uint64_t bits;
  memcpy (&bits, &one_zero, sizeof bits);
  return (bits & sign) ? ~bits : (bits | sign);
}

static size_t
digit_of (uint64_t key, int digit)
{
  return (key >> (digit * BITS)) & (VALUES - 1);
}

static void
sort (keyed **from, keyed **to, size_t count, size_t (*histogram)[VALUES])
{
  for (size_t i = 0; i < count; i++)
    for (int d = 0; d < DIGITS; d++)
      histogram[d][digit_of ((*from)[i].key, d)]++;
  for (int d = 0; d < DIGITS; d++)
    {
      size_t *const begin = histogram[d];
      if (begin[digit_of ((*from)[0].key, d)] == count)
        continue; /* all alike */
      for (size_t v = 0, sum = 0; v < VALUES; v++)
        {
          const size_t size = begin[v];
          begin[v] = sum;
          sum += size;
        }
      for (size_t i = 0; i < count; i++)
        (*to)[begin[digit_of ((*from)[i].key, d)]++] = (*from)[i];
      keyed *const swap = *from;
      *from = *to;
      *to = swap;
    }
}

support_status
trace_order (const trace_gradient *gradient, size_t count, trace_key key,
             size_t *order, support_failure *failure)
{
  keyed *from = calloc (count, sizeof *from);
  keyed *to = calloc (count, sizeof *to);
  size_t (*histogram)[VALUES] = calloc (DIGITS, sizeof *histogram);
  support_status status = SUPPORT_OK;
  if (! from || ! to || ! histogram)
    status = support_fail_memory (failure);
  else
    {
      for (size_t i = 0; i < count; i++)
        from[i] = (keyed){ bits_of (key (&gradient[order[i]])), order[i] };
      sort (&from, &to, count, histogram);
      for (size_t i = 0; i < count; i++)
        order[i] = from[i].place;
    }
  free (from);
  free (to);
  free (histogram);
  return status;
}

size_t *
trace_places (size_t count)
{
  size_t *order = calloc (count, sizeof *order);
  for (size_t i = 0; order && i < count; i++)
    order[i] = i;
  return order;
}

double
trace_worker_of (const trace_gradient *gradient)
{
  return gradient->worker;
}

double
trace_start_of (const trace_gradient *gradient)
{
  return gradient->start;
}

double
trace_end_of (const trace_gradient *gradient)
{
  return gradient->end;
}

double
trace_cycle_of (const trace_gradient *gradient)
{
  return gradient->end - gradient->start;
}
