/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gauss points, Lagrange polynomials, and their integrals over a law.  */
#include "equation/collocation.h"

#include <gsl/gsl_integration.h>
#include <math.h>

enum
{
  POINTS = COLLOCATION_POINTS
};

support_status
collocation_rule_make (collocation_rule *rule)
{
  gsl_integration_glfixed_table *table =
      gsl_integration_glfixed_table_alloc (POINTS);
  if (! table)
    return SUPPORT_MEMORY;
  for (size_t i = 0; i < POINTS; i++)
    gsl_integration_glfixed_point (0.0, 1.0, i, &rule->point[i],
                                   &rule->weight[i], table);
  gsl_integration_glfixed_table_free (table);
  for (size_t i = 0; i < POINTS; i++)
    {
      double product = 1.0;
      for (size_t j = 0; j < POINTS; j++)
        if (j != i)
          product *= rule->point[i] - rule->point[j];
      rule->lagrange[i] = 1.0 / product;
    }
  return SUPPORT_OK;
}

void
collocation_basis (const collocation_rule *rule, double x, double basis[POINTS])
{
  double sum = 0.0;
  for (size_t i = 0; i < POINTS; i++)
    {
      const double apart = x - rule->point[i];
      if (apart == 0.0)
        {
          for (size_t j = 0; j < POINTS; j++)
            basis[j] = j == i ? 1.0 : 0.0;
          return;
        }
      basis[i] = rule->lagrange[i] / apart;
      sum += basis[i];
    }
  for (size_t i = 0; i < POINTS; i++)
    basis[i] /= sum;
}

/* ---- over a law ------------------------------------------------------ */

typedef struct span
{
  const collocation_rule *rule;
  const delay_law *law;
  double t, start, width;
  double *weight;
} span;

typedef struct edge
{
  double u, below, integrated; /* F and int F there */
} edge;

static edge
edge_at (const delay_law *law, double u)
{
  return (edge){ u, delay_cdf (law, u), delay_integrated_cdf (law, u) };
}

static void
add_atom (const span *of, double u, double mass)
{
  double basis[POINTS];
  collocation_basis (of->rule, (of->t - u - of->start) / of->width, basis);
  for (size_t l = 0; l < POINTS; l++)
    of->weight[l] += mass * basis[l];
}

/* By the density where its integral and its mean are those that the
   distribution knows; otherwise each half by itself, down to what two moments
   describe well enough (an atom, or next to a singularity).  */
static void
add_interval (const span *of, edge low, edge high, int depth)
{
  const double mass = high.below - low.below;
  const double length = high.u - low.u;
  if (! (mass > 1e-16) || ! (length > 0.0))
    return;
  const double first = high.u * high.below - low.u * low.below
                       - (high.integrated - low.integrated);
  const double across = length / of->width;
  if (depth > 50 || mass * across * across < 1e-15)
    {
      add_atom (of, fmin (fmax (first / mass, low.u), high.u), mass);
      return;
    }
  const double allowed = depth < 5 ? 1e-13 : depth < 10 ? 1e-12 : 1e-11;
  double value[POINTS], sum = 0.0, moment = 0.0;
  for (size_t i = 0; i < POINTS; i++)
    {
      const double u = low.u + length * of->rule->point[i];
      value[i] = length * of->rule->weight[i] * delay_pdf (of->law, u);
      sum += value[i];
      moment += u * value[i];
    }
  if (fabs (sum - mass) <= allowed
      && fabs (moment - first) <= allowed * fmax (length, high.u))
    {
      for (size_t i = 0; i < POINTS; i++)
        add_atom (of, low.u + length * of->rule->point[i], value[i]);
      return;
    }
  const edge middle = edge_at (of->law, low.u + 0.5 * length);
  add_interval (of, low, middle, depth + 1);
  add_interval (of, middle, high, depth + 1);
}

void
collocation_integrate (const collocation_rule *rule, const delay_law *law,
                       double low, double high, double t, double start,
                       double width, double weight[POINTS])
{
  const span of = { rule, law, t, start, width, weight };
  const edge from = edge_at (law, low);
  for (size_t l = 0; l < POINTS; l++)
    weight[l] = 0.0;
  if (low == 0.0 && from.below > 0.0)
    add_atom (&of, 0.0, from.below);
  add_interval (&of, from, edge_at (law, high), 0);
}
