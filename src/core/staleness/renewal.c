/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The renewal model's pmf.  The characteristic functions of the others'
   updates, one for each node of the cycle, add up on a circle that holds a
   stretch of values, and one inverse transform gives the stretch.  What the
   circle wraps around is what staleness_sum_window leaves out.  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_fft_halfcomplex.h>

enum
{
  SHORTEST = 128,      /* circle */
  WINDOWS_IN_BLOCK = 2 /* that fit a circle when it is begun */
};

typedef struct stretch
{
  double origin; /* of the stretch */
  size_t length; /* 0: none is begun */
  double *circle, *real, *imaginary, *values;
} stretch;

static void
block_clear (stretch *block)
{
  free (block->circle);
  free (block->real);
  free (block->imaginary);
  free (block->values);
}

static support_status
block_begin (stretch *block, double lowest, double highest,
             support_failure *failure)
{
  size_t length = SHORTEST;
  while ((double) length < WINDOWS_IN_BLOCK * (highest - lowest + 1.0))
    length *= 2;
  block->origin = lowest;
  if (length != block->length)
    {
      block_clear (block);
      block->circle = staleness_circle (length);
      block->real = support_doubles (length / 2 + 1);
      block->imaginary = support_doubles (length / 2 + 1);
      block->values = support_doubles (length);
      block->length = length;
    }
  if (! block->circle || ! block->real || ! block->imaginary || ! block->values)
    return support_fail_memory (failure);
  for (size_t m = 0; m <= length / 2; m++)
    block->real[m] = block->imaginary[m] = 0.0;
  return SUPPORT_OK;
}

static support_status
block_end (stretch *block, staleness_values *pmf, support_failure *failure)
{
  const size_t half = block->length / 2;
  for (size_t m = 0; m <= half; m++)
    {
      block->values[m] = block->real[m];
      if (m > 0 && m < half)
        block->values[block->length - m] = block->imaginary[m];
    }
  gsl_fft_halfcomplex_radix2_inverse (block->values, 1, block->length);
  double rounding = 0.0;
  for (size_t i = 0; i < block->length; i++)
    rounding = fmax (rounding, 2e-16 * block->values[i]);
  for (size_t i = 0; i < block->length; i++)
    {
      const double j = block->origin + (double) i;
      if (! (block->values[i] > rounding)
          || j >= (double) STALENESS_MOST_VALUES)
        continue;
      if (! staleness_values_reach (pmf, (size_t) j))
        return support_fail_memory (failure);
      pmf->value[(size_t) j] += block->values[i];
    }
  return SUPPORT_OK;
}

support_status
staleness_renewal_pmf_of_sum (staleness_view *view, staleness_values *pmf,
                              support_failure *failure)
{
  stretch block = { .length = 0 };
  double lowest, highest;
  staleness_sum_window (&view->sum, &lowest, &highest);
  support_status status = block_begin (&block, lowest, highest, failure);
  if (status == SUPPORT_OK)
    status = staleness_sum_add_transform (&view->sum, 1.0, block.origin,
                                          block.length, block.circle,
                                          block.real, block.imaginary, failure);
  if (status == SUPPORT_OK)
    status = block_end (&block, pmf, failure);
  block_clear (&block);
  return status;
}

/* Var tau = E Var (tau | T) + Var E (tau | T), and E (tau | T) = rate * T.  */
support_status
staleness_renewal_pmf (staleness_view *view, staleness_values *pmf,
                       double *variance, support_failure *failure)
{
  const delay_law *own = view->cycle[view->self].delay;
  const double most =
      fmin (view->system->threshold, (double) STALENESS_MOST_VALUES - 1.0);
  const double met = staleness_view_rate (view) * delay_mean (own);
  support_status status = SUPPORT_OK;
  stretch block = { .length = 0 };
  bool begun = false;

  *variance = met * met * delay_cv2 (own);
  for (size_t i = 0; status == SUPPORT_OK && i < view->rule->count; i++)
    {
      const double far = staleness_far_share (view, view->rule->node[i]);
      const double weight = (1.0 - far) * view->rule->weight[i];
      double lowest, highest;
      if (far >= 1.0)
        break;
      status = staleness_view_sum_at_node (view, i, failure);
      if (status != SUPPORT_OK)
        break;
      *variance += weight * staleness_sum_variance (&view->sum);
      staleness_view_progress (view, (double) i / (double) view->rule->count);
      staleness_sum_window (&view->sum, &lowest, &highest);
      if (lowest > most)
        continue;
      if (begun
          && (lowest < block.origin
              || highest >= block.origin + (double) block.length))
        {
          status = block_end (&block, pmf, failure);
          begun = false;
        }
      if (status == SUPPORT_OK && ! begun)
        {
          status = block_begin (&block, lowest, highest, failure);
          begun = true;
        }
      if (status == SUPPORT_OK)
        status = staleness_sum_add_transform (
            &view->sum, weight, block.origin, block.length, block.circle,
            block.real, block.imaginary, failure);
    }
  if (status == SUPPORT_OK && begun)
    status = block_end (&block, pmf, failure);
  if (status == SUPPORT_OK && isfinite (view->reach))
    status = staleness_far_pmf (view, pmf, variance, failure);
  block_clear (&block);
  return status;
}
