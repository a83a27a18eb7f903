/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The models that someone still needs: the server's own, and those that busy
   workers pulled.  Workers hold a reference and not a copy; a model that
   nobody holds is used again for the next version.  Memory is taken as it is
   needed and never beyond MOST models.  */

#ifndef SDDE_SERVER_VERSIONS_H
#define SDDE_SERVER_VERSIONS_H

#include "support/support.h"

typedef struct server_versions
{
  size_t dimension;
  size_t most;    /* models */
  size_t used;    /* slots 0 .. used - 1 have been handed out */
  uint32_t shift; /* a slab holds 2^shift models */
  size_t slabs;   /* how many there are */
  double **slab;
  uint32_t *references; /* per slot */
  uint32_t *vacant;     /* slots handed out and given back, a stack */
  size_t vacancies;
} server_versions;

/* False when memory is short; free in any case.  */
bool server_versions_prepare (server_versions *versions, size_t dimension,
                              size_t most);
void server_versions_free (server_versions *versions);
/* Forgets all models.  */
void server_versions_clear (server_versions *versions);

/* A slot with one reference, its contents undefined; UINT32_MAX when memory is
   short.  */
uint32_t server_versions_take (server_versions *versions);

static inline double *
server_versions_model (const server_versions *versions, uint32_t slot)
{
  const uint32_t place = slot & ((UINT32_C (1) << versions->shift) - 1);
  return versions->slab[slot >> versions->shift]
         + (size_t) place * versions->dimension;
}

static inline void
server_versions_hold (server_versions *versions, uint32_t slot)
{
  versions->references[slot]++;
}

static inline void
server_versions_release (server_versions *versions, uint32_t slot)
{
  if (--versions->references[slot] == 0)
    versions->vacant[versions->vacancies++] = slot;
}

#endif
