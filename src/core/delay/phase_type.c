/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time that a Markov chain takes to leave its phases:
   phi(s) = alpha (s I - S)^(-1) (-S 1)  (M. F. Neuts, "Matrix-Geometric
   Solutions in Stochastic Models", 1981, chapter 2).  */
#include "delay/chain.h"
#include "support/lapack.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

enum
{
  MOST_PHASES = 200,
  MOST_RATIONAL = 24
};

typedef struct phase_type
{
  delay_phases *phases;
  delay_chain *chain;
  double complex *eigenvalue; /* of S */
  double *occupation;         /* alpha (-S)^(-1): mean time in each phase */
  size_t degree;              /* of the rational transform; 0: unknown */
  double *numerator, *denominator; /* degree + 1 each */
} phase_type;

static const phase_type *
table_of (const delay_law *law)
{
  return law->table;
}

static void
destroy (delay_law *law)
{
  phase_type *table = law->table;
  delay_phases_free (table->phases);
  delay_chain_free (table->chain);
  free (table->eigenvalue);
  free (table->occupation);
  free (table->numerator);
  free (table->denominator);
  free (table);
}

/* ---- checking -------------------------------------------------------- */

static support_status
check (const delay_law *law, size_t *count, support_failure *failure)
{
  const delay_argument *alpha = &law->argument[0], *s = &law->argument[1];
  const size_t n = alpha->count;
  double total = 0.0;
  bool good = ! alpha->law && ! s->law && n > 0 && s->count == n * n
              && (n == 1 || s->rows == n);
  if (! good)
    return support_fail (failure, SUPPORT_INVALID,
                         "the family 'phase-type' takes a vector of n entry "
                         "probabilities and an n x n generator");
  if (n > MOST_PHASES)
    return support_fail (failure, SUPPORT_LIMIT,
                         "the family 'phase-type' takes at most %d phases",
                         MOST_PHASES);
  for (size_t i = 0; i < n; i++)
    {
      good = good && alpha->values[i] >= 0.0;
      total += alpha->values[i];
    }
  if (! good || ! (fabs (total - 1.0) <= 1e-9))
    return support_fail (failure, SUPPORT_INVALID,
                         "the entry probabilities of the family 'phase-type' "
                         "must be >= 0 and sum to 1 (a delay that may be 0 is "
                         "a mixture with a deterministic one)");
  for (size_t i = 0; good && i < n; i++)
    {
      double sum = 0.0;
      for (size_t j = 0; j < n; j++)
        {
          const double rate = s->values[i + n * j];
          good = good && isfinite (rate) && (i == j ? rate < 0.0 : rate >= 0.0);
          sum += rate;
        }
      good = good && sum <= -1e-12 * s->values[i + n * i];
    }
  if (! good)
    return support_fail (failure, SUPPORT_INVALID,
                         "the generator of the family 'phase-type' must be "
                         "negative on the diagonal, >= 0 beside it, and no row "
                         "may have a positive sum");
  *count = n;
  return SUPPORT_OK;
}

/* Marks phases from which, or to which, MARKED ones lead.  */
static void
spread (const double *s, size_t n, bool backward, bool *marked)
{
  for (bool more = true; more;)
    {
      more = false;
      for (size_t i = 0; i < n; i++)
        for (size_t j = 0; marked[i] && j < n; j++)
          if (! marked[j] && (backward ? s[j + n * i] : s[i + n * j]) > 0.0)
            more = marked[j] = true;
    }
}

/* The phases that can be reached; each of them must be able to leave.  */
static support_status
copy_reached (const delay_law *law, size_t n, delay_phases **phases,
              support_failure *failure)
{
  const double *alpha = law->argument[0].values;
  const double *s = law->argument[1].values;
  bool *reached = calloc (n, sizeof *reached);
  bool *leaves = calloc (n, sizeof *leaves);
  size_t *place = calloc (n, sizeof *place), kept = 0;
  delay_phases *made = calloc (1, sizeof *made);
  support_status status = SUPPORT_OK;
  double total = 0.0;

  *phases = made;
  if (! reached || ! leaves || ! place || ! made)
    status = support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    {
      double sum = 0.0;
      for (size_t j = 0; j < n; j++)
        sum += s[i + n * j];
      reached[i] = alpha[i] > 0.0;
      leaves[i] = sum < s[i + n * i] * 1e-12;
      total += alpha[i];
    }
  if (status == SUPPORT_OK)
    {
      spread (s, n, false, reached);
      spread (s, n, true, leaves);
      for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
        if (reached[i])
          {
            place[kept++] = i;
            if (! leaves[i])
              status = support_fail (failure, SUPPORT_INVALID,
                                     "a phase-type chain never leaves phase "
                                     "%zu once it is there",
                                     i + 1);
          }
    }
  if (status == SUPPORT_OK
      && ! (made->alpha = support_doubles (kept * (kept + 2))))
    status = support_fail_memory (failure);
  if (status == SUPPORT_OK)
    {
      made->count = kept;
      made->exit = made->alpha + kept;
      made->generator = made->exit + kept;
      for (size_t i = 0; i < kept; i++)
        {
          double sum = 0.0;
          made->alpha[i] = alpha[place[i]] / total;
          for (size_t j = 0; j < kept; j++)
            {
              const double rate = s[place[i] + n * place[j]];
              made->generator[i + kept * j] = rate;
              sum += rate;
            }
          made->exit[i] =
              leaves[place[i]] && sum < 1e-12 * made->generator[i + kept * i]
                  ? -sum
                  : 0.0;
        }
    }
  free (reached);
  free (leaves);
  free (place);
  return status;
}

/* ---- simpler families ------------------------------------------------ */

/* Phases that never lead to each other: a hyperexponential law.  */
static support_status
build_parallel (delay_law *law, const delay_phases *phases,
                support_failure *failure)
{
  const size_t n = phases->count;
  double *mean = support_doubles (n);
  if (! mean)
    return support_fail_memory (failure);
  for (size_t i = 0; i < n; i++)
    mean[i] = 1.0 / phases->exit[i];
  const delay_argument argument[] = { { .values = phases->alpha, .count = n },
                                      { .values = mean, .count = n } };
  const support_status status =
      n == 1 ? delay_create ("exponential", argument + 1, 1, &law->simpler,
                             failure)
             : delay_create ("hyperexponential", argument, 2, &law->simpler,
                             failure);
  free (mean);
  return status;
}

/* Whether the phases are passed one after the other at the same rate.  */
static bool
is_erlang (const delay_phases *phases)
{
  const size_t n = phases->count;
  const double rate = phases->exit[n - 1];
  bool good = phases->alpha[0] == 1.0;
  for (size_t i = 0; good && i < n; i++)
    for (size_t j = 0; good && j < n; j++)
      good = phases->generator[i + n * j]
             == (i == j       ? -rate
                 : j == i + 1 ? rate
                              : 0.0);
  return good;
}

static bool
is_parallel (const delay_phases *phases)
{
  const size_t n = phases->count;
  bool good = true;
  for (size_t i = 0; good && i < n; i++)
    for (size_t j = 0; good && j < n; j++)
      good = i == j || phases->generator[i + n * j] == 0.0;
  return good;
}

/* ---- the general case ------------------------------------------------ */

/* The eigenvalues; the one farthest right is real (Perron-Frobenius).  A
   triangular generator shows them.  */
static support_status
find_eigenvalues (delay_law *law, phase_type *table, support_failure *failure)
{
  const delay_phases *phases = table->phases;
  const size_t count = phases->count;
  const int n = (int) count, one = 1, room = 8 * n;
  bool upper = true, lower = true;
  double unused, *block;
  int info = 0;

  table->eigenvalue = calloc (count, sizeof *table->eigenvalue);
  block = support_doubles (count * count + 2 * count + (size_t) room);
  if (! table->eigenvalue || ! block)
    {
      free (block);
      return support_fail_memory (failure);
    }
  for (size_t j = 0; j < count; j++)
    for (size_t i = 0; i < count; i++)
      {
        const double rate = phases->generator[i + count * j];
        upper = upper && (i <= j || rate == 0.0);
        lower = lower && (i >= j || rate == 0.0);
        if (i == j)
          table->eigenvalue[i] = rate;
      }
  if (! (upper || lower))
    {
      double *re = block + count * count, *im = re + count;
      memcpy (block, phases->generator, count * count * sizeof *block);
      dgeev_ ("N", "N", &n, block, &n, re, im, &unused, &one, &unused, &one,
              im + count, &room, &info);
      for (size_t i = 0; i < count; i++)
        table->eigenvalue[i] = CMPLX (re[i], im[i]);
    }
  free (block);
  law->abscissa = -INFINITY;
  for (size_t i = 0; i < count; i++)
    law->abscissa = fmax (law->abscissa, creal (table->eigenvalue[i]));
  return info == 0 && law->abscissa < 0.0
             ? SUPPORT_OK
             : support_fail (failure, SUPPORT_NUMERICAL,
                             "the rates of a phase-type law are too different "
                             "for its abscissa to be found");
}

/* The occupation x, x (-S) = alpha, and with it the moments.  */
static support_status
find_moments (delay_law *law, phase_type *table, support_failure *failure)
{
  const delay_phases *phases = table->phases;
  const size_t count = phases->count;
  const int n = (int) count, one = 1;
  int info = 0, *pivot = calloc (count, sizeof *pivot);
  double *block = support_doubles (count * count);
  table->occupation = support_doubles (count);
  if (! pivot || ! block || ! table->occupation)
    info = -1;
  double mean = 0.0, second = 0.0;
  for (int order = 0; info == 0 && order < 2; order++)
    {
      /* -S transposed, then -S: E T = x 1, E T^2 = 2 x (-S)^(-1) 1.  */
      double *solution = order ? support_doubles (count) : table->occupation;
      if (! solution)
        info = -1;
      for (size_t i = 0; info == 0 && i < count; i++)
        {
          for (size_t j = 0; j < count; j++)
            block[order ? i + count * j : j + count * i] =
                -phases->generator[i + count * j];
          solution[i] = order ? 1.0 : phases->alpha[i];
        }
      if (info == 0)
        dgesv_ (&n, &one, block, &n, pivot, solution, &n, &info);
      for (size_t i = 0; info == 0 && i < count; i++)
        {
          if (order)
            second += 2.0 * table->occupation[i] * solution[i];
          else
            {
              solution[i] = fmax (solution[i], 0.0);
              mean += solution[i];
            }
        }
      if (order)
        free (solution);
    }
  free (pivot);
  free (block);
  law->mean = mean;
  law->cv2 = second / (mean * mean) - 1.0;
  if (info < 0)
    return support_fail_memory (failure);
  return info == 0 ? SUPPORT_OK
                   : support_fail (failure, SUPPORT_NUMERICAL,
                                   "the generator of a phase-type law is "
                                   "singular to rounding");
}

static void
lst (const delay_law *law, double complex s, double complex out[3])
{
  const delay_phases *phases = table_of (law)->phases;
  const size_t count = phases->count;
  const int n = (int) count, one = 1;
  int info = 0, *pivot = calloc (count, sizeof *pivot);
  double complex *a = calloc (count * (count + 1), sizeof *a);

  out[0] = out[1] = out[2] = CMPLX (NAN, NAN);
  if (! a || ! pivot)
    {
      free (a);
      free (pivot);
      return;
    }
  double complex *x = a + count * count;
  for (size_t i = 0; i < count; i++)
    {
      for (size_t j = 0; j < count; j++)
        a[i + count * j] = -phases->generator[i + count * j];
      a[i + count * i] += s;
      x[i] = phases->exit[i];
    }
  zgetrf_ (&n, &n, a, &n, pivot, &info);
  /* (d/ds)^k (s I - S)^(-1) = k! (-1)^k (s I - S)^(-k-1) */
  for (int k = 0; info == 0 && k < 3; k++)
    {
      zgetrs_ ("N", &n, &one, a, &n, pivot, x, &n, &info);
      out[k] = 0.0;
      for (size_t i = 0; i < count; i++)
        out[k] += phases->alpha[i] * x[i];
    }
  out[1] = -out[1];
  out[2] = 2.0 * out[2];
  free (a);
  free (pivot);
}

/* The adjugate of z I - S and its determinant, both polynomials in z, by
   Faddeev and LeVerrier, in units of the mean; long doubles, as
   this subtracts.  With z = s mean: D(s) = det, N(s) = alpha adj exit.  */
static support_status
expand (const delay_law *law, phase_type *table, support_failure *failure)
{
  const delay_phases *phases = table->phases;
  const size_t n = phases->count;
  long double *block = calloc (3 * n * n + 2 * n + 2, sizeof *block);

  table->numerator = support_doubles (n + 1);
  table->denominator = support_doubles (n + 1);
  if (! block || ! table->numerator || ! table->denominator)
    {
      free (block);
      return support_fail_memory (failure);
    }
  long double *s = block, *b = s + n * n, *sb = b + n * n;
  long double *d = sb + n * n, *above = d + n + 1;
  for (size_t i = 0; i < n * n; i++)
    s[i] = phases->generator[i] * law->mean;
  for (size_t i = 0; i < n; i++)
    b[i + n * i] = 1.0;
  d[n] = 1.0;
  for (size_t k = n; k-- > 0;)
    {
      /* b is the coefficient of z^k of the adjugate.  */
      for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
          above[k] += (long double) phases->alpha[i] * b[i + n * j]
                      * phases->exit[j] * law->mean;
      for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++)
          {
            sb[i + n * j] = 0.0;
            for (size_t l = 0; l < n; l++)
              sb[i + n * j] += s[i + n * l] * b[l + n * j];
          }
      for (size_t i = 0; i < n; i++)
        d[k] -= sb[i + n * i] / (long double) (n - k);
      for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < n; i++)
          b[i + n * j] = sb[i + n * j] + (i == j ? d[k] : 0.0L);
    }
  double power = 1.0;
  for (size_t k = 0; k <= n; k++, power *= law->mean)
    {
      table->numerator[k] = k < n ? (double) (above[k] / d[0]) * power : 0.0;
      table->denominator[k] = (double) (d[k] / d[0]) * power;
    }
  table->degree = n;
  free (block);
  return SUPPORT_OK;
}

