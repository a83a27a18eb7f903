/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Iteration time: the zeros of

     z - 1 - beta (1 - 1/z) + alpha sum_j q_j z^(-j).

   With w = 1/z and times w it is the polynomial
   G(w) = (1 - w)(1 - beta w) + alpha w sum_j q_j w^j, whose zeros next to 0 are
   wanted.  They are counted by the argument of G around a circle, at the points
   of one Fourier transform; a step from p to q is without doubt where
   |G(p)| + |G(q)| exceeds the length of the image, as in winding.c.  Newton's
   iteration finds them, from where G was small on circles, the known ones
   being divided out; discs are proved as in enclosure.c.  */

#include "roots/roots_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_fft_complex.h>

enum
{
  LEAST_POINTS = 256,
  MOST_POINTS = 1 << 20,
  MOST_STEPS = 60
};

static const double full_turn = 6.28318530717958647693;

typedef struct polynomial
{
  size_t degree;
  double *g;
  double *circle; /* MOST_POINTS complex values and as many derivatives */
  size_t room;    /* points there is room for */
  const support_hooks *hooks;
} polynomial;

static void
polynomial_free (polynomial *self)
{
  free (self->g);
  free (self->circle);
}

static support_status
polynomial_set (const roots_iteration *of, polynomial *self,
                support_failure *failure)
{
  self->g = support_doubles (of->count + 3);
  self->circle = NULL;
  self->room = 0;
  if (! self->g)
    return support_fail_memory (failure);
  self->g[0] = 1.0;
  self->g[1] = -1.0 - of->beta;
  self->g[2] = of->beta;
  for (size_t j = 0; j < of->count; j++)
    self->g[j + 1] += of->alpha * of->q[j];
  self->degree = of->count + 2;
  while (self->degree > 0 && self->g[self->degree] == 0.0)
    self->degree--;
  return SUPPORT_OK;
}

/* ---- one point --------------------------------------------------------- */

typedef struct point
{
  double complex w, value, d1, d2;
  double error, error1; /* of the value and of d1 */
} point;

/* Horner's rule with the bound that belongs to it.  */
static point
point_at (const polynomial *self, double complex w)
{
  const double size = roots_size (w);
  double complex value = 0.0, d1 = 0.0, d2 = 0.0;
  double error = 0.0, error1 = 0.0;
  for (size_t j = self->degree + 1; j-- > 0;)
    {
      const double before = roots_size (value);
      d2 = d2 * w + 2.0 * d1;
      d1 = d1 * w + value;
      value = value * w + self->g[j];
      /* A product loses sqrt 5 roundings of itself, which is no more than the
         sum it goes into and what is added to it; the sum loses one: four
         units, eight roundings, are more than enough for all.  */
      error1 = error1 * size + roots_size (d1) + before + error;
      error = error * size + roots_size (value) + fabs (self->g[j]);
    }
  return (point){
    w, value, d1, d2, 4.0 * DBL_EPSILON * error, 4.0 * DBL_EPSILON * error1
  };
}

/* Bounds of the second and third derivative for |w| <= SIZE.  */
static void
bounds_at (const polynomial *self, double size, double bound[2])
{
  double value = 0.0, d1 = 0.0, d2 = 0.0, d3 = 0.0;
  for (size_t j = self->degree + 1; j-- > 0;)
    {
      d3 = d3 * size + 3.0 * d2;
      d2 = d2 * size + 2.0 * d1;
      d1 = d1 * size + value;
      value = value * size + fabs (self->g[j]);
    }
  bound[0] = d2 * (1.0 + 1e-10);
  bound[1] = d3 * (1.0 + 1e-10);
}

/* ---- circles ----------------------------------------------------------- */

/* G and dG/dangle at N points of the circle of radius R, both divided by one
   number; SUM: of the moduli of the coefficients, times 1, j and j^2.  */
