/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of sdde_simulate and sdde_hitting as a plan of the core, and
   functions of the user as its drift and diffusion.  */

#ifndef SDDE_CODEC_PATHS_H
#define SDDE_CODEC_PATHS_H

#include <mex.h>
#include "equation/paths.h"

typedef struct codec_paths
{
  equation_paths_plan plan;
  size_t states, delays;
  size_t *record;                   /* owned */
  const mxArray *drift, *diffusion; /* functions of Octave, or NULL */
  support_failure *failure;         /* for what goes wrong in those */
  bool progress;
} codec_paths;

/* For an equation of so many states and delays; *PATHS must stay where it is,
   its plan points to it.  Free with codec_paths_free.  */
support_status codec_get_paths (const mxArray *options, size_t states,
                                size_t delays, codec_paths *paths,
                                support_failure *failure);
void codec_paths_free (codec_paths *paths);

/* A struct: paths, stopped, value (records by states * paths), mean, ...  */
mxArray *codec_put_paths (const equation_paths *paths,
                          const equation_paths_plan *plan);

#endif
