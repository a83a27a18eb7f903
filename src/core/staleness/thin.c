/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of a time given that it was accepted, from the acceptance at as many
   knots as it takes.  */
#include "staleness/staleness_private.h"

#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_interp.h>

enum
{
  FIRST_KNOTS = 33,
  MOST_KNOTS = 8192
};

typedef struct knot_list
{
  size_t count;
  double *t, *p;
  bool *open; /* the interval that begins here is yet to be halved */
} knot_list;

static void
knots_clear (knot_list *knots)
{
  free (knots->t);
  free (knots->p);
  free (knots->open);
}

static bool
knots_alloc (knot_list *knots, size_t room)
{
  *knots = (knot_list){ .t = support_doubles (room),
                        .p = support_doubles (room),
                        .open = calloc (room, sizeof (bool)) };
  return knots->t && knots->p && knots->open;
}

static void
knots_add (knot_list *knots, double t, double p, bool open)
{
  knots->t[knots->count] = t;
  knots->p[knots->count] = p;
  knots->open[knots->count] = open;
  knots->count++;
}

/* Halves the open intervals once.  A half stays open while the interpolation
   of the law (Steffen's, as in delay/) misses the middle by more than the
   tolerance.  */
static support_status
refine (const staleness_thinning *thinning, const knot_list *from,
        knot_list *to, support_failure *failure)
{
  support_status status = SUPPORT_OK;
  gsl_interp *interpolant = gsl_interp_alloc (gsl_interp_steffen, from->count);
  if (! interpolant)
    return support_fail_memory (failure);
  gsl_interp_init (interpolant, from->t, from->p, from->count);
  const double to_end = from->t[from->count - 1];
  for (size_t i = 0; status == SUPPORT_OK && i < from->count; i++)
    {
      const double t = from->t[i];
      if (! from->open[i] || i + 1 == from->count)
        {
          knots_add (to, t, from->p[i], false);
          continue;
        }
      const double middle = 0.5 * (t + from->t[i + 1]);
      double p, guess;
      status = thinning->acceptance (thinning->context, middle, &p, failure);
      if (status != SUPPORT_OK)
        break;
      guess = gsl_interp_eval (interpolant, from->t, from->p, middle, NULL);
      const bool open = fabs (guess - p) > thinning->tolerance
                        && middle - t > 1e-9 * (to_end - from->t[0]);
      knots_add (to, t, from->p[i], open);
      knots_add (to, middle, p, open);
    }
  gsl_interp_free (interpolant);
  return status;
}

static support_status
find_knots (const staleness_thinning *thinning, knot_list *knots,
            support_failure *failure)
{
  const double first = thinning->first, last = thinning->last;
  bool open = true;
  support_status status = SUPPORT_OK;
  if (! knots_alloc (knots, FIRST_KNOTS))
    return support_fail_memory (failure);
  for (size_t i = 0; status == SUPPORT_OK && i < FIRST_KNOTS; i++)
    {
      const double t =
          first + (last - first) * (double) i / (double) (FIRST_KNOTS - 1);
      double p = NAN;
      status = thinning->acceptance (thinning->context, t, &p, failure);
      knots_add (knots, t, p, true);
    }
  while (status == SUPPORT_OK && open && 2 * knots->count <= MOST_KNOTS)
    {
      knot_list finer;
      if (! knots_alloc (&finer, 2 * knots->count))
        status = support_fail_memory (failure);
      else
        status = refine (thinning, knots, &finer, failure);
      knots_clear (knots);
      *knots = finer;
      open = false;
      for (size_t i = 0; i < knots->count; i++)
        open = open || knots->open[i];
    }
  /* The law ends where nothing is accepted any more.  */
  while (knots->count > 3 && knots->p[knots->count - 2] == 0.0)
    knots->count--;
  return status;
}

support_status
staleness_thin (const staleness_thinning *thinning, delay_law **law,
                support_failure *failure)
{
  knot_list knots = { .count = 0 };
  support_status status = find_knots (thinning, &knots, failure);
  *law = NULL;
  /* There is room: no middle was put after the last knot.  */
  if (status == SUPPORT_OK && thinning->cut && knots.p[knots.count - 1] > 0.0)
    knots_add (&knots, nextafter (thinning->last, INFINITY), 0.0, false);
  if (status == SUPPORT_OK)
    {
      const delay_argument argument[] = {
        { .law = thinning->law },
        { .values = knots.t, .count = knots.count },
        { .values = knots.p, .count = knots.count }
      };
      status = delay_create ("thinned", argument, 3, law, failure);
    }
  knots_clear (&knots);
  return status;
}
