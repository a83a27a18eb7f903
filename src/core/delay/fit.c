/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws from samples by maximum likelihood.  */
#include "delay/delay_private.h"

#include <gsl/gsl_sf_log.h>
#include <gsl/gsl_sf_psi.h>
#include <string.h>

/* What the estimators need of the samples.  */
typedef struct summary
{
  const double *sample; /* sorted */
  size_t count;
  double mean;
  double log_excess; /* log (mean) - mean (log), from 0 to INFINITY */
} summary;

/* Each estimator fills the parameters; false where no member of the family
   could have made the samples with a finite density.  */

static bool
estimate_deterministic (const summary *data, double *parameter)
{
  parameter[0] = data->mean;
  return data->sample[0] == data->sample[data->count - 1];
}

static bool
estimate_exponential (const summary *data, double *parameter)
{
  parameter[0] = data->mean;
  return data->mean > 0.0;
}

static bool
estimate_shifted (const summary *data, double *parameter)
{
  parameter[0] = data->sample[0];
  parameter[1] = data->mean - data->sample[0];
  return parameter[1] > 0.0;
}

/* log k - psi (k) and its slope in log k, by their asymptotic series where
   they would cancel.  */
static double
log_minus_psi (double k, double *slope)
{
  const double square = k * k;
  if (k < 100.0)
    {
      *slope = 1.0 - k * gsl_sf_psi_1 (k);
      return log (k) - gsl_sf_psi (k);
    }
  *slope = -0.5 / k - (1.0 - 0.2 / square) / (6.0 * square);
  return 0.5 / k
         + (1.0 - (0.1 - 1.0 / (21.0 * square)) / square) / (12.0 * square);
}

/* log k - psi (k) = log (mean) - mean (log), by Newton's steps on log k from
   the start of Minka ("Estimating a Gamma distribution", 2002).  */
static bool
estimate_gamma (const summary *data, double *parameter)
{
  const double c = data->log_excess;
  /* Less spread than this is the rounding of the samples.  */
  if (! (c > 1e-24 && isfinite (c)))
    return false;
  double k = (3.0 - c + sqrt ((c - 3.0) * (c - 3.0) + 24.0 * c)) / (12.0 * c);
  for (int step = 0; step < 50; step++)
    {
      double slope;
      const double excess = log_minus_psi (k, &slope) - c;
      const double change = excess / slope;
      k *= exp (fmax (fmin (-change, 2.0), -2.0));
      if (fabs (change) < 1e-13)
        break;
    }
  parameter[0] = k;
  parameter[1] = data->mean / k;
  return isfinite (k);
}

static bool
estimate_uniform (const summary *data, double *parameter)
{
  parameter[0] = data->sample[0];
  parameter[1] = data->sample[data->count - 1];
  return parameter[0] < parameter[1];
}

static const struct
{
  const char *family;
  size_t parameters;
  bool (*estimate) (const summary *data, double *parameter);
} estimators[] = {
  { "deterministic", 1, estimate_deterministic },
  { "exponential", 1, estimate_exponential },
  { "shifted-exponential", 2, estimate_shifted },
  { "gamma", 2, estimate_gamma },
  { "uniform", 2, estimate_uniform },
};

enum
{
  ESTIMATORS = sizeof estimators / sizeof *estimators
};

const char *
delay_fit_family_at (size_t index)
{
  return index < ESTIMATORS ? estimators[index].family : NULL;
}

static double
log_likelihood (const delay_law *law, const summary *data)
{
  double sum = 0.0;
  for (size_t i = 0; i < data->count; i++)
    sum += delay_log_pdf (law, data->sample[i]);
  return sum;
}

/* sup |F - F_n|: both sides of every step of the empirical law F_n, against
   the limit of F from the same side.  */
static double
kolmogorov_smirnov (const delay_law *law, const summary *data)
{
  const double n = (double) data->count;
  double distance = 0.0;
  for (size_t i = 0; i < data->count; i++)
    {
      const double below = delay_cdf (law, data->sample[i]);
      const double before = below - delay_atom (law, data->sample[i]);
      if (i + 1 == data->count || data->sample[i + 1] > data->sample[i])
        distance = fmax (distance, fabs ((double) (i + 1) / n - below));
      if (i == 0 || data->sample[i - 1] < data->sample[i])
        distance = fmax (distance, fabs (before - (double) i / n));
    }
  return distance;
}

support_status
delay_fit_family (const char *family, const double *samples, size_t count,
                  delay_fit *fit, support_failure *failure)
{
  summary data = { .sample = samples, .count = count };
  size_t place = 0;

  while (place < ESTIMATORS && strcmp (estimators[place].family, family) != 0)
    place++;
  if (place == ESTIMATORS)
    return support_fail (failure, SUPPORT_UNKNOWN,
                         "the family '%.40s' cannot be fitted", family);
  if (count < 2)
    return support_fail (failure, SUPPORT_INVALID,
                         "a fit needs at least 2 samples");
  for (size_t i = 0; i < count; i++)
    {
      if (! (samples[i] >= 0.0 && isfinite (samples[i]))
          || (i > 0 && samples[i] < samples[i - 1]))
        return support_fail (failure, SUPPORT_INVALID,
                             "samples must be finite, >= 0 and sorted");
      /* A running mean: the sum of huge samples would overflow.  */
      data.mean += (samples[i] - data.mean) / (double) (i + 1);
    }
  for (size_t i = 0; i < count && data.mean > 0.0; i++)
    {
      /* log (mean) - log (sample) with a part that has mean 0: no term is
         negative, and near the mean none cancels.  */
      const double part = samples[i] / data.mean;
      const double term =
          part > 0.5
              ? -gsl_sf_log_1plusx_mx ((samples[i] - data.mean) / data.mean)
              : part - 1.0 - log (part);
      data.log_excess += term / (double) count;
    }

  *fit = (delay_fit){ .family = estimators[place].family,
                      .parameters = estimators[place].parameters,
                      .log_likelihood = -INFINITY,
                      .aic = INFINITY,
                      .ks = 1.0 };
  if (! estimators[place].estimate (&data, fit->parameter))
    return SUPPORT_OK;

  delay_argument argument[DELAY_FIT_PARAMETERS];
  for (size_t i = 0; i < fit->parameters; i++)
    argument[i] = (delay_argument){ .values = &fit->parameter[i], .count = 1 };
  delay_law *law;
  const support_status status =
      delay_create (fit->family, argument, fit->parameters, &law, failure);
  if (status != SUPPORT_OK)
    return status;
  fit->log_likelihood = log_likelihood (law, &data);
  fit->aic = 2.0 * (double) fit->parameters - 2.0 * fit->log_likelihood;
  fit->ks = kolmogorov_smirnov (law, &data);
  delay_free (law);
  return SUPPORT_OK;
}
