/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Independent delays one after the other, such as a download, a gradient and
   an upload: phi = prod_i phi_i.  */
#include "delay/sum.h"

#include <stdlib.h>
#include <string.h>

static void
destroy (delay_law *law)
{
  delay_sum *table = law->table;
  for (size_t i = 0; i < table->parts; i++)
    delay_free (table->part[i]);
  free (table->part);
  delay_free (table->rest);
  delay_free (table->others);
  delay_convolution *convolution = atomic_load (&table->convolution);
  if (convolution && convolution->pieces)
    delay_convolution_free (convolution);
  free (table);
}

/* ---- transforms ------------------------------------------------------ */

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const delay_sum *table = law->table;
  const double d = table->shift;
  out[0] = d == 0.0 ? 1.0 : cexp (-s * d);
  out[1] = -d * out[0];
  out[2] = d * d * out[0];
  for (size_t i = 0; i < table->parts; i++)
    {
      double complex phi[3];
      delay_lst (table->part[i], s, phi);
      out[2] = out[2] * phi[0] + 2.0 * out[1] * phi[1] + out[0] * phi[2];
      out[1] = out[1] * phi[0] + out[0] * phi[1];
      out[0] *= phi[0];
    }
}

static bool
continues (const delay_law *law)
{
  const delay_sum *table = law->table;
  bool all = true;
  for (size_t i = 0; all && i < table->parts; i++)
    all = delay_continues (table->part[i]) || isinf (table->part[i]->abscissa);
  return all;
}

/* to *= by, polynomials with constants first.  */
static void
multiply (double *to, size_t degree, const double *by, size_t other)
{
  for (size_t k = degree + other + 1; k-- > 0;)
    {
      double sum = 0.0;
      for (size_t j = 0; j <= other && j <= k; j++)
        if (k - j <= degree)
          sum += to[k - j] * by[j];
      to[k] = sum;
    }
}

static bool
rational (const delay_law *law, size_t *degree, double *numerator,
          double *denominator)
{
  const delay_sum *table = law->table;
  const size_t most = *degree;
  double *n = support_doubles (2 * (most + 1));
  bool good = n && table->shift == 0.0;
  size_t total = 0;
  numerator[0] = denominator[0] = 1.0;
  for (size_t i = 0; good && i < table->parts; i++)
    {
      size_t own = most - total;
      double *d = n + most + 1;
      good = delay_rational (table->part[i], &own, n, d);
      if (! good)
        break;
      multiply (numerator, total, n, own);
      multiply (denominator, total, d, own);
      total += own;
    }
  free (n);
  *degree = total;
  return good;
}

static size_t
phases (const delay_law *law)
{
  const delay_sum *table = law->table;
  return table->rest && table->shift == 0.0 ? delay_phases_order (table->rest)
                                            : 0;
}

static void
write_phases (const delay_law *law, delay_phases *out, size_t first)
{
  const delay_law *rest = ((const delay_sum *) law->table)->rest;
  rest->family->write_phases (rest, out, first);
}

/* ---- the distribution ------------------------------------------------ */

/* The table of a sum without a simpler form; without pieces where there is no
   memory for it or it fails.  Two threads may make it at once; one is kept.  */
static const delay_convolution *
convolution_of (const delay_law *law)
{
  static delay_convolution none = { .pieces = 0 };
  delay_sum *table = law->table;
  delay_convolution *ready = atomic_load (&table->convolution), *made;
  if (ready)
    return ready;
  if (delay_convolution_create (table->part[0], table->others, &made)
      != SUPPORT_OK)
    made = &none;
  if (atomic_compare_exchange_strong (&table->convolution, &ready, made))
    return made;
  if (made != &none)
    delay_convolution_free (made);
  return ready;
}

static double
value_at (const delay_law *law, double t, int which, delay_function *of_rest)
{
  const delay_sum *table = law->table;
  double value[3] = { NAN, NAN, NAN };
  if (table->rest)
    return of_rest (table->rest, t - table->shift);
  const delay_convolution *convolution = convolution_of (law);
  if (convolution->pieces)
    delay_convolution_at (convolution, t, &value[0], &value[1], &value[2]);
  return value[which];
}

