/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec_matrices.h"
#include "codec.h"

#include <math.h>
#include <stdlib.h>

void
codec_matrices_free (codec_matrices *self)
{
  for (size_t k = 0; self->law && k < self->system.terms; k++)
    delay_free (self->law[k]);
  free (self->law);
  free (self->matrix);
  *self = (codec_matrices){ .law = NULL };
}

support_status
codec_get_matrices (const mxArray *numbers, const mxArray *delays,
                    codec_matrices *self, support_failure *failure)
{
  const double *entries;
  size_t count, n;
  support_status status =
      codec_numbers (numbers, "the matrices", &entries, &count, failure);
  *self = (codec_matrices){ .law = NULL };
  if (status != SUPPORT_OK)
    return status;
  n = mxGetM (numbers);
  self->system.size = n;
  self->system.terms = mxIsCell (delays) ? mxGetNumberOfElements (delays) : 0;
  if (n == 0 || count / n / n != self->system.terms + 1
      || count != n * n * (self->system.terms + 1))
    {
      self->system.terms = 0;
      return support_fail (failure, SUPPORT_INVALID,
                           "the matrices must be square, one more of them than "
                           "there are delays");
    }
  self->matrix = calloc (self->system.terms + 1, sizeof *self->matrix);
  self->law = calloc (self->system.terms + 1, sizeof (delay_law *));
  if (! self->matrix || ! self->law)
    return support_fail_memory (failure);
  for (size_t k = 0; k <= self->system.terms; k++)
    self->matrix[k] = entries + k * n * n;
  for (size_t k = 0; status == SUPPORT_OK && k < self->system.terms; k++)
    {
      const mxArray *law = NULL;
      status = codec_cell (delays, "the delays", k, &law, failure);
      if (status == SUPPORT_OK)
        status = codec_law (law, "a delay", &self->law[k], failure);
    }
  self->system.matrix = self->matrix;
  self->system.delay = (const delay_law *const *) self->law;
  return status;
}

static support_status
check_finite (const double *value, size_t count, const char *what,
              support_failure *failure)
{
  for (size_t i = 0; i < count; i++)
    if (! isfinite (value[i]))
      return support_fail (failure, SUPPORT_INVALID,
                           "%s must hold finite numbers", what);
  return SUPPORT_OK;
}

support_status
codec_get_push (const codec_matrices *matrices, const mxArray *push,
                equation_matrices *equation, support_failure *failure)
{
  const roots_system *system = &matrices->system;
  const size_t n = system->size;
  const double *entries;
  size_t count = 0;
  support_status status =
      codec_numbers (push, "the diffusion", &entries, &count, failure);
  if (status == SUPPORT_OK && (count == 0 || mxGetM (push) != n))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the diffusion must be a matrix of %zu rows", n);
  if (status == SUPPORT_OK)
    status = check_finite (entries, count, "the diffusion", failure);
  if (status == SUPPORT_OK)
    status = check_finite (system->matrix[0], n * n * (system->terms + 1),
                           "the matrices", failure);
  if (status == SUPPORT_OK)
    *equation = (equation_matrices){ .states = n,
                                     .noises = count / n,
                                     .delays = system->terms,
                                     .instant = system->matrix[0],
                                     .delayed = system->matrix[0] + n * n,
                                     .push = entries,
                                     .delay = system->delay };
  return status;
}