static double complex
value_of (const double *coefficient, size_t degree, double complex s)
{
  double complex sum = 0.0;
  for (size_t k = degree + 1; k-- > 0;)
    sum = sum * s + coefficient[k];
  return sum;
}

/* The fraction is kept where it is in lowest terms and right: a zero that it
   shares with its denominator would pass for a root of who asks for it.  */
static bool
is_good_fraction (const delay_law *law, const phase_type *table)
{
  static const double complex place[] = { CMPLX (0.7, 0.0), CMPLX (0.0, 1.0),
                                          CMPLX (-0.3, 4.0),
                                          CMPLX (0.0, 30.0) };
  const size_t n = table->degree;
  bool good = true;
  for (size_t i = 0; good && i < sizeof place / sizeof *place; i++)
    {
      const double complex s = place[i] / law->mean;
      double complex phi[3];
      lst (law, s, phi);
      const double complex fraction = value_of (table->numerator, n, s)
                                      / value_of (table->denominator, n, s);
      good = cabs (fraction - phi[0]) <= 1e-13 * cabs (phi[0]);
    }
  for (size_t i = 0; good && i < n; i++)
    {
      const double complex pole = table->eigenvalue[i];
      double size = 0.0, power = 1.0;
      for (size_t k = 0; k <= n; k++, power *= cabs (pole))
        size += fabs (table->numerator[k]) * power;
      good = cabs (value_of (table->numerator, n, pole)) > 1e-8 * size;
    }
  return good;
}

