/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making sums of independent delays, by what the parts are: as much as can be
   known in closed form is.  */
#include "delay/sum.h"

#include <stdlib.h>
#include <string.h>

enum
{
  MOST_PHASES = 100,
  MOST_PARTS = 20000, /* of a mixture */
  MOST_ATOMS = 4000000,
  MOST_LAWS = 1000
};

/* The sum taken apart.  */
typedef struct list
{
  double shift;
  size_t count;
  delay_law **law;
} list;

static void
list_clear (list *self)
{
  for (size_t i = 0; i < self->count; i++)
    delay_free (self->law[i]);
  free (self->law);
}

static support_status
list_add (list *self, const delay_law *law, support_failure *failure)
{
  if (self->count == MOST_LAWS)
    return support_fail (failure, SUPPORT_LIMIT,
                         "the family 'sum' takes at most %d laws", MOST_LAWS);
  return delay_copy (law, &self->law[self->count++], failure);
}

static support_status
create_gamma (double shape, double scale, delay_law **law,
              support_failure *failure)
{
  const delay_argument argument[] = { { .values = &shape, .count = 1 },
                                      { .values = &scale, .count = 1 } };
  return shape == 1.0
             ? delay_create ("exponential", argument + 1, 1, law, failure)
             : delay_create ("gamma", argument, 2, law, failure);
}

/* Gamma laws of one scale add up to another.  */
static support_status
list_add_gamma (list *self, double shape, double scale,
                support_failure *failure)
{
  delay_law *law;
  for (size_t i = 0; i < self->count; i++)
    {
      const delay_law *other = self->law[i];
      const bool exponential = other->family == &delay_family_exponential;
      if (! exponential && other->family != &delay_family_gamma)
        continue;
      const double *value = other->argument[exponential ? 0 : 1].values;
      if (*value != scale)
        continue;
      shape += exponential ? 1.0 : other->argument[0].values[0];
      const support_status status = create_gamma (shape, scale, &law, failure);
      if (status == SUPPORT_OK)
        {
          delay_free (self->law[i]);
          self->law[i] = law;
        }
      return status;
    }
  support_status status = create_gamma (shape, scale, &law, failure);
  if (status == SUPPORT_OK)
    status = list_add (self, law, failure);
  delay_free (law);
  return status;
}

static support_status
take_apart (list *self, const delay_law *law, support_failure *failure)
{
  const delay_argument *argument = law->argument;
  support_status status = SUPPORT_OK;
  if (law->family == &delay_family_deterministic)
    self->shift += law->mean;
  else if (law->family == &delay_family_sum)
    {
      const delay_sum *table = law->table;
      self->shift += table->shift;
      for (size_t i = 0; status == SUPPORT_OK && i < table->parts; i++)
        status = take_apart (self, table->part[i], failure);
    }
  else if (law->family == &delay_family_exponential)
    status = list_add_gamma (self, 1.0, argument[0].values[0], failure);
  else if (law->family == &delay_family_shifted_exponential)
    {
      self->shift += argument[0].values[0];
      status = list_add_gamma (self, 1.0, argument[1].values[0], failure);
    }
  else if (law->family == &delay_family_gamma)
    status = list_add_gamma (self, argument[0].values[0], argument[1].values[0],
                             failure);
  else
    status = list_add (self, law, failure);
  return status;
}

/* ---- simpler families ------------------------------------------------ */

static support_status
create_deterministic (double delay, delay_law **law, support_failure *failure)
{
  const delay_argument argument = { .values = &delay, .count = 1 };
  return delay_create ("deterministic", &argument, 1, law, failure);
}

/* The sum of a list without the law at SKIP.  */
static support_status
create_sum (const list *self, size_t skip, double shift, delay_law **law,
            support_failure *failure)
{
  delay_argument *argument = calloc (self->count + 1, sizeof *argument);
  delay_law *fixed = NULL;
  size_t count = 0;
  if (! argument)
    return support_fail_memory (failure);
  support_status status = create_deterministic (shift, &fixed, failure);
  argument[count++].law = fixed;
  for (size_t i = 0; i < self->count; i++)
    if (i != skip)
      argument[count++].law = self->law[i];
  if (status == SUPPORT_OK)
    status = delay_create ("sum", argument, count, law, failure);
  delay_free (fixed);
  free (argument);
  return status;
}

