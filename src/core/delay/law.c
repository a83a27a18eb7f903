/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making laws, and the general form of what a family does not do itself.  */
#include "delay/delay_private.h"

#include <gsl/gsl_math.h>
#include <stdlib.h>
#include <string.h>

static const delay_family *const families[] = {
  &delay_family_deterministic,
  &delay_family_exponential,
  &delay_family_shifted_exponential,
  &delay_family_gamma,
  &delay_family_uniform,
  &delay_family_inverse_gaussian,
  &delay_family_weibull,
  &delay_family_lognormal,
  &delay_family_pareto,
  &delay_family_hyperexponential,
  &delay_family_phase_type,
  &delay_family_empirical,
  &delay_family_sum,
  &delay_family_mixture,
  &delay_family_truncated,
  &delay_family_thinned
};

enum
{
  FAMILIES = sizeof families / sizeof *families
};

bool
delay_family_at (size_t index, const char **name, const char **arguments)
{
  if (index >= FAMILIES)
    return false;
  *name = families[index]->name;
  *arguments = families[index]->arguments;
  return true;
}

static const delay_family *
find_family (const char *name)
{
  for (size_t i = 0; i < FAMILIES; i++)
    if (strcmp (families[i]->name, name) == 0)
      return families[i];
  return NULL;
}

static support_status
fail_unknown (const char *name, support_failure *failure)
{
  char accepted[400] = "";
  for (size_t i = 0; i < FAMILIES; i++)
    {
      strcat (accepted, i ? ", " : "");
      strcat (accepted, families[i]->name);
    }
  return support_fail (failure, SUPPORT_UNKNOWN,
                       "there is no family '%.40s'; accepted: %s", name,
                       accepted);
}

/* ---- making and freeing ---------------------------------------------- */

static void
free_arguments (delay_argument *argument, size_t count)
{
  for (size_t i = 0; argument && i < count; i++)
    {
      free ((double *) argument[i].values);
      delay_free ((delay_law *) argument[i].law);
    }
  free (argument);
}

void
delay_free (delay_law *law)
{
  if (! law || atomic_fetch_sub (&law->owners, 1) > 1)
    return;
  if (law->family->destroy && law->table)
    law->family->destroy (law);
  delay_free (law->simpler);
  if (law->given != law->argument)
    free_arguments (law->given, law->given_count);
  free_arguments (law->argument, law->count);
  free (law);
}

/* The law owns its arguments.  */
static support_status
copy_argument (const delay_argument *from, delay_argument *to,
               support_failure *failure)
{
  if (from->law)
    {
      delay_law *copy;
      const support_status status = delay_copy (from->law, &copy, failure);
      to->law = copy;
      return status;
    }
  double *values = support_doubles (from->count);
  if (! values)
    return support_fail_memory (failure);
  if (from->count)
    memcpy (values, from->values, from->count * sizeof *values);
  to->values = values;
  to->count = from->count;
  to->rows = from->rows;
  return SUPPORT_OK;
}

/* LAW becomes the simpler one, but for what it was made from.  */
static void
become_simpler (delay_law *law)
{
  delay_law *simpler = law->simpler;
  if (law->table)
    law->family->destroy (law);
  law->family = simpler->family;
  law->count = simpler->count;
  law->argument = simpler->argument;
  law->mean = simpler->mean;
  law->cv2 = simpler->cv2;
  law->abscissa = simpler->abscissa;
  law->infimum = simpler->infimum;
  law->supremum = simpler->supremum;
  law->power = simpler->power;
  memcpy (law->constant, simpler->constant, sizeof law->constant);
  law->table = simpler->table;
  law->simpler = NULL;
  if (simpler->given != simpler->argument)
    free_arguments (simpler->given, simpler->given_count);
  free (simpler);
}

support_status
delay_create (const char *name, const delay_argument *arguments, size_t count,
              delay_law **law, support_failure *failure)
{
  const delay_family *family = find_family (name);
  support_status status = SUPPORT_OK;
  delay_law *made;

  *law = NULL;
  if (! family)
    return fail_unknown (name, failure);
  if (count < family->least || count > family->most)
    return support_fail (failure, SUPPORT_INVALID,
                         "the family '%s' takes the parameters (%s)", name,
                         family->arguments);
  made = calloc (1, sizeof *made);
  if (! made)
    return support_fail_memory (failure);
  made->family = family;
  atomic_init (&made->owners, 1);
  made->argument = calloc (count + 1, sizeof *made->argument);
  if (! made->argument)
    status = support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < count; i++)
    {
      made->count = i + 1;
      status = copy_argument (&arguments[i], &made->argument[i], failure);
    }
  made->given_family = family;
  made->given_count = made->count;
  made->given = made->argument;
  if (status == SUPPORT_OK)
    status = family->build (made, failure);
  if (status == SUPPORT_OK && made->simpler)
    become_simpler (made);
  if (status == SUPPORT_OK
      && ! (isfinite (made->mean) && made->cv2 >= 0.0
            && (made->mean > 0.0 || made->cv2 == 0.0)))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the parameters of the family '%s' are too large "
                           "or too small: no number holds its mean",
                           name);
  if (status != SUPPORT_OK)
    {
      delay_free (made);
      return status;
    }
  *law = made;
  return SUPPORT_OK;
}

support_status
delay_copy (const delay_law *law, delay_law **copy, support_failure *failure)
{
  (void) failure;
  *copy = (delay_law *) law;
  atomic_fetch_add (&(*copy)->owners, 1);
  return SUPPORT_OK;
}

