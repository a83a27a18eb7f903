/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include "assert_close.h"
#include "staleness/staleness.h"

/* ---- help ------------------------------------------------------------- */

static delay_law *
make (const char *family, double a, double b)
{
  const bool one = strcmp (family, "exponential") == 0
                   || strcmp (family, "deterministic") == 0;
  const delay_argument argument[] = { { .values = &a, .count = 1 },
                                      { .values = &b, .count = 1 } };
  delay_law *law = NULL;
  assert_int_equal (delay_create (family, argument, one ? 1 : 2, &law, NULL),
                    SUPPORT_OK);
  return law;
}

static staleness_law
solve_classes (size_t classes, const system_class *class, double threshold,
               staleness_model model)
{
  const system_description system = { .classes = classes,
                                      .class = class,
                                      .rate = 0.1,
                                      .threshold = threshold,
                                      .deadline = INFINITY };
  staleness_law st;
  support_failure failure = { .text = "" };
  if (staleness_solve (&system, model, NULL, &st, &failure) != SUPPORT_OK)
    fail_msg ("%s", failure.text);
  return st;
}

static staleness_law
solve (const delay_law *law, size_t workers, double threshold,
       staleness_model model)
{
  const system_class class = { workers, law };
  return solve_classes (1, &class, threshold, model);
}

static void
assert_ratio (double value, double expected, double tolerance)
{
  if (! (fabs (value / expected - 1.0) <= tolerance))
    fail_msg ("%.17g is not %.17g within %g of itself", value, expected,
              tolerance);
}

/* P(tau = j), 0 past the end.  */
static double
at (const staleness_law *st, size_t j)
{
  return j < st->size ? st->pmf[j] : 0.0;
}

static double
total_variation (const double *p, size_t size, const double *q, size_t other)
{
  double distance = 0.0;
  for (size_t j = 0; j < size || j < other; j++)
    distance += 0.5 * fabs ((j < size ? p[j] : 0.0) - (j < other ? q[j] : 0.0));
  return distance;
}

/* What holds of every law: the pmf is one, its moments are those told, the
   parts add up.  */
static void
assert_coherent (const staleness_law *st, double tolerance)
{
  double total = 0.0, mean = 0.0, variance = 0.0, rate = 0.0;
  for (size_t j = 0; j < st->size; j++)
    {
      assert_true (st->pmf[j] >= 0.0);
      total += st->pmf[j];
      mean += (double) j * st->pmf[j];
    }
  for (size_t j = 0; j < st->size; j++)
    variance += pow ((double) j - st->mean, 2.0) * st->pmf[j];
  for (size_t c = 0; c < st->parts; c++)
    rate += st->part[c].rate;
  assert_relative (total + st->tail, 1.0, tolerance);
  assert_relative (mean, st->mean, tolerance);
  assert_relative (variance, st->variance, tolerance);
  assert_relative (rate, st->rate, 1e-14);
  assert_relative (st->accepted * st->arrivals, st->rate, 1e-14);
}

/* ---- Poisson model ---------------------------------------------------- */

/* With nu the arrivals of the others per unit time: Poisson, negative
   binomial, geometric, and incomplete gamma functions, each far into the
   tail.  */
