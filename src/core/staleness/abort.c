/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers whose staleness passes the threshold S begin anew at once.

   With the updates N(t) of the others in a stretch t of a worker's cycle,
   P(t) = P(N(t) <= S), the cycle lasts C = min (T, G) where P(G > t) = P(t): it
   ends in an update at t with the density f(t) P(t), and is aborted at t with
   the density g(t) = (1 - F(t)) (-P'(t)).  A worker makes updates once in a
   time E C/p, p = int f P.  The law of the others' updates closes the circle:

   Poisson: of the rate nu = sum of p/E C, so that P(t) = P(Pois(nu t) <= S).

   Renewal: the time from one update of a worker to its next is a number of
   aborted cycles and one that is not, of density u = f P + g * u, and each of
   the others is the stationary renewal process of these times.  The renewal
   equation is solved on a grid, on which T moves to either neighbour with the
   probabilities that keep its mean, and so are the counts (counts_grid.c).
   Exponential workers make a Poisson process whatever is aborted: nothing is
   approximated there.

   Both take the others for independent of the own cycle, although an abort
   happens at an update of another.  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_interp.h>

enum
{
  SAMPLES = 257,       /* of P(t) */
  FEWEST_STEPS = 1024, /* of the grid */
  MOST_STEPS = 1 << 14,
  MOST_ROUNDS = 400 /* of the iteration */
};

/* ---- the iteration ---------------------------------------------------- */

/* x <- x + share (F(x) - x), with a share that shrinks when the change does
   not.  */
typedef struct damping
{
  double share, last;
} damping;

static double
next_share (damping *of, double change)
{
  if (change > 0.9 * of->last)
    of->share = fmax (0.5 * of->share, 1.0 / 64.0);
  else
    of->share = fmin (1.05 * of->share, 0.7);
  of->last = change;
  return of->share;
}

static support_status
fail_to_settle (double change, support_failure *failure)
{
  return support_fail (failure, SUPPORT_NUMERICAL,
                       "the rates of workers that abort could not be found: "
                       "they still change by %.2g of themselves; use "
                       "asgd_simulate",
                       change);
}

/* ---- Poisson model ---------------------------------------------------- */

/* E min (t, G), G the time of event S + 1 of a Poisson process.  */
static double
mean_until (double t, double rate, double s)
{
  if (rate == 0.0)
    return t;
  return t * gsl_cdf_gamma_Q (rate * t, s + 1.0, 1.0)
         + (s + 1.0) / rate * gsl_cdf_gamma_P (rate * t, s + 2.0, 1.0);
}

/* The fraction of the cycles that are not aborted, and the mean time between
   the updates of the worker that looks.  */
static double
poisson_interval (staleness_view *view, double *passes)
{
  const staleness_cycle *cycle = &view->cycle[view->self];
  const double s = view->system->threshold, rate = staleness_view_rate (view);
  const double finished = isfinite (view->system->deadline)
                              ? delay_cdf (cycle->law, view->system->deadline)
                              : 1.0;
  double length = 0.0;
  *passes = 0.0;
  for (size_t i = 0; i < view->rule->count; i++)
    {
      const double t = view->rule->node[i], weight = view->rule->weight[i];
      *passes += weight * staleness_poisson_cdf (rate * t, s);
      length += weight * mean_until (t, rate, s);
    }
  length *= finished;
  if (finished < 1.0)
    length += (1.0 - finished) * mean_until (view->system->deadline, rate, s);
  return length / (finished * *passes);
}

/* Views on a Poisson process, and the intervals that agree with it.  */
static support_status
solve_poisson (const system_description *system, const support_hooks *hooks,
               staleness_cycle *cycle, const double *kept, staleness_view *view,
               size_t *views, support_failure *failure)
{
  const double tolerance = 1e-14;
  double interval[64], change = INFINITY; /* as many as there may be classes */
  damping damp = { 0.5, INFINITY };
  support_status status = SUPPORT_OK;
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    if (system->class[c].workers > 0)
      {
        status =
            staleness_view_create (system, cycle, c, STALENESS_POISSON, kept,
                                   hooks, NULL, &view[*views], failure);
        *views += status == SUPPORT_OK;
        if (status == SUPPORT_OK)
          status = staleness_view_make_rule (&view[*views - 1], failure);
      }
  for (int round = 0;
       status == SUPPORT_OK && round < MOST_ROUNDS && change > tolerance;
       round++)
    {
      change = 0.0;
      for (size_t i = 0; i < *views; i++)
        {
          interval[i] = poisson_interval (&view[i], &view[i].passes);
          change = fmax (
              change, fabs (log (interval[i] / cycle[view[i].self].interval)));
        }
      const double share = next_share (&damp, change);
      for (size_t i = 0; i < *views; i++)
        {
          double *own = &cycle[view[i].self].interval;
          *own *= pow (interval[i] / *own, share);
        }
    }
  /* Rounding may keep the change above.  */
  if (status == SUPPORT_OK && ! (change < 1e2 * tolerance))
    status = fail_to_settle (change, failure);
  return status;
}

/* ---- renewal model ---------------------------------------------------- */

/* One class on the grid 0, step, ..., steps * step.  */
typedef struct abort_grid
{
  size_t steps;
  double step;
  double *finish; /* of the mass of T at each point, what is by the deadline */
  double *keeps;  /* P(t) */
  double *abort;  /* the mass of g */
  double *update; /* the mass of u */
  size_t first, last;    /* abort is 0 outside */
  double passes, length; /* P(a cycle ends in an update), E C */
} abort_grid;

static void
grid_clear (abort_grid *grid)
{
  free (grid->finish);
  free (grid->keeps);
  free (grid->abort);
  free (grid->update);
}

static support_status
grid_create (const staleness_cycle *cycle, double finished, double end,
             double step, abort_grid *grid, support_failure *failure)
{
  *grid = (abort_grid){ .steps = (size_t) fmax (1.0, ceil (end / step)) };
  grid->step = end / (double) grid->steps;
  grid->finish = support_doubles (grid->steps + 1);
  grid->keeps = support_doubles (grid->steps + 1);
  grid->abort = support_doubles (grid->steps + 1);
  grid->update = support_doubles (grid->steps + 1);
  if (! grid->finish || ! grid->keeps || ! grid->abort || ! grid->update)
    return support_fail_memory (failure);
  double before = 0.0, here = 0.0;
  for (size_t i = 0; i <= grid->steps; i++)
    {
      const double t = (double) (i + 1) * grid->step;
      const double next = delay_integrated_cdf (cycle->delay, t);
      grid->finish[i] =
          finished * fmax (0.0, next - 2.0 * here + before) / grid->step;
      before = here;
      here = next;
    }
  return SUPPORT_OK;
}

/* What P(t) makes of a cycle.  Whoever is still at work at the end of the grid
   is given up there: at the deadline, or hardly ever.  */
static void
grid_weigh (abort_grid *grid)
{
  double left = 1.0;
  grid->passes = grid->length = 0.0;
  memset (grid->abort, 0, (grid->steps + 1) * sizeof *grid->abort);
  for (size_t i = 0; i <= grid->steps; i++)
    {
      const double keeps = grid->keeps[i];
      const double next = i < grid->steps ? grid->keeps[i + 1] : 0.0;
      grid->passes += grid->finish[i] * keeps;
      left = fmax (0.0, left - grid->finish[i]);
      if (i == grid->steps)
        grid->abort[i] += left * keeps;
      else
        {
          const double mass = left * fmax (0.0, keeps - next);
          grid->abort[i] += 0.5 * mass;
          grid->abort[i + 1] += 0.5 * mass;
        }
    }
  grid->first = grid->steps;
  grid->last = 0;
  for (size_t i = 0; i <= grid->steps; i++)
    {
      const double ends = grid->finish[i] * grid->keeps[i] + grid->abort[i];
      grid->length += ends * (double) i * grid->step;
      if (grid->abort[i] > 1e-18)
        {
          grid->first = i < grid->first ? i : grid->first;
          grid->last = i;
        }
    }
}

/* u = f P + g * u.  */
static void
grid_renew (abort_grid *grid)
{
  for (size_t i = 0; i <= grid->steps; i++)
    {
      double sum = grid->finish[i] * grid->keeps[i];
      const size_t first = grid->first > 0 ? grid->first : 1;
      const size_t last = grid->last < i ? grid->last : i;
      SUPPORT_SUM_IN_LANES (sum)
      for (size_t k = first; k <= last; k++)
        sum += grid->abort[k] * grid->update[i - k];
      grid->update[i] = sum / (1.0 - grid->abort[0]);
    }
}

static bool
makes_poisson (const system_description *system, size_t c)
{
  return strcmp (delay_family_name (system->class[c].cycle), "exponential") == 0
         && ! isfinite (system->deadline);
}

/* The counts of class C by what is known of its cycle.  */
static support_status
make_counts (const system_description *system, staleness_cycle *cycle, size_t c,
             abort_grid *grid, staleness_counts **counts,
             support_failure *failure)
{
  staleness_counts_free (*counts);
  *counts = NULL;
  if (makes_poisson (system, c))
    {
      cycle->interval = delay_mean (cycle->law);
      return staleness_counts_create (cycle->law, cycle->interval, 0.0, 0.0,
                                      counts, failure);
    }
  grid_renew (grid);
  cycle->interval = grid->length / grid->passes;
  return staleness_counts_create_masses (grid->update, grid->steps + 1,
                                         grid->step, cycle->interval, counts,
                                         failure);
}

/* The greatest t <= END with P(t) >= LEVEL.  */
static support_status
find_level (staleness_view *view, double level, double end, double *t,
            support_failure *failure)
{
  double low = 0.0, high = end, p;
  support_status status =
      staleness_view_cdf_at (view, end, view->system->threshold, &p, failure);
  *t = end;
  if (status != SUPPORT_OK || p >= level)
    return status;
  for (int step = 0; status == SUPPORT_OK && step < 24; step++)
    {
      const double middle = 0.5 * (low + high);
      status = staleness_view_cdf_at (view, middle, view->system->threshold, &p,
                                      failure);
      if (p >= level)
        low = middle;
      else
        high = middle;
    }
  *t = high;
  return status;
}

/* The P(t) that the counts make, on the grid: samples where it falls,
   interpolated (Steffen 1990: without new maxima).  */
static support_status
sample_keeps (staleness_view *view, const abort_grid *grid, double *keeps,
              support_failure *failure)
{
  const double end = grid->step * (double) grid->steps;
  double t[SAMPLES], p[SAMPLES], first, last = end;
  support_status status = find_level (view, 1.0 - 1e-10, end, &first, failure);
  if (status == SUPPORT_OK)
    status = find_level (view, 1e-12, end, &last, failure);
  if (status != SUPPORT_OK)
    return status;
  first = first < last ? 0.9 * first : 0.0;
  for (size_t i = 0; status == SUPPORT_OK && i < SAMPLES; i++)
    {
      t[i] = first + (last - first) * (double) i / (SAMPLES - 1);
      status = staleness_view_cdf_at (view, t[i], view->system->threshold,
                                      &p[i], failure);
      if (i > 0)
        p[i] = fmin (p[i], p[i - 1]);
    }
  gsl_interp *interpolant = gsl_interp_alloc (gsl_interp_steffen, SAMPLES);
  if (! interpolant)
    return support_fail_memory (failure);
  gsl_interp_init (interpolant, t, p, SAMPLES);
  for (size_t i = 0; status == SUPPORT_OK && i <= grid->steps; i++)
    {
      const double at = (double) i * grid->step;
      keeps[i] = at <= first  ? p[0]
                 : at >= last ? p[SAMPLES - 1] * (at > last ? 0.0 : 1.0)
                              : gsl_interp_eval (interpolant, t, p, at, NULL);
      if (last >= end && at >= last)
        keeps[i] = p[SAMPLES - 1];
    }
  gsl_interp_free (interpolant);
  return status;
}

typedef struct abort_problem
{
  const system_description *system;
  staleness_cycle *cycle;
  staleness_counts **counts;
  staleness_view *view; /* on the counts */
  size_t views;
  abort_grid *grid; /* by class */
  double *room;
  double finished[64];
} abort_problem;

/* A new P(t) of class C, mixed into the old one by SHARE; CHANGE is raised to
   that of the cycle.  */
static support_status
look_again (abort_problem *of, staleness_view *view, double share,
            double *change, support_failure *failure)
{
  abort_grid *grid = &of->grid[view->self];
  const support_status status = sample_keeps (view, grid, of->room, failure);
  const double passes = grid->passes, length = grid->length;
  if (status != SUPPORT_OK)
    return status;
  for (size_t i = 0; i <= grid->steps; i++)
    grid->keeps[i] += share * (of->room[i] - grid->keeps[i]);
  grid_weigh (grid);
  const double moved = fmax (fabs (grid->passes - passes) / grid->passes,
                             fabs (grid->length - length) / grid->length);
  *change = fmax (*change, moved / share);
  return SUPPORT_OK;
}

static support_status
iterate (abort_problem *of, support_failure *failure)
{
  const double tolerance = 1e-9;
  double change = INFINITY, share = 0.5;
  damping damp = { share, INFINITY };
  support_status status = SUPPORT_OK;
  for (int round = 0;
       status == SUPPORT_OK && round < MOST_ROUNDS && change > tolerance;
       round++)
    {
      change = 0.0;
      for (size_t i = 0; status == SUPPORT_OK && i < of->views; i++)
        {
          const size_t c = of->view[i].self;
          status = make_counts (of->system, &of->cycle[c], c, &of->grid[c],
                                &of->counts[c], failure);
        }
      for (size_t i = 0; status == SUPPORT_OK && i < of->views; i++)
        status = look_again (of, &of->view[i], share, &change, failure);
      share = next_share (&damp, change);
    }
  if (status == SUPPORT_OK && ! (change <= 1e3 * tolerance))
    status = fail_to_settle (change, failure);
  return status;
}

/* Where no worker is still at the same cycle, by the Poisson model.  */
static double
find_end (const abort_problem *of, const staleness_view *poisson)
{
  const double rare = 1e-13, s = of->system->threshold;
  const delay_law *own = of->cycle[poisson->self].delay;
  const double rate = staleness_view_rate (poisson);
  const double longest = isfinite (delay_supremum (own))
                             ? delay_supremum (own)
                             : delay_quantile (own, 1.0 - rare);
  return rate > 0.0 ? fmin (
             longest, 1.3 * gsl_cdf_gamma_Qinv (rare, s + 1.0, 1.0 / rate))
                    : longest;
}

/* Fine for the law, and for the fall of P(t).  */
static double
find_step (const abort_problem *of, const staleness_view *poisson, double end)
{
  const double parts = 64.0, s = of->system->threshold;
  const delay_law *own = of->cycle[poisson->self].delay;
  const double rate = staleness_view_rate (poisson);
  double step = end / FEWEST_STEPS;
  if (delay_cv2 (own) > 0.0)
    step = fmin (step, delay_mean (own) * sqrt (delay_cv2 (own)) / parts);
  if (rate > 0.0)
    step = fmin (step, sqrt (s + 1.0) / rate / parts);
  return fmax (step, end / MOST_STEPS);
}

static support_status
solve_on_grids (abort_problem *of, const staleness_view *poisson, double end,
                support_failure *failure)
{
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < of->views; i++)
    {
      const size_t c = of->view[i].self;
      abort_grid *grid = &of->grid[c];
      const double rate = staleness_view_rate (&poisson[i]);
      grid_clear (grid);
      status = grid_create (&of->cycle[c], of->finished[c], end,
                            find_step (of, &poisson[i], end), grid, failure);
      for (size_t k = 0; status == SUPPORT_OK && k <= grid->steps; k++)
        grid->keeps[k] = staleness_poisson_cdf (rate * (double) k * grid->step,
                                                of->system->threshold);
      if (status == SUPPORT_OK)
        grid_weigh (grid);
    }
  return status == SUPPORT_OK ? iterate (of, failure) : status;
}

