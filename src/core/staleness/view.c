/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of counts that are kept.  */
#define MOST_KNOWN_VALUES ((size_t) 1 << 23)

/* The workers of class C other than the one that looks.  */
static size_t
others (const staleness_view *view, size_t c)
{
  const size_t workers = view->system->class[c].workers;
  return c == view->self ? workers - 1 : workers;
}

static const delay_law *
cycle (const staleness_view *view, size_t c)
{
  return view->cycle[c].law;
}

static const delay_law *
own_delay (const staleness_view *view)
{
  return view->cycle[view->self].delay;
}

static bool
is_exponential (const delay_law *law)
{
  return strcmp (delay_family_name (law), "exponential") == 0;
}

double
staleness_view_rate (const staleness_view *view)
{
  double rate = 0.0;
  for (size_t c = 0; c < view->system->classes; c++)
    if (others (view, c))
      rate +=
          (double) others (view, c) * view->kept[c] / view->cycle[c].interval;
  return rate;
}

bool
staleness_view_geometric (const staleness_view *view, double *log_ratio)
{
  if (! is_exponential (own_delay (view)))
    return false;
  for (size_t c = 0; c < view->system->classes; c++)
    if (view->model != STALENESS_POISSON && others (view, c)
        && ! is_exponential (cycle (view, c)))
      return false;
  const double meeting =
      staleness_view_rate (view) * delay_mean (own_delay (view));
  *log_ratio = -log1p (1.0 / meeting);
  return true;
}

/* ---- the others in a cycle of known length ---------------------------- */

/* The counts of class C at T, which is the node NODE of the rule unless that is
   NO_NODE.  Counts at nodes are kept for the next time, while there is room:
   solving for a threshold comes back to them again and again.  */
static const size_t NO_NODE = SIZE_MAX;

static support_status
counts_at (staleness_view *view, size_t c, double t, size_t node,
           staleness_integer_law *law, support_failure *failure)
{
  staleness_integer_law *known = NULL;
  support_status status;
  if (node != NO_NODE && view->known)
    known = &view->known[node * view->system->classes + c];
  if (known && known->size > 0)
    return staleness_integer_law_copy (known, law, failure);
  status = staleness_counts_at (view->counts[c], t, exp (view->sum.negligible),
                                law, failure);
  if (status == SUPPORT_OK && known
      && view->known_values + law->size <= MOST_KNOWN_VALUES)
    {
      status = staleness_integer_law_copy (law, known, failure);
      view->known_values += known->size;
    }
  return status;
}

support_status
staleness_continue (const support_hooks *hooks, support_failure *failure)
{
  if (hooks && hooks->interrupted && hooks->interrupted (hooks->data))
    return support_fail (failure, SUPPORT_INTERRUPTED, "interrupted");
  return SUPPORT_OK;
}

void
staleness_view_progress (const staleness_view *view, double fraction)
{
  const support_hooks *hooks = view->hooks;
  if (hooks && hooks->progress)
    hooks->progress (hooks->data, view->done + view->share * fraction);
}

static support_status
sum_at (staleness_view *view, double t, size_t node, support_failure *failure)
{
  staleness_sum *sum = &view->sum;
  support_status status = staleness_continue (view->hooks, failure);
  /* What is seldom met may be rough: 1e-18 of all cycles is negligible.  */
  sum->negligible = -41.4;
  if (node != NO_NODE)
    sum->negligible = fmin (-7.0, -41.4 - log (view->rule->weight[node]));
  sum->poisson = 0.0;
  sum->terms = 0;
  for (size_t c = 0; status == SUPPORT_OK && c < view->system->classes; c++)
    {
      staleness_term *term = &sum->term[sum->terms];
      if (! others (view, c))
        continue;
      if (staleness_counts_poisson (view->counts[c]))
        sum->poisson += (double) others (view, c) * view->kept[c] * t
                        / view->cycle[c].interval;
      else
        {
          status = counts_at (view, c, t, node, &term->law, failure);
          if (status == SUPPORT_OK)
            status =
                staleness_integer_law_thin (&term->law, view->kept[c], failure);
          term->copies = others (view, c);
          sum->terms++;
        }
    }
  return status;
}