static support_status
transform (polynomial *self, double radius, size_t n, double sum[3],
           double *norm, support_failure *failure)
{
  double *value, *slope;
  double most = -INFINITY;
  if (n > self->room)
    {
      free (self->circle);
      self->room = 0;
      self->circle = support_doubles (4 * n);
      if (! self->circle)
        return support_fail_memory (failure);
      self->room = n;
    }
  value = self->circle;
  slope = value + 2 * n;
  for (size_t i = 0; i < 4 * n; i++)
    value[i] = 0.0;
  for (size_t j = 0; j <= self->degree; j++)
    if (self->g[j] != 0.0)
      most = fmax (most, log (fabs (self->g[j])) + (double) j * log (radius));
  sum[0] = sum[1] = sum[2] = *norm = 0.0;
  for (size_t j = 0; j <= self->degree; j++)
    {
      const double k = (double) j;
      const double x = self->g[j] == 0.0
                           ? 0.0
                           : copysign (exp (log (fabs (self->g[j]))
                                            + k * log (radius) - most),
                                       self->g[j]);
      /* Powers of w beyond the points wrap around.  */
      value[2 * (j % n)] += x;
      slope[2 * (j % n)] += k * x;
      sum[0] += fabs (x);
      sum[1] += k * fabs (x);
      sum[2] += k * k * fabs (x);
      *norm += k * k * x * x + x * x;
    }
  *norm = sqrt (*norm);
  /* With a table of roots of unity: a recurrence for them would lose more the
     more points there are.  */
  gsl_fft_complex_wavetable *table = gsl_fft_complex_wavetable_alloc (n);
  gsl_fft_complex_workspace *space = gsl_fft_complex_workspace_alloc (n);
  support_status status = table && space ? SUPPORT_OK : SUPPORT_MEMORY;
  if (status == SUPPORT_OK
      && (gsl_fft_complex_forward (value, 1, n, table, space)
          || gsl_fft_complex_forward (slope, 1, n, table, space)))
    status = SUPPORT_NUMERICAL;
  if (table)
    gsl_fft_complex_wavetable_free (table);
  if (space)
    gsl_fft_complex_workspace_free (space);
  if (status == SUPPORT_MEMORY)
    return support_fail_memory (failure);
  return status == SUPPORT_OK
             ? status
             : support_fail (failure, status,
                             "a Fourier transform of %zu points failed", n);
}

/* The zeros inside the circle; SUPPORT_NUMERICAL if one is too near.  */
static support_status
count_inside (polynomial *self, double radius, long *count, size_t *points,
              support_failure *failure)
{
  size_t n = LEAST_POINTS;
  while (n < 4 * (self->degree + 1) && n < MOST_POINTS)
    n *= 2;
  for (; n <= MOST_POINTS; n *= 2)
    {
      double sum[3], norm, turn = 0.0;
      const double step = full_turn / (double) n;
      bool doubt = false;
      support_status status;
      if (self->hooks && self->hooks->interrupted
          && self->hooks->interrupted (self->hooks->data))
        return support_fail (failure, SUPPORT_INTERRUPTED, "interrupted");
      status = transform (self, radius, n, sum, &norm, failure);
      if (status != SUPPORT_OK)
        return status;
      /* The error of all values together, and so of each (Higham, Accuracy and
         Stability of Numerical Algorithms, theorem 24.2): for each of log2 (n)
         stages 4 sqrt 2 roundings, and the error of the roots of unity, whose
         angles are up to 2 pi with two roundings; 24 roundings, 12 units, are
         more than both.  Then the exponentials of the coefficients.  */
      const double unit =
          DBL_EPSILON
          * (12.0 * log2 ((double) n) * sqrt ((double) n) * norm + 4.0 * sum[0]
             + 4.0 * (1.0 + fabs (log (radius))) * sum[1]);
      const double *value = self->circle, *slope = value + 2 * n;
      /* The lower half mirrors the upper.  */
      for (size_t i = 0; i < n / 2 && ! doubt; i++)
        {
          const double complex p = CMPLX (value[2 * i], value[2 * i + 1]);
          const double complex q = CMPLX (value[2 * i + 2], value[2 * i + 3]);
          const double ends = hypot (slope[2 * i], slope[2 * i + 1])
                              + hypot (slope[2 * i + 2], slope[2 * i + 3])
                              + 2.0 * unit * (double) (self->degree + 1);
          const double image =
              step * fmin (sum[1], 0.5 * ends + 0.25 * step * sum[2]);
          doubt = ! (roots_size (p) + roots_size (q) - 2.0 * unit
                     > image * (1.0 + 1e-9))
                  || ! (roots_size (p) > 4.0 * unit)
                  || ! (roots_size (q) > 4.0 * unit);
          turn -= carg (q / p); /* the transform goes clockwise */
        }
      if (doubt)
        continue;
      *count = lround (2.0 * turn / full_turn);
      *points = n;
      return SUPPORT_OK;
    }
  return support_fail (failure, SUPPORT_NUMERICAL,
                       "the roots outside the circle of radius %.15g cannot "
                       "be counted: one lies on it, or they crowd there",
                       1.0 / radius);
}

