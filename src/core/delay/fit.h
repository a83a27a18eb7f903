/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The estimators behind delay_fit_family.  */

#ifndef SDDE_DELAY_FIT_H
#define SDDE_DELAY_FIT_H

#include "delay/delay_private.h"

/* What the estimators need of the samples.  */
typedef struct delay_fit_data
{
  const double *sample; /* sorted */
  size_t count;
  size_t phases; /* asked for */
  double mean;
  /* For those who need it, the samples once more, in groups of nearly equal
     ones (of equal ones where the samples are few): means, in units of the mean
     of all, and sizes.  Near enough for finding out where the likelihood is
     large, at a cost that hardly grows with the number of samples.  */
  size_t groups;
  double *group_value, *group_size;
  double *room; /* for a number of each group */
} delay_fit_data;

/* An estimator fills the parameters and returns NULL, or why there is no
   estimate, a clause.  */
typedef const char *delay_fit_estimator (const delay_fit_data *data,
                                         double *parameter);

delay_fit_estimator delay_fit_hyperexponential, delay_fit_lognormal,
    delay_fit_weibull, delay_fit_pareto;

#endif