static void
poisson_model_meets_closed_forms (void **state)
{
  (void) state;
  const size_t workers[] = { 4, 33 };
  for (size_t i = 0; i < 2; i++)
    {
      const double nu = (double) workers[i] - 1.0;
      delay_law *law = make ("deterministic", 1.0, 0.0);
      staleness_law st = solve (law, workers[i], INFINITY, STALENESS_POISSON);
      for (size_t j = 0; j < 31; j++)
        assert_ratio (at (&st, j),
                      exp (-nu + (double) j * log (nu)
                           - gsl_sf_lnfact ((unsigned int) j)),
                      1e-12);
      staleness_law_clear (&st);
      delay_free (law);

      law = make ("exponential", 1.0, 0.0);
      st = solve (law, workers[i], INFINITY, STALENESS_POISSON);
      for (size_t j = 0; j < 150; j++)
        assert_ratio (at (&st, j),
                      pow (nu / (1.0 + nu), (double) j) / (1.0 + nu), 1e-13);
      staleness_law_clear (&st);
      delay_free (law);

      const double shapes[] = { 4.0, 0.5, 26.8 };
      const double tolerance[] = { 1e-10, 1e-10, 1e-9 };
      for (size_t s = 0; s < 3; s++)
        {
          const double k = shapes[s];
          law = make ("gamma", k, 1.0 / k);
          st = solve (law, workers[i], INFINITY, STALENESS_POISSON);
          for (unsigned int j = 0; j < 31; j++)
            assert_ratio (at (&st, j),
                          exp (gsl_sf_lngamma (k + j) - gsl_sf_lngamma (k)
                               - gsl_sf_lnfact (j) - k * log1p (nu / k)
                               + j * log (nu / (k + nu))),
                          tolerance[s]);
          assert_coherent (&st, 1e-12);
          staleness_law_clear (&st);
          delay_free (law);
        }

      law = make ("uniform", 0.2, 1.8);
      st = solve (law, workers[i], INFINITY, STALENESS_POISSON);
      for (unsigned int j = 5; j < 31; j++)
        {
          const double lower = gsl_cdf_gamma_P (0.2 * nu, j + 1.0, 1.0);
          const double upper = gsl_cdf_gamma_P (1.8 * nu, j + 1.0, 1.0);
          assert_ratio (at (&st, j), (upper - lower) / (1.6 * nu), 1e-10);
        }
      staleness_law_clear (&st);
      delay_free (law);

      /* A Poisson number plus a geometric one.  */
      law = make ("shifted-exponential", 0.5, 0.5);
      st = solve (law, workers[i], INFINITY, STALENESS_POISSON);
      for (unsigned int j = 0; j < 31; j++)
        {
          const double ratio = 0.5 * nu / (1.0 + 0.5 * nu);
          double p = 0.0;
          for (unsigned int k = 0; k <= j; k++)
            p += gsl_ran_poisson_pdf (k, 0.5 * nu) * (1.0 - ratio)
                 * pow (ratio, j - k);
          assert_ratio (at (&st, j), p, 1e-10);
        }
      staleness_law_clear (&st);
      delay_free (law);
    }
}

/* ---- renewal model ---------------------------------------------------- */

static void
equal_deterministic_workers_take_turns (void **state)
{
  (void) state;
  delay_law *law = make ("deterministic", 0.7, 0.0);
  const size_t workers[] = { 1, 2, 8, 10000 };
  for (size_t i = 0; i < 4; i++)
    {
      staleness_law st = solve (law, workers[i], INFINITY, STALENESS_RENEWAL);
      assert_int_equal (st.size, workers[i]);
      assert_relative (st.pmf[workers[i] - 1], 1.0, 1e-12);
      assert_relative (st.variance, 0.0, 1e-12);
      assert_relative (st.rate, (double) workers[i] / 0.7, 1e-14);
      assert_relative (st.palm, 0.5, 0.0);
      staleness_law_clear (&st);
    }
  delay_free (law);
}

/* A gamma law of shape 1 takes the general way to the geometric law.  */
static void
renewal_model_is_exact_for_exponential_workers (void **state)
{
  (void) state;
  delay_law *law = make ("gamma", 1.0, 3.0);
  const size_t workers[] = { 2, 8, 200 };
  for (size_t i = 0; i < 3; i++)
    {
      const double n = (double) workers[i];
      staleness_law st = solve (law, workers[i], INFINITY, STALENESS_RENEWAL);
      for (size_t j = 0; j < 100; j++)
        assert_relative (at (&st, j), pow (1.0 - 1.0 / n, (double) j) / n,
                         1e-13);
      assert_coherent (&st, 1e-11);
      assert_relative (st.variance, n * (n - 1.0), 1e-10);
      staleness_law_clear (&st);
    }
  delay_free (law);
}

/* For two workers P(tau = 0) = E P(residual > T): for gamma of shape 2 the
   residual is one stage or two with equal chances, 1/2 (1/4 + 1/2).  */
