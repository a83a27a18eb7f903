/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadrature for expectations over a law.  */
#include "delay/delay_private.h"

#include <gsl/gsl_integration.h>
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

/* The point beyond which the law has less than TAIL (or below which).  */
static double
upper_end (const delay_law *law, double tail)
{
  double t = law->supremum;
  if (isinf (t))
    {
      /* 1 - F is not resolved below 1e-16, but the mean excess
         E (T - t)^+ = mean - t + E (t - T)^+ would be no better: double t
         until the density times t has fallen to the tail asked for.  */
      t = law->mean;
      while (delay_pdf (law, t) * t > tail && t < 0x1p900)
        t *= 1.25;
    }
  return t;
}

/* Where the panel that begins at A ends: as far as both its ends allow, but
   short enough for equal ones to end where one has to.  */
static double
panel_end (const delay_panels *panels, double a, double high, double widest)
{
  double end = high, width = fmin (widest, panels->scale (a, panels->context));
  for (size_t i = 0; i < panels->count; i += panels->stride)
    if (panels->end[i] > a)
      {
        end = fmin (end, panels->end[i]);
        break;
      }
  width = fmin (width, panels->scale (fmin (a + width, end), panels->context));
  const double count = ceil ((end - a) / width);
  return count > 1.0 ? a + (end - a) / count : end;
}

support_status
delay_rule_smooth (const delay_law *law, double mass,
                   const delay_panels *allowed, delay_rule *rule)
{
  const double tail = 1e-17, ratio = 4.0, power = law->power;
  const double most_panels = 1e6;
  /* Nodes that weigh nothing are left out, but not those of a bounded law:
     its transform exists far left, where they weigh exp (-s t).  */
  const double least = isfinite (law->supremum) ? 0.0 : 1e-3 * tail;
  const double deviation = law->mean * sqrt (law->cv2);
  const double high = upper_end (law, tail);
  const double widest = fmax (2.0 * deviation, 1e-12 * high);
  gsl_integration_glfixed_table *gauss;
  double low = law->infimum;
  support_status status = SUPPORT_OK;
  size_t first = rule->count, panels = 0;
  double total = 0.0;

  /* Left of here the density is below the tail: nothing to integrate.  */
  if (low == 0.0 && law->mean - 12.0 * deviation > 0.0)
    {
      double t = law->mean - 2.0 * deviation;
      while (t > 0.0 && delay_pdf (law, t) * law->mean > tail)
        t -= deviation;
      low = fmax (t, 0.0);
    }
  /* What is hopeless is known before the work.  */
  const double wide =
      fmax (allowed->scale (0.5 * (low + high), allowed->context),
            allowed->scale (high, allowed->context));
  if ((high - low) / fmin (wide, widest) > most_panels)
    return SUPPORT_LIMIT;
  gauss = gsl_integration_glfixed_table_alloc (16);
  if (! gauss)
    return SUPPORT_MEMORY;

  /* In x = t^q the density is x^(power / q - 1) dx times a smooth function:
     with q = power below 1 it is bounded, and panels that shrink by RATIO
     towards 0 resolve what is left of the singularity.  */
  const bool graded = power > 0.0 && low == 0.0;
  const double q = graded && power < 1.0 ? power : 1.0;
  const double length = panel_end (allowed, low, high, widest) - low;
  const int levels =
      graded ? 1
                   + (int) ceil (57.0 * log (2.0)
                                 / (log (ratio) * fmax (power, 1.0)))
             : 0;
  for (int level = levels; status == SUPPORT_OK && level > 0; level--)
    {
      const double top = pow (length, q);
      const double b = top * pow (ratio, 1 - level);
      const double a = level == levels ? 0.0 : b / ratio;
      for (size_t i = 0; status == SUPPORT_OK && i < 16; i++)
        {
          double x, w;
          gsl_integration_glfixed_point (a, b, i, &x, &w, gauss);
          const double t = pow (x, 1.0 / q);
          w *= delay_pdf (law, t) * pow (t, 1.0 - q) / q;
          status = delay_rule_append (rule, t, w);
          total += w;
        }
    }
  for (double a = graded ? low + length : low;
       status == SUPPORT_OK && a < high;)
    {
      const double b = panel_end (allowed, a, high, widest);
      if ((double) ++panels > most_panels || ! (b > a))
        status = SUPPORT_LIMIT;
      for (size_t i = 0; status == SUPPORT_OK && i < 16; i++)
        {
          double t, w;
          gsl_integration_glfixed_point (a, b, i, &t, &w, gauss);
          w *= delay_pdf (law, t);
          if (w > least)
            status = delay_rule_append (rule, t, w);
          total += w;
        }
      a = b;
    }
  gsl_integration_glfixed_table_free (gauss);
  if (status == SUPPORT_OK && ! (fabs (total - 1.0) < 1e-6))
    status = SUPPORT_NUMERICAL;
  for (size_t i = first; status == SUPPORT_OK && i < rule->count; i++)
    rule->weight[i] *= mass / total;
  return status;
}

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
