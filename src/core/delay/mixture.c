/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One of several laws, chosen at random: phi = sum_i p_i phi_i.  The delay of
   an update when classes of workers differ.  */
#include "delay/sum.h"

#include <stdlib.h>

/* The table is the normalised weights; the parts are the arguments.  */
static size_t
parts (const delay_law *law)
{
  return law->count - 1;
}

static double
weight (const delay_law *law, size_t i)
{
  return ((const double *) law->table)[i];
}

static const delay_law *
part (const delay_law *law, size_t i)
{
  return law->argument[i + 1].law;
}

static void
destroy (delay_law *law)
{
  free (law->table);
}

static support_status
build (delay_law *law, support_failure *failure)
{
  const double *given;
  size_t count;
  double total = 0.0, second = 0.0;
  support_status status =
      delay_vector (law, 0, "weights", &given, &count, failure);
  if (status != SUPPORT_OK)
    return status;
  bool laws = count == parts (law);
  for (size_t i = 0; laws && i < count; i++)
    {
      laws = part (law, i) != NULL;
      total += given[i];
    }
  if (! laws || ! (total > 0.0 && isfinite (total)))
    return support_fail (failure, SUPPORT_INVALID,
                         "the family 'mixture' takes a vector of weights, not "
                         "all 0, and as many laws");

  double *weights = support_doubles (count);
  if (! weights)
    return support_fail_memory (failure);
  law->table = weights;
  law->abscissa = -INFINITY;
  law->infimum = INFINITY;
  law->supremum = 0.0;
  for (size_t i = 0; i < count; i++)
    {
      weights[i] = given[i] / total;
      law->mean += weights[i] * part (law, i)->mean;
      if (weights[i] == 0.0)
        continue;
      law->abscissa = fmax (law->abscissa, part (law, i)->abscissa);
      law->infimum = fmin (law->infimum, part (law, i)->infimum);
      law->supremum = fmax (law->supremum, part (law, i)->supremum);
    }
  for (size_t i = 0; i < count && law->mean > 0.0; i++)
    {
      const double ratio = part (law, i)->mean / law->mean;
      second += weights[i]
                * (part (law, i)->cv2 * ratio * ratio
                   + (ratio - 1.0) * (ratio - 1.0));
    }
  law->cv2 = second;
  return SUPPORT_OK;
}

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  out[0] = out[1] = out[2] = 0.0;
  for (size_t i = 0; i < parts (law); i++)
    if (weight (law, i) > 0.0)
      {
        double complex phi[3];
        delay_lst (part (law, i), s, phi);
        for (int k = 0; k < 3; k++)
          out[k] += weight (law, i) * phi[k];
      }
}

static bool
continues (const delay_law *law)
{
  bool all = true;
  for (size_t i = 0; all && i < parts (law); i++)
    all = weight (law, i) == 0.0 || delay_continues (part (law, i))
          || isinf (part (law, i)->abscissa);
  return all;
}

/* The weighted sum of FUNCTION over the parts, at T.  */
static double
average (const delay_law *law, delay_function *function, double t)
{
  double sum = 0.0;
  for (size_t i = 0; i < parts (law); i++)
    if (weight (law, i) > 0.0)
      sum += weight (law, i) * function (part (law, i), t);
  return sum;
}

/* to += weight * left * right, polynomials with constants first.  */
static void
add_product (double *to, double weight, const double *left, size_t left_degree,
             const double *right, size_t right_degree)
{
  for (size_t i = 0; i <= left_degree; i++)
    for (size_t j = 0; j <= right_degree; j++)
      to[i + j] += weight * left[i] * right[j];
}

/* The poles -1/scale of transforms made of Erlang laws.  */
typedef struct poles
{
  size_t count, room, degree;
  double *scale;
  size_t *power;
} poles;

/* At least POWER times, or that much more if ADD.  */
static bool
set_pole (poles *of, double scale, size_t power, bool add)
{
  size_t k = 0;
  while (k < of->count && of->scale[k] != scale)
    k++;
  if (k == of->room)
    return false;
  if (k == of->count)
    {
      of->scale[of->count++] = scale;
      of->power[k] = 0;
    }
  const size_t before = of->power[k];
  of->power[k] = add ? before + power : power > before ? power : before;
  of->degree += of->power[k] - before;
  return true;
}

static bool
create_poles (size_t room, poles *of)
{
  *of = (poles){ .room = room,
                 .scale = support_doubles (room),
                 .power = calloc (room, sizeof *of->power) };
  return of->scale && of->power;
}