support_status
staleness_view_sum (staleness_view *view, double t, support_failure *failure)
{
  return sum_at (view, t, NO_NODE, failure);
}

support_status
staleness_view_sum_at_node (staleness_view *view, size_t node,
                            support_failure *failure)
{
  return sum_at (view, view->rule->node[node], node, failure);
}

static support_status
cdf_at (staleness_view *view, double t, size_t node, double s, double *p,
        support_failure *failure)
{
  support_status status;
  t = fmin (t, view->reach);
  if (view->model == STALENESS_POISSON)
    {
      *p = staleness_poisson_cdf (staleness_view_rate (view) * t, s);
      return SUPPORT_OK;
    }
  status = sum_at (view, t, node, failure);
  if (status == SUPPORT_OK)
    status = staleness_sum_cdf (&view->sum, s, p, failure);
  return status;
}

support_status
staleness_view_cdf_at (staleness_view *view, double t, double s, double *p,
                       support_failure *failure)
{
  return cdf_at (view, t, NO_NODE, s, p, failure);
}

support_status
staleness_view_weight_at (staleness_view *view, double t, double *weight,
                          support_failure *failure)
{
  const system_description *system = view->system;
  staleness_values *pmf = &view->at;
  support_status status = SUPPORT_OK;
  bool simple = view->model == STALENESS_POISSON;
  t = fmin (t, view->reach);
  double poisson = staleness_view_rate (view) * t;
  *weight = 0.0;
  if (system->weight == SYSTEM_WEIGHT_NONE)
    return staleness_view_cdf_at (view, t, system->threshold, weight, failure);
  pmf->size = 0;
  if (! simple)
    {
      status = staleness_view_sum (view, t, failure);
      simple = view->sum.terms == 0;
      poisson = view->sum.poisson;
    }
  if (status == SUPPORT_OK)
    status = simple ? staleness_add_poisson (poisson, 1.0, pmf, failure)
                    : staleness_renewal_pmf_of_sum (view, pmf, failure);
  for (size_t j = 0;
       status == SUPPORT_OK && j < pmf->size && (double) j <= system->threshold;
       j++)
    *weight += pmf->value[j] * system_weight_at (system, (double) j);
  *weight = fmin (*weight, 1.0);
  return status;
}

/* ---- averages over the cycle ------------------------------------------ */

support_status
staleness_view_cdf (staleness_view *view, double s, double *p,
                    support_failure *failure)
{
  support_status status = SUPPORT_OK;
  double log_ratio, total = 0.0;
  if (staleness_view_geometric (view, &log_ratio))
    total = -expm1 ((s + 1.0) * log_ratio);
  else
    {
      double at = 1.0;
      /* The longer the cycle the staler: beyond the first node where next to
         nothing is accepted there is nothing more to add.  */
      for (size_t i = 0;
           status == SUPPORT_OK && at > 1e-18 && i < view->rule->count; i++)
        {
          status = cdf_at (view, view->rule->node[i], i, s, &at, failure);
          total += view->rule->weight[i] * at;
        }
    }
  *p = fmin (total, 1.0);
  return status;
}

bool
staleness_values_reach (staleness_values *values, size_t index)
{
  if (index >= values->room)
    {
      const size_t room = index + index / 2 + 64;
      double *larger = realloc (values->value, room * sizeof *larger);
      if (! larger)
        return false;
      values->value = larger;
      values->room = room;
    }
  for (; values->size <= index; values->size++)
    values->value[values->size] = 0.0;
  return true;
}

static support_status
geometric_pmf (double log_ratio, staleness_values *pmf,
               support_failure *failure)
{
  const double least = -60.0, first = -expm1 (log_ratio);
  for (size_t j = 0;
       j < STALENESS_MOST_VALUES && (double) j * log_ratio > least; j++)
    {
      if (! staleness_values_reach (pmf, j))
        return support_fail_memory (failure);
      pmf->value[j] = first * exp ((double) j * log_ratio);
    }
  return SUPPORT_OK;
}

