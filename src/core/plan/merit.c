/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number for every candidate, so that the best can be sought by those who
   know nothing of equations.  Where the target is not reached, or a constraint
   does not hold, it goes on growing the farther that is from being so.  */
#include "plan/plan_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* ---- speed -------------------------------------------------------------- */

/* That of the pair closure, of which nothing is proved.  */
static support_status
slowest_of_pairs (const equation_system *system, double *speed,
                  support_failure *failure)
{
  double complex *root = calloc (system->modes + 1, sizeof *root);
  if (! root)
    return support_fail_memory (failure);
  const support_status status = pairs_rightmost (
      system->pairs, system->pair, system->modes, root, NULL, failure);
  *speed = INFINITY;
  for (size_t i = 0; i < system->modes; i++)
    if (system->damping[i] > 0.0)
      *speed = fmin (*speed, -creal (root[i]));
  if (isinf (*speed))
    *speed = 0.0;
  free (root);
  return status;
}

/* The least decay rate of the modes that have curvature; all of them, or of the
   flattest and the steepest only, between which a speed with a single peak has
   no smaller one.  */
static support_status
slowest_mode (const equation_system *system, bool ends, double *speed,
              support_failure *failure)
{
  double flattest = INFINITY, steepest = 0.0;
  support_status status = SUPPORT_OK;
  if (system->pairs)
    return slowest_of_pairs (system, speed, failure);
  for (size_t i = 0; i < system->modes; i++)
    if (system->damping[i] > 0.0)
      {
        flattest = fmin (flattest, system->damping[i]);
        steepest = fmax (steepest, system->damping[i]);
      }
  *speed = INFINITY;
  for (size_t i = 0; status == SUPPORT_OK && i < system->modes; i++)
    {
      const double a = system->damping[i];
      bool known = ends && a != flattest && a != steepest;
      for (size_t j = 0; ! known && j < i; j++)
        known = system->damping[j] == a;
      if (a == 0.0 || known)
        continue;
      const roots_class workers = { a, system->correction[i], system->delay };
      const roots_equation equation = {
        { system->decay[i], 1.0, system->inertia[i] }, 1, &workers
      };
      roots_root root;
      bool subexponential;
      status = roots_dominant (&equation, &root, &subexponential, failure);
      if (status == SUPPORT_OK)
        *speed = fmin (*speed, subexponential          ? 0.0
                               : root.multiplicity > 0 ? -creal (root.s)
                                                       : NAN);
    }
  if (isinf (*speed))
    *speed = 0.0;
  return status;
}

/* ---- merit -------------------------------------------------------------- */

/* How far VALUE is beyond MOST, in its own size; 0: it is not.  */
static double
excess (double value, double most)
{
  const double largest = 1e3;
  if (value <= most)
    return 0.0;
  if (! isfinite (value))
    return largest;
  return fmin ((value - most) / fmax (fabs (most), DBL_MIN), largest);
}

/* A loss that swings through a target under its floor does not stay there: the
   target is not reached (but for a rounding, as the floor must be below).  */
static double
highest_floor (const plan_task *task)
{
  const bool aimed =
      task->objective == PLAN_TIME || task->objective == PLAN_UPLOADS;
  return aimed ? fmin (task->max_floor, task->target) : task->max_floor;
}

/* Whether stability and a floor under the target need no proof: the damping is
   far from where the mean swings, each step is short, and without delay the
   noise would be far below.  */
static bool
is_calm (const plan_task *task, const equation_system *system)
{
  const double mean = delay_mean (system->delay);
  double floor = task->minimum;
  for (size_t i = 0; i < system->modes; i++)
    {
      const double a = system->damping[i];
      if (a * mean > 0.7 || system->coupling[i] > 0.4 * a || system->coupled)
        return false;
      if (a > 0.0)
        floor += 0.25 * task->problem.curvature[i] * system->intensity[i] / a;
    }
  return floor - task->minimum < 0.4 * (task->target - task->minimum);
}

/* The radius of the pair closure is another number than that of the other
   orders: where there is one, the sketch, too, is held to it.  */
