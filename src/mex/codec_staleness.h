/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SDDE_CODEC_STALENESS_H
#define SDDE_CODEC_STALENESS_H

#include "codec.h"
#include "staleness/staleness.h"

support_status codec_model (const mxArray *array, staleness_model *model,
                            support_failure *failure);
/* With the quantiles at COUNT probabilities.  */
mxArray *codec_put_staleness (const staleness_law *law, staleness_model model,
                              const double *probability, size_t count);

#endif