double
staleness_view_error (const staleness_view *view)
{
  double error = 0.0, log_ratio;
  if (view->model != STALENESS_RENEWAL || staleness_view_rate (view) == 0.0
      || staleness_view_geometric (view, &log_ratio))
    return 0.0;
  for (size_t c = 0; c < view->system->classes; c++)
    if (others (view, c))
      error = fmax (error,
                    staleness_counts_error (view->counts[c], own_delay (view)));
  return isfinite (view->reach)
             ? error + staleness_far_error (view, view->reach)
             : error;
}

/* Variance of a mixed Poisson law: E nu T + Var nu T.  */
static support_status
poisson_pmf (staleness_view *view, staleness_values *pmf,
             support_failure *failure)
{
  const double rate = staleness_view_rate (view);
  support_status status = SUPPORT_OK;
  for (size_t i = 0; status == SUPPORT_OK && i < view->rule->count; i++)
    {
      const double mean = rate * view->rule->node[i];
      /* Past the last value that is listed by more than Gaussian spreads.  */
      if (mean - 20.0 * sqrt (mean) > (double) STALENESS_MOST_VALUES)
        break;
      status = staleness_continue (view->hooks, failure);
      if (status == SUPPORT_OK)
        status =
            staleness_add_poisson (mean, view->rule->weight[i], pmf, failure);
      staleness_view_progress (view,
                               (double) (i + 1) / (double) view->rule->count);
    }
  return status;
}

support_status
staleness_view_pmf (staleness_view *view, staleness_values *pmf,
                    double *variance, support_failure *failure)
{
  const delay_law *own = own_delay (view);
  const double meeting = staleness_view_rate (view) * delay_mean (own);
  double log_ratio;
  if (meeting == 0.0)
    {
      *variance = 0.0;
      if (! staleness_values_reach (pmf, 0))
        return support_fail_memory (failure);
      pmf->value[0] = 1.0;
      return SUPPORT_OK;
    }
  *variance = meeting + meeting * meeting * delay_cv2 (own);
  if (staleness_view_geometric (view, &log_ratio))
    return geometric_pmf (log_ratio, pmf, failure);
  if (view->model == STALENESS_POISSON)
    return poisson_pmf (view, pmf, failure);
  return staleness_renewal_pmf (view, pmf, variance, failure);
}

/* ---- making a view ---------------------------------------------------- */

/* How wide a panel of nodes may be at t: a few times the change of t that
   moves the others' updates by their own spread, and no wider than the spread
   of the ends of cycles that a worker has begun t ago.  */
typedef struct scale_context
{
  staleness_view *view;
  support_status status;
  support_failure *failure;
} scale_context;

/* In the heavy tail of a cycle, where no gradient passes the threshold even if
   most of the others' are not kept.  */
static bool
too_stale (const staleness_view *view, double t)
{
  const double never = 1e-18, few = 0.125;
  return view->model == STALENESS_POISSON
         && delay_abscissa (own_delay (view)) >= 0.0
         && isfinite (view->system->threshold)
         && staleness_poisson_cdf (few * staleness_view_rate (view) * t,
                                   view->system->threshold)
                < never;
}

static double
panel_width (double t, void *data)
{
  const double spreads = 4.0, narrowest = 1.0 / 64.0;
  scale_context *context = data;
  staleness_view *view = context->view;
  const double rate = staleness_view_rate (view);
  double width = INFINITY, variance = rate * t;
  if (rate == 0.0 || t >= view->reach || too_stale (view, t))
    return INFINITY;
  if (view->model == STALENESS_RENEWAL)
    {
      if (context->status == SUPPORT_OK)
        context->status = staleness_view_sum (view, t, context->failure);
      if (context->status != SUPPORT_OK)
        return INFINITY;
      variance = staleness_sum_variance (&view->sum);
      for (size_t c = 0; c < view->system->classes; c++)
        if (others (view, c) && ! staleness_counts_poisson (view->counts[c]))
          {
            const delay_law *law = cycle (view, c);
            const double mean = delay_mean (law);
            width = fmin (width, mean * fmax (sqrt (delay_cv2 (law)), narrowest)
                                     * sqrt (1.0 + t / mean));
          }
    }
  return fmin (width, spreads * sqrt (1.0 + variance) / rate);
}

