/* SPDX-License-Identifier: GPL-3.0-or-later */
/* equation/: coefficients, response in time, energy, moments, loss.  Each is
   held against a closed form or against another method.  */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_errno.h>

#include "assert_close.h"
#include "equation/equation.h"

static delay_law *
law (const char *family, double first, double second)
{
  const delay_argument argument[] = { { .values = &first, .count = 1 },
                                      { .values = &second, .count = 1 } };
  const bool two = strcmp (family, "deterministic") != 0
                   && strcmp (family, "exponential") != 0;
  delay_law *made;
  assert_int_equal (delay_create (family, argument, two ? 2 : 1, &made, NULL),
                    SUPPORT_OK);
  return made;
}

/* ---- coefficients ---------------------------------------------------- */

static void
coefficients_follow_the_triple (void **state)
{
  delay_law *cycle = law ("gamma", 4.0, 0.25);
  const system_class class = { .workers = 10, .cycle = cycle };
  const system_description system = { .classes = 1,
                                      .class = &class,
                                      .rate = 0.02,
                                      .threshold = INFINITY,
                                      .deadline = INFINITY };
  staleness_law staleness;
  equation_coefficients mode;
  (void) state;
  assert_int_equal (
      staleness_solve (&system, STALENESS_RENEWAL, NULL, &staleness, NULL),
      SUPPORT_OK);
  assert_int_equal (equation_best_order (&staleness), 2);
  assert_int_equal (
      equation_mode (&staleness, 0.02, 0.0, 0.5, 4.0, 2, &mode, NULL),
      SUPPORT_OK);
  assert_close (mode.alpha, 0.01, 1e-15);
  assert_close (mode.damping, 0.1, 1e-14);
  assert_close (mode.correction, 0.01 * (1.0 + 0.25) / 2.0, 1e-15);
  assert_close (mode.intensity, 0.0004 * 4.0 * 10.0, 1e-15);
  /* Beside order 3 stands the best of the others.  */
  assert_int_equal (
      equation_mode (&staleness, 0.02, 0.0, 0.5, 4.0, 3, &mode, NULL),
      SUPPORT_OK);
  assert_close (mode.correction, 0.01 * (1.0 + 0.25) / 2.0, 1e-15);
  assert_int_equal (
      equation_mode (&staleness, 0.02, 0.0, 0.5, 4.0, 4, &mode, NULL),
      SUPPORT_INVALID);
  staleness_law_clear (&staleness);
  delay_free (cycle);
}

/* ---- response -------------------------------------------------------- */

/* Method of steps for x' = -a x(t-1), x = 1 before 0 (or 0, and x(0) = 1):
   sums of powers of t - k.  */
static double
steps_with_past (double a, double t)
{
  double sum = 1.0;
  for (int k = 1; t - (k - 1) > 0.0; k++)
    sum += pow (-a * (t - (k - 1)), k) / tgamma (k + 1.0);
  return sum;
}

static double
steps_fundamental (double a, double t)
{
  double sum = 1.0;
  for (int k = 1; t - k > 0.0; k++)
    sum += pow (-a * (t - k), k) / tgamma (k + 1.0);
  return sum;
}

/* The largest errors over [0, END], the delay being no multiple of the step
   unless ALIGNED.  */
static void
fixed_delay_errors (double a, size_t steps, double end, double errors[2])
{
  delay_law *one = law ("deterministic", 1.0, 0.0);
  const roots_kernel kernel = { .a = a, .delay = one };
  const double step = end / (double) steps;
  double *mean = support_doubles (steps + 1);
  double *fundamental = support_doubles (steps + 1);
  assert_int_equal (
      equation_response (&kernel, step, steps, mean, fundamental, NULL),
      SUPPORT_OK);
  errors[0] = errors[1] = 0.0;
  for (size_t k = 0; k <= steps; k++)
    {
      const double t = (double) k * step;
      errors[0] = fmax (errors[0], fabs (mean[k] - steps_with_past (a, t)));
      errors[1] =
          fmax (errors[1], fabs (fundamental[k] - steps_fundamental (a, t)));
    }
  free (mean);
  free (fundamental);
  delay_free (one);
}

static void
response_to_one_delay_is_that_of_the_method_of_steps (void **state)
{
  double coarse[2], fine[2];
  (void) state;
  fixed_delay_errors (1.2, 487, 7.3, coarse);
  fixed_delay_errors (1.2, 974, 7.3, fine);
  for (int k = 0; k < 2; k++)
    {
      assert_true (fine[k] < 5e-5);
      /* Second order: a quarter of the error at half the step.  */
      assert_true (fine[k] < 0.4 * coarse[k]);
    }
}

