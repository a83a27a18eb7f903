/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making thinned laws, by what the base law is.  */
#include "delay/thinned.h"

#include <stdlib.h>

/* Steffen's interpolant is monotone between knots: never outside [0, 1].  */
double
delay_acceptance (const thinned *table, double t)
{
  const size_t last = table->knots - 1;
  if (t <= table->knot[0])
    return table->acceptance[0];
  if (t >= table->knot[last])
    return table->acceptance[last];
  const double place = fmax (t / table->knot[last], table->place[0]);
  return gsl_interp_eval (table->interpolant, table->place, table->acceptance,
                          fmin (place, 1.0), NULL);
}

double
delay_accepted_density (const void *context, double t)
{
  const thinned *table = context;
  /* Where nothing is accepted the density of the base may be infinite.  */
  const double accepted = delay_acceptance (table, t);
  return accepted > 0.0 ? accepted * delay_pdf (table->base, t) : 0.0;
}

double
delay_transformed_density (const void *context, double t)
{
  const thinned *table = context;
  return (delay_acceptance (table, t) - table->constant)
         * delay_pdf (table->base, t);
}

/* ---- building on atoms and mixtures ---------------------------------- */

static support_status
fail_never (support_failure *failure)
{
  return support_fail (failure, SUPPORT_INVALID,
                       "the family 'thinned' needs delays accepted with a "
                       "positive probability of at least 1e-12");
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
      weight[i] = mass[i] * delay_acceptance (table, time[i]);
      table->probability += weight[i];
    }
  status =
      table->probability > 1e-12
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

/* A base that is hardly more than its mean.  */
static support_status
replace_needle (thinned *table, support_failure *failure)
{
  table->probability = delay_acceptance (table, table->base->mean);
  return table->probability > 1e-12
             ? delay_copy (table->base, &table->replaced, failure)
             : fail_never (failure);
}

/* ---- building on a density ------------------------------------------- */

/* The base without the thinnings on top of it, where its density is smooth;
   with OUT, also the points where those are not, COUNT of them.  */
static const delay_law *
root_of (const delay_law *base, double *out, size_t *count)
{
  while (base->family == &delay_family_thinned)
    {
      const thinned *table = base->table;
      for (size_t i = 0; out && i < table->knots; i++)
        out[*count + i] = table->knot[i];
      *count += table->knots;
      base = table->base;
    }
  return base;
}

static int
by_size (const void *left, const void *right)
{
  const double a = *(const double *) left, b = *(const double *) right;
  return (a > b) - (a < b);
}

/* The support: from where to where the acceptance is not 0.  */
static void
find_support (const thinned *table, delay_law *law)
{
  const delay_law *base = table->base;
  size_t begin = 0, end = table->knots;
  while (begin < end && table->acceptance[begin] == 0.0)
    begin++;
  while (end > begin && table->acceptance[end - 1] == 0.0)
    end--;
  law->infimum = base->infimum;
  law->supremum = base->supremum;
  if (begin > 0)
    law->infimum = fmax (law->infimum, table->knot[begin - 1]);
  if (end < table->knots)
    law->supremum = fmin (law->supremum, table->knot[end]);
}

/* Pieces that end at each of the points where the density is not smooth; INNER
   of them lie left of the last knot.  */
static support_status
cut_support (thinned *table, const delay_law *law, support_failure *failure)
{
  const double tail = 1e-30;
  const double edge = table->knot[table->knots - 1];
  size_t below = 0, kept = 1;
  const delay_law *root = root_of (table->base, NULL, &below);
  const double low = fmax (law->infimum, delay_lower_end (root, tail));
  const double high = isfinite (law->supremum)
                          ? law->supremum
                          : fmax (edge, delay_upper_end (root, tail));
  double *cut = support_doubles (table->knots + below + 2);
  support_status status;

  if (! cut)
    return support_fail_memory (failure);
  if (! (low < high))
    {
      free (cut);
      return fail_never (failure);
    }
  for (size_t i = 0; i < table->knots; i++)
    cut[1 + i] = table->knot[i];
  below = 1 + table->knots;
  root_of (table->base, cut, &below);
  qsort (cut + 1, below - 1, sizeof *cut, by_size);
  cut[0] = low;
  for (size_t i = 1; i < below; i++)
    if (cut[i] > cut[kept - 1] && cut[i] < high)
      cut[kept++] = cut[i];
  cut[kept++] = high;
  status = delay_pieces_create (root, cut, kept, &table->pieces);
  free (cut);
  if (status != SUPPORT_OK)
    return support_fail (failure, status,
                         "the law to be thinned needs too "
                         "many pieces");
  table->inner = table->pieces->count;
  while (table->inner > 0 && table->pieces->end[table->inner] > edge)
    table->inner--;
  return SUPPORT_OK;
}

static support_status
sum_pieces (thinned *table, support_failure *failure)
{
  const delay_pieces *pieces = table->pieces;
  const delay_density density = { delay_accepted_density, table };
  table->zeroth = support_doubles (pieces->count + 1);
  table->first = support_doubles (pieces->count + 1);
  if (! table->zeroth || ! table->first)
    return support_fail_memory (failure);
  for (size_t i = 0; i < pieces->count; i++)
    {
      table->zeroth[i + 1] = table->zeroth[i];
      table->first[i + 1] = table->first[i];
      delay_pieces_add (pieces, i, pieces->end[i + 1], density,
                        &table->zeroth[i + 1], &table->first[i + 1]);
    }
  return SUPPORT_OK;
}

