/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadrature for expectations over a law.  */
#include "delay/pieces.h"

#include <stdlib.h>
#include <string.h>

/* The room of a rule grows by doubling; it is always a power of two.  */
support_status
delay_rule_append (delay_rule *rule, double node, double weight)
{
  const size_t n = rule->count;
  if ((n & (n - 1)) == 0)
    {
      const size_t room = n ? 2 * n : 1;
      double *nodes = realloc (rule->node, room * sizeof *nodes);
      if (! nodes)
        return SUPPORT_MEMORY;
      rule->node = nodes;
      double *weights = realloc (rule->weight, room * sizeof *weights);
      if (! weights)
        return SUPPORT_MEMORY;
      rule->weight = weights;
    }
  rule->node[n] = node;
  rule->weight[n] = weight;
  rule->count = n + 1;
  return SUPPORT_OK;
}

void
delay_rule_free (delay_rule *rule)
{
  if (! rule)
    return;
  free (rule->node);
  free (rule->weight);
  free (rule);
}

/* ---- laws with a density --------------------------------------------- */

double
delay_upper_end (const delay_law *law, double tail)
{
  double t = law->mean;
  if (isfinite (law->supremum))
    return law->supremum;
  while (delay_pdf (law, t) * t > tail)
    t *= 1.25;
  return t;
}

double
delay_lower_end (const delay_law *law, double tail)
{
  /* No shorter steps than doubles can take.  */
  const double deviation = law->mean * fmax (sqrt (law->cv2), 1e-9);
  double t = law->mean - 2.0 * deviation;
  if (law->infimum > 0.0 || law->mean < 12.0 * deviation)
    return law->infimum;
  while (t > 0.0 && delay_pdf (law, t) * law->mean > tail)
    t -= deviation;
  return fmax (t, 0.0);
}

bool
delay_is_needle (const delay_law *law)
{
  /* The rounding of t would be seen in the density.  */
  return law->cv2 < 1e-18;
}

static double
density_of_law (const void *context, double t)
{
  return delay_pdf (context, t);
}

support_status
delay_rule_normalise (delay_rule *rule, size_t first, double total, double mass)
{
  double sum = 0.0;
  for (size_t i = first; i < rule->count; i++)
    sum += rule->weight[i];
  if (! (fabs (sum - total) < 1e-6 * total))
    return SUPPORT_NUMERICAL;
  for (size_t i = first; i < rule->count; i++)
    rule->weight[i] *= mass / sum;
  return SUPPORT_OK;
}

support_status
delay_rule_smooth (const delay_law *law, double mass,
                   const delay_panels *panels, delay_rule *rule)
{
  const double tail = 1e-17;
  const delay_density density = { density_of_law, law };
  /* Nodes that weigh nothing are left out, but not those of a bounded law:
     its transform exists far left, where they weigh exp (-s t).  */
  const double least = isfinite (law->supremum) ? 0.0 : 1e-3 * tail;
  const size_t first = rule->count;
  delay_pieces *pieces;

  if (delay_is_needle (law))
    return delay_rule_append (rule, law->mean, mass);
  const double cut[] = { delay_lower_end (law, tail),
                         delay_upper_end (law, tail) };
  support_status status = delay_pieces_create (law, cut, 2, &pieces);
  if (status == SUPPORT_OK)
    status =
        delay_pieces_rule (pieces, pieces->count, density, panels, least, rule);
  if (status == SUPPORT_OK)
    status = delay_rule_normalise (rule, first, 1.0, mass);
  delay_pieces_free (pieces);
  return status;
}

/* ---- any law --------------------------------------------------------- */

typedef struct pair
{
  double node, weight;
} pair;

static int
by_node (const void *left, const void *right)
{
  const double a = ((const pair *) left)->node;
  const double b = ((const pair *) right)->node;
  return (a > b) - (a < b);
}

/* Parts of a mixture append one after the other.  */
static support_status
sort (delay_rule *rule)
{
  bool sorted = true;
  for (size_t i = 1; sorted && i < rule->count; i++)
    sorted = rule->node[i - 1] <= rule->node[i];
  if (sorted)
    return SUPPORT_OK;
  pair *pairs = calloc (rule->count, sizeof *pairs);
  if (! pairs)
    return SUPPORT_MEMORY;
  for (size_t i = 0; i < rule->count; i++)
    pairs[i] = (pair){ rule->node[i], rule->weight[i] };
  qsort (pairs, rule->count, sizeof *pairs, by_node);
  for (size_t i = 0; i < rule->count; i++)
    {
      rule->node[i] = pairs[i].node;
      rule->weight[i] = pairs[i].weight;
    }
  free (pairs);
  return SUPPORT_OK;
}

support_status
delay_rule_create_graded (const delay_law *law, delay_scale *scale,
                          void *context, delay_rule **rule,
                          support_failure *failure)
{
  const delay_panels panels = { .scale = scale, .context = context };
  support_status status = SUPPORT_OK;
  delay_rule *made = calloc (1, sizeof *made);

  *rule = NULL;
  if (! made)
    return support_fail_memory (failure);
  status = law->family->rule (law, 1.0, &panels, made);
  if (status == SUPPORT_OK)
    status = sort (made);
  if (status != SUPPORT_OK)
    {
      delay_rule_free (made);
      return support_fail (failure, status,
                           "no quadrature for the law '%s' at this scale",
                           law->family->name);
    }
  *rule = made;
  return SUPPORT_OK;
}

static double
constant_scale (double t, void *context)
{
  (void) t;
  return *(const double *) context;
}

support_status
delay_rule_create (const delay_law *law, double scale, delay_rule **rule,
                   support_failure *failure)
{
  *rule = NULL;
  if (! (scale > 0.0))
    return support_fail (failure, SUPPORT_INVALID,
                         "the scale of a quadrature must be positive");
  return delay_rule_create_graded (law, constant_scale, &scale, rule, failure);
}
