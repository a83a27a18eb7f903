/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as samples in the format of LIBSVM: a sound table, or none.  */
#include <stdlib.h>
#include <string.h>
#include "objective/objective.h"
#include "reader.h"

const char *const reader_seed[] = { "1 1:0.5 3:2\n2 2:1\n1 1:1\n",
                                    "-1 1:1e-3 # a comment\n+1\n",
                                    "0.5 7:-2 9:.25\r\n\n1 1:3", NULL };

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  char *text = malloc (size + 1);
  if (! text)
    abort ();
  memcpy (text, data, size);
  text[size] = '\0';
  objective_table table = { 0 };
  support_failure failure = { .text = "" };
  const support_status status =
      objective_read_libsvm (text, size, 0, &table, &failure);
  if (status != SUPPORT_OK && ! failure.text[0])
    abort (); /* refused without a word */
  if (status == SUPPORT_OK && table.start[table.columns] != table.count)
    abort ();
  objective_table_free (&table);
  free (text);
  return 0;
}
