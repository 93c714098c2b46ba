/* Walk: the outer loops over several views of one shape, as an odometer of element offsets.
 *
 * Axes are pushed from the outermost to the innermost; two that all operands step through as one become one, so a
 * contiguous tensor of any rank is a single run.
 */
#ifndef MT_NN_WALK_H
#define MT_NN_WALK_H

#include "bundle/program.h"

#define MT_WALK_OPERANDS 6u

typedef struct mt_walk {
  uint32_t operands, rank;
  size_t dims[MT_RANK], at[MT_RANK];
  ptrdiff_t strides[MT_RANK + 1][MT_WALK_OPERANDS]; /* invariant: zeros from `rank` on, but for an axis taken out */
  ptrdiff_t offset[MT_WALK_OPERANDS]; /* of the present element of each operand, from its view's first */
} mt_walk;

/* The real length of an axis for so many rows. */
static inline size_t mt_extent(const mt_view *view, uint32_t axis, uint32_t rows) {
  return mt_has_rows(view, axis) ? (size_t)view->dims[axis] * rows : view->dims[axis];
}

/* A walk over n axes of the views from axis `from` on; the first view gives the extents (the second, where it is absent).
 * Absent views are NULL and stand still. */
mt_walk mt_walk_over(const mt_view *const *views, uint32_t operands, uint32_t from, uint32_t n, uint32_t rows);

/* One axis more, inside of the others. */
void mt_walk_push(mt_walk *walk, size_t extent, const ptrdiff_t *strides);

/* To the next element; false after the last, where the walk stands at the first again. */
bool mt_walk_next(mt_walk *walk);

/* Takes the innermost axis out, to be looped over by the caller, and returns its length; 1 where there is none. Its strides
 * are then mt_walk_inner's, zeros where there is none. */
size_t mt_walk_pop(mt_walk *walk);
static inline const ptrdiff_t *mt_walk_inner(const mt_walk *walk) { return walk->strides[walk->rank]; }

/* The same, but only an axis along which this operand stands still. */
size_t mt_walk_pop_still(mt_walk *walk, uint32_t operand);

#endif