/* ---- zeros ------------------------------------------------------------- */

static bool
find_zero (const polynomial *self, const roots_list *known, double limit,
           double complex w, double complex *zero)
{
  double last = INFINITY;
  for (int n = 0; n < MOST_STEPS; n++)
    {
      const point at = point_at (self, w);
      double complex pull = 0.0, step;
      double size;
      for (size_t i = 0; i < known->count; i++)
        {
          const double complex r = known->root[i].s;
          const double m = (double) known->root[i].multiplicity;
          pull += m / (w - r);
          if (cimag (r) != 0.0)
            pull += m / (w - conj (r));
        }
      *zero = w;
      if (roots_size (at.value) <= at.error)
        return true;
      step = 1.0 / (at.d1 / at.value - pull);
      size = roots_size (step);
      if (! isfinite (size))
        return false;
      if (size > 0.3 * roots_size (w) + 1e-3)
        step *= (0.3 * roots_size (w) + 1e-3) / size;
      w -= step;
      if (roots_size (w) > 1.5 * limit)
        return false;
      *zero = w;
      if (size <= 2.0 * DBL_EPSILON * roots_size (w)
          || (size < 1e-12 * roots_size (w) && size >= 0.5 * last))
        return true;
      last = size;
    }
  return false;
}

/* |G| + |G'| r + |G'''| r^3 / 6 < |G''| r^2 / 2 around a zero of G'.  */
static bool
enclose_double (const polynomial *self, double complex w, roots_root *root)
{
  point at = point_at (self, w);
  double bound[2], radius, error2;
  for (int n = 0; n < 8; n++)
    {
      const double complex step = at.d1 / at.d2;
      if (! (roots_size (step) < 1e-3 * roots_size (w)))
        return false;
      at = point_at (self, at.w - step);
    }
  if (fabs (cimag (at.w)) < 1e-8 * roots_size (at.w))
    at = point_at (self, creal (at.w));
  error2 = at.error1 * (double) (self->degree + 1) / roots_size (at.w);
  radius = 2.0 * sqrt ((roots_size (at.value) + at.error) / roots_size (at.d2));
  for (int n = 0; n < 20; n++, radius *= 1.5)
    {
      bounds_at (self, roots_size (at.w) + radius, bound);
      if (roots_size (at.value) + at.error
              + (roots_size (at.d1) + at.error1) * radius
              + bound[1] * radius * radius * radius / 6.0
          < 0.5 * (roots_size (at.d2) - error2) * radius * radius)
        {
          *root = (roots_root){ .s = at.w,
                                .multiplicity = 2,
                                .residual = roots_size (at.value),
                                .bound = radius };
          return cimag (at.w) == 0.0 || radius < fabs (cimag (at.w));
        }
    }
  return false;
}

static bool
enclose_zero (const polynomial *self, double complex w, roots_root *root)
{
  const double scale = roots_size (w);
  point at;
  double bound[2], h, slope, trial;

  if (fabs (cimag (w)) < 1e-9 * scale)
    w = creal (w);
  at = point_at (self, w);
  for (int n = 0; n < 3; n++)
    {
      const double complex step = at.value / at.d1;
      point next;
      if (! (roots_size (step) < 1e-3 * scale))
        break;
      next = point_at (self, at.w - step);
      if (! (roots_size (next.value) < roots_size (at.value)))
        break;
      at = next;
    }
  h = roots_size (at.value) + at.error;
  slope = roots_size (at.d1) - at.error1;
  trial = fmax (2.5 * h / slope, DBL_EPSILON * scale);
  if (slope > 0.0 && trial < scale)
    {
      bounds_at (self, scale + trial, bound);
      if (h + 0.5 * bound[0] * trial * trial < slope * trial
          && (cimag (at.w) == 0.0 || trial < fabs (cimag (at.w))))
        {
          *root = (roots_root){ .s = at.w,
                                .multiplicity = 1,
                                .residual = roots_size (at.value),
                                .bound = trial };
          return true;
        }
    }
  return enclose_double (self, w, root);
}

static long
found_inside (const roots_list *list, double radius)
{
  long sum = 0;
  for (size_t i = 0; i < list->count; i++)
    if (roots_size (list->root[i].s) < radius)
      sum += (long) list->root[i].multiplicity
             * (cimag (list->root[i].s) != 0.0 ? 2 : 1);
  return sum;
}

