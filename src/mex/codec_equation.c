/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec_equation.h"
#include "codec.h"

#include <math.h>
#include <stdlib.h>

static const char *const name = "equation";

void
codec_equation_free (codec_equation *equation)
{
  delay_free (equation->law);
  free (equation->intensity);
  pairs_free (equation->pairs);
  free (equation->pair);
  *equation = (codec_equation){ .law = NULL };
}

/* The COUNT numbers of a field, all finite and none below LEAST.  */
static support_status
get_numbers (const mxArray *array, const char *field, size_t count,
             double least, const double **values, support_failure *failure)
{
  support_status status =
      codec_counted_field (array, name, field, count, values, failure);
  for (size_t i = 0; status == SUPPORT_OK && i < count; i++)
    if (! (isfinite ((*values)[i]) && (*values)[i] >= least))
      status = support_fail (failure, SUPPORT_INVALID,
                             "%s.%s must hold finite numbers%s", name, field,
                             least == 0.0 ? " >= 0" : "");
  return status;
}

static support_status
refuse_classes (const mxArray *array, support_failure *failure)
{
  const mxArray *delay;
  const support_status status =
      codec_field (array, name, "delay", &delay, failure);
  if (status == SUPPORT_OK && mxIsCell (delay))
    return support_fail (failure, SUPPORT_INVALID,
                         "this takes equations with one law of delays, not "
                         "with a cell of several");
  return status;
}

/* Inertia, and the momentum that asgd_sdde knows to be behind it.  */
static support_status
get_inertia (const mxArray *array, codec_equation *equation,
             support_failure *failure)
{
  equation_ball *ball = &equation->ball;
  support_status status = SUPPORT_OK;
  if (mxGetField (array, 0, "inertia"))
    status = get_numbers (array, "inertia", equation->system.modes, -INFINITY,
                          &equation->system.inertia, failure);
  if (status != SUPPORT_OK || ! mxGetField (array, 0, "momentum"))
    return status;
  status = codec_scalar_field (array, name, "momentum", &ball->beta, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "rate", &ball->rate, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar_field (array, name, "dispersion", &ball->dispersion,
                                 failure);
  if (status == SUPPORT_OK)
    status = codec_numbers_field (array, name, "staleness", &ball->q,
                                  &ball->size, failure);
  if (status != SUPPORT_OK || ball->beta == 0.0 || ball->size == 0)
    return status;
  double sum = 0.0;
  for (size_t j = 0; j < ball->size; j++)
    sum += ball->q[j] >= 0.0 ? ball->q[j] : NAN;
  if (! (ball->beta > 0.0 && ball->beta < 1.0) || ! (ball->rate > 0.0)
      || ! isfinite (ball->rate) || ! (ball->dispersion >= 0.0)
      || ! isfinite (ball->dispersion) || ! (fabs (sum - 1.0) < 1e-6))
    return support_fail (failure, SUPPORT_INVALID,
                         "%s.momentum, rate, dispersion and staleness must be "
                         "those of asgd_sdde",
                         name);
  equation->system.ball = ball;
  return SUPPORT_OK;
}

/* Equations that asgd_sdde did not make have none.  */
static support_status
get_trigger (const mxArray *array, size_t count, equation_trigger *trigger,
             support_failure *failure)
{
  const double *values;
  *trigger = (equation_trigger){ .level = 0.0 };
  if (! mxGetField (array, 0, "trigger"))
    return SUPPORT_OK;
  support_status status =
      codec_counted_field (array, name, "trigger", 3, &values, failure);
  if (status == SUPPORT_OK && ! (values[0] >= 0.0 && isfinite (values[0])))
    status =
        support_fail (failure, SUPPORT_INVALID,
                      "%s.trigger must begin with a finite number >= 0", name);
  if (status != SUPPORT_OK || values[0] == 0.0)
    return status;
  trigger->level = values[0];
  trigger->deviation = values[1];
  trigger->attempts = values[2];
  return get_numbers (array, "curvature", count, 0.0, &trigger->curvature,
                      failure);
}

/* The field "pairs" of order 3: the cycle of each class's workers in phases. */
static support_status
get_pairs (const mxArray *array, codec_equation *equation,
           support_failure *failure)
{
  equation_system *system = &equation->system;
  const size_t n = system->modes;
  const mxArray *pairs = mxGetField (array, 0, "pairs"), *value;
  const double *alpha;
  double rate;
  support_status status = SUPPORT_OK;
  if (! pairs || mxIsEmpty (pairs))
    return SUPPORT_OK;
  if (! mxIsStruct (pairs))
    return support_fail (failure, SUPPORT_INVALID,
                         "%s.pairs must be that of asgd_sdde", name);
  if (system->coupled && system->trigger.level == 0.0)
    return support_fail (failure, SUPPORT_INVALID,
                         "%s.pairs stands for modes that are not coupled",
                         name);
  const size_t classes = mxGetNumberOfElements (pairs);
  pairs_class *class = calloc (classes, sizeof *class);
  equation->pair = calloc (n, sizeof *equation->pair);
  if (! class || ! equation->pair)
    status = support_fail_memory (failure);
  for (size_t c = 0; status == SUPPORT_OK && c < classes; c++)
    {
      const mxArray *workers = mxGetField (pairs, (mwIndex) c, "workers");
      const mxArray *start = mxGetField (pairs, (mwIndex) c, "start");
      const mxArray *transition = mxGetField (pairs, (mwIndex) c, "transition");
      size_t values = 0;
      if (! workers || ! start || ! transition)
        status = support_fail (failure, SUPPORT_INVALID,
                               "%s.pairs must be that of asgd_sdde", name);
      if (status == SUPPORT_OK)
        status =
            codec_size (workers, "pairs.workers", &class[c].workers, failure);
      if (status == SUPPORT_OK)
        status = codec_numbers (start, "pairs.start", &class[c].start,
                                &class[c].phases, failure);
      if (status == SUPPORT_OK)
        status = codec_numbers (transition, "pairs.transition",
                                &class[c].transition, &values, failure);
      if (status == SUPPORT_OK
          && (class[c].phases > PAIRS_MOST_PHASES
              || values != class[c].phases * class[c].phases))
        status = support_fail (failure, SUPPORT_INVALID,
                               "%s.pairs.transition must be a square matrix "
                               "with a row for each phase",
                               name);
      const mxArray *accepted = mxGetField (pairs, (mwIndex) c, "accepted");
      if (status == SUPPORT_OK && accepted)
        status = codec_numbers (accepted, "pairs.accepted", &class[c].accepted,
                                &values, failure);
      if (status == SUPPORT_OK && accepted && values != class[c].phases)
        status =
            support_fail (failure, SUPPORT_INVALID,
                          "%s.pairs.accepted must have one number for each "
                          "phase",
                          name);
    }
  if (status == SUPPORT_OK)
    status = pairs_create (class, classes, &equation->pairs, failure);
  if (status == SUPPORT_OK)
    status = get_numbers (array, "alpha", n, 0.0, &alpha, failure);
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "rate", &value, failure);
  if (status == SUPPORT_OK)
    status = codec_scalar (value, "the rate of the equation", &rate, failure);
  if (status == SUPPORT_OK && ! (rate > 0.0 && isfinite (rate)))
    status =
        support_fail (failure, SUPPORT_INVALID, "%s.rate must be > 0", name);
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    equation->pair[i] = equation_pairs_mode (
        alpha[i], system->coupling[system->coupled ? i * (n + 1) : i],
        system->intensity[i], rate);
  system->pairs = equation->pairs;
  system->pair = equation->pair;
  free (class);
  return status;
}

