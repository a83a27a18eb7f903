/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec_staleness.h"

support_status
codec_model (const mxArray *array, staleness_model *model,
             support_failure *failure)
{
  char text[32];
  const support_status status =
      codec_string (array, "the model", text, sizeof text, failure);
  return status == SUPPORT_OK ? staleness_model_named (text, model, failure)
                              : status;
}

static void
put (mxArray *array, mwIndex index, const char *field, double value)
{
  mxSetField (array, index, field, mxCreateDoubleScalar (value));
}

static mxArray *
put_quantiles (const double *pmf, size_t size, const double *probability,
               size_t count)
{
  mxArray *array = mxCreateDoubleMatrix (1, (mwSize) count, mxREAL);
  for (size_t k = 0; k < count; k++)
    mxGetPr (array)[k] = staleness_quantile (pmf, size, probability[k]);
  return array;
}

/* One element for each class.  */
static mxArray *
put_parts (const staleness_law *law, const double *probability, size_t count)
{
  static const char *fields[] = { "workers",  "rate",          "finished",
                                  "accepted", "mean",          "variance",
                                  "pmf",      "delay",         "palm",
                                  "weight",   "weight_square", "quantiles" };
  mxArray *array = mxCreateStructMatrix (1, (mwSize) law->parts, 12, fields);
  for (size_t c = 0; c < law->parts; c++)
    {
      const staleness_part *part = &law->part[c];
      const mwIndex i = (mwIndex) c;
      put (array, i, "workers", (double) part->workers);
      put (array, i, "rate", part->rate);
      put (array, i, "finished", part->finished);
      put (array, i, "accepted", part->accepted);
      put (array, i, "mean", part->mean);
      put (array, i, "variance", part->variance);
      put (array, i, "palm", part->palm);
      put (array, i, "weight", part->weight);
      put (array, i, "weight_square", part->weight_square);
      mxSetField (array, i, "quantiles",
                  put_quantiles (part->pmf, law->size, probability, count));
      if (part->pmf)
        mxSetField (array, i, "pmf",
                    codec_put_numbers (1, law->size, part->pmf));
      if (part->delay)
        mxSetField (array, i, "delay", codec_put_law (part->delay));
    }
  return array;
}

mxArray *
codec_put_staleness (const staleness_law *law, staleness_model model,
                     const double *probability, size_t count)
{
  static const char *fields[] = {
    "model",    "rate",   "arrivals",      "uploads", "finished",
    "accepted", "weight", "weight_square", "batch",   "sent",
    "drift",    "queue",  "utilisation",   "sojourn", "mean",
    "variance", "pmf",    "tail",          "error",   "quantiles",
    "delay",    "palm",   "classes"
  };
  mxArray *array = mxCreateStructMatrix (
      1, 1, (int) (sizeof fields / sizeof *fields), fields);
  mxSetField (array, 0, "model",
              mxCreateString (staleness_model_name_at (model)));
  put (array, 0, "rate", law->rate);
  put (array, 0, "arrivals", law->arrivals);
  put (array, 0, "uploads", law->uploads);
  put (array, 0, "finished", law->finished);
  put (array, 0, "accepted", law->accepted);
  put (array, 0, "weight", law->weight);
  put (array, 0, "batch", law->batch);
  put (array, 0, "weight_square", law->weight_square);
  put (array, 0, "sent", law->sent);
  put (array, 0, "drift", law->drift);
  put (array, 0, "queue", law->queue);
  put (array, 0, "utilisation", law->utilisation);
  put (array, 0, "sojourn", law->sojourn);
  put (array, 0, "mean", law->mean);
  put (array, 0, "variance", law->variance);
  mxSetField (array, 0, "pmf", codec_put_numbers (1, law->size, law->pmf));
  put (array, 0, "tail", law->tail);
  put (array, 0, "error", law->error);
  mxSetField (array, 0, "quantiles",
              put_quantiles (law->pmf, law->size, probability, count));
  mxSetField (array, 0, "delay",
              law->delay ? codec_put_law (law->delay)
                         : mxCreateDoubleMatrix (0, 0, mxREAL));
  put (array, 0, "palm", law->palm);
  mxSetField (array, 0, "classes", put_parts (law, probability, count));
  return array;
}
