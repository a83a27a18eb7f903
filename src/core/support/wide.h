/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops for processors with wide vectors.  */

#ifndef SDDE_WIDE_H
#define SDDE_WIDE_H

#include <stdbool.h>

/* A function that is compiled once more for processors with vectors of 512
   bits: SUPPORT_WIDE stands before the copy, which calls the SUPPORT_INLINE
   body that both share, and SUPPORT_HAS_WIDE () tells whether it may be called.
   No products are contracted with sums, so that both give the same bits.  */
#if defined __x86_64__ && defined __GNUC__ && ! defined __clang__
#define SUPPORT_INLINE static inline __attribute__ ((always_inline))
#define SUPPORT_WIDE \
  __attribute__ ((target ("avx512f,prefer-vector-width=512")))
#define SUPPORT_HAS_WIDE() (__builtin_cpu_supports ("avx512f") != 0)
#else
#define SUPPORT_INLINE static inline
#define SUPPORT_WIDE
#define SUPPORT_HAS_WIDE() false
#endif

/* Before a function written for vectors of 256 bits, defined where there is a
   compiler for them; SUPPORT_HAS_AVX2 () tells whether it may be called.  */
#if defined __x86_64__ && defined __GNUC__
#define SUPPORT_AVX2 __attribute__ ((target ("avx2")))
#define SUPPORT_HAS_AVX2() (__builtin_cpu_supports ("avx2") != 0)
#endif

#endif
