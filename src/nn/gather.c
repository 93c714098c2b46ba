/* Gather: rows picked by indices that are data, so each is compared with what it picks from. */
#include "nn/coded.h"
#include "nn/ops.h"

/* The place of an index in n, counted from the end where it is negative; n where there is none. */
static uint32_t place_of(float index, uint32_t n) {
  float count = (float)n; /* exact: at most 2^24 */
  if (!(index >= -count && index < count)) return n; /* NaN fails */
  int32_t place = (int32_t)index;
  return (uint32_t)(place < 0 ? place + (int32_t)n : place);
}

void mt_op_gather(mt_step *step) {
  const mt_view *out = step->view[0], *data = step->view[1], *index = step->view[2];
  uint32_t shared = step->op->m, picked = step->op->n, own = index->rank - 1u;
  mt_view from = *data, where = *index; /* data and index along the axes of out: B, I, R */
  for (uint32_t i = shared; i < out->rank; i++) {
    from.strides[i] = i < own ? 0 : data->strides[i - own + shared + picked];
    if (i >= own) where.strides[i] = 0;
  }
  mt_walk walk = mt_walk_over((const mt_view *const[]){out, &from, &where}, 3, 0, out->rank, step->rows);
  size_t length = mt_walk_pop_still(&walk, 2);
  const ptrdiff_t *stride = mt_walk_inner(&walk);
  const mt_coded coded = mt_coded_of(step->run, data);
  const float *indices = mt_floats(step->run, index);
  float *to = mt_floats(step->run, out);
  do {
    float *y = to + walk.offset[0], scale = 1;
    ptrdiff_t x = walk.offset[1];
    for (uint32_t axis = shared; axis < shared + picked; axis++) {
      float wanted = indices[walk.offset[2] + (ptrdiff_t)(axis - shared) * index->strides[own]];
      uint32_t count = (uint32_t)mt_extent(data, axis, step->rows), place = place_of(wanted, count);
      if (place == count) {
        step->status = mt_fail(step->error, MT_INVALID, "program: an id of %d, expected one from 0 to %u",
                               mt_signed(wanted >= -2e9f && wanted <= 2e9f ? (int)wanted : -1), place - 1);
        return;
      }
      x += (ptrdiff_t)place * data->strides[axis];
      if (data->type == MT_TYPE_I8) scale = coded.scales[place];
    }
    if (data->type == MT_TYPE_F32 && stride[0] == 1 && stride[1] == 1)
      memmove(y, (const float *)(const void *)coded.bytes + x, length * sizeof *y); /* a hostile tape may gather into its data */
    else
      for (size_t i = 0; i < length; i++, y += stride[0], x += stride[1]) *y = scale * mt_coded_get(&coded, x);
  } while (mt_walk_next(&walk));
}
