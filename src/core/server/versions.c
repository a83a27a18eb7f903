/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/versions.h"

#include <stdlib.h>

/* A slab has about this many doubles: small models lie together, large ones
   are taken one by one.  */
enum
{
  SLAB = 8192
};

bool
server_versions_prepare (server_versions *versions, size_t dimension,
                         size_t most)
{
  *versions = (server_versions){ .dimension = dimension, .most = most };
  while (((size_t) 2 << versions->shift) * dimension <= SLAB)
    versions->shift++;
  versions->slab =
      calloc ((most >> versions->shift) + 1, sizeof *versions->slab);
  versions->references = calloc (most, sizeof *versions->references);
  versions->vacant = calloc (most, sizeof *versions->vacant);
  return versions->slab && versions->references && versions->vacant;
}

void
server_versions_free (server_versions *versions)
{
  for (size_t i = 0; i < versions->slabs; i++)
    free (versions->slab[i]);
  free (versions->slab);
  free (versions->references);
  free (versions->vacant);
  *versions = (server_versions){ .dimension = 0 };
}

void
server_versions_clear (server_versions *versions)
{
  versions->used = 0;
  versions->vacancies = 0;
}

uint32_t
server_versions_take (server_versions *versions)
{
  uint32_t slot;
  if (versions->vacancies > 0)
    slot = versions->vacant[--versions->vacancies];
  else
    {
      if (versions->used >> versions->shift >= versions->slabs)
        {
          double *slab =
              support_doubles (versions->dimension << versions->shift);
          if (! slab)
            return UINT32_MAX;
          versions->slab[versions->slabs++] = slab;
        }
      slot = (uint32_t) versions->used++;
    }
  versions->references[slot] = 1;
  return slot;
}
