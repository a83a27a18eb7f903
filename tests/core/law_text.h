/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws by short names, for tests: "gamma:4:0.25" is the family with its
   numbers, "linear:T:BASE" the law BASE thinned with the acceptance 1 - t/T
   for t < T, "truncated:T:BASE" the law BASE given that it is at most T,
   "mix:W:FIRST|SECOND" has FIRST with probability W,
   "atoms:a:b:..." is empirical, "hyper:p:q:...:m:n:..." hyperexponential with
   weights and means, and "phases:..." phase-type with entry probabilities and
   the rows of the generator; and what the tests of laws share.  */

#ifndef SDDE_TESTS_LAW_TEXT_H
#define SDDE_TESTS_LAW_TEXT_H

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "delay/delay.h"

/* One of each family and of what is hard about it.  */
static const char *const laws[] = {
  "exponential:2",
  "shifted-exponential:0.5:0.25",
  "gamma:0.1:3",
  "gamma:0.5:2",
  "gamma:1:0.7",
  "gamma:1.5:0.5",
  "gamma:4:0.25",
  "gamma:26.8:0.1",
  "gamma:1e4:1e-4",
  "uniform:0:2",
  "uniform:1:3",
  "uniform:1:1.0001",
  "deterministic:1.5",
  "atoms:1:0:3:3:2:0.5",
  "mix:0.3:gamma:4:0.25|exponential:3",
  "mix:0.5:deterministic:1|uniform:2:3",
  "mix:0.9:exponential:1e-3|gamma:4:1e3",
  "mix:1:uniform:0:1|exponential:1",
  "hyper:0.9:0.1:0.5:5.5",
  "phases:0.7:0.3:-3:2:0.5:-1",
  "phases:1:0:0:-2:2:0:0:-2:1:0.3:0:-0.4",
  "sum:deterministic:0.5|exponential:0.25",
  "sum:deterministic:1|gamma:1.5:0.3",
  "sum:gamma:4:0.25|exponential:2",
  "sum:uniform:0:1|uniform:0.5:2.5",
  "sum:gamma:0.3:1|uniform:1:2",
  "sum:gamma:2.5:0.5|exponential:1",
  "sum:gamma:1e4:1e-4|exponential:1",
  "sum:atoms:1:0:3|gamma:3.5:0.25",
  "sum:mix:0.5:deterministic:1|uniform:2:3|uniform:0:1",
  "weibull:1:0.5",
  "weibull:2:0.8",
  "weibull:0.7:1.5",
  "weibull:1:3",
  "weibull:1:40",
  "lognormal:-0.34657359027997264:0.83255461115769769",
  "lognormal:1:0.1",
  "lognormal:0:1.5",
  "inverse-gaussian:1:1",
  "inverse-gaussian:2:0.8",
  "inverse-gaussian:0.5:50",
  "inverse-gaussian:1:1e5",
  "pareto:2.5:1.5",
  "pareto:3:2",
  "pareto:12:1",
  "sum:inverse-gaussian:1:2|gamma:1.5:0.3",
  "sum:pareto:2.5:1.5|gamma:4:0.25",
  "mix:0.5:lognormal:0:0.5|exponential:1",
  "truncated:3:exponential:1",
  "truncated:9:pareto:1.5:1",
  "truncated:4:weibull:1:0.5",
  "truncated:2:inverse-gaussian:1:0.5",
  "truncated:2:atoms:1:0:3:3:2:0.5",
  "linear:5:lognormal:0:1",
  "linear:2:gamma:4:0.25",
  "linear:4:inverse-gaussian:1:1",
  "linear:1:gamma:0.5:2",
  "linear:30:exponential:1",
  "linear:2:uniform:1:3",
  "linear:2:mix:0.3:gamma:4:0.25|uniform:1:3",
  "linear:2:mix:1:gamma:4:0.25|exponential:1",
  "linear:4:atoms:1:0:3:3:2:0.5",
  "linear:3:phases:0.7:0.3:-3:2:0.5:-1",
  "linear:3:sum:gamma:2.5:0.5|uniform:0:1",
};

enum
{
  LAWS = sizeof laws / sizeof *laws
};

static delay_law *law_of_text (const char *text);

static inline delay_law *
law_made (const char *family, const delay_argument *argument, size_t count)
{
  delay_law *law = NULL;
  support_failure failure = { 0 };
  if (delay_create (family, argument, count, &law, &failure) != SUPPORT_OK)
    fail_msg ("%s: %s", family, failure.text);
  return law;
}