static void
free_poles (poles *of)
{
  free (of->scale);
  free (of->power);
}

static bool collect_poles (const delay_law *law, poles *of);

/* Those of the least common denominator of all parts.  */
static bool
collect_common (const delay_law *law, poles *of)
{
  poles own;
  bool good = create_poles (of->room, &own);
  for (size_t i = 0; good && i < parts (law); i++)
    if (weight (law, i) > 0.0)
      {
        own.count = own.degree = 0;
        good = collect_poles (part (law, i), &own);
        for (size_t k = 0; good && k < own.count; k++)
          good = set_pole (of, own.scale[k], own.power[k], false);
      }
  free_poles (&own);
  return good;
}

/* Multiplies by the denominator of LAW; false where it is not made of Erlang
   laws, or of too many.  */
static bool
collect_poles (const delay_law *law, poles *of)
{
  poles own;
  if (law->family == &delay_family_exponential)
    return set_pole (of, law->argument[0].values[0], 1, true);
  if (law->family == &delay_family_gamma)
    return set_pole (of, law->argument[1].values[0],
                     (size_t) law->argument[0].values[0], true);
  if (law->family == &delay_family_sum)
    {
      const delay_sum *table = law->table;
      bool good = table->shift == 0.0;
      for (size_t i = 0; good && i < table->parts; i++)
        good = collect_poles (table->part[i], of);
      return good;
    }
  if (law->family != &delay_family_mixture)
    return false;
  bool good = create_poles (of->room, &own) && collect_common (law, &own);
  for (size_t k = 0; good && k < own.count; k++)
    good = set_pole (of, own.scale[k], own.power[k], true);
  free_poles (&own);
  return good;
}

/* TO *= (1 + s scale)^power over the poles of ALL that are not PART's.  */
static void
multiply_missing (double *to, size_t degree, const poles *all,
                  const poles *part)
{
  for (size_t k = 0; k < all->count; k++)
    {
      size_t power = all->power[k];
      for (size_t j = 0; j < part->count; j++)
        if (part->scale[j] == all->scale[k])
          power -= part->power[j];
      for (; power > 0; power--, degree++)
        {
          to[degree + 1] = 0.0;
          for (size_t i = degree + 1; i > 0; i--)
            to[i] += all->scale[k] * to[i - 1];
        }
    }
}

/* sum_i w_i n_i/d_i where all parts are made of Erlang laws: over the least
   common denominator, as a pole that is written down twice hides the roots near
   it.  False where they are not.  */
static bool
rational_of_erlangs (const delay_law *law, size_t *degree, double *numerator,
                     double *denominator)
{
  const size_t most = *degree, room = most + 1;
  double *n = support_doubles (2 * room + 2), *d = n + room + 1;
  poles all, own;
  bool good = create_poles (room, &all);
  good = create_poles (room, &own) && good && n;
  good = good && collect_common (law, &all) && all.degree <= most;
  for (size_t k = 0; good && k < room; k++)
    numerator[k] = 0.0;
  for (size_t i = 0; good && i < parts (law); i++)
    if (weight (law, i) > 0.0)
      {
        size_t size = most;
        own.count = own.degree = 0;
        good = collect_poles (part (law, i), &own)
               && delay_rational (part (law, i), &size, n, d)
               && size == own.degree;
        if (! good)
          break;
        multiply_missing (n, size, &all, &own);
        for (size_t k = 0; k <= all.degree; k++)
          numerator[k] += weight (law, i) * n[k];
      }
  if (good)
    {
      denominator[0] = 1.0;
      own.count = 0;
      multiply_missing (denominator, 0, &all, &own);
      *degree = all.degree;
    }
  free_poles (&own);
  free_poles (&all);
  free (n);
  return good;
}

/* N/D + w n/d = (N d + w n D) / (D d), part by part, in general.  */
static bool
rational (const delay_law *law, size_t *degree, double *numerator,
          double *denominator)
{
  if (rational_of_erlangs (law, degree, numerator, denominator))
    return true;
  const size_t most = *degree, room = most + 1;
  double *block = support_doubles (4 * room);
  double *n = block, *d = n + room, *sum = d + room, *product = sum + room;
  bool good = block != NULL;
  size_t total = 0;

  for (size_t k = 0; good && k < room; k++)
    numerator[k] = denominator[k] = 0.0;
  denominator[0] = 1.0;
  for (size_t i = 0; good && i < parts (law); i++)
    {
      size_t own = most - total;
      if (weight (law, i) == 0.0)
        continue;
      good = delay_rational (part (law, i), &own, n, d);
      if (! good)
        break;
      for (size_t k = 0; k < room; k++)
        sum[k] = product[k] = 0.0;
      add_product (sum, 1.0, numerator, total, d, own);
      add_product (sum, weight (law, i), n, own, denominator, total);
      add_product (product, 1.0, denominator, total, d, own);
      total += own;
      for (size_t k = 0; k <= total; k++)
        {
          numerator[k] = sum[k];
          denominator[k] = product[k];
        }
    }
  free (block);
  *degree = total;
  return good;
}

