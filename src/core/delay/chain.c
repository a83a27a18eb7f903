/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chain with two more states, one for having left and one that counts the
   time spent there: v exp (Q t) then holds the distribution function and its
   integral.  With the fastest rate r, exp (Q t) = exp (-r t) exp ((Q + r I) t)
   is a sum of products of numbers >= 0, so that nothing cancels, however small
   (uniformisation: W. J. Stewart, "Introduction to the Numerical Solution of
   Markov Chains", 1994, section 8.2).  Powers by squaring: a time is a sum of
   some of them.  */
#include "delay/chain.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum
{
  MOST_POWERS = 62,
  TERMS = 24 /* of exp (x), 0 <= x <= 1 */
};

/* What is not 0 in a column of a matrix: most of the phases lead to few.  */
typedef struct entry
{
  size_t row;
  double value;
} entry;

struct delay_chain
{
  size_t phases, size; /* the size is phases + 2 */
  double rate;
  double *start;  /* size */
  double *exit;   /* phases */
  size_t *column; /* where those of each column begin, and where they end */
  entry *uniform; /* of I + Q / rate */
  int powers;
  double *power; /* exp (Q 2^k / rate), k = 0 .. powers - 1 */
};

/* to = from A, rows.  */
static void
apply (size_t n, const double *from, const double *a, double *to)
{
  for (size_t j = 0; j < n; j++)
    {
      double sum = 0.0;
      for (size_t i = 0; i < n; i++)
        sum += from[i] * a[i + n * j];
      to[j] = sum;
    }
}

/* to = from (I + Q / rate).  */
static void
apply_uniform (const delay_chain *chain, const double *from, double *to)
{
  for (size_t j = 0; j < chain->size; j++)
    {
      double sum = 0.0;
      for (size_t e = chain->column[j]; e < chain->column[j + 1]; e++)
        sum += from[chain->uniform[e].row] * chain->uniform[e].value;
      to[j] = sum;
    }
}

/* row = row exp (Q x / rate) for 0 <= x <= 1; TERM and NEXT are room.  */
static void
advance (const delay_chain *chain, double x, double *row, double *term,
         double *next)
{
  const size_t n = chain->size;
  memcpy (term, row, n * sizeof *row);
  for (int k = 1; k < TERMS; k++)
    {
      apply_uniform (chain, term, next);
      for (size_t j = 0; j < n; j++)
        {
          term[j] = next[j] * x / k;
          row[j] += term[j];
        }
    }
  for (size_t j = 0; j < n; j++)
    row[j] *= exp (-x);
}

/* What rounding does to a row would be squared again and again: its sum, but
   for the time spent, is 1.  */
static void
normalise (const delay_chain *chain, double *a)
{
  const size_t n = chain->size;
  for (size_t i = 0; i + 1 < n; i++)
    {
      double sum = 0.0;
      for (size_t j = 0; j + 1 < n; j++)
        sum += a[i + n * j];
      for (size_t j = 0; j + 1 < n; j++)
        a[i + n * j] /= sum;
    }
}

static support_status
fill_powers (delay_chain *chain)
{
  const size_t n = chain->size, square = n * n;
  double *room = support_doubles (3 * n);
  if (! room)
    return SUPPORT_MEMORY;
  for (size_t i = 0; i < n; i++)
    {
      memset (room, 0, n * sizeof *room);
      room[i] = 1.0;
      advance (chain, 1.0, room, room + n, room + 2 * n);
      for (size_t j = 0; j < n; j++)
        chain->power[i + n * j] = room[j];
    }
  normalise (chain, chain->power);
  for (int k = 1; k < chain->powers; k++)
    {
      const double *half = chain->power + (size_t) (k - 1) * square;
      double *whole = chain->power + (size_t) k * square;
      for (size_t j = 0; j < n; j++)
        for (size_t l = 0; l < n; l++)
          if (half[l + n * j] > 0.0)
            for (size_t i = 0; i < n; i++)
              whole[i + n * j] += half[i + n * l] * half[l + n * j];
      normalise (chain, whole);
    }
  free (room);
  return SUPPORT_OK;
}

/* I + Q / rate of the phases and the two states behind them.  */
static void
fill_uniform (delay_chain *chain, const delay_phases *phases)
{
  const size_t m = chain->phases, n = chain->size;
  size_t count = 0;
  for (size_t j = 0; j < n; j++)
    {
      chain->column[j] = count;
      for (size_t i = 0; i < n; i++)
        {
          double value = i == j || (i == m && j == m + 1) ? 1.0 : 0.0;
          if (i < m && j < m)
            value += phases->generator[i + m * j] / chain->rate;
          else if (i < m && j == m)
            value = phases->exit[i] / chain->rate;
          if (value != 0.0)
            chain->uniform[count++] = (entry){ i, value };
        }
    }
  chain->column[n] = count;
}

support_status
delay_chain_create (const delay_phases *phases, double abscissa,
                    delay_chain **chain)
{
  const size_t m = phases->count, n = m + 2;
  support_status status = SUPPORT_OK;
  delay_chain *made = calloc (1, sizeof *made);
  *chain = NULL;
  if (! made)
    return SUPPORT_MEMORY;
  made->phases = m;
  made->size = n;
  for (size_t i = 0; i < m; i++)
    made->rate = fmax (made->rate, -phases->generator[i + m * i]);
  made->powers = 1;
  while (made->powers < MOST_POWERS
         && ldexp (-abscissa, made->powers) < 800.0 * made->rate)
    made->powers++;
  made->start = support_doubles (n);
  made->exit = support_doubles (m);
  made->column = calloc (n + 1, sizeof *made->column);
  made->uniform = calloc (n * n, sizeof *made->uniform);
  made->power = support_doubles (n * n * (size_t) made->powers);
  if (! made->start || ! made->exit || ! made->column || ! made->uniform
      || ! made->power)
    status = SUPPORT_MEMORY;
  else
    {
      for (size_t i = 0; i < m; i++)
        {
          made->start[i] = phases->alpha[i];
          made->exit[i] = phases->exit[i];
        }
      fill_uniform (made, phases);
      status = fill_powers (made);
    }
  if (status == SUPPORT_OK)
    *chain = made;
  else
    delay_chain_free (made);
  return status;
}

void
delay_chain_free (delay_chain *chain)
{
  if (! chain)
    return;
  free (chain->start);
  free (chain->exit);
  free (chain->column);
  free (chain->uniform);
  free (chain->power);
  free (chain);
}

void
delay_chain_at (const delay_chain *chain, double t, double *density,
                double *left, double *integral)
{
  enum
  {
    USUAL = 40
  };
  const size_t n = chain->size, m = chain->phases;
  const double x = t * chain->rate;
  double usual[3 * USUAL];
  double *row = n > USUAL ? support_doubles (3 * n) : usual;
  if (! row)
    {
      *density = *left = *integral = NAN;
      return;
    }
  double *now = row, *next = row + n;
  memcpy (now, chain->start, n * sizeof *now);
  now[m] = now[m + 1] = 0.0;
  if (x < ldexp (1.0, chain->powers))
    {
      uint64_t whole = (uint64_t) x;
      advance (chain, x - (double) whole, now, next, row + 2 * n);
      for (int k = 0; whole; k++, whole >>= 1)
        if (whole & 1)
          {
            apply (n, now, chain->power + (size_t) k * n * n, next);
            double *swap = now;
            now = next;
            next = swap;
          }
      *density = 0.0;
      for (size_t i = 0; i < m; i++)
        *density += now[i] * chain->exit[i];
      *left = fmin (now[m], 1.0);
      *integral = now[m + 1] / chain->rate;
    }
  else
    {
      *density = 0.0;
      *left = 1.0;
      *integral = NAN; /* t - mean: the caller knows the mean */
    }
  if (row != usual)
    free (row);
}
