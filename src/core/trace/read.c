/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text becomes rows of numbers, a line at a time.  */
#include "trace/trace_private.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
  LONGEST_LINE = 1 << 20,
  SHOWN = 24 /* characters of a field that is no number */
};

typedef struct text_reader
{
  FILE *file;
  const char *path;
  char *text;  /* what was read and not yet used */
  size_t room; /* one more than SIZE at least */
  size_t begin, size;
  bool ended;
  size_t line;    /* the number of the last line */
  char separator; /* ' ': any blanks */
  size_t fields, field_room;
  char **field;  /* of the last line, in its text */
  double *value; /* NAN for an empty field, or one that is not used */
  trace_names names;
} text_reader;

static void
reader_clear (text_reader *reader)
{
  if (reader->file)
    fclose (reader->file);
  free (reader->text);
  free (reader->field);
  free (reader->value);
  trace_names_clear (&reader->names);
}

static support_status
fail_line (const text_reader *reader, support_failure *failure,
           const char *what)
{
  return support_fail (failure, SUPPORT_UNREADABLE, "line %zu: %s",
                       reader->line, what);
}

/* ---- lines ------------------------------------------------------------ */

static support_status
read_more (text_reader *reader, support_failure *failure)
{
  const size_t block = 65536;
  if (reader->begin < reader->size)
    memmove (reader->text, reader->text + reader->begin,
             reader->size - reader->begin);
  reader->size -= reader->begin;
  reader->begin = 0;
  if (reader->room < reader->size + block + 1)
    {
      char *larger = realloc (reader->text, reader->size + 2 * block + 1);
      if (! larger)
        return support_fail_memory (failure);
      reader->text = larger;
      reader->room = reader->size + 2 * block + 1;
    }
  const size_t got =
      fread (reader->text + reader->size, 1, block, reader->file);
  reader->size += got;
  if (ferror (reader->file))
    return support_fail (failure, SUPPORT_UNREADABLE,
                         "the file '%.120s' cannot be read: %s", reader->path,
                         strerror (errno));
  reader->ended = got < block;
  return SUPPORT_OK;
}

/* *LINE is the next line, or NULL at the end, with a 0 after its *LENGTH
   characters.  */
static support_status
next_line (text_reader *reader, char **line, size_t *length,
           support_failure *failure)
{
  char *end = NULL;
  size_t searched = reader->begin;
  for (;;)
    {
      if (reader->size > searched)
        end = memchr (reader->text + searched, '\n', reader->size - searched);
      if (end || reader->ended)
        break;
      searched = reader->size - reader->begin;
      if (searched > LONGEST_LINE)
        {
          reader->line++;
          return fail_line (reader, failure, "longer than a row can be");
        }
      const support_status status = read_more (reader, failure);
      if (status != SUPPORT_OK)
        return status;
    }
  *line = NULL;
  if (! end && reader->begin == reader->size)
    return SUPPORT_OK;
  *line = reader->text + reader->begin;
  *length =
      (end ? (size_t) (end - reader->text) : reader->size) - reader->begin;
  (*line)[*length] = '\0';
  reader->begin += *length + (end ? 1 : 0);
  reader->line++;
  return SUPPORT_OK;
}

/* ---- fields ----------------------------------------------------------- */

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

static char *
trim (char *begin, char *end)
{
  while (begin < end && is_blank (*begin))
    begin++;
  while (end > begin && is_blank (end[-1]))
    end--;
  *end = '\0';
  return begin;
}

static char
find_separator (const char *line)
{
  return strchr (line, ',')    ? ','
         : strchr (line, ';')  ? ';'
         : strchr (line, '\t') ? '\t'
                               : ' ';
}

static support_status
add_field (text_reader *reader, char *begin, char *end,
           support_failure *failure)
{
  if (reader->fields == reader->field_room)
    {
      const size_t room = 2 * reader->field_room + 16;
      const support_status status =
          trace_texts_resize (&reader->field, &reader->value, room, failure);
      if (status != SUPPORT_OK)
        return status;
      reader->field_room = room;
    }
  reader->field[reader->fields++] = trim (begin, end);
  return SUPPORT_OK;
}

static support_status
split (text_reader *reader, char *line, size_t length, support_failure *failure)
{
  char *const end = line + length;
  char *begin = line;
  support_status status = SUPPORT_OK;
  reader->fields = 0;
  if (strlen (line) < length)
    return fail_line (reader, failure, "it is not text");
  while (status == SUPPORT_OK)
    {
      char *stop;
      if (reader->separator == ' ')
        {
          while (begin < end && is_blank (*begin))
            begin++;
          if (begin == end)
            break;
          stop = begin;
          while (stop < end && ! is_blank (*stop))
            stop++;
        }
      else
        {
          stop = memchr (begin, reader->separator, (size_t) (end - begin));
          stop = stop ? stop : end;
        }
      const bool last = stop == end;
      status = add_field (reader, begin, stop, failure);
      if (last)
        break;
      begin = stop + 1;
    }
  return status;
}

static bool
is_name (const char *field)
{
  char *end;
  strtod (field, &end);
  return (isalpha ((unsigned char) *field) || *field == '_' || *field == '"')
         && (end == field || *end);
}

static void
unquote (char *field)
{
  const size_t length = strlen (field);
  if (length >= 2 && field[0] == '"' && field[length - 1] == '"')
    {
      memmove (field, field + 1, length - 2);
      field[length - 2] = '\0';
    }
}

static bool
is_number (const char *field)
{
  char *end;
  strtod (field, &end);
  return end != field && *end == '\0';
}