/* A law and SHIFT, where that has a family of its own; NULL otherwise.  */
static support_status
create_shifted (const delay_law *law, double shift, delay_law **shifted,
                support_failure *failure)
{
  const double *time, *mass;
  size_t atoms;
  double end[] = { law->infimum + shift, law->supremum + shift };
  const delay_argument argument[] = { { .values = &end[0], .count = 1 },
                                      { .values = &end[1], .count = 1 } };
  *shifted = NULL;
  if (shift == 0.0)
    return delay_create (law->family->name, law->argument, law->count, shifted,
                         failure);
  if (delay_atoms (law, &time, &mass, &atoms))
    {
      double *moved = support_doubles (atoms);
      if (! moved)
        return support_fail_memory (failure);
      for (size_t i = 0; i < atoms; i++)
        moved[i] = time[i] + shift;
      const support_status status =
          delay_create_atoms (moved, mass, atoms, shifted, failure);
      free (moved);
      return status;
    }
  if (law->family == &delay_family_uniform)
    return delay_create ("uniform", argument, 2, shifted, failure);
  if (law->family == &delay_family_exponential)
    {
      const delay_argument parts[] = { { .values = &shift, .count = 1 },
                                       law->argument[0] };
      return delay_create ("shifted-exponential", parts, 2, shifted, failure);
    }
  return SUPPORT_OK;
}

static support_status
fail_large (support_failure *failure)
{
  return support_fail (failure, SUPPORT_LIMIT,
                       "the sum has too many combinations of samples and parts "
                       "of mixtures; fit laws to the samples first");
}

/* All sums of two times.  */
static support_status
create_atom_sums (const double *time, const double *mass, size_t count,
                  const double *other, const double *other_mass, size_t others,
                  delay_law **law, support_failure *failure)
{
  if (count > MOST_ATOMS / others)
    return fail_large (failure);
  double *t = support_doubles (count * others);
  double *w = support_doubles (count * others);
  support_status status = SUPPORT_OK;
  if (! t || ! w)
    status = support_fail_memory (failure);
  else
    {
      size_t k = 0;
      for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < others; j++, k++)
          {
            t[k] = time[i] + other[j];
            w[k] = mass[i] * other_mass[j];
          }
      status = delay_create_atoms (t, w, k, law, failure);
    }
  free (t);
  free (w);
  return status;
}

/* The sum where one law, at PLACE, is a mixture or atoms: a mixture of sums
   with what the others add up to.  */
static support_status
build_mixture (delay_law *law, const list *self, size_t place,
               support_failure *failure)
{
  const delay_law *mixed = self->law[place];
  const double *time = NULL, *mass = NULL, *other, *other_mass;
  size_t atoms = 0, others;
  const bool discrete = delay_atoms (mixed, &time, &mass, &atoms);
  const size_t count = discrete ? atoms : mixed->count - 1;
  delay_law *rest = NULL;
  support_status status = create_sum (self, place, self->shift, &rest, failure);
  if (status != SUPPORT_OK)
    return status;
  if (discrete && delay_atoms (rest, &other, &other_mass, &others))
    {
      status = create_atom_sums (time, mass, atoms, other, other_mass, others,
                                 &law->simpler, failure);
      delay_free (rest);
      return status;
    }
  const size_t each = rest->family == &delay_family_mixture ? rest->count : 1;
  if (count > MOST_PARTS / each)
    {
      delay_free (rest);
      return fail_large (failure);
    }
  delay_argument *argument = calloc (count + 1, sizeof *argument);
  if (! argument)
    {
      delay_free (rest);
      return support_fail_memory (failure);
    }
  argument[0] = mixed->argument[0];
  if (discrete)
    argument[0] = (delay_argument){ .values = mass, .count = count };
  size_t made = 0;
  for (; status == SUPPORT_OK && made < count; made++)
    {
      delay_law *fixed = NULL, *one = NULL;
      if (discrete)
        status = create_deterministic (time[made], &fixed, failure);
      const delay_argument two[] = {
        { .law = discrete ? fixed : mixed->argument[1 + made].law },
        { .law = rest }
      };
      if (status == SUPPORT_OK)
        status = delay_create ("sum", two, 2, &one, failure);
      argument[1 + made].law = one;
      delay_free (fixed);
    }
  if (status == SUPPORT_OK)
    status =
        delay_create ("mixture", argument, count + 1, &law->simpler, failure);
  for (size_t i = 0; i < made; i++)
    delay_free ((delay_law *) argument[1 + i].law);
  free (argument);
  delay_free (rest);
  return status;
}

/* ---- what remains a sum ---------------------------------------------- */