/* Exponential delays of mean 1 make a linear system for X and g = E Y(t-D):
   X' = -a g, g' = X - c g - g; the response to a push is Y = X - c g.  */
static void
exponential_errors (double a, double c, size_t steps, double errors[2])
{
  delay_law *one = law ("exponential", 1.0, 0.0);
  const roots_kernel kernel = { .a = a, .c = c, .delay = one };
  const double end = 8.0, step = end / (double) steps;
  double *mean = support_doubles (steps + 1);
  double *fundamental = support_doubles (steps + 1);
  assert_int_equal (
      equation_response (&kernel, step, steps, mean, fundamental, NULL),
      SUPPORT_OK);
  errors[0] = errors[1] = 0.0;
  for (int which = 0; which < 2; which++)
    {
      double x = 1.0, g = which == 0 ? 1.0 : 0.0;
      const int substeps = 20;
      const double h = step / substeps;
      for (size_t k = 0; k <= steps; k++)
        {
          const double value = which == 0 ? mean[k] : fundamental[k];
          const double exact = which == 0 ? x : x - c * g;
          errors[which] = fmax (errors[which], fabs (value - exact));
          for (int sub = 0; sub < substeps; sub++)
            {
              /* Classical Runge-Kutta.  */
              const double x1 = -a * g, g1 = x - (1.0 + c) * g;
              const double x2 = -a * (g + 0.5 * h * g1);
              const double g2 =
                  x + 0.5 * h * x1 - (1.0 + c) * (g + 0.5 * h * g1);
              const double x3 = -a * (g + 0.5 * h * g2);
              const double g3 =
                  x + 0.5 * h * x2 - (1.0 + c) * (g + 0.5 * h * g2);
              const double x4 = -a * (g + h * g3);
              const double g4 = x + h * x3 - (1.0 + c) * (g + h * g3);
              x += h / 6.0 * (x1 + 2.0 * x2 + 2.0 * x3 + x4);
              g += h / 6.0 * (g1 + 2.0 * g2 + 2.0 * g3 + g4);
            }
        }
    }
  free (mean);
  free (fundamental);
  delay_free (one);
}

static void
response_to_exponential_delays_is_that_of_a_linear_system (void **state)
{
  double coarse[2], fine[2];
  (void) state;
  exponential_errors (0.9, 0.15, 400, coarse);
  exponential_errors (0.9, 0.15, 800, fine);
  for (int k = 0; k < 2; k++)
    {
      assert_true (fine[k] < 1e-5);
      assert_true (fine[k] < 0.3 * coarse[k]);
    }
}

/* A sample of one atom and a fixed delay are the same law; a law far shorter
   than the step acts like none.  */
static void
response_does_not_depend_on_how_a_law_is_told (void **state)
{
  enum
  {
    STEPS = 300
  };
  const double d = 0.37, tiny = 1e-9;
  const delay_argument sample = { .values = &d, .count = 1 };
  delay_law *told[2] = { law ("deterministic", d, 0.0) };
  double mean[2][STEPS + 1];
  (void) state;
  assert_int_equal (delay_create ("empirical", &sample, 1, &told[1], NULL),
                    SUPPORT_OK);
  for (int k = 0; k < 2; k++)
    {
      const roots_kernel kernel = { .a = 1.5, .c = 0.1, .delay = told[k] };
      assert_int_equal (
          equation_response (&kernel, 0.01, STEPS, mean[k], NULL, NULL),
          SUPPORT_OK);
      delay_free (told[k]);
    }
  assert_memory_equal (mean[0], mean[1], sizeof mean[0]);

  delay_law *none = law ("deterministic", tiny, 0.0);
  const roots_kernel kernel = { .a = 1.0, .b = 0.5, .delay = none };
  assert_int_equal (
      equation_response (&kernel, 0.01, STEPS, mean[0], NULL, NULL),
      SUPPORT_OK);
  for (size_t k = 0; k <= STEPS; k++)
    assert_close (mean[0][k], exp (-1.5 * 0.01 * (double) k), 1e-4);
  delay_free (none);
}

/* ---- energy ---------------------------------------------------------- */

/* J of order 2 by the sum of R^2 in time, the other method.  */
static double
energy_in_time (const roots_kernel *kernel, double end, size_t steps)
{
  const double step = end / (double) steps;
  double *fundamental = support_doubles (steps + 1), sum = 0.0;
  assert_int_equal (
      equation_response (kernel, step, steps, NULL, fundamental, NULL),
      SUPPORT_OK);
  for (size_t k = 0; k <= steps; k++)
    sum += (k == 0 || k == steps ? 0.5 : 1.0) * fundamental[k] * fundamental[k];
  free (fundamental);
  return sum * step;
}

