/* What every C test stands on: a check that also holds where assert() is silent, and memory of an exact length. */
#ifndef EXACT_H
#define EXACT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                              \
  do {                                                                                \
    if (!(condition)) {                                                               \
      fprintf(stderr, "%s:%d: it should hold: %s\n", __FILE__, __LINE__, #condition); \
      abort();                                                                        \
    }                                                                                 \
  } while (0)

int posix_memalign(void **memory, size_t alignment, size_t bytes); /* POSIX, which -std=c11 hides */

/* Zeroed memory of exactly this length, 64-byte aligned: a sanitizer sees the first byte beyond. */
static inline void *exact_memory(size_t bytes) {
  void *memory = NULL;
  CHECK(posix_memalign(&memory, 64, bytes == 0 ? 1 : bytes) == 0);
  memset(memory, 0, bytes == 0 ? 1 : bytes);
  return memory;
}

#endif
