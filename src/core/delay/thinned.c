/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of T given that it was accepted, when a delay t is accepted with
   probability a(t).  With f and F of the base law, the accepted law has the
   density a f / p, p = int a dF.  Integrals over a dF are done by parts,
     int a dF = [a F] - int a' F,
     int t a dF = [t a F] - [a I] + int a' I - int t a' F,   I = int F,
   since F and its integral are smooth where the density need not be.  */
#include "delay/delay_private.h"

#include <gsl/gsl_integration.h>
#include <gsl/gsl_interp.h>
#include <stdlib.h>

typedef struct thinned
{
  const delay_law *base; /* an argument of the law */
  const double *knot, *acceptance;
  size_t knots;
  double probability; /* p */
  gsl_interp *interpolant;
  double *zeroth;    /* int_0^knot a dF */
  double *first;     /* int_0^knot t a dF */
  delay_rule *nodes; /* at SCALE */
  double scale;
  delay_law *replaced; /* bases of atoms and mixtures: the law itself */
} thinned;

static void
destroy (delay_law *law)
{
  thinned *table = law->table;
  gsl_interp_free (table->interpolant);
  free (table->zeroth);
  free (table->first);
  delay_rule_free (table->nodes);
  delay_free (table->replaced);
  free (table);
}

static double
acceptance (const thinned *table, double t)
{
  const size_t last = table->knots - 1;
  if (t <= table->knot[0])
    return table->acceptance[0];
  if (t >= table->knot[last])
    return table->acceptance[last];
  return gsl_interp_eval (table->interpolant, table->knot, table->acceptance, t,
                          NULL);
}

/* Adds the integrals over [a, b], inside one interval between knots.  */
static void
add_interval (const thinned *table, double a, double b,
              const gsl_integration_glfixed_table *gauss, double *zeroth,
              double *first)
{
  const delay_law *base = table->base;
  const double at_a = acceptance (table, a), at_b = acceptance (table, b);
  const double below_a = delay_cdf (base, a), below_b = delay_cdf (base, b);
  *zeroth += at_b * below_b - at_a * below_a;
  *first += b * at_b * below_b - a * at_a * below_a
            - at_b * delay_integrated_cdf (base, b)
            + at_a * delay_integrated_cdf (base, a);
  /* F has kinks at the ends of the support of the base: split there.  */
  const double end[4] = { a, fmin (fmax (base->infimum, a), b),
                          fmin (fmax (base->supremum, a), b), b };
  for (int piece = 0; piece < 3; piece++)
    for (size_t i = 0; end[piece + 1] > end[piece] && i < gauss->n; i++)
      {
        double t, w, slope;
        gsl_integration_glfixed_point (end[piece], end[piece + 1], i, &t, &w,
                                       gauss);
        slope = w
                * gsl_interp_eval_deriv (table->interpolant, table->knot,
                                         table->acceptance, t, NULL);
        *zeroth -= slope * delay_cdf (base, t);
        *first +=
            slope * (delay_integrated_cdf (base, t) - t * delay_cdf (base, t));
      }
}

/* int_0^t a dF and int_0^t x a dF.  */
static void
integrals (const thinned *table, double t, double *zeroth, double *first)
{
  const delay_law *base = table->base;
  const size_t last = table->knots - 1;
  const double below = delay_cdf (base, t);
  const double moment = t * below - delay_integrated_cdf (base, t);

  if (t <= table->knot[0])
    {
      *zeroth = table->acceptance[0] * below;
      *first = table->acceptance[0] * moment;
      return;
    }
  if (t >= table->knot[last])
    {
      const double edge = table->knot[last];
      const double edge_below = delay_cdf (base, edge);
      *zeroth =
          table->zeroth[last] + table->acceptance[last] * (below - edge_below);
      *first =
          table->first[last]
          + table->acceptance[last]
                * (moment
                   - (edge * edge_below - delay_integrated_cdf (base, edge)));
      return;
    }
  const size_t k = gsl_interp_bsearch (table->knot, t, 0, last);
  gsl_integration_glfixed_table *gauss =
      gsl_integration_glfixed_table_alloc (16);
  *zeroth = table->zeroth[k];
  *first = table->first[k];
  if (gauss)
    add_interval (table, table->knot[k], t, gauss, zeroth, first);
  else
    *zeroth = *first = NAN;
  gsl_integration_glfixed_table_free (gauss);
}

/* ---- building -------------------------------------------------------- */

static support_status
fail_never (support_failure *failure)
{
  return support_fail (failure, SUPPORT_INVALID,
                       "the family 'thinned' needs delays accepted with "
                       "positive probability");
}

static support_status
replace_atoms (thinned *table, support_failure *failure)
{
  const double *time, *mass;
  size_t count;
  delay_atoms (table->base, &time, &mass, &count);
  double *weight = support_doubles (count);
  support_status status = SUPPORT_OK;
  if (! weight)
    return support_fail_memory (failure);
  for (size_t i = 0; i < count; i++)
    {
      weight[i] = mass[i] * acceptance (table, time[i]);
      table->probability += weight[i];
    }
  status =
      table->probability > 0.0
          ? delay_create_atoms (time, weight, count, &table->replaced, failure)
          : fail_never (failure);
  free (weight);
  return status;
}

