/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "objective/network.h"

#include <math.h>
#include <string.h>

/* ---- one layer ------------------------------------------------------- */

/* PRODUCT += M a_(l-1), M standing where MATRIX does in a model.  */
static void
multiply_inputs (const network *self, size_t l, const double *matrix,
                 const objective_chunk *chunk, const double *block,
                 double *product)
{
  const network_layer *layer = &self->layer[l];
  if (l == 0)
    objective_chunk_multiply (chunk, layer->out, matrix, product);
  else
    objective_multiply_add (false, false, layer->out, chunk->count, layer->in,
                            matrix, block + self->layer[l - 1].output, product);
}

/* SUM += LEFT a_(l-1)'.  */
static void
gather_inputs (const network *self, size_t l, const double *left,
               const objective_chunk *chunk, const double *block, double *sum)
{
  const network_layer *layer = &self->layer[l];
  if (l == 0)
    objective_chunk_gather (chunk, layer->out, left, sum);
  else
    objective_multiply_add (false, true, layer->out, layer->in, chunk->count,
                            left, block + self->layer[l - 1].output, sum);
}

/* A column for each sample, all of them BIAS (or 0).  */
static void
spread_bias (const network *self, size_t l, const double *model, size_t count,
             double *columns)
{
  const network_layer *layer = &self->layer[l];
  const size_t out = layer->out;
  if (! self->biased)
    memset (columns, 0, out * count * sizeof *columns);
  else
    for (size_t k = 0; k < count; k++)
      memcpy (columns + k * out, model + layer->bias, out * sizeof *columns);
}

static void
gather_bias (const network *self, size_t l, const double *columns, size_t count,
             double *sum)
{
  const network_layer *layer = &self->layer[l];
  for (size_t k = 0; self->biased && k < count; k++)
    objective_axpy (1.0, columns + k * layer->out, sum + layer->bias,
                    layer->out);
}

static void
activate (const network *self, double *values, size_t count)
{
  if (self->activation == OBJECTIVE_TANH)
    for (size_t i = 0; i < count; i++)
      values[i] = tanh (values[i]);
  else
    for (size_t i = 0; i < count; i++)
      values[i] = values[i] < 0.0 ? 0.0 : values[i]; /* NaN stays */
}

/* The derivative of the activation, from its value.  */
static inline double
derivative (const network *self, double value)
{
  return self->activation == OBJECTIVE_TANH ? 1.0 - value * value
         : value > 0.0                      ? 1.0
                                            : 0.0;
}

/* ---- forward --------------------------------------------------------- */

void
network_forward (const network *self, const double *model,
                 const objective_chunk *chunk, double *block)
{
  for (size_t l = 0; l < self->layers; l++)
    {
      const network_layer *layer = &self->layer[l];
      double *output = block + layer->output;
      spread_bias (self, l, model, chunk->count, output);
      multiply_inputs (self, l, model + layer->weight, chunk, block, output);
      if (l + 1 < self->layers)
        activate (self, output, layer->out * chunk->count);
    }
}

static uint32_t
label_of (const objective_chunk *chunk, size_t k)
{
  return chunk->set->label[objective_chunk_sample (chunk, k)];
}

/* z becomes the probability of class 2; -log p(label) = log (1 + e^z) - z
   label, without overflow.  */
static double
finish_logistic (double *z, uint32_t label, double *slope)
{
  const double small = exp (-fabs (*z));
  const double loss = fmax (*z, 0.0) + log1p (small) - *z * (double) label;
  const double probability =
      *z >= 0.0 ? 1.0 / (1.0 + small) : small / (1.0 + small);
  *slope = probability - (double) label;
  *z = probability;
  return loss;
}

static double
finish_softmax (double *z, size_t classes, uint32_t label, double *slope)
{
  double largest = z[0], sum, loss;
  for (size_t c = 1; c < classes; c++)
    largest = fmax (largest, z[c]);
  loss = largest - z[label];
  sum = z[0] = exp (z[0] - largest);
  for (size_t c = 1; c < classes; c++)
    {
      z[c] = exp (z[c] - largest);
      sum += z[c];
    }
  for (size_t c = 0; c < classes; c++)
    slope[c] = z[c] = z[c] / sum;
  slope[label] -= 1.0;
  return loss + log (sum);
}

