/* SPDX-License-Identifier: GPL-3.0-or-later */
/* __sdde_roots__: Lambert W, characteristic roots, limits of the damping.  */
#include "codec.h"
#include "codec_matrices.h"
#include "gateway.h"
#include "roots/roots.h"

#include <math.h>
#include <stdlib.h>

/* ---- in -------------------------------------------------------------- */

/* Modes: b and the inertia (as many of each), a and c (one column for each
   class), a cell of as many laws.  Free with modes_free, whatever became of
   it.  */
typedef struct modes_given
{
  roots_modes modes;
  delay_law **law;
} modes_given;

enum
{
  MODES = 5 /* inputs */
};

static void
modes_free (modes_given *given)
{
  for (size_t k = 0; given->law && k < given->modes.classes; k++)
    delay_free (given->law[k]);
  free (given->law);
}

static support_status
get_modes (const mxArray *const input[MODES], modes_given *given,
           support_failure *failure)
{
  roots_modes *modes = &given->modes;
  size_t inertias = 0, dampings = 0, corrections = 0;
  support_status status =
      codec_numbers (input[0], "decay", &modes->b, &modes->count, failure);
  given->law = NULL;
  modes->classes = 0;
  if (status == SUPPORT_OK)
    status = codec_numbers (input[1], "inertia", &modes->inertia, &inertias,
                            failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (input[2], "damping", &modes->a, &dampings, failure);
  if (status == SUPPORT_OK)
    status = codec_numbers (input[3], "correction", &modes->c, &corrections,
                            failure);
  if (status == SUPPORT_OK && ! mxIsCell (input[4]))
    status = support_fail (failure, SUPPORT_INVALID,
                           "the delays must be a cell of laws");
  if (status != SUPPORT_OK)
    return status;
  const size_t classes = mxGetNumberOfElements (input[4]);
  if (inertias != modes->count || dampings != modes->count * classes
      || corrections != dampings)
    return support_fail (failure, SUPPORT_INVALID,
                         "there must be one decay and one inertia for each "
                         "mode, one damping and one correction for each mode "
                         "and class");
  given->law = calloc (classes + 1, sizeof *given->law);
  if (! given->law)
    return support_fail_memory (failure);
  for (; status == SUPPORT_OK && modes->classes < classes; modes->classes++)
    status = codec_law (mxGetCell (input[4], (mwIndex) modes->classes),
                        "the delay", &given->law[modes->classes], failure);
  modes->delay = (const delay_law *const *) given->law;
  return status;
}

/* The first mode alone; EACH to be freed.  */
static support_status
first_mode (const modes_given *given, roots_equation *equation,
            roots_class **each, support_failure *failure)
{
  const roots_modes *modes = &given->modes;
  *each = calloc (modes->classes + 1, sizeof **each);
  if (! *each)
    return support_fail_memory (failure);
  if (modes->count != 1)
    return support_fail (failure, SUPPORT_INVALID,
                         "this takes an equation of one mode");
  for (size_t k = 0; k < modes->classes; k++)
    (*each)[k] = (roots_class){ modes->a[k], modes->c[k], modes->delay[k] };
  *equation = (roots_equation){ { modes->b[0], 1.0, modes->inertia[0] },
                                modes->classes,
                                *each };
  return SUPPORT_OK;
}

/* ---- out ------------------------------------------------------------- */

enum
{
  /* Real and imaginary part, multiplicity, residual, bound, backward error,
     condition.  */
  COLUMNS = 7
};

/* One column for each of them, from OUTPUT[0] on.  */
static void
put_roots (const roots_root *root, size_t count, mxArray **output)
{
  double *column[COLUMNS];
  for (int k = 0; k < COLUMNS; k++)
    {
      output[k] = mxCreateDoubleMatrix ((mwSize) count, 1, mxREAL);
      column[k] = mxGetPr (output[k]);
    }
  for (size_t i = 0; i < count; i++)
    {
      column[0][i] = creal (root[i].s);
      column[1][i] = cimag (root[i].s);
      column[2][i] = (double) root[i].multiplicity;
      column[3][i] = root[i].residual;
      column[4][i] = root[i].bound;
      column[5][i] = root[i].backward;
      column[6][i] = root[i].condition;
    }
}

/* The columns, and [total, certified, subexponential, right of].  */
static void
put_set (const roots_set *set, gateway_call *call)
{
  const double facts[4] = { (double) set->total, set->certified,
                            set->subexponential, set->right_of };
  put_roots (set->root, set->count, call->output);
  call->output[COLUMNS] = codec_put_numbers (1, 4, facts);
}

/* As put_set, then the unknowns.  */
static void
put_matrix_set (const roots_set *set, gateway_call *call)
{
  put_set (set, call);
  call->output[COLUMNS + 1] = mxCreateDoubleScalar ((double) set->unknowns);
}

/* ---- commands -------------------------------------------------------- */

/* (one mode, which, line or number) -> as put_set */
static support_status
find (gateway_call *call, bool by_line)
{
  modes_given given;
  roots_equation equation;
  roots_class *each = NULL;
  roots_set *set = NULL;
  double line = 0.0;
  size_t many = 0;
  gateway_progress progress;
  const support_hooks hooks = gateway_hooks (&progress, "sdde_roots", false);
  support_status status = get_modes (call->input, &given, &call->failure);
  if (status == SUPPORT_OK)
    status = first_mode (&given, &equation, &each, &call->failure);
  if (status == SUPPORT_OK)
    status =
        by_line
            ? codec_scalar (call->input[MODES], "the line to look right of",
                            &line, &call->failure)
            : codec_size (call->input[MODES], "count", &many, &call->failure);
  if (status == SUPPORT_OK)
    status =
        by_line ? roots_right_of (&equation, line, &hooks, &set, &call->failure)
                : roots_wanted (&equation, many, &hooks, &set, &call->failure);
  if (status == SUPPORT_OK)
    put_set (set, call);
  roots_set_free (set);
  free (each);
  modes_free (&given);
  return status;
}

static support_status
right_of (gateway_call *call)
{
  return find (call, true);
}

static support_status
wanted (gateway_call *call)
{
  return find (call, false);
}

/* (matrices, cell of laws, line or number) -> as put_matrix_set */
static support_status
find_of_matrices (gateway_call *call, bool by_line)
{
  codec_matrices given;
  roots_set *set = NULL;
  double line = 0.0;
  size_t many = 0;
  gateway_progress progress;
  const support_hooks hooks = gateway_hooks (&progress, "sdde_roots", false);
  support_status status = codec_get_matrices (call->input[0], call->input[1],
                                              &given, &call->failure);
  if (status == SUPPORT_OK)
    status = by_line
                 ? codec_scalar (call->input[2], "the line to look right of",
                                 &line, &call->failure)
                 : codec_size (call->input[2], "count", &many, &call->failure);
  if (status == SUPPORT_OK)
    status = by_line ? roots_matrix (&given.system, line, &hooks, &set,
                                     &call->failure)
                     : roots_matrix_count (&given.system, many, &hooks, &set,
                                           &call->failure);
  if (status == SUPPORT_OK)
    put_matrix_set (set, call);
  roots_set_free (set);
  codec_matrices_free (&given);
  return status;
}

static support_status
matrix_right_of (gateway_call *call)
{
  return find_of_matrices (call, true);
}

static support_status
matrix_wanted (gateway_call *call)
{
  return find_of_matrices (call, false);
}

/* (modes) -> the columns, and whether a heavy tail is why there is no root */
static support_status
rightmost (gateway_call *call)
{
  modes_given given;
  roots_root *root = NULL;
  bool *subexponential = NULL;
  gateway_progress progress;
  const support_hooks hooks = gateway_hooks (&progress, "sdde_rate", false);
  support_status status = get_modes (call->input, &given, &call->failure);
  const size_t count = status == SUPPORT_OK ? given.modes.count : 0;
  if (status == SUPPORT_OK)
    {
      root = calloc (count + 1, sizeof *root);
      subexponential = calloc (count + 1, sizeof *subexponential);
      status = root && subexponential
                   ? roots_rightmost_each (&given.modes, 0, &hooks, root,
                                           subexponential, &call->failure)
                   : support_fail_memory (&call->failure);
    }
  if (status == SUPPORT_OK)
    {
      double *flag;
      put_roots (root, count, call->output);
      call->output[COLUMNS] = mxCreateDoubleMatrix ((mwSize) count, 1, mxREAL);
      flag = mxGetPr (call->output[COLUMNS]);
      for (size_t i = 0; i < count; i++)
        flag[i] = subexponential[i];
    }
  free (root);
  free (subexponential);
  modes_free (&given);
  return status;
}

/* (one mode) -> [distance, frequency, relative, frequency, delay, frequency] */
static support_status
margin (gateway_call *call)
{
  modes_given given;
  roots_equation equation;
  roots_class *each = NULL;
  roots_margin of;
  support_status status = get_modes (call->input, &given, &call->failure);
  if (status == SUPPORT_OK)
    status = first_mode (&given, &equation, &each, &call->failure);
  if (status == SUPPORT_OK)
    status = roots_margin_of (&equation, &of, &call->failure);
  if (status == SUPPORT_OK)
    {
      const double value[6] = { of.distance, of.distance_frequency,
                                of.relative, of.relative_frequency,
                                of.delay,    of.delay_frequency };
      call->output[0] = codec_put_numbers (1, 6, value);
    }
  free (each);
  modes_free (&given);
  return status;
}

/* (one mode) -> real and imaginary parts of the rightmost root; of its
   derivatives in decay, inertia, delay, added delay, rate, workers; then of
   those in each damping, in each correction; and its multiplicity */
static support_status
sensitivity (gateway_call *call)
{
  enum
  {
    TOTALS = 6
  };
  modes_given given;
  roots_equation equation;
  roots_class *each = NULL;
  double complex *by_class = NULL;
  roots_root root = { .s = NAN };
  support_status status = get_modes (call->input, &given, &call->failure);
  if (status == SUPPORT_OK)
    status = first_mode (&given, &equation, &each, &call->failure);
  if (status == SUPPORT_OK)
    status = roots_dominant (&equation, &root, NULL, &call->failure);
  if (status == SUPPORT_OK)
    {
      const size_t classes = equation.classes;
      by_class = calloc (2 * classes + 1, sizeof *by_class);
      if (by_class)
        {
          roots_sensitivity of;
          const size_t rows = 1 + TOTALS + 2 * classes;
          double *re, *im;
          roots_sensitivity_of (&equation, root.s, &of, by_class,
                                by_class + classes);
          const double complex total[1 + TOTALS] = { root.s,         of.decay,
                                                     of.inertia,     of.delay,
                                                     of.added_delay, of.rate,
                                                     of.workers };
          for (int k = 0; k < 2; k++)
            call->output[k] = mxCreateDoubleMatrix ((mwSize) rows, 1, mxREAL);
          re = mxGetPr (call->output[0]);
          im = mxGetPr (call->output[1]);
          for (size_t i = 0; i < rows; i++)
            {
              const double complex x =
                  i <= TOTALS ? total[i] : by_class[i - TOTALS - 1];
              re[i] = creal (x);
              im[i] = cimag (x);
            }
          call->output[2] = mxCreateDoubleScalar ((double) root.multiplicity);
        }
      else
        status = support_fail_memory (&call->failure);
    }
  free (by_class);
  free (each);
  modes_free (&given);
  return status;
}

/* ([alpha, beta], probabilities times weights, count) -> as put_set */
static support_status
iteration (gateway_call *call)
{
  roots_iteration of = { .count = 0 };
  roots_set *set = NULL;
  const double *number;
  size_t numbers, many;
  gateway_progress progress;
  const support_hooks hooks =
      gateway_hooks (&progress, "sdde_iteration", false);
  support_status status = codec_numbers (call->input[0], "the step", &number,
                                         &numbers, &call->failure);
  if (status == SUPPORT_OK && numbers != 2)
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "the step and the momentum must be two numbers");
  if (status == SUPPORT_OK)
    status = codec_numbers (call->input[1], "the probabilities", &of.q,
                            &of.count, &call->failure);
  if (status == SUPPORT_OK)
    status = codec_size (call->input[2], "count", &many, &call->failure);
  if (status == SUPPORT_OK)
    {
      of.alpha = number[0];
      of.beta = number[1];
      status = roots_of_iteration (&of, many, &hooks, &set, &call->failure);
    }
  if (status == SUPPORT_OK)
    put_set (set, call);
  roots_set_free (set);
  return status;
}