static support_status
build (delay_law *law, support_failure *failure)
{
  size_t given = 0;
  support_status status = check (law, &given, failure);
  if (status != SUPPORT_OK)
    return status;
  phase_type *table = calloc (1, sizeof *table);
  if (! table)
    return support_fail_memory (failure);
  law->table = table;
  status = copy_reached (law, given, &table->phases, failure);
  if (status != SUPPORT_OK)
    return status;
  const delay_phases *phases = table->phases;
  const size_t n = phases->count;
  if (is_parallel (phases))
    status = build_parallel (law, phases, failure);
  else if (is_erlang (phases))
    {
      const double shape = (double) n, scale = 1.0 / phases->exit[n - 1];
      const delay_argument argument[] = { { .values = &shape, .count = 1 },
                                          { .values = &scale, .count = 1 } };
      status = delay_create ("gamma", argument, 2, &law->simpler, failure);
    }
  else
    {
      law->infimum = 0.0;
      law->supremum = INFINITY;
      status = find_eigenvalues (law, table, failure);
      if (status == SUPPORT_OK)
        status = find_moments (law, table, failure);
      if (status == SUPPORT_OK
          && delay_chain_create (phases, law->abscissa, &table->chain)
                 != SUPPORT_OK)
        status = support_fail_memory (failure);
      if (status == SUPPORT_OK && n <= MOST_RATIONAL)
        status = expand (law, table, failure);
      if (status == SUPPORT_OK && n <= MOST_RATIONAL
          && ! is_good_fraction (law, table))
        table->degree = 0;
    }
  return status;
}

