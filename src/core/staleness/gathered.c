/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies that average several gradients: what a round, or a buffer, makes of
   the cycles.  */
#include "staleness/rounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool
is_family (const delay_law *law, const char *family)
{
  return strcmp (delay_family_name (law), family) == 0;
}

/* ---- rounds of exponential and constant cycles ------------------------ */

/* All gradients together are a Poisson process of that rate.  */
static bool
all_exponential (const system_description *system, double *rate)
{
  *rate = 0.0;
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers > 0)
      {
        if (! is_family (system->class[c].cycle, "exponential"))
          return false;
        *rate += (double) system->class[c].workers
                 / delay_mean (system->class[c].cycle);
      }
  return true;
}

/* The round where it is a law with a name; *LAW stays NULL elsewhere.  */
static support_status
named_round (const system_description *system, delay_law **law,
             support_failure *failure)
{
  const double gradients = (double) system_gradients (system);
  const bool batch = system->policy == SYSTEM_K_BATCH_SYNC;
  const system_class *only = NULL;
  size_t classes = 0;
  double rate;
  for (size_t c = 0; c < system->classes; c++)
    if (system->class[c].workers > 0)
      {
        only = &system->class[c];
        classes++;
      }
  if (all_exponential (system, &rate) && (batch || gradients == 1.0))
    {
      const double mean = 1.0 / rate;
      const delay_argument argument[] = { { .values = &gradients, .count = 1 },
                                          { .values = &mean, .count = 1 } };
      return gradients == 1.0
                 ? delay_create ("exponential", argument + 1, 1, law, failure)
                 : delay_create ("gamma", argument, 2, law, failure);
    }
  if (classes > 1)
    return SUPPORT_OK;
  if (only->workers == 1 && gradients == 1.0)
    return delay_copy (only->cycle, law, failure);
  if (is_family (only->cycle, "deterministic"))
    {
      const double cycles =
          batch ? ceil (gradients / (double) only->workers) : 1.0;
      const double length = cycles * delay_mean (only->cycle);
      const delay_argument argument = { .values = &length, .count = 1 };
      return delay_create ("deterministic", &argument, 1, law, failure);
    }
  return SUPPORT_OK;
}

/* ---- rounds of atoms -------------------------------------------------- */

/* How much of the law are atoms.  */
static support_status
weigh_atoms (const delay_law *law, double *mass, support_failure *failure)
{
  delay_rule *rule;
  const support_status status =
      delay_rule_create (law, INFINITY, &rule, failure);
  *mass = 0.0;
  if (status != SUPPORT_OK)
    return status;
  for (size_t i = 0; i < rule->count; i++)
    if (delay_atom (law, rule->node[i]) > 0.0)
      *mass += rule->weight[i];
  delay_rule_free (rule);
  return SUPPORT_OK;
}

/* K-sync of one class whose cycles have the atoms t_1 < t_2 < ...: the round
   ends at t_i with probability P(round > t_(i-1)) - P(round > t_i), at most the
   number of workers times that of the atom.  */
static support_status
round_of_atoms (staleness_rounds *rounds, const delay_law *cycle,
                delay_law **law, support_failure *failure)
{
  const double workers = (double) system_workers (rounds->system);
  double *acceptance;
  delay_rule *rule;
  support_status status = delay_rule_create (cycle, INFINITY, &rule, failure);
  if (status != SUPPORT_OK)
    return status;
  acceptance = support_doubles (rule->count);
  if (! acceptance)
    status = support_fail_memory (failure);
  else
    {
      double before = 1.0;
      for (size_t i = 0; i < rule->count; i++)
        {
          const double after = staleness_round_exceeds (rounds, rule->node[i]);
          acceptance[i] = fmin (1.0, fmax (0.0, before - after)
                                         / (workers * rule->weight[i]));
          before = after;
        }
      const delay_argument argument[] = {
        { .law = cycle },
        { .values = rule->node, .count = rule->count },
        { .values = acceptance, .count = rule->count }
      };
      status = delay_create ("thinned", argument, 3, law, failure);
    }
  free (acceptance);
  delay_rule_free (rule);
  return status;
}

/* ---- rounds of any laws ----------------------------------------------- */

/* The mixture of the laws of the rounds that each class ends with each number
   of its own gradients.  PART gets, of each class, the gradients in a round as
   its rate and the chance that it ends a round as what is finished.  */
static support_status
mix_round (staleness_rounds *rounds, staleness_part *part, delay_law **law,
           support_failure *failure)
{
  const system_description *system = rounds->system;
  const size_t most = system->classes * rounds->depth;
  const double negligible = 1e-16;
  delay_argument *argument = calloc (most + 1, sizeof *argument);
  double *weight = support_doubles (most), total = 0.0;
  size_t count = 0;
  support_status status = SUPPORT_OK;

  if (! argument || ! weight)
    status = support_fail_memory (failure);
  staleness_rounds_locate (rounds);
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    for (size_t k = 1; status == SUPPORT_OK && k <= rounds->depth; k++)
      {
        double ends = 1.0, takes_part = (double) rounds->gradients;
        delay_law *own = NULL;
        if (system->class[c].workers == 0)
          break;
        if (! rounds->plain)
          status = staleness_rounds_weigh (rounds, c, k, &ends, &takes_part,
                                           failure);
        if (status != SUPPORT_OK)
          break;
        part[c].rate += takes_part;
        part[c].finished += ends;
        if (takes_part < negligible)
          break; /* nobody has that many in one round */
        if (ends < negligible)
          continue;
        status = staleness_rounds_part (rounds, c, k, ends, &own, failure);
        if (! own)
          continue;
        weight[count] = ends;
        argument[++count].law = own;
        total += ends;
      }
  /* Every round is ended by somebody; what is left out is next to nothing.  */
  if (status == SUPPORT_OK && ! (fabs (total - 1.0) < 1e-6))
    status = support_fail (failure, SUPPORT_NUMERICAL,
                           "the law of a round could not be computed: its "
                           "probabilities add up to %.10g",
                           total);
  if (status == SUPPORT_OK)
    {
      argument[0] = (delay_argument){ .values = weight, .count = count };
      status = count == 1 ? delay_copy (argument[1].law, law, failure)
                          : delay_create ("mixture", argument, count + 1, law,
                                          failure);
    }
  for (size_t i = 1; argument && i <= count; i++)
    delay_free ((delay_law *) argument[i].law);
  free (argument);
  free (weight);
  return status;
}