static double
pdf (const delay_law *law, double t)
{
  return value_at (law, t, 0, delay_pdf);
}

static double
cdf (const delay_law *law, double t)
{
  return value_at (law, t, 1, delay_cdf);
}

static double
integrated_cdf (const delay_law *law, double t)
{
  return value_at (law, t, 2, delay_integrated_cdf);
}

static double
quantile (const delay_law *law, double p)
{
  const delay_sum *table = law->table;
  return table->rest ? table->shift + delay_quantile (table->rest, p)
                     : delay_quantile_by_search (law, p);
}

static support_status
breaks (const delay_law *law, double **point, size_t *count)
{
  const delay_sum *table = law->table;
  *point = NULL;
  *count = 0;
  if (table->rest)
    {
      const support_status status =
          table->rest->family->breaks
              ? table->rest->family->breaks (table->rest, point, count)
              : SUPPORT_OK;
      for (size_t i = 0; status == SUPPORT_OK && i < *count; i++)
        (*point)[i] += table->shift;
      return status;
    }
  const delay_convolution *convolution = convolution_of (law);
  if (convolution->pieces == 0)
    return SUPPORT_NUMERICAL;
  *point = support_doubles (convolution->pieces + 1);
  if (! *point)
    return SUPPORT_MEMORY;
  *count = convolution->pieces + 1;
  memcpy (*point, convolution->end, *count * sizeof **point);
  return SUPPORT_OK;
}

static double
width (const delay_law *law, double a)
{
  const delay_sum *table = law->table;
  const delay_law *rest = table->rest;
  if (rest && rest->family->width)
    return rest->family->width (rest, a - table->shift);
  const double mean = law->mean - table->shift;
  const double deviation = fmin (law->mean * sqrt (law->cv2), mean);
  return fmax (2.0 * deviation, 0.5 * (a - law->mean));
}

typedef struct later
{
  const delay_panels *panels;
  double shift;
} later;

static double
scale_later (double t, void *context)
{
  const later *self = context;
  return self->panels->scale (t + self->shift, self->panels->context);
}

static support_status
rule (const delay_law *law, double mass, const delay_panels *panels,
      delay_rule *out)
{
  const delay_sum *table = law->table;
  if (! table->rest)
    return delay_rule_smooth (law, mass, panels, out);
  later context = { panels, table->shift };
  const delay_panels moved = { scale_later, &context };
  const size_t first = out->count;
  const support_status status =
      table->rest->family->rule (table->rest, mass, &moved, out);
  for (size_t i = first; i < out->count; i++)
    out->node[i] += table->shift;
  return status;
}

/* ---- samples --------------------------------------------------------- */

/* The part BIASED is drawn by its length.  */
static double
draw (const delay_law *law, size_t biased, gsl_rng *stream)
{
  const delay_sum *table = law->table;
  double t = table->shift;
  for (size_t i = 0; i < table->parts; i++)
    t += i == biased ? delay_sample_biased (table->part[i], stream)
                     : delay_sample (table->part[i], stream);
  return t;
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  return draw (law, SIZE_MAX, stream);
}

/* E T g(T) = sum_i E T_i g(T): one part, chosen by its share of the mean, is
   drawn by its length.  */
static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const delay_sum *table = law->table;
  double left = support_stream_uniform (stream) * law->mean - table->shift;
  size_t biased = SIZE_MAX;
  for (size_t i = 0; left > 0.0 && i < table->parts; i++)
    {
      biased = i;
      left -= table->part[i]->mean;
    }
  return draw (law, biased, stream);
}

const delay_family delay_family_sum = {
  .name = "sum",
  .arguments = "law, ...",
  .least = 1,
  .most = SIZE_MAX,
  .effort = DELAY_SUM,
  .build = delay_sum_build,
  .destroy = destroy,
  .lst = lst,
  .continues = continues,
  .rational = rational,
  .cdf = cdf,
  .pdf = pdf,
  .quantile = quantile,
  .integrated_cdf = integrated_cdf,
  .sample = sample,
  .sample_biased = sample_biased,
  .width = width,
  .breaks = breaks,
  .phases = phases,
  .write_phases = write_phases,
  .rule = rule,
};
