/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which line to count along: the one asked for, or one with the wanted number
   of roots to its right.  */

#include "roots/roots_private.h"

#include <math.h>

/* A line of our own choice keeps this far from where roots crowd.  */
static const double leftmost_share = 0.95;

/* A line with what has been counted along it.  */
typedef struct counted
{
  double line;
  roots_function *function; /* NULL: nothing yet */
  roots_region whole;
} counted;

static void
counted_free (counted *at)
{
  if (at->function)
    roots_region_free (&at->whole);
  roots_function_free (at->function);
  *at = (counted){ .function = NULL };
}

/* SUPPORT_NUMERICAL for a root on the line, SUPPORT_LIMIT for too much work:
   more than anyone would wait for, or, if WANTED > 0, out of proportion to so
   many roots.  */
static support_status
count_right (const roots_equation *equation, double line, size_t wanted,
             const support_hooks *hooks, counted *at, support_failure *failure)
{
  support_status status;
  *at = (counted){ .line = line };
  status =
      roots_function_create (equation, line, hooks, &at->function, failure);
  if (status != SUPPORT_OK)
    return status;
  if (wanted)
    {
      at->function->budget = 1000 + 100 * wanted;
      /* A fixed delay d has its next root every 2 pi / d upwards; where a law
         has far fewer in a high region, a search there is in vain.  */
      at->function->highest = 20.0 * (double) (wanted + 4) / at->function->time;
    }
  status = roots_region_right (at->function, &at->whole, failure);
  if (status != SUPPORT_OK)
    {
      roots_function_free (at->function);
      at->function = NULL;
    }
  return status;
}

/* The roots of the half plane AT, right of it and sorted.  SUPPORT_NUMERICAL
   when a disc reaches across the line.  */
static support_status
list_counted (counted *at, roots_found *found, support_failure *failure)
{
  roots_list *list = &found->list;
  support_status status;
  list->count = 0;
  found->line = at->line;
  found->total = (size_t) at->whole.count;
  /* The rest of the work has a budget of its own.  */
  at->function->budget = at->function->evaluations + ROOTS_BUDGET;
  status = roots_search (at->function, &at->whole, list, failure);
  if (status != SUPPORT_OK)
    return status;
  if (roots_list_clear_line (list, at->line) != at->line)
    return support_fail (failure, SUPPORT_NUMERICAL,
                         "a root lies on the line Re s = %.15g", at->line);
  roots_list_sort (list);
  /* Of those further left only some have been found.  */
  while (list->count && creal (list->root[list->count - 1].s) < at->line)
    list->count--;
  return SUPPORT_OK;
}

support_status
roots_search_right (const roots_equation *equation, double line,
                    const support_hooks *hooks, roots_found *found,
                    support_failure *failure)
{
  /* Where a root lies on the line, the next one, as little left of it as it
     takes.  */
  static const double nudge[] = { 0.0, 1e-9, 1e-7, 1e-5 };
  support_status status = SUPPORT_NUMERICAL;

  for (size_t k = 0;
       k < sizeof nudge / sizeof *nudge && status == SUPPORT_NUMERICAL; k++)
    {
      const double nudged =
          line - nudge[k] * (fabs (line) + roots_rate_scale (equation));
      counted at;
      status = count_right (equation, nudged, 0, hooks, &at, failure);
      if (status == SUPPORT_OK)
        status = list_counted (&at, found, failure);
      counted_free (&at);
    }
  return status;
}

/* ---- as many as wanted ----------------------------------------------- */

/* About how many roots lie right of X: from |s|^n ~ sum |a_k + c_k s| phi_k(x),
   an imaginary part of y means some y T / pi of them, T being the scale of the
   delays at x.  It falls with x.  */
static double
crowd (const roots_equation *equation, double x)
{
  const double *b = equation->instant;
  const double scale = roots_rate_scale (equation);
  double a = 0.0, c = 0.0, y;
  for (size_t k = 0; k < equation->classes; k++)
    {
      const roots_class *each = &equation->each[k];
      const double own =
          b[2] != 0.0 ? each->a : each->a - b[0] / b[1] * each->c;
      double complex phi[3];
      delay_lst (each->delay, x, phi);
      a += fabs (own) * creal (phi[0]);
      c += fabs (each->c) * creal (phi[0]);
    }
  if (b[2] == 0.0)
    y = (a + c * scale) / fabs (b[1]);
  else
    {
      const double half = 0.5 * c / fabs (b[2]);
      y = half + sqrt (half * half + a / fabs (b[2]));
    }
  return y * roots_delays (equation, x, NULL) / 3.14159265358979323846;
}

/* A line likely to have WANTED roots to its right but not many more.  */
static double
guess_line (const roots_equation *equation, double leftmost, size_t wanted)
{
  const double scale = roots_rate_scale (equation);
  const double target = (double) wanted;
  double right = scale, left = -scale;

  if (isfinite (leftmost))
    left = leftmost + 1e-3 * scale;
  else
    for (int n = 0; n < 60; n++, left *= 1.5)
      if (! (crowd (equation, left) <= target))
        break;
  while (right < left)
    right = left + 2.0 * fabs (left) + scale;
  for (int n = 0; n < 40; n++)
    {
      const double middle = 0.5 * (left + right);
      if (! (crowd (equation, middle) <= target))
        left = middle;
      else
        right = middle;
    }
  return right;
}

/* The next line to try: where the transforms, and with them the number of
   roots, have about doubled, or half the way to the border.  */