/* The mass that the end of the grids cuts off.  */
static double
cut_off (const abort_problem *of)
{
  double most = 0.0;
  for (size_t i = 0; i < of->views; i++)
    {
      const abort_grid *grid = &of->grid[of->view[i].self];
      double left = of->finished[of->view[i].self];
      for (size_t k = 0; k <= grid->steps; k++)
        left -= grid->finish[k];
      most = fmax (most, left * grid->keeps[grid->steps]);
    }
  return most;
}

static support_status
solve_renewal (abort_problem *of, const staleness_view *poisson,
               support_failure *failure)
{
  const double negligible = 1e-8;
  double end = 0.0;
  support_status status = SUPPORT_OK;
  for (size_t i = 0; i < of->views; i++)
    end = fmax (end, find_end (of, &poisson[i]));
  for (int tries = 0; status == SUPPORT_OK; tries++)
    {
      status = solve_on_grids (of, poisson, end, failure);
      if (status != SUPPORT_OK || cut_off (of) < negligible)
        break;
      if (tries == 6)
        status = fail_to_settle (cut_off (of), failure);
      end *= 1.5;
    }
  /* All that an own cycle may meet in the grid is looked at.  */
  for (size_t i = 0; i < of->views; i++)
    of->view[i].reach = 2.0 * end;
  return status;
}