/* (law) -> [critical, frequency, fastest, rate, peak] */
static support_status
limit (gateway_call *call)
{
  delay_law *law;
  roots_limits limits;
  support_status status =
      codec_law (call->input[0], "the delay", &law, &call->failure);
  if (status == SUPPORT_OK)
    status = roots_limit (law, &limits, &call->failure);
  if (status == SUPPORT_OK)
    {
      const double value[5] = { limits.critical, limits.frequency,
                                limits.fastest, limits.rate, limits.peak };
      call->output[0] = codec_put_numbers (1, 5, value);
    }
  delay_free (law);
  return status;
}

/* (matrices, cell of laws) -> distance, floor, frequency, multiplicity and
   bound of the rightmost root; real and imaginary parts of that, of its
   derivatives in delay and added delay, then in each element */
static support_status
matrix_margin (gateway_call *call)
{
  enum
  {
    FIRST = 3
  };
  codec_matrices given;
  double complex *entry = NULL;
  gateway_progress progress;
  const support_hooks hooks = gateway_hooks (&progress, "sdde_margin", false);
  support_status status = codec_get_matrices (call->input[0], call->input[1],
                                              &given, &call->failure);
  const size_t n = status == SUPPORT_OK ? given.system.size : 0;
  const size_t entries =
      status == SUPPORT_OK ? (given.system.terms + 1) * n * n : 0;
  roots_system_margin of;
  if (status == SUPPORT_OK)
    {
      entry = calloc (entries, sizeof *entry);
      status = entry ? roots_system_margin_of (&given.system, &hooks, &of,
                                               entry, &call->failure)
                     : support_fail_memory (&call->failure);
    }
  if (status == SUPPORT_OK)
    {
      const double value[5] = { of.distance, of.floor, of.frequency,
                                of.root.multiplicity, of.root.bound };
      const double complex first[FIRST] = { of.root.s, of.delay,
                                            of.added_delay };
      double *part[2];
      call->output[0] = codec_put_numbers (1, 5, value);
      for (int k = 0; k < 2; k++)
        {
          call->output[1 + k] =
              mxCreateDoubleMatrix ((mwSize) (FIRST + entries), 1, mxREAL);
          part[k] = mxGetPr (call->output[1 + k]);
        }
      for (size_t i = 0; i < FIRST + entries; i++)
        {
          const double complex x = i < FIRST ? first[i] : entry[i - FIRST];
          part[0][i] = creal (x);
          part[1][i] = cimag (x);
        }
    }
  free (entry);
  codec_matrices_free (&given);
  return status;
}

