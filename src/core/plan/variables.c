/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of what is varied, and a system with other numbers.  */
#include "plan/plan_private.h"

#include <math.h>
#include <stdlib.h>
#include <strings.h>

static const char *const variables[] = { "workers", "threshold", "gradients",
                                         "rate",    "trigger",   "momentum" };
static const char *const objectives[] = { "time", "speed", "uploads",
                                          "settling" };

const char *
plan_variable_name_at (size_t index)
{
  return index < PLAN_VARIABLES ? variables[index] : NULL;
}

const char *
plan_objective_name_at (size_t index)
{
  return index < PLAN_OBJECTIVES ? objectives[index] : NULL;
}

support_status
plan_variable_named (const char *name, plan_variable *variable,
                     support_failure *failure)
{
  for (int v = 0; v < PLAN_VARIABLES; v++)
    if (strcasecmp (name, variables[v]) == 0)
      {
        *variable = (plan_variable) v;
        return SUPPORT_OK;
      }
  return support_fail (failure, SUPPORT_UNKNOWN,
                       "'%s' cannot be varied; the choices are workers, "
                       "threshold, gradients, rate, trigger, momentum",
                       name);
}

support_status
plan_objective_named (const char *name, plan_objective *objective,
                      support_failure *failure)
{
  for (int k = 0; k < PLAN_OBJECTIVES; k++)
    if (strcasecmp (name, objectives[k]) == 0)
      {
        *objective = (plan_objective) k;
        return SUPPORT_OK;
      }
  return support_fail (failure, SUPPORT_UNKNOWN,
                       "there is no objective '%s'; the choices are time, "
                       "speed, uploads, settling",
                       name);
}

static void
share_workers (const system_description *system, double workers,
               system_class *class)
{
  const double all = (double) system_workers (system);
  double left = workers;
  for (size_t c = 0; c < system->classes; c++)
    {
      class[c].workers =
          (size_t) floor ((double) system->class[c].workers * workers / all);
      left -= (double) class[c].workers;
    }
  /* One to each of the greatest remainders; fewer are left than classes.  */
  while (left > 0.0)
    {
      size_t most = 0;
      double greatest = -1.0;
      for (size_t c = 0; c < system->classes; c++)
        {
          const double rest = (double) system->class[c].workers * workers / all
                              - (double) class[c].workers;
          if (rest > greatest)
            {
              greatest = rest;
              most = c;
            }
        }
      class[most].workers++;
      left -= 1.0;
    }
}

system_description
plan_system (const system_description *system, const double at[PLAN_VARIABLES],
             system_class *class)
{
  system_description changed = *system;
  for (size_t c = 0; c < system->classes; c++)
    class[c] = system->class[c];
  if (at[PLAN_WORKERS] != (double) system_workers (system))
    share_workers (system, at[PLAN_WORKERS], class);
  changed.class = class;
  changed.threshold = at[PLAN_THRESHOLD];
  changed.gradients = (size_t) at[PLAN_GRADIENTS];
  changed.rate = at[PLAN_RATE];
  changed.trigger = at[PLAN_TRIGGER];
  changed.momentum = at[PLAN_MOMENTUM];
  return changed;
}
