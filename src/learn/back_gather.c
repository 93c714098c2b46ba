/* Gather, backwards: what was picked gets the sum of the gradients of all places where it went. */
#include "learn/backward.h"

void mt_back_gather(mt_back *back) {
  const mt_step *step = &back->step;
  const mt_view *up = back->slope[0], *data = step->view[1], *index = step->view[2];
  if (back->slope[1] == NULL) return;
  uint32_t shared = step->op->m, picked = step->op->n, own = index->rank - 1u;
  mt_view from = *back->slope[1], where = *index; /* as in nn/gather.c: data and index along the axes of out */
  for (uint32_t i = shared; i < up->rank; i++) {
    from.strides[i] = i < own ? 0 : data->strides[i - own + shared + picked];
    if (i >= own) where.strides[i] = 0;
  }
  mt_walk walk = mt_walk_over((const mt_view *const[]){up, &from, &where}, 3, 0, up->rank, step->rows);
  size_t length = mt_walk_pop_still(&walk, 2);
  const ptrdiff_t *stride = mt_walk_inner(&walk);
  const float *indices = mt_floats(step->run, index), *slope = mt_floats(step->run, up);
  float *to = mt_floats(step->run, back->slope[1]);
  do {
    const float *x = slope + walk.offset[0];
    float *y = to + walk.offset[1];
    for (uint32_t axis = shared; axis < shared + picked; axis++) {
      /* Forward compared it with the table. */
      int32_t place = (int32_t)indices[walk.offset[2] + (ptrdiff_t)(axis - shared) * index->strides[own]];
      if (place < 0) place += (int32_t)mt_extent(data, axis, step->rows);
      y += (ptrdiff_t)place * data->strides[axis];
    }
    for (size_t i = 0; i < length; i++, x += stride[0], y += stride[1]) *y += *x;
  } while (mt_walk_next(&walk));
}
