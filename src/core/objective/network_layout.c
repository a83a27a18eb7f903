/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "objective/network.h"
#include "support/normal.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

support_status
objective_activation_named (const char *name, objective_activation *activation,
                            support_failure *failure)
{
  static const char *const names[] = {
    [OBJECTIVE_RELU] = "relu", [OBJECTIVE_TANH] = "tanh"
  };
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (strcmp (name, names[k]) == 0)
      {
        *activation = (objective_activation) k;
        return SUPPORT_OK;
      }
  return support_fail (failure, SUPPORT_UNKNOWN,
                       "the activation must be one of: %s, %s; not '%s'",
                       names[0], names[1], name);
}

static size_t
units (const objective_network *description, size_t layer)
{
  return layer < description->layers ? description->hidden[layer]
         : description->logistic     ? 1
                                     : description->classes;
}

/* 0 where a layer is empty or has more units than BLAS can count.  */
static double
count_parameters (const objective_network *description)
{
  double in = (double) description->samples.columns, sum = 0.0;
  for (size_t l = 0; l <= description->layers; l++)
    {
      const double out = (double) units (description, l);
      if (! (in >= 1.0 && out >= 1.0 && out <= INT_MAX / NETWORK_CHUNK))
        return 0.0;
      sum += out * (in + (description->bias ? 1.0 : 0.0));
      in = out;
    }
  return sum;
}

size_t
objective_network_dimension (const objective_network *description)
{
  const double count = count_parameters (description);
  return count <= 0x1p48 ? (size_t) count : 0;
}

support_status
network_layout (network *self, const objective_network *description,
                support_failure *failure)
{
  const size_t layers = description->layers + 1;
  size_t place = 0, in = description->samples.columns, widest = 0;

  *self = (network){ .layers = layers,
                     .activation = description->activation,
                     .biased = description->bias,
                     .logistic = description->logistic,
                     .features = in,
                     .dimension = objective_network_dimension (description) };
  if (self->dimension == 0)
    return support_fail (failure, SUPPORT_INVALID,
                         "each layer must have between 1 and %d units, and all "
                         "together at most 2^48 parameters",
                         INT_MAX / NETWORK_CHUNK);
  self->layer = calloc (layers, sizeof *self->layer);
  if (! self->layer)
    return support_fail_memory (failure);
  for (size_t l = 0; l < layers; l++)
    {
      network_layer *layer = &self->layer[l];
      layer->in = in;
      layer->out = in = units (description, l);
      layer->weight = place;
      layer->bias = place + layer->in * layer->out;
      place = layer->bias + (self->biased ? layer->out : 0);
      if (layer->out > widest)
        widest = layer->out;
    }
  place = 0;
  for (size_t l = 0; l < layers; l++)
    {
      network_layer *layer = &self->layer[l];
      layer->output = place;
      layer->r_output = place + layer->out * NETWORK_CHUNK;
      place += 2 * layer->out * NETWORK_CHUNK;
    }
  for (size_t i = 0; i < 2; i++)
    {
      self->slope[i] = place;
      self->r_slope[i] = place + widest * NETWORK_CHUNK;
      place += 2 * widest * NETWORK_CHUNK;
    }
  self->panel = place;
  self->block =
      place + (description->samples.start ? 0 : self->features * NETWORK_CHUNK);
  return SUPPORT_OK;
}

void
network_free (network *self)
{
  free (self->layer);
  *self = (network){ .layers = 0 };
}

support_status
objective_network_start (const objective_network *description, uint64_t seed,
                         double *model)
{
  const size_t last = description->layers;
  size_t in = description->samples.columns;
  gsl_rng *stream = support_stream_create (seed, 0);
  if (! stream)
    return SUPPORT_MEMORY;
  for (size_t l = 0; l <= last; l++)
    {
      const size_t out = units (description, l);
      const bool relu = l < last && description->activation == OBJECTIVE_RELU;
      const double deviation = sqrt ((relu ? 2.0 : 1.0) / (double) in);
      support_stream_normals (stream, model, in * out);
      for (size_t i = 0; i < in * out; i++)
        model[i] *= deviation;
      model += in * out;
      if (description->bias)
        {
          memset (model, 0, out * sizeof *model);
          model += out;
        }
      in = out;
    }
  gsl_rng_free (stream);
  return SUPPORT_OK;
}
