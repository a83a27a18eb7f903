/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text format of LIBSVM (C.-C. Chang, C.-J. Lin, ACM TIST 2(3), 2011): a
   line is "label number:value number:value ... # comment", with numbers from 1
   on that increase.  */
#include "objective/objective.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  MOST_UNASKED = 1 << 27 /* features: what has more is likelier a slip, which
                            must not cost gigabytes */
};

typedef struct reader
{
  const char *next, *end;
  size_t line;
  size_t rows, count, row_room, room;
  double *label;
  size_t *start; /* of each row */
  size_t *column;
  double *value;
  size_t columns;
} reader;

static support_status
fail (const reader *self, support_failure *failure, const char *what)
{
  return support_fail (failure, SUPPORT_UNREADABLE, "line %zu: %s", self->line,
                       what);
}

/* ---- one line -------------------------------------------------------- */

static void
skip_blanks (reader *self)
{
  while (self->next < self->end
         && (*self->next == ' ' || *self->next == '\t' || *self->next == '\r'))
    self->next++;
}

static bool
at_end_of_line (const reader *self)
{
  return self->next >= self->end || *self->next == '\n' || *self->next == '#';
}

/* The text ends with a NUL, so strtod does not run out of it; it does skip
   line ends, which are therefore looked for first.  */
static bool
read_number (reader *self, double *number)
{
  char *after;
  if (at_end_of_line (self))
    return false;
  *number = strtod (self->next, &after);
  if (after == self->next || ! isfinite (*number))
    return false;
  self->next = after;
  return true;
}

static bool
at_blank (const reader *self)
{
  return at_end_of_line (self) || *self->next == ' ' || *self->next == '\t'
         || *self->next == '\r';
}

static bool
reach (reader *self)
{
  if (self->rows + 2 > self->row_room)
    {
      const size_t room = 2 * self->row_room + 64;
      double *label = realloc (self->label, room * sizeof *label);
      if (label)
        self->label = label;
      size_t *start = realloc (self->start, room * sizeof *start);
      if (start)
        self->start = start;
      if (! label || ! start)
        return false;
      self->row_room = room;
    }
  if (self->count + 1 > self->room)
    {
      const size_t room = 2 * self->room + 256;
      size_t *column = realloc (self->column, room * sizeof *column);
      if (column)
        self->column = column;
      double *value = realloc (self->value, room * sizeof *value);
      if (value)
        self->value = value;
      if (! column || ! value)
        return false;
      self->room = room;
    }
  return true;
}

/* number:value, the number over LEAST.  */
static support_status
read_entry (reader *self, size_t least, support_failure *failure)
{
  double number, value;
  if (! read_number (self, &number) || number != floor (number)
      || self->next >= self->end || *self->next != ':')
    return fail (self, failure, "number:value expected");
  if (! (number >= 1.0 && number <= INT_MAX))
    return fail (self, failure,
                 "the numbers of features go from 1 to 2147483647");
  if ((size_t) number <= least)
    return fail (self, failure, "the numbers of features must increase");
  self->next++;
  if (at_blank (self) || ! read_number (self, &value) || ! at_blank (self))
    return fail (self, failure, "a finite value expected after the colon");
  if (! reach (self))
    return support_fail_memory (failure);
  self->column[self->count] = (size_t) number - 1;
  self->value[self->count] = value;
  self->count++;
  if ((size_t) number > self->columns)
    self->columns = (size_t) number;
  return SUPPORT_OK;
}

static support_status
read_line (reader *self, support_failure *failure)
{
  support_status status = SUPPORT_OK;
  self->line++;
  skip_blanks (self);
  if (! at_end_of_line (self))
    {
      size_t least = 0;
      if (! reach (self))
        return support_fail_memory (failure);
      if (! read_number (self, &self->label[self->rows]) || ! at_blank (self))
        return fail (self, failure, "a label expected, a finite number");
      self->start[self->rows] = self->count;
      skip_blanks (self);
      while (status == SUPPORT_OK && ! at_end_of_line (self))
        {
          status = read_entry (self, least, failure);
          if (status == SUPPORT_OK)
            least = self->column[self->count - 1] + 1;
          skip_blanks (self);
        }
      self->rows++;
      if (status == SUPPORT_OK)
        self->start[self->rows] = self->count;
    }
  while (self->next < self->end && *self->next != '\n')
    self->next++;
  self->next++;
  return status;
}

/* ---- the table ------------------------------------------------------- */

void
objective_table_free (objective_table *table)
{
  free (table->label);
  free (table->values);
  free (table->start);
  free (table->row);
  *table = (objective_table){ .rows = 0 };
}

/* From compressed rows to compressed columns.  */
static bool
transpose (const reader *self, objective_table *table)
{
  const size_t columns = table->columns;
  table->values = support_doubles (self->count);
  table->row = calloc (self->count + 1, sizeof *table->row);
  table->start = calloc (columns + 2, sizeof *table->start);
  if (! table->values || ! table->row || ! table->start)
    return false;
  /* Counted one place further on, so that filling moves the starts home.  */
  for (size_t k = 0; k < self->count; k++)
    table->start[self->column[k] + 2]++;
  for (size_t j = 2; j <= columns + 1; j++)
    table->start[j] += table->start[j - 1];
  for (size_t i = 0; i < self->rows; i++)
    for (size_t k = self->start[i]; k < self->start[i + 1]; k++)
      {
        const size_t place = table->start[self->column[k] + 1]++;
        table->values[place] = self->value[k];
        table->row[place] = i;
      }
  return true;
}

support_status
objective_read_libsvm (const char *text, size_t length, size_t columns,
                       objective_table *table, support_failure *failure)
{
  reader self = { .next = text, .end = text + length };
  support_status status = SUPPORT_OK;

  *table = (objective_table){ .rows = 0 };
  if (memchr (text, '\0', length))
    return support_fail (failure, SUPPORT_UNREADABLE, "it is not text");
  while (status == SUPPORT_OK && self.next < self.end)
    status = read_line (&self, failure);
  if (status == SUPPORT_OK && self.rows == 0)
    status = support_fail (failure, SUPPORT_UNREADABLE, "it has no samples");
  if (status == SUPPORT_OK && columns > 0 && self.columns > columns)
    status = support_fail (failure, SUPPORT_UNREADABLE,
                           "it has a feature number %zu, but %zu features were "
                           "asked for",
                           self.columns, columns);
  if (status == SUPPORT_OK && columns == 0 && self.columns > MOST_UNASKED)
    status = support_fail (failure, SUPPORT_UNREADABLE,
                           "it has a feature number %zu; that there are so "
                           "many must be asked for, since each takes memory",
                           self.columns);
  if (status == SUPPORT_OK)
    {
      table->rows = self.rows;
      table->columns = columns > 0 ? columns : self.columns;
      table->count = self.count;
      table->label = self.label;
      self.label = NULL;
      if (! transpose (&self, table))
        status = support_fail_memory (failure);
    }
  if (status != SUPPORT_OK)
    objective_table_free (table);
  free (self.label);
  free (self.start);
  free (self.column);
  free (self.value);
  return status;
}
