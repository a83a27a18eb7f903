# SPDX-License-Identifier: GPL-3.0-or-later
#
#   make            builds the package in place (inst/ and src/ on the path)
#   make check      runs every test and ends with "N passed, N failed"
#   make demo       builds in place and runs the main example
#   make install    installs the package for the user who calls it
#   make dist       writes sdde-VERSION.tar.gz, its checksum and its index entry
#   make doc        writes the manual under build/doc
#   make figures    draws only its gallery, build/doc/figures
#   make bench      measures, and writes one table under build/bench
#   make lint       checks format, warnings and the rules of the house
#   make format     formats the C sources
#   make sanitize   runs the Octave tests on mex files under sanitizers
#   make valgrind   runs the C unit tests under valgrind
#   make leaks      makes calls of every kind fail 10000 times: no memory is lost
#   make fuzz       tries everything on spoiled arguments and files, for hours
#   make soak       interrupts long functions at random moments
#   make coverage   tells which lines of the C core no test runs, and which
#                   errors of the functions none raises
#   make clean      removes all that the other targets made
#
# Everything that is made lands under build/, but for the objects that
# `pkg install` also makes in src/ and the release that `make dist` is for.

OCTAVE      ?= octave-cli
# Octave runs make itself (pkg install): it must not take our flags for its own.
OCTAVE_RUN   = env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
               $(OCTAVE) --no-history -qf
MKOCTFILE   ?= mkoctfile
CLANG_FORMAT ?= clang-format
CPPCHECK    ?= cppcheck

