# SPDX-License-Identifier: GPL-3.0-or-later
# How the C core is compiled and what it is linked with, for src/Makefile and
# for the unit tests of tests/Makefile alike.

MKOCTFILE ?= mkoctfile
CC        := $(shell $(MKOCTFILE) -p CC)
CXX       := $(shell $(MKOCTFILE) -p CXX)
AR        ?= ar
OPTIMISE  ?= -O2
WARNINGS  ?=

# What the compiler may not know is asked of it once: OpenMP, and Fortran's
# rules for complex products (the C rules test each product for NaN, four
# times slower, to recover infinities that the core never makes).
try = $(shell printf 'int main(void){return 0;}' | \
        $(CC) $(1) -x c - -o /dev/null >/dev/null 2>&1 && echo "$(1)")
OPENMP   := $(call try,-fopenmp)
COMPLEX  := $(call try,-fcx-fortran-rules)

CORE_FLAGS := -std=c11 -D_POSIX_C_SOURCE=200809L -fPIC -fno-math-errno \
              $(OPENMP) $(COMPLEX) $(OPTIMISE) -g $(WARNINGS)
CXX_WARNINGS := $(filter-out -Wconversion,$(WARNINGS))
LIBRARIES  := -lgsl $(shell $(MKOCTFILE) -p LAPACK_LIBS) \
              $(shell $(MKOCTFILE) -p BLAS_LIBS) -lm
