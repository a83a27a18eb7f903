/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ring of what a group of paths has been, and averages over it.  A law with
   a density has hundreds of lags, and then this is what a step costs: the
   distant past is read for several steps at once.  */
#include "equation/paths_private.h"
#include "support/wide.h"

#include <string.h>

/* OUT[b] += sum over ages i of WEIGHT[i + b] X[i] or X[i]^2, for the rows X of
   four ages and OUT of PATHS_AHEAD steps.  */
SUPPORT_INLINE void
add_four_ages (const double *const x[4], bool squares, const double *weight,
               size_t n, double *out)
{
  double *out_1 = out + n, *out_2 = out_1 + n, *out_3 = out_2 + n;
  const double *x_0 = x[0], *x_1 = x[1], *x_2 = x[2], *x_3 = x[3];
  const double w_0 = weight[0], w_1 = weight[1], w_2 = weight[2];
  const double w_3 = weight[3], w_4 = weight[4], w_5 = weight[5];
  const double w_6 = weight[6];
  FOR_LANES (p, n)
  {
    const double a = squares ? x_0[p] * x_0[p] : x_0[p];
    const double b = squares ? x_1[p] * x_1[p] : x_1[p];
    const double c = squares ? x_2[p] * x_2[p] : x_2[p];
    const double d = squares ? x_3[p] * x_3[p] : x_3[p];
    out[p] += (w_0 * a + w_1 * b) + (w_2 * c + w_3 * d);
    out_1[p] += (w_1 * a + w_2 * b) + (w_3 * c + w_4 * d);
    out_2[p] += (w_2 * a + w_3 * b) + (w_4 * c + w_5 * d);
    out_3[p] += (w_3 * a + w_4 * b) + (w_5 * c + w_6 * d);
  }
}

SUPPORT_INLINE void
add_ages (const double *const x[4], bool squares, const double *weight,
          size_t n, double *out)
{
  if (squares)
    add_four_ages (x, true, weight, n, out);
  else
    add_four_ages (x, false, weight, n, out);
}

SUPPORT_WIDE static void
add_ages_wide (const double *const x[4], bool squares, const double *weight,
               size_t n, double *out)
{
  add_ages (x, squares, weight, n, out);
}

/* What the distant past of RING, or its squares, gives to this step and the
   next ones: each of its values is read once for all of them.  */
static void
read_distant (const paths_group *group, const paths_delay *delay, double *ring,
              bool squares, double *ahead)
{
  _Static_assert(PATHS_AHEAD == 4, "add_four_ages");
  const size_t n = paths_row_size (group);
  const size_t last = delay->lag[delay->entries - 1];
  memset (ahead, 0, PATHS_AHEAD * n * sizeof *ahead);
  for (size_t age = 1; age <= last; age += 4)
    {
      const double *row[4];
      /* Beyond the last lag weights are 0, of whichever row.  */
      for (size_t i = 0; i < 4; i++)
        row[i] = paths_row_at (group, ring, age + i <= last ? age + i : last);
      if (group->setting->wide)
        add_ages_wide (row, squares, delay->distant + age, n, ahead);
      else
        add_ages (row, squares, delay->distant + age, n, ahead);
    }
}

void
paths_gather (const paths_group *group, size_t d, size_t k, double *ring,
              bool squares, size_t skip, double *out)
{
  const paths_delay *delay = &group->setting->delay[d];
  const size_t n = paths_row_size (group), b = k % PATHS_AHEAD;
  const size_t place = squares ? group->setting->delays : d;
  double *ahead = group->ahead + place * PATHS_AHEAD * n;
  if (delay->distant && b == 0)
    read_distant (group, delay, ring, squares, ahead);
  if (delay->distant)
    memcpy (out, ahead + b * n, n * sizeof *out);
  else
    memset (out, 0, n * sizeof *out);
  for (size_t e = 0; e < delay->near; e++)
    if (delay->lag[e] >= skip)
      {
        const double *row = paths_row_at (group, ring, delay->lag[e]);
        const double weight = delay->weight[e];
        if (squares)
          FOR_LANES (p, n) out[p] += weight * row[p] * row[p];
        else
          FOR_LANES (p, n) out[p] += weight * row[p];
      }
}