VERSION  := $(shell sed -n 's/^Version: *//p' DESCRIPTION)
TARBALL  := sdde-$(VERSION).tar.gz
INSTALLED := build/installed/.stamp
MANUAL   := build/manual/doc.info
# Where a release is to be had.  This one address is made up (RFC 2606): nobody
# has published a repository yet.  Whoever does puts theirs here; until then
# sdde.yaml shows what the index will be told, and must not be sent to it.
REPOSITORY ?= https://example.org/sdde
C_FILES   = $(wildcard src/core/*/*.[ch] src/mex/*.[ch] src/mex/*.cc \
                       tests/core/*.[ch] tests/fuzz/*.[ch] tools/*.[ch] \
                       bench/*.[ch])

# As many jobs as there are processors, unless the caller gave a number.
JOBS     ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PARALLEL  = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(JOBS))
SUBMAKE   = $(MAKE) --no-print-directory $(PARALLEL)

all:
	@+$(SUBMAKE) -C src

# ---- tests ---------------------------------------------------------------

# One result file for each tested file; what has none counts as failed, so
# that neither a crash nor a broken build can look like success.
check:
	@rm -rf build/results
	@+$(SUBMAKE) $(INSTALLED) || true
	@+$(SUBMAKE) -k -C tests results || true
	@+$(SUBMAKE) -C tests summary

check-core check-tree:
	@rm -rf build/results/$(@:check-%=%)
	@+$(SUBMAKE) -k -C tests $(@:check-%=%) || true
	@+$(SUBMAKE) -C tests summary-$(@:check-%=%)

# The Octave tests on mex files under AddressSanitizer and UBSan. Octave itself
# leaks at its end; that the core does not, the unit tests show.  OpenBLAS's
# zgemv_n for processors with AVX reads behind its matrix (svd (rand (3) + 1i * rand (3))
# will do, without this package), which strays from mapped memory only where
# AddressSanitizer allocates; its kernels for older ones do not.  leaks.tst is left
# out: it looks at the memory of the process, and AddressSanitizer keeps what is
# freed.
RUNTIME  = $(shell $(CC) -print-file-name=$(1))
SANITIZE = OUT=../build/sanitize-mex MEX_OUT=../build/sanitize-mex \
           RESULTS=../build/sanitize-mex/results LEAVE_OUT=leaks \
           OCTAVE="env LD_PRELOAD=$(call RUNTIME,libasan.so):$(call \
           RUNTIME,libubsan.so) OPENBLAS_CORETYPE=Nehalem \
           ASAN_OPTIONS=detect_leaks=0:handle_segv=2 $(OCTAVE)"
sanitize:
	@rm -rf build/sanitize-mex/results
	@+$(SUBMAKE) -k -C tests tree $(SANITIZE) || true
	@+$(SUBMAKE) -C tests summary-tree $(SANITIZE)

# Without sanitizers, on one pass of the unit tests; an error, or memory that is
# lost for certain, fails its program.
valgrind:
	@rm -rf build/valgrind/results
	@+$(SUBMAKE) -k -C tests core $(VALGRIND) || true
	@+$(SUBMAKE) -C tests summary-core $(VALGRIND)
VALGRIND = OUT=../build/valgrind RESULTS=../build/valgrind/results \
           INSTRUMENT=-O1 UNDER="env OMP_WAIT_POLICY=passive valgrind -q \
           --error-exitcode=9 --leak-check=full --show-leak-kinds=definite \
           --errors-for-leak-kinds=definite"

# `make check` does a little of it.  FUZZ_CALLS, FUZZ_INPUTS and FUZZ_SECONDS
# tell how much (see tests/Makefile).
fuzz:
	@+$(SUBMAKE) -C tests fuzz-readers
	@command -v clang >/dev/null && $(SUBMAKE) -C tests fuzz-guided
	@+$(SUBMAKE) -C tests fuzz-calls

soak:
	@+$(SUBMAKE) -C tests soak

check-package: $(INSTALLED)
	@rm -rf build/results/package
	@+$(SUBMAKE) -k -C tests package || true
	@+$(SUBMAKE) -C tests summary-package

# ---- the package ---------------------------------------------------------

# What tests install is what is released, to the last bit.
dist: build/$(TARBALL)
	@cp $< $<.sha256 .
	@sh tools/make_index $(TARBALL) $(REPOSITORY) >sdde.yaml
	@cat $(TARBALL).sha256

# The tarball is only replaced where its bits change, so that nothing is
# compiled again for nothing.
build/$(TARBALL): $(MANUAL) FORCE
	@mkdir -p build/new
	@sh tools/make_tarball build/new/$(TARBALL) $(MANUAL)
	@if cmp -s build/new/$(TARBALL) $@ && cmp -s build/new/$(TARBALL).sha256 $@.sha256; \
	 then :; else mv build/new/$(TARBALL) build/new/$(TARBALL).sha256 build; fi
	@rm -rf build/new

$(MANUAL): all FORCE
	@+$(SUBMAKE) -s -C doc OUT=../$(@D) ../$@

$(INSTALLED): build/$(TARBALL)
	@rm -rf $(@D)
	@$(OCTAVE_RUN) --path "$(CURDIR)/tools" --eval \
	  'private_package ("install", "$(@D)", "build/$(TARBALL)")'
	@touch $@

install: build/$(TARBALL)
	@$(OCTAVE_RUN) --eval 'pkg install -local build/$(TARBALL)'
	@echo 'sdde $(VERSION) is installed; in Octave: pkg load sdde'

demo: all
	@mkdir -p build/demo
	@$(OCTAVE_RUN) --path inst --path src examples/01_plan_from_log.m

# ---- documentation and measurements --------------------------------------

doc:
	@+$(SUBMAKE) -C doc

figures:
	@+$(SUBMAKE) -C doc figures

# BENCH="NAME ..." runs some of them only.
bench: all
	@mkdir -p build/bench
	@$(OCTAVE_RUN) bench/run_benchmarks.m build/bench $(BENCH)

# ---- the house -----------------------------------------------------------

lint: lint-format lint-includes lint-warnings lint-cppcheck lint-public
	@echo "lint: nothing found"

lint-format:
	@$(CLANG_FORMAT) --dry-run -Werror $(C_FILES)

lint-includes:
	@MKOCTFILE="$(MKOCTFILE)" sh tools/check_includes

lint-warnings:
	@+$(SUBMAKE) -s -C src OUT=../build/lint objects \
	  WARNINGS="-Wall -Wextra -Wconversion -Wshadow -Werror"
	@+$(SUBMAKE) -s -C tests OUT=../build/lint programs INSTRUMENT="-O2" \
	  WARNINGS="-Wall -Wextra -Wconversion -Wshadow -Werror"
	@for file in $(wildcard tools/*.c bench/*.c); do \
	  $(CC) -std=c11 -O2 -Wall -Wextra -Wconversion -Wshadow -Werror -pthread \
	    -Isrc/core -fsyntax-only $$file || exit 1; done

lint-cppcheck:
	@mkdir -p build/cppcheck
	@$(CPPCHECK) --quiet --std=c11 --language=c -j $(JOBS) \
	  --cppcheck-build-dir=build/cppcheck --error-exitcode=1 \
	  --enable=warning,style,performance,portability --inline-suppr \
	  --suppressions-list=tools/cppcheck_suppressions -Isrc/core -Isrc/mex \
	  src/core $(wildcard src/mex/*.c) $(wildcard tests/core tools)

lint-public:
	@$(OCTAVE_RUN) tools/check_public.m

format:
	$(CLANG_FORMAT) -i $(C_FILES)

leaks: all
	@SDDE_FAILING_CALLS=10000 $(OCTAVE_RUN) --path inst --path src \
	  --eval 'assert (test ("tests/leaks.tst", "quiet", stdout))'

coverage:
	@sh tools/measure_coverage
	@sh tools/list_untested_errors

clean:
	@+$(SUBMAKE) -s -C src clean
	rm -rf build $(TARBALL) $(TARBALL).sha256 sdde.yaml

FORCE:

.PHONY: all check check-core check-tree check-package sanitize valgrind fuzz \
        soak dist install demo doc figures \
        bench lint lint-format lint-includes lint-warnings lint-cppcheck \
        lint-public format leaks coverage clean FORCE