/* The phases of one law after those of the other.  */
static support_status
create_chain (const list *self, size_t phases, delay_law **law,
              support_failure *failure)
{
  double *block = support_doubles (phases * (phases + 2));
  if (! block)
    return support_fail_memory (failure);
  delay_phases joined = { .count = phases,
                          .alpha = block,
                          .exit = block + phases,
                          .generator = block + 2 * phases };
  size_t from = 0, first = 0;
  for (size_t i = 0; i < self->count; i++)
    {
      const size_t end = first + delay_phases_order (self->law[i]);
      self->law[i]->family->write_phases (self->law[i], &joined, first);
      if (i > 0)
        delay_phases_join (&joined, from, first, end);
      from = first;
      first = end;
    }
  const delay_argument argument[] = { { .values = joined.alpha,
                                        .count = phases },
                                      { .values = joined.generator,
                                        .count = phases * phases,
                                        .rows = phases > 1 ? phases : 0 } };
  const support_status status =
      delay_create ("phase-type", argument, 2, law, failure);
  free (block);
  return status;
}

static size_t
phases_of (const list *self)
{
  size_t sum = 0;
  for (size_t i = 0; i < self->count; i++)
    {
      const size_t own = delay_phases_order (self->law[i]);
      if (own == 0 || own > MOST_PHASES)
        return 0;
      sum += own;
    }
  return sum <= MOST_PHASES ? sum : 0;
}

/* LAW is made of the first of its PARTS and of the sum of the others, whose
   table many such laws may share.  */
static bool
leaves_other (const delay_law *law, const list *parts)
{
  const delay_law *rest = law->count == 2 ? law->argument[1].law : NULL;
  if (! rest || law->argument[0].law != parts->law[0])
    return false;
  if (parts->count == 2)
    return rest == parts->law[1];
  return rest->family == &delay_family_sum
         && ((const delay_sum *) rest->table)->parts == parts->count - 1;
}

static support_status
build_sum (delay_law *law, list *self, support_failure *failure)
{
  delay_sum *table = calloc (1, sizeof *table);
  const size_t phases = phases_of (self);
  support_status status = SUPPORT_OK;
  double exponent = 0.0;
  if (! table)
    return support_fail_memory (failure);
  law->table = table;
  table->shift = self->shift;
  table->parts = self->count;
  table->part = self->law;
  self->law = NULL;
  self->count = 0;
  const list parts = { .count = table->parts, .law = table->part };
  if (parts.count == 1)
    status = delay_copy (parts.law[0], &table->rest, failure);
  else if (phases)
    status = create_chain (&parts, phases, &table->rest, failure);
  else if (self->shift > 0.0)
    status = create_sum (&parts, SIZE_MAX, 0.0, &table->rest, failure);
  else if (leaves_other (law, &parts))
    status = delay_copy (law->argument[1].law, &table->others, failure);
  else
    status = create_sum (&parts, 0, 0.0, &table->others, failure);

  law->mean = law->infimum = law->supremum = self->shift;
  law->abscissa = -INFINITY;
  double variance = 0.0;
  for (size_t i = 0; i < parts.count; i++)
    {
      const delay_law *one = parts.law[i];
      law->mean += one->mean;
      law->infimum += one->infimum;
      law->supremum += one->supremum;
      law->abscissa = fmax (law->abscissa, one->abscissa);
      exponent += delay_exponent (one);
    }
  for (size_t i = 0; i < parts.count; i++)
    {
      const double share = parts.law[i]->mean / law->mean;
      variance += parts.law[i]->cv2 * share * share;
    }
  law->cv2 = variance;
  law->power = exponent != floor (exponent) ? exponent : 0.0;
  return status;
}

static bool
is_mixed (const delay_law *law)
{
  const double *time, *mass;
  size_t count;
  return law->family == &delay_family_mixture
         || delay_atoms (law, &time, &mass, &count);
}

support_status
delay_sum_build (delay_law *law, support_failure *failure)
{
  list self = { .count = 0 };
  support_status status = SUPPORT_OK;
  for (size_t i = 0; i < law->count; i++)
    if (! law->argument[i].law)
      return support_fail (failure, SUPPORT_INVALID,
                           "the family 'sum' takes laws, at least one of them");
  self.law = calloc (MOST_LAWS, sizeof *self.law);
  if (! self.law)
    return support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < law->count; i++)
    status = take_apart (&self, law->argument[i].law, failure);
  if (status == SUPPORT_OK && self.count == 0)
    status = create_deterministic (self.shift, &law->simpler, failure);
  if (status == SUPPORT_OK && self.count == 1)
    status = create_shifted (self.law[0], self.shift, &law->simpler, failure);
  size_t mixed = 0;
  while (mixed < self.count && ! is_mixed (self.law[mixed]))
    mixed++;
  const bool chain = self.count > 1 && phases_of (&self) > 0;
  if (status == SUPPORT_OK && ! law->simpler)
    status = mixed < self.count && ! chain
                 ? build_mixture (law, &self, mixed, failure)
                 : build_sum (law, &self, failure);
  list_clear (&self);
  return status;
}
