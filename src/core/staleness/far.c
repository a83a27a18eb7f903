/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Own cycles with a heavy tail may last a million others, and a staleness may
   have any number of values: the renewal model cannot look at all of them, and
   need not at the longest of those where it goes by grids and moments.

   In a cycle of length t the others make rate * t updates on average with a
   variance V(t), so that a law of T that is smooth over sqrt(V)/rate gives
     P(tau = j) = P(T in the cell of j) + (V f)''/(2 rate^3) + ...,
   where f'' is of the order of the squared hazard h = f/P(T > t) times f.  From
   the reach on the first term stands for all.  What is left out is
     P(T > 3/4 reach) V(reach) max (h, 4/reach)^2 / rate^2
   or so: the change is gradual over a quarter of the reach, which is the scale
   of the other factor.  */
#include "staleness/staleness_private.h"

#include <math.h>

static const double begins = 0.75; /* of the reach */

static double
others (const staleness_view *view, size_t c)
{
  const size_t workers = view->system->class[c].workers;
  return (double) (c == view->self && workers > 0 ? workers - 1 : workers);
}

/* Var min (T, t)/(E T)^2, whose second moment is 2 int_0^t x P(T > x) dx, over
   log x.  */
static double
bounded_cv2 (const delay_law *law, double t)
{
  const double mean = delay_mean (law), step = 0.05, least = -8.0;
  double second = 0.0;
  if (isfinite (delay_cv2 (law)))
    return delay_cv2 (law);
  for (double log_x = log (t / mean); log_x > least; log_x -= step)
    {
      const double x = exp (log_x);
      second += 2.0 * step * x * x * (1.0 - delay_cdf (law, x * mean));
    }
  return second;
}

/* Of the others' updates in a window of length t, in which no cycle of infinite
   variance counts as longer than it.  */
static double
spread (const staleness_view *view, double t)
{
  double variance = 0.0;
  for (size_t c = 0; c < view->system->classes; c++)
    if (others (view, c) > 0.0)
      {
        const staleness_cycle *cycle = &view->cycle[c];
        const double kept = view->kept[c];
        const double cv2 = bounded_cv2 (cycle->law, t);
        variance += others (view, c) * t / cycle->interval * kept
                    * (1.0 - kept + kept * cv2);
      }
  return variance;
}

double
staleness_far_error (const staleness_view *view, double reach)
{
  const delay_law *own = view->cycle[view->self].delay;
  const double rate = staleness_view_rate (view);
  const double tail = 1.0 - delay_cdf (own, begins * reach);
  const double hazard = delay_pdf (own, begins * reach) / tail;
  const double scale = fmax (hazard, 4.0 / reach) / rate;
  return tail > 0.0 ? tail * spread (view, reach) * scale * scale : 0.0;
}

/* The renewal counts of all classes have closed forms.  */
static bool
closed (const staleness_view *view)
{
  bool all = true;
  for (size_t c = 0; all && c < view->system->classes; c++)
    all = others (view, c) == 0.0 || delay_sums_closed (view->cycle[c].law);
  return all;
}

static bool
heavy (const staleness_view *view)
{
  return delay_abscissa (view->cycle[view->self].delay) >= 0.0;
}

double
staleness_far_reach (const staleness_view *view)
{
  const double rare = 1e-4, negligible = 1e-7, longest = 2e3;
  const delay_law *own = view->cycle[view->self].delay;
  const double mean = delay_mean (own), rate = staleness_view_rate (view);
  const double threshold = view->system->threshold;
  double reach = delay_quantile (own, 1.0 - rare) / begins;
  if (rate == 0.0 || (! heavy (view) && closed (view)))
    return INFINITY;
  while (reach < longest * mean
         && staleness_far_error (view, reach) > negligible)
    reach *= 1.1;
  /* As long as it takes to pass a threshold.  */
  if (isfinite (threshold))
    reach = fmax (reach, fmin (2.0 * (threshold + 1.0) / rate, 1e3 * mean));
  return reach < delay_supremum (own) ? reach : INFINITY;
}

double
staleness_far_share (const staleness_view *view, double t)
{
  if (t <= begins * view->reach)
    return 0.0;
  if (t >= view->reach)
    return 1.0;
  const double x = (t / view->reach - begins) / (1.0 - begins);
  return x * x * (3.0 - 2.0 * x);
}

support_status
staleness_far_pmf (const staleness_view *view, staleness_values *pmf,
                   double *variance, support_failure *failure)
{
  const double rare = heavy (view) ? 1e-9 : 1e-16; /* need not be listed */
  const delay_law *own = view->cycle[view->self].delay;
  const double rate = staleness_view_rate (view);
  const double most =
      fmin (view->system->threshold, (double) STALENESS_MOST_VALUES - 1.0);
  const double last =
      fmin (most, rate * fmax (view->reach, delay_quantile (own, 1.0 - rare)));
  double j = floor (begins * view->reach * rate);
  double below = delay_cdf (own, (j - 0.5) / rate);
  for (; j <= last; j++)
    {
      const double here = delay_cdf (own, (j + 0.5) / rate);
      if (! staleness_values_reach (pmf, (size_t) j))
        return support_fail_memory (failure);
      pmf->value[(size_t) j] +=
          staleness_far_share (view, j / rate) * (here - below);
      below = here;
    }
  pmf->beyond = 1.0 - below;
  for (size_t i = 0; i < view->rule->count; i++)
    {
      const double t = view->rule->node[i];
      *variance += view->rule->weight[i] * staleness_far_share (view, t)
                   * spread (view, t);
    }
  return SUPPORT_OK;
}