static support_status
constraints (plan_search *search, const plan_case *of,
             const double at[PLAN_VARIABLES], bool sketch,
             const equation_system *system, double uploads, double *violation,
             support_failure *failure)
{
  const plan_task *task = search->task;
  const equation_loss loss = plan_loss (task);
  *violation = excess (uploads, task->max_uploads)
               + excess (of->staleness.uploads, task->max_upload_rate);
  if (task->margin == 0.0 && isinf (task->max_floor)
      && task->objective != PLAN_SPEED && is_calm (task, system))
    return SUPPORT_OK;
  const size_t n = system->modes;
  equation_assembly closure = { .numbers = NULL };
  double *variance = support_doubles (2 * n), *energy = variance + n;
  double radius = INFINITY;
  support_status status = variance ? SUPPORT_OK : support_fail_memory (failure);
  if (status == SUPPORT_OK && sketch && of->pairs)
    {
      status = plan_equation (search, of, at, false, &closure, failure);
      system = &closure.system;
    }
  if (status == SUPPORT_OK)
    status = (task->margin > 0.0 ? equation_stationary
                                 : equation_stationary_likely) (
        system, variance, energy, &radius, failure);
  if (status == SUPPORT_OK)
    *violation += excess (equation_floor_at (system, &loss, variance, energy),
                          highest_floor (task))
                  + excess (radius, fmin (1.0 - task->margin, 1.0 - 1e-12));
  equation_assembly_free (&closure);
  free (variance);
  return status;
}

/* Times the best merit: not worth much work.  */
static const double FAR = 1.5;

/* The part of the way to the least loss by which a tuned curve has to be lower
   than the target: by more where the closure takes workers behind one uplink
   for independent, as it then has up to a third too little variance in a
   swing.  */
static double
safety (const plan_case *of, const equation_system *system)
{
  return system->pairs && of->system.uplink ? 0.3 : 0.05;
}

static support_status
look_at_curve (plan_search *search, const plan_case *of,
               const equation_system *system, bool sketch, plan_glance *glance,
               support_failure *failure)
{
  enum
  {
    STEPS = 96,
    STEPS_OF_TRIGGER = 48
  };
  const plan_task *task = search->task;
  const equation_loss loss = plan_loss (task);
  const bool triggered = system->trigger.level > 0.0;
  const bool time = task->objective != PLAN_UPLOADS;
  const size_t steps = triggered ? STEPS_OF_TRIGGER : STEPS;
  sketch = sketch && ! of->few;
  const size_t all = sketch ? steps : system->pairs ? 2 * steps : 4 * steps;
  /* Far from the best there is no need to know how far.  */
  const double longest =
      time && isfinite (search->best) ? FAR * search->best : INFINITY;
  const double safe =
      task->target - safety (of, system) * (task->target - task->minimum);
  plan_finish at;
  const support_status status =
      task->objective == PLAN_SETTLING
          ? plan_settle (system, &loss, all, task->target, search->last,
                         longest, &at, failure)
          : plan_race (system, &loss, all, task->target, safe, search->last,
                       longest, &at, failure);
  if (status != SUPPORT_OK)
    return status;
  if (! triggered)
    {
      at.sent = at.time * of->staleness.uploads;
      at.sent_to_merit = at.merit * of->staleness.uploads;
    }
  search->last = at.reached ? at.time : 0.0;
  glance->merit = fmin (time ? at.merit : at.sent_to_merit, PLAN_HOPELESS);
  glance->value = ! at.reached ? INFINITY : time ? at.time : at.sent;
  glance->uploads = at.reached ? at.sent : INFINITY;
  return SUPPORT_OK;
}

support_status
plan_look (plan_search *search, const double at[PLAN_VARIABLES], bool sketch,
           plan_glance *glance, support_failure *failure)
{
  const plan_task *task = search->task;
  const plan_case *of;
  equation_assembly made;
  double violation = 0.0;
  support_status status = plan_case_of (search, at, &of, failure);
  *glance = (plan_glance){ PLAN_HOPELESS, NAN, NAN };
  if (status != SUPPORT_OK || of->status != SUPPORT_OK)
    return status;
  if (plan_stopped (search))
    return SUPPORT_INTERRUPTED;
  status = plan_equation (search, of, at, sketch, &made, failure);
  if (status == SUPPORT_OK && task->objective == PLAN_SPEED)
    {
      status = slowest_mode (&made.system, sketch, &glance->value, failure);
      glance->merit = isnan (glance->value) ? PLAN_HOPELESS : -glance->value;
      glance->uploads = of->staleness.uploads;
    }
  else if (status == SUPPORT_OK)
    status = look_at_curve (search, of, &made.system, sketch, glance, failure);
  /* What is far from the best as it is need not keep them.  */
  if (status == SUPPORT_OK
      && ! (glance->merit > FAR * search->best && search->best > 0.0))
    status = constraints (search, of, at, sketch, &made.system, glance->uploads,
                          &violation, failure);
  equation_assembly_free (&made);
  if (status == SUPPORT_INVALID || status == SUPPORT_NUMERICAL)
    {
      *glance = (plan_glance){ PLAN_HOPELESS, NAN, NAN };
      return SUPPORT_OK; /* this candidate has no value */
    }
  if (status != SUPPORT_OK)
    return status;
  /* Larger than what may be gained by it.  */
  glance->merit = fmin (glance->merit + 20.0 * violation * fabs (glance->merit),
                        PLAN_HOPELESS);
  search->best = fmin (search->best, glance->merit);
  return SUPPORT_OK;
}