static void
energy_agrees_with_the_response_in_time (void **state)
{
  static const struct
  {
    const char *family;
    double first, second;
  } laws[] = {
    { "deterministic", 1.0, 0.0 }, { "exponential", 1.0, 0.0 },
    { "gamma", 4.0, 0.25 },        { "gamma", 0.5, 2.0 },
    { "uniform", 0.2, 1.8 },       { "shifted-exponential", 0.5, 0.5 }
  };
  (void) state;
  for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
    for (int order = 1; order <= 2; order++)
      {
        delay_law *one = law (laws[i].family, laws[i].first, laws[i].second);
        const roots_kernel kernel = { .a = 0.8,
                                      .c = order == 2 ? 0.06 : 0.0,
                                      .delay = one };
        double energy;
        assert_int_equal (equation_energy (&kernel, &energy, NULL), SUPPORT_OK);
        assert_close (energy_in_time (&kernel, 40.0, 8000) / energy, 1.0, 5e-5);
        delay_free (one);
      }
}

static void
energy_is_infinite_beyond_the_limit (void **state)
{
  delay_law *one = law ("deterministic", 1.0, 0.0);
  const roots_kernel kernel = { .a = 1.6, .delay = one };
  double energy;
  (void) state;
  assert_int_equal (equation_energy (&kernel, &energy, NULL), SUPPORT_OK);
  assert_true (isinf (energy));
  delay_free (one);
}

/* Near the limit the spectrum has a peak as narrow as the root is close.  */
static void
energy_survives_a_narrow_peak (void **state)
{
  const double one = 1.0, a = 1.5707;
  const delay_argument sample = { .values = &one, .count = 1 };
  delay_law *atom;
  double energy;
  (void) state;
  assert_int_equal (delay_create ("empirical", &sample, 1, &atom, NULL),
                    SUPPORT_OK);
  const roots_kernel kernel = { .a = a, .delay = atom };
  assert_int_equal (equation_energy (&kernel, &energy, NULL), SUPPORT_OK);
  assert_close (energy / ((1.0 + sin (a)) / (2.0 * a * cos (a))), 1.0, 1e-8);
  delay_free (atom);
}

/* ---- moments and loss ------------------------------------------------ */

/* Two modes of a fixed delay.  */
typedef struct pair
{
  double decay[2], damping[2], correction[2], intensity[2], coupling[4];
} pair;

static equation_system
pair_system (const pair *of, bool coupled, const delay_law *delay)
{
  return (equation_system){ .modes = 2,
                            .decay = of->decay,
                            .damping = of->damping,
                            .correction = of->correction,
                            .intensity = of->intensity,
                            .coupling = of->coupling,
                            .coupled = coupled,
                            .delay = delay };
}

static void
a_diagonal_matrix_couples_like_a_column (void **state)
{
  enum
  {
    STEPS = 200
  };
  delay_law *one = law ("gamma", 4.0, 0.25);
  const pair column = { .damping = { 0.3, 0.7 },
                        .intensity = { 0.1, 0.2 },
                        .coupling = { 0.05, 0.08 } };
  pair matrix = column;
  matrix.coupling[1] = 0.0;
  matrix.coupling[3] = 0.08;
  const equation_system systems[2] = { pair_system (&column, false, one),
                                       pair_system (&matrix, true, one) };
  const double start[2] = { 1.0, -2.0 };
  double mean[2][2 * (STEPS + 1)], variance[2][2 * (STEPS + 1)];
  double limit[2][2], energy[2][2], radius[2];
  (void) state;
  for (int k = 0; k < 2; k++)
    {
      assert_int_equal (equation_moments (&systems[k], start, 0.1, STEPS,
                                          mean[k], variance[k], NULL, NULL),
                        SUPPORT_OK);
      assert_int_equal (equation_stationary (&systems[k], limit[k], energy[k],
                                             &radius[k], NULL),
                        SUPPORT_OK);
    }
  assert_memory_equal (mean[0], mean[1], sizeof mean[0]);
  for (size_t i = 0; i < 2 * (STEPS + 1); i++)
    assert_close (variance[0][i], variance[1][i], 1e-14);
  for (int i = 0; i < 2; i++)
    assert_close (limit[0][i], limit[1][i], 1e-13);
  assert_close (radius[0], radius[1], 1e-10);
  delay_free (one);
}

