/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a log: they are read or refused, and what was read is summed up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "reader.h"
#include "trace/trace.h"

const char *const reader_seed[] = {
  "worker,start,end\n1,0,3\n2,0,4\n1,3,5\n2,4,9\n1,5,\n",
  "# a comment\n\nversion_applied;version_read;end_ms;worker;start_ms\n"
  "1;0;2;7;0\n2;0;3;8;1\n3;1;5.5e0;7;2\n",
  "w1,0,3\n\"gpu 2\",0,4\n12e4,3,5\nw1,4,9\n",
  "0\n1\n2\n1\n0\n3\n",
  "staleness\n0\n1\n",
  "0 1 2\n1 0 3\n2 1 0\n0 2 1\n",
  "1\t0\t1\t0\t1\r\n2\t0\t2\t0\t2\r\n1\t1\tNaN\t1\t3\r\n",
  NULL
};

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  char path[] = "sdde_log_XXXXXX";
  const int descriptor = mkstemp (path);
  FILE *file = descriptor < 0 ? NULL : fdopen (descriptor, "wb");
  if (! file || fwrite (data, 1, size, file) != size || fclose (file) != 0)
    abort ();
  const trace_format format = { .kind = TRACE_AUTO };
  trace_log log;
  support_failure failure = { .text = "" };
  const support_status status = trace_read (path, &format, &log, &failure);
  unlink (path);
  if (status != SUPPORT_OK && ! failure.text[0])
    abort (); /* refused without a word */
  if (status == SUPPORT_OK)
    {
      /* A log has the name of each worker, or none.  */
      for (size_t i = 0; log.names && i < log.count; i++)
        if (! (log.gradient[i].worker < (double) log.names
               && log.name[(size_t) log.gradient[i].worker][0]))
          abort ();
      trace_speeds speeds = { 0 };
      trace_summary summary = { 0 };
      trace_dependence dependence;
      (void) trace_find_speeds (&log, 0, &speeds, &failure);
      (void) trace_staleness_dependence (&log, 0, &dependence, &failure);
      if (trace_summarise (&log, 0, &summary, &failure) == SUPPORT_OK
          && ! (summary.staleness_mean >= 0))
        abort ();
      trace_speeds_clear (&speeds);
      trace_summary_clear (&summary);
    }
  trace_log_clear (&log);
  return 0;
}