/* ---- the answer ------------------------------------------------------- */

/* The fraction of the cycles that end in an update.  */
static support_status
set_passes (staleness_view *view, staleness_cycle *cycle, double finished,
            support_failure *failure)
{
  support_status status = staleness_view_make_rule (view, failure);
  if (status == SUPPORT_OK)
    status = staleness_view_cdf (view, view->system->threshold, &view->passes,
                                 failure);
  cycle[view->self].finished = finished * view->passes;
  return status;
}

support_status
staleness_solve_abort (const system_description *system, staleness_model model,
                       const support_hooks *hooks, staleness_cycle *cycle,
                       const double *kept, staleness_counts **counts,
                       staleness_view *view, size_t *views,
                       support_failure *failure)
{
  abort_problem of = {
    .system = system, .cycle = cycle, .counts = counts, .view = view
  };
  staleness_view *poisson = calloc (system->classes, sizeof *poisson);
  size_t made = 0;
  support_status status = SUPPORT_OK;
  of.grid = calloc (system->classes, sizeof *of.grid);
  of.room = support_doubles (MOST_STEPS + 2);
  if (! poisson || ! of.grid || ! of.room)
    status = support_fail_memory (failure);
  for (size_t c = 0; c < system->classes; c++)
    of.finished[c] = cycle[c].finished;
  if (status == SUPPORT_OK)
    status =
        solve_poisson (system, hooks, cycle, kept, poisson, &made, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < made; i++)
    {
      status = staleness_view_create (system, cycle, poisson[i].self, model,
                                      kept, hooks, counts, &view[i], failure);
      *views += status == SUPPORT_OK;
    }
  of.views = *views;
  if (status == SUPPORT_OK && model == STALENESS_RENEWAL)
    status = solve_renewal (&of, poisson, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < *views; i++)
    status = set_passes (&view[i], cycle, of.finished[view[i].self], failure);
  for (size_t i = 0; i < made; i++)
    staleness_view_clear (&poisson[i]);
  for (size_t c = 0; of.grid && c < system->classes; c++)
    grid_clear (&of.grid[c]);
  free (poisson);
  free (of.grid);
  free (of.room);
  return status;
}
