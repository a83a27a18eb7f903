/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program that tries a reader on any bytes has: libFuzzer's entry, and
   sound inputs to begin with.  Built with clang's -fsanitize=fuzzer it is a
   fuzzer guided by coverage; with reader_drive.c it needs no clang.  */

#ifndef SDDE_TESTS_FUZZ_READER_H
#define SDDE_TESTS_FUZZ_READER_H

#include <stddef.h>
#include <stdint.h>

extern const char *const reader_seed[]; /* NULL behind the last */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#endif
