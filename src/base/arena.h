/* Arena: memory handed over once by the host and carved from the front.
 *
 * The core never calls malloc. What lives as long as the bundle is taken at open; what lives as long as one request
 * is taken after a mark and given back by rewinding to it.
 */
#ifndef MT_BASE_ARENA_H
#define MT_BASE_ARENA_H

#include "base/checked.h"

#define MT_ALIGN 64 /* a cache line, and more than any vector load needs */

typedef struct mt_arena {
  unsigned char *base;
  size_t size, used; /* invariant: used <= size */
} mt_arena;

/* An arena that only counts: what it hands out is not NULL and must not be touched. */
static inline mt_arena mt_arena_measure(void) { return (mt_arena){NULL, SIZE_MAX / 2, 0}; }

static inline mt_arena mt_arena_over(void *memory, size_t size) { return (mt_arena){memory, size, 0}; }

/* `count` elements of `element` bytes, 64-byte aligned, not cleared; NULL where they do not fit. */
static inline void *mt_arena_take(mt_arena *arena, size_t count, size_t element) {
  size_t bytes, end;
  size_t start = arena->used + (size_t)(-((uintptr_t)arena->base + arena->used) & (MT_ALIGN - 1));
  if (!mt_mul_size(count, element, &bytes) || start < arena->used || !mt_add_size(start, bytes, &end) || end > arena->size)
    return NULL;
  arena->used = end;
  return arena->base == NULL ? (void *)(uintptr_t)MT_ALIGN : arena->base + start;
}

#endif