static void
two_workers_meet_their_integral (void **state)
{
  (void) state;
  delay_law *law = make ("gamma", 2.0, 0.5);
  staleness_law st = solve (law, 2, INFINITY, STALENESS_RENEWAL);
  assert_relative (st.pmf[0], 3.0 / 8.0, 1e-13);
  staleness_law_clear (&st);
  delay_free (law);

  /* 1 - F_e(t) = (b - t)^2 / (2 (b - a) mean) on [a, b].  */
  const double a = 0.2, b = 1.8;
  law = make ("uniform", a, b);
  st = solve (law, 2, INFINITY, STALENESS_RENEWAL);
  assert_relative (st.pmf[0], (b - a) / (3.0 * (a + b)), 1e-8);
  staleness_law_clear (&st);
  delay_free (law);
}

/* The same law by its closed sums and, as the only part of a mixture, by the
   grid.  */
static void
grid_meets_closed_sums (void **state)
{
  (void) state;
  const double weight = 1.0;
  const char *const family[] = { "gamma", "shifted-exponential", "gamma" };
  const double first[] = { 4.0, 0.5, 0.5 }, second[] = { 0.25, 0.5, 2.0 };
  /* A density that is infinite at 0 is harder on the grid.  */
  const double tolerance[] = { 1e-6, 1e-6, 1e-4 };
  for (size_t i = 0; i < 3; i++)
    {
      delay_law *law = make (family[i], first[i], second[i]), *mixture;
      const delay_argument argument[] = { { .values = &weight, .count = 1 },
                                          { .law = law } };
      assert_int_equal (delay_create ("mixture", argument, 2, &mixture, NULL),
                        SUPPORT_OK);
      staleness_law st = solve (law, 4, INFINITY, STALENESS_RENEWAL);
      staleness_law other = solve (mixture, 4, INFINITY, STALENESS_RENEWAL);
      assert_true (total_variation (st.pmf, st.size, other.pmf, other.size)
                   <= tolerance[i]);
      assert_relative (other.variance, st.variance, tolerance[i]);
      staleness_law_clear (&st);
      staleness_law_clear (&other);
      delay_free (mixture);
      delay_free (law);
    }
}

static void
ten_thousand_workers_are_no_burden (void **state)
{
  (void) state;
  delay_law *law = make ("gamma", 100.0, 0.01);
  staleness_law st = solve (law, 10000, INFINITY, STALENESS_RENEWAL);
  assert_relative (st.mean, 9999.0, 1e-14);
  assert_coherent (&st, 1e-9);
  staleness_law_clear (&st);
  delay_free (law);
}

/* ---- classes ---------------------------------------------------------- */

static void
classes_share_the_server (void **state)
{
  (void) state;
  delay_law *fast = make ("gamma", 4.0, 0.25);
  delay_law *slow = make ("uniform", 5.0, 15.0);
  const system_class class[] = { { 5, fast }, { 0, fast }, { 5, slow } };
  for (int model = STALENESS_RENEWAL; model <= STALENESS_POISSON; model++)
    {
      staleness_law st =
          solve_classes (3, class, INFINITY, (staleness_model) model);
      assert_relative (st.rate, 5.5, 1e-14);
      assert_relative (st.mean, 9.0, 1e-13);
      assert_relative (st.part[0].mean, 4.5, 1e-13);
      assert_relative (st.part[2].mean, 54.0, 1e-13);
      assert_coherent (&st, 1e-9);
      assert_relative (delay_mean (st.delay), 10.0 / 5.5, 1e-13);
      assert_relative (st.part[0].palm, 0.5 * 1.25, 1e-14);
      assert_relative (st.part[2].palm, 0.5 * (1.0 + 1.0 / 12.0), 1e-14);
      assert_relative (st.palm,
                       (5.0 * st.part[0].palm + 0.5 * st.part[2].palm) / 5.5,
                       1e-14);
      assert_null (st.part[1].delay);
      assert_true (isnan (st.part[1].mean));
      staleness_law_clear (&st);
    }
  delay_free (fast);
  delay_free (slow);
}

/* Two classes of the same law are one.  */
static void
equal_classes_are_one (void **state)
{
  (void) state;
  delay_law *law = make ("gamma", 4.0, 0.25);
  const system_class class[] = { { 3, law }, { 6, law } };
  const double threshold[] = { INFINITY, 8.0 };
  for (size_t i = 0; i < 2; i++)
    {
      staleness_law st =
          solve_classes (2, class, threshold[i], STALENESS_RENEWAL);
      staleness_law one = solve (law, 9, threshold[i], STALENESS_RENEWAL);
      assert_relative (st.accepted, one.accepted, 1e-11);
      assert_true (total_variation (st.pmf, st.size, one.pmf, one.size)
                   < 1e-11);
      staleness_law_clear (&st);
      staleness_law_clear (&one);
    }
  delay_free (law);
}

