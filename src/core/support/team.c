/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/support.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

struct support_team
{
  const support_hooks *hooks;
  size_t count;
  atomic_size_t finished; /* tasks that ended well */
  atomic_size_t ended;    /* all that ended */
  atomic_bool stop;
};

static bool
is_calling_thread (void)
{
#ifdef _OPENMP
  return omp_get_thread_num () == 0;
#else
  return true;
#endif
}

bool
support_team_continue (support_team *team, double fraction_of_task)
{
  const support_hooks *hooks = team->hooks;
  if (hooks && is_calling_thread ())
    {
      if (hooks->interrupted && hooks->interrupted (hooks->data))
        atomic_store (&team->stop, true);
      if (hooks->progress)
        {
          const double finished = (double) atomic_load (&team->finished);
          hooks->progress (hooks->data, (finished + fraction_of_task)
                                            / (double) team->count);
        }
    }
  return ! atomic_load (&team->stop);
}

#ifdef _OPENMP
/* No more threads than tasks, nor so many that creating them fails (which
   would end the process).  */
static int
team_size (size_t threads, size_t count)
{
  enum
  {
    MOST_THREADS = 256
  };
  size_t size = threads ? threads : (size_t) omp_get_max_threads ();
  if (size > count)
    size = count;
  if (size > MOST_THREADS)
    size = MOST_THREADS;
  return size ? (int) size : 1;
}
#endif

/* The calling thread has run out of tasks: it goes on asking the hooks while
   the others finish theirs.  The pauses grow, so that this costs a short run
   no more than another of its length.  */
static void
attend (support_team *team)
{
  struct timespec pause = { .tv_nsec = 20000 };
  while (atomic_load (&team->ended) < team->count)
    {
      nanosleep (&pause, NULL);
      if (pause.tv_nsec < 20000000)
        pause.tv_nsec *= 2;
      support_team_continue (team, 0.0);
    }
}

support_status
support_team_run (support_task run, void *context, size_t count, size_t threads,
                  const support_hooks *hooks, bool *done)
{
  support_team team = { .hooks = hooks, .count = count ? count : 1 };
  support_status first = SUPPORT_OK;
  size_t first_task = count;

  atomic_init (&team.finished, 0);
  atomic_init (&team.ended, 0);
  atomic_init (&team.stop, false);
  /* Asked once by the caller itself: the other threads may finish a short run
     before its turn comes.  */
  if (! support_team_continue (&team, 0.0))
    {
      for (size_t task = 0; done && task < count; task++)
        done[task] = false;
      return SUPPORT_INTERRUPTED;
    }
  const int blas_threads = support_blas_one_thread ();
#ifdef _OPENMP
#pragma omp parallel num_threads(team_size(threads, count))
#else
  (void) threads;
#endif
  {
#ifdef _OPENMP
#pragma omp for schedule(dynamic, 1) nowait
#endif
    for (size_t task = 0; task < count; task++)
      {
        support_status status = SUPPORT_INTERRUPTED;
        if (support_team_continue (&team, 0.0))
          status = run (context, task, &team);
        if (done)
          done[task] = status == SUPPORT_OK;
        if (status == SUPPORT_OK)
          atomic_fetch_add (&team.finished, 1);
        else
#ifdef _OPENMP
#pragma omp critical(sdde_team)
#endif
          {
            /* The failure to report is that of the lowest task: tasks that only
               stopped because another failed must not hide it.  */
            const bool stronger =
                first == SUPPORT_OK || first == SUPPORT_INTERRUPTED;
            if (status != SUPPORT_INTERRUPTED
                && (stronger || task < first_task))
              {
                first = status;
                first_task = task;
              }
            else if (first == SUPPORT_OK)
              first = status;
            atomic_store (&team.stop, true);
          }
        atomic_fetch_add (&team.ended, 1);
      }
    if (count > 0 && is_calling_thread ())
      attend (&team);
  }
  support_blas_restore (blas_threads);
  if (first == SUPPORT_OK && hooks && hooks->progress)
    hooks->progress (hooks->data, 1.0);
  return first;
}
