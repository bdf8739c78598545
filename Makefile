# The front door. The work is done by scripts/ and CMake; this file only names it.
#
#   make study                     set-up, build, and the CIFAKE study (on a sample without network)
#   make study DATA=cifake.zip     with data that are here: a zip, a tar or a folder
#   make check                     set-up, build, and all tests
#   make build                     set-up, and the program build/ersatz alone
#   make install                   the program, its man pages and studies to PREFIX=/usr/local (below DESTDIR)
#   make uninstall                 removes what make install wrote there
#   make deb                       a Debian package in build/
#   make clean                     removes what was built (results in out/ and data/ stay)
# For those who change it:
#   make asan                      all tests with the address and undefined-behaviour sanitizers
#   make tsan                      the tests of what has threads, with the thread sanitizer
#   make fuzz SECONDS=300          made-up inputs for every reader of files, so long for each (SECONDS=60)
#   make check-long                all of these, and a study disturbed by many signals and faults: hours
#   make tidy                      clang-tidy over src/ (ROOM=stats: over this room)
#   make format                    clang-format over all sources
#
# More for make study: STUDY=studies/cifake-seeds.toml  OUT=folder  WEIGHTS=vgg16.h5  JOBS=2

export DATA WEIGHTS OUT STUDY JOBS
PREFIX ?= /usr/local

help:
	@sed -n '3,19s/^#//p' Makefile

study: build
	@scripts/study

build:
	@scripts/build ersatz

install:
	@scripts/build ersatz manual
	@DESTDIR="$(DESTDIR)" cmake --install build --prefix "$(PREFIX)"

uninstall:
	@DESTDIR="$(DESTDIR)" scripts/uninstall "$(PREFIX)"

deb:
	@scripts/build ersatz manual
	@cd build && cpack -G DEB

check:
	@scripts/check

check-long:
	@scripts/check-long

asan:
	@scripts/asan

tsan:
	@scripts/tsan

fuzz:
	@scripts/fuzz $(SECONDS)

tidy:
	@scripts/tidy $(ROOM)

format:
	@scripts/format

clean:
	rm -rf build build-dev build-asan build-tsan build-bench build-fuzz

.PHONY: help study build install uninstall deb check check-long asan tsan fuzz tidy format clean
