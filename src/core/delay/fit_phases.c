/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mixtures of exponential laws of largest likelihood.

   Phases are added one at a time, where the likelihood rises most.  Such a
   place tells whether there is an estimate at all: the likelihood of all
   mixtures is concave, so that where no further phase raises it, it is the
   largest, of any number of phases (B. G. Lindsay, "The geometry of mixture
   likelihoods", Annals of Statistics 11 (1983), 86-94).  Between the additions
   the steps are Newton's where these climb, and otherwise those of expectation
   and maximisation, which always do (Dempster, Laird and Rubin, J. Royal
   Statistical Society B 39 (1977), 1-38).  */
#include "delay/fit.h"

#include "support/lapack.h"
#include <string.h>

enum
{
  MOST = DELAY_FIT_PHASES,
  FREE = 2 * MOST /* coordinates: logarithms of means, then of weights */
};

/* Means in units of the mean of the samples.  */
typedef struct mixture
{
  size_t phases;
  double weight[MOST], mean[MOST];
} mixture;

typedef struct points
{
  const double *value, *size; /* SIZE NULL: all 1 */
  double unit;                /* of the values */
  size_t count;
  double total; /* of the sizes */
} points;

/* What one pass through the points tells of a mixture.  */
typedef struct slopes
{
  double likelihood;
  double share[MOST], sum[MOST]; /* of each phase: sums of 1, values */
  double score[FREE], hessian[FREE * FREE];
} slopes;

/* log of the density of the phases, weighted, and their shares of the sum.  */
static double
log_density (const mixture *m, const double *log_height, double x,
             double *share)
{
  double largest = -INFINITY, excess = -1.0;
  for (size_t j = 0; j < m->phases; j++)
    {
      share[j] = log_height[j] - x / m->mean[j];
      largest = fmax (largest, share[j]);
    }
  for (size_t j = 0; j < m->phases; j++)
    {
      share[j] = exp (share[j] - largest);
      excess += share[j];
    }
  for (size_t j = 0; j < m->phases; j++)
    share[j] /= 1.0 + excess;
  return largest + log1p (excess);
}

static void
log_heights (const mixture *m, double *log_height)
{
  for (size_t j = 0; j < m->phases; j++)
    log_height[j] = log (m->weight[j]) - log (m->mean[j]);
}

static double
likelihood (const mixture *m, const points *p)
{
  double log_height[MOST], share[MOST], sum = 0.0;
  log_heights (m, log_height);
  for (size_t i = 0; i < p->count; i++)
    sum += (p->size ? p->size[i] : 1.0)
           * log_density (m, log_height, p->value[i] / p->unit, share);
  return sum;
}

/* In the coordinates log mean_j and a_j, weight_j = exp (a_j) / sum exp (a),
   the log density of phase j at x has the derivatives z_j = x / mean_j - 1 and
   delta_jl - weight_l; with the shares r_j the score of a point is r_j z_j and
   r_l - weight_l, and its Hessian the mean over j of second derivatives and of
   products of first ones, less the product of the score with itself.  */
static void
look (const mixture *m, const points *p, slopes *s)
{
  const size_t k = m->phases, n = 2 * k;
  double log_height[MOST], share[MOST], bend[MOST] = { 0.0 };
  double square[FREE * FREE] = { 0.0 };
  log_heights (m, log_height);
  memset (s, 0, sizeof *s);
  for (size_t i = 0; i < p->count; i++)
    {
      const double x = p->value[i] / p->unit;
      const double size = p->size ? p->size[i] : 1.0;
      double own[FREE];
      s->likelihood += size * log_density (m, log_height, x, share);
      for (size_t j = 0; j < k; j++)
        {
          const double z = x / m->mean[j] - 1.0;
          own[j] = share[j] * z;
          own[k + j] = share[j] - m->weight[j];
          s->share[j] += size * share[j];
          s->sum[j] += size * share[j] * x;
          bend[j] += size * share[j] * z * z;
        }
      for (size_t a = 0; a < n; a++)
        {
          s->score[a] += size * own[a];
          for (size_t b = a; b < n; b++)
            square[a + n * b] += size * own[a] * own[b];
        }
    }
  for (size_t a = 0; a < n; a++)
    for (size_t b = a; b < n; b++)
      {
        const size_t j = a % k, l = b % k;
        double value = 0.0;
        if (b < k && j == l)
          value = bend[j] - s->share[j] - s->score[j];
        else if (a < k && b >= k)
          value = s->score[j] * ((j == l) - m->weight[l]);
        else if (a >= k)
          value = (s->share[j] - p->total * m->weight[j]) * (j == l)
                  - s->share[j] * m->weight[l] - s->share[l] * m->weight[j]
                  + 2.0 * p->total * m->weight[j] * m->weight[l];
        s->hessian[a + n * b] = s->hessian[b + n * a] =
            value - square[a + n * b];
      }
}

static void
normalise (mixture *m)
{
  double sum = 0.0;
  for (size_t j = 0; j < m->phases; j++)
    sum += m->weight[j];
  for (size_t j = 0; j < m->phases; j++)
    m->weight[j] /= sum;
}

/* The step of expectation and maximisation.  */
static void
step_up (const slopes *s, mixture *m)
{
  for (size_t j = 0; j < m->phases; j++)
    {
      m->weight[j] = s->share[j];
      if (s->share[j] > 0.0 && s->sum[j] > 0.0)
        m->mean[j] = s->sum[j] / s->share[j];
    }
  normalise (m);
}

/* Newton's step, the last weight given by the others; the longest change of a
   coordinate, or INFINITY where the step does not lead to a maximum.  */
static double
step_newton (const slopes *s, mixture *m)
{
  const size_t k = m->phases;
  const int n = (int) (2 * k - 1), one = 1;
  double matrix[FREE * FREE], change[FREE], longest = 0.0;
  int info;
  for (size_t a = 0; a + 1 < 2 * k; a++)
    {
      change[a] = s->score[a];
      for (size_t b = 0; b + 1 < 2 * k; b++)
        matrix[a + (2 * k - 1) * b] = -s->hessian[a + 2 * k * b];
    }
  dposv_ ("L", &n, &one, matrix, &n, change, &n, &info);
  if (info != 0)
    return INFINITY;
  for (int a = 0; a < n; a++)
    longest = fmax (longest, fabs (change[a]));
  if (! (longest < 5.0))
    return INFINITY;
  for (size_t j = 0; j < k; j++)
    {
      m->mean[j] *= exp (change[j]);
      if (j + 1 < k)
        m->weight[j] *= exp (change[k + j]);
    }
  normalise (m);
  return longest;
}

/* Climbs to a maximum of the likelihood; false where STEPS did not do.  */
static bool
climb (mixture *m, const points *p, int steps, double *top)
{
  slopes here;
  look (m, p, &here);
  for (int step = 0; step < steps; step++)
    {
      mixture next = *m;
      slopes there;
      const double change = step_newton (&here, &next);
      if (change <= 1e-9)
        {
          *m = next;
          *top = here.likelihood;
          return true;
        }
      if (isfinite (change))
        look (&next, p, &there);
      /* Close to the top rounding may hide the rise.  */
      const double slack = change < 1e-3 ? 1e-11 * p->total : 0.0;
      if (! (isfinite (change) && there.likelihood > here.likelihood - slack))
        {
          next = *m;
          step_up (&here, &next);
          look (&next, p, &there);
        }
      *m = next;
      here = there;
    }
  *top = here.likelihood;
  return false;
}

/* How fast the likelihood of P points rises, each counted as 1 / total, where
   a phase of mean MEAN takes weight from the others in proportion: the mean of
   its density over theirs, less 1.  */
static double
rise (double mean, const double *log_density_at, const points *p)
{
  double sum = 0.0;
  for (size_t i = 0; i < p->count; i++)
    sum += p->size[i] / p->total
           * exp (-log (mean) - p->value[i] / mean - log_density_at[i]);
  return sum - 1.0;
}

/* The best mixture with one phase more than M, from the start at MEAN.  */
static double
add_phase (const mixture *m, double mean, const points *p, mixture *more)
{
  double best = -INFINITY, top;
  mixture start = *m;
  *more = *m;
  start.phases++;
  start.mean[m->phases] = mean;
  for (double weight = 0.5; weight > 1e-7; weight *= 0.25)
    {
      for (size_t j = 0; j < m->phases; j++)
        start.weight[j] = (1.0 - weight) * m->weight[j];
      start.weight[m->phases] = weight;
      top = likelihood (&start, p);
      if (! (top > best))
        break;
      best = top;
      *more = start;
    }
  climb (more, p, 1000, &top);
  return top;
}

/* Adds the phase that helps most, tried from each place where the rise is
   locally the largest; false where there is no rise.  */
static bool
extend (mixture *m, const points *p, double *log_density_at)
{
  /* Below, the gain is far beneath what any number of samples can tell.  */
  const double least = 1e-7;
  double log_height[MOST], share[MOST], last = 0.0, before = 0.0;
  log_heights (m, log_height);
  for (size_t i = 0; i < p->count; i++)
    log_density_at[i] = log_density (m, log_height, p->value[i], share);
  /* Phases of the largest likelihood lie between the samples.  */
  const double low = log (p->value[0]), high = log (p->value[p->count - 1]);
  const double step = fmax ((high - low) / 400.0, 0.1);
  mixture best = *m;
  double top = -INFINITY;
  for (double at = low; at < high + 2.0 * step; at += step)
    {
      const double now =
          at < high + step ? rise (exp (at), log_density_at, p) : -1.0;
      if (last > least && last >= before && last > now)
        {
          mixture more;
          const double reached = add_phase (m, exp (at - step), p, &more);
          if (reached > top)
            {
              top = reached;
              best = more;
            }
        }
      before = last;
      last = now;
    }
  if (best.phases == m->phases)
    return false;
  *m = best;
  return true;
}

static void
sort (mixture *m)
{
  for (size_t i = 1; i < m->phases; i++)
    for (size_t j = i; j > 0 && m->mean[j] < m->mean[j - 1]; j--)
      {
        const double mean = m->mean[j], weight = m->weight[j];
        m->mean[j] = m->mean[j - 1];
        m->weight[j] = m->weight[j - 1];
        m->mean[j - 1] = mean;
        m->weight[j - 1] = weight;
      }
}

const char *
delay_fit_hyperexponential (const delay_fit_data *data, double *parameter)
{
  static const char fewer[] =
      "no more phases than one, or fewer than asked for, make them likelier";
  const double n = (double) data->count;
  const points groups = { data->group_value, data->group_size, 1.0,
                          data->groups, n };
  const points all = { data->sample, NULL, data->mean, data->count, n };
  mixture m = { .phases = 1, .weight = { 1.0 }, .mean = { 1.0 } };
  double top;
  if (data->sample[0] == 0.0)
    return "some samples are 0: the shorter a phase, the larger the "
           "likelihood, without bound";
  bool more = true;
  while (more && m.phases < data->phases)
    more = extend (&m, &groups, data->room);
  if (! more)
    return fewer;
  if (! climb (&m, &all, 100, &top))
    return "the iteration did not settle";
  sort (&m);
  for (size_t j = 0; j < m.phases; j++)
    {
      if (! (m.weight[j] > 0.0)
          || (j > 0 && m.mean[j] < m.mean[j - 1] * (1.0 + 1e-6)))
        return fewer;
      parameter[j] = m.weight[j];
      parameter[m.phases + j] = m.mean[j] * data->mean;
    }
  return NULL;
}
