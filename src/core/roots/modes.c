/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rightmost roots of many modes, in blocks on several threads.  */

#include "roots/roots_private.h"

#include <stdlib.h>

enum
{
  BLOCK = 256 /* modes in one task */
};

typedef struct mode_work
{
  const roots_modes *modes;
  roots_root *root;
  bool *subexponential;
  support_failure *failure; /* of each task */
} mode_work;

static support_status
run_block (void *context, size_t task, support_team *team)
{
  mode_work *work = context;
  const roots_modes *modes = work->modes;
  const size_t first = task * BLOCK;
  const size_t end =
      first + BLOCK < modes->count ? first + BLOCK : modes->count;
  roots_class *each = calloc (modes->classes + 1, sizeof *each);
  support_status status =
      each ? SUPPORT_OK : support_fail_memory (&work->failure[task]);
  for (size_t i = first; status == SUPPORT_OK && i < end; i++)
    {
      const roots_equation equation = {
        { modes->b[i], 1.0, modes->inertia ? modes->inertia[i] : 0.0 },
        modes->classes,
        each
      };
      for (size_t k = 0; k < modes->classes; k++)
        each[k] =
            (roots_class){ modes->a[i + k * modes->count],
                           modes->c[i + k * modes->count], modes->delay[k] };
      work->subexponential[i] = false;
      if (roots_quick (&equation, &work->root[i]))
        continue;
      status = roots_dominant (&equation, &work->root[i],
                               &work->subexponential[i], &work->failure[task]);
      if (status == SUPPORT_OK
          && ! support_team_continue (team, (double) (i - first)
                                                / (double) (end - first)))
        status = SUPPORT_INTERRUPTED;
    }
  free (each);
  return status;
}

support_status
roots_rightmost_each (const roots_modes *modes, size_t threads,
                      const support_hooks *hooks, roots_root *root,
                      bool *subexponential, support_failure *failure)
{
  const size_t tasks = (modes->count + BLOCK - 1) / BLOCK;
  mode_work work = { .modes = modes,
                     .root = root,
                     .subexponential = subexponential,
                     .failure = calloc (tasks + 1, sizeof *work.failure) };
  support_status status;

  if (! work.failure)
    return support_fail_memory (failure);
  status = support_team_run (run_block, &work, tasks, threads, hooks, NULL);
  for (size_t i = 0; i < tasks && status != SUPPORT_OK; i++)
    if (work.failure[i].status == status)
      {
        if (failure)
          *failure = work.failure[i];
        break;
      }
  free (work.failure);
  return status;
}
