/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a path first reaches a level, between grid points too.

   Within a step of length h a path is taken for a Brownian bridge of the
   step's noise, of variance v.  From a > 0 above the level to y above it, it
   has been there with probability exp (-2 a y / v) (reflection).  If it has,
   or ends below (y < 0), the time of its first visit is s = u h / (u + h) with
   u the first time of a Brownian motion that starts at a with the drift
   -|y|/h: inverse Gaussian of mean a h / |y| and shape a^2 h / v (change of
   time of the bridge), drawn by Michael, Schucany and Haas (Am. Statistician
   30, 1976).  */
#include "equation/paths_private.h"
#include "support/normal.h"

#include <math.h>

static double
inverse_gaussian (gsl_rng *stream, double mean, double shape)
{
  double normal;
  support_stream_normals (stream, &normal, 1);
  const double r = mean * normal * normal / shape;
  /* The smaller root in a form without cancellation.  */
  const double small = mean / (1.0 + 0.5 * r + sqrt (r + 0.25 * r * r));
  return support_stream_uniform (stream) <= mean / (mean + small)
             ? small
             : mean * (mean / small);
}

/* The time in the step, or INFINITY.  */
static double
first_visit (gsl_rng *stream, double a, double y, double step, double variance)
{
  if (! isfinite (y))
    return INFINITY;
  if (! (variance > 0.0))
    return y <= 0.0 ? step * a / (a - y) : INFINITY;
  if (y > 0.0)
    {
      const double exponent = 2.0 * a * y / variance;
      if (exponent > 40.0 || support_stream_uniform (stream) > exp (-exponent))
        return INFINITY;
    }
  const double u = inverse_gaussian (
      stream, a * step / fmax (fabs (y), 1e-9 * a), a * a * step / variance);
  return isfinite (u) ? u * step / (u + step) : step;
}

size_t
paths_group_hits (paths_group *group, const double *after, size_t k,
                  size_t used)
{
  const paths_setting *setting = group->setting;
  const equation_paths_plan *plan = setting->plan;
  const size_t n = setting->states, stride = setting->stride;
  const double *before = group->before;
  size_t left = 0;

  for (size_t i = 0; i < n; i++)
    for (size_t p = 0; p < setting->lanes; p++)
      {
        const size_t at = i * stride + p;
        const double level = plan->level[i];
        const double from = before[at], to = after[at];
        if (isfinite (group->hit[at]))
          continue;
        const double a = fabs (from) - level;
        const double y = from > 0.0 ? to - level : -to - level;
        const double spread = group->spread[at];
        const double visit = first_visit (group->other[p / PATHS_BLOCK], a, y,
                                          plan->step, spread * spread);
        if (isfinite (visit))
          group->hit[at] = (double) k * plan->step + visit;
        else
          left += p < used;
      }
  return left;
}
