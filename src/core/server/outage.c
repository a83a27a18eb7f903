/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers that fail and return.  When they do depends on nothing else, so that
   it need not be an event of its own: of each worker the end of the last outage
   that was looked at and the next failure are known, and drawn on as time
   passes.  */
#include "server/path.h"

#include <math.h>
#include <stdlib.h>

static const system_outage *
outage_of (const server_path *path, uint32_t index)
{
  return &path->setting->system->outage[path->worker[index].class];
}

static double
draw (server_path *path, const delay_law *law)
{
  return law ? delay_sample (law, path->stream) : 0.0;
}

double
server_outage_memory (const server_setting *setting)
{
  return system_fails (setting->system)
             ? 2.0 * sizeof (double) * (double) setting->workers
             : 0.0;
}

bool
server_outage_prepare (server_path *path)
{
  const size_t workers = path->setting->workers;
  if (! system_fails (path->setting->system))
    return true;
  path->outages.back = support_doubles (workers);
  path->outages.fails = support_doubles (workers);
  return path->outages.back && path->outages.fails;
}

void
server_outage_free (server_path *path)
{
  free (path->outages.back);
  free (path->outages.fails);
}

/* In the stationary state, or all at work.  */
void
server_outage_begin (server_path *path, uint32_t index, double start)
{
  if (! path->outages.fails)
    return;
  const system_outage *outage = outage_of (path, index);
  double *back = &path->outages.back[index];
  double *fails = &path->outages.fails[index];
  *back = start;
  *fails = INFINITY;
  if (! outage->up)
    return;
  const double up = delay_mean (outage->up);
  const double down = outage->down ? delay_mean (outage->down) : 0.0;
  if (path->setting->plan->cold)
    *fails = start + draw (path, outage->up);
  else if (support_stream_uniform (path->stream) * (up + down) < up)
    *fails = start
             + support_stream_uniform (path->stream)
                   * delay_sample_biased (outage->up, path->stream);
  else
    {
      *back = start
              + support_stream_uniform (path->stream)
                    * delay_sample_biased (outage->down, path->stream);
      *fails = *back + draw (path, outage->up);
    }
}

double
server_outage_until (server_path *path, uint32_t index, double now)
{
  if (! path->outages.fails)
    return now;
  const system_outage *outage = outage_of (path, index);
  double *back = &path->outages.back[index];
  double *fails = &path->outages.fails[index];
  for (;;)
    {
      if (now < *back)
        return *back;
      if (now < *fails)
        return now;
      *back = *fails + draw (path, outage->down);
      *fails = *back + draw (path, outage->up);
    }
}

uint32_t
server_outage_meet (const server_path *path, uint32_t index, uint32_t kind,
                    double *end)
{
  if (! path->outages.fails || path->outages.fails[index] >= *end)
    return kind;
  *end = path->outages.fails[index];
  return SERVER_FAIL;
}
