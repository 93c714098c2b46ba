#include "base/arena.h"

void *mt_arena_take(mt_arena *arena, size_t count, size_t element) {
  size_t bytes, end;
  size_t start = arena->used + (size_t)(-((uintptr_t)arena->base + arena->used) & (MT_ALIGN - 1));
  if (!mt_mul_size(count, element, &bytes) || start < arena->used || !mt_add_size(start, bytes, &end) || end > arena->size) {
    arena->full = true;
    return NULL;
  }
  arena->used = end;
  return arena->base == NULL ? (void *)(uintptr_t)MT_ALIGN : arena->base + start;
}