/* The chain enters one of the parts.  */
static size_t
phases (const delay_law *law)
{
  size_t sum = 0;
  for (size_t i = 0; i < parts (law); i++)
    if (weight (law, i) > 0.0)
      {
        const size_t own = delay_phases_order (part (law, i));
        if (own == 0)
          return 0;
        sum += own;
      }
  return sum;
}

static void
write_phases (const delay_law *law, delay_phases *out, size_t first)
{
  for (size_t i = 0; i < parts (law); i++)
    if (weight (law, i) > 0.0)
      {
        const delay_law *one = part (law, i);
        const size_t end = first + delay_phases_order (one);
        one->family->write_phases (one, out, first);
        for (; first < end; first++)
          out->alpha[first] *= weight (law, i);
      }
}

static double
cdf (const delay_law *law, double t)
{
  return average (law, delay_cdf, t);
}

static double
pdf (const delay_law *law, double t)
{
  return average (law, delay_pdf, t);
}

/* The largest density is taken out of the sum: all may underflow.  */
static double
log_pdf (const delay_law *law, double t)
{
  double largest = -INFINITY, sum = 0.0;
  for (size_t i = 0; i < parts (law); i++)
    if (weight (law, i) > 0.0)
      largest = fmax (largest, delay_log_pdf (part (law, i), t));
  if (isinf (largest))
    return largest;
  for (size_t i = 0; i < parts (law); i++)
    if (weight (law, i) > 0.0)
      sum += weight (law, i) * exp (delay_log_pdf (part (law, i), t) - largest);
  return largest + log (sum);
}

/* Between the quantiles of the parts.  */
static double
quantile (const delay_law *law, double p)
{
  double low = law->supremum, high = law->infimum;
  for (size_t i = 0; i < parts (law); i++)
    if (weight (law, i) > 0.0)
      {
        const double t = delay_quantile (part (law, i), p);
        low = fmin (low, t);
        high = fmax (high, t);
      }
  return cdf (law, low) >= p
             ? low
             : delay_search (law, delay_cdf, delay_pdf, p, low, high);
}

static double
integrated_cdf (const delay_law *law, double t)
{
  return average (law, delay_integrated_cdf, t);
}

static double
atom (const delay_law *law, double t)
{
  return average (law, delay_atom, t);
}

/* A part chosen with probability proportional to its weight, or to its part
   of the mean.  */
static const delay_law *
choose (const delay_law *law, bool by_mean, gsl_rng *stream)
{
  double left = support_stream_uniform (stream) * (by_mean ? law->mean : 1.0);
  size_t last = 0;
  for (size_t i = 0; i < parts (law); i++)
    {
      const double share =
          weight (law, i) * (by_mean ? part (law, i)->mean : 1.0);
      if (share > 0.0)
        last = i;
      if (share > 0.0 && left < share)
        break;
      left -= share;
    }
  return part (law, last);
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  const delay_law *chosen = choose (law, false, stream);
  return chosen->family->sample (chosen, stream);
}

static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const delay_law *chosen = choose (law, true, stream);
  return chosen->family->sample_biased (chosen, stream);
}

static support_status
rule (const delay_law *law, double mass, const delay_panels *panels,
      delay_rule *out)
{
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < parts (law); i++)
    if (weight (law, i) > 0.0)
      status = part (law, i)->family->rule (
          part (law, i), mass * weight (law, i), panels, out);
  return status;
}

const delay_family delay_family_mixture = {
  .name = "mixture",
  .arguments = "weights, law, ...",
  .least = 2,
  .most = SIZE_MAX,
  .effort = DELAY_SUM,
  .build = build,
  .destroy = destroy,
  .lst = lst,
  .continues = continues,
  .rational = rational,
  .cdf = cdf,
  .pdf = pdf,
  .log_pdf = log_pdf,
  .quantile = quantile,
  .integrated_cdf = integrated_cdf,
  .atom = atom,
  .sample = sample,
  .sample_biased = sample_biased,
  .phases = phases,
  .write_phases = write_phases,
  .rule = rule,
};