support_status
delay_scalar (const delay_law *law, size_t argument, const char *name,
              delay_domain domain, double *value, support_failure *failure)
{
  const delay_argument *given = &law->argument[argument];
  if (given->law || given->count != 1 || ! isfinite (given->values[0])
      || (domain != DELAY_ANY && given->values[0] < 0.0)
      || (domain == DELAY_POSITIVE && given->values[0] == 0.0))
    return support_fail (failure, SUPPORT_INVALID,
                         "the %s of the family '%s' must be a finite number%s",
                         name, law->family->name,
                         domain == DELAY_POSITIVE ? " > 0"
                         : domain == DELAY_ANY    ? ""
                                                  : " >= 0");
  *value = given->values[0];
  return SUPPORT_OK;
}

support_status
delay_vector (delay_law *law, size_t argument, const char *name,
              const double **values, size_t *count, support_failure *failure)
{
  delay_argument *given = &law->argument[argument];
  bool good = ! given->law && given->count > 0;
  for (size_t i = 0; good && i < given->count; i++)
    good = isfinite (given->values[i]) && given->values[i] >= 0.0;
  if (! good)
    return support_fail (failure, SUPPORT_INVALID,
                         "the %s of the family '%s' must be finite numbers "
                         ">= 0, at least one of them",
                         name, law->family->name);
  given->rows = 0;
  *values = given->values;
  *count = given->count;
  return SUPPORT_OK;
}

/* ---- what is known of a law ------------------------------------------ */

const char *
delay_family_name (const delay_law *law)
{
  return law->family->name;
}

const delay_argument *
delay_arguments (const delay_law *law, size_t *count)
{
  *count = law->count;
  return law->argument;
}

const delay_argument *
delay_given (const delay_law *law, const char **family, size_t *count)
{
  *family = law->given_family->name;
  *count = law->given_count;
  return law->given;
}

double
delay_mean (const delay_law *law)
{
  return law->mean;
}

double
delay_cv2 (const delay_law *law)
{
  return law->cv2;
}

double
delay_abscissa (const delay_law *law)
{
  return law->abscissa;
}

double
delay_supremum (const delay_law *law)
{
  return law->supremum;
}

double
delay_cdf (const delay_law *law, double t)
{
  if (isnan (t))
    return NAN;
  if (t < law->infimum)
    return 0.0;
  return t >= law->supremum ? 1.0 : law->family->cdf (law, t);
}

double
delay_pdf (const delay_law *law, double t)
{
  if (isnan (t))
    return NAN;
  if (t < law->infimum || t > law->supremum || isinf (t))
    return 0.0;
  return law->family->pdf (law, t);
}

double
delay_log_pdf (const delay_law *law, double t)
{
  const bool inside = t >= law->infimum && t <= law->supremum && isfinite (t);
  return law->family->log_pdf && inside ? law->family->log_pdf (law, t)
                                        : log (delay_pdf (law, t));
}

double
delay_integrated_cdf (const delay_law *law, double t)
{
  if (isnan (t))
    return NAN;
  if (t <= law->infimum)
    return 0.0;
  return t >= law->supremum || isinf (t) ? t - law->mean
                                         : law->family->integrated_cdf (law, t);
}

double
delay_atom (const delay_law *law, double t)
{
  return law->family->atom ? law->family->atom (law, t) : 0.0;
}

double
delay_quantile (const delay_law *law, double p)
{
  if (! (p >= 0.0 && p <= 1.0))
    return NAN;
  if (p == 0.0)
    return law->infimum;
  if (p == 1.0)
    return law->supremum;
  return law->family->quantile ? law->family->quantile (law, p)
                               : delay_quantile_by_search (law, p);
}

void
delay_lst (const delay_law *law, double complex s, double complex out[3])
{
  /* Every transform converges on the imaginary axis, that of a heavy tail up
     to there.  */
  if (creal (s) <= law->abscissa && creal (s) != 0.0 && ! delay_continues (law))
    out[0] = out[1] = out[2] = CMPLX (NAN, NAN);
  else
    law->family->lst (law, s, out);
}

bool
delay_continues (const delay_law *law)
{
  return law->family->continues && law->family->continues (law);
}

bool
delay_lst_closed (const delay_law *law)
{
  const double *time, *mass;
  size_t atoms = 0;
  if (delay_atoms (law, &time, &mass, &atoms))
    return atoms <= 64;
  bool closed = law->family != &delay_family_thinned;
  for (size_t i = 0; closed && i < law->count; i++)
    closed = ! law->argument[i].law || delay_lst_closed (law->argument[i].law);
  return closed;
}

delay_effort
delay_lst_effort (const delay_law *law)
{
  return law->family->effort;
}

bool
delay_rational (const delay_law *law, size_t *degree, double *numerator,
                double *denominator)
{
  return law->family->rational
         && law->family->rational (law, degree, numerator, denominator);
}

bool
delay_sums_closed (const delay_law *law)
{
  return law->family->sum_integrated_cdf;
}

double
delay_sum_integrated_cdf (const delay_law *law, size_t k, double t)
{
  if (k == 0)
    return fmax (t, 0.0);
  return law->family->sum_integrated_cdf
             ? law->family->sum_integrated_cdf (law, k, t)
             : NAN;
}

double
delay_sample (const delay_law *law, gsl_rng *stream)
{
  return law->family->sample (law, stream);
}

double
delay_sample_biased (const delay_law *law, gsl_rng *stream)
{
  return law->family->sample_biased (law, stream);
}

double
delay_sample_residual (const delay_law *law, gsl_rng *stream)
{
  const double cycle = delay_sample_biased (law, stream);
  return cycle * support_stream_uniform (stream);
}