double
network_finish (const network *self, const objective_chunk *chunk,
                double *block)
{
  const network_layer *last = &self->layer[self->layers - 1];
  double *z = block + last->output, *slope = block + self->slope[0];
  double sum = 0.0;
  for (size_t k = 0; k < chunk->count; k++)
    {
      const uint32_t label = label_of (chunk, k);
      sum += self->logistic ? finish_logistic (z + k, label, slope + k)
                            : finish_softmax (z + k * last->out, last->out,
                                              label, slope + k * last->out);
    }
  return sum;
}

size_t
network_count_right (const network *self, const objective_chunk *chunk,
                     const double *block)
{
  const network_layer *last = &self->layer[self->layers - 1];
  const double *z = block + last->output;
  size_t right = 0;
  for (size_t k = 0; k < chunk->count; k++, z += last->out)
    {
      size_t best = 0;
      for (size_t c = 1; c < last->out; c++)
        if (z[c] > z[best])
          best = c;
      if (isfinite (z[best]))
        right += label_of (chunk, k)
                 == (self->logistic ? (size_t) (z[0] > 0.0) : best);
    }
  return right;
}

/* ---- backward -------------------------------------------------------- */

/* What follows of the slopes in z_l (at FROM) for those in z_(l-1) (at TO).  */
static void
step_back (const network *self, size_t l, const double *model,
           const objective_chunk *chunk, double *block, size_t from, size_t to)
{
  const network_layer *layer = &self->layer[l];
  const size_t count = layer->in * chunk->count;
  const double *value = block + self->layer[l - 1].output;
  double *slope = block + to;
  memset (slope, 0, count * sizeof *slope);
  objective_multiply_add (true, false, layer->in, chunk->count, layer->out,
                          model + layer->weight, block + from, slope);
  for (size_t i = 0; i < count; i++)
    slope[i] *= derivative (self, value[i]);
}

/* Scales the slopes in z_L: everything behind is linear in them.  */
static void
scale_slopes (const network *self, const objective_chunk *chunk, double scale,
              double *slope)
{
  const size_t count = self->layer[self->layers - 1].out * chunk->count;
  for (size_t i = 0; i < count; i++)
    slope[i] *= scale;
}

void
network_backward (const network *self, const double *model,
                  const objective_chunk *chunk, double scale, double *block,
                  double *gradient)
{
  size_t from = self->slope[0], to = self->slope[1];
  scale_slopes (self, chunk, scale, block + from);
  for (size_t l = self->layers; l-- > 0;)
    {
      const size_t used = from;
      gather_inputs (self, l, block + from, chunk, block,
                     gradient + self->layer[l].weight);
      gather_bias (self, l, block + from, chunk->count, gradient);
      if (l == 0)
        break;
      step_back (self, l, model, chunk, block, from, to);
      from = to;
      to = used;
    }
}

/* The gradient of one sample in W_l is slope a_(l-1)', so its squares are the
   product of the squares.  */
void
network_backward_squares (const network *self, const double *model,
                          const objective_chunk *chunk, double scale,
                          double *block, double *gradient, double *squares)
{
  size_t from = self->slope[0], to = self->slope[1];
  double *squared = block + self->r_slope[0];
  const double root = sqrt (scale);

  scale_slopes (self, chunk, root, block + from);
  for (size_t l = self->layers; l-- > 0;)
    {
      const network_layer *layer = &self->layer[l];
      const size_t count = layer->out * chunk->count, used = from;
      for (size_t i = 0; i < count; i++)
        squared[i] = block[from + i] * block[from + i];
      gather_bias (self, l, squared, chunk->count, squares);
      if (l == 0)
        objective_chunk_gather_squares (chunk, layer->out, squared,
                                        block + self->panel,
                                        squares + layer->weight);
      else
        {
          const network_layer *before = &self->layer[l - 1];
          const double *value = block + before->output;
          double *value_squared = block + before->r_output;
          for (size_t i = 0; i < layer->in * chunk->count; i++)
            value_squared[i] = value[i] * value[i];
          objective_multiply_add (false, true, layer->out, layer->in,
                                  chunk->count, squared, value_squared,
                                  squares + layer->weight);
          step_back (self, l, model, chunk, block, from, to);
        }
      /* The means, of slopes scaled to the full.  */
      for (size_t i = 0; i < count; i++)
        squared[i] = root * block[from + i];
      gather_inputs (self, l, squared, chunk, block, gradient + layer->weight);
      gather_bias (self, l, squared, chunk->count, gradient);
      from = to;
      to = used;
    }
}

