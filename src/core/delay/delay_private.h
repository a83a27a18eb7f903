/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the families of delay/ share.  A family is a table of functions; adding
   one is a file with such a table and a line in law.c.  */

#ifndef SDDE_DELAY_PRIVATE_H
#define SDDE_DELAY_PRIVATE_H

#include "delay/delay.h"

#include <math.h>
#include <stdatomic.h>

typedef struct delay_family delay_family;

/* How wide the panels of a rule may be at t.  */
typedef struct delay_panels
{
  delay_scale *scale;
  void *context;
} delay_panels;

struct delay_law
{
  const delay_family *family;
  atomic_size_t owners;     /* a copy is another owner: laws never change */
  size_t count;             /* of arguments */
  delay_argument *argument; /* owned, and so are their values and laws */
  /* What the caller asked for, where the family's build found a simpler one
     for the same law: the rest of the struct is of that one.  */
  const delay_family *given_family;
  size_t given_count;
  delay_argument *given; /* may be the argument above */
  double mean, cv2, abscissa;
  double infimum, supremum; /* ends of the support */
  double power;             /* the density is like x^(power - 1) times a smooth
                               function of x, the distance to the infimum; 0:
                               smooth without it */
  double constant[4];       /* the family's own, such as shape and scale */
  void *table;              /* the family's own, freed by family->destroy */
  delay_law *simpler; /* left by build instead of all this: the same law, of
                         another family, with one owner */
};

/* Functions marked "or NULL" have a general substitute in law.c.  */
struct delay_family
{
  const char *name;
  const char *arguments; /* "shape, scale" */
  size_t least, most;    /* number of arguments */
  delay_effort effort;

  /* Fills all of LAW but family, count and argument, which stand.  */
  support_status (*build) (delay_law *law, support_failure *failure);
  void (*destroy) (delay_law *law); /* or NULL */

  void (*lst) (const delay_law *law, double complex s, double complex out[3]);
  bool (*continues) (const delay_law *law); /* or NULL: it does not */
  bool (*rational) (const delay_law *law, size_t *degree, double *numerator,
                    double *denominator); /* or NULL: it is not */

  double (*cdf) (const delay_law *law, double t);      /* t >= 0 */
  double (*pdf) (const delay_law *law, double t);      /* t >= 0 */
  double (*log_pdf) (const delay_law *law, double t);  /* or NULL */
  double (*quantile) (const delay_law *law, double p); /* or NULL */
  double (*integrated_cdf) (const delay_law *law, double t);
  double (*atom) (const delay_law *law, double t); /* or NULL: none */
  double (*sum_integrated_cdf) (const delay_law *law, size_t k,
                                double t); /* or NULL: not closed */

  double (*sample) (const delay_law *law, gsl_rng *stream);
  /* A cycle drawn with probability proportional to its length.  */
  double (*sample_biased) (const delay_law *law, gsl_rng *stream);

  /* How wide a piece that begins at A may be for 16 Gauss points to resolve
     the density; or NULL: as wide as two standard deviations.  */
  double (*width) (const delay_law *law, double a);
  /* Points, increasing, between which alone the density is smooth, to be freed
     by the caller; or NULL: smooth all over the support.  */
  support_status (*breaks) (const delay_law *law, double **point,
                            size_t *count);
  /* The order of a phase-type representation, 0: none; and its writing into
     the rows and columns of PHASES from FIRST on; or NULL: none.  */
  size_t (*phases) (const delay_law *law);
  void (*write_phases) (const delay_law *law, delay_phases *phases,
                        size_t first);

  /* Appends nodes whose weights add up to MASS.  */
  support_status (*rule) (const delay_law *law, double mass,
                          const delay_panels *panels, delay_rule *rule);
};

extern const delay_family delay_family_deterministic, delay_family_exponential,
    delay_family_shifted_exponential, delay_family_gamma, delay_family_uniform,
    delay_family_empirical, delay_family_mixture, delay_family_thinned,
    delay_family_hyperexponential, delay_family_phase_type, delay_family_sum,
    delay_family_weibull, delay_family_lognormal, delay_family_pareto,
    delay_family_truncated, delay_family_inverse_gaussian;

typedef double delay_function (const delay_law *law, double t);
/* The least t in [LOW, HIGH] where INCREASING, whose derivative is SLOPE,
   reaches LEVEL; it must at HIGH.  */
double delay_search (const delay_law *law, delay_function *increasing,
                     delay_function *slope, double level, double low,
                     double high);
/* The quantile of a law, 0 < P < 1, by such a search.  */
double delay_quantile_by_search (const delay_law *law, double p);

/* log of delay_pdf, where that underflows too.  */
double delay_log_pdf (const delay_law *law, double t);

/* A scalar parameter that must satisfy TEST, described by DOMAIN in the
   sentence of the failure.  */
typedef enum delay_domain
{
  DELAY_ANY,
  DELAY_NONNEGATIVE,
  DELAY_POSITIVE
} delay_domain;
support_status delay_scalar (const delay_law *law, size_t argument,
                             const char *name, delay_domain domain,
                             double *value, support_failure *failure);

/* Numbers all finite and >= 0, at least one of them; of any shape, which is
   forgotten.  */
support_status delay_vector (delay_law *law, size_t argument, const char *name,
                             const double **values, size_t *count,
                             support_failure *failure);

/* A law made of COUNT atoms with the given weights (NULL: equal).  */
support_status delay_create_atoms (const double *time, const double *weight,
                                   size_t count, delay_law **law,
                                   support_failure *failure);
/* The atoms of a law that consists of them, sorted, with their masses;
   false if it does not.  */
bool delay_atoms (const delay_law *law, const double **time,
                  const double **mass, size_t *count);

/* P(X <= x) of a gamma law of shape K and scale 1, to rounding for any shape,
   and the step x^k exp (-x) / Gamma (k + 1) by which this falls when the shape
   grows by 1; x times the density is k times the step.  */
double delay_gamma_below (double k, double x);
double delay_gamma_step (double k, double x);
double delay_log_gamma_step (double k, double x);
/* E (x - X)^+.  */
double delay_gamma_excess (double k, double x);

/* Phases of a law, 0: it has none; and parts of what writes them.  */
size_t delay_phases_order (const delay_law *law);
void delay_phases_chain (delay_phases *phases, size_t first, size_t count,
                         double rate);
void delay_phases_join (delay_phases *phases, size_t from, size_t to,
                        size_t end);

support_status delay_rule_append (delay_rule *rule, double node, double weight);
/* Scales the weights from the node FIRST on to the sum MASS, where they are
   meant to add up to TOTAL; SUPPORT_NUMERICAL where they do not by far.  */
support_status delay_rule_normalise (delay_rule *rule, size_t first,
                                     double total, double mass);
/* The rule of laws with a density that is smooth inside the support (but for
   law->power at 0).  */
support_status delay_rule_smooth (const delay_law *law, double mass,
                                  const delay_panels *panels, delay_rule *rule);
/* Where the density of a continuous law, times t, has fallen to TAIL: right of
   all that weighs more, and left of it.  */
double delay_upper_end (const delay_law *law, double tail);
double delay_lower_end (const delay_law *law, double tail);
/* The law is so narrow that doubles resolve no more than its mean.  */
bool delay_is_needle (const delay_law *law);

#endif