static support_status
try_start (polynomial *self, double limit, double complex start,
           roots_list *list, support_failure *failure)
{
  double complex w;
  roots_root root;
  if (! find_zero (self, list, limit, start, &w)
      || ! enclose_zero (self, CMPLX (creal (w), fabs (cimag (w))), &root)
      || roots_list_has (list, &root))
    return SUPPORT_OK;
  return roots_list_add (list, &root, failure);
}

/* From where Newton's step is shortest on circles within.  */
static support_status
find_inside (polynomial *self, double scale, double radius, size_t points,
             long count, roots_list *list, support_failure *failure)
{
  /* Below the logarithm of RADIUS, in units of SCALE.  */
  static const double depth[] = { 0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 20.0 };
  support_status status = SUPPORT_OK;
  for (size_t k = 0; status == SUPPORT_OK && k < sizeof depth / sizeof *depth
                     && found_inside (list, radius) < count;
       k++)
    {
      const size_t n = points;
      const double inner = radius * exp (-depth[k] * scale);
      double sum[3], norm;
      double *step;
      status = transform (self, inner, n, sum, &norm, failure);
      if (status != SUPPORT_OK)
        break;
      step = support_doubles (n / 2 + 1);
      if (! step)
        return support_fail_memory (failure);
      for (size_t i = 0; i <= n / 2; i++)
        step[i] =
            hypot (self->circle[2 * i], self->circle[2 * i + 1])
            / hypot (self->circle[2 * (n + i)], self->circle[2 * (n + i) + 1]);
      for (size_t i = 0; status == SUPPORT_OK && i <= n / 2
                         && found_inside (list, radius) < count;
           i++)
        if (i == 0 || i == n / 2
            || (step[i - 1] >= step[i] && step[i + 1] >= step[i]))
          {
            const double angle = full_turn * (double) i / (double) n;
            status = try_start (self, radius,
                                inner * CMPLX (cos (angle), sin (angle)), list,
                                failure);
          }
      free (step);
    }
  return status;
}

/* ---- door -------------------------------------------------------------- */

static int
by_modulus (const void *left, const void *right)
{
  const double complex p = ((const roots_root *) left)->s;
  const double complex q = ((const roots_root *) right)->s;
  const double a = roots_size (p), b = roots_size (q);
  if (a != b)
    return a < b ? -1 : 1;
  return (cimag (p) > cimag (q)) - (cimag (p) < cimag (q));
}

/* Zeros w with their discs to roots z = 1/w of the set.  */
static support_status
hand_out (const polynomial *self, roots_list *list, double radius, long count,
          roots_set **made, support_failure *failure)
{
  roots_set *set = calloc (1, sizeof *set);
  long sum = 0;
  if (set)
    set->root = malloc ((2 * list->count + 1) * sizeof *set->root);
  if (! set || ! set->root)
    {
      roots_set_free (set);
      return support_fail_memory (failure);
    }
  set->total = (size_t) count;
  set->right_of = 1.0 / radius;
  set->certified = true;
  if (list->count)
    qsort (list->root, list->count, sizeof *list->root, by_modulus);
  for (size_t i = 0; i < list->count; i++)
    {
      roots_root root = list->root[i];
      const double complex w = root.s;
      const double size = roots_size (w);
      const point at = point_at (self, w);
      double sum_of_moduli = 0.0;
      if (size - root.bound >= radius)
        continue;
      set->certified = set->certified && size + root.bound < radius;
      for (size_t k = 0; k < i; k++)
        set->certified =
            set->certified
            && cabs (w - list->root[k].s) > root.bound + list->root[k].bound;
      for (size_t j = self->degree + 1; j-- > 0;)
        sum_of_moduli = sum_of_moduli * size + fabs (self->g[j]);
      sum += (long) root.multiplicity * (cimag (w) != 0.0 ? 2 : 1);
      root.bound = root.bound / (size * (size - root.bound)) * (1.0 + 1e-9)
                   + 2.0 * DBL_EPSILON / size;
      root.residual = roots_size (at.value) / size; /* of the form with z */
      root.backward = roots_size (at.value) / sum_of_moduli;
      /* dz = dw / w^2 */
      root.condition = root.multiplicity > 1
                           ? INFINITY
                           : sum_of_moduli / (roots_size (at.d1) * size * size);
      root.s = 1.0 / w;
      if (cimag (w) == 0.0)
        root.s = 1.0 / creal (w);
      root.s = CMPLX (creal (root.s), fabs (cimag (root.s)));
      set->root[set->count++] = root;
      root.s = conj (root.s);
      if (cimag (root.s) != 0.0)
        set->root[set->count++] = root;
    }
  set->certified = set->certified && sum == count;
  *made = set;
  return SUPPORT_OK;
}