/* ---- the R operator -------------------------------------------------- */

void
network_forward_r (const network *self, const double *model,
                   const double *vector, const objective_chunk *chunk,
                   double *block, double *slopes)
{
  const network_layer *last = &self->layer[self->layers - 1];
  for (size_t l = 0; l < self->layers; l++)
    {
      const network_layer *layer = &self->layer[l];
      double *r_output = block + layer->r_output;
      spread_bias (self, l, vector, chunk->count, r_output);
      multiply_inputs (self, l, vector + layer->weight, chunk, block, r_output);
      if (l > 0)
        objective_multiply_add (false, false, layer->out, chunk->count,
                                layer->in, model + layer->weight,
                                block + self->layer[l - 1].r_output, r_output);
      if (l + 1 < self->layers)
        for (size_t i = 0; i < layer->out * chunk->count; i++)
          r_output[i] *= derivative (self, block[layer->output + i]);
    }
  for (size_t k = 0; slopes && k < chunk->count; k++)
    slopes[k] =
        objective_dot (block + self->slope[0] + k * last->out,
                       block + last->r_output + k * last->out, last->out);
}

/* R{slopes in z_L}, from the probabilities and R{z_L}.  */
static void
finish_r (const network *self, const objective_chunk *chunk, double *block)
{
  const network_layer *last = &self->layer[self->layers - 1];
  const double *p = block + last->output, *r = block + last->r_output;
  double *r_slope = block + self->r_slope[0];
  for (size_t k = 0; k < chunk->count; k++)
    {
      const double mean = objective_dot (p, r, last->out);
      for (size_t c = 0; c < last->out; c++)
        r_slope[c] =
            p[c] * (self->logistic ? (1.0 - p[c]) * r[c] : r[c] - mean);
      p += last->out;
      r += last->out;
      r_slope += last->out;
    }
}

/* As step_back, for R{slopes} too: R{slope_(l-1)} = act' R{W' slope_l}
   + act'' R{z} W' slope_l, where for tanh act'' R{z} = -2 a R{a}.  */
static void
step_back_r (const network *self, size_t l, const double *model,
             const double *vector, const objective_chunk *chunk, double *block,
             size_t used, size_t next)
{
  const network_layer *layer = &self->layer[l];
  const network_layer *before = &self->layer[l - 1];
  const size_t count = layer->in * chunk->count;
  const double *value = block + before->output;
  const double *r_value = block + before->r_output;
  double *slope = block + self->slope[next];
  double *r_slope = block + self->r_slope[next];

  memset (slope, 0, count * sizeof *slope);
  memset (r_slope, 0, count * sizeof *r_slope);
  objective_multiply_add (true, false, layer->in, chunk->count, layer->out,
                          model + layer->weight, block + self->slope[used],
                          slope);
  objective_multiply_add (true, false, layer->in, chunk->count, layer->out,
                          vector + layer->weight, block + self->slope[used],
                          r_slope);
  objective_multiply_add (true, false, layer->in, chunk->count, layer->out,
                          model + layer->weight, block + self->r_slope[used],
                          r_slope);
  for (size_t i = 0; i < count; i++)
    {
      const double first = derivative (self, value[i]);
      r_slope[i] *= first;
      if (self->activation == OBJECTIVE_TANH)
        r_slope[i] -= 2.0 * value[i] * r_value[i] * slope[i];
      slope[i] *= first;
    }
}

void
network_backward_r (const network *self, const double *model,
                    const double *vector, const objective_chunk *chunk,
                    double scale, double *block, double *product)
{
  size_t used = 0, next = 1;
  finish_r (self, chunk, block);
  scale_slopes (self, chunk, scale, block + self->slope[0]);
  scale_slopes (self, chunk, scale, block + self->r_slope[0]);
  for (size_t l = self->layers; l-- > 0;)
    {
      const network_layer *layer = &self->layer[l];
      const double *r_slope = block + self->r_slope[used];
      gather_inputs (self, l, r_slope, chunk, block, product + layer->weight);
      gather_bias (self, l, r_slope, chunk->count, product);
      if (l == 0)
        break;
      objective_multiply_add (false, true, layer->out, layer->in, chunk->count,
                              block + self->slope[used],
                              block + self->layer[l - 1].r_output,
                              product + layer->weight);
      step_back_r (self, l, model, vector, chunk, block, used, next);
      next = used;
      used = 1 - used;
    }
}