/* ---- methods --------------------------------------------------------- */

static bool
continues (const delay_law *law)
{
  (void) law;
  return true;
}

static bool
rational (const delay_law *law, size_t *degree, double *numerator,
          double *denominator)
{
  const phase_type *table = table_of (law);
  if (table->degree == 0 || table->degree > *degree)
    return false;
  *degree = table->degree;
  memcpy (numerator, table->numerator, (*degree + 1) * sizeof *numerator);
  memcpy (denominator, table->denominator, (*degree + 1) * sizeof *numerator);
  return true;
}

static double
cdf (const delay_law *law, double t)
{
  double density, left, integral;
  delay_chain_at (table_of (law)->chain, t, &density, &left, &integral);
  return left;
}

static double
pdf (const delay_law *law, double t)
{
  double density, left, integral;
  delay_chain_at (table_of (law)->chain, t, &density, &left, &integral);
  return density;
}

static double
integrated_cdf (const delay_law *law, double t)
{
  double density, left, integral;
  delay_chain_at (table_of (law)->chain, t, &density, &left, &integral);
  return isnan (integral) ? t - law->mean : integral;
}

/* Between t and t + w the part of an eigenvalue z of the generator changes by
   z w; where |z| w is large it has died out before, as exp (Re z t) with
   -Re z >= |z| sin (pi / phases) (Dmitriev and Dynkin, 1945).  */
