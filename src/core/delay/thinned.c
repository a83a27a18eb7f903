/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of T given that it was accepted, when a delay t is accepted with
   probability a(t).  With the density f of the base law the accepted law has
   the density a f / p, p = int a f dt: sums of positive terms over pieces that
   end at the knots of a.  Right of the last knot a is a constant, whose part
   of the transform is known in closed form.  */
#include "delay/thinned.h"

#include <stdlib.h>

static void
destroy (delay_law *law)
{
  thinned *table = law->table;
  gsl_interp_free (table->interpolant);
  free (table->place);
  delay_pieces_free (table->pieces);
  free (table->zeroth);
  free (table->first);
  for (int level = 0; level < THINNED_LEVELS; level++)
    delay_rule_free (table->level[level].nodes);
  delay_free (table->replaced);
  free (table);
}

/* int a f and int t a f from 0 to t.  */
static void
integrals (const thinned *table, double t, double *zeroth, double *first)
{
  const delay_pieces *pieces = table->pieces;
  const delay_density density = { delay_accepted_density, table };
  const size_t piece = delay_pieces_find (pieces, t);
  *zeroth = table->zeroth[piece];
  *first = table->first[piece];
  delay_pieces_add (pieces, piece, fmin (t, pieces->end[pieces->count]),
                    density, zeroth, first);
}

/* ---- methods --------------------------------------------------------- */

/* Adds int exp (-s t) (a - constant) f dt and its derivatives.  */
static bool
add_transform (const thinned *table, double complex s, double complex out[3])
{
  const delay_density density = { delay_transformed_density, table };
  const delay_rule *rule = NULL;
  for (int level = THINNED_LEVELS - 1; level >= 0; level--)
    if (table->level[level].nodes && cabs (s) <= table->level[level].reach)
      rule = table->level[level].nodes;
  if (! rule)
    return delay_pieces_transform (table->pieces, table->inner, density, s,
                                   out);
  for (size_t i = 0; i < rule->count; i++)
    {
      const double t = rule->node[i];
      const double complex term = rule->weight[i] * cexp (-s * t);
      out[0] += term;
      out[1] -= t * term;
      out[2] += t * (t * term);
    }
  return true;
}

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const thinned *table = law->table;
  const bool truncated = isinf (law->supremum) && table->constant == 0.0;
  double complex base[3] = { 0.0 };

  if (table->replaced)
    {
      delay_lst (table->replaced, s, out);
      return;
    }
  if (table->constant > 0.0)
    delay_lst (table->base, s, base);
  for (int k = 0; k < 3; k++)
    out[k] = table->constant * base[k];
  const bool good =
      ! (truncated && creal (s) < 0.0) && add_transform (table, s, out);
  for (int k = 0; k < 3; k++)
    out[k] = good ? out[k] / table->probability : CMPLX (NAN, NAN);
}

static bool
continues (const delay_law *law)
{
  const thinned *table = law->table;
  return table->replaced
             ? delay_continues (table->replaced)
             : table->constant > 0.0 && delay_continues (table->base);
}

static double
cdf (const delay_law *law, double t)
{
  const thinned *table = law->table;
  double zeroth, first;
  if (table->replaced)
    return delay_cdf (table->replaced, t);
  integrals (table, t, &zeroth, &first);
  return fmin (zeroth / table->probability, 1.0);
}

static double
pdf (const delay_law *law, double t)
{
  const thinned *table = law->table;
  return table->replaced
             ? delay_pdf (table->replaced, t)
             : delay_accepted_density (table, t) / table->probability;
}

static double
integrated_cdf (const delay_law *law, double t)
{
  const thinned *table = law->table;
  double zeroth, first;
  if (table->replaced)
    return delay_integrated_cdf (table->replaced, t);
  integrals (table, t, &zeroth, &first);
  return fmax (t * zeroth - first, 0.0) / table->probability;
}

static double
atom (const delay_law *law, double t)
{
  const thinned *table = law->table;
  return table->replaced ? delay_atom (table->replaced, t) : 0.0;
}

/* ---- inversion ------------------------------------------------------- */

/* Where INCREASING reaches LEVEL, whose values at the ends of the pieces are
   ROW over its last one.  */
static double
invert (const delay_law *law, delay_function *increasing, delay_function *slope,
        const double *row, double level)
{
  const delay_pieces *pieces = ((const thinned *) law->table)->pieces;
  size_t low = 0, high = pieces->count;
  while (high - low > 1)
    {
      const size_t middle = low + (high - low) / 2;
      if (row[middle] < level * row[pieces->count])
        low = middle;
      else
        high = middle;
    }
  return delay_search (law, increasing, slope, level, pieces->end[low],
                       pieces->end[high]);
}

static double
quantile (const delay_law *law, double p)
{
  const thinned *table = law->table;
  return table->replaced ? delay_quantile (table->replaced, p)
                         : invert (law, delay_cdf, delay_pdf, table->zeroth, p);
}

/* The part of the mean that delays up to t make, and its slope.  */
static double
share_of_mean (const delay_law *law, double t)
{
  const thinned *table = law->table;
  double zeroth, first;
  integrals (table, t, &zeroth, &first);
  return first / table->first[table->pieces->count];
}

static double
slope_of_share (const delay_law *law, double t)
{
  return t * delay_pdf (law, t) / law->mean;
}

/* ---- samples --------------------------------------------------------- */

/* Draws from DRAW of the base until one is accepted, some thousand times at
   most; what would come then has the same law as what came until then.  */
static bool
reject (const thinned *table,
        double (*draw) (const delay_law *law, gsl_rng *stream), gsl_rng *stream,
        double *t)
{
  for (int tries = 0; tries < 1000; tries++)
    {
      *t = draw (table->base, stream);
      if (support_stream_uniform (stream) * table->highest
          < delay_acceptance (table, *t))
        return true;
    }
  return false;
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  const thinned *table = law->table;
  double t;
  if (table->replaced)
    return table->replaced->family->sample (table->replaced, stream);
  return reject (table, table->base->family->sample, stream, &t)
             ? t
             : quantile (law, support_stream_uniform (stream));
}

static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const thinned *table = law->table;
  double t;
  if (table->replaced)
    return table->replaced->family->sample_biased (table->replaced, stream);
  return reject (table, table->base->family->sample_biased, stream, &t)
             ? t
             : invert (law, share_of_mean, slope_of_share, table->first,
                       support_stream_uniform (stream));
}

static support_status
rule_of (const delay_law *law, double mass, const delay_panels *panels,
         delay_rule *out)
{
  const thinned *table = law->table;
  const delay_density density = { delay_accepted_density, table };
  const double least =
      isfinite (law->supremum) ? 0.0 : 1e-20 * table->probability;
  const size_t first = out->count;
  if (table->replaced)
    return table->replaced->family->rule (table->replaced, mass, panels, out);
  const support_status status = delay_pieces_rule (
      table->pieces, table->pieces->count, density, panels, least, out);
  return status == SUPPORT_OK
             ? delay_rule_normalise (out, first, table->probability, mass)
             : status;
}

const delay_family delay_family_thinned = {
  .name = "thinned",
  .arguments = "law, knots, acceptance",
  .least = 3,
  .most = 3,
  .build = delay_thinned_build,
  .destroy = destroy,
  .lst = lst,
  .continues = continues,
  .cdf = cdf,
  .pdf = pdf,
  .quantile = quantile,
  .integrated_cdf = integrated_cdf,
  .atom = atom,
  .sample = sample,
  .sample_biased = sample_biased,
  .rule = rule_of,
};