static double
probability (const delay_law *law)
{
  return ((const thinned *) law->table)->probability;
}

/* A mixture of thinned parts; parts never accepted drop out.  */
static support_status
replace_mixture (thinned *table, const delay_argument *thinning,
                 support_failure *failure)
{
  const delay_law *base = table->base;
  const size_t parts = base->count - 1;
  delay_argument *argument = calloc (parts + 1, sizeof *argument);
  double *weight = support_doubles (parts);
  size_t kept = 0;
  support_status status = SUPPORT_OK;

  if (! argument || ! weight)
    status = support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < parts; i++)
    {
      const delay_argument part[] = { { .law = base->argument[i + 1].law },
                                      thinning[1],
                                      thinning[2] };
      delay_law *law = NULL;
      if (base->argument[0].values[i] == 0.0)
        continue;
      status = delay_create ("thinned", part, 3, &law, failure);
      if (status == SUPPORT_INVALID)
        status = SUPPORT_OK; /* never accepted: the arguments are good */
      else if (status == SUPPORT_OK)
        {
          weight[kept] = base->argument[0].values[i] * probability (law);
          table->probability += weight[kept];
          argument[++kept].law = law;
        }
    }
  if (status == SUPPORT_OK && kept == 0)
    status = fail_never (failure);
  if (status == SUPPORT_OK)
    {
      double total = 0.0;
      for (size_t i = 0; i < parts; i++)
        total += base->argument[0].values[i];
      table->probability /= total;
      argument[0] = (delay_argument){ .values = weight, .count = kept };
      status = delay_create ("mixture", argument, kept + 1, &table->replaced,
                             failure);
    }
  for (size_t i = 1; argument && i <= kept; i++)
    delay_free ((delay_law *) argument[i].law);
  free (argument);
  free (weight);
  return status;
}

static support_status
tabulate (thinned *table, support_failure *failure)
{
  const size_t last = table->knots - 1;
  /* Between knots this close a few points do.  */
  gsl_integration_glfixed_table *gauss =
      gsl_integration_glfixed_table_alloc (table->knots > 256 ? 4 : 16);
  table->zeroth = support_doubles (table->knots);
  table->first = support_doubles (table->knots);
  if (! gauss || ! table->zeroth || ! table->first)
    {
      gsl_integration_glfixed_table_free (gauss);
      return support_fail_memory (failure);
    }
  integrals (table, table->knot[0], &table->zeroth[0], &table->first[0]);
  for (size_t k = 0; k < last; k++)
    {
      table->zeroth[k + 1] = table->zeroth[k];
      table->first[k + 1] = table->first[k];
      add_interval (table, table->knot[k], table->knot[k + 1], gauss,
                    &table->zeroth[k + 1], &table->first[k + 1]);
    }
  gsl_integration_glfixed_table_free (gauss);
  return SUPPORT_OK;
}

static support_status
build_continuous (delay_law *law, support_failure *failure)
{
  thinned *table = law->table;
  const delay_law *base = table->base;
  const size_t last = table->knots - 1;
  const double beyond = table->acceptance[last];
  double moment;
  support_status status = tabulate (table, failure);

  if (status != SUPPORT_OK)
    return status;
  integrals (table, table->knot[last], &table->probability, &moment);
  if (beyond > 0.0)
    {
      const double edge = table->knot[last], below = delay_cdf (base, edge);
      table->probability += beyond * (1.0 - below);
      moment +=
          beyond
          * (base->mean - edge * below + delay_integrated_cdf (base, edge));
    }
  if (! (table->probability > 1e-12))
    return fail_never (failure);
  law->mean = moment / table->probability;
  law->infimum = base->infimum;
  law->supremum =
      beyond > 0.0 ? base->supremum : fmin (base->supremum, table->knot[last]);
  law->abscissa = isfinite (law->supremum) ? -INFINITY : base->abscissa;
  law->power = base->power;
  law->cv2 = base->cv2; /* for the panels of the rule that refines it */
  table->scale = 0.5 * law->mean;
  status = delay_rule_create (law, table->scale, &table->nodes, failure);
  law->cv2 = 0.0;
  for (size_t i = 0; status == SUPPORT_OK && i < table->nodes->count; i++)
    {
      const double deviation = table->nodes->node[i] / law->mean - 1.0;
      law->cv2 += table->nodes->weight[i] * deviation * deviation;
    }
  return status;
}