static support_status
fail_number (const text_reader *reader, size_t column, support_failure *failure)
{
  char *const field = reader->field[column];
  for (char *c = field; *c; c++)
    if (! isprint ((unsigned char) *c))
      *c = '?';
  return support_fail (failure, SUPPORT_UNREADABLE,
                       "line %zu: '%.*s' (column %zu) is not a number",
                       reader->line, SHOWN, field, column + 1);
}

/* Of the columns that are of no concern nothing is expected.  */
static support_status
parse (text_reader *reader, const trace_builder *builder,
       support_failure *failure)
{
  for (size_t i = 0; i < reader->fields; i++)
    {
      char *field = reader->field[i], *end = field;
      reader->value[i] = NAN;
      if (builder->log->kind == TRACE_EVENTS
          && i == builder->place[TRACE_WORKER])
        {
          unquote (field);
          const support_status status = trace_names_find (
              &reader->names, field, &reader->value[i], failure);
          if (status != SUPPORT_OK)
            return status;
        }
      else if (*field && trace_builder_uses (builder, i))
        {
          reader->value[i] = strtod (field, &end);
          if (*end)
            return fail_number (reader, i, failure);
        }
    }
  return SUPPORT_OK;
}

/* ---- files ------------------------------------------------------------ */

/* A first line whose first field is a name, and that has no number: such a line
   is the gradient of a worker.  */
static bool
is_header (const text_reader *reader, trace_kind kind)
{
  if (! is_name (reader->field[0]))
    return false;
  for (size_t i = 1; kind != TRACE_AGES && i < reader->fields; i++)
    if (is_number (reader->field[i]))
      return false;
  return true;
}

static support_status
start_rows (text_reader *reader, trace_builder *builder, trace_log *log,
            const trace_format *format, bool *header, support_failure *failure)
{
  trace_format known = *format;
  *header = is_header (reader, format->kind);
  for (size_t i = 0; *header && i < reader->fields; i++)
    unquote (reader->field[i]);
  if (! *header && known.kind == TRACE_AUTO && is_name (reader->field[0]))
    known.kind = TRACE_EVENTS;
  return trace_builder_begin (
      builder, log, &known, "line", reader->fields,
      *header ? (const char *const *) reader->field : NULL, failure);
}

static support_status
read_rows (text_reader *reader, trace_builder *builder, trace_log *log,
           const trace_format *format, support_failure *failure)
{
  bool begun = false;
  for (;;)
    {
      char *line = NULL;
      size_t length = 0;
      bool header = false;
      support_status status = next_line (reader, &line, &length, failure);
      if (status != SUPPORT_OK)
        return status;
      if (! line)
        break;
      if (reader->line == 1 && strncmp (line, "\xEF\xBB\xBF", 3) == 0)
        {
          line += 3;
          length -= 3;
        }
      const size_t blank = strspn (line, " \t\r");
      if (line[blank] == '#' || blank == length)
        continue;
      if (! begun)
        reader->separator = find_separator (line);
      status = split (reader, line, length, failure);
      if (status == SUPPORT_OK && ! begun)
        status = start_rows (reader, builder, log, format, &header, failure);
      if (status == SUPPORT_OK && reader->fields != builder->columns)
        status = support_fail (failure, SUPPORT_UNREADABLE,
                               "line %zu: %zu fields where %zu are expected",
                               reader->line, reader->fields, builder->columns);
      if (status == SUPPORT_OK && ! header)
        status = parse (reader, builder, failure);
      if (status == SUPPORT_OK && ! header)
        status =
            trace_builder_add (builder, reader->line, reader->value, failure);
      if (status != SUPPORT_OK)
        return status;
      begun = true;
    }
  if (! begun)
    return support_fail (failure, SUPPORT_UNREADABLE,
                         "the file '%.120s' holds no row", reader->path);
  if (log->kind == TRACE_EVENTS)
    trace_names_apply (&reader->names, log);
  return trace_builder_end (builder, failure);
}

support_status
trace_read (const char *path, const trace_format *format, trace_log *log,
            support_failure *failure)
{
  text_reader reader = { .file = fopen (path, "rb"), .path = path };
  trace_builder builder = { .age = NULL };
  support_status status;
  *log = (trace_log){ .gradient = NULL };
  if (! reader.file)
    return support_fail (failure, SUPPORT_UNREADABLE,
                         "the file '%.120s' cannot be opened: %s", path,
                         strerror (errno));
  status = read_rows (&reader, &builder, log, format, failure);
  trace_builder_clear (&builder);
  reader_clear (&reader);
  return status;
}

support_status
trace_from_matrix (const double *values, size_t rows, size_t columns,
                   const trace_format *format, trace_log *log,
                   support_failure *failure)
{
  trace_builder builder = { .age = NULL };
  double *row = support_doubles (columns);
  support_status status = SUPPORT_OK;
  *log = (trace_log){ .gradient = NULL };
  if (! row)
    status = support_fail_memory (failure);
  else if (columns == 0)
    status =
        support_fail (failure, SUPPORT_UNREADABLE, "the log has no column");
  if (status == SUPPORT_OK)
    status = trace_builder_begin (&builder, log, format, "row", columns, NULL,
                                  failure);
  for (size_t i = 0; status == SUPPORT_OK && i < rows; i++)
    {
      for (size_t k = 0; k < columns; k++)
        row[k] = values[k * rows + i];
      status = trace_builder_add (&builder, i + 1, row, failure);
    }
  if (status == SUPPORT_OK)
    status = trace_builder_end (&builder, failure);
  trace_builder_clear (&builder);
  free (row);
  return status;
}