/* The law of TEXT after its first number, thinned.  */
static inline delay_law *
law_linear (double end, const char *text)
{
  const double knot[] = { 0.0, 0.25 * end, 0.5 * end, 0.75 * end, end };
  const double acceptance[] = { 1.0, 0.75, 0.5, 0.25, 0.0 };
  delay_law *base = law_of_text (text);
  const delay_argument argument[] = { { .law = base },
                                      { .values = knot, .count = 5 },
                                      { .values = acceptance, .count = 5 } };
  delay_law *law = law_made ("thinned", argument, 3);
  delay_free (base);
  return law;
}

/* The law of TEXT after its first number, cut off there.  */
static inline delay_law *
law_truncated (double end, const char *text)
{
  delay_law *base = law_of_text (text);
  const delay_argument argument[] = { { .law = base },
                                      { .values = &end, .count = 1 } };
  delay_law *law = law_made ("truncated", argument, 2);
  delay_free (base);
  return law;
}

static inline delay_law *
law_mixed (double weight, const char *text)
{
  const double weights[] = { weight, 1.0 - weight };
  const char *bar = strchr (text, '|');
  char first[96] = "";
  strncat (first, text, (size_t) (bar - text));
  delay_law *one = law_of_text (first), *other = law_of_text (bar + 1);
  const delay_argument argument[] = { { .values = weights, .count = 2 },
                                      { .law = one },
                                      { .law = other } };
  delay_law *law = law_made ("mixture", argument, 3);
  delay_free (one);
  delay_free (other);
  return law;
}

/* The first bar of "sum:mix:..." belongs to the mixture.  */
static inline delay_law *
law_summed (const char *text)
{
  const char *bar = strchr (text, '|');
  char first[96] = "";
  if (strncmp (text, "mix:", 4) == 0)
    bar = strchr (bar + 1, '|');
  strncat (first, text, (size_t) (bar - text));
  delay_law *one = law_of_text (first), *other = law_of_text (bar + 1);
  const delay_argument argument[] = { { .law = one }, { .law = other } };
  delay_law *law = law_made ("sum", argument, 2);
  delay_free (one);
  delay_free (other);
  return law;
}

/* N + N^2 numbers, the matrix by rows.  */
static inline delay_law *
law_phases (const double *number, size_t count)
{
  double generator[16];
  size_t n = 1;
  while (n + n * n < count)
    n++;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      generator[i + n * j] = number[n + n * i + j];
  const delay_argument argument[] = {
    { .values = number, .count = n },
    { .values = generator, .count = n * n, .rows = n }
  };
  return law_made ("phase-type", argument, 2);
}

static delay_law *
law_of_text (const char *text)
{
  char family[32];
  double number[16];
  delay_argument argument[16];
  size_t count = 0;
  const char *rest = strchr (text, ':');

  *family = '\0';
  strncat (family, text, (size_t) (rest - text));
  while (rest && *rest == ':' && count < 16)
    {
      char *end;
      number[count] = strtod (rest + 1, &end);
      if (end == rest + 1)
        break;
      argument[count] =
          (delay_argument){ .values = &number[count], .count = 1 };
      count++;
      rest = end;
    }
  if (strcmp (family, "linear") == 0)
    return law_linear (number[0], rest + 1);
  if (strcmp (family, "truncated") == 0)
    return law_truncated (number[0], rest + 1);
  if (strcmp (family, "mix") == 0)
    return law_mixed (number[0], rest + 1);
  if (strcmp (family, "sum") == 0)
    return law_summed (rest + 1);
  if (strcmp (family, "atoms") == 0)
    {
      argument[0].count = count;
      return law_made ("empirical", argument, 1);
    }
  if (strcmp (family, "hyper") == 0)
    {
      argument[0].count = argument[1].count = count / 2;
      argument[1].values = number + count / 2;
      return law_made ("hyperexponential", argument, 2);
    }
  if (strcmp (family, "phases") == 0)
    return law_phases (number, count);
  return law_made (family, argument, count);
}

/* VALUE differs from EXPECTED by no more than ERROR; a variable "text" names
   the law.  */
#define assert_close(value, expected, error) \
  check_close (value, expected, error, text, __LINE__)

static inline void
check_close (double complex value, double complex expected, double error,
             const char *what, int line)
{
  if (! (cabs (value - expected) <= error))
    fail_msg ("%s, line %d: %.17g%+.17gi instead of %.17g%+.17gi", what, line,
              creal (value), cimag (value), creal (expected), cimag (expected));
}

static inline delay_rule *
rule_at (const delay_law *law, double scale)
{
  delay_rule *rule;
  support_failure failure = { 0 };
  if (delay_rule_create (law, scale, &rule, &failure) != SUPPORT_OK)
    fail_msg ("%s: %s", delay_family_name (law), failure.text);
  return rule;
}

/* The tail is heavier than any exponential, and so are its moments.  */
static inline bool
is_heavy (const delay_law *law)
{
  return delay_abscissa (law) == 0.0;
}

#endif
