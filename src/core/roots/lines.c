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
count_right (const roots_kernel *kernel, double line, size_t wanted,
             const support_hooks *hooks, counted *at, support_failure *failure)
{
  support_status status;
  *at = (counted){ .line = line };
  status = roots_function_create (kernel, line, hooks, &at->function, failure);
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
roots_search_right (const roots_kernel *kernel, double line,
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
          line - nudge[k] * (fabs (line) + roots_rate_scale (kernel));
      counted at;
      status = count_right (kernel, nudged, 0, hooks, &at, failure);
      if (status == SUPPORT_OK)
        status = list_counted (&at, found, failure);
      counted_free (&at);
    }
  return status;
}

/* ---- as many as wanted ----------------------------------------------- */

/* A line likely to have WANTED roots to its right but not many more.  From
   |s| ~ |a| phi(x), an imaginary part of y means some y T / pi roots, T being
   the scale of the delays at x: |a| phi(x) T = pi wanted.  */
static double
guess_line (const roots_kernel *kernel, double leftmost, size_t wanted)
{
  const double scale = roots_rate_scale (kernel);
  const double target = 3.14159265358979323846 * (double) wanted;
  const double size =
      fabs (kernel->a - kernel->b * kernel->c) + fabs (kernel->c) * scale;
  double right = scale, left = -scale;
  double complex phi[3];

  if (isfinite (leftmost))
    left = leftmost + 1e-3 * scale;
  else
    for (int n = 0; n < 60; n++, left *= 1.5)
      {
        delay_lst (kernel->delay, left, phi);
        if (size * fabs (creal (phi[1])) > target || isnan (creal (phi[1])))
          break;
      }
  while (right < left)
    right = left + 2.0 * fabs (left) + scale;
  for (int n = 0; n < 40; n++)
    {
      const double middle = 0.5 * (left + right);
      delay_lst (kernel->delay, middle, phi);
      if (size * fabs (creal (phi[1])) > target || isnan (creal (phi[1])))
        left = middle;
      else
        right = middle;
    }
  return right;
}

/* The next line to try: where the transform, and with it the number of roots,
   has about doubled, or half the way to the border.  */
static double
next_line (const roots_kernel *kernel, double leftmost, double line)
{
  double complex phi[3];
  double time, next;
  delay_lst (kernel->delay, line, phi);
  time = fabs (creal (phi[1]) / creal (phi[0]));
  if (! (time > 0.0))
    time = delay_mean (kernel->delay);
  next = line - 0.7 / time;
  return next > leftmost ? fmax (next, 0.5 * (line + leftmost))
                         : 0.5 * (line + leftmost);
}

/* A line with WANTED roots to its right, not many more, starting from FIRST:
   to the left until there are enough, then between that line and the last if
   there are too many.  Where the work grows out of hand, or the border is
   near, the last line stands, with fewer roots than wanted.  */
static support_status
choose_line (const roots_kernel *kernel, size_t wanted, double first,
             const support_hooks *hooks, counted *chosen,
             support_failure *failure)
{
  enum
  {
    MOST_LINES = 100,
    MOST_REFUSED = 3
  };
  const double scale = roots_rate_scale (kernel);
  const size_t plenty = 2 * wanted + 2;
  double leftmost = roots_leftmost_line (kernel, leftmost_share);
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
      status = count_right (kernel, at, wanted, hooks, &here, failure);
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
          at = next_line (kernel, leftmost, at);
        }
    }
  if (chosen->function)
    return SUPPORT_OK;
  return status != SUPPORT_OK ? status
                              : support_fail (failure, SUPPORT_NUMERICAL,
                                              "no line was found that the "
                                              "roots can be counted along");
}

/* A line just left of a root likely to be the rightmost: the one of the fixed
   delay of the same mean, led to the true law by Newton's iteration.  */
static double
line_near_rightmost (const roots_kernel *kernel)
{
  const double leftmost = roots_leftmost_line (kernel, leftmost_share);
  const double scale = roots_rate_scale (kernel);
  const double mean = delay_mean (kernel->delay);
  const double border =
      isfinite (leftmost) ? leftmost + 1e-3 * scale : -INFINITY;
  const double complex guess =
      roots_lambertw (0, -kernel->a * mean * exp (kernel->b * mean)) / mean
      - kernel->b;
  double complex s;
  roots_function *function;

  if (isfinite (cabs (guess))
      && roots_function_create (kernel,
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
  return guess_line (kernel, leftmost, 1);
}

support_status
roots_search_wanted (const roots_kernel *kernel, size_t wanted,
                     const support_hooks *hooks, roots_found *found,
                     support_failure *failure)
{
  counted chosen;
  const double first =
      wanted == 1
          ? line_near_rightmost (kernel)
          : guess_line (kernel, roots_leftmost_line (kernel, leftmost_share),
                        wanted);
  support_status status =
      choose_line (kernel, wanted, first, hooks, &chosen, failure);
  if (status != SUPPORT_OK)
    return status;
  status = list_counted (&chosen, found, failure);
  counted_free (&chosen);
  return status == SUPPORT_NUMERICAL
             ? roots_search_right (kernel, found->line, hooks, found, failure)
             : status;
}
