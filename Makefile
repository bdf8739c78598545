# The front door. The work is done by scripts/ and CMake; this file only names it.
#
#   make study                     set-up, build, and the CIFAKE study (the demo study without network)
#   make study DATA=cifake.zip     with data that are here: a zip, a tar or a folder
#   make check                     set-up, build, and all tests
#   make build                     set-up, and the program build/ersatz alone
#   make clean                     removes what was built (results in out/ and data/ stay)
#
# More for make study: STUDY=studies/cifake-seeds.toml  OUT=folder  WEIGHTS=vgg16.h5  JOBS=2

export DATA WEIGHTS OUT STUDY JOBS

help:
	@sed -n '3,9s/^#//p' Makefile

study: build
	@scripts/study

build:
	@scripts/build ersatz

check:
	@scripts/check

clean:
	rm -rf build build-dev build-asan build-bench

.PHONY: help study build check clean