static double
constant_scale (double t, void *context)
{
  (void) t;
  return *(const double *) context;
}

static double
square_deviation (const thinned *table, double mean)
{
  const delay_density density = { delay_accepted_density, table };
  double whole = INFINITY, sum = 0.0;
  const delay_panels panels = { constant_scale, &whole };
  delay_rule rule = { .count = 0 };
  const support_status status = delay_pieces_rule (
      table->pieces, table->pieces->count, density, &panels, 0.0, &rule);
  for (size_t i = 0; i < rule.count; i++)
    {
      const double deviation = rule.node[i] / mean - 1.0;
      sum += rule.weight[i] * deviation * deviation;
    }
  free (rule.node);
  free (rule.weight);
  return status == SUPPORT_OK ? sum / table->probability : NAN;
}

/* Panels of half a mean, and of a sixteenth.  */
static support_status
make_nodes (thinned *table, int level, double mean, support_failure *failure)
{
  const delay_density density = { delay_transformed_density, table };
  const double *end = table->pieces->end;
  const double most = 4096.0;
  double scale = ldexp (mean, -1 - 3 * level);
  const delay_panels panels = { constant_scale, &scale };
  delay_rule *nodes;

  if (end[table->inner] - end[0] > most * scale)
    return SUPPORT_OK;
  table->level[level].nodes = nodes = calloc (1, sizeof *nodes);
  if (! nodes)
    return support_fail_memory (failure);
  /* A panel stands for polynomials of degree 15: 4 radians.  */
  table->level[level].reach = 4.0 / scale;
  const support_status status = delay_pieces_rule (
      table->pieces, table->inner, density, &panels, 0.0, nodes);
  return status == SUPPORT_OK
             ? status
             : support_fail (failure, status,
                             "no quadrature for the thinned law");
}

static support_status
build_continuous (delay_law *law, support_failure *failure)
{
  thinned *table = law->table;
  const double beyond = table->acceptance[table->knots - 1];
  support_status status;

  find_support (table, law);
  status = cut_support (table, law, failure);
  if (status == SUPPORT_OK)
    status = sum_pieces (table, failure);
  if (status != SUPPORT_OK)
    return status;
  table->probability = table->zeroth[table->pieces->count];
  if (! (table->probability > 1e-12))
    return fail_never (failure);
  law->mean = table->first[table->pieces->count] / table->probability;
  law->cv2 = square_deviation (table, law->mean);
  law->abscissa = isfinite (law->supremum) ? -INFINITY : table->base->abscissa;
  law->power = table->base->power;

  /* The constant would cancel if what is accepted were little of it.  */
  if (beyond > 0.0 && table->probability > 1e-3 * beyond)
    table->constant = beyond;
  else
    table->inner = table->pieces->count;
  for (int level = 0; status == SUPPORT_OK && level < THINNED_LEVELS; level++)
    status = make_nodes (table, level, law->mean, failure);
  return status;
}

/* What stands for the law where that is not its own density.  */
static const delay_law *
resolved (const delay_law *base)
{
  while (base && base->family == &delay_family_thinned
         && ((const thinned *) base->table)->replaced)
    base = ((const thinned *) base->table)->replaced;
  return base;
}

static support_status
check (delay_law *law, support_failure *failure)
{
  thinned *table = law->table;
  size_t others;
  support_status status;

  table->base = resolved (law->argument[0].law);
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
    {
      table->highest = fmax (table->highest, table->acceptance[i]);
      good = table->acceptance[i] <= 1.0
             && (i == 0 || table->knot[i] > table->knot[i - 1]);
    }
  return good ? SUPPORT_OK
              : support_fail (failure, SUPPORT_INVALID,
                              "the family 'thinned' takes at least 3 "
                              "increasing knots and as many probabilities");
}

support_status
delay_thinned_build (delay_law *law, support_failure *failure)
{
  const double *time, *mass;
  size_t atoms;
  thinned *table = calloc (1, sizeof *table);

  if (! table)
    return support_fail_memory (failure);
  law->table = table;
  support_status status = check (law, failure);
  if (status != SUPPORT_OK)
    return status;
  table->place = support_doubles (table->knots);
  table->interpolant = gsl_interp_alloc (gsl_interp_steffen, table->knots);
  if (! table->place || ! table->interpolant)
    return support_fail_memory (failure);
  for (size_t i = 0; i < table->knots; i++)
    table->place[i] = table->knot[i] / table->knot[table->knots - 1];
  gsl_interp_init (table->interpolant, table->place, table->acceptance,
                   table->knots);

  if (delay_atoms (table->base, &time, &mass, &atoms))
    status = replace_atoms (table, failure);
  else if (table->base->family == &delay_family_mixture)
    status = replace_mixture (table, law->argument, failure);
  else if (delay_is_needle (table->base))
    status = replace_needle (table, failure);
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
