/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws from samples by maximum likelihood.  */
#include "delay/fit.h"

#include <gsl/gsl_sf_log.h>
#include <gsl/gsl_sf_psi.h>
#include <stdlib.h>
#include <string.h>

static const char all_equal[] = "the samples are all equal";

static const char *
estimate_deterministic (const delay_fit_data *data, double *parameter)
{
  parameter[0] = data->mean;
  return data->sample[0] == data->sample[data->count - 1]
             ? NULL
             : "the samples are not all equal";
}

static const char *
estimate_exponential (const delay_fit_data *data, double *parameter)
{
  parameter[0] = data->mean;
  return data->mean > 0.0 ? NULL : "the samples are all 0";
}

static const char *
estimate_shifted (const delay_fit_data *data, double *parameter)
{
  parameter[0] = data->sample[0];
  parameter[1] = data->mean - data->sample[0];
  return parameter[1] > 0.0 ? NULL : all_equal;
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

/* log (mean) - mean (log), from 0 to INFINITY.  */
static double
log_excess (const delay_fit_data *data)
{
  double excess = 0.0;
  for (size_t i = 0; i < data->count; i++)
    {
      /* log (mean) - log (sample) with a part that has mean 0: no term is
         negative, and near the mean none cancels.  */
      const double part = data->sample[i] / data->mean;
      const double term = part > 0.5 ? -gsl_sf_log_1plusx_mx (
                              (data->sample[i] - data->mean) / data->mean)
                                     : part - 1.0 - log (part);
      excess += term / (double) data->count;
    }
  return excess;
}

/* log k - psi (k) = log (mean) - mean (log), by Newton's steps on log k from
   the start of Minka ("Estimating a Gamma distribution", 2002).  */
static const char *
estimate_gamma (const delay_fit_data *data, double *parameter)
{
  if (data->sample[0] == 0.0)
    return "some samples are 0, where its density is 0 or infinite";
  const double c = log_excess (data);
  /* Less spread than this is the rounding of the samples.  */
  if (! (c > 1e-24))
    return "the samples are all equal to rounding";
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
  return isfinite (k) ? NULL : "its likelihood equation has no solution";
}

/* The mean, and 1/shape = mean (1/sample) - 1/mean, in terms none of which is
   negative.  */
static const char *
estimate_inverse_gaussian (const delay_fit_data *data, double *parameter)
{
  const double m = data->mean;
  double cv2 = 0.0;
  if (data->sample[0] == 0.0)
    return "some samples are 0, where its density is 0";
  for (size_t i = 0; i < data->count; i++)
    {
      const double x = data->sample[i];
      cv2 += ((x - m) / m) * ((x - m) / x) / (double) data->count;
    }
  if (! (cv2 > 1e-24))
    return "the samples are all equal to rounding";
  parameter[0] = m;
  parameter[1] = m / cv2;
  return NULL;
}

static const char *
estimate_uniform (const delay_fit_data *data, double *parameter)
{
  parameter[0] = data->sample[0];
  parameter[1] = data->sample[data->count - 1];
  return parameter[0] < parameter[1] ? NULL : all_equal;
}

static const struct
{
  const char *family;
  size_t arguments;
  bool grouped; /* it needs the groups */
  bool phases;  /* each argument has as many numbers as there are phases, and
                   the first, weights that add up to 1, one less to choose */
  delay_fit_estimator *estimate;
} estimators[] = {
  { "deterministic", 1, false, false, estimate_deterministic },
  { "exponential", 1, false, false, estimate_exponential },
  { "shifted-exponential", 2, false, false, estimate_shifted },
  { "gamma", 2, false, false, estimate_gamma },
  { "uniform", 2, false, false, estimate_uniform },
  { "inverse-gaussian", 2, false, false, estimate_inverse_gaussian },
  { "hyperexponential", 2, true, true, delay_fit_hyperexponential },
  { "weibull", 2, false, false, delay_fit_weibull },
  { "lognormal", 2, false, false, delay_fit_lognormal },
  { "pareto", 2, true, false, delay_fit_pareto },
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
log_likelihood (const delay_law *law, const delay_fit_data *data)
{
  double sum = 0.0;
  for (size_t i = 0; i < data->count; i++)
    sum += delay_log_pdf (law, data->sample[i]);
  return sum;
}

/* How far the law is off at the sample I, where F is BELOW: at a step of the
   empirical law F_n both sides count, against the limits of F from them.  */
static double
distance_at (const delay_law *law, const delay_fit_data *data, size_t i,
             double below)
{
  const double n = (double) data->count, t = data->sample[i];
  const double before = below - delay_atom (law, t);
  size_t first = i, past = i + 1;
  while (first > 0 && data->sample[first - 1] == t)
    first--;
  while (past < data->count && data->sample[past] == t)
    past++;
  return fmax (fabs ((double) past / n - below),
               fabs (before - (double) first / n));
}

/* The larger of DISTANCE and what the law is off between the samples FIRST and
   LAST, whose F is given.  It cannot be off by more than the values at the ends
   say, as both functions increase: most of them need not be computed.  */
static double
distance_between (const delay_law *law, const delay_fit_data *data,
                  size_t first, double at_first, size_t last, double at_last,
                  double distance)
{
  const double n = (double) data->count;
  const double most =
      fmax (at_last - (double) (first + 1) / n, (double) last / n - at_first);
  if (last - first < 2 || most <= distance
      || data->sample[first] == data->sample[last])
    return distance;
  const size_t middle = first + (last - first) / 2;
  const double at = delay_cdf (law, data->sample[middle]);
  distance = fmax (distance, distance_at (law, data, middle, at));
  distance =
      distance_between (law, data, first, at_first, middle, at, distance);
  return distance_between (law, data, middle, at, last, at_last, distance);
}

/* sup |F - F_n|.  */
static double
kolmogorov_smirnov (const delay_law *law, const delay_fit_data *data)
{
  const size_t last = data->count - 1;
  const double low = delay_cdf (law, data->sample[0]);
  const double high = delay_cdf (law, data->sample[last]);
  const double distance = fmax (distance_at (law, data, 0, low),
                                distance_at (law, data, last, high));
  return distance_between (law, data, 0, low, last, high, distance);
}

static support_status
group (delay_fit_data *data, support_failure *failure)
{
  enum
  {
    FEW = 4096
  };
  const double width = data->count > FEW ? 1.0 / 64.0 : 0.0;
  const double unit = data->mean > 0.0 ? data->mean : 1.0;
  data->group_value = support_doubles (data->count);
  data->group_size = support_doubles (data->count);
  data->room = support_doubles (data->count);
  if (! data->group_value || ! data->group_size || ! data->room)
    return support_fail_memory (failure);
  for (size_t i = 0, next; i < data->count; i = next)
    {
      const double last = data->sample[i] * (1.0 + width);
      double value = 0.0;
      for (next = i; next < data->count && data->sample[next] <= last; next++)
        value += (data->sample[next] / unit - value) / (double) (next - i + 1);
      data->group_value[data->groups] = value;
      data->group_size[data->groups++] = (double) (next - i);
    }
  return SUPPORT_OK;
}

static support_status
summarise (delay_fit_data *data, support_failure *failure)
{
  const double *samples = data->sample;
  if (data->count < 2)
    return support_fail (failure, SUPPORT_INVALID,
                         "a fit needs at least 2 samples");
  for (size_t i = 0; i < data->count; i++)
    {
      if (! (samples[i] >= 0.0 && isfinite (samples[i]))
          || (i > 0 && samples[i] < samples[i - 1]))
        return support_fail (failure, SUPPORT_INVALID,
                             "samples must be finite, >= 0 and sorted");
      /* A running mean: the sum of huge samples would overflow.  */
      data->mean += (samples[i] - data->mean) / (double) (i + 1);
    }
  return SUPPORT_OK;
}

/* A clock that ticks tells short times as 0, where several densities are 0 or
   infinite.  Where these are few, half of the shortest other sample stands for
   them, in all families alike, so that their likelihoods compare.  *COPY is to
   be freed.  */
static support_status
lift_zeros (delay_fit_data *data, double **copy, support_failure *failure)
{
  const double few = 0.05;
  size_t zeros = 0;
  while (zeros < data->count && data->sample[zeros] == 0.0)
    zeros++;
  if (zeros == 0 || (double) zeros > few * (double) data->count)
    return SUPPORT_OK;
  *copy = support_doubles (data->count);
  if (! *copy)
    return support_fail_memory (failure);
  memcpy (*copy, data->sample, data->count * sizeof **copy);
  for (size_t i = 0; i < zeros; i++)
    (*copy)[i] = 0.5 * data->sample[zeros];
  data->sample = *copy;
  return SUPPORT_OK;
}

support_status
delay_fit_family (const char *family, size_t phases, const double *samples,
                  size_t count, delay_fit *fit, delay_law **law,
                  support_failure *failure)
{
  delay_fit_data data = { .sample = samples, .count = count, .phases = phases };
  double *lifted = NULL;
  size_t place = 0;

  *law = NULL;
  while (place < ESTIMATORS && strcmp (estimators[place].family, family) != 0)
    place++;
  if (place == ESTIMATORS)
    return support_fail (failure, SUPPORT_UNKNOWN,
                         "the family '%.40s' cannot be fitted", family);
  if (phases < 2 || phases > DELAY_FIT_PHASES)
    return support_fail (failure, SUPPORT_INVALID,
                         "the number of phases must be from 2 to %d",
                         DELAY_FIT_PHASES);
  const size_t each = estimators[place].phases ? phases : 1;
  const size_t arguments = estimators[place].arguments;
  const size_t free_parameters =
      arguments * each - (estimators[place].phases ? 1 : 0);
  *fit = (delay_fit){ .family = estimators[place].family,
                      .log_likelihood = -INFINITY,
                      .aic = INFINITY,
                      .ks = 1.0 };
  support_status status = lift_zeros (&data, &lifted, failure);
  if (status == SUPPORT_OK)
    status = summarise (&data, failure);
  if (status == SUPPORT_OK && estimators[place].grouped)
    status = group (&data, failure);
  if (status == SUPPORT_OK)
    fit->reason = estimators[place].estimate (&data, fit->parameter);
  if (status == SUPPORT_OK && ! fit->reason)
    {
      delay_argument argument[2];
      fit->parameters = arguments * each;
      for (size_t i = 0; i < arguments; i++)
        argument[i] = (delay_argument){ .values = &fit->parameter[i * each],
                                        .count = each };
      status = delay_create (fit->family, argument, arguments, law, failure);
      if (status == SUPPORT_INVALID)
        {
          /* Such as a Weibull law of a shape too small to compute with.  */
          fit->reason = "the likeliest lies beyond the laws of delay_law";
          fit->parameters = 0;
          status = SUPPORT_OK;
        }
    }
  if (*law)
    {
      fit->log_likelihood = log_likelihood (*law, &data);
      fit->aic = 2.0 * (double) free_parameters - 2.0 * fit->log_likelihood;
      data.sample = samples;
      fit->ks = kolmogorov_smirnov (*law, &data);
    }
  free (lifted);
  free (data.group_value);
  free (data.group_size);
  free (data.room);
  return status;
}