static support_status
general_round (const system_description *system, const support_hooks *hooks,
               staleness_part *part, delay_law **law, support_failure *failure)
{
  staleness_rounds rounds;
  size_t classes = 0;
  double atoms = 0.0;
  const delay_law *cycle = NULL;
  support_status status =
      staleness_rounds_create (system, hooks, &rounds, failure);
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    if (system->class[c].workers > 0)
      {
        double own;
        cycle = system->class[c].cycle;
        status = weigh_atoms (cycle, &own, failure);
        atoms = fmax (atoms, own);
        classes++;
      }
  if (status == SUPPORT_OK && atoms == 0.0)
    status = mix_round (&rounds, part, law, failure);
  else if (status == SUPPORT_OK && rounds.plain && atoms > 1.0 - 1e-12)
    status = round_of_atoms (&rounds, cycle, law, failure);
  else if (status == SUPPORT_OK)
    status = support_fail (failure, SUPPORT_INVALID,
                           "rounds have no closed form where cycles have atoms "
                           "besides a density, or several classes have atoms; "
                           "use asgd_simulate");
  staleness_rounds_clear (&rounds);
  return status;
}

/* ---- the answer ------------------------------------------------------- */

/* No update comes between a read and the update that the gradient goes to.  */
static support_status
set_fresh (size_t *size, double **pmf, support_failure *failure)
{
  *size = 1;
  *pmf = support_doubles (1);
  if (! *pmf)
    return support_fail_memory (failure);
  (*pmf)[0] = 1.0;
  return SUPPORT_OK;
}

/* The same where the classes take part as their gradients come.  */
static void
share_by_rate (const system_description *system, staleness_part *part)
{
  double all = 0.0;
  for (size_t c = 0; c < system->classes; c++)
    all +=
        (double) system->class[c].workers / delay_mean (system->class[c].cycle);
  for (size_t c = 0; c < system->classes; c++)
    {
      part[c].finished = (double) system->class[c].workers
                         / delay_mean (system->class[c].cycle) / all;
      part[c].rate = (double) system_gradients (system) * part[c].finished;
    }
}

support_status
staleness_solve_rounds (const system_description *system,
                        const support_hooks *hooks, staleness_law *law,
                        support_failure *failure)
{
  const double gradients = (double) system_gradients (system);
  const bool batch = system->policy == SYSTEM_K_BATCH_SYNC;
  size_t classes = 0;
  if (batch && gradients > 1.0 && system_downloads (system))
    return support_fail (failure, SUPPORT_INVALID,
                         "the policy 'k-batch-sync' has no closed form with a "
                         "download, which only the first gradient of a worker "
                         "in a round waits for; use asgd_simulate");
  support_status status = named_round (system, &law->delay, failure);
  if (status == SUPPORT_OK && law->delay)
    share_by_rate (system, law->part);
  else if (status == SUPPORT_OK)
    {
      status = general_round (system, hooks, law->part, &law->delay, failure);
      if (status == SUPPORT_OK && law->part[0].rate == 0.0)
        share_by_rate (system, law->part);
    }
  if (status != SUPPORT_OK)
    return status;
  law->rate = 1.0 / delay_mean (law->delay);
  law->arrivals = law->uploads = gradients * law->rate;
  law->accepted = law->weight = law->weight_square = 1.0;
  law->finished =
      gradients
      / ((double) system_workers (system) + (batch ? gradients - 1.0 : 0.0));
  law->batch = gradients;
  law->rounds = true;
  law->dispersion = delay_cv2 (law->delay);
  law->palm = 0.5 * (1.0 + delay_cv2 (law->delay));
  status = set_fresh (&law->size, &law->pmf, failure);
  for (size_t c = 0; c < system->classes; c++)
    classes += system->class[c].workers > 0;
  for (size_t c = 0; status == SUPPORT_OK && c < system->classes; c++)
    {
      staleness_part *part = &law->part[c];
      size_t size;
      part->workers = system->class[c].workers;
      if (part->workers == 0)
        {
          staleness_part_clear (part);
          continue;
        }
      /* Who is done begins another in K-batch-sync, but for the last one.  */
      const double again = batch ? part->rate - part->finished : 0.0;
      part->finished = part->rate / ((double) part->workers + again);
      part->rate *= law->rate / gradients;
      part->accepted = part->weight = part->weight_square = 1.0;
      part->palm = law->palm;
      status = set_fresh (&size, &part->pmf, failure);
      if (status == SUPPORT_OK && classes == 1)
        status = delay_copy (law->delay, &part->delay, failure);
    }
  return status;
}