/* ---- threshold -------------------------------------------------------- */

/* p = 1 - r^(S+1), r = (n-1) p / (1 + (n-1) p): the closed form of the fixed
   point for exponential workers, in both models.  */
static void
threshold_for_exponential_workers (void **state)
{
  (void) state;
  delay_law *law = make ("exponential", 1.0, 0.0);
  for (int model = STALENESS_RENEWAL; model <= STALENESS_POISSON; model++)
    {
      staleness_law st = solve (law, 16, 15.0, (staleness_model) model);
      const double p = st.accepted, r = 15.0 * p / (1.0 + 15.0 * p);
      assert_relative (p, 1.0 - pow (r, 16.0), 1e-14);
      assert_relative (st.rate, 11.933, 5e-4);
      assert_relative (p, 0.7458, 5e-5);
      assert_relative (delay_mean (st.delay), 0.5526, 5e-5);
      /* E T accepted = int t e^-t P(Pois(nu t) <= S) dt
         = sum over j <= S of (j + 1) r^j (1 - r)^2, over p.  */
      double mean = 0.0;
      for (int j = 0; j <= 15; j++)
        mean += (j + 1.0) * pow (r, j) * pow (1.0 - r, 2.0) / p;
      assert_relative (delay_mean (st.delay), mean, 1e-8);
      assert_int_equal (st.size, 16);
      assert_true (isnan (st.palm));
      assert_coherent (&st, 1e-12);
      staleness_law_clear (&st);
    }
  delay_free (law);
}

/* The Poisson closure by a sum that shares nothing with the solver: midpoints
   of a fine grid against the density of the cycle.  */
static void
threshold_solves_its_equation (void **state)
{
  (void) state;
  delay_law *law = make ("gamma", 4.0, 0.25);
  staleness_law st = solve (law, 10, 6.0, STALENESS_POISSON);
  double p = 0.0, mean = 0.0;
  for (int i = 0; i < 20000; i++)
    {
      const double t = (i + 0.5) * 1e-3;
      const double w = 1e-3 * gsl_ran_gamma_pdf (t, 4.0, 0.25)
                       * gsl_cdf_poisson_P (6, 9.0 * st.accepted * t);
      p += w;
      mean += w * t;
    }
  assert_relative (st.accepted, p, 1e-8);
  assert_relative (delay_mean (st.delay), mean / p, 1e-7);
  assert_relative (st.accepted, 0.6410, 1e-4);
  staleness_law_clear (&st);
  delay_free (law);
}

static void
threshold_that_never_bites_changes_nothing (void **state)
{
  (void) state;
  delay_law *law = make ("uniform", 0.5, 1.5);
  staleness_law st = solve (law, 6, 1e6, STALENESS_RENEWAL);
  staleness_law plain = solve (law, 6, INFINITY, STALENESS_RENEWAL);
  assert_true (st.accepted == 1.0);
  assert_relative (st.palm, plain.palm, 1e-15);
  assert_string_equal (delay_family_name (st.delay), "uniform");
  assert_true (total_variation (st.pmf, st.size, plain.pmf, plain.size)
               < 1e-15);
  staleness_law_clear (&st);
  staleness_law_clear (&plain);
  delay_free (law);
}

/* Classes of different speed under a threshold: each accepted fraction is what
   its own pmf, delay and the others' rates say; the slow class starves.  */