support_status
staleness_view_make_rule (staleness_view *view, support_failure *failure)
{
  const system_description *system = view->system;
  scale_context context = { view, SUPPORT_OK, failure };
  support_status status = delay_rule_create_graded (
      own_delay (view), panel_width, &context, &view->rule, failure);
  if (context.status != SUPPORT_OK)
    status = context.status;
  /* Without room for what is known the work is done again.  */
  if (status == SUPPORT_OK && view->counts && isfinite (system->threshold)
      && view->rule->count <= MOST_KNOWN_VALUES / system->classes)
    view->known =
        calloc (view->rule->count * system->classes, sizeof *view->known);
  return status;
}

support_status
staleness_view_create (const system_description *system,
                       const staleness_cycle *cycles, size_t self,
                       staleness_model model, const double *kept,
                       const support_hooks *hooks, staleness_counts **counts,
                       staleness_view *view, support_failure *failure)
{
  *view = (staleness_view){ .system = system,
                            .cycle = cycles,
                            .self = self,
                            .model = model,
                            .kept = kept,
                            .hooks = hooks,
                            .reach = INFINITY,
                            .passes = 1.0,
                            .counts = counts };
  if (model != STALENESS_RENEWAL)
    view->counts = NULL;
  else if (! (view->sum.term =
                  calloc (system->classes, sizeof *view->sum.term)))
    return support_fail_memory (failure);
  return SUPPORT_OK;
}

/* The longest window that is looked at.  */
static support_status
find_horizon (const staleness_view *view, double *horizon,
              support_failure *failure)
{
  const delay_law *own = own_delay (view);
  delay_rule *coarse;
  *horizon = fmin (delay_supremum (own), view->reach);
  if (isfinite (*horizon))
    return SUPPORT_OK;
  const support_status status =
      delay_rule_create (own, INFINITY, &coarse, failure);
  if (status != SUPPORT_OK)
    return status;
  *horizon = 1.02 * coarse->node[coarse->count - 1];
  delay_rule_free (coarse);
  return SUPPORT_OK;
}

/* Those of class C for the windows of all views that meet it.  */
static support_status
make_counts (staleness_view *view, size_t count, size_t c,
             support_failure *failure)
{
  double usual = 0.0, horizon = 0.0;
  support_status status = staleness_continue (view->hooks, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < count; i++)
    if (others (&view[i], c))
      {
        double own;
        status = find_horizon (&view[i], &own, failure);
        horizon = fmax (horizon, own);
        usual = fmax (usual, delay_quantile (own_delay (&view[i]), 1.0 - 1e-6));
      }
  if (status == SUPPORT_OK && horizon > 0.0)
    status =
        staleness_counts_create (cycle (view, c), view->cycle[c].interval,
                                 usual, horizon, &view->counts[c], failure);
  return status;
}

support_status
staleness_views_finish (staleness_view *view, size_t count,
                        support_failure *failure)
{
  support_status status = SUPPORT_OK;
  if (count > 0 && view->model == STALENESS_RENEWAL)
    {
      for (size_t i = 0; i < count; i++)
        view[i].reach = staleness_far_reach (&view[i]);
      for (size_t c = 0; status == SUPPORT_OK && c < view->system->classes; c++)
        status = make_counts (view, count, c, failure);
    }
  for (size_t i = 0; status == SUPPORT_OK && i < count; i++)
    status = staleness_view_make_rule (&view[i], failure);
  return status;
}

void
staleness_view_clear (staleness_view *view)
{
  for (size_t c = 0; view->sum.term && c < view->system->classes; c++)
    staleness_integer_law_clear (&view->sum.term[c].law);
  for (size_t i = 0;
       view->known && i < view->rule->count * view->system->classes; i++)
    staleness_integer_law_clear (&view->known[i]);
  free (view->known);
  free (view->at.value);
  free (view->sum.term);
  delay_rule_free (view->rule);
  *view = (staleness_view){ .counts = NULL };
}
