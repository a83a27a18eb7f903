/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers that send a gradient only where it passes a trigger.  What a worker
   has to remember for that is a vector of its own: the last gradient it sent,
   or the sum of those it did not send.  */
#include "server/path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t NEVER = UINT64_MAX;

static bool
remembers (const server_setting *setting)
{
  return setting->level > 0.0
         && setting->system->trigger_kind != SYSTEM_TRIGGER_MAGNITUDE;
}

double
server_trigger_memory (const server_setting *setting)
{
  return remembers (setting)
             ? (double) setting->workers
                   * (8.0 * (double) setting->dimension + sizeof (uint64_t))
             : 0.0;
}

bool
server_trigger_prepare (server_path *path)
{
  const server_setting *setting = path->setting;
  const size_t workers = remembers (setting) ? setting->workers : 0;
  path->memory = support_doubles (workers * setting->dimension);
  path->memory_of = calloc (workers + 1, sizeof *path->memory_of);
  return path->memory && path->memory_of;
}

void
server_trigger_free (server_path *path)
{
  free (path->memory);
  free (path->memory_of);
}

void
server_trigger_begin (server_path *path)
{
  const server_setting *setting = path->setting;
  if (! remembers (setting))
    return;
  memset (path->memory, 0,
          setting->workers * setting->dimension * sizeof *path->memory);
  for (size_t k = 0; k < setting->workers; k++)
    path->memory_of[k] = NEVER;
}

static double
norm_of_difference (const double *x, const double *y, size_t dimension)
{
  double sum = 0.0;
  for (size_t i = 0; i < dimension; i++)
    {
      const double difference = y ? x[i] - y[i] : x[i];
      sum += difference * difference;
    }
  return sqrt (sum);
}

/* The gradient joins what the worker has not sent yet.  */
static server_verdict
accumulate (server_path *path, double *memory)
{
  const size_t dimension = path->setting->dimension;
  for (size_t i = 0; i < dimension; i++)
    memory[i] += path->gradient[i];
  if (norm_of_difference (memory, NULL, dimension) <= path->setting->level)
    return SERVER_WITHHELD;
  memcpy (path->gradient, memory, dimension * sizeof *memory);
  memset (memory, 0, dimension * sizeof *memory);
  return SERVER_SENT;
}

support_status
server_trigger_judge (server_path *path, uint32_t index,
                      server_verdict *verdict, uint64_t *read)
{
  const server_setting *setting = path->setting;
  const server_worker *worker = &path->worker[index];
  const size_t dimension = setting->dimension, first = index * dimension;
  path->work += objective_gradient_cost (setting->objective);
  const support_status status = objective_gradient (
      setting->objective, server_versions_model (&path->versions, worker->slot),
      path->stream, path->workspace, path->gradient);
  *read = worker->read;
  switch (setting->system->trigger_kind)
    {
    case SYSTEM_TRIGGER_MAGNITUDE:
      *verdict =
          norm_of_difference (path->gradient, NULL, dimension) > setting->level
              ? SERVER_SENT
              : SERVER_WITHHELD;
      break;
    case SYSTEM_TRIGGER_CHANGE:
      if (path->memory_of[index] == NEVER
          || ! (norm_of_difference (path->gradient, path->memory + first,
                                    dimension)
                <= setting->level))
        {
          *verdict = SERVER_SENT;
          memcpy (path->memory + first, path->gradient,
                  dimension * sizeof *path->memory);
          path->memory_of[index] = worker->read;
        }
      else
        {
          *verdict = SERVER_REPEATED;
          memcpy (path->gradient, path->memory + first,
                  dimension * sizeof *path->memory);
          *read = path->memory_of[index];
        }
      break;
    case SYSTEM_TRIGGER_ACCUMULATE:
      *verdict = accumulate (path, path->memory + first);
      break;
    }
  return status;
}