static void
threshold_starves_slow_classes (void **state)
{
  (void) state;
  delay_law *fast = make ("shifted-exponential", 0.5, 0.5);
  delay_law *slow = make ("exponential", 4.0, 0.0);
  const system_class class[] = { { 6, fast }, { 2, slow } };
  staleness_law st = solve_classes (2, class, 8.0, STALENESS_POISSON);
  const double rate[] = { st.rate - st.part[0].accepted,
                          st.rate - st.part[1].accepted / 4.0 };
  const double r = 4.0 * rate[1] / (1.0 + 4.0 * rate[1]);
  assert_relative (st.part[1].accepted, 1.0 - pow (r, 9.0), 1e-10);
  double p = 0.0;
  for (int i = 0; i < 200000; i++)
    {
      const double t = (i + 0.5) * 1e-4;
      p += 1e-4 * exp (-2.0 * t) * 2.0
           * gsl_cdf_poisson_P (8, rate[0] * (0.5 + t));
    }
  assert_relative (st.part[0].accepted, p, 1e-7);
  assert_true (st.part[1].accepted < 0.5 * st.part[0].accepted);
  assert_coherent (&st, 1e-12);
  staleness_law_clear (&st);

  st = solve_classes (2, class, 8.0, STALENESS_RENEWAL);
  assert_true (st.part[1].accepted < 0.5 * st.part[0].accepted);
  assert_coherent (&st, 1e-12);
  staleness_law_clear (&st);
  delay_free (fast);
  delay_free (slow);
}

/* ---- against a simulation --------------------------------------------- */

enum
{
  VALUES = 256
};

/* The loop of workers, event by event, from the stationary state: histogram
   of the staleness of accepted gradients, and the accepted fraction.  Equal
   laws.  */
static double
simulate (const delay_law *law, size_t workers, double threshold,
          size_t arrivals, double histogram[VALUES])
{
  gsl_rng *stream = support_stream_create (20, workers);
  double next[32] = { 0.0 };
  size_t read[32] = { 0 }, version = 0, accepted = 0;
  assert_non_null (stream);
  for (size_t i = 0; i < workers; i++)
    next[i] = delay_sample_residual (law, stream);
  for (size_t j = 0; j < VALUES; j++)
    histogram[j] = 0.0;
  const size_t warm = arrivals / 20;
  for (size_t k = 0; k < arrivals + warm; k++)
    {
      size_t first = 0;
      for (size_t i = 1; i < workers; i++)
        if (next[i] < next[first])
          first = i;
      const size_t staleness = version - read[first];
      const bool accept = (double) staleness <= threshold;
      version += accept;
      if (accept && k >= warm)
        {
          assert_true (staleness < VALUES);
          histogram[staleness] += 1.0;
          accepted++;
        }
      read[first] = version;
      next[first] += delay_sample (law, stream);
    }
  for (size_t j = 0; j < VALUES; j++)
    histogram[j] /= (double) accepted;
  gsl_rng_free (stream);
  return (double) accepted / (double) arrivals;
}

/* 4e5 updates leave a statistical error of the total variation of about
   0.4 sqrt (values / updates) < .0025.  */
static void
renewal_model_meets_simulation (void **state)
{
  (void) state;
  const char *const family[] = { "gamma", "shifted-exponential", "gamma" };
  const double first[] = { 4.0, 0.5, 100.0 }, second[] = { 0.25, 0.5, 0.01 };
  const size_t workers[] = { 2, 8 };
  for (size_t i = 0; i < 3; i++)
    for (size_t k = 0; k < 2; k++)
      {
        double histogram[VALUES];
        delay_law *law = make (family[i], first[i], second[i]);
        simulate (law, workers[k], INFINITY, 400000, histogram);
        staleness_law st = solve (law, workers[k], INFINITY, STALENESS_RENEWAL);
        staleness_law poisson =
            solve (law, workers[k], INFINITY, STALENESS_POISSON);
        assert_true (total_variation (st.pmf, st.size, histogram, VALUES)
                     < 0.005);
        assert_true (
            total_variation (poisson.pmf, poisson.size, histogram, VALUES)
            > 0.05);
        staleness_law_clear (&st);
        staleness_law_clear (&poisson);
        delay_free (law);
      }
}

/* The accepted fraction within 1.5 % for S >= n - 1; with 2e5 arrivals its
   standard error is below .0015 (the acceptances are correlated).  */
