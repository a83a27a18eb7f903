/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws whose tail may be heavy: each likelihood is largest over one parameter
   in closed form, and over the other where one function changes sign.  */
#include "delay/fit.h"

static const char all_equal[] = "the samples are all equal to rounding";
static const char zeros[] =
    "some samples are 0, where its density is 0 or infinite";

/* log (x / y) without loss of digits where they are near.  */
static double
log_ratio (double x, double y)
{
  return fabs (x - y) < 0.5 * y ? log1p ((x - y) / y) : log (x / y);
}

const char *
delay_fit_lognormal (const delay_fit_data *data, double *parameter)
{
  const double reference = data->sample[data->count / 2];
  double mean = 0.0, square = 0.0;
  if (data->sample[0] == 0.0)
    return zeros;
  for (size_t i = 0; i < data->count; i++)
    {
      const double y = log_ratio (data->sample[i], reference);
      const double excess = y - mean;
      mean += excess / (double) (i + 1);
      square += excess * (y - mean);
    }
  parameter[0] = log (reference) + mean;
  parameter[1] = sqrt (square / (double) data->count);
  return parameter[1] > 1e-12 ? NULL : all_equal;
}

/* With y = log (x / max x): sum y exp (k y) / sum exp (k y) - mean y - 1 / k,
   which increases with the shape k from -INFINITY, its slope in log k, and the
   mean of exp (k y).  */
static double
weibull_equation (const delay_fit_data *data, double k, double *slope,
                  double *mean)
{
  const double largest = data->sample[data->count - 1];
  const double n = (double) data->count;
  double sum = 0.0, first = 0.0, second = 0.0, plain = 0.0;
  for (size_t i = 0; i < data->count; i++)
    {
      const double y = log_ratio (data->sample[i], largest);
      const double term = exp (k * y);
      sum += term;
      first += y * term;
      second += y * y * term;
      plain += y;
    }
  first /= sum;
  *slope = k * (second / sum - first * first) + 1.0 / k;
  *mean = sum / n;
  return first - plain / n - 1.0 / k;
}

/* Newton's steps on log k, kept between where the equation is known to be
   negative and positive.  */
const char *
delay_fit_weibull (const delay_fit_data *data, double *parameter)
{
  const double largest = data->sample[data->count - 1];
  double low = -INFINITY, high = INFINITY, slope, mean = 1.0;
  const char *reason = delay_fit_lognormal (data, parameter);
  if (reason)
    return reason;
  /* The logarithm of a Weibull delay has the deviation pi / (sqrt 6 k).  */
  double at = log (1.2825498301618641 / parameter[1]);
  for (int step = 0; step < 100; step++)
    {
      const double value = weibull_equation (data, exp (at), &slope, &mean);
      if (value > 0.0)
        high = at;
      else
        low = at;
      double next = at - fmax (fmin (value / slope, 2.0), -2.0);
      if (! (next > low && next < high) && isfinite (low) && isfinite (high))
        next = 0.5 * (low + high);
      const double change = fabs (next - at);
      at = next;
      if (change < 1e-12)
        break;
    }
  weibull_equation (data, exp (at), &slope, &mean);
  parameter[0] = largest * exp (log (mean) * exp (-at));
  parameter[1] = exp (at);
  return isfinite (at) && parameter[0] > 0.0 ? NULL : all_equal;
}

/* For the scale h, in units of UNIT, the likeliest shape of a Lomax law is
   1 / mean log (1 + x/h); over h the likelihood then has the slope, in log h
   and over the number of samples, (1 + shape) mean (x / (x + h)) - 1.  */
static double
lomax_slope (const double *value, const double *size, size_t count,
             double total, double unit, double h, double *shape)
{
  double logarithm = 0.0, part = 0.0;
  for (size_t i = 0; i < count; i++)
    {
      const double x = value[i] / unit, n = size ? size[i] : 1.0;
      logarithm += n * log1p (x / h);
      part += n * (x / (x + h));
    }
  *shape = total / logarithm;
  return (1.0 + *shape) * (part / total) - 1.0;
}

/* The largest maximum inside: as h grows the law becomes exponential, as it
   falls the shape does, below 1 without a mean.  */
const char *
delay_fit_pareto (const delay_fit_data *data, double *parameter)
{
  const double n = (double) data->count, step = 0.25;
  /* The exponential law has -1, and rounding some 1e-14.  */
  double best = NAN, top = -1.0 + 1e-12, shape, last = -1.0;
  bool heavy = false;
  if (data->mean == 0.0)
    return "the samples are all 0";
  for (double at = -40.0; at < 18.0; at += step)
    {
      const double slope = lomax_slope (data->group_value, data->group_size,
                                        data->groups, n, 1.0, exp (at), &shape);
      const double likelihood = log (shape) - at - 1.0 - 1.0 / shape;
      if (last > 0.0 && slope <= 0.0 && shape > 1.0 && likelihood > top)
        {
          top = likelihood;
          best = at;
        }
      heavy = heavy || (last > 0.0 && slope <= 0.0 && shape <= 1.0);
      last = slope;
    }
  if (isnan (best))
    return heavy ? "the likeliest has no mean"
                 : "the likelier, the nearer to an exponential law";
  /* Groups and samples differ by less than a step.  */
  double low = best - 2.0 * step, high = best + step;
  for (int k = 0; k < 60 && high - low > 1e-13; k++)
    {
      const double middle = 0.5 * (low + high);
      if (lomax_slope (data->sample, NULL, data->count, n, data->mean,
                       exp (middle), &shape)
          > 0.0)
        low = middle;
      else
        high = middle;
    }
  parameter[0] = shape;
  parameter[1] = exp (0.5 * (low + high)) * data->mean;
  return shape > 1.0 ? NULL : "the likeliest has no mean";
}
