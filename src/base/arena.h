/* Arena: memory handed over once by the host and carved from the front.
 *
 * The core never calls malloc. All that requests need is taken at open, and used again by each; what a vector query takes
 * for itself is given back by setting `used` to what it was. An arena remembers that something did not fit, so that who
 * takes much asks once at the end.
 */
#ifndef MT_BASE_ARENA_H
#define MT_BASE_ARENA_H

#include "base/checked.h"

#define MT_ALIGN 64 /* a cache line, and more than any vector load needs */

typedef struct mt_arena {
  unsigned char *base;
  size_t size, used; /* invariant: used <= size */
  bool full;         /* something did not fit */
} mt_arena;

/* An arena that only counts: what it hands out is not NULL and must not be touched. */
static inline mt_arena mt_arena_measure(void) { return (mt_arena){NULL, SIZE_MAX / 2, 0, false}; }

static inline mt_arena mt_arena_over(void *memory, size_t size) { return (mt_arena){memory, size, 0, false}; }

/* `count` elements of `element` bytes, 64-byte aligned, not cleared; NULL where they do not fit. */
void *mt_arena_take(mt_arena *arena, size_t count, size_t element);

#endif