static support_status
build (delay_law *law, support_failure *failure)
{
  size_t others;
  support_status status;
  thinned *table = calloc (1, sizeof *table);

  if (! table)
    return support_fail_memory (failure);
  law->table = table;
  table->base = law->argument[0].law;
  if (! table->base)
    return support_fail (failure, SUPPORT_INVALID,
                         "the first parameter of the family 'thinned' must be "
                         "a law");
  status = delay_vector (law, 1, "knots", &table->knot, &table->knots, failure);
  if (status == SUPPORT_OK)
    status = delay_vector (law, 2, "acceptance", &table->acceptance, &others,
                           failure);
  if (status != SUPPORT_OK)
    return status;
  bool good = table->knots == others && others >= 3;
  for (size_t i = 0; good && i < others; i++)
    good = table->acceptance[i] <= 1.0
           && (i == 0 || table->knot[i] > table->knot[i - 1]);
  if (! good)
    return support_fail (failure, SUPPORT_INVALID,
                         "the family 'thinned' takes at least 3 increasing "
                         "knots and as many probabilities");
  table->interpolant = gsl_interp_alloc (gsl_interp_steffen, table->knots);
  if (! table->interpolant)
    return support_fail_memory (failure);
  gsl_interp_init (table->interpolant, table->knot, table->acceptance,
                   table->knots);

  const double *time, *mass;
  if (delay_atoms (table->base, &time, &mass, &others))
    status = replace_atoms (table, failure);
  else if (table->base->family == &delay_family_mixture)
    status = replace_mixture (table, law->argument, failure);
  else
    return build_continuous (law, failure);
  if (status == SUPPORT_OK)
    {
      law->mean = table->replaced->mean;
      law->cv2 = table->replaced->cv2;
      law->abscissa = table->replaced->abscissa;
      law->infimum = table->replaced->infimum;
      law->supremum = table->replaced->supremum;
    }
  return status;
}

/* ---- methods --------------------------------------------------------- */

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const thinned *table = law->table;
  delay_rule *finer = NULL;
  const delay_rule *rule = table->nodes;

  if (table->replaced)
    {
      delay_lst (table->replaced, s, out);
      return;
    }
  out[0] = out[1] = out[2] = 0.0;
  /* 16 points integrate exp (i w t) to rounding over panels of 8 radians.  */
  if (fabs (cimag (s)) * table->scale > 8.0)
    {
      if (delay_rule_create (law, 8.0 / fabs (cimag (s)), &finer, NULL)
          != SUPPORT_OK)
        {
          out[0] = out[1] = out[2] = CMPLX (NAN, NAN);
          return;
        }
      rule = finer;
    }
  for (size_t i = 0; i < rule->count; i++)
    {
      const double t = rule->node[i];
      const double complex term = rule->weight[i] * cexp (-s * t);
      out[0] += term;
      out[1] -= t * term;
      out[2] += t * t * term;
    }
  delay_rule_free (finer);
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
  if (table->replaced)
    return delay_pdf (table->replaced, t);
  return acceptance (table, t) * delay_pdf (table->base, t)
         / table->probability;
}

static double
integrated_cdf (const delay_law *law, double t)
{
  const thinned *table = law->table;
  double zeroth, first;
  if (table->replaced)
    return delay_integrated_cdf (table->replaced, t);
  integrals (table, t, &zeroth, &first);
  return (t * zeroth - first) / table->probability;
}

static double
atom (const delay_law *law, double t)
{
  const thinned *table = law->table;
  return table->replaced ? delay_atom (table->replaced, t) : 0.0;
}

/* Draws from DRAW of the base until one is accepted.  */
static double
reject (const thinned *table,
        double (*draw) (const delay_law *law, gsl_rng *stream), gsl_rng *stream)
{
  double t;
  do
    t = draw (table->base, stream);
  while (support_stream_uniform (stream) > acceptance (table, t));
  return t;
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  const thinned *table = law->table;
  if (table->replaced)
    return table->replaced->family->sample (table->replaced, stream);
  return reject (table, table->base->family->sample, stream);
}

static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const thinned *table = law->table;
  if (table->replaced)
    return table->replaced->family->sample_biased (table->replaced, stream);
  return reject (table, table->base->family->sample_biased, stream);
}

static support_status
rule_of (const delay_law *law, double mass, const delay_panels *panels,
         delay_rule *out)
{
  const thinned *table = law->table;
  delay_panels finer = *panels;
  if (table->replaced)
    return table->replaced->family->rule (table->replaced, mass, panels, out);
  /* Knots are dense where the acceptance bends; many of them come from a
     curve that is smooth over a few.  */
  finer.end = table->knot;
  finer.count = table->knots;
  finer.stride = 1 + table->knots / 64;
  return delay_rule_smooth (law, mass, &finer, out);
}

const delay_family delay_family_thinned = {
  .name = "thinned",
  .arguments = "law, knots, acceptance",
  .least = 3,
  .most = 3,
  .build = build,
  .destroy = destroy,
  .lst = lst,
  .cdf = cdf,
  .pdf = pdf,
  .integrated_cdf = integrated_cdf,
  .atom = atom,
  .sample = sample,
  .sample_biased = sample_biased,
  .rule = rule_of,
};
