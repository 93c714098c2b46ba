#include "nn/walk.h"

#include <string.h>

void mt_walk_push(mt_walk *walk, size_t extent, const ptrdiff_t *strides) {
  if (extent == 1) return;
  bool one = walk->rank > 0;
  for (uint32_t o = 0; one && o < walk->operands; o++)
    one = walk->strides[walk->rank - 1][o] == (ptrdiff_t)extent * strides[o];
  if (!one) walk->dims[walk->rank++] = 1;
  walk->dims[walk->rank - 1] *= extent;
  memcpy(walk->strides[walk->rank - 1], strides, walk->operands * sizeof *strides);
}

mt_walk mt_walk_over(const mt_view *const *views, uint32_t operands, uint32_t from, uint32_t n, uint32_t rows) {
  mt_walk walk = {.operands = operands};
  for (uint32_t i = from; i < from + n; i++) {
    ptrdiff_t strides[MT_WALK_OPERANDS];
    for (uint32_t o = 0; o < operands; o++) strides[o] = views[o] != NULL ? views[o]->strides[i] : 0;
    mt_walk_push(&walk, mt_extent(views[0] != NULL ? views[0] : views[1], i, rows), strides);
  }
  return walk;
}

bool mt_walk_next(mt_walk *walk) {
  for (uint32_t i = walk->rank; i-- > 0;) {
    if (++walk->at[i] < walk->dims[i]) {
      for (uint32_t o = 0; o < walk->operands; o++) walk->offset[o] += walk->strides[i][o];
      return true;
    }
    walk->at[i] = 0;
    for (uint32_t o = 0; o < walk->operands; o++) walk->offset[o] -= walk->strides[i][o] * (ptrdiff_t)(walk->dims[i] - 1);
  }
  return false;
}

size_t mt_walk_pop(mt_walk *walk) { return walk->rank == 0 ? 1 : walk->dims[--walk->rank]; }

size_t mt_walk_pop_still(mt_walk *walk, uint32_t operand) {
  return walk->rank > 0 && walk->strides[walk->rank - 1][operand] == 0 ? mt_walk_pop(walk) : 1;
}
