/* Long runs: with LONG in the environment, as `make test-long` sets it, a loop takes every step, else each `stride`-th. */
#ifndef LONG_H
#define LONG_H

#include <stdlib.h>

static inline size_t step_of(size_t stride) { return getenv("LONG") != NULL ? 1 : stride; }

#endif