/* (branches, real part, imaginary part: as many of each) -> parts of W */
static support_status
lambertw (gateway_call *call)
{
  static const char *const name[] = { "the branch", "z", "z" };
  const double *value[3];
  size_t n[3] = { 0 };
  support_status status = SUPPORT_OK;
  for (int k = 0; status == SUPPORT_OK && k < 3; k++)
    status = codec_numbers (call->input[k], name[k], &value[k], &n[k],
                            &call->failure);
  if (status == SUPPORT_OK && (n[0] != n[1] || n[1] != n[2]))
    status = support_fail (&call->failure, SUPPORT_INVALID,
                           "there must be as many branches as arguments");
  for (size_t i = 0; status == SUPPORT_OK && i < n[0]; i++)
    if (! (value[0][i] >= -1e9 && value[0][i] <= 1e9
           && value[0][i] == (double) (long) value[0][i]))
      status = support_fail (&call->failure, SUPPORT_INVALID,
                             "the branch must be a whole number between -1e9 "
                             "and 1e9");
  if (status == SUPPORT_OK)
    {
      double *part[2];
      for (int k = 0; k < 2; k++)
        {
          call->output[k] = mxCreateNumericArray (
              mxGetNumberOfDimensions (call->input[0]),
              mxGetDimensions (call->input[0]), mxDOUBLE_CLASS, mxREAL);
          part[k] = mxGetPr (call->output[k]);
        }
      for (size_t i = 0; i < n[0]; i++)
        {
          const double complex w = roots_lambertw (
              (long) value[0][i], CMPLX (value[1][i], value[2][i]));
          part[0][i] = creal (w);
          part[1][i] = cimag (w);
        }
    }
  return status;
}

void
mexFunction (int nlhs, mxArray *plhs[], int nrhs, const mxArray *prhs[])
{
  static const gateway_command commands[] = {
    { "right-of", MODES + 1, COLUMNS + 1, right_of },
    { "count", MODES + 1, COLUMNS + 1, wanted },
    { "rightmost", MODES, COLUMNS + 1, rightmost },
    { "iteration", 3, COLUMNS + 1, iteration },
    { "margin", MODES, 1, margin },
    { "sensitivity", MODES, 3, sensitivity },
    { "limit", 1, 1, limit },
    { "lambertw", 3, 2, lambertw },
    { "matrix-right-of", 3, COLUMNS + 2, matrix_right_of },
    { "matrix-count", 3, COLUMNS + 2, matrix_wanted },
    { "matrix-margin", 2, 3, matrix_margin },
    { NULL, 0, 0, NULL },
  };
  gateway_run (commands, nlhs, plhs, nrhs, prhs);
}