support_status
codec_get_equation (const mxArray *array, codec_equation *equation,
                    support_failure *failure)
{
  equation_system *system = &equation->system;
  const mxArray *value;
  const double *diffusion = NULL;
  size_t n = 0;
  support_status status = codec_field (array, name, "damping", &value, failure);

  *equation = (codec_equation){ .law = NULL };
  if (status == SUPPORT_OK)
    {
      n = mxGetNumberOfElements (value);
      status = refuse_classes (array, failure);
    }
  if (status == SUPPORT_OK && n == 0)
    status = support_fail (failure, SUPPORT_INVALID,
                           "the equation has no mode; at least one is needed");
  if (status == SUPPORT_OK)
    status =
        get_numbers (array, "damping", n, -INFINITY, &system->damping, failure);
  if (status == SUPPORT_OK)
    status =
        get_numbers (array, "decay", n, -INFINITY, &system->decay, failure);
  if (status == SUPPORT_OK)
    status = get_numbers (array, "correction", n, -INFINITY,
                          &system->correction, failure);
  if (status == SUPPORT_OK)
    status =
        get_numbers (array, "diffusion", n, -INFINITY, &diffusion, failure);
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "coupling", &value, failure);
  if (status == SUPPORT_OK)
    {
      system->coupled = mxGetNumberOfElements (value) == n * n && n > 1;
      status = get_numbers (array, "coupling", system->coupled ? n * n : n, 0.0,
                            &system->coupling, failure);
    }
  if (status == SUPPORT_OK)
    status = codec_field (array, name, "delay", &value, failure);
  if (status == SUPPORT_OK)
    status =
        codec_law (value, "the delay of the equation", &equation->law, failure);
  if (status == SUPPORT_OK && ! (equation->intensity = support_doubles (n)))
    status = support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < n; i++)
    equation->intensity[i] = diffusion[i] * diffusion[i];
  if (status == SUPPORT_OK)
    status = get_trigger (array, n, &system->trigger, failure);
  system->modes = n;
  if (status == SUPPORT_OK)
    status = get_inertia (array, equation, failure);
  system->intensity = equation->intensity;
  system->delay = equation->law;
  if (status == SUPPORT_OK)
    status = get_pairs (array, equation, failure);
  if (status != SUPPORT_OK)
    codec_equation_free (equation);
  return status;
}

support_status
codec_get_light_equation (const mxArray *array, codec_equation *equation,
                          support_failure *failure)
{
  support_status status = codec_get_equation (array, equation, failure);
  const equation_system *system = &equation->system;
  for (size_t i = 0;
       status == SUPPORT_OK && system->inertia && i < system->modes; i++)
    if (system->inertia[i] != 0.0)
      status = support_fail (failure, SUPPORT_INVALID,
                             "this takes equations without inertia (momentum); "
                             "asgd_simulate runs systems that have it");
  if (status != SUPPORT_OK)
    codec_equation_free (equation);
  return status;
}

support_status
codec_get_loss (const mxArray *array, const codec_equation *equation,
                equation_loss *loss, support_failure *failure)
{
  const size_t n = equation->system.modes;
  support_status status =
      get_numbers (array, "curvature", n, 0.0, &loss->curvature, failure);
  if (status == SUPPORT_OK)
    status = get_numbers (array, "start", n, -INFINITY, &loss->start, failure);
  if (status == SUPPORT_OK)
    status =
        codec_scalar_field (array, name, "minimum", &loss->minimum, failure);
  return status;
}