static double
next_line (const roots_equation *equation, double leftmost, double line)
{
  double time = roots_delays (equation, line, NULL), next;
  if (! (time > 0.0))
    time = 1.0 / roots_rate_scale (equation);
  next = line - 0.7 / time;
  return next > leftmost ? fmax (next, 0.5 * (line + leftmost))
                         : 0.5 * (line + leftmost);
}

/* A line with WANTED roots to its right, not many more, starting from FIRST:
   to the left until there are enough, then between that line and the last if
   there are too many.  Where the work grows out of hand, or the border is
   near, the last line stands, with fewer roots than wanted.  */
static support_status
choose_line (const roots_equation *equation, size_t wanted, double first,
             const support_hooks *hooks, counted *chosen,
             support_failure *failure)
{
  enum
  {
    MOST_LINES = 100,
    MOST_REFUSED = 3
  };
  const double scale = roots_rate_scale (equation);
  const size_t plenty = 2 * wanted + 2;
  double leftmost = roots_leftmost_line (equation, leftmost_share);
  double at = first, few = INFINITY, enough = -INFINITY;
  int refused = 0;
  support_status status = SUPPORT_OK;

  *chosen = (counted){ .function = NULL };
  if (leftmost == INFINITY)
    return support_fail (failure, SUPPORT_INVALID,
                         "no line has finitely many roots right of it: the "
                         "correction times the chance of no delay is not "
                         "below 1");
  for (int n = 0; n < MOST_LINES; n++)
    {
      counted here;
      status = count_right (equation, at, wanted, hooks, &here, failure);
      if (status == SUPPORT_NUMERICAL)
        {
          at -= 1e-4 * fmin (scale, at - leftmost);
          continue;
        }
      if (status == SUPPORT_LIMIT)
        {
          leftmost = at;
          at = chosen->function ? 0.5 * (at + few) : at + scale;
          if (chosen->function && ++refused > MOST_REFUSED)
            break;
          continue;
        }
      if (status != SUPPORT_OK)
        {
          counted_free (chosen);
          return status;
        }
      if ((size_t) here.whole.count < wanted && isfinite (enough))
        {
          few = at;
          counted_free (&here);
          at = 0.5 * (few + enough);
          continue;
        }
      counted_free (chosen);
      *chosen = here;
      if ((size_t) here.whole.count >= wanted)
        {
          enough = at;
          if ((size_t) here.whole.count <= plenty || ! isfinite (few)
              || few - at < 1e-3 * scale)
            break;
          at = 0.5 * (few + at);
        }
      else
        {
          few = at;
          if (few - leftmost < 2e-3 * scale)
            break;
          at = next_line (equation, leftmost, at);
        }
    }
  if (chosen->function)
    return SUPPORT_OK;
  return status != SUPPORT_OK ? status
                              : support_fail (failure, SUPPORT_NUMERICAL,
                                              "no line was found that the "
                                              "roots can be counted along");
}

/* The rightmost root if each delay were fixed at the mean of all.  At second
   order the slow root of b_1 s + b_0 + ... or, where inertia rules, of
   b_2 s^2 + a = 0.  */
static double complex
guess_rightmost (const roots_equation *equation)
{
  const double *b = equation->instant;
  const double mean = roots_delays (equation, 0.0, NULL);
  const double lead = b[1] != 0.0 ? b[1] : b[2] / mean;
  double a = 0.0;
  for (size_t k = 0; k < equation->classes; k++)
    a += equation->each[k].a;
  if (fabs (a * b[2]) > b[1] * b[1])
    return csqrt (-(a + b[0]) / b[2]) - 0.5 * b[1] / b[2];
  return roots_lambertw (0, -a / lead * mean * exp (b[0] / lead * mean)) / mean
         - b[0] / lead;
}

/* A line just left of a root likely to be the rightmost, which Newton's
   iteration finds from that guess.  */
static double
line_near_rightmost (const roots_equation *equation)
{
  const double leftmost = roots_leftmost_line (equation, leftmost_share);
  const double scale = roots_rate_scale (equation);
  const double border =
      isfinite (leftmost) ? leftmost + 1e-3 * scale : -INFINITY;
  const double complex guess = guess_rightmost (equation);
  double complex s;
  roots_function *function;

  if (isfinite (cabs (guess))
      && roots_function_create (equation,
                                fmax (creal (guess) - 4.0 * scale, border),
                                NULL, &function, NULL)
             == SUPPORT_OK)
    {
      const bool found = roots_newton (function, NULL, guess, &s);
      roots_function_free (function);
      if (found && creal (s) > border)
        return isfinite (border)
                   ? fmax (creal (s) - 0.1 * scale, 0.5 * (creal (s) + border))
                   : creal (s) - 0.1 * scale;
    }
  return guess_line (equation, leftmost, 1);
}

support_status
roots_search_wanted (const roots_equation *equation, size_t wanted,
                     const support_hooks *hooks, roots_found *found,
                     support_failure *failure)
{
  counted chosen;
  const double first =
      wanted == 1
          ? line_near_rightmost (equation)
          : guess_line (equation,
                        roots_leftmost_line (equation, leftmost_share), wanted);
  support_status status =
      choose_line (equation, wanted, first, hooks, &chosen, failure);
  if (status != SUPPORT_OK)
    return status;
  status = list_counted (&chosen, found, failure);
  counted_free (&chosen);
  return status == SUPPORT_NUMERICAL
             ? roots_search_right (equation, found->line, hooks, found, failure)
             : status;
}