static support_status
check (const roots_iteration *of, size_t wanted, support_failure *failure)
{
  bool finite = isfinite (of->alpha) && isfinite (of->beta);
  for (size_t j = 0; j < of->count; j++)
    finite = finite && isfinite (of->q[j]);
  if (! finite)
    return support_fail (failure, SUPPORT_INVALID,
                         "the step, the momentum and the probabilities must "
                         "be finite numbers");
  if (of->count == 0 || of->count > ROOTS_MOST_STALENESS)
    return support_fail (failure, SUPPORT_INVALID,
                         "there must be between 1 and %d probabilities",
                         ROOTS_MOST_STALENESS);
  if (wanted == 0 || wanted > 1000)
    return support_fail (failure, SUPPORT_INVALID,
                         "the number of roots wanted must be between 1 and "
                         "1000");
  return SUPPORT_OK;
}

/* The mean of the staleness as weighted: the fastest root shrinks by
   1 / (1 + mean) per update, and so the logarithms of radii are of that size.
 */
static double
radius_scale (const roots_iteration *of)
{
  double sum = 0.0, moment = 0.0;
  for (size_t j = 0; j < of->count; j++)
    {
      sum += fabs (of->q[j]);
      moment += (double) j * fabs (of->q[j]);
    }
  return 1.0 / (1.0 + (sum > 0.0 ? moment / sum : 0.0));
}

/* A circle with WANTED zeros inside, or all, but not many more.  */
static support_status
choose_circle (polynomial *self, double scale, size_t wanted, double *radius,
               long *count, size_t *points, support_failure *failure)
{
  const double far = 40.0; /* beyond exp (FAR) nothing is looked for */
  double few = -INFINITY, many = INFINITY; /* logarithms of radii */
  double at = 0.5 * scale, step = scale, good = NAN;
  support_status status = SUPPORT_OK;

  for (int n = 0; n < 100; n++)
    {
      long here = 0;
      size_t n_points = LEAST_POINTS;
      bool enough;
      status = count_inside (self, exp (at), &here, &n_points, failure);
      if (status == SUPPORT_NUMERICAL)
        {
          /* A zero on it: a little further out, or back between.  */
          if (isfinite (few) && isfinite (many) && many - few < 1e-9 * scale)
            break;
          at += 0.37 * fmin (0.1 * step, isfinite (many) ? many - at : step);
          continue;
        }
      if (status != SUPPORT_OK)
        return status;
      enough =
          (size_t) here >= wanted || (size_t) here >= self->degree || at >= far;
      if (enough)
        {
          many = good = at;
          *count = here;
          *points = n_points;
        }
      else
        few = at;
      if (enough && ((size_t) here <= 2 * wanted + 2 || at < -far))
        break;
      if (many - few < 1e-6 * scale)
        break;
      if (isfinite (few) && isfinite (many))
        at = 0.5 * (few + many);
      else
        {
          at += enough ? -step : step;
          step *= 1.7;
        }
    }
  if (isnan (good))
    return status != SUPPORT_OK
               ? status
               : support_fail (failure, SUPPORT_NUMERICAL,
                               "no circle was found that the roots can be "
                               "counted along");
  *radius = exp (good);
  return SUPPORT_OK;
}

support_status
roots_of_iteration (const roots_iteration *iteration, size_t wanted,
                    const support_hooks *hooks, roots_set **set,
                    support_failure *failure)
{
  polynomial self = { .hooks = hooks };
  roots_list list = { .root = NULL };
  double radius = NAN;
  long count = 0;
  size_t points = 0;
  support_status status = check (iteration, wanted, failure);

  *set = NULL;
  if (status == SUPPORT_OK)
    status = polynomial_set (iteration, &self, failure);
  if (status == SUPPORT_OK)
    status = choose_circle (&self, radius_scale (iteration), wanted, &radius,
                            &count, &points, failure);
  if (status == SUPPORT_OK)
    status = find_inside (&self, radius_scale (iteration), radius, points,
                          count, &list, failure);
  if (status == SUPPORT_OK)
    status = hand_out (&self, &list, radius, count, set, failure);
  roots_list_free (&list);
  polynomial_free (&self);
  return status;
}