static double
width (const delay_law *law, double a)
{
  const delay_phases *phases = table_of (law)->phases;
  const size_t n = phases->count;
  double rate = 0.0;
  for (size_t i = 0; i < n; i++)
    rate = fmax (rate, -phases->generator[i + n * i]);
  return fmax (4.0 / rate, 0.2 * a * sin (3.14159265358979 / (double) n));
}

static size_t
phases_of (const delay_law *law)
{
  return table_of (law)->phases->count;
}

static void
write_phases (const delay_law *law, delay_phases *out, size_t first)
{
  const delay_phases *own = table_of (law)->phases;
  const size_t n = own->count;
  for (size_t i = 0; i < n; i++)
    {
      out->alpha[first + i] = own->alpha[i];
      out->exit[first + i] = own->exit[i];
      for (size_t j = 0; j < n; j++)
        out->generator[first + i + out->count * (first + j)] =
            own->generator[i + n * j];
    }
}

/* ---- samples --------------------------------------------------------- */

static size_t
choose (const double *weight, size_t count, double total, gsl_rng *stream)
{
  double left = support_stream_uniform (stream) * total;
  size_t last = 0;
  for (size_t i = 0; i < count; i++)
    if (weight[i] > 0.0)
      {
        last = i;
        if (left < weight[i])
          break;
        left -= weight[i];
      }
  return last;
}

/* The rate from phase I to phase J != I, or out of the chain for J = count;
   BACKWARD in time, for the chain that enters as soon as it is left.  */
static double
rate_of (const delay_law *law, size_t i, size_t j, bool backward)
{
  const phase_type *table = table_of (law);
  const delay_phases *phases = table->phases;
  const size_t n = phases->count;
  if (j == n)
    return backward ? phases->alpha[i] / table->occupation[i] : phases->exit[i];
  return backward ? table->occupation[j] * phases->generator[j + n * i]
                        / table->occupation[i]
                  : phases->generator[i + n * j];
}

/* The time from entering phase I until the chain leaves.  */
static double
walk (const delay_law *law, size_t i, bool backward, gsl_rng *stream)
{
  const delay_phases *phases = table_of (law)->phases;
  const size_t n = phases->count;
  double t = 0.0;
  while (i < n)
    {
      const double total = -phases->generator[i + n * i];
      double left = support_stream_uniform (stream) * total;
      size_t next = n;
      t += support_stream_exponential (stream) / total;
      for (size_t j = 0; j < n; j++)
        if (j != i)
          {
            left -= rate_of (law, i, j, backward);
            if (left < 0.0)
              {
                next = j;
                break;
              }
          }
      /* Rounding must not lead out of a phase that has no way out.  */
      if (next == n && rate_of (law, i, n, backward) == 0.0)
        for (size_t j = 0; j < n; j++)
          if (j != i && rate_of (law, i, j, backward) > 0.0)
            next = j;
      i = next;
    }
  return t;
}

static double
sample (const delay_law *law, gsl_rng *stream)
{
  const delay_phases *phases = table_of (law)->phases;
  return walk (law, choose (phases->alpha, phases->count, 1.0, stream), false,
               stream);
}

/* A stationary chain that enters again as soon as it leaves, at an instant:
   what is left of its cycle, and what has passed, which is the same for the
   chain that runs backward.  */
static double
sample_biased (const delay_law *law, gsl_rng *stream)
{
  const phase_type *table = table_of (law);
  const size_t now =
      choose (table->occupation, table->phases->count, law->mean, stream);
  const double rest = walk (law, now, false, stream);
  return rest + walk (law, now, true, stream);
}

const delay_family delay_family_phase_type = {
  .name = "phase-type",
  .arguments = "entry probabilities, generator",
  .least = 2,
  .most = 2,
  .effort = DELAY_SUM,
  .build = build,
  .destroy = destroy,
  .lst = lst,
  .continues = continues,
  .rational = rational,
  .cdf = cdf,
  .pdf = pdf,
  .integrated_cdf = integrated_cdf,
  .sample = sample,
  .sample_biased = sample_biased,
  .width = width,
  .phases = phases_of,
  .write_phases = write_phases,
  .rule = delay_rule_smooth,
};
