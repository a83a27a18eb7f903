/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of digits as if drawn by many hands: the strokes of each digit,
   bent, leaned, turned, resized, moved and drawn with a pen of random width,
   under noise.  They stand in for handwritten ones where no data must be
   fetched: a linear classifier does not do well on them, a small network
   does.  */
#include "objective/objective.h"
#include "support/normal.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* Part of an ellipse around (X, Y), from angle FROM to angle TO (half turns);
   or, with RX = 0, the line from (X, Y) to (FROM, TO).  In a square with sides
   of length 1, y downwards.  */
typedef struct digits_stroke
{
  double x, y, rx, ry, from, to;
} digits_stroke;

enum
{
  DIGITS = 10,
  STROKES = 3, /* of a digit, at most */
  PIECES = 16, /* straight ones, of a stroke */
  MOST_SIDE = 256
};

static const digits_stroke strokes[DIGITS][STROKES] = {
  { { .50, .50, .27, .38, 0.0, 2.0 } },
  { { .36, .28, 0, 0, .53, .12 }, { .53, .12, 0, 0, .53, .88 } },
  { { .50, .34, .25, .22, 1.0, 2.2 },
    { .70, .47, 0, 0, .25, .87 },
    { .25, .87, 0, 0, .77, .87 } },
  { { .47, .31, .23, .19, 1.1, 2.5 }, { .47, .69, .26, .19, 1.5, 2.9 } },
  { { .58, .12, 0, 0, .22, .62 },
    { .22, .62, 0, 0, .80, .62 },
    { .62, .36, 0, 0, .62, .90 } },
  { { .72, .13, 0, 0, .34, .13 },
    { .34, .13, 0, 0, .31, .47 },
    { .48, .65, .26, .23, 1.25, 2.85 } },
  { { .52, .66, .24, .22, 0.0, 2.0 }, { .72, .62, .44, .52, 1.0, 1.42 } },
  { { .24, .14, 0, 0, .77, .14 }, { .77, .14, 0, 0, .42, .88 } },
  { { .50, .31, .20, .19, 0.0, 2.0 }, { .50, .69, .25, .20, 0.0, 2.0 } },
  { { .48, .35, .24, .22, 0.0, 2.0 }, { .72, .35, 0, 0, .64, .88 } },
};

/* How one hand draws.  */
typedef struct digits_hand
{
  double matrix[4], shift[2]; /* of positions around the middle */
  double bend[2], phase[2];
  double pen, noise;
} digits_hand;

static double
between (gsl_rng *stream, double low, double high)
{
  return low + (high - low) * support_stream_uniform (stream);
}

static digits_hand
draw_hand (gsl_rng *stream)
{
  const double turn = between (stream, -0.35, 0.35);
  const double lean = between (stream, -0.35, 0.35);
  const double wide = between (stream, 0.65, 1.05);
  const double high = between (stream, 0.7, 1.05);
  digits_hand made = { .pen = between (stream, 0.03, 0.07), .noise = 0.1 };
  made.matrix[0] = wide * cos (turn);
  made.matrix[1] = high * (lean * cos (turn) - sin (turn));
  made.matrix[2] = wide * sin (turn);
  made.matrix[3] = high * (lean * sin (turn) + cos (turn));
  for (int k = 0; k < 2; k++)
    {
      made.shift[k] = between (stream, -0.1, 0.1);
      made.bend[k] = between (stream, -0.06, 0.06);
      made.phase[k] = between (stream, 0.0, 2.0);
    }
  return made;
}

static void
place (const digits_hand *hand, const digits_stroke *stroke, double share,
       double *x, double *y)
{
  double u, v;
  if (stroke->rx > 0.0)
    {
      const double angle =
          pi * (stroke->from + share * (stroke->to - stroke->from));
      u = stroke->x + stroke->rx * cos (angle);
      v = stroke->y + stroke->ry * sin (angle);
    }
  else
    {
      u = stroke->x + share * (stroke->from - stroke->x);
      v = stroke->y + share * (stroke->to - stroke->y);
    }
  const double bent_u =
      u - 0.5 + hand->bend[0] * sin (pi * (2.0 * v + hand->phase[0]));
  const double bent_v =
      v - 0.5 + hand->bend[1] * sin (pi * (2.0 * u + hand->phase[1]));
  *x = 0.5 + hand->shift[0] + hand->matrix[0] * bent_u
       + hand->matrix[1] * bent_v;
  *y = 0.5 + hand->shift[1] + hand->matrix[2] * bent_u
       + hand->matrix[3] * bent_v;
}

/* The square of the distance of (X, Y) to the piece from A to B.  */
static double
distance (double x, double y, const double *a, const double *b)
{
  const double dx = b[0] - a[0], dy = b[1] - a[1];
  const double length = dx * dx + dy * dy;
  double share =
      length > 0.0 ? ((x - a[0]) * dx + (y - a[1]) * dy) / length : 0.0;
  share = fmin (fmax (share, 0.0), 1.0);
  const double ex = x - a[0] - share * dx, ey = y - a[1] - share * dy;
  return ex * ex + ey * ey;
}

/* Pixel (i, j) at picture[(j * side + i) * step].  */
static void
draw (const digits_hand *hand, size_t digit, size_t side, size_t step,
      gsl_rng *stream, double *picture)
{
  double point[STROKES][PIECES + 1][2];
  const double pixel = 1.0 / (double) side;
  for (size_t s = 0; s < STROKES; s++)
    for (size_t k = 0; k <= PIECES; k++)
      place (hand, &strokes[digit][s], (double) k / PIECES, &point[s][k][0],
             &point[s][k][1]);
  for (size_t j = 0; j < side; j++)
    for (size_t i = 0; i < side; i++)
      {
        double nearest = 4.0, noise;
        for (size_t s = 0; s < STROKES; s++)
          for (size_t k = 0; strokes[digit][s].x > 0.0 && k < PIECES; k++)
            nearest = fmin (nearest, distance (((double) j + 0.5) * pixel,
                                               ((double) i + 0.5) * pixel,
                                               point[s][k], point[s][k + 1]));
        support_stream_normals (stream, &noise, 1);
        /* From ink to paper within one pixel.  */
        const double ink = 0.5 + (hand->pen - sqrt (nearest)) / pixel;
        picture[(j * side + i) * step] = fmin (
            fmax (fmin (fmax (ink, 0.0), 1.0) + hand->noise * noise, 0.0), 1.0);
      }
}

support_status
objective_digits (uint64_t seed, uint64_t first, size_t count, size_t side,
                  double *pixels, double *label, support_failure *failure)
{
  gsl_rng *stream;
  if (side < 4 || side > MOST_SIDE)
    return support_fail (failure, SUPPORT_INVALID,
                         "the side of a picture must be between 4 and %d "
                         "pixels",
                         MOST_SIDE);
  stream = support_stream_create (seed, 0);
  if (! stream)
    return support_fail_memory (failure);
  for (size_t k = 0; k < count; k++)
    {
      support_stream_rewind (stream, seed, first + k);
      const size_t digit = (size_t) (DIGITS * support_stream_uniform (stream));
      const digits_hand hand = draw_hand (stream);
      draw (&hand, digit, side, count, stream, pixels + k);
      label[k] = (double) digit + 1.0;
    }
  gsl_rng_free (stream);
  return SUPPORT_OK;
}
