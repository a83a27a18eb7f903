/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What successive values have to do with each other and with the time.  */
#include "trace/trace_private.h"

#include <math.h>
#include <stdlib.h>

enum
{
  MOST_LAGS = 400 /* that count in the inflation */
};

/* Takes the mean of each run away from X.  */
static void
centre (double *x, const size_t *end, size_t runs)
{
  size_t begin = 0;
  for (size_t g = 0; g < runs; begin = end[g++])
    {
      double mean = 0.0;
      for (size_t i = begin; i < end[g]; i++)
        mean += x[i];
      mean /= (double) (end[g] - begin);
      for (size_t i = begin; i < end[g]; i++)
        x[i] -= mean;
    }
}

static double
product (const double *x, const double *y, size_t count)
{
  double sum = 0.0;
  SUPPORT_SUM_IN_LANES (sum)
  for (size_t i = 0; i < count; i++)
    sum += x[i] * y[i];
  return sum;
}

/* Of values that are LAG apart in one run, over the sum of all squares.  */
static double
correlation (const double *x, const size_t *end, size_t runs, size_t lag,
             double squares)
{
  double sum = 0.0;
  size_t begin = 0;
  for (size_t g = 0; g < runs; begin = end[g++])
    if (end[g] - begin > lag)
      sum += product (x + begin, x + begin + lag, end[g] - begin - lag);
  return sum / squares;
}

/* 1 + 2 sum of the correlations, up to where a pair of them is not positive any
   more (Geyer's initial positive sequence, "Practical Markov chain Monte
   Carlo", Statistical Science 7, 1992), and at least 1.  */
static double
inflation_of (const double *x, const size_t *end, size_t runs, double squares)
{
  double inflation = -1.0;
  for (size_t lag = 0; lag < MOST_LAGS; lag += 2)
    {
      const double even =
          lag == 0 ? 1.0 : correlation (x, end, runs, lag, squares);
      const double pair = even + correlation (x, end, runs, lag + 1, squares);
      if (! (pair > 0.0))
        break;
      inflation += 2.0 * pair;
    }
  return fmax (1.0, inflation);
}

void
trace_measure_dependence (double *x, double *t, const size_t *end, size_t runs,
                          trace_dependence *dependence)
{
  const size_t count = end[runs - 1];
  const double freedom = (double) count - (double) runs - 1.0;
  *dependence = (trace_dependence){
    .inflation = 1.0, .slope = NAN, .error = NAN, .significance = NAN
  };
  for (size_t k = 0; k < TRACE_LAGS; k++)
    dependence->autocorrelation[k] = NAN;
  double least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < count; i++)
    {
      least = fmin (least, t[i]);
      most = fmax (most, t[i]);
    }
  dependence->span = most - least;
  const double before = product (x, x, count);
  centre (x, end, runs);
  centre (t, end, runs);
  const double times = product (t, t, count);
  if (! (freedom > 0.0 && times > 0.0))
    return;
  dependence->slope = product (t, x, count) / times;
  for (size_t i = 0; i < count; i++)
    x[i] -= dependence->slope * t[i];
  const double squares = product (x, x, count);
  /* No more than the rounding of the values: they do not vary at all.  */
  if (! (squares > 1e-24 * before))
    return;
  for (size_t k = 0; k < TRACE_LAGS; k++)
    dependence->autocorrelation[k] = correlation (x, end, runs, k + 1, squares);
  dependence->inflation = inflation_of (x, end, runs, squares);
  dependence->error = sqrt (dependence->inflation * squares / freedom / times);
  dependence->significance =
      erfc (fabs (dependence->slope) / dependence->error / sqrt (2.0));
}

support_status
trace_staleness_dependence (const trace_log *log, size_t discard,
                            trace_dependence *dependence,
                            support_failure *failure)
{
  const size_t count = log->count - discard;
  double *x = support_doubles (count), *t = support_doubles (count);
  support_status status = SUPPORT_OK;
  if (! x || ! t)
    status = support_fail_memory (failure);
  else
    {
      for (size_t i = 0; i < count; i++)
        {
          x[i] = log->gradient[discard + i].staleness;
          t[i] = (double) i;
        }
      trace_measure_dependence (x, t, &count, 1, dependence);
    }
  free (x);
  free (t);
  return status;
}