static void
renewal_closure_meets_simulation (void **state)
{
  (void) state;
  const char *const family[] = { "exponential", "gamma", "shifted-exponential",
                                 "gamma" };
  const double first[] = { 1.0, 4.0, 0.5, 100.0 };
  const double second[] = { 0.0, 0.25, 0.5, 0.01 };
  for (size_t i = 0; i < 4; i++)
    {
      double histogram[VALUES];
      delay_law *law = make (family[i], first[i], second[i]);
      const double p = simulate (law, 10, 10.0, 200000, histogram);
      staleness_law st = solve (law, 10, 10.0, STALENESS_RENEWAL);
      assert_ratio (st.accepted, p, 0.015);
      staleness_law_clear (&st);
      delay_free (law);
    }
}

/* ---- fits ------------------------------------------------------------- */

/* From the pmf itself the fit finds the shape it was made with.  */
static void
fit_finds_the_shape (void **state)
{
  (void) state;
  const double shapes[] = { 2.0, 26.8 };
  for (size_t i = 0; i < 2; i++)
    {
      const double k = shapes[i];
      delay_law *law = make ("gamma", k, 1.0 / k);
      staleness_law st = solve (law, 5, INFINITY, STALENESS_RENEWAL);
      staleness_fit fit;
      assert_int_equal (
          staleness_fit_gamma (5, st.pmf, st.size, NULL, &fit, NULL),
          SUPPORT_OK);
      assert_ratio (fit.shape, k, 1e-4);
      staleness_law_clear (&st);
      delay_free (law);
    }
}