/* ---- rows ---------------------------------------------------------------- */

/* The radius and the floor.  */
static support_status
evaluate_limit (const plan_task *task, const equation_system *system,
                plan_row *row, support_failure *failure)
{
  const equation_loss loss = plan_loss (task);
  const size_t n = system->modes;
  double *variance = support_doubles (2 * n);
  if (! variance)
    return support_fail_memory (failure);
  double *energy = variance + n;
  const support_status status =
      equation_stationary (system, variance, energy, &row->radius, failure);
  if (status == SUPPORT_OK)
    row->floor = equation_floor_at (system, &loss, variance, energy);
  free (variance);
  return status;
}

static support_status
evaluate_target (plan_search *search, const plan_case *of,
                 const equation_system *system, plan_row *row,
                 support_failure *failure)
{
  const plan_task *task = search->task;
  const equation_loss loss = plan_loss (task);
  const bool triggered = system->trigger.level > 0.0;
  plan_glance glance = { .value = NAN };
  double time = INFINITY, value, error;
  support_status status = SUPPORT_OK;
  /* A loss may dip to a target under its floor; not for long and never late,
     so that a curve shows it.  */
  if (task->objective == PLAN_SETTLING || ! (task->target > row->floor))
    {
      search->best = INFINITY;
      search->last = 0.0;
      status = look_at_curve (search, of, system, false, &glance, failure);
      row->value = glance.value;
      row->uploads = glance.uploads;
      return status;
    }
  status = equation_time_to_target (system, &loss, task->target, &time, NULL,
                                    failure);
  row->uploads = triggered ? INFINITY : time * of->staleness.uploads;
  if (status == SUPPORT_OK && triggered && isfinite (time))
    status =
        equation_expected_loss (system, &loss, &time, 1, &value, NULL, NULL,
                                &row->uploads, &error, NULL, failure);
  row->value = task->objective == PLAN_UPLOADS ? row->uploads : time;
  return status;
}

static support_status
evaluate (plan_search *search, const plan_case *of,
          const equation_system *system, plan_row *row,
          support_failure *failure)
{
  const plan_task *task = search->task;
  support_status status = evaluate_limit (task, system, row, failure);
  if (status == SUPPORT_OK && task->objective == PLAN_SPEED)
    {
      row->uploads = of->staleness.uploads;
      status = slowest_mode (system, false, &row->value, failure);
    }
  else if (status == SUPPORT_OK)
    status = evaluate_target (search, of, system, row, failure);
  row->feasible = row->radius < 1.0 && row->radius <= 1.0 - task->margin
                  && row->floor <= highest_floor (task)
                  && ! (row->uploads > task->max_uploads)
                  && ! (of->staleness.uploads > task->max_upload_rate);
  return status;
}

support_status
plan_evaluate (plan_search *search, const double at[PLAN_VARIABLES],
               plan_row *row, support_failure *failure)
{
  const plan_case *of;
  equation_assembly made;
  *row =
      (plan_row){ .value = NAN, .floor = NAN, .radius = NAN, .uploads = NAN };
  for (int v = 0; v < PLAN_VARIABLES; v++)
    row->at[v] = at[v];
  support_status status = plan_case_of (search, at, &of, failure);
  if (status != SUPPORT_OK)
    return status;
  if (of->status != SUPPORT_OK)
    {
      if (failure)
        *failure = of->failure;
      return of->status;
    }
  status = plan_equation (search, of, at, false, &made, failure);
  if (status == SUPPORT_OK)
    status = evaluate (search, of, &made.system, row, failure);
  equation_assembly_free (&made);
  return status;
}