static void
moments_settle_at_the_stationary_variance (void **state)
{
  enum
  {
    STEPS = 4000
  };
  delay_law *one = law ("shifted-exponential", 0.5, 0.5);
  const pair values = { .damping = { 0.5, 0.9 },
                        .correction = { 0.03, 0.05 },
                        .intensity = { 0.1, 0.0 },
                        .coupling = { 0.1, 0.05, 0.2, 0.1 } };
  const equation_system system = pair_system (&values, true, one);
  const double start[2] = { 1.0, 1.0 };
  double *mean = support_doubles (2 * (STEPS + 1));
  double *variance = support_doubles (2 * (STEPS + 1));
  double limit[2], energy[2], radius;
  (void) state;
  assert_int_equal (equation_moments (&system, start, 0.02, STEPS, mean,
                                      variance, NULL, NULL),
                    SUPPORT_OK);
  assert_int_equal (equation_stationary (&system, limit, energy, &radius, NULL),
                    SUPPORT_OK);
  assert_true (radius < 1.0);
  for (size_t i = 0; i < 2; i++)
    assert_close (variance[i * (STEPS + 1) + STEPS] / limit[i], 1.0, 1e-3);
  free (mean);
  free (variance);
  delay_free (one);
}

static void
expected_loss_starts_at_the_start_and_reaches_the_target (void **state)
{
  delay_law *one = law ("gamma", 4.0, 0.25);
  const pair values = { .damping = { 0.1, 0.4 },
                        .intensity = { 1e-4, 1e-4 },
                        .coupling = { 1e-3, 4e-3 } };
  const equation_system system = pair_system (&values, false, one);
  const double curvature[2] = { 1.0, 4.0 }, start[2] = { 1.0, 0.5 };
  const equation_loss loss = { .curvature = curvature,
                               .start = start,
                               .minimum = 0.25 };
  double floor, reached, value[2], error;
  (void) state;
  assert_int_equal (equation_loss_floor (&system, &loss, &floor, NULL),
                    SUPPORT_OK);
  assert_true (floor > 0.25 && floor < 0.27);
  assert_int_equal (
      equation_time_to_target (&system, &loss, 0.3, &reached, NULL, NULL),
      SUPPORT_OK);
  const double time[2] = { 0.0, reached };
  assert_int_equal (equation_expected_loss (&system, &loss, time, 2, value,
                                            NULL, NULL, NULL, &error, NULL,
                                            NULL),
                    SUPPORT_OK);
  assert_close (value[0], 0.25 + 0.5 + 0.5, 1e-15);
  assert_close (value[1], 0.3, 1e-4);
  assert_true (error < 1e-4);
  assert_int_equal (
      equation_time_to_target (&system, &loss, 0.2, &reached, NULL, NULL),
      SUPPORT_OK);
  assert_true (isinf (reached));
  delay_free (one);
}

static bool
stop (void *data)
{
  (void) data;
  return true;
}

static void
moments_can_be_interrupted_and_refuse_bad_grids (void **state)
{
  delay_law *one = law ("gamma", 4.0, 0.25);
  const pair values = { .damping = { 0.1, 0.4 }, .intensity = { 1.0, 1.0 } };
  const equation_system system = pair_system (&values, false, one);
  const support_hooks hooks = { .interrupted = stop };
  const double start[2] = { 1.0, 1.0 }, late = -1.0;
  const equation_loss loss = { .curvature = start, .start = start };
  double mean[22], variance[22], value, error;
  (void) state;
  assert_int_equal (
      equation_moments (&system, start, 0.1, 10, mean, variance, &hooks, NULL),
      SUPPORT_INTERRUPTED);
  assert_int_equal (
      equation_moments (&system, start, NAN, 10, mean, variance, NULL, NULL),
      SUPPORT_INVALID);
  assert_int_equal (equation_expected_loss (&system, &loss, &late, 1, &value,
                                            NULL, NULL, NULL, &error, NULL,
                                            NULL),
                    SUPPORT_INVALID);
  delay_free (one);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (coefficients_follow_the_triple),
    cmocka_unit_test (response_to_one_delay_is_that_of_the_method_of_steps),
    cmocka_unit_test (
        response_to_exponential_delays_is_that_of_a_linear_system),
    cmocka_unit_test (response_does_not_depend_on_how_a_law_is_told),
    cmocka_unit_test (energy_agrees_with_the_response_in_time),
    cmocka_unit_test (energy_is_infinite_beyond_the_limit),
    cmocka_unit_test (energy_survives_a_narrow_peak),
    cmocka_unit_test (a_diagonal_matrix_couples_like_a_column),
    cmocka_unit_test (moments_settle_at_the_stationary_variance),
    cmocka_unit_test (expected_loss_starts_at_the_start_and_reaches_the_target),
    cmocka_unit_test (moments_can_be_interrupted_and_refuse_bad_grids),
  };
  gsl_set_error_handler_off ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