static void
fit_refuses_what_it_cannot_explain (void **state)
{
  (void) state;
  const double zero[] = { 0.0, 0.0 }, negative[] = { 1.0, -1.0 };
  staleness_fit fit;
  assert_int_equal (staleness_fit_gamma (3, zero, 2, NULL, &fit, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (staleness_fit_gamma (3, negative, 2, NULL, &fit, NULL),
                    SUPPORT_INVALID);
  assert_int_equal (staleness_fit_gamma (1, zero, 2, NULL, &fit, NULL),
                    SUPPORT_INVALID);
}

/* ---- refusals --------------------------------------------------------- */

static support_status
refusal (size_t workers, const delay_law *law, double threshold,
         support_failure *failure)
{
  const system_class class = { workers, law };
  const system_description system = { .classes = 1,
                                      .class = &class,
                                      .rate = 0.1,
                                      .threshold = threshold,
                                      .deadline = INFINITY };
  staleness_law st;
  const support_status status =
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &st, failure);
  staleness_law_clear (&st);
  return status;
}

static void
refuses_what_it_cannot_solve (void **state)
{
  (void) state;
  support_failure failure;
  staleness_model model;
  delay_law *law = make ("gamma", 4.0, 0.25);
  assert_int_equal (refusal (0, law, INFINITY, &failure), SUPPORT_INVALID);
  assert_int_equal (refusal (3, law, -1.0, &failure), SUPPORT_INVALID);
  assert_int_equal (refusal (3, law, NAN, NULL), SUPPORT_INVALID);
  assert_int_equal (refusal (20000000, law, INFINITY, &failure), SUPPORT_LIMIT);
  assert_int_equal (staleness_model_named ("poison", &model, &failure),
                    SUPPORT_UNKNOWN);
  assert_non_null (strstr (failure.text, "renewal, poisson"));
  for (size_t i = 0; staleness_model_name_at (i); i++)
    {
      assert_int_equal (
          staleness_model_named (staleness_model_name_at (i), &model, NULL),
          SUPPORT_OK);
      assert_int_equal (model, i);
    }
  delay_free (law);
}

/* ---- hooks ------------------------------------------------------------ */

typedef struct waiting
{
  int left; /* interrupts when asked more often */
  double progress;
  bool falling;
} waiting;

static bool
patience_interrupts (void *data)
{
  waiting *patience = data;
  return patience->left-- <= 0;
}

static void
patience_progress (void *data, double fraction)
{
  waiting *patience = data;
  patience->falling |= ! (fraction >= patience->progress && fraction <= 1.0);
  patience->progress = fraction;
}

/* Every kind of long work asks whether to stop, many times over.  */
static void
work_can_be_interrupted (void **state)
{
  (void) state;
  delay_law *law = make ("gamma", 0.3, 2.0);
  const system_class class[] = { { 2000, law }, { 1000, law } };
  const staleness_model models[] = { STALENESS_RENEWAL, STALENESS_POISSON };
  const double thresholds[] = { INFINITY, 2000.0 };
  for (int m = 0; m < 2; m++)
    for (int k = 0; k < 2; k++)
      for (int left = 0; left < 40; left += 13)
        {
          if (models[m] == STALENESS_POISSON && isfinite (thresholds[k]))
            continue;
          waiting patience = { .left = left };
          const support_hooks hooks = { patience_interrupts, patience_progress,
                                        &patience };
          const system_description system = { .classes = 2,
                                              .class = class,
                                              .rate = 0.1,
                                              .threshold = thresholds[k],
                                              .deadline = INFINITY };
          staleness_law st;
          assert_int_equal (
              staleness_solve (&system, models[m], &hooks, &st, NULL),
              SUPPORT_INTERRUPTED);
          assert_int_equal (patience.left, -1);
          staleness_law_clear (&st);
        }
  const double count[] = { 1.0, 5.0, 3.0, 1.0 };
  waiting patience = { .left = 3 };
  const support_hooks hooks = { patience_interrupts, NULL, &patience };
  staleness_fit fit;
  assert_int_equal (staleness_fit_gamma (3, count, 4, &hooks, &fit, NULL),
                    SUPPORT_INTERRUPTED);
  delay_free (law);
}

static void
progress_rises_to_the_end (void **state)
{
  (void) state;
  delay_law *law = make ("gamma", 4.0, 0.25);
  const system_class class[] = { { 20, law }, { 10, law } };
  const system_description system = { .classes = 2,
                                      .class = class,
                                      .rate = 0.1,
                                      .threshold = INFINITY,
                                      .deadline = INFINITY };
  const staleness_model models[] = { STALENESS_RENEWAL, STALENESS_POISSON };
  for (int m = 0; m < 2; m++)
    {
      waiting patience = { .left = 1 << 30 };
      const support_hooks hooks = { patience_interrupts, patience_progress,
                                    &patience };
      staleness_law st;
      assert_int_equal (staleness_solve (&system, models[m], &hooks, &st, NULL),
                        SUPPORT_OK);
      assert_false (patience.falling);
      assert_true (patience.progress > 0.9);
      staleness_law_clear (&st);
    }
  delay_free (law);
}

static void
quantiles_are_the_least_values (void **state)
{
  (void) state;
  const double pmf[] = { 0.25, 0.0, 0.5, 0.125 };
  assert_true (staleness_quantile (pmf, 4, 0.0) == 0.0);
  assert_true (staleness_quantile (pmf, 4, 0.25) == 0.0);
  assert_true (staleness_quantile (pmf, 4, 0.26) == 2.0);
  assert_true (staleness_quantile (pmf, 4, 0.75) == 2.0);
  assert_true (staleness_quantile (pmf, 4, 0.875) == 3.0);
  assert_true (isnan (staleness_quantile (pmf, 4, 0.9)));
  assert_true (isnan (staleness_quantile (NULL, 4, 0.5)));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (poisson_model_meets_closed_forms),
    cmocka_unit_test (equal_deterministic_workers_take_turns),
    cmocka_unit_test (renewal_model_is_exact_for_exponential_workers),
    cmocka_unit_test (two_workers_meet_their_integral),
    cmocka_unit_test (grid_meets_closed_sums),
    cmocka_unit_test (ten_thousand_workers_are_no_burden),
    cmocka_unit_test (classes_share_the_server),
    cmocka_unit_test (equal_classes_are_one),
    cmocka_unit_test (threshold_for_exponential_workers),
    cmocka_unit_test (threshold_solves_its_equation),
    cmocka_unit_test (threshold_that_never_bites_changes_nothing),
    cmocka_unit_test (threshold_starves_slow_classes),
    cmocka_unit_test (renewal_model_meets_simulation),
    cmocka_unit_test (renewal_closure_meets_simulation),
    cmocka_unit_test (fit_finds_the_shape),
    cmocka_unit_test (fit_refuses_what_it_cannot_explain),
    cmocka_unit_test (refuses_what_it_cannot_solve),
    cmocka_unit_test (work_can_be_interrupted),
    cmocka_unit_test (progress_rises_to_the_end),
    cmocka_unit_test (quantiles_are_the_least_values),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
